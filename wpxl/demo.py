"""The demonstration: a learner list with its profile, a summary with a chart, and the sources, in one new workbook.

Always from the sample edition, and marked as such on every sheet. The learners are invented.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from . import store
from .door import call
from .measures import registry
from .profile import NOTE, answer, write_value
from .reports.profile import Spread, Summary, summarise
from .workbooks import look
from .workbooks.files import replacing
from .workbooks.look import NAVY

GUIDE = ["TF7 5UG", "TF3 2HR", "WS10 8PQ", "WS2 9XE", "B32 3UH", "B32 3PB", "B9 5EF", "B8 3BF"]
# As people type them: the guide's own misprint, a lost letter, a date of birth in the wrong column, a real postcode that the
# sample does not have, a blank.
MESSY = [
    "tf75ug",
    " WS10  8PQ.",
    "B9\u00a05EF",
    "WS108P",
    "TF7 SUG",
    "XX3 2A",
    "unknown",
    "B1 1AA",
    "XX4 5AA",
    None,
    39321,
]
MEASURES = (
    "region, local_authority, imd_rank_2010, imd_quintile_2010, polar2_ypr_quintile, polar2_ahe_quintile, "
    "nssec_4_7_pct_2001, fsm_pct_2010, gcse_5ac_em_pct_2010, status"
)
WARNING = "SAMPLE DATA: eight real postcodes with the guide's published figures; learners and area XX are invented."
COLOURS = ["#1F3864", "#C55A11", "#548235", "#7F6000"]


class Demo(NamedTuple):
    path: Path
    headers: list[str]
    learners: list[tuple[Any, ...]]  # name, year group, postcode
    rows: list[tuple[Any, ...]]
    notes: list[str | None]
    summary: Summary


def learners() -> list[tuple[Any, ...]]:
    """Invented learners: the guide's postcodes first and in its order, then what a real list looks like."""
    fictional = [f"XX{1 + i * 5 % 12} {i * 7 % 10}AA" for i in range(41)]
    postcodes = [*GUIDE, *MESSY, *fictional]
    return [(f"Learner {i:02d}", f"Year {9 + i * 3 % 5}", postcode) for i, postcode in enumerate(postcodes, 1)]


def write_demo(path: Path) -> Demo:
    """Write the demonstration workbook. Errors: a Fault if the file cannot be written."""
    with store.sample_edition():
        chosen, _ = registry().plan(tuple(name.strip() for name in MEASURES.split(",")))
        people = learners()
        cells = [postcode for _, _, postcode in people]
        rows, notes = answer(cells, chosen)
        summary = summarise(cells, chosen, rows)
        headers = [m.label for m in chosen]
        with replacing(path) as file:
            book = xlsxwriter.Workbook(file, {"in_memory": True})
            book.set_properties({"title": "wpxl demonstration", "comments": WARNING})
            styles = look.styles(book)
            _learner_sheet(book, styles, headers, people, rows, notes)
            _summary_sheet(book, styles, summary)
            _sources_sheet(book, styles)
            book.close()
    return Demo(path, headers, people, rows, notes, summary)


def _page(sheet: Any, styles: dict[str, Any], title: str, width: int) -> None:
    look.page(sheet, styles, title, WARNING, width, "wpxl demonstration, sample data")


def _learner_sheet(
    book: Any, styles: dict[str, Any], headers: list[str], people: list[tuple[Any, ...]], rows: list[tuple[Any, ...]],
    notes: list[str | None],
) -> None:  # fmt: skip
    sheet = book.add_worksheet("Learners")
    columns = ["Learner", "Year group", "Postcode", *headers, NOTE]
    _page(sheet, styles, "Learners and the profile of their postcodes", len(columns))
    sheet.write_row(3, 0, columns, styles["head"])
    sheet.set_row(3, 80)
    for r, (person, row, note) in enumerate(zip(people, rows, notes, strict=True), 4):
        sheet.set_row(r, look.height((note, 60)))
        for c, value in enumerate([*person, *row]):
            name = columns[c]
            kind = (
                "rank"
                if name.endswith("rank")
                else "share"
                if "%" in name
                else "band"
                if name.endswith("quintile")
                else "cell"
            )
            write_value(sheet, r, c, value, styles[kind]) if value is not None else sheet.write_blank(
                r, c, None, styles[kind]
            )
        write_value(sheet, r, len(columns) - 1, note, styles["wrapped"])
    last = 3 + len(people)
    sheet.conditional_format(4, 3, last, len(columns) - 2, {"type": "errors", "format": styles["error"]})
    for c, width in enumerate([12, 10, 11, 15, 19, *[10.5] * (len(headers) - 3), 15, 64]):
        sheet.set_column(c, c, width)
    sheet.freeze_panes(4, 3)
    sheet.autofilter(3, 0, last, len(columns) - 1)
    sheet.repeat_rows(3)


def _summary_sheet(book: Any, styles: dict[str, Any], summary: Summary) -> None:
    sheet = book.add_worksheet("Summary")
    _page(sheet, styles, "How the learners spread over the measures", 8)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 7, 11)
    _head(sheet, styles, 3, ["Learners", "Number"])
    facts = [
        ("in the list", summary.rows),
        ("with something in the postcode cell", summary.asked),
        ("with a profile", summary.answered),
    ]
    for r, (said, count) in enumerate(facts, 4):
        sheet.write_string(r, 0, said, styles["cell"])
        sheet.write_number(r, 1, count, styles["rank"])
    row = 8
    _head(sheet, styles, row, ["Target group", "Learners", "of known", "Share"])
    for rule, met, known in summary.targets:
        row += 1
        sheet.write_string(row, 0, rule, styles["cell"])
        sheet.write_row(row, 1, [met, known], styles["rank"])
        sheet.write_number(row, 3, met / known, styles["percent"])
    row += 2
    quintiles = [s for s in summary.spreads if len(s.counts) == 5]
    _head(sheet, styles, row, ["Quintile (1 = most deprived, or lowest)", "1", "2", "3", "4", "5", "Known", "Coverage"])
    chart = book.add_chart({"type": "column"})
    for i, spread in enumerate(quintiles):
        _spread_row(sheet, styles, row + 1 + i, spread)
        at = row + 1 + i
        chart.add_series({
            "name": ["Summary", at, 0], "categories": ["Summary", row, 1, row, 5], "values": ["Summary", at, 1, at, 5],
            "fill": {"color": COLOURS[i % len(COLOURS)]}, "gap": 60,
        })  # fmt: skip
    chart.set_title({"name": "Learners in each quintile (sample data)", "name_font": {"size": 12, "color": NAVY}})
    chart.set_x_axis({"name": "Quintile: 1 is the most deprived, or the lowest participation"})
    chart.set_y_axis({"name": "Learners", "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 340})
    said = "A column chart of the table above: how many learners live in areas of each quintile, for each measure."
    sheet.insert_chart(row + len(quintiles) + 2, 0, chart, {"description": said})


def _head(sheet: Any, styles: dict[str, Any], row: int, texts: list[str]) -> None:
    sheet.write_string(row, 0, texts[0], styles["head"])
    sheet.write_row(row, 1, texts[1:], styles["number"])


def _spread_row(sheet: Any, styles: dict[str, Any], row: int, spread: Spread) -> None:
    sheet.write_string(row, 0, spread.measure.label, styles["cell"])
    sheet.write_row(row, 1, [*spread.counts.values(), spread.known], styles["rank"])
    sheet.write_number(row, 7, spread.coverage, styles["percent"])


def _sources_sheet(book: Any, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Sources")
    _page(sheet, styles, "Where the figures come from", 10)
    widths = [20, 30, 26, 16, 14, 32, 22, 18, 21, 10]
    for c, width in enumerate(widths):
        sheet.set_column(c, c, width)
    row = 3
    for name in ("WP_DATA", "WP_SOURCES"):
        sheet.write_string(row, 0, f"={name}()", styles["section"])
        for line, values in enumerate(call(name)):
            row += 1
            style = styles["wrapped"] if line else styles["head"]
            sheet.set_row(row, look.height(*zip(values, widths, strict=False)))
            for c, value in enumerate(values):
                write_value(sheet, row, c, value, style) if value is not None else sheet.write_blank(
                    row, c, None, style
                )
        row += 2
