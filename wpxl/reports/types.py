"""Activities by type and by term: how many, for whom, and for how long."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..records import Records
from . import work
from .shape import NUMBER, TEXT, Asked, Chart, Column, Report, Table

TERM_NOTE = (
    "Terms: as the workbook has them, else by date: Autumn from September, Spring from January, Summer April to August."
)
BY_TYPE, BY_TERM, BY_BOTH, CROSSED = "By type", "By term", "By type and term", "Activities by type and term"
CHARTED = 12  # types that a chart can show


def report(records: Records, asked: Asked) -> Report:
    """Raises a Fault where no activity is left."""
    done = work.of(records, asked)
    by_type, by_term = work.counts(done, "type"), work.counts(done, "term")
    types = [
        *by_type.drop(work.NOT_STATED, errors="ignore").sort_values(["activities", "attended"], ascending=False).index
    ]
    terms = [term for term in work.TERMS if term in by_term.index]
    types, terms = (
        [*order, *([work.NOT_STATED] if work.NOT_STATED in found.index else [])]
        for order, found in ((types, by_type), (terms, by_term))
    )
    last = work.cells(work.total(done))
    tables = (
        _table(BY_TYPE, ("Type of activity",), by_type, [(kind,) for kind in types], last),
        _table(BY_TERM, ("Term",), by_term, [(term,) for term in terms], last),
        _crossed(done, types, terms),
        _table(BY_BOTH, ("Type of activity", "Term"), *_both(done, types, terms), last),
    )
    shown = min(len(types), CHARTED)
    kinds = "Number attending by type of activity", "Activities by type and term"
    charts = (
        Chart("bar", kinds[0], BY_TYPE, "Type of activity", ("Number attending",), shown),
        Chart("stacked", kinds[1], CROSSED, "Type of activity", tuple(terms), shown),
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


def _both(done: work.Work, types: list[str], terms: list[str]) -> tuple[pd.DataFrame, list[tuple[str, ...]]]:
    found = work.counts(done, "type", "term")
    return found, [(kind, term) for kind in types for term in terms if (kind, term) in found.index]


def _table(
    name: str, by: tuple[str, ...], found: pd.DataFrame, order: list[tuple[str, ...]], last: tuple[Any, ...]
) -> Table:
    rows = [(*group, *work.cells(found.loc[group if len(group) > 1 else group[0]])) for group in order]
    columns = (*(Column(heading, TEXT) for heading in by), *work.COLUMNS)
    return Table(name, columns, [*rows, ("All", *(None for _ in by[1:]), *last)], totals=1, adds_up=True)


def _crossed(done: work.Work, types: list[str], terms: list[str]) -> Table:
    found = done.activities[["type", "term"]].astype(object)
    found = found.where(found.notna(), work.NOT_STATED)
    crossed = pd.crosstab(found.type, found.term).reindex(index=types, columns=terms)
    rows = [(kind, *map(int, row), int(sum(row))) for kind, row in zip(types, crossed.to_numpy(), strict=True)]
    sums = [int(n) for n in crossed.sum()]
    columns = (Column("Type of activity", TEXT), *(Column(t, NUMBER) for t in terms), Column("Activities", NUMBER))
    return Table(CROSSED, columns, [*rows, ("All", *sums, sum(sums))], totals=1)
