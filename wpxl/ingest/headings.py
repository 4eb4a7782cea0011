"""What a heading of somebody's own school table means: `IMD 40 %`, `NS-SEC 4-8`, `YPR Q1+2 %`, `FSM %`, `Learners`.

The definition is read from the heading, never from the figures: 4-7 is not 4-8, Q1 is not Q1+2. Where a heading leaves it open
the narrower meaning is taken, which cannot make a school look as if it met a threshold that it does not, and the reader is told.

>>> meaning("NS-SEC 4–8 %").id, meaning("YPR Q1+2 %").id, meaning("POLAR4 Q1 %").id, meaning("Ofsted grade")
('school_nssec_4_8_pct', 'school_ypr_q1_2_pct', 'school_polar4_q1_pct', None)
>>> meaning("NS-SEC %").left_open
'NS-SEC 4-7, which is narrower than 4-8'
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Meaning(NamedTuple):
    id: str
    left_open: str = ""  # what the heading does not say, and how it was taken


IDENTITY = {
    "school_name": "(school|college|institution|organisation|establishment)( ?(and|/|or) ?college)?( ?name)?|name",
    "school_local_authority": "(school )?(la|lea|local authority)( name)?",
    "school_local_authority_code": "(la|lea|local authority) (code|number|no)",
    "school_region": "(school )?region( name)?",
    "school_postcode": "(school )?post ?code",
    "school_town": "(school )?town",
    "school_type": "(school |establishment )?type",
    "school_phase": "(school )?phase",
    "laestab": "la ?estab|dfe (number|no)|dfes (number|no)",
    "ukprn": "ukprn",
    "heat_id": "heat (school |institution )?id",
    "school_learners": "(number of |no of |total )?(learners?|pupils?|students?)( numbers?| count| on roll)?|roll|nor|headcount",
}  # fmt: skip
YEARS = {"imd": ("2010", "2015", "2019", "2025"), "nssec": ("2001", "2021")}
NO_SHARE = re.compile(r"rank|decile|score|number|count|average|mean|reason|band|priority").search


def simple(heading: str) -> str:
    """Words and figures in lower case; +, & and dashes between figures become one sign."""
    text = re.sub(r"[‐‑‒–—−]", "-", heading.casefold())
    text = re.sub(
        r"(?<!polar)(?<!polar )(?<!\d)(\d)\s*(?:-|to|\+|&|and|/)\s*(?:q|quintile)?\s*(\d)(?!\d)", r"\1-\2", text
    )
    text = re.sub(r"ns-?\s?sec", "nssec", text.replace("*", ""))
    return " ".join(re.sub(r"[^a-z0-9%-]+", " ", text).split())


def meaning(heading: str) -> Meaning | None:
    """The school measure that a heading names; None where it names none."""
    text = simple(heading)
    for measure_id, pattern in IDENTITY.items():
        if re.fullmatch(pattern, text):
            return Meaning(measure_id)
    return None if NO_SHARE(text) else _area(text) or _learners(text) or _results(text)


def _area(text: str) -> Meaning | None:
    words = text.replace("%", " ").split()
    if "imd" in words or "deprivation" in words:
        year = _year(text, "imd")
        told = "40" in words or re.search(r"(\bq|quintiles?) ?1-2\b", text)  # two fifths
        if not told and re.search(r"\bq ?[1-5]|quintile|\b[1235]0\b", text):
            return None  # another share of areas
        return Meaning(f"school_imd_40_pct{_dated(year)}", "" if told else "the share in the 40 % most deprived areas")
    if "nssec" in words:
        year = _year(text, "nssec")
        if "4-8" in text:
            return Meaning(f"school_nssec_4_8_pct{_dated(year)}")
        if "4-7" in text:
            return Meaning(f"school_nssec_4_7_pct{_dated(year)}")
        if re.search(r"\b[1-8](-[1-8])?\b", re.sub(r"\b20[0-9]{2}\b", "", text)):
            return None  # other classes
        return Meaning(f"school_nssec_4_7_pct{_dated(year)}", "NS-SEC 4-7, which is narrower than 4-8")
    area = _quintiled(text)
    if area is None:
        return None
    both = re.search(r"(q|quintiles? ?|polar[234]? ?|ypr ?|ahe ?)1-2\b", text)
    if both:
        return Meaning(f"school_{area}_q1_2_pct")
    if re.search(r"\bq ?[2-5]\b|quintiles? [2-5]|[2-5]-[2-5]", text):
        return None  # other quintiles
    told = re.search(r"\bq ?1\b|quintiles? 1\b", text)
    return Meaning(f"school_{area}_q1_pct", "" if told else "quintile 1, which is narrower than 1 and 2")


def _quintiled(text: str) -> str | None:
    if "tundra" in text:
        return "tundra_msoa" if "msoa" in text else "tundra_lsoa" if "lsoa" in text else None
    polar = re.search(r"polar ?([234])", text)
    adult = re.search(r"\bahe\b|adult he|adult higher", text)
    if adult:
        said_2011 = "2011" in text or ("adult he" in text and not polar)
        return "polar2_ahe" if polar and polar[1] == "2" else "adult_he_2011" if said_2011 else "ahe"
    if polar:
        return "polar2_ypr" if polar[1] == "2" else f"polar{polar[1]}"
    return "ypr" if re.search(r"\bypr\b|\bpolar\b|young participation", text) else None


def _learners(text: str) -> Meaning | None:
    if re.search(r"\bfsm", text) or "free school meal" in text:
        if re.search(r"ever ?-?6|fsm ?6", text):
            return Meaning("school_fsm_ever6_pct")
        if re.search(r"tak(en|ing|e)|uptake", text):
            return Meaning("school_fsm_taken_pct")
        return Meaning("school_fsm_pct", "" if "eligib" in text else "pupils eligible for free school meals")
    if re.search(r"\bsen\b|\bsend\b|special educational needs|\behcp?s?\b|statement", text):
        if re.search(r"statement|\behcp?s?\b", text):
            return Meaning("school_sen_statement_pct")
        support = "support" in text
        left = "" if support else "learners with a statement or EHC plan"
        return Meaning("school_sen_support_pct" if support else "school_sen_statement_pct", left)
    if re.search(r"\bema\b", text):
        return Meaning("school_ema_pct")
    return Meaning("school_bursary_pct") if "bursary" in text else None


def _results(text: str) -> Meaning | None:
    if re.search(r"\b(attainment|att) ?8\b", text):
        return Meaning("school_ks4_att8")
    if re.search(r"\b(progress|p) ?8\b", text):
        return Meaning("school_ks4_p8")
    five = re.search(r"\b5 ?(or more )?a ?-c|5ac", text)
    with_both = re.search(r"\be ?m\b|english|\bem\b|e & m", text)
    return Meaning("school_ks4_5ac_em_pct") if five and with_both else None


def _year(text: str, family: str) -> str:
    return next((year for year in YEARS[family] if year in text), "")


def _dated(year: str) -> str:
    return f"_{year}" if year else ""
