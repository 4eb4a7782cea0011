"""The extension in a real LibreOffice Calc, by way of .xlsx files that it loads, calculates and saves.

Every case in four forms and from two writers; then what can go wrong around it. The parts alone are in test_calc_parts.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import signal
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import calc_office
import openpyxl
import pytest
import xlsxwriter
from calc_office import Session, locked, stale, thorough, values
from conftest import Case, plain, read_cases
from openpyxl.utils import get_column_letter as letters
from openpyxl.worksheet.formula import ArrayFormula
from test_cases import stands_in_a_column

import wpxl
from wpxl.catalogue import CATALOGUE
from wpxl.errors import Fault
from wpxl.hosts.calc import office
from wpxl.hosts.calc.extension import SERVICE

CASES = read_cases("sample-*.csv")
ANSWERS = 40  # the column in which answers stand, right of all arguments
TYPED, CELL, RANGE = "typed into the formula", "each argument a cell", "each argument a range"
# Where Calc's add-in interface does not let through what Excel does, and what a cell shows instead.
TRUE = "TRUE and FALSE reach wpxl as 1 and 0: Calc has no others"
ZERO = "a single cell with 0 cannot be told from a blank one, so it is taken as blank: unknown, never 'no'"
ERROR = "an error in a single cell stops the formula before wpxl is asked: the answer is that error, in every cell"
ERRORS = "an error anywhere in a range stops the formula before wpxl is asked: Err:504, #VALUE! in a saved .xlsx"


class Asked(NamedTuple):
    """A formula on a sheet: where it stands, and what it must show."""

    formula: str
    row: int
    expected: list[list[Any]]
    name: str

    @property
    def span(self) -> str:
        height, width = len(self.expected), len(self.expected[0])
        return f"{letters(ANSWERS)}{self.row}:{letters(ANSWERS + width - 1)}{self.row + height - 1}"


class Sheet:
    """Inputs and formulas, one below the other."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], Any] = {}
        self.asked: list[Asked] = []
        self.row = 1

    def ask(self, function: str, arguments: list[Any], expected: list[list[Any]], name: str, form: str) -> None:
        given, column, rows = [], 1, len(expected)
        for argument in arguments:
            if argument is None:
                given.append("")
            elif form == TYPED and not isinstance(argument, list):
                given.append(literal(argument))
            else:
                cells = block(argument)
                for r, row in enumerate(cells):
                    self.cells.update({(self.row + r, column + c): cell for c, cell in enumerate(row)})
                first = f"{letters(column)}{self.row}"
                last = f"{letters(column + len(cells[0]) - 1)}{self.row + len(cells) - 1}"
                given.append(first if form == CELL and not isinstance(argument, list) else f"{first}:{last}")
                column, rows = column + len(cells[0]), max(rows, len(cells))
        assert column < ANSWERS
        answer = [[shown(cell) for cell in row] for row in expected]
        self.asked.append(Asked(f"={function}({','.join(given)})", self.row, answer, name))
        self.row += rows


def shown(value: Any) -> Any:
    """A value as Calc shows it: TRUE is 1."""
    return int(value) if isinstance(value, bool) else None if value == "" else value


def block(value: Any) -> list[list[Any]]:
    rows = [row if isinstance(row, list) else [row] for row in value] if isinstance(value, list) else [[value]]
    width = max(map(len, rows), default=1)
    return [row + [None] * (width - len(row)) for row in rows or [[None]]]


def literal(value: Any) -> str:
    if isinstance(value, Fault):
        return value.code
    if isinstance(value, bool):
        return f"{value}()".upper()
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else repr(value)


def zero(value: Any) -> bool:
    return isinstance(value, (int, float)) and value == 0


def in_calc(function: str, arguments: list[Any], expected: list[list[Any]], form: str) -> tuple[list[list[Any]], str]:
    """What Calc must show, and why it is not what Excel shows, where it is not."""
    single = [a for a in arguments if not isinstance(a, list) and form != RANGE]
    ranges = [a for a in arguments if isinstance(a, list) or form == RANGE]
    if any(isinstance(cell, Fault) for a in ranges for row in block(a) for cell in row):
        return [["#VALUE!" for _ in row] for row in expected], ERRORS
    stopped = [a.code for a in single if isinstance(a, Fault)]
    if stopped:
        return [[stopped[-1] for _ in row] for row in expected], ERROR
    if any(map(zero, single)):
        blank = [[[None]] if not isinstance(a, list) and zero(a) else number(a) for a in arguments]
        return plain(wpxl.call(function, *blank)), ZERO
    if any(isinstance(cell, bool) for a in arguments for row in block(a) for cell in row):
        return plain(wpxl.call(function, *map(number, arguments))), TRUE
    return expected, ""


def number(value: Any) -> Any:
    return float(value) if isinstance(value, bool) else value


def every_case(form: str, reasons: Counter[str]) -> Sheet:
    """reasons: how often, and why, Calc shows something else than Excel does."""
    sheet = Sheet()
    for case in CASES:
        if form != TYPED and case.arguments and isinstance(case.arguments[0], list):  # a range in any form
            continue
        expected, why = in_calc(case.function, case.arguments, case.expected, form)
        reasons[why] += expected != case.expected
        sheet.ask(case.function, case.arguments, expected, f"{case.id}, {form} {why}", form)
    return sheet


def columns() -> Sheet:
    """The cases about one cell with the same further arguments as one column, with another postcode between them."""
    sheet = Sheet()
    unlike = (Fault, bool)
    fit = [c for c in CASES if stands_in_a_column(c) and not isinstance(c.arguments[0], unlike)]
    fit = [c for c in fit if not any(zero(a) for a in c.arguments[1:])]
    for _, group in groupby(sorted(fit, key=key), key=key):
        cases = list(group)
        filler = plain(wpxl.call(cases[0].function, "TF7 5UG", *cases[0].arguments[1:]))
        column = [[cell] for case in cases for cell in (case.arguments[0], "TF7 5UG")]
        expected = [row for case in cases for row in (*case.expected, *filler)]
        sheet.ask(cases[0].function, [column, *cases[0].arguments[1:]], expected, cases[0].id, CELL)
    return sheet


def key(case: Case) -> tuple[str, str]:
    return case.function, repr(case.arguments[1:])


def sentences() -> Sheet:
    sheet = Sheet()
    for case in CASES:
        if case.sentence and not any(zero(a) or isinstance(a, (Fault, bool)) for a in case.arguments):
            said = wpxl.why(case.function, *case.arguments)
            assert said[0].startswith(case.sentence)
            sheet.ask("WP_WHY", [case.function, *case.arguments], [[said[0]]], f"{case.id}, its sentence", TYPED)
    return sheet


def by_openpyxl(path: Path, sheets: dict[str, Sheet]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, sheet in sheets.items():
        there = book.create_sheet(name)
        for (row, column), cell in sheet.cells.items():
            there.cell(row, column, cell.code if isinstance(cell, Fault) else cell)
            if isinstance(cell, str):
                there.cell(row, column).data_type = "s"  # else a text like =B3 would be a formula
        for asked in sheet.asked:
            first, _, last = asked.span.partition(":")
            there[first] = asked.formula if first == last else ArrayFormula(asked.span, asked.formula)
    book.save(path)
    stale(path)


def by_xlsxwriter(path: Path, sheets: dict[str, Sheet]) -> None:
    book = xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    for name, sheet in sheets.items():
        there = book.add_worksheet(name)
        for (row, column), cell in sheet.cells.items():
            if isinstance(cell, Fault):
                there.write_formula(row - 1, column - 1, f"={cell.code}", None, cell.code)
            else:
                there.write(row - 1, column - 1, cell)
        for asked in sheet.asked:
            first, _, last = asked.span.partition(":")
            if first == last:
                there.write_formula(first, asked.formula, None, 999)
            else:
                there.write_array_formula(asked.span, f"{{{asked.formula}}}", None, 999)
    book.close()
    stale(path)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a profile that most tests share: making one takes longer than calculating in it."""
    return tmp_path_factory.mktemp("room")


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter], ids=["openpyxl", "xlsxwriter"])
def test_every_case(write: Callable[[Path, dict[str, Sheet]], None], room: Path) -> None:
    thorough()
    reasons: Counter[str] = Counter()
    sheets = {form: every_case(form, reasons) for form in (TYPED, CELL, RANGE)}
    sheets |= {"columns": columns(), "sentences": sentences()}
    write(room / "cases.xlsx", sheets)
    seen = values(room / "cases.xlsx", room)
    wrong = []
    for name, sheet in sheets.items():
        for asked in sheet.asked:
            rows = [row[ANSWERS - 1 :] for row in seen[name][asked.row - 1 : asked.row - 1 + len(asked.expected)]]
            got = [row[: len(wanted)] for row, wanted in zip(rows, asked.expected, strict=True)]
            if got != asked.expected:
                wrong.append((asked.name, asked.formula, got, asked.expected))
    total = sum(len(sheet.asked) for sheet in sheets.values())
    told = {reason: n for reason, n in reasons.items() if n}
    sys.stdout.write(f"{total} formulas; other than in Excel: {told}\n")
    assert not wrong, f"{len(wrong)} of {total}: {wrong[:8]}"


# ------------------------------------------------------------------------------------------------------ an office that is open


def test_what_the_wizard_says_and_a_process_that_is_ended(tmp_path: Path, home: Path) -> None:
    """The words of every function; a process killed between two formulas; none is left when the office has ended."""
    log = home / "log" / "calc.log"
    with Session(tmp_path / "office") as calc:
        words = calc.tell("functions")
        assert words == {
            f.name: [f.summary, ADD_IN, [[arg.name, arg.help, True] for arg in f.args]] for f in CATALOGUE.values()
        }
        assert not log.exists(), "no process before the first formula"
        calc.tell("set", {"A1": "tf75ug", "B1": "=WP_POSTCODE_FORMAT(A1)", "B2": '=WP_POSTCODE_FORMAT("xx")'})
        assert calc.tell("get", ["B1", "B2"]) == ["TF7 5UG", CALC_VALUE]
        (first,) = started(log)
        os.kill(first, signal.SIGKILL)
        calc.tell("set", {"A1": "ws10 8pq"})
        assert calc.tell("get", ["B1"]) == ["WS10 8PQ"]
        _, second = started(log)
        assert alive(second)
    assert ended(second)


ADD_IN, CALC_VALUE = 11, 519  # Calc's category for functions of extensions; its error #VALUE!


def started(log: Path) -> list[int]:
    """The processes that the loader has started."""
    return [int(number) for number in re.findall(r"started process (\d+)", log.read_text("utf-8"))]


def alive(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def ended(process: int) -> bool:
    return any(not alive(process) or time.sleep(0.1) for _ in range(50))


# ------------------------------------------------------------------------------------------------------ what can go wrong


def asking(path: Path, count: int = 3) -> Path:
    """A workbook that asks `count` times for what is known, one cell a formula, and once in a column."""
    cells: dict[str, Any] = {f"A{i}": POSTCODES[i % 2][0] for i in range(1, count + 1)}
    cells |= {f"B{i}": f"=WP_POSTCODE_FORMAT(A{i})" for i in range(1, count + 1)}
    return stale(calc_office.write(path, cells, {f"C1:C{count}": f"=WP_POSTCODE_FORMAT(A1:A{count})"}))


POSTCODES = [("tf75ug", "TF7 5UG"), ("ws108pq", "WS10 8PQ")]


def answered(rows: list[list[Any]], count: int = 3) -> bool:
    right = [POSTCODES[i % 2][1] for i in range(1, count + 1)]
    return [row[1] for row in rows] == right == [row[2] for row in rows]


def stand_in(folder: Path, program: str) -> Path:
    """A Python for the loader that runs this program instead of wpxl's."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "program.py").write_text(program, "utf-8")
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{folder}/program.py"\n', "utf-8")
    python.chmod(0o755)
    return python


DIES = """
import os
from wpxl.hosts.calc import server
asked, reply = [], server.reply
def dying(*question):
    asked.append(question)
    if len(asked) > 70:
        os.kill(os.getpid(), 9)
    return reply(*question)
server.reply = dying
server.serve()
"""


def test_a_process_that_dies_again_and_again_loses_nothing(
    room: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WPXL_CALC_PYTHON", str(stand_in(tmp_path / "python", DIES)))
    assert answered(values(asking(tmp_path / "b.xlsx", 300), room)["Sheet"], 300)
    assert len(started(home / "log" / "calc.log")) == 5  # 301 questions, 70 for each


def test_no_process_to_be_had(room: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in each cell, a sentence for the asking, a line in the log, and no long wait."""
    monkeypatch.setenv("WPXL_CALC_PYTHON", str(tmp_path / "no such python"))
    cells = {f"A{i}": '=WP_POSTCODE_FORMAT("tf75ug")' for i in range(1, 301)} | {"B1": '=WP_WHY("WP_POSTCODE", "x")'}
    rows = values(stale(calc_office.write(tmp_path / "b.xlsx", cells)), room)["Sheet"]
    assert {row[0] for row in rows} == {"#REF!"} and "wpxl addin doctor" in rows[0][1]
    assert (home / "log" / "calc.log").read_text("utf-8").count("no answer") == 1


def test_two_offices_at_once(tmp_path: Path) -> None:
    thorough()
    folders = [tmp_path / "one", tmp_path / "two"]

    def calculated(folder: Path) -> bool:
        folder.mkdir()
        return answered(values(asking(folder / "b.xlsx", 200), folder)["Sheet"], 200)

    with ThreadPoolExecutor() as both:
        assert list(both.map(calculated, folders)) == [True, True]


def test_spaces_and_letters_of_other_languages_in_every_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no language is set: LibreOffice left to itself waits for ever there."""
    folder = tmp_path / "Zoë O'Neill – WP & Łódź"
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("WPXL_HOME", str(folder / "tables of Zoë"))
    monkeypatch.setenv(
        "WPXL_CALC_PYTHON", str(stand_in(folder / "my python", "from wpxl.hosts.calc.server import serve; serve()"))
    )
    assert answered(values(asking(folder / "Schüler 1.xlsx"), folder)["Sheet"])
    assert len(started(folder / "tables of Zoë" / "log" / "calc.log")) == 1


def test_folders_that_cannot_be_written(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extension's and the tables' folder, as on a machine in a teaching room; then the profile, in which LibreOffice
    thorough()
    itself does not start: that is said, and the workbook is as it was."""
    unprivileged = calc_office.unprivileged(tmp_path)
    monkeypatch.setattr(calc_office, "calc", lambda: unprivileged)
    book = asking(tmp_path / "b.xlsx")
    assert answered(values(book, tmp_path)["Sheet"])
    shutil.rmtree(home)
    home.mkdir()
    before, made = book.read_bytes(), tmp_path / "out" / "b.xlsx"
    with locked(home, tmp_path / "calc" / "extensions"):
        assert answered(values(book, tmp_path)["Sheet"])
        assert list(home.iterdir()) == []
    with (
        locked(tmp_path / "calc" / "profile"),
        pytest.raises(Fault, match=r"^LibreOffice made nothing of b\.xlsx: .*Error"),
    ):
        values(book, tmp_path)
    assert book.read_bytes() == before and not made.exists()


# ------------------------------------------------------------------------------------------------------ cells of all kinds


def test_dates_long_texts_and_blanks(room: Path, tmp_path: Path) -> None:
    born, long = dt.datetime(2012, 9, 1), "tf7 5ug " + "x" * 32000
    odd = ["a\nb", "😀", "'quoted'", "+1", "  tf7 5ug\u00a0", "Łódź"]
    cells: dict[str, Any] = {
        "A1": born,
        "B1": '=WP_HE_READY(A1,"2025/26")',
        "A2": long,
        "B2": '=WP_WHY("WP_POSTCODE",A2)',
    }
    cells |= {f"A{i}": text for i, text in enumerate(odd, 4)}
    path = calc_office.write(
        tmp_path / "b.xlsx", cells, {"C1:C9": "=WP_POSTCODE_FORMAT(A1:A9)", "D1:D9": '=WP_HE_READY(A1:A9,"2025/26")'}
    )
    rows = values(stale(path), room)["Sheet"]
    column = [born, long, None, *odd]
    assert rows[0][1] == plain(wpxl.call("WP_HE_READY", born, "2025/26"))[0][0] == "2031/32"
    assert rows[1][1] == wpxl.why("WP_POSTCODE", long)[0]
    assert [row[2] for row in rows] == [row[0] for row in plain(wpxl.call("WP_POSTCODE_FORMAT", [[c] for c in column]))]
    assert [row[3] for row in rows] == [
        row[0] for row in plain(wpxl.call("WP_HE_READY", [[c] for c in column], "2025/26"))
    ]


def test_a_range_tells_a_0_from_a_blank_and_iferror_saves_the_others(room: Path, tmp_path: Path) -> None:
    """The ways round what Calc's interface does not let through, as the documentation gives them."""
    cells = {
        "A1": 0,
        "A2": None,
        "A3": "tf75ug",
        "A4": "=NA()",
        "B1": "=WP_POSTCODE_FORMAT(A1:A1)",
        "B2": "=WP_POSTCODE_FORMAT(A2:A2)",
    }
    cells |= {"B3": '=WP_WHY("WP_PRIORITY_FROM",61,47,A1)', "B4": '=IFERROR(WP_POSTCODE_FORMAT("xx"),"caught")'}
    arrays = {
        "C1:C4": '=WP_POSTCODE_FORMAT(IFERROR(A1:A4,""))',
        "D1:D4": "=WP_POSTCODE_FORMAT(A1:A4)",
        "E1:E6": "=WP_POSTCODE_FORMAT(A1:A3)",
    }
    rows = values(stale(calc_office.write(tmp_path / "b.xlsx", cells, arrays)), room)["Sheet"]
    assert [row[1] for row in rows[:2]] == ["#VALUE!", None]
    assert "for a real 0" in rows[2][1] and rows[3][1] == "caught"
    assert [row[2] for row in rows[:4]] == ["#VALUE!", None, "TF7 5UG", None]
    assert {row[3] for row in rows[:4]} == {"#VALUE!"}
    assert [row[4] for row in rows] == ["#VALUE!", None, "TF7 5UG", "#N/A", "#N/A", "#N/A"]  # an array keeps its extent


def test_files_of_calcs_own_keep_the_functions(room: Path, tmp_path: Path) -> None:
    """In .ods by the extension's service, in .xlsx by the plain name, there and back."""
    options = calc_office.options(room / "calc")
    made = office.convert(calc_office.calc(), options, asking(tmp_path / "b.xlsx"), tmp_path, "ods")
    with zipfile.ZipFile(made) as archive:
        named = re.findall(r'"of:=([\w.]+)\(', archive.read("content.xml").decode())
    assert set(named) == {f"{SERVICE.upper()}.WP_POSTCODE_FORMAT"} and len(named) == 4
    back = office.convert(calc_office.calc(), options, made, tmp_path)
    assert answered([list(row) for row in openpyxl.load_workbook(back, data_only=True).active.values])
    assert openpyxl.load_workbook(back).active["B1"].value == "=WP_POSTCODE_FORMAT(A1)"


def test_texts_compare_once_an_empty_text_is_added(room: Path, tmp_path: Path) -> None:
    """Calc finds texts equal by where they are kept, and keeps those of an add-in's block apart (sc/source/core/tool/
    rangeseq.cxx, CreateMixedMatrix): = between two such cells is always TRUE, with any other always FALSE. With &"" they are
    texts like all others. Should a newer LibreOffice mend this, the last line tells."""
    cells = {
        "A1": "tf75ug",
        "A2": "ws108pq",
        "A3": "xx",
        "B1": '=WP_POSTCODE_FORMAT(A1)&""',
        "B2": '=WP_POSTCODE_FORMAT(A2)&""',
    }
    cells |= {
        "B3": '=WP_POSTCODE_FORMAT(A3)&""',
        "D1": '=B1="TF7 5UG"',
        "D2": "=B1=B2",
        "D3": '=COUNTIF(B1:B3,"TF7 5UG")',
    }
    cells |= {"E1": '=C1="TF7 5UG"', "E2": '=MATCH("WS10 8PQ",C1:C3,0)', "E3": '=COUNTIF(C1:C3,"WS*")'}
    cells |= {"F1": "=WP_POSTCODE_FORMAT(A1)", "F2": "=WP_POSTCODE_FORMAT(A2)", "G1": '=EXACT(F1,"TF7 5UG")'}
    cells |= {"G2": '=F1="TF7 5UG"', "G3": "=F1=F2"}
    book = stale(calc_office.write(tmp_path / "b.xlsx", cells, {"C1:C3": '=WP_POSTCODE_FORMAT(A1:A3)&""'}))
    rows = values(book, room)["Sheet"]
    assert [row[1:6] for row in rows] == [
        ["TF7 5UG", "TF7 5UG", True, True, "TF7 5UG"],
        ["WS10 8PQ", "WS10 8PQ", False, 2, "WS10 8PQ"],
        ["#VALUE!", "#VALUE!", 1, 1, None],
    ]
    assert [row[6] for row in rows] == [True, False, True]
