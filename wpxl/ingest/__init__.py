"""Taking in published files: recognise by header, normalise, install. One small module a publisher.

A publisher's module has SOURCES (ids in data/sources.toml), `recognise(header)` (the columns it needs by role, or None) and
`read(found, roles)` (a Draft, or a Fault with one sentence that names file, line and reason).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from .. import measures, store
from ..errors import Fault, refuse
from ..store import pack, write
from . import (
    census,
    codepoint,
    gias,
    gias_links,
    imd,
    ks4,
    ks5,
    lookups,
    nspl,
    nssec,
    ofs_postcodes,
    polar2,
    postcode_lsoa,
    school_census,
    school_profiles,
    soc,
    tundra,
)
from .opening import sha256, tables_in

PUBLISHERS = (nspl, codepoint, imd, tundra, ofs_postcodes, census, lookups, polar2, postcode_lsoa,
              gias, gias_links, ks4, ks5, school_census, school_profiles, soc, nssec)  # fmt: skip
READABLE = (*(source for publisher in PUBLISHERS for source in publisher.SOURCES), "roll")
ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".zip", ".gz", ".parquet")


class Outcome(NamedTuple):
    path: Path
    done: str  # added, updated, unchanged or refused
    said: str  # one sentence


def add(
    paths: Iterable[Path],
    progress: Callable[[str], None] = lambda _: None,
    vintage: str = "",
    meanings: dict[str, str] | None = None,
) -> list[Outcome]:
    """Install each file, or each set of files in a folder; what is refused leaves everything as it was.

    vintage: the year, for files that do not say which year they are for. meanings: what headings of a member's own school
    profiles mean (heading → a school measure).
    """
    outcomes: list[Outcome] = []
    for path in paths:
        members = _members(path)
        if isinstance(members, Outcome):
            outcomes.append(members)
            continue
        drafts: dict[str, tuple[Path, write.Draft]] = {}
        for member in members:
            progress(member.name)
            try:
                if pack.is_pack(member):
                    for done in pack.add(member, progress):
                        said = done.said or _told(done.title, done.done, done.rows)
                        outcomes.append(Outcome(member, done.done, said))
                    continue
                for draft in _drafts(member, vintage, meanings or {}):
                    held = drafts.get(draft.id)
                    drafts[draft.id] = (path, _joined(held[1], draft) if held else draft)
            except Fault as fault:
                outcomes.append(Outcome(member, "refused", fault.sentence))
        outcomes += [_install(origin, draft) for origin, draft in drafts.values()]
    return outcomes


def _members(path: Path) -> list[Path] | Outcome:
    if not path.exists():
        return Outcome(path, "refused", f"There is no file or folder {path}.")
    if not path.is_dir():
        return [path]
    inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    return inside or Outcome(path, "refused", f"The folder {path} holds no csv, xlsx, zip, gz or parquet file.")


def _drafts(path: Path, vintage: str, meanings: dict[str, str]) -> list[write.Draft]:
    with ThreadPoolExecutor(1) as beside:  # the checksum of a large file is worked out while it is read
        return _read(path, beside.submit(sha256, path), vintage, meanings)


def _read(path: Path, checksum: Future[str], vintage: str, meanings: dict[str, str]) -> list[write.Draft]:
    """Every table of a file that a publisher's module knows."""
    drafts: list[write.Draft] = []
    headers = []
    for found in tables_in(path):
        found.said = vintage
        if meanings:
            found = school_profiles.meant(found, meanings)
        headers.append((found.name, found.header))
        for publisher in PUBLISHERS:
            roles = publisher.recognise(found.header)
            if roles is not None:
                also = getattr(publisher, "also", None)
                for draft in [publisher.read(found, roles), *(also(found, roles) if also else ())]:
                    known = measures.sources()
                    source = known[draft.id if draft.id in known else publisher.SOURCES[0]]
                    draft.publisher = draft.publisher or source["publisher"]
                    draft.licence = draft.licence or source["licence"]
                    drafts.append(draft)
                break
    if not drafts:
        name, header = max(headers, key=lambda h: len(h[1]), default=(path.name, []))
        columns = " ".join(", ".join(header[:6]).split()) + (" …" if len(header) > 6 else "")
        hint = next((said for p in PUBLISHERS if hasattr(p, "lacks") and (said := p.lacks(header))), None)
        if hint:
            raise refuse(f"{name} looks like {hint}: its columns are {columns}. Nothing has changed.")
        seen = f"its columns are {columns}" if header else "it holds no table"
        raise refuse(
            f"{name} is not a file that wpxl knows: {seen}. 'wpxl data guide' lists the files to get; a table of your own "
            'is added by naming the column it is found by, such as --key "Postcode".'
        )
    if meanings and not all(draft.own for draft in drafts):
        raise refuse("--column is for a table of your own: say with --key which column its rows are found by.")
    source = {"file": path.name, "sha256": checksum.result()}
    for draft in drafts:
        draft.sources = [{**source, "choices": repr(sorted(meanings.items()))} if meanings else dict(source)]
    return drafts


def _joined(one: write.Draft, other: write.Draft) -> write.Draft:
    """Two files of one release as one table. A postcode in both counts once."""
    import pyarrow as pa

    rows = pa.concat_tables([one.rows, other.rows], promote_options="permissive")
    return write.Draft(**{**vars(one), "rows": rows, "sources": one.sources + other.sources})


def _told(title: str, done: str, rows: int) -> str:
    """What was done with a table, in a sentence."""
    return f"{title}: {'nothing new' if done == 'unchanged' else f'{rows:,} row' + 's' * (rows != 1)}."


def _install(path: Path, draft: write.Draft) -> Outcome:
    try:
        done = write.install(draft)
    except Fault as fault:
        return Outcome(path, "refused", fault.sentence)
    return Outcome(path, done, " ".join([_told(draft.title, done, draft.rows.num_rows), *draft.remarks]))


def warm() -> None:
    """Build the indexes now, so that the first cell does not have to wait for them."""
    tables = store.installed()
    if tables.postcode:
        store.places(tables)
    for table in tables.all:
        if table.key != store.POSTCODE:
            store.area(tables, table.id)
