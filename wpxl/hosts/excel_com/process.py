"""The note that a running server leaves, and ending it by that note.

The note says which process it is and when that process began, because Windows gives numbers of processes out again: a
process that began at another time is not the server, and is left alone.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import NamedTuple

from ...errors import refuse
from . import place
from .machine import Machine


class Server(NamedTuple):
    pid: int
    thread: int  # the one that waits for Excel's messages: it can be asked to end
    started: int
    version: str


def note_file(machine: Machine) -> Path:
    return place.home(machine) / "excel.pid"


def running(machine: Machine) -> Server | None:
    """The server of this user, where one runs."""
    try:
        noted = json.loads(note_file(machine).read_text("utf-8"))
        server = Server(int(noted["pid"]), int(noted["thread"]), int(noted["started"]), str(noted["version"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return server if machine.started(server.pid) == server.started else None


def note(machine: Machine, version: str) -> None:
    """Leave the note of this process."""
    pid, thread = machine.here()
    server = Server(pid, thread, machine.started(pid) or 0, version)
    file = note_file(machine)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(server._asdict()), "utf-8")


def forget(machine: Machine) -> None:
    """Take away the note of this process; another's stays."""
    server = running(machine)
    if server is None or server.pid == machine.here()[0]:
        with contextlib.suppress(OSError):
            note_file(machine).unlink(missing_ok=True)


def stop(machine: Machine, server: Server) -> None:
    """End a server. Excel starts a new one when it next needs one. Raises a Fault where it would not end."""
    if not machine.quit(server.pid, server.thread):
        raise refuse(
            f"The server (process {server.pid}) did not end: close Excel, or end the process in the Task Manager, "
            "and try again."
        )
    with contextlib.suppress(OSError):
        note_file(machine).unlink(missing_ok=True)
