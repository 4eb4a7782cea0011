"""Reports as sheets of people's workbooks: what the package keeps, what a second run replaces, and what it never touches."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import awkward
import openpyxl
import pytest
import xlsxwriter
from conftest import loaded, parts
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.datavalidation import DataValidation

from wpxl.errors import DIV0, NA, Fault
from wpxl.reporting import layout, new_file
from wpxl.reports import shape
from wpxl.reports.shape import Chart, Column, Report, Table
from wpxl.workbooks import graft, locks
from wpxl.workbooks.book import Book
from wpxl.workbooks.page import Block
from wpxl.workbooks.paint import kept, lowered, paint
from wpxl.workbooks.records import sheets_of
from wpxl.workbooks.refs import Area, letters
from wpxl.workbooks.rows import SheetXml

NAME = "Activity report"
DAY = datetime.date(2025, 10, 1)
SOFFICE = shutil.which("soffice")
needs_soffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not on the PATH")


def made(rows: int = 6, charts: bool = True, sample: bool = True) -> Report:
    """Every kind of column and chart, errors, blanks, totals."""
    headings = (
        Column("Activity", shape.TEXT), Column("When", shape.DATE), Column("Priority", shape.BAND),
        Column("Attended", shape.PEOPLE), Column("IMD 40 %", shape.SHARE, "In it", "Attended"), Column("Why", shape.SENTENCE),
    )  # fmt: skip
    missing = Fault(NA, "not known")
    priorities = ("High", "Medium", "Low", None)
    body = [
        (f"Visit & tour {i} <{i}>", DAY, priorities[i % 4], 10 * i, missing if i == 1 else 12.5 * i, "word " * 30)
        for i in range(rows)
    ]
    bands = Table(
        "Bands", (Column("Band", shape.TEXT), Column("Schools", shape.NUMBER)), [("High", 3), ("Medium", 4), ("Low", 1)]
    )
    pictures = (
        Chart("column", "Attended", "Activities", "Activity", ("Attended", "IMD 40 %"), 4),
        Chart("bar", "Share", "Activities", "Activity", ("IMD 40 %",)),
        Chart("line", "Over time", "Bands", "Band", ("Schools",)), Chart("pie", "Bands", "Bands", "Band", ("Schools",)),
    )  # fmt: skip
    table = Table(
        "Activities", headings, [*body, ("All", None, None, 30, 55.5, None)], totals=1, said="People, each once."
    )
    notes = ("What is counted. " * 20, "Source: nobody.")
    return Report("activity", "How well & why", (table, bands), pictures if charts else (), notes, sample=sample)


def put(source: Path, target: Path, report: Report | None = None) -> graft.Placed:
    """The report into a copy of a workbook, as `reporting.place` does it."""
    book = Book.open(source)
    where = graft.find(book, "activity")
    page = layout.drawing(report or made(), "University of Exampleton")(where.row, where.column, dict(where.widths))
    placed = graft.set_page(book, where, page, NAME)
    book.save(target, in_place=True)
    return placed


def text_of(path: Path, sheet: str = NAME) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in loaded(path)[sheet].iter_rows()]


def convert(folder: Path, *paths: Path) -> list[Path]:
    """What LibreOffice makes of workbooks when it saves them."""
    folder.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    return [folder / path.name for path in paths]


def edit(path: Path, **changes: Callable[[str], str]) -> None:
    """Change parts as a spreadsheet program might have: `workbook`, or `sheet` for the report's own."""
    names = {"workbook": "xl/workbook.xml", "sheet": Book.open(path).sheet(NAME).part}
    awkward.rewrite(path, {names[key]: change for key, change in changes.items()})


# -------------------------------------------------------------------------------------------------- awkward workbooks


def by_openpyxl(folder: Path) -> Path:
    """A list with a chart, a validation, a format and a comment, as scripts make it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = NAME  # the very name that the report would have
    for row in (["Type", "Number"], ["Visit", 3], ["Mentoring", 5]):
        sheet.append(row)
    sheet["A1"].comment = openpyxl.comments.Comment("As agreed", "Office")
    sheet.add_data_validation(DataValidation(type="list", formula1='"Visit,Mentoring"', sqref="A2:A9"))
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    book.create_chartsheet("Chart").add_chart(BarChart())
    book.save(folder / "openpyxl.xlsx")
    return folder / "openpyxl.xlsx"


PIVOT = (
    '<pivotTableDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" name="Pivot" cacheId="7" '
    'dataCaption="Values"><location ref="{}" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/></pivotTableDefinition>'
)
CACHE = (
    '<pivotCacheDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" refreshOnLoad="1"><cacheSource '
    'type="worksheet"><worksheetSource ref="A1:B3" sheet="Data"/></cacheSource><cacheFields count="1"><cacheField name="Type">'
    "<sharedItems/></cacheField></cacheFields></pivotCacheDefinition>"
)
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
SLICER = f'<slicers xmlns="{X14}"><slicer name="Type" cache="T"/></slicers>'
SLICER_CACHE = f'<slicerCacheDefinition xmlns="{X14}" name="T" sourceName="Type"/>'
MICROSOFT = "http://schemas.microsoft.com/office/2007/relationships"


def pivots(folder: Path) -> Path:
    """A pivot table with a slicer: parts that no library writes, and a sheet's rels that lead to them."""
    path = folder / "pivots.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Data").write_column("A1", ["Type", "Visit", "Mentoring"])
    book.add_worksheet("Pivot").write_column("A3", ["Row labels", "Mentoring", "Visit"])
    book.close()
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    one = '<Relationship Id="{}" Type="{}" Target="{}"/>'.format
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        f'<Override PartName="/xl/pivotTables/pivotTable1.xml" ContentType="{main}.pivotTable+xml"/>'
        f'<Override PartName="/xl/pivotCache/pivotCacheDefinition1.xml" ContentType="{main}.pivotCacheDefinition+xml"/>'
        '<Override PartName="/xl/slicers/slicer1.xml" ContentType="application/vnd.ms-excel.slicer+xml"/>'
        '<Override PartName="/xl/slicerCaches/slicerCache1.xml" ContentType="application/vnd.ms-excel.slicerCache+xml"/></Types>'
    )
    links = one("rId70", f"{awkward.OFFICE}/pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")
    links += one("rId71", f"{MICROSOFT}/slicerCache", "slicerCaches/slicerCache1.xml")
    awkward.rewrite(
        path,
        {
            "[Content_Types].xml": lambda xml: xml.replace("</Types>", types),
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace("</Relationships>", f"{links}</Relationships>"),
            "xl/workbook.xml": lambda xml: xml.replace(
                "</workbook>",
                '<pivotCaches><pivotCache cacheId="7" r:id="rId70"/></pivotCaches><extLst><ext uri="{BBE1A952-AA13-448e-AADC-'
                '164F8A28A991}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:slicerCaches>'
                '<x14:slicerCache r:id="rId71"/></x14:slicerCaches></ext></extLst></workbook>',
            ),
        },
        {
            "xl/pivotTables/pivotTable1.xml": PIVOT.format("A3:A5"), "xl/pivotCache/pivotCacheDefinition1.xml": CACHE,
            "xl/slicers/slicer1.xml": SLICER, "xl/slicerCaches/slicerCache1.xml": SLICER_CACHE,
            "xl/worksheets/_rels/sheet2.xml.rels": rels.format(
                one("rId1", f"{awkward.OFFICE}/pivotTable", "../pivotTables/pivotTable1.xml")
                + one("rId2", f"{MICROSOFT}/slicer", "../slicers/slicer1.xml")
            ),
            "xl/pivotTables/_rels/pivotTable1.xml.rels": rels.format(
                one("rId1", f"{awkward.OFFICE}/pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml")
            ),
        },
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("awkward")
    found = {
        "xlsxwriter": awkward.rich(folder).path, "openpyxl": by_openpyxl(folder), "macros": awkward.messy(folder).path,
        "pivots": pivots(folder),
    }  # fmt: skip
    if SOFFICE:
        put(found["xlsxwriter"], folder / "mine.xlsx")
        theirs, again = convert(folder / "lo", awkward.titled(folder).path, folder / "mine.xlsx")
        found |= {"libreoffice": theirs, "saved by libreoffice": again}
    return found


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with the report in it, and nothing else of note."""
    path = tmp_path / "plain.xlsx"
    plain = xlsxwriter.Workbook(path)
    plain.add_worksheet("It's data & more").write("A1", "hello")
    plain.close()
    put(path, path)
    return path


WRITERS = ["xlsxwriter", "openpyxl", "macros", "pivots", pytest.param("libreoffice", marks=needs_soffice)]
GROW = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"}


# ------------------------------------------------------------------------------------------- what the package keeps


@pytest.mark.parametrize("writer", WRITERS)
def test_a_new_sheet_and_nothing_else(built: dict[str, Path], tmp_path: Path, writer: str) -> None:
    source = built[writer]
    out = tmp_path / source.name
    placed = put(source, out)
    before, after = parts(source), parts(out)
    assert {name for name in before if after.get(name) != before[name]} == GROW, "every other part is byte for byte"
    fresh = set(after) - set(before)
    assert {re.sub(r"\d+", "#", name) for name in fresh} == {
        "xl/worksheets/sheet#.xml", "xl/worksheets/_rels/sheet#.xml.rels", "xl/drawings/drawing#.xml",
        "xl/drawings/_rels/drawing#.xml.rels", "xl/charts/chart#.xml",
    }  # fmt: skip
    old, new = loaded(source), loaded(out)
    assert new.sheetnames == [*old.sheetnames, placed.sheet] and placed.new
    assert placed.sheet == (f"{NAME} 2" if writer == "openpyxl" else NAME)
    assert [chart.tagname for chart in new[placed.sheet]._charts] == ["barChart", "barChart", "lineChart", "pieChart"]
    for sheet in old.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                other = new[sheet.title][cell.coordinate]
                assert all(
                    repr(getattr(cell, look)) == repr(getattr(other, look)) for look in ("font", "fill", "border")
                )
                assert (cell.style, cell.number_format) == (other.style, other.number_format)


@pytest.mark.parametrize("writer", WRITERS)
def test_the_same_report_twice_is_the_same_file(built: dict[str, Path], tmp_path: Path, writer: str) -> None:
    one, two = tmp_path / f"one{built[writer].suffix}", tmp_path / f"two{built[writer].suffix}"
    put(built[writer], one)
    placed = put(one, two)
    assert not placed.new and one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("writer", WRITERS)
def test_another_report_changes_its_own_sheet_alone(built: dict[str, Path], tmp_path: Path, writer: str) -> None:
    out = tmp_path / built[writer].name
    put(built[writer], out)
    before = parts(out)
    put(out, out, made(rows=3, charts=False, sample=False))
    changed = {name for name, data in before.items() if parts(out).get(name) != data}
    own = Book.open(out).sheet(f"{NAME} 2" if writer == "openpyxl" else NAME).part
    theirs = {name for name in parts(built[writer]) if name not in GROW}
    assert own in changed and not changed & theirs
    assert not set(parts(out)) - set(before), "charts that are gone leave nothing behind"
    assert not [name for name in set(parts(out)) - set(parts(built[writer])) if "chart" in name or "drawing" in name]


def test_the_strict_variant(tmp_path: Path, book: Path) -> None:
    """ISO's strict namespaces in, strict namespaces out, in charts and drawings too."""
    plain = tmp_path / "strict.xlsx"
    source = xlsxwriter.Workbook(plain)
    source.add_worksheet("Data").write("A1", 1)
    source.close()
    strict = {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
        awkward.OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
        "http://schemas.openxmlformats.org/drawingml/2006/": "http://purl.oclc.org/ooxml/drawingml/",
    }

    def stricter(xml: str) -> str:
        for one, other in strict.items():
            xml = xml.replace(one, other)
        return xml

    awkward.rewrite(plain, {name: stricter for name in parts(plain) if name.endswith((".xml", ".rels"))})
    put(plain, plain)
    assert not put(plain, plain).new
    for name, data in parts(plain).items():
        if "/charts/" in name or "/drawings/" in name or "worksheets/sheet2" in name or "styles" in name:
            assert not any(old.encode() in data for old in strict), name


def test_signatures_and_locks(tmp_path: Path, book: Path) -> None:
    assert locks.warnings(Book.open(book), in_place=True) == []
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    awkward.rewrite(
        book,
        {
            "_rels/.rels": lambda xml: xml.replace(
                "</Relationships>",
                f'<Relationship Id="rId88" Type="{kind}" Target="_xmlsignatures/origin.sigs"/></Relationships>',
            ),
            "[Content_Types].xml": lambda xml: xml.replace(
                "</Types>",
                '<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.digital-signature-origin"/></Types>',
            ),
            "xl/workbook.xml": lambda xml: xml.replace(
                "<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>'
            ),
        },
        {"_xmlsignatures/origin.sigs": "signed"},
    )
    said = locks.warnings(Book.open(book), in_place=False)
    assert len(said) == 2 and "digitally signed" in said[0] and "locked" in said[1]
    with pytest.raises(Fault) as refused:
        locks.warnings(Book.open(book), in_place=True)
    assert "lift the lock (Review, Protect Workbook)" in refused.value.sentence
    put(book, tmp_path / "signed.xlsx", made(rows=2))
    assert parts(tmp_path / "signed.xlsx")["_xmlsignatures/origin.sigs"] == b"signed"


# ------------------------------------------------------------------------------------------------ what the sheet holds


def test_cells_bear_their_kinds(book: Path) -> None:
    sheet = loaded(book)[NAME]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert (
        sheet["A1"].value == "How well & why" and sheet["A1"].font.b and sheet["A2"].value == "University of Exampleton"
    )
    assert str(sheet["A3"].value).startswith("SAMPLE DATA") and sheet["F3"].fill.fgColor.rgb == "FFFFC7CE"
    first = next(row for row in sheet.iter_rows() if row[0].value == "Visit & tour 1 <1>")
    assert first[1].value == datetime.datetime(2025, 10, 1) and first[1].number_format == "d mmm yyyy"
    assert (first[2].value, first[2].fill.fgColor.rgb) == ("Medium", "FFFFE699")
    assert first[3].number_format.startswith("#,##0_0;") and (first[4].value, first[4].data_type) == ("#N/A", "e")
    assert first[5].alignment.wrap_text and sheet.row_dimensions[first[0].row].height > 40
    assert cells["All"].font.b and not first[0].font.b and cells["Activity"].fill.fgColor.rgb == "FF1F3864"
    assert cells["IMD 40 %"].alignment.horizontal == "right" and cells["Source: nobody."].alignment.wrap_text
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (
        "landscape",
        9,
        None,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert not sheet.sheet_view.showGridLines and b"How well &amp;&amp; why" in parts(book)["xl/worksheets/sheet2.xml"]


def test_charts_point_to_the_cells_of_their_tables(book: Path) -> None:
    sheet = loaded(book)[NAME]
    column = next(chart for chart in sheet._charts if chart.tagname == "barChart")
    at = next(row for row in range(1, 60) if sheet.cell(row, 1).value == "Activity")
    assert [one.val.numRef.f for one in column.series] == [f"'{NAME}'!${c}${at + 1}:${c}${at + 4}" for c in "DE"]
    assert column.series[0].cat.strRef.f == f"'{NAME}'!$A${at + 1}:$A${at + 4}"
    (pie,) = (chart for chart in sheet._charts if chart.tagname == "pieChart")
    drawn = [point.graphicalProperties.solidFill.srgbClr for point in pie.series[0].dPt]
    assert drawn == ["548235", "BF9000", "A6A6A6"], "High, Medium and Low have their colours"
    taken = [(chart.anchor._from.row + 1, chart.anchor.to.row + 1) for chart in sheet._charts]
    for top, bottom in taken:
        assert all(sheet.cell(row, 1).value is None for row in range(top, bottom + 1)), "no chart lies over a table"
    side_by_side = [chart.anchor for chart in sheet._charts[:2]]
    assert (side_by_side[0].to.col, side_by_side[0].to.colOff) < (
        side_by_side[1]._from.col,
        side_by_side[1]._from.colOff,
    )


def test_a_long_table_repeats_its_headings_and_keeps_them_in_sight(tmp_path: Path, book: Path) -> None:
    long = made(rows=60, charts=False)
    long = long._replace(tables=long.tables[:1])
    put(book, book, long)
    sheet = loaded(book)[NAME]
    head = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "Activity")
    assert sheet.print_title_rows == f"${head}:${head}"
    new_file(tmp_path / "new.xlsx", [("Report", long)])
    fresh = loaded(tmp_path / "new.xlsx")["Report"]
    assert fresh.freeze_panes == f"A{next(r for r in range(1, 20) if fresh.cell(r, 1).value == 'Activity') + 1}"
    put(book, book)
    assert loaded(book)[NAME].print_title_rows is None
    put(book, book, long)
    edit(book, workbook=lambda xml: re.sub(r"!\$\d+:\$\d+", "!$1000:$1001", xml))
    put(book, book, made(rows=70))
    assert loaded(book)[NAME].print_title_rows == "$1000:$1001", "what the person has set is the person's"


def test_many_rows_are_written_at_once(tmp_path: Path) -> None:
    columns = tuple(Column(f"c{i}", shape.NUMBER) for i in range(4))
    report = Report("activity", "Long", (Table("Long", columns, [(i, i + 0.5, "x", None) for i in range(15_000)]),))
    new_file(tmp_path / "long.xlsx", [("Long", report)])
    sheet = Book.open(tmp_path / "long.xlsx").sheet("Long")
    assert sheet.grid()[-1][:3] == [14_999.0, 14_999.5, "x"]


# ------------------------------------------------------------------------------------------- what people do to the sheet


def test_what_people_do_to_the_sheet_stays(book: Path) -> None:
    """Renamed, moved to the front, coloured, zoomed, widened, noted on, drawn on: all is as it was after the next run."""
    note = '<c r="J3" t="inlineStr"><is><t>Ask Ms Green</t></is></c>'
    edit(
        book,
        sheet=lambda xml: (
            re.sub(r'(<row r="3"[^>]*>.*?)(</row>)', rf"\1{note}\2", xml, count=1)
            .replace("<sheetPr>", '<sheetPr><tabColor rgb="FF00FF00"/>')
            .replace("<sheetView ", '<sheetView zoomScale="70" ')
            .replace('<col min="2" max="2" width="13"', '<col min="2" max="2" width="33.5"')
            .replace('<col min="3" ', '<col hidden="1" min="3" ')
            .replace("<drawing ", '<colBreaks count="0"/><drawing ')
        ),
        workbook=lambda xml: (
            re.sub(r"(<sheets>)(<sheet .*?/>)(<sheet .*?/>)", r"\1\3\2", xml)
            .replace(f'name="{NAME}"', 'name="Our&apos;s &amp; theirs"')
            .replace(f"'{NAME}'!", "'Our''s &amp; theirs'!")
        ),
    )
    before = parts(book)
    placed = put(book, book, made(rows=5))
    assert (placed.sheet, placed.new) == ("Our's & theirs", False)
    sheet = loaded(book)["Our's & theirs"]
    assert loaded(book).sheetnames[0] == "Our's & theirs"
    assert (
        sheet["J3"].value == "Ask Ms Green"
        and sheet.column_dimensions["C"].hidden
        and sheet.column_dimensions["B"].width == 33.5
    )
    assert sheet.sheet_properties.tabColor.rgb == "FF00FF00" and sheet.sheet_view.zoomScale == 70
    assert all("'Our''s & theirs'!" in one.val.numRef.f for chart in sheet._charts for one in chart.series)
    assert len(sheet._charts) == 4 and parts(book)["xl/styles.xml"] == before["xl/styles.xml"]


def test_drawings_and_comments_of_theirs_stay(book: Path) -> None:
    theirs = (
        '<xdr:twoCellAnchor xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:from><xdr:col>9'
        "</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>10</xdr:col>"
        "<xdr:colOff>0</xdr:colOff><xdr:row>4</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:sp macro=''><xdr:nvSpPr><xdr:cNvPr "
        "id='99' name='An arrow'/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr/></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>"
    )
    awkward.rewrite(book, {"xl/drawings/drawing1.xml": lambda xml: xml.replace("</xdr:wsDr>", f"{theirs}</xdr:wsDr>")})
    for rows in (4, 6):
        put(book, book, made(rows=rows))
        names = etree.fromstring(parts(book)["xl/drawings/drawing1.xml"]).iter("{*}cNvPr")
        assert [e.get("name") for e in names] == ["An arrow", "wpxl 1", "wpxl 2", "wpxl 3", "wpxl 4"]
    put(book, book, made()._replace(charts=made().charts[2:]))
    assert sum("/charts/" in name for name in parts(book)) == 2
    put(book, book, made(charts=False))
    assert not any("/charts/" in name for name in parts(book))
    assert (
        b"An arrow" in parts(book)["xl/drawings/drawing1.xml"]
        and b"wpxl" not in parts(book)["xl/drawings/drawing1.xml"]
    )


def test_rows_and_columns_put_before_it(tmp_path: Path) -> None:
    """Where people inserted rows and columns, the page starts further down and right, and is made again right there."""
    book = Book.open(awkward.rich(tmp_path).path)
    page = layout.drawing(made(), "")(4, 3, {})
    graft.set_page(book, graft.Place("_wpxl.activity"), page, NAME)
    book.save(tmp_path / "moved.xlsx")
    put(tmp_path / "moved.xlsx", tmp_path / "again.xlsx", made(rows=9))
    sheet = loaded(tmp_path / "again.xlsx")[NAME]
    assert sheet["C4"].value == "How well & why" and sheet["A1"].value is None
    assert sum(row[0].value is not None for row in sheet["C1:C80"]) > 20


def test_a_deleted_sheet_is_made_anew_and_a_copy_is_left_alone(book: Path) -> None:
    copied = '<definedName name="_wpxl.activity" localSheetId="0" hidden="1">\'It\'\'s data &amp; more\'!$A$1:$F$3</definedName>'
    awkward.rewrite(
        book,
        {
            "xl/workbook.xml": lambda xml: (
                re.sub(r"'Activity report'![^,<]*", "'Activity report'!#REF!", xml)
                .replace('name="Activity report"', 'name="Something else"')
                .replace("<definedNames>", f"<definedNames>{copied}")
            )
        },
    )
    assert graft.own_sheets(Book.open(book)) == {"It's data & more"}
    placed = put(book, book)
    assert placed.new and loaded(book).sheetnames == ["It's data & more", "Something else", NAME]
    assert loaded(book)["It's data & more"]["A1"].value == "hello"
    assert not put(book, book).new


def test_a_formula_typed_over_the_report_goes_with_its_place_in_the_chain(book: Path) -> None:
    """A chain of calculation that names a cell without a formula is damage to Excel; Excel makes a new chain."""
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1" i="2"/></calcChain>'
    link = f'<Relationship Id="rId77" Type="{awkward.OFFICE}/calcChain" Target="calcChain.xml"/></Relationships>'
    typed = re.compile(r'(<c r="A1"[^>]*?) t="inlineStr">.*?</c>')
    awkward.rewrite(
        book,
        {
            "xl/worksheets/sheet2.xml": lambda xml: typed.sub(r"\1><f>1+1</f></c>", xml),
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace("</Relationships>", link),
        },
        {"xl/calcChain.xml": chain},
    )
    put(book, book)
    assert "xl/calcChain.xml" not in parts(book) and loaded(book)[NAME]["A1"].value == "How well & why"


def test_sheets_of_reports_are_not_read_as_records(book: Path) -> None:
    assert [sheet.name for sheet in sheets_of(Book.open(book))] == ["It's data & more"]


@needs_soffice
def test_libreoffice_opens_it_and_what_it_saves_is_known_again(built: dict[str, Path], tmp_path: Path) -> None:
    saved = built["saved by libreoffice"]
    mine = saved.parent.parent / "mine.xlsx"
    assert [row[0] for row in text_of(saved)][:12] == [row[0] for row in text_of(mine)][:12]
    assert len(loaded(saved)[NAME]._charts) == 4
    assert not put(saved, tmp_path / "again.xlsx", made(rows=4)).new
    assert len(loaded(tmp_path / "again.xlsx")[NAME]._charts) == 4


# ------------------------------------------------------------------------------------------- cells that are in the way


def below(book: Path, cells: str, rows: int = 2) -> tuple[int, bytes]:
    """Something of the person's a few rows below the report; the first of its rows, and the file as it is then."""
    last = max(area.last_row for area in graft.find(Book.open(book), "activity").areas)
    written = "".join(f'<row r="{last + 2 + i}">{cells.format(last + 2 + i)}</row>' for i in range(rows))
    edit(book, sheet=lambda xml: xml.replace("</sheetData>", f"{written}</sheetData>"))
    return last + 2, book.read_bytes()


TEXT = '<c r="B{0}" t="inlineStr"><is><t>Mine {0}</t></is></c>'


def test_plain_cells_below_go_further_down(book: Path) -> None:
    at, _ = below(book, TEXT)
    down = put(book, book, made(rows=10)).lowered
    sheet = loaded(book)[NAME]
    last = next(row for row in range(1, 200) if sheet.cell(row, 1).value == "Source: nobody.")
    assert [sheet.cell(last + 2 + i, 2).value for i in range(2)] == [f"Mine {at}", f"Mine {at + 1}"]
    assert down == last + 2 - at > 3
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert values.count(f"Mine {at}") == 1 and "Visit & tour 9 <9>" in values
    assert put(book, book, made(rows=2)).lowered == 0, "a report that shrinks moves nothing"
    assert loaded(book)[NAME].cell(last + 2, 2).value == f"Mine {at}"


@pytest.mark.parametrize(
    ("cells", "sheet", "why"),
    [
        ('<c r="B{0}"><f>1+1</f><v>2</v></c>', "", "there are formulas"),
        (TEXT, '<mergeCell ref="B{0}:C{0}"/></mergeCells>', "there are merged cells"),
        (
            TEXT,
            '</mergeCells><hyperlinks><hyperlink ref="B{0}" location="A1"/></hyperlinks>',
            "there are comments, links",
        ),
        (TEXT, "", "formulas elsewhere speak of that sheet"),
    ],
)
def test_cells_that_cannot_be_moved_are_named(book: Path, cells: str, sheet: str, why: str) -> None:
    at, _ = below(book, cells, rows=1)
    if sheet:
        edit(book, sheet=lambda xml: xml.replace("</mergeCells>", sheet.format(at)))
    if "elsewhere" in why:
        formula = f"<c r=\"C9\"><f>'{NAME}'!B{at}</f><v>1</v></c>"
        awkward.rewrite(
            book, {"xl/worksheets/sheet1.xml": lambda xml: xml.replace("</sheetData>", f'<row r="9">{formula}</row></sheetData>')}
        )  # fmt: skip
    before = book.read_bytes()
    with pytest.raises(Fault) as refused:
        put(book, book, made(rows=10))
    assert f"B{at} of the sheet '{NAME}'" in refused.value.sentence and why in refused.value.sentence
    assert (
        refused.value.sentence.endswith("move it to the right of the report and try again.")
        and book.read_bytes() == before
    )


def test_a_note_between_the_tables_is_kept_or_named(book: Path) -> None:
    """Beside a narrow table is the person's room; where the next report would write over it, the run is refused."""
    sheet = loaded(book)[NAME]
    band = next(row for row in range(1, 99) if sheet.cell(row, 1).value == "Bands")
    note = f'<c r="D{band + 2}" t="inlineStr"><is><t>Look here</t></is></c>'
    edit(book, sheet=lambda xml: re.sub(rf'(<row r="{band + 2}"[^>]*>.*?)(</row>)', rf"\1{note}\2", xml, count=1))
    put(book, book)
    assert loaded(book)[NAME].cell(band + 2, 4).value == "Look here"
    with pytest.raises(Fault, match=f"D{band + 2} of the sheet"):
        put(book, book, made(rows=band))


# ------------------------------------------------------------------------------------------------------------ the rows

CELLS = st.dictionaries(st.tuples(st.integers(1, 12), st.integers(1, 8)), st.integers(0, 99), max_size=30)
AREAS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(1, 4), st.integers(1, 3)), max_size=2)


def body_of(cells: dict[tuple[int, int], int]) -> bytes:
    rows = sorted({row for row, _ in cells})
    made = {
        r: "".join(f'<c r="{letters(c)}{r}"><v>{v}</v></c>' for (at, c), v in sorted(cells.items()) if at == r)
        for r in rows
    }
    return "".join(f'<row r="{r}" spans="1:8">{made[r]}</row>' for r in rows).encode()


def cells_of(body: bytes) -> dict[tuple[int, int], int]:
    root = etree.fromstring(b"<s>" + body + b"</s>")
    rows = [int(row.get("r")) for row in root]
    assert rows == sorted(set(rows))
    return {
        (int(row.get("r")), ord(cell.get("r")[0]) - 64): int(cell[0].text) for row in root for cell in row if len(cell)
    }


@settings(max_examples=80, deadline=None)
@given(CELLS, AREAS, st.integers(1, 10), st.integers(1, 5), st.integers(0, 6), st.integers(1, 3))
def test_rows_are_painted_as_a_dictionary_would(
    cells: dict[tuple[int, int], int], areas: list[tuple[int, int, int, int]], row: int, column: int, height: int, width: int
) -> None:  # fmt: skip
    old = [Area(r, c, r + h - 1, c + w - 1) for r, c, h, w in areas]
    block = Block(row, column, ("whole",) * width, [[100 + r * width + c for r in range(height)] for c in range(width)])
    expected = {at: v for at, v in cells.items() if not any(a.meets(Area(*at, *at)) for a in old)}
    left = {(line.row, column) for line in kept(body_of(cells), old) for column in line.filled}
    assert left == set(expected)
    new = {(row + r, column + c): v for c, values in enumerate(block.columns) for r, v in enumerate(values)}
    expected = {at: v for at, v in expected.items() if at not in new}
    looks = {"whole": 1, "missing": 2, "total missing": 3}
    assert cells_of(b"".join(paint(body_of(cells), old, [block], looks))) == expected | new
    down = cells_of(lowered(body_of(cells), row, height))
    assert down == {(r + height if r > row else r, c): v for (r, c), v in cells.items()}


LOOKS = {"text": 1, "whole": 2, "band": 3, "band High": 4, "missing": 5, "total missing": 6, "total whole": 7}
SEVERAL = st.sampled_from([
    None, "", "High", " a & <b>\n", "1", 0, 1, 2, -7, 0.0, 1.0, 2.5, True, False, Fault(NA, "None."), Fault(DIV0, "No."),
    datetime.date(2025, 10, 1), datetime.datetime(2025, 10, 1, 18),
])  # fmt: skip


def read_back(cell: Any) -> Any:
    """What a painted cell says: its kind and its text or number."""
    kind, text = cell.get("t", "n"), "".join(cell.itertext())
    assert (kind == "inlineStr") == (cell.find("is") is not None)
    return (kind, float(text) if kind == "n" else text) if text else None


def as_read_back(value: Any) -> Any:
    if isinstance(value, datetime.date):
        moment = (
            value if isinstance(value, datetime.datetime) else datetime.datetime(value.year, value.month, value.day)
        )
        return "n", (moment - datetime.datetime(1899, 12, 30)).total_seconds() / 86_400
    if isinstance(value, Fault):
        return "e", value.code
    if isinstance(value, bool):
        return "b", str(int(value))
    return None if value in (None, "") else ("inlineStr", value) if isinstance(value, str) else ("n", float(value))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(SEVERAL, min_size=6, max_size=6), min_size=1, max_size=3),
    st.lists(st.sampled_from(["text", "whole", "band", "total whole"]), min_size=3, max_size=4),
    st.lists(st.sampled_from([None, 15.0, 30.5]), min_size=6, max_size=6) | st.just([]),
)
def test_each_cell_is_painted_by_its_value_and_look(
    columns: list[list[Any]], names: list[str], heights: list[float | None]
) -> None:
    painted = b"".join(paint(b"", [], [Block(7, 26, tuple(names), columns, heights)], LOOKS))
    for at, row in enumerate(etree.fromstring(b"<s>" + painted + b"</s>")):
        high = heights[at] if heights else None
        assert dict(row.attrib) == {"r": str(7 + at)} | ({"ht": f"{high:g}", "customHeight": "1"} if high else {})
        assert [cell.get("r") for cell in row] == [f"{letters(26 + c)}{7 + at}" for c in range(len(names))]
        for cell, name, values in zip(row, names, [*columns, *[[None] * 6] * 3], strict=False):
            style = LOOKS["band High"] if (name, values[at]) == ("band", "High") else LOOKS[name]
            if isinstance(values[at], Fault):
                style = LOOKS["total missing" if name.startswith("total") else "missing"]
            assert (read_back(cell), int(cell.get("s"))) == (as_read_back(values[at]), style)


def test_a_workbook_that_counts_dates_from_1904(tmp_path: Path) -> None:
    path = tmp_path / "old mac.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    book.add_worksheet("Data").write("A1", "hello")
    book.close()
    put(path, path)
    assert loaded(path).epoch.year == 1904
    assert loaded(path)[NAME]["B8"].value == datetime.datetime(2025, 10, 1)


def test_styles_are_taken_in_once(book: Path) -> None:
    first = parts(book)["xl/styles.xml"]
    for _ in range(2):
        put(book, book, made(rows=4))
    assert parts(book)["xl/styles.xml"] == first
    body = SheetXml.parse(parts(book)["xl/worksheets/sheet2.xml"]).body
    assert b't="s"' not in body, "texts stand in the sheet itself"
