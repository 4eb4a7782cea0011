"""Several institutions together: the work of each, the people and schools that they share, and how well all of it was targeted.

A person recorded by two institutions counts once in each and once in the partnership, so the rows of the institutions do not
add up to it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import refuse
from ..models import Model
from ..targeting import shares
from . import criteria, people, profiles, scope, work
from .effectiveness import HEFCE, HEFCE_SAID
from .learners import young
from .organisations import engaged_rows
from .shape import FIGURE, NUMBER, PEOPLE, SHARE, TEXT, Asked, Chart, Column, Report, Table

if TYPE_CHECKING:
    from ..records import Records
    from .work import Work

DONE, TARGETED, SHARED, MET = (
    "Institutions",
    "Targeting effectiveness",
    "People by institutions",
    "Schools of several institutions",
)
ALL = "Partnership"


def report(records: Records, asked: Asked) -> Report:
    """Raises a Fault where the records are those of one institution."""
    # The institution stands where the type of an activity does, so that it is counted by as a type is.
    marked = records.activities.assign(type=records.activities["institution"])
    done = work.of(replace(records, activities=marked), asked)
    names = list(dict.fromkeys(done.activities["type"].dropna()))
    if len(names) < 2:
        whose = f" of {names[0]}" if names else ""
        raise refuse(
            f"These are the records{whose} alone: a partnership report takes the workbooks of several institutions."
        )
    model = scope.model(records, asked, "learner")
    met = _met(records, done, names)
    tables = (_done(done, names), _targeted(records, done, names, model), _shared(done), met)
    charts = (
        Chart("column", "Number attending by institution", DONE, "Institution", ("Number attending",)),
        Chart("column", "People recorded by institution", DONE, "Institution", ("People recorded",)),
    )
    origin, sample = people.origin(model, young(model)[0])
    notes = (
        f"{len(names):,} institutions: {', '.join(map(str, names))}.",
        *done.notes,
        "People are matched across institutions by HEAT ID, else by name and date of birth; each counts once in the partnership.",
        f"Benchmark: {HEFCE_SAID}. Not known counts on neither side of a share; how many are known stands beside it.",
        f"Schools worked with by more than one institution: {len(met.rows):,}.",
        *origin,
        *records.notes,
    )
    return Report("partnership", "Partnership", tables, charts, notes, sample=sample)


def _done(done: Work, names: list[str]) -> Table:
    """The work of each institution and of all; of its people, how many another one has recorded too."""
    counts, total = work.counts(done, "type"), work.total(done)
    pairs = done.took_part[["type", "person"]].dropna().drop_duplicates()
    several = pairs["person"].map(pairs["person"].value_counts()) > 1
    by_institution = pairs[several].groupby("type").size()
    columns = (Column("Institution", TEXT), *work.COLUMNS, Column("People of another institution too", PEOPLE))
    rows = [(name, *work.cells(counts.loc[name]), int(by_institution.get(name, 0))) for name in names]
    last = (ALL, *work.cells(total), int(pairs.loc[several, "person"].nunique()))
    said = "People and schools that institutions share count once in each and once in the partnership: rows do not add up to it."
    return Table(DONE, columns, [*rows, last], totals=1, said=said)


def _targeted(records: Records, done: Work, names: list[str], model: Model) -> Table:
    """The share of people of whom each measure is known that are in its target group: each institution beside all."""
    states, labels = _states(records, model)
    found = criteria.people(states, done.took_part.rename(columns={"type": "institution"}), "institution")
    every = criteria.people(states, done.took_part.assign(every=ALL), "every")
    columns = [Column("Measure", TEXT), Column("Benchmark %", FIGURE)]
    cells: list[list[Any]] = [list(labels.values()), [HEFCE if name == "imd" else None for name in labels]]
    for name, made in (*((name, found) for name in names), (ALL, every)):
        columns += [Column(f"{name}: in the group", PEOPLE), Column(f"{name}: known", PEOPLE)]
        columns.append(Column(f"{name}: %", SHARE, f"{name}: in the group", f"{name}: known"))
        there = name in made.known.index
        part, known = ([int(f.at[name, c]) if there else 0 for c in labels] for f in (made.part, made.known))
        cells += [part, known, [criteria.share(*pair) for pair in zip(part, known, strict=True)]]
    said = "People recorded, each once in an institution and once in the partnership; % of those of whom the measure is known."
    return Table(TARGETED, tuple(columns), list(zip(*cells, strict=True)), said=said)


def _states(records: Records, model: Model) -> tuple[pd.DataFrame, dict[str, str]]:
    """What is known of each learner by the criteria of the model, and by young participation, which measures and never selects."""
    states, labels = profiles.learner_states(records, model), criteria.labels(model)
    measure = young(model)[0]
    groups = {f"{measure}_{upto}": shares.quintile(measure, upto) for upto in (1, 2)}
    more = {name: profiles.states_of(records, group) for name, group in groups.items()}
    return states.assign(**more), {name: group.words for name, group in groups.items()} | labels


def _shared(done: Work) -> Table:
    pairs = done.took_part[["type", "person"]].dropna().drop_duplicates()
    often = pairs["person"].value_counts().value_counts().sort_index()
    rows = [(f"{n} institution{'s' if n > 1 else ''}", int(count)) for n, count in often.items()]
    columns = (Column("Recorded by", TEXT), Column("People recorded", PEOPLE))
    last = ("All", sum(count for _, count in rows))
    return Table(SHARED, columns, [*rows, last], totals=1, adds_up=True, said="People recorded, each once.")


def _met(records: Records, done: Work, names: list[str]) -> Table:
    """The schools that more than one institution worked with, and how many activities of each they came to."""
    rows = engaged_rows(done)
    rows = rows[rows["organisation"].ne(work.UNKNOWN)]
    whose = done.activities.set_index("activity")["type"]
    counts = pd.crosstab(rows["organisation"], rows["activity"].map(whose)).reindex(columns=names, fill_value=0)
    counts = counts[(counts > 0).sum(axis=1) > 1]
    counts = counts.assign(several=(counts > 0).sum(axis=1), every=counts.sum(axis=1))
    counts = counts.sort_values(["several", "every"], ascending=False, kind="stable")
    called = records.organisations.drop_duplicates("organisation").set_index("organisation")["name"]
    columns = (
        Column("School", TEXT), Column("Institutions", NUMBER), *(Column(f"{name}: activities", NUMBER) for name in names),
        Column("Activities", NUMBER),
    )  # fmt: skip
    table = [
        (str(called.get(school, school)), int(row["several"]), *(int(row[n]) for n in names), int(row["every"]))
        for school, row in counts.iterrows()
    ]
    return Table(
        MET,
        columns,
        table,
        said="Schools that came to activities of more than one institution; those most shared first.",
    )
