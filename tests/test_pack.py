"""Packs: the same bytes for the same tables, taken wholly or not at all, and nothing lost on either side."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import plain
from test_ingest import ROWS, nspl

import wpxl
from wpxl import ingest
from wpxl.errors import Fault
from wpxl.ingest import own
from wpxl.store import pack, tables, write

Entries = dict[str, bytes]
ASKED = [["TF7 5UG"], ["LD1 5AA"], ["DG10 0AB"]]


def add(path: Path) -> list[tuple[str, str]]:
    return [(o.done, o.said) for o in ingest.add([path])]


def answers() -> list[list[Any]]:
    return plain(wpxl.call("WP_POSTCODE", ASKED, "lsoa_2011, status"))


def use(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("WPXL_HOME", str(home))
    tables.forget()


@pytest.fixture
def full(home: Path, tmp_path: Path) -> Path:
    """A home with a gazetteer and a list of one's own, and its pack."""
    (tmp_path / "NSPL_NOV_2021.csv").write_bytes(nspl())
    (tmp_path / "list.csv").write_text("Postcode,Our list\nTF7 5UG,A\n")
    assert add(tmp_path / "NSPL_NOV_2021.csv")[0][0] == "added"
    own.add(tmp_path / "list.csv", own.Choices("Postcode", table="ours", licence="internal"))
    pack.write(tmp_path / "tables.zip")
    return tmp_path / "tables.zip"


def contents(home: Path) -> dict[str, Any]:
    files = (home / "tables").iterdir()
    return {p.name: json.loads(p.read_bytes()) if p.suffix == ".json" else p.read_bytes() for p in files}


def test_there_and_twice(full: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, sources, first = answers(), wpxl.call("WP_SOURCES"), contents(home)
    use(monkeypatch, tmp_path / "elsewhere")
    assert sorted(add(full)) == [
        ("added", "National Statistics Postcode Lookup, Nov 2021: 5 rows."),
        ("added", "Ours: 1 row."),
    ]
    assert (
        answers() == before and wpxl.call("WP_SOURCES") == sources
    )  # provenance travels: files, checksums, licence, time
    assert contents(tmp_path / "elsewhere") == first
    assert [done for done, _ in add(full)] == ["unchanged"] * 2
    assert contents(tmp_path / "elsewhere") == first
    pack.write(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == full.read_bytes()


def test_the_bytes_do_not_depend_on_when_or_how_often(full: Path, tmp_path: Path) -> None:
    pack.write(full)
    first = full.read_bytes()
    pack.write(tmp_path / "other.zip")
    assert (tmp_path / "other.zip").read_bytes() == first
    with zipfile.ZipFile(full) as archive:
        assert archive.namelist() == ["pack.json", *sorted(archive.namelist()[1:])]
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name, digest in json.loads(archive.read("pack.json"))["sha256"].items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest


def test_another_version_is_replaced_and_the_rest_left(full: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Postcode,Our list\nTF7 5UG,Z\n")
    own.add(tmp_path / "list.csv", own.Choices("Postcode", table="ours"))
    (tmp_path / "third.csv").write_text("Postcode,Third\nTF7 5UG,1\n")
    own.add(tmp_path / "third.csv", own.Choices("Postcode"))
    assert sorted(done for done, _ in add(full)) == ["unchanged", "updated"]
    assert plain(wpxl.call("WP_POSTCODE", "TF7 5UG", "Our list, Third")) == [["A", 1]]


def test_parts_of_a_release_unite(full: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = answers()
    homes = {}
    for name, rows in {"one": ROWS[:2], "two": ROWS[2:]}.items():
        use(monkeypatch, tmp_path / name)
        (tmp_path / f"NSPL_NOV_2021_{name}.csv").write_bytes(nspl(rows=rows))
        add(tmp_path / f"NSPL_NOV_2021_{name}.csv")
        homes[name] = tmp_path / f"{name}.zip"
        pack.write(homes[name])
    assert add(homes["one"])[0][0] == "updated" and answers() == everything
    assert add(homes["one"])[0][0] == "unchanged" and add(homes["two"])[0][0] == "unchanged"
    assert answers() == everything


def test_only_some(full: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [t.id for t in pack.write(tmp_path / "some.zip", ["ours"])] == ["ours"]
    with pytest.raises(Fault, match=r"no installed table called nothing to pack. Installed: .*ours"):
        pack.write(tmp_path / "none.zip", ["nothing"])
    assert not (tmp_path / "none.zip").exists()
    use(monkeypatch, tmp_path / "elsewhere")
    assert [done for done, _ in add(tmp_path / "some.zip")] == ["added"]
    with pytest.raises(Fault, match="There is nothing to pack"):
        use(monkeypatch, tmp_path / "empty")
        pack.write(tmp_path / "none.zip")


def test_a_table_that_cannot_be_read_is_not_passed_over(full: Path, home: Path, tmp_path: Path) -> None:
    (home / "tables" / "bad.json").write_text("{")
    tables.forget()
    with pytest.raises(Fault, match=r"Not every table can be packed. bad.json"):
        pack.write(tmp_path / "x.zip")


# ------------------------------------------------------------------------------------------- what is refused, as a whole


def rezip(
    path: Path, change: Callable[[Entries], Entries], method: int = zipfile.ZIP_STORED, seal: bool = True
) -> None:
    """The pack with its entries changed; sealed: with checksums made right again, as a hostile hand would."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries = change(entries)
    if seal and "pack.json" in entries:
        manifest = json.loads(entries["pack.json"])
        manifest["sha256"] = {n: hashlib.sha256(data).hexdigest() for n, data in entries.items() if n != "pack.json"}
        entries["pack.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)


def card(**changes: Any) -> Callable[[Entries], Entries]:
    def change(entries: Entries) -> Entries:
        facts = json.loads(entries["tables/ours.json"]) | changes
        return entries | {"tables/ours.json": json.dumps(facts).encode()}

    return change


def newer(entries: Entries) -> Entries:
    return entries | {"pack.json": entries["pack.json"].replace(b'"wpxl_pack": 1', b'"wpxl_pack": 2')}


def swapped(entries: Entries) -> Entries:
    return entries | {"tables/ours.places.parquet": entries["tables/ours.postcodes.parquet"]}


BROKEN: dict[str, tuple[Callable[[Path], None], str]] = {
    "cut short": (lambda p: p.write_bytes(p.read_bytes()[:-200]) and None, "cut short or damaged"),
    "cut very short": (lambda p: p.write_bytes(p.read_bytes()[:500]) and None, "cut short or damaged"),
    "one byte": (lambda p: rezip(p, lambda e: e | {"tables/ours.json": e["tables/ours.json"][1:]}, seal=False),
                 "tables/ours.json is not what was packed"),
    "bit rot": (lambda p: p.write_bytes(p.read_bytes().replace(b"PAR1", b"PAR2", 1)) and None, "cut short or damaged"),
    "one file gone": (lambda p: rezip(p, lambda e: {n: d for n, d in e.items() if "places" not in n}), "does not fit its files"),
    "one file gone, unsealed": (lambda p: rezip(p, lambda e: {n: d for n, d in e.items() if "places" not in n}, seal=False),
                                "does not hold the files that it lists"),
    "newer": (lambda p: rezip(p, newer), "was packed by a newer wpxl"),
    "foreign": (lambda p: rezip(p, lambda e: {"pack.json": b"[1]", **{n: d for n, d in e.items() if n != "pack.json"}}, seal=False),
                "is not a pack that wpxl wrote"),
    "packed again": (lambda p: rezip(p, lambda e: e, zipfile.ZIP_DEFLATED), "packed again by another program"),
    "climbing": (lambda p: rezip(p, lambda e: e | {"tables/../../evil.json": b"{}"}), "holds a file that no pack has"),
    "absolute": (lambda p: rezip(p, lambda e: e | {"/etc/evil.parquet": b""}), "holds a file that no pack has"),
    "windows": (lambda p: rezip(p, lambda e: e | {"tables/..\\evil.json": b""}), "holds a file that no pack has"),
    "a stranger": (lambda p: rezip(p, lambda e: e | {"tables/x.parquet": b""}), "belong to no table"),
    "hostile id": (lambda p: rezip(p, card(id="../evil")), "does not fit its files"),
    "hostile files": (lambda p: rezip(p, card(parquet=["../a.parquet", "b.parquet"])), "does not fit its files"),
    "rows": (lambda p: rezip(p, card(rows=7)), "does not fit its files"),
    "columns": (lambda p: rezip(p, card(columns=["nothing"])), "does not fit its files"),
    "measures": (lambda p: rezip(p, card(measures={"x": {"countries": 5}})), "does not fit its files"),
    "no sources": (lambda p: rezip(p, card(sources=[])), "does not fit its files"),
    "hostile time": (lambda p: rezip(p, card(ingested="../../x")), "does not fit its files"),
    "swapped files": (lambda p: rezip(p, swapped), "does not fit its files"),
    "no table": (lambda p: rezip(p, lambda e: e | {"tables/ours.postcodes.parquet": b"PAR1"}), "does not fit its files"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_refused_whole(full: Path, home: Path, tmp_path: Path, what: str) -> None:
    write.remove("ours")
    before = contents(home)
    spoil, said = BROKEN[what]
    spoil(full)
    ((done, sentence),) = add(full)
    assert done == "refused" and said in sentence and sentence.endswith(".")
    assert contents(home) == before
    assert not list(tmp_path.rglob("evil*"))


def test_a_disk_that_is_full(full: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    before = full.read_bytes()
    monkeypatch.setattr(pack, "_write_zip", none_left)
    with pytest.raises(Fault, match="could not be written: No space left"):
        pack.write(full)
    assert full.read_bytes() == before and not list(tmp_path.glob(".*.tmp"))
    use(monkeypatch, tmp_path / "elsewhere")
    monkeypatch.setattr("os.fsync", none_left)
    assert {done for done, _ in add(full)} == {"refused"}
    assert not list((tmp_path / "elsewhere" / "tables").iterdir())
