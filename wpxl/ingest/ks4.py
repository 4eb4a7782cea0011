"""Key stage 4: what pupils of each school had reached at 16.

Source: Department for Education, compare school and college performance, key stage 4 final, revised and provisional results;
from 25 columns (provisional) to about 500 (final). Five A*-C with English and maths is history: last published for 2015/16.
"""

from __future__ import annotations

from ..store.write import Draft
from . import performance
from .opening import Found
from .schools import Figure

SOURCES = ("ks4",)
FIGURES = (
    Figure("school_ks4_learners", "TPUP", "number"),
    Figure("school_ks4_5ac_em_pct", "PTAC5EM(_PTQ(_EE)?)?"),
    Figure("school_ks4_5_94_em_pct", "PT5EM_94"),
    Figure("school_ks4_basics_94_pct", "PTL2BASICS_94"),
    Figure("school_ks4_basics_95_pct", "PTL2BASICS_95"),
    Figure("school_ks4_att8", "ATT8SCR", "score"),
    Figure("school_ks4_p8", "P8MEA", "score"),
    Figure("school_ks4_p8_low", "P8CILOW", "score"),
    Figure("school_ks4_p8_high", "P8CIUPP", "score"),
    Figure("school_ks4_ebacc_aps", "EBACCAPS", "points"),
    Figure("school_ks4_ebacc_entered_pct", "PTEBACC_E(_PTQ(_EE)?)?"),
    Figure("school_ks4_ebacc_94_pct", "PTEBACC_94"),
    Figure("school_ks4_ebacc_95_pct", "PTEBACC_95"),
    Figure("school_ks4_disadvantaged_pct", "PTFSM6CLA1A"),
)
TELLING = FIGURES[1:]  # without the count, which other files have under the same name


def recognise(header: list[str]) -> dict[str, str] | None:
    roles = performance.recognise(header, TELLING)
    return performance.recognise(header, FIGURES) if roles else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    return performance.read(found, roles, FIGURES, "ks4", "Key stage 4 results")
