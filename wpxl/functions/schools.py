"""Schools and colleges in cells: what is known of them, finding them by name, and their HEAT IDs."""

from __future__ import annotations

from typing import Any

from .. import store
from ..catalogue import FLAG, ONE, ROW, TABLE, WHOLE, WORDS, Arg, function
from ..domain import school as form
from ..errors import REF, Fault
from ..schools import GROUP, Asked, answers, chosen, headings, select
from ..store.school_register import GET_LIST

SCHOOLS = Arg(
    "schools",
    "A school or a range of them: URN, LAESTAB, UKPRN, HEAT ID, or the exact name (with the local authority or postcode after "
    "a comma where names repeat).",
    example="900001",
)
MODEL = "aimhigher-2011-school"


def _register() -> store.Register:
    return store.register(store.installed())


# ------------------------------------------------------------------------------------------------------ WP_SCHOOL


def _why_school(cell: Any, names: tuple[str, ...], headers: bool = False) -> str:
    register, asked = _register(), chosen(names)
    key = register.find(cell)
    if not isinstance(key, str):
        return key.sentence if isinstance(key, Fault) else "The cell is blank, so the answer is blank."
    row = answers([key], asked)[0]
    if len(asked) == 1:
        return row[0].sentence if isinstance(row[0], Fault) else _say(register, key, asked[0], row[0])
    missing = [(a, v) for a, v in zip(asked, row, strict=True) if isinstance(v, Fault)]
    missing.sort(key=lambda pair: pair[1].code == REF)  # a table that is not there says less about this school
    succession = _succession(register, key, asked).strip()
    if missing and succession:
        return f"{succession} {len(missing)} of {len(asked)} measures have no value."
    if missing:
        count = f" {len(missing)} of {len(asked)} measures have no value." if len(missing) > 1 else ""
        return f"{missing[0][1].sentence}{count}"
    return f"{register.shown(key)}: all {len(asked)} measures have a value. {succession}".strip()


def _say(register: store.Register, key: str, asked: Asked, value: Any) -> str:
    if not asked.own:
        postcode = register.value(key, "school_postcode")
        return f"{register.shown(key)} stands at {postcode}. {asked.measure.label} of that postcode, not of its learners: {value}."
    if succession := _succession(register, key, (asked,)):
        return f"{succession.strip()} {asked.label}: {value}."
    table = register.table(key, asked.measure.id)
    origin = "the sample edition" if table is None or table.edition == "sample" else table.facts["title"]
    said = f"{register.shown(key)}. {asked.label}: {value}"
    measure = asked.measure
    note = (
        f" ({measure.note})" if measure.note and measure.unit != "text" and len(said) + len(measure.note) < 170 else ""
    )
    return f"{said}{note}, from {origin[:60]}."


def _succession(register: store.Register, key: str, asked: tuple[Asked, ...]) -> str:
    """Where figures are those of a closed school's successor: who that is."""
    own = (a for a in asked if a.own)
    holder = next((h for a in own if (h := register.holder(key, a.measure.id)) != key), None)
    if holder is None:
        return ""
    date = register.value(key, "school_closed")
    return (
        f" {register.shown(key)} closed{f' on {date}' if date else ''}; its successor is {register.shown(holder)}, "
        f"whose {'figures these are' if len(asked) > 1 else 'figure this is'}."
    )


@function(
    SCHOOLS,
    Arg(
        "measures",
        'Names of measures or of a group, as text with commas or a range: "IMD 40 %, FSM %". Left out: "school".',
        WORDS,
        default=GROUP,
        example="School FSM %",
    ),
    Arg("headers", "TRUE puts a row of headings, with vintages, above the answer.", FLAG, default=False),
    answers=ROW,
    why=_why_school,
)
def wp_school(schools: list[Any], measures: tuple[str, ...], headers: bool) -> list[tuple[Any, ...]]:
    """The chosen measures of each school or college, one column each, in the order given.

    Shape: one row for each school and one column for each measure; with one measure, the shape of the range.
    Several measures need a range one column wide.

    Unit: that of each measure; shares of learners are percentages, 0 to 100. A name without a year or edition takes the pinned
    one, else the newest installed: headings say which. A closed school without a figure takes that of its successor. What only
    postcodes have is answered for the school's own postcode, and headed so.

    Errors: #VALUE! no form of identifier or an unknown measure; #N/A a school that is not known, a name that several have,
    or no value; #REF! the table is not installed. Blank cells stay blank.

    Source: the installed tables found by URN or HEAT ID, newest first, listed by WP_SOURCES.

    Examples:
    >>> wpxl.call("WP_SCHOOL", [["900001"], ["Birch Academy (fictional)"]], "LA, learners")
    [('Exampleton', 1438), ('Fictionby', 1100)]
    >>> wpxl.call("WP_SCHOOL", 900001, "IMD 2010 40 %", True)
    [('School IMD 2010 40 % (sample)',), (75.0,)]
    """
    asked = chosen(measures)
    keys = _register().find_many(schools)
    rows = answers(keys, asked)
    return [headings(keys, asked), *rows] if headers else rows


# ------------------------------------------------------------------------------------------------- WP_SCHOOL_FIND

FOUND = (
    ("URN", ""), ("School", "school_name"), ("Local authority", "school_local_authority"), ("Postcode", "school_postcode"),
    ("Phase", "school_phase"), ("Type", "school_type"), ("Status", "school_status"), ("Learners", "school_learners"),
)  # fmt: skip


KEYWORD = Arg(
    "keyword",
    "What you remember of the name: words in any order, parts of words, misspelt words. May be left out where an area is given.",
    ONE,
    default=None,
    example="ash",
)
LOCAL_AUTHORITY = Arg(
    "local_authority", "Only schools of this local authority: its name, or its three-digit code.", ONE, default=None
)
REGION = Arg("region", "Only schools of this region.", ONE, default=None)


@function(
    KEYWORD,
    LOCAL_AUTHORITY,
    REGION,
    Arg("limit", "The most rows to give. Left out: 20.", WHOLE, 20),
    answers=TABLE,
)
def wp_school_find(keyword: Any, local_authority: Any, region: Any, limit: int) -> list[tuple[Any, ...]]:
    """Schools and colleges whose names are like a keyword, or all of an area: the likeliest first, open ones before closed.

    Shape: a heading row, then a row for each school.

    Unit: text; learners as a number. URN is the HEAT ID where a school is only in a list of HEAT IDs.

    Errors: #N/A no school is like it; #VALUE! neither a keyword nor an area, or an unknown area; #REF! no table of schools.

    Source: the installed tables found by URN or HEAT ID.

    Examples:
    >>> [row[1] for row in wpxl.call("WP_SCHOOL_FIND", "ash schol")][:2]
    ['School', 'Ash School (fictional)']
    """
    register = _register()
    keys = select(register, keyword, local_authority, region)[:limit]
    columns = [keys if not measure_id else register.values(keys, measure_id) for _, measure_id in FOUND]
    return [tuple(heading for heading, _ in FOUND), *zip(*columns, strict=True)]


# ----------------------------------------------------------------------------------------------- WP_SCHOOL_REPORT


@function(
    KEYWORD,
    LOCAL_AUTHORITY,
    REGION,
    Arg(
        "model",
        'The targeting model that gives priority and bands. Left out: "aimhigher-2011-school". WP_MODELS lists them.',
        WORDS,
        default=MODEL,
    ),
    answers=TABLE,
)
def wp_school_report(keyword: Any, local_authority: Any, region: Any, model: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """The school report of a selection: learners, priority, each measure of the model with its band, SEN, KS4 and KS5.

    Shape: a heading row, a row for each open school, then n and coverage of each column, and notes.

    Unit: shares of learners in %, 0 to 100; bands Low, Medium, High. Headings state definition and vintage.

    Errors: #N/A no school is like it; #VALUE! nothing asked, or an unknown area or model; within the table #N/A where a school
    has no value, #REF! where the table is not installed.

    Source: the installed tables found by URN or HEAT ID; thresholds of the model (WP_MODEL).

    Examples:
    >>> [row[6] for row in wpxl.call("WP_SCHOOL_REPORT", "ash", "Exampleton")][:2]
    ['Priority (aimhigher-2011-school)', 'High']
    """
    from ..reports.schools import school_report

    return school_report(keyword, local_authority, region, model).grid()


# ----------------------------------------------------------------------------------------------------- WP_HEAT_ID


def _heat_id(register: store.Register, key: Any) -> Any:
    if not isinstance(key, str):
        return key
    heat = register.heat_id(key)
    if heat is None:
        after = register.followed(key)
        heat = register.heat_id(after) if isinstance(after, str) else None
    if heat is None and not register.heat_list:
        return Fault(REF, f"No list of HEAT IDs is installed: {GET_LIST}.")
    return heat or form.UNKNOWN_HEAT_ID


def _why_heat_id(cell: Any) -> str:
    register = _register()
    key = register.find(cell)
    answer = _heat_id(register, key)
    if not isinstance(key, str) or isinstance(answer, Fault):
        return answer.sentence if isinstance(answer, Fault) else "The cell is blank, so the answer is blank."
    unknown = f"{form.UNKNOWN_HEAT_ID} is HEAT's '{form.UNKNOWN_INSTITUTION}'"
    if key == form.UNKNOWN_HEAT_ID:
        return f"{unknown}, for learners whose school is not known."
    if register.heat_id(key) is None and answer == form.UNKNOWN_HEAT_ID:
        return f"{register.shown(key)} is known, but the installed list of HEAT IDs has none for it: {unknown}."
    after = register.followed(key)
    if register.heat_id(key) is None and isinstance(after, str):
        closed, successor = register.shown(key), register.shown(after)
        return f"{closed} is closed and has no HEAT ID of its own: {answer} is that of its successor {successor}."
    return f"{register.shown(key)} has the HEAT ID {answer}."


@function(SCHOOLS, why=_why_heat_id)
def wp_heat_id(schools: list[Any]) -> list[Any]:
    """The HEAT ID of each school as text with its #; that of HEAT's "Unknown Institution" where the list has none for it.

    Shape: that of the range.

    Unit: text, such as #052923: the # and the zeros belong to it.

    Errors: #VALUE! no form of identifier, or a HEAT ID that lost its #; #N/A a school that cannot be recognised: mend it, or
    decide that it is unknown; #REF! no list of HEAT IDs is installed, or only the sample.

    Source: the list of HEAT IDs that your institution exports from HEAT; the unknown institution from HEAT's own notice.

    Examples:
    >>> wpxl.call("WP_HEAT_ID", [["900001"], ["Unknown Institution [Open] - E"]])
    [('#900001',), ('#052923',)]
    """
    register = _register()
    known: dict[str, Any] = {}
    keys = register.find_many(schools)
    for key in set(keys):
        if isinstance(key, str):
            known[key] = _heat_id(register, key)
    return [known[key] if isinstance(key, str) else key for key in keys]
