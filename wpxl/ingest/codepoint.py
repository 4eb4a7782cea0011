"""Code-Point Open: the live postcodes of Great Britain with country, district and ward. No headings, a file an area.

Source: Ordnance Survey, Code-Point Open user guide: postcode in seven characters, positional quality, eastings, northings,
country, NHS region, NHS authority, county, district, ward. A postcode without a position has quality 90.
"""

from __future__ import annotations

import pyarrow as pa

from ..store.write import Draft
from .columns import recoded
from .nspl import COUNTRIES, gazetteer
from .opening import Found

SOURCES = ("codepoint",)
POSITIONS = {"postcode": "#1", "country": "#5", "local_authority_code": "#9", "ward_code": "#10"}


def recognise(header: list[str]) -> dict[str, str] | None:
    return dict(POSITIONS) if header[:1] == ["#1"] and len(header) == 10 else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = found.columns(roles, repeated=("country", "local_authority_code", "ward_code"))
    columns = {
        "postcode": rows.column("postcode"),
        "ended": pa.array([0] * rows.num_rows, pa.int32()),  # it lists live postcodes only
        "country": recoded(rows.column("country"), lambda t: COUNTRIES.get(t.strip())),
        "local_authority_code": recoded(rows.column("local_authority_code"), lambda t: t.strip() or None),
        "ward_code": recoded(rows.column("ward_code"), lambda t: t.strip() or None),
    }
    return gazetteer(found, pa.table(columns), "Code-Point Open", "_codepoint")
