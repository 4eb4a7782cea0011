"""`python -m wpxl.hosts.excel_com serve`: what COM runs. It adds a word of its own, which tells that COM did."""

from __future__ import annotations

import sys

from ...errors import Fault
from .machine import ThisMachine
from .server import serve


def main(arguments: list[str]) -> int:
    """Serve; 0 ended, 1 it could not, 2 used wrongly."""
    if arguments[:1] != ["serve"]:
        _say("This is what Excel starts: python -m wpxl.hosts.excel_com serve. People use: wpxl addin")
        return 2
    asked_by_com = any(word.lstrip("-/").lower() == "embedding" for word in arguments[1:])
    try:
        serve(ThisMachine(), asked_by_com)
    except Fault as fault:
        _say(fault.sentence)
        return 1
    return 0


def _say(sentence: str) -> None:
    if sys.stderr is not None:  # pythonw has none
        sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
