"""The activities of a workbook: listed by themselves, or told by the rows of attendance and learners that name them.

An activity goes by its id, else by its title. Where a title stands on several days and no list of activities has it, each day is
an activity of its own. Activities that are named, but listed nowhere, are kept.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from ..domain import years
from ..domain.names import simple
from ..domain.once import Once, each
from . import cells as read
from .cells import UNREAD, Remarks
from .rows import Rows

if TYPE_CHECKING:
    import pandas as pd

NOT_NAMED = "Activity not named"
FACTS = ("title", "type", "date", "year", "term", "hours", "organiser")
BESIDE = ("title", "type", "date", "term", "hours", "organiser", "academic_year")
COLUMNS = ("activity", *FACTS, "institution")
AUTUMN, SPRING, SUMMER = "Autumn", "Spring", "Summer"

Row = dict[str, Any]


class Activities:
    """What is known of each activity, the first list to say it counting; and the id of whatever names one."""

    def __init__(self, remarks: Remarks, starts: dict[str, datetime.datetime]):
        self._remarks = remarks
        self._starts = starts  # of terms, where the settings give them
        self._facts: dict[str, Row] = {}
        self._by_id: dict[str, str] = {}
        self._by_title: dict[str, list[str]] = {}
        self._listed = False
        self._absent: dict[str, str] = {}  # named and not listed → where first

    def take(self, rows: Rows) -> None:
        """A list of activities."""
        self._listed = True
        told = self._told(rows)
        days = _days(told)
        again = 0
        for fact in told:
            id_ = _dated(fact["activity"] or fact["title"] or fact["type"] or NOT_NAMED, fact, days)
            again += simple(id_) in self._by_id
            self._keep(id_, fact)
        if again:
            count = f"{again:,} row{'s name activities' if again > 1 else ' names an activity'}"
            self._remarks.add(
                f"Sheet '{rows.sheet}': {count} already listed; the first row counts, later ones fill its gaps."
            )

    def ids(self, rows: Rows) -> list[str]:
        """The activity of each row of attendance or learners. What the rows say of it is kept where no list says it."""
        beside = [
            name for name in BESIDE if name in rows and not (name == "academic_year" and rows.about == "learners")
        ]
        if not beside:
            names = read.texts(rows.get("activity"))
            first = dict(zip(reversed(names), reversed(rows.numbers), strict=True))
            known = {
                name: self._find(name, None, None) or self._new(name, {}, rows, first[name])
                for name in dict.fromkeys(names)
            }
            return list(map(known.__getitem__, names))
        told = self._told(rows)
        days = {} if self._listed else _days(told)
        seen: dict[tuple[Any, Any, Any], str] = {}
        out: list[str] = []
        for fact, number in zip(told, rows.numbers, strict=True):
            key = fact["activity"] or (None if fact["title"] else fact["type"]), fact["title"], fact["date"]
            if key not in seen:
                name = fact["activity"] or fact["title"] or fact["type"] or rows.table or rows.sheet
                id_ = _dated(name, fact, days)
                found = self._by_id.get(simple(id_)) if id_ != name else self._find(*key)
                seen[key] = found or self._new(id_, {"title": name, **_said(fact)}, rows, number)
            self._keep(seen[key], fact)
            out.append(seen[key])
        return out

    def find(self, heading: str, rows: Rows) -> str:
        """The activity that a column of a register is about: one that is known, a day's, or one of that name."""
        known = self._find(heading, None, None)
        day = read.date(heading)
        if known is None and isinstance(day, datetime.datetime):
            fact = {"date": day, "year": years.academic_year(day), "term": self._term(day)}
            return self._new(f"{rows.table or rows.sheet}, {heading}", fact, rows, rows.numbers[0])
        return known or self._new(heading, {}, rows, rows.numbers[0])

    def _find(self, name: str | None, title: str | None, day: Any) -> str | None:
        if name is not None and (found := self._by_id.get(simple(name))):
            return found
        several = self._by_title.get(simple(name or title or ""), [])
        if len(several) > 1:
            several = [id_ for id_ in several if day is not None and self._facts[id_].get("date") == day]
        return several[0] if len(several) == 1 else None

    def _new(self, name: str | None, fact: Row, rows: Rows, number: int) -> str:
        """An activity that no list has."""
        id_ = name or NOT_NAMED
        self._keep(id_, {"title": id_} | fact, titled=False)
        if self._listed and fact.get("date") is None:
            self._absent.setdefault(id_, f"sheet '{rows.sheet}', row {number}")
        return id_

    def _keep(self, id_: str, fact: Row, titled: bool = True) -> None:
        known = self._by_id.setdefault(simple(id_), id_)
        own = self._facts.setdefault(known, {})
        for name, value in fact.items():
            if value is not None and own.get(name) is None:
                own[name] = value
        title = fact.get("title")
        if titled and title:
            bearers = self._by_title.setdefault(simple(title), [])
            if known not in bearers:
                bearers.append(known)

    def _told(self, rows: Rows) -> list[Row]:
        """What each row says of its activity, made whole."""
        made: dict[str, list[Any]] = {
            name: read.texts(rows.get(name)) for name in ("activity", "title", "type", "organiser")
        }
        for name, reader, what in (
            ("date", read.date, "no date"), ("hours", read.hours, "no length of time"), ("term", read.term, "no term"),
        ):  # fmt: skip
            values = each(reader, rows.get(name))
            if name in rows:
                rows.unread(name, [value is UNREAD for value in values], what, "taken as not known")
            made[name] = [None if value is UNREAD else value for value in values]
        year = [None] * len(rows) if rows.about == "learners" else each(years.academic_year, rows.get("academic_year"))
        dated = list(map(Once(_year_of).__getitem__, made["date"]))
        made["year"] = [day if said is None else said for said, day in zip(year, dated, strict=True)]
        months = map(Once(self._term).__getitem__, made["date"])
        made["term"] = [said or month for said, month in zip(made["term"], months, strict=True)]
        if "date" in rows and read.swapped(rows.get("date")):
            self._remarks.add(
                f"Sheet '{rows.sheet}', {rows.headings['date']}: no real date falls after the 12th of a month, while texts do; "
                "days and months may have been swapped on the way into this workbook."
            )
        return [dict(zip(made, values, strict=True)) for values in zip(*made.values(), strict=True)]

    def _term(self, day: datetime.datetime | None) -> str | None:
        if day is None:
            return None
        begun = [name for name, start in self._starts.items() if _in_year(start) <= _in_year(day)]
        if len(self._starts) == 3:
            return begun[-1] if begun else AUTUMN
        return AUTUMN if day.month >= 9 else SPRING if day.month <= 3 else SUMMER

    def frame(self, institution: str) -> pd.DataFrame:
        import pandas as pd

        frame = pd.DataFrame({"activity": pd.Series(list(self._facts), dtype=object)})
        for name in FACTS:
            values = [fact.get(name, id_ if name == "title" else None) for id_, fact in self._facts.items()]
            kind = {"date": "datetime64[ns]", "year": "Int64", "hours": "float64"}.get(name, object)
            frame[name] = pd.Series(values, dtype=kind)
        frame["institution"] = pd.Series([institution] * len(frame), dtype=object)
        if self._absent:
            first = next(iter(self._absent.values()))
            count = f"{len(self._absent):,} activit{'ies are' if len(self._absent) > 1 else 'y is'}"
            self._remarks.add(
                f"{count} named, but not in the list of activities (the first: {first}); the work counts, undated."
            )
        return frame


def _year_of(day: datetime.datetime | None) -> int | None:
    return None if day is None else years.academic_year(day)


def _in_year(day: datetime.datetime) -> tuple[int, int]:
    """A day's place in the academic year."""
    return (day.month - 9) % 12, day.day


def _said(fact: Row) -> Row:
    return {name: value for name, value in fact.items() if value is not None}


def _days(told: list[Row]) -> dict[str, set[Any]]:
    """The days on which each title stands that is an activity's only name."""
    out: dict[str, set[Any]] = {}
    for fact in told:
        name = fact["activity"] or fact["title"] or fact["type"]
        if name and fact["date"] is not None and not (fact["activity"] and fact["title"]) and not _is_id(name):
            out.setdefault(simple(name), set()).add(fact["date"])
    return out


def _is_id(name: str) -> bool:
    return " " not in name and any(c.isdigit() for c in name)


def _dated(name: str, fact: Row, days: dict[str, set[Any]]) -> str:
    """The name of an activity, and its day where the name alone stands on several."""
    return (
        f"{name}, {fact['date']:%d/%m/%Y}" if fact["date"] is not None and len(days.get(simple(name), ())) > 1 else name
    )
