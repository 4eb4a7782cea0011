"""The telling words of a heading, and the words that data/fields.toml gives for folding it."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from typing import Any

from .. import store

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_YEAR = re.compile(r"(?:19|20)\d\d").fullmatch

Tokens = tuple[str, ...]


@functools.cache
def shipped() -> dict[str, Any]:
    return tomllib.loads((store.shipped("data") / "fields.toml").read_text("utf-8"))


@functools.lru_cache(1 << 14)
def tokens(heading: str) -> Tokens:
    """The telling words of a heading.

    >>> tokens("Pupil's Date-of-Birth (DD/MM/YYYY)*"), tokens("is_eligible_for_free_school_meals"), tokens("% FSM 2024")
    (('learner', 'dob'), ('eligible', 'fsm'), ('percent', 'fsm'))
    """
    text = unicodedata.normalize("NFKC", _CAMEL.sub(" ", heading)).casefold()
    text = re.sub(r"['’`]", "", text).replace("%", " percent ").replace("#", " number ").replace("&", " and ")
    words = ["".join(c for c in word if c.isalnum()) for word in re.split(r"[\W_]+", text)]
    plain = " ".join(word for word in words if word and not _YEAR(word))
    plain = _same().sub(lambda found: _synonyms()[found[0]], f" {_singular(plain)} ")
    told = tuple(word for word in plain.split() if word not in _fillers())
    return told or tuple(plain.split())


def _singular(text: str) -> str:
    return re.sub(r"(?<=[a-rt-z]{3})s\b", "", text)


@functools.cache
def _synonyms() -> dict[str, str]:
    same: dict[str, list[str]] = shipped()["words"]["same"]
    return {_singular(word): name for name, words in same.items() for word in words}


@functools.cache
def _same() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(_synonyms(), key=len, reverse=True)))})\b")


@functools.cache
def _fillers() -> frozenset[str]:
    return frozenset(map(_singular, shipped()["words"]["fillers"]))


@functools.cache
def never() -> frozenset[str]:
    return frozenset(map(_singular, shipped()["words"]["never"]))
