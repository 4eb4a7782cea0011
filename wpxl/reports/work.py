"""The work that a report counts: the activities of a year or of all years, who attended each, and who was recorded by name.

Attended is what the attendance says; recorded, the learners that took part; headcount, attended less recorded of each activity,
never below 0. A person counts once among people, and once for each activity among participations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..domain import years
from ..records import Records
from . import scope, shared
from .groups import grouped
from .shape import DERIVED, NUMBER, PEOPLE, Asked, Column

TERMS = ("Autumn", "Spring", "Summer")
NOT_STATED = "Not stated"
UNKNOWN = "unknown"  # the organisation of records whose school is not known
COUNTED = (
    "People: each person once. Participations: once for each activity. Headcount only: attended less those recorded by name, of "
    "each activity."
)
# The counts of a group of activities, and the columns that show them.
COUNTS = ("activities", "organisations", "attended", "recorded", "headcount", "people", "hours", "contact")
SUMMED = ("attended", "recorded", "headcount", "hours", "contact")
COLUMNS = (
    Column("Activities", NUMBER),
    Column("Organisations", NUMBER),
    Column("Number attending", PEOPLE),
    Column("Participations recorded", PEOPLE),
    Column("Headcount only", PEOPLE),
    Column("People recorded", PEOPLE),
    Column("Hours", NUMBER),
    Column("Contact hours", DERIVED, "Number attending"),
)


class Work(NamedTuple):
    """Frames that know of each other's columns.

    activities: those of records.activities by date, their types spelt alike, and attended, recorded, headcount (floats; attended
        is NaN where nobody says), contact (hours × attended)
    attendance: those of records.attendance, type, date and year of its activity, and `place`
    took_part: activity, learner, person, organisation, year_group, type, date and year of its activity, `row` and `place`
    event, row: the place of the activity among activities, of the learner among records.learners
    place: a number for each organisation that is known; -1 for the others
    """

    records: Records
    activities: pd.DataFrame
    attendance: pd.DataFrame
    took_part: pd.DataFrame
    notes: tuple[str, ...]


def of(records: Records, asked: Asked) -> Work:
    """The work of the year and the activity that are asked for. Raises a Fault where there is none."""
    return _once(
        records, (asked.year, asked.activity), lambda: _whole(*scope.within(_spelt(shared.numbered(records)), asked))
    )


def every(records: Records) -> Work:
    """The work of all years."""
    return _once(records, (), lambda: _whole(_spelt(shared.numbered(records))))


def _once(records: Records, key: tuple[Any, ...], work_out: Callable[[], Work]) -> Work:
    frames = records.activities, records.attendance, records.learners, records.took_part
    made = shared.once(records, ("work", *key, str(records.settings.get("year"))), frames, work_out)
    return made._replace(records=replace(made.records, notes=records.notes, targets=records.targets))


def _spelt(records: Records) -> Records:
    """Types of activity spelt alike."""
    types = pd.Series(grouped(list(records.activities.type)), records.activities.index, dtype=object)
    return replace(records, activities=records.activities.assign(type=types))


def _whole(records: Records, notes: tuple[str, ...] = ()) -> Work:
    """records: numbered."""
    activities = records.activities.assign(was=range(len(records.activities)))
    activities = activities.sort_values(["date", "activity"], kind="stable", ignore_index=True)
    place = np.argsort(activities.pop("was").to_numpy())
    attendance, took_part = records.attendance, records.took_part
    attendance = _joined(attendance[attendance.event >= 0], activities, place)
    took_part = _joined(took_part[(took_part.event >= 0) & (took_part.row >= 0)], activities, place)
    own = records.learners[["person", "organisation", "year_group"]].iloc[took_part.row]
    took_part = took_part.assign(**{name: own[name].array for name in own})
    codes, names = pd.factorize(pd.concat([attendance.organisation, took_part.organisation]))
    codes = np.where(codes == names.get_indexer([UNKNOWN])[0], -1, codes)
    attendance, took_part = (
        attendance.assign(place=codes[: len(attendance)]),
        took_part.assign(place=codes[len(attendance) :]),
    )
    activities = _counted(activities, attendance, took_part)
    return Work(records, activities, attendance, took_part, (*notes, *_said(activities)))


def year_of(records: Records, asked: Asked) -> int | None:
    """The year that is asked for, else that of the Settings, else the latest with an activity."""
    year = asked.year if asked.year is not None else years.academic_year(records.settings.get("year"))
    there = records.activities.year.dropna()
    return year if year is not None or there.empty else int(there.max())


def plural(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def counts(work: Work, *by: str) -> pd.DataFrame:
    """The COUNTS of the activities of each value of columns of activities; NOT_STATED where there is none. Index: the values."""
    stated = {
        name: work.activities[name].astype(object).where(work.activities[name].notna(), NOT_STATED) for name in by
    }
    groups = work.activities.assign(**stated).groupby([*by], sort=False)
    group = groups.ngroup().to_numpy()
    out = groups[list(SUMMED)].sum()
    out["activities"] = groups.size()
    events, places = _engaged(work)
    persons = pd.factorize(work.took_part.person)[0]
    out["organisations"] = _different(group[events], places, len(out))
    out["people"] = _different(group[work.took_part.event], persons, len(out))
    return out[list(COUNTS)]


def total(work: Work) -> dict[str, float]:
    """The COUNTS of all activities, each person and organisation once."""
    return {
        **work.activities[list(SUMMED)].sum(),
        "activities": len(work.activities),
        "organisations": len(np.unique(_engaged(work)[1])),
        "people": work.took_part.person.nunique(),
    }


def cells(values: Any) -> tuple[Any, ...]:
    """The COUNTS of a row of `counts` or of `total` as plain numbers, whole ones without a fraction."""
    return tuple(number(values[name]) for name in COUNTS)


def number(value: Any) -> Any:
    """A number of a frame as plain Python, None where there is none."""
    if value is None or value is pd.NA or value != value:
        return None
    return int(value) if float(value).is_integer() else round(float(value), 2)


def year_group(group: int) -> str:
    return f"Year {group}" if group else "Reception"


def _engaged(work: Work) -> tuple[Any, Any]:
    """The activities and organisations of each row that says that an organisation came, or a learner of it. Those known only."""
    came = work.attendance.loc[work.attendance.attending.ne(0), ["event", "place"]]
    events, places = np.concatenate([came.to_numpy(), work.took_part[["event", "place"]].to_numpy()]).T
    return events[places >= 0], places[places >= 0]


def _different(group: Any, of: Any, n: int) -> Any:
    """How many different numbers from 0 upwards each of n groups has."""
    wide = np.max(of, initial=0) + 1
    return np.bincount(pd.unique(group * wide + of) // wide, minlength=n)


def _joined(rows: pd.DataFrame, activities: pd.DataFrame, place: Any) -> pd.DataFrame:
    """Rows with what is known of the activity. place: that of each `event` among the activities as they are ordered here."""
    event = place[rows.event]
    about = activities[["type", "date", "year"]].iloc[event].reset_index(drop=True)
    return pd.concat([rows.reset_index(drop=True).assign(event=event), about], axis=1)


def _counted(activities: pd.DataFrame, attendance: pd.DataFrame, took_part: pd.DataFrame) -> pd.DataFrame:
    every = range(len(activities))
    attended = attendance.groupby("event").attending.sum(min_count=1).reindex(every)
    recorded = pd.Series(np.bincount(took_part.event, minlength=len(activities)).astype(float))
    return activities.assign(
        attended=attended,
        recorded=recorded,
        headcount=(attended - recorded).clip(lower=0).fillna(0.0),
        contact=activities.hours * attended,
    )


def _said(activities: pd.DataFrame) -> list[str]:
    said = [COUNTED]
    more = int((activities.recorded > activities.attended).sum())
    if more:
        said.append(f"{plural(more, 'activity has', 'activities have')} more learners recorded than attended.")
    unknown = activities.attended.isna()
    if unknown.any():
        n, recorded = int(unknown.sum()), int(activities.recorded[unknown].sum())
        said.append(
            f"{plural(n, 'activity has', 'activities have')} no number attending: nothing is added there to those attending, "
            f"and {plural(recorded, 'participation', 'participations')} to those recorded."
        )
    nobody = int(activities.attended.eq(0).sum())
    if nobody:
        said.append(f"Among the activities {plural(nobody, 'has', 'have')} 0 attending.")
    return said
