"""The Index of Multiple Deprivation, File 1: one row a small area (LSOA), rank 1 the most deprived.

Sources: MHCLG, English indices of deprivation 2019 and 2025, File 1 (xlsx or CSV saved from its sheet); DCLG, 2015, the
same layout; DCLG 2010, by LSOA 2001, in a table with a code and a rank column. Deciles follow the publisher's own rule, under
which decile d ends at rank floor(d × areas ÷ 10); quintiles likewise with fifths.
"""

from __future__ import annotations

import pyarrow as pa

from ..errors import refuse
from ..store.write import Draft
from .columns import area_codes, match, whole_numbers
from .opening import Found

SOURCES = ("imd_2010", "imd_2015", "imd_2019", "imd_2025")
AREAS = {2010: 32_482, 2015: 32_844, 2019: 32_844, 2025: 33_755}
KEYS = {2010: "lsoa_2001", 2015: "lsoa_2011", 2019: "lsoa_2011", 2025: "lsoa_2021"}

FILE_1 = {
    "LSOA": r"LSOA code \((2011|2021)\)",
    "rank": r"Index of Multiple Deprivation \(IMD\) Rank.*",
    "local_authority": r"Local Authority District name \((2013|2019|2024)\)",
}
YEAR_2010 = {"LSOA": r"LSOA CODE|lsoa01_?(cd|code)", "rank": r"RANK OF IMD SCORE.*|IMD[_ ]rank"}


def recognise(header: list[str]) -> dict[str, str] | None:
    for roles in (FILE_1, YEAR_2010):
        found = match(header, roles)
        if len(found) == len(roles):
            return found
    return None


def read(found: Found, roles: dict[str, str]) -> Draft:
    year = _year(found, roles)
    rows, key = found.columns(roles), KEYS[year]
    codes = area_codes(found, rows, "LSOA", "01")
    ranks = whole_numbers(found, rows, "rank", 1, AREAS[year])
    if len(codes) != AREAS[year]:
        raise refuse(
            f"{found.name} has {len(codes):,} areas, but IMD {year} has {AREAS[year]:,}: the file is not whole."
        )
    n = AREAS[year]
    columns = {
        key: pa.array(codes),
        f"imd_rank_{year}": pa.array(ranks, pa.int32()),
        f"imd_decile_{year}": pa.array([-(-rank * 10 // n) for rank in ranks], pa.int8()),
        f"imd_quintile_{year}": pa.array([-(-rank * 5 // n) for rank in ranks], pa.int8()),
    }
    if "local_authority" in roles:
        columns["local_authority"] = rows.column("local_authority")
    return Draft(
        id=f"imd_{year}",
        key=key,
        rows=pa.table(columns),
        title=f"English Indices of Deprivation {year}",
        vintage=str(year),
    )


def _year(found: Found, roles: dict[str, str]) -> int:
    if "local_authority" not in roles:
        return 2010
    authorities = roles["local_authority"][-5:-1]
    return {"2013": 2015, "2019": 2019, "2024": 2025}[authorities]
