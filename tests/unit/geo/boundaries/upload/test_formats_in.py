"""Files as other programs write them: what is read of them, and that hostile ones are refused with a reason."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.upload.formats.file_type import find_foreign_format
from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file
from pilotzones.geo.errors import Problem
from pilotzones.geo.export import FORMATS, build_layer, encode
from pilotzones.geo.join import join
from pilotzones.geo.query.filters import Selection
from tests.helpers.boundary_files import NAMES, archive_of, frame_of, parts_of, three_counties, write_counties, written

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("forked_workers")]

READ_BACK = [name for name, kind in FORMATS.items() if not kind.drops_geometry and kind.countable]
PLAIN_SYSTEMS = ("wgs84", "cgcs2000", "web_mercator", "albers")


@pytest.mark.parametrize("name", ["members", "special_areas", "context"])
@pytest.mark.parametrize("kind", READ_BACK)
def test_every_export_is_read_back(kind: str, name: Any, joined: Any, tmp_path: Path) -> None:
    layer = build_layer(joined, name, selection=Selection() if name == "special_areas" else Selection(zones=(7,)))
    if name == "context":
        # The counties of one province, for all of them take long.
        frame = layer.frame[layer.frame["province"] == joined.members.set_index("zone")["province"][7].iloc[0]]
        layer = replace(layer, frame=frame.reset_index(drop=True))
    # A CSV says its system only in the descriptor beside.
    systems = [crs for crs in PLAIN_SYSTEMS[: 2 if kind == "csv" else 4] if crs in FORMATS[kind].systems]
    # Each format and layer in one system, all systems among them.
    crs: Any = systems[(READ_BACK.index(kind) + len(name)) % len(systems)]
    path = tmp_path / f"{name}{FORMATS[kind].suffix}"
    path.write_bytes(encode(layer, format=kind, crs=crs))
    read, problems = inspect_boundary_file(path)
    assert read is not None, problems
    counties = load("tianditu").counties.set_index("adcode").geometry
    code = "host_adcode" if name == "special_areas" else "adcode"
    is_polygon = np.isin(shapely.get_type_id(layer.shapes), (3, 6))
    assert sorted(read.counties["adcode"]) == sorted(set(layer.frame[code][is_polygon]))
    for adcode, polygon in read.counties.set_index("adcode").geometry.items():
        assert shapely.symmetric_difference(polygon, counties[adcode]).area < 1e-5
    if name != "special_areas":
        # What an audit rests on: how each member was found, and its area.
        here, there = (rows[rows["zone"] == 7] for rows in (join(joined.programme, read).members, joined.members))
        assert here["status"].tolist() == there["status"].tolist()
        assert here["computed_area_km2"].tolist() == pytest.approx(
            there["computed_area_km2"].tolist(), rel=1e-6, nan_ok=True
        )


@pytest.mark.parametrize(
    ("column", "form"),
    [
        ("统计用区划代码", "{}000000"),
        ("XZQHDM", "{}"),
        ("CNTY_CODE", "CN{}"),
        ("ref", "{}.0"),
        ("行政区划代", "{}000000"),
        ("ref", "CN{}"),
    ],
)
def test_codes_are_found_whatever_their_heading_and_form(column: str, form: str, tmp_path: Path) -> None:
    frame = three_counties()
    frame[column] = [form.format(code) for code in frame.pop("adcode")]
    read, _ = inspect_boundary_file(written(frame, tmp_path / "x.geojson"))
    assert read is not None
    assert sorted(read.counties["adcode"]) == sorted(NAMES)


@pytest.mark.parametrize("names", [["南湖区", "秀洲区", "嘉善县"], ["Nanhu", "Xiuzhou", "Jiashan"]])
def test_codes_are_found_by_name_and_place(names: list[str], tmp_path: Path) -> None:
    frame = three_counties().drop(columns="adcode").assign(name=names)
    read, problems = inspect_boundary_file(written(frame, tmp_path / "x.geojson"))
    assert read is not None
    assert sorted(read.counties["adcode"]) == sorted(NAMES)
    assert "codes_filled" in {problem.kind for problem in problems}


@pytest.mark.parametrize("column", ["name", "全称"])
def test_names_behind_their_parents_are_names(column: str, tmp_path: Path) -> None:
    frame = three_counties().drop(columns="adcode")
    frame[column] = "浙江省嘉兴市" + frame.pop("name")
    frame.loc[0, column] = "嘉兴南湖"
    read, problems = inspect_boundary_file(written(frame, tmp_path / "x.geojson"))
    assert read is not None
    assert sorted(read.counties["adcode"]) == sorted(NAMES)
    assert {problem.kind for problem in problems if problem.severity == "warning"} == {"no_codes"}


def test_equal_names_are_no_doubt_where_places_tell_them_apart(tmp_path: Path) -> None:
    counties = load("tianditu").counties
    frame = counties[counties["name"] == "朝阳区"][["name", "geometry"]]
    assert len(frame) == 2
    read, problems = inspect_boundary_file(written(frame, tmp_path / "x.geojson"))
    assert read is not None
    assert sorted(read.counties["adcode"]) == ["110105", "220104"]
    assert "same_name" not in {problem.kind for problem in problems}


def test_doubtful_rows_have_their_number_in_the_file(tmp_path: Path) -> None:
    frame = three_counties().drop(columns="adcode").assign(name=["南湖区", "东城区", "嘉善县"])
    frame.loc[0, "geometry"] = None
    _, problems = inspect_boundary_file(written(frame, tmp_path / "x.geojson"))
    assert {problem.kind: problem.row for problem in problems}["name_elsewhere"] == 2


def test_codes_of_the_statistics_are_those_of_the_counties_on_their_ground(tmp_path: Path) -> None:
    counties = load("tianditu").counties
    frame = counties[counties["adcode"].isin(["130682", "130181"])][["adcode", "name", "geometry"]]
    # Both codes were those of other cities around 1990.
    frame = frame.replace({"adcode": {"130682": "139001", "130181": "139002"}})
    read, problems = inspect_boundary_file(written(frame, tmp_path / "x.geojson"))
    assert read is not None
    assert sorted(read.counties["adcode"]) == ["130181", "130682"]
    assert "code_of_other_year" in {problem.kind for problem in problems}


def test_a_layer_of_cities_beside_that_of_counties_is_not_meant(tmp_path: Path) -> None:
    counties = three_counties()
    path = tmp_path / "x.gpkg"
    counties.to_file(path, layer="县界", driver="GPKG")
    # 嘉兴市 was a county-level city, too, until 1983.
    city = counties.dissolve().assign(adcode="330400", name="嘉兴市")
    city.to_file(path, layer="市界", driver="GPKG")
    read, problems = inspect_boundary_file(path)
    assert read is not None
    assert len(read.counties) == 3
    assert "layer_chosen" in {problem.kind for problem in problems}


def test_codes_of_another_year_are_todays_on_the_same_ground(tmp_path: Path) -> None:
    counties = load("tianditu").counties
    frame = counties[counties["adcode"].isin(["130881", "130803", "330402"])][["adcode", "name", "geometry"]]
    frame = frame.replace({"adcode": {"130881": "130823"}, "name": {"平泉市": "平泉县", "南湖区": "城区"}})
    read, problems = inspect_boundary_file(written(frame, tmp_path / "x.geojson"))
    assert read is not None
    assert sorted(read.counties["adcode"]) == ["130803", "130881", "330402"]
    assert {problem.kind: problem.value for problem in problems}["code_of_other_year"] == "130823 → 130881"
    assert "name_differs" not in {problem.kind for problem in problems}
    # The same code on other ground stays what it is.
    other = frame.assign(geometry=frame.geometry.iloc[[1, 0, 2]].to_numpy())
    read, _ = inspect_boundary_file(written(other, tmp_path / "y.geojson"))
    assert read is None or "130823" in set(read.counties["adcode"])


def test_a_name_that_the_code_never_had(tmp_path: Path) -> None:
    frame = three_counties()
    frame.loc[1, "name"] = "东城区"
    read, problems = inspect_boundary_file(written(frame, tmp_path / "x.geojson"))
    assert read is not None
    (found,) = (problem for problem in problems if problem.kind == "name_differs")
    assert (found.row, found.severity) == (2, "warning")


def test_folders_of_a_kml_are_a_column(tmp_path: Path) -> None:
    frame = three_counties()
    places = [
        f"<Folder><name>{folder}</name><Placemark><name>{row.name}</name>"
        f'<ExtendedData><Data name="adcode"><value>{row.adcode}</value></Data></ExtendedData>{_kml(row.geometry)}'
        "</Placemark></Folder>"
        for folder, row in zip("甲乙丙", frame.itertuples(index=False), strict=True)
    ]
    path = tmp_path / "x.kml"
    path.write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(places)}</Document></kml>', encoding="utf-8"
    )
    read, _ = inspect_boundary_file(path)
    assert read is not None
    assert read.counties.set_index("adcode")["folder"].to_dict() == dict(zip(frame["adcode"], "甲乙丙", strict=True))


def _kml(polygon: shapely.Geometry) -> str:
    ring = " ".join(f"{x},{y},0" for x, y in shapely.get_coordinates(shapely.get_parts(polygon)[0].exterior))
    return f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>"


def test_sheets_of_notes_are_no_layers(tmp_path: Path) -> None:
    frame = three_counties()
    table = frame.drop(columns="geometry").assign(wkt=shapely.simplify(frame.geometry.to_numpy(), 0.02))
    notes = pd.DataFrame({"name": list(NAMES.values())})
    for name, first in (("x.xlsx", table), ("y.xlsx", notes)):
        with pd.ExcelWriter(tmp_path / name) as book:
            notes.to_excel(book, sheet_name="说明", index=False)
            first.astype(str).to_excel(book, sheet_name="表", index=False)
    read, _ = inspect_boundary_file(tmp_path / "x.xlsx")
    assert read is not None
    assert sorted(read.counties["adcode"]) == sorted(NAMES)
    assert _refusal(tmp_path / "y.xlsx") == {"no_polygon"}


def test_a_name_that_lies_elsewhere_gets_no_code(tmp_path: Path) -> None:
    frame = three_counties().drop(columns="adcode").assign(name=["北京", "东城区", "嘉善县"])
    read, problems = inspect_boundary_file(written(frame, tmp_path / "x.geojson"))
    assert read is not None
    assert {problem.kind: problem.row for problem in problems}["name_elsewhere"] == 2
    assert read.counties["adcode"].tolist()[1:] == [None, "330421"]


@pytest.mark.parametrize("northing_first", [False, True])
def test_plane_coordinates_offer_their_system(northing_first: bool, tmp_path: Path) -> None:
    frame = three_counties().to_crs(4549)
    if northing_first:
        frame["geometry"] = shapely.transform(frame.geometry.to_numpy(), lambda points: points[:, ::-1])
    document = json.loads(frame.to_json())
    document.pop("crs", None)
    path = tmp_path / "x.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    read, problems = inspect_boundary_file(path)
    assert read is None
    assert [problem.value for problem in problems if problem.kind == "crs_choice"] == ["EPSG:4549"]
    read, _ = inspect_boundary_file(path, crs="4549", repair=northing_first)
    assert read is not None
    read, problems = inspect_boundary_file(path, crs="EPSG:4548", repair=northing_first)
    assert read is None
    assert "place_differs" in {problem.kind for problem in problems}


# Hostile files


def _refusal(path: Path) -> set[str]:
    read, problems = inspect_boundary_file(path, limits=UPLOAD)
    assert read is None
    return {problem.kind for problem in problems if problem.severity == "error"}


@pytest.mark.parametrize("name", ["x.sqlite", "x.gml", "x.mif", "x.parquet", "x.gdb.zip", "x.xlsx", "x.ods", "x.kmz"])
def test_half_a_file_is_refused(name: str, tmp_path: Path) -> None:
    path = write_counties(name, tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert _refusal(path)


def test_sqlite_with_a_program_inside(tmp_path: Path) -> None:
    path = write_counties("x.sqlite", tmp_path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("ALTER TABLE x RENAME TO hidden")
        database.execute("CREATE VIEW x AS SELECT * FROM hidden")
        database.execute("UPDATE geometry_columns SET f_table_name = 'x'")
    assert _refusal(path) == {"program"}


@pytest.mark.parametrize("line", ["  Type SEAMLESS", '  File "/etc/passwd"', 'open table "/etc/x.tab"'])
def test_a_table_that_leads_elsewhere(line: str, tmp_path: Path) -> None:
    tab = write_counties("x.tab", tmp_path)
    parts = parts_of(tab)
    assert _refusal(archive_of(tmp_path / "z.zip", parts | {"x.tab": parts["x.tab"] + f"\n{line}\n".encode()})) == {
        "program"
    }


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (
            "<ogr:FeatureCollection",
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><ogr:FeatureCollection',
            "program",
        ),
        ("urn:ogc:def:crs:EPSG::4326", "+proj=longlat +nadgrids=/etc/passwd", "crs_unknown"),
    ],
)
def test_gml_with_pointers(old: str, new: str, kind: str, tmp_path: Path) -> None:
    path = write_counties("x.gml", tmp_path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert kind in _refusal(path)


def test_schemas_of_a_gml_are_not_fetched(tmp_path: Path) -> None:
    path = write_counties("x.gml", tmp_path)
    text = path.read_text(encoding="utf-8").replace("x.xsd", "http://127.0.0.1:9/x.xsd file:///etc/passwd")
    path.write_text(text, encoding="utf-8")
    assert inspect_boundary_file(path, limits=UPLOAD)[0] is not None


def test_a_topology_that_uses_an_arc_again_and_again(tmp_path: Path) -> None:
    ring = [[120, 30], [121, 30], [121, 31], [120, 30]] * 5_000
    polygons = [{"type": "Polygon", "arcs": [[0]], "properties": {"adcode": "330402"}}] * 1_000
    document = {
        "type": "Topology",
        "objects": {"x": {"type": "GeometryCollection", "geometries": polygons}},
        "arcs": [ring],
    }
    path = tmp_path / "x.topojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert _refusal(path)


def test_a_cell_that_a_workbook_cut(tmp_path: Path) -> None:
    polygon = shapely.Point(120.7, 30.7).buffer(0.1, quad_segs=1_000)
    frame = frame_of({"adcode": ["330402"], "wkt": [polygon.wkt[:32_767]]}, polygon).drop(columns="geometry")
    frame.to_excel(tmp_path / "x.xlsx", index=False)
    assert "cell_cut" in _refusal(tmp_path / "x.xlsx")


@pytest.mark.parametrize(
    ("head", "name", "said"),
    [
        (b"  0\nSECTION\n", "x.dxf", "DXF"),
        (b'<?xml version="1.0"?><gpx version="1.1">', "x.gpx", "GPX"),
        (b"HeadBegin\n", "x.vct", "VCT"),
        (b"\0\1\0\0Standard Jet DB", "x.mdb", "Access"),
        (b"CAJ\0", "x.caj", "CAJ"),
        (b"PMTiles\3", "x.pmtiles", "PMTiles"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.xls", ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.et", ".et"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.wps", ".wps"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.doc", ".doc"),
        (b"PK\x03\x04", "x.ofd", ".ofd"),
    ],
)
def test_other_formats_are_named(head: bytes, name: str, said: str) -> None:
    assert said in Problem(name, str(find_foreign_format(head, name))).message
