"""The log of wpxl's own errors: where each happened, under an id that a person can quote; never what a cell held."""

from __future__ import annotations

import contextlib
import secrets
import time
import traceback
from pathlib import Path

from .store import home


def path() -> Path:
    return home() / "log" / "wpxl.log"


def note_bug(function: str, error: Exception) -> str:
    """Write one line: when, id, function, kind of error, and the frames of wpxl's code. The error's own text is left out,
    because it may quote a learner's cell. Returns the id; a log that cannot be written is no second error."""
    number = secrets.token_hex(3)
    frames = " < ".join(
        f"{Path(f.filename).name}:{f.lineno}" for f in reversed(traceback.extract_tb(error.__traceback__))
    )
    line = f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {number} {function[:40]} {type(error).__name__} {frames}\n"
    with contextlib.suppress(OSError):
        path().parent.mkdir(parents=True, exist_ok=True)
        with path().open("a", encoding="utf-8") as log:
            log.write(line)
    return number
