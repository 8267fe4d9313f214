"""Names of a zip's members: two that are one to some reader, whichever of them that reader takes."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable

__all__ = ["find_twins", "fold_member_name"]


def fold_member_name(name: str) -> str:
    """Return what the name of a member has in common with all spellings of it.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        The same for names that differ in case, in the form of their characters, or in the way their folder is written.
    """
    path = posixpath.normpath(name.replace("\\", "/")).lstrip("/")
    return unicodedata.normalize("NFC", path).casefold()


def find_twins(names: Iterable[str]) -> tuple[str, str] | None:
    """Find two members that are one to some reader.

    Parameters
    ----------
    names : iterable of str
        Of all members, folders excepted.

    Returns
    -------
    (str, str) or None
        The first two; None when all differ.
    """
    seen: dict[str, str] = {}
    for name in names:
        key = fold_member_name(name)
        if key in seen:
            return seen[key], name
        seen[key] = name
    return None
