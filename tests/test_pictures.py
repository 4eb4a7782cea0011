"""The ready-made workbooks recalculated by a real Calc, every formula from a wrong saved value, and their pages as pictures."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from calc_office import calc, thorough
from ready_books import Books, cells, expected, formula, opened, saved

from wpxl import ready
from wpxl.errors import CODES
from wpxl.hosts.calc import office
from wpxl.hosts.calc.recalc import Recalculated, recalc

NAMES = ("demo", "log")
CELL = re.compile(rb'(<c r="[A-Z]+\d+"[^>/]*>)((?:(?!</c>).)*</c>)', re.DOTALL)
FORMULA = re.compile(rb"<f(?:[^>]*/>|[^<]*</f>)")


class Made(NamedTuple):
    """A workbook before (as it is made) and after it was recalculated, and how that went."""

    before: Books
    after: Books
    outcome: Recalculated
    pages: list[Path]
    text: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, index_cache: Path) -> dict[str, Made]:
    thorough()
    folder, program = tmp_path_factory.mktemp("pictures"), calc().program
    written = {"demo": ready.demo(), "log": ready.log()}
    for name, data in written.items():
        (folder / f"{name}.xlsx").write_bytes(data)
        changed(folder / f"{name}.xlsx", folder / f"{name} wrong.xlsx", wrong)
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor() as pool:
        patch.setenv("WPXL_HOME", str(index_cache))
        outcomes = list(pool.map(lambda n: recalc(folder / f"{n} wrong.xlsx", folder / f"{n} now.xlsx"), NAMES))
    (folder / "seen").mkdir()
    for name in NAMES:  # what a person sees who has no add-in: the values alone
        changed(folder / f"{name} now.xlsx", folder / "seen" / f"{name}.xlsx", lambda cell: FORMULA.sub(b"", cell[0]))
    books = [str(folder / "seen" / f"{name}.xlsx") for name in NAMES]
    chosen = office.apart(folder / "office")
    office.run(program, [*chosen, "--convert-to", "pdf", "--outdir", str(folder / "seen"), *books], 100)
    found = {}
    for name, outcome in zip(NAMES, outcomes, strict=True):
        pdf = folder / "seen" / f"{name}.pdf"
        subprocess.run(["pdftoppm", "-r", "40", "-gray", str(pdf), str(pdf.with_suffix(""))], check=True)
        text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout.decode()
        pages = sorted(pdf.parent.glob(f"{name}-*.pgm"))
        now = opened((folder / f"{name} now.xlsx").read_bytes())
        found[name] = Made(opened(written[name]), now, outcome, pages, text)
    return found


def changed(book: Path, target: Path, change: Callable[[re.Match[bytes]], bytes]) -> None:
    """The workbook with its cells changed."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, CELL.sub(change, data) if name.startswith("xl/worksheets/sheet") else data)


def wrong(cell: re.Match[bytes]) -> bytes:
    """A formula of wpxl's with a wrong answer."""
    if b"WP_" not in cell[2] or b"<f" not in cell[2]:
        return cell[0]
    return re.sub(rb' t="[^"]*"', b"", cell[1]) + re.sub(rb"<v>[^<]*</v>", b"<v>999</v>", cell[2])


def grids(books: Books) -> dict[str, list[list[Any]]]:
    return {
        s.title: [["" if c.value is None else c.value for c in row] for row in s.iter_rows()] for s in books.answers
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_gets_its_answer_back(made: dict[str, Made], name: str) -> None:
    """What LibreOffice made of 999 everywhere is what the workbook was made with, cell by cell."""
    before, after, outcome, *_ = made[name]
    asked = [cell for cell in cells(after) if formula(cell)]
    ours = [cell for cell in asked if "WP_" in formula(cell)]
    assert outcome.refused == [] and outcome.changed == len(ours) > 200 and len(ours) <= outcome.formulas <= len(asked)
    was, now = grids(before), grids(after)
    differ = [
        (sheet, r, c)
        for sheet, rows in was.items()
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if now[sheet][r][c] != value and now[sheet][r][c] != pytest.approx(value)
    ]
    count = sum(len(row) for rows in was.values() for row in rows)
    sys.stdout.write(f"{name}: {len(asked)} formulas, {count} cells compared, {len(differ)} differences\n")
    assert differ == []


def test_every_cell_of_the_demonstration_is_what_wpxl_says(made: dict[str, Made]) -> None:
    after = made["demo"].after
    asked = [cell for cell in cells(after) if formula(cell)]
    differ = [cell.coordinate for cell in asked if saved(cell, after) != expected(formula(cell), cell, after)]
    count = sum(len(row) for cell in asked for row in saved(cell, after))
    sys.stdout.write(f"demo: {len(asked)} formulas, {count} cells compared with wpxl.call, {len(differ)} differences\n")
    assert differ == [] and count > 500


@pytest.mark.parametrize("name", NAMES)
def test_every_page_shows_something(made: dict[str, Made], name: str) -> None:
    assert len(made[name].pages) >= 6
    for page in made[name].pages:
        kind, width, height, white, pixels = page.read_bytes().split(maxsplit=4)
        assert kind == b"P5" and white == b"255" and len(pixels) >= int(width) * int(height)
        dark = sum(pixels.count(shade) for shade in map(bytes, zip(range(160), strict=True))) / len(pixels)
        assert 0.002 < dark < 0.5, f"{page.name}: {dark:.1%} of it is dark"


@pytest.mark.parametrize("name", NAMES)
def test_no_page_shows_an_error_that_is_not_meant(made: dict[str, Made], name: str) -> None:
    """Errors on paper are those of the workbook as it was made, and none of them is one of a name that was not known."""
    meant = Counter(
        cell.value
        for sheet in made[name].before.answers
        if sheet.sheet_state == "visible"
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e"
    )
    shown = Counter(re.findall("|".join(map(re.escape, CODES)), made[name].text))
    quoted = Counter(code for s in made[name].before.answers for row in s.iter_rows() for c in row if c.data_type == "s"
                     for code in re.findall("|".join(map(re.escape, CODES)), str(c.value)))  # fmt: skip
    assert "#NAME?" not in meant and "Err:" not in made[name].text
    assert shown.keys() <= (meant | quoted).keys()
    for code, count in shown.items():
        assert count <= meant[code] + quoted[code], code
