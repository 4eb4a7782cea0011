"""The columns of the outreach log: what is typed, what may be typed there, and what formulas make of it."""

from __future__ import annotations

from typing import Any

from .formulas import Ref
from .log_checks import DAY, NUMBER, PERCENT, WHOLE, choice
from .log_formulas import (
    academic_year,
    basis,
    counted,
    coverage,
    headcount,
    looked_up,
    missing,
    profile,
    summed,
    term,
    trackable,
)  # fmt: skip
from .log_headings import (
    ACT,
    ACTIVITIES,
    AIM,
    ALL,
    ATT,
    BASIS,
    CLASS,
    COVERAGE,
    DECILE,
    DECISION,
    FIGURES,
    HEADCOUNT,
    MISSING,
    ORG,
    PRIORITY,
    PROFILE,
    PROFILED,
    RECORDED,
    TOOK,
    TRACKABLE,
    WHO,
)  # fmt: skip
from .tables import Column


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
    own = ACT["activity"]
    recorded = counted("LearnerAttendance", TOOK["activity"], own)
    return [
        Column(own, 10), Column(ACT["title"], 28, "wrapped"),
        Column(ACT["type"], 20, "wrapped", check=choice("ActivityTypes", "activity type")),
        Column(ACT["date"], 12, "day", check=DAY), Column(ACT["hours"], 8, "count", check=NUMBER),
        Column(ACT["organiser"], 17), Column(ACT["contact"], 15), Column(ACT["location"], 12),
        Column(ACT["notes"], 24, "wrapped"), Column(ACT["academic_year"], 10, "centre", plain=academic_year()),
        Column(ACT["term"], 10, "centre", plain=term(settings)),
        Column(ALL, 10, "whole", plain=summed("Attendance", ATT["attending"], ATT["activity"], own)),
        Column(RECORDED, 12, "whole", plain=recorded),
        Column(PROFILED, 10, "whole", plain=counted("LearnerAttendance", TOOK["activity"], own, PROFILE)),
        Column(HEADCOUNT, 11, "whole", plain=headcount()), Column(COVERAGE, 11, "decimal", plain=coverage()),
        Column(BASIS, 17, "strong", plain=basis()),
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
        Column(DECISION, 12, "strong", "WP_TARGET", decide, model),
        Column("Score", 8, "centre", "WP_TARGET_SCORE", decide, model),
        Column("Why this decision", 70, "sentence", "WP_WHY", decide, model, ("WP_TARGET",), WHO["learner"]),
        Column("HE-ready", 10, "centre", "WP_HE_READY", (WHO["year_group"], WHO["academic_year"])),
        Column(PROFILE, 9, "centre", plain=profile()), Column(MISSING, 24, "sentence", plain=missing()),
        Column(TRACKABLE, 11, "strong", plain=trackable()),
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
