"""The rows that a template can be filled with, from a workbook's records: students, activities, schools, links, headcounts.

The records make a workbook whole (registers, names in one cell, a person in two lists). What they leave out, the columns that mean
nothing to wpxl, is taken from the lists themselves, for a member's own fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import fields
from ..domain import school as form
from ..domain.blank import is_blank
from ..errors import Fault
from ..records.cells import text
from ..records.learners import opposite
from ..records.schools import UNKNOWN
from . import beneficiaries
from .notice import Headcount
from .shape import ACTIVITIES, HEADCOUNTS, LINKS, SCHOOLS, STUDENTS, Column, Listing

if TYPE_CHECKING:
    import pandas as pd

    from ..records import Records, Understood
    from ..records.source import SheetCells

Cells = dict[str, list[Any]]
MOST_CHOICES = 5
OF_SCHOOL = ("organisation", "urn", "laestab", "heat_id", "local_authority", "region", "school_type")


class Rows(NamedTuple):
    """What a sheet about one thing can be filled with. A column's field is written as in shape.Wanted.

    activities, people: what each row is about, so that links stay with both: an activity's id, a person's number; None: nothing.
    """

    about: str
    columns: tuple[Column, ...]
    activities: list[Any]
    people: list[Any]

    @property
    def size(self) -> int:
        return len(self.people)

    def only(self, at: Sequence[int]) -> Rows:
        columns = tuple(column._replace(cells=[column.cells[i] for i in at]) for column in self.columns)
        return Rows(self.about, columns, [self.activities[i] for i in at], [self.people[i] for i in at])

    def cells(self, field: str) -> list[Any]:
        """The cells of a field; blanks where there is no such column."""
        return next((column.cells for column in self.columns if column.field == field), [None] * self.size)


class Asides(NamedTuple):
    """What the lists of one kind hold beside the records: heading → the key of a row → its cell; and what each field was called."""

    cells: dict[str, dict[str, Any]]
    fields: dict[str, str]  # heading → field, for those that wpxl knows
    headings: dict[str, str]  # field → heading


def gather(
    sheets: Sequence[SheetCells],
    understood: Sequence[Understood],
    records: Records,
    counted: Sequence[Headcount],
    year: int | None = None,
) -> tuple[dict[str, Rows], list[str]]:
    """What a workbook holds, by what it is about; and what to say of schools whose HEAT ID a person must find or choose.

    counted: who is to be given as a number; year: only what was done in that academic year.
    """
    aside = {about: _asides(sheets, understood, about) for about in ("learners", "activities", "organisations")}
    schools, unclear = _schools(records, aside["organisations"])
    work = _activities(records, aside["activities"], year)
    people, person_of = _students(records, aside["learners"], schools)
    links = _links(records, work, people, person_of)
    if year is not None:
        others = set(records.took_part["learner"].map(person_of)) - set(links.people)
        people = people.only([at for at, person in enumerate(people.people) if person not in others])
    rows = {
        STUDENTS: people, ACTIVITIES: _with_totals(work, counted, schools), SCHOOLS: schools, LINKS: links,
        HEADCOUNTS: _headcounts(counted, work, schools),
    }  # fmt: skip
    return rows, unclear


# ------------------------------------------------------------------------------------------------------ beside the records


def _asides(sheets: Sequence[SheetCells], understood: Sequence[Understood], about: str) -> Asides:
    by_name = {sheet.name: sheet for sheet in sheets}
    found = Asides({}, {}, {})
    for entry in (entry for entry in understood if entry.about == about):
        grid = by_name[entry.sheet].grid
        heads = [text(cell) or "" for cell in grid[entry.rows.start - 2]] if entry.rows.start > 1 else []
        columns = {heading: heads.index(heading) for heading in entry.unused if heading in heads}
        known = {heading: id_ for id_, heading in entry.fields.items()}
        columns |= {heading: entry.columns[id_] - 1 for heading, id_ in known.items()}
        found.fields.update(known)
        for id_, heading in entry.fields.items():
            found.headings.setdefault(id_, heading)
        into = [(at, found.cells.setdefault(heading, {})) for heading, at in columns.items()]
        for number in range(entry.rows.start, min(entry.rows.stop, len(grid) + 1)):
            row = grid[number - 1]
            for key in _keys(entry, row, number):
                for at, cells in into:
                    if row[at] is not None and not is_blank(row[at]):
                        cells.setdefault(key, row[at])
    return found


def _keys(entry: Understood, row: list[Any], number: int) -> Iterator[str]:
    """What the records may call a row: by its own id or name, and by its place."""
    place = f"{entry.table or entry.sheet} row {number}"
    for id_ in {"learners": ("learner",), "activities": ("activity", "title"), "organisations": ("organisation",)}[
        entry.about
    ]:
        own = text(row[entry.columns[id_] - 1]) if id_ in entry.columns else None
        if own is not None:
            yield own if entry.about != "organisations" else form.folded(own)
            if entry.about != "organisations":
                yield f"{own} ({place})"
            break
    yield place


def _taken(aside: Asides, keys: list[Any], own: set[str]) -> Iterator[Column]:
    """The columns of the lists themselves: a member's own, and those whose field the records do not carry."""
    for heading, cells in aside.cells.items():
        field = aside.fields.get(heading)
        if field is None or field not in own:
            yield Column(heading, field, [cells.get(key) for key in keys])


# ----------------------------------------------------------------------------------------------------------------- rows


def _schools(records: Records, aside: Asides) -> tuple[Rows, list[str]]:
    frame = records.organisations
    names, ids = frame["name"].tolist(), frame["organisation"].tolist()
    keys = [form.folded(str(name)) for name in names]

    def said(field: str) -> list[Any]:
        cells = aside.cells.get(aside.headings.get(field, ""), {})
        return [cells.get(key) for key in keys]

    urns = [
        _first(own, key if form.parse(key)[0] == form.URN else None) for own, key in zip(said("urn"), ids, strict=True)
    ]
    columns = {"organisation": names, "urn": urns, "laestab": said("laestab"), "heat_id": said("heat_id")}
    columns |= {name: frame[name].tolist() for name in ("local_authority", "region", "school_type")}
    columns["heat_id"], unclear = _heat_ids(columns, ids)
    made = [_column("organisations", id_, cells, aside) for id_, cells in columns.items()]
    made += _taken(aside, keys, set(columns))
    return Rows(SCHOOLS, tuple(made), [None] * len(ids), ids), unclear


def _heat_ids(columns: Cells, ids: list[Any]) -> tuple[list[Any], list[str]]:
    """The HEAT ID of each school, as the workbook or the installed list has it; and a sentence for each that stays without."""
    listing = Listing("schools", 1, tuple(Column(id_, id_, cells) for id_, cells in columns.items()))
    try:
        matches = beneficiaries.find(listing)
    except Fault as fault:
        own = [
            form.UNKNOWN_HEAT_ID if id_ == UNKNOWN else cell for id_, cell in zip(ids, columns["heat_id"], strict=True)
        ]
        return own, [] if all(own) else [fault.sentence]
    found = beneficiaries.filled(listing, matches)
    cells = next(column.cells for column in found.columns if column.field == "heat_id")
    return cells, [_unclear(columns["organisation"][m.row - 1], m) for m in matches if m.heat_id is None and m.why]


def _unclear(name: Any, match: beneficiaries.Match) -> str:
    several = "; ".join(f"{entry.heat_id} {entry.name}, {entry.authority}" for entry in match.choices[:MOST_CHOICES])
    return f"HEAT ID of '{name}': {match.why}" + (f" ({several})" if several else "")


def _activities(records: Records, aside: Asides, year: int | None) -> Rows:
    frame = records.activities
    if year is not None:
        frame = frame[frame["year"] == year]
    ids = frame["activity"].tolist()
    columns = {name: _plain(frame[name]) for name in ("activity", "title", "type", "term", "hours", "organiser")}
    columns["date"] = [day.to_pydatetime() if day == day and day is not None else None for day in frame["date"]]
    columns["academic_year"] = [
        f"{y}/{(y + 1) % 100:02d}" if y == y and y is not None else None for y in _plain(frame["year"])
    ]
    made = [_column("activities", id_, cells, aside) for id_, cells in columns.items()]
    made += _taken(aside, ids, set(columns))
    return Rows(ACTIVITIES, tuple(made), ids, [None] * len(ids))


def _students(records: Records, aside: Asides, schools: Rows) -> tuple[Rows, dict[str, Any]]:
    """Each person once, with what their rows say, the first that says anything; and the person of each learner's id."""
    frame = records.learners
    ids, people = frame["learner"].tolist(), frame["person"].tolist()
    first: dict[Any, list[int]] = {}
    for at, person in enumerate(people):
        first.setdefault(person, []).append(at)
    rows = list(first.values())

    def once(cells: list[Any]) -> list[Any]:
        if all(cell is None for cell in cells):
            return [None] * len(rows)
        return [_first(*(cells[at] for at in several)) for several in rows]

    typed = [
        name for name in frame.columns if name not in ("learner", "person", "organisation", "institution", "year_group")
    ]
    columns: Cells = {name: once(frame[name].tolist()) for name in typed}
    parents = columns.pop("parental_he")
    turned = [opposite(cell) for cell in parents]
    columns["parental_he"], columns["first_generation"] = (
        (turned, parents) if records.first_generation else (parents, turned)
    )
    columns["year_group"] = once(_plain(frame["year_group"]))
    columns["learner"] = [ids[several[0]] for several in rows]
    names = zip(columns["first_name"], columns["last_name"], strict=True)
    columns["name"] = [" ".join(filter(None, map(text, pair))) or None for pair in names]
    made = [_column("learners", id_, cells, aside) for id_, cells in columns.items()]
    places = frame["organisation"].tolist()
    made += _of_schools(schools, [places[several[0]] for several in rows], aside)
    made += _taken(aside, columns["learner"], {*columns, "organisation"})
    return Rows(STUDENTS, tuple(made), [None] * len(rows), list(first)), dict(zip(ids, people, strict=True))


def _of_schools(schools: Rows, ids: list[Any], aside: Asides, plain: bool = False) -> list[Column]:
    """What is known of the school of each row."""
    place = {id_: at for at, id_ in enumerate(schools.people)}
    out = []
    for column in schools.columns:
        if column.field in OF_SCHOOL:
            cells = [column.cells[place[id_]] if id_ in place else None for id_ in ids]
            own = column.field == "organisation" or plain
            heading = (
                aside.headings.get("organisation", column.heading) if column.field == "organisation" else column.heading
            )
            out.append(Column(heading, column.field if own else f"organisations.{column.field}", cells))
    return out


def _links(records: Records, work: Rows, people: Rows, person_of: dict[str, Any]) -> Rows:
    """Who took part in what: a row a participation, with what is known of the activity and of the student."""
    at_work = {id_: at for at, id_ in enumerate(work.activities)}
    at_people = {person: at for at, person in enumerate(people.people)}
    told = zip(records.took_part["activity"].tolist(), records.took_part["learner"].tolist(), strict=True)
    pairs = list(
        dict.fromkeys((at_work[a], at_people[person_of[who]]) for a, who in told if a in at_work and who in person_of)
    )
    return joined(pairs, work, people)


def joined(pairs: Sequence[tuple[int, int]], work: Rows, people: Rows) -> Rows:
    """Rows of links, from pairs of places among the activities and among the students."""
    own = fields.of("learner_attendance")
    columns = [Column("Attended", "attended", ["Yes"] * len(pairs))]
    for rows, table, side in ((work, "activities", 0), (people, "learners", 1)):
        for column in rows.columns:
            cells = [column.cells[pair[side]] for pair in pairs]
            field = column.field
            if field in own and not (table == "activities" and field != "activity"):
                columns.append(Column(column.heading, field, cells))
            if field is not None:
                columns.append(Column(column.heading, field if "." in field else f"{table}.{field}", cells))
    return Rows(LINKS, tuple(columns), [work.activities[a] for a, _ in pairs], [people.people[p] for _, p in pairs])


def _headcounts(counted: Sequence[Headcount], work: Rows, schools: Rows) -> Rows:
    """The total numbers of students to give, by activity, school and year group; none where all are given one by one."""
    place = {id_: at for at, id_ in enumerate(work.activities)}
    rows = [row for row in counted if row.activity in place and row.headcount != 0]
    at = [place[row.activity] for row in rows]
    columns = [Column(c.heading, c.field, [c.cells[i] for i in at]) for c in work.columns]
    columns += _of_schools(schools, [row.organisation for row in rows], Asides({}, {}, {}), plain=True)
    groups, numbers = [row.year_group for row in rows], [row.headcount for row in rows]
    audience = [None if group is None else f"Year {group}" for group in groups]
    for name, cells in (("year_group", groups), ("audience", audience), ("attending", numbers)):
        columns.append(Column(fields.label("attendance", name), name, cells))
    return Rows(HEADCOUNTS, tuple(columns), [row.activity for row in rows], [row.organisation for row in rows])


def _with_totals(work: Rows, counted: Sequence[Headcount], schools: Rows) -> Rows:
    """The activities with the total number of students to give, and from which school where it was one."""
    total: dict[Any, int | None] = {}
    places: dict[Any, dict[Any, None]] = {}
    for row in counted:
        places.setdefault(row.activity, {})[row.organisation] = None
        before = total.get(row.activity, 0)
        total[row.activity] = None if before is None or row.headcount is None else before + row.headcount
    label = fields.label("attendance", "attending")
    columns = [*work.columns, Column(label, "attendance.attending", [total.get(id_) for id_ in work.activities])]
    one = [next(iter(places[id_])) if len(places.get(id_, ())) == 1 else None for id_ in work.activities]
    for column in _of_schools(schools, one, Asides({}, {}, {})):
        columns.append(
            column._replace(field="organisations.organisation" if column.field == "organisation" else column.field)
        )
    return work._replace(columns=tuple(columns))


# --------------------------------------------------------------------------------------------------------------- cells


def _column(table: str, id_: str, cells: list[Any], aside: Asides) -> Column:
    known = fields.of(table)
    return Column(aside.headings.get(id_) or (known[id_].label if id_ in known else id_), id_, cells)


def _first(*cells: Any) -> Any:
    """The first cell that holds anything."""
    return next((cell for cell in cells if not is_blank(cell) and cell == cell and not isinstance(cell, Fault)), None)


def _plain(column: pd.Series[Any]) -> list[Any]:
    """The values of a column of numbers, None where there is none."""
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna().tolist(), strict=True)]
