"""The same learner twice: judged on made-up lists in which the truth is known, on rules in tables, and beside exact matching."""

from __future__ import annotations

import csv
import datetime
import doctest
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import learner_lists as made
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from learner_lists import Learner

from wpxl.domain import people as names_of_people
from wpxl.domain.people import DIFFERENT, INITIAL, NEAR, NOBODY, PART, SAME, SHORT, SOUND, first_names, last_names, name
from wpxl.errors import Fault
from wpxl.imports.duplicates import Match, Pair, against, clusters, nicknames, within
from wpxl.imports.shape import Column, Listing

FIELDS = ("first_name", "last_name", "date_of_birth", "postcode")


def rows_of(*rows: tuple[Any, ...], fields: tuple[str, ...] = FIELDS) -> Listing:
    return Listing("List", 2, tuple(Column(field, field, [row[at] for row in rows]) for at, field in enumerate(fields)))


def ids(count: int) -> list[str]:
    return [f"#{number:08}" for number in range(1, count + 1)]


# ------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    "a, b, how",
    [
        ("José", "JOSE", SAME), ("Mary-Ann", "Mary Ann", SAME), ("Mr. Łukasz", "lukasz", SAME),
        ("Elizabeth", "Liz", SHORT), ("Mary", "Mary Ann", SHORT), ("Elizabeth (Liz)", "Liz", PART),
        ("Kathryn", "Catherine", SOUND), ("Mohammed", "Muhammad", SOUND), ("Stephen", "Steven", SOUND), ("Shaun", "Sean", SOUND),
        ("Olivia", "Olviia", SOUND), ("Olivia", "Olicia", NEAR), ("Jake", "Jade", NEAR),
        ("J", "James", INITIAL), ("J. R.", "James", INITIAL), ("K", "James", DIFFERENT),
        ("Muhammad", "Muhammad Ali", PART), ("Martin", "Martina", PART), ("Joseph", "Josephine", PART),
        ("Ella", "Ellie", PART), ("Aaron", "Erin", DIFFERENT), ("Mia", "Maya", DIFFERENT),
        ("Muhammad Ali", "Muhammad Hasan", DIFFERENT),
    ],
)  # fmt: skip
def test_how_first_names_agree(a: str, b: str, how: int) -> None:
    assert first_names(name(a), name(b), NOBODY, NOBODY, nicknames()) == how
    assert first_names(name(b), name(a), NOBODY, NOBODY, nicknames()) == how


@pytest.mark.parametrize(
    "a, b, how",
    [
        ("O'Brien", "O Brien", SAME), ("van der Berg", "Vanderberg", SAME), ("El-Sayed", "Sayed", SAME), ("Ng", "NG", SAME),
        ("Smith-Jones", "Jones", PART), ("Smith Jones", "Jones-Smith", DIFFERENT), ("Clark", "Clarke", SOUND),
        ("Smith", "Smyth", SOUND),
        ("Thompson", "Thonpson", NEAR), ("Patel", "Patil", SOUND), ("Khan", "Singh", DIFFERENT), ("Ng", "Ngo", SOUND),
    ],
)  # fmt: skip
def test_how_last_names_agree(a: str, b: str, how: int) -> None:
    assert last_names(name(a), name(b)) == last_names(name(b), name(a)) == how


def test_examples_are_true() -> None:
    assert doctest.testmod(names_of_people).failed == 0


def test_a_first_name_may_stand_in_the_cell_of_middle_names() -> None:
    assert first_names(name("James"), name("John"), NOBODY, name("James"), {}) == PART


def test_the_list_of_nicknames_is_in_order() -> None:
    with (Path(__file__).resolve().parent.parent / "data" / "nicknames.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)]
    assert rows[0] == ("name", "short") and rows[1:] == sorted(set(rows[1:])) and len(rows) > 250
    assert all(
        len(row) == 2 and all(cell.isalpha() and cell.istitle() for cell in row) and row[0] != row[1]
        for row in rows[1:]
    )


# ------------------------------------------------------------------------------------------------------------- rules

ANN = ("Ann-Marie", "O'Brien", "29/02/2008", "B33 8TH")
SURE, LOOK, NOTHING = "sure", "look", None


@pytest.mark.parametrize(
    "a, b, answer",
    [
        (ANN, ("ann marie", "OBRIEN", datetime.datetime(2008, 2, 29), "b338th"), SURE),
        (ANN, ("Ann-Marie", "O'Brien", "2008-02-29", "TF7 5UG"), SURE),  # moved house
        (ANN, ("O'Brien", "Ann-Marie", "29/02/2008", "B33 8TH"), SURE),  # changed over
        (ANN, ("Ann-Marie", "O'Brien-Lee", "29/02/2008", "TF7 5UG"), SURE),  # married, or doubled
        (ANN, ("Ann-Marie", "Lee", "29/02/2008", "B33 8TH"), LOOK),  # another last name
        (ANN, ("Ann-Marie", "O'Brien", None, "B33 8TH"), LOOK),  # without a date of birth never sure
        (ANN, ("Ann-Marie", "O'Brien", "29/02/2008", None), SURE),
        (ANN, ("A", "O'Brien", "29/02/2008", "B33 8TH"), LOOK),  # an initial
        (ANN, ("Siobhan", "O'Brien", "29/02/2008", "B33 8TH"), NOTHING),  # twins
        (ANN, ("Siobhan", "O'Brien", "01/03/2006", "B33 8TH"), NOTHING),  # sisters
        (ANN, ("Ann-Marie", "O'Brien", "01/03/1980", "TF7 5UG"), NOTHING),  # one name, two people
        (ANN, ("Ann-Marie", "Khan", "29/02/2008", "TF7 5UG"), NOTHING),
        (("Ann", "Lee", "02/03/2008", "B33 8TH"), ("Ann", "Lee", "03/02/2008", "B33 8TH"), SURE),  # an American date
        (("Ann", "Lee", "02/03/2008", "B33 8TH"), ("Ann", "Lee", "02/04/2008", "B33 8TH"), SURE),  # a date mistyped, at home
        (("Ann", "Lee", "02/03/2008", "B33 8TH"), ("Ann", "Lee", "02/04/2008", "TF7 5UG"), LOOK),
        (("John", "Lee", "02/03/2008", "B33 8TH"), ("John", "Lee", "14/09/1979", "B33 8TH"), LOOK),  # father, or wrong date
        (("Jake", "Lee", "02/03/2008", "B33 8TH"), ("Jade", "Lee", "02/03/2008", "B33 8TH"), LOOK),  # twins, or a slip
        (("Dan", "Lee", "02/03/2008", "B33 8TH"), ("Don", "Lee", "02/03/2008", "B33 8TH"), LOOK),
        (("Jack", "Lee", "02/03/2008", "B33 8TH"), ("Jakc", "Lee", "02/03/2008", "B33 8TH"), SURE),  # letters changed over
        (("Louis", "Lee", "02/03/2008", "B33 8TH"), ("Louise", "Lee", "02/03/2008", "B33 8TH"), LOOK),
        (("Muhammad", "Ali", "02/03/2008", "B33 8TH"), ("Muhammad Hasan", "Ali", "02/03/2008", "B33 8TH"), LOOK),
        (("Thomas", "Lee", "02/03/2008", "B33 8TH"), ("Tom", "Lee", "02/03/2008", "TF7 5UG"), SURE),
        (("Florence", "Lee", "02/03/2008", "B33 8TH"), ("Florrnece", "Lee", "02/03/2008", "B33 8TH"), SURE),
        ((None, "Lee", "02/03/2008", "B33 8TH"), ("Ann", "Lee", "02/03/2008", "B33 8TH"), LOOK),
        ((None, None, "02/03/2008", "B33 8TH"), ("Ann", "Lee", "02/03/2008", "B33 8TH"), NOTHING),
    ],
)  # fmt: skip
def test_rules(a: tuple[Any, ...], b: tuple[Any, ...], answer: str | None) -> None:
    found = within(rows_of(a, b))
    assert [pair[:2] for pair in found] == ([(2, 3)] if answer else [])
    assert [pair.sure for pair in found] == ([answer == SURE] if answer else [])
    reverse = within(rows_of(b, a))
    assert [pair[2:] for pair in reverse] == [pair[2:] for pair in found]
    assert [(m.score, m.sure) for m in against(rows_of(a), rows_of(b))] == [(p.score, p.sure) for p in found]


def test_middle_names_that_differ_are_no_sure_match() -> None:
    fields = ("first_name", "middle_name", "last_name", "date_of_birth", "postcode")
    rest = ("Ali", "02/03/2008", "B33 8TH")
    doubtful = within(rows_of(("Muhammad", "Hasan", *rest), ("Muhammad", "Bilal", *rest), fields=fields))
    assert [pair.sure for pair in doubtful] == [False] and "may be twins" in doubtful[0].why
    assert within(rows_of(("Muhammad", "Hasan", *rest), ("Muhammad", "H", *rest), fields=fields))[0].sure


def test_sentences_say_what_agrees_and_what_differs() -> None:
    found = within(
        rows_of(ANN, ("Ann-Marie", "O'Brimn", "29/02/2008", "TF7 5UG"), ("Ann-Marie", "O'Brien", None, "B33 8TH"))
    )
    assert [pair.why for pair in found] == [
        "same first name and date of birth; last names differ by a letter or two; postcodes differ",
        "same first and last name and postcode; a date of birth is missing",
    ]


def test_the_same_person_thrice_is_one_cluster() -> None:
    found = within(
        rows_of(ANN, ("Bo", "Ng", "01/02/2009", "M1 1AA"), ANN, ("Ann Marie", "O Brien", "29/02/2008", "TF7 5UG"), ANN)
    )
    assert clusters(found) == [(2, 4, 5, 6)]
    assert found == sorted(found)


def test_a_row_for_each_activity_is_no_duplicate() -> None:
    fields = (*FIELDS, "activity")
    assert within(rows_of((*ANN, "A1"), (*ANN, "A2"), fields=fields)) == []
    found = within(rows_of((*ANN, "A1"), (*ANN, "A2"), (*ANN, "A2"), fields=fields))
    assert [pair[:2] for pair in found] == [(3, 4)]


def test_rows_that_repeat_without_a_date_of_birth_are_likely_and_not_sure() -> None:
    undated = ("Ann", "Lee", None, "B33 8TH")
    assert [(p.score >= 85, p.sure) for p in within(rows_of(undated, undated, undated))] == [(True, False)] * 2
    assert within(rows_of(("Ann", None, None, None), ("Ann", None, None, None))) == []


def test_a_whole_name_in_one_cell_is_taken_apart() -> None:
    one = rows_of(("O'Brien, Ann-Marie", *ANN[2:]), fields=("name", "date_of_birth", "postcode"))
    assert against(one, rows_of(ANN))[0].sure


# ------------------------------------------------------------------------------------------------------------- an export

EXPORT = (*FIELDS, "heat_id")


def test_an_export_row_that_is_surely_one_learner_is_not_offered_to_another() -> None:
    mine = rows_of(("James", "Lee", "02/03/2008", "B33 8TH"), ("J", "Lee", "02/03/2008", "B33 8TH"))
    assert against(mine, rows_of(("James", "Lee", "02/03/2008", "B33 8TH", "#00000007"), fields=EXPORT)) == [
        Match(2, 2, "#00000007", 100, "same first and last name, date of birth and postcode", True)
    ]


def test_several_rows_of_an_export_are_for_a_person_to_choose() -> None:
    export = rows_of((*ANN, "#00000007"), ("Ann Marie", "O Brien", "29/02/2008", "TF7 5UG", "#00000012"), fields=EXPORT)
    found = against(rows_of(ANN), export)
    assert [(m.export_row, m.heat_id, m.sure) for m in found] == [(2, "#00000007", False), (3, "#00000012", False)]
    assert all(m.why.endswith("more than one row of the export fits") for m in found)


def test_a_heat_id_decides() -> None:
    export = rows_of((*ANN, "#00000007"), (*ANN, "#00000012"), fields=EXPORT)
    assert [(m.export_row, m.sure) for m in against(rows_of((*ANN, "12"), fields=EXPORT), export)] == [(3, True)]
    other = against(rows_of(("Bo", "Ng", "01/02/2009", "M1 1AA", "#12"), fields=EXPORT), export)
    assert [(m.export_row, m.sure) for m in other] == [(3, False)] and "one HEAT ID should be one person" in other[
        0
    ].why


def test_heat_ids_that_differ_speak_against_a_doubtful_pair() -> None:
    twins = [(first, "Lee", "02/03/2008", "B33 8TH") for first in ("Omar", "Umar")]
    doubtful = within(rows_of(*twins))[0].score
    with_ids = within(rows_of((*twins[0], "#7"), (*twins[1], "#8"), fields=EXPORT))[0]
    assert with_ids.score < doubtful and "HEAT IDs differ" in with_ids.why and not with_ids.sure
    named = [("Ann", "Lee", None, "B33 8TH"), ("Ann", "Lee", "02/03/2008", "TF7 5UG")]
    assert len(within(rows_of(*named))) == 1
    assert within(rows_of((*named[0], "#7"), (*named[1], "#8"), fields=EXPORT)) == []
    assert within(rows_of((*ANN, "#7"), (*ANN, "#8"), fields=EXPORT))[0].sure  # HEAT may have one person twice


# ------------------------------------------------------------------------------------------------------------- odd lists


def test_nothing_in_nothing_out() -> None:
    empty = Listing("List", 1, ())
    assert within(empty) == [] and against(empty, rows_of(ANN)) == [] and against(rows_of(ANN), empty) == []


def test_junk_in_cells_harms_nobody_else() -> None:
    junk = [Fault("#N/A", "."), [1], object(), True, float("nan"), -1, 10**30, "Unknown", "#REF!", "\u200b", b"x"]
    rows = [tuple(junk[(at + shift) % len(junk)] for shift in range(4)) for at in range(len(junk))]
    assert [(p.row_a, p.row_b) for p in within(rows_of(ANN, *rows, ANN)) if p.sure] == [(2, 3 + len(junk))]


def test_a_date_that_very_many_have_is_none() -> None:
    people = made.population(1_200, random.Random(4))
    one_day = within(made.listing([made.replace(person, born=(2008, 5, 6)) for person in people]))
    assert not any(pair.sure for pair in one_day)


def test_a_thousand_copies_cost_no_more_than_one() -> None:
    found = within(rows_of(*[ANN] * 1_000))
    assert len(found) == 999 and {pair.row_a for pair in found} == {2}


# ------------------------------------------------------------------------------------------------------------- known truth


def shares(found: dict[tuple[int, int], bool], truth: dict[tuple[int, int], str]) -> tuple[float, float, float]:
    """Recall of all, precision of the sure ones, and of all."""
    sure = [pair for pair, is_sure in found.items() if is_sure]
    return (
        sum(pair in found for pair in truth) / len(truth),
        sum(pair in truth for pair in sure) / len(sure),
        sum(pair in truth for pair in found) / len(found),
    )


@pytest.mark.parametrize(
    "names, least_recall, least_sure", [((made.FIRST, made.LAST), 0.96, 0.985), (made.FEW_NAMES, 0.92, 0.98)]
)
def test_within_a_list_with_known_truth(
    names: tuple[list[str], list[str]], least_recall: float, least_sure: float, capsys: pytest.CaptureFixture[str]
) -> None:
    r = random.Random(11)
    people = made.population(4_000, r, names)
    again = made.copies(people, 0.2, r)
    rows = people + [row for _, row, _ in again]
    truth = {(i + 2, len(people) + at + 2): kind for at, (i, _, kind) in enumerate(again)}
    found = {(pair.row_a, pair.row_b): pair.sure for pair in within(made.listing(rows))}
    recall, sure, all_ = shares(found, truth)
    exact = sum(made.exact(rows[a - 2], rows[b - 2]) for a, b in truth) / len(truth)
    missed = Counter(kind for pair, kind in truth.items() if pair not in found)
    with capsys.disabled():
        sys.stdout.write(
            f"\nduplicates within {len(rows):,} rows, {len(set(names[0]))} first names: recall {recall:.1%} (name and date of "
            f"birth exactly: {exact:.1%}), precision of the sure {sure:.1%}, of all {all_:.1%}; missed {dict(missed)}\n"
        )
    assert recall >= least_recall and sure >= least_sure and all_ >= 0.88 and exact < 0.55
    if names != made.FEW_NAMES:
        assert sum(found.get(pair, False) for pair in truth) / len(truth) >= 0.8


def test_against_an_export_with_known_truth(capsys: pytest.CaptureFixture[str]) -> None:
    r = random.Random(12)
    people = made.population(7_000, r)
    mine, others = people[:4_000], people[4_000:]
    again = made.copies(mine, 0.4, r)
    export = others + [row for _, row, _ in again]
    truth = {(i + 2, len(others) + at + 2): kind for at, (i, _, kind) in enumerate(again)}
    matches = against(made.listing(mine), made.listing(export, ids(len(export))))
    assert all(match.heat_id == f"#{match.export_row - 1:08}" for match in matches)
    assert [match.row for match in matches] == sorted(match.row for match in matches)
    found = {(match.row, match.export_row): match.sure for match in matches}
    recall, sure, all_ = shares(found, truth)
    exact = sum(made.exact(mine[a - 2], export[b - 2]) for a, b in truth) / len(truth)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(mine):,} learners against an export of {len(export):,}: recall {recall:.1%} (exactly: {exact:.1%}), "
            f"precision of the sure {sure:.1%}, of all {all_:.1%}\n"
        )
    assert recall >= 0.95 and sure >= 0.985 and all_ >= 0.93
    assert len({row for (row, _), is_sure in found.items() if is_sure}) == sum(found.values())  # one each


def test_no_twins_and_no_sisters_among_the_sure() -> None:
    r = random.Random(13)
    pool = [n for n in made.FIRST if len(n) > 1]
    twins = []
    for at in range(400):
        a, b = r.sample(pool, 2)
        if b.casefold() in nicknames().get(a.casefold(), ()) or a.casefold() in nicknames().get(b.casefold(), ()):
            continue
        born, last, home = (
            (2005 + at % 7, 1 + at % 12, 1 + at % 28),
            made.LAST[at % len(made.LAST)],
            f"B{at % 90 + 1} {at % 10}AA",
        )
        twins += [Learner(a, last, born, home), Learner(b, last, born, home)]
    assert [pair for pair in within(made.listing(twins)) if pair.sure] == []


def test_sentences_hold_nobody() -> None:
    r = random.Random(14)
    people = made.population(600, r)
    rows = people + [row for _, row, _ in made.copies(people, 0.5, r)]
    said = " ".join(pair.why for pair in within(made.listing(rows)))
    assert said and not any(char.isdigit() or char.isupper() for char in said)


# ------------------------------------------------------------------------------------------------------------- properties

PEOPLE = st.builds(
    lambda first, last, born, home: Learner(first, last, born, home),
    st.sampled_from(["Ann", "Anne", "Ana", "A", "Elizabeth", "Liz", "Jake", "Jade", "Lee", "Mary Ann", ""]),
    st.sampled_from(["Lee", "Leigh", "Ann", "O'Brien", "OBrien", "Smith-Lee", "Ng", ""]),
    st.sampled_from([(2008, 2, 3), (2008, 3, 2), (2008, 2, 4), (2009, 2, 3), None]),
    st.sampled_from(["B33 8TH", "B33 8TG", "TF7 5UG", None]),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(PEOPLE, min_size=2, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(people: list[Learner], r: random.Random) -> None:
    order = list(range(len(people)))
    r.shuffle(order)

    def as_places(pairs: list[Pair], place: list[int]) -> list[Any]:
        # Alike rows (O'Brien, OBrien) stand with the first of them, which the order decides: people, not rows, are compared.
        said = [repr(person).casefold().translate(dict.fromkeys(map(ord, "'\" -"))) for person in people]
        told = {(*sorted((said[place[p.row_a - 2]], said[place[p.row_b - 2]])), *p[2:]) for p in pairs}
        return sorted(told, key=repr)

    straight = within(made.listing(people))
    shuffled = within(made.listing([people[at] for at in order]))
    assert as_places(straight, list(range(len(people)))) == as_places(shuffled, order)
    assert all(pair.row_a < pair.row_b and 0 <= pair.score <= 100 for pair in straight)
    assert not any(pair.sure for pair in straight if None in (people[pair.row_a - 2].born, people[pair.row_b - 2].born))


@settings(max_examples=30, deadline=None)
@given(st.lists(PEOPLE, max_size=6), st.lists(PEOPLE, max_size=6))
def test_a_sure_row_of_an_export_stands_alone(mine: list[Learner], theirs: list[Learner]) -> None:
    found = against(made.listing(mine), made.listing(theirs, ids(len(theirs))))
    rows = Counter(match.row for match in found)
    assert all(rows[match.row] == 1 for match in found if match.sure)
    assert all(match.heat_id == f"#{match.export_row - 1:08}" for match in found)
