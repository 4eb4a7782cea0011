"""Genuine area tables, from WPXL_OPEN_DATA: all added through the command, asked through the door.

What they must say is read again here from the published files, with the csv module and calamine alone.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import Case, plain, read_cases

import wpxl
from wpxl import ingest, store
from wpxl.ingest import lookups
from wpxl.ingest.opening import tables_in

pytestmark = pytest.mark.genuine
CASES = read_cases("areas-*.csv")
ENGLISH = 2_201_092  # postcodes in the national table


def files(data: Path) -> list[Path]:
    folders = ("lookups", "census")
    return [
        data / "postcodes" / "national_nspl_aug2020_pcds_lat_long_lsoa11.parquet",
        *sorted(p for p in (data / "imd").iterdir()),
        data / "participation" / "OfS_TUNDRA_MSOA_LSOA_2021-03-11.xlsx",
        *sorted(p for folder in folders for p in (data / folder).iterdir()),
    ]


@pytest.fixture(scope="module")
def national(open_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with every area table, made by the command as a data manager would."""
    home = tmp_path_factory.mktemp("areas")
    done = subprocess.run(
        [sys.executable, "-m", "wpxl", "data", "add", *map(str, files(open_data))],
        capture_output=True, text=True, encoding="utf-8", env={**os.environ, "WPXL_HOME": str(home)},
    )  # fmt: skip
    assert done.returncode == 0 and "refused" not in done.stdout, done.stdout + done.stderr
    return home


@pytest.fixture(autouse=True)
def _national(national: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WPXL_HOME", str(national))


@pytest.fixture(scope="module")
def english(open_data: Path) -> dict[str, str]:
    """Every English postcode of the national table, and its LSOA of 2011."""
    table = pq.ParquetFile(files(open_data)[0]).read(columns=["pcds", "lsoa11cd"])
    pairs = zip(*(table.column(i).to_pylist() for i in (0, 1)), strict=True)
    found = {postcode: area for postcode, area in pairs if area.startswith("E01")}
    assert len(found) == ENGLISH
    return found


@pytest.fixture(scope="module")
def one_each(english: dict[str, str]) -> dict[str, str]:
    """Each LSOA of 2011 with one of its postcodes."""
    return {area: postcode for postcode, area in english.items()}


def records(path: Path) -> Iterator[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def sheet(path: Path, name: str) -> list[list[Any]]:
    import python_calamine

    rows: list[list[Any]] = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()
    return rows[1:]


def installed(table: str, *columns: str) -> list[tuple[Any, ...]]:
    found = store.installed().get(table)
    assert found
    data = pq.ParquetFile(found.files()[0]).read()
    return list(zip(*(data.column(c).to_pylist() for c in columns), strict=True))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_answer_and_sentence(case: Case) -> None:
    assert plain(wpxl.call(case.function, *case.arguments)) == case.expected, case.why
    if case.sentence:
        assert wpxl.why(case.function, *case.arguments)[0].startswith(case.sentence)


def test_join_rates_over_all_english_postcodes(english: dict[str, str]) -> None:
    """The folder's README: 100 % reach IMD 2019 and TUNDRA (7.4 % suppressed), 99.2 % LSOA 2001, 94.3 % LSOA 2021."""
    wanted = ("imd_rank_2019", "idaci_rank_2019", "region", "local_authority", "msoa_2011", "rural_urban_2011",
              "tundra_lsoa_quintile", "lsoa_2001", "imd_rank_2010", "lsoa_2021", "imd_rank_2025", "nssec_4_7_pct_2021")  # fmt: skip
    postcodes = list(english)
    answers = wpxl.call("WP_POSTCODE", [[p] for p in postcodes], ", ".join(wanted))
    rate = {
        name: sum(type(row[i]) in (int, float, str) for row in answers) / ENGLISH * 100 for i, name in enumerate(wanted)
    }
    for name in wanted[:6]:
        assert rate[name] == 100, name
    assert rate["tundra_lsoa_quintile"] == pytest.approx(100 - 7.4, abs=0.1)
    assert rate["lsoa_2001"] == pytest.approx(99.2, abs=0.1) and rate["imd_rank_2010"] == rate["lsoa_2001"]
    assert rate["lsoa_2021"] == pytest.approx(94.3, abs=0.1) and rate["imd_rank_2025"] == rate["lsoa_2021"]
    assert rate["nssec_4_7_pct_2021"] > rate["lsoa_2021"]  # where the LSOA was divided, its MSOA still answers

    said = {
        "tundra_lsoa_quintile": "fewer than 30 young people",
        "lsoa_2001": "put together from",
        "lsoa_2021": "in 2021",
    }
    for name, words in said.items():
        lost = [p for p, row in zip(postcodes, answers, strict=True) if type(row[wanted.index(name)]) not in (int, str)]
        for postcode in random.Random(1).sample(lost, 100):
            why = wpxl.why("WP_POSTCODE", postcode, name)[0]
            assert words in why or "was redrawn" in why or "is not in the table 'LSOA 2001" in why, why


def test_every_lsoa_answers_as_the_published_rows_say(open_data: Path, one_each: dict[str, str]) -> None:
    tundra = open_data / "participation" / "OfS_TUNDRA_MSOA_LSOA_2021-03-11.xlsx"
    quintile = {row[0]: row[3] for name in ("LSOA Quintile", "MSOA Quintile") for row in sheet(tundra, name)}
    rate = {row[0]: row[2] for name in ("LSOA Quintile", "MSOA Quintile") for row in sheet(tundra, name)}
    look = open_data / "lookups"
    msoa = {r["lsoa11_code"]: r["msoa11_code"] for r in records(look / "derived_lsoa11_msoa11.csv.gz")}
    region = {r["LADCD"]: r["RGNNM"] for r in records(look / "derived_la_all_codes.csv")}
    file_1 = sheet(open_data / "imd" / "File_1_-_IMD2019_Index_of_Multiple_Deprivation.xlsx", "IMD2019")
    authority = {row[0]: (row[2], row[3]) for row in file_1}
    assert set(one_each) == set(authority)
    wanted = ["tundra_lsoa_quintile", "tundra_lsoa_rate_pct", "tundra_msoa_quintile", "msoa_2011"]
    wanted += ["local_authority_code", "local_authority", "region"]
    answers = plain(wpxl.call("WP_POSTCODE", [[p] for p in one_each.values()], ", ".join(wanted)))
    for area, answer in zip(one_each, answers, strict=True):
        code, name = authority[area]
        shares = [q if q != "." else "#N/A" for q in (quintile[area], rate[area], quintile[msoa[area]])]
        if shares[1] != "#N/A":
            shares[1] = round(shares[1] * 100, 1)
        assert answer == [*shares, msoa[area], code, name, region[code]], area


def test_computed_deciles_are_the_printed_ones(open_data: Path) -> None:
    """File 1 and File 3 of 2019 and 2025: ranks and deciles as printed, the IMD's and IDACI's."""
    imd = open_data / "imd"
    text = [list(row.values()) for row in records(next(imd.glob("File_3*2019*")))]
    printed = {
        ("imd_2019", "imd"): sheet(imd / "File_1_-_IMD2019_Index_of_Multiple_Deprivation.xlsx", "IMD2019"),
        ("idaci_2019", "idaci"): [[row[0], "", "", "", row[6], row[7]] for row in text],
        ("imd_2025", "imd"): sheet(next(imd.glob("File_1_IoD2025*")), "IMD25"),
        ("idaci_2025", "idaci"): [
            [*r[:4], *r[6:8]] for r in sheet(next(imd.glob("File_3_IoD2025*")), "IoD2025 IDACI & IDAOPI")
        ],
    }
    for (table, index), rows in printed.items():
        year = table[-4:]
        key = "lsoa_2021" if year == "2025" else "lsoa_2011"
        ours = {row[0]: row[1:] for row in installed(table, key, f"{index}_rank_{year}", f"{index}_decile_{year}")}
        assert len(ours) == len(rows)
        assert ours == {row[0]: (int(float(row[4])), int(float(row[5]))) for row in rows}


def test_who_changes_status_from_imd_2019_to_2025(open_data: Path, one_each: dict[str, str]) -> None:
    """A learner in each small area of 2011: both vintages as printed; areas that were divided or joined have only the older."""
    from report_frames import frame, with_learners

    from wpxl.reports import vintages
    from wpxl.reports.shape import Asked

    imd, after = open_data / "imd", dict[str, set[str]]()
    for row in records(next((open_data / "lookups").glob("LSOA_(2011)_to_LSOA_(2021)*"))):
        after.setdefault(row["LSOA11CD"], set()).add(row["LSOA21CD"])
        if row["CHGIND"] == "X":
            after[row["LSOA11CD"]].add("drawn anew")
    old = {row[0]: row[4] <= 13_137 for row in sheet(next(imd.glob("File_1_-_IMD2019*")), "IMD2019")}
    new = {row[0]: row[4] <= 13_502 for row in sheet(next(imd.glob("File_1_IoD2025*")), "IMD25")}
    pairs = [(old[a], new[next(iter(after[a]))]) if len(after[a]) == 1 else None for a in one_each]
    people = [(a, a, "a", 12, postcode, *["N"] * 6) for a, postcode in one_each.items()]
    made = vintages.report(with_learners(people), Asked())
    order = [(True, True), (True, False), (False, True), (False, False), None]
    shown = list(frame(made, vintages.STATUS)["People"])
    assert shown == [*map(pairs.count, order), len(pairs)] and min(shown) > 800 and not made.sample


def test_imd_2010_by_its_own_columns(open_data: Path) -> None:
    ours = {
        row[0]: row[1:] for row in installed("imd_2010", "lsoa_2001", "imd_rank_2010", "imd_score_2010", "imd_40_2010")
    }
    printed = records(open_data / "imd" / "derived_imd2010_england_lsoa01.csv.gz")
    theirs = {r["lsoa01_code"]: (int(float(r["IMD_rank"])), float(r["IMD_score"])) for r in printed}
    assert ours == {code: (rank, score, int(rank <= 13_000)) for code, (rank, score) in theirs.items()}
    assert 12_990 <= sum(row[2] for row in ours.values()) <= 13_010  # ties


def test_census_shares_by_hand(open_data: Path) -> None:
    """Some areas of each kind, worked out from the raw counts: the total stands in the fourth column, class 1 in the fifth."""
    archive = zipfile.ZipFile(open_data / "census" / "census2021-ts062.zip")
    for part, table, key in (
        ("oa", "oa", "oa_2021"),
        ("lsoa", "soa_lower", "lsoa_2021"),
        ("msoa", "soa_middle", "msoa_2021"),
    ):
        text = io.TextIOWrapper(archive.open(f"census2021-ts062-{part}.csv"), "utf-8-sig", newline="")
        raw = list(csv.reader(text))[1:]
        ids = ["nssec_1_pct_2021", "nssec_8_pct_2021", "nssec_nc_pct_2021", "nssec_4_7_pct_2021", "nssec_4_8_pct_2021"]
        ours = {row[0]: row[1:] for row in installed(f"census_2021_{table}", key, *ids)}
        assert len(ours) == len(raw)
        for row in [raw[0], raw[-1], *random.Random(2).sample(raw, 500)]:
            total, *classes = map(int, row[3:])
            people = [classes[0], classes[7], classes[8], sum(classes[3:7]), sum(classes[3:8])]
            assert ours[row[2]] == pytest.approx([100 * n / total for n in people], abs=0.00501), row[2]
            assert all(share == round(share, 2) for share in ours[row[2]])
    # E00000001, by hand: 159 people of whom 80 in class 1; 9 + 3 + 5 + 5 in classes 4 to 7, 4 in class 8, 2 students
    first = installed("census_2021_oa", "oa_2021", *ids)[0]
    assert first == ("E00000001", 50.31, 2.52, 1.26, 13.84, 16.35)


def test_a_postcode_without_an_output_area_has_its_lsoas_share(open_data: Path, one_each: dict[str, str]) -> None:
    archive = zipfile.ZipFile(open_data / "census" / "census2021-ts062.zip")
    text = io.TextIOWrapper(archive.open("census2021-ts062-lsoa.csv"), "utf-8-sig", newline="")
    raw = {row[2]: list(map(int, row[3:])) for row in list(csv.reader(text))[1:]}
    name = (
        "LSOA_(2011)_to_LSOA_(2021)_to_Local_Authority_District_(2022)_Lookup_for_England_and_Wales_(Version_2).csv.gz"
    )
    unchanged = [
        r["LSOA11CD"] for r in records(open_data / "lookups" / name) if r["CHGIND"] == "U" and r["LSOA11CD"] in one_each
    ]
    assert len(unchanged) > 30_000
    answers = wpxl.call("WP_POSTCODE", [[one_each[a]] for a in unchanged], "nssec_4_8_pct_2021")
    for area, (share,) in zip(unchanged, answers, strict=True):
        assert share == pytest.approx(100 * sum(raw[area][4:9]) / raw[area][0], abs=0.00501)


def test_changes_are_never_guessed(open_data: Path) -> None:
    """Both directions of the 2011 to 2021 lookup: a partner is given only where the file names no other."""
    name = (
        "LSOA_(2011)_to_LSOA_(2021)_to_Local_Authority_District_(2022)_Lookup_for_England_and_Wales_(Version_2).csv.gz"
    )
    pairs = [(r["LSOA11CD"], r["LSOA21CD"]) for r in records(open_data / "lookups" / name)]
    (found,) = tables_in(open_data / "lookups" / name)
    roles = lookups.recognise(found.header)
    assert roles
    (back,) = lookups.also(found, roles)
    here = dict(installed("lsoa_2011_2021", "lsoa_2011", "lsoa_2021"))
    there = {row["lsoa_2021"]: row["lsoa_2011"] for row in back.rows.to_pylist()}
    assert (len(here), len(there)) == (34_753, 35_672)
    for old, new in pairs:
        assert here[old] in (None, new) and there[new] in (None, old)
    assert (
        sum(new is not None for new in here.values()) == 33_647 + 239
    )  # unchanged and merged: what is left was divided
    assert sum(old is not None for old in there.values()) == 33_647 + 1_900  # unchanged and split
    assert all((row["lsoa_2011"] is None) == bool(row["lsoa_2011_reason"]) for row in back.rows.to_pylist())


def test_the_header_without_rows_is_refused(open_data: Path) -> None:
    (path,) = (open_data / "participation").glob("*HEADER_ONLY*")
    ((outcome),) = ingest.add([path])
    assert outcome.done == "refused" and "has a header and no rows under it" in outcome.said


def test_the_same_files_again_change_nothing(open_data: Path) -> None:
    again = ingest.add(files(open_data)[7:9])
    assert again and {o.done for o in again} == {"unchanged"}
