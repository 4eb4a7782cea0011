"""What was not changed is saved as it was compressed, whatever wrote the file, and never a damaged part."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from wpxl.errors import Fault
from wpxl.workbooks.package import Package

DATE = (2024, 2, 29, 12, 30, 58)
PARTS = {
    "[Content_Types].xml": (b"<Types/>", zipfile.ZIP_DEFLATED),
    "xl/sheet.xml": (b"<row/>" * 50_000, zipfile.ZIP_DEFLATED),
    "xl/picture.png": (bytes(range(256)) * 10, zipfile.ZIP_STORED),
    "xl/dünn.bin": (b"thin" * 1000, zipfile.ZIP_BZIP2),
    "xl/long.bin": (b"long" * 1000, zipfile.ZIP_LZMA),
    "xl/empty.xml": (b"", zipfile.ZIP_DEFLATED),
}


class Pipe(io.BytesIO):
    """A file that can only be written on: what stands before an entry cannot be set right once its size is known."""

    def seekable(self) -> bool:
        return False

    def seek(self, at: int, whence: int = 0) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def written(path: Path, file: io.BytesIO, *, wide: bool = False) -> Path:
    """The parts in a zip. wide: with the fields of entries over 4 GB."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, (data, method) in PARTS.items():
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type, entry.comment, entry.extra = method, b"by hand", b"\xfe\xca\x02\x00ok"
            with archive.open(entry, "w", force_zip64=wide) as part:
                part.write(data)
        archive.comment = b"for the whole"
    path.write_bytes(file.getvalue())
    return path


def compressed(path: Path) -> dict[str, bytes]:
    """The bytes of each entry as the file holds them, found from its own header, which has to agree with the directory."""
    raw = path.read_bytes()
    found = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            at = info.header_offset
            assert raw[at : at + 4] == b"PK\3\4"
            (flags, method), lengths = struct.unpack("<HH", raw[at + 6 : at + 10]), raw[at + 26 : at + 30]
            start = at + 30 + sum(struct.unpack("<HH", lengths))
            if not flags & 8 and b"\1\0\x10\0" not in raw[at + 30 : start]:
                assert struct.unpack("<III", raw[at + 14 : at + 26]) == (info.CRC, info.compress_size, info.file_size)
            assert method == info.compress_type
            found[info.filename] = raw[start : start + info.compress_size]
    return found


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("file", [io.BytesIO, Pipe])
def test_unchanged_parts_are_saved_as_they_are_compressed(tmp_path: Path, file: type[io.BytesIO], wide: bool) -> None:
    source, target = written(tmp_path / "a.xlsx", file(), wide=wide), tmp_path / "b.xlsx"
    package = Package.open(source)
    assert [len(package.read(name)) for name in ("xl/sheet.xml", "xl/empty.xml", "xl/picture.png")] == [
        300_000,
        0,
        2_560,
    ]
    package.replace("xl/empty.xml", b"full")
    package.add("xl/new.xml", b"<new/>" * 500_000)
    package.remove("xl/picture.png")
    package.save(target)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        expected = {name: data for name, (data, _) in PARTS.items() if name != "xl/picture.png"}
        expected |= {"xl/empty.xml": b"full", "xl/new.xml": b"<new/>" * 500_000}
        assert {name: archive.read(name) for name in archive.namelist()} == expected
        assert list(expected) == archive.namelist()
        for info in archive.infolist():
            if info.filename in PARTS:
                assert (info.date_time, info.comment, info.compress_type) == (DATE, b"by hand", PARTS[info.filename][1])
        assert archive.comment == b"for the whole"
    before, after = compressed(source), compressed(target)
    for name in ("[Content_Types].xml", "xl/sheet.xml", "xl/dünn.bin", "xl/long.bin"):
        assert after[name] == before[name]
    Package.open(target).save(tmp_path / "c.xlsx")
    assert (tmp_path / "c.xlsx").read_bytes() == target.read_bytes()


@pytest.mark.parametrize("place", ["data", "checksum"])
def test_a_damaged_part_that_nobody_read_is_not_handed_on(tmp_path: Path, place: str) -> None:
    source, target = written(tmp_path / "a.xlsx", io.BytesIO()), tmp_path / "b.xlsx"
    target.write_bytes(b"the old one")
    raw = bytearray(source.read_bytes())
    with zipfile.ZipFile(source) as archive:
        at = archive.getinfo("xl/picture.png").header_offset
    raw[at + 200 if place == "data" else raw.index(b"PK\1\2") + 16] ^= 0x55
    source.write_bytes(raw)
    package = Package.open(source)
    if place == "checksum":  # of the directory's first entry
        with pytest.raises(Fault, match=r"^a\.xlsx is damaged or was cut short: "):
            package.read("[Content_Types].xml")
    with pytest.raises(Fault, match=r"^a\.xlsx is damaged or was cut short: "):
        package.save(target)
    assert target.read_bytes() == b"the old one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


@pytest.mark.parametrize("count", [0, 1, 3_000, 900_000])
def test_a_part_written_in_pieces_is_what_the_pieces_say(tmp_path: Path, count: int) -> None:
    source, target = written(tmp_path / "a.xlsx", io.BytesIO()), tmp_path / "b.xlsx"
    package, expected = Package.open(source), b"".join(b'<row r="%d"/>' % at for at in range(count))
    for name in ("xl/sheet.xml", "xl/picture.png"):
        package.write(name, (b'<row r="%d"/>' % at for at in range(count)))
        assert package.read(name) == expected
        assert package.beginning(name, 20) == expected[:20]
    assert package.changed
    package.save(target)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        for name in ("xl/sheet.xml", "xl/picture.png"):
            assert archive.read(name) == expected
            assert (archive.getinfo(name).compress_type, archive.getinfo(name).date_time) == (PARTS[name][1], DATE)
        assert archive.getinfo("xl/sheet.xml").compress_size < 20 + count * 4
    with pytest.raises(KeyError):
        package.write("xl/nothing.xml", [])


def test_pieces_that_fail_leave_the_part_as_it_was(tmp_path: Path) -> None:
    package = Package.open(written(tmp_path / "a.xlsx", io.BytesIO()))

    def pieces() -> Iterator[bytes]:
        yield b"<row/>" * 5_000_000
        raise ValueError("a cell cannot hold that")

    with pytest.raises(ValueError, match="a cell cannot hold that"):
        package.write("xl/sheet.xml", pieces())
    assert package.read("xl/sheet.xml") == PARTS["xl/sheet.xml"][0]
    assert not package.changed
