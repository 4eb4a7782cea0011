"""Models of a user's own: files and sheets in, one sentence for whatever is not right, and the others go on working."""

from __future__ import annotations

import contextlib
import copy
import datetime
import functools
import itertools
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import plain, some
from hypothesis import given, settings
from hypothesis import strategies as st

import wpxl
from wpxl import models
from wpxl.errors import Fault
from wpxl.models import check, read, sheet, write

Run = Callable[..., tuple[int, str, str]]
SHIPPED = sorted(models.folders()[0][0].glob("*.toml"))
GOOD = """
# of our own
title = "Our schools"
about = "school"
otherwise = "Low"

[[version]]
from = 2026-09-01
source = { document = "Our plan", section = "page 3" }

[[version.outcome]]
answer = "High"
when = "any A"

[[version.criterion]]
id = "fsm"
basket = "A"
label = "FSM 20 %"
measure = "School FSM %" # as people call it
at_least = 20
low_below = 10
unit = "%"
source = "page 4"
"""
SECOND = GOOD[GOOD.index("[[version]]") :]
OUTCOME = '[[version.outcome]]\nanswer = "High"\nwhen = "any A"\n'
OPTION = '[version.option.x]\nwith_routes = [{ answer = "High", when = "all" }]\n'
WEIGHTS = "[version.option.x]\nweights = { fms = 2 }\n"
LEFT_OUT = '[[version.left_out]]\nmeasure = "school_phase"\ncontains = "x"\n'
# What is changed in the good model, into what; the key and the reason that the sentence must name.
BAD = {
    "unknown key": ("at_least = 20", "atleast = 20", "'criterion fsm, atleast'", "this key is not known"),
    "unknown key of a version": ("from = 2026", "form = 1\nfrom = 2026", "'version 2026-09-01, form'", "this key is not known"),
    "missing title": ('title = "Our schools"', "", "'title'", "a text is needed"),
    "another kind": ('"school"', '"pupil"', "'about'", "has to be learner, school or area"),
    "missing source": ('source = "page 4"', "", "'criterion fsm, source'", "each criterion states its source"),
    "missing source of a version": ('source = { document = "Our plan", section = "page 3" }', "", "'source'", "each version says"),
    "missing unit": ('unit = "%"', "", "'criterion fsm, unit'", "each criterion states its unit"),
    "bad rule word": ('"any A"', '"any A und B"', "'when = any A und B'", "'und' is not expected there"),
    "rule with an unknown basket": ('"any A"', '"any Z"', "'when = any Z'", "'Z' stands where a basket should"),
    "rule with an unknown criterion": ('"any A"', '"imd"', "'when = imd'", "'imd' is no criterion of this model"),
    "no rule": (OUTCOME, "", "'outcome'", "at least one [[version.outcome]]"),
    "bad number": ("at_least = 20", 'at_least = "twenty"', "'criterion fsm, at_least'", "'twenty' is no number"),
    "not a number at all": ("at_least = 20", "at_least = nan", "'criterion fsm, at_least'", "'nan' is no number"),
    "two limits": ("at_least = 20", "at_least = 20\nat_most = 30", "'criterion fsm'", "at_least or at_most"),
    "limits by year": ("at_least = 20", "at_least = { 2010 = 1 }", "'criterion fsm, limit'", "takes one number"),
    "unknown measure": ('"School FSM %"', '"School FSN %"', "'criterion fsm, measure'", "no measure called 'School FSN %'"),
    "a measure of postcodes": ('"School FSM %"', '"imd_rank_2019"', "'criterion fsm, measure'", "is no measure of schools"),
    "an unknown year": ('"School FSM %"', '"school_imd_40_pct_{age}"', "'criterion fsm, measure'", "there is no measure called"),
    "an answer of learners": ('measure = "School FSM %"', 'answer = "fsm"', "'criterion fsm'", "goes by measures"),
    "a wrong list": ('"School FSM %"', "[1, 2]", "'criterion fsm, measure'", "a text or a list of texts is needed"),
    "duplicate ids": (SECOND, SECOND + SECOND[SECOND.index("[[version.crit") :], "'criterion'", "two criteria have the same id"),
    "two versions on one date": (SECOND, SECOND + SECOND, "'from'", "two versions have the date 2026-09-01"),
    "a wrong date": ("from = 2026-09-01", 'from = "soon"', "'from'", "each version needs a date"),
    "a version that is no table": (SECOND, "version = [1]", "'from'", "each version needs a date"),
    "options that are no tables": ("from = 2026", "option = { x = 1 }\nfrom = 2026", "'option x'", "a table of its own"),
    "an option with a bad rule": (SECOND, SECOND + OPTION, "'when = all'", "the end stands where a basket should"),
    "an option for another criterion": (SECOND, SECOND + WEIGHTS, "'option x, weights'", "'fms' is not there to be changed"),
    "empty words": ('unit = "%"', 'unit = "%"\nnot_applicable = { measure = "x", contains = "" }', "not_app", "it needs {"),
    "left out without a reason": (OUTCOME, OUTCOME + LEFT_OUT, "'left_out, because'", "a text is needed"),
    "half of not_applicable": ('unit = "%"', 'unit = "%"\nnot_applicable = { measure = "x" }', "not_applicable'", "it needs {"),
    "not TOML": ('about = "school"', "about school", "", "cannot be read: "),
}  # fmt: skip


def own(home: Path, name: str, text: str | bytes) -> Path:
    path = home / "models" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def listed() -> dict[str, tuple[Any, ...]]:
    return {row[0]: row for row in wpxl.call("WP_MODELS")[1:]}


def test_a_good_model_answers(home: Path) -> None:
    own(home, "ours.toml", GOOD)
    shares = dict(zip(*(column(m) for m in ("URN", "school_fsm_pct")), strict=True))
    answers = wpxl.call("WP_PRIORITY", [[urn] for urn in shares], "ours")
    expected = ["#N/A" if s in (None, "#N/A") else "High" if s >= 20 else "Low" for s in shares.values()]
    assert [row[0] for row in plain(answers)] == expected and {"High", "Low"} < set(expected)
    assert listed()["ours"][1:4] == ("Our schools", "school", "2026-09-01")


def column(measure: str) -> list[Any]:
    """A measure of the open sample schools, by a URN in steps."""
    urns = [[str(900001 + i)] for i in range(30)]
    return [u[0] for u in urns] if measure == "URN" else [r[0] for r in plain(wpxl.call("WP_SCHOOL", urns, measure))]


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_model_is_named_with_key_and_reason(kind: str, home: Path, tmp_path: Path, run: Run) -> None:
    old, new, key, reason = BAD[kind]
    assert GOOD.count(old) == 1
    text = GOOD.replace(old, new)
    own(home, "good.toml", GOOD)
    own(home, "bad.toml", text)
    row = listed()["bad"]
    assert row[1] == "NOT USABLE" and row[6].startswith("The model file bad.toml cannot be ")
    assert key in row[6] and reason in row[6] and row[6].count("\n") == 0
    assert listed()["good"][1] == "Our schools"
    assert plain(wpxl.call("WP_PRIORITY", "900001", "good")) != [["#VALUE!"]]
    if "option" not in kind:  # what only an option does wrong, the model without it does not
        assert plain(wpxl.call("WP_PRIORITY", "900001", "bad")) == [["#VALUE!"]]
        assert wpxl.why("WP_PRIORITY", "900001", "bad")[0].startswith("The model file bad.toml cannot be ")
    # and it is never taken in
    offered = tmp_path / "offered.toml"
    offered.write_text(text, "utf-8")
    code, out, err = run("models", "add", str(offered))
    assert (code, out) == (1, "") and "refused  The model file offered.toml cannot be " in err and reason in err
    assert not (home / "models" / "offered.toml").exists()


JUNK = [
    5,
    "",
    "x",
    [],
    [1],
    ["a"],
    [{}],
    {},
    {"a": {"b": 1}},
    True,
    float("nan"),
    datetime.date(2020, 1, 1),
    "any A and",
    "{imd}",
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a model file, at every depth."""
    if path:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from places(entry, (*path, key))


@pytest.mark.parametrize(
    "path", [p for p in SHIPPED if p.stem in ("current-learner", "current-school")], ids=lambda p: p.stem
)
def test_junk_anywhere_in_a_model_is_a_sentence(path: Path) -> None:
    """Whatever stands in place of a value: the model is refused in one sentence, or decides; and it fits a sheet and a file."""
    good = tomllib.loads(path.read_text("utf-8"))
    for place, junk in itertools.product(places(good), JUNK):
        changed = copy.deepcopy(good)
        *way, last = place
        functools.reduce(lambda facts, key: facts[key], way, changed)[last] = junk
        try:
            versions = check.whole("f.toml", "f", models.vintages_set(changed), "own")
        except Fault as fault:
            assert (
                fault.sentence.startswith("The model file f.toml cannot be used: at '") and "\n" not in fault.sentence
            )
            continue
        made = read.model("f", "f", models.vintages_set(changed), versions[-1], (), "own")
        made.decide((1,) * len(made.criteria))
        assert tomllib.loads(write.text_of(changed)).keys() == changed.keys()
        assert len(sheet.drawn([list(row) for row in sheet.rows("f", changed)])) == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("utf16.toml", GOOD.encode("utf-16"), "it is not UTF-8 text"),
        ("folder.toml", None, "Is a directory"),
        ("current-school.toml", GOOD.encode(), "has the name of one that travels with wpxl"),
        ("empty.toml", b"", "a model needs at least one [[version]]"),
    ],
)
def test_files_that_are_no_models(name: str, content: bytes | None, said: str, home: Path) -> None:
    if content is None:
        (home / "models" / name).mkdir(parents=True)
    else:
        own(home, name, content)
    own(home, "good.toml", GOOD)
    found = [f for f in models.found() if f.path.name == name and f.edition == "own"]
    assert (
        found[0].problem is not None
        and said in found[0].problem.sentence
        and str(home) not in found[0].problem.sentence
    )
    assert [row[1] for row in wpxl.call("WP_MODELS")].count("NOT USABLE") == 1
    assert plain(wpxl.call("WP_PRIORITY", "900001", "current-school")) != [["#VALUE!"]]  # the shipped one still answers


def test_a_file_as_windows_saves_it_is_read(home: Path) -> None:
    own(home, "ours.toml", b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert listed()["ours"][1] == "Our schools"


# ------------------------------------------------------------------------------------------------------- the command


def test_add_list_show_and_remove(home: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "Our Schools.toml").write_text(GOOD, "utf-8")
    (tmp_path / "bad.toml").write_text(GOOD.replace('"any A"', '"any"'), "utf-8")
    files = [str(tmp_path / name) for name in ("bad.toml", "Our Schools.toml", "none.toml")]
    code, out, err = run("models", "add", *files)
    assert code == 1 and out == "    added  our-schools: Our schools, version 2026-09-01.\n"
    assert err.count("refused") == 2 and "none.toml" in err
    assert (home / "models" / "our-schools.toml").read_text("utf-8") == GOOD  # comments and all
    assert [p.name for p in (home / "models").iterdir()] == ["our-schools.toml"]
    assert run("models", "add", files[1])[1].startswith("unchanged")
    (tmp_path / "Our Schools.toml").write_text(GOOD.replace("= 20", "= 21"), "utf-8")
    assert run("models", "add", files[1])[1].strip().startswith("updated")
    own(home, "broken.toml", "x = ")
    code, out, err = run("models", "list")
    assert code == 0 and "our-schools" in out and "Not usable: broken" in err
    assert "21 or more" in run("models", "show", "our-schools")[1]
    assert run("models", "show", "nothing")[0] == 1
    for name in ("our schools", "broken"):
        assert run("models", "remove", name)[0] == 0
    assert not list((home / "models").iterdir())
    code, _, err = run("models", "remove", "current-school")
    assert code == 1 and "travels with wpxl" in err


@pytest.mark.parametrize("name", ["current-school.toml", "Current School.toml", "con.toml", "a;b.toml", "ü.toml"])
def test_names_that_cannot_be_taken(name: str, home: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / name).write_text(GOOD, "utf-8")
    code, _, err = run("models", "add", str(tmp_path / name))
    assert code == 1 and ("travels with wpxl" in err or "cannot name a model" in err)
    assert not (home / "models").exists()


def test_a_disk_that_refuses_leaves_what_was_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = own(home, "ours.toml", GOOD)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(Fault, match="No space left") as refused:
        write.keep("ours", GOOD.replace("= 20", "= 30"), "x")
    assert "was not written" in refused.value.sentence and path.read_text("utf-8") == GOOD


# --------------------------------------------------------------------------------------------------------- the sheet


def same_decisions(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Both decide every mixture of met, not met and unknown alike, in every version, without and with each option."""
    for version in read.dates("one", one):
        options = [(), *((name,) for name in read.dated("one", one, version).get("option", {}))]
        for chosen in options:
            a, b = (read.model(n, n, parsed, version, chosen, "own") for n, parsed in (("one", one), ("other", other)))
            assert (a.criteria, a.left_out, a.reported, a.twin) == (b.criteria, b.left_out, b.reported, b.twin)
            for states in itertools.product((0, 1, 2), repeat=len(a.criteria)):
                x, y = a.decide(states), b.decide(states)
                assert (x.answer, x.could_be, a.score(states)) == (y.answer, y.could_be, b.score(states))
                assert (x.outcome and x.outcome[3:]) == (y.outcome and y.outcome[3:])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_every_shipped_model_goes_to_a_sheet_and_back(path: Path, tmp_path: Path, home: Path, run: Run) -> None:
    book = tmp_path / "book.xlsx"
    assert run("models", "sheet", path.stem, "-o", str(book))[0] == 0
    assert run("models", "add", str(book))[0] == 0
    there = tomllib.loads((home / "models" / f"our-{path.stem}.toml").read_text("utf-8"))
    here = tomllib.loads(path.read_text("utf-8"))
    assert there == here
    same_decisions(here, there)


def grid(*rows: dict[str, Any]) -> list[list[Any]]:
    headings = list(dict.fromkeys(h for row in rows for h in row))
    return [["Our models"], [], headings, *([row.get(h) for h in headings] for row in rows)]


RULE = {
    "Model": "ours", "Title": "Our schools", "About": "school", "Otherwise": "Low", "From": datetime.datetime(2026, 9, 1),
    "Part": "Rule", "Answer": "High", "When": "any A",
}  # fmt: skip
CRITERION = {
    "Part": "Criterion", "Id": "fsm", "Basket": "A", "Label": "FSM 20 %", "Measure": "School FSM %", "At least": 20.0,
    "Low below": 10.0, "Unit": "%", "Source": "page 4",
}  # fmt: skip


def test_a_sheet_as_people_write_it_answers_without_a_file(home: Path) -> None:
    (made,) = sheet.drawn(grid(RULE, CRITERION))
    assert made.rows == (4, 5) and made.problem is None
    with models.given({made.id: made.parsed}):
        assert wpxl.call("WP_PRIORITY", "900001", "ours")[0][0] in ("High", "Low")
        assert wpxl.call("WP_MODEL", "ours; version 2026-09-01")[2][:4] == ("Criterion", "A", "FSM 20 %", "20 or more")
        assert listed()["ours"][7] == "sheet"
    changed = {**made.parsed, "title": "Another"}
    with models.given({"ours": changed}):
        assert listed()["ours"][1] == "Another"
    assert "ours" not in listed() and plain(wpxl.call("WP_PRIORITY", "900001", "ours")) == [["#VALUE!"]]


@pytest.mark.parametrize(
    ("rule", "criterion", "said"),
    [
        ({"Part": "Rool"}, {}, "row 4, column 'Part': 'Rool' is no part; a row is one of Version, Rule"),
        ({"Part": None}, {}, "row 4, column 'Part': it is blank"),
        ({"From": "soon"}, {}, "row 4, column 'From': 'soon' is no date such as 2026-09-01"),
        ({"From": None}, {}, "row 4, column 'From': the first row of a model needs the date"),
        ({"Model": None}, {}, "row 4, column 'Model': the first row of a model needs its name"),
        ({}, {"Title": "Other"}, "row 5, column 'Title': it is 'Other' here and 'Our schools' further up"),
        ({}, {"At least": "many"}, "row 5, column 'At least': 'many' is no number"),
        ({}, {"At least": 0.61}, "row 5, column 'At least': 0.61 looks like a fraction: with the unit % write 61"),
        ({}, {"Classes": datetime.datetime(2026, 8, 4)}, "row 5, column 'Classes': the cell holds a date"),
        ({}, {"Weight": Fault("#REF!", "x")}, "row 5, column 'Weight': the cell holds the error #REF!"),
        ({"Basket": "A"}, {}, "row 4, column 'Basket': this cell is for other parts"),
        ({}, {"Unlike": "what"}, "row 5, column 'Unlike': 'what' is not of the form 'name: value'"),
    ],
)
def test_a_bad_cell_is_named(rule: dict[str, Any], criterion: dict[str, Any], said: str) -> None:
    other = {**RULE, "Model": "fine"}
    made = sheet.drawn(grid(RULE | rule, CRITERION | criterion, other, CRITERION), "book.xlsx, sheet 'WP models'")
    by_id = {m.id: m for m in made}
    problem = by_id[rule.get("Model", "ours") or ""].problem
    assert problem is not None and problem.sentence.startswith(f"Book.xlsx, sheet 'WP models', {said}")
    assert by_id["fine"].problem is None


CELLS = st.sampled_from(
    [None, "", " ", "x", "a: 1", "a: 1; b: 2", ": ;",
     "a: ;", "any A", "A", "fsm", "Rule", "Criterion", "Option", "Left out", "Reported",
     "Version", 0.5, 61.0, True, datetime.datetime(2026, 9, 1), datetime.time(1), Fault("#N/A", "x"), "school", "ours", "\n;\n"]
)  # fmt: skip


@settings(max_examples=some(60, 300), deadline=None)
@given(st.lists(st.lists(CELLS, min_size=len(sheet.HEADINGS), max_size=len(sheet.HEADINGS)), max_size=6))
def test_whatever_stands_on_a_sheet_is_a_model_or_a_sentence(cells: list[list[Any]]) -> None:
    for made in sheet.drawn([list(sheet.HEADINGS), [RULE.get(h) for h in sheet.HEADINGS], *cells]):
        if made.problem is None:
            with contextlib.suppress(Fault):
                check.whole("s", "s", tomllib.loads(write.text_of(made.parsed)), "own")
        else:
            assert re.match("The sheet 'WP models', row [0-9]+, column '", made.problem.sentence)


def test_several_words_leave_out_several_kinds() -> None:
    left = {
        "Part": "Left out",
        "Not where": "school_type_group: special school; Pupil referral",
        "Note": "not compared",
    }
    (made,) = sheet.drawn(grid(RULE, left, CRITERION))
    rules = made.parsed["version"][0]["left_out"]
    assert [(r["contains"], r["because"]) for r in rules] == [
        ("special school", "not compared"),
        ("Pupil referral", "not compared"),
    ]


def test_sheets_without_headings_and_with_foreign_ones_are_refused() -> None:
    with pytest.raises(Fault, match="has no row of headings with Model, Part, When, Id"):
        sheet.drawn([["a", "b"], [1, 2]])
    with pytest.raises(Fault, match="has a column 'Colour', which means nothing here"):
        sheet.drawn(grid({**RULE, "Colour": "red"}, CRITERION))


def test_a_workbook_with_a_good_and_a_bad_model(home: Path, tmp_path: Path, run: Run) -> None:
    book = openpyxl.Workbook()
    book.active.title = "WP models"
    bad, worse = {**RULE, "Model": "bad", "When": "any Z"}, {**RULE, "Model": "worse", "Part": "?"}
    for row in grid(bad, CRITERION, worse, RULE, CRITERION):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    code, out, err = run("models", "add", str(tmp_path / "book.xlsx"))
    assert code == 1 and out == "    added  ours: Our schools, version 2026-09-01.\n"
    assert (
        "refused  The model file book.xlsx, sheet 'WP models', bad in rows 4 to 5, cannot be used: at 'when = any Z'"
        in err
    )
    assert "refused  Book.xlsx, sheet 'WP models', row 6, column 'Part': '?' is no part" in err
    text = (home / "models" / "ours.toml").read_text("utf-8")
    same_decisions(tomllib.loads(text), tomllib.loads(GOOD))
    book.active.title = "Sheet1"
    book.save(tmp_path / "other.xlsx")
    code, _, err = run("models", "add", str(tmp_path / "other.xlsx"))
    assert code == 1 and "There is no sheet 'WP models'" in err
