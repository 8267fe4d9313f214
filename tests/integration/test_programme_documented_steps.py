"""The guide to a new programme, followed word for word by somebody who has only the guide."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.kinds import PROGRAMME_KINDS
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.catalogue.provision_tables import RULE_KINDS
from pilotzones.geo.join import join
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.webmap.geometry.builder import prepare_context, prepare_programme
from pilotzones.layers.webmap.geometry.store import GeometryStore
from pilotzones.layers.webmap.maps.programme import build_state
from pilotzones.layers.webmap.maps.programme_overlays import add_overlays, prepare_beside

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the guide, out of its own text."""
    text = (DOCS / "programmes.md").read_text(encoding="utf-8")
    target = tmp_path_factory.mktemp("guide") / "new_areas"
    target.mkdir()
    for name, content in re.findall(r"^`([\w.]+)`\n\n```\w+\n(.*?)```", text, flags=re.DOTALL | re.MULTILINE):
        (target / name).write_text(content, encoding="utf-8")
    return target


def test_the_files_of_the_guide_are_a_programme(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert {path.name for path in folder.iterdir()} == {"programme.toml", "zones.csv", "members.csv"}
    assert run(["check", "--programme", str(folder)]) == 0
    assert "2 of 2 members have a polygon of their own" in capsys.readouterr().out
    assert run(["zones", "--programme", str(folder)]) == 0
    assert "2 of 2 zones" in capsys.readouterr().out
    assert run(["where", "黄岛区", "--programme", str(folder)]) == 0
    assert "青岛西海岸新区" in capsys.readouterr().out


def test_it_is_audited_and_exported_like_any_other(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "--programme", str(folder), "--json", "--fail-on", "never"]) == 0
    zones = json.loads(capsys.readouterr().out)["zones"]
    assert [zone["stated_area_km2"] for zone in zones] == [2096.0, 1440.0]
    assert all(zone["computed_area_km2"] > 1000 for zone in zones)
    target = tmp_path / "out.geojson"
    assert run(["export", "--programme", str(folder), "-o", str(target)]) == 0
    features = json.loads(target.read_bytes())["features"]
    assert [feature["properties"]["name"] for feature in features] == ["青岛西海岸新区", "浙江舟山群岛新区"]


def test_it_is_drawn_alone_and_over_another(folder: Path, tianditu: Boundaries) -> None:
    store = GeometryStore()
    joined = join(load_programme(folder), tianditu)
    context = prepare_context(tianditu, store=store)
    state = build_state(joined, prepare_programme(joined, store=store), context, Selection(), lang="en")
    towns = join(load_programme("jilin_demonstration_towns_2013"), tianditu)
    both = add_overlays(state, [prepare_beside(towns, store=store), prepare_beside(joined, store=store)], "en")
    assert [layer.id for layer in both.layers][-3:] == ["beside0-points", "beside0-standing", "beside1-areas"]
    assert both.legend is not None
    labels = [item.label for item in both.legend.items]
    assert "Overlay 1: Jilin Provincial Demonstration Towns" in labels
    assert "Overlay 2: State-level new areas (two of them)" in labels
    heights = {layer.id: layer.z for layer in both.layers}
    laid_over = [z for name, z in heights.items() if name.startswith("beside")]
    assert laid_over
    # No two layers share a height: which covers which must not depend on the order in which they arrive.
    assert len(set(heights.values())) == len(heights)
    assert min(laid_over) > max(z for name, z in heights.items() if not name.startswith("beside"))


def test_the_guides_name_every_kind() -> None:
    for name in ("programmes.md", "programmes.zh.md"):
        text = (DOCS / name).read_text(encoding="utf-8")
        for word in (*PROGRAMME_KINDS, *RULE_KINDS, "municipality", "host", "member", "none"):
            assert f"`{word}`" in text, word
