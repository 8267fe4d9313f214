"""The store of geometry: content-addressed, bounded, pinned entries stay, safe with threads."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.layers.webmap.geometry.store import GeometryStore, PrivateGeometryStore, StoreError, get_shared_store
from tests.helpers.examples import examples


def noise(number: int, size: int = 1000) -> bytes:
    """Bytes that do not compress, different for each number."""
    seed = hashlib.sha256(str(number).encode()).digest()
    return b"".join(hashlib.sha256(seed + bytes([i % 256, i // 256])).digest() for i in range(size // 32))


def test_the_address_is_the_hash_of_the_content() -> None:
    store = GeometryStore()
    content = '{"name":"县"}'.encode()
    address = store.put(content)
    assert address == f"geometry/{hashlib.sha256(content).hexdigest()}.json"
    assert store.put(content) == address
    assert len(store) == 1
    entry = store.find_entry(address)
    assert entry is not None
    assert entry.decompress() == content
    assert entry.address == address


def test_the_oldest_unused_entry_goes_first() -> None:
    store = GeometryStore(limit=3500)
    first, second, third = (store.put(noise(number)) for number in range(3))
    assert store.find_entry(first) is not None  # used: now the second is the oldest
    fourth = store.put(noise(3))
    assert store.find_entry(second) is None
    assert all(store.find_entry(address) is not None for address in (first, third, fourth))


def test_pinned_entries_stay_and_pinning_can_come_later() -> None:
    store = GeometryStore(limit=3500)
    early = store.put(noise(0))
    store.put(noise(0), pinned=True)
    store.put(noise(0))
    for number in range(1, 20):
        store.put(noise(number))
    assert store.find_entry(early) is not None


def test_what_cannot_fit_is_refused_and_nothing_is_lost() -> None:
    store = GeometryStore(limit=2500)
    kept = store.put(noise(0), pinned=True)
    with pytest.raises(StoreError, match="does not fit"):
        store.put(noise(1, 5000))
    assert store.find_entry(kept) is not None
    with pytest.raises(StoreError):
        GeometryStore(limit=0)
    with pytest.raises(StoreError):
        store.find_entry("geometry/../../etc/passwd")


@examples(30)
@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), max_size=40))
def test_the_store_never_holds_more_than_its_limit(puts: list[tuple[int, bool]]) -> None:
    store = GeometryStore(limit=4500)
    pinned: set[str] = set()
    for number, pin in puts:
        try:
            address = store.put(noise(number), pinned=pin)
        except StoreError:
            continue
        assert store.find_entry(address) is not None
        if pin:
            pinned.add(address)
        assert store.held_bytes <= 4500
        assert all(store.find_entry(address) is not None for address in pinned)


def test_many_threads_see_whole_entries() -> None:
    store = GeometryStore(limit=20_000)

    def work(number: int) -> bool:
        address = store.put(noise(number % 12))
        entry = store.find_entry(address)
        return entry is None or entry.decompress() == noise(number % 12)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
    held = [store.get(hashlib.sha256(noise(number)).hexdigest()) for number in range(12)]
    assert store.held_bytes == sum(len(entry.gzipped) for entry in held if entry is not None)


def test_a_process_has_one_store() -> None:
    assert get_shared_store() is get_shared_store()


def test_the_address_of_a_visitors_geometry_does_not_follow_from_its_content() -> None:
    store = GeometryStore()
    content = b'{"type":"FeatureCollection"}'
    one, other = PrivateGeometryStore(store, "one"), PrivateGeometryStore(store, "other")
    addresses = {store.put(content), one.put(content), other.put(content)}
    assert len(addresses) == 3
    assert one.put(content) in addresses
    entry = one.find_entry(one.put(content))
    assert entry is not None
    assert (entry.decompress(), entry.owner, entry.pinned) == (content, "one", False)
