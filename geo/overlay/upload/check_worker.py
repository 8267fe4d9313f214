"""Compare two layers in a process of its own: features of few vertices may share more ground than a server could hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.errors import OverlayError, Problem, make_problem
from pilotzones.geo.join import join
from pilotzones.geo.overlay.models import PolygonLayer, Thresholds
from pilotzones.geo.overlay.runner import check_overlay
from pilotzones.geo.overlay.upload.reader import group_by_county, group_by_zone
from pilotzones.geo.sandbox.worker_tables import WorkerTables, answer_order, read_table_file

if TYPE_CHECKING:
    import geopandas as gpd

    from pilotzones.geo.overlay.grouping import Grouping
    from pilotzones.geo.sandbox.limits import Limits

__all__ = ["GEOMETRY", "main", "make_layer_table"]

GEOMETRY: Final = "__geometry"
_ID: Final = "__id"
_ROW: Final = "__row"


def main() -> None:
    """Carry out the order on standard input."""
    answer_order(_answer)


def make_layer_table(layer: PolygonLayer) -> pd.DataFrame:
    """Make the table that a layer goes to the worker as.

    Parameters
    ----------
    layer : PolygonLayer

    Returns
    -------
    DataFrame
        Without the attributes: no class of a conflict depends on them.
    """
    return pd.DataFrame({GEOMETRY: shapely.to_wkb(layer.geometry), _ID: list(layer.ids), _ROW: layer.row_numbers})


def _answer(order: dict[str, Any], limits: Limits) -> WorkerTables:
    del limits
    layers = [_read_layer(side, about) for side, about in json.loads(Path("layers.json").read_bytes()).items()]
    result = check_overlay(
        layers[0],
        layers[1] if len(layers) > 1 else None,
        thresholds=Thresholds(**order["thresholds"]),
        groupings=_make_groupings(order["groupings"]),
        max_pairs=order["max_pairs"],
    )
    if len(result.conflicts) > order["max_conflicts"]:
        facts = {"count": f"{len(result.conflicts):,}", "most": f"{order['max_conflicts']:,}"}
        raise OverlayError(make_problem("", "many_conflicts", facts=facts))
    frames = {
        "conflicts": _encode_geometry(result.conflicts),
        "faults": _encode_geometry(result.faults),
        "rates": result.rates,
        "sensitivity": result.sensitivity,
    }
    return WorkerTables(frames, result.problems, {"touches": result.touches})


def _read_layer(side: str, about: dict[str, Any]) -> PolygonLayer:
    table = read_table_file(Path(f"{side}.arrow"))
    return PolygonLayer(
        about["name"],
        np.asarray(shapely.from_wkb(table[GEOMETRY].to_numpy()), dtype=object),
        tuple(table[_ID]),
        pd.DataFrame(index=range(len(table))),
        tuple(Problem.from_record(problem) for problem in about["problems"]),
        tuple(table[_ROW]),
    )


def _make_groupings(wanted: dict[str, Any]) -> dict[str, Grouping]:
    found: dict[str, Grouping] = {}
    if "county" in wanted:
        found["county"] = group_by_county(load(wanted["county"]))
    if "zone" in wanted:
        programme, source = wanted["zone"]
        found["zone"] = group_by_zone(join(load_programme(programme), load(source)))
    return found


def _encode_geometry(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame.drop(columns="geometry")).assign(**{GEOMETRY: shapely.to_wkb(frame.geometry.to_numpy())})


if __name__ == "__main__":
    main()
