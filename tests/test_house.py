"""The house rules: imports point down, types and style hold, nothing heavy on the way to one answer, generated files are fresh."""

from __future__ import annotations

import doctest
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import wpxl
from wpxl.catalogue import CATALOGUE, CELLS, WIZARD_LIMIT
from wpxl.emit import emit

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = ["Shape:", "Unit:", "Errors:", "Source:", "Examples:"]
pytestmark = pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="not run from a checkout")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def test_imports_point_down() -> None:
    done = run("-c", "from importlinter.cli import lint_imports_command as c; c()")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def test_style() -> None:
    done = run("-m", "ruff", "check", "--output-format", "concise", ".")
    assert done.returncode == 0, done.stdout


def test_layout_of_the_code() -> None:
    done = run("-m", "ruff", "format", "--check", ".")
    assert done.returncode == 0, done.stdout


def test_types() -> None:
    done = run("-m", "mypy", "--no-error-summary")
    assert done.returncode == 0, done.stdout


def test_modules_stay_small() -> None:
    long = {p.name: n for p in (ROOT / "wpxl").rglob("*.py") if (n := len(p.read_text("utf-8").splitlines())) > 420}
    assert not long, f"modules over about 400 lines: {long}"


def test_one_postcode_needs_no_heavy_library(index_cache: Path) -> None:
    wpxl.call("WP_POSTCODE", "TF7 5UG")  # the index is there from now on
    program = (
        "import sys, json, wpxl; answer = wpxl.call('WP_POSTCODE', 'TF7 5UG', 'IMD rank 2010')[0][0];"
        "print(json.dumps([answer, [m for m in ('numpy', 'pandas', 'pyarrow', 'xlwings', 'click', 'lxml') if m in sys.modules]]))"
    )
    done = run("-c", program)
    assert json.loads(done.stdout) == [6259, []], done.stderr


def test_a_sentence_and_a_status_need_none_either() -> None:
    wpxl.call("WP_POSTCODE", "TF7 5UG")
    program = (
        "import sys, wpxl; wpxl.why('WP_POSTCODE', 'WS108P'); wpxl.call('WP_POSTCODE_STATUS', 'TF7 5UG');"
        "print([m for m in ('numpy', 'pandas', 'pyarrow') if m in sys.modules])"
    )
    assert run("-c", program).stdout.strip() == "[]"


@pytest.mark.parametrize("path", list(emit()))
def test_generated_files_are_fresh(path: str) -> None:
    assert (ROOT / path).read_bytes() == emit()[path], f"{path} is stale: run 'wpxl emit'"


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_every_function_is_documented(name: str) -> None:
    function = CATALOGUE[name]
    assert 20 < len(function.summary) <= WIZARD_LIMIT and function.summary.endswith(".")
    at = [function.help.find(section) for section in SECTIONS]
    assert at == sorted(at) and at[0] >= 0, f"{name} needs, in this order: {SECTIONS}"
    for arg in function.args:
        assert len(arg.help) <= WIZARD_LIMIT and arg.help.endswith((".", '".'))
        assert arg.kind != CELLS or not arg.required or arg.example is not None


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_examples_in_the_help_are_true(name: str) -> None:
    test = doctest.DocTestParser().get_doctest(CATALOGUE[name].help, {"wpxl": wpxl}, name, None, None)
    assert test.examples
    failed = doctest.DocTestRunner(verbose=False).run(test)
    assert failed.failed == 0


def test_examples_in_modules_are_true() -> None:
    """Those of the cell functions are run with their help."""
    told = [path.relative_to(ROOT) for path in (ROOT / "wpxl").rglob("*.py") if ">>> " in path.read_text("utf-8")]
    for path in (p for p in told if p.parts[1] not in ("functions", "door.py")):
        module = importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
        assert doctest.testmod(module).failed == 0, path
