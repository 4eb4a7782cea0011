"""The main job on files: a person's list, with the profile of its postcodes beside it and nothing else changed."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path
from typing import Any

import awkward
import openpyxl
import pytest
import xlsxwriter
from conftest import parts

import wpxl
from wpxl.domain.headers import candidates, says_postcode
from wpxl.errors import Fault
from wpxl.profile import profile_file

MEASURES = "imd_rank_2010, polar2_ypr_quintile, status"
NAMES = ["titled", "table", "rich", "macros", "two-postcodes"]
# The parts that may differ: the sheet itself; then only what the change needs.
MAY_CHANGE = {
    "titled": {"xl/worksheets/sheet1.xml"},
    "table": {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml"},
    "rich": {"xl/worksheets/sheet1.xml"},
    "macros": {"xl/worksheets/sheet2.xml", "xl/workbook.xml"},  # the filter's name grows with the list
    "two-postcodes": {"xl/worksheets/sheet1.xml"},
}
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # openpyxl's, when it reads
FORMULAS_ADD = {"[Content_Types].xml", "xl/metadata.xml", "xl/_rels/workbook.xml.rels"}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, awkward.Awkward]:
    return awkward.build_all(tmp_path_factory.mktemp("awkward"))


def column_option(book: awkward.Awkward) -> str | None:
    return openpyxl.utils.get_column_letter(book.column) if book.also else None


def cached(value: Any) -> Any:
    return value.code if isinstance(value, Fault) else value


@pytest.mark.parametrize("formulas", [False, True], ids=["values", "formulas"])
@pytest.mark.parametrize("name", NAMES)
def test_awkward_workbooks(books: dict[str, awkward.Awkward], tmp_path: Path, name: str, formulas: bool) -> None:
    book = books[name]
    out = tmp_path / book.path.name
    original = book.path.read_bytes()
    made = profile_file(book.path, out, column=column_option(book), measures=MEASURES, formulas=formulas)
    assert book.path.read_bytes() == original
    before, after = parts(book.path), parts(out)
    changed = {n for n in after if before.get(n) != after[n]}
    allowed = MAY_CHANGE[name] | (FORMULAS_ADD if formulas and not book.table else set())
    assert set(before) <= set(after) and changed <= allowed

    old, new = (openpyxl.load_workbook(p, data_only=True)[book.sheet] for p in (book.path, out))
    for row in old.iter_rows():
        for cell in row:
            if cell.value is not None:
                assert new[cell.coordinate].value == cell.value
    header = {c.value: c.column for c in new[book.header_row] if isinstance(c.value, str)}
    first = header["IMD 2010 rank"]
    assert [new.cell(book.header_row, first + i).value for i in range(4)] == [
        "IMD 2010 rank", "POLAR2 YPR quintile", "Postcode status", "Note (sample data only)",
    ]  # fmt: skip
    for r in range(book.header_row + 1, book.last_row + 1):
        cell = old.cell(r, book.column).value
        expected = [cached(v) for v in wpxl.call("WP_POSTCODE", [[cell]], MEASURES)[0]]
        if isinstance(cell, str) and cell.startswith("#"):
            expected = [cell] * 3
        assert [new.cell(r, first + i).value for i in range(3)] == expected, (r, cell)
        missed = any(isinstance(e, str) and e.startswith("#") for e in expected)
        assert (new.cell(r, first + 3).value is not None) == missed, (r, cell)
    assert len(made.rows) == len(made.notes) == len(made.cells)


def test_formulas_in_a_range_fill_the_block(books: dict[str, awkward.Awkward], tmp_path: Path) -> None:
    book, out = books["titled"], tmp_path / "out.xlsx"
    profile_file(book.path, out, measures=MEASURES, formulas=True)
    sheet = openpyxl.load_workbook(out)[book.sheet]
    first, last = book.header_row + 1, book.last_row
    source = f"D{first}:D{last}"
    assert sheet[f"H{first}"].value.text == f'=WP_POSTCODE({source},"imd_rank_2010, polar2_ypr_quintile, status")'
    assert sheet[f"H{first}"].value.ref == f"H{first}:J{last}"
    note = sheet[f"K{first}"].value.text
    assert note == f'=IF(ISERROR(H{first}:H{last}),WP_WHY("WP_POSTCODE",{source},"imd_rank_2010"),"")'


def test_formulas_in_a_table_stand_in_each_row(books: dict[str, awkward.Awkward], tmp_path: Path) -> None:
    book, out = books["table"], tmp_path / "out.xlsx"
    profile_file(book.path, out, measures=MEASURES, formulas=True)
    sheet = openpyxl.load_workbook(out)[book.sheet]
    table = sheet.tables[book.table]
    names = table.column_names
    assert names[-4:] == ["IMD 2010 rank", "POLAR2 YPR quintile", "Postcode status", "Note (sample data only)"]
    at = openpyxl.utils.range_boundaries(table.ref)[0] + len(names) - 4
    for r in range(book.header_row + 1, book.last_row + 1):
        assert sheet.cell(r, at).value == f'=WP_POSTCODE({book.table}[[#This Row],[Postcode]],"imd_rank_2010")'


def test_long_lists_of_measures_take_several_formulas(books: dict[str, awkward.Awkward], tmp_path: Path) -> None:
    """Excel takes no text over 255 characters inside a formula."""
    book, out = books["titled"], tmp_path / "out.xlsx"
    profile_file(book.path, out, measures="aimhigher, standard, areas, imd_rank_2025, imd_quintile_2015", formulas=True)
    sheet = openpyxl.load_workbook(out)[book.sheet]
    texts = [c.value.text for c in sheet[book.header_row + 1] if hasattr(c.value, "text")]
    assert len(texts) > 2 and all(len(part) <= 255 for text in texts for part in text.split('"'))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
@pytest.mark.parametrize("name", NAMES)
def test_libreoffice_opens_the_result(books: dict[str, awkward.Awkward], tmp_path: Path, name: str) -> None:
    book = books[name]
    out = tmp_path / book.path.name
    profile_file(book.path, out, column=column_option(book), measures=MEASURES)
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1', "--outdir", str(tmp_path), str(out)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    written = list(tmp_path.glob("*.csv"))
    assert written, done.stderr
    text = "\n".join(p.read_text("utf-8") for p in written)
    assert "IMD 2010 rank" in text and ("6259" in text or "6,259" in text)


class TestFinding:
    def test_two_columns_qualify(self, books: dict[str, awkward.Awkward], tmp_path: Path) -> None:
        with pytest.raises(
            Fault, match=r"2 columns of two-postcodes.xlsx look like .*column B \(Home postcode\).*--column"
        ):
            profile_file(books["two-postcodes"].path, tmp_path / "out.xlsx")
        assert not (tmp_path / "out.xlsx").exists()

    @pytest.mark.parametrize("column", ["School postcode", "school POSTCODE ", "C", "c"])
    def test_named_by_heading_or_letter(self, books: dict[str, awkward.Awkward], tmp_path: Path, column: str) -> None:
        made = profile_file(books["two-postcodes"].path, tmp_path / "out.xlsx", column=column)
        assert "column C (School postcode)" in made.where

    @pytest.mark.parametrize("column", ["Z", "Nothing", "ABCD", "1"])
    def test_no_such_column(self, books: dict[str, awkward.Awkward], tmp_path: Path, column: str) -> None:
        with pytest.raises(Fault, match="has no column"):
            profile_file(books["two-postcodes"].path, tmp_path / "out.xlsx", column=column)

    def test_no_postcodes(self, tmp_path: Path) -> None:
        write(tmp_path / "a.xlsx", [["Name", "Age"], ["x", 1], ["y", 2]])
        with pytest.raises(Fault, match=r"No column of postcodes was found in a.xlsx"):
            profile_file(tmp_path / "a.xlsx", tmp_path / "out.xlsx")

    def test_two_sheets_qualify(self, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
            for name in ("Autumn", "Spring"):
                sheet = book.add_worksheet(name)
                sheet.write_column(0, 0, ["Postcode", "TF7 5UG"])
        with pytest.raises(Fault, match="--sheet and --column"):
            profile_file(tmp_path / "a.xlsx", tmp_path / "out.xlsx")
        made = profile_file(tmp_path / "a.xlsx", tmp_path / "out.xlsx", sheet="spring")
        assert "sheet 'Spring'" in made.where

    def test_heading_counts_even_over_a_poor_column(self) -> None:
        grid = [["Name", "Post code", "Notes"], ["a", "unknown", ""], ["b", "TF7 5U", ""], ["c", "tf75ug", ""]]
        assert [(c.column, c.header_row, c.header) for c in candidates(grid)] == [(1, 0, "Post code")]

    def test_content_counts_without_a_heading(self) -> None:
        grid: list[list[Any]] = [["Title", None], ["Learner", "Where"], ["a", "TF7 5UG"], ["b", "B9 5EF"]]
        assert [(c.column, c.header_row, c.header) for c in candidates(grid)] == [(1, 1, "Where")]

    @pytest.mark.parametrize(
        "heading", ["Postcode", "HOME POST CODE", "pcds", "Pupil's Postal Code", "Zip code", "post-code"]
    )
    def test_headings(self, heading: str) -> None:
        assert says_postcode(heading)

    @pytest.mark.parametrize("heading", ["Post", "Postcard", "Name", None, 5, "Code"])
    def test_no_headings(self, heading: Any) -> None:
        assert not says_postcode(heading)


def write(path: Path, rows: list[list[Any]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for r, row in enumerate(rows):
            sheet.write_row(r, 0, row)


def test_a_list_without_a_heading(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", [["TF7 5UG"], ["unknown"], ["B9 5EF"]])
    profile_file(tmp_path / "a.xlsx", tmp_path / "out.xlsx", measures=MEASURES)
    rows = list(openpyxl.load_workbook(tmp_path / "out.xlsx").active.values)
    assert [row[:2] for row in rows] == [("TF7 5UG", 6259), ("unknown", "#VALUE!"), ("B9 5EF", 1107)]


def test_order_blanks_and_duplicates_are_kept(tmp_path: Path) -> None:
    cells = ["B9 5EF", None, "TF7 5UG", "B9 5EF", "", "zz", "TF7 5UG"]
    write(tmp_path / "a.xlsx", [["Postcode"], *[[c] for c in cells], ["Total: 7"]])
    profile_file(tmp_path / "a.xlsx", tmp_path / "out.xlsx", measures="imd_rank_2010")
    column = [row[1] for row in openpyxl.load_workbook(tmp_path / "out.xlsx").active.values]
    assert column == ["IMD 2010 rank", 1107, None, 6259, 1107, None, "#VALUE!", 6259, "#VALUE!"]


class TestText:
    ROWS = (("Name", "Postcode", "Code"), ("Zoë", "tf75ug", "007"), ("b", "unknown", "1e5"), ("c", "", "=1+1"))

    def given(self, path: Path, encoding: str = "utf-8", delimiter: str = ",") -> Path:
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(self.ROWS)
        return path

    @pytest.mark.parametrize(
        ("encoding", "delimiter"), [("utf-8", ","), ("cp1252", ";"), ("utf-16", "\t"), ("utf-8-sig", ",")]
    )
    def test_csv_to_csv(self, tmp_path: Path, encoding: str, delimiter: str) -> None:
        source = self.given(tmp_path / "a.csv", encoding, delimiter)
        profile_file(source, tmp_path / "out.csv", measures=MEASURES)
        read = "utf-8-sig" if encoding.startswith("utf-8") else encoding
        with (tmp_path / "out.csv").open(encoding=read, newline="") as file:
            rows = list(csv.reader(file, delimiter=delimiter))
        assert [tuple(row[:3]) for row in rows] == list(self.ROWS)
        assert rows[1][3:6] == ["6259", "1", "live"]
        assert rows[2][3:] == [
            "#VALUE!",
            "#VALUE!",
            "not a postcode",
            "'unknown' stands for no postcode: leave the cell blank, or find the postcode out.",
        ]
        assert rows[3][3:] == ["", "", "", ""]

    def test_csv_to_xlsx_keeps_text_as_text(self, tmp_path: Path) -> None:
        profile_file(self.given(tmp_path / "a.csv"), tmp_path / "out.xlsx", measures="imd_rank_2010")
        sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
        assert [sheet.cell(r, 3).value for r in (2, 3, 4)] == ["007", "1e5", "=1+1"]
        assert sheet["C4"].data_type == "s" and sheet["D2"].value == 6259

    def test_formulas_need_a_workbook(self, tmp_path: Path) -> None:
        with pytest.raises(Fault, match="can hold no formulas"):
            profile_file(self.given(tmp_path / "a.csv"), tmp_path / "out.csv", formulas=True)

    def test_web_page_under_a_csv_name(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("<html><body>Sign in</body></html>")
        with pytest.raises(Fault):
            profile_file(tmp_path / "a.csv", tmp_path / "out.csv")


def test_the_input_is_never_the_output_unless_told(books: dict[str, awkward.Awkward], tmp_path: Path) -> None:
    path = tmp_path / "titled.xlsx"
    shutil.copy(books["titled"].path, path)
    original = path.read_bytes()
    with pytest.raises(Fault):
        profile_file(path, path)
    assert path.read_bytes() == original
    profile_file(path, path, in_place=True)
    assert path.read_bytes() != original
    assert [p.name for p in tmp_path.iterdir()] == ["titled.xlsx"]


def test_an_unwritable_target_says_so(books: dict[str, awkward.Awkward], tmp_path: Path) -> None:
    with pytest.raises(Fault):
        profile_file(books["titled"].path, tmp_path / "no such folder" / "out.xlsx")
