"""How exported layers are drawn elsewhere: the colours of our map as rules that QGIS and Google Earth read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    make = _STYLES.get(layer.name)
    return layer if make is None else replace(layer, styling=make(programme))


def _style_by_region(programme: Programme) -> Styling:
    styles = palette.get_region_styles(tuple(region.name_zh for region in programme.regions))
    rules = [
        _make_rule(region.name_zh, f"{region.name_zh} {region.name_en}", styles[region.name_zh])
        for region in programme.regions
    ]
    return Styling("region", (*rules, _make_rule("", _REST, _PLAIN)))


def _style_by_part(_: Programme) -> Styling:
    own = palette.get_member_style(palette.POINT.fill or "#d55e00")
    styles = {"host": palette.HOST, "coextensive": own, "point": own}
    return Styling("part", _make_rules("part", styles))


def _style_by_place(_: Programme) -> Styling:
    return Styling(
        "placed", _make_rules("placed", {"point": palette.get_member_style(palette.POINT.fill or "#d55e00")})
    )


def _style_by_relation(_: Programme) -> Styling:
    member = palette.get_zone_fills(1)[0]
    return Styling("relation", _make_rules("relation", {"member": member, "part": member, "host": palette.HOST}))


def _style_by_source(_: Programme) -> Styling:
    more, less = (palette.get_member_style(palette.STEP_COLOURS[step]) for step in ("more", "less"))
    return Styling("only_in", _make_rules("only_in", {"tianditu": more, "amap": less}))


def _make_rules(column: str, styles: Mapping[str, Style]) -> tuple[StyleRule, ...]:
    heading = load_dictionary()[column].label
    label = f"{heading['zh']} {heading['en']}"
    return (
        *(_make_rule(value, f"{label}: {value}", style) for value, style in styles.items()),
        _make_rule("", _REST, _PLAIN),
    )


def _make_rule(value: str, label: str, style: Style) -> StyleRule:
    return StyleRule(
        value, label, style.fill, style.fill_opacity if style.fill else 0.0, style.stroke or "#6b7280", style.weight
    )


_STYLES: Final[Mapping[str, Callable[[Programme], Styling]]] = {
    "zones": _style_by_region,
    "members": _style_by_region,
    "special_areas": _style_by_part,
    "towns": _style_by_place,
    "context": _style_by_relation,
    "source_difference": _style_by_source,
}
