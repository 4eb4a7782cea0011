"""The one door: every host asks here, whatever spreadsheet it serves.

`call(name, *args)` gives the grid that a cell would get; `why(name, *args)` the sentences behind it. The door knows shapes,
blanks, errors in the input, defaults and names; it knows nothing of postcodes. No exception leaves it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from . import functions as functions  # announces the families
from .catalogue import ANY, CATALOGUE, CELLS, FLAG, ROW, TABLE, WHOLE, WORDS, Arg, Function, function
from .domain.blank import is_blank
from .errors import VALUE, Fault, refuse
from .store import forget

Grid = list[tuple[Any, ...]]
SENTENCE_LIMIT = 255  # a longer text inside an array becomes #VALUE! in Excel


def call(name: str, *args: Any) -> Grid:
    """The answer of a cell function, as a grid: a list of rows, each a tuple.

    args: scalars or lists of lists; None is an omitted argument, [[None]] a blank cell. Cells hold plain Python values;
    errors come in and go out as `Fault`. Rows may be one shared object where they are equal.
    """
    try:
        try:
            return _call(name.upper(), args)
        except FileNotFoundError:  # a table was replaced or removed since the last look at what is installed
            forget()
            return _call(name.upper(), args)
    except Fault as fault:
        return [(fault,)]
    except Exception as error:
        return [(_own_bug(name, error),)]


def _call(name: str, args: tuple[Any, ...]) -> Grid:
    if name == "WP_WHY":  # the one function with as many arguments as another has
        return wp_why(*args)
    return _answer(_function(name), args)


def why(name: str, *args: Any) -> list[str]:
    """One sentence for each row (or cell) of `call(name, *args)`, in order, at most 255 characters each."""
    try:
        return [str(cell) for row in _why_grid((name, *args)) for cell in row]
    except Fault as fault:
        return [fault.sentence]
    except Exception as error:
        return [_own_bug(name, error).sentence]


def _function(name: str) -> Function:
    try:
        return CATALOGUE[name.upper()]
    except KeyError:
        import difflib

        close = difflib.get_close_matches(name.upper(), list(CATALOGUE), n=1, cutoff=0.5)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise refuse(f"There is no function called {name[:40]}.{hint}", "#NAME?") from None


def _answer(function: Function, args: tuple[Any, ...]) -> Grid:
    if len(args) > len(function.args) or len(args) < function.required:
        raise refuse(f"{function.name} takes {_count(function)}: {function.signature}.")
    values: list[Any] = []
    columns: list[int] = []
    height = width = 1
    for i, arg in enumerate(function.args):
        given = args[i] if i < len(args) else None
        if arg.kind != CELLS:
            values.append(_single(arg, given))
            continue
        if given is None and arg.required:
            raise refuse(f"{function.name} needs its argument '{arg.name}': {function.signature}.")
        flat, rows, across = _flatten(given)
        if len(flat) > 1 or not columns:
            if columns and (height, width) != (1, 1) and (rows, across) != (height, width):
                sizes = f"{height} × {width} and {rows} × {across}"
                raise refuse(f"{function.name} needs ranges of one size; these are {sizes} cells.")
            height, width = (rows, across) if len(flat) > 1 else (height, width)
        columns.append(i)
        values.append(flat)
    if not columns:
        return _as_grid(function.run(*values))
    n = height * width
    for i in columns:
        if len(values[i]) == 1 and n > 1:
            values[i] = values[i] * n
    return _run(function, values, columns, height, width)


def _run(function: Function, values: list[Any], columns: list[int], height: int, width: int) -> Grid:
    """Set errors and wholly blank rows aside, run, put them back, restore the shape."""
    n = height * width
    faults: dict[int, Fault] = {}
    for i in columns:
        if not function.keeps_faults and Fault in set(map(type, values[i])):
            faults = {k: v for k, v in enumerate(values[i]) if isinstance(v, Fault)} | faults
            values[i] = [None if isinstance(v, Fault) else v for v in values[i]]
    answer = function.run(*values)
    if function.answers == TABLE:
        return _as_grid(answer)
    heading = len(answer) - n
    if faults or len(columns) > 1:
        answer = list(answer)
        blanks = _blank_rows([values[i] for i in columns]) if len(columns) > 1 else ()
        wide = len(answer[0]) if function.answers == ROW else 0
        for k in blanks:
            answer[heading + k] = (None,) * wide if wide else None
        for k, fault in faults.items():
            answer[heading + k] = (fault,) * wide if wide else fault
    if function.answers == ROW:
        if width == 1:
            return answer  # type: ignore[no-any-return]
        if heading or len(answer[0]) != 1:
            raise refuse(
                f"{function.name} with headings or several columns needs a range one column wide; this one is {width}."
            )
        answer = [row[0] for row in answer]
    if width == 1:
        return [(value,) for value in answer]
    return [tuple(answer[r * width : r * width + width]) for r in range(height)]


def _blank_rows(columns: list[list[Any]]) -> Sequence[int]:
    """The rows in which every cell is blank. Few are left after the first column, so the others cost next to nothing."""
    rows: Sequence[int] = range(len(columns[0]))
    for column in columns:
        rows = [
            k
            for k in rows
            if (cell := column[k]) is None or (type(cell) is str and not cell[:1].isalnum() and is_blank(cell))
        ]
    return rows


def _flatten(given: Any) -> tuple[list[Any], int, int]:
    """Cells in reading order, rows, columns. A scalar is one cell; a plain list is a column; short rows are padded."""
    if not isinstance(given, (list, tuple)):
        return [given], 1, 1
    if not given:
        return [None], 1, 1
    try:
        return [cell for (cell,) in given], len(given), 1
    except (TypeError, ValueError):
        pass
    if not any(isinstance(row, (list, tuple)) for row in given):
        return list(given), len(given), 1
    rows = [row if isinstance(row, (list, tuple)) else (row,) for row in given]
    width = max(map(len, rows)) or 1
    return [cell for row in rows for cell in (*row, *[None] * (width - len(row)))], len(rows), width


def _single(arg: Arg, given: Any) -> Any:
    """An argument that is not answered cell by cell: one value, or a handful of names."""
    if given is None and not arg.required:
        return _split(arg.default) if arg.kind == WORDS else arg.default
    if arg.kind == WORDS and type(given) is str and given.strip():
        return _split(given)
    if arg.kind == ANY:
        return given
    cells = [None] if given is None else _flatten(given)[0]
    for cell in cells:
        if isinstance(cell, Fault):
            raise cell
    if all(is_blank(cell) for cell in cells):
        if arg.required:
            raise refuse(f"The argument '{arg.name}' is missing: {arg.help}")
        cells = [arg.default]
    if arg.kind == WORDS:
        return _words(arg, cells)
    if len(cells) != 1:
        raise refuse(f"The argument '{arg.name}' takes one value, not a range of {len(cells)} cells.")
    if arg.kind == FLAG:
        return _flag(arg, cells[0])
    if arg.kind == WHOLE:
        return _whole(arg, cells[0])
    return cells[0]


def _words(arg: Arg, cells: list[Any]) -> tuple[str, ...]:
    for cell in cells:
        if not isinstance(cell, str) and cell is not None:
            raise refuse(f"The argument '{arg.name}' takes names as text; {str(cell)[:40]} is none.")
    return tuple(word for cell in cells if cell for word in _split(cell))


@functools.lru_cache(512)
def _split(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace(";", ",").split(",") if word.strip())


_FLAGS = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}


def _flag(arg: Arg, cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    text = str(int(cell)) if isinstance(cell, float) and cell in (0, 1) else str(cell).strip().casefold()
    if text not in _FLAGS:
        raise refuse(f"The argument '{arg.name}' takes TRUE or FALSE, not {str(cell)[:40]}.")
    return _FLAGS[text]


def _whole(arg: Arg, cell: Any) -> int:
    if (
        isinstance(cell, bool)
        or not isinstance(cell, (int, float))
        or cell != cell
        or cell in (float("inf"), -float("inf"))
    ):
        raise refuse(f"The argument '{arg.name}' takes a whole number, not {str(cell)[:40]}.")
    if cell != int(cell) or cell < 1:
        raise refuse(f"The argument '{arg.name}' takes a whole number of 1 or more, not {cell:g}.", "#NUM!")
    return int(cell)


def _as_grid(answer: Any) -> Grid:
    return [tuple(row) for row in answer] if isinstance(answer, list) else [(answer,)]


def _count(function: Function) -> str:
    most = len(function.args)
    if function.required == most:
        return "no arguments" if most == 0 else "1 argument" if most == 1 else f"{most} arguments"
    return f"{function.required} to {most} arguments"


# ------------------------------------------------------------------------------------------------------- WP_WHY


@function(
    Arg("function", 'The name of a function, in quotation marks: "WP_POSTCODE".', ANY, example="WP_POSTCODE"),
    Arg(
        "arguments",
        "Then the arguments of that function, just as they stand in its own formula.",
        ANY,
        None,
        example="WS108P",
    ),
    answers=TABLE,
)
def wp_why(*args: Any) -> Grid:
    """The sentence behind any answer: what was found and where it came from, or what is wrong and what to do.

    Shape: that of the explained function's first range, a sentence for each cell.

    Unit: text, at most 255 characters.

    Errors: #NAME? where there is no such function.

    Source: the function itself; nothing is looked up anew.

    Examples:
    >>> wpxl.call("WP_WHY", "WP_POSTCODE", "WS108P")[0][0]
    "'WS108P' is not a full postcode: the last part needs a digit and two letters. Did you mean WS10 8PQ?"
    """
    return _why_grid(args)


def _why_grid(args: tuple[Any, ...]) -> Grid:
    """A sentence for each cell of the explained function's first range, in its shape."""
    if not args:
        raise refuse("WP_WHY takes a function's name and that function's arguments, as in WP_WHY(\"WP_POSTCODE\", A2).")
    name, rest = _flatten(args[0])[0][0], args[1:]
    if isinstance(name, Fault):
        raise name
    if not isinstance(name, str):
        raise refuse('WP_WHY takes the name of a function in quotation marks first, as in WP_WHY("WP_POSTCODE", A2).')
    if name.strip().upper() == "WP_WHY":
        return [("WP_WHY gives the sentence behind another function's answer.",)]
    function = _function(name.strip().upper())
    first = next((i for i, arg in enumerate(function.args) if arg.kind == CELLS), None)
    if function.answers == TABLE and function.why is not None and first is None:
        asked = [*rest, *[None] * (len(function.args) - len(rest))]
        try:
            return [(_limit(function.why(*map(_single, function.args, asked))),)]
        except Fault as fault:
            return [(_limit(fault.sentence),)]
    if first is None or first >= len(rest) or function.answers == TABLE:
        grid = call(function.name, *rest)
        return [(_limit(_say(grid[0][0], f"{function.name} answers with a table of {len(grid)} rows.")),)]
    flat, height, width = _flatten(rest[first])
    whole = _whole_fault(function, rest)
    if whole is not None:
        return [(_limit(whole.sentence),)]
    n = len(flat)
    values: list[Any] = []
    for i, arg in enumerate(function.args):
        given = rest[i] if i < len(rest) else None
        if arg.kind != CELLS:
            values.append([_single(arg, given)] * n)
        else:
            cells = _flatten(given)[0]
            values.append(cells if len(cells) == n else cells * n)
    heading = tuple(column[0] for column in values)
    out = [_limit(_why_row(function, row, heading)) for row in zip(*values, strict=True)]
    return [tuple(out[r * width : r * width + width]) for r in range(height)]


def _whole_fault(function: Function, args: tuple[Any, ...]) -> Fault | None:
    """What is wrong with the request as a whole, tried on blank cells."""
    shapes = [_flatten(a)[1:] if arg.kind == CELLS else None for arg, a in zip(function.args, args, strict=False)]
    blank = [[[None] * shape[1]] * shape[0] if shape else a for shape, a in zip(shapes, args, strict=False)]
    try:
        _answer(function, (*blank, *args[len(blank) :]))
    except Fault as fault:
        return fault
    return None


def _why_row(function: Function, row: tuple[Any, ...], heading: tuple[Any, ...]) -> str:
    cells = [value for value, arg in zip(row, function.args, strict=True) if arg.kind == CELLS]
    fault = next((cell for cell in cells if isinstance(cell, Fault)), None)
    if fault is not None:
        return f"The cell that this answer needs holds {fault.code}: mend that one first."
    if all(map(is_blank, cells)):
        return "The cell is blank, so the answer is blank."
    if function.why is not None:
        return function.why(*row, heading=heading) if function.headed else function.why(*row)
    return _say(
        function.run(*([v] if arg.kind == CELLS else v for v, arg in zip(row, function.args, strict=True)))[-1], ""
    )


def _say(value: Any, otherwise: str) -> str:
    value = value[0] if isinstance(value, tuple) else value
    return value.sentence if isinstance(value, Fault) else otherwise or f"The answer is {value}."


def _limit(sentence: str) -> str:
    return sentence if len(sentence) <= SENTENCE_LIMIT else sentence[: SENTENCE_LIMIT - 1].rsplit(" ", 1)[0] + "…"


def _own_bug(name: str, error: Exception) -> Fault:
    """An error of wpxl's own: noted in the log by an id, with where it happened and no cell's value."""
    from .log import note_bug

    number = note_bug(name, error)
    return Fault(VALUE, f"wpxl could not answer because of an error of its own, noted in its log as {number}.")
