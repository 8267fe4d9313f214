"""Shapefiles: short names with a key to them, UTF-8 said in a file, and no text cut."""

from __future__ import annotations

import struct
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from pilotzones.geo.export.drivers.arrow import build_field_table, with_geometry
from pilotzones.geo.export.drivers.gdal import run_gdal
from pilotzones.geo.export.models import ExportField, ExportLayer
from pilotzones.geo.export.zip_archive import make_safe_name
from pilotzones.geo.files.xlsx_writer import strip_controls

__all__ = ["build_field_key", "encode_shapefiles"]

_MAX_NAME_CHARS: Final = 10
_MAX_TEXT_BYTES: Final = 254  # bytes
_EXTENT_OFFSET: Final = 36
_POINT: Final = 0  # shapely's type number


def encode_shapefiles(layer: ExportLayer) -> dict[str, bytes]:
    """Encode a layer as the files of one Shapefile, or of two where it has points and polygons.

    Parameters
    ----------
    layer : ExportLayer

    Returns
    -------
    dict of str to bytes
        By file name. Rows without geometry are null shapes of the first Shapefile. A text longer than a field holds goes
        on in fields of its own (``note``, ``note_2`` …); `build_field_key` says so.

    Raises
    ------
    ExportError
        When GDAL refuses.
    """
    files: dict[str, bytes] = {}
    day = str(layer.provenance.get("generated") or "1980-01-01")[:10]
    table = with_geometry(_build_table(layer), layer)
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in _split_geometry_families(layer):
            part = replace(layer.with_shapes(layer.shapes, crs=layer.crs, detail=layer.detail), name=name)
            part = replace(part, frame=part.frame.iloc[rows])
            run_gdal(
                part,
                Path(folder) / f"{name}.shp",
                driver="ESRI Shapefile",
                table=table.take(pa.array(rows)),
                ENCODING="UTF-8",
                DBF_DATE_LAST_UPDATE=day,
            )
            _state_extent(Path(folder) / f"{name}.shp", part.shapes)
        for path in sorted(Path(folder).iterdir()):
            files[path.name] = path.read_bytes()
    return files


def _state_extent(shp: Path, shapes: Any) -> None:
    """Write the extent into the headers: GDAL begins it at (0, 0) where the first rows have no geometry."""
    present = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not len(present):
        return
    for path in (shp, shp.with_suffix(".shx")):
        with path.open("r+b") as stream:
            # Four doubles, little-endian, at byte 36 (ESRI Shapefile Technical Description, 1998, table 1).
            stream.seek(_EXTENT_OFFSET)
            stream.write(struct.pack("<4d", *shapely.total_bounds(present).tolist()))


def _split_geometry_families(layer: ExportLayer) -> Iterator[tuple[str, Any]]:
    """Yield name and rows of each Shapefile: one kind of geometry is all that one can hold."""
    kinds = shapely.get_type_id(layer.shapes)
    points, others = kinds == _POINT, kinds > _POINT
    # It becomes the name of a file.
    name = make_safe_name(layer.name)
    if points.any() and others.any():
        yield f"{name}_polygons", np.flatnonzero(~points)
        yield f"{name}_points", np.flatnonzero(points)
    else:
        yield name, np.arange(len(kinds))


def _make_short_names(fields: tuple[ExportField, ...]) -> dict[str, str]:
    """Find the short name of each field: its own, or a number where that is not fit or used twice."""
    wanted = {field.name: field.short or field.name for field in fields}
    counts = Counter(short.lower() for short in wanted.values())
    return {
        name: short if _is_fit_name(short) and counts[short.lower()] == 1 else f"field_{number}"
        for number, (name, short) in enumerate(wanted.items(), start=1)
    }


def _is_fit_name(short: str) -> bool:
    return short.isascii() and short.isidentifier() and len(short) <= _MAX_NAME_CHARS


def _build_table(layer: ExportLayer) -> pa.Table:
    """Put the fields under their short names, a long text in several."""
    table = build_field_table(layer, nested=False)
    columns: dict[str, Any] = {}
    for name, short in _make_short_names(layer.fields).items():
        column = table[name]
        if column.type == pa.string():
            columns |= _split_text_column(short, column.to_pylist())
        else:
            columns[short] = column
    return pa.table(columns)


def _split_text_column(short: str, values: list[str | None]) -> dict[str, pa.Array]:
    """Build a column of text, and as many more as its longest text needs."""
    pieces = [[] if value is None else _cut_text(strip_controls(value)) for value in values]
    count = max((len(own) for own in pieces), default=1)
    columns = {}
    for index in range(max(count, 1)):
        name = short if index == 0 else f"{short[: _MAX_NAME_CHARS - len(str(index + 1)) - 1]}_{index + 1}"
        columns[name] = pa.array([own[index] if index < len(own) else None for own in pieces], pa.string())
    return columns


def _cut_text(text: str) -> list[str]:
    """Cut a text into pieces that fit a field, between characters."""
    if len(text.encode()) <= _MAX_TEXT_BYTES:
        return [text]
    pieces, size = [""], 0
    for letter in text:
        width = len(letter.encode())
        if size + width > _MAX_TEXT_BYTES:
            pieces.append("")
            size = 0
        pieces[-1] += letter
        size += width
    return pieces


def build_field_key(layer: ExportLayer) -> pd.DataFrame:
    """Explain what each field of the Shapefile means.

    Parameters
    ----------
    layer : ExportLayer

    Returns
    -------
    DataFrame, shape (fields, 9)
        Name of the layer, short name, name, unit, type, headings and descriptions; a field that carries on another has its number.
    """
    short_names = _make_short_names(layer.fields)
    by_short = {short_names[field.name]: field for field in layer.fields}
    rows, last = [], None
    for column in _build_table(layer).column_names:
        last = by_short.get(column, last)
        if last is not None:
            carried = "" if column in by_short else f"carries on {short_names[last.name]} 续"
            rows.append({"layer": layer.name, "short_name": column, **last.to_json_values(), "note": carried})
    return pd.DataFrame(rows)
