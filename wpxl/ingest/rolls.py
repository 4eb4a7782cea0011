"""A roll: a table of learners, each with a school and a home postcode, turned into shares for each school.

Nothing of a learner is kept: a postcode is looked up, counted into its school's shares and forgotten. Every measure that the
installed tables give for postcodes is counted; which denominator is whose:

- coverage is of all the school's rows, whatever their postcode; it says how many of them the shares speak for;
- a share is of those of them whose home has a value for that measure.

A share is given only where more than half of the rows have a value (the guide: a profile has to stand for the majority) and at
least ten do; else the reason says how many there were.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from .. import measures, store
from ..domain import headers, postcode
from ..domain.names import simple
from ..errors import REF, refuse
from ..store import write
from ..store.layout import highest
from ..store.normal import coded as numbered
from . import naming
from .opening import Found, sha256, tables_in
from .schools import URN

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FEWEST = 10  # learners with data behind a share that is given
LOOKED_AT = 1000  # cells of a column that are judged
ENOUGH = 0.5
DIGITS = 2
QUINTILED = {
    "polar2_ypr": "POLAR2 YPR", "polar2_ahe": "POLAR2 AHE", "polar3": "POLAR3", "polar4": "POLAR4",
    "tundra_lsoa": "TUNDRA LSOA", "tundra_msoa": "TUNDRA MSOA", "adult_he_2011": "Adult HE 2011",
}  # fmt: skip
INDEXES = {"imd": ("2010", "2015", "2019", "2025"), "idaci": ("2015", "2019", "2025")}
CLASSES = ("1", "2", "3", "4", "5", "6", "7", "8", "nc", "4_7", "4_8")
CENSUSES = ("2001", "2021")


class Share(NamedTuple):
    """One figure of a school: the share of learners whose home's value is among `values`; without them, the values' mean."""

    id: str
    label: str
    values: tuple[int, ...] = ()


class Family(NamedTuple):
    """What one measure of postcodes is counted into."""

    of: str  # the measure's id
    stem: str  # of the ids of its count and coverage
    label: str
    shares: tuple[Share, ...]


def families() -> Iterator[Family]:
    """Everything that may be counted, installed or not."""
    for name, label in QUINTILED.items():
        yield _quintiles(f"{name}_quintile", f"school_{name}", label)
    for name, years in INDEXES.items():
        for year in years:
            label = f"{name.upper()} {year}"
            if name == "imd":
                share = Share(f"school_imd_40_pct_{year}", f"School IMD {year} 40 %", (1,))
                yield Family(f"imd_40_{year}", f"school_imd_40_{year}", f"{label} 40 %", (share,))
            yield _quintiles(f"{name}_quintile_{year}", f"school_{name}_{year}", label)
    for year, c in itertools.product(CENSUSES, CLASSES):
        shown = f"NS-SEC {c.replace('_', '-').upper()}"
        mean = Share(f"school_nssec_{c}_pct_{year}", f"School {shown} % (Census {year})")
        yield Family(f"nssec_{c}_pct_{year}", f"school_nssec_{c}_{year}", f"{shown} (Census {year})", (mean,))


def _quintiles(of: str, stem: str, label: str) -> Family:
    parts = [("q1_2", "Q1+2", (1, 2)), *((f"q{n}", f"Q{n}", (n,)) for n in range(1, 6))]
    return Family(of, stem, label, tuple(Share(f"{stem}_{q}_pct", f"School {label} {t} %", v) for q, t, v in parts))


def add(path: Path, school: str = "", postcodes: str = "", vintage: str = "") -> tuple[str, str, list[str]]:
    """Install a roll's shares. Returns what was done, one sentence, and remarks. Raises a Fault where it is refused."""
    found, column, homes = _columns(path, school, postcodes)
    rows = found.columns({"school": column, "postcode": homes}, repeated=("school",), uneven=False)
    made, remarks = draft(path, found, column, homes, rows, vintage)
    done = write.install(made)
    covered = made.rows.num_rows
    count = (
        "nothing new"
        if done == "unchanged"
        else f"{rows.num_rows:,} learners of {covered:,} school{'s' * (covered > 1)}"
    )
    return done, f"{made.title}: {count}, as the table {made.id}. No postcode is kept.", remarks


def draft(
    path: Path, found: Found, column: str, home: str, rows: pa.Table, vintage: str
) -> tuple[write.Draft, list[str]]:
    """The table of shares and what should be said about it."""
    tables = store.installed()
    wanted = [family for family in families() if store.ways(tables, family.of)]
    if tables.sample_only or not wanted:
        raise refuse(
            "No table is installed that says anything of real postcodes, so a roll can't be counted: 'wpxl data guide' says "
            "which files to get.", REF,
        )  # fmt: skip
    urns, at, left = _schools(found, column, rows.column("school"))
    place, values = _homes(rows.column("postcode"), wanted)
    counted = _Counted(len(urns), at, place)
    columns: dict[str, pa.Array] = {"urn": pa.array(urns, pa.string())}
    columns["school_learners"] = pa.array(counted.rows.tolist(), pa.int64())
    facts: dict[str, dict[str, Any]] = {}
    for family, column_values in zip(wanted, values, strict=True):
        columns |= _figures(family, counted, column_values)
        facts |= _facts(family)
    stem = naming.snake(path.name.split(".")[0])
    year = naming.YEAR(path.name)
    remarks = [
        f"{left:,} row{'s were' if left > 1 else ' was'} left out: nothing in the column '{column}' there is a URN."
    ] * bool(left)
    if not counted.usable:
        raise refuse(f"{found.name}: not one of the postcodes is in the installed tables, so nothing can be counted.")
    remarks.append(
        f"{counted.usable:,} of {int(counted.rows.sum()):,} learners have a postcode that the installed tables know."
    )
    used = [
        (t.id, t.facts["sources"]) for t in tables.all if t.key not in ("urn", "heat_id")
    ]  # newer tables count anew
    digest = hashlib.sha256(json.dumps([column, home, vintage, used]).encode()).hexdigest()[:16]
    made = write.Draft(
        id=stem if stem == "roll" or stem.startswith("roll_") else f"roll_{stem}", key="urn", rows=pa.table(columns), own=True,
        title=f"Roll of learners, {path.name.split('.')[0].replace('_', ' ')}", vintage=vintage or (year[0] if year else ""),
        publisher="your institution or partnership", licence="not stated", measures=facts,
        sources=[{"file": path.name, "sha256": sha256(path), "choices": digest}],
    )  # fmt: skip
    return made, remarks


# ------------------------------------------------------------------------------------------------------ which columns


def _columns(path: Path, school: str, homes: str) -> tuple[Found, str, str]:
    """The table of a file that is a roll, and the headings of its two columns."""
    if not path.is_file():
        raise refuse(f"There is no file {path}.")
    tables = list(tables_in(path))
    if not tables:
        raise refuse(f"{path.name} holds no table.")
    seen = []
    for found in tables:
        sample = _sample(found)
        column = _named(found, school) or _best(
            found, sample, ("urn", "schoolurn", "dfeurn"), lambda text: bool(URN(text))
        )
        home = _named(found, homes) or _best(
            found, sample, ("homepostcode", "postcode", "learnerpostcode", "studentpostcode", "pupilpostcode"),
            lambda text: postcode.parse(postcode.clean(text)) is not None,
        )  # fmt: skip
        if column and home and column != home:
            return found, column, home
        seen.append((found, column, home))
    found, column, home = seen[0]
    asked = next((name for name in (school, homes) if name and not any(_named(f, name) for f in tables)), "")
    if asked:
        raise refuse(f"{found.name} has no column '{asked}': its columns are {found.headings}.")
    lacks = (
        "a column of schools' URNs: name it with --school"
        if not column
        else "one column of home postcodes: name it with --postcode"
    )
    raise refuse(f"{found.name} has not clearly {lacks}. Its columns are {found.headings}.")


def _named(found: Found, name: str) -> str:
    return next((h for h in found.header if h and name and simple(h) == simple(name)), "")


def _sample(found: Found) -> dict[str, list[str]]:
    usable = [h for h in dict.fromkeys(found.header) if h and found.header.count(h) == 1]
    rows = found.read(usable, frozenset()).slice(0, LOOKED_AT)
    if not rows.num_rows:
        raise refuse(f"{found.name} has a header and no rows under it.")
    return {h: ["" if t is None else str(t).strip() for t in rows.column(h).to_pylist()] for h in usable}


def _best(found: Found, sample: dict[str, list[str]], words: tuple[str, ...], fits: Any) -> str:
    """The column that a telling heading or, of all the others, its content marks out; '' where several would do."""
    share = {}
    for heading, texts in sample.items():
        filled = [text for text in texts if text]
        share[heading] = sum(map(fits, filled)) / len(filled) if filled else 0.0
    for word in words:
        for heading, part in share.items():
            if simple(heading) == word and part > 0:
                return heading
    good = [heading for heading, part in share.items() if part >= ENOUGH]
    told = [heading for heading in good if headers.says_postcode(heading)] if len(good) > 1 else good
    return told[0] if len(told) == 1 else ""


# ------------------------------------------------------------------------------------------------------- rows to numbers


def _schools(found: Found, column: str, texts: pa.ChunkedArray) -> tuple[list[str], npt.NDArray[np.int64], int]:
    """The URNs in order, the number of each row's (-1 where it has none), and how many have none."""
    import numpy as np

    coded = numbered(texts)
    found_urns = [text.strip() if text and URN(text.strip()) else None for text in coded.dictionary.to_pylist()]
    urns = sorted({urn for urn in found_urns if urn})
    if not urns:
        raise refuse(f"{found.name}: nothing in the column '{column}' is a URN (those have six digits).")
    number = {urn: i for i, urn in enumerate(urns)}
    numbers = np.array([number.get(urn or "", -1) for urn in found_urns] + [-1], np.int64)
    at = numbers[np.asarray(coded.indices.fill_null(len(found_urns)), np.int64)]
    return urns, at, int((at < 0).sum())


def _homes(texts: pa.ChunkedArray, wanted: list[Family]) -> tuple[npt.NDArray[np.int64], list[npt.NDArray[np.float64]]]:
    """The number of each row's kind of home (0: not known), and the value of each measure for each kind (NaN: none)."""
    import numpy as np

    coded = numbered(texts)
    distinct = ["" if text is None else text for text in coded.dictionary.to_pylist()]
    _, plan = measures.registry().plan((*(family.of for family in wanted), "country"))
    rows = store.take(plan, distinct)
    known: dict[int, int] = {}  # equal rows are mostly one shared object, and that is quick to see
    kinds: list[tuple[Any, ...]] = [()]
    number = np.zeros(len(distinct) + 1, np.int64)
    for i, row in enumerate(rows):
        kind = known.get(id(row))
        if kind is None:
            there = isinstance(row[-1], str) or any(isinstance(v, (int, float)) for v in row)
            kind = known[id(row)] = len(kinds) if there else 0
            if there:
                kinds.append(row)
        number[i] = kind
    values = [
        np.array([np.nan] + [v if isinstance(v := row[m], (int, float)) else np.nan for row in kinds[1:]], np.float64)
        for m in range(len(wanted))
    ]
    return number[np.asarray(coded.indices.fill_null(len(distinct)), np.int64)], values


class _Counted:
    """The rows of each school, by kind of home. A pair of school and kind is counted once, so that a measure costs little."""

    def __init__(self, schools: int, at: npt.NDArray[np.int64], place: npt.NDArray[np.int64]):
        import numpy as np

        good = at >= 0
        at, place = at[good], place[good]
        kinds = highest(place) + 1
        pairs, self.times = np.unique(at * kinds + place, return_counts=True)
        self.school, self.kind, self.schools = pairs // kinds, pairs % kinds, schools
        self.rows = np.bincount(at, minlength=schools)
        self.usable = int((place > 0).sum())

    def sums(self, weight: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """The sum over each school's rows of a weight that each kind of home has. Shape: (schools,)."""
        import numpy as np

        return np.asarray(np.bincount(self.school, self.times * weight[self.kind], self.schools), np.float64)


def _figures(family: Family, counted: _Counted, values: npt.NDArray[np.float64]) -> dict[str, pa.Array]:
    import numpy as np

    there = ~np.isnan(values)
    n = counted.sums(there.astype(np.float64)).astype(np.int64)
    given = (n * 2 > counted.rows) & (n >= FEWEST)
    reasons = [
        None if ok else _reason(family, int(some), int(all_))
        for ok, some, all_ in zip(given, n, counted.rows, strict=True)
    ]
    out: dict[str, pa.Array] = {}
    for share in family.shares:
        weight = np.isin(values, share.values) * 100.0 if share.values else np.where(there, values, 0.0)
        shares = counted.sums(weight) / np.maximum(n, 1)
        rounded = np.floor(shares * 10**DIGITS + 0.5 + 1e-9) / 10**DIGITS
        out[share.id] = pa.array(rounded, mask=~given)
        out[f"{share.id}{write.REASON}"] = pa.array(reasons, pa.string())
    out[f"{family.stem}_n"] = pa.array(n)
    out[f"{family.stem}_coverage_pct"] = pa.array(np.round(100 * n / counted.rows, 1))
    return out


def _reason(family: Family, n: int, rows: int) -> str:
    if n * 2 <= rows:
        return f"only {n:,} of {rows:,} learners on the roll have a postcode with {family.label}, not more than half"
    return f"only {n:,} learners on the roll have a postcode with {family.label}, and fewer than {FEWEST} are too few to publish"


def _facts(family: Family) -> dict[str, dict[str, Any]]:
    """What the card says of the measures that measures.toml does not list."""
    published = measures.published()["measure"]
    out: dict[str, dict[str, Any]] = {}
    for share in family.shares:
        how = (
            "share of learners by home postcode" if share.values else "mean over learners of the share where they live"
        )
        out[share.id] = {"label": share.label, "unit": "%", "note": how, "geography": "school"}
    said = f"{family.label}: learners with data"
    out[f"{family.stem}_n"] = {"label": f"School {said}", "unit": "number", "geography": "school"}
    out[f"{family.stem}_coverage_pct"] = {
        "label": f"School {family.label}: coverage %",
        "unit": "%",
        "geography": "school",
    }
    return {name: fact for name, fact in out.items() if name not in published}
