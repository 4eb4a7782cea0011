"""Learners against a model: columns of cells in, decisions out, and the sentence behind one of them.

Each criterion turns its column into states (met, not met, unknown …), once for each distinct cell; the rows of states are then
decided by the model, once for each distinct row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .. import occupations, store
from ..domain import answers, nssec, postcode
from ..domain.answers import NO, NOT_APPLICABLE, UNKNOWN, YES
from ..domain.headers import says_postcode
from ..domain.once import Once, each
from ..errors import NUM, REF, VALUE, Fault
from ..measures import Measure, registry
from ..models import Criterion, Model
from .decide import NOT_INSTALLED, Raw

COLUMNS = ("postcodes", "fsm", "bursary", "parental_he", "nssec", "disabled", "in_care", "estranged", "carer")
Columns = dict[str, list[Any]]

MAYBE_DECILE = 10  # a bare number up to this is likelier a decile than one of the ten most deprived areas of England
_BAND = re.compile(r"(?:imd )?(?:20\d\d )?(decile|quintile|d|q) ?(\d{1,2})")
_RANK = re.compile(r"(imd )?(?:20\d\d )?(rank )?(\d[\d,]{0,14}(?:\.0+)?)")
_YEAR = re.compile(r"(?:year|yr|y)(?: group)? ?(\d{1,2})")
_FIRST = re.compile(
    r"(first|1st).?gen|(first|1st) (in|to)\b|first family member|\bfif\b|no (parental|parent|family|he\b|higher)|parents have no|"
    r"neither|without (he|higher|a degree)"
)
HIGHEST_CLASS = 8


# ------------------------------------------------------------------------------------------------------- headings


def asks_first_generation(heading: Any) -> bool:
    """Whether a heading asks if a learner is the first in the family, rather than if a parent has higher education."""
    return isinstance(heading, str) and bool(_FIRST.search(heading.casefold()))


def is_heading(cell: Any) -> bool:
    """Whether the first cell of the first column is a heading rather than a learner's postcode or rank."""
    return isinstance(cell, str) and (says_postcode(cell) or answers.simple(cell) in ("imd", "imd rank", "rank"))


# ----------------------------------------------------------------------------------------------------- one criterion


def column(criterion: Criterion) -> str:
    """Which of COLUMNS a criterion asks."""
    return "postcodes" if criterion.measures else "nssec" if criterion.classes else criterion.answer


def states(model: Model, criterion: Criterion, cells: list[Any]) -> list[int | Fault]:
    """The state of each cell of the criterion's column; a Fault where it cannot be read. Shape: (cells,)."""
    if criterion.measures:
        return _by_measure(criterion, cells)
    if criterion.from_year and 0 < model.year < criterion.from_year:
        return [NOT_APPLICABLE] * len(cells)
    if criterion.classes:
        return by_class(criterion.classes, cells)
    asks_first = criterion.answer == "parental_he" and model.first_generation
    flip, field = (criterion.met == "no") != asks_first, "first_generation" if asks_first else criterion.answer

    def read(cell: Any) -> int | Fault:
        state = answers.read(field, cell)
        if isinstance(state, Fault):
            year = _YEAR.fullmatch(answers.simple(str(cell))) if criterion.from_year else None
            return state if year is None else NOT_APPLICABLE if int(year[1]) < criterion.from_year else UNKNOWN
        return YES - state if flip and state in (YES, NO) else state

    return each(read, cells)


def _by_measure(criterion: Criterion, cells: list[Any]) -> list[int | Fault]:
    """From a postcode's areas; from the cell itself where it holds a rank, a decile or a quintile."""
    (measure,), plan = registry().plan(criterion.measures[:1])

    once = Once(lambda value: UNKNOWN if value is None else criterion.state(value, measure.vintage))
    texts = Once(lambda text: _written(criterion, measure, text))
    out: list[int | Fault] = []
    for i, (value,) in enumerate(store.take(plan, cells)):
        if type(value) is not Fault:
            out.append(once[value])
        elif value.code == VALUE:
            cell = cells[i]
            out.append(texts[cell] if type(cell) is str else _written(criterion, measure, cell))
        else:
            out.append(NOT_INSTALLED if value.code == REF else UNKNOWN)
    return out


def _written(criterion: Criterion, measure: Measure, cell: Any) -> int | Fault:
    """The state of a cell that is no postcode: a rank as a number, a decile or quintile in words, a non-answer."""
    if answers.unsaid(cell):
        return UNKNOWN
    text = answers.simple(str(cell)) if not isinstance(cell, bool) else ""
    if criterion.unit != "rank" or not text:
        return Fault(VALUE, postcode.problem(cell))
    band = _BAND.fullmatch(text)
    if band:
        most = 10 if band[1][0] == "d" else 5
        if not 1 <= int(band[2]) <= most:
            return Fault(
                NUM, f"'{str(cell)[:40]}': a {'decile' if most == 10 else 'quintile'} lies between 1 and {most}."
            )
        return YES if int(band[2]) <= most * 0.4 else NO  # the 40 % most deprived
    rank = _RANK.fullmatch(text)
    if rank is None:
        if isinstance(cell, (int, float)):
            return Fault(NUM, f"{cell:g} is no IMD rank: a rank is a whole number.")
        return Fault(VALUE, postcode.problem(cell))
    value = int(float(rank[3].replace(",", "")))
    last = criterion.out_of[measure.vintage] if isinstance(criterion.out_of, dict) else criterion.out_of
    if 100_000 <= value <= 999_999:
        return Fault(
            VALUE, f"{value} looks like a school's URN: this column takes learners' postcodes, or IMD ranks as numbers."
        )
    if value < 1 or (last and value > last):
        return Fault(NUM, f"{value:,} is no {measure.label}: ranks run from 1 to {int(last or 0):,}.")
    if value <= MAYBE_DECILE and not rank[1] and not rank[2]:
        return UNKNOWN
    return criterion.state(value, measure.vintage)


def by_class(classes: tuple[int, int], cells: list[Any]) -> list[int | Fault]:
    """NS-SEC: a class, a band of classes, or an occupation in words."""
    low, high = classes

    def of_class(class_: str | None) -> int:
        met = nssec.target(class_, low, high)
        return UNKNOWN if met is None else YES if met else NO

    def read(cell: Any) -> int | Fault | None:
        if answers.unsaid(cell):
            return UNKNOWN
        damaged = _date(cell)
        if damaged:
            return damaged
        if (class_ := nssec.parse(cell)) is not None:
            return of_class(class_)
        if (band := nssec.band(cell)) is not None:
            inside = [low <= c <= high for c in range(band[0], band[1] + 1)]
            return YES if all(inside) else UNKNOWN if any(inside) else NO
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return Fault(
                NUM,
                f"{cell:g} is no NS-SEC class: they are 1 to 8. If the cell shows a date, Excel made it of 4-8: type '4-8.",
            )
        return (
            None
            if isinstance(cell, str)
            else Fault(VALUE, f"'{str(cell)[:40]}' is neither an NS-SEC class nor an occupation.")
        )

    known: dict[Any, int | Fault] = {}
    out: list[int | Fault | None] = each(read, cells)
    words = list(dict.fromkeys(cell for cell, state in zip(cells, out, strict=True) if state is None))
    for word, answer in zip(words, occupations.classify(words), strict=True):
        fault = answer.fault if answer.fault is not None and answer.fault.code == VALUE else None
        possible = {
            of_class(class_) for class_ in answer.classes or (answer.class_,)
        }  # a labourer is 6 or 7: met either way
        known[word] = fault or (possible.pop() if len(possible) == 1 else UNKNOWN)
    return [known[cell] if state is None else state for cell, state in zip(cells, out, strict=True)]


def _date(cell: Any) -> Fault | None:
    """4-8 typed into a cell becomes 4 August: told, never guessed at."""
    day, month = getattr(cell, "day", None), getattr(cell, "month", None)
    if not isinstance(day, int) or not isinstance(month, int):
        return None
    first, last = sorted((day, month))
    was = f"{first}-{last}" if last <= HIGHEST_CLASS else "a range of classes"
    return Fault(
        VALUE, f"This cell holds a date, which Excel makes of {was} as it is typed. Type '{was} with the apostrophe."
    )


# ------------------------------------------------------------------------------------------------------- all of them


def evidence(model: Model, columns: Columns) -> Iterator[Raw]:
    """The states of each learner, one for each criterion; a Fault where a cell cannot be read. Shape: (learners,)."""
    return zip(*(states(model, c, columns[column(c)]) for c in model.criteria), strict=True)
