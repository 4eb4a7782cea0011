"""The page for IT lists the files and keys that are really written, and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fake_windows import FakeWindows

from wpxl.hosts.excel_com import install, process, server

PAGE = Path(__file__).resolve().parent.parent / "docs" / "it.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="not run from a checkout")


def table(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, without backticks."""
    section = PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line[:1] == "|"
    ]
    return rows[2:]


@pytest.fixture
def used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeWindows:
    """A machine on which the add-in is installed and its server runs."""
    pc = FakeWindows(tmp_path)
    pc.registry.clear()
    monkeypatch.setenv("WPXL_HOME", str(Path(pc.variables["LOCALAPPDATA"], "wpxl")))
    (tmp_path / "wpxl.xlam").write_bytes(b"PK")
    monkeypatch.setattr(install, "shipped", lambda _: tmp_path)
    install.install(pc)
    pc.processes[4711] = 99
    process.note(pc, "0.1.0")
    server._log(pc, "started")
    return pc


def test_files(used: FakeWindows) -> None:
    rows = table("Files that the add-in writes")
    assert sorted(row[0] for row in rows) == sorted(used.files())
    process.note_file(used).unlink()
    server.log_file(used).unlink()
    assert sorted(row[0] for row in rows if row[2] == "install") == sorted(used.files())


def test_keys(used: FakeWindows) -> None:
    folder = str(used.runs.executable.parent)
    written = {
        key: re.sub(r"[/\\]pythonw", r"\\pythonw", values[""].replace(folder, "<folder of Python>"))
        for key, values in used.entered().items()
    }
    assert dict(table("Registry keys")) == written
    assert all(list(values) == [""] for values in used.entered().values())
