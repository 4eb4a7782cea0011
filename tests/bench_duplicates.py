"""The same learner in two lists of 20,000, beside splink and exact matching: `python -m tests.bench duplicates` (extra: bench).

Made-up lists with known truth, the same for all. splink is used as its documentation does for people: comparisons for names, dates
of birth and postcodes with term frequencies, several blocking rules, its model estimated from the data.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import learner_lists as made

ROWS, BOTH = 20_000, 5_000  # learners in each list, and how many of them are in both
SECONDS = 60
RULES = (
    ("date_of_birth",),
    ("first_name", "last_name"),
    ("postcode",),
    ("last_name", "substr(first_name, 1, 1)"),
)

Pairs = Collection[tuple[int, int]]


def lists(rows: int, both: int) -> tuple[list[made.Learner], list[made.Learner], set[tuple[int, int]]]:
    r = random.Random(5)
    people = made.population(2 * rows - both, r)
    mine, others = people[:rows], people[rows:]
    again = made.copies(mine, both / rows, r)
    return mine, others + [row for _, row, _ in again], {(i, len(others) + at) for at, (i, _, _) in enumerate(again)}


def ours(mine: list[made.Learner], theirs: list[made.Learner]) -> tuple[Pairs, Pairs]:
    """Pairs that are sure, and all that are worth a look."""
    from wpxl.imports.duplicates import against

    found = against(made.listing(mine, first_row=0), made.listing(theirs, first_row=0))
    return {m[:2] for m in found if m.sure}, {m[:2] for m in found}


def exactly(mine: list[made.Learner], theirs: list[made.Learner]) -> Pairs:
    """As people do it: the same name and date of birth, whatever the case."""

    def key(p: made.Learner) -> tuple[Any, ...]:
        return p.first.casefold(), p.last.casefold(), p.born

    places: dict[Any, list[int]] = {}
    for j, p in enumerate(theirs):
        if p.born:
            places.setdefault(key(p), []).append(j)
    return {(i, j) for i, p in enumerate(mine) for j in places.get(key(p), ())}


def with_splink(mine: list[made.Learner], theirs: list[made.Learner]) -> tuple[Pairs, Pairs]:
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    def frame(people: list[made.Learner]) -> pd.DataFrame:
        return pd.DataFrame({
            "unique_id": range(len(people)),
            "first_name": pd.Series([p.first.casefold() for p in people], dtype="str"),
            "last_name": pd.Series([p.last.casefold() for p in people], dtype="str"),
            "date_of_birth": pd.Series([p.born and "{:04}-{:02}-{:02}".format(*p.born) for p in people], dtype="str"),
            "postcode": pd.Series([p.postcode for p in people], dtype="str"),
        })  # fmt: skip

    database = DuckDBAPI()
    linker = Linker(
        [
            database.register(frame(mine), dataset_display_name="mine"),
            database.register(frame(theirs), dataset_display_name="theirs"),
        ],
        SettingsCreator(
            link_type="link_only",
            comparisons=[
                cl.ForenameSurnameComparison("first_name", "last_name"),
                cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
                cl.PostcodeComparison("postcode"),
            ],
            blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
        ),
        log_level=40,
    )
    known = [block_on("first_name", "last_name", "date_of_birth"), block_on("last_name", "date_of_birth", "postcode")]
    linker.training.estimate_probability_two_random_records_match(known, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("date_of_birth"), block_on("first_name", "last_name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    told = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    swap = told["source_dataset_l"].eq("theirs") if "source_dataset_l" in told else told["unique_id_l"] < 0
    left = told["unique_id_l"].where(~swap, told["unique_id_r"]).tolist()
    right = told["unique_id_r"].where(~swap, told["unique_id_l"]).tolist()
    pairs = list(zip(left, right, strict=True))
    sure = {pair for pair, p in zip(pairs, told["match_probability"].tolist(), strict=True) if p >= 0.99}
    return sure, set(pairs)


def told(what: str, found: Pairs, truth: set[tuple[int, int]], seconds: float | None = None) -> tuple[float, float]:
    right = len(truth & set(found))
    recall, precision = right / len(truth), right / max(1, len(found))
    took = "" if seconds is None else f"{seconds:8.1f} s"
    print(f"    {what:<46} recall {recall:6.1%}  precision {precision:6.1%} {took}", flush=True)
    return recall, precision


def duplicates_part() -> None:
    from .bench import line

    mine, theirs, truth = lists(ROWS, BOTH)
    print(f"\nduplicates: {len(mine):,} learners against {len(theirs):,}, of whom {len(truth):,} are the same")
    told("name and date of birth exactly", exactly(mine, theirs), truth)
    start = time.perf_counter()
    sure, every = ours(mine, theirs)
    seconds = time.perf_counter() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told("wpxl, what is sure", sure, truth)
    recall, precision = told("wpxl, with what is to be looked at", every, truth, seconds)
    line("20,000 × 20,000 learners", seconds, f"≤ {SECONDS} s", seconds <= SECONDS, "s")
    line("peak of memory", megabytes, "–", True, "MB")
    try:
        import splink  # noqa: F401
    except ImportError:
        print("    splink is not installed: pip install 'wpxl[bench]'")
        return
    start = time.perf_counter()
    its_sure, its_every = with_splink(mine, theirs)
    its_seconds = time.perf_counter() - start
    told("splink, probability from 0.99", its_sure, truth)
    its_recall, its_precision = told("splink, probability from 0.5", its_every, truth, its_seconds)
    line("recall: wpxl − splink", 100 * (recall - its_recall), "≥ 0", recall >= its_recall, "pp")
    line("precision: wpxl − splink", 100 * (precision - its_precision), "≥ 0", precision >= its_precision, "pp")
    line("time: splink ÷ wpxl", its_seconds / seconds, "≥ 1", its_seconds >= seconds)
