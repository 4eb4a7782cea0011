"""Who took part: people and participations by each characteristic that is recorded of them.

Each table has a row for each group, then those known together, of whom the shares are, then those not known, and all.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import refuse
from ..records import Records
from . import work
from .coded import Coded
from .groups import DIFFER, GAPS, NOT_KNOWN, characteristics
from .shape import PEOPLE, SHARE, TEXT, Asked, Chart, Column, Report, Table

KNOWN, HEADCOUNT, YEAR_GROUP = "Known", "Headcount only: nothing recorded", "Year group"
COLUMNS = (
    Column("People", PEOPLE),
    Column("% of people known", SHARE, "People"),
    Column("Participations", PEOPLE),
    Column("% of participations known", SHARE, "Participations"),
)
Codes = npt.NDArray[np.intp]
Counts = dict[str, list[Any]]  # group → people, participations …


class Told(NamedTuple):
    """One characteristic."""

    name: str
    groups: list[str]  # those of GAPS first, then what people said
    of: Codes  # the place in groups of each person who took part


def report(records: Records, asked: Asked) -> Report:
    """Raises a Fault where nobody took part by name."""
    done = work.of(records, asked)
    if done.took_part.empty:
        raise refuse("No learner is recorded at these activities, so nothing can be said of who took part.", "#N/A")
    took, people = pd.factorize(done.took_part.person)
    at = people.get_indexer(records.learners.person)
    rows = np.flatnonzero(at >= 0)
    told = [Told(name, *_of_people(at[rows], groups, len(people))) for name, groups in characteristics(records, rows)]
    headcount = int(done.activities.headcount.sum())
    years = _year_groups(done, took, len(people), headcount)
    tables = (years, *(_table(t, took, headcount) for t in told), _coverage(told))
    charts = [Chart("column", "Participations by year group", YEAR_GROUP, YEAR_GROUP, ("Participations",))]
    charts += [
        Chart("bar", f"People by {t.name.casefold()}", t.name, t.name, ("People",))
        for t in told
        if t.name == "Ethnicity"
    ]
    notes = (
        *done.notes,
        "Shares are of those of whom it is known. Not known: blank, or no answer given; whoever prefers not to say stands apart.",
        "Groups stand as typed, the spellings of one word together. Answers differ: rows of one person say different things.",
        "Headcount only: those who attended without being recorded; how many people they are, and of what groups, is not known.",
        "Year group: people by that of their last activity; those attending by that of the attendance.",
        *records.notes,
    )  # fmt: skip
    return Report("participants", "Participants", tables, tuple(charts), notes)


def _of_people(person: Codes, groups: Coded, n: int) -> tuple[list[str], Codes]:
    """The groups, and the one of each of n persons: what is known goes before what is not. person: that of each row."""
    names = [*GAPS, *(g for g in dict.fromkeys(groups.cells) if g not in GAPS)]
    place = {name: i for i, name in enumerate(names)}
    codes = np.array([place[group] for group in groups.cells], np.intp)[groups.at]
    known = codes >= len(GAPS)
    first, last, gap = np.full(n, len(names)), np.full(n, -1), np.full(n, place[NOT_KNOWN])
    np.minimum.at(first, person[known], codes[known])
    np.maximum.at(last, person[known], codes[known])
    np.minimum.at(gap, person[~known], codes[~known])
    return names, np.where(last < 0, gap, np.where(first < last, place[DIFFER], last))


# ------------------------------------------------------------------------------------------------------- tables


def _table(told: Told, took: Codes, headcount: int) -> Table:
    """took: the person of each participation."""
    counts = np.stack([np.bincount(of, minlength=len(told.groups)) for of in (told.of, told.of[took])], axis=1)
    rows = {group: row for group, row in zip(told.groups, counts.tolist(), strict=True) if any(row)}
    groups = dict(sorted(((g, row) for g, row in rows.items() if g not in GAPS), key=lambda pair: -pair[1][0]))
    gaps = {gap: rows[gap] for gap in GAPS if gap in rows}
    return _counted(told.name, COLUMNS, groups, gaps, [None, headcount])


def _counted(name: str, columns: tuple[Column, ...], groups: Counts, gaps: Counts, headcount: list[Any]) -> Table:
    """groups, gaps: the numbers of each of the columns of people. A column of shares stands right of the people it is of."""
    known = _sums([0 for _ in headcount], *groups.values())
    below = {KNOWN: known, **gaps, **({HEADCOUNT: headcount} if any(headcount) else {})}
    below["All"] = _sums(*below.values())

    def cells(counts: list[Any], bases: list[Any]) -> list[Any]:
        left, out = iter(zip(counts, bases, strict=True)), list[Any]()
        for column in columns:
            if column.kind == PEOPLE:
                count, base = next(left)
                out.append(count)
            else:
                out.append(100 * count / base if base else None)
        return out

    rows = [(group, *cells(counts, known)) for group, counts in groups.items()]
    rows += [(what, *cells(counts, [None] * len(counts))) for what, counts in below.items()]
    return Table(name, (Column(name, TEXT), *columns), rows, totals=len(below), adds_up=True)


def _sums(*rows: list[Any]) -> list[Any]:
    return [sum(n or 0 for n in column) for column in zip(*rows, strict=True)]


def _year_groups(done: work.Work, took: Codes, n: int, headcount: int) -> Table:
    recorded = done.took_part.year_group.fillna(-1).to_numpy(np.intp)
    latest = np.full(n, -1)
    in_order = np.argsort(done.took_part.date.to_numpy(), kind="stable")
    in_order = in_order[recorded[in_order] >= 0]
    latest[took[in_order]] = recorded[in_order]
    attended = done.attendance.groupby(done.attendance.year_group.fillna(-1).astype(int)).attending.sum()
    groups = sorted({*recorded.tolist(), *attended[attended > 0].index.tolist()} - {-1})
    counts = {
        group: [int((latest == group).sum()), int((recorded == group).sum()), int(attended.get(group, 0))]
        for group in (*groups, -1)
    }
    unknown = {NOT_KNOWN: counts.pop(-1)}
    named = {work.year_group(group): row for group, row in counts.items()}
    columns = (*COLUMNS, Column("Number attending", PEOPLE))
    return _counted(YEAR_GROUP, columns, named, unknown if any(unknown[NOT_KNOWN]) else {}, [None, headcount, None])


def _coverage(told: list[Told]) -> Table:
    rows = []
    for t in told:
        people, gaps = len(t.of), int((t.of < len(GAPS)).sum())
        rows.append((t.name, people, people - gaps, 100 * (people - gaps) / people))
    columns = (Column("People", PEOPLE), Column("Known", PEOPLE), Column("Known %", SHARE, "Known", "People"))
    said = "Of how many of the people recorded each characteristic is known."
    return Table("What is known", (Column("Characteristic", TEXT), *columns), rows, said=said)
