"""`wpxl report` and the ribbon's reports, on a workbook of a generated year: the same sheets from both."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import outreach_year
import pytest
from conftest import parts

from wpxl.errors import Fault
from wpxl.hosts.cli.act import Answers
from wpxl.macros import ACTIONS, act, in_excel
from wpxl.records import read as reading
from wpxl.reporting import all_ids, layout, make, under_title
from wpxl.reports import REPORTS
from wpxl.reports.shape import Asked, Chart, Column, Report, Table
from wpxl.workbooks import files
from wpxl.workbooks.book import Book
from wpxl.workbooks.engine import open_book, save_book
from wpxl.workbooks.records import sheets_of
from wpxl.workbooks.refs import Area, area

Run = Callable[..., tuple[int, str, str]]
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small generated year, as our own log holds it."""
    path = tmp_path_factory.mktemp("year") / "outreach.xlsx"
    outreach_year.write(path, outreach_year.small_year().sheets("log"))
    return path


def cells(path: Path, sheet: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows()]


def test_a_report_into_a_copy(log: Path, run: Run, tmp_path: Path) -> None:
    before, out = log.read_bytes(), tmp_path / "out.xlsx"
    code, said, err = run(
        "report", "types", str(log), "-o", str(out), "--as-of", "2026-02-03", "--year", "2025/26", "--suppress", "none"
    )
    assert (code, err) == (0, "") and log.read_bytes() == before
    assert "Activities" in said.splitlines()[0], "what was understood is said first"
    assert said.splitlines()[-2:] == ["Sheet 'Activities by type': new.", f"Written: {out}"]
    grid = cells(out, "Activities by type")
    assert str(grid[1][0]).endswith("academic year 2025/26 · as at 3 February 2026")
    records = outreach_year.small_year().records
    year = records.activities[records.activities["year"] == 2025]
    all_row = next(row for row in grid if row[0] == "All")
    assert all_row[1] == len(year)
    assert openpyxl.load_workbook(out).sheetnames[-1] == "Activities by type"


def test_in_place_and_once_more(log: Path, run: Run, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(log.read_bytes())
    assert run("report", "organisations", str(book), "--in-place")[0] == 0
    once = book.read_bytes()
    code, said, _ = run("report", "organisations", str(book), "--in-place")
    assert code == 0 and "made again in its place" in said and book.read_bytes() == once
    assert [sheet.name for sheet in sheets_of(Book.open(book))] == [sheet.name for sheet in sheets_of(Book.open(log))]


def test_all_of_them_and_those_left_out(log: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "all.xlsx"
    code, said, err = run("report", "all", str(log), "-o", str(out))
    assert code == 0, err
    names = [REPORTS[id_].sheet for id_ in all_ids()]
    made = [name for name in names if f"Sheet '{name}': new." in said]
    left = [name for name in names if f"Left out: {name}." in err]
    assert sorted(made + left) == sorted(names) and left == ["School"], err
    assert openpyxl.load_workbook(out).sheetnames[-len(made) :] == made
    again = tmp_path / "again.xlsx"
    assert run("report", "plan", str(out), "-o", str(again))[0] == 0 and again.read_bytes() == out.read_bytes()
    changed = {name for name, data in parts(log).items() if parts(out).get(name) != data}
    assert changed == {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"}


def test_suppression_leaves_lists_of_learners_out(log: Path, run: Run, tmp_path: Path) -> None:
    code, said, err = run("report", "participants", str(log), "--suppress", "under 10", "--json")
    assert code == 0 and "Counts of people under 10 are withheld" in said
    shown = [row for table in json.loads(said)[0]["tables"] for row in table["rows"]]
    assert not [v for row in shown for v in row if isinstance(v, int) and 0 < v < 10]
    code, _, err = run("report", "learners", str(log), "--suppress", "hesa", "-o", str(tmp_path / "no.xlsx"))
    assert code == 1 and "lists learners one by one" in err and not (tmp_path / "no.xlsx").exists()


def test_on_the_terminal_and_as_json(log: Path, run: Run) -> None:
    code, said, err = run("report", "types", str(log))
    assert code == 0 and "Mentoring" in said and "2025/26" in said.splitlines()[1] and "Activities" in err
    code, said, err = run("report", "types", str(log), "--json")
    (report,) = json.loads(said)
    assert report["id"] == "types" and "2025/26" in report["about"] and report["tables"][0]["rows"] and report["notes"]
    assert all(len(row) == len(t["columns"]) for t in report["tables"] for row in t["rows"])
    code, said, _ = run("report", "understood", str(log))
    assert code == 0 and "Learners" in said and said.count("\n") >= 6


def test_schools_alone_need_no_workbook(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "area.xlsx"
    code, said, _ = run("report", "priorities", "--la", "Exampleton", "-o", str(out))
    assert code == 0 and f"Written: {out}" in said
    assert cells(out, "School priorities")[0][0] == "School priorities: Exampleton"
    assert run("report", "priorities", "--region", "Nowhere")[0] == 1


def test_a_partnership_is_a_workbook_of_its_own(log: Path, run: Run, tmp_path: Path) -> None:
    other, out = tmp_path / "other.xlsx", tmp_path / "both.xlsx"
    other.write_bytes(log.read_bytes())
    code, said, err = run("report", "partnership", str(log), str(other), "-o", str(out))
    assert code == 0, err
    assert openpyxl.load_workbook(out).sheetnames == ["Partnership"] and "other.xlsx: " in said
    named = {row[0] for row in cells(out, "Partnership")}
    assert any(f"({log.stem})" in str(name) for name in named) and any("(other)" in str(name) for name in named)
    book = openpyxl.load_workbook(other)
    settings = next(row for row in book["Settings"].iter_rows() if row[0].value == "Institution")
    settings[1].value = "University of Elsewhere"
    book.save(other)
    assert run("report", "partnership", str(log), str(other), "-o", str(out))[0] == 0
    named = {row[0] for row in cells(out, "Partnership")}
    assert "University of Elsewhere" in named and not any("(" in str(name) and log.stem in str(name) for name in named)
    assert run("report", "partnership", str(log))[0] == 2
    assert run("report", "partnership", str(log), str(other), "--in-place")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("types", "BOOK", "-o", "x.xlsx", "--in-place"), 2, "either --in-place or -o"),
        (("types", "BOOK", "--year", "soon"), 2, "'soon' is not an academic year"),
        (("types", "BOOK", "--suppress", "sometimes"), 1, "is no rule of suppression"),
        (("types", "missing.xlsx"), 1, "There is no file missing.xlsx"),
        (("types", "BOOK", "-o", "out.xlsm"), 1, "has no macros"),
        (("types", "BOOK", "-o", "BOOK"), 1, "is never overwritten"),
        (("types", "BOOK", "--year", "1999/00"), 1, "No activity of the workbook is in the academic year 1999/00"),
        (("priorities", "--in-place"), 2, "Name the workbook to write into"),
        (("school", "BOOK"), 1, "This report is about one school"),
        (("plan", "BOOK", "--school", "Ash School"), 2, "No such option"),
        (("vintages", "BOOK", "--vintages", "2015, 2019"), 1, "2015"),
        (("types",), 2, "Missing argument"),
    ],
)
def test_refusals_are_one_sentence(
    log: Path, run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    before = log.read_bytes()
    written = {"BOOK": str(log), "x.xlsx": str(tmp_path / "x.xlsx"), "out.xlsm": str(tmp_path / "out.xlsm")}
    given = [written.get(word, word) for word in arguments]
    found, _, err = run("report", *given)
    assert found == code and told in err and "Traceback" not in err
    assert log.read_bytes() == before and not list(tmp_path.glob("*.xls*"))


def test_a_failure_on_the_last_step_leaves_the_workbook(
    log: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(log.read_bytes())

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_move", full)
    code, _, err = run("report", "types", str(book), "--in-place")
    assert code == 1 and "The disk is full" in err
    assert book.read_bytes() == log.read_bytes() and [p.name for p in tmp_path.iterdir()] == ["book.xlsx"]


# ----------------------------------------------------------------------------------------------------------- the ribbon


def test_the_button_writes_what_the_command_writes(log: Path, run: Run, tmp_path: Path) -> None:
    book = open_book(log)
    said = act(ACTIONS["report_other"], book, Answers(["organisations", "yes"]))
    assert not said.failed and said.text == "The report is on the sheet 'Organisations engaged'.", said.text
    save_book(book, tmp_path / "button.xlsx")
    run("report", "organisations", str(log), "-o", str(tmp_path / "command.xlsx"))
    assert parts(tmp_path / "button.xlsx") == parts(tmp_path / "command.xlsx")
    again = act(ACTIONS["report_other"], book, Answers(["organisations", "yes"]))
    assert "made again in its place" in again.text and len(book.sheets) == len(open_book(log).sheets) + 1


def test_what_was_understood_is_asked_first(log: Path) -> None:
    book = open_book(log)
    answers = Answers(["no"])
    said = act(ACTIONS["report_activity"], book, answers)
    assert said.failed and said.text == "Stopped: nothing was changed." and not book.impl.changed
    assert "Activities" in answers.questions[0] and len(answers.questions[0]) < 1_000


def test_live_cells_are_read_as_those_of_a_file(log: Path) -> None:
    """The records of the open workbook are those of the file: xlwings turns no code into a number, no date into a text."""
    from wpxl.macros.reports import sheets_of as live_sheets

    live = reading.read(live_sheets(open_book(log)))
    file = reading.read(sheets_of(Book.open(log)))
    for name in ("activities", "attendance", "organisations", "learners", "took_part", "targets"):
        one, other = getattr(live, name), getattr(file, name)
        assert one.equals(other), name
    assert live.settings == file.settings


# ---------------------------------------------------------------------------- Excel itself, as far as it can be stood in for


class Native:
    """Excel's own object of some cells: what Application.Union joins, and what can be given a name."""

    def __init__(self, sheet: Any, *areas: str):
        self.sheet, self.areas = sheet, areas

    def union(self, other: Native) -> Native:
        return Native(self.sheet, *self.areas, *other.areas)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "Name":
            self.sheet.book.names.give(value, "=" + ",".join(f"'{self.sheet.name}'!{area}" for area in self.areas))


class Cells:
    """A range of Excel's: notes what is done to it."""

    def __init__(self, sheet: Any, where: str):
        self.sheet, self.where = sheet, where
        self.column_width, self.api = 11.0, Native(sheet, where)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "row_height":
            self.sheet.done.append((f"height {value:g}", self.where))

    def __getattr__(self, name: str) -> Any:
        return lambda *given: self.sheet.done.append(
            (name, self.where, *(g.where if isinstance(g, Cells) else g for g in given))
        )


class ChartOfExcel:
    def __init__(self, sheet: Any, name: str, formula: str = ""):
        self.sheet, self.name, self.left, self.top = sheet, name, 5, 6
        frame = SimpleNamespace(Left=7, Top=8, Copy=lambda: sheet.copied.append(name))
        self.series = SimpleNamespace(Formula=formula)
        self.api = (frame, SimpleNamespace(SeriesCollection=lambda: [self.series]))

    def delete(self) -> None:
        self.sheet.charts.remove(self)


class SheetOfExcel:
    def __init__(self, book: Any, name: str, grid: list[list[Any]] | None = None):
        self.book, self.name, self.grid, self.done = book, name, grid or [[None]], []
        self.charts: list[ChartOfExcel] = []
        self.copied: list[str] = []
        self.api = SimpleNamespace(Paste=self.paste)

    def paste(self, at: Any) -> None:
        self.charts.append(ChartOfExcel(self, "pasted", "=SERIES(wpxl!$A$1,'wpxl'!$B$2)"))

    def range(self, first: Any, last: Any = None) -> Any:
        if last is None:
            return Cells(self, f"{first}")
        return Cells(self, str(Area(*first, *last)))

    def copy(self, after: Any, name: str) -> Any:
        made = SheetOfExcel(after.book, name)
        made.charts = [ChartOfExcel(made, f"wpxl {at}") for at, _ in enumerate(self.charts, 1)]
        after.book.sheets.append(made)
        return made

    def delete(self) -> None:
        self.book.sheets.remove(self)


class Excel:
    """An open workbook without the engine's insides; `opened` are the temporary workbooks that Excel was given."""

    def __init__(self, names: dict[str, str], sheets: list[str]):
        self.impl = self.api = SimpleNamespace()
        self.sheets = [SheetOfExcel(self, name) for name in sheets]
        self.hidden: list[str] = []
        self.names = NamesOfExcel(names)
        self.opened: list[Path] = []
        self.app = SimpleNamespace(books=SimpleNamespace(open=self._open), api=SimpleNamespace(Union=Native.union))

    def activate(self) -> None: ...

    def _open(self, path: str, **options: Any) -> Any:
        assert options == {"update_links": False, "read_only": True, "add_to_mru": False}
        self.opened.append(Path(path))
        drawn = openpyxl.load_workbook(path)
        sheet = SheetOfExcel(None, drawn.sheetnames[0])
        sheet.charts = [ChartOfExcel(sheet, "x") for _ in drawn.worksheets[0]._charts]
        return SimpleNamespace(sheets=[sheet], close=lambda: None)


class NamesOfExcel(list[Any]):
    def __init__(self, names: dict[str, str]):
        super().__init__(SimpleNamespace(name=k, refers_to=v, api=SimpleNamespace()) for k, v in names.items())

    def give(self, name: str, refers_to: str) -> None:
        self[:] = [one for one in self if one.name != name]
        self.append(SimpleNamespace(name=name, refers_to=refers_to, api=SimpleNamespace(Visible=True)))


def drawn() -> Report:
    table = Table("Counts", (Column("What", "text"), Column("n", "number")), [("a", 1), ("b", 2)])
    return Report(
        "activity", "Counts of work", (table,), (Chart("column", "n", "Counts", "What", ("n",)),), ("A note.",)
    )


def test_in_excel_a_new_sheet_is_copied_and_named() -> None:
    book = Excel({}, ["Data", "Activity report"])
    placed = in_excel.set_page(book, "activity", "Activity report", layout.drawing(drawn()))
    assert placed == ("Activity report 2", True, 0) and [s.name for s in book.sheets][-1] == "Activity report 2"
    (name,) = book.names
    assert name.name == "_wpxl.activity" and name.refers_to.startswith("='Activity report 2'!A1")
    assert name.api.Visible is False
    assert not book.opened[0].exists() and not book.opened[0].parent.exists(), "the temporary workbook is gone"


def test_in_excel_a_sheet_is_made_again_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    refers = "='Ours'!$A$1,'Ours'!$A$3:$B$9"
    book = Excel({"_wpxl.activity": refers}, ["Data", "Ours"])
    own = book.sheets[1]
    own.charts = [ChartOfExcel(own, "wpxl 1"), ChartOfExcel(own, "Chart 7")]
    grid: list[list[Any]] = [[None] * 9 for _ in range(12)]
    grid[3][8] = "beside"
    monkeypatch.setattr(in_excel, "area_of", lambda _: area("A1:I12"))
    monkeypatch.setattr(in_excel, "values", lambda _: grid)
    own.used_range = None
    placed = in_excel.set_page(book, "activity", "Activity report", layout.drawing(drawn()))
    assert placed == ("Ours", False, 0) and [s.name for s in book.sheets] == ["Data", "Ours"]
    cleared = [where for what, where, *_ in own.done if what == "clear"]
    assert cleared == ["A1", "A3:B9"], "the cells of the page before, and no others"
    assert [chart.name for chart in own.charts] == ["Chart 7", "wpxl 1"]
    assert own.charts[1].series.Formula == "=SERIES('Ours'!$A$1,'Ours'!$B$2)"
    assert book.names[0].refers_to.startswith("='Ours'!A1") and len(book.names) == 1
    grid[14:] = []
    grid += [[None] * 9 for _ in range(20)]
    grid[20][0] = "below"
    assert in_excel.set_page(book, "activity", "Activity report", layout.drawing(drawn())).lowered == 0
    book.names[0].refers_to = refers
    assert in_excel.set_page(book, "activity", "Activity report", layout.drawing(drawn())).lowered > 0
    assert any(what == "insert" and where.startswith("10:") for what, where, *_ in own.done)
    grid[0][0] = "mine"
    book.names[0].refers_to = "='Ours'!$A$3:$B$9"
    with pytest.raises(Fault, match="of the sheet 'Ours' stands where"):
        in_excel.set_page(book, "activity", "Activity report", lambda *_: layout.drawing(drawn())(1, 1, {}))


def test_the_line_below_the_title() -> None:
    records = outreach_year.small_year().records
    line = under_title(records, Asked(as_of=datetime.date(2026, 2, 3)))
    assert line.endswith("as at 3 February 2026") and "2025/26" in line


def test_one_report_that_fails_is_no_reason_to_go_without_the_others() -> None:
    records = outreach_year.small_year().records
    made = make(records, ["types", "school"], Asked())
    assert made[0].report and not made[1].report and made[1].why.startswith("This report is about one school")
    with pytest.raises(Fault):
        make(records, ["school"], Asked())
