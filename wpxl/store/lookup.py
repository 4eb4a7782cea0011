"""From cells to answers: `take(plan, cells)`.

Two roads that must give the same answers (a property test says so): one cell at a time with the standard library alone,
for the single formula and the first answer; whole columns with numpy. Both end in rows that are built once for each
distinct place and then shared, so that a hundred thousand answers allocate next to nothing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import NA, REF, VALUE, Fault
from .derive import LARGE_USER, LISTED, LIVE, MONTH_BASE, UNLISTED, area_parts, postcode_parts
from .gazetteer import BLANK, FAULT, MALFORMED, NOT_FOUND, Places
from .layout import Column, Parts, Words, highest
from .tables import Tables

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FEW = 48  # below this many cells the one-at-a-time road is quicker


class Wanted(NamedTuple):
    """A column that an answer should have."""

    id: str
    label: str
    countries: tuple[str, ...]  # where the measure is published; empty: everywhere


STATUS = "status"
NOT_A_POSTCODE = Fault(VALUE, "This is not a full postcode.")
UNKNOWN = Fault(NA, "This postcode is well formed, but it is not in the installed postcode tables.")
ONLY_SAMPLE = Fault(
    REF,
    "Only sample data is installed, and this postcode is outside it. "
    "Run 'wpxl data guide' to see which files to get, then 'wpxl data add'.",
)


class Area:
    """A table keyed by an area code."""

    def __init__(self, parts: Parts):
        self.key = Words(parts, "key.w", parts.facts["key"])
        self.columns = {name: Column(parts, name, facts) for name, facts in parts.facts["columns"].items()}


class Step(NamedTuple):
    table: str
    column: str


class Way(NamedTuple):
    """A way from a postcode to a measure: a column of the place, then through tables keyed by what came before."""

    start: str
    steps: tuple[Step, ...]


def ways(tables: Tables, column: str, hops: int = 3, passed: tuple[str, ...] = ()) -> list[Way]:
    """Every way from a postcode to a column that passes no kind of area twice, the shortest first."""
    found = [Way(column, ())] if column in tables.postcode_columns else []
    if hops:
        for table in tables.by_column.get(column, ()):
            if table.key not in (column, *passed):
                nearer = ways(tables, table.key, hops - 1, (column, *passed))
                found += [Way(way.start, (*way.steps, Step(table.id, column))) for way in nearer]
    return sorted(found, key=lambda way: len(way.steps))


def places(tables: Tables) -> Places:
    opened = tables.cache.get("places")
    if opened is None:
        opened = tables.cache["places"] = Places(postcode_parts(tables.postcode))
    return opened


def area(tables: Tables, table_id: str) -> Area:
    opened = tables.cache.get(("area", table_id))
    if opened is None:
        table = tables.get(table_id)
        assert table is not None, table_id
        opened = tables.cache["area", table_id] = Area(area_parts(table))
    return opened


# ------------------------------------------------------------------------------------------------- what is said


def status_text(state: int, country: str | None) -> str:
    """live, ended 2015-06, listed (the source has no end dates), not found, or not in England."""
    if state & ~LARGE_USER == UNLISTED:
        return "not found"
    if country is not None and country != "England":
        return "not in England"
    month = state & ~LARGE_USER
    return "live" if month == LIVE else "listed" if month == LISTED else f"ended {month_text(month)}"


def in_country(country: str) -> str:
    return f"the {country}" if country in ("Channel Islands", "Isle of Man") else country


def month_text(month: int) -> str:
    year, number = divmod(month + MONTH_BASE, 100)
    return f"{year}-{number:02d}"


class Plan:
    """How to answer for one choice of columns: ways resolved, rows built on demand and kept."""

    def __init__(self, tables: Tables, wanted: tuple[Wanted, ...]):
        self.tables, self.wanted = tables, wanted
        self.places = places(tables)
        self.ways = [[] if w.id == STATUS else ways(tables, w.id) for w in wanted]
        self.status_at = tuple(i for i, w in enumerate(wanted) if w.id == STATUS)
        self.misses: dict[tuple[int, str | None], Fault] = {}
        self.built: dict[int, tuple[Any, ...]] = {}
        self.stated: dict[int, tuple[Any, ...]] = {}  # by answer and status
        self.unknown = ONLY_SAMPLE if tables.sample_only else UNKNOWN
        width = range(len(wanted))
        text = {MALFORMED: "not a postcode", NOT_FOUND: None if tables.sample_only else "not found", BLANK: None}
        fault = {MALFORMED: NOT_A_POSTCODE, NOT_FOUND: self.unknown, BLANK: None}
        self.reserved = {
            kind: tuple((text[kind] or fault[kind]) if i in self.status_at else fault[kind] for i in width)
            for kind in fault
        }
        self._many: tuple[Any, Any] | None = None

    # one at a time

    def one(self, cell: Any) -> tuple[Any, ...]:
        row = self.places.find(cell)
        if row < 0:
            return (cell,) * len(self.wanted) if type(cell) is Fault else self.reserved[row]
        place = self.places.place(row)
        answer = self.built.get(place)
        if answer is None:
            answer = self.built[place] = tuple(self.value(place, i) for i in range(len(self.wanted)))
        if self.status_at:
            return self._with_status(answer, status_text(self.places.state(row), self.country(place)))
        return answer

    def value(self, place: int, column: int) -> Any:
        """The value of a place, or why it has none."""
        for way in self.ways[column]:
            value = self._along(way, place)
            if value is not None:
                return value
        return self.miss(column, self.country(place))

    def _along(self, way: Way, place: int) -> Any:
        value = self.places.columns[way.start].at(place)
        for step in way.steps:
            if value is None:
                break
            table = area(self.tables, step.table)
            value = table.columns[step.column].at(table.key.find(value) - 1)
        return value

    def source(self, place: int, column: int) -> str | None:
        """The table that gives a place its value: its id, or None where the postcode tables themselves do."""
        for way in self.ways[column]:
            value = self._along(way, place)
            if value is not None:
                return way.steps[-1].table if way.steps else None
        return None

    def reason(self, place: int, column: int) -> str | None:
        """What the tables themselves say about a missing value (a split area, a suppressed figure), if they say it."""
        for way in self.ways[column]:
            start = self.places.columns
            value, said = start[way.start].at(place), start.get(f"{way.start}_reason")
            reason = said.at(place) if said is not None and value is None else None
            for step in way.steps:
                if value is None:
                    break
                table = area(self.tables, step.table)
                row = table.key.find(value) - 1
                if row < 0:
                    card = self.tables.get(step.table)
                    reason = f"its area ({value}) is not in the table '{card.facts['title'] if card else step.table}'"
                    break
                value, said = table.columns[step.column].at(row), table.columns.get(f"{step.column}_reason")
                reason = said.at(row) if said is not None and value is None else None
            if reason:
                return str(reason)
        return None

    def country(self, place: int) -> str | None:
        column = self.places.columns.get("country")
        return None if column is None else column.at(place)

    def miss(self, column: int, country: str | None) -> Fault | None:
        """The fault of a column without a value, shared by all places of a country."""
        if self.wanted[column].id == STATUS:
            return None
        fault = self.misses.get((column, country))
        if fault is None:
            code = NA if self.ways[column] else REF
            sentence = partial(missing, self.wanted[column], country, bool(self.ways[column]), self.tables.sample_only)
            fault = self.misses[column, country] = Fault(code, sentence)
        return fault

    def _with_status(self, answer: tuple[Any, ...], status: str) -> tuple[Any, ...]:
        return tuple(status if i in self.status_at else v for i, v in enumerate(answer))

    # whole columns

    def many(self, cells: list[Any]) -> list[tuple[Any, ...]]:
        import numpy as np

        rows = self.places.find_many(cells)
        if self._many is None:
            self._many = self._build()
        kind_of_place, answers = self._many
        kind = kind_of_place.take(self.places.places_of(rows))
        reserved = rows < 0
        kind[reserved] = rows[reserved] + len(answers)  # the last three answers: blank, malformed, not found
        out: list[tuple[Any, ...]]
        out = self._many_with_status(rows, kind, answers) if self.status_at else _spread(answers, kind)
        for i in np.flatnonzero(rows == FAULT).tolist():
            out[i] = (cells[i],) * len(self.wanted)
        return out

    def _many_with_status(
        self, rows: npt.NDArray[np.int64], kind: npt.NDArray[np.int64], answers: npt.NDArray[np.object_]
    ) -> list[tuple[Any, ...]]:
        """The status is each postcode's own, so answers are shared by those that agree in it too."""
        import numpy as np

        states = self.places.states_of(rows).astype(np.int64)
        own = states * 16 + self._countries().take(self.places.places_of(rows))
        own[rows < 0] = 0  # their answers are whole as they are
        both, inverse = np.unique(kind << 20 | own, return_inverse=True)
        names, whole, made = self._country_names(), len(answers) - 3, self.stated
        shared = np.empty(len(both), object)
        for i, key in enumerate(both.tolist()):
            answer = made.get(key)
            if answer is None:
                answer, state = answers[key >> 20], key & 0xFFFFF
                if key >> 20 < whole:
                    answer = self._with_status(answer, status_text(state >> 4, names[state & 15]))
                made[key] = answer
            shared[i] = answer
        return _spread(shared, inverse)

    def _country_names(self) -> list[str | None]:
        column = self.places.columns.get("country")
        return [None] if column is None or column.words is None else column.words.objects().tolist()

    def _countries(self) -> npt.NDArray[Any]:
        import numpy as np

        column = self.places.columns.get("country")
        return np.zeros(self.places.count + 1, np.uint8) if column is None else column.raw()

    def _build(self) -> tuple[npt.NDArray[Any], npt.NDArray[np.object_]]:
        """Every answer there can be. Shapes: answer number of each place (places,), answers (answers + 3,)."""
        import numpy as np

        # Places that agree in every column these measures start from share one answer.
        starts = dict.fromkeys(way.start for ways in self.ways for way in ways)
        columns = [self.places.columns[s] for s in (*starts, "country") if s in self.places.columns]
        number = np.zeros(self.places.count, np.int64)
        for column in columns:
            raw = column.raw()
            ordinal = raw if column.words is not None else np.unique(raw, return_inverse=True)[1]
            spread = highest(ordinal) + 1
            number = number * spread + ordinal
            if highest(number) > 1 << 40:
                number = np.unique(number, return_inverse=True)[1]
        _, example, kind = np.unique(number, return_index=True, return_inverse=True)
        values = [self._column(i, example) for i in range(len(self.wanted))]
        answers = np.empty(len(example) + 3, object)
        if len(example):
            answers[:-3] = list(zip(*values, strict=True)) if values else [()] * len(example)
        for number_, kind_ in enumerate((BLANK, MALFORMED, NOT_FOUND)):
            answers[len(example) + number_] = self.reserved[kind_]
        return np.asarray(kind, np.int64), answers

    def _column(self, column: int, example: npt.NDArray[np.int64]) -> list[Any]:
        """The values of one column for example places, misses as faults. Shape: (answers,)."""
        import numpy as np

        if self.wanted[column].id == STATUS:
            return [None] * len(example)
        out = np.full(len(example), None, object)
        for way in self.ways[column]:
            todo = _missing(out)
            if not todo.any():
                break
            out[todo] = self._follow(way, example[todo])
        missing = np.flatnonzero(_missing(out))
        if len(missing):
            names = self._country_names()
            countries = self._countries().take(example[missing]).tolist()
            faults = [self.miss(column, names[c]) for c in countries]
            for i, fault in zip(missing.tolist(), faults, strict=True):
                out[i] = fault
        return out.tolist()

    def _follow(self, way: Way, example: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        import numpy as np

        column = self.places.columns[way.start]
        rows: npt.NDArray[np.int64] = example
        for step in way.steps:
            table = area(self.tables, step.table)
            if column.words is None:
                return np.full(len(example), None, object)
            ordinals = np.append(column.raw(), 0)[rows]
            rows = table.key.find_many(column.words)[ordinals] - 1
            column = table.columns[step.column]
        return column.objects()[rows]


def _spread(answers: npt.NDArray[np.object_], kind: npt.NDArray[np.int64]) -> list[Any]:
    """The answer of each kind. Shapes: answers (answers,), kind (n,).

    Answers picked at random are fetched from memory one by one, each when the one before it has come. Where most are wanted
    anyway, touching all in the order in which they lie there first takes a third off.
    """
    if len(kind) > len(answers):
        answers.copy()
    return answers[kind].tolist()  # type: ignore[no-any-return]


def _missing(values: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    import numpy as np

    return np.fromiter((v is None for v in values), bool, len(values))


def missing(wanted: Wanted, country: str | None, installed: bool, sample: bool, subject: str = "This postcode") -> str:
    """Why a place has no value for a measure."""
    if not installed:
        return f"The lookup table for {wanted.label} is not installed: 'wpxl data guide' says which file to get."
    if country is None and not sample:
        return f"{subject} has no grid reference, so it belongs to no area and has no {wanted.label}."
    if country and wanted.countries and country not in wanted.countries:
        return (
            f"{subject} is in {in_country(country)}, and {wanted.label} covers {' and '.join(wanted.countries)} only."
        )
    edition = "the sample edition gives no" if sample else "the installed tables give no"
    return f"{subject} is known, but {edition} {wanted.label} for it."


def take(plan: Plan, cells: list[Any]) -> list[tuple[Any, ...]]:
    """The columns of a plan for each cell, in order, one tuple a cell; equal rows may be one shared object.

    Faults among the cells are handed on.
    Blank cells give blanks; a malformed postcode #VALUE!, an unknown one #N/A (#REF! while only the sample is installed),
    a measure whose table is not there #REF!, a postcode without a value #N/A: Faults, never exceptions.
    """
    if len(cells) < FEW:
        one = plan.one
        return [one(cell) for cell in cells]
    return plan.many(cells)
