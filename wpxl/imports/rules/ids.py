"""Numbers that are names: HEAT IDs, pupil numbers, URNs and telephone numbers, which Excel takes for numbers and shortens."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from ...domain import school
from ...domain.names import simple
from ..shape import ERROR, STUDENTS, WARNING, Finding
from .ground import Ground, Rule, said
from .names import folded

ZEROS = Rule(
    "zeros_lost", ERROR, "{what} lost the zeros at its beginning.", "Excel drops them from what it takes for a number.",
    "Write it as text, {how}.",
)  # fmt: skip
MARK = Rule(
    "heat_id_mark", ERROR, "The HEAT ID has lost its #.", "HEAT IDs are texts: a # and digits.", "Write it as text, with its #.",
)  # fmt: skip
FORM = Rule(
    "id_form", ERROR, "This is no {what}.", "{why}", "Look it up.",
)  # fmt: skip
TWICE = Rule(
    "id_twice", ERROR, "Another learner of the list has the same {heading}.",
    "An id stands for one person, and names or dates of birth differ here.", "Find out whose it is.",
)  # fmt: skip
RULES = (ZEROS, MARK, FORM, TWICE)

SURE, FEWEST = 0.8, 3  # share and number of well-formed ids that fix how long they are
LENGTHS = {"urn": 6, "ukprn": 8, "laestab": 7, "uln": 10}
_HEAT = re.compile(r"#\s*(\d{3,10})").fullmatch
_DIGITS = re.compile(r"\d+").fullmatch
_UPN = re.compile(r"[A-Z]\d{11}[0-9A-Z]", re.I).fullmatch
_PHONE = re.compile(r"phone|mobile|telephone|(?:^|\W)tel(?:\W|$)", re.I).search


def look(ground: Ground) -> Iterator[Finding]:
    for at, column in enumerate(ground.listing.columns):
        heading = simple(column.heading)
        field = (column.field or "").rpartition(".")[2]
        if field == "heat_id":
            yield from _heat_ids(ground, at)
        elif _PHONE(column.heading):
            yield from _phones(ground, at)
        elif heading.endswith("upn") or "uniquepupilnumber" in heading:
            yield from _formed(
                ground, at, "UPN", _UPN, "A UPN is a letter and twelve characters more, digits but for the last."
            )
        elif field in ("urn", "laestab") or heading in LENGTHS or "uniquelearnernumber" in heading:
            yield from _numbers(ground, at, heading)
        elif field in ("learner", "activity") or heading.endswith(("id", "ref", "number")):
            yield from _shortened(ground, at)
        if ground.about == STUDENTS and column.field in ("heat_id", "learner"):
            yield from _twice(ground, at)
    if ground.has("organisation"):
        yield from _schools(ground)


def _heat_ids(ground: Ground, at: int) -> Iterator[Finding]:
    texts = ground.texts(at)
    length = _length(found[1] for text in texts if text and (found := _HEAT(text)))
    for row, text in enumerate(texts):
        if text is None or _HEAT(text):
            if text and length and len(text.lstrip("# ")) < length:
                yield ground.found(
                    ZEROS, row, at, f"#{text.lstrip('# '):0>{length}}", what="The HEAT ID", how="with its # and zeros"
                )
            continue
        digits = text.removeprefix("HEAT").strip()
        if not _DIGITS(digits) or len(digits) > 10:
            if "e+" not in text.casefold():
                yield ground.found(FORM, row, at, what="HEAT ID", why="HEAT IDs are a # and digits, as in #00000001.")
        elif length and len(digits) < length:
            fix = f"#{digits:0>{length}}"
            yield ground.found(ZEROS, row, at, fix, what="The HEAT ID", how="with its # and zeros")
        else:
            yield ground.found(MARK, row, at, f"#{digits}" if len(digits) == length else None)


def _length(digits: Iterator[str]) -> int | None:
    """How long the digits of a column are, where nearly all agree."""
    lengths = Counter(map(len, digits))
    if not lengths:
        return None
    length, count = lengths.most_common(1)[0]
    return length if count >= max(FEWEST, SURE * sum(lengths.values())) else None


def _phones(ground: Ground, at: int) -> Iterator[Finding]:
    for row, text in enumerate(ground.texts(at)):
        digits = re.sub(r"[ ()-]", "", text or "")
        if _DIGITS(digits) and len(digits) == 10 and digits[0] in "1237":
            yield ground.found(ZEROS, row, at, f"0{digits}", what="The telephone number", how="with its 0")


def _formed(ground: Ground, at: int, what: str, form: Any, why: str) -> Iterator[Finding]:
    for row, text in enumerate(ground.texts(at)):
        if text and not form(text) and "e+" not in text.casefold():
            yield ground.found(FORM, row, at, what=what, why=why)


def _numbers(ground: Ground, at: int, heading: str) -> Iterator[Finding]:
    """Ids of a known length whose first digit is no zero, so that a short one lost something else than zeros."""
    field = (ground.listing.columns[at].field or "").rpartition(".")[2]
    name = field if field in LENGTHS else next((name for name in LENGTHS if name in heading), "uln")
    length = LENGTHS[name]
    for row, text in enumerate(ground.texts(at)):
        digits = (text or "").replace("/", "").replace(" ", "") if name == "laestab" else text or ""
        if text and not (_DIGITS(digits) and len(digits) == length) and "e+" not in text.casefold():
            what = name.upper()
            yield ground.found(FORM, row, at, what=what, why=f"A {what} has {length} digits.")


def _shortened(ground: Ground, at: int) -> Iterator[Finding]:
    """Ids of digits alone, nearly all of one length and some with zeros in front: whatever is shorter lost its zeros."""
    texts = [text if text and _DIGITS(text) else None for text in ground.texts(at)]
    length = _length(text for text in texts if text)
    if length is None or not any(text and len(text) == length and text[0] == "0" for text in texts):
        return
    for row, text in enumerate(texts):
        if text and len(text) < length and text[0] != "0":
            yield ground.found(ZEROS, row, at, text.zfill(length), what="The id", how=f"{length} digits long")


def _twice(ground: Ground, at: int) -> Iterator[Finding]:
    """An id of people who differ in name and in date of birth."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(ground.texts(at)):
        if text:
            rows[text].append(row)
    if all(len(same) == 1 for same in rows.values()):
        return
    last, first, whole = (ground.texts(name) for name in ("last_name", "first_name", "name"))
    days = ground.days("date_of_birth")
    for same in rows.values():
        people = {
            (folded(f"{whole[r] or ''}{first[r] or ''}{last[r] or ''}"), getattr(days[r], "date", None)) for r in same
        }
        names, born = ({one[i] for one in people if one[i]} for i in (0, 1))
        if len(same) > 1 and len(names) > 1 and len(born) != 1:
            for row in same:
                yield ground.found(TWICE, row, at, heading=ground.headings[at])


def _schools(ground: Ground) -> Iterator[Finding]:
    """Numbers in a column of schools that lost what makes them ids."""
    at = ground.fields["organisation"]
    for row, (kind, digits) in enumerate(ground.made("school", _kind, at)):
        if kind == school.LOST:
            fix = f"#{digits:0>6}" if len(digits) == 5 else None
            yield ground.found(ZEROS, row, at, fix, what="The HEAT ID of the school", how="with its # and zeros")
        elif kind == school.JUNK:
            why = "A school is named by its name, URN (six digits), LAESTAB, UKPRN or HEAT ID."
            yield ground.found(FORM._replace(severity=WARNING), row, at, what="school", why=why)


def _kind(cell: Any) -> tuple[str, str]:
    text = said(cell)
    return school.parse(text) if text else (school.BLANK, "")
