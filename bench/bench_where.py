"""What applies at one point of every county: the spatial index beside a plain loop, on the same programmes.

Run ``python bench/bench_where.py``; both answers have to be equal, or it stops.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import shapely

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.query.applicability_loader import index_programmes
from pilotzones.geo.query.county_index import CountyIndex

ROUNDS = 3


def find_by_index(joined: Sequence[JoinedProgramme], points: Sequence[shapely.Point]) -> list[set[tuple[int, str]]]:
    """Build the index and ask it about all points at once."""
    applies = index_programmes([one.programme for one in joined], CountyIndex(joined[0].boundaries))
    coordinates = shapely.get_coordinates(np.array(points))
    rows = applies.index.find_rows(coordinates[:, 0], coordinates[:, 1])
    touching: dict[int, set[tuple[int, str]]] = {}
    for row, number, member, _kind in applies.matches:
        touching.setdefault(row, set()).add((number, member))
    return [touching.get(int(row), set()) for row in rows]


def find_by_loop(joined: Sequence[JoinedProgramme], points: Sequence[shapely.Point]) -> list[set[tuple[int, str]]]:
    """Look for every point through the counties, then through every member of every programme."""
    counties, members = list(joined[0].boundaries.counties.geometry), _list_members(joined)
    answers = []
    for point in points:
        county = next(shape for shape in counties if shape.intersects(point))
        inside = county.point_on_surface()
        answers.append({owner for owner, shape in members if _touches(shape, county, inside)})
    return answers


def _touches(shape: Any, county: Any, inside: shapely.Point) -> bool:
    if isinstance(shape, shapely.Point):
        return bool(county.intersects(shape))
    return bool(shape.intersects(inside))


def _list_members(joined: Sequence[JoinedProgramme]) -> list[tuple[tuple[int, str], Any]]:
    found: list[tuple[tuple[int, str], Any]] = []
    for number, one in enumerate(joined):
        points = {m.id for m in one.programme.members if m.kind == "town" and m.special and m.special.point}
        found += [
            ((number, record.member.id), record.geometry)
            for record in one.records
            if record.is_counted or record.member.id in points
        ]
        found += [
            ((number, row.member_id), row.geometry)
            for row in one.hosts.itertuples()
            if row.geometry is not None and row.member_id not in points
        ]
    return found


def _time_call(work: Callable[[], Any], rounds: int) -> tuple[Any, float]:
    spent = []
    result = None
    for _ in range(rounds):
        start = time.perf_counter()
        result = work()
        spent.append(time.perf_counter() - start)
    return result, statistics.median(spent)


def main() -> None:
    """Print both times and how many times faster the index is."""
    boundaries = load()
    joined = [join(load_programme(name), boundaries) for name in list_programmes()]
    points = list(shapely.point_on_surface(boundaries.counties.geometry.to_numpy()))
    indexed, fast = _time_call(lambda: find_by_index(joined, points), ROUNDS)
    looped, slow = _time_call(lambda: find_by_loop(joined, points), 1)
    if indexed != looped:
        raise SystemExit("the two answers differ")
    answered = sum(bool(answer) for answer in indexed)
    print(f"{len(points)} points, {len(joined)} programmes, {answered} points where something applies; answers equal")
    print(f"index {fast:.3f} s (built and asked), plain loop {slow:.2f} s: {slow / fast:.0f} times as fast")


if __name__ == "__main__":
    main()
