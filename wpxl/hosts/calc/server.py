"""The process that answers LibreOffice: questions on stdin, answers on stdout, until stdin ends.

Either is a length (four bytes, the highest first) and JSON. A question: [function, arguments]; an answer: [cells, errors].
What they mean is in `cells`. Nothing else may reach stdout: it would be taken for an answer.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import Any, BinaryIO

from ...door import call
from .cells import BLANK, answer, argument

HINT = ' (In Calc a single cell with 0 counts as blank: for a real 0 write it as a range, A2:A2, or as text, "0".)'
HEAD = struct.Struct(">I")


def serve() -> None:
    """Answer until nobody is left to ask."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        talk(questions, answers)
    except BrokenPipeError:  # LibreOffice has ended
        return
    except Exception as error:
        from ...log import note_bug

        note_bug("calc server", error)
        raise


def talk(questions: BinaryIO, answers: BinaryIO) -> None:
    while len(head := questions.read(HEAD.size)) == HEAD.size:
        size = HEAD.unpack(head)[0]
        question = questions.read(size)
        if len(question) < size:
            return
        said = json.dumps(answer(reply(*json.loads(question)))).encode()
        answers.write(HEAD.pack(len(said)) + said)
        answers.flush()


def reply(name: str, given: list[Any]) -> list[tuple[Any, ...]]:
    """What the door says; a sentence that may rest on a 0 which Calc hid says so."""
    asked = [argument(cell) for cell in given]
    grid = call(name, *asked)
    if name == "WP_WHY" and any(cell is BLANK for cell in asked[1:]):
        return [tuple(f"{cell}{HINT}" if isinstance(cell, str) else cell for cell in row) for row in grid]
    return grid
