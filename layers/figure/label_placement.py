"""Names on a printed map: each beside its place, none over another.

Everything is in millimetres on the sheet. A name tries places around its anchor, nearer ones first, and takes the
cheapest that touches no other name, no leader of another and nothing that is reserved. The search has no chance in it:
the same input gives the same map.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Label", "Placed", "place"]

_DIRECTIONS: Final = 24
_STEP: Final = 2.0
_MAX_DISTANCE_PT: Final = 44.0
# Air around a name [mm].
_MIN_GAP_PT: Final = 0.5
# A leader shorter than this says nothing [mm].
_MIN_LEADER_PT: Final = 2.4
# Part of its box that a tied name has on its own polygon to need no leader.
_AT_HOME: Final = 0.4
# What covering drawn zones costs, in millimetres of distance for each square millimetre covered.
_COVERING: Final = 1.0
# A marker is never covered: a name of a point begins so far from it [mm].
_BESIDE_A_POINT: Final = 1.8


@dataclass(frozen=True, slots=True)
class Label:
    """A name to place.

    Parameters
    ----------
    text : str
    anchor : tuple of float
        What it names, x and y [mm].
    size : tuple of float
        Width and height of its box [mm].
    home : shapely geometry or None
        The polygon it names: a name that fits inside stays there.
    quiet : bool
        Context that is left out where there is no room, instead of being moved.
    tied : bool
        One of several polygons side by side: the name lies on its own, or a leader leads there.
    """

    text: str
    anchor: tuple[float, float]
    size: tuple[float, float]
    home: shapely.Geometry | None = None
    quiet: bool = False
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A name in its place: centre and box [mm], and whether a leader ties it to its anchor."""

    label: Label
    centre: tuple[float, float]
    leader: tuple[tuple[float, float], tuple[float, float]] | None

    @property
    def box(self) -> shapely.Geometry:
        """What the name covers."""
        return _make_box(self.centre, self.label.size)

    @property
    def taken(self) -> list[shapely.Geometry]:
        """What no other name may touch: the box with some air, and the leader."""
        line = [] if self.leader is None else [shapely.LineString(self.leader)]
        return [_make_box(self.centre, self.label.size, air=_MIN_GAP_PT), *line]


def place(
    labels: Sequence[Label],
    *,
    frame: tuple[float, float, float, float],
    reserved: Iterable[shapely.Geometry] = (),
    drawn: shapely.Geometry | None = None,
) -> tuple[list[Placed], list[Label]]:
    """Find a place for every name.

    Parameters
    ----------
    labels : sequence of Label
        Served in this order; quiet ones are served last whatever their order.
    frame : tuple of float
        West, south, east and north edge of the map [mm].
    reserved : iterable of shapely geometries
        Where no name may stand: inset, scale bar, compass.
    drawn : shapely geometry or None
        What had better not be covered.

    Returns
    -------
    placed : list of Placed
        No two boxes overlap.
    left_out : list of Label
        Those without room; whoever draws the map says so.
    """
    taken = list(reserved)
    placed, left_out = list[Placed](), list[Label]()
    target = shapely.GeometryCollection() if drawn is None else drawn
    shapely.prepare(target)
    for label in sorted(labels, key=lambda one: one.quiet):
        found = _choose_best(label, frame, taken, target)
        if found is None:
            left_out.append(label)
            continue
        placed.append(found)
        taken += found.taken
    return placed, left_out


def _choose_best(
    label: Label,
    frame: tuple[float, float, float, float],
    taken: Sequence[shapely.Geometry],
    drawn: shapely.Geometry,
) -> Placed | None:
    centres = np.array([label.anchor]) if label.quiet else _list_candidates(label)
    width, height = label.size
    boxes = shapely.box(
        centres[:, 0] - width / 2, centres[:, 1] - height / 2, centres[:, 0] + width / 2, centres[:, 1] + height / 2
    )
    free = shapely.within(boxes, shapely.box(*frame).buffer(-_MIN_GAP_PT))
    lines = _make_leader_lines(label, boxes)
    if taken:
        solid = shapely.union_all(taken)
        shapely.prepare(solid)
        free &= ~shapely.intersects(solid, boxes)
        # A leader crosses no name and no other leader.
        free &= ~shapely.intersects(solid, lines) | shapely.is_empty(lines)
    if not free.any() or (label.quiet and shapely.intersects(drawn, boxes[0])):
        return None
    choices = np.flatnonzero(free)
    best = int(choices[_compute_costs(label, centres[choices], boxes[choices], drawn).argmin()])
    line = lines[best]
    ends = None if shapely.is_empty(line) else tuple(map(tuple, shapely.get_coordinates(line).tolist()))
    x, y = centres[best].tolist()
    return Placed(label, (x, y), ends)  # type: ignore[arg-type]  # two points of two figures


def _list_candidates(label: Label) -> NDArray[np.float64]:
    """List centres of the box: on the anchor, inside the polygon, and around the anchor on growing rings."""
    x, y = label.anchor
    width, height = label.size
    centres, first = [], _BESIDE_A_POINT
    if label.home is not None:
        inside = shapely.centroid(label.home)
        centres, first = [(x, y), (inside.x, inside.y)], _STEP / 2
    for ring in np.arange(first, _MAX_DISTANCE_PT, _STEP):
        for turn in range(_DIRECTIONS):
            angle = 2 * math.pi * turn / _DIRECTIONS
            # The nearest edge, not the centre, keeps the ring's distance from the anchor.
            dx, dy = math.cos(angle), math.sin(angle)
            centres.append((x + dx * (ring + width / 2), y + dy * (ring + height / 2)))
    return np.array(centres)


def _compute_costs(
    label: Label, centres: NDArray[np.float64], boxes: NDArray[Any], drawn: shapely.Geometry
) -> NDArray[np.float64]:
    # A name on its own polygon hides nothing that it does not say.
    spared = shapely.difference(drawn, label.home) if label.tied and label.home is not None else drawn
    covered = shapely.area(shapely.intersection(boxes, spared))
    distance = shapely.distance(boxes, shapely.Point(label.anchor))
    costs: NDArray[np.float64] = distance + _COVERING * covered
    # Right of the place is where a reader looks first, then left; a tie is broken that way.
    costs += 0.02 * (centres[:, 0] < label.anchor[0]) + 0.01 * np.abs(centres[:, 1] - label.anchor[1])
    if label.home is not None:
        at_home = shapely.covered_by(boxes, label.home)
        offset = np.hypot(centres[:, 0] - label.anchor[0], centres[:, 1] - label.anchor[1])
        costs = np.where(at_home, offset / 1000, costs)
    return costs


def _make_leader_lines(label: Label, boxes: NDArray[Any]) -> NDArray[Any]:
    """Make lines from the box's nearest edge to the anchor; empty where the box is near enough."""
    point = shapely.Point(label.anchor)
    edges = shapely.get_point(shapely.shortest_line(boxes, point), 0)
    starts = shapely.get_coordinates(edges)
    ends = np.broadcast_to(np.array(label.anchor), starts.shape)
    lines: NDArray[Any] = np.array(shapely.linestrings(np.stack([starts, ends], axis=1)), dtype=object)
    # A name that touches what it names needs no line to it.
    near = shapely.distance(boxes, point if label.home is None else label.home) < _MIN_LEADER_PT
    if label.tied and label.home is not None:
        near &= shapely.area(shapely.intersection(boxes, label.home)) > _AT_HOME * shapely.area(boxes)
    lines[near] = shapely.LineString()
    return lines


def _make_box(centre: tuple[float, float], size: tuple[float, float], *, air: float = 0.0) -> shapely.Geometry:
    (x, y), (width, height) = centre, size
    return shapely.box(x - width / 2 - air, y - height / 2 - air, x + width / 2 + air, y + height / 2 + air)
