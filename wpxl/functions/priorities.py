"""Priorities of schools and colleges, and of a postcode's areas."""

from __future__ import annotations

from typing import Any

from .. import models
from ..catalogue import WORDS, Arg, function
from ..targeting import organisations

MODEL = Arg(
    "model",
    'A model about schools or areas. Left out: "aimhigher-2011-school". WP_MODELS lists them.',
    WORDS,
    default="aimhigher-2011-school",
    example="aimhigher-2011-school",
)
ABOUT = ("school", "area")


def _why_priority(cell: Any, words: tuple[str, ...]) -> str:
    return organisations.why_priority(models.find(words, ABOUT), cell)


@function(
    Arg(
        "schools_or_postcodes",
        "A school or college by URN, LAESTAB, UKPRN, HEAT ID or name; or a postcode, for its area; or a range.",
        example="900001",
    ),
    MODEL,
    why=_why_priority,
)
def wp_priority(schools_or_postcodes: list[Any], model: tuple[str, ...]) -> list[Any]:
    """The priority of each school or college by a targeting model: High, Medium or Low. A postcode gets that of its areas.

    Shape: that of the range. What a cell holds, a school or a postcode, is judged cell by cell.

    Unit: text. A postcode's answer is area context, by the twin model of areas: for planning, never for selecting a learner.

    Errors: #N/A the figures do not settle it, or the model leaves the school out (WP_WHY says which figure is missing: too
    little data is never Low); #VALUE! no such school can be meant; #REF! it hangs on a table that is not installed.

    Source: the Aimhigher database guide, Appendix 1, figure 2 and Appendix 3; other models state theirs (WP_MODEL).

    Examples:
    >>> wpxl.call("WP_PRIORITY", "TF7 5UG")
    [('High',)]
    """
    return organisations.priorities(models.find(model, ABOUT), schools_or_postcodes)


def _why_from(*row: Any) -> str:
    *cells, words = row
    cells_by_id = dict(zip(organisations.PERCENTAGES, cells, strict=True))
    return organisations.why_percentages(models.find(words, ("school",)), cells_by_id)


@function(
    Arg("imd", "% of learners in the 40 % most deprived areas.", example=75.5),
    Arg("nssec", "% of learners in NS-SEC 4-8.", default=None, example=52.8),
    Arg("ypr", "% of learners in POLAR2 young participation (YPR) quintiles 1-2.", default=None, example=30.6),
    Arg("ahe", "% of learners in POLAR2 adult HE (AHE) quintiles 1-2.", default=None, example=15.5),
    Arg(
        "fsm", "% of learners eligible for free school meals; 'not applicable' for a college.", default=None, example=17
    ),
    MODEL,
    why=_why_from,
)
def wp_priority_from(*given: Any) -> list[Any]:
    """The priority that follows from percentages in cells: IMD 40 %, NS-SEC 4-8, YPR, AHE, free school meals, in that order.

    Shape: that of the first range; the others are of the same size, one cell, or left out.

    Unit: text: High, Medium or Low. Percentages run from 0 to 100; 48% as text is understood.

    Errors: #N/A the figures given do not settle it; #NUM! a percentage outside 0 to 100; #VALUE! no percentage.

    Source: the Aimhigher database guide, Appendix 3: High from 61 (IMD), 17 (FSM), 47 (NS-SEC), 67 (AHE), 58 (YPR).

    Examples:
    >>> wpxl.call("WP_PRIORITY_FROM", [[75], [60.9], [10]], [[47], [46], [9]], [[1], [1], [9]], 1, [[5], [17], [5]])
    [('High',), ('Medium',), ('Low',)]
    """
    *columns, words = given
    model = models.find(words, ("school",))
    return organisations.from_percentages(model, dict(zip(organisations.PERCENTAGES, columns, strict=True)))
