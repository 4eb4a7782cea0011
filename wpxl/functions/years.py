"""When learners can enter higher education, and when their tracking data is expected."""

from __future__ import annotations

from typing import Any

from ..catalogue import Arg, function
from ..domain import answers, years
from ..domain.blank import is_blank
from ..domain.once import each_row
from ..errors import NA, NUM, VALUE, Fault

MOST_PHASE = 5  # years that a learner may be ahead or behind
EARLIEST = 1940
MATURE = 21  # years of age at which HESA calls an entrant mature


def _he_ready(cell: Any, academic_year: Any, phase: Any) -> int | Fault | None:
    """The year a learner's HE-ready year starts in, or what is wrong."""
    if is_blank(cell):
        return None
    adjustment = _adjustment(phase)
    if isinstance(adjustment, Fault):
        return adjustment
    if answers.unsaid(cell):
        return Fault(NA, "Neither a year group nor a date of birth is known here.")
    group = years.year_group(cell)
    if years.is_beyond_school(cell):
        return Fault(
            NA,
            "Learners in further education and mature learners are beyond the table of HE-ready years, which goes by school years: "
            "give a year group (12, 13 or 14), or a date of birth.",
        )
    if group is None:
        ready = _from_birth(cell, years.academic_year(academic_year))
        return ready if isinstance(ready, Fault) else ready + adjustment
    if is_blank(academic_year):
        return Fault(NA, f"Year {group} of which academic year? Give one such as 2025/26.")
    start = years.academic_year(academic_year)
    if start is None:
        return Fault(VALUE, f"'{str(academic_year)[:30]}' is no academic year: write it as 2025/26.")
    return years.he_ready_from_group(group, start) + adjustment


def _from_birth(cell: Any, start: int | None) -> int | Fault:
    seen = str(cell).strip()[:30]
    born = years.born(cell)
    if born is None:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return Fault(NUM, f"{cell:g} is neither a year group (0 to {years.OLDEST_GROUP}) nor a date of birth.")
        return Fault(
            VALUE, f"'{seen}' is neither a year group nor a date of birth: write Year 12, or a date, day first."
        )
    if born[0] < EARLIEST or (start is not None and born[0] > start + 1):
        after = f", after the academic year {years.shown(start)}" if start is not None and born[0] > start else ""
        return Fault(NUM, f"A learner born in {born[0]}{after}? Check the date of birth.")
    ready = years.he_ready_from_birth(born)
    if start is not None and 18 + start - ready >= MATURE:
        return Fault(
            NA,
            f"Aged {18 + start - ready} by the start of {years.shown(start)}, a mature learner: beyond the table of HE-ready "
            "years, which goes by entry at 18.",
        )
    return ready


def _adjustment(phase: Any) -> int | Fault:
    if is_blank(phase) or answers.unsaid(phase):
        return 0
    text = str(phase).strip().removesuffix(".0")
    if not text.lstrip("+-").isdecimal() or isinstance(phase, bool):
        return Fault(
            VALUE, f"'{str(phase)[:30]}' is no phase adjustment: write whole years, such as 1 for a year behind."
        )
    if len(text) > 3 or abs(int(text)) > MOST_PHASE:
        return Fault(NUM, f"A phase adjustment of {text[:9]} years? It lies between -{MOST_PHASE} and {MOST_PHASE}.")
    return int(text)


def _why_he_ready(cell: Any, academic_year: Any, phase: Any) -> str:
    ready = _he_ready(cell, academic_year, phase)
    if isinstance(ready, Fault):
        return ready.sentence
    if ready is None:
        return "The cell is blank, so the answer is blank."
    adjustment = _adjustment(phase)
    shifted = f", shifted by a phase adjustment of {adjustment:+d}" if adjustment else ""
    if (group := years.year_group(cell)) is not None:
        start = years.academic_year(academic_year)
        assert start is not None
        origin = f"{f'Year {group}' if group else 'Reception'} in {years.shown(start)} ends Year 13 in summer {start + 14 - group}"
    else:
        born = years.born(cell)
        assert born is not None
        half = "from September on" if born[1] >= 9 else "before September"
        origin = f"Born in {born[0]}, {half}, so 18 by the summer of {years.he_ready_from_birth(born)}"
    return f"{origin}{shifted}: HE-ready {years.shown(ready)}, tracking expected {years.tracking_year(ready)}."


@function(
    Arg("year_groups_or_dates_of_birth", "A year group (12, Year 12) or a date of birth, or a range.", example="Year 12"),
    Arg("academic_year", "The year that the year group is of: 2025/26. With a birth date it only tells who is a mature learner.",
        default=None, example="2025/26"),
    Arg("phase_adjustment", "Whole years that a learner is behind (1) or ahead (-1); HEAT's Phase Adjustment.", default=None),
    why=_why_he_ready,
)  # fmt: skip
def wp_he_ready(cells: list[Any], academic_year: list[Any], phase_adjustment: list[Any]) -> list[Any]:
    """The academic year in which each learner can enter higher education at 18, from a year group or a date of birth.

    Shape: that of the first range; the others are of the same size, one cell, or left out.

    Unit: text, such as 2027/28. Year 12 of 2025/26 gives 2027/28; born from September 2008 to August 2009 does too, a day earlier
    gives 2026/27.

    Errors: #VALUE! neither a year group nor a date, or no academic year; #NUM! out of range; #N/A not known, and further education
    and mature learners (21 or over by the academic year), who are beyond the table.

    Source: HEAT's table of HE-ready years; school years of England begin on 1 September.

    Examples:
    >>> wpxl.call("WP_HE_READY", [["Year 12"], [9], ["01/09/2008"], ["31/08/2008"]], "2025/26")
    [('2027/28',), ('2030/31',), ('2027/28',), ('2026/27',)]
    """
    return each_row(_shown, cells, academic_year, phase_adjustment)


def _shown(cell: Any, academic_year: Any, phase: Any) -> Any:
    ready = _he_ready(cell, academic_year, phase)
    return years.shown(ready) if isinstance(ready, int) else ready


def _tracking(cell: Any) -> int | Fault | None:
    if is_blank(cell):
        return None
    start = years.academic_year(cell)
    if start is None:
        return Fault(VALUE, f"'{str(cell)[:30]}' is no HE-ready year: write it as 2027/28.")
    return years.tracking_year(start)


def _why_tracking(cell: Any) -> str:
    year = _tracking(cell)
    if isinstance(year, Fault):
        return year.sentence
    assert year is not None
    return (
        f"Those who could enter in {years.shown(year - 2)} are in the national records of that year, which reach HEAT two years "
        f"after its start: expected {year}, and sometimes later."
    )


@function(
    Arg("he_ready_years", "HE-ready years such as 2027/28, or a range of them.", example="2027/28"),
    why=_why_tracking,
)
def wp_tracking_year(he_ready_years: list[Any]) -> list[Any]:
    """The year in which tracking data of each HE-ready year is expected: 2029 for 2027/28.

    Shape: that of the range.

    Unit: a year. It is an expectation: national records have come late before.

    Errors: #VALUE! where a cell is no academic year.

    Source: HEAT's table: HE-ready year N/N+1, tracking data ready in N+2.

    Examples:
    >>> wpxl.call("WP_TRACKING_YEAR", [["2020/21"], ["2024/25"], [None]])
    [(2022,), (2026,), (None,)]
    """
    return [_tracking(cell) for cell in he_ready_years]
