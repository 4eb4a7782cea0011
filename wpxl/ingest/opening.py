"""Opening a published file: what tables are in it (sheets, members of a zip), their headers, and their columns.

Nothing here knows any publisher. A table is offered with its header; reading its columns happens only when a publisher's
module has recognised it.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

from ..domain import postcode
from ..errors import refuse
from . import ragged

CSV_ENDINGS = (".csv", ".txt", ".tsv")
LARGEST_RATIO, SMALL = 200, 100 << 20  # a zip that grows over 200:1, beyond 100 MB, is not a published table
HEADER_ROWS = 30  # a workbook's header is looked for in so many rows


@dataclass
class Found:
    """One table of a file: its name for messages, its header as published, and how to read some of its columns.

    A text file whose first row begins with a postcode has no headings: its columns are called #1, #2 …
    """

    name: str
    path: Path
    header: list[str]
    read: Callable[[list[str], frozenset[str]], pa.Table]
    read_ragged: Callable[[list[str]], pa.Table] | None = None  # for text: rows of any length are taken
    said: str = ""  # the year that the user says the figures are for

    @property
    def headings(self) -> str:
        """The first few column headings, for a message."""
        return ", ".join(h for h in self.header[:8] if h) + (" …" if len(self.header) > 8 else "")

    def columns(self, roles: dict[str, str], repeated: Iterable[str] = (), uneven: bool = False) -> pa.Table:
        """The columns named by `roles` (role → header), under their roles, as text where the file is text.

        repeated: roles of which a national file holds few texts many times over; they may come dictionary-encoded.
        uneven: its publisher writes rows that are shorter or longer than the header.
        """
        if uneven and self.read_ragged:
            table = self.read_ragged(list(roles.values()))
        else:
            table = self.read(list(roles.values()), frozenset(roles[role] for role in repeated if role in roles))
        if not table.num_rows:
            raise refuse(f"{self.name} has a header and no rows under it: is it only a template or a sample?")
        return table.rename_columns(list(roles))


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tables_in(path: Path) -> Iterator[Found]:
    """Every table of a file, whatever it is called: bare, .gz or inside a .zip; text, Excel or Parquet."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise refuse(f"{path} cannot be opened: {error.strerror}.") from error
    if not start:
        raise refuse(f"{path.name} is empty.")
    if start[:4] == b"PAR1":
        yield _parquet(path)
    elif start[:2] == b"\x1f\x8b":
        yield _text(path.name.removesuffix(".gz"), path, lambda: pa.input_stream(str(path), compression="gzip"))
    elif start[:4] == b"PK\x03\x04":
        yield from _zip(path)
    elif start[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise refuse(
            f"{path.name} is an old .xls or a password-protected workbook: save it as .xlsx without a password."
        )
    else:
        yield _text(
            path.name, path, lambda: pa.OSFile(str(path))
        )  # Arrow's own reader, a quarter quicker than Python's


def _parquet(path: Path) -> Found:
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise refuse(f"{path.name} is cut short or damaged: it is not a whole Parquet file.") from error
    return Found(
        path.name,
        path,
        file.schema_arrow.names,
        lambda names, _: pq.ParquetFile(path).read(columns=names).select(names),
    )


def _zip(path: Path) -> Iterator[Found]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise refuse(f"{path.name} is cut short or damaged: its end is missing. Download it again.") from error
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        yield from _workbook(path)
        return
    for info in archive.infolist():
        inner = Path(info.filename)
        if inner.is_absolute() or ".." in inner.parts:
            raise refuse(
                f"{path.name} holds a file that wants to be written elsewhere ({info.filename}): it is not opened."
            )
        if info.file_size > SMALL and info.file_size > LARGEST_RATIO * max(1, info.compress_size):
            raise refuse(
                f"{path.name} would unpack to over {LARGEST_RATIO} times its size ({info.filename}): it is not opened."
            )
        if inner.suffix.lower() in CSV_ENDINGS and info.file_size:
            yield _text(f"{path.name}/{info.filename}", path, lambda info=info: archive.open(info))  # type: ignore[misc]


# ------------------------------------------------------------------------------------------------------------ text


def _text(name: str, path: Path, opened: Callable[[], Any]) -> Found:
    try:
        with opened() as file:
            first = file.read(65536)
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise refuse(f"{name} is cut short or damaged and cannot be unpacked: download it again.") from error
    if first.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise refuse(f"{name} is a web page, not a table: download the file itself.")
    if b"\0" in first and first[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise refuse(f"{name} is no text file: it has binary content.")
    encoding = _encoding(first)
    line = first.decode(encoding, "replace").lstrip("\ufeff").splitlines()
    head = line[0] if line else ""
    delimiter = max(",;\t|", key=head.count)
    header = [cell.strip().strip('"').strip() for cell in _split(head, delimiter)]
    if header and postcode.parse(postcode.clean(header[0])):  # the first row is a row: such files have no headings
        header = [f"#{number}" for number in range(1, len(header) + 1)]
    return Found(
        name,
        path,
        header,
        lambda names, few: _read_text(name, opened, encoding, delimiter, header, names, few),
        lambda names: ragged.read(name, opened, delimiter, header, names),
    )


def _split(line: str, delimiter: str) -> list[str]:
    import csv

    return next(csv.reader([line], delimiter=delimiter), [])


def _encoding(first: bytes) -> str:
    if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        first.decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8" if error.start > len(first) - 4 else "cp1252"
    return "utf-8"


def _read_text(
    name: str,
    opened: Callable[[], Any],
    encoding: str,
    delimiter: str,
    header: list[str],
    names: list[str],
    few: frozenset[str],
) -> pa.Table:
    """Some columns of a text table, all as text: what looks like a number is the publisher's module's to judge."""
    if len(set(header)) < len(header):
        twice = next(h for h in header if header.count(h) > 1)
        if twice in names:
            raise refuse(f"{name} has two columns called '{twice}', so it is not clear which one counts.")
    reading = pa_csv.ReadOptions(
        encoding=encoding, column_names=_distinct(header), skip_rows=int(header[:1] != ["#1"]), block_size=1 << 23
    )
    parsing = pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=False)
    convert = pa_csv.ConvertOptions(
        include_columns=names,
        column_types={n: pa.dictionary(pa.int32(), pa.string()) if n in few else pa.string() for n in names},
        strings_can_be_null=False,
    )
    try:
        with opened() as file:  # in blocks, over all processors; only the columns asked for are kept
            return pa_csv.read_csv(file, read_options=reading, parse_options=parsing, convert_options=convert)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        if "Could not skip" in str(error):  # the reader's words for a file that ends with its header
            return pa.table({n: pa.array([], pa.string()) for n in names})
        if encoding == "utf-8" and "UTF8" in str(error):  # the first letter beyond ASCII stands far down: Windows' own
            return _read_text(name, opened, "cp1252", delimiter, header, names, few)
        raise refuse(f"{name} cannot be read as a table: {_first_line(error)}. Nothing has changed.") from error
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise refuse(f"{name} is cut short or damaged: {_first_line(error)}. Download it again.") from error


def _distinct(header: list[str]) -> list[str]:
    return [h if header.index(h) == i else f"{h}#{i}" for i, h in enumerate(header)]


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0][:160].rstrip(".") if str(error) else type(error).__name__


# -------------------------------------------------------------------------------------------------------- workbooks


def _workbook(path: Path) -> Iterator[Found]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        names = book.sheet_names
    except python_calamine.CalamineError as error:
        raise refuse(f"{path.name} cannot be read as a workbook: {_first_line(error)}.") from error
    for sheet in names:
        try:
            rows = book.get_sheet_by_name(sheet).to_python()
        except python_calamine.CalamineError:
            continue
        at = _header_row(rows)
        if at is not None:
            header = [str(cell).strip() for cell in rows[at]]
            body = rows[at + 1 :]
            yield Found(f"{path.name}, sheet '{sheet}'", path, header, _sheet_reader(header, body))


def _header_row(rows: list[list[Any]]) -> int | None:
    """The first row that reads as a header: two texts or more, and at least as many as any row above the data."""
    wide = [sum(isinstance(cell, str) and bool(cell.strip()) for cell in row) for row in rows[:HEADER_ROWS]]
    most = max(wide, default=0)
    return wide.index(most) if most >= 2 else None


def _sheet_reader(header: list[str], body: list[list[Any]]) -> Callable[[list[str], frozenset[str]], pa.Table]:
    def read(names: list[str], _: frozenset[str]) -> pa.Table:
        at = [header.index(name) for name in names]
        rows = [row for row in body if any(cell != "" for cell in row)]
        return pa.table(
            {name: pa.array([_as_text(row[i]) for row in rows], pa.string()) for name, i in zip(names, at, strict=True)}
        )

    return read


def _as_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
