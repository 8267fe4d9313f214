"""The GeoJSON parser: what it reads, what it refuses, and that it never fails otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.boundaries.upload.formats import geojson_reader
from pilotzones.geo.boundaries.upload.formats.geojson_reader import read_geojson
from pilotzones.geo.sandbox.limits import UPLOAD, Limits
from tests.helpers.examples import examples

if TYPE_CHECKING:
    from pilotzones.geo.boundaries.upload.raw_features import RawFeatures

RING = [[120, 30], [121, 30], [121, 31], [120, 31], [120, 30]]
HOLE = [[120.2, 30.2], [120.2, 30.4], [120.4, 30.4], [120.2, 30.2]]


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties or {"adcode": "330402", "name": "南湖区"}, "geometry": geometry}


def _polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def _collection(*features: Any, **members: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)}, ensure_ascii=False).encode()


def _read(raw: bytes, limits: Limits = UPLOAD) -> RawFeatures:
    return next(iter(read_geojson(raw, file="f.geojson", limits=limits).values()))


def _error(raw: bytes, limits: Limits = UPLOAD) -> str:
    return "\n".join(str(problem) for problem in _read(raw, limits).problems if problem.severity == "error")


def test_polygons_and_columns() -> None:
    multi = {"type": "MultiPolygon", "coordinates": [[RING, HOLE], [RING]]}
    read = _read(_collection(_feature(_polygon(RING, HOLE), adcode=330402, name="南湖区", area=1), _feature(multi)))
    assert read.problems == []
    assert read.geometry[0].equals(shapely.Polygon(RING, [HOLE]))
    assert len(shapely.get_parts(read.geometry[1])) == 2
    assert read.columns["adcode"] == ["330402", "330402"]
    assert read.found == ("adcode", "name", "area")
    assert read.crs == "EPSG:4326"


def test_single_feature_with_its_code_as_id() -> None:
    feature = {**_feature(_polygon(RING), name="南湖区"), "id": 330402}
    assert _read(json.dumps(feature).encode()).columns == {"name": ["南湖区"], "id": ["330402"]}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "ends too early, at line 1, column 1"),
        (b'{"type":\n "Feat', "line 2"),
        (b'{"type": "FeatureCollection",}', "no valid JSON at line 1, column 30"),
        (b"[1]", "one object in braces"),
        (b'{"a": ' + b"[" * 100_000, "nested too deep"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b'{"a": -Infinity}', "-Infinity is no JSON number"),
        (b'{"a": ' + b"1" * 5000 + b"}", "thousands of digits"),
        (b'{"type": "Topology"}', "TopoJSON"),
        (b'{"type": "Polygon"}', "bare Polygon"),
        (b'{"type": ["FeatureCollection"]}', "not FeatureCollection"),
        (b'{"type": "FeatureCollection"}', "features is not a list"),
        (b'{"type": "FeatureCollection", "features": []}', "no features"),
        (b'{"type": "FeatureCollection", "features": [1]}', "feature 1 is no object"),
        (b"\xff\xfe\x00\xd8", "neither UTF-8 nor GB18030"),
        (b'{"a": "\x81\xff"}', "neither UTF-8 nor GB18030"),
    ],
)
def test_refused_documents(raw: bytes, said: str) -> None:
    assert said in _error(raw)


def test_every_cut_of_a_file_is_an_error() -> None:
    raw = _collection(_feature(_polygon(RING)))
    for end in range(len(raw)):
        message = _error(raw[:end])
        assert "cut off" in message or "no valid JSON at line" in message or "GB18030" in message


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (_polygon([[120, 30], [121, 30], [120, 30]]), "at least four positions"),
        (_polygon([[120, "30"], *RING]), "numbers nested 3 deep"),
        (_polygon([[120, None], *RING]), "at least two numbers"),
        (_polygon([[120], *RING]), "at least two numbers"),
        (_polygon([None, *RING]), "at least two numbers"),
        (_polygon(None), "null stands where"),
        (_polygon([], HOLE), "no shell"),
        (_polygon([RING]), "numbers nested 3 deep"),
        ({"type": "MultiPolygon", "coordinates": [RING]}, "numbers nested 4 deep"),
        (_polygon([[10**400, 30], *RING]), "numbers nested 3 deep"),
        ({"type": "Polygon", "coordinates": "@encoded"}, "numbers nested 3 deep"),
        ({"type": "Polygon", "coordinates": {"0": RING}}, "numbers nested 3 deep"),
        ({"type": "CurvePolygon", "coordinates": []}, "no geometry type"),
        ({"type": 7}, "no object with a type"),
        ("POLYGON", "no object with a type"),
        ({"type": "GeometryCollection"}, "no list"),
    ],
)
def test_refused_geometries_name_their_row(geometry: Any, said: str) -> None:
    problems = [
        problem
        for problem in _read(_collection(_feature(None), _feature(geometry))).problems
        if problem.severity == "error"
    ]
    assert [problem.row for problem in problems] == [2]
    assert said in problems[0].message


def test_infinite_by_exponent() -> None:
    assert "not finite" in _error(_collection(_feature(_polygon(RING))).replace(b"121", b"1e999", 1))


def test_open_ring_is_closed_and_height_dropped_with_a_word() -> None:
    read = _read(_collection(_feature(_polygon([[*point, 7] for point in RING[:-1]]))))
    assert read.geometry[0].equals(shapely.Polygon(RING))
    assert [(problem.severity, problem.row) for problem in read.problems] == [("info", None), ("warning", 1)]


def test_nested_collections_come_flat() -> None:
    nested: Any = _polygon(RING)
    for _ in range(4):
        nested = {"type": "GeometryCollection", "geometries": [nested, {"type": "Point", "coordinates": [1, 2]}]}
    read = _read(_collection(_feature(nested)))
    assert (shapely.get_type_id(shapely.get_parts(read.geometry[0])) != 7).all()
    for _ in range(4):
        nested = {"type": "GeometryCollection", "geometries": [nested]}
    assert "nested more than 6 deep" in _error(_collection(_feature(nested)))


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("EPSG:4326", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::4490", "EPSG:4490"),
        ("urn:ogc:def:crs:EPSG:6.9:4549", "EPSG:4549"),
        ("http://www.opengis.net/def/crs/EPSG/0/4528", "EPSG:4528"),
        ("http://www.opengis.net/gml/srs/epsg.xml#4528", "EPSG:4528"),
        ("urn:x-ogc:def:crs:EPSG:4528", "EPSG:4528"),
        ("4528", "EPSG:4528"),
        ("epsg 4528", "EPSG:4528"),
        ("https://epsg.io/4528", "EPSG:4528"),
        ("CGCS2000", "EPSG:4490"),
        ("GCS_China_Geodetic_Coordinate_System_2000", "EPSG:4490"),
        ("WGS 84", "EPSG:4326"),
        ("CGCS2000_3_Degree_GK_Zone_40", "EPSG:4528"),
        ("CGCS2000 / 3-degree Gauss-Kruger CM 120E", "EPSG:4549"),
        ("Xian_1980_3_Degree_GK_CM_120E", "EPSG:2385"),
        ("ESRI:102025", "ESRI:102025"),
    ],
)
def test_known_crs(name: str, crs: str) -> None:
    raw = _collection(_feature(_polygon(RING)), crs={"type": "name", "properties": {"name": name}})
    assert _read(raw).crs == crs


def test_crs_of_older_documents_and_of_well_known_text() -> None:
    for crs in ("EPSG:4549", {"type": "EPSG", "properties": {"code": 4549}}):
        assert _read(_collection(_feature(_polygon(RING)), crs=crs)).crs == "EPSG:4549"
    text = pyproj.CRS.from_epsg(4549).to_wkt("WKT1_ESRI")
    raw = _collection(_feature(_polygon(RING)), crs={"type": "name", "properties": {"name": text}})
    assert _read(raw).crs == text


def test_null_crs_is_not_stated() -> None:
    assert _read(_collection(_feature(_polygon(RING)), crs=None)).crs is None


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "link", "properties": {"href": "http://127.0.0.1:9/x.prj"}},
        {"type": "name", "properties": {"name": "http://127.0.0.1:9/x.prj"}},
        {"type": "name", "properties": {"name": "EPSG:"}},
        {"type": "name", "properties": {"name": 4326}},
        {"type": "name"},
        *(
            {"type": "name", "properties": {"name": name}}
            for name in (
                "GCJ02",
                "foo",
                "+proj=longlat",
                "/etc/passwd",
                "D_WGS_1984",
                "WGS_1984",
                "urn:ogc:def:nil:OGC:unknown",
            )
        ),
        {"type": "EPSG", "properties": {"code": True}},
        {},
    ],
)
def test_every_other_crs_is_refused(crs: Any) -> None:
    assert "save the file as WGS 84" in _error(_collection(_feature(_polygon(RING)), crs=crs))


def test_crs_of_a_feature_is_refused() -> None:
    assert "crs of its own" in _error(_collection({**_feature(_polygon(RING)), "crs": {"type": "link"}}))
    assert "crs of its own" in _error(_collection(_feature({**_polygon(RING), "crs": {"type": "link"}})))


@pytest.mark.parametrize(
    "ring",
    [RING, [[*position, 7] for position in RING], [[*RING[0], 7], *RING[1:]]],
    ids=["plain", "with heights", "with one height"],
)
@pytest.mark.parametrize(("limit", "holds"), [("features", 3), ("vertices", 15), ("ring_vertices", 5), ("columns", 2)])
def test_limits_are_the_last_value_allowed(limit: str, holds: int, ring: list[list[float]]) -> None:
    # Plain coordinates and others are read in two ways, which have the same limits.
    raw = _collection(*[_feature(_polygon(ring))] * 3)
    assert _error(raw, replace(UPLOAD, **{limit: holds})) == ""
    assert _error(raw, replace(UPLOAD, **{limit: holds - 1})) != ""


@pytest.mark.parametrize(("encoding", "warned"), [("utf-8", 0), ("utf-8-sig", 0), ("gb18030", 1), ("utf-16", 1)])
def test_encodings(encoding: str, warned: int) -> None:
    raw = _collection(_feature(_polygon(RING), name="南湖区㐀𠀀")).decode().encode(encoding)
    read = _read(raw)
    assert read.columns["name"] == ["南湖区㐀𠀀"]
    assert len(read.problems) == warned


def test_half_a_surrogate_becomes_text_that_can_be_written() -> None:
    read = _read(_collection(_feature(_polygon(RING), name="X")).replace(b'"X"', b'"\\ud800"'))
    assert read.columns["name"] == ["?"]


NUMBERS = st.one_of(st.integers(), st.floats(), st.floats(70, 140), st.none(), st.booleans(), st.text(max_size=2))
COORDINATES = st.recursive(NUMBERS, lambda inner: st.lists(inner, max_size=5), max_leaves=30)
GEOMETRIES = st.recursive(
    st.one_of(
        st.none(),
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["Polygon", "MultiPolygon", "Point", "LineString", "Curve"]),
                "coordinates": COORDINATES,
            }
        ),
        st.builds(
            lambda ring: _polygon([*ring, *ring[:1]]),
            st.lists(st.tuples(st.floats(70, 140), st.floats(0, 60)), min_size=3),
        ),
    ),
    lambda inner: st.fixed_dictionaries(
        {"type": st.just("GeometryCollection"), "geometries": st.lists(inner, max_size=3)}
    ),
    max_leaves=4,
)
JSON = st.recursive(
    NUMBERS, lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(max_size=4), inner)), max_leaves=10
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["FeatureCollection", "FeatureCollection", "Feature", "Topology"]),
        "features": st.lists(
            st.one_of(
                st.fixed_dictionaries({"type": st.just("Feature"), "geometry": GEOMETRIES, "properties": JSON}), JSON
            ),
            max_size=3,
        ),
    },
    optional={"crs": JSON, "geometry": GEOMETRIES},
)


@pytest.mark.slow
@examples(300)
@given(DOCUMENTS)
def test_any_document_is_read_or_told(document: Any) -> None:
    read = _read(json.dumps(document).encode())
    assert len(read.geometry) or any(problem.severity == "error" for problem in read.problems)
    for cells in read.columns.values():
        assert len(cells) == len(read.geometry)


@examples(200)
@given(st.binary())
def test_any_bytes_are_told(raw: bytes) -> None:
    assert any(problem.severity == "error" for problem in _read(raw).problems)


@examples(300)
@given(st.data())
def test_any_flipped_byte_is_read_or_told(data: st.DataObject) -> None:
    raw = bytearray(_collection(_feature(_polygon(RING, HOLE)), _feature(_polygon(RING))))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    _read(bytes(raw))


def test_features_that_are_read_at_once_are_those_that_are_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    far = [[x + 5, y] for x, y in RING]
    shapes = [
        _polygon(RING),
        {"type": "MultiPolygon", "coordinates": [[RING, HOLE], [far]]},
        _polygon(far),
        _polygon(RING, HOLE),
        {"type": "MultiPolygon", "coordinates": [[far]]},
    ]
    raw = _collection(*map(_feature, shapes))
    at_once = _read(raw).geometry
    monkeypatch.setattr(geojson_reader, "_read_whole", lambda *_: None)
    one_by_one = _read(raw).geometry
    assert shapely.to_wkb(at_once).tolist() == shapely.to_wkb(one_by_one).tolist()
