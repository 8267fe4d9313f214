"""Our addresses: immutable, compressed once, and clear about what is missing."""

from __future__ import annotations

import gzip
import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pilotzones.layers.assets import AssetError, get_asset_address, load_assets
from pilotzones.layers.server.routes import make_routes
from pilotzones.layers.webmap.geometry.store import GeometryStore, PrivateGeometryStore

CONTENT = '{"type":"FeatureCollection","features":[],"说":"明"}'.encode()


@pytest.fixture
def store() -> GeometryStore:
    return GeometryStore()


@pytest.fixture
def client(store: GeometryStore) -> TestClient:
    return TestClient(Starlette(routes=make_routes(store=store)))


def test_geometry_comes_compressed_and_for_ever(client: TestClient, store: GeometryStore) -> None:
    address = "/" + store.put(CONTENT)
    answer = client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["x-content-type-options"] == "nosniff"
    with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as raw:
        assert gzip.decompress(b"".join(raw.iter_raw())) == CONTENT


@pytest.mark.parametrize("accepted", ["identity", "", "br", "gzip;q=0", "gzip; q=0.0"])
def test_who_cannot_unpack_gets_it_plain(client: TestClient, store: GeometryStore, accepted: str) -> None:
    answer = client.get("/" + store.put(CONTENT), headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.content == CONTENT


def test_what_a_browser_has_is_not_sent_again(client: TestClient, store: GeometryStore) -> None:
    for address in ("/" + store.put(CONTENT), "/" + get_asset_address("leaflet.js")):
        etag = client.get(address).headers["etag"]
        again = client.get(address, headers={"If-None-Match": f'"other", W/{etag}'})
        assert again.status_code == 304
        assert again.content == b""


def test_geometry_that_is_gone_says_what_to_do(client: TestClient) -> None:
    answer = client.get(f"/geometry/{'0' * 64}.json")
    assert answer.status_code == 404
    assert "reload the page" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["cache-control"] == "no-store"


def test_every_asset_is_served_under_its_address(client: TestClient) -> None:
    for name, asset in load_assets().items():
        assert asset.content, name
        answer = client.get("/" + get_asset_address(name))
        assert answer.content == asset.content, name
        assert answer.headers["content-type"] == asset.media_type
        assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/0000000000000000/leaflet.js",
        "/{}/nothing.js",
        "/{}/../../geo/errors.py",
        "/{}/%2e%2e/%2e%2e/geo/errors.py",
        "/{}/images/../../pilotmap.js",
        "/geometry/..%2f..%2fetc%2fpasswd.json",
    ],
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    base = get_asset_address("leaflet.js").rsplit("/", 1)[0]
    assert client.get(path.format(base)).status_code == 404


def test_an_unknown_asset_is_named() -> None:
    with pytest.raises(AssetError, match=r"nothing\.js"):
        get_asset_address("nothing.js")


@pytest.mark.parametrize("base", ["", "zones"])
def test_the_address_of_the_map_is_that_of_the_first_page(base: str) -> None:
    client = TestClient(Starlette(routes=make_routes(base_path=base)), follow_redirects=False)
    root = f"/{base}/".replace("//", "/")
    for asked, query in (("map", ""), ("map?task=3,8&q=%E9%95%BF", "?task=3,8&q=%E9%95%BF")):
        assert client.get(root + asked).headers["location"] == root + query


@pytest.mark.parametrize("base", ["zones", "/zones/", "a/zones"])
def test_a_base_path_goes_before_our_addresses(store: GeometryStore, base: str) -> None:
    client = TestClient(Starlette(routes=make_routes(base_path=base, store=store)))
    address = store.put(CONTENT)
    assert client.get(f"/{base.strip('/')}/{address}").content == CONTENT
    assert client.get(f"/{address}").status_code == 404


def test_our_files_name_no_other_host() -> None:
    for name in ("pilotmap.js", "map.css"):
        # The name space of SVG is a name, not an address to fetch.
        text = load_assets()[name].content.decode().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://[a-z]|//cdn|@import", text), name
    for address in re.findall(r"url\(([^)]*)\)", load_assets()["leaflet.css"].content.decode()):
        assert address in load_assets() or address.startswith("#"), address


def test_geometry_of_a_visitor_is_kept_by_no_cache(client: TestClient, store: GeometryStore) -> None:
    private = PrivateGeometryStore(store, "session")
    answer = client.get("/" + private.put(CONTENT))
    assert answer.content == CONTENT
    assert answer.headers["cache-control"] == "private, no-store"
    store.drop_private(keep=())
    assert client.get(answer.url.path).status_code == 404
