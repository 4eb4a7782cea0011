"""Schools by what people remember of their names: words in any order, parts of words, misspelt words, places.

Each word of the question is compared with the words that occur in the register (not with every name), and the schools that
have the words found are scored: rare words count for more than 'school' or 'primary'. Within one band of likeness, open
schools stand before closed ones.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple

from ..domain import school as form
from .school_register import Register

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PLACES = ("school_local_authority", "school_town", "school_postcode")
WHOLE, START, PART, PLACE = 1.0, 0.9, 0.75, 0.6  # how well a word of the register fits one of the question
LIKE = 0.88  # likeness (Jaro and Winkler's, 0 to 1) from which a misspelt word is taken to be meant
SHORT = 3  # words up to this length are taken as they stand: there is too little of them to be misspelt
WHOLLY = 75  # % of likeness of whole names
NEAR = 0.8  # of the best score: what is less like the question is left out
SURE = 0.85  # from here on, every word was found as it stands or as a beginning


class Words(NamedTuple):
    """The words of the register, and the schools that have each: rows[start[w]:start[w + 1]] are those of word w."""

    keys: list[str]
    row: dict[str, int]
    names: list[str]  # folded
    joined: list[str]  # without spaces
    closed: npt.NDArray[np.bool_]
    order: npt.NDArray[np.int64]  # of each school in the order of short names before long, then of the alphabet
    words: list[str]
    number: dict[str, int]
    rows: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]


def search(register: Register, keyword: str, among: set[str] | None = None) -> list[str]:
    """The schools whose names are like a keyword, likeliest first; of these only, where `among` is given."""
    import numpy as np

    index = _index(register)
    asked = form.folded(keyword).split()
    if not asked or not index.keys:
        return []
    total, weights = np.zeros(len(index.keys)), 0.0
    for word in asked:
        fits = _fits(index, word)
        # A word that is nowhere counts against every school, but not so much that the other words could not find one.
        rarest = max((_weight(index, at) for at in fits), default=log(1 + len(index.keys)) / 2)
        best = np.zeros(len(index.keys))
        if not fits and len(word) > SHORT:  # two words written as one
            best[[row for row, name in enumerate(index.joined) if word in name]] = PART
        for at, fit in fits.items():
            rows = index.rows[index.start[at] : index.start[at + 1]]
            best[rows] = np.maximum(best[rows], fit)
        total += rarest * best
        weights += rarest
    score = total / weights
    if among is not None:
        inside = np.zeros(len(score), bool)
        inside[[index.row[key] for key in among]] = True
        score[~inside] = 0
    highest = float(np.max(score))
    if highest < 0.5:
        return _by_whole_name(index, asked, among)
    near = np.flatnonzero(score >= highest * NEAR)
    whole = " ".join(asked)
    names = [index.names[row] for row in near.tolist()]
    same = np.array([name == whole for name in names])
    other = np.array([not name.startswith(whole) for name in names])
    band = np.where(same, 0, np.where(score[near] >= SURE, 1, 2))
    by = (index.order[near], other, -score[near].round(2), index.closed[near], band)  # the last decides first
    return [index.keys[row] for row in near[np.lexsort(by)].tolist()]


def _fits(index: Words, asked: str) -> dict[int, float]:
    """The words of the register that one of the question may mean: each with how well it fits."""
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    fits: dict[int, float] = {}
    if len(asked) > 1:
        for at, word in enumerate(index.words):
            if asked in word:
                fits[at] = START if word.startswith(asked) else PART if len(asked) > SHORT else 0.0
    if asked in index.number:
        fits[index.number[asked]] = WHOLE
    elif len(asked) > SHORT:
        alike = process.extract(asked, index.words, scorer=JaroWinkler.similarity, score_cutoff=LIKE, limit=12)
        for _, likeness, at in alike:
            fits[at] = max(fits.get(at, 0.0), PART * float(likeness))
    place = index.number.get(f"in {asked}")
    return {at: fit for at, fit in fits.items() if fit} | ({place: PLACE} if place is not None else {})


def _weight(index: Words, at: int) -> float:
    return log(1 + len(index.keys) / max(1, int(index.start[at + 1] - index.start[at])))


def _by_whole_name(index: Words, asked: list[str], among: set[str] | None) -> list[str]:
    """Names that are like the question as a whole, where its words by themselves led nowhere: joined or parted words."""
    from rapidfuzz import fuzz, process

    found = process.extract("".join(asked), index.joined, scorer=fuzz.ratio, score_cutoff=WHOLLY)
    return [index.keys[row] for _, _, row in found if among is None or index.keys[row] in among]


def _index(register: Register) -> Words:
    made = register.tables.cache.get("school words")
    if made is None:
        made = register.tables.cache["school words"] = _build(register)
    return made


def _build(register: Register) -> Words:
    import numpy as np

    keys = register.keys()
    names = [form.folded(str(name)) if name else "" for name in register.values(keys, "school_name")]
    closed = np.array(register.closed(keys), bool)
    number: dict[str, int] = {}
    pairs: list[tuple[int, int]] = []
    folded: dict[str, list[str]] = {}
    places = [register.values(keys, column) for column in PLACES]
    for row, name in enumerate(names):
        said = set(name.split())
        for place in places:
            text = str(place[row] or "")
            if text not in folded:
                folded[text] = [f"in {word}" for word in form.folded(text).split()]
            said.update(folded[text])
        pairs += [(number.setdefault(word, len(number)), row) for word in said]
    table = np.array(pairs, np.int64).reshape(-1, 2)
    table = table[np.argsort(table[:, 0], kind="stable")]
    start = np.searchsorted(table[:, 0], np.arange(len(number) + 1))
    # Words of places are found as they stand only: 'in' keeps them apart from words of names.
    words = ["" if word.startswith("in ") else word for word in number]
    in_order = sorted(range(len(keys)), key=lambda row: (len(names[row]), names[row]))
    order = np.empty(len(keys), np.int64)
    order[in_order] = np.arange(len(keys))
    row_of = {key: row for row, key in enumerate(keys)}
    return Words(
        keys, row_of, names, [name.replace(" ", "") for name in names], closed, order, words, number, table[:, 1], start
    )
