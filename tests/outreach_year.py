"""A made-up year of outreach work, with the dirt that people produce: the truth of it, and workbooks that say it.

    year = make()                            # about 300 activities, 80 schools, 12,000 learners; seeded, always the same
    year.records                             # the truth: what reading a complete workbook must give
    year.facts                               # the true answers of each row of learners: True, False or None
    year.sheets("log")                       # the same as people type it, for records.read.read: LAYOUTS names them
    write(path, year.sheets("log"))          # … as a workbook

Schools: the forty fictional ones of the sample edition, by URN, and invented ones whose figures only the workbook knows ("?…").
Postcodes: the sample edition's. Learners, names and dates of birth are drawn by chance and mean nobody.
"""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from wpxl import fields, store
from wpxl.domain import school as form
from wpxl.domain.school import UNKNOWN_HEAT_ID
from wpxl.records import Records
from wpxl.records.source import SheetCells
from wpxl.workbooks.refs import Area

START = 2025  # the academic year
FIRST = [
    "Amara", "Ben", "Chloe", "Dev", "Ella", "Femi", "Grace", "Haris", "Isla", "Jay", "Kofi", "Lena", "Mo", "Nia",
    "Omar", "Priya", "Quinn", "Rosa", "Sami", "Tia", "Umar", "Vera", "Will", "Xena", "Yusuf", "Zoe",
]  # fmt: skip
LAST = [
    "Abara", "Bell", "Clarke", "Dhillon", "Evans", "Farah", "Green", "Hughes", "Iqbal", "Jones", "Khan", "Lewis",
    "Mistry", "Novak", "Okoro", "Price", "Quayle", "Reid", "Shah", "Turner", "Usman", "Vaughan", "White", "Xu", "Young",
    "Zaman", "O'Neil", "Smith-Hart",
]  # fmt: skip
TYPES = (
    "Campus visit", "Mentoring", "Master class", "Summer school", "Information, advice and guidance", "Taster day",
    "School visit", "Work experience",
)  # fmt: skip
DEPARTMENTS = ("Outreach", "Engineering", "Arts", "Medicine", None)
ETHNICITIES = (
    "White British",
    "Asian or Asian British",
    "Black or Black British",
    "Mixed",
    "Prefer not to say (998)",
    "white british ",
    None,
)
YES, NO = ("Y", "Yes", "yes ", 1.0, "TRUE", "✓"), ("N", "No", "no", 0.0, "FALSE")
UNKNOWN = (None, None, "Not known (997)", "Prefer not to say", "?")
SHARES = {  # of learners: yes, no; the rest is not known
    "fsm": (0.28, 0.55), "fsm_taken_up": (0.2, 0.5), "bursary": (0.1, 0.5), "ema": (0.02, 0.3), "parental_he": (0.35, 0.4),
    "disabled": (0.12, 0.7), "in_care": (0.02, 0.8), "estranged": (0.01, 0.6), "carer": (0.04, 0.6),
    "service_child": (0.02, 0.5), "refugee": (0.02, 0.5), "tracking_statement": (0.7, 0.2),
}  # fmt: skip
LAYOUTS = ("log", "flat", "heat", "one-page", "profiles")
PERCENTAGES = ("imd", "nssec", "ypr", "ahe", "fsm")


class OutreachYear(NamedTuple):
    records: Records
    facts: pd.DataFrame  # a row a learner, in the order of records.learners
    typed: dict[str, pd.DataFrame]  # the same tables as they are typed in the log

    def sheets(self, layout: str = "log") -> list[SheetCells]:
        return _SHEETS[layout](self)


def make(activities: int = 300, schools: int = 80, learners: int = 12_000, seed: int = START) -> OutreachYear:
    """A year of work of any size, always the same for the same arguments."""
    rng = np.random.default_rng(seed)
    places = _schools(rng, schools)
    events = _activities(rng, activities)
    attendance, typed_attendance = _attendance(rng, events, places)
    people, typed_people, facts = _learners(rng, learners, places)
    took_part = _took_part(rng, attendance, people)
    targets = pd.DataFrame(
        {
            "target": ["PTS_1", "PTS_2"],
            "measure": ["IMD 40 %", "FSM"],
            "year": pd.array([START, START], "Int64"),
            "percent": [66.0, 30.0],
            "part": [np.nan, np.nan],
            "base": [np.nan, np.nan],
        }
    )
    settings = {"institution": "University of Exampleton", "year": START, "learner_model": "aimhigher-2011-learner"}
    known = set(attendance["organisation"]) | set(people["organisation"]) | set(places["organisation"])
    organisations = places.drop(columns=["typed", "heat_id"])
    if "unknown" in known:
        organisations.loc[len(organisations)] = ["unknown", form.UNKNOWN_INSTITUTION, *[None] * 4, *[np.nan] * 5]
    whole = events.drop(columns="typed_date")
    whole.loc[len(whole)] = ["A-99999", "A-99999", None, pd.NaT, pd.NA, None, np.nan, None, ""]
    whole["institution"] = people["institution"] = settings["institution"]
    organisations, whole, attendance, people, targets = map(_plain, (organisations, whole, attendance, people, targets))
    records = Records(
        organisations=organisations, activities=whole, attendance=attendance, learners=people, took_part=took_part,
        targets=targets, settings=settings, institution=str(settings["institution"]),
    )  # fmt: skip
    typed = {"schools": places, "activities": events, "attendance": typed_attendance, "learners": typed_people}
    return OutreachYear(records, facts, typed)


@cache
def whole_year() -> OutreachYear:
    """The usual one, made once a process. Treat it as read-only."""
    return make()


@cache
def small_year() -> OutreachYear:
    """30 activities, 20 schools, 400 learners: for tests that go over it many times."""
    return make(30, 20, 400)


# --------------------------------------------------------------------------------------------------------- the truth


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts as plain Python texts, None where there is none, whatever pandas would make of them."""
    for name in frame.columns:
        if pd.api.types.is_string_dtype(frame[name]) or frame[name].dtype == object:
            made = np.empty(len(frame), object)
            made[:] = [None if v is None or v != v else v for v in frame[name].tolist()]
            frame[name] = pd.Series(made, index=frame.index, dtype=object)
    return frame


def _pick(rng: np.random.Generator, options: tuple[Any, ...] | list[Any], size: int) -> np.ndarray:
    out = np.empty(len(options), object)
    out[:] = options
    return out[rng.integers(0, len(options), size)]


def _schools(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Half of them the sample edition's; every fifth invented one without figures."""
    sample = pd.read_parquet(store.shipped("data") / "sample" / "sample_schools.parquet").head(max(count // 2, 1))
    rows = [
        (urn, name, urn, la, "Sample region", kind, *[np.nan] * 5, f"{name}, {la}", heat)
        for urn, name, la, kind, heat in zip(
            *(sample[c] for c in ("urn", "school_name", "school_local_authority", "school_type", "heat_id")),
            strict=True,
        )
    ]
    for at in range(count - len(rows)):
        name = f"{LAST[at % len(LAST)]} {('Lane', 'Park', 'Hill')[at // len(LAST) % 3]} School"
        figures = [round(float(v), 1) for v in rng.uniform(1, 99, 5)] if at % 5 else [np.nan] * 5
        rows.append(
            (f"?{form.folded(name)}", name, None, "Exampleton", "Sample region", "Academy", *figures, name, None)
        )
    columns = [
        "organisation",
        "name",
        "key",
        "local_authority",
        "region",
        "school_type",
        *PERCENTAGES,
        "typed",
        "heat_id",
    ]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[:6], object))


def _activities(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """A fifth of them in the two years before; one in a hundred without a date."""
    first = np.datetime64(f"{START}-09-08")
    date = first + rng.integers(0, 320, count).astype("timedelta64[D]")
    earlier = np.arange(count) % 5 == 4
    date[earlier] -= np.where(np.arange(count) % 10 == 4, 365, 730)[earlier].astype("timedelta64[D]")
    kind = _pick(rng, TYPES, count)
    dates = pd.Series(date.astype("datetime64[ns]"))
    dates[np.arange(count) % 100 == 50] = pd.NaT
    year = dates.dt.year.where(dates.dt.month >= 9, dates.dt.year - 1)
    month = dates.dt.month
    term = np.where(month >= 9, "Autumn", np.where(month <= 3, "Spring", "Summer")).astype(object)
    term[dates.isna()] = None
    return pd.DataFrame({
        "activity": pd.Series([f"A-{at + 1:05}" for at in range(count)], dtype=object),
        "title": pd.Series([f"{k} {at + 1}" for at, k in enumerate(kind)], dtype=object),
        "type": kind,
        "date": dates,
        "year": year.astype("Int64"),
        "term": term,
        "hours": rng.integers(1, 13, count) / 2,
        "organiser": _pick(rng, DEPARTMENTS, count),
        "institution": "",
        "typed_date": _typed_dates(dates),
    })  # fmt: skip


def _typed_dates(dates: pd.Series[Any]) -> list[Any]:
    """Real dates, text with the day first, ISO text, and Excel's numbers."""
    out: list[Any] = []
    for at, day in enumerate(dates):
        if pd.isna(day):
            out.append(None)
        elif at % 7 == 1:
            out.append(day.strftime("%d/%m/%Y"))
        elif at % 7 == 2:
            out.append(f"{day:%Y-%m-%d}")
        elif at % 7 == 3:
            out.append(float((day - pd.Timestamp("1899-12-30")).days))
        else:
            out.append(day.to_pydatetime())
    return out


def _attendance(
    rng: np.random.Generator, events: pd.DataFrame, places: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One to four schools an activity; a few with none, with nobody, with a school that is not known, with 'lots'."""
    rows = []
    for at, activity in enumerate(events["activity"]):
        if at % 20 != 19:
            here = rng.choice(len(places), min(int(rng.integers(1, 5)), len(places)), replace=False)
            rows += [(activity, place, int(rng.integers(7, 14)), int(rng.integers(3, 61))) for place in here]
    count = len(rows)
    activity, place, group, attending = (list(column) for column in zip(*rows, strict=True))
    number = np.array(attending, float)
    number[np.arange(count) % 40 == 39] = 0
    typed_number: list[Any] = [
        n if at % 4 else (f" {n:g} " if at % 8 else f"{n:g} pupils") for at, n in enumerate(number)
    ]
    typed_place = _typed_schools(places, place)
    organisation = places["organisation"].to_numpy()[place]
    for at in range(30, count, 60):
        organisation[at], typed_place[at] = "unknown", ("Unknown", UNKNOWN_HEAT_ID, "n/a")[at // 60 % 3]
    for at in range(25, count, 200):
        number[at], typed_number[at] = np.nan, "lots"
    typed_group = [(g, f"Yr {g}", f"Year {g}", f"Y{g}")[at % 4] for at, g in enumerate(group)]
    groups = pd.array(group, "Int64")
    for at in range(12, count, 50):
        typed_group[at], groups[at] = "Yr 9/10", pd.NA
    truth = pd.DataFrame({
        "activity": pd.Series(activity, dtype=object), "organisation": organisation, "year_group": groups,
        "audience": pd.Series([str(g) for g in typed_group], dtype=object), "attending": number,
    })  # fmt: skip
    truth.loc[count] = ["A-99999", places["organisation"][0], 9, "9", 12.0]
    typed = pd.DataFrame({
        "activity": activity, "organisation": typed_place, "year_group": typed_group, "attending": typed_number,
    }, dtype=object)  # fmt: skip
    typed.loc[count] = ["A-99999", places["typed"][0], 9, 12]
    return truth, typed


def _typed_schools(places: pd.DataFrame, chosen: list[int]) -> list[Any]:
    """By name and local authority, in capitals, by URN or by HEAT ID where there are any."""
    forms = []
    for typed, key, heat in zip(
        places["typed"].tolist(), places["key"].tolist(), places["heat_id"].tolist(), strict=True
    ):
        known = isinstance(key, str)
        forms.append((typed, typed.upper(), float(key) if known else typed, heat if known else typed, typed))
    return [forms[place][at % 5] for at, place in enumerate(chosen)]


def _learners(
    rng: np.random.Generator, count: int, places: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Persons, every sixtieth of whom has changed school: one more row, of the same name and date of birth."""
    at = np.arange(count)
    names = len(FIRST) * len(LAST)
    batch = at // names  # of learners who bear the same name, each has a day of birth of their own
    group = rng.integers(7, 14, count)
    day = (rng.integers(0, 365 // (batch.max() + 1), count) * (batch.max() + 1) + batch) % 365
    born = (START - group - 5 - 1970).astype("datetime64[Y]").astype("datetime64[D]") + (243 + day).astype(
        "timedelta64[D]"
    )
    home = np.minimum(rng.geometric(2.5 / len(places), count) - 1, len(places) - 1)
    true_postcodes, typed_postcodes = _postcodes(rng, count)
    typed_group: list[Any] = [(float(g), f"Yr {g}", f"Year {g}", f"Y{g}")[i % 4] for i, g in enumerate(group)]
    columns: dict[str, Any] = {
        "learner": np.array([f"L{i + 1:06}" for i in at], object),
        "first_name": np.array(FIRST, object)[at % len(FIRST)],
        "last_name": np.array(LAST, object)[at // len(FIRST) % len(LAST)],
        "date_of_birth": np.array([datetime.datetime(d.year, d.month, d.day) for d in born.astype(object)], object),
        "postcode": typed_postcodes,
        "year_group": np.array(typed_group, object),
        "gender": _pick(rng, ("F", "Female", "M", "Male", "Other", None), count),
        "ethnicity": _pick(rng, ETHNICITIES, count),
        "nssec": _pick(rng, ("4", 6.0, "2", "1.1", "8", "NC", "cleaner", None, None), count),
        "heat_id": np.where(at % 3 == 0, np.array([f"#{i + 1:08}" for i in at], object), None),
    }
    facts: dict[str, Any] = {"postcode": true_postcodes, "date_of_birth": born.astype("datetime64[ns]")}
    for name, (yes, no) in SHARES.items():
        draw = rng.random(count)
        said = np.where(draw < yes, True, np.where(draw < yes + no, False, None))
        facts[name] = said
        columns[name] = np.where(
            draw < yes,
            _pick(rng, YES, count),
            np.where(draw < yes + no, _pick(rng, NO, count), _pick(rng, UNKNOWN, count)),
        )
    typed, true = pd.DataFrame(columns, dtype=object), pd.DataFrame(facts)
    typed["place"], typed["person"] = home, at
    moved = typed[at % 60 == 59].copy()
    moved["learner"] = [f"L{count + i + 1:06}" for i in range(len(moved))]
    moved["place"] = (moved["place"] + 1) % len(places)
    moved["heat_id"] = None
    true = pd.concat([true, true.iloc[moved.index]], ignore_index=True)
    typed = pd.concat([typed, moved], ignore_index=True)
    place = typed.pop("place").astype(int)
    typed["organisation"] = _typed_schools(places, place.tolist())
    person = typed.pop("person").astype("int64")
    truth = pd.DataFrame(
        {"learner": typed["learner"], "person": person, "organisation": places["organisation"].to_numpy()[place]}
    )
    truth["year_group"] = pd.array(group[person], "Int64")
    truth["institution"] = ""
    own = [
        f
        for f in fields.of("learners")
        if f not in ("learner", "organisation", "year_group", "name", "first_generation")
    ]
    for name in own:
        truth[name] = typed[name] if name in typed else pd.Series([None] * len(typed), dtype=object)
    true.insert(0, "learner", typed["learner"])
    return truth, typed, true


def _postcodes(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """As they are (None where there is none), and as they are typed: lower case, no space, half a postcode, nothing."""
    table = pd.read_parquet(store.shipped("data") / "sample" / "sample_postcodes.postcodes.parquet")["postcode"]
    true = np.array(table.tolist(), object)[rng.integers(0, len(table), count)]
    typed = true.copy()
    at = np.arange(count)
    typed[at % 5 == 1] = [p.lower() for p in true[at % 5 == 1]]
    typed[at % 5 == 2] = [p.replace(" ", "") for p in true[at % 5 == 2]]
    typed[at % 50 == 3] = "WS108P"
    typed[at % 25 == 4] = None
    true[(at % 50 == 3) | (at % 25 == 4)] = None
    return true, typed


def _took_part(rng: np.random.Generator, attendance: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """None, three in ten, exactly half, four in five or all of those who attended; one learner at forty activities."""
    pools = people.groupby("organisation")["learner"].agg(list)
    pairs: list[tuple[str, str]] = []
    for at, row in enumerate(attendance.itertuples()):
        pool = pools.get(row.organisation, [])
        wanted = 0 if np.isnan(row.attending) else int(row.attending * (0, 0.3, 0.5, 0.8, 1)[at % 5])
        if pool and wanted:
            chosen = rng.choice(len(pool), min(wanted, len(pool)), replace=False)
            pairs += [(row.activity, pool[i]) for i in chosen]
    pairs += [(activity, people["learner"][0]) for activity in attendance["activity"].unique()[:40]]
    return pd.DataFrame(pairs, columns=["activity", "learner"], dtype=object).drop_duplicates(ignore_index=True)


# ------------------------------------------------------------------------------------------------------- as it is typed


def _cells(frame: pd.DataFrame) -> list[list[Any]]:
    return [[None if v is None or v is pd.NaT or v != v else v for v in row] for row in frame.to_numpy(object)]


def _by(frame: pd.DataFrame, key: str, column: str) -> dict[Any, Any]:
    return dict(zip(frame[key].tolist(), frame[column].tolist(), strict=True))


def _sheet(name: str, above: list[str], headings: list[str], rows: list[list[Any]], table: str = "") -> SheetCells:
    """A sheet with lines of text above its list, as an Excel Table where it has a name."""
    wide = len(headings)
    top = [[line, *[None] * (wide - 1)] for line in above]
    grid = [*top, headings, *rows]
    at = len(above) + 1
    tables = [(table, Area(at, 1, len(grid), wide), headings)] if table else []
    return SheetCells(name, grid, tables)


def _with_blanks(rows: list[list[Any]], every: int = 37) -> list[list[Any]]:
    """A blank row here and there, as people leave them."""
    out = []
    for at, row in enumerate(rows):
        out.append(row)
        if at % every == every - 1:
            out.append([None] * len(row))
    return out


def _labelled(about: str, frame: pd.DataFrame) -> tuple[list[str], list[list[Any]]]:
    return [fields.label(about, name) for name in frame.columns], _cells(frame)


def _log(year: OutreachYear) -> list[SheetCells]:
    """Our own workbook: a Table a kind, headed as data/fields.toml says."""
    typed = year.typed
    schools = typed["schools"].rename(columns={"organisation": "id", "name": "organisation", "key": "urn"})
    schools = schools[["organisation", "urn", "local_authority", "region", "school_type", *PERCENTAGES]]
    events = typed["activities"].assign(date=typed["activities"]["typed_date"])
    events = events[["activity", "title", "type", "date", "hours", "organiser"]]
    taken = year.records.took_part
    out = []
    for about, name, frame in (
        ("activities", "Activities", events),
        ("attendance", "Attendance", typed["attendance"]),
        ("organisations", "Organisations", schools),
        ("learners", "Learners", typed["learners"]),
        ("learner_attendance", "LearnerAttendance", taken),
        ("targets", "Targets", year.records.targets.drop(columns=["part", "base"]).assign(year="2025/26")),
    ):
        headings, rows = _labelled(about, frame)
        label = fields.tables()[about]["label"]
        out.append(_sheet(label, [label, "Type below the headings."], headings, rows, name))
    settings = [
        ["Institution", "University of Exampleton"],
        ["Academic year", "2025/26"],
        ["Learner model", "aimhigher-2011-learner"],
    ]
    return [*out, _sheet("Settings", ["Settings"], ["Setting", "Value"], settings, "Settings")]


def _flat(year: OutreachYear) -> list[SheetCells]:
    """Two home-made sheets: a row for each activity and school, and a row for each learner and activity."""
    typed, truth, attendance = year.typed, year.records.attendance, year.typed["attendance"]
    name, la = (_by(typed["schools"], "organisation", column) for column in ("name", "local_authority"))
    missing = sorted(set(typed["activities"]["activity"]) - set(attendance["activity"]))
    work = attendance.assign(
        organisation=[name.get(o, t) for o, t in zip(truth["organisation"], attendance["organisation"], strict=True)],
        la=list(map(la.get, truth["organisation"])),
    )
    alone = pd.DataFrame({"activity": missing}, dtype=object).reindex(columns=work.columns)
    work = pd.concat([work, alone.astype(object)], ignore_index=True)
    for heading, column in (
        ("title", "title"),
        ("type", "type"),
        ("date", "typed_date"),
        ("hours", "hours"),
        ("organiser", "organiser"),
    ):
        work[heading] = list(map(_by(typed["activities"], "activity", column).get, work["activity"]))
    work["room"] = "B12"
    order = [
        "activity",
        "title",
        "type",
        "date",
        "hours",
        "organiser",
        "organisation",
        "la",
        "year_group",
        "attending",
        "room",
    ]
    headings = [
        "Event ref",
        "Event name",
        "Type of event",
        "Date of event",
        "Hrs",
        "Department",
        "School",
        "LA",
        "Yr group",
        "No. of pupils",
        "Tea",
    ]
    rows = _with_blanks(_cells(work[order]))
    total = [["Total", *[None] * 8, float(np.nansum(truth["attending"])), None]]
    people = typed["learners"].merge(year.records.took_part, on="learner", how="left")
    school = list(map(_by(year.records.learners, "learner", "organisation").get, people["learner"]))
    people["organisation"], people["la"] = list(map(name.get, school)), list(map(la.get, school))
    said, opposite = _by(year.facts, "learner", "parental_he"), {True: "No", False: "Yes", None: None}
    people["first"] = [opposite[said[learner]] for learner in people["learner"]]
    columns = {
        "last_name": "Surname", "first_name": "Forename", "date_of_birth": "D.O.B.", "postcode": "Home post code",
        "organisation": "School attended", "la": "LA", "year_group": "Yr", "gender": "Sex", "ethnicity": "Ethnic background",
        "fsm": "Are you eligible for free school meals?", "bursary": "In receipt of bursary",
        "first": "First in family to go to university?", "nssec": "Parent's job", "disabled": "Do you have a disability?",
        "in_care": "Have you ever been in care?", "heat_id": "HEAT number", "activity": "Event ref",
    }  # fmt: skip
    profile = typed["schools"][["name", "local_authority", "key", "school_type", *PERCENTAGES]]
    profiles = ["School name", "LA", "URN", "Type of establishment", "IMD 40 %", "NS-SEC 4-8 %", "YPR", "AHE", "% FSM"]
    settings = [
        ["Institution", "University of Exampleton"],
        ["Academic year", "2025/26"],
        ["Targeting model", "aimhigher-2011-learner"],
    ]
    return [
        _sheet("2025-26", ["Outreach 2025/26", "", "Kept by the outreach team"], headings, [*rows, *total]),
        _sheet("Students", ["Who came"], list(columns.values()), _with_blanks(_cells(people[list(columns)]))),
        _sheet("School profiles", [], profiles, _cells(profile)),
        _sheet("Set-up", [], ["Our institution", "University of Exampleton"], settings[1:]),
    ]


def _heat(year: OutreachYear) -> list[SheetCells]:
    """Exports as a tracking service gives them: everything by id."""
    typed = year.typed
    events = typed["activities"][["activity", "title", "type", "typed_date", "hours", "organiser"]]
    people = typed["learners"]
    columns = {
        "learner": "Student ID", "heat_id": "Student HEAT ID", "first_name": "First Name", "last_name": "Last Name",
        "date_of_birth": "Date of Birth", "postcode": "Home Postcode", "organisation": "Last known Institution Name",
        "year_group": "Current Year Group", "gender": "Sex", "ethnicity": "Ethnicity", "disabled": "Disability",
        "parental_he": "Parental HE", "fsm": "Free School Meals", "in_care": "Care Leaver", "estranged": "Estranged",
        "service_child": "Service Children", "carer": "Young Carer", "refugee": "Refugee / Asylum Seeker",
        "tracking_statement": "Individual Data Collection Privacy Form",
    }  # fmt: skip
    sheets = [
        (
            "Activity export",
            ["Activity ID", "Activity Title", "Activity Type", "Activity Date", "Contact Hours", "Department"],
            events,
        ),
        (
            "Beneficiaries",
            ["Activity ID", "Beneficiary Name", "Year Group", "Total Number of Students"],
            typed["attendance"],
        ),
        ("Student export", list(columns.values()), people[list(columns)]),
        ("Activity students", ["Activity ID", "Student ID"], year.records.took_part),
    ]
    return [_sheet(name, [], headings, _cells(frame)) for name, headings, frame in sheets]


def _one_page(year: OutreachYear) -> list[SheetCells]:
    """The log for staff who run one or two activities a year: nothing of learners, no ids."""
    work = year.typed["attendance"].copy()
    for heading, column in (("title", "title"), ("type", "type"), ("date", "typed_date")):
        known = _by(year.typed["activities"], "activity", column)
        work[heading] = [known.get(a, a if heading == "title" else None) for a in work["activity"]]
    work["contact"], work["notes"] = "outreach", None
    order = ["date", "title", "type", "organisation", "year_group", "attending", "contact", "notes"]
    headings = ["Date", "Activity", "Type", "School", "Year group", "Number of students", "Contact", "Notes"]
    return [_sheet("One-page log", ["School and College Outreach Log"], headings, _with_blanks(_cells(work[order])))]


def _profiles(year: OutreachYear) -> list[SheetCells]:
    """Only who came, and what the schools are like."""
    log = {sheet.name: sheet for sheet in _log(year)}
    return [log["Attendance"]._replace(tables=()), log["Organisations"]._replace(tables=())]


_SHEETS = {"log": _log, "flat": _flat, "heat": _heat, "one-page": _one_page, "profiles": _profiles}


def write(path: Path, sheets: list[SheetCells]) -> None:
    """A workbook of these sheets, their Tables as Excel Tables."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy", "nan_inf_to_errors": True})
    for name, grid, tables in sheets:
        sheet = book.add_worksheet(name)
        for r, row in enumerate(grid):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value)
        for table, place, headings in tables:
            where = (place.first_row - 1, place.first_column - 1, place.last_row - 1, place.last_column - 1)
            sheet.add_table(*where, {"name": table, "columns": [{"header": h} for h in headings]})
    book.close()
