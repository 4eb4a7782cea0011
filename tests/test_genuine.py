"""Genuine published files, from WPXL_OPEN_DATA: added through the command, asked through the door."""

from __future__ import annotations

import csv
import gzip
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import OPEN_DATA, Case, plain, read_cases

import wpxl

pytestmark = pytest.mark.genuine
CASES = read_cases("genuine-*.csv")
GUIDE = ["TF7 5UG", "TF3 2HR", "WS10 8PQ", "WS2 9XE", "B32 3UH", "B32 3PB", "B9 5EF", "B8 3BF"]


def files(data: Path) -> list[Path]:
    lookup = next((data / "lookups").glob("Lower*2001*2011*.csv.gz"))
    return [
        data / "postcodes" / "national_nspl_aug2020_pcds_lat_long_lsoa11.parquet",
        data / "postcodes" / "nspl_nov2021_multi_csv",
        data / "imd" / "File_1_-_IMD2019_Index_of_Multiple_Deprivation.xlsx",
        data / "imd" / "derived_imd2010_england_lsoa01.csv.gz",
        lookup,
    ]


@pytest.fixture(scope="module")
def national(open_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the national tables, made by the command as a data manager would."""
    home = tmp_path_factory.mktemp("national")
    paths = [str(p) for p in files(open_data)]
    done = subprocess.run(
        [sys.executable, "-m", "wpxl", "data", "add", *paths],
        capture_output=True, text=True, encoding="utf-8", env={**os.environ, "WPXL_HOME": str(home)},
    )  # fmt: skip
    assert done.returncode == 0 and done.stdout.count("added") == len(paths), done.stdout + done.stderr
    return home


@pytest.fixture(autouse=True)
def _national(national: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WPXL_HOME", str(national))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_answer_and_sentence(case: Case) -> None:
    assert plain(wpxl.call(case.function, *case.arguments)) == case.expected, case.why
    if case.sentence:
        assert wpxl.why(case.function, *case.arguments)[0].startswith(case.sentence)


def test_the_guides_eight_from_the_command(national: Path) -> None:
    grid = "[" + ",".join(f'["{p}"]' for p in GUIDE) + "]"
    for measure, ranks in (
        ("IMD rank 2010", [6259, 960, 1980, 3536, 8895, 14713, 1107, 2450]),
        ("IMD rank 2019", [5203, 980, 1304, 3606, 5802, 13845, 1234, 1870]),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "wpxl", "call", "WP_POSTCODE", grid, measure],
            capture_output=True,
            text=True,
            env=os.environ,
        )
        assert [int(line) for line in done.stdout.split()] == ranks, done.stderr


def test_nothing_of_the_sample_is_left() -> None:
    assert not any("sample" in str(cell) for row in wpxl.call("WP_DATA") for cell in row)


def test_join_rates_over_all_english_postcodes(open_data: Path) -> None:
    """data/README.md: every English postcode reaches IMD 2019, 99.2 % an unambiguous LSOA 2001; each miss has its reason."""
    table = pq.ParquetFile(files(open_data)[0]).read(columns=["pcds", "lsoa11cd"])
    english = [[p] for p, a in zip(*(table.column(i).to_pylist() for i in (0, 1)), strict=True) if a.startswith("E01")]
    assert len(english) == 2_201_092
    answers = wpxl.call("WP_POSTCODE", english, "imd_rank_2019, imd_rank_2010")
    rate_2019 = sum(type(a) is int for a, _ in answers) / len(answers)
    rate_2010 = sum(type(b) is int for _, b in answers) / len(answers)
    assert rate_2019 > 0.999
    assert rate_2010 == pytest.approx(0.992, abs=0.001)
    lost = [p for (p,), (_, b) in zip(english, answers, strict=True) if type(b) is not int]
    for postcode in random.Random(1).sample(lost, 200):
        said = wpxl.why("WP_POSTCODE", postcode, "imd_rank_2010")[0]
        assert "put together from" in said or "is not in the table 'LSOA 2001 to LSOA 2011 lookup'" in said


def test_deciles_are_those_that_the_publisher_prints(open_data: Path) -> None:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(files(open_data)[2])
    printed = {row[0]: (int(row[4]), int(row[5])) for row in book.get_sheet_by_name("IMD2019").to_python()[1:]}
    table = pq.ParquetFile(Path(os.environ["WPXL_HOME"]) / "tables" / "imd_2019.parquet").read()
    columns = (table.column(c).to_pylist() for c in ("lsoa_2011", "imd_rank_2019", "imd_decile_2019"))
    assert {a: (r, d) for a, r, d in zip(*columns, strict=True)} == printed


def test_every_row_of_the_nspl_answers_as_its_own_columns_say(open_data: Path) -> None:
    """The independent statement: the published rows themselves, read with the csv module."""
    countries = {"E92000001": "England", "W92000004": "Wales", "S92000003": "Scotland", "L93000001": "Channel Islands",
                 "M83000003": "Isle of Man"}  # fmt: skip
    rows: list[dict[str, str]] = []
    for path in sorted(files(open_data)[1].glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
            rows += csv.DictReader(file)
    assert len(rows) > 60_000
    answers = plain(wpxl.call("WP_POSTCODE", [[r["pcds"]] for r in rows], "lsoa_2011, country, imd_rank_2019, status"))
    for row, (area, country, rank, status) in zip(rows, answers, strict=True):
        assert country == countries.get(row["ctry"], "#N/A")
        assert area == (row["lsoa11"] if row["lsoa11"][:1] in ("E", "W", "S") and row["lsoa11"][:3] != "" else "#N/A")
        if country == "England":
            assert rank == int(row["imd"]), row["pcds"]
        else:
            assert rank == "#N/A"
        ended = row["doterm"]
        expected = f"ended {ended[:4]}-{ended[4:]}" if ended else "live"
        assert status == (expected if country in ("England", "#N/A") else "not in England")


def test_as_typed_alone_and_in_a_column(open_data: Path) -> None:
    r = random.Random(7)
    postcodes = pq.ParquetFile(files(open_data)[0]).read(columns=["pcds"]).column(0).to_pylist()
    typed: list[Any] = []
    for postcode in r.sample(postcodes, 20_000):
        out, inward = postcode.split()
        typed.append(
            r.choice(
                [
                    postcode,
                    postcode.lower(),
                    out + inward,
                    f"{out:<4}{inward}",
                    f" {out}\u00a0{inward}.",
                    f"{out}  {inward}",
                ]
            )
        )
    column = wpxl.call("WP_POSTCODE", [[t] for t in typed], "imd_rank_2019, lsoa_2011")
    single = [wpxl.call("WP_POSTCODE", t, "imd_rank_2019, lsoa_2011")[0] for t in typed[:5000]]
    assert plain(column[:5000]) == plain(single)
    assert sum(row[1] == "#VALUE!" for row in plain(column)) == 0


def test_sizes(national: Path) -> None:
    """Index of everything at most 15 MB, the Parquet it comes from at most 12 MB."""
    assert sum(p.stat().st_size for p in (national / "index").iterdir()) <= 15_000_000
    assert sum(p.stat().st_size for p in (national / "tables").iterdir()) <= 12_000_000


def test_open_data_is_required_here() -> None:
    assert OPEN_DATA
