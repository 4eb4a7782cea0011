"""Cells as a template takes them: real dates, identifiers as text, values of its own lists, postcodes with their space.

Nothing is guessed: what a list does not have is left blank, and a finding names the nearest that it has.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from ..domain import answers, postcode, years
from ..domain import school as form
from ..domain.answers import UNKNOWN
from ..domain.blank import is_blank
from ..domain.once import each
from ..errors import Fault
from ..records.cells import UNREAD, count, hours, text
from .shape import ANSWER, DATE, ERROR, LINKS, NUMBER, STUDENTS, WARNING, Finding, Wanted
from .template import meaning, plain_heading

NEAREST = 60.0  # of 100: as unlike as a value of a list may be and still be named as the nearest
FIRST_DAY = datetime.date(1900, 3, 1)  # before it, spreadsheets count a day that never was
SCHOOL_DIGITS, LEARNER_DIGITS = 6, 8  # of a HEAT ID, as in #052923 and #00000001

_CODE = re.compile(r"[(\[]\s*(\w{1,6})\s*[)\]]\s*$")
_SAME = {
    "m": "male", "f": "female", "boy": "male", "girl": "female", "man": "male", "woman": "female", "masculine": "male",
    "nb": "nonbinary", "y": "yes", "n": "no", "true": "yes", "false": "no", "t": "yes", "pnts": "prefernottosay",
    "rathernotsay": "prefernottosay", "refused": "informationrefused", "dontknow": "notknown", "unknown": "notknown",
    "dk": "notknown", "nk": "notknown", "u": "notknown",
}  # fmt: skip
_NAME_PART = re.compile(r"[^\W\d_]+")


class _Left(NamedTuple):
    """A cell that could not be written as it is wanted: what is written instead, and why."""

    value: Any
    rule: str
    what: str
    why: str
    mend: str


def values(
    about: str, wanted: Wanted, cells: list[Any], first_row: int, clean_names: bool = False
) -> tuple[list[Any], list[Finding]]:
    """What is written under a heading of a template, None for nothing, and what could not be. Shape: (cells,).

    about: what the sheet is about; first_row: the row of the template that the first cell goes to.
    """
    make = _maker(about, wanted, clean_names)
    out: list[Any] = []
    findings = []
    for row, made in enumerate(each(lambda cell: None if is_blank(cell) else make(cell), cells), first_row):
        if isinstance(made, _Left):
            grave = ERROR if wanted.mandatory and made.value is None else WARNING
            findings.append(Finding(row, wanted.column, made.rule, grave, made.what, made.why, made.mend))
            made = made.value
        elif made is None and wanted.mandatory:
            findings.append(_missing(wanted, row))
        out.append(made)
    return out, findings


def _missing(wanted: Wanted, row: int) -> Finding:
    name = plain_heading(wanted.heading)
    return Finding(
        row, wanted.column, "mandatory", ERROR, f"{name} is blank.", "The template marks it as required.",
        "Add it in your own workbook and fill the template again, or type it here.",
    )  # fmt: skip


def _maker(about: str, wanted: Wanted, clean_names: bool) -> Callable[[Any], Any]:
    kind, means = wanted.kind, meaning(wanted.field)
    name = (wanted.field or "").rpartition(".")[2]
    if wanted.allowed:
        return lambda cell: _listed(wanted, name, cell)
    if kind == DATE or means == "date":
        return lambda cell: _date(wanted, cell)
    if kind == NUMBER:
        return lambda cell: _number(wanted, means, cell)
    if means == "postcode":
        return lambda cell: _postcode(wanted, cell)
    if name == "heat_id":
        of_learner = about in (STUDENTS, LINKS) and wanted.field in ("heat_id", "learners.heat_id")
        digits = LEARNER_DIGITS if of_learner else SCHOOL_DIGITS
        return lambda cell: _heat_id(cell, digits)
    if means == "name" and clean_names:
        return lambda cell: _cleaned(_text(cell))
    as_text = wanted.form == "@" or means in ("id", "name", "school")
    return lambda cell: _typed(cell, as_text, kind == ANSWER)


# ---------------------------------------------------------------------------------------------------------- each kind


def _date(wanted: Wanted, cell: Any) -> Any:
    parts = years.born(cell)
    if parts is None or datetime.date(*parts) < FIRST_DAY:
        name = plain_heading(wanted.heading)
        return _Left(
            None, "date", f"{name} could not be read as a date and was left blank.", "The template takes real dates.",
            "Write day, month and year, such as 09/12/2022.",
        )  # fmt: skip
    day = datetime.date(*parts)
    return f"{day:%d/%m/%Y}" if wanted.form == "@" else day


def _number(wanted: Wanted, means: str, cell: Any) -> Any:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell
    read = hours(cell) if "hours" in (wanted.field or "") else count(cell)
    if read is None:
        return None
    if read is UNREAD:
        try:
            return float(str(cell).strip().rstrip("%"))
        except ValueError:
            name = plain_heading(wanted.heading)
            return _Left(
                None, "number", f"{name} could not be read as a number and was left blank.",
                "The template takes a number there.", "Write digits only.",
            )  # fmt: skip
    return read


def _postcode(wanted: Wanted, cell: Any) -> Any:
    clean = postcode.clean(cell)
    if clean is not None and postcode.parse(clean) is not None:
        return postcode.spaced(clean)
    if answers.unsaid(cell):
        return _typed(cell, True, False)
    name = plain_heading(wanted.heading)
    return _Left(
        _typed(cell, True, False), "postcode", f"{name} is no full postcode; it was written as it stands.",
        "A postcode ends in a digit and two letters, such as TF7 5UG.", "Mend it, or leave the cell blank.",
    )  # fmt: skip


def _heat_id(cell: Any, digits: int) -> Any:
    """As text with its # and zeros. Anything else than a number of that length stays as it is."""
    plain = text(cell) or ""
    bare = plain.removeprefix("#").strip()
    if bare.isascii() and bare.isdigit() and len(bare) <= digits:
        return f"#{bare:0>{digits}}"
    return form.parse(plain)[1] if "(#" in plain else plain


def _typed(cell: Any, as_text: bool, answer: bool) -> Any:
    if isinstance(cell, bool):
        return ("Yes" if cell else "No") if answer or as_text else cell
    if isinstance(cell, (int, float)) and not as_text:
        return cell
    return _text(cell)


def _text(cell: Any) -> str | None:
    return cell if isinstance(cell, str) else text(cell)


def _cleaned(name: str | None) -> str | None:
    """A name without spaces too many, and with a capital where it had none or nothing else.

    >>> [_cleaned(name) for name in (" ANN-MARIE ", "o'brien", "McDonald", "van der Berg", "MCKENZIE")]
    ['Ann-Marie', "O'Brien", 'McDonald', 'van der Berg', 'McKenzie']
    """
    if name is None:
        return None
    plain = " ".join(name.split())
    if plain != plain.upper() and plain != plain.lower():
        return plain
    made = _NAME_PART.sub(lambda part: part[0][:1].upper() + part[0][1:].lower(), plain)
    made = re.sub(r"\bMc([a-z])", lambda found: f"Mc{found[1].upper()}", made)
    return re.sub(r"(?<=[a-z])(['’])S\b", r"\1s", made)


# ------------------------------------------------------------------------------------------------------ values of lists


def _listed(wanted: Wanted, field: str, cell: Any) -> Any:
    """The value of the template's list that a cell means; a number where the list has numbers in cells of no text format."""
    found = _in_list(wanted, field, cell)
    if found is not None:
        return int(found) if found.isdecimal() and str(int(found)) == found and wanted.form != "@" else found
    name, near = plain_heading(wanted.heading), "" if answers.unsaid(cell) else _nearest(wanted.allowed, cell)
    return _Left(
        None, "list", f"{name} has a value that is not in the template's list, and was left blank.",
        f"The nearest value of the list is '{near}'." if near else "No value of the list is near it.",
        "Choose the right one from the drop-down list." if not near else f"If that is meant, choose '{near}'.",
    )  # fmt: skip


def _in_list(wanted: Wanted, field: str, cell: Any) -> str | None:
    allowed, plain = wanted.allowed, _text(cell) or ""
    if isinstance(cell, Fault) or not plain:
        return None
    for key in (str.casefold, _folded, _bare, _singular):
        same = [value for value in allowed if key(value) == key(plain)]
        if len(same) == 1:
            return same[0]
    if coded := [value for value in allowed if (code := _CODE.search(value)) and code[1].casefold() == _code(plain)]:
        return coded[0] if len(coded) == 1 else None
    if meaning(wanted.field) == "year_group" and (group := years.year_group(cell)) is not None:
        return _one(value for value in allowed if years.year_group(value) == group)
    if meaning(wanted.field) == "academic_year" and (year := years.academic_year(cell)) is not None:
        return _one(value for value in allowed if years.academic_year(value) == year)
    if wanted.kind == ANSWER or set(map(_bare, allowed)) <= {"yes", "no"}:
        state = answers.read(field, cell)
        if isinstance(state, int) and state != UNKNOWN:
            return _one(value for value in allowed if answers.read(field, value) == state)
    return None


def _one(values: Any) -> str | None:
    """The only one of them."""
    found = list(values)
    return found[0] if len(found) == 1 else None


def _folded(value: str) -> str:
    return "".join(c for c in value.casefold() if c.isalnum())


def _bare(value: str) -> str:
    """Folded, without a code in brackets, in the usual word for it."""
    plain = _folded(_CODE.sub("", value))
    return _SAME.get(plain, plain)


def _singular(value: str) -> str:
    """Without the mark of a plural: Campus visits, Campus Visit."""
    return _bare(re.sub(r"(?<=ss)es\b|(?<=\w\w[a-rt-z])s\b", "", value.casefold()))


def _code(value: str) -> str:
    found = _CODE.search(value)
    return (found[1] if found else value).strip().casefold()


def _nearest(allowed: tuple[str, ...], cell: Any) -> str:
    from rapidfuzz import fuzz, process

    found = process.extractOne(
        str(cell).casefold(), [value.casefold() for value in allowed], scorer=fuzz.WRatio, score_cutoff=NEAREST
    )
    return allowed[found[2]] if found else ""
