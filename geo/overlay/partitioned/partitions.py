"""Layers of polygons as partitioned GeoParquet: a folder of files, read one row group at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from pilotzones.geo.boundaries.upload.geometry_cleaning import StatedSystem
from pilotzones.geo.boundaries.upload.issue_log import escalate_unapproved_repairs
from pilotzones.geo.boundaries.upload.raw_features import parse_shapes, sanitize_for_display
from pilotzones.geo.errors import IntakeError, OverlayError, Problem, make_problem, raise_problems
from pilotzones.geo.overlay.models import PolygonLayer
from pilotzones.geo.overlay.upload.cleaning import clean_polygons
from pilotzones.geo.overlay.upload.reader import PLANS, read_feature_ids

__all__ = ["Partition", "PartitionedLayer", "is_partitioned", "join_layers", "list_partitions", "read_partition"]


@dataclass(frozen=True, slots=True)
class Partition:
    """One row group of one file.

    Parameters
    ----------
    path : str
        Of the file; every worker sees it under this path.
    group : int
        Of the row group in the file.
    first_in_file, first : int
        Rows before it in the file, and in the layer.
    rows : int
    """

    path: str
    group: int
    first_in_file: int
    first: int
    rows: int


@dataclass(frozen=True, slots=True)
class PartitionedLayer:
    """A layer as a list of partitions, and how to read them.

    Parameters
    ----------
    name : str
    partitions : tuple of Partition
    crs : str or None
        The reference system that its user gave.
    id_column : str or None
        The column that names the features; by default they are numbered through the layer from 1.
    repair : bool
        Whether polygons may be repaired.
    columns : tuple of str
        Columns to count by.
    all_columns : tuple of str
        Those that any of its files has.
    """

    name: str
    partitions: tuple[Partition, ...]
    crs: str | None = None
    id_column: str | None = None
    repair: bool = False
    columns: tuple[str, ...] = ()
    all_columns: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of all partitions."""
        return sum(part.rows for part in self.partitions)


def is_partitioned(source: Path) -> bool:
    """Return whether a path is a folder of GeoParquet files.

    Parameters
    ----------
    source : Path

    Returns
    -------
    bool
    """
    return source.is_dir() and any(source.glob("*.parquet"))


def list_partitions(source: Path, *, name: str = "", **options: Any) -> PartitionedLayer:
    """List the partitions of a layer from the footers of its files.

    Parameters
    ----------
    source : Path
        A GeoParquet file, or a folder of them.
    name : str, optional
        What the layer is called; by default the name of the folder.
    **options
        Of `PartitionedLayer`.

    Returns
    -------
    PartitionedLayer
        In the order of the files' names.

    Raises
    ------
    OverlayError
        When there is no such file, or one cannot be read.
    """
    paths = sorted(source.glob("*.parquet")) if source.is_dir() else [source]
    if not paths or not paths[0].is_file():
        raise OverlayError(make_problem(source.name, "geoparquet_missing"))
    groups: list[tuple[Path, int, int, int]] = []
    names: dict[str, None] = {}
    for path in paths:
        try:
            footer = pq.read_metadata(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise OverlayError(make_problem(path.name, "geoparquet_unreadable", facts={"reason": error})) from None
        names |= dict.fromkeys(footer.schema.to_arrow_schema().names)
        sizes = [footer.row_group(group).num_rows for group in range(footer.num_row_groups)]
        starts = accumulate(sizes, initial=0)
        groups += [(path, group, start, size) for group, (start, size) in enumerate(zip(starts, sizes, strict=False))]
    before = accumulate((size for *_, size in groups), initial=0)
    partitions = tuple(
        Partition(str(path.resolve()), group, start, first, size)
        for (path, group, start, size), first in zip(groups, before, strict=False)
    )
    return PartitionedLayer(sanitize_for_display(name or source.stem), partitions, all_columns=tuple(names), **options)


def read_partition(layer: PartitionedLayer, number: int) -> PolygonLayer:
    """Read one partition as a layer of its own.

    Parameters
    ----------
    layer : PartitionedLayer
    number : int
        Of the partition.

    Returns
    -------
    PolygonLayer
        Its ``rows`` count through the whole layer from 1; only `PartitionedLayer.columns` are read. One that this file
        lacks and another has is empty.

    Raises
    ------
    IntakeError
        When it is refused; every reason is among its problems.
    OverlayError
        When a column is missing, or the file is no GeoParquet of a kind that is read here.
    """
    part = layer.partitions[number]
    file = sanitize_for_display(Path(part.path).name)
    source = pq.ParquetFile(part.path)
    column, stated = _read_geo_metadata(source.schema_arrow.metadata or {}, file)
    there = set(source.schema_arrow.names) - {column}
    if layer.id_column is not None and layer.id_column not in there:
        facts = {"column": layer.id_column, "columns": ", ".join(sorted(there))}
        raise OverlayError(make_problem(file, "id_column_unknown", facts=facts))
    wanted = [name for name in dict.fromkeys([*layer.columns, layer.id_column or ""]) if name in there]
    table = source.read_row_group(part.group, columns=[column, *wanted])
    shapes = parse_shapes(shapely.from_wkb, table.column(column).to_pylist())
    cleaned = clean_polygons(shapes, StatedSystem(stated), layer.crs, file=file, limits=PLANS)
    problems = _number_through(cleaned.problems, part.first_in_file)
    problems = escalate_unapproved_repairs(problems, repair=layer.repair)
    raise_problems(IntakeError, file, problems)
    row_numbers = [row for row, polygon in enumerate(cleaned.geometry) if polygon is not None]
    rows = tuple(part.first + row + 1 for row in row_numbers)
    cells = {name: table.column(name).to_pylist() for name in wanted}
    cells |= {name: [None] * part.rows for name in layer.columns if name in layer.all_columns and name not in there}
    columns = pd.DataFrame(
        {name: [column[row] for row in row_numbers] for name, column in cells.items()}, index=range(len(row_numbers))
    )
    ids = read_feature_ids(columns, rows, layer.id_column, file=file)
    return PolygonLayer(layer.name, cleaned.geometry[row_numbers], ids, columns, tuple(problems), rows)


def _read_geo_metadata(metadata: dict[bytes, bytes], file: str) -> tuple[str, str]:
    """Read the name of the geometry column and its reference system."""
    try:
        geo = json.loads(metadata[b"geo"])
        column = geo["primary_column"]
        entry = geo["columns"][column]
        if entry["encoding"] != "WKB":
            raise OverlayError(make_problem(file, "geoparquet_encoding", facts={"encoding": entry["encoding"]}))
        stated = _name_system(json.dumps(entry.get("crs", "OGC:CRS84")))
    except (KeyError, TypeError, ValueError, pyproj.exceptions.CRSError):
        raise OverlayError(make_problem(file, "geoparquet_metadata")) from None
    return column, stated


@cache
def _name_system(stated: str) -> str:
    """Give the authority code of a reference system, or its well-known text; PROJ takes some 20 ms for it."""
    system = pyproj.CRS.from_user_input(json.loads(stated))
    authority = system.to_authority(min_confidence=100)
    return ":".join(authority) if authority else system.to_wkt()


def _number_through(problems: list[Problem], first: int) -> list[Problem]:
    return [problem if problem.row is None else replace(problem, row=problem.row + first) for problem in problems]


def join_layers(name: str, parts: list[PolygonLayer], columns: tuple[str, ...] = ()) -> PolygonLayer:
    """Put partitions into one layer.

    Parameters
    ----------
    name : str
    parts : list of PolygonLayer
        In order.
    columns : tuple of str, optional
        To keep.

    Returns
    -------
    PolygonLayer
    """
    geometry = np.concatenate([np.empty(0, dtype=object), *(part.geometry for part in parts)])
    frames = [part.columns.reindex(columns=list(columns)) for part in parts]
    return PolygonLayer(
        name,
        geometry,
        tuple(name for part in parts for name in part.ids),
        pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(columns)),
        tuple(problem for part in parts for problem in part.problems),
        tuple(row for part in parts for row in part.row_numbers),
    )
