"""What is asked of Windows, against stand-ins of Python's winreg and of pywin32 that keep to their documentation."""

from __future__ import annotations

import datetime
import importlib.machinery
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import wpxl
from wpxl.hosts.excel_com import install, place, process
from wpxl.hosts.excel_com.machine import ThisMachine

HIVES = {"HKCU": 1, "HKLM": 2}


class Key(str):
    """An open key."""

    def __enter__(self) -> Key:
        return self

    def __exit__(self, *_: Any) -> None: ...


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """winreg over a dictionary: a key that has keys under it cannot be deleted, and one that is not there cannot be opened."""
    keys: dict[str, dict[str, Any]] = {}
    module: Any = types.ModuleType("winreg")
    module.HKEY_CURRENT_USER, module.HKEY_LOCAL_MACHINE, module.REG_SZ = 1, 2, 1
    module.KEY_READ, module.KEY_WRITE, module.KEY_WOW64_64KEY = 0x20019, 0x20006, 0x100

    def path(hive: int, sub: str) -> Key:
        return Key(f"{hive}\\{sub}")

    def under(key: str) -> list[str]:
        return sorted({k[len(key) + 1 :].partition("\\")[0] for k in keys if k.startswith(f"{key}\\")})

    def opened(hive: int, sub: str, reserved: int, access: int) -> Key:
        assert reserved == 0 and access == 0x20119
        if path(hive, sub) not in keys and not under(path(hive, sub)):
            raise FileNotFoundError(2, "not there")
        return path(hive, sub)

    def created(hive: int, sub: str, reserved: int, access: int) -> Key:
        assert reserved == 0 and access == 0x20106
        keys.setdefault(path(hive, sub), {})
        return path(hive, sub)

    def delete(hive: int, sub: str, access: int, reserved: int) -> None:
        assert access == 0x100 and reserved == 0
        if under(path(hive, sub)):
            raise PermissionError(5, "it has keys under it")
        if keys.pop(path(hive, sub), None) is None:
            raise FileNotFoundError(2, "not there")

    def queried(key: str, name: str) -> tuple[Any, int]:
        for there, value in keys.get(key, {}).items():
            if there.lower() == name.lower():
                return value, 1
        raise FileNotFoundError(2, "not there")

    module.QueryValueEx = queried
    module.OpenKeyEx, module.CreateKeyEx, module.DeleteKeyEx = opened, created, delete
    module.QueryInfoKey = lambda key: (len(under(key)), len(keys.get(key, {})), 0)
    module.EnumKey = lambda key, i: under(key)[i]
    module.EnumValue = lambda key, i: (*list(keys[key].items())[i], 1)
    module.SetValueEx = lambda key, name, reserved, kind, value: keys[key].update({name: value})
    monkeypatch.setitem(sys.modules, "winreg", module)
    return keys


def test_registry(registry: dict[str, dict[str, Any]]) -> None:
    machine = ThisMachine()
    root = r"HKCU\Software\Classes"
    assert machine.read(root) is None and machine.values(root) == {} and machine.subkeys(root) == []
    machine.delete(root)
    for key, value in (*place.entries(machine), (rf"{root}\CLSID\{{another}}", "x")):
        machine.write(key, "", value)
    assert machine.read(place.SERVER_KEY) == place.command(machine)
    assert machine.subkeys(place.KEYS[1]) == ["LocalServer32", "ProgID"]
    assert set(registry) >= {rf"1\Software\Classes\CLSID\{place.CLSID}\LocalServer32"}
    for key in place.KEYS:
        machine.delete(key)
    assert registry == {r"1\Software\Classes\CLSID\{another}": {"": "x"}}
    machine.write(r"HKLM\Software\x", "Path", "y")
    assert machine.values(r"HKLM\Software\x") == {"Path": "y"}
    assert machine.read(r"HKLM\Software\x", "path") == "y" and machine.read(r"HKLM\Software\x", "other") is None


class Windows:
    """A few processes as pywin32 shows them."""

    def __init__(self) -> None:
        self.alive = {10: True, 11: True, 12: False}
        self.posted: list[tuple[int, ...]] = []
        self.polite = True

    def open(self, right: int, inherit: bool, pid: int) -> int:
        if pid not in self.alive or right not in (0x1000, 1):
            raise OSError("no such process")
        return pid

    def post(self, thread: int, message: int, *zeros: int) -> None:
        self.posted.append((thread, message, *zeros))
        self.alive[10] = not self.polite

    def end(self, pid: int, code: int) -> None:
        self.alive[pid] = False


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    made = Windows()
    modules: dict[str, Any] = {
        n: types.ModuleType(n) for n in ("win32api", "win32process", "pywintypes", "win32com", "win32com.client")
    }
    modules["pywintypes"].error = OSError
    api, process = modules["win32api"], modules["win32process"]
    api.OpenProcess, api.PostThreadMessage, api.TerminateProcess = made.open, made.post, made.end
    api.CloseHandle = lambda handle: None
    api.GetCurrentThreadId = lambda: 7
    began = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    process.GetProcessTimes = lambda handle: {"CreationTime": began}
    process.GetExitCodeProcess = lambda handle: 259 if made.alive[handle] else 0
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return made


def test_processes(windows: Windows) -> None:
    machine = ThisMachine()
    assert [machine.started(pid) for pid in (10, 12, 13)] == [1767225600000, None, None]
    assert machine.here()[1] == 7
    assert machine.quit(10, 7) and windows.posted == [(7, 0x0012, 0, 0)]
    windows.polite, windows.alive[10] = False, True
    assert machine.quit(10, 7) and not windows.alive[10], "one that does not listen is ended"
    windows.alive[11], windows.end = True, lambda *_: None  # type: ignore[method-assign]
    sys.modules["win32api"].TerminateProcess = windows.end  # type: ignore[attr-defined]
    assert not machine.quit(11, 7)


def test_a_question_goes_by_com(windows: Windows) -> None:
    asked: list[Any] = []

    class Server:
        def CallUDF(self, *given: Any) -> str:
            asked.append(given)
            return "TF7 5UG"

    sys.modules["win32com.client"].Dispatch = lambda name: asked.append(name) or Server()  # type: ignore[attr-defined]
    assert ThisMachine().ask("WP_POSTCODE_FORMAT", "tf75ug") == "TF7 5UG"
    assert asked == ["wpxl.Server", ("wpxl.hosts.excel_com.udfs", "WP_POSTCODE_FORMAT", ("tf75ug",))]


def test_the_whole_way(
    registry: dict[str, dict[str, Any]],
    windows: Windows,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., tuple[int, str, str]],
) -> None:
    """Install, doctor, stop, uninstall as a person runs them, on the machine as this class shows it."""
    for name in ("python.exe", "pythonw.exe", "wpxl.xlam"):
        (tmp_path / name).write_bytes(b"MZ")
    for name in ("APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr("platform.system", lambda: "Windows")
    monkeypatch.setattr("sysconfig.get_platform", lambda: "win-amd64")
    monkeypatch.setattr("sys.executable", str(tmp_path / "python.exe"))
    monkeypatch.setattr(install, "shipped", lambda _: tmp_path)
    monkeypatch.setattr(ThisMachine, "elevated", lambda self: False)
    monkeypatch.setattr("os.getpid", lambda: 10)
    sys.modules["win32com"].__spec__ = importlib.machinery.ModuleSpec("win32com", None)
    server: Any = types.SimpleNamespace(CallUDF=lambda *_: "TF7 5UG")
    sys.modules["win32com.client"].Dispatch = lambda name: server  # type: ignore[attr-defined]
    assert run("addin", "install")[0] == 0
    process.note(ThisMachine(), wpxl.__version__)
    code, out, err = run("addin", "doctor")
    assert (code, err) == (0, "") and "running, process 10" in out and "tf75ug → TF7 5UG" in out, out
    assert run("addin", "stop", "--yes") == (0, "Ended process 10.\n", "")
    assert run("addin", "uninstall", "--yes")[0] == 0
    assert not registry and not [path for path in tmp_path.rglob("*") if path.is_file() and path.parent != tmp_path]


@pytest.mark.skipif(sys.platform == "win32", reason="there the colon makes a stream, not a file")
@pytest.mark.parametrize(("zone", "marked"), [("3", True), ("4", True), ("1", False), ("", False)])
def test_the_mark_of_the_web(tmp_path: Path, zone: str, marked: bool) -> None:
    machine, file = ThisMachine(), tmp_path / "wpxl.xlam"
    assert not machine.marked(file)
    (tmp_path / "wpxl.xlam:Zone.Identifier").write_text(f"[ZoneTransfer]\r\nZoneId={zone}\r\n")
    assert machine.marked(file) is marked


def test_this_python() -> None:
    python = ThisMachine().python()
    assert python.executable == Path(sys.executable) and python.version.startswith("3.") and "-" in python.build
    assert ThisMachine().has("wpxl") and not ThisMachine().has("no_such_module")
