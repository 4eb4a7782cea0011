"""Shapes, blanks, errors, defaults: what the door promises whatever the function."""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import some
from hypothesis import given, settings
from hypothesis import strategies as st

import wpxl
from wpxl import catalogue, door
from wpxl.catalogue import CATALOGUE, CELLS, FLAG, WHOLE, WORDS, Arg, function
from wpxl.errors import CODES, Fault


class Odd:
    """An object that no spreadsheet has."""

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return "odd"


def messy_cell(r: random.Random) -> Any:
    postcodes = ["TF7 5UG", "B9 5EF", "XX1 1AA", "WS10 8PQ", "SW1A 1AA", "GIR 0AA"]
    kinds = [
        lambda: r.choice(postcodes),
        lambda: r.choice(postcodes).lower().replace(" ", r.choice(["", "  ", "\u00a0", "\u200b", "\t"])),
        lambda: "".join(r.choice("TF75UG 0O1I.,'-\u2013é\x1e\x00\n") for _ in range(r.randrange(12))),
        lambda: r.choice([None, "", "   ", "N/A", "unknown", "#N/A", "TRUE"]),
        lambda: r.choice([0, 1, -1, 5203, 10**30, 1.5, -0.0, math.nan, math.inf, True, False]),
        lambda: r.choice(
            [datetime.datetime(2010, 9, 1), datetime.date(2011, 8, 4), datetime.timedelta(1), b"TF7 5UG", Odd(), [], {}]
        ),
        lambda: Fault(r.choice(CODES), "in the input"),
        lambda: "".join(chr(r.randrange(1, 0x2FFF)) for _ in range(r.randrange(9))),
        lambda: "x" * r.choice([255, 256, 40_000]) if r.random() < 0.02 else "x",
    ]
    return r.choice(kinds)()


def no_nonsense(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, Fault)) or (isinstance(value, float) and math.isfinite(value))


@pytest.mark.parametrize("name", [n for n in CATALOGUE if CATALOGUE[n].args and CATALOGUE[n].args[0].kind == CELLS])
def test_a_hundred_thousand_cells_of_every_kind(name: str) -> None:
    r = random.Random(20111)
    cells = [messy_cell(r) for _ in range(some(20_000, 100_000))]
    answer = wpxl.call(name, [[c] for c in cells])
    assert len(answer) == len(cells)
    assert all(type(row) is tuple for row in answer)
    assert len({len(row) for row in answer}) == 1
    assert all(no_nonsense(v) for row in answer for v in row)
    for i in r.sample(range(len(cells)), some(400, 2000)):  # the same as each alone
        alone = wpxl.call(name, [[cells[i]]])
        assert [v.code if isinstance(v, Fault) else v for v in alone[0]] == [
            v.code if isinstance(v, Fault) else v for v in answer[i]
        ]
    for i in r.sample(range(len(cells)), some(100, 300)):
        said = wpxl.why(name, [[cells[i]]])
        assert len(said) == 1 and 5 < len(said[0]) <= 255


@pytest.mark.parametrize("name", [n for n in CATALOGUE if not CATALOGUE[n].args])
def test_tables_are_whole(name: str) -> None:
    grid = wpxl.call(name)
    assert len(grid) > 1
    assert {len(row) for row in grid} == {len(grid[0])}
    assert all(no_nonsense(v) for row in grid for v in row)
    assert all(len(v) <= 255 for row in grid for v in row if isinstance(v, str))


cells = st.one_of(
    st.none(), st.text(max_size=12), st.sampled_from(["TF7 5UG", "b9 5ef", "XX2 0AA"]), st.floats(), st.booleans()
)


@settings(deadline=None)
@given(st.integers(1, 9).flatmap(lambda w: st.lists(st.lists(cells, min_size=w, max_size=w), min_size=1, max_size=70)))
def test_one_measure_keeps_any_shape_and_order(grid: list[list[Any]]) -> None:
    answer = wpxl.call("WP_POSTCODE", grid, "imd_rank_2010")
    assert [len(row) for row in answer] == [len(row) for row in grid]
    for row, cells_ in zip(answer, grid, strict=True):
        for value, cell in zip(row, cells_, strict=True):
            alone = wpxl.call("WP_POSTCODE", [[cell]], "imd_rank_2010")[0][0]
            assert getattr(alone, "code", alone) == getattr(value, "code", value)


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A function with arguments of every kind, in a catalogue of its own."""
    own = catalogue.Catalogue()
    monkeypatch.setattr(catalogue, "CATALOGUE", own)
    monkeypatch.setattr(door, "CATALOGUE", own)

    @function(
        Arg("one", "a cell"), Arg("two", "a cell", default=None), Arg("names", "names", WORDS, "a"),
        Arg("flag", "flag", FLAG, False), Arg("count", "count", WHOLE, 3),
    )  # fmt: skip
    def wp_echo(one: list[Any], two: list[Any], names: tuple[str, ...], flag: bool, count: int) -> list[Any]:
        """Echo."""
        return [f"{a}/{b}/{','.join(names)}/{flag}/{count}" for a, b in zip(one, two, strict=True)]

    @function(Arg("one", "a cell"))
    def wp_broken(one: list[Any]) -> list[Any]:
        """Break."""
        raise ZeroDivisionError(one[0])

    yield


def code(grid: list[tuple[Any, ...]]) -> str:
    value = grid[0][0]
    assert isinstance(value, Fault)
    return value.code


@pytest.mark.usefixtures("echo")
class TestDoor:
    def test_scalars_and_defaults(self) -> None:
        assert wpxl.call("WP_ECHO", "x") == [("x/None/a/False/3",)]

    def test_a_scalar_goes_with_every_row(self) -> None:
        assert wpxl.call("wp_echo", [["x"], ["y"]], "z") == [("x/z/a/False/3",), ("y/z/a/False/3",)]
        assert wpxl.call("WP_ECHO", "z", [["x"], ["y"]]) == [("z/x/a/False/3",), ("z/y/a/False/3",)]

    def test_unequal_ranges(self) -> None:
        assert code(wpxl.call("WP_ECHO", [["x"], ["y"]], [["a"], ["b"], ["c"]])) == "#VALUE!"
        assert code(wpxl.call("WP_ECHO", [["x"], ["y"]], [["a", "b"]])) == "#VALUE!"

    def test_blank_only_where_all_are(self) -> None:
        assert wpxl.call("WP_ECHO", [["x"], [None], [None]], [[None], ["z"], [None]]) == [
            ("x/None/a/False/3",),
            ("None/z/a/False/3",),
            (None,),
        ]

    def test_an_error_in_either_spoils_its_row_alone(self) -> None:
        fault = Fault("#DIV/0!", "x")
        assert wpxl.call("WP_ECHO", [["x"], [fault], ["y"]], [["a"], ["b"], [fault]]) == [
            ("x/a/a/False/3",), (fault,), (fault,),
        ]  # fmt: skip

    def test_blank_cell_in_an_option_is_its_default(self) -> None:
        assert wpxl.call("WP_ECHO", "x", None, [[None]], [[None]], [[""]]) == [("x/None/a/False/3",)]

    def test_options(self) -> None:
        assert wpxl.call("WP_ECHO", "x", "y", "b, c;d", "yes", 7.0) == [("x/y/b,c,d/True/7",)]
        assert wpxl.call("WP_ECHO", "x", "y", [["b", "c"], [None, "d"]], 1.0) == [("x/y/b,c,d/True/3",)]
        assert code(wpxl.call("WP_ECHO", "x", "y", 5)) == "#VALUE!"
        assert code(wpxl.call("WP_ECHO", "x", "y", "a", "perhaps")) == "#VALUE!"
        assert code(wpxl.call("WP_ECHO", "x", "y", "a", True, 0)) == "#NUM!"
        assert code(wpxl.call("WP_ECHO", "x", "y", "a", True, math.nan)) == "#VALUE!"
        assert code(wpxl.call("WP_ECHO", "x", "y", "a", [["TRUE"], ["TRUE"]])) == "#VALUE!"
        assert code(wpxl.call("WP_ECHO", "x", "y", Fault("#REF!", "gone"))) == "#REF!"

    def test_too_few_and_too_many(self) -> None:
        assert code(wpxl.call("WP_ECHO")) == "#VALUE!"
        assert code(wpxl.call("WP_ECHO", None)) == "#VALUE!"
        assert code(wpxl.call("WP_ECHO", *"abcdefg")) == "#VALUE!"
        assert "WP_ECHO takes 1 to 5 arguments: WP_ECHO(one, [two]" in wpxl.why("WP_ECHO", *"abcdefg")[0]

    def test_ragged_and_flat(self) -> None:
        assert wpxl.call("WP_ECHO", ["x", "y"])[1] == ("y/None/a/False/3",)
        assert wpxl.call("WP_ECHO", [["x", "y"], ["z"]])[1] == ("z/None/a/False/3", None)
        assert wpxl.call("WP_ECHO", (("x",), ("y",)))[0] == ("x/None/a/False/3",)
        assert wpxl.call("WP_ECHO", [[]]) == [(None,)]
        assert wpxl.call("WP_ECHO", []) == [(None,)]

    def test_unknown_function(self) -> None:
        assert code(wpxl.call("WP_ECHOE", "x")) == "#NAME?"
        assert "Did you mean WP_ECHO?" in wpxl.why("WP_ECHOE", "x")[0]

    def test_our_own_bug_is_logged_without_the_cell(self, home: Path) -> None:
        answer = wpxl.call("WP_BROKEN", "TF7 5UG Secret Child")
        assert code(answer) == "#VALUE!"
        line = (home / "log" / "wpxl.log").read_text()
        assert line.count("\n") == 1
        assert "ZeroDivisionError" in line and "Secret" not in line and "TF7" not in line
        assert line.split()[1] in answer[0][0].sentence


def test_faults_are_neither_text_nor_number() -> None:
    fault = wpxl.call("WP_POSTCODE", "x")[0][0]
    assert isinstance(fault, Fault) and not isinstance(fault, (str, int, float))
    assert fault.code == "#VALUE!" and fault.sentence


def test_equal_rows_are_shared_and_nothing_is_collected() -> None:
    import gc

    column = [["TF7 5UG"], ["b9 5ef"], [None], ["x"]] * 5000
    wpxl.call("WP_POSTCODE", column, "imd_rank_2010, polar2_ypr_quintile")
    gc.collect()
    before = sum(s["collections"] for s in gc.get_stats())
    answer = wpxl.call("WP_POSTCODE", column, "imd_rank_2010, polar2_ypr_quintile")
    assert sum(s["collections"] for s in gc.get_stats()) == before
    assert len({id(row) for row in answer}) == 4
