"""A workbook file as what it is: a zip of parts, of which only the touched ones are ever rewritten."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self

from ..errors import Fault, refuse
from .entries import Packed, level, packed, put, taken, unpacked
from .files import read_whole, replacing, same_file

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_BOMB_RATIO, _BOMB_SIZE = 200, 100 * 2**20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)


class Package:
    """The parts of one workbook file, in their order, with the changes made so far.

    The file is read once and not kept open, so that the person can go on using it.
    """

    def __init__(self, path: Path, raw: bytes, archive: zipfile.ZipFile):
        self.path = path
        self.raw = raw
        self._archive = archive
        self._infos = {info.filename: info for info in archive.infolist()}
        self._changed: dict[str, bytes | Future[Packed]] = {}
        self._sound: set[str] = set()  # unchanged parts that were unpacked and are what the directory says
        self._removed: set[str] = set()

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Errors: a Fault for anything that is not an undamaged .xlsx-like zip, saying what it is instead."""
        path = Path(path)
        raw = read_whole(path)
        try:
            archive = _archive(path.name, raw)
            _check(path.name, archive)
        except _DAMAGED as error:
            raise _damaged(path.name) from error
        return cls(path, raw, archive)

    @property
    def names(self) -> list[str]:
        """The parts' names in the order of the file, new ones last."""
        added = [name for name in self._changed if name not in self._infos]
        return [name for name in self._infos if name not in self._removed] + added

    @property
    def changed(self) -> bool:
        """Whether any part differs from the file that was opened."""
        return bool(self._removed) or any(
            name not in self._infos or self.read(name) != self._archive.read(name) for name in self._changed
        )

    def __contains__(self, name: str) -> bool:
        return name in self._changed or (name in self._infos and name not in self._removed)

    def read(self, name: str) -> bytes:
        """A part's bytes as they would be saved now. Errors: a Fault if the part is missing or damaged."""
        if name in self._changed:
            data = self._changed[name]
            return data if isinstance(data, bytes) else unpacked(data.result())
        if name not in self:
            raise refuse(
                f"{self.path.name} lacks its part {name}, so it is damaged: open it in Excel, save it and try again."
            )
        return self.opened(name)

    def opened(self, name: str) -> bytes:
        """A part's bytes as they stand in the file, whatever has been changed since. Errors: a Fault if it is damaged."""
        try:
            data = self._archive.read(name)
        except _DAMAGED as error:
            raise _damaged(self.path.name) from error
        if len(data) == self._infos[name].file_size and name not in self._changed:
            self._sound.add(name)
        return data

    def size(self, name: str) -> int:
        """How many bytes a part of the file as it was opened has, as its directory says."""
        return self._infos[name].file_size if name in self._infos else 0

    def beginning(self, name: str, size: int = 4096) -> bytes:
        """The first bytes of a part, without unpacking all of it; none where it is damaged."""
        if name in self._changed:
            return self.read(name)[:size]
        try:
            with self._archive.open(name) as part:
                return part.read(size)
        except _DAMAGED:
            return b""

    def replace(self, name: str, data: bytes) -> None:
        """Give an existing part new bytes."""
        if name not in self:
            raise KeyError(name)
        self._changed[name] = data
        self._sound.discard(name)

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Give an existing part new bytes piece by piece: they are compressed while they come, and kept so."""
        if name not in self:
            raise KeyError(name)
        deflated = self._entry(name).compress_type == zipfile.ZIP_DEFLATED
        self._changed[name] = packed(pieces) if deflated else b"".join(pieces)
        self._sound.discard(name)

    def add(self, name: str, data: bytes) -> None:
        """Add a part at the end of the file."""
        if name in self:
            raise KeyError(name)
        self._changed[name] = data
        self._removed.discard(name)

    def remove(self, name: str) -> None:
        """Leave a part out of the saved file."""
        if name not in self:
            raise KeyError(name)
        self._changed.pop(name, None)
        self._sound.discard(name)
        if name in self._infos:
            self._removed.add(name)

    def save(self, target: str | Path, *, in_place: bool = False) -> None:
        """Write the package to `target`: unchanged parts as they are compressed, every entry with its date and method.

        Errors: a Fault if `target` is the opened file (unless `in_place`) or cannot be written; nothing is left behind.
        """
        if not in_place and same_file(self.path, target):
            raise refuse(
                f"{self.path.name} is the file that was read and is never overwritten: save under another name."
            )
        with replacing(target) as file, zipfile.ZipFile(file, "w") as copy:
            for name in self.names:
                data = self._to_save(name)
                if isinstance(data, Packed):
                    put(copy, self._entry(name), data)
                else:
                    copy.writestr(self._entry(name), data, compresslevel=level(len(data)))
            copy.comment = self._archive.comment

    def copy(self, file: BinaryIO, instead: Mapping[str, Iterable[bytes | memoryview]]) -> None:
        """Write the file as it was opened, with other bytes in some parts: for a reader, so nothing is compressed or checked."""
        with zipfile.ZipFile(file, "w") as copy:
            for name, info in self._infos.items():
                if name not in instead:
                    put(copy, self._entry(name), taken(self.raw, info))
                    continue
                with copy.open(zipfile.ZipInfo(name), "w") as part:
                    part.writelines(instead[name])

    def _to_save(self, name: str) -> Packed | bytes:
        if name in self._changed:
            changed = self._changed[name]
            return changed.result() if isinstance(changed, Future) else changed
        data = None if name in self._sound else self.read(name)  # a damaged part is refused, not handed on
        return taken(self.raw, self._infos[name]) if data is None or name in self._sound else data

    def _entry(self, name: str) -> zipfile.ZipInfo:
        old = self._infos.get(name)
        # The earliest date a zip can hold says nothing about when or where the file was made.
        entry = zipfile.ZipInfo(name, old.date_time if old else (1980, 1, 1, 0, 0, 0))
        entry.compress_type = old.compress_type if old else zipfile.ZIP_DEFLATED
        if old:
            entry.external_attr, entry.create_system, entry.comment = old.external_attr, old.create_system, old.comment
        return entry


def _archive(name: str, raw: bytes) -> zipfile.ZipFile:
    if raw.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise refuse(
                f"{name} is protected with a password to open it: "
                "open it in Excel, save a copy without the password and use that."
            )
        if any(stream.encode("utf-16-le") in raw for stream in ("Workbook", "Book")):
            raise refuse(f"{name} is an old .xls workbook: open it in Excel and save it as .xlsx.")
    if not raw.startswith(b"PK"):
        raise refuse(f"{name} is not an Excel workbook: give an .xlsx or .xlsm file.")
    return zipfile.ZipFile(io.BytesIO(raw))


def _check(name: str, archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    names = {info.filename for info in infos}
    if any(_escapes(info.filename) for info in infos):
        raise refuse(f"{name} holds parts that point outside the file, which no Excel does: do not open it.")
    inflated = sum(info.file_size for info in infos)
    if inflated > _BOMB_SIZE and inflated > _BOMB_RATIO * max(1, sum(info.compress_size for info in infos)):
        raise refuse(
            f"{name} would unpack to {inflated // 2**20:,} MB, over {_BOMB_RATIO} times its size: "
            "a workbook does not do that, so it was not opened."
        )
    if any(info.flag_bits & 1 for info in infos):
        raise refuse(f"{name} is a zip with a password, not a workbook: unpack it and use the workbook inside.")
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise refuse(f"{name} is an OpenDocument spreadsheet: save it as .xlsx and use that.")
    if "xl/workbook.bin" in names:
        raise refuse(f"{name} is a binary .xlsb workbook: open it in Excel and save it as .xlsx.")
    if "[Content_Types].xml" not in names:
        raise refuse(f"{name} is a zip but not a workbook (no [Content_Types].xml in it): give an .xlsx or .xlsm file.")
    if len(names) != len(infos):
        raise _damaged(name)


def _escapes(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[0] if path.parts else True


def _damaged(name: str) -> Fault:
    return refuse(f"{name} is damaged or was cut short: fetch it again, or open it in Excel and save a copy.")
