"""Home postcodes: their form, whether they exist, and whether they are homes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from ... import store
from ...domain import answers
from ...domain import postcode as form
from ...domain.blank import is_blank
from ...errors import Fault
from ...measures import registry
from ..shape import ERROR, NOTE, WARNING, Finding
from .ground import Ground, Rule
from .names import folded

FORM = Rule(
    "postcode_form", ERROR, "This is not a full postcode.",
    "A postcode is a first part such as TF7, then a digit and two letters.",
    "Look it up, or ask =WP_POSTCODE_SUGGEST for likely repairs.",
)  # fmt: skip
SPACING = Rule(
    "postcode_spacing", NOTE, "The postcode is not written in its usual form.",
    "The usual form has capitals, and one space before the last three characters.", "Write it in its usual form.",
)  # fmt: skip
UNKNOWN = Rule(
    "postcode_unknown", WARNING, "No installed table has this postcode.",
    "Its form is right, but it is mistyped, or newer than the tables.", "Look it up, or ask =WP_POSTCODE_SUGGEST.",
)  # fmt: skip
ENDED = Rule(
    "postcode_ended", NOTE, "The postcode ended in {when}.",
    "Royal Mail no longer uses it; its areas are known all the same, so it is allowed.", "Leave it, or give today's postcode.",
)  # fmt: skip
OF_SCHOOL = Rule(
    "postcode_school", WARNING, "This is the postcode of the learner's school.", "The column is for homes.",
    "Ask for the home postcode, or leave the cell blank.",
)  # fmt: skip
SHARED = Rule(
    "postcode_shared", WARNING, "{count} learners of different families share this postcode.",
    "A postcode has about fifteen homes, so this is likely to be a school, a college or an office.",
    "Ask for the home postcodes, or leave the cells blank.",
)  # fmt: skip
OFFICE = Rule(
    "postcode_office", WARNING, "This postcode belongs to one organisation that gets much post.",
    "It stands for no homes.", "Ask for the home postcode, or leave the cell blank.",
)  # fmt: skip
RULES = (FORM, SPACING, UNKNOWN, ENDED, OF_SCHOOL, SHARED, OFFICE)

MOST_OF_ONE = 7  # learners with different last names; more in one postcode are no neighbours


def look(ground: Ground) -> Iterator[Finding]:
    for at in ground.of_kind("postcode"):
        yield from _column(ground, at, ground.headings[at])


def _column(ground: Ground, at: int, heading: str) -> Iterator[Finding]:
    cells = ground.cells(at)
    plain = ground.made("postcode", _plain, at)
    states = _states(plain)
    home = ground.about == "students" and ground.fields.get("postcode") == at
    schools = _of_schools(ground) if home else [None] * len(cells)
    shared = _shared(ground, plain) if home else {}
    for row, (cell, text) in enumerate(zip(cells, plain, strict=True)):
        if text is None:
            continue
        if text is NONE:
            yield ground.found(FORM, row, at)
            continue
        if cell != form.spaced(text):
            yield ground.found(SPACING, row, at, form.spaced(text))
        status, office = states[text]
        if text == schools[row]:
            yield ground.found(OF_SCHOOL, row, at)
        elif text in shared:
            yield ground.found(SHARED, row, at, count=f"{shared[text]:,}")
        elif status == "not found":
            yield ground.found(UNKNOWN, row, at)
        elif status.startswith("ended"):
            yield ground.found(ENDED, row, at, when=status.removeprefix("ended "))
        elif office and home:
            yield ground.found(OFFICE, row, at)


NONE = "?"  # something else than a postcode


def _plain(cell: Any) -> str | None:
    """A postcode without its space; NONE where the cell holds something else, None where it gives no answer."""
    if is_blank(cell):
        return None
    text = form.clean(cell)
    if text is not None and form.parse(text) is not None:
        return text
    return None if answers.unsaid(cell) else NONE


def _states(plain: list[str | None]) -> dict[str, tuple[str, bool]]:
    """The status of each postcode, '' where only sample data could say, and whether it is an organisation's own."""
    wanted = sorted({text for text in plain if text and text is not NONE})
    if not wanted:
        return {}
    tables = store.installed()
    said = store.take(registry(tables).plan((store.STATUS,))[1], wanted)
    places = store.places(tables)
    out = {}
    for text, (status,) in zip(wanted, said, strict=True):
        row = places.find(text)
        office = row >= 0 and bool(places.state(row) & store.LARGE_USER)
        out[text] = "" if isinstance(status, Fault) else str(status), office
    return out


def _of_schools(ground: Ground) -> list[str | None]:
    """The postcode of each learner's school, where a register is installed that has it."""
    if not ground.has("organisation"):
        return [None] * ground.height
    register = store.register(store.installed())
    keys = register.find_many(ground.texts("organisation"))
    found = register.values([key if isinstance(key, str) else None for key in keys], "school_postcode")
    return [form.clean(postcode) for postcode in found]


def _shared(ground: Ground, plain: list[str | None]) -> dict[str, int]:
    """Postcodes that many learners of different last names have, with how many."""
    counts = Counter(text for text in plain if text and text is not NONE)
    usual = counts.total() / max(len(counts), 1)
    limit = max(MOST_OF_ONE, usual + 4 * usual**0.5)  # chance brings as many together in a long list of a small area
    often = {text for text, count in counts.items() if count > limit}
    if not often:
        return {}
    last = ground.texts("last_name" if ground.has("last_name") else "name")
    families: dict[str, set[str]] = defaultdict(set)
    for text, name in zip(plain, last, strict=True):
        if text in often and text is not None:
            families[text].add(folded(name))
    return {text: counts[text] for text, names in families.items() if len(names) > limit}
