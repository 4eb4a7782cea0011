"""Bring your own: any table with a key column becomes measures under names of the user's own.

`look` opens a file, judges its key and offers its columns; `draft` turns the chosen ones into a table. Between the two the
command may ask. Nothing is rescaled, guessed or repaired: what is noticed is said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from .. import measures, store
from ..domain.names import simple
from ..errors import Fault, refuse
from ..store import write
from . import figures, keys
from .naming import YEAR, Names, label_of, table_id
from .opening import Found, sha256, tables_in
from .school_profiles import percentages

_KINDS = {"int": pa.int64(), "float": pa.float64(), "text": pa.string()}
NAMED = 3  # keys that are named when some do not fit


@dataclass(frozen=True)
class Choices:
    """What the user says of a table; whatever is left empty is taken from the file."""

    key: str  # heading of the key column
    by: str = ""  # kind of key: postcode, lsoa_2011 …
    table: str = ""
    columns: dict[str, str] = field(default_factory=dict)  # heading → label; empty: every other column
    units: dict[str, str] = field(default_factory=dict)  # heading or label → unit; "" for all others
    vintage: str = ""
    sheet: str = ""
    title: str = ""
    publisher: str = ""
    licence: str = ""


class Offer(NamedTuple):
    """A column that may become a measure, with what it would be called."""

    header: str
    label: str
    unit: str
    texts: list[str]


class Sight(NamedTuple):
    """A file as it has been opened and judged."""

    found: Found
    key: str  # the heading of the key column, as it stands there
    kind: str
    key_texts: list[str]
    offers: list[Offer]
    table: str  # the id that the table will have
    vintage: str
    left_out: list[str]  # headings of empty columns


def look(path: Path, choices: Choices) -> Sight:
    """Open a file and judge it. Raises a Fault where the sheet, the key, a column or the kind of key is not clear."""
    found, key = _table_with(path, choices)
    wanted = {_header(found, header): label for header, label in choices.columns.items()}
    chosen = list(wanted) or [header for header in dict.fromkeys(found.header) if header and header != key]
    if key in wanted:
        raise refuse(f"{found.name}: the column '{key}' is the key, so it cannot be a measure as well.")
    rows = found.columns({header: header for header in [key, *chosen]})
    texts = {header: _texts(rows.column(header)) for header in rows.column_names}
    kind = keys.judge(found.name, key, texts[key], choices.by)
    filled = [header for header in chosen if any(text.strip() for text in texts[header])]
    if not filled:
        raise refuse(f"{found.name} has no column beside '{key}' with anything in it, so there is no measure to take.")
    offers = []
    for header in filled:
        label = label_of(wanted.get(header) or header)
        given = next((choices.units[n] for n in (header, wanted.get(header), "") if n in choices.units), "")
        offers.append(
            Offer(header, label, given or figures.guess_unit(f"{header} {label}", texts[header]), texts[header])
        )
    stem = path.name.split(".")[0]
    year = YEAR(stem)
    vintage = choices.vintage.strip() or (year[0] if year else "")
    left_out = [header for header in chosen if header not in filled]
    return Sight(found, key, kind, texts[key], offers, table_id(choices.table or stem), vintage, left_out)


def draft(sight: Sight, choices: Choices) -> tuple[write.Draft, list[str]]:
    """The table, and what should be said about it: a sentence each. Raises a Fault that names file, line and key."""
    found = sight.found
    remarks: list[str] = []
    read = [figures.read(found.name, offer.header, offer.texts, offer.unit) for offer in sight.offers]
    at, kept = _distinct_rows(sight, read, remarks)
    columns: dict[str, pa.Array] = {sight.kind: pa.array(kept, pa.string())}
    named, facts = Names(sight.table), {}
    for offer, column in zip(sight.offers, read, strict=True):
        measure_id, about = named.take(offer.label, offer.unit, sight.vintage, sight.kind, remarks)
        columns[measure_id] = pa.array([column.values[i] for i in at], _KINDS[column.kind])
        reasons = [column.reasons[i] for i in at]
        if any(reasons):
            columns[f"{measure_id}{write.REASON}"] = pa.array(reasons, pa.string())
        if about:
            facts[measure_id] = about
        elif measures.registry().measures[measure_id].unit == "%":
            percentages(found.name, offer.header, column)
        if offer.unit == "%" and column.fractions:
            remarks.append(
                f"'{offer.header}' looks like fractions (all between 0 and 1) rather than percentages: it is taken as it "
                "stands, so multiply it by 100 in the file and add it again if 0.48 means 48 %."
            )
    for header in sight.left_out:
        remarks.append(f"The column '{header}' is empty and was left out.")
    if sight.kind not in (store.POSTCODE, "urn", "heat_id") and not store.ways(store.installed(), sight.kind):
        remarks.append(
            f"No installed table leads from a postcode to {keys.shown(sight.kind)}, so WP_POSTCODE cannot find these yet."
        )
    title = choices.title or sight.table.replace("_", " ").capitalize()
    made = write.Draft(
        id=sight.table, key=sight.kind, rows=pa.table(columns), title=title, vintage=sight.vintage, measures=facts, own=True,
        publisher=choices.publisher or "not stated", licence=choices.licence or "not stated",
        sources=[{"file": found.path.name, "sha256": sha256(found.path), "choices": _digest(sight, choices)}],
    )  # fmt: skip
    return made, remarks


def add(
    path: Path, choices: Choices, ask: Callable[[Sight, Choices], Sight] = lambda s, _: s
) -> tuple[str, str, list[str]]:
    """Install a table of the user's own. Returns what was done, one sentence, and the remarks. Raises a Fault if refused."""
    sight = ask(look(path, choices), choices)
    made, remarks = draft(sight, choices)
    done = write.install(made)
    labels = [facts["label"] for facts in made.measures.values()] or [o.label for o in sight.offers]
    listed = ", ".join(labels[:6]) + (f" and {len(labels) - 6} more" if len(labels) > 6 else "")
    count = (
        "nothing new" if done == "unchanged" else f"{made.rows.num_rows:,} row{'s' if made.rows.num_rows > 1 else ''}"
    )
    return done, f"{made.title}, found by {keys.shown(made.key)}: {count}. Measures: {listed}.", remarks


# ----------------------------------------------------------------------------------------------------- table and columns


def _table_with(path: Path, choices: Choices) -> tuple[Found, str]:
    """The table of a file that has the key column, and the column's heading as it stands there."""
    tables = list(tables_in(path)) if path.is_file() else None
    if tables is None:
        raise refuse(f"There is no file {path}.")
    if choices.sheet:
        ends = (f", sheet '{choices.sheet}'".casefold(), f"/{choices.sheet}".casefold())
        named = [t for t in tables if t.name.casefold().endswith(ends)]
        if not named:
            raise refuse(f"{path.name} has no sheet or file '{choices.sheet}' with a table. It has: {_listed(tables)}.")
        tables = named
    fits = [(t, h) for t in tables if (h := _find(t.header, choices.key))]
    if len(fits) > 1:
        raise refuse(
            f"{path.name} has a column '{choices.key}' in more than one table ({_listed([t for t, _ in fits])}): "
            "say which with --sheet."
        )
    if not fits:
        if not tables:
            raise refuse(f"{path.name} holds no table.")
        widest = max(tables, key=lambda t: len(t.header))
        raise _no_column(widest, choices.key)
    return fits[0]


def _listed(tables: list[Found]) -> str:
    return ", ".join(t.name.removeprefix(f"{t.path.name}, ").removeprefix(f"{t.path.name}/") for t in tables[:6])


def _find(header: list[str], name: str) -> str:
    exact = [h for h in header if h.strip() == name.strip()]
    return next(iter(exact or [h for h in header if h and simple(h) == simple(name)]), "")


def _header(found: Found, name: str) -> str:
    header = _find(found.header, name)
    if not header:
        raise _no_column(found, name)
    return header


def _no_column(found: Found, name: str) -> Fault:
    return refuse(f"{found.name} has no column '{name}': its columns are {found.headings}.")


def _texts(column: pa.ChunkedArray) -> list[str]:
    return ["" if text is None else str(text) for text in column.to_pylist()]


def _distinct_rows(sight: Sight, read: list[figures.Figures], remarks: list[str]) -> tuple[list[int], list[str]]:
    """The rows that are taken, each key once, and their keys. What has no such key is left out and said."""
    known = {text: keys.normal(sight.kind, text) for text in set(sight.key_texts)}
    first: dict[str, int] = {}
    unfit: list[str] = []
    for i, text in enumerate(sight.key_texts):
        key = known[text]
        if key is None:
            unfit.append(text.strip() or "blank")
        elif key not in first:
            first[key] = i
        else:
            for offer, column in zip(sight.offers, read, strict=True):
                if column.values[i] != column.values[first[key]]:
                    raise refuse(
                        f"{sight.found.name}, line {i + 2}: {key} stands there again with another '{offer.header}' than in "
                        f"line {first[key] + 2}. Keep one of the two."
                    )
    shown = keys.shown(sight.kind)
    if not first:
        raise refuse(
            f"{sight.found.name}: nothing in the column '{sight.key}' is a {shown} ('{unfit[0][:30]}' and so on)."
        )
    if unfit:
        few = ", ".join(f"'{text[:30]}'" for text in list(dict.fromkeys(unfit))[:NAMED])
        rows = "1 row was" if len(unfit) == 1 else f"{len(unfit):,} of {len(sight.key_texts):,} rows were"
        remarks.append(
            f"{rows} left out, because the key is no {shown}: {few}{' and others' if len(set(unfit)) > NAMED else ''}."
        )
    return list(first.values()), list(first)


def _digest(sight: Sight, choices: Choices) -> str:
    """What the user said, and what came of it: the same file under other labels is another version."""
    offers = [(offer.header, offer.label, offer.unit) for offer in sight.offers]
    said = [asdict(choices), sight.found.name, sight.kind, offers, sight.vintage]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
