"""What the sample rows and the lists of the outreach log hold: all invented, in the sample edition's fictional places."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..domain.school import UNKNOWN_INSTITUTION

Rows = list[tuple[Any, ...]]

YEAR = "2025/26"
SCHOOLS = {
    "A": "Ash School (fictional), Exampleton",  # two have the name, so its authority stands with it
    "B": "Birch Academy (fictional)",
    "C": "Cedar School (fictional)",
    "D": "Dogwood College (fictional)",
    "E": "Elder Hall (fictional)",  # independent: nothing is published of its learners
    "H": "Hazel High School (fictional)",
    "L": "Larch High School (fictional)",
    "R": "Rowan Academy (fictional)",
    "?": UNKNOWN_INSTITUTION,  # HEAT's own name for schools that nobody wrote down
}
ORGANISATIONS: Rows = [(name, f"#9000{n}" if n else None, note) for name, n, note in zip(
    SCHOOLS.values(), ("01", "02", "22", "04", "05", "27", "30", "17", None),
    (None, None, None, "Sixth-form college: free school meals are not recorded for colleges", None, None, None, None,
     "For visitors whose school is not known: its figures cannot be known either"), strict=True)]  # fmt: skip

ACTIVITIES: Rows = [
    # activity, title, type, date, hours, organiser, contact, location, notes
    ("A01", "A day on campus", "Campus visit", date(2025, 10, 14), 5, "Outreach team", "R. Sample", "Campus", None),
    ("A02", "Chemistry master class", "Master class", date(2025, 11, 12), 3, "Chemistry", "T. Example", "Campus", None),
    ("A03", "Paying for university", "Information, advice and guidance", date(2025, 11, 20), 1, "Outreach team", "R. Sample",
     "In school", None),
    ("A04", "Mentoring: first meeting", "Mentoring", date(2025, 12, 4), 2, "Outreach team", "R. Sample", "In school", None),
    ("A05", "Engineering taster day", "Subject taster", date(2026, 1, 21), 5, "Engineering", "M. Made-Up", "Campus", None),
    ("A06", "Maths on Saturdays", "Attainment raising", date(2026, 2, 7), 12, "Mathematics", "T. Example", "Campus", None),
    ("A07", "Discovery day", "Campus visit", date(2026, 3, 18), 5, "Outreach team", "R. Sample", "Campus",
     "Some came with a youth club"),
    ("A08", "Summer school", "Summer school", date(2026, 7, 6), 30, "Outreach team", "R. Sample", "Campus", "Residential"),
    ("A09", "Options evening", "Parents and carers", date(2026, 4, 22), 2, "Outreach team", "R. Sample", "In school", None),
    ("A10", "Sports science day", "Workshop", date(2026, 6, 10), 4, "Sport", "M. Made-Up", "Campus", "Nobody could come"),
]  # fmt: skip
ATTENDANCE: Rows = [
    (activity, SCHOOLS[school], f"Year {group}" if group else None, number)
    for activity, school, group, number in (
        ("A01", "A", 9, 30), ("A01", "R", 9, 28), ("A02", "R", 12, 4), ("A02", "D", 12, 5), ("A02", "L", 12, 3),
        ("A03", "D", 12, 45), ("A03", "E", 12, 20), ("A04", "L", 12, 6), ("A04", "R", 12, 4), ("A05", "B", 10, 15),
        ("A05", "H", 10, 18), ("A05", "C", 10, 16), ("A06", "A", 11, 8), ("A06", "C", 11, 6), ("A07", "A", 9, 32),
        ("A07", "B", 9, 31), ("A07", "?", 0, 12), ("A08", "R", 12, 5), ("A08", "D", 12, 6), ("A08", "L", 12, 4),
        ("A08", "H", 12, 3), ("A09", "C", 11, 40), ("A10", "H", 10, 0),
    )
]  # fmt: skip
ONE_PAGE: Rows = [
    (date(2025, 11, 5), "Museum handling session", "Workshop", SCHOOLS["B"], "Year 8", 26, "P. Pretend", "University museum"),
    (date(2026, 5, 13), "Law court for a day", "Subject taster", SCHOOLS["H"], "Year 12", 14, "P. Pretend", None),
]  # fmt: skip

_ANSWERS = {"y": "Yes", "n": "No", "?": "Not known", "-": None}
_GENDERS = {"f": "Female", "m": "Male", "b": "Non-binary", "-": None}
# Name | born | postcode | school and year | gender | statement seen | care, estranged, carer | free school meals, taken up,
# bursary, a parent has HE | a parent's occupation | ethnicity, by its place in the list | disability
_LEARNERS = """
Amara Testerton    | 2008-10-03 | XX1 5HG  | R12 | f | y | nnn | yyyn | bus driver          | 12 |
Ben Fictionby      | 2009-01-17 | XX5 3LG  | R12 | m | y | nnn | nnnn | electrician         | 1  |
Chidi Mockford     | 2008-12-25 | XX5 7YN  | R12 | m | y | nny | ynyn | cleaner             | 11 |
Daisy Sampleton    | 2009-06-09 | XX4 2ZH  | R12 | f | y | nnn | nnny | secondary school teacher | 1 | Dyslexia
Ela Inventley      | 2009-03-30 | XX4 5SQ  | R12 | f | y | nnn | nnnn | shop assistant      | 18 |
Farah Examplewell  | 2008-09-14 | XX2 3JT  | R12 | f | y | nnn | y?nn | taxi driver         | 7  |
Gus Nonesuch       | 2009-08-02 | XX6 5UX  | R12 | m | n | nnn | nnny | solicitor           | 1  |
Hana Placeholder   | 2009-02-11 | XX1 2QP  | R12 | f | y | nnn | yyyn | kitchen porter      | 6  |
Idris Testerton    | 2008-11-08 | XX1 6RU  | D12 | m | y | nnn | -nyn | warehouse operative | 12 |
Jo Fictionby       | 2009-05-21 | XX2 0XE  | D12 | b | y | nyn | -nyn | never worked        | 1  | Mental health condition
Kit Mockford       | 2009-04-04 | XX1 0XY  | D12 | m | y | ynn | ??yn | Not known           | 1  |
Lena Sampleton     | 2008-10-29 | XX3 1ZW  | D12 | f | y | nnn | nnnn | care worker         | 5  |
Mo Inventley       | 2009-07-19 | XX2 8WQ  | D12 | m | y | nnn | ynyn | lorry driver        | 7  |
Nia Examplewell    | 2009-01-05 | XX1 1HL  | D12 | f | y | nnn | ynyn | hairdresser         | 1  |
Omar Nonesuch      | 2008-12-12 | XX4 1PQ  | D12 | m | y | nnn | nnny | pharmacist          | 8  |
Pia Placeholder    | 2009-03-08 |          | D12 | f | y | nnn | ?nnn | Not known           | 17 |
Quinn Testerton    | 2009-06-27 | XX3 8YU  | D12 | m | n | nnn | nnn? | security guard      | 1  |
Rosa Fictionby     | 2008-09-30 | XX2 2GD  | L12 | f | y | nnn | ynyn | cleaner             | 14 |
Sam Mockford       | 2009-02-22 | XX2 4QN  | L12 | m | y | nnn | nnny | software engineer   | 1  |
Tariq Sampleton    | 2008-11-15 | XX1 8QZ  | L12 | m | y | nny | yyyn | taxi driver         | 7  |
Una Inventley      | 2009-05-02 | XX3 4SB  | L12 | f | y | nnn | nnnn | receptionist        | 5  | Deaf or hearing impairment
Vik Examplewell    | 2009-07-07 | XX2 6RJ  | L12 | m | y | nnn | nnyn | postman             | 6  |
Wren Nonesuch      | 2009-01-28 | XX1 1SD  | L12 | - | y | nyn | ynyn | Not known           | 1  |
Xena Placeholder   | 2009-08-16 | XX2 2HA  | L12 | f | - | nnn | ---- |                     |    |
Yusuf Testerton    | 2008-10-10 | XX11 1AU | H12 | m | y | nnn | nnny | accountant          | 10 |
Zoe Fictionby      | 2009-04-19 | XX12 3PH | H12 | f | y | nnn | nnny | GP                  | 1  |
Abe Mockford       | 2008-12-03 | XX10 9HT | H12 | m | y | nnn | nnnn | plumber             | 1  |
Bea Sampleton      | 2009-06-01 | XX11 3UB | H12 | f | y | ynn | ?nnn | Not known           | 1  |
Cai Inventley      | 2009-09-23 | XX2 8ND  | A11 | m | y | nnn | yynn | lorry driver        | 1  |
Dev Examplewell    | 2010-01-31 | XX1 6AA  | A11 | m | y | nnn | yynn | shop assistant      | 6  |
Esi Nonesuch       | 2010-03-17 | XX3 8TJ  | A11 | f | y | nnn | nnnn | nurse               | 11 |
Finn Placeholder   | 2009-11-26 | XX2 6AA  | A11 | m | y | nnn | nnn? | bricklayer          | 1  | ADHD
Gia Testerton      | 2010-05-05 | XX3 2WX  | A11 | f | n | nnn | ynnn | cleaner             | 1  |
Hal Fictionby      | 2010-07-12 | XX1 5HG  | A11 | m | y | nnn | nnny | police officer      | 1  |
Isla Mockford      | 2009-10-18 | XX5 8HT  | C11 | f | y | nnn | ynnn | teaching assistant  | 1  |
Jay Sampleton      | 2010-02-14 | XX5 6TT  | C11 | m | y | nny | yynn | unemployed          | 9  |
Kira Inventley     | 2010-06-20 | XX6 4UA  | C11 | f | y | nnn | nnnn | butcher             | 5  |
Leo Examplewell    | 2009-12-09 | XX5 5AA  | C11 | m | y | nnn | nnny | journalist          | 2  |
Mina Nonesuch      | 2010-11-11 | XX8 6HU  | B10 | f | y | nnn | nnnn | farmer              | 1  |
Ned Placeholder    | 2011-02-03 | XX8 2QA  | B10 | m | y | nnn | ynnn | carpenter           | 1  | Autism
"""
_GRADES = {  # GCSE, A levels
    2: ("8 at grades 9 to 4", "Maths, Physics, Chemistry"),
    6: ("9 at grades 9 to 5", "Biology, Chemistry, English"),
    9: ("6 at grades 7 to 4", "BTEC Engineering"),
    18: ("7 at grades 8 to 4", "Art, History, English"),
}
TOOK_PART: Rows = [
    (activity, f"L{int(number):02d}")
    for activity, numbers in (
        ("A02", "1 2 6 9 12 15 18 19"),  # 8 of 12: the majority
        ("A04", "3 8 18 20 24"),  # 5 of 10: exactly half, which is no majority
        ("A05", "39 40"),
        ("A06", "29 30 31 32 33 34 35 36 37"),
        ("A08", "1 3 5 7 8 9 10 11 13 14 16 18 20 22 23 25 27 28"),  # all 18
    )
    for number in numbers.split()
]
TARGETS: Rows = [
    ("Two thirds from the most deprived areas", "IMD 40 %", YEAR, 66, "HEFCE's benchmark, as in the Aimhigher guide"),
    ("Free school meals", "FSM", YEAR, 25, "Example"),
    ("First in the family", "No parental HE", YEAR, 50, "Example"),
    ("Care-experienced learners", "In care", YEAR, 5, "Example"),
]

YES_NO = ["Yes", "No", "Not known", "Prefer not to say"]
ETHNICITIES = [  # the groups of the Census of England and Wales 2021
    "White: English, Welsh, Scottish, Northern Irish or British", "White: Irish", "White: Gypsy or Irish Traveller",
    "White: Roma", "White: other", "Asian: Indian", "Asian: Pakistani", "Asian: Bangladeshi", "Asian: Chinese", "Asian: other",
    "Black: African", "Black: Caribbean", "Black: other", "Mixed: White and Black Caribbean",
    "Mixed: White and Black African", "Mixed: White and Asian", "Mixed: other", "Other: Arab", "Other: any other",
    "Not known", "Prefer not to say",
]  # fmt: skip
# Heading → the name by which the drop-downs know the list, and its words. People change them as they like.
LISTS: dict[str, tuple[str, list[str]]] = {
    "Activity type": ("ActivityTypes", [
        "Campus visit", "Master class", "Mentoring", "Summer school", "Information, advice and guidance", "Subject taster",
        "Attainment raising", "Workshop", "Work experience", "Transition", "Parents and carers", "Teachers", "Other"]),
    "Year group": ("YearGroups", [*(f"Year {n}" for n in range(5, 15)), "Mixed", "Adults"]),
    "Yes or no": ("YesNo", YES_NO),
    "Gender": ("Genders", ["Female", "Male", "Non-binary", "In another way", "Not known", "Prefer not to say"]),
    "Ethnic group": ("Ethnicities", ETHNICITIES),
    "Disability or none": ("Disabilities", [
        "No known disability", "Dyslexia", "ADHD", "Autism", "Specific learning difference", "Mental health condition",
        "Physical impairment", "Deaf or hearing impairment", "Blind or visual impairment", "Long-term health condition",
        "Two or more impairments", "Other disability", "Not known", "Prefer not to say"]),
    "Care status": ("CareStatuses", ["No", "In care", "Care leaver", "Care experienced", "Not known", "Prefer not to say"]),
    "Academic years": ("AcademicYears", [f"{n}/{n % 100 + 1}" for n in range(2023, 2031)]),
    "Measure of a target": ("TargetMeasures", [
        "IMD 40 %", "POLAR4 Q1", "POLAR4 Q1-2", "TUNDRA Q1", "TUNDRA Q1-2", "FSM", "16-19 bursary", "No parental HE",
        "NS-SEC 4-8", "Disabled", "In care", "Meets target criteria"]),
    "Learner models": ("LearnerModels", ["aimhigher-2011-learner", "aimhigher-2011-summer-school", "current-learner"]),
    "School models": ("SchoolModels", ["aimhigher-2011-school", "current-school"]),
    "Suppression rules": ("SuppressionRules", ["none", "under 5", "under 10", "hesa"]),
}  # fmt: skip


def learners() -> Rows:
    """The sample learners in the order of the typed columns of the log."""
    rows: Rows = []
    for number, line in enumerate(_LEARNERS.strip().splitlines(), 1):
        cells = [cell.strip() or None for cell in line.split("|")]
        name, born, postcode, place, gender, seen, care, money, job, ethnicity, disability = cells
        assert name and born and place and gender and seen and care and money
        _, estranged, carer = (_ANSWERS[mark] for mark in care)
        in_care = "Care experienced" if care[0] == "y" else _ANSWERS[care[0]]
        fsm, taken_up, bursary, parental_he = (_ANSWERS[mark] for mark in money)
        rows.append((
            f"L{number:02d}", *name.split(), date.fromisoformat(born), postcode, SCHOOLS[place[0]], f"Year {place[1:]}", YEAR,
            _GENDERS[gender], f"#9990{number:04d}" if number % 4 == 1 else None, _ANSWERS[seen],
            ETHNICITIES[int(ethnicity) - 1] if ethnicity else None,
            disability or ("No known disability" if ethnicity else None), in_care, estranged, carer,
            fsm, taken_up, bursary, None, parental_he, job, *_GRADES.get(number, (None, None)), None,
        ))  # fmt: skip
    return rows
