"""The tables that lead from SOC 2020 unit groups and employment status to NS-SEC.

Source: ONS, SOC 2020 volume 3, derivation tables: a matrix of unit groups and the seven employment statuses (full method), as
analytic classes (1.1 to 7) or operational categories (L1 to L13.5), and a list for the simplified method. A csv with the
columns soc2020, employer_large, employer_small, self_employed, manager_large, manager_small, supervisor, employee, and
simplified if known, is taken too. The matrix of the reduced method (no sizes) is passed over: the full one has it all.
"""

from __future__ import annotations

import re

import pyarrow as pa

from ..domain import nssec
from ..errors import refuse
from ..store.write import Draft
from .columns import match
from .opening import Found

SOURCES = ("nssec_2020",)
UNIT_GROUPS = 412
_N = r"(?:[1-7][ .:)-]*)?"
_ORGS = r"[ _:–-]*(?:in )?\(?"
STATUS_PATTERNS = {
    "employer_large": rf"{_N}employers?{_ORGS}(?:large|25).*",
    "employer_small": rf"{_N}employers?{_ORGS}(?:small|under|<).*",
    "self_employed": rf"{_N}self[ _-]*employed.*",
    "manager_large": rf"{_N}managers?{_ORGS}(?:large|25).*",
    "manager_small": rf"{_N}managers?{_ORGS}(?:small|under|<).*",
    "supervisor": rf"{_N}supervisors?.*",
    "employee": rf"{_N}(?:other )?employees?.*",
}
ROLES = {
    "code": r"SOC[ _]?2020(?:[ _]?(?:code|unit[ _]group))?",
    "title": r"(?:.*\btitle|occupation|unit group title)",
    **STATUS_PATTERNS,
    "simplified": r"simplified.*|(?:derived )?NS[- _]?SEC(?:[ _]?(?:simplified|analytic)?[ _]?class(?:es)?)?",
}

NONE = ("", "-", ".")
_OPERATIONAL = re.compile(r"8|9|1[0-4]|(?:[3-9]|1[0-4])\.[0-9]")  # what no class is called


def recognise(header: list[str]) -> dict[str, str] | None:
    found = match(header, ROLES)
    matrix = all(status in found for status in nssec.STATUSES)
    return found if "code" in found and (matrix or "simplified" in found) else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    roles = {role: cell for role, cell in roles.items() if role in ("code", "title", "simplified") or _whole(roles)}
    columns = {role: found.columns(roles).column(role).to_pylist() for role in roles}
    kept: dict[str, int] = {}
    for i, text in enumerate(columns["code"]):
        code = (text or "").strip()
        if re.fullmatch("[1-9][0-9]{3}", code):  # headings of larger groups and notes stand between
            if code in kept:
                raise refuse(f"{found.name}, line {i + 2}: {code} stands there twice. Nothing has changed.")
            kept[code] = i
    if len(kept) != UNIT_GROUPS:
        raise refuse(
            f"{found.name} has {len(kept)} unit groups, but SOC 2020 has {UNIT_GROUPS}: the file is not whole."
        )
    order = sorted(kept)
    table: dict[str, list[str | None]] = {"soc2020": list(order)}
    if "title" in columns:
        table["soc2020_title"] = [" ".join(columns["title"][kept[code]].split()) or None for code in order]
    lines = [kept[code] for code in order]
    given = {role: _given(columns[role], lines) for role in (*nssec.STATUSES, nssec.SIMPLIFIED) if role in columns}
    operational = any(_OPERATIONAL.fullmatch(text) for texts in given.values() for text in texts)
    for role, texts in given.items():
        table[f"nssec_{role}"] = _classes(found, texts, lines, operational)
    whole = _whole(roles)
    return Draft(  # a workbook holds the same matrix twice, as categories and as classes: each is a table of its own
        id=f"nssec_2020{'' if whole else '_simplified'}{'_categories' if operational else ''}",
        key="soc2020",
        rows=pa.table(table),
        title=f"NS-SEC from SOC 2020{' and employment status' if whole else ', simplified method'}"
        f"{' (operational categories)' if operational else ''}",
        vintage="2020",
    )


def _whole(roles: dict[str, str]) -> bool:
    return all(status in roles for status in nssec.STATUSES)


def _given(texts: list[str | None], lines: list[int]) -> list[str]:
    return [re.sub("[lL ]", "", (texts[i] or "").strip()).removesuffix(".0") for i in lines]


def _classes(found: Found, texts: list[str], lines: list[int], operational: bool) -> list[str | None]:
    """A column's classes. Operational categories (L3.1, 7.2, 13.4) become the class that they belong to."""
    out = []
    for i, text in zip(lines, texts, strict=True):
        class_ = nssec.parse(f"L{text}" if operational else text) if text not in NONE else None
        if class_ is None and text not in NONE:
            raise refuse(f"{found.name}, line {i + 2}: '{text[:20]}' is no NS-SEC class. Nothing has changed.")
        out.append(class_)
    return out
