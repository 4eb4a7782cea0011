"""Postcodes in cells: what is known of them, their form, their status, and likely repairs."""

from __future__ import annotations

from typing import Any

from .. import store
from ..catalogue import FLAG, ROW, WORDS, Arg, function
from ..domain import postcode as form
from ..errors import NA, REF, VALUE, Fault
from ..measures import Measure, registry

POSTCODES = Arg("postcodes", "A postcode, or a range of them, as people type them.", example="TF7 5UG")
NOT_A_POSTCODE = Fault(VALUE, "This is not a full postcode.")
MOST_REPAIRS = 5
REMARKS = {
    "GIR": "Girobank's own, historic",
    "NPT": "a historic outcode of Newport",
    "ZZ99": "a stand-in for 'no fixed abode' or 'not known'",
}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def _named(cell: Any) -> str:
    """A postcode in its usual form; the odd ones with what they are."""
    text = str(form.clean(cell))
    note = REMARKS.get(text[:-3])
    return f"{form.spaced(text)} ({note})" if note else form.spaced(text)


# ---------------------------------------------------------------------------------------------------- WP_POSTCODE


def _why_postcode(cell: Any, names: tuple[str, ...], headers: bool = False) -> str:
    tables = store.installed()
    measures, plan = registry(tables).plan(names)
    row = plan.places.find(cell)
    if row < 0:
        return _why_no_row(tables, plan.places, row, cell)
    place, shown = plan.places.place(row), _named(cell)
    answers = [(i, m, v) for i, (m, v) in enumerate(zip(measures, plan.one(cell), strict=True)) if m.id != store.STATUS]
    if len(answers) == 1:
        i, measure, value = answers[0]
        if isinstance(value, Fault):
            return _why_missing(tables, plan, place, i, measure, shown)
        return f"{_why_status(cell)} {_say(tables, plan, place, i, measure, value)}."
    absent = [m.label for _, m, v in answers if isinstance(v, Fault) and v.code == REF]
    missing = [(i, m) for i, m, v in answers if isinstance(v, Fault) and v.code != REF]
    said = []
    if not missing:
        said.append(_why_status(cell))
    else:
        said = [_why_missing(tables, plan, place, *missing[0], shown)]
        if len(missing) > 1:
            said.append(f"{len(missing)} of {len(measures)} measures have no value.")
    if absent:
        said.append(f"Not installed: {', '.join(absent)} (see 'wpxl data guide').")
    return " ".join(said)


def _say(tables: store.Tables, plan: store.Plan, place: int, i: int, measure: Measure, value: Any) -> str:
    text = f"{value:,}" if isinstance(value, int) and measure.unit == "rank" else f"{value}"
    text = f"{measure.label}: {text}"
    held = plan.source(place, i)
    card = tables.get(held) if held else next((t for t in tables.postcode if measure.id in t.columns), None)
    origin = "the sample edition" if card is None or card.edition == "sample" else card.facts["title"]
    return f"{text}{f' ({measure.note})' if measure.note else ''}, from {origin}"


def _why_missing(tables: store.Tables, plan: store.Plan, place: int, i: int, measure: Measure, shown: str) -> str:
    country, installed = plan.country(place), bool(plan.ways[i])
    if not installed and tables.has(measure.id):
        key = tables.by_column[measure.id][0].key
        return f"{measure.label} is installed, but no lookup leads from postcodes to its areas ({key}): see 'wpxl data guide'."
    reason = plan.reason(place, i)
    covered = not measure.countries or country is None or country in measure.countries
    if reason and covered:
        return f"{shown} has no {measure.label}: {reason}."
    return store.missing(plan.wanted[i], country, installed, tables.sample_only, shown)


def _why_no_row(tables: store.Tables, places: store.Places, row: int, cell: Any) -> str:
    text = form.clean(cell)
    if row == store.MALFORMED:
        sentence = form.problem(cell)
    else:
        shown = _named(cell)
        if tables.sample_only:
            return (
                f"Only sample data is installed, and {shown} is outside it: "
                "'wpxl data guide' says which files to get, then run 'wpxl data add' with them."
            )
        releases = "; ".join(t.facts["title"] for t in tables.postcode if t.facts.get("gazetteer"))
        sentence = (
            f"{shown} is well formed, but not in the installed tables ({releases}): mistyped, or newer than they are?"
        )
    near = _near(places, text) if text else []
    return f"{sentence} Did you mean {' or '.join(near[:3])}?" if near and "holds" not in sentence else sentence


@function(
    POSTCODES,
    Arg(
        "measures",
        'Names of measures or of a group, as text with commas or a range: "IMD rank, POLAR4". Left out: "standard".',
        WORDS,
        default="standard",
        example="IMD rank 2010",
    ),
    Arg("headers", "TRUE puts a row of headings, with vintages, above the answer.", FLAG, default=False),
    answers=ROW,
    why=_why_postcode,
    keeps_faults=True,
)
def wp_postcode(postcodes: list[Any], measures: tuple[str, ...], headers: bool) -> list[tuple[Any, ...]]:
    """The chosen measures of each postcode, one column each, in the order given.

    Shape: one row for each postcode and one column for each measure; with one measure, the shape of the range.
    Several measures need a range one column wide.

    Unit: that of each measure (see WP_MEASURES). A name without a year takes the year pinned in the settings.

    Errors: #VALUE! not a full postcode, or an unknown measure; #N/A a postcode that is not in the tables or has no value;
    #REF! the lookup table is not installed. Blank cells stay blank; ended postcodes keep their values.

    Source: the installed lookup tables, listed by WP_SOURCES.

    Examples:
    >>> wpxl.call("WP_POSTCODE", [["TF7 5UG"], ["b32 3pb"]], "IMD rank 2010")
    [(6259,), (14713,)]
    >>> wpxl.call("WP_POSTCODE", "TF75UG", "IMD rank 2010, POLAR2 YPR", True)
    [('IMD 2010 rank', 'POLAR2 YPR quintile'), (6259, 1)]
    """
    chosen, plan = registry().plan(measures)
    rows = store.take(plan, postcodes)
    return [tuple(m.label for m in chosen), *rows] if headers else rows


# ------------------------------------------------------------------------------------------------------- its form


def _why_format(cell: Any) -> str:
    text = form.clean(cell)
    return (
        f"'{str(cell).strip()[:40]}' is written {form.spaced(str(text))}." if form.parse(text) else form.problem(cell)
    )


@function(POSTCODES, why=_why_format)
def wp_postcode_format(postcodes: list[Any]) -> list[Any]:
    """Each postcode in the usual form: capitals, and one space before the last three characters.

    Shape: that of the range.

    Unit: text.

    Errors: #VALUE! where the cell is not a full postcode. Only the form is judged, not whether the postcode exists.

    Source: the forms of UK postcodes as the ONS and Ordnance Survey user guides give them.

    Examples:
    >>> wpxl.call("WP_POSTCODE_FORMAT", [["ws108pq"], ["B9  5EF."], [None]])
    [('WS10 8PQ',), ('B9 5EF',), (None,)]
    """
    out: list[Any] = []
    for cell in postcodes:
        text = form.clean(cell)
        if cell is None or text == "":
            out.append(None)
        else:
            out.append(form.spaced(str(text)) if form.parse(text) else NOT_A_POSTCODE)
    return out


# ----------------------------------------------------------------------------------------------------- its status


def _why_status(cell: Any) -> str:
    tables = store.installed()
    places = store.places(tables)
    row = places.find(cell)
    if row < 0:
        return _why_no_row(tables, places, row, cell)
    state = places.state(row)
    status = store.status_text(state, None)
    if status.startswith("ended"):
        year, month = status.removeprefix("ended ").split("-")
        sentence = f"ended in {MONTHS[int(month) - 1]} {year} and keeps the areas it had"
    elif status == "not found":
        sentence = (
            "is in a table of measures only, not in the installed postcode tables: mistyped, or newer than they are"
        )
    else:
        sentence = "is live" if status == "live" else "is listed (its source has no end dates, so it may have ended)"
    country = registry(tables).plan((store.STATUS,))[1].country(places.place(row))
    where = "" if country in (None, "England") else f"; it is in {store.in_country(country)}"
    user = "; it is an organisation's own postcode (large user), not homes" if state & store.LARGE_USER else ""
    return f"{_named(cell)} {sentence}{where}{user}{' (sample data)' if tables.sample_only else ''}."


@function(POSTCODES, why=_why_status, keeps_faults=True)
def wp_postcode_status(postcodes: list[Any]) -> list[Any]:
    """Whether each postcode is live, ended (with the month), listed, not found, not in England, or not a postcode.

    Shape: that of the range.

    Unit: text. "listed" means that the installed table has the postcode but no end dates.

    Errors: #REF! while only the sample edition is installed and the postcode is outside it.

    Source: the newest installed postcode table that lists the postcode.

    Examples:
    >>> wpxl.call("WP_POSTCODE_STATUS", [["TF7 5UG"], ["WS108P"]])
    [('live',), ('not a postcode',)]
    """
    return [row[0] for row in store.take(registry().plan((store.STATUS,))[1], postcodes)]


# ---------------------------------------------------------------------------------------------------- its repairs


def _near(places: store.Places, text: str) -> list[str]:
    """Existing postcodes that this text may have been meant for, likeliest first; live ones before ended ones.

    A lost last letter is only offered where few postcodes begin that way: twenty neighbours are no repair.
    """
    rows = {candidate: places.find(candidate) for candidate in form.repairs(text)}
    known = [c for c, row in rows.items() if row >= 0]
    completed = [c for c in known if c[:-1] == text]
    if len(completed) > MOST_REPAIRS:
        known = [c for c in known if c not in completed]
    known.sort(key=lambda c: places.state(rows[c]) & ~store.LARGE_USER not in (0, 0x7FFF))
    return [form.spaced(c) for c in known[:MOST_REPAIRS]]


def _why_suggest(cell: Any) -> str:
    answer = _suggest(store.places(store.installed()), cell, store.installed().sample_only)
    if isinstance(answer, Fault):
        return f"{form.problem(cell)} {answer.sentence}" if form.parse(form.clean(cell)) is None else answer.sentence
    return f"These exist and are one slip away from '{str(cell).strip()[:40]}': {answer}. Nothing is changed by itself."


def _suggest(places: store.Places, cell: Any, sample_only: bool) -> Any:
    text = form.clean(cell)
    if text is None:
        return None if cell is None else Fault(VALUE, "The cell holds no text.")
    if not text:
        return None
    row = places.find(text)
    if row >= 0:
        return form.spaced(text)
    near = _near(places, text)
    if near:
        return ", ".join(near)
    if sample_only and form.parse(text):
        return Fault(REF, "Only sample data is installed, so no repair can be looked up: see 'wpxl data guide'.")
    return Fault(NA, "No postcode in the installed tables is one slip away from it.")


@function(POSTCODES, why=_why_suggest)
def wp_postcode_suggest(postcodes: list[Any]) -> list[Any]:
    """Likely repairs of each postcode that exist: O for 0, I for 1, swapped or doubled characters, a lost space.

    Shape: that of the range. Several repairs come as one text with commas, the likeliest first, at most five.

    Unit: text. A postcode that exists is given back in the usual form. Nothing is ever changed by itself.

    Errors: #N/A where no known postcode is near; #VALUE! where the cell holds no text; #REF! while only the sample is
    installed and the postcode is well formed but outside it.

    Source: the installed postcode tables.

    Examples:
    >>> wpxl.call("WP_POSTCODE_SUGGEST", [["WS108P"], ["TF7 SUG"]])
    [('WS10 8PQ',), ('TF7 5UG',)]
    """
    tables = store.installed()
    places, known = store.places(tables), {}
    for cell in postcodes:
        if isinstance(cell, str) and cell not in known:
            known[cell] = _suggest(places, cell, tables.sample_only)
    return [known[c] if isinstance(c, str) else _suggest(places, c, tables.sample_only) for c in postcodes]
