"""A real LibreOffice for tests, with wpxl's extension and a profile that is thrown away.

Where there is none, or one too old, the tests are skipped and say so; with WPXL_STRICT=1 that is a failure.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import STRICT
from lxml import etree
from openpyxl.worksheet.formula import ArrayFormula

from wpxl.errors import Fault
from wpxl.hosts.calc import office


@cache
def _found() -> office.Office | str:
    try:
        return office.needed()
    except Fault as fault:
        return fault.sentence


def calc() -> office.Office:
    """The LibreOffice of this machine, or a skip with the reason."""
    found = _found()
    if isinstance(found, str):
        assert not STRICT, f"WPXL_STRICT is set, and: {found}"
        pytest.skip(found)
    return found


def thorough() -> None:
    """Skip what takes LibreOffice long, unless the strict run asks for it: the quick one has to stay quick."""
    calc()
    if not STRICT:
        pytest.skip("LibreOffice takes long for this: WPXL_STRICT=1 runs it too")


def values(book: Path, folder: Path) -> dict[str, list[list[Any]]]:
    """What real Calc makes of a workbook: sheet → its rows as they are shown, after every formula was calculated anew.

    Errors are their codes as text; a blank is None. `folder` gets the profile (once) and the converted workbook.
    """
    chosen = options(folder / "calc")
    (folder / "out").mkdir(exist_ok=True)
    made = office.convert(calc(), chosen, book, folder / "out", limit=100)
    loaded = openpyxl.load_workbook(made, data_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in loaded.worksheets}


def options(folder: Path) -> list[str]:
    """One profile for all that a test converts, one conversion after the other."""
    if folder not in _made:
        _made[folder] = office.apart(folder)
    return _made[folder]


_made: dict[Path, list[str]] = {}


def write(path: Path, cells: Mapping[str, Any], arrays: Mapping[str, str] | None = None) -> Path:
    """A workbook of one sheet: cell → value or formula; range → array formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    for at, value in cells.items():
        sheet[at] = value
    for span, formula in (arrays or {}).items():
        sheet[span.partition(":")[0]] = ArrayFormula(span, formula)
    book.save(path)
    return path


def stale(path: Path, wrong: float = 999) -> Path:
    """Give every formula of a workbook a wrong saved value, so that a cell that was not calculated shows."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, _spoilt(data, wrong) if name.startswith("xl/worksheets/sheet") else data)
    return path


def _spoilt(sheet: bytes, wrong: float) -> bytes:
    root = etree.fromstring(sheet)
    for formula in root.iter("{*}f"):
        cell = formula.getparent()
        cell.attrib.pop("t", None)
        for old in cell.findall("{*}v"):
            cell.remove(old)
        etree.SubElement(cell, etree.QName(formula).namespace.join("{}") + "v").text = str(wrong)
    return etree.tostring(root)


# ------------------------------------------------------------------------------------------------------ an office that stays open


class Session:
    """An office kept open, with an empty sheet: `tell("set", {"A1": "=…"})`, `tell("get", ["A1"])`, `tell("functions")`."""

    def __init__(self, folder: Path):
        pipe = f"wpxl-{os.getpid()}-{secrets.token_hex(4)}"
        listening = [*office.apart(folder), f"--accept=pipe,name={pipe};urp"]
        self.office = subprocess.Popen(
            [str(calc().program), *listening],
            start_new_session=True,
            stderr=subprocess.DEVNULL,
            env=office.surroundings(),
        )
        script = Path(__file__).with_name("calc_uno.py")
        self.script = subprocess.Popen(
            [uno_python(), str(script), pipe],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def tell(self, what: str, told: Any = None) -> Any:
        assert self.script.stdin and self.script.stdout
        self.script.stdin.write(json.dumps([what, told]) + "\n")
        self.script.stdin.flush()
        return json.loads(self.script.stdout.readline())

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        """End it, as a person closes it; by force if a test failed half-way."""
        try:
            if self.script.poll() is None:
                self.tell("end")
            self.office.wait(20)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.office.pid, signal.SIGKILL)
            self.script.kill()
            self.script.communicate()


def uno_python() -> str:
    """A Python that can talk to LibreOffice: its own, or the system's."""
    beside = calc().program.resolve().parent
    for python in (beside / "python", beside.parent / "Resources" / "python", Path("/usr/bin/python3")):
        if python.exists() and not subprocess.run([python, "-c", "import uno"], capture_output=True).returncode:
            return str(python)
    assert not STRICT, "no Python here has LibreOffice's module uno: install python3-uno"
    pytest.skip("no Python here has LibreOffice's module uno (python3-uno)")


# ------------------------------------------------------------------------------------------------------ without root's rights


def unprivileged(folder: Path) -> office.Office:
    """This LibreOffice, run by somebody who is not root: to root nothing is read-only."""
    found = calc()
    if os.geteuid() != 0:
        return found
    if not shutil.which("unshare") or subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode:
        pytest.skip("this is root, who may write everywhere, on a machine without user namespaces")
    for program in ("soffice", "unopkg"):
        script = folder / "bin" / program
        script.parent.mkdir(exist_ok=True)
        script.write_text(f'#!/bin/sh\nexec unshare --user "{found.program.with_name(program)}" "$@"\n', "utf-8")
        script.chmod(0o755)
    return found._replace(program=folder / "bin" / "soffice")


@contextlib.contextmanager
def locked(*folders: Path) -> Iterator[None]:
    """These folders and all in them, read-only for a while."""
    paths = [path for folder in folders for path in (*folder.rglob("*"), folder)]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        for path in reversed(paths):
            path.chmod(0o755)
