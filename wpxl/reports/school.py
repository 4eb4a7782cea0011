"""One school: all that was done with it, how many of its students took part, and what is known of it and of them."""

from __future__ import annotations

import difflib
from typing import Any

import pandas as pd

from .. import store
from ..domain import school as form
from ..domain import years
from ..errors import NA, Fault, refuse
from ..records import Records
from . import bands, criteria, profiles, scope, work
from .bands import Bands
from .organisations import day
from .shape import BAND, DATE, FIGURE, NUMBER, PEOPLE, SHARE, TEXT, Asked, Chart, Column, Report, Table
from .work import Work

ACTIVITIES, REACH, YEARS, PROFILE, LEARNERS = (
    "Activities",
    "In all",
    "By academic year",
    "Profile of the school",
    "Students who took part",
)
COUNTED = (
    Column("Number attending", PEOPLE),
    Column("Participations recorded", PEOPLE),
    Column("Headcount only", PEOPLE),
)
CHARTED = 20  # activities that a chart can show


def report(records: Records, asked: Asked) -> Report:
    """Raises a Fault where the workbook does not name the school that is asked for."""
    judged = bands.of(records, asked)
    chosen = _chosen(judged, asked.school)
    done = work.of(records, asked)
    name = str(judged.known.name.get(chosen) or chosen)
    attendance, took_part = (f[f.organisation == chosen] for f in (done.attendance, done.took_part))
    own = _activities(done, attendance, took_part)
    model = scope.model(records, asked, "learner")
    tables = [_reach(own, took_part, chosen, name), _profile(judged, chosen), *_by_year(own, took_part), _listed(own)]
    notes = [f"Its figures come from {judged.known.source[chosen]}."] if judged.known.source[chosen] else []
    if len(took_part):
        found = criteria.people(profiles.learner_states(records, model), took_part, "organisation")
        said = "Those recorded by name, each once; shares of those of whom it is known."
        tables.append(criteria.table(LEARNERS, model, found, chosen, said))
        notes.append(f"Target learners: {model.title}, version {model.version} ({model.id}).")
    if own.empty:
        notes.append("No activity was done with this school in the time of this report.")
    charts = [_chart(own)] if len(own) else []
    notes = [*done.notes[:1], judged.notes[0], *notes, *([bands.SAMPLE] if judged.sample else []), *records.notes]
    sample = judged.sample or bool(len(took_part) and store.installed().sample_only)
    return Report("school", f"School: {name}", tuple(tables), tuple(charts), tuple(notes), sample=sample)


def _chosen(judged: Bands, wanted: str) -> str:
    """The organisation that a name, a URN or a HEAT ID means, among those of the workbook."""
    known = judged.known[judged.known.index != work.UNKNOWN]
    if not wanted.strip():
        raise refuse(f"This report is about one school: name it, as in {', '.join(known.name.dropna()[:2])}.")
    found = store.register(store.installed()).find(wanted)
    same = [i for i, name in known.name.items() if form.folded(str(name)) == form.folded(wanted)]
    meant = [found] if isinstance(found, str) and found in known.index else same
    if len(meant) == 1:
        return str(meant[0])
    if meant:
        places = "; ".join(f"{known.key[i] or i} in {known.local_authority[i]}" for i in meant[:4])
        raise refuse(
            f"{len(meant)} organisations of the workbook are called '{wanted[:60]}': {places}. Give the URN.", NA
        )
    names = {form.folded(str(name)): str(name) for name in known.name.dropna()}
    inside = [name for bare, name in names.items() if form.folded(wanted) and form.folded(wanted) in bare]
    close = inside or [names[bare] for bare in difflib.get_close_matches(form.folded(wanted), names, n=3, cutoff=0.6)]
    hint = f" Did you mean {' or '.join(close[:3])}?" if close else " The report of organisations lists them all."
    raise refuse(f"The workbook names no organisation '{wanted[:60]}'.{hint}", NA)


def _activities(done: Work, attendance: pd.DataFrame, took_part: pd.DataFrame) -> pd.DataFrame:
    """The activities that somebody of the school came to, by date; attended, recorded and headcount are the school's."""
    came = attendance[attendance.attending.ne(0)]
    own = done.activities[done.activities.activity.isin({*came.activity, *took_part.activity})]
    attended = own.activity.map(came.groupby("activity").attending.sum(min_count=1)).astype(float)
    recorded = own.activity.map(took_part.groupby("activity").size()).astype(float).fillna(0.0)
    headcount = (attended - recorded).clip(lower=0).fillna(0.0)
    said: dict[str, dict[str, None]] = {}  # each audience once, in order
    for activity, group, typed in zip(came.activity, came.year_group, came.audience, strict=True):
        if audience := _text(typed) if pd.isna(group) else work.year_group(group):
            said.setdefault(activity, {})[audience] = None
    groups = [", ".join(said.get(activity, ())) or None for activity in own.activity]
    return own.assign(attended=attended, recorded=recorded, headcount=headcount, said=groups)


def _listed(own: pd.DataFrame) -> Table:
    columns = (
        Column("Activity", TEXT),
        Column("Date", DATE),
        Column("Type", TEXT),
        Column("Year groups", TEXT),
        *COUNTED,
    )
    rows = [
        (_text(row.title), day(row.date), _text(row.type), _text(row.said), *_counts(row)) for row in own.itertuples()
    ]
    return Table(ACTIVITIES, columns, [*rows, ("All", None, None, None, *_counts(own))], totals=1, adds_up=True)


def _text(cell: Any) -> str | None:
    return None if pd.isna(cell) else str(cell)


def _counts(of: Any) -> tuple[Any, ...]:
    """Attended, recorded and headcount of a row, or together of several."""
    columns = (getattr(of, name) for name in ("attended", "recorded", "headcount"))
    return tuple(work.number(c.sum() if isinstance(c, pd.Series) else c) for c in columns)


def _reach(own: pd.DataFrame, took_part: pd.DataFrame, chosen: str, name: str) -> Table:
    register = store.register(store.installed())
    roll = register.value(chosen, "school_learners") if register.has(chosen) else None
    people = took_part.person.nunique()
    columns = (
        Column("School", TEXT),
        Column("Activities", NUMBER),
        *COUNTED,
        Column("People recorded", PEOPLE),
        Column("Learners on roll", NUMBER),
        Column("People recorded, % of roll", SHARE, "People recorded", "Learners on roll"),
    )
    none = Fault(NA, "The installed tables do not say how many learners the school has.")
    row = (name, len(own), *_counts(own), people, roll or none, 100 * people / roll if roll else none)
    return Table(REACH, columns, [row], said="On roll: as the installed tables have it, which may be of another year.")


def _by_year(own: pd.DataFrame, took_part: pd.DataFrame) -> list[Table]:
    """A row for each year, where there are several."""
    people = took_part.dropna(subset="year").groupby("year").person.nunique()
    columns = (Column("Academic year", TEXT), Column("Activities", NUMBER), *COUNTED, Column("People recorded", PEOPLE))
    rows = [
        (years.shown(int(year)), len(here), *_counts(here), int(people.get(year, 0)))
        for year, here in own.dropna(subset="year").groupby("year")
    ]
    return [Table(YEARS, columns, rows)] if len(rows) > 1 else []


def _profile(judged: Bands, chosen: str) -> Table:
    columns = (
        Column("Criterion", TEXT),
        Column("Basket", TEXT),
        Column("% of its learners", FIGURE),
        Column("Band", BAND),
        Column("Low below", FIGURE),
        Column("High from", FIGURE),
    )
    figures = judged.known.loc[chosen]
    rows = []
    for c in judged.model.criteria:
        value = figures.get(c.id)
        known = value is not None and value == value
        figure = float(value) if known else Fault(NA, f"Neither the workbook nor the installed tables give {c.label}.")
        rows.append(
            (c.label, c.basket, figure, c.band(float(value)) or None if known else None, c.low_below, c.limit()[1])
        )
    return Table(PROFILE, columns, rows, said=f"Priority: {figures.band}.")


def _chart(own: pd.DataFrame) -> Chart:
    shown = ("Number attending", "Participations recorded")
    return Chart(
        "column", "Number attending and recorded by activity", ACTIVITIES, "Activity", shown, min(len(own), CHARTED)
    )
