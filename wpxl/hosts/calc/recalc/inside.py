"""Inside LibreOffice: load the copy, work every formula out, say what is in the cells asked for, end.

Run by LibreOffice's own Python in a LibreOffice of wpxl's own: the standard library alone. The folder that it is given
holds the copy and `job.json`, and gets `answer.json`, whole or not at all.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.task import XJobExecutor

SERVICE = "org.wpxl.calc.Recalculation"  # the same in job.py
LOGICAL = 1024  # com.sun.star.util.NumberFormat


class Recalculation(unohelper.Base, XJobExecutor):  # type: ignore[misc]
    def __init__(self, context: Any):
        self.services = context.ServiceManager
        self.context = context

    def trigger(self, folder: str) -> None:
        try:
            self.work(uno.fileUrlToSystemPath(folder))
        except BaseException:
            traceback.print_exc()  # the last line of it reaches the person
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # to close the copy politely, and with it the whole office, would take another second

    def work(self, folder: str) -> None:
        with open(os.path.join(folder, "job.json"), encoding="utf-8") as file:  # noqa: PTH118, PTH123  as light as can be
            areas = json.load(file)
        desktop = self.services.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        how = {"Hidden": True, "ReadOnly": True, "UpdateDocMode": 0, "MacroExecutionMode": 0}
        url = uno.systemPathToFileUrl(os.path.join(folder, "copy.xlsx"))  # noqa: PTH118
        book = desktop.loadComponentFromURL(url, "_blank", 0, tuple(prop(*item) for item in how.items()))
        blocks = [block(book, *area) for area in areas]
        answer = {"blocks": blocks, "lost": lost()}
        unfinished = os.path.join(folder, "answer.tmp")  # noqa: PTH118
        with open(unfinished, "w", encoding="utf-8") as file:  # noqa: PTH123
            json.dump(answer, file)
        os.replace(unfinished, os.path.join(folder, "answer.json"))  # noqa: PTH105, PTH118


def lost() -> int:
    """How many formulas had no answer from wpxl. Each component is a module of its own, which LibreOffice's loader keeps."""
    modules = sys.modules["pythonloader"].g_loadedComponents.values()
    return sum(module.ASKING.lost for module in modules if hasattr(module, "ASKING"))


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
        return [cells.getCellByPosition(column, row).getError()]
    if given == 0 or given == 1:
        form = cells.getCellByPosition(column, row).NumberFormat
        if form and book.NumberFormats.getByKey(form).Type & LOGICAL:
            return bool(given)
    return given


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Recalculation, SERVICE, (SERVICE,))
