"""The outreach log: what it offers to type, what its formulas answer, and that a log is read as it was written."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
import python_calamine
from calc_office import stale, values
from conftest import plain
from ready_books import Books, cells, cut_off, expected, formula, opened, saved

import wpxl
from wpxl import fields, models, ready, reporting
from wpxl.domain import answers
from wpxl.records import Records
from wpxl.reports import REPORTS, aims
from wpxl.reports.shape import Asked

ROOT = Path(__file__).resolve().parent.parent
SHEETS = ["Start here", "Activities", "Attendance", "Organisations", "Learners", "Learner attendance", "One-page log", "Targets",
          "Summary", "Settings", "Lists"]  # fmt: skip
TABLES = {
    "Activities",
    "Attendance",
    "Organisations",
    "Learners",
    "LearnerAttendance",
    "OnePageLog",
    "Targets",
    "Settings",
}
VOLATILE = re.compile(r"\b(TODAY|NOW|RAND|RANDBETWEEN|OFFSET|INDIRECT|CELL|INFO)\(")


@pytest.fixture(scope="module")
def books() -> Books:
    return opened(ready.log())


@pytest.fixture(scope="module")
def empty() -> Books:
    return opened(ready.log(empty=True))


def frame(books: Books, table: str) -> pd.DataFrame:
    """A table of the workbook as its file has it, answers of formulas included."""
    for sheet in books.answers:
        if table in sheet.tables:
            rows = [[cell.value for cell in row] for row in sheet[sheet.tables[table].ref]]
            return pd.DataFrame(rows[1:], columns=rows[0], dtype=object)
    raise AssertionError(table)


def checks(books: Books) -> list[Any]:
    return [check for sheet in books.formulas for check in sheet.data_validations.dataValidation]


# ---------------------------------------------------------------------------------------------------------- answers


def test_every_answer_of_wpxl_is_saved_as_wpxl_gives_it(books: Books, empty: Books) -> None:
    for book, least in ((books, 600), (empty, 20)):
        asked = [cell for cell in cells(book) if "WP_" in formula(cell)]
        assert len(asked) > least
        for cell in asked:
            assert saved(cell, book) == expected(formula(cell), cell, book), f"{cell.parent.title}!{cell.coordinate}"


def test_calc_works_every_formula_out_to_what_is_saved(books: Books, tmp_path: Path) -> None:
    (tmp_path / "log.xlsx").write_bytes(ready.log())
    found = values(stale(tmp_path / "log.xlsx"), tmp_path)
    assert sum(bool(formula(cell)) for cell in cells(books)) > 1_000
    for sheet in books.answers:
        for row in sheet.iter_rows():
            for cell in row:
                now = found[sheet.title][cell.row - 1][cell.column - 1]
                if isinstance(now, str):  # Calc hands a blank cell over as 0, and the sentence says so
                    now = now.partition(" (In Calc ")[0]
                assert now == cell.value or (now or "") == (cell.value or "") == "", f"{sheet.title}!{cell.coordinate}"


def test_columns_hold_what_their_headings_say(books: Books) -> None:
    """Each heading's meaning, asked anew: the learner's cells in the order of WP_TARGET, the schools of the sample edition."""
    learners = frame(books, "Learners")
    asked = ["Home postcode", "FSM eligible", "16-19 bursary", "Parental HE", "NS-SEC or occupation", "Disability", "In care",
             "Estranged", "Young carer"]  # fmt: skip
    columns = [[[None if pd.isna(cell) else cell] for cell in learners[heading]] for heading in asked]
    for function, heading in (("WP_TARGET", "Decision"), ("WP_TARGET_SCORE", "Score")):
        assert [row[0] for row in plain(wpxl.call(function, *columns))] == learners[heading].tolist()
        at = list(learners.columns).index(heading) + 1
        read = re.findall(r"\[#This Row\],\[([^\]]+)\]", formula(books.formulas["Learners"].cell(6, at)))
        assert read == asked  # free school meals and the bursary weigh the same, so answers would not show a mix-up
    for measure, heading in (
        ("IMD decile", "IMD decile"),
        ("POLAR4 quintile", "POLAR4 quintile"),
        ("TUNDRA", "TUNDRA quintile"),
    ):
        assert [row[0] for row in plain(wpxl.call("WP_POSTCODE", columns[0], measure))] == learners[heading].tolist()
    groups = learners["Year group"].str.removeprefix("Year ").astype(int)
    assert [f"{2039 - g}/{40 - g}" for g in groups] == learners["HE-ready"].tolist()  # 2025 + 14 - year group
    sample = pq.read_table(ROOT / "data" / "sample" / "sample_schools.parquet").to_pandas().set_index("heat_id")
    published = {"IMD %": "imd_40_pct_2010", "NS-SEC %": "nssec_4_8_pct_2001", "YPR %": "polar2_ypr_q1_2_pct",
                 "AHE %": "polar2_ahe_q1_2_pct", "FSM %": "fsm_pct"}  # fmt: skip
    for row in frame(books, "Organisations").dropna(subset="HEAT ID").to_dict("records"):
        for heading, column in published.items():
            value = sample.loc[row["HEAT ID"], f"school_{column}"]
            assert row[heading] == value or (row[heading] == "#N/A" and pd.isna(value))
        assert row["Name in the register"] == row["Organisation"].partition(",")[0]


def test_activities_add_up(books: Books) -> None:
    """By pandas, from what is typed: attended, recorded, headcount, coverage, and the majority, which half is not."""
    attended = frame(books, "Attendance").groupby("Activity")["Number attending"].sum()
    learners = frame(books, "Learners").replace({"#N/A": None, "Not known": None})
    learners["known"] = learners[["IMD decile", "NS-SEC", "FSM eligible"]].notna().any(axis=1)
    took = frame(books, "LearnerAttendance").merge(learners[["Learner", "known"]], on="Learner")
    recorded, known = took.groupby("Activity").size(), took.groupby("Activity")["known"].sum()
    halves = 0
    for row in frame(books, "Activities").to_dict("records"):
        there, one_by_one, profiled = (int(s.get(row["Activity"], 0)) for s in (attended, recorded, known))
        assert [row["Total attended"], row["Recorded individually"], row["With a profile"]] == [
            there,
            one_by_one,
            profiled,
        ]
        assert row["Headcount only"] == max(0, there - one_by_one)
        if there == 0:
            assert row["Learner coverage %"] is None and row["Basis"] is None
            continue
        assert row["Learner coverage %"] == round(100 * profiled / there, 1)
        assert row["Basis"] == ("Learners" if profiled > there / 2 else "Organisations")
        halves += 2 * profiled == there
    assert halves == 1 and 0 in attended.tolist()


def test_who_can_be_tracked(books: Books) -> None:
    needed = ["First name", "Last name", "Date of birth", "Home postcode", "Organisation"]
    for row in frame(books, "Learners").to_dict("records"):
        whole = all(row[name] is not None for name in needed) and row["Tracking statement seen"] == "Yes"
        assert row["Trackable"] == ("Yes" if whole else "No") and (row["Missing for tracking"] is None) == whole
    said = dict(zip(frame(books, "Learners")["Learner"], frame(books, "Learners")["Missing for tracking"], strict=True))
    assert said["L07"] == "tracking statement" and said["L16"] == "home postcode"


def test_terms_and_years_follow_the_dates(books: Books) -> None:
    terms = {
        10: "Autumn",
        11: "Autumn",
        12: "Autumn",
        1: "Spring",
        2: "Spring",
        3: "Spring",
        4: "Summer",
        6: "Summer",
        7: "Summer",
    }
    rows = frame(books, "Activities")
    assert [terms[d.month] for d in rows["Date"]] == list(rows["Term"])
    assert set(rows["Academic year"]) == {"2025/26"}


def section(books: Books, heading: str) -> dict[Any, list[Any]]:
    """The rows of the summary below a heading in its first column, up to a blank one."""
    rows = [[cell.value for cell in row] for row in books.answers["Summary"].iter_rows()]
    start = next(i for i, row in enumerate(rows) if row[0] == heading) + 1
    end = next((i for i in range(start, len(rows)) if rows[i][0] is None), len(rows))
    return {row[0]: row[1:] for row in rows[start:end]}


def test_the_summary_counts_people_and_participations_apart(books: Books) -> None:
    said = {name: row[0] for name, row in section(books, "Key figures").items()}
    took, learners = frame(books, "LearnerAttendance"), frame(books, "Learners")
    there = learners[learners["Learner"].isin(set(took["Learner"]))]
    attendance = frame(books, "Attendance")
    assert said["Total attended"] == attendance["Number attending"].sum()
    assert said["Recorded individually"] == len(took) and said["Learners who took part"] == took["Learner"].nunique()
    assert (
        said["Schools and colleges reached"] == attendance[attendance["Number attending"] > 0]["Organisation"].nunique()
    )
    counts = there["Decision"].value_counts()
    assert [said[name] for name in ("Target learners", "Not target", "Not settled")] == [
        counts["Target"], counts["Not target"], counts["#N/A"],
    ]  # fmt: skip
    by_band = attendance.groupby(attendance["Priority"].replace("#N/A", "No priority"))["Number attending"].sum()
    assert {name: row[1] for name, row in section(books, "Priority of the school").items()} == by_band.to_dict()
    by_term = frame(books, "Activities").groupby("Term")["Total attended"].agg(["size", "sum"])
    assert {name: row[:2] for name, row in section(books, "Term").items()} == dict(
        zip(by_term.index, by_term.to_numpy().tolist(), strict=True)
    )


def test_the_summary_has_the_shares_of_those_known(books: Books) -> None:
    learners, shares = frame(books, "Learners"), section(books, "Of the learners recorded")
    yes, no = ("Yes", "Care experienced"), ("No",)
    for name, heading, met, other in (
        ("Free school meals", "FSM eligible", yes, no), ("16-19 bursary", "16-19 bursary", yes, no),
        ("No parental HE", "Parental HE", no, yes), ("Care", "In care", yes, no),
        ("POLAR4 quintile 1", "POLAR4 quintile", (1,), (2, 3, 4, 5)),
        ("POLAR4 quintiles 1 and 2", "POLAR4 quintile", (1, 2), (3, 4, 5)),
        ("Most deprived 40 % of areas", "IMD decile", (1, 2, 3, 4), range(5, 11)),
    ):  # fmt: skip
        part = int(learners[heading].isin(met).sum())
        known = part + int(learners[heading].isin(list(other)).sum())
        wanted = [round(100 * part / known, 1), part, known, round(100 * known / 40, 1)]
        assert shares[name][:4] == wanted, name


def test_the_summary_has_the_profile_of_each_activity(books: Books) -> None:
    """By organisations: the mean of the schools' figures on the sheet, weighted by who came; by learners: see the shares."""
    profiles = section(books, "Activity")
    attendance = frame(books, "Attendance").replace("#N/A", None)
    for row in frame(books, "Activities").to_dict("records"):
        shown = profiles[row["Title"]]
        assert shown[0] == row["Total attended"]
        if row["Basis"] is None:
            assert shown[1:6] == ["#DIV/0!"] * 5
            continue
        assert shown[6].startswith(row["Basis"] + ": ")
        for at, heading in enumerate(("IMD %", "NS-SEC %", "YPR %", "AHE %", "FSM %"), 1):
            rows = attendance[(attendance["Activity"] == row["Activity"]) & attendance[heading].notna()]
            if row["Basis"] == "Organisations":
                n, people = rows["Number attending"].sum(), (rows[heading] * rows["Number attending"]).sum()
                assert shown[at] == (pytest.approx(float(people / n), abs=0.051) if n else "#N/A")


# ------------------------------------------------------------------------------------------------- what may be typed


def test_headings_are_those_of_the_registry_and_none_of_the_guides_fields_is_missing(books: Books) -> None:
    for table, about in (("Organisations", "organisations"), ("Activities", "activities"), ("Attendance", "attendance"),
                         ("LearnerAttendance", "learner_attendance"), ("Targets", "targets")):  # fmt: skip
        first = next(iter(fields.of(about).values())).label
        assert first in frame(books, table).columns
    wanted = [
        "first_name", "last_name", "date_of_birth", "postcode", "organisation", "gender", "tracking_statement", "heat_id",
        "year_group", "ethnicity", "disabled", "in_care", "fsm", "fsm_taken_up", "bursary", "ema", "parental_he", "nssec",
        "school_type", "gcse", "a_level",
    ]  # fmt: skip
    assert {fields.label("learners", name) for name in wanted} <= set(frame(books, "Learners").columns)
    assert {fields.label("organisations", name) for name in ("imd", "nssec", "ypr", "ahe", "fsm")} <= set(
        frame(books, "Attendance").columns
    )


def test_checks_refer_to_what_is_there(books: Books, empty: Books) -> None:
    for book in (books, empty):
        lists = [check for check in checks(book) if check.type == "list"]
        assert len(lists) > 25
        for check in lists:
            table, heading = re.fullmatch(
                r"(\w+)\[(.+)\]", book.formulas.defined_names[check.formula1].attr_text
            ).groups()  # type: ignore[union-attr]
            assert heading in frame(book, table).columns
            assert book is empty or frame(book, table)[heading].notna().all()
    for check in checks(books):
        assert 10 < len(check.error) <= 255 and check.error.endswith(".") and len(check.errorTitle) <= 32
        assert check.errorStyle == (
            "warning" if check.type == "list" else None
        )  # a new word may be wanted, a wrong date never
    assert len([check for check in checks(books) if check.prompt]) <= 3


def test_the_words_of_the_lists_are_understood(books: Books) -> None:
    sheet = books.answers["Lists"]
    words = {t.tableColumns[0].name: [row[0].value for row in sheet[t.ref][1:]] for t in sheet.tables.values()}
    for heading, field in (("Disability or none", "disabled"), ("Care status", "in_care"), ("Yes or no", "fsm")):
        assert [word for word in words[heading] if not isinstance(answers.read(field, word), int)] == []
    assert {answers.read("disabled", word) for word in words["Disability or none"]} == {
        answers.YES,
        answers.NO,
        answers.UNKNOWN,
    }
    typed = [
        (table, heading)
        for table, heading in (("Activities", "Type"), ("Learners", "Disability"), ("Learners", "Gender"))
    ]
    for table, heading in typed:
        known = {word for all_ in words.values() for word in all_}
        assert set(frame(books, table)[heading].dropna()) <= known


def test_checks_reach_below_the_tables(books: Books) -> None:
    for check in checks(books):
        assert all(area.min_row >= 6 for area in check.sqref.ranges)
    deep = [area.max_row for check in checks(books) for area in check.sqref.ranges]
    assert max(deep) > 50_000


# ----------------------------------------------------------------------------------------------------------- reading


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    path = tmp_path_factory.mktemp("log") / "log.xlsx"
    path.write_bytes(ready.log())
    return reporting.read_file(path).records


def test_a_log_is_read_as_it_is_written(records: Records, books: Books) -> None:
    about = {u.table: u.about for u in records.understood if u.about}
    assert {name: about[name] for name in TABLES - {"Settings"}} == {
        "Activities": "activities", "Attendance": "attendance", "Organisations": "organisations", "Learners": "learners",
        "LearnerAttendance": "learner_attendance", "OnePageLog": "attendance", "Targets": "targets",
    }  # fmt: skip
    assert [u.sheet for u in records.understood if u.about == "settings"] == ["Settings"]
    assert all(not u.about for u in records.understood if u.sheet in ("Start here", "Summary", "Lists"))
    typed, found = frame(books, "Activities"), records.activities.set_index("activity")
    for name in ("title", "type", "date", "hours", "organiser", "term"):
        assert found.loc[typed["Activity"], name].tolist() == typed[fields.label("activities", name)].tolist(), name
    assert set(found["year"]) == {2025}
    took = frame(books, "LearnerAttendance")
    assert list(records.took_part.itertuples(index=False, name=None)) == list(
        zip(took["Activity"], took["Learner"], strict=True)
    )
    learners = frame(books, "Learners")
    for id_ in (
        "learner",
        "first_name",
        "postcode",
        "gender",
        "tracking_statement",
        "fsm",
        "parental_he",
        "nssec",
        "gcse",
    ):
        assert records.learners[id_].tolist() == learners[fields.label("learners", id_)].tolist(), id_
    assert records.learners["person"].nunique() == 40
    schools = frame(books, "Attendance").drop_duplicates("Organisation").set_index("Organisation")
    own = records.organisations.set_index("name")
    for name in schools.index:
        was, now = schools.loc[name, "FSM %"], own.loc[name, "fsm"]
        assert was == now or (was == "#N/A" and pd.isna(now))
    assert own.loc["Unknown Institution [Open] - E", "organisation"] == "unknown"
    assert {k: records.settings[k] for k in ("institution", "year", "learner_model", "school_model", "suppression")} == {
        "institution": "University of Example (fictional)", "year": 2025, "learner_model": "aimhigher-2011-learner",
        "school_model": "aimhigher-2011-school", "suppression": "none",
    }  # fmt: skip


def test_the_one_page_log_becomes_activities_and_attendance(records: Records, books: Books) -> None:
    rows = frame(books, "OnePageLog")
    activities = records.activities.set_index("title").loc[rows["Title"]]
    assert activities["date"].tolist() == rows["Date"].tolist() and activities["type"].tolist() == rows["Type"].tolist()
    at = records.attendance.set_index("activity").loc[activities["activity"]]
    assert at["attending"].tolist() == rows["Number attending"].tolist() == [26, 14]
    assert at["organisation"].tolist() == ["900002", "900027"] and at["year_group"].tolist() == [8, 12]
    both = frame(books, "Attendance")["Number attending"].sum() + 40
    assert records.attendance["attending"].sum() == both


def test_the_activity_report_says_the_same_as_the_sheet(records: Records, books: Books) -> None:
    """Two ways to the majority rule: the formulas of the workbook, and the report of its records."""
    table = REPORTS["activity"].make(records, Asked()).tables[0]
    names = [column.heading for column in table.columns]
    report = {row[0]: dict(zip(names, row, strict=True)) for row in table.rows}
    for row in frame(books, "Activities").to_dict("records"):
        said = report[row["Title"]]
        counted = ["Recorded individually", "Headcount only", "With a profile"]
        assert [said[name] for name in counted] == [row[name] for name in counted]
        assert said["Number attending"] == row["Total attended"]
        if row["Basis"]:
            assert (
                said["Basis"].startswith(row["Basis"])
                and round(said["Learner coverage %"], 1) == row["Learner coverage %"]
            )


def test_every_measure_of_the_list_can_be_a_target(records: Records, books: Books) -> None:
    model = models.find(("aimhigher-2011-learner",), ("learner",))
    words = [row[0].value for row in books.answers["Lists"]["Q5:Q30"] if row[0].value]
    assert words[0] == "Measure of a target" and len(words) == 13
    for measure in words[1:]:
        assert aims.understood(measure, records, model, ("High", "Medium", "Low")).states is not None


# --------------------------------------------------------------------------------------------------------- the file


def test_sheets_and_tables(books: Books, empty: Books) -> None:
    for book in (books, empty):
        assert book.formulas.sheetnames == SHEETS
        assert {name for sheet in book.formulas for name in sheet.tables} > TABLES
        names = [*book.formulas.defined_names, *(name for sheet in book.formulas for name in sheet.tables)]
        assert len(names) == len({name.casefold() for name in names})  # Excel keeps both in one book of names
        assert not [cell for cell in cells(book) if VOLATILE.search(formula(cell))]
        for sheet in book.formulas:
            assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
            assert sheet.print_title_rows and sheet.freeze_panes and not sheet.protection.sheet


def test_no_text_is_cut_off(books: Books) -> None:
    assert [cell for sheet in books.answers for cell in cut_off(sheet, 3)] == []


def test_an_empty_log_has_the_formulas_and_no_sample(books: Books, empty: Books) -> None:
    text = " ".join(str(cell.value) for cell in cells(empty) if not formula(cell))
    assert "(fictional)" not in text and "XX1 " not in text and "Testerton" not in text
    assert empty.answers["Start here"]["A2"].value.startswith("PERSONAL DATA")
    assert books.answers["Start here"]["A2"].value.startswith("SAMPLE ROWS")
    for name in sorted(TABLES - {"Settings"}):
        assert len(frame(empty, name)) == 1
        one, other = (next(s for s in b.formulas if name in s.tables) for b in (books, empty))
        assert [formula(c) for c in other[6]] == [formula(c) for c in one[6]], name
        assert frame(empty, name).isna().all(axis=None)  # a blank row must not be read as a record
    for heading in ("Key figures", "Priority of the school", "Term"):
        assert {value for row in section(empty, heading).values() for value in row[:2] if isinstance(value, int)} == {0}
    assert {row[0] for row in section(empty, "Of the learners recorded").values()} == {"#DIV/0!"}
    assert section(empty, "Activity") == {}


def test_steps_lead_to_sheets(books: Books) -> None:
    links = [c.hyperlink.location.rpartition("!")[0].strip("'") for c in cells(books) if c.hyperlink]
    assert len(links) == 7 and set(links) <= set(SHEETS)


def test_calamine_reads_it(books: Books) -> None:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(ready.log()))
    assert book.sheet_names == SHEETS
    rows = book.get_sheet_by_name("Learners").to_python()
    assert len(rows) == 45 and rows[5][:3] == ["L01", "Amara", "Testerton"]
    assert isinstance(books.answers["Learners"]["D6"].value, datetime)


def test_the_command_writes_a_log_and_never_over_one(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "ours.xlsx"
    code, said, _ = run("log", "--empty", "-o", str(path))
    assert code == 0 and "Start here" in said and path.read_bytes() == ready.log(empty=True)
    code, _, said = run("log", "-o", str(path))
    assert code == 1 and "may hold your records" in said and path.read_bytes() == ready.log(empty=True)
