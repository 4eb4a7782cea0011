"""Columns repeat themselves: what follows from a cell is worked out once for each distinct cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_PLAIN = {str, int, float, bool, type(None)}


class Once(dict[Any, Any]):
    """What follows from a cell or a row, worked out when it is first met."""

    def __init__(self, work_out: Callable[[Any], Any]):
        super().__init__()
        self._work_out = work_out

    def __missing__(self, key: Any) -> Any:
        made = self[key] = self._work_out(key)
        return made


def each(work_out: Callable[[Any], Any], cells: list[Any]) -> list[Any]:
    """What follows from each cell, in order. Shape: (cells,).

    Once for each distinct cell where cells can be told apart as keys of a dictionary: TRUE and 1 by their types, lists not at all.
    """
    if _keys(cells):
        return list(map(Once(work_out).__getitem__, cells))
    if set(map(type, cells)) <= _PLAIN:
        return list(map(Once(lambda typed: work_out(typed[1])).__getitem__, zip(map(type, cells), cells, strict=True)))
    return list(map(work_out, cells))


def each_row(work_out: Callable[..., Any], *columns: list[Any]) -> list[Any]:
    """`each` for the rows of several columns."""
    rows = zip(*columns, strict=True)
    if not all(map(_keys, columns)):
        return [work_out(*row) for row in rows]
    return list(map(Once(lambda row: work_out(*row)).__getitem__, rows))


def _keys(cells: list[Any]) -> bool:
    kinds = set(map(type, cells))
    return kinds <= {str, int, float, type(None)} or kinds <= {str, bool, type(None)}
