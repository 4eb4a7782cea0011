"""What follows from one row of learners' states: decision, score, what is not known, and a sentence of why.

There are few different rows of states, however many learners: each is judged once, and a list of a hundred thousand is then a
hundred thousand look-ups. The sentence names criteria rather than a learner's own figures, which stand in the list beside it.
"""

from __future__ import annotations

from typing import NamedTuple

from ..domain.answers import NO, NOT_APPLICABLE, UNKNOWN, YES
from ..domain.logic import States
from ..errors import VALUE, Fault
from ..models import Criterion, Model
from ..targeting import said
from ..targeting.decide import NOT_INSTALLED, Raw, decision, settled
from ..targeting.shares import UNREAD

TARGET, OPEN, OTHER = range(3)  # in the order of a ranking
DECISIONS = ("Target", "Not settled", "Not target")
WORDS = {
    YES: "met", NO: "not met", NOT_APPLICABLE: "does not apply", UNKNOWN: "not known", NOT_INSTALLED: "no table",
    UNREAD: "cannot be read",
}  # fmt: skip


class Claim(NamedTuple):
    """A decision with the range of scores that what is known allows."""

    decision: int
    low: float  # the score that is sure
    high: float  # … and the highest that what is not known allows
    best: int  # the decision, were all of that met
    gaps: str  # what is not known and counts

    @property
    def key(self) -> tuple[int, float]:
        """The lesser goes first."""
        return self.decision, -self.low

    @property
    def best_key(self) -> tuple[int, float]:
        return self.best, -self.high


def decided(model: Model, row: tuple[int, ...]) -> int:
    """TARGET, OPEN or OTHER; a cell that cannot be read leaves the decision open, as WP_TARGET does."""
    found = model.decide(_states(model, row))
    return OPEN if found.answer is None or UNREAD in row else OTHER if found.outcome is None else TARGET


def claim(model: Model, row: tuple[int, ...]) -> Claim:
    """What a row of states makes of a learner."""
    states = _states(model, row)
    low, high = scores(model, row)
    hopeful = model.decide(tuple(YES if state == UNKNOWN else state for state in states))
    counting = set(model.deciding(states)) | {i for i, state in enumerate(row) if state == UNREAD}
    counting |= {i for i, c in enumerate(model.criteria) if c.weight and states[i] == UNKNOWN}
    gaps = [f"{model.criteria[i].short}{' (cannot be read)' if row[i] == UNREAD else ''}" for i in sorted(counting)]
    return Claim(decided(model, row), low, high, OTHER if hopeful.outcome is None else TARGET, ", ".join(gaps))


def answer(model: Model, row: tuple[int, ...]) -> str:
    """What WP_TARGET answers, in words where it leaves the decision open."""
    found = decision(model, raw(model, row))
    return DECISIONS[OPEN] if isinstance(found, Fault) else str(found)


def scores(model: Model, row: tuple[int, ...]) -> tuple[float, float]:
    """The score that is sure, and the highest that what is not known allows."""
    return model.score(_states(model, row))


def _states(model: Model, row: tuple[int, ...]) -> States:
    return settled(model, tuple(UNKNOWN if state == UNREAD else state for state in row))


def raw(model: Model, row: tuple[int, ...]) -> Raw:
    """A row of states as targeting has them: a Fault for a cell that cannot be read."""
    return tuple(_unreadable(c) if state == UNREAD else state for c, state in zip(model.criteria, row, strict=True))


def why(model: Model, row: tuple[int, ...]) -> str:
    """The sentence behind the decision of a row of states."""

    def say(i: int, brief: bool = False) -> str:
        c, state = model.criteria[i], row[i]
        if state not in (YES, NO) or brief:
            return f"{c.short} {WORDS[state]}"
        return c.label if state == YES else c.contrary or f"not {c.label}"

    def gap(places: list[int]) -> str:
        absent = any(row[i] == NOT_INSTALLED for i in places)
        return "No table for it is installed, or the postcode is not in it." if absent else ""

    return said.decision(model, raw(model, row), say, gap)


def _unreadable(criterion: Criterion) -> Fault:
    return Fault(
        VALUE, f"The cell for {criterion.short} cannot be read: mend it, or leave it blank if it is not known."
    )
