"""The installed tables that are about schools: which there are, their rows and columns, and how HEAT IDs lead to URNs.

Every table keyed by URN takes part, and every one keyed by HEAT ID. Newest first; who a school is comes from a list of
schools before a table of results. The sample edition comes last, and is hidden once a real table names schools, so that no
invented school stands among real ones.
"""

from __future__ import annotations

import re
from typing import Any

from ..domain import school as form
from .lookup import area
from .tables import Table, Tables

URN, HEAT = "urn", "heat_id"
# What tables that members bring call these columns (an id that is taken gets a number).
CALLED = {
    "urn": re.compile(r"((school|dfe|institution)_)?urn(_\d+)?").fullmatch,
    "school_name": re.compile(r"((school|institution|organisation|account|beneficiary)_)?name(_\d+)?").fullmatch,
    "school_postcode": re.compile(r"((school|institution|organisation)_)?post_?code(_\d+)?").fullmatch,
    "school_town": re.compile(r"((school|institution)_)?town(_\d+)?").fullmatch,
    "school_local_authority": re.compile(r"((school|institution)_)?(la|local_authority)(_name)?(_\d+)?").fullmatch,
}
# What is a school's own and never its successor's.
IDENTITY = frozenset(
    f"school_{what}" for what in (
        "name", "local_authority", "local_authority_code", "region", "postcode", "town", "type", "type_group", "phase", "status",
        "closed", "low_age", "high_age", "gender", "admissions", "sixth_form", "successor", "predecessor",
    )
) | {"laestab", "ukprn", "urn"}  # fmt: skip


class SchoolTables:
    """The tables about schools of one snapshot. Nothing is read before it is needed."""

    def __init__(self, tables: Tables):
        self._tables = tables
        found = [t for t in tables.all if t.key in (URN, HEAT)]
        if any("school_name" in t.columns for t in found if t.edition == "real" and t.key == URN):
            found = [t for t in found if t.edition == "real"]
        found.sort(key=lambda t: t.vintage, reverse=True)
        self.all = sorted(found, key=lambda t: t.edition == "sample")
        self.sample_only = all(t.edition == "sample" for t in self.all)
        self.heat_list = any(t.key == HEAT or HEAT in t.columns for t in self.all if t.edition == "real")
        self.by_column: dict[str, list[Table]] = {}
        self._called: dict[str, dict[str, str]] = {}  # what each table calls a column
        for table in self.all:
            own = table.facts.get("own") or table.key == HEAT
            called = {c: next(filter(fits, table.columns), "") for c, fits in CALLED.items()} if own else {}
            self._called[table.id] = {c: name for c, name in called.items() if name} | {c: c for c in table.columns}
            for column in self._called[table.id]:
                self.by_column.setdefault(column, []).append(table)
        for column in IDENTITY & self.by_column.keys():
            self.by_column[column].sort(key=lambda t: "school_status" not in t.columns)
        self._keys: dict[str, list[str]] = {}
        self._rows: dict[str, dict[str, int]] = {}
        self._links: tuple[dict[str, str], dict[str, str]] | None = None

    def at(self, table: Table, column: str, row: int) -> Any:
        return area(self._tables, table.id).columns[self._called[table.id][column]].at(row)

    def reason(self, table: Table, column: str, row: int) -> str | None:
        """Why a table has no value there, where it says so."""
        said = area(self._tables, table.id).columns.get(f"{self._called[table.id][column]}_reason")
        return said.at(row) if said is not None and row >= 0 else None

    def holders(self, measure_id: str) -> list[Table]:
        """The tables that have a column, in the order in which they are asked."""
        return self.by_column.get(measure_id, [])

    def own_key(self, table: Table, key: str) -> str:
        """What a school is found by in a table: its URN, or its HEAT ID."""
        return key if table.key == URN or key.startswith("#") else self.links()[1].get(key, "")

    def row(self, table: Table, key: str) -> int:
        """The row of a school in a table, -1 where it has none."""
        if table.key == URN and table.id not in self._rows:
            return area(self._tables, table.id).key.find(key) - 1
        return self.rows_of(table).get(self.own_key(table, key), -1)

    def rows_of(self, table: Table) -> dict[str, int]:
        rows = self._rows.get(table.id)
        if rows is None:
            rows = self._rows[table.id] = {key: row for row, key in enumerate(self.keys_of(table)) if key}
        return rows

    def keys_of(self, table: Table) -> list[str]:
        keys = self._keys.get(table.id)
        if keys is None:
            words = area(self._tables, table.id).key
            keys = [str(words.at(i)) for i in range(1, words.count + 1)]
            self._keys[table.id] = keys = list(map(_heat_form, keys)) if table.key == HEAT else keys
        return keys

    def column(self, table: Table, name: str) -> list[Any]:
        values: list[Any] = area(self._tables, table.id).columns[self._called[table.id][name]].objects().tolist()
        return values[:-1]

    def all_heat(self) -> list[str]:
        return [heat for t in self.all if t.key == HEAT for heat in self.rows_of(t)]

    def links(self) -> tuple[dict[str, str], dict[str, str]]:
        """HEAT ID → key and URN → HEAT ID."""
        if self._links is None:
            to_key: dict[str, str] = {}
            to_heat: dict[str, str] = {}
            for table in self.all:
                if table.key == URN and HEAT in table.columns:
                    pairs = list(zip(map(_heat_form, self.column(table, HEAT)), self.keys_of(table), strict=True))
                elif table.key == HEAT:
                    pairs = list(zip(self.keys_of(table), self._urns_in(table), strict=True))
                else:
                    continue
                for heat, urn in pairs:
                    if heat and urn and heat != form.UNKNOWN_HEAT_ID:
                        to_key.setdefault(heat, urn)
                        to_heat.setdefault(urn, heat)
            self._links = to_key, to_heat
            for heat in self.all_heat():
                to_key.setdefault(heat, heat)
        return self._links

    def _urns_in(self, table: Table) -> list[str]:
        """The URN of each row of a list of HEAT IDs: as it says, else by the same name at the same postcode; "" for none."""
        called = self._called[table.id]
        urns = [digits(u) for u in self.column(table, "urn")] if "urn" in called else [""] * len(self.keys_of(table))
        if all(urns) or not {"school_name", "school_postcode"} <= called.keys():
            return urns
        known: dict[tuple[str, str], str] = {}
        for other in self.all:
            if other.key == URN and {"school_name", "school_postcode"} <= self._called[other.id].keys():
                for place, urn in zip(self._names_and_postcodes(other), self.keys_of(other), strict=True):
                    known[place] = urn if known.get(place, urn) == urn else ""  # two schools: neither
        return [urn or known.get(place, "") for urn, place in zip(urns, self._names_and_postcodes(table), strict=True)]

    def _names_and_postcodes(self, table: Table) -> list[tuple[str, str]]:
        columns = zip(self.column(table, "school_name"), self.column(table, "school_postcode"), strict=True)
        return [
            (form.folded(str(name)), str(code).replace(" ", "").upper()) if name and code else ("", "")
            for name, code in columns
        ]


def digits(value: Any) -> str:
    return "" if value is None else str(value).strip().removesuffix(".0")


def _heat_form(value: Any) -> str:
    """A HEAT ID of a table as people write it: six digits after the #, whether or not a spreadsheet took its zeros."""
    text = digits(value).lstrip("#")
    return f"#{text:0>6}" if text.isdigit() else ""
