# ruff: noqa: E501 (a row of a sheet is a line)
"""Five bulk import templates of different shapes and three workbooks as people keep them, all made up, for the tests.

The templates follow what is publicly known of such files: headings on row 1, or on row 4 under instructions, or in two rows;
renamed fields; a member's own fields; lists written out, on a hidden sheet (x14), by a defined name, in a Table.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter

DAY = datetime.date
SEX = ["Male", "Female", "Other", "Not known (997)", "Prefer not to say (998)"]
YES = ["Yes", "No", "Not known (997)", "Prefer not to say (998)"]
TYPES = ["Campus Visit", "Master Class", "Mentoring", "Summer School (residential)", "Talk or Presentation"]
FORM = ["HEAT tracking statement seen", "Statement not seen"]
ROWS = 60


def _book() -> tuple[io.BytesIO, Any, dict[str, Any]]:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    looks = {
        "head": book.add_format({"bold": True, "bg_color": "#1F3864", "font_color": "white"}),
        "date": book.add_format({"num_format": "dd/mm/yyyy", "border": 1, "locked": False}),
        "text": book.add_format({"num_format": "@", "border": 1, "locked": False}),
        "cell": book.add_format({"border": 1, "locked": False}),
    }
    return out, book, looks


def _columns(
    sheet: Any, looks: dict[str, Any], row: int, columns: list[tuple[str, str, Any]], rows: int = ROWS
) -> None:
    """Headings in a row (from 0), and below it cells that are ready for data: their looks and lists."""
    for at, (heading, look, values) in enumerate(columns):
        sheet.write(row, at, heading, looks["head"])
        for r in range(row + 1, row + 1 + rows):
            sheet.write_blank(r, at, None, looks[look])
        if values:
            sheet.data_validation(row + 1, at, row + rows, at, {"validate": "list", "source": values})


def plain() -> bytes:
    """Headings on row 1, lists written out, students, activities and their links each on a sheet."""
    out, book, looks = _book()
    students = book.add_worksheet("Students")
    _columns(students, looks, 0, [
        ("First Name *", "cell", None), ("Middle Name", "cell", None), ("Last Name *", "cell", None), ("Date of Birth *", "date", None),
        ("Home Postcode *", "cell", None), ("Sex", "cell", SEX), ("Last known Institution HEAT ID *", "text", None),
        ("Last known Institution Name", "cell", None), ("First Generation HE", "cell", YES), ("Disability", "cell", YES),
        ("Student HEAT ID", "text", None), ("Local Reference", "text", None),
    ])  # fmt: skip
    activities = book.add_worksheet("Activities")
    _columns(activities, looks, 0, [
        ("Activity Reference *", "text", None), ("Activity Name *", "cell", None), ("Activity Type *", "cell", TYPES),
        ("Start Date *", "date", None), ("Contact Hours", "cell", None),
    ])  # fmt: skip
    links = book.add_worksheet("Student Activities")
    _columns(links, looks, 0, [
        ("Activity Reference *", "text", None), ("Local Student Reference *", "text", None), ("First Name", "cell", None),
        ("Last Name", "cell", None), ("Attended", "cell", ["Yes", "No"]),
    ])  # fmt: skip
    book.close()
    return out.getvalue()


def instructed() -> bytes:
    """Headings on row 4 under instructions that state a limit; lists on a hidden sheet through x14; protected."""
    out, book, looks = _book()
    sheet = book.add_worksheet("Student import")
    sheet.write("A1", "Bulk import of students")
    sheet.merge_range(
        "A2:J2", "Complete one row for each student. A maximum of 200 students may be imported in one file."
    )
    _columns(sheet, looks, 3, [
        ("Forename (required)", "cell", None), ("Surname (required)", "cell", None), ("DOB (dd/mm/yyyy) (required)", "date", None),
        ("Postcode (required)", "cell", None), ("Gender", "cell", "=Lists!$A$2:$A$6"), ("School/College (required)", "cell", None),
        ("Year Group", "cell", "=Lists!$C$2:$C$8"), ("Care Leaver", "cell", "=Lists!$B$2:$B$5"),
        ("Individual Data Collection Privacy Form (required)", "cell", "=Lists!$D$2:$D$3"),
        ("Individual Data Collection Date", "date", None),
    ], 60)  # fmt: skip
    lists = book.add_worksheet("Lists")
    for at, (name, values) in enumerate(
        (("Gender", SEX), ("Answer", YES), ("Year", [f"Year {n}" for n in range(7, 14)]), ("Form", FORM))
    ):
        lists.write_column(0, at, [name, *values])
    lists.hide()
    sheet.protect("secret")
    book.close()
    return _extended(out.getvalue())


def grouped() -> bytes:
    """Two rows of headings, groups of columns merged above; a defined name for a list; a member's own fields."""
    out, book, looks = _book()
    sheet = book.add_worksheet("Upload")
    _columns(sheet, looks, 1, [
        ("HEAT ID", "text", None), ("First name*", "cell", None), ("Surname*", "cell", None), ("Date of birth*", "date", None),
        ("Postcode*", "cell", None), ("HEAT ID*", "text", None), ("Name", "cell", None), ("FSM", "cell", "=Answers"),
        ("Young Carer", "cell", "=Answers"), ("Cohort code", "cell", None), ("Tutor group", "cell", None),
    ])  # fmt: skip
    sheet.merge_range("A1:E1", "Student", looks["head"])
    sheet.merge_range("F1:G1", "School or college", looks["head"])
    sheet.merge_range("H1:I1", "Background", looks["head"])
    sheet.merge_range("J1:K1", "Member's own fields", looks["head"])
    schools = book.add_worksheet("Schools")
    _columns(schools, looks, 0, [("School name*", "cell", None), ("URN", "text", None), ("HEAT ID", "text", None), ("Local Authority", "cell", None)])  # fmt: skip
    lists = book.add_worksheet("Lists")
    lists.write_column("A1", ["Answers", "Y", "N", "U"])
    lists.hide()
    book.define_name("Answers", "=Lists!$A$2:$A$4")
    book.close()
    return out.getvalue()


def renamed() -> bytes:
    """Renamed fields, a row of requirements under the headings, a Table, and two students who stand there already."""
    out, book, looks = _book()
    sheet = book.add_worksheet("Participants")
    heads = [
        "Legal surname",
        "Legal forename",
        "Birth date",
        "Address postcode",
        "URN of school",
        "Ethnic group",
        "Statement seen?",
    ]
    for at, (heading, needed) in enumerate(zip(heads, ["Mandatory"] * 5 + ["Optional"] * 2, strict=True)):
        sheet.write(4, at, heading, looks["head"])
        sheet.write(5, at, needed)
    for r in range(6, 106):
        for c in range(7):
            sheet.write_blank(r, c, None, looks["date" if c == 2 else "text" if c == 4 else "cell"])
    sheet.write_row(6, 0, ["Already", "Here"], looks["cell"])
    sheet.write_row(7, 0, ["Also", "There"], looks["cell"])
    sheet.data_validation(6, 6, 105, 6, {"validate": "list", "source": ["TRUE", "FALSE"]})
    book.close()
    return out.getvalue()


def table() -> bytes:
    """Activities with the number who came, in a Table of one blank row; a formula of the template's own."""
    out, book, looks = _book()
    sheet = book.add_worksheet("Activity import")
    sheet.write("A1", "Rows entered")
    sheet.write_formula("B1", "=COUNTA(Import[Activity title])", None, 0)
    heads = [
        "Activity title",
        "Type of activity",
        "Date of activity",
        "School",
        "Year group",
        "Total number of students",
    ]
    sheet.add_table(2, 0, 3, 5, {"name": "Import", "columns": [{"header": h} for h in heads]})
    sheet.write_blank(3, 2, None, looks["date"])
    choices = book.add_worksheet("Choices")
    choices.add_table(
        0, 0, len(TYPES), 0, {"name": "Kinds", "columns": [{"header": "Kind"}], "data": [[t] for t in TYPES]}
    )
    choices.hide()
    sheet.data_validation("B4:B1048576", {"validate": "list", "source": '=INDIRECT("Kinds[Kind]")'})
    book.close()
    return _edited(out.getvalue(), "xl/workbook.xml", lambda text: text.replace(' fullCalcOnLoad="1"', ""))


TEMPLATES = {"plain": plain, "instructed": instructed, "grouped": grouped, "renamed": renamed, "table": table}


def _extended(made: bytes) -> bytes:
    """Lists of other sheets moved to the extension of the sheet part, where Excel 2010 and its heirs write them."""

    def move(text: str) -> str:
        entries = re.findall(
            r'<dataValidation type="list"[^>]*sqref="([^"]+)"[^>]*><formula1>([^<]+)</formula1></dataValidation>', text
        )
        x14 = "".join(
            '<x14:dataValidation type="list" allowBlank="1"><x14:formula1>'
            f"<xm:f>{f}</xm:f></x14:formula1><xm:sqref>{ref}</xm:sqref></x14:dataValidation>"
            for ref, f in entries
        )
        main = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
        lists = f'<x14:dataValidations count="{len(entries)}" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">{x14}'
        ext = f'<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{main}">{lists}</x14:dataValidations></ext></extLst>'
        return re.sub(r"<dataValidations.*</dataValidations>", "", text).replace("</worksheet>", f"{ext}</worksheet>")

    return _edited(made, "xl/worksheets/sheet1.xml", move)


def _edited(made: bytes, part: str, edit: Callable[[str], str]) -> bytes:
    """The file with one part rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, edit(data.decode()).encode() if info.filename == part else data)
    return out.getvalue()


# ------------------------------------------------------------------------------------------------- workbooks as people keep them


def _rows(name: str, start: int, rows: list[list[Any]]) -> bytes:
    out, book, looks = _book()
    sheet = book.add_worksheet(name)
    for r, row in enumerate(rows, start):
        for c, cell in enumerate(row):
            if isinstance(cell, DAY):
                sheet.write_datetime(r, c, datetime.datetime(cell.year, cell.month, cell.day), looks["date"])
            elif isinstance(cell, str):
                sheet.write_string(r, c, cell)
            elif cell is not None:
                sheet.write(r, c, cell)
    book.close()
    return out.getvalue()


def log() -> bytes:
    """Our own outreach log, as it ships with a few rows."""
    from wpxl.store.home import shipped

    return (shipped("workbook") / "wpxl-outreach-log.xlsx").read_bytes()


def home_made() -> bytes:
    """One sheet under a title: names in one cell, dates as texts, marks for three sessions, a column of the team's own."""
    return _rows("2025-26", 0, [
        ["Our mentees, 2025/26"], [],
        ["Name", "DOB", "Post code", "School", "Yr", "M/F", "FSM?", "Privacy notice seen", "Tutor group", "Workshop 1", "Campus visit", "Week 3"],
        ["O'Brien, Siobhán", "29/02/2008", "wa13zy", "Exampleton Academy", 12, "F", "Y", "Yes", "12A", "x", "x", None],
        ["Nguyễn, Thi", "5 Jan 2009", "ZZ1 1AA", "Exampleton Academy", 11, "M", "N", "Yes", "11B", "x", None, "x"],
        ["Ng, Li", "31/12/2008", "ZZ1 1AB", "Samplebury School", 12, "f", None, "Yes", "12A", None, "x", "x"],
        ["=Cmd, Eve", "01/09/2008", "ZZ1 1AD", "Samplebury School", "Y12", "Femal", "maybe", "Yes", "12C", "x", "x", "x"],
        ["Secret, Unseen", "02/09/2008", "ZZ1 1AE", "Samplebury School", 12, "F", "N", "No", "12C", "x", None, None],
    ])  # fmt: skip


def register() -> bytes:
    """A school's export: legal names, UPNs and URNs as numbers, real dates, codes."""
    return _rows("Export", 0, [
        ["UPN", "Legal Surname", "Legal Forename", "Middle Name(s)", "DOB", "Gender", "NC Year (Actual)", "Address Postcode", "Ethnicity",
         "FSM Eligible", "In LA Care", "School URN", "HEAT Statement Seen", "Event name", "Event date"],
        ["A823200000001", "ADEYEMI", "TUNDE", "K", DAY(2008, 10, 3), "Male", 12, "ZZ11AA", "Black African", True, "F", 900001, "Y", "Masterclass", DAY(2025, 11, 5)],
        ["A823200000002", "de la cruz", "maria", None, DAY(2009, 3, 12), "Female", 11, "ZZ1  1AB", "Any other", False, "T", 900001, "Y", "Masterclass", DAY(2025, 11, 5)],
        ["A823200000003", "Smith", "Ann-Marie", None, DAY(2008, 2, 29), "Prefer not to say", 12, "zz1 1ad", "White British", True, "F", 900002, "Y", "Masterclass", DAY(2025, 11, 5)],
    ])  # fmt: skip


SOURCES = {"log": log, "home_made": home_made, "register": register}
