"""A report as a page of a sheet: title, tables below one another with their charts, notes; nothing of files."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from ..errors import Fault, refuse
from ..reports import shape
from ..workbooks import look
from ..workbooks.page import Block, Page, Picture, Series
from ..workbooks.refs import LAST_ROW, Area

SAMPLE = "SAMPLE DATA: not for decisions. 'wpxl data guide' says which published tables to get."
NARROW, DATED, WIDE, SENTENCE = 10.0, 13.0, 44.0, 60.0  # characters
LETTERS = 1.15  # of running text in the width of one digit, by which columns are measured
SPAN, READABLE = 90.0, 130.0  # characters that a line of notes has room for, and beyond which nobody reads it
NARROWEST_CHART, WIDEST_CHART, CHART_HEIGHT, ROW = 460, 620, 300, 20  # pixels
MANY, CROWDED, CROWDED_HEIGHT = 8, 960, 380  # so many points want a wider and a higher chart
FROZEN_FROM = 40  # rows: a table of so many keeps its headings in sight
AT_HAND = 1_000  # rows
POINTS = 15.0  # the height of a row that nobody has set
_PLAIN = {str, int, bool, type(None), Fault}


def drawing(report: shape.Report, under: str = "") -> Callable[[int, int, dict[int, float]], Page]:
    """Draws the page of a report from a row and column on, with the widths of the sheet's columns that the person has set.

    under: a line below the title (institution, year, date). Errors: a Fault where the sheet is too short for the report.
    """
    return lambda row, column, widths: _Layout(report, row, column, widths).page(report, under)


class _Layout:
    """A page that grows downwards, `row` being the next free one."""

    def __init__(self, report: shape.Report, row: int, column: int, given: dict[int, float]):
        self.row, self.column = row, column
        self.blocks: list[Block] = []
        self.pictures: list[Picture] = []
        self.heads: list[tuple[int, int]] = []  # of each table: the row of its headings, and how many rows follow
        self.cells = [_cells(table) for table in report.tables]
        fitting = _widths(self.cells)
        self.widths = {column + at: given.get(column + at, width) for at, width in enumerate(fitting)}
        while sum(self.widths.values()) < SPAN:
            at = column + len(self.widths)
            self.widths[at] = given.get(at, NARROW)
        self.span = len(self.widths)
        running = accumulate(self.widths.values())
        self.lines = next(
            (at for at, width in enumerate(running, 1) if width >= READABLE), self.span
        )  # columns of a note

    def page(self, report: shape.Report, under: str) -> Page:
        self._line("title", report.title, 28)
        if under:
            self._line("under", under)
        if report.sample:
            self.blocks.append(Block(self.row, self.column, ("warning",) * self.span, [[SAMPLE]]))
            self.row += 1
        self.row += 1
        for table, cells in zip(report.tables, self.cells, strict=True):
            self._table(table, cells, len(report.tables) > 1 or table.name != report.title)
            self._charts(report, table)
        if report.notes:
            self._line("section", "Notes")
            for note in report.notes:
                self._joined("note", note)
        head, rows = self.heads[-1] if self.heads else (0, 0)
        long = rows > FROZEN_FROM
        frozen = head if long and len(self.heads) == 1 else 0
        return Page(report.title, tuple(self.blocks), tuple(self.pictures), self.widths, report.title,
                    head if long else 0, frozen)  # fmt: skip

    def _line(self, look_name: str, text: str, height: float | None = None) -> None:
        """One text that runs on over the cells beside it."""
        self.blocks.append(Block(self.row, self.column, (look_name,), [[text]], [height]))
        self.row += 1

    def _joined(self, look_name: str, text: str) -> None:
        """One text across the page, as many lines as it needs."""
        width = sum(self.widths[self.column + at] for at in range(self.lines))
        high = look.height((text, LETTERS * width))
        self.blocks.append(Block(self.row, self.column, (look_name,) * self.lines, [[text]], [high], joined=True))
        self.row += 1

    def _table(self, table: shape.Table, cells: list[_Cells], named: bool) -> None:
        if named:
            self._line("section", table.name)
        if table.said:
            self._joined("said", table.said)
        widths = [self.widths[self.column + at] for at in range(len(table.columns))]
        looks = [column.look for column in cells]
        heads = tuple(f"head{_side(name)}" for name in looks)
        headings = tuple(column.heading for column in table.columns)
        high = look.height(*((text, width - 3) for text, width in zip(headings, widths, strict=True)))
        self.blocks.append(Block(self.row, self.column, heads, [[text] for text in headings], [high + 3]))
        count = len(table.rows)
        self.heads.append((self.row, count))
        self.row += 1
        if self.row + count > LAST_ROW:
            raise refuse(
                f"The table '{table.name}' has {count:,} rows, more than a sheet holds: ask for one year or activity."
            )
        cut = count - table.totals
        for start, stop, prefix in ((0, cut, ""), (cut, count, "total ")):
            if stop > start:
                names = tuple(prefix + name for name in looks)
                part = [column.values[start:stop] for column in cells]
                self.blocks.append(Block(self.row, self.column, names, part, _heights(part, looks, widths)))
                self.row += stop - start
        self.row += 1

    def _charts(self, report: shape.Report, table: shape.Table) -> None:
        """The charts of a table side by side below it, on rows of their own."""
        wanted = [chart for chart in report.charts if chart.table == table.name]
        shown = [(chart, rows) for chart in wanted if (rows := chart.rows or len(table.rows) - table.totals) > 0]
        if not shown:
            return
        total = sum(_pixels(width) for width in self.widths.values())
        crowded = any(rows > MANY and chart.kind != "bar" for chart, rows in shown)
        widest = CROWDED if crowded else WIDEST_CHART
        width = int(max(NARROWEST_CHART, min(widest, total / len(shown) - 10)))
        headings = [column.heading for column in table.columns]
        head = self.heads[-1][0]
        tallest = 0
        for at, (chart, rows) in enumerate(shown):
            places = {name: self.column + headings.index(name) for name in (chart.labels, *chart.series)}
            labels = Area(head + 1, places[chart.labels], head + rows, places[chart.labels])
            colours = _band_colours([row[headings.index(chart.labels)] for row in table.rows[:rows]])
            series = tuple(
                Series(Area(head, c, head, c), Area(head + 1, c, head + rows, c), colours)
                for c in (places[name] for name in chart.series)
            )
            high = (
                max(CHART_HEIGHT, 60 + 34 * rows)
                if chart.kind == "bar"
                else CROWDED_HEIGHT
                if crowded
                else CHART_HEIGHT
            )
            tallest = max(tallest, high)
            said = f"{chart.title}: {', '.join(chart.series)} of the {rows} rows of the table '{table.name}'."
            self.pictures.append(Picture(chart.kind, chart.title, said, self.row, self.column, at * (width + 12), width,
                                         high, labels, series))  # fmt: skip
        self.row += tallest // ROW + 2


# ------------------------------------------------------------------------------------------------------- columns


class _Cells(NamedTuple):
    """The values of a column as cells hold them, the look that they have in common, and the width that suits them."""

    values: list[Any]
    look: str
    width: float


def _cells(table: shape.Table) -> list[_Cells]:
    return [_column(column, values) for column, values in zip(table.columns, _columns(table), strict=True)]


def _columns(table: shape.Table) -> list[list[Any]]:
    """The values of each column. So many rows at a time as the processor has at hand: that takes a third of the time."""
    columns: list[list[Any]] = [[] for _ in table.columns]
    for at in range(0, len(table.rows), AT_HAND):
        for column, values in zip(columns, zip(*table.rows[at : at + AT_HAND], strict=True), strict=True):
            column += values
    return columns


def _column(column: shape.Column, values: list[Any]) -> _Cells:
    values = _plain(values)
    different = set(values)
    longest = max((len(v) for v in different if type(v) is str), default=0) + 3.0  # characters, with some room
    return _Cells(values, _look(column, different, longest), _width(column, longest))


def _plain(values: list[Any]) -> list[Any]:
    classes = set(map(type, values))
    if classes <= _PLAIN or (classes <= _PLAIN | {float} and not any(v != v for v in values if type(v) is float)):
        return values
    return [_one(value) for value in values]


def _one(value: Any) -> Any:
    """numpy's numbers as Python's, what is missing as a blank; dates stay, as workbooks count them from different days."""
    if isinstance(value, Fault):
        return value
    if hasattr(value, "item"):
        value = value.item()
    known = value == value
    if value is None or known is not True:  # NaN and NaT are not equal to themselves, and of pandas' NA that is unknown
        return None
    if isinstance(value, datetime.date):
        return value
    return value if isinstance(value, (str, int, float)) else str(value)


def _look(column: shape.Column, different: set[Any], longest: float) -> str:
    if column.kind == shape.TEXT:
        return "text" if longest <= WIDE else "sentence"
    if column.kind in (shape.SENTENCE, shape.DATE, shape.BAND):
        return column.kind
    if column.kind in (shape.NUMBER, shape.PEOPLE, shape.FIGURE, shape.DERIVED):
        whole = all(type(v) is not float or v.is_integer() for v in different)
        return "whole" if whole else "decimal"
    return "decimal"


def _side(name: str) -> str:
    return {"whole": " right", "decimal": " right", "band": " centred"}.get(name, "")


def _widths(tables: Sequence[list[_Cells]]) -> list[float]:
    """The width of each column that suits the tables which share it."""
    widths = [0.0] * max(map(len, tables), default=1)
    for columns in tables:
        for at, column in enumerate(columns):
            widths[at] = max(widths[at], column.width)
    return widths


def _width(column: shape.Column, longest: float) -> float:
    words = column.heading.split()
    word = max(map(len, words), default=0) + 3.0
    beside = max((len(a) + len(b) + 4.0 for a, b in pairwise(words)), default=0.0) if len(words) > 3 else 0.0
    head = max(NARROW, word, min(beside, 16.0))
    if column.kind == shape.SENTENCE:
        return min(SENTENCE, max(longest, 24.0, head))
    if column.kind == shape.TEXT:
        return min(WIDE, max(longest, head))
    return max(head, DATED if column.kind == shape.DATE else NARROW)


def _heights(columns: Sequence[Sequence[Any]], looks: Sequence[str], widths: Sequence[float]) -> Sequence[float | None]:
    """Of rows with sentences in them: as many lines as the longest needs."""
    long = [(column, width) for column, name, width in zip(columns, looks, widths, strict=True) if name == "sentence"]
    if not long:
        return ()
    lines = [_lines(column, max(4, int(LETTERS * (width - 2)))) for column, width in long]
    return [look.LINE * most if most > 1 else None for most in (map(max, *lines) if len(lines) > 1 else lines[0])]


def _lines(column: Sequence[Any], room: int) -> list[int]:
    """How many lines of so many characters each value takes."""
    needed = {value: max(1, -(-len(str(value or "")) // room)) for value in set(column)}
    return [needed[value] for value in column]


def _pixels(width: float) -> int:
    return int(width * 7 + 0.5) + 5


def _band_colours(labels: Sequence[Any]) -> tuple[str, ...]:
    colours = look.BANDS_DRAWN
    return tuple(colours[str(v)] for v in labels) if labels and all(str(v) in colours for v in labels) else ()
