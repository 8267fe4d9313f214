"""The result of an overlay check as layers and tables that the export writes in any format."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from pilotzones.data import EXPORTS
from pilotzones.geo.boundaries.upload.issue_log import build_issue_table
from pilotzones.geo.export import ExportLayer
from pilotzones.geo.export.models import make_field
from pilotzones.geo.export.provenance import describe_run
from pilotzones.geo.messages import Language
from pilotzones.geo.overlay.models import ConflictClass

if TYPE_CHECKING:
    from pilotzones.geo.overlay.models import OverlayResult

__all__ = ["OVERLAY_LAYERS", "make_layers"]

OVERLAY_LAYERS: Final = ("conflicts", "slivers", "faults", "rates", "sensitivity", "issues")


def make_layers(result: OverlayResult, *, lang: Language = "en") -> list[ExportLayer]:
    """Make the layers of a result, in the order of `OVERLAY_LAYERS`.

    Parameters
    ----------
    result : OverlayResult
    lang : {"zh", "en"}, optional
        Of the sentences of the issue log; all else is said in both languages or by names.

    Returns
    -------
    list of Layer
        Slivers are a layer apart: they are classified and counted, and not dropped.
    """
    provenance = {
        "title": f"{result.a.name} × {result.b.name}",
        "title_en": f"{result.a.name} × {result.b.name}",
        "area_method": "ellipsoid, edges straight in longitude and latitude",
        "filter": {
            "width_m": str(result.thresholds.width_m),
            "min_area_m2": str(result.thresholds.min_area_m2),
            "resolution_m": str(result.thresholds.resolution_m),
            "elongation": str(result.thresholds.elongation),
        },
        **describe_run(),
    }
    sliver = result.conflicts["class"] == ConflictClass.DRAFTING_SLIVER.value
    rates, sensitivity = (
        table.rename(columns={"area_m2": "total_area_m2"}) for table in (result.rates, result.sensitivity)
    )
    faults = result.faults.assign(id=[f"f{number}" for number in range(1, len(result.faults) + 1)])
    conflicts = result.conflicts.rename(columns={"conflict_id": "id"})
    issues = build_issue_table(result.problems, lang)
    frames = (conflicts[~sliver], conflicts[sliver], faults, rates, sensitivity, issues)
    return [_make_layer(name, frame, provenance) for name, frame in zip(OVERLAY_LAYERS, frames, strict=True)]


def _make_layer(name: str, frame: pd.DataFrame, provenance: dict[str, Any]) -> ExportLayer:
    dictionary = _load_dictionary()
    entry = dictionary["layers"][name]
    fields = tuple(make_field(column, dictionary["fields"][column]) for column in entry["fields"])
    columns = frame[[field.name for field in fields]].reset_index(drop=True)
    if isinstance(frame, gpd.GeoDataFrame):
        columns = gpd.GeoDataFrame(columns, geometry=frame.geometry.to_numpy(), crs=frame.crs)
    return ExportLayer(name, columns, fields, provenance, titles={"zh": entry["title_zh"], "en": entry["title_en"]})


@cache
def _load_dictionary() -> dict[str, Any]:
    return tomllib.loads((EXPORTS / "overlay.toml").read_text(encoding="utf-8"))
