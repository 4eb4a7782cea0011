"""What Excel calls, through xlwings' own COM object: `CallUDF("wpxl.hosts.excel_com.udfs", name, arguments)`.

Every function of the catalogue is an xlwings UDF of the same name, made here when the server imports this module. All
take and give values as COM has them (xlwings' converter "raw"): its usual converters cost many times the look-up itself.
Beside them are `wpxl_hello`, which says which wpxl this is, and `wpxl_action`, the ribbon's. The server calls `warm` before
it answers anybody.

xlwings takes half a second to import and pulls in pandas, so nothing but the server imports this module.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import xlwings

from ... import __version__
from ...catalogue import CATALOGUE, Function
from ...door import call
from .cells import MARK, answer, argument

Udf = Callable[..., Any]


def _registered(udf: Udf, name: str, help_text: str) -> Udf:
    udf.__name__, udf.__doc__ = name, help_text
    # `func` comes last: an `arg` or `ret` outside it would put the category back
    registered: Udf = xlwings.func(xlwings.arg("*given", "raw")(xlwings.ret("raw")(udf)))
    return registered


def _udf(function: Function) -> Udf:
    name = function.name

    def udf(*given: Any) -> Any:
        return answer(call(name, *map(argument, given)))

    return _registered(udf, name, function.summary)


def _hello(*given: Any) -> Any:
    return [(__version__,)]


def _action(*given: Any) -> Any:
    """An action's name and the active workbook → what it did in a sentence; MARK before it if it failed."""
    from ...macros import ACTIONS, act
    from .asking import InExcel

    name, workbook = given[0], given[1]
    windows = importlib.import_module("xlwings._xlwindows")  # only there does it exist
    book = xlwings.Book(impl=windows.Book(xl=workbook))
    said = act(ACTIONS[str(name)], book, InExcel(book.app))
    return [(f"{MARK}{said.text}" if said.failed else said.text,)]


def warm() -> None:
    """Ask each function its own example once, so that no cell waits for a table to be opened."""
    for function in CATALOGUE.values():
        needed = [arg.example for arg in function.args if arg.required]
        call(function.name, *needed)
    call("WP_POSTCODE", [["TF7 5UG"]] * 100)  # a column goes by numpy, which takes its time to import


wpxl_hello = _registered(_hello, "wpxl_hello", "Which wpxl this is.")
wpxl_action = _registered(_action, "wpxl_action", "Runs an action of the ribbon on a workbook.")
globals().update({name: _udf(function) for name, function in CATALOGUE.items()})
