"""From a cell's words to a title of the book: as written, without words of rank or place, spelt otherwise, or nearest.

Each step is tried only where the one before it finds nothing, so that a title that the book has is never read as another.
"""

from __future__ import annotations

import functools
import math
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from ..domain import titles
from ..domain.titles import Reading, each_of
from .book import Book, Entry, Key

EXACT, PART, SPELLING, NEAR = "exactly", "in part", "spelling", "nearest"
ENOUGH = 0.66  # share of the words' weight that a title must have in common with the cell
RANKS = each_of(
    "senior junior lead leading principal trainee apprentice qualified experienced chartered registered deputy regional area "
    "night day mobile private registrar band grade level 1 2 3 4 5 6 7 8 9 i ii iii newly fully local international global "
    "advanced specialist professional staff operative head chief group assistant seasonal relief supply volunteer "
    "permanent temporary various secondary primary high busy big small large male female"
)  # fmt: skip
ANYBODY = each_of("worker man operative staff employee")
ABOVE = each_of("manager owner director head supervisor officer leader executive consultant landlord foreman")
EMPLOYERS = each_of(
    "tesco asda sainsbury morrison aldi lidl waitrose coop amazon argo boot primark nhs council royal mail bt dhl "
    "ups dpd hermes evri mcdonald kfc gregg costa starbuck coffee subway bp shell jlr jaguar land rover toyota "
    "nissan honda airbu bae barclay hsbc lloyd natwest santander hmrc dwp"
)
PLACES = each_of("hospital school office company firm factory shop university college")


class Match(NamedTuple):
    entries: tuple[Entry, ...]  # more than one: equally near
    how: str


def match(book: Book, reading: Reading) -> Match | None:
    """The titles that a reading means; None where nothing in the book is near."""
    for words in _forms(reading):
        entry = book.find(words)
        if entry:
            return Match((entry,), EXACT if words == reading.words else PART)
    run_together = book.joined.get("".join(reading.words))
    if run_together:
        return Match((book.entry(run_together),), SPELLING)
    mended = reading._replace(words=mend(book, reading.words), first=mend(book, reading.first))
    if mended.words != reading.words:
        for words in _forms(mended):
            entry = book.find(words)
            if entry:
                return Match((entry,), SPELLING)
    for words in dict.fromkeys((mended.words, mended.first, *map(without_employers, (mended.words, mended.first)))):
        near = () if EMPLOYERS.issuperset(words) else _near(book, words)
        if near:
            return Match(near, NEAR)
    return _part(book, mended)


def without_employers(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(w for w in words if w not in EMPLOYERS)


def _forms(reading: Reading) -> Iterator[tuple[str, ...]]:
    """A reading's words, then fewer of them: without words of rank, without employers, without the place."""
    tried: set[tuple[str, ...]] = set()
    for words in (reading.words, reading.first):
        for without in (frozenset[str](), EMPLOYERS | PLACES, RANKS, RANKS | EMPLOYERS | PLACES):
            left = tuple(w for w in words if w not in without)
            if left and left not in tried:
                tried.add(left)
                yield left


def _part(book: Book, reading: Reading) -> Match | None:
    """The longest run of words that is a title by itself, the last such run first: the job stands at the end."""
    words = reading.first
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length, -1, -1):
            entry = book.find(words[start : start + length])
            if entry and (length > 1 or words[start] not in RANKS | EMPLOYERS | PLACES):
                return Match((entry,), PART)
    return None


# ------------------------------------------------------------------------------------------------------ spelling


def mend(book: Book, words: tuple[str, ...]) -> tuple[str, ...]:
    """Words that no title has, each replaced by the nearest that one has; words written apart joined."""
    joined: list[str] = []
    for word in words:
        if joined and (joined[-1] not in book.where or word not in book.where) and joined[-1] + word in book.where:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(dict.fromkeys(part for word in joined for part in _mended(book, word).split()))


def _mended(book: Book, word: str) -> str:
    if word in book.where or word in EMPLOYERS or len(word) < 5:
        return word
    made = _spellings(book)
    if word not in made:
        made[word] = _nearest_word(book, word)
    return made[word]


@functools.lru_cache(2)
def _spellings(book: Book) -> dict[str, str]:
    return {}


def _nearest_word(book: Book, word: str) -> str:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    singular = titles.word
    if word.endswith("s") and word[:-1] in book.where:
        return word[:-1]
    slips = 1 if len(word) < 7 else 2
    found = process.extract(word, book.vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=12)
    near = [(f[1], f[0][0] != word[0], -len(book.where.get(singular(f[0]), ())), singular(f[0])) for f in found]
    near = [n for n in near if n[2] and (n[0] < 2 or not n[1])]
    if near:  # fewest slips, then the same first letter, then the commonest word
        return min(near)[3]
    for end in ("ing", "er", "or"):
        if word.endswith(end) and singular(word.removesuffix(end)) in book.where:
            return singular(word.removesuffix(end))
    for cut in range(4, len(word) - 3):  # run together: "lorrydriver"
        if word[:cut] in book.where and word[cut:] in book.where:
            return f"{word[:cut]} {word[cut:]}"
    return word


# ------------------------------------------------------------------------------------------------------- nearest


def nearest(book: Book, words: tuple[str, ...], limit: int) -> list[tuple[float, Key]]:
    """Titles with words in common, best first: how much of both texts' weight they share. Rare words weigh more."""
    if not words:
        return []
    where, total = book.where, len(book.keys)
    weight = {w: _weight(book, w) for w in words}
    scores: dict[int, float] = defaultdict(float)
    for word in words:
        for number in where.get(word, ()):
            scores[number] += weight[word]
    mine = sum(weight.values())
    best = sorted(scores.items(), key=lambda s: -s[1])[: max(400, 4 * limit)]
    ranked = []
    for number, shared in best:
        title = book.keys[number]
        theirs = sum(_weight(book, w) for w in title)
        bonus = 0.02 * (title in book.common) - 0.0001 * number / total
        ranked.append((2 * shared / (mine + theirs) + bonus, title))
    ranked.sort(key=lambda r: -r[0])
    return ranked[:limit]


def _weight(book: Book, word: str) -> float:
    """Rare words weigh more; a word that no title has weighs as much as an ordinary one."""
    count = len(book.where.get(word, ()))
    return math.log(len(book.keys) / count) if count else 0.6 * math.log(len(book.keys))


def _near(book: Book, words: tuple[str, ...]) -> tuple[Entry, ...]:
    """The nearest titles, those that are as near as the nearest.

    What the job is, the last word, must be common to both; only a title that is common itself, or ends in a word such as
    "worker", may add it, and none may add that somebody is in charge.
    """
    fits = []
    for score, k in nearest(book, words, 24):
        entry = book.entry(k)
        last = titles.words(entry.title)[-1]
        added = last in ANYBODY or entry.built_in
        if score >= ENOUGH and words[-1] in k and (last in words or added) and not (ABOVE & set(k)) - set(words):
            fits.append((score, entry))
    return tuple(entry for score, entry in fits if score >= fits[0][0] - 0.02)[:4]
