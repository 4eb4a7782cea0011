"""All that is asked of Windows: the registry, this Python, processes, the mark on downloaded files, COM.

Nothing else here touches any of these, so that the tests put a registry and folders of their own in its place and run all
the rest as it is. Registry keys are written whole, as people write them: `HKCU\\Software\\Classes\\wpxl.Server`.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import platform
import re
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any, NamedTuple, Protocol

PROGID = "wpxl.Server"  # by this name COM finds the server
MODULE = "wpxl.hosts.excel_com.udfs"  # and this is where xlwings finds the functions


class Python(NamedTuple):
    """The Python that runs this, and that Excel is to ask."""

    executable: Path
    base: Path  # of a virtual environment: the Python it was made from
    build: str  # win-amd64, win32, win-arm64, linux-x86_64 …
    version: str
    alone: bool  # it was told not to look at packages that the user installed for all Pythons (-s)


class Machine(Protocol):
    """What the rest of this room may ask."""

    def system(self) -> str: ...
    def python(self) -> Python: ...
    def variable(self, name: str) -> str | None: ...
    def has(self, module: str) -> bool: ...
    def elevated(self) -> bool: ...
    def marked(self, path: Path) -> bool: ...
    def read(self, key: str, name: str = "") -> Any: ...
    def values(self, key: str) -> dict[str, Any]: ...
    def subkeys(self, key: str) -> list[str]: ...
    def write(self, key: str, name: str, value: str) -> None: ...
    def delete(self, key: str) -> None: ...
    def here(self) -> tuple[int, int]: ...
    def started(self, pid: int) -> int | None: ...
    def quit(self, pid: int, thread: int) -> bool: ...
    def ask(self, function: str, *arguments: Any) -> Any: ...


class ThisMachine:
    """The machine this runs on. What is Windows' own is imported when it is first asked for."""

    def system(self) -> str:
        """Windows, Darwin or Linux."""
        return platform.system()

    def python(self) -> Python:
        executable = Path(sys.executable)
        base = Path(getattr(sys, "_base_executable", None) or sys.base_prefix)
        return Python(
            executable, base, sysconfig.get_platform(), platform.python_version(), bool(sys.flags.no_user_site)
        )

    def variable(self, name: str) -> str | None:
        """An environment variable."""
        return os.environ.get(name)

    def has(self, module: str) -> bool:
        """Whether a module could be imported, without importing it."""
        return importlib.util.find_spec(module) is not None

    def elevated(self) -> bool:
        """Whether this runs as administrator."""
        import ctypes

        return bool(getattr(ctypes, "windll").shell32.IsUserAnAdmin())  # noqa: B009  only Windows has it

    def marked(self, path: Path) -> bool:
        """Whether Windows holds a file to come from the web: it keeps that in a second stream of the file."""
        try:
            with open(f"{path}:Zone.Identifier", "rb") as stream:  # noqa: PTH123  a stream is no path
                return re.search(rb"ZoneId=[34]", stream.read(4096)) is not None  # the internet, or worse
        except OSError:
            return False

    # ------------------------------------------------------------------------------------------------- registry

    def read(self, key: str, name: str = "") -> Any:
        """A value of a key ("" is the key's own), None where there is none."""
        with self._open(key) as opened:
            if opened is None:
                return None
            try:
                return _winreg().QueryValueEx(opened, name)[0]  # whatever the name's capitals
            except FileNotFoundError:
                return None

    def values(self, key: str) -> dict[str, Any]:
        """All values of a key; none where the key is not there."""
        with self._open(key) as opened:
            if opened is None:
                return {}
            winreg = _winreg()
            found = (winreg.EnumValue(opened, i) for i in range(winreg.QueryInfoKey(opened)[1]))
            return {name: value for name, value, _ in found}

    def subkeys(self, key: str) -> list[str]:
        with self._open(key) as opened:
            if opened is None:
                return []
            winreg = _winreg()
            return [winreg.EnumKey(opened, i) for i in range(winreg.QueryInfoKey(opened)[0])]

    def write(self, key: str, name: str, value: str) -> None:
        winreg = _winreg()
        hive, path = _split(key)
        with winreg.CreateKeyEx(hive, path, 0, winreg.KEY_WRITE | winreg.KEY_WOW64_64KEY) as opened:
            winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)

    def delete(self, key: str) -> None:
        """Take a key away with all that is under it; one that is not there is no error."""
        winreg = _winreg()
        for name in self.subkeys(key):
            self.delete(f"{key}\\{name}")
        with contextlib.suppress(FileNotFoundError):
            winreg.DeleteKeyEx(*_split(key), winreg.KEY_WOW64_64KEY, 0)

    @contextlib.contextmanager
    def _open(self, key: str) -> Any:
        winreg = _winreg()
        try:
            opened = winreg.OpenKeyEx(*_split(key), 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY)
        except FileNotFoundError:
            yield None
            return
        with opened:
            yield opened

    # ------------------------------------------------------------------------------------------------ processes

    def here(self) -> tuple[int, int]:
        """This process and this thread, by their numbers."""
        return os.getpid(), importlib.import_module("win32api").GetCurrentThreadId()

    def started(self, pid: int) -> int | None:
        """When a process of this user began, in milliseconds, None where there is none: numbers are used again."""
        with self._process(pid, 0x1000) as handle:  # PROCESS_QUERY_LIMITED_INFORMATION
            if handle is None:
                return None
            began = importlib.import_module("win32process").GetProcessTimes(handle)
            if importlib.import_module("win32process").GetExitCodeProcess(handle) != 259:  # STILL_ACTIVE
                return None
            return int(began["CreationTime"].timestamp() * 1000)

    def quit(self, pid: int, thread: int) -> bool:
        """End a process: ask its message loop to end, and after five seconds end it. Whether it has ended."""
        api = importlib.import_module("win32api")
        errors = importlib.import_module("pywintypes").error
        with contextlib.suppress(errors):
            api.PostThreadMessage(thread, 0x0012, 0, 0)  # WM_QUIT
        for _ in range(50):
            if self.started(pid) is None:
                return True
            time.sleep(0.1)
        with self._process(pid, 0x0001) as handle, contextlib.suppress(errors):  # PROCESS_TERMINATE
            if handle is not None:
                api.TerminateProcess(handle, 1)
        time.sleep(0.5)
        return self.started(pid) is None

    @contextlib.contextmanager
    def _process(self, pid: int, right: int) -> Any:
        api = importlib.import_module("win32api")
        try:
            handle = api.OpenProcess(right, False, pid)
        except importlib.import_module("pywintypes").error:
            yield None
            return
        try:
            yield handle
        finally:
            api.CloseHandle(handle)

    # ------------------------------------------------------------------------------------------------------ COM

    def ask(self, function: str, *arguments: Any) -> Any:
        """A cell function's answer by the way that Excel takes: COM, the server, xlwings, and back."""
        client = importlib.import_module("win32com.client")
        return client.Dispatch(PROGID).CallUDF(MODULE, function, arguments)


def _winreg() -> Any:
    return importlib.import_module("winreg")


def _split(key: str) -> tuple[Any, str]:
    hive, _, path = key.partition("\\")
    winreg = _winreg()
    return {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}[hive], path
