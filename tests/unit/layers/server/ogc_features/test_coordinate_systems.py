"""The feed in other reference systems (OGC API - Features, part 2), against PROJ."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import numpy as np
import pyproj
import pytest
import shapely
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pilotzones.geo.geometry.crs import EQUAL_AREA_CHINA
from pilotzones.layers.server.ogc_features import routes as feed
from pilotzones.layers.server.ogc_features.feature_collections import get_collection_data

ZONES = "urban_rural_integration_2019-tianditu-zones"
ITEMS = f"/feed/collections/{ZONES}/items"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
ALBERS = "http://gis.example/feed/crs/albers"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=feed.make_feed_routes()), base_url="http://gis.example")


def _find_orders(client: TestClient, query: str) -> set[int]:
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 200, answer.text
    return {feature["properties"]["order"] for feature in answer.json()["features"]}


@pytest.mark.parametrize(
    ("system", "definition"),
    [
        (EPSG.format(4326), "EPSG:4326"),
        (EPSG.format(4490), "EPSG:4490"),
        (EPSG.format(3857), "EPSG:3857"),
        (ALBERS, ""),
    ],
)
def test_coordinates_are_those_of_the_register(client: TestClient, system: str, definition: str) -> None:
    collection = client.get(f"/feed/collections/{ZONES}").json()
    assert system in collection["crs"]
    assert collection["storageCrs"] == CRS84
    answer = client.get(f"{ITEMS}/7?crs={quote(system)}")
    assert answer.headers["content-crs"] == f"<{system}>"
    document = answer.json()
    assert "crs" not in document
    shape = shapely.geometry.shape(document["geometry"])
    if definition:
        wanted = pyproj.CRS(definition)
        # The order of axes is that of the register: PROJ keeps it unless it is told otherwise.
        back = pyproj.Transformer.from_crs(wanted, "EPSG:4326")
    else:
        described = client.get(system.removeprefix("http://gis.example")).json()
        assert pyproj.CRS.from_json_dict(described).to_wkt()
        back = pyproj.Transformer.from_crs(EQUAL_AREA_CHINA, "EPSG:4326")
    latitude, longitude = back.transform(*shapely.get_coordinates(shape).T)
    frame = get_collection_data(ZONES).layer.frame
    expected = frame[frame["order"] == 7].geometry.iloc[0]
    found = np.column_stack([longitude, latitude])
    assert np.allclose(found.min(axis=0), expected.bounds[:2], atol=1e-6)
    assert np.allclose(found.max(axis=0), expected.bounds[2:], atol=1e-6)


def test_pages_keep_their_system(client: TestClient) -> None:
    answer = client.get(f"{ITEMS}?limit=2&crs={quote(EPSG.format(3857))}")
    following = next(link["href"] for link in answer.json()["links"] if link["rel"] == "next")
    page = client.get(following)
    assert page.headers["content-crs"] == f"<{EPSG.format(3857)}>"
    west, south, east, north = page.json()["bbox"]
    assert 8e6 < west < east < 1.6e7
    assert 2e6 < south < north < 8e6


def test_boxes_in_other_systems(client: TestClient) -> None:
    plain = _find_orders(client, "bbox=119.5,30,121,31")
    assert plain
    assert _find_orders(client, f"bbox=30,119.5,31,121&bbox-crs={quote(EPSG.format(4490))}") == plain
    assert _find_orders(client, "bbox=30,119.5,31,121&bbox-crs=%5BEPSG:4326%5D") == plain
    to_mercator = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
    corners = [*to_mercator.transform(119.5, 30), *to_mercator.transform(121, 31)]
    box = ",".join(map(str, corners))
    assert _find_orders(client, f"bbox={box}&bbox-crs={quote(EPSG.format(3857))}") == plain
    x, y = pyproj.Transformer.from_crs(4326, EQUAL_AREA_CHINA, always_xy=True).transform(120.75, 30.75)
    assert _find_orders(client, f"bbox={x - 9e3},{y - 9e3},{x + 9e3},{y + 9e3}&bbox-crs={quote(ALBERS)}") == {1}


@pytest.mark.parametrize(
    "query",
    ["crs=EPSG:4490", "crs=http://www.opengis.net/def/crs/EPSG/0/2100", "bbox-crs=x&bbox=1,2,3,4",
     f"bbox=5,5,1,1&bbox-crs={quote(EPSG.format(3857))}", "filter-crs=x"],
)  # fmt: skip
def test_unknown_systems_are_a_400(client: TestClient, query: str) -> None:
    assert client.get(f"{ITEMS}?{query}").status_code == 400


def test_tables_have_no_other_system(client: TestClient) -> None:
    tasks: Any = client.get(f"/feed/collections/{ZONES.replace('zones', 'tasks')}").json()
    assert tasks["crs"] == [CRS84]
    assert client.get("/feed/crs/none").status_code == 404
