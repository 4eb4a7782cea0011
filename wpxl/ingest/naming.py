"""Names for what users bring: ids of tables and measures, and labels that nothing else answers to."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import Any

from .. import measures, store
from ..domain.names import simple
from ..errors import Fault, refuse
from ..store.write import REASON

YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])").search
_NO_FILE_NAME = ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
_RESERVED = ("postcode", "place", "ended", "large_user", "status")  # words that tables and answers use themselves


def snake(text: str) -> str:
    """our_priority_list, from however it is written."""
    plain = unicodedata.normalize("NFKD", text.replace("%", " pct ")).encode("ascii", "ignore").decode().lower()
    words = "_".join(re.findall("[a-z0-9]+", plain))[:60].strip("_")
    return f"own_{words}".rstrip("_") if not words[:1].isalpha() else words


def label_of(text: str) -> str:
    """A label as it can be asked for: commas and semicolons part measures, so none can be inside a name."""
    return " ".join(re.sub("[,;]", " ", text).split())[:100] or "Own measure"


def table_id(text: str) -> str:
    name = snake(text)
    name = f"{name}_table" if name in _NO_FILE_NAME else name
    there = store.installed().get(name)
    published = name in measures.sources() or name.startswith(("postcodes", "sample_"))
    if published or (there is not None and not there.facts.get("own")):
        raise refuse(
            f"A table called {name} would take the place of a published one: give yours another name with --table."
        )
    return name


class Names:
    """Ids and labels for the measures of one table, none of which is taken by another table or a published measure."""

    def __init__(self, table: str):
        tables = store.installed()
        self.table, self.registry = table, measures.registry(tables)
        self.ids = {*measures.published()["measure"], *_RESERVED}
        for other in tables.all:
            if other.id != table:
                self.ids |= {other.key, *other.columns, *other.facts.get("measures", {})}
        self.names: set[str] = set()

    def take(self, label: str, unit: str, vintage: str, kind: str, remarks: list[str]) -> tuple[str, dict[str, Any]]:
        """The id of a column's measure and its facts; none for a published one of schools, or of the guide, under its name."""
        label = label_of(label)
        guides = self._owner(label)
        if guides and guides.geography == "school" and kind in ("urn", "heat_id") and guides.id in self.ids:
            self.ids.remove(guides.id)  # once a table
            return guides.id, {}
        if (
            guides
            and guides.source == "guide_2011"
            and guides.geography[:4] == kind[:4] == "msoa"
            and guides.id in self.ids
        ):
            self.ids.remove(guides.id)  # once a table
            return guides.id, {}
        plain, dated = label, bool(vintage) and vintage not in label
        label = f"{plain} ({vintage})" if dated else plain
        if self._taken(label):
            wanted, table = label, self.table.replace("_", " ")
            numbered = (f"{wanted} ({table}{f' {n}' if n > 1 else ''})" for n in itertools.count(1))
            label = next(name for name in numbered if not self._taken(name))
            remarks.append(f"'{wanted}' is taken, so this measure is called '{label}'.")
        aliases = [plain] if dated and not self._taken(plain) else []
        if dated and not aliases:
            owner = self._owner(plain)
            means = f"means {owner.label}" if owner and owner.source != self.table else "is taken"
            remarks.append(f"'{plain}' already {means}: ask for this one as '{label}'.")
        self.names |= {simple(name) for name in (label, *aliases)}
        year = YEAR(plain)
        facts = {"label": label, "unit": unit, "vintage": vintage or (year[0] if year else ""), "note": ""}
        return self._id(plain, vintage), facts | ({"aliases": aliases} if aliases else {})

    def _id(self, label: str, vintage: str) -> str:
        base = snake(label)
        base = f"{base}_text" if base.endswith(REASON) else base  # such a column would be taken for a companion
        dated = [f"{base}_{snake(vintage).removeprefix('own_')}"] if vintage else []
        options = itertools.chain([base], dated, (f"{base}_{n}" for n in itertools.count(2)))
        name = next(option for option in options if self._free(option))
        self.ids |= {name, f"{name}{REASON}"}
        return name

    def _free(self, measure_id: str) -> bool:
        """An id is a name as well, and as such goes before every label."""
        owner = self._owner(measure_id)
        return measure_id not in self.ids and (owner is None or owner.source == self.table)

    def _owner(self, name: str) -> measures.Measure | None:
        try:
            return self.registry.find(name)
        except Fault:
            return None

    def _taken(self, name: str) -> bool:
        owner = self._owner(name)
        group = name.casefold() in self.registry.groups
        return group or simple(name) in self.names or (owner is not None and owner.source != self.table)
