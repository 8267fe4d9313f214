"""Leaflet, folium and branca still have what the map uses of them beyond their documented interface."""

from __future__ import annotations

import inspect
import re
from importlib.metadata import version
from pathlib import Path

import branca.element
import folium
import pytest
import streamlit_folium

from pilotzones.layers import assets

_SCRIPTS = Path(assets.__file__).parent / "static" / "pilotmap"
_INTERNALS = _SCRIPTS / "leaflet_internals.js"
_PRIVATE = re.compile(r"(?:\.|^\s*)(_[A-Za-z]\w*)", re.MULTILINE)


def test_leaflet_has_the_private_parts_that_the_map_uses() -> None:
    leaflet = assets.load_assets()["leaflet.js"].content.decode("utf-8")
    used = set(_PRIVATE.findall(_INTERNALS.read_text(encoding="utf-8")))
    assert {"_fillStroke", "_updateCircle", "_zoomAnimated"} <= used
    gone = sorted(name for name in used if not re.search(rf"\b{name}\b", leaflet))
    assert not gone, f"Leaflet has no {', '.join(gone)} any more: see pilotmap/leaflet_internals.js"


@pytest.mark.parametrize("script", sorted(_SCRIPTS.glob("*.js")), ids=lambda path: path.stem)
def test_private_parts_stand_in_one_file(script: Path) -> None:
    if script != _INTERNALS:
        assert not re.findall(r"\._[A-Za-z]\w*", script.read_text(encoding="utf-8"))


def test_folium_and_branca_have_the_private_parts_that_the_map_uses() -> None:
    element = folium.Map(tiles=None)
    gone = [name for name in ("_id", "_name", "_parent", "_template") if not hasattr(element, name)]
    assert not gone, f"branca {version('branca')} has no Element.{gone} any more: see layers/webmap/folium_map.py"
    assert "self._id" in inspect.getsource(branca.element.Element.get_name), (
        f"branca {version('branca')} makes no name of _name and _id any more: see layers/webmap/folium_map.py"
    )
    assert "_parent = self" in inspect.getsource(branca.element.Element.add_child), (
        f"branca {version('branca')} tells a child its parent in another way: see layers/webmap/folium_map.py"
    )
    assert "feature_group_to_add" in inspect.signature(streamlit_folium.st_folium).parameters
