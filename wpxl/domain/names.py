"""When two names are the same name."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"[\W_]+")


def simple(name: str) -> str:
    """Case, spaces, underscores and punctuation do not tell names apart."""
    return _BETWEEN.sub("", name.casefold())
