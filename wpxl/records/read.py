"""From the cells of a workbook to its records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..domain import years
from ..domain.blank import is_blank
from ..domain.once import each
from ..errors import refuse
from . import Records, Understood, cells
from .activities import AUTUMN, SPRING, SUMMER, Activities
from .cells import UNREAD, Remarks, listed, text, texts
from .join import join
from .learners import Learners
from .rows import Rows
from .schools import FIGURES, UNKNOWN, Schools
from .source import SheetCells
from .understand import describe, understand

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["describe", "join", "read", "understand"]

WORK = ("activity", "title")
_SEVERAL = re.compile(r"\s*[;\n]\s*")


def read(
    sheets: Sequence[SheetCells], understood: Sequence[Understood] | None = None, institution: str = ""
) -> Records:
    """The records of a workbook, as understood. Raises a Fault where there is nothing to count at all."""
    lists = understand(sheets) if understood is None else understood
    by_name = {sheet.name: sheet for sheet in sheets}
    remarks = Remarks()
    settings = _settings(lists, by_name)
    rows: dict[str, list[Rows]] = {}
    for entry in lists:
        if entry.about and entry.about != "settings":
            rows.setdefault(entry.about, []).append(Rows(entry, by_name[entry.sheet], remarks))
    if not any(
        about in rows for about in ("activities", "attendance", "learners", "learner_attendance", "organisations")
    ):
        raise refuse(
            "No list of activities, schools or learners was found: each needs a row of headings, such as Activity, School and "
            "Number attending."
        )
    institution = institution or str(settings.get("institution") or "")
    schools, learners = Schools(remarks), Learners(remarks)
    activities = Activities(remarks, _starts(settings))
    ids = [id_ for part in rows.get("organisations", ()) for id_ in schools.take(part)]
    for part in rows.get("activities", ()):
        activities.take(part)
    attendance = _attendance(rows.get("attendance", ()), schools, activities)
    for part in rows.get("learners", ()):
        _learners(part, schools, activities, learners)
    for part in rows.get("learner_attendance", ()):
        _learner_attendance(part, schools, activities, learners)
    people, took_part, first_generation = learners.frames(institution)
    work = _of_the_year(activities.frame(institution), settings, remarks)
    ids += [*attendance["organisation"], *people["organisation"]]
    return Records(
        organisations=schools.frame(ids), activities=work, attendance=attendance, learners=people,
        took_part=took_part, targets=_targets(rows.get("targets", ())), settings=settings, notes=tuple(remarks.said),
        understood=tuple(lists), institution=institution, first_generation=first_generation,
    )  # fmt: skip


def _attendance(parts: Sequence[Rows], schools: Schools, activities: Activities) -> pd.DataFrame:
    """Who came from where: a row of the list each. A row without school and number says only that there is such an activity."""
    import pandas as pd

    columns: dict[str, list[Any]] = {n: [] for n in ("activity", "organisation", "year_group", "audience", "attending")}
    for part in map(_spread, parts):
        work, places = activities.ids(part), schools.ids(part)
        if any(name in part for name in FIGURES):
            schools.add_facts(part, [place or UNKNOWN for place in places])
        number, bad = cells.floats(cells.count, part.get("attending"))
        if "attending" in part:
            part.unread("attending", bad, "no number of people", "taken as not known")
            part.unread(
                "attending", each(cells.is_estimate, part.get("attending")), "an estimate", "taken as it stands"
            )
        group, audience = (part.get(name) for name in ("year_group", "audience"))
        said = [text(a) or text(g) for a, g in zip(audience, group, strict=True)]
        groups = each(years.year_group, group if "year_group" in part else audience)
        silent = [not place and value != value and not b for place, value, b in zip(places, number, bad, strict=True)]
        at = [i for i, is_silent in enumerate(silent) if not is_silent]
        typed = part.get("attending")
        blank = [part.numbers[i] for i in at if typed[i] is None] if "attending" in part else []
        part.remarks.cells(
            part.sheet,
            blank,
            part.headings.get("attending", "Number attending"),
            "blank",
            "how many came is not known there",
        )
        for name, values in (
            ("activity", work), ("organisation", [place or UNKNOWN for place in places]), ("year_group", groups),
            ("audience", said), ("attending", number.tolist()),
        ):  # fmt: skip
            columns[name] += [values[i] for i in at]
    kinds = {"year_group": "Int64", "attending": "float64"}
    return pd.DataFrame({name: pd.Series(values, dtype=kinds.get(name, object)) for name, values in columns.items()})


def _spread(part: Rows) -> Rows:
    """A row for each year group that anyone came from, where each year group has a column of its own."""
    if not part.marks:
        return part
    total, spread = part.get("attending"), [(heading, part.get(heading)) for heading in part.marks]
    rows: list[tuple[int, Any, Any]] = []
    for i, whole in enumerate(total):
        told: list[tuple[int, Any, Any]] = [
            (i, heading, cells[i]) for heading, cells in spread if not is_blank(cells[i]) and cells[i] != 0
        ]
        rows += told or [(i, None, whole)]
    return part.only([row[0] for row in rows], year_group=[row[1] for row in rows], attending=[row[2] for row in rows])


def _learners(part: Rows, schools: Schools, activities: Activities, learners: Learners) -> None:
    places = [place or UNKNOWN for place in schools.ids(part)]
    name = next((name for name in WORK if name in part), None)
    at = learners.take(part, places, once=name is None)
    if name is not None:
        rows, work = [], []
        for i, cell in enumerate(part.get(name)):
            several = type(cell) is str and (";" in cell or "\n" in cell)
            for one in _SEVERAL.split(cell.strip()) if several else (cell,):
                if one is not None and text(one) is not None:
                    rows.append(i)
                    work.append(one)
        learners.came(activities.ids(part.only(rows, **{name: work})), [at[i] for i in rows])
    _register(part, activities, learners, at)


def _register(part: Rows, activities: Activities, learners: Learners, at: Sequence[int]) -> None:
    for heading in part.marks:
        if len(part):
            learners.marked(part, heading, activities.find(heading, part), at)


def _learner_attendance(part: Rows, schools: Schools, activities: Activities, learners: Learners) -> None:
    names = texts(part.get("activity"))
    if None in names:
        left = [number for number, name in zip(part.numbers, names, strict=True) if name is None]
        part.remarks.add(f"Sheet '{part.sheet}': {listed(left)} name no activity and were left out.")
        part = part.only([i for i, name in enumerate(names) if name is not None])
    learners.attended(part, activities.ids(part), [place or UNKNOWN for place in schools.ids(part)])


def _targets(parts: Sequence[Rows]) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, list[Any]] = {n: [] for n in ("target", "measure", "year", "percent", "part", "base")}
    for part in parts:
        columns["target"] += texts(part.get("target"))
        columns["measure"] += texts(part.get("measure"))
        columns["year"] += each(years.academic_year, part.get("year"))
        columns["percent"] += part.percentages("percent") if "percent" in part else [None] * len(part)
        for name in ("part", "base"):
            number, bad = cells.floats(cells.count, part.get(name))
            if name in part:
                part.unread(name, bad, "no number", "taken as not known")
            columns[name] += number.tolist()
    kinds = {"target": object, "measure": object, "year": "Int64"}
    return pd.DataFrame({name: pd.Series(values, dtype=kinds.get(name, "float64")) for name, values in columns.items()})


# ---------------------------------------------------------------------------------------------------------- settings


def _settings(lists: Sequence[Understood], sheets: dict[str, SheetCells]) -> dict[str, Any]:
    """What the sheet of settings says: the academic year as the year it starts in, dates as dates, all else as text."""
    out: dict[str, Any] = {}
    for entry in lists:
        if entry.about != "settings":
            continue
        part = sheets[entry.sheet].grid[entry.rows.start - 1 : entry.rows.stop - 1]
        for name, heading in entry.fields.items():
            at = entry.columns[name] - 1
            cell = next((row[at] for row in part if text(row[at - 1]) == heading), None)
            made: Any = text(cell)
            if name == "year":
                made = years.academic_year(cell)
            elif name.endswith("_start"):
                found = cells.date(cell)
                made = None if found is UNREAD else found
            elif name == "places":
                found = cells.count(cell)
                made = None if found is UNREAD else found
            if made is not None:
                out.setdefault(name, made)
    return out


def _of_the_year(activities: pd.DataFrame, settings: dict[str, Any], remarks: Remarks) -> pd.DataFrame:
    """Where no activity says when it was, the workbook is about the year that its settings name."""
    year = settings.get("year")
    if year is None or activities.empty or activities["year"].notna().any():
        return activities
    remarks.add(
        f"No activity has a date: all are taken to be of {years.shown(year)}, the academic year of the settings."
    )
    return activities.assign(year=activities["year"].fillna(year))


def _starts(settings: dict[str, Any]) -> dict[str, Any]:
    """When the terms start, where the settings give all three."""
    named = {AUTUMN: "autumn_start", SPRING: "spring_start", SUMMER: "summer_start"}
    starts = {term: settings.get(name) for term, name in named.items()}
    return starts if all(starts.values()) else {}
