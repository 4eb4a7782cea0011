"""The shipped VBA, run in an interpreter against xlwings' real CallUDF: cells get what `wpxl.call` answers.

What only Excel itself can show (that it compiles this text, that COM starts the server) is not seen here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import pytest
from conftest import Case, read_cases

import wpxl
from wpxl.catalogue import CATALOGUE, CELLS
from wpxl.errors import CODES, Fault

pytest.importorskip("pyopenvba", reason="pyOpenVBA is not installed (extra: test)")
from excel_stub import EMPTY, MISSING, SHEET_ROWS, Range, Sheet, VBAErrorValue, Workbook, excel, in_cells
from windows_stub import TimeType, as_windows

# Excel's error values as its documentation of XlCVError lists them, with the two of dynamic arrays.
NUMBERS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#GETTING_DATA": 2043,
    "#SPILL!": 2045,
    "#CALC!": 2050,
}
CASES = read_cases("sample-*.csv")


@pytest.fixture(scope="module")
def python() -> Iterator[Any]:
    """xlwings' own COM object."""
    with as_windows():
        from xlwings.com_server import XLPython

        yield XLPython()


@pytest.fixture(scope="module")
def book(python: Any) -> Any:
    return excel(python)


def as_cells(grid: Any) -> list[list[Any]]:
    """A grid as the sheet shows it: errors, numbers as floats, blanks as empty text."""

    def cell(value: Any) -> Any:
        code = value.code if isinstance(value, Fault) else value
        if isinstance(code, str) and code in NUMBERS:
            return VBAErrorValue(NUMBERS[code])
        if value is None:
            return ""
        if isinstance(value, str):
            return value if len(value) <= 255 else value[:254] + "…"
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value

    return [[cell(value) for value in row] for row in grid]


def given(value: Any, as_range: bool = True) -> Any:
    """An argument of a case as a formula hands it over: a range, or a value typed into the formula."""

    def cell(v: Any) -> Any:
        if isinstance(v, Fault):
            return VBAErrorValue(NUMBERS[v.code])
        return float(v) if isinstance(v, int) and not isinstance(v, bool) else v

    if value is None:
        return MISSING
    if isinstance(value, list):
        rows = [row if isinstance(row, list) else [row] for row in value]
        width = max(map(len, rows), default=1)
        return Range([[cell(v) for v in row] + [None] * (width - len(row)) for row in rows or [[None]]])
    return Range([[cell(value)]]) if as_range else cell(value)


def same(seen: list[list[Any]], expected: list[list[Any]]) -> bool:
    """Equal, and TRUE is not 1."""
    return seen == expected and [[type(v) for v in r] for r in seen] == [[type(v) for v in r] for r in expected]


@pytest.mark.parametrize("as_range", [True, False], ids=["references", "values"])
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_every_case(book: Any, case: Case, as_range: bool) -> None:
    seen = in_cells(book.run(case.function, *(given(a, as_range) for a in case.arguments)))
    assert same(seen, as_cells(case.expected)), case.why
    if case.sentence:
        said = in_cells(book.run("WP_WHY", case.function, *(given(a, as_range) for a in case.arguments)))
        assert said[0][0].startswith(case.sentence)


def example(name: str) -> list[Any]:
    return [arg.example for arg in CATALOGUE[name].args if arg.required]


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_every_function(book: Any, name: str) -> None:
    """Its own example; then, if it answers cell by cell, a cell, a column, a row and a block of good and bad cells."""
    assert same(in_cells(book.run(name, *map(given, example(name)))), as_cells(wpxl.call(name, *example(name))))
    args = CATALOGUE[name].args
    if not args or args[0].kind != CELLS or CATALOGUE[name].answers == "a row of values for each cell":
        return
    good, *rest = example(name)
    fault, long = Fault("#N/A", ""), "x" * 300
    for cells in (
        [[None]],
        [[good], [None], [fault], [good], [True], [3.5], [long]],
        [[good, None, fault, False]],
        [[good, None, "no"], [fault, "", good]],
    ):
        assert same(in_cells(book.run(name, given(cells), *map(given, rest))), as_cells(wpxl.call(name, cells, *rest)))


def test_rows_of_several_measures(book: Any) -> None:
    cells = [["TF7 5UG"], [None], ["WS108P"], [Fault("#DIV/0!", "")], ["TF7 5UG"]]
    for headers in (None, True, False):
        asked = (cells, "imd_rank_2010, region, polar2_ypr_quintile", headers)
        assert same(in_cells(book.run("WP_POSTCODE", *map(given, asked))), as_cells(wpxl.call("WP_POSTCODE", *asked)))


def test_omitted_blank_and_error_are_three_things(book: Any) -> None:
    book.server.calls.clear()
    book.run("WP_POSTCODE", Range([[None]]), MISSING, VBAErrorValue(2042))
    book.run("WP_POSTCODE", Range([["TF7 5UG"]]), Range([[None]]), EMPTY)
    assert [arguments for _, arguments in book.server.calls] == [
        (((None,),), -2147352572, -2146826246),
        ("TF7 5UG", ((None,),), ((None,),)),
    ]


def test_a_row_typed_into_a_formula_is_a_row(book: Any) -> None:
    """{"a","b"} reaches a function without its second dimension."""
    from excel_stub import to_vba

    seen = in_cells(book.run("WP_POSTCODE_FORMAT", to_vba(["tf75ug", "ws108pq"])))
    assert seen == [["TF7 5UG", "WS10 8PQ"]]


@pytest.mark.parametrize("top", [1, 2, 4])
def test_a_whole_column_ends_where_the_sheet_does_and_keeps_its_top(book: Any, top: int) -> None:
    sheet = Sheet(used=(3, 1, 4, 2))  # rows 3 to 6
    cells = [[None]] * (3 - top) + [["tf75ug"], ["b9 5ef"], ["x"], ["b83bf"]][max(0, top - 3) :]
    column = Range(cells, sheet, row=top, height=SHEET_ROWS - top + 1)
    seen = in_cells(book.run("WP_POSTCODE_FORMAT", column))
    assert same(seen, as_cells(wpxl.call("WP_POSTCODE_FORMAT", cells)))
    assert len(seen) == 6 - top + 1


def test_a_range_that_does_not_reach_the_foot_keeps_its_size(book: Any) -> None:
    seen = in_cells(book.run("WP_POSTCODE_FORMAT", Range([["tf75ug"]], Sheet((1, 1, 1, 1)), height=9)))
    assert seen == [["TF7 5UG"], *[[""]] * 8]


def test_a_column_below_everything_is_one_blank_cell(book: Any) -> None:
    below = Range([[None]], Sheet((1, 1, 3, 1)), row=50, height=SHEET_ROWS - 49)
    assert in_cells(book.run("WP_POSTCODE_FORMAT", below)) == [[""]]


def test_several_areas_are_refused_with_the_reason(book: Any) -> None:
    areas = Range([["tf75ug"]], areas=2)
    assert in_cells(book.run("WP_POSTCODE_FORMAT", areas)) == [[VBAErrorValue(2015)]]
    said = wpxl.why("WP_POSTCODE_FORMAT", Fault("#VALUE!", "x"))
    assert in_cells(book.run("WP_WHY", "WP_POSTCODE_FORMAT", areas)) == [said]


def test_dates(book: Any) -> None:
    """A date is a number, but in a workbook that counts from 1904 it comes as a date."""
    from wpxl.hosts.excel_com.cells import argument

    book.server.calls.clear()
    book.run("WP_POSTCODE_FORMAT", Range([[45901.0]]))
    book.run("WP_POSTCODE_FORMAT", Range([[44439.0]], Sheet(book=Workbook(date1904=True))))
    (_, (number,)), (_, (date,)) = book.server.calls
    assert number == 45901.0 and type(date).__name__ == "VBADate"
    seen = argument(((TimeType(2025, 9, 1, 9, 30, tzinfo=dt.UTC),),))
    assert seen == [(dt.datetime(2025, 9, 1, 9, 30),)] and type(seen[0][0]) is dt.datetime


def test_warming_up_asks_every_function(python: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from wpxl.hosts.excel_com import udfs

    asked: dict[str, Any] = {}
    monkeypatch.setattr(udfs, "call", lambda name, *given: asked.update({name: wpxl.call(name, *given)}))
    udfs.warm()
    assert set(asked) == set(CATALOGUE)
    for name in ("WP_POSTCODE", "WP_SCHOOL", "WP_NSSEC", "WP_PRIORITY"):
        assert not isinstance(asked[name][0][0], Fault), name


def test_what_leaves_python(python: Any) -> None:
    from wpxl.hosts.excel_com.cells import MARK, answer

    shared = (1, None)
    dates = (dt.datetime(2025, 9, 1, 12), dt.date(1900, 3, 1))
    grid = answer([shared, shared, ("x" * 256, True), (2**40, -(2**31)), dates, (f"{MARK}2", "x" * 255)])
    assert grid[:3] == [(1, ""), (1, ""), ("x" * 254 + "…", True)]
    assert grid[3:] == [(2.0**40, -(2.0**31)), (45901.5, 61.0), ("2", "x" * 255)]
    assert grid[0] is grid[1] and {type(v) for v in grid[3]} == {float}
    assert answer([tuple(Fault(code, "x") for code in CODES)]) == [tuple(f"{MARK}{NUMBERS[code]}" for code in CODES)]
    plain = [("a", 1, 2.5, True), ("b", 2, 0.0, False)]
    assert answer(plain) is plain, "what needs nothing is not copied"


def test_what_reaches_python(python: Any) -> None:
    from decimal import Decimal

    from wpxl.hosts.excel_com.cells import argument

    assert argument(-2147352572) is None and argument(None) is None and (argument(7), argument(-5)) == (7, -5)
    for code, number in NUMBERS.items():
        assert argument(((-2146828288 + number,),))[0][0].code == code
    assert argument(-2146828288 + 2047).code == "#VALUE!"  # an error that wpxl has no name for
    assert argument((("a", Decimal("1.5")),)) == [("a", 1.5)]


@pytest.mark.parametrize("code", CODES)
def test_every_error_becomes_excels_own(book: Any, code: str) -> None:
    number = NUMBERS[code]
    book.server.says = lambda name, value: f"\ue000{number}"
    one = in_cells(book.run("WP_DATA"))
    book.server.says = lambda name, value: ["a", f"\ue000{number}"]
    row = in_cells(book.run("WP_DATA"))
    book.server.says = lambda name, value: [["", f"\ue000{number}"], [1, "b"]]
    block = in_cells(book.run("WP_DATA"))
    book.server.says = lambda name, value: value
    error = VBAErrorValue(number)
    assert (one, row, block) == ([[error]], [["a", error]], [["", error], [1.0, "b"]])


def test_the_wizard_gets_every_functions_words(python: Any) -> None:
    fresh = excel(python)
    fresh.run("WpxlRegisterHelp")
    assert len(fresh.application.help) == len(CATALOGUE)
    for said, (name, function) in zip_longest(fresh.application.help, CATALOGUE.items()):
        assert said["macro"] == f"'wpxl.xlam'!{name}" and said["category"] == "Widening participation"
        assert said["description"] == function.summary
        assert list(said["arguments"]) == [arg.help for arg in function.args]
