"""The learners of the records as people: one row each, with a name and a school to show."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import store
from ..domain import once
from ..domain.answers import NO, NOT_APPLICABLE, YES
from ..domain.once import Once
from ..errors import DIV0, Fault
from ..measures import registry
from ..models import Model
from ..targeting.shares import UNREAD

if TYPE_CHECKING:
    from ..records import Records


STATES = YES - UNREAD + 1  # how many different states there are
DIGITS = 16  # so many of them, and the number of a learner, fit a whole number of 64 bits


def each(work_out: Callable[[Any], Any], cells: list[Any]) -> list[Any]:
    """`once.each` for cells among which there may be dates."""
    if set(map(type, cells)) <= {str, int, float, type(None), datetime.datetime, datetime.date, pd.Timestamp}:
        return list(map(Once(work_out).__getitem__, cells))
    return once.each(work_out, cells)


def cells(frame: pd.DataFrame, column: str) -> list[Any]:
    """A column's cells as plain Python; None for what is missing, and for a column that is not there."""
    if column not in frame:
        return [None] * len(frame)
    found: list[Any] = frame[column].tolist()
    if set(map(type, found)) <= {str, int, bool, type(None), datetime.datetime, pd.Timestamp}:
        return found
    return [None if cell is pd.NA or cell != cell else cell for cell in found]


def whole(number: float) -> float:
    """A number as people write it: whole ones without a fraction."""
    return int(number) if float(number).is_integer() else number


def share(part: int, base: int) -> Any:
    """A percentage of people, or a Fault where there are none."""
    return 100 * part / base if base else Fault(DIV0, "There is nobody to take a share of.")


def heading(words: str) -> str:
    """Words as the heading of a column."""
    return words[:1].upper() + words[1:]


def one_row_each(learners: pd.DataFrame, states: pd.DataFrame) -> np.ndarray[Any, Any]:
    """The places of one row of learners for each person, in order: of several the one of which most is known.

    states: what is known of each of these rows, a column a criterion.
    """
    known = np.isin(states.to_numpy(), (YES, NO, NOT_APPLICABLE)).sum(axis=1)
    rows = pd.DataFrame({"person": learners["person"].to_numpy(), "known": known})
    first = rows.sort_values("known", ascending=False, kind="stable").drop_duplicates("person")
    return np.sort(first.index.to_numpy())


def names(learners: pd.DataFrame) -> list[str | None]:
    """What each learner is called: first and last name, or the one cell that holds both."""

    def called(row: tuple[Any, ...]) -> str | None:
        first, last, whole = row
        parts = " ".join(str(part).strip() for part in (first, last) if part is not None)
        return parts or (None if whole is None else str(whole))

    rows = zip(*(cells(learners, column) for column in ("first_name", "last_name", "name")), strict=True)
    return list(map(Once(called).__getitem__, rows))


def school_names(records: Records, learners: pd.DataFrame) -> list[str | None]:
    """The name of each learner's organisation."""
    called = records.organisations.drop_duplicates("organisation").set_index("organisation")["name"]
    return cells(pd.DataFrame({"name": learners["organisation"].map(called)}), "name")


def distinct(states: pd.DataFrame) -> tuple[list[tuple[int, ...]], np.ndarray[Any, Any]]:
    """The different rows of states, and the place of each learner's among them."""
    values = states.to_numpy(np.int8)
    code = np.zeros(len(values), np.int64)  # each row as one number: sorting rows themselves takes thirty times as long
    for i, column in enumerate(values.T):
        if i % DIGITS == DIGITS - 1:
            code = np.unique(code, return_inverse=True)[1].reshape(-1)
        code = code * STATES + column
    _, first, at = np.unique(code, return_index=True, return_inverse=True)
    return [tuple(map(int, row)) for row in values[first]], at.reshape(-1)


def origin(model: Model, *more: str) -> tuple[list[str], bool]:
    """What to say of the model and of the tables that areas' figures come from, and whether these are the sample edition's.

    more: the ids of measures of areas that are shown beside those of the model.
    """
    tables, book = store.installed(), registry()
    said = [f"Decisions: {model.title}, version {model.version} ({model.id}{'; '.join(('', *model.chosen))})."]
    if model.unknown_as_not_met:
        said.append("What is not known was taken as not met.")
    from_: dict[str, list[str]] = {}
    for measure in map(book.find, dict.fromkeys((*(m for c in model.criteria for m in c.measures[:1]), *more))):
        holders = tables.by_column.get(measure.id) or [t for t in tables.postcode if measure.id in t.columns]
        from_.setdefault(str(holders[0].facts["title"]) if holders else "", []).append(measure.label)
    for title, labels in from_.items():
        missing = "is not installed" if len(labels) == 1 else "are not installed"
        said.append(
            f"{', '.join(labels)}: from {title}." if title else f"{', '.join(labels)} {missing}: see 'wpxl data guide'."
        )
    if tables.sample_only:
        said.append(
            "SAMPLE DATA: the guide's eight postcodes and invented ones. 'wpxl data guide' says which files to get."
        )
    return said, tables.sample_only
