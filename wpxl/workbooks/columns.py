"""Column widths of a sheet: the `<cols>` element, whose entries each stand for a run of columns."""

from __future__ import annotations

from collections.abc import Sequence

from .parts import Element, child, insert, make

_BEFORE = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr")


def set_widths(sheet: Element, columns: range, widths: Sequence[float | None] | None) -> None:
    """Give each of `columns` its width (None: as it is) and show it, leaving all others as they were.

    A hidden run to the last column is a common way to tidy a sheet; answers that land in it must be seen.
    """
    cols = child(sheet, "cols")
    if cols is None:
        if not any(width is not None for width in widths or ()):
            return
        cols = make(sheet, "cols")
        insert(sheet, cols, _BEFORE)
    for column, width in zip(columns, widths or [None] * len(columns), strict=True):
        col = _own(cols, column, create=width is not None)
        if col is None:
            continue
        if col.attrib.pop("hidden", "0") in ("1", "true") and width is None:
            width = max(float(col.get("width", "0")), 9.0)
        if width is not None:
            col.set("width", f"{width:g}")
            col.set("customWidth", "1")


def _own(cols: Element, column: int, *, create: bool) -> Element | None:
    """The entry of one column alone, cut out of the run that holds it, or made."""
    for at, col in enumerate(cols):
        first, last = int(col.get("min")), int(col.get("max"))
        if first <= column <= last:
            for part, part_first, part_last in (("before", first, column - 1), ("after", column + 1, last)):
                if part_first <= part_last:
                    other = make(cols, "col", **dict(col.attrib) | {"min": str(part_first), "max": str(part_last)})
                    cols.insert(at if part == "before" else cols.index(col) + 1, other)
            col.set("min", str(column))
            col.set("max", str(column))
            return col
        if first > column:
            break
    else:
        at = len(cols)
    if not create:
        return None
    col = make(cols, "col", min=str(column), max=str(column))
    cols.insert(at, col)
    return col
