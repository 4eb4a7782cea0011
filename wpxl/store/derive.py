"""Indexes derived from the Parquet tables, made on first need and kept in `WPXL_HOME/index`.

Two kinds. An *area index* holds one table keyed by an area (or school …) code. The *postcode index* unites every installed
postcode table: the newest release wins postcode by postcode, and each postcode points to a *place*, a distinct combination
of everything that the postcode tables say (area codes, and measures published by postcode).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from ..domain import postcode as form
from . import layout
from .home import home
from .layout import Parts, highest
from .tables import PER_POSTCODE, Table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

# The state of a postcode in 16 bits: the month it ended (yyyymm - 190000), or one of these; the top bit marks a large user.
LIVE, LISTED, LARGE_USER = 0, 0x7FFF, 0x8000
UNLISTED = 0x7FFE  # only a table of measures has it, no table that says which postcodes there are
MONTH_BASE = 190000
STEP = 1 << 18  # postcodes held as Python texts at a time
WORDS_PER_SECTOR = 7  # 400 units as bits of 64-bit words


Index = tuple[dict[str, Any], "dict[str, npt.NDArray[Any] | bytes]"]  # facts and parts, as `layout.encode` takes them


def area_parts(table: Table) -> Parts:
    return _derived(table.id, [table], lambda: _area_index(table))


def postcode_parts(tables: list[Table]) -> Parts:
    return _derived("postcodes", tables, lambda: _postcode_index(tables))


def _derived(name: str, tables: list[Table], build: Callable[[], Index]) -> Parts:
    """The index of these very files: from the cache, else built, and kept where the folder can be written."""
    stamp = [layout.MAGIC.decode(), *(t.stamp() for t in tables)]
    path = home() / "index" / f"{name}.{crc32(json.dumps(stamp).encode()):08x}.idx"
    with contextlib.suppress(OSError, ValueError):
        found = Parts.open(path)
        if found.facts["of"] == stamp:  # a short name may be another's by chance
            return found
    facts, parts = build()
    data = layout.encode({"of": stamp, **facts}, parts)
    with contextlib.suppress(OSError):
        layout.publish(data, path)
        for old in path.parent.glob(f"{name}.*.idx"):
            if old != path:
                with contextlib.suppress(OSError):  # another process may still have it mapped
                    old.unlink()
    return Parts(data)


def read_parquet(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.ParquetFile(path, memory_map=False).read()


def _area_index(table: Table) -> Index:
    """Rows sorted by key; every column packed."""
    data = read_parquet(table.files()[0])
    keys: list[str] = data.column(0).to_pylist()
    order = sorted(range(len(keys)), key=keys.__getitem__)
    words, blob = layout.pack_words([keys[i] for i in order])
    facts: dict[str, Any] = {"rows": len(keys), "key": words, "columns": {}}
    parts: dict[str, npt.NDArray[Any] | bytes] = {"key.w": blob}
    for name in data.column_names[1:]:
        values = data.column(name).to_pylist()
        facts["columns"][name], more = layout.pack_column(name, [values[i] for i in order])
        parts |= more
    return facts, parts


def _postcode_index(tables: list[Table]) -> Index:
    import numpy as np

    loaded = [_load_postcodes(table) for table in tables]
    everything: npt.NDArray[np.int64] = np.sort(np.concatenate([t.key for t in loaded]), kind="stable")
    everything = everything[np.append(True, np.diff(everything) != 0)[: len(everything)]]
    n = len(everything)
    rows = [t.rows_of(everything) for t in loaded]  # the row of each postcode in each table, -1 where it is not there

    # The state comes from the newest gazetteer that lists the postcode.
    state = np.full(n, UNLISTED if any(t.gazetteer for t in loaded) else LISTED, np.uint16)
    todo = np.ones(n, bool)
    for table, row in zip(loaded, rows, strict=True):
        if table.gazetteer:
            here = todo & (row >= 0)
            state[here] = table.state[row[here]]
            todo &= ~here

    # A place is a distinct combination of the tables' own places. Place numbers count from 1 there, 0 is "not listed".
    combination = np.zeros(n, np.int64)
    for table, row in zip(loaded, rows, strict=True):
        place = np.append(table.place + 1, 0)[row]
        combination = combination * (highest(table.place) + 2) + place
        _, combination = np.unique(combination, return_inverse=True)
    count = highest(combination) + 1 if n else 0
    example = np.zeros(count, np.int64)
    example[combination] = np.arange(n)

    facts: dict[str, Any] = {"rows": n, "places": count, "columns": {}}
    parts: dict[str, npt.NDArray[Any] | bytes] = {}
    for name in dict.fromkeys(c for t in loaded for c in t.places):
        values: list[Any] = [None] * count
        for table, row in zip(loaded, rows, strict=True):
            if name in table.places:
                column = [*table.places[name], None]
                places = np.append(table.place, len(column) - 1)[row[example]].tolist()
                values = [column[p] if v is None else v for v, p in zip(values, places, strict=True)]
        facts["columns"][name], more = layout.pack_column(name, values)
        parts |= more
    return facts, parts | _find_parts(everything) | _row_parts(combination, state, count, facts)


def _row_parts(place: Any, state: Any, count: int, facts: dict[str, Any]) -> dict[str, npt.NDArray[Any] | bytes]:
    import numpy as np

    parts: dict[str, npt.NDArray[Any] | bytes] = {"place": place.astype(np.uint16 if count <= 65536 else np.uint32)}
    if len(state) and (state == state[0]).all():
        facts["state"] = int(state[0])
    else:
        parts["state"] = state
    return parts


def _find_parts(key: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[Any] | bytes]:
    """How to get from a postcode to its row: outcode and digit to a sector, and in each sector a bit for each unit.

    The row of a unit is the count of the bits before it. Shapes: `sectors` (10 × outcodes + 10,), `bits` and `before`
    (7 × sectors + 7,); sector 0 is empty, for everything unknown.
    """
    import numpy as np

    unit = key % form.UNITS
    sector_key, sector = np.unique(key // form.UNITS, return_inverse=True)
    outcode_key, outcode = np.unique(sector_key // 10, return_inverse=True)
    sectors = np.zeros(10 * len(outcode_key) + 10, np.uint16)
    sectors[(outcode + 1) * 10 + sector_key % 10] = np.arange(1, len(sector_key) + 1)
    words = WORDS_PER_SECTOR * (len(sector_key) + 1)
    bits, before = np.zeros(words, np.uint64), np.zeros(words, np.uint32)
    if len(key):
        word = (sector + 1) * WORDS_PER_SECTOR + (unit >> 6)
        used, first = np.unique(word, return_index=True)
        bits[used] = np.bitwise_or.reduceat(np.left_shift(np.uint64(1), (unit & 63).astype(np.uint64)), first)
        before[used] = first
    names = [form.outcode_text(int(o)) for o in outcode_key]
    return {"outcodes": "\n".join(names).encode(), "sectors": sectors, "bits": bits, "before": before}


class _Postcodes:
    """A postcode table in memory: sorted keys, and for each its state and place."""

    def __init__(self, key: Any, state: Any, place: Any, places: dict[str, list[Any]], gazetteer: bool):
        self.key, self.state, self.place, self.places, self.gazetteer = key, state, place, places, gazetteer

    def rows_of(self, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        import numpy as np

        at = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        return np.where(self.key[at] == keys, at, -1)


def _load_postcodes(table: Table) -> _Postcodes:
    import numpy as np

    by_postcode, by_place = (read_parquet(path) for path in table.files())
    texts = by_postcode.column("postcode")
    parts = [form.pack(texts.slice(start, STEP).to_pylist()) for start in range(0, len(texts), STEP)] or [form.pack([])]
    packed = form.Packed(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    key = (packed.outcode.astype(np.int64) * 10 + packed.digit) * form.UNITS + packed.unit
    good = np.flatnonzero(packed.outcode != form.MALFORMED)
    order = good[np.argsort(key[good], kind="stable")]

    def column(name: str, missing: int) -> Any:
        if name not in by_postcode.column_names:
            return np.full(len(key), missing, np.int64)
        return np.asarray(by_postcode.column(name).cast("int64").fill_null(missing).combine_chunks())

    ended = column("ended", -1)
    state = np.where(ended < 0, LISTED, np.where(ended == 0, LIVE, ended - MONTH_BASE)).astype(np.uint16)
    state |= (column("large_user", 0) * LARGE_USER).astype(np.uint16)
    places = {name: by_place.column(name).to_pylist() for name in by_place.column_names if name not in PER_POSTCODE}
    gazetteer = bool(table.facts.get("gazetteer"))
    return _Postcodes(key[order], state[order], column("place", 0)[order], places, gazetteer)
