"""One run of a LibreOffice of wpxl's own: the copy and the cells that are asked for go in, what is in them comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ....errors import NA, NUM, REF, VALUE, Fault, refuse
from .. import office
from .cells import Value
from .contents import Range

SERVICE = "org.wpxl.calc.Recalculation"  # the same in inside.py
UNKNOWN_NAME = 525
# LibreOffice's numbers of errors that Excel has too (formula/errorcodes.hxx); 502 and 504 are arguments that do not suit.
ERRORS = {502: VALUE, 503: NUM, 504: VALUE, 519: VALUE, 521: "#NULL!", 524: REF, UNKNOWN_NAME: "#NAME?", 532: "#DIV/0!",
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


def options(folder: Path) -> list[str]:
    """A profile, wpxl's extension and the job in a folder of their own; how LibreOffice is told of them."""
    chosen = office.apart(folder)
    place = folder / "extensions" / "recalculation"
    (place / "META-INF").mkdir(parents=True)
    inside = Path(__file__).with_name("inside.py").read_text("utf-8")
    files = {"META-INF/manifest.xml": _MANIFEST, "description.xml": _DESCRIPTION, "job.components": _COMPONENT}
    for name, text in {**files, "inside.py": inside}.items():
        (place / name).write_text(text, "utf-8")
    return chosen


def run(
    found: office.Office, chosen: list[str], folder: Path, book: bytes, asked: list[Range], limit: float
) -> list[list[list[Value]]]:
    """The values of the rectangles asked for. Raises a Fault where LibreOffice, or wpxl within it, had no answer."""
    (folder / "copy.xlsx").write_bytes(book)
    areas = [[where.sheet, *(edge - 1 for edge in where.area)] for where in asked]
    (folder / "job.json").write_text(json.dumps(areas), "utf-8")
    answered = folder / "answer.json"
    answered.unlink(missing_ok=True)
    said = office.run(found.program, [*chosen, f"service:{SERVICE}?{folder.resolve().as_uri()}"], limit)[1]
    if not answered.exists():
        last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "it said nothing")
        raise refuse(f"LibreOffice ended before it had worked the formulas out, so nothing was written: {last[:160]}.")
    answer = json.loads(answered.read_text("utf-8"))
    if answer["lost"]:
        raise refuse(
            f"wpxl did not answer {answer['lost']:,} formulas within LibreOffice, so nothing was written: "
            "try again, and see 'wpxl addin doctor' if it stays so."
        )
    return [[[_value(cell) for cell in row] for row in block] for block in answer["blocks"]]


def _value(cell: Any) -> Value:
    if isinstance(cell, list):
        number = cell[0]
        if number in ERRORS:
            return Fault(ERRORS[number], "LibreOffice's answer is an error.")
        return Beyond(VALUE, f"LibreOffice answered with its error {number}, which Excel does not have")
    return float(cell) if type(cell) is int else cell
