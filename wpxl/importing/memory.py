"""The mappings that somebody corrected, remembered for each institution in `WPXL_HOME/mappings.toml`: headings, and no data."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from .. import store
from ..errors import refuse

NOBODY = "Any institution"  # where a workbook does not say whose it is
_HEAD = '# Which heading of your workbooks (right) fills which heading of a template (left); "": none. Delete what is wrong.\n'


def remembered(institution: str, about: str) -> dict[str, str]:
    """Heading of the template → heading of the workbook. Raises a Fault where the file cannot be read."""
    found = _read().get(institution or NOBODY, {}).get(about, {})
    return {str(heading): str(source) for heading, source in found.items()}


def remember(institution: str, about: str, pairs: dict[str, str]) -> None:
    """Take these headings for each other from now on."""
    import tomlkit

    if not pairs:
        return
    path = _path()
    book = tomlkit.parse(path.read_text("utf-8") if path.exists() else _HEAD)
    place: Any = book
    for name in (institution or NOBODY, about):
        place = place.setdefault(name, tomlkit.table())
    place.update(pairs)
    store.publish(tomlkit.dumps(book).encode(), path)


def _path() -> Path:
    return store.home() / "mappings.toml"


def _read() -> dict[str, Any]:
    path = _path()
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise refuse(
            f"The remembered mappings in {path} cannot be read: mend the file, or delete it to start anew."
        ) from error
