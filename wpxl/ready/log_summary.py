"""The summary of the outreach log: key figures, and what the functions of wpxl make of its tables."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from ..workbooks import look
from . import log_headings as c
from .formulas import Ref, spill, write
from .log_counts import by_band, by_term, key_figures
from .tables import HEADS, Column, Row, Tables

# What is asked of the learners recorded: its name, their column, the measure, and who counts.
SHARES: list[tuple[str, str, str, str | None]] = [
    ("Most deprived 40 % of areas", "postcode", "IMD rank", "40 %"), ("POLAR4 quintile 1", "postcode", "POLAR4", "q1"),
    ("POLAR4 quintiles 1 and 2", "postcode", "POLAR4", "q1-2"), ("TUNDRA quintiles 1 and 2", "postcode", "TUNDRA", "q1-2"),
    ("Free school meals", "fsm", "FSM", None), ("16-19 bursary", "bursary", "bursary", None),
    ("No parental HE", "parental_he", "parental HE", None), ("NS-SEC 4-8", "nssec", "NS-SEC", "4-8"),
    ("Disability", "disabled", "disabled", None), ("Care", "in_care", "in care", None),
]  # fmt: skip
WIDTHS = [34.0, 15, 14, 12, 13, 12, 12, 68, 12]
LAST = len(WIDTHS) - 2  # the column that headings over words run on to


# What WP_ACTIVITY reads: tables, each with its last column. All that follows may hold errors, which Calc hands to no function.
LISTS = {"Attendance": c.ACT["title"], "Learners": c.WHO["notes"], "LearnerAttendance": c.TOOK["learner"]}


def fill(sheet: Any, made: dict[str, Any], columns: dict[str, list[Column]], tables: Tables, at: int) -> None:
    """One section below the other from a row on; the one that grows comes last."""
    for heads, lines in (
        (["Key figures", "Number", "How it is counted"], key_figures(tables)),
        (["Priority of the school", "Organisations", "Attended"], by_band(tables)),
        (["Term", "Activities", "Attended"], by_term(tables)),
    ):
        _heads(sheet, made, at, heads, len(lines[0].counts))
        for row, line in enumerate(lines, at + 1):
            sheet.write_string(row, 0, line.what, made["cell"])
            for column, (formula, answer) in enumerate(line.counts, 1):
                write(sheet, row, column, formula, answer, made["whole"])
            if line.how:
                sheet.write_string(row, 2, line.how, made["cell"])
                _run_on(sheet, row, 3, made["rule"])
        at += len(lines) + 2
    _heads(
        sheet, made, at, ["Of the learners recorded", "Share %", "In the group", "Known", "Coverage %", "Who counts"], 4
    )
    _shares(sheet, made, tables["Learners"], at + 1)
    at += len(SHARES) + 2
    sheet.write_string(at, 0, "Combined profile of each activity", made["section"])
    _profiles(sheet, made, [_upto(last, name, columns[name], tables[name]) for name, last in LISTS.items()], at + 1)
    sheet.conditional_format(0, 1, at + 1_000, 8, {"type": "errors", "format": made["error"]})


def _heads(sheet: Any, made: dict[str, Any], at: int, heads: list[str], numbers: int) -> None:
    """Headings; what comes after the numbers is words."""
    sheet.set_row(at, 22)
    for column, head in enumerate(heads):
        if column > numbers:
            sheet.merge_range(at, column, at, LAST, head, made["head"])
        else:
            sheet.write_string(at, column, head, made["number" if column else "head"])


def _shares(sheet: Any, made: dict[str, Any], learners: list[Row], at: int) -> None:
    """A formula a row: the share of those recorded, in how many, of how many known, how well covered, and who counts."""
    looks = ["decimal", "whole", "whole", "decimal", "answer"]
    for row, (name, field, measure, rule) in enumerate(SHARES, at):
        heading = c.WHO[field]
        sheet.write_string(row, 0, name, made["cell"])
        values = Ref(f"Learners[{heading}]", [[learner[heading]] for learner in learners])
        args = [values, measure] if rule is None else [values, measure, rule]
        spill(sheet, xl_rowcol_to_cell(row, 1), "WP_SHARE", args, lambda line, column: made[looks[column]])
        _run_on(sheet, row, 1 + len(looks), made["answer"])


def _run_on(sheet: Any, row: int, first: int, style: Any) -> None:
    """Blank cells below a heading that spans them."""
    for column in range(first, LAST + 1):
        sheet.write_blank(row, column, None, style)


def _profiles(sheet: Any, made: dict[str, Any], lists: list[Ref], at: int) -> None:
    """One formula: organisations' figures or learners', as the majority of those attending decides, and which."""
    looks = ["answer", "whole", *["decimal"] * 5, "sentence", "decimal"]
    attendance, learners, took_part = lists
    grid = spill(sheet, xl_rowcol_to_cell(at, 0), "WP_ACTIVITY", [attendance, learners, "each", None, took_part],
                 lambda line, column: made[looks[column] if line else HEADS.get(looks[column], "head")])  # fmt: skip
    sheet.set_row(at, look.height(*((head, 10) for head in grid[0][1:7])) + 6)


def _upto(last: str, name: str, columns: list[Column], rows: list[Row]) -> Ref:
    """A table with its headings from the first column to the last that is wanted, as an argument."""
    headings = [column.heading for column in columns]
    headings = headings[: headings.index(last) + 1]
    cells = [headings, *([row[heading] for heading in headings] for row in rows)]
    return Ref(f"{name}[[#All],[{headings[0]}]:[{last}]]", cells)
