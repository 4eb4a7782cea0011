"""Writing lookup tables: Parquet first, then the card that makes them current, so that nothing is ever half installed."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import refuse
from . import tables as installed_tables
from .derive import read_parquet
from .tables import PER_POSTCODE, POSTCODE

if TYPE_CHECKING:
    pass

REASON = "_reason"  # a column's companion: why a value is missing


@dataclass
class Draft:
    """A table as a publisher's module hands it over: rows of text keys and typed columns, the key first.

    A postcode table has `postcode` (any form), `ended` (yyyymm, 0 = live, absent where the source has no end dates),
    `large_user`, and columns of area codes or measures.
    """

    id: str
    key: str
    rows: pa.Table
    title: str
    publisher: str = ""
    licence: str = ""
    vintage: str = ""
    release: int = 0
    gazetteer: bool = False
    measures: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: list[dict[str, str]] = field(default_factory=list)  # file and sha256, one entry a file


def install(draft: Draft, folder: Path | None = None, now: datetime | None = None) -> str:
    """Install a table, or bring it up to date. Returns "added", "updated" or "unchanged".

    Parts of one postcode release unite with what is there; of any other table the new version replaces the old.
    """
    folder = folder or installed_tables.folder()
    card = folder / f"{draft.id}.json"
    before = _read_card(card)
    if before:
        known = {s["sha256"] for s in before["sources"]}
        fresh = {s["sha256"] for s in draft.sources}
        if fresh <= known and (draft.gazetteer or fresh == known):
            return "unchanged"
        if draft.gazetteer:
            draft = _united(draft, before, folder)
    written = _now(now)
    facts: dict[str, Any] = {
        "id": draft.id, "key": draft.key, "title": draft.title, "publisher": draft.publisher, "licence": draft.licence,
        "vintage": draft.vintage, "release": draft.release, "gazetteer": draft.gazetteer, "rows": draft.rows.num_rows,
        "columns": [c for c in draft.rows.column_names if c not in (draft.key, *PER_POSTCODE) and not c.endswith(REASON)],
        "measures": draft.measures, "sources": draft.sources, "ingested": written,
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    mark = f"{draft.sources[-1]['sha256'][:8]}-{written.replace(':', '').replace('-', '')}" if before else ""
    stem = f"{draft.id}.{mark}" if mark else draft.id
    tables = _normalised(draft.rows) if draft.key == POSTCODE else {"": draft.rows}
    facts["parquet"] = [f"{stem}{'.' if part else ''}{part}.parquet" for part in tables]
    made: list[Path] = []
    try:
        for name, table in zip(facts["parquet"], tables.values(), strict=True):
            made.append(folder / name)
            _write_parquet(table, folder / name, facts)
        _replace_card(card, facts)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        raise refuse(
            f"{draft.title} was not installed: {folder} could not be written ({error.strerror}). Nothing has changed."
        ) from error
    installed_tables.forget()
    if before:
        _discard(folder, set(before["parquet"]) - set(facts["parquet"]))
    return "updated" if before else "added"


def remove(table_id: str, folder: Path | None = None) -> bool:
    """Take a table away. The card goes first: from then on nothing refers to the files."""
    folder = folder or installed_tables.folder()
    card = folder / f"{table_id}.json"
    facts = _read_card(card)
    if facts is None and not card.exists():
        return False
    card.unlink()
    installed_tables.forget()
    _discard(folder, set(facts["parquet"]) if facts else set())
    return True


def _now(now: datetime | None) -> str:
    return (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_card(card: Path) -> dict[str, Any] | None:
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads(card.read_text("utf-8")))
    return None


def _replace_card(card: Path, facts: dict[str, Any]) -> None:
    draft = card.with_suffix(f".{os.getpid()}.tmp")
    try:
        with draft.open("w", encoding="utf-8") as file:
            json.dump(facts, file, indent=1, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        for attempt in range(20):
            try:
                draft.replace(card)
                return
            except PermissionError:  # Windows: a reader has the card open this instant
                if attempt == 19:
                    raise
                import time

                time.sleep(0.05)
    finally:
        draft.unlink(missing_ok=True)


def _discard(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        with contextlib.suppress(OSError):  # Windows keeps a file that another process reads; it is swept up later
            (folder / name).unlink()


def _write_parquet(table: pa.Table, path: Path, facts: dict[str, Any]) -> None:
    about = {k: str(facts[k]) for k in ("id", "title", "publisher", "licence", "vintage", "ingested")}
    about["sources"] = json.dumps(facts["sources"])
    table = table.replace_schema_metadata({f"wpxl.{k}": v for k, v in about.items()})
    delta = {"postcode": "DELTA_BYTE_ARRAY", "place": "DELTA_BINARY_PACKED"}
    encoding = {name: how for name, how in delta.items() if name in table.column_names} or None
    plain = [name for name in table.column_names if name not in (encoding or {})]
    pq.write_table(table, path, compression="zstd", compression_level=9, use_dictionary=plain, column_encoding=encoding)
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    if pq.ParquetFile(path).metadata.num_rows != table.num_rows:
        raise OSError(0, "the file came back short")


def _united(draft: Draft, before: dict[str, Any], folder: Path) -> Draft:
    """The rows of a release that were there, with those of the new part in place of any it repeats."""
    by_postcode, by_place = (read_parquet(folder / name) for name in before["parquet"])
    old = by_postcode
    for name in by_place.column_names:
        old = old.append_column(name, by_place.column(name).take(by_postcode.column("place")))
    old = old.drop_columns(["place"])
    new = set(draft.rows.column("postcode").to_pylist())
    old = old.filter(pa.array([p not in new for p in old.column("postcode").to_pylist()]))
    rows = pa.concat_tables([draft.rows, old], promote_options="permissive")
    sources = {s["sha256"]: s for s in [*before["sources"], *draft.sources]}
    return Draft(**{**vars(draft), "rows": rows, "sources": list(sources.values())})


def _normalised(rows: pa.Table) -> dict[str, pa.Table]:
    """A postcode table as two: each postcode with its place number, each place (distinct combination) with its columns.

    Places are numbered in the order in which the sorted postcodes come to them, so that the numbers compress well.
    """
    import numpy as np

    rows = rows.sort_by("postcode")
    shared = [name for name in rows.column_names if name not in PER_POSTCODE]
    number = np.zeros(rows.num_rows, np.int64)
    for name in shared:
        coded = rows.column(name).combine_chunks().dictionary_encode()
        ordinal = np.asarray(coded.indices.fill_null(-1), np.int64) + 1
        number = number * (int(ordinal.max(initial=0)) + 1) + ordinal
        number = np.unique(number, return_inverse=True)[1]
    _, first, inverse = np.unique(number, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    own = rows.select([name for name in rows.column_names if name in PER_POSTCODE])
    own = own.append_column("place", pa.array(rank[inverse].astype(np.int32)))
    return {"postcodes": own, "places": rows.select(shared).take(pa.array(first[order]))}
