"""Deadlines and the days left, against the calendar of the standard library."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wpxl.domain import deadlines as d
from wpxl.domain import years
from wpxl.errors import Fault
from wpxl.macros import ACTIONS
from wpxl.ready.log_settings import DEADLINES

DAYS = st.dates(datetime.date(1950, 1, 1), datetime.date(2150, 12, 31))


def parts(day: datetime.date) -> years.Date:
    return day.year, day.month, day.day


@given(DAYS, DAYS)
def test_days_left_are_those_of_the_calendar(today: datetime.date, day: datetime.date) -> None:
    made = next(one for one in d.deadlines(parts(today), [d.Named("Ours", parts(day))]) if one.what == "Ours")
    assert made.days == (day - today).days and years.from_serial(d.serial(parts(day))) == parts(day)
    assert f"{day:%A} {day.day} {day:%B} {day.year}" == d.shown(parts(day))


@pytest.mark.parametrize("year", range(2020, 2060))
def test_the_cut_off_is_novembers_last_weekday(year: int) -> None:
    wanted = max(day for n in range(1, 31) if (day := datetime.date(year, 11, n)).weekday() < 5)
    assert d.cut_off(year) == parts(wanted)


@given(DAYS)
def test_heats_next_dates_lie_within_a_year_in_order(today: datetime.date) -> None:
    made = d.deadlines(parts(today))
    assert len(made) == 4 and [one.days for one in made] == sorted(one.days for one in made if one.days is not None)
    assert all(one.days is not None and 0 <= one.days <= 369 for one in made) and d.soonest(made) is made[0]


@pytest.mark.parametrize(
    ("today", "left"),
    [
        ((2022, 11, 22), "17 days left"),
        ((2022, 12, 8), "1 day left"),
        ((2022, 12, 9), "today"),
        ((2022, 12, 10), "passed 1 day ago"),
    ],
)
def test_what_is_said_before_the_day_on_it_and_after_it(today: years.Date, left: str) -> None:
    """The notice was sent on 22 November 2022; its deadline was "Friday, 9 December"."""
    made = d.deadlines(today, [d.Named("Term 1", (2022, 12, 9), "Ours")])
    assert next(one for one in made if one.what == "Term 1").said() == f"Term 1, Friday 9 December 2022: {left}."


def test_labels_name_the_next_that_has_not_passed() -> None:
    own = [d.Named("Term 1", (2025, 11, 20)), d.Named("Term 2", (2026, 3, 27)), d.Named("Term 3", None)]
    assert d.label(d.deadlines((2025, 11, 21), own)) == "28 Nov: 7 days left"
    assert d.label(d.deadlines((2025, 11, 28), own)) == "28 Nov: today"
    assert d.label(d.deadlines((2025, 11, 29), own)) == "27 Mar: 118 days left"
    assert d.label([]) == "No deadline ahead"
    last = d.deadlines((2025, 11, 21), own)[-1]
    assert last.days is None and last.said().startswith("Term 3: no date that can be read")


def test_one_of_its_own_stands_for_heats_of_that_name() -> None:
    own = [d.Named("HEAT: cut-off for tracking", (2026, 11, 27), "HEAT's mail of May")]
    of = [one for one in d.deadlines((2026, 11, 27), own) if one.what == d.CUT_OFF]
    assert [one.date for one in of] == [(2026, 11, 27)]
    assert [one.date for one in d.deadlines((2026, 11, 28), own) if one.what == d.CUT_OFF] == [
        (2026, 11, 27),
        (2026, 11, 30),
    ]


def test_our_own_log_has_its_deadlines_read() -> None:
    head, rows = ["Deadline", "Date", "Whose date it is"], [list(row) for row in DEADLINES]
    got = d.own_in(
        [
            ["Setting", "Value"],
            ["Institution", "Example"],
            [None] * 3,
            ["Deadlines"],
            head,
            *rows,
            [None] * 3,
            ["Note", 5],
        ]
    )
    assert got == [d.Named(what, parts(day), whose) for what, day, whose in DEADLINES]


@pytest.mark.parametrize(
    ("grid", "wanted"),
    [
        ([["Term 1 deadline", "9 December 2022"]], [d.Named("Term 1 deadline", (2022, 12, 9))]),
        ([["", "Deadline, spring", datetime.date(2026, 3, 27), "us"]], [d.Named("Deadline, spring", (2026, 3, 27), "us")]),
        ([["DEADLINES", "When"], ["Term 1", 46000.0], ["Term 2", "soon"]],
         [d.Named("Term 1", years.from_serial(46000)), d.Named("Term 2", None)]),
        ([["A1", "UCAS deadline talk", "1/10/2025"], ["UCAS deadline talk", "1/10/2025", "Ash School", 30]], []),
        ([["Deadlines met", 5_000], ["Deadline", "Date"], ["Term 1", 5_000]], [d.Named("Term 1", None)]),
        ([["Deadline for all"], ["Deadline", "see below"], [None, object(), True, Fault("#N/A", "?"), float("nan")], []], []),
    ],
)  # fmt: skip
def test_deadlines_as_sheets_have_them(grid: list[list[Any]], wanted: list[d.Named]) -> None:
    assert d.own_in(grid) == wanted


def test_the_ribbons_button_says_the_next_one_first() -> None:
    class Asked:
        today = datetime.date(2025, 11, 24)

    class Empty:
        sheets: tuple[Any, ...] = ()
        names: tuple[Any, ...] = ()

    said = ACTIONS["heat_deadlines"].run(Empty(), Asked()).text  # type: ignore[arg-type]
    assert said.startswith(
        "Next, 28 Nov: 4 days left. HEAT: cut-off for tracking, Friday 28 November 2025: 4 days left."
    )
