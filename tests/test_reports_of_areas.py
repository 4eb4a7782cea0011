"""Reports on areas and partners: two vintages, priorities beside all schools, institutions together."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from conftest import plain
from outreach_year import START, small_year
from report_frames import applicant, counts, frame, table, with_learners
from test_reports_of_learners import CRITERIA, SAMPLE, met

import wpxl
from wpxl import models, store
from wpxl.domain.rates import WITHHELD
from wpxl.errors import Fault
from wpxl.records import Records, read
from wpxl.reports import REPORTS, Kind, learners, partnership, priorities, summer_school, vintages
from wpxl.reports.disclosure import protect, rule
from wpxl.reports.shape import PEOPLE, Asked, Report
from wpxl.store.write import Draft, install

# ----------------------------------------------------------------------------------------------------- two vintages

YEARS = ("2019", "2025")
LIMITS = {"2019": 13_137, "2025": 13_502}  # floor(0.4 × 32,844), floor(0.4 × 33,755)
AREAS = {"2019": 32_844, "2025": 33_755}


@pytest.fixture
def ranks(home: Path) -> pd.DataFrame:
    """An installed table of postcodes with IMD 2019 and 2025, drawn so that a good many cross the 40 %."""
    rng = np.random.default_rng(40)
    table = pd.DataFrame({"postcode": [f"XX{i // 90 + 1} {i // 9 % 10}A{'ABDEFGHJL'[i % 9]}" for i in range(400)]})
    old = rng.integers(1, AREAS["2019"] + 1, len(table))
    new = np.clip(old + rng.integers(-4000, 4001, len(table)), 1, AREAS["2025"])
    for year, rank in zip(YEARS, (old, new), strict=True):
        table[f"imd_rank_{year}"] = rank
        table[f"imd_decile_{year}"] = -(-rank * 10 // AREAS[year])
    table.loc[::40, "imd_rank_2025"] = table.loc[::40, "imd_decile_2025"] = None
    columns = {
        "ended": pa.array([0] * len(table)),
        "large_user": pa.array([False] * len(table)),
        "country": pa.array(["England"] * len(table)),
    }
    made = pa.table({"postcode": pa.array(table["postcode"].tolist()), **columns, **{
        name: pa.array(table[name].astype("Int64"), pa.int64(), from_pandas=True) for name in table if name.startswith("imd")
    }})  # fmt: skip
    install(
        Draft(
            "made_up",
            "postcode",
            made,
            "Made-up postcodes",
            gazetteer=True,
            vintage="2026",
            release=202601,
            sources=[{"file": "made up", "sha256": "0" * 64}],
        ),
        store.tables.folder(),
    )
    store.forget()
    return table.set_index("postcode")


@pytest.fixture
def compared(ranks: pd.DataFrame) -> tuple[Report, pd.DataFrame]:
    """The report on 900 learners, and what each of them must be."""
    rng = np.random.default_rng(41)
    answers = [("Y", "N", None)[i] for i in rng.integers(0, 3, 900)]
    home = [ranks.index[i] for i in rng.integers(0, len(ranks), 900)]
    person = [i // 2 if i < 40 else i for i in range(900)]  # twenty people have two rows
    rows = [
        (f"L{i}", f"P{who}", "ab"[i % 2], 12, home[who], answers[i], "N", answers[-1 - i], "6", "N", "N")
        for i, who in enumerate(person)
    ]
    rows += [
        ("rank", "rank", "a", 12, 5000, "N", "N", "Y", "2", "N", "N"),
        ("none", "none", "a", 12, None, "N", "N", "Y", "2", "N", "N"),
    ]
    records = with_learners(rows)
    records.learners["estranged"] = records.learners["carer"] = "N"
    people = records.learners.drop_duplicates("person").set_index("postcode").join(ranks, how="left").reset_index()
    return vintages.report(records, Asked()), people


class TestVintages:
    def test_who_joins_and_leaves(self, compared: tuple[Report, pd.DataFrame]) -> None:
        made, people = compared
        known = people.dropna(subset=["imd_rank_2019", "imd_rank_2025"])
        old, new = (known[f"imd_rank_{y}"] <= LIMITS[y] for y in YEARS)
        expected = [
            (old & new).sum(),
            (old & ~new).sum(),
            (~old & new).sum(),
            (~old & ~new).sum(),
            len(people) - len(known),
            len(people),
        ]
        column = frame(made, vintages.STATUS)["People"]
        assert list(column) == expected and min(expected) > 5 and len(people) == 882
        share = frame(made, vintages.STATUS)["%"][1]
        assert share == pytest.approx(100 * expected[1] / len(known))

    def test_moves_between_quintiles(self, compared: tuple[Report, pd.DataFrame]) -> None:
        made, people = compared
        quintiles = [((people[f"imd_decile_{y}"] + 1) // 2).fillna(0).astype(int) for y in YEARS]
        expected = pd.crosstab(*quintiles).reindex(index=[*range(1, 6), 0], columns=[*range(1, 6), 0], fill_value=0)
        shown = frame(made, vintages.MOVES).iloc[:, 1:].astype(int).to_numpy()
        assert (shown[:-1] == expected.to_numpy()).all() and (shown[-1] == expected.sum().to_numpy()).all()

    def test_decisions_by_the_model_of_each_vintage(self, compared: tuple[Report, pd.DataFrame]) -> None:
        made, people = compared
        columns = [
            people[c].tolist()
            for c in ("postcode", "fsm", "bursary", "parental_he", "nssec", "disabled", "in_care", "estranged", "carer")
        ]
        cells = [[[None if v != v else v] for v in column] for column in columns]
        answers = [
            [row[0] for row in plain(wpxl.call("WP_TARGET", *cells, f"current-learner; IMD {y}"))] for y in YEARS
        ]
        pairs = pd.Series(list(zip(*answers, strict=True))).value_counts()
        shown = list(frame(made, vintages.DECIDED)["People"])
        order = [("Target", "Target"), ("Target", "Not target"), ("Not target", "Target"), ("Not target", "Not target")]
        assert shown[:4] == [pairs.get(pair, 0) for pair in order] and min(shown[:4]) > 5
        assert shown[4] == len(people) - sum(shown[:4]) and any("are those of current-learner" in n for n in made.notes)

    def test_schools_and_the_list_of_those_who_change(self, compared: tuple[Report, pd.DataFrame]) -> None:
        made, people = compared
        known = people.dropna(subset=["imd_rank_2019", "imd_rank_2025"])
        for name, school in (("Ash School", "a"), ("Birch College", "b")):
            here = known[known["organisation"] == school]
            old, new = (int((here[f"imd_rank_{y}"] <= LIMITS[y]).sum()) for y in YEARS)
            row = frame(made, vintages.SCHOOLS).set_index("School").loc[name]
            assert list(row[["Known by both", "IMD 2019", "IMD 2025", "Change"]]) == [len(here), old, new, new - old]
        changed = known[(known["imd_rank_2019"] <= LIMITS["2019"]) != (known["imd_rank_2025"] <= LIMITS["2025"])]
        listing = table(made, vintages.LIST)
        shown = frame(made, vintages.LIST)
        assert set(changed["learner"]) == set(shown.loc[shown["IMD 2019"] != shown["IMD 2025"], "Learner"])
        assert listing.personal and made.personal and "Name" not in shown.columns

    def test_the_settings_stay_as_they_are(self, compared: tuple[Report, pd.DataFrame], home: Path) -> None:
        assert not (home / "settings.toml").exists()
        assert models.find(("current-learner",)).criteria[0].measures == ("imd_rank_2019",)

    def test_of_one_activity(self, ranks: pd.DataFrame) -> None:
        rows = [applicant(str(i), ranks.index[i], "N", "N", "Y", "2", "N", "N") for i in range(6)]
        made = vintages.report(with_learners(rows, {"Talk": ["1", "2"], "Visit": ["3"]}), Asked(activity="talk"))
        assert list(frame(made, vintages.STATUS)["People"])[-1] == 2

    def test_with_the_sample_edition_only(self) -> None:
        made = vintages.report(small_year().records, Asked())
        assert made.title == "From IMD 2010 to IMD 2019" and made.sample
        assert made.notes[0].startswith(
            "IMD 2025 not being installed, compared are IMD 2010 and IMD 2019: 'wpxl data guide'"
        )

    @pytest.mark.parametrize(
        ("asked", "code", "said"),
        [
            (("2019", "2025"), "#REF!", "IMD 2025 is not installed: 'wpxl data guide' says which file to get."),
            (("2019",), "#VALUE!", "Name two vintages of IMD"),
            (("1999", "2019"), "#VALUE!", "Name two vintages of IMD"),
        ],
    )
    def test_refused(self, asked: tuple[str, ...], code: str, said: str) -> None:
        with pytest.raises(Fault, match=said) as refused:
            vintages.report(small_year().records, Asked(vintages=asked))
        assert refused.value.code == code

    def test_a_model_asked_for_another_vintage(self) -> None:
        def target(model: str, *postcodes: str) -> list[Any]:
            cells = [[postcode] for postcode in postcodes]
            return [
                row[0] for row in plain(wpxl.call("WP_TARGET", cells, "N", "N", "Y", "6", "N", "N", "N", "N", model))
            ]

        # B32 3PB has rank 14,713 of 2010 and 13,845 of 2019, above 13,000 and 13,137; WS2 9XE is below both.
        assert target("current-learner; imd 2010", "B32 3PB", "WS2 9XE") == ["Not target", "Target"]
        assert target("current-learner; IMD 2025", "B32 3PB") == ["#REF!"]
        for name, said in (
            ("current-learner; IMD 1999", "'IMD 1999' is no vintage that wpxl knows: there is 2010, 2015, 2019, 2025."),
            ("aimhigher-2011-learner; IMD 2019", "aimhigher-2011-learner states its vintages itself"),
        ):
            with pytest.raises(Fault, match=said):
                models.find(tuple(name.split("; ")))


# ------------------------------------------------------------------------------------------------------ priorities

LIMITS_OF_SCHOOLS = {  # the guide's Appendix 3: Low below, High from
    "school_imd_40_pct_2010": (24, 61), "school_fsm_pct": (8, 17), "school_nssec_4_8_pct_2001": (39, 47),
    "school_polar2_ypr_q1_2_pct": (23, 58), "school_polar2_ahe_q1_2_pct": (19, 67),
}  # fmt: skip


@cache
def schools() -> pd.DataFrame:
    """The open schools of the sample edition that the guide's model does not leave out, and their priority by its figure 2."""
    rows = pd.read_parquet(SAMPLE / "sample_schools.parquet")
    rows = rows[(rows["school_status"] == "Open") & ~rows["school_type"].str.contains("special")]

    def priority(row: Any) -> str:
        high = {
            name: None if row[name] != row[name] else row[name] >= limit
            for name, (_, limit) in LIMITS_OF_SCHOOLS.items()
        }
        if row["school_type_group"] == "Colleges" and high["school_fsm_pct"] is None:
            high["school_fsm_pct"] = False
        could = set()
        gaps = [name for name, state in high.items() if state is None]
        for filling in itertools.product((False, True), repeat=len(gaps)):
            a1, a2, *b = (high | dict(zip(gaps, filling, strict=True))).values()
            could.add("High" if (a1 or a2) and any(b) else "Medium" if a1 or a2 or any(b) else "Low")
        return could.pop() if len(could) == 1 else "Not settled"

    return rows.assign(priority=[priority(row) for _, row in rows.iterrows()])


class TestPriorities:
    @pytest.mark.parametrize("area", ["Exampleton", "Fictionby", "Mockingham"])
    def test_priorities_beside_those_of_all_schools(self, area: str) -> None:
        made = priorities.report(with_learners([]), Asked(local_authority=area.casefold()))
        here = schools()[schools()["school_local_authority"] == area]
        for place, expected in (("All schools", schools()), (area, here)):
            tally = expected["priority"].value_counts()
            shown = counts(made, priorities.SHARES, place)
            assert [shown[p] for p in ("High", "Medium", "Low", "Not settled")] == [
                tally.get(p, 0) for p in ("High", "Medium", "Low", "Not settled")
            ]
            settled = tally.drop("Not settled", errors="ignore").sum()
            shares = counts(made, priorities.SHARES, f"{place} %")
            assert (
                shares["High"] == pytest.approx(100 * tally.get("High", 0) / settled, abs=0.005)
                and shares["Not settled"] is None
            )

    def test_bands_of_each_measure_as_in_appendix_3(self) -> None:
        made = frame(priorities.report(with_learners([]), Asked(local_authority="Fictionby")), priorities.MEASURES)
        here = schools()[schools()["school_local_authority"] == "Fictionby"]
        rows = iter(made.itertuples(index=False))
        for name in LIMITS_OF_SCHOOLS:
            low, high = LIMITS_OF_SCHOOLS[name]
            for expected in (schools(), here):
                values = expected[name].dropna()
                row = next(rows)
                assert (row[2], row[3], row[4]) == (low, high, len(values))
                assert (row[7], row[9], row[11]) == (
                    (values < low).sum(),
                    ((values >= low) & (values < high)).sum(),
                    (values >= high).sum(),
                )
                assert row[12] == pytest.approx(100 * row[11] / row[4], abs=0.005)
        assert next(rows, None) is None

    def test_the_list_is_in_order_of_priority(self) -> None:
        made = table(priorities.report(with_learners([]), Asked(region="Sample region")), priorities.LIST)
        rows = pd.DataFrame(plain(made.rows[: -made.totals]), columns=[c.heading for c in made.columns])
        expected = schools().set_index("urn")["priority"]
        shown = rows.set_index("URN").iloc[:, 5]
        judged = shown[shown.index.isin(expected.index)].replace("#N/A", "Not settled")
        assert (
            judged.to_dict() == expected.to_dict() and len(shown) == len(judged) + 1
        )  # the special school, at the end
        order = ["High", "Medium", "Low", "#N/A"]
        assert list(shown) == sorted(shown, key=order.index) and shown.iloc[-1] == "#N/A"
        high = pd.to_numeric(rows.loc[rows.iloc[:, 6] == "High", "IMD 2010 40 % (sample)"])
        assert high.is_monotonic_decreasing and made.rows[-2][0] == "n"

    def test_without_an_area_the_schools_of_the_workbook(self) -> None:
        records = with_learners([])
        for nothing in (records, replace(records, organisations=pd.DataFrame())):
            with pytest.raises(Fault, match="say which local authority or region"):
                priorities.report(nothing, Asked())
        known = replace(
            records,
            organisations=pd.DataFrame({"organisation": ["900001", "900003"], "key": ["900001", "900003"], "name": ""}),
        )
        made = priorities.report(known, Asked())
        assert (
            made.title == "School priorities: the schools of this workbook"
            and len(table(made, priorities.LIST).rows) == 4
        )

    def test_an_area_that_is_not_known(self) -> None:
        with pytest.raises(Fault, match="No school is in a local authority called 'Nowhere'"):
            priorities.report(with_learners([]), Asked(local_authority="Nowhere"))


# ----------------------------------------------------------------------------------------------------- partnership


@cache
def joined() -> Records:
    """The small year as if three institutions had done it, by turns."""
    records = small_year().records
    turn = ["Alpha", "Beta", "Gamma"]
    work = records.activities.assign(institution=[turn[i % 3] for i in range(len(records.activities))])
    return replace(records, activities=work, kept={})


class TestPartnership:
    def test_people_and_schools_count_once_together(self) -> None:
        records = joined()
        made = frame(partnership.report(records, Asked(year=START)), partnership.DONE).set_index("Institution")
        work = records.activities[records.activities["year"] == START]
        person = dict(zip(records.learners["learner"], records.learners["person"], strict=True))
        whose = dict(zip(work["activity"], work["institution"], strict=True))
        people: dict[str, set[int]] = {name: set() for name in ("Alpha", "Beta", "Gamma")}
        places_: dict[str, set[str]] = {name: set() for name in people}
        attended = dict.fromkeys(people, 0.0)
        school = dict(zip(records.learners["learner"], records.learners["organisation"], strict=True))
        for activity, learner in records.took_part.itertuples(index=False):
            if activity in whose:
                people[whose[activity]].add(person[learner])
                places_[whose[activity]].add(school[learner])
        for activity, organisation, *_, attending in records.attendance.itertuples(index=False):
            if activity in whose and attending != 0:
                places_[whose[activity]].add(organisation)
                attended[whose[activity]] += 0 if attending != attending else attending
        for name, mine in people.items():
            others = set().union(*(theirs for other, theirs in people.items() if other != name))
            row = made.loc[name]
            assert row["Activities"] == list(whose.values()).count(name) and row["Number attending"] == attended[name]
            assert (row["People recorded"], row["People of another institution too"]) == (len(mine), len(mine & others))
            assert row["Organisations"] == len(places_[name] - {"unknown"})
        everyone = set().union(*people.values())
        assert made.loc["Partnership", "People recorded"] == len(everyone) < sum(map(len, people.values()))
        assert made.loc["Partnership", "Organisations"] == len(set().union(*places_.values()) - {"unknown"})
        often = pd.Series([sum(p in mine for mine in people.values()) for p in everyone]).value_counts()
        shown = counts(partnership.report(records, Asked(year=START)), partnership.SHARED, "People recorded")
        assert shown == {f"{n} institution{'s' if n > 1 else ''}": often[n] for n in sorted(often.index)} | {
            "All": len(everyone)
        }

    def test_effectiveness_of_each_beside_all(self) -> None:
        records, known = joined(), met(True)
        made = frame(partnership.report(records, Asked(year=START)), partnership.TARGETED)
        work = records.activities[records.activities["year"] == START].set_index("activity")["institution"]
        rows = records.took_part.assign(institution=records.took_part["activity"].map(work)).dropna(
            subset=["institution"]
        )
        rows = rows.merge(known, on="learner")
        labels = [None, None, *CRITERIA]  # young participation stands first, with quintile 1 and quintiles 1 and 2
        applies = known.assign(
            bursary=known["bursary"].where(small_year().records.learners["year_group"].to_numpy() >= 12, None)
        )
        rows["bursary"] = rows["learner"].map(applies.set_index("learner")["bursary"])
        for at, criterion in enumerate(labels):
            if criterion is None:
                continue
            for name, here in (("Beta", rows[rows["institution"] == "Beta"]), ("Partnership", rows)):
                told = here[here[criterion].isin([True, False])]
                yes, all_ = set(told.loc[told[criterion].astype(bool), "person"]), set(told["person"])
                row = made.iloc[at]
                assert (row[f"{name}: in the group"], row[f"{name}: known"]) == (len(yes), len(all_)), criterion
                assert row[f"{name}: %"] == pytest.approx(100 * len(yes) / len(all_))

        assert list(made["Benchmark %"].dropna()) == [66] and made.loc[
            made["Benchmark %"] == 66, "Measure"
        ].item().startswith("IMD")

    def test_schools_that_they_share(self) -> None:
        made = frame(partnership.report(joined(), Asked()), partnership.MET)
        assert (made["Institutions"] > 1).all() and len(made) > 3
        columns = [f"{name}: activities" for name in ("Alpha", "Beta", "Gamma")]
        assert (made[columns].astype(int).sum(axis=1) == made["Activities"]).all()
        assert ((made[columns].astype(int) > 0).sum(axis=1) == made["Institutions"]).all()

    def test_the_same_people_twice_are_the_same_people(self) -> None:
        one = small_year().records
        two = read.join([replace(one, institution="Alpha", kept={}), replace(one, institution="Beta", kept={})])
        made = frame(partnership.report(two, Asked()), partnership.DONE).set_index("Institution")
        for column in ("People recorded", "People of another institution too", "Organisations"):
            assert made[column].nunique() == 1 and made[column].iloc[0] > 15
        for column in ("Activities", "Number attending", "Participations recorded"):
            assert list(made[column]) == [made[column].iloc[0]] * 2 + [2 * made[column].iloc[0]]

    def test_one_institution_is_no_partnership(self) -> None:
        with pytest.raises(Fault, match="the records of University of Exampleton alone"):
            partnership.report(small_year().records, Asked())


def test_what_may_be_shared() -> None:
    for module in (learners, summer_school):
        with pytest.raises(Fault, match="lists learners one by one"):
            protect(module.report(joined(), Asked()), rule("under 10"))
    shared = protect(partnership.report(joined(), Asked()), rule("under 10"))
    shown = {
        v for t in shared.tables for row in t.rows for c, v in zip(t.columns, row, strict=True) if c.kind == PEOPLE
    }
    assert WITHHELD in shown and not {v for v in shown if isinstance(v, int) and 0 < v < 10}


@pytest.mark.parametrize("kind", REPORTS.values(), ids=list(REPORTS))
def test_what_a_report_goes_by_is_what_it_may_be_asked(kind: Kind) -> None:
    """An option that a report never reads would be taken and passed over in silence."""
    seen = set()

    class Watched(Asked):
        def __getattribute__(self, name: str) -> Any:
            seen.add(name)
            return super().__getattribute__(name)

    records = replace(joined(), kept={})
    school = records.organisations["key"].dropna().iloc[0]
    for asked in (Watched(), Watched(school=school)):
        try:
            kind.make(records, asked)
        except Fault as fault:
            assert "one school" in fault.sentence
    assert seen & set(Asked._fields) - {"year", "as_of"} == set(kind.asks)


@pytest.mark.parametrize("module", [learners, summer_school, vintages, partnership])
def test_every_row_has_a_cell_a_column_of_plain_python(module: Any) -> None:
    made = module.report(joined(), Asked())
    named = {t.name: {c.heading for c in t.columns} for t in made.tables}
    for t in made.tables:
        assert all(len(row) == len(t.columns) for row in t.rows)
        assert {type(v) for row in t.rows for v in row} <= {str, int, float, type(None), Fault}
        headings = [c.heading for c in t.columns]
        assert len(set(headings)) == len(headings)
        assert all({c.part, c.base} - {""} <= set(headings) for c in t.columns)
    assert all({chart.labels, *chart.series} <= named[chart.table] for chart in made.charts)
    assert all(note.endswith((".", "?")) for note in made.notes)
