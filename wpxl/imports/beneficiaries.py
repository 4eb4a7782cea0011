"""HEAT IDs of schools, from the list that a member exports from HEAT: by URN, by name and postcode, by name and local authority.

    matches = find(schools, exported)      # exported: a sheet of it; without one, the installed list of HEAT IDs
    filled(schools, matches)               # the rows for a template of schools
    choices(schools, matches)              # those that a person must decide, with what there is to choose from

Nothing is guessed: a school that could be one of several is listed with them, and one that is in no list stays without an id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from .. import store
from ..domain import answers, postcode, school
from ..domain.blank import is_blank
from ..domain.headers import says_postcode
from ..domain.once import Once
from ..errors import Fault
from ..records.cells import text
from .shape import Column, Listing

# How a school was found, in the order in which it is tried.
GIVEN, URN, POSTCODE, AUTHORITY, NAME = "HEAT ID", "URN", "name and postcode", "name and local authority", "name"
SUCCESSOR, UNKNOWN = "successor", "unknown institution"
LABEL = "HEAT ID"
NOBODY = {"unknown", "unknown school", "unknown beneficiary", "various", "various schools", "mixed", "multiple schools",
          school.folded(school.UNKNOWN_INSTITUTION)}  # fmt: skip

_COUNCIL = {
    "council",
    "borough",
    "city",
    "county",
    "metropolitan",
    "london",
    "royal",
    "district",
    "of",
    "unitary",
    "authority",
}


class Entry(NamedTuple):
    """A school of the list of HEAT IDs."""

    heat_id: str
    name: str
    urn: str
    authority: str
    postcode: str  # without its space
    closed: bool = False


class Match(NamedTuple):
    """What was found for a row of the sheet, from 1. choices: what a person may choose from, where there is no id."""

    row: int
    heat_id: str | None
    how: str
    choices: tuple[Entry, ...]
    why: str


def find(schools: Listing, exported: Listing | None = None) -> list[Match]:
    """The HEAT ID of each school of a list, in its order.

    Raises a Fault where there is no list of HEAT IDs, given or installed.
    """
    entries = _of_sheet(exported) if exported is not None else _installed()
    known = _Known(entries)
    asked = Once(lambda row: known.find(*row))
    columns = [_texts(schools, name) for name in ("heat_id", "urn", "organisation", "postcode", "local_authority")]
    return [Match(schools.first_row + at, *asked[row]) for at, row in enumerate(zip(*columns, strict=True))]


def filled(schools: Listing, matches: Iterable[Match]) -> Listing:
    """The list with its HEAT IDs. What stands there stays, unless it is blank, unread or the same id written otherwise."""
    height = _height(schools)
    at = next((at for at, column in enumerate(schools.columns) if column.field == "heat_id"), None)
    own = [] if at is None else schools.columns[at].cells
    cells = [*own, *[None] * (height - len(own))]
    for match in matches:
        if match.heat_id is not None:
            cells[match.row - schools.first_row] = match.heat_id
    if at is None:
        return schools._replace(columns=(*schools.columns, Column(LABEL, "heat_id", cells)))
    columns = list(schools.columns)
    columns[at] = columns[at]._replace(cells=cells)
    return schools._replace(columns=tuple(columns))


HEADINGS = ("Row", "School", "What to do", LABEL, "School in HEAT", "Local authority", "Postcode")


def choices(schools: Listing, matches: Iterable[Match]) -> list[tuple[Any, ...]]:
    """Below `HEADINGS`: a row for each school that may be meant; one without an id where there is none to choose from."""
    names = _texts(schools, "organisation")
    out: list[tuple[Any, ...]] = []
    for match in matches:
        if match.heat_id is None and match.why:
            own = (match.row, names[match.row - schools.first_row], match.why)
            out += [(*own, e.heat_id, e.name, e.authority, _spaced(e.postcode)) for e in match.choices] or [
                (*own, None, None, None, None)
            ]
    return out


# ------------------------------------------------------------------------------------------------------ the ids there are


def _of_sheet(exported: Listing) -> list[Entry]:
    columns = [_texts(exported, name) for name in ("heat_id", "organisation", "urn", "local_authority", "postcode")]
    rows = list(zip(*columns, strict=True))
    made = [
        Entry(heat[1], name, school.parse(urn)[1], authority, _bare(code))
        for id_, name, urn, authority, code in rows
        if (heat := school.parse(id_))[0] == school.HEAT_ID
    ]
    if not made:
        raise Fault(
            "#REF!",
            "The list of HEAT IDs has none: it needs a column HEAT ID with ids such as #052923, and one of names or URNs.",
        )
    return list(dict.fromkeys(made))


def _installed() -> list[Entry]:
    register = store.register(store.installed())
    keys = [key for key in register.keys() if register.heat_id(key)]  # noqa: SIM118 (a register is no dictionary)
    if not keys:
        from ..store.school_register import GET_LIST

        raise Fault("#REF!", f"No list of HEAT IDs is installed: {GET_LIST}.")
    values = (register.values(keys, name) for name in ("school_name", "school_local_authority", "school_postcode"))
    return [
        Entry(str(register.heat_id(key)), text(name) or "", "" if key[0] == "#" else key, text(place) or "", _bare(code), gone)
        for key, name, place, code, gone in zip(keys, *values, register.closed(keys), strict=True)
    ]  # fmt: skip


class _Known:
    """The entries by what they may be asked for."""

    def __init__(self, entries: Iterable[Entry]):
        self._by_id: dict[str, list[Entry]] = {}
        self._by_urn: dict[str, list[Entry]] = {}
        self._by_name: dict[str, list[Entry]] = {}
        for entry in entries:
            for index, key in (
                (self._by_id, entry.heat_id.lstrip("#0")), (self._by_urn, entry.urn), (self._by_name, school.folded(entry.name))
            ):  # fmt: skip
                if key:
                    index.setdefault(key, []).append(entry)

    def find(
        self, heat: str, urn: str, name: str, code: str, authority: str
    ) -> tuple[str | None, str, tuple[Entry, ...], str]:
        if heat.startswith("#") or not answers.unsaid(heat):
            return self._given(heat)
        kind, plain = school.parse(urn)
        if kind == school.URN:
            if told := self._by_urn.get(plain):
                return _one(told, URN, f"Several schools of the list have the URN {plain}")
            if after := self._successor(plain):
                return after.heat_id, SUCCESSOR, (), ""
        kind, plain = school.parse(name)
        if kind == school.HEAT_ID:  # "Ash School (#123456)", as HEAT writes
            return self._given(plain)
        if kind == school.URN and plain in self._by_urn:
            return _one(self._by_urn[plain], URN, f"Several schools of the list have the URN {plain}")
        return self._named(name, code, authority)

    def _given(self, heat: str) -> tuple[str | None, str, tuple[Entry, ...], str]:
        kind, plain = school.parse(heat)
        if plain == school.UNKNOWN_HEAT_ID:
            return plain, UNKNOWN, (), ""
        found = self._by_id.get(plain.lstrip("#0"), [])
        if kind == school.HEAT_ID and found and found[0].heat_id == plain:
            return plain, GIVEN, (), ""
        if found:
            return None, "", tuple(found), "The HEAT ID is not as HEAT writes it: is it this one?"
        return (
            None,
            "",
            (),
            "The list has no school of this HEAT ID: correct it, or leave it blank to look for the school.",
        )

    def _successor(self, urn: str) -> Entry | None:
        register = store.register(store.installed())
        after = register.followed(urn) if register.has(urn) else None
        found = self._by_urn.get(after, []) if isinstance(after, str) else []
        return found[0] if len(found) == 1 else None

    def _named(self, name: str, code: str, authority: str) -> tuple[str | None, str, tuple[Entry, ...], str]:
        folded = school.folded(name)
        if not folded and not code and not authority:
            return None, "", (), ""
        if folded in NOBODY or (name and answers.unsaid(name)):
            return school.UNKNOWN_HEAT_ID, UNKNOWN, (), ""
        found = self._by_name.get(folded, []) if folded else []
        found = [entry for entry in found if not entry.closed] or found
        if not found:
            return None, "", (), (
                "No school of the list has this name: correct it or give the URN; where the school cannot be found out, name "
                f"'{school.UNKNOWN_INSTITUTION} ({school.UNKNOWN_HEAT_ID})'."
            )  # fmt: skip
        bare, place = _bare(code), _place(authority)
        here = [entry for entry in found if bare and entry.postcode == bare]
        if len(here) == 1:
            return here[0].heat_id, POSTCODE, (), ""
        fit = [e for e in here or found if not bare or not e.postcode or e.postcode == bare]
        there = [entry for entry in fit if place and _place(entry.authority) == place]
        if len(there) == 1:
            return there[0].heat_id, AUTHORITY, (), ""
        alike = [e for e in there or fit if not place or not e.authority or _place(e.authority) == place]
        if len(alike) == 1 and len(found) == 1:
            return alike[0].heat_id, NAME, (), ""
        if not alike:
            return None, "", tuple(found), "A school of this name stands elsewhere in the list: is it this one?"
        return _one(alike, NAME, "Several schools of the list have this name")


def _one(found: list[Entry], how: str, why: str) -> tuple[str | None, str, tuple[Entry, ...], str]:
    ids = {entry.heat_id for entry in found}
    if len(ids) == 1:
        return found[0].heat_id, how, (), ""
    return None, "", tuple(found), f"{why}: choose one, or give the postcode or the local authority."


# ----------------------------------------------------------------------------------------------------------------- cells


def _texts(listing: Listing, field: str) -> list[str]:
    """A column's cells as texts, "" for blanks. A school's postcode is told by its heading too."""
    found = next((column for column in listing.columns if column.field == field), None)
    if found is None and field == "postcode":
        found = next((column for column in listing.columns if says_postcode(column.heading)), None)
    cells = found.cells if found is not None else []
    height = _height(listing)
    return ["" if cell != cell else text(cell) or "" for cell in cells] + [""] * (height - len(cells))


def _height(listing: Listing) -> int:
    return max((len(column.cells) for column in listing.columns), default=0)


def _bare(cell: Any) -> str:
    clean = postcode.clean(cell)
    return clean if clean and postcode.parse(clean) is not None else ""


def _spaced(code: str) -> str | None:
    return postcode.spaced(code) if code else None


def _place(authority: str) -> str:
    """A local authority without what councils call themselves."""
    if is_blank(authority) or answers.unsaid(authority):
        return ""
    words = school.folded(authority).split()
    return " ".join(word for word in words if word not in _COUNCIL) or " ".join(words)
