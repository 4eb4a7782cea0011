"""What a formula asks a function of wpxl's, read from its text with the values of its cells."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..errors import refuse
from ..workbooks.refs import area
from . import lists

_TOKEN = re.compile(r""""(?:[^"]|"")*"|'(?:[^']|'')*'|\[(?:[^\[\]]|\[[^\[\]]*\])*\]|[(){}]|,|[^"'(){},\[]+""")
_START = re.compile(r"(?<![A-Za-z0-9_.])(WP_[A-Z_]+)\s*\(", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_OWN_ROW = re.compile(r"(?:([^\W\d][\w.]*))?\[(?:\[#This Row\],\s*\[(.+)\]|@\[(.+)\]|@([^\[\]]+))\]", re.IGNORECASE)
_WHOLE_COLUMN = re.compile(r"([^\W\d][\w.]*)\[([^\[\]]+)\]")


class Asked(NamedTuple):
    name: str
    arguments: list[Any]


def first_call(sheet: Any, row: int, formula: str) -> Asked:
    """The first function of wpxl's in a formula that stands in `row`, with the values of its arguments.

    Errors: a Fault where an argument is more than a cell, a range, a text or a number.
    """
    blanked = _QUOTED.sub(lambda found: '"' + "x" * (len(found[0]) - 2) + '"', formula)
    start = _START.search(blanked)
    if start is None:
        raise refuse("The formula of this cell asks nothing of wpxl's.")
    name = start[1].upper()
    texts = _arguments(formula[start.end() :])
    if name == "WP_WHY" and texts:
        name, texts = texts[0].strip('" ').upper(), texts[1:]
    return Asked(name, [_value(sheet, row, text.strip()) for text in texts])


def _arguments(text: str) -> list[str]:
    depth, out, current = 0, [], ""
    for token in _TOKEN.findall(text):
        if token in "({":
            depth += 1
        elif token in ")}":
            if depth == 0:
                break
            depth -= 1
        elif token == "," and depth == 0:
            out.append(current)
            current = ""
            continue
        current += token
    return [*out, current] if out or current.strip() else []


def _value(sheet: Any, row: int, text: str) -> Any:
    if not text:
        return None
    if text.startswith('"') and text.endswith('"') and _QUOTED.fullmatch(text):
        return text[1:-1].replace('""', '"')
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    try:
        return float(text)
    except ValueError:
        pass
    there = _cells(sheet, row, text)
    if there is None:
        raise refuse(
            f"'{text[:60]}' in this formula is more than a cell, a range, a text or a number: write WP_WHY beside it, with the "
            "same arguments."
        )
    return lists.values(there)


def _cells(sheet: Any, row: int, text: str) -> Any:
    """The range that an argument names; None where it is something else."""
    name, mark, reference = text.rpartition("!")
    if mark:
        wanted = name.strip("'").replace("''", "'")
        try:
            sheet = sheet.book.sheets[wanted]
        except Exception:
            return None
    if area(reference.rstrip("#")):
        there = sheet.range(reference.rstrip("#").replace("$", ""))
        return there.expand("table") if reference.endswith("#") else there
    own, whole = _OWN_ROW.fullmatch(reference), _WHOLE_COLUMN.fullmatch(reference)
    for table in (t for s in sheet.book.sheets for t in s.tables):
        where = lists.area_of(table.range)
        holds = table.parent.name == sheet.name and where.first_row <= row <= where.last_row
        if own and (table.name.casefold() == own[1].casefold() if own[1] else holds):
            column = _column(table, own[2] or own[3] or own[4])
            return None if column is None else table.parent.range((row, where.first_column + column))
        if whole and table.name.casefold() == whole[1].casefold():
            column = _column(table, whole[2])
            return None if column is None else table.data_body_range[:, column]
    return None


def _column(table: Any, name: str) -> int | None:
    wanted = re.sub(r"'(.)", r"\1", name).strip().casefold()
    headings = [str(h or "").casefold() for h in lists.values(table.header_row_range)[0]]
    return headings.index(wanted) if wanted in headings else None
