"""Small files that ask for minutes or gigabytes: polygons that cross themselves, archives and documents that unpack to far more."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import numpy as np

from tests.helpers.boundary_files import archive_of, parts_of, three_counties, written
from tests.helpers.document_files import word, workbook
from tests.helpers.polygon_layers import make_comb

__all__ = ["bombs", "crossing_ring"]


def crossing_ring(vertices: int, path: Path) -> Path:
    """A ring that crosses itself as often as it can, closed by one more vertex."""
    dice = np.random.default_rng(7)
    points = np.column_stack([dice.uniform(110, 120, vertices - 1), dice.uniform(25, 35, vertices - 1)])
    ring = [*points.tolist(), points[0].tolist()]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"adcode": "330402"}, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def _repacked(document: bytes, part: str, content: bytes) -> bytes:
    """A packed document with another content in one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as sink:
        for name in source.namelist():
            if name != part:
                sink.writestr(name, source.read(name))
        sink.writestr(part, content)
    return out.getvalue()


def _cells(count: int) -> bytes:
    """A sheet of so many cells; packed, it is a few hundred kilobytes."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    row = b"<row>" + b'<c t="inlineStr"><is><t>x</t></is></c>' * 50 + b"</row>"
    return head + row * (count // 50) + b"</sheetData></worksheet>"


def bombs(folder: Path, *, thorough: bool) -> list[Path]:
    """Write them; one of each kind, or all.

    Parameters
    ----------
    folder : Path
    thorough : bool
    """
    sizes = (200, 500, 1_000, 2_000, 4_000) if thorough else (4_000,)
    made = [crossing_ring(size, folder / f"ring{size}.geojson") for size in sizes]
    parts = parts_of(written(three_counties(), folder / "x.shp"))
    made.append(archive_of(folder / "zeros.zip", parts | {"x.shp": bytes(300_000_000)}))
    if thorough:
        made += _more(folder, parts)
    nested = folder / "nested.geojson"
    nested.write_text('{"type": "FeatureCollection", "features": [' + "[[]]," * 3_900_000 + "1]}")
    cells = folder / "cells.xlsx"
    cells.write_bytes(_repacked(workbook({"a": [["x"]]}), "xl/worksheets/sheet1.xml", _cells(2_500_000)))
    return [*made, nested, cells]


def _more(folder: Path, parts: dict[str, bytes]) -> list[Path]:
    """An archive whose header lies, polygons across each other, and a document with a picture that unpacks to too much."""
    content = random.Random(1).randbytes(10_000) * 4_000
    lying = archive_of(folder / "lying.zip", parts | {"x.shp": content})
    lying.write_bytes(lying.read_bytes().replace(len(content).to_bytes(4, "little"), (300_000).to_bytes(4, "little")))
    combs = three_counties()
    west, south, east, north = combs.total_bounds
    for row, upright in enumerate((True, False)):
        combs.loc[row, "geometry"] = make_comb(west, south, east - west, north - south, teeth=5_000, upright=upright)
    written(combs, folder / "combs.gpkg")
    media = folder / "media.docx"
    media.write_bytes(_repacked(word("余杭区"), "word/media/1", bytes(210_000_000)))
    return [lying, folder / "combs.gpkg", media]
