"""What a reader of an exported file would notice at once: names, headings, styles, times, records, cells."""

from __future__ import annotations

import errno
import io
import json
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook

from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import ExportLayer, build_layer, encode
from pilotzones.geo.export.drivers.geojson import count_sequence
from pilotzones.geo.export.zip_archive import make_safe_name, make_zip
from pilotzones.geo.files.atomic_file import make_unwritten_problem
from pilotzones.geo.files.xlsx_writer import compute_column_width, make_sheet_name
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.site.inline import encode_script_json
from pilotzones.layers.style.export_styles import style_layer

_KML = {"k": "http://www.opengis.net/kml/2.2"}


@pytest.fixture(scope="module")
def members(joined: JoinedProgramme) -> ExportLayer:
    """The members of three zones, a special area that is a point among them."""
    return style_layer(build_layer(joined, "members", selection=Selection(zones=(3, 6, 7))), joined.programme)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "layer"),
        ("...", "layer"),
        ("._zones_.", "zones"),
        ("../zones", "zones"),
        ("试验区 1", "试验区_1"),
        ("x" * 500, "x" * 120),
    ],
)
def test_names_of_files(text: str, name: str) -> None:
    assert make_safe_name(text) == name


def test_an_archive_is_packed_dated_and_has_each_name_once() -> None:
    packed = make_zip({"a.txt": b"a" * 10_000, "b.txt": b"b"}, when="2026-11-22T10:20:30.5+00:00")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        first, second = archive.infolist()
    assert first.compress_size < 100 < first.file_size
    assert {entry.date_time for entry in (first, second)} == {(2026, 11, 22, 10, 20, 30)}
    assert {(entry.create_system, entry.external_attr >> 16) for entry in (first, second)} == {(3, 0o100644)}
    with pytest.raises(ExportError, match=r"two files are called a_b\.txt"):
        make_zip({"a b.txt": b"", "a?b.txt": b""})


def test_kml_has_points_styles_and_a_schema_that_its_places_point_to(members: ExportLayer) -> None:
    root = etree.fromstring(encode(members, format="kml"))

    def find(path: str) -> list[etree._Element]:
        return root.findall(path, _KML)

    (schema,) = find(".//k:Schema")
    assert (schema.get("name"), schema.get("id")) == ("members", "fields")
    assert {data.get("schemaUrl") for data in find(".//k:SchemaData")} == {"#fields"}
    styles = {style.get("id") for style in find(".//k:Style")}
    assert styles
    used = {url.text for url in find(".//k:Placemark/k:styleUrl")}
    assert used
    assert used <= {f"#{name}" for name in styles}
    for style in find(".//k:Style"):
        assert len(style.findtext("k:LineStyle/k:color", "", _KML)) == len("ff000000")
        assert float(style.findtext("k:LineStyle/k:width", "", _KML)) > 0
        assert style.findtext("k:PolyStyle/k:fill", "", _KML) in {"0", "1"}
    rings = find(".//k:LinearRing/k:coordinates")
    assert rings
    for ring in rings:
        corners = (ring.text or "").split()
        assert corners[0] == corners[-1]
        assert all(73 < float(lon) < 136 and 3 < float(lat) < 54 for lon, lat in (one.split(",") for one in corners))


def test_points_are_points_in_kml(joined: JoinedProgramme) -> None:
    points = build_layer(joined, "special_areas")
    written = etree.fromstring(encode(points, format="kml")).findall(".//k:Point/k:coordinates", _KML)
    shapes = [shape for shape in points.frame.geometry if shape is not None and shape.geom_type == "Point"]
    assert len(written) == len(shapes) > 0
    for told, shape in zip(written, shapes, strict=True):
        lon, lat = map(float, (told.text or "").split(","))
        assert (lon, lat) == pytest.approx((shape.x, shape.y), abs=1e-6)


def test_the_first_record_of_a_sequence_says_where_all_comes_from(members: ExportLayer) -> None:
    made = encode(members, format="geojsonseq")
    records = [json.loads(record) for record in made.split(b"\x1e")[1:]]
    assert len(records) == len(members.frame) == count_sequence(made)
    assert {"provenance", "fields"} <= records[0].keys()
    assert not {"provenance", "fields"} & set().union(*map(set, records[1:]))
    assert [one["properties"]["listed_name"] for one in records] == members.frame["listed_name"].tolist()


def test_a_workbook_has_a_title_and_wkt_no_idle_zeros(members: ExportLayer) -> None:
    book = load_workbook(io.BytesIO(encode(members, format="xlsx")))
    assert book.properties.title == f"{members.title('zh')} {members.title('en')}"
    text = encode(members, format="csv").decode("utf-8-sig")
    numbers = text.partition("POLYGON")[2].replace("(", " ").replace(")", " ").replace(",", " ").split()[:400]
    figures = [number for number in numbers if "." in number]
    assert figures
    assert not [figure for figure in figures if figure.endswith("0")]


def test_a_shapefile_is_dated_as_its_layer(joined: JoinedProgramme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1577836800")
    made = encode(build_layer(joined, "members", selection=Selection(zones=(7,))), format="shapefile")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        tables = [archive.read(name) for name in archive.namelist() if name.endswith(".dbf")]
    # Years since 1900, month, day.
    assert {tuple(table[1:4]) for table in tables} == {(120, 1, 1)}


def test_names_of_sheets_and_widths_of_columns() -> None:
    taken: set[str] = set()
    names = [
        make_sheet_name(title, fallback, taken=taken) for title, fallback in [("A/B", "1"), ("a b", "2"), ("'[]'", "3")]
    ]
    assert names == ["A B", "2", "3"]
    assert taken == {"a b", "2", "3"}
    assert compute_column_width(["试验区名称"]) == 2 * 5 + 2
    assert compute_column_width(["x" * 11]) == 11 + 2
    # A figure with one decimal, its separators and a sign.
    assert compute_column_width([1234567.0]) == len("1,234,567.0") + 1 + 2


def test_json_for_a_script_is_short_and_readable() -> None:
    assert encode_script_json({"名": [1, 2], "b": None}) == '{"名":[1,2],"b":null}'


def test_the_cause_of_a_refusal_is_said_in_words() -> None:
    path = Path("folder/a.csv")
    full = make_unwritten_problem(path, OSError(errno.ENOSPC, "No space left on device"))
    assert full.describe("en") == "a.csv was not written: the disk is full (folder)"
    assert full.describe("zh") == "a.csv 未写出：磁盘已满（folder）"
    assert "strange" in make_unwritten_problem(path, OSError(99999, "strange")).describe("zh")
    assert "OSError" in make_unwritten_problem(path, OSError()).describe("en")
