"""The add-in put in, taken out, stopped and checked, on a Windows of the tests' own, through the real code."""

from __future__ import annotations

import json
import re
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import zipped
from fake_windows import EXCEL, FakeWindows
from windows_stub import as_windows

import wpxl
from wpxl.errors import Fault
from wpxl.hosts.cli import addin as commands
from wpxl.hosts.excel_com import __main__ as entry
from wpxl.hosts.excel_com import doctor, install, place, process, server
from wpxl.hosts.excel_com.machine import MODULE, ThisMachine

DOCS = Path(__file__).resolve().parent.parent / "docs"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def pc(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> FakeWindows:
    """A user's Windows, and an add-in to install."""
    fake = FakeWindows(tmp_path)
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "wpxl.xlam").write_bytes(b"PK shipped add-in")
    monkeypatch.setattr(install, "shipped", lambda _: tmp_path / "shipped")
    monkeypatch.setattr(install, "PAUSE", 0)
    monkeypatch.setattr(commands, "this_machine", lambda: fake)
    return fake


def state(pc: FakeWindows) -> Any:
    return pc.files(), pc.entered(), pc.folders()


def addin_path(pc: FakeWindows) -> Path:
    return Path(pc.variables["APPDATA"], "Microsoft", "Excel", "XLSTART", "wpxl.xlam")


def locked(monkeypatch: pytest.MonkeyPatch, name: str, end: str = "wpxl.xlam") -> None:
    """Excel has the add-in open: Windows lets nobody replace or delete it."""
    real = getattr(Path, name)

    def refuse(self: Path, *given: Any, **named: Any) -> Any:
        if str(given[0] if name == "replace" else self).endswith(end):
            raise PermissionError(13, "The process cannot access the file")
        return real(self, *given, **named)

    monkeypatch.setattr(Path, name, refuse)


class TestInstall:
    def test_what_it_writes(self, pc: FakeWindows, home: Path) -> None:
        before = pc.entered()
        install.install(pc)
        pythonw = pc.runs.executable.with_name("pythonw.exe")
        clsid = "{6E0C8B1D-2F5A-4C57-9C0B-7A1D3E5F9B42}"
        root = r"HKCU\Software\Classes"
        assert {k: v for k, v in pc.entered().items() if k not in before} == {
            rf"{root}\wpxl.Server": {"": "wpxl for Excel"},
            rf"{root}\wpxl.Server\CLSID": {"": clsid},
            rf"{root}\CLSID\{clsid}": {"": "wpxl for Excel"},
            rf"{root}\CLSID\{clsid}\ProgID": {"": "wpxl.Server"},
            rf"{root}\CLSID\{clsid}\LocalServer32": {"": f'"{pythonw}" -E -P -m wpxl.hosts.excel_com serve'},
        }
        assert list(pc.files()) == [r"%APPDATA%\Microsoft\Excel\XLSTART\wpxl.xlam", r"%LOCALAPPDATA%\wpxl\excel.json"]
        assert addin_path(pc).read_bytes() == b"PK shipped add-in"
        noted = json.loads(pc.files()[r"%LOCALAPPDATA%\wpxl\excel.json"])
        assert noted["home"] == str(home) and noted["wpxl"] == wpxl.__version__
        assert noted["interpreter"] == str(pc.runs.executable)

    def test_twice_changes_nothing(self, pc: FakeWindows) -> None:
        install.install(pc)
        first = state(pc)
        assert all(line.startswith("is there") for line in install.install(pc))
        assert state(pc) == first

    def test_even_while_excel_has_it_open(self, pc: FakeWindows, monkeypatch: pytest.MonkeyPatch) -> None:
        install.install(pc)
        locked(monkeypatch, "replace")
        install.install(pc)

    def test_an_upgrade(self, pc: FakeWindows, tmp_path: Path) -> None:
        install.install(pc)
        (tmp_path / "shipped" / "wpxl.xlam").write_bytes(b"PK newer")
        newer = tmp_path / "Python 3.13"
        newer.mkdir()
        (newer / "pythonw.exe").write_bytes(b"MZ")
        pc.runs = pc.runs._replace(executable=newer / "python.exe", version="3.13.1", alone=True)
        assert any(line.startswith("replaced") for line in install.install(pc))
        assert addin_path(pc).read_bytes() == b"PK newer"
        assert pc.read(place.SERVER_KEY) == f'"{newer / "pythonw.exe"}" -E -P -s -m wpxl.hosts.excel_com serve'
        install.uninstall(pc)
        assert not pc.files()

    def test_a_redirected_profile(self, pc: FakeWindows, tmp_path: Path) -> None:
        install.install(pc)
        moved = tmp_path / "OneDrive - Université de Nulle Part" / "App Data"
        moved.mkdir(parents=True)
        pc.variables["ONEDRIVE"] = str(moved.parent)
        pc.write(place.SHELL_FOLDERS, "AppData", r"%OneDrive%/App Data")
        install.install(pc)
        assert (moved / "Microsoft" / "Excel" / "XLSTART" / "wpxl.xlam").exists()
        assert not addin_path(pc).exists(), "Excel would open both"
        install.uninstall(pc)
        assert not list(moved.rglob("*"))

    @pytest.mark.parametrize("end", ["LocalServer32", "ProgID", r"wpxl.Server"])
    def test_a_protected_key_rolls_back(self, pc: FakeWindows, end: str) -> None:
        before = state(pc)
        pc.refuses = end
        with pytest.raises(
            Fault, match=r"Windows did not let wpxl write .*Access is denied.*Nothing has changed.*it\.md"
        ):
            install.install(pc)
        assert state(pc) == before

    def test_a_half_failed_upgrade_rolls_back(
        self, pc: FakeWindows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        install.install(pc)
        before = state(pc)
        (tmp_path / "shipped" / "wpxl.xlam").write_bytes(b"PK newer")
        pc.runs = pc.runs._replace(alone=True)
        locked(monkeypatch, "replace", "excel.json")
        with pytest.raises(Fault):
            install.install(pc)
        assert state(pc) == before

    def test_excel_has_the_old_one_open(self, pc: FakeWindows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        install.install(pc)
        before = state(pc)
        (tmp_path / "shipped" / "wpxl.xlam").write_bytes(b"PK newer")
        locked(monkeypatch, "replace")
        with pytest.raises(Fault, match=r"wpxl\.xlam is in use: close every Excel window .*Nothing has changed\.$"):
            install.install(pc)
        assert state(pc) == before

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (
                {"executable": Path("C:/Users/x/AppData/Local/Microsoft/WindowsApps/python.exe")},
                "This Python comes from the Microsoft Store",
            ),
            (
                {"base": Path("C:/Program Files/WindowsApps/PythonSoftwareFoundation.Python.3.12/python.exe")},
                "This Python comes from the Microsoft Store",
            ),
            ({"build": "win32"}, "This Python is a 32-bit one"),
            ({"build": "win-arm64"}, "This Python is one for ARM"),
            ({"executable": Path("C:/nowhere/python.exe")}, "There is no pythonw.exe"),
        ],
    )
    def test_a_python_that_will_not_do(self, pc: FakeWindows, run: Run, change: Any, sentence: str) -> None:
        before = state(pc)
        pc.runs = pc.runs._replace(**change)
        pc.missing.add("pyarrow")
        code, out, err = run("addin", "install")
        assert (code, out) == (1, "") and err.startswith(sentence) and err.count("\n") == 1
        assert state(pc) == before

    def test_without_pywin32(self, pc: FakeWindows, run: Run) -> None:
        pc.missing.add("win32com")
        assert "pip install pywin32" in run("addin", "install")[2]

    def test_a_service_without_a_profile(self, pc: FakeWindows, run: Run) -> None:
        del pc.variables["LOCALAPPDATA"]
        assert "no profile folders" in run("addin", "install")[2] and not addin_path(pc).exists()

    @pytest.mark.parametrize("system", ["Darwin", "Linux"])
    def test_elsewhere(self, pc: FakeWindows, run: Run, system: str) -> None:
        pc.name = system
        code, _, err = run("addin", "install")
        assert code == 1 and "wpxl profile" in err and not pc.files()
        assert run("addin", "stop")[0] == run("addin", "uninstall", "--yes")[0] == 1

    def test_the_command(self, pc: FakeWindows, run: Run) -> None:
        code, out, err = run("addin", "install")
        assert (code, err) == (0, "") and str(addin_path(pc)) in out and "Start Excel" in out
        assert "administrator" not in out and "Only sample data" in out and "wpxl data guide" in out

    def test_as_administrator(self, pc: FakeWindows, run: Run) -> None:
        pc.administrator = True
        assert "This window runs as administrator" in run("addin", "install")[1]

    def test_after_an_update_the_old_server_is_named(self, pc: FakeWindows, run: Run) -> None:
        pc.processes[4711] = 99
        process.note(pc, "0.0.9")
        assert "wpxl addin stop" in run("addin", "install")[1]


class TestUninstall:
    def test_it_leaves_nothing(self, pc: FakeWindows, home: Path) -> None:
        before = state(pc)
        install.install(pc)
        pc.processes[4711] = 99
        process.note(pc, "0.1.0")
        server._log(pc, "started")
        install.uninstall(pc)
        assert state(pc) == before and not home.exists() and not pc.processes

    def test_and_nothing_else(self, pc: FakeWindows, home: Path) -> None:
        theirs = addin_path(pc).with_name("PERSONAL.XLSB")
        theirs.parent.mkdir(parents=True)
        theirs.write_bytes(b"macros")
        (home / "tables").mkdir(parents=True)
        (home / "tables" / "imd.json").write_text("{}")
        pc.write(r"HKCU\Software\Classes\wpxl.ServerOfAnother", "", "x")
        before = state(pc)
        install.install(pc)
        install.uninstall(pc)
        assert state(pc) == before and (home / "tables" / "imd.json").exists()

    def test_twice_and_without_an_install(self, pc: FakeWindows, run: Run) -> None:
        assert run("addin", "uninstall", "--yes")[1] == "There was nothing to take out.\n"

    def test_the_record_is_lost(self, pc: FakeWindows) -> None:
        install.install(pc)
        place.record_file(pc).unlink()
        install.uninstall(pc)
        assert not pc.files() and not any("wpxl" in key for key in pc.entered())

    def test_half_of_it_is_gone_already(self, pc: FakeWindows) -> None:
        install.install(pc)
        addin_path(pc).unlink()
        for key in place.KEYS:
            del pc.registry[key.lower()]
        install.uninstall(pc)
        assert not pc.files() and not any("wpxl" in key for key in pc.entered())

    def test_excel_has_it_open(self, pc: FakeWindows, monkeypatch: pytest.MonkeyPatch) -> None:
        install.install(pc)
        before = state(pc)
        locked(monkeypatch, "unlink")
        with pytest.raises(Fault, match="in use: close every Excel window"):
            install.uninstall(pc)
        assert state(pc) == before

    def test_it_asks(self, pc: FakeWindows, run: Run) -> None:
        install.install(pc)
        assert run("addin", "uninstall")[0] == 1 and addin_path(pc).exists()


class TestServer:
    @pytest.fixture
    def served(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """xlwings' server and our functions, which need Windows: what is asked of them, in order."""
        asked: list[str] = []
        com: Any = types.ModuleType("xlwings.com_server")
        com.serve = lambda clsid: asked.append(clsid)
        udfs: Any = types.ModuleType("udfs")
        udfs.warm = lambda: asked.append("warm")
        monkeypatch.setitem(sys.modules, "xlwings.com_server", com)
        monkeypatch.setitem(sys.modules, "wpxl.hosts.excel_com.udfs", udfs)
        monkeypatch.setattr("wpxl.hosts.excel_com.udfs", udfs, raising=False)
        return asked

    def test_it_is_warm_before_it_answers(self, pc: FakeWindows, home: Path, served: list[str]) -> None:
        server.serve(pc, asked_by_com=True)
        assert served == ["warm", "{6E0C8B1D-2F5A-4C57-9C0B-7A1D3E5F9B42}"]
        log = (home / "log" / "excel.log").read_text()
        assert re.search(r"started, wpxl \S+, Python 3\.12\.4\n.* ended\n$", log)
        assert not process.note_file(pc).exists()

    def test_it_finds_the_home_that_the_install_noted(
        self, pc: FakeWindows, served: list[str], home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        install.install(pc)
        monkeypatch.delenv("WPXL_HOME")
        server.serve(pc, asked_by_com=True)
        from wpxl.store import home as now

        assert now() == home

    def test_a_failure_is_noted_without_what_it_says(
        self, pc: FakeWindows, served: list[str], home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(clsid: str) -> None:
            raise OSError("secret cell")

        sys.modules["xlwings.com_server"].serve = fail  # type: ignore[attr-defined]
        with pytest.raises(OSError):
            server.serve(pc, asked_by_com=True)
        assert " failed, " in (home / "log" / "excel.log").read_text()
        noted = (home / "log" / "wpxl.log").read_text()
        assert "OSError" in noted and "secret" not in noted
        assert not process.note_file(pc).exists()

    def test_a_second_one_by_hand(self, pc: FakeWindows, served: list[str]) -> None:
        pc.processes[4711] = 99
        process.note(pc, "0.1.0")
        with pytest.raises(Fault, match="runs already"):
            server.serve(pc, asked_by_com=False)
        assert not served
        server.serve(pc, asked_by_com=True)  # COM asks only where none answers
        assert served

    def test_a_home_that_cannot_be_written_stops_no_answer(
        self, pc: FakeWindows, served: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("WPXL_HOME", str(tmp_path / "file" / "home"))
        server.serve(pc, asked_by_com=True)
        assert len(served) == 2

    def test_its_log_stays_small(self, pc: FakeWindows, home: Path) -> None:
        for _ in range(3):
            server._log(pc, "x" * 99_000)
        assert (home / "log" / "excel.log").stat().st_size < 200_000

    def test_not_on_this_machine(self, capsys: pytest.CaptureFixture[str]) -> None:
        if ThisMachine().system() == "Windows":
            pytest.skip("this is Windows")
        assert entry.main(["serve"]) == 1
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and "Windows only" in said
        assert entry.main([]) == 2

    def test_com_adds_a_word(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[bool] = []
        monkeypatch.setattr(entry, "serve", lambda machine, asked_by_com: seen.append(asked_by_com))
        for arguments in (["serve"], ["serve", "-Embedding"], ["serve", "/embedding"]):
            assert entry.main(arguments) == 0
        assert seen == [False, True, True]


class TestStop:
    @pytest.fixture
    def served(self, pc: FakeWindows) -> FakeWindows:
        pc.processes[4711] = 99
        process.note(pc, "0.1.0")
        return pc

    def test_it_ends_it(self, served: FakeWindows, run: Run) -> None:
        assert run("addin", "stop", "--yes") == (0, "Ended process 4711.\n", "")
        assert not served.processes and not process.note_file(served).exists()
        assert run("addin", "stop", "--yes") == (0, "No server is running.\n", "")

    def test_it_asks(self, served: FakeWindows, run: Run) -> None:
        assert run("addin", "stop")[0] == 1 and served.processes

    def test_another_process_of_that_number_is_left_alone(self, served: FakeWindows, run: Run) -> None:
        served.processes[4711] = 100
        assert run("addin", "stop", "--yes")[1] == "No server is running.\n"
        assert served.processes == {4711: 100}

    def test_a_server_that_ends_leaves_the_note_of_the_next(self, served: FakeWindows) -> None:
        served.processes = {4712: 100}
        process.note_file(served).write_text('{"pid": 4712, "thread": 1, "started": 100, "version": "0.1.0"}')
        process.forget(served)
        assert process.running(served) == (4712, 1, 100, "0.1.0")

    def test_one_that_will_not_end(self, served: FakeWindows, run: Run) -> None:
        served.stubborn = True
        code, _, err = run("addin", "stop", "--yes")
        assert code == 1 and "Task Manager" in err

    @pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": "x"}', "7"])
    def test_a_spoilt_note(self, served: FakeWindows, note: str) -> None:
        process.note_file(served).write_text(note)
        assert process.running(served) is None


def spoil_registry(pc: FakeWindows) -> None:
    pc.delete(place.SERVER_KEY)


def spoil_progid(pc: FakeWindows) -> None:
    pc.write(rf"{place.KEYS[0]}\CLSID", "", "{0}")


def spoil_python(pc: FakeWindows) -> None:
    pc.runs.executable.with_name("pythonw.exe").unlink()


def spoil_addin(pc: FakeWindows) -> None:
    addin_path(pc).write_bytes(b"another")


def lose_addin(pc: FakeWindows) -> None:
    addin_path(pc).unlink()


def mark(pc: FakeWindows) -> None:
    pc.from_the_web.add(addin_path(pc))


def forbid(under: str, name: str, value: int, root: str = r"HKCU\Software\Policies") -> Callable[[FakeWindows], None]:
    return lambda pc: pc.write(rf"{root}\Microsoft\Office\16.0\{under}", name, value)


def disable(pc: FakeWindows) -> None:
    blob = b"\x00\x00" + str(addin_path(pc)).upper().encode("utf-16-le")
    pc.write(rf"{EXCEL}\Resiliency\DisabledItems", "3F2A", blob)


def other_version(pc: FakeWindows) -> None:
    noted = place.record(pc)
    place.record_file(pc).write_text(json.dumps({**noted, "wpxl": "0.0.1"}))


def old_server(pc: FakeWindows) -> None:
    pc.processes[4711] = 99
    process.note(pc, "0.0.1")


def no_answer(pc: FakeWindows) -> None:
    def ask(*_: Any) -> Any:
        raise RuntimeError("Server execution failed")

    pc.answers = ask


def wrong_answer(pc: FakeWindows) -> None:
    pc.answers = lambda *_: "something"


def other_home(pc: FakeWindows) -> None:
    noted = place.record(pc)
    place.record_file(pc).write_text(json.dumps({**noted, "home": "C:\\elsewhere"}))


class TestDoctor:
    @pytest.fixture
    def well(self, pc: FakeWindows, monkeypatch: pytest.MonkeyPatch) -> FakeWindows:
        monkeypatch.setattr("wpxl.hosts.calc.office.find", lambda: None)  # this machine's own LibreOffice
        install.install(pc)
        pc.write(rf"{EXCEL}\Security\Trusted Locations\Location1", "Path", r"%APPDATA%/Microsoft/Excel/XLSTART/")
        return pc

    def test_all_well(self, well: FakeWindows, run: Run) -> None:
        code, out, err = run("addin", "doctor")
        assert (code, err) == (0, "") and "✗" not in out
        marks = {line[2:11].strip(): line[0] for line in out.splitlines() if line[0] != " "}
        assert marks == {
            **dict.fromkeys(("Python", "Packages", "Registry", "Add-in", "Excel", "Trust", "Folder", "Question"), "✓"),
            **dict.fromkeys(("Tables", "Server", "Calc"), "–"),
        }

    @pytest.mark.parametrize(
        ("spoil", "part", "fix"),
        [
            (spoil_registry, "Registry", "wpxl addin install"),
            (spoil_progid, "Registry", "wpxl addin install"),
            (spoil_python, "Registry", "wpxl addin install"),
            (spoil_addin, "Add-in", "wpxl addin install"),
            (lose_addin, "Add-in", "wpxl addin install"),
            (mark, "Blocked", "Unblock"),
            (other_version, "Version", "wpxl addin install"),
            (forbid(r"Excel\Security\Trusted Locations", "alllocationsdisabled", 1), "Trust", "Ask IT"),
            (
                forbid(r"Excel\Security\Trusted Locations", "AllLocationsDisabled", 1, r"HKCU\Software"),
                "Trust",
                "Ask IT",
            ),
            (forbid(r"common\security\trusted locations", "allow user locations", 0), "Trust", "Ask IT"),
            (forbid(r"Excel\Security", "RequireAddinSig", 1), "Trust", "Ask IT"),
            (forbid(r"Excel\Security", "DisableAllAddins", 1), "Trust", "Ask IT"),
            (forbid("Common", "VBAOff", 1, r"HKLM\Software\Policies"), "Trust", "Ask IT"),
            (disable, "Disabled", "Disabled Items"),
            (old_server, "Server", "wpxl addin stop"),
            (no_answer, "Question", "log"),
            (wrong_answer, "Question", "wpxl addin stop"),
            (other_home, "Folder", "wpxl addin install"),
            (lambda pc: pc.missing.add("win32com"), "Packages", "pip install pywin32"),
        ],
    )
    def test_each_thing_wrong(self, well: FakeWindows, run: Run, spoil: Any, part: str, fix: str) -> None:
        spoil(well)
        code, out, _ = run("addin", "doctor", "--json")
        bad = {check["part"]: check["fix"] for check in json.loads(out) if check["state"] == "bad"}
        assert code == 1 and fix in bad[part]

    def test_the_question_goes_through_xlwings(self, well: FakeWindows) -> None:
        with as_windows():
            from xlwings.com_server import XLPython

            well.answers = lambda *given: XLPython().CallUDF(MODULE, given[0], given[1:])
            checks = {check.part: check for check in doctor.examine(well)}
        assert checks["Question"] == ("Question", "ok", "tf75ug → TF7 5UG", "")

    def test_before_any_install(self, pc: FakeWindows) -> None:
        checks = {check.part: check.state for check in doctor.examine(pc)}
        assert checks["Registry"] == checks["Add-in"] == "bad" and checks["Question"] == "note"

    def test_a_profile_on_the_network(self, well: FakeWindows) -> None:
        well.write(place.SHELL_FOLDERS, "AppData", r"\\server\profiles\zoë")
        assert any(check.part == "Trust" and "on the network" in check.seen for check in doctor.examine(well))
        well.write(rf"{EXCEL}\Security\Trusted Locations", "AllowNetworkLocations", 1)
        assert not any("on the network" in check.seen for check in doctor.examine(well))

    def test_a_signed_addin_may_run_where_signatures_are_asked_for(self, well: FakeWindows) -> None:
        forbid(r"Excel\Security", "RequireAddinSig", 1)(well)
        addin_path(well).write_bytes(zipped(**{"xl/vbaProjectSignature.bin": b"signed"}))
        assert {check.part: check.state for check in doctor.examine(well)}["Trust"] == "ok"

    def test_an_administrators_window_and_another_copy(self, well: FakeWindows, tmp_path: Path) -> None:
        well.administrator = True
        (tmp_path / "start").mkdir()
        (tmp_path / "start" / "wpxl.xlam").write_bytes(b"")
        well.write(rf"{EXCEL}\Options", "AltStartup", str(tmp_path / "start"))
        said = {check.part: check for check in doctor.examine(well)}
        assert said["Rights"].state == said["Copies"].state == "note"

    def test_looking_changes_nothing(self, well: FakeWindows, home: Path) -> None:
        before = state(well)
        doctor.examine(well)
        assert state(well) == before and not home.exists()

    def test_a_home_that_cannot_be_written(
        self, well: FakeWindows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("WPXL_HOME", str(tmp_path / "file" / "home"))
        assert {check.part: check.state for check in doctor.examine(well)}["Folder"] == "bad"

    @pytest.mark.parametrize("system", ["Darwin", "Linux"])
    def test_elsewhere(self, pc: FakeWindows, run: Run, system: str) -> None:
        pc.name = system
        code, out, _ = run("addin", "doctor")
        assert code == 0 and "wpxl profile" in out and ("macOS" in out) == (system == "Darwin")

    def test_this_very_machine(self, index_cache: Path) -> None:
        if ThisMachine().system() != "Windows":
            assert {check.part for check in doctor.examine(ThisMachine())} == {"Python", "Excel", "Tables", "Folder"}
