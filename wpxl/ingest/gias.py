"""Get Information about Schools: every school and college of England, closed ones too, with what it is and where.

Source: Department for Education, Get Information about Schools, downloads (edubasealldata, and the results of a search).
Two tables come of it: `gias`, what each school is, dated by the newest change in the file; and `gias_census`, its number of
pupils and of those eligible for free school meals, dated by the newest census in it (each school's own date beside it).

PercentageFSM is the share of pupils *eligible*, among those whom the performance tables count for it (nursery and, in some
schools, sixth form are left out on both sides); FSM is their number. So FSM ÷ NumberOfPupils, the whole roll, would come out
too low wherever somebody is left out: of the seventeen schools that the open data lets one compare with the school census of
January 2019 (NUMFSM ÷ NOR), PercentageFSM is within 3 points for all and the quotient within 6. So the published share is
taken, and the quotient only where there is none.
"""

from __future__ import annotations

from typing import Any

from ..store.write import REASON, Draft
from .columns import percent
from .opening import Found
from .schools import BLANK, Figure, Rows, iso_date, laestab, measured, part, part_said, roles_of, table

SOURCES = ("gias",)
_NAMED = r"{}( ?\(name\))?"
WORDS = {
    "school_name": "EstablishmentName",
    "school_local_authority": r"LA ?\(name\)",
    "school_region": r"GOR ?\(name\)",
    "school_postcode": "Postcode",
    "school_town": "Town",
    "school_type": _NAMED.format("TypeOfEstablishment"),
    "school_type_group": _NAMED.format("EstablishmentTypeGroup"),
    "school_phase": _NAMED.format("PhaseOfEducation"),
    "school_status": _NAMED.format("EstablishmentStatus"),
    "school_gender": _NAMED.format("Gender"),
    "school_admissions": _NAMED.format("AdmissionsPolicy"),
    "school_sixth_form": _NAMED.format("OfficialSixthForm"),
}
DATES = {"school_opened": "OpenDate", "school_closed": "CloseDate"}
AGES = (
    Figure("school_low_age", "StatutoryLowAge", "number"),
    Figure("school_high_age", "StatutoryHighAge", "number"),
)
COUNTS = (Figure("school_learners", "NumberOfPupils", "number"), Figure("fsm", "FSM", "number"))
SHARE = Figure("school_fsm_pct", "PercentageFSM")
IDENTITY = {
    "urn": "URN",
    "authority": r"LA ?\(code\)",
    "establishment": "EstablishmentNumber",
    "ukprn": "UKPRN",
    "changed": "LastChangedDate",
    "census": "CensusDate",
    **WORDS,
    **DATES,
}
NEEDED = ("urn", "school_name", "school_status", "school_type")


def recognise(header: list[str]) -> dict[str, str] | None:
    roles = roles_of(header, IDENTITY, (*AGES, *COUNTS, SHARE))
    return roles if all(role in roles for role in NEEDED) else None


def lacks(header: list[str]) -> str | None:
    roles = roles_of(header, IDENTITY, ())
    missing = [IDENTITY[role] for role in NEEDED if role not in roles]
    if "urn" in roles and "school_name" in roles and missing:
        return "an extract of Get Information about Schools without the columns for a school's status and type"
    return None


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = Rows(found, roles, lambda row: False)
    authority = rows.words("authority")
    columns: dict[str, list[Any]] = {role: rows.words(role) for role in WORDS}
    columns["school_local_authority_code"] = [code.zfill(3) if code else None for code in authority]
    numbers = zip(columns["school_local_authority_code"], rows.texts("establishment"), strict=True)
    columns["laestab"] = [laestab(code or "", number) for code, number in numbers]
    columns["ukprn"] = rows.words("ukprn", lambda text: text if text.isdigit() and len(text) == 8 else None)
    columns |= {role: rows.words(role, iso_date) for role in DATES}
    columns |= {name: values for name, values in measured(rows, AGES).items() if not name.endswith(REASON)}
    vintage = max((day for day in rows.words("changed", iso_date) if day), default="")
    return Draft(
        id=f"gias{part(columns['school_local_authority_code'])}", key="urn", rows=table(rows.urns, columns), vintage=vintage,
        title=f"Get Information about Schools{part_said(columns['school_local_authority_code'])}",
    )  # fmt: skip


def also(found: Found, roles: dict[str, str]) -> list[Draft]:
    """How many pupils each school has, and what share of them is eligible for free school meals."""
    if "school_learners" not in roles:
        return []
    rows = Rows(found, roles, lambda row: False)
    columns = measured(rows, (COUNTS[0],))
    columns["school_census_date"] = rows.words("census", iso_date)
    columns["school_fsm_pct"], columns[f"school_fsm_pct{REASON}"] = _shares(rows)
    codes = [code.zfill(3) if code else None for code in rows.words("authority")]
    vintage = max((day for day in columns["school_census_date"] if day), default="")
    return [
        Draft(
            id=f"gias_census{part(codes)}",
            key="urn",
            rows=table(rows.urns, columns),
            vintage=vintage,
            title=f"Get Information about Schools: pupils on roll and free school meals{part_said(codes)}",
        )
    ]


def _shares(rows: Rows) -> tuple[list[float | None], list[str | None]]:
    import pyarrow as pa

    given, reasons = rows.figures(SHARE, SHARE.id)
    counts = [rows.figures(figure, figure.id)[0] for figure in reversed(COUNTS)]
    for i, (eligible, roll) in enumerate(zip(*counts, strict=True)):
        if given[i] is None and reasons[i] == BLANK and eligible is not None and roll and eligible <= roll:
            given[i], reasons[i] = percent(pa.array([float(eligible)]), float(roll), 1)[0].as_py(), None
    return given, reasons
