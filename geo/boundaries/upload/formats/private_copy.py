"""A copy of a user's file that nothing changes while it is read, under a name of ours: no name is ever a path."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilotzones.geo.boundaries.upload.formats.archive import DATA_SUFFIX, NEEDED, PARTS
from pilotzones.geo.boundaries.upload.formats.file_type import HEAD_BYTES, KINDS, detect_kind, explain_foreign_format
from pilotzones.geo.boundaries.upload.raw_features import make_refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pilotzones.geo.boundaries.upload.formats.file_type import Kind
    from pilotzones.geo.files.limits import Limits

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
        text = f"the file cannot be read: {error.strerror or 'the system refused'}"
        raise make_refusal(file, text, "no_file") from error


def _copy(path: Path, folder: Path, file: str, limits: Limits) -> PrivateCopy:
    size = path.stat().st_size if path.is_file() else None
    if size is None:
        raise make_refusal(file, "there is no such file", "no_file")
    if not size:
        raise make_refusal(file, "the file is empty", "no_file")
    if size > limits.file_bytes:
        text = f"the file has {size:,} bytes; at most {limits.file_bytes:,} are read"
        raise make_refusal(file, text, "too_large")
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    kind = detect_kind(head, file)
    foreign = explain_foreign_format(head, file)
    if kind is None or foreign is not None:
        text = foreign or f"the content is of no kind that is read here: {KINDS}"
        raise make_refusal(file, text, "wrong_kind")
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
        what = "shapefile" if suffix == ".shp" else "MapInfo table"
        text = f"a {what} needs its {' and '.join(missing)} beside it: pack all parts into one zip"
        raise make_refusal(file, text, "incomplete")
    if sum(other.stat().st_size for other in beside.values()) > limits.unpacked_bytes:
        text = f"the parts of the file have more than {limits.unpacked_bytes:,} bytes"
        raise make_refusal(file, text, "too_large")
    copied = [target]
    for part in PARTS[suffix][1:]:
        if part in beside:
            copied.append(target.with_suffix(part))
            shutil.copyfile(beside[part], copied[-1])
    return copied


def _copy_geodatabase(path: Path, folder: Path, file: str, limits: Limits) -> PrivateCopy:
    parts = sorted(part for part in path.iterdir() if part.is_file() and not part.is_symlink())
    if not any(part.suffix.lower() == ".gdbtable" for part in parts):
        raise make_refusal(file, "this is a folder, and no File Geodatabase: name the file in it", "wrong_kind")
    if len(parts) > limits.members or sum(part.stat().st_size for part in parts) > limits.unpacked_bytes:
        text = f"the folder has more than {limits.members} files or {limits.unpacked_bytes:,} bytes"
        raise make_refusal(file, text, "too_large")
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
