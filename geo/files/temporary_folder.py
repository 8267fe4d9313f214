"""Folders for copies of users' files: each ends with its block, and those of processes that were killed with the next one."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

__all__ = ["open_temporary_copy", "open_temporary_folder"]

_PREFIX: Final = "pilotzones-"
# Locked as long as its process lives, whatever ends it.
_LOCK: Final = ".lock"
# A folder that is younger may not have its lock yet [s].
_MIN_AGE_S: Final = 10.0


@contextmanager
def open_temporary_folder() -> Iterator[Path]:
    """Make a folder that nobody else may read, and remove it with all that is in it.

    Yields
    ------
    Path
    """
    _remove_abandoned(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
        folder = Path(name)
        with (folder / _LOCK).open("wb") as lock:
            _take_lock(lock)
            yield folder


@contextmanager
def open_temporary_copy(content: bytes) -> Iterator[Path]:
    """Write the bytes of a user's file into a folder that nobody else may read, and remove it.

    Parameters
    ----------
    content : bytes

    Yields
    ------
    Path
        Its name is never one that the user chose.
    """
    with open_temporary_folder() as folder:
        path = folder / "upload"
        path.write_bytes(content)
        yield path


def _remove_abandoned(parent: Path) -> None:
    for lock in parent.glob(f"{_PREFIX}*/{_LOCK}"):
        # Another user's, or one that is being removed.
        with contextlib.suppress(OSError):
            if time.time() - lock.stat().st_mtime < _MIN_AGE_S:
                continue
            with lock.open("r+b") as stream:
                if _take_lock(stream):
                    shutil.rmtree(lock.parent, ignore_errors=True)


def _take_lock(stream: IO[bytes]) -> bool:
    """Lock a file unless a living process has it; never on a system that has no such locks."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
