"""A plain postcode → LSOA table, as colleagues derive it from the NSPL: pcds and lsoa11cd (or lsoa21cd), no end dates.

Its postcodes are *listed*: some have ended, and the table does not say which. Source of the values: ONS, NSPL.
"""

from __future__ import annotations

import pyarrow as pa

from ..store.write import Draft
from .columns import match, recoded
from .nspl import BY_LETTER, gazetteer
from .opening import Found

SOURCES = ("postcode_lsoa",)

ROLES = {"postcode": "pcds|postcode", "lsoa_2011": r"lsoa11(cd)?|lsoa_2011", "lsoa_2021": r"lsoa21(cd)?|lsoa_2021"}
OTHERS = {"latitude": "lat|latitude", "longitude": "long|lon|longitude"}


def recognise(header: list[str]) -> dict[str, str] | None:
    """Only a table of these columns and nothing else: a wider one is a publisher's, or has measures of its own."""
    found = match(header, ROLES)
    known = len(found) + len(match(header, OTHERS))
    return found if "postcode" in found and len(found) >= 2 and known == len(header) else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = found.columns(roles, repeated=set(roles) - {"postcode"})
    area = next(name for name in ("lsoa_2011", "lsoa_2021") if name in roles)
    columns = {
        "postcode": rows.column("postcode").cast(pa.string()),
        "country": recoded(rows.column(area), lambda t: BY_LETTER.get(t[:1])),
        **{name: recoded(rows.column(name), _area) for name in roles if name != "postcode"},
    }
    return gazetteer(found, pa.table(columns), "Postcode to LSOA table", "_lsoa")


def _area(text: str) -> str | None:
    return text if len(text) == 9 and not text.endswith("99999999") else None
