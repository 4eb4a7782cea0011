"""Text files of rows (.csv, .tsv, .txt) as people save them: read as they are, written back in kind."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ..errors import Fault, refuse
from .files import read_whole, replacing, same_file

_DELIMITERS = (",", ";", "\t")
_SNIFFED = 50  # rows looked at to tell the delimiter
_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|table|\?xml|meta)\b", re.IGNORECASE)
_BINARY = re.compile(r"[\x00-\x08\x0e-\x19]")
_NAMED = re.compile(r"sep=(.)(?:\r\n|\r|\n)")  # Excel's own first line that names the delimiter


@dataclass(frozen=True)
class Delimited:
    """A text file of rows. Every cell is text as it stands in the file; an empty line is an empty row."""

    rows: list[list[str]]
    encoding: str
    delimiter: str
    newline: str
    path: Path


def read_delimited(path: str | Path) -> Delimited:
    """Read a .csv, .tsv or .txt file in UTF-8, UTF-16 with its mark, or the Western code page of Windows.

    Errors: a Fault if it is a web page, a workbook or another file under that name, or a line cannot be read.
    """
    path = Path(path)
    text, encoding = _decode(path.name, read_whole(path))
    named = _NAMED.match(text)
    if named:
        text = text[named.end() :]
    delimiter = named[1] if named else _sniff(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise refuse(
            f"{path.name} cannot be read at line {reader.line_num:,} ({error}): look for a stray quotation mark there."
        ) from error
    newline = re.search(r"\r\n|\n|\r", text)
    return Delimited(rows, encoding, delimiter, newline[0] if newline else "\r\n", path)


def write_delimited(
    path: str | Path, rows: Iterable[Sequence[Any]], like: Delimited, *, in_place: bool = False
) -> None:
    """Write rows as `like` was written, in one step. UTF-8 always gets its mark, without which Excel garbles names.

    None is empty, a Fault its code, a truth value TRUE or FALSE, a whole float has no decimals. Texts that the
    Windows code page lacks turn the whole file into UTF-8.
    Errors: a Fault if `path` is the file that was read (unless `in_place`) or cannot be written.
    """
    if not in_place and same_file(like.path, path):
        raise refuse(f"{like.path.name} is the file that was read and is never overwritten: save under another name.")
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=like.delimiter, lineterminator=like.newline).writerows(
        [_written(value) for value in row] for row in rows
    )
    try:
        data = out.getvalue().encode("utf-8-sig" if like.encoding.startswith("utf-8") else like.encoding)
    except UnicodeEncodeError:
        data = out.getvalue().encode("utf-8-sig", "replace")
    with replacing(path) as file:
        file.write(data)


def write_new(path: str | Path, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as a CSV file that Excel reads rightly. Values as in `write_delimited`, and its errors."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_written(value) for value in row] for row in rows)
    with replacing(path) as file:
        file.write(out.getvalue().encode("utf-8-sig"))


def _decode(name: str, raw: bytes) -> tuple[str, str]:
    if raw.startswith((b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"))):
        raise refuse(f"{name} is a workbook with the name of a text file: rename it to .xlsx (or .xls) and use that.")
    text = encoding = None
    for wanted in _encodings(raw):
        try:
            text, encoding = raw.decode(wanted), wanted
            break
        except UnicodeDecodeError:
            continue
    if text is None or encoding is None or _BINARY.search(text):
        raise refuse(f"{name} is not a text file of rows: export it again as CSV (comma separated, UTF-8).")
    if _PAGE.match(text):
        raise refuse(f"{name} is a web page with the name of a text file: download the file itself or export it again.")
    return text, encoding


def _encodings(raw: bytes) -> tuple[str, ...]:
    if raw.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8", "cp1252")


def _sniff(text: str) -> str:
    """The delimiter that cuts the most rows into the same number of cells; of equals, the one with more cells."""

    def score(delimiter: str) -> tuple[float, int]:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = [len(row) for row in islice(lines, _SNIFFED) if row]
        except csv.Error:
            return 0.0, 0
        width, often = max(Counter(widths).items(), key=lambda item: (item[0] > 1, item[1]), default=(0, 0))
        return (often / len(widths), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=score)


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Fault):
        return value.code
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    return str(value)
