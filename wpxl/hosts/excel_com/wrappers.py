"""The generated VBA module: a Public Function for each function of the catalogue, and the wizard's help for each argument.

An argument whose name is a word of VBA's own gets an underscore behind it (WP_WHY's `function` becomes `function_`). On a
Mac the functions do not exist: a formula keeps the value it was saved with until it is calculated, then says #NAME?.
"""

from __future__ import annotations

from ... import __version__
from ...catalogue import CATALOGUE, WIZARD_LIMIT, Arg, Function

MODULE = "wpxlFunctions"
CATEGORY = "Widening participation"
# The reserved identifiers of MS-VBAL, section 3.3.5.2: none may name an argument.
WORDS = """
    abs addressof and any array as attribute boolean byref byte byval call case cbool cbyte ccur cdate cdbl cdec cdecl
    cint circle clng clnglng clngptr close const csng cstr currency cvar cverr date debug decimal declare defbool defbyte
    defcur defdate defdbl defdec defint deflng deflnglng deflngptr defobj defsng defstr defvar dim do doevents double each
    else elseif empty end endif enum eqv erase event exit false fix for friend function get global gosub goto if imp
    implements in input inputb int integer is lbound len lenb let like linput lock long longlong longptr loop lset me mod
    new next not nothing null on open option optional or paramarray preserve print private pset public put raiseevent
    redim rem resume return rset scale seek select set sgn shared single spc static stop string sub tab then to true type
    typeof ubound unlock until variant wend while with withevents write xor
"""
RESERVED = frozenset(WORDS.split())
HEAD = f"""Attribute VB_Name = "{MODULE}"
Option Explicit
' Written by 'wpxl addin build' from the catalogue of functions; change the declarations, not this module.

Public Const WPXL_VERSION As String = "{__version__}"

' Excel for Mac has no way to Python: there a formula keeps its saved value.
#If Not Mac Then
"""
VARIADIC = "WP_WHY"  # the one function with as many arguments as another has


def source() -> str:
    """The module's text, lines ending as VBA's do."""
    functions = [CATALOGUE[name] for name in CATALOGUE]
    parts = [HEAD, *map(_wrapper, functions), "\n#End If\n\n", *_help(functions)]
    return "".join(parts).replace("\n", "\r\n")


def name_in_vba(arg: Arg) -> str:
    return f"{arg.name}_" if arg.name.lower() in RESERVED else arg.name


def _wrapper(function: Function) -> str:
    name, names = function.name, [name_in_vba(arg) for arg in function.args]
    if name == VARIADIC:
        return f"""
Public Function {name}({names[0]} As Variant, ParamArray {names[1]}() As Variant) As Variant
    Dim given() As Variant
    Dim i As Long
    ReDim given(0 To UBound({names[1]}) + 1)
    given(0) = WpxlIn({names[0]})
    For i = 0 To UBound({names[1]})
        given(i + 1) = WpxlIn({names[1]}(i))
    Next i
    {name} = WpxlAnswer("{name}", given)
End Function
"""
    declared = [
        f"{vba} As Variant" if arg.required else f"Optional {vba} As Variant"
        for vba, arg in zip(names, function.args, strict=True)
    ]
    comma = ", _\n        "
    given = ", ".join(f"WpxlIn({vba})" for vba in names)
    return f"""
Public Function {name}({comma.join(declared) if len(names) > 3 else ", ".join(declared)}) As Variant
    {name} = WpxlAnswer("{name}", Array({given}))
End Function
"""


def _help(functions: list[Function]) -> list[str]:
    out = ["' The function wizard's words.\nPublic Sub WpxlRegisterHelp()\n"]
    out += [f"    WpxlHelp{function.name[2:]}\n" for function in functions]
    out.append("End Sub\n")
    for function in functions:
        out.append(f"\nPrivate Sub WpxlHelp{function.name[2:]}()\n    Application.MacroOptions _\n")
        out.append(f"""        Macro:="'" & ThisWorkbook.Name & "'!{function.name}", _\n""")
        out.append(f'        Category:="{CATEGORY}", _\n        Description:={_quoted(function.summary)}')
        if function.args:
            lines = ", _\n            ".join(_quoted(arg.help) for arg in function.args)
            out.append(f", _\n        ArgumentDescriptions:=Array( _\n            {lines})")
        out.append("\nEnd Sub\n")
    return out


def _quoted(text: str) -> str:
    return '"' + text[:WIZARD_LIMIT].replace('"', '""') + '"'
