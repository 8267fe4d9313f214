"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pilotzones.geo.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["describe_cause", "get_umask", "write_atomically"]

_CAUSES = {
    errno.ENOSPC: "the disk is full",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "the folder may not be written to",
    errno.EPERM: "the folder may not be written to",
    errno.EDQUOT: "the disk quota is used up",
    errno.ENOENT: "the folder does not exist",
    errno.EFBIG: "the file would grow larger than is allowed",
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
        if path.exists() and not path.is_file():
            # Put in the place of /dev/null, an export would break the whole machine.
            raise ExportError(f"{path.name} was not written: it is no ordinary file ({path.parent})")
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
        raise ExportError(f"{path.name} was not written: {describe_cause(error)} ({path.parent})") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def describe_cause(error: OSError) -> str:
    """Describe in words why the system refused.

    Parameters
    ----------
    error : OSError

    Returns
    -------
    str
    """
    return _CAUSES.get(error.errno or 0, error.strerror or "the system refused")


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
