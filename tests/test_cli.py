"""The command: exit codes, one sentence on stderr, what a newcomer sees."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from test_ingest import imd_2019, nspl

from wpxl.hosts.cli import main, wpxl

GUIDE_RANKS = [6259, 960, 1980, 3536, 8895, 14713, 1107, 2450]


def commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for name, command in wpxl.commands.items():
        found.append((name,))
        found += [(name, inner) for inner in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_help_with_an_example_everywhere(run: Any, command: tuple[str, ...]) -> None:
    code, out, _ = run(*command, "-h")
    assert code == 0 and ("Example:" in out or "Start with:" in out)


class TestDemo:
    def test_it_runs_as_the_readme_says(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "wpxl", "demo"], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        assert all(str(rank) in done.stdout for rank in GUIDE_RANKS)
        assert "SAMPLE DATA" in done.stdout
        book = openpyxl.load_workbook(tmp_path / "wpxl-demo.xlsx")
        assert book.sheetnames == ["Learners", "Summary", "Sources"]
        sheet = book["Learners"]
        header = [c.value for c in sheet[4]]
        at = header.index("IMD 2010 rank") + 1
        assert [sheet.cell(r, at).value for r in range(5, 13)] == GUIDE_RANKS
        assert all("SAMPLE DATA" in book[name]["A2"].value for name in book.sheetnames)
        assert len(book["Summary"]._charts) == 1
        notes = {sheet.cell(r, 3).value: sheet.cell(r, len(header)).value for r in range(5, sheet.max_row + 1)}
        assert "Did you mean WS10 8PQ?" in notes["WS108P"] and notes["TF7 5UG"] is None

    def test_it_shows_the_sample_whatever_is_installed(self, run: Any, home: Path, tmp_path: Path) -> None:
        (tmp_path / "NSPL_NOV_2021.csv").write_bytes(nspl())
        assert run("data", "add", str(tmp_path / "NSPL_NOV_2021.csv"))[0] == 0
        code, out, _ = run("demo", "-o", str(tmp_path / "demo.xlsx"))
        assert code == 0 and "14713" in out

    def test_an_unwritable_place(self, run: Any, tmp_path: Path) -> None:
        code, _, err = run("demo", "-o", str(tmp_path / "nowhere" / "demo.xlsx"))
        assert code == 1 and err.count("\n") == 1 and "Traceback" not in err


class TestCall:
    def test_answers(self, run: Any) -> None:
        assert run("call", "WP_POSTCODE", "TF7 5UG", "IMD rank 2010") == (0, "6259\n", "")
        assert run("call", "wp_postcode", '[["TF7 5UG"],[null],["x"]]', "IMD rank 2010")[1] == "6259\n\n#VALUE!\n"
        assert (
            run("call", "WP_POSTCODE", "TF7 5UG", "IMD rank 2010, POLAR2 YPR", "TRUE")[1].splitlines()[1] == "6259\t1"
        )

    def test_a_file(self, run: Any, tmp_path: Path) -> None:
        (tmp_path / "p.csv").write_text("\ufeffTF7 5UG\nB9 5EF\n", encoding="utf-8")
        assert run("call", "WP_POSTCODE", f"@{tmp_path / 'p.csv'}", "imd_rank_2010")[1] == "6259\n1107\n"
        code, _, err = run("call", "WP_POSTCODE", f"@{tmp_path / 'none.csv'}")
        assert code == 1 and "cannot be read" in err

    def test_json_and_why(self, run: Any) -> None:
        code, out, _ = run("call", "WP_POSTCODE", '[["TF7 5UG"],["x"]]', "IMD rank 2010", "--json", "--why")
        answer = json.loads(out)
        assert code == 0 and answer["answer"] == [[6259], [{"error": "#VALUE!"}]]
        assert answer["why"][1] == "'x' is a word, not a postcode."

    def test_an_error_is_exit_1_with_its_sentence(self, run: Any) -> None:
        code, out, err = run("call", "WP_POSTCODE", "WS108P", "IMD rank 2010")
        assert (code, out) == (1, "#VALUE!\n") and "Did you mean WS10 8PQ?" in err
        code, out, err = run("call", "WP_POSTCOD", "WS108P")
        assert (code, out) == (1, "#NAME?\n") and "Did you mean WP_POSTCODE?" in err
        assert run("call", "WP_POSTCODE", "[[")[0] == 1


class TestData:
    def test_add_status_remove(self, run: Any, home: Path, tmp_path: Path) -> None:
        (tmp_path / "NSPL_NOV_2021.csv").write_bytes(nspl())
        (tmp_path / "imd.csv").write_bytes(imd_2019())
        (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
        code, out, err = run("data", "add", *(str(tmp_path / n) for n in ("NSPL_NOV_2021.csv", "bad.csv", "imd.csv")))
        assert code == 1
        assert out.count("added") == 2 and "bad.csv is not a file that wpxl knows" in err
        assert list((home / "index").glob("postcodes.*.idx"))
        assert run("call", "WP_POSTCODE", "TF7 5UG", "IMD rank")[1] == "1\n"
        status = json.loads(run("data", "status", "--json")[1])
        assert not status["sample_only"] and {t["id"] for t in status["tables"]} == {"postcodes_2021_11", "imd_2019"}
        assert "Deprivation 2019" in run("data", "status")[1]
        assert run("data", "remove", "imd_2019")[0] == 0
        code, _, err = run("data", "remove", "imd_2019")
        assert code == 1 and "Installed: postcodes_2021_11" in err

    def test_sample_only(self, run: Any) -> None:
        assert "Only sample data is installed" in run("data", "status")[1]

    def test_guide(self, run: Any) -> None:
        out = run("data", "guide")[1]
        assert out.index("National Statistics Postcode Lookup") < out.index("English Indices of Deprivation 2019")
        assert "IMD 2019 rank" in out and "File 1" in out


class TestProfile:
    def test_default_name_and_words(self, run: Any, tmp_path: Path) -> None:
        (tmp_path / "list.csv").write_text("Name,Postcode\na,TF7 5UG\nb,x\n")
        code, out, _ = run("profile", str(tmp_path / "list.csv"), "--measures", "IMD rank 2010")
        assert code == 0 and (tmp_path / "list-profiled.csv").exists()
        assert "1 of 2 postcodes profiled" in out and "1 row is explained" in out and "Only sample data" in out

    def test_refusals(self, run: Any, tmp_path: Path) -> None:
        code, _, err = run("profile", str(tmp_path / "none.xlsx"))
        assert code == 1 and err == f"There is no file {tmp_path / 'none.xlsx'}.\n"
        (tmp_path / "list.csv").write_text("Name,Postcode\na,TF7 5UG\n")
        code, _, err = run("profile", str(tmp_path / "list.csv"), "--measures", "IMD renk")
        assert code == 1 and "There is no measure called 'IMD renk'" in err
        assert run("profile", str(tmp_path / "list.csv"), "--in-place", "-o", "x.csv")[0] == 2


def test_wrong_usage_is_exit_2(run: Any) -> None:
    assert run("nothing")[0] == 2
    assert run("data", "add")[0] == 2
    assert run("call")[0] == 2


def test_functions(run: Any) -> None:
    assert "WP_POSTCODE(postcodes, [measures], [headers])" in run("functions")[1]
    assert "Blank cells stay blank" in run("functions", "wp_postcode")[1]
    assert run("functions", "wp_nothing")[0] == 1


def test_emit_check(run: Any, tmp_path: Path) -> None:
    assert run("emit", "--check", "--to", str(tmp_path))[0] == 1
    assert run("emit", "--to", str(tmp_path))[0] == 0
    assert run("emit", "--check", "--to", str(tmp_path))[0] == 0


def test_our_own_bug_has_an_id_and_debug_shows_it(
    run: Any, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("wpxl.demo.write_demo", broken)
    code, _, err = run("demo")
    assert code == 1 and "an error of its own" in err and "Traceback" not in err and "secret" not in err
    assert "ZeroDivisionError" in (home / "log" / "wpxl.log").read_text()
    with pytest.raises(ZeroDivisionError):
        main(["--debug", "demo"])
