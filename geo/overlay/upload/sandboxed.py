"""Compare the layers of strangers in a process of its own, under limits of time and memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import shapely

from pilotzones.geo.errors import IntakeError, make_problem
from pilotzones.geo.geometry import crs
from pilotzones.geo.overlay.models import OverlayResult, PolygonLayer, Thresholds, name_apart
from pilotzones.geo.overlay.upload.check_worker import GEOMETRY, make_layer_table
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_tables import WorkerTables, encode_table, run_table_worker

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CHECK", "MAX_CONFLICTS", "MAX_PAIRS", "check_in_sandbox"]

# So much a check on a server may take; the command has no such limits.
CHECK: Final = Limits(seconds=120, memory_bytes=3_000_000_000)
MAX_PAIRS: Final = 200_000
MAX_CONFLICTS: Final = 100_000


def check_in_sandbox(
    a: PolygonLayer,
    b: PolygonLayer | None,
    *,
    thresholds: Thresholds,
    groupings: Mapping[str, object],
    max_pairs: int = MAX_PAIRS,
    limits: Limits = CHECK,
) -> OverlayResult:
    """Find the conflicts between two layers in another process.

    Parameters
    ----------
    a : PolygonLayer
    b : PolygonLayer or None
        None compares `a` with itself.
    thresholds : Thresholds
    groupings : mapping of str to object
        ``county``: a built-in boundary source; ``zone``: a programme of the catalogue and a source.
    max_pairs : int, optional
    limits : Limits, optional

    Returns
    -------
    OverlayResult

    Raises
    ------
    IntakeError
        When the check is larger than a server takes on.
    """
    if b is not None:
        a, b = name_apart(a, b)
    layers = {"a": a} if b is None else {"a": a, "b": b}
    about = {
        side: {"name": layer.name, "problems": [asdict(one) for one in layer.problems]}
        for side, layer in layers.items()
    }
    found = _run(
        "pilotzones.geo.overlay.upload.check_worker",
        {
            "thresholds": asdict(thresholds),
            "groupings": dict(groupings),
            "max_pairs": max_pairs,
            "max_conflicts": MAX_CONFLICTS,
        },
        inputs={
            "layers.json": json.dumps(about).encode(),
            **{f"{side}.arrow": encode_table(make_layer_table(layer)) for side, layer in layers.items()},
        },
        frames=("conflicts", "faults", "rates", "sensitivity"),
        file=" × ".join(layer.name for layer in layers.values()),
        limits=limits,
    )
    return OverlayResult(
        a=a,
        b=a if b is None else b,
        thresholds=thresholds,
        conflicts=_decode_geometry(found.frames["conflicts"]),
        touches=int(found.facts["touches"]),
        rates=found.frames["rates"],
        sensitivity=found.frames["sensitivity"],
        faults=_decode_geometry(found.frames["faults"]),
        problems=tuple(found.problems),
    )


def _run(module: str, order: dict[str, object], **options: Any) -> WorkerTables:
    try:
        return run_table_worker(module, order, **options)
    except IntakeError as error:
        if error.code not in ("damaged", "slow"):
            raise
        raise IntakeError(make_problem(options["file"], "check_too_large"), code="slow") from None


def _decode_geometry(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = shapely.from_wkb(frame[GEOMETRY].to_numpy())
    return gpd.GeoDataFrame(frame.drop(columns=GEOMETRY), geometry=shapes, crs=crs.GEOGRAPHIC)
