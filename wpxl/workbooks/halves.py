"""A large sheet read by two readers at once.

calamine reads a sheet as a whole, and leaves the interpreter to others meanwhile. So each of two readers is given a workbook of
its own, with one half of the sheet's rows and otherwise the same.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from python_calamine import CalamineSheet, CalamineWorkbook

from .package import Package

Half = list[bytes | memoryview]  # pieces of a sheet's XML
Pair = tuple[Half, Half]
Coming = Future[CalamineSheet]
Both = tuple[Coming, Coming]

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
    view = memoryview(data)
    head: Half = [view[: first.start()], _NO_MERGED_CELLS, first[0]]
    return [*head, view[first.end() : cut], view[end:]], [*head, view[cut:]]


@contextlib.contextmanager
def two_readers(package: Package, pairs: Mapping[str, Pair], names: Mapping[str, str]) -> Iterator[dict[str, Both]]:
    """By its part, the two halves of each sheet as they come, read from the file as it was opened.

    pairs: by their parts. names: of the sheets, by theirs.
    """
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        first, last = (_read(thread, package, pairs, names, at) for at, thread in enumerate((one, other)))
        yield {part: (first.pop(part), last.pop(part)) for part in names}  # whoever takes them may let go of them


def _read(
    thread: ThreadPoolExecutor, package: Package, pairs: Mapping[str, Pair], names: Mapping[str, str], half: int
) -> dict[str, Coming]:
    if not names:
        return {}
    book = thread.submit(_opened, package, {part: pair[half] for part, pair in pairs.items()})
    coming = {
        part: thread.submit(lambda name: book.result().get_sheet_by_name(name), name) for part, name in names.items()
    }
    thread.submit(lambda: book.result().close())  # all of its bytes go, while the values become Python's
    return coming


def _opened(package: Package, parts: Mapping[str, Half]) -> CalamineWorkbook:
    file = io.BytesIO()
    package.copy(file, parts)
    file.seek(0)
    return CalamineWorkbook.from_filelike(file)
