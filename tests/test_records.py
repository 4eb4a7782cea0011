"""Reading workbooks of many layouts: the made-up year comes back as its truth; the rest by hand, rule by rule."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from outreach_year import LAYOUTS, OutreachYear, whole_year

from wpxl.domain import answers
from wpxl.records.read import read
from wpxl.records.source import SheetCells


def sheet(*rows: list[Any], name: str = "Sheet1") -> SheetCells:
    """A sheet of these rows, filled up to one length."""
    width = max(map(len, rows))
    return SheetCells(name, [[*row, *[None] * (width - len(row))] for row in rows])


def same(got: pd.DataFrame, wanted: pd.DataFrame, by: list[str]) -> None:
    """The same rows whatever their order, of the same kinds."""
    columns = list(wanted.columns)
    a, b = (f[columns].sort_values(by, ignore_index=True, key=lambda c: c.astype(str)) for f in (got, wanted))
    pd.testing.assert_frame_equal(a, b, check_dtype=True)


# --------------------------------------------------------------------------------------------------- the made-up year


@pytest.fixture(scope="module")
def year() -> OutreachYear:
    return whole_year()


def test_our_own_layout_comes_back_as_it_is(year: OutreachYear) -> None:
    got, truth = read(year.sheets("log")), year.records
    same(got.organisations, truth.organisations, ["organisation"])
    same(got.activities, truth.activities, ["activity"])
    same(got.attendance, truth.attendance, ["activity", "organisation", "audience"])
    same(got.took_part, truth.took_part, ["activity", "learner"])
    same(got.targets, truth.targets, ["target"])
    same(got.learners.drop(columns="person"), truth.learners.drop(columns="person"), ["learner"])
    pairs = got.learners[["learner", "person"]].merge(truth.learners[["learner", "person"]], on="learner")
    assert (
        len(pairs.drop_duplicates(["person_x", "person_y"]))
        == pairs["person_x"].nunique()
        == pairs["person_y"].nunique()
    )
    assert got.settings == truth.settings and got.institution == truth.institution and not got.first_generation


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_counts_the_same_work(year: OutreachYear, layout: str) -> None:
    got, truth = read(year.sheets(layout)), year.records
    by_school = ["organisation", "audience"]
    for frame in (got.attendance, truth.attendance):
        assert list(frame.columns) == ["activity", "organisation", "year_group", "audience", "attending"]
    pd.testing.assert_series_equal(
        got.attendance.groupby(by_school)["attending"].sum(), truth.attendance.groupby(by_school)["attending"].sum()
    )
    assert len(got.attendance) == len(truth.attendance)
    if layout in ("flat", "heat"):
        same(got.activities.drop(columns="institution"), truth.activities.drop(columns="institution"), ["activity"])
        assert len(got.took_part) == len(truth.took_part) and got.learners["person"].nunique() == 12_000
        key = ["first_name", "last_name", "date_of_birth", "organisation"]
        typed = ["postcode", "year_group", "fsm", "disabled", "in_care", "gender"]
        same(got.learners[key + typed], truth.learners[key + typed], key)
        went = [f.took_part.merge(f.learners, on="learner").groupby(key).size() for f in (got, truth)]
        pd.testing.assert_series_equal(*went)
    assert got.first_generation == (layout == "flat")


def test_a_question_turned_round_says_the_same(year: OutreachYear) -> None:
    got, facts = read(year.sheets("flat")).learners, year.facts
    key = ["first_name", "last_name", "date_of_birth", "organisation"]
    truth = year.records.learners.assign(he=facts["parental_he"])
    both = got.merge(truth[[*key, "he"]], on=key)
    said = both["parental_he"].map(lambda cell: answers.read("first_generation", cell))
    assert list(said) == [{True: answers.NO, False: answers.YES}.get(v, answers.UNKNOWN) for v in both["he"]]
