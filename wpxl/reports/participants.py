"""Who took part: people and participations by each characteristic that is recorded of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..domain import answers
from ..domain.answers import NO, NOT_APPLICABLE, YES
from ..domain.blank import is_blank
from ..domain.once import each
from ..errors import Fault, refuse
from ..records import Records
from . import work
from .groups import NOT_KNOWN, NOT_SAID, grouped, non_answer
from .shape import PEOPLE, SHARE, TEXT, Asked, Chart, Column, Report, Table

# Characteristics in the order of the report, by field. The first are as typed, the others answers of yes or no.
TEXTS = {"gender": "Gender", "ethnicity": "Ethnicity"}
ANSWERS = {
    "disabled": "Disability",
    "in_care": "Care experience",
    "parental_he": "Parental higher education",
    "fsm": "Free school meals",
    "bursary": "16–19 bursary",
    "service_child": "Child of a service family",
    "carer": "Young carer",
    "estranged": "Estranged from parents",
    "refugee": "Refugee or asylum seeker",
}
FIRST = "First generation in higher education"  # where the column of parental_he asks so
KINDS = "Disability as recorded"
SPELT = {"f": "Female", "female": "Female", "m": "Male", "male": "Male"}
DIFFER, UNREAD, HEADCOUNT = "Answers differ", "Cannot be read", "Headcount only: nothing recorded"
GAPS = (NOT_SAID, UNREAD, DIFFER, NOT_KNOWN)  # below the groups; of several rows of a person the earlier one counts
SAID = {NO: "No", YES: "Yes", NOT_APPLICABLE: "Does not apply"}
COLUMNS = (
    Column("People", PEOPLE),
    Column("People known", PEOPLE),
    Column("% of people known", SHARE, "People", "People known"),
    Column("Participations", PEOPLE),
    Column("Participations known", PEOPLE),
    Column("% of participations known", SHARE, "Participations", "Participations known"),
)
Codes = npt.NDArray[np.intp]


class Told(NamedTuple):
    """One characteristic."""

    name: str
    groups: list[str]  # those of GAPS first, then what people said
    of: Codes  # the place in groups of each person who took part


def report(records: Records, asked: Asked) -> Report:
    """Raises a Fault where nobody took part by name."""
    done = work.of(records, asked)
    if done.took_part.empty:
        raise refuse("No learner is recorded at these activities, so nothing can be said of who took part.", "#N/A")
    took, people = pd.factorize(done.took_part.person)
    at = people.get_indexer(records.learners.person)
    learners = records.learners[at >= 0]
    told = [
        Told(name, *_of_people(at[at >= 0], groups, len(people)))
        for name, groups in _characteristics(records, learners)
    ]
    headcount = int(done.activities.headcount.sum())
    years = _year_groups(done, took, len(people), headcount)
    tables = (years, *(_table(t, took, headcount) for t in told), _coverage(told))
    known = sum(row[0] not in (NOT_KNOWN, HEADCOUNT) for row in years.rows[:-1])
    charts = [Chart("column", "Participations by year group", years.name, years.name, ("Participations",), known)]
    charts += [
        Chart("bar", f"People by {t.name.casefold()}", t.name, t.name, ("People",))
        for t in told
        if t.name == "Ethnicity"
    ]
    notes = (
        *done.notes,
        "Shares are of those of whom it is known. Not known: blank, or no answer given; whoever prefers not to say stands apart.",
        "Groups stand as typed, the spellings of one word together. Answers differ: rows of one person say different things.",
        "Headcount only: those who attended without being recorded; how many people they are, and of what groups, is not known.",
        "Year group: people by that of their last activity; those attending by that of the attendance.",
        *records.notes,
    )  # fmt: skip
    return Report("participants", "Participants", tables, tuple(charts), notes)


# ---------------------------------------------------------------------------------------- from cells to groups


def _characteristics(records: Records, learners: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """The characteristics of which anything is recorded, with the group of each row of learners."""
    held = {field: list(learners[field]) for field in (*TEXTS, *ANSWERS) if field in learners}
    held = {field: cells for field, cells in held.items() if not all(each(_nothing, cells))}
    found = [
        (name, _texts(held[field], SPELT if field == "gender" else {}))
        for field, name in TEXTS.items()
        if field in held
    ]
    for field, name in ANSWERS.items():
        if field in held:
            first = field == "parental_he" and records.first_generation
            found.append((FIRST if first else name, _answers("first_generation" if first else field, held[field])))
        if field == "disabled" and field in held and (kinds := _kinds(held[field])):
            found.append((KINDS, kinds))
    return found


def _nothing(cell: Any) -> bool:
    return is_blank(cell) or cell != cell


def _texts(cells: list[Any], spelt: dict[str, str]) -> list[str]:
    gaps = each(non_answer, cells)
    if spelt:
        cells = each(lambda cell: spelt.get(answers.simple(str(cell)), cell), cells)
    return [gap or group or NOT_KNOWN for gap, group in zip(gaps, grouped(cells), strict=True)]


def _answers(field: str, cells: list[Any]) -> list[str]:
    def group(cell: Any) -> str:
        state = answers.read(field, cell)
        return non_answer(cell) or (UNREAD if isinstance(state, Fault) else SAID.get(state, NOT_KNOWN))

    return each(group, cells)


def _kinds(cells: list[Any]) -> list[str]:
    """Disabilities by what was typed; nothing where nobody typed more than yes and no."""
    states = _answers("disabled", cells)
    plain = each(lambda cell: answers.read("", cell) == YES and " " not in answers.simple(str(cell)), cells)
    kinds = _texts(cells, {})
    if not any(state == SAID[YES] and not only_yes for state, only_yes in zip(states, plain, strict=True)):
        return []
    return [
        state if state != SAID[YES] else "Yes, kind not recorded" if only_yes else kind
        for state, only_yes, kind in zip(states, plain, kinds, strict=True)
    ]


def _of_people(person: Codes, groups: list[str], n: int) -> tuple[list[str], Codes]:
    """The groups, and the one of each of n persons: what is known goes before what is not. person: that of each row."""
    names = [*GAPS, *(g for g in dict.fromkeys(groups) if g not in GAPS)]
    place = {name: i for i, name in enumerate(names)}
    codes = np.fromiter((place[g] for g in groups), np.intp, len(groups))
    known = codes >= len(GAPS)
    first, last, gap = np.full(n, len(names)), np.full(n, -1), np.full(n, place[NOT_KNOWN])
    np.minimum.at(first, person[known], codes[known])
    np.maximum.at(last, person[known], codes[known])
    np.minimum.at(gap, person[~known], codes[~known])
    return names, np.where(last < 0, gap, np.where(first < last, place[DIFFER], last))


# ------------------------------------------------------------------------------------------------------- tables


def _table(told: Told, took: Codes, headcount: int) -> Table:
    """took: the person of each participation."""
    people = np.bincount(told.of, minlength=len(told.groups))
    participations = np.bincount(told.of[took], minlength=len(told.groups))
    places = sorted(range(len(told.groups)), key=lambda i: (i < len(GAPS), -people[i] if i >= len(GAPS) else i))
    rows = _rows([told.groups[i] for i in places], people[places], participations[places])
    return _with_totals(told.name, (Column(told.name, TEXT), *COLUMNS), rows, headcount)


def _rows(names: list[str], people: Any, participations: Any) -> list[tuple[Any, ...]]:
    """A row for each group that is there; no shares of what is not known."""
    known = [i for i, name in enumerate(names) if name not in GAPS]
    bases = [int(counts[known].sum()) for counts in (people, participations)]
    rows: list[tuple[Any, ...]] = []
    for i, name in enumerate(names):
        if people[i] or participations[i]:
            cells: list[Any] = []
            for count, base in zip((int(people[i]), int(participations[i])), bases, strict=True):
                cells += [count, base, 100 * count / base] if name not in GAPS and base else [count, None, None]
            rows.append((name, *cells))
    return rows


def _with_totals(
    name: str, columns: tuple[Column, ...], rows: list[tuple[Any, ...]], headcount: int, more: int = 0
) -> Table:
    """more: how many columns of counts follow those of COLUMNS."""
    if headcount:
        rows = [*rows, (HEADCOUNT, None, None, None, headcount, None, None, *(None,) * more)]
    sums = [sum(row[i] or 0 for row in rows) for i in (1, 4, *range(7, 7 + more))]
    last = ("All", sums[0], None, None, sums[1], None, None, *sums[2:])
    return Table(name, columns, [*rows, last], totals=1, adds_up=True)


def _year_groups(done: work.Work, took: Codes, n: int, headcount: int) -> Table:
    known = done.took_part.year_group.fillna(-1).to_numpy(np.intp)
    latest = np.full(n, -1)
    in_order = np.argsort(done.took_part.date.to_numpy(), kind="stable")
    in_order = in_order[known[in_order] >= 0]
    latest[took[in_order]] = known[in_order]
    attended = done.attendance.groupby(done.attendance.year_group.fillna(-1).astype(int)).attending.sum()
    groups = [*sorted({*known, *latest, *attended.index} - {-1}), -1]
    names = [NOT_KNOWN if g < 0 else f"Year {g}" if g else "Reception" for g in groups]
    counts = [np.array([int((column == g).sum()) for g in groups]) for column in (latest, known)]
    attending = {name: work.number(attended.get(g, 0.0)) for name, g in zip(names, groups, strict=True)}
    rows = {row[0]: row for row in _rows(names, *counts)}
    blank = (0, None, None) * 2
    whole = [
        (*(rows.get(name) or (name, *blank)), attending[name]) for name in names if name in rows or attending[name]
    ]
    columns = (Column("Year group", TEXT), *COLUMNS, Column("Number attending", PEOPLE))
    return _with_totals("Year group", columns, whole, headcount, more=1)


def _coverage(told: list[Told]) -> Table:
    columns = (
        Column("Characteristic", TEXT),
        Column("People", PEOPLE),
        Column("Known", PEOPLE),
        Column("Known %", SHARE, "Known", "People"),
        *(Column(gap, PEOPLE) for gap in GAPS),
    )
    rows = []
    for t in told:
        counts = np.bincount(t.of, minlength=len(t.groups))
        gaps, people = [int(n) for n in counts[: len(GAPS)]], int(counts.sum())
        known = people - sum(gaps)
        rows.append((t.name, people, known, 100 * known / people, *gaps))
    return Table("What is known", columns, rows, said="People of whom each characteristic is known.")
