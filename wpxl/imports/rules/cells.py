"""What Excel, other programs and hurried hands do to any cell: errors, stray spaces, broken letters, numbers that lost digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...domain.once import each
from ...errors import Fault
from ..shape import ERROR, NOTE, WARNING, Finding
from .ground import Ground, Rule, bare

ERRORS = Rule(
    "error_cell", ERROR, "The cell holds an error ({code}).", "An import takes values only, not errors.",
    "Mend the formula, or put the value in its place.",
)  # fmt: skip
SPACES = Rule(
    "spaces", NOTE, "There are spaces before, after or doubled inside the text.",
    "Texts that differ by a space count as different, so nothing is found by them.", "Take the spaces out.",
)  # fmt: skip
HARD = Rule(
    "hard_spaces", NOTE, "The text holds spaces that are not ordinary ones, as pasted from web pages.",
    "They look like spaces, and no search for the text finds it.", "Put ordinary spaces in their place.",
)  # fmt: skip
CONTROL = Rule(
    "control", WARNING, "The text holds line breaks or characters that cannot be seen.",
    "An import may refuse them, or cut the text there.", "Take them out.",
)  # fmt: skip
BROKEN = Rule(
    "mojibake", WARNING, "Letters with accents came out as two or three odd ones.",
    "The file was saved in one alphabet (UTF-8) and opened in another.", "Write the letters as they should be.",
)  # fmt: skip
FORMULA = Rule(
    "formula_text", WARNING, "The text begins with =, +, - or @.",
    "A spreadsheet may take it for a formula when the file is opened.", "Write it as text, or begin it differently.",
)  # fmt: skip
SCIENTIFIC = Rule(
    "scientific", ERROR, "The number is written in scientific notation, so its last digits are lost.",
    "Excel shortens long numbers that it does not know to be text.", "Enter the number again, as text, from its source.",
)  # fmt: skip
NUMBER_TEXT = Rule(
    "number_text", NOTE, "The number is stored as text.", "Sums and imports pass over numbers that are text.",
    "Turn it into a number.",
)  # fmt: skip
RULES = (ERRORS, SPACES, HARD, CONTROL, BROKEN, FORMULA, SCIENTIFIC, NUMBER_TEXT)

_ODD_SPACE = re.compile(r"[\xa0\u2000-\u200a\u202f\u3000]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\xad\u200b-\u200f\u2060\ufeff\x80-\x9f\ufffd]")
_CONTINUED = "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_BROKEN = re.compile(f"[\u00c2-\u00f4][{_CONTINUED}]|\ufffd").search  # a letter as two bytes, read one by one
_LATIN = re.compile(r"[\u0000-\u024f\u1e00-\u1eff\u2010-\u203a\u20ac]*").fullmatch
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d{1,3}", re.I).fullmatch
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?").fullmatch
_SIGNED = re.compile(r"[+-] ?[\d.,() -]*%?").fullmatch  # a number or a telephone number, or nothing but a dash
_EXACT = 1e15  # beyond this a spreadsheet does not keep every digit


def look(ground: Ground) -> Iterator[Finding]:
    for at, cells in enumerate(ground.raw):
        if Fault in set(map(type, cells)):
            figure = ground.kinds[at] in ("", "percent")  # of no field, or one that may have no value: #N/A says so
            rule = ERRORS._replace(severity=NOTE) if figure else ERRORS
            for row, cell in enumerate(cells):
                if isinstance(cell, Fault):
                    yield ground.found(rule, row, at, code=cell.code)
        kind = ground.kinds[at]
        for row, problems in enumerate(each(_typed, ground.cells(at))):
            for problem, fix in problems:
                if kind != "postcode" or problem not in (SPACES, HARD):  # its own rule writes it in its usual form
                    yield ground.found(problem, row, at, fix)
        if kind in ("number", "percent"):
            for row, cell in enumerate(ground.cells(at)):
                if isinstance(cell, str) and _NUMBER(bare(cell)):
                    number = float(bare(cell).replace(",", ""))
                    yield ground.found(NUMBER_TEXT, row, at, int(number) if number.is_integer() else number)


def _typed(cell: Any) -> tuple[tuple[Rule, Any], ...]:
    """What is wrong with a cell whatever its column, each with what would be right."""
    if not isinstance(cell, str):
        return ((SCIENTIFIC, None),) if type(cell) is float and abs(cell) >= _EXACT else ()
    if cell.isalnum() and cell.isascii():
        return ()
    plain = bare(cell)
    out: list[tuple[Rule, Any]] = []
    if not plain:
        return ()
    mended = unbroken(cell) if _BROKEN(cell) else None
    if mended or "\ufffd" in cell:
        out.append((BROKEN, mended and bare(mended)))
    elif _UNSEEN.search(cell):
        out.append((CONTROL, plain))
    elif _ODD_SPACE.search(cell):
        out.append((HARD, plain))
    elif plain != cell:
        out.append((SPACES, plain))
    if plain[0] in "=+-@" and len(plain) > 1 and not _SIGNED(plain):
        out.append((FORMULA, None))
    if _SCIENTIFIC(plain):
        out.append((SCIENTIFIC, None))
    return tuple(out)


def unbroken(text: str) -> str | None:
    """A text that was read in the wrong alphabet, as it was; None where it cannot be told.

    >>> unbroken("ZoÃ«"), unbroken("Zoë")
    ('Zoë', None)
    """
    for alphabet in ("cp1252", "latin-1"):
        try:
            mended = text.encode(alphabet).decode("utf-8")
        except UnicodeError:
            continue
        return mended if mended != text and _LATIN(mended) else None
    return None
