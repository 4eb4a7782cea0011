"""The zip for Windows machines without Python: made from small parts of the published layouts, by pip's own choice."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwings
from conftest import zipped
from test_ingest import nspl

from wpxl import ingest
from wpxl.errors import Fault
from wpxl.hosts.excel_com import bundle, zips
from wpxl.store import pack

Run = Callable[..., tuple[int, str, str]]


def program(processor: int) -> bytes:
    """The beginning of a Windows program: its header says which processor it is for."""
    return b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", processor)


def embeddable(path: Path, processor: int = 0x8664, version: str = "312") -> Path:
    path.write_bytes(
        zipped(
            **{
                "python.exe": program(processor),
                "pythonw.exe": program(processor),
                f"python{version}.zip": b"library",
                f"python{version}._pth": f"python{version}.zip\r\n.\r\n#import site\r\n".encode(),
            }
        )
    )
    return path


def wheel(folder: Path, name: str, needs: tuple[str, ...] = (), tag: str = "py3-none-any", **files: bytes) -> Path:
    info = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n" + "".join(f"Requires-Dist: {n}\n" for n in needs)
    members = {
        f"{name}/__init__.py": f"name = {name!r}\n".encode() * 20,
        **files,
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
        f"{info}/RECORD": b"",
    }
    path = folder / f"{name}-1.0-{tag}.whl"
    path.write_bytes(zipped(**members))
    return path


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """A folder with Python and the wheels that a small wpxl needs on Windows."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    embeddable(tmp_path / "python-3.12.4-embed-amd64.zip")
    wheel(wheels, "wpxl", ("xlwings", "click>=1"), **{"wpxl/_shipped/workbook/wpxl.xlam": b"PK add-in"})
    wheel(
        wheels,
        "xlwings",
        ('pywin32; platform_system == "Windows"', 'jinja2; sys_platform == "win32" and extra == "all"'),
    )
    wheel(
        wheels, "click", ('colorama; platform_system == "Windows"',), **{"click-1.0.data/purelib/extra.py": b"x = 1\n"}
    )
    wheel(
        wheels,
        "pywin32",
        tag="cp312-cp312-win_amd64",
        **{"pywin32.pth": b"win32\n", "pywin32-1.0.data/scripts/a.py": b""},
    )
    wheel(wheels, "colorama")
    wheel(wheels, "tzdata")
    wheel(wheels, "unwanted")
    return tmp_path


def made(parts: Path, name: str = "out.zip", tables: Path | None = None) -> dict[str, bytes]:
    python = parts / "python-3.12.4-embed-amd64.zip"
    bundle.bundle(python, parts / name, parts / "wheels", tables, lambda _: None)
    with zipfile.ZipFile(parts / name) as archive:
        assert archive.testzip() is None
        return {n.removeprefix("wpxl-windows/"): archive.read(n) for n in archive.namelist()}


def test_what_is_in_it(parts: Path) -> None:
    files = made(parts)
    site = "python/Lib/site-packages/"
    assert files["python/python312._pth"] == b"python312.zip\r\n.\r\nLib\\site-packages\r\nimport site\r\n"
    assert files["python/pythonw.exe"] == program(0x8664)
    assert files[f"{site}wpxl/_shipped/workbook/wpxl.xlam"] == b"PK add-in"
    assert files[f"{site}extra.py"] == b"x = 1\n" and files[f"{site}pywin32.pth"] == b"win32\n"
    assert {n.split("/")[3] for n in files if n.endswith("__init__.py")} == {
        "wpxl",
        "xlwings",
        "click",
        "pywin32",
        "colorama",
        "tzdata",
    }
    assert not any("scripts" in name or "xlwings/pro" in name or "xlwingslib" in name for name in files)
    for path in [parts / "python-3.12.4-embed-amd64.zip", *parts.glob("wheels/[cptwx]*.whl")]:
        assert f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" in files["CONTENTS.txt"].decode()


def test_xlwings_answers_without_its_pro_part(tmp_path: Path) -> None:
    theirs = Path(xlwings.__file__).parent
    shutil.copytree(theirs, tmp_path / "xlwings", ignore=shutil.ignore_patterns("pro", "xlwingslib*", "addin", "*.pyc"))
    program = """if 1:
        from windows_stub import as_windows
        with as_windows() as xlwings:
            from xlwings.com_server import XLPython
            print(xlwings.__file__, XLPython().CallUDF("wpxl.hosts.excel_com.udfs", "WP_POSTCODE_FORMAT", ("tf75ug",)))
    """
    paths = os.pathsep.join([str(tmp_path), str(Path(__file__).parent)])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.strip() == f"{tmp_path / 'xlwings' / '__init__.py'} TF7 5UG", done.stderr


def test_the_scripts_are_few_readable_lines_for_windows(parts: Path) -> None:
    files = made(parts)
    for name in ("install.cmd", "uninstall.cmd", "python/wpxl.cmd"):
        text = files[name].decode("ascii")
        assert text.count("\r\n") == text.count("\n") <= 25
        assert not any(word in text.lower() for word in ("runas", "powershell", "curl", "http", "reg add", "&&"))
    assert b'"%~dp0python.exe"' in files["python/wpxl.cmd"] and b"Unblock" in files["READ ME.txt"]
    assert (
        b"-m wpxl addin install" in files["install.cmd"] and b"-m wpxl addin uninstall --yes" in files["uninstall.cmd"]
    )


def test_the_same_parts_give_the_same_bytes(parts: Path) -> None:
    made(parts, "one.zip")
    made(parts, "two.zip")
    assert (parts / "one.zip").read_bytes() == (parts / "two.zip").read_bytes()


def test_with_tables(parts: Path, home: Path) -> None:
    (parts / "NSPL_NOV_2021.csv").write_bytes(nspl())
    ingest.add([parts / "NSPL_NOV_2021.csv"])
    pack.write(parts / "packed.zip")
    assert made(parts, tables=parts / "packed.zip")["tables.zip"] == (parts / "packed.zip").read_bytes()
    with pytest.raises(Fault, match="not a pack of tables"):
        made(parts, tables=parts / "NSPL_NOV_2021.csv")


def remove(name: str) -> Callable[[Path], Any]:
    return lambda parts: [path.unlink() for path in parts.glob(f"wheels/{name}-*")]


def python(**named: Any) -> Callable[[Path], Any]:
    return lambda parts: embeddable(parts / "python-3.12.4-embed-amd64.zip", **named)


def new_need(parts: Path) -> None:
    wheel(parts / "wheels", "click", ('winpty; os_name == "nt"',))


def without_addin(parts: Path) -> None:
    wheel(parts / "wheels", "wpxl", ("xlwings",))


def cut(parts: Path) -> None:
    path = parts / "python-3.12.4-embed-amd64.zip"
    path.write_bytes(path.read_bytes()[:-100])


def not_python(parts: Path) -> None:
    (parts / "python-3.12.4-embed-amd64.zip").write_bytes(zipped(a=b"x"))


def outside(parts: Path) -> None:
    wheel(parts / "wheels", "colorama", **{"../evil.py": b"x"})


def the_same_file(parts: Path) -> None:
    wheel(parts / "wheels", "colorama", **{"Click/__init__.py": b"x"})


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (remove("pywin32"), "pip could not get the packages. It says: .*pywin32"),
        (remove("xlwings"), "pip could not get the packages. It says: .*xlwings"),
        (new_need, "needs winpty on Windows"),
        (without_addin, "has no add-in in it"),
        (python(processor=0x14C), "not for 64-bit"),
        (python(processor=0xAA64), "not for 64-bit"),
        (python(version="310"), "holds Python 3.10; wpxl needs 3.11"),
        (cut, "not a whole zip file"),
        (not_python, "not the Windows embeddable package"),
        (outside, "points out of its folder"),
        (the_same_file, r"Two of the packages bring a file of one name \(python/lib/site-packages/click/"),
    ],
)
def test_a_part_that_will_not_do(parts: Path, spoil: Any, sentence: str) -> None:
    spoil(parts)
    with pytest.raises(Fault, match=sentence):
        made(parts)
    assert not (parts / "out.zip").exists() and not list(parts.glob(".out*"))


def test_the_command(parts: Path, run: Run) -> None:
    given = ("--python", str(parts / "python-3.12.4-embed-amd64.zip"), "--wheels", str(parts / "wheels"))
    code, out, _ = run("addin", "bundle", *given, "-o", str(parts / "b.zip"))
    assert code == 0 and "Python 3.12, 6 packages" in out and "install.cmd" in out
    code, _, err = run("addin", "bundle", "--python", str(parts / "none.zip"), "-o", str(parts / "c.zip"))
    assert code == 1 and "cannot be read" in err


class TestZips:
    def test_what_is_packed_is_carried_over_as_it_stands(self, tmp_path: Path) -> None:
        (tmp_path / "in.zip").write_bytes(zipped(b=b"x" * 1000, a="é".encode()))
        before = {entry.name: entry.packed for entry in zips.entries(tmp_path / "in.zip")}
        zips.write(tmp_path / "out.zip", zips.entries(tmp_path / "in.zip"))
        assert {entry.name: entry.packed for entry in zips.entries(tmp_path / "out.zip")} == before
        with zipfile.ZipFile(tmp_path / "out.zip") as archive:
            assert archive.namelist() == ["a", "b"] and archive.read("b") == b"x" * 1000
            assert archive.infolist()[1].compress_size < 100
            assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}

    def test_what_another_program_adds_to_a_header_is_left_out(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
            info = zipfile.ZipInfo("a")
            info.extra = struct.pack("<2H4s", 0xCAFE, 4, b"more")
            archive.writestr(info, b"hello")
        assert [entry.packed for entry in zips.entries(tmp_path / "in.zip")] == [b"hello"]

    def test_damage_is_seen(self, tmp_path: Path) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a", b"hello")
        (tmp_path / "in.zip").write_bytes(out.getvalue().replace(b"hello", b"jello"))
        with pytest.raises(zipfile.BadZipFile):
            list(zips.entries(tmp_path / "in.zip"))
