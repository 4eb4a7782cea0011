"""More rows than a file may have: numbered files, each of which can be imported after those before it.

A link stands in no earlier file than its student and its activity, so that both are there when it is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..errors import refuse
from .gather import Rows
from .shape import ACTIVITIES, HEADCOUNTS, LINKS, STUDENTS


class Part(NamedTuple):
    """The rows for a template's sheet, and how many the sheet has room for; None: as many as there are."""

    rows: Rows
    room: int | None


def split(parts: Sequence[Part]) -> list[list[list[int]]]:
    """The places of the rows of each part in each file. Shape: (files, parts, rows). Raises a Fault where a sheet has no room."""
    if any(part.room is not None and part.room < 1 and part.rows.size for part in parts):
        raise refuse("A sheet of the template has no free row left: take an empty copy of the template.")
    first = [_in_turn(part) for part in parts if part.rows.about not in (LINKS, HEADCOUNTS)]
    plain = [part for part in parts if part.rows.about not in (LINKS, HEADCOUNTS)]
    people = _file_of([(p.rows.people, f) for p, f in zip(plain, first, strict=True) if p.rows.about == STUDENTS])
    work = _file_of([(p.rows.activities, f) for p, f in zip(plain, first, strict=True) if p.rows.about == ACTIVITIES])
    turns = iter(first)
    files = []
    for part in parts:
        if part.rows.about not in (LINKS, HEADCOUNTS):
            files.append(next(turns))
            continue
        who = part.rows.people if part.rows.about == LINKS else [None] * part.rows.size
        pairs = zip(part.rows.activities, who, strict=True)
        files.append(_not_before([max(work.get(a, 0), people.get(p, 0)) for a, p in pairs], part.room))
    count = max((max(of_part, default=0) for of_part in files), default=0) + 1
    out: list[list[list[int]]] = [[[] for _ in parts] for _ in range(count)]
    for at, of_part in enumerate(files):
        for row, file in enumerate(of_part):
            out[file][at].append(row)
    return out


def _in_turn(part: Part) -> list[int]:
    """The file of each row, file after file filled up."""
    return [0] * part.rows.size if part.room is None else [row // part.room for row in range(part.rows.size)]


def _file_of(parts: Sequence[tuple[list[Any], list[int]]]) -> dict[Any, int]:
    """The first file that holds each thing."""
    out: dict[Any, int] = {}
    for things, files in parts:
        for thing, file in zip(things, files, strict=True):
            out[thing] = min(file, out.get(thing, file))
    return out


def _not_before(earliest: list[int], room: int | None) -> list[int]:
    """The file of each row: the first with room that is not before the earliest that it may be."""
    if room is None:
        return earliest
    taken: dict[int, int] = {}
    full = 0  # every file before it has no room left
    out = []
    for file in earliest:
        at = max(file, full) if file <= full else file
        while taken.get(at, 0) >= room:
            at += 1
        taken[at] = taken.get(at, 0) + 1
        while taken.get(full, 0) >= room:
            full += 1
        out.append(at)
    return out
