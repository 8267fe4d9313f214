"""GeoParquet read with Arrow: the geometry column, its reference system and the cells, as its metadata say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from pilotzones.geo.boundaries.upload.raw_features import (
    RawFeatures,
    check_size,
    make_refusal,
    parse_shapes,
    sanitize_for_display,
    summarize_row_problems,
)
from pilotzones.geo.sandbox.limits import Limits

__all__ = ["read_parquet"]

_DEFAULT_CRS: Final = "EPSG:4326"


def read_parquet(path: Path, *, file: str, limits: Limits) -> RawFeatures:
    """Read the rows of a GeoParquet file.

    Parameters
    ----------
    path : Path
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    RawFeatures

    Raises
    ------
    IntakeError
        When it is damaged, asks for too much, or has no geometry column in WKB.
    """
    try:
        return _read(path, file, limits)
    except (pa.ArrowException, pyproj.exceptions.CRSError, OSError, ValueError, KeyError, TypeError) as error:
        raise make_refusal(file, "damaged-gdal", format="GeoParquet", reason=sanitize_for_display(error)) from None


def _read(path: Path, file: str, limits: Limits) -> RawFeatures:
    with pq.ParquetFile(path) as opened:
        meta = opened.metadata
        size = sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups))
        check_size(file, limits, features=meta.num_rows, columns=len(opened.schema_arrow))
        if size > limits.unpacked_bytes:
            sizes = {"bytes": f"{size:,}", "most": f"{limits.unpacked_bytes:,}"}
            raise make_refusal(file, "too_large-unpacked", **sizes)
        geo = json.loads((opened.schema_arrow.metadata or {}).get(b"geo", b"{}"))
        table = opened.read(use_threads=False)
    name = geo.get("primary_column", "geometry")
    described = geo.get("columns", {}).get(name, {})
    if name not in table.column_names or described.get("encoding", "WKB") != "WKB":
        raise make_refusal(file, "no_polygon-wkb")
    raw = table.column(name).to_pylist()
    read = RawFeatures(parse_shapes(shapely.from_wkb, raw))
    lost = [row for row, wkb in enumerate(raw, 1) if wkb is not None and read.geometry[row - 1] is None]
    read.problems += summarize_row_problems(file, "damaged-parquet_wkb", lost, field="geometry")
    # Without the member the specification means longitude and latitude of WGS 84; null means unknown.
    stated = described.get("crs", _DEFAULT_CRS)
    if not isinstance(stated, dict | str | None):
        raise make_refusal(file, "crs_unknown-definition")
    read.crs = _name_crs(stated) if isinstance(stated, dict) else stated
    read.crs_is_default = "crs" not in described
    others = [column for column in table.column_names if column != name]
    read.found = tuple(others)
    read.columns = {
        column: _read_texts(table.column(column)) for column in others if _is_plain(table.column(column).type)
    }
    return read


def _name_crs(stated: dict[str, Any]) -> str:
    """Return the code of a definition in PROJJSON, or the definition as well-known text where it has none."""
    code = stated.get("id")
    if isinstance(code, dict) and {"authority", "code"} <= set(code):
        return f"{code['authority']}:{code['code']}"
    return str(pyproj.CRS.from_json_dict(stated).to_wkt())


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
    )


def _read_texts(column: Any) -> list[str | None]:
    return [None if cell is None or cell != cell else str(cell) for cell in column.to_pylist()]  # noqa: PLR0124 - NaN
