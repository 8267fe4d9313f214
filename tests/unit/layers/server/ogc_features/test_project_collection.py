"""A register in the folder of a programme is a collection of the feed like any layer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pilotzones.data import PROGRAMMES
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.layers.server.ogc_features import feature_collections as collections
from pilotzones.layers.server.ogc_features.routes import make_feed_routes

ITEMS = "/feed/collections/mine-tianditu-projects/items"
# Made up for the test; no such projects are known.
REGISTER = (
    "id,name,county,lon,lat,kind,stage,proposed_on,approved_on,completed_on,due_on,money_central\n"
    "1,堤防,南湖区,120.78,30.75,water,started,2023-03-01,2024,,2024-12-31,1200\n"
    "2,道路,秀洲区,120.70,30.77,transport,completed,2022-01-01,2022-06-01,2023-05-01,2024-01-31,\n"
    "3,林带,永川区,,,forestry,proposed,,,,2099,300\n"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("programmes") / "mine"
    shutil.copytree(PROGRAMMES / "urban_rural_integration_2019", folder)
    (folder / "projects.csv").write_text(REGISTER, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collections, "list_programmes", lambda: ["mine"])
        patch.setattr(collections, "load_programme", lambda _: load_programme(folder))
        for held in (collections.load_collections, collections._join, collections._make_held):
            held.cache_clear()
        yield TestClient(Starlette(routes=make_feed_routes()))
    for held in (collections.load_collections, collections._join, collections._make_held):
        held.cache_clear()


def ask(client: TestClient, **query: str) -> list[str]:
    answer = client.get(ITEMS, params=query)
    assert answer.status_code == 200, answer.text
    return [feature["properties"]["project_id"] for feature in answer.json()["features"]]


def test_the_collection_is_listed_and_described(client: TestClient) -> None:
    listed = {one["id"]: one for one in client.get("/feed/collections").json()["collections"]}
    assert listed["mine-tianditu-projects"]["extent"]["temporal"] == {"interval": [[None, None]]}
    assert "temporal" not in listed["mine-tianditu-zones"]["extent"]
    queryables = client.get("/feed/collections/mine-tianditu-projects/queryables").json()["properties"]
    assert {"stage", "due_on", "is_overdue", "money_central", "geometry"} <= set(queryables)


def test_a_feature_has_what_the_register_says(client: TestClient) -> None:
    first, _, third = client.get(ITEMS).json()["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [120.78, 30.75]}
    assert first["properties"] | {"stage": "started", "money_central": 1200, "is_overdue": True} == first["properties"]
    assert third["geometry"] is None
    assert third["properties"]["county_name"] == "永川区"
    assert client.get(f"{ITEMS}/{third['id']}").json()["properties"]["project_name"] == "林带"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"bbox": "120.75,30.7,120.8,30.8"}, "1"),
        ({"bbox": "105,28,107,30"}, ""),
        ({"limit": "1", "offset": "1"}, "2"),
        ({"datetime": "2021-12-31"}, "3"),
        ({"datetime": "2022-06-01"}, "23"),
        ({"datetime": "../2023-02-28"}, "23"),
        ({"datetime": "2023-05-01/2023-05-01"}, "123"),
        ({"datetime": "2023-05-01T16:00:00Z/.."}, "13"),
        ({"datetime": "2030-01-01/"}, "13"),
        ({"stage": "completed"}, "2"),
        ({"is_overdue": "true"}, "1"),
        ({"filter": "due_on < DATE('2025-01-01') AND stage <> 'completed'"}, "1"),
        ({"filter": "money_central >= 300 AND project_kind IN ('water','forestry')"}, "13"),
        ({"filter": "money_central IS NULL"}, "2"),
        ({"filter": "S_INTERSECTS(geometry, BBOX(120.6,30.7,120.75,30.8))"}, "2"),
        ({"filter": '{"op":"=","args":[{"property":"project_kind"},"water"]}', "filter-lang": "cql2-json"}, "1"),
    ],
)  # fmt: skip
def test_questions(client: TestClient, query: dict[str, str], expected: str) -> None:
    assert "".join(ask(client, **query)) == expected


@pytest.mark.parametrize(
    "query",
    [{"datetime": "2024-02-30"}, {"datetime": "2024-05-02/2024-05-01"}, {"datetime": "2024"}, {"datetime": "a/b/c"},
     {"datetime": "0001-01-01T00:00:00+23:00"}, {"filter": "due_on < DATE('2025-02-30')"}, {"filter": "stage > 3"}],
)  # fmt: skip
def test_what_makes_no_sense_is_a_400(client: TestClient, query: dict[str, str]) -> None:
    assert client.get(ITEMS, params=query).status_code == 400


def test_what_is_overdue_is_found_anew_each_day(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(client, is_overdue="true") == ["1"]

    class Later(date):
        @classmethod
        def today(cls) -> Any:
            return cls(2100, 1, 1)

    monkeypatch.setattr(collections, "date", Later)
    monkeypatch.setattr("pilotzones.geo.projects.catalogue.date", Later)
    assert ask(client, is_overdue="true") == ["1", "3"]
