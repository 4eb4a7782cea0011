"""Finding schools and telling about them: the register, the search, HEAT IDs and the school report.

What must come back is stated again here: from the sample's own Parquet file with pandas, from small tables made on the spot,
and from the genuine files with the csv module.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from conftest import add, plain
from hypothesis import given
from hypothesis import strategies as st

import wpxl
from wpxl import store
from wpxl.domain import school as form
from wpxl.errors import Fault
from wpxl.ingest import own
from wpxl.store.school_search import search
from wpxl.store.write import Draft, install

SAMPLE = pd.read_parquet(store.shipped("data") / "sample" / "sample_schools.parquet").set_index("urn")
ONCE = SAMPLE[~SAMPLE.school_name.duplicated(keep=False)]


def table(table_id: str, vintage: str = "2024", key: str = "urn", **columns: list[Any]) -> None:
    """Install a small table of schools."""
    made = {name: pa.array(values, pa.string() if name == key else None) for name, values in columns.items()}
    source = [{"file": f"{table_id}.csv", "sha256": table_id.ljust(64, "0")}]
    install(Draft(id=table_id, key=key, rows=pa.table(made), title=table_id, vintage=vintage, sources=source))
    store.forget()


def register() -> store.Register:
    return store.register(store.installed())


def one(function: str, *arguments: Any) -> Any:
    ((answer,),) = plain(wpxl.call(function, *arguments))
    return answer


def why(function: str, *arguments: Any) -> str:
    (said,) = wpxl.why(function, *arguments)
    assert len(said) <= 255 and not said.endswith("…"), said
    return said


def said(answer: Any) -> str:
    assert isinstance(answer, Fault)
    return f"{answer.code} {answer.sentence}"


# ------------------------------------------------------------------------------------------------------- who it is


FORMS: list[Callable[[str, Any], Any]] = [
    lambda urn, row: urn,
    lambda urn, row: int(urn),
    lambda urn, row: float(urn),
    lambda urn, row: f" urn {urn}.0",
    lambda urn, row: row.laestab,
    lambda urn, row: int(row.laestab),
    lambda urn, row: f"{row.laestab[:3]} / {row.laestab[3:]}",
    lambda urn, row: row.heat_id,
    lambda urn, row: f"{row.school_name}, {row.school_local_authority}",
    lambda urn, row: f"{row.school_name.upper()} ({row.school_postcode.lower()})",
    lambda urn, row: f"{row.school_name},{row.school_local_authority},{row.school_postcode.replace(' ', '')}",
]


@pytest.mark.parametrize("written", FORMS)
def test_every_school_by_every_identifier(written: Callable[[str, Any], Any]) -> None:
    cells = [[written(urn, row)] for urn, row in SAMPLE.iterrows()]
    expected = [[row.school_learners, row.school_imd_40_pct_2010] for _, row in SAMPLE.iterrows()]
    answer = plain(wpxl.call("WP_SCHOOL", cells, "school_learners, school_imd_40_pct_2010"))
    told = [[None if v == "#N/A" else v for v in row] for row in answer]
    assert told == [[None if pd.isna(v) else v for v in row] for row in expected]


@given(st.sampled_from(list(ONCE.index)), st.randoms(use_true_random=False))
def test_a_name_however_it_is_typed(urn: str, r: random.Random) -> None:
    name = ONCE.school_name[urn]
    typed = "".join(r.choice([c.upper(), c.lower()]) for c in name)
    typed = typed.replace(" ", r.choice([" ", "  ", "\u00a0", " - ", ". "]))
    assert register().find(f"{r.choice(['', 'The ', ' '])}{typed}{r.choice(['', '.', ' '])}") == urn


@given(st.lists(st.one_of(
    st.none(), st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.binary(max_size=3), st.dates(),
    st.from_regex(r"[#0-9/ .-]{3,9}", fullmatch=True), st.just([1]), st.sampled_from(["900001", "#052923", Fault("#NUM!", "x")]),
), max_size=60))  # fmt: skip
def test_no_cell_crashes_and_each_has_an_answer(cells: list[Any]) -> None:
    keys = register().find_many(cells)
    assert list(map(str, keys)) == [str(register().find(cell)) for cell in cells]
    for cell, key in zip(cells, keys, strict=True):
        assert isinstance(key, (str, Fault)) or (
            key is None and (cell is None or not str(cell).strip() or not str(cell).isascii())
        )
        assert not isinstance(key, Fault) or (len(key.sentence) <= 255 and key.sentence)
    assert len(wpxl.call("WP_SCHOOL", [[c] for c in cells] or [[None]])) == max(1, len(cells))


@pytest.mark.parametrize(("left", "right"), [
    ("St. Mary's C.E. School", "SAINT MARYS CofE SCHOOL"), ("St Mary's C of E School", "St Marys Church of England School"),
    ("Peter & Paul RC Primary", "peter and paul Catholic Primary"), ("King’s School", "Kings School"),
    ("José Martí School", "Jose Marti School"), ("All Saints' Sch.", "All Saints School"), ("A–B School", "A-B School"),
])  # fmt: skip
def test_names_that_are_one(left: str, right: str) -> None:
    assert form.folded(left) == form.folded(right)


@pytest.mark.parametrize(("left", "right"), [
    ("Ash School", "Ash High School"), ("King Edward VI School", "King Edward VII School"), ("Boys' School", "Girls' School"),
    ("Park Junior School", "Park Infant School"),
])  # fmt: skip
def test_names_that_are_two(left: str, right: str) -> None:
    assert form.folded(left) != form.folded(right)


class TestNames:
    def test_commas_and_brackets_of_the_name_itself(self, home: Path) -> None:
        names = ["St Anne's School, Chiswick", "Elm School (Lower)", "Elm School"]
        table("gias", urn=["100001", "100002", "100003"], school_name=names, school_local_authority=["A", "B", "C"])
        assert register().find_many([*names, "Elm School, B", "Elm School (Lower), B"])[:3] == [
            "100001",
            "100002",
            "100003",
        ]
        assert said(register().find("Elm School, B")).startswith("#N/A")
        assert register().find("Elm School (Lower), B") == "100002"

    def test_an_open_school_goes_before_a_closed_one(self, home: Path) -> None:
        table(
            "gias", urn=["100001", "100002", "100003", "100004"], school_name=["Elm School"] * 2 + ["Oak School"] * 2,
            school_status=["Closed", "Open", "Closed", "Closed"], laestab=["2014000"] * 2 + ["2015000"] * 2,
            ukprn=["10000001"] * 2 + [None] * 2,
        )  # fmt: skip
        found = register().find_many(["Elm School", "201/4000", 10000001, "Oak School"])
        assert found[:3] == ["100002"] * 3 and said(found[3]).startswith("#N/A 2 schools have the name 'Oak School'")

    def test_names_on_real_tables_hide_the_sample(self, home: Path) -> None:
        table("gias", urn=["100001"], school_name=["Elm School"])
        assert said(register().find("900001")) == (
            "#N/A No school in the installed tables has URN 900001: mistyped, or newer than they are?"
        )

    def test_a_column_is_as_its_cells(self) -> None:
        cells = ["900001", "Ash School (fictional)", None, 900002, "nowhere", "900001"] * 200
        assert plain([[k] for k in register().find_many(cells)]) == plain([[register().find(c)] for c in cells])


# ------------------------------------------------------------------------------------------------- what it answers


class TestNewestFirst:
    @pytest.fixture(autouse=True)
    def tables(self, home: Path) -> None:
        table("old", "2018-19", urn=["100001", "100002", "100003"], school_name=["A", "B", "C"], school_fsm_pct=[1.0, 2.0, None],
              school_fsm_pct_reason=[None, None, "suppressed (SUPP)"])  # fmt: skip
        table("new", "2022-23", urn=["100001", "100002", "100004"], school_name=["A2", "B2", "D"],
              school_fsm_pct=[10.0, None, 40.0])  # fmt: skip

    def test_school_by_school(self) -> None:
        asked = ["100001", "100002", "100003", "100004", None, Fault("#N/A", "x")]
        assert register().values(asked, "school_fsm_pct") == [10.0, 2.0, None, 40.0, None, None]
        assert register().values(asked * 20, "school_fsm_pct") == [10.0, 2.0, None, 40.0, None, None] * 20
        assert [t and t.id for t in (register().table(k, "school_fsm_pct") for k in asked[:4])] == [
            "new",
            "old",
            None,
            "new",
        ]  # type: ignore[arg-type]

    def test_the_reason_is_the_tables_own(self) -> None:
        assert (
            register().reason("100003", "school_fsm_pct", "FSM %") == "100003 C has no FSM % in old: suppressed (SUPP)."
        )
        assert one("WP_SCHOOL", "100003", "FSM %") == "#N/A"

    def test_headings_name_the_vintages_that_answer(self) -> None:
        assert wpxl.call("WP_SCHOOL", [["100001"]], "FSM %", True)[0] == ("School FSM % (2022-23)",)
        both = wpxl.call("WP_SCHOOL", [["100001"], ["100002"]], "FSM %", True)
        assert both == [("School FSM % (2018-19 and 2022-23)",), (10.0,), (2.0,)]

    def test_a_list_of_schools_says_who_they_are(self) -> None:
        table("gias", "2020", urn=["100001"], school_name=["Alpha School"], school_status=["Open"])
        assert one("WP_SCHOOL", "100001", "name") == "Alpha School"


def test_undated_names_take_what_is_installed(home: Path) -> None:
    table("roll", urn=["100001"], school_name=["Elm"], school_imd_40_pct_2015=[15.0], school_polar3_q1_2_pct=[3.0])
    head, row = wpxl.call("WP_SCHOOL", [["100001"]], "IMD 40 %, YPR Q1+2, school_imd_40_pct_2019", True)
    assert head[:2] == ("School IMD 2015 40 % (2024)", "School POLAR3 Q1+2 % (2024)")
    assert plain([row]) == [[15.0, 3.0, "#REF!"]]


def test_undated_names_take_the_pinned_year_before_the_newest(home: Path) -> None:
    table("roll", urn=["100001"], school_name=["Elm"], school_imd_40_pct_2019=[19.0], school_imd_40_pct_2025=[25.0])
    assert one("WP_SCHOOL", "100001", "IMD 40 %") == 19.0
    assert one("WP_SCHOOL", "100001", "IMD 2025 40 %") == 25.0


class TestClosed:
    """1 → 2 → 3 is a chain; 4 has two successors; 5 and 6 go in a circle; 7 leads out of the tables; 8 is open."""

    @pytest.fixture(autouse=True)
    def tables(self, home: Path) -> None:
        urns = [f"10000{n}" for n in range(1, 9)]
        after = ["100002", "100003", None, "100002, 100003", "100006", "100005", "199999", "100003"]
        closed = ["2010-08-31", "2015-08-31", None, *["2016-08-31"] * 4, None]
        names = [f"School {n}" for n in range(1, 9)]
        table("gias", urn=urns, school_name=names, school_closed=closed)
        table("links", urn=urns, school_successor=after)
        table(
            "census",
            urn=["100002", "100003", "100008"],
            school_fsm_pct=[None, 30.0, None],
            school_ema_pct=[7.0, None, None],
        )

    def test_who_follows(self) -> None:
        found = [register().followed(f"10000{n}") for n in range(1, 9)]
        assert found[:3] == ["100003", "100003", None] and found[7] is None
        told = [said(f) for f in found[3:7]]
        assert (
            "several successors (100002, 100003)" in told[0] and "in a circle" in told[1] and "in a circle" in told[2]
        )
        assert "199999 is not in the installed tables" in told[3]

    def test_the_figure_of_the_successor_and_why_says_so(self) -> None:
        assert one("WP_SCHOOL", "100001", "FSM %") == 30.0
        assert why("WP_SCHOOL", "100001", "FSM %") == (
            "100001 School 1 closed on 2010-08-31; its successor is 100003 School 3, whose figure this is. School FSM %: 30.0."
        )

    def test_its_own_figure_goes_before(self) -> None:
        assert one("WP_SCHOOL", "100002", "EMA %") == 7.0
        assert "successor" not in why("WP_SCHOOL", "100002", "EMA %")

    def test_a_name_is_never_the_successors(self) -> None:
        assert one("WP_SCHOOL", "100001", "name") == "School 1"

    def test_without_one_successor_no_figure(self) -> None:
        assert [one("WP_SCHOOL", f"10000{n}", "FSM %") for n in (4, 5, 7, 8)] == ["#N/A"] * 4
        assert "several successors" in why("WP_SCHOOL", "100004", "FSM %")


# --------------------------------------------------------------------------------------------------------- HEAT IDs


class TestHeat:
    LIST = (
        "HEAT ID,Institution Name,URN,Postcode\n#012345,Elm School,100001,ZZ1 1AA\n#000077,Bell Training,,ZZ2 2BB\n"
        "#052923,Unknown Institution [Open] - E,,\n52924,Oak School,100002,\n#060000,Fir School,,ZZ3 3CC\n"
    )

    @pytest.fixture(autouse=True)
    def tables(self, home: Path, tmp_path: Path) -> None:
        nothing = [None] * 4
        table(
            "gias", urn=[f"10000{n}" for n in range(1, 6)], school_postcode=["ZZ1 1AA", None, "ZZ3 3CC", None, None],
            school_name=["Elm School", "Oak School", "FIR SCHOOL", "Yew School", "Old Elm"],
            school_closed=[*nothing, "2011-01-01"], school_successor=[*nothing, "100001"],
        )  # fmt: skip
        self.path = tmp_path / "list.csv"

    def bring(self) -> None:
        self.path.write_text(self.LIST, encoding="utf-8")
        own.add(self.path, own.Choices("HEAT ID"))
        store.forget()

    def test_without_a_list(self) -> None:
        assert one("WP_HEAT_ID", "100001") == "#REF!" and 'wpxl data add list.xlsx --key "HEAT ID"' in why(
            "WP_HEAT_ID", "100001"
        )
        assert one("WP_HEAT_ID", "#052923") == "#052923"

    def test_by_urn_by_name_and_postcode_and_back(self) -> None:
        self.bring()
        cells = [
            "100001",
            "Elm School",
            100002,
            "100003",
            "#012345",
            "#052924",
            "Bell Training",
            "#000077",
            "100004",
            "nowhere",
        ]
        ids = [
            "#012345",
            "#012345",
            "#052924",
            "#060000",
            "#012345",
            "#052924",
            "#000077",
            "#000077",
            "#052923",
            "#N/A",
        ]
        assert [row[0] for row in plain(wpxl.call("WP_HEAT_ID", [[c] for c in cells]))] == ids
        assert one("WP_SCHOOL", "#060000", "name") == "FIR SCHOOL"
        assert one("WP_SCHOOL", "#000077", "name") == "Bell Training"

    def test_why(self) -> None:
        self.bring()
        assert why("WP_HEAT_ID", "100004") == (
            "100004 Yew School is known, but the installed list of HEAT IDs has none for it: "
            "#052923 is HEAT's 'Unknown Institution [Open] - E'."
        )
        assert one("WP_HEAT_ID", "100005") == "#012345" and "that of its successor 100001 Elm School" in why(
            "WP_HEAT_ID", "100005"
        )
        assert one("WP_HEAT_ID", "#099999") == "#N/A"

    def test_the_unknown_institution_is_no_school_to_be_found(self) -> None:
        self.bring()
        assert "#052923" not in set(register().keys()) and one("WP_SCHOOL_FIND", "unknown institution") == "#N/A"


# ------------------------------------------------------------------------------------------------------- the search


def found(*asked: Any) -> list[str]:
    grid = wpxl.call("WP_SCHOOL_FIND", *asked)
    return [row[0] for row in grid[1:]] if len(grid) > 1 else []


class TestSearch:
    NAMES = (
        "St Mary's Catholic Primary School", "Saint Mary's C of E School", "King Edward VI Camp Hill School for Boys",
        "Queen's & King's College", "Walsall Academy", "Wallsend Academy", "Holly Lodge High School",
        "Holly Lodge High School", "Park Junior School",
    )  # fmt: skip

    @pytest.fixture(autouse=True)
    def tables(self, home: Path) -> None:
        n = len(self.NAMES)
        table("gias", urn=[f"10000{i}" for i in range(n)], school_name=list(self.NAMES), school_region=["West"] * 5 + ["North"] * 4,
              school_local_authority=["Walsall"] * 4 + ["Telford and Wrekin"] * 5,
              school_status=["Open"] * 6 + ["Closed", "Open", "Open"])  # fmt: skip

    @pytest.mark.parametrize(("asked", "first"), [
        ("saint mary catholic", "100000"), ("ST MARYS PRIMARY", "100000"), ("primary mary", "100000"),
        ("st mary church of england", "100001"), ("camp hill", "100002"), ("camphill boys", "100002"), ("edwrd camp", "100002"),
        ("queens and kings", "100003"), ("kings queens colege", "100003"), ("walsal academy", "100004"), ("wallsend", "100005"),
        ("holy lodge", "100007"), ("lodge", "100007"), ("jun", "100008"),
    ])  # fmt: skip
    def test_the_right_one_first(self, asked: str, first: str) -> None:
        assert found(asked)[:1] == [first]

    def test_open_before_closed_and_both_are_there(self) -> None:
        assert found("holly lodge high school") == ["100007", "100006"]

    def test_areas(self) -> None:
        assert found(None, "walsall") == ["100002", "100003", "100001", "100000"]  # by name
        assert set(found(None, "Telford")) == {"100004", "100005", "100006", "100007", "100008"}
        assert found("academy", None, "north") == ["100005"] and found("academy", "Walsall") == []
        assert found("walsall")[0] == "100004"  # a name goes before a place

    def test_limit(self) -> None:
        assert len(found("school", None, None, 2)) == 2

    def test_no_tables_at_all(self) -> None:
        from wpxl.store.tables import Tables

        assert said(store.register(Tables([], [])).find("100001")).startswith("#REF! No table of schools is installed")


@given(st.text(max_size=30))
def test_any_keyword_gets_rows_or_one_sentence(keyword: str) -> None:
    grid = wpxl.call("WP_SCHOOL_FIND", keyword)
    assert len(grid) > 1 or isinstance(grid[0][0], Fault)


# -------------------------------------------------------------------------------------------------------- the report

GUIDE = {
    "imd": (24, 61),
    "nssec": (39, 47),
    "ypr": (23, 58),
    "ahe": (19, 67),
    "fsm": (8, 17),
}  # low below, high from: Appendix 3
COLUMN = {
    "imd": "school_imd_40_pct_2010", "nssec": "school_nssec_4_8_pct_2001", "ypr": "school_polar2_ypr_q1_2_pct",
    "ahe": "school_polar2_ahe_q1_2_pct", "fsm": "school_fsm_pct",
}  # fmt: skip


def band(value: Any, low: float, high: float) -> str | None:
    return None if pd.isna(value) else "Low" if value < low else "High" if value >= high else "Medium"


class TestReport:
    def report(self) -> tuple[list[str], dict[str, list[Any]], list[list[Any]]]:
        head, *rows = plain(wpxl.call("WP_SCHOOL_REPORT", None, None, "Sample region"))
        schools = {str(row[0]): row for row in rows if str(row[0]) in SAMPLE.index}
        return head, schools, [row for row in rows if str(row[0]) not in SAMPLE.index]

    def test_figures_and_bands_are_the_guides(self) -> None:
        head, schools, _ = self.report()
        assert set(schools) == set(SAMPLE.index[SAMPLE.school_status != "Closed"])
        for i, (name, limits) in enumerate(GUIDE.items()):
            figure, banded = 7 + 2 * i, 8 + 2 * i
            assert head[banded] == f"{head[figure]}: band"
            for urn, row in schools.items():
                value = SAMPLE.at[urn, COLUMN[name]]
                assert row[figure] == (value if pd.notna(value) else "#N/A"), (urn, name)
                assert row[banded] == band(value, *limits), (urn, name, value)

    def test_priority_is_wp_prioritys(self) -> None:
        head, schools, _ = self.report()
        assert head[6] == "Priority (aimhigher-2011-school)"
        priorities = plain(wpxl.call("WP_PRIORITY", [[urn] for urn in schools]))
        assert [[row[6]] for row in schools.values()] == priorities and {"High", "Medium", "Low"} <= {
            p for (p,) in priorities
        }

    def test_headings_say_the_definition(self) -> None:
        head = ", ".join(str(h) for h in self.report()[0])
        for word in (
            "IMD 2010 40 %",
            "NS-SEC 4-8 % (Census 2001)",
            "POLAR2 YPR Q1+2 %",
            "POLAR2 AHE Q1+2 %",
            "FSM %",
            "SEN",
            "KS4",
            "A level",
        ):
            assert word in head

    def test_n_coverage_and_notes(self) -> None:
        _, schools, below = self.report()
        n, coverage = (row for row in below if row[0] in ("n", "coverage %"))
        at = 7 + 2 * list(GUIDE).index("fsm")
        known = int(SAMPLE.loc[list(schools), "school_fsm_pct"].notna().sum())
        assert n[at] == known < len(schools) and coverage[at] == round(100 * known / len(schools), 1)
        notes = " ".join(str(row[0]) for row in below)
        assert "1 closed school is left out." in notes and "SAMPLE DATA" in notes and "version 2011-09-01" in notes

    def test_another_edition_has_no_band(self, home: Path) -> None:
        table("gias", urn=["100001"], school_name=["Elm"], school_local_authority=["A"], school_imd_40_pct_2019=[70.0])
        head, row, *below = plain(wpxl.call("WP_SCHOOL_REPORT", "elm"))
        assert head[7] == "IMD 2019 40 % (2024)" and row[7:9] == [70.0, None]
        assert any(
            str(b[0]).startswith("IMD 2019 40 % (2024) has no band: the model's limits are for IMD 2010 40 %")
            for b in below
        )

    def test_workbook(self, run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
        path = tmp_path / "schools.xlsx"
        code, out, _ = run("report", "schools", "--la", "exampleton", "-o", str(path))
        assert code == 0 and "schools." in out
        rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))  # type: ignore[union-attr]
        grid = plain(wpxl.call("WP_SCHOOL_REPORT", None, "exampleton"))
        assert "SAMPLE DATA" in str(rows[1][0]) and list(rows[3]) == grid[0]
        shown = [
            ["#N/A" if v == "=NA()" else str(v)[1:] if str(v).startswith("=#") else v for v in row] for row in rows[4:]
        ]
        schools = len([row for row in grid if str(row[0]) in SAMPLE.index])
        assert shown[:schools] == grid[1 : schools + 1]

    def test_csv_json_and_terminal(self, run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
        path = tmp_path / "schools.csv"
        code, out, told = run("report", "schools", "--keyword", "ash", "--json", "-o", str(path))
        made = json.loads(out)
        assert (
            code == 0
            and "4 schools" in told
            and len(made["schools"]) == 4
            and made["coverage"]["FSM % (sample)"]["n"] == 3
        )
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert [row[0] for row in csv.reader(file) if row][1:5] == [row["URN"] for row in made["schools"]]
        assert "900001" in run("report", "schools", "--keyword", "ash")[1]

    @pytest.mark.parametrize(("arguments", "code", "told"), [
        ((), 2, "--keyword, --la or --region"), (("--keyword", "zzzz"), 1, "No school like 'zzzz'"),
        (("--keyword", "ash", "--model", "nope"), 1, "no model called 'nope'"),
        (("--keyword", "ash", "-o", "x.pdf"), 1, "neither .xlsx nor .csv"),
    ])  # fmt: skip
    def test_refusals(
        self, run: Callable[..., tuple[int, str, str]], arguments: tuple[str, ...], code: int, told: str
    ) -> None:
        done = run("report", "schools", *arguments)
        assert done[0] == code and told in done[2] and "Traceback" not in done[2]


# ---------------------------------------------------------------------------------------------------- genuine files


@pytest.fixture(scope="module")
def national(open_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """GIAS of two authorities, its links, and national results, installed once."""
    folder = tmp_path_factory.mktemp("national")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WPXL_HOME", str(folder))
        for name in (
            "gias/gias_results_download_2022-04-20",
            "gias/links_edubasealldata20250422",
            "ks4/england_ks4provisional_2018_19",
        ):
            assert add(open_data / "schools" / f"{name}.csv.gz")[0][0] == "added"
    return folder


@pytest.mark.genuine
class TestGenuine:
    @pytest.fixture(autouse=True)
    def here(self, national: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WPXL_HOME", str(national))
        store.forget()

    @pytest.fixture
    def published(self, open_data: Path) -> list[dict[str, str]]:
        with gzip.open(
            open_data / "schools/gias/gias_results_download_2022-04-20.csv.gz", "rt", encoding="cp1252", newline=""
        ) as file:
            return list(csv.DictReader(file))

    def test_every_school_by_urn_laestab_and_name(self, published: list[dict[str, str]]) -> None:
        names = register().values([row["URN"] for row in published], "school_name")
        assert names == [row["EstablishmentName"] for row in published]
        alone: dict[str, set[str]] = {}
        for row in published:
            alone.setdefault(f"{row['EstablishmentName']} ({row['Postcode']})", set()).add(row["URN"])
        cells = [cell for cell, urns in alone.items() if len(urns) == 1 and not cell.endswith("()")]
        keys = register().find_many(cells)
        wrong = [(c, k) for c, k in zip(cells, keys, strict=True) if {k} != alone[c]]
        assert len(cells) > 800 and len(wrong) < 10
        where = {row["URN"]: (row["Postcode"], row["EstablishmentStatus (name)"]) for row in published}
        for cell, key in wrong:  # two that differ in '&' or 'The': the one at that postcode that is open
            assert isinstance(key, str) and where[key][0] in cell and where[key][1] == "Open", (cell, key)

    def test_search_forgives_slips(self, published: list[dict[str, str]]) -> None:
        """A misspelt word, other word order, or a missing word: the school is among the first twenty, nearly always."""
        r = random.Random(20)
        rows = r.sample([row for row in published if len(row["EstablishmentName"].split()) > 2], 300)
        lost = []
        for i, row in enumerate(rows):
            words = row["EstablishmentName"].split()
            if i % 3 == 0:
                at = max(range(len(words)), key=lambda k: len(words[k]))
                cut = r.randrange(2, len(words[at]) - 1)
                words[at] = words[at][:cut] + words[at][cut + 1 :]
            elif i % 3 == 1:
                r.shuffle(words)
            else:
                words.pop()
            if row["URN"] not in found(" ".join(words), row["LA (name)"]):
                lost.append((row["EstablishmentName"], " ".join(words)))
        assert len(lost) <= 12, lost

    def test_successors_are_the_links_files(self, published: list[dict[str, str]], open_data: Path) -> None:
        """For closed schools with one successor link to an open school of these authorities."""
        status = {row["URN"]: row["EstablishmentStatus (name)"] for row in published}
        after: dict[str, set[str]] = {}
        with gzip.open(
            open_data / "schools/gias/links_edubasealldata20250422.csv.gz", "rt", encoding="cp1252", newline=""
        ) as file:
            for row in csv.DictReader(file):
                if row["LinkType"].startswith("Successor"):
                    after.setdefault(row["URN"], set()).add(row["LinkURN"])
        checked = 0
        for urn, said_ in status.items():
            ends = after.get(urn, set())
            if said_ == "Closed" and len(ends) == 1 and status.get(next(iter(ends)), "").startswith("Open"):
                assert register().followed(urn) == next(iter(ends)), urn
                checked += 1
        assert checked > 100


def test_search_needs_no_table_twice(home: Path) -> None:
    """The words of the register are worked out once for each snapshot of the tables."""
    table("gias", urn=["100001"], school_name=["Elm School"])
    assert search(register(), "elm") == ["100001"]
    table("gias2", "2025", urn=["100002"], school_name=["Elm Tree School"])
    assert search(register(), "elm") == ["100001", "100002"]
