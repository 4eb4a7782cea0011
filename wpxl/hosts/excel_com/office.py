"""What of Excel's own settings decides whether it opens the add-in. They are read only, never changed.

Names of values and policies: Microsoft's administrative templates for Office; where Excel keeps what it disabled after a
crash is known from practice alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from . import place
from .check import BAD, NOTE, OK, Check
from .machine import Machine


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
    for seen, fix in doubts:
        yield Check("Trust", BAD, seen, fix)
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


def _doubts(machine: Machine, folder: Path) -> Iterator[tuple[str, str]]:
    """What stops Excel from opening the add-in, with what to do."""
    ask = "Ask IT to allow it for this folder, or to sign the add-in (docs/it.md)."
    for version in place.office_versions(machine) or ["16.0"]:
        roots = {
            "A policy": rf"{place.POLICIES}\{version}\Excel\Security",
            "A setting": rf"{place.OFFICE}\{version}\Excel\Security",
        }
        for whose, security in roots.items():
            if machine.read(rf"{security}\Trusted Locations", "AllLocationsDisabled") == 1:
                yield f"{whose} switches all of Excel's trusted locations off.", ask
            if machine.read(security, "RequireAddinSig") == 1:
                yield f"{whose} lets Excel open signed add-ins only; wpxl's is not signed.", ask
        allowed = [
            machine.read(rf"{security}\Trusted Locations", "AllowNetworkLocations") for security in roots.values()
        ]
        if str(folder).startswith("\\\\") and 1 not in allowed:
            yield f"{folder} is on the network, which Excel does not trust unless it is told to.", ask


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
