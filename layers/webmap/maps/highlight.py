"""What somebody searched for or pointed at, drawn above everything else: a county's outline, a point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import geopandas as gpd
import shapely

from pilotzones.geo.geometry import crs
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.county_index import County
from pilotzones.layers.style import palette
from pilotzones.layers.style.spec import Style
from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features
from pilotzones.layers.webmap.geometry.store import AnyStore, get_shared_store
from pilotzones.layers.webmap.layer_spec import MapLayer
from pilotzones.layers.webmap.state import MapState, Selected, ViewRequest

__all__ = ["find_county_features", "make_highlight", "with_found", "with_view"]

Box = tuple[float, float, float, float]
_TOLERANCE: Final = 0.0005
# Room for the legend at the lower right, as a share of the width.
_LEGEND_ROOM: Final = 0.5
# Room around what is looked at, and the least width of a view [degree].
_MARGIN: Final = 0.15
_MIN_EXTENT_DEGREES: Final = 0.4
_HERE: Final = Style(fill="#fde047", fill_opacity=1.0, stroke="#92400e", weight=2.0, radius=4, shape="square")


def make_highlight(
    lon: float, lat: float, county: shapely.Geometry | None, *, store: AnyStore | None = None
) -> tuple[str, str | None]:
    """Prepare a point and the county it lies in.

    Parameters
    ----------
    lon, lat : float
        [degree]
    county : geometry or None
        None where the point is in no county.
    store : AnyStore, optional
        The process's own by default.

    Returns
    -------
    point, outline : str, str or None
        Addresses in the store.
    """
    held = store or get_shared_store()

    def put(shape: shapely.Geometry) -> str:
        frame = gpd.GeoDataFrame({"feature": ["found"]}, geometry=[shape], crs=crs.GEOGRAPHIC)
        return held.put(encode_features(frame, id_column="feature"))

    outline = None if county is None else put(shapely.simplify(county, _TOLERANCE))
    return put(shapely.Point(lon, lat)), outline


def find_county_features(state: MapState, joined: JoinedProgramme, counties: Iterable[County]) -> Selected | None:
    """Find the features by which the map already draws some counties, so that their outline follows what is drawn.

    Parameters
    ----------
    state : MapState
    joined : JoinedProgramme
        What `state` shows.
    counties : iterable of County

    Returns
    -------
    Selected or None
        Of the members, when each county is one; else of the net of all counties, when it is drawn; None otherwise.
    """
    wanted = list(counties)
    drawn = joined.counted[joined.counted["kind"] == "county"]
    member_of = dict(zip(drawn["adcode"], drawn["member_id"], strict=True))
    if wanted and all(county.adcode in member_of for county in wanted):
        return Selected(layer="members", ids=[str(member_of[county.adcode]) for county in wanted])
    if wanted and any(layer.id == "counties" for layer in state.layers):
        return Selected(layer="counties", ids=[f"c{county.row}" for county in wanted])
    return None


def with_found(state: MapState, point: str, outline: str | None) -> MapState:
    """Return the state with what was found on top.

    Parameters
    ----------
    state : MapState
    point, outline : str, str or None
        From `make_highlight`.

    Returns
    -------
    MapState
    """
    top = max((layer.z for layer in state.layers), default=0)
    layers = list(state.layers)
    if outline is not None:
        style = replace(palette.CANDIDATE_CHOSEN, fill=None)
        layers.append(MapLayer(id="found", url=outline, classes=[style], all_class=0, z=top + 1, interactive=False))
    layers.append(MapLayer(id="here", url=point, classes=[_HERE], all_class=0, z=top + 2, interactive=False))
    return replace(state, layers=layers)


def with_view(state: MapState, box: Box, *, token: str, zoom: float | None = None) -> MapState:
    """Return the state with its view on a box.

    Parameters
    ----------
    state : MapState
    box : tuple of float
        West, south, east, north [degree].
    token : str
        The map moves only when this changes.
    zoom : float, optional
        To have the middle of the box in the middle of the map, at this zoom.

    Returns
    -------
    MapState
    """
    west, south, east, north = box
    wide = max(_MARGIN, (_MIN_EXTENT_DEGREES - (east - west)) / 2)
    high = max(_MARGIN, (_MIN_EXTENT_DEGREES - (north - south)) / 2)
    room = _LEGEND_ROOM * (east - west + 2 * wide)
    bounds = ((south - high, west - wide), (north + high, east + wide + room))
    spot = None if zoom is None else ((south + north) / 2, (west + east) / 2, zoom)
    return replace(state, view=ViewRequest(bounds=bounds, token=token, spot=spot))
