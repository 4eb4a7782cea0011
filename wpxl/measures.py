"""The measures that wpxl knows by name, and how people write those names.

`data/measures.toml` lists the published ones; tables that users bring bring their own. A measure belongs to whichever
installed table has a column of its id.
"""

from __future__ import annotations

import contextlib
import functools
import json
from pathlib import Path
from typing import Any, NamedTuple

from . import store
from .domain.names import simple
from .errors import refuse


class Measure(NamedTuple):
    id: str
    label: str
    unit: str
    note: str  # which end is which
    geography: str  # the smallest area it is published for
    vintage: str
    family: str  # measures of a family differ by vintage alone
    countries: tuple[str, ...]
    source: str
    aliases: tuple[str, ...]


def parsed(source: Path) -> dict[str, Any]:
    """A TOML file that travels with wpxl, through a JSON copy beside the indexes: parsing TOML would take a third of the
    time to a fresh process's first answer. The copy is made again when the file changes, and is never needed."""
    found = source.stat()
    copy = store.home() / "index" / f"{source.name}.json"
    stamp = [found.st_size, found.st_mtime_ns, str(source)]
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(copy.read_text("utf-8"))
        if kept["of"] == stamp:
            return dict(kept["is"])
    fresh = toml(source)
    with contextlib.suppress(OSError):
        store.publish(json.dumps({"of": stamp, "is": fresh}, default=str).encode(), copy)  # dates as texts
    return fresh


def toml(path: Path) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(path.read_text("utf-8"))


@functools.cache
def published() -> dict[str, Any]:
    """data/measures.toml as it stands."""
    return parsed(store.shipped("data") / "measures.toml")


@functools.cache
def sources() -> dict[str, dict[str, Any]]:
    """data/sources.toml as it stands: source id → title, publisher, get, site, size, licence, order."""
    return parsed(store.shipped("data") / "sources.toml")


def settings() -> dict[str, Any]:
    """The user's settings.toml, {} where there is none."""
    path = store.home() / "settings.toml"
    try:
        return toml(path) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise refuse(
            f"The settings file {path} cannot be read: {error}. Mend it, or delete it to use the defaults."
        ) from error


class Registry:
    """All measures for one snapshot of installed tables."""

    def __init__(self, tables: store.Tables):
        self.measures: dict[str, Measure] = {}
        book = published()
        for measure_id, facts in book["measure"].items():
            self._add(measure_id, facts)
        for table in tables.all:
            for measure_id, facts in table.facts.get("measures", {}).items():
                self._add(measure_id, {"source": table.id, "geography": table.key, **facts})
        self.groups: dict[str, list[str]] = book["group"]
        self.pinned: dict[str, str] = book["vintage"] | {k: str(v) for k, v in settings().get("vintage", {}).items()}
        self.pinned = {family: self.pinned[leader] for family, leader in book["follows"].items()} | self.pinned
        self._names: dict[str, str] = {}
        for measure in self.measures.values():
            for name in self._spellings(measure):
                self._names.setdefault(simple(name), measure.id)
        for measure in self.measures.values():  # an exact id always wins
            self._names[simple(measure.id)] = measure.id
        self._tables = tables
        self._plans: dict[tuple[str, ...], tuple[tuple[Measure, ...], store.Plan]] = {}

    def _add(self, measure_id: str, facts: dict[str, Any]) -> None:
        given = {"note": "", "vintage": "", "family": "", "geography": "", "unit": "", "label": measure_id} | facts
        lists = {name: tuple(facts.get(name, ())) for name in ("countries", "aliases")}
        self.measures[measure_id] = Measure(
            id=measure_id, **{k: given[k] for k in Measure._fields if k in given} | lists
        )

    def _spellings(self, m: Measure) -> list[str]:
        if not m.family:
            return [m.label, *m.aliases]
        undated = [m.id.removesuffix(f"_{m.vintage}"), *m.aliases, m.label.replace(f"{m.vintage} ", "")]
        dated = [m.label, *(f"{name} {m.vintage}" for name in undated)]
        return dated + (undated if self.pinned.get(m.family) == m.vintage else [])

    def find(self, name: str) -> Measure:
        """The measure of a name as people write it. Raises a Fault with the nearest names where there is none."""
        found = self._names.get(simple(name))
        if found is None:
            raise refuse(f"There is no measure called '{name.strip()[:60]}'. {self._nearest(name)}")
        return self.measures[found]

    def _nearest(self, name: str) -> str:
        import difflib

        close = difflib.get_close_matches(simple(name), list(self._names), n=6, cutoff=0.6)
        labels = list(dict.fromkeys(self.measures[self._names[c]].label for c in close))[:3]
        hint = f"Did you mean {' or '.join(labels)}? " if labels else ""
        return f"{hint}=WP_MEASURES() lists them all."

    def plan(self, names: tuple[str, ...]) -> tuple[tuple[Measure, ...], store.Plan]:
        """The measures of some names and group names, in order, and the plan that answers for them."""
        made = self._plans.get(names)
        if made is None:
            chosen: list[Measure] = []
            for name in names:
                group = self.groups.get(name.strip().casefold())
                if group and any(" or " in member for member in group):
                    raise refuse(f"The group '{name.strip()}' is about schools: ask WP_SCHOOL for it.")
                chosen += [self.find(member) for member in group] if group else [self.find(name)]
            for measure in chosen:
                if measure.geography == "school":
                    raise refuse(f"{measure.label} is a figure of schools, not of postcodes: ask WP_SCHOOL for it.")
            if not chosen:
                raise refuse('No measure is named. Name one, such as "IMD rank"; =WP_MEASURES() lists them all.')
            plan = store.Plan(self._tables, tuple(store.Wanted(m.id, m.label, m.countries) for m in chosen))
            made = self._plans[names] = tuple(chosen), plan
        return made


def registry(tables: store.Tables | None = None) -> Registry:
    """The registry for what is installed now."""
    tables = tables or store.installed()
    made = tables.cache.get("registry")
    if made is None:
        made = tables.cache["registry"] = Registry(tables)
    return made
