"""`wpxl recalc`: wpxl's formulas in a workbook worked out by LibreOffice, and their values put into a copy of the file.

| module | what it knows |
|---|---|
| `tokens` | a formula in pieces |
| `contents` | the workbook's formulas, names, Tables |
| `reads` | which formulas depend on wpxl's |
| `wording` | a formula as LibreOffice needs it |
| `copy` | the copy that LibreOffice is given, and nobody else |
| `job`, `inside` | a LibreOffice of our own; what is done within it |
| `sizes`, `spills`, `rounds` | how large answers are; what is in their way; rounds until all have their size |
| `cells`, `back` | values as bytes; putting them into the person's file |

The person's file is never opened by LibreOffice and never saved by it: what it does not know it would drop. Formulas in
conditional formats and validations have no saved value, so they stay as they are, for Excel.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ....errors import refuse
from ....workbooks.files import same_file
from .back import Refusal, put
from .contents import contents
from .rounds import work_out

LIMIT = 600  # seconds


class Recalculated(NamedTuple):
    """formulas: how many have to do with wpxl; changed: how many of them have another answer than was saved."""

    formulas: int
    changed: int
    refused: list[Refusal]


def recalc(
    source: Path,
    target: Path,
    *,
    in_place: bool = False,
    limit: float = LIMIT,
    said: Callable[[str], None] = lambda words: None,
) -> Recalculated:
    """Work the formulas out and write the copy. said: told what is being done.

    Errors: a Fault where LibreOffice is absent or too old, had no answer within `limit` seconds, or a file could not be
    read or written; then nothing was written.
    """
    read = contents(source)
    if not in_place and same_file(source, target):
        raise refuse(f"{source.name} is the file that is read: give another name with -o, or --in-place to replace it.")
    try:
        worked = work_out(read, limit, said)
    except OSError as error:
        raise refuse(
            f"LibreOffice could not be given a copy in the folder for temporary files ({error.strerror or error}), so "
            "nothing was written: make room there."
        ) from error
    changes = put(read, worked)
    read.book.save(target, in_place=in_place)
    return Recalculated(len(worked.live), changes.changed, changes.refused)
