"""Geometry of a user's file to valid polygons in WGS 84, every change recorded and no row lost without a word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from pilotzones.geo.boundaries.upload.known_crs import UnknownCrsError, parse_known_crs
from pilotzones.geo.boundaries.upload.plane_coordinates import are_degrees, describe_extent, suggest_systems
from pilotzones.geo.boundaries.upload.raw_features import summarize_row_problems
from pilotzones.geo.errors import Problem, has_error, make_problem
from pilotzones.geo.geometry import crs
from pilotzones.geo.geometry.repair import explain_invalidity, make_valid
from pilotzones.geo.sandbox.limits import Limits

__all__ = ["CleanedGeometry", "StatedSystem", "prepare"]

Geometries = NDArray[Any]

_POLYGONAL: Final = (3, 6)
_COLLECTION: Final = 7
# Semi-major axis of WGS 84, CGCS 2000 and GRS 80 [m]; the older Chinese datums have others.
_MODERN_AXIS_M: Final = 6_378_137.0
_AXIS_TOLERANCE_M: Final = 0.5
_GEODETIC_NAMES: Final = {0: "Point", 1: "LineString", 2: "LinearRing", 4: "MultiPoint", 5: "MultiLineString"}


@dataclass
class CleanedGeometry:
    """Polygons of n rows.

    Parameters
    ----------
    geometry : ndarray, shape (n,)
        Valid Polygons and MultiPolygons in WGS 84; None in rows that are left out.
    unrepaired : ndarray, shape (n,)
        What stood there before, in rows that were repaired; else None.
    problems : list of Problem
    """

    geometry: Geometries
    unrepaired: Geometries
    problems: list[Problem]


@dataclass(frozen=True)
class StatedSystem:
    """What is known of the reference system of a file.

    Parameters
    ----------
    crs : str or None
        Fit for pyproj; None when nothing is known.
    is_default : bool
        Whether it is only what the format means when a file states nothing.
    expected : ndarray, shape (n, 2), or None
        Longitude and latitude [degree] of the county of each row, NaN where it is unknown.
    """

    crs: str | None
    is_default: bool = False
    expected: NDArray[np.float64] | None = None


def prepare(geometry: Geometries, stated: StatedSystem, *, file: str, limits: Limits) -> CleanedGeometry:
    """Prepare polygons from whatever geometry a file has.

    Parameters
    ----------
    geometry : ndarray of shapely geometries, shape (n,)
        None where a row has none.
    stated : StatedSystem
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    CleanedGeometry
        Rows stay in their places. Where an error is among the problems the geometry is not to be used.
    """
    problems: list[Problem] = []
    polygons = _keep_only_polygons(geometry, file, problems)
    nothing = np.full(len(polygons), None, dtype=object)
    if shapely.is_missing(polygons).all():
        code = "empty_geometry-all" if len(polygons) else "empty_geometry-no_rows"
        return CleanedGeometry(polygons, nothing, [*problems, make_problem(file, code, field="geometry")])
    problems += _check_limits(polygons, file, limits)
    if not has_error(problems):
        polygons = _to_wgs84(polygons, stated, file, problems)
    if has_error(problems):
        return CleanedGeometry(polygons, nothing, problems)
    mended, unrepaired = _mend(polygons, file, limits, problems)
    return CleanedGeometry(mended, unrepaired, problems)


def _keep_only_polygons(geometry: Geometries, file: str, problems: list[Problem]) -> Geometries:
    """Keep only polygons: collections flattened, heights dropped, everything else None and reported."""
    polygons = geometry.copy()
    types = shapely.get_type_id(polygons)
    collections = np.flatnonzero(types == _COLLECTION)
    for place in collections:
        polygons[place] = _flatten_collection(polygons[place])
    problems += summarize_row_problems(
        file, "geometry_collection", _list_row_numbers(collections), field="geometry", severity="warning"
    )
    for kind, name in _GEODETIC_NAMES.items():
        rows = np.flatnonzero(types == kind)
        numbers = _list_row_numbers(rows)
        problems += summarize_row_problems(
            file, "no_polygon-type", numbers, field="geometry", severity="warning", facts={"type": name}
        )
        polygons[rows] = None
    empty = np.flatnonzero((types == -1) | (np.isin(types, [*_POLYGONAL, _COLLECTION]) & shapely.is_empty(polygons)))
    problems += summarize_row_problems(
        file, "empty_geometry-row", _list_row_numbers(empty), field="geometry", severity="warning"
    )
    polygons[empty] = None
    high = np.flatnonzero(shapely.has_z(polygons))
    if len(high):
        polygons[high] = shapely.force_2d(polygons[high])
        problems.append(make_problem(file, "heights", field="geometry", severity="info", facts={"rows": len(high)}))
    mixed = _has_mixed_orientation(polygons)
    problems += summarize_row_problems(file, "orientation", _list_row_numbers(mixed), field="geometry", severity="info")
    return polygons


def _has_mixed_orientation(polygons: Geometries) -> NDArray[np.intp]:
    """Find the polygons whose shells differ in direction, or with a hole that runs like its shell."""
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    turns_left = shapely.is_ccw(rings)
    # The shell of a part is the first of its rings: it is written last. An empty part has none.
    shells = np.zeros(len(parts), dtype=bool)
    shells[part[::-1]] = turns_left[::-1]
    first = shells[np.searchsorted(owner, owner)]
    alike = turns_left == shells[part]
    # Every part has its shell among its rings.
    with_hole = np.bincount(part[alike], minlength=len(parts)) > 1
    return np.unique(owner[(shells != first) | with_hole])


def _flatten_collection(collection: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(collection)
    while (shapely.get_type_id(parts) == _COLLECTION).any():
        parts = shapely.get_parts(parts)
    polygons = shapely.get_parts(parts[np.isin(shapely.get_type_id(parts), _POLYGONAL)])
    return shapely.MultiPolygon(list(polygons[~shapely.is_empty(polygons)]))


def _check_limits(polygons: Geometries, file: str, limits: Limits) -> list[Problem]:
    problems = []
    vertices = int(shapely.get_num_coordinates(polygons).sum())
    if vertices > limits.vertices:
        facts = {"vertices": f"{vertices:,}", "most": f"{limits.vertices:,}"}
        problems.append(make_problem(file, "too_large-vertices", field="geometry", facts=facts))
    largest = _count_largest_ring(polygons)
    long = np.flatnonzero(largest > limits.ring_vertices)
    facts = {"most": f"{limits.ring_vertices:,}"}
    problems += summarize_row_problems(
        file, "too_large-ring", _list_row_numbers(long), field="geometry", values=list(largest[long]), facts=facts
    )
    finite = np.isfinite(shapely.get_coordinates(polygons)).all(axis=1)
    if not finite.all():
        rows = _index_owners(polygons)[~finite]
        numbers = _list_row_numbers(np.unique(rows))
        problems += summarize_row_problems(file, "not_finite-coordinate", numbers, field="geometry")
    return problems


def _count_largest_ring(polygons: Geometries) -> NDArray[np.intp]:
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    largest = np.zeros(len(polygons), dtype=np.intp)
    np.maximum.at(largest, owner[part], shapely.get_num_coordinates(rings))
    return largest


def _to_wgs84(polygons: Geometries, stated: StatedSystem, file: str, problems: list[Problem]) -> Geometries:
    try:
        # Coordinates come longitude or easting first here, whatever order the definition names, and without heights.
        source = parse_known_crs(stated.crs or crs.GEOGRAPHIC)
    except UnknownCrsError as error:
        facts = {"reason_message": f"problem_{error}", "type": error.kind}
        problems.append(make_problem(file, "crs_unknown-file", field="crs", facts=facts))
        return polygons
    points = shapely.get_coordinates(polygons)
    if source.is_geographic and not are_degrees(points):
        expected = np.full((len(polygons), 2), np.nan) if stated.expected is None else stated.expected
        filled = ~(shapely.is_missing(polygons) | shapely.is_empty(polygons))
        centres = shapely.get_coordinates(shapely.centroid(polygons[filled]))
        problems += suggest_systems(points, centres, expected[filled], file=file)
        return polygons
    if _has_swapped_axes(source, points):
        problems.append(make_problem(file, "axes_swapped", field="geometry", severity="warning"))
        polygons = _with(polygons, points[:, ::-1])
    if not source.equals(crs.GEOGRAPHIC, ignore_axis_order=True):
        polygons = _transform(polygons, source, file, problems)
    return _check_inside_china(polygons, stated, file, problems)


def _has_swapped_axes(source: pyproj.CRS, points: NDArray[np.float64]) -> bool:
    if source.is_geographic:
        return crs.are_axes_swapped(points[:, 0], points[:, 1])
    to_wgs84 = pyproj.Transformer.from_crs(source, crs.GEOGRAPHIC, always_xy=True)
    inside = [
        crs.is_inside_china(*map(np.asarray, to_wgs84.transform(points[:, first], points[:, 1 - first])))
        for first in (0, 1)
    ]
    return not inside[0].any() and bool(inside[1].all())


def _transform(polygons: Geometries, source: pyproj.CRS, file: str, problems: list[Problem]) -> Geometries:
    points = shapely.get_coordinates(polygons)
    try:
        to_wgs84 = pyproj.Transformer.from_crs(source, crs.GEOGRAPHIC, always_xy=True)
        lon, lat = to_wgs84.transform(points[:, 0], points[:, 1])
    except pyproj.exceptions.ProjError:
        problems.append(make_problem(file, "crs_unknown-transform", field="crs", facts={"system": source.name}))
        return polygons
    moved = np.column_stack([lon, lat])
    axis = source.ellipsoid.semi_major_metre if source.ellipsoid else 0.0
    is_modern = abs(axis - _MODERN_AXIS_M) < _AXIS_TOLERANCE_M
    report = partial(make_problem, file, field="crs", facts={"system": source.name})
    if np.array_equal(moved, points):
        # Of the older datums no parameters are known here: degrees stay as they are, and a hundred metres off.
        problems.append(report("crs_same", severity="info") if is_modern else report("crs_kept", severity="warning"))
        return polygons
    problems.append(
        report("crs_converted-exactly", severity="info")
        if is_modern
        else report("crs_converted-roughly", severity="warning")
    )
    return _with(polygons, moved)


def _check_inside_china(polygons: Geometries, stated: StatedSystem, file: str, problems: list[Problem]) -> Geometries:
    points = shapely.get_coordinates(polygons)
    inside = crs.is_inside_china(points[:, 0], points[:, 1])
    if inside.all():
        if stated.crs is None:
            problems.append(make_problem(file, "crs_missing", field="crs", severity="warning"))
        return polygons
    finite = points[np.isfinite(points).all(axis=1)]
    low, high = (finite.min(axis=0), finite.max(axis=0)) if len(finite) else (np.zeros(2), np.zeros(2))
    facts = describe_extent(low, high)
    if not inside.any():
        problems.append(make_problem(file, "outside_china-all", field="crs", facts=facts))
    else:
        rows = _list_row_numbers(np.unique(_index_owners(polygons)[~inside]))
        problems += summarize_row_problems(file, "outside_china-rows", rows, field="geometry", facts=facts)
    return polygons


def _with(polygons: Geometries, points: NDArray[np.float64]) -> Geometries:
    # set_coordinates writes into the array it is given; ring closure may be lost to rounding only where both ends
    # differ, and equal numbers transform equally.
    changed: Geometries = shapely.set_coordinates(polygons.copy(), points)
    return changed


def _mend(polygons: Geometries, file: str, limits: Limits, problems: list[Problem]) -> tuple[Geometries, Geometries]:
    mended, unrepaired = polygons.copy(), np.full(len(polygons), None, dtype=object)
    broken = np.flatnonzero(~shapely.is_valid(polygons) & ~shapely.is_missing(polygons))
    for place, largest in zip(broken, _count_largest_ring(polygons[broken]), strict=True):
        reason = explain_invalidity(polygons[place])
        at = partial(make_problem, file, row=int(place) + 1, field="geometry")
        if largest > limits.invalid_ring_vertices:
            sizes = {"vertices": f"{largest:,}", "most": f"{limits.invalid_ring_vertices:,}"}
            problems.append(at("too_large-invalid", facts=reason | sizes))
            continue
        mended[place], unrepaired[place] = make_valid(polygons[place]), polygons[place]
        code = "invalid_polygon"
        if shapely.is_empty(mended[place]):
            mended[place], code = None, "invalid_polygon-no_area"
        problems.append(at(code, severity="warning", facts=reason))
    if shapely.is_missing(mended).all():
        problems.append(make_problem(file, "empty_geometry-none_left", field="geometry"))
    return mended, unrepaired


def _index_owners(polygons: Geometries) -> NDArray[np.intp]:
    owners: NDArray[np.intp] = shapely.get_coordinates(polygons, return_index=True)[1]
    return owners


def _list_row_numbers(places: NDArray[Any]) -> list[int]:
    return [int(place) + 1 for place in places]
