"""The National Statistics Postcode Lookup: every UK postcode with its small areas, live and ended.

Source: ONS, NSPL user guide. Layout: Nov 2021 (41 columns: pcd, pcd2, pcds, dointr, doterm, usertype, …); later releases
add years to the area columns' names (lad25cd), which the patterns allow. `doterm` is yyyymm, `usertype` 1 a large user,
codes that end in 99999999 stand for "none", and a postcode without a grid reference has no areas at all.
"""

from __future__ import annotations

import pyarrow as pa

from ..errors import refuse
from ..store.write import Draft
from .columns import mapped, match, release_in_name, release_text
from .opening import Found

SOURCES = ("nspl",)

IDENTITY = {"postcode": "pcds", "ended": "doterm", "large_user": "usertype|usrtypind", "country": r"ctry(\d\dcd)?"}
AREAS = {
    "oa_2011": r"oa11(cd)?",
    "oa_2021": r"oa21(cd)?",
    "lsoa_2011": r"lsoa11(cd)?",
    "lsoa_2021": r"lsoa21(cd)?",
    "msoa_2011": r"msoa11(cd)?",
    "msoa_2021": r"msoa21(cd)?",
    "ward_code": r"ward|wd\d\dcd",
    "local_authority_code": r"laua|lad\d\dcd",
    "region_code": r"rgn(\d\dcd)?",
}
COUNTRIES = {
    "E92000001": "England", "W92000004": "Wales", "S92000003": "Scotland", "N92000002": "Northern Ireland",
    "L93000001": "Channel Islands", "M83000003": "Isle of Man",
}  # fmt: skip
REGIONS = {
    "E12000001": "North East", "E12000002": "North West", "E12000003": "Yorkshire and The Humber",
    "E12000004": "East Midlands", "E12000005": "West Midlands", "E12000006": "East of England",
    "E12000007": "London", "E12000008": "South East", "E12000009": "South West",
}  # fmt: skip


def recognise(header: list[str]) -> dict[str, str] | None:
    found = match(header, IDENTITY | AREAS)
    lsoa = "lsoa_2011" in found or "lsoa_2021" in found
    return found if {*IDENTITY, "local_authority_code"} <= set(found) and lsoa else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = found.columns(roles)
    month = mapped(rows.column("ended"), _month, pa.int32())
    if month.null_count:
        bad = next(t for t in rows.column("ended").to_pylist() if _month(t) is None)
        raise refuse(
            f"{found.name}: '{bad[:20]}' stands in {roles['ended']}, which holds months such as 201506 or nothing."
        )
    release = release_in_name(found.path) or _newest(month)
    columns = {
        "postcode": rows.column("postcode"),
        "ended": month,
        "large_user": mapped(rows.column("large_user"), lambda t: t.strip() == "1", pa.bool_()),
        "country": mapped(rows.column("country"), lambda t: COUNTRIES.get(t.strip()), pa.string()),
    }
    columns |= {name: mapped(rows.column(name), _area, pa.string()) for name in AREAS if name in roles}
    if "region_code" in roles:
        columns["region"] = mapped(rows.column("region_code"), lambda t: REGIONS.get(t.strip()), pa.string())
    when = release_text(release)
    return Draft(
        id=f"postcodes_{release // 100}_{release % 100:02d}",
        key="postcode",
        rows=pa.table(columns),
        title=f"National Statistics Postcode Lookup, {when}",
        vintage=f"{release // 100}-{release % 100:02d}",
        release=release,
        gazetteer=True,
    )


def _month(text: str) -> int | None:
    text = text.strip()
    if not text:
        return 0
    good = text.isdigit() and len(text) == 6 and 1970 <= int(text[:4]) <= 2100 and 1 <= int(text[4:]) <= 12
    return int(text) if good else None


def _newest(ended: pa.Array) -> int:
    """Without a release in the file's name: the newest month in which one of its postcodes ended."""
    import pyarrow.compute as pc

    return pc.max(ended).as_py() or 197001


def _area(text: str) -> str | None:
    text = text.strip()
    return text if text and not text.endswith("99999999") else None
