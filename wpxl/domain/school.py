"""Schools and colleges in cells: the forms of their identifiers, and names as people write them.

Form is all that is judged here; whether a school exists is for the register to say.

Sources: DfE's Get Information about Schools (URN: six digits; establishment number: the three digits of the local
authority and four of the school; UKPRN: eight digits, the first a 1); the HEAT notice ("#052923").

>>> parse("URN 123456"), parse(123456.0), parse("850/2000"), parse("#052923")
(('urn', '123456'), ('urn', '123456'), ('laestab', '8502000'), ('heat_id', '#052923'))
>>> folded("Saint Mary's C.E. School & Nursery") == folded("ST MARYS Church of England School and Nursery")
True
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from .blank import is_blank

URN, LAESTAB, UKPRN, HEAT_ID, NAME = "urn", "laestab", "ukprn", "heat_id", "name"
LOST, JUNK, BLANK = "lost", "junk", "blank"  # a HEAT ID without its #; nothing that names a school; nothing at all
UNKNOWN_HEAT_ID = "#052923"
UNKNOWN_INSTITUTION = "Unknown Institution [Open] - E"

_LABEL = re.compile(
    r"(urn|ukprn|laestab|la\s*/?\s*estab|dfe(?:\s*(?:no|number))?|heat(?:\s*id)?)\s*[.:#=-]*\s*(?=#?[0-9])", re.I
)
_NUMBER = re.compile(r"([0-9]+)(?:\.0+)?").fullmatch
_ESTABLISHMENT = re.compile(r"([0-9]{3})\s*[/ -]\s*([0-9]{4})").fullmatch
_HEAT = re.compile(r"#\s*([0-9]{3,8})").fullmatch
_NAMED_HEAT = re.compile(r".*\( ?# ?([0-9]{3,8}) ?\)").fullmatch  # "Ash School (#123456)", as HEAT writes
_KINDS = {"u": (URN, UKPRN), "l": (LAESTAB,), "d": (LAESTAB,), "h": (HEAT_ID,)}


def parse(cell: Any) -> tuple[str, str]:
    """The kind of identifier in a cell and its plain form; a name comes back as it is written."""
    if cell is None:
        return BLANK, ""
    if isinstance(cell, str):
        return (BLANK, "") if is_blank(cell) else _parse_text(" ".join(unicodedata.normalize("NFKC", cell).split()))
    if (
        isinstance(cell, (int, float))
        and not isinstance(cell, bool)
        and cell == cell
        and 0 < cell < 1e9
        and cell == int(cell)
    ):
        return _parse_number(str(int(cell)))
    return JUNK, ""


def _parse_text(text: str) -> tuple[str, str]:
    if text[0].isalpha() and text[-1].isalpha():  # most names, and no identifier
        return NAME, text
    label = _LABEL.match(text)
    bare = text[label.end() :] if label else text
    heat = _HEAT(bare) or (label and "#" in label[0] and _HEAT(f"#{bare}")) or _NAMED_HEAT(text)
    if heat:
        return HEAT_ID, f"#{heat[1]}"
    if establishment := _ESTABLISHMENT(bare):
        return LAESTAB, "".join(establishment.groups())
    if number := _NUMBER(bare):
        if label and label[1][0] in "hH":
            return LOST, number[1]
        kind, digits = _parse_number(number[1])
        fits = label is None or kind in _KINDS[label[1][0].lower()]
        return (kind, digits) if fits else (JUNK, digits)
    return (NAME, text) if any(c.isalpha() for c in text) else (JUNK, text)


def _parse_number(digits: str) -> tuple[str, str]:
    if len(digits) == 6 and digits[0] != "0":
        return URN, digits
    if len(digits) == 7:
        return LAESTAB, digits
    if len(digits) == 8 and digits[0] == "1":
        return UKPRN, digits
    return (LOST, digits) if len(digits) <= 6 else (JUNK, digits)


def problem(kind: str, digits: str, cell: Any) -> str:
    """Why a cell names no school, in one sentence, for what `parse` calls LOST or JUNK."""
    if isinstance(cell, float) and cell == cell and abs(cell) < 1e15 and cell == int(cell):
        cell = int(cell)  # 52923.0 is 52923 to whoever typed it
    seen = str(cell).strip()[:40] if isinstance(cell, (str, int, float)) else f"a {type(cell).__name__}"
    if kind == LOST:
        return (
            f"'{seen}' looks like a HEAT ID that lost its # or its zeros: write it as text, as in '#{digits:0>6}. "
            "A URN has six digits."
        )
    return (
        f"'{seen}' names no school: give a URN (six digits), a LAESTAB (850/2000), a UKPRN (eight digits from 1), "
        "a HEAT ID (#052923) or the school's name."
    )


# ------------------------------------------------------------------------------------------------------------- names

# Apostrophes and full stops inside a name go, all other marks part words. (None is quicker than "" to the interpreter.)
_APART: dict[int, str | None] = {c: " " for c in range(128) if not chr(c).isalnum()}
_APART |= dict.fromkeys(map(ord, "–—‐‑“”…·•"), " ") | dict.fromkeys(map(ord, "'’‘`´ʼ."))
_WORDS = {
    "saint": "st", "saints": "st", "sts": "st", "ss": "st", "cofe": "ce",
    "rc": "catholic", "roman": "", "the": "", "sch": "school", "coll": "college", "jnr": "junior", "jr": "junior",
    "inf": "infant", "infants": "infant", "pri": "primary", "prim": "primary", "comp": "comprehensive",
    "acad": "academy", "vith": "sixth", "6th": "sixth", "grammer": "grammar",
}  # fmt: skip
_CHURCH = re.compile(r"\b(?:church of england|c of e|c e)\b")


def folded(name: str) -> str:
    """A name with case, accents, punctuation and the usual abbreviations set aside: what is left must be equal."""
    text = name.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_APART))
        text = "".join(c for c in text if not unicodedata.combining(c))
    if "&" in text or "+" in text:
        text = text.replace("&", " and ").replace("+", " and ")
    words = text.translate(_APART).split()
    if not _ABBREVIATED.isdisjoint(words):
        words = [w for word in words if (w := _WORDS.get(word, word))]
    bare = " ".join(words)
    return _CHURCH.sub("ce", bare) if "c" in words or "church" in words else bare


_ABBREVIATED = frozenset(_WORDS)


def split_place(text: str) -> tuple[str, str] | None:
    """A name and what stands after its last comma or in brackets at its end; None where there is neither.

    >>> split_place("St Mary's School, Walsall"), split_place("Ash School (WS2 9XE)")
    (("St Mary's School", 'Walsall'), ('Ash School', 'WS2 9XE'))
    """
    text = text.strip()
    if text.endswith(")") and "(" in text:
        name, _, place = text[:-1].rpartition("(")
    else:
        name, _, place = text.rpartition(",")
    name, place = name.strip(" ,"), place.strip()
    return (name, place) if name and place else None
