"""What is told of a faulty file, word for word: file, row, field, value, severity, kind and sentence of every record.

Run as a script it writes the golden file anew; read the difference before committing it.
"""

from __future__ import annotations

import json
import stat
import sys
import tempfile
import zipfile
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from pilotzones.geo.boundaries.upload.issue_log import ACTIONS
from pilotzones.geo.errors import Problem

sys.path.insert(0, str(Path(__file__).resolve().parents[5]))
from pilotzones.geo.boundaries.upload.attribute_mapping import group_same_codes, read_columns, select_columns
from pilotzones.geo.boundaries.upload.formats.archive import unpack
from pilotzones.geo.boundaries.upload.formats.geojson_reader import read_geojson
from pilotzones.geo.boundaries.upload.formats.shapefile_reader import decode_table, find_truncated_parts
from pilotzones.geo.boundaries.upload.geometry_cleaning import StatedSystem, prepare
from pilotzones.geo.documents.text_decoding import decode_text
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.files.csv_reader import read_table
from pilotzones.geo.sandbox.limits import UPLOAD
from tests.helpers.boundary_files import frame_of, parts_of, written

GOLDEN = Path(__file__).parents[4] / "golden" / "issue_records.json"
RING = [[120, 30], [121, 30], [121, 31], [120, 31], [120, 30]]
HOLE = [[120.2, 30.2], [120.2, 30.4], [120.4, 30.4], [120.4, 30.2], [120.2, 30.2]]
BOX = shapely.box(120, 30, 121, 31)
BOW_TIE = shapely.Polygon([(120, 30), (121, 31), (121, 30), (120, 31)])
FEW = replace(UPLOAD, features=3, vertices=12, ring_vertices=8, columns=3)


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _make_record(problem: Problem) -> list[Any]:
    kind = problem.kind if problem.kind in ACTIONS else ""
    return [problem.file, problem.message, problem.row, problem.field, problem.value, problem.severity, kind, []]


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


_PARTS = {"x.shp": b"shp", "x.shx": b"shx", "x.dbf": b"dbf"}
_LINK = zipfile.ZipInfo("x.prj")
_LINK.external_attr = (stat.S_IFLNK | 0o777) << 16
_ARCHIVES: dict[str, list[tuple[Any, bytes]]] = {
    "good": [*_PARTS.items(), ("x.prj", b"p"), ("x.cpg", b"c"), ("x.sbn", b""), ("__MACOSX/x.shp", b""), ("a/", b"")],
    "in a folder, capitals": [("地图/X.SHP", b"1"), ("地图/x.shx", b"2"), ("地图/X.dbf", b"3")],
    "climbs": [*_PARTS.items(), ("../x.txt", b"")],
    "from the root": [*_PARTS.items(), ("/x.txt", b"")],
    "drive": [*_PARTS.items(), ("C:x.txt", b"")],
    "backslash": [*_PARTS.items(), ("a\\..\\x", b"")],
    "link": [*_PARTS.items(), (_LINK, b"/etc/passwd")],
    "too many": [*_PARTS.items(), *((f"{number}.txt", b"") for number in range(6))],
    "too large": [*_PARTS.items(), *((f"{number}.txt", bytes(range(256)) * 3) for number in range(3))],
    "packed too well": [*_PARTS.items(), ("x.sbn", bytes(800))],
    "two": [*_PARTS.items(), *((f"b/{name}", content) for name, content in _PARTS.items())],
    "none": [("doc.kml", b"")],
    "parts of two": [("x.shp", b""), ("y.shx", b""), ("y.dbf", b"")],
}
_FEW_IN_ARCHIVES = replace(UPLOAD, members=8, unpacked_bytes=2_000, ratio=20)
# Text of a table, name of its column, what the .cpg says, and the mark in the table.
_TEXTS: dict[str, tuple[bytes, bytes, str | None, int]] = {
    "utf-8": ("南湖区".encode(), b"name", "UTF-8", 0),
    "utf-8 unmarked": ("南湖区".encode(), b"name", None, 0),
    "gbk": ("南湖区".encode("gbk"), "名称".encode("gbk"), "ANSI 936\n", 0x57),
    "gbk unmarked": ("南湖区".encode("gbk"), b"name", None, 0),
    "gbk with a mark": ("南湖区".encode("gbk"), b"name", None, 0x4D),
    "gbk called utf-8": ("南湖区".encode("gbk"), b"name", "65001", 0),
    "big5": ("嘉義市".encode("big5"), b"name", "950", 0),
    "big5 with a mark": ("嘉義市".encode("big5"), b"name", None, 0x78),
    "unknown cpg": ("南湖区".encode(), b"name", "LATIN1", 0x4D),
    "none": (b"\xff\xff\x80\xff", b"name", "UTF-8", 0),
}
_CSV: dict[str, bytes] = {
    "good": '\ufeffa,b\r\n 1 ,2\r\n\r\n3,"4\n5"\r\n'.encode(),
    "empty": b"",
    "gbk": "a,b\n浙江,1\n".encode("gbk"),
    "no text": b"a,b\n\xff\xff\xff\n",
    "open quote": b'a,b\n1,"2\n',
    "missing and unknown": b"b,x\n1,2\n",
    "doubled": b"a,a,b\n1,2,3\n",
    "ragged": b"a,b\n1\n2,3\n4,5,6\n",
    "repeated": b"a,b\n1,1\n1,2\n1,1\n",
}
_LETTERS: dict[str, bytes] = {
    "utf-8": "名单\r\n甲\r乙\n\x0c丙".encode(),
    "utf-16 unmarked": "name, 南湖区\n".encode("utf-16-be"),
    "gb18030": "𬭚南湖区".encode("gb18030"),
    "few controls": ("南湖区" * 60 + "\x01").encode(),
    "many controls": "南\x01湖\x02".encode(),
    "binary": bytes(range(256)),
    "blank": " \ufeff\n".encode(),
    "odd": b"\x00a\x00",
}


def _archive(entries: list[tuple[Any, bytes]]) -> Any:
    """What is unpacked of an archive, or every record of its refusal."""
    with tempfile.TemporaryDirectory() as name:
        path, out = Path(name) / "z.zip", Path(name) / "out"
        out.mkdir()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as sink:
            for entry, content in entries:
                sink.writestr(entry, content)
        try:
            made = unpack(path, out, file="f", limits=_FEW_IN_ARCHIVES)
        except IntakeError as refused:
            return [_make_record(problem) for problem in refused.problems]
        names = [[dataset.name, dataset.kind] for dataset in made]
        return [names, {part.name: part.read_text() for part in sorted(out.rglob("*.*"))}]


def _text_of_table(cell: bytes, column: bytes, cpg: str | None, mark: int) -> Any:
    with tempfile.TemporaryDirectory() as name:
        shp = Path(name) / "x.shp"
        shp.with_suffix(".dbf").write_bytes(bytes(29) + bytes([mark]) + bytes(40))
        if cpg is not None:
            shp.with_suffix(".cpg").write_text(cpg)
        found, columns, problems = decode_table(shp, [column, b"REMARK"], [[cell, None], [b"x", b"y"]], file="f")
        return [list(found), columns, [_make_record(problem) for problem in problems]]


def _cut_shapefile() -> Any:
    """What is said of each part of a shapefile that was cut at some place."""
    told = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = parts_of(written(frame_of({"adcode": ["330402", "330411"]}, BOX, BOX), folder / "x.shp"))
        for part in ("x.shp", "x.shx", "x.dbf"):
            for kept in (3, 20, 30, len(parts[part]) - 1):
                for other, content in parts.items():
                    (folder / other).write_bytes(content[:kept] if other == part else content)
                problems = find_truncated_parts(folder / "x.shp", file="f")
                told[f"{part} {kept if kept < 31 else 'all but one'}"] = [_make_record(one) for one in problems]
    return told


def _csv(raw: bytes) -> Any:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "t.csv"
        path.write_bytes(raw)
        rows, problems = read_table(path, ["a", "b"], key=["a", "b"])
        return [[[row.file, row.number, row.cells] for row in rows], [_make_record(one) for one in problems]]


def _letters(raw: bytes) -> str:
    try:
        return decode_text(raw, file="f")
    except IntakeError as refused:
        return f"! {refused}"


def _wkt(shape: Any) -> str | None:
    return None if shape is None else shapely.to_wkt(shapely.normalize(shape), rounding_precision=5)


def records() -> dict[str, Any]:
    """Every case, and all that comes of it."""
    found: dict[str, Any] = {}
    for word, text in _DOCUMENTS.items():
        (read,) = read_geojson(text.encode() if isinstance(text, str) else text, file="f", limits=FEW).values()
        shapes = [_wkt(shape) for shape in read.geometry] if read.geometry is not None else None
        told = [_make_record(problem) for problem in read.problems]
        found[f"document: {word}"] = [read.crs, read.columns, list(read.found), shapes, told]
    for word, table in _TABLES.items():
        wanted = select_columns(table)
        rows = len(next(iter(table.values())))
        counties = read_columns({name: table[name] for name in wanted}, found=table, rows=rows, file="f")
        groups, problems = group_same_codes(counties, list(range(rows)), file="f")
        cells = [*astuple(counties)[:-1], [_make_record(one) for one in counties.problems]]
        found[f"table: {word}"] = json.loads(
            json.dumps([wanted, cells, groups, [_make_record(one) for one in problems]])
        )
    for word, (shapes, stated) in _SHAPES.items():
        given = np.empty(len(shapes), dtype=object)
        given[:] = shapes
        prepared = prepare(given, StatedSystem(stated), file="f", limits=FEW)
        told = [_make_record(problem) for problem in prepared.problems]
        found[f"shapes: {word}"] = [
            [_wkt(one) for one in prepared.geometry],
            [_wkt(one) for one in prepared.unrepaired],
            told,
        ]
    found |= {f"archive: {word}": _archive(entries) for word, entries in _ARCHIVES.items()}
    found |= {f"text of a table: {word}": _text_of_table(*case) for word, case in _TEXTS.items()}
    found["cut shapefile"] = _cut_shapefile()
    found |= {f"csv: {word}": _csv(raw) for word, raw in _CSV.items()}
    found["csv: missing"] = [_make_record(one) for one in read_table(Path("/nowhere/t.csv"), ["a"])[1]]
    found |= {f"letters: {word}": _letters(raw) for word, raw in _LETTERS.items()}
    return found


def test_every_record_is_the_one_that_was_read_by_a_person() -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    found = json.loads(json.dumps(records()))
    assert list(found) == list(golden)
    for case, expected in golden.items():
        assert found[case] == expected, case


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(records(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
