"""One writer of tables at a time: the lock, and what is said while waiting for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path

from ..errors import refuse
from . import tables

PATIENCE, LONGEST = 3.0, 600.0  # seconds: until a waiting writer says so, and until it gives up

_waiting: ContextVar[Callable[[str], None]] = ContextVar("waiting", default=lambda _: None)


@contextlib.contextmanager
def telling(say: Callable[[str], None]) -> Iterator[None]:
    """Within this, a writer that has to wait for another says so, in a sentence."""
    token = _waiting.set(say)
    try:
        yield
    finally:
        _waiting.reset(token)


@contextlib.contextmanager
def held(folder: Path | None = None) -> Iterator[Path]:
    """The tables folder, with the right to write to it. A folder that the caller names is the caller's own: no lock.

    The operating system gives the lock back when its holder dies. Its file lies beside the folder, because whatever
    changes in the folder makes every reader look at all its cards again. Raises a Fault where it cannot be had.
    """
    place = folder or tables.folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        release = _lock(place.with_name("tables.lock")) if folder is None else lambda: None
    except (OSError, NotImplementedError) as error:
        raise refuse(f"{place} could not be written ({because(error)}). Nothing has changed.") from error
    try:
        yield place
    finally:
        with contextlib.suppress(OSError):  # the work is done or undone by now, and the lock ends with the process
            release()


def _lock(path: Path) -> Callable[[], None]:
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        try:
            lock.acquire(timeout=PATIENCE)
        except Timeout:
            _waiting.get()("Another wpxl is changing the tables just now: waiting until it has finished.")
            lock.acquire(timeout=LONGEST)
    except Timeout:
        raise refuse(
            f"Another wpxl has been changing the tables for over {LONGEST / 60:.0f} minutes: end it, or try again when "
            "it has finished. Nothing has changed."
        ) from None
    return lock.release


def because(error: BaseException) -> str:
    """The operating system's own words for an error."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
