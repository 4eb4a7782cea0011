"""Lists brought up to date from an export: what is known is never lost, and every change is listed before it is made."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wpxl.errors import Fault
from wpxl.imports import update as u
from wpxl.imports.shape import Column, Listing

NON_ANSWERS = [
    None, "", "  ", "\u00a0", "Not known (997)", "Prefer not to say (998)", "Not available (999)", "Information refused", "Unknown",
    "unknown", "PREFER NOT TO SAY", 997, "998", "Not Available", "N/K", Fault("#N/A", "?"), float("nan"),
]  # fmt: skip
ID, NAMES = ["heat_id"], ["first_name", "last_name", "date_of_birth"]


def listing(fields: list[str], *rows: list[Any], first_row: int = 2) -> Listing:
    return Listing(
        "L", first_row, tuple(Column(name, name, [row[at] for row in rows]) for at, name in enumerate(fields))
    )


def cells(made: Listing) -> list[list[Any]]:
    return [list(row) for row in zip(*(column.cells for column in made.columns), strict=True)]


def one(field: str, mine: Any, theirs: Any, **more: Any) -> tuple[Any, list[u.Difference]]:
    made, found = u.update(listing([*ID, field], ["#01", mine]), listing([*ID, field], ["#01", theirs]), **more)
    return made.columns[1].cells[0], found


# -------------------------------------------------------------------------------------------------------- non-answers

KNOWN: dict[str, list[Any]] = {
    "postcode": ["WS2 9XE"], "disabled": ["Yes", "No known disability", True], "ethnicity": ["Chinese"], "fsm": ["N", "eligible"],
    "date_of_birth": [datetime.datetime(2008, 2, 29), "29/02/2008", 39507], "organisation": ["Ash School"], "gender": ["Female"],
    "last_name": ["Null", "Ng"], "notes": ["n/a"],
}  # fmt: skip
PAIRS = [(field, known) for field, several in KNOWN.items() for known in several]


@pytest.mark.parametrize(("field", "known"), PAIRS)
@pytest.mark.parametrize("nothing", NON_ANSWERS, ids=repr)
def test_a_non_answer_never_overwrites_and_is_always_filled(field: str, known: Any, nothing: Any) -> None:
    assert one(field, known, nothing) == (known, [])
    after, (found,) = one(field, nothing, known)
    assert after == found.after and found.taken and found.why == u.FILLED
    assert (found.row, found.column, found.field, found.heading) == (2, 2, field, field)
    assert after == (datetime.datetime(2008, 2, 29) if field == "date_of_birth" else known)
    assert found.before is nothing


@pytest.mark.parametrize("nothing", NON_ANSWERS, ids=repr)
def test_one_non_answer_does_not_take_the_place_of_another(nothing: Any) -> None:
    assert one("disabled", nothing, "Not known (997)") == (nothing, []) or nothing != nothing


def test_numbers_are_numbers_where_numbers_stand() -> None:
    export = listing(["activity", "attending"], ["A1", 999])
    made, found = u.update(
        listing(["activity", "attending"], ["A1", None]), export, [("activity",)], about="attendance"
    )
    assert made.columns[1].cells == [999] and found[0].taken


# ------------------------------------------------------------------------------------------------------- two answers


@pytest.mark.parametrize(
    ("field", "mine", "theirs"),
    [
        ("postcode", "ws29xe", "WS2 9XE"), ("date_of_birth", "1/9/08", datetime.datetime(2008, 9, 1)), ("fsm", "Y", True),
        ("last_name", "O'BRIEN ", "O\u2019Brien"), ("first_name", "Zoe", "Zoë"), ("disabled", "No", "No known disability"),
        ("organisation", "St. Mary's School", "Saint Marys School (#123456)"), ("year_group", "Year 12", 12.0),
        ("gender", "F", "female"), ("academic_year", "2025/26", "25-26"),
    ],
)  # fmt: skip
def test_the_same_said_otherwise_is_no_difference(field: str, mine: Any, theirs: Any) -> None:
    assert one(field, mine, theirs) == (mine, [])


@pytest.mark.parametrize(("field", "mine", "theirs"), [
    ("postcode", "WS2 9XE", "B9 5EF"), ("disabled", "No", "Yes"), ("date_of_birth", "01/02/2008", "02/01/2008"),
    ("fsm", "n/a", "Y"), ("last_name", "Ng", "Nguyen"), ("ethnicity", "Chinese", "Arab"), ("fsm", "maybe", "Y"),
])  # fmt: skip
def test_two_answers_are_for_a_person(field: str, mine: Any, theirs: Any) -> None:
    after, (found,) = one(field, mine, theirs)
    assert after == mine and not found.taken and found.why == u.DIFFER
    assert one(field, mine, theirs, take={(3, 2), (2, 1)})[0] == mine  # told of other cells
    after, (found,) = one(field, mine, theirs, take={(2, 2)})
    assert after == found.after != mine and found.taken and found.why == u.DECIDED


# -------------------------------------------------------------------------------------------------------- who is who

PERSON = [*ID, *NAMES, "postcode"]


def person(heat: Any, first: Any, last: Any, born: Any, code: Any) -> list[Any]:
    return [heat, first, last, born, code]


def told(mine: list[Any], *theirs: list[Any]) -> tuple[list[Any], list[str]]:
    made, found = u.update(listing(PERSON, mine), listing(PERSON, *theirs))
    return cells(made)[0], [one.why for one in found]


BO = person(None, "Bo", "Ng", "29/02/2008", None)


def test_by_name_and_date_of_birth_where_there_is_no_id() -> None:
    assert told(BO, person("#0007", "BO", "Ng", "29-02-2008", "XX1 1AA")) == (
        person("#0007", "Bo", "Ng", "29/02/2008", "XX1 1AA"), [u.FILLED, u.FILLED],
    )  # fmt: skip
    assert told(BO, person("#0007", "Bo", "Ng", "28/02/2008", "XX1 1AA")) == (BO, [])  # born on another day
    assert told(BO, person("#0007", "Jo", "Ng", "29/02/2008", "XX1 1AA")) == (BO, [])  # a twin
    assert told(BO, person("#0007", "Bo", "Ng", None, "XX1 1AA")) == (BO, [])


def test_an_id_without_its_mark_and_zeros_is_that_id() -> None:
    assert told(person(7, "Bo", "Ng", None, None), person("#0007", None, None, None, "XX1 1AA"))[0][-1] == "XX1 1AA"


def test_what_may_be_another_person_gives_nothing() -> None:
    two = person("#1", "Bo", "Ng", "29/02/2008", "XX1 1AA"), person("#2", "Bo", "Ng", "29/02/2008", "XX2 2BB")
    assert told(BO, *two) == (BO, [u.PEOPLE])
    own = person("#3", "Bo", "Ng", "29/02/2008", None)
    assert told(own, two[0]) == (own, [u.OTHER_ID])
    taken = person("#1", "Cy", "Lee", "01/01/2007", None)
    assert told(taken, two[0]) == (taken, [u.OTHER_PERSON])
    married = person("#1", "Bo", "Lee", "29/02/2008", None)
    assert told(married, two[0]) == (person("#1", "Bo", "Lee", "29/02/2008", "XX1 1AA"), [u.DIFFER, u.FILLED])


def test_rows_of_one_learner_in_the_export_must_agree() -> None:
    rows = [person("#1", "Bo", "Ng", "29/02/2008", code) for code in (None, "XX1 1AA", "xx11aa")]
    assert told(BO, *rows)[0][-1] == "XX1 1AA"
    got, why = told(BO, *rows, person("#1", "Bo", "Ng", "29/02/2008", "XX2 2BB"))
    assert got[-1] is None and why == [u.FILLED, u.SEVERAL]


def test_a_members_own_columns_go_by_their_headings_and_own_ids_stay() -> None:
    mine = Listing(
        "L",
        2,
        (Column("Ref", "learner", ["a"]), Column("HEAT", "heat_id", ["#1"]), Column("T-shirt size", None, [None])),
    )
    theirs = Listing(
        "E", 9, (Column("Id", "heat_id", ["#1"]), Column("Ref", "learner", ["b"]), Column("T-Shirt Size", None, ["M"]))
    )
    made, found = u.update(mine, theirs)
    assert cells(made) == [["a", "#1", "M"]] and [(one.column, one.field) for one in found] == [(3, "")]


# ---------------------------------------------------------------------------------------------------------- all of it

CELL = st.one_of(
    st.sampled_from(NON_ANSWERS[:12]), st.sampled_from(["Yes", "No", "XX1 1AA", 5, datetime.datetime(2008, 9, 1)])
)
ROWS = st.lists(st.tuples(st.sampled_from(["#1", "#2", "#3", None]), CELL, CELL).map(list), max_size=5)
FIELDS = [*ID, "disabled", "notes"]


@given(ROWS, ROWS)
def test_applying_what_is_listed_is_the_update_and_a_second_one_finds_only_what_was_left(
    mine: list[Any], theirs: list[Any]
) -> None:
    before, export = listing(FIELDS, *mine), listing(FIELDS, *theirs)
    kept = cells(before)
    made, found = u.update(before, export)
    assert cells(before) == kept  # nothing was changed before it was shown
    for one in found:
        if one.taken:
            assert kept[one.row - 2][one.column - 1] == one.before
            kept[one.row - 2][one.column - 1] = one.after
    assert cells(made) == kept
    assert u.update(made, export)[1] == [one for one in found if not one.taken]
    answers = {"Yes", "No", "XX1 1AA", 5, datetime.datetime(2008, 9, 1)}
    for old, new in zip(mine, cells(made), strict=True):
        assert all(a == b for a, b in zip(old, new, strict=True) if a in answers - {5})


def test_junk_is_nobody() -> None:
    junk = [object(), [], True, 1e300, "=1+1"]
    rows = listing(PERSON, *[[cell] * 5 for cell in junk])
    made, _ = u.update(rows, rows)
    assert cells(made) == [[cell] * 5 for cell in junk]


def test_a_long_list_is_quick() -> None:
    mine = listing(PERSON, *[person(None, f"A{n}", "Ng", "29/02/2008", None) for n in range(5_000)])
    export = listing(
        PERSON, *[person(f"#{n + 1}", f"A{n}", "Ng", "29/02/2008", "XX1 1AA") for n in reversed(range(5_000))]
    )
    made, found = u.update(mine, export)
    assert len(found) == 10_000 and made.columns[0].cells == [f"#{n + 1}" for n in range(5_000)]


def test_a_formula_is_left_and_non_answers_change_nothing_in_the_copy(
    tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    heads = ("HEAT ID", "First name", "Last name", "Date of birth", "Home postcode", "Disability")
    rows = {
        "mine.xlsx": [("#00000001", "Bo", "Ng", "29/02/2008", '=F2&""', None),
                      ("#00000002", "Cy", "Lee", "01/09/2008", "B9 5EF", "No")],
        "theirs.xlsx": [("#00000001", "Bo", "Ng", "29/02/2008", "WS2 9XE", "Yes"),
                        ("#00000002", "Cy", "Lee", "01/09/2008", "Unknown", "Not known (997)")],
    }  # fmt: skip
    for name, several in rows.items():
        book = openpyxl.Workbook()
        for row in (heads, *several):
            book.active.append(row)
        book.save(tmp_path / name)
    mine, theirs, out = (str(tmp_path / name) for name in (*rows, "out.xlsx"))
    assert run("heat", "update", mine, "--from", theirs, "-o", out)[0] == 0
    first, last = openpyxl.load_workbook(out).worksheets
    wanted = [heads, (*rows["mine.xlsx"][0][:5], "Yes"), rows["mine.xlsx"][1]]
    assert list(first.iter_rows(values_only=True)) == wanted
    assert [row[:6] for row in last.iter_rows(min_row=2, values_only=True)] == [
        ("Sheet", "E2", "Home postcode", None, "WS2 9XE", "No"), ("Sheet", "F2", "Disability", None, "Yes", "Yes"),
    ]  # fmt: skip
