"""Writing a file so that a person finds either the whole new one or the old one, never half of either."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ..errors import Fault, refuse

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_FORGOTTEN = 3600  # seconds
_ATTEMPTS = 6  # Virus scanners and sync clients hold a new file for a moment on Windows.


@contextlib.contextmanager
def replacing(target: str | Path) -> Iterator[BinaryIO]:
    """A binary file to write into; it becomes `target` in one step when the block ends well.

    Shape: `with replacing(path) as file: file.write(...)`. The temporary file lies in the target's own folder,
    because only there is the last step a rename. Nobody else may read it, as it may hold learners, and what a process that was
    killed left of it goes when the same file is next written.
    Errors: a Fault saying why the file could not be written; the old file, if any, is as it was.
    """
    target = Path(target).resolve()
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        _sweep(target)
        with os.fdopen(os.open(temporary, _NEW, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        _move(temporary, target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def read_whole(path: str | Path) -> bytes:
    """All bytes of a person's file. Errors: a Fault when it is missing, a folder, or locked."""
    path = Path(path)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise refuse(f"There is no file {path}: check the name and the folder.") from None
    except IsADirectoryError:
        raise refuse(f"{path} is a folder, not a file: give the name of one file in it.") from None
    except OSError as error:
        raise refuse(f"{path.name} could not be read ({_reason(error)}): close it elsewhere and try again.") from error


def same_file(one: str | Path, other: str | Path) -> bool:
    """Whether both names lead to one file, also through links and differently written folders."""
    try:
        return Path(one).samefile(other)
    except OSError:
        return Path(one).resolve() == Path(other).resolve()


def _sweep(target: Path) -> None:
    """Remove what killed processes left: drafts of this file that nobody has written to for an hour."""
    long_ago = time.time() - _FORGOTTEN
    with contextlib.suppress(OSError):
        for left in target.parent.glob(f".{glob.escape(target.name[:100])}.????????.tmp"):
            with contextlib.suppress(OSError):
                if left.stat().st_mtime < long_ago:
                    left.unlink()


def _mode(target: Path) -> int:
    """Who may read the finished file: those who could read the one before it, else those who may read any new file."""
    with contextlib.suppress(OSError):
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0o077)  # it can only be read by setting it
    os.umask(mask)
    return 0o666 & ~mask


def _move(temporary: Path, target: Path) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            os.replace(temporary, target)  # noqa: PTH105 - the one call that is atomic everywhere
            return
        except PermissionError:
            if attempt == _ATTEMPTS or os.name != "nt":
                raise
            time.sleep(0.1 * attempt)


def _unwritable(target: Path, error: OSError) -> Fault:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return refuse(f"The disk is full, so {target.name} was not written: make room or choose another folder.")
    if isinstance(error, PermissionError):
        return refuse(
            f"{target.name} may not be written in {target.parent}: "
            "close it in other programs, or choose a folder of your own."
        )
    if isinstance(error, FileNotFoundError):
        return refuse(f"There is no folder {target.parent} to write {target.name} into: make it or choose another.")
    return refuse(f"{target.name} was not written ({_reason(error)}): choose another name or folder.")


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
