"""The fields that the lists of outreach workbooks may have: those of data/fields.toml, and the user's own words for them."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from .. import store
from ..errors import refuse
from .words import shipped, tokens

Stamp = tuple[str, int]  # of the user's own file: its path and when it was written, 0 for none


class Field(NamedTuple):
    about: str  # the kind of table it stands in
    id: str
    label: str
    kind: str
    words: tuple[str, ...]
    here: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def tables() -> dict[str, dict[str, Any]]:
    """The kinds of tables: label, words for their names, and whose fields they borrow."""
    made: dict[str, dict[str, Any]] = shipped()["table"]
    return made


def of(about: str) -> dict[str, Field]:
    """The fields of a kind of table, in the order in which our own workbooks have them."""
    return registry()[about]


def label(about: str, field: str) -> str:
    """The heading of a field in our own workbooks."""
    return registry()[about][field].label


def own(about: str) -> dict[str, list[str]]:
    """The user's own headings for the fields of a kind of table."""
    return {id_: list(facts["words"]) for id_, facts in own_words(stamp()).get(about, {}).items()}


def remember(field: Field, heading: str) -> None:
    """Take a heading for a field from now on: it is added to the user's own words."""
    import tomlkit

    if not tokens(heading):
        raise refuse(
            "A heading without a letter cannot stand for a column: give the heading as it stands in your list."
        )
    path = _own_path()
    text = path.read_text("utf-8") if path.exists() else "# Your own headings, added to those that wpxl knows.\n"
    book = tomlkit.parse(text)
    place: Any = book
    for name in ("field", field.about, field.id):
        place = place.setdefault(name, tomlkit.table(is_super_table=name != field.id))
    words = place.setdefault("words", [])
    if heading not in words:
        words.append(heading)
    store.publish(tomlkit.dumps(book).encode(), path)


def _own_path() -> Path:
    return store.home() / "fields.toml"


def stamp() -> Stamp:
    """Which state the user's own words are in."""
    path = _own_path()
    return str(path), path.stat().st_mtime_ns if path.exists() else 0


@functools.lru_cache(4)
def own_words(at: Stamp) -> dict[str, dict[str, dict[str, Any]]]:
    """The user's own headings: kind of table → field → words. Raises a Fault where the file cannot be read."""
    if not at[1]:
        return {}
    try:
        own: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(Path(at[0]).read_text("utf-8")).get("field", {})
        known = shipped()["field"]
        for about, fields in own.items():
            for id_, facts in fields.items():
                words = facts["words"]
                if (
                    id_ not in known.get(about, {})
                    or type(words) is not list
                    or not all(isinstance(w, str) for w in words)
                ):
                    raise ValueError(f"there is no field {about}.{id_}, or its words are no list of texts")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise refuse(
            f"Your own headings in {at[0]} cannot be read: {error}. Mend the file, or delete it to do without."
        ) from error
    return own


@functools.cache
def registry() -> dict[str, dict[str, Field]]:
    book = shipped()["field"]
    return {about: {id_: _field(book, about, id_) for id_ in fields} for about, fields in book.items()}


def _field(book: dict[str, Any], about: str, id_: str) -> Field:
    facts, model = book[about][id_], {}
    if "like" in facts:
        other, name = facts["like"].split(".")
        model = _field(book, other, name)._asdict() | {"here": ()}
    lists = {n: (*facts.get(n, ()), *model.get(n, ())) for n in ("words", "inside", "never")}
    label_, kind = (facts.get(n) or model[n] for n in ("label", "kind"))
    return Field(
        about, id_, label_, kind, lists["words"], tuple(facts.get("here", ())), lists["inside"], lists["never"]
    )
