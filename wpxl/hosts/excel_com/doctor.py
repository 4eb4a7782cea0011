"""Looking at every part that Excel's functions need, one by one, with what to do where one is wrong."""

from __future__ import annotations

import importlib.metadata
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from ...store import home as here
from ...store import installed
from ..check import BAD, NOTE, OK, Check
from . import office, place, process
from .install import addin_file, unsuitable
from .machine import Machine

AGAIN = "Run: wpxl addin install"
TRIED, EXPECTED = "tf75ug", "TF7 5UG"


def examine(machine: Machine) -> list[Check]:
    """Every check that makes sense on this machine."""
    if machine.system() != "Windows":
        return [*_elsewhere(machine), *tables(machine), *_home(machine)]
    parts: tuple[Callable[[Machine], Iterator[Check]], ...] = (
        _python,
        _packages,
        _registry,
        _addin,
        office.excel,
        office.trust,
        office.others,
        tables,
        _home,
        _server,
        _round_trip,
    )
    return [check for part in parts for check in part(machine)]


def _elsewhere(machine: Machine) -> Iterator[Check]:
    python = machine.python()
    yield Check("Python", OK, f"{python.version}, {python.executable}")
    system = {"Darwin": "macOS"}.get(machine.system(), machine.system())
    yield Check(
        "Excel",
        NOTE,
        f"On {system} Excel cannot ask wpxl: the functions keep the values that a workbook was saved with.",
        "What works here: wpxl profile (a postcode list), wpxl act (a button of the ribbon, on a file), wpxl call, wpxl data, "
        "and the functions in LibreOffice Calc.",
    )


def _python(machine: Machine) -> Iterator[Check]:
    python = machine.python()
    reason = unsuitable(machine)
    yield Check("Python", BAD if reason else OK, f"{python.version}, {python.build}, {python.executable}", reason or "")
    if machine.elevated():
        yield Check(
            "Rights",
            NOTE,
            "This window runs as administrator.",
            "Use an ordinary one: an Excel that runs as administrator does not see what is installed for a user.",
        )


def _packages(machine: Machine) -> Iterator[Check]:
    """What wpxl's own description asks for, and pywin32, which only Windows needs."""
    try:
        needed = importlib.metadata.requires("wpxl") or []
    except importlib.metadata.PackageNotFoundError:
        needed = []
    names = [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in needed if "extra ==" not in line]
    there, missing = [], []
    for name in names:
        try:
            there.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if not machine.has("win32com"):
        missing.append("pywin32")
    if missing:
        fix = f"Run: python -m pip install {' '.join(missing)}"
        yield Check("Packages", BAD, f"missing: {', '.join(missing)}", fix)
    else:
        yield Check("Packages", OK, ", ".join(there))


def _registry(machine: Machine) -> Iterator[Check]:
    wrong = [key for key, value in place.entries(machine) if key != place.SERVER_KEY and machine.read(key) != value]
    server = machine.read(place.SERVER_KEY)
    if not isinstance(server, str) or not server:
        yield Check("Registry", BAD, f"{place.SERVER_KEY} is missing: Excel does not know wpxl.", AGAIN)
        return
    program = place.interpreter(server)
    if wrong:
        yield Check("Registry", BAD, f"missing or changed: {', '.join(wrong)}", AGAIN)
    elif not _exists(program):
        yield Check("Registry", BAD, f"The Python that Excel is to start is no longer there: {program}", AGAIN)
    elif server != place.command(machine):
        yield Check("Registry", NOTE, f"Excel starts another Python than this one: {server}", f"To change it: {AGAIN}")
    else:
        yield Check("Registry", OK, server)


def _exists(program: str) -> bool:
    try:
        return Path(program).is_file()
    except OSError:
        return False


def _addin(machine: Machine) -> Iterator[Check]:
    from ... import __version__

    file = place.startup_folder(machine) / place.ADDIN
    if not file.exists():
        yield Check("Add-in", BAD, f"{file} is missing: Excel opens no wpxl.", AGAIN)
        return
    noted = str(place.record(machine).get("wpxl", ""))
    if file.read_bytes() != addin_file().read_bytes():
        yield Check(
            "Add-in", BAD, f"{file} is not the one of this wpxl {__version__} (installed: {noted or '?'}).", AGAIN
        )
    else:
        yield Check("Add-in", OK, str(file))
    if machine.marked(file):
        fix = "In the Explorer: right-click the file, Properties, tick Unblock, OK. Then start Excel again."
        yield Check("Blocked", BAD, "Windows marks the add-in as from the web, so Excel blocks it.", fix)
    if noted and noted != __version__:
        yield Check("Version", BAD, f"Installed for Excel is wpxl {noted}; this is {__version__}.", AGAIN)


def tables(machine: Machine) -> Iterator[Check]:
    """Whether the answers will be real ones."""
    now = installed()
    real = [t for t in now.all if t.edition == "real"]
    for sentence in now.broken:
        yield Check("Tables", BAD, sentence, "Add the file again, or: wpxl data remove")
    if now.sample_only:
        yield Check(
            "Tables",
            NOTE,
            "Only sample data: answers are for the guide's eight postcodes and fictional ones.",
            "wpxl data guide",
        )
    elif real:
        yield Check("Tables", OK, ", ".join(f"{t.id} ({t.rows:,} rows)" for t in real))


def _home(machine: Machine) -> Iterator[Check]:
    folder = here()
    noted = place.record(machine).get("home") if machine.system() == "Windows" else None
    try:
        with tempfile.TemporaryFile(dir=next(f for f in (folder, *folder.parents) if f.exists())):
            pass
    except OSError as error:
        fix = "Set WPXL_HOME to a folder of your own."
        yield Check("Folder", BAD, f"{folder} cannot be written: {error.strerror}.", fix)
        return
    if noted and not place.same(str(noted), folder.absolute()):
        seen = f"Excel's tables are in {noted}, this window's in {folder} (WPXL_HOME)."
        yield Check("Folder", BAD, seen, f"To give Excel this window's: {AGAIN.removeprefix('Run: ')}")
    else:
        yield Check("Folder", OK, str(folder))


def _server(machine: Machine) -> Iterator[Check]:
    from ... import __version__

    server = process.running(machine)
    if server is None:
        yield Check("Server", NOTE, "not running: Excel starts it when it first asks")
    elif server.version != __version__:
        seen = f"process {server.pid} is of wpxl {server.version}, this is {__version__}"
        yield Check("Server", BAD, seen, "Run: wpxl addin stop")
    else:
        yield Check("Server", OK, f"running, process {server.pid}")


def _round_trip(machine: Machine) -> Iterator[Check]:
    """A question asked as Excel asks it."""
    if not machine.read(place.SERVER_KEY) or not machine.has("win32com"):
        yield Check("Question", NOTE, "not asked, because Excel could not ask it either")
        return
    try:
        answer = machine.ask("WP_POSTCODE_FORMAT", TRIED)
    except Exception as error:  # COM's errors are of many kinds
        fix = f"See {place.home(machine) / 'log'}; run in a window: python -m wpxl.hosts.excel_com serve"
        yield Check("Question", BAD, f"No answer by the way that Excel takes ({type(error).__name__}: {error}).", fix)
        return
    right = answer == EXPECTED
    seen = f"{TRIED} → {answer}"
    yield Check("Question", OK if right else BAD, seen, "" if right else "Run: wpxl addin stop, then wpxl addin doctor")
