"""Entries of a zip as they stand in it, compressed.

zipfile can only write what it compresses itself, there and then. A workbook is mostly sheets that nobody has changed, and the
large ones that are new can be compressed while they are being made.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from queue import SimpleQueue
from typing import NamedTuple

_LENGTHS = struct.Struct("<HH")  # of the name and of the extra field, at the end of an entry's own header
_LENGTHS_AT, _HEADER = 26, 30
_OPTIONS = 0b110  # the flags that belong to the compression; what follows an entry, for instance, is told by others
_OWNER_ONLY = 0o600 << 16
# Beyond a megabyte the strongest settings cost seconds for a few per cent, and a person is waiting.
_LARGE = 2**20
_AT_ONCE = 2**24  # bytes; a thread that is given less at a time spends it waiting for the interpreter


class Packed(NamedTuple):
    """The bytes of an entry as they stand in a zip, and what a reader has to know of them."""

    method: int
    options: int
    crc: int
    size: int  # unpacked
    pieces: Sequence[bytes | memoryview]


def taken(raw: bytes, info: zipfile.ZipInfo) -> Packed:
    """An entry of the zip `raw`. Whether it is undamaged is for the caller to know: nothing is unpacked here."""
    name, extra = _LENGTHS.unpack_from(raw, info.header_offset + _LENGTHS_AT)
    start = info.header_offset + _HEADER + name + extra
    data = memoryview(raw)[start : start + info.compress_size]
    return Packed(info.compress_type, info.flag_bits & _OPTIONS, info.CRC, info.file_size, [data])


def packed(pieces: Iterable[bytes]) -> Future[Packed]:
    """Bytes compressed in a thread beside whoever makes them: zlib leaves the interpreter to others."""
    made = SimpleQueue[bytes]()
    beside = ThreadPoolExecutor(1)
    found = beside.submit(_deflated, iter(made.get, b""))
    beside.shutdown(wait=False)
    try:
        for some in _gathered(pieces):
            made.put(some)
    finally:
        made.put(b"")
    return found


def unpacked(data: Packed) -> bytes:
    """What `packed` was given."""
    return zlib.decompress(b"".join(data.pieces), -zlib.MAX_WBITS, bufsize=data.size)


def put(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, data: Packed) -> None:
    """Write an entry at the end of a zip that is being made, in a file that allows seeking."""
    entry.compress_type, entry.flag_bits, entry.CRC = data.method, data.options, data.crc
    entry.file_size, entry.compress_size = data.size, sum(map(len, data.pieces))
    entry.external_attr = entry.external_attr or _OWNER_ONLY  # as zipfile has it
    file = archive.fp
    if file is None:
        raise ValueError("the zip is closed")
    entry.header_offset = archive.start_dir
    file.seek(archive.start_dir)
    file.write(entry.FileHeader())
    file.writelines(data.pieces)
    archive.start_dir = file.tell()
    archive.filelist.append(entry)
    archive.NameToInfo[entry.filename] = entry


def level(size: int) -> int:
    """How hard to compress so many bytes."""
    return 1 if size > _LARGE else 6


def _deflated(pieces: Iterator[bytes]) -> Packed:
    first = next(pieces, b"")
    deflate = zlib.compressobj(level(len(first)), zlib.DEFLATED, -zlib.MAX_WBITS)
    crc = size = 0
    out = []
    for piece in chain([first], pieces):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        out.append(deflate.compress(piece))
    out.append(deflate.flush())
    return Packed(zipfile.ZIP_DEFLATED, 0, crc, size, out)


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in larger pieces."""
    some, size = [], 0
    for piece in pieces:
        some.append(piece)
        size += len(piece)
        if size >= _AT_ONCE:
            yield b"".join(some)
            some, size = [], 0
    if size:
        yield b"".join(some)
