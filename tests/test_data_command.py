"""`wpxl data`: own tables asked about and not, packs, what has grown old, the guide; and writers that must wait."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from test_ingest import nspl

import wpxl
from wpxl import measures
from wpxl.hosts.cli import own as asking
from wpxl.store import hold, tables, write

LIST = "Postcode,Band,Share\nTF7 5UG,A,48%\nB9 5EF,B,SUPP\n"


@pytest.fixture
def listed(home: Path, tmp_path: Path) -> str:
    (tmp_path / "our list 2026.csv").write_text(LIST)
    return str(tmp_path / "our list 2026.csv")


class TestOwn:
    def test_defaults_without_a_terminal(self, run: Any, listed: str) -> None:
        code, out, err = run("data", "add", listed, "--key", "postcode")
        assert (code, err) == (0, "")
        said = "added  Our list 2026, found by postcode: 2 rows. Measures: Band (2026), Share (2026)."
        assert out.strip() == said
        assert run("call", "WP_POSTCODE", "TF7 5UG", "Band, Share", "TRUE")[1] == "Band (2026)\tShare (2026)\nA\t48\n"
        assert "  own  " in run("data", "status")[1]

    def test_everything_said(self, run: Any, listed: str) -> None:
        code, out, _ = run(
            "data", "add", listed, "--key", "Postcode", "--by", "postcode", "--table", "our_list", "--vintage", "2025",
            "--column", "Band=Our priority list", "--column", "Share=Intake", "--unit", "Intake=%", "--title", "Our list",
            "--source", "Our office", "--licence", "internal",
        )  # fmt: skip
        assert code == 0 and "Our priority list (2025), Intake (2025)" in out
        facts = json.loads(run("data", "status", "--json")[1])["tables"][0]
        assert (facts["id"], facts["publisher"], facts["licence"], facts["own"]) == (
            "our_list",
            "Our office",
            "internal",
            True,
        )
        assert facts["measures"]["intake"]["unit"] == "%"

    def test_asked_on_a_terminal(self, run: Any, listed: str, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = []

        def prompt(text: str, default: str, err: bool) -> str:
            asked.append((text, default))
            return {"Name of the measure in the column 'Band'": "Our priority list"}.get(text, default)

        monkeypatch.setattr(asking, "_at_a_terminal", lambda: True)
        monkeypatch.setattr("click.prompt", prompt)
        code, out, err = run("data", "add", listed, "--key", "Postcode")
        assert code == 0 and "Our priority list (2026)" in out and "found by postcode in the column 'Postcode'" in err
        assert asked == [
            ("Name of the measure in the column 'Band'", "Band"), ("Unit of 'Our priority list'", "text"),
            ("Name of the measure in the column 'Share'", "Share"), ("Unit of 'Share'", "%"),
            ("The year the figures are for (- for none)", "2026"),
        ]  # fmt: skip
        asked.clear()
        assert (
            run("data", "add", listed, "--key", "Postcode", "--column", "Band=X", "--unit", "text", "--vintage", "2")[0]
            == 0
        )
        assert asked == []

    @pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
    def test_asked_on_a_real_terminal(self, listed: str) -> None:
        control, terminal = os.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "wpxl", "data", "add", listed, "--key", "Postcode", "--unit", "text"],
            stdin=terminal, stderr=terminal, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        os.write(control, b"Our priority list\n\n-\n")
        out, _ = process.communicate(timeout=60)
        os.close(terminal)
        os.close(control)
        assert process.returncode == 0 and "Measures: Our priority list, Share." in out

    def test_wrong_usage(self, run: Any, listed: str) -> None:
        code, _, err = run("data", "add", listed, "--column", "Band")
        assert code == 2 and "--column is for a table of your own: say with --key" in err
        assert run("data", "add", listed, listed, "--key", "Postcode")[0] == 2

    def test_refused(self, run: Any, listed: str) -> None:
        code, _, err = run("data", "add", listed)
        assert code == 1 and err.endswith('is added by naming the column it is found by, such as --key "Postcode".\n')
        code, _, err = run("data", "add", listed, "--key", "Ward")
        assert (
            code == 1 and err.count("\n") == 1 and "has no column 'Ward': its columns are Postcode, Band, Share." in err
        )


class TestPack:
    def test_pack_and_add(self, run: Any, listed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        run("data", "add", listed, "--key", "Postcode", "--table", "ours")
        monkeypatch.chdir(tmp_path)
        code, out, _ = run("data", "pack")
        assert code == 0 and "wpxl-tables.zip: 1 table, " in out and "wpxl data add wpxl-tables.zip" in out
        assert "see that you may pass them on" in out
        assert run("data", "pack")[0] == 0  # a pack may be written again, nothing else may be overwritten
        code, _, err = run("data", "pack", "-o", listed)
        assert code == 1 and "is there already and is no pack" in err and Path(listed).read_text() == LIST
        assert run("data", "remove", "ours")[1] == "Removed ours.\n"
        assert "added  Ours: 2 rows." in run("data", "add", "wpxl-tables.zip")[1]
        assert "unchanged  Ours: nothing new." in run("data", "add", "wpxl-tables.zip")[1]

    def test_nothing_to_pack(self, run: Any, home: Path, tmp_path: Path) -> None:
        code, _, err = run("data", "pack", "-o", str(tmp_path / "x.zip"))
        assert code == 1 and "There is nothing to pack" in err and not (tmp_path / "x.zip").exists()


class TestStatusAndGuide:
    def test_an_old_postcode_table(self, run: Any, home: Path, tmp_path: Path) -> None:
        (tmp_path / "NSPL_NOV_2021.csv").write_bytes(nspl())
        run("data", "add", str(tmp_path / "NSPL_NOV_2021.csv"))
        assert "Note" not in run("data", "status", "--today", "2023-05-31")[1]
        said = "(National Statistics Postcode Lookup, Nov 2021) was 19 months old on 01 June 2023: postcodes made since"
        assert said in run("data", "status", "--today", "2023-06-01")[1]
        assert len(json.loads(run("data", "status", "--json", "--today", "2023-06-01")[1])["notes"]) == 1
        assert run("data", "status", "--today", "soon")[0] == 2

    def test_a_frozen_source(self, run: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "NSPL_NOV_2021.csv").write_bytes(nspl())
        run("data", "add", str(tmp_path / "NSPL_NOV_2021.csv"))
        frozen = {
            "nspl": {**measures.sources()["nspl"], "frozen": "It is frozen"},
            "other": {"title": "Other", "frozen": "Never"},
        }
        monkeypatch.setattr("wpxl.hosts.cli.data.sources", lambda: frozen)
        out = run("data", "status", "--today", "2021-12-01")[1]
        assert "Note: It is frozen." in out and "Never" not in out

    def test_the_guide_says_what_is_there_and_what_ones_own_need(self, run: Any, listed: str, tmp_path: Path) -> None:
        (tmp_path / "NSPL_NOV_2021.csv").write_bytes(nspl())
        run("data", "add", str(tmp_path / "NSPL_NOV_2021.csv"))
        run("data", "add", listed, "--key", "Postcode", "--title", "Our list")
        out = run("data", "guide")[1]
        assert (
            "✓ National Statistics Postcode Lookup  (" in out
            and "Installed: National Statistics Postcode Lookup, Nov 2021, 5 rows" in out
        )
        assert "• English Indices of Deprivation 2019  (" in out
        assert "--key Postcode --column" in out and "Installed: Our list\n" in out
        assert max(map(len, out.splitlines())) < 200


class TestWriters:
    def test_one_waits_for_the_other_and_says_so(
        self, home: Path, listed: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hold, "PATIENCE", 0.2)
        said: list[str] = []
        waits = threading.Event()

        def wait() -> None:
            with hold.telling(lambda sentence: (said.append(sentence), waits.set())[0]), hold.held():
                said.append("had it")

        with hold.held():
            other = threading.Thread(target=wait)
            other.start()
            assert waits.wait(10) and "had it" not in said
            time.sleep(0.05)
        other.join(10)
        assert said == ["Another wpxl is changing the tables just now: waiting until it has finished.", "had it"]

    def test_one_that_never_ends(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hold, "PATIENCE", 0.05)
        monkeypatch.setattr(hold, "LONGEST", 0.05)
        refused: list[str] = []

        def wait() -> None:
            try:
                write.remove("x")
            except wpxl.errors.Fault as fault:
                refused.append(fault.sentence)

        with hold.held():
            other = threading.Thread(target=wait)
            other.start()
            other.join(10)
        assert refused[0].startswith("Another wpxl has been changing the tables") and refused[0].endswith(
            "Nothing has changed."
        )

    def test_files_of_others_are_never_swept(self, run: Any, listed: str, home: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        (home / "tables").mkdir(parents=True)
        pq.write_table(pa.table({"x": [1]}), home / "tables" / "mine.parquet")
        for name in ("notes.tmp", "ours.parquet.123.tmp", "half.parquet"):
            (home / "tables" / name).write_text("x")
        run("data", "add", listed, "--key", "Postcode", "--table", "ours")
        there = {p.name for p in (home / "tables").iterdir()}
        assert {"mine.parquet", "notes.tmp", "half.parquet"} <= there and "ours.parquet.123.tmp" not in there

    def test_names_are_not_used_again_while_their_files_are_there(
        self,
        run: Any,
        listed: str,
        home: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """As on Windows, where a file that a reader has mapped can be neither removed nor replaced."""
        run("data", "add", listed, "--key", "Postcode", "--table", "ours")
        first = {p.name: p.read_bytes() for p in (home / "tables").glob("*.parquet")}
        monkeypatch.setattr(write, "_discard", lambda path: None)
        assert write.remove("ours")
        Path(listed).write_text(LIST.replace(",A,", ",Z,"))
        run("data", "add", listed, "--key", "Postcode", "--table", "ours")
        assert {n: (home / "tables" / n).read_bytes() for n in first} == first
        assert run("call", "WP_POSTCODE", "TF7 5UG", "Band")[1] == "Z\n"
        monkeypatch.undo()
        monkeypatch.setenv("WPXL_HOME", str(home))
        tables.forget()
        run("data", "add", listed, "--key", "Postcode", "--table", "ours")
        assert not set(first) & {p.name for p in (home / "tables").iterdir()}

    def test_a_card_out_of_reach_is_not_taken_for_none(
        self,
        home: Path,
        tmp_path: Path,
        run: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Else a second part of a release would replace the first."""
        (tmp_path / "NSPL_NOV_2021.csv").write_bytes(nspl())
        run("data", "add", str(tmp_path / "NSPL_NOV_2021.csv"))
        card = home / "tables" / "postcodes_2021_11.json"
        before = card.read_bytes()

        def out_of_reach(act: Any) -> Any:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(write, "_patiently", out_of_reach)
        with pytest.raises(wpxl.errors.Fault, match="cannot be read"):
            write.current(home / "tables", "postcodes_2021_11")
        assert card.read_bytes() == before

    def test_a_table_whose_files_are_gone_can_be_added_again(self, run: Any, listed: str, home: Path) -> None:
        run("data", "add", listed, "--key", "Postcode", "--table", "ours")
        for path in (home / "tables").glob("*.parquet"):
            path.unlink()
        tables.forget()
        assert "added" in run("data", "add", listed, "--key", "Postcode", "--table", "ours")[1]
        assert run("call", "WP_POSTCODE", "TF7 5UG", "Band")[1] == "A\n"
