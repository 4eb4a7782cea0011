"""A report made fit to be shared: small counts of people withheld (see withholding), or all counts rounded as HESA does.

Sources stand in domain/rates.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..domain import rates
from ..domain.rates import WITHHELD
from ..errors import refuse
from .shape import DERIVED, PEOPLE, SHARE, Column, Figure, Report, Table, as_number
from .withholding import withheld

NONE, UNDER, HESA = "none", "under", "hesa"
_UNDER = re.compile(r"(?:(?:counts? )?(?:under|below|less than|fewer than)|<)? ?(\d{1,3})(?: people)?").fullmatch


class Rule(NamedTuple):
    kind: str = NONE
    n: int = 0  # counts under it are withheld

    @property
    def note(self) -> str:
        if self.kind == HESA:
            return (
                "HESA standard rounding: counts of people to the nearest 5 (0, 1 and 2 become 0), totals for themselves; shares "
                f"are worked out before rounding, and those of fewer than 22.5 people are withheld, shown as {WITHHELD}."
            )
        if self.kind == UNDER:
            return (
                f"Counts of people under {self.n} are withheld, shown as {WITHHELD} (confidential), with the shares that rest on "
                "them and further counts from which they could be worked out. A count of 0 is shown."
            )
        return "No suppression and no rounding: small counts are shown as they are, so this is not for publishing."


def rule(words: Any) -> Rule:
    """A rule from words: none, under 10, hesa. Raises a Fault for anything else."""
    text = " ".join(str(words or NONE).casefold().split())
    if text in (NONE, "no", "off"):
        return Rule()
    if text.startswith("hesa"):
        return Rule(HESA)
    found = _UNDER(text[:-2] if text.endswith(".0") else text)
    if found is None or int(found[1]) < 2:
        raise refuse(
            f"'{str(words)[:40]}' is no rule of suppression: write none, under 10 (or another number), or hesa."
        )
    return Rule(UNDER, int(found[1]))


def protect(report: Report, by: Rule) -> Report:
    """The report with its counts withheld or rounded by a rule, and a note that says so.

    Raises a Fault for a report that lists learners one by one: no rule makes that fit to be shared.
    """
    if by.kind == NONE:
        return report._replace(notes=(*report.notes, by.note))
    if report.personal:
        raise refuse(
            f"'{report.title}' lists learners one by one, and no suppression makes that fit to be shared: ask for it without any."
        )
    tables = tuple(map(_rounded, report.tables)) if by.kind == HESA else withheld(report.tables, by.n)
    named = {table.name: table for table in tables}
    charts = tuple(chart for chart in report.charts if _shows(named[chart.table], chart.series, chart.rows))
    return report._replace(tables=tables, charts=charts, notes=(*report.notes, by.note))


def _shows(table: Table, series: tuple[str, ...], rows: int) -> bool:
    """Whether a chart has anything left to show. A value that is withheld is a text, and draws nothing."""
    at = [i for i, column in enumerate(table.columns) if column.heading in series]
    shown = table.rows[: rows or len(table.rows) - table.totals]
    return any(isinstance(row[i], (int, float)) for row in shown for i in at)


# ----------------------------------------------------------------------------------------------------- HESA rounding


def _rounded(table: Table) -> Table:
    at = {column.heading: i for i, column in enumerate(table.columns)}
    first = table.rows[-table.totals] if table.totals else ()

    def count(row: tuple[Any, ...], heading: str) -> float | None:
        return as_number(row[at[heading]]) if heading in at else None

    def cell(column: Column, value: Any, row: tuple[Any, ...]) -> Any:
        shown = as_number(value)
        if shown is None or isinstance(value, Figure) or column.kind not in (PEOPLE, SHARE, DERIVED):
            return value
        if column.kind == PEOPLE:
            return rates.rounded(shown)
        part, base = count(row, column.part), count(row, column.base)
        if column.kind == SHARE:
            if not column.base and first:
                base = count(first, column.part)
            return WITHHELD if base is not None and rates.too_few(base) else value
        if part is None or base is None:  # in proportion to a count, as hours times people are
            return _plain(shown * rates.rounded(part) / part) if part else value
        if shown == part - base:
            return rates.rounded(part) - rates.rounded(base)
        return WITHHELD if rates.too_few(base) else value

    rows = [tuple(cell(*pair, row) for pair in zip(table.columns, row, strict=True)) for row in table.rows]
    return table._replace(rows=rows)


def _plain(number: float) -> float:
    return int(number) if float(number).is_integer() else round(number, 2)
