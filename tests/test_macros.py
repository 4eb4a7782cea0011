"""The ribbon's actions, run on files: what they write, what they leave alone, what they say."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import awkward
import openpyxl
import pytest
from conftest import parts
from hypothesis import given
from hypothesis import strategies as st

import wpxl
from wpxl.errors import Fault
from wpxl.hosts.cli.act import Answers
from wpxl.macros import ACTIONS, GROUPS, Said, act
from wpxl.macros.action import shortened
from wpxl.macros.check import _addresses
from wpxl.macros.finish import is_ours
from wpxl.macros.lists import field
from wpxl.macros.writing import cell, spill
from wpxl.workbooks.engine import open_book, save_book
from wpxl.workbooks.refs import area

DEMO = Path(__file__).resolve().parent.parent / "workbook" / "wpxl-demo.xlsx"
DAY = datetime.date(2026, 2, 3)
NEW_SHEET = {
    "[Content_Types].xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/worksheets/new",
}
NOTED = {"xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"}
BESIDE = {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml"}
# On the messy workbook: the selection, the answers, and the parts that may differ.
MESSY: dict[str, tuple[str, tuple[str, ...], set[str]]] = {
    "profile_values": ("B4", ("imd_rank_2010, status",), BESIDE),
    "profile_formulas": ("B4", ("imd_rank_2010, status",), BESIDE),
    "find_school": ("P1", ("ash", "", "1"), {"xl/worksheets/sheet1.xml"}),
    "classify_occupations": ("E4", (), BESIDE),
    "target_learners": ("A5", ("current-learner", "yes"), BESIDE),
    "school_priorities": ("M4:M7", (), {"xl/worksheets/sheet1.xml"}),
    "mark_problems": ("A5", (), NOTED),
    "next_problem": ("A5", (), set()),
    "clear_marks": ("A5", (), set()),
    "import_templates": ("A5", ("nothing-there.xlsx",), set()),
    "check_upload": ("A5", (), NEW_SHEET),
    "heat_deadlines": ("A5", (), set()),
    "report_activity": ("A5", (), NEW_SHEET),
    "report_effectiveness": ("A5", (), NEW_SHEET),
    "report_other": ("A5", ("organisations",), NEW_SHEET),
    "report_all": ("A5", (), NEW_SHEET),
    "school_report": ("A1", ("Exampleton", ""), NEW_SHEET),
    "profile_summary": ("A5", (), NEW_SHEET),
    "freeze": ("A5", (), NEW_SHEET | BESIDE),
    "remove_marks": ("A5", (), set()),
    "installed": ("A5", (), NEW_SHEET),
    "add_files": ("A5", ("nothing-there.csv",), set()),
    "sample": ("A5", (), set()),
    "what_went_wrong": ("G7", (), set()),
    "function_guide": ("A5", (), NEW_SHEET),
    "about": ("A5", (), set()),
}
# No measure of wpxl's stands in that list under its own name; no such file; a list of applicants holds no work done.
REFUSED = {"profile_summary", "add_files", "import_templates", "report_effectiveness"}
NO_WORK = {"report_effectiveness"}  # for which the demonstration holds no activity either
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # openpyxl's, when it reads


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return awkward.messy(tmp_path_factory.mktemp("messy")).path


def run(name: str, source: Path, target: Path | None, *answers: str, sheet: str = "", select: str = "") -> Said:
    """An action on a file, as `wpxl act` does it."""
    book = open_book(source)
    if sheet:
        book.sheets[sheet].impl.activate()
    if select:
        book.sheets.active.range(select).select()
    said = act(ACTIONS[name], book, Answers(answers, DAY))
    if target:
        save_book(book, target)
    return said


def differing(before: Path, after: Path) -> set[str]:
    old, new = parts(before), parts(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def grid(path: Path, sheet: str) -> dict[str, Any]:
    """Every cell with something in it, by its address: values as saved."""
    found = openpyxl.load_workbook(path, data_only=True)[sheet]
    return {c.coordinate: c.value for row in found.iter_rows() for c in row if c.value is not None}


def column(path: Path, sheet: str, heading: str, header_row: int, last_row: int) -> list[Any]:
    found = openpyxl.load_workbook(path, data_only=True)[sheet]
    at = next(c.column for c in found[header_row] if c.value == heading)
    return [found.cell(row, at).value for row in range(header_row + 1, last_row + 1)]


def coded(value: Any) -> Any:
    return value.code if isinstance(value, Fault) else value


# --------------------------------------------------------------------------------------------------- all of them


def test_each_button_says_what_it_does() -> None:
    assert set(ACTIONS) == set(MESSY)
    assert [g for g in GROUPS if g in {a.group for a in ACTIONS.values()}] == list(GROUPS)
    order = [GROUPS.index(action.group) for action in ACTIONS.values()]
    assert order == sorted(order), "the ribbon's groups stand together and in their order"
    for name, action in ACTIONS.items():
        assert action.name == name and re.fullmatch(r"[a-z_]+", name)
        assert 3 < len(action.label) <= 25 and 10 < len(action.screentip) <= 80 and action.supertip.endswith(".")
        assert re.fullmatch(r"[A-Z]\w+", action.image)
    labels = [action.label for action in ACTIONS.values()]
    assert len(labels) == len(set(labels))


def test_the_list_of_actions_is_light() -> None:
    """The ribbon is drawn, and the command line lists the actions, without half a second of imports."""
    code = "import sys, wpxl.macros; print([m for m in ('xlwings', 'pandas', 'numpy', 'pyarrow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", MESSY)
def test_on_a_messy_workbook(messy: Path, tmp_path: Path, name: str) -> None:
    """Only the parts that the action is about differ, and nothing that was in a cell is another value afterwards."""
    select, answers, may_change = MESSY[name]
    out = tmp_path / "out.xlsm"
    said = run(name, messy, out, *answers, select=select)
    assert said.failed == (name in REFUSED), said.text
    assert said.text.endswith((".", "?")) and "error of its own" not in said.text
    fresh = {part for part in parts(out) if part not in parts(messy)}
    assert differing(messy, out) <= (may_change - {"xl/worksheets/new"}) | fresh
    sheets = {part for part in fresh if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", part)}
    if name.startswith("report_"):
        assert len(sheets) == said.rows and {p.split("/")[1] for p in fresh} <= {"worksheets", "drawings", "charts"}
    else:
        assert fresh == sheets and len(sheets) == ("xl/worksheets/new" in may_change and not said.failed)
    for sheet in ("Applicants", "Lists"):
        before, after = grid(messy, sheet), grid(out, sheet)
        assert {at: after.get(at) for at in before} == before


DEMONSTRATED = {  # the sheet, the selection and the answers, where they are not the same everywhere
    "find_school": ("Schools", "A21", ("ash school", "", "1")), "school_priorities": ("Schools", "A7", ()),
    "what_went_wrong": ("Schools", "G10", ()), "school_report": ("Schools", "A7", ("Exampleton", "")),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in ACTIONS if name not in {"add_files", "import_templates", *NO_WORK}])
def test_on_the_demonstration(tmp_path: Path, name: str) -> None:
    sheet, select, answers = DEMONSTRATED.get(name, ("Learners", "C8", ()))
    out = tmp_path / "out.xlsx"
    said = run(name, DEMO, out, *answers, sheet=sheet, select=select)
    assert not said.failed, said.text
    for kept in openpyxl.load_workbook(DEMO).sheetnames:
        before, after = grid(DEMO, kept), grid(out, kept)
        assert {at: after.get(at) for at in before} == before
    others = {"xl/sharedStrings.xml", "xl/theme/theme1.xml", "docProps/core.xml"}
    assert not differing(DEMO, out) & others


def test_files_are_added_beside_the_demonstration(home: Path, tmp_path: Path) -> None:
    """The one action that changes what is installed: in a home of this test's own."""
    ours, out = tmp_path / "our schools.csv", tmp_path / "out.xlsx"
    ours.write_text(
        "URN,School name,IMD 2019 40 %,FSM %\n" + "".join(f"10000{i},School {i},5{i},1{i}\n" for i in range(5))
    )
    said = run("add_files", DEMO, out, str(ours), sheet="Learners", select="C8")
    assert not said.failed and "5 rows" in said.text, said.text
    assert wpxl.call("WP_SCHOOL", 100003, "school_imd_40_pct_2019, FSM %") == [(53, 13)]
    assert differing(DEMO, out) == set()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not on the PATH")
def test_libreoffice_opens_what_actions_write(messy: Path, tmp_path: Path) -> None:
    names = [name for name, (_, _, may) in MESSY.items() if may and name not in REFUSED]
    for name in names:
        select, answers, _ = MESSY[name]
        run(name, messy, tmp_path / f"{name}.xlsm", *answers, select=select)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*command, *(f"{tmp_path}/{n}.xlsm" for n in names)], capture_output=True, timeout=300, check=True)
    for name in names:
        seen = openpyxl.load_workbook(tmp_path / f"{name}.xlsx", data_only=True)
        mine = openpyxl.load_workbook(tmp_path / f"{name}.xlsm", data_only=True)
        assert seen.sheetnames == mine.sheetnames, name
        assert seen["Applicants"]["B4"].value == "TF7 5UG"
        last = mine[mine.sheetnames[-1]]
        assert seen[last.title]["A1"].value == last["A1"].value


@pytest.mark.parametrize("name", [n for n, (_, _, may) in MESSY.items() if may])
def test_giving_up_changes_nothing(messy: Path, name: str) -> None:
    class GivesUp(Answers):
        def yes(self, question: str) -> bool:
            return False

        def choose(self, question: str, choices: Any) -> None:
            return None

        def text(self, question: str, default: str = "") -> None:
            return None

    book = open_book(messy)
    book.sheets.active.range(MESSY[name][0]).select()
    asking = GivesUp()
    said = act(ACTIONS[name], book, asking)
    if not asking.questions and said.text != "Stopped: nothing was changed.":
        return  # it asks nothing
    assert said.failed and not book.impl.changed


@pytest.mark.parametrize("name", ["profile_values", "target_learners", "mark_problems", "school_priorities", "freeze"])
def test_an_empty_sheet_is_one_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / "empty.xlsx"
    openpyxl.Workbook().save(path)
    said = run(name, path, None)
    assert said.failed and said.text.count(".") == 1 and ("nothing" in said.text or "no formula" in said.text)


@pytest.mark.parametrize("select", ["A1:E2", "A1:E3", "J30:K40"])
@pytest.mark.parametrize("name", ["profile_values", "target_learners", "mark_problems", "school_priorities"])
def test_headings_or_nothing_selected(tmp_path: Path, name: str, select: str) -> None:
    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    for row in ([], [], ["School", "Postcode"], ["A", "TF7 5UG"]):
        book.active.append(row)
    book.save(path)
    said = run(name, path, None, select=select)
    assert said.failed and said.text.startswith("There is nothing ") and said.text.count(".") == 1


def test_own_errors_are_one_sentence_and_a_line_in_the_log(
    messy: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: Any) -> None:
        raise RuntimeError("TF7 5UG")

    monkeypatch.setattr("wpxl.macros.look_up.answer", bug)
    said = run("profile_values", messy, None, select="B4")
    assert said.failed and "noted in its log as" in said.text
    log = (home / "log" / "wpxl.log").read_text()
    assert "profile_values RuntimeError" in log and "TF7" not in log


# -------------------------------------------------------------------------------------------------------- look up


def test_profile_into_a_table(messy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsm"
    said = run("profile_values", messy, out, "imd_rank_2010, polar2_ypr_quintile", select="C6")
    assert said.rows == 10 and "columns O to Q" in said.text
    table = openpyxl.load_workbook(out)["Applicants"].tables["Applicants"]
    # Between the two Tables are two free columns only, and three are needed: they go to the right of everything.
    assert table.ref == "A3:G13" and "could not be widened" in said.text
    typed = column(messy, "Applicants", "Home postcode", 3, 13)
    expected = [
        [coded(v) for v in row]
        for row in wpxl.call("WP_POSTCODE", [[t] for t in typed], "imd_rank_2010, polar2_ypr_quintile")
    ]
    assert column(out, "Applicants", "IMD 2010 rank", 3, 13) == [row[0] for row in expected]
    assert column(out, "Applicants", "POLAR2 YPR quintile", 3, 13) == [row[1] for row in expected]


def test_profile_formulas_in_a_table(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    run("profile_formulas", DEMO, out, "imd_rank_2010", sheet="Learners", select="C8")
    sheet = openpyxl.load_workbook(out)["Learners"]
    table = next(iter(sheet.tables.values()))
    assert table.column_names[-2:] == ["IMD 2010 rank", "Note (sample data only)"]
    at = openpyxl.utils.range_boundaries(table.ref)[2] - 1
    formulas = {sheet.cell(row, at).value for row in range(6, 31)}
    assert formulas == {f'=WP_POSTCODE({table.name}[[#This Row],[Postcode]],"imd_rank_2010")'}
    assert table.tableColumns[-2].calculatedColumnFormula.attr_text == next(iter(formulas))[1:]
    typed = column(DEMO, "Learners", "Postcode", 5, 30)
    expected = [coded(row[0]) for row in wpxl.call("WP_POSTCODE", [[t] for t in typed], "imd_rank_2010")]
    assert column(out, "Learners", "IMD 2010 rank", 5, 30) == expected


def test_profile_formulas_in_a_range_spill(tmp_path: Path) -> None:
    book = awkward.titled(tmp_path)
    run("profile_formulas", book.path, tmp_path / "out.xlsx", "imd_rank_2010, status", select="D8")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")[book.sheet]
    assert sheet["H7"].value.ref == "H7:I16" and sheet["H6"].value == "IMD 2010 rank"
    assert sheet["H7"].value.text == '=WP_POSTCODE(D7:D16,"imd_rank_2010, status")'
    assert sheet["H6"].fill.fgColor.rgb == sheet["G6"].fill.fgColor.rgb, "headings look like those beside them"


def test_only_the_selected_rows(tmp_path: Path) -> None:
    book = awkward.titled(tmp_path)
    said = run("profile_values", book.path, tmp_path / "out.xlsx", "status", select="D9:D11")
    assert said.rows == 3
    after = openpyxl.load_workbook(tmp_path / "out.xlsx")[book.sheet]
    assert [after.cell(row, 8).value for row in range(6, 14)] == [
        "Postcode status",
        None,
        None,
        "listed",
        "listed",
        "listed",
        None,
        None,
    ]


def test_rows_below_a_blank_one_are_spoken_of(tmp_path: Path) -> None:
    book = awkward.two_postcodes(tmp_path)
    said = run("profile_values", book.path, tmp_path / "out.xlsx", "status", select="B2")
    assert said.rows == 4 and "A blank row ends the list after row 5" in said.text
    said = run("profile_values", book.path, tmp_path / "out.xlsx", "status", select="B:B")
    assert said.rows == 13 and "blank row" not in said.text


def test_blank_rows_at_the_end_of_a_selection_are_left_out(tmp_path: Path) -> None:
    book = awkward.two_postcodes(tmp_path)  # whose row 6 is blank
    assert run("profile_values", book.path, None, "Home", "status", select="A2:F6").rows == 4


@pytest.mark.parametrize(
    ("obstacle", "expected"),
    [
        ("none", "columns C to E"),
        ("value", "columns F to H"),
        ("merged", "columns F to H"),
        ("table", "columns F to H"),
    ],
)
def test_new_columns_stand_clear_of_everything(tmp_path: Path, obstacle: str, expected: str) -> None:
    """Of a value, of merged cells, of an empty Table: they go to the first columns where nothing is."""
    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ([], [], ["Name", "Postcode"], ["A", "TF7 5UG"], ["B", "B9 5EF"], ["C", "B8 3BF"]):
        sheet.append(row)
    if obstacle == "value":
        sheet["E5"] = "mine"
    elif obstacle == "merged":
        sheet.merge_cells("D4:E5")
    elif obstacle == "table":
        sheet["D1"], sheet["E1"] = "One", "Two"
        sheet.add_table(openpyxl.worksheet.table.Table(displayName="Small", ref="D1:E4"))
    book.save(path)
    assert expected in run("profile_values", path, tmp_path / "out.xlsx", "imd_rank_2010, status", select="B4").text


def test_a_filtered_list_with_hidden_columns_beside_it(tmp_path: Path) -> None:
    book = awkward.macros(tmp_path)
    out = tmp_path / "out.xlsm"
    said = run("profile_values", book.path, out, "status", sheet=book.sheet, select="D3")
    assert said.rows == 10 and "The list has a filter: sort all columns together." in said.text
    sheet = openpyxl.load_workbook(out)[book.sheet]
    assert not sheet.column_dimensions["E"].hidden, "what was written is seen"
    assert sheet.row_dimensions[2].hidden and sheet["E2"].value == "live", "rows that the filter hides are answered too"


def test_formulas_in_excels_that_spill_and_in_older_ones() -> None:
    class Old:
        def __setattr__(self, name: str, value: str) -> None:
            raise AttributeError("an Excel of 2016 has no Formula2")

    class Cells:
        impl, first, formula_array = None, SimpleNamespace(formula2=None), None

        def __getitem__(self, place: tuple[int, int]) -> Any:
            return self.first

    new, old = Cells(), Cells()
    old.first = Old()
    for cells in (new, old):
        spill(cells, "=WP_DATA()", [(1,)])
    assert (new.first.formula2, new.formula_array, old.formula_array) == ("=WP_DATA()", None, "=WP_DATA()")


def test_two_postcode_columns_are_asked_about(tmp_path: Path) -> None:
    book = awkward.two_postcodes(tmp_path)
    said = run("profile_values", book.path, None, "School", "status", select="A2:F14")
    assert "columns G to H" in said.text


def test_a_school_goes_into_an_empty_cell_only(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    run("find_school", DEMO, out, "ash school", "", "1", sheet="Schools", select="A21")
    assert grid(out, "Schools")["A21"] == "900001"
    said = run("find_school", DEMO, None, "ash school", "", "1", sheet="Schools", select="A6")
    assert said.failed and "not empty" in said.text
    said = run("find_school", DEMO, None, "zzzzqq", "", "1", sheet="Schools", select="A21")
    assert said.failed


# ---------------------------------------------------------------------------------------------------------- decide


def test_decisions_follow_the_headings(messy: Path, tmp_path: Path) -> None:
    """A 'First generation?' column is turned round, columns of answers are found by meaning, and the model is asked for."""
    out = tmp_path / "out.xlsm"
    said = run("target_learners", messy, out, "1", "yes", select="A5")
    read = {
        name: column(messy, "Applicants", name, 3, 13)
        for name in ("Home postcode", "FSM", "First generation?", "Job of a parent")
    }
    turned = {"Y": "N", "Yes": "N", "✓": "N", "no": "Y", "N": "Y", "n": "Y"}  # to "a parent has higher education"
    he = [turned.get(answer, answer) for answer in read["First generation?"]]
    columns = [read["Home postcode"], read["FSM"], None, he, read["Job of a parent"]]
    answers = wpxl.call("WP_TARGET", *(c and [[v] for v in c] for c in columns))
    assert column(out, "Applicants", "Target learner", 3, 13) == [coded(a) for (a,) in answers]
    assert "Target" in said.text and said.rows == 10
    routes = column(out, "Applicants", "Route", 3, 13)
    assert {bool(r) for r, (a,) in zip(routes, answers, strict=True) if a == "Target"} == {True}
    reasons = column(out, "Applicants", "Reason (aimhigher-2011-learner)", 3, 13)
    assert all(isinstance(r, str) for r in reasons) and "WS108P" in reasons[3]


def test_what_was_understood_is_shown_before_writing(messy: Path) -> None:
    book = open_book(messy)
    book.sheets.active.range("A5").select()
    asked = Answers(("1", "no"))
    assert act(ACTIONS["target_learners"], book, asked).failed and not book.impl.changed
    assert "Postcode from column B (Home postcode); FSM from column C (FSM)" in asked.questions[-1]
    assert "not known: 16-19 bursary, disabled, in care, estranged, carer" in asked.questions[-1]


def test_priorities_of_schools(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    run("school_priorities", DEMO, out, sheet="Schools", select="B7")
    schools = column(DEMO, "Schools", "School", 5, 18)
    expected = [coded(p) for (p,) in wpxl.call("WP_PRIORITY", [[s] for s in schools])]
    found = openpyxl.load_workbook(out, data_only=True)["Schools"]
    assert [found.cell(5, c).value for c in (10, 11)] == ["Priority 2", "Reason (aimhigher-2011-school)"]
    assert [found.cell(row, 10).value for row in range(6, 19)] == expected


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Home postcode", "postcodes"), ("Postcode status", None), ("FSM", "fsm"), ("Free school meals?", "fsm"), ("FSM %", None),
        ("First generation", "parental_he"), ("Parent has HE", "parental_he"),
        ("Parents went to university", "parental_he"),
        ("Care leaver", "in_care"), ("Looked-after child", "in_care"), ("Young carer", "carer"), ("Career", None),
        ("Disability", "disabled"), ("NS-SEC 4-8 %", None), ("NSSEC", "nssec"), ("Job of a parent", "nssec"),
        ("Estranged", "estranged"),
        ("16-19 bursary", "bursary"), ("IMD rank", None), ("School", None), ("Sender", None), ("Higher education choice", None),
    ],
)  # fmt: skip
def test_headings_by_meaning(heading: str, expected: str | None) -> None:
    assert field(heading) == expected


# ----------------------------------------------------------------------------------------------------------- check


@pytest.mark.parametrize("build", [awkward.titled, awkward.table, awkward.rich, awkward.macros, awkward.messy])
def test_marks_are_removed_without_a_trace(tmp_path: Path, build: Any) -> None:
    book = build(tmp_path)
    ending = book.path.suffix
    marked, again, back = (tmp_path / f"{name}{ending}" for name in ("marked", "again", "back"))
    spoilt = open_book(book.path)  # something to mark in each of them
    spoilt.sheets[book.sheet].range((book.header_row + 2, book.column)).value = "WS108P"
    spoilt.sheets[book.sheet].range((book.header_row + 4, book.column)).value = "nonsense"
    before = tmp_path / f"before{ending}"
    save_book(spoilt, before)
    where = f"{openpyxl.utils.get_column_letter(book.column)}{book.header_row + 1}"
    said = run("mark_problems", before, marked, sheet=book.sheet, select=where)
    assert said.rows >= 2 and differing(before, marked)
    run("mark_problems", marked, again, sheet=book.sheet, select=where)
    assert not differing(marked, again), "marking twice is marking once"
    notes = {
        c.coordinate: c.comment.text
        for row in openpyxl.load_workbook(marked)[book.sheet].iter_rows()
        for c in row
        if c.comment
    }
    ours = {at: text for at, text in notes.items() if text.startswith("wpxl: ")}
    first = f"{openpyxl.utils.get_column_letter(book.column)}{book.header_row + 2}"
    assert "'WS108P' is not a full postcode" in ours[first]
    run("clear_marks", marked, back, sheet=book.sheet, select=where)
    assert differing(before, back) == set()
    run("remove_marks", marked, back)
    assert differing(before, back) == set()


def test_marked_cells_are_those_that_cannot_be_read(messy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsm"
    said = run("mark_problems", messy, out, select="A5")
    assert said.rows == 3 and "1 had a note already" in said.text
    sheet = openpyxl.load_workbook(out)["Applicants"]
    ours = [r for r in sheet.conditional_formatting for rule in r.rules if rule.formula == ['AND(TRUE,"wpxl"="wpxl")']]
    assert {str(part) for r in ours for part in r.sqref.ranges} == {"B7", "C6", "D11"}
    assert sheet["B7"].comment.text == "He will send it again"
    assert sheet["C6"].comment.text.startswith("wpxl: 'maybe' could mean yes or no")


def test_next_goes_round(messy: Path, tmp_path: Path) -> None:
    marked = tmp_path / "marked.xlsm"
    run("mark_problems", messy, marked, select="A5")
    book = open_book(marked)
    visited = []
    for _ in range(3):
        said = act(ACTIONS["next_problem"], book, Answers())
        visited.append(book.selection.address)
    assert visited == ["$C$6", "$D$11", "$C$6"] and said.text.startswith("1 of 2, cell C6: 'maybe'")


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(1, 5)), min_size=1, unique=True))
def test_addresses_are_short_and_complete(places: list[tuple[int, int]]) -> None:
    addresses = list(_addresses(places))
    assert all(len(address) <= 255 for address in addresses)
    found = [area(piece) for address in addresses for piece in address.split(",")]
    cells = [(r, c) for a in found if a for r in range(a[0], a[2] + 1) for c in range(a[1], a[3] + 1)]
    assert sorted(cells) == sorted(places)


# ---------------------------------------------------------------------------------------------------------- finish


@pytest.mark.parametrize("source", ["messy", "demo"])
def test_freezing_leaves_the_values_and_no_formula(messy: Path, tmp_path: Path, source: str) -> None:
    path = messy if source == "messy" else DEMO
    out = tmp_path / f"out{path.suffix}"
    said = run("freeze", path, out)
    for name, data in parts(out).items():
        if name.startswith(("xl/worksheets/", "xl/tables/")):
            assert not re.search(rb"<(?:f|calculatedColumnFormula)\b[^>]*>[^<]*WP_", data), name
    old, new = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(out, data_only=True)
    for sheet in old.sheetnames:
        assert grid(out, sheet) == grid(path, sheet)
    note = [c.value for row in new["wpxl sources"].iter_rows() for c in row if c.value]
    assert any("03/02/2026" in str(v) and "sample data" in str(v) for v in note) and said.rows > 10
    assert not any(name.endswith("calcChain.xml") for name in parts(out))


def test_only_the_selection_is_frozen(messy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsm"
    said = run("freeze", messy, out, "2", "yes", select="G4:G6")
    sheet = openpyxl.load_workbook(out)["Applicants"]
    assert said.rows == 3 and [sheet[f"G{r}"].value for r in (4, 5, 6)] == [6000, 6001, 6002]
    assert sheet["G7"].value.startswith("=WP_POSTCODE(") and sheet["N4"].value.ref == "N4:N7"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ('=WP_POSTCODE(A1,"IMD rank")', True), ("=IF(A1=1,wp_priority(B2),0)", True), ("=[1]!WP_TARGET(A1)", True),
        ('="WP_DATA()"', False),
        ("=_xludf.WP_DATA()", False), ("=MYWP_DATA()", False), ("WP_DATA()", False), ("=SUM(A1)", False), (5, False),
    ],
)  # fmt: skip
def test_which_formulas_are_ours(formula: Any, expected: bool) -> None:
    assert is_ours(formula) == expected


# ------------------------------------------------------------------------------------------------------------ help


@pytest.mark.parametrize(
    ("select", "begins"),
    [
        ("G4", "G4: TF7 5UG is"),  # a formula on its own row of a Table
        ("G7", "G7: 'WS108P' is not a full postcode"),
        ("N4", "N4: 900001 Ash School (fictional): High"),  # where a formula spills from
        ("N7", "N7: Only sample schools are installed, and the name 'Nowhere School'"),  # and where it spills to
        ("B7", "B7: 'WS108P' is not a full postcode"),  # a postcode itself
    ],
)
def test_what_went_wrong(messy: Path, select: str, begins: str) -> None:
    said = run("what_went_wrong", messy, None, select=select)
    assert said.text.startswith(begins)


@pytest.mark.parametrize("select", ["A1", "K4", "Z99"])
def test_nothing_to_explain(messy: Path, select: str) -> None:
    assert run("what_went_wrong", messy, None, select=select).failed


def test_answers_in_written_columns_are_explained(messy: Path, tmp_path: Path) -> None:
    written = tmp_path / "written.xlsm"
    run("profile_values", messy, written, "imd_rank_2010", select="B4")
    sheet = openpyxl.load_workbook(written)["Applicants"]
    at = next(c.coordinate for c in sheet[3] if c.value == "IMD 2010 rank")
    said = run("what_went_wrong", written, None, select=f"{at[:-1]}7")
    assert "'WS108P' is not a full postcode" in said.text


# --------------------------------------------------------------------------------------------- what a cell is given


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30))
def test_texts_arrive_as_they_are(text: str) -> None:
    """Excel reads what is assigned as if somebody typed it; an apostrophe in front is how a person says 'as it is'."""
    given_ = cell(text)
    if not text:
        assert given_ is None
    elif given_ == text:
        assert re.match(r"[A-Za-z]", text) and not re.search(r"\d", text) and text.casefold() not in ("true", "false")
    else:
        assert given_ == f"'{text}"


def test_the_command(messy: Path, tmp_path: Path, run: Any) -> None:
    code, out, _ = run("act")
    assert code == 0 and len(out.splitlines()) == len(ACTIONS)
    target = tmp_path / "out.xlsm"
    code, out, _ = run("act", "mark_problems", str(messy), "-o", str(target), "--select", "A5")
    assert code == 0 and "3 cells" in out and target.exists()
    code, out, _ = run("act", "next_problem", str(messy), "-o", str(tmp_path / "none.xlsm"))
    assert code == 0 and "no marks" in out and not (tmp_path / "none.xlsm").exists()
    for wrong in (("dance", str(messy)), ("freeze", "missing.xlsx"), ("freeze", str(messy), "--select", "hello")):
        code, _, err = run("act", *wrong)
        assert code == 1 and err.strip().count("\n") == 0
    code, _, err = run("act", "target_learners", str(messy), "--select", "A5", "--answer", "learner")
    assert code == 1 and "does not say which" in err


def test_questions_fit_into_excels_boxes(messy: Path) -> None:
    """Application.InputBox takes 255 characters, MsgBox 1,024."""
    asked = []

    class Measured(Answers):
        def choose(self, question: str, choices: Any) -> int | None:
            asked.append(
                f"{question}  " + "  ".join(f"{at} {c} " for at, c in enumerate(choices)) + " Type its number."
            )
            return super().choose(question, choices)

    for name, (select, answers, _) in MESSY.items():
        book = open_book(messy)
        book.sheets.active.range("G4:G6" if name == "freeze" else select).select()
        asking = Measured(answers)
        act(ACTIONS[name], book, asking)
        assert all(len(question) < 1_000 for question in asking.questions)
    assert len(asked) >= 3 and max(map(len, asked)) <= 255


@given(st.lists(st.text(max_size=1_200).map(lambda text: text.replace("\n", " ")), max_size=12))
def test_a_question_fits_the_box(sentences: list[str]) -> None:
    """As many sentences as there is room for, in order; what is not shown is counted."""
    shown = shortened(sentences)
    assert len(shown) <= 1_024 - 100
    whole = next(
        (n for n in range(len(sentences), -1, -1) if shown.startswith("".join(f"{s}\n" for s in sentences[:n]))), 0
    )
    if whole < len(sentences):
        left = len(sentences) - whole - 1
        assert shown.endswith(f"… and {left} more.\n" if left else " …\n")
