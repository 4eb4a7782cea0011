"""A formula as a file holds it, cut into pieces: enough to see what it reads and which functions it calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

TEXT, ERROR, CALL, AREA, COLUMNS, ROWS, TABLE, NAME, NUMBER, OTHER = (
    "text", "error", "call", "area", "columns", "rows", "table", "name", "number", "other",
)  # fmt: skip
REFERENCES = frozenset((AREA, COLUMNS, ROWS, TABLE, NAME))

_BRACKETS = r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
_WORD = r"[^\W\d][\w.\\?]*|\\[\w.\\?]*"
_PIECE = re.compile(
    rf"""
    (?P<text>"(?:[^"]|"")*")
    | (?P<error>\#[A-Z/0]+[!?]?(?:A\b)?)
    | (?P<prefix>(?:'(?:[^']|'')*'|(?:\[[^\[\]]+\])?[\w.]+(?::[\w.]+)?|\[\d+\])!)?
      (?:
        (?P<call>(?:{_WORD})(?=\())
        | (?P<columns>(?i:\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}})(?![\w.(]))
        | (?P<rows>\$?\d{{1,7}}:\$?\d{{1,7}}(?![\w.(]))
        | (?P<area>(?i:\$?[A-Z]{{1,3}}\$?\d{{1,7}}(?::\$?[A-Z]{{1,3}}\$?\d{{1,7}})?)(?![\w.(\[]))
        | (?P<table>(?:{_WORD})?{_BRACKETS})
        | (?P<number>(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
        | (?P<name>{_WORD})
      )
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_LIBRARY = re.compile(r"^(?:_xl(?:fn|ws|udf|dudf|l)[._])+", re.IGNORECASE)


class Token(NamedTuple):
    """A piece of a formula.

    prefix: what stands before a reference or function, `!` included: `'My sheet'!`, `[1]!`. called: a function's name in
    capitals, without what Excel writes before newer ones and before those of add-ins; ours: whether it is one of wpxl's.
    """

    kind: str
    text: str
    prefix: str = ""
    called: str = ""
    ours: bool = False

    @property
    def sheet(self) -> str:
        """The sheet that the prefix names, as people see it."""
        name = self.prefix.removesuffix("!")
        return name[1:-1].replace("''", "'") if name.startswith("'") else name


def tokens(formula: str) -> list[Token]:
    """The pieces of a formula, which joined give it again, but for what is around it."""
    found = []
    for piece in _PIECE.finditer(formula.strip().removeprefix("=")):
        kind = piece.lastgroup or OTHER
        if kind == CALL:
            called = _LIBRARY.sub("", piece[CALL]).upper()
            found.append(Token(CALL, piece[CALL], piece["prefix"] or "", called, called.startswith("WP_")))
        else:
            found.append(Token(kind, piece[kind], piece["prefix"] or ""))
    return found


def closing(pieces: Sequence[Token], opened: int) -> int:
    """Where the bracket closes that opens at a place; the end of the formula if it does not."""
    depth = 0
    for at in range(opened, len(pieces)):
        if pieces[at].kind == OTHER and pieces[at].text in "()":
            depth += 1 if pieces[at].text == "(" else -1
            if not depth:
                return at
    return len(pieces)


def arguments(pieces: Sequence[Token], opened: int, closed: int) -> Iterator[slice]:
    """Where the arguments of a call lie between its brackets, without the blanks around them."""
    depth, start = 0, opened + 1
    for at in range(opened + 1, closed + 1):
        text = pieces[at].text if at < closed and pieces[at].kind == OTHER else ""
        depth += (text in ("(", "{")) - (text in (")", "}"))
        if at == closed or (text == "," and not depth):
            first, last = start, at
            while first < last and pieces[first].text.isspace():
                first += 1
            while last > first and pieces[last - 1].text.isspace():
                last -= 1
            yield slice(first, last)
            start = at + 1
