"""What a button of the ribbon is: its words, its picture, and what it does to a workbook.

An action is written once, against xlwings' Book: Excel runs it from the ribbon, `wpxl act` on a file, the tests without
either. It asks through `Ask`, so that it never needs to know who answers.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from ..errors import Fault

Answer = TypeVar("Answer")
Book = Any  # xlwings.Book: xlwings takes half a second to import, and only its host needs to

LOOK_UP, DECIDE, CHECK, HEAT, REPORTS = "Look up", "Decide", "Check", "HEAT", "Reports"
FINISH, DATA, HELP = "Finish", "Data", "Help"
LONGEST_QUESTION = 900  # characters; Excel's box takes 1,024
GROUPS = (LOOK_UP, DECIDE, CHECK, HEAT, REPORTS, FINISH, DATA, HELP)  # in the order of the ribbon


class Said(NamedTuple):
    """What an action did, in words for a person, and to how many rows. `failed`: nothing was changed, and why."""

    text: str
    rows: int = 0
    failed: bool = False


class Ask(Protocol):
    """How an action asks whoever started it. None as an answer: given up, and nothing is to be changed."""

    today: datetime.date

    def yes(self, question: str) -> bool: ...

    def choose(self, question: str, choices: Sequence[str]) -> int | None:
        """The place of the chosen one, from 0. Question and choices are short: Excel's box takes 255 characters in all."""

    def text(self, question: str, default: str = "") -> str | None: ...

    def files(self, question: str) -> list[str]: ...

    def progress(self, said: str) -> None:
        """Something for the status bar while a long action works."""


@dataclass(frozen=True)
class Action:
    """A button. `image` is one of Office's own pictures (imageMso)."""

    name: str
    label: str
    screentip: str
    supertip: str
    image: str
    group: str
    run: Callable[[Book, Ask], Said]


class GivenUp(Exception):
    """Somebody answered a question with Cancel."""


def answered(answer: Answer | None) -> Answer:
    """What was answered. Cancel gives the action up."""
    if answer is None:
        raise GivenUp
    return answer


def shortened(sentences: Sequence[str]) -> str:
    """Sentences, a line each, as far as the box of a question has room for them."""
    shown = ""
    for at, sentence in enumerate(sentences):
        room = LONGEST_QUESTION - len(shown)
        if len(sentence) > room:
            left = len(sentences) - at - 1
            return f"{shown}{sentence[: max(0, room)]} …{f' and {left} more.' if left else ''}\n"
        shown += f"{sentence}\n"
    return shown


def act(action: Action, book: Book, ask: Ask) -> Said:
    """Run an action. Whatever goes wrong becomes one sentence; an error of wpxl's own is noted in its log."""
    try:
        return action.run(book, ask)
    except GivenUp:
        return Said("Stopped: nothing was changed.", failed=True)
    except Fault as fault:
        return Said(fault.sentence, failed=True)
    except Exception as error:
        from ..log import note_bug

        number = note_bug(action.name, error)
        return Said(f"wpxl met an error of its own, noted in its log as {number}.", failed=True)
    finally:
        ask.progress("")
