"""What is withheld stays withheld: nobody can work it out from what is shown."""

from __future__ import annotations

import doctest
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wpxl.domain import rates
from wpxl.errors import Fault
from wpxl.reports import disclosure
from wpxl.reports.disclosure import Rule, protect, rule
from wpxl.reports.shape import DERIVED, FIGURE, NUMBER, PEOPLE, SHARE, TEXT, Chart, Column, Figure, Report, Table

COLUMNS = (
    Column("Group", TEXT),
    Column("People", PEOPLE),
    Column("Known", PEOPLE),
    Column("Not known", PEOPLE),
    Column("Meet", PEOPLE),
    Column("Share", SHARE, "Meet", "Known"),
)


def table(rows: list[tuple[int, int, int]], name: str = "Groups", adds_up: bool = True) -> Table:
    """Rows of known, not known and how many of those known meet something; with their total."""
    everyone = [*rows, tuple(map(sum, zip(*rows, strict=True)))]
    cells = [
        (
            f"g{i}",
            known + unknown,
            known,
            unknown,
            meet,
            round(100 * meet / known, 1) if known else Fault("#DIV/0!", "-"),
        )
        for i, (known, unknown, meet) in enumerate(everyone)
    ]
    return Table(name, COLUMNS, cells, totals=1, adds_up=adds_up)


def shared(*tables: Table, by: str = "under 10") -> list[list[tuple[Any, ...]]]:
    return [t.rows for t in protect(Report("x", "X", tables), rule(by)).tables]


# ------------------------------------------------------------------------------------------- somebody who subtracts


class Reader:
    """Whoever knows what is shown, and how the columns hang together: whole numbers, at least 1 where withheld."""

    def __init__(self, shown: list[tuple[Any, ...]], truth: list[tuple[Any, ...]]):
        self.truth: dict[Any, int] = {}
        self.low: dict[Any, int] = {}
        self.fixed: dict[Any, int] = {}
        self.sums: list[tuple[Any, tuple[Any, ...]]] = []
        for r, (row, real) in enumerate(zip(shown, truth, strict=True)):
            for c in (1, 2, 3, 4):
                self.truth[r, c], self.low[r, c] = real[c], 1
                if row[c] != rates.WITHHELD:
                    self.fixed[r, c] = row[c]
            self.truth[r, "rest"], self.low[r, "rest"] = real[2] - real[4], 0
            self.sums += [((r, 1), ((r, 2), (r, 3))), ((r, 2), ((r, 4), (r, "rest")))]
            if isinstance(row[5], float) and (r, 2) in self.fixed:
                self.fixed[r, 4] = round(row[5] * self.fixed[r, 2] / 100)
        last = len(shown) - 1
        self.sums += [((last, c), tuple((r, c) for r in range(last))) for c in (1, 2, 3, 4, "rest")]
        self.most = max(self.truth.values()) + 3

    def narrowed(self, low: dict[Any, int], high: dict[Any, int]) -> bool:
        """Bounds made as narrow as each sum alone makes them; whether any number is left for each count."""
        moved = True
        while moved:
            moved = False
            for total, parts in self.sums:
                lows, highs = sum(low[p] for p in parts), sum(high[p] for p in parts)
                bounds = [(total, lows, highs)]
                bounds += [(p, low[total] - highs + high[p], high[total] - lows + low[p]) for p in parts]
                for place, least, most in bounds:
                    if least > low[place] or most < high[place]:
                        low[place], high[place] = max(low[place], least), min(high[place], most)
                        moved = True
                    if low[place] > high[place]:
                        return False
        return True

    def possible(self, low: dict[Any, int], high: dict[Any, int], budget: list[int]) -> bool:
        """Whether whole numbers within these bounds satisfy all sums; numbers near the truth are tried first."""
        budget[0] -= 1
        if not self.narrowed(low, high):
            return False
        open_ = [p for p in low if low[p] < high[p]]
        if not open_ or budget[0] < 0:
            return True
        place = min(open_, key=lambda p: high[p] - low[p])
        values = sorted(range(low[place], high[place] + 1), key=lambda v: abs(v - self.truth[place]))
        return any(self.possible({**low, place: v}, {**high, place: v}, budget) for v in values)

    def works_out(self, place: Any) -> bool:
        """Whether a count can have no other value than its own."""
        low = {p: self.fixed.get(p, self.low[p]) for p in self.truth}
        high = {p: self.fixed.get(p, self.most) for p in self.truth}
        true = self.truth[place]
        below, above = {**high, place: min(true - 1, high[place])}, {**low, place: max(true + 1, low[place])}
        return not (self.possible(dict(low), below, [500]) or self.possible(above, dict(high), [500]))


def given_away(rows: list[tuple[int, int, int]], n: int) -> list[Any]:
    """The counts under n of a table that a reader of it can work out, and those that are plainly there."""
    whole = table(rows)
    (shown,) = shared(whole, by=f"under {n}")
    reader = Reader(shown, whole.rows)
    return [place for place, count in reader.truth.items() if 0 < count < n and reader.works_out(place)]


counts = st.one_of(st.integers(0, 12), st.integers(0, 60))
groups = st.tuples(counts, counts, counts).map(lambda t: (t[0], t[1], min(t[2], t[0])))


@settings(max_examples=80, deadline=None)
@given(st.lists(groups, min_size=1, max_size=5), st.sampled_from([3, 5, 10]))
def test_nobody_can_work_out_a_withheld_count(rows: list[tuple[int, int, int]], n: int) -> None:
    assert not given_away(rows, n)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(counts, counts, counts), min_size=2, max_size=9))
@example([(0, 2, 29), (1, 0, 0), (23, 0, 0), (51, 0, 37), (2, 0, 0), (8, 0, 5), (0, 58, 3)])  # each sum alone hides it
@example([(0, 5, 0), (14, 60, 25), (0, 46, 3), (5, 0, 47), (58, 0, 0), (9, 53, 3)])
def test_rows_and_columns_together_give_nothing_away(rows: list[tuple[int, ...]]) -> None:
    """By linear algebra: a withheld count has more than one value exactly where some solution of 'all sums are 0' moves it."""
    full = [(f"g{i}", sum(row), *row) for i, row in enumerate(rows)]
    whole = [*full, ("All", *(sum(column) for column in list(zip(*full, strict=True))[1:]))]
    columns = (Column("Group", TEXT), *(Column(name, PEOPLE) for name in ("Of all kinds", "One", "Two", "Three")))
    (shown,) = shared(Table("T", columns, whole, 1, True))
    unknown = {
        (r, c): i
        for i, (r, c) in enumerate((r, c) for r in range(len(shown)) for c in range(1, 5))
        if shown[r][c] == "[c]"
    }
    sums = [[(r, 1, -1), *((r, c, 1) for c in (2, 3, 4))] for r in range(len(shown))]
    sums += [[(len(rows), c, -1), *((r, c, 1) for r in range(len(rows)))] for c in range(1, 5)]
    matrix = np.zeros((len(sums), 4 * len(shown)))
    for i, one in enumerate(sums):
        for r, c, sign in one:
            if (r, c) in unknown:
                matrix[i, unknown[r, c]] = sign
    matrix = matrix[:, sorted(unknown.values())]
    _, sizes, basis = np.linalg.svd(matrix, full_matrices=True) if unknown else (0, np.zeros(0), np.zeros((0, 0)))
    free = np.abs(basis[int((sizes > 1e-9).sum()) :]).sum(axis=0) > 1e-9
    for (r, c), moves in zip(unknown, free, strict=True):
        assert moves or not 0 < whole[r][c] < 10


def test_the_reader_can_subtract() -> None:
    """The checker itself: with only the small count withheld it finds it, by the total, by the row, or by both together."""
    whole = table([(40, 20, 3), (50, 30, 25), (60, 10, 30)]).rows
    alone = [(*tuple("[c]" if v == 3 else v for v in row[:5]), None) for row in whole]
    assert Reader(alone, whole).works_out((0, 4))
    corner = [
        (*tuple("[c]" if r < 2 and c in (2, 3) else v for c, v in enumerate(row[:5])), None)
        for r, row in enumerate(whole)
    ]
    assert not Reader(corner, whole).works_out((0, 2))
    corner[1] = (*whole[1][:5], None)
    assert Reader(corner, whole).works_out((0, 2))


# ------------------------------------------------------------------------------------------------------- by example


def test_a_small_count_takes_its_share_its_complement_and_a_second_row_with_it() -> None:
    """3 of 40 meet it. Without a second row the total would give the 3 back: 58 - 25 - 30."""
    (rows,) = shared(table([(40, 20, 3), (50, 30, 25), (60, 10, 30)]))
    assert [row[4:] for row in rows] == [("[c]", "[c]"), ("[c]", "[c]"), (30, 50.0), (58, 38.7)]
    assert [row[1:4] for row in rows] == [(60, 40, 20), (80, 50, 30), (70, 60, 10), (210, 150, 60)]


def test_who_is_not_in_the_group_is_as_secret() -> None:
    """57 of 60 meet it: three do not."""
    (rows,) = shared(table([(60, 20, 57), (50, 30, 25), (60, 10, 30)]))
    assert rows[0][4:] == ("[c]", "[c]") and rows[0][2] == 60


def test_nobody_is_shown_and_everybody_too() -> None:
    (rows,) = shared(table([(40, 20, 0), (50, 30, 50)]))
    assert [row[4] for row in rows] == [0, 50, 50]


def test_headcount_and_recorded_are_no_way_round() -> None:
    """Attended 100, recorded 3: the headcount of 97 would say so. Sums are found without being declared."""
    columns = tuple(Column(h, PEOPLE) for h in ("Attended", "Recorded", "Headcount"))
    whole = Table("Work", (Column("A", TEXT), *columns), [("a", 100, 3, 97), ("b", 80, 40, 40), ("c", 60, 20, 40)])
    (rows,) = shared(whole)
    assert rows == [("a", 100, "[c]", "[c]"), *whole.rows[1:]]


def test_a_blank_elsewhere_in_the_row_hides_no_sum() -> None:
    columns = (Column("A", TEXT), *(Column(h, PEOPLE) for h in ("Attended", "Recorded", "Headcount", "n")))
    rows = [("a", 47, 1, 46, None), ("b", 80, 40, 40, 80), ("c", 60, 20, 40, None)]
    (shown,) = shared(Table("Work", columns, rows))
    assert shown[0] == ("a", 47, "[c]", "[c]", None)


def test_a_total_of_few_is_withheld_with_the_rows() -> None:
    (rows,) = shared(table([(2, 1, 1), (3, 1, 0)]))
    assert all(v in ("[c]", 0) for row in rows for v in row[1:5])


def test_the_same_count_in_two_tables() -> None:
    """Two of by-school's rows must go; the one withheld besides goes where the same row stands in the other table too."""
    first = table([(40, 20, 3), (50, 30, 25), (60, 10, 30)])
    other = table([(50, 30, 25), (60, 10, 30)], "Some of them")
    other = other._replace(rows=[("g1", *other.rows[0][1:]), ("g2", *other.rows[1][1:]), ("sum", *other.rows[2][1:])])
    _, rows = shared(first, other)
    assert rows[0][4] == "[c]" and rows[1][4] == "[c]"


def test_two_columns_that_are_often_the_same() -> None:
    """Of 16 who attended the profile rests on 16: what is withheld of the one is withheld of the other."""
    columns = (Column("A", TEXT), Column("Attending", PEOPLE), Column("n", PEOPLE))
    rows = [("a", 6, 6), ("b", 16, 16), ("c", 30, 12), ("d", 40, 20)]
    (shown,) = shared(Table("T", columns, [*rows, ("All", 92, 54)], 1, True))
    assert [row[1:] for row in shown[:2]] == [("[c]", "[c]")] * 2


def test_the_same_total_in_two_tables() -> None:
    """Ten groups of one person each: their total of ten would say so, wherever it stands."""
    columns = (Column("A", TEXT), Column("n", PEOPLE))
    ones = Table("Ones", columns, [*((f"g{i}", 1) for i in range(10)), ("All", 10)], 1, True)
    both = (Column("Kind", TEXT), Column("n", PEOPLE))
    rows, other = shared(ones, Table("Kinds", both, [("x", 10), ("All of them", 10)], 1, True))
    assert rows[-1][1] == "[c]" and other[-1][1] == "[c]"


def test_the_schools_of_an_activity_are_no_way_round() -> None:
    """53 attended, 49 of them from one school: four came from the other. A third school's row must hide them."""
    activities = Table("Activities", (Column("Activity", TEXT), Column("n", PEOPLE)), [("Visit", 53), ("Talk", 70)])
    columns = (Column("School", TEXT), Column("Activity", TEXT), Column("n", PEOPLE))
    rows = [("a", "Visit", 49), ("b", "Visit", 4), ("a", "Talk", 70)]
    above, below = shared(activities, Table("Schools", columns, rows))
    assert above == activities.rows
    assert [row[2] for row in below] == ["[c]", "[c]", 70]


def test_what_says_nothing_of_people_stays() -> None:
    columns = (Column("A", TEXT), Column("Activities", NUMBER), Column("n", PEOPLE), Column("IMD %", FIGURE),
               Column("YPR %", SHARE, "", "n"), Column("Hours", DERIVED, "n"))  # fmt: skip
    whole = Table("T", columns, [("a", 2, 6, 75.0, Figure(49.4), 12.0), ("b", 3, 40, 12.5, 5.0, 80.0)])
    (rows,) = shared(whole)
    assert rows == [("a", 2, "[c]", 75.0, 49.4, "[c]"), ("b", 3, 40, 12.5, "[c]", 80.0)]  # 5 % of 40 are two people


def test_a_share_of_the_total_goes_with_its_count() -> None:
    columns = (Column("A", TEXT), Column("n", PEOPLE), Column("of all", SHARE, "n"))
    whole = Table("T", columns, [("a", 4, 8.0), ("b", 16, 32.0), ("c", 30, 60.0), ("All", 50, 100.0)], 1, True)
    (rows,) = shared(whole)
    assert rows == [("a", "[c]", "[c]"), ("b", "[c]", "[c]"), ("c", 30, 60.0), ("All", 50, 100.0)]


def test_overlapping_groups_leave_a_bound() -> None:
    """People in several schools: 50 in all, 45 in one and 9 in another. The nine cannot be fewer than five."""
    columns = (Column("A", TEXT), Column("People", PEOPLE))
    (rows,) = shared(Table("T", columns, [("a", 45), ("b", 9), ("All", 50)], 1, False))
    assert rows[1][1] == "[c]" and rows[0][1] == "[c]"


# ------------------------------------------------------------------------------------------------------------- HESA


@given(st.integers(0, 10**6))
def test_rounding_to_the_nearest_five(n: int) -> None:
    assert rates.rounded(n) == int((Decimal(n) / 5).quantize(Decimal(1), ROUND_HALF_UP)) * 5
    assert rates.rounded(-n) == -rates.rounded(n)


def test_hesa_rounds_each_count_for_itself_and_keeps_the_shares() -> None:
    """13 of 22 are too few for a percentage; 12 of 23 are not, and their 52.2 % is worked out before rounding."""
    (rows,) = shared(table([(22, 1, 13), (23, 7, 12)]), by="hesa")
    assert rows == [("g0", 25, 20, 0, 15, "[c]"), ("g1", 30, 25, 5, 10, 52.2), ("g2", 55, 45, 10, 25, 55.6)]


def test_hesa_of_numbers_that_follow_from_counts() -> None:
    columns = (Column("A", TEXT), Column("n", PEOPLE), Column("Contact hours", DERIVED, "n"), Column("Before", PEOPLE),
               Column("Change", DERIVED, "n", "Before"), Column("Change %", DERIVED, "n", "Before"))  # fmt: skip
    (rows,) = shared(Table("T", columns, [("a", 31, 310.0, 24, 7, 29.2), ("b", 9, 27.0, 8, 1, 12.5)]), by="HESA")
    assert rows == [("a", 30, 300, 25, 5, 29.2), ("b", 10, 30, 10, 0, "[c]")]


# ------------------------------------------------------------------------------------------------------- the report


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (None, Rule()),
        ("None", Rule()),
        ("under 10", Rule("under", 10)),
        ("counts under 5", Rule("under", 5)),
        ("< 7", Rule("under", 7)),
        (10, Rule("under", 10)),
        (10.0, Rule("under", 10)),
        ("HESA standard rounding", Rule("hesa")),
    ],
)
def test_rules_as_people_write_them(words: Any, expected: Rule) -> None:
    assert rule(words) == expected


@pytest.mark.parametrize("words", ["some", "under", "under 1", -5, "under 1000"])
def test_no_rule(words: Any) -> None:
    with pytest.raises(Fault, match="is no rule of suppression"):
        rule(words)


def test_the_note_says_which_and_a_list_of_learners_is_refused() -> None:
    whole = Report("x", "Learners", (table([(40, 20, 3)]),), personal=True)
    assert "No suppression" in protect(whole, Rule()).notes[-1]
    with pytest.raises(Fault, match="lists learners one by one"):
        protect(whole, rule("under 10"))
    assert "under 10 are withheld" in protect(whole._replace(personal=False), rule("under 10")).notes[-1]
    assert "nearest 5" in protect(whole._replace(personal=False), rule("hesa")).notes[-1]


def test_a_chart_of_nothing_is_left_out() -> None:
    few, many = table([(3, 2, 1), (2, 1, 1)], "Few"), table([(40, 20, 30), (50, 20, 20)], "Many")
    charts = tuple(Chart("column", t.name, t.name, "Group", ("Share",)) for t in (few, many))
    assert [c.title for c in protect(Report("x", "X", (few, many), charts), rule("under 10")).charts] == ["Many"]


def test_large_tables_are_quick() -> None:
    import time

    rows = [(i % 61, i * 7 % 23, i % 61 * (i % 5) // 4) for i in range(3000)]
    start = time.perf_counter()
    shared(table(rows))
    assert time.perf_counter() - start < 3


def test_examples() -> None:
    assert doctest.testmod(rates).failed == 0 and doctest.testmod(disclosure).failed == 0


def test_a_number_of_the_total_is_withheld_where_it_would_give_away_a_row_s() -> None:
    """Contact hours of all less those of the others are those of the three, two hours each."""
    columns = (Column("Type", TEXT), Column("Attending", PEOPLE), Column("Hours", DERIVED, "Attending"))
    rows: list[tuple[Any, ...]] = [("Talk", 3, 6.0), ("Visit", 40, 80.0), ("All", 43, 86.0)]
    table = Table("By type", columns, rows, totals=1)
    made = protect(Report("types", "Types", (table,)), rule("under 10")).tables[0].rows
    assert [row[2] for row in made] == ["[c]", "[c]", "[c]"]  # forty, too: all less forty would be the three
