"""Read a file that somebody names: a regular one, and no more of it than is allowed.

A pipe would hold the reader for ever, and a device need not end.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

__all__ = ["MAX_TEXT_BYTES", "read_input_file"]

# A table, a decision list, a head of a programme [byte].
MAX_TEXT_BYTES: Final = 50_000_000


def read_input_file(path: Path, *, max_bytes: int = MAX_TEXT_BYTES) -> bytes:
    """Read a regular file.

    Parameters
    ----------
    path : Path
    max_bytes : int, optional
        [byte]

    Returns
    -------
    bytes

    Raises
    ------
    OSError
        When it is missing, a folder, a pipe or a device, or larger than `max_bytes`; ``strerror`` says which.
    """
    # Without waiting for a writer, should it be a pipe.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise OSError(errno.EFBIG, f"it has more than {max_bytes:,} bytes", str(path))
    return content
