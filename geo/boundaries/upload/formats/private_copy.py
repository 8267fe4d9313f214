"""A copy of a user's file that nothing changes while it is read, under a name of ours: no name is ever a path."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pilotzones.geo.boundaries.upload.formats.archive import DATA_SUFFIX, NEEDED, PARTS
from pilotzones.geo.boundaries.upload.formats.file_type import HEAD_BYTES, Kind, detect_kind, find_foreign_format
from pilotzones.geo.boundaries.upload.raw_features import make_refusal
from pilotzones.geo.sandbox.limits import Limits

__all__ = ["PrivateCopy", "copy_file"]


@dataclass(frozen=True)
class PrivateCopy:
    """A copy of a file.

    Parameters
    ----------
    path : Path
    kind : str
    sha256 : str
        Of the file; of several parts, that of their hashes in the order of the parts.
    """

    path: Path
    kind: Kind
    sha256: str


def copy_file(path: Path, folder: Path, *, file: str, limits: Limits) -> PrivateCopy:
    """Copy a file, with its parts where it has some, or a File Geodatabase, which is a folder.

    Parameters
    ----------
    path : Path
    folder : Path
        Where the copy goes.
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    PrivateCopy

    Raises
    ------
    IntakeError
        When there is no such file, or it is empty, too large, incomplete or of no kind that is read.
    """
    try:
        return _copy_geodatabase(path, folder, file, limits) if path.is_dir() else _copy(path, folder, file, limits)
    except OSError as error:
        raise make_refusal(file, "no_file-system", reason=error.strerror or type(error).__name__) from error


def _copy(path: Path, folder: Path, file: str, limits: Limits) -> PrivateCopy:
    size = path.stat().st_size if path.is_file() else None
    if size is None:
        raise make_refusal(file, "no_file-irregular" if path.exists() else "no_file-missing")
    if not size:
        raise make_refusal(file, "no_file-empty")
    if size > limits.file_bytes:
        raise make_refusal(file, "too_large-bytes", bytes=f"{size:,}", most=f"{limits.file_bytes:,}")
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    kind = detect_kind(head, file)
    foreign = find_foreign_format(head, file)
    if kind is None or foreign is not None:
        raise make_refusal(file, foreign or "wrong_kind-unknown")
    suffix = ".mif" if kind == "mapinfo" and not head.lstrip().startswith(b"!") else DATA_SUFFIX[kind]
    target = folder / f"input{suffix}"
    shutil.copyfile(path, target)
    if suffix not in PARTS:
        return PrivateCopy(target, kind, _hash_file(target))
    return PrivateCopy(target, kind, _join_hashes(_copy_parts(path, target, file, limits)))


def _copy_parts(path: Path, target: Path, file: str, limits: Limits) -> list[Path]:
    suffix = target.suffix
    beside = {
        other.suffix.lower(): other
        for other in sorted(path.parent.iterdir())
        if other.stem == path.stem and other.suffix.lower() in PARTS[suffix][1:] and other.is_file()
    }
    missing = [part for part in NEEDED[suffix] if part not in beside]
    if missing:
        code = "incomplete-shapefile" if suffix == ".shp" else "incomplete-mapinfo"
        raise make_refusal(file, code, parts=", ".join(missing))
    if sum(other.stat().st_size for other in beside.values()) > limits.unpacked_bytes:
        raise make_refusal(file, "too_large-parts", most=f"{limits.unpacked_bytes:,}")
    copied = [target]
    for part in PARTS[suffix][1:]:
        if part in beside:
            copied.append(target.with_suffix(part))
            shutil.copyfile(beside[part], copied[-1])
    return copied


def _copy_geodatabase(path: Path, folder: Path, file: str, limits: Limits) -> PrivateCopy:
    parts = sorted(part for part in path.iterdir() if part.is_file() and not part.is_symlink())
    if not any(part.suffix.lower() == ".gdbtable" for part in parts):
        raise make_refusal(file, "wrong_kind-folder")
    if len(parts) > limits.members or sum(part.stat().st_size for part in parts) > limits.unpacked_bytes:
        most = {"members": limits.members, "bytes": f"{limits.unpacked_bytes:,}"}
        raise make_refusal(file, "too_large-folder", **most)
    target = folder / "input.gdb"
    target.mkdir()
    copied = [target / part.name.lower() for part in parts]
    for part, copy in zip(parts, copied, strict=True):
        shutil.copyfile(part, copy)
    return PrivateCopy(target, "filegdb", _join_hashes(copied))


def _join_hashes(paths: Iterable[Path]) -> str:
    return hashlib.sha256("".join(map(_hash_file, paths)).encode()).hexdigest()


def _hash_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
