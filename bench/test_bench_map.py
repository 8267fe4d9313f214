"""What the benchmark of the map says of figures: which targets are judged, against whom, and what it says of a page that failed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from bench import bench_map
from tools.watching import SourceChange

_NAMES = ["zones", "tianditu", "amap"]


def _measure_all(only: list[str] | None = None) -> list[bench_map.Comparison]:
    """Make all matches, as if every candidate took a second and sent a kilobyte; the obvious ones a thousand times that."""
    plan = [match for match in bench_map.list_comparisons(quick=True) if match.name in (only or _NAMES)]
    for match in plan:
        for candidate in match.candidates:
            times = 1000 if candidate.name.startswith("obvious") else 10 if "pydeck" in candidate.name else 1
            candidate.cold_ms, candidate.warm_ms = [1000.0 * times], [100.0 * times]
            if candidate.changes:
                candidate.made = [SourceChange(100.0 * times, 1000 * times**2, 0, 5)] * 2
                candidate.frames, candidate.server_mb, candidate.page_mb = [60.0], [300.0], [30.0]
    return plan


def _compare_all(plan: list[bench_map.Comparison]) -> list[dict[str, Any]]:
    return [bench_map.compare(match) for match in plan]


def _print_result(result: dict[str, Any]) -> str:
    text = io.StringIO()
    Console(file=text, width=200).print(bench_map.as_table(result))
    return text.getvalue()


def test_targets_hold_beside_the_obvious_pages_only() -> None:
    found = bench_map.check_targets(_compare_all(_measure_all()))
    assert {one["rival"] for one in found} == {
        "",
        "obvious",
        "obvious, members only",
        "obvious, same layers",
        "smallest st_folium app",
    }
    assert all(one["met"] for one in found)
    against = [one["target"].split(":")[0] for one in found if one["rival"] == "obvious"]
    assert (against.count("Tianditu counties"), against.count("AMap counties")) == (3, 2)


@pytest.mark.parametrize("name", _NAMES)
def test_one_map_alone_is_judged_alone(name: str) -> None:
    every = bench_map.check_targets(_compare_all(_measure_all()))
    alone = bench_map.check_targets(_compare_all(_measure_all([name])))
    assert 0 < len(alone) < len(every)
    assert [one for one in every if one in alone] == alone


@pytest.mark.parametrize(("name", "ways"), [("tianditu", ["pydeck", "pydeck, by address"]), ("amap", ["pydeck"])])
def test_pydeck_is_on_both_maps_of_counties_and_compared(name: str, ways: list[str]) -> None:
    (result,) = _compare_all(_measure_all([name]))
    rivals = {rival["name"]: rival["times_better"] for rival in result["rivals"]}
    assert [way for way in rivals if "pydeck" in way] == ways
    for pydeck in ways:
        assert rivals[pydeck]["filter_change_p50_ms"] == pytest.approx(10)
        assert rivals[pydeck]["filter_change_bytes"] == pytest.approx(100)
    assert "painted in software" in _print_result(result)


def test_the_time_of_painting_is_told_beside_that_of_drawing() -> None:
    plan = _measure_all(["tianditu"])
    pydeck = next(one for one in plan[0].rivals if one.name == "pydeck")
    pydeck.made = [SourceChange(100.0, 1000, 0, 5, painted) for painted in (19_000.0, 21_000.0)]
    (result,) = _compare_all(plan)
    figures = {rival["name"]: rival for rival in result["rivals"]}
    assert figures["pydeck"]["filter_change_painted_ms"] == 20_000
    assert figures["pydeck"]["times_better"]["filter_change_p50_ms"] == pytest.approx(1)
    assert "filter_change_painted_ms" not in figures["obvious"]
    assert "20000" in _print_result(result)


def test_a_page_that_draws_nothing_is_told_with_its_reason() -> None:
    plan = _measure_all(["amap"])
    failed = next(one for one in plan[0].rivals if one.name == "pydeck")
    failed.cold_ms, failed.warm_ms, failed.made, failed.frames = [], [], [], []
    failed.server_mb, failed.page_mb, failed.ended = [], [], "MessageSizeError: too large"
    (result,) = _compare_all(plan)
    rival = next(one for one in result["rivals"] if one["name"] == "pydeck")
    assert rival["ended"] == failed.ended
    assert rival["times_better"] == {}
    assert "pydeck: MessageSizeError: too large" in _print_result(result)
    assert all(one["met"] for one in bench_map.check_targets([result]))
