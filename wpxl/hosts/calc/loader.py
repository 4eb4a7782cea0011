"""Inside LibreOffice: hands each formula's cells to a wpxl process, and its answer back to Calc.

LibreOffice runs this with a Python of its own, which has none of wpxl's packages and may be older: hence the standard
library alone, and nothing is known here of any function. The process starts at the first formula and is asked over its
stdin and stdout (a length, then JSON). If it dies, it is started anew; it ends with LibreOffice, because its stdin does.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import subprocess
import tempfile
import threading
import time
from typing import Any

import unohelper
from com.sun.star.lang import XLocalizable, XServiceName
from org.wpxl.calc import XFunctions

SERVICE = "org.wpxl.calc.Functions"  # the same in extension.py
HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  as light as can be
# A Calc error is a number that is none (NaN), with Calc's code in its lower half: formula/errorcodes.hxx of LibreOffice.
CODES = {"#NULL!": 521, "#DIV/0!": 532, "#VALUE!": 519, "#REF!": 524, "#NAME?": 525, "#NUM!": 503, "#N/A": 32767}
PATIENCE = 60  # seconds for one answer; the first of a large column, with every table still to be opened, takes a few
ENOUGH = 6  # attempts without an answer between them: one question that kills every process spoils no other
PAUSE = 60  # seconds without another attempt where no process could be had: else a sheet of formulas would take hours
WHOLE = 1_000_000  # rows; a sheet has a few more
LARGEST = 100_000  # bytes of the log, after which it begins anew
WHY, MANY = "WP_WHY", 1  # the one function with as many arguments as another has: its last one holds them all
UNREACHED = "LibreOffice could not start wpxl, or had no answer from it: run 'wpxl addin doctor', which says why."


class Process:
    """A wpxl process that answers."""

    def __init__(self, command: list[str], surroundings: dict[str, str]):
        self.late = False
        self._asked: float | None = None
        self._popen = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=surroundings,
            creationflags=0x08000000 if os.name == "nt" else 0,  # Windows: no window
        )
        self.pid = self._popen.pid
        threading.Thread(target=self._watch, daemon=True).start()

    def ask(self, question: bytes) -> Any:
        """The answer. Raises OSError or ValueError where the process ended, was ended because it took too long, or babbles."""
        sent, got = self._popen.stdin, self._popen.stdout
        assert sent is not None and got is not None
        self._asked = time.monotonic()
        try:
            sent.write(struct.pack(">I", len(question)) + question)
            sent.flush()
            head = got.read(4)
            length = struct.unpack(">I", head)[0] if len(head) == 4 else -1
            answer = got.read(length) if length >= 0 else b""
        finally:
            self._asked = None
        if len(answer) != length:
            raise OSError("it ended")
        return json.loads(answer)

    def _watch(self) -> None:
        """A pipe on Windows cannot be read with a time limit; one that has ended can."""
        while self._popen.poll() is None:
            asked = self._asked
            if asked is not None and time.monotonic() - asked > PATIENCE:
                self.late = True
                self._popen.kill()
            time.sleep(0.5)

    def end(self) -> None:
        self._popen.kill()
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._popen.wait()


class Asking:
    """One process for all documents of this LibreOffice, one question at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._not_before = 0.0
        self._in_vain = 0  # attempts since the last answer
        self.lost = 0  # questions that had no answer

    def ask(self, question: bytes) -> Any:
        """The answer, or None where there is none to be had. A process that died is started anew once."""
        with self._lock:
            answer = self._try(question) or self._try(question)
            self.lost += answer is None
            return answer

    def _try(self, question: bytes) -> Any:
        if time.monotonic() < self._not_before:
            return None
        process = self._process
        try:
            if process is None:
                process = self._process = start()
            answer = process.ask(question)
        except (OSError, ValueError, KeyError) as error:
            late = process is not None and process.late
            note("no answer: it took too long and was ended" if late else f"no answer: {type(error).__name__} {error}")
            self._in_vain += 1
            if process is None or late or self._in_vain >= ENOUGH:
                self._not_before = time.monotonic() + PAUSE
            if process is not None:
                process.end()
                self._process = None
            return None
        self._in_vain = 0
        return answer


def settings() -> dict[str, str]:
    """Which Python has wpxl, and where its tables are: as the install noted it, or as the environment says."""
    noted: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError), open(os.path.join(HERE, "settings.json"), encoding="utf-8") as file:  # noqa: PTH118, PTH123
        noted = json.load(file)
    for name, variable in (("python", "WPXL_CALC_PYTHON"), ("home", "WPXL_HOME")):
        if os.environ.get(variable):
            noted[name] = os.environ[variable]
    return noted


def start() -> Process:
    noted = settings()
    if "python" not in noted:
        raise KeyError("wpxl is not installed for LibreOffice: run 'wpxl addin install --calc'")
    surroundings = dict(os.environ)
    if "home" in noted:
        surroundings["WPXL_HOME"] = noted["home"]
    # Not -I: that would hide packages which pip installed for this user alone.
    process = Process([noted["python"], "-E", "-P", "-m", "wpxl.hosts.calc", "serve"], surroundings)
    note(f"started process {process.pid}")
    return process


def note(said: str) -> None:
    """A line of the loader's own doings: never a cell. One that cannot be written is no error."""
    home = settings().get("home")
    path = os.path.join(home, "log", "calc.log") if home else os.path.join(tempfile.gettempdir(), "wpxl-calc.log")  # noqa: PTH118
    with contextlib.suppress(OSError, ValueError):
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        fresh = not os.path.exists(path) or os.path.getsize(path) > LARGEST  # noqa: PTH110, PTH202
        with open(path, "w" if fresh else "a", encoding="utf-8") as log:  # noqa: PTH123
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {os.getpid()} {said}\n")


def clipped(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Whole columns, as A:A, as far as anything stands in them: a million blank cells would take a quarter of a minute."""
    last = max((used(argument) for argument in given if whole(argument)), default=0)
    return tuple(argument[:last] if whole(argument) else argument for argument in given)


def whole(argument: Any) -> bool:
    return isinstance(argument, tuple) and len(argument) >= WHOLE


def used(block: tuple[tuple[Any, ...], ...]) -> int:
    return next((i for i in range(len(block), 1, -1) if any(cell != "" for cell in block[i - 1])), 1)


def error(code: str) -> float:
    return float(struct.unpack("<d", struct.pack("<II", CODES.get(code, CODES["#VALUE!"]), 0x7FF80000))[0])


def cells(rows: list[list[Any]], errors: list[list[Any]]) -> tuple[tuple[Any, ...], ...]:
    for row, column, code in errors:
        rows[row][column] = error(code)
    return tuple(map(tuple, rows))


ASKING = Asking()


class Functions(unohelper.Base, XFunctions, XServiceName, XLocalizable):  # type: ignore[misc]
    """What Calc calls: a method for each function, by its name."""

    def __init__(self, context: Any):
        self.locale = None

    def getServiceName(self) -> str:
        return SERVICE

    def setLocale(self, locale: Any) -> None:
        self.locale = locale

    def getLocale(self) -> Any:
        return self.locale

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("WP_"):
            raise AttributeError(name)

        def method(*given: Any) -> tuple[tuple[Any, ...], ...]:
            if name == WHY:
                given = (*given[:MANY], *given[MANY])
            answer = ASKING.ask(json.dumps([name, clipped(given)]).encode())
            if answer is None:
                return ((UNREACHED if name == WHY else error("#REF!"),),)
            return cells(*answer)

        return method


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Functions, SERVICE, (SERVICE,))
