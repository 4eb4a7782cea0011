"""The sentence behind a decision: what was known, which rule it met, what would settle it. The same for learners and schools.

`say(i)` tells what is known of criterion i, `say(i, True)` in a word or two; `gap(places)` why the first of some is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..domain.answers import NO, UNKNOWN, YES
from ..domain.logic import States
from ..models import Model, Outcome
from .decide import NOT_INSTALLED, Raw, listed, settled, stamped, unread


class Say(Protocol):
    def __call__(self, i: int, brief: bool = False) -> str: ...


Gap = Callable[[list[int]], str]


def decision(model: Model, raw: Raw, say: Say, gap: Gap) -> str:
    """Why the answer is what it is, or what it hangs on."""
    fault = unread(raw)
    if fault is not None:
        return fault.sentence
    states = settled(model, raw)
    decided = model.decide(states)
    if decided.answer is None:
        return _unsettled(model, states, decided.could_be, gap)
    context = f" ({model.says})" if model.says else ""
    screened = " What is not known was taken as not met." if stamped(model, raw) else ""
    why = _not_met(model, raw, say) if decided.outcome is None else _met(model, raw, states, decided.outcome, say)
    return f"{decided.answer}{context}: {why}.{screened}"


def score(model: Model, raw: Raw, gap: Gap) -> str:
    """What a score is made of, and the range that it may lie in."""
    fault = unread(raw)
    if fault is not None:
        return fault.sentence
    states = settled(model, raw)
    low, high = model.score(states)
    parts = [f"{c.short} {c.weight:g}" for c, s in zip(model.criteria, states, strict=True) if s == YES and c.weight]
    made = " + ".join(parts) or "no criterion is met"
    if low == high:
        gaps = [i for i, s in enumerate(raw) if s in (UNKNOWN, NOT_INSTALLED)]
        screened = f" Taken as not met: {listed(model, gaps)}." if gaps else ""
        return f"Score {low:g} of at most {sum(model.weights):g}: {made}.{screened}"
    gaps = [i for i, s in enumerate(states) if s == UNKNOWN and model.criteria[i].weight]
    return f"Between {low:g} and {high:g}: {made}; not known: {listed(model, gaps)}. {gap(gaps)}".strip()


def _met(model: Model, raw: Raw, states: States, outcome: Outcome, say: Say) -> str:
    """The fewest criteria that meet the outcome's rule by themselves, the first of each basket rather than the last."""
    needed = list(states)
    for i in reversed(range(len(states))):
        if needed[i] != NO:
            kept, needed[i] = needed[i], NO
            if outcome.rule(tuple(needed)) != YES:
                needed[i] = kept
    witnesses = [i for i, state in enumerate(needed) if state == YES]
    met = " and ".join(f"{say(i)} (basket {model.criteria[i].basket})" for i in witnesses)
    if len(witnesses) > 1:
        return met
    before = model.outcomes[: model.outcomes.index(outcome)]
    if all(o.answer == outcome.answer for o in before):
        return f"{met}, which is enough by itself"
    # More would have made another answer: what is missing belongs to the sentence.
    empty = _empty(model, raw, say)
    return f"{met}, but nothing in {empty}" if empty else met


def _empty(model: Model, raw: Raw, say: Say) -> str:
    """The baskets in which nothing is met, and what is known of each of their criteria."""
    parts = []
    for basket, places in model.baskets().items():
        if not any(raw[i] == YES for i in places):
            parts.append(f"{basket} ({', '.join(say(i, True) for i in places)})")
    return " or ".join(parts)


def _not_met(model: Model, raw: Raw, say: Say) -> str:
    met = []
    for basket, places in model.baskets().items():
        first = next((i for i in places if raw[i] == YES), None)
        if first is not None:
            met.append(f"{say(first)} (basket {basket})")
    nothing = f"nothing is met in basket {_empty(model, raw, say)}"
    return f"{' and '.join(met)}, but {nothing}" if met else nothing


def _unsettled(model: Model, states: States, could_be: tuple[str, ...], gap: Gap) -> str:
    gaps = model.deciding(states)
    alone = []
    for i in gaps:
        if model.decide(tuple(YES if k == i else s for k, s in enumerate(states))).answer is not None:
            alone.append(i)
    sentence = f"Not settled, {' or '.join(could_be)}: it hangs on {listed(model, gaps, '; ')}."
    if alone and alone != gaps:
        sentence += f" Settled at once if: {listed(model, alone, ' or ')}."
    return f"{sentence} {gap(gaps)}".strip()
