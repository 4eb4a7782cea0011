"""Counts and percentages fit to be shared: HESA's standard rounding, and small counts.

Counts of people are rounded to the nearest multiple of 5, so that 0, 1 and 2 become 0 and halves go up; totals are rounded for
themselves, so that rounded counts need not add up to them. A percentage is worked out before rounding, and is not given where
it is a fraction of fewer than 22.5 people.

Source: HESA, Rounding and suppression to anonymise statistics (the HESA Standard Rounding Methodology, hesa.ac.uk, about,
regulation, data protection). The sign for what is withheld: Government Analysis Function, Using symbols and shorthand in data
tables (2022): [c] for confidential, in square brackets.

>>> [rounded(n) for n in (0, 2, 2.5, 3, 7, 7.5, 12, 13)]
[0, 0, 5, 5, 5, 10, 10, 15]
>>> too_few(22), too_few(22.5)
(True, False)
"""

from __future__ import annotations

from math import floor

WITHHELD = "[c]"
NEAREST = 5
FEWEST = 22.5  # people that a percentage may be a fraction of


def rounded(count: float) -> int:
    """A count by HESA's standard rounding; a negative number, such as a change, as its positive."""
    return -rounded(-count) if count < 0 else NEAREST * floor(count / NEAREST + 0.5)


def too_few(base: float) -> bool:
    """Whether HESA's methodology gives no percentage of so many people."""
    return base < FEWEST


def small(count: float, under: int) -> bool:
    """Whether a count is withheld where counts under a number are: nobody is nobody's secret."""
    return 0 < count < under


def share(part: float, base: float) -> float | None:
    """A percentage to one decimal place; None where there is nothing to divide by."""
    return round(100 * part / base, 1) if base else None
