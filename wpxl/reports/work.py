"""The work that a report counts: the activities of a year or of all years, who attended each, and who was recorded by name.

Attended is what the attendance says; recorded, the learners that took part; headcount, attended less recorded of each activity,
never below 0. A person counts once among people, and once for each activity among participations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from ..domain import years
from ..records import Records
from . import scope
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
    attendance: those of records.attendance, and title, type, term, date, year of its activity
    took_part: activity, learner, person, organisation, year_group, and title, type, term, date, year of its activity
    """

    records: Records
    activities: pd.DataFrame
    attendance: pd.DataFrame
    took_part: pd.DataFrame
    notes: tuple[str, ...]


def of(records: Records, asked: Asked) -> Work:
    """The work of the year and the activity that are asked for. Raises a Fault where there is none."""
    return _once(records, (asked.year, asked.activity), lambda: _whole(*scope.within(_spelt(records), asked)))


def every(records: Records) -> Work:
    """The work of all years."""
    return _once(records, (), lambda: _whole(_spelt(records)))


def _once(records: Records, key: tuple[Any, ...], work_out: Callable[[], Work]) -> Work:
    """Worked out once for all reports of the same records: nobody writes into these frames."""
    frames = (records.activities, records.attendance, records.learners, records.took_part)
    key = ("work", *key, str(records.settings.get("year")), *map(id, frames))
    if key not in records.kept:
        records.kept[key] = frames, work_out()  # with the frames, so that the ids stay theirs
    made: Work = records.kept[key][1]
    return made._replace(records=replace(made.records, notes=records.notes, targets=records.targets))


def _spelt(records: Records) -> Records:
    """Types of activity spelt alike."""
    types = pd.Series(grouped(list(records.activities.type)), records.activities.index, dtype=object)
    return replace(records, activities=records.activities.assign(type=types))


def _whole(records: Records, notes: tuple[str, ...] = ()) -> Work:
    activities = records.activities.sort_values(["date", "activity"], kind="stable", ignore_index=True)
    attendance = _joined(records.attendance, activities)
    took_part = _joined(records.took_part, activities)
    at = pd.Index(records.learners.learner).get_indexer(took_part.learner)
    own = records.learners[["person", "organisation", "year_group"]].iloc[at[at >= 0]]
    took_part = took_part[at >= 0].assign(**{name: own[name].array for name in own})
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
    activities, attendance, took_part = (_stated(f, by) for f in (work.activities, work.attendance, work.took_part))
    groups = activities.groupby([*by], sort=False)
    out = groups[["attended", "recorded", "headcount", "hours", "contact"]].sum()
    out["activities"] = groups.size()
    out["organisations"] = _engaged(attendance, took_part, *by).groupby([*by]).size()
    out["people"] = took_part.drop_duplicates([*by, "person"]).groupby([*by]).size()
    return out.reindex(columns=list(COUNTS)).fillna(0)


def total(work: Work) -> dict[str, float]:
    """The COUNTS of all activities, each person and organisation once."""
    out = dict(work.activities[["attended", "recorded", "headcount", "hours", "contact"]].sum())
    engaged = _engaged(work.attendance, work.took_part)
    return {
        **out,
        "activities": len(work.activities),
        "organisations": len(engaged),
        "people": work.took_part.person.nunique(),
    }


def cells(values: Any) -> tuple[Any, ...]:
    """The COUNTS of a row of `counts` or of `total` as plain numbers, whole ones without a fraction."""
    return tuple(number(values[name]) for name in COUNTS)


def number(value: Any) -> Any:
    """A number of a frame as plain Python, None where there is none."""
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 2)


def year_group(group: int) -> str:
    return f"Year {group}" if group else "Reception"


def _engaged(attendance: pd.DataFrame, took_part: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Each organisation that came, or of which learners are recorded, once (a group). Those not known are none."""
    came = attendance.loc[attendance.attending.ne(0), [*by, "organisation"]]
    both = pd.concat([came, took_part[[*by, "organisation"]]]).dropna().drop_duplicates()
    return both[both.organisation.ne(UNKNOWN)]


def _stated(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    return frame.assign(**{name: frame[name].astype(object).where(frame[name].notna(), NOT_STATED) for name in by})


def _joined(rows: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """Rows of these activities, with what is known of the activity."""
    at = pd.Index(activities.activity).get_indexer(rows.activity)
    about = activities[["title", "type", "term", "date", "year"]].iloc[at[at >= 0]].reset_index(drop=True)
    return pd.concat([rows[at >= 0].reset_index(drop=True), about], axis=1)


def _counted(activities: pd.DataFrame, attendance: pd.DataFrame, took_part: pd.DataFrame) -> pd.DataFrame:
    attended = activities.activity.map(attendance.groupby("activity").attending.sum(min_count=1)).astype(float)
    recorded = activities.activity.map(took_part.groupby("activity").size()).astype(float).fillna(0.0)
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
