"""Putting the add-in in for one user, and taking it out: one file for Excel, five registry values, one record.

No administrator's rights, nothing outside the user's own profile. An install is done wholly or not at all: each step notes
how it is undone. Doing it twice changes nothing. What an uninstall removes is what an install made; tables that were added
are the user's own and stay.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...errors import Fault, refuse
from ...store import home as here
from ...store import shipped
from . import place, process, server
from .machine import Machine

TRIES, PAUSE = 5, 0.2  # a virus scanner holds a new file for a moment
UNCHANGED = "Nothing has changed."
Undo = list[Callable[[], Any]]


def addin_file() -> Path:
    """The add-in that travels with wpxl."""
    return shipped("workbook") / place.ADDIN


def unsuitable(machine: Machine) -> str | None:
    """Why Excel could not ask this Python, and what to do; None where it can."""
    python = machine.python()
    if machine.system() != "Windows":
        return (
            "Excel can ask wpxl on Windows only: here LibreOffice Calc has the functions ('wpxl addin install --calc'), "
            "'wpxl profile' and 'wpxl call' answer the same, and workbooks keep the values that they were saved with."
        )
    for path in (python.executable, python.base):
        if "windowsapps" in str(path).lower() or "pythonsoftwarefoundation" in str(path).lower():
            return (
                "This Python comes from the Microsoft Store, which keeps its files and registry entries out of Excel's sight: "
                "install Python from python.org (for this user, no administrator needed) and install wpxl with that."
            )
    if python.build == "win32":
        return (
            "This Python is a 32-bit one, for which parts of wpxl do not exist: install the 64-bit Python from python.org. "
            "It serves a 32-bit Excel too."
        )
    if python.build == "win-arm64" and not machine.has("pyarrow"):
        return (
            "This Python is one for ARM, for which pyarrow is not published: install the 64-bit (x86-64) Python from "
            "python.org, which runs on this machine too."
        )
    if not (machine.variable("APPDATA") and machine.variable("LOCALAPPDATA")):
        return (
            "Windows names no profile folders here (APPDATA, LOCALAPPDATA): run this as the user who is to have wpxl."
        )
    if not machine.has("win32com"):
        return "The package pywin32 is missing: run  python -m pip install pywin32"
    if not python.executable.with_name("pythonw.exe").exists():
        return (
            f"There is no pythonw.exe beside {python.executable}: Excel needs it to start wpxl without a window. "
            "Repair this Python, or install one from python.org."
        )
    return None


# ------------------------------------------------------------------------------------------------------------ install


def install(machine: Machine) -> list[str]:
    """Install for this user; what was done, a line a step. Raises a Fault, with nothing changed, where it cannot be."""
    reason = unsuitable(machine)
    if reason:
        raise refuse(reason)
    source = addin_file()
    if not source.exists():
        raise refuse(f"The add-in {source} is missing from this copy of wpxl: install wpxl again.")
    content = source.read_bytes()
    target = place.startup_folder(machine) / place.ADDIN
    before = place.record(machine)
    undo: Undo = []
    try:
        made = _folders(target.parent, undo)
        said = [f"{_put(target, content, target.parent.parent, undo)}: {target}"]  # all that lies in XLSTART is opened
        for key, value in place.entries(machine):
            said.append(f"{_enter(machine, key, value, undo)}: {key}")
        file = place.record_file(machine)
        made += _folders(file.parent, undo)
        noted = _noted(machine, target, content, [*before.get("made", []), *(str(folder) for folder in made)])
        record = json.dumps(noted, indent=1, ensure_ascii=False).encode()
        said.append(f"{_put(file, record, file.parent, undo)}: {file}")
    except BaseException:
        for step in reversed(undo):
            with contextlib.suppress(OSError):
                step()
        raise
    _remove_former(before, target)
    return said


def _noted(machine: Machine, target: Path, content: bytes, made: list[str]) -> dict[str, Any]:
    from ... import __version__

    python = machine.python()
    return {
        "wpxl": __version__,
        "python": python.version,
        "interpreter": str(python.executable),
        "command": place.command(machine),
        "home": str(here().absolute()),
        "addin": str(target),
        "sha256": hashlib.sha256(content).hexdigest(),
        "made": list(dict.fromkeys(made)),
    }


def _folders(folder: Path, undo: Undo) -> list[Path]:
    """Make a folder; which folders were made for it, outermost first."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    with _plainly(f"The folder {folder} could not be made"):
        for one in reversed(missing):
            one.mkdir()
            undo.append(one.rmdir)
    return missing[::-1]


def _put(path: Path, content: bytes, drafts: Path, undo: Undo) -> str:
    """Write a file whole, by way of a draft in another folder, or leave the one that is there; what was done."""
    former = path.read_bytes() if path.exists() else None
    if former == content:
        return "is there"
    draft = drafts / f".{path.name}.{os.getpid()}.tmp"
    try:
        with _plainly(f"{path} could not be written"):
            draft.write_bytes(content)
            _patiently(lambda: draft.replace(path), path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
    undo.append(path.unlink if former is None else lambda: path.write_bytes(former))
    return "written" if former is None else "replaced"


def _enter(machine: Machine, key: str, value: str, undo: Undo) -> str:
    former = machine.read(key)
    if former == value:
        return "is there"
    with _plainly(f"Windows did not let wpxl write {key}"):
        machine.write(key, "", value)
    undo.append((lambda: machine.delete(key)) if former is None else (lambda: machine.write(key, "", former)))
    return "written" if former is None else "replaced"


def _remove_former(before: dict[str, Any], target: Path) -> None:
    """An add-in that an earlier install put elsewhere would be opened too: Excel's folder has moved since."""
    former = before.get("addin")
    if isinstance(former, str) and former and not place.same(former, target):
        with contextlib.suppress(OSError):
            Path(former).unlink(missing_ok=True)


def _patiently(step: Callable[[], Any], path: Path) -> None:
    for last in [False] * (TRIES - 1) + [True]:
        try:
            step()
            return
        except PermissionError:
            if last:
                raise refuse(
                    f"{path} is in use: close every Excel window (and see in the Task Manager that no Excel is left), then "
                    f"try again. {UNCHANGED}"
                ) from None
            time.sleep(PAUSE)


@contextlib.contextmanager
def _plainly(what: str) -> Iterator[None]:
    from ...store.hold import because

    try:
        yield
    except Fault:
        raise
    except OSError as error:
        raise refuse(f"{what} ({because(error)}). {UNCHANGED} If a policy forbids it, show IT docs/it.md.") from error


# ---------------------------------------------------------------------------------------------------------- uninstall


def uninstall(machine: Machine) -> list[str]:
    """Take out what was installed; what was removed, a line each. Raises a Fault where the add-in is in use."""
    if machine.system() != "Windows":
        raise refuse("There is nothing to take out: the add-in is installed on Windows only.")
    noted, said = place.record(machine), []
    home = place.home(machine)
    running = process.running(machine)
    targets = [place.startup_folder(machine) / place.ADDIN]
    if isinstance(noted.get("addin"), str) and not place.same(noted["addin"], targets[0]):
        targets.append(Path(noted["addin"]))
    for target in targets:
        if target.exists():
            with _plainly(f"{target} could not be removed"):
                _patiently(target.unlink, target)
            said.append(f"removed: {target}")
    if running:
        process.stop(machine, running)
        said.append(f"ended: the server, process {running.pid}")
    for key in place.KEYS:
        if machine.values(key) or machine.subkeys(key):
            with _plainly(f"Windows did not let wpxl remove {key}"):
                machine.delete(key)
            said.append(f"removed: {key}")
    for file in (server.log_file(machine), process.note_file(machine), place.record_file(machine)):
        if file.exists():
            with _plainly(f"{file} could not be removed"):
                file.unlink()
            said.append(f"removed: {file}")
    made = [Path(folder) for folder in noted.get("made", []) if isinstance(folder, str)]
    for folder in (home / "log", home, *reversed(made)):
        with contextlib.suppress(OSError):  # with something of the user's own in it, it stays
            folder.rmdir()
    return said
