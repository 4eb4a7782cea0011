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
from ..store.normal import coded

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

    texts = coded(column)
    return pa.array([meaning(text or "") for text in texts.dictionary.to_pylist()], kind).take(texts.indices)


def recoded(column: pa.ChunkedArray, meaning: Callable[[str], str | None]) -> pa.DictionaryArray:
    """`mapped` to texts, dictionary-encoded: four bytes a row however long the texts. No meaning is null."""
    import pyarrow as pa

    texts = coded(column)
    meanings = [meaning(text or "") for text in texts.dictionary.to_pylist()]
    known = {text: number for number, text in enumerate(dict.fromkeys(m for m in meanings if m is not None))}
    numbers = pa.array([None if m is None else known[m] for m in meanings], pa.int32())
    return pa.DictionaryArray.from_arrays(numbers.take(texts.indices), pa.array(list(known), pa.string()))


def stated(
    found: Found, table: pa.Table, role: str, meaning: Callable[[str], object], kind: pa.DataType, expected: str
) -> pa.Array:
    """`mapped`, for columns that may only hold certain texts: where `meaning` knows no answer (KeyError) the line is named."""
    unknown: list[str] = []

    def known(text: str) -> object:
        try:
            return meaning(text)
        except KeyError:
            unknown.append(text)
            return None

    out = mapped(table.column(role), known, kind)
    if unknown:
        line, text = _first_line_with(table.column(role), unknown)
        raise refuse(f"{found.name}, line {line}: '{text[:30]}' stands where {expected} is expected.")
    return out


NOTHING = ("", ".", "..", "-", "NA", "N/A", "n/a", "NULL")  # how publishers write "no figure"
QUINTILES = {str(n): n for n in range(1, 6)} | {f"{n}.0": n for n in range(1, 6)}


def quintiles(found: Found, table: pa.Table, role: str) -> pa.Array:
    """A column of quintiles 1 to 5; what publishers write for "no figure" is null."""
    import pyarrow as pa

    known: dict[str, int | None] = {**QUINTILES, **dict.fromkeys(NOTHING)}
    return stated(found, table, role, lambda text: known[text.strip()], pa.int8(), "a quintile from 1 to 5")


def numbers(found: Found, table: pa.Table, role: str) -> pa.Array:
    """A column of numbers (counts, scores, rates), whole columns at a time; "no figure" is null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pc.replace_substring(pc.utf8_trim_whitespace(table.column(role).combine_chunks()), ",", "")
    texts = pc.if_else(pc.is_in(texts, pa.array(NOTHING)), None, texts)
    good = pc.match_substring_regex(texts, r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$")
    if not pc.all(good).as_py() and pc.any(pc.invert(good)).as_py():
        line = pc.index(good, False).as_py()
        raise refuse(
            f"{found.name}, line {line + 2}: '{texts[line].as_py()[:30]}' is no number, but the column holds {role}s."
        )
    return texts.cast(pa.float64())


def percent(part: pa.Array, base: pa.Array | float, digits: int) -> pa.Array:
    """Shares as percentages of so many decimals. Division comes last, so that 28.8 does not end as 28.799999999999997."""
    import pyarrow.compute as pc

    scale = 10.0**digits
    return pc.divide(pc.round(pc.divide(pc.multiply(part, 100 * scale), base), round_mode="half_up"), scale)


def keys(found: Found, table: pa.Table, role: str, form: str, like: str) -> pa.Array:
    """A key column, whole columns at a time: every text of the form (a pattern), each once. `like` is one as it should be."""
    import pyarrow.compute as pc

    texts = pc.utf8_trim_whitespace(table.column(role).combine_chunks())
    good = pc.match_substring_regex(texts, f"^({form})$")
    if not pc.all(good).as_py():
        line = pc.index(good, False).as_py()
        raise refuse(
            f"{found.name}, line {line + 2}: '{texts[line].as_py()[:20]}' is no {role} code (those look like {like})."
        )
    if pc.count_distinct(texts).as_py() < len(texts):
        counts = pc.value_counts(texts)
        twice = counts.field(0).filter(pc.greater(counts.field(1), 1))[0].as_py()
        line = max(i for i, text in enumerate(texts.to_pylist()) if text == twice)
        raise refuse(f"{found.name}, line {line + 2}: {twice} stands there twice.")
    return texts


def whole(found: Found, rows: int, published: int, title: str) -> None:
    """A file with fewer or more areas than were published is cut short, or is not what it seems."""
    if rows != published:
        raise refuse(f"{found.name} has {rows:,} areas, but {title} has {published:,}: the file is not whole.")


def loose(name: str) -> str:
    """The pattern of a column name whose words may be parted by spaces, underscores, hyphens or nothing."""
    return "[ _-]*".join(re.escape(word) for word in name.split())


def _first_line_with(column: pa.ChunkedArray, texts: list[str]) -> tuple[int, str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    at = pc.index(pc.is_in(column.combine_chunks(), pa.array(texts)), True).as_py()
    return at + 2, column[at].as_py()


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
    year_alone = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", path.parent.name)
    return int(year_alone[0]) * 100 + 1 if len(year_alone) == 1 else 0  # a folder of a year is taken for its January


def release_text(release: int) -> str:
    """202111 → Nov 2021."""
    return f"{MONTHS[release % 100 - 1].title()} {release // 100}"
