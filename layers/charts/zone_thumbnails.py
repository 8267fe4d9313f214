"""Small static maps of zones at one scale, as SVG: what stands beside each other can be compared by eye.

Each zone lies in an equal-area projection of its own centre, so a square centimetre is as much land in every picture. All
text becomes text of the SVG through an XML library; nothing in it is markup.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from pilotzones.geo.geometry import crs
from pilotzones.geo.join import JoinedProgramme
from pilotzones.layers.style import palette
from pilotzones.layers.style.spec import Theme
from pilotzones.layers.webmap.geometry.geojson_encoder import simplify_coverage

__all__ = ["Extract", "ZoneShapes", "draw_extracts", "simplify_zone_shapes"]

# The display's own tolerance [degree]: at these sizes finer than a pixel.
_TOLERANCE: Final = 0.002
# Longest side of the largest zone, and the rim around it [px].
_SIDE: Final = 300.0
_RIM: Final = 14.0
_BAR_ROOM: Final = 30.0
# No label on what is smaller than this [px].
_LABELLED: Final = 34.0
_NICE: Final = (1, 2, 5)
# Height of a line of names, how wide a letter is, Latin or Chinese, and where else a name may stand [px].
_LINE: Final = 12.0
_LETTER: Final = (7.0, 11.0)
_SHIFTS: Final = (0.0, -6.0, 6.0, -12.0, 12.0)


@dataclass(frozen=True)
class Extract:
    """One picture: the zone, the SVG, its width [px], and the length of its scale bar [km]."""

    zone: int
    svg: str
    width: int
    bar_km: int


@dataclass(frozen=True)
class ZoneShapes:
    """Simplified polygons of the members of every zone, with the name that is written on each."""

    frame: gpd.GeoDataFrame
    points: gpd.GeoDataFrame


def simplify_zone_shapes(joined: JoinedProgramme) -> ZoneShapes:
    """Simplify the members to draw together so that neighbours stay joined.

    Parameters
    ----------
    joined : JoinedProgramme

    Returns
    -------
    ZoneShapes
    """
    members = joined.counted.reset_index(drop=True)
    points = joined.points.reset_index(drop=True)
    return ZoneShapes(simplify_coverage(members, _TOLERANCE), points)


def draw_extracts(
    shapes: ZoneShapes,
    zones: Sequence[int],
    *,
    names: Mapping[str, str],
    fills: Mapping[int, str],
    theme: Theme = "light",
) -> list[Extract]:
    """Draw a picture of each zone, all at one scale.

    Parameters
    ----------
    shapes : ZoneShapes
    zones : sequence of int
    names : mapping of str to str
        What is written on a member, by its id.
    fills : mapping of int to str
        Colour of each zone, ``#rrggbb``.
    theme : {"light", "dark"}

    Returns
    -------
    list of Extract
        In the order given; a zone without a polygon is left out.
    """
    planes = [plane for plane in (_project_zone(shapes, zone) for zone in zones) if plane is not None]
    if not planes:
        return []
    metres = max(max(plane.width, plane.height) for plane in planes) / _SIDE
    bar_km = _choose_bar_length(metres)
    return [_draw_picture(plane, metres, bar_km, names=names, fill=fills[plane.zone], theme=theme) for plane in planes]


@dataclass(frozen=True)
class _Plane:
    """Members of a zone in metres, y downwards, the corner of the picture at 0, 0."""

    zone: int
    members: tuple[tuple[str, shapely.Geometry], ...]
    points: tuple[tuple[str, float, float], ...]
    width: float
    height: float


def _project_zone(shapes: ZoneShapes, zone: int) -> _Plane | None:
    own = shapes.frame[shapes.frame["zone"] == zone]
    if own.empty:
        return None
    points = shapes.points[shapes.points["zone"] == zone]
    west, south, east, north = own.total_bounds
    centre = f"+proj=laea +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +ellps=WGS84"
    to_plane = Transformer.from_crs(crs.GEOGRAPHIC, centre, always_xy=True)

    def project(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = to_plane.transform(xy[:, 0], xy[:, 1])
        return np.column_stack([x, -np.asarray(y)])

    flat: NDArray[Any] = shapely.transform(own.geometry.to_numpy(), project)
    spots: NDArray[Any] = shapely.transform(points.geometry.to_numpy(), project)
    left, top, right, bottom = shapely.total_bounds(np.concatenate([flat, spots]))
    moved: NDArray[Any] = shapely.transform(flat, lambda xy: xy - (left, top))
    return _Plane(
        zone,
        tuple(zip(own["member_id"], moved, strict=True)),
        tuple((key, spot.x - left, spot.y - top) for key, spot in zip(points["member_id"], spots, strict=True)),
        right - left,
        bottom - top,
    )


def _choose_bar_length(metres_per_pixel: float) -> int:
    """Return a round length [km] of about a third of the picture."""
    wanted = metres_per_pixel * _SIDE / 3 / 1000
    power = 10 ** math.floor(math.log10(max(wanted, 1)))
    return int(max(step * power for step in _NICE if step * power <= max(wanted, 1)))


def _draw_picture(
    plane: _Plane, metres: float, bar_km: int, *, names: Mapping[str, str], fill: str, theme: Theme
) -> Extract:
    width, height = plane.width / metres + 2 * _RIM, plane.height / metres + 2 * _RIM + _BAR_ROOM
    bar = bar_km * 1000 / metres
    width = max(width, bar + 2 * _RIM + 50)
    look = palette.get_chart_theme(theme)
    size = {"width": f"{width:.0f}", "height": f"{height:.0f}", "viewBox": f"0 0 {width:.0f} {height:.0f}"}
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "font-family": "sans-serif", **size})
    land = ET.SubElement(root, "g", {"fill": fill, "fill-opacity": "0.6", "stroke": look.paper, "stroke-width": "1"})
    for _, shape in plane.members:
        ET.SubElement(land, "path", {"d": _format_path(shape, metres), "fill-rule": "evenodd"})
    words = ET.SubElement(
        root, "g", {"fill": look.text, "font-size": "11", "text-anchor": "middle", "stroke": look.paper}
        | {"stroke-width": "2.5", "paint-order": "stroke", "stroke-linejoin": "round"},
    )  # fmt: skip
    spots = [(names.get(key, ""), spot) for key, shape in plane.members if (spot := _find_name_position(shape, metres))]
    for key, x, y in plane.points:
        at = (x / metres + _RIM, y / metres + _RIM)
        _draw_diamond(root, *at, stroke=look.paper)
        # First, because it cannot move far: the sign means nothing without its name.
        spots.insert(0, (names.get(key, ""), (at[0], at[1] - 8)))
    _write(words, spots)
    _draw_bar(root, bar, bar_km, height, look.text)
    return Extract(plane.zone, ET.tostring(root, encoding="unicode"), round(width), bar_km)


def _format_path(shape: shapely.Geometry, metres: float) -> str:
    """Return rings as lines of an SVG path, to a tenth of a pixel."""
    pieces = []
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        xy = np.round(shapely.get_coordinates(ring) / metres + _RIM, 1)
        keep = np.ones(len(xy), dtype=bool)
        keep[1:] = (xy[1:] != xy[:-1]).any(axis=1)
        if keep.sum() > 3:
            pieces.append("M" + "L".join(f"{x:g} {y:g}" for x, y in xy[keep]) + "Z")
    return "".join(pieces)


def _find_name_position(shape: shapely.Geometry, metres: float) -> tuple[float, float] | None:
    """Return where a member's name stands; None for one too small to bear it."""
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    left, top, right, bottom = shapely.bounds(largest) / metres
    if min(right - left, bottom - top) < _LABELLED:
        return None
    spot = shapely.point_on_surface(largest)
    return spot.x / metres + _RIM, spot.y / metres + _RIM + 4


def _write(words: ET.Element, spots: Sequence[tuple[str, tuple[float, float]]]) -> None:
    """Write the names, a little higher or lower where they would lie on another; without room, where they belong."""
    taken: list[tuple[float, float, float]] = []
    for name, (x, y) in spots:
        half = sum(_LETTER[letter > "⺀"] for letter in name) / 2

        def is_free(shift: float, x: float = x, y: float = y, half: float = half) -> bool:
            return all(abs(x - at) >= half + other or abs(y + shift - line) >= _LINE for at, line, other in taken)

        line = y + next(filter(is_free, _SHIFTS), 0.0)
        taken.append((x, line, half))
        ET.SubElement(words, "text", {"x": f"{x:.1f}", "y": f"{line:.1f}"}).text = name


def _draw_diamond(root: ET.Element, x: float, y: float, *, stroke: str) -> None:
    corners = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in ((0, -6), (6, 0), (0, 6), (-6, 0)))
    ET.SubElement(root, "polygon", {"points": corners, "fill": str(palette.POINT.fill), "stroke": stroke})


def _draw_bar(root: ET.Element, length: float, km: int, height: float, ink: str) -> None:
    y = height - 10
    line = f"M{_RIM:g} {y - 5:g}V{y:g}H{_RIM + length:.1f}V{y - 5:g}"
    ET.SubElement(root, "path", {"d": line, "fill": "none", "stroke": ink, "stroke-width": "1.5"})
    label = {"x": f"{_RIM + length + 6:.1f}", "y": f"{y:g}", "fill": ink, "font-size": "11"}
    ET.SubElement(root, "text", label).text = f"{km} km"
