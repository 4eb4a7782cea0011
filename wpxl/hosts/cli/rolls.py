"""`wpxl data roll`: where a school's learners live, from a list of learners' postcodes that is not kept."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console


@click.command(epilog='Example:  wpxl data roll learners.csv --school URN --postcode "Home postcode" --vintage 2025-26')
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--school", default="", metavar="COLUMN", help="The heading of the column of schools' URNs.")
@click.option("--postcode", default="", metavar="COLUMN", help="The heading of the column of learners' home postcodes.")
@click.option("--vintage", default="", help="The year that the list is for, such as 2025-26.")
def roll(path: Path, school: str, postcode: str, vintage: str) -> None:
    """Work out each school's shares of learners by where they live: IMD, NS-SEC, POLAR, TUNDRA, adult HE.

    FILE is a table with a row a learner: a column of schools (URN) and one of home postcodes. Only the shares are kept, no
    postcode is. A share is given where more than half of a school's learners, and at least ten, have data.
    """
    from ... import ingest
    from ...ingest import rolls

    with Console(stderr=True).status("Reading …"):
        done, said, remarks = rolls.add(path, school, postcode, vintage)
        ingest.warm()
    click.echo(f"{done:>9}  {said}")
    for remark in remarks:
        click.echo(f"{'note':>9}  {remark}", err=True)
