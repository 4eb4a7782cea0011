"""What a check finds among a thousand learners with planted errors, and each rule by itself."""

from __future__ import annotations

import datetime
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import planted
import pytest
from conftest import add
from test_ingest import ENGLAND, nspl

from wpxl.errors import Fault
from wpxl.importing.checking import check_file
from wpxl.imports.check import ALL, Asked, check, fixes, listings, recorded
from wpxl.imports.rules.cells import unbroken
from wpxl.imports.rules.names import proper
from wpxl.imports.shape import Column, Finding, Listing, TemplateSheet, Wanted

RECALL, PRECISION = 0.98, 0.95

Place = tuple[str, int, str, str]


# ------------------------------------------------------------------------------------------------- the planted workbook


def checked(made: planted.Planted, folder: Path) -> list[tuple[Listing, Finding]]:
    rows = [{"pcds": p, "usertype": "0", "osgrdind": "1", **ENGLAND} for p in made.postcodes]
    rows = [row | ({"doterm": "201506"} if row["pcds"] in made.ended else {}) for row in rows]
    (folder / "NSPL_2021_AUG_2025.csv").write_bytes(nspl(rows=rows))
    assert add(folder / "NSPL_2021_AUG_2025.csv")[0][0] == "added"
    lists = listings(made.sheets)
    assert [about for about, _ in lists] == ["students", "activities", "schools"]
    out = []
    for about, listing in lists:
        template = made.template if about == "students" else None
        asked = Asked(about, planted.START, template, recorded=recorded(lists[0][1]), schools=planted.SCHOOLS)
        out += [(listing, finding) for finding in check(listing, asked)]
    return out


def place(listing: Listing, finding: Finding) -> Place:
    return listing.name, finding.row, listing.columns[finding.column - 1].heading, finding.rule


def test_recall_and_precision(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = planted.make()
    findings = checked(made, folder)
    found = {place(*one) for one in findings}
    hit = found & made.truth
    kinds, caught = (Counter(kind for *_, kind in places) for places in (made.truth, hit))
    false = Counter(kind for *_, kind in found - made.truth)
    recall, precision = len(hit) / len(made.truth), len(hit) / len(found)
    said = [f"{len(made.truth)} planted errors of {len(kinds)} kinds: recall {recall:.1%}, precision {precision:.1%}"]
    said += [
        f"  {kind}: {caught[kind]} of {kinds[kind]} found, {false[kind]} more"
        for kind in sorted(kinds | false)
        if caught[kind] < kinds[kind] or false[kind]
    ]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(said) + "\n")
    assert len(made.truth) >= 200 and len(kinds) >= 25
    assert recall >= RECALL and precision >= PRECISION
    assert min(caught[kind] / kinds[kind] for kind in kinds) >= 0.75, "a kind of error goes unnoticed"
    says_nothing_of_anybody(made, [finding for _, finding in findings])


def says_nothing_of_anybody(made: planted.Planted, findings: list[Finding]) -> None:
    """No name, date of birth or postcode stands in a finding, and each fits a cell together with its reason."""
    grid = made.sheets[0].grid
    at = {heading: grid[0].index(heading) for heading in grid[0]}
    words = {f"{f.what} {f.why} {'' if 'list' in f.rule else f.mend}" for f in findings}  # values of lists may be said
    said = {word.strip(".,:;'()") for text in words for word in text.split()}
    for heading in ("First name", "Last name", "Home postcode"):
        cells = {
            str(row[at[heading]]) for row in grid[1:] if row[at[heading]] is not None and len(str(row[at[heading]])) > 3
        }
        assert cells & said == set(), f"{heading} in a finding"
    assert not any(re.search(r"\d[/.-]\d+[/.-]\d", text) for text in words), "a date in a finding"
    assert all(len(f"{f.what} {f.why}") <= 255 and len(f.mend) <= 255 for f in findings)
    assert all(text.endswith(".") and not text[0].islower() for f in findings for text in (f.what, f.why, f.mend))


def test_the_workbook_as_a_file(tmp_path: Path) -> None:
    """All that needs neither the template nor tables of postcodes, from a file as `wpxl heat check` reads it."""
    made = planted.make(seed=11, learners=400)
    planted.write(tmp_path / "planted.xlsx", made.sheets)
    found = {
        place(one.listing, finding)
        for one in check_file(tmp_path / "planted.xlsx", year=planted.START)
        for finding in one.findings
    }
    wanted = {one for one in made.truth if "list" not in one[3] and not one[3].startswith("postcode_")}
    assert len(wanted & found) / len(wanted) >= RECALL, sorted(wanted - found)


# --------------------------------------------------------------------------------------------------------- one by one


def found(about: str = "students", first_row: int = 2, **columns: list[Any]) -> list[tuple[int, str]]:
    return [(f.row, f.rule) for f in findings_of(about, first_row, **columns)]


def findings_of(
    about: str = "students", first_row: int = 2, asked: Asked | None = None, **columns: list[Any]
) -> list[Finding]:
    return check(listing_of(first_row, **columns), asked or Asked(about, 2025, duplicates=False))


def listing_of(first_row: int = 2, **columns: list[Any]) -> Listing:
    heads = {name: name.replace("_", " ") for name in columns}
    return Listing("List", first_row, tuple(Column(heads[name], name, cells) for name, cells in columns.items()))


SEEN = {"tracking_statement": ["Y"]}


def test_every_rule_has_words_of_its_own() -> None:
    assert len(ALL) >= 40
    assert all(rule.severity in ("error", "warning", "note") for rule in ALL.values())
    assert all(text.endswith((".", "}")) for rule in ALL.values() for text in rule[2:5])


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien",
        "Nguyễn",
        "Ng",
        "Li",
        "Mary-Jane",
        "De La Cruz",
        "Andy",
        "Missy",
        "Drake",
        "d'Arcy",
        "Ó Sé",
        "JJ",
        "Żak",
        "ap Rhys",
    ],
)
def test_names_that_are_names(name: str) -> None:
    rules = found(first_name=[name], middle_name=["P"], last_name=[name])
    assert not [rule for _, rule in rules if rule.startswith("name") or rule in ("mojibake", "control", "spaces")]


@pytest.mark.parametrize(
    ("written", "usual"),
    [("MARY-JANE", "Mary-Jane"), ("o'brien", "O'Brien"), ("MCDONALD", "McDonald"), ("DE LA CRUZ", "de la Cruz"),
     ("ÉMILIE", "Émilie"), ("VAN DER BERG", "van der Berg"), ("li", "Li"), ("MACE", "Mace")],
)  # fmt: skip
def test_the_usual_letters_of_a_name(written: str, usual: str) -> None:
    assert proper(written) == usual


@pytest.mark.parametrize("text", ["Zoë", "Siân", "O’Brien", "Nguyễn", "Łukasz", "Ñíguez"])
def test_broken_letters_are_mended_and_whole_ones_left(text: str) -> None:
    broken = text.encode().decode("cp1252", "ignore")
    assert unbroken(broken) == text or "\x81" in text.encode().decode("latin-1")
    assert unbroken(text) is None


def test_letters_that_only_look_broken() -> None:
    assert unbroken("ANDRÉ’S") is None and unbroken("JOÃO") is None and unbroken("Â£5") == "£5"
    assert not [rule for _, rule in found(last_name=["ANDRÉ’S", "São Ângelo", "Ærø"]) if rule == "mojibake"]


def test_names_that_serve_as_both_are_left_where_they_stand() -> None:
    both = {
        "first_name": ["Kelly", "Thomas", "James", "Kelly", "Oliver"],
        "last_name": ["Thomas", "Kelly", "Kelly", "James", "Smith"],
    }
    assert "name_swapped" not in {rule for _, rule in found(**both)}
    assert [
        row for row, rule in found(first_name=["Smith", "Ann"], last_name=["Oliver", "Lee"]) if rule == "name_swapped"
    ] == [2]


def test_names_keep_their_letters_unless_asked() -> None:
    listing = listing_of(last_name=["O'BRIEN", " lee"])
    made = check(listing, Asked("students"))
    assert [(c.after, c.rule) for c in fixes(listing, made)] == [("lee", "spaces")]
    assert [c.after for c in fixes(listing, made, case=True)] == ["O'Brien", "Lee"]


def test_rows_that_hold_no_record_are_not_judged() -> None:
    rows = found(
        last_name=["Lee", None, None, "last name", "Total", "Khan"],
        first_name=["Ann", None, None, "first name", 2, "Ali"],
    )
    assert [(row, rule) for row, rule in rows if row > 1] == [
        (3, "blank_row"),
        (5, "headings_again"),
        (6, "totals_row"),
    ]
    assert {rule for row, rule in rows if row == 1} == {"missing_column", "statement_column"}


def test_an_age_is_judged_by_the_year_that_most_fit() -> None:
    born = [datetime.datetime(2008, 10, day) for day in range(1, 13)]
    columns = {"date_of_birth": [*born, datetime.datetime(2004, 1, 13)], "year_group": [12] * 13}
    no_year = [(f.row, f.rule) for f in findings_of(asked=Asked("students"), **columns)]
    assert (14, "age_group") in no_year and not [row for row, rule in no_year if rule == "age_group" and row < 14]
    assert ("age_group" in {rule for _, rule in found(**{name: cells[:3] for name, cells in columns.items()})}) is False


def test_a_phase_adjustment_explains_an_age() -> None:
    born = {"date_of_birth": [datetime.datetime(2008, 3, 20)], "year_group": [12]}
    assert "age_group" in {rule for _, rule in found(**born)}
    listing = listing_of(**born)
    listing = listing._replace(columns=(*listing.columns, Column("Phase Adjustment", None, [1])))
    assert "age_group" not in {f.rule for f in check(listing, Asked("students", 2025))}


@pytest.mark.parametrize(
    ("born", "group", "rule"),
    [((2022, 1, 1), None, "born_late"), ((2021, 8, 31), None, None), ((2026, 3, 1), 12, "born_late"),
     ((1934, 5, 20), None, "born_early"), ((1936, 5, 20), None, None), ((2008, 10, 5), 12, None), ((2009, 5, 10), 12, None),
     ((2009, 10, 5), 12, "date_swapped"), ((2004, 10, 5), 12, "age_group"), ((2008, 8, 31), 12, "age_group"),
     ((2008, 9, 1), 12, None), ((2008, 2, 29), 13, None)],
)  # fmt: skip
def test_ages(born: tuple[int, int, int], group: int | None, rule: str | None) -> None:
    made = findings_of(date_of_birth=[datetime.datetime(*born)], year_group=[group])
    assert [f.rule for f in made if f.column == 1 and f.row == 2] == ([rule] if rule else [])


def test_the_edges_of_an_academic_year() -> None:
    days = [(2025, 8, 31), (2025, 9, 1), (2026, 8, 31), (2026, 9, 1)]
    columns = {"date": [datetime.datetime(*day) for day in days]}
    assert [f.row for f in findings_of("activities", **columns) if f.rule == "outside_year"] == [2, 5]
    own = columns | {"academic_year": ["2024/25", None, "2025/26", "2026/27"]}
    assert not [f for f in findings_of("activities", **own) if f.rule == "outside_year"]


def test_shares_of_a_school_are_no_answers_and_may_have_no_value() -> None:
    asked = Asked("headcounts", 2025)
    made = findings_of(
        asked=asked, activity=["A", "B"], attending=[5, Fault("#N/A", "x")], fsm=[21.5, Fault("#N/A", "x")]
    )
    assert [(f.column, f.rule, f.severity) for f in made] == [(2, "error_cell", "error"), (3, "error_cell", "note")]


def test_one_id_for_one_person() -> None:
    ids, born = {"heat_id": ["#00000007"] * 2}, datetime.datetime(2009, 5, 13)
    assert "id_twice" in {
        r for _, r in found(**ids, last_name=["Lee", "Khan"], date_of_birth=[born, born.replace(day=2)])
    }
    assert "id_twice" not in {r for _, r in found(**ids, last_name=["Lee", "Leigh"], date_of_birth=[born, born])}
    assert "id_twice" not in {r for _, r in found(**ids, last_name=["Lee", "Lee"], date_of_birth=[born, None])}


def test_a_column_read_with_american_dates() -> None:
    real = [datetime.datetime(2009, month, 7) for month in range(1, 11)]
    rules = found(date_of_birth=[*real, "25/03/2009", "30/12/2008"])
    assert (2, "dates_swapped") in rules
    assert "dates_swapped" not in {
        rule for _, rule in found(date_of_birth=[*real, datetime.datetime(2009, 5, 20), "25/03/2009", "30/12/2008"])
    }


def test_only_texts_of_one_meaning_become_dates() -> None:
    listing = listing_of(date=["03/04/2026", "2026-01-05"])
    assert [c.after for c in fixes(listing, check(listing, Asked("activities")))] == [datetime.datetime(2026, 1, 5)]
    listing = listing_of(date=["03/04/2026", "25/04/2026"])  # the second says that days come first
    assert [c.after.day for c in fixes(listing, check(listing, Asked("activities")))] == [3, 25]


def test_home_is_not_school() -> None:
    rules = found(postcode=["XX2 5RZ", "XX2 5RZ"], organisation=["900001", "900002"])
    assert [rule for rule in rules if rule[1].startswith("postcode")] == [(2, "postcode_school")]


def test_a_postcode_of_one_organisation_is_no_home(folder: Path) -> None:
    office = {"pcds": "XX9 9ZZ", "usertype": "1", "osgrdind": "1", **ENGLAND}
    (folder / "NSPL_2021_AUG_2025.csv").write_bytes(nspl(rows=[office, office | {"pcds": "XX9 9ZY", "usertype": "0"}]))
    add(folder / "NSPL_2021_AUG_2025.csv")
    rules = [rule for rule in found(postcode=["XX9 9ZZ", "XX9 9ZY", "XX9 9ZX"]) if rule[1].startswith("postcode")]
    assert rules == [(2, "postcode_office"), (4, "postcode_unknown")]


def test_who_is_in_the_export_already() -> None:
    born = datetime.datetime(2009, 5, 13)
    mine = listing_of(first_name=["Ann", "Bo"], last_name=["Lee", "Ng"], date_of_birth=[born, born])
    export = listing_of(5, heat_id=["#00000007"], first_name=["Ann"], last_name=["Lee"], date_of_birth=[born])
    made = [f for f in check(mine, Asked("students", export=export)) if f.rule == "in_export"]
    assert [(f.row, f.severity) for f in made] == [(2, "note")] and "row 5" in made[0].what


def test_a_template_that_wants_what_the_list_has_not() -> None:
    wanted = (
        Wanted(1, "Surname*", "last_name", True, "text", (), "@"),
        Wanted(2, "Born*", "date_of_birth", True, "date", (), "@"),
    )
    template = TemplateSheet("S", "students", range(1, 2), 2, None, wanted)
    made = findings_of(asked=Asked("students", template=template), last_name=["Lee", None], gender=["x", "y"])
    assert [(f.row, f.rule) for f in made] == [(1, "missing_column"), (3, "missing")]
    assert "Born*" in made[0].what and "template" in made[0].why


def test_many_from_one_postcode_are_told_from_neighbours() -> None:
    names = ["Abara", "Bell", "Clarke", "Dhillon", "Evans", "Farah", "Green", "Hughes", "Iqbal"]
    home = {"postcode": ["TF7 5UG"] * 9 + ["B32 3PB"] * 9, "last_name": names * 2}
    assert [row for row, rule in found(**home) if rule == "postcode_shared"] == [], (
        "everybody lives in one of two postcodes"
    )
    spread = [f"XX1 {n}A{letter}" for n in range(9) for letter in "ABDEF"]
    home = {"postcode": ["TF7 5UG"] * 9 + spread, "last_name": names * 6}
    assert [row for row, rule in found(**home) if rule == "postcode_shared"] == [*range(2, 11)]
    family = {"postcode": ["TF7 5UG"] * 9 + spread, "last_name": ["Bell"] * 9 + names * 5}
    assert not [row for row, rule in found(**family) if rule == "postcode_shared"]


def test_values_of_the_template_and_the_nearest() -> None:
    allowed = ("Female", "Male", "Prefer not to say (998)")
    template = TemplateSheet(
        "S", "students", range(1, 2), 2, None, (Wanted(1, "Sex", "gender", True, "list", allowed, "@"),)
    )
    listing = listing_of(gender=["female", "998", "Femail", "zzz", None, "Male "], notes=["x"] * 6)
    made = check(listing, Asked("students", template=template))
    assert [(f.row, f.rule, f.fix) for f in made if f.column == 1] == [
        (2, "list_spelling", "Female"), (3, "list_spelling", "Prefer not to say (998)"), (3, "non_answer", None),
        (4, "not_in_list", None), (5, "not_in_list", None), (6, "missing", None), (7, "spaces", "Male"),
    ]  # fmt: skip
    assert "'Female'" in made[3].mend and "nearest" not in made[4].mend


def test_yes_and_no_in_the_words_of_the_template() -> None:
    template = TemplateSheet(
        "S", "students", range(1, 2), 2, None, (Wanted(1, "FSM", "fsm", False, "list", ("Yes", "No"), "@"),)
    )
    listing = listing_of(fsm=["Y", False, "Yes", "maybe"])
    made = check(listing, Asked("students", template=template))
    assert [(f.row, f.fix) for f in made if f.rule == "list_spelling"] == [(2, "Yes"), (3, "No")]
    assert (5, "not_in_list") in {(f.row, f.rule) for f in made}


def test_whoever_has_not_seen_the_statement_counts() -> None:
    made = findings_of(
        tracking_statement=["Y", "N", None, "N"], activity=["A", "A", "A", "B"], last_name=["Lee", "Khan", None, "Shah"],
    )  # fmt: skip
    unseen = [f.row for f in made if f.rule == "statement_unseen"]
    counts = [(f.row, f.mend) for f in made if f.rule == "headcount"]
    assert unseen == [3, 4, 5]
    assert [(row, mend.split()[1]) for row, mend in counts] == [(3, "2"), (5, "1")]
    assert not [f for f in made if f.rule == "missing"], "what is counted needs no name"


def test_the_name_of_a_form_says_that_it_was_seen() -> None:
    cells = ["Privacy notice 2024", None, "Not known (997)"]
    for heading, unseen in (("Privacy form", [3, 4]), ("Privacy notice", [2, 3, 4])):
        columns = (Column("Last name", "last_name", ["Lee"] * 3), Column(heading, "tracking_statement", cells))
        made = check(Listing("List", 2, columns), Asked("students", 2025, duplicates=False))
        assert [f.row for f in made if f.rule == "statement_unseen"] == unseen


def test_the_date_of_the_statement_says_that_it_was_seen() -> None:
    dates = {
        "last_name": ["Lee"] * 3,
        "statement_date": [datetime.datetime(2025, 10, 1), None, datetime.datetime(2025, 10, 1)],
    }
    assert [row for row, rule in found(**dates) if rule == "statement_unseen"] == [3]
    assert [row for row, rule in found(tracking_statement=[None, "Y", "N"], **dates) if rule == "statement_unseen"] == [
        4
    ]


def test_the_register_has_the_last_word() -> None:
    people = listing_of(activity=["A-1", "a-1", "B", None], attended=["Y", "Y", "N", "Y"])
    assert recorded(people) == {"a1": 2}
    asked = Asked("headcounts", recorded={"a1": 40, "b": 3})
    made = findings_of(asked=asked, activity=["A-1", "B", "A-1", "C"], attending=[15, 5, 20, 1])
    assert [(f.row, f.rule) for f in made] == [(2, "register"), (3, "register_short")]


def test_lost_zeros_only_where_the_length_is_certain() -> None:
    sure = listing_of(heat_id=["#00000012", "#00000345", "#00009999", 17, "18.0"])
    assert [c.after for c in fixes(sure, check(sure, Asked("students")))] == ["#00000017"]
    unsure = listing_of(heat_id=["#12", "#345", 17])
    assert [f.rule for f in check(unsure, Asked("students")) if f.row == 4] == ["heat_id_mark"]
    assert fixes(unsure, check(unsure, Asked("students"))) == []


def test_corrections_leave_a_list_without_their_findings(folder: Path) -> None:
    """What a correction writes is not found again, and changes nothing else."""
    made = planted.make(seed=7, learners=300)
    _, listing = listings(made.sheets)[0]
    asked = Asked("students", planted.START, made.template, schools=planted.SCHOOLS, duplicates=False)
    before = check(listing, asked)
    changes = fixes(listing, before, case=True)
    columns = [list(column.cells) for column in listing.columns]
    for change in changes:
        assert columns[change.column - 1][change.row - 2] is change.before
        columns[change.column - 1][change.row - 2] = change.after
    mended = listing._replace(
        columns=tuple(c._replace(cells=cells) for c, cells in zip(listing.columns, columns, strict=True))
    )
    again = check(mended, asked)
    assert len(changes) > 30 and not fixes(mended, again, case=True)
    places = {(change.row, change.column) for change in changes}
    assert {(f.row, f.column, f.rule) for f in again} <= {(f.row, f.column, f.rule) for f in before} | {
        (r, c, "name_case") for r, c in places
    }


@pytest.mark.parametrize(
    "cell",
    [
        object(),
        [],
        {},
        Fault("#N/A", "x"),
        float("nan"),
        float("inf"),
        True,
        datetime.date(2026, 1, 1),
        10**400,
        "\ud800",
        b"x",
    ],
)
def test_junk_in_any_column_is_survived(cell: Any) -> None:
    names = ("first_name", "last_name", "name", "date_of_birth", "year_group", "organisation", "postcode", "gender", "fsm",
             "heat_id", "tracking_statement",
             "activity", "date", "end_date", "attending", "hours", "urn", "imd", "learner")  # fmt: skip
    for about in ("students", "activities", "schools", "links", "headcounts", ""):
        check(listing_of(**{name: [cell, "x", None, cell] for name in names}), Asked(about, 2025, recorded={"x": 2}))


def test_an_empty_list_is_clean() -> None:
    assert check(Listing("List", 2, ())) == []
    assert check(listing_of(notes=[]), Asked("links")) == []
