"""Conditional formats of a sheet that colour cells by a formula: listed, added and taken out again without a trace."""

from __future__ import annotations

import html
import re
from typing import NamedTuple
from xml.sax.saxutils import escape

from .package import Package
from .parts import relationships
from .pieces import after_rows, before, place_for_formats, text_of

_BLOCK = re.compile(rb'<conditionalFormatting\b[^>]*?sqref="([^"]*)"[^>]*>(.*?)</conditionalFormatting>', re.DOTALL)
_RULE = re.compile(rb"<cfRule\b([^>]*?)(?:/>|>(.*?)</cfRule>)", re.DOTALL)
_FORMULA = re.compile(rb"<formula>([^<]*)</formula>")
_PRIORITY = re.compile(rb'priority="(\d+)"')
_DXFS = re.compile(rb"<dxfs\b[^>]*?(?:/>|>.*?</dxfs>)", re.DOTALL)
_DXF = re.compile(rb"<dxf>.*?</dxf>|<dxf/>", re.DOTALL)
_COUNT = re.compile(rb'count="\d+"')


class Rule(NamedTuple):
    """A rule: the cells it is for, as written, and its formula (without `=`), "" where it has none."""

    cells: str
    formula: str
    piece: bytes


def rules(package: Package, sheet: str) -> list[Rule]:
    """The rules of a sheet, in the order of the file."""
    found = []
    data = package.read(sheet)
    for block in _BLOCK.finditer(data, after_rows(data)):
        for rule in _RULE.finditer(block[2]):
            formula = _FORMULA.search(rule[2] or b"") if b'type="expression"' in rule[1] else None
            found.append(Rule(block[1].decode(), html.unescape(formula[1].decode()) if formula else "", rule[0]))
    return found


def add_rule(package: Package, workbook: str, sheet: str, cells: str, formula: str, fill: str, colour: str) -> None:
    """Colour cells (`A2 A5:A7`) where a formula is true; fill and colour are RRGGBB, "" for none."""
    data = text_of(package, sheet)
    dxf = _dxf(fill, colour)
    at = _take_in(package, _styles(package, workbook), dxf)
    last = max((int(n) for n in _PRIORITY.findall(data, after_rows(data))), default=0)
    piece = (
        f'<conditionalFormatting sqref="{cells}"><cfRule type="expression" dxfId="{at}" priority="{last + 1}">'
        f"<formula>{escape(formula)}</formula></cfRule></conditionalFormatting>"
    ).encode()
    start = place_for_formats(data)
    package.replace(sheet, data[:start] + piece + data[start:])


def remove_rule(package: Package, workbook: str, sheet: str, rule: Rule) -> None:
    """Take a rule out, with its element where it was alone there, and its look where nothing else has it."""
    data = package.read(sheet)
    for block in _BLOCK.finditer(data, after_rows(data)):
        if rule.piece in block[2]:
            rest = block[2].replace(rule.piece, b"", 1)
            middle = data[block.start() : block.end()].replace(rule.piece, b"", 1) if rest.strip() else b""
            package.replace(sheet, data[: block.start()] + middle + data[block.end() :])
            break
    used = re.search(rb'dxfId="(\d+)"', rule.piece)
    left = package.read(sheet)
    if used and left.find(used[0], after_rows(left)) < 0:  # the other sheets need no look while this one has it
        _give_back(package, _styles(package, workbook), int(used[1]))


def _dxf(fill: str, colour: str) -> bytes:
    font = f'<font><color rgb="FF{colour}"/></font>' if colour else ""
    ground = f'<fill><patternFill><bgColor rgb="FF{fill}"/></patternFill></fill>' if fill else ""
    return f"<dxf>{font}{ground}</dxf>".encode()


def _styles(package: Package, workbook: str) -> str:
    return next((r.target for r in relationships(package, workbook) if r.kind == "styles"), "")


def _take_in(package: Package, part: str, dxf: bytes) -> int:
    """The place of a look among those of the workbook, added behind the last where it is not the last."""
    data = text_of(package, part)
    group = _DXFS.search(data)
    if group is None:
        place = re.search(rb"<(?:tableStyles|colors|extLst)[\s/>]|</styleSheet>", data)
        at = place.start() if place else len(data)
        package.replace(part, data[:at] + b'<dxfs count="1">' + dxf + b"</dxfs>" + data[at:])
        return 0
    known = _DXF.findall(group[0])
    if known and known[-1] == dxf:
        return len(known) - 1
    wider = before(_COUNT.sub(b'count="%d"' % (len(known) + 1), group[0], count=1), b"</dxfs>", dxf)
    package.replace(part, data[: group.start()] + wider + data[group.end() :])
    return len(known)


def _give_back(package: Package, part: str, at: int) -> None:
    data = package.read(part)
    group = _DXFS.search(data)
    known = _DXF.findall(group[0]) if group else []
    if group is None or at != len(known) - 1 or _in_use(package, at):
        return
    kept = group[0][: group[0].rfind(known[-1])] + b"</dxfs>"
    kept = _COUNT.sub(b'count="%d"' % at, kept, count=1)
    if not at:
        kept = kept.replace(b"></dxfs>", b"/>")
    package.replace(part, data[: group.start()] + kept + data[group.end() :])


def _in_use(package: Package, at: int) -> bool:
    wanted = re.compile(rb'[dD]xfId="%d"' % at)
    return any(name.endswith(".xml") and wanted.search(package.read(name)) for name in package.names)
