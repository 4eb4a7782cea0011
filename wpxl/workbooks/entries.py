"""Entries of a zip as they stand in it, compressed: what zipfile would unpack and compress again to copy.

A workbook is mostly sheets that nobody has changed, and compressing a large one costs more than everything else in saving it.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from typing import NamedTuple

_LENGTHS = struct.Struct("<HH")  # of the name and of the extra field, at the end of an entry's own header
_LENGTHS_AT, _HEADER = 26, 30
_OPTIONS = 0b110  # the flags that belong to the compression; what follows an entry, for instance, is told by others
_OWNER_ONLY = 0o600 << 16


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
