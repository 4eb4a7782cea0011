"""Published files about schools, and members' own profiles: small ones in the published layouts, then the genuine ones.

What the genuine files must say is read again here with the csv module and plain dictionaries.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import OPEN_DATA, add
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wpxl import ingest, measures, store
from wpxl.ingest import own
from wpxl.ingest.headings import meaning
from wpxl.ingest.schools import MARKS, PHRASES, iso_date

GIAS = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),EstablishmentTypeGroup (name),"
    "EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,CensusDate,"
    "NumberOfPupils,PercentageFSM,UKPRN,LastChangedDate,Town,Postcode,FSM,Linked establishments"
)
ALPHA = (
    "100001,201,Anyshire,4001,Alpha School,Community school,Local authority maintained schools,Open,01-09-1990,,Secondary,"
    "11,18,19-01-2023,200,12.5,10000001,02-03-2024,Anytown,ZZ1 1AA,24,None"
)
BETA = (
    '100002,"201","Anyshire",17,"Beta, the Second",Community school,Local authority maintained schools,Closed,,31/08/2019,'
    'Primary,4,11,,,,,01/02/2024,,,,"1 Predecessor, 2 Successor",spilt'
)
KS4 = "RECTYPE,LEA,ESTAB,URN,SCHNAME,ICLOSE,NFTYPE,TPUP,ATT8SCR,P8MEA,PTL2BASICS_94,PTAC5EM_PTQ"
ENGLAND = "5,,,,,,,600000,44.5,,59.5%,57.1%"
CENSUS = "URN,LA,ESTAB,SCHOOLTYPE,NOR,TSENELSE,PSENELSE,TSENELK,PSENELK,NUMFSM,NUMFSMEVER,PNUMFSMEVER"


def put(folder: Path, name: str, *lines: str, encoding: str = "utf-8-sig", end: str = "\r\n") -> list[tuple[str, str]]:
    (folder / name).write_bytes((end.join(lines) + end).encode(encoding))
    return add(folder / name)


def rows(table: str) -> dict[str, dict[str, Any]]:
    found = store.installed().get(table)
    assert found, [t.id for t in store.installed().all]
    return {row[found.key]: row for row in pq.ParquetFile(found.files()[0]).read().to_pylist()}


def refused(folder: Path, name: str, *lines: str, **how: str) -> str:
    before = [t.stamp() for t in store.installed().all]
    ((done, said),) = put(folder, name, *lines, **how)
    assert done == "refused" and said.endswith((".", "?")) and "\n" not in said, said
    assert [t.stamp() for t in store.installed().all] == before
    return said


# --------------------------------------------------------------------------------------------- what schools there are


class TestRegister:
    def test_what_a_school_is_and_how_many_are_in_it(self, folder: Path) -> None:
        assert [done for done, _ in put(folder, "any name.csv", GIAS, ALPHA, BETA, encoding="cp1252")] == ["added"] * 2
        alpha, beta = rows("gias_la201")["100001"], rows("gias_la201")["100002"]
        assert (alpha["school_name"], alpha["laestab"], alpha["ukprn"]) == ("Alpha School", "2014001", "10000001")
        assert (alpha["school_status"], alpha["school_opened"], alpha["school_low_age"]) == ("Open", "1990-09-01", 11)
        assert (beta["school_name"], beta["laestab"], beta["school_closed"]) == (
            "Beta, the Second",
            "2010017",
            "2019-08-31",
        )
        table = store.installed().get("gias_la201")
        assert table and table.vintage == "2024-03-02"
        counted = rows("gias_census_la201")
        assert counted["100001"]["school_fsm_pct"] == 12.5  # as published, of those whom the performance tables count
        assert counted["100001"]["school_census_date"] == "2023-01-19"
        assert counted["100002"]["school_learners"] is None
        assert counted["100002"]["school_learners_reason"] == "the source leaves it blank"

    def test_counts_stand_in_for_a_share_that_is_not_there(self, folder: Path) -> None:
        put(folder, "g.csv", GIAS, ALPHA.replace("12.5", ""))
        assert rows("gias_census_la201")["100001"]["school_fsm_pct"] == 12.0

    def test_a_suppressed_share_stays_suppressed(self, folder: Path) -> None:
        put(folder, "g.csv", GIAS, ALPHA.replace("12.5", "SUPP"))
        row = rows("gias_census_la201")["100001"]
        assert row["school_fsm_pct"] is None and row["school_fsm_pct_reason"] == PHRASES["supp"]

    def test_names_in_any_encoding(self, folder: Path) -> None:
        late = [
            GIAS,
            *(ALPHA.replace("100001", str(100001 + i)).replace(",4001,", f",{4001 + i},") for i in range(600)),
        ]
        put(folder, "g.csv", *late, ALPHA.replace("100001", "110000").replace("Alpha", "Zoë’s"), encoding="cp1252")
        assert (
            rows("gias_la201")["110000"]["school_name"] == "Zoë’s School"
        )  # the first odd letter is far into the file

    def test_an_extract_replaces_no_national_table(self, folder: Path) -> None:
        nation = [ALPHA.replace("100001,201", f"{100001 + i},{201 + i}") for i in range(150)]
        put(folder, "edubasealldata20240305.csv", GIAS, *nation)
        put(folder, "results.csv", GIAS, ALPHA)
        assert len(rows("gias")) == 150 and len(rows("gias_la201")) == 1

    def test_links(self, folder: Path) -> None:
        lines = [
            "100002,100001,Alpha,Successor,31-08-2019", "100002,100003,Gamma,Successor - merged,01-09-2020",
            "100001,100002,Beta,Predecessor,", "100001,100009,X,Sixth Form Centre Link,01/09/2010",
            "100004,100001,Alpha,Result of Amalgamation,", ",,,,",
        ]  # fmt: skip
        put(folder, "links.csv", "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate", *lines)
        links = rows("gias_links")
        assert links["100002"]["school_successor"] == "100003, 100001"  # the newest first
        assert links["100001"] == {"urn": "100001", "school_successor": None, "school_predecessor": "100002"}
        assert links["100004"]["school_successor"] == "100001" and len(links) == 3

    @pytest.mark.parametrize(
        ("text", "day"),
        [("31-08-2019", "2019-08-31"), ("1/9/2020", "2020-09-01"), ("2020-09-01", "2020-09-01"), ("31-02-2019", None),
         ("2019", None), ("", None), ("2020-09-01 00:00:00", "2020-09-01"), ("today", None)],
    )  # fmt: skip
    def test_dates(self, text: str, day: str | None) -> None:
        assert iso_date(text) == day


# ------------------------------------------------------------------------------------------------- results and census


class TestResults:
    def test_values_and_marks(self, folder: Path) -> None:
        put(
            folder, "2014-2015_england_ks4final.csv", KS4,
            "1,201,4001,100001,Alpha School,0,CY,120,46.2,-0.15,63%,57.5",
            "1,201,4002,100002,Beta,0,IND,NA,NE,NP,SUPP, ",
            "2,201,7001,100003,Gamma,0,CYS,8,LOWCOV",
            "4,201,,,,,,8000,46.8,0.06,65.9%,60%", ENGLAND,
        )  # fmt: skip
        table = rows("ks4_2014_15_la201")
        alpha, beta, gamma = (table[f"10000{i}"] for i in (1, 2, 3))
        assert (alpha["school_ks4_learners"], alpha["school_ks4_att8"], alpha["school_ks4_p8"]) == (120, 46.2, -0.15)
        assert (alpha["school_ks4_basics_94_pct"], alpha["school_ks4_5ac_em_pct"]) == (63.0, 57.5)
        assert (alpha["school_type"], alpha["school_type_group"], alpha["laestab"]) == (
            "Community school", "Local authority maintained schools", "2014001",
        )  # fmt: skip
        for measure, mark in (("learners", "NA"), ("att8", "NE"), ("p8", "NP"), ("basics_94_pct", "SUPP")):
            assert beta[f"school_ks4_{measure}"] is None
            assert beta[f"school_ks4_{measure}_reason"] == f"{MARKS[mark]} ({mark} in the source)"
        assert beta["school_ks4_5ac_em_pct_reason"] == gamma["school_ks4_p8_reason"] == "the source leaves it blank"
        assert gamma["school_type_group"] == "Special schools" and len(table) == 3

    def test_provisional_results_never_hide_final_ones(self, folder: Path) -> None:
        school = "1,201,4001,100001,Alpha School,0,CY,120,{},-0.15,63%,57.5"
        put(folder, "england_ks4provisional_2018_19.csv", KS4, school.format(40), ENGLAND)
        put(folder, "2018-2019_england_ks4final.csv", KS4, school.format(41), ENGLAND)
        put(folder, "2017-2018_england_ks4final.csv", KS4, school.format(39), ENGLAND)
        asked = [rows(t.id)["100001"]["school_ks4_att8"] for t in store.installed().by_column["school_ks4_att8"]]
        assert asked == [41.0, 40.0, 39.0]

    def test_the_year_may_be_said(self, folder: Path, run: Any) -> None:
        lines = [KS4, "1,201,4001,100001,Alpha School,0,CY,120,46.2,-0.15,63%,57.5", ENGLAND]
        assert "give --vintage, such as --vintage 2018-19" in refused(folder, "ks4.csv", *lines)
        assert run("data", "add", str(folder / "ks4.csv"), "--vintage", "2016-17")[0] == 0
        assert rows("ks4_2016_17_la201")
        assert "is no school year" in run("data", "add", str(folder / "ks4.csv"), "--vintage", "soon")[2]

    def test_census(self, folder: Path) -> None:
        put(
            folder, "england_census_jan2019.csv", CENSUS,
            "100001,201,4001,State-funded secondary,1000,20,2,100,10,125,200,24.4",
            "100002,201,6001,Independent school,300,NA,NA,0,0,NA,NA,NA",
            "100003,201,7001,State-funded special school,0,0,NA,0,NA,0,NA,NA",
            "NAT,,SEC,State-funded secondary,3327970,55233,1.7,358555,10.8,500000,800000,27",
        )  # fmt: skip
        table = rows("census_schools_2019_la201")
        alpha = table["100001"]
        assert (alpha["school_fsm_pct"], alpha["school_fsm_ever6_pct"]) == (12.5, 24.4)  # eligible is not ever eligible
        assert (alpha["school_sen_statement_pct"], alpha["school_sen_support_pct"]) == (2.0, 10.0)
        assert "does not apply to this school" in table["100002"]["school_fsm_pct_reason"]
        assert table["100003"]["school_fsm_pct_reason"] == "there is nobody on roll" and len(table) == 3

    def test_eligible_and_taken_in_the_long_file(self, folder: Path) -> None:
        """Headings as published, cut at 64 characters; the performance tables' own count of those eligible is another."""
        header = (
            "time_period,geographic_level,URN,school_name,headcount of pupils,"
            "number of pupils known to be eligible for free school meals (Per,"
            "number of pupils known to be eligible for and claiming free scho,"
            "number of FSM eligible pupils taking a free school meal on censu,"
            "% of pupils known to be eligible for free school meals (Performa"
        )
        put(folder, "x.csv", header, "202223,School,100001,Alpha,200,1,50,40,49", "202223,National,,,9,9,9,9,9")
        assert rows("census_schools_2023")["100001"] == {
            "urn": "100001", "school_name": "Alpha", "school_learners": 200, "school_fsm_pct": 25.0, "school_fsm_taken_pct": 20.0,
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            ([KS4], "a header and no rows"),
            ([KS4, "1,201,4001,100001,Alpha,0,CY,120,46.2,-0.15,63%,57.5"], "no row for England"),
            ([KS4, ENGLAND], "holds no row of a school"),
            ([KS4, "1,201,4001,100001,A,0,CY,120,46.2,0,163%,57.5", ENGLAND], "line 2: 163% in the column PTL2BASICS"),
            ([KS4, "1,201,4001,100001,A,0,CY,120,good,0,63%,57.5", ENGLAND], "line 2: 'good' is no number"),
            ([KS4, "1,201,4001,,A,0,CY,120,4,0,63%,57.5", ENGLAND], "line 2: there is no URN"),
            ([KS4, *["1,201,4001,100001,A,0,CY,120,4,0,63%,57.5"] * 2, ENGLAND], "100001 stands there twice, first in line 2"),
            ([KS4.replace("ATT8SCR,P8MEA,PTL2BASICS_94,PTAC5EM_PTQ", "A,B,C,D"), ENGLAND], "is not a file that wpxl knows"),
            ([CENSUS.replace(",NUMFSM,", ",FREE,"), "100001"], "looks like a school census without the number of pupils eligible"),
            ([CENSUS, "100001,201,4001,State-funded,100,2,2,1,1,125,1,1"], "125 of 100 pupils are said to be eligible"),
            ([GIAS.replace("EstablishmentStatus (name)", "S"), ALPHA], "without the columns for a school's status and type"),
            ([GIAS, ALPHA.replace("100001", "10001")], "'10001' is no URN"),
            ([GIAS + ",URN", ALPHA], "two columns called 'URN'"),
            (["URN,LinkURN,LinkType", "100001,1,Successor"], "line 2: '1' is no URN"),
            (["URN,LinkURN,LinkType", "100001,100002,Other"], "names no predecessor and no successor"),
        ],
    )  # fmt: skip
    def test_what_is_refused(self, folder: Path, lines: list[str], said: str) -> None:
        assert said in refused(folder, "2018-2019_england_file_jan2019.csv", *lines)

    def test_a_file_cut_in_the_midst_of_a_line(self, folder: Path) -> None:
        text = "\n".join([GIAS, ALPHA, ALPHA.replace("100001", "100002"), ALPHA.replace("100001", "100003")[:40]])
        (folder / "g.csv").write_text(text)
        ((done, said),) = add(folder / "g.csv")
        assert done == "refused" and "cut short: its last line ends after 6 of 22 columns" in said

    @given(data=st.binary(max_size=300))
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_junk_under_a_known_header_never_crashes(self, folder: Path, data: bytes) -> None:
        for header in (KS4, GIAS, CENSUS, "URN,LinkURN,LinkType"):
            (folder / "junk_2018-19.csv").write_bytes(f"{header}\n".encode() + data)
            assert {done for done, _ in add(folder / "junk_2018-19.csv")} <= {
                "refused",
                "added",
                "updated",
                "unchanged",
            }


# ----------------------------------------------------------------------------------------------------- members' own


class TestProfiles:
    @pytest.mark.parametrize(
        ("heading", "measure"),
        [
            ("IMD 40 %", "school_imd_40_pct"), ("IMD 2019 40%", "school_imd_40_pct_2019"), ("IMD %", "school_imd_40_pct"),
            ("% IMD Q1-2 (2025)", "school_imd_40_pct_2025"), ("IMD 20 %", None), ("IMD rank", None), ("IMD Q1", None),
            ("IMD 2019 - 40%", "school_imd_40_pct_2019"), ("IMD decile", None),
            ("NS-SEC 4-7 %", "school_nssec_4_7_pct"), ("NSSEC 4 to 8", "school_nssec_4_8_pct"),
            ("NS SEC 4–8 % (2021)", "school_nssec_4_8_pct_2021"), ("NS-SEC", "school_nssec_4_7_pct"), ("NS-SEC 5 %", None),
            ("YPR Q1+2 %", "school_ypr_q1_2_pct"), ("YPR Q1 %", "school_ypr_q1_pct"), ("YPR %", "school_ypr_q1_pct"),
            ("POLAR2 YPR", "school_polar2_ypr_q1_pct"), ("POLAR4 Q1 & Q2", "school_polar4_q1_2_pct"), ("POLAR4 Q5", None),
            ("POLAR3 quintiles 1 and 2", "school_polar3_q1_2_pct"), ("POLAR2 AHE Q1+2", "school_polar2_ahe_q1_2_pct"),
            ("AHE %", "school_ahe_q1_pct"), ("Adult HE Q1-2", "school_adult_he_2011_q1_2_pct"),
            ("POLAR4 - Q1", "school_polar4_q1_pct"),
            ("TUNDRA LSOA Q1+Q2 %", "school_tundra_lsoa_q1_2_pct"), ("TUNDRA MSOA Q1", "school_tundra_msoa_q1_pct"),
            ("FSM %", "school_fsm_pct"), ("FSM eligible %", "school_fsm_pct"), ("FSM Ever 6", "school_fsm_ever6_pct"),
            ("FSM taken up %", "school_fsm_taken_pct"), ("FSM count", None), ("SEN %", "school_sen_statement_pct"),
            ("SEN support %", "school_sen_support_pct"), ("EHCP %", "school_sen_statement_pct"), ("EMA %", "school_ema_pct"),
            ("16-19 bursary %", "school_bursary_pct"), ("Learners", "school_learners"), ("No. of pupils", "school_learners"),
            ("School name", "school_name"), ("LA", "school_local_authority"), ("LA code", "school_local_authority_code"),
            ("5 A*-C incl. English & maths %", "school_ks4_5ac_em_pct"), ("Attainment 8", "school_ks4_att8"),
            ("Ofsted", None), ("", None), ("%", None), ("PNUMFSMEVER", None), ("HEAT ID", "heat_id"),
        ],
    )  # fmt: skip
    def test_headings(self, heading: str, measure: str | None) -> None:
        meant = meaning(heading)
        assert (meant.id if meant else None) == measure
        assert measure is None or measure in measures.published()["measure"]

    @given(st.text(max_size=40))
    def test_any_heading_means_a_known_measure_or_none(self, heading: str) -> None:
        meant = meaning(heading)
        assert meant is None or meant.id in measures.published()["measure"]

    def test_comes_in_by_its_headings_alone(self, folder: Path) -> None:
        ((done, said),) = put(
            folder, "profiles_2024.csv", "URN,School name,Learners,IMD %,NS-SEC 4-8 %,FSM eligible %,Ofsted",
            '100001,Alpha,"1,200",61.5%,47.5,SUPP,Good', "100002,Beta,900,20,40.1,12.5,", ",,,,,,",
        )  # fmt: skip
        assert done == "added" and "'IMD %' is taken as the share in the 40 % most deprived areas" in said
        assert '--column "IMD %=school_imd_40_pct_2019"' in said and "Left out: Ofsted." in said
        assert "FSM" not in said  # its heading said what it is
        table = rows("profiles_2024")
        assert table["100001"]["school_learners"] == 1200 and table["100001"]["school_imd_40_pct"] == 61.5
        assert table["100001"]["school_fsm_pct"] is None and "SUPP" in table["100001"]["school_fsm_pct_reason"]
        assert table["100002"]["school_nssec_4_8_pct"] == 40.1

    def test_what_a_heading_leaves_open_can_be_said(self, folder: Path, run: Any) -> None:
        path = folder / "p.csv"
        path.write_text("URN,IMD %,NS-SEC %,AHE Q1+2 %\n100001,70,50,60\n")
        code, out, _ = run(
            "data",
            "add",
            str(path),
            "--column",
            "imd %=School IMD 2019 40 %",
            "--column",
            "NS-SEC %=school_nssec_4_8_pct",
        )
        assert code == 0 and "taken as" not in out
        assert rows("p")["100001"] == {
            "urn": "100001", "school_imd_40_pct_2019": 70, "school_nssec_4_8_pct": 50, "school_ahe_q1_2_pct": 60,
        }  # fmt: skip
        assert (
            run("data", "add", str(path))[1].lstrip().startswith("updated")
        )  # without what was said, it is another version
        for said, wrong in (
            ("Nothing=school_fsm_pct", "no column 'Nothing'"),
            ("IMD %=IMD rank", "not a measure of schools"),
        ):
            code, _, err = run("data", "add", str(path), "--column", said)
            assert code == 1 and wrong in err
        (folder / "l.csv").write_text("URN,LinkURN,LinkType,X\n100001,100002,Successor,1\n")
        assert "say with --key" in run("data", "add", str(folder / "l.csv"), "--column", "X=school_fsm_pct")[2]

    def test_in_a_workbook(self, folder: Path) -> None:
        import xlsxwriter

        with xlsxwriter.Workbook(folder / "ours 2025.xlsx") as book:
            sheet = book.add_worksheet("Schools")
            for i, row in enumerate([["URN", "IMD 40 %", "FSM eligible %"], [100001, 61.5, 12], [100002, "SUPP", 3.5]]):
                sheet.write_row(i, 0, row)
        assert add(folder / "ours 2025.xlsx")[0][0] == "added"
        assert rows("ours_2025")["100001"]["school_imd_40_pct"] == 61.5
        assert "SUPP" in rows("ours_2025")["100002"]["school_imd_40_pct_reason"]

    def test_by_heat_id(self, folder: Path) -> None:
        put(folder, "heat.csv", "HEAT ID,IMD 40 %,AHE Q1+2 %", "#000012,70,60", "#000013,10,5")
        assert rows("heat")["#000012"]["school_ahe_q1_2_pct"] == 60

    def test_fractions_are_told_and_kept(self, folder: Path) -> None:
        ((_, said),) = put(folder, "p.csv", "URN,IMD 40 %,AHE Q1+2 %", "100001,0.7,60", "100002,0.2,5")
        assert "'IMD 40 %' looks like fractions" in said and rows("p")["100001"]["school_imd_40_pct"] == 0.7

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            (["URN,IMD 40 %,FSM %", "100001,140,5"], "line 2: 140 in the column 'IMD 40 %' is no percentage"),
            (["URN,IMD 40 %,FSM %", *["100001,40,5"] * 2], "100001 stands there again, first in line 2"),
            (["URN,IMD 40 %,FSM %", "1,40,5"], "no row has a URN"),
            (["URN,IMD 40 %,IMD %,FSM %", "100001,40,50,5"], "would both be School IMD 40 % (year not stated)"),
            (["URN,IMD 40 %,Ofsted", "100001,40,5"], "is not a file that wpxl knows"),
        ],
    )
    def test_what_is_refused(self, folder: Path, lines: list[str], said: str) -> None:
        assert said in refused(folder, "p.csv", *lines)

    def test_a_label_that_is_a_school_measure_is_that_measure(self, folder: Path) -> None:
        (folder / "m.csv").write_text("URN,IMD,Mine\n100001,61,7\n100002,12,8\n")
        chosen = {"IMD": "School IMD 2019 40 %", "Mine": "Our band"}
        own.add(folder / "m.csv", own.Choices("URN", columns=chosen))
        assert set(rows("m")["100001"]) == {"urn", "school_imd_40_pct_2019", "our_band"}
        with pytest.raises(Exception, match="140 in the column 'IMD' is no percentage"):
            (folder / "n.csv").write_text("URN,IMD\n100001,140\n100002,12\n")
            own.add(folder / "n.csv", own.Choices("URN", columns={"IMD": "school_imd_40_pct_2019"}))


def test_every_school_measure_has_a_source_that_the_guide_lists() -> None:
    for name, facts in measures.published()["measure"].items():
        if facts["geography"] == "school":
            assert facts["source"] in ingest.READABLE
            assert facts["label"].startswith("School") or name in ("laestab", "ukprn", "heat_id")


def test_an_undated_share_takes_the_year_pinned_for_areas(home: Path) -> None:
    assert measures.registry().find("School IMD 40 %").id == "school_imd_40_pct_2019"
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text('[vintage]\nimd = "2025"\n')
    store.tables.forget()
    assert measures.registry().find("School IMD 40 %").id == "school_imd_40_pct_2025"


# ------------------------------------------------------------------------------------------------------------ genuine


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with every genuine file about schools."""
    if not OPEN_DATA:
        pytest.skip("genuine published data is not here: set WPXL_OPEN_DATA to its folder")
    home = tmp_path_factory.mktemp("schools")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WPXL_HOME", str(home))
        outcomes = ingest.add(sorted((Path(OPEN_DATA) / "schools").glob("*/*")))
        assert {o.done for o in outcomes} <= {"added", "updated"}, [o.said for o in outcomes if o.done == "refused"]
    yield home


@pytest.fixture
def schools(published: Path, open_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WPXL_HOME", str(published))
    return open_data / "schools"


def records(path: Path) -> list[dict[str, str]]:
    """The rows of a school (with a URN of six digits), as published, ragged rows filled up."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    out = csv.DictReader(io.StringIO(text, newline=""), restval="")
    return [{k: v for k, v in row.items() if k} for row in out if re.fullmatch(r"\d{6}", row["URN"] or "")]


def same(value: Any, reason: str | None, published: str) -> bool:
    """A figure is as published, or its mark has become a reason."""
    text = published.strip().rstrip("%")
    if text.replace(".", "").replace("-", "").isdigit():
        return bool(value == float(text))
    known = {**{mark: f"({mark} in the source)" for mark in MARKS}, "": "the source leaves it blank"}
    return value is None and reason is not None and reason.endswith(known[text])


RESULTS = [
    ("ks5/2021-2022_england_ks5final.csv.gz", "ks5_2021_22", 2816,
     {"TPUP1618": "learners", "TALLPPE_ALEV_1618": "points_per_entry", "PTAAB_2FAC": "aab_pct", "TB3PTSE": "best3_points",
      "TALLPPE_ACAD_1618": "academic_points", "TALLPPE_AGEN": "general_points"}),
    ("ks5/2022-2023_england_ks5final.csv.gz", "ks5_2022_23", 2816,
     {"TPUP1618": "learners", "TALLPPE_ALEV_1618": "points_per_entry", "PTAAB_2FAC": "aab_pct", "TB3PTSE": "best3_points"}),
    ("ks4/england_ks4provisional_2018_19.csv.gz", "ks4_2018_19_provisional", 5495,
     {"TPUP": "learners", "ATT8SCR": "att8", "P8MEA": "p8", "P8CILOW": "p8_low", "PTL2BASICS_94": "basics_94_pct",
      "PTL2BASICS_95": "basics_95_pct", "EBACCAPS": "ebacc_aps", "PTEBACC_94": "ebacc_94_pct", "PT5EM_94": "5_94_em_pct"}),
    ("ks4/2018-2019_936_ks4final.csv.gz", "ks4_2018_19_la936", 130,
     {"TPUP": "learners", "ATT8SCR": "att8", "P8MEA": "p8", "PTL2BASICS_94": "basics_94_pct", "PTFSM6CLA1A": "disadvantaged_pct",
      "PTEBACC_E_PTQ_EE": "ebacc_entered_pct", "PTEBACC_95": "ebacc_95_pct"}),
]  # fmt: skip


@pytest.mark.genuine
class TestGenuine:
    @pytest.mark.parametrize(("file", "table", "count", "columns"), RESULTS, ids=[r[1] for r in RESULTS])
    def test_results(self, schools: Path, file: str, table: str, count: int, columns: dict[str, str]) -> None:
        """Every school has every figure as published, or the reason that its mark stands for."""
        kept, seen = rows(table), records(schools / file)
        assert len(kept) == len(seen) == count
        stage = f"school_{table[:3]}_"
        for row in seen:
            mine = kept[row["URN"]]
            assert mine["school_name"] == row["SCHNAME"].strip()
            for published, name in columns.items():
                got = mine[stage + name], mine.get(f"{stage}{name}_reason")
                assert same(*got, row[published]), (row["URN"], published, row[published], got)

    def test_all_2971_rows_of_16_to_18(self, schools: Path) -> None:
        data = gzip.decompress((schools / "ks5/2021-2022_england_ks5final.csv.gz").read_bytes()).decode("utf-8-sig")
        every = list(csv.DictReader(io.StringIO(data), restval=""))
        assert len(every) == 2971
        kept = rows("ks5_2021_22")
        left_out = [row for row in every if row["URN"] not in kept]
        assert len(left_out) == 155 and {row["RECTYPE"] for row in left_out} == {"4", "5", "7"}

    def test_census(self, schools: Path) -> None:
        kept, seen = rows("census_schools_2019"), records(schools / "census_fsm/england_census_jan2019.csv.gz")
        assert len(kept) == len(seen) == 23_939
        given = 0
        for row in seen:
            mine = kept[row["URN"]]
            assert same(mine["school_fsm_ever6_pct"], mine["school_fsm_ever6_pct_reason"], row["PNUMFSMEVER"])
            for count, name in (("NUMFSM", "fsm"), ("TSENELSE", "sen_statement"), ("TSENELK", "sen_support")):
                share, reason = mine[f"school_{name}_pct"], mine[f"school_{name}_pct_reason"]
                if row[count].isdigit() and int(row["NOR"]):
                    assert abs(share - 100 * int(row[count]) / int(row["NOR"])) <= 0.05 + 1e-9 and reason is None
                    given += count == "NUMFSM"
                else:
                    assert share is None and reason
        assert given > 21_900

    def test_published_shares_of_needs_agree(self, schools: Path) -> None:
        kept = rows("census_schools_2019")
        for row in records(schools / "census_fsm/england_census_jan2019.csv.gz"):
            if row["PSENELSE"] not in ("NA", ""):
                assert abs(kept[row["URN"]]["school_sen_statement_pct"] - float(row["PSENELSE"])) < 0.051

    def test_register(self, schools: Path) -> None:
        for table, file in (
            ("gias_la850_936", "gias_results_download_2022-04-20.csv.gz"),
            ("gias_la100", "dfe_ebi_fixture_gias.csv"),
        ):
            kept, census, seen = (
                rows(table),
                rows(table.replace("gias_", "gias_census_")),
                records(schools / "gias" / file),
            )
            assert len(kept) == len(seen)
            for row in seen:
                mine = kept[row["URN"]]
                assert mine["school_name"] == row["EstablishmentName"].strip()
                assert mine["school_status"] == row["EstablishmentStatus (name)"]
                assert (mine["school_postcode"] or "") == row["Postcode"]
                assert mine["laestab"] == f"{row['LA (code)']}{int(row['EstablishmentNumber']):04}"
                day = re.findall(r"\d+", row["CloseDate"])
                assert (mine.get("school_closed") or "") == "-".join(reversed(day))
                counted = census[row["URN"]]
                assert counted["school_fsm_pct"] == (float(row["PercentageFSM"]) if row["PercentageFSM"] else None)
                assert counted["school_learners"] == (int(row["NumberOfPupils"]) if row["NumberOfPupils"] else None)

    def test_published_share_is_nearer_to_the_census_than_the_quotient(self, schools: Path) -> None:
        """Why the register's PercentageFSM is taken rather than FSM ÷ NumberOfPupils: seventeen schools with both sources."""
        census, gaps = rows("census_schools_2019"), []
        for row in records(schools / "gias/gias_results_download_2022-04-20.csv.gz"):
            if row["CensusDate"] == "17-01-2019":
                true = census[row["URN"]]["school_fsm_pct"]
                quotient = 100 * int(row["FSM"]) / int(row["NumberOfPupils"])
                gaps.append((abs(float(row["PercentageFSM"]) - true), abs(quotient - true)))
        published, counted = (max(gap[i] for gap in gaps) for i in (0, 1))
        assert len(gaps) == 17 and published < 3.1 < 6 < counted < 6.2

    def test_links(self, schools: Path) -> None:
        wanted: dict[str, set[str]] = {}
        with gzip.open(
            schools / "gias/links_edubasealldata20250422.csv.gz", "rt", encoding="cp1252", newline=""
        ) as file:
            for row in csv.DictReader(file):
                if row["LinkType"].startswith("Successor") or row["LinkType"] == "Result of Amalgamation":
                    wanted.setdefault(row["URN"], set()).add(row["LinkURN"])
        kept = {
            urn: set(row["school_successor"].split(", "))
            for urn, row in rows("gias_links").items()
            if row["school_successor"]
        }
        assert kept == {urn: found - {urn} for urn, found in wanted.items() if found - {urn}} and len(kept) > 16_000

    def test_every_school_has_a_value_or_a_reason(self, schools: Path) -> None:
        """Over all tables: no missing figure without its reason."""
        silent: dict[str, int] = {}
        figures = 0
        for table in store.installed().all:
            if table.edition != "real" or table.key != "urn":
                continue
            data = pq.ParquetFile(table.files()[0]).read()
            for name in data.column_names:
                if measures.published()["measure"].get(name, {}).get("unit") not in (
                    "%",
                    "score",
                    "points",
                    "grade",
                    "number",
                ):
                    continue
                values, reasons = data.column(name), f"{name}_reason"
                why = data.column(reasons).to_pylist() if reasons in data.column_names else [None] * len(values)
                figures += len(values)
                lacks = sum(v is None and not r for v, r in zip(values.to_pylist(), why, strict=True))
                both = sum(v is not None and r is not None for v, r in zip(values.to_pylist(), why, strict=True))
                if lacks or both:
                    silent[f"{table.id}.{name}"] = lacks + both
        assert silent == {} and figures > 200_000
