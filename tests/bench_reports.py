"""Every report of a workbook with 100,000 learners and 5,000 activities: `python -m tests.bench reports`.

The workbook is made up and written first. Then a fresh process reads it, makes each report and writes all of them into a copy,
step by step; and `wpxl report all` is timed as a whole.

    python -m tests.bench_reports BOOK.xlsx OUT.xlsx [STEP]     one run on a workbook, with the profile of a step:
                                                                a report's id, cells, reading, suppression, writing, saving
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LEARNERS, ACTIVITIES, SCHOOLS = 100_000, 5_000, 400
SECONDS, MEGABYTES = 10, 1_000


def run(book: Path, out: Path, profiled: str = "") -> dict[str, Any]:
    """Seconds of each step (on the clock, and of work), the process's peak of memory, and what could not be made and why."""
    seconds: dict[str, tuple[float, float, int]] = {}

    def step(name: str, work: Callable[[], Any]) -> Any:
        start, used = time.perf_counter(), time.process_time()
        try:
            return _profiled(work) if name == profiled else work()
        finally:
            seconds[name] = round(time.perf_counter() - start, 2), round(time.process_time() - used, 2), peak()

    def imports() -> Any:
        from wpxl import reporting
        from wpxl.reports import disclosure

        return reporting, disclosure

    reporting, disclosure = step("importing", imports)
    from wpxl.errors import Fault
    from wpxl.reports.shape import Asked
    from wpxl.workbooks.book import Book

    opened = step("opening", lambda: Book.open(book))
    held = [step("cells", lambda: reporting.sheets_of(opened))]
    records, _ = step("reading", lambda: reporting.read_sheets(held[0]))
    held.clear()
    made, refused = [], {}
    for name in reporting.all_ids():
        try:
            asked = Asked(school=records.organisations["key"].dropna().iloc[0]) if name == "school" else Asked()
            made += step(name, lambda name=name, asked=asked: reporting.make(records, [name], asked))
        except (Fault, ImportError) as why:
            refused[name] = str(why)
    if profiled == "suppression":
        shared = [one.report for one in made if not one.report.personal]
        step("suppression", lambda: [disclosure.protect(found, disclosure.rule("under 10")) for found in shared])
    step("writing", lambda: reporting.place(opened, made, ""))
    step("saving", lambda: opened.save(out))
    rows = sum(len(table.rows) for one in made for table in one.report.tables)
    counted = {"learners": len(records.learners), "participations": len(records.took_part), "rows": rows}
    return {"seconds": seconds, "MB": peak(), "refused": refused, **counted}


def peak() -> int:
    """The most memory that this process has had so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage says there is that of the process which started this one, where it was larger
        found = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return round(int(found.split()[1]) * 1.024 / 1_000)
    return round(
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1_000_000 if sys.platform == "darwin" else 1_000)
    )


def _profiled(work: Callable[[], Any]) -> Any:
    import cProfile
    import pstats

    profile = cProfile.Profile()
    try:
        return profile.runcall(work)
    finally:
        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(25)


def reports_part(learners: int = LEARNERS, activities: int = ACTIVITIES) -> None:
    from .bench import compiled, line
    from .outreach_year import make, write

    with tempfile.TemporaryDirectory() as folder:
        book, out = Path(folder) / "outreach.xlsx", Path(folder) / "reports.xlsx"
        environment = {**compiled(), "WPXL_HOME": str(Path(folder) / "home")}
        write(book, make(activities, SCHOOLS, learners).sheets("log"))
        print(f"    a workbook of {book.stat().st_size / 1e6:.1f} MB: {learners:,} learners, {activities:,} activities")
        command = [sys.executable, "-m", "tests.bench_reports", str(book), str(out)]
        subprocess.run(command, capture_output=True, env=environment, check=True)  # makes the indexes
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        found = json.loads(done.stdout)
        times = []
        for _ in range(3):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-m", "wpxl", "report", "all", str(book), "-o", str(out)],
                           capture_output=True, env=environment, check=True)  # fmt: skip
            times.append(time.perf_counter() - start)
        whole = statistics.median(times)
        more = subprocess.run([*command, "suppression"], capture_output=True, text=True, env=environment, check=True)
    found["seconds"]["suppression, if any"] = json.loads(more.stdout)["seconds"]["suppression"]
    for name, (wall, used, most) in found["seconds"].items():
        print(f"    {name:<16} {wall:6.2f} s ({used:.2f} s of work); memory up to {most:,} MB")
    for name, why in found["refused"].items():
        print(f"    {name}: not made. {why}")
    print(f"    {found['participations']:,} participations; {found['rows']:,} rows of reports")
    line("wpxl report all: a whole process, the median of three", whole, f"≤ {SECONDS}", whole <= SECONDS, "s")
    line("its peak of memory", found["MB"], f"≤ {MEGABYTES:,}", found["MB"] <= MEGABYTES, "MB")


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:4])))
