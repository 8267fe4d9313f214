"""The QGIS project beside a GeoPackage: every layer opens, is drawn by its kind, and no text is an expression."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pyogrio
import pytest
from lxml import etree

from pilotzones.geo.export import ExportLayer, build_layer, encode, encode_all
from pilotzones.geo.join import JoinedProgramme
from pilotzones.layers.style.export_styles import style_layer

NAMES = ("context", "zones", "members", "special_areas", "tasks")


@pytest.fixture(scope="module")
def layers(joined: JoinedProgramme) -> list[ExportLayer]:
    return [style_layer(build_layer(joined, name), joined.programme) for name in NAMES]


def _open(content: bytes) -> tuple[bytes, str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {name.rpartition(".")[2]: name for name in archive.namelist()}
        assert set(names) == {"gpkg", "qgz", "md"}
        geopackage = archive.read(names["gpkg"])
        with zipfile.ZipFile(io.BytesIO(archive.read(names["qgz"]))) as project:
            (inner,) = project.namelist()
            assert inner.endswith(".qgs")
            return geopackage, names["gpkg"], etree.fromstring(project.read(inner))


@pytest.mark.slow
@pytest.mark.parametrize("crs", ["wgs84", "albers"])
@pytest.mark.filterwarnings("ignore:.*non conformant file extension:RuntimeWarning")
def test_every_layer_of_the_project_is_in_the_file(layers: list[ExportLayer], crs: Any) -> None:
    geopackage, name, project = _open(encode_all(layers, format="qgis", crs=crs, detail="coarse"))
    tables = {str(table) for table, _ in pyogrio.list_layers(geopackage)}
    maps = project.findall("projectlayers/maplayer")
    tree = project.findall("layer-tree-group/layer-tree-layer")
    assert [one.findtext("id") for one in maps] == [one.get("id") for one in tree]
    order = []
    for one, leaf in zip(maps, tree, strict=True):
        source = one.findtext("datasource")
        assert source == leaf.get("source")
        path, _, rest = source.partition("|layername=")
        assert path == f"./{name}"
        table, _, kind = rest.partition("|geometrytype=")
        assert table in tables
        assert kind in ("", one.get("geometry"))
        order.append((table, one.get("geometry")))
        symbols = {symbol.get("type") for symbol in one.iterfind("renderer-v2/symbols/symbol")}
        assert symbols == {"Point": {"marker"}, "Polygon": {"fill"}, "No geometry": set()}[one.get("geometry")]
    assert order == [
        ("special_areas", "Point"), ("members", "Point"), ("special_areas", "Polygon"), ("members", "Polygon"),
        ("zones", "Polygon"), ("context", "Polygon"), ("tasks", "No geometry"),
    ]  # fmt: skip
    items = {item.get("id"): item for item in project.iterfind("Layouts/Layout/LayoutItem")}
    assert {"title", "map", "legend", "credit"} <= set(items)
    assert "GS(2024)0650号" in items["credit"].get("labelText")
    assert project.find("projectCrs/spatialrefsys/wkt").text


def test_no_text_is_an_expression(layers: list[ExportLayer]) -> None:
    evil = "[% env('HOME') %]<b>&"
    layer = replace(
        layers[1],
        titles={"zh": evil, "en": "[ %1%]"},
        provenance={**layers[1].provenance, "title": evil, "boundary_publisher": evil, "programme": "../x"},
    )
    _, name, project = _open(encode(layer, format="qgis", detail="coarse"))
    assert "/" not in name
    texts = [value for element in project.iter() for value in (*element.attrib.values(), element.text or "")]
    assert any("env('HOME')" in text for text in texts)
    assert not any("[%" in text.replace(" ", "") for text in texts)
