"""The learners of a workbook and what they took part in, whatever list says so.

A person has one row for each school: rows that repeat a learner of a school are made one, and what one of them leaves unsaid is
taken from the next. A list of who came may name learners that no other list has; they are kept with what is known of them.
"""

from __future__ import annotations

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
        self._pairs: list[tuple[str, int]] = []  # activity, row
        self._by_id: dict[str, int] = {}
        self._opposite: list[
            bool
        ] = []  # of each list that asks about parents: whether it asks if the learner is the first

    def take(self, rows: Rows, schools: list[str], once: bool) -> list[int]:
        """A list of learners: the row that each becomes. once: whether the list means to have each learner once."""
        part: dict[str, list[Any]] = {name: rows.get(name) for name in typed_fields() if name in rows}
        part["own"] = texts(rows.get("learner"))
        part["organisation"] = list(schools)
        part["at"] = [f"{rows.table or rows.sheet} row {number}" for number in rows.numbers]
        part["group"] = rows.get("year_group")
        part["once"] = [once] * len(rows)
        if "name" in rows:
            first, last = zip(*each(parted, rows.get("name")), strict=True) if len(rows) else ((), ())
            for name, made in (("first_name", first), ("last_name", last)):
                cells = part.get(name, [None] * len(rows))
                part[name] = [other if text(cell) is None else cell for cell, other in zip(cells, made, strict=True)]
        self._parents(rows, part)
        at = list(range(self._rows, self._rows + len(rows)))
        for id_, row in zip(part["own"], at, strict=True):
            if id_ is not None:
                self._by_id.setdefault(id_, row)
        self._parts.append(part)
        self._rows += len(rows)
        return at

    def came(self, activities: list[str], at: list[int]) -> None:
        self._pairs += zip(activities, at, strict=True)

    def marked(self, rows: Rows, heading: str, activity: str, at: list[int]) -> None:
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
        came = each(came_by, rows.get("attended")) if "attended" in rows else [YES] * len(rows)
        self._unclear(rows, [isinstance(state, Fault) for state in came], rows.headings.get("attended", ""))
        ids = texts(rows.get("learner"))
        rest = []
        for at, (id_, state) in enumerate(zip(ids, came, strict=True)):
            if state == YES:
                known = self._by_id.get(id_) if id_ is not None else None
                if known is None:
                    rest.append(at)
                else:
                    self._pairs.append((activities[at], known))
        if not rest:
            return
        named = rows.only(rest)
        keys = list(zip(*(texts(named.get(name)) for name in _KEYS), strict=True))
        first: dict[Any, int] = {}
        for place, key in enumerate(keys):
            first.setdefault(key, place)
        told = list(first.values())
        made = dict(zip(first, self.take(named.only(told), [schools[rest[i]] for i in told], once=False), strict=True))
        self.came([activities[at] for at in rest], [made[key] for key in keys])

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
        out = merged(whole, at, len(kept))
        out.insert(0, "learner", self._ids(whole, kept, person))
        out.insert(1, "person", np.unique(person[kept], return_inverse=True)[1])
        out.insert(2, "organisation", pd.Series(school[kept], dtype=object))
        groups = each(years.year_group, out.pop("group").tolist())
        out.insert(3, "year_group", pd.array(groups, "Int64"))
        out.insert(4, "institution", pd.Series([institution] * len(out), dtype=object))
        turned = bool(self._opposite) and all(self._opposite)
        self._again(whole["once"].to_numpy(bool), at)
        return out, self._took_part(out, at), turned

    def _whole(self) -> pd.DataFrame:
        """Every row of every list, each column as it is typed; answers turned round where lists ask opposite questions."""
        import pandas as pd

        if any(self._opposite) and not all(self._opposite):
            for part in self._parts:
                if "turned" in part:
                    part["parental_he"] = each(opposite, part["parental_he"])
        columns = {}
        told = [name for name in typed_fields() if any(name in part for part in self._parts)]
        for name in dict.fromkeys(("own", "organisation", "at", "group", "once", *IDENTITY, *told)):
            cells: list[Any] = []
            for part in self._parts:
                cells += part.get(name) or [None] * len(part["own"])
            columns[name] = pd.Series(cells, dtype=object)
        return pd.DataFrame(columns)

    def _ids(self, whole: pd.DataFrame, kept: npt.NDArray[np.int64], person: npt.NDArray[np.int64]) -> pd.Series[Any]:
        """The list's own id of each learner; its place too where another row has that id, and its place alone without one."""
        import pandas as pd

        own, places = whole["own"].to_numpy(object)[kept], whole["at"].to_numpy(object)[kept]
        ids = [place if id_ is None else id_ for id_, place in zip(own, places, strict=True)]
        first: dict[str, int] = {}
        clashing = []
        for at, id_ in enumerate(ids):
            before = first.setdefault(id_, at)
            if before != at:
                ids[at] = f"{id_} ({places[at]})"
                if person[kept[before]] != person[kept[at]]:
                    clashing.append(places[at])
        if clashing:
            count = f"{len(clashing):,} learner{'s have ids' if len(clashing) > 1 else ' has an id'} that another has"
            first_one = f"(the first: {clashing[0]})"
            self._remarks.add(f"{count} too {first_one}; who came by such an id is taken for the first who has it.")
        return pd.Series(ids, dtype=object)

    def _again(self, once: npt.NDArray[np.bool_], at: npt.NDArray[np.int64]) -> None:
        again = int(once.sum()) - len(set(at[once].tolist()))
        if again:
            count = f"{again:,} row{'s name learners' if again > 1 else ' names a learner'}"
            self._remarks.add(f"{count} of the same school again; each learner counts once.")

    def _took_part(self, learners: pd.DataFrame, at: npt.NDArray[np.int64]) -> pd.DataFrame:
        import numpy as np
        import pandas as pd

        activities, rows = ([p[i] for p in self._pairs] for i in (0, 1))
        pairs = pd.DataFrame({"activity": pd.Series(activities, dtype=object), "row": at[np.array(rows, np.int64)]})
        pairs = pairs.drop_duplicates(ignore_index=True)
        pairs["learner"] = learners["learner"].to_numpy(object)[pairs.pop("row").to_numpy(np.int64)]
        return pairs.astype(object)


def opposite(cell: Any) -> Any:
    """An answer to 'first generation?' as one to 'has a parent higher education?'; what says neither stays."""
    state = answers.read("first_generation", cell)
    return cell if isinstance(state, Fault) else {YES: "No", NO: "Yes"}.get(state, cell)
