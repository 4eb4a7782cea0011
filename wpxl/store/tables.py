"""The installed lookup tables: which there are, where their Parquet files lie, what they hold.

Each table has a small JSON card `<id>.json` that names its Parquet files and says where they came from. Adding a newer
version writes new Parquet files beside the old ones and then replaces the card, in one step that cannot be half done;
a file that another program has mapped is never touched.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from .home import home, shipped

POSTCODE = "postcode"
PER_POSTCODE = ("postcode", "place", "ended", "large_user")


class Table:
    """One installed table, as its card describes it."""

    def __init__(self, card: Path, facts: dict[str, Any], edition: str):
        self.card, self.facts, self.edition = card, facts, edition
        self.id: str = facts["id"]
        self.key: str = facts["key"]  # what its rows are found by: postcode, lsoa_2011, urn …
        self.columns: tuple[str, ...] = tuple(facts["columns"])  # what it can answer, the key not counted
        self.rows: int = facts["rows"]
        self.vintage: str = str(facts.get("vintage", ""))
        self.release: int = facts.get("release") or 0  # yyyymm, for postcode files

    def files(self) -> list[Path]:
        return [self.card.parent / name for name in self.facts["parquet"]]

    def stamp(self) -> list[Any]:
        """What identifies this version of the table's files, so that a derived index knows when it is out of date."""
        found = [path.stat() for path in self.files()]
        return [self.id, *([path.name, s.st_size, s.st_mtime_ns] for path, s in zip(self.files(), found, strict=True))]


class Tables:
    """A snapshot of what is installed. Real postcode tables hide the sample edition."""

    def __init__(self, tables: list[Table], broken: list[str]):
        real = [t for t in tables if t.edition == "real"]
        self.sample_only = not any(t.key == POSTCODE and t.facts.get("gazetteer") for t in real)
        self.all = real + ([t for t in tables if t.edition == "sample"] if self.sample_only else [])
        self.broken = broken
        # Newest release first, parts of a gazetteer before tables that only add measures.
        self.postcode = sorted(
            (t for t in self.all if t.key == POSTCODE),
            key=lambda t: (t.edition == "sample", not t.facts.get("gazetteer"), -t.release, t.id),
        )
        self.by_column: dict[str, list[Table]] = {}
        for table in self.all:
            if table.key != POSTCODE:
                for column in table.columns:
                    self.by_column.setdefault(column, []).append(table)
        for holders in self.by_column.values():
            holders.sort(key=lambda t: t.vintage, reverse=True)  # names of areas change: the newest first
            holders.sort(key=lambda t: t.edition == "sample")
        self.postcode_columns = tuple(dict.fromkeys(c for t in self.postcode for c in t.columns))
        self.cache: dict[Any, Any] = {}

    def get(self, table_id: str) -> Table | None:
        return next((t for t in self.all if t.id == table_id), None)

    def has(self, column: str) -> bool:
        return column in self.by_column or column in self.postcode_columns


def folder() -> Path:
    return home() / "tables"


_only_sample: ContextVar[bool] = ContextVar("only_sample", default=False)
_snapshots: dict[tuple[str, bool], tuple[float, tuple[int, int], Tables]] = {}
LOOK_AGAIN = 0.25  # seconds: asking the disk costs as much as the rest of a single answer


@contextlib.contextmanager
def sample_edition() -> Iterator[None]:
    """Answer from the sample edition whatever is installed: what `wpxl demo` does."""
    token = _only_sample.set(True)
    try:
        yield
    finally:
        _only_sample.reset(token)


def installed() -> Tables:
    """What is installed now: read again only when the tables folder or the settings have changed.

    Changes made by another process are seen within a quarter of a second, this process's own at once.
    """
    only_sample = _only_sample.get()
    base = os.environ.get("WPXL_HOME") or str(home())
    now = time.monotonic()
    looked, changed, snapshot = _snapshots.get((base, only_sample), (-1.0, (0, 0), None))
    if snapshot is not None and now - looked < LOOK_AGAIN:
        return snapshot
    where = Path(base).expanduser()
    change = (_changed(where / "tables"), _changed(where / "settings.toml"))
    if snapshot is None or change != changed:
        tables, broken = _read_cards(shipped("data") / "sample", "sample")
        if not only_sample:
            found, more = _read_cards(where / "tables", "real")
            tables, broken = tables + found, broken + more
        snapshot = Tables(tables, broken)
    _snapshots[base, only_sample] = (now, change, snapshot)
    return snapshot


def forget() -> None:
    """Look at the disk again at the next question: this process has just changed something there."""
    _snapshots.clear()


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _read_cards(where: Path, edition: str) -> tuple[list[Table], list[str]]:
    """The tables of a folder; a card that cannot be read, or whose files are gone, is named and passed over."""
    tables, broken = [], []
    try:
        cards = sorted(name for name in os.listdir(where) if name.endswith(".json"))  # noqa: PTH208
    except OSError:
        return [], []
    for name in cards:
        try:
            table = Table(where / name, json.loads((where / name).read_text("utf-8")), edition)
            if all(path.exists() for path in table.files()):
                tables.append(table)
            else:
                broken.append(f"{name}: its Parquet files are missing; add the published file again.")
        except (OSError, ValueError, KeyError, TypeError):
            broken.append(f"{name}: it cannot be read; add the published file again.")
    return tables, broken
