"""Finding a publisher's columns in a header, and turning their texts into keys and numbers.

Publishers rename columns from year to year (laua, oslaua, lad25cd). A module states each column's role with a pattern;
the roles that a header lacks are named when it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import refuse

if TYPE_CHECKING:
    import pyarrow as pa

    from .opening import Found

Roles = dict[str, str]  # role → pattern that the whole header cell must match, case and outer spaces aside


def match(header: list[str], roles: Roles) -> dict[str, str]:
    """The header cell of each role that is there: the first that fits its pattern."""
    found: dict[str, str] = {}
    for role, pattern in roles.items():
        fits = re.compile(pattern, re.IGNORECASE).fullmatch
        cell = next((cell for cell in header if fits(cell.strip().lstrip("\ufeff"))), None)
        if cell is not None:
            found[role] = cell
    return found


def whole_numbers(found: Found, table: pa.Table, role: str, low: int, high: int) -> list[int]:
    """A column of whole numbers as written by Excel and others (29199, 29199.0, "29,199"). Names the first bad line."""
    out = []
    for line, text in enumerate(table.column(role).to_pylist(), 2):
        try:
            number = float(text.replace(",", ""))
        except ValueError:
            raise refuse(
                f"{found.name}, line {line}: '{text[:30]}' is no number, but the column holds {role}s."
            ) from None
        if number != int(number) or not low <= number <= high:
            raise refuse(f"{found.name}, line {line}: {text[:30]} is outside {low} to {high:,}, so it is no {role}.")
        out.append(int(number))
    return out


AREA_CODE = re.compile(r"[EWSNLMJK][0-9]{8}").fullmatch


def area_codes(found: Found, table: pa.Table, role: str, prefix: str) -> list[str]:
    """A key column of nine-character area codes, each once."""
    codes: list[str] = [text.strip() for text in table.column(role).to_pylist()]
    seen: set[str] = set()
    for line, code in enumerate(codes, 2):
        if not AREA_CODE(code) or code[1:3] != prefix:
            raise refuse(
                f"{found.name}, line {line}: '{code[:20]}' is no {role} code (those look like E{prefix}000001)."
            )
        if code in seen:
            raise refuse(f"{found.name}, line {line}: {code} stands there twice.")
        seen.add(code)
    return codes


def mapped(column: pa.ChunkedArray, meaning: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """A text column with each distinct text replaced by its meaning: quick where few texts fill many rows."""
    import pyarrow as pa

    coded = column.combine_chunks().dictionary_encode()
    meanings = pa.array([meaning(text or "") for text in coded.dictionary.to_pylist()], kind)
    return meanings.take(coded.indices)


MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_IN_NAME = re.compile(
    rf"({'|'.join(MONTHS)})[a-z]*[ _-]?((?:19|20)\d\d)|((?:19|20)\d\d)[ _-](0[1-9]|1[0-2])(?!\d)", re.IGNORECASE
)


def release_in_name(path: Path) -> int:
    """The release month (yyyymm) that a file's or its folder's name states, or 0."""
    for name in (path.name, path.parent.name):
        found = _IN_NAME.search(name)
        if found:
            month, year, other_year, number = found.groups()
            return (
                int(year) * 100 + MONTHS.index(month[:3].lower()) + 1 if month else int(other_year) * 100 + int(number)
            )
    return 0


def release_text(release: int) -> str:
    """202111 → Nov 2021."""
    return f"{MONTHS[release % 100 - 1].title()} {release // 100}"
