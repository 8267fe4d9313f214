"""Rates of conflict: the share of the features and the share of the area, for a whole and for groups of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from pilotzones.geo.overlay.measures import area_m2
from pilotzones.geo.overlay.models import CLASSES, ConflictClass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.overlay.models import PolygonLayer

__all__ = ["COUNTED_BY_DEFAULT", "RATE_COLUMNS", "compute_rates", "is_counted", "sum_by_feature"]

Geometries = NDArray[Any]
# A rate speaks of contradictions; what is left out is in the table beside it.
COUNTED_BY_DEFAULT: Final = (ConflictClass.REAL_OVERLAP, ConflictClass.EDGE_DISAGREEMENT)
RATE_COLUMNS: Final = (
    "layer",
    "by",
    "group",
    "features",
    "features_in_conflict",
    "feature_rate",
    "area_m2",
    "conflict_area_m2",
    "area_rate",
    *(f"{name.value}_count" for name in CLASSES[1:]),
)


def compute_rates(
    layer: PolygonLayer,
    rows: NDArray[np.intp],
    areas_m2: tuple[NDArray[np.float64], NDArray[np.float64]],
    classes: NDArray[Any],
    *,
    by: str = "all",
    groups: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Compute both rates of a layer, for the whole or for each group of its features.

    Parameters
    ----------
    layer : PolygonLayer
    rows : ndarray of int, shape (n,)
        The feature of each piece.
    areas_m2 : tuple of two ndarrays, shape (features,)
        Area of each feature, and its ground in a conflict that counts, of `sum_by_feature` [m²].
    classes : ndarray of str, shape (n,)
        Class of each piece; slivers are counted apart and do not enter the rates.
    by : str, optional
        What the groups are: "all", "county", "zone" or the name of a column.
    groups : sequence of str, optional
        The group of each feature; "" is a group too.

    Returns
    -------
    DataFrame
        Columns `RATE_COLUMNS`, a row a group in the order of their names.
    """
    labels = np.array(["" for _ in layer.ids] if groups is None else list(groups), dtype=object)
    there = ~shapely.is_missing(layer.geometry)
    areas, conflict_m2 = areas_m2
    counted = is_counted(classes)
    hit = np.zeros(len(layer.ids), dtype=bool)
    hit[rows[counted]] = True
    records = []
    for group in sorted(set(labels[there])):
        inside = there & (labels == group)
        in_group = inside[rows] if len(rows) else np.zeros(0, dtype=bool)
        total, disputed = float(areas[inside].sum()), float(conflict_m2[inside].sum())
        number, hits = int(inside.sum()), int((hit & inside).sum())
        kinds = [int((in_group & (classes == name.value)).sum()) for name in CLASSES[1:]]
        records.append(
            (
                layer.name,
                by,
                group,
                number,
                hits,
                _share(hits, number),
                total,
                disputed,
                _share(disputed, total),
                *kinds,
            )
        )
    return pd.DataFrame(records, columns=list(RATE_COLUMNS))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def is_counted(classes: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which pieces enter the rates.

    Parameters
    ----------
    classes : ndarray of str, shape (n,)

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    return np.isin(classes, [one.value for one in COUNTED_BY_DEFAULT])


def sum_by_feature(
    rows: NDArray[np.intp],
    pieces: Geometries,
    areas: NDArray[np.float64],
    *,
    count: int,
    may_overlap: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Sum the areas of the pieces of each feature; ground that several pieces cover counts once.

    Parameters
    ----------
    rows : ndarray of int, shape (n,)
        The feature of each piece.
    pieces : ndarray of Polygon, shape (n,)
        In WGS 84 [degree].
    areas : ndarray, shape (n,)
        Of the pieces [m²].
    count : int
        How many features there are.
    may_overlap : ndarray of bool, shape (n,)
        Whether a piece may cover ground that another piece of its feature covers, as where the other layer overlaps
        itself. Only such pieces are united, which takes much longer than adding.

    Returns
    -------
    ndarray, shape (count,)
        [m²].
    """
    sums = np.zeros(count)
    np.add.at(sums, rows, areas)
    order = np.argsort(rows, kind="stable")
    for feature in np.unique(rows[may_overlap]):
        start, end = np.searchsorted(rows[order], (feature, feature + 1))
        if end - start > 1:
            sums[feature] = area_m2(np.array([shapely.union_all(pieces[order[start:end]])], dtype=object))[0]
    return sums
