"""Areas against figures worked out elsewhere, an independent library, and what must not change them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
import shapely.affinity
import shapely.ops
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from pilotzones.geo.errors import BoundaryError
from pilotzones.geo.geometry.area import DEFAULT_METHOD, METHODS, compute_area_km2

if TYPE_CHECKING:
    from pilotzones.geo.boundaries.models import Boundaries

BOX = shapely.box(120, 30, 121, 31)
GOLDEN_BOX_KM2 = 10_642.4558223266
# The triangle (0.1, 89), (90.1, 89), (-179.9, 89) runs over the pole on its third edge: two sectors that meet there.
SECTORS = [shapely.Polygon([(lon, 89), (lon + 90, 89), (lon + 90, 90), (lon, 90)]) for lon in (0.1, 90.1)]
GOLDEN = [
    (BOX, GOLDEN_BOX_KM2),
    (shapely.Polygon([(0, 0), (90, 0), (0, 90)]), 63_758_202.71551105),
]


def one(shape: shapely.Geometry | None, method: str = DEFAULT_METHOD) -> float:
    return float(compute_area_km2(np.array([shape], dtype=object), method=method)[0])


def oracle(ring: list[tuple[float, float]]) -> float:
    """Area of a ring by GeographicLib in pure Python [km²]."""
    polygon = Geodesic.WGS84.Polygon()
    for lon, lat in ring[:-1]:
        polygon.AddPoint(lat, lon)
    return abs(float(polygon.Compute()[2])) / 1e6


@st.composite
def stars(draw: st.DrawFn, most: float = 2.0) -> shapely.Polygon:
    """A star-shaped ring somewhere in China: valid whatever the radii."""
    lon, lat = draw(st.floats(76, 132)), draw(st.floats(7, 50))
    radii = draw(st.lists(st.floats(0.05, most), min_size=5, max_size=24))
    turn = 2 * math.pi / len(radii)
    return shapely.Polygon([(lon + r * math.cos(i * turn), lat + r * math.sin(i * turn)) for i, r in enumerate(radii)])


# --- known figures ---


@pytest.mark.parametrize(("shape", "expected"), GOLDEN)
def test_golden_areas(shape: shapely.Polygon, expected: float) -> None:
    assert one(shape) == pytest.approx(expected, rel=1e-10)


def test_golden_area_round_the_pole() -> None:
    assert compute_area_km2(np.array(SECTORS)).sum() == pytest.approx(12_476.1528390, rel=1e-10)


@given(stars())
def test_agrees_with_geographiclib(star: shapely.Polygon) -> None:
    assert one(star) == pytest.approx(oracle(list(star.exterior.coords)), rel=1e-10)


@pytest.mark.slow
def test_every_county_equals_the_plain_loop_over_its_rings(tianditu: Boundaries) -> None:
    geod = Geod(ellps="WGS84")

    def plain(shape: Any) -> float:
        oriented = shapely.orient_polygons(shape)
        return sum(geod.geometry_area_perimeter(part)[0] for part in shapely.get_parts(oriented)) / 1e6

    shapes = tianditu.counties.geometry.to_numpy()
    assert len(shapes) == 2891
    np.testing.assert_allclose(compute_area_km2(shapes), [plain(shape) for shape in shapes], rtol=1e-10)


def test_the_sum_of_all_counties_is_the_country(tianditu: Boundaries) -> None:
    # 9.6 million km² of land, less what inland seas and shores differ.
    assert compute_area_km2(tianditu.counties.geometry.to_numpy()).sum() == pytest.approx(9.6e6, rel=0.02)


def test_published_land_areas_are_met_inland(tianditu: Boundaries) -> None:
    # 许昌 states 4,979 km² for its six counties, 鹰潭 3,557 km².
    codes = ["411002", "411003", "411081", "411082", "411024", "411025"]
    counties = tianditu.counties.set_index("adcode").loc[codes]
    assert compute_area_km2(counties.geometry.to_numpy()).sum() == pytest.approx(4979, rel=1e-3)


@pytest.mark.slow
@given(stars())
def test_the_methods_agree_on_edges_that_are_short(star: shapely.Polygon) -> None:
    dense = shapely.segmentize(star, 0.01)
    for method in METHODS:
        assert one(dense, method) == pytest.approx(one(dense), rel=1e-5), method


# --- what must not change an area ---


@pytest.mark.slow
@given(stars(), st.integers(0, 30))
def test_direction_and_first_vertex_of_a_ring_do_not_matter(star: shapely.Polygon, start: int) -> None:
    ring = list(star.exterior.coords)[:-1]
    turned = ring[start % len(ring) :] + ring[: start % len(ring)]
    expected = one(star)
    assert one(shapely.Polygon(ring[::-1])) == pytest.approx(expected, rel=1e-12)
    assert one(shapely.Polygon(turned)) == pytest.approx(expected, rel=1e-12)
    for method in METHODS:
        assert one(shapely.Polygon(turned[::-1]), method) == pytest.approx(one(star, method), rel=1e-9), method


@given(stars(), st.floats(-40, 40))
def test_moving_along_a_parallel_does_not_matter(star: shapely.Polygon, shift: float) -> None:
    moved = shapely.transform(star, lambda points: np.add(points, (shift, 0)))
    assert one(moved) == pytest.approx(one(star), rel=1e-9)


@given(stars(), st.floats(0.1, 0.9), st.booleans())
def test_parts_add_up_to_the_whole(star: shapely.Polygon, share: float, along: bool) -> None:
    west, south, east, north = star.bounds
    dense = shapely.segmentize(star, 0.01)
    if along:
        line = shapely.LineString(
            [(west + share * (east - west), south - 1), (west + share * (east - west), north + 1)]
        )
    else:
        line = shapely.LineString(
            [(west - 1, south + share * (north - south)), (east + 1, south + share * (north - south))]
        )
    # The cut is densified too: a straight line in longitude and latitude is no geodesic.
    parts = shapely.get_parts(shapely.ops.split(dense, shapely.segmentize(line, 0.01)))
    assert sum(compute_area_km2(parts)) == pytest.approx(one(dense), rel=1e-5)


@pytest.mark.slow
@given(stars(), st.floats(0.1, 0.9))
def test_a_hole_takes_away_its_own_area_however_it_is_wound(star: shapely.Polygon, scale: float) -> None:
    center = shapely.Point(shapely.get_coordinates(star)[:-1].mean(axis=0))
    hole = shapely.affinity.scale(star, scale / 4, scale / 4, origin=star.representative_point())
    if not star.contains_properly(hole):
        hole = center.buffer(1e-3)
    if not star.contains_properly(hole):
        return
    shell, inner = list(star.exterior.coords), list(hole.exterior.coords)
    expected = one(star) - one(hole)
    for outer_ring in (shell, shell[::-1]):
        for inner_ring in (inner, inner[::-1]):
            assert one(shapely.Polygon(outer_ring, [inner_ring])) == pytest.approx(expected, rel=1e-9)


@given(stars())
def test_union_with_itself_changes_nothing(star: shapely.Polygon) -> None:
    assert one(shapely.union(star, star)) == pytest.approx(one(star), rel=1e-12)


@pytest.mark.slow
@given(stars())
def test_what_a_cut_leaves_and_what_it_takes_add_up(star: shapely.Polygon) -> None:
    dense = shapely.segmentize(star, 0.01)
    x, y = star.representative_point().coords[0]
    knife = shapely.segmentize(shapely.box(x, y, x + 1, y + 1), 0.01)
    left, taken = shapely.difference(dense, knife), shapely.intersection(dense, knife)
    assert one(left) + one(taken) == pytest.approx(one(dense), rel=1e-6)


def test_parts_wound_both_ways_add_up() -> None:
    there, here = shapely.box(120, 30, 121, 31), shapely.reverse(shapely.box(122, 30, 123, 31))
    assert one(shapely.MultiPolygon([there, here])) == pytest.approx(2 * GOLDEN_BOX_KM2, rel=1e-10)


def test_a_ring_across_the_antimeridian_is_small() -> None:
    ring = shapely.Polygon([(179.5, 30), (-179.5, 30), (-179.5, 31), (179.5, 31)])
    assert one(ring) == pytest.approx(GOLDEN_BOX_KM2, rel=1e-9)


# --- rows ---


def test_rows_keep_their_order_and_what_is_not_there_counts_nothing() -> None:
    shapes = np.array([None, BOX, shapely.Polygon(), shapely.MultiPolygon([BOX]), None], dtype=object)
    np.testing.assert_allclose(compute_area_km2(shapes), [0, GOLDEN_BOX_KM2, 0, GOLDEN_BOX_KM2, 0], rtol=1e-10)
    assert compute_area_km2(np.array([], dtype=object)).shape == (0,)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_gives_km2(method: str) -> None:
    assert one(shapely.segmentize(BOX, 0.01), method) == pytest.approx(GOLDEN_BOX_KM2, rel=1e-4)


# --- refusals ---


def test_a_bow_tie_has_no_area() -> None:
    bow_tie = shapely.Polygon([(120, 30), (121, 31), (121, 30), (120, 31)])
    with pytest.raises(BoundaryError, match=r"geometry number 2 is invalid \(Self-intersection"):
        compute_area_km2(np.array([BOX, bow_tie]))


@pytest.mark.parametrize(
    "shape",
    [
        shapely.transform(BOX, lambda points: np.where(points == 31, math.nan, points)),
        shapely.transform(BOX, lambda points: np.where(points == 31, math.inf, points)),
        shapely.Polygon(BOX.exterior, [list(shapely.box(130, 30, 131, 31).exterior.coords)]),
    ],
    ids=["nan", "inf", "hole outside"],
)
def test_other_invalid_polygons_have_none_either(shape: shapely.Polygon) -> None:
    with pytest.raises(BoundaryError, match="geometry number 1 is invalid"):
        one(shape)


@pytest.mark.parametrize(
    "shape",
    [shapely.Point(120, 30), BOX.exterior, shapely.GeometryCollection([BOX])],
    ids=["point", "line", "collection"],
)
def test_what_is_no_polygon_is_refused_and_not_counted_as_nothing(shape: shapely.Geometry) -> None:
    with pytest.raises(BoundaryError, match="geometry number 2 is a"):
        compute_area_km2(np.array([BOX, shape], dtype=object))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_swapped_axes_are_refused_and_not_an_unknown_area(method: str) -> None:
    with pytest.raises(BoundaryError, match=r"geometry number 2 .* degrees"):
        compute_area_km2(np.array([BOX, shapely.box(30, 120, 31, 121)]), method=method)


@pytest.mark.parametrize("south", [-90.5, 88.0])
def test_nothing_lies_beyond_a_pole(south: float) -> None:
    with pytest.raises(BoundaryError, match="degrees"):
        one(shapely.box(100, south, 101, south + 2.5), "geodesic")


def test_an_unknown_method_lists_what_exists() -> None:
    with pytest.raises(BoundaryError, match=r"no area method 'mercator': there are geodesic, equal_area"):
        one(BOX, "mercator")
