"""Rates of conflict: the share of the features and the share of the area, for a whole and for groups of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from pilotzones.geo.overlay.classification import ClassCodes, get_class_code
from pilotzones.geo.overlay.grouping import WHOLE, GroupMembership
from pilotzones.geo.overlay.measures import compute_area_m2
from pilotzones.geo.overlay.models import CLASSES, ConflictClass

__all__ = ["RATE_COLUMNS", "SUM_COLUMNS", "Side", "add_rates", "is_counted", "sum_groups"]

Geometries = NDArray[Any]
Indices = NDArray[np.intp]
Floats = NDArray[np.float64]
# A rate speaks of contradictions; what is left out is in the table beside it.
_COUNTED: Final = (ConflictClass.REAL_OVERLAP, ConflictClass.EDGE_DISAGREEMENT)
_CLASS_COLUMNS: Final = tuple(f"{name.value}_count" for name in CLASSES[1:])
# What can be added up over parts of a layer; the rates are made of it.
SUM_COLUMNS: Final = ("features", "features_in_conflict", "area_m2", "conflict_area_m2", *_CLASS_COLUMNS)
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
    *_CLASS_COLUMNS,
)


@dataclass(frozen=True)
class Side:
    """One layer with the pieces of ground that it shares; of a layer compared with itself, each piece twice.

    Parameters
    ----------
    name : str
        Of the layer.
    areas : ndarray, shape (features,)
        Area of each feature [m²]; 0 for one without a polygon.
    rows : ndarray of int, shape (n,)
        The feature of each piece.
    pieces : ndarray of Polygon, shape (n,)
        In WGS 84 [degree].
    piece_areas : ndarray, shape (n,)
        [m²].
    may_overlap : ndarray of bool, shape (n,)
        Whether a piece may cover ground that another piece of its feature covers, as where the other layer overlaps
        itself. Only such pieces are united, which takes much longer than adding.
    united_m2 : dict, optional
        Ground of sets of pieces that were united already [m²].
    """

    name: str
    areas: Floats
    rows: Indices
    pieces: Geometries
    piece_areas: Floats
    may_overlap: NDArray[np.bool_]
    united_m2: dict[tuple[str, int, bytes], float] = field(default_factory=dict, repr=False, compare=False)


def is_counted(codes: ClassCodes) -> NDArray[np.bool_]:
    """Say which pieces enter the rates.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        Places in `CLASSES`.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    return codes >= min(get_class_code(name) for name in _COUNTED)


def sum_groups(
    side: Side,
    codes: ClassCodes,
    *,
    by: str = WHOLE,
    features: GroupMembership | None = None,
    pieces: GroupMembership | None = None,
) -> pd.DataFrame:
    """Count the features and add up the ground of a layer and of its conflicts, for the whole or for each group.

    Parameters
    ----------
    side : Side
    codes : ndarray of int, shape (n,)
        Class of each piece; slivers are counted apart and do not enter the rates.
    by : str, optional
        What the groups are: "all", "county", "zone" or the name of a column.
    features, pieces : GroupMembership, optional
        The groups of the features and of the pieces, with the same names; the whole is one group by default.

    Returns
    -------
    DataFrame
        Columns ``layer``, ``by``, ``group`` and `SUM_COLUMNS`, a row a group in the order of their names. A feature and
        a conflict count in the group that holds most of them; their ground counts in each group where it lies.
    """
    there = np.flatnonzero(side.areas > 0)
    features = features or GroupMembership.from_whole(side.areas)
    pieces = pieces or GroupMembership.from_whole(side.piece_areas, side.pieces)
    count = len(features.names)
    counted = is_counted(codes)
    hit = np.zeros(len(side.areas), dtype=bool)
    hit[side.rows[counted]] = True
    kinds = np.bincount(pieces.main * len(CLASSES) + codes, minlength=count * len(CLASSES)).reshape(count, len(CLASSES))
    columns = {
        "layer": side.name,
        "by": by,
        "group": features.names,
        "features": np.bincount(features.main[there], minlength=count),
        "features_in_conflict": np.bincount(features.main[there[hit[there]]], minlength=count),
        "area_m2": np.bincount(features.groups, features.areas, minlength=count),
        "conflict_area_m2": _sum_ground(side, pieces, counted, count, by),
        **dict(zip(_CLASS_COLUMNS, kinds[:, 1:].T, strict=True)),
    }
    table = pd.DataFrame(columns)
    used = (table["area_m2"] > 0) | (kinds[:, 1:].sum(axis=1) > 0)
    rows: pd.DataFrame = table[used].sort_values("group", ignore_index=True)
    return rows


def _sum_ground(side: Side, pieces: GroupMembership, counted: NDArray[np.bool_], count: int, by: str) -> Floats:
    """Add up the ground in conflict of each group [m²]; ground that several conflicts of a feature cover counts once."""
    chosen = counted[pieces.rows]
    groups, areas = pieces.groups[chosen], pieces.areas[chosen]
    if not side.may_overlap.any():
        return np.bincount(groups, areas, minlength=count).astype(float)
    rows = pieces.rows[chosen]
    owner, united = side.rows[rows], side.may_overlap[rows]
    key = owner * count + groups
    single = ~np.isin(key, key[united])
    # Without a value numpy counts in whole numbers.
    sums = np.bincount(groups[single], areas[single], minlength=count).astype(float)
    order = np.flatnonzero(~single)[np.argsort(key[~single], kind="stable")]
    if not len(order):
        return sums
    sets = np.split(order, np.flatnonzero(np.diff(key[order])) + 1)
    keys = [(by, int(groups[places[0]]), rows[places].tobytes()) for places in sets]
    sums += np.bincount(
        [group for _, group, _ in keys], _unite(side, pieces.geometry[chosen], sets, keys), minlength=count
    )
    return sums


def _unite(side: Side, shapes: Geometries, sets: list[Indices], keys: list[tuple[str, int, bytes]]) -> Floats:
    """Compute the ground that each set of shapes covers [m²].

    Thresholds that are halved and doubled leave most sets as they were, and uniting is what takes the time.
    """
    new = {key: places for key, places in zip(keys, sets, strict=True) if key not in side.united_m2}
    united = np.array([shapely.union_all(shapes[places]) for places in new.values()], dtype=object)
    side.united_m2.update(zip(new, compute_area_m2(united), strict=True))
    return np.array([side.united_m2[key] for key in keys])


def add_rates(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Add up sums of parts and compute the two rates of each group.

    Parameters
    ----------
    tables : sequence of DataFrame
        As `sum_groups` gives them.

    Returns
    -------
    DataFrame
        Columns `RATE_COLUMNS`, layers and groupings in the order of their first appearance, groups in that of their
        names; a rate is None where there is nothing to divide by.
    """
    whole = pd.concat(tables, ignore_index=True)
    keys = list(dict.fromkeys(zip(whole["layer"], whole["by"], strict=True)))
    summed = whole.groupby(["layer", "by", "group"], sort=True)[list(SUM_COLUMNS)].sum().reset_index()
    place = {key: number for number, key in enumerate(keys)}
    order = [place[key] for key in zip(summed["layer"], summed["by"], strict=True)]
    summed = summed.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)
    summed["feature_rate"] = _divide(summed["features_in_conflict"], summed["features"])
    summed["area_rate"] = _divide(summed["conflict_area_m2"], summed["area_m2"])
    return summed[list(RATE_COLUMNS)]


def _divide(part: pd.Series, whole: pd.Series) -> list[float | None]:
    # The rounding of sums may leave the last digit above the whole.
    return [min(float(one / all_), 1.0) if all_ else None for one, all_ in zip(part, whole, strict=True)]
