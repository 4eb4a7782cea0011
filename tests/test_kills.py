"""Nothing lost: writers killed at every step and at random, full disks, two writers at once, readers all the while.

A *nursery* (one process, everything imported) forks a child for each attempt, which adds, packs in or removes a table in a
home of its own. A child dies at a numbered step: before or after a file is opened, renamed, removed or flushed, or with
half a Parquet file written. Afterwards the tables must answer as before or as after, never between.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import some

POSTCODES = ["TF7 5UG", "TF1 1AB", "LD1 5AA", "DG10 0AB", "M1 1AE"]
MEASURES = ("lsoa_2011", "Our list", "status")
HEADER = "pcds,doterm,usertype,ctry,oa11,laua,rgn,lsoa11,msoa11,ward"
BATCH = 4  # children at a time
pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="children are forked here; Windows has no fork, no SIGKILL"
)


def gazetteer(rows: dict[str, str]) -> str:
    return "\n".join([HEADER, *(f"{p},,0,E92000001,,E06000020,E12000005,{lsoa},," for p, lsoa in rows.items())])


def own_list(values: list[str]) -> str:
    return "\n".join(["Postcode,Our list", *(f"{p},{v}" for p, v in zip(POSTCODES, values, strict=False))])


# ------------------------------------------------------------------------------------------- what runs in the nursery


def job(what: str, files: Path) -> bool:
    """One thing that a data manager does. Whether it was done (else it was refused, in a sentence)."""
    from wpxl import ingest
    from wpxl.errors import Fault
    from wpxl.ingest import own
    from wpxl.store import write

    try:
        if what == "remove":
            return write.remove("our_list")
        if what.startswith("own"):
            return own.add(files / f"{what}.csv", own.Choices("Postcode", table="our_list"))[0] != "refused"
    except Fault as fault:
        assert fault.sentence.endswith("."), fault.sentence
        return False
    name = f"{what}.zip" if what == "pack" else f"NSPL_NOV_2021_{what}.csv"
    return all(done.done != "refused" for done in ingest.add([files / name]))


class Steps:
    """Counts what a child does to its files, and ends or spoils it at one step."""

    def __init__(self) -> None:
        self.count, self.at, self.how, self.home = 0, -1, "", ""

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.home and (
            event == "fcntl.flock"
            or event in ("open", "os.rename", "os.remove", "os.mkdir", "os.utime", "os.scandir", "os.listdir")
        ):
            mine = event == "fcntl.flock" or any(str(a).startswith(self.home) for a in arguments[:2])
            if mine:
                self.step()

    def step(self, spoiled: Path | None = None) -> None:
        self.count += 1
        if self.count == self.at:
            if spoiled is not None:
                os.truncate(spoiled, spoiled.stat().st_size // 2)
            if self.how == "die":
                os._exit(9)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def child(order: dict[str, Any], steps: Steps) -> None:
    import resource

    import pyarrow.parquet as pq

    os.environ["WPXL_HOME"] = order["home"]
    flush, write_table = os.fsync, pq.write_table

    def stepped_flush(handle: int) -> None:
        steps.step()
        flush(handle)
        steps.step()

    def stepped_table(table: Any, path: Path, **options: Any) -> None:
        write_table(table, path, **options)
        steps.step(path)
        steps.step()

    os.fsync, pq.write_table = stepped_flush, stepped_table
    if order.get("limit"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["limit"], order["limit"]))
    steps.at, steps.how, steps.home = order.get("at", -1), order.get("how", ""), order["home"]
    done = [job(what, Path(order["files"])) for what in order["jobs"]]
    steps.home = ""
    Path(order["home"] + ".steps").write_text(str(steps.count))
    os._exit(0 if all(done) else 3)


def say(numbers: list[int]) -> None:
    sys.stdout.write(json.dumps(numbers) + "\n")
    sys.stdout.flush()


def nursery() -> None:
    for name in (
        "filelock",
        "pyarrow.csv",
        "pyarrow.pandas_compat",
        "wpxl.functions.postcodes",
        "wpxl.ingest.own",
        "wpxl.store.pack",
    ):
        importlib.import_module(name)
    steps = Steps()
    sys.addaudithook(steps.hook)
    for line in sys.stdin:
        orders = json.loads(line)
        pids = []
        for order in orders:
            pid = os.fork()
            if not pid:
                try:
                    child(order, steps)
                finally:  # an exception: shown on stderr, and no test will take 70 for an answer
                    import traceback

                    traceback.print_exc()
                    os._exit(70)
            pids.append(pid)
        say(pids)
        say([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids])


# ----------------------------------------------------------------------------------------------------------- the tests


class Nursery:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )  # fmt: skip

    def start(self, *orders: dict[str, Any]) -> list[int]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(orders) + "\n")
        self.process.stdin.flush()
        return list(json.loads(self.process.stdout.readline()))

    def ended(self) -> list[int]:
        assert self.process.stdout
        return list(json.loads(self.process.stdout.readline()))

    def run(self, *orders: dict[str, Any]) -> list[int]:
        self.start(*orders)
        return self.ended()


class World:
    """Files to add, a home with the first versions, and what is answered before and after each job."""

    def __init__(self, folder: Path):
        self.folder, self.files, self.template, self.number = folder, folder / "files", folder / "template", 0
        self.files.mkdir()
        first = {"TF7 5UG": "E01000001", "TF1 1AB": "E01000002", "LD1 5AA": "E01000003"}
        part = {"TF7 5UG": "E01000009", "DG10 0AB": "E01000004"}
        for name, rows in {"first": first, "part": part}.items():
            (self.files / f"NSPL_NOV_2021_{name}.csv").write_text(gazetteer(rows))
        for number in range(4):
            rows = {f"M1 {number}A{letter}": f"E0100001{number}" for letter in "ABDEFGHJLN"}
            (self.files / f"NSPL_NOV_2021_part{number}.csv").write_text(gazetteer(rows))
        (self.files / "own1.csv").write_text(own_list(["A", "B", "C"]))
        (self.files / "own2.csv").write_text(own_list(["D", "E", "F", "G"]))
        self.before = self.made(self.template, "first", "own1")
        other = folder / "other"
        self.after = {"pack": self.made(other, "first", "part", "own2")}
        from wpxl.store import pack

        pack.write(self.files / "pack.zip")
        for what in ("part", "own2", "remove"):
            self.after[what] = self.made(self.fresh(), what)
        assert len({json.dumps(a) for a in (self.before, *self.after.values())}) == 5

    def made(self, home: Path, *jobs: str) -> list[list[Any]]:
        os.environ["WPXL_HOME"] = str(home)
        for what in jobs:
            assert job(what, self.files)
        return self.answers(home)

    def fresh(self) -> Path:
        self.number += 1
        return Path(shutil.copytree(self.template, self.folder / f"home{self.number}"))

    def order(self, home: Path, *jobs: str, **more: Any) -> dict[str, Any]:
        return {"home": str(home), "files": str(self.files), "jobs": jobs, **more}

    def answers(self, home: Path) -> list[list[Any]]:
        from conftest import plain

        import wpxl
        from wpxl.store import tables

        os.environ["WPXL_HOME"] = str(home)
        tables.forget()
        assert [row for row in wpxl.call("WP_DATA") if row[0] == "NOT READABLE"] == []
        columns = [plain(wpxl.call("WP_POSTCODE", [[p] for p in POSTCODES], name)) for name in MEASURES]
        return [[column[min(i, len(column) - 1)][0] for column in columns] for i in range(len(POSTCODES))]

    def whole(self, what: str, home: Path) -> tuple[bool, bool]:
        """That each table answers as before or as after; for the gazetteer and for the list, whether it is as after."""
        now, first, then = self.answers(home), self.before, self.after[what]
        areas = [row[0] for row in now]
        lists = [row[1] for row in now]
        assert areas in ([r[0] for r in first], [r[0] for r in then]), (what, now)
        assert lists in ([r[1] for r in first], [r[1] for r in then]), (what, now)
        return areas == [r[0] for r in then], lists == [r[1] for r in then]

    def mended(self, what: str, home: Path) -> None:
        """The next one succeeds, and sweeps up whatever was left over."""
        os.environ["WPXL_HOME"] = str(home)
        assert job(what, self.files) or what == "remove"
        job("own1" if what == "remove" else what, self.files)
        if what != "remove":
            assert self.answers(home) == self.after[what]
        named = set()
        for card in (home / "tables").glob("*.json"):
            facts = json.loads(card.read_text("utf-8"))
            named |= {card.name, *facts["parquet"], *facts.get("former", {})}
        assert {p.name for p in (home / "tables").iterdir()} <= named
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def born() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    assert made.process.stdin
    made.process.stdin.close()
    assert made.process.stdout
    assert made.process.wait(10) == 0
    made.process.stdout.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    kept = os.environ.get("WPXL_HOME")
    yield World(tmp_path_factory.mktemp("kills"))
    os.environ.pop("WPXL_HOME") if kept is None else os.environ.__setitem__("WPXL_HOME", kept)


@pytest.fixture(autouse=True)
def _back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WPXL_HOME", os.environ["WPXL_HOME"])  # so that whatever a test sets is undone


def steps_of(born: Nursery, world: World, what: str) -> int:
    home = world.fresh()
    assert born.run(world.order(home, what)) == [0]
    assert all(world.whole(what, home)) or what != "pack"
    return int(Path(f"{home}.steps").read_text())


def at_steps(born: Nursery, world: World, what: str, steps: range, how: str) -> Iterator[tuple[int, Path, int]]:
    """A child for each step that ends or spoils it, a few at a time: step, home, how it ended."""
    for first in range(0, len(steps), BATCH):
        batch = [(at, world.fresh()) for at in steps[first : first + BATCH]]
        codes = born.run(*(world.order(home, what, at=at, how=how) for at, home in batch))
        yield from ((at, home, code) for (at, home), code in zip(batch, codes, strict=True))


@pytest.mark.parametrize(("what", "every"), [("part", some(9, 2)), ("pack", some(4, 1)), ("remove", 1)])
def test_killed_at_every_step(born: Nursery, world: World, what: str, every: int) -> None:
    """A pack takes the same steps as an update twice over, so of an update's own every second will do."""
    steps = steps_of(born, world, what)
    assert steps >= 8
    seen = []
    for at, home, code in at_steps(born, world, what, range(1, steps + 1, every), "die"):
        assert code == 9, at
        seen.append(world.whole(what, home))
        world.mended(what, home)
    changed = [after for after in zip(*seen, strict=True) if len(set(after)) == 2]
    assert changed, "no kill fell before, or none after, the switch"
    for after in changed:  # once switched, it stays so
        assert sorted(after) == list(after)


def test_killed_at_random_moments(born: Nursery, world: World) -> None:
    r = random.Random(1)
    killed = 0
    for attempt in range(36):
        what = ("part", "own2", "pack")[attempt % 3]
        home = world.fresh()
        (pid,) = born.start(world.order(home, what))
        time.sleep(r.uniform(0, 0.04))
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            os.kill(pid, signal.SIGKILL)
        (code,) = born.ended()
        assert code in (0, -signal.SIGKILL)
        killed += code != 0
        world.whole(what, home)
        world.mended(what, home)
    assert killed >= 15, f"only {killed} of 36 were killed in time"


@pytest.mark.parametrize(("what", "every"), [("own2", some(9, 3)), ("pack", 3), ("remove", 1)])
def test_a_full_disk_at_every_step(born: Nursery, world: World, what: str, every: int) -> None:
    """No space at any step: refused in a sentence with everything as before, or done; never an error of wpxl's own."""
    steps = steps_of(born, world, what)
    for at, home, code in at_steps(born, world, what, range(1, steps + 1, every), "full"):
        assert code in (0, 3), (what, at)
        areas, lists = world.whole(what, home)
        if what != "pack":
            assert (areas and lists) == (code == 0), (what, at)
        world.mended(what, home)


@pytest.mark.parametrize("limit", [300, 1000, 2000])
def test_a_disk_that_really_takes_no_more(born: Nursery, world: World, limit: int) -> None:
    home = world.fresh()
    (code,) = born.run(world.order(home, "part", limit=limit))
    assert code in (0, 3) and (code == 3 or limit == 2000)
    assert world.answers(home) == (world.after["part"] if code == 0 else world.before)
    world.mended("part", home)


def test_writers_at_the_same_time_lose_nothing(born: Nursery, world: World) -> None:
    """Four parts of one release and a list of one's own, all at once: every one of them is there afterwards."""
    import wpxl

    for _ in range(3):
        home = world.fresh()
        assert born.run(*(world.order(home, f"part{n}") for n in range(4)), world.order(home, "own2")) == [0] * 5
        assert [row[1] for row in world.answers(home)] == [row[1] for row in world.after["own2"]]
        asked = [[f"M1 {n}A{letter}"] for n in range(4) for letter in "ABDEFGHJLN"]
        assert wpxl.call("WP_POSTCODE", asked, "lsoa_2011") == [(f"E0100001{n}",) for n in range(4) for _ in range(10)]
        shutil.rmtree(home)


def test_readers_see_the_one_or_the_other(born: Nursery, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from conftest import plain

    import wpxl
    from wpxl.store import tables

    home = world.fresh()
    monkeypatch.setattr(tables, "LOOK_AGAIN", 0.0)
    world.answers(home)
    born.start(world.order(home, *["own2", "own1"] * 25))
    seen, latest = set(), time.monotonic() + 60
    while not Path(f"{home}.steps").exists():
        answer = plain(wpxl.call("WP_POSTCODE", [[p] for p in POSTCODES[:3]], "Our list, lsoa_2011"))
        assert answer in ([[r[1], r[0]] for r in world.before[:3]], [[r[1], r[0]] for r in world.after["own2"][:3]])
        seen.add(json.dumps(answer))
        assert time.monotonic() < latest, "the writer did not end"
    assert born.ended() == [0]
    assert len(seen) == 2
    assert not (home / "log" / "wpxl.log").exists()


if __name__ == "__main__":
    nursery()
