"""The ONS lookup from LSOA 2001 to LSOA 2011: how today's small areas find figures published on the old ones.

Source: ONS, Lower Layer Super Output Area (2001) to (2011) to Local Authority District (2011) lookup. An area of 2011
that was unchanged, or cut out of one area of 2001, has one area of 2001; one that was merged from several has none.
"""

from __future__ import annotations

import pyarrow as pa

from ..errors import refuse
from ..store.write import Draft
from .columns import AREA_CODE, match
from .opening import Found

SOURCES = ("lsoa_2001_2011",)
ROLES = {"old": "LSOA01CD", "new": "LSOA11CD", "change": "CHGIND"}


def recognise(header: list[str]) -> dict[str, str] | None:
    found = match(header, ROLES)
    return found if len(found) == len(ROLES) else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = found.columns(roles)
    parents: dict[str, set[str]] = {}
    for line, (old, new) in enumerate(
        zip(rows.column("old").to_pylist(), rows.column("new").to_pylist(), strict=True), 2
    ):
        if not AREA_CODE(old) or not AREA_CODE(new):
            raise refuse(f"{found.name}, line {line}: '{old[:12]}' and '{new[:12]}' are not both LSOA codes.")
        parents.setdefault(new, set()).add(old)
    codes = sorted(parents)
    single = [next(iter(parents[c])) if len(parents[c]) == 1 else None for c in codes]
    return Draft(
        id="lsoa_2001_2011",
        key="lsoa_2011",
        rows=pa.table(
            {
                "lsoa_2011": codes,
                "lsoa_2001": pa.array(single, pa.string()),
                "lsoa_2001_reason": pa.array([_reason(c, parents[c]) for c in codes], pa.string()),
            }
        ),
        title="LSOA 2001 to LSOA 2011 lookup",
        vintage="2011",
    )


def _reason(code: str, parents: set[str]) -> str | None:
    if len(parents) == 1:
        return None
    return f"its area ({code}) was put together from {len(parents)} areas of 2001, which have different figures"
