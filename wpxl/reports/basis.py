"""The combined profile of each activity, and whether it rests on the organisations or on the learners who came.

The guide: a learner-based profile "should only be used … if data is available for the majority of those who attended". So
learners count where more than half of those who attended are recorded with a profile, strictly; at exactly half, and below, the
organisations' figures do, weighted by attendance. Of a learner-based profile a measure that is known of half or fewer is none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..domain.answers import NO, NOT_APPLICABLE, YES
from ..domain.names import simple
from ..errors import DIV0, NA, Fault, refuse
from .profiles import Combined, combined, combined_learners
from .shape import Figure
from .work import Work

ORGANISATIONS, LEARNERS = "organisations", "learners"
# Why a basis was taken. No counts of people: a report is shared with these words in it.
MAJORITY = "a majority has a profile"
FEW = "no majority has a profile"
NOBODY = "no learners recorded"
UNSTATED = "those recorded are taken for all who came"
CHOSEN = "as asked for"


_FEW_KNOWN = Fault(
    NA, "It is known of nobody, or of half or fewer of those who attended, so no share of them is given."
)
_NO_FIGURE = Fault(NA, "No organisation that came has this figure, in the workbook or in the installed tables.")
_NOBODY = Fault(DIV0, "Nobody attended, so there is nothing to weigh the organisations' figures by.")


class Profiles(NamedTuple):
    """Index of all frames: the activities."""

    activities: pd.DataFrame  # attended (NaN: not stated), recorded, profiled, basis, reason
    percent: pd.DataFrame  # on the basis that is used; NaN where there is none
    known: pd.DataFrame  # how many people each figure rests on
    organisations: Combined
    learners: Combined

    def figures(self, name: str) -> list[Any]:
        """The percentage of each activity, to one decimal place; a `Figure` where it is one of organisations; else a Fault."""
        facts = zip(
            self.percent[name], self.activities["basis"] == LEARNERS, self.activities["attended"] > 0, strict=True
        )
        return [
            (_FEW_KNOWN if learners else _NO_FIGURE if attended else _NOBODY)
            if value != value
            else round(float(value), 1)
            if learners
            else Figure(round(value, 1))
            for value, learners, attended in facts
        ]

    def overall(self) -> tuple[pd.Series, pd.Series]:
        """The percentages of all activities together, each with the weight of the people that it rests on, and their number."""
        known = self.known.where(self.percent.notna(), 0)
        n = known.sum()
        return (self.percent * known).sum() / n.where(n > 0), n


def asked(words: str) -> str:
    """ORGANISATIONS or LEARNERS where one is asked for; "" for the rule of the majority. Raises a Fault for other words."""
    plain = simple(str(words or ""))
    for basis, names in (
        (ORGANISATIONS, ("organisation", "organisations", "organisationbased", "school", "schools")),
        (LEARNERS, ("learner", "learners", "learnerbased", "student", "students")),
        ("", ("", "majority", "auto", "automatic", "rule")),
    ):
        if plain in names:
            return basis
    raise refuse(
        f"'{str(words)[:40]}' is no basis: write organisation or learner, or leave it out for the rule of the majority."
    )


def of(figures: pd.DataFrame, done: Work, states: pd.DataFrame, wanted: str = "") -> Profiles:
    """The profile of each activity of attendance or participations, in the order in which they first come.

    figures: percentages by organisation; states: of learners, a row for each of the records; wanted: a basis for all of them.
    """
    by_schools = combined(figures, done.attendance, "event")
    by_learners = combined_learners(states, done.took_part, "event")
    order = pd.unique(np.concatenate([done.attendance["event"], done.took_part["event"]]))
    names = pd.Index(done.activities["activity"].to_numpy(), name="activity")
    by_schools, by_learners = by_schools.named(names), by_learners.named(names)
    told = states.isin((YES, NO, NOT_APPLICABLE)).any(axis=1).to_numpy()[done.took_part["row"]]
    profiled = np.bincount(done.took_part["event"][told], minlength=len(names)).astype(float)
    order = names[order]
    attended, recorded = (done.activities[name].set_axis(names).reindex(order) for name in ("attended", "recorded"))
    profiled = pd.Series(profiled, names).reindex(order)
    stated = attended.notna()
    everyone = attended.where(stated, recorded)
    majority = profiled > everyone / 2
    learners = majority if not wanted else pd.Series(wanted == LEARNERS, order)
    reason = np.select([~stated & majority, majority, recorded == 0], [UNSTATED, MAJORITY, NOBODY], FEW)
    facts = pd.DataFrame({
        "attended": attended, "recorded": recorded, "profiled": profiled,
        "basis": np.where(learners, LEARNERS, ORGANISATIONS), "reason": CHOSEN if wanted else reason,
    })  # fmt: skip
    measures = [c for c in figures.columns if c != "source"]
    known_schools, known_learners = (
        c.known.reindex(index=order, columns=measures).fillna(0) for c in (by_schools, by_learners)
    )
    percent_schools, percent_learners = (
        c.percent.reindex(index=order, columns=measures) for c in (by_schools, by_learners)
    )
    # Whoever asks for learners gets what is known of them, and sees of how many.
    enough = known_learners.gt(0 if wanted else everyone / 2, axis=0)
    percent = percent_learners.where(enough).where(learners, percent_schools, axis=0)
    return Profiles(facts, percent, known_learners.where(learners, known_schools, axis=0), by_schools, by_learners)
