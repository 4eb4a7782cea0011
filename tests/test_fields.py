"""Headings as people write them, and the fields they stand for."""

from __future__ import annotations

import csv
import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import HERE
from hypothesis import given
from hypothesis import strategies as st

from wpxl import fields
from wpxl.errors import Fault
from wpxl.targeting.learners import asks_first_generation

with (HERE / "cases" / "headings.csv").open(encoding="utf-8", newline="") as _file:
    HEADINGS = [(row["about"], row["heading"], row["field"]) for row in csv.DictReader(_file)]
LEARNERS = [(heading, field) for about, heading, field in HEADINGS if about == "learners"]


def found(about: str, *headings: str, columns: list[list[Any]] | None = None) -> dict[str, str]:
    return {field: headings[one.at] for field, one in fields.match(about, headings, columns).items()}


@pytest.mark.parametrize("about", list(fields.tables()))
def test_a_heading_by_itself(about: str) -> None:
    cases = [(heading, field) for kind, heading, field in HEADINGS if kind == about]
    assert cases
    wrong = {
        heading: got for heading, field in cases if (got := list(found(about, heading))) != ([field] if field else [])
    }
    assert not wrong


@given(
    st.sampled_from(LEARNERS),
    st.sampled_from([str.upper, str.lower, str.title, lambda h: f"  {h}:\n", lambda h: h.replace(" ", "_")]),
)
def test_case_spaces_and_marks_do_not_count(case: tuple[str, str], spelt: Any) -> None:
    heading, field = case
    assert list(found("learners", spelt(heading))) == ([field] if field else [])


@given(
    st.permutations(
        ["Surname", "Forename", "DOB", "Home postcode", "School", "Yr", "FSM?", "T-shirt size", "School postcode"]
    )
)
def test_the_order_of_columns_does_not_count(headings: list[str]) -> None:
    assert found("learners", *headings) == {
        "first_name": "Forename", "last_name": "Surname", "date_of_birth": "DOB", "postcode": "Home postcode",
        "organisation": "School", "year_group": "Yr", "fsm": "FSM?",
    }  # fmt: skip


def test_every_label_is_its_own_field() -> None:
    for about in fields.tables():
        labels = [field.label for field in fields.of(about).values()]
        assert found(about, *labels) == {field.id: field.label for field in fields.of(about).values()}
        assert fields.names(about, fields.tables()[about]["label"].replace(" ", ""))


def test_every_word_leads_to_its_field_or_to_one_with_the_same_word() -> None:
    for about in fields.tables():
        for field in fields.of(about).values():
            for word in (*field.words, *field.here):
                got = next(iter(found(about, word)))
                other = fields.of(about).get(got)
                same = {"".join(fields.tokens(w)) for w in (other.label, *other.words, *other.here)} if other else set()
                assert got == field.id or "".join(fields.tokens(word)) in same, (about, word)


def test_one_heading_a_field_and_the_surest_first() -> None:
    assert found("activities", "Activity ID", "Activity") == {"activity": "Activity ID", "title": "Activity"}
    assert found("learners", "Postcode", "Home postcode") == {"postcode": "Home postcode"}
    assert found("learners", "Student", "Student ID") == {"learner": "Student ID", "name": "Student"}


@pytest.mark.parametrize(
    ("heading", "cells", "field"),
    [
        ("Year", [9, 10.0, "11"], "year_group"),
        ("Year", ["2025/26", "2024/25"], "academic_year"),
        ("Student", ["Ann Lee", "Bo Chan"], "name"),
        ("Student", ["S001", "S002"], "learner"),
        ("Postcode (of home)", ["Ann", "Bo", "Cy"], "postcode"),
    ],
)
def test_cells_settle_what_a_heading_leaves_open(heading: str, cells: list[Any], field: str) -> None:
    assert list(found("learners", heading, columns=[cells])) == [field]


def test_a_phrase_in_a_longer_heading_needs_cells_that_suit() -> None:
    heading = "Which home postcode did you have before?"
    assert found("learners", heading, columns=[["TF7 5UG", None]]) == {"postcode": heading}
    assert found("learners", heading, columns=[[datetime.datetime(2025, 9, 1)] * 3]) == {}


@pytest.mark.parametrize("field", ["parental_he", "first_generation"])
def test_the_two_questions_about_parents_are_told_apart_as_formulas_tell_them(field: str) -> None:
    headings = [heading for heading, of in LEARNERS if of == field] + list(fields.of("learners")[field].words)
    assert len(headings) > 25
    for heading in headings:
        assert asks_first_generation(heading) == (field == "first_generation"), heading


def test_your_own_words_come_first_and_last(home: Path) -> None:
    assert found("learners", "Addr code") == {}
    fields.remember(fields.of("learners")["postcode"], "Addr code")
    fields.remember(fields.of("learners")["postcode"], "Addr code")
    fields.remember(fields.of("learners")["academic_year"], "Year")
    assert found("learners", "ADDR CODE", "Postcode") == {"postcode": "ADDR CODE"}
    assert list(found("learners", "Year", columns=[[9, 10, 11]])) == ["academic_year"]
    text = (home / "fields.toml").read_text("utf-8")
    assert text.count("Addr code") == 1 and text.startswith("# Your own headings")
    with pytest.raises(Fault, match="without a letter"):
        fields.remember(fields.of("learners")["postcode"], " * ")


def test_the_command_lists_and_adds_headings(home: Path, run: Any) -> None:
    code, out, _ = run("headings", "list")
    assert code == 0 and out.startswith("organisations") and "One-page log" in out
    code, out, _ = run("headings", "add", "learners.postcode", "Addr code")
    assert (code, out.strip()) == (0, "'Addr code' is taken for Home postcode in lists of learners from now on.")
    code, out, _ = run("headings", "list", "learners")
    assert code == 0 and "learners.postcode" in out and "Home postcode: also Addr code, Postcode" in out
    assert found("learners", "addr. code") == {"postcode": "addr. code"}
    assert run("headings", "add", "learners.shoe", "Size")[0] == 1
    code, _, err = run("headings", "list", "shoes")
    assert code == 1 and err.startswith("There is no kind of table 'shoes': there are organisations, activities,")


@pytest.mark.parametrize(
    "text",
    [
        "[field.learners.shoe]\nwords = ['Size']",
        "[field.learners.postcode]\nwords = 'a'",
        "[field.learners.postcode]",
        "x = ",
    ],
)
def test_a_damaged_file_of_own_words_is_said(home: Path, text: str) -> None:
    home.mkdir()
    (home / "fields.toml").write_text(text, "utf-8")
    with pytest.raises(Fault, match=r"fields\.toml cannot be read"):
        fields.match("learners", ["Postcode"])


def test_names_of_sheets() -> None:
    assert fields.names("learners", "Pupils 2025") and fields.names("attendance", "OnePageLog")
    assert not fields.names("learners", "Schools")
    assert fields.left_alone("Drop-downs") and fields.left_alone("READ ME") and not fields.left_alone("Autumn")


def test_looking_headings_up_needs_no_heavy_library() -> None:
    program = (
        "import sys, json; from wpxl import fields; fields.match('learners', ['DOB', 'Post code']);"
        "print(json.dumps([m for m in ('numpy', 'pandas', 'rapidfuzz', 'tomlkit') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=HERE.parent)
    assert json.loads(done.stdout) == [], done.stderr
