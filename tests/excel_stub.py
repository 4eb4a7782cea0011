"""The shipped VBA, run: pyOpenVBA's interpreter with as much of Excel around it as that VBA touches.

Nothing of the VBA is replaced. `CreateObject("wpxl.Server")` gives xlwings' real XLPython, and the values that cross are
turned as COM turns them: a number arrives as a float, an error as its scode, a blank as None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import (
    EMPTY,
    MISSING,
    NOTHING,
    HostBridge,
    Interpreter,
    VBAArray,
    VBADate,
    VBAErrorValue,
    VBAInt,
    VBAObject,
    member,
    method,
    setter,
)
from pyopenvba.interpreter._preprocess import strip_directives
from pyopenvba.interpreter._runtime import UNRESOLVED

from wpxl.hosts.excel_com import xlam
from wpxl.hosts.excel_com.cells import OMITTED, SCODES
from wpxl.hosts.excel_com.ovba import DOCUMENT

SHEET_ROWS, SHEET_COLUMNS = 1048576, 16384
CONSTANTS = {"xlexcellinks": 1, "xlcalculationmanual": -4135}


def to_com(value: Any) -> Any:
    """A VBA value as pywin32 hands it to Python."""
    if isinstance(value, VBAArray):
        if value.dimensions == 1:
            return tuple(map(to_com, value.items))
        rows, columns = (upper - lower + 1 for lower, upper in value.bounds)
        items = list(map(to_com, value.items))  # column after column
        return tuple(tuple(items[c * rows + r] for c in range(columns)) for r in range(rows))
    if value is EMPTY:
        return None
    if value is MISSING:
        return OMITTED
    if isinstance(value, VBAErrorValue):
        return SCODES + value.number
    if isinstance(value, VBAInt):
        return int(value)
    return value


def to_vba(value: Any) -> Any:
    """What Python answers as VBA gets it: rows become a block, one row a list."""
    if isinstance(value, (list, tuple)):
        if value and isinstance(value[0], (list, tuple)):
            height, width = len(value), len(value[0])
            items = [to_vba(value[r][c]) for c in range(width) for r in range(height)]
            return VBAArray([(0, height - 1), (0, width - 1)], items=items)
        return VBAArray([(0, len(value) - 1)], items=list(map(to_vba, value)))
    if isinstance(value, int) and not isinstance(value, bool):
        return VBAInt(value, "Long")
    return value


def in_cells(value: Any) -> list[list[Any]]:
    """What a formula's answer looks like in the sheet: errors as VBAErrorValue, numbers as floats."""
    if not isinstance(value, VBAArray):
        return [[_shown(value)]]
    if value.dimensions == 1:
        return [[_shown(v) for v in value.items]]
    return [[_shown(v) for v in row] for row in _rows(value)]


def _rows(block: VBAArray) -> list[list[Any]]:
    (top, bottom), (left, right) = block.bounds
    return [[block.get([r, c]) for c in range(left, right + 1)] for r in range(top, bottom + 1)]


def _shown(value: Any) -> Any:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


class Count(VBAObject):
    def __init__(self, count: int) -> None:
        self.count = count

    @member
    def Count(self) -> Any:
        return VBAInt(self.count, "Long")


class Workbook(VBAObject):
    def __init__(self, name: str = "Learners.xlsx", folder: str = "C:\\Users\\me", date1904: bool = False) -> None:
        self.name, self.folder, self.date1904 = name, folder, date1904
        self.links: list[str] = []
        self.changed: list[str] = []  # links that were changed
        self.Application = SimpleNamespace(Hwnd=1)  # what Python sees of it
        self.saved = self.addin = True

    @member
    def Name(self) -> Any:
        return self.name

    @member
    def FullName(self) -> Any:
        return f"{self.folder}\\{self.name}"

    @member
    def Date1904(self) -> Any:
        return self.date1904

    @member
    def Saved(self) -> Any:
        return self.saved

    @setter("Saved")
    def _save(self, value: Any) -> None:
        self.saved = value

    @member
    def IsAddin(self) -> Any:
        return self.addin

    @setter("IsAddin")
    def _set_addin(self, value: Any) -> None:
        self.addin, self.saved = value, False

    @method
    def LinkSources(self, kind: Any) -> Any:
        return to_vba(self.links) if self.links else EMPTY

    @method
    def ChangeLink(self, name: Any, new: Any, kind: Any) -> None:
        self.links[self.links.index(name)] = new
        self.changed.append(name)
        self.saved = False


class Sheet(VBAObject):
    def __init__(self, used: tuple[int, int, int, int] = (1, 1, 1, 1), book: Workbook | None = None) -> None:
        self.used, self.book = used, book or Workbook()
        self.enabled, self.calculated = True, 0

    @member
    def EnableCalculation(self) -> Any:
        return self.enabled

    @setter("EnableCalculation")
    def _enable(self, value: Any) -> None:
        """Excel calculates the whole sheet when this changes from FALSE to TRUE."""
        self.calculated += bool(value) and not self.enabled
        self.enabled = bool(value)

    @member
    def UsedRange(self) -> Any:
        row, column, height, width = self.used
        return Range([[None] * width] * height, self, row, column)

    @member
    def Rows(self) -> Any:
        return Count(SHEET_ROWS)

    @member
    def Columns(self) -> Any:
        return Count(SHEET_COLUMNS)

    @member
    def Parent(self) -> Any:
        return self.book


class Range(VBAObject):
    """A range with these cells; `height` and `width` may reach beyond them, as a whole column does."""

    def __init__(
        self, cells: Sequence[Sequence[Any]], sheet: Sheet | None = None, row: int = 1, column: int = 1, **size: int
    ) -> None:
        self.cells, self.sheet, self.row, self.column = cells, sheet or Sheet(), row, column
        self.height, self.width = size.get("height", len(cells)), size.get("width", len(cells[0]))
        self.areas = size.get("areas", 1)
        self.calculated = 0

    @member
    def Areas(self) -> Any:
        return Count(self.areas)

    @member
    def Worksheet(self) -> Any:
        return self.sheet

    @member
    def Rows(self) -> Any:
        return Count(self.height)

    @member
    def Columns(self) -> Any:
        return Count(self.width)

    @member
    def Row(self) -> Any:
        return VBAInt(self.row, "Long")

    @member
    def Column(self) -> Any:
        return VBAInt(self.column, "Long")

    @method
    def Resize(self, height: Any, width: Any) -> Any:
        return Range(self.cells, self.sheet, self.row, self.column, height=int(height), width=int(width))

    @member
    def Value2(self) -> Any:
        def at(r: int, c: int) -> Any:
            cell = self.cells[r][c] if r < len(self.cells) and c < len(self.cells[r]) else None
            return EMPTY if cell is None else cell

        if (self.height, self.width) == (1, 1):
            return at(0, 0)
        items = [at(r, c) for c in range(self.width) for r in range(self.height)]
        return VBAArray([(1, self.height), (1, self.width)], items=items)

    @member
    def Value(self) -> Any:
        return VBADate(1.0) if (self.height, self.width) == (1, 1) else self.Value2()

    @method
    def Calculate(self) -> None:
        self.calculated += 1


class Application(VBAObject):
    def __init__(self) -> None:
        self.timers: list[str] = []
        self.status: Any = False
        self.caller: Any = NOTHING
        self.calculation = -4105
        self.help: list[dict[str, Any]] = []
        self.books: list[Any] = []
        self.hidden_add_ins_have_no_help = False

    @member
    def Caller(self) -> Any:
        return self.caller

    @member
    def StatusBar(self) -> Any:
        return self.status

    @setter("StatusBar")
    def _set_status(self, value: Any) -> None:
        self.status = value

    @member
    def Calculation(self) -> Any:
        return VBAInt(self.calculation, "Long")

    @member
    def Workbooks(self) -> Any:
        return to_vba(self.books)

    @method
    def OnTime(self, when: Any, procedure: Any) -> None:
        self.timers.append(procedure)

    @method
    def MacroOptions(self, Macro: Any, Category: Any, Description: Any, ArgumentDescriptions: Any = None) -> None:
        if self.hidden_add_ins_have_no_help and ADD_IN.addin:
            raise VBARuntimeError(1004, "Cannot edit a macro on a hidden workbook.")
        words = to_com(ArgumentDescriptions) if isinstance(ArgumentDescriptions, VBAArray) else ()
        self.help.append({"macro": Macro, "category": Category, "description": Description, "arguments": words})


ADD_IN = Workbook("wpxl.xlam", "C:\\Users\\me\\XLSTART")


class Server(VBAObject):
    """xlwings' XLPython behind COM. `errors` are raised one after another before it answers again; `spared`: how many
    greetings are answered all the same."""

    def __init__(self, python: Any) -> None:
        self.python, self.errors, self.calls = python, list[int](), list[tuple[str, Any]]()
        self.spared = 0
        self.says: Callable[[str, Any], Any] = lambda name, value: value

    @method
    def CallUDF(self, module: Any, name: Any, arguments: Any) -> Any:
        given = to_com(arguments)
        self.calls.append((str(name), given))
        if self.spared and name == "wpxl_hello":
            self.spared -= 1
        elif self.errors:
            raise VBARuntimeError(self.errors.pop(0), "from COM")
        try:
            return to_vba(self.says(str(name), self.python.CallUDF(str(module), str(name), given)))
        except Exception as error:
            raise VBARuntimeError(-2147352567, f"{type(error).__name__}: {error}") from None


class Host(HostBridge):
    def __init__(self, application: Application, server: Server) -> None:
        self.application, self.server = application, server
        self.active: Any = Workbook()
        self.created: list[str] = []
        self.cannot_create: list[int] = []

    def global_object(self, name: str) -> Any:
        found = {"application": self.application, "thisworkbook": ADD_IN, "activeworkbook": self.active}
        return found.get(name.lower(), UNRESOLVED)

    def constant(self, name: str) -> Any:
        number = CONSTANTS.get(name.lower())
        return UNRESOLVED if number is None else VBAInt(number, "Long")

    def create(self, type_name: str) -> Any:
        if type_name != "wpxl.Server":
            return UNRESOLVED
        self.created.append(type_name)
        if self.cannot_create:
            raise VBARuntimeError(self.cannot_create.pop(0), "from COM")
        return self.server


class Control(VBAObject):
    """A button of the ribbon."""

    def __init__(self, id: str) -> None:  # noqa: A002
        self.id = id

    @member
    def ID(self) -> Any:
        return self.id


def excel(python: Any, mac: bool = False) -> Any:
    """A new Excel with the add-in loaded: run(procedure, *arguments), and its parts to look at."""
    application, server = Application(), Server(python)
    host = Host(application, server)
    vba = Interpreter()
    vba.host = host
    ADD_IN.addin = ADD_IN.saved = True
    for module in xlam.modules():
        code = "\r\n".join(line for line in module.code.split("\r\n") if not line.startswith("Attribute "))
        code = code.replace("Private WithEvents ", "Private ")  # which the interpreter does not know
        code = strip_directives(code, constants={"Mac": mac})
        vba.add_module(code, name=module.name, kind="document" if module.kind == DOCUMENT else "standard")
    vba.bind_document(xlam.WORKBOOK, ADD_IN)

    def run(procedure: str, *arguments: Any) -> Any:
        module = xlam.WORKBOOK if procedure.startswith(("Workbook_", "mExcel_")) else ""
        return vba.run(procedure, [EMPTY if a is None else a for a in arguments], module=module)

    return SimpleNamespace(run=run, application=application, server=server, host=host, vba=vba)
