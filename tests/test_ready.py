"""The ready-made workbook: each saved answer is what wpxl answers to its formula as the file has it, and it prints well.

Formulas are taken apart here anew: functions, references to the own row of a table, ranges, literals.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.formula import ArrayFormula
from ready_books import Books, cells, cut_off, expected, formula, opened, saved, taken_apart, value

from wpxl import ready
from wpxl.catalogue import CATALOGUE
from wpxl.workbooks import look

ROOT = Path(__file__).resolve().parent.parent
SHEETS = ["Start here", "Learners", "Schools", "Postcodes", "Models", "Sources"]
TABLES = {"Learners": "Learners", "Schools": "Schools"}  # table and sheet bear one name
# Every error that the workbook is meant to show, by sheet and what stands in the row's first cells.
ERRORS = {
    ("Learners", "Learner 04"): ["#N/A"],  # FSM not known: the score lies between 1 and 2
    ("Learners", "Learner 07"): ["#N/A"],
    ("Learners", "Learner 10"): ["#VALUE!"] * 4,  # the guide's misprint
    ("Learners", "Learner 12"): ["#N/A"] * 2,  # information refused
    ("Learners", "Learner 13"): ["#N/A"],
    ("Learners", "Learner 14"): ["#N/A"],
    ("Learners", "Learner 18"): ["#VALUE!"] * 2,  # "maybe"
    ("Learners", "Learner 19"): ["#REF!"] * 3,  # a real postcode outside the sample
    ("Learners", "Learner 21"): ["#N/A"] * 3,  # no postcode, and an engineer of some kind
    ("Learners", "Learner 22"): ["#N/A"] * 2,  # retired from what?
    ("Learners", "Learner 23"): ["#N/A"] * 2,  # a manager of what?
    ("Schools", "Dogwood College (fictional)"): ["#N/A"],  # free school meals are not recorded for colleges
    ("Schools", "Ash School (fictional)"): ["#N/A"] * 7,  # two have the name
    ("Schools", 900010): ["#N/A"] * 2,
    ("Schools", 900007): ["#N/A"],  # a special school has no priority
    ("Schools", "Elm Academy"): ["#REF!"] * 7,
    ("Postcodes", "WS108P"): ["#VALUE!"] * 5,
    ("Postcodes", "TF7 SUG"): ["#VALUE!"] * 5,
    ("Postcodes", "B1 1AA"): ["#REF!"] * 6,
    ("Postcodes", "not known"): ["#VALUE!"] * 5,
    ("Postcodes", 39321): ["#VALUE!"] * 5,
}


@pytest.fixture(scope="module")
def books() -> Books:
    return opened(ready.demo())


def test_every_saved_answer_is_what_wpxl_says(books: Books) -> None:
    asked = [cell for cell in cells(books) if formula(cell)]
    assert len(asked) > 280
    for cell in asked:
        was, must = saved(cell, books), expected(formula(cell), cell, books)
        assert was == must, f"{cell.parent.title}!{cell.coordinate}"


def test_errors_are_those_that_are_meant_and_are_error_cells(books: Books) -> None:
    found: dict[tuple[str, Any], list[str]] = {}
    for sheet in books.answers:
        for row in sheet.iter_rows():
            if codes := [cell.value for cell in row if cell.data_type == "e"]:
                found[sheet.title, row[0].value] = codes
            assert all(cell.data_type == "e" for cell in row if str(cell.value).startswith(("#N", "#V", "#R", "#D")))
    assert found == ERRORS
    schools = books.answers["Schools"]
    assert (
        'such as G10: =WP_WHY("WP_SCHOOL",A10,"School FSM %")' in schools["A3"].value and schools["G10"].value == "#N/A"
    )


# The guide's eight, in its order: IMD 2019 rank (MHCLG, File 1) and TUNDRA LSOA quintile (OfS, 2021); their learners by the
# guide's figure 1: no parental HE alone is enough, or a deprived postcode and NS-SEC 4-8, or in care, or disabled.
RANKS, TUNDRA = [5203, 980, 1304, 3606, 5802, 13845, 1234, 1870], [1, 1, 1, 3, 3, 3, 4, 4]
DECISIONS = ["Target", "Target", "Not target", "Not target", "Target", "Target", "Target", "Target"]


def test_columns_hold_what_their_headings_say(books: Books) -> None:
    rows = list(books.answers["Learners"].iter_rows(min_row=5, values_only=True))
    learners = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [r["IMD 2019 decile"] for r in learners[:8]] == [-(-rank * 10 // 32_844) for rank in RANKS]
    assert [r["TUNDRA quintile"] for r in learners[:8]] == TUNDRA
    assert [r["Decision"] for r in learners[:8]] == DECISIONS
    one = books.answers["Postcodes"]
    assert [one.cell(6, c).value for c in (4, 6)] == ["IMD 2019 rank", "TUNDRA LSOA quintile"]
    assert [one.cell(r, 4).value for r in range(7, 15)] == RANKS
    pairs = [
        ("Learners", "Decision", "Why this decision"),
        ("Learners", "Score", "Why this score"),
        ("Schools", "Priority", "Why"),
    ]
    for name, decided, explained in pairs:
        sheet = books.formulas[name]
        columns = {head.value: formula(sheet.cell(6, head.column)) for head in sheet[5]}
        by_heading = {head: taken_apart(text) for head, text in columns.items() if text}
        function, args = by_heading[decided]
        assert by_heading[explained] == ("WP_WHY", [f'"{function}"', *args])
    assert [taken_apart(formula(books.formulas["Schools"].cell(6, c)))[1][1] for c in range(2, 8)] == [
        '"School name"', '"School local authority"', '"School phase"', '"School learners"', '"School IMD 2010 40 %"',
        '"School FSM %"',
    ]  # fmt: skip


def test_formulas_are_plain_and_each_sheet_has_its_own_kind(books: Books) -> None:
    texts = {
        sheet.title: [formula(c) for row in sheet.iter_rows() for c in row if formula(c)] for sheet in books.formulas
    }
    assert list(texts) == SHEETS
    assert not [t for all_ in texts.values() for t in all_ if re.search(r"_xl|\[1\]|@|!", t.split('"')[0])]
    spilled = [
        s.title for s in books.formulas for row in s.iter_rows() for c in row if isinstance(c.value, ArrayFormula)
    ]
    assert spilled == ["Postcodes", "Postcodes", "Models", "Sources"]
    tables = {name: s.tables[name] for s in books.formulas for name in s.tables}
    assert sorted(tables) == ["Learners", "Schools"]
    for name, table in tables.items():
        sheet = books.formulas[TABLES[name]]
        for c, column in enumerate(table.tableColumns, 1):
            calculated = column.calculatedColumnFormula
            assert calculated is None or f"={calculated.attr_text}" == sheet.cell(6, c).value == sheet.cell(12, c).value


def test_the_first_sheet_has_every_function_and_its_help(books: Books) -> None:
    sheet = books.formulas["Start here"]
    listed = {sheet.cell(row, 1).value: row for row in range(12, sheet.max_row + 1)}
    assert list(listed) == list(CATALOGUE)
    for name, row in listed.items():
        shown, asked = sheet.cell(row, 3).value, formula(sheet.cell(row, 4))
        assert sheet.cell(row, 2).value == CATALOGUE[name].summary
        assert sheet.cell(row, 3).data_type == "s"  # shown, not worked out
        assert shown[1:] in (asked, asked.removeprefix("ROWS(")[:-1])
        required = [a.example for a in CATALOGUE[name].args if a.required]
        assert [value(a, sheet.cell(row, 4), books) for a in taken_apart(shown[1:])[1]][: len(required)] == required
    links = [c.hyperlink.location.rpartition("!")[0].strip("'") for c in cells(books) if c.hyperlink]
    assert len(links) == 3 and set(links) <= set(SHEETS)


def test_each_sheet_is_ready_to_print_and_says_that_it_is_a_sample(books: Books) -> None:
    for sheet in books.formulas:
        page = sheet.page_setup
        assert (page.orientation, page.paperSize, page.fitToHeight) == ("landscape", 9, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_title_rows and sheet.freeze_panes
        assert sheet.oddFooter.right.text == "Page &P of &N"
        assert sheet["A2"].value.startswith("SAMPLE DATA")


def _heads(sheet: Any) -> int:
    return int(sheet.print_title_rows.split("$")[-1])


def test_no_text_is_cut_off(books: Books) -> None:
    assert [cell for sheet in books.answers for cell in cut_off(sheet, _heads(sheet))] == []


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, from the relative luminance of sRGB."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_read_on_its_ground() -> None:
    for text, ground in ((look.RED, look.PALE), (look.RED, "#FFFFFF"), ("#FFFFFF", look.NAVY), (look.NAVY, "#FFFFFF"),
                         ("#000000", look.PALE)):  # fmt: skip
        assert contrast(text, ground) >= 7
    assert contrast(look.RED, look.PINK) >= 4.5


def test_another_process_makes_the_same_bytes_whatever_the_user_has(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[vintage]\nimd = "2019"\n', "utf-8")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mine.toml").write_text("title = 1\n", "utf-8")
    program = "import sys; from wpxl import ready; [sys.stdout.buffer.write(ready.build(p)) for p in ready.PATHS]"
    env = os.environ | {"WPXL_HOME": str(tmp_path), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "PYTHONPATH": str(ROOT)}
    made = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, check=True)
    assert made.stdout == b"".join(ready.build(path) for path in ready.PATHS)


@pytest.mark.parametrize("path", ready.PATHS)
def test_the_package_is_stored_and_keeps_its_answers_on_opening(path: str) -> None:
    with zipfile.ZipFile(io.BytesIO(ready.build(path))) as archive:
        assert {(i.compress_type, i.date_time, i.create_system) for i in archive.infolist()} == {
            (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 0)
        }
        book = archive.read("xl/workbook.xml").decode()
        sheets = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
    assert "fullCalcOnLoad" not in book and 'calcId="191029"' in book
    assert not [s for s in sheets if "<f>#" in s or re.search(r'<c r="\w+"(?: s="\d+")?><f>[^<]*</f><v></v>', s)]
    assert "https://" not in "".join(re.sub(r'xmlns(:\w+)?="[^"]*"', "", s) for s in sheets)


@pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="not run from a checkout")
@pytest.mark.parametrize("path", ready.PATHS)
def test_the_committed_file_is_this_one(path: str) -> None:
    assert (ROOT / path).read_bytes() == ready.build(path), "run 'wpxl emit'"


def test_the_command_writes_it(run: Any, tmp_path: Path) -> None:
    code, said, _ = run("demo", "--formulas", "-o", str(tmp_path / "new.xlsx"))
    assert code == 0 and "Start here" in said
    assert (tmp_path / "new.xlsx").read_bytes() == ready.build()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not on the PATH")
def test_libreoffice_opens_it(tmp_path: Path) -> None:
    (tmp_path / "demo.xlsx").write_bytes(ready.build())
    kind = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), "demo.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    written = {p.stem.removeprefix("demo-"): p.read_text("utf-8") for p in tmp_path.glob("demo-*.csv")}
    assert sorted(written) == sorted(SHEETS)
    assert "Target: IMD 2010 rank 960" in written["Learners"] and "900001 Ash School" in written["Schools"]
    assert json.dumps("=WP_DATA()")[1:-1] in written["Start here"]
