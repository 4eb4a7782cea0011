"""What may be typed into the columns of the outreach log. A list may be left with a word of one's own; a date may not."""

from __future__ import annotations

from datetime import date
from typing import Any

Check = dict[str, Any]  # as XlsxWriter takes it


def choice(name: str, what: str, sheet: str = "Lists") -> Check:
    """A drop-down from the cells that bear a name. Another word is taken after a question, since lists grow."""
    return {
        "validate": "list", "source": f"={name}", "error_type": "warning", "error_title": f"Not a known {what}",
        "error_message": f"This {what} is not on the sheet {sheet}: choose one of the list, or add it there first.",
    }  # fmt: skip


def _refused(title: str, message: str, **check: Any) -> Check:
    return check | {"error_title": title, "error_message": message}


DAY = _refused(
    "Not a date", "Type a date as day/month/year, such as 14/10/2025.",
    validate="date", criteria="between", minimum=date(1940, 1, 1), maximum=date(2099, 12, 31),
)  # fmt: skip
WHOLE = _refused(
    "Not a number of people", "Type how many came as a whole number: 0 or more, without words.",
    validate="integer", criteria="between", minimum=0, maximum=100_000,
)  # fmt: skip
NUMBER = _refused(
    "Not a number", "Type the hours as a number, such as 1.5.", validate="decimal", criteria="between", minimum=0, maximum=10_000
)  # fmt: skip
PERCENT = _refused(
    "Not a percentage", "Type a percentage from 0 to 100 without the sign, such as 66.",
    validate="decimal", criteria="between", minimum=0, maximum=100,
)  # fmt: skip
