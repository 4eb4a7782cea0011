"""Lookups between areas: how a postcode's small area finds figures published for others, and the names of authorities.

Sources: ONS Open Geography portal. *Changes* between two censuses' areas, with a change indicator: U unchanged, S split,
M merged, X redrawn irregularly. *Memberships*: one row an area, with the larger areas it belongs to (MSOA, ward, local
authority, region) or its rural-urban class. *Names and codes*, as they also lie in the Documents folder of the NSPL's zip.
Column names carry the year of their boundaries (WD19CD, LAD24NM), which may be any.

Changes are followed only where they are unambiguous. An area cut out of one older area has that one; an area that was
divided, or put together from several, has none and a reason. X is followed only where one old and one new area have
nobody but each other: ONS itself says that the others cannot be compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

import pyarrow as pa

from ..errors import refuse
from ..store.write import Draft
from .columns import NOTHING, Roles, keys, loose, mapped, match
from .opening import Found

COLUMNS: Roles = {
    "oa_2011": rf"OA11CD|{loose('Output Area Code')}",
    "oa_2021": "OA21CD",
    **{f"{kind}_20{yy}": rf"{kind}{yy}(CD|_code)" for kind in ("lsoa", "msoa") for yy in ("01", "11", "21")},
    **{f"msoa_20{yy}_name": rf"msoa{yy}(NM|_name)" for yy in ("11", "21")},
    "ward_code": r"WD\d\dCD|ward\d\d_code",
    "ward": r"WD\d\dNM|ward\d\d_name",
    "local_authority_code": r"LAD(\d\d)?CD|LTLA\d\d(CD|_code)|Local Authority Code",
    "local_authority": r"LAD(\d\d)?NM|LTLA\d\d(NM|_name)|Local Authority Name",
    "region_code": r"RGN(\d\d)?CD|Region/Country Code",
    "region": r"RGN(\d\d)?NM",
    "country": r"CTRY(\d\d)?NM",
    "rural_urban_2011": "RUC11",
    "change": r"CHN?GIND",
}
# A lookup holds codes and names of areas and nothing else: a table that also has figures is somebody's own.
ONLY = r"FID|ObjectId|Current|CHN?GIND|RUC11|\w+(CD|CDO|NM|NMW|NMG)(_ACTIVE)?|\w+_(code|name)|[\w/ ]+ (code|name)"
LIKE = {"oa": "00", "lsoa": "01", "msoa": "02"}  # the second and third character of an area's code


class Change(NamedTuple):
    """Two censuses' areas. The table is found by `key`, which is the newer one only where postcodes never name the older."""

    id: str
    title: str
    old: str
    new: str
    key: str


class Member(NamedTuple):
    id: str
    title: str
    key: str
    has: tuple[str, ...]
    may_have: tuple[str, ...] = ()


CHANGES = (
    Change("lsoa_2001_2011", "LSOA 2001 to LSOA 2011 lookup", "lsoa_2001", "lsoa_2011", "lsoa_2011"),
    Change("lsoa_2011_2021", "LSOA 2011 to LSOA 2021 lookup", "lsoa_2011", "lsoa_2021", "lsoa_2011"),
    Change("msoa_2011_2021", "MSOA 2011 to MSOA 2021 lookup", "msoa_2011", "msoa_2021", "msoa_2011"),
)
AUTHORITY, COUNTRY = ("local_authority_code", "local_authority"), "country"
MEMBERS = (  # the finest key first
    Member("oa_2011_areas", "Output areas 2011 lookup", "oa_2011", AUTHORITY[:1], ("lsoa_2011", "msoa_2011", "region_code")),
    Member("oa_2021_areas", "Output areas 2021 lookup", "oa_2021", ("lsoa_2021",), ("msoa_2021", *AUTHORITY)),
    Member("lsoa_2011_ward", "LSOA 2011 to ward lookup", "lsoa_2011", ("ward_code",), ("ward", *AUTHORITY)),
    Member("lsoa_2021_ward", "LSOA 2021 to ward lookup", "lsoa_2021", ("ward_code",), ("ward", *AUTHORITY)),
    Member("lsoa_2011_msoa_2011", "LSOA 2011 to MSOA 2011 lookup", "lsoa_2011", ("msoa_2011",), ("msoa_2011_name",)),
    Member("lsoa_2021_msoa_2021", "LSOA 2021 to MSOA 2021 lookup", "lsoa_2021", ("msoa_2021",), ("msoa_2021_name",)),
    Member("rural_urban_2011", "Rural Urban Classification 2011 of LSOAs", "lsoa_2011", ("rural_urban_2011",)),
    Member("ward_names", "Names of wards", "ward_code", ("ward",), AUTHORITY),
    Member("local_authorities", "Local authorities and regions", AUTHORITY[0], (AUTHORITY[1], "region"), ("region_code", COUNTRY)),
    Member("local_authority_names", "Names of local authorities", AUTHORITY[0], AUTHORITY[1:]),
    Member("regions", "Names of regions", "region_code", ("region",), (COUNTRY,)),
)  # fmt: skip
SOURCES = (
    "lsoa_2001_2011", "lsoa_2011_2021", "msoa_2011_2021", "lsoa_2011_msoa_2011", "local_authorities", "lsoa_2011_ward",
    "lsoa_2021_ward", "rural_urban_2011", "oa_2011_areas", "regions",
)  # fmt: skip


def recognise(header: list[str]) -> dict[str, str] | None:
    if not all(re.fullmatch(ONLY, cell.strip(), re.IGNORECASE) for cell in header):
        return None
    found = match(header, COLUMNS)
    change, member = _lookup(set(found))
    if change:
        names = {f"{kind}_name" for kind in (change.old, change.new)}
        return {r: c for r, c in found.items() if r in {change.old, change.new, "change", *names}}
    if member:
        return {r: c for r, c in found.items() if r in {member.key, *member.has, *member.may_have}}
    return None


def read(found: Found, roles: dict[str, str]) -> Draft:
    change, member = _lookup(set(roles))
    if change:
        return _linked(found, roles, change, change.key)
    assert member
    return _membership(found, roles, member)


def also(found: Found, roles: dict[str, str]) -> list[Draft]:
    """The other direction of a change, for postcode files that only know the newer areas."""
    change, _ = _lookup(set(roles))
    return [_linked(found, roles, change, change.new)] if change and change.key == change.old else []


def _lookup(roles: set[str]) -> tuple[Change | None, Member | None]:
    """The lookup that some columns make. A table of the changes between areas is nothing else besides."""
    if "change" in roles:
        return next((c for c in CHANGES if {c.old, c.new} <= roles), None), None
    return None, next((m for m in MEMBERS if {m.key, *m.has} <= roles), None)


def _membership(found: Found, roles: dict[str, str], member: Member) -> Draft:
    rows = found.columns(roles)
    columns = {member.key: keys(found, rows, member.key, *_form(member.key))}
    for name in (*member.has, *member.may_have):
        if name in roles:
            columns[name] = mapped(rows.column(name), _text, pa.string())
    years = {cell[-4:-2] for role, cell in roles.items() if role.endswith("_code") and cell[-4:-2].isdigit()}
    return Draft(
        id=member.id,
        key=member.key,
        rows=pa.table(columns),
        title=member.title,
        vintage=f"20{max(years)}" if years and member.id.endswith("_ward") else "",
    )


def _linked(found: Found, roles: dict[str, str], change: Change, key: str) -> Draft:
    """The one partner of each area, or why it has none."""
    other = change.old if key == change.new else change.new
    rows = found.columns(roles)
    here, there, marks = (rows.column(role).to_pylist() for role in (key, other, "change"))
    partners, sharing, irregular = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set), set[str]()
    good = re.compile(_form(key)[0]).fullmatch
    for line, (area, partner, mark) in enumerate(zip(here, there, marks, strict=True), 2):
        if not good(area) or not good(partner):
            old, new = (area, partner) if key == change.old else (partner, area)
            kind = key.split("_")[0].upper()
            raise refuse(f"{found.name}, line {line}: '{old[:12]}' and '{new[:12]}' are not both {kind} codes.")
        partners[area].add(partner)
        sharing[partner].add(area)
        if mark.strip() == "X":
            irregular.add(area)
    areas = sorted(partners)
    reasons: list[str | None] = []
    for area in areas:
        alone = all(len(sharing[p]) == 1 for p in partners[area])
        reasons.append(_reason(area, len(partners[area]), area in irregular and not alone, key, other))
    single = [None if why else next(iter(partners[a])) for a, why in zip(areas, reasons, strict=True)]
    columns = {
        key: pa.array(areas),
        other: pa.array(single, pa.string()),
        f"{other}_reason": pa.array(reasons, pa.string()),
    }
    for codes, kind, wanted in ((here, key, areas), (there, other, single)):
        if f"{kind}_name" in roles:
            names = dict(zip(codes, rows.column(f"{kind}_name").to_pylist(), strict=True))
            columns[f"{kind}_name"] = pa.array([names.get(area) for area in wanted], pa.string())
    forwards = key == change.key
    kind = key.split("_")[0]
    return Draft(
        id=change.id if forwards else f"{key}_{other[-4:]}",
        key=key,
        rows=pa.table(columns),
        title=change.title if forwards else f"{kind.upper()} {key[-4:]} to {kind.upper()} {other[-4:]} lookup",
        vintage=change.new[-4:],
    )


def _reason(area: str, partners: int, irregular: bool, key: str, other: str) -> str | None:
    year = other[-4:]
    if partners > 1 and key > other:
        return f"its area ({area}) was put together from {partners} areas of {year}, which have different figures"
    if partners > 1:
        return f"its area ({area}) was divided among {partners} areas in {year}, which have different figures"
    if irregular:
        return f"its area ({area}) was redrawn across older boundaries, so that no one area of {year} stands for it"
    return None


def _form(kind: str) -> tuple[str, str]:
    """What the codes of a kind of area look like: a pattern and an example."""
    digits = LIKE.get(kind.split("_")[0])
    return (f"[EWSN]{digits}[0-9]{{6}}", f"E{digits}000001") if digits else ("[A-Z][0-9]{8}", "E06000020")


def _text(text: str) -> str | None:
    text = text.strip()
    return None if text in NOTHING else text
