"""The English Indices of Deprivation: one row a small area (LSOA), rank 1 the most deprived.

Sources: MHCLG, English indices of deprivation 2019 and 2025, and DCLG 2015: File 1 (the IMD), File 3 (the supplementary
indices of children, IDACI, and older people) and File 7 (all ranks, deciles and scores), as xlsx or as CSV saved from the
sheet; DCLG 2010, by LSOA 2001, in a table with a code and a rank column. The years of the LSOAs and of the authorities in
the header tell the edition. Deciles follow the publisher's own rule, under which decile d ends at rank
floor(d × areas ÷ 10); quintiles likewise with fifths.
"""

from __future__ import annotations

import pyarrow as pa

from ..errors import refuse
from ..store.write import Draft
from .columns import area_codes, match, numbers, whole, whole_numbers
from .opening import Found

SOURCES = (
    "imd_2010", "imd_2015", "imd_2019", "imd_2025", "idaci_2015", "idaci_2019", "idaci_2025", "iod_2015", "iod_2019", "iod_2025",
)  # fmt: skip
AREAS = {2010: 32_482, 2015: 32_844, 2019: 32_844, 2025: 33_755}
KEYS = {2010: "lsoa_2001", 2015: "lsoa_2011", 2019: "lsoa_2011", 2025: "lsoa_2021"}
EDITIONS = {("2011", "2013"): 2015, ("2011", "2019"): 2019, ("2021", "2024"): 2025}  # years of LSOAs and authorities
FORTY_PER_CENT_2010 = 13_000  # the guide's own cut-off; a true 40 % of 2010 would end at rank 12,992

IMD, IDACI = r"Index of Multiple Deprivation \(IMD\)", r"Income Deprivation Affecting Children Index \(IDACI\)"
SINCE_2015 = {
    "LSOA": r"LSOA code \(\d{4}\)",
    "authority code": r"Local Authority District code \(\d{4}\)",
    "authority": r"Local Authority District name \(\d{4}\)",
    "imd rank": rf"{IMD} Rank.*",
    "imd score": rf"{IMD} Score.*",
    "idaci rank": rf"{IDACI} Rank.*",
}
YEAR_2010 = {
    "LSOA": r"LSOA CODE|lsoa01_?(cd|code)",
    "imd rank": r"RANK OF IMD SCORE.*|IMD[_ ]rank",
    "imd score": r"IMD[_ ]score",
}


def recognise(header: list[str]) -> dict[str, str] | None:
    found = match(header, SINCE_2015)
    if {"LSOA", "authority code", "authority"} <= set(found) and found.keys() & {"imd rank", "idaci rank"}:
        return found
    found = match(header, YEAR_2010)
    return found if {"LSOA", "imd rank"} <= set(found) else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    year = _year(found, roles)
    n, rows = AREAS[year], found.columns(roles)
    codes = area_codes(found, rows, "LSOA", "01")
    columns: dict[str, pa.Array] = {KEYS[year]: pa.array(codes)}
    for index in ("imd", "idaci"):
        if f"{index} rank" in roles:
            ranks = whole_numbers(found, rows, f"{index} rank", 1, n)
            columns |= _ranked(index, year, ranks, n)
    whole(found, len(codes), n, f"IMD {year}")
    if "imd score" in roles:
        columns[f"imd_score_{year}"] = numbers(found, rows, "imd score")
    if year > 2015:  # the authorities of 2015's edition are those of 2013: too old to answer for today's
        columns["local_authority_code"] = rows.column("authority code")
        columns["local_authority"] = rows.column("authority")
    kind, what = _file(roles)
    return Draft(
        id=f"{kind}_{year}",
        key=KEYS[year],
        rows=pa.table(columns),
        title=f"English Indices of Deprivation {year}{what}",
        vintage=str(year),
    )


def _ranked(index: str, year: int, ranks: list[int], n: int) -> dict[str, pa.Array]:
    deciles = [-(-rank * 10 // n) for rank in ranks]
    columns = {
        f"{index}_rank_{year}": pa.array(ranks, pa.int32()),
        f"{index}_decile_{year}": pa.array(deciles, pa.int8()),
        f"{index}_quintile_{year}": pa.array([-(-rank * 5 // n) for rank in ranks], pa.int8()),
    }
    if index == "imd":
        among = [r <= FORTY_PER_CENT_2010 for r in ranks] if year == 2010 else [d <= 4 for d in deciles]
        columns[f"imd_40_{year}"] = pa.array([int(a) for a in among], pa.int8())
    return columns


def _file(roles: dict[str, str]) -> tuple[str, str]:
    """Which of an edition's files it is. Each is a table of its own, so that adding one never takes away another's."""
    if "idaci rank" not in roles:
        return "imd", ""
    return ("iod", ": all ranks and scores") if "imd score" in roles else ("idaci", ": IDACI")


def _year(found: Found, roles: dict[str, str]) -> int:
    if "authority" not in roles:
        return 2010
    years = (roles["LSOA"][-5:-1], roles["authority"][-5:-1])
    if years not in EDITIONS:
        known = ", ".join(str(year) for year in EDITIONS.values())
        raise refuse(
            f"{found.name} has deprivation ranks by '{roles['LSOA']}' with '{roles['authority']}', which is none of the "
            f"editions that this version of wpxl reads (2010, {known})."
        )
    return EDITIONS[years]
