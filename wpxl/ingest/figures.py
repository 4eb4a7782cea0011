"""The columns of a user's own table as they are written: numbers, percentages, suppression marks, or text.

A column is one of numbers when nearly everything in it reads as a number. Then the marks that publishers put for a figure
they hold back are missing values with a reason; in a column of text, letters are taken for what they are.

>>> number("9.60%"), number("1,234"), number("£3"), number("007"), number("1,2")
(9.6, 1234, 3, None, None)
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..domain.blank import is_blank
from ..errors import refuse

MARKS = frozenset(
    ["na", "n/a", "#n/a", "ne", "np", "supp", "sp", "lowcov", "z", "x", "c", ".", "..", "…", "*", "-", "–"]
)
IN_TEXT = frozenset(["na", "n/a", "#n/a", "supp", "lowcov", ".", "..", "…", "*", "-", "–"])  # marks even among words
NEARLY_ALL = 0.9
_NUMBER = re.compile(
    r"([-+]?)£?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?)(?:e([-+]?[0-9]{1,2}))? ?%?"
).fullmatch
_IDENTIFIER = re.compile(r"#.*|[-+]?0[0-9]+").fullmatch
_PERCENT = re.compile(r"%|\bper ?cent|\bpct\b|\bpercentage", re.IGNORECASE).search
_UNITS = {
    "rank": "rank",
    "decile": "decile",
    "quintile": "quintile",
    "score": "score",
    "count": "number",
    "number": "number",
}


class Figures(NamedTuple):
    """One column, read. Shapes: values (rows,), reasons (rows,)."""

    values: list[Any]  # int, float, str or None
    reasons: list[str | None]  # why a value is None
    kind: str  # int, float or text
    fractions: bool  # every number lies in 0 to 1, and none bears a %


def number(text: str) -> int | float | None:
    """A number as people and publishers write it, without its % or £; None for anything else, and for identifiers."""
    bare = text.strip().replace("\u2212", "-").lower()
    parts = _NUMBER(bare)
    if parts is None or not any(c.isdigit() for c in parts[2]) or _IDENTIFIER(bare.rstrip("% ")):
        return None
    value = float(f"{parts[1]}{parts[2].replace(',', '')}e{parts[3] or 0}")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def guess_unit(header: str, texts: list[str]) -> str:
    """The unit that a column's heading and values suggest."""
    given = [text.strip() for text in texts if not is_blank(text)]
    if not given or not _numeric(given):
        return "text"
    if _PERCENT(header) or any(text.endswith("%") for text in given):
        return "%"
    return next((unit for word, unit in _UNITS.items() if word in header.casefold()), "number")


def read(name: str, header: str, texts: list[str], unit: str) -> Figures:
    """A column's values. Raises a Fault naming file, line and value where one among numbers is neither number nor mark."""
    numeric = unit != "text" and _numeric([text.strip() for text in texts if not is_blank(text)])
    marks = MARKS if numeric else IN_TEXT
    known: dict[str, tuple[Any, str | None]] = {}
    values: list[Any] = []
    reasons: list[str | None] = []
    for line, text in enumerate(texts, 2):
        if text not in known:
            known[text] = _meaning(text, numeric, marks)
            if known[text] == (None, None):
                raise refuse(
                    f"{name}, line {line}: '{text.strip()[:30]}' in the column '{header}' is no number, but nearly all the "
                    f'others are. Mend it, or take the column as text with --unit "{header}=text".'
                )
        value, reason = known[text]
        values.append(value)
        reasons.append(reason)
    there = [value for value in values if value is not None]
    whole = numeric and all(isinstance(value, int) for value in there)
    bare = numeric and not any("%" in text for text in known)
    fractions = (
        bare and bool(there) and all(0 <= value <= 1 for value in there) and any(0 < value < 1 for value in there)
    )
    return Figures(values, reasons, "int" if whole else "float" if numeric else "text", fractions)


def _meaning(text: str, numeric: bool, marks: frozenset[str]) -> tuple[Any, str | None]:
    """A value, or why there is none; neither where a column of numbers has something else."""
    bare = text.strip()
    if is_blank(text):
        return None, "the figure is blank in the source"
    if bare.casefold() in marks:
        return None, f"the figure is suppressed in the source ({bare})"
    return (number(bare) if numeric else bare), None


def _numeric(given: list[str]) -> bool:
    """Whether a column's filled cells are numbers, marks aside. One identifier (007, #12) makes all of them text."""
    distinct = set(given)
    if any(_IDENTIFIER(text) and text.casefold() not in MARKS for text in distinct):
        return False
    numbers = {text for text in distinct if number(text) is not None}
    others = {text for text in distinct - numbers if text.casefold() not in MARKS}
    return bool(numbers) and len(numbers) >= NEARLY_ALL * (len(numbers) + len(others))
