"""The values of a sheet are the same whether one reader reads it or two read a half each."""

from __future__ import annotations

import datetime
import gc
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import awkward
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from wpxl.errors import DIV0, NA, Fault
from wpxl.workbooks import values
from wpxl.workbooks.book import Book
from wpxl.workbooks.collector import paused
from wpxl.workbooks.halves import halves

DAY, MOMENT = datetime.datetime(2025, 10, 1), datetime.datetime(2025, 10, 1, 12, 30)
VALUES = st.sampled_from([1.0, 0.0, -2.5, "x", "<row r=\"9\"> & '!' <!--", "é\n", True, False, DAY, MOMENT])
CELLS = st.dictionaries(st.tuples(st.integers(1, 14), st.integers(1, 5)), VALUES, max_size=25)


@pytest.fixture
def halved(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Every sheet is large; how many pieces each was read in."""
    seen: list[int] = []
    joined = values._joined
    monkeypatch.setattr(values, "LARGE", 1)
    monkeypatch.setattr(values, "_joined", lambda pieces: [seen.append(len(pieces)), joined(pieces)][1])
    yield seen


def saved(path: Path, cells: dict[tuple[int, int], Any], *, inline: bool) -> Path:
    """inline: the texts stand in the sheet itself."""
    with xlsxwriter.Workbook(path, {"constant_memory": inline}) as book:
        sheet = book.add_worksheet("Data")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for (row, column), value in sorted(cells.items()):
            if isinstance(value, datetime.datetime):
                sheet.write_datetime(row - 1, column - 1, value, day)
            else:
                sheet.write(row - 1, column - 1, value)
        sheet.merge_range("XA1:XB2", "")
        book.add_worksheet("Other").write("B2", "small")
    return path


@settings(max_examples=60, deadline=None)
@given(CELLS, st.booleans())
def test_two_halves_are_what_a_dictionary_says(
    tmp_path_factory: pytest.TempPathFactory, cells: dict[tuple[int, int], Any], inline: bool
) -> None:
    path = saved(tmp_path_factory.mktemp("halves") / "a.xlsx", cells, inline=inline)
    width, height = max((c for _, c in cells), default=0), max((r for r, _ in cells), default=0)
    expected = [[cells.get((r, c)) for c in range(1, width + 1)] for r in range(1, height + 1)]
    with pytest.MonkeyPatch.context() as patch:
        for large in (values.LARGE, 1):
            patch.setattr(values, "LARGE", large)
            book = Book.open(path)
            assert values.grids(book, book.sheets) == [expected, [[None, None], [None, "small"]]]
            assert [[type(v) for v in row] for row in book.sheet("Data").grid()] == [
                [type(v) for v in row] for row in expected
            ]


def test_sheets_of_every_kind_in_two_halves(tmp_path: Path, halved: list[int]) -> None:
    for workbook in awkward.build_all(tmp_path).values():
        book = Book.open(workbook.path)
        found = values.grids(book, book.sheets)
        reader = CalamineWorkbook.from_filelike(io.BytesIO(workbook.path.read_bytes()))
        for sheet, grid in zip(book.sheets, found, strict=True):
            whole = reader.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            plain = [[None if isinstance(v, Fault) else v for v in row] for row in grid]
            assert plain == [[None if v == "" else midnight(v) for v in row] for row in whole]
    assert set(halved) == {1, 2}, "a sheet with a row or two cannot be halved"
    errors = [row[5] for row in Book.open(tmp_path / "two-postcodes.xlsx").sheets[0].grid()[1:4]]
    assert [cell.code if isinstance(cell, Fault) else cell for cell in errors] == [NA, DIV0, "A-002!"]


def midnight(value: Any) -> Any:
    return datetime.datetime(value.year, value.month, value.day) if type(value) is datetime.date else value


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace("<sheetData>", "<!-- <sheetData> --><sheetData>"),
        lambda xml: re.sub(r'(<row r="6".*?</row>)', r"<!-- \1 -->", xml),
        lambda xml: xml.replace("<row", '<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"')
        .replace("</row>", "</x:row>"),
        lambda xml: re.sub(r'<row r="\d+"', "<row", xml),
        lambda xml: re.sub(r'<(row|c) r="(\w+)"([^>]*)>', r'<\1\3 r="\2">', xml),
    ],
)  # fmt: skip
def test_sheets_in_an_unusual_form_are_read_whole(tmp_path: Path, halved: list[int], change: Any) -> None:
    path = saved(tmp_path / "a.xlsx", {(r, c): f"{r}-{c}" for r in range(1, 12) for c in (1, 2)}, inline=False)
    awkward.rewrite(path, {"xl/worksheets/sheet1.xml": change})
    reader = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    whole = reader.get_sheet_by_name("Data").to_python(skip_empty_area=False)
    assert [[v or "" for v in row] for row in Book.open(path).sheet("Data").grid()] == whole
    assert halved == [1]


def test_rows_that_have_no_number_behind_one_that_has(tmp_path: Path, halved: list[int]) -> None:
    path = saved(tmp_path / "a.xlsx", {(r, 1): f"row {r}" for r in range(1, 21)}, inline=False)
    awkward.rewrite(path, {"xl/worksheets/sheet1.xml": lambda xml: re.sub(r'<row r="\d*[1-46-9]"', "<row", xml)})
    assert Book.open(path).sheet("Data").grid() == [[f"row {r}"] for r in range(1, 21)]
    assert halved == [2]


def test_rows_out_of_order_are_left_to_one_reader(tmp_path: Path, halved: list[int]) -> None:
    path = saved(tmp_path / "a.xlsx", {(r, 1): f"row {r}" for r in range(1, 5)}, inline=False)
    rows = re.compile(r"(<sheetData>)(.*?)(</sheetData>)")
    swapped = {"xl/worksheets/sheet1.xml": lambda xml: rows.sub(lambda m: m[1] + back(m[2]) + m[3], xml)}
    awkward.rewrite(path, swapped)
    Book.open(path).sheet("Data").grid()
    assert halved == [1]


def back(rows: str) -> str:
    return "".join(reversed(re.findall(r"<row .*?</row>", rows)))


def test_where_a_sheet_is_cut() -> None:
    rows = [f'<row r="{r}"><c r="A{r}"/></row>'.encode() for r in range(1, 9)]
    pair = halves(b"<worksheet><sheetData>" + b"".join(rows) + b"</sheetData><hyperlinks/></worksheet>")
    assert pair is not None
    found = [re.findall(rb'<row r="(\d)">', b"".join(half)) for half in pair]
    assert [*found[0], *found[1]] == [str(r).encode() for r in range(1, 9)]
    assert 3 <= len(found[0]) <= 5
    for data in (b"", b"<worksheet/>", b"<worksheet><sheetData/></worksheet>", b"<x:sheetData>" + b"".join(rows)):
        assert halves(data) is None


def test_a_large_sheet_that_is_damaged_is_named(tmp_path: Path, halved: list[int]) -> None:
    path = saved(tmp_path / "a.xlsx", {(r, 1): f"row {r}" for r in range(1, 21)}, inline=False)
    awkward.rewrite(
        path, {"xl/worksheets/sheet1.xml": lambda xml: xml.replace("</c></row></sheetData>", "</row></sheetData>")}
    )
    with pytest.raises(Fault, match="The sheet 'Data' cannot be read: open the workbook in Excel and save it"):
        Book.open(path).sheet("Data").grid()


@pytest.mark.parametrize("large", [1, values.LARGE])
def test_errors_are_found_however_they_are_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int) -> None:
    monkeypatch.setattr(values, "LARGE", large)
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Data").write_column("B2", ["x", "#N/A", "y"])
    cell = '<c r="B3" t="e"><v>#N/A</v></c>'
    for written in (cell, """<c t='e' r='B3'><v>#N/A</v></c>""", '<c t = "e" r="B3"><v>#N/A</v></c>'):
        changed = {"xl/worksheets/sheet1.xml": lambda xml, new=written: re.sub(r'<c r="B3".*?</c>', new, xml)}
        awkward.rewrite(path, changed)
        grid = Book.open(path).sheet("Data").grid()
        assert [row[1] if row[1] in (None, "x", "y") else row[1].code for row in grid] == [None, "x", NA, "y"]


def test_the_collector_goes_on_as_before() -> None:
    for on in (True, False):
        (gc.enable if on else gc.disable)()
        try:
            with paused(), pytest.raises(ValueError, match="inside"), paused():
                assert not gc.isenabled()
                raise ValueError("inside")
            assert gc.isenabled() is on
        finally:
            gc.enable()
