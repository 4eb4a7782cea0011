"""Who is the same person: by HEAT ID, else by name and date of birth, else by the list's own id, else by name and school.

What links two rows must be sure: an id that stands beside two different names and dates of birth links nothing. People known by
name alone are taken for the same within one school, and that is said.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..domain import answers, years
from ..domain.names import simple
from ..domain.once import Once, each
from .cells import text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def persons(cells: Mapping[str, npt.NDArray[np.object_]]) -> tuple[npt.NDArray[np.int64], int]:
    """A number for each row, the same for rows of one person, and how many people are known by name alone.

    cells: heat_id, first_name, last_name, date_of_birth as typed; `own`, the list's id as text; organisation.
    """
    import numpy as np

    size = len(cells["own"])
    heat, first, last = (
        _codes(each(read, cells[name].tolist()))
        for read, name in ((heat_number, "heat_id"), (_folded, "first_name"), (_folded, "last_name"))
    )
    names = _pairs(first, last)
    born = np.fromiter(map(Once(_day).__getitem__, cells["date_of_birth"].tolist()), np.int64, size)
    named, own = _pairs(names, born), _codes(cells["own"])
    heat = _filled(heat, by=named)
    named = _filled(named, by=own)
    heat = _filled(_filled(heat, by=np.where(_one(named, own), own, -1)), by=named)
    person = np.where(heat >= 0, heat, np.where(named >= 0, size + named, np.where(own >= 0, 2 * size + own, -1)))
    return _by_name(person, names, cells["organisation"])


def _day(cell: Any) -> int:
    """A date of birth as days since the year 1; -1 for none."""
    parts = years.born(cell)
    return -1 if parts is None else datetime.date(*parts).toordinal()


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


def _folded(cell: Any) -> str | None:
    plain = text(cell)
    if plain is None or answers.unsaid(plain):
        return None
    return simple(unicodedata.normalize("NFKD", plain.casefold())) or None


def heat_number(cell: Any) -> str | None:
    """A learner's HEAT ID without its mark and zeros in front."""
    plain = text(cell)
    if plain is None or (not plain.startswith("#") and answers.unsaid(plain)):
        return None
    bare = simple(plain.lstrip("#")).removeprefix("heat").removeprefix("id").lstrip("0")
    return bare or None


def _codes(values: Sequence[str | None] | npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """A number for each distinct value, in the order in which they are met; -1 for None."""
    import numpy as np
    import pandas as pd

    return np.asarray(pd.factorize(np.asarray(values, object))[0], np.int64)


def _pairs(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """A number for each distinct pair of numbers, in the order in which they are met; -1 where either is."""
    import numpy as np
    import pandas as pd

    both = (a >= 0) & (b >= 0)
    out = np.full(len(a), -1)
    out[both] = pd.factorize(a[both] * (np.max(b, initial=0) + 1) + b[both])[0]
    return out


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
    person: npt.NDArray[np.int64], names: npt.NDArray[np.int64], schools: npt.NDArray[np.object_]
) -> tuple[npt.NDArray[np.int64], int]:
    """Rows that only a name tells: the one person of that name at that school, or of that name where no school is given.

    names: a number for each name, -1 where there is none.
    """
    import numpy as np

    rest = np.flatnonzero(person < 0)
    at_school: dict[tuple[int, Any], set[int]] = {}
    anywhere: dict[int, set[int]] = {}
    for i in np.flatnonzero((person >= 0) & (names >= 0) & np.isin(names, names[rest])).tolist():
        name = int(names[i])
        at_school.setdefault((name, schools[i]), set()).add(int(person[i]))
        anywhere.setdefault(name, set()).add(int(person[i]))
    fresh = int(np.max(person, initial=-1)) + 1
    made: dict[tuple[int, Any], int] = {}
    for i in rest.tolist():
        name, key = int(names[i]), (int(names[i]), schools[i])
        candidates = at_school.get(key, ()) if schools[i] not in (None, "unknown") else anywhere.get(name, ())
        if len(candidates) == 1:
            person[i] = next(iter(candidates))
        elif key in made:
            person[i] = made[key]
        else:
            person[i] = fresh
            fresh += 1
            if name >= 0:
                made[key] = int(person[i])
    return np.unique(person, return_inverse=True)[1], len(made)
