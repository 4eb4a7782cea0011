"""xlwings' real Windows code (udfs, com_server, conversion) on any system, over the few names of pywin32 that it touches.

`as_windows()` is a context: inside it `import xlwings` is the Windows xlwings; afterwards every trace is gone, so that
other tests in the same process see the xlwings of their own system.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any
from unittest import mock

OURS = ("xlwings", "wpxl.hosts.excel_com.udfs", "wpxl.hosts.excel_com.asking")


class _Anything(ModuleType):
    """A module whose functions all exist and answer 0: enough for what is imported but never called here."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *a, **k: 0


class ComError(Exception):
    pass


class TimeType(dt.datetime):
    """What pywin32 makes of a date, with a time zone that the cell never had."""


class Wrapped:
    """A Python object as COM hands it about."""

    def __init__(self, obj: Any, *rest: Any) -> None:
        self.wrapped = obj


def _unwrap(value: Any) -> Any:
    if isinstance(value, Wrapped):
        return value.wrapped
    raise ComError("not a Python object")


def _modules() -> dict[str, ModuleType]:
    names = [
        "pywintypes",
        "pythoncom",
        "win32timezone",
        "win32api",
        "win32con",
        "win32gui",
        "win32process",
        "win32event",
    ]
    names += ["win32com", "win32com.client", "win32com.server"]
    names += [f"win32com.server.{part}" for part in ("util", "policy", "dispatcher")]
    made: dict[str, Any] = {name: _Anything(name) for name in names}
    for name in names:
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(made[parent], child, made[name])
    made["pywintypes"].com_error = made["pythoncom"].com_error = ComError
    made["pywintypes"].TimeType = TimeType
    made["pythoncom"].IID_IDispatch = "IDispatch"
    made["pythoncom"].TypeIIDs = {"IDispatch": type("PyIDispatch", (), {})}
    made["pythoncom"].__file__ = None
    made["win32process"].GetWindowThreadProcessId = lambda window: (1, 4242)
    client = made["win32com.client"]
    client.Dispatch = client.DispatchEx = lambda obj, *a, **k: obj
    for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass"):
        setattr(client, name, type(name, (), {}))
    made["win32com.server.util"].wrap, made["win32com.server.util"].unwrap = Wrapped, _unwrap
    made["win32com.server.policy"].DefaultPolicy = type("DefaultPolicy", (), {})
    made["win32timezone"].TimeZoneInfo = type("TimeZoneInfo", (), {"utc": staticmethod(lambda: dt.UTC)})
    return made


class _Library:
    """A DLL that answers to every name."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return 0


def _forget() -> dict[str, ModuleType]:
    mine = {name: m for name, m in sys.modules.items() if name.startswith(OURS)}
    for name in mine:
        del sys.modules[name]
    return mine


@contextmanager
def as_windows() -> Iterator[ModuleType]:
    import asyncio  # noqa: F401  what looks at sys.platform when it is imported must be here before
    import concurrent.futures  # noqa: F401

    import numpy  # noqa: F401
    import pandas  # noqa: F401

    with suppress(ImportError):
        import polars  # noqa: F401
    before = _forget()
    real = ctypes.PyDLL
    with (
        mock.patch.dict(sys.modules, _modules()),
        mock.patch.object(ctypes, "windll", _Library(), create=True),
        mock.patch.object(ctypes, "oledll", _Library(), create=True),
    ):
        with (
            mock.patch.object(ctypes, "PyDLL", lambda name, *a, **k: real(name, *a, **k) if name else _Library()),
            mock.patch.object(sys, "platform", "win32"),
        ):
            import xlwings
            import xlwings.com_server

            assert xlwings.has_pywin32
        yield xlwings
        _forget()
    sys.modules.update(before)
