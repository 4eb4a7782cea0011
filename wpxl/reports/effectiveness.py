"""How well the work was targeted: the rows of the guide's Table 2, each beside its benchmark, for people and for participations.

Learners are judged by the learner model. Where no learners are recorded, the organisations' percentages weighted by attendance
say what can be said; they describe the schools' cohorts and not those who came, so they stand in a table of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import models, store
from ..domain import rates, years
from ..domain.answers import NO, NOT_APPLICABLE, UNKNOWN, YES
from ..errors import NA, Fault, refuse
from ..models import Model
from ..targeting import shares
from ..targeting.decide import settled
from ..targeting.shares import UNREAD
from . import aims, bands, criteria, people, profiles, scope, work
from .activity import SAMPLE, headings
from .learners import area_measures
from .profiles import CRITERIA
from .shape import DERIVED, FIGURE, PEOPLE, SHARE, TEXT, Asked, Chart, Column, Report, Table

if TYPE_CHECKING:
    from ..records import Records
    from .bands import Bands

PERSONS, TIMES, SCHOOLS = "People", "Participations", "By organisations"
HEFCE = 66.0  # % of participants in the 40 % most deprived areas
HEFCE_SAID = "HEFCE: 66 % in the 40 % most deprived areas"
FOOTNOTE = "no parental HE alone is not enough"  # the option of the model that is the footnote of Table 2
ALL = "all"
SETTLED = "settled: "  # before the name of a column: whether it is known, or does not apply
NOTES = (
    "Shares are of those of whom it is known; what is not known is never taken for a no. Coverage: those known in % of all but "
    "those it does not apply to, such as the 16-19 bursary below Year 12.",
    "People: each once, whatever they took part in. Participations: once for each activity.",
    "Young participation (POLAR, TUNDRA) measures effectiveness and selects nobody: HESA's group is quintile 1, the Aimhigher "
    "model's quintiles 1 and 2.",
    f"Benchmark: {HEFCE_SAID}, from the guide, which uses 66 in two more senses: the old threshold of a high-priority school, "
    "and the share of Birmingham's schools that are of high priority.",
)
FOOTNOTE_SAID = (
    "The guide's Table 2 has a footnote by which a learner needs one criterion of A and one of B, or C; its Figure 1 and Appendix "
    "2 also take no parental higher education by itself. The model follows these; the footnote's reading stands beside it."
)


def report(records: Records, asked: Asked) -> Report:
    """Raises a Fault where nobody attended and no learner took part."""
    done, model = work.of(records, asked), scope.model(records, asked, "learner")
    tables: list[Table] = []
    notes = [*done.notes]
    judged = bands.of(done.records, asked)
    if len(done.took_part):
        states, rows = _rows(done.records, model)
        own, said = _targets(records, model, judged, states, _year(records, asked))
        notes += said
        for name in (PERSONS, TIMES):
            tables.append(_table(name, rows, own, _counted(states, done.took_part, name == PERSONS)))
        notes += [
            *NOTES,
            *([FOOTNOTE_SAID] if FOOTNOTE in states else []),
            *people.origin(model, *_young(model))[0][:-1],
        ]
    without = done.attendance[~done.attendance["activity"].isin(done.took_part["activity"])]
    if without["attending"].gt(0).any():
        tables.append(_schools(judged, without))
        notes += judged.notes
    if not tables:
        raise refuse(
            "Nobody attended and no learner took part, so there is nothing whose targeting could be measured.", NA
        )
    shown = ("% of those known", "Benchmark %") if tables[0].name == PERSONS else ("% of their learners", "Benchmark %")
    charts = (
        Chart(
            "bar", f"{tables[0].name}: share in each target group", tables[0].name, tables[0].columns[1].heading, shown
        ),
    )
    sample = judged.sample or (bool(len(done.took_part)) and store.installed().sample_only)
    notes = [note for note in dict.fromkeys(notes) if not note.startswith("SAMPLE DATA")] + ([SAMPLE] if sample else [])
    return Report(
        "effectiveness", "Targeting effectiveness", tuple(tables), charts, (*notes, *records.notes), sample=sample
    )


# ------------------------------------------------------------------------------------------------------ what is measured


def _young(model: Model) -> list[str]:
    """The measures of young participation that go with a model."""
    return [m for m in area_measures(model) if m.endswith("_quintile") and "ahe" not in m and "adult_he" not in m]


def _rows(records: Records, model: Model) -> tuple[pd.DataFrame, dict[str, tuple[str, str]]]:
    """What is known of each learner, and for each column of it the basket and the label: the rows of Table 2 in their order."""
    judged = profiles.learner_states(records, model)
    columns: dict[str, Any] = {}
    rows: dict[str, tuple[str, str]] = {}
    for measure in _young(model):
        for upto in (1, 2):
            group = shares.quintile(measure, upto)
            columns[group.words], rows[group.words] = profiles.states_of(records, group), ("NA", group.words)
    labels = criteria.labels(model)
    rows |= {c.id: (c.basket, labels[c.id]) for c in model.criteria}
    rows[criteria.TARGET] = "NA", f"Meets the target criteria ({model.id})"
    if FOOTNOTE in model.options and FOOTNOTE not in model.chosen:
        columns[FOOTNOTE] = _by_footnote(model, judged[[c.id for c in model.criteria]])
        rows[FOOTNOTE] = "NA", "Meets them as the footnote of Table 2 has it"
    return judged.assign(**columns), rows


def _by_footnote(model: Model, states: pd.DataFrame) -> Any:
    """Whether each learner meets the criteria by the other reading. Shape: (learners,)."""
    kept = {name: getattr(model, name) for name in ("unknown_as_not_met", "first_generation", "year")}
    other = replace(models.find((model.id, *model.chosen, FOOTNOTE)), **kept, _decided={})
    rows, at = people.distinct(states)
    out = []
    for row in rows:
        decided = other.decide(settled(other, tuple(UNKNOWN if s == UNREAD else s for s in row)))
        out.append(UNKNOWN if decided.answer is None or UNREAD in row else NO if decided.outcome is None else YES)
    return np.array(out, np.int8)[at]


def _year(records: Records, asked: Asked) -> int | None:
    return asked.year if asked.year is not None else years.academic_year(records.settings.get("year"))


def _targets(
    records: Records, model: Model, judged: Bands, states: pd.DataFrame, year: int | None
) -> tuple[dict[str, tuple[float, str]], list[str]]:
    """The workbook's own targets of the year for columns of states: column → percent and name. And what is about none of them."""
    out: dict[str, tuple[float, str]] = {}
    other = []
    rows = records.targets.dropna(subset="percent") if len(records.targets) else records.targets
    rows = rows[rows["year"].isna() | (rows["year"] == year).fillna(False)] if len(rows) and year is not None else rows
    for row in rows.itertuples():
        try:
            aim = aims.understood(str(row.measure or row.target), records, model, judged.answers)
        except Fault:
            aim = aims.Aim("")
        same = [] if aim.states is None else [c for c in states if np.array_equal(states[c].to_numpy(), aim.states)]
        for column in same[:1]:
            out[column] = float(row.percent), str(row.target)
        if not same:
            other.append(str(row.target))
    said = (
        [f"Targets of the workbook that are about no row of these tables: {', '.join(dict.fromkeys(other))}."]
        if other
        else []
    )
    return out, said


# ------------------------------------------------------------------------------------------------------------- the tables


def _counted(states: pd.DataFrame, took_part: pd.DataFrame, persons: bool) -> profiles.Combined:
    """How many are known and meet each column, as people or as participations."""
    # Whoever it does not apply to is settled and not known: a second column, in which known counts as met, tells these apart.
    values = states.to_numpy(np.int8)
    told = np.where(np.isin(values, (YES, NO)), YES, np.where(values == NOT_APPLICABLE, NO, UNKNOWN)).astype(np.int8)
    both = states.join(pd.DataFrame(told, states.index, states.columns).add_prefix(SETTLED))
    rows = took_part.assign(every=ALL)
    return criteria.people(both, rows, "every") if persons else profiles.combined_learners(both, rows, "every")


def _table(
    name: str,
    labels: dict[str, tuple[str, str]],
    own: dict[str, tuple[float, str]],
    found: profiles.Combined,
) -> Table:
    columns = (
        Column("Category", TEXT), Column("Criterion", TEXT), Column(name, PEOPLE), Column("It applies to", PEOPLE),
        Column("Not known", PEOPLE), Column("Known", PEOPLE), Column("Meeting it", PEOPLE),
        Column("% of those known", SHARE, "Meeting it", "Known"), Column("Coverage %", SHARE, "Known", "It applies to"),
        Column("Benchmark %", FIGURE), Column("Points above it", DERIVED, "Meeting it", "Known"), Column("Benchmark", TEXT),
        *((Column("Own target %", FIGURE), Column("Own target", TEXT)) if own else ()),
    )  # fmt: skip
    everyone = int(found.everyone[ALL])
    rows = []
    for column, (basket, label) in labels.items():
        known, met = int(found.known.at[ALL, column]), int(found.part.at[ALL, column])
        outside = int(found.known.at[ALL, SETTLED + column]) - known
        share = criteria.share(met, known)
        benchmark = HEFCE if column == "imd" else None
        above = round(share - benchmark, 1) if benchmark and known else None
        coverage = rates.share(known, everyone - outside)
        rows.append((
            basket, label, everyone, everyone - outside, everyone - known - outside, known, met,
            share if isinstance(share, Fault) else round(share, 1),
            Fault("#DIV/0!", "It applies to nobody here.") if coverage is None else coverage,
            benchmark, above, HEFCE_SAID if benchmark else None, *(own.get(column, (None, None)) if own else ()),
        ))  # fmt: skip
    said = (
        "Each once, whatever they took part in."
        if name == PERSONS
        else "Once for each activity that somebody took part in."
    )
    return Table(name, columns, rows, said=f"Learners recorded individually. {said}")


def _schools(judged: Bands, attendance: pd.DataFrame) -> Table:
    """The cohorts of the organisations at activities of which no learners are recorded."""
    found = profiles.combined(judged.known[[*CRITERIA]], attendance.assign(every=ALL), "every")
    columns = (
        Column("Category", TEXT), Column("Measure", TEXT), Column("Number attending", PEOPLE),
        Column("From those with a figure", PEOPLE),
        Column("Coverage %", SHARE, "From those with a figure", "Number attending"),
        Column("% of their learners", FIGURE), Column("Benchmark %", FIGURE),
    )  # fmt: skip
    baskets = {c.id: c.basket for c in judged.model.criteria}
    attended = int(found.everyone[ALL])
    rows = []
    for name, label in headings(judged.model).items():
        value, known = found.percent.at[ALL, name], int(found.known.at[ALL, name])
        none = Fault(NA, "No organisation at these activities has this figure.")
        shown = none if value != value else round(float(value), 1)
        benchmark = HEFCE if name == "imd" else None
        covered = rates.share(known, attended)
        rows.append((baskets.get(name, "NA"), label, attended, known, covered, shown, benchmark))
    said = (
        "Activities of which no learners are recorded: means of the organisations' percentages, weighted by the number "
        "attending. They describe cohorts, not those who came."
    )
    return Table(SCHOOLS, columns, rows, said=said)
