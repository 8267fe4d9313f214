"""The feed against its own standard: documents, links, parameters, headers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from openapi_spec_validator import validate
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pilotzones.geo.export import encode_geojson
from pilotzones.layers.server.ogc_features import feature_collections as feed_collections
from pilotzones.layers.server.ogc_features import routes as feed
from pilotzones.layers.server.ogc_features.feature_collections import Held, get_collection_data, load_collections
from pilotzones.layers.server.ogc_features.query import MAX_ITEMS

ZONES = "urban_rural_integration_2019-tianditu-zones"
TASKS = "urban_rural_integration_2019-tianditu-tasks"
ITEMS = f"/collections/{ZONES}/items"


class Client:
    """Asks the feed as somebody on the network would."""

    def __init__(self) -> None:
        routes = feed.make_feed_routes(base_path="maps")
        self.http = TestClient(Starlette(routes=routes), base_url="http://gis.example:8501")

    def get(self, path: str, **headers: str) -> Any:
        return self.http.get(
            f"/maps/feed{path}", headers={name.replace("_", "-"): text for name, text in headers.items()}
        )

    def json(self, path: str) -> dict[str, Any]:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document


@pytest.fixture(scope="module")
def client() -> Client:
    return Client()


def _links(document: Any) -> Iterator[dict[str, str]]:
    if isinstance(document, dict):
        if "href" in document:
            yield document
        for value in document.values():
            yield from _links(value)
    elif isinstance(document, list):
        for value in document:
            yield from _links(value)


@pytest.mark.slow
def test_every_link_leads_somewhere_and_says_what_it_is(client: Client) -> None:
    seen = set()
    for path in (
        "",
        "/conformance",
        "/collections",
        f"/collections/{ZONES}",
        f"{ITEMS}?limit=2&offset=2",
        f"{ITEMS}/3",
    ):
        document = client.json(path)
        relations = {link["rel"] for link in document["links"]}
        assert {"self", "alternate"} <= relations
        for link in _links(document):
            assert link["href"].startswith("http://gis.example:8501/maps/feed")
            if link["href"] in seen or "-amap-" in link["href"] or "/items" in link["href"]:
                continue
            seen.add(link["href"])
            answer = client.http.get(link["href"])
            assert answer.status_code == 200
            assert answer.headers["content-type"].replace(" ", "").startswith(link["type"])
    assert {"conformance", "data", "service-desc", "service-doc"} <= {link["rel"] for link in client.json("")["links"]}


def test_conformance_names_the_classes(client: Client) -> None:
    assert {address.rpartition("/")[2] for address in client.json("/conformance")["conformsTo"]} == {
        "core", "oas30", "html", "geojson", "schemas", "crs", "queryables", "queryables-query-parameters", "filter",
        "features-filter", "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators",
        "case-insensitive-comparison", "basic-spatial-functions", "array-functions",
    }  # fmt: skip


@pytest.mark.slow
def test_the_api_document_is_valid_and_complete(client: Client) -> None:
    document = client.json("/api")
    validate(document)
    assert {f"/collections/{key}/items" for key in load_collections()} <= set(document["paths"])
    assert document["components"]["parameters"]["limit"]["schema"]["maximum"] == MAX_ITEMS


def test_a_collection_is_described_the_same_twice(client: Client) -> None:
    listed = {one["id"]: one for one in client.json("/collections")["collections"]}
    assert list(listed) == list(load_collections())
    alone = client.json(f"/collections/{ZONES}")
    for name in ("id", "title", "description", "extent", "crs", "itemType"):
        assert alone[name] == listed[ZONES][name]
    assert "GS(2024)0650号" in alone["description"]


def test_pages_together_are_the_export(client: Client) -> None:
    address, features, pages = f"{ITEMS}?limit=4", [], 0
    while address:
        answer = client.http.get(address) if address.startswith("http") else client.get(address)
        document = answer.json()
        assert (document["numberMatched"], document["numberReturned"]) == (11, len(document["features"]))
        features += document["features"]
        pages += 1
        address = next((link["href"] for link in document["links"] if link["rel"] == "next"), "")
        assert (pages > 1) == any(link["rel"] == "prev" for link in document["links"])
    assert pages == 3
    assert features == json.loads(encode_geojson(get_collection_data(ZONES).layer))["features"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("region=东部地区", {1, 2, 3, 4, 5}),
        ("tasks=1&region=东部地区", {1, 3}),
        ("order=7", {7}),
        ("name=nobody", set()),
        ("bbox=119.5,30,121,31", {1}),
        ("bbox=119.5,30,0,121,31,9000", {1}),
        ("bbox=-10,-10,10,10", set()),
        ("bbox=170,0,121,31", {1, 2, 3, 5}),
        ("datetime=2019-12-19T00:00:00Z/..", set(range(1, 12))),
        ("limit=5000", set(range(1, 12))),
        ("offset=10", {11}),
        ("offset=500", set()),
    ],
)
def test_questions(client: Client, query: str, expected: set[int]) -> None:
    name, _, value = query.partition("=")
    document = client.json(f"{ITEMS}?{query}")
    found = {feature["properties"]["order"] for feature in document["features"]}
    if name == "bbox" and value.startswith("170"):
        assert found  # round the other side of the world: all that lies west of 121° E and south of 31° N
        assert found == {
            feature["properties"]["order"] for feature in client.json(f"{ITEMS}?bbox=-180,0,121,31")["features"]
        }
    elif query.startswith("tasks"):
        wanted = get_collection_data(ZONES).layer.frame
        assert found == {row.order for row in wanted.itertuples() if 1 in row.tasks and row.region == "东部地区"}
    elif query.startswith("bbox=119.5"):
        assert expected <= found <= {1, 4}
    else:
        assert found == expected


@pytest.mark.parametrize(
    "query",
    ["nope=1", "limit=0", "limit=-3", "limit=ten", "limit=5&limit=6", "offset=-1", "bbox=1,2,3", "bbox=nan,1,2,3",
     "bbox=1,9,2,3", "bbox=1,2,3,4,5", "bbox=999,0,0,0", "datetime=yesterday", "datetime=../..", "f=xml", "order=x",
     "computed_area_km2=inf", "name=" + "x" * 201, "limit=９"],
)  # fmt: skip
def test_a_parameter_that_means_nothing_is_a_400(client: Client, query: str) -> None:
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path",
    ["/collections/none", "/collections/none/items", f"{ITEMS}/99", f"{ITEMS}/{quote('../x', safe='')}", "/nowhere"],
)
def test_what_is_not_there_is_a_404(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ['evil"><script>', "a b", "x/../..", "host:port", ""])
def test_no_link_from_a_host_that_is_none(client: Client, host: str) -> None:
    answer = client.get(ITEMS, host=host)
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_a_client_that_has_it_is_told_so(client: Client) -> None:
    first = client.get(ITEMS, accept_encoding="identity")
    tag = first.headers["etag"]
    again = client.get(ITEMS, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{ITEMS}?limit=3", if_none_match=tag).status_code == 200
    assert client.get(ITEMS, if_none_match=tag, accept="text/html").status_code == 200
    zipped = client.get(ITEMS, accept_encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.headers["etag"] != tag
    assert zipped.content == first.content
    assert "max-age" in first.headers["cache-control"]
    assert {"Accept", "Accept-Encoding"} <= {part.strip() for part in first.headers["vary"].split(",")}


def test_any_origin_may_read_and_none_may_write(client: Client) -> None:
    answer = client.get(ITEMS, origin="https://elsewhere.example")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    asked = client.http.options(f"/maps/feed{ITEMS}", headers={"Origin": "https://elsewhere.example"})
    assert (asked.status_code, asked.headers["access-control-allow-methods"]) == (204, "GET, HEAD, OPTIONS")
    assert client.http.post(f"/maps/feed{ITEMS}").status_code == 405
    head = client.http.head(f"/maps/feed{ITEMS}")
    assert (head.status_code, head.content) == (200, b"")


def test_features_without_a_place(client: Client) -> None:
    document = client.json(f"/collections/{TASKS}/items?limit=1000")
    assert document["numberMatched"] == 55
    assert all(feature["geometry"] is None for feature in document["features"])
    assert client.json(f"/collections/{TASKS}/items?bbox=70,0,140,60")["numberMatched"] == 0
    assert "extent" not in client.json(f"/collections/{TASKS}")


def test_pages_for_people_hold_text_only(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    real = get_collection_data(ZONES)
    frame = real.layer.frame.copy()
    frame.loc[0, "name"] = "<img src=x onerror=alert(1)>{{7*191}}"
    monkeypatch.setattr(
        feed, "get_collection_data", lambda _key: Held(replace(real.layer, frame=frame), real.rows, "other")
    )
    for path in (ITEMS, f"{ITEMS}/1"):
        answer = client.get(path, accept="text/html,application/xhtml+xml,*/*;q=0.8")
        assert answer.headers["content-type"].startswith("text/html")
        assert "&lt;img src=x onerror=alert(1)&gt;{{7*191}}" in answer.text
        assert "<img" not in answer.text
        assert "<script" not in answer.text
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
    for path in ("", "/api", "/conformance", "/collections", f"/collections/{ZONES}"):
        page = client.get(path, accept="text/html").text
        assert page.startswith("<!doctype html>")
        assert not re.findall(r'(?:href|src)="(?!http://gis\.example:8501/maps/feed)', page)


def test_a_programme_without_a_layer_has_an_empty_collection(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_arguments: object) -> None:
        raise feed_collections.ExportError("nothing to export")

    monkeypatch.setattr(feed_collections, "build_layer", nothing)
    monkeypatch.setattr(feed, "get_collection_data", lambda key: feed_collections._make_held.__wrapped__(key, ""))
    for name in (ZONES, TASKS):
        document = client.json(f"/collections/{name}/items?bbox=70,0,140,60")
        assert (document["numberMatched"], document["features"]) == (0, [])


def test_weights_schema_limits_and_old_ids(client: Client) -> None:
    assert client.get("", accept="text/html;q=0.1, application/json").headers["content-type"].startswith(feed.JSON)
    assert client.get("", accept="application/json;q=0.1, text/html").headers["content-type"].startswith("text/html")
    assert "content-encoding" not in client.get(ITEMS, accept_encoding="*, gzip;q=0").headers
    assert client.get(ITEMS, accept_encoding="gzip;q=0.5").headers["content-encoding"] == "gzip"
    assert client.json(f"{ITEMS}?limit=12345678901234567890")["numberReturned"] == 11
    schema = client.json(f"/collections/{ZONES}/schema")
    assert schema["properties"]["order"]["type"] == ["integer", "null"]
    assert any(link["rel"] == "describedby" for link in client.json(f"/collections/{ZONES}")["links"])
    members = ZONES.replace("zones", "members")
    old, new = (client.json(f"/collections/{members}/items/{key}") for key in ("1-1", "z1m1"))
    assert old["properties"] == new["properties"]


COUNTIES = "urban_rural_integration_2019-tianditu-context"


def test_codes_of_a_year_lead_to_today_s_polygons(client: Client) -> None:
    items = f"/collections/{COUNTIES}/items"
    document = client.json(f"{items}?adcode=130823&as_of=2001")
    assert [one["properties"]["adcode"] for one in document["features"]] == ["130881"]
    assert document["features"][0]["properties"]["units_as_of"] == ["130823 平泉县"]
    split = client.json(f"{items}?adcode=371200&as_of=2010-05-31")
    assert {one["properties"]["adcode"] for one in split["features"]} == {"370116", "370117"}
    assert client.json(f"{items}?adcode=130823")["numberMatched"] == 0
    assert "units_as_of" not in client.json(f"{items}?limit=1")["features"][0]["properties"]
    key = document["features"][0]["id"]
    assert client.json(f"{items}/{key}?as_of=1990")["properties"]["units_as_of"] == ["132624 平泉县"]
    assert "130823 平泉县" in client.get(f"{items}?adcode=130823&as_of=2001&f=html").text
    members = client.json("/collections/urban_rural_integration_2019-tianditu-members/items?as_of=2001&limit=3")
    assert all(one["properties"]["units_as_of"] for one in members["features"])


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("as_of=x", "as_of is a year"),
        ("as_of=1970", "known from 1980 to"),
        ("as_of=2099", "known from 1980 to"),
        ("adcode=110104&as_of=2015", "110102 西城区"),
        ("adcode=999999&as_of=2015", "999999"),
    ],
)
def test_a_date_or_code_that_cannot_be_read_is_answered_with_a_sentence(client: Client, asked: str, why: str) -> None:
    answer = client.get(f"/collections/{COUNTIES}/items?{asked}")
    assert answer.status_code == 400
    assert why in answer.json()["detail"]
    assert client.get(f"{ITEMS}?as_of=2001").status_code == 400
