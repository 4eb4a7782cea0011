"""What tests of reports share: tables of a report as frames, and records of a few learners made by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
from conftest import plain
from outreach_year import START

from wpxl.records import Records
from wpxl.reports.shape import Report, Table


def table(report: Report, name: str) -> Table:
    return next(t for t in report.tables if t.name == name)


def frame(report: Report, name: str) -> pd.DataFrame:
    made = table(report, name)
    return pd.DataFrame(plain(made.rows), columns=[c.heading for c in made.columns], dtype=object)


def counts(report: Report, name: str, column: str) -> dict[Any, Any]:
    made = frame(report, name)
    return dict(zip(made.iloc[:, 0], made[column], strict=True))


LEARNER = (
    "learner",
    "person",
    "organisation",
    "year_group",
    "postcode",
    "fsm",
    "bursary",
    "parental_he",
    "nssec",
    "disabled",
    "in_care",
)


def with_learners(rows: list[tuple[Any, ...]], took: dict[str, list[str]] | None = None, **settings: Any) -> Records:
    """Records of a few learners in the order of LEARNER; took: activity → its learners."""
    people = pd.DataFrame(rows, columns=LEARNER).astype({"year_group": "Int64"})
    took = took or {}
    schools = pd.DataFrame({"organisation": ["a", "b"], "name": ["Ash School", "Birch College"], "key": None})
    activities = pd.DataFrame(
        {"activity": list(took), "title": list(took), "year": START, "date": pd.Timestamp("2025-10-01")}
    )
    return Records(
        organisations=schools,
        activities=activities.assign(type=None, term="Autumn", hours=1.0, organiser=None).astype({"year": "Int64"}),
        attendance=pd.DataFrame({"activity": list(took), "organisation": "a", "year_group": 12, "attending": 10.0}),
        learners=people,
        took_part=pd.DataFrame([(a, who) for a, all_ in took.items() for who in all_], columns=["activity", "learner"]),
        targets=pd.DataFrame(),
        settings=settings,
    )


def applicant(name: str, *answers: Any, person: Any = None) -> tuple[Any, ...]:
    """B8 3BF is among the 40 % most deprived, B32 3PB is not."""
    return name, person or name, "a", 12, *answers
