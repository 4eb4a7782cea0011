"""Census 2021, table TS062: residents by NS-SEC class, as shares of all residents aged 16 and over.

Source: ONS, Census 2021, TS062, the Nomis bulk download census2021-ts062.zip: a CSV for each kind of area with the columns
date, geography, geography code, the total, and nine counts named by the categories they add up (L1, L2 and L3 is class 1;
L15 full-time students). Counts are perturbed, so that shares need not add up to exactly 100.

Output areas come before LSOAs, those before MSOAs: tables of equal distance answer in the order of their ids. The zip's
tables of districts, counties, regions and countries are kept for comparison under keys that no postcode leads to, lest a
whole district's share stand in for a small area's.
"""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import refuse
from ..store.write import Draft
from .columns import keys, match, numbers, percent, whole
from .opening import Found

SOURCES = ("census_2021",)


class Level(NamedTuple):
    id: str
    key: str
    name: str
    form: str  # of the codes of its areas
    areas: int


LEVELS = (
    Level("census_2021_oa", "oa_2021", "output area", "[EW]00[0-9]{6}", 188_880),
    Level("census_2021_soa_lower", "lsoa_2021", "LSOA", "[EW]01[0-9]{6}", 35_672),
    Level("census_2021_soa_middle", "msoa_2021", "MSOA", "[EW]02[0-9]{6}", 7_264),
    Level("census_2021_district", "census_district", "district", "E0[6-9][0-9]{6}|W06[0-9]{6}", 331),
    Level("census_2021_county", "census_county", "county", "E(06|08|09|10)[0-9]{6}|W06[0-9]{6}", 174),
    Level("census_2021_region", "census_region", "region", "E12[0-9]{6}|W92[0-9]{6}", 10),
    Level("census_2021_country", "census_country", "country", "[EWK][09][24][0-9]{6}", 3),
)
CLASSES = {
    "class_1": "L1, L2 and L3",
    "class_2": "L4, L5 and L6",
    "class_3": "L7",
    "class_4": "L8 and L9",
    "class_5": "L10 and L11",
    "class_6": "L12",
    "class_7": "L13",
    "class_8": r"L14\.1 and L14\.2",
    "class_nc": "L15",
}
NSSEC = r"National Statistics Socio-economic Classification \(NS-SEC\): "
ROLES = {
    "area": "geography code",
    "total": rf"{NSSEC}Total: All usual residents aged 16 years and over",
    **{role: rf"{NSSEC}{words} .*" for role, words in CLASSES.items()},
}


def recognise(header: list[str]) -> dict[str, str] | None:
    found = match(header, ROLES)
    return found if len(found) == len(ROLES) else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = found.columns(roles)
    level = _level(found, rows)
    areas = keys(found, rows, "area", level.form, "E00000001")
    whole(found, len(areas), level.areas, f"Census 2021 by {level.name}")
    counts = {role: numbers(found, rows, role) for role in ("total", *CLASSES)}
    columns: dict[str, pa.Array] = {level.key: areas}
    for role in CLASSES:
        columns[f"nssec_{role.removeprefix('class_')}_pct_2021"] = _share(counts, [role])
    for last in (7, 8):
        columns[f"nssec_4_{last}_pct_2021"] = _share(counts, [f"class_{n}" for n in range(4, last + 1)])
    return Draft(
        id=level.id,
        key=level.key,
        rows=pa.table(columns),
        title=f"Census 2021, TS062: NS-SEC by {level.name}",
        vintage="2021",
    )


def _level(found: Found, rows: pa.Table) -> Level:
    """The kind of area, which only the codes tell: all of the zip's files have one header.

    Unitary authorities are districts and counties both, so the first row alone may fit two kinds.
    """
    codes = pc.utf8_trim_whitespace(rows.column("area").combine_chunks())
    first = [level for level in LEVELS if pc.match_substring_regex(codes[:1], f"^({level.form})$")[0].as_py()]
    if not first:
        raise refuse(
            f"{found.name}, line 2: '{codes[0].as_py()[:20]}' is the code of no area that Census 2021 counts people by."
        )
    return next((v for v in first if pc.all(pc.match_substring_regex(codes, f"^({v.form})$")).as_py()), first[0])


def _share(counts: dict[str, pa.Array], roles: list[str]) -> pa.Array:
    """Classes as a percentage of all residents aged 16 and over, to two decimals; none where nobody lives."""
    people = counts[roles[0]]
    for role in roles[1:]:
        people = pc.add(people, counts[role])
    base = pc.if_else(pc.equal(counts["total"], 0), None, counts["total"])
    return percent(people, base, 2)
