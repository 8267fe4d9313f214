"""A process counts the processors that it may use, on any platform."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pilotzones.geo import processors
from pilotzones.geo.processors import count_processors


@pytest.fixture(autouse=True)
def no_quota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processors, "_QUOTA", tmp_path / "cpu.max")
    monkeypatch.setattr(processors, "_OLD_QUOTA", (tmp_path / "quota", tmp_path / "period"))


def _set_available(monkeypatch: pytest.MonkeyPatch, **counts: object) -> None:
    for name in ("process_cpu_count", "sched_getaffinity", "cpu_count"):
        monkeypatch.delattr(os, name, raising=False)
    for name, count in counts.items():
        monkeypatch.setattr(os, name, lambda *_, count=count: count, raising=False)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this platform binds no process")
def test_a_process_bound_to_one_processor_counts_one() -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert count_processors() == 1
    finally:
        os.sched_setaffinity(0, before)


def test_platforms_differ_in_what_they_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    for counts, expected in (
        ({"process_cpu_count": 3, "sched_getaffinity": {0}, "cpu_count": 8}, 3),
        ({"sched_getaffinity": {0, 5}, "cpu_count": 8}, 2),
        ({"cpu_count": 8}, 8),
        ({"cpu_count": None}, 1),
    ):
        with monkeypatch.context() as patch:
            _set_available(patch, **counts)
            found = count_processors()
        assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("max 100000", 8), ("150000 100000", 2), ("20000 100000", 1), ("1600000 100000", 8), ("", 8), ("1 0", 8)],
)
def test_a_container_gives_a_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: int) -> None:
    _set_available(monkeypatch, cpu_count=8)
    (tmp_path / "cpu.max").write_text(text)
    assert count_processors() == expected


@pytest.mark.parametrize(("quota", "expected"), [("-1", 8), ("300000", 3)])
def test_containers_of_old_systems_do_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str, expected: int
) -> None:
    _set_available(monkeypatch, cpu_count=8)
    (tmp_path / "quota").write_text(quota)
    (tmp_path / "period").write_text("100000\n")
    assert count_processors() == expected
