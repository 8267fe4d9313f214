"""Geometry waiting for browsers: content-addressed, compressed once, bounded.

A page asks for geometry by the hash of its content, so an address never means two things: browsers and proxies keep it
for ever, and two visitors with the same layer share one copy. The store holds no more than a set number of bytes; what
was asked for longest ago goes first. The standard layers are pinned and stay.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass

from pilotzones.geo.errors import PilotzonesError

__all__ = ["GeometryStore", "StoreError", "StoredGeometry", "get_shared_store"]

_ADDRESS = re.compile(r"geometry/([0-9a-f]{64})\.json")
_COMPRESSION = 6  # level 9 takes three times as long for 1 % less


class StoreError(PilotzonesError):
    """A geometry does not fit into the store, or an address is not one of the store's."""


@dataclass(frozen=True, slots=True)
class StoredGeometry:
    """One geometry file as it travels.

    Parameters
    ----------
    sha256 : str
        Hash of the plain content, 64 hexadecimal digits.
    gzipped : bytes
        The content, compressed.
    pinned : bool
        Whether it stays whatever else comes.
    """

    sha256: str
    gzipped: bytes
    pinned: bool

    @property
    def address(self) -> str:
        """Where a browser finds it, relative to the root of the site."""
        return f"geometry/{self.sha256}.json"

    def plain(self) -> bytes:
        """Return the content as it was put."""
        return gzip.decompress(self.gzipped)


class GeometryStore:
    """Compressed geometry files by content hash; safe to use from several threads.

    Parameters
    ----------
    limit : int
        Most bytes of compressed content held [byte]. Pinned entries count, but are never dropped.

    Raises
    ------
    StoreError
        When `limit` is not positive.
    """

    def __init__(self, *, limit: int = 256 * 1024 * 1024) -> None:
        if limit <= 0:
            raise StoreError(f"the limit of a geometry store must be positive, not {limit}")
        self._limit = limit
        self._entries: OrderedDict[str, StoredGeometry] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def put(self, content: bytes, *, pinned: bool = False) -> str:
        """Keep `content` and return its address; putting it again costs one hash.

        Parameters
        ----------
        content : bytes
            A geometry file, uncompressed.
        pinned : bool
            Keep it until the process ends. A later put can pin, never unpin.

        Returns
        -------
        str
            ``geometry/<sha256>.json``.

        Raises
        ------
        StoreError
            When the content is larger than what the store may hold beside its pinned entries.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        with self._lock:
            known = self._entries.get(sha256)
            if known is not None and (known.pinned or not pinned):
                self._entries.move_to_end(sha256)
                return known.address
        # Compress outside the lock: a large layer takes a second, and others are being served meanwhile. A fixed
        # time stamp keeps equal content equal in its compressed form too.
        gzipped = known.gzipped if known is not None else gzip.compress(content, _COMPRESSION, mtime=0)
        return self._keep(StoredGeometry(sha256, gzipped, pinned))

    def put_gzipped(self, gzipped: bytes, *, pinned: bool = False) -> str:
        """Keep content that is compressed already, under the hash of what it contains.

        Parameters
        ----------
        gzipped : bytes
            A geometry file, compressed.
        pinned : bool
            Keep it until the process ends.

        Returns
        -------
        str
            ``geometry/<sha256>.json``.

        Raises
        ------
        StoreError
            When the content is larger than what the store may hold beside its pinned entries.
        """
        plain = gzip.decompress(gzipped)
        return self._keep(StoredGeometry(hashlib.sha256(plain).hexdigest(), gzipped, pinned))

    def _keep(self, entry: StoredGeometry) -> str:
        with self._lock:
            self._insert(entry)
        return entry.address

    def _insert(self, entry: StoredGeometry) -> None:
        previous = self._entries.get(entry.sha256)
        if previous is not None and previous.pinned:
            return
        size = len(entry.gzipped)
        fixed = sum(len(other.gzipped) for other in self._entries.values() if other.pinned)
        if fixed + size > self._limit:
            raise StoreError(
                f"a geometry of {size} bytes (compressed) does not fit: the store holds at most {self._limit}, "
                f"of which {fixed} are pinned; simplify the geometry or raise the limit"
            )
        if previous is not None:
            self._held -= len(previous.gzipped)
        self._entries[entry.sha256] = entry
        self._entries.move_to_end(entry.sha256)
        self._held += size
        self._evict(keep=entry.sha256)

    def _evict(self, *, keep: str) -> None:
        for sha256, entry in list(self._entries.items()):
            if self._held <= self._limit:
                return
            if entry.pinned or sha256 == keep:
                continue
            del self._entries[sha256]
            self._held -= len(entry.gzipped)

    def get(self, sha256: str) -> StoredGeometry | None:
        """Return the entry with this hash and mark it as just used; None when it is not held.

        Parameters
        ----------
        sha256 : str
            64 hexadecimal digits.

        Returns
        -------
        StoredGeometry or None
        """
        with self._lock:
            entry = self._entries.get(sha256)
            if entry is not None:
                self._entries.move_to_end(sha256)
            return entry

    def at(self, address: str) -> StoredGeometry | None:
        """Return the entry an address points to, or None when it is no longer held.

        Parameters
        ----------
        address : str
            What `put` returned.

        Returns
        -------
        StoredGeometry or None

        Raises
        ------
        StoreError
            When `address` is not of the form ``geometry/<sha256>.json``.
        """
        match = _ADDRESS.fullmatch(address)
        if match is None:
            raise StoreError(f"not an address of a geometry: {address!r}")
        return self.get(match[1])

    @property
    def held_bytes(self) -> int:
        """Compressed bytes held at present [byte]."""
        with self._lock:
            return self._held

    def __len__(self) -> int:
        with self._lock:
            return len(self._entries)


_SHARED = GeometryStore()


def get_shared_store() -> GeometryStore:
    """Return the store of this process: pages put into it, the routes serve from it."""
    return _SHARED
