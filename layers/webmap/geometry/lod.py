"""Detail that suits the zoom: a small file of a whole layer first, finer files in parts for who looks closely.

Every level is simplified as one coverage, so neighbours stay joined at each. Finer levels are made when a browser first
asks for them, and both are kept on disk (`pilotzones.geo.files.disk_cache`), so a large source is simplified once for a machine.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import shapely

from pilotzones.geo.files.disk_cache import get_bundle, make_code_key, put_bundle
from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features, simplify_coverage
from pilotzones.layers.webmap.geometry.store import GeometryStore, StoreError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Level", "Shape", "build_levels", "get_or_build", "make_bundle_key"]

# Makes of a simplified coverage what is drawn.
Shape: TypeAlias = "Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]"
# Kind of layer -> address of its coarsest file, or the text that lists its finer ones.
Addresses: TypeAlias = "dict[str, str]"
_NAMES: Final = "names.json"
_MADE_BY: Final = tuple(Path(__file__).with_name(name) for name in ("geojson_encoder.py", "lod.py"))


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of detail.

    Parameters
    ----------
    zoom : int
        Shown from this zoom on.
    tolerance : float
        Of the simplification [degree]; 0 keeps every vertex of the source.
    precision : int
        Decimals kept [degree].
    """

    zoom: int
    tolerance: float
    precision: int


def build_levels(
    frame: gpd.GeoDataFrame,
    levels: Sequence[Level],
    kinds: Mapping[str, Shape],
    *,
    part_column: str,
    store: GeometryStore,
) -> Addresses:
    """Encode and store layers at each level, a file for each part.

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons that do not overlap, as the source has them; with a level of tolerance 0 only, any polygons. ``feature`` has
        the id of each.
    levels : sequence of Level
        Coarser ones first.
    kinds : mapping of str to callable
        What is drawn of the simplified coverage: itself, or outlines of groups of it.
    part_column : str
        Column with the name of the part that a feature belongs to; every kind has it and ``feature``.
    store : GeometryStore
        The files stay in it for good.

    Returns
    -------
    dict of str to str
        By kind, as `pilotzones.layers.webmap.geometry.lod_registry.FineLevels.at` has it.
    """
    listed: dict[str, list[dict[str, object]]] = {name: [] for name in kinds}
    for level in levels:
        simple = simplify_coverage(frame, level.tolerance) if level.tolerance else frame
        for name, shape in kinds.items():
            parts = []
            for _, part in shape(simple).groupby(part_column, sort=True):
                boxes = shapely.bounds(part.geometry.to_numpy())
                if np.isnan(boxes).all():
                    continue
                west, south = np.nanmin(boxes[:, :2], axis=0).round(4).tolist()
                east, north = np.nanmax(boxes[:, 2:], axis=0).round(4).tolist()
                content = encode_features(part, id_column="feature", precision=level.precision)
                url = store.put(content, pinned=True)
                parts.append({"url": url, "bounds": [[south, west], [north, east]]})
            listed[name].append({"zoom": level.zoom, "parts": parts})
    return {
        name: json.dumps({"levels": found}, separators=(",", ":"), sort_keys=True) for name, found in listed.items()
    }


def make_bundle_key(*made_from: str) -> str:
    """Make the key of a bundle of encoded layers.

    Parameters
    ----------
    *made_from : str
        Hash of the source, and what was made of it.

    Returns
    -------
    str
        64 hexadecimal digits; changed code is another key.
    """
    return make_code_key(*made_from, code=_MADE_BY)


def get_or_build(key: str, make: Callable[[], Addresses], *, store: GeometryStore) -> Addresses:
    """Return what `make` returns, with all files it names, from the disk cache where they are there.

    Parameters
    ----------
    key : str
        Of the bundle, from `make_bundle_key`.
    make : callable
        Puts files into `store` and answers with addresses, or texts that contain addresses.
    store : GeometryStore

    Returns
    -------
    dict of str to str
        The same as `make` would give.
    """
    found = _from_disk(key, store)
    if found is not None:
        return found
    made = make()
    files = {}
    for address in _list_addresses(made):
        entry = store.find_entry(address)
        if entry is not None:
            files[address] = entry.gzipped
    put_bundle(key, {_NAMES: json.dumps(made).encode(), **files})
    return made


def _from_disk(key: str, store: GeometryStore) -> Addresses | None:
    files = get_bundle(key)
    if files is None or _NAMES not in files:
        return None
    try:
        names = json.loads(files.pop(_NAMES))
        if not isinstance(names, dict) or not all(isinstance(value, str) for value in names.values()):
            return None
        # A content address is worth what its hash is: each file is hashed again.
        arrived = {store.put_gzipped(content, pinned=True) for content in files.values()}
        return names if set(_list_addresses(names)) <= arrived else None
    except (ValueError, TypeError, LookupError, RecursionError, EOFError, OSError, zlib.error, StoreError):
        return None


def _list_addresses(names: Mapping[str, str]) -> list[str]:
    found = []
    for text in names.values():
        if text.startswith("{"):
            found += [part["url"] for level in json.loads(text)["levels"] for part in level["parts"]]
        else:
            found.append(text)
    return found
