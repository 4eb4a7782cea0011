"""Occupations to NS-SEC: as parents write them, as the ONS lists them, misspelt, shuffled, and junk.

Expected classes come from tests/cases/parents-jobs.csv (each line names its ONS source) and from the genuine coding index read
here with the csv module alone.
"""

from __future__ import annotations

import csv
import doctest
import gzip
import random
import sys
import time
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from conftest import HERE, add
from hypothesis import given
from hypothesis import strategies as st

import wpxl
from wpxl import occupations
from wpxl.domain import nssec, titles
from wpxl.errors import VALUE, Fault

ROOT = HERE.parent
INDEX = "soc2020volume2thecodingindexexcel16102024.csv.gz"
HEADER = ["SOC_2020_ext", "SOC2020_ext_SUG_title", "INDEXOCC_-_natural_word_order"]


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


JOBS = records(HERE / "cases" / "parents-jobs.csv")


def built_in() -> list[dict[str, str]]:
    return records(ROOT / "data" / "occupations.csv")


# ---------------------------------------------------------------------------------------------------- the built-in table


def test_every_unit_group_has_a_class_by_every_status() -> None:
    rows = built_in()
    assert len({row["soc2020"] for row in rows}) == 412
    classes = {"1.1", "1.2", "2", "3", "4", "5", "6", "7"}
    assert all(row[status] in classes for row in rows for status in (*nssec.STATUSES, "simplified"))
    assert {row["basis"] for row in rows} == {"employee", "soc2010", "judged"}
    assert all(row["simplified"] == row["employee"] for row in rows if row["basis"] == "employee")


def test_no_title_is_read_as_another_group() -> None:
    """Each built-in title leads to its own group: none is hidden by another whose words look the same."""
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in built_in():
        for title in row["titles"].split(";"):
            assert titles.words(title), title
            owners[tuple(sorted(titles.words(title)))].add(row["soc2020"])
    assert not [words for words, groups in owners.items() if len(groups) > 1]


def test_examples_in_modules_are_true() -> None:
    for module in (titles, nssec):
        done = doctest.testmod(module)
        assert done.attempted and not done.failed


# --------------------------------------------------------------------------------------------------- as parents write


def right(job: dict[str, str], answer: occupations.Answer) -> bool:
    if job["expected"].startswith("?"):
        return answer.class_ is None and job["expected"][1:] in answer.said
    return answer.class_ == job["expected"] and (not job["soc2020"] or job["soc2020"] in answer.groups)


def tell(*lines: object) -> None:
    sys.stdout.write("\n" + "\n  ".join(map(str, lines)) + "\n")


def score(capsys: pytest.CaptureFixture[str], edition: str) -> float:
    answers = occupations.classify([job["text"] for job in JOBS])
    wrong = [(job["text"], job["expected"], a.said) for job, a in zip(JOBS, answers, strict=True) if not right(job, a)]
    asked = sum(a.class_ is None for a in answers) / len(JOBS)
    with capsys.disabled():
        tell(
            f"parents' jobs, {edition}: {len(JOBS) - len(wrong)} of {len(JOBS)} right, {asked:.0%} questions",
            *wrong,
        )
    assert len(JOBS) >= 200 and asked <= 0.2
    return 1 - len(wrong) / len(JOBS)


def test_parents_jobs_with_the_built_in_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert score(capsys, "built-in table") >= 0.95


@pytest.mark.parametrize(
    "job", ["plumber", "Self employed plumber", "GP", "carer", "ninja", "shop manager with 30 staff"]
)
def test_sentences_name_what_they_explain_and_fit_a_cell(job: str) -> None:
    (said,) = wpxl.why("WP_NSSEC", job)
    assert job in said and len(said) <= 255


def test_what_is_possible_is_told_with_the_question() -> None:
    """A target of classes 4 to 8 is certain where every possible class lies in it."""
    (made, army) = occupations.classify(["labourer", "army"])
    assert made.fault and {nssec.target(c) for c in made.classes} == {True}
    assert army.fault and {nssec.target(c) for c in army.classes} == {False}


# ------------------------------------------------------------------------------------------------------ status and size


def test_status_and_size_as_the_published_matrix_has_them() -> None:
    """Every unit group by every status through the cell function, against the rows of the table read by the csv module."""
    said = {
        "employer_large": ("employer", 25), "employer_small": ("employer", "small"), "self_employed": ("Self-employed", None),
        "manager_large": ("manager", "large"), "manager_small": ("manager", 24), "supervisor": ("supervisor", None),
        "employee": ("employee", None),
    }  # fmt: skip
    rows = built_in()
    for status, (word, size) in said.items():
        answers = wpxl.call("WP_NSSEC", [[row["soc2020"]] for row in rows], word, size)
        assert [str(a) for (a,) in answers] == [row[status] for row in rows], status


@pytest.mark.parametrize(
    ("cell", "status", "size"),
    [
        ("self employed plumber", "self_employed", None), ("plumber (S/E)", "self_employed", None),
        ("freelance journalist", "self_employed", None), ("plumber with 3 staff", "employer", "small"),
        ("runs own plumbing business, 40 employees", "employer", "large"), ("cafe owner", "employer", None),
        ("shop manager", "manager", None), ("factory manager, 300 staff", "manager", "large"),
        ("cleaning supervisor", "supervisor", None), ("lunchtime supervisor", None, None), ("plumber", None, None),
    ],
)  # fmt: skip
def test_status_in_the_words(cell: str, status: str | None, size: str | None) -> None:
    assert titles.read(cell)[2:4] == (status, size)


def test_the_methods() -> None:
    row = {
        "employer_large": "1.1", "employer_small": "4", "self_employed": "4", "manager_large": "1.1", "manager_small": "2",
        "supervisor": "5", "employee": "7", "simplified": "2",
    }  # fmt: skip
    assert nssec.derive(row) == ("2", "simplified")
    assert nssec.derive(row, "employer", "large") == ("1.1", "full")
    assert nssec.derive(row, "employer") == ("4", "reduced")
    assert nssec.derive(row, "manager") == ("2", "simplified")  # the two sizes differ
    assert nssec.derive(row | {"manager_small": "1.1"}, "manager") == ("1.1", "reduced")
    assert nssec.derive({"simplified": "6"}, "supervisor") == ("6", "simplified")


def test_the_self_coded_version() -> None:
    """Some cells of the published table, and the answers of a cell."""
    assert [nssec.self_coded(g, "employee") for g in range(1, 9)] == [1, 2, 1, 4, 5, 5, 1, 1]
    assert [nssec.self_coded(g, "self_employed") for g in range(1, 9)] == [1, 3, 3, 3, 3, 3, 3, 1]
    assert [nssec.self_coded(g, "supervisor") for g in (2, 4, 5, 6)] == [1, 4, 4, 4]
    assert [nssec.self_coded(g, "employer", "large") for g in (2, 6)] == [1, 1]
    assert [nssec.from_five(c) for c in range(1, 6)] == ["1-2", "3", "4", "5", "6-7"]
    assert "75 %" in wpxl.why("WP_NSSEC", "clerical and intermediate")[0]


def test_targets_and_bands() -> None:
    assert [nssec.target(c) for c in nssec.CLASSES] == [False] * 5 + [True] * 5 + [None]
    assert [nssec.target(c) for c in ("1-2", "6-7", None, "9")] == [False, True, None, None]
    assert nssec.target("8", *nssec.band("4-7") or (0, 0)) is False and nssec.target("6-7", 7, 8) is None
    assert [nssec.band(b) for b in ("4-8", "NS-SEC 4 to 7", "4–8", "4", "8-4", None)] == [
        (4, 8),
        (4, 7),
        (4, 8),
        None,
        None,
        None,
    ]


# -------------------------------------------------------------------------------------------------------------- shapes


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40), st.just(datetime(2026, 1, 1)),
    st.sampled_from([job["text"] for job in JOBS]), st.just(Fault(VALUE, "x")), st.just([1]), st.just(object()),
)  # fmt: skip


@given(st.lists(JUNK, min_size=1, max_size=12))
def test_any_cell_has_an_answer_of_its_own(cells: list[Any]) -> None:
    answers = occupations.classify(cells)
    assert answers == [occupations.classify([cell])[0] for cell in cells]
    for answer in answers:
        assert (answer.class_ is None) or (answer.fault is None)
        assert answer.class_ is None or answer.class_ in (*nssec.CLASSES, *nssec.SPANS)
        assert isinstance(answer.said, str) and answer.said


@given(st.lists(st.tuples(JUNK, JUNK, JUNK), min_size=1, max_size=8))
def test_other_columns_never_spoil_a_neighbour(rows: list[tuple[Any, Any, Any]]) -> None:
    cells, statuses, sizes = (list(column) for column in zip(*rows, strict=True))
    answers = occupations.classify(cells, statuses, sizes)
    assert answers == [occupations.classify([c], [s], [n])[0] for c, s, n in rows]


def test_a_very_long_cell_is_soon_answered() -> None:
    start = time.perf_counter()
    (answer,) = occupations.classify(["wrkr of mny kindz " * 1800])
    assert answer.fault and time.perf_counter() - start < 2


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    reading = titles.read(text)
    assert all(word for word in reading.words) and set(reading.first) <= set(reading.words)


# ------------------------------------------------------------------------------------------------------------- ingestion


ROWS = [
    ["8211/00", "Drivers", "Lorry pilot"], ["8211/00", "Drivers", "Lorry  pilot"], ["2211/01", "Doctors", "Lorry pilot"],
    ["6135/00", "Carers", "Moon carer"], ["6131/99", "Nursing", "Moon carer"], ["9223/00", "Cleaners", "Moon duster"],
    ["}}}}/}}", "}}}}/}}", "Moon person"], ["5319/00", "Builders", "Crépi builder"],
]  # fmt: skip


def index_csv(path: Path, rows: list[list[str]] = ROWS) -> Path:
    path.write_bytes("\r\n".join(",".join(row) for row in [HEADER, *rows]).encode("cp1252"))
    return path


def sheet(path: Path, header: list[str], rows: list[list[Any]], title: str = "") -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Table 1")
        page.write(0, 0, title or "SOC 2020")
        for i, row in enumerate([header, *rows], 2):
            page.write_row(i, 0, row)
    return path


def test_an_index_as_csv_and_as_a_sheet(folder: Path) -> None:
    assert add(index_csv(folder / "a.csv"))[0][0] == "added"
    assert wpxl.call("WP_NSSEC", [["pilots, lorry"], ["Moon duster"], ["moon dusterr"], ["Crepi builder"]])[1:] == [
        (7,),
        (7,),
        (4,),
    ]
    (both, none) = occupations.classify(["lorry pilot", "moon person"])
    assert both.groups == ("8211", "2211") and both.classes == ("1.2", "7") and both.fault
    assert "lorry drivers (7)" in both.said and "too general" in none.said
    assert occupations.classify(["moon carer"])[0].classes == ("3", "6")
    assert add(index_csv(folder / "b.csv"))[0][0] == "unchanged"
    done = add(sheet(folder / "c.xlsx", HEADER, ROWS[:6]))
    assert done[0] == ("updated", "SOC 2020 coding index: 3 rows.")
    assert wpxl.call("WP_NSSEC", "moon duster") == [(7,)]
    assert "too general" not in occupations.classify(["moon person"])[0].said  # the new version has no such title


def test_a_bad_line_of_an_index_changes_nothing(folder: Path) -> None:
    path = index_csv(folder / "a.csv", [*ROWS[:3], ["82110", "", "Typo"]])
    assert add(path) == [
        ("refused", "a.csv, line 5: '82110' is no SOC 2020 code (those look like 8211/00). Nothing has changed.")
    ]


def derivation(classes: dict[str, str]) -> list[list[Any]]:
    """Rows of a derivation table in the published layout, with headings between, in which everyone is of one class."""
    rows: list[list[Any]] = [["1", "MANAGERS", *[""] * 7]]
    return rows + [[int(row["soc2020"]), "A title", *[classes.get(row["soc2020"], 7.0)] * 7] for row in built_in()]


STATUS_HEADER = [
    "SOC2020", "SOC2020 unit group title", "1 Employers - large organisations", "2 Employers - small organisations",
    "3 Self-employed, no employees", "4 Managers - large organisations", "5 Managers - small organisations", "6 Supervisors",
    "7 Other employees",
]  # fmt: skip


def test_derivation_tables_take_the_place_of_the_built_in_one(folder: Path) -> None:
    assert wpxl.call("WP_NSSEC", "plumber", "employee") == [(5,)] and "built-in" in wpxl.why("WP_NSSEC", "plumber")[0]
    path = sheet(folder / "full.xlsx", STATUS_HEADER, derivation({"5315": "L3.1", "8213": "13.4"}))
    assert add(path) == [("added", "NS-SEC from SOC 2020 and employment status (operational categories): 412 rows.")]
    assert wpxl.call("WP_NSSEC", [["plumber"], ["taxi driver"]], "employee") == [("1.2",), (7,)]
    path = sheet(folder / "classes.xlsx", STATUS_HEADER, derivation({"5315": 1.2}))
    assert add(path) == [("added", "NS-SEC from SOC 2020 and employment status: 412 rows.")]
    assert wpxl.call("WP_NSSEC", "plumber", "employee") == [("1.2",)]
    rows = [[row["soc2020"], "A title", 2 if row["soc2020"] == "5315" else "1.1"] for row in built_in()]
    path = sheet(folder / "simplified.xlsx", ["SOC2020", "Occupation", "NS-SEC simplified class"], rows)
    assert add(path)[0][0] == "added"
    assert wpxl.call("WP_NSSEC", [["plumber"], ["taxi driver"]]) == [(2,), ("1.1",)]
    assert "built-in" not in wpxl.why("WP_NSSEC", "plumber")[0] and "A title" in wpxl.why("WP_NSSEC", "plumber")[0]


def test_a_plain_csv_of_classes(folder: Path) -> None:
    lines = ["soc2020," + ",".join(nssec.STATUSES), *(f"{row['soc2020']},1.1,4,4,2,2,5,6" for row in built_in())]
    (folder / "mine.csv").write_text("\n".join(lines))
    assert add(folder / "mine.csv")[0][0] == "added"
    assert wpxl.call("WP_NSSEC", [["GP"]] * 2, [["supervisor"], ["employee"]]) == [(5,), (6,)]
    (folder / "short.csv").write_text("\n".join(lines[:300]))
    ((done, said),) = add(folder / "short.csv")
    assert done == "refused" and "299 unit groups, but SOC 2020 has 412" in said
    (folder / "odd.csv").write_text("\n".join([*lines[:4], lines[4].replace(",1.1,", ",12.9,9,"), *lines[5:]]))
    assert add(folder / "odd.csv")[0][0] == "refused"


# --------------------------------------------------------------------------------------------------------------- genuine


def published(open_data: Path) -> dict[str, set[str]]:
    """Title → unit groups, as the genuine index has them; unclassifiable ones left out."""
    found: dict[str, set[str]] = defaultdict(set)
    with gzip.open(open_data / "soc" / INDEX, "rt", encoding="cp1252", newline="") as file:
        for code, _, title in list(csv.reader(file))[1:]:
            if code[0].isdigit():
                found[title].add(code[:4])
    return found


@pytest.fixture(scope="module")
def indexed(open_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the genuine coding index."""
    home = tmp_path_factory.mktemp("indexed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WPXL_HOME", str(home))
        assert add(open_data / "soc" / INDEX) == [("added", "SOC 2020 coding index: 23,918 rows.")]
    return home


def spoilt(title: str, rng: random.Random) -> str:
    """A title with a slip of the keyboard, as a plural, or with its words in another order."""
    words = title.split()
    kind = rng.choice(["slip", "plural", "order"])
    if kind == "plural":
        return f"{title}s"
    if kind == "order" and len(words) > 1:
        return " ".join(rng.sample(words, len(words)))
    at = max(range(len(words)), key=lambda i: len(words[i]))
    word = words[at]
    if len(word) < 4:
        return title.upper()
    i = rng.randrange(1, len(word) - 1)
    slips = [word[:i] + word[i + 1 :], word[:i] + word[i + 1] + word[i] + word[i + 2 :], word[:i] + word[i] + word[i:]]
    words[at] = rng.choice([*slips, word[:i] + rng.choice("aeiounrst") + word[i + 1 :]])
    return " ".join(words)


@pytest.mark.genuine
@pytest.mark.usefixtures("indexed")
class TestGenuine:
    @pytest.fixture(autouse=True)
    def _home(self, indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WPXL_HOME", str(indexed))

    def test_parents_jobs(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert score(capsys, "with the ONS index") >= 0.95

    @pytest.mark.parametrize("seed", [2020, 2026])
    def test_groups_of_titles_spoilt_in_some_way(
        self, open_data: Path, seed: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        groups, rng = published(open_data), random.Random(seed)
        missed = []
        for title in rng.sample(sorted(groups), 500):
            text = spoilt(title, rng)
            found = {candidate.group for candidate in occupations.find(text, 10)}
            if not found & groups[title]:
                missed.append((title, text))
        with capsys.disabled():
            tell(f"spoilt titles, seed {seed}: groups found for {500 - len(missed)} of 500", *missed)
        assert len(missed) <= 15

    def test_every_title_as_published_keeps_its_group(self, open_data: Path) -> None:
        """Only words that say nothing of the job, or a question prepared for a general one, may stand between."""
        groups = published(open_data)
        sample = random.Random(3).sample(sorted(groups), 2000)
        answers = occupations.classify(sample)
        lost = [t for t, a in zip(sample, answers, strict=True) if a.groups and not set(a.groups) & groups[t]]
        assert len(lost) <= 20, lost

    def test_the_built_in_titles_agree_with_the_index(self, open_data: Path) -> None:
        groups = {title.casefold(): codes for title, codes in published(open_data).items()}
        known = [(t, row["soc2020"]) for row in built_in() for t in row["titles"].split(";") if t in groups]
        wrong = [(title, code, groups[title]) for title, code in known if code not in groups[title]]
        assert len(known) > 1400 and not wrong

    def test_a_hundred_thousand_cells(self, open_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        rng = random.Random(4)
        texts = [
            spoilt(t, rng) if i % 4 == 0 else t for i, t in enumerate(rng.sample(sorted(published(open_data)), 2000))
        ]
        cells = [rng.choice(texts) for _ in range(100_000)]
        occupations.classify(["plumber"])
        start = time.perf_counter()
        answers = wpxl.call("WP_NSSEC", [[cell] for cell in cells])
        took = time.perf_counter() - start
        with capsys.disabled():
            tell(f"100,000 occupations, 2,000 distinct: {took:.2f} s")
        assert len(answers) == 100_000 and took < 10  # the bar of 2 s is the bench's; this machine may be busy
        by_text: dict[str, set[str]] = defaultdict(set)
        for cell, (answer,) in zip(cells, answers, strict=True):
            by_text[cell].add(repr(answer))
        assert all(len(found) == 1 for found in by_text.values())
        assert Counter(type(a).__name__ for (a,) in answers)["int"] > 50_000

    def test_find_is_in_order(self) -> None:
        grid = wpxl.call("WP_NSSEC_FIND", "software")
        sure = [row[4] for row in grid[1:]]
        assert len(grid) == 11 and all(a >= b for a, b in pairwise(sure)) and all(len(row[1]) == 4 for row in grid[1:])
