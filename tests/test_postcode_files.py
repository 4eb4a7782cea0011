"""The postcode files of every generation, small and in their publishers' layouts; and the genuine samples row by row."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from conftest import add, ask, plain
from test_ingest import NSPL_2021, ROWS, nspl

import wpxl

# The heading of the ONSPD of August 2017, of which the files of 2014 have the first fifty columns and no heading.
ONSPD_2017 = (
    "pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,osward,usertype,oseast1m,osnrth1m,osgrdind,oshlthau,hro,ctry,gor,streg,pcon,"
    "eer,teclec,ttwa,pct,nuts,psed,cened,edind,oshaprev,lea,oldha,wardc91,wardo91,ward98,statsward,oa01,casward,park,lsoa01,"
    "msoa01,ur01ind,oac01,oldpct,oa11,lsoa11,msoa11,parish,wz11,ccg,bua11,buasd11,ru11ind,oac11,lat,long,lep1,lep2,pfa,imd"
)
ONSPD_NAMES = {"laua": "oslaua", "rgn": "gor"}
OLDER = [{**row, "lsoa01": "E01009999", "casward": "00GFPG"} for row in ROWS[:2]]
LOOKUP_2022 = "pcd7,pcd8,pcds,dointr,doterm,usertype,oa11cd,lsoa11cd,msoa11cd,ladcd,lsoa11nm,msoa11nm,ladnm,ladnmw"
NSPL_2026 = NSPL_2021.replace("laua", "lad26cd").replace("ctry", "ctry26cd").replace("rgn", "rgn26cd").replace(
    "usertype", "usrtypind"
).replace("oa11", "oa21cd").replace("lsoa11", "lsoa21cd").replace("imd", "imd25ind")  # fmt: skip


def test_onspd(folder: Path) -> None:
    (folder / "ONSPD_AUG_2017_UK.csv").write_bytes(nspl(ONSPD_2017, OLDER, ONSPD_NAMES))
    assert add(folder / "ONSPD_AUG_2017_UK.csv") == [("added", "ONS Postcode Directory, Aug 2017: 2 rows.")]
    assert ask("TF7 5UG", "lsoa_2001, lsoa_2011, region, local_authority_code, status") == [
        "E01009999", "E01000001", "West Midlands", "E06000020", "live",
    ]  # fmt: skip
    assert ask("TF1 1AB", "lsoa_2011, status") == ["E01000002", "ended 1999-12"]


def test_onspd_of_2014_has_no_heading(folder: Path) -> None:
    header = ",".join(ONSPD_2017.split(",")[:50])
    (folder / "ONSPD_FEB_2014_UK.csv").write_bytes(
        nspl(header, [{"pcd": r["pcds"], **r} for r in OLDER], ONSPD_NAMES).split(b"\r\n", 1)[1]
    )
    assert add(folder / "ONSPD_FEB_2014_UK.csv") == [("added", "ONS Postcode Directory, Feb 2014: 2 rows.")]
    assert ask("TF7 5UG", "lsoa_2001, lsoa_2011, region, status") == ["E01009999", "E01000001", "West Midlands", "live"]


NAMES_2026 = {
    "usertype": "usrtypind", "ctry": "ctry26cd", "rgn": "rgn26cd", "laua": "lad26cd", "lsoa11": "lsoa21cd", "oa11": "oa21cd",
}  # fmt: skip


def test_names_of_2026(folder: Path) -> None:
    (folder / "NSPL_AUG_2026_UK.csv").write_bytes(nspl(NSPL_2026, renamed=NAMES_2026))
    assert add(folder / "NSPL_AUG_2026_UK.csv") == [("added", "National Statistics Postcode Lookup, Aug 2026: 5 rows.")]
    assert ask("TF7 5UG", "lsoa_2021, oa_2021, country") == ["E01000001", "E00000001", "England"]


def test_the_plain_lookup(folder: Path) -> None:
    rows = [
        {"pcds": r["pcds"], "doterm": r.get("doterm", ""), "lsoa11cd": r["lsoa11"], "ladcd": r["laua"]}
        for r in ROWS[:4]
    ]
    (folder / "PCD_OA_LSOA_MSOA_LAD_MAY_2022_UK_LU.csv").write_bytes(nspl(LOOKUP_2022, rows))
    said = "Postcode to OA, LSOA, MSOA and LAD lookup, May 2022: 4 rows."
    assert add(folder / "PCD_OA_LSOA_MSOA_LAD_MAY_2022_UK_LU.csv") == [("added", said)]
    assert ask("LD1 5AA", "lsoa_2011, country, status") == ["W01000001", "Wales", "not in England"]
    assert ask("TF1 1AB", "country, status") == ["England", "ended 1999-12"]


def test_code_point_open(folder: Path) -> None:
    parts = folder / "codepoint 2014-02"
    parts.mkdir()
    line = '"{}",10,364963,311493,"E92000001","E19000001","E18000005","","E06000020","E05001895"\r\n'
    (parts / "tf.csv").write_text(line.format("TF1 1AA") + line.format("TF7 5UG"))
    (parts / "ws.csv").write_text(line.format("WS108PQ"))
    (parts / "Code-Point_Open_Column_Headers.csv").write_text("PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\nPostcode,Quality\n")
    assert ("added", "Code-Point Open, Feb 2014: 3 rows.") in add(parts)
    assert ask("WS10 8PQ", "local_authority_code, ward_code, country, status") == [
        "E06000020",
        "E05001895",
        "England",
        "live",
    ]


def test_a_table_with_fewer_columns_says_what_it_has(folder: Path) -> None:
    (folder / "NSPL_NOV_2021.csv").write_bytes(nspl(NSPL_2021.replace("lsoa11", "somethingelse")))
    ((done, said),) = add(folder / "NSPL_NOV_2021.csv")
    assert done == "refused" and said == (
        "NSPL_NOV_2021.csv looks like an ONS postcode file, but it has no column for a small area such as lsoa11 or lsoa21cd: "
        "its columns are pcd, pcd2, pcds, dointr, doterm, usertype …. Nothing has changed."
    )


def test_newer_nspl_beside_older_onspd_keeps_the_older_areas(folder: Path) -> None:
    """A postcode file of 2026 knows only the areas of 2021; those of 2001 and 2011 come from the ONSPD of 2017."""
    (folder / "NSPL_AUG_2026_UK.csv").write_bytes(nspl(NSPL_2026, renamed=NAMES_2026))
    (folder / "ONSPD_AUG_2017_UK.csv").write_bytes(nspl(ONSPD_2017, OLDER, ONSPD_NAMES))
    assert [d for d, _ in add(folder)] == ["added", "added"]
    assert ask("TF7 5UG", "lsoa_2001, lsoa_2021, status") == ["E01009999", "E01000001", "live"]


@pytest.mark.genuine
@pytest.mark.parametrize(
    ("name", "areas"), [("onspd_2017-08", ("lsoa01", "lsoa11")), ("onspd_2024-09", ("lsoa01", "lsoa11", "lsoa21"))]
)
def test_genuine_onspd_row_by_row(open_data: Path, folder: Path, name: str, areas: tuple[str, ...]) -> None:
    path = open_data / "postcodes" / "onspd_samples" / f"{name}_sample.csv.gz"
    assert add(path)[0][0] == "added"
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    asked = ", ".join(f"{area[:4]}_20{area[4:]}" for area in areas)
    answers = plain(wpxl.call("WP_POSTCODE", [[r["pcds"]] for r in rows], f"{asked}, status"))
    countries = {"E92000001": "England", "W92000004": "Wales", "S92000003": "Scotland"}
    for row, answer in zip(rows, answers, strict=True):
        for area, value in zip(areas, answer, strict=False):
            told = row[area] if row[area] and not row[area].endswith("99999999") else "#N/A"
            assert value == told, (row["pcds"], area)
        ended = row["doterm"]
        abroad = countries.get(row["ctry"], "England") != "England" or row["ctry"] not in ("", *countries)
        assert answer[-1] == ("not in England" if abroad else f"ended {ended[:4]}-{ended[4:]}" if ended else "live"), (
            row["pcds"]
        )


@pytest.mark.genuine
def test_genuine_code_point(open_data: Path, folder: Path) -> None:
    done = add(open_data / "postcodes" / "codepoint_open_2014")
    assert [said.split(":")[0] for d, said in done if d == "added"] == ["Code-Point Open, Jan 2014"]
    with gzip.open(open_data / "postcodes" / "codepoint_open_2014" / "tf.csv.gz", "rt", newline="") as file:
        rows = list(csv.reader(file))
    answers = wpxl.call("WP_POSTCODE", [[r[0]] for r in rows], "local_authority_code, ward_code, status")
    assert [(a or "#N/A", b or "#N/A", c) for a, b, c in plain(answers)] == [(r[8], r[9], "live") for r in rows]
