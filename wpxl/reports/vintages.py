"""Who changes status between two vintages of IMD: among the 40 % most deprived, by quintile, and by the learner model.

A change says nothing of a learner: the areas were drawn and ranked anew. Counts are of people; the list of those who change has
learners' ids and no names, and is never fit to share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from .. import models, store
from ..domain.answers import NO, UNKNOWN, YES
from ..errors import NA, REF, Fault, refuse
from ..measures import registry
from ..models import Model
from ..targeting import shares
from . import people, profiles, scope, shared, work
from .claims import DECISIONS
from .shape import DERIVED, FIGURE, PEOPLE, SHARE, TEXT, Asked, Chart, Column, Report, Table

if TYPE_CHECKING:
    from ..records import Records

PAIR = ("2019", "2025")
INSTEAD = "current-learner"  # where the model asked for names its vintage itself
STATUS, MOVES, DECIDED, SCHOOLS, LIST = (
    "Among the 40 % most deprived", "From quintile to quintile", "Decisions", "Schools", "Learners who change",
)  # fmt: skip
QUINTILES = range(1, 6)


class Vintage(NamedTuple):
    """What one vintage says of each person. Numbers are 0 where there is none."""

    year: str
    rank: Any
    decile: Any
    within: Any  # YES, NO or UNKNOWN: among the 40 % most deprived
    target: Any  # YES, NO or UNKNOWN, by the learner model

    @property
    def quintile(self) -> Any:
        return (self.decile + 1) // 2


def report(records: Records, asked: Asked) -> Report:
    """People among the learners of the year or activity asked for, else of the whole workbook."""
    years, notes = pair(asked.vintages)
    at, said = _learners(records, asked)
    models_, remark = _models(records, asked, years)
    persons, (old, new) = _judged(records, at, years, models_)
    tables = (
        _status(old, new),
        _moves(old, new),
        _decisions(old, new),
        _schools(records, persons, old, new),
        _listed(records, persons, old, new),
    )
    title = f"From IMD {old.year} to IMD {new.year}"
    chart = Chart("column", f"{title}: among the 40 % most deprived", STATUS, "Status", ("People",), 4)
    origin, sample = people.origin(models_[1], *(f"imd_{what}_{y}" for y in years for what in ("rank", "decile")))
    notes = [*notes, *said, *remark, *_notes(old, new), *origin, *records.notes]
    # The list of those who change makes the whole report one that suppression refuses, rather than let it through.
    return Report("vintages", title, tables, (chart,), tuple(notes), personal=bool(tables[-1].rows), sample=sample)


def pair(asked: tuple[str, ...]) -> tuple[tuple[str, str], list[str]]:
    """The two vintages to compare, the older first: those asked for, else IMD 2019 and 2025, else the two newest installed.

    Raises a Fault where there are no two, or one asked for is not installed.
    """
    tables = store.installed()
    known = sorted({m.vintage for m in registry().measures.values() if m.family == "imd"})
    there = [v for v in known if tables.has(f"imd_rank_{v}")]
    wanted = sorted({v.casefold().removeprefix("imd").strip() for v in asked}) or list(PAIR)
    missing = [v for v in wanted if v not in there]
    if len(wanted) != len(PAIR) or not set(wanted) <= set(known):
        raise refuse(f"Name two vintages of IMD to compare: there is {', '.join(known)}.")
    get = "'wpxl data guide' says which file to get"
    if missing and (asked or len(there) < len(PAIR)):
        raise refuse(f"IMD {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed: {get}.", REF)
    if missing:
        wanted = there[-2:]
        instead = f"compared are IMD {wanted[0]} and IMD {wanted[1]}"
        return (wanted[0], wanted[1]), [f"IMD {' and '.join(missing)} not being installed, {instead}: {get}."]
    return (wanted[0], wanted[1]), []


def _learners(records: Records, asked: Asked) -> tuple[Any, list[str]]:
    """The places of the learners that the report is about, and what to say of them."""
    if len(records.activities):
        kept, notes = scope.within(records, asked)
        if len(kept.activities) < len(records.activities):
            at = people.recorded(kept)
            if not len(at):
                raise refuse("No learner is recorded at these activities, so nobody's area can be compared.", NA)
            return at, [*notes, "People: those recorded at these activities, each once."]
    if records.learners.empty:
        raise refuse("No learner is recorded by name, so nobody's area can be compared.", NA)
    return np.arange(len(records.learners)), ["People: all learners of the workbook, each once."]


def _models(records: Records, asked: Asked, years: tuple[str, str]) -> tuple[list[Model], list[str]]:
    """The learner model with each vintage."""
    words, remark = scope.words(records, asked, "learner"), []
    try:
        models.find((*words, f"IMD {years[0]}"), ("learner",))
    except Fault:
        named = models.find(words, ("learner",))  # where it is no model at all, that is to be told
        remark = [f"{named.id} names the vintage of its measures itself, so the decisions are those of {INSTEAD}."]
        words = (INSTEAD,)
    return [scope.model(records, asked._replace(learner_model=(*words, f"IMD {y}")), "learner") for y in years], remark


def _judged(records: Records, at: Any, years: tuple[str, str], by: list[Model]) -> tuple[Any, list[Vintage]]:
    """The place of a row for each person, of several the one of which most is known, and what each vintage says of it."""
    names = tuple(f"imd_{what}_{year}" for year in years for what in ("rank", "decile"))
    postcodes = shared.learners(records)["postcode"]
    # A rank that was typed instead of a postcode has no answer here: it is of one vintage, and nobody knows which.
    rows = store.take(registry().plan(names)[1], postcodes.cells)
    found = np.array([[v if isinstance(v, int) else 0 for v in row] for row in rows])[postcodes.at[at]]
    one = people.one_row_each(records.learners.iloc[at], pd.DataFrame(np.where(found > 0, YES, UNKNOWN)))
    found, out = found[one], []
    for i, (year, target) in enumerate(zip(years, _targets(records, at[one], *by), strict=True)):
        rank, decile = found[:, 2 * i], found[:, 2 * i + 1]
        within = np.where(rank == 0, UNKNOWN, np.where(rank <= shares.most_deprived(year).high, YES, NO))
        out.append(Vintage(year, rank, decile, within, target))
    return at[one], out


def _targets(records: Records, at: Any, *by: Model) -> list[Any]:
    """Whether each is a target learner by each model: YES, NO or UNKNOWN."""
    return [profiles.learner_states(records, model)["target"].to_numpy()[at] for model in by]


# ---------------------------------------------------------------------------------------------------------------- tables


def _status(old: Vintage, new: Vintage) -> Table:
    words = (
        "By both: stays among them",
        f"By IMD {old.year} only: leaves",
        f"By IMD {new.year} only: joins",
        "By neither: stays outside",
    )  # fmt: skip
    return _fourfold(STATUS, "Status", words, "Not known by one of them", old.within, new.within)


def _decisions(old: Vintage, new: Vintage) -> Table:
    target = DECISIONS[0]
    words = (
        f"{target} by both", f"{target} by IMD {old.year} only", f"{target} by IMD {new.year} only", f"{DECISIONS[2]} by both",
    )  # fmt: skip
    return _fourfold(DECIDED, "Decision", words, "Not settled by one of them", old.target, new.target)


def _fourfold(name: str, heading: str, words: tuple[str, ...], unknown: str, before: Any, after: Any) -> Table:
    """People by what is so before and after; those of whom one of both is not known on a row of their own."""
    pairs = ((YES, YES), (YES, NO), (NO, YES), (NO, NO))
    counts = [int(((before == a) & (after == b)).sum()) for a, b in pairs]
    known = sum(counts)
    rows: list[tuple[Any, ...]] = [
        (word, n, known, people.share(n, known)) for word, n in zip(words, counts, strict=True)
    ]
    rows += [(unknown, len(before) - known, None, None), ("All", len(before), None, None)]
    base = "Of those known"
    columns = (
        Column(heading, TEXT),
        Column("People", PEOPLE),
        Column(base, PEOPLE),
        Column("%", SHARE, "People", base),
    )
    return Table(
        name, columns, rows, totals=1, adds_up=True, said="People, each once; % of those known by both vintages."
    )


def _moves(old: Vintage, new: Vintage) -> Table:
    """People by the quintile of the older vintage (rows) and of the newer (columns)."""
    counts = np.zeros((6, 6), int)
    np.add.at(counts, (old.quintile, new.quintile), 1)
    order = [*QUINTILES, 0]
    labels = [f"Quintile {q}" if q else "Not known" for q in order]
    rows = [
        (f"IMD {old.year}: {label}", *(int(counts[a, b]) for b in order))
        for label, a in zip(labels, order, strict=True)
    ]
    columns = (Column(f"IMD {old.year}", TEXT), *(Column(f"IMD {new.year}: {label}", PEOPLE) for label in labels))
    total = ("All", *(int(counts[:, b].sum()) for b in order))
    said = f"People; quintile 1 is the most deprived. Rows: by IMD {old.year}; columns: by IMD {new.year}."
    return Table(MOVES, columns, [*rows, total], totals=1, adds_up=True, said=said)


def _schools(records: Records, persons: Any, old: Vintage, new: Vintage) -> Table:
    """Each school's people among the 40 % most deprived, before and after, of those known by both."""
    known = (old.within != UNKNOWN) & (new.within != UNKNOWN)
    names = pd.Series(_school_names(records, persons)).fillna("Not known")
    frame = pd.DataFrame({
        "school": names, "all": 1, "known": known, "before": known & (old.within == YES), "after": known & (new.within == YES),
    })  # fmt: skip
    counted = frame.groupby("school").sum().astype(int)
    counted = counted.sort_values("all", ascending=False, kind="stable")
    total = counted.sum()

    def cells(name: str, row: Any) -> tuple[Any, ...]:
        n, told, before, after = (int(row[c]) for c in ("all", "known", "before", "after"))
        return name, n, told, before, people.share(before, told), after, people.share(after, told), after - before

    columns = (
        Column("School", TEXT), Column("People", PEOPLE), Column("Known by both", PEOPLE),
        Column(f"IMD {old.year}", PEOPLE), Column(f"IMD {old.year} %", SHARE, f"IMD {old.year}", "Known by both"),
        Column(f"IMD {new.year}", PEOPLE), Column(f"IMD {new.year} %", SHARE, f"IMD {new.year}", "Known by both"),
        Column("Change", DERIVED, f"IMD {new.year}", f"IMD {old.year}"),
    )  # fmt: skip
    rows = [cells(str(name), row) for name, row in counted.iterrows()]
    said = "People in the 40 % most deprived areas by each vintage; a person of two schools counts at one of them."
    return Table(SCHOOLS, columns, [*rows, cells("All", total)], totals=1, adds_up=True, said=said)


def _school_names(records: Records, rows: Any) -> list[Any]:
    """The name of the school of some rows of learners."""
    return people.school_names(records, shared.learners(records)["organisation"].taken(rows)).rows


def _listed(records: Records, persons: Any, old: Vintage, new: Vintage) -> Table:
    """Those whose status or decision is known by both vintages and differs."""

    def differ(before: Any, after: Any) -> Any:
        return (before != UNKNOWN) & (after != UNKNOWN) & (before != after)

    def numbers(found: Any) -> list[Any]:
        return [n or None for n in found[at].tolist()]

    def words(states: Any, said: dict[int, str]) -> list[Any]:
        return [said[state] for state in states[at].tolist()]

    at = np.flatnonzero(differ(old.within, new.within) | differ(old.target, new.target))
    within = {YES: "among the 40 %", NO: "outside", UNKNOWN: "not known"}
    target = {YES: DECISIONS[0], NO: DECISIONS[2], UNKNOWN: DECISIONS[1]}
    columns: list[tuple[Column, list[Any]]] = [
        (Column("Learner", TEXT), people.cells(records.learners.iloc[persons[at]], "learner")),
        (Column("School", TEXT), _school_names(records, persons[at])),
    ]
    for v in (old, new):
        columns += [
            (Column(f"IMD {v.year} rank", FIGURE), numbers(v.rank)),
            (Column(f"IMD {v.year} decile", FIGURE), numbers(v.decile)),
        ]
    columns += [(Column(f"IMD {v.year}", TEXT), words(v.within, within)) for v in (old, new)]
    columns += [(Column(f"Decision by IMD {v.year}", TEXT), words(v.target, target)) for v in (old, new)]
    table = list(zip(*(values for _, values in columns), strict=True))
    said = "By learner id, without names: whoever joins, leaves, or gets another decision."
    return Table(LIST, tuple(c for c, _ in columns), table, said=said, personal=True)


def _notes(old: Vintage, new: Vintage) -> list[str]:
    n = len(old.rank)
    known = int(((old.rank > 0) & (new.rank > 0)).sum())
    limits = " and ".join(f"{shares.most_deprived(v.year).high:,g} by IMD {v.year}" for v in (old, new))
    return [
        f"{work.plural(n, 'person', 'people')}; of {known:,} ({100 * known / n:.1f} %) the home postcode has a rank by both.",
        f"Among the 40 % most deprived: a rank up to {limits}. Quintiles are those of the published deciles.",
        "Areas are ranked against each other: a change of status may mean that others changed, or that boundaries did.",
    ]
