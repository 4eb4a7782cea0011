"""What every report is made of: tables, charts of them, and notes. No cells and no files.

A column says what its figures are, so that whoever writes a sheet can give them their form, and whoever makes a report fit to
share knows which of them count people, and which are shares of how many.
"""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

TEXT, SENTENCE, DATE, BAND = (
    "text",
    "sentence",
    "date",
    "band",
)  # a sentence is long and wraps; a band is High, Medium, Low
NUMBER = "number"  # counts of other things than people: activities, schools, hours
PEOPLE = "people"  # counts of people
SHARE = "share"  # a percentage of people, 0 to 100; `part` and `base` name its columns of counts
DERIVED = "derived"  # a number that follows from counts of people, such as contact hours or a change: `part` and `base` name them
FIGURE = "figure"  # a percentage, mean or score from elsewhere: it says nothing of how many people are here


class Column(NamedTuple):
    heading: str
    kind: str
    part: str = ""  # of a share: the heading of the column that counts those in the group; "": no column shows them
    base: str = ""  # … and of the one that counts those it is a share of; "": the first total of the column `part`


class Figure(float):
    """A percentage in a column of shares that is no share of the people here, such as a mean of schools' figures."""


class Table(NamedTuple):
    """Rows under headings. A row has a value a column: plain Python, None for a blank, or a Fault.

    totals: how many rows at the end are totals of those above. adds_up: whether the people of the rows above are those of the
    first total, each counted once, so that one hidden count could be worked out from the others.
    """

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    totals: int = 0
    adds_up: bool = False
    said: str = ""  # a line under the name: what is counted here
    personal: bool = False  # it lists learners one by one: left out of whatever is made fit to share


class Chart(NamedTuple):
    """A picture of one table: its first `rows` rows (0: all but the totals), named by one column, one series a heading."""

    kind: str  # column, bar, stacked, line, pie
    title: str
    table: str
    labels: str
    series: tuple[str, ...]
    rows: int = 0


class Report(NamedTuple):
    id: str
    title: str
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()  # coverage, vintages, edition, suppression, sources: a sentence or two each
    personal: bool = False  # whether it is about learners one by one: no suppression makes that fit to share
    sample: bool = False  # whether any figure rests on the sample edition


class Asked(NamedTuple):
    """What a report is asked for. An empty field: not asked."""

    as_of: datetime.date | None = None  # given by the person; a report never looks at the clock
    year: int | None = None  # the academic year that starts in it
    learner_model: tuple[str, ...] = ()
    school_model: tuple[str, ...] = ()
    activity: str = ""
    school: str = ""
    local_authority: str = ""
    region: str = ""
    basis: str = ""  # organisation, learner, or by the rule of the majority
    vintages: tuple[str, ...] = ()  # two of IMD, to be compared: 2019, 2025


def as_number(value: Any) -> float | None:
    """A cell's number; None for anything else."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
