"""Priorities of schools and areas against the guide's thresholds, stated a second time."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import pytest
from conftest import plain
from hypothesis import given
from hypothesis import strategies as st

import wpxl
from wpxl import models, store
from wpxl.errors import Fault
from wpxl.measures import registry
from wpxl.targeting import organisations

# The Aimhigher guide, Appendix 3: below the first Low, from the second High; in the order of the function's arguments.
THRESHOLDS = {"imd": (24, 61), "nssec": (39, 47), "ypr": (23, 58), "ahe": (19, 67), "fsm": (8, 17)}
BASKET_A, BASKET_B = ("imd", "fsm"), ("nssec", "ypr", "ahe")


def guide(shares: dict[str, float]) -> str:
    """Figure 2 and figure 3, for a school of which every share is known."""
    met = {name for name, share in shares.items() if share >= THRESHOLDS[name][1]}
    a, b = bool(met & set(BASKET_A)), bool(met & set(BASKET_B))
    return "High" if a and b else "Medium" if a or b else "Low"


def possible(shares: dict[str, float | None]) -> set[str]:
    gaps = [name for name, share in shares.items() if share is None]
    return {
        guide({**shares, **dict(zip(gaps, filling, strict=True))})  # type: ignore[dict-item]
        for filling in itertools.product((0.0, 100.0), repeat=len(gaps))
    }


def expected(shares: dict[str, float | None]) -> str:
    answers = possible(shares)
    return answers.pop() if len(answers) == 1 else "#N/A"


def test_every_combination_of_shares() -> None:
    values = [(None, high, high - 0.01, high + 20.5, 0) for _, high in THRESHOLDS.values()]
    rows = list(itertools.product(*values))
    got = plain(wpxl.call("WP_PRIORITY_FROM", *([[row[i]] for row in rows] for i in range(5))))
    for row, answer in zip(rows, got, strict=True):
        shares = dict(zip(THRESHOLDS, row, strict=True))
        assert answer == [expected(shares) if any(v is not None for v in row) else None], shares


@given(st.lists(st.tuples(*[st.one_of(st.none(), st.floats(0, 100))] * 5), min_size=1, max_size=30))
def test_any_shares(rows: list[tuple[float | None, ...]]) -> None:
    got = plain(wpxl.call("WP_PRIORITY_FROM", *([[row[i]] for row in rows] for i in range(5))))
    for row, answer in zip(rows, got, strict=True):
        assert answer == [
            expected(dict(zip(THRESHOLDS, row, strict=True))) if any(v is not None for v in row) else None
        ]


@pytest.mark.parametrize("name", THRESHOLDS)
def test_bands_are_half_open(name: str) -> None:
    low, high = THRESHOLDS[name]
    criterion = next(c for c in models.find(("aimhigher-2011-school",)).criteria if c.id == name)
    bands = [criterion.band(value) for value in (0, low - 0.01, low, (low + high) / 2, high - 0.01, high, 100)]
    assert bands == ["Low", "Low", "Medium", "Medium", "Medium", "High", "High"]


def test_the_sample_schools_are_decided_as_their_table_says() -> None:
    table = next(t for t in store.installed().all if t.id == "sample_schools")
    frame = pd.read_parquet(table.files()[0])
    columns = {
        "imd": "school_imd_40_pct_2010", "nssec": "school_nssec_4_8_pct_2001", "ypr": "school_polar2_ypr_q1_2_pct",
        "ahe": "school_polar2_ahe_q1_2_pct", "fsm": "school_fsm_pct",
    }  # fmt: skip
    got = wpxl.call("WP_PRIORITY", [[urn] for urn in frame["urn"]])
    seen = []
    for row, (answer,) in zip(frame.to_dict("records"), got, strict=True):
        if "special" in row["school_type_group"].casefold() or str(row["school_status"]).startswith("Closed"):
            continue
        shares = {name: None if pd.isna(row[column]) else row[column] for name, column in columns.items()}
        if "college" in row["school_type_group"].casefold() and shares["fsm"] is None:
            shares["fsm"] = 0
        assert (answer.code if isinstance(answer, Fault) else answer) == expected(shares), row["urn"]
        seen.append(answer if isinstance(answer, str) else answer.code)
    assert {"High", "Medium", "Low", "#N/A"} <= set(seen)


def test_areas_are_decided_as_their_figures_say() -> None:
    postcodes = [[f"XX1 {digit}AA"] for digit in range(10)] + [["TF7 5UG"], ["B32 3PB"]]
    figures = wpxl.call("WP_POSTCODE", postcodes, "IMD rank 2010, polar2_ypr_quintile, polar2_ahe_quintile")
    for postcode, row, (answer,) in zip(postcodes, figures, wpxl.call("WP_PRIORITY", postcodes), strict=True):
        rank, ypr, ahe = row
        if isinstance(rank, Fault):
            continue
        a, b = rank <= 13_000, ypr <= 2 or ahe <= 2
        if b:  # else NS-SEC 4-8 of 2001 would matter, which the sample does not have
            assert answer == ("High" if a else "Medium"), postcode
        else:
            assert isinstance(answer, Fault)


def test_a_wrong_definition_is_refused(home: Any) -> None:
    """NS-SEC 4-7 and quintile 1 alone are other measures: they never stand in for 4-8 and quintiles 1-2."""
    import pyarrow as pa

    from wpxl.store.write import Draft, install

    rows = pa.table(
        {
            "urn": ["123456", "123457"],
            "school_name": ["A School", "B School"],
            "school_imd_40_pct_2010": [80.0, 80.0],
            "school_fsm_pct": [5.0, 5.0],
            "school_nssec_4_7_pct_2001": [60.0, None],
            "school_polar2_ypr_q1_pct": [90.0, 90.0],
            "school_polar2_ahe_q1_2_pct": [None, 70.0],
        }
    )
    install(Draft(id="ours", key="urn", rows=rows, title="Ours", sources=[{"file": "x", "sha256": "y"}]))
    assert plain(wpxl.call("WP_PRIORITY", [["123456"], ["123457"]])) == [["#REF!"], ["High"]]
    said = wpxl.why("WP_PRIORITY", "123456")[0]
    assert said.startswith(
        "123456 A School: Not settled, High or Medium: it hangs on NS-SEC 4–8 %; YPR Q1–2 %; AHE Q1–2 %."
    )
    assert "The tables give NS-SEC 4–7 for it, and the model needs NS-SEC 4–8 %." in said


@pytest.mark.parametrize("name", [f.id for f in models.found()])
def test_shipped_models_are_whole(name: str) -> None:
    """Every model is read, every criterion has a source, and every measure it names is one that wpxl knows."""
    model = models.find((name,))
    known = registry().measures
    for criterion in model.criteria:
        assert criterion.source and criterion.unit, criterion.id
        for measure in (*criterion.measures, *criterion.unlike):
            assert measure in known, (name, criterion.id, measure)
    for option in model.options:
        assert models.find((name, option)).chosen == (option,)
    if model.twin:
        assert models.find((model.twin,)).twin == name


def test_postcodes_and_schools_in_one_column_keep_their_places() -> None:
    cells = ["TF7 5UG", 900001, None, "Ash College (fictional)", "WS108P", "B32 3PB", "#REF!"]
    column = [[Fault("#REF!", "x") if cell == "#REF!" else cell] for cell in cells] * 40
    got = plain(wpxl.call("WP_PRIORITY", column))
    assert got == [["High"], ["High"], [None], ["High"], ["#VALUE!"], ["Medium"], ["#REF!"]] * 40


AREAS, SCHOOLS = ["TF7 5UG", "WS108P", "b9 5e"], ["Ash School", "850/2000", 900001, "#052923", "E2E Academy", None]


@pytest.mark.parametrize("cell", AREAS + SCHOOLS)
def test_what_a_cell_is_about(cell: Any) -> None:
    assert organisations.means_area(cell) is (cell in AREAS)
