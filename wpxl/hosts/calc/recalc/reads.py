"""Which formulas are to be worked out: those with wpxl's functions, and all that depend on one of them.

What Excel worked out, and wpxl has no part in, stays as Excel left it. A formula whose cells cannot be told from its text
(INDIRECT, OFFSET, a range with a calculated end) counts as depending.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping

from ....workbooks.formulas import moved
from ....workbooks.refs import Area
from .contents import Contents, Place, Range
from .tokens import AREA, CALL, COLUMNS, NAME, OTHER, ROWS, TABLE, Token, tokens
from .wording import DEEP

UNTOLD = frozenset(("INDIRECT", "OFFSET"))
# What a formula has from elsewhere stays as it was: nothing of wpxl's goes to the network or to other programs, and what the
# copy's folder is called is nobody's business.
ELSEWHERE = frozenset(
    ("WEBSERVICE", "RTD", "DDE", "IMAGE", "STOCKHISTORY", "CALL", "REGISTER.ID", "SQL.REQUEST", "CELL", "INFO")
)
_BLOCK_ROWS, _BLOCK_COLUMNS = 64, 16
_MOST_BLOCKS = 2_000  # of one rectangle; a larger one, such as a whole column, is looked at each time


class Reads:
    """What a formula reads: `ranges`, or (`untold`) what cannot be seen.

    ours: whether it calls a function of wpxl's; elsewhere: the name of one that it calls for something outside the workbook.
    """

    def __init__(self) -> None:
        self.ranges: list[Range] = []
        self.ours = self.untold = False
        self.elsewhere = ""


def reads(contents: Contents, text: str, at: Place, extents: Mapping[Place, Area], deep: int = 0) -> Reads:
    """What the formula of a cell reads, through names too. extents: where the formulas that spill reach to."""
    found = Reads()
    pieces = tokens(text)
    for i, token in enumerate(pieces):
        if token.kind == CALL:
            found.ours |= token.ours
            found.untold |= token.called in UNTOLD
            found.elsewhere = found.elsewhere or (token.called if token.called in ELSEWHERE else "")
        elif token.kind in (AREA, COLUMNS, ROWS):
            found.ranges += _ranges(contents, token, at)
            if i > 1 and pieces[i - 2].called == "ANCHORARRAY":
                found.ranges += _spilled(found.ranges[-1:], extents)
        elif token.kind == TABLE:
            where = contents.range(token, at)
            found.ranges += [where] if where else []
        elif token.kind == NAME and deep < DEEP:
            meaning = contents.meaning(token, at.sheet)
            if meaning:
                inner = reads(contents, moved(meaning, at.row - 1, at.column - 1), at, extents, deep + 1)
                found.ranges += inner.ranges
                found.ours |= inner.ours
                found.untold |= inner.untold
                found.elsewhere = found.elsewhere or inner.elsewhere
        elif token.kind == OTHER and token.text == ":":
            found.untold = True
    return found


def _ranges(contents: Contents, token: Token, at: Place) -> Iterator[Range]:
    where = contents.range(token, at)
    if where:
        yield from (Range(sheet, where.area) for sheet in contents.sheets(token, at.sheet))


def _spilled(anchors: list[Range], extents: Mapping[Place, Area]) -> list[Range]:
    places = [Place(where.sheet, where.area.first_row, where.area.first_column) for where in anchors]
    return [Range(place.sheet, extents[place]) for place in places if place in extents]


def to_work_out(contents: Contents, known: Mapping[Place, Reads], extents: Mapping[Place, Area]) -> set[Place]:
    """The formulas with wpxl's functions and those that depend on them, at any remove; and those without a saved value.

    Where the file itself asks for it, every formula: then no saved value is to be trusted.
    """
    seeds = {place for place, read in known.items() if read.ours}
    if not seeds:
        return set()
    if contents.untrusted:
        return set(contents.formulas)
    seeds |= {place for place, read in known.items() if read.untold or not contents.formulas[place].saved}
    readers = _Readers(known)
    live, waiting = set(seeds), deque(seeds)
    while waiting:
        place = waiting.popleft()
        filled = contents.fills(place)
        for reached in {filled, extents.get(place, filled)}:
            for reader in readers.of(Range(place.sheet, reached)):
                if reader not in live:
                    live.add(reader)
                    waiting.append(reader)
    return live


class _Readers:
    """Who reads a cell. Each rectangle is met once: whoever reads it is then known to depend, and it is forgotten."""

    def __init__(self, known: Mapping[Place, Reads]):
        self._cells: dict[Place, list[Place]] = defaultdict(list)
        self._of: dict[Range, list[Place]] = defaultdict(list)
        for place, read in known.items():
            for where in read.ranges:
                top, left, bottom, right = where.area
                if (top, left) == (bottom, right):
                    self._cells[Place(where.sheet, top, left)].append(place)
                else:
                    self._of[where].append(place)
        self._blocks: dict[Place, list[Range]] = defaultdict(list)
        self._large: list[Range] = []
        for where in self._of:
            blocks = _blocks(where)
            if blocks is None:
                self._large.append(where)
            for block in blocks or ():
                self._blocks[block].append(where)

    def of(self, changed: Range) -> Iterator[Place]:
        sheet, (top, left, bottom, right) = changed
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                yield from self._cells.pop(Place(sheet, row, column), ())
        yield from self._met(self._large, changed)
        for block in _blocks(changed) or self._blocks:
            if block in self._blocks:
                yield from self._met(self._blocks[block], changed)

    def _met(self, ranges: list[Range], changed: Range) -> Iterable[Place]:
        met = {w for w in ranges if w.sheet == changed.sheet and w.area.meets(changed.area)}
        if met:
            ranges[:] = [w for w in ranges if w not in met]
        return [reader for where in met for reader in self._of.pop(where, ())]


def _blocks(where: Range) -> list[Place] | None:
    """The blocks of the sheet that a rectangle lies in; None for too many."""
    top, left, bottom, right = where.area
    down = range(top // _BLOCK_ROWS, bottom // _BLOCK_ROWS + 1)
    across = range(left // _BLOCK_COLUMNS, right // _BLOCK_COLUMNS + 1)
    if len(down) * len(across) > _MOST_BLOCKS:
        return None
    return [Place(where.sheet, row, column) for row in down for column in across]
