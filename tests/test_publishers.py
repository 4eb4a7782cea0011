"""The area publishers on small files in their layouts: other years' names and order, suppression, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from conftest import OPEN_DATA, plain, zipped

import wpxl
from wpxl import ingest, measures, store
from wpxl.ingest import census, imd, lookups, tundra
from wpxl.ingest.opening import tables_in
from wpxl.store import write
from wpxl.store.write import Draft

A, B, C, D = (f"E0100000{n}" for n in range(1, 5))  # LSOAs of 2011, one to each postcode below
POSTCODES = {"TF7 5UG": A, "TF3 2HR": B, "WS10 8PQ": C, "WS2 9XE": D}
RANK, DECILE = "Rank (where 1 is most deprived)", "Decile (where 1 is most deprived 10% of LSOAs)"
IMD, IDACI = "Index of Multiple Deprivation (IMD)", "Income Deprivation Affecting Children Index (IDACI)"


@pytest.fixture
def folder(home: Path, tmp_path: Path) -> Path:
    """A home whose postcodes lie in four LSOAs of 2011, and a place for published files."""
    (tmp_path / "published").mkdir()
    postcodes = tmp_path / "published" / "nspl_aug2020.parquet"
    pq.write_table(pa.table({"pcds": list(POSTCODES), "lsoa11cd": list(POSTCODES.values())}), postcodes)
    assert [o.done for o in ingest.add([postcodes])] == ["added"]
    return tmp_path / "published"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Editions of ten areas, so that files can be whole and small."""
    monkeypatch.setattr(imd, "AREAS", dict.fromkeys(imd.AREAS, 10))
    monkeypatch.setattr(tundra, "AREAS", {"lsoa": 4, "msoa": 2})
    monkeypatch.setattr(census, "LEVELS", tuple(level._replace(areas=2) for level in census.LEVELS))


def text(header: list[str], *rows: list[Any]) -> bytes:
    """As saved from a sheet: BOM, CRLF, quotes where a comma asks for them."""
    lines = [",".join(f'"{c}"' if "," in str(c) else str(c) for c in row) for row in (header, *rows)]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def workbook(**sheets: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return out.getvalue()


def add(folder: Path, name: str, content: bytes) -> list[tuple[str, str]]:
    (folder / name).write_bytes(content)
    return [(o.done, o.said) for o in ingest.add([folder / name])]


def refused(folder: Path, name: str, content: bytes) -> str:
    before = [t.stamp() for t in store.installed().all]
    ((done, said),) = add(folder, name, content)
    assert done == "refused" and said.endswith((".", "?")) and "\n" not in said
    assert [t.stamp() for t in store.installed().all] == before
    return said


def ask(measures: str, *postcodes: str) -> list[list[Any]]:
    return plain(wpxl.call("WP_POSTCODE", [[p] for p in postcodes or POSTCODES], measures))


def rows(table: str) -> list[dict[str, Any]]:
    found = store.installed().get(table)
    assert found
    out: list[dict[str, Any]] = pq.ParquetFile(found.files()[0]).read().to_pylist()
    return out


# --------------------------------------------------------------------------------------------- deprivation


def deprivation(lsoa: int, authority: int, columns: list[str], n: int = 10, start: int = 1) -> bytes:
    """Ten areas in reverse order of rank; each column holds what its name says."""
    header = [f"LSOA code ({lsoa})", f"LSOA name ({lsoa})", f"Local Authority District code ({authority})",
              f"Local Authority District name ({authority})", *columns]  # fmt: skip
    value = {"Rank": lambda i: f"{11 - i}.00", "Deci": lambda i: 11 - i, "Scor": lambda i: f"{i * 1.5:.3f}"}
    cells = [value[c.rsplit(")", 1)[-1].strip()[:4] if c.endswith("Score") else c.split(") ")[1][:4]] for c in columns]
    return text(header, *([f"E0100000{i % 10}", f"Area {i}", "E06000020", "Telford and Wrekin", *(f(i) for f in cells)]
                          for i in range(start, n + 1)))  # fmt: skip


FILE_1, FILE_3 = [f"{IMD} {RANK}", f"{IMD} {DECILE}"], [f"{i} {x}" for i in (IMD, IDACI) for x in (RANK, DECILE)]
FILE_7 = [f"{IMD} Score", *FILE_1, f"{IDACI} Score (rate)", f"{IDACI} {RANK}", f"{IDACI} {DECILE}"]


@pytest.mark.usefixtures("few")
class TestDeprivation:
    @pytest.mark.parametrize(
        ("lsoa", "authority", "year"), [(2011, 2013, 2015), (2011, 2019, 2019), (2021, 2024, 2025)]
    )
    @pytest.mark.parametrize(("file", "name"), [(FILE_1, "imd"), (FILE_3, "idaci"), (FILE_7, "iod")])
    def test_every_file_of_every_edition(
        self, folder: Path, lsoa: int, authority: int, year: int, file: list[str], name: str
    ) -> None:
        ((done, said),) = add(folder, "a.csv", deprivation(lsoa, authority, file))
        assert (done, said.split(":")[0]) == ("added", f"English Indices of Deprivation {year}")
        first = rows(f"{name}_{year}")[0]
        assert (first[f"lsoa_{lsoa}"], first[f"imd_rank_{year}"], first[f"imd_quintile_{year}"]) == (A, 10, 5)
        assert first.get(f"imd_score_{year}") == (1.5 if file is FILE_7 else None)
        assert first.get(f"idaci_decile_{year}") == (None if file is FILE_1 else 10)
        assert first.get("local_authority_code") == (None if year == 2015 else "E06000020")
        for column in first:  # whatever a table gives can be asked for by name
            assert column in measures.registry().measures

    def test_files_of_one_edition_live_side_by_side(self, folder: Path) -> None:
        for file in (FILE_1, FILE_3, FILE_7):
            assert add(folder, "a.csv", deprivation(2011, 2019, file))[0][0] == "added"
        assert ask("IMD rank, IDACI rank, IMD score, local authority, local authority code", "TF7 5UG") == [
            [10, 10, 1.5, "Telford and Wrekin", "E06000020"]
        ]

    def test_columns_in_another_order_and_from_a_sheet(self, folder: Path) -> None:
        import csv

        grid = list(csv.reader(io.StringIO(deprivation(2011, 2019, FILE_3).decode("utf-8-sig"))))
        turned = [row[::-1] for row in grid]
        assert add(folder, "b.xlsx", workbook(Notes=[["About"], ["this file"]], Data=turned))[0][0] == "added"
        assert ask("imd_rank_2019, idaci_rank_2019", "TF7 5UG") == [[10, 10]]

    def test_undated_names_are_pinned(self, folder: Path) -> None:
        add(folder, "a.csv", deprivation(2011, 2019, FILE_7))
        assert ask("IDACI rank", "WS2 9XE") == ask("idaci_rank_2019", "WS2 9XE") == [[7]]
        assert ask("imd_40, IMD 40 %, imd 40 2019", "TF7 5UG") == [[0, 0, 0]]

    def test_another_year_is_refused_naming_what_was_seen(self, folder: Path) -> None:
        said = refused(folder, "a.csv", deprivation(2021, 2019, FILE_1))
        assert (
            "by 'LSOA code (2021)' with 'Local Authority District name (2019)'" in said and "2015, 2019, 2025" in said
        )
        assert "'LSOA code (2031)'" in refused(folder, "a.csv", deprivation(2031, 2029, FILE_1))

    def test_a_cut_file_and_bad_numbers(self, folder: Path) -> None:
        assert "has 9 areas, but IMD 2019 has 10: the file is not whole." in refused(
            folder, "a.csv", deprivation(2011, 2019, FILE_1, start=2)
        )
        bad = deprivation(2011, 2019, FILE_7).replace(b"Wrekin,3.000", b"Wrekin,n.k.")
        assert "line 3: 'n.k.' is no number, but the column holds imd scores." in refused(folder, "a.csv", bad)

    def test_ranks_without_a_year_are_nobodys(self, folder: Path) -> None:
        said = refused(folder, "a.csv", text(["LSOA code (2011)", f"{IMD} Rank"], [A, 1]))
        assert "is not a file that wpxl knows: its columns are LSOA code (2011)" in said


@pytest.mark.parametrize(
    ("year", "last_rank", "first_not"),
    [(2010, 13_000, 13_001), (2015, 13_137, 13_138), (2019, 13_137, 13_138), (2025, 13_502, 13_503)],
)  # fmt: skip
def test_where_the_forty_per_cent_end(year: int, last_rank: int, first_not: int) -> None:
    """Rank 13,000 for 2010 alone (the guide's rule); for the others the fourth decile, floor(0.4 × areas)."""
    columns = imd._ranked("imd", year, [1, last_rank, first_not, imd.AREAS[year]], imd.AREAS[year])
    assert columns[f"imd_40_{year}"].to_pylist() == [1, 1, 0, 0]
    if year != 2010:
        assert last_rank == imd.AREAS[year] * 4 // 10


# -------------------------------------------------------------------------------------------------- TUNDRA

TUNDRA = ["Total population", "Progression rate", "Quintile"]
LSOAS = [["LSOA", *TUNDRA], [A, 50, 0.56, 5], [B, ".", ".", "."], [C, 90, 0.1234, 1], [D, 85, 0.4, 3]]
MSOAS = [["MSOA", *TUNDRA], ["E02000001", 80, 0.65, 5], ["E02000002", ".", ".", "."]]


@pytest.mark.usefixtures("few")
class TestTundra:
    def test_both_sheets(self, folder: Path) -> None:
        sheets = {
            "Notes": [["Data to support TUNDRA"], ["", "suppression"]],
            "MSOA Quintile": MSOAS,
            "LSOA Quintile": LSOAS,
        }
        assert [d for d, _ in add(folder, "t.xlsx", workbook(**sheets))] == ["added", "added"]
        add(
            folder,
            "l.csv",
            text(["LSOA11CD", "MSOA11CD"], *([a, f"E0200000{1 + (a in (B, C))}"] for a in (A, B, C, D))),
        )
        assert ask("tundra, tundra_lsoa_rate_pct, TUNDRA MSOA, tundra_msoa_rate_pct") == [
            [5, 56.0, 5, 65.0], ["#N/A", "#N/A", "#N/A", "#N/A"], [1, 12.3, "#N/A", "#N/A"], [3, 40.0, 5, 65.0],
        ]  # fmt: skip
        why = "TF3 2HR has no TUNDRA LSOA quintile: its LSOA had fewer than 30 young people"
        assert wpxl.why("WP_POSTCODE", "TF3 2HR", "TUNDRA LSOA")[0].startswith(why)
        assert "its MSOA had fewer than 50 young people" in wpxl.why("WP_POSTCODE", "WS10 8PQ", "TUNDRA MSOA")[0]

    @pytest.mark.parametrize(
        ("sheet", "said"),
        [
            (LSOAS[:-1], "has 3 areas, but TUNDRA by LSOA has 4: the file is not whole."),
            ([*LSOAS[:-1], [D, 85, 0.4, 7]], "line 5: '7' stands where a quintile from 1 to 5 is expected."),
            (
                [*LSOAS[:-1], ["E02000001", 85, 0.4, 3]],
                "line 5: 'E02000001' is no lsoa code (those look like E01000001).",
            ),
            ([*LSOAS[:-1], [A, 85, 0.4, 3]], f"line 5: {A} stands there twice."),
            ([*LSOAS[:-1], [D, 85, "40 %", 3]], "line 5: '40 %' is no number, but the column holds rates."),
        ],
    )
    def test_refused(self, folder: Path, sheet: list[list[Any]], said: str) -> None:
        assert said in refused(folder, "t.xlsx", workbook(LSOA=sheet))


# --------------------------------------------------------------------------------------- OfS postcode look-up

OFS = [
    "Postcode", "Postcode2", "POLAR4_quintile", "POLAR3_quintile", "Reason_removed_POLAR", "TUNDRA_MSOA_quintile",
    "Reason_removed_TUNDRA_MSOA", "TUNDRA_LSOA_quintile", "Reason_removed_TUNDRA_LSOA", "Adult_HE_2011_quintile",
    "Reason_removed_Adult_HE_2011", "Gaps_GCSE_quintile", "Gaps_GCSE_Ethnicity_quintile", "Reason_removed_Gaps",
    "Uni_Connect_target_ward", "Postcode_status", "MSOA_current", "MSOA_name", "MSOA_POLAR", "MSOA_TUNDRA",
    "MSOA_Adult_HE_2011", "LSOA_current", "LSOA_name", "LSOA_TUNDRA", "CAS_ward_current", "CAS_ward_name",
    "CAS_ward_measures", "ITL2_code", "ITL2_name", "Country",
]  # fmt: skip
OFS_ROWS = [
    {"Postcode": "TF7 5UG", "POLAR4_quintile": 1, "POLAR3_quintile": 2, "TUNDRA_MSOA_quintile": 3, "TUNDRA_LSOA_quintile": 4,
     "Adult_HE_2011_quintile": 5, "Gaps_GCSE_quintile": 1, "Uni_Connect_target_ward": "1*", "CAS_ward_measures": "00GFNE"},
    {"Postcode": "TF3 2HR", "Reason_removed_POLAR": "Small population.", "TUNDRA_MSOA_quintile": ".", "Uni_Connect_target_ward": 0,
     "Reason_removed_TUNDRA_MSOA": 3, "CAS_ward_measures": "00GFNF"},
    {"Postcode": "WS108PQ", "POLAR4_quintile": 3},
]  # fmt: skip


def ofs(header: list[str] = OFS, records: list[dict[str, Any]] = OFS_ROWS) -> bytes:
    names = [
        next(n for n in OFS if n.replace("_", "").lower() == "".join(h.split("_")).replace(" ", "").lower())
        for h in header
    ]
    return text(header, *([record.get(n, "") for n in names] for record in records))


class TestOfsPostcodes:
    wanted = "polar4, polar3, tundra_msoa_quintile, tundra_lsoa_quintile, adult he, gaps_gcse_quintile, uni connect"

    def test_quintiles_and_reasons(self, folder: Path) -> None:
        ((done, said),) = add(
            folder, "Postcode-lookup-September-2024.zip", zipped(**{"Data/lookup.csv": ofs(), "notes.txt": b"x\n"})
        )
        assert (done, said) == ("added", "Young participation and adult HE by postcode: 3 rows.")
        assert ask(self.wanted) == [
            [1, 2, 3, 4, 5, 1, "1*"], [*["#N/A"] * 6, "0"], [3, *["#N/A"] * 6], ["#N/A"] * 7,
        ]  # fmt: skip
        found = store.installed().get("ofs_postcodes")
        assert found and found.vintage == "2024-09" and not found.facts["gazetteer"]

    def test_why_a_quintile_is_missing(self, folder: Path) -> None:
        add(folder, "a.csv", ofs())
        assert wpxl.why("WP_POSTCODE", "TF3 2HR", "polar4")[0] == (
            "TF3 2HR has no POLAR4 quintile: the Office for Students removed it, giving the reason 'Small population'."
        )
        assert "giving the reason code '3'" in wpxl.why("WP_POSTCODE", "TF3 2HR", "tundra msoa")[0]
        assert "removed it" not in wpxl.why("WP_POSTCODE", "WS10 8PQ", "adult he")[0]  # no quintile and no reason

    @pytest.mark.parametrize(
        "change",
        [str.upper, str.lower, lambda n: n.replace("_", " "), lambda n: n.replace("_", "")],
        ids=["upper", "lower", "spaces", "nothing"],
    )
    def test_names_written_otherwise(self, folder: Path, change: Any) -> None:
        header = [change(n) for n in OFS if not n.startswith(("Gaps", "Postcode2", "Reason_removed_Gaps"))]
        assert add(folder, "a.csv", ofs(header))[0][0] == "added"
        assert ask("polar4, tundra_lsoa_quintile, uni connect", "TF7 5UG") == [[1, 4, "1*"]]
        assert ask("gaps_gcse_quintile", "TF7 5UG") == [["#REF!"]]
        assert "'Small population'" in wpxl.why("WP_POSTCODE", "TF3 2HR", "polar3")[0]

    def test_refused(self, folder: Path) -> None:
        assert "has a header and no rows under it" in refused(folder, "a.csv", ofs(records=[]))
        odd = [*OFS_ROWS, {"Postcode": "WS2 9XE", "POLAR4_quintile": 6}]
        assert "line 5: '6' stands where a quintile" in refused(folder, "a.csv", ofs(records=odd))
        turned = [{"Postcode": 7, "POLAR4_quintile": 1}]
        assert "line 2: '7' stands in the column Postcode, but it is no postcode." in refused(
            folder, "a.csv", ofs(records=turned)
        )

    @pytest.mark.skipif(not OPEN_DATA, reason="genuine published data is not here")
    def test_the_published_header_alone(self, folder: Path, open_data: Path) -> None:
        header = next((open_data / "participation").glob("OfS_postcode_lookup*HEADER_ONLY*"))
        assert header.read_text("utf-8").split() == [",".join(OFS)]
        assert "has a header and no rows under it" in refused(folder, "a.csv", header.read_bytes())


# -------------------------------------------------------------------------------------------------- POLAR2


class TestPolar2:
    @pytest.mark.parametrize(
        "header", [["CAS ward", "YPR quintile", "AHE quintile"], ["Ward code", "POLAR2 YPR Q", "POLAR2_AHE_quintile"],
                   ["casward", "Young Participation Rate quintile", "Adult HE quintile"]],
    )  # fmt: skip
    def test_by_ward(self, folder: Path, header: list[str]) -> None:
        add(folder, "ofs.csv", ofs())
        assert add(folder, "a.csv", text(header, ["00GFNE", 1, 2], ["00GFNF", 5, "."]))[0][0] == "added"
        assert ask("polar2_ypr_quintile, polar2_ahe_quintile", "TF7 5UG", "TF3 2HR") == [[1, 2], [5, "#N/A"]]

    def test_by_postcode(self, folder: Path) -> None:
        content = text(["Postcode", "Ward code", "YPR", "AHE"], ["TF7 5UG", "00GFNE", 1, 1], ["ws29xe", "00CUFH", 3, 1])
        assert add(folder, "a.csv", content) == [("added", "POLAR2 by postcode: 2 rows.")]
        assert ask("YPR, AHE", "TF7 5UG", "WS2 9XE", "TF3 2HR") == [[1, 1], [3, 1], ["#N/A", "#N/A"]]

    def test_refused(self, folder: Path) -> None:
        header = ["CAS ward", "YPR quintile"]
        assert "line 3: '00' is no CAS ward code (those look like 00CUFH)." in refused(
            folder, "a.csv", text(header, ["00GFNE", 1], ["00", 1])
        )
        assert "line 4: 00GFNE stands there twice." in refused(
            folder, "a.csv", text(header, ["00GFNE", 1], ["00GFNF", 2], ["00GFNE", 1])
        )
        assert "line 2: 'low' stands where" in refused(folder, "a.csv", text(header, ["00GFNE", "low"]))
        assert "not a file that wpxl knows" in refused(
            folder, "a.csv", text(["CAS ward", "Adult HE quintile"], ["00GFNE", 1])
        )


# -------------------------------------------------------------------------------------------------- census

NSSEC = "National Statistics Socio-economic Classification (NS-SEC): "
CLASSES = [
    "Total: All usual residents aged 16 years and over",
    "L1, L2 and L3 Higher managerial, administrative and professional occupations",
    "L4, L5 and L6 Lower managerial, administrative and professional occupations",
    "L7 Intermediate occupations",
    "L8 and L9 Small employers and own account workers",
    "L10 and L11 Lower supervisory and technical occupations",
    "L12 Semi-routine occupations",
    "L13 Routine occupations",
    "L14.1 and L14.2 Never worked and long-term unemployed",
    "L15 Full-time students",
]
TS062 = ["date", "geography", "geography code", *(NSSEC + words for words in CLASSES)]


def ts062(*areas: str, total: int = 200, header: list[str] = TS062) -> bytes:
    return text(header, *([2021, area, area, total, 10, 20, 30, 40, 50, 20, 15, 9, 6] for area in areas))


@pytest.mark.usefixtures("few")
class TestCensus:
    every = "nssec_1_pct_2021, nssec_4_pct_2021, nssec_8_pct_2021, nssec_nc_pct_2021, NS-SEC 4-7 %, nssec_4_8_pct_2021"

    @pytest.fixture
    def finer(self, folder: Path) -> Path:
        """Postcodes that know their output area; or only LSOA; or only MSOA."""
        head = "pcds,doterm,usertype,ctry,laua,lsoa11,oa21,lsoa21,msoa21"
        end = ",,0,E92000001,E06000020,,"
        lines = [f"TF7 5UG{end}E00000001,{A},E02000001", f"TF3 2HR{end},{B},E02000001", f"WS2 9XE{end},,E02000001"]
        add(folder, "NSPL_NOV_2024.csv", "\n".join([head, *lines]).encode())
        return folder

    def test_the_finest_area_answers(self, finer: Path) -> None:
        members = {"x-ctry.csv": ts062("E92000001", "W92000004"), "x-lsoa.csv": ts062(A, B, total=400),
                   "x-msoa.csv": ts062("E02000001", "E02000002", total=800), "x-oa.csv": ts062("E00000001", "E00000002"),
                   "metadata/ts062.txt": b"Title: NS-SeC\nUnit: Person\n"}  # fmt: skip
        assert [d for d, _ in add(finer, "census2021-ts062.zip", zipped(**members))] == ["added"] * 4
        assert ask(self.every, "TF7 5UG", "TF3 2HR", "WS2 9XE") == [
            [5.0, 20.0, 4.5, 3.0, 62.5, 67.0], [2.5, 10.0, 2.25, 1.5, 31.25, 33.5], [1.25, 5.0, 1.13, 0.75, 15.63, 16.75],
        ]  # fmt: skip

    def test_districts_and_above_answer_for_no_postcode(self, finer: Path) -> None:
        for codes in (
            ("E06000020", "E07000001"),
            ("E12000005", "W92000004"),
            ("E06000020", "E10000003"),
            ("K04000001", "E92000001"),
        ):
            assert add(finer, "a.csv", ts062(*codes))[0][0] == "added"
        assert ask("nssec_4_7_pct_2021", "TF7 5UG") == [["#REF!"]]

    def test_nobody_lives_there(self, finer: Path) -> None:
        add(finer, "a.csv", ts062("E00000001", "E00000002", total=0))
        assert ask("nssec_4_7_pct_2021", "TF7 5UG") == [["#N/A"]]

    def test_refused(self, folder: Path) -> None:
        assert "has 1 areas, but Census 2021 by output area has 2" in refused(folder, "a.csv", ts062("E00000001"))
        assert "line 2: 'E99999999' is the code of no area" in refused(folder, "a.csv", ts062("E99999999", "E00000001"))
        assert "line 3: 'E01000001' is no area code" in refused(folder, "a.csv", ts062("E00000001", A))
        assert "not a file that wpxl knows" in refused(
            folder, "a.csv", ts062("E00000001", header=[*TS062[:-1], "other"])
        )
        bad = ts062("E00000001", "E00000002").replace(b"200,10", b"200,c", 1)
        assert "line 2: 'c' is no number" in refused(folder, "a.csv", bad)


# -------------------------------------------------------------------------------------------------- lookups

CHANGES = [["LSOA11CD", "LSOA11NM", "LSOA21CD", "LSOA21NM", "CHGIND", "LAD22CD", "LAD22NM", "LAD22NMW", "ObjectId"], *(
    [old, "a", new, "b", mark, "E06000020", "Telford and Wrekin", "", 1] for old, new, mark in (
        (A, A, "U"), (B, "E01035001", "S"), (B, "E01035002", "S"), (C, "E01035003", "M"), (D, "E01035003", "M"),
        ("E01000005", "E01035004", "X"), ("E01000005", "E01035005", "X"), ("E01000006", "E01035005", "X"),
        ("E01000007", "E01035006", "X")))]  # fmt: skip


def both(path: Path) -> Iterator[Draft]:
    for found in tables_in(path):
        roles = lookups.recognise(found.header)
        assert roles
        yield lookups.read(found, roles)
        yield from lookups.also(found, roles)


class TestChanges:
    def test_only_what_is_unambiguous(self, folder: Path) -> None:
        assert add(folder, "a.csv", text(*CHANGES)) == [
            ("added", "LSOA 2011 to LSOA 2021 lookup: 7 rows."),
            ("added", "LSOA 2021 to LSOA 2011 lookup: 7 rows."),
        ]
        assert ask("lsoa_2021") == [[A], ["#N/A"], ["E01035003"], ["E01035003"]]
        assert wpxl.why("WP_POSTCODE", "TF3 2HR", "lsoa_2021")[0] == (
            f"TF3 2HR has no LSOA 2021: its area ({B}) was divided among 2 areas in 2021, which have different figures."
        )
        by_code = {r["lsoa_2011"]: (r["lsoa_2021"], r["lsoa_2021_reason"] or "") for r in rows("lsoa_2011_2021")}
        assert by_code["E01000007"] == ("E01035006", "")  # X, but nobody else has a part in either
        assert by_code["E01000006"][0] is None and "redrawn across older boundaries" in by_code["E01000006"][1]
        assert by_code["E01000005"][0] is None and "divided among 2" in by_code["E01000005"][1]

    def test_the_other_direction(self, folder: Path) -> None:
        (folder / "a.csv").write_bytes(text(*CHANGES))
        forwards, back = both(folder / "a.csv")
        assert (back.id, back.key, back.title) == ("lsoa_2021_2011", "lsoa_2021", "LSOA 2021 to LSOA 2011 lookup")
        by_code = {r["lsoa_2021"]: (r["lsoa_2011"], r["lsoa_2011_reason"] or "") for r in back.rows.to_pylist()}
        assert by_code["E01035001"] == by_code["E01035002"] == (B, "")  # cut out of one area, which is therefore theirs
        assert by_code["E01035003"][0] is None and "put together from 2 areas of 2011" in by_code["E01035003"][1]
        assert by_code["E01035004"][0] is None and "redrawn" in by_code["E01035004"][1]
        there = {r["lsoa_2011"]: r["lsoa_2021"] for r in forwards.rows.to_pylist()}
        for new, (old, _) in by_code.items():  # there and back is never somewhere else
            assert there.get(old) in (None, new)

    def test_postcodes_that_only_know_the_newer_area(self, folder: Path) -> None:
        """As in the National Statistics Postcode Lookup from 2025 on: TUNDRA and IMD 2019 are found through LSOA 2011."""
        (folder / "a.csv").write_bytes(text(*CHANGES))
        _, back = both(folder / "a.csv")
        back.sources = [{"file": "a.csv", "sha256": "0" * 64}]
        write.install(back)
        pq.write_table(
            pa.table({"pcds": ["TF1 1AA", "TF1 1AB"], "lsoa21cd": ["E01035001", "E01035003"]}),
            folder / "may2025.parquet",
        )
        assert [o.done for o in ingest.add([folder / "may2025.parquet"])] == ["added"]
        assert ask("lsoa_2011", "TF1 1AA", "TF1 1AB") == [[B], ["#N/A"]]
        assert "put together from 2 areas of 2011" in wpxl.why("WP_POSTCODE", "TF1 1AB", "lsoa_2011")[0]

    def test_msoa_with_its_other_spelling(self, folder: Path) -> None:
        header = ["MSOA11CD", "MSOA11NM", "CHNGIND", "MSOA21CD", "MSOA21NM", "LAD22CD"]
        pairs = [("E02000001", "U", "E02000001"), ("E02000002", "S", "E02006001"), ("E02000002", "S", "E02006002")]
        (folder / "a.csv").write_bytes(text(header, *([a, "Old", m, b, "New", "E06000020"] for a, m, b in pairs)))
        forwards, back = both(folder / "a.csv")
        first = forwards.rows.to_pylist()[0]
        assert (first["msoa_2021"], first["msoa_2011_name"], first["msoa_2021_name"]) == ("E02000001", "Old", "New")
        assert [r["msoa_2011"] for r in back.rows.to_pylist()] == ["E02000001", "E02000002", "E02000002"]

    def test_refused(self, folder: Path) -> None:
        broken = [*CHANGES[:2], ["E01000002", "b", "E0103", "b", "U", "", "", "", 2]]
        assert "line 3: 'E01000002' and 'E0103' are not both LSOA codes." in refused(folder, "a.csv", text(*broken))


class TestMemberships:
    def test_from_an_lsoa_to_names_and_regions(self, folder: Path) -> None:
        telford, walsall = ("E06000020", "Telford and Wrekin"), ("E08000030", "Walsall")
        ward = [
            ["FID", "LSOA11CD", "LSOA11NM", "WD23CD", "WD23NM", "LAD23CD", "LAD23NM"],
            [1, A, "a", "E05000001", "Woodside", *telford],
            [2, B, "b", "E05000002", "Pleck", *walsall],
        ]
        region, wales = ("E12000005", "West Midlands", "E92000001", "England"), ("", "", "W92000004", "Wales")
        authorities = [
            ["LADCD", "LADNM", "LADCD_ACTIVE", "RGNCD", "RGNNM", "CTRYCD", "CTRYNM", "Current"],
            [*telford, "E06000020", *region, "TRUE"],
            [*walsall, "E08000030", *region, "TRUE"],
            ["W06000022", "Newport", "W06000022", *wales, "TRUE"],
        ]
        add(folder, "w.csv", text(*ward))
        assert ask("region", "TF7 5UG") == [["#REF!"]]
        assert add(folder, "la.csv", text(*authorities)) == [("added", "Local authorities and regions: 3 rows.")]
        wanted = "region, local_authority, local_authority_code, region code, ward, ward_code"
        assert ask(wanted, "TF7 5UG", "TF3 2HR", "WS2 9XE") == [
            ["West Midlands", "Telford and Wrekin", "E06000020", "E12000005", "Woodside", "E05000001"],
            ["West Midlands", "Walsall", "E08000030", "E12000005", "Pleck", "E05000002"], ["#N/A"] * 6,
        ]  # fmt: skip
        assert store.installed().get("lsoa_2011_ward").vintage == "2023"  # type: ignore[union-attr]
        assert [r["region"] for r in rows("local_authorities")] == ["West Midlands", "West Midlands", None]

    @pytest.mark.parametrize(
        ("table", "header", "row"),
        [
            ("lsoa_2011_msoa_2011", "lsoa11_name|lsoa11_code|msoa11_name|msoa11_code", "a|E01000001|Hartlepool 006|E02002488"),
            ("lsoa_2021_ward", "lsoa21_name|lsoa21_code|ward24_name|ward24_code|ltla24_name|ltla24_code",
             "a|E01000001|w|E05009861|la|E06000002"),
            ("rural_urban_2011", "FID|LSOA11CD|LSOA11NM|RUC11CD|RUC11", "1|E01000001|a|A1|Urban major conurbation"),
            ("oa_2011_areas", "Output Area Code|Local Authority Code|Local Authority Name|Region/Country Code|Supergroup Name",
             "E00000001|E09000001|City of London|E12000007|Cosmopolitans"),
            ("oa_2011_areas", "OA11CD|LSOA11CD|LSOA11NM|MSOA11CD|MSOA11NM|LAD11CD|LAD11NM|ObjectId",
             "E00000001|E01000001|a|E02000001|m|E09000001|City of London|1"),
            ("oa_2021_areas", "OA21CD|LSOA21CD|LSOA21NM|MSOA21CD|MSOA21NM|LAD22CD|LAD22NM",
             "E00000001|E01000001|a|E02000001|m|E09000001|City of London"),
            ("ward_names", "WD21CD|WD21NM", "E05000001|Woodside"),
            ("local_authority_names", "LAD21CD|LAD21NM|LAD21NMW", "E06000020|Telford and Wrekin|"),
            ("local_authorities", "LAD23CD|LAD23NM|RGN23CD|RGN23NM|ObjectId",
             "E06000020|Telford and Wrekin|E12000005|West Midlands|1"),
            ("regions", "RGN20CD|RGN20CDO|RGN20NM", "E12000005|F|West Midlands"),
        ],
    )  # fmt: skip
    def test_layouts(self, folder: Path, table: str, header: str, row: str) -> None:
        assert add(folder, "a.csv", text(header.split("|"), row.split("|")))[0][0] == "added"
        ((made),) = rows(table)
        assert set(made) <= set(measures.registry().measures) and not {None, ""} & set(made.values())
        assert set(made.values()) <= set(row.split("|"))

    def test_a_table_with_figures_is_somebodys_own(self, folder: Path) -> None:
        for header in (
            ["LAD21CD", "LAD21NM", "our priority"],
            ["LSOA11CD", "MSOA11CD", "pupils"],
            ["pcds", "lsoa11cd", "msoa11cd"],
        ):
            assert lookups.recognise(header) is None

    def test_refused(self, folder: Path) -> None:
        header = ["LSOA11CD", "MSOA11CD"]
        assert "line 3: E01000001 stands there twice." in refused(
            folder, "a.csv", text(header, [A, "E02000001"], [A, "E02000002"])
        )
        assert "line 2: 'E02000001' is no lsoa_2011 code (those look like E01000001)." in refused(
            folder, "a.csv", text(header, ["E02000001", "E02000001"])
        )

    def test_what_nobody_knows_in_a_zip_is_passed_over(self, folder: Path) -> None:
        content = zipped(
            **{"regions.csv": text(["RGN20CD", "RGN20NM"], ["E12000005", "West Midlands"]), "other.csv": b"a,b\n1,2\n"}
        )
        assert [d for d, _ in add(folder, "a.zip", content)] == ["added"]


def test_every_source_is_listed_and_every_measure_has_one() -> None:
    sources = measures.sources()
    assert set(ingest.READABLE) <= set(sources)
    assert len({s["order"] for s in sources.values()}) == len(sources)
    for measure in measures.registry().measures.values():
        assert measure.source in sources or store.installed().get(measure.source), measure.id
        assert measure.label and measure.unit and measure.geography, measure.id
        assert measure.unit not in ("rank", "decile", "quintile", "%", "score", "1 or 0") or measure.note, (
            f"{measure.id}: which end is which?"
        )
