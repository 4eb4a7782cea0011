"""A compound file ([MS-CFB], version 3) from its streams: the container of a VBA project, the same bytes every time.

Streams of 4,096 bytes or more fill sectors of 512; smaller ones share the mini stream in pieces of 64. Sectors follow one
another in the order of the streams, then come the mini stream, its allocation table, the directory and the sector table.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

SECTOR, MINI_SECTOR, MINI_CUTOFF = 512, 64, 4096
END_OF_CHAIN, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD  # [MS-CFB] 2.1
NO_ENTRY = 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1
IN_HEADER = 109  # sectors of the table that the header itself can name: enough for 7 MB


@dataclass
class Entry:
    """A directory entry ([MS-CFB] 2.6.1)."""

    name: str
    kind: int
    number: int
    data: bytes = b""
    children: list[Entry] = field(default_factory=list)
    left: int = NO_ENTRY
    right: int = NO_ENTRY
    child: int = NO_ENTRY
    colour: int = BLACK
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(name), self.kind, self.colour, self.left, self.right, self.child)
        return name.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", self.start, self.size)


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Streams by path ("VBA/dir") → the file. Folders come into being with their first stream."""
    entries = _entries(streams)
    for entry in entries:
        entry.child = _tree(sorted(entry.children, key=_order))
    sectors: list[bytes] = []
    chains: list[int] = []

    def store(data: bytes) -> int:
        return _chain(data, SECTOR, sectors, chains)

    pieces: list[bytes] = []
    mini_chains: list[int] = []
    for entry in entries:
        if entry.kind == STREAM:
            entry.size = len(entry.data)
            small = entry.size < MINI_CUTOFF
            entry.start = _chain(entry.data, MINI_SECTOR, pieces, mini_chains) if small else store(entry.data)
    root = entries[0]
    mini = b"".join(pieces)
    root.size, root.start = len(mini), store(mini)
    mini_table = struct.pack(f"<{len(mini_chains)}I", *mini_chains)
    mini_start = store(_filled(mini_table, b"\xff"))
    directory = b"".join(entry.packed() for entry in entries)
    unused = struct.pack("<64xHBBIII36xIQ", 0, 0, 0, NO_ENTRY, NO_ENTRY, NO_ENTRY, 0, 0)
    directory_start = store(directory + unused * (-len(entries) % (SECTOR // len(unused))))
    table_sectors = _table_sectors(len(chains))
    first = len(chains)
    chains += [TABLE] * table_sectors
    table = _filled(struct.pack(f"<{len(chains)}I", *chains), b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        *(0x3E, 3, 0xFFFE, 9, 6),  # minor and major version, byte order, sector sizes as powers of two
        *(0, table_sectors, directory_start, 0, MINI_CUTOFF),
        *(mini_start, -(-len(mini_table) // SECTOR), END_OF_CHAIN, 0),
    )
    named = [*range(first, first + table_sectors), *[FREE] * (IN_HEADER - table_sectors)]
    return b"".join([header, struct.pack(f"<{IN_HEADER}I", *named), *sectors, table])


def _entries(streams: Mapping[str, bytes]) -> list[Entry]:
    """The root first, every other entry after its folder."""
    root = Entry("Root Entry", ROOT, 0)
    entries, folders = [root], {"": root}
    for path, data in streams.items():
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[folder] = Entry(folder, STORAGE, len(entries))
            root.children.append(folders[folder])
            entries.append(folders[folder])
        entry = Entry(name, STREAM, len(entries), data)
        folders[folder].children.append(entry)
        entries.append(entry)
    return entries


def _order(entry: Entry) -> tuple[int, str]:
    """Siblings stand by the length of their names, then by the names in capitals ([MS-CFB] 2.6.4)."""
    return len(entry.name.encode("utf-16-le")), entry.name.upper()


def _tree(siblings: list[Entry], depth: int = 0, deepest: int | None = None) -> int:
    """A balanced tree; its last, unfilled level is red and all above black, so that it is a valid red-black tree."""
    if not siblings:
        return NO_ENTRY
    if deepest is None:
        levels = len(siblings).bit_length()
        deepest = -1 if len(siblings) == 2**levels - 1 else levels - 1
    middle = len(siblings) // 2
    entry = siblings[middle]
    entry.colour = RED if depth == deepest else BLACK
    entry.left = _tree(siblings[:middle], depth + 1, deepest)
    entry.right = _tree(siblings[middle + 1 :], depth + 1, deepest)
    return entry.number


def _chain(data: bytes, size: int, sectors: list[bytes], chains: list[int]) -> int:
    """Append the data in sectors and link them; the number of the first."""
    first, count = len(sectors), -(-len(data) // size)
    sectors += [data[i * size : (i + 1) * size].ljust(size, b"\0") for i in range(count)]
    chains += [*range(first + 1, first + count), END_OF_CHAIN][:count]
    return first if count else END_OF_CHAIN


def _filled(data: bytes, filler: bytes) -> bytes:
    return data.ljust(-(-len(data) // SECTOR) * SECTOR, filler)


def _table_sectors(used: int) -> int:
    """How many sectors the table needs that also lists its own sectors."""
    count = 1
    while count * (SECTOR // 4) < used + count:
        count += 1
    if count > IN_HEADER:
        raise ValueError("the VBA project is larger than 7 MB")
    return count
