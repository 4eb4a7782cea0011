"""Workbook files through xlwings' own objects: what a macro reads and writes is what openpyxl finds in the file."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import awkward
import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from wpxl.errors import Fault
from wpxl.workbooks import changes
from wpxl.workbooks.engine import open_book, save_book
from wpxl.workbooks.formulas import formulas, moved
from wpxl.workbooks.new_sheet import free_name
from wpxl.workbooks.refs import letters

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """Numbers, a date, a truth, an error, a blank; a formula filled down that the file holds once; a chain of calculation."""
    path = tmp_path / "plain.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("List")
    sheet.write_row("B2", ["name", "number", "joined", "member", "double"])
    for at in range(5):
        sheet.write_row(2 + at, 1, [f"n{at}", at + 0.5])
        sheet.write_datetime(
            2 + at, 3, datetime.datetime(2026, 1, 1 + at), book.add_format({"num_format": "dd/mm/yyyy"})
        )
        sheet.write_boolean(2 + at, 4, at % 2 == 0)
        sheet.write_formula(2 + at, 5, f"=C{3 + at}*2", None, at * 2 + 1)
    sheet.write_formula("F8", "=NA()", None, "#N/A")
    book.close()
    first = iter(['<f t="shared" ref="F3:F7" si="0">C3*2</f>'])
    share = re.compile(r"<f>C\d\*2</f>")
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="F3" i="1"/></calcChain>'
    awkward.rewrite(
        path,
        {
            "xl/worksheets/sheet1.xml": lambda xml: share.sub(lambda _: next(first, '<f t="shared" si="0"/>'), xml),
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(
                "</Relationships>",
                f'<Relationship Id="rId77" Type="{awkward.OFFICE}/calcChain" Target="calcChain.xml"/></Relationships>',
            ),
            "[Content_Types].xml": lambda xml: xml.replace(
                "</Types>",
                '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.'
                'spreadsheetml.calcChain+xml"/></Types>',
            ),
        },
        {"xl/calcChain.xml": chain},
    )
    return path


def saved(book: Any, path: Path, sheet: str = "List", *, values: bool = True) -> Any:
    save_book(book, path)
    return openpyxl.load_workbook(path, data_only=values)[sheet]


def test_no_half_of_xlwings_that_needs_a_licence() -> None:
    """xlwings itself looks for a licence when it is imported (pro.utils); nothing more of that half comes in."""
    code = (
        "import sys; from wpxl.workbooks.engine import open_book; import wpxl.workbooks.engine.objects, xlwings;"
        "print(xlwings.__pro__, sorted(m for m in sys.modules if m.startswith('xlwings.pro')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False ['xlwings.pro.utils']"


def test_values_pass_through_the_converters(plain: Path) -> None:
    sheet = open_book(plain).sheets["List"]
    assert sheet["B3"].value == "n0" and sheet["C3"].value == 0.5 and sheet["E3"].value is True
    assert sheet["D4"].value == datetime.datetime(2026, 1, 2)
    assert sheet["D4"].options(dates=datetime.date).value == datetime.date(2026, 1, 2)
    assert sheet["F8"].value is None and sheet["F8"].options(err_to_str=True).value == "#N/A"
    assert sheet["B3:C4"].value == [["n0", 0.5], ["n1", 1.5]] and sheet["A1"].value is None
    assert sheet["C3:C5"].value == [0.5, 1.5, 2.5] and sheet["C3:C5"].options(ndim=2).value == [[0.5], [1.5], [2.5]]
    frame = sheet["B2"].expand().options(pd.DataFrame, index=False).value
    assert list(frame.columns) == ["name", "number", "joined", "member", "double"] and frame["double"].sum() == 25


def test_where_things_are(plain: Path) -> None:
    sheet = open_book(plain).sheets[0]
    assert sheet.used_range.address == "$B$2:$F$8"
    assert sheet["C4"].current_region.address == "$B$2:$F$8" and sheet["A20"].current_region.address == "$A$20"
    assert sheet["B2"].end("down").address == "$B$7" and sheet["B2"].end("right").address == "$F$2"
    assert sheet["B7"].end("down").address == "$B$1048576" and sheet["B10"].end("up").address == "$B$7"
    assert sheet["B2"].expand("down").address == "$B$2:$B$7"
    assert sheet["B2:C3"].offset(1, 2).address == "$D$3:$E$4" and sheet["B2"].resize(2, 3).address == "$B$2:$D$3"
    assert sheet.range((2, 2), (3, 4)).address == "$B$2:$D$3" and sheet["B2:D9"][1, 1].address == "$C$3"
    assert len(sheet["B:B"]) == 1_048_576 and sheet["3:4"].shape == (2, 16_384)


def test_what_is_written_is_read_and_saved(plain: Path, tmp_path: Path) -> None:
    book = open_book(plain)
    sheet = book.sheets["List"]
    sheet["H2"].value = [["new", 1], ["'007", datetime.datetime(2026, 5, 6)], ["#N/A", True], [None, 2.5]]
    sheet["B3"].value = "changed"
    sheet["K9"].formula = "=SUM(C3:C7)"
    assert sheet["H2:I3"].value == [["new", 1.0], ["007", datetime.datetime(2026, 5, 6)]]
    assert sheet["K9"].formula == "=SUM(C3:C7)" and sheet.used_range.address == "$B$2:$K$9"
    found = saved(book, tmp_path / "out.xlsx")
    block = [[c.value for c in row] for row in found["H2:I5"]]
    assert block == [["new", 1], ["007", datetime.datetime(2026, 5, 6)], ["#N/A", True], [None, 2.5]]
    assert found["H4"].data_type == "e" and found["I3"].number_format == "dd/mm/yyyy"
    assert found["B3"].value == "changed" and found["F3"].value == 1 and found["D3"].number_format == "dd/mm/yyyy"
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["List"]["K9"].value == "=SUM(C3:C7)"


def test_a_shared_formula_outlives_its_first_cell(plain: Path, tmp_path: Path) -> None:
    book = open_book(plain)
    sheet = book.sheets["List"]
    assert sheet["F3:F5"].formula == (("=C3*2",), ("=C4*2",), ("=C5*2",))
    sheet["F3"].copy()
    sheet["F3"].paste("values")
    found = saved(book, tmp_path / "out.xlsx", values=False)
    assert [found[f"F{r}"].value for r in range(3, 8)] == [1, "=C4*2", "=C5*2", "=C6*2", "=C7*2"]
    names = zipfile.ZipFile(tmp_path / "out.xlsx").namelist()
    assert "xl/calcChain.xml" not in names, "Excel calls a chain to cells without formulas damage"
    assert [c.value for c in saved(book, tmp_path / "values.xlsx")["F"][2:7]] == [1, 3, 5, 7, 9]


def test_nothing_changed_is_the_same_file(plain: Path, tmp_path: Path) -> None:
    book = open_book(plain)
    assert book.sheets[0].used_range.value and book.sheets[0]["B2"].formula == "name" and not book.impl.changed
    save_book(book, tmp_path / "out.xlsx")
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(tmp_path / "out.xlsx") as new:
        assert {n: old.read(n) for n in old.namelist()} == {n: new.read(n) for n in new.namelist()}


def test_looks(plain: Path, tmp_path: Path) -> None:
    book = open_book(plain)
    sheet = book.sheets["List"]
    sheet["B2:F2"].font.bold = True
    sheet["B2:F2"].color = "#1F3864"
    sheet["B2"].font.color = (255, 255, 255)
    sheet["C3:C7"].number_format = "0.0000"
    sheet["D3"].wrap_text = True
    sheet["B:C"].column_width = 31
    sheet["B3:B4"].row_height = 44
    sheet.freeze_panes.freeze_at("1:2")
    found = saved(book, tmp_path / "out.xlsx")
    assert (
        found["B2"].font.bold
        and found["B2"].font.color.rgb == "FFFFFFFF"
        and found["F2"].fill.fgColor.rgb == "FF1F3864"
    )
    assert found["C4"].number_format == "0.0000" and found["C4"].value == 1.5 and not found["B3"].font.bold
    assert found["D3"].alignment.wrap_text and found["D3"].number_format == "dd/mm/yyyy", "what is not asked for stays"
    assert [found.row_dimensions[row].height for row in (2, 3, 4, 5)] == [None, 44, 44, None]
    assert found.column_dimensions["B"].width == 31 and found.freeze_panes == "A3"
    again = open_book(tmp_path / "out.xlsx").sheets["List"]
    assert (
        again["B2"].color == (31, 56, 100) and again["B2"].font.bold is True and again["C3"].number_format == "0.0000"
    )


def test_new_sheets(tmp_path: Path) -> None:
    path = awkward.rich(tmp_path).path
    book = open_book(path)
    with pytest.raises(NotImplementedError):
        book.sheets.add("First", before=book.sheets[0])
    made = book.sheets.add("What's new", after=book.sheets[len(book.sheets) - 1])
    made["A1"].value = [["a", "b"], [1, 2]]
    assert book.sheets.active.name == "What's new" and [s.name for s in book.sheets][-1] == "What's new"
    found = saved(book, tmp_path / "out.xlsx", "What's new")
    assert [[c.value for c in row] for row in found.iter_rows()] == [["a", "b"], [1, 2]]
    assert found.page_setup.orientation == "landscape" and found.sheet_properties.pageSetUpPr.fitToPage
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames == ["Tracking", "Lists", "Old", "What's new"]
    with pytest.raises(Fault, match="cannot be the name of a sheet"):
        open_book(path).sheets.add("a/b")


@given(st.text(max_size=40), st.lists(st.text(max_size=31), max_size=5))
def test_names_of_new_sheets(wanted: str, taken: list[str]) -> None:
    name = free_name(wanted, taken)
    assert (
        1 <= len(name) <= 31
        and not set(name) & set("[]:*?/\\")
        and name.casefold() not in {t.casefold() for t in taken}
    )


def test_tables_grow_to_the_right(tmp_path: Path) -> None:
    path = awkward.table(tmp_path).path
    book = open_book(path)
    sheet = book.sheets["Learners"]
    table = sheet.tables["Learners"]
    assert (table.range.address, table.data_body_range.address) == ("$B$3:$E$14", "$B$4:$E$13")
    assert (
        table.header_row_range.value == ["Learner", "Postcode", "Sessions", "Status"]
        and table.totals_row_range.row == 14
    )
    sheet["F3"].value = [["Status", "Twice"]]
    table.resize(sheet["B3:G14"])
    sheet["G4:G13"].impl.fill("=[@Sessions]*2", [[n] for n in range(10)])
    found = saved(book, tmp_path / "out.xlsx", "Learners", values=False)
    made = found.tables["Learners"]
    assert made.ref == "B3:G14" and made.column_names[-2:] == ["Status 2", "Twice"] and found["F3"].value == "Status 2"
    assert found["G5"].value == "=Learners[[#This Row],[Sessions]]*2"
    assert made.tableColumns[-1].calculatedColumnFormula.attr_text == "Learners[[#This Row],[Sessions]]*2"
    with pytest.raises(NotImplementedError):
        table.resize(sheet["B3:C14"])


def test_notes_beside_those_of_others(tmp_path: Path) -> None:
    path = awkward.rich(tmp_path).path
    book = open_book(path)
    sheet = book.sheets["Tracking"]
    assert [n.text for n in sheet.notes] == ["As given on the form"] and sheet["B2"].note is None
    sheet["B2"].add_note('Say <why> & "where"')
    found = saved(book, tmp_path / "out.xlsx", "Tracking")
    assert found["B2"].comment.text == 'Say <why> & "where"' and found["B1"].comment.text == "As given on the form"
    assert found["B2"].comment.author == "wpxl"
    with pytest.raises(ValueError, match="already has a note"):
        sheet["B2"].add_note("again")


def test_what_it_does_not_know_it_says(plain: Path) -> None:
    sheet = open_book(plain).sheets[0]
    for ask in (
        lambda: sheet.charts, lambda: sheet["A1"].borders, lambda: sheet.range("Areas"), lambda: sheet.delete(),
        lambda: sheet["A1"].merge(), lambda: sheet.freeze_panes.freeze_at("A:A"), lambda: sheet["A1"].paste("values"),
    ):  # fmt: skip
        with pytest.raises((NotImplementedError, AttributeError)):
            ask()


# ------------------------------------------------------------------------------------------- the bytes of the rows


@pytest.mark.parametrize(
    ("formula", "rows", "columns", "expected"),
    [
        ("A1+B2", 1, 0, "A2+B3"), ("$A1+A$1+$A$1", 2, 3, "$A3+D$1+$A$1"), ('"A1"&A1', 1, 1, '"A1"&B2'),
        ("LOG10(A1)", 1, 0, "LOG10(A2)"), ("Sheet1!A1", 1, 0, "Sheet1!A2"), ("'My A1'!A1", 1, 0, "'My A1'!A2"),
        ("Table1[A1]", 1, 0, "Table1[A1]"), ("A1:C3", 0, 1, "B1:D3"), ("TAX2026(A1)", 1, 0, "TAX2026(A2)"),
        ("_A1+x.B2", 1, 0, "_A1+x.B2"),
    ],
)  # fmt: skip
def test_formulas_move_as_excel_moves_them(formula: str, rows: int, columns: int, expected: str) -> None:
    assert moved(formula, rows, columns) == expected


CELL = st.tuples(st.integers(1, 9), st.integers(1, 30))


@given(
    st.dictionaries(CELL, st.integers(0, 99)),
    st.dictionaries(CELL, st.one_of(st.none(), st.integers(100, 199)), max_size=20),
)
def test_changes_are_a_dictionary_update(old: dict[Any, int], new: dict[Any, int | None]) -> None:
    """Beside the rule as a dictionary says it; rows and cells stay in order, and what is not changed keeps its bytes."""

    def cell(place: tuple[int, int], value: int) -> str:
        return f'<c r="{letters(place[1])}{place[0]}" s="{value % 7 + 1}"><v>{value}</v></c>'

    rows: dict[int, str] = {}
    for place in sorted(old):
        rows[place[0]] = rows.get(place[0], "") + cell(place, old[place])
    body = "".join(f'<row r="{r}" spans="1:30" ht="20">{cells}</row>' for r, cells in rows.items()).encode()
    made: changes.Changes = {}
    for (row, column), value in new.items():
        made.setdefault(row, {})[column] = changes.Change("/>" if value is None else f"><v>{value}</v></c>")
    after = changes.apply(body, made).decode()
    found = {
        (int(r), c): (s, v)
        for c, r, s, v in re.findall(r'<c r="([A-Z]+)(\d+)"(?: s="(\d+)")?(?:/>|><v>(\d+)</v></c>)', after)
    }
    styles = {place: str(value % 7 + 1) for place, value in old.items()}
    expected = {(r, letters(c)): (styles[r, c], str(v)) for (r, c), v in old.items()}
    for (r, c), value in new.items():
        if value is not None or (r, c) in styles:
            expected[r, letters(c)] = (styles.get((r, c), ""), "" if value is None else str(value))
    assert found == expected
    numbers = [int(r) for r in re.findall(r'<row r="(\d+)"', after)]
    assert numbers == sorted(set(numbers))
    changed = [tag for r, tag in re.findall(r'<row r="(\d+)"([^>]*)>', after) if int(r) in made]
    assert not any("spans" in tag for tag in changed), "a hint that may have become wrong"
    for row in re.findall(r"<row [^>]*>(.*?)</row>", after):
        columns = re.findall(r'<c r="([A-Z]+)', row)
        assert columns == sorted(columns, key=lambda c: (len(c), c))


def test_formulas_are_found_with_what_they_fill() -> None:
    body = (
        b'<row r="1"><c r="A1"><f>1&lt;2</f><v>1</v></c><c r="B1" t="str" cm="1"><f t="array" ref="B1:C2">F()</f><v>x</v></c></row>'
        b'<row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="4">$B$1+C2</f></c></row>'
        b'<row r="3"><c r="A3"><f t="shared" si="4"/><v>3</v></c><c r="B3"><v>9</v></c></row>'
    )
    found = [(f.row, f.column, f.text, f.fills and str(f.fills), f.group) for f in formulas(body)]
    assert found == [
        (1, 1, "1<2", None, None), (1, 2, "F()", "B1:C2", None), (2, 1, "$B$1+C2", None, "4"), (3, 1, "$B$1+C3", None, "4"),
    ]  # fmt: skip
