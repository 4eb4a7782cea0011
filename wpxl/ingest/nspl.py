"""The ONS postcode files: every UK postcode with its small areas, live and ended. One module for their whole family.

NSPL (National Statistics Postcode Lookup, best-fit areas), ONSPD (ONS Postcode Directory, areas by point) and the plain
postcode → OA → LSOA → MSOA → LAD lookup share their columns; names drift with the years (laua, oslaua, lad25cd), which the
patterns allow, and ONSPD files of 2014 have no heading at all. Source: ONS, NSPL and ONSPD user guides. `doterm` is
yyyymm, `usertype` 1 a large user, codes that end in 99999999 stand for "none", and a postcode without a grid reference has
no areas.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from ..errors import refuse
from ..store.write import Draft
from .columns import mapped, match, recoded, release_in_name, release_text
from .opening import Found

SOURCES = ("nspl",)

IDENTITY = {
    "postcode": "pcds",
    "ended": "doterm",
    "large_user": "usertype|usrtypind",
    "country": r"ctry(\d\dcd)?",
}
AREAS = {
    "local_authority_code": r"(os)?laua|lad(\d\d)?cd",
    "oa_2011": r"oa11(cd)?",
    "oa_2021": r"oa21(cd)?",
    "lsoa_2001": r"lsoa01(cd)?",
    "lsoa_2011": r"lsoa11(cd)?",
    "lsoa_2021": r"lsoa21(cd)?",
    "msoa_2011": r"msoa11(cd)?",
    "msoa_2021": r"msoa21(cd)?",
    "ward_code": r"(os)?ward|wd\d\dcd",
    "cas_ward": "casward",
    "region_code": r"rgn(\d\dcd)?|gor",
}
# The ONSPD of 2014, which has no heading: its fifty columns in order, as the user guide lists them.
ONSPD_2014 = (
    *("pcd", "pcd2", "pcds", "dointr", "doterm", "oscty", "oslaua", "osward", "usertype", "oseast1m", "osnrth1m"),
    *("osgrdind", "oshlthau", "hro", "ctry", "gor", "streg", "pcon", "eer", "teclec", "ttwa", "pct", "nuts", "psed"),
    *("cened", "edind", "oshaprev", "lea", "oldha", "wardc91", "wardo91", "ward98", "statsward", "oa01", "casward"),
    *("park", "lsoa01", "msoa01", "ur01ind", "oac01", "oldpct", "oa11", "lsoa11", "msoa11", "parish", "wz11", "ccg"),
    *("bua11", "buasd11", "ru11ind"),
)
COUNTRIES = {
    "E92000001": "England", "W92000004": "Wales", "S92000003": "Scotland", "N92000002": "Northern Ireland",
    "L93000001": "Channel Islands", "M83000003": "Isle of Man",
}  # fmt: skip
BY_LETTER = {code[0]: country for code, country in COUNTRIES.items()}
REGIONS = {
    "E12000001": "North East", "E12000002": "North West", "E12000003": "Yorkshire and The Humber",
    "E12000004": "East Midlands", "E12000005": "West Midlands", "E12000006": "East of England",
    "E12000007": "London", "E12000008": "South East", "E12000009": "South West",
}  # fmt: skip


def recognise(header: list[str]) -> dict[str, str] | None:
    unnamed = header[:1] == ["#1"] and len(header) == len(ONSPD_2014)
    found = match(list(ONSPD_2014) if unnamed else header, IDENTITY | AREAS)
    if unnamed:
        found = {role: f"#{ONSPD_2014.index(name) + 1}" for role, name in found.items()}
    lsoa = "lsoa_2011" in found or "lsoa_2021" in found
    return found if {"postcode", "ended", "local_authority_code"} <= set(found) and lsoa else None


def lacks(header: list[str]) -> str | None:
    """What keeps a file that looks like one of the family from being one: the columns that are missing, in words."""
    found = match(header, IDENTITY | AREAS)
    if len(found) < 4 or recognise(header):
        return None
    needed = {
        "postcode": "pcds",
        "ended": "doterm",
        "local_authority_code": "a local authority such as laua or lad25cd",
    }
    missing = [said for role, said in needed.items() if role not in found]
    if "lsoa_2011" not in found and "lsoa_2021" not in found:
        missing.append("a small area such as lsoa11 or lsoa21cd")
    return f"an ONS postcode file, but it has no column for {', '.join(missing)}"


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = found.columns(roles, repeated=set(roles) - {"postcode"})
    month = mapped(rows.column("ended"), _month, pa.int32())
    if month.null_count:
        bad = next(t for t in rows.column("ended").to_pylist() if _month(t) is None)
        raise refuse(
            f"{found.name}: '{bad[:20]}' stands in {roles['ended']}, which holds months such as 201506 or nothing."
        )
    columns: dict[str, Any] = {"postcode": rows.column("postcode"), "ended": month}
    if "large_user" in roles:
        columns["large_user"] = mapped(rows.column("large_user"), lambda t: t.strip() == "1", pa.bool_())
    if "country" in roles:
        columns["country"] = recoded(rows.column("country"), lambda t: COUNTRIES.get(t.strip()))
    else:
        columns["country"] = recoded(rows.column("local_authority_code"), lambda t: BY_LETTER.get(t.strip()[:1]))
    columns |= {name: recoded(rows.column(name), _area) for name in AREAS if name in roles}
    if "region_code" in roles:
        columns["region"] = recoded(rows.column("region_code"), lambda t: REGIONS.get(t.strip()))
    short, name = _kind(found, roles)
    return gazetteer(found, pa.table(columns), name, short, _newest(month))


def gazetteer(found: Found, rows: pa.Table, name: str, short: str = "", release: int = 0) -> Draft:
    """A table that says which postcodes there are. Its release is what the file's or folder's name states, else `release`."""
    release = release_in_name(found.path) or release
    if not release:
        raise refuse(
            f"{found.name} does not say which release it is: put the month in its name, such as nspl_aug2020.csv."
        )
    year, month = divmod(release, 100)
    return Draft(
        id=f"postcodes_{year}_{month:02d}{short}",
        key="postcode",
        rows=rows,
        title=f"{name}, {release_text(release)}",
        vintage=f"{year}-{month:02d}",
        release=release,
        gazetteer=True,
    )


def _kind(found: Found, roles: dict[str, str]) -> tuple[str, str]:
    """What the file is, by its columns, and by its name where those no longer tell."""
    headings = {heading.casefold() for heading in roles.values()}
    if "country" not in roles:
        return "_lookup", "Postcode to OA, LSOA, MSOA and LAD lookup"
    if "oslaua" in headings or "#1" in found.header or "onspd" in found.name.casefold():
        return "_onspd", "ONS Postcode Directory"
    return "", "National Statistics Postcode Lookup"


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
    return text if text and not text.endswith(("99999999", "99ZZ00", "99ZZ99")) else None
