"""Every installed postcode: from a cell to the postcode's row, and from there to its place and state.

Two roads with one judgement: `find` with the standard library alone, for a single cell; `find_many` with numpy, for columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..domain import postcode as form
from ..errors import Fault
from .derive import WORDS_PER_SECTOR
from .layout import Column, Parts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NOT_FOUND, MALFORMED, BLANK, FAULT = -1, -2, -3, -4  # where a row number would be; FAULT in columns only


class Places:
    """Every installed postcode, and the place (row of area codes and measures) that each belongs to."""

    def __init__(self, parts: Parts):
        self.parts = parts
        self.columns = {name: Column(parts, name, facts) for name, facts in parts.facts["columns"].items()}
        self.count: int = parts.facts["places"]
        self._outcodes = (
            {o: i for i, o in enumerate(parts.text("outcodes").split("\n"), 1)} if parts.facts["rows"] else {}
        )
        self._state: int | None = parts.facts.get("state")
        self._sectors, self._bits, self._before = parts.view("sectors"), parts.view("bits"), parts.view("before")
        self._numpy: tuple[Any, ...] | None = None

    def find(self, cell: Any) -> int:
        """The row of a postcode, or NOT_FOUND, MALFORMED or BLANK."""
        if cell is None:
            return BLANK
        text = form.clean(cell)
        if not text:
            return MALFORMED if text is None else BLANK
        if not form.SHORTEST <= len(text) <= form.LONGEST:
            return MALFORMED
        outcode = self._outcodes.get(text[:-3])
        unit = form.UNIT_NUMBER.get(text[-2:])
        if outcode is not None and unit is not None and text[-3] in "0123456789":
            word = self._sectors[outcode * 10 + int(text[-3])] * WORDS_PER_SECTOR + (unit >> 6)
            bits, bit = self._bits[word], unit & 63
            if bits >> bit & 1:
                found: int = self._before[word] + (bits & ((1 << bit) - 1)).bit_count()
                return found
        return NOT_FOUND if form.parse(text) else MALFORMED

    def place(self, row: int) -> int:
        place: int = self.parts.view("place")[row]
        return place

    def state(self, row: int) -> int:
        state: int = self.parts.view("state")[row] if self._state is None else self._state
        return state

    def find_many(self, cells: list[Any]) -> npt.NDArray[np.int64]:
        """`find` for a column, and FAULT where a cell holds one. Shape: (n,)."""
        import numpy as np

        if self._numpy is None:
            # Eleven digits an outcode here: the last, like unit 400 and outcode 0, leads to words without a bit.
            outcodes = np.zeros(form.OUTCODES, np.int32)
            for name, number in self._outcodes.items():
                outcodes[form.outcode_number(name)] = number * 11
            sectors = np.zeros((len(self._outcodes) + 1, 11), np.int32)
            sectors[:, :10] = self.parts.array("sectors").reshape(-1, 10)
            sectors *= WORDS_PER_SECTOR
            above = 63 - (np.arange(form.UNITS + 1) & 63)  # bits of its word above each unit's own
            array = self.parts.array
            self._numpy = (
                outcodes,
                sectors.ravel(),
                above.astype(np.uint64),
                array("bits"),
                array("before").astype(np.int64) - 1,
            )
        outcodes, sectors, above_of, bits, before = self._numpy
        chunks, suspects = form.pack_in_chunks(cells)
        rows = np.empty(len(cells), np.int64)
        for start, (outcode, digit, unit, blank) in chunks:
            word = outcodes.take(outcode)
            word += digit
            word = sectors.take(word)
            word += unit >> 6
            block = bits.take(word)
            block <<= above_of.take(unit)  # the unit's own bit is the uppermost now, and those below it come before it
            row = before.take(word)
            row += np.bitwise_count(block)
            lost = np.flatnonzero(block.view(np.int64) >= 0)
            if len(lost):
                wrong = form.malformed(outcode[lost], digit[lost], unit[lost])
                row[lost] = np.where(blank[lost], BLANK, np.where(wrong, MALFORMED, NOT_FOUND))
            rows[start : start + len(row)] = row
        judged: dict[str, int] = {}  # what people write instead of a postcode, they write again and again
        for i in suspects:
            cell = cells[i]
            if isinstance(cell, str):
                row = judged.get(cell)
                rows[i] = judged.setdefault(cell, self.find(cell)) if row is None else row
            elif type(cell) is Fault:
                rows[i] = FAULT
        return rows

    def places_of(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        return self.parts.array("place").take(rows, mode="clip")

    def states_of(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        import numpy as np

        if self._state is not None:
            return np.full(len(rows), self._state, np.uint16)
        return self.parts.array("state").take(rows, mode="clip")
