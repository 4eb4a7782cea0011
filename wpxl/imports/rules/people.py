"""Who may be given, who is there twice, and schools that nobody knows: the learner rows as the tracking rules see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ... import store
from ...domain import answers, school
from ...errors import Fault
from ..duplicates import against, within
from ..shape import ERROR, NOTE, STUDENTS, WARNING, Finding
from .ground import Ground, Rule

UNSEEN = Rule(
    "statement_unseen", ERROR, "The tracking statement is not said to have been seen, so this learner cannot be given by name.",
    "Learners are recorded one by one only where they have seen HEAT's tracking statement.",
    "Show them the statement, or count them in the total number of students of the activity.",
)  # fmt: skip
HEADCOUNT = Rule(
    "headcount", NOTE, "{count} without the tracking statement{where}.", "They may be given as a number of students only.",
    "Add {number:,} to the total number of students{of}.",
)  # fmt: skip
NO_STATEMENT = Rule(
    "statement_column", WARNING, "No column says whether learners have seen the tracking statement.",
    "Learners are recorded one by one only where they have.", "Add a column 'Tracking statement seen' with Y or N.",
)  # fmt: skip
DUPLICATE = Rule(
    "duplicate", WARNING, "This may be the same learner as in row {other}.", "{why}", "Keep one row, if they are one person.",
)  # fmt: skip
MAYBE = DUPLICATE._replace(severity=NOTE)
EXPORTED = Rule(
    "in_export", NOTE, "The HEAT export may have this learner already (its row {other}).", "{why}",
    "Give the HEAT ID, or leave the row out, if it is the same person.",
)  # fmt: skip
NO_SCHOOL = Rule(
    "school_unknown", WARNING, "No list of schools at hand has this school.",
    "A record goes to a school or college that HEAT knows.",
    "Correct the name or give the URN; where it cannot be found out, name 'Unknown Institution [Open] - E (#052923)'.",
)  # fmt: skip
RULES = (UNSEEN, HEADCOUNT, NO_STATEMENT, DUPLICATE, EXPORTED, NO_SCHOOL)

LIKELY = 85  # of 100: below it, namesakes are as likely as one learner twice


def look(ground: Ground) -> Iterator[Finding]:
    if ground.has("organisation"):
        yield from _schools(ground)
    if ground.about != STUDENTS:
        return
    if ground.has("tracking_statement") or ground.has("statement_date"):
        yield from _unseen(ground)
    elif ground.asked.template is None and ground.rows and ground.fields.keys() & {"last_name", "name"}:
        yield ground.found(NO_STATEMENT, -1, 0)
    if ground.asked.duplicates:
        yield from _twice(ground)
        yield from _exported(ground)


def _unseen(ground: Ground) -> Iterator[Finding]:
    at = ground.fields.get("tracking_statement", ground.fields.get("statement_date", 0))
    rows = [row for row in ground.rows if not ground.seen[row]]
    for row in rows:
        yield ground.found(UNSEEN, row, at)
    activities = ground.texts("activity")
    counts = Counter(activities[row] for row in rows)
    first = {activities[row]: row for row in reversed(rows)}
    for activity, row in sorted(first.items(), key=lambda entry: entry[1]):
        number = counts[activity]
        count = "1 learner is" if number == 1 else f"{number:,} learners are"
        where, of = ("", "") if activity is None else (" in this row's activity", " of this activity")
        yield ground.found(HEADCOUNT, row, at, count=count, where=where, of=of, number=number)


# ---------------------------------------------------------------------------------------------------------- twice


def _twice(ground: Ground) -> Iterator[Finding]:
    """Pairs of rows that are likely one learner, said on the later one, and once for each row. WP_DUPLICATES has them all."""
    at, first = _named(ground), ground.listing.first_row
    if at is None:
        return
    told: set[int] = set()
    for pair in sorted(within(ground.listing), key=lambda pair: not pair.sure):
        a, b = pair.row_a - first, pair.row_b - first
        if (pair.sure or pair.score >= LIKELY) and b not in told and not {a, b} & ground.set_aside:
            told.add(b)
            yield ground.found(DUPLICATE if pair.sure else MAYBE, b, at, other=pair.row_a, why=_sentence(pair.why))


def _exported(ground: Ground) -> Iterator[Finding]:
    """The best row of the export for each row."""
    at, export = _named(ground), ground.asked.export
    if export is None or at is None:
        return
    told: set[int] = set()
    for match in against(ground.listing, export):
        row = match.row - ground.listing.first_row
        if row not in told and row not in ground.set_aside:
            told.add(row)
            yield ground.found(EXPORTED, row, at, other=match.export_row, why=_sentence(match.why))


def _named(ground: Ground) -> int | None:
    return next((ground.fields[name] for name in ("last_name", "name", "first_name") if name in ground.fields), None)


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


# --------------------------------------------------------------------------------------------------------- schools


def _schools(ground: Ground) -> Iterator[Finding]:
    at, own = ground.fields["organisation"], {school.folded(name) for name in ground.asked.schools}
    want = ground.wanted[at]
    if want is not None and want.allowed:
        return  # the template's own list of schools decides
    tables = store.installed()
    register = store.register(tables)
    judges = bool(own) or (bool(register.ours) and not tables.sample_only)
    if not judges:
        return

    def unknown(cell: Any) -> bool:
        text = str(cell).strip() if cell is not None and not isinstance(cell, Fault) else ""
        if not text or answers.unsaid(text) or school.folded(text) in own or school.folded(text) in _NOBODY:
            return False
        kind, _ = school.parse(cell)
        return kind not in (school.LOST, school.JUNK) and not isinstance(register.find(text), str)

    for row, is_unknown in enumerate(ground.made("unknown school", unknown, at)):
        if is_unknown:
            yield ground.found(NO_SCHOOL, row, at)


_NOBODY = {"unknown institution", "unknown institution open e", "unknown beneficiary"}
