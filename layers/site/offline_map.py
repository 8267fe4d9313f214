"""A folium map of a frame for notebooks, with Leaflet inside the page, so that it opens without the network."""

from __future__ import annotations

import html
from typing import Any, ClassVar, Final

import folium
import geopandas as gpd
from branca.element import Element

from pilotzones.layers.site.inline import read_static_text

__all__ = ["draw_frame"]

_FILL: Final = "__fill"
_MANY_SHAPES: Final = 500
_PLAIN: Final = "#3b6ea5"


class _OfflineMap(folium.Map):
    """A map without addresses of scripts and style sheets."""

    default_js: ClassVar[list[tuple[str, str]]] = []  # type: ignore[misc]
    default_css: ClassVar[list[tuple[str, str]]] = []  # type: ignore[misc]


def draw_frame(frame: gpd.GeoDataFrame, column: str | None = None) -> Any:
    """Draw a frame; pointing at a shape shows the cells of its row.

    Parameters
    ----------
    frame : GeoDataFrame
        Rows without a geometry are not drawn.
    column : str, optional
        Colours the shapes by its values, each in another colour.

    Returns
    -------
    folium.Map
        Scripts and styles are part of its page; it has no tiles.
    """
    drawn = frame[~frame.geometry.isna()].to_crs("EPSG:4326").reset_index()
    named = [name for name in drawn.columns if name != drawn.geometry.name]
    fills = _choose_colours([None] * len(drawn) if column is None else drawn[column].astype(str).tolist())
    fields = [f"c{place}" for place in range(len(named))]
    cells = {
        field: [_escape(_write_cell(cell)) for cell in drawn[name]] for field, name in zip(fields, named, strict=True)
    }
    drawn = gpd.GeoDataFrame(cells, geometry=drawn.geometry.to_numpy(), crs=drawn.crs)
    drawn[_FILL] = fills
    # The outlines of thousands of shapes would run together into one dark stain.
    weight = 1 if len(drawn) < _MANY_SHAPES else 0.2
    made = _OfflineMap(tiles=None)
    header: Any = getattr(made.get_root(), "header")  # noqa: B009 - branca does not declare it
    header.add_child(Element(f"<script>{read_static_text('leaflet.js')}</script>"), name="leaflet_js")
    header.add_child(Element(f"<style>{read_static_text('leaflet.css')}</style>"), name="leaflet_css")
    folium.GeoJson(
        drawn.to_json(),
        marker=folium.CircleMarker(radius=4),
        style_function=lambda feature: {
            "color": "#333",
            "weight": weight,
            "fillColor": feature["properties"][_FILL],
            "fillOpacity": 0.6,
        },
        tooltip=folium.GeoJsonTooltip(fields, aliases=[_escape(str(name)) for name in named]),
    ).add_to(made)
    if len(drawn):
        west, south, east, north = drawn.total_bounds.tolist()
        made.fit_bounds(((south, west), (north, east)))
    return made


def _escape(text: str) -> str:
    """Escape a text for a tooltip, which is markup, and for folium, which renders its own output as a template once more."""
    return html.escape(text).replace("{", "&#123;").replace("}", "&#125;").replace("%", "&#37;")


def _choose_colours(values: list[str | None]) -> list[str]:
    import matplotlib as mpl

    colours = [mpl.colors.to_hex(colour) for colour in mpl.colormaps["tab20"].colors]  # type: ignore[attr-defined]
    order = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return [_PLAIN if value is None else colours[order[value] % len(colours)] for value in values]


def _write_cell(cell: Any) -> str:
    if isinstance(cell, tuple | list):
        return "、".join(map(str, cell))
    if cell is None or cell != cell:  # noqa: PLR0124 - NaN is not itself
        return ""
    return f"{cell:,.1f}" if isinstance(cell, float) else str(cell)
