"""The page for IT lists the files and keys that are really written, and no others; the checks on Windows promise what is true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import plain
from fake_windows import FakeWindows

import wpxl
from wpxl.errors import Fault
from wpxl.hosts.excel_com import install, process, server

PAGE = Path(__file__).resolve().parent.parent / "docs" / "it.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="not run from a checkout")


CHECKS = PAGE.with_name("windows-check.md")


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


def test_what_a_person_on_windows_is_told_to_expect() -> None:
    page = CHECKS.read_text("utf-8")
    na = Fault("#N/A", "The cell holds an error.")
    cells = {"A1:A5": [["TF7 5UG"], ["B9 5EF"], ["WS108P"], [None], [na]]}
    rows = re.findall(r"^\| (?:[A-Z]1: )?`=(WP_\w+)\((.*)\)` \| (.*) \|$", page, re.M)
    assert [row[0] for row in rows] == [
        "WP_POSTCODE_FORMAT",
        "WP_POSTCODE",
        "WP_WHY",
        "WP_POSTCODE",
        "WP_PRIORITY_FROM",
    ]
    answers = [
        plain(
            wpxl.call(name, *(cells[a] if a in cells else json.loads(a) for a in re.findall(r'"[^"]*"|[^,]+', given)))
        )
        for name, given, _ in rows
    ]
    assert rows[0][2] == f"`{answers[0][0][0]}`" and rows[4][2] == f"`{answers[4][0][0]}`"
    assert answers[1][0] == [6259, 1] and answers[1][1][0] == 1107
    assert answers[1][2:] == [["#VALUE!"] * 2, [None] * 2, ["#N/A"] * 2]
    assert answers[2][2][0].startswith("'WS108P' is not a full postcode: ") and rows[2][2].endswith(
        "Did you mean WS10 8PQ?*"
    )
    assert answers[2][2][0].endswith("Did you mean WS10 8PQ?") and answers[3] == [["#VALUE!"]]


def test_its_buttons_are_the_ribbons() -> None:
    from wpxl.macros import ACTIONS

    ribbon = CHECKS.read_text("utf-8").split("**5. ")[1].split("**6. ")[0]
    named = re.findall(r"\*([A-Z][^*]+)\*", ribbon.partition("\n")[2])
    assert len(named) >= 7 and set(named) <= {action.label for action in ACTIONS.values()}
