"""Whether polygons lie where their codes say: each is compared with the built-in county of its code.

Counties are drawn anew now and then, and publishers differ: between the two built-in sources the centres of one county in a
hundred lie more than 6 km apart. What is far off either source is another place, another reference system, or another code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from pilotzones.geo.boundaries.loader import load_counties
from pilotzones.geo.boundaries.sources import BUILT_IN
from pilotzones.geo.boundaries.upload.raw_features import summarize_row_problems
from pilotzones.geo.errors import Problem, make_problem

__all__ = ["check_places"]

Floats = "NDArray[np.float64]"
_KM_A_DEGREE: Final = 111.32
# A county is far off when its centre is further from where it should be than this [km] and the radius of a circle of the
# county's area together, or when its area is so many times too large or too small.
_MARGIN_KM: Final = 5.0
_MAX_AREA_RATIO: Final = 3.0
# By this much another county's ground, of another year perhaps, is in it or not: worth a look, and no reason to refuse a file.
_OTHER_EXTENT_RATIO: Final = 1.5
# Nor do two drawings of one county have less than this share of the smaller in common.
_MIN_COMMON: Final = 0.1
# Of fewer counties than this most may be far off by chance; then only what is this far off [km] is refused.
_MIN_COUNTIES: Final = 3
_OTHER_PLACE_KM: Final = 100.0
# Or this many times as large or as small as it should be.
_OTHER_AREA_RATIO: Final = 30.0
# Where areas agree to this share the same county is meant, and most of them lie off together by a shift of the whole file.
_SAME_AREA: Final = 0.02
_SHIFT_KM: Final = 1.0


@dataclass(frozen=True)
class _Comparison:
    """Distance of centres [km] and quotient of areas of n counties, against the source that they fit best."""

    distance: NDArray[np.float64]
    ratio: NDArray[np.float64]
    far: NDArray[np.bool_]

    @property
    def differs(self) -> NDArray[np.bool_]:
        """Whether a polygon is far off or has another extent than the county."""
        return self.far | (self.ratio > _OTHER_EXTENT_RATIO) | (self.ratio < 1 / _OTHER_EXTENT_RATIO)


def check_places(counties: gpd.GeoDataFrame, rows: NDArray[np.int64], file: str) -> list[Problem]:
    """Compare polygons with the built-in counties of their codes; those without a code, by a name that only one has.

    Parameters
    ----------
    counties : GeoDataFrame
        With ``adcode`` and ``name``, in WGS 84.
    rows : ndarray of int, shape (n,)
        Numbers of the counties in the file.
    file : str
        Name to report.

    Returns
    -------
    list of Problem
        A warning for each that is far off or has another extent; an error when most are far off.
    """
    codes = _match_known_codes(counties)
    compared = np.flatnonzero(codes.notna())
    if not len(compared):
        return []
    polygons, wanted = counties.geometry.to_numpy()[compared], codes.iloc[compared]
    found = _compare(polygons, wanted)
    problems = []
    if found.differs.any():
        places = np.flatnonzero(found.differs)
        texts = [f"{found.distance[place]:,.0f} km, {found.ratio[place]:.3g} times" for place in places]
        numbers = [int(rows[compared[place]]) for place in places]
        problems += summarize_row_problems(
            file, "place_differs-row", numbers, field="geometry", values=texts, severity="warning"
        )
    problems += _refuse_most(found, file) or _tell_shift(found, file)
    return problems


def _match_known_codes(counties: gpd.GeoDataFrame) -> pd.Series:
    """Find the code of the built-in county that each row means; empty where there is none."""
    known = load_counties(BUILT_IN[0]).counties
    codes = counties["adcode"].where(counties["adcode"].isin(known["adcode"]))
    single = known.drop_duplicates("name", keep=False).set_index("name")["adcode"]
    meant: pd.Series = codes.where(counties["adcode"].notna(), counties["name"].map(single))
    return meant


def _compare(polygons: NDArray[Any], codes: pd.Series) -> _Comparison:
    found = _compare_with(BUILT_IN[0], polygons, codes)
    for source in BUILT_IN[1:]:
        # Another source is read only when a county does not fit the first.
        if not found.differs.any():
            break
        other = _compare_with(source, polygons, codes)
        better = (found.differs & ~other.differs) | (found.far & ~other.far)
        found = _Comparison(
            np.where(better, other.distance, found.distance),
            np.where(better, other.ratio, found.ratio),
            found.far & other.far,
        )
    return found


def _compare_with(source: str, polygons: NDArray[Any], codes: pd.Series) -> _Comparison:
    known = load_counties(source).counties.drop_duplicates("adcode").set_index("adcode").geometry
    reference = known.reindex(codes).to_numpy()
    here, there = (
        shapely.get_coordinates(shapely.centroid(shapes))
        for shapes in (polygons, reference[~shapely.is_missing(reference)])
    )
    centres = np.full_like(here, np.nan)
    centres[~shapely.is_missing(reference)] = there
    scale = np.cos(np.radians(centres[:, 1]))
    distance = np.hypot((here[:, 0] - centres[:, 0]) * scale, here[:, 1] - centres[:, 1]) * _KM_A_DEGREE
    # In degrees, brought to scale at the latitude of each.
    sizes = shapely.area(polygons) * np.cos(np.radians(here[:, 1]))
    expected = shapely.area(reference) * scale
    radius = np.sqrt(expected / np.pi) * _KM_A_DEGREE
    ratio = sizes / expected
    far = (distance > radius + _MARGIN_KM) | (ratio > _MAX_AREA_RATIO) | (ratio < 1 / _MAX_AREA_RATIO)
    far |= _lie_apart(polygons, reference)
    # A county that this source does not have is nowhere.
    return _Comparison(distance, ratio, far | np.isnan(distance))


def _lie_apart(polygons: NDArray[Any], reference: NDArray[Any]) -> NDArray[np.bool_]:
    """Return whether two polygons have next to no ground in common: small neighbours lie within the margin of each other."""
    points = shapely.point_on_surface(polygons)
    apart: NDArray[np.bool_] = ~shapely.contains(reference, points)
    # Validity takes long, and matters for the few whose common ground is measured.
    apart[apart] = shapely.is_valid(polygons[apart])
    for place in np.flatnonzero(apart & ~shapely.is_missing(reference)):
        smaller = min(shapely.area(polygons[place]), shapely.area(reference[place]))
        common = shapely.area(shapely.intersection(polygons[place], reference[place]))
        apart[place] = common < _MIN_COMMON * smaller
    return apart


def _refuse_most(found: _Comparison, file: str) -> list[Problem]:
    far = found.far
    if len(far) < _MIN_COUNTIES:
        other_size = (found.ratio > _OTHER_AREA_RATIO) | (found.ratio < 1 / _OTHER_AREA_RATIO)
        far = far & ((found.distance > _OTHER_PLACE_KM) | other_size)
    if 2 * far.sum() <= len(far):
        return []
    facts = {"count": int(far.sum()), "total": len(far)}
    return [make_problem(file, "place_differs-most", field="geometry", facts=facts)]


def _tell_shift(found: _Comparison, file: str) -> list[Problem]:
    same = np.abs(found.ratio - 1) < _SAME_AREA
    shift = float(np.median(found.distance[same])) if same.sum() >= _MIN_COUNTIES else 0.0
    if shift <= _SHIFT_KM:
        return []
    facts = {"kilometres": f"{shift:.1f}"}
    return [make_problem(file, "place_differs-shift", field="geometry", severity="warning", facts=facts)]
