"""The Office for Students' postcode look-up: POLAR4, POLAR3, TUNDRA, Adult HE, GCSE gaps and Uni Connect wards by postcode.

Source: OfS, young participation by area, "get the postcode data", the layout of 2024: one row a postcode, quintiles 1 (the
lowest) to 5, and for each kind of measure a column that says why a postcode has none. Column names are matched whatever
their case and the marks between their words; the columns of GCSE gaps may be missing. Up to 2.6 million rows, so only
whole columns are handled here.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import refuse
from ..store.write import Draft
from .columns import NOTHING, loose, mapped, match, quintiles, release_in_name
from .opening import Found

SOURCES = ("ofs_postcodes",)

REASONS = {  # measure → the column that says why it was removed
    "polar4_quintile": "reason removed polar",
    "polar3_quintile": "reason removed polar",
    "tundra_msoa_quintile": "reason removed tundra msoa",
    "tundra_lsoa_quintile": "reason removed tundra lsoa",
    "adult_he_2011_quintile": "reason removed adult he 2011",
    "gaps_gcse_quintile": "reason removed gaps",
    "gaps_gcse_ethnicity_quintile": "reason removed gaps",
}
UNI_CONNECT, CAS_WARD = "uni_connect_target_ward", "cas_ward"
ROLES = {
    "postcode": "postcode",
    **{name: loose(name.replace("_", " ")) for name in REASONS},
    **{name: loose(name) for name in REASONS.values()},
    UNI_CONNECT: loose("uni connect target ward"),
    CAS_WARD: loose("cas ward measures"),
}
POSTCODE = r"^\s*[A-Za-z]{1,3}[0-9]?[A-Za-z0-9]?\s*[0-9][A-Za-z]{2}\s*$"


def recognise(header: list[str]) -> dict[str, str] | None:
    """The postcode with two quintiles or more: one alone may stand in anybody's table."""
    found = match(header, ROLES)
    return found if "postcode" in found and len(found.keys() & REASONS.keys()) >= 2 else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = found.columns(roles)
    _check_postcodes(found, rows.column("postcode").combine_chunks(), roles["postcode"])
    columns: dict[str, pa.Array] = {"postcode": rows.column("postcode")}
    for name, reason in REASONS.items():
        if name in roles:
            columns[name] = quintiles(found, rows, name)
            if reason in roles:
                said = mapped(rows.column(reason), _sentence, pa.string())
                columns[f"{name}_reason"] = pc.if_else(pc.is_null(columns[name]), said, None)
    for name in (UNI_CONNECT, CAS_WARD):
        if name in roles:
            columns[name] = mapped(rows.column(name), _text, pa.string())
    release = release_in_name(found.path)
    return Draft(
        id="ofs_postcodes",
        key="postcode",
        rows=pa.table(columns),
        title="Young participation and adult HE by postcode",
        vintage=f"{release // 100}-{release % 100:02d}" if release else "",
        release=release,
    )


def _check_postcodes(found: Found, texts: pa.Array, column: str) -> None:
    """A few odd ones are left to the store; where more than one in a hundred is odd, the file is not what it seems."""
    good = pc.match_substring_regex(texts, POSTCODE)
    if len(texts) - pc.sum(good).as_py() > len(texts) / 100:
        line = pc.index(good, False).as_py()
        raise refuse(
            f"{found.name}, line {line + 2}: '{texts[line].as_py()[:20]}' stands in the column {column}, but it is no postcode."
        )


def _text(text: str) -> str | None:
    text = text.strip()
    return None if text in NOTHING else text


def _sentence(text: str) -> str | None:
    """The publisher's words, or its code, so that they end "… has no POLAR4 quintile: …"."""
    reason = " ".join(text.split()).rstrip(".")
    if reason in NOTHING:
        return None
    kind = "reason code" if len(reason) <= 3 else "reason"
    return f"the Office for Students removed it, giving the {kind} '{reason[:200]}'"
