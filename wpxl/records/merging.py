"""One row for each learner and school, made of all the rows that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import fields
from ..domain import answers
from ..domain.once import Once
from .schools import UNKNOWN

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MADE = ("learner", "person", "organisation", "year_group", "institution")


def typed_fields() -> tuple[str, ...]:
    """The fields of a learner that stay as they are typed."""
    return tuple(name for name in fields.of("learners") if name not in (*MADE, "name", "first_generation"))


def schools_of(schools: npt.NDArray[np.object_], person: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    """The school of each row; where a row leaves it open, that of the same person's first row that says one."""
    import numpy as np

    out = schools.copy()
    known = out != UNKNOWN
    if not known.all():
        said = dict(zip(person[known][::-1].tolist(), out[known][::-1], strict=True))
        gaps = np.flatnonzero(~known)
        out[gaps] = [said.get(int(person[i]), UNKNOWN) for i in gaps]
    return out


def rows_of(
    person: npt.NDArray[np.int64], school: npt.NDArray[np.object_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each row the row of the learners' frame it belongs to, and for each of those the first row that it is made of."""
    import numpy as np
    import pandas as pd

    place = pd.factorize(school)[0].astype(np.int64)
    at, first = pd.factorize(person * (int(place.max(initial=0)) + 1) + place)
    kept = np.full(len(first), len(at), np.int64)
    np.minimum.at(kept, at, np.arange(len(at)))
    return at.astype(np.int64), kept


def merged(
    whole: dict[str, npt.NDArray[np.object_]], at: npt.NDArray[np.int64], kept: npt.NDArray[np.int64]
) -> dict[str, npt.NDArray[np.object_]]:
    """One row a learner: of several, the first cell that says anything; a non-answer only where nothing else is said.

    at, kept: as `rows_of` has them. A column that no list has is blank.
    """
    import numpy as np

    columns, unsaid = {}, Once(answers.unsaid)
    several = np.flatnonzero(np.bincount(at, minlength=len(kept))[at] > 1)
    for name in ("group", *typed_fields()):
        if name not in whole:
            columns[name] = np.full(len(kept), None, object)
            continue
        columns[name] = out = whole[name][kept]
        if len(several):
            own = whole[name][several]
            said = ~np.array(list(map(unsaid.__getitem__, own.tolist())), bool)
            out[at[several][said][::-1]] = own[said][::-1]
    return columns
