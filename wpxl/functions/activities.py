"""Activities and shares in cells: the guide's activity report, one activity's profile, and the share of a target group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..catalogue import ANY, ONE, TABLE, Arg, function
from ..domain import rates
from ..domain.answers import NO, NOT_APPLICABLE, YES
from ..domain.blank import is_blank
from ..errors import DIV0, REF, Fault, refuse

if TYPE_CHECKING:
    from ..records.source import SheetCells
    from ..reports.activity import Judged

PLAIN = ("activity", "organisation", "year_group", "attending", "imd", "nssec", "ypr", "ahe", "fsm")  # without headings
EACH = ("each", "all", "*")


# ---------------------------------------------------------------------------------------------------------- WP_ACTIVITY


def _rows(given: Any) -> list[list[Any]]:
    """A range as rows of one length; a single value is a range of one cell."""
    rows = (
        [row if isinstance(row, (list, tuple)) else [row] for row in given]
        if isinstance(given, (list, tuple))
        else [[given]]
    )
    width = max(map(len, rows), default=0)
    return [row if type(row) is list and len(row) == width else [*row, *[None] * (width - len(row))] for row in rows]


def _sheet(name: str, given: Any) -> SheetCells:
    """A range as a sheet of a workbook with one Table on it; attendance may come without headings."""
    from .. import fields
    from ..records.source import SheetCells
    from ..workbooks.refs import Area

    rows = _rows(given)
    first = rows[0] if rows else []
    texts = [cell for cell in first if not is_blank(cell)]
    headed = any(isinstance(cell, str) and fields.known(cell) for cell in texts) and all(
        isinstance(c, str) for c in texts
    )
    if not headed:
        if name != "Attendance" or len(first) > len(PLAIN) or len(first) < 4:
            raise refuse(
                f"{name}: the first row of the range has to hold headings: select them too, as in {name}[#All]."
            )
        labels = {
            **{n: fields.label("attendance", n) for n in PLAIN[:4]},
            **{n: fields.label("organisations", n) for n in PLAIN[4:]},
        }
        rows = [[labels[n] for n in PLAIN[: len(first)]], *rows]
    headings = ["" if is_blank(cell) else str(cell) for cell in rows[0]]
    return SheetCells(name, rows, [(name, Area(1, 1, len(rows), len(headings)), headings)])


def _judged(attendance: Any, learners: Any, activity: Any, basis: Any, taken: Any) -> Judged:
    from ..records.read import read
    from ..reports import activity as reported
    from ..reports.shape import Asked

    given = (("Attendance", attendance), ("Learners", learners), ("Learner attendance", taken))
    records = read([_sheet(name, cells) for name, cells in given if cells is not None])
    if attendance is not None and not any(u.about == "attendance" for u in records.understood):
        raise refuse("Attendance: no columns of organisations and numbers attending were found among the headings.")
    one = "" if is_blank(activity) or str(activity).strip().casefold() in EACH else str(activity)
    if isinstance(activity, float) and activity.is_integer():
        one = str(int(activity))
    return reported.judged(records, Asked(activity=one, basis="" if is_blank(basis) else str(basis)))


def _profiles(judged: Judged) -> list[tuple[Any, ...]]:
    """Number attending, five percentages, the basis, and the coverage of each activity."""
    from ..reports.basis import LEARNERS
    from ..reports.profiles import CRITERIA

    found = judged.found
    known = found.known.max(axis=1).where(found.activities["basis"] != LEARNERS, found.activities["profiled"])
    none = Fault(DIV0, "No number attending is given, or nobody attended, so there is no coverage.")
    shares = [
        (rates.share(n, attended) if attended > 0 else None)
        for n, attended in zip(known, found.activities["attended"], strict=True)
    ]
    return list(
        zip(
            (int(n) if n == n else None for n in found.activities["attended"]),
            *(found.figures(name) for name in CRITERIA),
            (
                f"{basis.capitalize()}: {why}"
                for basis, why in found.activities[["basis", "reason"]].itertuples(index=False)
            ),
            (none if share is None else share for share in shares),
            strict=True,
        )
    )


def _why_activity(attendance: Any, learners: Any, activity: Any, basis: Any, taken: Any) -> str:
    from ..reports.basis import LEARNERS, ORGANISATIONS

    judged = _judged(attendance, learners, activity, basis, taken)
    facts = judged.found.activities
    if is_blank(activity) or len(facts) != 1:
        total = int(facts["attended"].fillna(0).sum())
        counts = facts["basis"].value_counts()
        told = counts.get(LEARNERS, 0), counts.get(ORGANISATIONS, 0)
        return (
            f"{len(judged.done.attendance):,} rows of attendance, {len(facts):,} activities, {total:,} attending. By learners "
            f"{told[0]:,}, by organisations {told[1]:,}: name one for its reasons."
        )
    row, known = facts.iloc[0], judged.found.known.iloc[0]
    attended = "not stated" if row.attended != row.attended else f"{row.attended:,.0f}"
    weights = "shares of learners" if row.basis == LEARNERS else "organisations' percentages weighted by attendance"
    rests = ", ".join(f"{name} {n:,.0f}" for name, n in zip(("IMD", "NS-SEC", "YPR", "AHE", "FSM"), known, strict=True))
    return (
        f"{row.basis.capitalize()}: {row.reason}. Attending {attended}, recorded {row.recorded:,.0f}, with a profile "
        f"{row.profiled:,.0f}. The figures are {weights} and rest on {rests}."
    )


@function(
    Arg(
        "attendance",
        "The attendance list with its headings, as in Attendance[#All]: activity, organisation, year group, number attending.",
        ANY,
        example=[["A-1", "900001", 9, 20], ["A-1", "900004", 12, 60]],
    ),
    Arg(
        "learners", "The list of learners with its headings: activity, home postcode, FSM, NS-SEC and so on.", ANY, None
    ),
    Arg(
        "activity",
        'One activity, for its combined profile; "each" for that of every one. Left out: a row an organisation.',
        ONE,
        None,
    ),
    Arg(
        "basis",
        "organisation or learner. Left out: learners where more than half of those attending have a profile.",
        ONE,
        None,
    ),
    Arg(
        "learner_attendance",
        "Who came to what (activity, learner), where the list of learners does not say it.",
        ANY,
        None,
    ),
    answers=TABLE,
    why=_why_activity,
)
def wp_activity(
    attendance: Any, learners: Any, activity: Any, basis: Any, learner_attendance: Any
) -> list[tuple[Any, ...]]:
    """The guide's activity report: organisation, audience group, priority activity, number attending and five percentages.

    Shape: headings and a row for each row of attendance. For one activity one row, without headings: number attending, IMD, NS-SEC,
    YPR, AHE and FSM %, the basis and its coverage %; for "each" headings, and these columns behind the activity's name.
    Attendance without headings is read as activity, organisation, year group, number attending, and IMD to FSM % if there.

    Unit: percentages from 0 to 100. Percentages in the attendance list itself go first, then those of the installed tables.
    Organisations are combined by means weighted by attendance; learners by shares of those of whom it is known.

    Errors: #N/A no figure, or known of half or fewer of those attending; #DIV/0! nobody attended; #VALUE! no such activity, or
    a list that cannot be read.

    Source: the Aimhigher database guide: example activity report, and the rule of the majority for learner-based profiles.

    Examples:
    >>> rows = [["A-1", "900001", 9, 20], ["A-1", "900004", 12, 60]]
    >>> wpxl.call("WP_ACTIVITY", rows, None, "A-1")[0][:3]
    (80, 83.4, 61.7)
    """
    from ..reports import activity as reported

    judged = _judged(attendance, learners, activity, basis, learner_attendance)
    if is_blank(activity):
        table = reported.organisations(judged.done, judged.bands)
        return [tuple(column.heading for column in table.columns[:-1]), *(row[:-1] for row in table.rows)]
    rows = _profiles(judged)
    if str(activity).strip().casefold() not in EACH:
        return rows
    titles = judged.done.activities.set_index("activity")["title"]
    named = reported.headings(judged.bands.model)
    headings = ("Activity", "Number attending", *named.values(), "Basis", "Coverage %")
    return [headings, *((titles[i], *row) for i, row in zip(judged.found.activities.index, rows, strict=True))]


# ------------------------------------------------------------------------------------------------------------- WP_SHARE


def _states(values: Any, measure: Any, rule: Any) -> tuple[str, list[Any], list[int]]:
    """The group in words, the cells that count, and the state of each. A heading and blanks below the last cell do not count."""
    from .. import fields
    from ..domain.headers import says_postcode
    from ..targeting import shares

    for cell in (measure, rule):
        if isinstance(cell, Fault):
            raise cell
    if isinstance(rule, float) and rule.is_integer():
        rule = int(rule)
    group = shares.group(str(measure), "" if is_blank(rule) else str(rule))
    cells = [cell for row in _rows(values) for cell in row]
    while cells and is_blank(cells[-1]):
        cells.pop()
    states = shares.states(group, cells)
    head = cells[0] if len(cells) > 1 and states[0] == shares.UNREAD and isinstance(cells[0], str) else None
    if head is not None and (says_postcode(head) or fields.known(head)):
        cells, states = cells[1:], states[1:]
    return group.words, cells, states


def _share(states: list[int]) -> tuple[Any, ...]:
    from ..targeting.decide import NOT_INSTALLED

    met, known = states.count(YES), states.count(YES) + states.count(NO)
    asked = len(states) - states.count(NOT_APPLICABLE)
    share: Any = rates.share(met, known)
    if share is None and asked and states.count(NOT_INSTALLED) == asked:
        share = Fault(
            REF, "The lookup table for this measure is not installed, or only sample data is: see 'wpxl data guide'."
        )
    elif share is None:
        share = Fault(DIV0, "It is known of nobody here, so there is nothing to take a share of.")
    coverage: Any = rates.share(known, asked)
    return share, met, known, Fault(DIV0, "There is nobody here.") if coverage is None else coverage


def _why_share(values: Any, measure: Any, rule: Any) -> str:
    from ..targeting.decide import NOT_INSTALLED
    from ..targeting.shares import UNREAD

    words, cells, states = _states(values, measure, rule)
    share, met, known, coverage = _share(states)
    if not cells:
        return "There is nobody here: the range is blank."
    first = share.sentence if isinstance(share, Fault) else f"{share:g} %: {met:,} of {known:,} known ({words})."
    gaps = {
        "does not apply": states.count(NOT_APPLICABLE),
        "cannot be read": states.count(UNREAD),
        "no table": states.count(NOT_INSTALLED),
    }
    gaps["not known"] = len(states) - known - sum(gaps.values())
    said = ", ".join(f"{what} {n:,}" for what, n in gaps.items() if n)
    covered = (
        "" if isinstance(coverage, Fault) else f" Coverage {coverage:g} % of {len(states) - gaps['does not apply']:,}."
    )
    return f"{first}{covered}{f' Not counted: {said}.' if said else ''}"


@function(
    Arg(
        "values_or_postcodes",
        "Postcodes, or values of the measure that are already in cells.",
        ANY,
        example=[["TF7 5UG"], ["B32 3PB"]],
    ),
    Arg(
        "measure",
        'A measure such as "IMD rank 2010" or "POLAR4", or an answer: FSM, parental HE, NS-SEC, disabled.',
        ONE,
        example="IMD rank 2010",
    ),
    Arg(
        "rule", 'Who counts: "q1", "q1-2", "40 %", ">= 61", "4-8", "yes". Left out: the usual target group.', ONE, None
    ),
    answers=TABLE,
    why=_why_share,
)
def wp_share(values_or_postcodes: Any, measure: Any, rule: Any) -> list[tuple[Any, ...]]:
    """The share of a target group: %, how many are in it, of how many it is known, the coverage in %, and the rule in words.

    Shape: one row of five cells. A heading in the first cell and blank cells below the last one do not count; blank cells between
    are people of whom it is not known.

    Unit: percent of those of whom it is known. What is not known is never taken for a no; whoever it does not apply to does not
    count.

    Errors: #DIV/0! known of nobody; #REF! the lookup table is not installed; #VALUE! no such measure or rule.

    Source: the usual groups are the guide's: the 40 % most deprived areas, quintiles 1 and 2, NS-SEC 4-8.

    Examples:
    >>> wpxl.call("WP_SHARE", [["TF7 5UG"], ["B32 3PB"], ["WS2 9XE"], ["?"]], "IMD rank 2010")
    [(66.7, 2, 3, 75.0, 'IMD 2010 rank 13,000 or below')]
    """
    words, _, states = _states(values_or_postcodes, measure, rule)
    return [(*_share(states), words)]
