"""The polygons of a built-in source, read and checked once for a machine, then kept as Arrow tables with WKB.

The package's own form is decoded polygon by polygon in Python, which takes as long as all the rest of a start; what is kept
here has the same numbers, bit for bit.
"""

from __future__ import annotations

import io
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely

from pilotzones.geo.files.disk_cache import code_key, get_bundle, put_bundle
from pilotzones.geo.geometry import crs

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["cache_frames", "load_cached_frames"]

_MADE_BY: Final = tuple(Path(__file__).with_name(name) for name in ("loader.py", "schema.py", Path(__file__).name))


def load_cached_frames(sha256: str) -> dict[str, gpd.GeoDataFrame] | None:
    """The frames that were kept of a source.

    Parameters
    ----------
    sha256 : str
        Hash of the source's files, which are as they should be.

    Returns
    -------
    dict of str to GeoDataFrame, or None
        By level; None when nothing usable is kept.
    """
    files = get_bundle(_key(sha256))
    if files is None:
        return None
    frames = {}
    for level, content in files.items():
        table = pd.read_feather(io.BytesIO(content))
        # GeoParquet would do the same, but describes the reference system at length and takes twice the time for it.
        frames[level] = gpd.GeoDataFrame(table, geometry=shapely.from_wkb(table["geometry"]), crs=crs.GEOGRAPHIC)
    return frames


def cache_frames(sha256: str, frames: Mapping[str, gpd.GeoDataFrame]) -> bool:
    """Keep the frames of a source for the next start.

    Parameters
    ----------
    sha256 : str
        Hash of the source's files.
    frames : mapping of str to GeoDataFrame
        By level, in WGS 84.

    Returns
    -------
    bool
        False when they could not be written.
    """
    files = {}
    for level, frame in frames.items():
        stream = io.BytesIO()
        frame.to_wkb().to_feather(stream, compression="uncompressed")
        files[level] = stream.getvalue()
    return put_bundle(_key(sha256), files)


def _key(sha256: str) -> str:
    versions = [metadata.version(name) for name in ("frykit", "geopandas", "pandas", "pyarrow")]
    return code_key(sha256, "frames", *versions, code=_MADE_BY)
