"""Who took part, by the measures of a targeting model: organisations' figures, learners' states, and both combined.

An organisation-based profile is the mean of the organisations' percentages, weighted by how many of each attended; a
learner-based one is the share of those learners of whom it is known. Which learner meets what is worked out here only, so
that every report says the same of the same learner. Frames in, frames out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..domain import answers
from ..domain.answers import NO, NOT_APPLICABLE, UNKNOWN, YES
from ..errors import Fault
from ..models import Criterion, Model
from ..targeting import decide, learners, organisations, shares
from ..targeting.shares import UNREAD
from . import coded, people, shared
from .claims import OPEN, OTHER, TARGET, decided

if TYPE_CHECKING:
    from ..records import Records

CRITERIA = organisations.PERCENTAGES  # imd, nssec, ypr, ahe, fsm: the guide's order of columns
WORKBOOK, TABLES, BOTH = "the workbook", "the installed tables", "both"
_TARGETS = {TARGET: YES, OPEN: UNKNOWN, OTHER: NO}
_FIELDS = {"postcodes": "postcode"}  # where the records call a column of learners otherwise than targeting
_QUINTILES = re.compile(r"school_(.+)_q1(_2)?_pct").fullmatch
_CLASSES = re.compile(r"school_nssec_(\d)_(\d)_pct").match
_IMD = re.compile(r"school_imd_40_pct_(\d{4})").fullmatch


# -------------------------------------------------------------------------------------------------- organisations


def figures(records: Records, model: Model) -> pd.DataFrame:
    """Each organisation's percentages. Index: organisation; columns: CRITERIA, further criteria of the model, `source`.

    The workbook's own figures go first, then the installed tables. NaN: none. source: WORKBOOK, TABLES, BOTH or "".
    """
    known = records.organisations.drop_duplicates("organisation").set_index("organisation")
    keys = people.cells(known, "key")
    names = [*CRITERIA, *(c.id for c in model.criteria if c.id not in CRITERIA)]
    told = dict(zip((c.id for c in model.criteria), organisations.figures(model, keys), strict=True))
    columns, own, looked = {}, np.zeros(len(known), bool), np.zeros(len(known), bool)
    for name in names:
        here = _numbers(known[name].tolist() if name in known else [None] * len(known))
        table = _numbers(told.get(name, [None] * len(known)))
        typed, found = ~np.isnan(here), np.isnan(here) & ~np.isnan(table)
        columns[name] = np.where(typed, here, table)
        own, looked = own | typed, looked | found
    columns["source"] = np.select([own & looked, own, looked], [BOTH, WORKBOOK, TABLES], "")
    return pd.DataFrame(columns, index=known.index)


def priorities(records: Records, found: pd.DataFrame, model: Model) -> pd.Series:
    """The priority of each organisation by its figures, or a Fault. Index as that of `figures`."""
    known = records.organisations.drop_duplicates("organisation").set_index("organisation")
    rows = []
    raws = organisations.school_evidence(model, people.cells(known, "key"))
    values = found[[c.id for c in model.criteria]].to_numpy()
    for raw, row in zip(raws, values, strict=True):
        if len(raw) != len(model.criteria):  # the model leaves it out
            rows.append(raw)
        else:
            rows.append(
                tuple(
                    gap if value != value else criterion.state(value)
                    for criterion, value, gap in zip(model.criteria, row, raw, strict=True)
                )
            )
    return pd.Series(decide.decisions(model, rows), index=found.index, dtype=object)


# ------------------------------------------------------------------------------------------------------- learners


def learner_states(records: Records, model: Model) -> pd.DataFrame:
    """What is known of each learner. Index: learner; a column for each criterion of the learner model, then `target`.

    Criteria hold YES, NO, UNKNOWN, NOT_APPLICABLE, NOT_INSTALLED or UNREAD; target YES, NO or UNKNOWN, whether the model's
    criteria as a whole are met. The frame is shared by all reports of the records: nobody writes into it.
    """
    return _kept(records, "states", model, lambda: _learner_states(records, model))


def _learner_states(records: Records, model: Model) -> pd.DataFrame:
    found = {c.id: _criterion(records, model, c) for c in model.criteria}
    made = pd.DataFrame(found, index=pd.Index(records.learners["learner"], name="learner"))
    rows, at = people.distinct(made)
    made["target"] = np.fromiter((_TARGETS[decided(model, row)] for row in rows), np.int8, len(rows))[at]
    return made


def _criterion(records: Records, model: Model, criterion: Criterion) -> Any:
    """The states of every learner on one criterion, worked out once for all models that have it."""

    def judge() -> Any:
        column = shared.learners(records)[_FIELDS.get(name := learners.column(criterion), name)]
        states = _states(learners.states(model, criterion, column.cells), column)
        if criterion.from_year:
            group = records.learners["year_group"].fillna(0).to_numpy(int)
            states[(group > 0) & (group < criterion.from_year)] = NOT_APPLICABLE
        return states

    key = "criterion", repr(criterion), model.first_generation, model.year
    return shared.once(records, key, (records.learners,), judge)


def learner_profile(records: Records, model: Model) -> pd.DataFrame:
    """Each learner's states on the measures of a *school* model, so that both kinds of profile mean the same.

    Index: learner; columns: CRITERIA. YPR, AHE and IMD by the postcode, NS-SEC and free school meals by the learner's cells.
    Shared as the states are.
    """
    return _kept(records, "profile", model, lambda: _learner_profile(records, model))


def _learner_profile(records: Records, model: Model) -> pd.DataFrame:
    by_id = {c.id: c for c in model.criteria}
    out = {name: _of_learners(records, by_id.get(name)) for name in CRITERIA}
    return pd.DataFrame(out, index=pd.Index(records.learners["learner"], name="learner"))


def _of_learners(records: Records, criterion: Criterion | None) -> Any:
    """States on a criterion about schools: whether a learner belongs to the group that the percentage counts."""
    columns = shared.learners(records)
    for measure in criterion.measures if criterion else ():
        if criterion and criterion.id == "fsm":
            return _states([answers.read("fsm", cell) for cell in columns["fsm"].cells], columns["fsm"])
        if classes := _CLASSES(measure):
            band = int(classes[1]), int(classes[2])
            return _states(learners.by_class(band, columns["nssec"].cells), columns["nssec"])
        if imd := _IMD(measure):
            return states_of(records, shares.most_deprived(imd[1]))
        if (found := _QUINTILES(measure)) and shares.is_measure(f"{found[1]}_quintile"):
            return states_of(records, shares.quintile(f"{found[1]}_quintile", 2 if found[2] else 1))
    return np.full(len(records.learners), UNKNOWN, np.int8)


def states_of(records: Records, group: shares.Group) -> Any:
    """Whether each learner belongs to a group by the column that it asks: YES, NO, UNKNOWN … as in `learner_states`."""
    column = shared.learners(records)["postcode" if group.measure else group.field]
    return _states(shares.states(group, column.cells), column)


def _kept(records: Records, what: str, model: Model, work_out: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """What follows from the learners and a model, worked out once for all reports of the same records."""
    facts = [getattr(model, f.name) for f in fields(model) if f.name != "_decided"]
    return shared.once(records, (what, repr(facts)), (records.learners,), work_out)


def _states(found: Sequence[int | Fault], column: coded.Coded) -> Any:
    """The states of a column's different cells, as those of its rows."""
    plain = (UNREAD if isinstance(s, Fault) else s for s in found)
    return np.fromiter(plain, np.int8, len(found))[column.at]


# -------------------------------------------------------------------------------------------------------- combined


class Combined(NamedTuple):
    """Profiles of groups of people. Index: the groups; columns: criteria."""

    percent: pd.DataFrame  # NaN where it is known of nobody
    known: pd.DataFrame  # how many people it rests on
    part: pd.DataFrame  # learners: how many of these are in the group; organisations: the weighted sum / 100
    everyone: pd.Series  # how many people there are

    def named(self, names: pd.Index[Any]) -> Combined:
        """The same of groups that are places among names."""
        return Combined(*(frame.set_axis(names[frame.index]) for frame in self))


def combined(found: pd.DataFrame, attendance: pd.DataFrame, by: str = "activity") -> Combined:
    """Attendance-weighted means of organisations' figures for each group of rows of attendance.

    Rows without attendance weigh nothing; an organisation without a figure is left out of its mean and not among those known.
    """
    groups = pd.Index(attendance[by].drop_duplicates(), name=by)
    weight = attendance["attending"].fillna(0).clip(lower=0).to_numpy(float)
    names = [c for c in found.columns if c != "source"]
    values = found[names].reindex(attendance["organisation"]).to_numpy(float)
    places = groups.get_indexer(attendance[by])
    has = ~np.isnan(values)
    known = _summed(places, np.where(has, weight[:, None], 0), len(groups))
    part = _summed(places, np.where(has, values, 0) * weight[:, None] / 100, len(groups))
    return _shares(known, part, _summed(places, weight[:, None], len(groups))[:, 0], names, groups)


def combined_learners(states: pd.DataFrame, rows: pd.DataFrame, by: str) -> Combined:
    """Shares of learners who meet each criterion for each group of rows with a column `row`, of those known.

    Whoever a criterion does not apply to is not among those known. `everyone` counts rows: participations or people.
    """
    places, groups = pd.factorize(rows[by])
    found = states.to_numpy(np.int8)[rows["row"]]
    met = found == YES
    known = _summed(places, met | (found == NO), len(groups))
    everyone = np.bincount(places, minlength=len(groups)).astype(float)
    return _shares(known, _summed(places, met, len(groups)), everyone, list(states), pd.Index(groups, name=by))


def _summed(places: Any, values: Any, n: int) -> Any:
    """Sums of each column of values by group. Shape: (groups, columns)."""
    return np.stack([np.bincount(places, values[:, i], n) for i in range(values.shape[1])], axis=1)


def _shares(known: Any, part: Any, everyone: Any, names: list[str], groups: pd.Index) -> Combined:
    with np.errstate(invalid="ignore", divide="ignore"):
        percent = np.where(known > 0, 100 * part / known, np.nan)
    frames = [pd.DataFrame(values, index=groups, columns=names) for values in (percent, known, part)]
    return Combined(frames[0], frames[1], frames[2], pd.Series(everyone, index=groups))


def _numbers(values: list[Any]) -> Any:
    """Percentages as numbers; anything outside 0 to 100 is none. Shape: (values,)."""
    numbers = np.array([v if isinstance(v, (int, float)) else np.nan for v in values], float)
    with np.errstate(invalid="ignore"):
        return np.where((numbers >= 0) & (numbers <= 100), numbers, np.nan)
