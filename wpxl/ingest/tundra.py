"""TUNDRA: how many young people from state schools of an area go on to higher education; quintile 1 the fewest.

Source: Office for Students, TUNDRA MSOA and LSOA workbook, March 2021: a sheet of LSOAs and one of MSOAs (2011), each with
the columns area code, Total population, Progression rate (a fraction) and Quintile. By the workbook's notes an LSOA with
fewer than 30 young people, an MSOA with fewer than 50, is suppressed: `.` in place of its figures.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ..store.write import Draft
from .columns import keys, match, numbers, percent, quintiles, whole
from .opening import Found

SOURCES = ("tundra",)
AREAS = {"lsoa": 32_844, "msoa": 6_791}
FEWEST = {"lsoa": 30, "msoa": 50}
FORMS = {"lsoa": ("E01[0-9]{6}", "E01000001"), "msoa": ("E02[0-9]{6}", "E02000001")}
REST = {"rate": "(Progression|Participation) ?rate", "quintile": "Quintile"}


def recognise(header: list[str]) -> dict[str, str] | None:
    for level in AREAS:
        found = match(header, {level: f"{level}( ?code)?", **REST})
        if len(found) == 3:
            return found
    return None


def read(found: Found, roles: dict[str, str]) -> Draft:
    level = next(level for level in AREAS if level in roles)
    rows = found.columns(roles)
    areas = keys(found, rows, level, *FORMS[level])
    whole(found, len(areas), AREAS[level], f"TUNDRA by {level.upper()}")
    quintile, rate = quintiles(found, rows, "quintile"), percent(numbers(found, rows, "rate"), 1.0, 1)
    return Draft(
        id=f"tundra_{level}",
        key=f"{level}_2011",
        rows=pa.table(
            {
                f"{level}_2011": areas,
                f"tundra_{level}_quintile": quintile,
                f"tundra_{level}_quintile_reason": _suppressed(quintile, level),
                f"tundra_{level}_rate_pct": rate,
                f"tundra_{level}_rate_pct_reason": _suppressed(rate, level),
            }
        ),
        title=f"TUNDRA by {level.upper()}",
        vintage="2021",
    )


def _suppressed(values: pa.Array, level: str) -> pa.Array:
    few = f"fewer than {FEWEST[level]} young people to count"
    said = f"its {level.upper()} had {few}, too few for the Office for Students to publish"
    return pc.if_else(pc.is_null(values), said, None)
