"""What a report is about: the models that it goes by, and the part of the records that was asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .. import models
from ..domain import years
from ..domain.names import simple
from ..errors import refuse
from ..models import Model
from . import shared

if TYPE_CHECKING:
    import pandas as pd

    from ..records import Records
    from .shape import Asked

MODELS = {"learner": "aimhigher-2011-learner", "school": "aimhigher-2011-school"}


def words(records: Records, asked: Asked, about: str) -> tuple[str, ...]:
    """The name and options of the learner or school model asked for, else of the workbook's settings, else the guide's."""
    set_here = re.split("[;,]", str(records.settings.get(f"{about}_model") or ""))
    found = (asked.learner_model if about == "learner" else asked.school_model) or tuple(
        word.strip() for word in set_here if word.strip()
    )
    return found or (MODELS[about],)


def model(records: Records, asked: Asked, about: str) -> Model:
    """The learner or school model asked for, else that of the workbook's settings, else the guide's."""
    found = models.find(words(records, asked, about), (about,))
    if about == "learner" and records.first_generation and not found.first_generation:
        return replace(found, first_generation=True, _decided={})
    return found


def within(records: Records, asked: Asked) -> tuple[Records, tuple[str, ...]]:
    """The records of the academic year asked for (else of the settings, else all), of the activity asked for; and what to say.

    Organisations, learners and targets stay whole: who of them took part follows from attendance and participations, which are
    `numbered`. Raises a Fault where no activity is left.
    """
    records = shared.numbered(records)
    activities, notes = records.activities, []
    year = asked.year if asked.year is not None else years.academic_year(records.settings.get("year"))
    if year is None:
        there = [int(y) for y in sorted(activities["year"].dropna().unique())]
        if len(there) > 1:
            notes.append(f"All years together: {', '.join(map(years.shown, there))}.")
        elif there:
            notes.append(f"Academic year {years.shown(there[0])}.")
    elif asked.activity and asked.year is None:
        pass  # one activity is meant, whichever year the settings name
    else:
        undated = int(activities["year"].isna().sum())
        activities = activities[(activities["year"] == year).fillna(False).astype(bool)]
        if activities.empty:
            raise refuse(f"No activity of the workbook is in the academic year {years.shown(year)}.", "#N/A")
        notes.append(f"Academic year {years.shown(year)}.")
        if undated:
            notes.append(f"Left out for want of a date or an academic year: {undated:,} of the activities.")
    if asked.activity:
        activities = _one(activities, asked.activity)
    if len(activities) < len(records.activities):
        records = _only(records, activities)
    return records, tuple(notes)


def _only(records: Records, activities: pd.DataFrame) -> Records:
    """The records of some of the activities, numbered anew."""
    place = np.full(len(records.activities) + 1, -1, np.int32)  # the last, -1, of those without an activity
    place[np.flatnonzero(records.activities["activity"].isin(activities["activity"]))] = np.arange(len(activities))
    attendance, took_part = (
        frame.assign(event=place[frame["event"]])[lambda f: f["event"] >= 0]
        for frame in (records.attendance, records.took_part)
    )
    return replace(records, activities=activities, attendance=attendance, took_part=took_part)


def _one(activities: pd.DataFrame, wanted: str) -> pd.DataFrame:
    """The activity of an id or a title."""
    name = simple(str(wanted))
    for column in ("activity", "title"):
        found = activities[[simple(str(cell)) == name for cell in activities[column]]]
        if len(found):
            return found
    import difflib

    there = [str(t) for t in (*activities["activity"], *activities["title"].dropna())]
    close = difflib.get_close_matches(str(wanted), dict.fromkeys(there), n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise refuse(f"No activity is called '{str(wanted)[:60]}'.{hint}")
