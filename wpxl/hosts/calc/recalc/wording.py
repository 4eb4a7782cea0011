"""A formula as Excel saved it → the same for LibreOffice, in the copy that is thrown away.

Every reference gets its sheet's name; names, Table columns, `A2#` and `@` become the cells that they mean. What is
done to a call of wpxl's own:

- its name stands alone, whatever the add-in was called when the file was saved: [1]!WP_…, _xll.WP_…, 'C:\\…\\wpxl.xlam'!WP_…;
- a single cell becomes a block of one, because Calc hands a blank single cell over as the number 0; a whole column is cut off
  where the sheet ends, because Calc hands it over as an error;
- its texts are made anew, by INDEX or answer & "": LibreOffice 25.2 takes the texts in an add-in's answer for
  different from all others, so that =B2="Target", MATCH and COUNTIF would fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ....workbooks.formulas import moved
from ....workbooks.refs import Area, letters
from .contents import Contents, Place, Range
from .sizes import Size, foretold
from .tokens import NAME, REFERENCES, TABLE, Token, arguments, closing, tokens

NOWHERE = "#REF!"
DEEP = 8  # names that mean names


class Marked:
    """The cells that hold errors, TRUE or FALSE: Calc hands no range over with an error in it, and TRUE as 1."""

    def __init__(self, cells: Iterable[Place]):
        self.cells = frozenset(cells)
        self._known: dict[Range, bool] = {}

    def within(self, where: Range) -> bool:
        """Whether a range holds one."""
        if where not in self._known:
            sheet, (top, left, bottom, right) = where
            if (bottom - top + 1) * (right - left + 1) < len(self.cells):
                rows, columns = range(top, bottom + 1), range(left, right + 1)
                self._known[where] = any(Place(sheet, row, column) in self.cells for row in rows for column in columns)
            else:
                self._known[where] = any(
                    cell.sheet == sheet and top <= cell.row <= bottom and left <= cell.column <= right
                    for cell in self.cells
                )
        return self._known[where]


class Wording:
    """Words formulas for the copy.

    extents: where the formulas that spill reach to. Of a range with marked cells wpxl's functions get a copy, in which they
    are texts, on a sheet of ours for each sheet (`shadow`).
    """

    def __init__(self, contents: Contents, extents: Mapping[Place, Area], marked: Marked):
        self.contents, self.extents, self.marked = contents, extents, marked
        self.given: set[Range] = set()  # the ranges that wpxl's functions are handed
        self.shadowed: set[Range] = set()  # those of them with marked cells
        self._at = Place(0, 1, 1)
        self._deep = 0

    def of(self, pieces: Sequence[Token], at: Place, array: bool) -> str:
        """The formula of a cell. array: it fills several; else only the first cell of its answer is seen."""
        self._at, self._deep = at, 0
        if not array and pieces and pieces[0].ours and closing(pieces, 1) == len(pieces) - 1:
            return _first(self._bare(pieces))
        return self._said(pieces)

    def size(self, pieces: Sequence[Token], at: Place) -> Size | None:
        """The size of a formula's answer, where it can be told beforehand."""
        self._at = at
        return foretold(pieces, self._whole)

    def _said(self, pieces: Sequence[Token]) -> str:
        said = []
        i = 0
        while i < len(pieces):
            token = pieces[i]
            called, after = token.called, i + 1
            if token.ours or called in ("SINGLE", "ANCHORARRAY"):
                closed = closing(pieces, i + 1)
                after = closed + 1
                if token.ours:
                    said.append(self._call(pieces[i:after]))
                elif called == "SINGLE":
                    said.append(self._single(pieces[i + 2 : closed]))
                else:
                    said.append(self._spilled(pieces[i + 2 : closed]))
            else:
                said.append(self._reference(token) if token.kind in REFERENCES else token.prefix + token.text)
            i = after
        return "".join(said)

    def _call(self, pieces: Sequence[Token]) -> str:
        """A call of wpxl's own whose answer others go on with."""
        call = self._bare(pieces)
        return _first(call) if foretold(pieces, self._whole) == (1, 1) else f'IF(ISTEXT({call}),{call}&"",{call})'

    def _bare(self, pieces: Sequence[Token]) -> str:
        given = [pieces[part] for part in arguments(pieces, 1, len(pieces) - 1)]
        said = [] if len(given) == 1 and not given[0] else map(self._argument, given)
        return f"{pieces[0].called}({','.join(said)})"

    def _argument(self, pieces: Sequence[Token]) -> str:
        where = self._whole(pieces)
        if where is None:
            inner = bool(pieces) and pieces[0].ours and closing(pieces, 1) == len(pieces) - 1
            return self._bare(pieces) if inner else self._said(pieces)
        self.given.add(where)
        if self.marked.within(where):
            self.shadowed.add(where)
            return self._block(where, self.shadow(where.sheet))
        return self._block(where, self.contents.book.sheets[where.sheet].name)

    def _whole(self, pieces: Sequence[Token]) -> Range | None:
        """The cells that an argument is, where it is one reference to cells of one sheet and nothing else."""
        if len(pieces) == 4 and pieces[0].called == "ANCHORARRAY":
            return self._anchored(pieces[2:3])
        if len(pieces) != 1 or pieces[0].kind not in REFERENCES:
            return None
        token, contents = pieces[0], self.contents
        if token.kind == NAME:
            meaning = contents.meaning(token, self._at.sheet)
            if not meaning:
                return None
            inner = tokens(moved(meaning, self._at.row - 1, self._at.column - 1))
            if len(inner) != 1 or inner[0].kind not in REFERENCES - {NAME}:
                return None
            token = inner[0]
        if token.kind != TABLE and len(contents.sheets(token, self._at.sheet)) != 1:
            return None
        where = contents.range(token, self._at)
        return contents.clipped(where) if where else None

    def _reference(self, token: Token) -> str:
        if token.kind == TABLE:
            where = self.contents.range(token, self._at)
            return self._cells(where) if where else NOWHERE
        if token.kind == NAME:
            meaning = self.contents.meaning(token, self._at.sheet)
            return self._named(meaning) if meaning and self._deep < DEEP else token.prefix + token.text
        return f"{token.prefix or self._sheet(self._at.sheet)}{token.text}"

    def _named(self, meaning: str) -> str:
        """What a name means, in place of the name: it may hold a call, or be relative to the cell."""
        self._deep += 1
        said = self._said(tokens(moved(meaning, self._at.row - 1, self._at.column - 1)))
        self._deep -= 1
        return f"({said})"

    def _single(self, pieces: Sequence[Token]) -> str:
        """`@`: of a range the cell in the formula's own row or column; of an answer the first cell."""
        where = self._whole(pieces)
        if where is None:
            return _first(self._said(pieces))
        top, left, bottom, right = where.area
        row = self._at.row if top < bottom else top
        column = self._at.column if left < right else left
        if not (top <= row <= bottom and left <= column <= right):
            return "#VALUE!"
        return self._cells(Range(where.sheet, Area(row, column, row, column)))

    def _spilled(self, pieces: Sequence[Token]) -> str:
        where = self._anchored(pieces)
        return self._cells(where) if where else NOWHERE

    def _anchored(self, pieces: Sequence[Token]) -> Range | None:
        """Where the formula spills to whose first cell is given."""
        where = self._whole(pieces)
        if where is None:
            return None
        place = Place(where.sheet, where.area.first_row, where.area.first_column)
        return Range(place.sheet, self.extents[place]) if place in self.extents else None

    def _cells(self, where: Range) -> str:
        top, left, bottom, right = where.area
        first, last = f"${letters(left)}${top}", f"${letters(right)}${bottom}"
        return f"{self._sheet(where.sheet)}{first}" + ("" if first == last else f":{last}")

    def shadow(self, sheet: int) -> str:
        """The name of the sheet with copies of a sheet's ranges."""
        return self.contents.unused(f"wpxl copies {sheet + 1}")

    def _block(self, where: Range, sheet: str) -> str:
        top, left, bottom, right = where.area
        return f"{quoted(sheet)}${letters(left)}${top}:${letters(right)}${bottom}"

    def _sheet(self, at: int) -> str:
        return quoted(self.contents.book.sheets[at].name)


def _first(answer: str) -> str:
    """The first cell of an answer; INDEX takes none that is one cell already, IF({1}, …) makes a block of it."""
    return f"INDEX(IF({{1}},{answer}),1,1)"


def quoted(sheet: str) -> str:
    """A sheet's name as it stands before a reference."""
    return "'" + sheet.replace("'", "''") + "'!"
