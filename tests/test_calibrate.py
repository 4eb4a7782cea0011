"""Thresholds as thirds: the guide's own are found again on schools that fall as its Appendix 3 says they did."""

from __future__ import annotations

import csv
import doctest
import json
import math
import random
import shutil
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from conftest import some
from hypothesis import given, settings
from hypothesis import strategies as st

import wpxl
from wpxl import models
from wpxl.errors import Fault
from wpxl.targeting.calibrate import FEWEST, Thirds, roundest, thirds

Run = Callable[..., tuple[int, str, str]]
# Appendix 3 of the guide: thresholds, organisations in each band, and their shares in %. AHE and YPR as its tables have them.
APPENDIX_3 = {
    "imd": ("school_imd_40_pct_2010", 24, 61, (1287, 1272, 1281), (33.52, 33.13, 33.36)),
    "fsm": ("school_fsm_pct", 8, 17, (1060, 1127, 1138), (31.88, 33.89, 34.23)),
    "nssec": ("school_nssec_4_8_pct_2001", 39, 47, (1278, 1312, 1248), (33.3, 34.18, 32.52)),
    "ypr": ("school_polar2_ypr_q1_2_pct", 23, 58, (1263, 1285, 1289), (32.92, 33.49, 33.59)),
    "ahe": ("school_polar2_ahe_q1_2_pct", 19, 67, (1262, 1279, 1296), (32.89, 33.33, 33.78)),
}
SCHOOLS, COLLEGES = 3840, 514
LA = "Testborough"


def column(low: int, high: int, counts: tuple[int, int, int], rng: random.Random) -> list[float]:
    """Figures of one decimal that fall so; many schools share those beside a threshold, so that no other split is nearer."""
    values: list[float] = []
    for first, last, n in (
        (0, 10 * low - 1, counts[0]),
        (10 * low, 10 * high - 1, counts[1]),
        (10 * high, 1000, counts[2]),
    ):
        values += [first / 10] * 120 + [last / 10] * 120 + [rng.randint(first, last) / 10 for _ in range(n - 240)]
    rng.shuffle(values)
    return values


def national() -> pd.DataFrame:
    rng = random.Random(2011)
    table = pd.DataFrame({"urn": [str(200001 + i) for i in range(SCHOOLS)]})
    college = [i < COLLEGES for i in range(SCHOOLS)]
    table["school_name"] = [f"School {urn}" for urn in table["urn"]]
    table["school_type_group"] = ["Colleges" if c else "Academies" for c in college]
    table["school_phase"] = ["16 plus" if c else "Secondary" for c in college]
    table["school_local_authority"] = [LA if i % 16 == 0 else "Elsewhere" for i in range(SCHOOLS)]
    table["school_region"] = ["Test region" if i % 8 == 0 else "Other region" for i in range(SCHOOLS)]
    for measure, low, high, counts, _ in APPENDIX_3.values():
        values = column(low, high, counts, rng)
        gaps = SCHOOLS - len(values)
        where = range(COLLEGES, SCHOOLS) if measure == "school_fsm_pct" else range(SCHOOLS)
        lacking = set(rng.sample(where, gaps - COLLEGES if measure == "school_fsm_pct" else gaps))
        lacking |= set(range(COLLEGES)) if measure == "school_fsm_pct" else set()
        figures = iter(values)
        table[measure] = [None if i in lacking else next(figures) for i in range(SCHOOLS)]
    return table


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return national()


@pytest.fixture(scope="module")
def built(table: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the national table, brought in as a member would."""
    from wpxl.hosts.cli import main

    folder = tmp_path_factory.mktemp("national")
    path = folder / "profiles_2011.csv"
    table.to_csv(path, index=False, quoting=csv.QUOTE_MINIMAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WPXL_HOME", str(folder / "home"))
        with pytest.raises(SystemExit) as stopped:
            main(["data", "add", str(path), "--key", "urn", "--title", "National profiles", "--vintage", "2011"])
        assert not stopped.value.code
    return folder / "home"


@pytest.fixture
def schools(built: Path, home: Path) -> Path:
    """The same in an empty home of this test's own."""
    shutil.copytree(built, home)
    return home


def calibrated(run: Run, *arguments: str) -> dict[str, Any]:
    code, out, err = run("models", "calibrate", *arguments, "--json")
    assert code == 0, err
    return dict(json.loads(out))


# -------------------------------------------------------------------------------------------------- the guide's own


def test_the_guides_thresholds_and_counts_are_found_again(schools: Path, run: Run) -> None:
    rows = {r["Criterion"]: r for r in calibrated(run)["criteria"] if r["Thresholds"] == "new"}
    named = dict(zip(("imd", "fsm", "nssec", "ypr", "ahe"), rows.values(), strict=True))
    for criterion, (_, low, high, counts, shares) in APPENDIX_3.items():
        row = named[criterion]
        assert (row["Low below"], row["High from"]) == (low, high), criterion
        assert (row["Low"], row["Medium"], row["High"]) == counts
        assert row["n"] == sum(counts)
        assert tuple(row[f"{band} %"] for band in ("Low", "Medium", "High")) == shares
        assert all(31 < share < 35 for share in shares)  # they behave as thirds


def test_old_thresholds_stand_beside_new_ones(schools: Path, run: Run) -> None:
    rows = calibrated(run, "current-school")["criteria"]
    (fsm_old, fsm_new) = [r for r in rows if r["Criterion"] == "FSM %"]
    assert (fsm_old["Thresholds"], fsm_old["Low below"], fsm_new["Low below"]) == ("old", 9, 8)
    (imd,) = [r for r in rows if r["Criterion"] == "IMD 40 %"]  # no figure of IMD 2019 is installed
    assert imd["Thresholds"] == "old (kept)" and imd["n"] == 0


def priorities(table: pd.DataFrame, limits: dict[str, float]) -> Counter[str]:
    """The model's rule in pandas. What is unknown is settled where the lowest and the highest figure lead to the same."""

    def answers(unknown: float) -> pd.Series[str]:
        met = {name: table[APPENDIX_3[name][0]].fillna(unknown) >= limit for name, limit in limits.items()}
        met["fsm"] &= table["school_type_group"] != "Colleges"
        a, b = met["imd"] | met["fsm"], met["nssec"] | met["ypr"] | met["ahe"]
        return pd.Series("Low", table.index).mask(a | b, "Medium").mask(a & b, "High")

    low, high = answers(0), answers(100)
    return Counter(low.where(low == high, "Not settled"))


@pytest.mark.parametrize("place", [(), ("--la", LA), ("--region", "Test region", "--la", LA)])
def test_priorities_by_old_and_new_are_those_of_pandas(
    schools: Path, run: Run, table: pd.DataFrame, place: tuple[str, ...]
) -> None:
    old = {"imd": 61.0, "fsm": 17.0, "nssec": 47.0, "ypr": 58.0, "ahe": 67.0}
    rows = {r["Priority"]: r for r in calibrated(run, *place)["priorities"]}
    expected = priorities(table, old)
    for answer in ("High", "Medium", "Low", "Not settled"):
        for which in ("old", "new"):  # the table is such that both are the same
            assert rows[answer][f"All schools, {which} thresholds"] == expected[answer]
            assert rows[answer][f"All schools, {which} %"] == pytest.approx(
                100 * expected[answer] / SCHOOLS, abs=0.0051
            )
    assert expected["Not settled"] and rows["Left out"]["All schools, old thresholds"] == 0
    if place:
        here = priorities(table[table["school_local_authority"] == LA], old)
        column = next(h for h in rows["High"] if h.startswith(LA) and h.endswith("new thresholds"))
        assert {a: rows[a][column] for a in here} == here
        assert rows["All schools"][column] == SCHOOLS // 16


def test_new_thresholds_change_priorities(schools: Path, run: Run, table: pd.DataFrame) -> None:
    """From a model with other thresholds: by the old ones and by those found, each counted by pandas."""
    text = (models.folders()[0][0] / "aimhigher-2011-school.toml").read_text("utf-8")
    (schools / "models").mkdir()
    (schools / "models" / "other.toml").write_text(
        text.replace("at_least = 61", "at_least = 90").replace("= 58", "= 80")
    )
    made = calibrated(run, "other", "--phase", "Secondary")
    assert made["schools"] == SCHOOLS - COLLEGES
    new = [r["High from"] for r in made["criteria"] if r["Thresholds"] == "new"]
    secondary = table[table["school_phase"] == "Secondary"]
    for which, limits in (("old", (90, 17, 47, 80, 67)), ("new", tuple(new))):
        expected = priorities(secondary, dict(zip(("imd", "fsm", "nssec", "ypr", "ahe"), limits, strict=True)))
        rows = {r["Priority"]: r[f"All schools, {which} thresholds"] for r in made["priorities"]}
        assert {answer: rows[answer] for answer in expected} == expected
    assert new[0] == 61 and new[3] == 58


def test_closed_schools_are_left_out_and_no_figure_counts_twice(schools: Path, run: Run, table: pd.DataFrame) -> None:
    """A list of schools says that some are closed and who took their place; a table may be named all the same."""
    urns = list(table["urn"])
    closed, after = urns[600:700], urns[700:800]
    rows = ["urn,school_name,school_status,school_closed,school_successor"]
    rows += [f"{urn},Old,Closed,2012-08-31,{new}" for urn, new in zip(closed, after, strict=True)]
    rows += [f"{urn},New,Open,," for urn in after]
    (schools.parent / "list.csv").write_text("\n".join(rows), "utf-8")
    assert run("data", "add", str(schools.parent / "list.csv"), "--key", "urn", "--vintage", "2012")[0] == 0
    made = calibrated(run)
    assert made["schools"] == SCHOOLS - len(closed) and "100 closed schools are left out." in made["notes"]
    known = table.set_index("urn")["school_imd_40_pct_2010"]
    assert made["criteria"][0]["n"] == known.drop(closed).count()
    made = calibrated(run, "--table", "profiles_2011")
    assert made["schools"] == SCHOOLS and made["criteria"][0]["n"] == known.count()
    made = calibrated(run, "--table", "list")
    assert made["schools"] == 200
    fsm = table.set_index("urn")["school_fsm_pct"]
    assert made["criteria"][2]["n"] == fsm[[*closed, *after]].count()  # a closed school without one has its successor's


@pytest.mark.genuine
def test_a_genuine_census_falls_into_thirds(open_data: Path, home: Path, run: Run) -> None:
    """Eligible over roll of every school of January 2019, against pandas' quantiles; no invented school is among them."""
    path = open_data / "schools" / "census_fsm" / "england_census_jan2019.csv.gz"
    assert run("data", "add", str(path))[0] == 0
    made = calibrated(run)
    (row,) = [r for r in made["criteria"] if r["Criterion"] == "FSM %" and r["Thresholds"] == "new"]
    table = pd.read_csv(path, dtype=str)
    table = table[table["URN"].str.fullmatch("[0-9]{6}")]  # the others are totals
    table = table[~table["SCHOOLTYPE"].str.contains("special school")]  # which the model leaves out
    eligible, roll = (pd.to_numeric(table[name], errors="coerce") for name in ("NUMFSM", "NOR"))
    shares = (100 * eligible / roll)[roll > 0].dropna()
    assert row["n"] == len(shares) > 20_000 and not any("SAMPLE" in note or "Sample" in note for note in made["notes"])
    for key, part in (("Low below", 1 / 3), ("High from", 2 / 3)):
        assert abs(row[key] - shares.quantile(part)) <= 0.11
    assert all(33 < row[f"{band} %"] < 33.7 for band in ("Low", "Medium", "High"))


# -------------------------------------------------------------------------------------------------- keeping a version


def test_a_kept_version_answers_at_once_and_the_old_ones_stay(schools: Path, run: Run) -> None:
    school = "200701"
    before = wpxl.call("WP_PRIORITY", school)
    code, out, _ = run("models", "calibrate", "--write", "--date", "2026-09-01")
    assert code == 0 and "Added:" in out
    path = schools / "models" / "aimhigher-2011-school-calibrated.toml"
    first = path.read_text("utf-8")
    assert first.startswith("# Which schools and colleges")  # comments survive
    assert "thirds of 3,325 schools, National profiles (2011)" in first
    assert 'document = "calibrated with wpxl on 2026-09-01"' in first
    assert wpxl.call("WP_PRIORITY", school, "aimhigher-2011-school-calibrated") == before
    rows = [r for r in wpxl.call("WP_MODELS") if r[0] == "aimhigher-2011-school-calibrated"]
    assert rows[0][3] == "2011-09-01, 2026-09-01" and rows[0][1].endswith(", calibrated")

    for when, said in (("2026-09-01", "has a version of 2026-09-01 already"), ("2020-01-01", "is before 2026-09-01")):
        code, _, err = run("models", "calibrate", "--write", "--date", when)
        assert code == 1 and said in err and err.count("\n") == 1
        assert path.read_text("utf-8") == first
    assert run("models", "calibrate", "--write", "--date", "2027-09-01", "--phase", "Secondary")[0] == 0
    assert path.read_text("utf-8").startswith(first.rstrip())  # to the last character
    dated = "aimhigher-2011-school-calibrated; version 2026-09-01"
    assert wpxl.call("WP_MODEL", dated)[3][3] == "61 or more"


def test_placeholders_become_the_vintage_that_was_calibrated(schools: Path, run: Run) -> None:
    assert run("models", "calibrate", "current-school", "--write", "--name", "ours", "--date", "2026-09-01")[0] == 0
    old, new = (schools / "models" / "ours.toml").read_text("utf-8").split("from = 2026-09-01")
    assert "school_imd_40_pct_{imd}" in old and "{imd}" not in new and "school_imd_40_pct_2019" in new


def test_what_cannot_be_kept_says_why(home: Path, run: Run) -> None:
    for arguments, said in (
        (("--write",), "Only sample schools are installed"),
        (("--name", "x"), "--name and --date go with --write"),
        (("current-learner",), "this function needs one about schools"),
        (("--table", "nowhere"), "There is no table of schools called nowhere"),
        (("--phase", "nursery"), "No school has a phase like 'nursery'"),
        (("--la", "Atlantis"), "No school is in a local authority called 'Atlantis'"),
    ):
        code, _, err = run("models", "calibrate", *arguments)
        assert code in (1, 2) and said in err, arguments
    assert not (home / "models").exists()


def test_a_name_of_a_shipped_model_is_refused(schools: Path, run: Run) -> None:
    code, _, err = run("models", "calibrate", "--write", "--name", "Current School")
    assert code == 1 and "travels with wpxl" in err and not (schools / "models").exists()


def test_the_workbook_has_tables_and_two_pies(schools: Path, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert run("models", "calibrate", "--la", LA, "-o", str(path))[0] == 0
    sheet = openpyxl.load_workbook(path)["Report"]
    cells = [[c.value for c in row] for row in sheet.iter_rows()]
    assert ["IMD 40 %", "A", "new", 3840, 24, 61, 1287, 33.52, 1272, 33.13, 1281, 33.36] in [row[:12] for row in cells]
    assert len(sheet._charts) == 2
    high = next(r for r, row in enumerate(cells, 1) if row[0] == "High")
    for chart, first in zip(sheet._charts, (4, 8), strict=True):
        letter = "ABCDEFGHI"[first - 1]
        assert chart.series[0].val.numRef.f == f"Report!${letter}${high}:${letter}${high + 3}"


def test_the_sample_says_what_it_is(run: Run, index_cache: Path) -> None:
    code, out, _ = run("models", "calibrate")
    assert code == 0 and "SAMPLE DATA" in out and "only 27 schools have a figure, and thirds need 30" in out


# -------------------------------------------------------------------------------------------------------- the rule


def figures(places: int) -> st.SearchStrategy[list[float]]:
    number = st.floats(0, 100).map(lambda v: round(v, places))
    return st.lists(number, min_size=FEWEST, max_size=300)


@settings(max_examples=some(60, 300), deadline=None)
@given(st.integers(0, 4).flatmap(figures))
def test_bands_partition_and_no_other_boundaries_are_nearer_to_thirds(values: list[float]) -> None:
    n, distinct = len(values), sorted(set(values))
    at = [sum(v < d for v in values) for d in distinct[1:]]  # every split there is, counted one by one
    try:
        made = thirds(values)
    except Fault:
        nearest = [min(at, key=lambda c: abs(3 * c - k * n)) for k in (1, 2)] if len(at) > 1 else [0, 0]
        assert nearest[0] == nearest[1]
        return
    low, high = sum(v < made.low_below for v in values), sum(v >= made.at_least for v in values)
    assert (made.low, made.medium, made.high) == (low, n - low - high, high)
    assert min(made.low, made.medium, made.high) > 0
    assert abs(3 * low - n) == min(abs(3 * c - n) for c in at)
    assert abs(3 * (n - high) - 2 * n) == min(abs(3 * c - 2 * n) for c in at)


@settings(max_examples=some(80, 500), deadline=None)
@given(st.integers(-10_000, 10_000), st.integers(1, 5000), st.integers(0, 4))
def test_the_roundest_number_is_in_the_gap_and_none_is_rounder(first: int, gap: int, places: int) -> None:
    below, upto = (float(Fraction(n, 10**places)) for n in (first, first + gap))
    found = roundest(below, upto)
    assert below < found <= upto

    def roundness(number: Fraction) -> tuple[int, int]:
        decimals = next(d for d in range(9) if (number * 10**d).denominator == 1)
        return decimals, len(str(abs(int(number * 10**decimals))).strip("0")) or 0

    exact = [Fraction(n, 10**places) for n in range(first + 1, first + gap + 1)]
    assert roundness(Fraction(str(found))) == min(map(roundness, exact))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "no school has a figure"),
        ([None, "x", math.nan, True, 5.0], "1 school has a figure, and thirds need 30"),
        (list(range(FEWEST - 1)), "only 29 schools have a figure"),
        ([5] * 40, "the schools have fewer than three different figures"),
        ([0] * 90 + [1, 2, 3, 4], "90 of 94 schools have the same figure, 0, so a band would be empty"),
    ],
)
def test_what_makes_no_thirds_says_why(values: list[Any], said: str) -> None:
    with pytest.raises(Fault) as refused:
        thirds(values)
    assert refused.value.sentence.startswith(said)


def test_fractions_are_told_and_not_rescaled() -> None:
    made = thirds([n / 100 for n in range(100)])
    assert made.at_least < 1 and "likely fractions" in made.remarks[0]
    assert thirds(list(range(100))) == Thirds(33, 67, 33, 34, 33)


def test_bands_that_are_no_thirds_are_remarked_on() -> None:
    made = thirds([1] * 50 + [2] * 30 + [3] * 20)
    assert (made.low, made.medium, made.high) == (50, 30, 20) and made.remarks == (
        "equal figures keep the bands from being thirds",
    )


def test_examples_in_the_module_are_true() -> None:
    from wpxl.targeting import calibrate

    assert doctest.testmod(calibrate).failed == 0
