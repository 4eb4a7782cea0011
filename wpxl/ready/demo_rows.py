"""What stands in the lists of the demonstration: all invented, but for the guide's eight postcodes.

Written as such lists are: different words for yes and no, jobs in people's own words, and a few cells that need mending.
"""

from __future__ import annotations

from typing import Any

LEARNERS: list[tuple[Any, ...]] = [
    # year group, postcode, FSM, 16-19 bursary, a parent has HE, a parent's occupation, disabled, in care
    (12, "TF7 5UG", "Y", "N", "N", "lorry driver", "N", "N"),
    (13, "TF3 2HR", "No", "No", "Yes", "self-employed plumber", "No", "No"),
    (10, "WS10 8PQ", "n", "n", "y", "teaching assistant", "n", "n"),
    (11, "WS2 9XE", "Not known (997)", "N", "Y", "solicitor", "N", "N"),
    (12, "B32 3UH", "Yes", "N", "Yes", 6, "No", "No"),
    (12, "B32 3PB", "N", "Y", "N", "nurse", "N", "N"),
    (9, "B9 5EF", "✓", None, None, None, None, "✓"),
    (10, "B8 3BF", "N", "N", "Y", "warehouse operative", "Dyslexia", "N"),
    (11, "tf75ug", "Y", "N", "Y", "chef", "N", "N"),
    (12, "WS108P", "Y", "N", "Y", "cleaner", "N", "N"),
    (10, "XX1 1AA", "N", "N", "Y", "care worker", "N", "N"),
    (13, "XX2 5RZ", "Y", "N", "Y", "GP", "N", "Information refused"),
    (9, "XX6 6AA", "N", "N", "Don't know", "shop assistant", "N", "N"),
    (11, "XX4 5AA", "N", "N", "Y", "student", "N", "N"),
    (12, "XX9 4AA", "N", "N", "Y", "never worked", "N", "N"),
    (13, "XX12 3AA", "N", "N", "Y", "accountant", "N", "N"),
    (12, "XX11 9AA", "N", "Y", "Y", "hairdresser, own salon", "N", "N"),
    (10, "XX7 0AA", "maybe", "N", "Y", "bus driver", "N", "N"),
    (9, "B1 1AA", "N", "N", "N", "farmer", "N", "N"),
    (11, " xx8 1aa.", "N", "N", "Y", "builder", "N", "N"),
    (10, None, "Y", "N", "Y", "engineer", "N", "N"),
    (13, "XX10 2AA", "N", "N", "Y", "retired", "N", "Y"),
    (12, "XX3 2AA", "N", "N", "Y", "manager", "N", "N"),
    (11, "XX5 7AA", "yes", "N", "No", "electrican", "N", "N"),
    (10, "XX2 6YP", "N", "N", "Yes", "call centre supervisor", "N", "N"),
]

# A URN as a number and as text, a HEAT ID, a LAESTAB, names; then a name that two schools have, figures that do not settle
# it, a special school, a school that closed, a school that the sample does not have.
SCHOOLS: list[Any] = [
    900001, "900002", "#900014", "9904006", "Dogwood College (fictional)", "Ash School (fictional), Sampleshire", 900018,
    900022, "Ash School (fictional)", 900010, 900007, 900013, "Elm Academy",
]  # fmt: skip

MEASURES = "local authority, IMD 2019 rank, IMD 2019 quintile, TUNDRA LSOA quintile, POLAR2 YPR quintile, status"
POSTCODES: list[Any] = [
    "TF7 5UG", "tf32hr", " WS10  8PQ.", "WS2 9XE", "B32 3UH", "B32 3PB", "B9\u00a05EF", "B8 3BF", "WS108P", "TF7 SUG", None,
    "XX1 1AA", "XX1 1AA", "XX1 8NE", "XX4 5AA", "XX9 4AA", "B1 1AA", "not known", 39321, "XX2 6YP",
]  # fmt: skip
