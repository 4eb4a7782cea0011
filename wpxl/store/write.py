"""Writing lookup tables so that nothing is ever half there, whatever is killed, full, or running at the same time.

New Parquet files are written under names that nothing else has, then the card is switched to them in one step. A kill
before the switch leaves the old version in force, a kill after it the new one; what is left over is swept up by the next
writer. One lock beside the tables folder admits one writer at a time; readers need none.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import refuse
from . import tables as installed_tables
from .hold import because, held
from .home import home
from .normal import normalised, spelt_out
from .parquet import whole
from .parquet import write_parquet as _write_parquet
from .tables import PER_POSTCODE, POSTCODE

REASON = "_reason"  # a column's companion: why a value is missing
GRACE = 60.0  # seconds that a replaced version's files stay, for readers that have just read its card
Result = TypeVar("Result")


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
    # One entry a file: file and sha256; choices, where what was made of it depends on what the user said.
    sources: list[dict[str, str]] = field(default_factory=list)
    own: bool = False  # brought by the user, not a publisher's
    remarks: list[str] = field(default_factory=list)  # what whoever adds it should know, a sentence each


def install(draft: Draft, folder: Path | None = None, now: datetime | None = None) -> str:
    """Install a table, or bring it up to date. Returns "added", "updated" or "unchanged".

    Parts of one postcode release unite with what is there; of any other table the new version replaces the old.
    Raises a Fault where the folder cannot be written; then nothing has changed.
    """
    with held(folder) as place:
        before = current(place, draft.id)
        if before and _nothing_new(draft, before):
            sweep(place)
            return "unchanged"
        if before and draft.gazetteer:
            draft = _united(draft, before, place)
        facts: dict[str, Any] = {
            "id": draft.id, "key": draft.key, "title": draft.title, "publisher": draft.publisher, "licence": draft.licence,
            "vintage": draft.vintage, "release": draft.release, "gazetteer": draft.gazetteer, "rows": draft.rows.num_rows,
            "columns": _answers(draft), "measures": draft.measures, "sources": draft.sources,
            "ingested": (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }  # fmt: skip
        if draft.own:
            facts["own"] = True
        parts = normalised(draft.rows) if draft.key == POSTCODE else {"": draft.rows}

        def written(table: pa.Table) -> Callable[[Path], None]:
            return lambda path: _write_parquet(table, path, facts)

        put(place, facts, {name: written(table) for name, table in parts.items()}, before)
        return "updated" if before else "added"


def remove(table_id: str, folder: Path | None = None) -> bool:
    """Take a table away; False where there is none. The card goes first: from then on nothing refers to the files."""
    with held(folder) as place:
        card = place / f"{table_id}.json"
        if not card.exists():
            return False
        facts = _read_card(card) or {}
        try:
            _patiently(card.unlink)
        except OSError as error:
            raise refuse(f"{table_id} was not removed: {because(error)}. Nothing has changed.") from error
        _switched(place)
        for name in facts.get("parquet", ()):
            _discard(place / name)
        if folder is None:  # so that an index of these files can never be taken for that of others of the same name
            index = f"{'postcodes' if facts.get('key') == POSTCODE else table_id}.*.idx"
            with contextlib.suppress(OSError):
                for path in (home() / "index").glob(index):
                    _discard(path)
        sweep(place)
        return True


# ----------------------------------------------------------------------------------------------------- the one step


def current(folder: Path, table_id: str) -> dict[str, Any] | None:
    """The card of an installed table whose Parquet files are all there; else None. Raises a Fault if it cannot be read now."""
    facts = _read_card(folder / f"{table_id}.json")
    return facts if facts and all((folder / name).exists() for name in facts["parquet"]) else None


def put(
    folder: Path, facts: dict[str, Any], parts: dict[str, Callable[[Path], None]], before: dict[str, Any] | None
) -> None:
    """Make a version current: each part is written by its function, then the card is switched, then leftovers are swept.

    `facts` are the card but for its file names; parts are named "" (one file) or as in normal.POSTCODE_PARTS. The caller holds
    the lock. Raises a Fault where anything could not be written; the version from before is then still in force.
    """
    now = time.time()
    names = facts["parquet"] = _free_names(folder, facts, list(parts), marked=before is not None)
    if before:
        stays = {n: t for n, t in before.get("former", {}).items() if now - t < GRACE}
        facts["former"] = stays | dict.fromkeys(before["parquet"], now)
    drafts = {folder / f"{name}.{os.getpid()}.tmp": folder / name for name in names}
    card, in_force = folder / f"{facts['id']}.json", False
    try:
        for draft, write in zip(drafts, parts.values(), strict=True):
            write(draft)
        for draft, path in drafts.items():
            _patiently(lambda draft=draft, path=path: draft.replace(path))  # type: ignore[misc]
        _sync_folder(folder)
        _replace_card(card, facts)
        in_force = True
    except OSError as error:
        # On a network drive a step can be reported as failed and yet be done: the card itself says which it is.
        there = _read_card(card)
        in_force = there is not None and there["parquet"] == names
        if not in_force:
            raise refuse(
                f"{facts['title']} was not installed: {folder} could not be written ({because(error)}). "
                "Nothing has changed."
            ) from error
    finally:
        if not in_force:
            for path in (*drafts, *drafts.values()):
                _discard(path)
    _switched(folder)
    sweep(folder)


def sweep(folder: Path) -> None:
    """Take away what killed writers left and versions replaced a while ago. The caller holds the lock.

    Only wpxl's own: unfinished drafts by their names, Parquet files by what is written in them. Never fails: what cannot
    be swept now is left for the next writer.
    """
    with contextlib.suppress(OSError):
        # One listing for both questions, and one that raises: `glob` may take a folder that cannot be read for an empty
        # one, and without a card in sight every table would look like a leftover.
        names = os.listdir(folder)  # noqa: PTH208
        kept, unsure = _kept([folder / name for name in names if name.endswith(".json")])
        for path in (folder / name for name in names if name.endswith((".tmp", ".parquet"))):
            if path.name not in kept and not path.name.startswith(unsure) and _ours(path):
                _discard(path)


def _kept(cards: list[Path]) -> tuple[set[str], tuple[str, ...]]:
    """The files that cards name, or named until a moment ago; and how the files of cards that cannot be read begin."""
    now = time.time()
    kept: set[str] = set()
    unsure = []
    for card in cards:
        try:
            facts = json.loads(card.read_text("utf-8"))
            kept |= {
                *facts["parquet"],
                *(name for name, since in facts.get("former", {}).items() if now - since < GRACE),
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            unsure.append(f"{card.stem}.")
    return kept, tuple(unsure)


def _ours(path: Path) -> bool:
    if path.suffix == ".tmp":
        return path.stem.rsplit(".", 1)[-1].isdigit()
    try:
        with pq.ParquetFile(path) as file:
            return b"wpxl.id" in (file.schema_arrow.metadata or {})
    except (OSError, pa.ArrowException):
        return False


def _free_names(folder: Path, facts: dict[str, Any], parts: list[str], marked: bool) -> list[str]:
    """Names that no file has: a name is never used again while a reader may still hold the file that bore it."""
    mark = f"{facts['sources'][-1]['sha256'][:8]}-{facts['ingested'].replace(':', '').replace('-', '')}"
    plain = [] if marked else [facts["id"]]
    numbered = (f"{facts['id']}.{mark}{f'-{n}' if n > 1 else ''}" for n in itertools.count(1))
    for stem in itertools.chain(plain, numbered):
        names = [f"{stem}{'.' if part else ''}{part}.parquet" for part in parts]
        if not any(os.path.lexists(folder / name) for name in names):
            return names
    raise AssertionError("the numbers never end")


def _read_card(card: Path) -> dict[str, Any] | None:
    """A card; None where there is none or it is damaged. One that is there but out of reach now must not be taken for none."""
    try:
        return dict(json.loads(_patiently(lambda: card.read_text("utf-8"))))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    except OSError as error:
        raise refuse(
            f"The installed table {card.stem} cannot be read ({because(error)}). Nothing has changed."
        ) from error


def _replace_card(card: Path, facts: dict[str, Any]) -> None:
    draft = card.with_suffix(f".{os.getpid()}.tmp")
    try:
        with draft.open("w", encoding="utf-8") as file:
            json.dump(facts, file, indent=1, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        _patiently(lambda: draft.replace(card))
    finally:
        _discard(draft)


def _switched(folder: Path) -> None:
    """After a switch: make it last, and make every reader look. The folder's own time may be too coarse to tell."""
    with contextlib.suppress(OSError):
        _sync_folder(folder)
    with contextlib.suppress(OSError):
        os.utime(folder, ns=(time.time_ns(), time.time_ns()))
    installed_tables.forget()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # there a folder cannot be opened, and a rename is lasting by itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _patiently(act: Callable[[], Result]) -> Result:
    """Windows: another program may have the file open this instant."""
    for _ in range(19):
        try:
            return act()
        except PermissionError:
            time.sleep(0.05)
    return act()


def _discard(path: Path) -> None:
    with contextlib.suppress(OSError):  # Windows keeps a file that another process reads; a later writer sweeps it up
        path.unlink()


# ------------------------------------------------------------------------------------------------------------- tables


def _answers(draft: Draft) -> list[str]:
    names: list[str] = draft.rows.column_names
    return [c for c in names if c not in (draft.key, *PER_POSTCODE) and not c.endswith(REASON)]


def _nothing_new(draft: Draft, before: dict[str, Any]) -> bool:
    """The same files, and read in the same way: a newer wpxl may take more columns from them."""
    known, fresh = marks(before["sources"]), marks(draft.sources)
    same = fresh <= known and (draft.gazetteer or fresh == known)
    return same and set(_answers(draft)) <= set(before["columns"]) and draft.measures == before["measures"]


def marks(sources: list[dict[str, str]]) -> set[tuple[str, str]]:
    """What tells one version's sources from another's."""
    return {(s["sha256"], s.get("choices", "")) for s in sources}


def _united(draft: Draft, before: dict[str, Any], folder: Path) -> Draft:
    """The rows of a release that were there, with those of the new part in place of any it repeats."""
    try:
        old = whole([folder / name for name in before["parquet"]])
    except (OSError, pa.ArrowException) as error:
        raise refuse(
            f"The installed part of {before['title']} cannot be read, so {draft.sources[-1]['file']} cannot be added to it: "
            f"run 'wpxl data remove {draft.id}', then add all its files again. Nothing has changed."
        ) from error
    new = set(draft.rows.column("postcode").to_pylist())
    old = old.filter(pa.array([p not in new for p in old.column("postcode").to_pylist()]))
    rows = pa.concat_tables([spelt_out(draft.rows), old], promote_options="permissive")
    sources = {s["sha256"]: s for s in [*before["sources"], *draft.sources]}
    return Draft(**{**vars(draft), "rows": rows, "sources": list(sources.values())})
