"""School profiles of a member's own: a table with URNs or HEAT IDs and columns whose headings name school measures.

Recognised by its headings: an identifier, and two columns or more that `headings` understands. Columns that it does not
understand are left out and named, with how to take them in as measures of their own.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import measures
from ..domain.names import simple
from ..errors import Fault, refuse
from ..store.write import REASON, Draft
from . import figures, keys, naming
from .columns import match
from .headings import Meaning, meaning
from .opening import Found
from .schools import table

if TYPE_CHECKING:
    import pyarrow as pa

SOURCES = ("school_profiles",)
ENOUGH = 2
KEYS = {"urn": "(School |DfE )?URN", "heat_id": "HEAT (School |Institution )?ID"}
TEXTS = ("name", "code", "text")
PUBLISHED = ("RECTYPE", "NFTYPE")  # these headings are of published files that another module knows or refuses


def recognise(header: list[str]) -> dict[str, str] | None:
    """Role → heading: the key, then each measure by its id."""
    found = match(header, KEYS)
    key = next(iter(found), "")
    if not key or any(cell.upper() in PUBLISHED for cell in header):
        return None
    roles = {key: found[key]}
    for cell in dict.fromkeys(header):
        name = _id_of(cell) if cell != found[key] else ""
        if name and name not in roles:
            roles[name] = cell
    shares = [name for name in roles if name.endswith("_pct") or re.search(r"_pct_20\d\d$", name)]
    return roles if len(shares) >= ENOUGH else None


def meant(found: Found, columns: dict[str, str]) -> Found:
    """The same table with some headings replaced by what the user says that they mean (heading → a school measure)."""
    chosen = {simple(heading): label for heading, label in columns.items()}
    missing = [h for h in columns if simple(h) not in map(simple, found.header)]
    if missing:
        raise refuse(f"{found.name} has no column '{missing[0]}': its columns are {', '.join(found.header[:8])}.")
    for label in columns.values():
        measure = measures.registry().find(label)
        if measure.geography != "school":
            raise refuse(
                f"{measure.label} is not a measure of schools, so '{label}' cannot be what a column of profiles means."
            )
    header = [chosen.get(simple(h), h) for h in found.header]
    back = dict(zip(header, found.header, strict=True))

    def renamed(names: list[str], few: frozenset[str]) -> pa.Table:
        return found.columns({name: back[name] for name in names}, uneven=True)

    return replace(found, header=header, read=renamed, read_ragged=None)


def read(found: Found, roles: dict[str, str]) -> Draft:
    key = next(iter(roles))
    twice = [
        cell for cell in found.header if cell not in roles.values() and "_pct" in _id_of(cell) and _id_of(cell) in roles
    ]
    if twice:
        other, label = roles[_id_of(twice[0])], measures.registry().measures[_id_of(twice[0])].label
        raise refuse(
            f"{found.name}: the columns '{other}' and '{twice[0]}' would both be {label}. "
            "Say in one heading what it is (4-7 or 4-8, Q1 or Q1+2, which year), or take the table in with --key and --column."
        )
    rows = found.columns(roles, uneven=True)
    texts = {role: ["" if text is None else str(text) for text in rows.column(role).to_pylist()] for role in roles}
    at, ids, remarks = _keyed(found, key, texts[key])
    columns: dict[str, list[Any]] = {}
    for role, heading in list(roles.items())[1:]:
        unit = measures.registry().measures[role].unit
        read_ = figures.read(found.name, heading, texts[role], "text" if unit in TEXTS else unit)
        if unit == "%":
            percentages(found.name, heading, read_)
            if read_.kind == "int" and not re.search("%|pct|per ?cent|share|proportion", heading.casefold()):
                remarks.append(f"'{heading}' holds whole numbers and is taken as percentages.")
            if read_.fractions:
                remarks.append(
                    f"'{heading}' looks like fractions (all between 0 and 1) rather than percentages and is taken as it stands: "
                    "multiply it by 100 in the file and add it again if 0.48 means 48 %."
                )
        columns[role] = [read_.values[i] for i in at]
        if unit not in TEXTS and any(read_.reasons[i] for i in at):
            columns[f"{role}{REASON}"] = [read_.reasons[i] for i in at]
        understood = _meaning(heading)
        if understood and understood.left_open:
            remarks.append(f"'{heading}' is taken as {understood.left_open}; to say otherwise: {_otherwise(heading)}.")
    stem = found.path.name.split(".")[0]
    others = [cell for cell in found.header if cell and cell not in roles.values()]
    if others:
        remarks.append(f"Left out: {', '.join(others[:6])}{' …' if len(others) > 6 else ''}.")
    year = naming.YEAR(stem)
    vintage = found.said or (year[0] if year else "")
    return Draft(
        id=naming.table_id(stem), key=key, rows=_rows(key, ids, columns), title=f"School profiles: {stem.replace('_', ' ')}",
        vintage=vintage, own=True, remarks=remarks,
    )  # fmt: skip


def _id_of(heading: str) -> str:
    """The school measure that a heading is, by its meaning or by being the measure's own name; '' where it is none."""
    understood = _meaning(heading)
    return understood.id if understood else ""


def _meaning(heading: str) -> Meaning | None:
    measure = measures.published()["measure"].get(heading) or {}
    if measure.get("geography") == "school":
        return Meaning(heading)
    with contextlib.suppress(Fault):
        named = measures.registry().find(heading)
        if named.geography == "school":
            return Meaning(named.id)
    return meaning(heading)


def _rows(key: str, ids: list[str], columns: dict[str, list[Any]]) -> Any:
    made = table(ids, columns)
    return made if key == "urn" else made.rename_columns([key, *made.column_names[1:]])


def _keyed(found: Found, key: str, texts: list[str]) -> tuple[list[int], list[str], list[str]]:
    """The rows that are taken and their keys; what has no such key is left out and said; a key twice refuses the file."""
    at: dict[str, int] = {}
    unfit = []
    for i, text in enumerate(texts):
        made = keys.normal(key, text)
        if made is None:
            unfit += [text.strip() or "blank"] * bool(text.strip())
        elif made in at:
            raise refuse(
                f"{found.name}, line {i + 2}: {made} stands there again, first in line {at[made] + 2}. Keep one of the two."
            )
        else:
            at[made] = i
    if not at:
        raise refuse(f"{found.name}: no row has a {keys.shown(key)}.")
    left = (
        f"{len(unfit):,} row{'s' if len(unfit) > 1 else ''} without a {keys.shown(key)} left out ('{unfit[0][:20]}')."
        if unfit
        else ""
    )
    return list(at.values()), list(at), [left] * bool(left)


def percentages(name: str, heading: str, read: figures.Figures) -> None:
    """Refuse a column of shares in which something is no percentage."""
    for line, value in enumerate(read.values, 2):
        if value is not None and (isinstance(value, str) or not 0 <= value <= 100):
            raise refuse(f"{name}, line {line}: {value} in the column '{heading}' is no percentage from 0 to 100.")


def _otherwise(heading: str) -> str:
    other = {"imd": "school_imd_40_pct_2019", "ns": "school_nssec_4_8_pct", "sen": "school_sen_support_pct",
             "fsm": "school_fsm_ever6_pct", "tundra": "school_tundra_lsoa_q1_2_pct", "polar4": "school_polar4_q1_2_pct",
             "polar3": "school_polar3_q1_2_pct", "ahe": "school_polar2_ahe_q1_2_pct"}  # fmt: skip
    name = next((name for word, name in other.items() if word in simple(heading)), "school_polar2_ypr_q1_2_pct")
    return f'--column "{heading}={name}"'
