"""Where tests keep their tables: never in the user's own folder, and genuine published files only where they are given."""

from __future__ import annotations

import csv
import io
import json
import os
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

import wpxl
from wpxl.errors import CODES, Fault

HERE = Path(__file__).resolve().parent
OPEN_DATA = os.environ.get("WPXL_OPEN_DATA")
STRICT = os.environ.get("WPXL_STRICT") == "1"  # everything, however long it takes; LibreOffice has to be there


def some(quick: int, strict: int) -> int:
    """How many there should be of something: few in the quick run, many in the strict one."""
    return strict if STRICT else quick


def parts(path: Path) -> dict[str, bytes]:
    """The parts of a workbook file, as they are in it."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def loaded(path: Path, **options: bool) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl says what it does not know
        return openpyxl.load_workbook(path, **options)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not STRICT:
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="it takes long: WPXL_STRICT=1 runs it too"))


@pytest.fixture(scope="session")
def index_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without tables, shared by all tests that only need the sample edition."""
    return tmp_path_factory.mktemp("sample-home")


@pytest.fixture(autouse=True)
def _home(index_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees the tables of whoever runs it. After each, the log must be free of wpxl's own errors."""
    monkeypatch.setenv("WPXL_HOME", str(index_cache))
    log = index_cache / "log" / "wpxl.log"
    before = log.read_text() if log.exists() else ""
    yield
    after = log.read_text() if log.exists() else ""
    assert after == before, f"wpxl noted an error of its own: {after[len(before) :]}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of this test's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("WPXL_HOME", str(folder))
    return folder


@pytest.fixture
def folder(home: Path, tmp_path: Path) -> Path:
    """A place for published files, beside an empty home."""
    (tmp_path / "published").mkdir()
    return tmp_path / "published"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """The `wpxl` command in this process: exit code, what it printed, what it said on stderr."""
    from wpxl.hosts.cli import main

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(list(arguments))
        out = capsys.readouterr()
        return int(stopped.value.code or 0), out.out, out.err

    return run


@pytest.fixture(scope="session")
def open_data() -> Path:
    """The genuine published files. Unset: those tests skip. Set: whatever is missing there is a failure, not a skip."""
    if not OPEN_DATA:
        pytest.skip("genuine published data is not here: set WPXL_OPEN_DATA to its folder")
    folder = Path(OPEN_DATA).resolve()
    assert (folder / "README.md").exists(), f"WPXL_OPEN_DATA is {folder}, which is not the folder of open data"
    return folder


class Case(NamedTuple):
    """A row of tests/cases: what is asked, what must come back, why, and who says so."""

    file: str
    line: int
    function: str
    arguments: list[Any]
    expected: list[list[Any]]
    sentence: str  # the beginning of what WP_WHY must say, or nothing
    why: str
    source: str

    @property
    def id(self) -> str:
        return f"{self.file}:{self.line}"


def read_cases(pattern: str) -> list[Case]:
    cases = []
    for path in sorted((HERE / "cases").glob(pattern)):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                arguments = [decoded(a) for a in json.loads(row["arguments"])]
                expected = json.loads(row["expected"])
                grid = expected if isinstance(expected, list) else [[expected]]
                line = len(cases) + 2
                cases.append(
                    Case(path.stem, line, row["function"], arguments, grid, row["sentence"], row["why"], row["source"])
                )
    return cases


def decoded(value: Any) -> Any:
    """JSON has no error cells: an error code stands for one."""
    if isinstance(value, list):
        return [decoded(v) for v in value]
    return Fault(value, "The cell holds an error.") if value in CODES else value


def plain(grid: Any) -> list[list[Any]]:
    """An answer with errors as their codes, to compare with a table of cases."""
    return [[v.code if isinstance(v, Fault) else v for v in row] for row in grid]


def ask(postcode: str, measures: str) -> list[Any]:
    """One postcode's answers, errors as codes."""
    return plain(wpxl.call("WP_POSTCODE", postcode, measures))[0]


def add(path: Path) -> list[tuple[str, str]]:
    """Add a file or folder: what was done, what was said."""
    from wpxl import ingest

    return [(outcome.done, outcome.said) for outcome in ingest.add([path])]


def zipped(**members: bytes) -> bytes:
    """A zip of these members, in memory."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()
