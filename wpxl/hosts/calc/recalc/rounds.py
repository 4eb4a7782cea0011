"""Working a workbook's formulas out in LibreOffice: as many rounds as it takes until every answer has the size it needs."""

from __future__ import annotations

import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from ....errors import Fault, refuse
from ....workbooks.refs import Area, letters
from ....workbooks.rows import column_of
from .. import office
from ..cells import MARK
from . import job, sizes, spills
from .cells import Value
from .contents import Contents, Place, Range
from .copy import Cell, Extra, copy
from .job import Beyond
from .reads import reads, to_work_out
from .sizes import Size
from .tokens import tokens
from .wording import Marked, Wording, quoted

MOST = 8  # a chain of formulas that spill into one another takes a round for each
SIZES = "wpxl sizes"
KNOWN = 'WP_POSTCODE_FORMAT("tf75ug")', "TF7 5UG"
_MARKED = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]* t="[be]"')


@dataclass
class Worked:
    """The answers: values by cell, and where the formulas that spill reach to.

    blocked: the formulas whose answers have no room, and why; kept: those that LibreOffice cannot work out, and why. They
    stay as they were saved, and what depends on them goes on from that.
    """

    extents: dict[Place, Area]
    marked: Marked
    live: set[Place] = field(default_factory=set)
    values: dict[Place, Value] = field(default_factory=dict)
    blocked: dict[Place, str] = field(default_factory=dict)
    kept: dict[Place, str] = field(default_factory=dict)

    def settled(self, before: Worked) -> bool:
        """Whether nothing has come out that would change the copy."""
        return (self.extents, self.blocked, self.kept) == (before.extents, before.blocked, before.kept)


class Plan(NamedTuple):
    """What goes into the copy, and what is asked of it.

    asked: rectangles; the first is a formula whose answer is known. known: the sizes of answers that could be told
    beforehand; sizes: the formulas whose answer's size is asked for, in the last of the rectangles.
    """

    live: set[Place]
    kept: dict[Place, str]
    cells: dict[Place, Cell]
    wording: Wording
    extra: list[Extra]
    asked: list[Range]
    known: dict[Place, Size]
    sizes: list[Place]


def work_out(contents: Contents, limit: float, said: Callable[[str], None]) -> Worked:
    """The answers of all formulas that have to do with wpxl. Errors: a Fault where LibreOffice could not give them."""
    saved = _saved_marks(contents)
    worked = Worked({place: contents.fills(place) for place in contents.dynamic}, Marked(saved))
    plan = _plan(contents, worked)
    for _ in range(MOST):  # what can be told beforehand costs no round
        before, worked = worked, replace(_sized(contents, worked, plan.known), kept=plan.kept)
        if worked.settled(before):
            break
        plan = _plan(contents, worked)
    if not plan.live:
        return worked
    if contents.from_1904:
        raise refuse(
            "This workbook counts its dates from 1904, so LibreOffice would hand other days to wpxl: untick 'Use 1904 date "
            "system' in Excel's options (Advanced), put the dates right, and save it."
        )
    program = office.needed().program
    ends = time.monotonic() + limit
    with (
        tempfile.TemporaryDirectory(prefix="wpxl-", ignore_cleanup_errors=True) as folder,
        job.Office(program, Path(folder)) as running,
    ):
        for turn in range(1, MOST + 1):
            said(f"LibreOffice works out {len(plan.cells):,} formulas" + (f", round {turn}" if turn > 1 else ""))
            book = copy(contents, plan.cells, worked.blocked, plan.extra)
            blocks = running.ask(book, plan.asked, ends - time.monotonic())
            before, worked = worked, _outcome(contents, plan, worked, blocks, saved)
            unseen = any(worked.marked.within(where) for where in plan.wording.given - plan.wording.shadowed)
            if not unseen and worked.settled(before):
                return worked
            plan = _plan(contents, worked)
    raise refuse("The formulas of this workbook spill into one another without end, so nothing was written.")


def _plan(contents: Contents, worked: Worked) -> Plan:
    read = {place: reads(contents, f.text, place, worked.extents) for place, f in contents.formulas.items()}
    live = to_work_out(contents, read, worked.extents)
    kept = worked.kept | {
        p: f"{read[p].elsewhere} asks for something outside the workbook" for p in live if read[p].elsewhere
    }
    live -= kept.keys()
    wording = Wording(contents, worked.extents, worked.marked)
    cells: dict[Place, Cell] = {}
    known: dict[Place, Size] = {}
    questions: dict[Place, str] = {}
    for place in sorted(live):
        pieces, array = tokens(contents.formulas[place].text), contents.formulas[place].fills
        if place in contents.dynamic:
            size = wording.size(pieces, place)
            if size is None:
                questions[place] = sizes.asking(wording.of(pieces, place, array=True))
            else:
                known[place] = size
            array = worked.extents[place]
            # Only in a cell of its own does LibreOffice tell TRUE from 1
            if _one(array) and all(_one(where.area) for where in read[place].ranges):
                array = None
        if place not in worked.blocked:
            cells[place] = Cell(wording.of(pieces, place, array is not None), array)
    # Were wpxl unknown to LibreOffice, every formula would have an answer all the same: that it is
    extra = [Extra(contents.unused("wpxl check"), {(1, 1): KNOWN[0]}), *_shadows(wording)]
    asked = [Range(len(contents.book.sheets), Area(1, 1, 1, 1)), *_rectangles(cells)]
    if questions:
        asked.append(Range(len(contents.book.sheets) + len(extra), Area(1, 1, len(questions), 1)))
        texts = {(row, 1): text for row, text in enumerate(questions.values(), 1)}
        extra.append(Extra(contents.unused(SIZES), texts, arrays=True))
    return Plan(live, kept, cells, wording, extra, asked, known, list(questions))


def _outcome(
    contents: Contents, plan: Plan, before: Worked, blocks: list[list[list[Value]]], saved: frozenset[Place]
) -> Worked:
    if blocks.pop(0) != [[KNOWN[1]]]:
        raise refuse(
            "LibreOffice did not take wpxl's functions up, so nothing was written: try again, and see 'wpxl addin doctor' if "
            "it stays so."
        )
    found = dict(plan.known)
    if plan.sizes:
        found |= {p: sizes.answered(row[0]) for p, row in zip(plan.sizes, blocks.pop(), strict=True)}
    values: dict[Place, Value] = {}
    for where, block in zip(plan.asked[1:], blocks, strict=False):
        top, left = where.area[:2]
        for row, line in enumerate(block, top):
            for column, value in enumerate(line, left):
                values[Place(where.sheet, row, column)] = value
    after = _sized(contents, replace(before, live=plan.live, values=values), found)
    marked = {place for place in saved if place not in values} | set(after.blocked)
    marked |= {place for place, value in values.items() if isinstance(value, (Fault, bool))}
    beyond = {place: value.sentence for place, value in values.items() if isinstance(value, Beyond)}
    return replace(after, marked=Marked(marked), kept=plan.kept | _formulas_of(plan.cells, beyond))


def _sized(contents: Contents, worked: Worked, found: Mapping[Place, Size]) -> Worked:
    """The same with the sizes that were found: where the answers reach to, and which of them have no room."""
    wanted = {p: Area(p.row, p.column, p.row + size.rows - 1, p.column + size.columns - 1) for p, size in found.items()}
    blocked = spills.obstacles(contents, wanted)
    alone = {p: Area(p.row, p.column, p.row, p.column) for p in blocked}
    return replace(worked, extents=worked.extents | wanted | alone, blocked=blocked)


def _formulas_of(cells: Mapping[Place, Cell], beyond: Mapping[Place, str]) -> dict[Place, str]:
    """The formulas in whose answers these cells lie."""
    found = {}
    for place, cell in cells.items() if beyond else ():
        filled = cell.array or Area(place.row, place.column, place.row, place.column)
        why = next((w for r, c in spills.cells_of(filled) if (w := beyond.get(Place(place.sheet, r, c)))), None)
        if why:
            found[place] = why
    return found


def _one(where: Area) -> bool:
    return (where.first_row, where.first_column) == (where.last_row, where.last_column)


def _saved_marks(contents: Contents) -> frozenset[Place]:
    """The cells in which an error, TRUE or FALSE is saved."""
    return frozenset(
        Place(at, int(cell[2]), column_of(cell[1]))
        for at, xml in enumerate(contents.xml)
        for cell in _MARKED.finditer(xml.body)
    )


def _shadows(wording: Wording) -> list[Extra]:
    """Sheets that repeat ranges, with errors, TRUE and FALSE as texts that wpxl knows for what they are."""
    cells: dict[int, dict[tuple[int, int], str]] = defaultdict(dict)
    for where in wording.shadowed:
        sheet = quoted(wording.contents.book.sheets[where.sheet].name)
        for row, column in spills.cells_of(where.area):
            cell = f"{sheet}${letters(column)}${row}"
            cells[where.sheet][row, column] = (
                f'IF(ISERROR({cell}),"{MARK}"&ERROR.TYPE({cell}),IF(ISLOGICAL({cell}),"{MARK}"&IF({cell},"TRUE","FALSE"),'
                f'IF(ISBLANK({cell}),"",{cell})))'
            )
    return [Extra(wording.shadow(at), formulas) for at, formulas in sorted(cells.items())]


def _rectangles(cells: dict[Place, Cell]) -> list[Range]:
    """The cells of these formulas, in few rectangles: arrays, and columns of single cells."""
    made: list[Range] = []
    for place in sorted(cells, key=lambda p: (p.sheet, p.column, p.row)):
        filled = cells[place].array or Area(place.row, place.column, place.row, place.column)
        last = made[-1] if made else None
        if (
            last
            and last.sheet == place.sheet
            and last.area == filled._replace(first_row=last.area.first_row, last_row=place.row - 1)
        ):
            made[-1] = Range(place.sheet, last.area._replace(last_row=filled.last_row))
        else:
            made.append(Range(place.sheet, filled))
    return made
