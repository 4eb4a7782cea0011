"""This year's work beside the years before it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .. import store
from ..domain import years
from ..errors import DIV0, NA, Fault, refuse
from ..records import Records
from ..targeting import shares
from . import bands, criteria, profiles, scope, work
from .bands import Bands
from .criteria import TARGET
from .shape import BAND, DERIVED, NUMBER, PEOPLE, SHARE, TEXT, Asked, Chart, Column, Report, Table
from .work import Work

BY_YEAR, DONE, REACHED, SHARES, MIX = (
    "By academic year", "Change in the work", "Change in people", "Change in shares", "Attending by priority band",
)  # fmt: skip
COUNTS = {
    "activities": Column("Activities", NUMBER),
    "organisations": Column("Organisations", NUMBER),
    "hours": Column("Hours", NUMBER),
    "attended": Column("Number attending", PEOPLE),
    "recorded": Column("Participations recorded", PEOPLE),
    "people": Column("People recorded", PEOPLE),
    "new": Column("New people", PEOPLE),
    "back": Column("Recorded before", PEOPLE),
}
IMD = "imd"
NAMES = {TARGET: "Target learners", IMD: "Most deprived 40 %"}
SHOWN = 5  # years whose priorities are shown: more columns do not fit on a page


def report(records: Records, asked: Asked) -> Report:
    """Raises a Fault where the workbook has one year only, or none before the one that is asked for."""
    this = work.year_of(records, asked)
    there = [int(y) for y in sorted(records.activities.year.dropna().unique())]
    if this is None or this not in there or this == there[0]:
        named = ", ".join(map(years.shown, there)) or "none"
        wanted = (
            f"before {years.shown(this)}" if this in there else f"in {years.shown(this)}" if this else "with a year"
        )
        raise refuse(
            f"A year is compared with those before it, and the workbook has no activity {wanted}: its years are {named}.",
            NA,
        )
    there = [y for y in there if y <= this]
    before = there[-2]
    done, judged, model = work.every(records), bands.of(records, asked), scope.model(records, asked, "learner")
    counted = _counted(done, there)
    met = _met(records, done, model, there)
    tables = (
        _by_year(counted, met, range(there[0], this + 1)),
        _change(DONE, counted, ("activities", "organisations", "hours"), before, this, NUMBER),
        _change(REACHED, counted, ("attended", "recorded", "people", "new", "back"), before, this, PEOPLE),
        _shares(met, before, this),
        _mix(done, judged, there[-SHOWN:]),
    )
    charts = (
        Chart(
            "line",
            "Number attending and people recorded",
            BY_YEAR,
            "Academic year",
            ("Number attending", "People recorded"),
        ),
        Chart(
            "column",
            "Number attending by priority band",
            MIX,
            "Priority",
            tuple(years.shown(y) for y in there[-SHOWN:]),
        ),
    )
    gaps = [years.shown(y) for y in range(there[0], this) if y not in there]
    undated = int(records.activities.year.isna().sum())
    notes = (
        f"{years.shown(this)} beside the years before it; changes are on {years.shown(before)}"
        f"{', the last year with an activity' if before < this - 1 else ''}.",
        *([f"No data for {', '.join(gaps)}: the workbook has no activity then."] if gaps else []),
        *(
            [f"In no year: {work.plural(undated, 'activity', 'activities')} without a date and a year."]
            if undated
            else []
        ),
        work.COUNTED,
        "New people: recorded in a year and in no year before it, as far back as the workbook goes.",
        f"Most deprived 40 %: {next((c.label for c in model.criteria if c.id == IMD), 'by the ranks of the IMD of the settings')}.",
        f"Target learners: {model.title}, version {model.version} ({model.id}); shares are of those people of whom it is known.",
        *judged.notes,
        *records.notes,
    )
    sample = judged.sample or (len(done.took_part) > 0 and store.installed().sample_only)
    return Report("years", f"Year on year: {years.shown(this)}", tables, charts, notes, sample=sample)


def _counted(done: Work, there: list[int]) -> pd.DataFrame:
    """The counts of each year. Index: years with an activity."""
    out = work.counts(done, "year").reindex(there)
    first = done.took_part.dropna(subset="year").groupby("person").year.min()
    out["new"] = first.value_counts().reindex(there).fillna(0)
    out["back"] = out.people - out.new
    return out


def _met(records: Records, done: Work, model: Any, there: list[int]) -> dict[str, pd.DataFrame]:
    """Of each year's people how many are target learners, and how many live in the 40 % most deprived areas, of those known."""
    states = profiles.learner_states(records, model)
    frame = pd.DataFrame({TARGET: states[TARGET]}, states.index)
    if IMD in states:
        frame[IMD] = states[IMD]
    else:
        frame[IMD] = profiles.states_of(records, shares.group("IMD rank", "40 %"))
    found = criteria.people(frame, done.took_part, "year")
    return {
        name: pd.DataFrame({"met": found.part[name], "known": found.known[name]}).reindex(there).fillna(0)
        for name in frame
    }


def _by_year(counted: pd.DataFrame, met: dict[str, pd.DataFrame], every: range) -> Table:
    columns = [Column("Academic year", TEXT), *COUNTS.values()]
    for name in NAMES.values():
        columns += [
            Column(name, PEOPLE),
            Column(f"{name}: known", PEOPLE),
            Column(f"{name}: share %", SHARE, name, f"{name}: known"),
        ]
    rows = []
    for year in every:
        if year not in counted.index:
            rows.append((years.shown(year), *(None for _ in columns[1:])))
            continue
        row = [work.number(counted.at[year, name]) for name in COUNTS]
        for name in NAMES:
            part, base = (int(met[name].at[year, column]) for column in ("met", "known"))
            row += [part, base, criteria.share(part, base)]
        rows.append((years.shown(year), *row))
    return Table(BY_YEAR, tuple(columns), rows, said="People: those recorded by name, each once a year.")


def _change(name: str, counted: pd.DataFrame, what: tuple[str, ...], before: int, this: int, kind: str) -> Table:
    then, now = years.shown(before), years.shown(this)
    follows = DERIVED if kind == PEOPLE else NUMBER
    columns = (
        Column("Count", TEXT),
        Column(then, kind),
        Column(now, kind),
        Column("Change", follows, now, then),
        Column("Change %", follows, now, then),
    )
    rows = []
    for count in what:
        old, new = (float(counted.at[year, count]) for year in (before, this))
        percent = round(100 * (new - old) / old, 1) if old else Fault(DIV0, f"It was 0 in {then}.")
        rows.append((COUNTS[count].heading, *map(work.number, (old, new, new - old)), percent))
    return Table(name, columns, rows)


def _shares(met: dict[str, pd.DataFrame], before: int, this: int) -> Table:
    then, now = years.shown(before), years.shown(this)
    columns = [Column("Share", TEXT)]
    for year in (then, now):
        columns += [
            Column(year, PEOPLE),
            Column(f"{year}: known", PEOPLE),
            Column(f"{year}: share %", SHARE, year, f"{year}: known"),
        ]
    columns.append(Column("Change, points", DERIVED, now, then))
    rows = []
    for name, label in NAMES.items():
        pairs = [tuple(int(met[name].at[year, column]) for column in ("met", "known")) for year in (before, this)]
        values = [criteria.share(*pair) for pair in pairs]
        gap = next((v for v in values if isinstance(v, Fault)), None)
        cells_ = [cell for pair, value in zip(pairs, values, strict=True) for cell in (*pair, value)]
        rows.append((label, *cells_, gap or round(values[1] - values[0], 2)))
    return Table(SHARES, tuple(columns), rows, said="People, each once a year, of those of whom it is known.")


def _mix(done: Work, judged: Bands, shown: list[int]) -> Table:
    """How many attended from organisations of each band, and their shares."""
    places = judged.places(done.attendance.dropna(subset="year")).reindex(shown).fillna(0)
    names = [band for band in judged.names if band in judged.answers or places[band].any()]
    columns = [Column("Priority", BAND), *(Column(years.shown(y), PEOPLE) for y in shown)]
    columns += [Column(f"{years.shown(y)} %", SHARE, years.shown(y)) for y in shown]
    sums = [int(places.loc[y].sum()) for y in shown]
    rows = []
    for band in names:
        counts = [int(places.at[y, band]) for y in shown]
        rows.append((band, *counts, *(criteria.share(n, base) for n, base in zip(counts, sums, strict=True))))
    last = ("All", *sums, *(None for _ in shown))
    said = "Number attending, by the priority of their school; the last years only, where there are more."
    return Table(MIX, tuple(columns), [*rows, last], totals=1, adds_up=True, said=said)
