"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from pilotzones.geo.errors import ExportError, Problem, make_problem

__all__ = ["check_file", "check_writable", "get_umask", "make_unwritten_problem", "write_atomically"]

_CAUSES = {
    errno.ENOSPC: "problem_cause_disk_full",
    errno.EROFS: "problem_cause_read_only",
    errno.EACCES: "problem_cause_rights",
    errno.EPERM: "problem_cause_rights",
    errno.EDQUOT: "problem_cause_quota",
    errno.ENOENT: "problem_cause_no_folder",
    errno.EFBIG: "problem_cause_file_size",
}


def write_atomically(
    path: Path, content: bytes | Iterable[bytes], *, check: Callable[[Path], None] | None = None
) -> None:
    """Write a file so that a reader ever sees the old one or the new one, never a part.

    Parameters
    ----------
    path : Path
        Where the file goes; an existing file is replaced, a link is followed, anything else (a folder, a pipe, a
        device) is refused.
    content : bytes or iterable of bytes
        What it will hold; in parts, so that the whole of it is never in memory.
    check : callable, optional
        Reads the finished temporary file back; what it raises stops the replacement.

    Raises
    ------
    ExportError
        With the cause, when the file cannot be written; the old file is untouched.
    """
    temporary: Path | None = None
    path = Path(os.path.realpath(path))
    try:
        _check_regular(path)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.writelines((content,) if isinstance(content, bytes) else content)
            stream.flush()
            os.fsync(stream.fileno())
        if check is not None:
            check(temporary)
        # mkstemp makes private files; an export is for others to read.
        temporary.chmod(0o666 & ~get_umask())
        temporary.replace(path)
    except OSError as error:
        raise ExportError(make_unwritten_problem(path, error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def check_file(path: Path) -> None:
    """Refuse a file that `write_atomically` would refuse, before the work that it is for.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ExportError
        With the cause, when it cannot be written.
    """
    target = Path(os.path.realpath(path))
    _check_regular(target)
    _try_to_write(target.parent, target)


def check_writable(folder: Path, path: Path) -> None:
    """Refuse to begin work whose results could not be written.

    Parameters
    ----------
    folder : Path
        Where they go; it and the folders that it lies in may be missing yet.
    path : Path
        What is named in the refusal.

    Raises
    ------
    ExportError
        With the cause, when nothing can be written there.
    """
    there = Path(os.path.realpath(folder))
    while not there.exists():
        there = there.parent
    _try_to_write(there, path)


def _check_regular(path: Path) -> None:
    if path.exists() and not path.is_file():
        # Put in the place of /dev/null, an export would break the whole machine.
        facts = {"name": path.name, "folder": path.parent}
        raise ExportError(make_problem("", "not_written_irregular", facts=facts))


def _try_to_write(folder: Path, path: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ExportError(make_unwritten_problem(path, error)) from error


def make_unwritten_problem(path: Path, error: OSError) -> Problem:
    """Make the problem that says why the system did not write a file or folder.

    Parameters
    ----------
    path : Path
    error : OSError

    Returns
    -------
    Problem
    """
    facts: dict[str, object] = {"name": path.name, "folder": path.parent}
    if error.errno in _CAUSES:
        return make_problem("", "not_written_cause", facts={**facts, "cause_message": _CAUSES[error.errno]})
    return make_problem("", "not_written_system", facts={**facts, "reason": error.strerror or type(error).__name__})


def get_umask() -> int:
    """Return the bits of a file's mode that the process takes away."""
    # To ask the process is to set it, for all its threads; Linux tells it besides.
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    current = os.umask(0)
    os.umask(current)
    return current
