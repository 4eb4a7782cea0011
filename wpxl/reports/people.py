"""The learners of the records as people: one row each, with a name and a school to show."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import store
from ..domain.answers import NO, NOT_APPLICABLE, YES
from ..errors import DIV0, Fault
from ..measures import registry
from ..models import Model
from ..targeting.shares import UNREAD
from .coded import Coded, Columns, different, together

if TYPE_CHECKING:
    from ..records import Records


STATES = YES - UNREAD + 1  # how many different states there are
DIGITS = 16  # so many of them, and the number of a learner, fit a whole number of 64 bits


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


def recorded(kept: Records) -> np.ndarray[Any, Any]:
    """The places of the learners of whom a participation is recorded, in order. kept: numbered."""
    rows = kept.took_part["row"]
    return np.unique(rows[rows >= 0])


def names(learners: Columns) -> Coded:
    """What each learner is called: first and last name, or the one cell that holds both."""

    def called(row: tuple[Any, ...]) -> str | None:
        first, last, whole = row
        parts = " ".join(str(part).strip() for part in (first, last) if part is not None)
        return parts or (None if whole is None else str(whole))

    rows = together(*(learners[column] for column in ("first_name", "last_name", "name")))
    return Coded(list(map(called, rows.cells)), rows.at)


def school_names(records: Records, organisations: Coded) -> Coded:
    """The name of each learner's organisation."""
    known = records.organisations.drop_duplicates("organisation")
    called = dict(zip(known["organisation"], cells(known, "name"), strict=True))
    return Coded([called.get(organisation) for organisation in organisations.cells], organisations.at)


def distinct(states: pd.DataFrame) -> tuple[list[tuple[int, ...]], np.ndarray[Any, Any]]:
    """The different rows of states, and the place of each learner's among them."""
    values = states.to_numpy(np.int8)
    code = np.zeros(
        len(values), np.int64
    )  # each row as one number: comparing rows themselves takes thirty times as long
    for i, column in enumerate(values.T):
        if i % DIGITS == DIGITS - 1:
            code = pd.factorize(code)[0]
        code = code * STATES + column
    first, at = different(code)
    return list(map(tuple, values[first].tolist())), at


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
