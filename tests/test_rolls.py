"""Rolls: learners' postcodes counted into their schools' shares, against a plain count; nothing of a learner is kept."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import OPEN_DATA
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wpxl import ingest, measures, store
from wpxl.errors import Fault
from wpxl.ingest import rolls
from wpxl.store.write import Draft, install

HOMES = {"XX1 1AA": "E01000001", "XX1 1AB": "E01000002", "XX1 1AD": "E01000003", "XX1 1AE": "E01000004"}
QUINTILE = {"E01000001": 1, "E01000002": 2, "E01000003": 5}  # the fourth has none
ROUTINE = {"E01000001": 60.0, "E01000002": 41.25, "E01000003": 10.5, "E01000004": 33.0}


@pytest.fixture
def areas(folder: Path) -> Path:
    """Four postcodes, each in an area of its own; one area has no quintile."""
    places = pa.table({"postcode": list(HOMES), "lsoa_2011": list(HOMES.values()), "country": ["England"] * 4})
    install(
        Draft("postcodes_test", "postcode", places, "Postcodes", gazetteer=True, sources=[{"file": "p", "sha256": "p"}])
    )
    by_area = pa.table({
        "lsoa_2011": list(ROUTINE), "tundra_lsoa_quintile": [QUINTILE.get(a) for a in ROUTINE],
        "imd_40_2019": [1, 1, 0, 0], "nssec_4_7_pct_2021": list(ROUTINE.values()),
    })  # fmt: skip
    install(Draft("areas_test", "lsoa_2011", by_area, "Areas", sources=[{"file": "a", "sha256": "a"}]))
    return folder


def roll(
    folder: Path, learners: list[tuple[Any, Any]], name: str = "roll_2025.csv", head: str = "URN,Postcode"
) -> Path:
    path = folder / name
    path.write_text("\n".join([head, *(f"{urn},{home}" for urn, home in learners)]) + "\n")
    return path


def shares(table: str) -> dict[str, dict[str, Any]]:
    found = store.installed().get(table)
    assert found
    return {row["urn"]: row for row in pq.ParquetFile(found.files()[0]).read().to_pylist()}


LEARNERS = [
    *[("100001", "XX1 1AA")] * 6, *[("100001", "xx11ab")] * 3, *[("100001", "XX1 1AD")] * 3, ("100001", "nowhere"), ("100001", ""),
    *[("100002", "XX1 1AE")] * 12, *[("100002", "XX1 1AA")] * 9,
    *[("100003", "XX1 1AA")] * 9,
]  # fmt: skip


class TestShares:
    def test_by_hand(self, areas: Path) -> None:
        done, said, remarks = rolls.add(roll(areas, LEARNERS))
        assert (done, said) == (
            "added",
            "Roll of learners, roll 2025: 44 learners of 3 schools, as the table roll_2025. No postcode is kept.",
        )
        assert remarks == ["42 of 44 learners have a postcode that the installed tables know."]
        one = shares("roll_2025")["100001"]
        assert one["school_learners"] == 14 and one["school_tundra_lsoa_n"] == 12
        assert (
            one["school_tundra_lsoa_coverage_pct"] == 85.7
        )  # the two without a usable postcode are among those to be covered,
        assert one["school_tundra_lsoa_q1_pct"] == 50.0  # and not among those who are shared out
        assert one["school_tundra_lsoa_q1_2_pct"] == 75.0 and one["school_tundra_lsoa_q5_pct"] == 25.0
        assert one["school_imd_40_pct_2019"] == 75.0
        assert one["school_nssec_4_7_pct_2021"] == round((6 * 60 + 3 * 41.25 + 3 * 10.5) / 12, 2)

    def test_a_share_needs_the_majority_and_ten(self, areas: Path) -> None:
        rolls.add(roll(areas, LEARNERS))
        two, three = shares("roll_2025")["100002"], shares("roll_2025")["100003"]
        assert two["school_tundra_lsoa_q1_pct"] is None and two["school_tundra_lsoa_n"] == 9
        assert two["school_tundra_lsoa_q1_pct_reason"] == (
            "only 9 of 21 learners on the roll have a postcode with TUNDRA LSOA, not more than half"
        )
        assert two["school_imd_40_pct_2019"] == round(900 / 21, 2)  # measure by measure
        assert (
            three["school_imd_40_pct_2019"] is None
            and "fewer than 10 are too few" in three["school_imd_40_pct_2019_reason"]
        )

    def test_half_is_not_the_majority(self, areas: Path) -> None:
        rolls.add(roll(areas, [("100001", "XX1 1AA")] * 10 + [("100001", "XX1 1AE")] * 9))
        assert shares("roll_2025")["100001"]["school_tundra_lsoa_q1_pct"] == 100.0  # ten is enough
        half = [("100001", "XX1 1AA")] * 10 + [("100001", "XX1 1AE")] * 10
        rolls.add(roll(areas, half))
        assert shares("roll_2025")["100001"]["school_tundra_lsoa_q1_pct"] is None
        rolls.add(roll(areas, [*half, ("100001", "XX1 1AB")]))
        assert shares("roll_2025")["100001"]["school_tundra_lsoa_q1_pct"] == round(1000 / 11, 2)

    @given(
        learners=st.lists(
            st.tuples(st.sampled_from(["100001", "100002", "", "7"]), st.sampled_from([*HOMES, "ZZ9 9ZZ", "", "x"])),
            min_size=1, max_size=120,
        )
    )  # fmt: skip
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_roll_against_a_plain_count(self, areas: Path, learners: list[tuple[str, str]]) -> None:
        path = roll(areas, learners)
        by_school: dict[str, list[str]] = {}
        for urn, home in learners:
            if len(urn) == 6:
                by_school.setdefault(urn, []).append(HOMES.get(home, ""))
        if not any(area for there in by_school.values() for area in there):
            with pytest.raises(Fault):
                rolls.add(path)
            return
        rolls.add(path)
        kept = shares("roll_2025")
        assert set(kept) == set(by_school)
        for urn, there in by_school.items():
            known = [QUINTILE[area] for area in there if area in QUINTILE]
            row = kept[urn]
            assert (row["school_learners"], row["school_tundra_lsoa_n"]) == (len(there), len(known))
            for name, wanted in (("q1", (1,)), ("q1_2", (1, 2)), ("q3", (3,))):
                got = row[f"school_tundra_lsoa_{name}_pct"]
                if len(known) >= 10 and 2 * len(known) > len(there):
                    assert abs(got - 100 * sum(q in wanted for q in known) / len(known)) < 0.0051
                else:
                    assert got is None and row[f"school_tundra_lsoa_{name}_pct_reason"]


class TestTable:
    def test_no_postcode_is_kept_anywhere(self, areas: Path, home: Path) -> None:
        rolls.add(roll(areas, LEARNERS))
        for path in home.rglob("*"):
            if path.is_file() and "roll" in path.name:
                assert b"XX1 1A" not in path.read_bytes() and b"xx11ab" not in path.read_bytes()
        columns = shares("roll_2025")["100001"]
        assert not any(isinstance(v, str) and v.startswith("XX") for v in columns.values())

    def test_again_replaces_this_roll_only(self, areas: Path) -> None:
        assert rolls.add(roll(areas, LEARNERS))[0] == "added"
        assert rolls.add(roll(areas, LEARNERS, "older.csv"), vintage="2024")[0] == "added"
        assert rolls.add(roll(areas, LEARNERS))[0] == "unchanged"
        assert rolls.add(roll(areas, LEARNERS[:14]))[0] == "updated"
        assert len(shares("roll_2025")) == 1 and len(shares("roll_older")) == 3

    def test_through_the_command_and_away_again(self, areas: Path, run: Any) -> None:
        path = areas / "l.csv"
        path.write_text("\n".join(["Learner,Where,Home", *(f"{i},{u},{h}" for i, (u, h) in enumerate(LEARNERS))]))
        code, out, err = run("data", "roll", str(path), "--vintage", "2025-26")
        assert code == 0 and "44 learners of 3 schools" in out and "42 of 44 learners" in err
        card = json.loads(run("data", "status", "--json")[1])["tables"]
        mine = next(t for t in card if t["id"] == "roll_l")
        assert mine["vintage"] == "2025-26" and mine["own"]
        label = mine["measures"]["school_tundra_lsoa_q5_pct"]["label"]
        assert measures.registry().find(label).id == "school_tundra_lsoa_q5_pct"
        assert run("data", "remove", "roll_l")[0] == 0 and store.installed().get("roll_l") is None

    def test_every_measure_has_a_name(self, areas: Path) -> None:
        rolls.add(roll(areas, LEARNERS))
        registry = measures.registry()
        for name in shares("roll_2025")["100001"]:
            if name != "urn" and not name.endswith("_reason"):
                assert registry.find(registry.measures[name].label).id == name

    def test_makes_every_share_that_is_promised(self) -> None:
        made = {share.id for family in rolls.families() for share in family.shares}
        promised = {name for name, facts in measures.published()["measure"].items() if facts["source"] == "roll"}
        assert promised <= made and len(promised) > 20

    @pytest.mark.parametrize(
        ("head", "rows", "said"),
        [
            ("URN,Home", [("100001", "XX1 1AA")], None),
            ("URN,Postcode", [("1", "XX1 1AA")], "not clearly a column of schools' URNs" ),
            ("URN,Postcode", [("100001", "x")], "not clearly one column of home postcodes"),
            ("A,B", [("x", "y")], "a column of schools' URNs: name it with --school"),
            ("URN,Postcode", [], "a header and no rows"),
            ("URN,Postcode", [("100001", "ZZ9 9ZZ")], "not one of the postcodes is in the installed tables"),
        ],
    )  # fmt: skip
    def test_what_is_refused(self, areas: Path, head: str, rows: list[tuple[Any, Any]], said: str | None) -> None:
        path = roll(areas, rows, head=head)
        if said is None:
            assert rolls.add(path)[0] == "added"
            return
        with pytest.raises(Fault) as refused:
            rolls.add(path)
        assert said in refused.value.sentence and refused.value.sentence.endswith(".")
        assert store.installed().get("roll_2025") is None

    def test_two_columns_of_postcodes_have_to_be_told_apart(self, areas: Path) -> None:
        path = areas / "roll.csv"
        path.write_text("URN,Home postcode of learner,Term postcode\n" + "100001,XX1 1AA,XX1 1AB\n" * 12)
        with pytest.raises(Fault, match="--postcode"):
            rolls.add(path)
        rolls.add(path, postcodes="term postcode")
        assert shares("roll")["100001"]["school_tundra_lsoa_q1_pct"] == 0.0
        with pytest.raises(Fault, match="no column 'Nothing'"):
            rolls.add(path, postcodes="Nothing")

    def test_the_sample_edition_counts_nobody(self, folder: Path) -> None:
        with pytest.raises(Fault, match="No table is installed that says anything of real postcodes"):
            rolls.add(roll(folder, LEARNERS))


# ------------------------------------------------------------------------------------------------------------ genuine


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if not OPEN_DATA:
        pytest.skip("genuine published data is not here: set WPXL_OPEN_DATA to its folder")
    home, data = tmp_path_factory.mktemp("rolls"), Path(OPEN_DATA)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WPXL_HOME", str(home))
        postcodes = data / "postcodes/national_nspl_aug2020_pcds_lat_long_lsoa11.parquet"
        names = ("imd/File_1_-_IMD2019*", "participation/*.xlsx", "lookups/derived_lsoa11_msoa11*")
        assert {o.done for o in ingest.add([postcodes, *(p for n in names for p in data.glob(n))])} == {"added"}
    yield home


@pytest.mark.genuine
def test_a_genuine_roll_against_pandas(
    national: Path, open_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Genuine postcodes dealt out to genuine URNs, each school drawing on a neighbourhood; the count is done again by joins."""
    import pandas as pd

    monkeypatch.setenv("WPXL_HOME", str(national))
    table = pd.read_parquet(
        open_data / "postcodes/national_nspl_aug2020_pcds_lat_long_lsoa11.parquet", columns=["pcds", "lsoa11cd"]
    )
    table = table[table.lsoa11cd.str.startswith("E01")].reset_index(drop=True)
    urns = pd.read_csv(
        open_data / "schools/ks4/england_ks4provisional_2018_19.csv.gz", dtype=str, usecols=["URN"]
    ).URN.dropna()
    chance, people = random.Random(7), []
    for urn in urns.head(200):
        middle = chance.randrange(len(table))
        for _ in range(chance.randrange(5, 400)):
            at = min(max(int(chance.gauss(middle, 600)), 0), len(table) - 1)
            home = table.pcds[at] if chance.random() > 0.04 else chance.choice(["", "not known", "ZZ99 9ZZ"])
            people.append((urn, home.lower() if chance.random() < 0.2 else home))
    learners = pd.DataFrame(people, columns=["URN", "Home postcode"])
    learners.to_csv(tmp_path / "roll_dealt.csv", index=False)
    rolls.add(tmp_path / "roll_dealt.csv")
    kept = pd.DataFrame(shares("roll_dealt").values()).set_index("urn")

    imd = pd.read_excel(next((open_data / "imd").glob("File_1_-_IMD2019*")), sheet_name="IMD2019", engine="calamine")
    imd["lsoa11cd"], imd["decile"] = imd.iloc[:, 0], imd.iloc[:, -1]
    tundra = pd.read_excel(next((open_data / "participation").glob("*.xlsx")), sheet_name=None, engine="calamine")
    lsoas = next(s for s in tundra.values() if len(s) > 30_000)
    lsoas = pd.DataFrame({"lsoa11cd": lsoas.iloc[:, 0], "quintile": pd.to_numeric(lsoas.iloc[:, -1], errors="coerce")})
    learners["pcds"] = learners["Home postcode"].str.upper()
    joined = (
        learners.merge(table, "left").merge(imd[["lsoa11cd", "decile"]], "left").merge(lsoas, "left", on="lsoa11cd")
    )
    sizes = joined.groupby("URN").size()
    for column, wanted, share, n in (
        ("decile", (1, 2, 3, 4), "school_imd_40_pct_2019", "school_imd_40_2019_n"),
        ("quintile", (1, 2), "school_tundra_lsoa_q1_2_pct", "school_tundra_lsoa_n"),
        ("quintile", (4,), "school_tundra_lsoa_q4_pct", "school_tundra_lsoa_n"),
    ):
        there = joined.dropna(subset=[column])
        counts = there.groupby("URN").size().reindex(sizes.index, fill_value=0)
        expected = there[column].isin(wanted).groupby(there.URN).mean().mul(100).reindex(sizes.index)
        expected[(counts < 10) | (counts * 2 <= sizes)] = None
        assert (kept[n].reindex(sizes.index) == counts).all()
        got = kept[share].reindex(sizes.index)
        assert (got.isna() == expected.isna()).all() and (got - expected).abs().max() < 0.0051
        assert got.notna().sum() > 150
    assert (kept.school_learners.reindex(sizes.index) == sizes).all()
