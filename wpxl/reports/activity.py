"""The activity report of the guide: what each organisation's cohort is like, and how well each activity was targeted.

Nine columns are the guide's: organisation, audience group, priority activity (the kind of activity), number attending, and five
percentages of the organisation's learners. The band of priority, the activity and its combined profile are additions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from .. import store
from ..domain import rates
from ..domain.once import each_row
from ..errors import NA, Fault
from ..models import Criterion, Model
from . import bands, basis, profiles, work
from .basis import LEARNERS, Profiles
from .organisations import day
from .people import cells
from .profiles import CRITERIA
from .shape import BAND, DATE, FIGURE, NUMBER, PEOPLE, SHARE, TEXT, Asked, Chart, Column, Figure, Report, Table

if TYPE_CHECKING:
    from ..records import Records
    from .bands import Bands
    from .work import Work

SCHOOLS, ACTIVITIES, BOTH = "Organisations at each activity", "Profile of each activity", "Both profiles"
CHARTED = 20
LONGEST = 12  # of a vintage that goes into a heading
NOTES = (
    "Organisations are combined by means of their percentages, weighted by the number attending: the guide does not say how. "
    "Rows with nobody attending have no weight; an organisation without a figure is left out of that mean, and of its n.",
    "n: how many of those attending a percentage rests on: who came from an organisation with a figure, or the learners of whom "
    "it is known. All activities together: each weighs as much as its n.",
    "Basis: learners where more than half of those attending are recorded with a profile (one measure known at least); at half "
    "and below, organisations. A measure that is then known of half or fewer of those attending is #N/A.",
    "The guide's own example report is no test of these figures: there School C has the percentages of College B, though its "
    "school report gives the two different ones; and the examples of its school report are NS-SEC 4–7 and quintile 1 alone.",
)


class Judged(NamedTuple):
    """The work, the organisations' figures and bands, and the profile of each activity."""

    done: Work
    bands: Bands
    found: Profiles


def judged(records: Records, asked: Asked) -> Judged:
    """Raises a Fault where no activity is left."""
    done = work.of(records, asked)
    done = done._replace(activities=done.activities.assign(title=_titles(done.activities)))
    schools = bands.of(done.records, asked)
    states = profiles.learner_profile(records, schools.model)
    figures = schools.known[[*CRITERIA]]
    found = basis.of(figures, done, states, basis.asked(asked.basis))
    return Judged(done, schools, found)


def report(records: Records, asked: Asked) -> Report:
    """Raises a Fault where no activity is left."""
    done, schools, found = judged(records, asked)
    tables = [activities(done, schools.model, found), organisations(done, schools, by_date=True)]
    if asked.activity and len(done.activities) == 1:
        tables.insert(1, _both(schools.model, found, done.activities["activity"].iloc[0]))
    heading = headings(schools.model)["imd"]
    shown = min(len(done.activities), CHARTED)
    charts = (
        (Chart("column", f"{heading} by activity", ACTIVITIES, "Activity", (heading,), shown),) if shown > 1 else ()
    )
    sample = schools.sample or (bool(len(done.took_part)) and store.installed().sample_only)
    notes = [*done.notes, *_said(found), *NOTES, *(n for n in schools.notes if n != bands.SAMPLE)]
    notes += [SAMPLE] if sample else []
    return Report("activity", "Activity report", tuple(tables), charts, (*notes, *records.notes), sample=sample)


SAMPLE = "SAMPLE DATA: invented schools and postcodes among these. 'wpxl data guide' says which files to get."


def _titles(activities: pd.DataFrame) -> list[str]:
    """What each activity is called; with its id where several bear the same title or it has none."""
    titles = activities["title"].astype(object).where(activities["title"].notna(), activities["activity"])
    again = titles.duplicated(keep=False) & (titles != activities["activity"])
    ids = activities["activity"]
    return [f"{title} ({i})" if twice else str(title) for title, i, twice in zip(titles, ids, again, strict=True)]


def headings(model: Model) -> dict[str, str]:
    """A heading for each of CRITERIA, with its definition and the year of the figures that the model asks for."""
    by_id = {c.id: c for c in model.criteria}
    return {name: _heading(by_id[name]) if name in by_id else f"{name.upper()} %" for name in CRITERIA}


def _heading(criterion: Criterion) -> str:
    said = criterion.vintage in criterion.label or len(criterion.vintage) > LONGEST or not criterion.vintage
    return criterion.label if said else f"{criterion.label} ({criterion.vintage})"


def _audience(group: int, typed: Any) -> str | None:
    """An audience group: the year group where it is one, else as typed."""
    return f"Year {group}" if group >= 0 else None if typed is None else str(typed)


def _of_each(at: Any, values: list[Any]) -> list[Any]:
    """The value of each row's organisation, None where it is not among them."""
    whole = [*values, None]
    return [whole[i] for i in at.tolist()]


# --------------------------------------------------------------------------------------------- activity × organisation


def organisations(done: Work, schools: Bands, by_date: bool = False) -> Table:
    """A row for each row of attendance, in its order or by date."""
    rows = done.attendance.sort_values("date", kind="stable") if by_date else done.attendance
    labels = headings(schools.model)
    columns = (
        *(Column(name, TEXT) for name in ("Organisation", "Audience group", "Priority activity")),
        Column("Number attending", PEOPLE),
        *(Column(labels[name], FIGURE) for name in CRITERIA),
        Column("Priority (ours)", BAND),
        Column("Activity", TEXT),
        Column("Date", DATE),
    )
    # What is said of an organisation, an audience, an activity or a day is made once, however many rows it stands in.
    at = schools.known.index.get_indexer(rows["organisation"])
    titles = dict(zip(done.activities["activity"], done.activities["title"], strict=True))
    codes, dates = pd.factorize(rows["date"])
    days = [*map(day, dates), None]  # the last, -1, of those without a date
    groups = rows["year_group"].astype("Int64").fillna(-1).tolist()
    table = list(zip(
        _of_each(at, [name if isinstance(name, str) else str(i) for i, name in schools.known["name"].items()]),
        each_row(_audience, groups, cells(rows, "audience")),
        cells(rows, "type"),
        map(work.number, rows["attending"].tolist()),
        *(_of_each(at, _shown(schools.known[name], labels[name])) for name in CRITERIA),
        schools.of(rows["organisation"]),
        map(titles.get, rows["activity"].tolist()),
        (days[code] for code in codes.tolist()),
        strict=True,
    ))  # fmt: skip
    said = "The percentages are those of all the organisation's learners, not of those who came."
    return Table(SCHOOLS, columns, table, said=said)


def _shown(values: pd.Series, label: str) -> list[Any]:
    none = Fault(NA, f"Neither the workbook nor the installed tables give {label} for it.")
    return [none if value != value else round(float(value), 1) for value in values]


# ------------------------------------------------------------------------------------------------------- each activity


def activities(done: Work, model: Model, found: Profiles) -> Table:
    """A row for each activity, with its combined profile."""
    labels = headings(model)
    counted = {name: f"n: {label}" for name, label in labels.items()}
    columns = (
        Column("Activity", TEXT), Column("Date", DATE), Column("Type", TEXT), Column("Organisations", NUMBER),
        Column("Number attending", PEOPLE), Column("Recorded individually", PEOPLE), Column("Headcount only", PEOPLE),
        Column("With a profile", PEOPLE), Column("Learner coverage %", SHARE, "With a profile", "Number attending"),
        Column("Basis", TEXT),
        *(Column(labels[name], SHARE, base=counted[name]) for name in CRITERIA),
        *(Column(counted[name], PEOPLE) for name in CRITERIA),
    )  # fmt: skip
    index = found.activities.index
    there = index.get_indexer(done.activities["activity"])  # -1: nobody came and nobody is recorded
    profiled = [int(n) for n in np.append(found.activities["profiled"], 0)[there].tolist()]
    words = [
        f"{name.capitalize()}: {why}"
        for name, why in zip(found.activities["basis"], found.activities["reason"], strict=True)
    ]
    shown = [[*words, NO_BASIS], *([*found.figures(name), _NOTHING] for name in CRITERIA)]
    # Where there is no percentage nothing rests on it; so the counts of a column add up to that of all activities.
    rests = found.known.where(found.percent.notna())
    shown += [[*map(work.number, rests[name]), None] for name in CRITERIA]
    one = done.activities
    rows = list(zip(
        one["title"], map(day, one["date"]), cells(one, "type"),
        work.counts(done, "activity")["organisations"].reindex(one["activity"]).astype(int).tolist(),
        map(work.number, one["attended"]), map(int, one["recorded"]), map(int, one["headcount"]), profiled,
        map(_covered, profiled, one["attended"]), *([column[i] for i in there] for column in shown), strict=True,
    ))  # fmt: skip
    return Table(
        ACTIVITIES,
        columns,
        [*rows, _overall(done, found)],
        totals=1,
        adds_up=True,
        said="One row an activity, combined.",
    )


NO_BASIS = "None: nobody attended or is recorded"
_NOTHING = Fault(NA, "Nobody attended or is recorded.")


def _covered(profiled: float, attended: float) -> Any:
    share = rates.share(profiled, attended) if attended == attended else None
    return Fault("#DIV/0!", "No number attending to take a share of.") if share is None else share


def _overall(done: Work, found: Profiles) -> tuple[Any, ...]:
    percent, n = found.overall()
    of_schools = bool((found.activities["basis"] != LEARNERS).all())
    none = Fault("#DIV/0!", "No activity has this figure.")
    shown = [
        none if value != value else Figure(round(value, 1)) if of_schools else round(float(value), 1)
        for value in percent[[*CRITERIA]]
    ]
    sums = work.total(done)
    attended, recorded, headcount = (int(sums[name]) for name in ("attended", "recorded", "headcount"))
    profiled = int(found.activities["profiled"].sum())
    return (
        "All activities", None, None, int(sums["organisations"]), attended, recorded, headcount, profiled,
        _covered(profiled, attended), None, *shown, *(int(count) for count in n[[*CRITERIA]]),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------- both profiles of one activity


def _both(model: Model, found: Profiles, activity: Any) -> Table:
    """One activity as the guide's screen shows it: the organisation-based and the learner-based profile side by side."""
    columns = (
        Column("Measure", TEXT), Column("By organisations, %", FIGURE), Column("Attended from those with a figure", PEOPLE),
        Column("Learners meeting it", PEOPLE), Column("Learners known", PEOPLE),
        Column("By learners, %", SHARE, "Learners meeting it", "Learners known"), Column("Used", TEXT),
    )  # fmt: skip
    rows = []
    for name, label in headings(model).items():
        cells: list[Any] = [label]
        for one in (found.organisations, found.learners):
            there = activity in one.percent.index and one.known.at[activity, name] > 0
            percent = (
                round(float(one.percent.at[activity, name]), 1) if there else Fault(NA, "It is known of nobody here.")
            )
            known = int(one.known.at[activity, name]) if activity in one.known.index else 0
            met = int(one.part.at[activity, name]) if activity in one.part.index else 0
            cells += [percent, known] if one is found.organisations else [met, known, percent]
        used = found.percent.at[activity, name] == found.percent.at[activity, name]
        rows.append((*cells, found.activities.at[activity, "basis"].capitalize() if used else None))
    return Table(BOTH, columns, rows)


def _said(found: Profiles) -> list[str]:
    """Which basis how many activities rest on, and why."""
    counts = (
        found.activities.groupby(["basis", "reason"], sort=False).size().sort_values(ascending=False, kind="stable")
    )
    said = [f"{name} for {work.plural(n, 'activity', 'activities')} ({reason})" for (name, reason), n in counts.items()]
    return [f"Basis: {'; '.join(said)}."] if said else []
