"""The records of outreach work, as found in people's workbooks: organisations, activities, attendance, learners.

Whatever a workbook looks like, the rooms above see these frames and nothing else. Cells of learners stay as they were typed, and
are read where they are judged (`domain.answers`, `targeting`); ids, dates and numbers are made whole here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd


class Understood(NamedTuple):
    """How one table or range of a workbook was understood."""

    sheet: str
    table: str  # the name of an Excel Table; "" for a plain range
    about: str  # organisations, activities, attendance, learners, learner_attendance, targets, settings
    rows: range  # of the sheet, from 1, below the headings
    fields: dict[str, str]  # field id → the heading that was taken for it
    unused: tuple[str, ...]  # headings that mean nothing to wpxl
    columns: dict[str, int]  # field id → column of the sheet, from 1
    marks: dict[str, int]  # of a register: an activity's heading → the column of its marks
    left_out: tuple[int, ...] = ()  # rows of totals
    also: str = ""  # what it could nearly as well be about


@dataclass(frozen=True)
class Records:
    """Frames with the columns below, each with every column (missing values are None, NaN, NaT or <NA>).

    organisations: organisation (id: a register's key, "unknown", or "?" and the folded name), name, key (the register's, or
        None), local_authority, region, school_type; imd, nssec, ypr, ahe, fsm (percentages that the workbook itself holds)
    activities: activity (id as text), title, type, date (datetime64), year (Int64, the academic year's start), term (Autumn,
        Spring, Summer), hours (float), organiser, institution
    attendance: activity, organisation, year_group (Int64), audience (as typed), attending (float, NaN where it cannot be read)
    learners: learner (id of the row), person (a number, the same for rows of one person), organisation, year_group (Int64),
        institution, and a column of cells as typed for every learner field of data/fields.toml (postcode, fsm, bursary,
        parental_he, nssec, disabled …). A person has a row for each school they come from
    took_part: activity, learner; one row a participation, no pair twice
    targets: target (name), measure (as typed), year (Int64), percent, part, base (floats)
    """

    organisations: pd.DataFrame
    activities: pd.DataFrame
    attendance: pd.DataFrame
    learners: pd.DataFrame
    took_part: pd.DataFrame
    targets: pd.DataFrame
    settings: dict[str, Any] = field(default_factory=dict)  # setting id → value: institution, year, learner_model …
    notes: tuple[
        str, ...
    ] = ()  # what could not be read, with how many and where; no names, dates of birth or postcodes
    understood: tuple[Understood, ...] = ()
    institution: str = ""
    first_generation: bool = False  # the column parental_he asks whether the learner is the first of the family
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)  # what reports share, worked out once
