"""The learners of a workbook and what they took part in, whatever list says so.

A person has one row for each school: rows that repeat a learner of a school are made one, and what one of them leaves unsaid is
taken from the next. A list of who came may name learners that no other list has; they are kept with what is known of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..domain import answers, years
from ..domain.answers import NO, YES
from ..domain.once import each
from ..errors import Fault
from ..targeting.learners import asks_first_generation
from .cells import Remarks, text, texts
from .merging import merged, rows_of, schools_of, typed_fields
from .people import parted, persons
from .registers import came_by
from .rows import Rows

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

IDENTITY = ("heat_id", "first_name", "last_name", "date_of_birth")  # beside the list's own id
_KEYS = ("learner", "heat_id", "first_name", "last_name", "name", "date_of_birth", "organisation")


class Learners:
    def __init__(self, remarks: Remarks):
        self._remarks = remarks
        self._parts: list[dict[str, list[Any]]] = []
        self._rows = 0
        self._places: list[tuple[str, list[int]]] = []  # of each list: its name, and its rows' numbers
        self._pairs: list[tuple[list[str], Sequence[int] | npt.NDArray[np.int64]]] = []  # activities, who came to each
        self._opposite: list[
            bool
        ] = []  # of each list that asks about parents: whether it asks if the learner is the first

    def take(self, rows: Rows, schools: list[str], once: bool) -> range:
        """A list of learners: the row that each becomes. once: whether the list means to have each learner once."""
        part: dict[str, list[Any]] = {name: rows.get(name) for name in typed_fields() if name in rows}
        part["own"] = texts(rows.get("learner"))
        part["organisation"] = schools
        part["group"] = rows.get("year_group")
        part["once"] = [once] * len(rows)
        if "name" in rows:
            first, last = zip(*each(parted, rows.get("name")), strict=True) if len(rows) else ((), ())
            for name, made in (("first_name", first), ("last_name", last)):
                cells = part.get(name, [None] * len(rows))
                part[name] = [other if text(cell) is None else cell for cell, other in zip(cells, made, strict=True)]
        self._parents(rows, part)
        at = range(self._rows, self._rows + len(rows))
        self._parts.append(part)
        self._places.append((rows.table or rows.sheet, rows.numbers))
        self._rows += len(rows)
        return at

    def came(self, activities: list[str], at: Sequence[int] | npt.NDArray[np.int64]) -> None:
        self._pairs.append((activities, at))

    def marked(self, rows: Rows, heading: str, activity: str, at: Sequence[int]) -> None:
        """A column of a register. A cross says 'came' only where no other mark does."""
        cells = rows.get(heading)
        came = each(came_by, cells)
        if not any(state == YES for state in came):
            came = [
                YES if answers.simple(text(cell) or "") == "x" else state
                for cell, state in zip(cells, came, strict=True)
            ]
            if YES in came:
                self._remarks.add(
                    f"Sheet '{rows.sheet}': a cross in the register is taken for 'came', being its only mark."
                )
        self.came([activity] * came.count(YES), [i for i, state in zip(at, came, strict=True) if state == YES])
        self._unclear(rows, [isinstance(state, Fault) for state in came], heading)

    def attended(self, rows: Rows, activities: list[str], schools: list[str]) -> None:
        """A list of who came: by the learners' own ids where these are known, else as learners like any other."""
        import numpy as np

        if "attended" in rows:
            came = each(came_by, rows.get("attended"))
            self._unclear(rows, [isinstance(state, Fault) for state in came], rows.headings.get("attended", ""))
            there = [at for at, state in enumerate(came) if state == YES]
            activities, schools = ([ids[at] for at in there] for ids in (activities, schools))
            rows = rows.only(there)
        known = self._known(rows.get("learner"))
        told, rest = (np.flatnonzero(which).tolist() for which in (known >= 0, known < 0))
        self.came([activities[at] for at in told], known[told])
        if not rest:
            return
        named = rows.only(rest)
        keys = list(zip(*(texts(named.get(name)) for name in _KEYS), strict=True))
        first: dict[Any, int] = {}
        for place, key in enumerate(keys):
            first.setdefault(key, place)
        new = list(first.values())
        made = dict(zip(first, self.take(named.only(new), [schools[rest[i]] for i in new], once=False), strict=True))
        self.came([activities[at] for at in rest], [made[key] for key in keys])

    def _known(self, ids: list[Any]) -> npt.NDArray[np.int64]:
        """The row that each id of a learner leads to, the first of those that have it; -1 where none has."""
        import numpy as np
        import pandas as pd

        every = chain(*(part["own"] for part in self._parts), texts(ids))
        codes = pd.factorize(np.fromiter(every, object, self._rows + len(ids)))[0]
        own, asked = codes[: self._rows], codes[self._rows :]
        row = np.full(int(np.max(codes, initial=-1)) + 2, -1)
        row[own[::-1]] = np.arange(len(own))[::-1]
        row[-1] = -1  # a blank, whose code is -1, is no id
        known: npt.NDArray[np.int64] = row[asked]
        return known

    def _unclear(self, rows: Rows, bad: list[bool], heading: str) -> None:
        at = [number for number, is_bad in zip(rows.numbers, bad, strict=True) if is_bad]
        self._remarks.cells(rows.sheet, at, heading, "neither yes nor no", "not counted as having come")

    def _parents(self, rows: Rows, part: dict[str, list[Any]]) -> None:
        """The one column about parents' higher education, and whether it asks the opposite."""
        asked = part.get("parental_he")
        first = rows.get("first_generation") if "first_generation" in rows else None
        if asked is not None and asks_first_generation(rows.headings["parental_he"]):
            asked, first = None, asked
        if asked is not None and first is not None:
            turned = each(opposite, first)
            part["parental_he"] = [b if answers.unsaid(a) else a for a, b in zip(asked, turned, strict=True)]
        elif first is not None:
            part["parental_he"] = first
            part["turned"] = [True] * len(rows)
        if "parental_he" in part:
            self._opposite.append(asked is None)

    # ---------------------------------------------------------------------------------------------------- all together

    def frames(self, institution: str) -> tuple[pd.DataFrame, pd.DataFrame, bool]:
        """Learners, who took part in what, and whether parental_he asks if the learner is the first of the family."""
        import numpy as np
        import pandas as pd

        whole = self._whole()
        person, by_name = persons(whole)
        if by_name:
            count = f"{by_name:,} learner{'s are' if by_name > 1 else ' is'}"
            self._remarks.add(f"{count} known by name alone: those of one name and school count as one person.")
        school = schools_of(whole["organisation"], person)
        at, kept = rows_of(person, school)
        typed = merged(whole, at, kept)
        groups = np.array(each(years.year_group, typed.pop("group").tolist()), np.float64)
        columns: dict[str, Any] = {
            "learner": self._ids(whole["own"][kept], kept, person[kept]), "person": person[kept], "organisation": school[kept],
            "year_group": pd.array(groups, "Int64"), "institution": np.full(len(kept), institution, object), **typed,
        }  # fmt: skip
        turned = bool(self._opposite) and all(self._opposite)
        self._again(whole["once"].astype(bool), at)
        return _frame(columns), self._took_part(columns["learner"], at), turned

    def _whole(self) -> dict[str, npt.NDArray[np.object_]]:
        """Every row of every list, each column as it is typed; answers turned round where lists ask opposite questions."""
        import numpy as np

        if any(self._opposite) and not all(self._opposite):
            for part in self._parts:
                if "turned" in part:
                    part["parental_he"] = each(opposite, part["parental_he"])
        told = [name for name in typed_fields() if any(name in part for part in self._parts)]
        columns = {}
        for name in dict.fromkeys(("own", "organisation", "group", "once", *IDENTITY, *told)):
            parts = (part.get(name) or [None] * len(part["own"]) for part in self._parts)
            columns[name] = np.fromiter(chain.from_iterable(parts), object, self._rows)
        return columns

    def _ids(
        self, own: npt.NDArray[np.object_], kept: npt.NDArray[np.int64], person: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.object_]:
        """The list's own id of each learner; its place too where another row has that id, and its place alone without one."""
        import numpy as np
        import pandas as pd

        codes = pd.factorize(own)[0]
        if len(unnamed := np.flatnonzero(codes < 0)):
            own[unnamed] = [self._place(row) for row in kept[unnamed].tolist()]
            codes = pd.factorize(own)[0]
        first = np.empty(len(own), np.int64)
        first[codes[::-1]] = np.arange(len(own))[::-1]
        before = first[codes]
        clashing = []
        for at in np.flatnonzero(before != np.arange(len(own))).tolist():
            place = self._place(int(kept[at]))
            own[at] = f"{own[at]} ({place})"
            if person[before[at]] != person[at]:
                clashing.append(place)
        if clashing:
            count = f"{len(clashing):,} learner{'s have ids' if len(clashing) > 1 else ' has an id'} that another has"
            first_one = f"(the first: {clashing[0]})"
            self._remarks.add(f"{count} too {first_one}; who came by such an id is taken for the first who has it.")
        return own

    def _place(self, row: int) -> str:
        """Where a row stands, counted through all lists."""
        for name, numbers in self._places:
            if row < len(numbers):
                return f"{name} row {numbers[row]}"
            row -= len(numbers)
        raise IndexError(row)

    def _again(self, once: npt.NDArray[np.bool_], at: npt.NDArray[np.int64]) -> None:
        import numpy as np

        again = int(once.sum()) - np.count_nonzero(np.bincount(at[once]))
        if again:
            count = f"{again:,} row{'s name learners' if again > 1 else ' names a learner'}"
            self._remarks.add(f"{count} of the same school again; each learner counts once.")

    def _took_part(self, learners: npt.NDArray[np.object_], at: npt.NDArray[np.int64]) -> pd.DataFrame:
        import numpy as np

        activities = [activity for part, _ in self._pairs for activity in part]
        rows = np.concatenate([np.zeros(0, np.int64), *(rows for _, rows in self._pairs)])
        pairs = _frame({"activity": np.fromiter(activities, object, len(activities)), "row": at[rows]})
        pairs = pairs.drop_duplicates(ignore_index=True)
        return _frame({"activity": pairs["activity"], "learner": learners[pairs["row"].to_numpy()]})


def _frame(columns: dict[str, Any]) -> pd.DataFrame:
    """Columns as they are: left to itself, pandas looks through those of objects, and copies them if they are texts."""
    import pandas as pd

    kept = {name: pd.Series(cells, dtype=cells.dtype, copy=False) for name, cells in columns.items()}
    return pd.DataFrame(kept, copy=False)


def opposite(cell: Any) -> Any:
    """An answer to 'first generation?' as one to 'has a parent higher education?'; what says neither stays."""
    state = answers.read("first_generation", cell)
    return cell if isinstance(state, Fault) else {YES: "No", NO: "Yes"}.get(state, cell)
