"""A plain postcode → LSOA table, as colleagues derive it from the NSPL: pcds and lsoa11cd (or lsoa21cd), no end dates.

Its postcodes are *listed*: some have ended, and the table does not say which. Source of the values: ONS, NSPL.
"""

from __future__ import annotations

import pyarrow as pa

from ..errors import refuse
from ..store.write import Draft
from .columns import mapped, match, release_in_name, release_text
from .opening import Found

SOURCES = ("postcode_lsoa",)

ROLES = {"postcode": "pcds|postcode", "lsoa_2011": r"lsoa11(cd)?|lsoa_2011", "lsoa_2021": r"lsoa21(cd)?|lsoa_2021"}
OTHERS = {"latitude": "lat|latitude", "longitude": "long|lon|longitude"}
COUNTRIES = {
    "E": "England",
    "W": "Wales",
    "S": "Scotland",
    "N": "Northern Ireland",
    "L": "Channel Islands",
    "M": "Isle of Man",
}


def recognise(header: list[str]) -> dict[str, str] | None:
    """Only a table of these columns and nothing else: a wider one is a publisher's, or has measures of its own."""
    found = match(header, ROLES)
    known = len(found) + len(match(header, OTHERS))
    return found if "postcode" in found and len(found) >= 2 and known == len(header) else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = found.columns(roles)
    release = release_in_name(found.path)
    if not release:
        raise refuse(
            f"{found.name} does not say which release it is: put the month in its name, such as nspl_aug2020.parquet."
        )
    area = next(name for name in ("lsoa_2011", "lsoa_2021") if name in roles)
    columns = {
        "postcode": rows.column("postcode").cast(pa.string()),
        "country": mapped(rows.column(area).cast(pa.string()), lambda t: COUNTRIES.get(t[:1]), pa.string()),
    }
    columns |= {
        name: mapped(rows.column(name).cast(pa.string()), _area, pa.string()) for name in roles if name != "postcode"
    }
    return Draft(
        id=f"postcodes_{release // 100}_{release % 100:02d}_lsoa",
        key="postcode",
        rows=pa.table(columns),
        title=f"Postcode to LSOA table, {release_text(release)}",
        vintage=f"{release // 100}-{release % 100:02d}",
        release=release,
        gazetteer=True,
    )


def _area(text: str) -> str | None:
    return text if len(text) == 9 and not text.endswith("99999999") else None
