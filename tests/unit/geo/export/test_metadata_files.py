"""The field dictionary has every column of every layer, and the descriptions beside the files validate."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from frictionless import Package, system

from pilotzones.cli.main import run
from pilotzones.data import EXPORTS
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import (
    CRS,
    DETAILS,
    FORMATS,
    LAYERS,
    build_layer,
    count_rows,
    encode_all,
    get_fields,
    get_title,
    list_layers,
    load_dictionary,
)
from pilotzones.geo.export.zip_archive import make_safe_name, make_zip
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.filters import Selection

ROOT = Path(__file__).parents[4]


@pytest.mark.slow
def test_every_column_of_every_layer_is_in_the_dictionary(joined: JoinedProgramme, amap: Boundaries) -> None:
    assert set(LAYERS) - set(list_layers(joined.programme)) == {"towns", "measures", "projects"}
    for name in list_layers(joined.programme):
        made = build_layer(joined, name, selection=Selection(zones=(3,)), others=[amap])
        columns = [column for column in made.frame.columns if column != "geometry"]
        assert columns == [field.name for field in made.fields] == [field.name for field in get_fields(name)]
        assert made.frame["id"].is_unique
        for lang in ("zh", "en"):
            assert get_title(name, lang) == made.title(lang)
            assert count_rows(name, lang)


def test_no_field_is_described_that_no_layer_has() -> None:
    used = {field.name for name in LAYERS for field in get_fields(name)}
    assert set(load_dictionary()) == used
    for field in load_dictionary().values():
        assert all(field.label.values())
        assert all(field.description.values())
        assert (field.unit != "") == (field.type == "number"), field.name
        assert len(field.short or field.name) <= 10


@pytest.mark.parametrize("name", ["exports.md", "exports.zh.md"])
def test_the_guide_names_every_format_layer_field_and_coordinate(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    for word in (*FORMATS, *LAYERS, *CRS, *DETAILS, *load_dictionary()):
        assert f"`{word}`" in text, word


@pytest.mark.slow
def test_the_commands_of_the_guide_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands, same = (_commands(name) for name in ("exports.md", "exports.zh.md"))
    assert len(commands) >= 4
    assert commands == same
    monkeypatch.chdir(tmp_path)
    for command in commands:
        assert run(command.split()) == 0, command
    assert len(list(tmp_path.iterdir())) == len(commands)


def _commands(name: str) -> list[str]:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    return re.findall(r"^pilotzones (export .*)$", text, flags=re.MULTILINE)


def test_the_data_dictionary_names_the_files_of_the_exports() -> None:
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for path in EXPORTS.iterdir():
        assert path.name in text


@pytest.mark.slow
def test_the_bundle_validates_and_describes_what_is_in_it(joined: JoinedProgramme, tmp_path: Path) -> None:
    layers = [build_layer(joined, name) for name in ("zones", "members", "tasks")]
    content = encode_all(layers, format="csv")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
    assert names[-3:] == ["README.md", "datapackage.json", "dcat.jsonld"]
    # A polygon as WKT is longer than the csv module expects of a cell.
    usual = csv.field_size_limit(2**31 - 1)
    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "datapackage.json")).validate()
    csv.field_size_limit(usual)
    assert report.valid, report.flatten(["rowNumber", "fieldNumber", "type", "message"])[:5]
    assert report.stats["tasks"] == 3
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "GS(2024)0650号" in readme
    assert "发改规划〔2019〕1947号" in readme
    dcat = json.loads((tmp_path / "dcat.jsonld").read_text(encoding="utf-8"))
    assert dcat["@type"] == "dcat:Dataset"
    assert [entry["dct:identifier"] for entry in dcat["dcat:distribution"]] == names[:3]


@pytest.mark.parametrize("kind", ["geojson", "flatgeobuf", "geoparquet"])
def test_descriptors_of_other_formats_validate_too(joined: JoinedProgramme, tmp_path: Path, kind: str) -> None:
    with zipfile.ZipFile(io.BytesIO(encode_all([build_layer(joined, "zones")], format=kind))) as archive:
        archive.extractall(tmp_path)
    assert (
        Package.metadata_validate(json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))) is not None
    )
    assert (
        list(Package.metadata_validate(json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8")))) == []
    )


def test_a_csv_file_has_its_descriptor_beside(joined: JoinedProgramme, tmp_path: Path) -> None:
    assert run(["export", "--layer", "tasks", "-o", str(tmp_path / "tasks.csv")]) == 0
    told = json.loads((tmp_path / "tasks.datapackage.json").read_text(encoding="utf-8"))
    assert told["resources"][0]["path"] == "tasks.csv"
    assert told["resources"][0]["provenance"]["boundary_review_number"] == "GS(2024)0650号"
    rows = list(csv.DictReader(io.StringIO((tmp_path / "tasks.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == sum(len(zone.tasks) for zone in joined.programme.zones)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../a", "a"),
        ("a/b\\c", "a_b_c"),
        ("", "layer"),
        ("...", "layer"),
        ("a..b", "a_b"),
        ("试验区.csv", "试验区.csv"),
    ],
)
def test_names_are_safe_in_any_folder(text: str, name: str) -> None:
    assert make_safe_name(text) == name


def test_two_files_of_one_name_are_an_error_not_a_loss() -> None:
    with pytest.raises(ExportError, match="two files are called"):
        make_zip({"a/b": b"1", "a_b": b"2"})


# --- the terminal ---


@pytest.mark.parametrize(
    ("arguments", "name", "rows"),
    [
        (["--layer", "zones", "--layer", "tasks"], "both.gpkg", 16 + 2),
        (["--layer", "zones", "--layer", "tasks", "--format", "csv"], "both.zip", 5),
        (["--layer", "special_areas", "--detail", "coarse"], "areas.shp.zip", None),
        (["--crs", "gcj02"], "zones.fgb", 2),
    ],
)
def test_the_ending_of_the_file_names_the_format(
    tmp_path: Path, arguments: list[str], name: str, rows: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    extra = ["--region", "中部"] if rows != 18 else ["--zone", "6,7"]
    if "special_areas" in arguments:
        extra = []
    assert run(["export", *arguments, *extra, "-o", str(path)]) == 0
    assert str(path) in capsys.readouterr().err
    assert path.stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "x.dwg"], "names no format"),
        (["-o", "x.kml", "--crs", "bd09"], "degrees of WGS 84"),
        (["-o", "x.fgb", "--layer", "tasks"], "has none"),
        (["-o", "x.geojson", "--crs", "mars"], "cgcs2000"),
        (["-o", "x.geojson", "--format", "dwg"], "topojson"),
    ],
)
def test_what_cannot_be_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["export", *arguments]) == 1
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
