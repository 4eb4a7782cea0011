"""The priority list of an area's schools, and how the area compares with all schools.

The guide's figures 3 and 4 set the priorities of Birmingham and Solihull beside those of England, and its Appendix 3 counts
the schools of each band of each measure: the same two tables stand here for any area. Shares are of the schools that the
model settles: those with too little data are counted on a row of their own and never among the Low.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import schools, store
from ..domain.answers import NOT_APPLICABLE
from ..errors import Fault, refuse
from ..models import Model
from ..targeting import calibrate, decide, organisations
from . import scope
from .calibration import ALL, LEFT_OUT, UNSETTLED, counts, everyone, left_out, percent
from .schools import MODEL, described, open_ones
from .shape import BAND, FIGURE, NUMBER, TEXT, Asked, Chart, Column, Report, Table

if TYPE_CHECKING:
    from ..records import Records

BANDS = ("Low", "Medium", "High")
LIST, SHARES, MEASURES = "Schools by priority", "Priorities", "Bands of each measure"
FIRST = "Measure and schools"


class Place(NamedTuple):
    """Some schools, what is known of each, and the figures that each criterion goes by."""

    name: str
    raws: list[decide.Raw]
    figures: list[list[Any]]

    @property
    def judged(self) -> list[decide.Raw]:
        return [raw for raw in self.raws if not left_out(raw)]


def report(records: Records, asked: Asked) -> Report:
    """The schools of a local authority or region by priority; where none is asked for, those that the records name."""
    model = scope.model(records, asked, "school")
    register = store.register(store.installed())
    chosen, where = _chosen(register, records, asked)
    keys, notes = open_ones(register, chosen)
    made = described(register, model, keys, where)
    places = [_place(model, ALL, everyone(register, "", [])), _place(model, where, keys)]
    shares = _shares(model, places)
    tables = (_listed(model, made.columns, made.below()), shares, _bands(model, places))
    shown = tuple(c.heading for c in shares.columns if c.kind == FIGURE)
    compared = f"Priority of schools, {where} beside all: % of those settled"
    charts = (
        Chart("column", compared, SHARES, "Priority", shown, len(_answers(model))),
        Chart(
            "stacked",
            "Bands of each measure: % of schools with a figure",
            MEASURES,
            FIRST,
            tuple(f"{b} %" for b in BANDS),
        ),
    )
    return Report(
        "priorities",
        f"School priorities: {where}",
        tables,
        charts,
        (*notes, *_notes(model, places), *made.notes),
        sample=any(t.edition == "sample" for t in register.ours),
    )


def _chosen(register: store.Register, records: Records, asked: Asked) -> tuple[list[str], str]:
    if asked.local_authority or asked.region:
        found = schools.select(register, None, asked.local_authority or None, asked.region or None)
        areas = ((asked.local_authority, "school_local_authority"), (asked.region, "school_region"))
        return found, ", ".join(_as_published(register, found, *area) for area in areas if area[0])
    keys = records.organisations["key"].dropna() if len(records.organisations) else ()
    known = [key for key in dict.fromkeys(keys) if register.has(key)]
    if not known:
        raise refuse(
            "The school priorities are those of an area: say which local authority or region, since the workbook names no "
            "school that is in the installed tables."
        )
    return known, "the schools of this workbook"


def _as_published(register: store.Register, keys: list[str], typed: str, column: str) -> str:
    """The name of an area as the tables spell it, where its schools agree on one."""
    names = set(register.values(keys, column))
    return str(names.pop() if len(names) == 1 else typed)


def _place(model: Model, name: str, keys: list[str]) -> Place:
    return Place(name, organisations.school_evidence(model, keys), organisations.figures(model, keys))


def _answers(model: Model) -> list[str]:
    return [*dict.fromkeys([*(o.answer for o in model.outcomes), model.otherwise])]


def _listed(model: Model, columns: Sequence[Any], below: list[tuple[Any, ...]]) -> Table:
    """Each school: the highest priority first, within one by the share in the most deprived areas."""
    kinds = {"share": FIGURE, "number": NUMBER, "band": BAND}
    priority = next(i for i, c in enumerate(columns) if c.heading.startswith("Priority ("))
    order = {answer: i for i, answer in enumerate(_answers(model))}
    first = priority + 1  # the figure of the first criterion

    def place(row: tuple[Any, ...]) -> tuple[Any, ...]:
        figure = row[first] if isinstance(row[first], (int, float)) else -1
        judged = row[priority]
        return order.get(judged, len(order)) if isinstance(judged, str) else len(order), -figure, str(row[1]).casefold()

    rows = sorted(zip(*(c.values for c in columns), strict=True), key=place)
    headed = tuple(Column(c.heading, kinds.get(c.kind, TEXT)) for c in columns)
    said = f"By priority, then by {columns[first].heading}, highest first. n: schools with a figure; coverage: their share."
    return Table(LIST, headed, [*rows, *below], totals=len(below), said=said)


def _shares(model: Model, places: list[Place]) -> Table:
    answers = _answers(model)
    columns = [Column("Priority", TEXT)]
    cells: list[list[Any]] = [[*answers, UNSETTLED, LEFT_OUT, "All"]]
    for p in places:
        tally = counts(model, p.raws)
        settled = sum(tally[a] for a in answers)
        columns += [Column(p.name, NUMBER), Column(f"{p.name} %", FIGURE)]
        cells.append([*(tally[a] for a in (*answers, UNSETTLED, LEFT_OUT)), len(p.raws)])
        nothing = Fault("#DIV/0!", f"The model settles the priority of none of these schools: {p.name}.")
        cells.append([*(percent(tally[a], settled) if settled else nothing for a in answers), None, None, None])
    said = "% of the schools whose priority the model settles."
    return Table(SHARES, tuple(columns), list(zip(*cells, strict=True)), totals=1, said=said)


def _bands(model: Model, places: list[Place]) -> Table:
    """As the guide's Appendix 3: how many schools lie in each band of each measure, here beside all schools."""
    headings = (FIRST, "Basket", "Low below", "High from", "n", "Coverage %", "Does not apply")
    kinds = (TEXT, TEXT, FIGURE, FIGURE, NUMBER, FIGURE, NUMBER)
    columns = [Column(h, k) for h, k in zip(headings, kinds, strict=True)]
    for band in BANDS:
        columns += [Column(band, NUMBER), Column(f"{band} %", FIGURE)]
    rows: list[tuple[Any, ...]] = []
    for i, c in enumerate(model.criteria):
        if c.low_below is None:
            continue
        for p in places:
            pairs = zip(p.raws, p.figures[i], strict=True)
            figures = calibrate.numbers(value for raw, value in pairs if not left_out(raw))
            needless = sum(raw[i] == NOT_APPLICABLE for raw in p.judged)
            asked = len(p.judged) - needless
            found = [c.band(value) for value in figures]
            none = Fault("#DIV/0!", f"None of these schools has a figure for {c.label}.")
            row: list[Any] = [f"{c.short}: {p.name}", c.basket, c.low_below, c.limit()[1], len(figures)]
            row += [percent(len(figures), asked) if asked else none, needless]
            for band in BANDS:
                row += [found.count(band), percent(found.count(band), len(figures)) if figures else none]
            rows.append(tuple(row))
    said = "% of the schools with a figure. Bands are half-open: Low is below the first limit, High is the second and above."
    return Table(MEASURES, tuple(columns), rows, said=said)


def _notes(model: Model, places: list[Place]) -> list[str]:
    said = []
    for p in places:
        tally = counts(model, p.raws)
        judged = len(p.judged)
        if tally[LEFT_OUT]:
            because = "; ".join(dict.fromkeys(rule["because"] for rule in model.left_out))
            said.append(f"{p.name}: {tally[LEFT_OUT]:,} left out by the model ({because}).")
        settled = judged - tally[UNSETTLED]
        share = f" ({percent(settled, judged):.1f} %)" if judged else ""
        said.append(
            f"{p.name}: the model settles {settled:,} of {judged:,} schools{share}; too little data is never Low."
        )
    if model.unknown_as_not_met:
        said.append("What is not known was taken as not met.")
    if model.id == MODEL:
        said.append(
            "The guide's figure 3 has 29 % High, 27 % Medium and 44 % Low beside counts that make 29, 31 and 40 %; the shares "
            "here are worked out from the schools."
        )
    return said
