"""Names and places of the add-in on Windows: its class, registry keys and files, and what an install recorded.

COM starts the server from one command in the user's part of the registry. That command must not hold settings that may
change, and COM passes on no shell's environment: so each install leaves a record, `excel.json`, always in the same folder,
that says where `WPXL_HOME` is.
"""

from __future__ import annotations

import json
import ntpath
import re
from pathlib import Path
from typing import Any

from .machine import PROGID, Machine

CLSID = "{6E0C8B1D-2F5A-4C57-9C0B-7A1D3E5F9B42}"
ADDIN = "wpxl.xlam"
CLASSES = r"HKCU\Software\Classes"
KEYS = (rf"{CLASSES}\{PROGID}", rf"{CLASSES}\CLSID\{CLSID}")  # with all that is under them: these are wpxl's own
SERVER_KEY = rf"{KEYS[1]}\LocalServer32"
SHELL_FOLDERS = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
OFFICE = r"HKCU\Software\Microsoft\Office"


def command(machine: Machine) -> str:
    """What COM runs. Not -I: that would hide packages which pip installed for this user alone."""
    python = machine.python()
    alone = " -s" if python.alone else ""
    return f'"{python.executable.with_name("pythonw.exe")}" -E -P{alone} -m wpxl.hosts.excel_com serve'


def entries(machine: Machine) -> list[tuple[str, str]]:
    """The registry's keys, and the value of each."""
    return [
        (KEYS[0], "wpxl for Excel"),
        (rf"{KEYS[0]}\CLSID", CLSID),
        (KEYS[1], "wpxl for Excel"),
        (rf"{KEYS[1]}\ProgID", PROGID),
        (SERVER_KEY, command(machine)),
    ]


def interpreter(server: str) -> str:
    """The program that a command of the registry runs."""
    quoted = re.match(r'"([^"]+)"', server)
    return quoted[1] if quoted else server.partition(" ")[0]


def startup_folder(machine: Machine) -> Path:
    """The user's own XLSTART: what lies there Excel opens whenever it starts. It follows a redirected profile."""
    named = machine.read(SHELL_FOLDERS, "AppData")
    roaming = expanded(machine, str(named)) if named else machine.variable("APPDATA") or ""
    return Path(roaming) / "Microsoft" / "Excel" / "XLSTART"


def record_file(machine: Machine) -> Path:
    return Path(machine.variable("LOCALAPPDATA") or "") / "wpxl" / "excel.json"


def record(machine: Machine) -> dict[str, Any]:
    """What the last install noted; nothing where there was none, or where it cannot be read."""
    try:
        noted = json.loads(record_file(machine).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def home(machine: Machine) -> Path:
    """The folder of the installed add-in's tables and log: as recorded, else as this process has it."""
    from ...store import home as here

    noted = record(machine).get("home")
    return Path(noted) if isinstance(noted, str) and noted else here()


def expanded(machine: Machine, text: str) -> str:
    """A path with its %NAMES% put in; a name that Windows does not know stays."""
    return re.sub(r"%([^%]+)%", lambda name: machine.variable(name[1]) or name[0], text)


def office_versions(machine: Machine) -> list[str]:
    """The versions of Office that this user has started Excel of, newest first: 16.0 since 2016."""
    found = [v for v in machine.subkeys(OFFICE) if re.fullmatch(r"\d+\.\d", v)]
    return sorted((v for v in found if machine.subkeys(rf"{OFFICE}\{v}\Excel")), key=float, reverse=True)


def same(one: str | Path, other: str | Path) -> bool:
    """Whether two paths name one place, as Windows sees it."""
    return ntpath.normcase(str(one)).rstrip("\\") == ntpath.normcase(str(other)).rstrip("\\")
