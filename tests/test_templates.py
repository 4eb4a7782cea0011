# ruff: noqa: E501 (a case is a line)
"""Import templates: what they want, what fills them, and that nothing else of them changes."""

from __future__ import annotations

import datetime
import errno
import functools
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from conftest import parts
from hypothesis import given, settings
from hypothesis import strategies as st
from templates import SOURCES, TEMPLATES

from wpxl.errors import Fault
from wpxl.hosts.cli.act import Answers
from wpxl.importing import Filled, Source, Wish, plan_fill, read_book, read_sources, write
from wpxl.importing.memory import remembered
from wpxl.imports.gather import Rows
from wpxl.imports.shape import ACTIVITIES, ANSWER, DATE, LINKS, LIST, NUMBER, STUDENTS, TEXT, Wanted
from wpxl.imports.split import Part, split
from wpxl.imports.values import values
from wpxl.macros import ACTIONS, act
from wpxl.workbooks.book import Book
from wpxl.workbooks.engine import open_book
from wpxl.workbooks.validations import Lists

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # openpyxl's, when it reads
DAY = datetime.datetime


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The templates and the workbooks, each in a file of its name."""
    folder = tmp_path_factory.mktemp("imports")
    for name, make in (TEMPLATES | SOURCES).items():
        (folder / f"{name}.xlsx").write_bytes(make())
    return folder


@functools.cache
def read(path: Path) -> Source:
    return read_sources([path])


def filled(made: Path, source: str, template: str, target: Path, **wish: Any) -> Filled:
    plan = plan_fill(Book.open(made / f"{template}.xlsx"), read(made / f"{source}.xlsx"), Wish(**wish))
    return write(plan, target)


def rows(path: Path, sheet: str, header: int) -> list[dict[str, Any]]:
    """The rows below a row of headings, read by another program; a heading that is there twice is numbered."""
    every = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    heads: list[str] = []
    for cell in every[header - 1]:
        name = str(cell).strip(" *")
        heads.append(f"{name} 2" if name in heads else name)
    return [dict(zip(heads, row, strict=False)) for row in every[header:] if any(cell is not None for cell in row)]


# --------------------------------------------------------------------------------------------------------- what they want

SHEETS = {  # sheet → about, rows of headings, last prepared row, how many columns must be filled
    "plain": {"Students": ("students", [1], 61, 5), "Activities": ("activities", [1], 61, 4), "Student Activities": ("links", [1], 61, 2)},
    "instructed": {"Student import": ("students", [4], 64, 6)},
    "grouped": {"Upload": ("students", [1, 2], 62, 5), "Schools": ("schools", [1], 61, 1)},
    "renamed": {"Participants": ("students", [5, 6], 106, 5)},
    "table": {"Activity import": ("headcounts", [3], None, 0)},
}  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_says_what_it_wants(made: Path, name: str) -> None:
    read = read_book(Book.open(made / f"{name}.xlsx"))
    told = {
        s.sheet: (s.about, list(s.header_rows), s.last_row, sum(c.mandatory for c in s.columns)) for s in read.sheets
    }
    assert told == SHEETS[name]
    assert read.limit == (200 if name == "instructed" else None)


def test_columns_are_told_apart(made: Path) -> None:
    """Two headings of the same words in groups, lists on a hidden sheet, kinds by format."""
    upload = read_book(Book.open(made / "grouped.xlsx")).sheets[0]
    assert [(c.heading, c.field) for c in upload.columns if c.heading.endswith("HEAT ID*") or c.heading.endswith("HEAT ID")] == [
        ("Student / HEAT ID", "heat_id"), ("School or college / HEAT ID*", "organisations.heat_id"),
    ]  # fmt: skip
    assert {c.allowed for c in upload.columns if c.kind == ANSWER} == {("Y", "N", "U")}
    [student] = read_book(Book.open(made / "instructed.xlsx")).sheets
    by_heading = {c.heading: c for c in student.columns}
    assert by_heading["Gender"].allowed[2:] == ("Other", "Not known (997)", "Prefer not to say (998)")
    assert by_heading["Year Group"].kind == LIST and by_heading["DOB (dd/mm/yyyy) (required)"].kind == DATE


def test_a_workbook_that_is_no_template(made: Path, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "notes.xlsx") as book:
        book.add_worksheet("Notes").write_column(0, 0, ["Dear all", "please find", "attached"])
    with pytest.raises(Fault, match="no sheet with headings"):
        read_book(Book.open(tmp_path / "notes.xlsx"))


LISTS = {
    '"Yes,No, Maybe"': ("Yes", "No", "Maybe"), "=$F$1:$F$3": ("one", "two", "3"), "=Words": ("one", "two", "3"),
    "=OFFSET($F$1,0,0,COUNTA($F:$F),1)": ("one", "two", "3"), "=$F:$F": ("one", "two", "3"), "='O''Hara'!$A$2:$C$2": ("x", "y", "z"),
    '=INDIRECT("Hues[Hue]")': ("red", "blue"), "=INDIRECT($A1)": (), "=Nothing": (), "=Round": (), "=#REF!": (),
}  # fmt: skip


@pytest.mark.parametrize("formula", LISTS)
def test_drop_down_lists(tmp_path: Path, formula: str) -> None:
    """However a list is given, and whatever it hangs on: what cannot be told is no list."""
    path = tmp_path / "lists.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, other = book.add_worksheet("Here"), book.add_worksheet("O'Hara")
        sheet.write_column("F1", ["one", "two", 3])
        other.write_row("A2", ["x", "y", "z"])
        other.add_table("A4:A6", {"name": "Hues", "columns": [{"header": "Hue"}], "data": [["red"], ["blue"]]})
        book.define_name("Words", "=Here!$F$1:$F$3")
        book.define_name("Round", "=Round")
        if formula.startswith('"'):
            sheet.data_validation("B2:B9", {"validate": "list", "source": ["Yes", "No", " Maybe"]})
        else:
            sheet.data_validation("B2:B9", {"validate": "list", "source": formula})
    opened = Book.open(path)
    [found] = Lists(opened).of(opened.sheets[0])
    assert (str(found.area), found.values) == ("B2:B9", LISTS[formula])


# ---------------------------------------------------------------------------------------------------------- what fills them


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_only_the_rows_of_filled_sheets_differ(made: Path, tmp_path: Path, source: str, name: str) -> None:
    out = tmp_path / "out.xlsx"
    done = filled(made, source, name, out)
    assert done.files == (out,) and sum(done.rows.values()) > 0
    before, after = parts(made / f"{name}.xlsx"), parts(out)
    assert list(before) == list(after)
    changed = {part for part in before if before[part] != after[part]}
    own = (
        {"xl/workbook.xml", "xl/tables/table1.xml"} if name == "table" else set()
    )  # formulas worked out anew, a longer Table
    quoted = (
        {"xl/styles.xml"} if source == "home_made" and name != "table" else set()
    )  # a name that begins like a formula
    numbers = {f"xl/worksheets/sheet{at}.xml" for at, sheet in enumerate(SHEETS[name], 1) if done.rows.get(sheet)}
    assert changed == numbers | own | quoted
    for part in numbers:
        around = [
            re.sub(rb"<sheetData>.*</sheetData>", b"", data, flags=re.DOTALL) for data in (before[part], after[part])
        ]
        assert re.sub(rb'<dimension ref="[^"]*"', b"", around[0]) == re.sub(rb'<dimension ref="[^"]*"', b"", around[1])
        styled = dict(re.findall(rb'<c r="([A-Z]+\d+)" s="(\d+)"', before[part]))
        now = dict(re.findall(rb'<c r="([A-Z]+\d+)" s="(\d+)"', after[part]))
        changed_looks = {cell for cell in styled if styled[cell] != now.get(cell)}
        assert all(re.search(rb'"%s"[^>]*><is><t>=' % cell, after[part]) for cell in changed_looks)
    openpyxl.load_workbook(out)


def test_a_home_made_sheet_in_a_plain_template(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    done = filled(made, "home_made", "plain", out)
    people = rows(out, "Students", 1)
    assert [(p["First Name"], p["Last Name"], p["Date of Birth"], p["Home Postcode"], p["Sex"]) for p in people] == [
        ("Siobhán", "O'Brien", DAY(2008, 2, 29), "WA1 3ZY", "Female"), ("Thi", "Nguyễn", DAY(2009, 1, 5), "ZZ1 1AA", "Male"),
        ("Li", "Ng", DAY(2008, 12, 31), "ZZ1 1AB", "Female"), ("Eve", "=Cmd", DAY(2008, 9, 1), "ZZ1 1AD", None),
    ]  # fmt: skip
    assert [row["Activity Name"] for row in rows(out, "Activities", 1)] == ["Workshop 1", "Campus visit", "Week 3"]
    ids = {p["Local Reference"]: p["First Name"] for p in people}
    links = rows(out, "Student Activities", 1)
    assert len(links) == 9 and all(ids[link["Local Student Reference"]] == link["First Name"] for link in links)
    [sex] = [f for _, sheet, f in done.findings if sheet == "Students" and "Sex" in f.what]
    assert (sex.row, sex.column, sex.fix) == (5, 6, None) and "'Female'" in sex.mend
    text = " ".join(f"{f.what} {f.why} {f.mend}" for _, _, f in done.findings)
    assert not re.search("Femal'|Siobh|Nguy|ZZ1|2008", text)


def test_a_school_s_export_in_two_rows_of_headings(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    filled(made, "register", "grouped", out, clean_names=True, told={"Cohort code": "UPN"})
    assert [tuple(row.values())[1:10] for row in rows(out, "Upload", 2)] == [
        (
            "Tunde",
            "Adeyemi",
            DAY(2008, 10, 3),
            "ZZ1 1AA",
            "#900001",
            "Ash School (fictional)",
            "Y",
            None,
            "A823200000001",
        ),
        (
            "Maria",
            "De La Cruz",
            DAY(2009, 3, 12),
            "ZZ1 1AB",
            "#900001",
            "Ash School (fictional)",
            "N",
            None,
            "A823200000002",
        ),
        (
            "Ann-Marie",
            "Smith",
            DAY(2008, 2, 29),
            "ZZ1 1AD",
            "#900002",
            "Birch Academy (fictional)",
            "Y",
            None,
            "A823200000003",
        ),
    ]
    assert [(row["School name"], row["URN"]) for row in rows(out, "Schools", 1)] == [
        ("Ash School (fictional)", "900001"), ("Birch Academy (fictional)", "900002"),
    ]  # fmt: skip


def test_rows_that_are_there_stay(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    filled(made, "register", "renamed", out)
    found = [tuple(row.values())[:2] for row in rows(out, "Participants", 5)[1:]]
    assert found == [
        ("Already", "Here"),
        ("Also", "There"),
        ("ADEYEMI", "TUNDE"),
        ("de la cruz", "maria"),
        ("Smith", "Ann-Marie"),
    ]
    sheet = openpyxl.load_workbook(out)["Participants"]
    assert (
        sheet["E9"].value == "900001" and sheet["E9"].number_format == "@" and sheet["C9"].number_format == "dd/mm/yyyy"
    )


def test_headcounts_in_a_table(made: Path, tmp_path: Path) -> None:
    """Our own log: the totals that its attendance gives, its own figures added up by hand; a Table that grew, formulas kept."""
    out = tmp_path / "out.xlsx"
    filled(made, "log", "table", out)
    book = openpyxl.load_workbook(out)
    sheet = book["Activity import"]
    assert sheet["B1"].value == "=COUNTA(Import[Activity title])" and book.calculation.fullCalcOnLoad
    assert sheet.tables["Import"].ref == f"A3:F{sheet.max_row}" == sheet.tables["Import"].autoFilter.ref
    assert {row["Date of activity"].year for row in rows(out, "Activity import", 3)} <= {2025, 2026}


def test_who_has_not_seen_the_statement_is_left_out(made: Path, tmp_path: Path) -> None:
    for name, vouched, expected in (("a", False, 4), ("b", True, 5)):
        out = tmp_path / f"{name}.xlsx"
        plan = plan_fill(Book.open(made / "plain.xlsx"), read(made / "home_made.xlsx"), Wish(statement_seen=vouched))
        assert any("tracking statement (1)" in note for note in plan.notes) is not vouched
        assert any("personal data" in note and "delete" in note for note in write(plan, out).notes)
        assert len(rows(out, "Students", 1)) == expected
        assert ("Unseen" in {row["First Name"] for row in rows(out, "Student Activities", 1)}) is vouched


def test_text_that_looks_like_a_formula_is_text(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    filled(made, "home_made", "plain", out)
    cell = openpyxl.load_workbook(out)["Students"]["C5"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=Cmd", "s", True)
    assert cell.border.left.style and not cell.protection.locked  # in all else as the template has it


# ----------------------------------------------------------------------------------------------------------- the mapping


def test_a_mapping_is_told_and_remembered(made: Path, tmp_path: Path, home: Path) -> None:
    told = {"local reference": "Tutor group", "Sex": ""}
    done = filled(made, "home_made", "plain", tmp_path / "a.xlsx", told=told, institution="Uni of Test")
    assert done.rows["Students"] == 4
    kept = (home / "mappings.toml").read_text("utf-8")
    assert remembered("Uni of Test", STUDENTS) == {"Local Reference": "Tutor group", "Sex": ""}
    assert "12A" not in kept and "Siobh" not in kept
    filled(made, "home_made", "plain", tmp_path / "b.xlsx", institution="Uni of Test")
    again = rows(tmp_path / "b.xlsx", "Students", 1)
    assert [(row["Local Reference"], row["Sex"]) for row in again] == [
        ("12A", None),
        ("11B", None),
        ("12A", None),
        ("12C", None),
    ]
    filled(made, "home_made", "plain", tmp_path / "c.xlsx", institution="Another")
    assert rows(tmp_path / "c.xlsx", "Students", 1)[0]["Sex"] == "Female"


@pytest.mark.parametrize(("told", "said"), [({"Shoe size": "DOB"}, "The template has no column 'Shoe size'"), ({"Sex": "Shoe size"}, "has no column 'Shoe size'")])  # fmt: skip
def test_headings_that_are_not_there(made: Path, tmp_path: Path, told: dict[str, str], said: str) -> None:
    with pytest.raises(Fault, match=said):
        filled(made, "home_made", "plain", tmp_path / "out.xlsx", told=told)


# ------------------------------------------------------------------------------------------------------------- the values

SEX = ("Male", "Female", "Not known (997)", "Prefer not to say (998)")
VALUES: list[tuple[str, str, str, tuple[str, ...], str, Any, Any]] = [  # about, field, kind, allowed, format, cell, written
    (STUDENTS, "gender", LIST, SEX, "General", "f", "Female"),
    (STUDENTS, "gender", LIST, SEX, "General", " MALE ", "Male"),
    (STUDENTS, "gender", LIST, SEX, "General", 998.0, "Prefer not to say (998)"),
    (STUDENTS, "gender", LIST, SEX, "General", "prefer not to say", "Prefer not to say (998)"),
    (STUDENTS, "gender", LIST, SEX, "General", "Unknown", "Not known (997)"),
    (STUDENTS, "gender", LIST, SEX, "General", "Feemale", None),
    (STUDENTS, "fsm", ANSWER, ("Y", "N"), "General", True, "Y"),
    (STUDENTS, "fsm", ANSWER, ("Y", "N"), "General", "not eligible", "N"),
    (STUDENTS, "fsm", ANSWER, ("Y", "N"), "General", "maybe", None),
    (STUDENTS, "fsm", ANSWER, ("Y", "N"), "General", "Not known (997)", None),
    (STUDENTS, "disabled", ANSWER, ("No known disability", "Dyslexia", "Deaf"), "General", "Yes", None),
    (STUDENTS, "disabled", ANSWER, ("No known disability", "Dyslexia", "Deaf"), "General", "None", "No known disability"),
    (STUDENTS, "year_group", LIST, ("Year 11", "Year 12"), "General", 12.0, "Year 12"),
    (STUDENTS, "year_group", LIST, ("11", "12"), "General", "Y12", 12),
    (STUDENTS, "year_group", LIST, ("11", "12"), "@", "Y12", "12"),
    (ACTIVITIES, "type", LIST, ("Campus Visit", "Master Class"), "General", "campus visits", "Campus Visit"),
    (ACTIVITIES, "type", LIST, ("Visit (CV)", "Class (MC)"), "General", "cv", "Visit (CV)"),
    (STUDENTS, "date_of_birth", DATE, (), "dd/mm/yyyy", "5 Jan 2009", datetime.date(2009, 1, 5)),
    (STUDENTS, "date_of_birth", DATE, (), "General", 39873.0, datetime.date(2009, 3, 1)),
    (STUDENTS, "date_of_birth", DATE, (), "dd/mm/yyyy", "30/02/2009", None),
    (STUDENTS, "date_of_birth", DATE, (), "@", DAY(2009, 3, 1), "01/03/2009"),
    (STUDENTS, "heat_id", TEXT, (), "General", 12.0, "#00000012"),
    (STUDENTS, "heat_id", TEXT, (), "@", "#00000001", "#00000001"),
    (STUDENTS, "organisations.heat_id", TEXT, (), "@", "52923", "#052923"),
    (STUDENTS, "organisations.heat_id", TEXT, (), "@", "Ash School (#123456)", "#123456"),
    (STUDENTS, "postcode", TEXT, (), "General", "wa13zy", "WA1 3ZY"),
    (STUDENTS, "postcode", TEXT, (), "General", "WA1", "WA1"),
    (STUDENTS, "first_name", TEXT, (), "General", "  ANN ", "  ANN "),
    (STUDENTS, "learner", TEXT, (), "General", 7.0, "7"),
    (STUDENTS, None, TEXT, (), "General", 7.5, 7.5),
    (STUDENTS, None, TEXT, (), "@", 7.0, "7"),
    (ACTIVITIES, "hours", NUMBER, (), "0.0", "1h 30m", 1.5),
    (ACTIVITIES, "attendance.attending", NUMBER, (), "0", "25 pupils", 25.0),
    (ACTIVITIES, "attendance.attending", NUMBER, (), "0", "a few", None),
]  # fmt: skip


@pytest.mark.parametrize(("about", "field", "kind", "allowed", "form", "cell", "written"), VALUES)
def test_values(
    about: str, field: str, kind: str, allowed: tuple[str, ...], form: str, cell: Any, written: Any
) -> None:
    wanted = Wanted(3, "Heading *", field, True, kind, allowed, form)
    out, findings = values(about, wanted, [cell, None], 10)
    assert out == [written, None] and type(out[0]) is type(written)
    assert {(f.row, f.column) for f in findings} >= {(11, 3)}  # what is required and blank is found
    assert (10 in {f.row for f in findings}) is (written is None or cell == "WA1")
    assert all(str(cell) not in f"{f.what}{f.mend}" for f in findings if isinstance(cell, str) and len(cell) > 4)


@given(
    st.lists(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.datetimes(), st.builds(object)),
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_in_the_cells(cells: list[Any]) -> None:
    for kind, field, allowed in ((LIST, "gender", SEX), (ANSWER, "fsm", ("Y", "N")), (DATE, "date_of_birth", ()), (NUMBER, "hours", ()), (TEXT, "postcode", ()), (TEXT, "heat_id", ()), (TEXT, "first_name", ())):  # fmt: skip
        out, _ = values(STUDENTS, Wanted(1, "H", field, False, kind, allowed, "General"), cells, 2, True)
        assert len(out) == len(cells)
        assert all(v is None or isinstance(v, (str, int, float, datetime.date)) for v in out)
        assert not allowed or all(v is None or v in allowed for v in out)


# -------------------------------------------------------------------------------------------------------- numbered files


@given(st.integers(0, 30), st.integers(0, 12), st.data())
@settings(max_examples=80, deadline=None)
def test_rows_are_split_and_links_come_after_what_they_join(people: int, work: int, data: st.DataObject) -> None:
    room = data.draw(st.tuples(*(st.none() | st.integers(1, 9),) * 3))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, work - 1), st.integers(0, people - 1)), max_size=40) if people and work else st.just([]))  # fmt: skip
    parts_ = [
        Part(Rows(STUDENTS, (), [None] * people, list(range(people))), room[0]),
        Part(Rows(ACTIVITIES, (), list(range(work)), [None] * work), room[1]),
        Part(Rows(LINKS, (), [a for a, _ in pairs], [p for _, p in pairs]), room[2]),
    ]
    files = split(parts_)
    for at, part in enumerate(parts_):
        assert sorted(row for file in files for row in file[at]) == list(range(part.rows.size))
        assert part.room is None or all(len(file[at]) <= part.room for file in files)
    where = [{row: n for n, file in enumerate(files) for row in file[at]} for at in range(3)]
    assert all(where[2][n] >= max(where[1][a], where[0][p]) for n, (a, p) in enumerate(pairs))
    assert all(any(file) for file in files) or not any((people, work, pairs))


def test_a_stated_limit_makes_numbered_files(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "import.xlsx"
    done = filled(made, "log", "instructed", out, limit=20)
    assert [path.name for path in done.files] == ["import-1.xlsx", "import-2.xlsx"] and not out.exists()
    first, second = (rows(path, "Student import", 4) for path in done.files)
    assert (len(first), len(first) + len(second)) == (20, done.rows["Student import"])
    assert "order of their numbers" in done.notes[0]


# ------------------------------------------------------------------------------------------------------- what goes wrong


def test_a_full_disk_leaves_nothing(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "full" / "out.xlsx"
    out.parent.mkdir()
    out.write_bytes(b"what was there")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("wpxl.workbooks.files.os.fsync", full)
    with pytest.raises(Fault, match="disk is full"):
        filled(made, "register", "plain", out)
    assert [path.name for path in out.parent.iterdir()] == ["out.xlsx"] and out.read_bytes() == b"what was there"


def test_half_of_several_files_is_none(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, written = tmp_path / "several" / "out.xlsx", []
    out.parent.mkdir()
    real = os.fsync

    def full_after_one(handle: int) -> None:
        if written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(handle)
        real(handle)

    monkeypatch.setattr("wpxl.workbooks.files.os.fsync", full_after_one)
    with pytest.raises(Fault, match="disk is full"):
        filled(made, "log", "instructed", out, limit=20)
    assert written and not list(out.parent.iterdir())


def test_the_template_is_never_overwritten(made: Path) -> None:
    before = (made / "plain.xlsx").read_bytes()
    with pytest.raises(Fault, match="never overwritten"):
        filled(made, "register", "plain", made / "plain.xlsx")
    assert (made / "plain.xlsx").read_bytes() == before


# -------------------------------------------------------------------------------------------- the command and the button


def test_the_command(made: Path, tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    out = tmp_path / "out.xlsx"
    asked = ["heat", "fill", made / "instructed.xlsx", "--from", made / "register.xlsx"]
    code, shown, _ = run(*map(str, asked))
    assert code == 0 and "Legal Surname → Surname" in shown and "Nothing was written" in shown
    code, shown, _ = run(*map(str, asked), "-o", str(out), "--map", "UPN=Care Leaver")
    assert (
        code == 0
        and f"Written: {out}" in shown
        and "UPN → Care Leaver (as told)" in shown
        and "3 rows, the first 5" in shown
    )
    assert not re.search("ADEYEMI|Tunde|A8232|ZZ1", shown, re.IGNORECASE)
    code, _, said = run(*map(str, asked), "--map", "nonsense")
    assert code == 1 and "Surname=Last Name" in said
    assert run(*map(str, asked), "--year", "soon")[0] == 2


def test_check_says_a_thing_once(tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    """A fault of a whole column is one line with its cells, and errors come before notes."""
    book = openpyxl.Workbook()
    book.active.append(["First name", "Last name", "Date of birth", "Postcode", "Score"])
    for _ in range(30):
        book.active.append(["Ada", "Bell", datetime.datetime(2010, 1, 5), "", "#N/A"])
    book.save(tmp_path / "list.xlsx")
    code, shown, _ = run("heat", "check", str(tmp_path / "list.xlsx"))
    lines = shown.splitlines()
    assert code == 1 and sum("E2:E31" in line for line in lines) == 1
    kinds = [re.search(r", (error|warning|note): ", line) for line in lines[:-1]]
    order = [kind[1] for kind in kinds if kind]
    assert len(order) == len(kinds) and order == sorted(order, key=["error", "warning", "note"].index)


def test_check_and_fix(made: Path, tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    out = tmp_path / "mended.xlsx"
    code, shown, _ = run("heat", "check", str(made / "home_made.xlsx"), "--fix", "-o", str(out))
    assert code == 1 and "stored as text" in shown and "error" in shown
    book = openpyxl.load_workbook(out)
    assert book["2025-26"]["B4"].value == DAY(2008, 2, 29) and book["2025-26"]["B4"].number_format == "dd/mm/yyyy"
    changes = list(book["wpxl changes"].iter_rows(values_only=True))
    assert changes[0] == ("Sheet", "Cell", "Before", "After", "Rule")
    assert ("2025-26", "B4", "29/02/2008", DAY(2008, 2, 29)) in {row[:4] for row in changes}
    assert run("heat", "check", str(made / "home_made.xlsx"), "--fix")[0] == 2
    code, shown, _ = run("heat", "deadlines", "--today", "2025-11-24")
    assert code == 0 and "28 November 2025: 4 days left" in shown


def test_the_button(made: Path, tmp_path: Path) -> None:
    """Asks for the template, shows the mapping, takes a correction, and writes beside the template."""
    template = tmp_path / "HEAT.xlsx"
    template.write_bytes((made / "plain.xlsx").read_bytes())
    book, ask = open_book(made / "home_made.xlsx"), Answers([str(template), "Tutor group=Local Reference", ""])
    said = act(ACTIONS["import_templates"], book, ask)
    assert not said.failed and "HEAT-filled.xlsx" in said.text, said.text
    assert "Tutor group → Local Reference (as told)" in ask.questions[2] and len(ask.questions[1]) < 1_024
    assert rows(tmp_path / "HEAT-filled.xlsx", "Students", 1)[0]["Local Reference"] == "12A"
    assert "Import findings" in [sheet.name for sheet in book.sheets]


def test_brought_up_to_date_from_an_export(
    made: Path, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    """What is not known is filled; two answers that differ are listed, and taken only where somebody says so."""
    mine, export, out = (tmp_path / f"{name}.xlsx" for name in ("mine", "export", "out"))
    heads = ["Student HEAT ID", "First Name", "Last Name", "Date of Birth", "Home Postcode", "Sex", "Ethnicity"]
    for path, row in (
        (mine, ["#00000007", "Ann", "Lee", "01/03/2008", "ZZ1 1AA", "Not known (997)", "Irish"]),
        (export, ["#00000007", "Ann", "Lee", "01/03/2008", "ZZ1 1AB", "Female", "Information refused"]),
    ):
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Students")
            sheet.write_row(0, 0, heads)
            sheet.write_row(1, 0, row)
    asked = ["heat", "update", str(mine), "--from", str(export)]
    code, shown, _ = run(*asked)
    assert code == 0 and "F2, Sex, taken" in shown and "E2, Home Postcode, not taken" in shown and "ZZ1" not in shown
    assert run(*asked, "-o", str(out))[0] == 0
    assert rows(out, "Students", 1) == [
        dict(zip(heads, ["#00000007", "Ann", "Lee", "01/03/2008", "ZZ1 1AA", "Female", "Irish"], strict=True))
    ]
    listed = rows(out, "wpxl differences", 1)
    assert [(row["Cell"], row["Taken"]) for row in listed] == [("E2", "No"), ("F2", "Yes")]
    assert run(*asked, "-o", str(out), "--take", "E2")[0] == 0
    assert rows(out, "Students", 1)[0]["Home Postcode"] == "ZZ1 1AB"
    assert parts(mine)["xl/sharedStrings.xml"] == parts(out)["xl/sharedStrings.xml"]


def test_schools_without_a_heat_id_are_named_for_a_person(made: Path) -> None:
    plan = plan_fill(Book.open(made / "plain.xlsx"), read(made / "home_made.xlsx"))
    told = [note for note in plan.notes if note.startswith("HEAT ID of")]
    assert len(told) == 2 and all("#052923" in note for note in told)
    assert not [
        note
        for note in plan_fill(Book.open(made / "instructed.xlsx"), read(made / "home_made.xlsx")).notes
        if "HEAT ID of" in note
    ]


def test_totals_of_those_who_are_not_given_one_by_one(tmp_path: Path) -> None:
    """Ten came, two of them are recorded, one of those may be given: nine are left for the total number of students."""
    own, template, out = (tmp_path / f"{name}.xlsx" for name in ("own", "template", "out"))
    with xlsxwriter.Workbook(own) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Attendance")
        sheet.write_row(0, 0, ["Activity", "School", "Year group", "Number attending"])
        sheet.write_row(1, 0, ["Campus day", "Ash School (fictional)", 12, 10])
        sheet = book.add_worksheet("Learners")
        sheet.write_row(
            0,
            0,
            [
                "First name",
                "Last name",
                "Date of birth",
                "Home postcode",
                "School",
                "Year group",
                "Tracking statement seen",
                "Activity",
            ],
        )
        for row, (first, seen) in enumerate((("Ann", "Y"), ("Bo", "N")), 1):
            sheet.write_row(row, 0, [first, "Lee", None, "ZZ1 1AA", "Ash School (fictional)", 12, seen, "Campus day"])
            sheet.write_datetime(row, 2, DAY(2008, 3, row), day)
    with xlsxwriter.Workbook(template) as book:
        for name, heads in (
            ("Students", ["First Name", "Last Name", "Date of Birth", "Home Postcode"]),
            ("Activities", ["Activity Name", "Activity Type", "Start Date", "Total number of students"]),
        ):
            book.add_worksheet(name).write_row(0, 0, heads)
    write(plan_fill(Book.open(template), read_sources([own])), out)
    assert [row["First Name"] for row in rows(out, "Students", 1)] == ["Ann"]
    assert rows(out, "Activities", 1)[0]["Total number of students"] == 9
    assert rows(out, "Students", 1)[0]["Date of Birth"] == DAY(
        2008, 3, 1
    )  # in a template without formats, shown as a date
