"""A targeting model, read and ready: criteria in baskets, outcomes in order, and what follows from what is known.

Everything about one learner or school is a tuple of states, one a criterion. There are few different tuples (three values,
seven criteria), so each is decided once and remembered; a hundred thousand learners are then a hundred thousand look-ups.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ..domain.answers import NO, UNKNOWN, YES
from ..domain.logic import Rule, States, score


class Criterion(NamedTuple):
    """One criterion. It is met by a measure's value, by an answer in a column, or by an NS-SEC class."""

    id: str
    basket: str
    label: str  # what is true of a learner or school that meets it
    short: str  # its name in a list
    contrary: str  # … of one that does not; "" = the label with "not" before it
    means: str  # what a measure's value is where it meets the limit, after "is": "among the 40 % most deprived"
    measures: tuple[str, ...]  # the first that has a value counts
    unlike: dict[str, str]  # measures of another definition, which must not stand in: id → what they are
    at_least: float | dict[str, float] | None  # one limit, or one a vintage
    at_most: float | dict[str, float] | None
    low_below: float | None  # below it the measure's own band is Low
    out_of: float | dict[str, float] | None  # the highest value there can be
    answer: str  # the column that answers it: fsm, bursary …
    met: str  # which answer meets it: yes or no
    classes: tuple[int, int] | None  # the NS-SEC classes that meet it
    from_year: int  # does not apply below this year group; 0: applies to all
    not_applicable: dict[str, Any]  # {measure, contains}: organisations it does not apply to
    weight: float
    unit: str
    vintage: str
    source: str

    def limit(self, vintage: str = "") -> tuple[str, float]:
        """("at_least" or "at_most", the limit) for a vintage of the measure."""
        for side in ("at_least", "at_most"):
            limit = getattr(self, side)
            if limit is not None:
                return side, limit[vintage] if isinstance(limit, dict) else limit
        raise ValueError(f"{self.id} has no limit")

    def state(self, value: float, vintage: str = "") -> int:
        side, limit = self.limit(vintage)
        return YES if (value >= limit if side == "at_least" else value <= limit) else NO

    def band(self, value: float) -> str:
        """Low, Medium or High on this measure alone, by half-open bands; "" where the model states none."""
        if self.low_below is None:
            return ""
        return "High" if self.state(value) == YES else "Low" if value < self.low_below else "Medium"


class Outcome(NamedTuple):
    answer: str
    route: str
    rule: Rule
    text: str  # the rule as written
    high_priority: bool
    note: str


class Decision(NamedTuple):
    answer: str | None  # None: what is known does not settle it
    outcome: Outcome | None  # the one that settles it; None where none is met
    could_be: tuple[str, ...]  # every answer that is still possible


@dataclass
class Model:
    """One dated version of a model, with the options that were asked for."""

    id: str
    title: str
    about: str  # learner, school or area
    version: str  # ISO date
    otherwise: str
    says: str  # a word on every explanation, such as "area context"
    twin: str  # the model that answers for postcodes (of a school model) or for schools (of an area model)
    source: dict[str, str]
    note: str
    criteria: tuple[Criterion, ...]
    outcomes: tuple[Outcome, ...]
    left_out: tuple[dict[str, str], ...]
    reported: tuple[str, ...]  # measures that go with a decision and do not enter it
    options: dict[str, dict[str, Any]]
    chosen: tuple[str, ...] = ()
    # standard options
    unknown_as_not_met: bool = False
    show_route: bool = False
    year: int = 0
    first_generation: bool = False  # the column of parents' education asks whether the learner is the first
    edition: str = "shipped"
    _decided: dict[States, Decision] = field(default_factory=dict)

    @cached_property
    def weights(self) -> tuple[float, ...]:
        return tuple(c.weight for c in self.criteria)

    @cached_property
    def _hanging(self) -> dict[States, list[int]]:
        return {}

    @property
    def scored(self) -> bool:
        return any(self.weights)

    def baskets(self) -> dict[str, list[int]]:
        out: dict[str, list[int]] = {}
        for i, criterion in enumerate(self.criteria):
            out.setdefault(criterion.basket, []).append(i)
        return out

    def decide(self, states: States) -> Decision:
        """What follows from what is known. Settled only where every way of filling the gaps agrees."""
        decided = self._decided.get(states)
        if decided is None:
            decided = self._decided[states] = self._follow(states)
        return decided

    def _follow(self, states: States) -> Decision:
        could_be: dict[str, None] = {}
        for outcome in self.outcomes:
            result = outcome.rule(states)
            if result != NO:
                could_be[outcome.answer] = None
            if result == YES:
                settled = len(could_be) == 1
                return Decision(outcome.answer if settled else None, outcome if settled else None, tuple(could_be))
        could_be[self.otherwise] = None
        settled = len(could_be) == 1
        return Decision(self.otherwise if settled else None, None, tuple(could_be))

    def score(self, states: States) -> tuple[float, float]:
        """The least and the greatest score that what is known allows."""
        return score(states, self.weights)

    def deciding(self, states: States) -> list[int]:
        """The unknown criteria that could change the answer, each by some way of filling the other gaps."""
        found = self._hanging.get(states)
        if found is None:
            found = self._hanging[states] = self._could_change(states)
        return found

    def _could_change(self, states: States) -> list[int]:
        gaps = [i for i, state in enumerate(states) if state == UNKNOWN]
        out = []
        for gap in gaps:
            others = [i for i in gaps if i != gap]
            for values in itertools.product((NO, YES), repeat=len(others)):
                filled = list(states)
                for i, value in zip(others, values, strict=True):
                    filled[i] = value
                answers = []
                for value in (NO, YES):
                    filled[gap] = value
                    answers.append(self.decide(tuple(filled)).answer)
                if answers[0] != answers[1]:
                    out.append(gap)
                    break
        return out
