"""`wpxl addin`: the add-in for Excel, and the extension for LibreOffice Calc: put in, taken out, checked and packed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import refuse

if TYPE_CHECKING:
    from ..excel_com.machine import Machine

YES = click.option("--yes", is_flag=True, help="Do not ask.")
CALC = click.option("--calc", is_flag=True, help="LibreOffice Calc instead of Excel: on Windows, macOS and Linux.")
SIGNS = {"ok": "✓", "bad": "✗", "note": "–"}


@click.group(epilog="Start with:  wpxl addin install")
def addin() -> None:
    """The add-in for Excel on Windows, or LibreOffice Calc (--calc): for this user alone, without administrator's rights."""


def this_machine() -> Machine:
    from ..excel_com.machine import ThisMachine

    return ThisMachine()


@addin.command(epilog="Example:  wpxl addin install")
@CALC
def install(calc: bool) -> None:
    """Put the add-in in for this user. Doing it again brings it up to date."""
    if calc:
        _install_for_calc()
        return
    from ..excel_com import install as room
    from ..excel_com import process
    from ..excel_com.doctor import tables

    machine = this_machine()
    for line in room.install(machine):
        click.echo(line)
    if machine.elevated():
        click.echo(
            "This window runs as administrator: wpxl is now there for that account, and Excel must not run as administrator."
        )
    if process.running(machine):
        click.echo("A server is still running as it was: run 'wpxl addin stop', or close Excel.")
    click.echo(
        "Done. Start Excel: the tab 'Widening participation' is there, and =WP_POSTCODE_FORMAT(\"tf75ug\") answers."
    )
    click.echo("If not: wpxl addin doctor")
    for check in tables(machine):
        if check.fix:
            click.echo(f"{check.seen} For real ones: {check.fix}")


def _install_for_calc() -> None:
    from ..calc import install as room

    for line in room.install():
        click.echo(line)
    click.echo('Done. Start LibreOffice anew: =WP_POSTCODE_FORMAT("tf75ug") answers in Calc. If not: wpxl addin doctor')
    click.echo('In Calc add an empty text to an answer that is to be compared or counted: =WP_TARGET(A2)&""')


@addin.command(epilog="Example:  wpxl addin uninstall")
@YES
@CALC
def uninstall(yes: bool, calc: bool) -> None:
    """Take the add-in out again. Tables that were added stay: see 'wpxl data remove'."""
    host = "LibreOffice" if calc else "Excel"
    if not yes:
        click.confirm(f"Take wpxl out of {host} for this user? (Close {host} first.)", abort=True)
    if calc:
        from ..calc import install as calcs

        said = calcs.uninstall()
    else:
        from ..excel_com import install as room

        said = room.uninstall(this_machine())
    for line in said or ["There was nothing to take out."]:
        click.echo(line)


@addin.command(epilog="Example:  wpxl addin stop")
@YES
def stop(yes: bool) -> None:
    """End the process that answers Excel, for example before an update. Excel starts a new one when it needs it."""
    from ..excel_com import process

    machine = this_machine()
    if machine.system() != "Windows":
        raise refuse("There is nothing to stop: the Excel server runs on Windows only.")
    server = process.running(machine)
    if server is None:
        click.echo("No server is running.")
        return
    if not yes:
        click.confirm(f"End the server (process {server.pid})? Open workbooks keep their values.", abort=True)
    process.stop(machine, server)
    click.echo(f"Ended process {server.pid}.")


@addin.command(epilog="Example:  wpxl addin doctor --json")
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
def doctor(as_json: bool) -> None:
    """Check every part that Excel and Calc need, and say what to do where one is wrong. Exit code 1 if any is."""
    from ..calc import doctor as calc
    from ..excel_com.doctor import examine

    checks = [*examine(this_machine()), *calc.examine()]
    if as_json:
        click.echo(json.dumps([check._asdict() for check in checks], ensure_ascii=False))
    else:
        for check in checks:
            click.echo(f"{SIGNS[check.state]} {check.part:<9} {check.seen}")
            if check.fix:
                click.echo(f"  {'':<9} → {check.fix}")
    if any(check.state == "bad" for check in checks):
        raise click.exceptions.Exit(1)


@addin.command(epilog="Example:  wpxl addin bundle --python python-3.12.10-embed-amd64.zip -o wpxl-windows.zip")
@click.option(
    "--python",
    "embedded",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The 'Windows embeddable package (64-bit)' from python.org.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("wpxl-windows.zip"),
    show_default=True,
)
@click.option(
    "--wheels",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder of wheels to take instead of fetching them with pip.",
)
@click.option(
    "--tables",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A pack of lookup tables to install too ('wpxl data pack').",
)
def bundle(embedded: Path, output: Path, wheels: Path | None, tables: Path | None) -> None:
    """Make one zip for Windows machines without Python: Python, wpxl, all it needs, and install.cmd.

    It can be made on any system. Only here does anything come from the network: pip fetches the packages, unless --wheels
    names a folder that holds them.
    """
    from ..excel_com import bundle as room

    made = room.bundle(embedded, output, wheels, tables, lambda words: click.echo(words, err=True))
    click.echo(f"{output}: {output.stat().st_size / 1e6:,.1f} MB, Python {made.python}, {len(made.wheels)} packages.")
    click.echo("On the Windows machine: unpack it, and run install.cmd.")


@addin.command(epilog="Example:  wpxl addin build -o wpxl.xlam")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it here. Left out: into the checkout, with the VBA and the ribbon that are generated.",
)
@click.option("--calc", is_flag=True, help="Build wpxl.oxt, the extension for LibreOffice Calc, instead.")
def build(output: Path | None, calc: bool) -> None:
    """Build wpxl.xlam from its sources. The same sources give the same bytes on every machine."""
    from ..calc import extension
    from ..excel_com import xlam

    room: Any = extension if calc else xlam
    for path, data in ({output: room.build()} if output else room.in_checkout()).items():
        changed = not path.exists() or path.read_bytes() != data
        if changed:
            path.write_bytes(data)
        click.echo(f"{path}: {len(data) / 1000:,.0f} kB{'' if changed else ', as it was'}")
