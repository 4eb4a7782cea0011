"""The small XML parts around the sheets: relationships, content types, cell metadata, styles.

They are parsed whole; only a sheet's rows are too many for that (see rows.py).
Names are matched without their namespace, because a workbook may be saved in the strict or the usual variant.
"""

from __future__ import annotations

import posixpath
from typing import Any, NamedTuple

from lxml import etree

from ..errors import refuse
from .package import Package

Element = Any  # lxml ships no types

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_NO_RELATIONSHIPS = (
    _DECLARATION + b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)
_SHEET_METADATA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"
_ARRAY_NAMESPACE = "http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray"
_ARRAY_URI = "{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}"
# What Excel writes for formulas that spill; every flag says "carry this mark along when cells are copied or moved".
_ARRAY_FLAGS = (
    *("copy", "pasteAll", "pasteValues", "merge", "splitFirst", "rowColShift"),
    *("clearFormats", "clearComments", "assign", "coerce", "cellMeta"),
)
_ARRAY_TYPE = {"name": "XLDAPR", "minSupportedVersion": "120000"} | dict.fromkeys(_ARRAY_FLAGS, "1")


def parse(data: bytes, *, plain: bool = False) -> Element:
    """The root of an XML part; `plain` leaves out comments and processing instructions.

    Errors: a Fault if it is not well-formed, or declares entities (no spreadsheet program does).
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=plain, remove_pis=plain
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise refuse("A part of this workbook is damaged: open it in Excel, save a copy and use that.") from error
    if root.getroottree().docinfo.doctype:
        raise refuse("A part of this workbook declares a document type, which no Excel writes: it was not read.")
    return root


def render(root: Element) -> bytes:
    """An XML part's bytes."""
    return _DECLARATION + bytes(etree.tostring(root, encoding="UTF-8"))


def child(parent: Element, name: str) -> Element:
    """The first child of that name, whatever its namespace; None if there is none."""
    return parent.find("{*}" + name)


def make(parent: Element, name: str, /, **attributes: str) -> Element:
    """A new element in the parent's own namespace, not yet placed."""
    element = etree.Element(etree.QName(etree.QName(parent).namespace, name), nsmap=parent.nsmap)
    element.attrib.update(attributes)
    return element


def insert(parent: Element, element: Element, after: tuple[str, ...]) -> None:
    """Place a child after the last of the named ones: the order of elements is fixed in these parts."""
    places = [at for at, other in enumerate(parent, 1) if etree.QName(other).localname in after]
    parent.insert(places[-1] if places else 0, element)


class Relationship(NamedTuple):
    """One entry of a .rels part: `kind` is the last word of its type, `target` a part's name or an outside address."""

    id: str
    kind: str
    target: str


def relationships(package: Package, part: str) -> list[Relationship]:
    """What a part (or "" for the whole package) points to; none if it has no .rels part."""
    name = rels_part(part)
    if name not in package:
        return []
    found = []
    for entry in parse(package.read(name)).iterfind("{*}Relationship"):
        target = entry.get("Target", "")
        if entry.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
        found.append(Relationship(entry.get("Id", ""), entry.get("Type", "").rpartition("/")[2], target))
    return found


def relationship_id(element: Element) -> str:
    """The r:id of an element."""
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}id")), "")


def content_type(package: Package, part: str) -> str:
    """A part's declared content type, or ""."""
    types = parse(package.read("[Content_Types].xml"))
    for entry in types.iterfind("{*}Override"):
        if entry.get("PartName", "").lower() == f"/{part}".lower():
            return str(entry.get("ContentType"))
    suffix = part.rpartition(".")[2].lower()
    defaults = types.iterfind("{*}Default")
    return next((str(e.get("ContentType")) for e in defaults if e.get("Extension", "").lower() == suffix), "")


def general_styles(package: Package, workbook: str) -> set[str]:
    """The cell style numbers (as written in `s`) whose number format is General."""
    part = next((r.target for r in relationships(package, workbook) if r.kind == "styles"), None)
    if part is None or part not in package:
        return {"0"}
    formats = parse(package.read(part)).iterfind("{*}cellXfs/{*}xf")
    return {str(at) for at, xf in enumerate(formats) if xf.get("numFmtId", "0") == "0"}


def dynamic_array_mark(package: Package, workbook: str) -> int:
    """The value of `cm` that makes an array formula spill, adding the cell metadata to the package where it lacks it.

    Without the mark Excel shows the formula in braces and never lets it grow.
    """
    part = next((r.target for r in relationships(package, workbook) if r.kind == "sheetMetadata"), None)
    if part is None:
        part = posixpath.join(posixpath.dirname(workbook), "metadata.xml")
        namespace = etree.QName(parse(package.read(workbook))).namespace
        root = etree.Element(f"{{{namespace}}}metadata", nsmap={None: namespace, "xda": _ARRAY_NAMESPACE})
        mark, _ = _mark(root)
        package.add(part, render(root))
        kinds = OFFICE_STRICT if "purl.oclc.org" in namespace else OFFICE
        relate(package, workbook, f"{kinds}/sheetMetadata", posixpath.basename(part))
        declare(package, part, _SHEET_METADATA)
        return mark
    root = parse(package.read(part))
    mark, changed = _mark(root)
    if changed:
        package.replace(part, render(root))
    return mark


def _mark(metadata: Element) -> tuple[int, bool]:
    """The 1-based place of the dynamic array entry in cellMetadata, and whether it had to be made."""
    kinds = child(metadata, "metadataTypes")
    if kinds is None:
        kinds = make(metadata, "metadataTypes")
        metadata.insert(0, kinds)
    kind = next((at for at, e in enumerate(kinds, 1) if e.get("name") == _ARRAY_TYPE["name"]), 0)
    if not kind:
        kinds.append(make(kinds, "metadataType", **_ARRAY_TYPE))
        kind = len(kinds)

    future = next((e for e in metadata.iterfind("{*}futureMetadata") if e.get("name") == _ARRAY_TYPE["name"]), None)
    if future is None:
        future = make(metadata, "futureMetadata", name=_ARRAY_TYPE["name"])
        insert(metadata, future, ("metadataTypes", "metadataStrings", "mdxMetadata", "futureMetadata"))
    value = next((at for at, block in enumerate(future) if _spills(block)), None)
    if value is None:
        block, extensions = make(future, "bk"), make(future, "extLst")
        extension = make(future, "ext", uri=_ARRAY_URI)
        properties = etree.QName(_ARRAY_NAMESPACE, "dynamicArrayProperties")
        etree.SubElement(extension, properties, fDynamic="1", fCollapsed="0", nsmap={"xda": _ARRAY_NAMESPACE})
        extensions.append(extension)
        block.append(extensions)
        future.append(block)
        value = len(future) - 1

    cells = child(metadata, "cellMetadata")
    if cells is None:
        cells = make(metadata, "cellMetadata")
        insert(metadata, cells, ("metadataTypes", "metadataStrings", "mdxMetadata", "futureMetadata"))
    wanted = (str(kind), str(value))
    mark = next((at for at, b in enumerate(cells, 1) if [(rc.get("t"), rc.get("v")) for rc in b] == [wanted]), 0)
    if mark:
        return mark, False
    block = make(cells, "bk")
    block.append(make(block, "rc", t=wanted[0], v=wanted[1]))
    cells.append(block)
    for counted in (kinds, future, cells):
        counted.set("count", str(len(counted)))
    return len(cells), True


def _spills(block: Element) -> bool:
    return any(e.get("fDynamic") in ("1", "true") for e in block.iter("{*}dynamicArrayProperties"))


def relate(package: Package, part: str, kind: str, target: str) -> str:
    """Let a part point to another; the new relationship's id."""
    if rels_part(part) not in package:
        package.add(rels_part(part), _NO_RELATIONSHIPS)
    root = parse(package.read(rels_part(part)))
    taken = {entry.get("Id") for entry in root}
    fresh = next(f"rId{at}" for at in range(len(root) + 1, 2 * len(root) + 3) if f"rId{at}" not in taken)
    root.append(make(root, "Relationship", Id=fresh, Type=kind, Target=target))
    package.replace(rels_part(part), render(root))
    return fresh


def declare(package: Package, part: str, kind: str) -> None:
    """State a part's content type."""
    root = parse(package.read("[Content_Types].xml"))
    root.append(make(root, "Override", PartName=f"/{part}", ContentType=kind))
    package.replace("[Content_Types].xml", render(root))


def unlink(package: Package, part: str, kind: str) -> None:
    """Remove the parts of a kind that a part points to, with what points to them."""
    drop(package, part, {r.id for r in relationships(package, part) if r.kind == kind})


def drop(package: Package, part: str, ids: set[str]) -> None:
    """Remove the parts that some relationships of a part lead to, and what led there."""
    gone = {r.id: r.target for r in relationships(package, part) if r.id in ids}
    if not gone:
        return
    targets = {f"/{target}" for target in gone.values()}
    for name, key, values in ((rels_part(part), "Id", set(gone)), ("[Content_Types].xml", "PartName", targets)):
        root = parse(package.read(name))
        for entry in [entry for entry in root if entry.get(key) in values]:
            root.remove(entry)
        if len(root):
            package.replace(name, render(root))
        else:
            package.remove(name)
    for target in gone.values():
        if target in package:
            package.remove(target)


def rels_part(part: str) -> str:
    """Where the relationships of a part stand."""
    folder, _, name = part.rpartition("/")
    return posixpath.join(folder, "_rels", f"{name}.rels")
