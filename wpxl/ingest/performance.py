"""What the performance tables of key stage 4 and of 16 to 18 share: their rows, and what they say of a school itself.

Source: Department for Education, compare school and college performance, download data, with its lists of column names.
RECTYPE 1, 2 and 3 are schools and colleges, the others local authorities and England. England's row is in every whole file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import refuse
from ..store.write import Draft
from .opening import Found
from .schools import Figure, Rows, laestab, measured, part, part_said, roles_of, school_year, table

IDENTITY = {
    "urn": "URN",
    "record": "RECTYPE",
    "authority": "LEA|LA",
    "establishment": "ESTAB",
    "school_name": "SCHNAME",
    "school_postcode": "PCODE|POSTCODE",
    "school_town": "TOWN",
    "kind": "NFTYPE|FESITYPE|NFTYPE ?/ ?FESITYPE",
    "school_gender": "[ET]?GENDER|GEND1618",
    "ages": "AGERANGE",
    "school_admissions": "ADMPOL",
}
SCHOOL = ("1", "2", "3")
ENGLAND = ("5", "7")
# DfE's codes of school types (list of column names, NFTYPE): the type as Get Information about Schools words it, and its group.
KINDS = {
    "AC": ("Academy sponsor led", "Academies"),
    "ACC": ("Academy converter", "Academies"),
    "ACS": ("Academy special sponsor led", "Academies"),
    "ACCS": ("Academy special converter", "Academies"),
    "AC1619": ("Academy 16 to 19 sponsor led", "Academies"),
    "ACC1619": ("Academy 16-19 converter", "Academies"),
    "F": ("Free schools", "Free Schools"),
    "FS": ("Free schools special", "Free Schools"),
    "F1619": ("Free schools 16 to 19", "Free Schools"),
    "UTC": ("University technical college", "Free Schools"),
    "SS": ("Studio schools", "Free Schools"),
    "CY": ("Community school", "Local authority maintained schools"),
    "FD": ("Foundation school", "Local authority maintained schools"),
    "VA": ("Voluntary aided school", "Local authority maintained schools"),
    "VC": ("Voluntary controlled school", "Local authority maintained schools"),
    "CYS": ("Community special school", "Special schools"),
    "FDS": ("Foundation special school", "Special schools"),
    "NMSS": ("Non-maintained special school", "Special schools"),
    "IND": ("Other independent school", "Independent schools"),
    "INDSPEC": ("Other independent special school", "Independent schools"),
    "CTC": ("City technology college", "Independent schools"),
    "FESI": ("Further education", "Colleges"),
}
AFTER_16 = ("AC1619", "ACC1619", "F1619", "FESI")
ADMISSIONS = {"SEL": "Selective", "NSE": "Non-selective", "MOD": "Non-selective"}


def recognise(header: list[str], figures: Sequence[Figure]) -> dict[str, str] | None:
    roles = roles_of(header, IDENTITY, figures)
    known = "urn" in roles and "record" in roles and any(figure.id in roles for figure in figures)
    return roles if known else None


def read(found: Found, roles: dict[str, str], figures: Sequence[Figure], stage: str, title: str) -> Draft:
    england = False

    def passed(row: dict[str, str]) -> bool:
        nonlocal england
        england |= row["record"] in ENGLAND
        return row["record"] not in SCHOOL

    rows = Rows(found, roles, passed)
    if not england:
        raise refuse(
            f"{found.name} has no row for England, which every whole file of the performance tables has: it is cut short, or "
            "rows were taken out. Download it again."
        )
    year = school_year(found)
    codes = rows.words("authority", lambda text: text.zfill(3) if text.isdigit() else None)
    early = "_provisional" if "provisional" in found.name.casefold() else ""
    return Draft(
        id=f"{stage}_{year.replace('-', '_')}{early}{part(codes)}", key="urn", vintage=year,
        title=f"{title} {year}{early.replace('_', ', ')}{part_said(codes)}",
        rows=table(rows.urns, _identity(rows, codes) | measured(rows, figures)),
    )  # fmt: skip


def _identity(rows: Rows, codes: list[str | None]) -> dict[str, list[Any]]:
    kinds = rows.words("kind")
    known = [KINDS.get(kind.upper(), _college(kind)) if kind else (None, None) for kind in kinds]
    ages = [text.split("-") if text.count("-") == 1 else ["", ""] for text in rows.texts("ages")]
    established = zip(codes, rows.texts("establishment"), strict=True)
    return {
        "school_name": rows.words("school_name"),
        "school_local_authority_code": codes,
        "school_postcode": rows.words("school_postcode"),
        "school_town": rows.words("school_town"),
        "school_type": [kind for kind, _ in known],
        "school_type_group": [group for _, group in known],
        "school_phase": [
            "16 plus" if group == "Colleges" or (kind or "") in AFTER_16 else None
            for kind, (_, group) in zip(kinds, known, strict=True)
        ],
        "school_low_age": [_age(low) for low, _ in ages],
        "school_high_age": [_age(high) for _, high in ages],
        "school_gender": rows.words("school_gender", lambda text: text.capitalize() if text.isalpha() else None),
        "school_admissions": rows.words("school_admissions", ADMISSIONS.get),
        "laestab": [laestab(code or "", number) for code, number in established],
    }


def _college(kind: str) -> tuple[str | None, str | None]:
    """16 to 18 tables name the kinds of colleges in words; a code that is not known says nothing of its group."""
    return (kind, "Colleges") if " " in kind else (kind, None)


def _age(text: str) -> int | None:
    return int(text) if text.strip().isdigit() else None
