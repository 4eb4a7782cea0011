"""Every row of tests/cases through the door: as it stands, as a cell of a range, and far down a long column."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Case, plain, read_cases

import wpxl
from wpxl.catalogue import CATALOGUE, CELLS
from wpxl.errors import Fault

CASES = read_cases("sample-*.csv")
FILLER = "TF7 5UG"  # in the sample


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_answer(case: Case) -> None:
    assert plain(wpxl.call(case.function, *case.arguments)) == case.expected, case.why


@pytest.mark.parametrize("case", [c for c in CASES if c.sentence], ids=lambda c: c.id)
def test_sentence(case: Case) -> None:
    said = wpxl.why(case.function, *case.arguments)
    assert said[0].startswith(case.sentence), case.why
    assert all(len(sentence) <= 255 for sentence in said)


def stands_in_a_column(case: Case) -> bool:
    """A case about one cell, whose further arguments are sound."""
    if CATALOGUE[case.function].args[0].kind != CELLS or isinstance(case.arguments[0], list) or len(case.expected) > 1:
        return False
    return not isinstance(wpxl.call(case.function, [[None]], *case.arguments[1:])[0][0], Fault)


@pytest.mark.parametrize("height", [1, 7, 300])
def test_same_answer_anywhere_in_a_column(height: int) -> None:
    """All one-cell cases with the same further arguments, in one column, with others between them."""
    groups: dict[tuple[Any, ...], list[Case]] = {}
    for case in filter(stands_in_a_column, CASES):
        groups.setdefault((case.function, repr(case.arguments[1:])), []).append(case)
    assert len(groups) > 5
    for (function, _), cases in groups.items():
        column = [[cell] for case in cases for cell in [case.arguments[0], *[FILLER] * height]]
        answers = wpxl.call(function, column, *cases[0].arguments[1:])
        assert len(answers) == len(column)
        for i, case in enumerate(cases):
            assert plain([answers[i * (height + 1)]]) == case.expected, (case.id, case.why)


def test_each_case_can_fail() -> None:
    """The comparison tells an error from a text, and 1 from TRUE is nobody's answer."""
    assert plain([(Fault("#N/A", "x"),)]) == [["#N/A"]]
    assert plain([(6259,)]) != [[6258]]
