"""Lookup tables: Parquet in, memory-mapped indexes, `take(plan, cells)` out."""

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
from .register import GET_LIST, Register, register
from .school_tables import IDENTITY
from .search import search
from .tables import POSTCODE, Table, Tables, forget, installed, sample_edition

__all__ = [
    "BLANK",
    "GET_LIST",
    "IDENTITY",
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
    "search",
    "shipped",
    "status_text",
    "take",
    "ways",
]
