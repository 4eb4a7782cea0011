"""Looking at every part that Calc's functions need, one by one, with what to do where one is wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from ... import __version__
from ...errors import Fault
from ...store import home
from ..check import BAD, NOTE, OK, Check
from . import extension, install, office

AGAIN = "Run: wpxl addin install --calc"
TRIED, EXPECTED = "tf75ug", "TF7 5UG"


def examine() -> Iterator[Check]:
    """What is worth saying about LibreOffice here. To do without it is no fault."""
    now = install.installed()
    try:
        found = office.needed()
    except Fault as fault:
        yield Check("Calc", BAD if now else NOTE, fault.sentence)
        return
    yield Check("Calc", OK, f"LibreOffice {found.version}, {found.program}")
    if now is None:
        yield Check("Extension", NOTE, "LibreOffice has no wpxl.", f"To have the functions in Calc: {AGAIN[5:]}")
        return
    checks = list(_extension(now))
    yield from checks
    if all(check.state != BAD for check in checks):
        yield _question(found)


def _extension(now: install.Installed) -> Iterator[Check]:
    python, tables = str(now.noted.get("python", "")), str(now.noted.get("home", ""))
    differing = [name for name, content in extension.parts().items() if not _holds(now.folder / name, content)]
    if differing:
        seen = f"{now.folder} is not the one of this wpxl {__version__} ({', '.join(differing)})."
        yield Check("Extension", BAD, seen, AGAIN)
    elif not Path(python).is_file():
        yield Check("Extension", BAD, f"The Python that LibreOffice is to start is no longer there: {python}", AGAIN)
    elif now.noted != install.settings():
        seen = f"LibreOffice starts {python} with the tables in {tables}; here it is another Python or WPXL_HOME."
        yield Check("Extension", NOTE, seen, f"To change it: {AGAIN[5:]}")
    else:
        yield Check("Extension", OK, str(now.folder))


def _holds(file: Path, content: str) -> bool:
    try:
        return file.read_bytes() == content.encode()
    except OSError:
        return False


def _question(found: office.Office) -> Check:
    """A formula calculated by this LibreOffice, beside the person's own profile and open documents."""
    import xlsxwriter

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with xlsxwriter.Workbook(folder / "question.xlsx") as book:
            book.add_worksheet().write_formula("A1", f'WP_POSTCODE_FORMAT("{TRIED}")', value="not calculated")
        try:
            made = office.convert(found, office.apart(folder), folder / "question.xlsx", folder, "csv", 60)
        except Fault as fault:
            return Check("Answer", BAD, fault.sentence)
        answer = made.read_text("utf-8").strip()
    if answer == EXPECTED:
        return Check("Answer", OK, f"{TRIED} → {answer}")
    fix = f"See {home() / 'log' / 'calc.log'}; if it says nothing, LibreOffice lacks its Python (Debian: python3-uno)."
    return Check("Answer", BAD, f"{TRIED} → {answer}", fix)
