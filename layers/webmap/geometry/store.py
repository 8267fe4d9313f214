"""Geometry waiting for browsers: content-addressed, compressed once, bounded.

A page asks for the catalogue's geometry by the hash of its content, so an address never means two things: browsers and
proxies keep it for ever, and two visitors with the same layer share one copy. What a visitor brought or pointed at has an
address that nobody can work out from the content, and goes with their session. The store holds no more than a set number of
bytes; what was asked for longest ago goes first. The standard layers are pinned and stay.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from pilotzones.geo.errors import PilotzonesError

__all__ = ["AnyStore", "GeometryStore", "PrivateGeometryStore", "StoreError", "StoredGeometry", "get_shared_store"]

_ADDRESS = re.compile(r"geometry/([0-9a-f]{64})\.json")
_COMPRESSION = 6  # level 9 takes three times as long for 1 % less


class StoreError(PilotzonesError):
    """A geometry does not fit into the store, or an address is not one of the store's."""


@dataclass(frozen=True, slots=True)
class StoredGeometry:
    """One geometry file as it travels.

    Parameters
    ----------
    key : str
        64 hexadecimal digits: the hash of the plain content, or for a visitor's geometry a keyed hash of it.
    gzipped : bytes
        The content, compressed.
    pinned : bool
        Whether it stays whatever else comes.
    owner : str
        Session whose visitor alone may know the address; "" for what everybody may see.
    """

    key: str
    gzipped: bytes
    pinned: bool
    owner: str = ""

    @property
    def address(self) -> str:
        """Where a browser finds it, relative to the root of the site."""
        return f"geometry/{self.key}.json"

    def decompress(self) -> bytes:
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
        return self._put(hashlib.sha256(content).hexdigest(), content, pinned=pinned)

    def put_private(self, content: bytes, *, owner: str, secret: bytes) -> str:
        """Keep what belongs to one visitor, under an address that cannot be guessed from the content.

        Parameters
        ----------
        content : bytes
            A geometry file, uncompressed.
        owner : str
            Session it goes with.
        secret : bytes
            What the address is keyed with.

        Returns
        -------
        str
            ``geometry/<key>.json``; the same for the same content and secret.

        Raises
        ------
        StoreError
            When the content is larger than what the store may hold beside its pinned entries.
        """
        return self._put(hmac.new(secret, content, hashlib.sha256).hexdigest(), content, pinned=False, owner=owner)

    def _put(self, key: str, content: bytes, *, pinned: bool, owner: str = "") -> str:
        with self._lock:
            known = self._entries.get(key)
            if known is not None and (known.pinned or not pinned):
                self._entries.move_to_end(key)
                return known.address
        # Compress outside the lock: a large layer takes a second, and others are being served meanwhile. A fixed
        # time stamp keeps equal content equal in its compressed form too.
        gzipped = known.gzipped if known is not None else gzip.compress(content, _COMPRESSION, mtime=0)
        return self._keep(StoredGeometry(key, gzipped, pinned, owner))

    def drop_private(self, *, keep: Collection[str]) -> None:
        """Drop what belongs to sessions that have ended.

        Parameters
        ----------
        keep : collection of str
            Sessions that have not.
        """
        with self._lock:
            for key, entry in list(self._entries.items()):
                if entry.owner and entry.owner not in keep:
                    del self._entries[key]
                    self._held -= len(entry.gzipped)

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
        previous = self._entries.get(entry.key)
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
        self._entries[entry.key] = entry
        self._entries.move_to_end(entry.key)
        self._held += size
        self._evict(keep=entry.key)

    def _evict(self, *, keep: str) -> None:
        for key, entry in list(self._entries.items()):
            if self._held <= self._limit:
                return
            if entry.pinned or key == keep:
                continue
            del self._entries[key]
            self._held -= len(entry.gzipped)

    def get(self, key: str) -> StoredGeometry | None:
        """Return the entry with this key and mark it as just used; None when it is not held.

        Parameters
        ----------
        key : str
            64 hexadecimal digits.

        Returns
        -------
        StoredGeometry or None
        """
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def find_entry(self, address: str) -> StoredGeometry | None:
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
            When `address` is not of the form ``geometry/<64 hexadecimal digits>.json``.
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


class PrivateGeometryStore:
    """One visitor's part of a store: whatever is put here can be fetched by them alone.

    Parameters
    ----------
    shared : GeometryStore
        Where it is kept, within the bound for all.
    owner : str
        Session it goes with.
    """

    def __init__(self, shared: GeometryStore, owner: str) -> None:
        self._shared = shared
        self._owner = owner
        self._secret = secrets.token_bytes(32)

    def put(self, content: bytes, *, pinned: bool = False) -> str:  # noqa: ARG002
        """Keep `content` and return its address; nothing of a visitor is pinned."""
        return self._shared.put_private(content, owner=self._owner, secret=self._secret)

    def find_entry(self, address: str) -> StoredGeometry | None:
        """Return the entry an address points to, or None when it is no longer held."""
        return self._shared.find_entry(address)


AnyStore: TypeAlias = "GeometryStore | PrivateGeometryStore"
_SHARED = GeometryStore()


def get_shared_store() -> GeometryStore:
    """Return the store of this process: pages put into it, the routes serve from it."""
    return _SHARED
