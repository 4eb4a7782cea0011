"""What went wrong, in the one form that every part of wpxl uses.

A `Fault` is an Excel error code and a sentence for a person: what was seen, which rule it met, what to do.
It is both a value (a cell's answer, when one cell cannot be answered) and an exception (when a whole request cannot be).
"""

from __future__ import annotations

from collections.abc import Callable

VALUE, NA, NUM, DIV0, REF = "#VALUE!", "#N/A", "#NUM!", "#DIV/0!", "#REF!"
CODES = (VALUE, NA, NUM, DIV0, REF, "#NAME?", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!")


class Fault(Exception):
    """An Excel error code with the sentence behind it.

    `sentence` may be given as a function, so that a hundred thousand misses cost no hundred thousand texts.
    Two faults are equal when their codes and sentences are; one whose sentence is yet to be made equals itself alone, so
    that columns full of faults can be keys without a text being made.
    """

    def __init__(self, code: str, sentence: str | Callable[[], str]):
        if code not in CODES:
            raise ValueError(f"{code} is not an Excel error code")
        super().__init__(code)
        self.code = code
        self._sentence = sentence

    @property
    def sentence(self) -> str:
        return self._sentence if isinstance(self._sentence, str) else self._sentence()

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"Fault({self.code}, {self.sentence!r})"

    def __eq__(self, other: object) -> bool:
        if self is other or not isinstance(other, Fault) or not isinstance(self._sentence, str):
            return self is other
        return self.code == other.code and self._sentence == other._sentence

    def __hash__(self) -> int:
        return hash((self.code, self._sentence))


def refuse(sentence: str, code: str = VALUE) -> Fault:
    """A fault to raise: the request as a whole cannot be taken."""
    return Fault(code, sentence)
