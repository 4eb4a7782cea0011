"""Profiles, the activity report and targeting effectiveness, against the arithmetic written out and against plain pandas."""

from __future__ import annotations

import dataclasses
import datetime
import doctest
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import plain
from hypothesis import given, settings
from hypothesis import strategies as st
from outreach_year import OutreachYear, whole_year
from report_frames import frame, table, with_learners

import wpxl
from wpxl import models
from wpxl.domain.answers import NO, NOT_APPLICABLE, UNKNOWN, YES
from wpxl.errors import Fault
from wpxl.records import Records
from wpxl.reports import REPORTS, activity, basis, claims, effectiveness, profiles, scope
from wpxl.reports.disclosure import protect, rule
from wpxl.reports.shape import Asked, Figure, Report
from wpxl.targeting import decide, shares

SCHOOL = models.find(("aimhigher-2011-school",))
MEASURES = list(profiles.CRITERIA)
IMD, NSSEC, YPR, AHE, FSM = activity.headings(SCHOOL).values()
PRINTED = [  # the guide's example activity report: number attending, IMD, NS-SEC, POLAR2 YPR, POLAR2 AHE, FSM
    ("School A", 12, "Master Classes", 17, 75, 49.4, 30.6, 52.8, 15.5),
    ("College B", 12, "Campus Visits", 6, 86, 49.3, 1.4, 7.2, 26.2),
    ("School C", 9, "Mentoring", 31, 86, 49.3, 1.4, 7.2, 26.2),
    ("Academy D", 10, "Summer school", 32, 99, 57.1, 75.5, 83.5, 57.9),
    ("School E", 10, "Information, Advice and Guidance", 15, 80, 49.6, 7.3, 34.8, 52.5),
]


def worked(*rows: tuple[Any, ...], learners: Records | None = None) -> Records:
    """Records of attendance (activity, organisation, attending) and of organisations' five percentages, given with the first."""
    names = ("activity", "organisation", "attending", *MEASURES)
    made = pd.DataFrame([(*row, *[np.nan] * (len(names) - len(row))) for row in rows], columns=names)
    schools = made.drop_duplicates("organisation")[["organisation", *MEASURES]]
    ids = list(dict.fromkeys(made["activity"]))
    base = learners or with_learners([("L0", 0, "a", 12, None, None, None, None, None, None, None)])
    activities = pd.DataFrame(
        {"activity": ids, "title": ids, "type": "Visit", "date": pd.NaT, "term": None, "hours": 1.0}
    )
    blank = dict.fromkeys(("key", "local_authority", "region", "school_type"))
    return Records(
        organisations=schools.assign(name=schools["organisation"], **blank),
        activities=activities.assign(year=pd.array([2025] * len(ids), "Int64"), organiser=None, institution=""),
        attendance=made[["activity", "organisation", "attending"]].assign(
            year_group=pd.array([9] * len(made), "Int64"), audience=None
        ),
        learners=base.learners, took_part=base.took_part, targets=pd.DataFrame(), settings={},
    )  # fmt: skip


def taking(rows: list[tuple[Any, ...]], took: dict[str, list[str]]) -> Records:
    """Records of a few learners and what they took part in, whose schools have no figures."""
    made = with_learners(rows, took)
    blank = dict.fromkeys(("local_authority", "region", "school_type")) | dict.fromkeys(MEASURES, np.nan)
    return dataclasses.replace(made, organisations=made.organisations.assign(**blank))


def profile(records: Records, of: str, **asked: Any) -> dict[str, Any]:
    """The row of one activity in the table of activities."""
    made = frame(activity.report(records, Asked(**asked)), activity.ACTIVITIES).set_index("Activity")
    return dict(made.loc[of])


def percentages(row: dict[str, Any]) -> list[Any]:
    return [row[heading] for heading in (IMD, NSSEC, YPR, AHE, FSM)]


# ------------------------------------------------------------------------------------------------ weighted by attendance


def test_organisations_weigh_as_many_as_came() -> None:
    """(10 × 80 + 30 × 40) / 40 = 50, and so on; 0 attending and no profile weigh nothing; n says so."""
    ours = (("V", "A", 10.0, 80, 40, 60, 50, 20), ("V", "B", 30.0, 40, 60, 20, 70, np.nan))
    row = profile(worked(*ours, ("V", "C", 0.0, 100, 100, 100, 100, 100), ("V", "D", 60.0)), "V")
    assert percentages(row) == [50, 55, 30, 65, 20]
    assert [row[f"n: {heading}"] for heading in (IMD, FSM)] == [40, 10]
    assert row["Number attending"] == 100 and row["Basis"].startswith("Organisations: no learners")


def test_nobody_attended_and_nobody_knows() -> None:
    for attending in (0.0, np.nan):
        row = profile(worked(("V", "A", attending, 80, 40, 60, 50, 20)), "V")
        assert percentages(row) == ["#DIV/0!"] * 5
    assert percentages(profile(worked(("V", "A", 5.0, 80)), "V")) == [80, *["#N/A"] * 4]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("VWX"), st.sampled_from("ABCD"), st.sampled_from([0, 1, 5, 30, None])), min_size=1
    )
)
def test_combined_is_the_mean_of_everybody(rows: list[tuple[str, str, int | None]]) -> None:
    """As if each who came brought the figure of their school; schools C and D lack one or both."""
    figures = pd.DataFrame({"imd": [10.0, 40.0, 90.0, np.nan], "fsm": [5.0, np.nan, np.nan, np.nan]}, list("ABCD"))
    attendance = pd.DataFrame(rows, columns=["activity", "organisation", "attending"]).astype({"attending": float})
    found = profiles.combined(figures, attendance)
    for name in "VWX":
        heads = [school for a, school, n in rows if a == name for _ in range(n or 0)]
        for measure in ("imd", "fsm"):
            known = [figures.at[s, measure] for s in heads if figures.at[s, measure] == figures.at[s, measure]]
            if name in found.percent.index:
                assert found.known.at[name, measure] == len(known) and found.everyone[name] == len(heads)
                assert found.percent.at[name, measure] == pytest.approx(np.mean(known)) if known else True


# -------------------------------------------------------------------------------------------------- the majority decides


def learner(i: int, postcode: str | None = "TF7 5UG", **cells: Any) -> tuple[Any, ...]:
    names = ("fsm", "bursary", "parental_he", "nssec", "disabled", "in_care")
    return (f"L{i}", cells.get("person", i), cells.get("school", "a"), 9, postcode, *(cells.get(n) for n in names))


def mixed(came: int, recorded: int, known: int) -> Records:
    """`came` attended, so many of them are recorded, of so many of these the postcode is known."""
    rows = [learner(i, "TF7 5UG" if i < known else None) for i in range(recorded)]
    own = with_learners(rows or [learner(0)], {"V": [row[0] for row in rows]})
    return worked(("V", "a", float(came), 80, 40, 60, 50, 20), learners=own)


@pytest.mark.parametrize(
    ("came", "recorded", "known", "learners"),
    [
        (4, 2, 2, False),
        (4, 3, 3, True),
        (5, 3, 3, True),
        (4, 4, 2, False),
        (4, 4, 3, True),
        (1, 1, 1, True),
        (3, 5, 5, True),
        (4, 0, 0, False),
    ],
)
def test_exactly_half_is_no_majority(came: int, recorded: int, known: int, learners: bool) -> None:
    row = profile(mixed(came, recorded, known), "V")
    assert row["Basis"].startswith("Learners: a majority" if learners else "Organisations:")
    assert percentages(row)[0] == (100 if learners else 80)
    assert percentages(row)[4] == ("#N/A" if learners else 20)  # free school meals are known of nobody
    assert row["Headcount only"] == max(came - recorded, 0) and row["With a profile"] == known


def test_a_basis_may_be_asked_for() -> None:
    assert percentages(profile(mixed(4, 1, 1), "V", basis="learner"))[:2] == [100, "#N/A"]
    assert percentages(profile(mixed(4, 4, 4), "V", basis="organisation-based"))[0] == 80
    with pytest.raises(Fault, match="is no basis"):
        activity.report(mixed(4, 1, 1), Asked(basis="guess"))


def test_without_a_number_attending_those_recorded_are_all_who_came() -> None:
    row = profile(mixed(4, 3, 3), "V")
    records = mixed(4, 3, 3)
    records.attendance["attending"] = np.nan
    unstated = profile(records, "V")
    assert percentages(unstated)[0] == percentages(row)[0] == 100 and unstated["Number attending"] is None
    assert unstated["Basis"].endswith(basis.UNSTATED)


def test_both_profiles_of_one_activity_stand_side_by_side() -> None:
    made = frame(activity.report(mixed(4, 2, 2), Asked(activity="v")), activity.BOTH)
    assert list(made.iloc[0]) == [IMD, 80, 4, 2, 2, 100, "Organisations"]
    assert made["Used"].tolist() == ["Organisations"] * 5


# --------------------------------------------------------------------------------------------------- the guide's report


def test_the_guides_example_comes_out_of_attendance_and_school_profiles() -> None:
    """What goes in as printed comes out so, in the guide's columns. School C's figures are College B's there: said, not mended."""
    rows = [(kind, school, float(n), *figures) for school, _, kind, n, *figures in PRINTED]
    report = activity.report(worked(*rows), Asked())
    made = frame(report, activity.SCHOOLS)
    guide = ["Organisation", "Number attending", IMD, NSSEC, YPR, AHE, FSM]
    assert made[guide].to_numpy().tolist() == [[school, n, *figures] for school, _, _, n, *figures in PRINTED]
    assert list(made["Priority (ours)"]) == ["High"] * 5
    assert any("School C has the percentages of College B" in note for note in report.notes)
    assert not report.sample  # nothing here is from the sample edition
    last = frame(report, activity.ACTIVITIES).iloc[-1]
    mean = sum(n * imd for _, _, _, n, imd, *_ in PRINTED) / 101
    assert last["Number attending"] == 101 and last[IMD] == round(mean, 1) == 87.4


def test_a_mean_of_schools_is_no_share_of_the_few_who_came() -> None:
    """Six attended from College B: their number is withheld, its published percentages are not."""
    report = protect(activity.report(worked(("V", "B", 6.0, 86, 49.3, 1.4, 7.2, 26.2)), Asked()), rule("under 10"))
    row = frame(report, activity.ACTIVITIES).iloc[0]
    assert row["Number attending"] == "[c]" and percentages(row) == [86, 49.3, 1.4, 7.2, 26.2]
    assert all(isinstance(v, Figure) for v in table(report, activity.ACTIVITIES).rows[0][10:15])
    few = protect(activity.report(mixed(15, 12, 12), Asked()), rule("under 10"))
    assert frame(few, activity.ACTIVITIES).iloc[0]["Headcount only"] == "[c]"


# ------------------------------------------------------------------------------------------------------------- learners


def test_states_of_learners_by_hand() -> None:
    """An answer that cannot be read is not known; the bursary does not apply in Year 9."""
    records = with_learners(
        [learner(0, "TF7 5UG", nssec=6), learner(1, "B32 3PB", fsm="N", parental_he="Y", nssec=2, disabled="N", in_care="N"),
         learner(2, None, fsm="maybe", disabled="Y"), learner(3, "XX9 9ZZ", parental_he="N")]
    )  # fmt: skip
    states = profiles.learner_states(records, models.find(("aimhigher-2011-learner",)))
    assert states["imd"].tolist()[:3] == [YES, NO, UNKNOWN]
    assert states["bursary"].tolist() == [NOT_APPLICABLE] * 4
    assert states["target"].tolist() == [YES, NO, UNKNOWN, YES]
    assert states.at["L2", "fsm"] == shares.UNREAD


def test_decisions_are_those_of_the_cell_function(year: OutreachYear) -> None:
    """Of those whose bursary applies: the report knows the year group of the others, the cell does not."""
    records = year.records
    older = records.learners[records.learners["year_group"].fillna(0) >= 12].head(300)
    order = ["postcode", "fsm", "bursary", "parental_he", "nssec", "disabled", "in_care", "estranged", "carer"]
    cells = [[[None if v is None or v != v else v] for v in older[c]] for c in order]
    model = models.find(("aimhigher-2011-learner",))
    states = profiles.learner_states(records, model).loc[older["learner"]]
    raws = [claims.raw(model, row) for row in states.drop(columns="target").itertuples(index=False, name=None)]
    found = [decide.decision(model, raw) for raw in raws]
    assert plain([(v,) for v in found]) == plain(wpxl.call("WP_TARGET", *cells))
    assert plain([(decide.score(model, raw),) for raw in raws]) == plain(wpxl.call("WP_TARGET_SCORE", *cells))
    assert [{"Target": YES, "Not target": NO}.get(v, UNKNOWN) for v in found] == states["target"].tolist()


def test_a_person_in_two_schools_counts_once_and_at_many_activities_once() -> None:
    """One person: two rows, two schools, three activities. A second person at one of them. People 2, participations 4."""
    rows = [
        learner(0, "TF7 5UG", person=7),
        learner(1, None, person=7, school="b", fsm="N"),
        learner(2, "B32 3PB", person=8),
    ]
    records = taking(rows, {"V": ["L0", "L2"], "W": ["L0"], "X": ["L1"]})
    report = effectiveness.report(records, Asked())
    people, times = (
        frame(report, name).set_index("Criterion") for name in (effectiveness.PERSONS, effectiveness.TIMES)
    )
    imd, fsm = "IMD 2010 rank 13,000 or below", "Eligible for free school meals"
    assert list(people.loc[imd, ["People", "Known", "Meeting it", "% of those known"]]) == [2, 2, 1, 50]
    assert list(times.loc[imd, ["Participations", "Not known", "Known", "Meeting it"]]) == [4, 1, 3, 2]
    assert list(people.loc[fsm, ["Not known", "Known", "Meeting it", "% of those known"]]) == [1, 1, 0, 0]
    assert people.loc[imd, "Benchmark %"] == 66 and people.loc[imd, "Points above it"] == -16
    bursary = people.loc["Receives the 16-19 bursary"]
    assert list(bursary[["It applies to", "Not known", "Known", "% of those known", "Coverage %"]]) == [
        0,
        0,
        0,
        "#DIV/0!",
        "#DIV/0!",
    ]


def test_the_footnote_of_table_2_is_said_beside_the_model() -> None:
    """No parental higher education alone: a target learner by Figure 1, not by the footnote."""
    full = {"fsm": "N", "nssec": 2, "disabled": "N", "in_care": "N"}
    records = taking([learner(0, "B32 3PB", parental_he="N", **full)], {"V": ["L0"]})
    made = frame(effectiveness.report(records, Asked()), effectiveness.PERSONS).set_index("Criterion")["Meeting it"]
    assert made["Meets the target criteria (aimhigher-2011-learner)"] == 1
    assert made["Meets them as the footnote of Table 2 has it"] == 0


def test_the_footnote_reads_nothing_into_a_cell_that_cannot_be_read() -> None:
    records = taking([learner(0, "TF7 5UG", nssec=6, fsm="maybe", disabled="N", in_care="N")], {"V": ["L0"]})
    made = frame(effectiveness.report(records, Asked()), effectiveness.PERSONS).set_index("Criterion")["Known"]
    assert made["Meets them as the footnote of Table 2 has it"] == 0


def test_the_workbooks_own_figures_go_before_the_tables() -> None:
    """Ash School of the sample edition has IMD 75 % there; the workbook says 10, and nothing of the rest."""
    records = worked(("V", "900001", 10.0, 10))
    records.organisations["key"] = "900001"
    found = profiles.figures(records, SCHOOL)
    assert found.loc["900001"].tolist() == [10, 62.5, 65.2, 75.6, 21.4, profiles.BOTH]
    assert percentages(profile(records, "V")) == [10, 62.5, 65.2, 75.6, 21.4]
    records.organisations["imd"] = 150.0  # no percentage
    assert profiles.figures(records, SCHOOL).at["900001", "imd"] == 75


def test_without_learners_the_cohorts_of_schools_are_all_there_is() -> None:
    report = effectiveness.report(
        worked(("V", "A", 10.0, 80, 40, 60, 50, 20), ("W", "B", 30.0, 40, 60, 20, 70)), Asked()
    )
    assert [t.name for t in report.tables] == [effectiveness.SCHOOLS]
    made = frame(report, effectiveness.SCHOOLS).set_index("Measure")
    assert list(made.loc[IMD]) == ["A", 40, 40, 100, 50, 66] and list(made.loc[FSM])[1:5] == [40, 10, 25, 20]
    with pytest.raises(Fault, match="Nobody attended and no learner took part"):
        effectiveness.report(worked(("V", "A", 0.0, 80)), Asked())


# ------------------------------------------------------------------------------------------ a year of work, by plain pandas


@pytest.fixture(scope="module")
def year() -> OutreachYear:
    return whole_year()


@pytest.fixture
def reports(year: OutreachYear) -> dict[str, Report]:
    return {name: REPORTS[name].make(year.records, Asked()) for name in ("activity", "effectiveness")}


def facts_of(year: OutreachYear) -> pd.DataFrame:
    """True, False or None of each learner, from the truth of the generator and the published tables alone."""
    folder = wpxl.store.shipped("data") / "sample"
    postcodes = pd.read_parquet(folder / "sample_postcodes.postcodes.parquet").set_index("postcode")["place"]
    places = pd.read_parquet(folder / "sample_postcodes.places.parquet")
    at = year.facts["postcode"].map(postcodes)
    area = places.iloc[at.fillna(0).astype(int)].reset_index(drop=True)
    out = {}
    for name, column, limit in (
        ("imd", "imd_rank_2010", 13_000), ("ypr", "polar2_ypr_quintile", 2), ("q1", "polar2_ypr_quintile", 1),
        ("ahe", "polar2_ahe_quintile", 2),
    ):  # fmt: skip
        known = at.notna() & area[column].notna()
        out[name] = (area[column] <= limit).astype(object).where(known, None)
    classes = {"4": True, 6.0: True, "2": False, "1.1": False, "8": True, "NC": None, "cleaner": True}
    out["nssec"] = pd.Series([classes.get(v) for v in year.records.learners["nssec"]], dtype=object)
    for name in ("fsm", "disabled", "in_care"):
        out[name] = year.facts[name]
    out["parental_he"] = year.facts["parental_he"].map({True: False, False: True})
    return pd.DataFrame(out, dtype=object).set_index(pd.Index(year.facts["learner"]))


def taken(year: OutreachYear) -> pd.DataFrame:
    activities = year.records.activities
    this = activities.loc[activities["year"].eq(2025).fillna(False), "activity"]
    return year.records.took_part[year.records.took_part["activity"].isin(this)]


def test_effectiveness_of_a_year(year: OutreachYear, reports: dict[str, Report]) -> None:
    facts, took = facts_of(year), taken(year)
    person = year.records.learners.set_index("learner")["person"]
    names = {
        "imd": "IMD 2010 rank 13,000 or below", "ypr": "POLAR2 YPR quintiles 1 and 2", "q1": "POLAR2 YPR quintile 1",
        "nssec": "NS-SEC 4–8", "fsm": "Eligible for free school meals", "disabled": "Disabled", "in_care": "In care",
        "parental_he": "Neither parent has higher education",
    }  # fmt: skip
    people, times = (
        frame(reports["effectiveness"], n).set_index("Criterion") for n in (effectiveness.PERSONS, effectiveness.TIMES)
    )
    for name, label in names.items():
        said = facts[name].reindex(took["learner"])
        known = said.notna().to_numpy()
        assert list(times.loc[label, ["Participations", "Known", "Meeting it"]]) == [
            len(took),
            known.sum(),
            sum(value is True for value in said),
        ]
        best: dict[int, bool] = {}
        for who, value in zip(person.reindex(took["learner"]), said, strict=True):
            if value is not None and value == value:
                best[who] = best.get(who, False) or bool(value)
        row = people.loc[label]
        assert list(row[["Known", "Meeting it"]]) == [len(best), sum(best.values())]
        assert row["People"] == person.reindex(took["learner"]).nunique()
        assert row["% of those known"] == round(100 * sum(best.values()) / len(best), 1)
        assert row["Known"] + row["Not known"] == row["It applies to"] == row["People"]


def test_activities_of_a_year(year: OutreachYear, reports: dict[str, Report]) -> None:
    """Each activity's basis and IMD % from first principles, row by row."""
    facts, took = facts_of(year), taken(year)
    records = year.records
    sample = pd.read_parquet(wpxl.store.shipped("data") / "sample" / "sample_schools.parquet").set_index("urn")
    schools = records.organisations.set_index("organisation")
    imd = {
        i: row.imd if row.imd == row.imd else sample["school_imd_40_pct_2010"].get(row.key, np.nan)
        for i, row in schools.iterrows()
    }
    made = frame(reports["activity"], activity.ACTIVITIES).set_index("Activity")
    told = facts[["imd", "nssec", "ypr", "ahe", "fsm"]].notna().any(axis=1)
    came = dict(list(records.attendance.groupby("activity")))
    recorded = {id_: list(rows["learner"]) for id_, rows in took.groupby("activity")}
    checked = {"Learners": 0, "Organisations": 0}
    for id_, title in zip(records.activities["activity"], records.activities["title"], strict=True):
        here, learners = came.get(id_, records.attendance.head(0)), recorded.get(id_, [])
        if title not in made.index or (here.empty and not len(learners)):
            continue
        row, attended = made.loc[title], here["attending"].sum(min_count=1)
        profiled = int(told.reindex(learners).sum())
        by_learners = profiled > (attended if attended == attended else len(learners)) / 2
        assert row["Basis"].startswith("Learners" if by_learners else "Organisations"), title
        checked[row["Basis"].split(":")[0]] += 1
        if by_learners:
            said = facts["imd"].reindex(learners).dropna()
            enough = len(said) > (attended if attended == attended else len(learners)) / 2
            expected: Any = round(100 * said.astype(bool).mean(), 1) if enough else "#N/A"
        else:
            pairs = [
                (n, imd[o])
                for n, o in zip(here["attending"].fillna(0), here["organisation"], strict=True)
                if imd[o] == imd[o]
            ]
            weight = sum(n for n, _ in pairs)
            expected = sum(n * v for n, v in pairs) / weight if weight else "#N/A" if attended > 0 else "#DIV/0!"
        assert row[IMD] == (pytest.approx(expected, abs=0.051) if isinstance(expected, float) else expected), title
    assert min(checked.values()) > 50
    for heading in (
        IMD,
        NSSEC,
        YPR,
        AHE,
        FSM,
    ):  # all together: each activity that has the figure weighs as much as its n
        rows = made.iloc[:-1]
        rows = rows[[isinstance(v, float) for v in rows[heading]]]
        n = rows[f"n: {heading}"].astype(int)
        assert made[f"n: {heading}"].iloc[-1] == n.sum()
        assert made[heading].iloc[-1] == pytest.approx((rows[heading].astype(float) * n).sum() / n.sum(), abs=0.1)


def test_rows_of_a_year(year: OutreachYear, reports: dict[str, Report]) -> None:
    records = year.records
    this = records.activities[records.activities["year"].eq(2025).fillna(False)]["activity"]
    rows = records.attendance[records.attendance["activity"].isin(this)]
    made = frame(reports["activity"], activity.SCHOOLS)
    assert len(made) == len(rows)
    assert made["Number attending"].dropna().sum() == rows["attending"].sum()
    assert [list(row) for row in zip(made["Organisation"], made["Activity"], strict=True)].count([None, None]) == 0
    assert reports["activity"].sample and any(n.startswith("SAMPLE DATA") for n in reports["activity"].notes)


@pytest.mark.parametrize("words", ["under 10", "hesa"])
def test_a_year_fit_to_share(reports: dict[str, Report], words: str) -> None:
    for name, report in reports.items():
        shown = protect(report, rule(words))
        for before, after in zip(report.tables, shown.tables, strict=True):
            for i, column in enumerate(after.columns):
                if column.kind == "people":
                    values = [row[i] for row in after.rows if isinstance(row[i], int)]
                    assert all(v % 5 == 0 if words == "hesa" else v == 0 or v >= 10 for v in values), (name, column)
            assert len(before.rows) == len(after.rows)


def test_no_row_of_a_shared_report_can_be_completed(reports: dict[str, Report]) -> None:
    """Attended is recorded and headcount, and those known and not known are all: of each three none is withheld alone."""
    threes = {
        activity.ACTIVITIES: ("Number attending", "Recorded individually", "Headcount only"),
        effectiveness.PERSONS: ("It applies to", "Known", "Not known"),
        effectiveness.TIMES: ("It applies to", "Known", "Not known"),
    }
    alone = seen = 0
    for report in (protect(made, rule("under 40")) for made in reports.values()):
        for name, columns in threes.items():
            for cells in (
                frame(report, name)[list(columns)].to_numpy().tolist()
                if name in {t.name for t in report.tables}
                else ()
            ):
                seen += "[c]" in cells
                alone += cells.count("[c]") == 1 and 0 not in cells
    assert seen > 50 and not alone


# ---------------------------------------------------------------------------------------------------- years and activities


def test_which_year_and_which_activity(year: OutreachYear) -> None:
    within, notes = scope.within(year.records, Asked(year=2024))
    assert set(within.activities["year"]) == {2024} and notes[0] == "Academic year 2024/25."
    assert set(within.attendance["activity"]) <= set(within.activities["activity"])
    one, _ = scope.within(year.records, Asked(activity="a-00002"))
    assert list(one.activities["activity"]) == ["A-00002"]
    with pytest.raises(Fault, match=r"No activity is called 'A-0000'\. Did you mean"):
        scope.within(year.records, Asked(activity="A-0000"))
    with pytest.raises(Fault, match="in the academic year 1999/00"):
        scope.within(year.records, Asked(year=1999))


JUNK = [
    None, "", " ", 0, -1, 1e308, float("inf"), float("nan"), True, "x" * 500, "£", datetime.date(2026, 1, 1), object(), [1],
    Fault("#N/A", "The cell holds an error."), "q1", "40 %", "TF7 5UG",
]  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_junk_is_answered_with_a_sentence(data: st.DataObject) -> None:
    """Whatever is in the cells: an answer or a fault with a sentence, never an error of wpxl's own (conftest looks at the log)."""
    cell = st.sampled_from(JUNK)
    grid = data.draw(st.lists(st.lists(cell, min_size=1, max_size=5), max_size=5))
    heads = [["Activity", "School", "Year group", "Number attending", "IMD %"][: max(map(len, grid), default=1)]]
    others = [data.draw(cell), data.draw(st.sampled_from([None, grid])), data.draw(cell), data.draw(cell)]
    measures = ["IMD rank 2010", "POLAR4 quintile", "FSM", "NS-SEC", "region", "imd_40_2019"]
    asked = [
        ("WP_ACTIVITY", heads + grid, others[1], others[0] if not isinstance(others[0], list) else None, None),
        ("WP_ACTIVITY", grid, None, None, others[2]),
        ("WP_SHARE", grid, data.draw(st.sampled_from(measures)), others[3]),
        ("WP_SHARE", grid, others[2], None),
    ]  # fmt: skip
    for name, *arguments in asked:
        for row in wpxl.call(name, *arguments):
            assert all(v is None or (isinstance(v, (str, int, float, Fault)) and v == v) for v in row)
        assert all(0 < len(sentence) <= 255 for sentence in wpxl.why(name, *arguments))


def test_examples() -> None:
    assert doctest.testmod(shares).failed == 0
