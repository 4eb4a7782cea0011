"""Values and formulas as the XML of cells."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ..errors import VALUE, Fault, refuse
from .refs import Area, letters

LONGEST_TEXT = 32_767

# Newer errors are kept by Excel as #VALUE! with further metadata; the bare newer code would need repair on opening.
_FILE_CODES = {"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!", "#GETTING_DATA"}
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL = re.compile(rf"[&<>]|{_UNSAFE.pattern}")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_OWN_ROW = re.compile(r"([^\W\d][\w.]*)?\[@(?:\[((?:[^\[\]']|'.)+)\]|([^\[\]']+))\]")

_REPEATED = {str, int, float}  # not bool, which is equal to a number, nor Fault, which is slow to compare
_REMEMBERED = 50_000

Value = str | bool | int | float | Fault | None


@dataclass(frozen=True)
class ArrayFormula:
    """A formula, without `=`, in the cell (row, column) whose answer fills rows x columns cells."""

    text: str
    row: int
    column: int
    rows: int
    columns: int

    @property
    def area(self) -> Area:
        return Area(self.row, self.column, self.row + self.rows - 1, self.column + self.columns - 1)


class CellWriter:
    """Makes the cells of one block of new columns, row by row, for `rows.add_cells`.

    `general` are the styles that show a number as it is; a data cell takes no other from its neighbour.
    """

    def __init__(
        self,
        columns: range,
        header_row: int,
        headers: Sequence[str],
        first_row: int,
        rows: Sequence[Sequence[Value] | None],
        general: set[str],
        row_formulas: Sequence[str | None] | None = None,
        arrays: Sequence[ArrayFormula] = (),
        array_mark: int = 0,
    ):
        self._columns = columns
        self._header = (header_row, headers)
        self._first_row = first_row
        self._rows = rows
        self._general = general
        self._starts = [f'<c r="{letters(column)}' for column in columns]
        self._formulas = [f and f"<f>{escape(f)}</f>" for f in row_formulas or [None] * len(columns)]
        self._arrays = {
            (a.row, a.column): (f'<f t="array" ref="{a.area}">{escape(a.text)}</f>', f' cm="{array_mark}"')
            for a in arrays
        }
        self._plain = not self._arrays and not any(self._formulas)
        self._contents = _Contents()

    def __call__(self, row: int, left_column: int, left_style: str, own: dict[int, str]) -> str:
        """The XML of a row's new cells (see `rows.Maker`). Errors: ValueError for a number that is not finite."""
        header_row, headers = self._header
        if row == header_row:
            return self._cells(row, headers, left_style, own, is_header=True)
        values = self._rows[row - self._first_row] or ()
        beside = left_column == self._columns.start - 1 and left_style in self._general
        return self._cells(row, values, left_style if beside else "", own, is_header=False)

    def _cells(self, row: int, values: Sequence[Value], style: str, own: dict[int, str], is_header: bool) -> str:
        styled = f' s="{style}"' if style and style != "0" else ""
        if self._plain and not own:
            return self._contents.joined(zip(self._starts, values, strict=False), f'{row}"{styled}')
        made = []
        for at, (column, start) in enumerate(zip(self._columns, self._starts, strict=True)):
            value = values[at] if at < len(values) else None
            kept = styled if column not in own else f' s="{own[column]}"' if own[column] else ""
            formula, mark = self._arrays.get((row, column), ("", ""))
            if not formula and values and not is_header:
                formula = self._formulas[at] or ""
            if formula:
                made.append(f'{start}{row}"{kept}{mark}{_calculated(value, formula)}')
            elif value is not None and value != "":
                made.append(f'{start}{row}"{kept}{self._contents.of(value)}')
            elif column in own:
                made.append(f'{start}{row}"{kept}/>')
        return "".join(made)


class _Contents(dict[str | int | float, str]):
    """What follows the reference and style in the cell of a value, made once for equal values."""

    def joined(self, cells: Iterable[tuple[str, Value]], middle: str) -> str:
        return "".join([f"{start}{middle}{self.of(v)}" for start, v in cells if v is not None and v != ""])

    def of(self, value: Value) -> str:
        if value.__class__ in _REPEATED:
            return self[value]  # type: ignore[index]  # mypy does not follow the class
        return self[str(value)] if isinstance(value, str) else written(value)

    def __missing__(self, value: str | int | float) -> str:
        content = written(value)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[value] = content
        return content


_MADE = _Contents()


def written(value: Value) -> str:
    """What follows the reference and style of one cell without a formula: its kind and value. Errors: as `content`."""
    if not value and (value is None or value == ""):
        return "/>"
    if isinstance(value, str):
        safe = text(value)
        space = ' xml:space="preserve"' if safe != safe.strip() or "\n" in safe else ""
        return f' t="inlineStr"><is><t{space}>{safe}</t></is></c>'
    kind, plain = _typed(value)
    return f"{kind}><v>{plain}</v></c>"


def content(value: Value, formula: str = "", array: Area | None = None, mark: int = 0) -> str:
    """What follows the reference and style of one cell: its kind, formula (without `=`) and value.

    array: where the formula's answer goes; mark: the cell metadata that lets it spill.
    Errors: ValueError for a number that is not finite, a Fault for a text that is too long.
    """
    if not formula:
        return "/>" if value is None or value == "" else _MADE.of(value)
    spills = f' t="array" ref="{array}"' if array else ""
    return (f' cm="{mark}"' if mark else "") + _calculated(value, f"<f{spills}>{escape(encoded(formula))}</f>")


def text(value: str) -> str:
    """A text as XML holds it: characters that XML 1.0 cannot carry become Excel's `_xHHHH_`.

    Errors: a Fault if it is longer than a cell may hold.
    """
    if len(value) > LONGEST_TEXT:
        raise refuse(f"A text of {len(value):,} characters does not fit a cell, which holds {LONGEST_TEXT:,}.")
    return escape(encoded(value)) if _SPECIAL.search(value) else value


def encoded(value: str) -> str:
    """The same without XML's own escapes, for lxml to add."""
    return _UNSAFE.sub(lambda found: f"_x{ord(found[0]):04X}_", value)


def decoded(written: str) -> str:
    """The text that `encoded` wrote."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), written)


def own_row(formula: str, table: str) -> str:
    """`[@Postcode]`, as people type it in a Table, in the form that files hold: `Table1[[#This Row],[Postcode]]`."""
    quoted = re.split(r'("[^"]*")', formula)
    for at in range(0, len(quoted), 2):
        quoted[at] = _OWN_ROW.sub(
            lambda found: f"{found[1] or table}[[#This Row],[{found[2] or found[3]}]]", quoted[at]
        )
    return "".join(quoted)


def _calculated(value: Value, formula: str) -> str:
    if value is None:
        return f">{formula}</c>"
    if isinstance(value, str):
        return f' t="str">{formula}<v>{text(value)}</v></c>'
    kind, written = _typed(value)
    return f"{kind}>{formula}<v>{written}</v></c>"


def _typed(value: Value) -> tuple[str, str]:
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, int):
        return "", int.__repr__(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a cell cannot hold a number that is not finite")
        return "", float.__repr__(value).removesuffix(".0")  # as the whole number that is equal to it
    if isinstance(value, Fault):
        return ' t="e"', value.code if value.code in _FILE_CODES else VALUE
    raise TypeError(f"a cell cannot hold a {type(value).__name__}")
