"""Workbooks as outreach offices really keep them, built on the spot: each holds something a careless writer destroys.

Every learner is invented. Postcodes are eight real ones and some of area XX, which does not exist.
Each builder takes a folder, writes one file into it and answers where its postcodes are.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import xlsxwriter

POSTCODES = (
    "TF7 5UG",
    "TF3 2HR",
    "WS10 8PQ",
    "WS2 9XE",
    "B32 3UH",
    "B32 3PB",
    "B9 5EF",
    "B8 3BF",
    "XX1 1AA",
    "XX2 2BB",
)

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Awkward:
    """A built workbook: the file, and the sheet, rows and column (from 1) of its postcodes."""

    path: Path
    sheet: str
    header_row: int
    last_row: int
    column: int
    table: str | None = None
    also: int | None = None  # a second postcode column


def build_all(folder: Path) -> dict[str, Awkward]:
    """Every workbook below, by its file name without the ending."""
    built = (titled(folder), table(folder), rich(folder), macros(folder), two_postcodes(folder))
    return {workbook.path.stem: workbook for workbook in built}


def titled(folder: Path) -> Awkward:
    """A sheet made to be printed: title, merged cells, logo and notes around data that starts at C6."""
    path = folder / "titled.xlsx"
    book = xlsxwriter.Workbook(path)
    bold, title = book.add_format({"bold": True}), book.add_format({"bold": True, "font_size": 16, "align": "center"})
    head = book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "white", "text_wrap": True, "border": 1})
    day, share = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "0.0%"})
    shaded = book.add_format({"bg_color": "#F2F2F2"})
    sheet = book.add_worksheet("Summer school 2026")
    sheet.insert_image("A1", "logo.png", {"image_data": BytesIO(logo())})
    sheet.merge_range("C1:H2", "Summer school 2026: who applied", title)
    sheet.merge_range("C3:H3", "", book.add_format({"italic": True}))
    sheet.write_rich_string("C4", "Checked by ", bold, "the outreach office", " in June")
    sheet.write_row("C6", ["Learner", "Postcode", "Date of birth", "Attendance", "Candidate number"], head)
    for at, postcode in enumerate(POSTCODES):
        row = 6 + at
        sheet.write(row, 2, f"Learner {at + 1:02} Example")
        sheet.write(row, 3, postcode)
        sheet.write_number(row, 4, 39_000 + 37 * at, day)
        sheet.write_number(row, 5, at / 10, share)
        sheet.write_string(row, 6, f"{at + 41:05}")
        sheet.write_blank(row, 7, None, shaded)
    sheet.write("C18", "Applications close on 31 May.")
    sheet.set_column("C:C", 24)
    sheet.set_column("D:G", 13)
    sheet.set_column("H:Z", 4)
    sheet.set_row(5, 30)
    sheet.freeze_panes(6, 3)
    sheet.set_landscape()
    sheet.print_area("A1:H18")
    sheet.fit_to_pages(1, 0)
    notes = book.add_worksheet("Notes")
    notes.write("A1", 'Postcodes as given on the form. & <not> checked "yet"')
    book.close()
    return Awkward(path, "Summer school 2026", 6, 16, 4)


def table(folder: Path) -> Awkward:
    """An Excel Table with a calculated column and totals, another below it to the right, and a chart elsewhere."""
    path = folder / "table.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Learners")
    data = [[f"Learner {at + 1:02} Example", postcode, at + 3] for at, postcode in enumerate(POSTCODES)]
    columns = [
        {"header": "Learner", "total_string": "Total"},
        {"header": "Postcode"},
        {"header": "Sessions", "total_function": "sum"},
        {"header": "Status", "formula": '=IF([@Sessions]>5,"regular","new")'},
    ]
    sheet.add_table(
        "B3:E14",
        {"name": "Learners", "data": data, "columns": columns, "total_row": True, "style": "Table Style Medium 4"},
    )
    for at in range(10):
        sheet.write_formula(3 + at, 4, '=IF(Learners[[#This Row],[Sessions]]>5,"regular","new")', None,
                            "regular" if at + 3 > 5 else "new")  # fmt: skip
    sheet.write_formula("D14", "=SUBTOTAL(109,[Sessions])", None, 75)
    activities = [["Campus visit", 12], ["Mentoring", 7], ["Taster day", 9]]
    sheet.add_table(
        "H20:I23",
        {"name": "Activities", "data": activities, "columns": [{"header": "Activity"}, {"header": "Places"}]},
    )
    sheet.set_column("B:B", 24)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    report = book.add_worksheet("Report")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "=Learners!$B$4:$B$13", "values": "=Learners!$D$4:$D$13", "name": "Sessions"})
    report.insert_chart("B2", chart)
    book.close()
    return Awkward(path, "Learners", 3, 13, 3, table="Learners")


def rich(folder: Path) -> Awkward:
    """Conditional formats and validations of both generations, comments, a hidden sheet, links and custom XML."""
    path = folder / "rich.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Tracking")
    head, day = book.add_format({"bold": True, "bottom": 2}), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row("A1", ["Learner", "Home postcode", "FSM", "Score", "Enrolled"], head)
    for at, postcode in enumerate(POSTCODES):
        sheet.write_row(1 + at, 0, [f"Learner {at + 1:02} Example", postcode, "Y" if at % 3 else "N", 10 * at])
        sheet.write_number(1 + at, 4, 45_900 + at, day)
    sheet.conditional_format("D2:D11", {"type": "data_bar"})
    sheet.conditional_format("D2:D11", {"type": "data_bar", "data_bar_2010": True, "bar_color": "#63C384"})
    sheet.conditional_format("C2:C11", {"type": "cell", "criteria": "==", "value": '"Y"', "format": head})
    sheet.data_validation("C2:C11", {"validate": "list", "source": ["Y", "N", "Not known"]})
    sheet.write_comment("B1", "As given on the form")
    sheet.write_url("G1", "https://www.example.org/form", string="The form")
    lists = book.add_worksheet("Lists")
    lists.write_column("A1", ["Telford", "Walsall", "Birmingham"])
    lists.hide()
    book.add_worksheet("Old").very_hidden()
    book.define_name("Areas", "=Lists!$A$1:$A$3")
    book.close()

    add_modern_parts(path, "F2:F11")
    return Awkward(path, "Tracking", 1, 11, 2)


def add_modern_parts(path: Path, cells: str) -> None:
    """What no library writes: a validation of the newer kind (to another sheet), a link to a workbook, custom XML."""
    validation = (
        '<ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations count="1" '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list" '
        'allowBlank="1" prompt="Choose&#10;an area"><x14:formula1><xm:f>Lists!$A$1:$A$3</xm:f></x14:formula1>'
        f"<xm:sqref>{cells}</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    link = (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<externalBook xmlns:r="{OFFICE}" r:id="rId1"><sheetNames><sheetName val="Schools"/></sheetNames>'
        "</externalBook></externalLink>"
    )
    rewrite(
        path,
        {
            "xl/worksheets/sheet1.xml": lambda xml: xml.replace("</extLst>", validation),
            "xl/workbook.xml": lambda xml: xml.replace(
                "<definedNames>",
                '<externalReferences><externalReference r:id="rId90"/></externalReferences><definedNames>',
            ),
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(
                "</Relationships>",
                f'<Relationship Id="rId90" Type="{OFFICE}/externalLink" Target="externalLinks/externalLink1.xml"/>'
                f'<Relationship Id="rId91" Type="{OFFICE}/customXml" Target="../customXml/item1.xml"/></Relationships>',
            ),
            "[Content_Types].xml": lambda xml: xml.replace(
                "</Types>",
                '<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="application/'
                'vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"/></Types>',
            ),
        },
        {
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="rId1" Type="{OFFICE}/externalLinkPath" Target="schools.xlsx" '
                'TargetMode="External"/></Relationships>'
            ),
            "customXml/item1.xml": '<form xmlns="urn:example:form" version="7"/>',
        },
    )


def macros(folder: Path) -> Awkward:
    """A macro workbook with a filtered list: rows hidden by the filter, columns hidden by hand."""
    path = folder / "macros.xlsm"
    project = folder / "vbaProject.bin"
    project.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 8)
    book = xlsxwriter.Workbook(path)
    book.add_vba_project(str(project))
    book.add_worksheet("Start").write("A1", "Press the button")
    sheet = book.add_worksheet("School's list")
    sheet.write_row("A1", ["Learner", "Year group", "UPN", "Postcode"], book.add_format({"bold": True}))
    for at, postcode in enumerate(POSTCODES):
        sheet.write_row(1 + at, 0, [f"Learner {at + 1:02} Example", 9 + at % 4, f"X{at:012}", postcode])
        if 9 + at % 4 != 10:
            sheet.set_row(1 + at, options={"hidden": True})
    sheet.autofilter("A1:D11")
    sheet.filter_column("B", "x == 10")
    sheet.set_column("C:C", None, None, {"hidden": True})
    sheet.set_column("E:XFD", None, None, {"hidden": True})
    book.close()
    project.unlink()
    return Awkward(path, "School's list", 1, 11, 4)


def two_postcodes(folder: Path) -> Awkward:
    """Home and school postcodes as typed: stray spaces, small letters, gaps, blank rows, formulas and errors."""
    path = folder / "two-postcodes.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Applications")
    sheet.write_row("A1", ["Ref", "Home postcode", "School postcode", "Points", "Doubled", "Looked up"])
    typed = (
        "TF7 5UG ",
        "tf32hr",
        "WS10\u00a08PQ",
        " WS2 9XE",
        "",
        "B323PB",
        "b9 5ef",
        None,
        "XX1 1AA",
        "N/A",
        "B32 3UH",
    )
    row = 1
    for at, home in enumerate(typed):
        row += 2 if at in (4, 8) else 1
        sheet.write(row - 1, 0, f"A-{at:03}")
        if home:
            sheet.write_string(row - 1, 1, home)
        sheet.write_string(row - 1, 2, POSTCODES[-1 - at % 8])
        sheet.write_number(row - 1, 3, at * 8)
        sheet.write_formula(row - 1, 4, f"=D{row}*2", None, at * 16)
        if at % 3 == 0:
            sheet.write_formula(row - 1, 5, "=NA()", None, "#N/A")
        elif at % 3 == 1:
            sheet.write_formula(row - 1, 5, f"=D{row}/0", None, "#DIV/0!")
        else:
            sheet.write_formula(row - 1, 5, f'=A{row}&"!"', None, f"A-{at:03}!")
    book.close()
    first = iter([f'<f t="shared" ref="E2:E{row}" si="0">D2*2</f>'])
    share = re.compile(r"<f>D\d+\*2</f>")
    rewrite(
        path,
        {"xl/worksheets/sheet1.xml": lambda xml: share.sub(lambda _: next(first, '<f t="shared" si="0"/>'), xml)},
    )
    return Awkward(path, "Applications", 1, row, 2, also=3)


def messy(folder: Path) -> Awkward:
    """Two Tables side by side under a merged title, filtered and hidden rows, formulas of wpxl's, formats, a chart, macros."""
    path, project = folder / "messy.xlsm", folder / "vbaProject.bin"
    project.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 8)
    book = xlsxwriter.Workbook(path)
    book.add_vba_project(str(project))
    sheet, day = book.add_worksheet("Applicants"), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.merge_range(
        "A1:H1", "Summer school: applicants and rooms", book.add_format({"bold": True, "align": "center"})
    )
    answers = ("Y", "no", "maybe", "Not known (997)", "", "N", "✓", "n", "Yes", "")
    jobs = ("lorry driver", "solicitor", "nurse", "", "engineer", "cleaner", "student", "chef", "shop assistant", "GP")
    typed = (*POSTCODES[:3], "WS108P", "", *POSTCODES[5:])
    rank = '=WP_POSTCODE(Applicants[[#This Row],[Home postcode]],"imd_rank_2010")'
    headers = ("Applicant", "Home postcode", "FSM", "First generation?", "Job of a parent", "Joined", "IMD rank")
    columns = [{"header": h} for h in headers]
    columns[-1]["formula"] = rank
    rows = [[f"Applicant {i:02}", typed[i], answers[i], answers[-1 - i], jobs[i], 45_900 + i] for i in range(10)]
    sheet.add_table("A3:G13", {"name": "Applicants", "data": rows, "columns": columns})
    for at, row in enumerate(rows):
        sheet.write_number(3 + at, 5, row[5], day)
        sheet.write_formula(3 + at, 6, rank, None, "#VALUE!" if row[1] == "WS108P" else 6000 + at if row[1] else "")
        if at in (2, 6):
            sheet.set_row(3 + at, options={"hidden": True})
    rooms = [["Blue", 12], ["Green", 7]]
    sheet.add_table("J3:K5", {"name": "Rooms", "data": rooms, "columns": [{"header": "Room"}, {"header": "Places"}]})
    sheet.write_column("M3", ["Schools", "900001", "Birch Academy (fictional)", 900003, "Nowhere School"])
    sheet.write_dynamic_array_formula("N4:N7", '=WP_PRIORITY(M4:M7,"aimhigher-2011-school")', None, "High")
    for at, seen in enumerate(("Medium", "#N/A", "#N/A"), 4):
        sheet.write(at, 13, seen) if seen[0] != "#" else sheet.write_formula(at, 13, "=NA()", None, seen)
    sheet.conditional_format("C4:C13", {"type": "cell", "criteria": "==", "value": '"Y"', "format": day})
    sheet.conditional_format("F4:F13", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("C4:C13", {"validate": "list", "source": ["Y", "N", "Not known"]})
    sheet.write_comment("B7", "He will send it again")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Applicants!$K$4:$K$5"})
    sheet.insert_chart("J10", chart)
    lists = book.add_worksheet("Lists")
    lists.write_column("A1", ["Telford", "Walsall", "Birmingham"])
    lists.write_string("C1", "=WP_DATA() is typed here as text")
    book.define_name("Areas", "=Lists!$A$1:$A$3")
    book.close()
    project.unlink()
    add_modern_parts(path, "H4:H13")
    return Awkward(path, "Applicants", 3, 13, 2, table="Applicants")


def rewrite(path: Path, changes: dict[str, Callable[[str], str]], additions: dict[str, str] | None = None) -> None:
    """Change and add parts of a zip file where no library would."""
    with zipfile.ZipFile(path) as old:
        parts = {info: old.read(info) for info in old.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info, data in parts.items():
            change = changes.get(info.filename)
            new.writestr(info, change(data.decode()).encode() if change else data)
        for name, text in (additions or {}).items():
            new.writestr(zipfile.ZipInfo(name, (2026, 3, 4, 5, 6, 8)), text)


def logo() -> bytes:
    """A small picture (PNG, 48 x 24, one colour)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = b"".join(b"\0" + bytes((31, 78, 121)) * 48 for _ in range(24))
    header = struct.pack(">IIBBBBB", 48, 24, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
