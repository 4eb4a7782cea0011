"""The same learner twice: within a list, and against what HEAT has already.

Candidates come from several keys (date of birth, the sound of both names, home and initial…), so that a row need agree in one
thing only to be looked at; how they agree is measured in bulk, and `likeness` says what follows. Rows that are alike in every
respect are one from the start, so that a thousand copies cost no more than one.

within(listing)              # pairs of rows, by row
against(listing, export)     # the rows of an export that a row may be, by row
clusters(within(listing))    # rows that are surely one learner, together
"""

from __future__ import annotations

import csv
import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from .. import store
from ..domain import years
from ..domain.once import Once
from ..domain.people import (
    DIFFERENT,
    MISSING,
    NEAR,
    NOBODY,
    SAME,
    SOUND,
    first_names,
    last_names,
    middle_names_clash,
    name,
)
from . import candidates
from .learners import Person, people
from .likeness import TURNED, Agreement, Verdict, judge
from .shape import Listing

OTHERS = 3  # people in a list who make a name one that others have
BRIEF = 5  # letters of a first name, as in Jake and Jade
BIRTHDAYS = 2_500  # of learners within seven years of each other
BY_CHANCE = 0.2  # pairs of different people with one name and one date of birth


class Pair(NamedTuple):
    row_a: int  # of the sheet; above row_b
    row_b: int
    score: int  # 0 to 100
    why: str
    sure: bool


class Match(NamedTuple):
    row: int
    export_row: int
    heat_id: str | None  # as the export has it
    score: int
    why: str
    sure: bool  # False too where several rows of the export fit: a person chooses


def within(listing: Listing) -> list[Pair]:
    """Rows of a list that may be one learner, in the order of rows.

    Rows that are alike stand with the first of them. Where the list has a row for each activity, alike rows of different
    activities are no duplicates.
    """
    held = people(listing)
    found = []
    for person in held:
        repeated = [(rows[0], row) for rows in person.rows.values() for row in rows[1:]]
        alike = _alike(person) if repeated else None
        found += [Pair(a, b, alike.score, alike.why, alike.sure) for a, b in repeated] if alike else []
    for (i, j), verdict in _verdicts(held, None).items():
        a, b = sorted(_beside(held[i], held[j]))
        found.append(Pair(a, b, verdict.score, verdict.why, verdict.sure))
    return sorted(found)


def against(listing: Listing, export: Listing) -> list[Match]:
    """The rows of an export that rows of a list may be, best first. A row of the export that surely is one learner is not
    offered for a less sure one; where several fit, none is sure."""
    mine, theirs = people(listing), people(export)
    found: dict[int, list[tuple[int, Verdict]]] = defaultdict(list)
    verdicts = _verdicts(mine, theirs)
    taken = {j for (_, j), verdict in verdicts.items() if verdict.sure}
    for (i, j), verdict in verdicts.items():
        if verdict.sure or j not in taken:
            found[i].append((j, verdict))
    out = []
    for i, fits in found.items():
        fits = _best(mine[i], theirs, fits)
        several = len(fits) > 1
        for j, verdict in fits:
            why = f"{verdict.why}; more than one row of the export fits" if several else verdict.why
            there = next(iter(theirs[j].rows.values()))[0]
            for rows in mine[i].rows.values():
                out += [
                    Match(row, there, theirs[j].heat_id, verdict.score, why, verdict.sure and not several)
                    for row in rows
                ]
    return sorted(out, key=lambda match: (match.row, -match.score, match.export_row))


def clusters(pairs: Iterable[Pair]) -> list[tuple[int, ...]]:
    """Rows that are surely one learner, in order; one who is there three times stands in one of them."""
    head: dict[int, int] = {}

    def top(row: int) -> int:
        while (above := head.setdefault(row, row)) != row:
            head[row] = head[above]
            row = above
        return row

    for pair in pairs:
        if pair.sure:
            a, b = sorted((top(pair.row_a), top(pair.row_b)))
            head[b] = a
    together: dict[int, list[int]] = defaultdict(list)
    for row in sorted(head):
        together[top(row)].append(row)
    return [tuple(rows) for rows in together.values()]


# ------------------------------------------------------------------------------------------------------------- the work


def _alike(person: Person) -> Verdict | None:
    """What follows for rows that are alike in every respect."""
    kept = (person.first.words, person.last.words, person.born, person.home, person.heat)
    first, last, born, home, heat = (SAME if part else MISSING for part in kept)
    verdict = judge(Agreement(first, last, born, home, heat=heat, alone=True))
    return verdict and verdict._replace(
        score=min(100, verdict.score + 10)
    )  # that the gaps are the same says something, too


def _beside(a: Person, b: Person) -> tuple[int, int]:
    """Rows of two people, of one activity where they share one."""
    shared = [activity for activity in a.rows if activity in b.rows][:1]
    return (a.rows[shared[0]][0], b.rows[shared[0]][0]) if shared else (a.row, b.row)


def _best(person: Person, theirs: Sequence[Person], fits: list[tuple[int, Verdict]]) -> list[tuple[int, Verdict]]:
    """What is worth choosing from: the sure ones where there are any, and of them those with the HEAT ID that is given."""
    sure = [fit for fit in fits if fit[1].sure]
    known = [fit for fit in sure if person.heat and theirs[fit[0]].heat == person.heat]
    return known or sure or fits


def _verdicts(mine: Sequence[Person], others: Sequence[Person] | None) -> dict[tuple[int, int], Verdict]:
    """What is worth a look among all pairs of two lists, or of one (others is None; the lower place first)."""
    theirs = mine if others is None else others
    short, common = nicknames(), _common(mine, others)
    named = Counter(person.whole for person in mine)
    named_there = named if others is None else Counter(person.whole for person in theirs)
    near = Once(lambda pair: OSA.distance(*pair, score_cutoff=1) <= 1)
    judged = Once(judge)
    firsts = Once(lambda four: first_names(four[0], four[1], four[2], four[3], short))
    lasts = Once(lambda two: last_names(*two))

    def agreement(a: Person, b: Person, changed_over: bool) -> Agreement:
        first, last = (b.last, b.first) if changed_over else (b.first, b.last)
        middles = (NOBODY, NOBODY) if changed_over else (a.middle, b.middle)
        how_first, how_last = firsts[a.first, first, *middles], lasts[a.last, last]
        here, there = sorted((named[a.whole] or named_there[a.whole], named_there[b.whole] or named[b.whole]))
        pairs = here * (here - 1) / 2 if others is None else here * there
        return Agreement(
            how_first,
            how_last,
            _born(a.born, b.born),
            _at_home(a.home, b.home, near),
            changed_over=changed_over,
            clash=middle_names_clash(*middles),
            both_common=how_first != SAME and a.first.joined in common[0] and first.joined in common[0],
            brief=how_first in (NEAR, SOUND) and _brief(a.first.joined, first.joined),
            last_common=how_last not in (SAME, DIFFERENT) and a.last.joined in common[1] and last.joined in common[1],
            frequent=pairs / BIRTHDAYS > BY_CHANCE,
            alone=max(here, there) <= (3 if others is None else 2),
            heat=MISSING if not (a.heat and b.heat) else SAME if a.heat == b.heat else DIFFERENT,
        )

    found: dict[tuple[int, int], Verdict] = {}
    for i, j, changed_over in _candidates(mine, others):
        a, b = mine[i], theirs[j]
        if changed_over and a.whole > b.whole:
            a, b = b, a  # either way round is the same
        verdict = judged[agreement(a, b, changed_over)]
        if verdict is not None and ((i, j) not in found or verdict > found[i, j]):
            found[i, j] = verdict
    return found


def _candidates(mine: Sequence[Person], others: Sequence[Person] | None) -> Iterator[tuple[int, int, bool]]:
    for changed_over in (False, True):
        i, j = candidates.pairs(mine, others, changed_over)
        for a, b in zip(i.tolist(), j.tolist(), strict=True):
            yield a, b, changed_over


def _brief(a: str, b: str) -> bool:
    """Whether one letter stands for another in short names, so that both may be names: Jake and Jade, Dan and Don."""
    return len(a) == len(b) <= BRIEF and sorted(a) != sorted(b)


def _at_home(a: str | None, b: str | None, near: Once) -> int:
    if not a or not b:
        return MISSING
    return SAME if a == b else NEAR if near[a, b] else DIFFERENT


def _born(a: years.Date | None, b: years.Date | None) -> int:
    if a is None or b is None:
        return MISSING
    if a == b:
        return SAME
    if a[0] == b[0] and a[1:] == b[:0:-1]:
        return TURNED
    return NEAR if sum(x == y for x, y in zip(a, b, strict=True)) == 2 else DIFFERENT


def _common(mine: Sequence[Person], others: Sequence[Person] | None) -> tuple[set[str], set[str]]:
    """First and last names that several people of a list have, and first names that are in use anyway."""
    first, last = set(_in_use()), set[str]()
    for many in (mine, others or ()):
        first |= {n for n, count in Counter(person.first.joined for person in many).items() if count >= OTHERS}
        last |= {n for n, count in Counter(person.last.joined for person in many).items() if count >= OTHERS}
    return first, last


@functools.cache
def nicknames() -> dict[str, frozenset[str]]:
    """First name → its short forms, folded. Our own list."""
    made: dict[str, set[str]] = defaultdict(set)
    with (store.shipped("data") / "nicknames.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            made[name(row["name"]).joined].add(name(row["short"]).joined)
    return {long: frozenset(shorts) for long, shorts in made.items()}


@functools.cache
def _in_use() -> frozenset[str]:
    """First names that are common anyway, whatever the list."""
    with (store.shipped("data") / "common_names.csv").open(encoding="utf-8", newline="") as file:
        common = {name(row["name"]).joined for row in csv.DictReader(file) if row["used"] == "first"}
    return frozenset(common | {form for long, shorts in nicknames().items() for form in (long, *shorts)})
