"""Tables that users bring: what they are found by, what their columns become, and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from conftest import plain

import wpxl
from wpxl.errors import Fault
from wpxl.ingest import figures, keys, own
from wpxl.measures import published

GUIDE = ["TF7 5UG", "TF3 2HR", "B9 5EF"]  # in the sample edition


@pytest.fixture
def folder(home: Path, tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def bring(path: Path, text: str, key: str = "Postcode", **choices: Any) -> tuple[str, str, list[str]]:
    path.write_text(text, encoding="utf-8")
    return own.add(path, own.Choices(key, **choices))


def ask(measures: str, postcodes: list[str] = GUIDE) -> list[list[Any]]:
    return plain(wpxl.call("WP_POSTCODE", [[p] for p in postcodes], measures))


LIST = "Post code,Band,Intake %\ntf75ug,A,48%\nTF3 2HR,B,SUPP\nB9  5EF,C,9.60%\n"


class TestTheMainThing:
    def test_a_priority_list(self, folder: Path) -> None:
        done, said, remarks = bring(
            folder / "list.csv", LIST, "postcode", table="our_list", columns={"Band": "Our priority list", "Intake %": ""},
            vintage="2026", publisher="Our office", licence="internal",
        )  # fmt: skip
        assert (done, remarks) == ("added", [])
        assert said == "Our list, found by postcode: 3 rows. Measures: Our priority list (2026), Intake % (2026)."
        assert ask("Our priority list, intake %, IMD rank 2010") == [
            ["A", 48, 6259],
            ["B", "#N/A", 960],
            ["C", 9.6, 1107],
        ]
        assert ask("our_priority_list") == [["A"], ["B"], ["C"]]
        header = wpxl.call("WP_POSTCODE", "TF7 5UG", "Our priority list", True)[0]
        assert header == ("Our priority list (2026)",)
        said = wpxl.why("WP_POSTCODE", "TF3 2HR", "Intake %")[0]
        assert "the figure is suppressed in the source (SUPP)" in said
        row = next(r for r in wpxl.call("WP_MEASURES") if r[1] == "our_priority_list")
        assert row[0] == "Our priority list (2026)" and row[4:6] == ("2026", "postcode") and row[7] == "our_list"
        row = next(r for r in wpxl.call("WP_SOURCES") if r[0] == "our_list")
        assert row[1:7] == ("Our list", "Our office", "2026", "internal", 3, "list.csv")
        assert next(r for r in wpxl.call("WP_DATA") if r[0] == "our_list")[5] == "our_priority_list, intake_pct"

    def test_again_replaced_and_beside_another(self, folder: Path) -> None:
        assert bring(folder / "list.csv", LIST, table="one")[0] == "added"
        assert bring(folder / "list.csv", LIST, table="one")[0] == "unchanged"
        assert bring(folder / "list.csv", LIST, table="one", columns={"Band": "Renamed"})[0] == "updated"
        assert ask("Renamed") == [["A"], ["B"], ["C"]] and ask("Band")[0] == ["#VALUE!"]
        assert (
            bring(folder / "list.csv", LIST.replace(",A,", ",Z,"), table="one", columns={"Band": "Renamed"})[0]
            == "updated"
        )
        assert bring(folder / "list.csv", LIST, table="two", columns={"Band": "Second"})[0] == "added"
        assert ask("Renamed, Second")[0] == ["Z", "A"]

    def test_two_years_of_one_list_never_answer_for_each_other(self, folder: Path) -> None:
        bring(folder / "a.csv", LIST, table="l25", columns={"Band": "Our list"}, vintage="2025")
        _, _, remarks = bring(
            folder / "a.csv", LIST.replace(",A,", ",Z,"), table="l26", columns={"Band": "Our list"}, vintage="2026"
        )
        assert remarks == ["'Our list' already means Our list (2025): ask for this one as 'Our list (2026)'."]
        assert ask("Our list, Our list (2026)")[0] == ["A", "Z"]

    @pytest.mark.parametrize("form", ["xlsx", "gz"])
    def test_workbooks_and_compressed_files(self, folder: Path, form: str) -> None:
        if form == "gz":
            path = folder / "list.csv.gz"
            path.write_bytes(gzip.compress(LIST.encode()))
            own.add(path, own.Choices("Post code"))
        else:
            book = openpyxl.Workbook()
            book.active.title = "Notes"
            book.active.append(["About", "this"])
            for name in ("List", "Old list"):
                sheet = book.create_sheet(name)
                for line in LIST.splitlines():
                    sheet.append([*line.split(","), "" if name == "List" else "x"])
            path = folder / "list.xlsx"
            book.save(path)
            with pytest.raises(
                Fault, match=r"more than one table \(sheet 'List', sheet 'Old list'\): say which with --sheet"
            ):
                own.add(path, own.Choices("Post code"))
            with pytest.raises(Fault, match=r"has no sheet or file 'Lost'"):
                own.add(path, own.Choices("Post code", sheet="Lost"))
            own.add(path, own.Choices("Post code", sheet="list"))
        assert ask("Band, Intake %") == [["A", 48], ["B", "#N/A"], ["C", 9.6]]


class TestNames:
    def test_no_published_measure_is_ever_displaced(self, folder: Path) -> None:
        _, _, remarks = bring(folder / "l.csv", "Postcode,IMD rank 2010,standard\nTF7 5UG,1,2\n", table="ours")
        assert ask("IMD rank 2010", GUIDE[:1]) == [[6259]] and ask("imd_rank_2010", GUIDE[:1]) == [[6259]]
        assert ask("IMD rank 2010 (ours), standard (ours)", GUIDE[:1]) == [[1, 2]]
        assert remarks[0] == "'IMD rank 2010' is taken, so this measure is called 'IMD rank 2010 (ours)'."
        taken = set(published()["measure"])
        assert not taken & {r[1] for r in wpxl.call("WP_MEASURES") if r[7] == "ours"}

    def test_the_guides_own_figures_under_their_own_names(self, folder: Path) -> None:
        done = bring(folder / "fsm.csv", "MSOA,share\nE02000001,24.6\n", "MSOA", by="msoa_2001", table="fsm",
                     columns={"share": "FSM pupils % (2010)"})  # fmt: skip
        assert done[0] == "added" and "Measures: FSM pupils % (2010)." in done[1]
        assert next(r for r in wpxl.call("WP_DATA") if r[0] == "fsm")[5] == "fsm_pct_2010"
        bring(
            folder / "f.csv",
            "MSOA,share\nE02000001,24.6\n",
            "MSOA",
            by="msoa_2001",
            columns={"share": "FSM pupils % (2011)"},
        )
        assert "fsm_pupils_pct_2011" in [r[1] for r in wpxl.call("WP_MEASURES")]

    def test_awkward_headings(self, folder: Path) -> None:
        text = 'Postcode,"Low, medium; high",Referral reason,2026 list,%,place,ended\nTF7 5UG,a,b,c,1%,e,f\n'
        bring(folder / "l.csv", text)
        assert ask("Low medium high, Referral reason, 2026 list, %, place, ended", GUIDE[:1]) == [
            ["a", "b", "c", 1, "e", "f"]
        ]

    def test_a_published_table_is_not_replaced(self, folder: Path) -> None:
        for name in ("imd_2019", "postcodes_2021_11", "Sample postcodes"):
            with pytest.raises(Fault, match="would take the place of a published one"):
                bring(folder / "l.csv", LIST, "Post code", table=name)
        bring(folder / "l.csv", LIST, "Post code", table="CON")
        assert "con_table" in [r[0] for r in wpxl.call("WP_DATA")]


class TestKeys:
    @pytest.mark.parametrize(
        ("header", "values", "by", "kind"),
        [
            ("where", "TF7 5UG,b95ef,x", "", "postcode"),
            ("LSOA11CD", "E01000001,W01000002", "", "lsoa_2011"),
            ("LSOA code (2021)", "E01000001", "", "lsoa_2021"),
            ("area", "E01000001", "lsoa 2001", "lsoa_2001"),
            ("area", "E02000001", "MSOA_2011", "msoa_2011"),
            ("OA21", "E00000001", "", "oa_2021"),
            ("area", "E05000001,W05000002", "", "ward_code"),
            ("area", "00CUFH,11UBGA", "", "cas_ward"),
            ("area", "E06000020,E09000001,W06000001", "", "local_authority_code"),
            ("area", "E06000020", "la", "local_authority_code"),
            ("area", "Telford and Wrekin", "la", "local_authority"),
            ("area", "E12000005", "", "region_code"),
            ("school", "123456,100001", "", "urn"),
            ("school", "#052923,#000001", "", "heat_id"),
            ("HEAT ID", "052923", "", "heat_id"),
        ],
    )  # fmt: skip
    def test_judged(self, home: Path, header: str, values: str, by: str, kind: str) -> None:
        assert keys.judge("f.csv", header, values.split(","), by) == kind

    @pytest.mark.parametrize(
        ("header", "values", "by", "said"),
        [
            ("area", "E01000001", "", "the LSOA codes in 'area' do not say their year: give --by lsoa_2001 or --by lsoa_2011 or"),
            ("area", "blue,green", "", "it is not clear what the column 'area' holds ('blue' and so on). Say so with --by"),
            ("area", "E01000001", "colour", "'colour' is no key that wpxl knows: give --by one of postcode, oa_2001"),
            ("area", ",", "", "the column 'area' is empty"),
        ],
    )  # fmt: skip
    def test_not_clear(self, home: Path, header: str, values: str, by: str, said: str) -> None:
        with pytest.raises(Fault) as refused:
            keys.judge("f.csv", header, values.split(","), by)
        assert said in refused.value.sentence and refused.value.sentence.endswith(".")

    def test_the_year_comes_from_the_installed_tables(self, folder: Path) -> None:
        bring(folder / "p.csv", "Postcode,x\nTF7 5UG,1\n")
        for year, codes in (("2011", "E01000001 E01000002 E01000003"), ("2021", "E01000001 E01000002 E01000009")):
            rows = "".join(f"{code},1\n" for code in codes.split())
            bring(folder / "t.csv", f"LSOA,x{year}\n{rows}", "LSOA", by=f"lsoa_{year}", table=f"t{year}")
        assert keys.judge("f", "area", ["E01000001", "E01000009"]) == "lsoa_2021"
        assert keys.judge("f", "area", ["E01000001", "E01000003"]) == "lsoa_2011"
        with pytest.raises(Fault, match="fit more than one year: give --by lsoa_2011 or --by lsoa_2021"):
            keys.judge("f", "area", ["E01000001", "E01000002"])

    def test_identifiers_keep_their_zeros_and_marks(self, folder: Path, home: Path) -> None:
        _, _, remarks = bring(
            folder / "s.csv", "HEAT ID,School code,Called\n#052923,007,Unknown\n#000001,123,One\n", "heat id"
        )
        rows = pq.ParquetFile(home / "tables" / "s.parquet").read().to_pylist()
        assert rows[0] == {"heat_id": "#052923", "school_code": "007", "called": "Unknown"}
        assert remarks == []  # nobody asks for schools by postcode

    def test_what_does_not_fit_is_counted_and_named(self, folder: Path) -> None:
        rows = "TF7 5UG,1\nWS108P,2\nnone,3\n,4\nB1,5\n" + "B9 5EF,6\nTF3 2HR,7\nB8 3BF,8\n"
        _, _, remarks = bring(folder / "l.csv", f"Postcode,x\n{rows}")
        assert remarks == [
            "4 of 8 rows were left out, because the key is no postcode: 'WS108P', 'none', 'blank' and others."
        ]
        assert ask("x") == [[1], [7], [6]]

    def test_the_same_key_twice(self, folder: Path, home: Path) -> None:
        assert bring(folder / "l.csv", "Postcode,x\nTF7 5UG,48%\ntf75ug,48.0\n")[1].startswith(
            "L, found by postcode: 1 row."
        )
        before = sorted(p.name for p in (home / "tables").iterdir())
        said = "m.csv, line 4: TF7 5UG stands there again with another 'x' than in line 2. Keep one of the two."
        with pytest.raises(Fault) as refused:
            bring(folder / "m.csv", "Postcode,x\nTF7 5UG,1\nB9 5EF,1\nTF75UG,2\n")
        assert refused.value.sentence == said
        assert sorted(p.name for p in (home / "tables").iterdir()) == before


class TestFigures:
    @pytest.mark.parametrize(
        ("text", "value"),
        [("48%", 48), ("9.60%", 9.6), ("16.2", 16.2), ("1,234", 1234), ("£3.50", 3.5), ("-4", -4), ("\u22124", -4), ("0", 0),
         ("0.5", 0.5), ("1e3", 1000), ("12 %", 12), ("1,23", None), ("007", None), ("#12", None), (".", None), ("", None),
         ("nan", None), ("inf", None), ("1.2.3", None)],
    )  # fmt: skip
    def test_numbers(self, text: str, value: Any) -> None:
        assert figures.number(text) == value

    @pytest.mark.parametrize("mark", ["NA", "NE", "NP", "SUPP", "SP", "LOWCOV", "z", ".", "..", "x", "c", "*", "-", ""])
    def test_marks_among_numbers_are_missing_with_a_reason(self, mark: str) -> None:
        read = figures.read("f.csv", "h", ["1.5", mark, "2"], "number")
        said = f"the figure is suppressed in the source ({mark})" if mark else "the figure is blank in the source"
        assert read.values == [1.5, None, 2] and read.reasons == [None, said, None] and read.kind == "float"

    def test_letters_among_words_are_words(self) -> None:
        assert figures.read("f", "Band", ["A", "C", "x", "*", ""], "text").values == ["A", "C", "x", None, None]
        assert figures.read("f", "Target ward", ["x", "", "x"], "text").values == ["x", None, "x"]

    def test_one_word_among_numbers_is_refused_with_its_line(self, folder: Path) -> None:
        rows = [f"B{n} 1AA,{n}" for n in range(1, 21)]
        text = "\n".join(["Postcode,x", *rows, "TF7 5UG,lots"])
        with pytest.raises(Fault, match=r"l\.csv, line 22: 'lots' in the column 'x' is no number, but nearly all"):
            bring(folder / "l.csv", text)
        bring(folder / "l.csv", text, units={"x": "text"})
        assert ask("x", ["TF7 5UG", "B1 1AA"]) == [["lots"], ["1"]]

    @pytest.mark.parametrize(
        ("header", "values", "said"),
        [("FSM %", "0.1,0.62", True), ("FSM %", "0.1%,0.6%", False), ("FSM %", "0.1,16.2", False), ("Ratio", "0.1,0.2", False)],
    )  # fmt: skip
    def test_fractions_are_said_and_never_rescaled(self, folder: Path, header: str, values: str, said: bool) -> None:
        one, two = values.split(",")
        _, _, remarks = bring(
            folder / "l.csv", f"Postcode,{header}\nTF7 5UG,{one}\nB9 5EF,{two}\n", columns={header: f"Our {header}"}
        )
        assert any("looks like fractions" in r for r in remarks) == said
        assert ask(f"Our {header}", GUIDE[:1]) == [[0.1]]

    def test_units_are_guessed(self) -> None:
        guess = figures.guess_unit
        asked = {
            ("FSM per cent", "1"): "%",
            ("x", "5%"): "%",
            ("IMD rank", "7"): "rank",
            ("n", "1"): "number",
            ("FSM %", "a"): "text",
        }
        assert {(header, text): guess(header, [text]) for header, text in asked} == asked


@pytest.mark.parametrize(
    ("text", "choices", "said"),
    [
        ("a,b\n1,2\n", {}, "l.csv has no column 'Postcode': its columns are a, b."),
        ("Postcode,b\nTF7 5UG,2\n", {"columns": {"c": "x"}}, "l.csv has no column 'c': its columns are Postcode, b."),
        ("Postcode,b\nTF7 5UG,2\n", {"columns": {"postcode": "x"}}, "the column 'Postcode' is the key"),
        ("Postcode,b\nTF7 5UG,\n", {}, "l.csv has no column beside 'Postcode' with anything in it"),
        ("Postcode,b\nx,1\n", {"by": "postcode"}, "l.csv: nothing in the column 'Postcode' is a postcode ('x' and so on)."),
        ("", {}, "l.csv is empty."),
        ("Postcode,b\n", {}, "has a header and no rows under it"),
    ],
)  # fmt: skip
def test_refusals(folder: Path, home: Path, text: str, choices: dict[str, Any], said: str) -> None:
    with pytest.raises(Fault) as refused:
        bring(folder / "l.csv", text, **choices)
    assert said in refused.value.sentence and refused.value.sentence.endswith((".", "?"))
    assert not (home / "tables").exists()


def test_a_file_that_is_not_there(home: Path, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="There is no file"):
        own.add(tmp_path / "none.csv", own.Choices("Postcode"))
