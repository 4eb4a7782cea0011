"""From states to an answer: the same for learners, schools and areas.

A raw state is a state, or why there is none yet: a Fault for a cell that cannot be read, NOT_APPLICABLE, NOT_INSTALLED.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..domain.answers import NO, NOT_APPLICABLE, UNKNOWN, YES
from ..domain.logic import States
from ..domain.once import Once
from ..errors import NA, REF, Fault
from ..models import Model

NOT_INSTALLED = -2  # unknown for want of a lookup table: the answer is #REF! where a decision hangs on it
Raw = tuple[int | Fault, ...]
_PLAIN = {YES: YES, NO: NO, UNKNOWN: UNKNOWN, NOT_APPLICABLE: NO, NOT_INSTALLED: UNKNOWN}


def decisions(model: Model, rows: Iterable[Raw]) -> list[Any]:
    """The answer for each row of raw states, or a Fault."""
    once = Once(lambda raw: decision(model, raw))
    return [once[raw] for raw in rows]


def scores(model: Model, rows: Iterable[Raw]) -> list[Any]:
    """The score for each row of raw states, or a Fault."""
    once = Once(lambda raw: score(model, raw))
    return [once[raw] for raw in rows]


def unread(raw: Raw) -> Fault | None:
    """The first cell that could not be read, if any."""
    for state in raw:
        if isinstance(state, Fault):
            return state
    return None


def settled(model: Model, raw: Raw) -> States:
    """States as a rule takes them: what does not apply is not met, what has no table is unknown."""
    states = _plain(raw)
    return tuple(NO if s == UNKNOWN else s for s in states) if model.unknown_as_not_met else states


def _plain(raw: Raw) -> States:
    return tuple([_PLAIN[s] for s in raw if isinstance(s, int)])


def decision(model: Model, raw: Raw) -> Any:
    fault = unread(raw)
    if fault is not None:
        return fault
    states = settled(model, raw)
    decision = model.decide(states)
    if decision.answer is None:
        return undecided(model, raw, states)
    text = decision.answer
    if model.show_route and decision.outcome is not None:
        text += f": {decision.outcome.route}" + (" (high priority)" if decision.outcome.high_priority else "")
    return text + (" (unknown as not met)" if stamped(model, raw) else "")


def stamped(model: Model, raw: Raw) -> bool:
    """Whether an answer stands only because what is unknown was taken for not met."""
    if not model.unknown_as_not_met:
        return False
    return model.decide(_plain(raw)).answer is None


def undecided(model: Model, raw: Raw, states: States) -> Fault:
    gaps = model.deciding(states)
    code = REF if any(raw[i] == NOT_INSTALLED for i in gaps) else NA
    return Fault(code, f"What is known does not settle this. It hangs on: {listed(model, gaps)}.")


def listed(model: Model, places: Iterable[int], joint: str = ", ") -> str:
    return joint.join(model.criteria[i].short for i in places)


def score(model: Model, raw: Raw) -> Any:
    fault = unread(raw)
    if fault is not None:
        return fault
    low, high = model.score(settled(model, raw))
    if low == high:
        return int(low) if float(low).is_integer() else low
    gaps = [i for i, s in enumerate(raw) if s in (UNKNOWN, NOT_INSTALLED) and model.criteria[i].weight]
    code = REF if any(raw[i] == NOT_INSTALLED for i in gaps) else NA
    return Fault(code, f"The score lies between {low:g} and {high:g}. Not known: {listed(model, gaps)}.")
