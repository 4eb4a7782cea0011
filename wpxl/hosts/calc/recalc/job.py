"""A LibreOffice of wpxl's own: a copy and the cells that are asked for go in, what is in them comes out."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any, Self

from ....errors import NA, NUM, REF, VALUE, Fault, refuse
from .. import office
from .cells import Value
from .contents import Range
from .copy import Made

SERVICE = "org.wpxl.calc.Recalculation"  # the same in inside.py
# LibreOffice's numbers of errors that Excel has too (formula/errorcodes.hxx); 502 and 504 are arguments that do not suit.
ERRORS = {502: VALUE, 503: NUM, 504: VALUE, 519: VALUE, 521: "#NULL!", 524: REF, 525: "#NAME?", 532: "#DIV/0!",
          32767: NA}  # fmt: skip
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_COMPONENT = f"""{_DECLARATION}<components xmlns="http://openoffice.org/2010/uno-components">
<component loader="com.sun.star.loader.Python" uri="inside.py">
<implementation name="{SERVICE}"><service name="{SERVICE}"/></implementation></component></components>
"""
_MANIFEST = f"""{_DECLARATION}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
<manifest:file-entry manifest:media-type="application/vnd.sun.star.uno-components" manifest:full-path="job.components"/>
</manifest:manifest>
"""
_DESCRIPTION = f"""{_DECLARATION}<description xmlns="http://openoffice.org/extensions/description/2006">
<identifier value="{SERVICE}"/><version value="1"/></description>
"""


class Beyond(Fault):
    """An error of LibreOffice's that Excel does not have: the formula is one that it cannot work out."""


class Office:
    """A LibreOffice that works copies out, one after the other, in a folder that is thrown away. It starts with the first."""

    def __init__(self, program: Path, folder: Path):
        self._program, self._folder = program, folder
        self._options = office.apart(folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0
        place = folder / "extensions" / "recalculation"
        (place / "META-INF").mkdir(parents=True)
        files = {"META-INF/manifest.xml": _MANIFEST, "description.xml": _DESCRIPTION, "job.components": _COMPONENT}
        inside = Path(__file__).with_name("inside.py").read_text("utf-8")
        for name, text in {**files, "inside.py": inside}.items():
            (place / name).write_text(text, "utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            office.end(self._process)

    def ask(self, book: Made, asked: list[Range], limit: float) -> list[list[list[Value]]]:
        """The values of the rectangles asked for. Raises a Fault where LibreOffice, or wpxl within it, had no answer."""
        self._asked += 1
        name = str(self._asked)
        (self._folder / f"{name}.xlsx").write_bytes(book.file)
        unfinished = self._folder / "unfinished.json"
        areas = [[where.sheet, *(edge - 1 for edge in where.area)] for where in asked]
        witnesses = [(sheet, row - 1, column - 1) for sheet, row, column in book.witnesses]
        unfinished.write_text(json.dumps([os.getpid(), areas, witnesses]), "utf-8")
        unfinished.replace(self._folder / f"{name}.json")
        answer = json.loads(self._waited_for(self._folder / f"{name}.answer", limit))
        if answer["lost"]:
            raise refuse(
                f"wpxl did not answer {answer['lost']:,} formulas within LibreOffice, so nothing was written: "
                "try again, and see 'wpxl addin doctor' if it stays so."
            )
        if answer["unread"]:
            raise refuse(
                "LibreOffice did not read the copy of this workbook to its end, so nothing was written: open it in Excel, "
                "save a copy and try with that."
            )
        return [[[_value(cell) for cell in row] for row in block] for block in answer["blocks"]]

    def _waited_for(self, answer: Path, limit: float) -> str:
        latest = time.monotonic() + limit
        if self._process is None:
            with (self._folder / "said").open("wb") as said:
                asked = f"service:{SERVICE}?{self._folder.resolve().as_uri()}"
                self._process = office.start(self._program, [*self._options, asked], said)
        while not answer.exists():
            if self._process.poll() is not None and not answer.exists():
                raise refuse(
                    "LibreOffice ended before it had worked the formulas out, so nothing was written; its last words: "
                    f"{self._last_words()}."
                )
            if time.monotonic() > latest:
                raise refuse(
                    "LibreOffice had not worked the formulas out in the time given, so nothing was written: "
                    "give it more with --limit."
                )
            time.sleep(0.02)
        return answer.read_text("utf-8")

    def _last_words(self) -> str:
        lines = (self._folder / "said").read_text("utf-8", "replace").splitlines()
        return next((line.strip()[:160].rstrip(".") for line in reversed(lines) if line.strip()), "none")


def _value(cell: Any) -> Value:
    if not isinstance(cell, list):
        return float(cell) if type(cell) is int else cell
    number, *unknown = cell
    if unknown:
        return Beyond(VALUE, f"LibreOffice does not know {unknown[0].upper()}, which this formula needs")
    if number in ERRORS:
        return Fault(ERRORS[number], "LibreOffice's answer is an error.")
    return Beyond(VALUE, f"LibreOffice answered with its error {number}, which Excel does not have")
