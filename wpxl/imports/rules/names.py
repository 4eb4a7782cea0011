"""Names of people: what is no name, and what is one in the wrong place. Short, accented, hyphenated and double names are names."""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ... import store
from ..shape import ERROR, NOTE, WARNING, Finding
from .ground import Ground, Rule

EMAIL = Rule(
    "name_email", ERROR, "An e-mail address stands where a name should be.", "People are matched by their names.",
    "Write the name here, and the address in a column of its own.",
)  # fmt: skip
DIGITS = Rule(
    "name_digits", ERROR, "There are digits in the name.", "No name has digits, so people would not be matched by it.",
    "Correct the name.",
)  # fmt: skip
TWO = Rule(
    "name_two", ERROR, "The cell seems to hold more than one name that belongs here.",
    "Each learner has a row, and first and last name have a column each.", "Leave only the name that the heading asks for.",
)  # fmt: skip
TITLE = Rule(
    "name_title", WARNING, "The name begins with a title.", "Matching takes the title for a part of the name.",
    "Leave the title out.",
)  # fmt: skip
INITIALS = Rule(
    "name_initials", WARNING, "There are only initials here.", "A learner is hardly found by an initial.",
    "Write the name in full, if it is known.",
)  # fmt: skip
CASE = Rule(
    "name_case", NOTE, "The name is all in {case} letters.", "It will be shown like that wherever the records are used.",
    "Write it with a capital at the beginning.",
)  # fmt: skip
SWAPPED = Rule(
    "name_swapped", WARNING, "First and last name seem to have changed places.",
    "In this list, and among common names, the first is used as a last name and the last as a first name.",
    "Change them over, if this is so.",
)  # fmt: skip
RULES = (EMAIL, DIGITS, TWO, TITLE, INITIALS, CASE, SWAPPED)

NAMES = ("first_name", "middle_name", "last_name", "name")
SURE, BOTH = 3.0, 15.0  # how many times likelier the other way round: each name, and the two together
KNOWN = 3  # what standing among the common names counts for

_TITLE = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|rev|revd|sir)(?:\. ?| )(?=\S)", re.I).match
_INITIALS = re.compile(r"[^\W\d_]\.?(?:[ .-]+[^\W\d_]\.?)*").fullmatch
_JOINED = re.compile(r"\s(?:and|&|\+)\s|[;/&]|\d?\n|, ?\S", re.I).search
_SMALL = {
    "de",
    "da",
    "del",
    "della",
    "di",
    "dos",
    "du",
    "la",
    "le",
    "van",
    "von",
    "der",
    "den",
    "ter",
    "el",
    "al",
    "bin",
    "ibn",
}


def look(ground: Ground) -> Iterator[Finding]:
    for name in NAMES:
        if name in ground.fields:
            yield from _column(ground, name)
    if ground.has("first_name", "last_name"):
        yield from _whole_in_first(ground)
        yield from _swapped(ground)


def _column(ground: Ground, name: str) -> Iterator[Finding]:
    at = ground.fields[name]
    problems = ground.made(f"name {name}", lambda text: _problem(text, name), at)
    texts = ground.texts(at)
    for row, problem in enumerate(problems):
        if problem is None or texts[row] is None:
            continue
        if problem is CASE:
            text = texts[row] or ""
            yield ground.found(CASE, row, at, proper(text), case="capital" if text.isupper() else "small")
        else:
            yield ground.found(problem, row, at)


def _problem(cell: Any, name: str) -> Rule | None:
    """The first thing that is wrong with a name; the graver come first."""
    if not isinstance(cell, str):
        return DIGITS if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None
    text = " ".join(cell.split())
    if "@" in text:
        return EMAIL
    whole = name == "name"
    if _JOINED(text) and not (whole and text.count(",") == 1 and not _JOINED(text.replace(",", ""))):
        return TWO
    if any(c.isdigit() for c in text):
        return DIGITS
    if _TITLE(text):
        return TITLE
    if name in ("first_name", "last_name") and _INITIALS(text):
        return INITIALS
    letters = [c for c in text if c.isalpha()]
    if len(letters) > 2 and (text.isupper() or text.islower()) and proper(text) != text:
        return CASE
    return None


def proper(name: str) -> str:
    """A name in the usual letters: a capital after each space, hyphen and apostrophe; particles in a longer name stay small.

    >>> proper("MARY-JANE O'BRIEN"), proper("de la cruz"), proper("MCDONALD")
    ("Mary-Jane O'Brien", 'de la Cruz', 'McDonald')
    """
    words = name.split(" ")
    out = []
    for at, word in enumerate(words):
        lower = word.casefold() if word.isascii() else word.lower()
        if lower in _SMALL and at < len(words) - 1:
            out.append(lower)
            continue
        made = re.sub(r"(^|[-'’(])([^\W\d_])", lambda m: m[1] + m[2].upper(), lower)
        made = re.sub(r"([^\W\d_]{3,}['’])S$", lambda m: f"{m[1]}s", made)
        out.append(re.sub(r"^Mc([a-z])(?=[a-z]{2})", lambda m: f"Mc{m[1].upper()}", made))
    return " ".join(out)


def folded(text: str | None) -> str:
    """A name for comparing within a list: letters only, without accents."""
    if not text:
        return ""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return "".join(c for c in plain if c.isalpha())


def _whole_in_first(ground: Ground) -> Iterator[Finding]:
    """The first name's cell ends with the last name, or the last name's begins with the first."""
    first, last = (ground.texts(name) for name in ("first_name", "last_name"))
    for row, (a, b) in enumerate(zip(first, last, strict=True)):
        if not a or not b:
            continue
        if " " in a and folded(a.rpartition(" ")[2]) == folded(b):
            yield ground.found(TWO, row, ground.fields["first_name"])
        elif " " in b and folded(b.partition(" ")[0]) == folded(a) and folded(a):
            yield ground.found(TWO, row, ground.fields["last_name"])


def _swapped(ground: Ground) -> Iterator[Finding]:
    """Rows whose names are used the other way round by the rest of the list."""
    first, last = (ground.made("folded", lambda cell: folded(cell if isinstance(cell, str) else None), name)
                   for name in ("first_name", "last_name"))  # fmt: skip
    as_first, as_last = Counter(filter(None, first)), Counter(filter(None, last))
    for name, used in _common().items():
        (as_first if used == "first" else as_last)[name] += KNOWN
    for row, (a, b) in enumerate(zip(first, last, strict=True)):
        if not a or not b or a == b or not (as_last[a] and as_first[b]):
            continue
        this_is_last = (as_last[a] + 0.5) / (as_first[a] - 0.5)  # without its own row
        that_is_first = (as_first[b] + 0.5) / (as_last[b] - 0.5)
        if this_is_last >= SURE and that_is_first >= SURE and this_is_last * that_is_first >= BOTH:
            yield ground.found(SWAPPED, row, ground.fields["first_name"])


@functools.cache
def _common() -> dict[str, str]:
    """Names that are common in England and hardly ever used the other way round: folded name → first or last. Our own list."""
    with (store.shipped("data") / "common_names.csv").open(encoding="utf-8", newline="") as file:
        return {folded(row["name"]): row["used"] for row in csv.DictReader(file)}
