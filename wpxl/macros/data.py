"""Data: which tables answers come from, adding published files, and what sample data means."""

from __future__ import annotations

from pathlib import Path

from .. import store
from ..door import call
from . import writing
from .action import DATA, Action, Ask, Book, GivenUp, Said


def _installed(book: Book, ask: Ask) -> Said:
    rows = call("WP_DATA")
    name = writing.new_sheet(book, "wpxl data", "The lookup tables that answers come from", rows)
    return Said(f"{len(store.installed().all):,} tables are listed on the new sheet '{name}'.", len(rows) - 1)


def _add(book: Book, ask: Ask) -> Said:
    from .. import ingest

    chosen = [Path(name) for name in ask.files("Which files did you download from the publishers?") if name.strip()]
    if not chosen:
        raise GivenUp
    ask.progress(f"wpxl: reading {chosen[0].name}")
    outcomes = ingest.add(chosen, lambda said: ask.progress(f"wpxl: {said}"))
    refused = sum(o.done == "refused" for o in outcomes)
    text = " ".join(f"{o.path.name}: {o.done}. {o.said}" for o in outcomes)
    return Said(text or "There was nothing to add in there.", len(outcomes) - refused, failed=refused == len(outcomes))


def _sample(book: Book, ask: Ask) -> Said:
    if store.installed().sample_only:
        return Said(
            "Only sample data is installed: eight real postcodes and invented ones, and invented schools. Any other postcode is "
            "#REF!. Nothing here is for decisions. 'wpxl data guide' says which files to download; 'Add files' takes them in."
        )
    tables = [t for t in store.installed().all if t.edition == "real"]
    return Said(f"No: {len(tables):,} published tables are installed. 'What is installed' lists them.", len(tables))


ACTIONS = (
    Action(
        "installed",
        "What is installed",
        "The tables that answers come from, on a new sheet",
        "Lists each installed table with its edition, vintage, rows and what it answers.",
        "DatabaseRelationships",
        DATA,
        _installed,
    ),
    Action(
        "add_files",
        "Add files",
        "Take in files that you downloaded from their publishers",
        "Recognises published files (ONS, MHCLG, OfS, DfE and others) by their headings. They stay on this computer.",
        "TextFromFileInsert",
        DATA,
        _add,
    ),
    Action(
        "sample",
        "Sample data?",
        "Is this real or sample data?",
        "Says whether answers come from the published tables, or only from the sample that travels with wpxl.",
        "Info",
        DATA,
        _sample,
    ),
)
