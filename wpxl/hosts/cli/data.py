"""`wpxl data`: the lookup tables."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from ...measures import registry, sources
from ...store import installed, tables


@click.group(epilog="Start with:  wpxl data guide")
def data() -> None:
    """The lookup tables: what to get, adding files, what is installed."""


@data.command(epilog="Example:  wpxl data add NSPL_NOV_2021.zip File_1_-_IMD2019.xlsx")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def add(paths: tuple[Path, ...]) -> None:
    """Install published files (.csv, .xlsx, .parquet, .zip, .gz, or a folder), whatever they are called.

    Each file is taken wholly or not at all, and is recognised by its column headings.
    """
    from ... import ingest

    console = Console(stderr=True)
    refused = 0
    with console.status("Reading …") as status:
        outcomes = []
        for path in paths:
            outcomes += ingest.add([path], lambda name: status.update(f"Reading {name} …"))
        status.update("Building the indexes …")
        ingest.warm()
    for outcome in outcomes:
        refused += outcome.done == "refused"
        click.echo(f"{outcome.done:>9}  {outcome.said}", err=outcome.done == "refused")
    if refused:
        raise click.exceptions.Exit(1)


@data.command(epilog="Example:  wpxl data status --json")
@click.option("--json", "as_json", is_flag=True, help="Print what is installed as JSON.")
def status(as_json: bool) -> None:
    """Say which tables answers come from, where they lie, and what is missing."""
    now = installed()
    if as_json:
        rows = [{**t.facts, "edition": t.edition, "folder": str(t.card.parent)} for t in now.all]
        click.echo(
            json.dumps(
                {"folder": str(tables.folder()), "sample_only": now.sample_only, "tables": rows}, ensure_ascii=False
            )
        )
        return
    click.echo(f"Tables in {tables.folder()}:")
    for t in now.all:
        click.echo(f"  {t.id:<24} {t.rows:>10,} rows  {t.edition:<7} {t.facts['ingested'][:10]}  {t.facts['title']}")
    for sentence in now.broken:
        click.echo(f"Not readable: {sentence}", err=True)
    if now.sample_only:
        click.echo(
            "Only sample data is installed: answers are for the guide's eight postcodes and fictional ones. See 'wpxl data guide'."
        )


@data.command(epilog="Example:  wpxl data guide")
def guide() -> None:
    """List the published files to get, in order, and what each unlocks. wpxl itself never goes to the network."""
    from ...ingest import READABLE

    now = installed()
    measures = registry(now).measures.values()
    for source_id, source in sorted(sources().items(), key=lambda item: int(item[1]["order"])):
        unlocks = [m.label for m in measures if m.source == source_id]
        if source_id == "guide_2011" or source_id not in READABLE:
            continue
        vintage = source.get("vintage", "")
        have = any(t.facts["title"].startswith(source["title"].split(",")[0]) for t in now.all)
        click.echo(f"{'✓' if have else '•'} {source['title']}  ({source['publisher']}; {source['size']})")
        click.echo(f"    Get:     {source['get']}")
        click.echo(f"    From:    {source['site']}")
        if unlocks:
            click.echo(
                f"    Unlocks: {', '.join(unlocks[:6])}{f' and {len(unlocks) - 6} more' if len(unlocks) > 6 else ''}"
            )
        if vintage:
            click.echo(f"    Vintage: {vintage}")
    later = [s["title"] for i, s in sources().items() if i not in READABLE and i != "guide_2011"]
    click.echo("\nThen: wpxl data add FILES…   Each file is recognised by its column headings, whatever its name.")
    if later:
        click.echo(f"Not readable by this version: {'; '.join(later)}.")


@data.command(epilog="Example:  wpxl data remove imd_2010")
@click.argument("table_id")
def remove(table_id: str) -> None:
    """Take an installed table away, by its name in 'wpxl data status --json' or =WP_DATA()."""
    from ...errors import refuse
    from ...store import write

    if not write.remove(table_id):
        names = ", ".join(t.id for t in installed().all if t.edition == "real") or "none"
        raise refuse(f"There is no installed table called {table_id}. Installed: {names}.")
    click.echo(f"Removed {table_id}.")
