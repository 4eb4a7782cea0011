"""Each learner: where they live by the measures of the model, what they answered, the decision, and whether HEAT can track them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import fields, occupations, store
from ..domain import answers, nssec, years
from ..domain.answers import NO, YES
from ..errors import refuse
from ..measures import Measure, registry
from ..models import Model
from ..targeting.shares import UNREAD
from . import coded, people, profiles, scope, shared, work
from .claims import DECISIONS, WORDS, answer, scores, why
from .coded import Coded
from .shape import FIGURE, NUMBER, PEOPLE, SENTENCE, SHARE, TEXT, Asked, Chart, Column, Report, Table
from .tracking import NEEDED, Tracking, he_ready, tracking

if TYPE_CHECKING:
    from ..records import Records

LIST, DECIDED, TRACKED, MISSING, COUNTED = "Learners", "Decisions", "Tracking", "Needed for tracking", "Participations"
Filled = tuple[Column, list[Any]]


def report(records: Records, asked: Asked) -> Report:
    """The learners recorded at the activity asked for, else all of the workbook."""
    model = scope.model(records, asked, "learner")
    kept, notes = scope.within(records, asked) if len(records.activities) else (shared.numbered(records), ())
    states, learners, columns = profiles.learner_states(records, model), records.learners, shared.learners(records)
    here = np.arange(len(learners))
    if asked.activity:
        here = people.recorded(kept)
        learners, states = learners.iloc[here], states.iloc[here]
        columns = coded.Columns(learners)
    if learners.empty:
        raise refuse("No learner is recorded here by name, so there is nobody to list.", "#N/A")
    measures = area_measures(model)
    tracked = tracking(columns)
    rows = kept.took_part["row"]
    attended = np.bincount(rows[rows >= 0], minlength=len(records.learners))[here]
    filled: list[Filled] = [
        (Column("Learner", TEXT), people.cells(learners, "learner")),
        (Column("Name", TEXT), people.names(columns).rows),
        (Column("School", TEXT), people.school_names(records, columns["organisation"]).rows),
        (Column("Year group", TEXT), columns["year_group"].rows),
        *_areas(columns["postcode"], measures),
        *_answers(columns["nssec"], states, model),
        *_decisions(states, model),
        (Column("Activities", NUMBER), attended.tolist()),
        (Column("HE-ready year", TEXT), he_ready(columns, _year(kept, asked))),
        (Column("Trackable", TEXT), ["yes" if yes else "no" for yes in tracked.trackable]),
        (Column("Missing for tracking", TEXT), tracked.missing),
    ]
    listed = Table(LIST, tuple(c for c, _ in filled), list(zip(*(v for _, v in filled), strict=True)), personal=True)
    person = pd.factorize(learners["person"])[0]
    counted = (
        _decided(states, person),
        _tracked(tracked, person),
        _missing(tracked, person),
        _participations(kept, here, tracked),
    )
    chart = Chart("bar", "People of whom something needed for tracking is missing", MISSING, "Needed", ("Missing",))
    origin, sample = people.origin(model, *measures)
    notes = (*notes, *_notes(len(learners), person, int((attended > 0).sum())), *origin, *records.notes)
    return Report("learners", "Learners", (*counted, listed), (chart,), notes, True, sample)


# ---------------------------------------------------------------------------------------------- what is shown of each


def area_measures(model: Model) -> tuple[str, ...]:
    """The measures of areas that go with a model: those of its own IMD, young participation, and adults' higher education."""
    found = _of_areas(model)
    imd = (f"imd_rank_{found.vintage}", f"imd_decile_{found.vintage}") if found.family == "imd" else (found.id,)
    adults = "polar2_ahe_quintile" if found.vintage == "2010" else "adult_he_2011_quintile"
    return tuple(dict.fromkeys((*imd, *young(model), adults)))


def young(model: Model) -> tuple[str, ...]:
    """The measures of young participation of a model's time: the guide's POLAR2, or what it reports and POLAR4."""
    return ("polar2_ypr_quintile",) if _of_areas(model).vintage == "2010" else (*model.reported, "polar4_quintile")


def _of_areas(model: Model) -> Measure:
    """The first measure of areas among a model's criteria."""
    return registry().find(next((c.measures[0] for c in model.criteria if c.measures), "imd_rank_2010"))


def _areas(postcodes: Coded, names: tuple[str, ...]) -> list[Filled]:
    measures, plan = registry().plan(names)
    found = zip(*store.take(plan, postcodes.cells), strict=True)
    return [(Column(m.label, FIGURE), postcodes.spread(values)) for m, values in zip(measures, found, strict=True)]


def _answers(nssec_: Coded, states: pd.DataFrame, model: Model) -> list[Filled]:
    """A column for each criterion that a learner answers: the answer itself, not whether it meets the criterion."""
    out: list[Filled] = []
    for c in model.criteria:
        if c.answer:
            met = ("yes", "no") if c.met == "yes" else ("no", "yes")
            words = WORDS | {YES: met[0], NO: met[1]}
            named = np.array([words[state] for state in range(UNREAD, YES + 1)], object)
            shown = named[states[c.id].to_numpy() - UNREAD].tolist()
            out.append((Column(fields.label("learners", c.answer), TEXT), shown))
        elif c.classes:
            out.append((Column("NS-SEC class", TEXT), nssec_.each(class_of)))
    return out


def class_of(cell: Any) -> Any:
    """The NS-SEC class of a cell, stated or that of an occupation; None where none is settled."""
    class_ = None if answers.unsaid(cell) else nssec.parse(cell) or occupations.classify([cell])[0].class_
    return None if class_ is None else nssec.value(class_)


def _decisions(states: pd.DataFrame, model: Model) -> list[Filled]:
    """The answer of WP_TARGET, the score with its range, and the sentence behind them."""
    rows, at = people.distinct(states[[c.id for c in model.criteria]])
    judged = Coded(rows, at)
    out: list[Filled] = [(Column("Decision", TEXT), judged.each(lambda row: answer(model, row)))]
    if model.scored:
        ranges = [scores(model, row) for row in rows]
        low = [people.whole(low) for low, _ in ranges]
        high = [people.whole(high) if high > low else None for low, high in ranges]
        out += [(Column("Score", FIGURE), judged.spread(low)), (Column("Score up to", FIGURE), judged.spread(high))]
    return [*out, (Column("Why", SENTENCE), judged.each(lambda row: why(model, row)))]


def _year(records: Records, asked: Asked) -> int | None:
    """The academic year that a year group is of, where a learner's own row does not say."""
    year = asked.year if asked.year is not None else years.academic_year(records.settings.get("year"))
    there = records.activities["year"].dropna().unique()
    return year if year is not None else int(there[0]) if len(there) == 1 else None


# ------------------------------------------------------------------------------------------------------- what is counted


def _decided(states: pd.DataFrame, person: Any) -> Table:
    """People by decision: of several rows of a person a settled one goes before one that is not, and target before not target."""
    best = np.zeros(int(person.max()) + 1, np.int8)
    target = states["target"].to_numpy()
    np.maximum.at(best, person, np.where(target == YES, 2, np.where(target == NO, 1, 0)))
    counts = [int((best == rank).sum()) for rank in (2, 0, 1)]
    settled = counts[0] + counts[2]
    rows: list[tuple[Any, ...]] = [
        (name, n, settled, people.share(n, settled)) if name != DECISIONS[1] else (name, n, None, None)
        for name, n in zip(DECISIONS, counts, strict=True)
    ]
    columns = (
        Column("Decision", TEXT), Column("People", PEOPLE), Column("Of those settled", PEOPLE),
        Column("%", SHARE, "People", "Of those settled"),
    )  # fmt: skip
    said = "People, each once; % of those whose decision is settled."
    return Table(DECIDED, columns, [*rows, ("All", len(best), None, None)], totals=1, adds_up=True, said=said)


def _tracked(tracked: Tracking, person: Any) -> Table:
    whole = np.zeros(int(person.max()) + 1, bool)
    np.logical_or.at(whole, person, tracked.trackable)
    n, yes = len(whole), int(whole.sum())
    rows = [
        ("Trackable", yes, people.share(yes, n)),
        ("Not trackable: headcount only", n - yes, people.share(n - yes, n)),
    ]
    columns = (Column("Tracking by HEAT", TEXT), Column("People", PEOPLE), Column("%", SHARE, "People"))
    said = "People, each once. Trackable: all that HEAT needs is there, and the tracking statement was seen."
    return Table(TRACKED, columns, [*rows, ("All", n, people.share(n, n))], totals=1, adds_up=True, said=said)


def _missing(tracked: Tracking, person: Any) -> Table:
    n = int(person.max()) + 1
    have = np.zeros((n, len(NEEDED) + 1), bool)
    np.logical_or.at(have, person, np.column_stack([tracked.have, tracked.gender]))
    rows = [
        (people.heading(name), n - there, n, people.share(n - there, n))
        for name, there in zip((*NEEDED, "gender (if known)"), map(int, have.sum(axis=0)), strict=True)
    ]
    columns = (
        Column("Needed", TEXT), Column("Missing", PEOPLE), Column("People", PEOPLE), Column("%", SHARE, "Missing", "People"),
    )  # fmt: skip
    return Table(MISSING, columns, rows, said="People of whom it is missing or cannot be read; one may lack several.")


def _participations(kept: Records, here: Any, tracked: Tracking) -> Table:
    """Participations as HEAT takes them: trackable learners by name, everybody else as a number. here: their places."""
    fit = np.full(len(kept.learners) + 1, -1, np.int8)  # -1: not in the list
    fit[here] = tracked.trackable
    took, attendance = kept.took_part[kept.took_part["event"] >= 0], kept.attendance
    named = fit[took["row"]]
    events = len(kept.activities) + 1  # the first of attendance without an activity
    attending = np.bincount(attendance["event"] + 1, attendance["attending"].fillna(0), events)
    heads = np.clip(attending - np.bincount(took["event"] + 1, minlength=events), 0, None)
    by_name, short, more = int((named == 1).sum()), int((named == 0).sum()), int(heads.sum())
    rows = [
        ("By name", by_name),
        ("As a number: recorded, but not trackable", short),
        ("As a number: not recorded", more),
    ]
    said = "Participations, for each activity: attended less recorded is a headcount, never below 0."
    columns = (Column("How HEAT takes them", TEXT), Column("Participations", PEOPLE))
    return Table(COUNTED, columns, [*rows, ("All", by_name + short + more)], totals=1, adds_up=True, said=said)


def _notes(rows: int, person: Any, active: int) -> list[str]:
    n = int(person.max()) + 1
    listed = f"{rows:,} rows of " if rows != n else ""
    return [
        f"Listed: {listed}{work.plural(n, 'person', 'people')}; {active:,} of the rows took part in the activities counted.",
        "Measures of areas are those of the home postcode. A score is the least that is sure; 'Score up to', where something is "
        "not known.",
        "HE-ready year: from the year group in its academic year, else from the date of birth; at 18.",
        "HEAT tracks learners who have seen its tracking statement; whoever has not is reported as a number only.",
    ]
