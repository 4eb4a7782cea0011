"""Applicants ranked by selection score, as the guide's Appendix 2 chooses for summer schools: ties shown, doubts marked.

Target learners come first, then those whose decision is open, then the others; within each the higher score. Equal claims have
an equal rank: 1, =2, =2, 4. A score is the least that is sure; where something is not known it may turn out higher, and the
best rank is the one that an applicant would have if all of it did.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import refuse
from ..models import Model
from . import people, profiles, scope
from .claims import DECISIONS, TARGET, WORDS, Claim, claim
from .shape import FIGURE, NUMBER, PEOPLE, TEXT, Asked, Chart, Column, Report, Table

if TYPE_CHECKING:
    from ..records import Records

MODEL = "aimhigher-2011-summer-school"
RANKING, SCORES = "Ranking", "Applicants by score"


def report(records: Records, asked: Asked) -> Report:
    """The learners recorded at the activity asked for, else all of the workbook, ranked by the score of a model."""
    model = scope.model(records, asked._replace(learner_model=asked.learner_model or (MODEL,)), "learner")
    if not model.scored:
        raise refuse(f"{model.id} gives no score to rank by: name a model with weights, such as {MODEL}.")
    learners, states, notes = _applicants(records, asked, model)
    rows, at = people.distinct(states)
    judged = [claim(model, row) for row in rows]
    words = [tuple(WORDS[state] for state in row) for row in rows]
    claims = [judged[i] for i in at]
    ranks = ranked(claims)
    names = people.names(learners)
    order = sorted(range(len(claims)), key=lambda i: (ranks[i][0], -claims[i].high, str(names[i] or "").casefold(), i))
    shown = [c.decision for c in claims]
    columns: list[tuple[Column, list[Any]]] = [
        (Column("Rank", TEXT), [f"={rank}" if ties > 1 else str(rank) for rank, ties, _ in ranks]),
        (Column("Best rank possible", NUMBER), [best if best < rank else None for rank, _, best in ranks]),
        (Column("Learner", TEXT), people.cells(learners, "learner")),
        (Column("Name", TEXT), names),
        (Column("School", TEXT), people.school_names(records, learners)),
        (Column("Year group", TEXT), people.cells(learners, "year_group")),
        (Column("Decision", TEXT), [DECISIONS[d] for d in shown]),
        (Column("Score", FIGURE), [people.whole(c.low) for c in claims]),
        (Column("Score up to", FIGURE), [people.whole(c.high) if c.high > c.low else None for c in claims]),
        (Column("Not known", TEXT), [c.gaps or None for c in claims]),
        *((Column(c.short, TEXT), [words[at[i]][k] for i in range(len(claims))]) for k, c in enumerate(model.criteria)),
    ]
    places = _places(records)
    if places is not None:
        standing = stand(claims, ranks, places)
        columns.insert(2, (Column(f"{places:,} places", TEXT), standing))
        notes += _cut(standing, ranks, places)
    table = [tuple(row) for row in zip(*([values[i] for i in order] for _, values in columns), strict=True)]
    said = "Target learners first, then those not settled, then the others; within each by score. =2: equal claims, by name."
    ranking = Table(RANKING, tuple(column for column, _ in columns), table, said=said, personal=True)
    scores = _scores(claims)
    chart = Chart("stacked", "Applicants by score", SCORES, "Score", DECISIONS)
    origin, sample = people.origin(model)
    notes += [*_notes(model, claims, ranks), *origin, *records.notes]
    return Report("summer-school", "Summer school ranking", (ranking, scores), (chart,), tuple(notes), True, sample)


def _applicants(records: Records, asked: Asked, model: Model) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """A row for each person who applies, what is known of each, and what to say of them."""
    states = profiles.learner_states(records, model)[[c.id for c in model.criteria]]
    learners = records.learners
    said = "Applicants: all learners of the workbook."
    if asked.activity:
        kept, _ = scope.within(records, asked)
        recorded = learners["learner"].isin(kept.took_part["learner"]).to_numpy()
        learners, states = learners[recorded], states[recorded]
        titles = ", ".join(str(t) for t in kept.activities["title"].fillna(kept.activities["activity"])[:3])
        said = f"Applicants: the learners recorded at {titles}."
    if learners.empty:
        raise refuse(f"There is nobody to rank. {said}", "#N/A")
    places = people.one_row_each(learners, states)
    notes = [f"{said} {len(places):,} people."]
    if len(places) < len(learners):
        more = len(learners) - len(places)
        notes.append(
            f"{more:,} further {'row' if more == 1 else 'rows'} of the same people: the one of which most is known counts."
        )
    return learners.iloc[places], states.iloc[places], notes


def ranked(claims: list[Claim]) -> list[tuple[int, int, int]]:
    """For each claim its rank, how many share it, and the best rank that it could have while the others stay as they are."""
    keys = sorted(c.key for c in claims)
    first = {key: bisect_left(keys, key) for key in set(keys)}
    ties = {key: bisect_right(keys, key) - start for key, start in first.items()}
    best = {key: bisect_left(keys, key) for key in {c.best_key for c in claims}}
    return [(first[c.key] + 1, ties[c.key], best[c.best_key] + 1) for c in claims]


def stand(claims: list[Claim], ranks: list[tuple[int, int, int]], places: int) -> list[str]:
    """Where each stands to the cut-off: places go to target learners in order of rank."""
    out = []
    for c, (rank, ties, best) in zip(claims, ranks, strict=True):
        if c.decision == TARGET and rank + ties - 1 <= places:
            out.append("within")
        elif c.decision == TARGET and rank <= places:
            out.append(f"tied for the last {places - rank + 1:,}" if places > rank else "tied for the last")
        else:
            out.append("below" if best > places or c.best != TARGET else "below, could be within")
    return out


def _places(records: Records) -> int | None:
    """How many places there are, by the workbook's settings."""
    given = records.settings.get("places")
    try:
        return int(float(given)) if given is not None and not isinstance(given, bool) and float(given) >= 1 else None
    except (TypeError, ValueError, OverflowError):
        return None


def _cut(standing: list[str], ranks: list[tuple[int, int, int]], places: int) -> list[str]:
    tied = sum(s.startswith("tied") for s in standing)
    could = standing.count("below, could be within")
    said = [
        f"Places: {places:,}, by the workbook's settings; they go to target learners in order of rank: "
        f"{standing.count('within'):,} within."
    ]
    if tied:
        at = next(rank for rank, s in zip(ranks, standing, strict=True) if s.startswith("tied"))[0]
        said.append(
            f"The cut-off falls among {tied:,} with equal claims at rank ={at}: {places - at + 1:,} of them have a place."
        )
    if could:
        said.append(
            f"{could:,} below the cut-off could be within it if what is not known of them is so: ask before deciding."
        )
    return said


def _scores(claims: list[Claim]) -> Table:
    tally = pd.crosstab([c.low for c in claims], [c.decision for c in claims]).reindex(columns=range(3), fill_value=0)
    tally = tally.sort_index(ascending=False)
    rows: list[tuple[Any, ...]] = [
        (people.whole(score), *map(int, row), int(sum(row))) for score, *row in tally.itertuples(name=None)
    ]
    sums = [int(n) for n in tally.sum()]
    columns = (Column("Score", TEXT), *(Column(d, PEOPLE) for d in DECISIONS), Column("Applicants", PEOPLE))
    said = "People by the score that is sure."
    return Table(SCORES, columns, [*rows, ("All", *sums, sum(sums))], totals=1, adds_up=True, said=said)


def _notes(model: Model, claims: list[Claim], ranks: list[tuple[int, int, int]]) -> list[str]:
    weights = ", ".join(f"{c.short} {c.weight:g}" for c in model.criteria if c.weight)
    said = [f"Weights: {weights}; at most {sum(model.weights):g}."]
    ranges = sum(c.high > c.low for c in claims)
    rising = sum(best < rank for rank, _, best in ranks)
    if ranges:
        said.append(
            f"Something that counts is not known of {ranges:,}: their score may rise to 'Score up to', and {rising:,} could move "
            "up, each to the best rank possible if all of it were met and the others stayed as they are."
        )
    if model.id == MODEL and not model.chosen:
        said.append("The guide's table prints a total of 0 to 20; its weights add up to 25, and these are followed.")
    return said
