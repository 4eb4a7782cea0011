"""The formulas of the outreach log that need nothing but the spreadsheet: each as text, and the same in Python."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ..domain.school import UNKNOWN_INSTITUTION
from ..domain.years import shown
from ..errors import Fault
from .log_headings import ACT, ALL, CLASS, DECILE, MISSING, PROFILED, RECORDED, TERMS, WHO
from .tables import Plain, Row, Tables

DAY, LEARNER = f"[@{ACT['date']}]", f"[@{WHO['learner']}]"
TOTAL, WITH_PROFILE = f"[@[{ALL}]]", f"[@[{PROFILED}]]"
UNKNOWN = UNKNOWN_INSTITUTION.partition(" [")[0]


# --------------------------------------------------------------------------------------------- what other tables say


def counted(table: str, by: str, own: str, yes: str = "") -> Plain:
    """How many rows of a table bear the own cell; of those only that say Yes in another column. Nothing where it is blank."""

    def answer(row: Row, tables: Tables) -> int | None:
        rows = [other for other in tables[table] if other[by] == row[own]]
        return None if row[own] is None else sum(not yes or other[yes] == "Yes" for other in rows)

    more = f',{table}[{yes}],"Yes"' if yes else ""
    return Plain(f'IF([@[{own}]]="","",COUNTIFS({table}[{by}],[@[{own}]]{more}))', answer)


def summed(table: str, what: str, by: str, own: str) -> Plain:
    def answer(row: Row, tables: Tables) -> int | None:
        numbers = [other[what] or 0 for other in tables[table] if other[by] == row[own]]
        return None if row[own] is None else sum(numbers)

    return Plain(f'IF([@[{own}]]="","",SUMIFS({table}[{what}],{table}[{by}],[@[{own}]]))', answer)


def looked_up(table: str, wanted: str, by: str, own: str) -> Plain:
    """What another table says beside the own cell; an empty text where it says nothing."""

    def answer(row: Row, tables: Tables) -> Any:
        return next((other[wanted] for other in tables[table] if other[by] == row[own] is not None), None)

    found = f"INDEX({table}[{wanted}],MATCH([@[{own}]],{table}[{by}],0))"
    return Plain(f'IFERROR({found}&"","")', answer)  # without the text, a blank cell would come as 0


# ----------------------------------------------------------------------------------------------------- of an activity


def academic_year() -> Plain:
    def answer(row: Row, tables: Tables) -> str | None:
        day: date | None = row[ACT["date"]]
        return None if day is None else shown(day.year - (day.month < 9))

    start = f"YEAR({DAY})-(MONTH({DAY})<9)"
    return Plain(f'IF({DAY}="","",{start}&"/"&TEXT(MOD({start}+1,100),"00"))', answer)


def term(settings: dict[str, Any]) -> Plain:
    """By the first days of the terms of the Settings' year; nothing for a day outside it."""
    autumn, spring, summer = (settings[name] for name in TERMS.values())

    def answer(row: Row, tables: Tables) -> str | None:
        day = row[ACT["date"]]
        if day is None or not autumn <= day < autumn.replace(year=autumn.year + 1):
            return None
        return "Summer" if day >= summer else "Spring" if day >= spring else "Autumn"

    outside = f'OR({DAY}="",{DAY}<AutumnStarts,{DAY}>=EDATE(AutumnStarts,12))'
    inside = f'IF({DAY}>=SummerStarts,"Summer",IF({DAY}>=SpringStarts,"Spring","Autumn"))'
    return Plain(f'IF({outside},"",{inside})', answer)


def headcount() -> Plain:
    """Attended less recorded, and never below nothing."""

    def answer(row: Row, tables: Tables) -> int | None:
        return None if row[ALL] is None else max(0, row[ALL] - row[RECORDED])

    return Plain(f'IF({TOTAL}="","",MAX(0,{TOTAL}-[@[{RECORDED}]]))', answer)


def coverage() -> Plain:
    text = f"ROUND(100*{WITH_PROFILE}/{TOTAL},1)"
    return _of_those_attending(text, lambda attended, profiled: round(100 * profiled / attended, 1))


def basis() -> Plain:
    """Learners where the majority of those attending have a profile; exactly half is none."""
    text = f'IF(2*{WITH_PROFILE}>{TOTAL},"Learners","Organisations")'
    return _of_those_attending(text, lambda attended, known: "Learners" if 2 * known > attended else "Organisations")


def _of_those_attending(text: str, answer: Callable[[int, int], Any]) -> Plain:
    return Plain(
        f'IF(N({TOTAL})=0,"",{text})', lambda row, tables: answer(row[ALL], row[PROFILED]) if row[ALL] else None
    )


# ------------------------------------------------------------------------------------------------------- of a learner

# What HEAT needs to track a learner, with the words that the report on learners has for what is not there.
TRACKED = {
    WHO["first_name"]: "first name", WHO["last_name"]: "last name", WHO["date_of_birth"]: "date of birth",
    WHO["postcode"]: "home postcode", WHO["organisation"]: "school", WHO["tracking_statement"]: "tracking statement",
}  # fmt: skip
_GAP = '[@[{0}]]=""'
_GAPS = {
    WHO["organisation"]: f'OR({_GAP},LEFT([@[{{0}}]],{len(UNKNOWN)})="{UNKNOWN}")',
    WHO["tracking_statement"]: 'LEFT([@[{0}]])<>"Y"',
}


def missing() -> Plain:
    """What is not there of what HEAT needs; blank where all is."""

    def answer(row: Row, tables: Tables) -> str | None:
        if row[WHO["learner"]] is None:
            return None
        gaps = {heading for heading in TRACKED if row[heading] is None}
        if str(row[WHO["organisation"]]).startswith(UNKNOWN):
            gaps.add(WHO["organisation"])
        if not str(row[WHO["tracking_statement"]]).casefold().startswith("y"):
            gaps.add(WHO["tracking_statement"])
        return ", ".join(word for heading, word in TRACKED.items() if heading in gaps) or None

    said = "&".join(
        f'IF({_GAPS.get(heading, _GAP).format(heading)},", {word}","")' for heading, word in TRACKED.items()
    )
    return Plain(f'IF({LEARNER}="","",MID({said},3,200))', answer)


def trackable() -> Plain:
    def answer(row: Row, tables: Tables) -> str | None:
        return None if row[WHO["learner"]] is None else "No" if row[MISSING] else "Yes"

    return Plain(f'IF({LEARNER}="","",IF([@[{MISSING}]]="","Yes","No"))', answer)


def profile() -> Plain:
    """Whether one of the guide's measures at least is known of a learner, as the majority rule asks."""

    def answer(row: Row, tables: Tables) -> str | None:
        if row[WHO["learner"]] is None:
            return None
        area, job = row[DECILE], row[CLASS]
        known = isinstance(area, int) or (job is not None and not isinstance(job, Fault))
        return "Yes" if known or row[WHO["fsm"]] in ("Yes", "No", "Y", "N") else "No"

    known = f'ISNUMBER([@[{DECILE}]]),IFERROR([@[{CLASS}]]<>"",FALSE),[@[{WHO["fsm"]}]]={{"Yes","No","Y","N"}}'
    return Plain(f'IF({LEARNER}="","",IF(OR({known}),"Yes","No"))', answer)
