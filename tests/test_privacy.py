"""Nothing but the outputs that were asked for holds a learner: planted secrets go through every command, with failures provoked.

Every learner is invented; no postcode begins with XX, and none is written like the broken ones.
"""

from __future__ import annotations

import datetime
import io
import os
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from templates import instructed, plain

from wpxl.workbooks import files

Run = Callable[..., tuple[int, str, str]]
HEADS: tuple[Any, ...] = ("Learner ID", "First name", "Last name", "Date of birth", "Home postcode", "School", "Year group", "FSM",
         "Parent occupation", "Tracking statement seen", "HEAT ID")  # fmt: skip
LEAP = datetime.datetime(2008, 2, 29)
LEARNERS: list[tuple[Any, ...]] = [
    ("L1", "Zyxwina", "Quillfeather", LEAP, "XX9 9ZZ", "Ash School (fictional)", 12, "Y", "Nurse", "Y", "#00000001"),
    ("L2", "Zyxwina", "Quillfeather", "29/02/2008", "xx99zz", "Ash School (fictional)", 7, "x", "Nurse", "Y", None),
    ("L3", "VORTIGERNA9", " Bumblethwick", "31/02/2009", "XX9 9Z?", "Nowhere Hall", 12, "maybe", "=1+1", "N", "7"),
    ("L4", "Quillfeather", "Zyxwina", "02/29/2008", "QQQ 7QQ", "Nowhere Hall", 99, "Y", "Nurse", None, None),
    ("L5", "=Vortigerna", "@Bumblethwick", "13 Octember 2009", "XX9 9ZZ, Walsall", None, None, None, None, "Y", None),
    ("L6", "=Vortigerna", "@Bumblethwick", LEAP, "XX9 9ZZ", "Birch Academy (fictional)", 12, "N", "Nurse", "Y", None),
]  # fmt: skip
SECRETS = ("zyxwina", "quillfeather", "vortigerna", "bumblethwick", "xx9 9z", "xx99z", "qqq 7qq", "qqq7qq", "29/02/2008",
           "2008-02-29", "02/29/2008", "31/02/2009", "29 february 2008", "octember", "39507")  # fmt: skip


def told(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text.casefold()]


def held(folder: Path, but: tuple[Path, ...] = ()) -> dict[str, list[str]]:
    """The files that hold a secret, also inside archives: file → secrets."""
    out = {}
    for path in (p for p in folder.rglob("*") if p.is_file() and p not in but):
        data = path.read_bytes()
        parts = [data]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts += [archive.read(name) for name in archive.namelist()]
        texts = [path.name, *(part.decode(code, "ignore") for part in parts for code in ("utf-8", "utf-16-le"))]
        found = [secret for text in texts for secret in told(text)]
        if found:
            out[str(path.relative_to(folder))] = found
    return out


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a workbook of secrets, an export of them and templates; everything else that is written lands beside it."""
    folder = tmp_path / "work"
    for name in ("temporary", "work"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.chdir(folder)
    book = openpyxl.Workbook()
    work, took = book.create_sheet("Activities"), book.create_sheet("Learner attendance")
    people = book.active
    assert people is not None
    people.title = "Learners"
    for row in (HEADS, *LEARNERS):
        people.append(row)
    for row in (
        ("Activity ID", "Activity title", "Date", "Activity type"),
        ("A1", "Taster day", "1/10/2025", "Taster"),
    ):
        work.append(row)
    for row in (("Activity", "Learner ID"), *(("A1", row[0]) for row in LEARNERS), ("A1", "Quillfeather")):
        took.append(row)
    for cell in (cell for row in people.iter_rows() for cell in row if isinstance(cell.value, str)):
        cell.data_type = "s"  # text, whatever it begins with
    book.save(folder / "book.xlsx")
    csv = [",".join(HEADS), *(",".join(f'"{"" if cell is None else cell}"' for cell in row) for row in LEARNERS)]
    (folder / "list.csv").write_text("\n".join(csv), "utf-8")
    (folder / "damaged.xlsx").write_bytes((folder / "book.xlsx").read_bytes()[:-900])
    (folder / "one.xlsx").write_bytes(plain())
    (folder / "two.xlsx").write_bytes(instructed())
    return folder


GIVEN = ("book.xlsx", "list.csv", "damaged.xlsx")
OUT = ("out.xlsx", "out.csv", "one-filled.xlsx")
SILENT = [  # what these print is about the work, not of the learners
    ("profile", "book.xlsx", "-o", "out.xlsx"),
    ("profile", "list.csv", "-o", "out.csv"),
    ("heat", "check", "book.xlsx"),
    ("heat", "check", "book.xlsx", "--json"),
    ("heat", "check", "book.xlsx", "--template", "one.xlsx", "--against", "list.csv"),
    ("heat", "check", "book.xlsx", "--fix", "-o", "out.xlsx"),
    ("heat", "fill", "one.xlsx", "--from", "book.xlsx"),
    ("heat", "fill", "one.xlsx", "--from", "book.xlsx", "-o", "out.xlsx", "--map", "Last name=First Name"),
    ("heat", "fill", "two.xlsx", "--from", "list.csv", "-o", "out.xlsx", "--statement-seen", "--clean-names"),
    ("heat", "update", "book.xlsx", "--from", "list.csv"),
    ("heat", "update", "book.xlsx", "--from", "list.csv", "--json", "-o", "out.xlsx", "--take", "E2"),
    ("heat", "deadlines", "book.xlsx", "--today", "2025-11-24"),
    ("report", "understood", "book.xlsx"),
    ("report", "all", "book.xlsx", "-o", "out.xlsx"),
    *(("act", name, "book.xlsx", "-o", "out.xlsx", "--sheet", "Learners", "--select", "A1:K7", *("--answer", "1") * 3)
      for name in ("profile_values", "classify_occupations", "target_learners", "mark_problems", "check_upload")),
    ("act", "import_templates", "book.xlsx", "-o", "out.xlsx", "--sheet", "Learners", "--answer", "one.xlsx", "--answer", ""),
]  # fmt: skip
FAILING = [
    ("profile", "damaged.xlsx", "-o", "out.xlsx"),
    ("profile", "list.csv", "-o", "nowhere/out.csv"),
    ("profile", "list.csv", "--column", "Quilt", "-o", "out.csv"),
    ("heat", "check", "damaged.xlsx"),
    ("heat", "check", "book.xlsx", "--template", "list.csv"),
    ("heat", "fill", "one.xlsx", "--from", "book.xlsx", "-o", "nowhere/out.xlsx"),
    ("heat", "fill", "one.xlsx", "--from", "damaged.xlsx"),
    ("heat", "fill", "book.xlsx", "--from", "book.xlsx", "-o", "book.xlsx"),
    ("heat", "update", "book.xlsx", "--from", "damaged.xlsx"),
    ("heat", "update", "book.xlsx", "--from", "one.xlsx", "-o", "book.xlsx"),
    ("heat", "update", "book.xlsx", "--from", "list.csv", "--take", "Quilt"),
    ("report", "learners", "damaged.xlsx"),
    ("report", "plan", "book.xlsx"),
]


def beside(place: Path) -> dict[str, list[str]]:
    """What was written that holds a secret, but for what was given and asked for."""
    given = tuple(place / name for name in (*GIVEN, *OUT, *(f"out-{n}.xlsx" for n in range(1, 9))))
    return held(place.parent, given)


@pytest.mark.parametrize("arguments", SILENT, ids=" ".join)
def test_what_is_printed_and_kept_names_nobody(arguments: tuple[str, ...], place: Path, run: Run) -> None:
    code, out, said = run(*arguments)
    assert code in (0, 1) and "wpxl met an error" not in said, said
    assert told(out) == told(said) == [] and beside(place) == {}
    assert list((place.parent / "temporary").iterdir()) == [] and list(place.glob(".*")) == []


@pytest.mark.parametrize("arguments", FAILING, ids=" ".join)
def test_refusals_name_nobody(arguments: tuple[str, ...], place: Path, run: Run) -> None:
    code, out, said = run(*arguments)
    assert code in (1, 2) and (out or said) and told(out) == told(said) == [], (code, out, said)
    assert beside(place) == {} and list((place.parent / "temporary").iterdir()) == [] and list(place.glob(".*")) == []


BREAKS = [
    (("profile", "list.csv", "-o", "out.csv"), "wpxl.profile.read_delimited"),
    (("heat", "check", "book.xlsx"), "wpxl.importing.checking.check"),
    (("heat", "fill", "one.xlsx", "--from", "book.xlsx", "-o", "out.xlsx"), "wpxl.importing.filling.fill"),
    (("heat", "update", "book.xlsx", "--from", "list.csv", "-o", "out.xlsx"), "wpxl.importing.updating.put"),
    (("report", "learners", "book.xlsx"), "wpxl.reporting.sheets_of"),
]


@pytest.mark.parametrize(("arguments", "place_of_error"), BREAKS, ids=lambda value: str(value)[:30])
def test_our_own_errors_are_logged_without_what_cells_held(
    arguments: tuple[str, ...], place_of_error: str, place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors of Python quote the values they stumbled over."""

    def broken(*_: Any, **__: Any) -> Any:
        raise ValueError(f"could not convert {LEARNERS[0]!r} Zyxwina Quillfeather XX9 9ZZ 29/02/2008")

    monkeypatch.setattr(place_of_error, broken)
    code, out, said = run(*arguments)
    log = place.parent / "home" / "log" / "wpxl.log"
    assert code == 1 and "wpxl met an error of its own" in said and "ValueError" in log.read_text()
    assert told(out) == told(said) == told(log.read_text()) == [] and beside(place) == {}
    assert list(place.glob(".*")) == []


# ------------------------------------------------------------------------------------------------------ half-written files

posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps files private by their folder")


@posix
def test_drafts_are_private_and_the_finished_file_is_as_others_are(tmp_path: Path) -> None:
    target, other = tmp_path / "new.xlsx", tmp_path / "other"
    other.touch()
    with files.replacing(target) as file:
        file.write(b"Quillfeather")
        (draft,) = tmp_path.glob(".*")
        assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    assert target.stat().st_mode == other.stat().st_mode
    target.chmod(0o640)
    with files.replacing(target) as file:
        file.write(b"again")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640 and list(tmp_path.glob(".*")) == []


def test_a_failure_leaves_no_draft(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), files.replacing(tmp_path / "new.xlsx") as file:
        file.write(b"Quillfeather")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next_writing(tmp_path: Path) -> None:
    old, busy, others = (
        tmp_path / name for name in (".new.xlsx.0123abcd.tmp", ".new.xlsx.4567abcd.tmp", ".other.xlsx.0123abcd.tmp")
    )
    for draft in (old, busy, others):
        draft.write_bytes(b"Quillfeather")
    long_ago = time.time() - 2 * 3600
    os.utime(old, (long_ago, long_ago))
    os.utime(others, (long_ago, long_ago))
    with files.replacing(tmp_path / "new.xlsx") as file:
        file.write(b"new")
    assert {path.name for path in tmp_path.iterdir()} == {"new.xlsx", busy.name, others.name}


WAITS = """
import sys, time
from pathlib import Path
from wpxl.hosts import cli
from wpxl.workbooks import files
def slow(*_, **__):
    with files.replacing(Path("out.xlsx")) as file:
        file.write(b"Quillfeather")
        file.flush()
        print("writing", flush=True)
        time.sleep(30)
import wpxl.importing.checking
wpxl.importing.checking.check_file = slow
cli.main(["heat", "check", "book.xlsx"])
"""


@posix
def test_a_command_that_is_told_to_end_tidies_up(place: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", WAITS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "writing\n"
    assert len(list(place.glob(".*"))) == 1
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=20)
    assert child.returncode == 1 and "Stopped" in said and told(said) == []
    assert list(place.glob(".*")) == [] and not (place / "out.xlsx").exists()


# ------------------------------------------------------------------------------------------------------------- outputs


def test_what_begins_like_a_formula_is_written_as_text_and_the_output_says_when_to_delete_it(
    place: Path, run: Run
) -> None:
    code, out, said = run("heat", "fill", "one.xlsx", "--from", "book.xlsx", "-o", "out.xlsx", "--statement-seen")
    assert code == 0, said
    cells = [cell for sheet in openpyxl.load_workbook(place / "out.xlsx") for row in sheet.iter_rows() for cell in row]
    typed = {cell.value: cell.data_type for cell in cells if isinstance(cell.value, str) and "ortigerna" in cell.value}
    assert typed and set(typed.values()) == {"s"}
    assert "=Vortigerna" in typed and "delete it" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "book.xlsx", "--fix", "-o", "out.xlsx"),
        ("update", "book.xlsx", "--from", "list.csv", "-o", "out.xlsx"),
    ],
    ids="heat {0[0]}".format,
)
def test_whoever_has_a_copy_of_learners_written_is_told_to_delete_it(
    arguments: tuple[str, ...], place: Path, run: Run
) -> None:
    _, out, said = run("heat", *arguments)
    assert (place / "out.xlsx").exists() and "delete it" in out + said
