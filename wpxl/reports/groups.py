"""Free text put into groups: case, spaces, marks and the codes of national returns do not tell two answers apart.

>>> grouped(["Campus visit", "campus  Visit ", "Talk (03)", "Talk", None, "Campus visit"])
['Campus visit', 'Campus visit', 'Talk', 'Talk', None, 'Campus visit']
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from ..domain import answers
from ..domain.blank import is_blank
from ..domain.names import simple
from ..domain.once import each

NOT_SAID, NOT_KNOWN = "Prefer not to say", "Not known"
_CODE = re.compile(r"\s*[(\[]\s*\d{1,3}\s*[)\]]\s*$")
_REFUSED = ("prefer", "refuse", "998", "rather not", "withheld", "undisclosed", "not disclosed", "pnts")


def grouped(cells: list[Any]) -> list[str | None]:
    """The group of each cell, by its commonest spelling; None where the cell is blank. Shape: (cells,)."""
    shown = each(
        lambda cell: None if is_blank(cell) or cell != cell else _CODE.sub("", " ".join(str(cell).split())), cells
    )
    often = Counter(text for text in shown if text)
    spelt: dict[str, str] = {}
    for text, _ in often.most_common():
        spelt.setdefault(simple(text) or text, text)
    of = {text: spelt[simple(text) or text] for text in often}
    return [of[text] if text else None for text in shown]


def non_answer(cell: Any) -> str | None:
    """NOT_SAID or NOT_KNOWN for one of the ways of giving no answer, None for an answer."""
    if not answers.unsaid(cell):
        return None
    text = answers.simple(str(cell))
    return NOT_SAID if any(word in text for word in _REFUSED) else NOT_KNOWN
