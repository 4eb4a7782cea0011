"""What a cell costs on its way from Excel and back, at xlwings' CallUDF: `python -m tests.bench excel`.

COM itself and VBA are not in these figures: they need Windows. What is: xlwings' dispatch, our cells in and out, the answer.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

OMITTED = -2147352572


def excel_part(postcodes: list[str], rounds: int) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from windows_stub import as_windows

    import wpxl

    from .bench import interleaved, line, messy

    r = random.Random(9)
    column = tuple((messy(r.choice(postcodes), r),) for _ in range(10_000))
    with as_windows():
        from xlwings.com_server import XLPython

        module, ask = "wpxl.hosts.excel_com.udfs", XLPython().CallUDF
        ask(module, "WP_POSTCODE", (column, "imd_decile_2019", OMITTED))  # the index is open from here on

        def one_formula(n: int) -> None:
            ask(module, "WP_POSTCODE", (column[:n], "imd_decile_2019", OMITTED))

        def single_cells(n: int) -> None:
            for (cell,) in column[:n]:
                ask(module, "WP_POSTCODE", (cell, "imd_decile_2019", OMITTED))

        def in_python(n: int) -> None:
            for (cell,) in column[:n]:
                wpxl.call("WP_POSTCODE", cell, "imd_decile_2019")

        t = interleaved(
            {
                "a column": lambda: one_formula(10_000),
                "10,000 cells": lambda: single_cells(10_000),
                "5,000 cells": lambda: single_cells(5_000),
                "10,000 calls": lambda: in_python(10_000),
            },
            max(3, rounds // 2),
        )
    ratio = t["10,000 cells"] / t["a column"]
    line("10,000 single-cell formulas ÷ one formula of 10,000 rows", ratio, "≥ 25", ratio >= 25)
    line("10,000 rows in one formula", t["a column"] * 1e3, "–", True, "ms")
    line("5,000 cells of [@Postcode]", t["5,000 cells"] * 1e3, "–", True, "ms")
    line("one cell, at CallUDF", t["10,000 cells"] / 10_000 * 1e6, "–", True, "µs")
    line("of which wpxl.call", t["10,000 calls"] / 10_000 * 1e6, "≤ 15 µs", t["10,000 calls"] <= 0.15, "µs")
