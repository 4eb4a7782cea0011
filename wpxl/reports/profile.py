"""The summary of a profiled list: how many were answered, and how they spread over each measure.

Tables in, tables out: no cells and no files. Every figure comes with n and coverage.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from ..domain.blank import is_blank
from ..errors import Fault
from ..measures import Measure

IMD_2010_TARGET = 13_000  # the guide's "13,000 most deprived"; later vintages use the published deciles 1 to 4


class Spread(NamedTuple):
    """How a list spreads over the bands of one measure."""

    measure: Measure
    counts: dict[int, int]  # band → learners
    known: int
    asked: int

    @property
    def coverage(self) -> float:
        return self.known / self.asked if self.asked else 0.0


class Summary(NamedTuple):
    rows: int  # rows of the list
    asked: int  # with something in the postcode cell
    answered: int  # for which at least one measure is known
    misses: dict[str, int]  # why not → how many
    spreads: list[Spread]
    targets: list[tuple[str, int, int]]  # rule, learners who meet it, learners known


def summarise(cells: list[Any], measures: tuple[Measure, ...], rows: list[tuple[Any, ...]]) -> Summary:
    """cells: the postcode cells; rows: the answer of each, one value a measure."""
    table = pd.DataFrame(rows, columns=[m.id for m in measures])
    filled = pd.Series([not is_blank(c) for c in cells], dtype=bool)
    known = table.map(lambda v: v is not None and not isinstance(v, Fault))
    told = [m.id for m in measures if m.unit != "text"]
    answered = int((known[told].any(axis=1) & filled).sum()) if told else 0
    spreads, targets = [], []
    for measure in measures:
        here = table.loc[known[measure.id] & filled, measure.id]
        bands = {"quintile": 5, "decile": 10}.get(measure.unit)
        if bands and len(here):
            counts = here.astype(int).value_counts().reindex(range(1, bands + 1), fill_value=0)
            spreads.append(Spread(measure, {int(b): int(n) for b, n in counts.items()}, len(here), int(filled.sum())))
        rule = _target(measure)
        if rule and len(here):
            name, highest = rule
            targets.append((name, int((here.astype(int) <= highest).sum()), len(here)))
    return Summary(len(cells), int(filled.sum()), answered, _misses(table, filled), spreads, targets)


def _target(measure: Measure) -> tuple[str, int] | None:
    """The rule under which a value counts as disadvantaged, and the highest value that meets it."""
    if measure.id == "imd_rank_2010":
        return "IMD 2010: among the 13,000 most deprived areas", IMD_2010_TARGET
    if measure.family == "imd" and measure.unit == "decile":
        return f"IMD {measure.vintage}: deciles 1 to 4, the 40 % most deprived", 4
    if measure.unit == "quintile" and measure.family != "imd":
        return f"{measure.label}: 1 or 2", 2
    return None


def _misses(table: pd.DataFrame, filled: pd.Series[bool]) -> dict[str, int]:
    """Rows without any value, by the error that stands in their first column."""
    out: dict[str, int] = {}
    for row, asked in zip(table.itertuples(index=False), filled, strict=True):
        faults = [v for v in row if isinstance(v, Fault)]
        if asked and faults and not any(v is not None and not isinstance(v, (Fault, str)) for v in row):
            out[faults[0].code] = out.get(faults[0].code, 0) + 1
    return out
