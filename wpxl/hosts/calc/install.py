"""Putting the extension into this user's LibreOffice, and taking it out, by LibreOffice's own program for that (unopkg).

What is put in is wpxl.oxt with one file more: which Python has wpxl, and where its tables are. Doing it twice changes
nothing. For all users of a machine: `unopkg add --shared workbook/wpxl.oxt`, and WPXL_CALC_PYTHON names the Python.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from ... import __version__
from ...errors import refuse
from ...store import home
from .extension import IDENTIFIER, SETTINGS, build
from .office import Office, needed, run

LIMIT = 120  # seconds for unopkg
DEPLOYED = "registry/com.sun.star.comp.deployment.bundle.PackageRegistryBackend/backenddb.xml"
ADD = ("add", "--force", "--suppress-license")  # --force: in place of another version


class Installed(NamedTuple):
    """The extension as LibreOffice keeps it: its folder, and what the install noted."""

    folder: Path
    noted: dict[str, Any]


def installed() -> Installed | None:
    """The extension in this user's LibreOffice, where it is."""
    cache = _profile() / "user" / "uno_packages" / "cache"
    try:
        deployed = (cache / DEPLOYED).read_text("utf-8")  # what was taken out lies about until the next start
    except OSError:
        return None
    for name in dict.fromkeys(re.findall(r'/uno_packages/([^/"]+/[^/"]+\.oxt)"', deployed)):
        folder = cache / "uno_packages" / name
        if f'"{IDENTIFIER}"' in _text(folder / "description.xml"):
            return Installed(folder, _noted(_text(folder / SETTINGS)))
    return None


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _noted(text: str) -> dict[str, Any]:
    try:
        noted = json.loads(text)
    except ValueError:
        return {}
    return noted if isinstance(noted, dict) else {}


def _profile() -> Path:
    """Where LibreOffice keeps what is this user's own."""
    system = platform.system()
    if system == "Windows":
        return Path(os.environ.get("APPDATA", "")) / "LibreOffice" / "4"
    if system == "Darwin":
        return Path.home() / "Library" / "Application Support" / "LibreOffice" / "4"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "libreoffice" / "4"


def settings() -> dict[str, Any]:
    """What the loader is to know."""
    return {"python": sys.executable, "home": str(home().absolute()), "wpxl": __version__}


def install() -> list[str]:
    """Install for this user; what was done, a line a step. Raises a Fault, with nothing changed, where it cannot be."""
    office = needed()
    _refuse_the_wrong(office)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "wpxl.oxt"
        file.write_bytes(build(settings()))
        _package_manager(office, *ADD, str(file))
    now = installed()
    if now is None or now.noted != settings():
        raise refuse(f"LibreOffice {office.version} took the extension and does not keep it: is its profile read-only?")
    return [f"LibreOffice {office.version}: {office.program}", f"written: {now.folder}"]


def _refuse_the_wrong(office: Office) -> None:
    """Where the extension could be put in and would not work."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        raise refuse("Root has no LibreOffice of its own: run this as the user who is to have wpxl.")
    if {"snap", "flatpak"} & set(office.program.resolve().parts):
        raise refuse(
            "This LibreOffice is a snap or flatpak, which is kept apart from other programs and cannot start Python: "
            "install LibreOffice from your system's own packages or from libreoffice.org."
        )


def uninstall() -> list[str]:
    """Take the extension out; what was removed, a line each."""
    now = installed()
    if now is None:
        return []
    _package_manager(needed(), "remove", IDENTIFIER)
    if installed() is not None:
        raise refuse(f"LibreOffice did not let go of {now.folder}: close LibreOffice and try again.")
    return [f"removed: {now.folder}"]


def _package_manager(office: Office, *arguments: str) -> None:
    """Run unopkg, which stands beside LibreOffice's own program. Raises a Fault that says what it said."""
    name = "unopkg.com" if platform.system() == "Windows" else "unopkg"
    places = [program.with_name(name) for program in (office.program, office.program.resolve())]
    program = next((place for place in places if place.is_file()), None)
    if program is None:
        raise refuse(f"This LibreOffice has no {name} beside {office.program}: install LibreOffice anew.")
    status, said = run(program, [*arguments], LIMIT)
    if status:
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        last = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no reason given")
        raise refuse(
            f"LibreOffice did not do it: {last.removeprefix('ERROR: ')[:200]} Close LibreOffice and try again."
        )
