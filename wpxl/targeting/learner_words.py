"""The sentence behind a decision about a learner."""

from __future__ import annotations

from typing import Any

from .. import occupations
from ..domain import answers, nssec
from ..domain.answers import NOT_APPLICABLE, UNKNOWN, YES
from ..errors import Fault
from ..measures import registry
from ..models import Criterion, Model
from . import said
from .decide import NOT_INSTALLED, Raw
from .learners import MAYBE_DECILE, evidence

Cells = dict[str, Any]


def why_target(model: Model, cells: Cells) -> str:
    """Why a learner is, or is not, or may be, a target learner."""
    raw = next(evidence(model, {name: [cell] for name, cell in cells.items()}))
    return said.decision(
        model, raw, lambda i, brief=False: _say(model, cells, raw, i, brief), lambda gaps: _gap(model, cells, gaps)
    )


def why_score(model: Model, cells: Cells) -> str:
    """What a selection score is made of, and the range that it may lie in."""
    raw = next(evidence(model, {name: [cell] for name, cell in cells.items()}))
    return said.score(model, raw, lambda gaps: _gap(model, cells, gaps))


def _gap(model: Model, cells: Cells, gaps: list[int]) -> str:
    """Why the first gap with a story is one: a postcode without a value, a job that needs a question, a doubtful number."""
    for i in gaps:
        criterion = model.criteria[i]
        if criterion.measures:
            cell = cells["postcodes"]
            if isinstance(cell, (int, float)) and cell <= MAYBE_DECILE:
                return f"{cell:g} may be a decile: write 'decile {cell:g}' or 'rank {cell:g}'."
            (measure,), plan = registry().plan(criterion.measures[:1])
            value = plan.one(cell)[0]
            if isinstance(value, Fault) and not answers.unsaid(cell):
                return value.sentence if measure.label in value.sentence else f"No {measure.label}: {value.sentence}"
        job = cells["nssec"]
        if criterion.classes and isinstance(job, str) and not answers.unsaid(job) and not _is_class(job):
            return occupations.classify([job])[0].said
    return ""


def _say(model: Model, cells: Cells, raw: Raw, i: int, brief: bool = False) -> str:
    """What is known of one criterion, in words; in a word or two where `brief`."""
    criterion, state = model.criteria[i], raw[i]
    if state == NOT_APPLICABLE:
        return f"{criterion.short} does not apply"
    if state in (UNKNOWN, NOT_INSTALLED):
        return f"{criterion.short} not known"
    met = state == YES
    if criterion.measures:
        shown = _figure(criterion, cells["postcodes"])
        return shown if brief else f"{shown} is {'' if met else 'not '}{_bound(criterion)}"
    if criterion.classes:
        shown = _class(cells["nssec"])
        return shown if brief else f"{shown} is {'' if met else 'not '}{criterion.classes[0]}–{criterion.classes[1]}"
    if criterion.answer == "parental_he":
        asked = "first generation" if model.first_generation else "a parent has HE"
        given = f"'{str(cells['parental_he']).strip()[:12]}' to {asked}"
        return given if brief else f"{criterion.label if met else criterion.contrary} ({given})"
    if brief:
        return f"{criterion.short} {'yes' if met == (criterion.met == 'yes') else 'no'}"
    return criterion.label if met else criterion.contrary or f"not {criterion.label}"


def _figure(criterion: Criterion, cell: Any) -> str:
    (measure,), plan = registry().plan(criterion.measures[:1])
    value = plan.one(cell)[0]
    if isinstance(value, Fault):  # the cell holds the figure itself
        return f"{measure.label} {cell:,}" if isinstance(cell, (int, float)) else f"IMD {str(cell).strip()[:20]}"
    return f"{measure.label} {value:,}" if isinstance(value, (int, float)) else f"{measure.label} {value}"


def _bound(criterion: Criterion) -> str:
    (measure,), _ = registry().plan(criterion.measures[:1])
    side, limit = criterion.limit(measure.vintage)
    return criterion.means or f"{limit:,g} or {'more' if side == 'at_least' else 'below'}"


def _class(cell: Any) -> str:
    if not _is_class(cell):
        answer = occupations.classify([cell])[0]
        return f"'{str(cell).strip()[:24]}' (NS-SEC {answer.class_ or ' or '.join(answer.classes)})"
    return f"NS-SEC {nssec.parse(cell) or str(cell).strip()[:20]}"


def _is_class(cell: Any) -> bool:
    return nssec.parse(cell) is not None or nssec.band(cell) is not None
