"""Records of the overlay check: a layer of polygons, the thresholds, the conflicts and the result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from numpy.typing import NDArray

from pilotzones.geo.errors import OverlayError, Problem, make_problem

__all__ = ["CLASSES", "ConflictClass", "OverlayResult", "PolygonLayer", "Thresholds", "name_apart"]

Geometries = NDArray[Any]


class ConflictClass(StrEnum):
    """What kind of contradiction a piece of ground is."""

    TOUCH = "touch"
    DRAFTING_SLIVER = "drafting_sliver"
    EDGE_DISAGREEMENT = "edge_disagreement"
    REAL_OVERLAP = "real_overlap"


CLASSES: Final = tuple(ConflictClass)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Rules that decide the class of a conflict.

    Parameters
    ----------
    width_m : float
        A conflict whose greatest inner width is at most this is a drafting sliver [m].
    min_area_m2 : float
        A conflict smaller than this is a drafting sliver, however wide it is [m²].
    resolution_m : float
        A conflict narrower than this is a touch: no survey and no file format resolves it [m].
    elongation : float
        Length over width from which a conflict follows an edge; beyond it, a conflict that covers less than half of
        either feature is a disagreement about that edge.

    Raises
    ------
    OverlayError
        When a threshold is negative or not finite.
    """

    width_m: float = 5.0
    min_area_m2: float = 0.0
    resolution_m: float = 0.001
    elongation: float = 10.0

    def __post_init__(self) -> None:
        for name in ("width_m", "min_area_m2", "resolution_m", "elongation"):
            value = getattr(self, name)
            if not 0 <= value < float("inf"):
                raise OverlayError(make_problem("", "threshold_number", facts={"name": name, "value": value}))


@dataclass(frozen=True)
class PolygonLayer:
    """Polygons of one plan.

    Parameters
    ----------
    name : str
        What its user calls it.
    geometry : ndarray of shapely geometries, shape (n,)
        Valid Polygons or MultiPolygons in longitude and latitude of WGS 84 [degree]; None where a row has none.
    ids : tuple of str
        One for each row; unique.
    columns : DataFrame, shape (n, k)
        The attributes of the rows.
    problems : tuple of Problem
        What was converted, repaired or left out on the way in.
    rows : tuple of int, optional
        Number of each feature in its file, counted from 1; by default its place.
    """

    name: str
    geometry: Geometries
    ids: tuple[str, ...]
    columns: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    rows: tuple[int, ...] = ()

    @property
    def row_numbers(self) -> tuple[int, ...]:
        """Number of each feature in its file, counted from 1."""
        return self.rows or tuple(range(1, len(self.ids) + 1))


def name_apart(a: Any, b: Any) -> tuple[Any, Any]:
    """Add their sides to the names of two layers that have one name, as files of two departments may.

    Parameters
    ----------
    a, b : PolygonLayer or PartitionedLayer

    Returns
    -------
    tuple of two layers
    """
    return (replace(a, name=f"{a.name} (A)"), replace(b, name=f"{b.name} (B)")) if a.name == b.name else (a, b)


@dataclass(frozen=True)
class OverlayResult:
    """Conflicts between two layers, their rates, and the layers' faults of their own.

    Parameters
    ----------
    a, b : PolygonLayer
        The layers; `b` is `a` when a layer was compared with itself.
    thresholds : Thresholds
    conflicts : GeoDataFrame, shape (n, 13)
        One row a piece of ground, the largest first: ``conflict_id``, ``a_id``, ``b_id``, ``class``, ``reason``,
        ``area_m2`` [m²], ``mean_width_m`` [m], ``inner_width_m`` [m], ``share_of_a``, ``share_of_b``, ``county``,
        ``zone``, geometry in WGS 84. Slivers are among them.
    touches : int
        Pairs of features that meet without a piece of ground that could be resolved.
    rates : DataFrame
        As `pilotzones.geo.overlay.rates.add_rates` has it.
    sensitivity : DataFrame
        The rates of the whole at half, once and twice the width threshold.
    faults : GeoDataFrame
        What is wrong inside a layer: invalid features, duplicates, overlaps with itself, gaps.
    problems : tuple of Problem
        The issue log: what was converted, repaired or left out of the layers, and a shift between them.
    """

    a: PolygonLayer
    b: PolygonLayer
    thresholds: Thresholds
    conflicts: gpd.GeoDataFrame
    touches: int
    rates: pd.DataFrame
    sensitivity: pd.DataFrame
    faults: gpd.GeoDataFrame
    problems: tuple[Problem, ...] = ()
