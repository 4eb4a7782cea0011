"""Import templates filled from the workbooks that people have, and lists checked: files in, files out.

    plan = plan_fill(Book.open("template.xlsx"), read_sources([Path("outreach.xlsx")]))
    print(*plan.said(), sep="\\n")
    done = write(plan, Path("import.xlsx"))

The command line and the ribbon share it. Nothing that it says or logs holds a name, date of birth or postcode.
"""

from __future__ import annotations

from .filling import Filled, Plan, Wish, plan_fill, write
from .memory import remember, remembered
from .sources import Source, read_sources, source_of
from .templates import Template, read_book

__all__ = [
    "Filled",
    "Plan",
    "Source",
    "Template",
    "Wish",
    "plan_fill",
    "read_book",
    "read_sources",
    "remember",
    "remembered",
    "source_of",
    "write",
]
