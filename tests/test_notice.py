"""The notice's rules: who may be given one by one, totals of students, work entered twice; deadlines and the days left."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wpxl.errors import Fault
from wpxl.imports import notice
from wpxl.imports.check import listings
from wpxl.imports.shape import ACTIVITIES, HEADCOUNTS, LINKS, Column, Listing
from wpxl.records import Records
from wpxl.records.read import read
from wpxl.records.source import SheetCells
from wpxl.reports.coded import Columns
from wpxl.reports.tracking import tracking

WHOLE = {
    "first_name": "Bo", "last_name": "Ng", "date_of_birth": "29/02/2008", "organisation": "Ash School", "postcode": "XX1 1AA",
    "tracking_statement": "Y",
}  # fmt: skip


def one(**cells: Any) -> notice.Gate:
    return notice.gate({name: [cell] for name, cell in (WHOLE | cells).items()})


# ------------------------------------------------------------------------------------------------------- one by one


def test_who_has_everything_is_given_and_gender_is_never_needed() -> None:
    assert one().given == [True] and one().gender == [False]
    assert one(gender="Prefer not to say (998)").given == [True] and one(gender="F").gender == [True]
    assert one(first_name=None, last_name=None, name="Ng, Bo").given == [True]


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ({"first_name": " "}, "first name"),
        ({"last_name": "Not known (997)"}, "last name"),
        ({"first_name": None, "name": "Ng", "last_name": None}, "first name"),
        ({"date_of_birth": "31/02/2008"}, "date of birth"),
        ({"date_of_birth": Fault("#N/A", "?")}, "date of birth"),
        ({"organisation": "unknown"}, "school"),
        ({"organisation": "Unknown Institution [Open] - E (#052923)"}, "school"),
        ({"postcode": "not given"}, "home postcode"),
        ({"tracking_statement": None}, "tracking statement"),
        ({"tracking_statement": "N"}, "tracking statement"),
        ({"tracking_statement": "maybe"}, "tracking statement"),
        ({"tracking_statement": "N", "statement_date": "01/10/2025"}, "tracking statement"),
        ({"tracking_statement": object()}, "tracking statement"),
    ],
)
def test_what_is_not_there_or_not_known_keeps_a_learner_out(cells: dict[str, Any], missing: str) -> None:
    got = one(**cells)
    assert got.given == [False] and got.missing == [(missing,)] and got.kept_out() == {missing: 1}


def test_the_date_on_which_the_statement_was_seen_says_that_it_was() -> None:
    assert one(tracking_statement=None, statement_date="01/10/2025").given == [True]


def test_without_columns_nobody_is_given() -> None:
    assert notice.gate({}).given == []
    assert notice.gate({"first_name": ["Bo"]}).missing == [notice.NEEDED[1:]]


WORDS = st.sampled_from(
    [None, "", "Bo", "Not known (997)", "Ash School", "unknown", "XX1 1AA", "01/09/2008", "Y", "N", 5, True]
)


@settings(max_examples=60)
@given(st.lists(st.tuples(*[WORDS] * 7), max_size=6))
def test_the_gate_and_the_tracking_report_let_the_same_learners_through(rows: list[tuple[Any, ...]]) -> None:
    """Two rooms state the rule, of cells and of frames; a school is named by its id there."""
    names = [*WHOLE, "statement_date"]
    columns = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    columns["organisation"] = [
        None if cell in ("", 5, True, "Not known (997)") else cell for cell in columns["organisation"]
    ]
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()}).assign(name=None)
    assert notice.gate(columns).given == tracking(Columns(frame.assign(gender=None))).trackable.tolist()


# ------------------------------------------------------------------------------------------------------- headcounts

ROW = ("activity", "organisation", "year_group", "attending")


def records(
    attendance: list[tuple[Any, ...]], learners: list[tuple[str, str, Any, str]], took: list[tuple[str, str]]
) -> Records:
    """learners: id, school, year group, statement."""
    people = pd.DataFrame(
        [{**WHOLE, "learner": id_, "person": at, "organisation": place, "year_group": group, "tracking_statement": seen}
         for at, (id_, place, group, seen) in enumerate(learners)],
        columns=["learner", "person", "year_group", *WHOLE], dtype=object,
    )  # fmt: skip
    empty = pd.DataFrame()
    return Records(
        organisations=empty, activities=empty, targets=empty, learners=people.astype({"year_group": "Int64"}),
        attendance=pd.DataFrame(attendance, columns=list(ROW)).astype({"year_group": "Int64", "attending": "float64"}),
        took_part=pd.DataFrame(took, columns=["activity", "learner"], dtype=object),
    )  # fmt: skip


def counted(made: Records, **more: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in notice.headcounts(made, **more).rows]


PEOPLE = [
    ("p", "ash", 12, "Y"),
    ("q", "ash", 12, "N"),
    ("r", "ash", 13, "Y"),
    ("s", "birch", 12, "Y"),
    ("t", "unknown", 12, "Y"),
]


def test_those_who_came_less_those_who_are_given() -> None:
    made = records([("a", "ash", 12, 30), ("a", "ash", 13, 20)], PEOPLE, [("a", "p"), ("a", "q"), ("a", "r")])
    assert counted(made) == [("a", "ash", 12, 30, 1, 29), ("a", "ash", 13, 20, 1, 19)]


def test_no_learner_data_at_all_gives_the_total() -> None:
    made = records([("a", "ash", 12, 30)], PEOPLE, [("a", "p")])
    assert counted(made, individually=False) == [("a", "ash", 12, 30, 0, 30)]


def test_a_row_that_leaves_school_or_year_open_holds_learners_of_any() -> None:
    took = [("a", "p"), ("a", "r"), ("a", "s")]
    assert counted(records([("a", "ash", None, 9), ("a", "unknown", None, 4)], PEOPLE, took)) == [
        ("a", "ash", None, 9, 2, 7), ("a", "unknown", None, 4, 1, 3),
    ]  # fmt: skip


def test_learners_whom_no_row_holds_make_their_own() -> None:
    took = [("a", "p"), ("a", "s"), ("a", "t"), ("b", "q")]
    assert counted(records([("a", "ash", 12, 30)], PEOPLE, took)) == [
        ("a", "ash", 12, 30, 1, 29), ("a", "birch", 12, 1, 1, 0), ("a", "unknown", 12, 1, 0, 1), ("b", "ash", 12, 1, 0, 1),
    ]  # fmt: skip


def test_students_of_unknown_schools_are_the_unknown_beneficiarys() -> None:
    rows = notice.headcounts(records([("a", "unknown", None, 8), ("a", "ash", 12, 5)], [], [])).rows
    assert [row.beneficiary for row in rows] == ["Unknown Institution [Open] - E (#052923)", "ash"]
    assert [row.headcount for row in rows] == [8, 5]


def test_a_number_that_is_not_known_stays_so_and_one_too_small_loses_nobody() -> None:
    took = [("a", "p"), ("a", "q"), ("b", "p"), ("b", "q")]
    made = notice.headcounts(records([("a", "ash", 12, np.nan), ("b", "ash", 12, 1)], PEOPLE, took))
    assert [tuple(row) for row in made.rows] == [("a", "ash", 12, None, 1, None), ("b", "ash", 12, 2, 1, 1)]
    assert len(made.notes) == 2 and "fewer came" in made.notes[0] and "not say how many" in made.notes[1]


def test_rows_of_one_school_and_year_group_are_one_and_a_person_counts_once() -> None:
    made = records([("a", "ash", 12, 10), ("a", "ash", 12, 5)], PEOPLE, [("a", "q"), ("a", "p")])
    assert counted(made) == [("a", "ash", 12, 15, 1, 14)]
    same = replace(made, learners=made.learners.assign(person=[0, 0, 2, 3, 4]))  # one row of hers says that she saw it
    assert counted(same) == [("a", "ash", 12, 15, 1, 14)]
    both = replace(same, took_part=same.took_part.replace({"learner": {"q": "r"}}))
    twice = replace(both, learners=both.learners.assign(person=[0, 1, 0, 3, 4]), attendance=both.attendance.head(0))
    assert counted(twice) == [("a", "ash", 13, 1, 1, 0)]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["ash", "birch", "unknown"]), st.sampled_from([None, 12, 13]),
                       st.integers(0, 40)), max_size=6),
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("pqrst")), max_size=8, unique=True),
)  # fmt: skip
def test_everybody_is_given_once(attendance: list[tuple[Any, ...]], took: list[tuple[str, str]]) -> None:
    """Given one by one and as a total together are those who came; who may be given is, each time."""
    rows = notice.headcounts(records(attendance, PEOPLE, took)).rows
    assert len({row[:3] for row in rows}) == len(rows)
    assert sum(row.given for row in rows) == sum(learner in "prs" for _, learner in took)
    assert all(row.attended == row.given + row.headcount and row.headcount >= 0 for row in rows)  # type: ignore[operator]
    assert sum(row.attended or 0 for row in rows) >= max(sum(n for *_, n in attendance), len(took))


# ------------------------------------------------------------------------------------------------- work entered twice


def log(
    *rows: tuple[Any, ...], name: str = "SCOL 2025-26", heads: tuple[str, ...] = ("date", "title", "attending")
) -> tuple[str, Listing]:
    return HEADCOUNTS, Listing(name, 5, tuple(Column(h, h, [row[at] for row in rows]) for at, h in enumerate(heads)))


def work(*rows: tuple[Any, ...], about: str = ACTIVITIES) -> tuple[str, Listing]:
    return about, Listing(
        "Activities", 2, tuple(Column(h, h, [row[at] for row in rows]) for at, h in enumerate(("title", "date")))
    )


def rules(*lists: tuple[str, Listing]) -> list[tuple[str, int, int, str]]:
    return [(name, found.row, found.column, found.rule) for name, found in notice.log_findings(lists)]


def test_work_in_the_log_and_in_the_lists_is_found_however_it_is_written() -> None:
    day = datetime.datetime(2025, 10, 1)
    own = work(("Taster Day", day), ("Mentoring", day))
    both = log(("01/10/2025", "taster  day", 30), ("02/10/2025", "Taster day", 20))
    assert rules(both, own) == [("SCOL 2025-26", 5, 2, "log_and_heat")]
    assert rules(both, work(("Taster day", day), about=LINKS)) == [("SCOL 2025-26", 5, 2, "log_and_heat")]
    assert rules(both, work(("Taster day", None))) == []  # the same title is not the same activity
    assert rules(log(("01/10/2025", "Taster day", 1), name="Numbers"), own) == []  # no log: who came to what


def test_several_rows_of_an_activity_are_said_once() -> None:
    rows = [("01/10/2025", "Taster day", number) for number in (5, 6, 7)]
    assert rules(log(*rows), work(("Taster day", "2025-10-01"))) == [("SCOL 2025-26", 5, 2, "log_and_heat")]
    assert rules(log(*rows)) == []


def test_more_than_two_activities_of_a_year_want_an_account() -> None:
    rows = [(f"0{n}/{month}/2025", f"Talk {n}", 20) for n, month in ((1, "03"), (2, "04"), (3, "10"), (4, "11"))]
    assert rules(log(*rows)) == []  # two of 2024/25 and two of 2025/26
    assert rules(log(*rows, ("05/12/2025", "Talk 5", 20), ("06/12/2025", "Talk 6", 20))) == [
        ("SCOL 2025-26", 9, 2, "log_too_many")
    ]
    heads = ("date", "title", "organiser")
    by_two = [(f"0{n}/10/2025", f"Talk {n}", "Sam" if n % 2 else "Ash") for n in range(1, 5)]
    assert rules(log(*by_two, heads=heads)) == []
    assert rules(log(*by_two, ("07/10/2025", "Talk 7", "sam"), heads=heads)) == [("SCOL 2025-26", 9, 2, "log_too_many")]


def test_junk_in_a_log_finds_nothing() -> None:
    junk = [None, "", True, 5, object(), Fault("#N/A", "?"), float("nan"), "soon"]
    assert rules(log(*[(cell, cell, cell) for cell in junk]), work(*[(cell, cell) for cell in junk])) == []


def test_in_a_workbook() -> None:
    logged: list[list[Any]] = [
        ["Date", "Activity title", "School", "Number attending"],
        ["01/10/2025", "Taster day", "Ash School", 30],
    ]
    own = [["Activity ID", "Activity title", "Date"], ["A1", "Taster Day", "1 Oct 2025"], ["A2", "Talk", "2 Oct 2025"]]
    sheets = [SheetCells("Outreach log", logged), SheetCells("Activities", own)]
    assert rules(*listings(sheets)) == [("Outreach log", 2, 2, "log_and_heat")]
    assert notice.headcounts(read(sheets)).rows[0].attended == 30
