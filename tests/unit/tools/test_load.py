"""The visitors of the load test do what they say: they change filters of the real page, each on the source of its link."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from tests.helpers.browsing import ROOT
from tools import load

sys.path.insert(0, str(ROOT / "bench"))
from tools import trust  # from the folder that was added

_MET = {"no_error": True, "memory_below_1000_mb": True, "memory_below_5_mb_per_min": True}
_FOUND = {
    "sessions": 20,
    "think_s": 1.0,
    "seconds": 120.0,
    "errors": 0,
    "rerun_p50_ms": 123.0,
    "rerun_p95_ms": 456.0,
    "memory_most_mb": 512.0,
    "memory_a_session_mb": 1.5,
    "memory_slope_mb_per_min": 2.0,
    "met": _MET,
}


@pytest.mark.slow
def test_a_visitor_changes_filters_on_the_source_of_its_link(address: str) -> None:
    port = urlsplit(address).port
    assert port

    async def visited(query: str) -> tuple[load.Figures, str, list[str]]:
        figures, seen = load.Figures(), []
        async with load.Visitor(port, figures, query=query) as visitor:
            await visitor.open()
            for click in load._CLICKS[:5]:
                await visitor.click(*click)
                seen.append(visitor._query)
            return figures, visitor._map, seen

    # A browser that another test has left open runs a loop in this thread, and two loops do not go together.
    with ThreadPoolExecutor(max_workers=1) as apart:
        both = [apart.submit(asyncio.run, visited(query)).result() for query in load._SOURCES["both"]]
    for figures, _, _ in both:
        assert figures.errors == []
        assert (len(figures.first_ms), len(figures.reruns_ms), figures.map_changes) == (1, 5, 5)
    assert both[0][1] != both[1][1]
    # What a browser would show as the address of the page.
    assert "source" not in both[0][2][0]
    assert all("source=amap" in query for query in both[1][2])
    assert ["region" in query for query in both[1][2]] == [True, True, False, False, False]
    assert ["task" in query for query in both[1][2]] == [False, True, True, True, True]


def test_memory_that_grows_is_told_from_memory_that_fills() -> None:
    minutes = [second / 60 for second in range(90)]
    filling = [(minute, 300.0 + min(minute * 60, 20), 20) for minute in minutes]
    assert load._compute_slope(filling) == pytest.approx(0)
    assert load._compute_slope([(minute, 300.0 + 7 * minute, 20) for minute in minutes]) == pytest.approx(7)
    assert load._compute_slope(filling[:20]) is None


@pytest.mark.parametrize(
    ("full", "met", "verdict"),
    [
        (True, {}, "yes"),
        (True, {"memory_below_5_mb_per_min": False}, "no"),
        (True, {"memory_below_1000_mb": False}, "no"),
        (False, {"memory_below_5_mb_per_min": None}, "measured by --full"),
    ],
)
def test_the_row_of_twenty_visitors(
    monkeypatch: pytest.MonkeyPatch, full: bool, met: dict[str, bool | None], verdict: str
) -> None:
    asked = SimpleNamespace(command=())

    def run(*command: str) -> dict[str, object]:
        asked.command = command
        return _FOUND | {"met": _MET | met}

    monkeypatch.setattr(trust, "_run", run)
    entry = next(entry for entry in trust.load_entries() if entry.get("run") == "clicking")
    row = trust._RUNS["clicking"](entry, full=full)
    assert row.met == verdict
    assert "0 errors, rerun p50 120 ms, p95 460 ms, memory at most 510 MB" in row.measured
    assert "MB a minute" in row.measured or not full
    flags = load.make_parser().parse_args(asked.command[1:])
    assert (flags.run, flags.sessions, flags.sources, flags.think) == ("sessions", 20, "both", 1.0)
