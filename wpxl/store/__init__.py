"""Lookup tables: Parquet in, memory-mapped indexes, `take(plan, cells)` out."""

from .derive import LARGE_USER
from .home import home, shipped
from .layout import publish
from .lookup import (
    BLANK,
    MALFORMED,
    NOT_FOUND,
    STATUS,
    Places,
    Plan,
    Wanted,
    area,
    in_country,
    missing,
    places,
    status_text,
    take,
    ways,
)
from .tables import POSTCODE, Table, Tables, installed, sample_edition

__all__ = [
    "BLANK",
    "LARGE_USER",
    "MALFORMED",
    "NOT_FOUND",
    "POSTCODE",
    "STATUS",
    "Places",
    "Plan",
    "Table",
    "Tables",
    "Wanted",
    "area",
    "home",
    "in_country",
    "installed",
    "missing",
    "places",
    "publish",
    "sample_edition",
    "shipped",
    "status_text",
    "take",
    "ways",
]
