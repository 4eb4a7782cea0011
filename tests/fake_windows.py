"""A Windows of the tests' own: registry, folders, processes. All else is wpxl's real code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wpxl.hosts.excel_com.machine import Python

EXCEL = r"HKCU\Software\Microsoft\Office\16.0\Excel"


class FakeWindows:
    """What `machine.Machine` asks for. Keys are compared as Windows does, whatever their capitals."""

    def __init__(self, root: Path, profile: str = "Zoë O'Neill") -> None:
        user = root / "Users" / profile
        self.variables = {
            "APPDATA": str(user / "AppData" / "Roaming"),
            "LOCALAPPDATA": str(user / "AppData" / "Local"),
            "USERPROFILE": str(user),
        }
        for name in ("APPDATA", "LOCALAPPDATA"):
            Path(self.variables[name]).mkdir(parents=True)
        programs = root / "Program Files" / "Python 3.12"
        programs.mkdir(parents=True)
        for name in ("python.exe", "pythonw.exe"):
            (programs / name).write_bytes(b"MZ")
        self.name = "Windows"
        self.runs = Python(programs / "python.exe", programs / "python.exe", "win-amd64", "3.12.4", False)
        self.missing: set[str] = set()
        self.registry: dict[str, dict[str, Any]] = {f"{EXCEL}\\Options".lower(): {}}
        self.spelling: dict[str, str] = {f"{EXCEL}\\Options".lower(): f"{EXCEL}\\Options"}
        self.refuses = ""  # the end of a key that a policy protects
        self.administrator = False
        self.from_the_web: set[Path] = set()
        self.processes: dict[int, int] = {}
        self.stubborn = False
        self.answers: Callable[..., Any] = lambda function, *_: "TF7 5UG"

    def system(self) -> str:
        return self.name

    def python(self) -> Python:
        return self.runs

    def variable(self, name: str) -> str | None:
        return self.variables.get(name.upper())

    def has(self, module: str) -> bool:
        return module not in self.missing

    def elevated(self) -> bool:
        return self.administrator

    def marked(self, path: Path) -> bool:
        return path in self.from_the_web

    def read(self, key: str, name: str = "") -> Any:
        return {there.lower(): value for there, value in self.values(key).items()}.get(name.lower())

    def values(self, key: str) -> dict[str, Any]:
        return dict(self.registry.get(key.lower(), {}))

    def subkeys(self, key: str) -> list[str]:
        inside = [self.spelling[k][len(key) + 1 :] for k in self.registry if k.startswith(f"{key.lower()}\\")]
        return list(dict.fromkeys(name.partition("\\")[0] for name in inside))

    def write(self, key: str, name: str, value: Any) -> None:
        if self.refuses and key.endswith(self.refuses):
            raise PermissionError(13, "Access is denied")
        self.registry.setdefault(key.lower(), {})[name] = value
        self.spelling[key.lower()] = key

    def delete(self, key: str) -> None:
        for one in [k for k in self.registry if k == key.lower() or k.startswith(f"{key.lower()}\\")]:
            del self.registry[one]

    def here(self) -> tuple[int, int]:
        return 4711, 12

    def started(self, pid: int) -> int | None:
        return self.processes.get(pid)

    def quit(self, pid: int, thread: int) -> bool:
        if not self.stubborn:
            self.processes.pop(pid, None)
        return not self.stubborn

    def ask(self, function: str, *arguments: Any) -> Any:
        return self.answers(function, *arguments)

    # ----------------------------------------------------------------------------------------- for the tests alone

    def files(self) -> dict[str, bytes]:
        """Every file of the user's profile, as people write its path."""
        found = {}
        for name in ("APPDATA", "LOCALAPPDATA"):
            root = Path(self.variables[name])
            for path in sorted(p for p in root.rglob("*") if p.is_file()):
                found["\\".join((f"%{name}%", *path.relative_to(root).parts))] = path.read_bytes()
        return found

    def folders(self) -> set[Path]:
        return {p for name in ("APPDATA", "LOCALAPPDATA") for p in Path(self.variables[name]).rglob("*") if p.is_dir()}

    def entered(self) -> dict[str, Any]:
        return {self.spelling[key]: dict(values) for key, values in self.registry.items()}
