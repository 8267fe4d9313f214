"""The feed read by others: GDAL's OAPIF driver and OWSLib, against the app's own server."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pytest
import shapely
from owslib.ogcapi.features import Features

from pilotzones.geo.export import encode_geojson
from pilotzones.layers.server.ogc_features.feature_collections import get_collection_data
from tests.helpers.browsing import ROOT, served

READ = ("zones", "members", "special_areas")
PREFIX = "urban_rural_integration_2019-tianditu-"
# The project's own processes open few drivers; a GIS of a user's opens all.
_READ = """
import sys, pyogrio
address, folder, *names = sys.argv[1:]
for name in names:
    pyogrio.read_dataframe("OAPIF:" + address, layer=name).to_parquet(f"{folder}/{name}.parquet")
where = "\\"order\\" > 2 AND region = '东部地区'"
frame = pyogrio.read_dataframe("OAPIF:" + address, layer=names[0], where=where, CRS="EPSG:4490", PAGE_SIZE=2)
frame.to_parquet(f"{folder}/filtered.parquet")
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("feed") / "server.log"
    with served(ROOT / "app.py", log, **{"server.baseUrlPath": "maps"}) as root:
        yield f"{root}feed"


@pytest.fixture(scope="module")
def read_by_gdal(address: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, gpd.GeoDataFrame]:
    folder = tmp_path_factory.mktemp("read")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GDAL_", "OGR_"))}
    done = subprocess.run(
        [sys.executable, "-c", _READ, address, str(folder), *(PREFIX + name for name in READ)],
        env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    read = {name: gpd.read_parquet(folder / f"{PREFIX}{name}.parquet") for name in READ}
    return read | {"filtered": gpd.read_parquet(folder / "filtered.parquet")}


@pytest.mark.parametrize("name", READ)
def test_gdal_reads_what_an_export_holds(read_by_gdal: dict[str, gpd.GeoDataFrame], name: str) -> None:
    read = read_by_gdal[name]
    exported = {
        feature["id"]: feature
        for feature in json.loads(encode_geojson(get_collection_data(PREFIX + name).layer))["features"]
    }
    assert len(read) == len(exported)
    assert read.crs.equals("OGC:CRS84") or read.crs.to_epsg() == 4326
    for row in read.to_dict("records"):
        feature = exported[row["id"]]
        _same_shape(row["geometry"], feature["geometry"])
        for key, value in feature["properties"].items():
            assert _plain(row.get(key)) == _plain(value), (row["id"], key)


def test_gdal_filters_and_asks_for_another_system(read_by_gdal: dict[str, gpd.GeoDataFrame]) -> None:
    found, whole = read_by_gdal["filtered"].set_index("order"), read_by_gdal["zones"].set_index("order")
    assert sorted(found.index) == [3, 4, 5]
    assert found.crs.to_epsg() == 4490
    for order, shape in found.geometry.items():
        assert shapely.equals_exact(shape, whole.geometry[order], normalize=True)


def _same_shape(read: Any, written: Any) -> None:
    if written is None:
        assert read is None or read.is_empty
    else:
        assert shapely.equals_exact(read, shapely.from_geojson(json.dumps(written)), normalize=True)


def _plain(value: Any) -> Any:
    """GDAL has no empty list, and gives a list of texts as an array or as JSON: compare what is said."""
    if isinstance(value, str) and value.startswith("["):
        value = json.loads(value)
    if isinstance(value, float) and math.isnan(value):
        return None
    return (
        value
        if value is None or isinstance(value, str) or not hasattr(value, "__len__")
        else list(map(str, value)) or None
    )


def test_owslib_finds_its_way(address: str) -> None:
    service = Features(address)
    assert PREFIX + "zones" in service.feature_collections()
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in service.conformance()["conformsTo"]
    assert service.api()["openapi"].startswith("3.0")
    page = service.collection_items(PREFIX + "members", limit=10, bbox=[119, 29, 122, 32])
    assert page["numberReturned"] == 10 < page["numberMatched"]
    one = service.collection_item(PREFIX + "zones", "3")
    exported = {
        feature["id"]: feature
        for feature in json.loads(encode_geojson(get_collection_data(PREFIX + "zones").layer))["features"]
    }
    assert one["properties"] == exported["3"]["properties"]
    assert one["geometry"] == exported["3"]["geometry"]
