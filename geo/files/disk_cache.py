"""Geometry that was prepared, kept on disk between starts: encoded files only, nothing that is ever executed or unpickled.

A bundle is a zip archive of a few files behind its authentication code, under a key that names what they were made from: the
hash of the source and of the code that made them. The code (HMAC-SHA-256) is over the key and the archive, with a secret of
this user that does not lie in the cache: who can write there can neither exchange polygons nor rename one bundle to another.
Whatever is wrong with a bundle, or with the folder, the geometry is simply prepared again. A bundle that nobody has asked for
in a month, of another release perhaps, goes when a new one comes.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import os
import re
import secrets
import time
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.files.atomic_file import write_atomically

__all__ = ["get_bundle", "get_cache_folder", "make_code_key", "put_bundle"]

_KEY = re.compile(r"[0-9a-f]{64}")
_MAX_ENTRY_BYTES = 256 * 1024 * 1024  # bytes
_HASH = hashlib.sha256().digest_size
_UNUSED = 30 * 24 * 3600  # [s]


def get_cache_folder() -> Path | None:
    """Return where bundles lie, or None when no folder is set and there is no home.

    Returns
    -------
    Path or None
        ``$PILOTZONES_CACHE``, or ``pilotzones`` in the user's cache folder; an empty variable turns it off.
    """
    folder = os.environ.get("PILOTZONES_CACHE")
    if folder is not None:
        return Path(folder) if folder else None
    return _find_user_folder("XDG_CACHE_HOME", ".cache")


def _find_user_folder(variable: str, default: str) -> Path | None:
    base = os.environ.get(variable) or os.environ.get("LOCALAPPDATA")
    try:
        return (Path(base) if base else Path.home() / default) / "pilotzones"
    except RuntimeError:  # no home
        return None


def make_code_key(*made_from: str, code: Iterable[Path]) -> str:
    """Make the key of a bundle: another source, another release of the geometry library or changed code is another key.

    Parameters
    ----------
    *made_from : str
        Hash of the source, and what was made of it.
    code : iterable of Path
        What makes it: modules, and the texts that they put in.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for module in (Path(__file__), *code):
        digest.update(module.read_bytes())
    for text in (_get_shapely_version(), *made_from):
        digest.update(b"\0" + text.encode())
    return digest.hexdigest()


@cache
def _get_shapely_version() -> str:
    # Read from its metadata: importing it for its version takes longer than reading most bundles.
    return metadata.version("shapely")


def get_bundle(key: str) -> dict[str, bytes] | None:
    """Return the files of a bundle.

    Parameters
    ----------
    key : str
        From `make_code_key`.

    Returns
    -------
    dict of str to bytes, or None
        Content by name, as it was kept; None when there is no usable bundle.
    """
    path = _find_path(key)
    try:
        if path is None or not path.is_file() or path.stat().st_size > _MAX_ENTRY_BYTES:
            return None
        raw = path.read_bytes()
        # The archive's own sums do not cover its directory: one bit there, and an entry is gone without a word.
        if not hmac.compare_digest(_authenticate(key, memoryview(raw)[_HASH:]), raw[:_HASH]):
            return None
        with contextlib.suppress(OSError):  # a folder to read only
            # Its date tells when it was last of use.
            os.utime(path)
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > _MAX_ENTRY_BYTES:
                return None
            return {member.filename: archive.read(member) for member in members}
    except (OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return None


def put_bundle(key: str, files: Mapping[str, bytes]) -> bool:
    """Keep files as a bundle.

    Parameters
    ----------
    key : str
        From `make_code_key`.
    files : mapping of str to bytes
        Content by name; the archive does not compress it.

    Returns
    -------
    bool
        False when it could not be written; the next start then prepares them again.
    """
    path = _find_path(key)
    if path is None:
        return False
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = packed.getvalue()
        write_atomically(path, _authenticate(key, content) + content)
        _forget_unused(path.parent)
    except (OSError, PilotzonesError):
        return False
    return True


def _authenticate(key: str, content: bytes | memoryview) -> bytes:
    code = hmac.new(_load_secret(_find_user_folder("XDG_STATE_HOME", ".local/state")), key.encode(), hashlib.sha256)
    code.update(content)
    return code.digest()


@cache
def _load_secret(folder: Path | None) -> bytes:
    """Read this user's secret, or make one; where none can be kept, bundles of other processes are not believed."""
    fresh = secrets.token_bytes(_HASH)
    if folder is None:
        return fresh
    path = folder / "cache-secret"
    try:
        if not path.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = folder / f"cache-secret.{secrets.token_hex(8)}"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(fresh)
            # Another process may have been faster; a link never replaces its file.
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        secret = path.read_bytes()
    except OSError:
        return fresh
    return secret if len(secret) == _HASH else fresh


def _forget_unused(folder: Path) -> None:
    for bundle in folder.glob("*.bundle"):
        with contextlib.suppress(OSError):  # another server may have been faster
            if _KEY.fullmatch(bundle.stem) and time.time() - bundle.stat().st_mtime > _UNUSED:
                bundle.unlink()


def _is_trusted(folder: Path) -> bool:
    """Return whether nobody but this user can have put anything into a folder, as far as the system can say."""
    if not hasattr(os, "getuid"):
        return True
    try:
        status = folder.stat()
    except OSError:
        # It is not there yet, and will be made for this user alone.
        return True
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _find_path(key: str) -> Path | None:
    folder = get_cache_folder()
    if folder is not None and not _is_trusted(folder):
        return None
    return folder / f"{key}.bundle" if folder is not None and _KEY.fullmatch(key) else None
