"""When two names are the same name."""

from __future__ import annotations


def simple(name: str) -> str:
    """Case, spaces, underscores and punctuation do not tell names apart."""
    return "".join(c for c in name.casefold() if c.isalnum())
