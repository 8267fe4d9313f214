"""Folders written whole or not at all.

A folder that is there already is replaced only when it is one of ours and holds nothing else: a file in it says what
belongs to it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.files.atomic_file import check_writable, get_umask, make_unwritten_problem

__all__ = ["MANIFEST", "check_folder", "replace_folder", "write_folder"]

MANIFEST: Final = "pilotzones.json"
_GENERATOR: Final = "pilotzones"


def write_folder(folder: Path, files: Mapping[str, bytes], *, about: Mapping[str, object]) -> None:
    """Write a folder so that a reader finds the old one, the new one, or (for a moment) none, never a mixture.

    Parameters
    ----------
    folder : Path
        Where to. An empty folder or one that was written by this function is replaced; a link is followed.
    files : mapping of str to bytes
        Content by path inside the folder, parts separated by ``/``.
    about : mapping
        JSON values for the file that marks the folder as ours.

    Raises
    ------
    ExportError
        When something else is there, or the folder cannot be written; what was there is untouched.
    """
    target = Path(os.path.realpath(folder))
    manifest = _read_manifest(files, about)
    _check_names(files)
    check_folder(target)

    def write(fresh: Path) -> None:
        for name, content in {**files, MANIFEST: manifest}.items():
            _write(fresh / name, content)

    replace_folder(target, write)


def replace_folder(target: Path, write: Callable[[Path], None]) -> None:
    """Put a new folder in the place of another, or of none.

    Parameters
    ----------
    target : Path
        Where to, links followed; the caller has checked that what is there may go.
    write : callable
        Called with an empty folder of the same name, which it fills; what it raises leaves the old folder as it was.

    Raises
    ------
    ExportError
        When the folder cannot be written; what was there is untouched.
    """
    container: Path | None = None
    done = False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        container = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent))
        fresh = container / "new" / target.name
        fresh.mkdir(parents=True)
        write(fresh)
        for place in (fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
            place.chmod(0o777 & ~get_umask())
        _swap(fresh, target, container / "old")
        done = True
    except OSError as error:
        raise ExportError(make_unwritten_problem(target, error)) from error
    finally:
        if container is not None:
            # Were the old folder still in here, it would be the only copy there is.
            keep = not done and (container / "old").exists()
            shutil.rmtree(container / "new" if keep else container, ignore_errors=True)


def _read_manifest(files: Mapping[str, bytes], about: Mapping[str, object]) -> bytes:
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    manifest = {"generator": _GENERATOR, "about": dict(about), "files": listed}
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def _check_names(files: Mapping[str, bytes]) -> None:
    for name in files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or str(path) != name or name == MANIFEST:
            raise ExportError(make_problem("", "name_in_folder", facts={"name": name}))


def check_folder(folder: Path) -> None:
    """Refuse a folder that `write_folder` would refuse, before the work that it is for.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    ExportError
        When something else is there, or the folder cannot be written.
    """
    target = Path(os.path.realpath(folder))
    check_writable(target.parent, target)
    if not target.exists():
        return
    if not target.is_dir():
        raise ExportError(make_problem(str(target), "folder_is_file"))
    if not any(target.iterdir()):
        return
    known = _list_known_files(target)
    if known is None:
        raise ExportError(make_problem(str(target), "folder_foreign"))
    strangers = sorted(
        str(path.relative_to(target))
        for path in target.rglob("*")
        if not (path.is_dir() and not path.is_symlink()) and path.relative_to(target).as_posix() not in known
    )
    if strangers:
        # Replacing must not take away what somebody put beside our files.
        raise ExportError(make_problem(str(target), "folder_strangers", facts={"names": ", ".join(strangers[:3])}))


def _list_known_files(target: Path) -> set[str] | None:
    """List files that belong to a folder of ours; None when it is not one."""
    try:
        manifest = json.loads((target / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    if (
        not isinstance(manifest, dict)
        or manifest.get("generator") != _GENERATOR
        or not isinstance(manifest.get("files"), dict)
    ):
        return None
    return {MANIFEST, *manifest["files"]}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    if path.read_bytes() != content:
        raise ExportError(make_problem("", "not_written_altered", facts={"name": path.name}))


def _swap(fresh: Path, target: Path, old: Path) -> None:
    if not target.exists():
        fresh.rename(target)
        return
    target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise
