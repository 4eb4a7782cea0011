"""What new thresholds would do: each criterion's thirds, and the priorities of schools by the old thresholds and by the new.

Tables in, named tables and notes out: no cells and no files. Thresholds are always found on all schools; a local selection is
only compared with them, as the guide's figures 3 and 4 compare Birmingham and Solihull with England.
"""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from .. import models, schools, store
from ..domain.answers import NOT_APPLICABLE
from ..errors import Fault, refuse
from ..measures import registry
from ..models import Criterion, Model
from ..targeting import calibrate, decide, organisations
from ..targeting.calibrate import Thirds
from .schools import SAMPLE

UNSETTLED, LEFT_OUT = "Not settled", "Left out"
ALL = "All schools"
LINKS = {"school_successor", "school_predecessor"}
TEXT, NUMBER, SHARE = "text", "number", "share"


class Table(NamedTuple):
    title: str
    headings: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class Pie(NamedTuple):
    """A chart of one column of the table of priorities."""

    title: str
    column: int  # of the table's columns
    rows: int  # the first so many


class Found(NamedTuple):
    """What one criterion's figures say."""

    criterion: Criterion
    n: int
    thirds: Thirds | Fault  # a Fault: its thresholds stay
    tables: tuple[str, ...]  # the titles of the tables with its figures

    @property
    def source(self) -> str:
        return f"thirds of {self.n:,} schools, {'; '.join(self.tables)}"


class Calibration(NamedTuple):
    title: str
    model: Model
    schools: int
    found: list[Found]
    criteria: Table
    priorities: Table
    pies: list[Pie]
    notes: list[str]
    sample: bool

    @property
    def new(self) -> list[tuple[Found, Thirds]]:
        """The criteria with new thresholds, and these."""
        return [(f, f.thirds) for f in self.found if isinstance(f.thirds, Thirds)]


def calibration(
    words: tuple[str, ...], table: str = "", phase: str = "", region: str = "", local_authority: str = ""
) -> Calibration:
    """Thirds of all schools for each criterion of a school model, and what follows.

    table, phase: the schools of one installed table, or of one phase. region, local_authority: those compared with all.
    Raises a Fault where the model is not about schools, or the schools asked for are not there.
    """
    model = models.find(words, ("school",))
    register = store.register(store.installed())
    notes: list[str] = []
    keys = _phase(register, everyone(register, table, notes), phase, notes)
    evidence = organisations.school_evidence(model, keys)
    judged = [key for key, raw in zip(keys, evidence, strict=True) if not left_out(raw)]
    if len(judged) < len(keys):
        because = "; ".join(dict.fromkeys(rule["because"] for rule in model.left_out))
        notes.append(f"{_schools(len(keys) - len(judged))} left out by the model: {because}.")
    figures = _figures(register, model, judged)
    found = [_found(register, *pair, judged) for pair in zip(model.criteria, figures, strict=True)]
    new = calibrate.limited(model, {f.criterion.id: f.thirds for f in found})
    local = _local(register, keys, region, local_authority)
    places = {ALL: keys} | ({", ".join(filter(None, (local_authority, region))): local} if local else {})
    priorities, pies = _priorities(model, new, places, dict(zip(keys, evidence, strict=True)))
    needless = [sum(raw[i] == NOT_APPLICABLE for raw in evidence if not left_out(raw)) for i in range(len(found))]
    notes += _notes(register, model, found, needless, len(judged))
    title = f"Thresholds of {model.id} as thirds of {len(judged):,} schools"
    criteria = _criteria(found, figures)
    sample = register.sample_only
    return Calibration(title, model, len(judged), found, criteria, priorities, pies, notes, sample)


# ------------------------------------------------------------------------------------------------ which schools


def everyone(register: store.Register, table: str, notes: list[str]) -> list[str]:
    """The schools to calibrate on: the open ones of all tables, or all of one table."""
    if not register.ours:
        raise refuse("No table of schools is installed: 'wpxl data guide' says which file to get.")
    if table:
        held = next((t for t in register.ours if t.id == table), None)
        if held is None:
            there = ", ".join(t.id for t in register.ours)
            raise refuse(f"There is no table of schools called {table[:60]}. There is {there}.")
        notes.append(f"The schools are those of {held.facts['title']}; their figures are those that priorities go by.")
        return _keys(register, held)
    # Beside real schools those of the sample are none, and a list of links alone does not make a school.
    real = [t for t in register.ours if t.edition == "real" and set(t.columns) - LINKS]
    among = {key for t in real for key in _keys(register, t)}
    everyone = register.keys()
    keys = [key for key in everyone if key in among] if real else everyone
    still = [key for key, closed in zip(keys, register.closed(keys), strict=True) if not closed]
    if len(still) < len(keys):
        notes.append(f"{_schools(len(keys) - len(still), 'closed ')} left out.")
    return still


def _keys(register: store.Register, table: store.Table) -> list[str]:
    """The schools of one table."""
    words = store.area(register.tables, table.id).key
    found = register.find_many([str(words.at(i)) for i in range(1, words.count + 1)])
    return list(dict.fromkeys(key for key in found if isinstance(key, str)))


def _schools(n: int, kind: str = "") -> str:
    return f"1 {kind}school is" if n == 1 else f"{n:,} {kind}schools are"


def _phase(register: store.Register, keys: list[str], phase: str, notes: list[str]) -> list[str]:
    said = zip(register.values(keys, "school_phase"), register.values(keys, "school_type"), strict=True)
    phases = [str(phase or type_ or "not stated") for phase, type_ in said]  # a school census has the phase in the type
    counts = Counter(phases)
    listed = ", ".join(f"{name} {n:,}" for name, n in counts.most_common())
    if phase:
        wanted = phase.strip().casefold()
        keys = [key for key, name in zip(keys, phases, strict=True) if wanted in name.casefold()]
        if not keys:
            raise refuse(f"No school has a phase like '{phase[:40]}'. There is {listed}.")
        notes.append(f"Only schools whose phase is like '{phase}': {len(keys):,}.")
    elif len(counts) > 1:
        notes.append(f"Schools of all phases together ({listed}); --phase keeps to one.")
    return keys


def _local(register: store.Register, keys: list[str], region: str, local_authority: str) -> list[str]:
    if not region and not local_authority:
        return []
    there = set(schools.select(register, None, local_authority or None, region or None))
    found = [key for key in keys if key in there]
    if not found:
        raise refuse(f"None of the {len(keys):,} schools is in {', '.join(filter(None, (local_authority, region)))}.")
    return found


# ---------------------------------------------------------------------------------------------------- one criterion


def _figures(register: store.Register, model: Model, keys: list[str]) -> list[list[float]]:
    """The figures that each criterion goes by. Each counts once: a closed school does not bring its successor's."""
    columns = organisations.figures(model, keys)
    closed = [i for i, is_closed in enumerate(register.closed(keys)) if is_closed]
    for criterion, values in zip(model.criteria, columns, strict=True):
        for i in closed:
            given = next((m for m in criterion.measures if register.value(keys[i], m) is not None), None)
            if given is not None and register.holder(keys[i], given) != keys[i]:
                values[i] = None
    return [calibrate.numbers(values) for values in columns]


def _found(register: store.Register, criterion: Criterion, values: list[float], keys: list[str]) -> Found:
    tables: dict[str, None] = {}
    gaps = keys
    for measure in criterion.measures:
        here = register.values(gaps, measure)
        used = [key for key, value in zip(gaps, here, strict=True) if value is not None]
        for table in register.tables_of(used, measure) if used else ():
            tables[f"{table.facts['title']}{f' ({table.vintage})' if table.vintage else ''}"] = None
        gaps = [key for key, value in zip(gaps, here, strict=True) if value is None]
    try:
        if criterion.at_least is None:
            raise refuse("its limit is an upper one (at_most), and the guide's thirds put the highest figures first")
        thirds: Thirds | Fault = calibrate.thirds(values)
    except Fault as fault:
        thirds = fault
    return Found(criterion, len(values), thirds, tuple(tables))


def _criteria(found: list[Found], figures: list[list[float]]) -> Table:
    """Two rows a criterion: how many schools the old thresholds put into each band, and how many the new ones do."""
    headings = (
        "Criterion", "Basket", "Thresholds", "n", "Low below", "High from", "Low", "Low %", "Medium", "Medium %", "High", "High %",
    )  # fmt: skip
    kinds = (TEXT, TEXT, TEXT, NUMBER, NUMBER, NUMBER, *(NUMBER, SHARE) * 3)
    rows: list[tuple[Any, ...]] = []
    for f, values in zip(found, figures, strict=True):
        c = f.criterion
        old = c.low_below if isinstance(c.low_below, (int, float)) else None
        high = c.at_least if isinstance(c.at_least, (int, float)) else None
        bands: list[Any] = [None] * 3
        if old is not None and high is not None:
            low_n, high_n = sum(v < old for v in values), sum(v >= high for v in values)
            bands = [low_n, len(values) - low_n - high_n, high_n]
        kept = " (kept)" if isinstance(f.thirds, Fault) else ""
        rows.append((c.short, c.basket, f"old{kept}", f.n, old, high, *_with_shares(bands, f.n)))
        if isinstance(f.thirds, Thirds):
            t = f.thirds
            shares = _with_shares([t.low, t.medium, t.high], f.n)
            rows.append((c.short, c.basket, "new", f.n, t.low_below, t.at_least, *shares))
    return Table("Criteria", headings, kinds, rows)


def percent(count: int, n: int) -> float:
    """To two decimals, halves up, as the guide prints them."""
    return float((Decimal(100 * count) / n).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _with_shares(counts: list[Any], n: int) -> list[Any]:
    out: list[Any] = []
    for count in counts:
        out += [count, None if count is None or not n else percent(count, n)]
    return out


# --------------------------------------------------------------------------------------------------- priorities


def left_out(raw: decide.Raw) -> bool:
    return isinstance(raw[0], Fault)


def _priorities(
    model: Model, new: Model, places: dict[str, list[str]], evidence: dict[str, decide.Raw]
) -> tuple[Table, list[Pie]]:
    keys = next(iter(places.values()))
    newly = dict(zip(keys, organisations.school_evidence(new, keys), strict=True))
    answers = [*dict.fromkeys([*(o.answer for o in model.outcomes), model.otherwise]), UNSETTLED, LEFT_OUT]
    headings, columns = ["Priority"], []
    pies: list[Pie] = []
    for place, chosen in places.items():
        for which, made, raws in (("old", model, evidence), ("new", new, newly)):
            tally = counts(made, [raws[key] for key in chosen])
            judged = len(chosen) - tally[LEFT_OUT]
            headings += [f"{place}, {which} thresholds", f"{place}, {which} %"]
            shares = [None if a == LEFT_OUT or not judged else percent(tally[a], judged) for a in answers]
            columns += [[*(tally[a] for a in answers), len(chosen)], [*shares, None]]
        pies.append(Pie(f"{place}: priority by the new thresholds", len(headings) - 2, len(answers) - 1))
    rows = list(zip([*answers, ALL], *columns, strict=True))
    return Table("Priorities", tuple(headings), (TEXT, *(NUMBER, SHARE) * (2 * len(places))), rows), pies


def counts(model: Model, raws: list[decide.Raw]) -> Counter[str]:
    out: Counter[str] = Counter()
    for raw, n in Counter(raws).items():
        answer = LEFT_OUT if left_out(raw) else model.decide(decide.settled(model, raw)).answer
        out[answer or UNSETTLED] += n
    return out


# ------------------------------------------------------------------------------------------------------------ notes


def _notes(register: store.Register, model: Model, found: list[Found], needless: list[int], count: int) -> list[str]:
    said = []
    for f, does_not_apply in zip(found, needless, strict=True):
        label = f.criterion.label
        if isinstance(f.thirds, Fault):
            said.append(f"{label}: its thresholds stay, because {f.thirds.sentence}.")
        else:
            said += [f"{label}: {remark}." for remark in f.thirds.remarks]
        if f.n:
            share = f"{100 * f.n / count:.1f} %"
            other = f"; it does not apply to {does_not_apply:,}" if does_not_apply else ""
            said.append(
                f"{label}: {f.n:,} of {count:,} schools have a figure ({share}){other}. From {'; '.join(f.tables)}."
            )
        missing = [m for m in f.criterion.measures if not register.answers(m)]
        if f.n and f.criterion.measures[0] in missing:
            wanted = registry(register.tables).find(f.criterion.measures[0]).label
            said.append(f"{label}: {wanted} is not installed, so the figures are those of {f.criterion.measures[-1]}.")
    said.append(
        "New thresholds are the roundest numbers that split the schools into thirds: Low is below the first, High from the second."
    )
    said.append(
        f"Shares of priorities are of the schools that {model.id} does not leave out. Not settled: too little is known."
    )
    if model.unknown_as_not_met:
        said.append("What is not known was taken as not met.")
    if register.sample_only:
        said.append(SAMPLE)
    return said
