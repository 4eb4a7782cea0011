"""The formulas of a sheet as they stand in its rows, and what they would read as elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from .refs import Area, area, letters, number

_CELL = re.compile(
    rb'<c r="([A-Z]+)(\d+)"(?P<cell>[^>]*)>\s*<f(?P<f>[^>]*?)(?:/>|>(?P<text>[^<]*)</f>)(?:<v>(?P<v>[^<]*)</v>)?'
)
_ATTRIBUTE = re.compile(rb'\b(t|ref|si)="([^"]*)"')
_MARK = re.compile(rb' cm="(\d+)"')
_QUOTED = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*'!?)""")
_REFERENCE = re.compile(r"(?<![\w.$\[])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![\w.(!])")


class Formula(NamedTuple):
    """A cell with a formula, without `=`.

    fills: where an array's answer goes; group: the shared formula it is one of; mark: the cell metadata it bears (`cm`);
    saved: whether a value was saved with it.
    """

    row: int
    column: int
    text: str
    fills: Area | None = None
    group: str | None = None
    mark: str = ""
    saved: bool = True


def formulas(body: bytes) -> Iterator[Formula]:
    """Every formula of a sheet's rows; a shared one as it reads in its own cell."""
    shared: dict[str, tuple[str, int, int]] = {}
    for found in _CELL.finditer(body):
        row, column = int(found[2]), number(found[1].decode())
        facts = {key.decode(): value.decode() for key, value in _ATTRIBUTE.findall(found["f"])}
        text = html.unescape((found["text"] or b"").decode())
        marked = _MARK.search(found["cell"])
        mark, saved = marked[1].decode() if marked else "", found["v"] is not None
        if facts.get("t") == "array":
            fills = area(facts.get("ref", "")) or Area(row, column, row, column)
            yield Formula(row, column, text, fills, mark=mark, saved=saved)
        elif facts.get("t") == "shared":
            group = facts.get("si", "")
            if text:
                shared[group] = (text, row, column)
            elif group in shared:
                first, at, beside = shared[group]
                text = moved(first, row - at, column - beside)
            yield Formula(row, column, text, group=group, mark=mark, saved=saved)
        elif text:
            yield Formula(row, column, text, mark=mark, saved=saved)


def moved(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads so many rows further down and columns to the right: references without $ move along."""

    def shift(found: re.Match[str]) -> str:
        fixed_column, column, fixed_row, row = found.groups()
        moved_column = column if fixed_column else letters(max(1, number(column) + columns))
        moved_row = row if fixed_row else str(max(1, int(row) + rows))
        return f"{fixed_column}{moved_column}{fixed_row}{moved_row}"

    pieces = _QUOTED.split(formula)
    pieces[::2] = [_REFERENCE.sub(shift, piece) for piece in pieces[::2]]
    return "".join(pieces)
