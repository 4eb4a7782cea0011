"""What a page's sheet has besides cells: merged cells, size, widths, panes, footer. What the person set up is left alone."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from .columns import set_widths
from .page import Page
from .parts import OFFICE, OFFICE_STRICT, Element, child, insert, make
from .refs import Area, area
from .room import inside

_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
)  # fmt: skip


def merge(root: Element, own: Sequence[Area], page: Page) -> None:
    """The merged cells of the page in the place of those within the areas of the one before."""
    merged = child(root, "mergeCells")
    if merged is None:
        merged = make(root, "mergeCells")
        _place(root, merged)
    for entry in list(merged):
        where = area(entry.get("ref", ""))
        if where and any(inside(where, mine) for mine in own):
            merged.remove(entry)
    for block in page.blocks:
        where = block.area
        for row in range(where.first_row, where.last_row + 1) if block.joined else ():
            where = where._replace(first_row=row, last_row=row)
            merged.append(make(merged, "mergeCell", ref=str(where)))
    merged.set("count", str(len(merged)))
    if not len(merged):
        root.remove(merged)


def size(root: Element, page: Page, *, new: bool) -> None:
    """The sheet's own note of how far it reaches."""
    element = child(root, "dimension")
    known = area(element.get("ref", "")) if element is not None else None
    if known:
        element.set("ref", str(page.whole if new else known.around(page.whole)))


def widen(root: Element, page: Page, had: Sequence[int]) -> None:
    """Widths for columns that have none of their own."""
    for column, width in page.widths.items():
        if column not in had:
            set_widths(root, range(column, column + 1), [width])


def dress(root: Element, page: Page) -> None:
    """A new sheet: no lines between the cells, headings that stay in sight, a footer."""
    view = child(child(root, "sheetViews"), "sheetView")
    view.set("showGridLines", "0")
    if page.frozen:
        below = f"A{page.frozen + 1}"
        facts = {"ySplit": str(page.frozen), "topLeftCell": below, "activePane": "bottomLeft", "state": "frozen"}
        view.append(make(view, "pane", **facts))
        view.append(make(view, "selection", pane="bottomLeft", activeCell=below, sqref=below))
    foot = make(root, "headerFooter")
    text = make(foot, "oddFooter")
    text.text = f"&L&8{page.footer.replace('&', '&&')}&R&8Page &P of &N"
    foot.append(text)
    _place(root, foot)


def point(root: Element, link: str, *, strict: bool) -> None:
    """Let the sheet point to its drawing by this relationship; "": it has none."""
    element = child(root, "drawing")
    if element is not None and not link:
        root.remove(element)
    elif element is None and link:
        kinds = OFFICE_STRICT if strict else OFFICE
        element = etree.Element(etree.QName(etree.QName(root).namespace, "drawing"), nsmap={"r": kinds})
        element.set(etree.QName(kinds, "id"), link)
        _place(root, element)


def _place(root: Element, element: Element) -> None:
    insert(root, element, _ORDER[: _ORDER.index(etree.QName(element).localname)])
