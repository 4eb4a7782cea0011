"""The book of occupations: every title that is known, the unit groups it stands for, and their NS-SEC classes.

Two sources, kept apart: the small table that travels with wpxl (data/occupations.csv), whose titles stand for the plain
reading of a common word, and the published coding index and derivation table where they are installed.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import json
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from .. import store
from ..domain import nssec, titles

INDEX = "soc_2020_index"
# What a later one says counts for more: classes as published before those worked out from operational categories.
DERIVATIONS = ("nssec_2020_simplified_categories", "nssec_2020_categories", "nssec_2020_simplified", "nssec_2020")
UNCLASSIFIABLE = "none"  # in the index: a title that names no one unit group
Key = tuple[str, ...]  # a title's words in alphabetical order, so that word order does not matter


class Entry(NamedTuple):
    """A title as published, and the unit groups it may mean, the commonest first."""

    title: str
    groups: tuple[str, ...]
    built_in: bool


class Group(NamedTuple):
    """A unit group of SOC 2020: its name, and its class by each status (names of domain.nssec.STATUSES) and "simplified"."""

    code: str
    name: str
    classes: dict[str, str | None]
    built_in: bool


def key(words: tuple[str, ...]) -> Key:
    return tuple(sorted(words))


class Book:
    def __init__(self, common: dict[Key, Entry], index: dict[Key, Entry], groups: dict[str, Group]):
        self.common, self.index, self.groups = common, index, groups

    def find(self, words: tuple[str, ...]) -> Entry | None:
        """The entry of exactly these words, in any order; a common title's plain reading before the index's many."""
        found = self.common.get(key(words))
        return found or self.index.get(key(words))

    @functools.cached_property
    def keys(self) -> list[Key]:
        return [*self.common, *(k for k in self.index if k not in self.common)]

    @functools.cached_property
    def where(self) -> dict[str, list[int]]:
        """For each word the numbers of the keys that have it."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(self.keys):
            for word in words:
                found[word].append(number)
        return dict(found)

    @functools.cached_property
    def vocabulary(self) -> list[str]:
        """Every word that a title has, and the short forms that people use for them."""
        return [*self.where, *titles.SHORT]

    @functools.cached_property
    def joined(self) -> dict[str, Key]:
        """Titles run together: "lorrydriver"."""
        return {"".join(self.entry(k).title.lower().split()): k for k in reversed(self.keys)}

    def entry(self, words: Key) -> Entry:
        return self.common.get(words) or self.index[words]


def book() -> Book:
    """The book for what is installed now; made once for each state of the tables."""
    tables = store.installed()
    made = tables.cache.get("occupations")
    if made is None:
        common, built_in = _shipped()
        made = tables.cache["occupations"] = Book(common, _index(tables), built_in | _derivation(tables, built_in))
    return made


@functools.cache
def _shipped() -> tuple[dict[Key, Entry], dict[str, Group]]:
    with (store.shipped("data") / "occupations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    groups = {
        row["soc2020"]: Group(
            row["soc2020"], row["group"], {s: row[s] or None for s in (*nssec.STATUSES, nssec.SIMPLIFIED)}, True
        )
        for row in rows
    }
    common: dict[Key, Entry] = {}
    for row in rows:
        for title in row["titles"].split(";"):
            common.setdefault(key(titles.words(title)), Entry(title, (row["soc2020"],), True))
    return common, groups


def _index(tables: store.Tables) -> dict[Key, Entry]:
    """The published index by the words of its titles.

    Taking 24,000 titles apart would cost most of a second at the first answer, so what they came to is kept beside the other
    indexes. It is made again when the table or the rules of reading change, and is never needed.
    """
    table = tables.get(INDEX)
    if table is None:
        return {}
    rules = Path(titles.__file__).stat()
    stamp = json.dumps([table.stamp(), rules.st_size, rules.st_mtime_ns])
    copy = store.home() / "index" / f"{INDEX}.words"
    with contextlib.suppress(OSError, ValueError):
        kept, *lines = copy.read_text("utf-8").split("\n")
        if kept == stamp:
            rows = (line.split("\t") for line in lines)
            return {tuple(words.split()): Entry(title, tuple(groups.split()), False) for words, title, groups in rows}
    found = _read_index(tables)
    lines = [f"{' '.join(words)}\t{entry.title}\t{' '.join(entry.groups)}" for words, entry in found.items()]
    with contextlib.suppress(OSError):
        store.publish("\n".join([stamp, *lines]).encode(), copy)
    return found


def _read_index(tables: store.Tables) -> dict[Key, Entry]:
    area = store.area(tables, INDEX)
    column = area.columns["soc2020"]
    found: dict[Key, Entry] = {}
    for row in range(area.key.count):
        title, groups = str(area.key.at(row + 1)), tuple(str(column.at(row)).split())
        words = key(titles.words(title))
        if words:
            held = found.get(words)
            if held is not None:
                groups = tuple(dict.fromkeys((*held.groups, *groups)))
            found[words] = Entry(held.title if held else title, groups, False)
    return found


def _derivation(tables: store.Tables, built_in: dict[str, Group]) -> dict[str, Group]:
    """The unit groups of the installed derivation tables; what they do not say is as in the built-in table."""
    found: dict[str, Group] = {}
    for area in (store.area(tables, name) for name in DERIVATIONS if tables.get(name)):
        for row in range(area.key.count):
            code = str(area.key.at(row + 1))
            before = found.get(code) or built_in.get(code) or Group(code, code, {}, False)
            given = {name: column.at(row) for name, column in area.columns.items()}
            classes = {
                status: str(given[f"nssec_{status}"])
                if given.get(f"nssec_{status}") is not None
                else before.classes.get(status)
                for status in (*nssec.STATUSES, nssec.SIMPLIFIED)
            }
            found[code] = Group(code, str(given.get("soc2020_title") or before.name), classes, False)
    return found
