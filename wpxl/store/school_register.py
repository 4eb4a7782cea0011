"""The register of schools: from a cell to a school, and from a school to what the installed tables say of it.

A school's key is its URN as text, or its HEAT ID where only a table of HEAT IDs has it. Tables are asked newest first, school
by school: one that is missing in the newest table, or has no value there, falls back to the next.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from ..domain import school as form
from ..domain.headers import is_postcode
from ..errors import NA, REF, VALUE, Fault
from .lookup import FEW
from .school_tables import HEAT, IDENTITY, URN, SchoolTables, digits
from .tables import Table, Tables

GET_LIST = 'add HEAT\'s list of institutions with: wpxl data add list.xlsx --key "HEAT ID"'
NAMED = 4  # schools that a sentence names


class Register:
    """The schools of one snapshot of installed tables. Nothing is read before it is needed."""

    def __init__(self, tables: Tables):
        self.tables = tables
        self._held = SchoolTables(tables)
        self.ours, self.sample_only, self.heat_list = self._held.all, self._held.sample_only, self._held.heat_list
        self._known: dict[Any, str | Fault | None] = {}
        self._indexes: dict[str, dict[str, list[str]]] = {}
        self._places: list[dict[str, Any]] = []
        self._forms: dict[str, set[str]] = {}
        self._closed: dict[str, bool] = {}
        self._absent: dict[str, Fault] = {}
        self._followed: dict[str, str | Fault | None] = {}

    # ------------------------------------------------------------------------------------------- from a cell to a key

    def find(self, cell: Any) -> str | Fault | None:
        """The key of the school that a cell names; None for a blank; a Fault that says what is wrong otherwise."""
        if isinstance(cell, Fault):
            return cell
        kind, text = form.parse(cell)
        if kind == form.URN:
            return text if self.has(text) else self._unknown(f"URN {text}")
        if kind == form.BLANK:
            return None
        if kind == form.HEAT_ID:
            return self._by_heat(text)
        if kind in (form.LAESTAB, form.UKPRN):
            shown = f"{text[:3]}/{text[3:]}" if kind == form.LAESTAB else text
            return self._choose(self._index(kind).get(text, []), f"{kind.upper()} {shown}")
        if kind == form.NAME:
            return self._by_name(text)
        return Fault(VALUE, partial(form.problem, kind, text, cell))

    def find_many(self, cells: list[Any]) -> list[str | Fault | None]:
        """`find` for a column, worked out once for each distinct cell."""
        known, out = self._known, []
        if len(known) > 1 << 18:
            known.clear()
        for cell in cells:
            if type(cell) is str or type(cell) is int or type(cell) is float:
                try:
                    out.append(known[cell])
                except KeyError:
                    out.append(known.setdefault(cell, self.find(cell)))
            else:
                out.append(self.find(cell))
        return out

    def has(self, key: str) -> bool:
        return any(self._held.row(table, key) >= 0 for table in self.ours)

    def keys(self) -> list[str]:
        """Every school, by URN; then those that only a table of HEAT IDs has."""
        made = self.tables.cache.get("school keys")
        if made is None:
            links = self._held.links()[0]
            urns = {key for t in self.ours if t.key == URN for key in self._held.keys_of(t)}
            listed = {links.get(heat, heat) for heat in self._held.all_heat()}
            urns |= {key for key in listed if not key.startswith("#")}  # of schools that only a list of HEAT IDs has
            only = listed - urns - {form.UNKNOWN_HEAT_ID}
            made = self.tables.cache["school keys"] = sorted(urns) + sorted(only)
        return list(made)

    def _by_heat(self, heat: str) -> str | Fault:
        if heat == form.UNKNOWN_HEAT_ID:
            return heat
        key = self._held.links()[0].get(heat)
        if key is not None:
            return key
        if not self.heat_list:
            return Fault(REF, f"{heat} is a HEAT ID, and no list of HEAT IDs is installed: {GET_LIST}.")
        return self._unknown(f"HEAT ID {heat}")

    def _by_name(self, text: str) -> str | Fault:
        name = text
        places: list[str] = []
        while True:
            whole = form.folded(name)
            found = [key for key in self._index("name").get(whole, ()) if all(self._is_in(key, p) for p in places)]
            if found:
                return self._choose(found, f"the name '{text[:60]}'")
            parted = form.split_place(name)
            if parted is None:
                break
            name, place = parted
            places.append(place)
        if form.folded(text) in ("unknown institution", "unknown institution open e", "unknown beneficiary"):
            return form.UNKNOWN_HEAT_ID
        if is_postcode(text):
            return Fault(
                VALUE, f"'{text}' is a postcode, not a school: name the school, or ask WP_POSTCODE for the area."
            )
        return self._unknown(f"the name '{text[:60]}'")

    def _is_in(self, key: str, place: str) -> bool:
        """Whether a school is where a text says: its local authority, town or region, its postcode or the first part of that."""
        if not self._places:
            keys = self.keys()
            for column in ("school_local_authority", "school_town", "school_region", "school_postcode"):
                self._places.append(dict(zip(keys, self.values(keys, column), strict=True)))
        forms = self._forms.get(key)
        if forms is None:
            names = (place_of.get(key) for place_of in self._places)
            forms = self._forms[key] = {form_ for name in names if name for form_ in _place_forms(str(name))}
        whole, joined, *_ = _place_forms(place)
        return whole in forms or joined in forms

    def _choose(self, keys: list[str], shown: str) -> str | Fault:
        """The one school that is meant: of several, the one that is still open."""
        if len(keys) > 1:
            keys = [key for key in keys if not self.is_closed(key)] or keys
        if len(keys) == 1:
            return keys[0]
        return Fault(NA, partial(self._several, keys, shown)) if keys else self._unknown(shown)

    def _several(self, keys: list[str], shown: str) -> str:
        places = [
            ", ".join(
                str(p) for p in (self.value(key, "school_local_authority"), self.value(key, "school_postcode")) if p
            )
            for key in keys[:NAMED]
        ]
        listed = "; ".join(f"{key} in {place}" if place else key for key, place in zip(keys, places, strict=False))
        more = f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
        add = ", or put the local authority or postcode after a comma" if "name" in shown else ""
        return f"{len(keys)} schools have {shown}: {listed}{more}. Give the URN{add}."

    def _unknown(self, shown: str) -> Fault:
        if not self.ours:
            return Fault(REF, "No table of schools is installed: 'wpxl data guide' says which file to get.")
        if self.sample_only:
            return Fault(
                REF,
                f"Only sample schools are installed, and {shown} is not among them: 'wpxl data guide' says which files to "
                "get, then run 'wpxl data add' with them.",
            )
        return Fault(NA, partial(self._not_found, shown))

    def _not_found(self, shown: str) -> str:
        said = f"No school in the installed tables has {shown}: mistyped, or newer than they are?"
        return f"{said} =WP_SCHOOL_FIND looks for similar names." if "name" in shown else said

    # ------------------------------------------------------------------------------------------ from a key to figures

    def values(self, keys: list[Any], measure_id: str) -> list[Any]:
        """The plain value of a measure for each key, None where there is none (and for None and Faults among the keys)."""
        todo = list(dict.fromkeys(key for key in keys if isinstance(key, str)))
        known: dict[str, Any] = {}
        if len(todo) >= FEW:
            for table in self._held.holders(measure_id):
                rows, column = self._held.rows_of(table), [*self._held.column(table, measure_id), None]
                own = todo if table.key == URN else [self._held.own_key(table, key) for key in todo]
                found = zip(todo, (column[rows.get(name, -1)] for name in own), strict=True)
                known |= {key: value for key, value in found if value is not None}
                todo = [key for key in todo if key not in known]
            may_follow = [] if measure_id in IDENTITY else zip(todo, self.closed(todo), strict=True)
            todo = [key for key, closed in may_follow if closed]
        known |= {key: self.value(key, measure_id) for key in todo if self.answers(measure_id)}
        return [known.get(key) if isinstance(key, str) else None for key in keys]

    def value(self, key: str, measure_id: str) -> Any:
        return self._answer(key, measure_id)[2]

    def table(self, key: str, measure_id: str) -> Table | None:
        """The table that gives a school its value."""
        return self._answer(key, measure_id)[1]

    def tables_of(self, keys: list[Any], measure_id: str) -> list[Table]:
        """The tables that give these schools their values, newest first."""
        holders = self._held.holders(measure_id)
        if len(holders) < 2:
            return holders
        used = {table.id for key in set(keys) if isinstance(key, str) and (table := self.table(key, measure_id))}
        return [table for table in holders if table.id in used] or holders[:1]

    def holder(self, key: str, measure_id: str) -> str:
        """The school whose figure it is: the school itself, or the successor of a closed one."""
        return self._answer(key, measure_id)[0]

    def answers(self, measure_id: str) -> bool:
        """Whether any installed table of schools has a measure."""
        return measure_id in self._held.by_column

    def missing(self, key: str, measure_id: str, label: str = "") -> Fault:
        """The answer of a school without a value: #REF! where no table has the measure, #N/A otherwise."""
        if not self.answers(measure_id) and key != form.UNKNOWN_HEAT_ID:
            if measure_id not in self._absent:  # the same for every school
                self._absent[measure_id] = Fault(REF, self.reason(key, measure_id, label))
            return self._absent[measure_id]
        return Fault(NA, partial(self.reason, key, measure_id, label))

    def reason(self, key: str, measure_id: str, label: str = "") -> str:
        """Why a school has no value for a measure, in one sentence. `label` is what the sentence calls the measure."""
        if key == form.UNKNOWN_HEAT_ID:
            return f"{key} is HEAT's '{form.UNKNOWN_INSTITUTION}': it stands for schools that are not known and has no figures."
        shown, what = self.shown(key), label or measure_id.removeprefix("school_").replace("_", " ")
        holders = self._held.holders(measure_id)
        if not holders:
            return f"No installed table of schools has {what}: 'wpxl data guide' says which file to get."
        for table in holders:
            row = self._held.row(table, key)
            if reason := self._held.reason(table, measure_id, row):
                return f"{shown} has no {what} in {table.facts['title']}: {reason}."
        after = self.followed(key)
        if isinstance(after, Fault):
            return f"{shown} is closed and has no {what} of its own. {after.sentence}"
        if any(self._held.row(table, key) >= 0 for table in holders):
            return f"{shown} is in {holders[0].facts['title']}, which gives no {what} for it."
        if len(holders) > 1:
            return f"{shown} is in none of the {len(holders)} installed tables that give {what}."
        return f"{shown} is not in {holders[0].facts['title']}, where {what} comes from."

    def shown(self, key: str) -> str:
        """A school as a sentence names it: 123456 Ash School."""
        name = self.value(key, "school_name")
        return f"{key} {str(name)[:60]}" if name else key

    def is_closed(self, key: str) -> bool:
        if key not in self._closed:
            self._closed[key] = self.closed([key])[0]
        return self._closed[key]

    def closed(self, keys: list[str]) -> list[bool]:
        """`is_closed` for many."""
        said = zip(self.values(keys, "school_status"), self.values(keys, "school_closed"), strict=True)
        return [str(status).casefold().startswith("closed") if status else date is not None for status, date in said]

    def followed(self, key: str) -> str | Fault | None:
        """The school that a closed one became, along chains; None where it is open or none is known.

        A Fault where the tables name several, go in a circle, or name one that they do not have.
        """
        if key not in self._followed:
            self._followed[key] = self._follow(key)
        return self._followed[key]

    def _follow(self, key: str) -> str | Fault | None:
        here, passed = key, {key}
        while self.is_closed(here):
            named = [n.strip() for n in str(self.value(here, "school_successor") or "").split(",") if n.strip()]
            if not named:
                break
            if len(named) > 1:
                return Fault(
                    NA, f"{here} has several successors ({', '.join(named[:NAMED])}): give the URN of the one meant."
                )
            if named[0] in passed:
                return Fault(NA, f"The tables name the successors of {key} in a circle, so none is the last.")
            if not self.has(named[0]):
                return Fault(NA, f"Its successor {named[0]} is not in the installed tables of schools.")
            here = named[0]
            passed.add(here)
        return here if here != key else None

    def heat_id(self, key: str) -> str | None:
        """The HEAT ID of a school, from a table of HEAT IDs or a column of them."""
        return key if key.startswith("#") else self._held.links()[1].get(key)

    # ------------------------------------------------------------------------------------------------------- the tables

    def _answer(self, key: str, measure_id: str) -> tuple[str, Table | None, Any]:
        """Whose figure, which table, which value."""
        found = self._own(key, measure_id)
        if found[1] is None and measure_id not in IDENTITY:
            after = self.followed(key)
            if isinstance(after, str):
                found = self._own(after, measure_id)
                if found[1] is not None:
                    return found
                return key, None, None
        return found

    def _own(self, key: str, measure_id: str) -> tuple[str, Table | None, Any]:
        for table in self._held.holders(measure_id):
            row = self._held.row(table, key)
            if row >= 0:
                value = self._held.at(table, measure_id, row)
                if value is not None:
                    return key, table, value
        return key, None, None

    def _index(self, kind: str) -> dict[str, list[str]]:
        """From the plain form of a LAESTAB, a UKPRN or a name to the schools that have it, by the newest table that says."""
        made = self._indexes.get(kind)
        if made is None:
            made = self._indexes[kind] = {}
            column, plain = ("school_name", form.folded) if kind == "name" else (kind, digits)
            said: set[str] = set()
            for table in self._held.holders(column):
                keys = self._held.keys_of(table)
                if table.key == HEAT:
                    keys = [self._held.links()[0].get(heat, "") for heat in keys]
                for key, value in zip(keys, self._held.column(table, column), strict=True):
                    if key and value is not None and key not in said:
                        said.add(key)
                        made.setdefault(plain(value), []).append(key)
        return made


@lru_cache(1 << 16)
def _place_forms(name: str) -> tuple[str, ...]:
    """A place as it may be written: as it stands, without spaces, and the first part of a postcode."""
    folded = form.folded(name)
    return folded, folded.replace(" ", ""), *([folded.split(" ")[0]] if any(c.isdigit() for c in name) else [])
