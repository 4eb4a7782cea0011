"""Columns as their different cells: against going through the rows one by one."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from wpxl.reports.coded import Columns, coded, different, together

CELLS = st.sampled_from(
    [None, "", "Y", "yes", 1, 1.0, True, False, 0, 2.5, datetime.datetime(2024, 8, 4), pd.NaT, pd.NA, float("nan")]
)
LISTS = st.lists(CELLS, max_size=12)


def shown(cell: Any) -> Any:
    """What a cell is, by its type too; None for what is missing."""
    return None if cell is None or pd.isna(cell) else (isinstance(cell, bool), cell)


@settings(max_examples=200)
@given(LISTS, st.data())
def test_each_row_has_what_follows_from_its_own_cell(cells: list[Any], data: st.DataObject) -> None:
    made = coded(cells)
    assert [shown(cell) for cell in made.rows] == [shown(cell) for cell in cells] == made.each(shown)
    assert made.which(lambda cell: cell is None).tolist() == [shown(cell) is None for cell in cells]
    rows = data.draw(st.lists(st.integers(0, len(cells) - 1), max_size=9)) if cells else []
    some = made.taken(np.array(rows, int))
    assert some.each(shown) == [shown(cells[row]) for row in rows]
    assert list(dict.fromkeys(some.at.tolist())) == list(range(len(some.cells)))  # as they first come, and no others


def test_a_hundred_rows_are_few_cells_and_unlike_kinds_are_left_alone() -> None:
    assert coded(["Y", "N"] * 50).cells == ["Y", "N"]
    assert coded([True, 1, 1.0, True]).cells == [True, 1, 1.0]
    assert coded([[1], [1]]).cells == [[1], [1]]
    columns = Columns(pd.DataFrame({"a": ["x", "x"]}))
    assert columns["a"] is columns["a"] and columns["b"].rows == [None, None]


@given(st.lists(st.tuples(*[st.sampled_from(["a", "b", None])] * 3), max_size=12))
def test_columns_together_are_their_rows(rows: list[tuple[Any, ...]]) -> None:
    made = together(*(coded([row[i] for row in rows]) for i in range(3)))
    assert made.rows == rows and made.cells == list(dict.fromkeys(rows))


@given(st.lists(st.integers(-3, 3), max_size=12))
def test_different_numbers_by_their_first_places(numbers: list[int]) -> None:
    first, at = different(np.array(numbers, np.int64))
    assert first.tolist() == [numbers.index(n) for n in dict.fromkeys(numbers)]
    assert [numbers[first[i]] for i in at] == numbers
