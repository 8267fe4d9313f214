"""Time the overlay check beside `geopandas.overlay` on the same layers, in one run, and compare the areas.

Usage: ``python bench/bench_overlay.py [--sizes 10000 100000]``. Both layers are grids of boxes, the second moved by a
third of a box, so that every box of one meets up to four of the other. Times are wall-clock seconds; ratios are printed.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rich.console import Console
from rich.table import Table

from pilotzones.geo.overlay.measures import compute_area_m2
from pilotzones.geo.overlay.models import PolygonLayer
from pilotzones.geo.overlay.pairs import intersect_pairs
from pilotzones.geo.overlay.runner import check_overlay

_STEP_DEGREES = 0.0012
_BOX_DEGREES = 0.001


def _make_grid(count: int, shift: float) -> Any:
    side = round(count**0.5)
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    west = x.ravel() * _STEP_DEGREES + 110 + shift
    south = y.ravel() * _STEP_DEGREES + 30 + shift
    return shapely.box(west, south, west + _BOX_DEGREES, south + _BOX_DEGREES)


def _make_layer(name: str, shapes: Any) -> PolygonLayer:
    ids = tuple(f"{name}{number}" for number in range(len(shapes)))
    return PolygonLayer(name, shapes, ids, pd.DataFrame(index=range(len(shapes))))


def _measure(count: int) -> tuple[float, float, float, float]:
    a, b = _make_grid(count, 0.0), _make_grid(count, _BOX_DEGREES / 3)
    frames = [gpd.GeoDataFrame({"number": np.arange(len(shapes))}, geometry=shapes, crs=4326) for shapes in (a, b)]
    began = time.perf_counter()
    peer = gpd.overlay(*frames, how="intersection")
    overlay_s = time.perf_counter() - began
    began = time.perf_counter()
    pieces = intersect_pairs(a, b)
    pieces_s = time.perf_counter() - began
    began = time.perf_counter()
    check_overlay(_make_layer("a", a), _make_layer("b", b))
    whole_s = time.perf_counter() - began
    expected = compute_area_m2(peer.geometry.to_numpy()).sum()
    difference = abs(pieces.area_m2.sum() - expected) / expected
    return overlay_s, pieces_s, whole_s, difference


def main() -> None:
    """Print a row for each size."""
    flags = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    flags.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    arguments = flags.parse_args()
    table = Table(
        "features a side",
        "geopandas.overlay [s]",
        "intersection and measures [s]",
        "whole check [s]",
        "overlay / intersection",
        "overlay / whole",
        "areas differ by",
    )
    for size in arguments.sizes:
        overlay_s, pieces_s, whole_s, difference = _measure(size)
        figures = (overlay_s, pieces_s, whole_s)
        table.add_row(
            f"{size:,}",
            *(f"{figure:.2f}" for figure in figures),
            f"{overlay_s / pieces_s:.2f}",
            f"{overlay_s / whole_s:.2f}",
            f"{difference:.1e}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
