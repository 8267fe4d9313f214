"""The files of an overlay check: layers, tables, one workbook, the issue log and the map."""

from __future__ import annotations

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.export import encode
from pilotzones.geo.export.drivers.csv_xlsx import build_workbook
from pilotzones.geo.messages import Language
from pilotzones.geo.overlay.export_layers import make_layers
from pilotzones.geo.overlay.models import OverlayResult
from pilotzones.layers.report.issue_log import format_issue_csv
from pilotzones.layers.site.overlay_page import render_overlay_page

__all__ = ["make_overlay_files"]


def make_overlay_files(result: OverlayResult, boundaries: Boundaries, *, lang: Language) -> dict[str, bytes]:
    """Make the files of a folder.

    Parameters
    ----------
    result : OverlayResult
    boundaries : Boundaries
        Whose counties are drawn behind the layers on the map.
    lang : {"zh", "en"}
        Of the issue log, and which language the map begins in.

    Returns
    -------
    dict of str to bytes
        By name.
    """
    layers = make_layers(result)
    files = {f"{layer.name}.geojson": encode(layer, format="geojson") for layer in layers if layer.has_geometry}
    files |= {f"{layer.name}.csv": encode(layer, format="csv") for layer in layers if layer.name != "issues"}
    return {
        **files,
        "issues.csv": format_issue_csv(result.problems, lang),
        "overlay.xlsx": build_workbook(layers),
        "map.html": render_overlay_page(result, boundaries, lang=lang),
    }
