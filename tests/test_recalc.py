"""`wpxl recalc`: formulas in every form, every case, what else is in a file, and what can go wrong.

Answers are compared with wpxl.call, the list of forms, and arithmetic written out; bytes with bytes.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
import warnings
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import calc_office
import forms
import openpyxl
import pytest
import xlsxwriter
from awkward import logo, messy, rewrite
from calc_office import calc, stale, thorough
from conftest import plain, read_cases
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.formula import ArrayFormula
from test_calc_extension import DIES, block, stand_in
from xlsxwriter.utility import xl_range

import wpxl
from wpxl.errors import Fault
from wpxl.hosts.calc import office
from wpxl.hosts.calc.recalc import recalc
from wpxl.hosts.calc.recalc.cells import edited
from wpxl.hosts.calc.recalc.contents import Contents, Place
from wpxl.hosts.calc.recalc.reads import reads, to_work_out
from wpxl.hosts.calc.recalc.tokens import tokens
from wpxl.workbooks.formulas import Formula
from wpxl.workbooks.refs import Area, letters, number

CELL = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
RECALCULATED = re.compile(r"(\d[\d,]*) formulas? recalculated, ([\d,]+) changed, (\d+) refused")


class Run(NamedTuple):
    """One run of the command in a process of its own."""

    before: bytes
    target: Path
    code: int
    said: str

    @property
    def after(self) -> bytes:
        return self.target.read_bytes()

    @property
    def outcome(self) -> dict[str, Any]:
        return json.loads(self.said)


def command(source: Path, home: Path, *more: str, target: Path | None = None, **surroundings: str) -> Run:
    target = target or source.with_name(f"{source.stem}-out{source.suffix}")
    before = source.read_bytes()
    made = subprocess.run(
        [sys.executable, "-m", "wpxl", "recalc", str(source), "-o", str(target), *more],
        env=os.environ | {"WPXL_HOME": str(home)} | surroundings,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=200,
    )
    assert source.read_bytes() == before, "the source is never touched"
    return Run(before, target, made.returncode, made.stdout + made.stderr)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, index_cache: Path) -> dict[str, Run]:
    """Five workbooks at once, in a folder whose name is none for a careless program, by a user without a home."""
    thorough()
    folder = tmp_path_factory.mktemp("recalc") / "Zoë's lists & more %20 日本"
    folder.mkdir()
    sources = {
        "forms": forms.build(folder / "förms again.xlsx"),
        "openpyxl": with_openpyxl(folder / "openpyxl.xlsx"),
        "xlsxwriter": with_xlsxwriter(folder / "xlsxwriter.xlsx"),
        "cases": with_cases(folder / "cases.xlsx"),
        "messy": messy(folder).path,
    }
    with ThreadPoolExecutor(5) as pool:
        made = pool.map(lambda path: command(path, index_cache, "--json", HOME="/nowhere"), sources.values())
        return dict(zip(sources, made, strict=True))


def with_openpyxl(path: Path) -> Path:
    """No value is saved with any formula, and the file asks for all of them: the postcode itself is worked out."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"] = "TF7", '=A1&" 5UG"'
    sheet["C1"] = '=WP_POSTCODE(B1,"IMD 2019 rank")'
    sheet["D1"] = "=C1*2"
    sheet["E1"] = "=1+2"
    sheet["A3"] = ArrayFormula("A3:B4", '=WP_POSTCODE(A6:A7,"IMD 2019 rank, status")')
    sheet["A6"], sheet["A7"] = "tf32hr", "nonsense"
    sheet["E3"] = True
    book.save(path)
    return path


def with_xlsxwriter(path: Path) -> Path:
    """A spill that grows by another's growing, and one that both would fill."""
    book = xlsxwriter.Workbook(path)
    book.calc_on_load = False
    sheet = book.add_worksheet("One")
    sheet.write_column("A1", ["TF7 5UG", "tf32hr", "b323pb"])
    sheet.write_dynamic_array_formula("B1", "=WP_POSTCODE_FORMAT(A1:A3)", None, forms.WRONG)
    sheet.write_dynamic_array_formula("C1", '=WP_POSTCODE(_xlfn.ANCHORARRAY(B1),"IMD 2019 rank")', None, forms.WRONG)
    sheet.write_formula("D1", "=SUM(_xlfn.ANCHORARRAY(C1))", None, forms.WRONG)
    sheet.write_formula("D2", '=COUNTIF(B:B,"TF3 2HR")', None, forms.WRONG)
    sheet.write_dynamic_array_formula("F2", '=WP_POSTCODE(A1,"IMD 2019 rank, status")', None, forms.WRONG)
    sheet.write_dynamic_array_formula("G1", "=WP_POSTCODE_FORMAT(A1:A3)", None, forms.WRONG)
    sheet.insert_image("J1", "logo.png", {"image_data": io.BytesIO(logo())})
    book.close()
    return path


# Of WP_ACTIVITY's, each of which takes a quarter of a second, a few
CASES = [c for i, c in enumerate(read_cases("sample-*.csv")) if c.function != "WP_ACTIVITY" or i % 8 == 0]
ANSWERS = 40  # the column in which answers stand, right of all arguments


def with_cases(path: Path) -> Path:
    """Every case, its arguments in cells, as a formula that spills from one cell; answers are kept apart by blank rows."""
    book = xlsxwriter.Workbook(path)
    book.calc_on_load = False
    sheet, row = book.add_worksheet(), 0
    for case in CASES:
        given, column, tall = [], 0, len(case.expected)
        for argument in case.arguments:
            cells = block(argument)
            for r, line in enumerate(cells if argument is not None else []):
                for c, cell in enumerate(line):
                    if isinstance(cell, Fault):
                        sheet.write_formula(row + r, column + c, f"={cell.code}", None, cell.code)
                    elif isinstance(cell, str):
                        sheet.write_string(row + r, column + c, cell)
                    elif cell is not None:
                        sheet.write(row + r, column + c, cell)
            last = row + len(cells) - 1, column + len(cells[0]) - 1
            given.append("" if argument is None else xl_range(row, column, *last))
            column, tall = column + len(cells[0]) + 1, max(tall, len(cells))
        formula = f"={case.function}({','.join(given)})"
        sheet.write_dynamic_array_formula(row, ANSWERS, row, ANSWERS, formula, None, forms.WRONG)
        row += tall + 1
    book.close()
    return path


def test_every_case(runs: dict[str, Run]) -> None:
    sheet, row, wrong = openpyxl.load_workbook(runs["cases"].target, data_only=True).active, 1, []
    for case in CASES:
        across = range(ANSWERS + 1, ANSWERS + 2 + len(case.expected[0]))
        got = [[sheet.cell(row + r, c).value for c in across] for r in range(len(case.expected) + 1)]
        must = [*([*line, None] for line in case.expected), [None] * len(across)]
        if got != [[None if v == "" else v for v in line] for line in must]:
            wrong.append((case.id, got, must))
        row += max([len(case.expected), *(len(block(a)) for a in case.arguments)]) + 1
    sys.stdout.write(f"{len(CASES)} cases, {len(wrong)} other than expected\n")
    assert wrong == [] and len(CASES) > 300 and runs["cases"].outcome["refused"] == []


# ----------------------------------------------------------------------------------------------------------------- forms


def test_how_many_forms_and_how_it_ended(runs: dict[str, Run]) -> None:
    refused = [form for form in forms.FORMS if form.refused]
    outcome = runs["forms"].outcome
    assert len(forms.FORMS) >= 50 and len(refused) == 4
    assert runs["forms"].code == 1, "a formula was refused"
    assert len(outcome["refused"]) == 4 and outcome["formulas"] == len(forms.FORMS) - 3 + 2 + 6 + 1
    assert outcome["changed"] == outcome["formulas"], "all held a wrong value"
    assert [runs[name].code for name in ("cases", "openpyxl")] == [0, 0]


@pytest.fixture(scope="module")
def sheets(runs: dict[str, Run]) -> Any:
    return openpyxl.load_workbook(runs["forms"].target, data_only=True)


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda form: form.name)
def test_a_form(form: forms.Form, runs: dict[str, Run], sheets: Any) -> None:
    row = forms.ROWS[form.name]
    sentences = [r["sentence"] for r in runs["forms"].outcome["refused"] if r["cell"] == f"Forms!D{row}"]
    if form.refused:
        assert len(sentences) == 1 and sentences[0].startswith(form.refused) and sentences[0].endswith(".")
    else:
        assert sentences == []
    must = form.grid
    # One cell more on each side: an answer reaches so far and no further
    shown = [
        [sheets["Forms"].cell(row + r, 4 + c).value for c in range(len(must[0]) + 1)] for r in range(len(must) + 1)
    ]
    got = [["" if v is None else v for v in line] for line in shown]
    below = [forms.IN_THE_WAY] if form.name == "spill without room" else [""] * len(must[0])
    assert got == [*([*line, ""] for line in must), [*below, ""]]
    assert [[type(v) is bool for v in line] for line in got[:-1]] == [
        [type(v) is bool for v in [*line, ""]] for line in must
    ]
    column = [d for d in (sheets["Forms"].cell(r, 4).value for r in range(row, row + forms.STEP)) if d is not None]
    assert len(column) <= len(must) + 1


def test_what_depends_on_them_and_what_does_not(sheets: Any) -> None:
    ours = sheets["Forms"]
    assert [ours[cell].value for cell in forms.OTHERS] == [forms.WRONG] * len(forms.OTHERS)
    counted = sum(ours.cell(row, 4).value == "TF3 2HR" for row in range(1, ours.max_row + 1))
    assert ours["G2"].value == counted > 10
    assert [[cell.value for cell in row] for row in sheets["Learners"]["C2:D4"]] == [
        list(row) for row in zip(*forms.IN_TABLE, strict=True)
    ]


def fixed(sheet: bytes, answers: list[Any]) -> dict[str, bytes]:
    """What must stay of a sheet: around its cells (""), and of each cell; of one with a formula all but its value.

    answers: the rectangles that answers of arrays fill, before or after.
    """
    around = re.sub(rb"<dimension[^>]*>", b"", re.sub(rb"<sheetData>.*</sheetData>", b"", sheet, flags=re.DOTALL))
    found = {"": around}
    for name, attributes, inside in CELL.findall(sheet):
        column, row = coordinate_to_tuple(name.decode())[::-1]
        if b"<f" in inside:
            kept = re.sub(rb' ref="[^"]*"', b"", re.sub(rb"<v>[^<]*</v>|<v/>", b"", inside))
            found[name.decode()] = re.sub(rb' t="[^"]*"', b"", attributes) + kept
        elif inside and not any(r.min_row <= row <= r.max_row and r.min_col <= column <= r.max_col for r in answers):
            found[name.decode()] = attributes + inside
    return found


@pytest.mark.parametrize("name", ["forms", "openpyxl", "xlsxwriter", "cases", "messy"])
def test_nothing_else_changes(runs: dict[str, Run], name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(runs[name].before)) as old, zipfile.ZipFile(runs[name].target) as new:
        assert [(i.filename, i.date_time, i.compress_type) for i in old.infolist()] == [
            (i.filename, i.date_time, i.compress_type) for i in new.infolist()
        ]
        differ = [n for n in old.namelist() if old.read(n) != new.read(n)]
        assert differ and all(n.startswith("xl/worksheets/sheet") for n in differ)
        for part in differ:
            sheets = [old.read(part), new.read(part)]
            reached = [CellRange(m.decode()) for x in sheets for m in re.findall(rb't="array" ref="([^"]+)"', x)]
            was, now = (fixed(x, reached) for x in sheets)
            assert was == now and len(was) > 5


# --------------------------------------------------------------------------------------------- files from two libraries


def test_the_values_of_a_file_that_asks_for_all_of_them(runs: dict[str, Run]) -> None:
    sheet = openpyxl.load_workbook(runs["openpyxl"].target, data_only=True).active
    assert [sheet[cell].value for cell in ("B1", "C1", "D1", "E1", "E3")] == ["TF7 5UG", 5203, 10406, 3, True]
    assert [[cell.value for cell in row] for row in sheet["A3:B4"]] == [[980, "live"], ["#VALUE!", "not a postcode"]]


def test_a_spill_that_feeds_another_and_two_that_meet(runs: dict[str, Run]) -> None:
    run = runs["xlsxwriter"]
    sheet = openpyxl.load_workbook(run.target, data_only=True).active
    ranks = [5203, 980, 13845]
    assert [sheet.cell(row, 3).value for row in (1, 2, 3)] == ranks and sheet["D1"].value == sum(ranks)
    assert sheet["D2"].value == 1 and [sheet.cell(row, 7).value for row in (1, 2, 3)] == [
        "TF7 5UG",
        "TF3 2HR",
        "B32 3PB",
    ]
    assert run.code == 1 and run.outcome["refused"] == [
        {
            "cell": "One!F2",
            "sentence": "This formula's answer has no room: One!G2 is in the way; the cell holds an error.",
        }
    ]
    assert sheet["F2"].value == "#VALUE!"
    with zipfile.ZipFile(run.target) as archive:
        part = archive.read("xl/worksheets/sheet1.xml")
    assert b'ref="C1:C3"' in part and b'ref="F2"' in part and b'<dimension ref="A1:G3"/>' in part


def test_a_workbook_with_all_that_a_careless_program_drops(runs: dict[str, Run]) -> None:
    """Macros, charts, comments, validations of the newer kind, links: compared above; here its answers."""
    with warnings.catch_warnings(action="ignore"):  # openpyxl is one of those programs, and says so
        sheet = openpyxl.load_workbook(runs["messy"].target, data_only=True)["Applicants"]
    asked = [[sheet.cell(row, 2).value] for row in range(4, 14)]
    ranks = [None if v == "" else v for v in (sheet.cell(row, 7).value for row in range(4, 14))]
    assert ranks == [row[0] for row in plain(wpxl.call("WP_POSTCODE", asked, "imd_rank_2010"))]
    schools = [[sheet.cell(row, 13).value] for row in range(4, 8)]
    assert [[sheet.cell(row, 14).value] for row in range(4, 8)] == plain(wpxl.call("WP_PRIORITY", schools))


# ------------------------------------------------------------------------------------------------------ what can go wrong


def simple(path: Path, count: int = 40) -> Path:
    cells = {f"A{i}": "tf75ug" for i in range(1, count + 1)}
    return stale(calc_office.write(path, cells | {f"B{i}": f"=WP_POSTCODE_FORMAT(A{i})" for i in range(1, count + 1)}))


SLOW = """
import time
from wpxl.hosts.calc import server
def late(*question):
    time.sleep(3)
    return reply(*question)
reply, server.reply = server.reply, late
server.serve()
"""


def test_a_helper_that_dies_again_and_again_loses_nothing(tmp_path: Path, index_cache: Path) -> None:
    thorough()
    calc()
    python = stand_in(tmp_path / "python", DIES)
    # Each of them another question, because what was answered once is not asked again
    cells = {f"A{i}": f"TF{i} 5UG" for i in range(1, 151)}
    formulas = {f"B{i}": f"=WP_POSTCODE_FORMAT(A{i})" for i in range(1, 151)}
    run = command(
        stale(calc_office.write(tmp_path / "b.xlsx", cells | formulas)), index_cache, WPXL_CALC_PYTHON=str(python)
    )
    sheet = openpyxl.load_workbook(run.target, data_only=True).active
    assert [row[1] for row in sheet.iter_rows(values_only=True)] == [
        wpxl.call("WP_POSTCODE_FORMAT", cell)[0][0] if i < 100 else "#VALUE!"
        for i, cell in enumerate(cells.values(), 1)
    ]
    assert RECALCULATED.search(run.said)[0] == "150 formulas recalculated, 150 changed, 0 refused" and run.code == 0


def test_without_a_helper_nothing_is_written(tmp_path: Path, index_cache: Path) -> None:
    calc()
    run = command(simple(tmp_path / "b.xlsx"), index_cache, WPXL_CALC_PYTHON=str(tmp_path / "no such python"))
    assert run.code == 1 and run.said.startswith("wpxl did not answer") and "nothing was written" in run.said
    assert run.said.count("\n") == 1 and sorted(p.name for p in tmp_path.iterdir()) == ["b.xlsx"]


def test_an_office_without_the_extension(tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every formula would be #NAME?, or what IFERROR makes of it."""
    calc()
    monkeypatch.setattr(office, "unpack", lambda folder: None)
    source = stale(calc_office.write(tmp_path / "b.xlsx", {"A1": '=IFERROR(WP_POSTCODE_FORMAT("tf75ug"),"none")'}))
    code, _, err = run("recalc", str(source), "--in-place")
    assert code == 1 and err.startswith("LibreOffice did not take wpxl's functions up, so nothing was written")


def test_a_copy_that_the_office_cannot_read(tmp_path: Path, run: Any) -> None:
    """Every cell would be blank to it, and so would every answer be."""
    calc()
    source = simple(tmp_path / "b.xlsx")
    rewrite(source, {"xl/worksheets/sheet1.xml": lambda xml: xml.replace('<row r="3"', '<row r="3" none:such="1"')})
    code, _, err = run("recalc", str(source), "--in-place")
    assert code == 1 and err.startswith(
        "LibreOffice did not read the copy of this workbook to its end, so nothing was written"
    )


def test_an_office_that_is_killed_or_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    thorough()
    calc()
    monkeypatch.setenv("WPXL_CALC_PYTHON", str(stand_in(tmp_path / "python", SLOW)))
    started: list[Any] = []
    start = office.start
    monkeypatch.setattr(office, "start", lambda *given: started.append(start(*given)) or started[-1])
    source, target = simple(tmp_path / "b.xlsx", 2), tmp_path / "out.xlsx"
    before = source.read_bytes()

    def killed() -> None:
        while not started:
            time.sleep(0.05)
        time.sleep(1)
        office.end(started[0])

    with ThreadPoolExecutor() as pool:
        pool.submit(killed)
        with pytest.raises(
            Fault, match=r"^LibreOffice ended before it had worked the formulas out, so nothing was written"
        ):
            recalc(source, target)
    with pytest.raises(
        Fault, match=r"^LibreOffice had not worked .* in the time given, so nothing was written.*--limit\.$"
    ):
        recalc(source, target, limit=2)
    assert len(started) == 2 and all(process.poll() is not None for process in started)
    assert source.read_bytes() == before and not target.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_the_command_itself_is_killed(tmp_path: Path, index_cache: Path) -> None:
    """Nothing is half written, and the office that it had started ends by itself."""
    thorough()
    calc()
    source, temporary = simple(tmp_path / "b.xlsx", 1), tmp_path / "temporary"
    temporary.mkdir()
    before = source.read_bytes()
    surroundings = {"WPXL_HOME": str(index_cache), "TMPDIR": str(temporary)}
    surroundings["WPXL_CALC_PYTHON"] = str(stand_in(tmp_path / "python", SLOW))
    asked = [sys.executable, "-m", "wpxl", "recalc", str(source), "--in-place"]
    with subprocess.Popen(asked, env=os.environ | surroundings, stderr=subprocess.DEVNULL) as process:
        assert within(20, lambda: list(temporary.glob("wpxl-*/1.json")))
        process.kill()
    assert source.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.suffix in (".xlsx", ".tmp")] == ["b.xlsx"]
    assert within(30, lambda: not offices_in(temporary))


def within(seconds: float, happens: Callable[[], Any]) -> bool:
    latest = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > latest:
            return False
        time.sleep(0.1)
    return True


def offices_in(folder: Path) -> list[str]:
    said = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    return [line for line in said.splitlines() if str(folder) in line and "soffice.bin" in line]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit to the size of files")
def test_a_disk_that_takes_no_more(tmp_path: Path, index_cache: Path) -> None:
    calc()
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); from wpxl.hosts.cli import main; main(sys.argv[1:])"
    )
    source = simple(tmp_path / "b.xlsx")
    before = source.read_bytes()
    asked = [sys.executable, "-c", program, "recalc", str(source), "--in-place"]
    made = subprocess.run(asked, env=os.environ | {"WPXL_HOME": str(index_cache)}, capture_output=True, text=True)
    assert (
        made.returncode == 1 and "nothing was written: make room there." in made.stderr and made.stderr.count("\n") == 1
    )
    assert source.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["b.xlsx"]


@pytest.mark.parametrize(("there", "said"), [
    (None, r"LibreOffice was not found on this machine, and wpxl needs 25\.2 or later: "),
    (office.Office(Path("soffice"), "7.4.7.2"), r"This is LibreOffice 7\.4\.7\.2, and wpxl needs 25\.2 or later: "),
])  # fmt: skip
def test_no_office_or_an_old_one(
    there: office.Office | None, said: str, tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "find", lambda: there)
    monkeypatch.setattr(office.platform, "system", lambda: "Linux")
    code, out, err = run("recalc", str(simple(tmp_path / "b.xlsx")))
    assert code == 1 and out == "" and re.match(said, err) and "apt install" in err
    assert [p.name for p in tmp_path.iterdir()] == ["b.xlsx"]


def test_a_workbook_in_which_wpxl_has_no_part(tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no LibreOffice, and the copy is the original."""
    monkeypatch.setattr(office, "find", lambda: None)
    source = calc_office.write(tmp_path / "b.xlsx", {"A1": 1, "B1": "=A1*2", "C1": "WP_DATA() as text"})
    code, out, _ = run("recalc", str(source))
    assert code == 0 and RECALCULATED.search(out)[0].startswith("0 formulas recalculated, 0 changed")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "b-recalculated.xlsx") as new:
        assert {n: old.read(n) for n in old.namelist()} == {n: new.read(n) for n in new.namelist()}


def test_dates_from_1904_are_refused(tmp_path: Path, run: Any) -> None:
    book = xlsxwriter.Workbook(tmp_path / "b.xlsx", {"date_1904": True})
    book.add_worksheet().write_formula("A1", '=WP_HE_READY(B1,"2025/26")')
    book.close()
    code, _, err = run("recalc", str(tmp_path / "b.xlsx"))
    assert code == 1 and err.startswith("This workbook counts its dates from 1904") and err.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["b.xlsx"]


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["b.xlsx", "--in-place", "-o", "c.xlsx"], 2, "Give either --in-place or -o, not both."),
    (["b.xlsx", "-o", "b.xlsx"], 1, "b.xlsx is the file that is read: give another name with -o, or --in-place to replace it."),
    (["none.xlsx"], 1, "There is no file none.xlsx."),
    ([], 2, "Missing argument 'BOOK'"),
])  # fmt: skip
def test_used_wrongly(
    arguments: list[str], code: int, said: str, tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    simple(tmp_path / "b.xlsx")
    got, _, err = run("recalc", *arguments)
    assert got == code and said in err and [p.name for p in tmp_path.iterdir()] == ["b.xlsx"]


# ----------------------------------------------------------------------------------------- the parts, without LibreOffice


@given(st.text(st.sampled_from("AB1$:!'\"[]@#,(){}; .+é_WPxl\\?"), max_size=40))
def test_the_pieces_of_any_text_are_the_text(text: str) -> None:
    assert "".join(piece.prefix + piece.text for piece in tokens(text)) == text.strip().removeprefix("=")


PLACES = [Place(0, row, column) for row in range(1, 7) for column in range(1, 4)]


@given(
    st.dictionaries(
        st.sampled_from(PLACES), st.lists(st.tuples(*[st.sampled_from(PLACES)] * 2), max_size=2), max_size=12
    )
)
def test_what_depends_is_what_a_slow_search_finds(read: dict[Place, list[tuple[Place, Place]]]) -> None:
    texts, areas = {}, {}
    for place, pairs in read.items():
        areas[place] = [Area(*map(min, a[1:], b[1:]), *map(max, a[1:], b[1:])) for a, b in pairs]
        start = "WP_DATA()" if place.row == 1 else "0"
        texts[place] = "+".join([start, *(f"SUM({area})" for area in areas[place])])
    formulas = {place: Formula(place.row, place.column, text) for place, text in texts.items()}
    contents = Contents(SimpleNamespace(sheets=[SimpleNamespace(name="One")]), [], formulas)  # type: ignore[arg-type]
    known = {place: reads(contents, text, place, {}) for place, text in texts.items()}
    live = {place for place in read if place.row == 1}
    for _ in read:
        live |= {p for p in read if any(a.meets(Area(*o[1:], *o[1:])) for a in areas[p] for o in live)}
    assert to_work_out(contents, known, {}) == live


CELLS = st.dictionaries(st.tuples(st.integers(1, 5), st.integers(1, 5)), st.integers(0, 99))


@given(CELLS, CELLS, st.booleans())
def test_cells_are_put_in_their_places(there: dict[Any, int], put: dict[Any, int], spaced: bool) -> None:
    def cell(row: int, column: int, value: int) -> str:
        return f'<c r="{letters(column)}{row}"><v>{value}</v></c>' if value % 7 else ""

    rows = sorted({row for row, _ in there})
    gap = "\n " if spaced else ""
    body = "".join(
        f'<row r="{r}" spans="1:5">{gap}'
        + "".join(cell(r, c, there[r, c]) for c in range(1, 6) if (r, c) in there)
        + "</row>"
        for r in rows
    )
    edits: dict[int, dict[int, bytes]] = {}
    for (row, column), value in put.items():
        edits.setdefault(row, {})[column] = cell(row, column, value).encode()
    found = re.findall(r'<c r="([A-Z]+)(\d+)"><v>(\d+)</v>', edited(body.encode(), edits).decode())
    after = {place: value for place, value in (there | put).items() if value % 7}
    assert [(int(row), number(column), int(value)) for column, row, value in found] == [
        (*place, after[place]) for place in sorted(after)
    ]
