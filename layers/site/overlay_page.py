"""The map of an overlay check as one HTML file that opens from a disk and asks for nothing, and the folder it stands in."""

from __future__ import annotations

import json
from typing import Any, Final

import pandas as pd

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.export import encode
from pilotzones.geo.export.drivers.csv_xlsx import build_workbook
from pilotzones.geo.messages import LANGUAGES, Language, format_number, translate
from pilotzones.geo.overlay.export_layers import make_layers
from pilotzones.geo.overlay.models import OverlayResult
from pilotzones.layers.report.issue_log import format_issue_csv
from pilotzones.layers.report.overlay_tables import build_overlay_tables, describe_rule, summarize
from pilotzones.layers.site.inline import render_map_page
from pilotzones.layers.site.page_map import THEMES
from pilotzones.layers.webmap.geometry.store import GeometryStore
from pilotzones.layers.webmap.maps.overlay import build_overlay_state, prepare_overlay_map

__all__ = ["make_overlay_files", "render_overlay_page"]

_ZOOMS: Final = (2, 22)
_REACH: Final = ((-15.0, 40.0), (70.0, 170.0))  # how far the map can be pushed [degree]
_VIEW: Final = "overlay"
_MAX_FAULTS_SHOWN: Final = 100
_MAX_GROUPS_SHOWN: Final = 1_000


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
    layers = make_layers(result, lang=lang)
    files = {f"{layer.name}.geojson": encode(layer, format="geojson") for layer in layers if layer.has_geometry}
    files |= {f"{layer.name}.csv": encode(layer, format="csv") for layer in layers if layer.name != "issues"}
    return {
        **files,
        "issues.csv": format_issue_csv(result.problems, lang),
        "overlay.xlsx": build_workbook(layers),
        "map.html": render_overlay_page(result, boundaries, lang=lang),
    }


def render_overlay_page(result: OverlayResult, boundaries: Boundaries, *, lang: Language) -> bytes:
    """Render the map with the tables of rates, of the largest conflicts and of faults.

    Parameters
    ----------
    result : OverlayResult
    boundaries : Boundaries
        Whose counties are drawn behind the layers.
    lang : {"zh", "en"}
        Which language the page begins in; it has both.

    Returns
    -------
    bytes
        UTF-8. Same input, same bytes.
    """
    store = GeometryStore()
    drawn = prepare_overlay_map(result, boundaries, store=store)
    west, south, east, north = drawn.box
    stored = {url: store.find_entry(url) for url in drawn.urls.values()}
    texts = {one: _make_texts(result, one) for one in LANGUAGES}
    data = {
        "lang": lang,
        "text": texts,
        "map": {"home": ((south, west), (north, east)), "reach": _REACH, "zooms": _ZOOMS},
        "states": {
            one: {
                theme: json.loads(build_overlay_state(drawn, lang=one, theme=theme, view_token=_VIEW).to_json())
                for theme in THEMES
            }
            for one in LANGUAGES
        },
        "geometry": {
            url: json.loads(entry.decompress())["features"] for url, entry in stored.items() if entry is not None
        },
    }
    noscript = translate("onepage_noscript", lang)
    return render_map_page(
        "overlay_page.html", data, title=texts[lang]["title"], noscript=noscript, script="overlay_page.js"
    )


def _make_texts(result: OverlayResult, lang: Language) -> dict[str, Any]:
    shown = {
        translate("overlay_rates", lang): _MAX_GROUPS_SHOWN,
        translate("overlay_faults", lang): _MAX_FAULTS_SHOWN,
    }
    tables = {
        title: table.head(shown.get(title, len(table))) for title, table in build_overlay_tables(result, lang).items()
    }
    names = result.a.name if result.a is result.b else f"{result.a.name} × {result.b.name}"
    return {
        "title": f"{translate('page_overlay', lang)} · {names}",
        "own_name": translate("onepage_own_name", lang),
        "to_light": translate("onepage_to_light", lang),
        "to_dark": translate("onepage_to_dark", lang),
        "summary": summarize(result, lang),
        "rule": describe_rule(result, lang),
        "tables": [_make_table(caption, table) for caption, table in tables.items() if len(table)],
    }


def _make_table(caption: str, table: pd.DataFrame) -> dict[str, Any]:
    rows = [[_write_cell(cell) for cell in row] for row in table.itertuples(index=False)]
    return {"caption": caption, "heads": list(table.columns), "rows": rows}


def _write_cell(cell: object) -> str:
    if cell is None or cell != cell:  # noqa: PLR0124  # NaN differs from itself
        return "–"
    if isinstance(cell, float):
        return format_number(cell, 4).rstrip("0").rstrip(".")
    return str(cell)
