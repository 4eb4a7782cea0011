"""Where things are kept: the user's own folder (`WPXL_HOME`) and what travels with wpxl."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def home() -> Path:
    """The folder of installed tables, settings and logs. It need not exist yet."""
    named = os.environ.get("WPXL_HOME")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_dir

    return Path(user_data_dir("wpxl", appauthor=False))


def shipped(name: str) -> Path:
    """A folder that travels with wpxl (`data` or `workbook`): the checkout's own, else the installed copy."""
    checkout = _PACKAGE.parent / name
    return checkout if (_PACKAGE.parent / "pyproject.toml").exists() else _PACKAGE / "_shipped" / name
