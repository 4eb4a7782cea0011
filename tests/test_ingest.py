"""Published files as publishers lay them out, small and made here; and files that are not what they seem."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import add, ask, zipped

from wpxl.ingest.columns import release_in_name

# The header line of the NSPL of November 2021, and the names of 2025 (the areas' years have moved into them).
NSPL_2021 = (
    "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,oa11,cty,ced,laua,ward,hlthau,nhser,ctry,rgn,pcon,eer,"
    "teclec,ttwa,pct,itl,park,lsoa11,msoa11,wz11,ccg,bua11,buasd11,ru11ind,oac11,lat,long,lep1,lep2,pfa,imd,calncv,stp"
)
NSPL_2025 = (
    "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty25cd,ced25cd,lad25cd,wd25cd,nhser24cd,ctry25cd,"
    "rgn25cd,pcon24cd,ttwa15cd,itl25cd,npark16cd,lsoa21cd,msoa21cd,wz11cd,sicbl24cd,bua24cd,ruc21ind,oac11ind,lat,long,"
    "lep21cd1,lep21cd2,pfa23cd,imd20ind,icb23cd"
)
ENGLAND = {"ctry": "E92000001", "rgn": "E12000005", "laua": "E06000020", "lsoa11": "E01000001", "oa11": "E00000001"}
ROWS = [
    {"pcds": "TF7 5UG", "usertype": "0", "osgrdind": "1", **ENGLAND},
    {"pcds": "TF1 1AB", "usertype": "1", "osgrdind": "8", "doterm": "199912", **ENGLAND, "lsoa11": "E01000002"},
    {
        "pcds": "LD1 5AA",
        "usertype": "0",
        "ctry": "W92000004",
        "lsoa11": "W01000001",
        "laua": "W06000023",
        "rgn": "W99999999",
    },
    {
        "pcds": "JE1 0BD",
        "usertype": "1",
        "ctry": "L93000001",
        "lsoa11": "L99999999",
        "laua": "L99999999",
        "rgn": "L99999999",
    },
    {"pcds": "DG10 0AB", "usertype": "1", "osgrdind": "9", "doterm": "200911", "lat": "99.999999", "imd": "0"},
]


def nspl(header: str = NSPL_2021, rows: list[dict[str, str]] = ROWS, renamed: dict[str, str] | None = None) -> bytes:
    names = header.split(",")
    lines = [header]
    for row in rows:
        row = {(renamed or {}).get(k, k): v for k, v in row.items()}
        lines.append(",".join(f'"{row[n]}"' if n in row else '""' for n in names))
    return "\r\n".join(lines).encode()


def imd_2019(areas: int = 32_844, change: Callable[[int, list[str]], list[str]] = lambda i, row: row) -> bytes:
    """A whole File 1 as saved from its sheet: BOM, CRLF, ranks such as 29199.00."""
    head = (
        "LSOA code (2011),LSOA name (2011),Local Authority District code (2019),Local Authority District name (2019),"
        "Index of Multiple Deprivation (IMD) Rank,Index of Multiple Deprivation (IMD) Decile"
    )
    rows = (
        change(i, [f"E01{i:06d}", f"Area {i}", "E06000020", "Telford and Wrekin", f"{i}.00", "1"])
        for i in range(1, areas + 1)
    )
    return ("\ufeff" + "\r\n".join([head, *(",".join(row) for row in rows)])).encode()


class TestPostcodes:
    def check(self) -> None:
        assert ask("TF7 5UG", "lsoa_2011, local authority code, region, oa_2011, status") == [
            "E01000001", "E06000020", "West Midlands", "E00000001", "live",
        ]  # fmt: skip
        assert ask("TF1 1AB", "lsoa_2011, status") == ["E01000002", "ended 1999-12"]
        assert ask("LD1 5AA", "lsoa_2011, country, region, status") == ["W01000001", "Wales", "#N/A", "not in England"]
        assert ask("JE1 0BD", "lsoa_2011, country, status") == ["#N/A", "Channel Islands", "not in England"]
        assert ask("DG10 0AB", "lsoa_2011, country, status") == ["#N/A", "#N/A", "ended 2009-11"]

    @pytest.mark.parametrize("name", ["NSPL_NOV_2021_UK.csv", "download (3).csv", "november 2021.txt"])
    def test_whatever_its_name(self, folder: Path, name: str) -> None:
        (folder / name).write_bytes(nspl())
        assert [done for done, _ in add(folder / name)] == ["added"]
        self.check()

    def test_gz_and_zip(self, folder: Path, home: Path) -> None:
        (folder / "NSPL_NOV_2021.csv.gz").write_bytes(gzip.compress(nspl()))
        assert add(folder / "NSPL_NOV_2021.csv.gz")[0][0] == "added"
        self.check()
        with zipfile.ZipFile(folder / "NSPL_NOV_2021.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("Data/NSPL_NOV_2021_UK.csv", nspl())
            archive.writestr("Documents/names and codes.csv", "LAD21CD,LAD21NM\nE06000020,Telford and Wrekin\n")
            archive.writestr("readme.pdf", b"%PDF")
        assert add(folder / "NSPL_NOV_2021.zip")[0][0] == "updated"
        self.check()

    def test_a_folder_of_parts_is_one_release(self, folder: Path) -> None:
        parts = folder / "multi_csv"
        parts.mkdir()
        for i, row in enumerate(ROWS):
            (parts / f"NSPL_NOV_2021_UK_{i}.csv").write_bytes(nspl(rows=[row]))
        (parts / "notes.csv").write_text("a,b\n1,2\n")
        done = add(parts)
        assert sorted(d for d, _ in done) == ["added", "refused"]
        assert (
            next(said for d, said in done if d == "added") == "National Statistics Postcode Lookup, Nov 2021: 5 rows."
        )
        self.check()

    def test_another_years_names_and_order(self, folder: Path) -> None:
        renamed = {"usertype": "usrtypind", "osgrdind": "gridind", "ctry": "ctry25cd", "rgn": "rgn25cd", "laua": "lad25cd",
                   "lsoa11": "lsoa21cd", "oa11": "oa21cd", "imd": "imd20ind"}  # fmt: skip
        (folder / "NSPL_MAY_2025.csv").write_bytes(nspl(NSPL_2025, renamed=renamed))
        assert add(folder / "NSPL_MAY_2025.csv")[0][0] == "added"
        assert ask("TF7 5UG", "lsoa_2021, oa_2021, local_authority_code") == ["E01000001", "E00000001", "E06000020"]
        shuffled = ",".join(sorted(NSPL_2021.split(",")))
        (folder / "NSPL_JUN_2025.csv").write_bytes(nspl(shuffled))
        assert add(folder / "NSPL_JUN_2025.csv")[0][0] == "added"

    def test_the_same_file_twice_changes_nothing(self, folder: Path, home: Path) -> None:
        (folder / "a.csv").write_bytes(nspl())
        add(folder / "a.csv")
        before = {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in (home / "tables").iterdir()}
        assert add(folder / "a.csv") == [("unchanged", "National Statistics Postcode Lookup, Nov 2009: nothing new.")]
        assert {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in (home / "tables").iterdir()} == before

    def test_parquet_of_postcode_and_lsoa(self, folder: Path) -> None:
        table = pa.table(
            {"pcds": ["TF7 5UG", "LD1 5AA", "AB11 3AG"], "lat": [1.0] * 3, "lsoa11cd": ["E01000001", "W01000001", ""]}
        )
        pq.write_table(table, folder / "nspl_aug2020.parquet")
        assert add(folder / "nspl_aug2020.parquet")[0] == ("added", "Postcode to LSOA table, Aug 2020: 3 rows.")
        assert ask("TF7 5UG", "lsoa_2011, country, status") == ["E01000001", "England", "listed"]
        assert ask("AB11 3AG", "lsoa_2011, country, status") == ["#N/A", "#N/A", "listed"]

    @pytest.mark.parametrize(
        ("name", "release"),
        [("NSPL_NOV_2021_UK_TF.csv", 202111), ("nspl-2025-05.zip", 202505), ("National Aug2020.parquet", 202008), ("x.csv", 0),
         ("NSPL_AUGUST_2026.csv", 202608), ("learners 2021.csv", 0)],
    )  # fmt: skip
    def test_release_in_the_name(self, name: str, release: int) -> None:
        assert release_in_name(Path("folder") / name) == release


class TestAreas:
    def test_imd_2019(self, folder: Path) -> None:
        (folder / "NSPL_NOV_2021.csv").write_bytes(nspl())
        (folder / "anything.csv").write_bytes(imd_2019())
        assert [o[0] for p in folder.iterdir() for o in add(p)] == ["added", "added"]
        assert ask("TF1 1AB", "imd_rank_2019, imd_decile_2019, imd_quintile_2019, local_authority") == [
            2,
            1,
            1,
            "Telford and Wrekin",
        ]
        assert ask("LD1 5AA", "imd_rank_2019") == ["#N/A"]

    def test_deciles_are_the_publishers_tenths(self, folder: Path) -> None:
        """IMD 2019: decile 1 ends at rank 3,284, decile 4 at 13,137, decile 9 at 29,559 (MHCLG, File 1)."""
        (folder / "imd.csv").write_bytes(imd_2019())
        add(folder / "imd.csv")
        rows = pq.ParquetFile(folder.parent / "home" / "tables" / "imd_2019.parquet").read().to_pylist()
        last = {d: max(r["imd_rank_2019"] for r in rows if r["imd_decile_2019"] == d) for d in (1, 4, 9, 10)}
        assert last == {1: 3284, 4: 13137, 9: 29559, 10: 32844}
        quintiles = {q: max(r["imd_rank_2019"] for r in rows if r["imd_quintile_2019"] == q) for q in (1, 2)}
        assert quintiles == {1: 6568, 2: 13137}

    def test_lookup_of_areas(self, folder: Path) -> None:
        text = (
            "\ufeffLSOA01CD,LSOA01NM,LSOA11CD,LSOA11NM,CHGIND,LAD11CD,LAD11NM,LAD11NMW,FID\r\n"
            "E01000001,a,E01000001,a,U,,,,1\r\nE01000002,b,E01033001,b1,S,,,,2\r\nE01000002,b,E01033002,b2,S,,,,3\r\n"
            "E01000003,c,E01033003,c,M,,,,4\r\nE01000004,d,E01033003,c,M,,,,5\r\n"
        )
        (folder / "lookup.csv").write_bytes(text.encode())
        assert add(folder / "lookup.csv")[0][0] == "added"
        rows = pq.ParquetFile(folder.parent / "home" / "tables" / "lsoa_2001_2011.parquet").read().to_pylist()
        assert {r["lsoa_2011"]: r["lsoa_2001"] for r in rows} == {
            "E01000001": "E01000001", "E01033001": "E01000002", "E01033002": "E01000002", "E01033003": None,
        }  # fmt: skip
        assert "put together from 2 areas of 2001" in rows[-1]["lsoa_2001_reason"]


def swap(line: int, *cells: tuple[int, str]) -> Callable[[int, list[str]], list[str]]:
    def change(i: int, row: list[str]) -> list[str]:
        for at, text in cells:
            row = [*row[:at], text, *row[at + 1 :]] if i == line else row
        return row

    return change


REFUSALS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.csv", lambda: b"", "a.csv is empty."),
    "not a publisher's": ("a.csv", lambda: b"name,age\nx,1\n", "a.csv is not a file that wpxl knows: its columns are name, age."),
    "only a header": ("NSPL_NOV_2021.csv", lambda: NSPL_2021.encode(), "has a header and no rows under it"),
    "web page": ("a.csv", lambda: b"<!DOCTYPE html><html><body>Sign in</body>", "a.csv is a web page, not a table"),
    "binary": ("a.csv", lambda: b"pcds,doterm\0\0\0\1\2", "has binary content"),
    "truncated gz": ("a.csv.gz", lambda: gzip.compress(nspl() * 50)[:-80], "is cut short or damaged"),
    "truncated zip": ("a.zip", lambda: zipped(**{"a.csv": nspl()})[:-30], "a.zip is cut short or damaged"),
    "escaping zip": ("a.zip", lambda: zipped(**{"../a.csv": nspl()}), "wants to be written elsewhere (../a.csv)"),
    "zip of nothing known": ("a.zip", lambda: zipped(**{"a.csv": b"x,y\n1,2\n"}), "a.zip/a.csv is not a file that wpxl knows"),
    "old xls": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an old .xls or a password-protected"),
    "cut parquet": ("a.parquet", lambda: b"PAR1" + b"\0" * 100, "it is not a whole Parquet file"),
    "bad month": ("a.csv", lambda: nspl(rows=[{**ROWS[0], "doterm": "Dec 1999"}]), "'Dec 1999' stands in doterm"),
    "ragged": ("a.csv", lambda: nspl() + b"\r\n\"TF9 9ZZ\",\"TF9\"\r\n", "cannot be read as a table"),
    "imd cut short": ("a.csv", lambda: imd_2019(20_000), "has 20,000 areas, but IMD 2019 has 32,844: the file is not whole."),
    "imd twice": ("a.csv", lambda: imd_2019(change=swap(7, (0, "E01000006"))), "line 8: E01000006 stands there twice."),
    "imd no rank": ("a.csv", lambda: imd_2019(change=swap(7, (4, "n/a"))), "line 8: 'n/a' is no number"),
    "imd rank too big": ("a.csv", lambda: imd_2019(change=swap(9, (4, "99999"))), "line 10: 99999 is outside 1 to 32,844"),
    "imd bad code": ("a.csv", lambda: imd_2019(change=swap(9, (0, "E02000001"))), "line 10: 'E02000001' is no LSOA code"),
    "no release": ("a.parquet", lambda: parquet({"pcds": ["TF7 5UG"], "lsoa11cd": ["E01000001"]}), "does not say which release"),
    "nonsense": ("a.csv", lambda: b"LSOA01CD,LSOA11CD,CHGIND\nE01000001,x,U\n", "line 2: 'E01000001' and 'x' are not both"),
}  # fmt: skip


def parquet(columns: dict[str, list[Any]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


@pytest.mark.parametrize("what", REFUSALS)
def test_what_is_refused_leaves_everything_as_it_was(folder: Path, home: Path, what: str) -> None:
    (folder / "NSPL_NOV_2021.csv").write_bytes(nspl())
    add(folder / "NSPL_NOV_2021.csv")
    before = {p.name: p.read_bytes() for p in (home / "tables").iterdir()}
    name, content, said = REFUSALS[what]
    bad = folder / "bad"
    bad.mkdir()
    (bad / name).write_bytes(content())
    ((done, sentence),) = add(bad / name)
    assert done == "refused" and said in sentence
    assert sentence.endswith((".", "?")) and "\n" not in sentence and "Traceback" not in sentence
    assert {p.name: p.read_bytes() for p in (home / "tables").iterdir()} == before


def test_a_zip_that_would_swell(folder: Path) -> None:
    (folder / "bomb.zip").write_bytes(zipped(**{"NSPL.csv": b"0" * (101 << 20)}))
    ((done, sentence),) = add(folder / "bomb.zip")
    assert done == "refused" and "would unpack to over 200 times its size" in sentence


def test_missing_file_and_empty_folder(folder: Path) -> None:
    assert "There is no file or folder" in add(folder / "nothing.csv")[0][1]
    (folder / "empty").mkdir()
    assert "holds no csv, xlsx, zip, gz or parquet file" in add(folder / "empty")[0][1]
