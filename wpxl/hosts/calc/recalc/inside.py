"""Inside LibreOffice: load a copy, work every formula out, say what is in the cells asked for, wait for the next.

Run by LibreOffice's own Python in a LibreOffice of wpxl's own: the standard library alone. In the folder that it is given
appear 1.json and 1.xlsx, then 2.json …; it puts 1.answer there, whole or not at all. Where nothing comes, it ends.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import traceback
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.task import XJobExecutor

SERVICE = "org.wpxl.calc.Recalculation"  # the same in job.py
FUNCTIONS = "org.wpxl.calc.Functions"  # the same in loader.py
SHORT = 2_000  # bytes of a question
PATIENCE = 300  # seconds; whoever asked may have been ended
NAME = 525  # Calc's error for a name that it does not know
# It writes functions that it does not know in small letters, and leaves the names within a LET that it could not read.
UNKNOWN = re.compile(r"(?<![\w.])(?:_xl\w+\.)*((?!wp_)[a-z][a-z0-9_.]*(?=\()|(?<=_xlpm\.)\w+)")
QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
LOGICAL = 1024  # com.sun.star.util.NumberFormat


class Recalculation(unohelper.Base, XJobExecutor):  # type: ignore[misc]
    def __init__(self, context: Any):
        self.services = context.ServiceManager
        self.context = context

    def trigger(self, folder: str) -> None:
        try:
            self.serve(uno.fileUrlToSystemPath(folder))
        except BaseException:
            traceback.print_exc()  # the last line of it reaches the person
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # to close the office politely would take another second

    def serve(self, folder: str) -> None:
        self.services.createInstanceWithContext(FUNCTIONS, self.context)  # so that it is there to be given a memory
        for asking in everyone_asking():
            asking.ask = remembering(asking.ask)
        owner = 0
        for number in range(1, 1_000_000):
            path, latest = os.path.join(folder, f"{number}.json"), time.monotonic() + PATIENCE  # noqa: PTH118  as light as can be
            while not os.path.exists(path):  # noqa: PTH110
                if time.monotonic() > latest or not os.path.isdir(folder) or not lives(owner):  # noqa: PTH112
                    return
                time.sleep(0.02)
            with open(path, encoding="utf-8") as file:  # noqa: PTH123
                owner, areas, witnesses = json.load(file)
            answer = self.work(os.path.join(folder, f"{number}.xlsx"), areas, witnesses)  # noqa: PTH118
            unfinished = os.path.join(folder, "unfinished")  # noqa: PTH118
            with open(unfinished, "w", encoding="utf-8") as file:  # noqa: PTH123
                json.dump(answer, file)
            os.replace(unfinished, os.path.join(folder, f"{number}.answer"))  # noqa: PTH105, PTH118

    def work(self, copy: str, areas: list[list[int]], witnesses: list[list[int]]) -> dict[str, Any]:
        desktop = self.services.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        how = {"Hidden": True, "ReadOnly": True, "UpdateDocMode": 0, "MacroExecutionMode": 0}
        url = uno.systemPathToFileUrl(copy)
        book = desktop.loadComponentFromURL(url, "_blank", 0, tuple(prop(*item) for item in how.items()))
        blocks = [block(book, *area) for area in areas]
        unread = [w for w in witnesses if not book.Sheets.getByIndex(w[0]).getCellByPosition(w[2], w[1]).getFormula()]
        book.close(True)
        return {"blocks": blocks, "unread": unread, "lost": sum(asking.lost for asking in everyone_asking())}


def lives(process: int) -> bool:
    """Whether whoever asks is still there; on Windows that cannot be asked without a risk, and patience ends it."""
    if not process or os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def everyone_asking() -> list[Any]:
    """Who asks wpxl within this office. Each component is a module of its own, which LibreOffice's loader keeps."""
    modules = sys.modules["pythonloader"].g_loadedComponents.values()
    return [module.ASKING for module in modules if hasattr(module, "ASKING")]


def remembering(ask: Callable[[bytes], bytes | None]) -> Callable[[bytes], bytes | None]:
    """The same question is asked several times: a formula needs its answer's size and cells, and there are rounds."""
    short, long = lru_cache(50_000)(ask), lru_cache(8)(ask)
    return lambda question: (short if len(question) < SHORT else long)(question)


def prop(name: str, value: Any) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def block(book: Any, sheet: int, top: int, left: int, bottom: int, right: int) -> list[list[Any]]:
    """The values of a rectangle: a number, a text, true or false, or [Calc's number of an error]."""
    cells = book.Sheets.getByIndex(sheet)
    rows = cells.getCellRangeByPosition(left, top, right, bottom).getDataArray()
    return [
        [value(book, cells, r, c, cell) if cell.__class__ is not str else cell for c, cell in enumerate(row, left)]
        for r, row in enumerate(rows, top)
    ]


def value(book: Any, cells: Any, row: int, column: int, given: Any) -> Any:
    if given is None:
        cell = cells.getCellByPosition(column, row)
        number = cell.getError()
        unknown = UNKNOWN.search(QUOTED.sub("", cell.getFormula())) if number == NAME else None
        return [number, unknown[1]] if unknown else [number]
    if given == 0 or given == 1:
        form = cells.getCellByPosition(column, row).NumberFormat
        if form and book.NumberFormats.getByKey(form).Type & LOGICAL:
            return bool(given)
    return given


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Recalculation, SERVICE, (SERVICE,))
