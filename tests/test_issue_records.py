"""What is told of a faulty file, word for word: file, row, field, value, severity, kind and sentence of every record.

``python tests/test_issue_records.py`` writes the golden file anew; read the difference before committing it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from geo.columns import read_columns, same_codes, wanted_columns
from geo.geojson_reading import read_geojson
from geo.incoming_geometry import prepare
from geo.intake_limits import UPLOAD

GOLDEN = Path(__file__).parent / "golden" / "issue_records.json"
RING = [[120, 30], [121, 30], [121, 31], [120, 31], [120, 30]]
HOLE = [[120.2, 30.2], [120.2, 30.4], [120.4, 30.4], [120.4, 30.2], [120.2, 30.2]]
BOX = shapely.box(120, 30, 121, 31)
BOW_TIE = shapely.Polygon([(120, 30), (121, 31), (121, 30), (120, 31)])
FEW = replace(UPLOAD, features=3, vertices=12, ring_vertices=8, columns=3)


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def _document(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members}, ensure_ascii=False)


_GOOD = _polygon(RING)
_NAMED = {"type": "name", "properties": {"name": "EPSG:4547"}}
_DOCUMENTS: dict[str, Any] = {
    "good": _document(_feature(_GOOD, adcode="330402", name="南湖区"), crs=None),
    "shell and hole": _document(_feature(_polygon(RING, HOLE), code=330402, name=None, x=True)),
    "two polygons": _document(_feature({"type": "MultiPolygon", "coordinates": [[RING], [HOLE]]}, name=1.5)),
    "no polygons": _document(
        _feature(_polygon()), _feature({"type": "MultiPolygon", "coordinates": []}), _feature(None)
    ),
    "points and lines": _document(
        _feature({"type": "Point", "coordinates": [1, 2]}), _feature({"type": "LineString", "coordinates": []})
    ),
    "open ring with heights": _document(_feature(_polygon([[*point, 7] for point in RING[:-1]])), _feature(_GOOD)),
    "collection": _document(_feature({"type": "GeometryCollection", "geometries": [_GOOD, None, _polygon(HOLE)]})),
    "id as code": json.dumps({**_feature(_GOOD), "id": 330402}),
    "half a surrogate": '{"type":"Feature","properties":{"name":"\\ud83d"},"geometry":null}',
    "gb18030": _document(_feature(_GOOD, name="南湖区")).encode("gb18030"),
    "utf-16": _document(_feature(_GOOD, name="南湖区")).encode("utf-16"),
    "no text": b"\xff\xfe\x00\xd8",
    "cut": '{"type":\n "Feat',
    "comma": '{"type": "FeatureCollection",}',
    "list": "[1]",
    "deep": '{"a": ' + "[" * 100_000,
    "nan": '{"a": NaN}',
    "digits": '{"a": ' + "1" * 5000 + "}",
    "topojson": '{"type": "Topology"}',
    "bare": '{"type": "MultiPolygon"}',
    "bare collection": '{"type": "GeometryCollection"}',
    "other type": '{"type": "X"}',
    "features no list": '{"type": "FeatureCollection", "features": 1}',
    "no features": _document(),
    "too many features": _document(*[_feature(None)] * 4),
    "feature no object": _document(_feature(None), 1),
    "crs of a feature": _document({**_feature(_GOOD), "crs": {"type": "link"}}),
    "crs of a geometry": _document(_feature({**_GOOD, "crs": {"type": "link"}})),
    "crs link": _document(crs={"type": "link", "properties": {"href": "http://192.0.2.1/"}}),
    "crs other": _document(crs=_NAMED),
    "too many vertices": _document(_feature(_GOOD), _feature(_GOOD), _feature(_GOOD)),
    "long ring": _document(_feature(_polygon([[120 + n / 10, 30] for n in range(9)]))),
    "too many columns": _document(_feature(None, a=1, b=2), _feature(None, c=3, d=4)),
    "three positions": _document(_feature(_polygon(RING[:2]))),
    "text as number": _document(_feature(_polygon([["120", 30], *RING]))),
    "text in a multipolygon": _document(_feature({"type": "MultiPolygon", "coordinates": "x"})),
    "one number": _document(_feature(_polygon([[120], *RING]))),
    "null in a ring": _document(_feature(_polygon([None, *RING]))),
    "null for a ring": _document(_feature(_polygon(None))),
    "hole without shell": _document(_feature(_polygon([], HOLE))),
    "infinite": _document(_feature(_GOOD)).replace("121", "1e999", 1),
    "no type": _document(_feature({"type": 7}), _feature("POLYGON"), _feature({"type": "Curve"})),
    "collection no list": _document(_feature({"type": "GeometryCollection", "geometries": 1})),
}
_TABLES: dict[str, dict[str, list[str | None]]] = {
    "good": {"adcode": ["330402", None], "name": ["南湖区", "\u202e秀\x01洲区 "], "市": ["嘉兴市", ""]},
    "every column": {
        "PAC": ["330402", "330411"], "NAME": ["a", "b"], "city": ["嘉兴市"] * 2, "city_code": ["330400", "x"],
        "province": ["浙江省", None], "pr_adcode": ["330000", ""],
    },
    "codes in other forms": {"code": ["156330402", "３３０４１１", "330421000000"], "name": ["a", "b", "c"]},
    "bad codes": {"adcode": ["330402", "330403", "330404", "x", "000000", " "], "name": list("abcdef")},
    "called codes": {"adcode": ["a", "b"], "name": ["甲", "乙"]},
    "id that is none": {"id": ["1", "2"], "name": ["甲", "乙"]},
    "no codes": {"name": ["甲", "乙"]},
    "no codes but prefectures": {"name": ["甲", "乙"], "市": ["丙", "丙"]},
    "numbers for names": {"adcode": ["330402"], "name": ["12.5"]},
    "long names": {"adcode": ["330402", "330411"], "name": ["长" * 200, "长" * 201]},
    "nothing": {"面积": ["1"], "备注\x1b": ["x"]},
    "one code, two names": {"adcode": ["330402"] * 3, "name": ["甲", "乙", None]},
    "one code, many rows": {"adcode": ["330402"] * 12, "name": ["甲"] * 12},
    "one name, no codes": {"name": ["甲", "甲", "乙"], "市": ["丙", "丙", "丙"]},
}  # fmt: skip
_SHAPES: dict[str, tuple[list[Any], str | None]] = {
    "good": ([BOX, None], "EPSG:4326"),
    "nothing": ([], "EPSG:4326"),
    "no polygon at all": ([shapely.Point(120, 30), None, shapely.Polygon()], "EPSG:4326"),
    "rows without": ([BOX, shapely.LineString([(1, 1), (2, 2)]), shapely.MultiPoint(), None], "EPSG:4326"),
    "collections": (
        [shapely.GeometryCollection([BOX, shapely.Point(1, 1)]), shapely.GeometryCollection(), BOX],
        "EPSG:4326",
    ),
    "heights": ([shapely.force_3d(BOX, 7), BOX], "EPSG:4326"),
    "bow-tie": ([BOX, BOW_TIE], "EPSG:4326"),
    "no area": ([BOX, shapely.Polygon([(120, 30), (121, 31), (120, 30), (120, 30)])], "EPSG:4326"),
    "orientation": ([shapely.MultiPolygon([BOX, shapely.box(122, 30, 123, 31, ccw=False)])], "EPSG:4326"),
    "swapped": ([shapely.box(30, 120, 31, 121)], "EPSG:4326"),
    "one swapped": ([BOX, shapely.box(30, 120, 31, 121)], "EPSG:4326"),
    "outside": ([BOX, *[shapely.box(10 + n, 50, 10.5 + n, 51) for n in range(25)]], "EPSG:4326"),
    "not stated": ([BOX], None),
    "not stated, metres": ([shapely.box(5e5, 33e5, 6e5, 34e5)], None),
    "metres": ([shapely.box(5e5, 33e5, 6e5, 34e5)], "EPSG:4547"),
    "metres for degrees": ([BOX], "EPSG:4547"),
    "old datum": ([shapely.box(115.1, 30, 115.2, 31)], "EPSG:4214"),
    "no such system": ([BOX], "EPSG:999999"),
    "no system": ([BOX], 'LOCAL_CS["x"]'),
    "infinite": ([shapely.Polygon([(120, 30), (np.inf, 30), (121, 31)])], "EPSG:4326"),
    "too many vertices": ([BOX, BOX, BOX], "EPSG:4326"),
    "long ring": ([BOX, shapely.Point(120, 30).buffer(0.1, quad_segs=2)], "EPSG:4326"),
}


def _wkt(shape: Any) -> str | None:
    return None if shape is None else shapely.to_wkt(shapely.normalize(shape), rounding_precision=5)


def records() -> dict[str, Any]:
    """Every case, and all that comes of it."""
    found: dict[str, Any] = {}
    for word, text in _DOCUMENTS.items():
        read = read_geojson(text.encode() if isinstance(text, str) else text, file="f", limits=FEW)
        shapes = [_wkt(shape) for shape in read.geometry] if read.geometry is not None else None
        told = [list(astuple(problem)) for problem in read.problems]
        found[f"document: {word}"] = [read.crs, read.columns, list(read.found), shapes, told]
    for word, table in _TABLES.items():
        wanted = wanted_columns(table)
        rows = len(next(iter(table.values())))
        counties = read_columns({name: table[name] for name in wanted}, found=table, rows=rows, file="f")
        groups, problems = same_codes(counties, list(range(rows)), file="f")
        found[f"table: {word}"] = json.loads(
            json.dumps([wanted, astuple(counties), groups, [astuple(one) for one in problems]])
        )
    for word, (shapes, stated) in _SHAPES.items():
        given = np.empty(len(shapes), dtype=object)
        given[:] = shapes
        prepared = prepare(given, stated, file="f", limits=FEW)
        told = [list(astuple(problem)) for problem in prepared.problems]
        found[f"shapes: {word}"] = [
            [_wkt(one) for one in prepared.geometry],
            [_wkt(one) for one in prepared.unrepaired],
            told,
        ]
    return found


def test_every_record_is_the_one_that_was_read_by_a_person() -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    found = records()
    assert list(found) == list(golden)
    for case, expected in golden.items():
        assert found[case] == expected, case


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(records(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
