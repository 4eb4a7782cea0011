"""What a look at one part says."""

from __future__ import annotations

from typing import NamedTuple

OK, BAD, NOTE = "ok", "bad", "note"


class Check(NamedTuple):
    """One part: its name, ok, bad or only noted, what was seen, and what to do."""

    part: str
    state: str
    seen: str
    fix: str = ""
