"""`wpxl headings`: what the columns of workbooks are taken for, and headings of one's own."""

from __future__ import annotations

import click

from ...errors import refuse


@click.group(epilog="Start with:  wpxl headings list learners")
def headings() -> None:
    """Headings that wpxl knows in lists of schools, activities and learners, and those of your own."""


@headings.command("list", epilog="Example:  wpxl headings list learners")
@click.argument("table", default="")
def list_(table: str) -> None:
    """List the columns that a kind of table may have, with some headings for each; without TABLE, the kinds of tables."""
    from ... import fields

    if not table:
        for about, facts in fields.tables().items():
            click.echo(f"{about:<20} {facts['label']}: a sheet or Table called {', '.join(facts['words'][:4])} …")
        return
    own = fields.own(_about(table))
    for field in fields.of(_about(table)).values():
        words = [*own.get(field.id, ()), *field.words]
        some = ", ".join(words[:6]) + (f" and {len(words) - 6} more" if len(words) > 6 else "")
        click.echo(f"{field.about}.{field.id:<24} {field.label}{f': also {some}' if some else ''}")


@headings.command(epilog='Example:  wpxl headings add learners.postcode "Addr code"')
@click.argument("column")
@click.argument("heading")
def add(column: str, heading: str) -> None:
    """Take HEADING for COLUMN from now on. `wpxl headings list TABLE` shows the columns: learners.postcode and so on."""
    from ... import fields

    table, _, name = column.partition(".")
    known = fields.of(_about(table))
    if name not in known:
        raise refuse(f"{table} has no column '{name[:40]}': its columns are {', '.join(known)}.")
    fields.remember(known[name], heading)
    click.echo(
        f"'{heading.strip()}' is taken for {known[name].label} in lists of {table.replace('_', ' ')} from now on."
    )


def _about(table: str) -> str:
    from ... import fields

    if table not in fields.tables():
        raise refuse(f"There is no kind of table '{table[:40]}': there are {', '.join(fields.tables())}.")
    return table
