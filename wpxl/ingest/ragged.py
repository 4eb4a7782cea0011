"""Text tables whose rows may be shorter or longer than their header, read cell by cell.

The Department for Education publishes such files: new schools' rows stop early, and a last column spills over. Anything to
the right of the header is not read; what a row lacks is blank.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from operator import itemgetter
from typing import Any

import pyarrow as pa

from ..errors import refuse


def read(name: str, opened: Callable[[], Any], delimiter: str, header: list[str], names: list[str]) -> pa.Table:
    """Some columns, all as text, a row for each line. Raises a Fault where the file is cut short or no table."""
    twice = next((h for h in names if header.count(h) > 1), None)
    if twice is not None:
        raise refuse(f"{name} has two columns called '{twice}', so it is not clear which one counts.")
    try:
        with opened() as file:
            data = file.read()
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise refuse(f"{name} is cut short or damaged and cannot be unpacked: download it again.") from error
    rows = csv.reader(io.StringIO(_text(bytes(data)), newline=""), delimiter=delimiter)
    at = [header.index(n) for n in names]
    pick, reach = itemgetter(*at, at[0]), max(at) + 1  # one more than asked for, so that it always gives a tuple
    kept: list[tuple[str, ...]] = []
    widths: dict[int, int] = {}
    row: list[str] = []
    try:
        next(rows, None)
        for row in rows:
            widths[len(row)] = widths.get(len(row), 0) + 1
            kept.append(pick(row if len(row) >= reach else row + [""] * (reach - len(row))))
    except csv.Error as error:
        raise refuse(f"{name} cannot be read as a table: {error}, in line {rows.line_num}.") from error
    ends_early = len(row) < len(header) and widths.get(len(row)) == 1 and bytes(data[-1:]) != b"\n"
    if ends_early and len(kept) > 1:
        raise refuse(
            f"{name} is cut short: its last line ends after {len(row)} of {len(header)} columns. Download it again."
        )
    columns = list(zip(*kept, strict=True)) or [()] * len(names)
    return pa.table({n: pa.array(column, pa.string()) for n, column in zip(names, columns, strict=False)})


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
