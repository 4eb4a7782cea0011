"""The styles of cells: what one looks like, and a new one that differs from it in a few respects."""

from __future__ import annotations

import copy
from functools import cached_property
from typing import Any, NamedTuple

from lxml import etree

from ..errors import refuse
from .package import Package
from .parts import Element, child, insert, make, parse, relationships, render

# The formats that every spreadsheet program knows by number, as far as wpxl writes them.
_BUILT_IN = {"General": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "0.00%": 10, "@": 49}
_DATE = 14  # the short date of whoever opens the workbook
_FIRST_FREE = 164


class Look(NamedTuple):
    """What is to differ; None leaves a respect as it is. Colours are RRGGBB."""

    number_format: str | None = None
    fill: str | None = None
    bold: bool | None = None
    italic: bool | None = None
    colour: str | None = None
    size: float | None = None
    wrap: bool | None = None
    quoted: bool | None = None  # what is typed stays text, as after an apostrophe


class Styles:
    """The style part of a workbook. Nothing is rewritten until a new style is asked for."""

    def __init__(self, package: Package, workbook: str):
        self._package = package
        self._part = next((r.target for r in relationships(package, workbook) if r.kind == "styles"), "")
        self._made: dict[tuple[int, Look], int] = {}
        self._adopted: dict[tuple[Element, int], int] = {}
        self._grown = False
        self._known: dict[str, dict[str, int]] = {}

    @cached_property
    def _root(self) -> Element:
        if self._part not in self._package:
            raise refuse("This workbook has no styles, which Excel always writes: open it in Excel and save it.")
        return parse(self._package.read(self._part))

    def number_format(self, style: int) -> str:
        """A style's number format as a person would type it."""
        number = int(self._xf(style).get("numFmtId", "0"))
        for entry in self._root.iterfind("{*}numFmts/{*}numFmt"):
            if int(entry.get("numFmtId")) == number:
                return str(entry.get("formatCode"))
        return next((code for code, known in _BUILT_IN.items() if known == number), "General")

    def fill(self, style: int) -> str | None:
        """The colour (RRGGBB) of a style's solid fill, None where it has none."""
        fills = child(self._root, "fills")
        at = int(self._xf(style).get("fillId", "0"))
        colour = fills[at].find(".//{*}fgColor") if fills is not None and at < len(fills) else None
        return None if colour is None or colour.get("rgb") is None else str(colour.get("rgb"))[-6:]

    def bold(self, style: int) -> bool:
        fonts = child(self._root, "fonts")
        at = int(self._xf(style).get("fontId", "0"))
        mark = child(fonts[at], "b") if fonts is not None and at < len(fonts) else None
        return mark is not None and mark.get("val") not in ("0", "false")

    def derive(self, style: int, look: Look) -> int:
        """The number of a style like this one with the look given, made once."""
        key = (style, look)
        if key not in self._made:
            self._made[key] = self._derive(style, look)
            self._package.replace(self._part, render(self._root))
        return self._made[key]

    def adopt(self, other: Element, style: int) -> int:
        """The number of a style of another workbook's style part in this one, added if there is none like it."""
        key = (other, style)
        if key not in self._adopted:
            self._adopted[key] = self._adopt(other, style)
        return self._adopted[key]

    def _adopt(self, other: Element, style: int) -> int:
        found = child(other, "cellXfs")[style]
        xf = make(child(self._root, "cellXfs"), "xf", **dict(found.attrib))
        xf.set("numFmtId", str(self._number_format_of(other, int(found.get("numFmtId", "0")))))
        for group, key in (("fonts", "fontId"), ("fills", "fillId"), ("borders", "borderId")):
            piece = _in_namespace_of(self._root, child(other, group)[int(found.get(key, "0"))])
            xf.set(key, str(self._same(group, piece)))
        xf.set("xfId", "0")
        for piece in found:
            xf.append(_in_namespace_of(self._root, piece))
        at = self._same("cellXfs", xf)
        if self._grown:
            self._package.replace(self._part, render(self._root))
            self._grown = False
        return at

    def _number_format_of(self, other: Element, number: int) -> int:
        if number < _FIRST_FREE:
            return number
        codes = {int(e.get("numFmtId")): str(e.get("formatCode")) for e in other.iterfind("{*}numFmts/{*}numFmt")}
        return self._format(codes[number])

    def _same(self, group: str, piece: Element) -> int:
        """The place of an element like this one in its group, added behind the others if there is none."""
        if group not in self._known:
            found = child(self._root, group)
            if found is None:
                raise refuse("The styles of this workbook are damaged: open it in Excel, save a copy and use that.")
            self._known[group] = {_form(element): at for at, element in reversed(list(enumerate(found)))}
        known, wanted = self._known[group], _form(piece)
        if wanted not in known:
            self._grown = True
            known[wanted] = self._append(group, piece)
        return known[wanted]

    def _xf(self, style: int) -> Element:
        styles = child(self._root, "cellXfs")
        return styles[style if style < len(styles) else 0]

    def _derive(self, style: int, look: Look) -> int:
        xf = copy.deepcopy(self._xf(style))
        if look.number_format is not None:
            xf.set("numFmtId", str(self._format(look.number_format)))
            xf.set("applyNumberFormat", "1")
        if look.fill is not None:
            xf.set("fillId", str(self._add_fill(look.fill)))
            xf.set("applyFill", "1")
        if (look.bold, look.italic, look.colour, look.size) != (None,) * 4:
            xf.set("fontId", str(self._add_font(int(xf.get("fontId", "0")), look)))
            xf.set("applyFont", "1")
        if look.quoted is not None:
            xf.set("quotePrefix", str(int(look.quoted)))
        if look.wrap is not None:
            alignment = child(xf, "alignment")
            if alignment is None:
                alignment = make(xf, "alignment")
                xf.insert(0, alignment)
            alignment.set("wrapText", str(int(look.wrap)))
            alignment.set("vertical", "top")
            xf.set("applyAlignment", "1")
        return self._append("cellXfs", xf)

    def _append(self, group: str, element: Element) -> int:
        parent = child(self._root, group)
        parent.append(element)
        parent.set("count", str(len(parent)))
        return len(parent) - 1

    def _format(self, code: str) -> int:
        if code in _BUILT_IN:
            return _BUILT_IN[code]
        formats = child(self._root, "numFmts")
        if formats is None:
            formats = make(self._root, "numFmts")
            insert(self._root, formats, ())
        for entry in formats:
            if entry.get("formatCode") == code:
                return int(entry.get("numFmtId"))
        fresh = max([_FIRST_FREE - 1, *(int(e.get("numFmtId")) for e in formats)]) + 1
        self._append("numFmts", make(formats, "numFmt", numFmtId=str(fresh), formatCode=code))
        return fresh

    def _add_fill(self, colour: str) -> int:
        fill = make(self._root, "fill")
        pattern = make(fill, "patternFill", patternType="solid")
        pattern.append(make(pattern, "fgColor", rgb=f"FF{colour}"))
        pattern.append(make(pattern, "bgColor", indexed="64"))
        fill.append(pattern)
        return self._append("fills", fill)

    def _add_font(self, font: int, look: Look) -> int:
        new = copy.deepcopy(child(self._root, "fonts")[font])
        wanted: dict[str, Any] = {"b": look.bold, "i": look.italic}
        for at, (name, on) in enumerate(wanted.items()):
            old = child(new, name)
            if on is not None and old is not None:
                new.remove(old)
            if on:
                new.insert(min(at, len(new)), make(new, name))
        for name, key, value in (("sz", "val", look.size and f"{look.size:g}"), ("color", "rgb", look.colour)):
            if value is not None:
                old = child(new, name)
                fresh = make(new, name, **{key: f"FF{value}" if name == "color" else str(value)})
                if old is not None:
                    new.replace(old, fresh)
                else:
                    insert(
                        new,
                        fresh,
                        ("b", "i", "strike", "outline", "shadow", "condense", "extend", "u", "vertAlign", "sz"),
                    )
        return self._append("fonts", new)


def _in_namespace_of(parent: Element, element: Element) -> Element:
    """A copy of an element of another workbook: the strict variant has other namespaces."""
    copied = make(parent, etree.QName(element).localname, **dict(element.attrib))
    for piece in element:
        copied.append(_in_namespace_of(parent, piece))
    return copied


def _form(element: Element) -> str:
    """What an element says, whatever its namespace and the order of its attributes."""
    return f"{etree.QName(element).localname}{sorted(element.attrib.items())}{[_form(piece) for piece in element]}"
