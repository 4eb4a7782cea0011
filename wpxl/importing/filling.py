"""A template filled from what was read: planned and shown first, then written, in as many files as the rows need."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import refuse
from ..imports import mapping, notice
from ..imports.gather import Rows, gather
from ..imports.mapping import Match
from ..imports.shape import HEADCOUNTS, LINKS, SCHOOLS, STUDENTS, Column, Finding, TemplateSheet
from ..imports.split import Part, split
from ..imports.values import values
from ..workbooks.book import Book
from ..workbooks.filled import fill, recalculated
from . import memory
from .sources import Source
from .templates import Template, read_book

RETENTION = (
    "The file holds learners' personal data: keep it where your institution allows, and delete it, with its copies, once the "
    "import has succeeded."
)


class Wish(NamedTuple):
    """What somebody asks for beside the template and the workbooks."""

    told: Mapping[str, str] = {}  # heading of the template → heading of the workbook; "": leave it empty
    year: int | None = None  # the academic year's start; None: everything
    limit: int | None = None  # rows of a file; None: what the template itself says
    clean_names: bool = False
    statement_seen: bool = False  # somebody vouches that all of these learners have seen the tracking statement
    institution: str = ""  # whose mappings are remembered; "": as the workbook's settings say


class Filling(NamedTuple):
    """A sheet of the template, the rows for it, and what fills each column."""

    sheet: TemplateSheet
    rows: Rows
    matches: list[Match]


class Plan(NamedTuple):
    template: Template
    fillings: tuple[Filling, ...]
    wish: Wish
    institution: str
    notes: tuple[str, ...]

    def said(self) -> list[str]:
        """What goes where, a sentence or two for each sheet; headings and numbers only."""
        return [mapping.describe(f.sheet, f.matches, f.rows) for f in self.fillings] + list(self.notes)


class Filled(NamedTuple):
    """What was written: the files, the rows of each sheet, and what could not be written as the template wants it."""

    files: tuple[Path, ...]
    rows: dict[str, int]
    findings: tuple[tuple[Path, str, Finding], ...]  # the file and the sheet that a finding is in
    notes: tuple[str, ...]


def plan_fill(template: Book, source: Source, wish: Wish = Wish()) -> Plan:  # noqa: B008 (it cannot be changed)
    """What would be written. Errors: a Fault where the template is none, or a heading that was told is not there."""
    read = read_book(template)
    institution = wish.institution or source.records.institution
    mapping.check_told(wish.told, read.sheets)
    abouts = [sheet.about for sheet in read.sheets]
    records = source.records
    if wish.statement_seen:
        records = replace(records, learners=records.learners.assign(tracking_statement="Yes"))
    counted = notice.headcounts(records, individually=bool({STUDENTS, LINKS} & set(abouts)))
    found, unclear = gather(source.sheets, source.understood, records, counted.rows, wish.year)
    notes = list(records.notes) + (counted.notes if HEADCOUNTS in abouts else [])
    people, kept_out = _one_by_one(found[STUDENTS])
    if {STUDENTS, LINKS} & set(abouts):
        notes += kept_out
    if any(_asks_for_heat_id(sheet) for sheet in read.sheets):
        notes += unclear
    let_in = set(people.people)
    links = found[LINKS].only([at for at, person in enumerate(found[LINKS].people) if person in let_in])
    found |= {STUDENTS: people, LINKS: links}
    fillings: list[Filling] = []
    for sheet in read.sheets:
        if sheet.about in (filling.sheet.about for filling in fillings):
            notes.append(f"Sheet '{sheet.sheet}' is about {sheet.about} too, and was left as it is.")
            continue
        rows = _with_work(sheet, found) if sheet.about == STUDENTS and LINKS not in abouts else found[sheet.about]
        told = {heading: own for heading, own in wish.told.items() if mapping.has(sheet, heading)}
        before = memory.remembered(institution, sheet.about)
        fillings.append(Filling(sheet, rows, mapping.match(sheet, rows, told, before)))
    return Plan(read, tuple(fillings), wish, institution, tuple(notes))


def write(plan: Plan, target: Path, progress: Callable[[str, int, int], Any] | None = None) -> Filled:
    """Write the files, and remember the mapping that was told. Errors: a Fault; a file is there whole or not at all."""
    ready = [(f, _columns(plan.template, f)) for f in plan.fillings]
    starts = [plan.template.next_row(f.sheet, [m.wanted.column for m in columns]) for f, columns in ready]
    if not any(columns and f.rows.size for f, columns in ready):
        raise refuse(_nothing(plan))
    parts = [
        Part(f.rows if columns else f.rows.only([]), _room(plan, f.sheet, start))
        for (f, columns), start in zip(ready, starts, strict=True)
    ]
    turns = split(parts)
    names = [target] if len(turns) == 1 else [target.with_stem(f"{target.stem}-{n}") for n in range(1, len(turns) + 1)]
    _not_there(names, plan.template.book)
    findings: list[tuple[Path, str, Finding]] = []
    with _all_or_none(names):
        for turn, (name, places) in enumerate(zip(names, turns, strict=True)):
            if progress:
                progress(f"Writing {name.name}", turn, len(names))
            findings += [(name, *found) for found in _write_one(plan, ready, starts, places, name)]
    for filling in plan.fillings:
        pairs = {
            m.wanted.heading: m.column.heading if m.column else "" for m in filling.matches if m.how == mapping.TOLD
        }
        memory.remember(plan.institution, filling.sheet.about, pairs)
    count = {f.sheet.sheet: part.rows.size for (f, _), part in zip(ready, parts, strict=True)}
    return Filled(tuple(names), count, tuple(findings), tuple(_after(plan, names, count)))


# ------------------------------------------------------------------------------------------------------------ planning


def _one_by_one(people: Rows) -> tuple[Rows, list[str]]:
    """The learners who may be given one by one, by the HEAT notice, and what to say of the others."""
    gate = notice.gate({column.field: column.cells for column in people.columns if column.field})
    given = [at for at, may in enumerate(gate.given) if may]
    out = people.size - len(given)
    if not out:
        return people, []
    lacks = ", ".join(f"{name} ({count:,})" for name, count in gate.kept_out().items())
    who = "1 learner is" if out == 1 else f"{out:,} learners are"
    said = f"{who} not given one by one, but counted in the total number of students. Not known: {lacks}."
    if "tracking statement" in gate.kept_out():
        said += " Where they have seen the tracking statement, say so in a column of that name, or of all with --statement-seen."
    return people.only(given), [said]


def _asks_for_heat_id(sheet: TemplateSheet) -> bool:
    """Whether a sheet has a column for the HEAT IDs of schools."""
    of_schools = (
        {"organisations.heat_id", "heat_id"} if sheet.about in (SCHOOLS, HEADCOUNTS) else {"organisations.heat_id"}
    )
    return any(wanted.field in of_schools for wanted in sheet.columns)


def _with_work(sheet: TemplateSheet, found: Mapping[str, Rows]) -> Rows:
    """The students with what they took part in, a row each time, where the template has that column and no sheet of links."""
    people, links = found[STUDENTS], found[LINKS]
    if not any((wanted.field or "").startswith("learner_attendance.activity") for wanted in sheet.columns):
        return people
    place = {person: at for at, person in enumerate(people.people)}
    named = set(links.people)
    pairs: list[tuple[int, Any]] = [(place[person], at) for at, person in enumerate(links.people)]
    pairs = sorted(
        [*pairs, *((at, None) for person, at in place.items() if person not in named)], key=lambda pair: pair[0]
    )
    rows = people.only([at for at, _ in pairs])
    work = links.cells("activity")
    column = Column("Activity", "learner_attendance.activity", [None if at is None else work[at] for _, at in pairs])
    return rows._replace(columns=(*rows.columns, column))


# ------------------------------------------------------------------------------------------------------------- writing


def _columns(template: Template, filling: Filling) -> list[Match]:
    """The columns that are written: not those in which the template has formulas of its own."""
    ready, first = template.ready[filling.sheet.sheet], filling.sheet.first_row
    return [m for m in filling.matches if m.column is not None and (first, m.wanted.column) not in ready.formulas]


def _write_one(
    plan: Plan,
    ready: Sequence[tuple[Filling, list[Match]]],
    starts: Sequence[int],
    places: Sequence[list[int]],
    name: Path,
) -> list[tuple[str, Finding]]:
    """Write one file: of each sheet the rows at these places. The findings, each with its sheet."""
    book, findings = Book.open(plan.template.book.package.path), []
    for (filling, columns), start, rows in zip(ready, starts, places, strict=True):
        if not rows:
            continue
        sheet, made = filling.sheet, {}
        for found in columns:
            assert found.column is not None
            cells = [found.column.cells[at] for at in rows]
            made[found.wanted.column], faults = values(sheet.about, found.wanted, cells, start, plan.wish.clean_names)
            findings += [(sheet.sheet, fault) for fault in faults]
        fill(book, book.sheet(sheet.sheet), plan.template.ready[sheet.sheet], start, made)
    if any(own.formulas for own in plan.template.ready.values()):
        recalculated(book)
    book.save(name)
    return findings


@contextlib.contextmanager
def _all_or_none(names: Sequence[Path]) -> Iterator[None]:
    """Where one of several files cannot be written, those written before it are taken away again: half an import is none."""
    there = {name for name in names if name.exists()}
    try:
        yield
    except BaseException:
        for name in set(names) - there:
            name.unlink(missing_ok=True)
        raise


def _room(plan: Plan, sheet: TemplateSheet, start: int) -> int | None:
    """How many rows a file has room for: as somebody said, or the template; never beyond its formatted area."""
    limit = plan.wish.limit or plan.template.limit
    area = None if sheet.last_row is None else max(sheet.last_row - start + 1, 0)
    given = [room for room in (limit, area) if room is not None]
    return min(given) if given else None


def _not_there(names: Sequence[Path], template: Book) -> None:
    from ..workbooks.files import same_file

    for name in names:
        if same_file(name, template.package.path):
            raise refuse(f"{name.name} is the template itself, which is never overwritten: give another name with -o.")


def _nothing(plan: Plan) -> str:
    wanted = ", ".join(dict.fromkeys(f.sheet.about for f in plan.fillings))
    return (
        f"Nothing in the workbook fills this template, which is about {wanted}: 'wpxl report understood' says how the workbook is "
        "read." + (f" {plan.notes[-1]}" if plan.notes else "")
    )


def _after(plan: Plan, names: Sequence[Path], count: Mapping[str, int]) -> list[str]:
    said = []
    if len(names) > 1:
        said.append(f"Import the {len(names)} files in the order of their numbers: links come after what they join.")
    if any(f.rows.about in (STUDENTS, LINKS) and count[f.sheet.sheet] for f in plan.fillings):
        said.append(RETENTION)
    return said
