"""What the publishers' modules about schools share: URNs, figures with their marks, dates, school years.

The marks of the Department for Education, in plain words. Source: its school and college performance measures, download
data, abbreviations used (NA, NE, NP, SUPP, LOWCOV, SP, NEW, RE); for the small letters the Government Statistical Service's
symbols in tables ([z] not applicable, [x] not available, [c] confidential), as DfE's statistics use them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import refuse
from ..store.write import REASON
from .columns import match
from .figures import number

if TYPE_CHECKING:
    import pyarrow as pa

    from .opening import Found

MARKS = {
    "NA": "it is not available for that year, or does not apply to this school",
    "NE": "nobody was entered for what it counts",
    "NP": "the Department for Education does not publish it for schools of this kind",
    "SUPP": "five learners or fewer are behind it, so the Department for Education holds it back",
    "LOWCOV": "fewer than half of the pupils could be counted, too few to publish",
    "SP": "it is above 0 and below 0.5, and no closer figure is published",
    "NEW": "the school was new and had no results yet",
    "RE": "the Department for Education has redacted it",
    "DNS": "the school did not send it",
    "z": "it does not apply to this school",
    "x": "it is not available",
    "c": "it is confidential, so the Department for Education holds it back",
    "low": "it is above 0 and rounds to 0, and no closer figure is published",
    ":": "it is not available",
    "*": "it is confidential, so the Department for Education holds it back",
    ".": "it is not available",
    "..": "it is not available",
    "-": "it is not available",
}
BLANK = "the source leaves it blank"
URN = re.compile("[1-9][0-9]{5}").fullmatch
NATIONAL = 100  # local authorities: England has some 150, and extracts are of one or a few
PHRASES = {mark.casefold(): f"{words} ({mark} in the source)" for mark, words in MARKS.items()}


class Figure(NamedTuple):
    """A measure of a school and the heading that publishers give it."""

    id: str
    heading: str  # a pattern
    unit: str = "%"  # %, number or text


class Rows:
    """The schools of a published table, each once, in file order; other rows (local authorities, England) left out."""

    def __init__(self, found: Found, roles: dict[str, str], passed: Callable[[dict[str, str]], bool]):
        self.found, self.headings = found, roles
        table = found.columns(roles, uneven=True)
        self.columns = {role: [text or "" for text in table.column(role).to_pylist()] for role in roles}
        self.urns: list[str] = []
        self.lines: list[int] = []
        seen: dict[str, int] = {}
        for i, text in enumerate(self.columns["urn"]):
            urn = text.strip()
            if not URN(urn):
                row = {role: texts[i].strip() for role, texts in self.columns.items()}
                if not any(row.values()) or passed(row):
                    continue
                shown = f"'{urn[:20]}' is no URN (those have six digits)" if urn else "there is no URN"
                raise refuse(f"{found.name}, line {i + 2}: {shown}.")
            if urn in seen:
                raise refuse(
                    f"{found.name}, line {i + 2}: the URN {urn} stands there twice, first in line {seen[urn]}."
                )
            seen[urn] = i + 2
            self.urns.append(urn)
            self.lines.append(i)
        if not self.urns:
            raise refuse(f"{found.name} holds no row of a school: nothing in its column '{roles['urn']}' is a URN.")

    def texts(self, role: str) -> list[str]:
        """A column of the schools as published; blanks where the file lacks it."""
        column = self.columns.get(role)
        return [""] * len(self.urns) if column is None else [column[i].strip() for i in self.lines]

    def words(self, role: str, meaning: Callable[[str], str | None] = lambda text: text) -> list[str | None]:
        """A column of texts, each as `meaning` has it; blank is None."""
        texts = self.texts(role)
        known = {text: (meaning(text) or None) if text else None for text in set(texts)}
        return [known[text] for text in texts]

    def figures(self, figure: Figure, role: str) -> tuple[list[Any], list[str | None]]:
        """A column of figures and why some are missing. Raises a Fault that names the line of what is neither."""
        texts = self.texts(role)
        known: dict[str, tuple[Any, str | None]] = {}
        for i, text in enumerate(texts):
            if text not in known:
                known[text] = self._figure(figure, role, text, self.lines[i] + 2)
        return [known[text][0] for text in texts], [known[text][1] for text in texts]

    def _figure(self, figure: Figure, role: str, text: str, line: int) -> tuple[Any, str | None]:
        if not text:
            return None, BLANK
        phrase = PHRASES.get(text.casefold())
        if phrase:
            return None, phrase
        if figure.unit == "text":
            return text, None
        value = number(text)
        if value is None:
            raise refuse(
                f"{self.found.name}, line {line}: '{text[:30]}' is no number, as all in the column {self.headings[role]} should be."
            )
        if figure.unit == "%" and not 0 <= value <= 100:
            heading = self.headings[role]
            raise refuse(
                f"{self.found.name}, line {line}: {text[:30]} in the column {heading} is no percentage from 0 to 100."
            )
        return float(value) if figure.unit != "number" else value, None


def table(urns: list[str], columns: dict[str, list[Any]]) -> pa.Table:
    """A table keyed by URN; columns in which there is nothing are left out, unless a companion says why."""
    import pyarrow as pa

    out = {"urn": pa.array(urns, pa.string())}
    for name, values in columns.items():
        kind = next((type(v) for v in values if v is not None), None)
        if kind is None:
            if name.endswith(REASON) or not any(columns.get(f"{name}{REASON}", ())):
                continue
            kind = float
        made = {int: pa.int64(), float: pa.float64(), str: pa.string()}[kind]
        out[name] = pa.array([float(v) if kind is float and v is not None else v for v in values], made)
    return pa.table(out)


def measured(rows: Rows, figures: Iterable[Figure]) -> dict[str, list[Any]]:
    """The columns of those figures that the file has, each with its companion of reasons."""
    out: dict[str, list[Any]] = {}
    for figure in figures:
        if figure.id in rows.columns:
            out[figure.id], out[f"{figure.id}{REASON}"] = rows.figures(figure, figure.id)
    return out


def roles_of(header: list[str], identity: dict[str, str], figures: Iterable[Figure]) -> dict[str, str]:
    return match(header, {**identity, **{figure.id: figure.heading for figure in figures}})


def laestab(authority: str, establishment: str) -> str | None:
    """Seven digits: the authority's three and the establishment's four, its leading noughts put back."""
    whole = f"{authority}{establishment.zfill(4)}"
    return whole if establishment and re.fullmatch("[0-9]{7}", whole) else None


def part(codes: Iterable[str | None]) -> str:
    """What to add to a table's id where its file is of some local authorities only, so that it replaces no national table."""
    there = sorted({code for code in codes if code})
    if len(there) >= NATIONAL or not there:
        return ""
    return f"_la{'_'.join(there)}" if len(there) <= 3 else f"_la{there[0]}_and_{len(there) - 1}_more"


def part_said(codes: Iterable[str | None]) -> str:
    there = sorted({code for code in codes if code})
    if len(there) >= NATIONAL or not there:
        return ""
    return f" (local authority {there[0]})" if len(there) == 1 else f" ({len(there)} local authorities)"


# --------------------------------------------------------------------------------------------------- dates and years

_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?: .*)?").fullmatch
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T].*)?").fullmatch
_SCHOOL_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})[-_/ ]?(?:20)?([0-9]{2})(?![0-9])")


def iso_date(text: str) -> str | None:
    """2019-08-31, from however it is published (31-08-2019, 31/08/2019); None where it is no date."""
    import datetime

    day_first, year_first = _DAY_FIRST(text), _YEAR_FIRST(text)
    if day_first:
        day, month, year = map(int, day_first.groups())
    elif year_first:
        year, month, day = map(int, year_first.groups())
    else:
        return None
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def school_year(found: Found) -> str:
    """The school year of a file's figures (2018-19): what the user says, else what the file's or its folder's name states."""
    if found.said:
        said = _year_in(found.said)
        if not said:
            raise refuse(f"'{found.said}' is no school year: give --vintage as in 2018-19.")
        return said
    year = _year_in(found.name) or _year_in(found.path.parent.name)
    if not year:
        raise refuse(
            f"{found.name} does not say which school year it is for: give --vintage, such as --vintage 2018-19, or leave the "
            "year in its name as published (2018-2019_england_ks4final.csv)."
        )
    return year


def _year_in(text: str) -> str:
    for first, second in _SCHOOL_YEAR.findall(text):
        if (int(first) + 1) % 100 == int(second):
            return f"{first}-{second}"
    return ""
