"""Every cell function, declared once.

A declaration carries what each host needs (names, help, shapes), so that Excel's wizard, Calc's metadata, the reference
page and the door all speak from the same text. Function families are modules that load when one of their names is asked
for; the catalogue is complete when it is iterated.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

Run = TypeVar("Run", bound=Callable[..., Any])
CELLS, WORDS, FLAG, WHOLE, ONE, ANY = "cells", "words", "flag", "whole number", "one value", "anything"
CELL, ROW, TABLE = "a value for each cell", "a row of values for each cell", "a table"
WIZARD_LIMIT = 255  # Excel cuts help texts there


class Arg:
    """One argument.

    kind: CELLS (a cell or a range, answered cell by cell), WORDS (names in a text, separated by commas, or in a range),
    FLAG (TRUE or FALSE), WHOLE (a whole number), ONE (one value as it is), ANY (handed on as it is). `default` is what an
    omitted argument means; an argument without one is required.
    """

    def __init__(self, name: str, help: str, kind: str = CELLS, default: Any = ..., example: Any = None):  # noqa: A002
        self.name, self.help, self.kind, self.default, self.example = name, help, kind, default, example
        self.required = default is ...


class Function:
    """One cell function: its declaration and the code behind it.

    run(*arguments) gets CELLS arguments as flat lists of equal length, WORDS as a tuple of names, the others as values.
    why(row, *arguments) gives the sentence behind the answer for one row (behind the whole, of a function that answers with a
    table and takes its ranges as they are); without it, WP_WHY says what it can itself.
    """

    def __init__(
        self,
        name: str,
        args: tuple[Arg, ...],
        answers: str,
        run: Callable[..., Any],
        why: Callable[..., str] | None,
        keeps: bool,
        headed: bool,
    ):
        self.name, self.args, self.answers, self.run, self.why = name, args, answers, run, why
        self.keeps_faults, self.headed = keeps, headed
        doc = (run.__doc__ or "").strip()
        self.summary, _, self.details = doc.partition("\n")
        self.required = sum(arg.required for arg in args)

    @property
    def help(self) -> str:
        """The rest of the docstring, unindented: Shape, Unit, Errors, Source, Examples."""
        import inspect  # slow to import, and help is never on a cell's path

        return inspect.cleandoc(f"\n{self.details}")

    @property
    def signature(self) -> str:
        return f"{self.name}({', '.join(a.name if a.required else f'[{a.name}]' for a in self.args)})"


class Catalogue(Mapping[str, Function]):
    """Name → Function. Families load on demand, in the order in which they were announced."""

    def __init__(self) -> None:
        self._functions: dict[str, Function] = {}
        self._families: list[str] = []

    def announce(self, *modules: str) -> None:
        """Modules that declare functions. They are imported when a name is asked for that is not yet known."""
        self._families += modules

    def declare(self, function: Function) -> None:
        self._functions[function.name] = function

    def __getitem__(self, name: str) -> Function:
        while name not in self._functions and self._families:
            importlib.import_module(self._families.pop(0))
        return self._functions[name]

    def __iter__(self) -> Iterator[str]:
        while self._families:
            importlib.import_module(self._families.pop(0))
        return iter(sorted(self._functions))

    def __len__(self) -> int:
        return len(list(iter(self)))


CATALOGUE = Catalogue()


def function(
    *args: Arg,
    answers: str = CELL,
    why: Callable[..., str] | None = None,
    keeps_faults: bool = False,
    headed: bool = False,
) -> Callable[[Run], Run]:
    """Declare a cell function. Its name is that of the Python function in capitals; its docstring is its help.

    keeps_faults: it hands errors in its input on by itself, so that the door need not look for them first.
    headed: its ranges may begin with headings that say how to read them; `why` gets the first row as `heading`.
    """

    def declare(run: Run) -> Run:
        CATALOGUE.declare(Function(run.__name__.upper(), args, answers, run, why, keeps_faults, headed))
        return run

    return declare
