"""Notes on cells (once called comments): read, added and taken out again without a trace.

A note is two pieces: its text, and a shape in an old drawing format without which Excel does not show it.
"""

from __future__ import annotations

import html
import posixpath
import re
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from .cells import decoded, encoded
from .package import Package
from .parts import OFFICE, relationships, rels_part
from .pieces import before, place_for_notes, text_of
from .refs import area

AUTHOR = "wpxl"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_TYPES = "[Content_Types].xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOTE = re.compile(rb'<comment\b[^>]*?ref="([A-Z]+\d+)"[^>]*>.*?</comment>', re.DOTALL)
_AUTHOR = re.compile(rb"<author\s*/>|<author>([^<]*)</author>")
_TEXT = re.compile(rb"<t(?:\s[^>]*)?>([^<]*)</t>")
_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/>'
    "</v:shapetype></xml>"
)


class Note(NamedTuple):
    """A note: its cell, who wrote it, what it says."""

    cell: str
    author: str
    text: str


def notes(package: Package, sheet: str) -> list[Note]:
    """The notes of a sheet, in the order of the file."""
    part = _linked(package, sheet, "comments")
    if not part:
        return []
    data = package.read(part)
    authors = [html.unescape((a[1] or b"").decode()) for a in _AUTHOR.finditer(data)]
    found = []
    for note in _NOTE.finditer(data):
        who = re.search(rb'authorId="(\d+)"', note[0])
        said = "".join(decoded(html.unescape(t.decode())) for t in _TEXT.findall(note[0]))
        at = int(who[1]) if who else -1
        found.append(Note(note[1].decode(), authors[at] if 0 <= at < len(authors) else "", said))
    return found


def note_on(package: Package, sheet: str, cell: str) -> Note | None:
    """The note of one cell."""
    part = _linked(package, sheet, "comments")
    if not part or f'ref="{cell}"'.encode() not in package.read(part):
        return None
    return next((note for note in notes(package, sheet) if note.cell == cell), None)


def add_note(package: Package, sheet: str, cell: str, text: str) -> None:
    """Put a note of wpxl's on a cell that has none."""
    part, drawing = _linked(package, sheet, "comments"), _linked(package, sheet, "vmlDrawing")
    if not part:
        empty = f'{_HEAD}<comments xmlns="{_MAIN}"><authors/><commentList/></comments>'
        part = _new_part(package, sheet, "comments", _COMMENTS, empty)
    if not drawing:
        drawing = _new_part(package, sheet, "vmlDrawing", _VML, _DRAWING)
    data = text_of(package, part)
    authors = [html.unescape((a[1] or b"").decode()) for a in _AUTHOR.finditer(data)]
    if AUTHOR not in authors:
        data = before(data, b"</authors>", b"<author>%s</author>" % AUTHOR.encode())
        authors.append(AUTHOR)
    said = escape(encoded(text))
    words = f'<text><r><t xml:space="preserve">{said}</t></r></text>'
    piece = f'<comment ref="{cell}" authorId="{authors.index(AUTHOR)}">{words}</comment>'
    package.replace(part, before(data, b"</commentList>", piece.encode()))
    package.replace(drawing, before(text_of(package, drawing), b"</xml>", _shape(cell, len(text))))


def remove_note(package: Package, sheet: str, cell: str) -> None:
    """Take a note out. What was made for it alone goes with it."""
    part, drawing = _linked(package, sheet, "comments"), _linked(package, sheet, "vmlDrawing")
    data = package.read(part)
    note = next((found for found in _NOTE.finditer(data) if found[1].decode() == cell), None)
    if note is None:
        return
    data = data[: note.start()] + data[note.end() :]
    last = len(_AUTHOR.findall(data)) - 1
    mine = b"<author>%s</author></authors>" % AUTHOR.encode()
    if mine in data and b'authorId="%d"' % last not in data:
        data = data.replace(mine, b"</authors>")
    package.replace(part, data)
    if drawing:
        package.replace(drawing, _without_shape(package.read(drawing), cell))
    if _made_here(part) and b"<comment " not in data:
        _remove_part(package, sheet, part, "comments")
    if drawing and _made_here(drawing) and b"<v:shape " not in package.read(drawing):
        _remove_part(package, sheet, drawing, "vmlDrawing")


def _linked(package: Package, sheet: str, kind: str) -> str:
    return next((r.target for r in relationships(package, sheet) if r.kind == kind), "")


# ------------------------------------------------------------------------------------------------------- the drawing


def _shape(cell: str, length: int) -> bytes:
    where = area(cell)
    row, column = (where.first_row - 1, where.first_column - 1) if where else (0, 0)
    tall = min(12, 2 + length // 40)
    anchor = f"{column + 1}, 15, {max(0, row - 1)}, 10, {column + 4}, 15, {max(0, row - 1) + tall}, 4"
    return (
        f'<v:shape id="wpxl_{cell}" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1" '
        f'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        f'<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
        f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
        f"<x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()


def _without_shape(drawing: bytes, cell: str) -> bytes:
    where = area(cell)
    for shape in re.finditer(rb"<v:shape\s.*?</v:shape>", drawing, re.DOTALL):
        here = re.search(rb"<x:Row>(\d+)</x:Row>\s*<x:Column>(\d+)</x:Column>", shape[0])
        if here and where and (int(here[1]), int(here[2])) == (where.first_row - 1, where.first_column - 1):
            return drawing[: shape.start()] + drawing[shape.end() :]
    return drawing


# ------------------------------------------------------------------------------------- the parts, and what leads there


def _made_here(part: str) -> bool:
    return posixpath.basename(part).startswith("wpxl-")


def _new_part(package: Package, sheet: str, kind: str, type_: str, text: str) -> str:
    folder = posixpath.dirname(posixpath.dirname(sheet))
    ending = "vml" if kind == "vmlDrawing" else "xml"
    part = next(p for n in range(1, 10_000) if (p := f"{folder}/drawings/wpxl-{kind}{n}.{ending}") not in package)
    package.add(part, text.encode())
    target = posixpath.relpath(part, posixpath.dirname(sheet))
    relation = f'<Relationship Id="wpxl{kind}" Type="{OFFICE}/{kind}" Target={quoteattr(target)}/>'
    declared = f'<Override PartName="/{part}" ContentType="{type_}"/>'
    links = rels_part(sheet)
    if links not in package:
        package.add(links, f'{_HEAD}<Relationships xmlns="{_RELS}"></Relationships>'.encode())
    package.replace(links, before(text_of(package, links), b"</Relationships>", relation.encode()))
    types = text_of(package, _TYPES)
    package.replace(_TYPES, before(types, b"</Types>", declared.encode()))
    if kind == "vmlDrawing":
        data = text_of(package, sheet)
        at = place_for_notes(data)
        drawing = f'<legacyDrawing xmlns:r="{OFFICE}" r:id="wpxl{kind}"/>'
        package.replace(sheet, data[:at] + drawing.encode() + data[at:])
    return part


def _remove_part(package: Package, sheet: str, part: str, kind: str) -> None:
    links = rels_part(sheet)
    found = f'<Relationship [^>]*Id="wpxl{kind}"[^>]*/>', f'<Override [^>]*PartName="/{part}"[^>]*/>'
    for name, piece in zip((links, _TYPES), found, strict=True):
        package.replace(name, re.sub(piece.encode(), b"", package.read(name), count=1))
    drawing = f'<legacyDrawing [^>]*r:id="wpxl{kind}"[^>]*/>'
    package.replace(sheet, re.sub(drawing.encode(), b"", package.read(sheet), count=1))
    if b"<Relationship " not in package.read(links):
        package.remove(links)
    package.remove(part)
