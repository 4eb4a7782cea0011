"""`wpxl data`: the lookup tables."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.status import Status

from ...measures import registry, sources
from ...store import Table, Tables, installed, tables
from . import own

FILE = click.Path(path_type=Path, dir_okay=False)
OLD = 18  # months after which a postcode table is said to be old: a few thousand postcodes come and go every month
WIDE = 160  # characters of a line that lists measures
OWN_TABLES = """Your own tables: any .csv or .xlsx (also in .zip or .gz) with a heading row and one column to find rows by:
postcodes, codes of output areas, LSOAs, MSOAs, wards, CAS wards, local authorities or regions, URNs, or HEAT IDs.
    Add:     wpxl data add our_list.xlsx --key Postcode --column "Band=Our priority list" --vintage 2026
    Unlocks: every other column, as a measure under its own name: =WP_POSTCODE(A2, "Our priority list")
School profiles with headings such as IMD 40 %, NS-SEC 4-8 %, FSM % need no --key; learners' postcodes: wpxl data roll -h"""


@click.group(epilog="Start with:  wpxl data guide")
def data() -> None:
    """The lookup tables: what to get, adding files, what is installed, packing them for colleagues."""


# ----------------------------------------------------------------------------------------------------------------- add


@data.command(
    epilog="Example:  wpxl data add NSPL_NOV_2021.zip File_1_-_IMD2019.xlsx   "
    'Your own:  wpxl data add our_list.xlsx --key Postcode --column "Band=Our priority list" --vintage 2026'
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--key", default="", help="For a table of your own: the heading of the column that rows are found by.")
@click.option(
    "--by", default="", help="What that column holds, where it is not clear: postcode, lsoa_2011, ward, urn …"
)
@click.option("--table", default="", help="A short name for the table; adding it again under this name replaces it.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADING=LABEL",
    help="A column to take, and its measure's name. May be repeated.",
)
@click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="[HEADING=]UNIT",
    help="The unit: %, rank, text … of one column or of all.",
)
@click.option("--vintage", default="", help="The year the figures are for, such as 2026 or 2018-19.")
@click.option("--sheet", default="", help="The sheet, where several have that column.")
@click.option("--title", default="", help="What the table is called in lists of sources.")
@click.option("--source", "--publisher", "publisher", default="", help="Who made the table.")
@click.option("--licence", default="", help="On what terms it may be used.")
def add(paths: tuple[Path, ...], columns: tuple[str, ...], units: tuple[str, ...], **said: str) -> None:
    """Install published files (.csv, .xlsx, .parquet, .zip, .gz, a pack, or a folder), whatever they are called.

    Each file is taken wholly or not at all, and is recognised by its column headings. With --key, one file of your own
    becomes measures under names of your own.
    """
    from ... import ingest

    if not said["key"]:
        own_only = {name: value for name, value in said.items() if name != "vintage"}
        given = [f"--{'source' if name == 'publisher' else name}" for name, value in own_only.items() if value]
        profile = all("=" in column for column in columns)  # what headings of school profiles mean needs no key
        given += ["--column"] * bool(columns and not profile) + ["--unit"] * bool(units)
        if given:
            raise click.UsageError(
                f"{given[0]} is for a table of your own: say with --key which column its rows are found by."
            )
    elif len(paths) > 1:
        raise click.UsageError("With --key, give one file at a time.")
    with _busy("Reading …") as status:
        if said["key"]:
            outcomes = [own.add(paths[0], columns, units, said, status)]
        else:
            tell = lambda name: status.update(f"Reading {name} …")  # noqa: E731
            named = dict(column.rsplit("=", 1) for column in columns)
            done = [o for path in paths for o in ingest.add([path], tell, said["vintage"], named)]
            outcomes = [(o.done, o.said, []) for o in done]
        status.update("Building the indexes …")
        ingest.warm()
    for done_, sentence, remarks in outcomes:
        click.echo(f"{done_:>9}  {sentence}", err=done_ == "refused")
        for remark in remarks:
            click.echo(f"{'note':>9}  {remark}", err=True)
    if any(done_ == "refused" for done_, _, _ in outcomes):
        raise click.exceptions.Exit(1)


@contextlib.contextmanager
def _busy(words: str) -> Iterator[Status]:
    """A spinner on a terminal, which also says when another wpxl has to be waited for."""
    from ...store import hold

    console = Console(stderr=True)
    with console.status(words) as status:
        say = status.update if console.is_terminal else lambda sentence: click.echo(sentence, err=True)
        with hold.telling(say):
            yield status


# --------------------------------------------------------------------------------------------------------------- status


@data.command(epilog="Example:  wpxl data status --json")
@click.option("--json", "as_json", is_flag=True, help="Print what is installed as JSON.")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="The date by which tables are judged old. Default: today."
)
def status(as_json: bool, today: datetime | None) -> None:
    """Say which tables answers come from, where they lie, what is missing, and what has grown old."""
    now = installed()
    notes = _old(now, today.date() if today else date.today())
    if as_json:
        rows = [{**t.facts, "edition": t.edition, "folder": str(t.card.parent)} for t in now.all]
        facts = {"folder": str(tables.folder()), "sample_only": now.sample_only, "tables": rows, "notes": notes}
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(f"Tables in {tables.folder()}:")
    for t in now.all:
        edition = "own" if t.facts.get("own") else t.edition
        click.echo(f"  {t.id:<24} {t.rows:>10,} rows  {edition:<7} {t.facts['ingested'][:10]}  {t.facts['title']}")
    for note in notes:
        click.echo(f"Note: {note}")
    for sentence in now.broken:
        click.echo(f"Not readable: {sentence}", err=True)
    if now.sample_only:
        click.echo(
            "Only sample data is installed: answers are for the guide's eight postcodes and fictional ones. See 'wpxl data guide'."
        )


def _old(now: Tables, today: date) -> list[str]:
    """What of the installed tables is no longer current, a sentence each."""
    notes = []
    newest = max(
        (t for t in now.postcode if t.facts.get("gazetteer") and t.release), key=lambda t: t.release, default=None
    )
    if newest is not None:
        months = (today.year - newest.release // 100) * 12 + today.month - newest.release % 100
        if months > OLD:
            notes.append(
                f"The newest postcode table ({newest.facts['title']}) was {months} months old on {today:%d %B %Y}: postcodes made "
                "since then are 'not found', so get a newer one ('wpxl data guide') and add it."
            )
    for source_id, source in sources().items():
        frozen = source.get("frozen")
        if frozen and _held_as(source_id, source, now):
            notes.append(f"{str(frozen).rstrip('.')}.")
    return notes


# ---------------------------------------------------------------------------------------------------------------- guide


@data.command(epilog="Example:  wpxl data guide")
def guide() -> None:
    """List the published files to get, in order, and what each unlocks. wpxl itself never goes to the network."""
    from ...ingest import READABLE

    now = installed()
    measures = registry(now).measures.values()
    for source_id, source in sorted(sources().items(), key=lambda item: int(item[1]["order"])):
        if source_id == "guide_2011" or source_id not in READABLE:
            continue
        unlocks = [m.label for m in measures if m.source == source_id]
        have = _held_as(source_id, source, now)
        click.echo(
            f"{'✓' if have else '•'} {source['title']}  ({'; '.join(filter(None, (source['publisher'], source['size'])))})"
        )
        if have:
            said = (f"{t.facts['title']}, {t.rows:,} rows" for t in have)
            click.echo(f"    Installed: {'; '.join(said)}")
        click.echo(f"    Get:     {source['get']}")
        click.echo(f"    From:    {source['site']}")
        if unlocks:
            shown = next(n for n in range(6, 0, -1) if n == 1 or len(", ".join(unlocks[:n])) <= WIDE)
            more = f" and {len(unlocks) - shown} more" if len(unlocks) > shown else ""
            click.echo(f"    Unlocks: {', '.join(unlocks[:shown])}{more}")
        for name in ("vintage", "frozen"):
            if source.get(name):
                click.echo(f"    {name.capitalize() + ':':<8} {source[name]}")
    click.echo(f"\n{OWN_TABLES}")
    brought = [t.facts["title"] for t in now.all if t.facts.get("own")]
    if brought:
        click.echo(f"    Installed: {'; '.join(brought)}")
    click.echo("\nThen: wpxl data add FILES…   Each file is recognised by its column headings, whatever its name.")
    click.echo(
        "One colleague can do this for all: 'wpxl data pack' puts the installed tables into one file to add elsewhere."
    )
    later = [s["title"] for i, s in sources().items() if i not in READABLE and i != "guide_2011"]
    if later:
        click.echo(f"Not readable by this version: {'; '.join(later)}.")


def _held_as(source_id: str, source: dict[str, Any], now: Tables) -> list[Table]:
    """The installed tables that came from a published source."""
    title, published = source["title"].split(",")[0], registry(now).measures
    held = []
    for t in now.all:
        if t.edition != "real" or t.facts.get("own"):
            continue
        its = sum(published[c].source == source_id for c in t.columns if c in published)
        if (
            t.id == source_id
            or t.facts["title"].startswith(title)
            or (not t.facts.get("gazetteer") and its * 2 > len(t.columns))
        ):
            held.append(t)
    return held


# ------------------------------------------------------------------------------------------------------- pack and remove


@data.command(epilog="Example:  wpxl data pack -o wpxl-tables.zip --only imd_2019 --only our_list")
@click.option(
    "-o", "--output", type=FILE, default=Path("wpxl-tables.zip"), show_default=True, help="The file to write."
)
@click.option(
    "--only",
    multiple=True,
    metavar="TABLE",
    help="A table to pack, by its name in 'wpxl data status'. May be repeated.",
)
def pack(output: Path, only: tuple[str, ...]) -> None:
    """Put the installed tables into one file, which 'wpxl data add' installs on another machine."""
    from ...errors import refuse
    from ...store import pack as packing

    if output.exists() and not packing.is_pack(output):
        raise refuse(f"{output} is there already and is no pack: give another name with -o.")
    with _busy("Packing …"):
        packed = packing.write(output, only)
    names = f"{len(packed)} table{'s' if len(packed) > 1 else ''}"
    click.echo(f"{output}: {names}, {_size(output)}. Install them elsewhere with: wpxl data add {output.name}")
    for table in packed:
        click.echo(f"  {table.id:<24} {table.facts['title']}  ({table.facts['licence'] or 'licence not stated'})")
    if any(table.facts.get("own") for table in packed):
        click.echo("Tables of your own are among them: see that you may pass them on.")


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{-(-size // 1000)} kB"


@data.command(epilog="Example:  wpxl data remove imd_2010")
@click.argument("table_id")
def remove(table_id: str) -> None:
    """Take an installed table away, by its name in 'wpxl data status' or =WP_DATA()."""
    from ...errors import refuse
    from ...store import write

    with _busy("Removing …"):
        gone = write.remove(table_id)
    if not gone:
        names = ", ".join(t.id for t in installed().all if t.edition == "real") or "none"
        raise refuse(f"There is no installed table called {table_id}. Installed: {names}.")
    click.echo(f"Removed {table_id}.")
