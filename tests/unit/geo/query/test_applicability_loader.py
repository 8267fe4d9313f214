"""What applies in a county is the same when it is computed and when its matches come from the disk cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.query.applicability_loader import index_programmes, load_applicability
from pilotzones.geo.query.county_index import CountyIndex

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("source", ["tianditu", "amap"])
def test_matches_from_the_cache_are_those_of_the_polygons(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PILOTZONES_CACHE", str(tmp_path))
    programmes = [load_programme(name) for name in list_programmes()]
    made = load_applicability(programmes, source)
    stored = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = load_applicability(programmes, source)
    direct = index_programmes(programmes, CountyIndex(load(source)))
    assert stored
    assert made.matches == again.matches == direct.matches
    assert made.counties == again.counties == direct.counties
    assert [again.list_hits(row) for row in range(len(again.counties))] == [
        direct.list_hits(row) for row in range(len(direct.counties))
    ]


def test_another_set_of_programmes_has_matches_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTZONES_CACHE", str(tmp_path))
    first, second, *_ = (load_programme(name) for name in list_programmes())
    both = load_applicability([first, second])
    alone = load_applicability([second])
    assert {match[1] for match in both.matches} == {0, 1}
    assert {match[1] for match in alone.matches} == {0}
    assert len(alone.matches) < len(both.matches)


def test_a_coordinate_is_found_after_the_matches_came_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PILOTZONES_CACHE", str(tmp_path))
    programmes = [load_programme()]
    load_applicability(programmes)
    county = load_applicability(programmes).index.find_county_at(126.4, 43.6)
    assert county is not None
    assert county.name == "永吉县"
