"""A zip put together from other zips without packing anything anew.

Compression differs between versions of zlib, so a zip that is packed anew has other bytes on another machine. Here what is
packed is carried over as it stands, and what is new is stored: equal inputs give equal bytes, and quickly. The layout is
that of PKWARE's APPNOTE.TXT, sections 4.3.7 (local header), 4.3.12 (central directory) and 4.3.16 (end).
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

DATE = 0x0021  # 1 January 1980, the zip's first day
UTF8 = 0x0800
LARGEST = 0xFFFFFFFE
LOCAL = struct.Struct("<4s5H3I2H")


class Entry(NamedTuple):
    """A file of a zip: its name and its bytes as they stand there."""

    name: str
    method: int
    crc: int
    size: int
    packed: bytes


def stored(name: str, content: bytes) -> Entry:
    """A new file."""
    return Entry(name, zipfile.ZIP_STORED, zlib.crc32(content), len(content), content)


def entries(path: Path) -> Iterable[Entry]:
    """The files of a zip, as they stand, each checked. Raises zipfile.BadZipFile where one is damaged."""
    with path.open("rb") as raw, zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
        if damaged:
            raise zipfile.BadZipFile(f"{damaged} is damaged")
        for info in archive.infolist():
            if info.is_dir():
                continue
            if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile(f"{info.filename} is packed in an unusual way")
            raw.seek(info.header_offset)
            header = LOCAL.unpack(raw.read(LOCAL.size))
            raw.seek(header[-2] + header[-1], 1)
            yield Entry(info.filename, info.compress_type, info.CRC, info.file_size, raw.read(info.compress_size))


def write(path: Path, files: Iterable[Entry]) -> None:
    """Write a zip: sorted by name, all of one date. Raises ValueError where it would be too large for a plain one."""
    directory: list[bytes] = []
    at = 0
    with path.open("wb") as out:
        for entry in sorted(files):
            name = entry.name.encode()
            facts = (UTF8, entry.method, 0, DATE, entry.crc, len(entry.packed), entry.size, len(name), 0)
            out.write(LOCAL.pack(b"PK\x03\x04", 20, *facts) + name + entry.packed)
            mode = 0o644 << 16
            rest = struct.pack("<3H2I", 0, 0, 0, mode, at)
            directory.append(struct.pack("<4s6H3I2H", b"PK\x01\x02", 3 << 8 | 20, 20, *facts) + rest + name)
            at += LOCAL.size + len(name) + len(entry.packed)
            if at > LARGEST or len(directory) > 0xFFFF:
                raise ValueError("too large")
        central = b"".join(directory)
        count = len(directory)
        out.write(central + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(central), at, 0))
