"""Target learners: decisions and selection scores for whole columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from .. import models
from ..catalogue import WORDS, Arg, function
from ..models import Model
from ..targeting import decide, learner_words, learners

ARGS = (
    Arg("postcodes", "A learner's home postcode, or a range; a bare number is an IMD rank.", example="TF7 5UG"),
    Arg("fsm", "Eligible for free school meals: Y or N; blank is not known.", default=None, example="N"),
    Arg("bursary", "Receives the 16-19 bursary: Y or N. It does not apply below Year 12.", default=None, example="N"),
    Arg("parental_he", "Whether a parent has higher education: Y means the criterion is NOT met.", default=None, example="Y"),
    Arg("nssec", "NS-SEC class (1 to 8), a band such as 4-8 as text, or a parent's occupation.", default=None, example="6"),
    Arg("disabled", "Disabled: Y or N, or the disability.", default=None, example="N"),
    Arg("in_care", "In care or care-experienced: Y or N.", default=None, example="N"),
    Arg("estranged", "Estranged from parents: Y or N. Used by current-learner.", default=None),
    Arg("carer", "A young carer: Y or N. Used by current-learner.", default=None),
    Arg(
        "model",
        'A targeting model, with options after semicolons. Left out: "aimhigher-2011-learner". WP_MODELS lists them.',
        WORDS,
        default="aimhigher-2011-learner",
        example="aimhigher-2011-learner; show route",
    ),
)  # fmt: skip


def _asked(model: Model, cells: tuple[Any, ...]) -> Model:
    """The model, its question about parents turned round where the heading of that column asks the opposite."""
    if learners.asks_first_generation(cells[learners.COLUMNS.index("parental_he")]):
        return dataclasses.replace(model, first_generation=True, _decided={})
    return model


def _answered(
    judge: Callable[..., list[Any]], name: str, columns: tuple[list[Any], ...], words: tuple[str, ...]
) -> list[Any]:
    model = models.find(words, ("learner",))
    first = tuple(column[0] for column in columns)
    headed = len(columns[0]) > 1 and learners.is_heading(first[0])
    if headed:
        model = _asked(model, first)
    rows = dict(zip(learners.COLUMNS, (column[headed:] for column in columns), strict=True))
    title: list[Any] = [f"{name} ({model.id})"] if headed else []
    return title + judge(model, learners.evidence(model, rows))


def _why(explain: Callable[..., str], row: tuple[Any, ...], heading: tuple[Any, ...]) -> str:
    *cells, words = row
    model = models.find(words, ("learner",))
    if learners.is_heading(heading[0]):
        model = _asked(model, heading)
        if tuple(cells) == heading[:-1]:
            return "This row holds the headings."
    return explain(model, dict(zip(learners.COLUMNS, cells, strict=True)))


def _why_target(*row: Any, heading: tuple[Any, ...]) -> str:
    return _why(learner_words.why_target, row, heading)


def _why_score(*row: Any, heading: tuple[Any, ...]) -> str:
    return _why(learner_words.why_score, row, heading)


@function(*ARGS, why=_why_target, headed=True)
def wp_target(*given: Any) -> list[Any]:
    """Whether each learner is a target learner by a model: Target, Not target, or #N/A where what is known does not settle it.

    Shape: that of the first range; the others are of the same size, one cell, or left out.
    Where the first row holds headings, they are read: a heading that asks "first generation?" turns parental_he round.

    Unit: text. The option "show route" adds the route: C, no parental HE, A+B. The option "unknown as not met" screens a whole
    list, and answers that rest on it say so.

    Errors: #N/A not settled (WP_WHY names what would settle it); #VALUE! a postcode or an answer that cannot be read;
    #NUM! a rank or a class out of range; #REF! it hangs on a table that is not installed.

    Source: the Aimhigher database guide, Appendix 1, figure 1; other models state theirs (WP_MODEL).

    Examples:
    >>> wpxl.call("WP_TARGET", "TF7 5UG", "N", "N", "Y", 6)
    [('Target',)]
    >>> wpxl.why("WP_TARGET", "TF7 5UG", "N", "N", "Y", 6)[0]
    'Target: IMD 2010 rank 6,259 is among the 40 % most deprived (basket A) and NS-SEC 6 is 4–8 (basket B).'
    """
    return _answered(decide.decisions, "Target learner", given[:-1], given[-1])


@function(*ARGS, why=_why_score, headed=True)
def wp_target_score(*given: Any) -> list[Any]:
    """The selection score of each learner: the sum of the weights of the criteria that are met.

    Shape: that of the first range; the others are of the same size, one cell, or left out.

    Unit: points, 0 to 25 in the Aimhigher models.

    Errors: #N/A where something unknown could change the score (WP_WHY gives the range); otherwise as WP_TARGET.

    Source: the Aimhigher database guide, Appendix 2, table 1. Its printed total is 20, its weights add up to 25: the weights
    count here. The option "parental HE counts 2" gives 20.

    Examples:
    >>> wpxl.call("WP_TARGET_SCORE", 13000, "N", "N", "N", 2, "N", "N")
    [(8,)]
    """
    return _answered(decide.scores, "Selection score", given[:-1], given[-1])
