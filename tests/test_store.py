"""Lookup tables: installing, uniting, hiding, breaking, and one answer whichever road it takes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import plain

import wpxl
from wpxl import store
from wpxl.domain.postcode import UNIT_LETTERS
from wpxl.errors import Fault
from wpxl.store.write import Draft, install, remove


def source(name: str) -> list[dict[str, str]]:
    return [{"file": name, "sha256": (name.encode().hex() + "0" * 64)[:64]}]


def gazetteer(release: int, rows: dict[str, list[Any]], name: str = "", **more: Any) -> Draft:
    table = pa.table({k: pa.array(v, pa.int32() if k == "ended" else None) for k, v in rows.items()})
    return Draft(
        id=f"postcodes_{release}", key="postcode", rows=table, title=f"Gazetteer {release}", release=release,
        gazetteer=True, sources=source(name or f"{release}.csv"), **more,
    )  # fmt: skip


def areas(table_id: str, key: str, rows: dict[str, list[Any]], **more: Any) -> Draft:
    return Draft(id=table_id, key=key, rows=pa.table(rows), title=table_id, sources=source(table_id), **more)


def ask(postcodes: list[str], *arguments: Any) -> list[list[Any]]:
    return plain(wpxl.call("WP_POSTCODE", [[p] for p in postcodes], *arguments))


FIRST = {
    "postcode": ["TF7 5UG", "TF3 2HR", "LD1 5AA", "B9 5EF"],
    "ended": [0, 201506, 0, 0],
    "large_user": [False, False, False, True],
    "country": ["England", "England", "Wales", "England"],
    "lsoa_2011": ["E01000001", "E01000002", "W01000001", "E01000003"],
}


def test_added_unchanged_updated_removed(home: Path) -> None:
    draft = gazetteer(202101, FIRST)
    assert install(draft) == "added"
    assert install(gazetteer(202101, FIRST)) == "unchanged"
    measure = areas("imd_2019", "lsoa_2011", {"lsoa_2011": ["E01000001"], "imd_rank_2019": [5]})
    assert install(measure) == "added"
    assert ask(["TF7 5UG"], "imd rank") == [[5]]
    measure = areas("imd_2019", "lsoa_2011", {"lsoa_2011": ["E01000001"], "imd_rank_2019": [6]})
    measure.sources = source("another file")
    assert install(measure) == "updated"
    assert ask(["TF7 5UG"], "imd rank") == [[6]]
    assert remove("imd_2019") and not remove("imd_2019")
    assert ask(["TF7 5UG"], "imd rank") == [["#REF!"]]
    kept = {p.name for p in (home / "tables").iterdir()}
    assert kept == {"postcodes_202101.json", "postcodes_202101.postcodes.parquet", "postcodes_202101.places.parquet"}


def test_statuses_and_sentences(home: Path) -> None:
    install(gazetteer(202101, FIRST))
    listed = {k: v for k, v in FIRST.items() if k != "ended"} | {"postcode": ["M1 1AE", "M1 1AF", "M1 1AG", "M1 1AH"]}
    install(gazetteer(202001, listed))
    statuses = wpxl.call(
        "WP_POSTCODE_STATUS", [[p] for p in ["TF7 5UG", "TF3 2HR", "LD1 5AA", "M1 1AE", "M2 2AA", "x"]]
    )
    assert [s for (s,) in statuses] == [
        "live",
        "ended 2015-06",
        "not in England",
        "listed",
        "not found",
        "not a postcode",
    ]
    assert "ended in June 2015" in wpxl.why("WP_POSTCODE_STATUS", "TF3 2HR")[0]
    assert "large user" in wpxl.why("WP_POSTCODE_STATUS", "B9 5EF")[0]
    assert "Gazetteer 202101; Gazetteer 202001" in wpxl.why("WP_POSTCODE", "M2 2AA")[0]


def test_the_newest_release_wins_postcode_by_postcode(home: Path) -> None:
    install(gazetteer(202101, FIRST))
    newer = {
        "postcode": ["TF7 5UG", "E1 6AN"], "ended": [202203, 0], "country": ["England"] * 2,
        "lsoa_2011": ["E01000009", "E01000010"], "lsoa_2021": ["E01099001", "E01099002"],
    }  # fmt: skip
    install(gazetteer(202205, newer))
    assert ask(["TF7 5UG", "TF3 2HR", "E1 6AN"], "lsoa_2011, lsoa_2021, status") == [
        ["E01000009", "E01099001", "ended 2022-03"],
        ["E01000002", "#N/A", "ended 2015-06"],
        ["E01000010", "E01099002", "live"],
    ]


def test_an_older_release_fills_the_columns_that_the_newer_lacks(home: Path) -> None:
    install(gazetteer(202101, FIRST))
    install(
        gazetteer(202505, {"postcode": ["TF7 5UG"], "ended": [0], "country": ["England"], "lsoa_2021": ["E01099001"]})
    )
    assert ask(["TF7 5UG"], "lsoa_2011, lsoa_2021") == [["E01000001", "E01099001"]]


def test_parts_of_one_release_unite(home: Path) -> None:
    one = {k: v[:2] for k, v in FIRST.items()}
    other = {k: v[2:] for k, v in FIRST.items()}
    assert install(gazetteer(202101, one, "TF.csv")) == "added"
    assert install(gazetteer(202101, other, "rest.csv")) == "updated"
    assert install(gazetteer(202101, one, "TF.csv")) == "unchanged"
    assert ask([*FIRST["postcode"]], "lsoa_2011") == [[v] for v in FIRST["lsoa_2011"]]
    assert wpxl.call("WP_DATA")[1][3] == 4
    assert "TF.csv and 1 more" in [row[6] for row in wpxl.call("WP_SOURCES")]
    corrected = {k: v[:1] for k, v in FIRST.items()} | {"lsoa_2011": ["E01000777"]}
    install(gazetteer(202101, corrected, "TF-corrected.csv"))
    assert ask(["TF7 5UG", "TF3 2HR"], "lsoa_2011") == [["E01000777"], ["E01000002"]]


def test_a_lookup_leads_to_older_areas_and_a_merged_one_says_so(home: Path) -> None:
    install(gazetteer(202101, FIRST))
    lookup = {
        "lsoa_2011": ["E01000001", "E01000002"],
        "lsoa_2001": ["E01000501", None],
        "lsoa_2001_reason": [None, "its area (E01000002) was put together from 2 areas of 2001"],
    }
    old = {"lsoa_2001": ["E01000501", "E01000502"], "imd_rank_2010": [77, 78]}
    install(areas("imd_2010", "lsoa_2001", old))
    assert ask(["TF7 5UG"], "imd_rank_2010") == [["#REF!"]]
    assert (
        "no lookup leads from postcodes to its areas (lsoa_2001)"
        in wpxl.why("WP_POSTCODE", "TF7 5UG", "imd_rank_2010")[0]
    )
    install(areas("lookup", "lsoa_2011", lookup))
    for padding in (0, 100):  # one at a time, and as a column
        column = ["TF7 5UG", "TF3 2HR", "B9 5EF"] + ["TF7 5UG"] * padding
        assert ask(column, "imd_rank_2010")[:3] == [[77], ["#N/A"], ["#N/A"]]
    said = wpxl.why("WP_POSTCODE", "TF3 2HR", "imd_rank_2010")[0]
    assert said == "TF3 2HR has no IMD 2010 rank: its area (E01000002) was put together from 2 areas of 2001."


def test_the_sample_is_hidden_once_real_postcodes_are_there(home: Path) -> None:
    assert ask(["XX1 1AA", "TF7 5UG"], "imd_rank_2010")[1] == [6259]
    install(areas("imd_2010", "lsoa_2001", {"lsoa_2001": ["E01000501"], "imd_rank_2010": [77]}))
    assert wpxl.call("WP_DATA")[-1][0] == "SAMPLE DATA ONLY"  # measures alone do not hide it
    install(gazetteer(202101, FIRST))
    assert ask(["XX1 1AA"], "status") == [["not found"]]
    assert "sample" not in {row[1] for row in wpxl.call("WP_DATA")[1:]}
    with store.sample_edition():
        assert ask(["TF7 5UG"], "imd_rank_2010") == [[6259]]
    assert ask(["TF7 5UG"], "imd_rank_2010") == [["#REF!"]]


def test_a_users_own_measures_have_names(home: Path) -> None:
    install(gazetteer(202101, FIRST))
    own = {"our_priority_2026": {"label": "Our priority list 2026", "unit": "band", "vintage": "2026"}}
    install(
        areas(
            "ours",
            "postcode",
            {"postcode": ["TF75UG", "B9  5EF", "ZZ1 1ZZ"], "our_priority_2026": [*"ABC"]},
            measures=own,
        )
    )
    assert ask(["TF7 5UG", "B9 5EF", "TF3 2HR"], "our priority list 2026") == [["A"], ["B"], ["#N/A"]]
    assert "our_priority_2026" in [row[1] for row in wpxl.call("WP_MEASURES")]
    # A list of one's own does not make a postcode exist, but what it says of it is given.
    assert ask(["TF7 5UG", "ZZ1 1ZZ"], "status, our priority list 2026") == [["live", "A"], ["not found", "C"]]
    assert "not in the installed postcode tables" in wpxl.why("WP_POSTCODE_STATUS", "ZZ1 1ZZ")[0]


def test_an_answer_names_the_table_it_is_from(home: Path) -> None:
    own = {"our_band": {"label": "Our band", "unit": "band"}}
    install(areas("ours", "postcode", {"postcode": ["TF7 5UG"], "our_band": ["A"]}, measures=own))
    assert wpxl.why("WP_POSTCODE", "TF7 5UG", "Our band")[0].endswith("Our band: A, from ours.")
    assert wpxl.why("WP_POSTCODE", "TF7 5UG", "IMD rank 2010")[0].endswith("from the sample edition.")


def test_pinned_vintage(home: Path) -> None:
    install(gazetteer(202101, FIRST))
    install(areas("imd_2019", "lsoa_2011", {"lsoa_2011": ["E01000001"], "imd_rank_2019": [19]}))
    install(areas("imd_2015", "lsoa_2011", {"lsoa_2011": ["E01000001"], "imd_rank_2015": [15]}))
    assert ask(["TF7 5UG"], "IMD rank", True) == [["IMD 2019 rank"], [19]]
    (home / "settings.toml").write_text('[vintage]\nimd = "2015"\n')
    store.tables.forget()
    assert ask(["TF7 5UG"], "IMD rank", True) == [["IMD 2015 rank"], [15]]
    (home / "settings.toml").write_text("[vintage\n")
    store.tables.forget()
    assert ask(["TF7 5UG"], "IMD rank") == [["#VALUE!"]]
    assert "settings.toml cannot be read" in wpxl.why("WP_POSTCODE", "TF7 5UG", "IMD rank")[0]


class TestDamage:
    def test_a_broken_card_is_named_and_the_rest_answers(self, home: Path) -> None:
        install(gazetteer(202101, FIRST))
        (home / "tables" / "bad.json").write_text("{")
        store.tables.forget()
        assert ask(["TF7 5UG"], "lsoa_2011") == [["E01000001"]]
        assert any("bad.json" in str(row[5]) for row in wpxl.call("WP_DATA"))

    def test_missing_parquet(self, home: Path) -> None:
        install(gazetteer(202101, FIRST))
        install(areas("imd_2019", "lsoa_2011", {"lsoa_2011": ["E01000001"], "imd_rank_2019": [19]}))
        (home / "tables" / "imd_2019.parquet").unlink()
        store.tables.forget()
        (home / "tables" / "x").mkdir()  # the folder's time has changed
        assert ask(["TF7 5UG"], "imd_rank_2019") == [["#REF!"]]
        assert any("its Parquet files are missing" in str(row[5]) for row in wpxl.call("WP_DATA"))

    def test_an_index_is_remade_when_its_parquet_changes(self, home: Path) -> None:
        install(gazetteer(202101, FIRST))
        install(areas("imd_2019", "lsoa_2011", {"lsoa_2011": ["E01000001"], "imd_rank_2019": [19]}))
        assert ask(["TF7 5UG"], "imd_rank_2019") == [[19]]
        path = home / "tables" / "imd_2019.parquet"
        pq.write_table(pa.table({"lsoa_2011": ["E01000001"], "imd_rank_2019": [20]}), path)
        os.utime(path, ns=(1, 1))
        (home / "tables" / "x").mkdir()
        store.tables.forget()
        assert ask(["TF7 5UG"], "imd_rank_2019") == [[20]]
        assert len(list((home / "index").glob("imd_2019.*.idx"))) == 1

    def test_a_damaged_index_is_remade(self, home: Path) -> None:
        install(gazetteer(202101, FIRST))
        assert ask(["TF7 5UG"], "lsoa_2011") == [["E01000001"]]
        (index,) = (home / "index").glob("postcodes.*.idx")
        index.write_bytes(b"rubbish")
        store.tables.forget()
        assert ask(["TF7 5UG"], "lsoa_2011") == [["E01000001"]]

    def test_without_a_place_for_indexes(self, home: Path) -> None:
        install(gazetteer(202101, FIRST))
        (home / "index").write_text("a file where the folder should be")
        assert ask(["TF7 5UG"], "lsoa_2011") == [["E01000001"]]

    def test_a_full_disk_leaves_everything_as_it_was(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        install(gazetteer(202101, FIRST))
        before = {p.name: p.read_bytes() for p in (home / "tables").iterdir()}

        def full(*_: Any, **__: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("wpxl.store.write.pq.write_table", full)
        with pytest.raises(Fault, match="No space left on device"):
            install(gazetteer(202101, {k: v[:1] for k, v in FIRST.items()}, "new.csv"))
        assert {p.name: p.read_bytes() for p in (home / "tables").iterdir()} == before
        assert ask(["TF3 2HR"], "lsoa_2011") == [["E01000002"]]

    @pytest.mark.parametrize("at", ["parquet", "card"])
    def test_killed_half_way(self, home: Path, at: str) -> None:
        """A process that dies between the Parquet and the card leaves the old table in force."""
        install(gazetteer(202101, FIRST))
        program = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from wpxl.store import write
from test_store import FIRST, gazetteer
if {at!r} == "parquet":
    real = write._write_parquet
    write._write_parquet = lambda *a: (real(*a), os._exit(9))
else:
    write._replace_card = lambda *a: os._exit(9)
write.install(gazetteer(202101, {{k: v[:1] for k, v in FIRST.items()}} | {{"lsoa_2011": ["E01000777"]}}, "new.csv"))
"""
        assert subprocess.run([sys.executable, "-c", program]).returncode == 9
        store.tables.forget()
        assert ask(["TF7 5UG", "TF3 2HR"], "lsoa_2011") == [["E01000001"], ["E01000002"]]


def synthetic(n: int, distinct: int, seed: int) -> tuple[dict[str, list[Any]], dict[str, tuple[Any, ...]]]:
    """A made-up gazetteer, and the same as a plain dictionary: the independent statement that answers are compared with."""
    r = random.Random(seed)
    keys: dict[str, None] = {}
    while len(keys) < n:
        area = r.choice(["M", "TF", "EC", "W", "B"])
        outcode = f"{area}{r.randrange(10)}{r.choice(['', 'A', '7'])}"
        keys.setdefault(f"{outcode} {r.randrange(10)}{r.choice(UNIT_LETTERS)}{r.choice(UNIT_LETTERS)}")
    rows: dict[str, list[Any]] = {
        "postcode": list(keys),
        "ended": [],
        "country": [],
        "oa_2011": [],
        "own_share_pct": [],
    }
    for i in range(n):
        rows["ended"].append(r.choice([0, 0, 199912, 202011]))
        rows["country"].append(r.choice(["England", "Wales", None]))
        rows["oa_2011"].append(f"E{i % distinct:08d}" if r.random() < 0.95 else None)
        rows["own_share_pct"].append(round(r.random() * 100, 2) if r.random() < 0.9 else None)
    truth = {
        p: (rows["oa_2011"][i], rows["own_share_pct"][i], rows["ended"][i], rows["country"][i])
        for i, p in enumerate(keys)
    }
    return rows, truth


@pytest.mark.parametrize(("n", "distinct"), [(400, 7), (70_000, 68_000)])
def test_both_roads_agree_with_a_plain_dictionary(home: Path, n: int, distinct: int) -> None:
    """70,000 places do not fit into 16 bits, so the wider layout is tried too."""
    rows, truth = synthetic(n, distinct, seed=n)
    measures = {"own_share_pct": {"label": "Own share", "unit": "%"}}
    install(gazetteer(202101, rows, measures=measures))
    r = random.Random(5)
    asked = [*r.sample(list(truth), min(n, 4000)), *["ZZ1 1ZZ", "M1 1A", "", None] * 10]
    r.shuffle(asked)
    answers = plain(wpxl.call("WP_POSTCODE", [[p] for p in asked], "oa_2011, own_share_pct, status"))
    for postcode, answer in zip(asked, answers, strict=True):
        if not postcode:
            expected: list[Any] = [None, None, None]
        elif postcode in truth:
            area, share, ended, country = truth[postcode]
            status = "live" if not ended else f"ended {ended // 100}-{ended % 100:02d}"
            status = status if country in (None, "England") else "not in England"
            expected = ["#N/A" if area is None else area, "#N/A" if share is None else share, status]
        else:
            expected = ["#N/A"] * 2 + ["not found"] if postcode == "ZZ1 1ZZ" else ["#VALUE!"] * 2 + ["not a postcode"]
        assert answer == expected, postcode
    for postcode, answer in list(zip(asked, answers, strict=True))[:500]:
        assert plain(wpxl.call("WP_POSTCODE", [[postcode]], "oa_2011, own_share_pct, status")) == [answer]


def test_parquet_can_be_read_by_anyone(home: Path) -> None:
    install(gazetteer(202101, FIRST, publisher="ONS", licence="OGL"))
    path = home / "tables" / "postcodes_202101.postcodes.parquet"
    file = pq.ParquetFile(path)
    assert file.read().column("postcode").to_pylist() == sorted(FIRST["postcode"])
    about = {k.decode(): v.decode() for k, v in file.schema_arrow.metadata.items() if k.startswith(b"wpxl.")}
    assert (
        about["wpxl.publisher"] == "ONS"
        and about["wpxl.licence"] == "OGL"
        and about["wpxl.title"] == "Gazetteer 202101"
    )
    assert json.loads(about["wpxl.sources"]) == source("202101.csv") and about["wpxl.ingested"].endswith("Z")
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
