"""How exported layers are drawn elsewhere: the colours of our map as rules that QGIS and Google Earth read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.export import ExportLayer, StyleRule, Styling, load_dictionary
from pilotzones.layers.style import palette
from pilotzones.layers.style.spec import Style

__all__ = ["style_layer"]

_PLAIN: Final = palette.get_county_style("light")
# Other values than the ones with a rule: drawn as context, never left out.
_REST: Final = "其他 other"


def style_layer(layer: ExportLayer, programme: Programme) -> ExportLayer:
    """Return the layer with the style of our map.

    Parameters
    ----------
    layer : ExportLayer
    programme : Programme

    Returns
    -------
    ExportLayer
        As it was when it has no geometry or is none of ours.
    """
    if layer.name in ("zones", "members"):
        return replace(layer, styling=_style_by_region(programme))
    return replace(layer, styling=_style_by_column(*_STYLES[layer.name])) if layer.name in _STYLES else layer


def _style_by_region(programme: Programme) -> Styling:
    styles = palette.get_region_styles(tuple(region.name_zh for region in programme.regions))
    rules = [
        _make_rule(region.name_zh, f"{region.name_zh} {region.name_en}", styles[region.name_zh])
        for region in programme.regions
    ]
    return Styling("region", (*rules, _make_rule("", _REST, _PLAIN)))


def _style_by_column(column: str, styles: Mapping[str, Style]) -> Styling:
    heading = load_dictionary()[column].label
    label = f"{heading['zh']} {heading['en']}"
    rules = [_make_rule(value, f"{label}: {value}", style) for value, style in styles.items()]
    return Styling(column, (*rules, _make_rule("", _REST, _PLAIN)))


def _make_rule(value: str, label: str, style: Style) -> StyleRule:
    return StyleRule(
        value, label, style.fill, style.fill_opacity if style.fill else 0.0, style.stroke or "#6b7280", style.weight
    )


_MEMBER: Final = palette.get_zone_fills(1)[0]
_POINT: Final = palette.get_member_style(palette.POINT.fill or "#d55e00")
_MORE, _LESS = (palette.get_member_style(palette.STEP_COLOURS[step]) for step in ("more", "less"))
# By layer the column whose values have styles.
_STYLES: Final[Mapping[str, tuple[str, Mapping[str, Style]]]] = {
    "special_areas": ("part", {"host": palette.HOST, "coextensive": _POINT, "point": _POINT}),
    "towns": ("placed", {"point": _POINT}),
    "context": ("relation", {"member": _MEMBER, "part": _MEMBER, "host": palette.HOST}),
    "source_difference": ("only_in", {"tianditu": _MORE, "amap": _LESS}),
}
