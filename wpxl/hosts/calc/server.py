"""The process that answers LibreOffice: questions on stdin, answers on stdout, until stdin ends.

Either is a length (four bytes, the highest first) and JSON. A question: [function, arguments, errors]; an answer: [cells,
errors]. What the two mean is in `cells`. Nothing else may reach stdout: it would be taken for an answer.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import BinaryIO

from ...door import call
from .cells import answer, arguments

HEAD = struct.Struct(">I")


def serve() -> None:
    """Answer until nobody is left to ask."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    talk(questions, answers)


def talk(questions: BinaryIO, answers: BinaryIO) -> None:
    while len(head := questions.read(HEAD.size)) == HEAD.size:
        size = HEAD.unpack(head)[0]
        question = questions.read(size)
        if len(question) < size:
            return
        name, given, errors = json.loads(question)
        said = json.dumps(answer(call(name, *arguments(given, errors)))).encode()
        answers.write(HEAD.pack(len(said)) + said)
        answers.flush()
