"""Activities by type and by term: how many, for whom, and for how long."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..records import Records
from . import work
from .groups import grouped
from .shape import NUMBER, TEXT, Asked, Chart, Column, Report, Table

TERM_NOTE = "Terms: as the workbook says, else by date: Autumn September to December, Spring January to March, Summer April to August."
CHARTED = 12  # types that a chart can show


def report(records: Records, asked: Asked) -> Report:
    """Raises a Fault where no activity is left."""
    done = work.of(_with_types(records), asked)
    by_type, by_term = work.counts(done, "type"), work.counts(done, "term")
    types = [
        *by_type.drop(work.NOT_STATED, errors="ignore").sort_values("activities", ascending=False, kind="stable").index
    ]
    terms = [term for term in work.TERMS if term in by_term.index]
    types, terms = (
        [*order, *([work.NOT_STATED] if work.NOT_STATED in found.index else [])]
        for order, found in ((types, by_type), (terms, by_term))
    )
    last = ("All", *work.cells(work.total(done)))
    tables = (
        _table("By type", "Type of activity", by_type, types, last),
        _table("By term", "Term", by_term, terms, last),
        _crossed(done, types, terms),
    )
    charts = (
        Chart(
            "bar",
            "Number attending by type of activity",
            "By type",
            "Type of activity",
            ("Number attending",),
            min(len(types), CHARTED),
        ),
        Chart(
            "stacked",
            "Activities by type and term",
            "By type and term",
            "Type of activity",
            tuple(terms),
            min(len(types), CHARTED),
        ),
    )
    contact = int((done.activities.hours.notna() & done.activities.attended.notna()).sum())
    notes = (
        *done.notes,
        "Organisations, and people recorded, may stand in several rows; each counts once in the row All.",
        f"Contact hours: hours × number attending, of the {contact:,} of {len(done.activities):,} activities that have both.",
        TERM_NOTE,
        *records.notes,
    )
    return Report("types", "Activities by type and term", tables, charts, notes)


def _with_types(records: Records) -> Records:
    """Types spelt alike."""
    from dataclasses import replace

    return replace(records, activities=records.activities.assign(type=grouped(list(records.activities.type))))


def _table(name: str, heading: str, found: pd.DataFrame, order: list[str], last: tuple[Any, ...]) -> Table:
    rows = [(group, *work.cells(found.loc[group])) for group in order]
    return Table(name, (Column(heading, TEXT), *work.COLUMNS), [*rows, last], totals=1, adds_up=True)


def _crossed(done: work.Work, types: list[str], terms: list[str]) -> Table:
    """How many activities of each type each term had. Numbers of people are in the tables by type and by term."""
    found = done.activities[["type", "term"]].astype(object).where(lambda f: f.notna(), work.NOT_STATED)
    crossed = pd.crosstab(found.type, found.term).reindex(index=types, columns=terms)
    rows = [(kind, *map(int, row), int(sum(row))) for kind, row in zip(types, crossed.to_numpy(), strict=True)]
    sums = [int(n) for n in crossed.sum()]
    columns = (Column("Type of activity", TEXT), *(Column(t, NUMBER) for t in terms), Column("Activities", NUMBER))
    return Table(
        "By type and term", columns, [*rows, ("All", *sums, sum(sums))], totals=1, said="Numbers of activities."
    )
