"""The shipped VBA when things are not as they should be: a server that starts, is busy, dies, is absent or another version;
a colleague's link; buttons; a Mac."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from wpxl.catalogue import CATALOGUE

pytest.importorskip("pyopenvba", reason="pyOpenVBA is not installed (extra: test)")
from excel_stub import ADD_IN, NOTHING, Control, Range, Sheet, VBAErrorValue, Workbook, excel, in_cells
from windows_stub import as_windows

NOON = dt.datetime(2026, 3, 2, 12, 0, 0)
GONE = (462, -2147023174, -2147023170, -2147023169, -2147417848, -2147220995)
BUSY = (-2147418111, -2147417846, -2146959355)
ABSENT = (429, -2147221164, -2147221005)
VALUE, GETTING_DATA = [[VBAErrorValue(2015)]], [[VBAErrorValue(2043)]]


@pytest.fixture(scope="module")
def python() -> Iterator[Any]:
    with as_windows():
        from xlwings.com_server import XLPython

        yield XLPython()


@pytest.fixture
def book(python: Any) -> Any:
    fresh = excel(python)
    fresh.vba.freeze(NOON)
    return fresh


def format_one(book: Any, cell: Range | None = None) -> list[list[Any]]:
    """The answer of =WP_POSTCODE_FORMAT("tf75ug") in that cell."""
    book.application.caller = cell or Range([[None]])
    return in_cells(book.run("WP_POSTCODE_FORMAT", "tf75ug"))


def why(book: Any) -> str:
    return str(in_cells(book.run("WP_WHY", "WP_POSTCODE_FORMAT", "tf75ug"))[0][0])


def later(book: Any, seconds: int) -> None:
    book.vba.freeze(NOON + dt.timedelta(seconds=seconds))


def test_one_server_for_all_questions(book: Any) -> None:
    assert [format_one(book) for _ in range(3)] == [[["TF7 5UG"]]] * 3
    assert book.host.created == ["wpxl.Server"]
    assert [name for name, _ in book.server.calls] == ["wpxl_hello", *["WP_POSTCODE_FORMAT"] * 3]


@pytest.mark.parametrize("number", GONE)
def test_a_server_that_died_is_started_again_at_once(book: Any, number: int) -> None:
    format_one(book)
    book.server.errors = [number]
    assert format_one(book) == [["TF7 5UG"]]
    assert len(book.host.created) == 2


@pytest.mark.parametrize("number", [*BUSY, GONE[0]])
def test_cells_wait_for_a_busy_server_and_are_calculated_again(book: Any, number: int) -> None:
    sheets = [Sheet(), Sheet(), Sheet()]
    cells = [Range([[None]], sheet) for sheet in (sheets[0], sheets[0], sheets[1])]
    book.host.cannot_create = [number] * 2
    assert [format_one(book, cell) for cell in cells] == [GETTING_DATA] * 3
    assert len(book.host.created) <= 2, "the second and third cell must not knock again"
    book.run("mExcel_AfterCalculate")
    book.run("mExcel_AfterCalculate")
    assert book.application.timers == ["'wpxl.xlam'!WpxlTryAgain"]
    book.host.cannot_create = []
    book.run("WpxlTryAgain")
    assert [(sheet.calculated, sheet.enabled) for sheet in sheets] == [(1, True), (1, True), (0, True)]
    assert format_one(book) == [["TF7 5UG"]]
    book.run("mExcel_AfterCalculate")
    assert len(book.application.timers) == 1, "nothing waits any more"


def test_with_calculation_by_hand_only_the_waiting_cells_are_calculated(book: Any) -> None:
    cell = Range([[None]])
    book.host.cannot_create = [BUSY[0]]
    format_one(book, cell)
    book.application.calculation = -4135
    book.run("WpxlTryAgain")
    assert (cell.calculated, cell.sheet.calculated) == (1, 0)


def test_waiting_ends(book: Any) -> None:
    book.host.cannot_create = [BUSY[0]] * 100
    for n in range(20):
        assert format_one(book) == GETTING_DATA, n
        book.run("WpxlTryAgain")
    assert format_one(book) == VALUE
    assert why(book).startswith("wpxl's server is busy or still starting")


def test_patience_begins_anew_with_each_answer(book: Any) -> None:
    for busy in (19, 20):
        book.host.cannot_create = [BUSY[0]] * busy
        book.server.errors = [GONE[0]]
        for n in range(busy):
            assert format_one(book) == GETTING_DATA, n
            book.run("mExcel_AfterCalculate")
            assert len(book.application.timers) == n + 1, "each round has its own timer"
            book.run("WpxlTryAgain")
        assert format_one(book) == [["TF7 5UG"]]
        book.application.timers.clear()


def test_a_server_that_dies_twice_is_given_up_for_a_new_one(book: Any) -> None:
    format_one(book)
    book.server.errors = [462]
    book.host.cannot_create = [462]
    assert format_one(book) == GETTING_DATA
    book.run("WpxlTryAgain")
    assert format_one(book) == [["TF7 5UG"]]
    created = len(book.host.created)
    book.server.errors, book.server.spared = [462, 462], 1  # the greeting between them is answered
    assert format_one(book) == GETTING_DATA
    book.run("WpxlTryAgain")
    assert format_one(book) == [["TF7 5UG"]]
    assert len(book.host.created) == created + 2


def test_a_busy_server_that_turns_out_absent_is_no_longer_waited_for(book: Any) -> None:
    book.host.cannot_create = [BUSY[0], ABSENT[0]]
    assert format_one(book) == GETTING_DATA
    book.run("WpxlTryAgain")
    assert format_one(book) == VALUE


@pytest.mark.parametrize("number", ABSENT)
def test_no_server_is_an_error_with_its_reason(book: Any, number: int) -> None:
    """And 5,000 cells do not knock 5,000 times."""
    book.host.cannot_create = [number] * 9
    assert [format_one(book) for _ in range(50)] == [VALUE] * 50
    assert why(book) == (
        "wpxl is not installed for this Windows user, or its server cannot start: run 'wpxl addin doctor'."
    )
    assert len(book.host.created) == 1
    later(book, 11)
    book.host.cannot_create = []
    assert format_one(book) == [["TF7 5UG"]]


def test_another_version_is_told_apart(book: Any) -> None:
    book.server.says = lambda name, value: "9.9.9" if name == "wpxl_hello" else value
    assert format_one(book) == VALUE
    assert "this computer has wpxl 9.9.9" in why(book) and "'wpxl addin install'" in why(book)
    book.run("WpxlStart")
    assert "9.9.9" in book.application.status
    book.server.says = lambda name, value: value
    later(book, 30)
    assert format_one(book) == VALUE, "it takes more than half a minute to put another version in"
    later(book, 61)
    assert format_one(book) == [["TF7 5UG"]] and book.run("WpxlProblem") == ""


def test_an_error_of_pythons_own_spoils_one_answer_only(book: Any) -> None:
    format_one(book)
    book.server.errors = [-2147352567]
    assert format_one(book) == VALUE
    assert format_one(book) == [["TF7 5UG"]]


def test_a_greeting_that_failed_is_made_again(book: Any) -> None:
    """Else the version would go unchecked."""
    book.server.errors = [-2147352567]
    assert format_one(book) == VALUE
    assert format_one(book) == [["TF7 5UG"]]
    assert [name for name, _ in book.server.calls] == ["wpxl_hello", "wpxl_hello", "WP_POSTCODE_FORMAT"]


def test_starting_wakes_the_server_and_listens(book: Any) -> None:
    book.application.books = [Workbook()]
    book.run("Workbook_Open")
    assert book.application.timers == ["'wpxl.xlam'!WpxlStart"] and not book.host.created
    book.run("WpxlStart")
    assert book.server.calls[0][0] == "wpxl_hello"
    assert len(book.application.help) == len(CATALOGUE) and book.application.status is False


def test_help_of_a_hidden_add_in(book: Any) -> None:
    """Some versions refuse help for a hidden workbook: then it is no add-in for a moment."""
    book.application.hidden_add_ins_have_no_help = True
    book.run("WpxlOpened", Workbook())
    book.run("mExcel_WorkbookOpen", Workbook())
    assert len(book.application.help) == len(CATALOGUE)
    assert ADD_IN.addin is True and ADD_IN.saved is True


def test_links_of_a_colleague_come_to_this_add_in(book: Any) -> None:
    theirs, other = "C:\\Users\\colleague\\XLSTART\\WPXL.xlam", "C:\\Data\\costs.xlsx"
    web, ours = "https://x.example/Shared/wpxl.xlam", ADD_IN.FullName()
    opened = Workbook()
    opened.links = [theirs, other, web, ours]
    book.run("mExcel_WorkbookOpen", opened)
    assert opened.links == [ours, other, ours, ours] and opened.changed == [theirs, web]
    assert opened.saved is True, "nobody is asked to save what they did not change"
    opened.links, opened.saved = [theirs], False
    book.run("mExcel_NewWorkbook", opened)
    assert opened.saved is False


def test_a_button_says_what_its_action_did(book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from wpxl import macros
    from wpxl.macros import Action, Said

    seen: list[Any] = []

    def run(workbook: Any, ask: Any) -> Said:
        seen.append(workbook.impl.xl)
        return Said("Looked up 3 rows." * 20, 3)

    def fail(workbook: Any, ask: Any) -> Said:
        return Said("There is no postcode column here.", failed=True)

    for name, code in (("good", run), ("bad", fail)):
        monkeypatch.setitem(macros.ACTIONS, name, Action(name, name, "x", "x", "Help", "Help", code))
    book.run("WpxlOnAction", Control("wpxl_good"))
    book.run("WpxlOnAction", Control("wpxl_bad"))
    assert seen == [book.host.active]
    assert [(d[1], d[3]) for d in book.vba.dialogs] == [
        ("Looked up 3 rows." * 20, 64),
        ("There is no postcode column here.", 48),
    ]
    assert book.application.status is False


def test_a_button_without_a_workbook_or_a_server_says_so(book: Any) -> None:
    active, book.host.active = book.host.active, NOTHING
    book.run("WpxlOnAction", Control("wpxl_good"))
    book.host.active = active
    book.host.cannot_create = [429]
    book.run("WpxlOnAction", Control("wpxl_good"))
    first, second = (d[1] for d in book.vba.dialogs)
    assert first.startswith("Open a workbook first") and second.startswith("wpxl is not installed")


def test_excels_own_boxes_answer_an_action() -> None:
    from types import SimpleNamespace

    from wpxl.hosts.excel_com.asking import InExcel

    typed: list[Any] = []
    api = SimpleNamespace(
        InputBox=lambda **asked: typed.pop(0), GetOpenFilename=lambda **asked: ("a.csv",) if typed.pop(0) else False
    )
    app = SimpleNamespace(api=api, alert=lambda question, title, buttons: typed.pop(0), status_bar=None)
    ask = InExcel(app)
    typed[:] = ["yes", "no", 7.0, 1.5, 2.0, False, "TF7 5UG", False, True, False]
    assert (ask.yes("?"), ask.yes("?")) == (True, False)
    assert (ask.choose("Which?", ["a", "b"]), ask.choose("Which?", ["a"])) == (1, None)
    assert (ask.text("?"), ask.text("?")) == ("TF7 5UG", None)
    assert (ask.files("?"), ask.files("?")) == (["a.csv"], [])
    ask.progress("At work")
    assert app.status_bar == "At work"
    ask.progress("")
    assert app.status_bar is False and not typed


def test_on_a_mac_there_are_no_functions_and_buttons_say_so(python: Any) -> None:
    from pyopenvba.exceptions import VBARuntimeError

    mac = excel(python, mac=True)
    for name in CATALOGUE:
        with pytest.raises(VBARuntimeError):
            mac.run(name)
    for start in ("Workbook_Open", "WpxlStart"):
        mac.run(start)
    mac.run("WpxlOnAction", Control("wpxl_good"))
    assert mac.vba.dialogs[0][1].startswith("wpxl's functions and buttons need Excel on Windows.")
    assert not mac.host.created and not mac.application.help
