"""Exports against the schemas and requirements of their standards."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.export import ExportLayer, build_layer, encode, encode_all, list_layers
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.style.export_styles import style_layer
from tests.helpers.geopackage_requirements import find_violations


@pytest.fixture(scope="module")
def layers(joined: JoinedProgramme, amap: Boundaries) -> dict[str, ExportLayer]:
    part = {"source_difference": Selection(zones=(7,))}
    made = {
        name: build_layer(joined, name, others=[amap], selection=part.get(name))
        for name in list_layers(joined.programme)
    }
    return {name: style_layer(layer, joined.programme) for name, layer in made.items()}


@pytest.fixture(scope="module")
def kml_schema() -> etree.XMLSchema:
    # OGC's own file of KML 2.2 (OGC 07-147r2), as the package has it beside its code.
    with resources.as_file(resources.files("fastkml") / "schema") as folder:
        return etree.XMLSchema(etree.parse(str(folder / "ogckml22.xsd")))


@pytest.mark.slow
def test_every_kml_fits_the_schema_of_ogc(layers: dict[str, ExportLayer], kml_schema: etree.XMLSchema) -> None:
    written = [layer for layer in layers.values() if layer.has_geometry]
    assert len(written) >= 5
    for layer in written:
        document = etree.fromstring(encode(layer, format="kml", detail="coarse"))
        kml_schema.assertValid(document)
    # The judge sees what is wrong: the order of the elements was, once.
    first = document[0]
    first.append(first[0])
    assert not kml_schema.validate(document)


@pytest.mark.slow
@pytest.mark.parametrize("crs", ["wgs84", "albers", "gcj02"])
def test_geopackages_meet_the_requirements(layers: dict[str, ExportLayer], crs: Any, tmp_path: Path) -> None:
    content = encode_all(list(layers.values()), format="gpkg", crs=crs, detail="coarse")
    assert find_violations(content) == []
    path = tmp_path / "x.gpkg"
    path.write_bytes(content)
    # GDAL's validator, where the system has it: no wheel brings it.
    python = shutil.which("python3", path="/usr/bin")
    judge = [python or "", "-m", "osgeo_utils.samples.validate_gpkg"]
    if python and subprocess.run([*judge, "--help"], capture_output=True, check=False).returncode in (0, 1, 2):
        done = subprocess.run([*judge, str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0 or "No module named" in done.stderr, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("damage", "number"),
    [
        ("UPDATE gpkg_contents SET last_change = '2026-01-01T00:00:00Z'", "15"),
        ("UPDATE gpkg_metadata_reference SET timestamp = '2026'", "100"),
        ("UPDATE gpkg_contents SET srs_id = 0", "23"),
        ("DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'", "60"),
        ("UPDATE gpkg_geometry_columns SET geometry_type_name = 'POINT'", "31"),
        ("INSERT INTO gpkg_contents (table_name, data_type, last_change) VALUES ('x', 'features', '2026')", "14"),
        ("UPDATE gpkg_data_columns SET column_name = 'nowhere' WHERE column_name = 'name'", "105"),
        ("PRAGMA user_version = 10000", "2"),
    ],
)
def test_the_requirements_see_damage(layers: dict[str, ExportLayer], damage: str, number: str) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.deserialize(encode(layers["zones"], format="gpkg", detail="coarse"))
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(damage)
        found = find_violations(database.serialize())
    assert any(violation.startswith(number) for violation in found), found
