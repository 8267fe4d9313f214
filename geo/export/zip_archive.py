"""Several files as one: the same files give the same bytes, and no name leads out of the folder."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pilotzones.geo.errors import ExportError, make_problem

__all__ = ["count_entries", "make_safe_name", "make_zip"]

# Two dots in a row mean the folder above.
_UNSAFE: Final = re.compile(r"(?:[^\w.-]|\.{2,})+")
_MAX_NAME_CHARS: Final = 120
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_ORDINARY_FILE: Final = 0o100644 << 16


def make_safe_name(text: str) -> str:
    """Turn a text into the name of a file, in whatever folder: letters, digits, ``_``, ``-`` and ``.``.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Never empty, never with a dot first; what is not allowed becomes ``_``.
    """
    return _UNSAFE.sub("_", text).strip("._")[:_MAX_NAME_CHARS] or "layer"


def make_zip(files: Mapping[str, bytes], *, when: str = "") -> bytes:
    """Pack files in a zip archive.

    Parameters
    ----------
    files : mapping of str to bytes
        By name; names go through `make_safe_name`.
    when : str, optional
        Time of all files, ISO 8601; 1980 by default.

    Returns
    -------
    bytes

    Raises
    ------
    ExportError
        When two files have one name.
    """
    stamp = datetime.fromisoformat(when).timetuple()[:6] if when else _EPOCH
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(make_safe_name(name), max(stamp, _EPOCH))
            if entry.filename in archive.namelist():
                raise ExportError(make_problem("", "names_alike", facts={"name": entry.filename}))
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _ORDINARY_FILE, 3
            archive.writestr(entry, content)
    return stream.getvalue()


def count_entries(content: bytes) -> int:
    """Count the files of an archive, each of which can be unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return 0 if archive.testzip() else len(archive.namelist())
