"""HEAT: import templates filled from this workbook, its lists checked before the upload, the days that are left."""

from __future__ import annotations

from pathlib import Path

from ..errors import refuse
from ..workbooks.refs import letters
from . import writing
from .action import HEAT, Action, Ask, Book, GivenUp, Said, answered, shortened
from .reports import sheets_of

RIGHT = "Right? Leave this empty; or correct it: your heading=theirs; …"
MOST_LISTED = 5_000  # findings on the sheet


def _fill(book: Book, ask: Ask) -> Said:
    from ..importing import Wish, plan_fill, source_of, write
    from ..imports.mapping import told_in
    from ..workbooks.book import Book as File

    template = _file(ask, "Which import template is to be filled?")
    ask.progress("wpxl: reading the workbook")
    source = source_of(sheets_of(book))
    told: dict[str, str] = {}
    while True:
        plan = plan_fill(File.open(template), source, Wish(told))
        given = answered(ask.text(f"{shortened(plan.said())}\n{RIGHT}")).strip()
        if not given:
            break
        told |= told_in(given.split(";"))
    target = template.with_stem(f"{template.stem}-filled")
    if target.exists() and not ask.yes(f"{target.name} is there already. Replace it?"):
        raise GivenUp
    done = write(plan, target, lambda said, *_: ask.progress(f"wpxl: {said}"))
    rows = [
        (file.name, sheet, f"{letters(f.column)}{f.row}", f.severity, f.what, f.why, f.mend)
        for file, sheet, f in done.findings
    ]
    filled = ", ".join(f"{number:,} rows on '{sheet}'" for sheet, number in done.rows.items())
    text = f"Written: {', '.join(file.name for file in done.files)}, beside the template ({filled})."
    if rows:
        heads = ("File", "Sheet", "Cell", "Severity", "What", "Why", "What to do")
        name = writing.new_sheet(
            book, "Import findings", "What the template did not take as it was", [heads, *rows[:MOST_LISTED]]
        )
        text += f" {len(rows):,} cells want a look: the new sheet '{name}' lists them."
    return Said(" ".join((text, *done.notes)), sum(done.rows.values()))


def _check(book: Book, ask: Ask) -> Said:
    from ..importing.checking import check_sheets, severities

    ask.progress("wpxl: checking")
    checked = check_sheets(sheets_of(book), str(book.name))
    rows = [
        (one.listing.name, one.where(f), f.severity, f.what, f.why, f.mend) for one in checked for f in one.findings
    ]
    looked = ", ".join(f"'{one.listing.name}'" for one in checked)
    if not rows:
        return Said(f"Nothing was found in {looked}.", sum(len(one.listing.columns[0].cells) for one in checked))
    heads = ("List", "Cell", "Severity", "What", "Why", "What to do")
    name = writing.new_sheet(book, "Check", "What to look at before the upload", [heads, *rows[:MOST_LISTED]])
    count = ", ".join(f"{number:,} {what}{'' if number == 1 else 's'}" for what, number in severities(checked).items())
    more = f" The first {MOST_LISTED:,} are listed." if len(rows) > MOST_LISTED else ""
    return Said(f"{count} in {looked}: the new sheet '{name}' says where, why and what to do.{more}", len(rows))


def _deadlines(book: Book, ask: Ask) -> Said:
    from ..domain.deadlines import deadlines, label, own_in

    today = ask.today
    own = [one for sheet in sheets_of(book) for one in own_in(sheet.grid)]
    every = deadlines((today.year, today.month, today.day), own)
    return Said(" ".join((f"Next, {label(every)}.", *(one.said() for one in every))), len(every))


def _file(ask: Ask, question: str) -> Path:
    chosen = [Path(name) for name in ask.files(question) if name.strip()]
    if not chosen:
        raise GivenUp
    if not chosen[0].exists():
        raise refuse(f"There is no file {chosen[0].name}: choose the template as it came from HEAT.")
    return chosen[0]


ACTIONS = (
    Action(
        "import_templates",
        "Import templates",
        "Fill a HEAT import template from this workbook",
        "Asks for the template, shows which of your columns goes where, and writes a filled copy beside it. Nothing else in the "
        "template changes; corrections are remembered for your institution.",
        "ImportExcel",
        HEAT,
        _fill,
    ),
    Action(
        "check_upload",
        "Check before upload",
        "What is wrong in this workbook's lists, cell by cell",
        "Looks at every list of students, activities and schools: missing fields, dates, postcodes, names, identifiers, "
        "duplicates, tracking statements. A new sheet says where, why and what to do; nothing is changed.",
        "MailMergeAutoCheckForErrors",
        HEAT,
        _check,
    ),
    Action(
        "heat_deadlines",
        "Deadlines",
        "The days left until HEAT's dates and your own",
        "HEAT's cut-off for tracking and its other dates, and the deadlines on your sheet Settings, each with the days left.",
        "FunctionsDateTimeInsertGallery",
        HEAT,
        _deadlines,
    ),
)
