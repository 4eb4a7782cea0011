"""Reading workbooks of many layouts: the made-up year comes back as its truth; the rest by hand, rule by rule."""

from __future__ import annotations

import datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outreach_year import LAYOUTS, OutreachYear, make, write

from wpxl.domain import answers
from wpxl.errors import Fault
from wpxl.records import Records
from wpxl.records.read import describe, join, read, understand
from wpxl.records.source import SheetCells
from wpxl.workbooks.refs import Area


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
    """Large enough for every kind of dirt, small enough to be compared cell by cell."""
    return make(120, 40, 3_000)


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
        assert len(got.took_part) == len(truth.took_part) and got.learners["person"].nunique() == 3_000
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


# ------------------------------------------------------------------------------------------------- where lists are found

WORK = ["Activity", "School", "Number attending"]
PEOPLE = ["Surname", "Forename", "DOB", "Postcode", "School"]
ASH, IVY = "Ash High School (fictional)", "Ivy High School (fictional)"  # 900039 and 900009 of the sample edition
BORN = datetime.datetime(2010, 1, 2)


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(None if pd.isna(v) else v for v in row) for row in frame[list(columns)].itertuples(index=False)]


def about(*sheets: SheetCells) -> list[tuple[str, int, int]]:
    return [(u.about, u.rows.start, u.rows.stop - 1) for u in understand(sheets)]


def test_titles_above_lists_beside_and_lists_below() -> None:
    one = sheet(
        ["Outreach 2025", None, None, None, "Kept by the team"], [],
        [*WORK, None, "Activity", "Date", "Type"],
        ["Visit", ASH, 12, None, "Visit", datetime.datetime(2025, 10, 3), "Campus visit"],
        ["Talk", IVY, 20, None, "Talk", "13/11/2025", "IAG"],
        ["Total", None, 32], [],
        PEOPLE, ["Lee", "Ann", BORN, "TF7 5UG", ASH], [], ["Chan", "Bo", BORN, "B32 3PB", IVY], ["Checked by me"],
    )  # fmt: skip
    assert about(one) == [("attendance", 4, 6), ("activities", 4, 5), ("learners", 9, 12)]
    got = read([one])
    assert rows(got.attendance, "activity", "organisation", "attending") == [
        ("Visit", "900039", 12),
        ("Talk", "900009", 20),
    ]
    assert rows(got.activities, "activity", "type", "term", "year") == [
        ("Visit", "Campus visit", "Autumn", 2025), ("Talk", "IAG", "Autumn", 2025),
    ]  # fmt: skip
    assert rows(got.learners, "first_name", "organisation") == [("Ann", "900039"), ("Bo", "900009")]
    assert understand([one])[0].left_out == (6,) and "row 12 with one filled cell only" in " ".join(got.notes)


def test_a_list_with_a_blank_column_in_it_is_one() -> None:
    one = sheet([*WORK[:2], None, "No. of pupils", "Tea"], ["Visit", ASH, None, 12, "y"])
    assert rows(read([one]).attendance, "activity", "organisation", "attending") == [("Visit", "900039", 12)]


def test_tables_and_a_plain_list_beside_them() -> None:
    grid = [["Title"], [*WORK], ["Visit", ASH, 12], ["Total", None, 12], [None], ["Forename", "Surname", "Postcode", "FSM"],
            ["Ann", "Lee", "TF7 5UG", "Y"]]  # fmt: skip
    full = sheet(*grid)._replace(tables=[("Attendance", Area(2, 1, 4, 3), WORK)])
    assert about(full) == [("attendance", 3, 4), ("learners", 7, 7)]
    assert rows(read([full]).attendance, "attending") == [(12,)]
    beside = sheet(*([*row, None, *people] for row, people in zip(grid[1:3], grid[5:7], strict=True)))
    assert about(beside._replace(tables=[("Attendance", Area(1, 1, 2, 3), WORK)])) == [
        ("attendance", 2, 2),
        ("learners", 2, 2),
    ]


def test_what_holds_no_records_is_left_alone_and_said() -> None:
    lists = sheet(WORK, ["Visit", ASH, 3], name="Summary")
    text = sheet(["Some words", "and more"], ["nothing", "here"], name="Blurb")
    seen = understand([lists, text, sheet(WORK, ["Visit", ASH, 5])])
    assert [u.about for u in seen] == ["", "", "attendance"]
    assert describe(seen) == [
        "Sheet 'Sheet1', row 2: attendance. Activity, School → Organisation, Number attending.",
        "Left alone: sheet 'Summary', row 2; sheet 'Blurb', rows 1 to 2.",
    ]
    tables = sheet(["A"], [1], ["B"], [2], name="Lists")
    tables = tables._replace(tables=[("One", Area(1, 1, 2, 1), ("A",)), ("Two", Area(3, 1, 4, 1), ("B",))])
    assert describe(understand([tables])) == ["Left alone: 2 Tables on sheet 'Lists'."]


def test_the_number_on_roll_is_no_attendance_and_totals_of_activities_do_not_count_twice() -> None:
    roll = sheet(["School", "LA", "Number of pupils", "FSM %"], ["Elm School", "X", 900, "25%"], name="Data")
    assert about(roll) == [("organisations", 2, 2)]
    plan = sheet(["Activity", "Date", "Attended"], ["Visit", "03/10/2025", 30], name="Plan")
    assert about(plan) == [("attendance", 2, 2)]  # the only list that says how many came
    by_school = sheet(WORK, ["Visit", ASH, 30], name="Autumn")
    assert about(plan, by_school) == [("activities", 2, 2), ("attendance", 2, 2)]
    assert read([plan, by_school]).attendance["attending"].sum() == 30


def test_a_column_a_year_group() -> None:
    head = ["Activity", "School", "Y9", "Year 10", "Yr 11", "Total"]
    log = sheet(
        head, ["Visit", ASH, 5, None, 7, 12], ["Talk", IVY, None, 0, None, 30], ["Fair", IVY, None, None, None, None]
    )
    assert describe(understand([log]))[0].endswith("Y9, Year 10, Yr 11: the number of each year group.")
    assert rows(read([log]).attendance, "activity", "organisation", "year_group", "attending") == [
        ("Visit", "900039", 9, 5), ("Visit", "900039", 11, 7), ("Talk", "900009", None, 30), ("Fair", "900009", None, None),
    ]  # fmt: skip


def test_rows_of_errors_and_nothing_else_are_blank() -> None:
    error = Fault("#VALUE!", "The cell holds an error.")
    own = sheet(
        ["School", "LA", "IMD %"], ["Elm School", "X", 50], [None, error, error], [None, None, 70], name="Schools"
    )
    assert rows(read([own]).organisations, "organisation", "imd") == [("?elm school", 50)]


def test_rows_that_do_not_count_are_left_out_wherever_they_stand() -> None:
    error, grand = Fault("#REF!", "The cell holds an error."), ["GRAND TOTALS", None, None]
    work = [["Visit", ASH, 5], grand, *[["Talk", IVY, 1]] * 5, WORK, [" ", None, None], [error, None, "\u200b"]]
    log = sheet(WORK, *work, ["\u00a0", ASH, 7], ["Fair", ASH, 8])
    assert [u.left_out for u in understand([log])] == [(3,)]
    told = ["Visit", *["Talk"] * 5, "Activity not named", "Fair"]
    assert rows(read([log]).attendance, "activity", "attending") == list(zip(told, [5, *[1] * 5, 7, 8], strict=True))
    remarks = [[*[None] * at, "Checked"] for at in range(len(WHO))]
    learners = [["Ann", "Lee", BORN], *remarks, [None, "Chan", BORN], ["Cy", None, BORN], [error] * len(WHO)]
    got = people(*learners)
    assert rows(got.learners, "first_name", "last_name") == [("Ann", "Lee"), (None, "Chan"), ("Cy", None)]
    assert got.notes[0] == "Sheet 'Students': rows 3, 4, 5 and 6 more with one filled cell only: left out."


def test_what_a_cell_holds_stays_of_its_kind_beside_equal_ones() -> None:
    cells = [1.0, True, 0.0, False, 1.0]
    got = people(*([None, None, None, None, ASH, None, str(at), cell] for at, cell in enumerate(cells)))
    assert list(map(repr, got.learners["fsm"])) == list(map(repr, cells))


def test_what_could_be_read_in_two_ways_is_said() -> None:
    one = sheet(["Activity", "Surname", "Forename", "DOB"], ["Visit", "Lee", "Ann", BORN])
    assert "It could also be " in describe(understand([one]))[0]
    assert len(read([one]).took_part) == 1


def test_undated_work_is_of_the_year_that_the_settings_name() -> None:
    year = sheet(["Academic year", "2025/26"], ["Institution", "X"], name="Settings")
    got = read([sheet(WORK, ["Visit", ASH, 5]), year])
    assert rows(got.activities, "year") == [
        (2025,)
    ] and "No activity has a date: all are taken to be of 2025/26" in " ".join(got.notes)
    dated = sheet([*WORK, "Date"], ["Visit", ASH, 5, None], ["Talk", ASH, 5, "01/10/2024"])
    assert rows(read([dated, year]).activities, "year") == [(None,), (2024,)]


# --------------------------------------------------------------------------------------------------- activities and days


def test_a_title_on_several_days_is_an_activity_each_and_an_id_is_one() -> None:
    head = ["Date", "Activity", "Type", "School", "Number of students"]
    log = sheet(
        head, ["03/10/2025", "Campus visit", "Visit", ASH, 20], ["3 October 2025", "campus visit", "Visit", IVY, 15],
        [datetime.datetime(2025, 12, 12), "Campus visit", "Visit", ASH, 30], ["05/01/2026", "M1", "Mentoring", ASH, 4],
        ["12/01/2026", "M1", "Mentoring", ASH, 4], ["soon", None, "Talk", None, None], name="SCOL",
    )  # fmt: skip
    got = read([log])
    assert rows(got.attendance, "activity", "organisation", "attending") == [
        ("Campus visit, 03/10/2025", "900039", 20), ("Campus visit, 03/10/2025", "900009", 15),
        ("Campus visit, 12/12/2025", "900039", 30), ("M1", "900039", 4), ("M1", "900039", 4),
    ]  # fmt: skip
    assert rows(got.activities, "activity", "title", "type", "term")[-1] == ("Talk", "Talk", "Talk", None)
    assert "Sheet 'SCOL', Date: 1 cell is no date (row 7); taken as not known." in got.notes


def test_attendance_finds_its_activity_by_id_or_title_and_what_is_not_listed_is_kept() -> None:
    listed = sheet(
        ["Activity ID", "Title", "Date"], ["A1", "Taster day", "03/02/2026"], [2.0, "Talk", "01/07/2026"], ["A1", None, None],
        name="Activities",
    )  # fmt: skip
    came = sheet(WORK, ["a-1", ASH, 3], ["taster DAY", ASH, 4], ["2", ASH, 5], ["A9", ASH, 6], name="Attendance")
    got = read([listed, came])
    assert rows(got.attendance, "activity", "attending") == [("A1", 3), ("A1", 4), ("2", 5), ("A9", 6)]
    assert rows(got.activities, "activity", "title", "term") == [
        ("A1", "Taster day", "Spring"), ("2", "Talk", "Summer"), ("A9", "A9", None),
    ]  # fmt: skip
    assert "1 activity is named, but not in the list of activities (the first: sheet 'Attendance', row 5)" in " ".join(
        got.notes
    )
    assert "1 row names an activity already listed" in " ".join(got.notes)


def test_terms_follow_their_own_column_then_the_settings_then_the_month() -> None:
    listed = sheet(["Activity", "Type", "Date", "Term"], ["A", "x", "20/12/2025", None], ["B", "x", "02/04/2026", None],
                   ["C", "x", "02/04/2026", "Aut 2"], ["D", "x", None, "Trinity"], name="Activities")  # fmt: skip
    assert rows(read([listed]).activities, "term") == [("Autumn",), ("Summer",), ("Autumn",), ("Summer",)]
    starts = sheet(["Autumn term starts", "01/09/2025"], ["Spring term starts", "05/01/2026"], ["Summer term starts", "20/04/2026"],
                   ["Academic year", "2025/26"], name="Settings")  # fmt: skip
    got = read([listed, starts])
    assert (
        rows(got.activities, "term") == [("Autumn",), ("Spring",), ("Autumn",), ("Summer",)]
        and got.settings["year"] == 2025
    )


@pytest.mark.parametrize(
    ("typed", "number", "said"),
    [
        (17.0, 17, ""), ("17", 17, ""), (" 17 pupils", 17, ""), ("1,204", 1204, ""), (0, 0, ""), ("about 20", 20, "an estimate"),
        ("c. 30 students", 30, "an estimate"), ("20 (approx)", 20, "an estimate"), ("15-20", None, "no number of people"),
        ("lots", None, "no number of people"), (-3, None, "no number of people"), (2.5, None, "no number of people"),
        (None, None, "blank"), ("n/a", None, ""), (Fault("#N/A", "The cell holds an error."), None, "no number of people"),
    ],
)  # fmt: skip
def test_numbers_attending(typed: Any, number: float | None, said: str) -> None:
    got = read([sheet(WORK, ["Visit", ASH, 1], ["Visit", ASH, typed])])
    assert rows(got.attendance, "attending")[1] == (number,)
    assert (said in " ".join(got.notes)) and bool(got.notes) == bool(said)
    assert not said or "row 3" in got.notes[0]


@pytest.mark.parametrize(
    ("typed", "hours"),
    [(2, 2), ("2 hours", 2), ("1h 30m", 1.5), ("90 mins", 1.5), ("1:30", 1.5), (datetime.time(2, 15), 2.25),
     (datetime.timedelta(hours=3), 3), ("half a day", None), (None, None)],
)  # fmt: skip
def test_hours(typed: Any, hours: float | None) -> None:
    got = read([sheet(["Activity", "Type", "Hours"], ["Visit", "x", typed])])
    assert rows(got.activities, "hours") == [(hours,)] and bool(got.notes) == (typed == "half a day")


def test_american_dates_are_suspected() -> None:
    real = [["Visit", "x", datetime.datetime(2025, month, 3)] for month in (1, 2, 4)]
    head = ["Activity", "Type", "Date"]
    assert "may have been swapped" in " ".join(read([sheet(head, *real, ["Talk", "x", "23/04/2025"])]).notes)
    assert not read([sheet(head, *real, ["Talk", "x", datetime.datetime(2025, 4, 23)])]).notes


# -------------------------------------------------------------------------------------------------------------- schools


def test_schools_by_every_name_and_the_unknown_ones() -> None:
    cells = [
        900039.0, "900039", ASH.upper(), "#900039", "Ash School (fictional), Exampleton", "Ash School (fictional)",
        "Elm Tree School", "999999", "Unknown", "#052923", None, "various",
    ]  # fmt: skip
    got = read([sheet(WORK, *(["Visit", cell, 1] for cell in cells))])
    assert [row[0] for row in rows(got.attendance, "organisation")] == [
        *["900039"] * 4, "900001", "?ash school fictional", "?elm tree school", "?999999", *["unknown"] * 4,
    ]  # fmt: skip
    names = dict(rows(got.organisations, "organisation", "name"))
    assert names["900039"] == ASH and names["unknown"].startswith("Unknown Institution")
    assert dict(rows(got.organisations, "organisation", "key"))["?elm tree school"] is None
    told = " ".join(got.notes)
    assert "2 names of schools are in no installed table (the first: sheet 'Sheet1', row 8)" in told
    assert "1 name of a school is borne by more than one school (the first: sheet 'Sheet1', row 7)" in told


def test_a_remark_names_the_first_place_of_all_lists() -> None:
    listed = sheet(["Activity", "Type", "Date"], ["Visit", "Campus visit", "03/10/2025"], name="Plan")
    fair = [["Fair_day", "Elm", 1], ["Fair day", "elm", 2]] * 2
    got = read([listed, *(sheet(WORK, *fair, ["Visit", f"Oak {name}", 1], name=name) for name in "AB")])
    assert dict(rows(got.activities, "activity", "type")) == {"Visit": "Campus visit", "Fair_day": None}
    assert [note for note in got.notes if "(the first: " in note] == [
        "1 activity is named, but not in the list of activities (the first: sheet 'A', row 2); the work counts, undated.",
        "3 names of schools are in no installed table (the first: sheet 'A', row 2); the work counts, without figures.",
    ]


def test_the_workbooks_own_list_says_which_school_a_name_means() -> None:
    own = sheet(
        ["School", "URN", "LA", "IMD %", "FSM %"], ["Ash School (fictional)", 900040, "Sampleshire", 50, None],
        ["Ash School (fictional)", 900040, None, 60, "31.5%"], ["Elm", None, "Exampleton", "SUPP", 101], name="Schools",
    )  # fmt: skip
    got = read([own, sheet([*WORK, "LA"], ["Visit", "ash school (FICTIONAL)", 3, None], ["Visit", "ELM", 4, None])])
    assert rows(got.attendance, "organisation") == [("900040",), ("?elm",)]
    assert rows(got.organisations, "organisation", "key", "local_authority", "imd", "fsm") == [
        ("900040", "900040", "Sampleshire", 50, 31.5), ("?elm", None, "Exampleton", None, None),
    ]  # fmt: skip
    assert "FSM %: 1 cell is no percentage from 0 to 100 (row 4)" in " ".join(got.notes)


def test_a_name_that_two_listed_schools_bear_is_neither() -> None:
    own = sheet(["School", "URN", "LA"], ["High School", 900039, "X"], ["High School", 900009, "Y"], name="Schools")
    came = sheet([*WORK, "LA"], ["Visit", "High School", 3, None], ["Visit", "High School", 4, "Y"])
    assert rows(read([own, came]).attendance, "organisation") == [("?high school",), ("900009",)]


GUIDE = ["IMD", "NSSEC", "POLAR 2 YPR", "POLAR 2 AHE", "FSM"]  # as the headings of its example report read


def test_the_guides_example_is_attendance_with_the_schools_figures_beside_it() -> None:
    """The guide's example activity report, as its columns stand there."""
    guide = sheet(
        ["Organisation", "Audience group", "Priority activity", "Number attending", *GUIDE],
        ["School A", "Yr 12", "Master Classes", 17, 75, 49.4, 30.6, 52.8, 15.5],
        ["College B", "Yr 12", "Campus Visits", 6, 86, 49.3, 1.4, 7.2, 26.2],
    )  # fmt: skip
    got = read([guide])
    assert rows(got.attendance, "activity", "organisation", "year_group", "attending") == [
        ("Master Classes", "?school a", 12, 17), ("Campus Visits", "?college b", 12, 6),
    ]  # fmt: skip
    assert rows(got.organisations, "name", "imd", "nssec", "ypr", "ahe", "fsm")[0] == (
        "School A",
        75,
        49.4,
        30.6,
        52.8,
        15.5,
    )


def test_fractions_are_said_and_not_rescaled() -> None:
    got = read([sheet(["School", "LA", "IMD %"], *([f"S{i} School", "X", i / 10] for i in range(1, 5)))])
    assert rows(got.organisations, "imd") == [(0.1,), (0.2,), (0.3,), (0.4,)] and "look like fractions" in got.notes[0]


# ------------------------------------------------------------------------------------------------------------- learners

WHO = ["Forename", "Surname", "Date of birth", "Home postcode", "School", "HEAT ID", "Student ID", "FSM", "Gender"]


def people(*learners: list[Any], name: str = "Students") -> Records:
    return read([sheet(WHO, *learners, name=name)])


def groups(got: Records) -> list[list[str]]:
    """The ids of each person's rows."""
    return [list(ids) for ids in got.learners.groupby("person", sort=False)["learner"].agg(list)]


ANN = ["Ann", "Lee", BORN, None, ASH, None, "1"]
SAME = [  # why, how a second learner differs from the first, what the first is
    (
        "the same HEAT ID, whatever the name",
        {"Surname": "Li", "Date of birth": None, "HEAT ID": "#12"},
        {"HEAT ID": "#00000012"},
    ),
    (
        "the same name and date of birth at two schools",
        {"Forename": "ANN", "Date of birth": "02/01/2010", "School": IVY},
        {},
    ),
    (
        "accents and hyphens do not count",
        {"Forename": "Zoe", "Surname": "Smith Hart"},
        {"Forename": "Zoë", "Surname": "Smith-Hart"},
    ),
    (
        "the list's own id, where nothing speaks against it",
        {"Forename": None, "Date of birth": None, "Student ID": "1"},
        {},
    ),
    ("a name at one school", {"Student ID": None}, {"Student ID": None, "Date of birth": None}),
]
OTHERS = [
    ("twins", {"Forename": "Bea"}, {}),
    ("one name, two dates of birth", {"Date of birth": "03/01/2010"}, {}),
    ("one name and date of birth, two HEAT IDs", {"HEAT ID": "#2"}, {"HEAT ID": "#1"}),
    ("one id, two names and dates of birth", {"Forename": "Bo", "Student ID": "1"}, {}),
    ("a name at two schools", {"School": IVY, "Student ID": None}, {"Date of birth": None, "Student ID": None}),
    ("no names at all", {"Student ID": None}, {"Forename": None, "Surname": None, "Student ID": None}),
    ("non-answers are no HEAT ID", {"Forename": "Bo", "HEAT ID": "Unknown"}, {"HEAT ID": "Unknown"}),
]


@pytest.mark.parametrize(
    ("why", "second", "first", "same"), [(*case, True) for case in SAME] + [(*case, False) for case in OTHERS]
)
def test_who_is_the_same_person(why: str, second: dict[str, Any], first: dict[str, Any], same: bool) -> None:
    one = dict(zip(WHO, ANN, strict=False)) | first
    got = people(list(one.values()), list((one | {"Student ID": "2"} | second).values()))
    assert got.learners["person"].nunique() == (1 if same else 2), why
    assert got.learners["learner"].is_unique


def test_an_id_that_two_people_have_links_nothing() -> None:
    got = people(ANN, ["Bo", "Chan", BORN, None, ASH, None, "1"], [None, None, None, None, ASH, None, "1"])
    assert len(groups(got)) == 3
    assert "2 learners have ids that another has too (the first: Students row 3)" in " ".join(got.notes)


def test_a_person_has_a_row_for_each_school_and_what_is_said_is_not_overwritten() -> None:
    got = people(
        [*ANN, "Prefer not to say", "F"], ["Ann", "Lee", BORN, "TF7 5UG", ASH, None, "1", "Y", "M"],
        ["Ann", "Lee", BORN, None, IVY, None, "1", "N", None], ["Ann", "Lee", BORN, None, None, None, "1", None, "X"],
    )  # fmt: skip
    assert rows(got.learners, "learner", "organisation", "postcode", "fsm", "gender") == [
        ("1", "900039", "TF7 5UG", "Y", "F"), ("1 (Students row 4)", "900009", None, "N", None),
    ]  # fmt: skip
    assert got.notes == ("2 rows name learners of the same school again; each learner counts once.",)


def test_who_came_by_id_by_name_and_by_list() -> None:
    listed = sheet(WHO, ANN, ["Bo", "Chan", None, None, ASH, None, 2.0], name="Students")
    by_id = sheet(
        ["Activity", "Student ID", "Attended?"], ["Visit", "1", "Y"], ["Visit", 2, "absent"], ["Visit", "S9", None],
        ["Visit", "1", 1], ["Talk", "2", "maybe"], name="Activity students",
    )  # fmt: skip
    signed = [["Fair", "Ann Lee", ASH], ["Fair", "Chan, Bo", None], ["Fair", "Cy Dee", IVY]]
    by_name = sheet(["Activity", "Name", "School"], *signed, name="Sign in")
    got = read([listed, by_id, by_name])
    assert rows(got.took_part, "activity", "learner") == [
        ("Visit", "1"), ("Fair", "1"), ("Fair", "2"), ("Fair", "Sign in row 4"),
    ]  # fmt: skip
    assert (
        "Sheet 'Activity students', Attended?: 1 cell is neither yes nor no (row 6); not counted as having come."
        in got.notes
    )


def test_who_came_by_an_id_that_several_have_is_the_first_of_them() -> None:
    twice = [["Ann", "Lee", BORN, None, ASH, None, "7 "], ["Bo", "Chan", BORN, None, ASH, None, "7"]]
    more = [["Cy", "Dee", BORN, None, ASH, None, "7"], ["Di", "Eve", BORN, None, ASH, None, None]]
    came = [["Visit", " 7"], ["Talk", 7.0], ["Fair", "8"]]
    got = read(
        [
            sheet(WHO, *twice, name="A"),
            sheet(WHO, *more, name="B"),
            sheet(["Activity", "Student ID"], *came, name="Who"),
        ]
    )
    assert got.learners["learner"].tolist() == ["7", "7 (A row 3)", "7 (B row 2)", "B row 3", "8"]
    assert rows(got.took_part, "activity", "learner") == [("Visit", "7"), ("Talk", "7"), ("Fair", "8")]


def test_a_register_has_a_column_an_activity() -> None:
    head = ["Forename", "Surname", "School", "Taster day", "10/10/2025", "Session 3", "Photo consent"]
    marks = [
        ["Ann", "Lee", ASH, "✓", "x", "/", "Y"],
        ["Bo", "Chan", ASH, "Y", None, "a", "Y"],
        ["Cy", "Dee", IVY, "n", "x", 1.0, "N"],
    ]
    came = sheet(WORK, ["Taster day", ASH, 2], name="Numbers")
    got = read([sheet(head, *marks, name="Names"), came])
    went = {activity: list(ids) for activity, ids in got.took_part.groupby("activity")["learner"]}
    assert went == {
        "Taster day": ["Names row 2", "Names row 3"], "Names, 10/10/2025": ["Names row 2", "Names row 4"],
        "Session 3": ["Names row 2", "Names row 4"],
    }  # fmt: skip
    assert understand([sheet(head, *marks, name="Names"), came])[0].unused == ("Photo consent",)
    assert "a cross in the register is taken for 'came'" in " ".join(got.notes)
    assert dict(rows(got.activities, "activity", "term"))["Names, 10/10/2025"] == "Autumn"


def test_a_cross_beside_other_marks_is_not_guessed() -> None:
    head = ["Forename", "Surname", "School", "Session 1", "Session 2"]
    got = read([sheet(head, ["Ann", "Lee", ASH, "✓", "Y"], ["Bo", "Chan", ASH, "x", "N"])])
    assert rows(got.took_part, "activity", "learner") == [("Session 1", "Sheet1 row 2"), ("Session 2", "Sheet1 row 2")]
    assert "Sheet 'Sheet1', Session 1: 1 cell is neither yes nor no (row 3); not counted as having come." in got.notes


def test_an_activity_column_may_name_several() -> None:
    learners = [["Lee", "Ann", BORN, "TF7 5UG", ASH, "Visit; Talk"], ["Chan", "Bo", BORN, "B32 3PB", ASH, None]]
    got = read([sheet([*PEOPLE, "Activity"], *learners)])
    assert rows(got.took_part, "activity", "learner") == [("Visit", "Sheet1 row 2"), ("Talk", "Sheet1 row 2")]


def test_two_questions_about_parents_become_one_answer() -> None:
    first = sheet([*PEOPLE, "First generation?"], ["Lee", "Ann", BORN, "TF7 5UG", ASH, "Y"], name="Autumn")
    both = sheet([*PEOPLE, "Parental HE", "First in family"], ["Chan", "Bo", BORN, "TF7 5UG", ASH, None, "Y"],
                 ["Dee", "Cy", BORN, "TF7 5UG", ASH, "Yes", "N"], name="Spring")  # fmt: skip
    alone, together = read([first]), read([first, both])
    assert (alone.first_generation, rows(alone.learners, "parental_he")) == (True, [("Y",)])
    assert (together.first_generation, rows(together.learners, "parental_he")) == (False, [("No",), ("No",), ("Yes",)])


# ----------------------------------------------------------------------------------------------------- several together


def test_institutions_together_count_a_learner_once() -> None:
    def book(institution: str, *learners: list[Any], asks: str = "Parental HE") -> Records:
        who = sheet([*WHO, asks], *learners, name="Students")
        went = sheet(
            ["Activity", "Student ID"], *(["V1", learner[6]] for learner in learners), name="Activity students"
        )
        came = sheet(WORK, ["V1", ASH, 10], name="Attendance")
        return read([who, went, came], institution=institution)

    bo, beau = ["Bo", "Chan", None, None, ASH, "#5", "2"], ["Beau", "Chan", None, None, IVY, "#05", "3"]
    eve = ["Eve", "Gum", BORN, None, ASH, "#9", "9", None, None, None]
    one = book("A", [*ANN, "Y", "F", "Y"], [*bo, None, None, "N"], eve)
    other = [["Cy", "Dee", None, None, ASH, None, "2"], [*ANN, None, None, "N"], [*beau, None, None, "Y"]]
    two = book("B", *other, asks="First generation")
    got = join([one, two])
    assert [sorted(group) for group in groups(got)] == [["A: 1", "B: 1"], ["A: 2", "B: 3"], ["A: 9"], ["B: 2"]]
    assert got.activities["activity"].tolist() == ["A: V1", "B: V1"] and got.activities["institution"].tolist() == [
        "A",
        "B",
    ]
    assert got.attendance["attending"].sum() == 20 and len(got.took_part) == 6
    assert sorted(got.organisations["organisation"]) == ["900009", "900039"] and not got.first_generation
    turned = dict(rows(got.learners, "learner", "parental_he"))
    assert (turned["A: 1"], turned["B: 1"], turned["B: 3"], turned["B: 2"]) == ("Y", "Yes", "No", None)
    with pytest.raises(Fault, match="Two workbooks are of A"):
        join([one, one])


# ----------------------------------------------------------------------------------------------------- whatever they do

FRAMES = ("organisations", "activities", "attendance", "learners", "took_part", "targets")


TINY = make(12, 8, 60)


def plain(records: Records) -> list[Any]:
    """What was read, apart from where it stood."""
    out: list[Any] = []
    for name in FRAMES:
        frame = getattr(records, name)
        out.append(sorted(map(repr, rows(frame, *frame.columns))))
    return out


@settings(max_examples=6, deadline=None)
@given(st.data())
def test_order_of_columns_more_columns_and_blank_rows_change_nothing(data: st.DataObject) -> None:
    changed = []
    for name, grid, _ in TINY.sheets("heat"):
        width = len(grid[0])
        order = data.draw(st.permutations(range(width)))
        extra = data.draw(st.sampled_from([[], ["Tea"], ["T-shirt size", "Coach"]]))
        mixed = [[row[at] for at in order] + (extra if row is grid[0] else ["L"] * len(extra)) for row in grid]
        for at in sorted(data.draw(st.lists(st.integers(1, len(mixed)), max_size=4)), reverse=True):
            mixed.insert(at, [None] * len(mixed[0]))
        changed.append(SheetCells(name, mixed))
    assert plain(read(changed)) == plain(read(TINY.sheets("heat")))


def test_notes_hold_nothing_of_a_learner(year: OutreachYear) -> None:
    for layout in LAYOUTS:
        told = f" {' '.join(read(year.sheets(layout)).notes).casefold()} "
        for name in ("first_name", "last_name", "postcode"):
            assert not any(f" {cell.casefold()} " in told for cell in set(year.records.learners[name]) if cell)


JUNK = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.floats(allow_nan=False),
    st.booleans(),
    st.datetimes(),
    st.times(),
    st.just(Fault("#N/A", "x")),
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(JUNK, min_size=9, max_size=9), min_size=1, max_size=6),
    st.sampled_from([WHO, [*WORK, "Date", "Hours", "Term", "Year group", "IMD %", "LA"]]),
)
def test_no_cell_stops_the_reading(cells: list[list[Any]], head: list[str]) -> None:
    got = read([sheet(head, *cells, name="Log")])
    assert len(got.attendance) <= len(cells) and len(got.learners) <= len(cells)


def test_a_workbook_of_each_layout_is_read_from_a_file(tmp_path: Any) -> None:
    from wpxl.workbooks.book import Book

    for layout in ("log", "flat"):
        path = tmp_path / f"{layout}.xlsx"
        write(path, TINY.sheets(layout))
        sheets = [
            SheetCells(s.name, s.grid(), [(t.name, t.area, t.columns) for t in s.tables])
            for s in Book.open(path).sheets
        ]
        assert plain(read(sheets)) == plain(read(TINY.sheets(layout)))
