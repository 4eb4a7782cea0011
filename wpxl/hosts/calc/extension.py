"""wpxl.oxt, the extension for LibreOffice Calc, from the catalogue: names, help and arguments for Calc, and the loader.

An extension needs a type for each function (an interface, written as text in UNO's own language), the words of the function
wizard (CalcAddIns.xcu) and the component that answers. CompatibilityName is the function's name in .xlsx files: without it
Calc would not know the function there. All arguments are `any`: that alone lets a formula leave one out. The same
sources give the same bytes on every machine.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from ... import __version__
from ...catalogue import CATALOGUE, Arg, Function
from ...errors import refuse
from ...store import shipped
from ...workbooks.stored import stored

IDENTIFIER = "org.wpxl.calc"
SERVICE = "org.wpxl.calc.Functions"  # the same in loader.py; formulas in .ods files are saved by it
OLDEST = (25, 2)  # of the LibreOffices that were tried, the oldest that knows add-in functions in .xlsx files
SETTINGS = "settings.json"  # beside the loader: which Python it starts
VARIADIC = "WP_WHY"  # the one function with as many arguments as another has
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
OOR = "http://openoffice.org/2001/registry"
MEDIA = "application/vnd.sun.star"


def build(settings: dict[str, Any] | None = None) -> bytes:
    """The whole file. settings: what an install adds, so that the loader finds its Python."""
    added = {} if settings is None else {SETTINGS: json.dumps(settings, indent=1)}
    return stored({name: text.encode() for name, text in {**parts(), **added}.items()})


def parts() -> dict[str, str]:
    """Its files."""
    functions = [CATALOGUE[name] for name in CATALOGUE]
    return {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "wpxl.idl": _types(functions),
        "CalcAddIns.xcu": _words(functions),
        "wpxl.components": _component(),
        "loader.py": Path(__file__).with_name("loader.py").read_text("utf-8"),
    }


def in_checkout() -> dict[Path, bytes]:
    """What a checkout keeps of it."""
    folder = shipped("workbook")
    if not (folder.parent / "pyproject.toml").exists():
        raise refuse("wpxl is installed here without its checkout: name a file to write with -o.")
    return {folder / "wpxl.oxt": build()}


def _types(functions: list[Function]) -> str:
    """The interface, in UNOIDL. An answer is always a block of cells, be it of one."""
    methods = "".join(f"  sequence< sequence<any> > {f.name}({_parameters(f)});\n" for f in functions)
    head, tail = "".join(f"module {name} {{ " for name in IDENTIFIER.split(".")), " };" * 3
    return f"{head}interface XFunctions : com::sun::star::uno::XInterface {{\n{methods}}};{tail}\n"


def _parameters(function: Function) -> str:
    kinds = ["any"] * len(function.args)
    if function.name == VARIADIC:
        kinds[-1] = "sequence<any>"
    return ", ".join(f"[in] {kind} {_internal(i)}" for i, kind in enumerate(kinds))


def _internal(position: int) -> str:
    """The name by which the interface and the words of an argument find each other; people see the argument's own."""
    return f"argument{position + 1}"


def _words(functions: list[Function]) -> str:
    nodes = "".join(_node(f.name, _function_words(f)) for f in functions)
    service = _node(SERVICE, f'<node oor:name="AddInFunctions">\n{nodes}</node>')
    return (
        f'{DECLARATION}<oor:component-data xmlns:oor="{OOR}" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'oor:name="CalcAddIns" oor:package="org.openoffice.Office">'
        f'<node oor:name="AddInInfo">{service}</node></oor:component-data>\n'
    )


def _function_words(function: Function) -> str:
    words = [_said("DisplayName", function.name), _said("CompatibilityName", function.name)]
    words.append(_said("Description", function.summary))
    words.append(
        '<prop oor:name="Category"><value>Add-In</value></prop>'
    )  # Calc has no categories of an extension's own
    arguments = [_node(_internal(i), _argument_words(arg)) for i, arg in enumerate(function.args)]
    return f'{"".join(words)}<node oor:name="Parameters">{"".join(arguments)}</node>'


def _argument_words(arg: Arg) -> str:
    return _said("DisplayName", arg.name) + _said("Description", arg.help)


def _node(name: str, content: str) -> str:
    return f'<node oor:name="{name}" oor:op="replace">{content}</node>\n'


def _said(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en">{escape(text)}</value></prop>'


def _component() -> str:
    return (
        f'{DECLARATION}<components xmlns="http://openoffice.org/2010/uno-components"><component '
        f'loader="com.sun.star.loader.Python" uri="loader.py"><implementation name="{SERVICE}">'
        f'<service name="{SERVICE}"/></implementation></component></components>\n'
    )


def _manifest() -> str:
    kinds = {
        "wpxl.idl": "uno-typelibrary;type=RDB",
        "CalcAddIns.xcu": "configuration-data",
        "wpxl.components": "uno-components",
    }
    entries = "".join(
        f'<manifest:file-entry manifest:media-type="{MEDIA}.{kind}" manifest:full-path="{path}"/>'
        for path, kind in kinds.items()
    )
    return (
        f'{DECLARATION}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">'
        f"{entries}</manifest:manifest>\n"
    )


def _description() -> str:
    oldest = ".".join(map(str, OLDEST))
    return (
        f'{DECLARATION}<description xmlns="http://openoffice.org/extensions/description/2006" '
        'xmlns:l="http://libreoffice.org/extensions/description/2011">'
        f'<identifier value="{IDENTIFIER}"/><version value="{__version__}"/>'
        '<display-name><name lang="en">wpxl: widening participation functions</name></display-name>'
        f'<dependencies><l:LibreOffice-minimal-version value="{oldest}" name="LibreOffice {oldest}"/></dependencies>'
        "</description>\n"
    )
