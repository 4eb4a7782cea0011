"""The extension put into a person's own LibreOffice and taken out again, and what the doctor says. Linux is seen here; the
places on Windows and macOS are only made up."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import calc_office
import pytest
from calc_office import locked, thorough, write

import wpxl
from wpxl.errors import Fault
from wpxl.hosts.calc import doctor, extension, install, office

Run = Callable[..., tuple[int, str, str]]
OLD = "#!/bin/sh\necho LibreOffice 7.4.7.2 40\n"


@pytest.fixture
def person(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> office.Office:
    """Somebody with LibreOffice, a profile of their own and no administrator's rights."""
    found = calc_office.unprivileged(tmp_path)
    monkeypatch.setattr(office, "find", lambda: found)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", str(tmp_path / "Zoë"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (tmp_path / "Zoë").mkdir()
    return found


def own_office_answers(person: office.Office, tmp_path: Path) -> Any:
    """What a formula shows in the person's own LibreOffice, started as they start it."""
    book = write(tmp_path / "own.xlsx", {"A1": '=WP_POSTCODE_FORMAT("tf75ug")'})
    return office.convert(person, ["--headless"], book, tmp_path / "out", "csv", 60).read_text("utf-8").strip()


def checks() -> dict[str, tuple[str, str, str]]:
    return {check.part: (check.state, check.seen, check.fix) for check in doctor.examine()}


def test_in_and_out_again(person: office.Office, tmp_path: Path, home: Path, run: Run) -> None:
    thorough()
    assert checks()["Extension"][0] == "note"
    assert run("addin", "uninstall", "--calc", "--yes") == (0, "There was nothing to take out.\n", "")
    code, out, err = run("addin", "install", "--calc")
    now = install.installed()
    assert (code, err) == (0, "") and "Start LibreOffice anew" in out and now is not None and str(now.folder) in out
    assert now.noted == {"python": sys.executable, "home": str(home), "wpxl": wpxl.__version__}
    assert own_office_answers(person, tmp_path) == "TF7 5UG"
    assert {part: state for part, (state, _, _) in checks().items()} == dict.fromkeys(
        ("Calc", "Extension", "Answer"), "ok"
    )
    assert run("addin", "install", "--calc")[0] == 0 and install.installed() is not None
    code, out, _ = run("addin", "uninstall", "--calc", "--yes")
    assert code == 0 and out.startswith("removed: ") and install.installed() is None
    assert own_office_answers(person, tmp_path) == "#NAME?"


def test_what_the_doctor_finds_wrong(person: office.Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install.install()
    now = install.installed()
    assert now is not None
    settings, loader = now.folder / extension.SETTINGS, now.folder / "loader.py"
    was = {file: file.read_text("utf-8") for file in (settings, loader)}

    def found(file: Path, text: str) -> tuple[str, str, str]:
        file.write_text(text, "utf-8")
        said = checks()
        file.write_text(was[file], "utf-8")
        assert ("Answer" in said) == (said["Extension"][0] != "bad")
        return said["Extension"]

    monkeypatch.setattr(doctor, "_question", lambda _: doctor.Check("Answer", "ok", ""))
    again = "Run: wpxl addin install --calc"
    state, seen, fix = found(loader, "# another")
    assert (state, fix) == ("bad", again) and "loader.py" in seen
    for broken in ("", "[]", "{}", '{"python": "/no/such/python"}'):
        state, seen, fix = found(settings, broken)
        assert (state, fix) == ("bad", again) and "no longer there" in seen
    state, seen, _ = found(settings, json.dumps({**now.noted, "home": "/elsewhere"}))
    assert state == "note" and "/elsewhere" in seen
    monkeypatch.setattr(office, "find", lambda: None)
    assert checks()["Calc"][0] == "bad"


def test_an_answer_that_is_wrong_or_does_not_come(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mute = office.Office(script(tmp_path / "mute" / "soffice", "#!/bin/sh\n"), "25.2")
    check = doctor._question(mute)
    assert check.state == "bad" and check.seen == "LibreOffice made nothing of question.xlsx: it said nothing."
    (tmp_path / "question.csv").write_text("#REF!\n")
    monkeypatch.setattr(office, "convert", lambda *_: tmp_path / "question.csv")
    check = doctor._question(mute)
    assert (check.state, check.seen) == ("bad", "tf75ug → #REF!") and "calc.log" in check.fix


def test_a_profile_that_cannot_be_written(person: office.Office, tmp_path: Path, run: Run) -> None:
    with locked(tmp_path / "Zoë"):
        code, out, err = run("addin", "install", "--calc")
    assert (code, out) == (1, "") and err.startswith("LibreOffice did not do it:") and err.count("\n") == 1
    assert install.installed() is None


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="the programs are scripts of a Unix shell")
class TestRefusals:
    @pytest.fixture(autouse=True)
    def _nobody(self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    def said(self, run: Run, monkeypatch: pytest.MonkeyPatch, *programs: Path) -> str:
        monkeypatch.setattr(office, "_places", lambda: list(programs))
        code, out, err = run("addin", "install", "--calc")
        assert (code, out) == (1, "") and err.count("\n") == 1
        return err

    def new(self, tmp_path: Path, unopkg: str = "") -> Path:
        program = script(tmp_path / "new" / "soffice", OLD.replace("7.4.7.2", "25.8.1.1"))
        if unopkg:
            script(program.with_name("unopkg"), f"#!/bin/sh\n{unopkg}\n")
        return program

    def test_none_and_too_old(self, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        none = self.said(run, monkeypatch)
        assert "was not found" in none and "25.2 or later" in none and "install" in none
        old = script(tmp_path / "old" / "soffice", OLD)
        assert self.said(run, monkeypatch, old).startswith("This is LibreOffice 7.4.7.2, and wpxl needs 25.2 or later")
        assert self.said(run, monkeypatch, script(tmp_path / "odd" / "soffice", "#!/bin/sh\nexit 3\n")) == none
        assert [check.state for check in doctor.examine()] == ["note"]
        assert office.find() is None
        monkeypatch.setattr(office, "_places", lambda: [old, self.new(tmp_path)])
        assert office.needed().version == "25.8.1.1"

    def test_root(self, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        assert self.said(run, monkeypatch, self.new(tmp_path)).startswith("Root has no LibreOffice of its own")

    def test_a_program_kept_apart(self, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "snap").mkdir()
        assert "snap or flatpak" in self.said(run, monkeypatch, self.new(tmp_path / "snap"))

    def test_what_the_package_manager_says(self, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "has no unopkg" in self.said(run, monkeypatch, self.new(tmp_path))
        said = self.said(run, monkeypatch, self.new(tmp_path, "echo; echo ERROR: It is locked.; echo more; exit 1"))
        assert said == "LibreOffice did not do it: It is locked. Close LibreOffice and try again.\n"
        assert "does not keep it" in self.said(run, monkeypatch, self.new(tmp_path, "exit 0"))
        monkeypatch.setattr(install, "LIMIT", 0.2)
        assert "had not finished after 0.2 seconds" in self.said(run, monkeypatch, self.new(tmp_path, "sleep 60"))


def test_a_run_that_takes_too_long_leaves_nothing_behind(tmp_path: Path) -> None:
    program = script(tmp_path / "soffice", f"#!/bin/sh\nsleep 61 &\necho $! > {tmp_path}/pid\nwait\n")
    with pytest.raises(Fault, match="had not finished after 1 seconds and was ended"):
        office.run(program, [], 1)
    child = int((tmp_path / "pid").read_text())
    states = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True).stdout.split()
    assert not states or states[0].startswith("Z")


@pytest.mark.parametrize(
    ("system", "place", "variable"),
    [
        ("Windows", "Programs/LibreOffice/program/soffice.com", "ProgramFiles"),
        ("Darwin", "Applications/LibreOffice.app/Contents/MacOS/soffice", "HOME"),
    ],
)
def test_places_on_other_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, place: str, variable: str
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(variable, str(tmp_path / "Programs" if system == "Windows" else tmp_path))
    assert office.find() is None
    program = tmp_path / place
    program.parent.mkdir(parents=True)
    script(program, OLD.replace("7.4.7.2", "25.2.3.2"))
    assert office.find() == office.Office(program, "25.2.3.2")
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    assert install.installed() is None and str(tmp_path) in str(install._profile())


def test_build_writes_where_it_is_told(tmp_path: Path, run: Run) -> None:
    code, out, _ = run("addin", "build", "--calc", "-o", str(tmp_path / "x.oxt"))
    assert code == 0 and "x.oxt" in out and (tmp_path / "x.oxt").read_bytes() == extension.build()


@pytest.mark.skipif(platform.system() != "Linux", reason="other systems' LibreOffice brings a Python of its own")
def test_an_activated_environment_is_kept_from_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its python3 would be taken for the home of the Python inside LibreOffice, which is of another version."""
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    script(tmp_path / "venv" / "bin" / "python3", "#!/bin/sh\n")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "venv" / "bin"), str(tmp_path), "/usr/bin"]))
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    found = office.surroundings()
    assert found["PATH"].split(os.pathsep) == [str(tmp_path), "/usr/bin", "/bin"] and "PYTHONHOME" not in found
