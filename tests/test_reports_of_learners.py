"""Reports on learners, areas and partners, beside the rules written out again: by brute force, by counting sets, with pandas."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import pandas as pd
import pytest
from conftest import plain
from hypothesis import given, settings
from hypothesis import strategies as st
from outreach_year import START, small_year, whole_year
from report_frames import applicant, counts, frame, table, with_learners

import wpxl
from wpxl import models, store
from wpxl.errors import Fault
from wpxl.reports import claims, learners, summer_school, tracking
from wpxl.reports.coded import Columns
from wpxl.reports.shape import Asked, Report

CRITERIA = ("imd", "fsm", "bursary", "parental_he", "nssec", "disabled", "in_care")
WEIGHTS = dict(zip(CRITERIA, (1, 1, 1, 7, 1, 7, 7), strict=True))
CLASS = {"4": True, 6.0: True, "8": True, "cleaner": True, "2": False, "1.1": False, "NC": None, None: None}
SAMPLE = store.shipped("data") / "sample"


@cache
def places() -> pd.DataFrame:
    """The sample edition's postcodes with their measures, as pandas reads them."""
    rows = pd.read_parquet(SAMPLE / "sample_postcodes.postcodes.parquet")
    return rows.join(pd.read_parquet(SAMPLE / "sample_postcodes.places.parquet"), on="place").set_index("postcode")


# ------------------------------------------------------------------------------------ the guide's rules, by brute force


@cache
def met(small: bool = False) -> pd.DataFrame:
    """Whether each learner of the made-up year meets each criterion: True, False or None; "?" where a cell cannot be read."""
    year = small_year() if small else whole_year()
    facts, records = year.facts, year.records.learners
    ranks = facts["postcode"].map(places()["imd_rank_2010"])
    out = pd.DataFrame({"learner": records["learner"], "person": records["person"]})
    out["imd"] = [None if rank != rank else rank <= 13_000 for rank in ranks]
    out.loc[records["postcode"] == "WS108P", "imd"] = "?"
    young = (records["year_group"] < 12).to_numpy()
    out["fsm"], out["disabled"], out["in_care"] = facts["fsm"], facts["disabled"], facts["in_care"]
    out["bursary"] = [False if y else b for y, b in zip(young, facts["bursary"], strict=True)]
    out["parental_he"] = [None if he is None else not he for he in facts["parental_he"]]
    out["nssec"] = [CLASS[cell] for cell in records["nssec"]]
    return out


def is_target(
    imd: bool, fsm: bool, bursary: bool, parental_he: bool, nssec: bool, disabled: bool, in_care: bool
) -> bool:
    return disabled or in_care or parental_he or ((imd or fsm or bursary) and (parental_he or nssec))


@cache
def fate(states: tuple[Any, ...]) -> tuple[str, int, int]:
    """The decision, the least and the greatest score, over every way in which what is not known may turn out."""
    open_, answers, scores = [s in (None, "?") for s in states], set(), []
    for filling in itertools.product((False, True), repeat=sum(open_)):
        filled, rest = [], iter(filling)
        for state, gap in zip(states, open_, strict=True):
            filled.append(next(rest) if gap else bool(state))
        answers.add(is_target(*filled))
        scores.append(sum(w for w, yes in zip(WEIGHTS.values(), filled, strict=True) if yes))
    settled = "Target" if answers == {True} else "Not target" if answers == {False} else "Not settled"
    return "Not settled" if "?" in states else settled, min(scores), max(scores)


@cache
def fates(small: bool = False) -> pd.DataFrame:
    known = met(small)
    rows = [fate(tuple(row)) for row in known[list(CRITERIA)].itertuples(index=False)]
    return known[["learner", "person"]].assign(
        **dict(zip(("decision", "low", "high"), zip(*rows, strict=True), strict=True))
    )


# ----------------------------------------------------------------------------------------------------------- learners


@cache
def listed() -> Report:
    return learners.report(whole_year().records, Asked())


class TestLearners:
    def test_decision_and_score_of_everybody(self) -> None:
        made, expected = frame(listed(), learners.LIST), fates()
        assert list(made["Learner"]) == list(expected["learner"])
        assert list(made["Decision"]) == list(expected["decision"])
        assert {"Target", "Not target", "Not settled"} == set(made["Decision"])
        assert list(made["Score"]) == list(expected["low"])
        upto = [high if high > low else None for low, high in zip(expected["low"], expected["high"], strict=True)]
        assert list(made["Score up to"].where(made["Score up to"].notna(), None)) == upto

    def test_decisions_are_those_of_the_cell_function(self) -> None:
        rows = whole_year().records.learners.head(400)
        rows = rows[rows["year_group"] >= 12]
        columns = ("postcode", "fsm", "bursary", "parental_he", "nssec", "disabled", "in_care")
        asked = [[[cell] for cell in rows[name]] for name in columns]
        answers = [row[0] for row in plain(wpxl.call("WP_TARGET", *asked))]
        made = frame(listed(), learners.LIST).set_index("Learner").loc[rows["learner"], "Decision"]
        assert ["Not settled" if a.startswith("#") else a for a in answers] == list(made)

    def test_measures_of_the_areas(self) -> None:
        made, homes = frame(listed(), learners.LIST), whole_year().facts["postcode"]
        for heading, column in (("IMD 2010 rank", "imd_rank_2010"), ("POLAR2 AHE quintile", "polar2_ahe_quintile")):
            told = homes.map(places()[column])
            shown = pd.to_numeric(made[heading], errors="coerce")
            assert (shown.isna() == told.isna()).all() and (shown.dropna() == told.dropna()).all()

    def test_activities_and_he_ready_year(self) -> None:
        made, records = frame(listed(), learners.LIST), whole_year().records
        this_year = set(records.activities.loc[records.activities["year"] == START, "activity"])
        taken = records.took_part[records.took_part["activity"].isin(this_year)]["learner"].value_counts()
        assert list(made["Activities"]) == [taken.get(learner, 0) for learner in records.learners["learner"]]
        for group, shown in zip(records.learners["year_group"], made["HE-ready year"], strict=True):
            assert shown == f"{START + 14 - group}/{(START + 15 - group) % 100:02}"

    def test_what_is_counted(self) -> None:
        year, known = whole_year(), fates()
        order = pd.CategoricalDtype(["Not settled", "Not target", "Target"], ordered=True)
        best = known.assign(decision=known["decision"].astype(order)).groupby("person")["decision"].max().value_counts()
        assert counts(listed(), learners.DECIDED, "People") == {**best.to_dict(), "All": 12_000}
        share = counts(listed(), learners.DECIDED, "%")
        assert share["Target"] == pytest.approx(100 * best["Target"] / (best["Target"] + best["Not target"]))
        whole = year.facts["tracking_statement"].eq(True) & year.facts["postcode"].notna()
        people = set(known.loc[whole, "person"])
        tracked = counts(listed(), learners.TRACKED, "People")
        assert tracked == {
            "Trackable": len(people),
            "Not trackable: headcount only": 12_000 - len(people),
            "All": 12_000,
        }
        no_home = 12_000 - known.loc[year.facts["postcode"].notna(), "person"].nunique()
        missing = counts(listed(), learners.MISSING, "Missing")
        assert missing["Home postcode"] == no_home and missing["Last name"] == 0 and missing["Gender (if known)"] > 0

    def test_participations_as_heat_takes_them(self) -> None:
        year = whole_year()
        work = year.records.activities
        here = set(work.loc[work["year"] == START, "activity"])
        fit = set(year.facts.loc[year.facts["tracking_statement"].eq(True) & year.facts["postcode"].notna(), "learner"])
        took = {a: set(group) for a, group in year.records.took_part.groupby("activity")["learner"]}
        came = year.records.attendance.groupby("activity")["attending"].sum().to_dict()
        by_name = sum(len(took.get(a, set()) & fit) for a in here)
        short = sum(len(took.get(a, set()) - fit) for a in here)
        heads = sum(max(int(came.get(a, 0)) - len(took.get(a, set())), 0) for a in here)
        made = counts(listed(), learners.COUNTED, "Participations")
        assert list(made.values()) == [by_name, short, heads, by_name + short + heads]

    def test_an_activity_with_more_recorded_than_attended_has_no_headcount(self) -> None:
        records = with_learners(APPLICANTS, {"Talk": ["most", "poor", "care"], "Visit": ["first"]})
        records.attendance["attending"] = [2.0, 5.0]
        made = counts(learners.report(records, Asked()), learners.COUNTED, "Participations")
        assert list(made.values()) == [
            0,
            4,
            4,
            8,
        ]  # nobody has seen the statement; 0 heads of the talk, 5 - 1 of the visit

    def test_answers_are_shown_as_they_were_given(self) -> None:
        made, facts = frame(listed(), learners.LIST), whole_year().facts
        words = {True: "yes", False: "no", None: "not known"}
        for heading, field in (("Parental HE", "parental_he"), ("FSM eligible", "fsm"), ("In care", "in_care")):
            assert list(made[heading]) == [words[said] for said in facts[field]]
        young = (whole_year().records.learners["year_group"] < 12).to_numpy()
        assert list(made["16-19 bursary"]) == [
            "does not apply" if y else words[b] for y, b in zip(young, facts["bursary"], strict=True)
        ]
        classes = {"4": 4, 6.0: 6, "2": 2, "1.1": "1.1", "8": 8, "NC": "NC", "cleaner": 7, None: None}
        assert list(made["NS-SEC class"]) == [classes[cell] for cell in whole_year().records.learners["nssec"]]

    def test_reasons_are_those_of_the_decision(self) -> None:
        made = frame(listed(), learners.LIST)
        for decision, why in zip(made["Decision"], made["Why"], strict=True):
            assert why.startswith((f"{decision}:", "Not settled,", "The cell for")) and why.endswith(".")
        assert made.loc[made["Why"].str.startswith("The cell for IMD"), "IMD 2010 rank"].eq("#VALUE!").all()

    def test_another_model_brings_its_own_measures(self) -> None:
        made = learners.report(small_year().records, Asked(learner_model=("current-learner",), activity="A-00001"))
        headings = [c.heading for c in table(made, learners.LIST).columns]
        assert {"IMD 2019 rank", "TUNDRA LSOA quintile", "POLAR4 quintile", "Estranged", "Young carer"} <= set(headings)
        taken = small_year().records.took_part
        assert set(frame(made, learners.LIST)["Learner"]) == set(taken.loc[taken["activity"] == "A-00001", "learner"])
        assert made.personal and made.sample and any("SAMPLE DATA" in note for note in made.notes)

    def test_measures_that_go_with_a_model(self) -> None:
        found = {
            name: learners.area_measures(models.find((name,))) for name in ("aimhigher-2011-learner", "current-learner")
        }
        assert found == {
            "aimhigher-2011-learner": ("imd_rank_2010", "imd_decile_2010", "polar2_ypr_quintile", "polar2_ahe_quintile"),
            "current-learner": (
                "imd_rank_2019", "imd_decile_2019", "tundra_lsoa_quintile", "polar4_quintile", "adult_he_2011_quintile",
            ),
        }  # fmt: skip

    def test_nobody_is_listed(self) -> None:
        with pytest.raises(Fault, match="nobody to list") as refused:
            learners.report(with_learners([]), Asked())
        assert refused.value.code == "#N/A"


# ------------------------------------------------------------------------------------------------------ made by hand

APPLICANTS = [
    applicant("nothing", "B32 3PB", "N", "N", "Y", "2", "N", "N"),  # 0, not target
    applicant("care", "B32 3PB", "N", "N", "Y", "2", "N", "Y"),  # 7
    applicant("first", "B32 3PB", "N", "N", "N", "2", "N", "N"),  # 7: the same claim
    applicant("poor", "B8 3BF", "Y", "N", "Y", "6", "N", "N"),  # 1 + 1 + 1 = 3
    applicant("open", "B8 3BF", "Y", "N", None, "6", "N", "N"),  # 3, or 10 without parental HE: target anyhow
    applicant("who knows", "B8 3BF", "N", "N", "Y", None, "N", "N"),  # 1, or 2 and target by NS-SEC
    applicant("most", "B8 3BF", "Y", "Y", "N", "8", "N", "N"),  # 1 + 1 + 1 + 7 + 1 = 11
    applicant("junk", "not a postcode", "N", "N", "Y", "2", "Y", "N"),  # 7, but a cell that cannot be read
    applicant("once more", None, "N", "N", None, "2", None, "Y", person="care"),  # less is known here: not this row
]


class TestSummerSchool:
    def test_ranks_ties_and_doubts(self) -> None:
        made = frame(summer_school.report(with_learners(APPLICANTS), Asked()), summer_school.RANKING)
        shown = ["Rank", "Learner", "Decision", "Score", "Score up to", "Best rank possible"]
        rows = [tuple(None if v != v else v for v in row) for row in made[shown].itertuples(index=False)]
        # "open" could reach 10, above both of 7: rank 2. "junk" could have 8, and then come second too.
        assert rows == [
            ("1", "most", "Target", 11, None, None),
            ("=2", "care", "Target", 7, None, None),
            ("=2", "first", "Target", 7, None, None),
            ("=4", "open", "Target", 3, 10, 2),
            ("=4", "poor", "Target", 3, None, None),
            ("6", "junk", "Not settled", 7, 8, 2),
            ("7", "who knows", "Not settled", 1, 2, 6),
            ("8", "nothing", "Not target", 0, None, None),
        ]
        assert list(made["Not known"].dropna()) == ["parental HE", "IMD (cannot be read)", "NS-SEC"]

    @pytest.mark.parametrize(
        ("places", "standing"),
        [
            (1, ["within", "below", "below", "below", "below", "below", "below", "below"]),
            (
                2,
                [
                    "within",
                    "tied for the last",
                    "tied for the last",
                    "below, could be within",
                    "below",
                    "below, could be within",
                ],
            ),
            (3, ["within", "within", "within", "below, could be within", "below", "below, could be within"]),
            (4, ["within", "within", "within", "tied for the last", "tied for the last", "below, could be within"]),
            (5, ["within"] * 5 + ["below, could be within", "below", "below"]),
            (9, ["within"] * 5 + ["below, could be within", "below, could be within", "below"]),
        ],
    )
    def test_the_cut_off(self, places: int, standing: list[str]) -> None:
        made = summer_school.report(with_learners(APPLICANTS, places=places), Asked())
        column = frame(made, summer_school.RANKING)[f"{places} places"]
        assert list(column)[: len(standing)] == standing
        assert any(f"Places: {places}" in note for note in made.notes)

    def test_a_tie_across_the_cut_off_says_how_many_have_a_place(self) -> None:
        notes = " ".join(summer_school.report(with_learners(APPLICANTS, places=2.0), Asked()).notes)
        assert "among 2 with equal claims at rank =2: 1 of them have a place" in notes
        assert "2 below the cut-off could be within it" in notes

    @pytest.mark.parametrize(
        ("places", "said"), [("thirty", True), (0, True), (True, True), ("", False), (None, False)]
    )
    def test_no_cut_off(self, places: Any, said: bool) -> None:
        made = summer_school.report(with_learners(APPLICANTS, places=places), Asked())
        assert any("is no number of places" in note for note in made.notes) is said
        assert not any("places" in c.heading for c in table(made, summer_school.RANKING).columns)

    def test_applicants_by_score(self) -> None:
        made = frame(summer_school.report(with_learners(APPLICANTS), Asked()), summer_school.SCORES)
        assert made.to_numpy().tolist() == [
            [11, 1, 0, 0, 1], [7, 2, 1, 0, 3], [3, 2, 0, 0, 2], [1, 0, 1, 0, 1], [0, 0, 0, 1, 1], ["All", 5, 2, 1, 8],
        ]  # fmt: skip

    def test_only_those_of_an_activity(self) -> None:
        records = with_learners(APPLICANTS, {"Taster": ["poor", "care"], "Other": ["most"]})
        made = summer_school.report(records, Asked(activity="taster"))
        assert list(frame(made, summer_school.RANKING)["Learner"]) == ["care", "poor"]

    def test_a_model_without_weights_ranks_nobody(self) -> None:
        with pytest.raises(Fault, match="There is no model"):
            summer_school.report(with_learners(APPLICANTS), Asked(learner_model=("nonsense",)))

    def test_everybody_of_a_year_beside_pandas(self) -> None:
        made = frame(summer_school.report(small_year().records, Asked()), summer_school.RANKING)
        known = met(True)
        told = (~known[list(CRITERIA)].isin([None, "?"]) & known[list(CRITERIA)].notna()).sum(axis=1)
        rows = (
            fates(True).assign(told=told).sort_values("told", ascending=False, kind="stable").drop_duplicates("person")
        )
        rows["group"] = rows["decision"].map({"Target": 0, "Not settled": 1, "Not target": 2})
        key = rows["group"] * 1000 - rows["low"]
        ranks = dict(zip(rows["learner"], key.rank(method="min").astype(int), strict=True))
        assert {
            learner: int(rank.lstrip("=")) for learner, rank in zip(made["Learner"], made["Rank"], strict=True)
        } == ranks
        ties = key.map(key.value_counts())
        assert set(made.loc[made["Rank"].str.startswith("="), "Learner"]) == set(rows.loc[ties > 1, "learner"])

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 3), st.integers(1, 3)),
            min_size=1,
            max_size=9,
        )
    )
    def test_ranks_count_those_before(self, drawn: list[tuple[int, int, int, int]]) -> None:
        all_ = [claims.Claim(d, low, low + more, min(d, 1), "") for d, low, more, _ in drawn]
        sizes = [n for *_, n in drawn]
        for mine, rank in zip(all_, summer_school.ranked(all_, sizes), strict=True):
            better = sum(
                n for c, n in zip(all_, sizes, strict=True) if (c.decision, -c.low) < (mine.decision, -mine.low)
            )
            equal = sum(n for c, n in zip(all_, sizes, strict=True) if (c.decision, c.low) == (mine.decision, mine.low))
            best = sum(n for c, n in zip(all_, sizes, strict=True) if (c.decision, -c.low) < (mine.best, -mine.high))
            assert rank == (better + 1, equal, best + 1)


class TestTracking:
    ROWS = pd.DataFrame({
        "first_name": ["Ann", None, "Cas", "Not known", "Eve"], "last_name": ["Zed", None, "X", "W", "V"],
        "name": [None, "Bob Young", None, None, None], "date_of_birth": ["01/09/2008", 39692, "31/02/2008", "1/1/2009", None],
        "postcode": ["B8 3BF", "b83bf", "B8", "XX1 1AA", "B8 3BF"], "organisation": ["a", "b", "unknown", None, "a"],
        "year_group": pd.array([12, None, 12, None, None], "Int64"), "academic_year": [None, None, "2023/24", None, None],
        "tracking_statement": ["Y", None, "No", None, "maybe"], "statement_date": [None, "3/10/2025", "3/10/2025", "soon", None],
        "gender": ["F", None, "M", "Prefer not to say", None],
    })  # fmt: skip

    def test_what_is_missing(self) -> None:
        made = tracking.tracking(Columns(self.ROWS))
        assert made.missing == [
            None, None, "date of birth, home postcode, school, tracking statement", "first name, school, tracking statement",
            "date of birth, tracking statement",
        ]  # fmt: skip
        assert made.trackable.tolist() == [True, True, False, False, False]
        assert made.gender.tolist() == [True, False, True, False, False]

    def test_he_ready_by_year_group_else_by_birth(self) -> None:
        # Year 12 of 2025 enters in 2027, of 2023 in 2025; born in September 2008 in 2027, in January 2009 in 2027 as well.
        assert tracking.he_ready(Columns(self.ROWS), 2025) == ["2027/28", "2027/28", "2025/26", "2027/28", None]
        assert tracking.he_ready(Columns(self.ROWS), None) == ["2027/28", "2027/28", "2025/26", "2027/28", None]

    def test_no_learners_and_no_columns(self) -> None:
        assert tracking.tracking(Columns(pd.DataFrame({"learner": []}))).missing == []
        assert tracking.tracking(Columns(pd.DataFrame({"learner": ["1"]}))).missing == [", ".join(tracking.NEEDED)]
