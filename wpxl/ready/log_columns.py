"""The columns of the outreach log: what is typed, what may be typed there, and what formulas make of it.

Headings are those of the registry of fields, so that a log is read as it is written.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from .. import fields
from ..domain.school import UNKNOWN_INSTITUTION
from ..errors import Fault
from .formulas import Ref
from .log_checks import DAY, NUMBER, PERCENT, WHOLE, choice
from .tables import Column, Plain, Row, Tables

# Cells of the sheet Settings that formulas read: the name that they bear, and the setting.
MODELS = {"LearnerModel": "learner_model", "SchoolModel": "school_model"}
TERMS = {"AutumnStarts": "autumn_start", "SpringStarts": "spring_start", "SummerStarts": "summer_start"}
FIGURES = ("imd", "nssec", "ypr", "ahe", "fsm")
YEAR, TERM = "Academic year", "Term"


def _labels(about: str) -> dict[str, str]:
    return {id_: fields.label(about, id_) for id_ in fields.of(about)}


ORG, ACT, ATT = _labels("organisations"), _labels("activities"), _labels("attendance")
WHO, TOOK, AIM = _labels("learners"), _labels("learner_attendance"), _labels("targets")
UNKNOWN = UNKNOWN_INSTITUTION.partition(" [")[0]
# Formulas' own headings.
ALL, RECORDED, PROFILED, HEADCOUNT = "Total attended", "Recorded individually", "With a profile", "Headcount only"
COVERAGE, BASIS, PRIORITY = "Learner coverage %", "Basis", "Priority"
DECILE, CLASS, PROFILE = "IMD decile", "NS-SEC", "Profile"
TRACKABLE, MISSING, ACTIVITIES = "Trackable", "Missing for tracking", "Activity count"


# ------------------------------------------------------------------------------------------ formulas of the spreadsheet


def counted(table: str, by: str, own: str, yes: str = "") -> Plain:
    """How many rows of a table bear the own cell; of those only that say Yes in another column. Nothing where it is blank."""

    def answer(row: Row, tables: Tables) -> int | None:
        rows = [other for other in tables[table] if other[by] == row[own]]
        return None if row[own] is None else sum(not yes or other[yes] == "Yes" for other in rows)

    more = f',{table}[{yes}],"Yes"' if yes else ""
    return Plain(f'IF([@[{own}]]="","",COUNTIFS({table}[{by}],[@[{own}]]{more}))', answer)


def summed(table: str, what: str, by: str, own: str) -> Plain:
    def answer(row: Row, tables: Tables) -> int | None:
        numbers = [other[what] or 0 for other in tables[table] if other[by] == row[own]]
        return None if row[own] is None else sum(numbers)

    return Plain(f'IF([@[{own}]]="","",SUMIFS({table}[{what}],{table}[{by}],[@[{own}]]))', answer)


def looked_up(table: str, wanted: str, by: str, own: str) -> Plain:
    """What another table says beside the own cell; an empty text where it says nothing."""

    def answer(row: Row, tables: Tables) -> Any:
        return next((other[wanted] for other in tables[table] if other[by] == row[own] is not None), None)

    found = f"INDEX({table}[{wanted}],MATCH([@[{own}]],{table}[{by}],0))"
    return Plain(f'IFERROR({found}&"","")', answer)  # without the text, a blank cell would come as 0


def _year(row: Row, tables: Tables) -> str | None:
    day: date | None = row[ACT["date"]]
    if day is None:
        return None
    start = day.year - (day.month < 9)
    return f"{start}/{(start + 1) % 100:02d}"


def _term(settings: dict[str, Any]) -> Callable[[Row, Tables], str | None]:
    """By the first days of the terms of the Settings' year; nothing for a day outside it."""
    autumn, spring, summer = (settings[name] for name in TERMS.values())

    def answer(row: Row, tables: Tables) -> str | None:
        day = row[ACT["date"]]
        if day is None or autumn is None or not autumn <= day < autumn.replace(year=autumn.year + 1):
            return None
        return "Summer" if day >= summer else "Spring" if day >= spring else "Autumn"

    return answer


# What HEAT needs to track a learner, with the words that the report on learners has for what is not there.
TRACKED = {
    WHO["first_name"]: "first name", WHO["last_name"]: "last name", WHO["date_of_birth"]: "date of birth",
    WHO["postcode"]: "home postcode", WHO["organisation"]: "school", WHO["tracking_statement"]: "tracking statement",
}  # fmt: skip
_GAP = '[@[{0}]]=""'
_GAPS = {
    WHO["organisation"]: f'OR({_GAP},LEFT([@[{{0}}]],{len(UNKNOWN)})="{UNKNOWN}")',
    WHO["tracking_statement"]: 'LEFT([@[{0}]])<>"Y"',
}


def _missing(row: Row, tables: Tables) -> str | None:
    if row[WHO["learner"]] is None:
        return None
    gaps = {heading for heading in TRACKED if row[heading] is None}
    if str(row[WHO["organisation"]]).startswith(UNKNOWN):
        gaps.add(WHO["organisation"])
    if not str(row[WHO["tracking_statement"]]).casefold().startswith("y"):
        gaps.add(WHO["tracking_statement"])
    return ", ".join(word for heading, word in TRACKED.items() if heading in gaps) or None


_SAID = "&".join(f'IF({_GAPS.get(heading, _GAP).format(heading)},", {word}","")' for heading, word in TRACKED.items())


def _profile(row: Row, tables: Tables) -> str | None:
    """Whether one of the guide's measures at least is known of a learner, as the majority rule asks."""
    if row[WHO["learner"]] is None:
        return None
    area, job = row[DECILE], row[CLASS]
    known = isinstance(area, int) or (job is not None and not isinstance(job, Fault))
    return "Yes" if known or row[WHO["fsm"]] in ("Yes", "No", "Y", "N") else "No"


_START = f"YEAR([@{ACT['date']}])-(MONTH([@{ACT['date']}])<9)"


# -------------------------------------------------------------------------------------------------------- the tables


def figures(own: str, settings: dict[str, Any]) -> list[Column]:
    """The guide's five percentages of the school in a column, and its priority."""
    columns = [
        Column(ORG[name], 10, "decimal", "WP_SCHOOL", (own,), (Ref(f"Figure_{name}", settings[name]),))
        for name in FIGURES
    ]
    model = Ref("SchoolModel", settings["school_model"])
    return [*columns, Column(PRIORITY, 11, "strong", "WP_PRIORITY", (own,), (model,))]


def organisations(settings: dict[str, Any]) -> list[Column]:
    own = ORG["organisation"]
    model = Ref("SchoolModel", settings["school_model"])

    def told(heading: str, width: float, style: str, measure: str) -> Column:
        return Column(heading, width, style, "WP_SCHOOL", (own,), (measure,))

    return [
        Column(own, 34, "wrapped"), Column(ORG["heat_id"], 12), Column(ORG["notes"], 30, "wrapped"),
        told("Name in the register", 30, "sentence", "School name"),
        told(ORG["local_authority"], 16, "sentence", "School local authority"),
        told(ORG["school_type"], 24, "sentence", "School type"), told("Learners on roll", 10, "whole", "School learners"),
        *figures(own, settings),
        Column("Why this priority", 72, "sentence", "WP_WHY", (own,), (model,), ("WP_PRIORITY",), own),
    ]  # fmt: skip


def activities(settings: dict[str, Any]) -> list[Column]:
    own, total, profiled = ACT["activity"], f"[@[{ALL}]]", f"[@[{PROFILED}]]"

    def answered(shown: Callable[[int, int], Any]) -> Callable[[Row, Tables], Any]:
        return lambda row, tables: shown(row[ALL], row[PROFILED]) if row[ALL] else None

    day = f"[@{ACT['date']}]"
    next_autumn = "EDATE(AutumnStarts,12)"
    return [
        Column(own, 10), Column(ACT["title"], 28, "wrapped"),
        Column(ACT["type"], 20, "wrapped", check=choice("ActivityTypes", "activity type")),
        Column(ACT["date"], 12, "day", check=DAY), Column(ACT["hours"], 8, "count", check=NUMBER),
        Column(ACT["organiser"], 17), Column(ACT["contact"], 15), Column(ACT["location"], 12),
        Column(ACT["notes"], 24, "wrapped"),
        Column(YEAR, 10, "centre", plain=Plain(
            f'IF({day}="","",{_START}&"/"&TEXT(MOD({_START}+1,100),"00"))', _year)),
        Column(TERM, 10, "centre", plain=Plain(
            f'IF(OR({day}="",{day}<AutumnStarts,{day}>={next_autumn}),"",'
            f'IF({day}>=SummerStarts,"Summer",IF({day}>=SpringStarts,"Spring","Autumn")))', _term(settings))),
        Column(ALL, 10, "whole", plain=summed("Attendance", ATT["attending"], ATT["activity"], own)),
        Column(RECORDED, 12, "whole", plain=counted("LearnerAttendance", TOOK["activity"], own)),
        Column(PROFILED, 10, "whole", plain=counted("LearnerAttendance", TOOK["activity"], own, PROFILE)),
        Column(HEADCOUNT, 11, "whole", plain=Plain(
            f'IF({total}="","",MAX(0,{total}-[@[{RECORDED}]]))',
            lambda row, _: None if row[ALL] is None else max(0, row[ALL] - row[RECORDED]))),
        Column(COVERAGE, 11, "decimal", plain=Plain(
            f'IF(N({total})=0,"",ROUND(100*{profiled}/{total},1))', answered(lambda n, known: round(100 * known / n, 1)))),
        Column(BASIS, 17, "strong", plain=Plain(
            f'IF(N({total})=0,"",IF(2*{profiled}>{total},"Learners","Organisations"))',
            answered(lambda n, known: "Learners" if 2 * known > n else "Organisations"))),
    ]  # fmt: skip


def attendance(settings: dict[str, Any]) -> list[Column]:
    return [
        Column(ATT["activity"], 12, check=choice("ActivityIDs", "activity", "Activities")),
        Column(ATT["organisation"], 36, "wrapped", check=choice("OrganisationNames", "organisation", "Organisations")),
        Column(ATT["year_group"], 12, check=choice("YearGroups", "year group")),
        Column(ATT["attending"], 12, "count", check=WHOLE),
        Column(ACT["title"], 30, "sentence", plain=looked_up("Activities", ACT["title"], ACT["activity"], ATT["activity"])),
        *figures(ATT["organisation"], settings),
    ]  # fmt: skip


def learners(settings: dict[str, Any]) -> list[Column]:
    yes_no = choice("YesNo", "answer")
    decide = tuple(WHO[name] for name in (
        "postcode", "fsm", "bursary", "parental_he", "nssec", "disabled", "in_care", "estranged", "carer"))  # fmt: skip
    model = (Ref("LearnerModel", settings["learner_model"]),)

    def area(heading: str, measure: str) -> Column:
        return Column(heading, 10, "centre", "WP_POSTCODE", (WHO["postcode"],), (measure,))

    return [
        Column(WHO["learner"], 10), Column(WHO["first_name"], 13), Column(WHO["last_name"], 15),
        Column(WHO["date_of_birth"], 12, "day", check=DAY), Column(WHO["postcode"], 12),
        Column(WHO["organisation"], 28, "wrapped", check=choice("OrganisationNames", "organisation", "Organisations")),
        Column(WHO["year_group"], 9, check=choice("YearGroups", "year group")),
        Column(WHO["academic_year"], 10, check=choice("AcademicYears", "academic year")),
        Column(WHO["gender"], 11, "wrapped", check=choice("Genders", "gender")), Column(WHO["heat_id"], 12),
        Column(WHO["tracking_statement"], 11, check=yes_no | {
            "input_title": "Tracking statement", "input_message": "Yes only if the learner has had sight of it."}),
        Column(WHO["ethnicity"], 26, "wrapped", check=choice("Ethnicities", "ethnic group")),
        Column(WHO["disabled"], 18, "wrapped", check=choice("Disabilities", "disability")),
        Column(WHO["in_care"], 13, "wrapped", check=choice("CareStatuses", "care status")),
        Column(WHO["estranged"], 11, check=yes_no), Column(WHO["carer"], 10, check=yes_no),
        Column(WHO["fsm"], 10, check=yes_no), Column(WHO["fsm_taken_up"], 10, check=yes_no),
        Column(WHO["bursary"], 10, check=yes_no), Column(WHO["ema"], 9, check=yes_no),
        Column(WHO["parental_he"], 11, check=yes_no), Column(WHO["nssec"], 19, "wrapped"),
        Column(WHO["gcse"], 17, "wrapped"), Column(WHO["a_level"], 20, "wrapped"), Column(WHO["notes"], 20, "wrapped"),
        area(DECILE, "IMD decile"), area("POLAR4 quintile", "POLAR4 quintile"), area("TUNDRA quintile", "TUNDRA LSOA quintile"),
        Column(CLASS, 9, "centre", "WP_NSSEC", (WHO["nssec"],)),
        Column(WHO["school_type"], 22, "sentence", "WP_SCHOOL", (WHO["organisation"],), ("School type",)),
        Column("Decision", 12, "strong", "WP_TARGET", decide, model),
        Column("Score", 8, "centre", "WP_TARGET_SCORE", decide, model),
        Column("Why this decision", 70, "sentence", "WP_WHY", decide, model, ("WP_TARGET",), WHO["learner"]),
        Column("HE-ready", 10, "centre", "WP_HE_READY", (WHO["year_group"], WHO["academic_year"])),
        Column(PROFILE, 9, "centre", plain=Plain(
            f'IF([@{WHO["learner"]}]="","",IF(OR(ISNUMBER([@[{DECILE}]]),IFERROR([@[{CLASS}]]<>"",FALSE),'
            f'[@[{WHO["fsm"]}]]={{"Yes","No","Y","N"}}),"Yes","No"))', _profile)),
        Column(MISSING, 24, "sentence", plain=Plain(
            f'IF([@{WHO["learner"]}]="","",MID({_SAID},3,200))', _missing)),
        Column(TRACKABLE, 11, "strong", plain=Plain(
            f'IF([@{WHO["learner"]}]="","",IF([@[{MISSING}]]="","Yes","No"))',
            lambda row, _: None if row[WHO["learner"]] is None else "No" if row[MISSING] else "Yes")),
        Column(ACTIVITIES, 11, "whole", plain=counted("LearnerAttendance", TOOK["learner"], WHO["learner"])),
    ]  # fmt: skip


def learner_attendance(settings: dict[str, Any]) -> list[Column]:
    own = TOOK["learner"]
    return [
        Column(TOOK["activity"], 12, check=choice("ActivityIDs", "activity", "Activities")),
        Column(own, 12, check=choice("LearnerIDs", "learner", "Learners")),
        Column(ACT["title"], 30, "answer", plain=looked_up("Activities", ACT["title"], ACT["activity"], TOOK["activity"])),
        Column(TOOK["first_name"], 16, "answer", plain=looked_up("Learners", WHO["first_name"], WHO["learner"], own)),
        Column(TOOK["last_name"], 18, "answer", plain=looked_up("Learners", WHO["last_name"], WHO["learner"], own)),
        Column(PROFILE, 10, "centre", plain=looked_up("Learners", PROFILE, WHO["learner"], own)),
    ]  # fmt: skip


def one_page(settings: dict[str, Any]) -> list[Column]:
    return [
        Column(ACT["date"], 13, "day", check=DAY), Column(ACT["title"], 30, "wrapped"),
        Column(ACT["type"], 22, "wrapped", check=choice("ActivityTypes", "activity type")),
        Column(ATT["organisation"], 34, "wrapped"), Column(ATT["year_group"], 12, check=choice("YearGroups", "year group")),
        Column(ATT["attending"], 12, "count", check=WHOLE), Column(ACT["contact"], 18), Column(ATT["notes"], 28, "wrapped"),
        *figures(ATT["organisation"], settings),
    ]  # fmt: skip


def targets(settings: dict[str, Any]) -> list[Column]:
    return [
        Column(AIM["target"], 44, "wrapped"),
        Column(AIM["measure"], 24, check=choice("TargetMeasures", "measure")),
        Column(AIM["year"], 12, check=choice("AcademicYears", "academic year")),
        Column(AIM["percent"], 11, "count", check=PERCENT), Column(AIM["notes"], 50, "wrapped"),
    ]  # fmt: skip
