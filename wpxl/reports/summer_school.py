"""Applicants ranked by selection score, as the guide's Appendix 2 chooses for summer schools: ties shown, doubts marked.

Target learners come first, then those whose decision is open, then the others; within each the higher score. Equal claims have
an equal rank: 1, =2, =2, 4. A score is the least that is sure; where something is not known it may turn out higher, and the
best rank is the one that an applicant would have if all of it did.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..domain.blank import is_blank
from ..errors import refuse
from ..models import Model
from . import people, profiles, scope, shared, work
from .claims import DECISIONS, TARGET, WORDS, Claim, claim
from .coded import Coded
from .shape import FIGURE, NUMBER, PEOPLE, TEXT, Asked, Chart, Column, Report, Table

if TYPE_CHECKING:
    import pandas as pd

    from ..records import Records

MODEL = "aimhigher-2011-summer-school"
RANKING, SCORES = "Ranking", "Applicants by score"
MOST = 10_000  # rows of the ranking: whoever stands below is counted, and listed where an activity is named


def report(records: Records, asked: Asked) -> Report:
    """The learners recorded at the activity asked for, else all of the workbook, ranked by the score of a model."""
    model = scope.model(records, asked._replace(learner_model=asked.learner_model or (MODEL,)), "learner")
    if not model.scored:
        raise refuse(f"{model.id} gives no score to rank by: name a model with weights, such as {MODEL}.")
    applicants, states, notes = _applicants(records, asked, model)
    rows, at = people.distinct(states)
    claims = [claim(model, row) for row in rows]
    counts = np.bincount(at, minlength=len(rows)).tolist()
    ranks = ranked(claims, counts)
    columns = shared.learners(records)
    names = people.names(columns)
    folded = [str(name or "").casefold() for name in names.cells]
    called = {name: i for i, name in enumerate(sorted(set(folded)))}
    by_name = np.array([called[name] for name in folded])[names.at[applicants]]
    high, rank = np.array([c.high for c in claims]), np.array([r.rank for r in ranks])
    order = np.lexsort((by_name, -high[at], rank[at]))[:MOST]
    if len(at) > MOST:
        notes.append(f"Listed: the first {MOST:,} of {len(at):,}. Name an activity to rank its applicants only.")

    def of_learners(column: Coded) -> list[Any]:
        return column.taken(applicants[order]).rows

    def of_claims(cells: list[Any]) -> list[Any]:
        return Coded(cells, at[order]).rows

    shown: list[tuple[Column, list[Any]]] = [
        (Column("Rank", TEXT), of_claims([f"={r.rank}" if r.ties > 1 else str(r.rank) for r in ranks])),
        (Column("Best rank possible", NUMBER), of_claims([r.best if r.best < r.rank else None for r in ranks])),
        (Column("Learner", TEXT), people.cells(records.learners.iloc[applicants[order]], "learner")),
        (Column("Name", TEXT), of_learners(names)),
        (Column("School", TEXT), of_learners(people.school_names(records, columns["organisation"]))),
        (Column("Year group", TEXT), of_learners(columns["year_group"])),
        (Column("Decision", TEXT), of_claims([DECISIONS[c.decision] for c in claims])),
        (Column("Score", FIGURE), of_claims([people.whole(c.low) for c in claims])),
        (Column("Score up to", FIGURE), of_claims([people.whole(c.high) if c.high > c.low else None for c in claims])),
        (Column("Not known", TEXT), of_claims([c.gaps or None for c in claims])),
        *(
            (Column(people.heading(c.short), TEXT), of_claims([WORDS[row[k]] for row in rows]))
            for k, c in enumerate(model.criteria)
        ),
    ]
    places = _places(records, notes)
    if places is not None:
        standing = [stand(*pair, places) for pair in zip(claims, ranks, strict=True)]
        shown.insert(2, (Column(f"{places:,} places", TEXT), of_claims(standing)))
        notes += _cut(standing, counts, ranks, places)
    said = "Target learners first, then those not settled, then the others; within each by score. =2: equal claims, by name."
    listed = list(zip(*(cells for _, cells in shown), strict=True))
    ranking = Table(RANKING, tuple(column for column, _ in shown), listed, said=said, personal=True)
    scores = _scores(claims, counts)
    chart = Chart("stacked", "Applicants by score", SCORES, "Score", DECISIONS)
    origin, sample = people.origin(model)
    notes += [*_notes(model, claims, counts, ranks), *origin, *records.notes]
    return Report("summer-school", "Summer school ranking", (ranking, scores), (chart,), tuple(notes), True, sample)


def _applicants(records: Records, asked: Asked, model: Model) -> tuple[Any, pd.DataFrame, list[str]]:
    """The place of a row of learners for each person who applies, what is known of each, and what to say of them."""
    states = profiles.learner_states(records, model)[[c.id for c in model.criteria]]
    rows = np.arange(len(states))
    said = "Applicants: all learners of the workbook."
    if asked.activity:
        kept, _ = scope.within(records, asked)
        rows = people.recorded(kept)
        titles = ", ".join(str(t) for t in kept.activities["title"].fillna(kept.activities["activity"])[:3])
        said = f"Applicants: the learners recorded at {titles}."
    if not len(rows):
        raise refuse(f"There is nobody to rank. {said}", "#N/A")
    one = rows[people.one_row_each(records.learners.iloc[rows], states.iloc[rows])]
    notes = [f"{said} {work.plural(len(one), 'person', 'people')}."]
    if more := len(rows) - len(one):
        notes.append(
            f"{work.plural(more, 'further row', 'further rows')} of the same people: the one of which most is known counts."
        )
    return one, states.iloc[one], notes


class Rank(NamedTuple):
    rank: int
    ties: int  # how many share it
    best: int  # the rank that it would be if all that is not known were met and the others stayed as they are


def ranked(claims: list[Claim], counts: list[int]) -> list[Rank]:
    """The rank of each claim, of which there are so many."""
    sizes: Counter[tuple[int, float]] = Counter()
    for c, n in zip(claims, counts, strict=True):
        sizes[c.key] += n
    keys = sorted(sizes)
    ahead = list(accumulate((sizes[key] for key in keys), initial=0))  # how many go before each key

    def before(key: tuple[int, float]) -> int:
        return ahead[bisect_left(keys, key)]

    return [Rank(before(c.key) + 1, sizes[c.key], before(c.best_key) + 1) for c in claims]


def stand(claim: Claim, rank: Rank, places: int) -> str:
    """Where an applicant stands to the cut-off: places go to target learners in order of rank."""
    if claim.decision == TARGET and rank.rank + rank.ties - 1 <= places:
        return "within"
    if claim.decision == TARGET and rank.rank <= places:
        left = places - rank.rank + 1
        return f"tied for the last {left:,}" if left > 1 else "tied for the last"
    return "below" if rank.best > places or claim.best != TARGET else "below, could be within"


def _places(records: Records, notes: list[str]) -> int | None:
    """How many places there are, by the workbook's settings."""
    given = records.settings.get("places")
    if given is None or is_blank(given):
        return None
    try:
        places = 0 if isinstance(given, bool) else int(float(given))
    except (TypeError, ValueError, OverflowError):
        places = 0
    if places < 1:
        notes.append(f"'{str(given)[:40]}' in the settings is no number of places, so no cut-off is drawn.")
    return places if places >= 1 else None


def _cut(standing: list[str], counts: list[int], ranks: list[Rank], places: int) -> list[str]:
    sizes: Counter[str] = Counter()
    for stands, n in zip(standing, counts, strict=True):
        sizes[stands.partition(" for ")[0]] += n
    said = [
        f"Places: {places:,}, by the workbook's settings; they go to target learners in order of rank: {sizes['within']:,} within."
    ]
    if sizes["tied"]:
        at = next(r.rank for r, stands in zip(ranks, standing, strict=True) if stands.startswith("tied"))
        said.append(
            f"The cut-off falls among {sizes['tied']:,} with equal claims at rank ={at}: {places - at + 1:,} of them have a place."
        )
    if could := sizes["below, could be within"]:
        said.append(
            f"{could:,} below the cut-off could be within it if what is not known of them is so: ask before deciding."
        )
    return said


def _scores(claims: list[Claim], counts: list[int]) -> Table:
    tally: dict[float, list[int]] = {}
    for c, n in zip(claims, counts, strict=True):
        tally.setdefault(c.low, [0] * len(DECISIONS))[c.decision] += n
    rows = [(people.whole(score), *tally[score], sum(tally[score])) for score in sorted(tally, reverse=True)]
    sums = [sum(column) for column in zip(*tally.values(), strict=True)]
    columns = (Column("Score", TEXT), *(Column(d, PEOPLE) for d in DECISIONS), Column("Applicants", PEOPLE))
    said = "People by the score that is sure."
    return Table(SCORES, columns, [*rows, ("All", *sums, sum(sums))], totals=1, adds_up=True, said=said)


def _notes(model: Model, claims: list[Claim], counts: list[int], ranks: list[Rank]) -> list[str]:
    weights = ", ".join(f"{c.short} {c.weight:g}" for c in model.criteria if c.weight)
    said = [f"Weights: {weights}; at most {sum(model.weights):g}."]
    ranges = sum(n for c, n in zip(claims, counts, strict=True) if c.high > c.low)
    rising = sum(n for r, n in zip(ranks, counts, strict=True) if r.best < r.rank)
    if ranges:
        said.append(f"Something that counts is not known of {ranges:,}: their score may rise to 'Score up to'.")
    if rising:
        said.append(
            f"{rising:,} could move up, each to the best rank possible if all that is not known were met and the others stayed as "
            "they are."
        )
    if model.id == MODEL and not model.chosen:
        said.append("The guide's table prints a total of 0 to 20; its weights add up to 25, and these are followed.")
    return said
