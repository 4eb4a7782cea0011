"""Whether two rows are one learner, from how their names, dates of birth, postcodes and HEAT IDs agree: a score, a sentence, and
whether it is sure.

What is sure could be acted upon without looking; what is not is for a person to look at. Twins share all but the first name, so
first names that differ are never one learner, and such as differ little are sure only where one of them is no name that
others have too. Without a date of birth nothing is sure.
"""

from __future__ import annotations

from typing import NamedTuple

from ..domain.people import DIFFERENT, INITIAL, MISSING, NEAR, PART, SAME, SHORT, SOUND

TURNED = SOUND  # day and month changed over, among dates
# Of a hundred: how much an agreement counts.
FIRST = {SAME: 30, SHORT: 27, SOUND: 25, NEAR: 24, PART: 18, INITIAL: 15, MISSING: 8, DIFFERENT: 0}
LAST = {SAME: 30, PART: 25, SOUND: 25, NEAR: 24, MISSING: 5, DIFFERENT: 5}
BORN = {SAME: 30, TURNED: 24, NEAR: 20, MISSING: 10, DIFFERENT: 0}
HOME = {SAME: 10, NEAR: 8, MISSING: 5, DIFFERENT: 3}

_LIKE = {NEAR, SOUND, SHORT, SAME}  # differences that a slip of the hand, an ear or a habit explains


class Agreement(NamedTuple):
    first: int
    last: int
    born: int
    home: int
    changed_over: bool = False  # the first name of one is the last name of the other
    clash: bool = False  # middle names that cannot be one
    both_common: bool = False  # first names that differ, each of them others' name too
    brief: bool = False  # first names so short that one letter for another makes another name
    last_common: bool = False  # the same of last names
    frequent: bool = False  # so many have this name that some share a date of birth by chance
    alone: bool = False  # nobody else in the lists has this name
    heat: int = MISSING  # HEAT IDs: SAME, DIFFERENT or MISSING


class Verdict(NamedTuple):
    score: int
    why: str
    sure: bool


def judge(of: Agreement) -> Verdict | None:
    """What follows; None: nothing worth a look."""
    sure, doubts = _sure(of)
    if not sure and not _worth_a_look(of):
        return None
    score = FIRST[of.first] + LAST[of.last] + BORN[of.born] + HOME[of.home] - 4 * of.changed_over - 5 * bool(doubts)
    if of.heat == DIFFERENT and not sure:
        score -= 10  # HEAT has told them apart before
    if of.heat == SAME:
        score = max(score, 100 if sure else 70)
    return Verdict(max(score, 0), said(of, doubts), sure)


def _sure(of: Agreement) -> tuple[bool, list[str]]:
    """Whether there can be no reasonable doubt, and what makes it doubtful where only that does."""
    if of.heat == SAME:
        agrees = DIFFERENT not in (of.first, of.last, of.born)
        return agrees, [] if agrees else ["one HEAT ID should be one person"]
    at_home = of.home in (SAME, NEAR)
    first, last = of.first in _LIKE, of.last in _LIKE or of.last == PART
    if not (first and last):
        return False, []
    exact = of.first == SAME and of.last == SAME
    if of.born == TURNED:
        enough = at_home and (of.first == SAME or of.last == SAME)
    elif of.born == NEAR:
        enough = at_home and exact
    else:
        enough = of.born == SAME and (at_home or of.first == SAME or of.last == SAME)
    if not enough:
        return False, []
    doubts = []
    if of.both_common and of.first != SHORT:
        doubts.append(
            f"both first names are names of others too, so these may be {'twins' if at_home else 'two people'}"
        )
    elif of.brief:
        doubts.append("in short names a letter may tell twins apart")
    if of.heat == DIFFERENT and of.first in (NEAR, SOUND):
        doubts.append("HEAT has told them apart")
    if of.clash:
        doubts.append("middle names differ, so these may be twins")
    if of.last_common and not at_home:
        doubts.append("both last names are names of others too")
    if of.frequent and not at_home:
        doubts.append("so many have this name that two may share a date of birth")
    return not doubts, doubts


def _worth_a_look(of: Agreement) -> bool:
    at_home = of.home in (SAME, NEAR)
    if of.heat == SAME:
        return True
    if not at_home and of.born != SAME and (of.clash or of.heat == DIFFERENT):
        return False  # a name in common, and something that speaks against it
    if of.first == DIFFERENT or (of.first == MISSING and not (at_home and of.born == SAME)):
        return False
    names = of.first in _LIKE and (of.last in _LIKE or of.last == PART)
    exact = of.first == SAME and of.last == SAME
    if of.born == SAME:
        return of.last not in (DIFFERENT, MISSING) or (at_home and of.first in (SAME, SHORT))
    if of.born == TURNED:
        return exact or (at_home and names)
    if of.born == NEAR:
        return (at_home and names) or (exact and of.alone)
    if of.born == MISSING:
        return (at_home and (names or (of.first == INITIAL and of.last == SAME))) or (
            exact and (of.home == MISSING or of.alone)
        )
    return at_home and exact and not of.changed_over


# ------------------------------------------------------------------------------------------------------------ sentences

_FIRST = {
    SHORT: "one first name is a short or longer form of the other", SOUND: "first names sound alike",
    NEAR: "first names differ by a letter or two", PART: "first names are close, but could be two people's",
    INITIAL: "only the initial of a first name is given", MISSING: "a first name is missing", DIFFERENT: "first names differ",
}  # fmt: skip
_LAST = {
    PART: "one last name is a part of the other", SOUND: "last names sound alike", NEAR: "last names differ by a letter or two",
    MISSING: "a last name is missing", DIFFERENT: "last names differ",
}  # fmt: skip
_BORN = {
    TURNED: "day and month of birth are changed over", NEAR: "dates of birth differ in one part",
    MISSING: "a date of birth is missing", DIFFERENT: "dates of birth differ",
}  # fmt: skip
_HOME = {NEAR: "postcodes differ by one character", MISSING: "a postcode is missing", DIFFERENT: "postcodes differ"}


def said(of: Agreement, doubts: list[str]) -> str:
    """What agrees and what differs. No name, date or postcode is in it."""
    same = [] if of.heat != SAME else ["HEAT ID"]
    same += ["first and last name"] if of.first == of.last == SAME else [
        part for part, how in (("first name", of.first), ("last name", of.last)) if how == SAME
    ]  # fmt: skip
    same += [part for part, how in (("date of birth", of.born), ("postcode", of.home)) if how == SAME]
    parts = [f"same {_listed(same)}"] if same else []
    if of.changed_over:
        parts.append("first and last name are changed over")
    told = ((_FIRST, of.first), (_LAST, of.last), (_BORN, of.born), (_HOME, of.home))
    parts += [words[how] for words, how in told if how in words]
    if of.heat == DIFFERENT:
        parts.append("HEAT IDs differ")
    return "; ".join([*parts, *doubts])


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
