"""The catalogue's files as they were checked: one SHA-256 a file, compared before a file is believed.

A flipped bit in a table is still a table: only its hash tells. People may edit the catalogue; whoever does renews the
manifest with ``pilotzones manifest``. Folders that the manifest does not know, such as a user's own programme, have no
hashes. The polygons have theirs in ``sources/boundaries.toml``, which is itself listed here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from pilotzones.data import DATA
from pilotzones.geo.errors import CatalogueError, Problem, make_problem, raise_problems
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.files.csv_reader import read_records

__all__ = ["MANIFEST", "build_manifest", "check_manifest", "read_checked", "write_manifest"]

MANIFEST: Final = "manifest.sha256"
_FOLDERS: Final = ("documents", "places", "programmes", "sources", "themes")
_SUFFIXES: Final = (".csv", ".toml", ".txt", ".json")


def build_manifest(folder: Path = DATA) -> str:
    """Compose the manifest that fits the files as they are now.

    Parameters
    ----------
    folder : Path, optional
        The catalogue.

    Returns
    -------
    str
        A line a file, as ``sha256sum`` writes and checks it, sorted by path.
    """
    return "".join(f"{_hash_file(folder / name)}  {name}\n" for name in _list_names(folder))


def write_manifest(folder: Path = DATA) -> int:
    """Write the manifest anew.

    Parameters
    ----------
    folder : Path, optional
        The catalogue.

    Returns
    -------
    int
        Files listed.

    Raises
    ------
    ExportError
        When it cannot be written.
    """
    text = build_manifest(folder)
    write_atomically(folder / MANIFEST, text.encode())
    _read_manifest.cache_clear()
    return text.count("\n")


def check_manifest(under: str = "", *, folder: Path = DATA) -> list[Problem]:
    """Compare files of the catalogue with their hashes.

    Parameters
    ----------
    under : str, optional
        A folder of the catalogue, such as ``programmes/x``; everything by default. One that the manifest does not
        mention has nothing to be compared with.
    folder : Path, optional
        The catalogue.

    Returns
    -------
    list of Problem
        One for each file that is missing, altered or not listed.
    """
    try:
        listed = _read_manifest(folder)
    except CatalogueError as error:
        return list(error.problems)
    prefix = f"{under}/" if under else ""
    known = {name: digest for name, digest in listed.items() if name.startswith(prefix)}
    if not known:
        return []
    here = _list_names(folder, under)
    problems = [_report_unlisted(name) for name in here if name not in known]
    for name, digest in known.items():
        path = folder / name
        if not path.is_file():
            problems.append(make_problem(f"data/{name}", "checked_missing"))
        elif _hash_file(path) != digest:
            problems.append(_report_altered(name))
    return problems


def read_checked(name: str, *, folder: Path = DATA) -> bytes:
    """Read a file of the catalogue, believed only if it is the one that was checked.

    Parameters
    ----------
    name : str
        Its path in the catalogue, such as ``places/aliases.csv``.
    folder : Path, optional
        The catalogue.

    Returns
    -------
    bytes

    Raises
    ------
    CatalogueError
        When the file is missing or altered; the text names it.
    """
    digest = _read_manifest(folder).get(name)
    try:
        content = (folder / name).read_bytes()
    except FileNotFoundError:
        content = b""
    if digest is None or hashlib.sha256(content).hexdigest() != digest:
        raise_problems(
            CatalogueError, "catalogue", [_report_unlisted(name) if digest is None else _report_altered(name)]
        )
    return content


def read_checked_records(name: str) -> list[dict[str, str]]:
    """Read a table of the catalogue as `read_checked` reads a file, as one record a row."""
    return read_records(read_checked(name).decode("utf-8"))[1]


def _report_altered(name: str) -> Problem:
    return make_problem(f"data/{name}", "checked_altered")


def _report_unlisted(name: str) -> Problem:
    return make_problem(f"data/{name}", "checked_unlisted")


@cache
def _read_manifest(folder: Path) -> Mapping[str, str]:
    """Read hashes by path; a line that is none is an error, because a bit may flip in the manifest too."""
    path = folder / MANIFEST
    listed = {}
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        lines = []
    for line in lines:
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or set(digest) - set("0123456789abcdef") or not name.startswith(_FOLDERS):
            lines = []
            break
        listed[name] = digest
    if not lines:
        problem = make_problem(f"data/{MANIFEST}", "manifest_damaged")
        raise_problems(CatalogueError, "catalogue", [problem])
    return listed


def _list_names(folder: Path, under: str = "") -> list[str]:
    parts = (under,) if under else _FOLDERS
    found = (path for part in parts for path in (folder / part).rglob("*") if path.suffix in _SUFFIXES)
    return sorted(path.relative_to(folder).as_posix() for path in found if path.is_file())


def _hash_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
