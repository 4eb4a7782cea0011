"""What is installed: measures, sources, tables."""

from __future__ import annotations

from typing import Any

from .. import store
from ..catalogue import TABLE, function
from ..measures import registry


def _held(tables: store.Tables, measure_id: str) -> str:
    """yes, sample or no: whether a postcode or a school can be answered for a measure."""
    if measure_id == store.STATUS or store.ways(tables, measure_id) or store.register(tables).answers(measure_id):
        held = [t for t in tables.all if measure_id in t.columns]
        return "sample" if tables.sample_only and all(t.edition == "sample" for t in held) else "yes"
    return "no"


@function(answers=TABLE)
def wp_measures() -> list[tuple[Any, ...]]:
    """Every measure wpxl knows by name, with its unit, vintage and source, and whether its table is installed.

    Shape: a heading row, then a row for each measure.

    Unit: text. Installed is "yes", "no", or "sample" while only the sample edition is there.

    Errors: none.

    Source: data/measures.toml, and the measures of tables that the user brought.

    Examples:
    >>> wpxl.call("WP_MEASURES")[0][:3]
    ('Measure', 'Name', 'Unit')
    """
    tables = store.installed()
    rows = [
        (
            m.label,
            m.id,
            m.unit,
            m.note or None,
            m.vintage or None,
            m.geography,
            ", ".join(m.countries) or "everywhere",
            m.source,
        )
        for m in registry(tables).measures.values()
    ]
    head = ("Measure", "Name", "Unit", "Meaning", "Vintage", "Smallest area", "Covers", "Source", "Installed")
    return [head, *((*row, _held(tables, row[1])) for row in rows)]


@function(answers=TABLE)
def wp_sources() -> list[tuple[Any, ...]]:
    """Where each installed table came from: publisher, vintage, licence, file, checksum and the time it was added.

    Shape: a heading row, then a row for each installed table.

    Unit: text; rows as a number.

    Errors: none.

    Source: the tables' own cards, written when they were added.

    Examples:
    >>> wpxl.call("WP_SOURCES")[0][:3]
    ('Table', 'Title', 'Publisher')
    """
    head = ("Table", "Title", "Publisher", "Vintage", "Licence", "Rows", "File", "SHA-256", "Added", "Edition")
    rows = []
    for table in store.installed().all:
        facts = table.facts
        files = [s["file"] for s in facts["sources"]]
        sums = [s["sha256"][:16] for s in facts["sources"]]
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        origin = (facts["title"], facts.get("publisher"), table.vintage or None, facts.get("licence"))
        rows.append((table.id, *origin, table.rows, files[0] + more, sums[0], facts["ingested"], table.edition))
    return [head, *rows]


@function(answers=TABLE)
def wp_data() -> list[tuple[Any, ...]]:
    """The lookup tables that answers come from now: edition, rows, vintage and what each answers.

    Shape: a heading row, then a row for each table; a last row warns while only the sample edition is there.

    Unit: text; rows as a number.

    Errors: none. A table that cannot be read is listed with what to do about it.

    Source: the tables folder of WPXL_HOME, else the sample edition that travels with wpxl.

    Examples:
    >>> wpxl.call("WP_DATA")[-1][0]
    'SAMPLE DATA ONLY'
    """
    tables = store.installed()
    head = ("Table", "Edition", "Found by", "Rows", "Vintage", "Answers", "Added")
    rows: list[tuple[Any, ...]] = []
    for t in tables.all:
        answers = ", ".join(t.columns)
        shown = answers if len(answers) <= 200 else f"{len(t.columns)} measures and codes"
        rows.append((t.id, t.edition, t.key, t.rows, t.vintage or None, shown, t.facts["ingested"]))
    rows += [("NOT READABLE", "real", None, None, None, sentence, None) for sentence in tables.broken]
    if tables.sample_only:
        said = "Eight real postcodes of the guide and fictional ones; see 'wpxl data guide' for the published files."
        rows.append(("SAMPLE DATA ONLY", "sample", None, None, None, said, None))
    return [head, *rows]
