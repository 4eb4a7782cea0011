"""What a workbook gives to be read: the cells of its sheets and the places of its Tables, whoever opened it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol


class Place(Protocol):
    """A rectangle of cells, both ends included, counted from 1: workbooks.refs.Area is one."""

    @property
    def first_row(self) -> int: ...
    @property
    def first_column(self) -> int: ...
    @property
    def last_row(self) -> int: ...
    @property
    def last_column(self) -> int: ...


class SheetCells(NamedTuple):
    """A worksheet's values from A1 on, in rows of equal length: plain values, None for a blank, a Fault for an error.

    tables: name, place with its heading row (and totals row, if any), and headings of each Excel Table.
    Sheets that wpxl itself wrote as reports are not given: their figures would be counted again.
    """

    name: str
    grid: list[list[Any]]
    tables: Sequence[tuple[str, Place, Sequence[str]]] = ()
