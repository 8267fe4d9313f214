"""The polygons of a built-in source in the disk cache, as Arrow tables with WKB, after they were read and checked once.

The package's own format is decoded polygon by polygon in Python, which takes as long as all the rest of a start. The cache
has the same numbers, bit for bit.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from pilotzones.geo.files.disk_cache import get_bundle, make_code_key, put_bundle
from pilotzones.geo.geometry import crs

__all__ = ["cache_frames", "load_cached_frame"]

_MADE_BY: Final = tuple(
    Path(__file__).with_name(name) for name in ("loader.py", "columns.py", "schema.py", Path(__file__).name)
)
_FILE: Final = "frame.arrow"


def load_cached_frame(sha256: str, level: str) -> gpd.GeoDataFrame | None:
    """Load one administrative level of a source from the disk cache.

    Parameters
    ----------
    sha256 : str
        Hash of the source's files, which the caller has checked.
    level : str
        Name under which `cache_frames` stored it.

    Returns
    -------
    GeoDataFrame or None
        None when the cache has nothing usable.
    """
    files = get_bundle(_make_key(sha256, level))
    if files is None:
        return None
    # GeoParquet would do the same, but describes the reference system at length and takes twice the time.
    table = pd.read_feather(io.BytesIO(files[_FILE]))
    return gpd.GeoDataFrame(table, geometry=shapely.from_wkb(table["geometry"]), crs=crs.GEOGRAPHIC)


def cache_frames(sha256: str, frames: Mapping[str, gpd.GeoDataFrame]) -> bool:
    """Store the frames of a source for the next start, one bundle a level.

    Parameters
    ----------
    sha256 : str
        Hash of the source's files.
    frames : mapping of str to GeoDataFrame
        By level, in WGS 84.

    Returns
    -------
    bool
        False when one could not be written.
    """
    stored = True
    for level, frame in frames.items():
        stream = io.BytesIO()
        frame.to_wkb().to_feather(stream, compression="uncompressed")
        stored &= put_bundle(_make_key(sha256, level), {_FILE: stream.getvalue()})
    return stored


def _make_key(sha256: str, level: str) -> str:
    return make_code_key(sha256, "frame", level, *_get_versions(), code=_MADE_BY)


@cache
def _get_versions() -> tuple[str, ...]:
    return tuple(metadata.version(name) for name in ("frykit", "geopandas", "pandas", "pyarrow"))
