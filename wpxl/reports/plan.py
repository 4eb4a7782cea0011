"""Progress towards the targets of an access and participation plan, year by year.

What the records give is set beside each target: how many of those of whom it is known, of the people recorded that year, or for
a target about schools of the places taken. Figures that the person typed stand beside it, and alone where the records hold none.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from .. import store
from ..domain import years
from ..errors import DIV0, Fault, refuse
from ..models import Model
from ..records import Records
from ..targeting.decide import NOT_INSTALLED
from . import aims, bands, criteria, scope, work
from .aims import Target
from .bands import Bands
from .shape import DERIVED, FIGURE, PEOPLE, SENTENCE, SHARE, TEXT, Asked, Chart, Column, Report, Table
from .work import Work

OVERVIEW = "Targets"
CHARTED = 4  # targets that have a chart of their own
REACHED = (
    Column("Target %", FIGURE),
    Column("Meeting it", PEOPLE),
    Column("Known", PEOPLE),
    Column("% reached", SHARE, "Meeting it", "Known"),
    Column("Difference, points", DERIVED, "Meeting it", "Known"),
)
TYPED = (
    Column("Typed: part", PEOPLE),
    Column("Typed: of", PEOPLE),
    Column("Typed: %", SHARE, "Typed: part", "Typed: of"),
)


def report(records: Records, asked: Asked) -> Report:
    """Raises a Fault where the workbook has no targets."""
    if records.targets.empty:
        raise refuse(
            "The workbook has no targets: make a sheet called Targets with the columns Target, Measure, Academic year and Target %."
        )
    judged, model = bands.of(records, asked), scope.model(records, asked, "learner")
    done = work.every(records)
    there = [int(y) for y in sorted(done.activities.year.dropna().unique())]
    every = sorted({*there, *(int(y) for y in records.targets.year.dropna())})
    year = work.year_of(records, asked)
    if not every:
        raise refuse("Neither the targets nor the activities of the workbook have a year, so no progress can be shown.")
    year = year if year is not None else every[-1]
    targets, notes = _targets(done, judged, model, every)
    tables = [_overview(targets, year), *(_by_year(t, every) for t in targets)]
    charts = [
        Chart(
            "column",
            f"Targets and what was reached, {years.shown(year)}",
            OVERVIEW,
            "Target",
            ("Target %", "% reached"),
        )
    ]
    trends = [
        (t, heading)
        for t in targets
        for heading in (REACHED[3].heading, TYPED[2].heading)
        if _trend(t, every) == heading
    ]
    charts += [Chart("line", t.name, t.name, "Academic year", ("Target %", heading)) for t, heading in trends[:CHARTED]]
    gaps = [years.shown(y) for y in every if y not in there]
    notes = [
        "Known and meeting it: people recorded that year, each once. For a target about schools: places taken, and of those known.",
        "On track: what is reached is at least the target of the year. What is not known counts neither for nor against it.",
        *notes,
        *([f"No activity in {', '.join(gaps)}."] if gaps else []),
        f"Learners: {model.title}, version {model.version} ({model.id}).",
        *judged.notes,
        *records.notes,
    ]
    sample = judged.sample or (store.installed().sample_only and any(t.found for t in targets))
    return Report(
        "plan", "Access and participation plan: progress", tuple(tables), tuple(charts), tuple(notes), sample=sample
    )


def _targets(done: Work, judged: Bands, model: Model, every: list[int]) -> tuple[list[Target], list[str]]:
    """The targets in the order of the workbook, each target and measure once."""
    rows = done.records.targets.assign(measure=done.records.targets.measure.fillna(""))
    out: list[Target] = []
    notes: list[str] = []
    states: dict[int, Any] = {}
    places = judged.places(done.attendance)
    settled = places[list(judged.answers)].sum(axis=1)
    for (name, measure), here in rows.groupby(["target", "measure"], sort=False, dropna=False):
        name = str(name) if isinstance(name, str) else str(measure) or "Target"
        found: dict[int, tuple[int, int]] = {}
        try:
            aim = aims.understood(str(measure) or name, done.records, model, judged.answers)
        except Fault as fault:
            aim = aims.Aim(f"Not matched, so only typed figures are shown: {fault.sentence}")
        if aim.band:
            found = {int(y): (int(places.at[y, aim.band]), int(n)) for y, n in settled.items()}
        elif aim.states is not None:
            states[len(out)] = aim.states
            if (aim.states == NOT_INSTALLED).any():
                notes.append(f"{name}: {aim.words} is not installed; 'wpxl data guide' says which file to get.")
        out.append(Target(_unlike(name, out), str(measure), aim, *_set(here, every), found))
    if states and len(done.took_part):
        frame = pd.DataFrame(states, index=pd.Index(done.records.learners.learner, name="learner"))
        counted = criteria.people(frame, done.took_part, "year")
        for i in states:
            out[i] = out[i]._replace(
                found={int(y): (int(counted.part.at[y, i]), int(counted.known.at[y, i])) for y in counted.known.index}
            )
    fractions = [t.name for t in out if t.set and all(0 < p <= 1 for p in t.set.values())]
    if fractions:
        notes.append(f"Target % between 0 and 1, taken as it stands (are they fractions?): {', '.join(fractions)}.")
    return out, notes


def _unlike(name: str, others: list[Target]) -> str:
    """A name that no other target has: it is that of a table."""
    taken = {t.name.casefold() for t in others} | {OVERVIEW.casefold()}
    return next(n for n in (name, *(f"{name} ({i})" for i in range(2, len(others) + 3))) if n.casefold() not in taken)


def _set(rows: pd.DataFrame, every: list[int]) -> tuple[dict[int, float], dict[int, tuple[float, float]]]:
    """The percent of each year, and the figures typed; a percent without a year holds for all that have none of their own."""
    always = rows.percent[rows.year.isna()].dropna()
    percent = dict.fromkeys(every, float(always.iloc[-1])) if len(always) else {}
    dated = rows.dropna(subset="year")
    years_ = dated.year.astype(int)
    percent |= {y: float(p) for y, p in zip(years_, dated.percent, strict=True) if p == p}
    figures = zip(years_, dated.part, dated.base, strict=True)
    return percent, {y: (float(part), float(base)) for y, part, base in figures if part == part and base == base}


def _cells(t: Target, year: int) -> tuple[Any, ...]:
    percent = t.set.get(year)
    part, base = t.found.get(year, (0, 0))
    if not base:
        return percent, None, None, None, None
    share = 100 * part / base
    return percent, part, base, share, None if percent is None else round(share - percent, 2)


def _typed(t: Target, year: int) -> tuple[Any, ...]:
    if year not in t.typed:
        return None, None, None
    part, base = (work.number(n) for n in t.typed[year])
    return part, base, 100 * part / base if base else Fault(DIV0, "The figures typed have nothing to take a share of.")


def _overview(targets: list[Target], year: int) -> Table:
    typed = any(year in t.typed for t in targets)
    columns = (
        Column("Target", TEXT),
        Column("Measure", TEXT),
        Column("Understood as", SENTENCE),
        *REACHED,
        *(TYPED if typed else ()),
        Column("Status", TEXT),
    )
    rows = [
        (t.name, t.measure, t.aim.words, *_cells(t, year), *(_typed(t, year) if typed else ()), t.status(year))
        for t in targets
    ]
    return Table(OVERVIEW, columns, rows, said=f"Academic year {years.shown(year)}.")


def _by_year(t: Target, every: list[int]) -> Table:
    columns = (Column("Academic year", TEXT), *REACHED, *(TYPED if t.typed else ()), Column("Status", TEXT))
    rows = [(years.shown(y), *_cells(t, y), *(_typed(t, y) if t.typed else ()), t.status(y)) for y in every]
    return Table(t.name, columns, rows, said=t.aim.words)


def _trend(t: Target, every: list[int]) -> str:
    """The heading of the column that has a line to draw: figures of two years at least."""
    by_records = sum(bool(t.found.get(y, (0, 0))[1]) for y in every)
    return REACHED[3].heading if by_records > 1 else TYPED[2].heading if len(t.typed) > 1 else ""
