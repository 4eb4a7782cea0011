"""`wpxl data add FILE --key …`: a table of the user's own, and what is asked about it on a terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.status import Status

from ...errors import Fault

if TYPE_CHECKING:
    from ...ingest.own import Choices, Sight

ASKED = 8  # with more columns than this, their names are taken from the headings without asking


def add(
    path: Path, columns: tuple[str, ...], units: tuple[str, ...], said: dict[str, str], status: Status
) -> tuple[str, str, list[str]]:
    """Install it. Returns what was done (added, updated, unchanged, refused), one sentence, and remarks."""
    from ...ingest import own

    chosen = {}
    for text in columns:
        heading, _, label = text.rpartition("=")
        chosen[(heading or label).strip()] = label.strip()
    given = {heading.strip(): unit.strip() for heading, _, unit in (text.rpartition("=") for text in units)}
    choices = own.Choices(columns=chosen, units=given, **said)

    def ask(sight: Sight, choices: Choices) -> Sight:
        if not _at_a_terminal():
            return sight
        status.stop()
        try:
            return _asked(sight, choices)
        finally:
            status.start()

    try:
        return own.add(path, choices, ask)
    except Fault as fault:
        return "refused", fault.sentence, []


def _asked(sight: Sight, choices: Choices) -> Sight:
    """What the command line left open, asked with what the file suggests filled in."""
    from ...ingest import keys

    click.echo(f"{sight.found.name}: found by {keys.shown(sight.kind)} in the column '{sight.key}'.", err=True)
    offers = []
    few = len(sight.offers) <= ASKED
    for offer in sight.offers:
        label, unit = offer.label, offer.unit
        if few and not choices.columns:
            label = click.prompt(f"Name of the measure in the column '{offer.header}'", default=label, err=True)
        if few and not choices.units:
            unit = click.prompt(f"Unit of '{label}'", default=unit, err=True)
        offers.append(offer._replace(label=label.strip(), unit=unit.strip()))
    vintage = sight.vintage
    if not choices.vintage:
        vintage = click.prompt("The year the figures are for (- for none)", default=vintage or "-", err=True).strip(
            " -"
        )
    return sight._replace(offers=offers, vintage=vintage)


def _at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
