"""What of Excel's own settings decides whether it opens the add-in. They are read only, never changed.

Names of values and policies: Microsoft's administrative templates for Office; where Excel keeps what it disabled after a
crash is known from practice alone.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from ..check import BAD, NOTE, OK, Check
from . import place
from .machine import Machine

ROOTS = (
    ("A policy", r"HKCU\Software\Policies\Microsoft\Office"),
    ("A policy", r"HKCU\Software\Policies\Microsoft\Cloud\Office"),
    ("A policy", r"HKLM\Software\Policies\Microsoft\Office"),
    ("A setting", place.OFFICE),
)
FORBIDS = (  # under a version of Office: the key, the value, what it is when it forbids, what it does
    (r"Excel\Security\Trusted Locations", "AllLocationsDisabled", 1, "switches all of Excel's trusted locations off"),
    (
        r"Common\Security\Trusted Locations",
        "Allow User Locations",
        0,
        "lets Excel trust only folders that IT has named",
    ),
    (r"Excel\Security", "RequireAddinSig", 1, "lets Excel run signed add-ins only, and wpxl's is not signed"),
    (r"Excel\Security", "DisableAllAddins", 1, "switches all of Excel's add-ins off"),
    ("Common", "VBAOff", 1, "switches macros off in all of Office"),
)


def excel(machine: Machine) -> Iterator[Check]:
    """Which Excel there is, and whether it has put the add-in aside."""
    versions = place.office_versions(machine)
    if not versions:
        yield Check("Excel", NOTE, "No Excel has been started by this user yet.", "Start Excel once, then look again.")
    else:
        yield Check("Excel", OK, f"version {versions[0]}")
    for version in versions:
        disabled = machine.values(rf"{place.OFFICE}\{version}\Excel\Resiliency\DisabledItems")
        if any(
            isinstance(v, bytes) and place.ADDIN in v.decode("utf-16-le", "ignore").lower() for v in disabled.values()
        ):
            fix = "In Excel: File, Options, Add-ins, Manage: Disabled Items, Go; choose wpxl, Enable. Then start Excel again."
            yield Check("Disabled", BAD, "Excel has put the add-in aside after a crash.", fix)


def trust(machine: Machine) -> Iterator[Check]:
    """Whether Excel lets macros run that lie in XLSTART."""
    folder = place.startup_folder(machine)
    doubts = list(_doubts(machine, folder))
    for seen in doubts:
        yield Check("Trust", BAD, seen, "Ask IT to allow it for this folder, or to sign the add-in (docs/it.md).")
    if doubts:
        return
    listed = [
        str(machine.read(rf"{root}\{name}", "Path") or "")
        for version in place.office_versions(machine)
        for root in [rf"{place.OFFICE}\{version}\Excel\Security\Trusted Locations"]
        for name in machine.subkeys(root)
    ]
    if any(place.same(place.expanded(machine, path), folder) for path in listed):
        yield Check("Trust", OK, f"{folder} is one of Excel's trusted locations")
    else:
        yield Check(
            "Trust",
            NOTE,
            f"{folder} is not written down as a trusted location (Excel trusts it unless told otherwise).",
            "If Excel opens without the tab: File, Options, Trust Center, Trusted Locations, add this folder.",
        )


def _doubts(machine: Machine, folder: Path) -> Iterator[str]:
    """What stops Excel from running the add-in."""
    signed = _signed(folder / place.ADDIN)
    for version in place.office_versions(machine) or ["16.0"]:
        allowed = []
        for whose, root in ROOTS:
            for under, name, value, effect in FORBIDS:
                if name == "RequireAddinSig" and signed:
                    continue
                if machine.read(rf"{root}\{version}\{under}", name) == value:
                    yield f"{whose} {effect}."
            allowed.append(machine.read(rf"{root}\{version}\Excel\Security\Trusted Locations", "AllowNetworkLocations"))
        if str(folder).startswith("\\\\") and 1 not in allowed:
            yield f"{folder} is on the network, which Excel does not trust unless it is told to."


def _signed(addin: Path) -> bool:
    """Whether somebody has put a signature into the add-in."""
    try:
        with zipfile.ZipFile(addin) as archive:
            return any("vbaProjectSignature" in name for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def others(machine: Machine) -> Iterator[Check]:
    """Other copies that Excel opens too."""
    own = place.startup_folder(machine)
    folders = [own.parent.parent / "AddIns"]
    for version in place.office_versions(machine):
        also = machine.read(rf"{place.OFFICE}\{version}\Excel\Options", "AltStartup")
        if also:
            folders.append(Path(place.expanded(machine, str(also))))
    for folder in folders:
        copy = folder / place.ADDIN
        if not place.same(folder, own) and copy.exists():
            yield Check(
                "Copies", NOTE, f"Another add-in may be opened too: {copy}", "Delete it, or untick it in Excel."
            )
