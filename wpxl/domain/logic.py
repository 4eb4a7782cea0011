"""Rules as people write them, decided on what is known: "any C or parental_he or (any A and any B)".

Three values, not two: met, not met, unknown. `and` is the least of its parts, `or` the greatest, so that a rule is settled as
soon as what is known settles it and never sooner.

    rule   = part { "or" part }          part = atom { "and" atom }
    atom   = "(" rule ")" | "not" atom | "any" BASKET | "all" BASKET | "at least" N "of" BASKET | "score at least" N | CRITERION

>>> names, baskets = ["imd", "fsm", "nssec"], {"A": [0, 1], "B": [2]}
>>> rule = compiled("any A and any B", names, baskets, [1, 1, 1])
>>> rule((YES, UNKNOWN, YES)), rule((YES, UNKNOWN, UNKNOWN)), rule((NO, NO, YES))
(2, 1, 0)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .answers import NO, UNKNOWN, YES

States = tuple[int, ...]  # what is known of each criterion: YES, NO or UNKNOWN
Rule = Callable[[States], int]


def compiled(text: str, names: Sequence[str], baskets: dict[str, list[int]], weights: Sequence[float]) -> Rule:
    """A rule as a function of the states. Raises ValueError with what cannot be understood."""
    tokens = re.findall(r"[()]|[^\s()]+", text)
    rule, rest = _rule(tokens, _Words(names, baskets, weights))
    if rest:
        raise ValueError(f"'{rest[0]}' is not expected there")
    return rule


class _Words:
    def __init__(self, names: Sequence[str], baskets: dict[str, list[int]], weights: Sequence[float]):
        self.names = {name.casefold(): i for i, name in enumerate(names)}
        self.baskets = {name.casefold(): places for name, places in baskets.items()}
        self.weights = tuple(weights)

    def basket(self, tokens: list[str]) -> tuple[list[int], list[str]]:
        if not tokens or tokens[0].casefold() not in self.baskets:
            shown = f"'{tokens[0]}'" if tokens else "the end"
            raise ValueError(f"{shown} stands where a basket should ({', '.join(self.baskets).upper()})")
        return self.baskets[tokens[0].casefold()], tokens[1:]


def _rule(tokens: list[str], words: _Words) -> tuple[Rule, list[str]]:
    return _chain(tokens, words, "or", _part, max)


def _part(tokens: list[str], words: _Words) -> tuple[Rule, list[str]]:
    return _chain(tokens, words, "and", _atom, min)


def _chain(
    tokens: list[str],
    words: _Words,
    joint: str,
    read: Callable[[list[str], _Words], tuple[Rule, list[str]]],
    choose: Callable[[list[int]], int],
) -> tuple[Rule, list[str]]:
    first, tokens = read(tokens, words)
    parts = [first]
    while tokens and tokens[0].casefold() == joint:
        part, tokens = read(tokens[1:], words)
        parts.append(part)
    if len(parts) == 1:
        return first, tokens
    return lambda states: choose([part(states) for part in parts]), tokens


def _atom(tokens: list[str], words: _Words) -> tuple[Rule, list[str]]:
    if not tokens:
        raise ValueError("it ends where a criterion or a basket should stand")
    head, rest = tokens[0].casefold(), tokens[1:]
    if head == "(":
        rule, rest = _rule(rest, words)
        if not rest or rest[0] != ")":
            raise ValueError("a bracket is not closed")
        return rule, rest[1:]
    if head == "not":
        rule, rest = _atom(rest, words)
        return lambda states: YES - rule(states), rest
    if head in ("any", "all"):
        places, rest = words.basket(rest)
        return _count(places, 1 if head == "any" else len(places)), rest
    if [head, *(t.casefold() for t in rest[:1])] == ["at", "least"]:
        number, rest = _number(rest[1:])
        if rest and rest[0].casefold() == "of":
            rest = rest[1:]
        places, rest = words.basket(rest)
        return _count(places, int(number)), rest
    if [head, *(t.casefold() for t in rest[:2])] == ["score", "at", "least"]:
        number, rest = _number(rest[2:])
        return _score(words.weights, number), rest
    if head not in words.names:
        raise ValueError(f"'{tokens[0]}' is no criterion of this model ({', '.join(words.names)})")
    place = words.names[head]
    return lambda states: states[place], rest


def _number(tokens: list[str]) -> tuple[float, list[str]]:
    try:
        return float(tokens[0]), tokens[1:]
    except (IndexError, ValueError):
        raise ValueError("'at least' needs a number after it") from None


def _count(places: list[int], needed: int) -> Rule:
    def rule(states: States) -> int:
        known = [states[i] for i in places]
        if known.count(YES) >= needed:
            return YES
        return UNKNOWN if known.count(YES) + known.count(UNKNOWN) >= needed else NO

    return rule


def _score(weights: tuple[float, ...], needed: float) -> Rule:
    def rule(states: States) -> int:
        low, high = score(states, weights)
        return YES if low >= needed else UNKNOWN if high >= needed else NO

    return rule


def score(states: States, weights: Sequence[float]) -> tuple[float, float]:
    """The least and the greatest score that what is known allows."""
    low = sum(w for s, w in zip(states, weights, strict=True) if s == YES)
    return low, low + sum(w for s, w in zip(states, weights, strict=True) if s == UNKNOWN)
