"""A person's list with the profile of its postcodes beside it: the main job, on a file.

Reads an .xlsx, .xlsm or .csv, finds the postcode column, and writes a copy with a column for each measure and a note for
each miss. The list itself, its order, its duplicates and everything else in the file stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from . import store
from .domain.blank import is_blank
from .domain.headers import Candidate, candidates, judge
from .door import call, why
from .errors import REF, Fault, refuse
from .measures import Measure, registry
from .workbooks.book import Book
from .workbooks.cells import ArrayFormula
from .workbooks.delimited import read_delimited, write_delimited
from .workbooks.refs import letters, number
from .workbooks.sheet import Sheet
from .workbooks.tables import Table

NOTE = "Note"
LONGEST_LITERAL = 240  # Excel takes no text over 255 characters inside a formula
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
BOOK_ENDINGS = (".xlsx", ".xlsm")
Progress = Callable[[int, int], None]


class Profile(NamedTuple):
    """What was done: the answers, and where they stand."""

    measures: tuple[Measure, ...]
    cells: list[Any]
    rows: list[tuple[Any, ...]]
    notes: list[str | None]
    where: str  # "sheet 'Learners', column D (Home postcode), rows 2 to 101"
    placed: str  # "columns F to L"
    warning: str = ""  # what the person should know about the place

    @property
    def asked(self) -> int:
        """Rows with something in the postcode cell."""
        return sum(not is_blank(cell) for cell in self.cells)

    @property
    def answered(self) -> int:
        """Rows for which at least one measure is known; the status alone is no profile."""
        told = [i for i, m in enumerate(self.measures) if m.unit != "text"]
        return sum(any(row[i] is not None and not isinstance(row[i], Fault) for i in told) for row in self.rows)

    @property
    def unknown(self) -> int:
        """Rows whose postcode is well formed and in no installed table: mistyped, or newer than the tables."""
        return sum(status == "not found" for (status,) in call("WP_POSTCODE_STATUS", [[cell] for cell in self.cells]))

    @property
    def absent(self) -> list[Measure]:
        """Measures whose table is not installed, told by rows in which others are answered."""
        absent = [[isinstance(v, Fault) and v.code == REF for v in row] for row in self.rows]
        return [m for i, m in enumerate(self.measures) if any(row[i] and not all(row) for row in absent)]


def profile_file(
    source: Path,
    target: Path,
    *,
    sheet: str | None = None,
    column: str | None = None,
    measures: str = "standard",
    formulas: bool = False,
    in_place: bool = False,
    progress: Progress | None = None,
) -> Profile:
    """Profile the postcodes of `source` into `target`.

    sheet, column: which, where more than one qualifies (a name, or a column letter). measures: names or a group.
    formulas: write live WP_POSTCODE formulas, with these answers shown until they are worked out again.
    Errors: a Fault in one sentence; then nothing has been written.
    """
    chosen, _ = registry().plan(tuple(name.strip() for name in measures.replace(";", ",").split(",") if name.strip()))
    ending = source.suffix.lower()
    if ending in TEXT_ENDINGS:
        if formulas and target.suffix.lower() not in BOOK_ENDINGS:
            raise refuse(f"{target.name} can hold no formulas: name an .xlsx file with -o, or leave --formulas out.")
        return _profile_text(source, target, column, chosen, in_place)
    if ending not in BOOK_ENDINGS:
        raise refuse(f"{source.name} is not a file that wpxl can profile: give an .xlsx, .xlsm or .csv file.")
    return _profile_book(source, target, sheet, column, chosen, formulas, in_place, progress)


# --------------------------------------------------------------------------------------------------------- answers


def answer(cells: list[Any], chosen: tuple[Measure, ...]) -> tuple[list[tuple[Any, ...]], list[str | None]]:
    """The measures of each cell, and a sentence for each cell that misses some (measures not installed aside)."""
    ids = ", ".join(m.id for m in chosen)
    rows = call("WP_POSTCODE", [[cell] for cell in cells], ids)
    everything = store.installed().sample_only
    missed = [any(type(v) is Fault and (v.code != REF or everything) for v in row) for row in rows]
    asked: dict[Any, Any] = {}  # each distinct cell once: a list repeats its mistakes
    keys = [_key(cell) if miss else None for cell, miss in zip(cells, missed, strict=True)]
    for cell, key in zip(cells, keys, strict=True):
        if key is not None:
            asked.setdefault(key, cell)
    said = dict(zip(asked, why("WP_POSTCODE", [[cell] for cell in asked.values()], ids) if asked else (), strict=True))
    return rows, [None if key is None else said[key] for key in keys]


def note_heading() -> str:
    """The heading of the notes says so when every answer beside it is from the sample edition."""
    return f"{NOTE} (sample data only)" if store.installed().sample_only else NOTE


def _key(cell: Any) -> Any:
    return (type(cell), cell) if isinstance(cell, (str, int, float)) else id(cell)


def _is_fault(value: Any) -> bool:
    return isinstance(value, Fault)


# ------------------------------------------------------------------------------------------------ finding the column


def _choose(found: list[tuple[str, Candidate]], source: Path, where: str = "") -> tuple[str, Candidate]:
    if len(found) == 1:
        return found[0]
    if not found:
        raise refuse(
            f"No column of postcodes was found in {where or source.name}: none has a heading such as 'Postcode' or mostly "
            "postcodes in it. Name the column with --column."
        )
    named = "; ".join(
        f"{f'{sheet}, ' if sheet else ''}column {letters(c.column + 1)} ({c.header or 'no heading'})"
        for sheet, c in found
    )
    option = "--sheet and --column" if len({sheet for sheet, _ in found}) > 1 else "--column"
    raise refuse(f"{len(found)} columns of {source.name} look like postcodes: {named}. Say which one with {option}.")


def _named_column(grid: list[list[Any]], column: str, source: Path) -> Candidate:
    """The column that a person named by its heading or its letter."""
    wanted = column.strip().casefold()
    matches = {
        c
        for row in grid[:50]
        for c, cell in enumerate(row)
        if isinstance(cell, str) and cell.strip().casefold() == wanted
    }
    if len(matches) > 1:
        places = ", ".join(letters(c + 1) for c in sorted(matches))
        raise refuse(f"'{column}' stands over several columns ({places}): name the one you mean by its letter.")
    at = (
        matches.pop()
        if matches
        else number(column.strip().upper()) - 1
        if column.strip().isalpha() and len(column.strip()) <= 3
        else -1
    )
    if not 0 <= at < (len(grid[0]) if grid else 0):
        raise refuse(f"{source.name} has no column '{column}': give a heading as it is written, or a column letter.")
    found = judge(grid, at)
    if found is None:
        raise refuse(f"Column {letters(at + 1)} of {source.name} is empty.")
    return found


# ----------------------------------------------------------------------------------------------------------- .xlsx


def _profile_book(
    source: Path,
    target: Path,
    sheet_name: str | None,
    column: str | None,
    chosen: tuple[Measure, ...],
    formulas: bool,
    in_place: bool,
    progress: Progress | None,
) -> Profile:
    book = Book.open(source)
    sheet, grid, found = _find_in_book(book, source, sheet_name, column)
    table = _table_around(sheet, found)
    first = table.data_rows.start if table else found.header_row + 2
    last = table.data_rows.stop - 1 if table else found.last_row + 1
    cells = [grid[row - 1][found.column] if row <= len(grid) else None for row in range(first, last + 1)]
    if not cells:
        raise refuse(f"There is nothing under the heading '{found.header}' on sheet '{sheet.name}'.")
    rows, notes = answer(cells, chosen)
    headers = [*(m.label for m in chosen), note_heading()]
    header_row = found.header_row + 1
    place = sheet.place(max(header_row, 1), last, table, len(headers))
    everything = [(*row, note) for row, note in zip(rows, notes, strict=True)]
    written = [row if any(v is not None for v in row) else None for row in everything]
    arrays: list[ArrayFormula] = []
    in_rows: list[str | None] | None = None
    if formulas and place.table:
        heading = place.table.columns[found.column + 1 - place.table.first_column]
        in_rows = row_formulas(place.table.columns, heading, headers, rows, chosen)
    elif formulas:
        cell_range = f"{letters(found.column + 1)}{first}:{letters(found.column + 1)}{last}"
        arrays = array_formulas(cell_range, first, len(cells), place.first_column, rows, chosen)
    widths = [fitting_width(h, [row[i] for row in everything[:500]]) for i, h in enumerate(headers)]
    sheet.add_columns(place, header_row, headers, first, written, arrays, in_rows, widths, progress)
    book.save(target, in_place=in_place)
    end = place.first_column + len(headers) - 1
    where = f"sheet '{sheet.name}', column {letters(found.column + 1)} ({found.header or 'no heading'}), rows {first} to {last}"
    placed = f"columns {letters(place.first_column)} to {letters(end)}"
    warning = (
        ""
        if place.sorts_along
        else f"The new columns could not join the list's filter or Table ({place.reason}): sort all columns together."
    )
    return Profile(chosen, cells, rows, notes, where, placed, warning)


def _find_in_book(
    book: Book, source: Path, sheet_name: str | None, column: str | None
) -> tuple[Sheet, list[list[Any]], Candidate]:
    sheets = [book.sheet(sheet_name)] if sheet_name else [s for s in book.sheets if s.state == "visible"]
    grids = {s.name: s.grid() for s in sheets}
    if column:
        named = [
            (s.name, _named_column(grids[s.name], column, source))
            for s in sheets
            if _has_column(grids[s.name], column, source)
        ]
        if not named:
            _named_column(grids[sheets[0].name] if sheets else [], column, source)
        if len(named) > 1 and not sheet_name:
            likely = [(name, c) for name, c in named if c.share > 0]
            named = likely or named
        name, found = _choose(named, source)
    else:
        where = f"sheet '{sheet_name}' of {source.name}" if sheet_name else ""
        name, found = _choose([(s.name, c) for s in sheets for c in candidates(grids[s.name])], source, where)
    return book.sheet(name), grids[name], found


def _has_column(grid: list[list[Any]], column: str, source: Path) -> bool:
    try:
        _named_column(grid, column, source)
    except Fault:
        return False
    return True


def _table_around(sheet: Sheet, found: Candidate) -> Table | None:
    """The Excel Table whose column this is."""
    for table in sheet.tables:
        if table.first_row == found.header_row + 1 and table.first_column <= found.column + 1 <= table.last_column:
            return table
    return None


def fitting_width(header: str, values: list[Any]) -> float:
    if header.startswith(NOTE):
        return 60.0 if any(values) else 12.0
    longest = max((len(str(v)) for v in values if isinstance(v, (str, int, float))), default=0)
    return float(min(32, max(11, longest + 2, min(len(header) + 1, 26))))


def chunks(chosen: tuple[Measure, ...]) -> list[list[Measure]]:
    """Measures in runs whose names fit into one text of a formula."""
    runs: list[list[Measure]] = [[]]
    for measure in chosen:
        if sum(len(m.id) + 2 for m in [*runs[-1], measure]) > LONGEST_LITERAL:
            runs.append([])
        runs[-1].append(measure)
    return runs


def telling(rows: list[tuple[Any, ...]], chosen: tuple[Measure, ...]) -> int:
    """The measure whose errors tell a miss: the first that is answered for anything."""
    return next((i for i in range(len(chosen)) if any(not _is_fault(r[i]) and r[i] is not None for r in rows)), 0)


def array_formulas(
    cell_range: str,
    first: int,
    height: int,
    first_column: int,
    rows: list[tuple[Any, ...]],
    chosen: tuple[Measure, ...],
) -> list[ArrayFormula]:
    """One formula for each run of measures, filling the whole block, and one for the notes."""
    out, at = [], first_column
    for run in chunks(chosen):
        names = ", ".join(m.id for m in run)
        out.append(ArrayFormula(f'WP_POSTCODE({cell_range},"{names}")', first, at, height, len(run)))
        at += len(run)
    told = telling(rows, chosen)
    seen = letters(first_column + told)
    test = f"ISERROR({seen}{first}:{seen}{first + height - 1})"
    out.append(
        ArrayFormula(f'IF({test},WP_WHY("WP_POSTCODE",{cell_range},"{chosen[told].id}"),"")', first, at, height, 1)
    )
    return out


def row_formulas(
    columns: Sequence[str], heading: str, headers: list[str], rows: list[tuple[Any, ...]], chosen: tuple[Measure, ...]
) -> list[str | None]:
    """Inside a Table nothing may spill: a formula in each cell, each on its own row's postcode, under `heading`.

    columns: the names that the Table has already.
    """
    from .workbooks.tables import unique_headers

    postcode = f"[@[{quoted(heading)}]]"
    names = unique_headers(headers, columns)
    told = telling(rows, chosen)
    formulas: list[str | None] = [f'WP_POSTCODE({postcode},"{m.id}")' for m in chosen]
    seen = f"[@[{quoted(names[told])}]]"
    formulas.append(f'IF(ISERROR({seen}),WP_WHY("WP_POSTCODE",{postcode},"{chosen[told].id}"),"")')
    return formulas


def quoted(name: str) -> str:
    """A column name inside a structured reference: brackets, # and ' are quoted with '."""
    return "".join(f"'{c}" if c in "[]#'" else c for c in name)


# ------------------------------------------------------------------------------------------------------------ .csv


def _profile_text(
    source: Path, target: Path, column: str | None, chosen: tuple[Measure, ...], in_place: bool
) -> Profile:
    read = read_delimited(source)
    width = max(map(len, read.rows), default=0)
    grid: list[list[Any]] = [[*row, *[None] * (width - len(row))] for row in read.rows]
    found = _named_column(grid, column, source) if column else _choose([("", c) for c in candidates(grid)], source)[1]
    first = found.header_row + 1
    cells = [row[found.column] or None for row in grid[first : found.last_row + 1]]
    rows, notes = answer(cells, chosen)
    headers = [*(m.label for m in chosen), note_heading()]
    added: dict[int, list[Any]] = {r: [""] * len(headers) for r in range(first, len(grid)) if read.rows[r]}
    added |= {found.header_row: list(headers)} if found.header_row >= 0 else {}
    added |= {first + i: [*row, note] for i, (row, note) in enumerate(zip(rows, notes, strict=True))}
    whole = [[*(cell or "" for cell in row), *added[r]] if r in added else read.rows[r] for r, row in enumerate(grid)]
    if target.suffix.lower() in TEXT_ENDINGS:
        write_delimited(target, whole, read, in_place=in_place)
    else:
        told = [[row[i] for row in rows[:500]] for i in range(len(chosen))]
        widths = [fitting_width(h, values) for h, values in zip(headers, [*told, notes[:500]], strict=True)]
        _write_new_book(target, whole, found.header_row, widths, width)
    where = f"column {letters(found.column + 1)} ({found.header or 'no heading'}), lines {first + 1} to {found.last_row + 1}"
    return Profile(
        chosen, cells, rows, notes, where, f"columns {letters(width + 1)} to {letters(width + len(headers))}"
    )


def _write_new_book(target: Path, rows: list[list[Any]], header_row: int, widths: list[float], start: int) -> None:
    """The rows of a text file as a new workbook. What was text stays text: zeros in front are not lost."""
    import xlsxwriter

    from .workbooks.files import replacing

    with replacing(target) as file:
        book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
        sheet, head = book.add_worksheet("Profile"), book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                write_value(sheet, r, c, value, head if r == header_row else None)
        for i, width in enumerate(widths):
            sheet.set_column(start + i, start + i, width)
        book.close()


def write_value(sheet: Any, row: int, column: int, value: Any, style: Any = None) -> None:
    """A plain value or a Fault into a worksheet that XlsxWriter makes; an error cell is a real error."""
    if isinstance(value, Fault):
        sheet.write_formula(row, column, f"={value.code}" if value.code != "#N/A" else "=NA()", style, value.code)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, style)
    elif value not in (None, ""):
        sheet.write_string(row, column, str(value), style)
