"""What several reports of the same records need, worked out once: nobody writes into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from .coded import Columns

if TYPE_CHECKING:
    from ..records import Records

Made = TypeVar("Made")


def once(
    records: Records, key: tuple[Any, ...], frames: tuple[pd.DataFrame, ...], work_out: Callable[[], Made]
) -> Made:
    """What follows from some frames of the records, and from nothing else but the key."""
    key = (*key, *map(id, frames))
    if key not in records.kept:
        records.kept[key] = frames, work_out()  # with the frames, so that the ids stay theirs
    made: Made = records.kept[key][1]
    return made


def learners(records: Records) -> Columns:
    """The columns of the learners, each coded when it is first asked for."""
    return once(records, ("coded",), (records.learners,), lambda: Columns(records.learners))


def numbered(records: Records) -> Records:
    """Attendance and participations with `event`, and participations with `row`: the places of their activity and learner.

    -1: there is none. Looked up once, so that nobody compares a hundred thousand ids again.
    """

    def number() -> tuple[pd.DataFrame, pd.DataFrame]:
        events, rows = pd.Index(records.activities["activity"]), pd.Index(records.learners["learner"])
        attendance = records.attendance.assign(event=_places(events, records.attendance["activity"]))
        took_part = records.took_part.assign(
            event=_places(events, records.took_part["activity"]), row=_places(rows, records.took_part["learner"])
        )
        return attendance, took_part

    if "row" in records.took_part:
        return records
    frames = records.activities, records.attendance, records.learners, records.took_part
    attendance, took_part = once(records, ("numbered",), frames, number)
    return replace(records, attendance=attendance, took_part=took_part)


def _places(ids: pd.Index[Any], of: pd.Series[Any]) -> Any:
    return ids.get_indexer(of).astype(np.int32)
