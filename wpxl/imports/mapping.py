"""Which column of a workbook fills which column of a template: told, remembered, or seen by meaning, by words, by content.

Nothing is filled on a guess that is not shown: `describe` says what goes where, and what stays empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .. import fields
from ..domain.blank import is_blank
from ..domain.names import simple
from ..errors import refuse
from .gather import Rows
from .shape import HEADCOUNTS, LINKS, Column, TemplateSheet, Wanted
from .template import plain_heading

TOLD, REMEMBERED, MEANING, HEADING, CONTENT = "as told", "as before", "by meaning", "by its heading", "by its values"
NEAR_ENOUGH = 88.0  # of 100: words alike in two headings that name no field
MOSTLY = 0.8  # of a column's distinct values stand in the template's list
FEWEST_VALUES = 3
_OWN_IDS = {"upn", "uln"}  # ids that no other id of a learner may stand in for
_TITLED = {"title", "name"}

Pairs = Mapping[str, str]  # heading of the template → heading of the workbook; "": to stay empty


class Match(NamedTuple):
    wanted: Wanted
    column: Column | None  # None: nothing fills it
    how: str = ""


def match(sheet: TemplateSheet, rows: Rows, told: Pairs | None = None, remembered: Pairs | None = None) -> list[Match]:
    """What fills each column of a template's sheet. Raises a Fault where a heading that was told is not there."""
    columns = [column for column in rows.columns if not all(map(is_blank, column.cells))]
    found: dict[int, Match] = {}
    for pairs, how in ((told or {}, TOLD), (remembered or {}, REMEMBERED)):
        for at, wanted in enumerate(sheet.columns):
            source = next((pairs[h] for h in pairs if _same(h, wanted.heading)), None)
            if source is None or at in found:
                continue
            column = _called(rows, source)
            if column is not None or not source:
                found[at] = Match(wanted, column, how)
            elif how is TOLD:
                known = ", ".join(dict.fromkeys(column.heading for column in columns))
                raise refuse(f"The workbook has no column '{source}' for the sheet '{sheet.sheet}': it has {known}.")
    for at, wanted in enumerate(sheet.columns):
        if at not in found and (column := _by_meaning(wanted, columns, rows.about)):
            found[at] = Match(wanted, column, MEANING)
    free = [
        column for column in columns if column.field is None and all(m.column is not column for m in found.values())
    ]
    for how, judge in ((HEADING, _by_heading), (CONTENT, _by_content)):
        for at, wanted in enumerate(sheet.columns):
            if at not in found and (column := judge(wanted, free)):
                found[at] = Match(wanted, column, how)
                free.remove(column)
    return [found.get(at, Match(wanted, None)) for at, wanted in enumerate(sheet.columns)]


def told_in(pairs: Iterable[str]) -> dict[str, str]:
    """Corrections as people write them, `their own heading=the template's`. Raises a Fault where one is not in that form."""
    out = {}
    for pair in pairs:
        yours, mark, theirs = pair.partition("=")
        if not mark or not theirs.strip():
            raise refuse(
                f"'{pair.strip()}' is no correction: write your heading, =, and the template's, as in Surname=Last Name."
            )
        out[theirs.strip()] = yours.strip()
    return out


def check_told(told: Pairs, sheets: Sequence[TemplateSheet]) -> None:
    """Raises a Fault where a heading that was told is in no sheet of the template."""
    every = [wanted.heading for sheet in sheets for wanted in sheet.columns]
    for heading in told:
        if not any(has(sheet, heading) for sheet in sheets):
            raise refuse(f"The template has no column '{heading}': it has {', '.join(dict.fromkeys(every))}.")


def has(sheet: TemplateSheet, heading: str) -> bool:
    """Whether a sheet has a column of that heading, however its marks are written."""
    return any(_same(heading, wanted.heading) for wanted in sheet.columns)


def describe(sheet: TemplateSheet, matches: Sequence[Match], rows: Rows) -> str:
    """Which heading goes where, in one or two sentences; headings only, no data."""
    filled = [m for m in matches if m.column is not None]
    pairs = [_pair(m) for m in filled]
    empty = [_named(m.wanted) for m in matches if m.column is None]
    unused = [c.heading for c in rows.columns if c.field is None and all(m.column is not c for m in matches)]
    text = f"Sheet '{sheet.sheet}' ({sheet.about}): {'; '.join(pairs) or 'nothing to fill it with'}."
    text += f" Left empty: {', '.join(empty)}." if empty else ""
    return text + (f" Not used: {', '.join(dict.fromkeys(unused))}." if unused else "")


def _pair(found: Match) -> str:
    assert found.column is not None
    target, source = plain_heading(found.wanted.heading), found.column.heading
    how = "" if found.how == MEANING else f" ({found.how})"
    return target + how if simple(target) == simple(source) else f"{source} → {target}{how}"


def _named(wanted: Wanted) -> str:
    return plain_heading(wanted.heading) + (" (required)" if wanted.mandatory else "")


# ------------------------------------------------------------------------------------------------------------- judging


def _same(told: str, heading: str) -> bool:
    plain = plain_heading(heading)
    return simple(told) in {simple(heading), simple(plain), simple(plain.rpartition(" / ")[2])}


def _called(rows: Rows, heading: str) -> Column | None:
    return next((column for column in rows.columns if heading and simple(column.heading) == simple(heading)), None)


def _by_meaning(wanted: Wanted, columns: Sequence[Column], about: str) -> Column | None:
    field = wanted.field
    if field is None:
        return None
    told = set(fields.tokens(plain_heading(wanted.heading)))
    if field.rpartition(".")[2] == "learner" and (own := told & _OWN_IDS):
        return next((c for c in columns if own & set(fields.tokens(c.heading))), None)
    if field == "activity" and about in (LINKS, HEADCOUNTS) and told & _TITLED:
        field = "activities.title" if about == LINKS else "title"
    return next((column for column in columns if column.field == field), None)


def _by_heading(wanted: Wanted, free: Sequence[Column]) -> Column | None:
    """The one column whose heading has nearly the same words."""
    from rapidfuzz import fuzz

    plain = plain_heading(wanted.heading)
    forms = {" ".join(fields.tokens(plain)), " ".join(fields.tokens(plain.rpartition(" / ")[2]))}
    scored = [(max(fuzz.token_sort_ratio(form, " ".join(fields.tokens(c.heading))) for form in forms), c) for c in free]
    best = max((score for score, _ in scored), default=0.0)
    near = [column for score, column in scored if score == best]
    return near[0] if best >= NEAR_ENOUGH and len(near) == 1 else None


def _by_content(wanted: Wanted, free: Sequence[Column]) -> Column | None:
    """The one column whose values stand in the template's list."""
    if len(wanted.allowed) < FEWEST_VALUES or wanted.field is not None:
        return None
    allowed = {simple(value) for value in wanted.allowed}
    fitting = [column for column in free if _share(column.cells, allowed) >= MOSTLY]
    return fitting[0] if len(fitting) == 1 else None


def _share(cells: Sequence[Any], allowed: set[str]) -> float:
    values = {simple(str(cell)) for cell in cells if not is_blank(cell)}
    return len(values & allowed) / len(values) if len(values) >= FEWEST_VALUES else 0.0
