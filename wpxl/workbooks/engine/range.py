"""Rectangles of cells, as xlwings asks an engine for them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from xlwings import base_classes, utils

from ...errors import Fault
from .. import notes
from ..refs import LAST_COLUMN, LAST_ROW, Area, letters
from ..styles import Look
from .cells import each_place
from .looks import Font, Note, Rgb, Rules, hexadecimal

if TYPE_CHECKING:
    from .objects import Sheet


class Range(base_classes.Range):
    """`areas` are the rectangles of an address with commas; values are those of the first."""

    def __init__(self, sheet: Sheet, *areas: Area):
        self._sheet, self.areas, self.where = sheet, areas, areas[0]
        self._cells = sheet.cells_
        self.options: dict[str, Any] = {}

    # --------------------------------------------------------------------------------------------------- where

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def coords(self) -> tuple[str, int, int, int, int]:
        return (self._sheet.name, self.row, self.column, *self.shape)

    @property
    def row(self) -> int:
        return self.where.first_row

    @property
    def column(self) -> int:
        return self.where.first_column

    @property
    def shape(self) -> tuple[int, int]:
        w = self.where
        return w.last_row - w.first_row + 1, w.last_column - w.first_column + 1

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = (row - 1) // self.shape[1] + 1, (row - 1) % self.shape[1] + 1
        r, c = self.row + row - 1, self.column + column - 1
        return Range(self._sheet, Area(r, c, r, c))

    @property
    def address(self) -> str:
        return ",".join(_absolute(where) for where in self.areas)

    @property
    def api(self) -> Any:
        """What macros ask Excel's own object about array formulas, under Excel's names."""
        fills = self._cells.fills(self.where)
        there = SimpleNamespace(Address=_absolute(fills)) if fills else None
        return SimpleNamespace(
            HasFormula=any(place in self._cells.formulas for place in each_place(self.where)),
            HasSpill=fills is not None,
            SpillParent=SimpleNamespace(SpillingToRange=there),
            HasArray=False,
        )

    @property
    def current_region(self) -> Range:
        return Range(self._sheet, self._cells.region(self.row, self.column))

    def end(self, direction: str) -> Range:
        """As Ctrl and an arrow: to the last filled cell of a run, or over blanks to the next filled one."""
        down, right = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}[direction]
        used = self._cells.used
        at = (self.row, self.column)

        def filled(place: tuple[int, int]) -> bool:
            return self._cells.value(*place) is not None

        def inside(place: tuple[int, int]) -> bool:
            return 1 <= place[0] <= max(used.last_row, self.row) and 1 <= place[1] <= max(used.last_column, self.column)

        following = (at[0] + down, at[1] + right)
        run = filled(at) and filled(following)
        while inside(following) and filled(following) == run:
            at, following = following, (following[0] + down, following[1] + right)
        if not run:
            edge = (
                {"down": LAST_ROW, "up": 1}.get(direction, at[0]),
                {"right": LAST_COLUMN, "left": 1}.get(direction, at[1]),
            )
            at = following if inside(following) else edge
        return Range(self._sheet, Area(*at, *at))

    def expand(self, mode: str) -> Range:
        last_row, last_column = self.where.last_row, self.where.last_column
        value = self._cells.value
        while mode in ("down", "table") and value(last_row + 1, self.column) is not None:
            last_row += 1
        while mode in ("right", "table") and value(self.row, last_column + 1) is not None:
            last_column += 1
        return Range(self._sheet, Area(self.row, self.column, last_row, last_column))

    @property
    def merge_cells(self) -> bool:
        return any(merged.meets(self.where) for merged in self._cells.sheet.merged)

    def select(self) -> None:
        self._sheet.book.app.selection = self

    # -------------------------------------------------------------------------------------- values and formulas

    @property
    def raw_value(self) -> Any:
        block = self._cells.block(self.where)
        return block[0][0] if len(self) == 1 else block

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        for (row, column), one in zip(each_place(self.where), self._each(value), strict=True):
            if isinstance(one, str) and one.startswith("="):
                self._cells.put(row, column, None, one[1:])
            else:
                self._cells.put(row, column, one)

    def _each(self, value: Any) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            return [value] * len(self)
        rows = value if isinstance(value[0], (list, tuple)) else [value]
        return [one for row in rows for one in row]

    @property
    def formula(self) -> Any:
        def shown(row: int, column: int) -> str:
            formula = self._cells.formulas.get((row, column))
            value = self._cells.value(row, column)
            if formula:
                return f"={formula.text}"
            return "" if value is None else value.code if isinstance(value, Fault) else str(value)

        w = self.where
        columns = range(w.first_column, w.last_column + 1)
        grid = tuple(tuple(shown(row, column) for column in columns) for row in range(w.first_row, w.last_row + 1))
        return grid[0][0] if len(self) == 1 else grid

    @formula.setter
    def formula(self, value: Any) -> None:
        self.raw_value = value

    formula2 = formula

    def spill(self, formula: str, values: list[tuple[Any, ...]]) -> None:
        """A formula in the first cell whose answer fills all of them, shown until it is worked out."""
        first = (self.row, self.column)
        for place, one in zip(each_place(self.where), self._each(values), strict=True):
            formula_here = formula.removeprefix("=") if place == first else ""
            self._cells.put(*place, one, formula_here, self.where if formula_here else None)

    def fill(self, formula: str, values: list[tuple[Any, ...]]) -> None:
        """A formula in each cell, with the answers that are shown until they are worked out."""
        self._cells.fill(self.where, formula.removeprefix("="), values)

    @property
    def has_array(self) -> bool:
        return False  # what fills several cells here spills

    def clear_contents(self) -> None:
        self.raw_value = None

    def copy(self, destination: Range | None = None) -> None:
        if destination is not None:
            raise NotImplementedError("this engine copies to be pasted only")
        self._sheet.book.app.copied = self

    def paste(
        self, paste: str | None = None, operation: str | None = None, skip_blanks: bool = False, transpose: bool = False
    ) -> None:
        """Values over themselves or to a place of the same size, or the look of one cell on all of this range."""
        copied = self._sheet.book.app.copied
        if copied is None or operation or skip_blanks or transpose or paste not in ("values", "formats"):
            raise NotImplementedError("this engine pastes what was copied, as values or formats only")
        if paste == "values":
            self.raw_value = [[_literal(value) for value in row] for row in copied._cells.block(copied.where)]
            return
        style = copied._cells.style(copied.row, copied.column)
        for place in each_place(self.where):
            self._cells.take_style(*place, style)

    # --------------------------------------------------------------------------------------------------- looks

    @property
    def number_format(self) -> str:
        return self._sheet.book.styles.number_format(self._cells.style(self.row, self.column))

    @number_format.setter
    def number_format(self, value: str) -> None:
        self._cells.look(self.where, Look(number_format=value))

    @property
    def color(self) -> Rgb | None:
        fill = self._sheet.book.styles.fill(self._cells.style(self.row, self.column))
        return None if fill is None else utils.hex_to_rgb(f"#{fill}")

    @color.setter
    def color(self, value: Rgb | str) -> None:
        self._cells.look(self.where, Look(fill=hexadecimal(value)))

    @property
    def wrap_text(self) -> bool | None:
        return None

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self._cells.look(self.where, Look(wrap=value))

    @property
    def font(self) -> Font:
        return Font(self)

    @property
    def column_width(self) -> float | None:
        return self._cells.widths.get(self.column)

    @column_width.setter
    def column_width(self, value: float) -> None:
        for column in range(self.where.first_column, self.where.last_column + 1):
            self._cells.widths[column] = value

    @property
    def row_height(self) -> float | None:
        return self._cells.heights.get(self.row)

    @row_height.setter
    def row_height(self, value: float) -> None:
        for row in range(self.where.first_row, self.where.last_row + 1):
            self._cells.heights[row] = value

    def autofit(self, axis: str | None = None) -> None:
        """Nothing: the width of a text is known to who draws it."""

    # --------------------------------------------------------------------------------------------------- marks

    @property
    def note(self) -> Note | None:
        cell = str(Area(self.row, self.column, self.row, self.column))
        found = notes.note_on(self._cells.package, self._cells.sheet.part, cell)
        return Note(self, found) if found else None

    def add_note(self, text: str) -> Note:
        cell = str(Area(self.row, self.column, self.row, self.column))
        notes.add_note(self._cells.package, self._cells.sheet.part, cell, text)
        return Note(self, notes.Note(cell, notes.AUTHOR, text))

    @property
    def conditional_formats(self) -> Rules:
        return Rules(self)


def _literal(value: Any) -> Any:
    """A value that is to be taken as it is, and not as if somebody had typed it."""
    return f"'{value}" if isinstance(value, str) else value


def _absolute(where: Area) -> str:
    first = f"${letters(where.first_column)}${where.first_row}"
    last = f"${letters(where.last_column)}${where.last_row}"
    return first if first == last else f"{first}:{last}"
