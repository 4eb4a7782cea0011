"""The school census of each January: pupils on roll, free school meals, special educational needs.

Sources: Department for Education, compare school and college performance, download data, pupil census (england_census: NOR,
NUMFSM, NUMFSMEVER, PNUMFSMEVER, TSENELSE, TSENELK and so on); and Schools, pupils and their characteristics, school level data
(some 250 columns whose long headings are cut at different lengths from year to year).

Eligible, ever eligible in six years, and taking a meal are three different things and stay three measures. The eligible share
is counted here, eligible ÷ all on roll; the Ever 6 share is as published, of the pupils whom the performance tables count.
Since 2015 SENELSE is a statement or an education, health and care plan, SENELK is SEN support.
"""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa

from ..errors import refuse
from ..store.write import REASON, Draft
from .columns import percent, release_in_name
from .opening import Found
from .schools import BLANK, Figure, Rows, laestab, measured, part, part_said, roles_of, school_year, table

SOURCES = ("school_census",)
IDENTITY = {
    "urn": "URN",
    "authority": "LA|LEA|old_la_code",
    "establishment": "ESTAB",
    "level": "geographic_level",
    "period": "time_period",
    "school_name": "school_name",
    "school_local_authority": "la_name",
    "school_region": "region_name",
    "school_postcode": "school_postcode",
    "school_type": "type_of_establishment|SCHOOLTYPE",
}
ELIGIBLE = r"NUMFSM|number of pupils known to be eligible for (and claiming )?free sch?o?o?l?.*"
COUNTS = (
    Figure("school_learners", "NOR|headcount of pupils", "number"),
    Figure("eligible", ELIGIBLE, "number"),
    Figure("taken", "number of FSM eligible pupils taking a free school meal on cens.*", "number"),
    Figure("statement", "TSENELSE", "number"),
    Figure("support", "TSENELK", "number"),
)
EVER = Figure("school_fsm_ever6_pct", "PNUMFSMEVER")
SHARES = {
    "eligible": "school_fsm_pct",
    "taken": "school_fsm_taken_pct",
    "statement": "school_sen_statement_pct",
    "support": "school_sen_support_pct",
}


def recognise(header: list[str]) -> dict[str, str] | None:
    plain = [
        h for h in header if "(per" not in h.casefold()
    ]  # the performance tables' own counts, their name cut short
    roles = roles_of(plain, IDENTITY, (*COUNTS, EVER))
    return roles if all(role in roles for role in ("urn", "school_learners", "eligible")) else None


def lacks(header: list[str]) -> str | None:
    roles = roles_of(header, IDENTITY, (*COUNTS, EVER))
    if "urn" in roles and "school_learners" in roles and "eligible" not in roles:
        return "a school census without the number of pupils eligible for free school meals (NUMFSM)"
    return None


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = Rows(found, roles, lambda row: row["urn"] == "NAT" or row.get("level", "School") != "School")
    year = _january(found, rows)
    codes = rows.words("authority", lambda text: text.zfill(3) if text.isdigit() else None)
    columns: dict[str, list[Any]] = {
        role: rows.words(role) for role in IDENTITY if role.startswith("school_") and role in roles
    }
    columns["school_local_authority_code"] = codes
    established = zip(codes, rows.texts("establishment"), strict=True)
    columns["laestab"] = [laestab(code or "", number) for code, number in established]
    columns |= measured(rows, (COUNTS[0], EVER))
    for figure in COUNTS[1:]:
        if figure.id in roles:
            name = SHARES[figure.id]
            columns[name], columns[f"{name}{REASON}"] = _share(rows, figure)
    return Draft(
        id=f"census_schools_{year}{part(codes)}", key="urn", rows=table(rows.urns, columns), vintage=f"{year}-01",
        title=f"School census, January {year}{part_said(codes)}",
    )  # fmt: skip


def _share(rows: Rows, figure: Figure) -> tuple[list[float | None], list[str | None]]:
    """A count as a percentage of all on roll. A count above the roll is no share of it, and refuses the file."""
    counts, reasons = rows.figures(figure, figure.id)
    rolls, why_no_roll = rows.figures(COUNTS[0], COUNTS[0].id)
    for i, (count, roll) in enumerate(zip(counts, rolls, strict=True)):
        if count is None:
            continue
        if not roll:
            counts[i], reasons[i] = None, "there is nobody on roll" if roll == 0 else why_no_roll[i] or BLANK
        elif count > roll:
            raise refuse(
                f"{rows.found.name}, line {rows.lines[i] + 2}: {count:,} of {roll:,} pupils are said to be {figure.id}."
            )
    bases = [float(roll) if roll else None for roll in rolls]
    shares = percent(pa.array(counts, pa.float64()), pa.array(bases, pa.float64()), 1)
    return shares.to_pylist(), reasons


def _january(found: Found, rows: Rows) -> int:
    """The year of the census: from the file's own column, what the user says, or the file's name."""
    periods = {text for text in rows.texts("period") if text}
    if len(periods) > 1:
        raise refuse(
            f"{found.name} holds more than one year ({', '.join(sorted(periods)[:4])}): keep one school year in it."
        )
    own = re.fullmatch(r"(20[0-9]{2})[-/]?([0-9]{2})", next(iter(periods), ""))
    if own:
        return int(own[1]) + 1
    if not found.said:
        release = release_in_name(found.path)
        if release % 100 == 1 and re.search("jan", found.name, re.IGNORECASE):
            return release // 100
    elif re.fullmatch("20[0-9]{2}", found.said):
        return int(found.said)
    return int(school_year(found)[:4]) + 1
