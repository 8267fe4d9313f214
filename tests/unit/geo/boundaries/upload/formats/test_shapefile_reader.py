"""The encodings of tables of shapefiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotzones.geo.boundaries.upload.formats.archive import Dataset
from pilotzones.geo.boundaries.upload.formats.gdal_reader import list_gdal_layers, read_gdal_layer
from pilotzones.geo.sandbox.limits import UPLOAD
from tests.helpers.boundary_files import BOX, frame_of, written

if TYPE_CHECKING:
    from pathlib import Path

    from pilotzones.geo.boundaries.upload.raw_features import RawFeatures


def _read(shp: Path) -> RawFeatures:
    dataset = Dataset("x", shp, "shapefile")
    (layer,) = list_gdal_layers(dataset, file="x.shp")
    return read_gdal_layer(dataset, layer, file="x.shp", limits=UPLOAD)


def _with_text(folder: Path, text: bytes, column: bytes, *, cpg: str | None = None, mark: int = 0) -> Path:
    """A shapefile whose text is put there byte by byte: what GDAL would make of an encoding is not the question."""
    shp = written(frame_of({"adcode": ["330402"], "N" * len(column): ["X" * len(text)]}, BOX), folder / "x.shp")
    dbf = shp.with_suffix(".dbf")
    raw = bytearray(dbf.read_bytes().replace(b"X" * len(text), text).replace(b"N" * len(column), column))
    raw[29] = mark
    dbf.write_bytes(raw)
    shp.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        shp.with_suffix(".cpg").write_text(cpg)
    return shp


@pytest.mark.parametrize(
    ("encoding", "cpg", "mark", "warned"),
    [
        ("GBK", None, 0, 0),
        ("GBK", "GBK", 0, 0),
        ("GBK", "936", 0, 0),
        ("GBK", "ANSI 936\n", 0, 0),
        ("GBK", None, 0x4D, 0),
        ("GBK", "UTF-8", 0, 1),
        ("GBK", "ISO-8859-1", 0, 0),
        ("UTF-8", None, 0, 0),
        ("UTF-8", "UTF-8", 0, 0),
        ("UTF-8", "65001", 0x57, 0),
        ("UTF-8", None, 0x57, 0),
        ("GB18030", None, 0, 0),
        ("GB18030", "GB18030", 0, 0),
        ("BIG5", "BIG5", 0, 0),
        ("BIG5", None, 0x4F, 0),
    ],
)
def test_encodings(encoding: str, cpg: str | None, mark: int, warned: int, tmp_path: Path) -> None:
    name = {"GB18030": "㐀𠀀区", "BIG5": "嘉義市"}.get(encoding, "南湖区")
    column = "name" if encoding == "BIG5" else "名称"
    shp = _with_text(tmp_path, name.encode(encoding), column.encode(encoding), cpg=cpg, mark=mark)
    read = _read(shp)
    assert read.columns == {"adcode": ["330402"], column: [name]}
    assert sum("which it is not" in problem.message for problem in read.problems) == warned


def test_text_in_no_encoding(tmp_path: Path) -> None:
    shp = _with_text(tmp_path, b"\xff\xff\x80\xff", b"name")
    problems = _read(shp).problems
    assert "neither UTF-8 nor GB18030" in problems[-1].message
    assert problems[-1].severity == "error"


def test_garbage_in_a_column_nobody_reads_is_no_matter(tmp_path: Path) -> None:
    shp = _with_text(tmp_path, b"\xff\xff\x80\xff", b"REMARK")
    assert _read(shp).columns["adcode"] == ["330402"]
