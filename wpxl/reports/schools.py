"""The school report: who the schools of a selection are, their priority, and every measure with its band.

Tables in, tables out: no cells and no files. Each heading states the definition and the vintage; n and coverage stand below
each figure; notes say what was left out and where the figures come from.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .. import models, schools, store
from ..errors import Fault
from ..measures import registry
from ..models import Criterion, Model
from ..targeting import organisations

TEXT, NUMBER, SHARE, BAND = "text", "number", "share", "band"
ORDER = ("imd", "nssec", "ypr", "ahe", "fsm")  # the guide's order of columns; other criteria follow
IDENTITY = (
    ("School", "school_name"), ("Local authority", "school_local_authority"), ("Postcode", "school_postcode"),
    ("Phase", "school_phase"),
)  # fmt: skip
# What follows the criteria: of each line all that are installed, else the first, so that the gap is seen.
OTHERS = (
    ("school_sen_statement_pct",),
    ("school_ks4_basics_94_pct", "school_ks4_5ac_em_pct", "school_ks4_att8"),
    ("school_ks5_points_per_entry", "school_ks5_grade"),
)
WHERE_HELD = ("school_ema_pct", "school_bursary_pct")
MODEL = "aimhigher-2011-school"
SAMPLE = "SAMPLE DATA: these schools are invented. 'wpxl data guide' says which files to get."


class Column(NamedTuple):
    heading: str
    kind: str
    values: list[Any]


class Report(NamedTuple):
    """Columns of equal length, one value a school, and what must be said with them."""

    title: str
    columns: list[Column]
    notes: list[str]

    @property
    def schools(self) -> int:
        return len(self.columns[0].values)

    def counts(self) -> list[tuple[int, float] | None]:
        """For each column of figures how many schools have one, and their share in %; None for other columns."""
        out: list[tuple[int, float] | None] = []
        for column in self.columns:
            known = sum(v is not None and not isinstance(v, Fault) for v in column.values)
            share = round(100 * known / self.schools, 1) if self.schools else 0.0
            out.append(None if column.kind == TEXT else (known, share))
        return out

    def rows(self) -> list[tuple[Any, ...]]:
        return list(zip(*(column.values for column in self.columns), strict=True))

    def below(self) -> list[tuple[Any, ...]]:
        """The two rows below the schools: n and coverage of each column of figures."""
        counts = self.counts()[1:]
        return [("n", *(c and c[0] for c in counts)), ("coverage %", *(c and c[1] for c in counts))]

    def grid(self) -> list[tuple[Any, ...]]:
        """As one table: headings, a row a school, a blank row, n and coverage, and the notes."""
        blank = (None,) * (len(self.columns) - 1)
        notes = [(note, *blank) for note in self.notes]
        return [tuple(c.heading for c in self.columns), *self.rows(), (None, *blank), *self.below(), *notes]


def school_report(keyword: Any, local_authority: Any, region: Any, model_words: tuple[str, ...] = (MODEL,)) -> Report:
    """The report on the schools of a keyword, a local authority, a region, or what these have in common.

    Closed schools are left out where there are open ones. Raises a Fault where no school fits or the model is not known.
    """
    model = models.find(model_words, ("school",))
    register = store.register(store.installed())
    keys, notes = open_ones(register, schools.select(register, keyword, local_authority, region))
    asked = ", ".join(str(part).strip() for part in (keyword, local_authority, region) if part)
    made = described(register, model, keys, f"Schools and colleges: {asked}")
    return made._replace(notes=notes + made.notes)


def open_ones(register: store.Register, keys: list[str]) -> tuple[list[str], list[str]]:
    """The schools that are still open, where any is, and a note on those left out."""
    still = [key for key, closed in zip(keys, register.closed(keys), strict=True) if not closed]
    if not still or len(still) == len(keys):
        return keys, []
    left = len(keys) - len(still)
    return still, [f"{left:,} closed {'school is' if left == 1 else 'schools are'} left out."]


def described(register: store.Register, model: Model, keys: list[str], title: str) -> Report:
    """Schools by their keys: identity, learners, priority, each criterion with its band, and the other measures of a school."""
    notes: list[str] = []
    columns = [
        Column("URN", TEXT, keys),
        *(Column(name, TEXT, register.values(keys, column)) for name, column in IDENTITY),
    ]
    columns.append(_plain(keys, "school_learners", NUMBER))
    columns.append(Column(f"Priority ({model.id})", BAND, organisations.priorities(model, list(keys))))
    criteria = sorted(model.criteria, key=lambda c: ORDER.index(c.id) if c.id in ORDER else len(ORDER))
    for criterion in criteria:
        columns += _criterion(register, keys, criterion, notes)
    others = [measure for measure in WHERE_HELD if register.answers(measure)]
    for choice in OTHERS:
        others += [measure for measure in choice if register.answers(measure)] or choice[:1]
    columns += [_plain(keys, measure, SHARE if measure.endswith("_pct") else NUMBER) for measure in others]
    return Report(title, columns, notes + _origin(register, model, len(keys)))


def _plain(keys: list[str], measure_id: str, kind: str) -> Column:
    asked = schools.chosen((measure_id,))
    (heading,) = schools.headings(keys, asked)
    return Column(_short(heading), kind, [row[0] for row in schools.answers(keys, asked)])


def _criterion(register: store.Register, keys: list[str], criterion: Criterion, notes: list[str]) -> list[Column]:
    """The figure of a criterion and its band. Where the model's own measure is not installed, the nearest one has no band."""
    held = [m for m in criterion.measures if register.answers(m)]
    if not held:
        near = _plain(keys, criterion.measures[-1], SHARE)
        wanted = _short(registry(register.tables).find(criterion.measures[0]).label)
        if all(isinstance(v, Fault) for v in near.values):
            near = Column(wanted, SHARE, [register.missing(key, criterion.measures[0], wanted) for key in keys])
        else:
            notes.append(f"{near.heading} has no band: the model's limits are for {wanted}, which is not installed.")
        return [near, Column(f"{near.heading}: band", BAND, [None] * len(keys))]
    values: list[Any] = [None] * len(keys)
    headings: list[str] = []
    for measure in held:
        found = register.values(keys, measure)
        used = [key for key, value, new in zip(keys, values, found, strict=True) if value is None and new is not None]
        if used or (measure == held[-1] and not headings):
            headings += schools.headings(used or keys, schools.exactly((measure,)))
        values = [new if value is None else value for value, new in zip(values, found, strict=True)]
    label = _short(" or ".join(headings))
    bands = [criterion.band(v) or None if isinstance(v, (int, float)) else None for v in values]
    shown = [register.missing(k, held[0], label) if v is None else v for k, v in zip(keys, values, strict=True)]
    return [Column(label, SHARE, shown), Column(f"{label}: band", BAND, bands)]


def _short(heading: str) -> str:
    """Everything here is a school's, so the headings need not say so."""
    return heading.replace("School ", "")[:1].upper() + heading.replace("School ", "")[1:]


def _origin(register: store.Register, model: Model, count: int) -> list[str]:
    said = [
        f"{count:,} {'school' if count == 1 else 'schools'}. n: how many have a figure; coverage: their share in %."
    ]
    said.append(f"Priority and bands: {model.title}, version {model.version} ({model.id}).")
    named = ((str(t.facts["title"]), t.vintage) for t in register.ours)
    titles = dict.fromkeys(f"{title} ({year})" if year and year not in title else title for title, year in named)
    said.append(f"Figures from: {'; '.join(titles)}.")
    if any(t.edition == "sample" for t in register.ours):
        said.append(SAMPLE)
    return said
