"""Lookup tables: Parquet in, memory-mapped indexes, `take(plan, cells)` out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .derive import LARGE_USER
from .gazetteer import BLANK, MALFORMED, NOT_FOUND, Places
from .home import home, shipped
from .layout import publish
from .lookup import (
    STATUS,
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
from .tables import POSTCODE, Table, Tables, forget, installed, sample_edition

if TYPE_CHECKING:
    from .school_register import Register

__all__ = [
    "BLANK",
    "LARGE_USER",
    "MALFORMED",
    "NOT_FOUND",
    "POSTCODE",
    "STATUS",
    "Places",
    "Plan",
    "Register",
    "Table",
    "Tables",
    "Wanted",
    "area",
    "forget",
    "home",
    "in_country",
    "installed",
    "missing",
    "places",
    "publish",
    "register",
    "sample_edition",
    "shipped",
    "status_text",
    "take",
    "ways",
]


def register(tables: Tables) -> Register:
    """The register of schools of a snapshot. Whoever only asks for postcodes never loads it."""
    from .school_register import Register

    made: Register | None = tables.cache.get("register")
    if made is None:
        made = tables.cache["register"] = Register(tables)
    return made
