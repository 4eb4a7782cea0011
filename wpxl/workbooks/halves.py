"""A large sheet read by two readers at once.

calamine reads a sheet as a whole, and leaves the interpreter to others meanwhile. So each of two readers is given a workbook of
its own, with one half of the sheet's rows and otherwise the same.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from python_calamine import CalamineSheet, CalamineWorkbook

from .package import Package

Pair = tuple[bytes, bytes]
Reader = Callable[[str], Future[CalamineSheet]]  # by the name of the sheet

LARGE = 2**23  # bytes of XML: what is less is read sooner than shared out
_ROWS = re.compile(rb"<sheetData>")
# calamine looks for merged cells from the beginning again, through all rows unless it finds the element before them.
_NO_MERGED_CELLS = b'<mergeCells count="0"></mergeCells>'


def halves(data: bytes) -> Pair | None:
    """A sheet as two, of its first rows and of its last; None where that cannot be told from its bytes.

    data: without comments and the like, in which a row may seem to begin.
    """
    first, end = _ROWS.search(data), data.rfind(b"</sheetData>")
    if first is None:
        return None
    cut = data.find(b'<row r="', (first.end() + end) // 2, end)  # with its number, as those behind it may have none
    if cut < 0:
        return None
    head, tail = data[: first.start()] + _NO_MERGED_CELLS + first[0], data[end:]
    return b"".join((head, data[first.end() : cut], tail)), b"".join((head, data[cut:end], tail))


@contextlib.contextmanager
def two_readers(package: Package, parts: Mapping[str, Pair]) -> Iterator[tuple[Reader, Reader]]:
    """Readers of the file as it was opened, the first with the first halves of some parts, the other with the others."""
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        yield _reader(one, package, parts, 0), _reader(other, package, parts, 1)


def _reader(thread: ThreadPoolExecutor, package: Package, parts: Mapping[str, Pair], half: int) -> Reader:
    mine = {part: pair[half] for part, pair in parts.items()}
    book = thread.submit(_opened, package, mine) if mine else None

    def read(name: str) -> CalamineSheet:
        assert book is not None
        return book.result().get_sheet_by_name(name)

    return lambda name: thread.submit(read, name)


def _opened(package: Package, parts: Mapping[str, bytes]) -> CalamineWorkbook:
    file = io.BytesIO()
    package.copy(file, parts)
    file.seek(0)
    return CalamineWorkbook.from_filelike(file)
