"""What the tables of the outreach log add up to: each count as a formula, and the same in Python.

Answers of WP_ functions are counted by how they begin ("High*"): LibreOffice finds no text of an add-in equal to another, and a
model with the option "show route" says more than the bare answer.
"""

from __future__ import annotations

from typing import NamedTuple

from . import log_headings as c
from .tables import Row, Tables

BANDS = ("High", "Medium", "Low")
TERMS = ("Autumn", "Spring", "Summer")


class Count(NamedTuple):
    formula: str
    answer: int


class Line(NamedTuple):
    what: str
    counts: tuple[Count, ...]
    how: str = ""


def filled(table: str, heading: str, rows: list[Row]) -> Count:
    return Count(f"COUNTA({table}[{heading}])", sum(row[heading] is not None for row in rows))


def total(table: str, heading: str, rows: list[Row]) -> Count:
    return Count(f"SUM({table}[{heading}])", sum(row[heading] or 0 for row in rows))


def beginning(table: str, heading: str, words: str, rows: list[Row], more: str = "") -> Count:
    """The rows whose cell begins with words; `more` are further conditions, which the rows given fulfil."""
    formula = f'COUNTIFS({table}[{heading}],"{words}*"{more})'
    return Count(formula, sum(str(row[heading]).startswith(words) for row in rows))


def attended(table: str, number: str, heading: str, words: str, rows: list[Row]) -> Count:
    """The people of the rows whose cell begins with words."""
    formula = f'SUMIFS({table}[{number}],{table}[{heading}],"{words}*")'
    return Count(formula, sum(row[number] or 0 for row in rows if str(row[heading]).startswith(words)))


def less(whole: Count, *parts: Count) -> Count:
    return Count("-".join([whole.formula, *(p.formula for p in parts)]), whole.answer - sum(p.answer for p in parts))


def key_figures(tables: Tables) -> list[Line]:
    """Counts of work and of people, which are never the same."""
    attendance, learners, one = tables["Attendance"], tables["Learners"], tables["OnePageLog"]
    number, own, at = c.ATT["attending"], c.ORG["organisation"], c.ATT["organisation"]
    reached = {row[at] for row in attendance if row[number]}
    came = f'COUNTIFS(Attendance[{at}],Organisations[{own}],Attendance[{number}],">0")>0'
    schools = Count(
        f'SUMPRODUCT((Organisations[{own}]<>"")*({came}))',
        len(reached & {row[own] for row in tables["Organisations"]} - {None}),
    )
    more = f',Learners[{c.ACTIVITIES}],">0"'
    there = [row for row in learners if row[c.ACTIVITIES]]
    took = Count(f'COUNTIFS(Learners[{c.ACTIVITIES}],">0")', len(there))
    target, other = (beginning("Learners", c.DECISION, words, there, more) for words in ("Target", "Not target"))
    trackable = beginning("Learners", c.TRACKABLE, "Yes", learners)
    recorded = filled("LearnerAttendance", c.TOOK["learner"], tables["LearnerAttendance"])
    headcount = total("Activities", c.HEADCOUNT, tables["Activities"])
    return [
        Line("Activities", (filled("Activities", c.ACT["activity"], tables["Activities"]),), "rows of Activities"),
        Line("Schools and colleges reached", (schools,), "those of Organisations from which anybody came"),
        Line(c.ALL, (total("Attendance", number, attendance),), "participations: whoever came twice counts twice"),
        Line(c.RECORDED, (recorded,), "participations with a name"),
        Line(c.HEADCOUNT, (headcount,), "participations without one: attended less recorded, activity by activity"),
        Line("Learners recorded", (filled("Learners", c.WHO["learner"], learners),), "people, each counted once"),
        Line("Learners who took part", (took,), "people, of those recorded"),
        Line("Target learners", (target,), "people, of those who took part"),
        Line("Not target", (other,), "people, of those who took part"),
        Line("Not settled", (less(took, target, other),), "people of whom too little is known: never taken for a no"),
        Line(c.TRACKABLE, (trackable,), "people with HEAT's tracking fields who have seen the statement"),
        Line("One-page log: rows", (filled("OnePageLog", c.ACT["title"], one),), "counted here alone; reports count them too"),
        Line("One-page log: attended", (total("OnePageLog", number, one),), "participations, counted here alone"),
    ]  # fmt: skip


def by_band(tables: Tables) -> list[Line]:
    """Schools and people by the priority of the school; last what has none."""
    schools, attendance = tables["Organisations"], tables["Attendance"]
    number, own = c.ATT["attending"], c.ORG["organisation"]
    lines = [
        Line(band, (
            beginning("Organisations", c.PRIORITY, band, schools),
            attended("Attendance", number, c.PRIORITY, band, attendance),
        )) for band in BANDS
    ]  # fmt: skip
    whole = filled("Organisations", own, schools), total("Attendance", number, attendance)
    rest = (less(all_, *(line.counts[i] for line in lines)) for i, all_ in enumerate(whole))
    return [*lines, Line("No priority", tuple(rest))]


def by_term(tables: Tables) -> list[Line]:
    """Activities and people by term."""
    rows, own = tables["Activities"], c.ACT["term"]
    return [
        Line(term, (beginning("Activities", own, term, rows), attended("Activities", c.ALL, own, term, rows)))
        for term in TERMS
    ]
