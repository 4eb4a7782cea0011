"""Years: every day and every year group against the calendar of the standard library."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wpxl
from wpxl.domain import years


@given(st.dates(datetime.date(1908, 3, 18), datetime.date(2118, 1, 1)))
def test_excels_numbers_are_days(day: datetime.date) -> None:
    serial = (day - datetime.date(1899, 12, 30)).days
    assert years.born(serial) == years.born(day) == years.born(day.isoformat()) == (day.year, day.month, day.day)
    assert years.born(f"{day:%d/%m/%Y}") == years.born(f"{day:%d %b %Y}") == years.born(float(serial))


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2020, 12, 31)))
def test_a_birthday_and_the_year_group_it_leads_to_agree(day: datetime.date) -> None:
    """A child is in Year 1 in the academic year in which it turns six between September and August."""
    first = next(
        s
        for s in range(1990, 2030)
        if datetime.date(s, 9, 1) <= day.replace(year=day.year + 6, day=1) < datetime.date(s + 1, 9, 1)
    )
    by_birth = wpxl.call("WP_HE_READY", day.isoformat())[0][0]
    for group in (1, 7, 11, 13):
        assert wpxl.call("WP_HE_READY", group, years.shown(first + group - 1))[0][0] == by_birth


@pytest.mark.parametrize(
    "cell", [True, None, "", "x", [], {}, float("nan"), float("inf"), 1e300, -5, "00/00/0000", "2008-13-01"]
)
def test_what_is_no_date_is_none(cell: object) -> None:
    assert years.born(cell) is None


def test_a_long_column_is_quick_and_alike() -> None:
    cells = [[f"Year {7 + i % 7}"] for i in range(50_000)]
    got = wpxl.call("WP_HE_READY", cells, "2025/26")
    assert got[:7] == [("2032/33",), ("2031/32",), ("2030/31",), ("2029/30",), ("2028/29",), ("2027/28",), ("2026/27",)]
    assert got[7:14] == got[:7] and len(got) == len(cells)
