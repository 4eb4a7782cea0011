"""LibreOffice on this machine: where it is, how old it is, and running it apart from everybody's own.

A run of wpxl's own has a profile and an extension of its own in a folder that is thrown away: the person's LibreOffice, its
settings and its open documents are left alone. *Not yet seen on Windows and macOS*: the places there are those of The
Document Foundation's own installers.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import IO, NamedTuple

from ...errors import refuse
from ...store import home
from .extension import OLDEST, build

LIMIT = 300  # seconds for one run
SYSTEM = ("/usr/bin", "/bin")  # where the Python is that a distribution's LibreOffice was made with
INSTALL = {
    "Windows": "install LibreOffice from libreoffice.org",
    "Darwin": "install LibreOffice from libreoffice.org",
    "Linux": "install it, on Debian 12:  apt install -t bookworm-backports libreoffice-calc python3-uno",
}
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""  # 0: always, so that no cell keeps a value that it was saved with


class Office(NamedTuple):
    """A LibreOffice: its program, and its version (25.2.3)."""

    program: Path
    version: str

    @property
    def old(self) -> bool:
        return tuple(int(part) for part in self.version.split(".")[:2]) < OLDEST


def find() -> Office | None:
    """The newest LibreOffice here; the one on the PATH if there are several of one age."""
    found = [Office(program, version) for program in _places() if (version := _version(program))]
    return max(found, key=lambda office: not office.old, default=None)


def needed() -> Office:
    """The LibreOffice here. Raises a Fault where there is none, or none that is new enough."""
    office, oldest = find(), ".".join(map(str, OLDEST))
    how = INSTALL.get(platform.system(), INSTALL["Linux"])
    if office is None:
        raise refuse(f"LibreOffice was not found on this machine, and wpxl needs {oldest} or later: {how}")
    if office.old:
        raise refuse(f"This is LibreOffice {office.version}, and wpxl needs {oldest} or later: {how}")
    return office


def _places() -> list[Path]:
    """The programs there may be, each once."""
    names = ["soffice", "libreoffice"]
    if platform.system() == "Windows":  # .com writes what it says, .exe does not
        names = ["soffice.com"]
        roots = [os.environ.get(name) for name in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)", "LOCALAPPDATA")]
        fixed = [Path(root) / "LibreOffice" / "program" / "soffice.com" for root in roots if root]
    elif platform.system() == "Darwin":
        applications = (Path("/Applications"), Path.home() / "Applications")
        fixed = [folder / "LibreOffice.app" / "Contents" / "MacOS" / "soffice" for folder in applications]
    else:
        fixed = [
            Path("/usr/lib/libreoffice/program/soffice"),
            *sorted(Path("/opt").glob("libreoffice*/program/soffice")),
        ]
    on_path = [Path(there) for name in names if (there := shutil.which(name))]
    programs = [path for path in [*on_path, *fixed] if path.is_file()]
    return list({path.resolve(): path for path in reversed(programs)}.values())[::-1]


@functools.cache
def _version(program: Path) -> str | None:
    try:
        said = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=60,
            env=surroundings(),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    seen = re.search(r"LibreOffice (\d+(?:\.\d+)+)", said.stdout)
    return seen[1] if seen else None


# ---------------------------------------------------------------------------------------------------- a run of wpxl's own


def apart(folder: Path) -> list[str]:
    """Put a profile and the extension into `folder`; the options by which LibreOffice uses them and nobody else's.

    The profile recalculates every formula on loading. The extension's process runs with this Python.
    """
    profile, extensions = folder / "profile", folder / "extensions"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, "utf-8")
    unpack(extensions / "wpxl")
    # As a bundled extension it needs no unopkg, which refuses to run as root
    return [
        f"-env:UserInstallation={profile.resolve().as_uri()}",
        f"-env:BUNDLED_EXTENSIONS={extensions.resolve().as_uri()}",
        "--headless",
        "--norestore",
        "--nologo",
    ]


def unpack(folder: Path) -> None:
    """The extension's files, which start this Python."""
    with zipfile.ZipFile(io.BytesIO(build({"python": sys.executable, "home": str(home().absolute())}))) as archive:
        archive.extractall(folder)


def convert(
    office: Office, options: list[str], book: Path, output: Path, kind: str = "xlsx", limit: float = LIMIT
) -> Path:
    """Load a workbook and save it as another, into the folder `output`. Raises a Fault that says why not."""
    made = output / f"{book.stem}.{kind.partition(':')[0]}"
    made.unlink(missing_ok=True)  # an earlier one is no answer
    said = run(office.program, [*options, "--convert-to", kind, "--outdir", str(output), str(book)], limit)[1]
    if not made.exists():
        lines = [line for line in said.splitlines() if line.strip() and line[0] != "#" and "java" not in line]
        raise refuse(f"LibreOffice made nothing of {book.name}: {' '.join(lines)[:200] or 'it said nothing.'}")
    return made


def run(program: Path, arguments: list[str], limit: float = LIMIT) -> tuple[int, str]:
    """Its exit code and what it said. Raises a Fault where it did not end in time; then all that it started was ended."""
    process = start(program, arguments)
    try:
        said = process.communicate(timeout=limit)[0]
    except BaseException as error:
        end(process)
        if isinstance(error, subprocess.TimeoutExpired):
            raise refuse(f"LibreOffice had not finished after {limit:g} seconds and was ended.") from error
        raise
    return process.returncode, said.decode("utf-8", "replace")


def start(program: Path, arguments: list[str], said: int | IO[bytes] = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Its process, which `end` ends with all that it starts. said: where its words go; its `stdout`, or a file."""
    return subprocess.Popen(
        [str(program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=subprocess.STDOUT,
        env=surroundings(),
        start_new_session=os.name != "nt",
    )


def surroundings() -> dict[str, str]:
    """The environment of a LibreOffice.

    Where no language is set, as on a server, it waits for ever at a path with letters beyond ASCII. And a distribution's one
    takes the first python3 of the PATH for the home of its own Python: an activated virtual environment of another version
    would bring it down.
    """
    found = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    if platform.system() == "Linux":
        named = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := os.environ.get(name))), "")
        found |= {} if "utf" in named.lower() else {"LC_ALL": "C.UTF-8"}
        folders = found.get("PATH", "").split(os.pathsep)
        others = [folder for folder in folders if folder not in SYSTEM and not (Path(folder) / "python3").exists()]
        found["PATH"] = os.pathsep.join([*others, *SYSTEM])
    return found


def end(process: subprocess.Popen[bytes]) -> None:
    """LibreOffice starts programs under other numbers, which are to end with it."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
