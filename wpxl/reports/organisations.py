"""The organisations worked with, by priority band, and those of the workbook that were not."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..domain.names import simple
from ..errors import Fault, refuse
from ..records import Records
from . import bands, profiles, work
from .bands import Bands
from .shape import BAND, DATE, FIGURE, NUMBER, PEOPLE, SHARE, TEXT, Asked, Chart, Column, Report, Table
from .work import Work

ENGAGED, SUMMARY, NOT_REACHED = "Organisations engaged", "By priority band", "Not yet reached"
WHO = (Column("Organisation", TEXT), Column("URN", TEXT), Column("Local authority", TEXT), Column("Priority", BAND))
PEOPLE_OF = (Column("Number attending", PEOPLE), Column("People recorded", PEOPLE))
AREAS = {"local_authority": "local authority", "region": "region"}


def report(records: Records, asked: Asked) -> Report:
    """Raises a Fault where no activity is left, or no organisation is in the area that is asked for."""
    done, judged = work.of(records, asked), bands.of(records, asked)
    place = ", ".join(filter(None, (asked.local_authority, asked.region)))
    if place:
        judged = judged._replace(known=_within(judged.known, asked))
        attendance, took_part = (f[f.organisation.isin(judged.known.index)] for f in (done.attendance, done.took_part))
        done = done._replace(attendance=attendance, took_part=took_part)
    rows = engaged_rows(done)
    found = _engaged(done, rows, judged)
    missed = judged.known[~judged.known.index.isin([*found.index, work.UNKNOWN])]
    tables = [_listed(done, rows, found, judged), _summary(done, rows, found, judged)]
    if len(missed):
        tables.append(_not_reached(missed, judged))
    shown = len(judged.answers)
    charts = (
        Chart("column", "Organisations by priority band", SUMMARY, "Priority", ("Organisations",), shown),
        Chart("column", "Number attending by priority band", SUMMARY, "Priority", ("Number attending",), shown),
    )
    notes = (
        *done.notes,
        "Engaged: an organisation of which somebody attended, or of which learners are recorded.",
        "People stand with the school of their record; who was recorded at two schools counts once in each, and once in all.",
        *([] if len(missed) else ["The workbook names no organisation besides those that were worked with."]),
        *judged.notes,
        *records.notes,
    )
    title = f"Organisations engaged: {place}" if place else "Organisations engaged"
    return Report("organisations", title, tuple(tables), charts, notes, sample=judged.sample)


def _within(known: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """The organisations of the area that is asked for."""
    for column, what in AREAS.items():
        if wanted := getattr(asked, column):
            there = known[column].dropna().astype(str)
            known = known.loc[[name for name, place in there.items() if simple(place) == simple(wanted)]]
            if known.empty:
                named = ", ".join(sorted(set(there))[:8]) or "none named"
                raise refuse(f"No organisation of the workbook is in the {what} {wanted[:60]}: there is {named}.")
    return known


def engaged_rows(done: Work) -> pd.DataFrame:
    """Who was worked with: a row for each organisation that came to an activity, or of which a learner did."""
    columns = ["organisation", "activity", "date", "event", "place"]
    rows = pd.concat([done.attendance.loc[done.attendance.attending.ne(0), columns], done.took_part[columns]])
    rows = rows.drop_duplicates(["event", "place"])
    return rows.assign(organisation=rows.organisation.fillna(work.UNKNOWN))


def _engaged(done: Work, rows: pd.DataFrame, judged: Bands) -> pd.DataFrame:
    """What was done with each organisation. Index: organisation, work.UNKNOWN where it is not known."""
    out = rows.groupby("organisation").agg(activities=("activity", "size"), first=("date", "min"), last=("date", "max"))
    came, took = (f.assign(organisation=f.organisation.fillna(work.UNKNOWN)) for f in (done.attendance, done.took_part))
    out["attended"] = came.groupby("organisation").attending.sum()
    out["people"] = took.groupby("organisation").person.nunique()
    out["band"] = judged.of(pd.Series(out.index, out.index))
    return out.fillna({"attended": 0, "people": 0})


def _sorted(frame: pd.DataFrame, judged: Bands, *by: str) -> pd.DataFrame:
    """By band, then by columns from high to low, then by name."""
    order = {band: i for i, band in enumerate(judged.names)}
    keys = pd.DataFrame({"band": frame.band.map(order)}, frame.index)
    for column in by:
        keys[column] = -frame[column]
    keys["name"] = [_name(judged, organisation).casefold() for organisation in frame.index]
    return frame.loc[keys.sort_values(list(keys), kind="stable").index]


def _name(judged: Bands, organisation: str) -> str:
    if organisation == work.UNKNOWN:
        return bands.UNKNOWN
    name = judged.known.name.get(organisation)
    return str(name) if isinstance(name, str) else organisation.lstrip("?")


def _who(judged: Bands, organisation: str, band: str) -> tuple[Any, ...]:
    known = judged.known.loc[organisation] if organisation in judged.known.index else {}
    cells = (known.get(column) for column in ("key", "local_authority"))
    return (_name(judged, organisation), *(cell if isinstance(cell, str) else None for cell in cells), band)


def _listed(done: Work, rows: pd.DataFrame, found: pd.DataFrame, judged: Bands) -> Table:
    columns = (
        *WHO,
        Column("Activities", NUMBER),
        *PEOPLE_OF,
        Column("First activity", DATE),
        Column("Last activity", DATE),
    )
    listed = [
        (
            *_who(judged, row.Index, row.band),
            row.activities,
            int(row.attended),
            int(row.people),
            day(row.first),
            day(row.last),
        )
        for row in _sorted(found, judged, "attended").itertuples()
    ]
    dates = rows.date.dropna()
    last = ("All", None, None, None, *_all(done, rows), day(dates.min()), day(dates.max()))
    said = "By priority band, then by the number attending."
    return Table(ENGAGED, columns, [*listed, last], totals=1, adds_up=True, said=said)


def _all(done: Work, rows: pd.DataFrame) -> tuple[int, int, int]:
    return rows.activity.nunique(), int(done.attendance.attending.sum()), done.took_part.person.nunique()


def day(value: Any) -> Any:
    """A date of a frame as plain Python, None where there is none."""
    return None if pd.isna(value) else value.date()


def _summary(done: Work, rows: pd.DataFrame, found: pd.DataFrame, judged: Bands) -> Table:
    columns = (
        Column("Priority", BAND),
        Column("Organisations", NUMBER),
        Column("% of organisations", FIGURE),
        Column("Activities", NUMBER),
        PEOPLE_OF[0],
        Column("% of those attending", SHARE, PEOPLE_OF[0].heading),
        PEOPLE_OF[1],
    )
    activities, attended, people = _all(done, rows)
    of_rows = judged.of(rows.organisation)
    took = done.took_part.person.groupby(judged.of(done.took_part.organisation)).nunique()
    engaged = found.index != work.UNKNOWN
    out: list[tuple[Any, ...]] = []
    for band in judged.names:
        here = found[found.band == band]
        if len(here) or band in judged.answers:
            n, places = int((here.index != work.UNKNOWN).sum()), int(here.attended.sum())
            share = percent(n, int(engaged.sum()))
            own = rows.activity[of_rows == band].nunique()
            out.append((band, n, share, own, places, percent(places, attended), int(took.get(band, 0))))
    last = ("All", int(engaged.sum()), None, activities, attended, None, people)
    return Table(SUMMARY, columns, [*out, last], totals=1, adds_up=True)


def percent(part: float, base: float) -> Any:
    return 100 * part / base if base else Fault("#DIV/0!", "There is nobody here to take a share of.")


def _not_reached(missed: pd.DataFrame, judged: Bands) -> Table:
    short = {c.id: c.label for c in judged.model.criteria}
    figures = [c for c in profiles.CRITERIA if c in short]
    columns = (*WHO, *(Column(short[c], FIGURE) for c in figures))
    rows = [
        (*_who(judged, str(organisation), row["band"]), *(work.number(row[c]) for c in figures))
        for organisation, row in _sorted(missed, judged).iterrows()
    ]
    said = "Organisations that the workbook names and that no activity worked with, the highest priority first."
    return Table(NOT_REACHED, columns, rows, said=said)
