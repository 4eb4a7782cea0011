"""16 to 18 (key stage 5): what students of each school and college had reached by 18.

Source: Department for Education, compare school and college performance, 16 to 18 final results. Points and grades are those
of the current scale (A* is 60 points, from 2015/16); files of the older scale have other column names and are not taken.
"""

from __future__ import annotations

from ..store.write import Draft
from . import performance
from .opening import Found
from .schools import Figure

SOURCES = ("ks5",)
FIGURES = (
    Figure("school_ks5_learners", "TPUP1618", "number"),
    Figure("school_ks5_points_per_entry", "TALLPPE_ALEV_1618", "points"),
    Figure("school_ks5_grade", "TALLPPEGRD_ALEV_1618", "text"),
    Figure("school_ks5_aab_pct", "PTAAB_2FAC"),
    Figure("school_ks5_best3_points", "TB3PTSE", "points"),
    Figure("school_ks5_best3_grade", "TB3PTSE_GRD", "text"),
    Figure("school_ks5_academic_points", "TALLPPE_ACAD_1618", "points"),
    Figure("school_ks5_general_points", "TALLPPE_AGEN(_1618)?", "points"),
    Figure("school_ks5_general_grade", "TALLPPEGRD_AGEN(_1618)?", "text"),
)


def recognise(header: list[str]) -> dict[str, str] | None:
    roles = performance.recognise(header, FIGURES)
    return roles if roles and "school_ks5_points_per_entry" in roles else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    return performance.read(found, roles, FIGURES, "ks5", "16 to 18 results")
