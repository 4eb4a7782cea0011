"""What lies on top of cells: fonts, notes and conditional formats, as xlwings asks an engine for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes, utils

from .. import marks, notes
from ..styles import Look

if TYPE_CHECKING:
    from .objects import Sheet
    from .range import Range

Rgb = tuple[int, int, int]


class Font(base_classes.Font):
    def __init__(self, cells: Range):
        self._range = cells

    @property
    def bold(self) -> bool:
        place = self._range.row, self._range.column
        return self._range.sheet.book.styles.bold(self._range.sheet.cells_.style(*place))

    @bold.setter
    def bold(self, value: bool) -> None:
        self._look(Look(bold=value))

    @property
    def italic(self) -> bool | None:
        return None

    @italic.setter
    def italic(self, value: bool) -> None:
        self._look(Look(italic=value))

    @property
    def size(self) -> float | None:
        return None

    @size.setter
    def size(self, value: float) -> None:
        self._look(Look(size=value))

    @property
    def color(self) -> Rgb | None:
        return None

    @color.setter
    def color(self, value: Rgb | str) -> None:
        self._look(Look(colour=hexadecimal(value)))

    def _look(self, look: Look) -> None:
        self._range.sheet.cells_.look(self._range.where, look)


class Note(base_classes.Note):
    def __init__(self, cell: Range, note: notes.Note):
        self._cell, self._note = cell, note

    @property
    def text(self) -> str:
        return self._note.text

    @property
    def author(self) -> str:
        return self._note.author

    @property
    def location(self) -> Range:
        return self._cell

    def delete(self) -> None:
        cells = self._cell.sheet.cells_
        notes.remove_note(cells.package, cells.sheet.part, self._note.cell)


class Rules(base_classes.ConditionalFormats):
    """The conditional formats that touch a range."""

    def __init__(self, cells: Range):
        self._range = cells

    def _found(self) -> list[Rule]:
        sheet = self._range.sheet
        found = marks.rules(sheet.cells_.package, sheet.cells_.sheet.part)
        wanted = self._range.areas
        return [
            Rule(sheet, rule) for rule in found if any(one.meets(w) for one in sheet.areas(rule.cells) for w in wanted)
        ]

    def __len__(self) -> int:
        return len(self._found())

    def __iter__(self) -> Any:
        return iter(self._found())

    def __call__(self, place: int) -> Rule:
        return self._found()[place - 1]

    def add_custom(self, spec: dict[str, Any]) -> Rule:
        sheet = self._range.sheet
        cells = " ".join(str(where) for where in self._range.areas)
        formula = spec["formula"].removeprefix("=")
        fill, colour = (hexadecimal(spec[key]) if spec.get(key) else "" for key in ("fill_color", "font_color"))
        sheet.write_changes()
        package, part = sheet.cells_.package, sheet.cells_.sheet.part
        marks.add_rule(package, sheet.book.inner.part, part, cells, formula, fill, colour)
        return Rule(sheet, next(r for r in marks.rules(package, part) if (r.cells, r.formula) == (cells, formula)))


class Rule(base_classes.ConditionalFormat):
    def __init__(self, sheet: Sheet, rule: marks.Rule):
        self._sheet, self._rule = sheet, rule

    @property
    def type(self) -> str:
        return "custom" if self._rule.formula else "unknown"

    @property
    def formula(self) -> str | None:
        return f"={self._rule.formula}" if self._rule.formula else None

    def delete(self) -> None:
        cells = self._sheet.cells_
        marks.remove_rule(cells.package, self._sheet.book.inner.part, cells.sheet.part, self._rule)


def hexadecimal(colour: Rgb | str | int) -> str:
    """A colour as RRGGBB."""
    if isinstance(colour, str):
        return colour.lstrip("#").upper()
    red, green, blue = utils.int_to_rgb(colour) if isinstance(colour, int) else colour
    return f"{red:02X}{green:02X}{blue:02X}"
