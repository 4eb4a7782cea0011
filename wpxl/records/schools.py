"""The organisations of a workbook: every cell that names one, led to one id.

The id is the register's key where a URN, LAESTAB, HEAT ID or name leads to one; "unknown" for HEAT's unknown institution and for
what people write when they do not know; else "?" and the folded name, so that work with it still counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import store
from ..domain import answers
from ..domain import school as form
from ..domain.once import Once, each
from ..errors import Fault
from .cells import Remarks, listed, text
from .rows import Rows

if TYPE_CHECKING:
    import pandas as pd

FIGURES = ("imd", "nssec", "ypr", "ahe", "fsm")
FACTS = ("local_authority", "region", "school_type")
COLUMNS = ("organisation", "name", "key", *FACTS, *FIGURES)
UNKNOWN = "unknown"
_UNKNOWN = {
    "various", "various schools", "mixed", "multiple", "multiple schools", "several", "several schools", "unknown school",
    "unknown institution", "unknown institution open e", "unknown beneficiary", "other", "n a", "na", "none", "tbc",
    "not applicable", "not known", "different schools", "mixed schools",
}  # fmt: skip


class Schools:
    """What the workbook's own lists say of organisations, and the ids of all that it names."""

    def __init__(self, remarks: Remarks):
        self._register = store.register(store.installed())
        self._remarks = remarks
        self._own: dict[str, set[str]] = {}  # folded name, alone and with its local authority → ids
        self._names: dict[str, str] = {}
        self._facts: dict[str, dict[str, Any]] = {}
        self._found = Once(lambda key: self._resolve(*key))
        self._unfound: dict[str, tuple[str, str]] = {}  # id → where it was met first, why there is no such school

    def take(self, rows: Rows) -> list[str]:
        """A list of organisations: the ids that it names. What it says of a school is kept, the first to say it."""
        given = [rows.get(name) for name in ("urn", "laestab", "heat_id", "organisation", "local_authority")]
        ids = [self._own_id(*row) for row in zip(*given, strict=True)]
        for id_, name, authority in zip(ids, given[3], given[4], strict=True):
            if (plain := text(name)) is not None:
                self._names.setdefault(id_, plain)
                for spelt in (plain, f"{plain}, {text(authority)}"):
                    self._own.setdefault(form.folded(spelt), set()).add(id_)
        for id_ in set(filter(None, ids)):
            self._own.setdefault(form.folded(id_), set()).add(id_)
        self.add_facts(rows, ids)
        return list(filter(None, ids))

    def add_facts(self, rows: Rows, ids: list[str]) -> None:
        """What the rows of any list say beside their school."""
        columns: dict[str, list[Any]] = {name: each(text, rows.get(name)) for name in FACTS if name in rows}
        columns |= {name: rows.percentages(name) for name in FIGURES if name in rows}
        for name, values in columns.items():
            for id_, value in zip(ids, values, strict=True):
                if value is not None and value == value and id_ not in ("", UNKNOWN):
                    self._facts.setdefault(id_, {}).setdefault(name, value)

    def ids(self, rows: Rows) -> list[str | None]:
        """The organisation of each row of a list; None where nothing is said."""
        ways = ("organisation", "heat_id", "laestab", "urn") if rows.about == "attendance" else ("organisation",)
        named = [name for name in ways if name in rows]
        if not named:
            return [None] * len(rows)
        cells = rows.get(named[0])
        for name in named[1:]:
            cells = [other if text(other) else cell for cell, other in zip(cells, rows.get(name), strict=True)]
        if not set(map(type, cells)) <= {str, float, int, type(None)}:
            cells = [cell if type(cell) in (str, float, int) else text(cell) for cell in cells]
        out = list(map(self._found.__getitem__, zip(cells, each(text, rows.get("local_authority")), strict=True)))
        if any(not where for where, _ in self._unfound.values()):
            first = dict(zip(reversed(out), reversed(rows.numbers), strict=True))
            for id_, (where, kind) in self._unfound.items():
                if not where and id_ in first:
                    self._unfound[id_] = f"sheet '{rows.sheet}', {listed([first[id_]])}", kind
        return [id_ or None for id_ in out]

    def _own_id(self, urn: Any, laestab: Any, heat: Any, name: Any, authority: Any) -> str:
        for cell in (urn, laestab, heat):
            if text(cell) and isinstance(key := self._register.find(cell), str):
                return UNKNOWN if key == form.UNKNOWN_HEAT_ID else key
        place = text(authority)
        found = self._named(text(name), place)
        if found is not None:
            return found
        plain = text(name) or next((t for t in map(text, (urn, laestab, heat)) if t), None)
        return f"?{form.folded(plain)}" if plain else ""

    def _named(self, name: str | None, place: str | None) -> str | None:
        """The school of a name, in a local authority where one is given, by the register."""
        for cell in (f"{name}, {place}" if place else None, name):
            if name and cell and isinstance(key := self._register.find(cell), str):
                return UNKNOWN if key == form.UNKNOWN_HEAT_ID else key
        return None

    def _resolve(self, cell: Any, authority: str | None) -> str:
        plain = text(cell)
        if plain is None:
            return ""
        folded = form.folded(plain)
        if answers.unsaid(plain) or folded in _UNKNOWN:
            return UNKNOWN
        for spelt in (f"{plain}, {authority}" if authority else "", plain):
            own = self._own.get(form.folded(spelt), set()) if spelt else set()
            if len(own) == 1:
                return next(iter(own))
        if form.parse(cell)[0] != form.NAME:
            key = self._register.find(cell)
            if isinstance(key, str):
                return UNKNOWN if key == form.UNKNOWN_HEAT_ID else key
        elif (known := self._named(plain, authority)) is not None:
            return known
        else:
            key = self._register.find(plain)
        id_ = f"?{folded}"
        self._names.setdefault(id_, plain)
        several = isinstance(key, Fault) and "schools have" in key.sentence
        self._unfound.setdefault(id_, ("", "several" if several or len(self._own.get(folded, ())) > 1 else ""))
        return id_

    def frame(self, ids: Sequence[str]) -> pd.DataFrame:
        """The organisations, one row each: what the workbook says of them, else the register."""
        import pandas as pd

        every = list(dict.fromkeys(ids))
        keys = [id_ if id_[:1] != "?" and id_ != UNKNOWN else None for id_ in every]
        register = {
            column: self._register.values(keys, measure)
            for column, measure in (
                ("name", "school_name"), ("local_authority", "school_local_authority"), ("region", "school_region"),
                ("school_type", "school_type"),
            )
        }  # fmt: skip
        facts = [self._facts.get(id_, {}) for id_ in every]
        columns: dict[str, Any] = {"organisation": every, "name": [], "key": keys}
        for at, id_ in enumerate(every):
            name = (
                form.UNKNOWN_INSTITUTION
                if id_ == UNKNOWN
                else self._names.get(id_) or register["name"][at] or id_.lstrip("?")
            )
            columns["name"].append(name)
        for name in FACTS:
            columns[name] = [own.get(name) or other for own, other in zip(facts, register[name], strict=True)]
        frame = pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in columns.items()})
        for name in FIGURES:
            frame[name] = pd.Series([own.get(name) for own in facts], dtype="float64")
        self._say(every)
        return frame

    def _say(self, ids: list[str]) -> None:
        unfound = [(id_, *self._unfound[id_]) for id_ in ids if id_ in self._unfound]
        for several, why in (("", "in no installed table"), ("several", "borne by more than one school")):
            which = [where for _, where, kind in unfound if kind == several]
            if which:
                names = "1 name of a school is" if len(which) == 1 else f"{len(which):,} names of schools are"
                do = "give the local authority or URN" if several else "the work counts, without figures"
                self._remarks.add(f"{names} {why} (the first: {which[0]}); {do}.")
