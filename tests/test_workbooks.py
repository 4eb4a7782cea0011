"""Columns added to awkward workbooks: what had to change did, and nothing else."""

from __future__ import annotations

import csv
import datetime
import errno
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import BinaryIO

import awkward
import openpyxl
import pytest
import xlsxwriter
from conftest import loaded, parts
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from wpxl.errors import DIV0, NA, Fault
from wpxl.workbooks import rows as scan
from wpxl.workbooks.book import Book
from wpxl.workbooks.cells import ArrayFormula, own_row
from wpxl.workbooks.columns import set_widths
from wpxl.workbooks.delimited import read_delimited, write_delimited
from wpxl.workbooks.files import replacing
from wpxl.workbooks.package import Package
from wpxl.workbooks.refs import Area, area, areas, letters, number
from wpxl.workbooks.sheet import Sheet
from wpxl.workbooks.tables import Table, unique_headers

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEADERS = ["Region", "Status", "IMD decile", "TUNDRA"]
MISSING = Fault(NA, "not in the table")

# Exactly these parts may differ from the original, or be new.
CHANGES = {
    "titled": {"xl/worksheets/sheet1.xml"},
    "table": {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml"},
    "rich": {"xl/worksheets/sheet1.xml"},
    "macros": {"xl/worksheets/sheet2.xml", "xl/workbook.xml"},
    "two-postcodes": {
        "xl/worksheets/sheet1.xml",
        "xl/metadata.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
    },
}
NAMES = list(CHANGES)


def answers(count: int) -> list[tuple[str | int | float | bool | Fault | None, ...] | None]:
    """Values of each kind, with a row left alone and a gap."""
    rows: list[tuple[str | int | float | bool | Fault | None, ...] | None] = [
        ("West Midlands & <co>", "live", 1 + at % 10, at / 8) for at in range(count)
    ]
    rows[2] = None
    rows[3] = (" kept ", None, MISSING, True)
    return rows


def table_of(sheet: Sheet, name: str | None) -> Table | None:
    return next((table for table in sheet.tables if table.name == name), None)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, awkward.Awkward]:
    return awkward.build_all(tmp_path_factory.mktemp("awkward"))


@pytest.fixture(scope="module")
def filled(built: dict[str, awkward.Awkward]) -> dict[str, Path]:
    """A copy of each awkward workbook with four columns added."""
    folder = next(iter(built.values())).path.parent / "filled"
    folder.mkdir()
    copies = {}
    for name, workbook in built.items():
        book = Book.open(workbook.path)
        sheet = book.sheet(workbook.sheet)
        table = table_of(sheet, workbook.table)
        place = sheet.place(workbook.header_row, workbook.last_row, table, len(HEADERS))
        first = workbook.header_row + 1
        arrays = [ArrayFormula(f"B2:B{workbook.last_row}", 2, place.first_column, workbook.last_row - 1, 1)]
        sheet.add_columns(
            place,
            workbook.header_row,
            HEADERS,
            first,
            answers(workbook.last_row - workbook.header_row),
            formulas=arrays if name == "two-postcodes" else (),
            row_formulas=['IF([@Sessions]>0,"West Midlands & <co>","")', None, None, None] if table else None,
            widths=[20, 12, None, None],
        )
        copies[name] = folder / workbook.path.name
        book.save(copies[name])
    return copies


@pytest.mark.parametrize("name", NAMES)
def test_untouched_parts_are_the_same_bytes(
    name: str, built: dict[str, awkward.Awkward], filled: dict[str, Path]
) -> None:
    before, after = parts(built[name].path), parts(filled[name])
    assert list(after)[: len(before)] == list(before)
    assert {part for part in after if after[part] != before.get(part)} == CHANGES[name]
    with zipfile.ZipFile(built[name].path) as old, zipfile.ZipFile(filled[name]) as new:
        for info in old.infolist():
            copy = new.getinfo(info.filename)
            assert (copy.date_time, copy.compress_type) == (info.date_time, info.compress_type)


def in_order(sheet: bytes) -> None:
    """Readers forgive a row that comes twice or cells out of order; Excel wants to repair the file."""
    root = etree.fromstring(sheet)
    rows = [int(row.get("r")) for row in root.iterfind("{*}sheetData/{*}row")]
    assert rows == sorted(set(rows))
    for row in root.iterfind("{*}sheetData/{*}row"):
        cells = [area(cell.get("r")) for cell in row]
        assert all(cell and cell.first_row == int(row.get("r")) for cell in cells)
        columns = [cell.first_column for cell in cells if cell]
        assert columns == sorted(set(columns))


@pytest.mark.parametrize("name", NAMES)
def test_sheets_are_in_order_and_know_their_size(
    name: str, built: dict[str, awkward.Awkward], filled: dict[str, Path]
) -> None:
    sheet = Book.open(filled[name]).sheet(built[name].sheet)
    xml = parts(filled[name])[sheet.part]
    in_order(xml)
    dimension = etree.fromstring(xml).find(f"{NS}dimension").get("ref")
    ends = {"titled": "C1:K18", "table": "B3:I23", "rich": "A1:K11", "macros": "A1:H11", "two-postcodes": "A1:J14"}
    assert dimension == ends[name]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("data_only", [True, False])
def test_original_cells_read_the_same(
    name: str, data_only: bool, built: dict[str, awkward.Awkward], filled: dict[str, Path]
) -> None:
    before, after = (loaded(path, data_only=data_only) for path in (built[name].path, filled[name]))
    assert before.sheetnames == after.sheetnames
    for old in before.worksheets:
        new = after[old.title]
        assert new.sheet_state == old.sheet_state
        assert new.merged_cells.ranges == old.merged_cells.ranges
        assert new.freeze_panes == old.freeze_panes
        for row in old.iter_rows():
            for cell in row:
                other = new[cell.coordinate]
                if cell.value is not None:
                    assert other.value == cell.value or vars(other.value) == vars(cell.value)
                    assert other.style_id == cell.style_id


@pytest.mark.parametrize("name", NAMES)
def test_new_cells_read_back(name: str, built: dict[str, awkward.Awkward], filled: dict[str, Path]) -> None:
    workbook = built[name]
    sheet = Book.open(workbook.path).sheet(workbook.sheet)
    first = sheet.place(workbook.header_row, workbook.last_row, table_of(sheet, workbook.table), 4).first_column
    header = ["Region", "Status 2" if name == "table" else "Status", "IMD decile", "TUNDRA"]
    expected = [header, *(row or (None,) * 4 for row in answers(workbook.last_row - workbook.header_row))]

    cells = loaded(filled[name], data_only=True)[workbook.sheet]
    grid = Book.open(filled[name]).sheet(workbook.sheet).grid()
    for at, row in enumerate(expected, workbook.header_row):
        for column, value in enumerate(row, first):
            assert cells.cell(at, column).value == (value.code if isinstance(value, Fault) else value)
            read = grid[at - 1][column - 1]
            assert (read.code if isinstance(read, Fault) else read) == (
                value.code if isinstance(value, Fault) else value
            )


def test_calamine_itself_reads_them(built: dict[str, awkward.Awkward], filled: dict[str, Path]) -> None:
    grid = CalamineWorkbook.from_path(str(filled["rich"])).get_sheet_by_name("Tracking").to_python()
    assert grid[0][7:] == HEADERS
    assert grid[1][7:] == ["West Midlands & <co>", "live", 1.0, 0.0]
    assert grid[4][7:] == [" kept ", "", "", True]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not on the PATH")
def test_libreoffice_opens_every_copy(
    built: dict[str, awkward.Awkward], filled: dict[str, Path], tmp_path: Path
) -> None:
    length = {name: workbook.last_row - workbook.header_row for name, workbook in built.items()}
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    every = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    for kind in (every, "pdf"):
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path)]
        subprocess.run([*command, *map(str, filled.values())], check=True, capture_output=True, timeout=120)
    for name, path in filled.items():
        assert (tmp_path / f"{path.stem}.pdf").read_bytes().startswith(b"%PDF")
        text = tmp_path / f"{path.stem}-{built[name].sheet}.csv"
        rows = list(csv.reader(io.StringIO(text.read_text("utf-8"))))
        written = [row for row in rows if "live" in row]
        assert len(written) == sum(row is not None and row[1] == "live" for row in answers(length[name]))
        assert any("Region" in row and "IMD decile" in row for row in rows)
        assert any("#N/A" in row and "TRUE" in row for row in rows)


def test_a_table_grows_with_its_columns(filled: dict[str, Path]) -> None:
    sheet = loaded(filled["table"])["Learners"]
    grown, other = sheet.tables["Learners"], sheet.tables["Activities"]
    assert (grown.ref, grown.autoFilter.ref, other.ref) == ("B3:I14", "B3:I13", "H20:I23")
    names = [column.name for column in grown.tableColumns]
    assert names == ["Learner", "Postcode", "Sessions", "Status", "Region", "Status 2", "IMD decile", "TUNDRA"]
    assert names == [sheet.cell(3, column).value for column in range(2, 10)]
    assert parts(filled["table"])["xl/tables/table1.xml"].count(b'<tableColumns count="8">') == 1
    assert len({column.id for column in grown.tableColumns}) == 8
    formula = 'IF(Learners[[#This Row],[Sessions]]>0,"West Midlands & <co>","")'
    assert grown.tableColumns[4].calculatedColumnFormula.attr_text == formula
    assert sheet["F4"].value == f"={formula}"
    assert sheet["F6"].value is None  # the row left alone
    assert [sheet.cell(14, column).value for column in range(6, 10)] == [None] * 4
    assert sheet.tables["Learners"].tableStyleInfo.name == "TableStyleMedium4"


def test_a_table_beside_something_is_not_widened(built: dict[str, awkward.Awkward]) -> None:
    sheet = Book.open(built["table"].path).sheet("Learners")
    activities = next(table for table in sheet.tables if table.name == "Activities")
    learners = next(table for table in sheet.tables if table.name == "Learners")
    assert activities.data_rows == range(21, 24)
    assert sheet.place(20, 23, activities, 3).table == activities
    assert sheet.place(20, 23, activities, 3).sorts_along
    assert sheet.place(3, 14, learners, 3).first_column == 6
    sheet.add_columns(sheet.place(5, 5), 5, ["Note"], 6, [])  # one cell at F5
    place = sheet.place(3, 14, learners, 3)
    assert (place.first_column, place.table, place.sorts_along) == (7, None, False)
    assert place.reason.endswith("because the cells beside the Table Learners are not empty")


def test_sorting_a_filtered_list_keeps_its_new_columns(filled: dict[str, Path]) -> None:
    book = Book.open(filled["macros"])
    assert book.has_macros
    assert book.sheet("school's LIST").auto_filter == Area(1, 1, 11, 8)
    assert b"'School''s list'!$A$1:$H$11</definedName>" in book.package.read("xl/workbook.xml")


def test_a_filter_that_cannot_be_joined_is_left_and_told(built: dict[str, awkward.Awkward]) -> None:
    book = Book.open(built["macros"].path)
    sheet = book.sheet("School's list")
    assert sheet.place(1, 11).sorts_along
    names = book.package.read("xl/workbook.xml")
    sheet.add_columns(type(sheet.place(1, 1))(6, None, ""), 1, ["Apart"], 2, [])
    assert (sheet.auto_filter, book.package.read("xl/workbook.xml")) == (Area(1, 1, 11, 4), names)
    assert not sheet.place(1, 11).sorts_along


def test_columns_that_were_hidden_to_the_edge_are_shown(filled: dict[str, Path]) -> None:
    columns = loaded(filled["macros"])["School's list"].column_dimensions
    assert columns["C"].hidden
    assert not any(columns[name].hidden for name in "EFGH")
    assert (columns["E"].width, columns["F"].width) == (20, 12)
    assert columns["I"].hidden
    assert columns["I"].max == 16384


def test_formatted_empty_cells_are_used_and_keep_their_format(
    built: dict[str, awkward.Awkward], filled: dict[str, Path]
) -> None:
    before = loaded(built["titled"].path)["Summer school 2026"]
    after = loaded(filled["titled"])["Summer school 2026"]
    for row in range(7, 17):
        assert after.cell(row, 8).style_id == before.cell(row, 8).style_id != 0
    assert after["H9"].value is None  # the row left alone keeps its formatted cell too
    assert after["I6"].style_id == after["G6"].style_id != 0
    assert after["I7"].style_id == after["G7"].style_id == 0


def test_a_neighbour_with_a_number_format_does_not_lend_it(tmp_path: Path) -> None:
    path = tmp_path / "dates.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", "Born")
        sheet.write("A2", 40_000, book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write("A3", "unknown", book.add_format({"bold": True}))
    result = added(path, 1, ["n"], 2, [(5,), (6,)])
    cells = loaded(result)["Sheet1"]
    assert (cells["B2"].number_format, cells["B2"].font.b, cells["B3"].font.b) == ("General", False, True)


def added(path: Path, header_row: int, headers: list[str], first: int, rows: list[object], **more: object) -> Path:
    """A copy of a workbook with columns added to its first sheet."""
    book = Book.open(path)
    sheet = book.sheets[0]
    place = sheet.place(header_row, max(header_row, first + len(rows) - 1), count=len(headers))
    sheet.add_columns(place, header_row, headers, first, rows, **more)  # type: ignore[arg-type]
    target = path.with_name(f"{path.stem}-copy{path.suffix}")
    book.save(target)
    return target


def canonical(xml: bytes) -> bytes:
    return etree.tostring(etree.fromstring(xml), method="c14n2")


def test_a_spilling_formula_is_marked_as_xlsxwriter_marks_it(filled: dict[str, Path], tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "model.xlsx") as book:
        book.add_worksheet().write_dynamic_array_formula("B2:B3", "=A2:A3")
    model, ours = parts(tmp_path / "model.xlsx"), parts(filled["two-postcodes"])
    assert canonical(ours["xl/metadata.xml"]) == canonical(model["xl/metadata.xml"])
    sheet = ours["xl/worksheets/sheet1.xml"].decode()
    assert re.search(r'<c r="G2"[^>]* cm="1"[^>]* t="str"><f t="array" ref="G2:G14">B2:B14</f><v>West', sheet)
    for part, element in (("xl/_rels/workbook.xml.rels", "Relationship"), ("[Content_Types].xml", "Override")):

        def entries(xml: bytes, element: str = element) -> list[tuple[str, str]]:
            found = etree.fromstring(xml).iterfind("{*}" + element)
            pairs = [(e.get("Type") or e.get("PartName"), e.get("Target") or e.get("ContentType")) for e in found]
            return [pair for pair in pairs if "etadata" in pair[0]]

        assert entries(ours[part]) == entries(model[part]) != []


def test_a_second_spilling_formula_shares_the_mark(filled: dict[str, Path]) -> None:
    book = Book.open(filled["two-postcodes"])
    sheet = book.sheets[0]
    before = book.package.read("xl/metadata.xml")
    sheet.add_columns(sheet.place(1, 14), 1, ["More"], 2, [("x",)], [ArrayFormula("A2:A3", 2, 11, 2, 1)])
    assert book.package.read("xl/metadata.xml") == before


def test_metadata_of_other_kinds_is_extended(tmp_path: Path) -> None:
    path = tmp_path / "stocks.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_dynamic_array_formula("B2:B3", "=A2:A3")
    other = (
        '<metadata xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><metadataTypes count="1">'
        '<metadataType name="XLRICHVALUE" minSupportedVersion="120000"/></metadataTypes>'
        '<futureMetadata name="XLRICHVALUE" count="1"><bk/></futureMetadata>'
        '<valueMetadata count="1"><bk><rc t="1" v="0"/></bk></valueMetadata></metadata>'
    )
    awkward.rewrite(path, {"xl/metadata.xml": lambda _: other})
    result = added(path, 1, ["More"], 2, [("x",)], formulas=[ArrayFormula("A2", 2, 3, 1, 1)])
    root = etree.fromstring(parts(result)["xl/metadata.xml"])
    names = [etree.QName(e).localname for e in root]
    assert names == ["metadataTypes", "futureMetadata", "futureMetadata", "cellMetadata", "valueMetadata"]
    assert [e.get("name") for e in root[0]] == ["XLRICHVALUE", "XLDAPR"]
    assert [dict(rc.attrib) for rc in root.iterfind(f"{NS}cellMetadata/{NS}bk/{NS}rc")] == [{"t": "2", "v": "0"}]
    assert [e.get("count") for e in root] == ["2", "1", "1", "1", "1"]


def test_a_table_that_a_query_fills_learns_of_the_new_column(tmp_path: Path) -> None:
    workbook = awkward.table(tmp_path)
    query = (
        '<queryTable xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" name="Data" connectionId="1">'
        '<queryTableRefresh nextId="5"><queryTableFields count="1"><queryTableField id="1" name="Learner" '
        'tableColumnId="1"/></queryTableFields></queryTableRefresh></queryTable>'
    )
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{awkward.OFFICE}/queryTable" Target="../queryTables/queryTable1.xml"/></Relationships>'
    )
    uid = 'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" xr:uid="{00000000-1}" name='
    awkward.rewrite(
        workbook.path,
        {"xl/tables/table1.xml": lambda xml: xml.replace("name=", uid, 1)},
        {"xl/tables/_rels/table1.xml.rels": relation, "xl/queryTables/queryTable1.xml": query},
    )
    book = Book.open(workbook.path)
    sheet = book.sheet("Learners")
    written = sheet.add_columns(sheet.place(3, 14, sheet.tables[0]), 3, ["a\nb_x0041_"], 4, [])
    column = etree.fromstring(book.package.read("xl/tables/table1.xml")).find(f"{NS}tableColumns")[-1]
    assert dict(column.attrib) == {
        "id": "5", "name": "a_x000a_b_x005F_x0041_", "uniqueName": "5", "queryTableFieldId": "5",
    }  # fmt: skip
    assert b'xr:uid="{00000000-1}"' in book.package.read("xl/tables/table1.xml")
    refresh = etree.fromstring(book.package.read("xl/queryTables/queryTable1.xml"))[0]
    assert dict(refresh.attrib) == {"nextId": "6", "unboundColumnsRight": "1"}
    assert dict(refresh[0][1].attrib) == {"id": "5", "dataBound": "0", "tableColumnId": "5"}
    assert written == ["a\nb_x0041_"] == list(sheet.tables[0].columns[-1:])


def test_headers_of_a_table_are_unique_in_any_case() -> None:
    assert unique_headers(["status", "STATUS", "", "new"], ["Status"]) == ["status 2", "STATUS 3", "Column", "new"]


def test_this_row_is_written_as_files_hold_it() -> None:
    typed = "WP_POSTCODE([@Postcode],\"[@x]\")&[@[Home postcode]]&[@[it''s]]&T2[Other]&T3[@Year]"
    assert own_row(typed, "T1") == (
        'WP_POSTCODE(T1[[#This Row],[Postcode]],"[@x]")&T1[[#This Row],[Home postcode]]'
        "&T1[[#This Row],[it''s]]&T2[Other]&T3[[#This Row],[Year]]"
    )


UNUSUAL = {
    "prefixed": (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:dimension ref="A1:B2"/><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>a&lt;x:b</x:t>'
        '</x:is></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    ),
    "without references": (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="inlineStr">'
        "<is><t>a&lt;x:b</t></is></c></row><row><c><v>1</v></c></row></sheetData></worksheet>"
    ),
    "comments and quotes": (
        "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
        '<!-- <row r="9"> -->\n'
        " <row r='1'><c t='inlineStr' r='A1'><is><t><![CDATA[a<x:b]]></t></is></c></row>\n"
        " <row r='2' spans='1:1'><c r='A2'><v>1</v></c><c r='B2' s='0'></c></row>\n</sheetData></worksheet>"
    ),
    "rich text in place": (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" '
        't="inlineStr"><is><r><rPr><b/><color rgb="FFFF0000"/></rPr><t>a&lt;</t></r><r><t>x:b</t></r></is></c></row>'
        '<row r="2"/></sheetData></worksheet>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNUSUAL)
def test_sheets_from_unusual_programs(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "unusual.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet()
    awkward.rewrite(path, {"xl/worksheets/sheet1.xml": lambda _: UNUSUAL[kind]})
    result = added(path, 1, ["new"], 2, [("two",), ("three",)])
    cells = loaded(result)["Sheet1"]
    assert [[cell.value for cell in row] for row in cells["A1:B3"]] == [
        ["a<x:b", "new"],
        [None if kind == "rich text in place" else 1, "two"],
        [None, "three"],
    ]
    assert Book.open(path).sheets[0].grid()[0][0] == "a<x:b"


def test_an_empty_sheet(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet()
    assert Book.open(path).sheets[0].grid() == []
    assert Book.open(path).sheets[0].place(1, 5).first_column == 1
    cells = loaded(added(path, 2, ["a", "b"], 4, [(1, None), None, ("", 2.5)]))["Sheet1"]
    assert [[cell.value for cell in row] for row in cells["A1:B6"]] == [
        [None, None], ["a", "b"], [None, None], [1, None], [None, None], [None, 2.5],
    ]  # fmt: skip


def test_a_strict_workbook(tmp_path: Path) -> None:
    workbook = awkward.table(tmp_path)
    names = {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
        awkward.OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }

    def strict(xml: str) -> str:
        for usual, other in names.items():
            xml = xml.replace(usual, other)
        return xml

    awkward.rewrite(workbook.path, {name: strict for name in parts(workbook.path) if name.endswith((".xml", ".rels"))})
    book = Book.open(workbook.path)
    sheet = book.sheet("Learners")
    assert sheet.grid()[3][1] == "Learner 01 Example"
    spill = ArrayFormula("C4:C5", 4, 6, 2, 1)
    sheet.add_columns(sheet.place(3, 14, sheet.tables[0]), 3, ["new"], 4, [("x",)], [spill])
    assert sheet.tables[0].columns[-1] == "new"
    assert b'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"' in book.package.read("xl/metadata.xml")
    assert b"purl.oclc.org/ooxml/officeDocument/relationships/sheetMetadata" in book.package.read(
        "xl/_rels/workbook.xml.rels"
    )


def test_texts_that_xml_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "texts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write("A1", "x")
    texts = ["a\x07b", "line\nbreak", "\ttab", "_x0041_", "cr\rlf", "😀 ]]> &amp;", "=1+1", "00123", "\ud800"]
    result = added(path, 1, ["t"], 2, [(text,) for text in texts])
    xml = parts(result)["xl/worksheets/sheet1.xml"].decode()
    stored = re.findall(r'<c r="B\d+" t="inlineStr"><is><t(?: xml:space="preserve")?>(.*?)</t>', xml, re.DOTALL)[1:]
    assert stored == [
        "a_x0007_b", "line\nbreak", "\ttab", "_x005F_x0041_", "cr_x000D_lf", "😀 ]]&gt; &amp;amp;", "=1+1", "00123",
        "_xD800_",
    ]  # fmt: skip
    grid = Book.open(result).sheets[0].grid()
    assert [row[1] for row in grid][5:8] == ["cr\rlf", "😀 ]]> &amp;", "=1+1"]
    with pytest.raises(Fault, match=r"A text of 32,768 characters does not fit a cell, which holds 32,767\."):
        added(path, 1, ["t"], 2, [("x" * 32_768,)])


def test_numbers_and_newer_errors(tmp_path: Path) -> None:
    path = tmp_path / "numbers.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write("A1", "x")
    values = [1, 1.0, True, 0.1 + 0.2, 1e300, -0.5, Fault(DIV0, ""), Fault("#SPILL!", "")]
    grid = Book.open(added(path, 1, ["n"], 2, [(value,) for value in values])).sheets[0].grid()
    read = [row[1] for row in grid[1:]]
    assert read[:6] == values[:6]
    assert read[2] is True
    assert [fault.code for fault in read[6:]] == [DIV0, "#VALUE!"]
    for endless in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not finite"):
            added(path, 1, ["n"], 2, [(endless,)])


def test_formulas_keep_the_kind_of_their_answer(tmp_path: Path) -> None:
    path = tmp_path / "kinds.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write("A1", "x")
    answered = ["a<b", 2, True, MISSING, None]
    result = added(path, 1, ["f"], 2, [(value,) for value in answered], row_formulas=['IF(A2<1,"&","")'])
    read = [row[1] if len(row) > 1 else None for row in Book.open(result).sheets[0].grid()[1:]]
    assert [value.code if isinstance(value, Fault) else value for value in read] == ["a<b", 2, True, NA]
    assert read[2] is True
    assert [cell.value for cell in loaded(result)["Sheet1"]["B"][1:]] == ['=IF(A2<1,"&","")'] * 5


def test_widths_split_runs_of_columns() -> None:
    sheet = etree.fromstring(
        '<worksheet xmlns="m"><sheetFormatPr/><cols><col min="2" max="9" width="5" style="3"/></cols>'
        "<sheetData/></worksheet>"
    )
    set_widths(sheet, range(4, 6), [11.5, None])
    assert [dict(col.attrib) for col in sheet[1]] == [
        {"min": "2", "max": "3", "width": "5", "style": "3"},
        {"min": "4", "max": "4", "width": "11.5", "style": "3", "customWidth": "1"},
        {"min": "5", "max": "5", "width": "5", "style": "3"},
        {"min": "6", "max": "9", "width": "5", "style": "3"},
    ]
    del sheet[1]
    set_widths(sheet, range(4, 5), None)
    assert [etree.QName(e).localname for e in sheet] == ["sheetFormatPr", "sheetData"]
    set_widths(sheet, range(4, 5), [7])
    assert [etree.QName(e).localname for e in sheet] == ["sheetFormatPr", "cols", "sheetData"]


def test_cells_are_never_overwritten(built: dict[str, awkward.Awkward]) -> None:
    book = Book.open(built["rich"].path)
    sheet = book.sheet("Tracking")
    place = sheet.place(1, 11)
    assert place.sorts_along
    before = book.package.read(sheet.part)
    wrong = type(place)(4, None, "")
    with pytest.raises(Fault, match=r"^Cell D1 is not empty: choose other columns for the results\.$"):
        sheet.add_columns(wrong, 1, ["x"], 2, [(1,)])
    assert book.package.read(sheet.part) == before
    grid = sheet.grid()
    sheet.add_columns(place, 1, ["x"], 2, [(MISSING,)])  # a refusal leaves the sheet usable
    assert sheet.grid() == grid  # as it was opened


def test_cells_beyond_the_new_columns_stay_in_order() -> None:
    body = b'<row r="1" spans="1:9" ht="20"><c r="A1"><v>1</v></c><c r="C1" s="4"/><c r="F1"><v>2</v></c></row>'
    told: list[object] = []

    def maker(row: int, left: int, style: str, own: dict[int, str]) -> str:
        told.append((row, left, style, own))
        return "<NEW/>"

    assert scan.add_cells(body, [1, 3], range(3, 5), maker) == (
        b'<row r="1" ht="20"><c r="A1"><v>1</v></c><NEW/><c r="F1"><v>2</v></c></row><row r="3"><NEW/></row>'
    )
    assert told == [(1, 1, "", {3: "4"}), (3, 0, "", {})]
    with pytest.raises(Fault, match="Row 1 of the sheet comes after row 2"):
        list(scan.each_row(b'<row r="2"/><row r="1"/>'))


def test_progress_is_told_to_the_end(built: dict[str, awkward.Awkward]) -> None:
    sheet = Book.open(built["rich"].path).sheet("Tracking")
    told: list[tuple[int, int]] = []
    sheet.add_columns(sheet.place(1, 11), 1, ["x"], 2, [(1,)] * 10, progress=lambda *done: told.append(done))
    assert told[-1] == (11, 11)


def test_what_a_book_says_of_itself(built: dict[str, awkward.Awkward]) -> None:
    book = Book.open(built["rich"].path)
    assert [(s.name, s.state) for s in book.sheets] == [
        ("Tracking", "visible"), ("Lists", "hidden"), ("Old", "veryHidden"),
    ]  # fmt: skip
    assert not book.has_macros
    assert not book.sheets[0].protected
    titled_sheet = Book.open(built["titled"].path).sheets[0]
    assert titled_sheet.merged == [(1, 3, 2, 8), (3, 3, 3, 8)]
    assert titled_sheet.grid()[6][4] == datetime.datetime(2006, 10, 10)
    assert titled_sheet.grid()[6][6] == "00041"
    errors = [row[5] for row in Book.open(built["two-postcodes"].path).sheets[0].grid()[1:4]]
    assert [cell.code if isinstance(cell, Fault) else cell for cell in errors] == [NA, DIV0, "A-002!"]
    with pytest.raises(
        Fault, match=r"^There is no sheet 'Learner' in rich\.xlsx: its sheets are Tracking, Lists, Old\.$"
    ):
        book.sheet("Learner")


def test_protected_sheets_chart_sheets_and_edges(tmp_path: Path) -> None:
    path = tmp_path / "edges.xlsx"
    with xlsxwriter.Workbook(path) as book:
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Full!$A$1:$A$3"})
        book.add_chartsheet("Chart").set_chart(chart)
        sheet = book.add_worksheet("Full")
        sheet.protect("secret")
        sheet.write("XFC1", "last but one")
        far = book.add_worksheet("Far")
        far.write("A1", "x")
        far.write("XFD1048576", "stray")
    read = Book.open(path)
    assert [sheet.name for sheet in read.sheets] == ["Full", "Far"]
    assert read.sheets[0].protected
    assert read.sheets[0].place(1, 1).first_column == 16_384
    assert read.sheets[0].place(2, 9).first_column == 1
    with pytest.raises(Fault, match="The sheet 'Full' is used up to column XFC, so 2 more do not fit"):
        read.sheets[0].place(1, 1, count=2)
    with pytest.raises(Fault, match=r"The sheet 'Far' reaches to XFD1048576, too large to read: delete stray cells"):
        read.sheets[1].grid()


def test_merged_cells_and_notes_are_obstacles(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_column("A1", ["h", 1, 2])
        sheet.merge_range("C2:D2", "")
        sheet.write("H9", "a note below")
    assert Book.open(path).sheets[0].place(1, 3).first_column == 5
    assert Book.open(path).sheets[0].place(1, 9).first_column == 9


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def ole(stream: str) -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + stream.encode("utf-16-le")


def test_refusals_say_what_the_file_is(tmp_path: Path, built: dict[str, awkward.Awkward]) -> None:
    whole = built["table"].path.read_bytes()
    types = {"[Content_Types].xml": b"<Types/>"}
    cases: dict[str, tuple[bytes, str]] = {
        "text.xlsx": (b"Name,Postcode", "is not an Excel workbook: give an .xlsx or .xlsm file."),
        "locked.xlsx": (ole("EncryptedPackage"), "is protected with a password to open it: "),
        "old.xls": (ole("Workbook"), "is an old .xls workbook: open it in Excel and save it as .xlsx."),
        "short.xlsx": (whole[: len(whole) // 2], "is damaged or was cut short: "),
        "binary.xlsb": (b"", "is a binary .xlsb workbook: "),
        "open.ods": (b"", "is an OpenDocument spreadsheet: save it as .xlsx"),
        "escape.xlsx": (b"", "holds parts that point outside the file"),
        "bare.zip": (b"", "is a zip but not a workbook (no [Content_Types].xml in it)"),
        "letter.docx": (b"", "is an Office file but not a workbook"),
    }
    zips = {
        "binary.xlsb": types | {"xl/workbook.bin": b""},
        "open.ods": {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
        "escape.xlsx": types | {"../evil.txt": b""},
        "bare.zip": {"notes.txt": b""},
        "letter.docx": types | {"word/document.xml": b""},
    }
    for name, (data, sentence) in cases.items():
        path = tmp_path / name
        if name in zips:
            zipped(path, zips[name])
        else:
            path.write_bytes(data)
        with pytest.raises(Fault) as refused:
            Book.open(path)
        assert str(refused.value).startswith(f"{name} {sentence}")
        assert str(refused.value).endswith((".", "file."))
    with pytest.raises(Fault, match=r"There is no file .*nowhere\.xlsx: check the name and the folder"):
        Package.open(tmp_path / "nowhere.xlsx")
    with pytest.raises(Fault, match="is a folder, not a file"):
        Package.open(tmp_path)
    bomb = zipped(tmp_path / "bomb.xlsx", types | {"xl/sheet.xml": bytes(101 * 2**20)})
    with pytest.raises(Fault, match=r"bomb\.xlsx would unpack to 101 MB, over 200 times its size"):
        Package.open(bomb)


def test_a_damaged_part_is_refused_when_it_is_read(built: dict[str, awkward.Awkward], tmp_path: Path) -> None:
    raw = bytearray(built["rich"].path.read_bytes())
    with zipfile.ZipFile(built["rich"].path) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    raw[at + 90 : at + 120] = bytes(30)
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(raw)
    with pytest.raises(Fault, match=r"damaged\.xlsx is damaged or was cut short"):
        Book.open(path).sheets[0].merged  # noqa: B018
    awkward.rewrite(
        shutil.copy(built["rich"].path, path), {"xl/worksheets/sheet1.xml": lambda x: x.replace("</c>", "", 1)}
    )
    with pytest.raises(Fault, match="The sheet 'Tracking' cannot be read: open the workbook in Excel and save it"):
        Book.open(path).sheets[0].grid()


def test_names_that_do_not_suit_and_the_original_are_refused(built: dict[str, awkward.Awkward], tmp_path: Path) -> None:
    book = Book.open(built["macros"].path)
    with pytest.raises(
        Fault, match=r"^macros\.xlsm has macros, and Excel would not open it as x\.xlsx: .* ends in \.xlsm\.$"
    ):
        book.save(tmp_path / "x.xlsx")
    with pytest.raises(Fault, match=r"^table\.xlsx has no macros, and Excel would not open it as x\.xlsm: "):
        Book.open(built["table"].path).save(tmp_path / "x.xlsm")
    with pytest.raises(Fault, match=r"^macros\.xlsm is the file that was read and is never overwritten: save under"):
        book.save(built["macros"].path)
    copy = Path(shutil.copy(built["macros"].path, tmp_path / "copy.xlsm"))
    Book.open(copy).save(copy, in_place=True)
    assert parts(copy) == parts(built["macros"].path)
    assert [path.name for path in tmp_path.iterdir()] == ["copy.xlsm"]


def test_a_full_disk_leaves_nothing_behind(
    built: dict[str, awkward.Awkward], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copy.xlsx"
    target.write_bytes(b"the old one")

    class Full(io.BufferedWriter):
        def write(self, data: object) -> int:  # type: ignore[override]
            if self.tell() > 2000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)  # type: ignore[arg-type]

    monkeypatch.setattr("os.fdopen", lambda number, mode: Full(io.FileIO(number, mode)))
    with pytest.raises(
        Fault, match=r"^The disk is full, so copy\.xlsx was not written: make room or choose another folder\.$"
    ):
        Book.open(built["table"].path).save(target)
    assert [path.name for path in tmp_path.iterdir()] == ["copy.xlsx"]
    assert target.read_bytes() == b"the old one"


def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupted(file: BinaryIO) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), replacing(tmp_path / "new.csv") as file:
        interrupted(file)
    assert list(tmp_path.iterdir()) == []
    with (
        pytest.raises(Fault, match=r"There is no folder .*missing to write new\.csv into"),
        replacing(tmp_path / "missing" / "new.csv"),
    ):
        pass


def test_package_adds_and_removes_parts(built: dict[str, awkward.Awkward], tmp_path: Path) -> None:
    package = Package.open(built["table"].path)
    package.add("xl/extra.xml", b"<x/>")
    package.remove("docProps/app.xml")
    package.replace("docProps/core.xml", b"<y/>")
    package.save(tmp_path / "copy.xlsx")
    saved = parts(tmp_path / "copy.xlsx")
    assert list(saved) == package.names
    assert (saved["xl/extra.xml"], saved["docProps/core.xml"]) == (b"<x/>", b"<y/>")
    assert "docProps/app.xml" not in saved
    for wrong in (lambda: package.replace("none", b""), lambda: package.add("xl/extra.xml", b"")):
        with pytest.raises(KeyError):
            wrong()


@given(st.integers(1, 16_384), st.integers(1, 1_048_576))
def test_references_are_read_as_written(column: int, row: int) -> None:
    assert number(letters(column)) == column
    assert area(f"${letters(column)}${row}") == Area(row, column, row, column)
    assert area(str(Area(1, 1, row, column))) == Area(1, 1, row, column)


@given(st.sets(st.tuples(st.integers(1, 6), st.integers(1, 6))))
def test_cells_as_rectangles(cells: set[tuple[int, int]]) -> None:
    """Each cell in one rectangle, no other cell in any, and none that a neighbour could have taken in."""
    found = areas(sorted(cells, reverse=True))
    inside = [(r, c) for a, b, y, z in found for r in range(a, y + 1) for c in range(b, z + 1)]
    assert sorted(inside) == sorted(cells)
    assert not any(
        (one.first_column, one.last_column, one.last_row + 1)
        == (other.first_column, other.last_column, other.first_row)
        for one in found
        for other in found
    )
    assert [str(a) for a in areas((row, 3) for row in range(5, 9))] == ["C5:C8"]


CELL = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    st.integers(-(10**9), 10**9).map(lambda n: n / 64),  # XlsxWriter keeps sixteen digits only
    st.booleans(),
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="_"), min_size=1, max_size=6
    ),
)


@settings(max_examples=60, deadline=None)
@given(
    old=st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 6)), CELL, max_size=14),
    header_row=st.integers(1, 9),
    gap=st.integers(1, 3),
    block=st.lists(st.none() | st.tuples(CELL, CELL), max_size=6),
    last=st.integers(1, 9),
)
def test_what_is_written_is_read_and_the_rest_stays(
    old: dict[tuple[int, int], object], header_row: int, gap: int, block: list[tuple[object, object] | None], last: int
) -> None:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}) as made:
        sheet = made.add_worksheet()
        style = made.add_format({"bold": True})
        for (row, column), value in old.items():
            if value is None:
                sheet.write_blank(row - 1, column - 1, None, style)
            else:
                sheet.write(row - 1, column - 1, value)
    book = in_memory(raw.getvalue())
    first = header_row + gap
    end = max(last, header_row, first + len(block) - 1)
    place = book.sheets[0].place(header_row, end, count=2)
    used = [c for (row, c), value in old.items() if value is not None and header_row <= row <= end]
    assert place.first_column == max(used, default=0) + 1
    book.sheets[0].add_columns(place, header_row, ["h1", "h2"], first, block)  # type: ignore[arg-type]

    expected = {at: value for at, value in old.items() if value is not None}
    for row, values in enumerate([("h1", "h2"), *[None] * (gap - 1), *block], header_row):
        for column, value in enumerate(values or (), place.first_column):
            if value is not None:
                expected[row, column] = value
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in book.package.names:
            archive.writestr(name, book.package.read(name))
    result = in_memory(out.getvalue()).sheets[0]
    in_order(book.package.read(result.part))
    grid = result.grid()
    read = {(r, c): value for r, row in enumerate(grid, 1) for c, value in enumerate(row, 1) if value is not None}
    assert read == expected
    cells = openpyxl.load_workbook(out).active
    assert cells is not None
    found = {(c.row, c.column): c.value for row in cells.iter_rows() for c in row if c.value is not None}
    assert found.keys() == expected.keys()
    for (row, column), value in old.items():
        if value is None:
            assert cells.cell(row, column).font.b


def in_memory(raw: bytes) -> Book:
    package = Package(Path("memory.xlsx"), raw, zipfile.ZipFile(io.BytesIO(raw)))
    return Book(package, "xl/workbook.xml")


DELIMITED = {
    "comma": ("Name,Postcode\r\n\"Example, A\",TF7 5UG\r\nB,00123\r\n", "utf-8", ",", "\r\n"),
    "mark": ("Name;Score\nÅsa;1,5\nB;2,5\n", "utf-8-sig", ";", "\n"),
    "windows": ("Name;Address;Fee\r\nJosé;1, High St;£5\r\nB;2, Low St;£6", "cp1252", ";", "\r\n"),
    "wide": ("Name\tPostcode\r\nZoë\tB9 5EF\r\n", "utf-16", "\t", "\r\n"),
    "single": ("Postcode\nTF7 5UG\nB9 5EF\n", "utf-8", ",", "\n"),
    "gaps": ("a,b\n\n,\n 1 ,\"x\ny\"\n", "utf-8", ",", "\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", DELIMITED)
def test_text_files_are_read_as_they_are_and_written_in_kind(name: str, tmp_path: Path) -> None:
    text, encoding, delimiter, newline = DELIMITED[name]
    path = tmp_path / f"{name}.csv"
    path.write_bytes(text.encode(encoding))
    read = read_delimited(path)
    assert (read.encoding, read.delimiter, read.newline) == (encoding, delimiter, newline)
    assert read.rows == list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    copy = tmp_path / "copy.csv"
    write_delimited(copy, [*read.rows, ["new", None]], read)
    again = read_delimited(copy)
    assert again.rows == [*read.rows, ["new", ""]]
    assert again.encoding == ("utf-8-sig" if encoding == "utf-8" else encoding)


def test_values_in_text_files(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes("name;fee\nJosé;£5\n".encode("cp1252"))
    like = read_delimited(path)
    write_delimited(tmp_path / "out.csv", [[MISSING, True, 3.0, 2.5, None, 7, "00"], ["Ω"]], like)
    assert (tmp_path / "out.csv").read_bytes().decode("utf-8-sig") == "#N/A;TRUE;3;2.5;;7;00\nΩ\n"
    with pytest.raises(Fault, match=r"^in\.csv is the file that was read and is never overwritten"):
        write_delimited(path, [], like)
    (tmp_path / "sep.csv").write_bytes(b"sep=|\r\na|b\r\n")
    assert read_delimited(tmp_path / "sep.csv").rows == [["a", "b"]]


def test_other_files_under_the_name_of_text(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for data, sentence in {
        b"\n<!DOCTYPE html><html><table>": "x.csv is a web page with the name of a text file: ",
        b"PK\x03\x04....": "x.csv is a workbook with the name of a text file: ",
        b"a,b\0\0\0\0": "x.csv is not a text file of rows: ",
        b"\x81\x8d\xff,": "x.csv is not a text file of rows: ",
    }.items():
        path.write_bytes(data)
        with pytest.raises(Fault) as refused:
            read_delimited(path)
        assert str(refused.value).startswith(sentence)
    path.write_bytes(b"")
    assert read_delimited(path).rows == []
