"""What rules stand on: the list that is checked, its columns by field, and what several rules ask of the same cells."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ... import fields
from ...domain import answers, years
from ...domain.blank import is_blank
from ...domain.names import simple
from ...domain.once import Once, each
from ...errors import Fault
from ..shape import Finding, Listing, Wanted
from ..template import TABLE_OF

if TYPE_CHECKING:
    from ..check import Asked

Look = Callable[["Ground"], Iterator[Finding]]

_INVISIBLE: dict[int, str | None] = dict.fromkeys([*range(32), 127, 0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF])
_INVISIBLE |= dict.fromkeys((9, 10, 13, 0xA0, 0x202F, *range(0x2000, 0x200B)), " ")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b", re.I)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ", re.I)
_CLOCK = re.compile(r"[ t]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[ap]m)?$", re.I)
_NUMERIC = re.compile(r"(\d{1,2}) ?[/. -] ?(\d{1,2}) ?[/. -] ?(\d{4}|\d{2})").fullmatch


class Rule(NamedTuple):
    """One thing that can be wrong. The texts may have {places} for a count, a heading or a value of a list."""

    id: str
    severity: str
    what: str
    why: str
    mend: str


class Day(NamedTuple):
    """A date as a cell holds it."""

    date: years.Date
    typed: bool  # as text
    open: bool  # text that could have the day or the month first


class Ground:
    """A list under check. Offsets of rows and columns count from 0."""

    def __init__(self, listing: Listing, asked: Asked):
        self.listing, self.asked, self.about = listing, asked, asked.about
        self.raw = [column.cells for column in listing.columns]
        self.height = max(map(len, self.raw), default=0)
        self.headings = [column.heading for column in listing.columns]
        self.fields: dict[str, int] = {}
        for at, column in enumerate(listing.columns):
            if column.field:
                self.fields.setdefault(column.field, at)
        for name, at in list(self.fields.items()):  # a template's sheet may have fields of other kinds of tables
            if not name.endswith(".heat_id"):
                self.fields.setdefault(name.rpartition(".")[2], at)
        phase = next((at for at, heading in enumerate(self.headings) if simple(heading) == "phaseadjustment"), None)
        self.fields |= {} if phase is None else {"phase_adjustment": phase}
        self.set_aside: set[int] = set()  # rows that hold no record: blank ones, totals, headings again
        self._columns: dict[int, list[Any]] = {}
        self._made: dict[tuple[str, int], list[Any]] = {}

    def found(self, rule: Rule, row: int, column: int, fix: Any = None, **words: Any) -> Finding:
        what, why, mend = (text.format(**words) if words else text for text in rule[2:5])
        return Finding(self.listing.first_row + row, column + 1, rule.id, rule.severity, what, why, mend, fix)

    # ------------------------------------------------------------------------------------------------------- columns

    def cells(self, at: int | str) -> list[Any]:
        """A column, by its place or its field: blanks for error cells and for rows that hold no record."""
        at = self.fields.get(at, -1) if isinstance(at, str) else at
        if at < 0:
            return [None] * self.height
        if at not in self._columns:
            cells = self.raw[at]
            if Fault in set(map(type, cells)):
                cells = [None if isinstance(cell, Fault) else cell for cell in cells]
            if self.set_aside or len(cells) < self.height:
                cells = [*cells, *[None] * (self.height - len(cells))]
                for row in self.set_aside:
                    cells[row] = None
            self._columns[at] = cells
        return self._columns[at]

    def made(self, what: str, work_out: Callable[[Any], Any], at: int | str) -> list[Any]:
        """What follows from each cell of a column, worked out once for each distinct cell and kept under a name."""
        place = self.fields.get(at, -1) if isinstance(at, str) else at
        if (what, place) not in self._made:
            self._made[what, place] = each(work_out, self.cells(place))
        return self._made[what, place]

    def texts(self, at: int | str) -> list[str | None]:
        """Cells as texts without stray spaces and invisible characters; None for blanks and non-answers."""
        return self.made("text", said, at)

    def days(self, at: int | str) -> list[Day | Fault | None]:
        """Cells as dates; a Fault for what is none."""
        return self.made("day", day, at)

    def has(self, *names: str) -> bool:
        return all(name in self.fields for name in names)

    @cached_property
    def rows(self) -> list[int]:
        """The rows that hold a record."""
        return [row for row in range(self.height) if row not in self.set_aside]

    @cached_property
    def wanted(self) -> list[Wanted | None]:
        """The template's column that each column goes to: of the same heading, else of the same field."""
        sheet = self.asked.template
        if sheet is None:
            return [None] * len(self.raw)
        of_field = {want.field: want for want in reversed(sheet.columns) if want.field}
        of_heading = {simple(want.heading): want for want in reversed(sheet.columns)}
        return [of_heading.get(simple(c.heading)) or of_field.get(c.field or "") for c in self.listing.columns]

    @cached_property
    def kinds(self) -> list[str]:
        """What each column holds: the kind of its field, else what the template says, else ''."""
        known = {id_: f.kind for about in ("learners", "activities", "organisations", "attendance") for id_, f in
                 fields.of(about).items()}  # fmt: skip
        known |= {id_: f.kind for id_, f in fields.of(TABLE_OF.get(self.about, "learners")).items()}
        return [
            known.get((column.field or "").rpartition(".")[2]) or (want.kind if want else "")
            for column, want in zip(self.listing.columns, self.wanted, strict=True)
        ]

    def of_kind(self, kind: str) -> list[int]:
        return [at for at, of in enumerate(self.kinds) if of == kind]

    @cached_property
    def starts(self) -> list[int | None]:
        """The academic year of each row: its own, else the one that is asked for."""
        own = self.made("year", years.academic_year, "academic_year")
        return [self.asked.year if start is None else start for start in own]

    @cached_property
    def seen(self) -> list[bool]:
        """Whether each learner is known to have seen the tracking statement; all, where no column says it. The date on which it
        was seen says so too, unless the answer says otherwise."""
        if not self.fields.keys() & {"tracking_statement", "statement_date"}:
            return [True] * self.height
        at = self.fields.get("tracking_statement", -1)
        forms = at >= 0 and "form" in simple(self.headings[at])  # such a column may name the form that was seen

        def read(cell: Any) -> bool | None:
            state = None if is_blank(cell) else answers.read("tracking_statement", cell)
            return None if state is None else forms if isinstance(state, Fault) else state == answers.YES

        answered, dated = self.made("seen", read, at), self.days("statement_date")
        return [isinstance(on, Day) if said is None else said for said, on in zip(answered, dated, strict=True)]


# --------------------------------------------------------------------------------------------------------------- cells


def bare(text: str) -> str:
    """A text with single spaces, and without invisible characters."""
    return " ".join((text if text.isascii() and text.isprintable() else text.translate(_INVISIBLE)).split())


def said(cell: Any) -> str | None:
    """A cell as a text; None where it gives no answer."""
    if cell is None or isinstance(cell, Fault):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime.date):
        return f"{cell:%d/%m/%Y}"
    text = bare(str(cell))
    return None if not text or _UNSAID[text] else text


_UNSAID = Once(answers.unsaid)


def day(cell: Any) -> Day | Fault | None:
    """A cell as a date; None where it gives no answer, a Fault where it is no date."""
    if is_blank(cell):
        return None
    if not isinstance(cell, str):
        found = years.born(cell)
        return Day(found, False, False) if found else NO_DAY
    text = _WEEKDAY.sub("", _ORDINAL.sub(r"\1", _CLOCK.sub("", bare(cell))))
    found = years.born(text)
    if found is None:
        return None if answers.unsaid(text) else NO_DAY
    numbers = _NUMERIC(text)
    return Day(found, True, bool(numbers and int(numbers[1]) <= 12 and int(numbers[1]) != int(numbers[2])))


def month_first(cell: Any) -> years.Date | None:
    """A text that is a date only with its month before its day."""
    numbers = _NUMERIC(_CLOCK.sub("", bare(cell))) if isinstance(cell, str) else None
    return years.born(f"{numbers[2]}/{numbers[1]}/{numbers[3]}") if numbers else None


def turned(date: years.Date) -> years.Date | None:
    """A date with day and month changed over; None where there is no such other date."""
    return (date[0], date[2], date[1]) if date[2] <= 12 and date[1] != date[2] else None


NO_DAY = Fault("#VALUE!", "This is no date.")
