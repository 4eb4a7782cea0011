"""wpxl.xlam from its sources: workbook/vba, the generated functions, the ribbon. The same bytes on every machine.

The zip is stored without compression, its entries sorted and dated 1980: zlib's output differs between versions of Python.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ... import __version__
from ...errors import refuse
from ...store.home import shipped
from ...workbooks.stored import stored
from . import wrappers
from .ovba import DOCUMENT, Module, vba_project
from .ribbon import ribbon_xml

PROJECT = "wpxl"
HAND_WRITTEN = ("wpxlBridge", "wpxlValues", "wpxlRibbon")
WORKBOOK, SHEET = "ThisWorkbook", "Sheet1"
BASES = {WORKBOOK: "0{00020819-0000-0000-C000-000000000046}", SHEET: "0{00020820-0000-0000-C000-000000000046}"}
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MICROSOFT = "http://schemas.microsoft.com/office"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def build() -> bytes:
    """The whole file."""
    parts = {name: text.encode() for name, text in _parts().items()}
    parts["customUI/customUI14.xml"] = (DECLARATION + ribbon_xml()).encode()
    parts["xl/vbaProject.bin"] = vba_project(PROJECT, modules())
    return stored({name: parts[name] for name in sorted(parts)})


def in_checkout() -> dict[Path, bytes]:
    """What a checkout keeps of it: the file, and the generated sources, so that they can be read."""
    folder = shipped("workbook")
    if not (folder.parent / "pyproject.toml").exists():
        raise refuse("wpxl is installed here without its checkout: name a file to write with -o.")
    return {
        folder / "vba" / f"{wrappers.MODULE}.bas": wrappers.source().encode("cp1252"),
        folder / "vba" / "customUI14.xml": ribbon_xml().encode(),
        folder / "wpxl.xlam": build(),
    }


def modules() -> list[Module]:
    """The VBA project's modules, the workbook's own first."""
    read = partial(_source, shipped("workbook") / "vba")
    return [
        Module(WORKBOOK, _document(WORKBOOK, read("ThisWorkbook.cls")), DOCUMENT),
        Module(SHEET, _document(SHEET, ""), DOCUMENT),
        *(Module(name, read(f"{name}.bas")) for name in HAND_WRITTEN),
        Module(wrappers.MODULE, wrappers.source()),
    ]


def _source(folder: Path, name: str) -> str:
    text = (folder / name).read_bytes().decode("cp1252")
    if "\n" in text.replace("\r\n", ""):
        raise refuse(f"{name} has lines that do not end as VBA's do, in CR LF: git must leave workbook/vba as it is.")
    return text


def _document(name: str, code: str) -> str:
    """A module that belongs to the workbook or its sheet, with the attributes that the editor gives those."""
    attributes = {
        "Name": f'"{name}"',
        "Base": f'"{BASES[name]}"',
        "GlobalNameSpace": False,
        "Creatable": False,
        "PredeclaredId": True,
        "Exposed": True,
        "TemplateDerived": False,
        "Customizable": True,
    }
    return "".join(f"Attribute VB_{key} = {value}\r\n" for key, value in attributes.items()) + code


def _parts() -> dict[str, str]:
    """The package around the VBA project: a workbook of one sheet, as small as Excel takes it."""
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "bin": "application/vnd.ms-office.vbaProject",
    }
    overrides = {
        "/xl/workbook.xml": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
        "/xl/worksheets/sheet1.xml": f"{TYPES}.worksheet+xml",
        "/xl/styles.xml": f"{TYPES}.styles+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    types = [f'<Default Extension="{k}" ContentType="{v}"/>' for k, v in defaults.items()]
    types += [f'<Override PartName="{k}" ContentType="{v}"/>' for k, v in overrides.items()]
    nothing = "<border><left/><right/><top/><bottom/><diagonal/></border>"
    format_of = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"'
    fills = '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    return {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">{"".join(types)}</Types>',
        "_rels/.rels": _relationships(
            (f"{OFFICE}/officeDocument", "xl/workbook.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{MICROSOFT}/2007/relationships/ui/extensibility", "customUI/customUI14.xml"),
        ),
        "docProps/core.xml": f'{DECLARATION}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>wpxl: widening participation functions</dc:title>'
        "<dc:creator>wpxl</dc:creator></cp:coreProperties>",
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr '
        f'codeName="{WORKBOOK}"/><bookViews><workbookView/></bookViews>'
        '<sheets><sheet name="wpxl" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relationships(
            (f"{OFFICE}/worksheet", "worksheets/sheet1.xml"),
            (f"{OFFICE}/styles", "styles.xml"),
            (f"{MICROSOFT}/2006/relationships/vbaProject", "vbaProject.bin"),
        ),
        "xl/worksheets/sheet1.xml": f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetPr codeName="{SHEET}"/><sheetData>'
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>wpxl {__version__}</t></is></c></row></sheetData></worksheet>',
        "xl/styles.xml": f'{DECLARATION}<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/>'
        f'<name val="Calibri"/></font></fonts><fills count="2">{fills}</fills><borders count="1">{nothing}</borders>'
        f'<cellStyleXfs count="1">{format_of}/></cellStyleXfs><cellXfs count="1">{format_of} xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }


def _relationships(*targets: tuple[str, str]) -> str:
    each = [f'<Relationship Id="rId{i}" Type="{kind}" Target="{to}"/>' for i, (kind, to) in enumerate(targets, 1)]
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{"".join(each)}</Relationships>'
