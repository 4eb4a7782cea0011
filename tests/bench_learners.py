"""100,000 learners decided in one call, beside pandas deciding them by the same rule: `python -m tests.bench learners`."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

YES, NO, UNKNOWN = (
    ("Y", "Yes", "yes", "TRUE"),
    ("N", "No", "no", "FALSE"),
    ("", "Not known (997)", "Prefer not to say (998)"),
)
CLASSES = ("1", "2", "3", "4", "5", "6", "7", "8", "NC", "")
FIELDS = ("fsm", "bursary", "parental_he", "nssec", "disabled", "in_care")


def learners(postcodes: list[list[Any]], seed: int = 11) -> list[list[list[Any]]]:
    """Columns as a school would fill them: mostly answered, few in care or disabled."""
    r = random.Random(seed)

    def answer(share: float) -> str:
        return r.choice(UNKNOWN) if r.random() < 0.1 else r.choice(YES if r.random() < share else NO)

    shares = {"fsm": 0.25, "bursary": 0.1, "parental_he": 0.6, "disabled": 0.08, "in_care": 0.02}
    columns = [postcodes]
    for field in FIELDS:
        columns.append([[r.choice(CLASSES) if field == "nssec" else answer(shares[field])] for _ in postcodes])
    return columns


def with_pandas(wide: Path) -> Callable[[list[list[list[Any]]]], Any]:
    import numpy as np
    import pandas as pd

    ranks = pd.read_parquet(wide, columns=["key", "imd_rank_2010"])
    words = {word.upper(): True for word in YES} | {word.upper(): False for word in NO}

    def decide(columns: list[list[list[Any]]]) -> list[Any]:
        asked = pd.DataFrame(
            {name: [row[0] for row in column] for name, column in zip(("cell", *FIELDS), columns, strict=True)}
        )
        asked["key"] = asked["cell"].astype("string").str.replace(r"[\s\u00a0]", "", regex=True).str.upper()
        rank = asked.merge(ranks, how="left", on="key")["imd_rank_2010"]
        yes, known = {"imd": (rank <= 13_000).to_numpy()}, {"imd": rank.notna().to_numpy()}
        for name in FIELDS:
            if name == "nssec":
                value = pd.to_numeric(asked[name], errors="coerce")
                yes[name], known[name] = (value >= 4).to_numpy(), value.notna().to_numpy()
            else:
                value = asked[name].str.strip().str.upper().map(words)
                yes[name], known[name] = (value == True).to_numpy(), value.notna().to_numpy()  # noqa: E712
        yes["parental_he"] = known["parental_he"] & ~yes["parental_he"]

        def rule(met: dict[str, Any]) -> Any:
            a, b = met["imd"] | met["fsm"] | met["bursary"], met["parental_he"] | met["nssec"]
            return met["disabled"] | met["in_care"] | met["parental_he"] | (a & b)

        least, most = rule(yes), rule({name: yes[name] | ~known[name] for name in yes})
        return np.where(least, "Target", np.where(most, "#N/A", "Not target")).tolist()

    return decide


def learners_part(wide: Path, postcodes: list[str], rounds: int) -> None:
    import wpxl

    from .bench import interleaved, line, messy

    r = random.Random(3)
    columns = learners([[messy(r.choice(postcodes), r)] for _ in range(100_000)])
    decide = with_pandas(wide)
    ours = ["#N/A" if not isinstance(answer, str) else answer for (answer,) in wpxl.call("WP_TARGET", *columns)]
    theirs = decide(columns)
    same = sum(a == b for a, b in zip(ours, theirs, strict=True))
    print(f"    of 100,000 learners pandas decides {same:,} alike")
    jobs = {"wpxl": lambda: wpxl.call("WP_TARGET", *columns), "pandas": lambda: decide(columns)}
    t = interleaved(jobs, rounds)
    line("100,000 learners decided in one call", t["wpxl"], "≤ 0.5 s", t["wpxl"] <= 0.5, "s")
    line("the same rule in pandas ÷ wpxl", t["pandas"] / t["wpxl"], "–", True)
