"""Thresholds that split schools into thirds, found anew on a table of today.

The guide's own thresholds were set so: "to approximately include one third of schools into 3 bandings". Bands are half-open:
Low is below the first threshold, High is the second and above. A threshold is the roundest number that makes the split.

>>> thirds([1.5 * n for n in range(60)])
Thirds(low_below=30, at_least=60, low=20, medium=20, high=20, remarks=())
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from itertools import accumulate
from typing import Any, NamedTuple

from ..errors import NA, Fault, refuse
from ..models import Model

FEWEST = 30  # schools with a figure: fewer make no thirds worth the name
FAR = 5  # percentage points that a band may lie from a third before it is remarked on


class Thirds(NamedTuple):
    """Two thresholds and how many values lie in each band."""

    low_below: float
    at_least: float
    low: int
    medium: int
    high: int
    remarks: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        return self.low + self.medium + self.high


def numbers(values: Iterable[Any]) -> list[float]:
    """The values that are numbers: neither gaps nor texts nor errors."""
    plain = (v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool))
    return [v for v in plain if abs(v) < float("inf")]


def thirds(values: Iterable[Any]) -> Thirds:
    """The two thresholds whose bands come nearest to thirds. What is no number does not count.

    Raises a Fault where there are too few values, or so many equal ones that a band would be empty.
    """
    counts = sorted(Counter(numbers(values)).items())
    n = sum(count for _, count in counts)
    if n < FEWEST:
        some = "no school has" if n == 0 else "1 school has" if n == 1 else f"only {n} schools have"
        raise refuse(f"{some} a figure, and thirds need {FEWEST}", NA)
    below = list(accumulate(count for _, count in counts))[:-1]  # how many lie below the boundary after each value
    if len(below) < 2:
        raise refuse("the schools have fewer than three different figures, so there are no three bands", NA)
    first, second = (min(range(len(below)), key=lambda i: abs(3 * below[i] - third * n)) for third in (1, 2))
    if first == second:
        value, count = max(counts, key=lambda pair: pair[1])
        raise refuse(f"{count:,} of {n:,} schools have the same figure, {value:g}, so a band would be empty", NA)
    at = [roundest(counts[i][0], counts[i + 1][0]) for i in (first, second)]
    made = Thirds(at[0], at[1], below[first], below[second] - below[first], n - below[second])
    return made._replace(remarks=tuple(_remarks(made, counts)))


def _remarks(made: Thirds, counts: list[tuple[float, int]]) -> list[str]:
    remarks = []
    lowest, highest = counts[0][0], counts[-1][0]
    if lowest >= 0 and highest <= 1 and any(0 < value < 1 for value, _ in counts):
        remarks.append(
            "every figure lies between 0 and 1, so these are likely fractions and not percentages; they are taken as they stand"
        )
    if any(abs(100 * band / made.n - 100 / 3) > FAR for band in (made.low, made.medium, made.high)):
        remarks.append("equal figures keep the bands from being thirds")
    return remarks


def roundest(below: float, upto: float) -> float:
    """The roundest number that is greater than `below` and not greater than `upto`: fewest decimals, then fewest digits.
    Of equally round ones that in the middle.

    >>> roundest(57.2, 62.9), roundest(23.9, 24), roundest(16.94, 16.97)
    (60, 24, 16.96)
    """
    low, high = Decimal(str(below)), Decimal(str(upto))
    decimals = 0
    while (start := _floor(low, decimals) + 1) > (end := _floor(high, decimals)):
        decimals += 1
    if start <= 0 <= end:
        return 0
    step = 1
    while -(-start // (step * 10)) * step * 10 <= end:  # the next multiple of ten times the step is still among them
        step *= 10
    first, last, middle = -(-start // step), end // step, round((start + end) / 2 / step)
    number = Decimal(min(max(middle, first), last) * step).scaleb(-decimals)
    found = int(number) if number == number.to_integral_value() else float(number)
    return found if below < found <= upto else upto


def _floor(number: Decimal, decimals: int) -> int:
    return int(number.scaleb(decimals).to_integral_value(ROUND_FLOOR))


def limited(model: Model, found: dict[str, Thirds | Fault]) -> Model:
    """The model with the thresholds found; a criterion without any keeps its own."""
    criteria = []
    for criterion in model.criteria:
        new = found.get(criterion.id)
        if isinstance(new, Thirds):
            criterion = criterion._replace(at_least=new.at_least, low_below=new.low_below)
        criteria.append(criterion)
    return replace(model, criteria=tuple(criteria), _decided={})
