"""All installed tables in one file, to hand to colleagues or to another machine.

A pack is a plain zip: `pack.json` (which tables, and the SHA-256 of every other entry), then each table's card and Parquet
files under `tables/`. Entries are stored, sorted and dated alike, so equal tables give equal bytes. Where the figures came
from (files, checksums, licence, time) travels in the cards. A pack is taken wholly or not at all: everything in it is
verified before the first table is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import Fault, refuse
from .hold import because, held
from .normal import POSTCODE_PARTS
from .parquet import whole
from .tables import POSTCODE, Table, installed
from .write import Draft, current, install, marks, put, sweep

FORMAT = 1  # raised when an older wpxl could not read what is written
MANIFEST = "pack.json"
LARGEST = 16 << 20  # of the manifest or a card, in bytes
_NAME = re.compile(r"tables/[a-z0-9_]{1,80}(\.json|(\.postcodes|\.places)?\.parquet)").fullmatch
_ID = re.compile(r"[a-z0-9_]{1,80}").fullmatch
_DATE = (1980, 1, 1, 0, 0, 0)


class Entry(NamedTuple):
    """One table of a pack, verified."""

    facts: dict[str, Any]
    parts: dict[str, str]  # part ("" or as in POSTCODE_PARTS) → name in the zip


class Done(NamedTuple):
    table: str
    title: str
    rows: int
    done: str  # added, updated, unchanged or refused
    said: str = ""  # why it was refused


# ------------------------------------------------------------------------------------------------------------ writing


def write(target: Path, only: Iterable[str] = ()) -> list[Table]:
    """Write the installed real tables (all, or those named) as a pack; it appears at `target` whole or not at all.

    Raises a Fault where there is nothing to pack, a table is not there or cannot be read, or the file cannot be written.
    """
    with held() as folder:  # no table is replaced while it is being read
        now = installed()
        chosen = _chosen([t for t in now.all if t.edition == "real"], list(only), now.broken)
        entries: dict[str, bytes | Path] = {}
        for table in chosen:
            facts = {k: v for k, v in table.facts.items() if k != "former"}
            names = [f"{table.id}{'.' if part else ''}{part}.parquet" for part in _parts(table.key)]
            entries |= {f"tables/{n}": folder / f.name for n, f in zip(names, table.files(), strict=True)}
            entries[f"tables/{table.id}.json"] = _json({**facts, "parquet": names})
        draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            _write_zip(draft, dict(sorted(entries.items())))
            draft.replace(target)
        except OSError as error:
            raise refuse(f"{target} could not be written: {because(error)}.") from error
        finally:
            draft.unlink(missing_ok=True)
    return chosen


def _chosen(real: list[Table], only: list[str], broken: list[str]) -> list[Table]:
    names = ", ".join(t.id for t in real) or "none"
    for name in only:
        if name not in {t.id for t in real}:
            raise refuse(f"There is no installed table called {name} to pack. Installed: {names}.")
    if broken and not only:
        raise refuse(f"Not every table can be packed. {broken[0]} Or name those to pack with --only.")
    if not real:
        raise refuse("There is nothing to pack: no table is installed yet. 'wpxl data guide' lists the files to get.")
    return [t for t in real if not only or t.id in only]


def _parts(key: str) -> tuple[str, ...]:
    return POSTCODE_PARTS if key == POSTCODE else ("",)


def _json(content: Any) -> bytes:
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True).encode()


def _write_zip(path: Path, entries: dict[str, bytes | Path]) -> None:
    digests = {}
    for name, content in entries.items():
        with _opened(content) as file:
            digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
    manifest = _json({"wpxl_pack": FORMAT, "sha256": digests})
    with path.open("wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {MANIFEST: manifest, **entries}.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = 3  # the same bytes from every system
            info.external_attr = 0o644 << 16
            info.file_size = len(content) if isinstance(content, bytes) else content.stat().st_size
            with _opened(content) as file, archive.open(info, "w") as entry:
                shutil.copyfileobj(file, entry, 1 << 20)
        archive.close()
        out.flush()
        os.fsync(out.fileno())


def _opened(content: bytes | Path) -> Any:
    import io

    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


# ------------------------------------------------------------------------------------------------------------ reading


def is_pack(path: Path) -> bool:
    """Whether a file is a pack: by its first entry, so that one cut short is known for what it is."""
    try:
        with path.open("rb") as file:
            start = file.read(30 + len(MANIFEST))
    except OSError:
        return False
    return start[:4] == b"PK\x03\x04" and start[30:] == MANIFEST.encode() and start[26:28] == b"\x09\x00"


def add(path: Path, each: Callable[[str], None] = lambda _: None) -> list[Done]:
    """Install every table of a pack. What is there in the same version stays; another version is replaced.

    Of a postcode release in parts, what each side has more is kept. Raises a Fault, with nothing changed, where the pack
    is damaged, foreign, or of a newer format; a table that cannot be written is refused by itself.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            entries = _verified(path.name, archive)
            done = []
            for entry in entries:
                each(entry.facts["title"])
                done.append(_install(archive, entry))
            return done
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError) as error:
        raise _damaged(path.name) from error
    except OSError as error:
        raise refuse(f"{path.name} cannot be read: {because(error)}.") from error


def _damaged(name: str, what: str = "") -> Fault:
    return refuse(
        f"{name} is a pack that is cut short or damaged{what}: copy it again from where it was made. Nothing has changed."
    )


def _verified(name: str, archive: zipfile.ZipFile) -> list[Entry]:
    """Every table of a pack, after every byte of it has been checked."""
    infos = {info.filename: info for info in archive.infolist()}
    digests = _manifest(name, archive, infos)
    if len(infos) != len(archive.infolist()) or set(infos) != {MANIFEST, *digests}:
        raise _damaged(name, " (it does not hold the files that it lists)")
    for entry, info in infos.items():
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise refuse(f"{name} was packed again by another program: use the file that 'wpxl data pack' wrote.")
        if entry != MANIFEST and not _NAME(entry):
            raise refuse(
                f"{name} holds a file that no pack has ({ascii(entry)[:60]}), so it is not taken. Nothing has changed."
            )
    for entry, expected in digests.items():
        with archive.open(entry) as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:  # type: ignore[arg-type]
                raise _damaged(name, f" ({entry} is not what was packed)")
    cards = [entry for entry in digests if entry.endswith(".json")]
    entries = [_entry(name, archive, card, set(digests)) for card in cards]
    if len(digests) != len(cards) + sum(len(e.parts) for e in entries):
        raise _damaged(name, " (some of its files belong to no table)")
    return entries


def _manifest(name: str, archive: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo]) -> dict[str, str]:
    if MANIFEST not in infos or infos[MANIFEST].file_size > LARGEST:
        raise _damaged(name, " (its list of contents is missing)")
    try:
        manifest = json.loads(archive.read(MANIFEST))
        number, digests = int(manifest["wpxl_pack"]), dict(manifest["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise refuse(f"{name} is not a pack that wpxl wrote, though it looks like one. Nothing has changed.") from error
    if number > FORMAT:
        raise refuse(f"{name} was packed by a newer wpxl: bring this one up to date first. Nothing has changed.")
    return digests


def _entry(name: str, archive: zipfile.ZipFile, card: str, there: set[str]) -> Entry:
    """A table's card and files, checked against each other."""
    damaged = _damaged(name, f" ({card} does not fit its files)")
    if archive.getinfo(card).file_size > LARGEST:
        raise damaged
    try:
        facts = json.loads(archive.read(card))
        table = Table(Path(card), facts, "real")
        files = {part: f"tables/{n}" for part, n in zip(_parts(table.key), facts["parquet"], strict=True)}
        own = f"{table.id}."
        if not _ID(table.id) or card != f"tables/{own}json" or not all(n.startswith(own) for n in facts["parquet"]):
            raise damaged
        if not set(files.values()) <= there or not _well_formed(facts):
            raise damaged
        columns: list[str] = []
        for at, file in enumerate(files.values()):
            with archive.open(file) as opened, pq.ParquetFile(pa.PythonFile(opened, "r")) as parquet:
                if at == 0 and (parquet.metadata.num_rows != table.rows or table.key not in parquet.schema_arrow.names):
                    raise damaged
                columns += parquet.schema_arrow.names
        if not set(table.columns) <= set(columns):
            raise damaged
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, pa.ArrowException) as error:
        raise damaged from error
    return Entry(facts, files)


def _well_formed(facts: dict[str, Any]) -> bool:
    """Whether what a card says has the kinds that the rest of wpxl counts on: one bad card would spoil every answer."""
    texts = [
        facts["title"],
        facts["ingested"],
        facts["vintage"],
        facts["publisher"],
        facts["licence"],
        *facts["columns"],
    ]
    texts += [source[name] for source in facts["sources"] for name in ("file", "sha256")]
    for name, measure in facts["measures"].items():
        texts.append(name)
        for value in measure.values():
            texts += value if isinstance(value, list) else [value]
    return (
        all(isinstance(text, str) for text in texts)
        and bool(facts["sources"])
        and all(re.fullmatch("[0-9a-f]{64}", source["sha256"]) for source in facts["sources"])
        and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z", facts["ingested"]) is not None
        and isinstance(facts["release"], int)
    )


def _install(archive: zipfile.ZipFile, entry: Entry) -> Done:
    facts = entry.facts
    said = facts["id"], facts["title"], facts["rows"]
    try:
        with held() as folder:
            before = current(folder, facts["id"])
            if before and _has_all(before, facts):
                sweep(folder)
                return Done(*said, "unchanged")
            if not before or not facts.get("gazetteer") or marks(before["sources"]) <= marks(facts["sources"]):
                put(folder, dict(facts), {part: _copier(archive, name) for part, name in entry.parts.items()}, before)
                return Done(*said, "updated" if before else "added")
        return Done(*said, install(_draft(archive, entry)))  # both sides have parts of the release that the other lacks
    except Fault as fault:
        return Done(*said, "refused", fault.sentence)


def _has_all(before: dict[str, Any], facts: dict[str, Any]) -> bool:
    there, here = marks(before["sources"]), marks(facts["sources"])
    same = here <= there if facts.get("gazetteer") else here == there
    return same and set(facts["columns"]) <= set(before["columns"]) and facts["measures"] == before["measures"]


def _copier(archive: zipfile.ZipFile, name: str) -> Callable[[Path], None]:
    def copy(path: Path) -> None:
        with archive.open(name) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
            target.flush()
            os.fsync(target.fileno())

    return copy


def _draft(archive: zipfile.ZipFile, entry: Entry) -> Draft:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, name in enumerate(entry.parts.values()):
            files.append(Path(folder) / f"{number}.parquet")
            _copier(archive, name)(files[-1])
        rows = whole(files)
    given = {name: entry.facts[name] for name in Draft.__dataclass_fields__ if name in entry.facts and name != "rows"}
    return Draft(rows=rows, **given)
