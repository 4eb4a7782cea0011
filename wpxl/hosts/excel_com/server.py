"""The one process that Excel asks, for all workbooks and all windows of a user.

COM starts it at Excel's first question and shares it; it ends by itself when the last Excel has let go. It is xlwings' own
COM server under wpxl's class: no port is opened, no workbook's path is taken, nothing goes to a network. It answers only
when everything slow is loaded, so that no cell waits for an import.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sys
import time
from pathlib import Path

from ...errors import refuse
from . import place, process
from .machine import Machine

LARGEST = 100_000  # bytes of the server's own log, after which it begins anew


def serve(machine: Machine, asked_by_com: bool) -> None:
    """Answer Excel until it needs no more answers. Raises a Fault where that cannot be."""
    if machine.system() != "Windows":
        raise refuse(
            "The Excel server runs on Windows only: elsewhere use 'wpxl profile' and 'wpxl call', which answer the same."
        )
    other = process.running(machine)
    if other and not asked_by_com:  # COM asks only when none answers: then the other one is ending
        raise refuse(f"The Excel server runs already (process {other.pid}): Excel finds it by itself.")
    _settle(machine)
    from ... import __version__

    with contextlib.suppress(OSError):  # without its note it answers all the same; only 'stop' will not find it
        process.note(machine, __version__)
    _log(machine, f"started, wpxl {__version__}, Python {machine.python().version}")
    try:
        _answer()
    except Exception as error:
        from ...log import note_bug

        number = note_bug("excel server", error)
        _log(machine, f"failed, {number}")
        raise
    finally:
        process.forget(machine)
    _log(machine, "ended")


def _settle(machine: Machine) -> None:
    """What a process lacks that COM started: the user's settings, and somewhere to print to."""
    os.environ.setdefault("WPXL_HOME", str(place.home(machine)))
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  as long as the process
    logging.getLogger("xlwings").addHandler(logging.NullHandler())  # else it prints


def _answer() -> None:
    com_server = importlib.import_module("xlwings.com_server")
    from . import udfs

    udfs.warm()
    com_server.serve(place.CLSID)


def log_file(machine: Machine) -> Path:
    return place.home(machine) / "log" / "excel.log"


def _log(machine: Machine, said: str) -> None:
    """A line of the server's own doings: never a cell, never a file's name. One that cannot be written is no error."""
    file = log_file(machine)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = not file.exists() or file.stat().st_size > LARGEST
        with file.open("w" if fresh else "a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {os.getpid()} {said}\n")
    except OSError:
        return
