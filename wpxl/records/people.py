"""Who is the same person: by HEAT ID, else by name and date of birth, else by the list's own id, else by name and school.

What links two rows must be sure: an id that stands beside two different names and dates of birth links nothing. People known by
name alone are taken for the same within one school, and that is said.
"""

from __future__ import annotations

import datetime
import unicodedata
from typing import TYPE_CHECKING, Any

from ..domain import answers, years
from ..domain.once import Once, each
from .cells import text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd


def persons(frame: pd.DataFrame) -> tuple[npt.NDArray[np.int64], int]:
    """A number for each row, the same for rows of one person, and how many people are known by name alone.

    frame: heat_id, first_name, last_name, date_of_birth as typed; `own`, the list's id as text; organisation.
    """
    import numpy as np

    heat = _codes(each(heat_number, frame["heat_id"].tolist()))
    names = _names(frame["first_name"].tolist(), frame["last_name"].tolist())
    born = days(frame["date_of_birth"].tolist())
    both = [f"{name}|{day}" if name and day else None for name, day in zip(names, born, strict=True)]
    named, own = _codes(both), _codes(frame["own"].tolist())
    heat = _filled(heat, by=named)
    named = _filled(named, by=own)
    heat = _filled(_filled(heat, by=np.where(_one(named, own), own, -1)), by=named)
    size = len(frame)
    person = np.where(heat >= 0, heat, np.where(named >= 0, size + named, np.where(own >= 0, 2 * size + own, -1)))
    return _by_name(person, names, frame["organisation"].tolist())


def days(cells: list[Any]) -> list[int | None]:
    """Dates of birth as days since the year 1; None where there is none."""
    known = Once(_day)
    return [cell.toordinal() if type(cell) is datetime.datetime else known[cell] for cell in cells]


def _day(cell: Any) -> int | None:
    parts = years.born(cell)
    return None if parts is None else datetime.date(*parts).toordinal()


def parted(cell: Any) -> tuple[str | None, str | None]:
    """First and last name of a whole one: `Ann Lee`, `Lee, Ann`."""
    whole = text(cell)
    if whole is None or answers.unsaid(whole):
        return None, None
    last, comma, first = whole.partition(",")
    if comma and first.strip():
        return first.strip(), last.strip()
    first, _, last = whole.rpartition(" ")
    return (first.strip(), last) if first else (None, whole)


def _names(first: list[Any], last: list[Any]) -> list[str | None]:
    """Both names folded, None where one is missing."""
    pairs = zip(each(_folded, first), each(_folded, last), strict=True)
    return [f"{a} {b}" if a and b else None for a, b in pairs]


def _folded(cell: Any) -> str | None:
    plain = text(cell)
    if plain is None or answers.unsaid(plain):
        return None
    bare = unicodedata.normalize("NFKD", plain.casefold())
    return "".join(c for c in bare if c.isalnum()) or None


def heat_number(cell: Any) -> str | None:
    """A learner's HEAT ID without its mark and zeros in front."""
    plain = text(cell)
    if plain is None or (not plain.startswith("#") and answers.unsaid(plain)):
        return None
    bare = "".join(c for c in plain.casefold() if c.isalnum()).removeprefix("heat").removeprefix("id").lstrip("0")
    return bare or None


def _codes(values: list[str | None]) -> npt.NDArray[np.int64]:
    """A number for each distinct value, -1 for None."""
    import numpy as np
    import pandas as pd

    return np.asarray(pd.factorize(pd.Series(values, dtype=object))[0], np.int64)


def _one(values: npt.NDArray[np.int64], by: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """For each row, whether the rows of its group hold at most one value."""
    import numpy as np

    top = int(np.max(by, initial=-1)) + 2
    low, high = np.full(top, np.iinfo(np.int64).max), np.full(top, -1)
    there = values >= 0
    np.minimum.at(low, by[there], values[there])
    np.maximum.at(high, by[there], values[there])
    alone: npt.NDArray[np.bool_] = (high <= low)[by] & (by >= 0)
    return alone


def _filled(values: npt.NDArray[np.int64], by: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The gaps among values filled with the one value that the rest of their group has, where it has only one."""
    import numpy as np

    high = np.full(int(np.max(by, initial=-1)) + 2, -1)
    there = values >= 0
    np.maximum.at(high, by[there], values[there])
    may = (values < 0) & (by >= 0) & _one(values, by)
    return np.where(may, high[by], values)


def _by_name(
    person: npt.NDArray[np.int64], names: list[str | None], schools: list[Any]
) -> tuple[npt.NDArray[np.int64], int]:
    """Rows that only a name tells: the one person of that name at that school, or of that name where no school is given."""
    import numpy as np

    rest = np.flatnonzero(person < 0)
    wanted = {names[i] for i in rest if names[i]}
    at_school: dict[tuple[str, Any], set[int]] = {}
    anywhere: dict[str, set[int]] = {}
    for i in np.flatnonzero(person >= 0) if wanted else ():
        name = names[i]
        if name in wanted and name is not None:
            at_school.setdefault((name, schools[i]), set()).add(int(person[i]))
            anywhere.setdefault(name, set()).add(int(person[i]))
    fresh = int(np.max(person, initial=-1)) + 1
    made: dict[tuple[str, Any], int] = {}
    for i in rest:
        name = names[i]
        key = (name or "", schools[i])
        candidates = (
            at_school.get(key, set()) if schools[i] not in (None, "unknown") else anywhere.get(name or "", set())
        )
        if name and len(candidates) == 1:
            person[i] = next(iter(candidates))
        elif name and key in made:
            person[i] = made[key]
        else:
            person[i] = fresh
            fresh += 1
            if name:
                made[key] = int(person[i])
    return np.unique(person, return_inverse=True)[1], len(made)
