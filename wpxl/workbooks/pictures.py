"""Charts of a page: drawn by XlsxWriter in a workbook that is thrown away, and carried over to the person's sheet.

Each bears a name by which it is found again; whatever else is drawn on the sheet is the person's and stays.
"""

from __future__ import annotations

import copy
import io
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import xlsxwriter
from lxml import etree

from .look import NAVY, RULE
from .package import Package
from .page import Page, Picture
from .parts import OFFICE, OFFICE_STRICT, Element, declare, drop, parse, relate, relationships, render
from .refs import Area

PREFIX = "wpxl "  # of the names of wpxl's own charts, as Excel shows them
COLOURS = (NAVY, "#C55A11", "#548235", "#7F6000", RULE, "#7030A0", "#A6A6A6")
_DRAWING = "application/vnd.openxmlformats-officedocument.drawing+xml"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_KINDS = {
    "column": {"type": "column"},
    "bar": {"type": "bar"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "line": {"type": "line"},
    "pie": {"type": "pie"},
}
# The same words in the strict variant of the format, where these shares are written with a sign.
_STRICT = (
    (b"http://schemas.openxmlformats.org/drawingml/2006/", b"http://purl.oclc.org/ooxml/drawingml/"),
    (OFFICE.encode(), OFFICE_STRICT.encode()),
    (b'<c:gapWidth val="60"/>', b'<c:gapWidth val="60%"/>'),
    (b'<c:overlap val="100"/>', b'<c:overlap val="100%"/>'),
)


class _Drawn(NamedTuple):
    anchor: Element  # of the drawing, with the chart's relationship to be filled in
    chart: bytes


def replace(package: Package, sheet_part: str, sheet: str, page: Page, lower: tuple[int, int], *, strict: bool) -> str:
    """Put a page's charts on a sheet in the place of those before; the drawing's relationship, "" where there is none.

    lower: whatever else is drawn behind a row goes some rows further down.
    """
    kinds = OFFICE_STRICT if strict else OFFICE
    drawing = next((r for r in relationships(package, sheet_part) if r.kind == "drawing"), None)
    drawn = list(_drawn(sheet, page, strict=strict))
    old: list[str] = []  # the relationships of the charts before
    if drawing is None:
        if not drawn:
            return ""
        part = _free(package, sheet_part, "drawings/drawing")
        like = drawn[0].anchor.getparent()
        root = etree.Element(like.tag, nsmap=like.nsmap)
        package.add(part, render(root))
        declare(package, part, _DRAWING)
        link = relate(package, sheet_part, f"{kinds}/drawing", posixpath.relpath(part, posixpath.dirname(sheet_part)))
    else:
        part, link = drawing.target, drawing.id
        root = parse(package.read(part))
        old = _take_out(root)
        _lower(root, *lower)
    if not drawn and not len(root):
        _drop(package, part, old)
        drop(package, sheet_part, {link})
        return ""
    fresh = max((int(e.get("id", "0")) for e in root.iter("{*}cNvPr")), default=1) + 1
    for at, one in enumerate(drawn):
        if at < len(old):
            target = old[at]
            _overwrite(package, part, target, one.chart)
        else:
            target = _add(package, part, sheet_part, one.chart, kinds)
        anchor = copy.deepcopy(one.anchor)
        anchor.find(".//{*}cNvPr").set("id", str(fresh + at))
        reference = anchor.find(".//{*}graphicData/{*}chart")
        reference.set(next(key for key in reference.attrib if key.endswith("}id")), target)
        root.append(anchor)
    _drop(package, part, old[len(drawn) :])
    package.replace(part, render(root))
    return link


def own_charts(package: Package, sheet_part: str) -> set[str]:
    """The parts of wpxl's own charts on a sheet."""
    found = set()
    for drawing in relationships(package, sheet_part):
        if drawing.kind == "drawing":
            targets = {link.id: link.target for link in relationships(package, drawing.target)}
            for anchor in parse(package.read(drawing.target)):
                found |= {targets[link] for link in _links(anchor) if link in targets}
    return found


def _links(anchor: Element) -> set[str]:
    """The relationships of an anchor to charts of wpxl's; none where it is somebody else's."""
    name = anchor.find(".//{*}cNvPr")
    if name is None or not name.get("name", "").startswith(PREFIX):
        return set()
    return {value for chart in anchor.iter("{*}chart") for key, value in chart.attrib.items() if key.endswith("}id")}


def _free(package: Package, sheet_part: str, name: str) -> str:
    folder = posixpath.dirname(posixpath.dirname(sheet_part))
    return next(p for n in range(1, 100_000) if (p := posixpath.join(folder, f"{name}{n}.xml")) not in package)


def _add(package: Package, drawing: str, sheet_part: str, chart: bytes, kinds: str) -> str:
    """A chart more; the drawing's relationship to it."""
    part = _free(package, sheet_part, "charts/chart")
    package.add(part, chart)
    declare(package, part, _CHART)
    return relate(package, drawing, f"{kinds}/chart", posixpath.relpath(part, posixpath.dirname(drawing)))


def _overwrite(package: Package, drawing: str, link: str, chart: bytes) -> None:
    """Another chart in the place of one, without what Excel has put beside that."""
    part = next(r.target for r in relationships(package, drawing) if r.id == link)
    drop(package, part, {r.id for r in relationships(package, part)})
    package.replace(part, chart)


def _drop(package: Package, drawing: str, links: Sequence[str]) -> None:
    for one in relationships(package, drawing):
        if one.id in links:
            drop(package, one.target, {r.id for r in relationships(package, one.target)})
    drop(package, drawing, set(links))


def _take_out(root: Element) -> list[str]:
    """Take wpxl's own charts out of a drawing; their relationships."""
    taken = []
    for anchor in list(root):
        links = _links(anchor)
        if links:
            taken += sorted(links)
            root.remove(anchor)
    return taken


def _lower(root: Element, after: int, by: int) -> None:
    for anchor in root if by else ():
        start = anchor.find("{*}from/{*}row")
        if start is not None and int(start.text) >= after:  # rows of drawings count from 0
            for row in anchor.iterfind("{*}*/{*}row"):
                row.text = str(int(row.text) + by)


# ------------------------------------------------------------------------------------------------------------- drawing


def _drawn(name: str, page: Page, *, strict: bool) -> Iterator[_Drawn]:
    """Each chart of a page as the parts of a workbook hold it."""
    if not page.pictures:
        return
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet(name)
    for column, width in page.widths.items():
        sheet.set_column(column - 1, column - 1, width)
    for at, picture in enumerate(page.pictures, 1):
        for area in (picture.labels, *(area for one in picture.series for area in (one.name, one.values))):
            for row in range(area.first_row, area.last_row + 1):
                value = page.value(row, area.first_column)
                if isinstance(value, (str, int, float)):
                    sheet.write(row - 1, area.first_column - 1, value)
        options = {"x_offset": picture.left, "object_position": 2, "description": picture.said}
        sheet.insert_chart(picture.row - 1, picture.column - 1, _chart(book, name, picture, at), options)
    book.close()
    with zipfile.ZipFile(file) as made:
        parts = {part: made.read(part) for part in made.namelist() if "/charts/" in part or "/drawings/drawing" in part}
    for plain, written in _STRICT if strict else ():
        parts = {part: data.replace(plain, written) for part, data in parts.items()}
    anchors = parse(parts["xl/drawings/drawing1.xml"])
    for at, anchor in enumerate(anchors, 1):
        yield _Drawn(anchor, parts[f"xl/charts/chart{at}.xml"])


def _chart(book: Any, sheet: str, picture: Picture, at: int) -> Any:
    chart = book.add_chart({**_KINDS[picture.kind], "name": f"{PREFIX}{at}"})
    for place, one in enumerate(picture.series):
        colour = COLOURS[place % len(COLOURS)]
        series: dict[str, Any] = {
            "name": [sheet, one.name.first_row - 1, one.name.first_column - 1],
            "categories": _range(sheet, picture.labels),
            "values": _range(sheet, one.values),
        }
        if picture.kind == "pie":
            height = one.values.last_row - one.values.first_row + 1
            colours = [*one.colours, *COLOURS * (height // len(COLOURS) + 1)][:height]
            series["points"] = [{"fill": {"color": colour}, "border": {"color": "white"}} for colour in colours]
            series["data_labels"] = {"percentage": True, "position": "outside_end"}
        elif picture.kind == "line":
            series |= {"line": {"color": colour, "width": 2.25}, "marker": {"type": "circle", "size": 6,
                       "fill": {"color": colour}, "border": {"color": colour}}}  # fmt: skip
        else:
            series |= {"fill": {"color": colour}, "gap": 60}
        chart.add_series(series)
    chart.set_title({"name": picture.title, "name_font": {"size": 12, "color": NAVY}, "overlay": False})
    if picture.kind == "pie" or len(picture.series) > 1:
        chart.set_legend({"position": "bottom"})
    else:
        chart.set_legend({"none": True})
    if picture.kind != "pie":
        figures = {"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}, "min": 0, "line": {"none": True}}
        labels: dict[str, Any] = {"interval_unit": 1, "major_gridlines": {"visible": False}, "num_font": {"size": 9}}
        if picture.kind == "bar":  # XlsxWriter's axes turn with the bars; the first row of the table stands at the top
            chart.set_x_axis(figures)
            chart.set_y_axis({**labels, "reverse": True, "crossing": "max"})
        else:
            chart.set_x_axis(labels)
            chart.set_y_axis(figures)
    chart.set_size({"width": picture.width, "height": picture.height})
    return chart


def _range(sheet: str, area: Area) -> list[Any]:
    return [sheet, area.first_row - 1, area.first_column - 1, area.last_row - 1, area.last_column - 1]
