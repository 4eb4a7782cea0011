"""POLAR2: young participation (YPR) and adult HE (AHE) quintiles of 2001 wards, 1 the lowest; what the guide of 2011 used.

Source: HEFCE, POLAR2, 2009 (by CAS ward) and its postcode look-up, no longer published: institutions hold them as plain
tables with a key column (CAS ward, or postcode) and quintile columns headed YPR and AHE. Wards have six-character codes
such as 00CUFH; a postcode finds its ward through the postcode tables that list CAS wards.
"""

from __future__ import annotations

import pyarrow as pa

from ..store.write import Draft
from .columns import keys, loose, match, quintiles
from .opening import Found

SOURCES = ("polar2",)

_POLAR2, _QUINTILE = r"(polar ?2[ _-]*)?", r"([ _-]*(quintile|q|group))?"
ROLES = {
    "CAS ward": rf"{loose('CAS ward')}([ _-]*(code|2001|2003))?|{loose('ward code')}",
    "postcode": r"postcodes?|pcds?|pcd[278]?",
    "ypr": rf"{_POLAR2}(YPR|young[ _-]*participation([ _-]*rate)?){_QUINTILE}",
    "ahe": rf"{_POLAR2}(AHE|adult[ _-]*(HE|higher[ _-]*education)){_QUINTILE}",
}
FORMS = {
    "CAS ward": ("[0-9A-Z]{6}", "00CUFH"),
    "postcode": (r"[A-Za-z]{1,3}[0-9]?[A-Za-z0-9]?\s*[0-9][A-Za-z]{2}", "TF7 5UG"),
}


def recognise(header: list[str]) -> dict[str, str] | None:
    """YPR is POLAR2's own word, so it must be there; AHE may be missing. A postcode beside a ward is the finer key."""
    found = match(header, ROLES)
    key = "postcode" if "postcode" in found else "CAS ward"
    if not {key, "ypr"} <= set(found):
        return None
    return {role: found[role] for role in (key, "ypr", "ahe") if role in found}


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = found.columns(roles)
    role = "postcode" if "postcode" in roles else "CAS ward"
    key = "postcode" if role == "postcode" else "cas_ward"
    columns = {key: keys(found, rows, role, *FORMS[role])}
    for name in ("ypr", "ahe"):
        if name in roles:
            columns[f"polar2_{name}_quintile"] = quintiles(found, rows, name)
    return Draft(
        id=f"polar2_{key}",
        key=key,
        rows=pa.table(columns),
        title=f"POLAR2 by {'postcode' if key == 'postcode' else 'CAS ward'}",
        vintage="2009",
    )
