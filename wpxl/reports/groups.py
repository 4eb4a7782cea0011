"""What is recorded of learners, put into groups: answers as yes and no, free text by its commonest spelling.

Case, spaces, marks and the codes of national returns do not tell two texts apart.

>>> grouped(["Campus visit", "campus  Visit ", "Talk (03)", "Talk", None, "Campus visit"])
['Campus visit', 'Campus visit', 'Talk', 'Talk', None, 'Campus visit']
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np

from ..domain import answers
from ..domain.answers import NO, NOT_APPLICABLE, YES
from ..domain.blank import is_blank
from ..domain.names import simple
from ..domain.once import each
from ..errors import Fault
from ..records import Records
from . import shared
from .coded import Coded

# Characteristics in the order of the report, by field. The first are as typed, the others answers of yes or no.
TEXTS = {"gender": "Gender", "ethnicity": "Ethnicity"}
ANSWERS = {
    "disabled": "Disability",
    "in_care": "Care experience",
    "parental_he": "Parental higher education",
    "fsm": "Free school meals",
    "fsm_taken_up": "Free school meals taken up",
    "bursary": "16–19 bursary",
    "ema": "Educational maintenance allowance (EMA)",
    "service_child": "Child of a service family",
    "carer": "Young carer",
    "estranged": "Estranged from parents",
    "refugee": "Refugee or asylum seeker",
}
FIRST = "First generation in higher education"  # where the column of parental_he asks so
KINDS = "Disability as recorded"
SPELT = {"f": "Female", "female": "Female", "m": "Male", "male": "Male"}
NOT_SAID, UNREAD, DIFFER, NOT_KNOWN = "Prefer not to say", "Cannot be read", "Answers differ", "Not known"
GAPS = (NOT_SAID, UNREAD, DIFFER, NOT_KNOWN)  # no groups; of several rows of a person the earlier one counts
SAID = {NO: "No", YES: "Yes", NOT_APPLICABLE: "Does not apply"}
_CODE = re.compile(r"\s*[(\[]\s*\d{1,3}\s*[)\]]\s*$")
_REFUSED = ("prefer", "refuse", "998", "rather not", "withheld", "undisclosed", "not disclosed", "pnts")


def grouped(cells: list[Any], times: list[int] | None = None) -> list[str | None]:
    """The group of each cell, by its commonest spelling, in capital and small letters where anybody wrote both; None for a blank.

    times: how often each of the cells stands there, where it is not once. Shape: (cells,).
    """
    shown = each(lambda cell: None if _nothing(cell) else _CODE.sub("", " ".join(str(cell).split())), cells)
    often: Counter[str] = Counter()
    for text, n in zip(shown, times or [1] * len(cells), strict=True):
        if text:
            often[text] += n
    spelt: dict[str, str] = {}
    for text in sorted(often, key=lambda text: (text.islower() or text.isupper(), -often[text])):
        spelt.setdefault(simple(text) or text, text)
    of = {text: spelt[simple(text) or text] for text in often}
    return [of[text] if text else None for text in shown]


def non_answer(cell: Any) -> str | None:
    """NOT_SAID or NOT_KNOWN for one of the ways of giving no answer, None for an answer."""
    if not answers.unsaid(cell):
        return None
    text = answers.simple(str(cell))
    return NOT_SAID if any(word in text for word in _REFUSED) else NOT_KNOWN


def characteristics(records: Records, rows: Any) -> list[tuple[str, Coded]]:
    """The characteristics of which anything is recorded, with the group of each of some rows of learners."""
    columns = shared.learners(records)
    there = [field for field in (*TEXTS, *ANSWERS) if field in records.learners]
    held = {field: columns[field].taken(rows) for field in there}
    held = {field: column for field, column in held.items() if not all(map(_nothing, column.cells))}
    found = [
        (name, _texts(held[field], SPELT if field == "gender" else {}))
        for field, name in TEXTS.items()
        if field in held
    ]
    for field, name in ANSWERS.items():
        if field in held:
            first = field == "parental_he" and records.first_generation
            found.append((FIRST if first else name, _answers("first_generation" if first else field, held[field])))
        if field == "disabled" and field in held and (kinds := _kinds(held[field])):
            found.append((KINDS, kinds))
    return found


def _nothing(cell: Any) -> bool:
    return is_blank(cell) or cell != cell


def _texts(column: Coded, spelt: dict[str, str]) -> Coded:
    cells = [spelt.get(answers.simple(str(cell)), cell) for cell in column.cells] if spelt else column.cells
    times = np.bincount(column.at, minlength=len(cells)).tolist()
    pairs = zip(map(non_answer, column.cells), grouped(cells, times), strict=True)
    return Coded([gap or group or NOT_KNOWN for gap, group in pairs], column.at)


def _answers(field: str, column: Coded) -> Coded:
    def group(cell: Any) -> str:
        state = answers.read(field, cell)
        return non_answer(cell) or (UNREAD if isinstance(state, Fault) else SAID.get(state, NOT_KNOWN))

    return Coded(list(map(group, column.cells)), column.at)


def _kinds(column: Coded) -> Coded | None:
    """Disabilities by what was typed; None where nobody typed more than yes and no."""
    states, kinds = _answers("disabled", column).cells, _texts(column, {}).cells
    plain = [answers.read("", cell) == YES and " " not in answers.simple(str(cell)) for cell in column.cells]
    if not any(state == SAID[YES] and not only_yes for state, only_yes in zip(states, plain, strict=True)):
        return None
    found = [
        state if state != SAID[YES] else "Yes, kind not recorded" if only_yes else kind
        for state, only_yes, kind in zip(states, plain, kinds, strict=True)
    ]
    return Coded(found, column.at)
