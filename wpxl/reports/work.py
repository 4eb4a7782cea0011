"""The work that a report counts: the activities of a year or of all years, who attended each, and who was recorded by name.

Attended is what the attendance says; recorded, the learners that took part; headcount, attended less recorded of each activity,
never below 0. A person counts once among people, and once for each activity among participations.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from ..domain import years
from ..errors import refuse
from ..records import Records
from .shape import NUMBER, PEOPLE, Asked, Column

TERMS = ("Autumn", "Spring", "Summer")
NOT_STATED = "Not stated"
UNKNOWN = "unknown"  # the organisation of records whose school is not known
LEARNER_MODEL, SCHOOL_MODEL = ("aimhigher-2011-learner",), ("aimhigher-2011-school",)
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
    Column("Contact hours", NUMBER),
)


class Work(NamedTuple):
    """Frames that know of each other's columns.

    activities: those of records.activities and attended, recorded, headcount (floats; attended is NaN where nobody says), contact
        (hours × attended), with an index from 0
    attendance: those of records.attendance, and title, type, term, date, year of its activity
    took_part: activity, learner, person, organisation, year_group, and title, type, term, date, year of its activity
    """

    records: Records
    year: int | None  # None: all years together
    activities: pd.DataFrame
    attendance: pd.DataFrame
    took_part: pd.DataFrame
    notes: tuple[str, ...]


def of(records: Records, asked: Asked, every_year: bool = False) -> Work:
    """The work of the year that is asked for, else of the Settings, else of all years. Raises a Fault where there is none."""
    year = None if every_year else year_of(records, asked)
    activities = _activities(records)
    notes = []
    if year is not None:
        undated = int(activities.year.isna().sum())
        if undated:
            notes.append(f"Left out: {plural(undated, 'activity', 'activities')} without a date and a year.")
        inside = activities.year.eq(year).fillna(False).astype(bool)
        if not inside.any():
            raise refuse(f"The workbook has no activity in {years.shown(year)}: there is {_years(activities)}.")
        activities = activities[inside].reset_index(drop=True)
        notes.append(f"Academic year {years.shown(year)}.")
    else:
        notes.append(f"All years together: {_years(activities)}.")
    attendance = _joined(records.attendance, activities)
    took_part = _joined(records.took_part, activities)
    at = pd.Index(records.learners.learner).get_indexer(took_part.learner)
    took_part = took_part[at >= 0]
    own = records.learners[["person", "organisation", "year_group"]].iloc[at[at >= 0]]
    took_part = took_part.assign(**{name: own[name].to_numpy() for name in own})
    activities = _counted(activities, attendance, took_part)
    return Work(records, year, activities, attendance, took_part, (*notes, *_said(activities, took_part)))


def year_of(records: Records, asked: Asked) -> int | None:
    """The academic year that is asked for, else that of the Settings, else None."""
    return asked.year if asked.year is not None else years.academic_year(records.settings.get("year"))


def learner_model(records: Records, asked: Asked) -> tuple[str, ...]:
    """The name and options of the learner model that is asked for, else that of the Settings, else the guide's."""
    return asked.learner_model or _words(records.settings.get("learner_model")) or LEARNER_MODEL


def school_model(records: Records, asked: Asked) -> tuple[str, ...]:
    return asked.school_model or _words(records.settings.get("school_model")) or SCHOOL_MODEL


def plural(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def counts(work: Work, by: str) -> pd.DataFrame:
    """The COUNTS of the activities of each value of a column of activities; NOT_STATED where there is none. Index: the values."""
    activities, attendance, took_part = (_stated(f, by) for f in (work.activities, work.attendance, work.took_part))
    groups = activities.groupby(by, sort=False)
    out = groups[["attended", "recorded", "headcount", "hours", "contact"]].sum()
    out["activities"] = groups.size()
    out["organisations"] = _engaged(attendance, took_part, by).groupby(by).size()
    out["people"] = took_part.drop_duplicates([by, "person"]).groupby(by).size()
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


def _engaged(attendance: pd.DataFrame, took_part: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Each organisation that came, or of which learners are recorded, once (a group). Those not known are none."""
    came = attendance.loc[attendance.attending.ne(0), [*by, "organisation"]]
    both = pd.concat([came, took_part[[*by, "organisation"]]]).dropna().drop_duplicates()
    return both[both.organisation.ne(UNKNOWN)]


def _stated(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    return frame.assign(**{by: frame[by].astype(object).where(frame[by].notna(), NOT_STATED)})


def _activities(records: Records) -> pd.DataFrame:
    """The activities by date, those without a date last."""
    return records.activities.sort_values(["date", "activity"], kind="stable", ignore_index=True)


def _joined(rows: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """Rows of these activities, with what is known of the activity."""
    at = pd.Index(activities.activity).get_indexer(rows.activity)
    about = activities[["title", "type", "term", "date", "year"]].iloc[at[at >= 0]].reset_index(drop=True)
    return pd.concat([rows[at >= 0].reset_index(drop=True), about], axis=1)


def _counted(activities: pd.DataFrame, attendance: pd.DataFrame, took_part: pd.DataFrame) -> pd.DataFrame:
    attended = activities.activity.map(attendance.groupby("activity").attending.sum(min_count=1)).astype(float)
    recorded = activities.activity.map(took_part.groupby("activity").size()).fillna(0.0)
    return activities.assign(
        attended=attended,
        recorded=recorded,
        headcount=(attended - recorded).clip(lower=0).fillna(0.0),
        contact=activities.hours * attended,
    )


def _said(activities: pd.DataFrame, took_part: pd.DataFrame) -> list[str]:
    said = [
        "People: each person once. Participations: once for each activity. Headcount only: attended less those recorded by "
        "name, of each activity."
    ]
    more = int((activities.recorded > activities.attended).sum())
    if more:
        said.append(f"{plural(more, 'activity has', 'activities have')} more learners recorded than attended.")
    unknown = activities.attended.isna()
    if unknown.any():
        n, recorded = int(unknown.sum()), int(activities.recorded[unknown].sum())
        said.append(
            f"{plural(n, 'activity has', 'activities have')} no number attending and count as 0 there; "
            f"{plural(recorded, 'participation is', 'participations are')} recorded."
        )
    nobody = int(activities.attended.eq(0).sum())
    if nobody:
        said.append(f"{plural(nobody, 'activity', 'activities')} with 0 attending: counted as an activity.")
    return said


def _years(activities: pd.DataFrame) -> str:
    known = sorted(activities.year.dropna().unique())
    return ", ".join(years.shown(int(y)) for y in known) or "none with a year"


def _words(value: Any) -> tuple[str, ...]:
    """A model and its options as one text: parted at semicolons."""
    return tuple(part.strip() for part in str(value or "").split(";") if part.strip())
