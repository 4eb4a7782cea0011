"""Look up: the profile of postcodes, schools by their names, the NS-SEC class of occupations."""

from __future__ import annotations

from typing import Any

from .. import store
from ..domain.blank import is_blank
from ..domain.headers import says_postcode
from ..door import call, why
from ..errors import Fault, refuse
from ..measures import Measure, registry
from ..profile import Profile, answer, array_formulas, fitting_width, note_heading, row_formulas
from ..workbooks.refs import letters
from . import lists, writing
from .action import LOOK_UP, Action, Ask, Book, GivenUp, Said, answered
from .lists import Listing

NEW_SHEET = "All of them, on a new sheet"
FOUND = 50  # schools that a search gives
CHOICES = 4  # of them that fit into one of Excel's boxes, which take 255 characters; more go to a new sheet
NAME = 36  # characters of each


def _values(book: Book, ask: Ask) -> Said:
    return _profile(book, ask, formulas=False)


def _formulas(book: Book, ask: Ask) -> Said:
    return _profile(book, ask, formulas=True)


def _profile(book: Book, ask: Ask, formulas: bool) -> Said:
    listing = lists.find(book, says_postcode)
    at = lists.postcode_column(book, listing, ask)
    names = answered(
        ask.text("Which measures? Names with commas, or a group such as standard or aimhigher.", "standard")
    )
    chosen, _ = registry().plan(tuple(n.strip() for n in names.replace(";", ",").split(",") if n.strip()))
    cells = listing.column(at)
    if all(is_blank(cell) for cell in cells):
        raise refuse(f"There is nothing under the heading of {listing.named(at)} on {listing.where}.")
    ask.progress(f"wpxl: looking up {len(cells):,} rows")
    rows, notes = answer(cells, chosen)
    headings = [*(m.label for m in chosen), note_heading()]
    placed = writing.place(listing, len(headings))
    everything = [(*row, note) for row, note in zip(rows, notes, strict=True)]
    widths = [fitting_width(h, [row[i] for row in everything[:500]]) for i, h in enumerate(headings)]
    if formulas:
        _live(listing, at, placed, chosen, headings, everything)
        writing.set_widths(listing.sheet, placed.first, widths)
    else:
        writing.columns(listing, placed, headings, everything, widths, ask)
    made = Profile(chosen, cells, rows, notes, "", placed.named)
    return Said(_told(made, listing, placed, formulas), len(cells))


def _live(
    listing: Listing, at: int, placed: writing.Placed, chosen: tuple[Measure, ...], headings: list[str], rows: list[Any]
) -> None:
    """The same as formulas: one for the whole list, or in a Table one in each cell."""
    sheet, first, last = listing.sheet, listing.rows.start, listing.rows.stop - 1
    writing.write_headings(listing, placed, headings)
    answers = [row[:-1] for row in rows]
    table = listing.table
    widened = table is not None and placed.first <= lists.area_of(table.range).last_column
    if widened:
        head = sheet.range((listing.header_row, placed.first), (listing.header_row, placed.first + len(headings) - 1))
        named = [str(name) for name in lists.values(head)[0]]  # a Table numbers the names that it has already
        texts = row_formulas(listing.headings, listing.heading(at), named, answers, chosen)
        for beside, text in enumerate(texts):
            column = placed.first + beside
            here = sheet.range((first, column), (last, column))
            writing.fill(here, f"={text}", [(row[beside],) for row in rows])
        return
    source = f"{letters(at)}{first}:{letters(at)}{last}"
    for formula in array_formulas(source, first, len(rows), placed.first, answers, chosen):
        start = formula.column - placed.first
        here = sheet.range((first, formula.column), (last, formula.column + formula.columns - 1))
        writing.spill(here, f"={formula.text}", [row[start : start + formula.columns] for row in rows])


def _told(made: Profile, listing: Listing, placed: writing.Placed, formulas: bool) -> str:
    kind = " as formulas" if formulas else ""
    said = f"{made.answered:,} of {made.asked:,} postcodes profiled{kind}, in {placed.named} of {listing.where}."
    explained = sum(1 for note in made.notes if note)
    if explained:
        said += f" {explained:,} {'row is' if explained == 1 else 'rows are'} explained in the last of them."
    said += "".join(f" {m.label} is not installed, so its column is #REF!." for m in made.absent)
    sample = " Only sample data is installed." if store.installed().sample_only else ""
    return said + placed.remark + listing.remark + sample


# ------------------------------------------------------------------------------------------------------- schools


def _find_school(book: Book, ask: Ask) -> Said:
    keyword = answered(ask.text("What do you remember of the school's name? Words in any order, or parts of words."))
    authority = answered(ask.text("In which local authority? Leave it empty for all."))
    found = call("WP_SCHOOL_FIND", keyword.strip() or None, authority.strip() or None, None, FOUND)
    if isinstance(found[0][0], Fault):
        raise found[0][0]
    schools = found[1:]
    chosen: int | None = len(schools)
    if len(schools) <= CHOICES:
        names = [f"{str(name)[:NAME]} ({urn})" for urn, name, *_ in schools]
        chosen = ask.choose("Which school?", [*names, NEW_SHEET])
    if chosen is None:
        raise GivenUp
    if chosen == len(schools):
        name = writing.new_sheet(book, "Schools found", f"Schools like '{keyword.strip()}'", found)
        return Said(f"{len(schools):,} schools are on the new sheet '{name}'.", len(schools))
    target = _blank_cell(book)
    target.value = writing.cell(found[chosen + 1][0])
    where = target.address.replace("$", "")
    named = ", ".join(str(part) for part in schools[chosen][1:4] if part)
    return Said(f"{named}: its URN is in cell {where} of sheet '{target.sheet.name}'.", 1)


def _blank_cell(book: Book) -> Any:
    """The selected cell or the one beside it, whichever is blank first. Errors: a Fault where neither is."""
    sheet, chosen = lists.selected(book)
    row, column = (chosen.first_row, chosen.first_column) if chosen else (1, 1)
    for cell in (sheet.range((row, column)), sheet.range((row, column + 1))):
        if is_blank(lists.values(cell)[0][0]):
            return cell
    raise refuse("The selected cell and the one beside it are not empty: select an empty cell for the URN.")


# --------------------------------------------------------------------------------------------------- occupations


def _classify(book: Book, ask: Ask) -> Said:
    listing = lists.find(book, lists.names_occupations)
    found = [at for at, h in enumerate(listing.headings, listing.columns.start) if lists.names_occupations(h)]
    at = lists.pick(book, listing, found, ask, "occupations")
    column = [[cell] for cell in listing.column(at)]
    answers = [row[0] for row in call("WP_NSSEC", column)]
    said = distinct_why("WP_NSSEC", column)
    placed = writing.place(listing, 2)
    rows = [(a, None if is_blank(cell) else s) for a, s, (cell,) in zip(answers, said, column, strict=True)]
    writing.columns(listing, placed, ["NS-SEC", "NS-SEC: why, or what to ask"], rows, [10, 60], ask)
    known = sum(a is not None and not isinstance(a, Fault) for a in answers)
    asked = sum(not is_blank(cell) for (cell,) in column)
    text = f"{known:,} of {asked:,} occupations have a class, in {placed.named} of {listing.where}."
    if known < asked:
        text += f" For the other {asked - known:,} the column beside it says what to ask."
    return Said(text + placed.remark + listing.remark, len(column))


def distinct_why(name: str, rows: list[list[Any]], *more: Any) -> list[str]:
    """The sentence for each row of a function's columns, made once for equal rows: a list repeats itself."""
    keys = [
        tuple((type(cell), cell if isinstance(cell, (str, int, float)) else repr(cell)) for cell in row) for row in rows
    ]
    first: dict[Any, list[Any]] = {}
    for key, row in zip(keys, rows, strict=True):
        first.setdefault(key, row)
    asked = list(first.values())
    said = why(name, *([[row[i]] for row in asked] for i in range(len(rows[0]))), *more)
    known = dict(zip(first, said, strict=True))
    return [known[key] for key in keys]


ACTIONS = (
    Action(
        "profile_values",
        "Profile postcodes",
        "Add the profile of your postcodes, as values",
        "Select a cell of your list. The columns go to the right of it, with a note for each postcode that has no answer. "
        "Nothing in your list changes.",
        "TableInsert",
        LOOK_UP,
        _values,
    ),
    Action(
        "profile_formulas",
        "Profile as formulas",
        "Add the profile of your postcodes, as live formulas",
        "As 'Profile postcodes', with WP_POSTCODE formulas that follow changes in the list. Colleagues need wpxl to refresh them.",
        "AutoSum",
        LOOK_UP,
        _formulas,
    ),
    Action(
        "find_school",
        "Find a school",
        "Find a school by part of its name",
        "Asks for a word of the name and the local authority, then writes the URN into the selected empty cell. Where many are "
        "found, they go to a new sheet.",
        "FindDialog",
        LOOK_UP,
        _find_school,
    ),
    Action(
        "classify_occupations",
        "Classify occupations",
        "Add the NS-SEC class of parents' occupations",
        "Select the column of occupations. The class goes to the right of the list, with the one question to ask where the words "
        "fit several classes.",
        "AddressBook",
        LOOK_UP,
        _classify,
    ),
)
