"""Check: the cells that cannot be read, coloured and explained by a note, found one after another, and cleared again.

A mark is a conditional format whose formula names wpxl, and a note that begins with its name: nothing else of the sheet is
touched, and clearing takes both out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import store
from ..domain import answers
from ..domain.blank import is_blank
from ..door import call
from ..errors import NA, REF, Fault
from ..workbooks.refs import area, areas, letters
from . import lists
from .action import CHECK, Action, Ask, Book, Said
from .decide import learner_columns
from .lists import Listing
from .look_up import distinct_why

RULE = '=AND(TRUE,"wpxl"="wpxl")'
SIGN = "wpxl: "
FILL, INK = "#FFC7CE", "#9C0006"
MOST_NOTES = 1_000  # more would take Excel minutes; all cells are coloured
ADDRESS = 240  # characters of an address that Excel takes at once


def _mark(book: Book, ask: Ask) -> Said:
    listing = lists.find(book, lambda text: lists.field(text) is not None)
    named = learner_columns(book, listing, ask)
    found = [problem for name, at in named.items() for problem in _problems(listing, name, at)]
    cleared = _clear_sheet(listing.sheet)
    looked = ", ".join(listing.named(at) for at in named.values())
    if not found:
        again = " Old marks were cleared." if cleared else ""
        return Said(f"No problems in {looked} of {listing.where}.{again}{listing.remark}", len(listing.rows))
    for address in _addresses([(row, column) for row, column, _ in found]):
        rules = listing.sheet.range(address).conditional_formats
        rules.add_custom(RULE, fill_color=FILL, font_color=INK)
    own = 0
    for at, (row, column, sentence) in enumerate(found[:MOST_NOTES]):
        if at % 50 == 0:
            ask.progress(f"wpxl: note {at + 1:,} of {len(found):,}")
        cell = listing.sheet.range((row, column))
        if cell.note is None:
            cell.add_note(f"{SIGN}{sentence}")
        else:
            own += 1
    count = f"{len(found):,} {'cell' if len(found) == 1 else 'cells'}"
    text = f"{count} of {looked} cannot be read: coloured, with a note that says why."
    if own:
        text += f" {own:,} had a note already, which was left alone."
    if len(found) > MOST_NOTES:
        text += f" The first {MOST_NOTES:,} have notes; mend these and mark again."
    return Said(f"{text} 'Clear marks' removes them.{listing.remark}", len(found))


def _problems(listing: Listing, name: str, at: int) -> Iterator[tuple[int, int, str]]:
    """Row, column and sentence of each cell of a column that cannot be read."""
    cells = listing.column(at)
    if name == "postcodes":
        sentences = _of_postcodes(cells)
    elif name == "nssec":
        faults = [row[0] for row in call("WP_NSSEC", [[cell] for cell in cells])]
        sentences = [f.sentence if isinstance(f, Fault) and f.code not in (NA, REF) else "" for f in faults]
    else:
        read = [Fault(c.code, c.sentence) if isinstance(c, Fault) else answers.read(name, c) for c in cells]
        sentences = [state.sentence if isinstance(state, Fault) else "" for state in read]
    for row, cell, sentence in zip(listing.rows, cells, sentences, strict=True):
        if sentence and not is_blank(cell):
            yield row, at, sentence


def _of_postcodes(cells: list[Any]) -> list[str]:
    """What is wrong with each postcode: its form, or (with real tables) that no table knows it."""
    column = [[cell] for cell in cells]
    wrong = {"not a postcode"} | (set() if store.installed().sample_only else {"not found"})
    bad = [
        status in wrong or (isinstance(status, Fault) and status.code != REF)
        for (status,) in call("WP_POSTCODE_STATUS", column)
    ]
    asked = [row for row, is_bad in zip(column, bad, strict=True) if is_bad]
    said = iter(distinct_why("WP_POSTCODE_STATUS", asked) if asked else ())
    return [next(said) if is_bad else "" for is_bad in bad]


def _addresses(places: list[tuple[int, int]]) -> Iterator[str]:
    """The cells as addresses that Excel takes: neighbours together, each address short enough."""
    text = ""
    for piece in map(str, areas(places)):
        if text and len(text) + len(piece) >= ADDRESS:
            yield text
            text = ""
        text = f"{text},{piece}" if text else piece
    if text:
        yield text


# ------------------------------------------------------------------------------------------------- one after another


def _next(book: Book, ask: Ask) -> Said:
    sheet, chosen = lists.selected(book)
    marked = []
    for note in sheet.notes:
        where = area(note.location.address.rpartition("!")[2])
        if where and note.text.startswith(SIGN):
            marked.append((where.first_column, where.first_row, note.text.removeprefix(SIGN)))
    if not marked:
        return Said(f"There are no marks on sheet '{sheet.name}'. 'Mark problems' looks for some.")
    marked.sort()
    here = (chosen.first_column, chosen.first_row) if chosen else (0, 0)
    at = next((i for i, (column, row, _) in enumerate(marked) if (column, row) > here), 0)
    column, row, sentence = marked[at]
    sheet.range((row, column)).select()
    return Said(f"{at + 1} of {len(marked)}, cell {letters(column)}{row}: {sentence}", 1)


def _clear(book: Book, ask: Ask) -> Said:
    sheet, _ = lists.selected(book)
    cleared = _clear_sheet(sheet)
    return Said(f"{cleared:,} marks of wpxl's removed from sheet '{sheet.name}'.", cleared)


def clear_book(book: Book, ask: Ask) -> int:
    """Remove wpxl's marks from every sheet; how many there were."""
    total = 0
    for sheet in book.sheets:
        ask.progress(f"wpxl: clearing {sheet.name}")
        total += _clear_sheet(sheet)
    return total


def _clear_sheet(sheet: Any) -> int:
    marks = [note for note in sheet.notes if note.text.startswith(SIGN)]
    for note in marks:
        note.delete()
    rules = [rule for rule in sheet.cells.conditional_formats if rule.formula and '"wpxl"="wpxl"' in rule.formula]
    for rule in reversed(rules):
        rule.delete()
    return len(marks) or len(rules)


ACTIONS = (
    Action(
        "mark_problems",
        "Mark problems",
        "Colour the cells that cannot be read",
        "Looks at the postcodes and the yes-or-no columns of your list. Each cell that cannot be read is coloured and gets a note "
        "that says why. 'Clear marks' takes everything out again.",
        "DataValidationCircleInvalid",
        CHECK,
        _mark,
    ),
    Action(
        "next_problem",
        "Next problem",
        "Go to the next marked cell",
        "Selects the next cell that 'Mark problems' marked on this sheet, and says what is wrong with it.",
        "ReviewNextComment",
        CHECK,
        _next,
    ),
    Action(
        "clear_marks",
        "Clear marks",
        "Remove wpxl's marks from this sheet",
        "Removes the colours and notes of 'Mark problems' from this sheet. Your own notes and formats stay.",
        "ReviewDeleteComment",
        CHECK,
        _clear,
    ),
)
