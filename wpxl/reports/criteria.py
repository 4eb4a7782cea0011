"""People who meet each criterion of the learner model, each once in a group, whatever number of rows is about them.

Of several rows of one person what is known goes before what is not, and met before not met.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..domain.answers import NO, YES
from ..errors import DIV0, Fault
from ..models import Model
from .profiles import Combined
from .shape import PEOPLE, SHARE, TEXT, Column, Table

TARGET = "target"  # whether the model's criteria as a whole are met
COLUMNS = (
    Column("People", PEOPLE),
    Column("Known", PEOPLE),
    Column("Meeting it", PEOPLE),
    Column("% of those known", SHARE, "Meeting it", "Known"),
)


def people(states: pd.DataFrame, rows: pd.DataFrame, by: str) -> Combined:
    """How many people of each group meet each column of states. rows: row, person and a column `by`."""
    rows = rows[rows[by].notna()]
    group, groups = pd.factorize(rows[by])
    person, persons = pd.factorize(rows["person"])
    of, pairs = pd.factorize(group * max(len(persons), 1) + person)
    at = pairs // max(len(persons), 1)  # the group of each person of a group
    found = states.to_numpy(np.int8)[rows["row"]]

    def counts(holds: Any) -> pd.DataFrame:
        """How many people of each group have a row of which something holds."""
        sums = []
        for column in holds.T:
            some = np.zeros(len(pairs), bool)
            some[of[column]] = True
            sums.append(np.bincount(at[some], minlength=len(groups)))
        return pd.DataFrame(np.stack(sums, axis=1), pd.Index(groups, name=by), states.columns, float)

    known, met = counts((found == YES) | (found == NO)), counts(found == YES)
    everyone = pd.Series(np.bincount(at, minlength=len(groups)).astype(float), known.index)
    return Combined(100 * met / known.where(known > 0), known, met, everyone)


def labels(model: Model) -> dict[str, str]:
    """What stands for each column of states in a table, in the order of the model."""
    return {c.id: c.label[:1].upper() + c.label[1:] for c in model.criteria} | {TARGET: f"Target learner ({model.id})"}


def share(part: float, base: float) -> Any:
    """A percentage, or a Fault where nothing is known to take it of."""
    return (
        float(100 * part / base)
        if base
        else Fault(DIV0, "It is known of nobody here, so there is nothing to take a share of.")
    )


def table(name: str, model: Model, found: Combined, group: Any, said: str) -> Table:
    """One group's people by criterion."""
    rows = []
    for column, label in labels(model).items():
        everyone, known, met = found.everyone[group], found.known.at[group, column], found.part.at[group, column]
        rows.append((label, int(everyone), int(known), int(met), share(met, known)))
    return Table(name, (Column("Criterion", TEXT), *COLUMNS), rows, said=said)
