"""The counties, zones or values of a column that features and conflicts belong to, and how much of each lies where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.errors import Problem, make_problem
from pilotzones.geo.overlay.measures import compute_area_m2

if TYPE_CHECKING:
    from pilotzones.geo.overlay.models import PolygonLayer

__all__ = [
    "COLUMN_PREFIX",
    "WHOLE",
    "GroupMembership",
    "Grouping",
    "group_by_column",
    "group_by_polygon",
    "list_hidden_columns",
    "list_names",
]

Geometries = NDArray[Any]
Indices = NDArray[np.intp]
Floats = NDArray[np.float64]
# Before the name of a column that is also the name of a built-in grouping, where the column is meant.
COLUMN_PREFIX: Final = "column:"
# What the tables call a layer as a whole.
WHOLE: Final = "all"
# Names and polygons of the groups, or a column of the layer.
Grouping = tuple[Sequence[str], Any] | str
# Ground that lies in no group counts from this share of a shape on: less is the rounding of an intersection.
_MIN_SHARE_OUTSIDE: Final = 1e-6


@dataclass(frozen=True)
class GroupMembership:
    """Groups of n shapes.

    Parameters
    ----------
    names : list of str
        Of the groups; "" stands for none.
    main : ndarray of int, shape (n,)
        The group that holds most of each shape.
    rows, groups : ndarray of int, shape (k,)
        Shape and group of each part of a shape that lies in one group.
    areas : ndarray, shape (k,)
        Of the parts [m²]; they add up to the areas of the shapes where groups do not overlap.
    geometry : ndarray of shapely geometries, shape (k,)
        The parts; empty where they were not needed.
    """

    names: list[str]
    main: Indices
    rows: Indices
    groups: Indices
    areas: Floats
    geometry: Geometries

    @classmethod
    def from_whole(cls, areas: Floats, geometry: Geometries | None = None) -> Self:
        """Make one group of all shapes."""
        zeros = np.zeros(len(areas), dtype=np.intp)
        shapes = np.empty(len(areas), dtype=object) if geometry is None else geometry
        return cls([""], zeros, np.arange(len(areas)), zeros, areas, shapes)

    def follow(self, rows: Indices, areas: Floats, geometry: Geometries) -> GroupMembership:
        """Give pieces the groups of the features that they belong to."""
        main = self.main[rows]
        return GroupMembership(self.names, main, np.arange(len(rows)), main, areas, geometry)

    def tile(self, times: int) -> GroupMembership:
        """Repeat the shapes, as the pieces of a layer compared with itself are."""
        count = len(self.main)
        rows = np.concatenate([self.rows + count * turn for turn in range(times)])
        repeated = (np.tile(part, times) for part in (self.groups, self.areas, self.geometry))
        return GroupMembership(self.names, np.tile(self.main, times), rows, *repeated)


def list_hidden_columns(layers: Iterable[tuple[str, Iterable[object]]], groupings: Iterable[str]) -> list[Problem]:
    """Say of the columns that have the name of a built-in grouping that the grouping was counted by, not the column.

    Parameters
    ----------
    layers : iterable of (str, iterable)
        Name and columns of each layer.
    groupings : iterable of str
        The built-in ones that are counted by.

    Returns
    -------
    list of Problem
    """
    hidden = [(layer, name) for layer, columns in layers for name in groupings if name in set(columns)]
    return [
        make_problem(layer, "column_hidden", field=name, severity="warning", facts={"column": name})
        for layer, name in hidden
    ]


def list_names(names: Sequence[str]) -> tuple[list[str], Indices]:
    """List each name once, in order, and give the place of each."""
    unique, places = np.unique(np.asarray(names, dtype=object), return_inverse=True)
    return [str(name) for name in unique], places


def group_by_column(layer: PolygonLayer, column: str, areas: Floats) -> GroupMembership | None:
    """Group features by what a column says of them.

    Parameters
    ----------
    layer : PolygonLayer
    column : str
    areas : ndarray, shape (n,)
        Of the features [m²].

    Returns
    -------
    GroupMembership or None
        None when the layer has no such column.
    """
    if column not in layer.columns:
        return None
    cells = ["" if cell is None or cell != cell else str(cell) for cell in layer.columns[column]]  # noqa: PLR0124  # NaN differs from itself
    names, main = list_names(cells) if cells else ([""], np.zeros(0, dtype=np.intp))
    return GroupMembership(names, main, np.arange(len(main)), main, areas, layer.geometry)


def group_by_polygon(geometry: Geometries, areas: Floats, grouping: tuple[Sequence[str], Any]) -> GroupMembership:
    """Divide shapes among the polygons of groups.

    Parameters
    ----------
    geometry : ndarray of shapely geometries, shape (n,)
        In WGS 84 [degree].
    areas : ndarray, shape (n,)
        [m²].
    grouping : tuple of (sequence of str, ndarray of shapely geometries)
        Names and polygons of the groups.

    Returns
    -------
    GroupMembership
    """
    names, places = list_names(["", *grouping[0]])
    place_of, polygons = places[1:], np.asarray(grouping[1], dtype=object)
    nowhere = int(places[0])
    rows, groups, shapes, sizes = _split(geometry, areas, polygons)
    groups = place_of[groups] if len(groups) else groups
    outside = areas - np.bincount(rows, sizes, minlength=len(areas))
    apart = np.flatnonzero(outside > _MIN_SHARE_OUTSIDE * areas)
    rest = (
        shapely.difference(geometry[apart], [shapely.union_all(shapes[rows == row]) for row in apart])
        if len(apart)
        else apart
    )
    rows = np.concatenate([rows, apart])
    groups = np.concatenate([groups, np.full(len(apart), nowhere, dtype=np.intp)])
    sizes = np.concatenate([sizes, outside[apart]])
    shapes = np.concatenate([shapes, np.asarray(rest, dtype=object)])
    return GroupMembership(names, _find_main(rows, groups, sizes, len(areas), nowhere), rows, groups, sizes, shapes)


def _split(geometry: Geometries, areas: Floats, polygons: Geometries) -> tuple[Indices, Indices, Geometries, Floats]:
    """Cut shapes by polygons: shape, polygon, geometry and area of each part, in the order of the shapes."""
    copies = shapely.force_2d(polygons)
    shapely.prepare(copies)
    tree = shapely.STRtree(geometry)
    # A polygon that holds a shape wholly is prepared once for all of them; the rest lies on borders.
    group, row = tree.query(copies, predicate="contains_properly")
    inside = np.zeros(len(geometry), dtype=bool)
    inside[row] = True
    border = np.flatnonzero(~inside)
    near, place = shapely.STRtree(geometry[border]).query(copies, predicate="intersects")
    cut = shapely.intersection(geometry[border[place]], polygons[near])
    sizes = compute_area_m2(cut)
    real = sizes > 0
    rows = np.concatenate([row, border[place[real]]])
    groups = np.concatenate([group, near[real]])
    shapes = np.concatenate([geometry[row], cut[real]])
    sizes = np.concatenate([areas[row], sizes[real]])
    order = np.lexsort((groups, rows))
    return rows[order], groups[order], shapes[order], sizes[order]


def _find_main(rows: Indices, groups: Indices, sizes: Floats, count: int, nowhere: int) -> Indices:
    """Find the group that holds most of each shape; the first one among equals."""
    main = np.full(count, nowhere, dtype=np.intp)
    # Written from the smallest to the largest: the largest stays.
    order = np.lexsort((-groups, np.round(sizes, 6)))
    main[rows[order]] = groups[order]
    return main
