"""Workbooks, sheets and Tables, as xlwings asks an engine for them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from xlwings import base_classes

from ...errors import Fault
from .. import book as inner
from .. import notes
from ..new_sheet import add_sheet, free_name
from ..parts import parse
from ..refs import LAST_COLUMN, LAST_ROW, Area, area, number
from ..sheet import Sheet as InnerSheet
from ..styles import Styles
from ..tables import Table as InnerTable
from ..tables import read_table, unique_headers, widen_table
from .cells import Cells
from .looks import Note
from .range import Range

_WHOLE = re.compile(r"\$?(\d+):\$?(\d+)|\$?([A-Z]+):\$?([A-Z]+)")


class Engine:
    """How values pass between a file and xlwings' converters: numbers as floats, as Excel gives them."""

    name, type, apps = "wpxl", "desktop", None

    @staticmethod
    def clean_value_data(
        data: list[list[Any]],
        dates: Callable[..., Any],
        empty_as: Any,
        numbers: Callable[[float], Any] | None,
        err_to_str: bool,
    ) -> list[list[Any]]:
        def clean(value: Any) -> Any:
            if value is None or value == "":
                return empty_as
            if isinstance(value, Fault):
                return value.code if err_to_str else None
            if isinstance(value, datetime.datetime):
                return dates(
                    year=value.year, month=value.month, day=value.day, hour=value.hour, minute=value.minute,
                    second=value.second, microsecond=value.microsecond, tzinfo=None,
                )  # fmt: skip
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                return numbers(value) if numbers else float(value)
            return value

        return [[clean(value) for value in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(value: Any, options: dict[str, Any]) -> Any:
        if hasattr(value, "item"):  # numpy's
            value = value.item()
        return None if isinstance(value, float) and value != value else value


class App(base_classes.App):
    """One workbook, no window: what would be shown is kept in `alerts` and `status_bar`."""

    # Class attributes, because the base class has properties without setters of these names.
    engine, pid, xl, visible = Engine(), -1, None, False
    selection: Range | None = None
    copied: Range | None = None
    cut_copy_mode: Any = False
    status_bar: str | bool = False
    screen_updating = display_alerts = enable_events = True

    def __init__(self, book: Book):
        self._book = book
        self.alerts: list[str] = []

    @property
    def books(self) -> list[Book]:
        return [self._book]

    def activate(self, steal_focus: bool = False) -> None:
        """Nothing: there is no window."""

    def alert(self, prompt: str, title: str | None, buttons: str, mode: str | None, callback: str | None) -> str:
        self.alerts.append(prompt)
        return "ok"


class Book(base_classes.Book):
    app: Any = None

    def __init__(self, path: str | Path):
        self.inner = inner.Book.open(path)
        self.app = App(self)
        self.styles = Styles(self.inner.package, self.inner.part)
        self._sheets = [Sheet(self, sheet) for sheet in self.inner.sheets]
        self.active = next((s for s in self._sheets if s.visible), None)

    @property
    def api(self) -> Any:
        return self.inner

    @property
    def name(self) -> str:
        return self.inner.package.path.name

    @property
    def fullname(self) -> str:
        return str(self.inner.package.path)

    @property
    def sheets(self) -> Sheets:
        return Sheets(self, self._sheets)

    def activate(self) -> None:
        """Nothing: there is no window."""

    @property
    def names(self) -> Names:
        return Names(self)

    def take_in(self) -> None:
        """Know of the sheets that were added to the file itself, and forget what changed there."""
        known = {sheet.api.part: sheet for sheet in self._sheets}
        self._sheets[:] = [known.get(s.part) or Sheet(self, s, new=True) for s in self.inner.sheets]

    @property
    def changed(self) -> bool:
        """Whether saving would write anything but the file that was opened."""
        self.write_changes()
        return self.inner.package.changed

    def write_changes(self) -> None:
        """Bring every change into the package."""
        for sheet in self._sheets:
            sheet.write_changes()


class Names(base_classes.Names):
    """The defined names of the workbook and its sheets; they can be read only."""

    def __init__(self, book: Book):
        root = parse(book.inner.package.read(book.inner.part))
        self._all = [Name(entry.get("name", ""), entry.text or "") for entry in root.iter("{*}definedName")]

    def __call__(self, key: int | str) -> Name:
        if isinstance(key, int):
            return self._all[key - 1]
        return next(one for one in self._all if one.name.casefold() == key.casefold())

    def contains(self, key: str) -> bool:
        return any(one.name.casefold() == key.casefold() for one in self._all)

    def __len__(self) -> int:
        return len(self._all)


class Name(base_classes.Name):
    name = refers_to = ""  # class attributes, because the base class has properties without setters of these names

    def __init__(self, name: str, refers_to: str):
        self.name, self.refers_to = name, f"={refers_to}"


class Sheets(base_classes.Sheets):
    def __init__(self, book: Book, sheets: list[Sheet]):
        self._book, self._all = book, sheets

    @property
    def active(self) -> Sheet:
        return self._book.active or self._all[0]

    def __call__(self, key: int | str) -> Sheet:
        if isinstance(key, int):
            return self._all[key - 1]
        for sheet in self._all:
            if sheet.name.casefold() == key.casefold():
                return sheet
        raise KeyError(key)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self._all)

    def __contains__(self, key: str) -> bool:
        return any(sheet.name.casefold() == key.casefold() for sheet in self._all)

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        if before is not None or (after is not None and after is not self._all[-1]):
            raise NotImplementedError("this engine adds sheets behind all others only")
        book = self._book.inner
        name = name or free_name("Sheet", [sheet.name for sheet in self._all])
        part = add_sheet(book.package, book.part, name)
        book.sheets.append(InnerSheet(book, name, part, "visible", len(self._all)))
        made = Sheet(self._book, book.sheets[-1], new=True)
        self._all.append(made)
        self._book.active = made
        return made


class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, sheet: InnerSheet, *, new: bool = False):
        self._book, self._inner = book, sheet
        self.cells_ = Cells(book.inner, sheet, book.styles, new=new)

    @property
    def api(self) -> Any:
        return self._inner

    @property
    def book(self) -> Book:
        return self._book

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def index(self) -> int:
        return list(self._book.sheets).index(self) + 1

    @property
    def visible(self) -> bool:
        return self._inner.state == "visible"

    @property
    def protected(self) -> bool:
        return False  # a copy of the file can be written all the same

    @property
    def cells(self) -> Range:
        return Range(self, Area(1, 1, LAST_ROW, LAST_COLUMN))

    @property
    def used_range(self) -> Range:
        return Range(self, self.cells_.used)

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def notes(self) -> list[Note]:
        found = notes.notes(self.cells_.package, self._inner.part)
        return [Note(self.range(note.cell), note) for note in found]

    @property
    def freeze_panes(self) -> Panes:
        return Panes(self)

    def activate(self) -> None:
        self._book.active = self

    def range(self, first: Any, last: Any = None) -> Range:
        found = self._areas_of(first)
        if last is not None:
            found = [found[0].around(self._areas_of(last)[0])]
        return Range(self, *found)

    def areas(self, text: str) -> list[Area]:
        """`A2 A5:A7` or `$A$2,$A$5:$A$7` as rectangles; whole rows and columns to the ends of the sheet."""
        return [found for piece in re.split(r"[ ,]+", text.strip()) if (found := _area(piece))]

    def _areas_of(self, given: Any) -> list[Area]:
        if isinstance(given, Range):
            return list(given.areas)
        if isinstance(given, tuple):
            row, column, rows, columns = given if len(given) == 4 else (*given, 1, 1)
            return [Area(row, column, row + rows - 1, column + columns - 1)]
        found = self.areas(given)
        if not found:
            raise NotImplementedError(f"this engine knows cells by their addresses only, not {given!r}")
        return found

    def write_changes(self) -> None:
        self.cells_.flush()


class Panes(base_classes.FreezePanes):
    def __init__(self, sheet: Sheet):
        self._sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        found = _WHOLE.fullmatch(frozen_range)
        if found is None or not found[2]:
            raise NotImplementedError("this engine freezes whole rows only, as in '1:3'")
        self._sheet.cells_.frozen_rows = int(found[2])


class Tables(base_classes.Tables):
    def __init__(self, sheet: Sheet):
        self._sheet = sheet

    @cached_property
    def _all(self) -> list[Table]:
        return [Table(self._sheet, table.part) for table in self._sheet.cells_.tables]

    def __call__(self, key: int | str) -> Table:
        if isinstance(key, int):
            return self._all[key - 1]
        for table in self._all:
            if table.name.casefold() == key.casefold():
                return table
        raise KeyError(key)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Table]:
        return iter(self._all)

    def __contains__(self, key: str) -> bool:
        return any(table.name.casefold() == key.casefold() for table in self._all)


class Table(base_classes.Table):
    def __init__(self, sheet: Sheet, part: str):
        self._sheet, self._part = sheet, part

    @property
    def _inner(self) -> InnerTable:
        return read_table(self._sheet.cells_.package, self._part)

    @property
    def api(self) -> Any:
        return self._inner

    @property
    def parent(self) -> Sheet:
        return self._sheet

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def display_name(self) -> str:
        return self._inner.name

    @property
    def range(self) -> Range:
        return Range(self._sheet, self._inner.area)

    @property
    def header_row_range(self) -> Range | None:
        table = self._inner
        return Range(self._sheet, table.area._replace(last_row=table.first_row)) if table.header_rows else None

    @property
    def data_body_range(self) -> Range | None:
        rows = self._inner.data_rows
        return (
            Range(self._sheet, self._inner.area._replace(first_row=rows.start, last_row=rows.stop - 1))
            if rows
            else None
        )

    @property
    def totals_row_range(self) -> Range | None:
        table = self._inner
        return Range(self._sheet, table.area._replace(first_row=table.last_row)) if table.totals_rows else None

    def resize(self, wanted: Any) -> None:
        """Columns more at the right, named by what stands in the header row there, made unique as Excel does."""
        table, where = self._inner, wanted.impl.where
        if where._replace(last_column=table.last_column) != table.area or where.last_column < table.last_column:
            raise NotImplementedError("this engine only widens a Table to the right")
        columns = range(table.last_column + 1, where.last_column + 1)
        cells = self._sheet.cells_
        headers = unique_headers([str(cells.value(table.first_row, c) or "") for c in columns], table.columns)
        for column, header in zip(columns, headers, strict=True):
            if cells.value(table.first_row, column) != header:
                cells.put(table.first_row, column, header)
        widen_table(cells.package, table, headers, [None] * len(headers))


def _area(text: str) -> Area | None:
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        return area(text)
    if whole[1]:
        return Area(int(whole[1]), 1, int(whole[2]), LAST_COLUMN)
    return Area(1, number(whole[3]), LAST_ROW, number(whole[4]))
