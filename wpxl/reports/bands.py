"""The priority band of each organisation of the records, what it rests on, and who has none."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from .. import store
from ..errors import Fault
from ..models import Model
from ..records import Records
from ..targeting import organisations
from . import profiles, scope, work
from .calibration import LEFT_OUT, UNSETTLED, left_out
from .schools import SAMPLE as SAMPLE
from .shape import Asked

UNKNOWN = "Unknown school"


class Bands(NamedTuple):
    model: Model
    names: tuple[str, ...]  # the model's answers, the highest first; then UNSETTLED, LEFT_OUT, UNKNOWN
    known: (
        pd.DataFrame
    )  # index: organisation; name, key, local_authority, region, band, the figures of profiles.CRITERIA, source
    notes: tuple[str, ...]
    sample: bool

    @property
    def answers(self) -> tuple[str, ...]:
        return self.names[:-3]

    def of(self, ids: pd.Series) -> pd.Series:
        """The band of each of some organisations. Shape: (organisations,)."""
        found = pd.Series(self.known.band.reindex(ids).to_numpy(object), index=ids.index).fillna(UNSETTLED)
        return found.where(ids.notna() & ids.ne(work.UNKNOWN), UNKNOWN)

    def places(self, attendance: pd.DataFrame) -> pd.DataFrame:
        """How many attended from organisations of each band. Index: the years of the attendance; columns: names."""
        sums = (
            attendance.groupby([attendance.year, self.of(attendance.organisation)])
            .attending.sum()
            .unstack(fill_value=0)
        )
        return sums.reindex(columns=list(self.names), fill_value=0)


def of(records: Records, asked: Asked) -> Bands:
    """The bands of all organisations by the school model that is asked for."""
    model = scope.model(records, asked, "school")
    figures = profiles.figures(records, model)
    known = records.organisations.drop_duplicates("organisation").set_index("organisation")
    keys = list(known.key.astype(object).where(known.key.notna(), None))
    answers = [*dict.fromkeys([*(o.answer for o in model.outcomes), model.otherwise])]
    priorities = profiles.priorities(records, figures, model)
    out = [left_out(raw) for raw in organisations.school_evidence(model, keys)]
    register = store.register(store.installed())
    columns: dict[str, Any] = {"name": known.name, "key": keys}
    for column in ("local_authority", "region"):
        told = pd.Series(register.values(keys, f"school_{column}"), known.index, dtype=object)
        columns[column] = known[column].astype(object).where(known[column].notna(), told)
    columns["band"] = [_band(answer, answers, is_out) for answer, is_out in zip(priorities, out, strict=True)]
    made = pd.DataFrame(columns, known.index).join(figures[[*profiles.CRITERIA, "source"]])
    used = bool(figures.source.isin((profiles.TABLES, profiles.BOTH)).any())
    sample = used and any(t.edition == "sample" for t in register.ours)
    return Bands(
        model, (*answers, UNSETTLED, LEFT_OUT, UNKNOWN), made, _notes(model, figures, register, sample), sample
    )


def _band(answer: Any, answers: list[str], is_out: bool) -> str:
    if isinstance(answer, Fault):
        return LEFT_OUT if is_out else UNSETTLED
    return next(a for a in answers if str(answer).startswith(a))  # 'unknown as not met' may stand behind it


def _notes(model: Model, figures: pd.DataFrame, register: store.Register, sample: bool) -> tuple[str, ...]:
    figures = figures[figures.index != work.UNKNOWN]
    counts = figures.source.value_counts()
    own = int(counts.get(profiles.WORKBOOK, 0) + counts.get(profiles.BOTH, 0))
    told, none = int(counts.get(profiles.TABLES, 0)), int(counts.get("", 0))
    named = ((str(t.facts["title"]), t.vintage) for t in register.ours)
    titles = "; ".join(dict.fromkeys(f"{t} ({v})" if v and v not in t.casefold() else t for t, v in named))
    said = [
        f"Priority: {model.title}, version {model.version} ({model.id}).",
        f"Figures of {work.plural(len(figures), 'organisation', 'organisations')}: {own:,} have some in the workbook, which go "
        f"first; {told:,} have those of the installed tables{f' ({titles})' if told else ''}; {none:,} have none.",
        f"{UNSETTLED}: the figures that are known do not settle the priority, which is never taken for Low.",
    ]
    if model.left_out:
        said.append(f"{LEFT_OUT}: {'; '.join(dict.fromkeys(rule['because'] for rule in model.left_out))}.")
    return (*said, SAMPLE) if sample else tuple(said)
