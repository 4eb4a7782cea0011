"""The group that a share is of: who belongs to it by a measure, an answer or an NS-SEC class, and by which rule.

>>> group("POLAR4 quintile", "q1").words, group("IMD 2010 rank", "").words, group("parental HE", "").words
('POLAR4 quintile 1', 'IMD 2010 rank 13,000 or below', 'no parental higher education')
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from .. import models, store
from ..domain import answers
from ..domain.answers import NO, UNKNOWN, YES
from ..domain.names import simple
from ..domain.once import Once, each
from ..errors import REF, VALUE, Fault, refuse
from ..measures import Measure, registry
from .decide import NOT_INSTALLED
from .learners import by_class

UNREAD = -3  # a cell that cannot be read; counts as not known
BANDS = {"decile": 10, "quintile": 5}
INF = float("inf")
# Columns of learners' answers: field → the group in words, and its answer. Their names in simple letters follow.
_ANSWERS = {
    "fsm": ("eligible for free school meals", YES),
    "bursary": ("receives the 16–19 bursary", YES),
    "parental_he": ("no parental higher education", NO),
    "first_generation": ("first generation in higher education", YES),
    "disabled": ("disabled", YES),
    "in_care": ("in care or care-experienced", YES),
    "estranged": ("estranged from parents", YES),
    "carer": ("a carer", YES),
}
_NAMES = {
    "freeschoolmeals": "fsm", "parentalhe": "parental_he", "parentalhighereducation": "parental_he",
    "firstgeneration": "first_generation", "firstgen": "first_generation", "disability": "disabled", "incare": "in_care",
    "care": "in_care", "careexperienced": "in_care", "youngcarer": "carer", "1619bursary": "bursary",
} | {simple(field): field for field in _ANSWERS}  # fmt: skip
_CLASS_NAMES = ("nssec", "nssecclass", "nssecgroup", "socioeconomicclass")
_COMPARED = re.compile(r"(>=|<=|≥|≤|>|<|=) ?(-?[\d,]+(?:\.\d+)?) ?%?").fullmatch
_BAND = re.compile(
    r"(?:(?:q|d|quintiles?|deciles?|class(?:es)?) ?)?(\d\d?)(?: ?(?:-|–|to|and) ?[qd]?(\d\d?))?"
).fullmatch
_PERCENT = re.compile(r"(?:the )?(?:most deprived |lowest )?(\d\d?) ?(?:%|per ?cent)(?: most deprived)?").fullmatch
_WRITTEN = re.compile(r"(?:imd )?(?:20\d\d )?(decile|quintile|rank|d|q)? ?(-?[\d,]+(?:\.\d+)?) ?%?").fullmatch


class Group(NamedTuple):
    """Those whose value lies from `low` to `high`, whose answer is `low`, or who belong to the classes from `low` to `high`."""

    words: str  # the rule in words
    measure: str  # the id of a measure; "" for answers and classes
    field: str  # the field of an answer; "nssec" for classes
    low: float
    high: float
    text: str = ""  # of a measure without numbers: the name that belongs to it


def is_measure(measure_id: str) -> bool:
    return measure_id in registry().measures


def group(name: str, rule: str = "") -> Group:
    """The group that a measure's name and a rule mean. Without a rule the target group that is usual for it.

    Raises a Fault where either means nothing.
    """
    plain = simple(name)
    said = answers.simple(str(rule)) if rule else ""
    if "%" not in name and plain in _NAMES:
        return _of_answers(_NAMES[plain], said, rule)
    if "%" not in name and plain in _CLASS_NAMES:
        band = _BAND(said or "4-8")
        if band is None or not 1 <= int(band[1]) <= int(band[2] or band[1]) <= 8:
            raise refuse(f"'{str(rule)[:40]}' is no rule for NS-SEC classes: write them as 4-8, or 4-7 as HESA had it.")
        low, high = int(band[1]), int(band[2] or band[1])
        return Group(f"NS-SEC {_span(low, high)}", "", "nssec", low, high)
    measure = registry().find(name)
    return _of_measure(measure, str(rule).strip(), said)


def most_deprived(vintage: str) -> Group:
    """Those in the 40 % most deprived areas by the ranks of an IMD, as the learner models have it."""
    return group(f"imd_rank_{vintage}")


def quintile(measure_id: str, upto: int) -> Group:
    """Those in the quintiles from 1 up to another."""
    return group(measure_id, f"1-{upto}")


def _of_answers(field: str, said: str, rule: str) -> Group:
    words, usual = _ANSWERS[field]
    wanted = {"": usual, "yes": YES, "y": YES, "no": NO, "n": NO}.get(said)
    if wanted is None:
        raise refuse(f"'{rule[:40]}' is no rule for answers: write yes or no.")
    return Group(words if wanted == usual else f"not: {words}", "", field, wanted, wanted)


def _of_measure(measure: Measure, rule: str, said: str) -> Group:
    def between(low: float, high: float) -> Group:
        return Group(f"{_worded(measure, low, high)}", measure.id, "", low, high)

    if compared := _COMPARED(rule):
        value = float(compared[2].replace(",", ""))
        sign = {"≥": ">=", "≤": "<="}.get(compared[1], compared[1])
        step = 1e-9 * max(abs(value), 1)
        low, high = {">=": (value, INF), ">": (value + step, INF), "<=": (-INF, value), "<": (-INF, value - step)}.get(
            sign, (value, value)
        )
        shown = {">=": "or more", "<=": "or below"}.get(sign)
        words = f"{measure.label} {value:,g} {shown}" if shown else f"{measure.label} {sign} {value:,g}"
        return Group(words, measure.id, "", low, high)
    bands = BANDS.get(measure.unit, 0)
    if not rule:
        if measure.unit == "rank" and measure.family in ("imd", "idaci"):
            return between(1, _forty(measure))
        if bands:
            return between(1, bands * 2 // 5)
        if measure.unit == "1 or 0":
            return between(1, 1)
        raise refuse(f'{measure.label} has no usual target group: give a rule, such as ">= 50".')
    if share := _PERCENT(rule.casefold()):
        if bands and int(share[1]) * bands % 100 == 0:
            return between(1, int(share[1]) * bands // 100)
        if measure.unit == "rank" and share[1] == "40":
            return between(1, _forty(measure))
        raise refuse(
            f"'{rule[:40]}' is no rule for {measure.label}: name deciles or quintiles, or compare, as in <= 13000."
        )
    band = _BAND(rule.casefold())
    if band and bands:
        low, high = int(band[1]), int(band[2] or band[1])
        if not 1 <= low <= high <= bands:
            raise refuse(
                f"'{rule[:40]}' is no rule for {measure.label}: a {measure.unit} lies between 1 and {bands}.", "#NUM!"
            )
        return between(low, high)
    if measure.unit == "1 or 0" and said in ("yes", "no", "1", "0"):
        met = int(said in ("yes", "1"))
        return between(met, met)
    if measure.unit in ("text", "name", "code", ""):
        return Group(f"{measure.label}: {rule[:60]}", measure.id, "", 0, 0, simple(rule))
    raise refuse(f"'{rule[:40]}' is no rule for {measure.label}: write one such as q1-2, 40 %, >= 61 or <= 13000.")


def _forty(measure: Measure) -> float:
    """The last rank of the 40 % most deprived areas: that of the models, 13,000 by the guide for IMD 2010."""
    current = next(c for c in models.find(("current-learner",)).criteria if c.id == "imd")
    limits = current.at_most if isinstance(current.at_most, dict) else {}
    if measure.family != "imd" or measure.vintage not in limits:
        raise refuse(f'{measure.label} has no usual target group: give a rule, such as "<= 13000".')
    return limits[measure.vintage]


def _span(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} and {high:g}" if high == low + 1 else f"{low:g} to {high:g}"


def _worded(measure: Measure, low: float, high: float) -> str:
    if measure.unit in BANDS:
        label = measure.label if low == high else measure.label.replace(measure.unit, f"{measure.unit}s")
        return f"{label} {_span(low, high)}"
    if measure.unit == "1 or 0":
        return measure.label if low else f"not: {measure.label}"
    return f"{measure.label} {high:,g} or below"


# ---------------------------------------------------------------------------------------------- who belongs to it


def states(group: Group, cells: list[Any]) -> list[int]:
    """YES, NO, UNKNOWN, NOT_APPLICABLE, NOT_INSTALLED or UNREAD for each cell. Shape: (cells,).

    A cell holds a postcode, or the value of the measure itself: a rank, a quintile in words, an answer, a class or occupation.
    """
    if group.field == "nssec":
        found: list[Any] = by_class((int(group.low), int(group.high)), cells)
    elif group.field:
        found = each(lambda cell: answers.read(group.field, cell), cells)
        if group.low == NO:
            found = [YES - state if state in (YES, NO) else state for state in found]
    else:
        found = _by_value(group, cells)
    return [UNREAD if isinstance(state, Fault) else state for state in found]


def _by_value(group: Group, cells: list[Any]) -> list[Any]:
    measure = registry().measures[group.measure]

    def written(cell: Any) -> Any:
        return _written(group, measure, cell)

    if measure.geography in ("school", "urn", "heat_id") or str not in set(map(type, cells)):
        return each(written, cells)
    plan = registry().plan((measure.id,))[1]

    def state(value: Any) -> Any:
        if type(value) is Fault:
            return None if value.code == VALUE else NOT_INSTALLED if value.code == REF else UNKNOWN
        return UNKNOWN if value is None else _belongs(group, value)

    once = Once(state)
    found = [once[row[0]] for row in store.take(plan, cells)]
    others = iter(each(written, [cell for cell, state in zip(cells, found, strict=True) if state is None]))
    return [next(others) if state is None else state for state in found]


def _belongs(group: Group, value: Any) -> int:
    if group.text:
        return YES if simple(str(value)) == group.text else NO
    if not isinstance(value, (int, float)):
        return UNREAD  # the rule compares numbers
    return YES if group.low <= value <= group.high else NO


def _written(group: Group, measure: Measure, cell: Any) -> int:
    """The state of a cell that holds no postcode but, it may be, a value of the measure."""
    if answers.unsaid(cell):
        return UNKNOWN
    if group.text:
        return _belongs(group, cell) if isinstance(cell, str) else UNREAD
    if measure.unit == "1 or 0" and (isinstance(cell, bool) or answers.simple(str(cell)) in ("yes", "no")):
        return _belongs(group, int(cell if isinstance(cell, bool) else answers.simple(str(cell)) == "yes"))
    if isinstance(cell, str):
        found = _WRITTEN(answers.simple(cell))
        if found is None or (found[1] and found[1][0] != measure.unit[:1]):
            return UNREAD
        cell = float(found[2].replace(",", ""))
    number = isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) < INF
    return _belongs(group, cell) if number and _possible(measure, cell) else UNREAD


def _possible(measure: Measure, value: float) -> bool:
    """Whether a number can be a value of the measure at all."""
    if measure.unit in BANDS:
        return 1 <= value <= BANDS[measure.unit] and value == int(value)
    if measure.unit == "rank":
        return value >= 1 and value == int(value)
    return 0 <= value <= 100 if measure.unit == "%" else value in (0, 1) if measure.unit == "1 or 0" else True
