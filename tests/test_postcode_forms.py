"""The form of postcodes, against an independent statement of the rule."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wpxl.domain import postcode
from wpxl.domain.blank import is_blank

# The rule as the user guides state it, written out form by form and not as the code has it.
FORMS = ["A9", "A99", "AA9", "AA99", "A9A", "AA9A"]
RULE = re.compile(
    "("
    + "|".join(form.replace("A", "[A-Z]").replace("9", "[0-9]") for form in sorted(FORMS, key=len, reverse=True))
    + "|GIR|NPT)[0-9][ABDEFGHJLNPQRSTUWXYZ][ABDEFGHJLNPQRSTUWXYZ]"
)

letters, digits = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), st.sampled_from("0123456789")
near = st.text("ABCIKMOVGIRNPT0123456789", min_size=4, max_size=8)
typed = st.lists(
    # Brackets, quotation marks, backslashes and line ends are what the column's encoding has to tell apart.
    st.sampled_from(
        [
            *"TF75UGB9EOI01",
            " ",
            "\u00a0",
            "\u200b",
            ".",
            ",",
            "'",
            "-",
            "\u2013",
            "é",
            "\x1e",
            "\x85",
            "\xad",
            "Ｔ",
            "７",
        ]
    ),
    max_size=11,
).map("".join)


@given(near)
def test_form_is_the_published_rule(text: str) -> None:
    assert (postcode.parse(text) is not None) == bool(RULE.fullmatch(text))


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(near, typed, st.none(), st.integers(), st.floats(), st.booleans(), st.text(max_size=9), st.just([1])),
        min_size=1,
        max_size=120,
    )
)
def test_whole_columns_are_judged_as_single_cells_are(cells: list[object]) -> None:
    packed = postcode.pack(cells)
    for i, cell in enumerate(cells):
        parts = postcode.parse(postcode.clean(cell))
        assert bool(packed.blank[i]) == is_blank(cell)
        if parts is None:
            assert packed.outcode[i] == postcode.MALFORMED
        else:
            found = (packed.outcode[i], packed.digit[i], packed.unit[i])
            assert found == (postcode.outcode_number(parts.outcode), parts.digit, parts.unit)


def test_every_outcode_has_a_number_of_its_own() -> None:
    from itertools import product

    letter, digit = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
    pools = {"A": letter, "9": digit}
    every = ["GIR", "NPT", *("".join(p) for form in FORMS for p in product(*(pools[c] for c in form)))]
    numbers = [postcode.outcode_number(o) for o in every]
    assert len(set(numbers)) == len(every)
    assert max(numbers) < postcode.MALFORMED
    assert all(postcode.outcode_text(n) == o for n, o in zip(numbers[::97], every[::97], strict=True))


@given(st.from_regex(RULE, fullmatch=True))
def test_formatting_settles(text: str) -> None:
    spaced = postcode.spaced(text)
    assert spaced.replace(" ", "") == text and spaced[-4] == " "
    assert postcode.clean(spaced) == text
    assert postcode.clean(f"\u00a0{spaced.lower()}. ") == text


@given(st.one_of(near, typed, st.text(max_size=60), st.integers(), st.floats(), st.booleans(), st.dates()))
def test_every_problem_has_one_sentence(cell: object) -> None:
    if postcode.parse(postcode.clean(cell)) is None and not is_blank(cell):
        sentence = postcode.problem(cell)
        assert sentence.endswith((".", "W1A).")) and 10 < len(sentence) < 200


@given(near)
def test_repairs_are_well_formed_and_near(text: str) -> None:
    for repair in postcode.repairs(text):
        assert RULE.fullmatch(repair) and repair != text
        assert abs(len(repair) - len(text)) <= 1


@pytest.mark.parametrize("n", [0, 1, (1 << 14) - 1, 1 << 14, (1 << 14) + 1])
def test_chunks_meet(n: int) -> None:
    packed = postcode.pack(["TF7 5UG"] * n)
    assert packed.outcode.shape == (n,)
    assert np.all(packed.outcode == postcode.outcode_number("TF7"))
