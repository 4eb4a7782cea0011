"""A user's own model files: written whole or not at all, and only when every version in them can be used.

A new version is put below the text that is there, which stays as it is to the last comment: published versions are never edited.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from .. import store
from ..domain.names import simple
from ..errors import refuse
from ..store import hold
from . import check, file_of, folders, found, own_folder, read, vintages_set

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}").fullmatch
_NO_FILE_NAME = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)),
}  # Windows


class Kept(NamedTuple):
    done: str  # added, updated or unchanged
    id: str
    title: str
    versions: tuple[str, ...]
    path: Path


def name_of(text: str) -> str:
    """The id of a model as it is written, which is its file's name as well. Raises a Fault where it can be none."""
    name = "-".join(text.casefold().split())
    if not _NAME(name) or name.split(".")[0] in _NO_FILE_NAME:
        raise refuse(f"'{text[:60]}' cannot name a model: take letters, figures and hyphens, such as our-schools-2026.")
    bare = simple(name)
    for path, edition in ((p, e) for folder, e in folders() if folder.is_dir() for p in folder.glob("*.toml")):
        if simple(path.stem) == bare and edition == "shipped":
            raise refuse(
                f"{name} is the name of a model that travels with wpxl: give yours another, such as our-{name}."
            )
        if simple(path.stem) == bare and path.stem != name:
            raise refuse(f"{name} and {path.stem}, which is there, could not be told apart: give it another name.")
    return name


def keep(name: str, text: str, origin: str) -> Kept:
    """Write a model file into the user's folder. Raises a Fault, with `origin` and key, for one that cannot be used."""
    model_id = name_of(name)
    try:
        parsed = tomllib.loads(text)
    except ValueError as error:
        raise refuse(f"The model file {origin} cannot be read: {str(error).rstrip('.')}.") from error
    versions = check.whole(origin, model_id, vintages_set(parsed), "own")
    path = own_folder() / f"{model_id}.toml"
    done = "added"
    if path.is_file():
        done = "unchanged" if path.read_bytes() == text.encode() else "updated"
    elif path.exists():
        raise refuse(f"{path} is there already and is no file: move it away.")
    if done != "unchanged":
        _publish(text, path)
    return Kept(done, model_id, str(parsed["title"]), versions, path)


def _publish(text: str, path: Path) -> None:
    try:
        store.publish(text.encode(), path)
    except OSError as error:
        raise refuse(
            f"{path} was not written ({error.strerror or 'the disk refused'}): see to its folder and try again."
        ) from error


def remove(name: str) -> Path:
    """Delete a user's own model file, good or bad. Raises a Fault where there is none of that name."""
    own = {simple(f.id): f.path for f in found() if f.edition == "own"}
    path = own.get(simple(name.removesuffix(".toml")))
    if path is None:
        file, edition = file_of(name)
        where = "travels with wpxl" if edition == "shipped" else "is on a sheet"
        raise refuse(f"{file.stem} {where} and stays: only models of your own can be removed.")
    try:
        path.unlink()
    except OSError as error:
        raise refuse(f"{path} was not removed ({error.strerror or 'the disk refused'}).") from error
    return path


def add_version(name: str, base: str, title: str, version: dict[str, Any]) -> Kept:
    """Put a new version at the end of a user's model; a model that is not there yet begins as a copy of `base`.

    Raises a Fault unless the new version is the newest, or where the model there is about something else.
    """
    with hold.held():  # two calibrations at once: one after the other
        path = own_folder() / f"{name_of(name)}.toml"
        origin, begun = file_of(base)[0], path.exists()
        before = _text_of(path if begun else origin)
        there, here = (read.toml(p) for p in (path if begun else origin, origin))
        if there.get("about") != here.get("about"):
            raise refuse(
                f"{path.name} is there already and is about {there.get('about')}s: give another name with --name."
            )
        newest = read.dates(path.name, there)[-1]
        date = str(version["from"])
        if date == newest:
            raise refuse(
                f"{path.stem} has a version of {date} already, and versions are never edited: give another date with --date."
            )
        if date < newest:
            raise refuse(
                f"{date} is before {newest}, the newest version of {path.stem}, which would go on counting: give a later date."
            )
        if not begun:
            before = _retitled(before, title)
        end = "\r\n" if "\r\n" in before else "\n"
        added = f"\n\n{version_text(version)}".replace("\n", end)
        return keep(path.stem, before.rstrip() + added, path.name)


def recalibrated(
    base: str, version: str, date: datetime.date, limits: dict[str, tuple[float, float, str]], section: str, note: str
) -> dict[str, Any]:
    """A version of a model with other limits, as facts: criterion → (Low below, at least, source).

    Limits belong to the vintage that they were found on, so {imd} and the like become that vintage.
    """
    path, _ = file_of(base)
    facts: dict[str, Any] = vintages_set(read.dated(path.name, read.toml(path), version))
    criteria = []
    for criterion in facts["criterion"]:
        new = dict(zip(("low_below", "at_least", "source"), limits.get(criterion["id"], ()), strict=False))
        criteria.append(criterion | new)
    source = {"document": f"calibrated with wpxl on {date.isoformat()}", "section": section}
    return {**facts, "from": date, "source": source, "note": note, "criterion": criteria}


def _text_of(path: Path) -> str:
    read.toml(path)  # says what is wrong with it
    return path.read_bytes().decode("utf-8-sig")


def _retitled(text: str, title: str) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    document["title"] = title
    return tomlkit.dumps(document)


# ------------------------------------------------------------------------------------------------- from facts to TOML


def text_of(parsed: dict[str, Any]) -> str:
    """A model as the text of a file."""
    import tomlkit

    document = tomlkit.document()
    for key, value in parsed.items():
        if key != "version":
            document.add(key, value)
    return "\n".join([tomlkit.dumps(document), *(version_text(version) for version in parsed["version"])])


def version_text(facts: dict[str, Any]) -> str:
    """One version as it stands in a file, with a blank line before each part of it."""
    import tomlkit

    document, all_versions = tomlkit.document(), tomlkit.aot()
    all_versions.append(_table(facts, parts=True))
    document.add("version", all_versions)
    return re.sub(r"(?<=[^\n])\n\[", "\n\n[", tomlkit.dumps(document).strip()) + "\n"


def _table(facts: dict[str, Any], parts: bool = False) -> Any:
    """A table; what it holds stands in one line each, but for the parts of a version."""
    import tomlkit

    table = tomlkit.table()
    for key, value in facts.items():
        if parts and key == "option":
            options = tomlkit.table(is_super_table=True)
            for title, option in value.items():
                options.add(title, _table(option))
            table.add(key, options)
        elif parts and isinstance(value, list):
            rows = tomlkit.aot()
            for row in value:
                rows.append(_table(row))
            table.add(key, rows)
        else:
            table.add(key, _inline(_as_date(value) if parts and key == "from" else value))
    return table


def _inline(value: Any) -> Any:
    import tomlkit

    if isinstance(value, dict):
        inline = tomlkit.inline_table()
        for key, entry in value.items():
            inline.add(key, _inline(entry))
        return inline
    if isinstance(value, list):
        array = tomlkit.array()
        array.extend([_inline(entry) for entry in value])
        return array
    return value


def _as_date(value: Any) -> Any:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value
