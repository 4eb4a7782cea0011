"""Years: every day and every year group against the calendar of the standard library."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wpxl
from wpxl.domain import years
from wpxl.errors import Fault


@settings(deadline=None)
@given(st.dates(datetime.date(1908, 3, 18), datetime.date(2118, 1, 1)))
def test_excels_numbers_are_days(day: datetime.date) -> None:
    serial = (day - datetime.date(1899, 12, 30)).days
    assert years.born(serial) == years.born(day) == years.born(day.isoformat()) == (day.year, day.month, day.day)
    assert years.born(f"{day:%d/%m/%Y}") == years.born(f"{day:%d %b %Y}") == years.born(float(serial))


@settings(deadline=None)
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


YEARS = st.integers(1990, 2030)


@settings(deadline=None)
@given(YEARS, st.integers(-5, 5))
def test_the_31st_of_august_and_the_1st_of_september_part_years(year: int, phase: int) -> None:
    """Those born on 1 September are the eldest of their school year: 18 on its first day, and enter when it has ended."""
    eve, day = datetime.date(year, 8, 31), datetime.date(year, 9, 1)
    ready = wpxl.call("WP_HE_READY", [[eve.isoformat()], [day.isoformat()]], None, phase or None)
    assert ready == [(years.shown(year + 18 + phase),), (years.shown(year + 19 + phase),)]
    assert wpxl.call("WP_TRACKING_YEAR", [list(row) for row in ready]) == [(year + 20 + phase,), (year + 21 + phase,)]
    groups = [next(g for g in range(1, 14) if years.he_ready_from_group(g, year + 12) == years.he_ready_from_birth(d))
              for d in ((year, 8, 31), (year, 9, 1))]  # fmt: skip
    assert groups == [8, 7]  # in the year in which both turn 13 at its start and at its end
    assert years.academic_year(eve) == year - 1 and years.academic_year(day) == year


@settings(deadline=None)
@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2020, 12, 30)))
def test_a_day_moves_the_year_only_over_the_boundary(day: datetime.date) -> None:
    """29 February among all others: the next day is the same school year, but for 31 August."""
    later = day + datetime.timedelta(1)
    first, second = (years.he_ready_from_birth((d.year, d.month, d.day)) for d in (day, later))
    assert second - first == (later.month == 9 and later.day == 1)


@pytest.mark.parametrize("year", range(1992, 2024))
def test_leap_days_are_born_on_in_leap_years_only(year: int) -> None:
    leap = year % 4 == 0  # 2000 is one
    forms = [f"29/02/{year}", f"{year}-02-29", f"29 Feb {year}", f"29.2.{year % 100:02d}"]
    got = [wpxl.call("WP_HE_READY", form)[0][0] for form in forms]
    if leap:
        assert got == [years.shown(year + 18)] * 4
    else:
        assert all(isinstance(answer, Fault) and answer.code == "#VALUE!" for answer in got)


NOTICE = {
    "2020/21": 2022,
    "2021/22": 2023,
    "2022/23": 2024,
    "2023/24": 2025,
    "2024/25": 2026,
}  # its table, line by line


def test_the_notices_table_from_year_groups_and_from_dates_of_birth() -> None:
    """Each row reached from every year group, and from the eldest, the youngest and those born on a leap day."""
    assert wpxl.call("WP_TRACKING_YEAR", [[ready] for ready in NOTICE]) == [(year,) for year in NOTICE.values()]
    for ready, tracked in NOTICE.items():
        entry = int(ready[:4])
        for group in range(1, 14):
            start = entry - 14 + group
            assert wpxl.call("WP_HE_READY", f"Year {group}", years.shown(start)) == [(ready,)]
        for born in (f"01/09/{entry - 19}", f"29/02/{entry - 18}", f"31/08/{entry - 18}"):
            if not born.startswith("29/02") or (entry - 18) % 4 == 0:
                assert wpxl.call("WP_HE_READY", born) == [(ready,)]
        assert f"tracking expected {tracked}" in wpxl.why("WP_HE_READY", "Year 13", years.shown(entry - 1))[0]


@pytest.mark.parametrize(
    "cell", ["FE", "Further Education", "College", "Mature", "adult learner", "FE college, Year 2", "Access to HE", "Apprentices"]
)  # fmt: skip
def test_who_is_beyond_the_table_is_said(cell: str) -> None:
    answer = wpxl.call("WP_HE_READY", cell, "2025/26")[0][0]
    assert isinstance(answer, Fault) and answer.code == "#N/A" and "beyond the table" in answer.sentence


@settings(deadline=None)
@given(st.dates(datetime.date(2001, 1, 1), datetime.date(2006, 12, 31)), st.integers(2024, 2026))
def test_mature_is_21_on_the_last_day_before_the_year(day: datetime.date, start: int) -> None:
    age = start - day.year - ((day.month, day.day) > (8, 31))
    answer = wpxl.call("WP_HE_READY", day.isoformat(), years.shown(start))[0][0]
    assert isinstance(answer, Fault) == (age >= 21)


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
