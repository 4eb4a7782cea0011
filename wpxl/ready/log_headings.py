"""The headings of the outreach log: those of the registry of fields, so that a log is read as it is written, and its own."""

from __future__ import annotations

from .. import fields

# Cells of the sheet Settings that formulas read: the name that they bear, and the setting.
MODELS = {"LearnerModel": "learner_model", "SchoolModel": "school_model"}
TERMS = {"AutumnStarts": "autumn_start", "SpringStarts": "spring_start", "SummerStarts": "summer_start"}
FIGURES = ("imd", "nssec", "ypr", "ahe", "fsm")


def _labels(about: str) -> dict[str, str]:
    return {id_: fields.label(about, id_) for id_ in fields.of(about)}


ORG, ACT, ATT = _labels("organisations"), _labels("activities"), _labels("attendance")
WHO, TOOK, AIM = _labels("learners"), _labels("learner_attendance"), _labels("targets")
# Formulas' own headings.
ALL, RECORDED, PROFILED, HEADCOUNT = "Total attended", "Recorded individually", "With a profile", "Headcount only"
COVERAGE, BASIS, PRIORITY = "Learner coverage %", "Basis", "Priority"
DECILE, CLASS, PROFILE, DECISION = "IMD decile", "NS-SEC", "Profile", "Decision"
TRACKABLE, MISSING, ACTIVITIES = "Trackable", "Missing for tracking", "Activity count"
