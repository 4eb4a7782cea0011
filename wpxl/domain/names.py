"""When two names are the same name."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"[\W_]+")


def simple(name: str) -> str:
    """Case, spaces, underscores and punctuation do not tell names apart."""
    folded = name.casefold()
    return folded if folded.isalnum() else _BETWEEN.sub("", folded)
