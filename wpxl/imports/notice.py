"""What the notice on HEAT uploads asks for: who may be given one by one, who is counted only, and where work is recorded.

    counted = headcounts(records)          # per activity, school and year group: those who came, less those given one by one
    log_findings(listings(sheets))         # work that stands in the one-page log and in the lists of activities as well

Source: the HEAT notice, 22 November 2022. Learners are tracked by first and last name, date of birth, school or college, home
postcode, and gender if known, and only where they have had sight of HEAT's tracking statement; all others are a total number of
students. Where their school is not known, they belong to "Unknown Institution [Open] - E (#052923)". The school and college
outreach log (SCOL) is for staff without a HEAT account who run one or two activities a year, and nothing is entered in both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..domain import answers, school, years
from ..domain.answers import YES
from ..domain.blank import is_blank
from ..domain.headers import is_postcode
from ..domain.names import simple
from ..domain.once import each
from ..errors import Fault
from ..records import cells as read
from ..records.people import parted
from ..records.schools import UNKNOWN
from .shape import ACTIVITIES, HEADCOUNTS, LINKS, NOTE, WARNING, Finding, Listing

if TYPE_CHECKING:
    from ..records import Records

UNKNOWN_BENEFICIARY = f"{school.UNKNOWN_INSTITUTION} ({school.UNKNOWN_HEAT_ID})"
NEEDED = ("first name", "last name", "date of birth", "school", "home postcode", "tracking statement")
MOST_IN_LOG = 2  # activities a year of somebody who needs no HEAT account


# ---------------------------------------------------------------------------------------------------- one by one


class Gate(NamedTuple):
    """Who may be given one by one. Shape: (learners,) each."""

    given: list[bool]
    missing: list[tuple[str, ...]]  # of NEEDED
    gender: list[bool]  # whether it is known: asked for where it is, and never needed

    def kept_out(self) -> dict[str, int]:
        """How many lack each thing; a learner who lacks several counts for each."""
        count = Counter(name for several in self.missing for name in several)
        return {name: count[name] for name in NEEDED if name in count}


def gate(columns: Mapping[str, list[Any]]) -> Gate:
    """Who may be given one by one, from columns of cells as they are typed, by the fields of learners.

    What cannot be read, and what says "not known", is not there. The date on which the statement was seen says that it was,
    unless the answer says otherwise.
    """
    height = max(map(len, columns.values()), default=0)

    def each_of(name: str, work_out: Callable[[Any], Any]) -> list[Any]:
        cells = columns.get(name, [])
        return each(work_out, [*cells, *[None] * (height - len(cells))])

    whole = each_of("name", _parted)
    first = [own or parts[0] for own, parts in zip(each_of("first_name", _says), whole, strict=True)]
    last = [own or parts[1] for own, parts in zip(each_of("last_name", _says), whole, strict=True)]
    answered, dated = each_of("tracking_statement", _answer), each_of("statement_date", _is_date)
    there = zip(
        first,
        last,
        each_of("date_of_birth", _is_date),
        each_of("organisation", _names_school),
        each_of("postcode", lambda cell: isinstance(cell, str) and is_postcode(cell)),
        [on if said is None else said for said, on in zip(answered, dated, strict=True)],
        strict=True,
    )
    missing = [tuple(name for name, has in zip(NEEDED, row, strict=True) if not has) for row in there]
    return Gate([not several for several in missing], missing, each_of("gender", _says))


def _says(cell: Any) -> bool:
    return not isinstance(cell, Fault) and not answers.unsaid(cell)


def _parted(cell: Any) -> tuple[bool, bool]:
    first, last = parted(cell) if isinstance(cell, str) and _says(cell) else (None, None)
    return bool(first), bool(last)


def _is_date(cell: Any) -> bool:
    return not is_blank(cell) and years.born(cell) is not None


def _answer(cell: Any) -> bool | None:
    """Whether the statement was seen; None for a blank, which a date beside it may answer."""
    return None if is_blank(cell) else answers.read("tracking_statement", cell) == YES


def _names_school(cell: Any) -> bool:
    return _says(cell) and school.folded(str(cell)) not in _NO_SCHOOL


_NO_SCHOOL = {"unknown", "unknown school", "unknown beneficiary", *map(school.folded, (
    school.UNKNOWN_INSTITUTION, UNKNOWN_BENEFICIARY, school.UNKNOWN_HEAT_ID))}  # fmt: skip


# ------------------------------------------------------------------------------------------------------ headcounts


class Headcount(NamedTuple):
    """Those of a school and year group who came to an activity. None: not known.

    headcount: the total number of students to give beside the learners who are given one by one.
    """

    activity: str
    organisation: str  # as in Records: "unknown" where the school is not known
    year_group: int | None
    attended: int | None
    given: int  # one by one
    headcount: int | None

    @property
    def beneficiary(self) -> str:
        """Whom HEAT is to count them with: the unknown beneficiary where the school is not known, else the school's id."""
        return UNKNOWN_BENEFICIARY if self.organisation == UNKNOWN else self.organisation


class Headcounts(NamedTuple):
    rows: list[Headcount]
    notes: list[str]  # sentences with numbers only


def headcounts(records: Records, individually: bool = True) -> Headcounts:
    """Who is to be given as a total number of students. individually: False where no learner data may be given at all.

    Each row of the attendance list is one, with rows of the same activity, school and year group added up; learners whom no row
    can hold make rows of their own. Learners count within the row of their school and year group, else within one that leaves
    either open.
    """
    told, order = _attended(records)
    inside = {key: [0, 0] for key in order}  # learners recorded, and those of them who may be given
    by_activity: dict[str, list[Key]] = {}
    for key in order:
        by_activity.setdefault(key[0], []).append(key)
    for activity, place, group, may in _participations(records):
        key = _row_for((activity, place, group), by_activity.get(activity, []))
        if key not in inside:
            inside[key] = [0, 0]
            by_activity.setdefault(activity, []).append(key)
        inside[key][0] += 1
        inside[key][1] += may and individually
    rows, short, open_ = [], 0, 0
    for key, (recorded, given) in inside.items():
        number = told.get(key, recorded)  # no row of the attendance list: those recorded are all that is known
        open_ += number is None
        short += number is not None and number < recorded
        # Whoever is recorded came, whatever the list says: nobody is lost for a number that is too small.
        attended = None if number is None else max(number, recorded)
        rows.append(Headcount(*key, attended, given, None if attended is None else attended - given))
    return Headcounts(rows, list(_notes(short, open_)))


Key = tuple[str, str, int | None]


def _attended(records: Records) -> tuple[dict[Key, int | None], list[Key]]:
    """How many came, by activity, school and year group: None where a row of them gives no number."""
    told: dict[Key, int | None] = {}
    frame = records.attendance
    columns = (frame[name].tolist() for name in ("activity", "organisation", "year_group", "attending"))
    for activity, place, group, number in zip(*columns, strict=True):
        key = (activity, place, _whole(group))
        before = told.get(key, 0)
        told[key] = None if number != number or number is None or before is None else before + int(number)
    return told, list(told)


def _participations(records: Records) -> Iterator[tuple[str, str, int | None, bool]]:
    """Activity, school, year group, and whether the learner may be given: each person once for each activity."""
    frame = records.learners
    columns = {name: frame[name].tolist() for name in frame.columns if isinstance(name, str)}
    given = gate(columns).given
    names = ("learner", "person", "organisation", "year_group")
    people = list(zip(*(frame[name].tolist() for name in names), strict=True))
    may = {person for (_, person, _, _), one_by_one in zip(people, given, strict=True) if one_by_one}
    of = {learner: rest for learner, *rest in people}
    there = set()
    took = zip(records.took_part["activity"].tolist(), records.took_part["learner"].tolist(), strict=True)
    for activity, learner in took:
        person, place, group = of.get(learner, (None, None, None))
        if learner in of and (activity, person) not in there:
            there.add((activity, person))
            yield activity, place or UNKNOWN, _whole(group), person in may


def _row_for(key: Key, rows: Sequence[Key]) -> Key:
    """The row that a learner counts within: the nearest that says nothing against it; the learner's own where none does."""
    _, place, group = key
    for school_of in (place, UNKNOWN):
        of_school = [row for row in rows if row[1] == school_of]
        for year in (group, None):
            if (key[0], school_of, year) in of_school:
                return key[0], school_of, year
        if group is None and len(of_school) == 1:
            return of_school[0]
    return key


def _whole(number: Any) -> int | None:
    return int(number) if isinstance(number, (int, float)) and number == number else None


def _notes(short: int, open_: int) -> Iterator[str]:
    def rows(count: int, one: str, several: str) -> str:
        return f"1 row {one}" if count == 1 else f"{count:,} rows {several}"

    if short:
        yield (
            f"{rows(short, 'of the attendance list says', 'of the attendance list say')} that fewer came than learners are "
            "recorded: whoever is recorded is counted, so correct the number or the learners."
        )
    if open_:
        yield (
            f"{rows(open_, 'of the attendance list does', 'of the attendance list do')} not say how many came, so the number of "
            "students to give is not known: enter the number attending."
        )


# ------------------------------------------------------------------------------------------------- the one-page log


def log_findings(lists: Sequence[tuple[str, Listing]]) -> list[tuple[str, Finding]]:
    """What stands in the one-page log and should not: the name of the list with each finding. lists: as `check.listings` gives."""
    logs = [listing for about, listing in lists if about == HEADCOUNTS and _is_log(listing)]
    others = [
        listing
        for about, listing in lists
        if about in (ACTIVITIES, LINKS) or (about == HEADCOUNTS and not _is_log(listing))
    ]
    elsewhere = {one for listing in others for several in _work(listing) for one in several}
    out: list[tuple[str, Finding]] = []
    for log in logs:
        column = _column(log)
        twice: set[tuple[str, Any]] = set()
        of: dict[tuple[str, int], list[frozenset[tuple[str, Any]]]] = {}
        organisers = _cells(log, "organiser")
        for at, work in enumerate(_work(log)):
            if work and work & elsewhere and not work & twice:
                twice |= work
                out.append((log.name, Finding(log.first_row + at, column, *_BOTH)))
            year = _year(log, at)
            if work and year is not None:
                who = simple(read.text(organisers[at]) or "")
                several = of.setdefault((who, year), [])
                if not any(work & other for other in several):
                    several.append(work)
                    if len(several) == MOST_IN_LOG + 1:
                        out.append((log.name, Finding(log.first_row + at, column, *_MANY)))
    return out


_BOTH = (
    "log_and_heat", WARNING, "This activity stands in the one-page log and in the lists of activities.",
    "Work is entered in HEAT or in the outreach log, never in both, or it counts twice.",
    "Take it out of the log, if the lists go to HEAT.",
)  # fmt: skip
_MANY = (
    "log_too_many", NOTE, f"The log holds more than {MOST_IN_LOG} activities of this year here.",
    "The outreach log is for staff without a HEAT account who run one or two activities a year.",
    "Ask your HEAT administrator for an account, and enter these activities there.",
)  # fmt: skip
_LOGS = ("scol", "outreachlog", "onepagelog")
_NAMES = ("activity", "title")


def _is_log(listing: Listing) -> bool:
    """Told by its name, and by dates beside the numbers: a log holds all of an activity in one row."""
    name = simple(listing.name)
    fields = {column.field for column in listing.columns}
    return (name == "log" or any(word in name for word in _LOGS)) and "date" in fields and bool(fields & {*_NAMES})


def _work(listing: Listing) -> list[frozenset[tuple[str, Any]]]:
    """What each row's activity may be known by elsewhere: its names, each with its day. Activities of one title differ by day."""
    days = [found if _is_day(found) else None for found in each(read.date, _cells(listing, "date"))]
    named = [each(lambda cell: simple(read.text(cell) or ""), _cells(listing, name)) for name in _NAMES]
    return [
        frozenset((name, day) for name in names if name and day is not None)
        for *names, day in zip(*named, days, strict=True)
    ]


def _is_day(found: Any) -> bool:
    return found is not None and found is not read.UNREAD


def _year(listing: Listing, at: int) -> int | None:
    found = read.date(_cells(listing, "date")[at])
    return years.academic_year(found) if _is_day(found) else None


def _cells(listing: Listing, field: str) -> list[Any]:
    height = max((len(column.cells) for column in listing.columns), default=0)
    cells = next((column.cells for column in listing.columns if column.field == field), [])
    return [*cells, *[None] * (height - len(cells))]


def _column(listing: Listing) -> int:
    return next((at for at, column in enumerate(listing.columns, 1) if column.field in _NAMES), 1)
