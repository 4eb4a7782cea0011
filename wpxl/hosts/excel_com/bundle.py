"""One zip for Windows machines without Python: Python itself, wpxl with all it needs, and a few lines that put it in.

The parts are the Windows embeddable package from python.org, wheels for 64-bit Windows and, where wanted, a pack of lookup
tables. Wheels are unpacked here, because that Python has no pip. pip chooses the wheels, from the network or from a folder;
run on another system it leaves out what is needed on Windows alone, so that is named, and checked afterwards.
"""

from __future__ import annotations

import email.parser
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from ...errors import Fault, refuse
from . import place, zips

WINDOWS_ONLY = ("pywin32", "colorama", "tzdata")
SITE = "Lib/site-packages"
AMD64 = 0x8664  # in the header of python.exe
ROOT = Path(__file__).resolve().parents[3]
PAPERS = Path(__file__).with_name("bundled")  # what people read and start, as it goes into the zip
# xlwings works without its PRO part, which has another licence than the rest (BSD), and wpxl uses nothing of it
LEFT_OUT = ("xlwings/pro/", "xlwings/xlwingslib", "xlwings/addin/")
Say = Callable[[str], None]


class Made(NamedTuple):
    python: str
    wheels: list[str]


def bundle(embedded: Path, output: Path, wheels: Path | None, tables: Path | None, say: Say) -> Made:
    """Write the zip to `output`, whole or not at all. Raises a Fault that says which part does not do."""
    from ...store import pack

    if tables is not None and not pack.is_pack(tables):
        raise refuse(f"{tables.name} is not a pack of tables: make one with 'wpxl data pack'.")
    python, version = _python(embedded)
    with tempfile.TemporaryDirectory() as folder:
        chosen = _wheels(Path(folder), version, wheels, say)
        say("Putting the zip together …")
        files = [*python, *_packages(chosen)]
        listing = [*([tables] if tables else []), embedded, *chosen]
        files += _papers(version, listing)
        if tables is not None:
            files.append(zips.stored("tables.zip", tables.read_bytes()))
        _write(output, files)
        return Made(version, [wheel.name for wheel in chosen])


def _write(output: Path, files: list[zips.Entry]) -> None:
    from ...store.hold import because

    names = [entry.name.lower() for entry in files]
    twice = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if twice:
        raise refuse(f"Two of the packages bring a file of one name ({twice}): leave one of them out.")
    draft = output.with_name(f".{output.name}.tmp")
    try:
        zips.write(draft, [entry._replace(name=f"wpxl-windows/{entry.name}") for entry in files])
        draft.replace(output)
    except (OSError, ValueError) as error:
        said = because(error) if isinstance(error, OSError) else "it is larger than 4 GB: leave the tables out"
        raise refuse(f"{output} could not be written: {said}.") from error
    finally:
        draft.unlink(missing_ok=True)


# ------------------------------------------------------------------------------------------------------------- Python


def _python(path: Path) -> tuple[list[zips.Entry], str]:
    """The files of the embeddable package, told to look where the packages will be, and its version (3.12)."""
    files = _opened(path)
    paths = [name for name in files if re.fullmatch(r"python3\d+\._pth", name)]
    if len(paths) != 1 or "pythonw.exe" not in files:
        raise refuse(
            f"{path.name} is not the Windows embeddable package of Python: on python.org it is the zip whose name ends in "
            "-embed-amd64.zip."
        )
    version = f"3.{paths[0][7:-5]}"
    if int(version[2:]) < 11:
        raise refuse(f"{path.name} holds Python {version}; wpxl needs 3.11 or later.")
    if _processor(_content(path, "pythonw.exe")) != AMD64:
        raise refuse(
            f"{path.name} is not for 64-bit (x86-64) Windows: take the zip whose name ends in -embed-amd64.zip."
        )
    library = paths[0].replace("._pth", ".zip")
    told = f"{library}\r\n.\r\n{SITE.replace('/', chr(92))}\r\nimport site\r\n"  # site reads pywin32's own .pth file
    files[paths[0]] = zips.stored(paths[0], told.encode("ascii"))
    return [entry._replace(name=f"python/{entry.name}") for entry in files.values()], version


def _processor(program: bytes) -> int:
    """The processor a Windows program is for: a number in its header (PE format, COFF file header)."""
    at = int.from_bytes(program[60:64], "little")
    return int.from_bytes(program[at + 4 : at + 6], "little") if program[at : at + 4] == b"PE\0\0" else 0


def _opened(path: Path) -> dict[str, zips.Entry]:
    from ...store.hold import because

    try:
        return {entry.name: entry for entry in zips.entries(path)}
    except zipfile.BadZipFile as error:
        raise refuse(f"{path.name} is not a whole zip file ({error}): get it again.") from error
    except OSError as error:
        raise refuse(f"{path} cannot be read: {because(error)}.") from error


def _content(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


# ------------------------------------------------------------------------------------------------------------- wheels


def _wheels(folder: Path, version: str, given: Path | None, say: Say) -> list[Path]:
    """wpxl's own wheel and those it needs on Windows, as pip chooses them."""
    if given is not None and not given.is_dir():
        raise refuse(f"{given} is not a folder of wheels.")
    own = _own_wheel(folder, given, say)
    if f"wpxl/_shipped/workbook/{place.ADDIN}" not in _opened(own):
        raise refuse(f"{own.name} has no add-in in it: build it from a whole copy of wpxl.")
    say("Choosing the packages …" if given else "Fetching the packages …")
    wanted = folder / "wheels"
    source = ["--no-index", "--find-links", str(given)] if given else []
    kind = ["--platform", "win_amd64", "--python-version", version, "--only-binary=:all:"]
    _pip("download", "--quiet", *kind, *source, "--dest", str(wanted), str(own), *WINDOWS_ONLY)
    chosen = sorted(wanted.glob("*.whl"), key=lambda path: path.name.lower())
    _complete(chosen)
    return chosen


def _own_wheel(folder: Path, given: Path | None, say: Say) -> Path:
    there = sorted(given.glob("wpxl-*.whl")) if given else []
    if there:
        return there[-1]
    if not (ROOT / "pyproject.toml").exists():
        raise refuse(
            "wpxl's own wheel is needed: put it into a folder with the others and name the folder with --wheels."
        )
    say("Building wpxl …")
    _pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    return next(folder.glob("wpxl-*.whl"))


def _pip(*arguments: str) -> None:
    settings = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if "--no-index" in arguments:  # the folder alone: no other place that pip's own settings name
        settings = {name: value for name, value in settings.items() if not name.startswith("PIP_")}
        settings["PIP_CONFIG_FILE"] = os.devnull
    command = [sys.executable, "-m", "pip", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", errors="replace", env=settings, check=False
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        said = next((line for line in lines if line.startswith("ERROR")), lines[-1] if lines else "no reason given")
        raise refuse(f"pip could not get the packages. It says: {said.removeprefix('ERROR: ')[:300]}")


def _complete(wheels: list[Path]) -> None:
    """Whether everything is there that a package needs on Windows alone: pip on another system does not see it."""
    there = {_plain(wheel.name.partition("-")[0]) for wheel in wheels}
    for wheel in wheels:
        for line in _needs(wheel):
            name = re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]
            on_windows = re.search(r"""==\s*["'](win32|Windows|nt)["']""", line)
            if on_windows and "extra" not in line and _plain(name) not in there:
                raise refuse(f"{wheel.name} needs {name} on Windows, which is not among the packages.")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _needs(wheel: Path) -> list[str]:
    name = next((n for n in _opened(wheel) if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)), None)
    if name is None:
        raise refuse(f"{wheel.name} is not a whole wheel: get it again.")
    facts = email.parser.BytesHeaderParser().parsebytes(_content(wheel, name))
    return [str(line) for line in facts.get_all("Requires-Dist", [])]


def _packages(wheels: list[Path]) -> Iterable[zips.Entry]:
    """The wheels' files where Python looks for them. Scripts stay behind: `python -m wpxl` needs none."""
    for wheel in wheels:
        for entry in _opened(wheel).values():
            parts = entry.name.split("/")
            if ".." in parts or entry.name.startswith("/"):
                raise Fault("#VALUE!", f"{wheel.name} holds a file that points out of its folder, so it is not taken.")
            if parts[0].endswith(".data"):
                if parts[1] not in ("purelib", "platlib"):
                    continue
                parts = parts[2:]
            if "/".join(parts).startswith(LEFT_OUT):
                continue
            yield entry._replace(name=f"python/{SITE}/{'/'.join(parts)}")


# ------------------------------------------------------------------------------------------------------------- papers


def _papers(version: str, parts: list[Path]) -> list[zips.Entry]:
    """The folder `bundled`, as Windows writes text, and the list of what the zip was made from."""
    lines = [f"wpxl for Excel on Windows, with Python {version} (64-bit). Parts and their SHA-256:", ""]
    lines += [f"{hashlib.sha256(part.read_bytes()).hexdigest()}  {part.name}" for part in parts]
    papers = {paper.name: paper.read_text("utf-8") for paper in sorted(PAPERS.iterdir()) if paper.is_file()}
    papers["python/wpxl.cmd"] = papers.pop("wpxl.cmd")
    papers["CONTENTS.txt"] = "\n".join(lines) + "\n"
    return [zips.stored(name, text.replace("\n", "\r\n").encode("utf-8")) for name, text in papers.items()]
