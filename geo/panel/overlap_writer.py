"""Load where programmes of the catalogue meet, and write it as a workbook, a table or a layer."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
from pilotzones.geo.files.xlsx_writer import encode_workbook, iterate_cells
from pilotzones.geo.panel.overlap import OVERLAP_TABLES, ProgrammeOverlap, measure_overlap
from pilotzones.geo.query.applicability_loader import load_applicability

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

    from pilotzones.geo.catalogue.models import Programme

__all__ = ["encode_overlap", "load_county_areas", "load_overlap", "make_county_layer", "write_overlap"]


@cache
def load_county_areas() -> tuple[float, ...]:
    """Load the areas of the counties of the default source [km²], in its order."""
    from pilotzones.geo.boundaries.loader import load
    from pilotzones.geo.geometry.area import DEFAULT_METHOD, compute_area_km2

    return tuple(compute_area_km2(load(DEFAULT_SOURCE).counties.geometry, method=DEFAULT_METHOD).tolist())


def load_overlap(
    programmes: Sequence[Programme], *, zones_of: str | None = None, year: int | None = None
) -> ProgrammeOverlap:
    """Measure where programmes meet on the default source.

    Parameters
    ----------
    programmes : sequence of Programme
    zones_of, year
        As of `measure_overlap`.

    Returns
    -------
    ProgrammeOverlap
    """
    applicability = load_applicability(programmes, DEFAULT_SOURCE)
    return measure_overlap(applicability, load_county_areas(), zones_of=zones_of, year=year)


def make_county_layer(overlap: ProgrammeOverlap) -> gpd.GeoDataFrame:
    """Make a layer of the counties with the number of programmes that cover each.

    Parameters
    ----------
    overlap : ProgrammeOverlap
        Of `load_overlap`.

    Returns
    -------
    GeoDataFrame
        WGS 84.
    """
    import geopandas as gpd

    from pilotzones.geo.boundaries.loader import load

    geometry = load(DEFAULT_SOURCE).counties.geometry
    return gpd.GeoDataFrame(overlap.counties, geometry=geometry.to_numpy(), crs=geometry.crs)


def write_overlap(overlap: ProgrammeOverlap, path: Path, *, table: str = "pairs") -> None:
    """Write where programmes meet.

    Parameters
    ----------
    overlap : ProgrammeOverlap
    path : Path
        Ends in .xlsx, .csv or .geojson.
    table : str, optional
        Which of `OVERLAP_TABLES` a CSV file has.

    Raises
    ------
    ExportError
        When the ending names no format, or the file cannot be written.
    """
    write_atomically(path, encode_overlap(overlap, path.suffix.lower(), table=table))


def encode_overlap(overlap: ProgrammeOverlap, suffix: str, *, table: str = "pairs") -> bytes:
    """Encode where programmes meet as the bytes of a file, see `write_overlap`.

    Raises
    ------
    ExportError
        When the ending names no format.
    """
    if suffix == ".csv":
        return with_byte_order_mark(format_csv(getattr(overlap, table)))
    if suffix == ".xlsx":
        frames = {name: getattr(overlap, name) for name in OVERLAP_TABLES}
        return encode_workbook({name: (frame.columns, iterate_cells(frame)) for name, frame in frames.items()})
    if suffix == ".geojson":
        return str(make_county_layer(overlap).to_json(ensure_ascii=False, drop_id=True)).encode()
    raise ExportError(make_problem("", "ending_unknown", facts={"known": ".xlsx, .csv, .geojson", "ending": suffix}))
