"""Help: why the selected cell says what it says, the functions on a sheet, and what wpxl is."""

from __future__ import annotations

from typing import Any

from .. import store
from ..catalogue import CATALOGUE
from ..domain.blank import is_blank
from ..domain.headers import says_postcode
from ..door import why
from ..errors import Fault, refuse
from ..measures import registry
from ..workbooks.refs import Area, area, letters
from . import lists, writing
from .action import HELP, Action, Ask, Book, Said
from .check import SIGN
from .finish import is_ours, version
from .formula import first_call


def _what(book: Book, ask: Ask) -> Said:
    sheet, chosen = lists.selected(book)
    if chosen is None:
        raise refuse("Select the cell that you want explained.")
    row, column = chosen.first_row, chosen.first_column
    here = sheet.range((row, column))
    named = f"{letters(column)}{row}"
    note = here.note
    if note is not None and note.text.startswith(SIGN):
        return Said(f"{named}: {note.text.removeprefix(SIGN)}", 1)
    formula, anchor = _formula(sheet, row, column)
    if is_ours(formula):
        return Said(f"{named}: {_explained(sheet, formula, anchor, row, column)}", 1)
    said = _in_written_column(book, sheet, row, column)
    if said:
        return Said(f"{named}: {said}", 1)
    raise refuse(f"{named} holds neither a formula of wpxl's nor an answer that it wrote: select one that does.")


def _formula(sheet: Any, row: int, column: int) -> tuple[str, Area]:
    """The formula behind a cell, and the cells that it fills."""
    here = sheet.range((row, column))
    own = Area(row, column, row, column)
    if getattr(here.api, "HasSpill", False):
        whole = area(here.api.SpillParent.SpillingToRange.Address)
        if whole:
            return sheet.range(whole[:2]).formula, whole
    if getattr(here.api, "HasArray", False):
        whole = area(here.api.CurrentArray.Address)
        if whole:
            return sheet.range(whole[:2]).formula, whole
    return here.formula, own


def _explained(sheet: Any, formula: str, filled: Area, row: int, column: int) -> str:
    """The sentence for the cell: that of its row of the answer, or of its place where the answer has the range's shape."""
    asked = first_call(sheet, row, formula)
    sentences = why(asked.name, *asked.arguments)
    headed = filled.last_row - filled.first_row + 1 - len(sentences)
    place = row - filled.first_row - max(0, headed if headed == 1 else 0)
    ranges = [a for a in asked.arguments if isinstance(a, list)]
    wide = len(ranges[0][0]) if ranges else 1
    if wide > 1 and len(sentences) == len(ranges[0]) * wide:
        place = (row - filled.first_row) * wide + column - filled.first_column
    if place < 0:
        return "This row holds the headings."
    return sentences[min(place, len(sentences) - 1)]


def _in_written_column(book: Book, sheet: Any, row: int, column: int) -> str:
    """The reason for an answer in a column that an action wrote, told by its heading."""
    listing = lists.find(book, says_postcode)
    if column not in listing.columns or row not in listing.rows:
        return ""
    heading = listing.heading(column).casefold()
    measure = next((m for m in registry().measures.values() if m.label.casefold() == heading), None)
    postcodes = [at for at in listing.columns if lists.is_postcode_column(listing, at)]
    if measure is not None and postcodes:
        cell = listing.column(postcodes[0])[row - listing.rows.start]
        return why("WP_POSTCODE", [[cell]], measure.id)[0]
    if column in postcodes:
        return why("WP_POSTCODE_STATUS", [[listing.column(column)[row - listing.rows.start]]])[0]
    for at in range(column, min(column + 3, listing.columns.stop)):  # decisions stand beside their reasons
        if listing.heading(at).startswith(("Reason (", "NS-SEC: why", "Note")):
            said = listing.column(at)[row - listing.rows.start]
            return "" if is_blank(said) or isinstance(said, Fault) else str(said)
    return ""


def _guide(book: Book, ask: Ask) -> Said:
    rows: list[tuple[Any, ...]] = [("Function", "What it answers", "How it is written")]
    rows += [(name, f.summary, f"={f.signature}") for name, f in ((n, CATALOGUE[n]) for n in CATALOGUE)]
    name = writing.new_sheet(book, "wpxl functions", "The functions of wpxl", rows)
    return Said(f"{len(rows) - 1} functions are explained on the new sheet '{name}'.", len(rows) - 1)


def _about(book: Book, ask: Ask) -> Said:
    tables = store.installed()
    held = "only sample data" if tables.sample_only else f"{len(tables.all):,} tables"
    return Said(
        f"wpxl {version()}: widening-participation targeting inside your spreadsheet. Installed: {held}. Everything is "
        "looked up on this computer; nothing that you type or list leaves it."
    )


ACTIONS = (
    Action(
        "what_went_wrong",
        "What went wrong?",
        "Why the selected cell says what it says",
        "Select a cell with an answer or an error of wpxl's: one sentence says what was found, and what to do.",
        "TraceError",
        HELP,
        _what,
    ),
    Action(
        "function_guide",
        "Function guide",
        "Every function of wpxl, on a new sheet",
        "Lists each WP_ function with what it answers and how it is written.",
        "FunctionWizard",
        HELP,
        _guide,
    ),
    Action(
        "about",
        "About wpxl",
        "Version, and what leaves this computer",
        "The version of wpxl, and what is installed.",
        "Help",
        HELP,
        _about,
    ),
)
