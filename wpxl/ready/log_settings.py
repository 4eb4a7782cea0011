"""The settings of the outreach log: what its formulas and its reports go by."""

from __future__ import annotations

from datetime import date
from typing import Any

from .. import fields
from .log_headings import FIGURES, MODELS, ORG, TERMS
from .log_rows import YEAR
from .tables import Row

INSTITUTION = "University of Example (fictional)"
SETTINGS: dict[str, tuple[Any, str | None]] = {
    "institution": (INSTITUTION, "As it is to stand on reports."),
    "year": (YEAR, "The academic year that reports are about."),
    "learner_model": ("aimhigher-2011-learner", "Decides who is a target learner. WP_MODELS lists the models."),
    "school_model": ("aimhigher-2011-school", "Gives a school or college its priority."),
    "suppression": ("none", "What is hidden in reports: none, under 10 (or another number), or hesa."),
    "places": (20, "For the ranking of those who apply for a summer school."),
    "autumn_start": (date(2025, 9, 1), "The column Term and the reports go by these three first days."),
    "spring_start": (date(2026, 1, 1), None),
    "summer_start": (date(2026, 4, 1), None),
}
_TODAY = {"imd": "IMD 40 %", "nssec": "NS-SEC 4-8 %", "ypr": "YPR Q1+2 %", "ahe": "AHE Q1+2 %", "fsm": "FSM %"}
_GUIDE = _TODAY | {"imd": "IMD 2010 40 %", "ypr": "POLAR2 YPR Q1+2 %", "ahe": "POLAR2 AHE Q1+2 %"}
_SAYS = {
    "imd": "% of learners in the 40 % most deprived areas. For the installed year: IMD 40 %.",
    "nssec": "% of learners in NS-SEC 4-8.",
    "ypr": "% of learners in the two quintiles of lowest young participation. For the newest installed: YPR Q1+2 %.",
    "ahe": "% of learners in the two quintiles of fewest adults with HE. For the newest installed: AHE Q1+2 %.",
    "fsm": "% of learners eligible for free school meals.",
}
DEADLINES = [
    ("Autumn term's records entered", date(2025, 12, 12), "An example: your institution sets its own."),
    ("Spring term's records entered", date(2026, 3, 27), "An example."),
    ("Summer term's records entered", date(2026, 7, 24), "An example."),
    ("HEAT: end of retention review", date(2025, 10, 31), "HEAT's date in 2025: by then expired records were deleted or kept."),
    ("HEAT: cut-off for tracking", date(2025, 11, 28), "HEAT's date in 2025, November's last working day. Look up your year's."),
]  # fmt: skip
CHOICES = {  # setting → the list of what it may be
    "year": "AcademicYears", "learner_model": "LearnerModels", "school_model": "SchoolModels", "suppression": "SuppressionRules",
}  # fmt: skip


def values(empty: bool) -> dict[str, Any]:
    """Setting or figure → its value. The sample's figures are the guide's; an empty log takes what is installed."""
    settings = {id_: value for id_, (value, _) in SETTINGS.items()}
    return settings | (_TODAY if empty else _GUIDE) | ({"institution": None} if empty else {})


def place(setting: str) -> int:
    """Which row of the table of settings it is, counted from 0."""
    return list(fields.of("settings")).index(setting)


def names(settings: int, figures: int) -> dict[str, int]:
    """The names of the cells that formulas read → their rows, where the first setting and the first figure stand in those given."""
    cells = {name: settings + place(setting) for name, setting in (MODELS | TERMS).items()}
    return cells | {f"Figure_{name}": figures + n for n, name in enumerate(FIGURES)}


def setting_rows(told: dict[str, Any]) -> list[Row]:
    return [
        {"Setting": field.label, "Value": told.get(id_), "What it is for": SETTINGS.get(id_, (None, None))[1]}
        for id_, field in fields.of("settings").items()
    ]


def figure_rows(told: dict[str, Any]) -> list[Row]:
    return [{"Column": ORG[id_], "Measure": told[id_], "What it counts": _SAYS[id_]} for id_ in FIGURES]


def deadline_rows() -> list[Row]:
    return [dict(zip(("Deadline", "Date", "Whose date it is"), row, strict=True)) for row in DEADLINES]
