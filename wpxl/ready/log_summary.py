"""The summary of the outreach log: key figures, and what the functions of wpxl make of its tables.

Answers of WP_ functions are counted by how they begin ("High*"): LibreOffice finds no text of an add-in equal to another, and a
model with the option "show route" says more than the bare answer.
"""

from __future__ import annotations

from typing import Any

from . import log_headings as c
from .formulas import write
from .tables import Row, Tables

BANDS = ("High", "Medium", "Low")
TERMS = ("Autumn", "Spring", "Summer")
Line = tuple[str, str, int, str]  # what it is, formula, answer, how it is counted


def _filled(rows: list[Row], heading: str) -> int:
    return sum(row[heading] is not None for row in rows)


def _sum(rows: list[Row], heading: str, **having: Any) -> int:
    return sum(row[heading] or 0 for row in rows if all(row[name] == value for name, value in having.items()))


def key_figures(tables: Tables) -> list[Line]:
    """Counts of work and of people, which are never the same."""
    attendance, learners, one = tables["Attendance"], tables["Learners"], tables["OnePageLog"]
    number, own, took = c.ATT["attending"], c.ORG["organisation"], c.ACTIVITIES
    reached = {row[c.ATT["organisation"]] for row in attendance if row[number]}
    schools = {row[own] for row in tables["Organisations"]} - {None}
    there = [row for row in learners if row[took]]
    decided = [row["Decision"] for row in there]
    targets, others = decided.count("Target"), decided.count("Not target")
    target, other = (
        f'COUNTIFS(Learners[{took}],">0",Learners[Decision],"{answer}*")' for answer in ("Target", "Not target")
    )
    return [
        ("Activities", f"COUNTA(Activities[{c.ACT['activity']}])", _filled(tables["Activities"], c.ACT["activity"]),
         "rows of Activities"),
        ("Schools and colleges reached",
         f"SUMPRODUCT((Organisations[{own}]<>\"\")*(COUNTIFS(Attendance[{c.ATT['organisation']}],Organisations[{own}],"
         f'Attendance[{number}],">0")>0))', len(reached & schools), "those of Organisations from which anybody came"),
        ("Total attended", f"SUM(Attendance[{number}])", _sum(attendance, number),
         "participations: whoever came twice counts twice"),
        ("Recorded individually", f"COUNTA(LearnerAttendance[{c.TOOK['learner']}])",
         _filled(tables["LearnerAttendance"], c.TOOK["learner"]), "participations with a name"),
        ("Headcount only", f"SUM(Activities[{c.HEADCOUNT}])", _sum(tables["Activities"], c.HEADCOUNT),
         "participations without a name: attended less recorded, activity by activity"),
        ("Learners recorded", f"COUNTA(Learners[{c.WHO['learner']}])", _filled(learners, c.WHO["learner"]),
         "people, each counted once"),
        ("Learners who took part", f'COUNTIFS(Learners[{took}],">0")', len(there), "people, of those recorded"),
        ("Target learners", target, targets, "people, of those who took part"),
        ("Not target", other, others, "people, of those who took part"),
        ("Not settled", f'COUNTIFS(Learners[{took}],">0")-{target}-{other}', len(there) - targets - others,
         "people of whom too little is known: never taken for a no"),
        ("Trackable", f'COUNTIFS(Learners[{c.TRACKABLE}],"Yes")', sum(row[c.TRACKABLE] == "Yes" for row in learners),
         "people with HEAT's tracking fields who have seen the statement"),
        ("One-page log: rows", f"COUNTA(OnePageLog[{c.ACT['title']}])", _filled(one, c.ACT["title"]),
         "not counted above; reports count them"),
        ("One-page log: attended", f"SUM(OnePageLog[{number}])", _sum(one, number), "participations, not counted above"),
    ]  # fmt: skip


def by_band(tables: Tables) -> list[tuple[str, str, int, str, int]]:
    """Priority, then schools and number attending, each as formula and answer; last what has no priority."""
    schools, attendance = tables["Organisations"], tables["Attendance"]
    number, own = c.ATT["attending"], c.ORG["organisation"]
    lines = [
        (band, f'COUNTIFS(Organisations[{c.PRIORITY}],"{band}*")', sum(row[c.PRIORITY] == band for row in schools),
         f'SUMIFS(Attendance[{number}],Attendance[{c.PRIORITY}],"{band}*")', _sum(attendance, number, **{c.PRIORITY: band}))
        for band in BANDS
    ]  # fmt: skip
    counted, came = "-".join(line[1] for line in lines), "-".join(line[3] for line in lines)
    return [*lines, (
        "No priority", f"COUNTA(Organisations[{own}])-{counted}", _filled(schools, own) - sum(line[2] for line in lines),
        f"SUM(Attendance[{number}])-{came}", _sum(attendance, number) - sum(line[4] for line in lines),
    )]  # fmt: skip


def by_term(tables: Tables) -> list[tuple[str, str, int, str, int]]:
    """Term, then activities and number attending, each as formula and answer."""
    rows, own = tables["Activities"], c.ACT["term"]
    return [
        (term, f'COUNTIFS(Activities[{own}],"{term}")', sum(row[own] == term for row in rows),
         f'SUMIFS(Activities[{c.ALL}],Activities[{own}],"{term}")', _sum(rows, c.ALL, **{own: term}))
        for term in TERMS
    ]  # fmt: skip


def fill(sheet: Any, made: dict[str, Any], tables: Tables, at: int) -> int:
    """The key figures from a row on, with the bands and terms beside them; the row after them."""
    figures = key_figures(tables)
    sheet.set_row(at, 22)
    sheet.write_row(at, 0, ["Key figures", None, "How it is counted"], made["head"])
    sheet.write_string(at, 1, "Number", made["number"])
    for row, (what, formula, answer, how) in enumerate(figures, at + 1):
        sheet.write_string(row, 0, what, made["cell"])
        write(sheet, row, 1, formula, answer, made["whole"])
        sheet.write_string(row, 2, how, made["cell"])
    below = at
    for heads, lines in (
        (["Priority", "Organisations", "Total attended"], by_band(tables)),
        (["Term", "Activities", "Total attended"], by_term(tables)),
    ):
        sheet.write_string(below, 4, heads[0], made["head"])
        sheet.write_row(below, 5, heads[1:], made["number"])
        for row, (name, first, one, second, two) in enumerate(lines, below + 1):
            sheet.write_string(row, 4, name, made["cell"])
            write(sheet, row, 5, first, one, made["whole"])
            write(sheet, row, 6, second, two, made["whole"])
        below += len(lines) + 2
    return at + len(figures) + 2
