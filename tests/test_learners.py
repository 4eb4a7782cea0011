"""Target learners: every combination of what can be known against the rule stated a second time; a hundred thousand at once."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import pytest
from conftest import plain
from hypothesis import given
from hypothesis import strategies as st

import wpxl
from wpxl.domain import answers, logic
from wpxl.domain.answers import NO, NOT_APPLICABLE, UNKNOWN, YES
from wpxl.errors import Fault

# What people write for met, not met, not known: postcode, FSM, bursary, parental HE, NS-SEC, disabled, in care.
CELLS: list[dict[bool | None, Any]] = [
    {True: "TF7 5UG", False: "B32 3PB", None: ""},
    {True: "Y", False: "N", None: None},
    {True: "yes", False: "no", None: "Not known (997)"},
    {True: "N", False: "Y", None: "Prefer not to say (998)"},  # whether a parent HAS higher education
    {True: 6, False: 2, None: "NC"},
    {True: True, False: False, None: "Information refused"},
    {True: 1, False: 0, None: "unknown"},
]
WEIGHTS = (1, 1, 1, 7, 1, 7, 7)
COMBINATIONS = list(itertools.product((True, False, None), repeat=7))


def guide(imd: bool, fsm: bool, bursary: bool, no_parental_he: bool, nssec: bool, disabled: bool, care: bool) -> bool:
    """The Aimhigher guide, figure 1, for a learner of whom everything is known."""
    basket_a, basket_b = imd or fsm or bursary, no_parental_he or nssec
    return (basket_a and basket_b) or no_parental_he or disabled or care


def footnote(
    imd: bool, fsm: bool, bursary: bool, no_parental_he: bool, nssec: bool, disabled: bool, care: bool
) -> bool:
    """Its table 2, footnote: no parental HE is one of basket B and no more."""
    return ((imd or fsm or bursary) and (no_parental_he or nssec)) or disabled or care


def fillings(known: tuple[bool | None, ...]) -> list[tuple[bool, ...]]:
    return list(itertools.product(*([value] if value is not None else [True, False] for value in known)))


def columns() -> list[list[list[Any]]]:
    return [[[CELLS[i][known[i]]] for known in COMBINATIONS] for i in range(7)]


@pytest.mark.parametrize(
    ("model", "rule"),
    [
        ("aimhigher-2011-learner", guide),
        ("aimhigher-2011-summer-school", guide),
        ("aimhigher-2011-learner; no parental HE alone is not enough", footnote),
    ],
)
def test_every_combination(model: str, rule: Any) -> None:
    """3^7 learners: an answer exactly where every way of filling the gaps gives the same one."""
    got = plain(wpxl.call("WP_TARGET", *columns(), None, None, model))
    assert len(got) == 3**7
    for known, answer in zip(COMBINATIONS, got, strict=True):
        possible = {rule(*filled) for filled in fillings(known)}
        expected = "#N/A" if len(possible) > 1 else "Target" if possible == {True} else "Not target"
        assert answer == [expected], (model, known)
    assert {a[0] for a in got} == {"Target", "Not target", "#N/A"}


def test_every_score() -> None:
    got = plain(wpxl.call("WP_TARGET_SCORE", *columns()))
    said = wpxl.why("WP_TARGET_SCORE", *columns())
    for known, answer, sentence in zip(COMBINATIONS, got, said, strict=True):
        possible = sorted({sum(w for w, met in zip(WEIGHTS, f, strict=True) if met) for f in fillings(known)})
        if len(possible) == 1:
            assert answer == possible
            assert sentence.startswith(f"Score {possible[0]} of at most 25")
        else:
            assert answer == ["#N/A"]
            assert sentence.startswith(f"Between {possible[0]} and {possible[-1]}:")


def test_what_would_decide_is_named() -> None:
    """WP_WHY names just the unknown items on which the answer hangs, and those that settle it alone."""
    names = ["IMD", "FSM", "bursary", "parental HE", "NS-SEC", "disabled", "in care"]
    for known, sentence in zip(COMBINATIONS, wpxl.why("WP_TARGET", *columns()), strict=True):
        assert len(sentence) <= 255
        if not sentence.startswith("Not settled"):
            continue
        gaps = [i for i, value in enumerate(known) if value is None]
        hangs = []
        for gap in gaps:
            filled = [f for f in fillings(known) if f[gap]]
            if any(guide(*f) != guide(*(v if k != gap else False for k, v in enumerate(f))) for f in filled):
                hangs.append(names[gap])
        listed = sentence.partition("it hangs on ")[2].partition(".")[0].split("; ")
        assert listed == hangs, known


def test_unknown_as_not_met() -> None:
    model = "aimhigher-2011-learner; unknown as not met"
    got = plain(wpxl.call("WP_TARGET", *columns(), None, None, model))
    for known, answer in zip(COMBINATIONS, got, strict=True):
        expected = "Target" if guide(*(bool(value) for value in known)) else "Not target"
        open_ = len({guide(*filled) for filled in fillings(known)}) > 1
        assert answer == [expected + (" (unknown as not met)" if open_ else "")], known


def test_a_long_list_has_the_answers_of_its_cells() -> None:
    asked = columns()
    whole = plain(wpxl.call("WP_TARGET", *asked))
    for row in range(0, len(COMBINATIONS), 97):
        assert plain(wpxl.call("WP_TARGET", *([column[row]] for column in asked))) == [whole[row]]


def test_the_date_that_excel_made_of_a_band() -> None:
    said = wpxl.why("WP_TARGET", "TF7 5UG", "N", "N", "Y", datetime.datetime(2026, 8, 4), "N", "N")[0]
    assert said == "This cell holds a date, which Excel makes of 4-8 as it is typed. Type '4-8 with the apostrophe."
    assert plain(wpxl.call("WP_TARGET", "TF7 5UG", "N", "N", "Y", datetime.date(2026, 8, 4))) == [["#VALUE!"]]


JUNK = [
    float("nan"),
    float("inf"),
    b"Y",
    object(),
    [1],
    {"a": 1},
    datetime.date(2026, 8, 4),
    10**30,
    "\ud800",
    "Y" * 40_000,
    Fault("#N/A", "x"),
]


@pytest.mark.parametrize("place", range(9))
@pytest.mark.parametrize("height", [1, 60])
def test_junk_spoils_its_own_row_only(place: int, height: int) -> None:
    row: list[Any] = ["TF7 5UG", "N", "N", "Y", 6, "N", "N", "N", "N"]
    for junk in JUNK:
        asked = [[[junk if k == place and r == 0 else cell] for r in range(height)] for k, cell in enumerate(row)]
        answers_ = wpxl.call("WP_TARGET", *asked, "current-learner")
        scores = wpxl.call("WP_TARGET_SCORE", *asked, "current-learner")
        assert len(answers_) == len(scores) == height
        assert all(answer == ("Target",) for answer in answers_[1:])
        assert isinstance(answers_[0][0], (str, Fault)) and isinstance(scores[0][0], (int, Fault))
        assert len(wpxl.why("WP_TARGET", *asked, "current-learner")) == height


@given(
    st.lists(
        st.sampled_from([*CELLS[1].values(), "✗", "no", "YES", 0, 1.0, False, "n/a", "never"]),
        min_size=1,
        max_size=80,
    )
)
def test_order_blanks_and_duplicates_are_kept(cells: list[Any]) -> None:
    column = [[cell] for cell in cells]
    got = wpxl.call("WP_TARGET", "B32 3PB", column, "N", "Y", 4, "N", "N")
    alone = [wpxl.call("WP_TARGET", "B32 3PB", [row], "N", "Y", 4, "N", "N")[0] for row in column]
    assert plain(got) == plain(alone)


SAID = {
    YES: ["Y", "yes", "TRUE", True, "1", 1.0, "✓", "✔\ufe0f", "Ｙ", "Yes, since Year 7", "eligible"],
    NO: ["N", "no.", False, "0", 0, "✗", "none", "No - never", "not eligible", "never"],
    NOT_APPLICABLE: ["n/a", "Not applicable", "does not apply"],
    UNKNOWN: ["Not known (997)", "Prefer not to say (998)", "Not available (999)", "997", 998, "Information refused", "don't know",
              "Don\u2019t know", "-", "\u00a0", "TBC", "", None, "unknown", "Not stated"],
}  # fmt: skip


@pytest.mark.parametrize(("cell", "state"), [(cell, state) for state, cells in SAID.items() for cell in cells])
def test_answers_as_people_write_them(cell: Any, state: int) -> None:
    assert answers.read("fsm", cell) == state


@pytest.mark.parametrize("cell", ["x", "maybe", "12/B", "Smith", 2, 7.5, "yesterday"])
def test_what_is_no_answer_is_told(cell: Any) -> None:
    fault = answers.read("fsm", cell)
    assert isinstance(fault, Fault) and fault.code == "#VALUE!" and "blank if it is not known" in fault.sentence


# ------------------------------------------------------------------------------------------------------------ rules

NAMES, BASKETS, WEIGHT = ["p", "q", "r", "s"], {"A": [0, 1], "B": [2, 3]}, [1, 2, 4, 8]
EXPRESSIONS = st.recursive(
    st.sampled_from(["p", "q", "r", "s", "any A", "all B", "at least 1 of A", "at least 2 of B", "score at least 5"]),
    lambda part: st.one_of(
        st.tuples(part, part).map(lambda two: f"({two[0]} and {two[1]})"),
        st.tuples(part, part).map(lambda two: f"{two[0]} or {two[1]}"),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS, st.tuples(*[st.sampled_from([NO, UNKNOWN, YES])] * 4))
def test_a_rule_is_settled_exactly_when_every_filling_agrees(text: str, states: tuple[int, ...]) -> None:
    """Rules without "not" only grow with what is met, so three-valued and, or lose nothing."""
    rule = logic.compiled(text, NAMES, BASKETS, WEIGHT)
    gaps = [i for i, s in enumerate(states) if s == UNKNOWN]
    results = set()
    for values in itertools.product((NO, YES), repeat=len(gaps)):
        filled = list(states)
        for i, value in zip(gaps, values, strict=True):
            filled[i] = value
        results.add(rule(tuple(filled)))
    assert results <= {NO, YES}
    assert rule(states) == (results.pop() if len(results) == 1 else UNKNOWN)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("any D", "'D' stands where a basket should"),
        ("p and", "it ends where a criterion or a basket should stand"),
        ("(p or q", "a bracket is not closed"),
        ("p q", "'q' is not expected there"),
        ("at least many of A", "'at least' needs a number"),
        ("p or z", "'z' is no criterion of this model"),
        ("", "it ends where"),
    ],
)
def test_a_rule_that_cannot_be_understood_is_told(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        logic.compiled(text, NAMES, BASKETS, WEIGHT)


def test_not_is_for_rules_too() -> None:
    rule = logic.compiled("not any A and p or not r", NAMES, BASKETS, WEIGHT)
    assert [rule((YES, NO, YES, NO)), rule((NO, NO, NO, NO)), rule((NO, NO, UNKNOWN, NO))] == [NO, YES, UNKNOWN]
