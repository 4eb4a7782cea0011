"""Reports on the work done: small records with the arithmetic written out, and a made-up year worked out again with pandas."""

from __future__ import annotations

import doctest
import itertools
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import plain
from hypothesis import given, settings
from hypothesis import strategies as st
from outreach_year import make, small_year, whole_year

from wpxl.domain.rates import WITHHELD
from wpxl.errors import Fault
from wpxl.records import Records
from wpxl.reports import REPORTS, aims, groups, work
from wpxl.reports.disclosure import protect, rule
from wpxl.reports.shape import PEOPLE, Asked, Report, Table

ASH, BIRCH, PINE = "900001", "900002", "900015"  # of the sample edition: High, Medium, Medium
NAMES = {ASH: "Ash School (fictional)", BIRCH: "Birch Academy (fictional)", PINE: "Pine High School (fictional)"}
ANSWERS = ("fsm", "bursary", "parental_he", "nssec", "disabled", "in_care", "estranged", "carer", "gender", "ethnicity")
PERCENTAGES = ("imd", "nssec", "ypr", "ahe", "fsm")


def activities(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of id, type, date and hours."""
    made = pd.DataFrame(rows, columns=["activity", "type", "date", "hours"])
    when = pd.to_datetime(made["date"])
    year = (when.dt.year - (when.dt.month < 9)).astype("Int64")
    term = np.select([when.dt.month >= 9, when.dt.month < 4], ["Autumn", "Spring"], "Summer")
    made = made.assign(title=made["activity"].str.upper(), date=when, year=year, organiser=None)
    made["term"] = pd.Series(term, dtype=object).where(when.notna(), None)
    return made.assign(hours=made["hours"].astype(float))


def attendance(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of activity, organisation, year group and number attending."""
    made = pd.DataFrame(rows, columns=["activity", "organisation", "year_group", "attending"])
    kinds = {"year_group": "Int64", "attending": float}
    return made.assign(audience=None).astype(kinds)


def learners(*rows: tuple[Any, ...], **answers: list[Any]) -> pd.DataFrame:
    """Rows of learner, person, organisation, year group and postcode."""
    made = pd.DataFrame(rows, columns=["learner", "person", "organisation", "year_group", "postcode"])
    blank: list[Any] = [None] * len(made)
    return made.assign(**{name: answers.get(name, blank) for name in ANSWERS}).astype({"year_group": "Int64"})


def records(
    done: pd.DataFrame, came: pd.DataFrame, known: pd.DataFrame, pairs: str, figures: dict[str, dict[str, float]] | None = None,
    targets: tuple[tuple[Any, ...], ...] = (), **more: Any,
) -> Records:  # fmt: skip
    """pairs: who took part, as in "a:1 a:2 b:1". figures: percentages that the workbook has for its organisations."""
    ids = dict.fromkeys([*came["organisation"].dropna(), *known["organisation"].dropna(), *(figures or {})])
    rows = [(i, NAMES.get(i, i.lstrip("?").title()), i if i in NAMES else None) for i in ids]
    places = pd.DataFrame(rows, columns=["organisation", "name", "key"]).assign(local_authority=None, region=None)
    for name in PERCENTAGES:
        places[name] = [(figures or {}).get(i, {}).get(name, np.nan) for i in ids]
    wanted = pd.DataFrame(targets, columns=["target", "measure", "year", "percent", "part", "base"])
    numbers = dict.fromkeys(("percent", "part", "base"), float)
    took = pd.DataFrame([p.split(":") for p in pairs.split()], columns=["activity", "learner"])
    return Records(places, done, came, known, took, wanted.astype({"year": "Int64"} | numbers), **more)


@cache
def two_years() -> Records:
    """Six activities of 2024/25 and 2025/26 and one without a date; four people, one of them at two schools (learners 1 and 4)."""
    done = activities(
        ("a", "Campus visit", "2024-10-01", 2), ("b", "campus  visit ", "2025-10-01", 3), ("c", "Talk", "2025-11-01", 1.5),
        ("d", "Talk", "2026-02-01", None), ("e", "Summer school", "2026-06-01", 10), ("f", None, None, 1),
        ("g", "Talk", "2026-07-01", 1),
    )  # fmt: skip
    came = attendance(
        ("a", ASH, 10, 20), ("b", ASH, 11, 8), ("b", BIRCH, 9, 12), ("c", ASH, None, 5), ("c", "unknown", 9, 7),
        ("d", BIRCH, 10, 0), ("e", ASH, 12, None), ("f", BIRCH, 9, 30),
    )  # fmt: skip
    known = learners(
        (1, "p", ASH, 10, "TF7 5UG"), (2, "q", ASH, 10, "B32 3PB"), (3, "r", BIRCH, 9, None), (4, "p", BIRCH, 11, "TF7 5UG"),
        (5, "s", ASH, 12, "TF7 5UG"),
        gender=["F", "male", "female ", None, "Prefer not to say (998)"],
        disabled=["Dyslexia", "no", None, "yes - Dyslexia", "x"],
        in_care=["N", "Not known (997)", "Y", "Yes", "refused"],
        ethnicity=["White - British (10)", "white-british", "Mixed", None, None],
        fsm=["Y", "N", "N", None, None], parental_he=["Y", "N", "Y", None, "N"], nssec=[6, 2, 6, None, None],
    ).astype({"learner": str})  # fmt: skip
    pairs = "a:1 a:2 b:1 b:2 b:3 b:4 c:1 e:5 e:1"
    figures = {"?cedar": {"imd": 70.0, "nssec": 50.0}, PINE: {}, "900007": {}}
    targets = (
        ("T1", "IMD 40 %", 2024, 40, None, None), ("T1", "IMD 40 %", 2025, 70, None, None),
        ("T2", "High-priority schools", 2025, 50, None, None), ("T3", "Attainment gap", 2025, 10, 12, 100),
        ("T4", "FSM", None, 50, None, None), ("T5", "IMD 2025 Q1", 2026, 0.4, None, None), ("T6", "care leavers", 2026, 5, 3, 30),
    )  # fmt: skip
    return records(
        done, came, known, pairs, figures, targets, settings={"year": "2025/26"}, notes=("Row 7 has no date.",)
    )


def made(report: str, of: Records | None = None, **asked: Any) -> Report:
    return REPORTS[report].make(of if of is not None else two_years(), Asked(**asked))


def table(report: Report, name: str) -> Table:
    return next(t for t in report.tables if t.name == name)


def rows(report: Report, name: str, *columns: str) -> dict[Any, Any]:
    """Each row of a table by its first cell: these columns, all others where none is named. Errors as their codes."""
    of = table(report, name)
    places = [i for i, c in enumerate(of.columns) if c.heading in columns] or range(1, len(of.columns))
    found = {row[0]: tuple(row[i] for i in places) for row in plain(of.rows)}
    return {name: cells[0] for name, cells in found.items()} if len(columns) == 1 else found


def refused(report: str, of: Records | None = None, **asked: Any) -> str:
    with pytest.raises(Fault) as fault:
        made(report, of, **asked)
    return fault.value.sentence


def test_every_report_is_whole() -> None:
    """Rows as long as their headings, charts of what is there, plain Python in every cell, and the notes of the records."""
    for name in ("types", "participants", "school", "organisations", "plan", "years"):
        for of in (two_years(), small_year().records):
            if name == "years" and of is not two_years():
                continue
            report = made(name, of, school=ASH)
            named = {t.name: [c.heading for c in t.columns] for t in report.tables}
            assert len(named) == len(report.tables)
            for one in report.tables:
                assert all(len(row) == len(one.columns) for row in one.rows)
                kinds = {type(cell) for row in one.rows for cell in row}
                assert kinds <= {str, int, float, date, Fault, type(None)}, (name, one.name, kinds)
            for chart in report.charts:
                assert {chart.labels, *chart.series} <= set(named[chart.table]), (name, chart)
            assert report.notes[-1] == "Row 7 has no date." or of is not two_years()
            assert not any(str(cell) == "nan" for one in report.tables for row in one.rows for cell in row)
            for words in ("none", "under 10", "hesa"):
                protect(report, rule(words))


@pytest.mark.parametrize("empty", ["organisations", "activities", "attendance", "learners", "took_part"])
@pytest.mark.parametrize("name", ["types", "participants", "school", "organisations", "plan", "years"])
def test_a_workbook_that_lacks_a_list_is_reported_on_or_refused(name: str, empty: str) -> None:
    lacking = replace(two_years(), **{empty: getattr(two_years(), empty)[:0]})
    try:
        made(name, lacking, school=ASH)
    except Fault as fault:
        assert fault.sentence.endswith(".")


# --------------------------------------------------------------------------------------------------------------- types


def test_types_and_terms_of_a_year() -> None:
    """b: 8 + 12 came, 1, 2, 3 and 4 are recorded (p, q, r: p is at both schools); c: 5 + 7 came, 1 recorded; d: nobody came."""
    report = made("types")
    counted = rows(report, "By type")
    #                                 activities, organisations, attending, recorded, headcount, people, hours, contact hours
    assert counted["Campus visit"] == (1, 2, 20, 4, 16, 3, 3, 60)  # 3 h × 20
    assert counted["Talk"] == (3, 1, 12, 1, 11, 1, 2.5, 18)  # 1.5 h × 12; the unknown institution is none
    assert counted["Summer school"] == (1, 1, 0, 2, 0, 2, 10, 0)  # nobody wrote down how many came
    assert counted["All"] == (5, 2, 32, 7, 27, 4, 15.5, 78)  # people: p, q, r, s
    assert list(counted) == ["Talk", "Campus visit", "Summer school", "All"]
    terms = rows(report, "By term", "Activities", "Number attending", "People recorded")
    assert terms == {"Autumn": (2, 32, 3), "Spring": (1, 0, 0), "Summer": (2, 0, 2), "All": (5, 32, 4)}
    crossed = rows(report, "Activities by type and term")
    assert crossed["Talk"] == (1, 1, 1, 3) and crossed["All"] == (2, 1, 2, 5)
    both = {row[:2]: row[2] for row in table(report, "By type and term").rows}
    assert both["Talk", "Spring"] == 1 and ("Campus visit", "Spring") not in both and both["All", None] == 5
    said = " ".join(report.notes)
    assert (
        "Academic year 2025/26." in said
        and "1 of the activities" in said
        and "2 of 5 activities that have both" in said
    )
    assert "2 activities have no number attending" in said and "1 has 0 attending" in said


def test_one_year_alone_and_all_together() -> None:
    assert rows(made("types", year=2024), "By type", "Activities", "People recorded") == {
        "Campus visit": (1, 2),
        "All": (1, 2),
    }
    every = made("types", replace(two_years(), settings={}))
    assert rows(every, "By type", "Number attending", "People recorded") == {
        "Talk": (12, 1), "Campus visit": (40, 3), "Summer school": (0, 2), "Not stated": (30, 0), "All": (82, 4),
    }  # fmt: skip
    assert every.notes[0] == "All years together: 2024/25, 2025/26."
    assert "2022/23" in refused("types", year=2022)


def test_headcount_is_never_below_nobody() -> None:
    """b: 3 attending and 4 recorded leave 0, not -1; c: 12 attending, 1 recorded leave 11."""
    came = two_years().attendance.copy()
    came.loc[came["activity"] == "b", "attending"] = [3, 0]
    report = made("types", replace(two_years(), attendance=came))
    assert rows(report, "By type", "Headcount only") == {"Talk": 11, "Campus visit": 0, "Summer school": 0, "All": 11}
    assert "1 activity has more learners recorded than attended." in report.notes


# -------------------------------------------------------------------------------------------------------- participants


def test_participants_by_characteristic() -> None:
    """People of 2025/26: p (1, 4), q (2), r (3), s (5). Participations: b:1 b:2 b:3 b:4 c:1 e:5 e:1. Headcount: 16 + 11 = 27."""
    report = made("participants")
    nobody = (None, None, 27, None)
    assert rows(report, "Gender") == {
        "Female": (2, pytest.approx(200 / 3), 5, pytest.approx(500 / 6)),  # p and r, of p, q, r
        "Male": (1, pytest.approx(100 / 3), 1, pytest.approx(100 / 6)),
        "Known": (3, None, 6, None),
        "Prefer not to say": (1, None, 1, None),
        "Headcount only: nothing recorded": nobody,
        "All": (4, None, 34, None),
    }  # fmt: skip
    people = {
        t.name: rows(report, t.name, "People") for t in report.tables if "People" in [c.heading for c in t.columns]
    }
    assert people["Ethnicity"] == {
        "White - British": 2, "Mixed": 1, "Known": 3, "Not known": 1, "Headcount only: nothing recorded": None, "All": 4,
    }  # fmt: skip
    assert (
        people["Disability"]["Yes"] == 1
        and people["Disability"]["No"] == 1
        and people["Disability"]["Cannot be read"] == 1
    )
    assert people["Disability as recorded"]["Answers differ"] == 1  # Dyslexia, and yes - Dyslexia
    assert people["Care experience"] == {  # p: N and Yes; q: not known; r: Y; s: refused
        "Yes": 1, "Known": 1, "Prefer not to say": 1, "Answers differ": 1, "Not known": 1, "Headcount only: nothing recorded": None,
        "All": 4,
    }  # fmt: skip
    assert people["Parental higher education"]["No"] == 2
    assert rows(report, "What is known")["Gender"] == (4, 3, 75.0)


def test_year_groups_of_people_of_participations_and_of_those_attending() -> None:
    """p was last at e as learner 1 (Year 10); 7 of the unknown institution were Year 9, 5 of Ash had no year group."""
    found = rows(made("participants"), "Year group", "People", "Participations", "Number attending")
    assert found == {
        "Year 9": (1, 1, 19), "Year 10": (2, 4, 0), "Year 11": (0, 1, 8), "Year 12": (1, 1, 0), "Known": (4, 7, 27),
        "Not known": (0, 0, 5), "Headcount only: nothing recorded": (None, 27, None), "All": (4, 34, 32),
    }  # fmt: skip


def test_the_year_group_of_a_person_is_that_of_the_last_activity() -> None:
    """p in Year 10 in October, in Year 11 in June, in whatever order the rows stand."""
    for pairs in ("b:1 e:4", "e:4 b:1"):
        took = pd.DataFrame([pair.split(":") for pair in pairs.split()], columns=["activity", "learner"])
        found = rows(
            made("participants", replace(two_years(), took_part=took)), "Year group", "People", "Participations"
        )
        assert found["Year 10"] == (0, 1) and found["Year 11"] == (1, 1)


def test_a_column_that_asks_for_the_first_generation_is_named_so() -> None:
    first = replace(two_years(), first_generation=True)
    assert "First generation in higher education" in {t.name for t in made("participants", first).tables}
    assert "No learner is recorded" in refused(
        "participants", replace(two_years(), took_part=two_years().took_part[:0])
    )


# -------------------------------------------------------------------------------------------------------------- school


def test_a_school_with_all_that_was_done_with_it() -> None:
    """Ash in 2025/26: 8 at b, 5 at c, nobody counted at e; its rows of learners are 1, 2 and 5 (p, q, s)."""
    report = made("school", school="urn " + ASH)
    assert report.title == "School: Ash School (fictional)" and report.sample
    assert table(report, "Activities").rows == [
        ("B", date(2025, 10, 1), "Campus visit", "Year 11", 8, 2, 6), ("C", date(2025, 11, 1), "Talk", None, 5, 1, 4),
        ("E", date(2026, 6, 1), "Summer school", "Year 12", None, 2, 0), ("All", None, None, None, 13, 5, 10),
    ]  # fmt: skip
    (reach,) = table(report, "In all").rows
    assert reach == (NAMES[ASH], 3, 13, 5, 10, 3, 1438, pytest.approx(100 * 3 / 1438))
    profile = rows(report, "Profile of the school")
    assert profile["IMD 2010 40 %"] == ("A", 75.0, "High", 24, 61) and profile["FSM %"] == ("A", 21.4, "High", 8, 17)
    met = rows(report, "Students who took part")
    assert met["IMD 2010 rank 13,000 or below"] == (
        3,
        3,
        2,
        pytest.approx(200 / 3),
    )  # TF7 5UG 6,259 twice; B32 3PB 14,713
    assert met["Eligible for free school meals"] == (3, 2, 1, 50.0)
    assert met["NS-SEC 4–8"] == (3, 2, 1, 50.0)
    assert met["Receives the 16-19 bursary"] == (3, 0, 0, "#DIV/0!")


def test_audiences_as_typed_where_they_are_no_year_group() -> None:
    came = attendance(("b", ASH, None, 5), ("b", ASH, 0, 5), ("b", ASH, None, 5)).assign(
        audience=["Yr 9/10", "R", "Yr 9/10"]
    )
    (row, _) = table(
        made("school", replace(two_years(), attendance=came, took_part=two_years().took_part[:0]), school=ASH),
        "Activities",
    ).rows
    assert row[3:] == ("Yr 9/10, Reception", 15, 0, 15)
    alone = replace(two_years(), attendance=came[:1], took_part=two_years().took_part[:0])
    assert table(made("school", alone, school=ASH), "Activities").rows[0][3] == "Yr 9/10"


def test_a_person_of_two_schools_stands_in_each() -> None:
    everything = replace(two_years(), settings={})
    for school, found in ((ASH, (4, 3)), (BIRCH, (2, 2))):  # at a, b, c and e; at b, and at f nobody by name
        assert rows(made("school", everything, school=school), "In all", "Activities", "People recorded") == {
            NAMES[school]: found
        }
    assert rows(made("organisations", everything), "By priority band", "People recorded")["All"] == 4
    assert rows(made("school", everything, school=ASH), "By academic year", "Activities", "People recorded") == {
        "2024/25": (1, 2), "2025/26": (3, 3),
    }  # fmt: skip


def test_a_school_that_nothing_was_done_with_has_its_profile() -> None:
    report = made("school", school="cedar")
    assert not report.charts and "No activity was done" in " ".join(report.notes)
    assert rows(report, "Profile of the school", "% of its learners")["FSM %"] == "#N/A"
    assert rows(report, "In all", "Learners on roll", "Activities") == {"Cedar": (0, "#N/A")}


@pytest.mark.parametrize(
    ("school", "says"),
    [
        ("", "name it"),
        ("Ash Schol", "Did you mean Ash School (fictional)"),
        ("birch", "Did you mean Birch Academy (fictional)"),
    ],
)
def test_a_school_that_is_not_found_is_refused_with_what_is_like_it(school: str, says: str) -> None:
    assert says in refused("school", school=school)


def test_two_schools_of_one_name_are_told_apart_by_their_urn() -> None:
    said = refused("school", whole_year().records, school="Ash School (fictional)")
    assert said == (
        "2 organisations of the workbook are called 'Ash School (fictional)': 900001 in Exampleton; 900040 in Sampleshire. "
        "Give the URN."
    )


# ------------------------------------------------------------------------------------------------------- organisations


def test_organisations_by_priority_band() -> None:
    """Of the sample edition Ash is High and Birch Medium. Of 32 attending 13 came from Ash and 12 from Birch."""
    report = made("organisations")
    engaged = rows(
        report,
        "Organisations engaged",
        "Priority",
        "Activities",
        "Number attending",
        "People recorded",
        "Last activity",
    )
    assert engaged == {
        "Ash School (fictional)": ("High", 3, 13, 3, date(2026, 6, 1)),
        "Birch Academy (fictional)": ("Medium", 1, 12, 2, date(2025, 10, 1)),  # at d nobody came
        "Unknown school": ("Unknown school", 1, 7, 0, date(2025, 11, 1)),
        "All": (None, 3, 32, 4, date(2026, 6, 1)),
    }  # fmt: skip
    assert rows(report, "By priority band") == {
        "High": (1, 50.0, 3, 13, 40.625, 3), "Medium": (1, 50.0, 1, 12, 37.5, 2), "Low": (0, 0.0, 0, 0, 0.0, 0),
        "Unknown school": (0, 0.0, 1, 7, 21.875, 0), "All": (2, None, 3, 32, None, 4),
    }  # fmt: skip


def test_organisations_not_yet_reached_the_highest_priority_first() -> None:
    """Cedar's own figures make it High (IMD 70 of 61, NS-SEC 50 of 47); the sample's special school is left out by the model."""
    missed = rows(made("organisations"), "Not yet reached", "Priority", "IMD 2010 40 %")
    assert missed == {
        "Cedar": ("High", 70),
        "Pine High School (fictional)": ("Medium", 23.4),
        "900007": ("Not settled", None),
    }


def test_organisations_of_one_area() -> None:
    assert list(rows(made("organisations", local_authority="fictionby"), "Organisations engaged")) == [
        NAMES[BIRCH],
        "All",
    ]
    assert "there is Exampleton, Fictionby" in refused("organisations", local_authority="Nowhere")


# ---------------------------------------------------------------------------------------------------------------- plan


def test_targets_beside_what_was_reached() -> None:
    """IMD: p, q in 2024/25 (1 of 2); p, q, s known in 2025/26 (2 of 3). High: 13 of 25 of the schools whose priority is known."""
    report = made("plan")
    reached = rows(report, "Targets", "Target %", "Meeting it", "Known", "% reached", "Difference, points", "Status")
    assert reached == {
        "T1": (70, 2, 3, pytest.approx(200 / 3), -3.33, "Below"), "T2": (50, 13, 25, 52.0, 2.0, "On track"),
        "T3": (10, None, None, None, None, "Not judged"), "T4": (50, 1, 3, pytest.approx(100 / 3), -16.67, "Below"),
        "T5": (None, None, None, None, None, "No data"), "T6": (None, 2, 2, 100.0, None, "No target for the year"),
    }  # fmt: skip
    assert rows(report, "T1", "Target %", "Meeting it", "Known", "Status") == {
        "2024/25": (40, 1, 2, "On track"), "2025/26": (70, 2, 3, "Below"), "2026/27": (None, None, None, "No data"),
    }  # fmt: skip
    assert rows(report, "T3", "Typed: part", "Typed: of", "Typed: %")["2025/26"] == (12, 100, 12.0)
    assert rows(report, "T4", "Target %")["2026/27"] == 50  # without a year: for every year
    assert rows(report, "T6", "Status")["2026/27"] == "On track (as typed)"  # 3 of 30 is 10 %
    assert [c.title for c in report.charts if c.kind == "line"] == ["T1", "T2", "T4", "T6"]  # of two years at least
    said = " ".join(report.notes)
    assert (
        "IMD 2025 quintile 1 is not installed" in said
        and "are they fractions?): T5" in said
        and "No activity in 2026/27" in said
    )


def test_targets_of_another_year_and_none_at_all() -> None:
    assert rows(made("plan", year=2024), "Targets", "Status")["T1"] == "On track"
    assert "make a sheet called Targets" in refused("plan", replace(two_years(), targets=two_years().targets[:0]))


@pytest.mark.parametrize(
    ("measure", "means"),
    [
        ("IMD 40 %", "IMD 2010 rank 13,000 or below"), ("IMD 40% most deprived", "IMD 2010 rank 13,000 or below"),
        ("% of students from IMD 40 %", "IMD 2010 rank 13,000 or below"), ("IMD 2019 quintile 1", "IMD 2019 quintile 1"),
        ("IMD quintiles 1&2", "IMD 2019 quintiles 1 and 2"), ("TUNDRA quintile 1", "TUNDRA LSOA quintile 1"),
        ("POLAR4 Q1-2", "POLAR4 quintiles 1 and 2"), ("POLAR4 quintiles 1 and 2", "POLAR4 quintiles 1 and 2"),
        ("POLAR2 YPR Q1–2", "POLAR2 YPR quintiles 1 and 2"), ("Adult HE Q1", "Adult HE 2011 quintile 1"),
        ("FSM", "eligible for free school meals"), ("% eligible for free school meals", "eligible for free school meals"),
        ("First generation students", "neither parent has higher education"), ("Care leavers", "in care"),
        ("care experienced", "in care"), ("Disabled students", "disabled"), ("NS-SEC 4-8", "NS-SEC 4–8"),
        ("NS-SEC 4–7", "NS-SEC 4 to 7"), ("young carers", "Young carer: yes"), ("estranged students", "Estranged: yes"),
        ("target learners", "target learners by aimhigher-2011-learner"),
        ("High-priority schools", "attending from schools of High priority"),
        ("Meets Aimhigher target criteria", "target learners by aimhigher-2011-learner"),
        ("students from medium priority schools", "attending from schools of Medium priority"),
        ("mature entrants", None), ("Progression gap", None), ("FSM attainment", None), ("Continuation of disabled students", None),
        ("", None), ("Male students", None),
    ],
)  # fmt: skip
def test_what_a_target_measures(measure: str, means: str | None) -> None:
    from wpxl import models

    model = models.find(("aimhigher-2011-learner",))
    if means is None:
        with pytest.raises(Fault):
            aims.understood(measure, small_year().records, model, ("High", "Medium", "Low"))
    else:
        assert aims.understood(measure, small_year().records, model, ("High", "Medium", "Low")).words == means


# --------------------------------------------------------------------------------------------------------------- years


def test_a_year_beside_the_one_before() -> None:
    """2024/25: a, 20 attending, p and q. 2025/26: b to g, 32 attending, p, q, r, s: r and s are new."""
    report = made("years")
    assert rows(report, "By academic year", "Activities", "Number attending", "People recorded", "New people") == {
        "2024/25": (1, 20, 2, 2), "2025/26": (5, 32, 4, 2),
    }  # fmt: skip
    assert rows(report, "Change in people") == {
        "Number attending": (20, 32, 12, 60.0), "Participations recorded": (2, 7, 5, 250.0), "People recorded": (2, 4, 2, 100.0),
        "New people": (2, 2, 0, 0.0), "Recorded before": (0, 2, 2, "#DIV/0!"),
    }  # fmt: skip
    assert rows(report, "Change in the work")["Hours"] == (2, 15.5, 13.5, 675.0)
    shares = rows(report, "Change in shares")
    assert shares["Most deprived 40 %"] == (1, 2, 50.0, 2, 3, pytest.approx(200 / 3), 16.67)
    # p: IMD and NS-SEC 6; q and s: no parental HE; r: in care. Of these p and q in 2024/25.
    assert shares["Target learners"][:3] == (2, 2, 100.0)
    mix = rows(report, "Attending by priority band")
    assert mix["High"] == (20, 13, 100.0, 40.625) and mix["Unknown school"] == (0, 7, 0.0, 21.875)


def test_years_without_work_are_said() -> None:
    gone = two_years().activities.copy()
    gone.loc[gone["activity"] == "a", "year"] = 2022
    report = made("years", replace(two_years(), activities=gone))
    assert rows(report, "By academic year", "People recorded") == {
        "2022/23": 2,
        "2023/24": None,
        "2024/25": None,
        "2025/26": 4,
    }
    said = " ".join(report.notes)
    assert "No data for 2023/24, 2024/25" in said and "the last year with an activity" in said
    assert "no activity before 2024/25" in refused("years", year=2024)
    assert "no activity in 2019/20: its years are 2024/25, 2025/26" in refused("years", year=2019)


# -------------------------------------------------------------------------------------------- the made-up year, by pandas


@cache
def whole() -> dict[str, pd.DataFrame]:
    """The made-up year, joined with pandas: who took part with whom in it, and the attendance of its activities."""
    year = whole_year()
    done = year.records.activities[year.records.activities["year"].eq(2025).fillna(False)]
    took = year.records.took_part.merge(done, on="activity").merge(
        year.records.learners, on="learner", suffixes=("", "_own")
    )
    took = took.merge(year.facts, on="learner", suffixes=("_typed", ""))
    return {"done": done, "took": took, "came": year.records.attendance.merge(done, on="activity")}


def test_types_of_a_whole_year() -> None:
    done, took, came = whole().values()
    found = rows(made("types", whole_year().records), "By type")
    assert len(found) == done["type"].nunique() + 1
    for kind, here in done.groupby("type"):
        attended = came[came["type"] == kind].groupby("activity")["attending"].sum()
        recorded = took[took["type"] == kind].groupby("activity").size()
        left = (attended - recorded.reindex(attended.index).fillna(0)).clip(lower=0)
        hours = here.set_index("activity")["hours"]
        people = took.loc[took["type"] == kind, "person"].nunique()
        contact = round(float((hours * attended).sum()), 2)
        assert found[kind][:1] + found[kind][2:] == (
            len(here), attended.sum(), recorded.sum(), left.sum(), people, hours.sum(), contact,
        )  # fmt: skip
    assert found["All"][2] == came["attending"].sum() and found["All"][5] == took["person"].nunique()


def test_participants_of_a_whole_year() -> None:
    """By the true answers, which the reader of words has never seen."""
    took = whole()["took"]
    report = made("participants", whole_year().records)
    named = {"disabled": "Disability", "in_care": "Care experience", "parental_he": "Parental higher education",
             "fsm": "Free school meals", "bursary": "16–19 bursary", "carer": "Young carer"}  # fmt: skip
    persons = took.drop_duplicates("person")
    for field, name in named.items():
        people, times = (frame[field].value_counts() for frame in (persons, took))
        found = rows(report, name, "People", "% of people known", "Participations")
        for word, answer in (("Yes", True), ("No", False)):
            share = 100 * people[answer] / (people[True] + people[False])
            assert found[word] == (people[answer], pytest.approx(share), times[answer]), name
        unknown = sum(found[gap][0] for gap in ("Not known", "Prefer not to say") if gap in found)
        assert unknown == persons[field].isna().sum()
        assert found["All"][0] == len(persons)
    sexes = persons["gender"].str[0].value_counts()
    assert (
        rows(report, "Gender", "People")["Female"] == sexes["F"]
        and rows(report, "Gender", "People")["Male"] == sexes["M"]
    )


def test_organisations_and_a_school_of_a_whole_year() -> None:
    _, took, came = whole().values()
    report = made("organisations", whole_year().records)
    found = rows(report, "Organisations engaged", "URN", "Activities", "Number attending", "People recorded")
    by_urn = {cells[0]: cells[1:] for cells in found.values() if cells[0]}
    for urn, cells in by_urn.items():
        here, there = came[came["organisation"].eq(urn) & came["attending"].ne(0)], took[took["organisation"] == urn]
        events = len({*here["activity"], *there["activity"]})
        assert cells == (events, here["attending"].sum(), there["person"].nunique()), urn
    assert found["All"][2:] == (came["attending"].sum(), took["person"].nunique())
    listed = [(row[3], row[5]) for row in table(report, "Organisations engaged").rows[:-1]]
    order = ["High", "Medium", "Low", "Not settled", "Left out", "Unknown school"]
    assert (
        listed == sorted(listed, key=lambda pair: (order.index(pair[0]), -pair[1])) and len({b for b, _ in listed}) == 6
    )
    summed = rows(report, "By priority band", "Number attending")
    assert sum(n for band, n in summed.items() if band != "All") == summed["All"]
    for urn in list(by_urn)[:5]:
        reach = table(made("school", whole_year().records, school=urn), "In all").rows[0]
        assert (reach[1], reach[2], reach[5]) == by_urn[urn]


def test_a_target_of_a_whole_year() -> None:
    """The true postcodes and the sample edition's own file."""
    from wpxl import store

    sample = store.shipped("data") / "sample"
    places = pd.read_parquet(sample / "sample_postcodes.places.parquet")["imd_rank_2010"]
    rank = pd.read_parquet(sample / "sample_postcodes.postcodes.parquet").set_index("postcode")["place"].map(places)
    persons = whole()["took"].drop_duplicates("person")
    known = persons["postcode"].map(rank).dropna()
    found = rows(made("plan", whole_year().records), "Targets", "Meeting it", "Known")
    assert found["PTS_1"] == ((known <= 13_000).sum(), len(known))
    fsm = persons["fsm"].dropna()
    assert found["PTS_2"] == (fsm.sum(), len(fsm))


# ------------------------------------------------------------------------------------------------------- fit to share

Place = tuple[int, int, int]  # table, row, column


@cache
def drawn(seed: int) -> Records:
    """A year so small that many counts are under 10."""
    return make(12, 8, 90, seed=seed).records


def people(report: Report) -> dict[Place, Any]:
    return {
        (t, r, c): row[c]
        for t, one in enumerate(report.tables) for r, row in enumerate(one.rows) for c, column in enumerate(one.columns)
        if column.kind == PEOPLE and row[c] is not None
    }  # fmt: skip


def holds(places: list[Place], true: dict[Place, Any]) -> bool:
    """Whether all but the last of some counts make up the last."""
    return len(places) > 1 and sum(true[p] for p in places[:-1]) == true[places[-1]]


def sums(report: Report) -> list[list[Place]]:
    """What a reader may add up: down to a total, across columns that are meant to be sums, and rows that another table groups."""
    true, out = people(report), list[list[Place]]()
    for t, one in enumerate(report.tables):
        columns = [c for c, column in enumerate(one.columns) if column.kind == PEOPLE]
        first, all_rows = len(one.rows) - one.totals, range(len(one.rows))
        for down in ([(t, r, c) for r in all_rows] for c in columns if one.totals):
            out += [down[: first + 1], down[first:]]
        pairs = [
            (parts, c)
            for k in (2, 3)
            for parts in itertools.combinations(columns, k)
            for c in columns
            if c not in parts
        ]
        for parts, c in pairs:
            whole = [[(t, r, i) for i in (*parts, c)] for r in all_rows]
            whole = [places for places in whole if all(p in true for p in places)]
            if whole and np.mean([holds(places, true) for places in whole]) >= 0.8:  # the dirt of one row or two aside
                out += whole
        for u, other in enumerate(report.tables):
            at = {column.heading: c for c, column in enumerate(other.columns)}
            name = at.get(one.columns[0].heading)
            for r in all_rows if u != t and name is not None else ():
                inside = [q for q in range(len(other.rows) - other.totals) if other.rows[q][name] == one.rows[r][0]]
                shared = [(c, at[one.columns[c].heading]) for c in columns if one.columns[c].heading in at]
                out += [[*((u, q, d) for q in inside), (t, r, c)] for c, d in shared]
    known = ([p for p in places if p in true] for places in out)
    return [places for places in known if holds(places, true)]


@pytest.mark.parametrize("seed", [0, 2])
@pytest.mark.parametrize("name", ["types", "participants", "organisations", "school", "plan", "years"])
def test_no_small_count_can_be_worked_out_of_a_report_that_is_shared(name: str, seed: int) -> None:
    """By linear algebra: a withheld count is given away where the sums that hold leave it one value."""
    of = drawn(seed)
    if name == "years":
        done = of.activities
        of = replace(of, activities=done.assign(year=done["year"] - pd.array(np.arange(len(done)) % 3, "Int64")))
    report = made(name, of, school=str(of.organisations["key"].dropna().iloc[0]))
    true, shown = people(report), people(protect(report, rule("under 10")))
    hidden = {place: i for i, place in enumerate(p for p, cell in shown.items() if cell == WITHHELD)}
    assert all(cell == WITHHELD or cell == 0 or cell >= 10 for cell in shown.values())
    known = np.zeros((1, len(hidden)))
    for places in sums(report):
        row = np.zeros(len(hidden))
        for place, sign in zip(places, [*[1] * (len(places) - 1), -1], strict=True):
            if place in hidden:
                row[hidden[place]] += sign
        known = np.vstack([known, row])
    rank = np.linalg.matrix_rank(known)
    given = [
        (report.tables[t].name, report.tables[t].rows[r][0])
        for (t, r, c), i in hidden.items()
        if true[t, r, c] < 10 and np.linalg.matrix_rank(np.vstack([known, np.eye(len(hidden))[i]])) == rank
    ]
    assert not given and (hidden or name == "plan")


# ------------------------------------------------------------------------------------------------------------- groups


@given(
    st.lists(st.sampled_from(["Talk", " talk", "TALK (02)", "Visit", "campus visit", None, "", 3, 2.0]), max_size=12)
)
@settings(max_examples=60)
def test_grouping_never_parts_or_joins_others(cells: list[Any]) -> None:
    found = groups.grouped(cells)
    assert len(found) == len(cells)
    plain_ = [None if c in (None, "") else "".join(str(c).casefold().replace("(02)", "").split()) for c in cells]
    assert [g is None for g in found] == [p is None for p in plain_]
    pairs = set(zip(found, plain_, strict=True))
    assert len(pairs) == len(set(found)) == len(set(plain_))


def test_examples_of_groups() -> None:
    assert doctest.testmod(groups).failed == 0 and work.number(np.float64(2.50)) == 2.5
