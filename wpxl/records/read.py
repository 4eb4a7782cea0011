"""From the cells of a workbook to its records."""

from __future__ import annotations

from collections.abc import Sequence

from . import Records, Understood
from .source import SheetCells


def understand(sheets: Sequence[SheetCells]) -> list[Understood]:
    """The lists of a workbook that would be read, and how; what is left alone is among them with about = ""."""
    raise NotImplementedError


def describe(understood: Sequence[Understood]) -> list[str]:
    """A sentence for each list: where it is, what it is about, and which heading was taken for what."""
    raise NotImplementedError


def read(
    sheets: Sequence[SheetCells], understood: Sequence[Understood] | None = None, institution: str = ""
) -> Records:
    """The records of a workbook, as understood. Raises a Fault where there is nothing to count at all."""
    raise NotImplementedError


def join(many: Sequence[Records]) -> Records:
    """The records of several institutions together: learners matched by HEAT ID, else by name and date of birth."""
    raise NotImplementedError
