"""The sheets of the demonstration: every function at work, from the lists and the catalogue."""

from __future__ import annotations

from typing import Any

from ..catalogue import CATALOGUE, TABLE
from ..workbooks import look
from . import demo_rows as lists
from . import tables
from .formulas import Ref, answers, example, put, spill, text, write
from .tables import HEADS, TYPED, Column, listed, reddened, rows_of, worked

WARNING = (
    "SAMPLE DATA: eight real postcodes with the guide's published figures; learners, schools and area XX are invented."
)
EVIDENCE = ["Postcode", "FSM", "Bursary", "Parent has HE", "Job of a parent", "Disabled", "In care"]


def opened(book: Any, made: dict[str, Any], name: str, title: str, said: str, widths: list[float]) -> Any:
    return tables.opened(book, made, name, title, WARNING, said, widths, f"wpxl: {name}. Sample data")


# --------------------------------------------------------------------------------------------------------- Start here

TO_TRY = [
    ("Learners", "Type another postcode, or turn a Y into an N: decision, score and reason follow."),
    ("Postcodes", "Change the names of measures in the framed cell: one formula answers for the whole list."),
    (
        "Learners",
        "Find the red cells: the columns 'Why' say what to do. Make WS108P into WS10 8PQ, and its row comes alive.",
    ),
]
START = (
    "Every function of wpxl, at work on the sample edition that travels with it. The answers were saved with the file, so "
    "you can read them on any computer. With the add-in installed a formula works itself out anew when a cell that it "
    "reads changes, and Ctrl+Alt+F9 works out all of them; without it, a formula that you change shows #NAME?. Once you "
    "have added the published tables, they take the sample's place, and what is invented here is no longer known."
)


def start(book: Any, made: dict[str, Any]) -> None:
    widths = [25.0, 44, 54, 26, 54]
    sheet = opened(book, made, "Start here", "wpxl: widening participation in your spreadsheet", START, widths)
    sheet.write_string(4, 0, "Three things to try", made["section"])
    for row, (where, what) in enumerate(TO_TRY, 5):
        sheet.write_url(row, 0, f"internal:'{where}'!A1", made["link"], where, f"Go to the sheet {where}")
        sheet.merge_range(row, 1, row, 4, what, made["wrapped"])
        sheet.set_row(row, 20)
    sheet.write_string(9, 0, "Every function", made["section"])
    sheet.write_row(10, 0, ["Function", "What it gives", "An example", "Its answer", "WP_WHY says"], made["head"])
    sheet.set_row(10, 22)
    for row, name in enumerate(CATALOGUE, 11):
        function = CATALOGUE[name]
        args = example(function)
        formula, grid = text(name, args), answers(name, args)
        sheet.write_string(row, 0, name, made["name"])
        sheet.write_string(row, 1, function.summary, made["wrapped"])
        sheet.write_string(row, 2, f"={formula}", made["code"])
        if function.answers == TABLE and name != "WP_WHY":
            write(sheet, row, 3, f"ROWS({formula})", len(grid), made["rows"])
        else:
            write(sheet, row, 3, formula, grid[0][0], made["sentence"])
        why = answers("WP_WHY", [name, *args])[0][0]
        write(sheet, row, 4, text("WP_WHY", [name, *args]), why, made["sentence"])
        shown = None if function.answers == TABLE and name != "WP_WHY" else grid[0][0]
        sheet.set_row(row, look.height((function.summary, 41), (formula, 50), (shown, 23), (why, 51)) + 4)
    reddened(sheet, made, 11, 3, row, 3)
    sheet.freeze_panes(2, 0)  # the heads of the list stand too far down to be kept in sight
    sheet.repeat_rows(10)


# ------------------------------------------------------------------------------------------------- Learners, Schools


def learners(book: Any, made: dict[str, Any]) -> None:
    decide = tuple(EVIDENCE)
    columns = [
        Column("Learner", 11), Column("Year", 7, "band"), Column("Postcode", 11), Column("FSM", 11, "wrapped"),
        Column("Bursary", 10), Column("Parent has HE", 11, "wrapped"), Column("Job of a parent", 17, "wrapped"),
        Column("Disabled", 10), Column("In care", 12, "wrapped"),
        Column("IMD 2019 decile", 9, "centre", "WP_POSTCODE", ("Postcode",), ("IMD 2019 decile",)),
        Column("TUNDRA quintile", 10, "centre", "WP_POSTCODE", ("Postcode",), ("TUNDRA LSOA quintile",)),
        Column("NS-SEC", 9, "centre", "WP_NSSEC", ("Job of a parent",)),
        Column("Decision", 12, "strong", "WP_TARGET", decide),
        Column("Score", 8, "centre", "WP_TARGET_SCORE", decide),
        Column("Why this decision", 54, "sentence", "WP_WHY", decide, (), ("WP_TARGET",)),
        Column("Why this score", 38, "sentence", "WP_WHY", decide, (), ("WP_TARGET_SCORE",)),
    ]  # fmt: skip
    said = (
        f"Who is a target learner by the Aimhigher guide of 2011, and why. {TYPED} What is not known is never taken for a no: "
        "where it matters, the answer is #N/A."
    )
    sheet = opened(book, made, "Learners", "Learners and decisions", said, [c.width for c in columns])
    rows = [(f"Learner {i:02d}", *row) for i, row in enumerate(lists.LEARNERS, 1)]
    listed(sheet, made, "Learners", columns, worked("Learners", columns, rows_of(columns, rows)), 1)


def schools(book: Any, made: dict[str, Any]) -> None:
    def figure(heading: str, width: float, style: str, measure: str) -> Column:
        return Column(heading, width, style, "WP_SCHOOL", ("School",), (measure,))

    columns = [
        Column("School", 26, "wrapped"), figure("Name", 30, "sentence", "School name"),
        figure("Local authority", 14, "answer", "School local authority"), figure("Phase", 16, "answer", "School phase"),
        figure("Learners", 10, "whole", "School learners"), figure("IMD 2010 40 %", 10, "decimal", "School IMD 2010 40 %"),
        figure("FSM %", 9, "decimal", "School FSM %"), Column("Priority", 11, "strong", "WP_PRIORITY", ("School",)),
        Column("Why", 66, "sentence", "WP_WHY", ("School",), (), ("WP_PRIORITY",)),
    ]  # fmt: skip
    said = (
        f"A school may be given by URN, LAESTAB, UKPRN, HEAT ID or name. {TYPED} Priorities are those of the Aimhigher guide; "
        'too little data is never Low. Why another cell is red, such as G10: =WP_WHY("WP_SCHOOL",A10,"School FSM %").'
    )
    sheet = opened(book, made, "Schools", "Schools and their priority", said, [c.width for c in columns])
    listed(
        sheet,
        made,
        "Schools",
        columns,
        worked("Schools", columns, rows_of(columns, [(school,) for school in lists.SCHOOLS])),
        1,
    )


# --------------------------------------------------------------------------------------- Postcodes, Models, Sources


def postcodes(book: Any, made: dict[str, Any]) -> None:
    widths = [13.0, 62, 22, 13, 13, 14, 14, 17]
    said = (
        "One formula in C6 answers for the whole column of postcodes, in its order, with headings; one in B7 gives a sentence for "
        "each. Change the names of measures in C4, or the postcodes: the answers follow, to the right as far as needed."
    )
    sheet = opened(book, made, "Postcodes", "One formula for a whole list", said, widths)
    sheet.merge_range("A4:B4", "Measures, as names with commas (WP_MEASURES lists them all):", made["section"])
    sheet.merge_range("C4:H4", lists.MEASURES, made["input"])
    sheet.set_row(3, 2 * look.LINE + 4)
    sheet.set_row(4, 8)
    cells, first = lists.POSTCODES, 6
    last = first + len(cells)
    wanted = Ref("C4", lists.MEASURES)
    column = Ref(f"A{first + 1}:A{last}", [[postcode] for postcode in cells])
    sheet.write_row("A6", ["Postcode", "WP_WHY says"], made["head"])
    sheet.set_row(5, 2 * look.LINE + 6)
    for row, postcode in enumerate(cells, first):
        put(sheet, row, 0, postcode, made["cell"])
    kinds = ["answer", "whole", "centre", "centre", "centre", "answer"]
    spill(sheet, "C6", "WP_POSTCODE", [column, wanted, True],
          lambda line, c: made[kinds[c] if line else HEADS.get(kinds[c], "head")])  # fmt: skip
    sentences = spill(sheet, "B7", "WP_WHY", ["WP_POSTCODE", column, wanted], lambda line, c: made["sentence"])
    for row, (sentence,) in enumerate(sentences, first):
        sheet.set_row(row, look.height((sentence, 60)) + 4)
    reddened(sheet, made, first, 2, last - 1, 20)
    sheet.freeze_panes(first, 1)
    sheet.repeat_rows(5)


def told(book: Any, made: dict[str, Any], name: str, title: str, said: str, function: str, widths: list[float]) -> None:
    """A sheet that one formula without arguments fills."""
    sheet = opened(book, made, name, title, said, widths)
    sheet.set_row(3, 8)
    grid = spill(sheet, "A5", function, [], lambda r, c: made["sentence" if r else "head"])
    for r, line in enumerate(grid, 4):
        sheet.set_row(r, look.height(*((v, w - 2) for v, w in zip(line, widths, strict=True))) + 4)
    sheet.freeze_panes(5, 1)
    sheet.repeat_rows(4)


def models(book: Any, made: dict[str, Any]) -> None:
    said = 'One formula in A5, =WP_MODELS(). One with all its sources: =WP_MODEL("aimhigher-2011-learner").'
    widths = [30.0, 38, 10, 13, 18, 34, 46, 10]
    told(book, made, "Models", "The targeting models there are", said, "WP_MODELS", widths)


def sources(book: Any, made: dict[str, Any]) -> None:
    said = "One formula in A5, =WP_SOURCES(): every table that answers come from, with publisher, licence and checksum."
    widths = [20.0, 34, 34, 10, 10, 8, 22, 20, 22, 10]
    told(book, made, "Sources", "Where the figures come from", said, "WP_SOURCES", widths)


def make(book: Any, made: dict[str, Any]) -> None:
    for sheet in (start, learners, schools, postcodes, models, sources):
        sheet(book, made)
