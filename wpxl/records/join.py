"""The records of several institutions together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..domain.once import each
from ..errors import refuse
from . import Records
from .learners import IDENTITY, opposite
from .people import persons

if TYPE_CHECKING:
    import pandas as pd


def join(many: Sequence[Records]) -> Records:
    """The records of several institutions together: learners matched by HEAT ID, else by name and date of birth.

    Ids of activities and learners are kept apart by the institution; schools are the same where their ids are. Raises a Fault
    where two workbooks are of one institution.
    """
    import pandas as pd

    names = [records.institution or f"Workbook {at + 1}" for at, records in enumerate(many)]
    if len(set(names)) < len(names):
        again = next(name for name in names if names.count(name) > 1)
        raise refuse(f"Two workbooks are of {again}: give each its own name as Institution on its sheet of settings.")
    if len({records.first_generation for records in many if records.learners["parental_he"].notna().any()}) > 1:
        many = [_turned(records) if records.first_generation else records for records in many]
    asks_first = any(records.first_generation for records in many)

    def together(frame: str, *ids: str) -> pd.DataFrame:
        parts = []
        for name, records in zip(names, many, strict=True):
            part = getattr(records, frame).copy()
            for column in ids:
                part[column] = pd.Series([f"{name}: {id_}" for id_ in part[column]], index=part.index, dtype=object)
            if "institution" in part:
                part["institution"] = pd.Series([name] * len(part), index=part.index, dtype=object)
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    learners = together("learners", "learner")
    own = [
        f"{name} {person}" for name, records in zip(names, many, strict=True) for person in records.learners["person"]
    ]
    told = learners.assign(own=pd.Series(own, dtype=object))[[*IDENTITY, "own", "organisation"]]
    learners["person"] = persons({name: cells.to_numpy(object) for name, cells in told.items()})[0]
    return Records(
        organisations=together("organisations").groupby("organisation", sort=False, as_index=False).first(),
        activities=together("activities", "activity"),
        attendance=together("attendance", "activity"),
        learners=learners,
        took_part=together("took_part", "activity", "learner"),
        targets=together("targets"),
        settings=_agreed([records.settings for records in many]),
        notes=tuple(f"{name}: {note}" for name, records in zip(names, many, strict=True) for note in records.notes),
        understood=tuple(entry for records in many for entry in records.understood),
        institution=", ".join(names),
        first_generation=asks_first,
    )


def _turned(records: Records) -> Records:
    """The same records, with answers to whether a parent has higher education instead of the opposite question."""
    import pandas as pd

    turned = pd.Series(each(opposite, records.learners["parental_he"].tolist()), dtype=object)
    return replace(records, learners=records.learners.assign(parental_he=turned), first_generation=False)


def _agreed(settings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The settings that are the same in every workbook that has them."""
    every = {name for own in settings for name in own if name != "institution"}
    said = {name: [own[name] for own in settings if name in own] for name in sorted(every)}
    return {name: values[0] for name, values in said.items() if all(value == values[0] for value in values)}
