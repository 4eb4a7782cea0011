"""What has to be there, and values that have to be those of a list: the template's own, or yes and no."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ... import fields
from ...domain import answers
from ...domain.blank import is_blank
from ...domain.names import simple
from ...domain.once import Once
from ...errors import Fault
from ..shape import ERROR, NOTE, STUDENTS, WARNING, Finding, Wanted
from ..template import TABLE_OF
from .ground import Ground, Rule, bare, said

MISSING = Rule(
    "missing", ERROR, "{heading} is missing.", "{why}", "Fill it in{so}.",
)  # fmt: skip
NO_COLUMN = Rule(
    "missing_column", ERROR, "No column of the list is {heading}.", "{why}", "Add the column, or say which one it is.",
)  # fmt: skip
NOT_LISTED = Rule(
    "not_in_list", ERROR, "The value is none of the template's list for {heading}.",
    "Only values of that list are taken, letter by letter.", "{mend}",
)  # fmt: skip
SPELLING = Rule(
    "list_spelling", NOTE, "The value is spelt otherwise than in the template's list for {heading}.",
    "Only values of that list are taken, letter by letter.", "Write it as '{value}'.",
)  # fmt: skip
ANSWER = Rule(
    "answer_unread", WARNING, "{heading}: this is neither yes nor no.", "What cannot be read counts as not known.",
    "Write Y or N, or leave the cell blank if it is not known.",
)  # fmt: skip
NON_ANSWER = Rule(
    "non_answer", NOTE, "{heading}: {count} 'not known' or 'prefer not to say' by a code.",
    "These say that nothing is known, and never take the place of an answer that is.", "Leave it, if that is so.",
)  # fmt: skip
RULES = (MISSING, NO_COLUMN, NOT_LISTED, SPELLING, ANSWER, NON_ANSWER)

TRACKING = ("first_name", "last_name", "date_of_birth", "organisation", "postcode")  # what HEAT tracks a learner by
NEEDS = {"activities": ("date",), "schools": ("organisation",)}
BY_TEMPLATE = "The template marks it as mandatory."
BY_NOTICE = "A learner is tracked by first and last name, date of birth, school and home postcode."
NEAR = 70.0  # of 100: less alike is no suggestion
_CODED = re.compile(r"(?:^|\D)99[789]\)?$").search


def look(ground: Ground) -> Iterator[Finding]:
    yield from _missing(ground)
    for at, want in enumerate(ground.wanted):
        if want is not None and want.allowed:
            yield from _listed(ground, at, want)
        elif ground.kinds[at] == "answer":
            yield from _answered(ground, at)
        yield from _coded(ground, at)


# ---------------------------------------------------------------------------------------------------- what is missing


def _missing(ground: Ground) -> Iterator[Finding]:
    individual = ground.seen if ground.about == STUDENTS else [True] * ground.height
    for at, heading, why in _needed(ground):
        if at is None:
            yield ground.found(NO_COLUMN, -1, 0, heading=heading, why=why)
            continue
        so = (
            ", or name HEAT's 'Unknown Institution [Open] - E (#052923)'"
            if at == ground.fields.get("organisation")
            else ""
        )
        raw, want = ground.raw[at], ground.wanted[at]
        cells = (
            ground.cells(at) if want is not None and want.allowed else ground.texts(at)
        )  # a list may say "not known"
        for row in ground.rows:
            if is_blank(cells[row]) and individual[row] and not (row < len(raw) and isinstance(raw[row], Fault)):
                yield ground.found(MISSING, row, at, heading=heading, why=why, so=so)


def _needed(ground: Ground) -> Iterator[tuple[int | None, str, str]]:
    """The columns in which every record needs a value: place (None where there is none), heading, reason."""
    template = ground.asked.template
    if template is not None:
        places = {want.column: at for at, want in enumerate(ground.wanted) if want is not None}
        for want in template.columns:
            if want.mandatory and want.column in places:
                yield places[want.column], want.heading, BY_TEMPLATE
            elif want.mandatory and not _given_otherwise(ground, want.field):
                yield None, want.heading, BY_TEMPLATE
        return
    of = fields.of(TABLE_OF.get(ground.about, "learners"))
    names = TRACKING if ground.about == STUDENTS and ground.fields.keys() & {"first_name", "last_name", "name"} else ()
    for name in names or NEEDS.get(ground.about, ()):
        if name in ground.fields:
            yield ground.fields[name], ground.headings[ground.fields[name]], BY_NOTICE if names else _plain_need(name)
        elif names and not _given_otherwise(ground, name):
            yield None, of[name].label, BY_NOTICE


def _plain_need(name: str) -> str:
    return (
        "Without a date an activity belongs to no year or term."
        if name == "date"
        else "Without it the row says nothing."
    )


def _given_otherwise(ground: Ground, field: str | None) -> bool:
    """Whether another column says it: a whole name, a school's number."""
    if field in ("first_name", "last_name"):
        return "name" in ground.fields
    return field == "organisation" and bool(ground.fields.keys() & {"urn", "laestab"})


# --------------------------------------------------------------------------------------------------- values of lists


def _listed(ground: Ground, at: int, want: Wanted) -> Iterator[Finding]:
    judged = Once(lambda cell: _judge(cell, want))
    allowed, heading = set(want.allowed), want.heading
    for row, (cell, raw) in enumerate(zip(ground.texts(at), ground.cells(at), strict=True)):
        if raw is None or raw in allowed or is_blank(raw):
            continue
        right, near = judged[cell if cell is not None else bare(str(raw))]
        if right is not None:
            if bare(str(raw)) != right:  # but for its spaces, which another rule takes out
                yield ground.found(SPELLING, row, at, right, heading=heading, value=right)
        elif cell is not None:
            mend = f"The nearest value is '{near}'." if near else "Choose one from the list."
            yield ground.found(NOT_LISTED, row, at, heading=heading, mend=mend)


def _judge(text: str, want: Wanted) -> tuple[str | None, str | None]:
    """The value of the list that a text certainly is, else the nearest to it."""
    same = [value for value in want.allowed if simple(value) == simple(text)]
    if len(same) == 1:
        return same[0], None
    code = re.fullmatch(r"\(?(\d{1,4})\)?", text)
    coded = [value for value in want.allowed if code and re.search(rf"\(0*{int(code[1])}\)\s*$", value)]
    if len(coded) == 1:
        return coded[0], None
    if len(want.allowed) <= ANSWERS:
        meant = _same_answer(text, want)
        if meant:
            return meant, None
    from rapidfuzz import fuzz, process

    near = process.extractOne(
        text.casefold(), [value.casefold() for value in want.allowed], scorer=fuzz.WRatio, score_cutoff=NEAR
    )
    return None, want.allowed[near[2]] if near else None


ANSWERS = 12  # values of the longest list that still asks for a yes or no


def _same_answer(text: str, want: Wanted) -> str | None:
    """The one value of a list of yes and no that says the same."""
    states = {value: answers.read("", value) for value in want.allowed}
    if answers.YES not in states.values() or answers.NO not in states.values():
        return None
    state = answers.read("", text)
    same = [value for value in want.allowed if states[value] == state]
    return same[0] if isinstance(state, int) and state in (answers.YES, answers.NO) and len(same) == 1 else None


def _answered(ground: Ground, at: int) -> Iterator[Finding]:
    field = ground.listing.columns[at].field or ""
    if field == "tracking_statement" and "form" in simple(ground.headings[at]):
        return  # it names the form that was seen
    heading = ground.headings[at]
    for row, state in enumerate(ground.made("answer", lambda cell: answers.read(field, cell), at)):
        if isinstance(state, Fault):
            yield ground.found(ANSWER, row, at, heading=heading)


def _coded(ground: Ground, at: int) -> Iterator[Finding]:
    """One finding a column: non-answers are answers, and many."""
    if ground.kinds[at] in ("number", "percent", "date", "postcode", "id"):
        return
    coded = [row for row, is_coded in enumerate(ground.made("coded", _is_coded, at)) if is_coded]
    if coded:
        count = "one cell says" if len(coded) == 1 else f"{len(coded):,} cells say"
        yield ground.found(NON_ANSWER, coded[0], at, heading=ground.headings[at], count=count)


def _is_coded(cell: Any) -> bool:
    return isinstance(cell, str) and bool(_CODED(cell.strip())) and answers.unsaid(cell) and said(cell) is None
