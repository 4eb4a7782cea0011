"""Columns of learners as their different cells, and the place of each row's among them.

A column of a hundred thousand cells has a dozen different ones, or a few thousand postcodes. Coded once for all reports of the same
records, whatever follows from a cell is worked out for the different ones alone and spread over the rows by arrays.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

# Cells that are keys by their value; TRUE and 1 are told apart by their types, and cells of further kinds are not compared at all.
_KEYS = {str, int, float, type(None), datetime.datetime, datetime.date, pd.Timestamp, type(pd.NaT), type(pd.NA)}


class Coded(NamedTuple):
    cells: list[Any]  # in the order in which they first come
    at: npt.NDArray[Any]  # whole numbers

    @property
    def rows(self) -> list[Any]:
        return self.spread(self.cells)

    def each(self, work_out: Callable[[Any], Any]) -> list[Any]:
        """What follows from each row's cell. Shape: (rows,)."""
        return self.spread(list(map(work_out, self.cells)))

    def spread(self, values: Sequence[Any]) -> list[Any]:
        """What each row has of values of the different cells. Shape: (rows,)."""
        rows: list[Any] = np.fromiter(values, object, len(values))[self.at].tolist()
        return rows

    def which(self, holds: Callable[[Any], bool]) -> npt.NDArray[np.bool_]:
        """Of which rows something holds. Shape: (rows,)."""
        found: npt.NDArray[np.bool_] = np.fromiter(map(holds, self.cells), bool, len(self.cells))[self.at]
        return found

    def taken(self, rows: Any) -> Coded:
        """The same of some rows."""
        at = self.at[rows]
        left = pd.unique(at)
        place = np.zeros(len(self.cells), np.int32)
        place[left] = np.arange(len(left))
        return Coded([self.cells[i] for i in left.tolist()], place[at])


class Columns:
    """The columns of a frame, each coded when it is first asked for. One that is not there is blank."""

    def __init__(self, frame: pd.DataFrame):
        self._frame = frame
        self._made: dict[str, Coded] = {}

    def __getitem__(self, name: str) -> Coded:
        if name not in self._made:
            there = name in self._frame
            self._made[name] = coded(self._frame[name].tolist() if there else [None] * len(self._frame))
        return self._made[name]


def coded(column: list[Any]) -> Coded:
    """A column of cells; missing ones, whatever frames have for them, are None."""
    kinds = set(map(type, column))
    if kinds <= _KEYS | {bool}:
        typed = bool in kinds and not kinds.isdisjoint((int, float))
        place: defaultdict[Any, int] = defaultdict(count().__next__)
        keys = zip(map(type, column), column, strict=True) if typed else column
        at = np.fromiter(map(place.__getitem__, keys), np.int32, len(column))
        column = [cell for _, cell in place] if typed else list(place)
    else:
        at = np.arange(len(column), dtype=np.int32)
    return Coded([None if cell is pd.NA or cell != cell else cell for cell in column], at)


def together(*columns: Coded) -> Coded:
    """Columns of the same rows as one, whose cells are rows of them."""
    at = columns[0].at.astype(np.int64)
    for column in columns[1:]:
        at = pd.factorize(at * len(column.cells) + column.at)[0]
    first, at = different(at)
    return Coded(list(zip(*([c.cells[i] for i in c.at[first].tolist()] for c in columns), strict=True)), at)


def different(numbers: npt.NDArray[Any]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The places at which different numbers first come, and the place of each number's among these."""
    at, found = pd.factorize(numbers)
    first = np.empty(len(found), np.intp)
    first[at[::-1]] = np.arange(len(at))[::-1]  # of several that are alike the first is written last
    return first, at
