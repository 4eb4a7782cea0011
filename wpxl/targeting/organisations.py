"""Schools, colleges and areas against a model: keys or percentages in, priorities out, and the sentence behind one of them."""

from __future__ import annotations

import re
from typing import Any

from .. import models, store
from ..domain import answers, postcode
from ..domain.answers import NOT_APPLICABLE, UNKNOWN
from ..domain.headers import is_postcode
from ..domain.once import each
from ..errors import NA, NUM, REF, VALUE, Fault
from ..measures import registry
from ..models import Criterion, Model
from . import decide, said
from .decide import NOT_INSTALLED, Raw

_BEGUN = re.compile(r"[A-Za-z]{1,2}[0-9][0-9A-Za-z]?\s*[0-9OIoi][A-Za-z0-9]{0,2}").fullmatch
PERCENTAGES = ("imd", "nssec", "ypr", "ahe", "fsm")  # the guide's order of columns


# --------------------------------------------------------------------------------------------- schools and areas


def priorities(model: Model, cells: list[Any]) -> list[Any]:
    """The priority of each school, or of each postcode's areas; what a cell holds is judged cell by cell."""
    if not cells:
        return []
    area = each(means_area, cells)
    out: list[Any] = [None] * len(cells)
    for wanted, judge in ((True, _areas), (False, _schools)):
        places = [i for i, is_area in enumerate(area) if is_area is wanted]
        if places:
            found = judge(_for(model, "area" if wanted else "school"), [cells[i] for i in places])
            for i, answer in zip(places, found, strict=True):
                out[i] = answer
    return out


def means_area(cell: Any) -> bool:
    """Whether a cell holds a postcode, or what was meant for one: letters and digits as a postcode begins, no name."""
    if not isinstance(cell, str):
        return False
    return is_postcode(cell) or bool(_BEGUN(cell.strip()))


def _for(model: Model, about: str) -> Model:
    """The model itself, or its twin where it is about the other kind."""
    if model.about == about:
        return model
    if not model.twin:
        raise Fault(VALUE, f"{model.id} is about {model.about}s, and names no model for {about}s.")
    return models.find((model.twin, *(["unknown as not met"] if model.unknown_as_not_met else [])), (about,))


def _areas(model: Model, cells: list[Any]) -> list[Any]:
    return decide.decisions(model, area_evidence(model, cells))


def area_evidence(model: Model, postcodes: list[Any]) -> list[Raw]:
    """Raw states of each postcode's areas. Shape: (postcodes,)."""
    measures, plan = registry().plan(tuple(c.measures[0] for c in model.criteria))

    def states(row: tuple[Any, ...]) -> Raw:
        out: list[int | Fault] = []
        for criterion, measure, value in zip(model.criteria, measures, row, strict=True):
            if isinstance(value, Fault):
                out.append(NOT_INSTALLED if value.code == REF else UNKNOWN)
            else:
                out.append(UNKNOWN if value is None else criterion.state(value, measure.vintage))
        return tuple(out)

    rows = store.take(plan, postcodes)
    bad = Fault(VALUE, "This is not a full postcode.")
    return [(bad,) if type(row[0]) is Fault and row[0].code == VALUE else states(row) for row in rows]


def _schools(model: Model, cells: list[Any]) -> list[Any]:
    register = store.register(store.installed())
    keys = register.find_many(cells)
    found = decide.decisions(model, school_evidence(model, keys))
    return [found[i] if isinstance(key, str) else key for i, key in enumerate(keys)]


def school_evidence(model: Model, keys: list[Any]) -> list[Raw]:
    """Raw states of each school, from the register's keys. What the model leaves out is a Fault. Shape: (keys,)."""
    columns: list[list[int | Fault]] = []
    for criterion in model.criteria:
        columns.append([_state(criterion, *found) for found in _values(criterion, keys)])
    out = list(zip(*columns, strict=True))
    for rule in model.left_out:
        kinds = store.register(store.installed()).values(keys, rule["measure"])
        for i, kind in enumerate(kinds):
            if kind and rule["contains"] in str(kind).casefold():
                out[i] = (Fault(NA, f"It has no priority: {rule['because']}."),)
    return out


def figures(model: Model, keys: list[Any]) -> list[list[Any]]:
    """The figure that each criterion goes by, for each school; None where there is none. Shape: (criteria, keys)."""
    return [[value for value, _ in _values(criterion, keys)] for criterion in model.criteria]


def _values(criterion: Criterion, keys: list[Any]) -> list[tuple[Any, int]]:
    """The figure for each school, and the state of one without: unknown, not installed, or not applicable."""
    register = store.register(store.installed())
    values: list[Any] = [None] * len(keys)
    for measure in criterion.measures:
        more = register.values(keys, measure)
        values = [b if a is None else a for a, b in zip(values, more, strict=True)]
    gap = UNKNOWN if any(map(register.answers, criterion.measures)) else NOT_INSTALLED
    gaps = [gap] * len(keys)
    if criterion.not_applicable:
        kinds = register.values(keys, criterion.not_applicable["measure"])
        words = criterion.not_applicable["contains"]
        gaps = [NOT_APPLICABLE if k and any(w in str(k).casefold() for w in words) else gap for k in kinds]
    return list(zip(values, gaps, strict=True))


def _state(criterion: Criterion, value: Any, gap: int) -> int:
    return gap if value is None or isinstance(value, str) else criterion.state(value)


# -------------------------------------------------------------------------------------------------- percentages


def from_percentages(model: Model, columns: dict[str, list[Any]]) -> list[Any]:
    """The priority that follows from percentages in cells, by the ids of the model's criteria."""
    return decide.decisions(model, percentage_evidence(model, columns))


def percentage_evidence(model: Model, columns: dict[str, list[Any]]) -> list[Raw]:
    n = len(next(iter(columns.values())))
    states: list[list[int | Fault]] = []
    for criterion in model.criteria:
        cells = columns.get(criterion.id)
        states.append([UNKNOWN] * n if cells is None else [_percentage_state(criterion, cell) for cell in cells])
    return list(zip(*states, strict=True))


def _percentage_state(criterion: Criterion, cell: Any) -> int | Fault:
    if answers.unsaid(cell):
        return UNKNOWN
    value = percentage(cell)
    if value is None:
        text = answers.simple(str(cell))
        if text in ("not applicable", "does not apply", "inapplicable"):
            return NOT_APPLICABLE
        if text in ("na", "n/a", "ne", "np", "supp", "sp", "lowcov", "z", "x", "c", "*"):
            return UNKNOWN
        return Fault(
            VALUE, f"'{str(cell)[:40]}' is no percentage: write a number from 0 to 100, or leave the cell blank."
        )
    if not 0 <= value <= 100:
        return Fault(NUM, f"{value:g} is no percentage of learners: it has to lie between 0 and 100.")
    return criterion.state(value)


def percentage(cell: Any) -> float | None:
    """A percentage as people write it: 48, 48.2, "48%", "48.2 %"."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return None
    try:
        value = float(cell.strip().rstrip("%").strip() if isinstance(cell, str) else cell)
    except ValueError:
        return None
    return value if value == value and value not in (float("inf"), -float("inf")) else None


# ------------------------------------------------------------------------------------------------------ sentences


def why_priority(model: Model, cell: Any) -> str:
    """Why a school, or a postcode's area, has its priority."""
    if means_area(cell):
        return _why_area(_for(model, "area"), cell)
    model = _for(model, "school")
    register = store.register(store.installed())
    key = register.find(cell)
    if not isinstance(key, str):
        return key.sentence if isinstance(key, Fault) else "The cell is blank, so the answer is blank."
    found = [_values(criterion, [key])[0] for criterion in model.criteria]
    raw = school_evidence(model, [key])[0]

    def say(i: int, brief: bool = False) -> str:
        return _say(model.criteria[i], *found[i], brief)

    def gap(places: list[int]) -> str:
        criterion = model.criteria[places[0]]
        for measure, what in criterion.unlike.items():
            if register.value(key, measure) is not None:
                return f"The tables give {what} for it, and the model needs {criterion.label}."
        return register.reason(key, criterion.measures[0], criterion.label)

    holder = register.holder(key, model.criteria[0].measures[0])
    whose = f" (figures of its successor {register.shown(holder)})" if holder != key else ""
    return f"{register.shown(key)}{whose}: {said.decision(model, raw, say, gap)}"


def _why_area(model: Model, cell: Any) -> str:
    if not is_postcode(cell):
        return postcode.problem(cell)
    measures, plan = registry().plan(tuple(c.measures[0] for c in model.criteria))
    row = plan.one(cell)
    raw = area_evidence(model, [cell])[0]

    def say(i: int, brief: bool = False) -> str:
        value = None if isinstance(row[i], Fault) else row[i]
        return _say(model.criteria[i], value, UNKNOWN, brief, measures[i].label, measures[i].vintage)

    def gap(places: list[int]) -> str:
        value = row[places[0]]
        return value.sentence if isinstance(value, Fault) else ""

    return said.decision(model, raw, say, gap)


def why_percentages(model: Model, cells: dict[str, Any]) -> str:
    """Why percentages make a priority; and a word where they look like fractions of one."""
    raw = percentage_evidence(model, {name: [cell] for name, cell in cells.items()})[0]

    def say(i: int, brief: bool = False) -> str:
        criterion, state = model.criteria[i], raw[i]
        return _say(criterion, percentage(cells.get(criterion.id)), state if isinstance(state, int) else UNKNOWN, brief)

    given = [v for cell in cells.values() if (v := percentage(cell)) is not None]
    doubt = ""
    if given and all(0 <= v <= 1 for v in given) and any(0 < v < 1 for v in given):
        doubt = " All of these lie between 0 and 1: are they fractions? Percentages run from 0 to 100."
    missing = "Write 'not applicable' where a college or training provider has no such figure."
    return (
        said.decision(model, raw, say, lambda gaps: missing if model.criteria[gaps[0]].not_applicable else "") + doubt
    )


def _say(criterion: Criterion, value: Any, gap: int, brief: bool, label: str = "", vintage: str = "") -> str:
    name = label or (criterion.short if brief else criterion.label)
    if value is None:
        return f"{criterion.short} {'does not apply' if gap == NOT_APPLICABLE else 'not known'}"
    side, limit = criterion.limit(vintage)
    met = criterion.state(value, vintage) > UNKNOWN
    if brief:
        return f"{name} {value:,g}" if label else f"{name} {value:,g} of {limit:,g}"
    word = {"at_least": ("or more", "below"), "at_most": ("or below", "above")}[side][not met]
    bound = f"{limit:,g} {word}" if met else f"{word} {limit:,g}"
    return f"{name} {value:,g} is {criterion.means if met and criterion.means else bound}"
