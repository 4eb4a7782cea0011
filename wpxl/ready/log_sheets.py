"""The sheets of the outreach log: where work is written down, and where its targeting appears beside it."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import Any, NamedTuple

from ..domain.school import UNKNOWN_INSTITUTION
from ..workbooks import look
from . import log_columns, log_headings, log_rows, log_settings, log_summary, tables
from .log_checks import DAY, choice
from .tables import HEAD, TYPED, Column, Tables, listed, rows_of, worked

PRIVATE = "PERSONAL DATA: keep this file where your institution keeps such files, and share reports, not the file."
SAMPLES = "SAMPLE ROWS: schools, learners and area XX are invented. 'Start here' says how to clear them."
# The banner follows the rows: once the invented schools are gone, so is the word of them.
BANNER = f'IF(COUNTIF(Organisations[{log_headings.ORG["organisation"]}],"*(fictional)*")>0,"{SAMPLES}","{PRIVATE}")'
WIDE = 160.0  # a paragraph over more columns than these would run out of sight
ORDER = {  # table → its columns and its sample rows, in the order in which they are worked out
    "Organisations": (log_columns.organisations, log_rows.ORGANISATIONS),
    "Attendance": (log_columns.attendance, log_rows.ATTENDANCE),
    "Learners": (log_columns.learners, log_rows.learners()),
    "LearnerAttendance": (log_columns.learner_attendance, log_rows.TOOK_PART),
    "Activities": (log_columns.activities, log_rows.ACTIVITIES),
    "OnePageLog": (log_columns.one_page, log_rows.ONE_PAGE),
    "Targets": (log_columns.targets, log_rows.TARGETS),
}
NAMED = {
    "ActivityIDs": "Activities",
    "OrganisationNames": "Organisations",
    "LearnerIDs": "Learners",
}  # their first columns


class Log(NamedTuple):
    told: dict[str, Any]  # the settings
    columns: dict[str, list[Column]]
    rows: Tables
    empty: bool


def make(book: Any, made: dict[str, Any], empty: bool) -> None:
    log = worked_out(empty)
    start(log, book, made)
    for name, title, keep, said in SHEETS:
        _table(log, book, made, name, title, keep, said)
    summary(log, book, made)
    settings(log, book, made)
    lists(log, book, made)
    for name, table in NAMED.items():
        book.define_name(name, f"={table}[{log.columns[table][0].heading}]")


def worked_out(empty: bool) -> Log:
    """Every table with its answers. An empty log has one blank row a table, which holds the formulas."""
    told = log_settings.values(empty)
    made = {name: columns(told) for name, (columns, _) in ORDER.items()}
    rows: Tables = {}
    for name, (_, sample) in ORDER.items():
        blank = tuple(None for column in made[name] if column.typed)
        rows[name] = rows_of(made[name], [blank] if empty else sample)
    for name in ORDER:
        worked(name, made[name], rows[name], rows)
    return Log(told, made, rows, empty)


# ------------------------------------------------------------------------------------------------------------ Start here

STEPS = [
    (
        "Settings",
        "Your institution, the academic year with its terms, and the models. Lists holds the words of the drop-downs.",
    ),
    (
        "Organisations",
        "One row a school or college: its name or its URN. Figures, priority and the reason appear beside it.",
    ),
    (
        "Activities",
        "One row an activity, with an ID of your own such as A11. Who came goes on Attendance: activity, school, number.",
    ),
    (
        "Learners",
        "Only who has had sight of the tracking statement; on Learner attendance, who came to what. Others: headcount.",
    ),
    ("Targets", "The targets of your access and participation plan, for the report on its progress."),
    (
        "Summary",
        "How well activities were targeted. More: the add-in's button Reports, or 'wpxl report all' and this file's name.",
    ),
]
SAID = (
    "What your institution did with schools, colleges and learners, and how well it was targeted, in one workbook. Answers were "
    "saved with the file and can be read anywhere; new ones need the add-in, which works on this computer alone and sends nothing."
)
CLEAR = (
    "When you begin, clear the samples: click into a table, press Ctrl+A, then Ctrl and the minus key. Formulas come back with "
    "your first row. Or take a log without samples: wpxl log --empty."
)
ALONE = (
    "For staff who run one or two activities a year: everything on one sheet. An activity is written on the One-page log or on the "
    "sheets above, never on both: it would be counted twice."
)


def start(log: Log, book: Any, made: dict[str, Any]) -> None:
    widths = [6.0, 24, 126]
    sheet = opened(log, book, made, "Start here", "Outreach log", SAID, widths)
    sheet.write_string(HEAD, 0, "In six steps", made["section"])
    for row, (where, what) in enumerate(STEPS, HEAD + 1):
        sheet.write_number(row, 0, row - HEAD, made["band"])
        _link(sheet, made, row, where, what)
    sheet.write_string(row + 2, 0, "Or on one page", made["section"])
    sheet.write_blank(row + 3, 0, None, made["band"])
    _link(sheet, made, row + 3, "One-page log", ALONE)
    at = row + 5
    for title, words in (("Sample rows", "" if log.empty else CLEAR), ("Learners' data", PRIVATE)):
        if words:
            sheet.write_string(at, 0, title, made["section"])
            sheet.merge_range(at + 1, 0, at + 1, 2, words, made["wrapped"])
            sheet.set_row(at + 1, look.height((words, 150)) + 6)
            at += 3
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(0, 1)


def _link(sheet: Any, made: dict[str, Any], row: int, where: str, what: str) -> None:
    sheet.write_url(row, 1, f"internal:'{where}'!A1", made["link"], where, f"Go to the sheet {where}")
    sheet.write_string(row, 2, what, made["wrapped"])
    sheet.set_row(row, look.height((what, 122)) + 6)


def opened(log: Log, book: Any, made: dict[str, Any], name: str, title: str, said: str, widths: list[float]) -> Any:
    """A sheet whose banner says what the rows are: samples, or people's data."""
    across = sum(reached <= WIDE for reached in accumulate(widths)) or 1
    sheet = tables.opened(book, made, name, title, "", said, widths, f"wpxl: {name}. Personal data", across)
    sheet.write_formula(1, 0, f"={BANNER}", made["warning"], PRIVATE if log.empty else SAMPLES)
    return sheet


# ------------------------------------------------------------------------------------------------------ the tables

SHEETS = [
    ("Activities", "Activities", 2, f"One row an activity. {TYPED} Who came stands on Attendance and on Learner attendance. "
     "The basis is 'Learners' where more than half of those who came are recorded with a profile, else 'Organisations'."),
    ("Attendance", "Attendance", 2, "Who came to which activity: a row for each school or college and year group. Choose the "
     "school, and its figures and priority appear. #N/A: no such figure is known. Figures follow Settings."),
    ("Organisations", "Schools and colleges", 1, "A school by its name, with the local authority after a comma where two have "
     f"it, or by URN, LAESTAB, UKPRN or HEAT ID. {TYPED} Too little data is never Low."),
    ("Learners", "Learners", 3, f"Who was recorded one by one. {TYPED} What is not known is never taken for a no: leave a cell "
     "blank, or write Not known. Trackable: HEAT's tracking fields are filled and the statement was seen."),
    ("Learner attendance", "Learner attendance", 2, "Which learner took part in which activity: one row each. Names follow, so "
     "that a wrong ID shows."),
    ("One-page log", "One-page log", 2, "For staff who run one or two activities a year: a row for each activity and school. "
     f"What stands here must not stand on Activities too. Where the schools are not known, write {UNKNOWN_INSTITUTION}."),
    ("Targets", "Targets", 1, "Targets of an access and participation plan: what is measured, the academic year, and the share "
     "to reach. The report on plan progress sets what was reached beside them."),
]  # fmt: skip
GROUPS = [
    (10, "Who: HEAT's tracking fields"),
    (6, "About the learner"),
    (6, "Home and family"),
    (3, "Attainment"),
    (13, "Worked out"),
]


def _table(log: Log, book: Any, made: dict[str, Any], name: str, title: str, keep: int, said: str) -> None:
    table = "".join(word.capitalize() for word in name.replace("-", " ").split())
    columns = log.columns[table]
    sheet = opened(log, book, made, name, title, said, [c.width for c in columns])
    if name == "Learners":
        _grouped(sheet, made)
    listed(sheet, made, table, columns, log.rows[table], keep)


def _grouped(sheet: Any, made: dict[str, Any]) -> None:
    """What the many columns of learners are about, in a line over their headings, and three pages side by side in print."""
    at = 0
    for number, words in GROUPS:
        sheet.write_string(HEAD - 1, at, words, made["group"])
        for column in range(at + 1, at + number):
            sheet.write_blank(HEAD - 1, column, None, made["rule"])
        at += number
    sheet.fit_to_pages(3, 0)
    sheet.repeat_columns(0, 2)


# --------------------------------------------------------------------------------------- Summary, Settings and Lists


def summary(log: Log, book: Any, made: dict[str, Any]) -> None:
    said = "What the sheets before it add up to: it follows them, and there is nothing to type. The One-page log is counted apart."
    sheet = opened(log, book, made, "Summary", "Summary", said, log_summary.WIDTHS)
    log_summary.fill(sheet, made, log.columns, log.rows, HEAD)
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(0, 1)


SETTING_WIDTHS = [34.0, 36, 90]


def settings(log: Log, book: Any, made: dict[str, Any]) -> None:
    said = "Formulas and reports of this workbook go by the white cells in the middle: change them there, and nowhere else."
    sheet = opened(log, book, made, "Settings", "Settings", said, SETTING_WIDTHS)
    told = log_settings.setting_rows(log.told)
    at = HEAD
    for name, title, columns, rows in (
        ("Settings", "", ("Setting", "Value", "What it is for"), told),
        ("Figures", "Figures of schools", ("Column", "Measure", "What it counts"), log_settings.figure_rows(log.told)),
        ("Deadlines", "Deadlines", ("Deadline", "Date", "Whose date it is"), log_settings.deadline_rows()),
    ):
        if title:
            sheet.write_string(at - 1, 0, title, made["section"])
        wide = [Column(heading, width, "wrapped") for heading, width in zip(columns, SETTING_WIDTHS, strict=True)]
        listed(sheet, made, name, wide, rows, None, (at, 0))
        for row, cells in enumerate(rows, at + 1):
            if isinstance(cells[columns[1]], date):
                sheet.write_datetime(row, 1, cells[columns[1]], made["date"])
                sheet.data_validation(row, 1, row, 1, DAY)
        at += len(rows) + 3
    for setting, listed_as in log_settings.CHOICES.items():
        row = HEAD + 1 + log_settings.place(setting)
        sheet.data_validation(row, 1, row, 1, choice(listed_as, "setting"))
    for name, row in log_settings.names(HEAD + 2, HEAD + 2 + len(told) + 3).items():
        book.define_name(name, f"=Settings!$B${row}")
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(0, 1)


def lists(log: Log, book: Any, made: dict[str, Any]) -> None:
    """One list a Table of one column, so that what is written below it belongs to it."""
    widths = [max(len(heading), *map(len, words)) + 4.0 for heading, (_, words) in log_rows.LISTS.items()]
    said = "The words of the drop-downs. Write more below a list, or change the words: the sheets follow."
    sheet = opened(log, book, made, "Lists", "Lists", said, [w for width in widths for w in (width, 2.0)])
    for at, (heading, (name, words)) in enumerate(log_rows.LISTS.items()):
        column = Column(heading, widths[at])
        listed(sheet, made, f"List{name}", [column], [{heading: word} for word in words], 0, (HEAD, 2 * at))
        book.define_name(name, f"=List{name}[{heading}]")
    sheet.fit_to_pages(2, 0)
