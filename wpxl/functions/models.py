"""Which targeting models there are, and what one of them says."""

from __future__ import annotations

from typing import Any

from .. import models
from ..catalogue import TABLE, WORDS, Arg, function
from ..measures import registry
from ..models import Criterion, Model


@function(answers=TABLE)
def wp_models() -> list[tuple[Any, ...]]:
    """Every targeting model there is: what it is about, its versions, its options and its source.

    Shape: a heading row, then a row for each model.

    Unit: text.

    Errors: none. A model file that cannot be used has the reason in the column Source.

    Source: data/models, and the models folder of WPXL_HOME.

    Examples:
    >>> wpxl.call("WP_MODELS")[0]
    ('Model', 'Title', 'About', 'Versions', 'Answers', 'Options', 'Source', 'Edition')
    """
    rows: list[tuple[Any, ...]] = [("Model", "Title", "About", "Versions", "Answers", "Options", "Source", "Edition")]
    for file in models.found():
        if file.problem is not None:
            rows.append((file.id, "NOT USABLE", None, None, None, None, file.problem.sentence, file.edition))
            continue
        made = models.find((file.id,))
        answers = ", ".join(dict.fromkeys([*(o.answer for o in made.outcomes), made.otherwise]))
        options = "; ".join(made.options) or None
        source = ", ".join(made.source.values())
        rows.append((made.id, made.title, made.about, ", ".join(file.versions), answers, options, source, made.edition))
    return rows


@function(
    Arg(
        "model",
        "The name of a model, with options after semicolons if you like.",
        WORDS,
        example="aimhigher-2011-school",
    ),
    answers=TABLE,
)
def wp_model(model: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """What a targeting model says: its rules in order, its criteria with thresholds, weights and sources, its options.

    Shape: a heading row, then a row for each rule, each criterion and each option.

    Unit: that of each criterion, in its own column.

    Errors: #VALUE! where there is no such model or option.

    Source: the model's own file, which states one for every criterion.

    Examples:
    >>> wpxl.call("WP_MODEL", "aimhigher-2011-school")[3][:4]
    ('Criterion', 'A', 'IMD 2010 40 %', '61 or more')
    """
    made = models.find(model)
    rows: list[tuple[Any, ...]] = [
        ("Part", "Basket", "What", "When", "Band Low below", "Weight", "Unit", "Vintage", "Source")
    ]
    for outcome in made.outcomes:
        name = f"{outcome.answer} (route {outcome.route})" if outcome.route else outcome.answer
        rows.append(("Rule", None, name, outcome.text, None, None, None, None, outcome.note or None))
    for c in made.criteria:
        rows.append(
            (
                "Criterion",
                c.basket,
                c.label,
                _when(made, c),
                c.low_below,
                c.weight or None,
                c.unit,
                c.vintage or None,
                c.source,
            )
        )
    rows.append(("Otherwise", None, made.otherwise, "no rule is met", None, None, None, None, None))
    rows += [("Left out", None, r["contains"], r["because"], None, None, None, None, None) for r in made.left_out]
    rows += [
        ("Reported only", None, registry().find(m).label, None, None, None, None, None, None) for m in made.reported
    ]
    rows += [
        ("Option", None, name, o.get("note"), None, None, None, None, o.get("source"))
        for name, o in made.options.items()
    ]
    rows += [
        ("Option", None, name, said, None, None, None, None, None)
        for name, said in models.standard_options(made.about).items()
    ]
    rows.append(
        ("Note", None, made.note or None, None, None, None, None, made.version, ", ".join(made.source.values()))
    )
    return rows


def _when(model: Model, c: Criterion) -> str:
    if c.classes:
        return f"{c.classes[0]} to {c.classes[1]}"
    if c.answer:
        asked = "the learner is the first" if c.answer == "parental_he" and model.first_generation else None
        return asked or ("a parent has it: no" if c.answer == "parental_he" else c.met)
    side, limit = c.limit(registry().find(c.measures[0]).vintage if isinstance(c.at_most or c.at_least, dict) else "")
    return f"{limit:,g} or {'more' if side == 'at_least' else 'below'}"
