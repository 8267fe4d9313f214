"""Filters in CQL2: truth values, kinds, limits; DuckDB judges random filters."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import geopandas as gpd
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pilotzones.geo.export import ExportField, ExportLayer
from pilotzones.layers.server.ogc_features import routes as feed
from pilotzones.layers.server.ogc_features.coordinate_systems import FEED_SYSTEMS
from pilotzones.layers.server.ogc_features.cql2_filter import FilterError, apply_filter, parse_filter

ROWS: list[dict[str, Any]] = [
    {"number": 1, "text": "a", "flag": True, "list": [1, 3]},
    {"number": 2, "text": "b'c", "flag": False, "list": [2]},
    {"number": None, "text": "东部", "flag": None, "list": []},
    {"number": -4, "text": None, "flag": True, "list": None},
    {"number": 7, "text": "Ab%", "flag": False, "list": [3, 1]},
]
TYPES = {"number": "number", "text": "string", "flag": "boolean", "list": "integers"}


def _make_layer() -> ExportLayer:
    both = {"zh": "x", "en": "x"}
    fields = tuple(ExportField(name, both, "", kind, both) for name, kind in TYPES.items())  # type: ignore[arg-type]
    columns = {name: [row[name] for row in ROWS] for name in TYPES}
    shapes = [None if place == 3 else shapely.Point(100 + place, 30) for place in range(len(ROWS))]
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=4326, dtype=object)
    return ExportLayer("zones", frame.set_geometry("geometry"), fields, {})


LAYER = _make_layer()


def _find(text: str, language: str = "cql2-text", system: int = 0) -> list[int]:
    passed = apply_filter(parse_filter(text, language), LAYER, FEED_SYSTEMS[system])
    return [place for place, one in enumerate(passed.tolist()) if one]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("number = 1", [0]),
        ("1 < number", [1, 4]),
        ("number <> 1", [1, 3, 4]),
        ("NOT number = 1", [1, 3, 4]),
        ("number IS NULL", [2]),
        ("number IS NOT NULL AND NOT flag", [1, 4]),
        ("text = 'b''c'", [1]),
        ("text = '东部'", [2]),
        ("text LIKE 'a%'", [0]),
        ("casei(text) LIKE casei('A%')", [0, 4]),
        ("text LIKE '%\\%'", [4]),
        ("text LIKE '_'", [0]),
        ("text NOT LIKE '%b%'", [0, 2]),
        ("number BETWEEN 1 AND 2", [0, 1]),
        ("number NOT BETWEEN 1 AND 2", [3, 4]),
        ("number IN (1, 7)", [0, 4]),
        ("text NOT IN ('a')", [1, 2, 4]),
        ("number = 1 OR number = 2 AND flag = true", [0]),
        ("(number = 1 OR number = 2) AND flag = false", [1]),
        ("number = 5 OR flag", [0, 3]),
        ("flag = true OR number = 9", [0, 3]),
        ("A_CONTAINS(list, (3))", [0, 4]),
        ("A_EQUALS(list, (1,3))", [0, 4]),
        ("A_OVERLAPS(list, (2, 9))", [1]),
        ("A_CONTAINEDBY(list, (1, 2, 3))", [0, 1, 2, 4]),
        ("S_INTERSECTS(geometry, BBOX(99, 29, 101.5, 31))", [0, 1]),
        ("NOT S_INTERSECTS(geometry, BBOX(99, 29, 101.5, 31))", [2, 4]),
        ("S_INTERSECTS(POINT(102 30), geometry)", [2]),
        ("geometry IS NULL", [3]),
        ("true", [0, 1, 2, 3, 4]),
    ],
)
def test_filters(text: str, expected: list[int]) -> None:
    assert _find(text) == expected


def test_geometries_in_the_order_of_their_register() -> None:
    assert _find("S_INTERSECTS(geometry, BBOX(29, 99, 31, 101.5))", system=2) == [0, 1]


@pytest.mark.parametrize(
    "text",
    ["number", "number =", "nosuch = 1", "number = '1'", "text = 1", "flag < true", "list = 1", "number LIKE 'a'",
     "number IN (1, 'a')", "text = TIMESTAMP('2020-01-01T00:00:00Z')", "upper(text) = 'A'", "T_AFTER(text, DATE('2020-01-01'))",
     "S_INTERSECTS(geometry, geometry)", "S_INTERSECTS(text, POINT(1 2))", "number = 1; DROP TABLE x", "text = 'a",
     "number = " + "(" * 9 + "1" + ")" * 9, "number = " + "(" * 500, "number = 1 OR " * 200 + "number = 1", "number = 1e999",
     "S_INTERSECTS(geometry, BBOX(1, 2, 3, 1e999))", ")" * 50 + "(" * 50],
)  # fmt: skip
def test_what_cannot_be_read_says_why(text: str) -> None:
    with pytest.raises(FilterError, match=r"\w"):
        _find(text)


@pytest.mark.parametrize(
    "node",
    [1, "x", [], {}, {"op": "="}, {"op": "=", "args": [1]}, {"op": "and", "args": []},
     {"op": "in", "args": [{"property": "number"}, 1]},
     {"op": "not", "args": [True, True]}, {"op": 1, "args": [1]}, {"property": ["number"]}, {"op": "like", "args": [1, "a"]},
     {"op": "between", "args": [1, 2]}, {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point"}]},
     {"op": "casei", "args": ["a"]}, None, {"op": "=", "args": [{"property": "number"}, 10**400]}],
)  # fmt: skip
def test_json_that_is_no_filter(node: Any) -> None:
    with pytest.raises(FilterError, match=r"\w"):
        _find(json.dumps(node), "cql2-json")


def test_json_that_is_nested_too_deep() -> None:
    node: Any = True
    for _ in range(60):
        node = {"op": "not", "args": [node]}
    with pytest.raises(FilterError, match="deep"):
        _find(json.dumps(node), "cql2-json")
    with pytest.raises(FilterError):
        _find("[" * 1_900, "cql2-json")


def test_a_pattern_of_many_wildcards_takes_no_time() -> None:
    long = LAYER.frame.assign(text=["a" * 20_000] * len(ROWS))
    layer = ExportLayer("zones", long, LAYER.fields, {})
    node = {"op": "like", "args": [{"property": "text"}, "%a" * 900 + "b"]}
    assert not apply_filter(node, layer, FEED_SYSTEMS[0]).any()


_literals = {
    "number": st.integers(-5, 8).map(str),
    "text": st.sampled_from(["a", "b''c", "东部", "Ab%", "z"]).map(lambda text: f"'{text}'"),
}
_comparisons = st.sampled_from(["number", "text"]).flatmap(
    lambda name: st.one_of(
        st.tuples(st.just(name), st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), _literals[name]).map(" ".join),
        st.lists(_literals[name], min_size=1, max_size=3).map(lambda values: f"{name} IN ({', '.join(values)})"),
        st.sampled_from([f"{name} IS NULL", f"{name} IS NOT NULL", "flag = true", "flag <> true"]),
        st.tuples(_literals["number"], _literals["number"]).map(lambda two: f"number BETWEEN {two[0]} AND {two[1]}"),
        st.sampled_from(["text LIKE 'a%'", "text NOT LIKE '%b%'", "text LIKE '_'"]),
    )
)
_conditions = st.recursive(
    _comparisons,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(" ".join),
        inner.map(lambda text: f"NOT ({text})"),
        inner.map(lambda text: f"({text})"),
    ),
    max_leaves=6,
)


@pytest.mark.slow
@given(_conditions)
def test_random_filters_find_what_sql_finds(text: str) -> None:
    assume(text.count("(") <= 8)
    found = _find(text)
    with duckdb.connect() as database:
        values = ", ".join(
            f"({place}, {_sql(row['number'])}::INT, {_sql(row['text'])}::TEXT, {_sql(row['flag'])}::BOOL)"
            for place, row in enumerate(ROWS)
        )
        table = f"(VALUES {values}) AS rows(place, number, text, flag)"
        wanted = database.execute(f"SELECT place FROM {table} WHERE {text} ORDER BY place").fetchall()
    assert found == [place for (place,) in wanted]


def _sql(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else str(value)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=feed.make_feed_routes()), base_url="http://gis.example")


def test_the_feed_filters(client: TestClient) -> None:
    address = "/feed/collections/urban_rural_integration_2019-tianditu-zones"
    queryables = client.get(f"{address}/queryables")
    assert queryables.headers["content-type"].startswith("application/schema+json")
    assert queryables.json()["additionalProperties"] is False
    assert {"order", "region", "geometry"} <= set(queryables.json()["properties"])

    def find(**given: str) -> set[int]:
        answer = client.get(f"{address}/items", params=given)
        assert answer.status_code == 200, answer.text
        assert answer.json()["numberMatched"] == answer.json()["numberReturned"]
        return {feature["properties"]["order"] for feature in answer.json()["features"]}

    text = "\"order\" > 2 AND region = '东部地区'"
    node = {
        "op": "and",
        "args": [
            {"op": ">", "args": [{"property": "order"}, 2]},
            {"op": "=", "args": [{"property": "region"}, "东部地区"]},
        ],
    }
    assert find(filter=text) == {3, 4, 5}
    assert find(filter=json.dumps(node), **{"filter-lang": "cql2-json"}) == {3, 4, 5}
    assert find(filter="S_INTERSECTS(geometry, POINT(120.75 30.75))") == {1}
    assert find(filter=text, order="4") == {4}
    answer = client.get(f"{address}/items", params={"filter": text, "limit": "1"})
    following = next(link["href"] for link in answer.json()["links"] if link["rel"] == "next")
    assert client.get(following).json()["features"][0]["properties"]["order"] == 4
    for wrong in (
        {"filter": "nosuch = 1"},
        {"filter": "(("},
        {"filter": text, "filter-lang": "sql"},
        {"filter": "x" * 2001},
    ):
        refused = client.get(f"{address}/items", params=wrong)
        assert refused.status_code == 400
        assert refused.json()["detail"]
