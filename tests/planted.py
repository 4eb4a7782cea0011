"""A workbook with planted errors: a thousand learners, their activities and schools, and what is wrong in which cell.

The generator knows how people and programs spoil lists; it does not know the rules that look for it. Kinds of errors are named as
findings are. Among the clean rows stand look-alikes: short, accented and double names, towns, twins, birthdays on a leap day and at
the edges of the school year. Everybody is invented, and so are postcodes (area XX) and schools.
"""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from wpxl.errors import Fault
from wpxl.imports.shape import TemplateSheet, Wanted
from wpxl.records.source import SheetCells

START = 2025
HEADINGS = (
    "HEAT ID", "First name", "Middle name", "Last name", "Date of birth", "Year group", "Phase adjustment", "School",
    "Home postcode", "Gender", "Ethnicity", "FSM", "Tracking statement seen", "UPN", "Mobile", "Activity", "Notes",
)  # fmt: skip
GENDERS = ("Female", "Male", "Non-binary", "Prefer not to say (998)")
ETHNICITIES = ("White British", "Asian or Asian British - Pakistani", "Black or Black British - African", "Mixed background",
               "Not known (997)")  # fmt: skip
SCHOOLS = [
    f"{tree} {kind}" for tree in ("Ash", "Beech", "Cedar", "Elder", "Fir", "Hazel") for kind in ("School", "College")
]
UNKNOWN_SCHOOL = "Unknown Institution [Open] - E (#052923)"
FIRST = (
    "Amara", "Ben", "Chloe", "Dev", "Ella", "Femi", "Grace", "Haris", "Isla", "Jay", "Kofi", "Lena", "Marcus", "Nia", "Omar",
    "Priya", "Quinn", "Rosa", "Sami", "Tia", "Umar", "Vera", "Will",
    "Xena", "Yusuf", "Zac", "Oliver", "Sophie", "Aisha", "Hannah", "Jack",
    "Mohammed", "Emily", "Joshua", "Daisy", "Theo", "Lily", "Ethan", "Maryam", "Samuel",
)  # fmt: skip
LAST = (
    "Abara", "Bell", "Clarke", "Dhillon", "Evans", "Farah", "Green", "Hughes", "Iqbal", "Jones", "Khan", "Lewis", "Mistry", "Novak",
    "Okoro", "Price", "Quayle", "Reid", "Shah", "Turner", "Usman", "Vaughan", "White", "Yates", "Zaman", "Smith", "Patel", "Wright",
    "Thomas", "Kelly", "Begum", "Hussain", "Walker", "Cooper", "Morris",
)  # fmt: skip
LOOK_ALIKES = [  # first, middle, last: every one a clean name
    ("Sean", "P", "O'Brien"), ("Linh", None, "Nguyễn"), ("Wei", None, "Ng"), ("Li", None, "Li"), ("Mary-Jane", "A", "Watts"),
    ("Ana", None, "De La Cruz"), ("Christian", None, "James"), ("James", None, "Christian"), ("Paris", None, "Preston"),
    ("Chester", "J.", "Lincoln"), ("Zoë", None, "D'Arcy"), ("Siân", "Mair", "ap Rhys"), ("Jo", None, "Sutton"), ("Al", None, "Bo"),
    ("Andy", None, "Sanderson"), ("Missy", None, "Drake"), ("Ann Marie", None, "Masters"), ("José", None, "García Márquez"),
    ("Lotte", None, "van der Berg"), ("Ewan", "R", "McDonald"), ("St John", None, "Kelly"), ("Aoife", None, "Ní Bhriain"),
    ("Thomas", None, "Grace"), ("Kelly", None, "Thomas"), ("Ruby", "E", "White-Green"), ("Muhammad Ali", None, "Shah"),
    ("Łukasz", None, "Żak"), ("Eve", None, "Sum"), ("Max", None, "Overall"), ("Nia", None, "Rose"), ("Xi", None, "Xu"),
]  # fmt: skip
TWINS = [("Ella", "Emma"), ("Omar", "Umar"), ("Jack", "Joshua"), ("Tia", "Mia"), ("Grace", "Faith")]

Row = dict[str, Any]


class Planted(NamedTuple):
    sheets: list[SheetCells]
    truth: set[tuple[str, int, str, str]]  # list, row of the sheet, heading, kind of error
    template: TemplateSheet
    postcodes: list[str]  # that exist
    ended: list[str]


class _Spoiler:
    """Spoils clean rows, each at most once, and notes what it did."""

    def __init__(self, rng: random.Random, rows: list[Row]):
        self.rng, self.rows, self.done = rng, rows, []  # type: ignore[var-annotated]
        self.clean = [row for row in rows if not row.get("kept")]
        rng.shuffle(self.clean)

    def plant(self, kind: str, heading: str, values: list[Any], where: Callable[[Row], bool] = bool) -> None:
        """One error for each value; a value may be a function of the row."""
        for value in values:
            row = next(row for row in self.clean if where(row))
            self.clean.remove(row)
            row[heading] = value(row) if callable(value) else value
            self.done.append((row, heading, kind))


def make(seed: int = 2025, learners: int = 1_000) -> Planted:
    rng = random.Random(seed)
    postcodes = [f"XX{1 + n // 180} {n % 9 + 1}{a}{b}" for n, (a, b) in enumerate((a, b) for a in "ABDEFGHJLNPQRSTUWXYZ" * 2
                 for b in "ABDEFGHJLNPQRSTUWXYZ")]  # fmt: skip
    postcodes = list(dict.fromkeys(postcodes))
    ended, office = postcodes[:20], "XX8 9ZZ"
    people = _people(rng, postcodes[20:], learners)
    spoiler = _Spoiler(rng, people)
    _spoil_names(spoiler)
    _spoil_dates(spoiler)
    _spoil_postcodes(spoiler, ended, office)
    _spoil_the_rest(spoiler)
    copies = _copies(spoiler)
    codes = [
        row for row in people if row["Ethnicity"] == "Not known (997)" or row["Gender"] == "Prefer not to say (998)"
    ]
    assert codes
    grid, truth = _learners(people + copies, spoiler.done)
    activities, about_activities = _activities(rng, people + copies)
    schools, about_schools = _schools(rng)
    sheets = [SheetCells("Learners", grid), SheetCells("Activities", activities), SheetCells("Schools", schools)]
    return Planted(sheets, truth | about_activities | about_schools, _template(), [*postcodes, office], ended)


# ------------------------------------------------------------------------------------------------------------ the clean rows


def _people(rng: random.Random, postcodes: list[str], count: int) -> list[Row]:
    assert count <= 10_000, "there are not names enough for so many different learners"
    used: set[Any] = set()
    out: list[Row] = []
    while len(out) < count - len(LOOK_ALIKES) - 2 * len(TWINS):
        row = _person(
            rng, rng.choice(FIRST), rng.choice((None, None, "Jane", "Lee", "A", "T.")), rng.choice(LAST), postcodes
        )
        key = row["First name"], row["Last name"]
        if used.isdisjoint({(*key, row["Date of birth"]), (key, row["School"]), (key[::-1], row["School"])}):
            used |= {(*key, row["Date of birth"]), (key, row["School"])}
            out.append(row)
    for first, middle, last in LOOK_ALIKES:
        out.append(_person(rng, first, middle, last, postcodes) | {"kept": True})
    for one, other in TWINS:
        row = _person(rng, one, None, rng.choice(LAST), postcodes) | {"kept": True}
        out += [row, _person(rng, other, None, row["Last name"], postcodes) | {
            k: row[k] for k in ("Date of birth", "Year group", "School", "Home postcode", "kept", "Activity")}]  # fmt: skip
    edges = [
        (2008, 2, 29, 13),
        (2008, 8, 31, 13),
        (2008, 9, 1, 12),
        (2009, 8, 31, 12),
        (2009, 9, 1, 11),
        (2012, 2, 29, 9),
    ]
    for row, (y, m, d, group) in zip(out, edges, strict=False):
        row |= {"Date of birth": datetime.datetime(y, m, d), "Year group": group, "kept": True}
    for row, (phase, off) in zip(
        out[10:], [(1, -1), (-1, 1), ("1", -1), (1.0, -1)], strict=False
    ):  # a year behind, or ahead
        row |= {
            "Phase adjustment": phase,
            "Year group": int(float(str(row["Year group"]).removeprefix("Year "))) + off,
            "kept": True,
        }
    for row in rng.sample(out[20:], 12):
        row["Ethnicity"] = "Not known (997)"
    for row in rng.sample(out[20:], 6):
        row["School"] = UNKNOWN_SCHOOL
    rng.shuffle(out)
    for number, row in enumerate(out):
        row["HEAT ID"] = None if number % 5 == 0 else f"#{4_100 + 7 * number:08}"
        row["UPN"] = f"{rng.choice('ABCDEFGHJKLMNPQRTUVWXYZ')}{rng.randrange(10**12):012}"
        row["Mobile"] = rng.choice([None, f"07700900{number % 1000:03}", f"+44 7700 900{number % 1000:03}"])
    return out


def _person(rng: random.Random, first: str, middle: str | None, last: str, postcodes: list[str]) -> Row:
    group = rng.randrange(9, 14)
    ready = START + 14 - group
    born = datetime.datetime(ready - 19, 9, 1) + datetime.timedelta(days=rng.randrange(365))
    return {
        "First name": first, "Middle name": middle, "Last name": last, "Date of birth": born,
        "Year group": rng.choice([group, float(group), f"Year {group}"]), "Phase adjustment": None, "School": rng.choice(SCHOOLS),
        "Home postcode": rng.choice(postcodes), "Gender": rng.choice(GENDERS[:3]), "Ethnicity": rng.choice(ETHNICITIES[:4]),
        "FSM": rng.choice(["Y", "N", "Yes", "No", None, True, 0.0, "Prefer not to say"]),
        "Tracking statement seen": rng.choice(["Y", "Yes", True]), "Activity": f"A-{rng.randrange(40):03}",
        "Notes": rng.choice([None, None, None, "Came by coach", "Needs a ramp (ground floor)", "50% of sessions", "-", "c/o mum"]),
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------------------------- spoilt


def _spoil_names(s: _Spoiler) -> None:
    s.plant("name_digits", "First name", ["Ann2", "J4ck", lambda r: f"{r['First name']}1"])
    s.plant("name_digits", "Last name", ["Sm1th", "0Neill", 1234])
    s.plant("name_case", "First name", [lambda r: r["First name"].upper(), lambda r: r["First name"].lower()] * 2,
            lambda r: len(r["First name"]) > 2)  # fmt: skip
    s.plant("name_case", "Last name", [lambda r: r["Last name"].upper(), lambda r: r["Last name"].lower()])
    s.plant("name_title", "First name", ["Mr Ben", "Mrs. Vera", "Miss Chloe", "Dr Omar"])
    s.plant("name_initials", "First name", ["A", "B.", "J K", "T.S."])
    s.plant(
        "name_two",
        "First name",
        ["Ben and Tom", "Ella & Eva", "Jay/Kay", lambda r: f"{r['First name']} {r['Last name']}"],
    )
    s.plant("name_two", "Last name", [lambda r: f"{r['First name']} {r['Last name']}"])
    s.plant("name_email", "Last name", ["a.bell@example.org", "khan@example.org"])
    s.plant("name_email", "First name", ["tia.reid@example.org"])
    for _ in range(8):
        row = next(
            r for r in s.clean if r["Last name"] not in ("Thomas", "Kelly") and r["First name"] not in ("Grace", "Will")
        )
        s.clean.remove(row)
        row["First name"], row["Last name"] = row["Last name"], row["First name"]
        s.done.append((row, "First name", "name_swapped"))
    broken = [name.encode().decode("cp1252") for name in ("Zoë", "José", "Siân", "Chloé", "Renée")]
    s.plant("mojibake", "First name", broken)
    s.plant("mojibake", "Last name", ["O’Neil".encode().decode("cp1252")])


def _spoil_dates(s: _Spoiler) -> None:
    def text(form: str) -> Callable[[Row], str]:
        return lambda r: r["Date of birth"].strftime(form)

    def moved(years: int) -> Callable[[Row], Any]:
        return lambda r: r["Date of birth"].replace(year=r["Date of birth"].year + years)

    def born(row: Row) -> datetime.datetime:
        found = row["Date of birth"]
        assert isinstance(found, datetime.datetime)
        return found

    s.plant(
        "date_impossible",
        "Date of birth",
        ["31/02/2009", "30.02.2010", "45/13/2008", "sometime in May", "2009-06-31", 12.0],
    )
    s.plant("date_text", "Date of birth", [text("%d/%m/%Y"), text("%d %B %Y"), text("%d-%m-%y"), text("%Y-%m-%d"),
                                           text("%d.%m.%Y")], lambda r: born(r).day > 12)  # fmt: skip
    s.plant("date_month_first", "Date of birth", [text("%m/%d/%Y"), text("%m-%d-%Y")], lambda r: born(r).day > 12)
    s.plant("date_swapped", "Date of birth", [lambda r: born(r).replace(month=born(r).day, day=born(r).month)] * 8,
            lambda r: born(r).day <= 12 and (born(r).day >= 9) != (born(r).month >= 9))  # fmt: skip
    s.plant("born_late", "Date of birth", [datetime.datetime(2025, 10, 3), datetime.datetime(2026, 1, 5), moved(16)])
    s.plant("born_early", "Date of birth", [moved(-100), datetime.datetime(1900, 1, 1), datetime.datetime(1908, 5, 20)],
            lambda r: born(r).day < 29)  # fmt: skip
    s.plant(
        "age_group",
        "Date of birth",
        [moved(4), moved(-5), moved(-20), moved(3), moved(-3)],
        lambda r: 12 < born(r).day < 29,
    )
    s.plant("year_group", "Year group", ["Yaer 12", "Y1O", 27.0])


def _spoil_postcodes(s: _Spoiler, ended: list[str], office: str) -> None:
    def dense(row: Row) -> Any:
        return row["Home postcode"].replace(" ", "").lower()

    s.plant("postcode_form", "Home postcode", ["XX1", "XX1 1A", "XXI IAA", "12 Ash Lane", "XX1 1CA", 12.0])
    s.plant("postcode_unknown", "Home postcode", ["XX7 1AA", "XX7 2BB", "QQ1 1AA", "XX6 9XX"])
    s.plant("postcode_ended", "Home postcode", ended[:4])
    s.plant("postcode_spacing", "Home postcode", [dense, lambda r: f" {r['Home postcode']}  ", lambda r: r["Home postcode"].replace(
        " ", "\xa0"), dense])  # fmt: skip
    taken: set[str] = set()
    for _ in range(10):  # a school's postcode, given by many families
        row = next(r for r in s.clean if r["Last name"] not in taken)
        taken.add(row["Last name"])
        s.clean.remove(row)
        row["Home postcode"] = office
        s.done.append((row, "Home postcode", "postcode_shared"))


def _spoil_the_rest(s: _Spoiler) -> None:
    for heading in (
        "First name",
        "Last name",
        "Date of birth",
        "School",
        "Home postcode",
        "Date of birth",
        "Last name",
    ):
        s.plant("missing", heading, [None])
    s.plant("missing", "Last name", ["  ", "Not known (997)"])
    s.plant("zeros_lost", "HEAT ID", [lambda r: int(r["HEAT ID"][1:]), lambda r: float(r["HEAT ID"][1:]),
                                      lambda r: r["HEAT ID"][1:].lstrip("0")] * 2, lambda r: bool(r["HEAT ID"]))  # fmt: skip
    s.plant("heat_id_mark", "HEAT ID", [lambda r: r["HEAT ID"][1:]] * 2, lambda r: bool(r["HEAT ID"]))
    s.plant("zeros_lost", "Mobile", [7700900123, 7700900124.0, "7700900125"])
    s.plant("scientific", "UPN", ["8.20201E+11", "9.1E+12", "1.23e+10"])
    s.plant("id_form", "UPN", ["A12345", "123456789012"])
    s.plant("spaces", "First name", [lambda r: f"{r['First name']} ", lambda r: f"  {r['First name']}"] * 2)
    s.plant("spaces", "Last name", [lambda r: f"{r['Last name']}  Hart"])
    s.plant("hard_spaces", "Last name", [lambda r: f"{r['Last name']}\xa0", lambda r: f"Hart\u202f{r['Last name']}"])
    s.plant("control", "Last name", [lambda r: f"{r['Last name']}\u200b", lambda r: f"{r['Last name']}\n"])
    s.plant("control", "Notes", ["first line\r\nsecond line"])
    s.plant("not_in_list", "Gender", ["Femail", "Mael", "Woman or girl", "7"])
    s.plant("list_spelling", "Gender", ["female", "MALE", "non binary"])
    s.plant("list_spelling", "Ethnicity", ["white british", "997"])
    s.plant("answer_unread", "FSM", ["maybe", "Tuesday", "x"])
    s.plant("statement_unseen", "Tracking statement seen", ["N", "No", False, None, "Not known (997)", "n"])
    s.plant("formula_text", "Notes", ["=HYPERLINK(1)", "@import", "-see form", "+ one more"])
    s.plant("error_cell", "Notes", [Fault("#N/A", "x"), Fault("#REF!", "x")])
    s.plant("error_cell", "School", [Fault("#VALUE!", "x")])
    s.plant("school_unknown", "School", ["Zzz Academy", "Asch Scool of Arts", "Elsewhere High"])
    for _ in range(2):
        one, other = [row for row in s.clean if row["HEAT ID"]][:2]
        s.clean = [row for row in s.clean if row is not one and row is not other]
        other["HEAT ID"] = one["HEAT ID"]
        s.done += [(one, "HEAT ID", "id_twice"), (other, "HEAT ID", "id_twice")]


def _copies(s: _Spoiler) -> list[Row]:
    """Learners who stand in the list a second time, spelt a little differently or moved house."""
    out = []
    for change in (
        {},
        {"HEAT ID": None},
        {"Middle name": "Q"},
        {"Home postcode": None},
        {"Home postcode": None},
        {"School": SCHOOLS[0]},
    ):
        row = s.clean.pop()
        again = row | {"HEAT ID": None, "UPN": None, "Mobile": None} | change
        if "Home postcode" in change:
            again["Home postcode"] = s.clean[0]["Home postcode"]
        out.append(again)
        s.done.append((again, "Last name", "duplicate"))
    return out


# ------------------------------------------------------------------------------------------------------------- the sheets


def _learners(
    rows: list[Row], done: list[tuple[Row, str, str]]
) -> tuple[list[list[Any]], set[tuple[str, int, str, str]]]:
    """Headings in row 1, two gaps and a row of totals; and the truth, by row of the sheet."""
    grid: list[list[Any]] = [list(HEADINGS)]
    place: dict[int, int] = {}
    truth = set()
    for at, row in enumerate(rows):
        if at in (200, 700):
            truth.add(("Learners", len(grid) + 1, "HEAT ID", "blank_row"))
            grid += [[None] * len(HEADINGS)] * (1 + (at == 700))
        grid.append([row[heading] for heading in HEADINGS])
        place[id(row)] = len(grid)
    grid.append(["Total", len(rows), *[None] * (len(HEADINGS) - 2)])
    truth |= {("Learners", len(grid), "HEAT ID", "totals_row")}
    truth |= {("Learners", place[id(row)], heading, kind) for row, heading, kind in done}
    first: dict[Any, int] = {}  # the first row of each activity with someone who has not seen the statement
    for row, _, _ in sorted(((r, h, k) for r, h, k in done if k == "statement_unseen"), key=lambda d: place[id(d[0])]):
        first.setdefault(row["Activity"], place[id(row)])
    truth |= {("Learners", at, "Tracking statement seen", "headcount") for at in first.values()}
    for heading, codes in (("Ethnicity", {"Not known (997)"}), ("Tracking statement seen", {"Not known (997)"}),
                           ("Last name", {"Not known (997)"})):  # fmt: skip
        at = min(place[id(row)] for row in rows if isinstance(row[heading], str) and row[heading] in codes)
        truth.add(("Learners", at, heading, "non_answer"))
    return grid, truth


def _activities(rng: random.Random, people: list[Row]) -> tuple[list[list[Any]], set[tuple[str, int, str, str]]]:
    recorded = Counter(row["Activity"] for row in people)
    grid: list[list[Any]] = [["Activity", "Title", "Date", "End date", "Number attending", "Hours"]]
    for number in range(40):
        day = datetime.datetime(START, 9, 1) + datetime.timedelta(days=rng.randrange(365))
        day = [datetime.datetime(START, 9, 1), datetime.datetime(START + 1, 8, 31)][number] if number < 2 else day
        end = rng.choice([None, day, min(day + datetime.timedelta(days=2), datetime.datetime(START + 1, 8, 31))])
        grid.append(
            [
                f"A-{number:03}",
                f"Visit {number}",
                day,
                end,
                recorded[f"A-{number:03}"],
                rng.choice([2, 1.5, "2 hours", None]),
            ]
        )
    truth = set()

    def plant(kind: str, row: int, column: int, value: Any) -> None:
        grid[row][column] = value
        truth.add(("Activities", row + 1, grid[0][column], kind))

    for row, value in (
        (5, datetime.datetime(2024, 11, 5)),
        (6, datetime.datetime(2026, 9, 1)),
        (7, datetime.datetime(2025, 8, 31)),
    ):
        plant("outside_year", row, 2, value)
        grid[row][3] = None
    for row in (8, 9):
        grid[row][2] = datetime.datetime(2026, 3, 20)
        plant("ends_before_start", row, 3, datetime.datetime(2026, 3, 2))
    for row, value in ((10, -4), (11, "lots"), (12, 12.5)):
        plant("count", row, 4, value)
    plant("count", 13, 5, "all day")
    for row in (14, 15, 16):
        plant("register", row, 4, grid[row][4] - 3)
    for row in (17, 18):
        plant("register_short", row, 4, grid[row][4] + 5)
    plant("count_large", 19, 5, 24_000)
    for row in (20, 21):
        plant("number_text", row, 4, f" {grid[row][4]}"[1:])
    return grid, truth


def _schools(rng: random.Random) -> tuple[list[list[Any]], set[tuple[str, int, str, str]]]:
    rows = [[name, 900_100 + at, rng.randrange(5, 90) / 100, rng.randrange(5, 90)] for at, name in enumerate(SCHOOLS)]
    grid: list[list[Any]] = [["School", "URN", "FSM %", "IMD %"], *rows]
    grid[3][1], grid[4][3] = 9001, 130
    return grid, {
        ("Schools", 2, "FSM %", "fractions"),
        ("Schools", 4, "URN", "id_form"),
        ("Schools", 5, "IMD %", "percentage"),
    }


def _template() -> TemplateSheet:
    def wanted(at: int, heading: str) -> Wanted:
        field = {"Gender": "gender", "Ethnicity": "ethnicity"}.get(heading)
        allowed = {"Gender": GENDERS, "Ethnicity": ETHNICITIES}.get(heading, ())
        return Wanted(at, heading, field, heading in ("First name", "Last name", "Date of birth", "School", "Home postcode"),
                      "list" if allowed else "text", allowed, "General")  # fmt: skip

    columns = tuple(wanted(at, heading) for at, heading in enumerate(HEADINGS, 1))
    return TemplateSheet("Students", "students", range(1, 2), 2, None, columns)


def write(path: Path, sheets: list[SheetCells]) -> None:
    """The sheets as a workbook, for what reads files."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    )
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for at, cells in enumerate(sheet.grid):
            for column, cell in enumerate(cells):
                if isinstance(cell, datetime.datetime) and cell.year < 1901:
                    page.write_number(at, column, 1, day)
                elif isinstance(cell, datetime.datetime):
                    page.write_datetime(at, column, cell, day)
                elif isinstance(cell, Fault):
                    page.write_formula(at, column, "=NA()", None, cell.code)
                elif cell is not None:
                    page.write(at, column, cell)
    book.close()
