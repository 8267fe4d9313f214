"""Legends of the map: what its colours mean, and its signs."""

from __future__ import annotations

from dataclasses import replace

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, translate
from pilotzones.layers.style import palette
from pilotzones.layers.style.choropleth import Colouring
from pilotzones.layers.style.spec import Legend, LegendItem, Theme

__all__ = ["build_programme_legend", "build_town_legend"]


def build_programme_legend(
    programme: Programme, coloured: Colouring, lang: Language, *, theme: Theme = "light", full: bool = True
) -> Legend:
    """Build the legend of a programme: the colours of its zones, and the signs on the map.

    Parameters
    ----------
    programme : Programme
    coloured : Colouring
        Of the zones shown.
    lang : {"zh", "en"}
    theme : {"light", "dark"}
    full : bool
        Without it the legend has the colours only, for a map that has no room for more.

    Returns
    -------
    Legend
    """
    if programme.kind.lists_towns:
        towns = build_town_legend(lang)
        return replace(towns, items=[*towns.items, _make_city_item(lang, theme)])
    title = translate("legend_scope", lang) if programme.kind.is_for_scopes else coloured.title
    items = coloured.items
    if not full:
        return Legend(title=title, items=items)
    special = [member.special for member in programme.members if member.special is not None]
    signs = []
    if any(area.extent != "coextensive" for area in special):
        signs.append(
            LegendItem(id="hosts", label=translate("legend_host", lang), style=palette.HOST_PALE, layer="hosts")
        )
    if any(area.point is not None for area in special):
        signs.append(
            LegendItem(
                id="points", label=translate("legend_point", lang), style=palette.POINT, shape="point", layer="points"
            )
        )
    signs += [_make_national_item(lang), _make_city_item(lang, theme)]
    return Legend(title=title, items=[*items, *signs], note=translate("legend_note", lang))


def _make_national_item(lang: Language) -> LegendItem:
    return LegendItem(
        id="national",
        label=translate("legend_national", lang),
        style=palette.NATIONAL_LINE,
        shape="line",
        layer="lines",
    )


def _make_city_item(lang: Language, theme: Theme) -> LegendItem:
    return LegendItem(
        id="cities",
        label=translate("legend_city", lang),
        style=palette.get_city_style(theme),
        shape="point",
        layer="cities",
    )


def build_town_legend(lang: Language) -> Legend:
    """Build the legend of a programme of towns."""
    return Legend(
        title=translate("legend_towns", lang),
        items=[
            LegendItem(label=translate("legend_town_point", lang), style=palette.POINT, shape="point"),
            LegendItem(label=translate("legend_town_standing", lang), style=palette.STANDING, shape="point"),
            LegendItem(label=translate("legend_town_county", lang), style=palette.HOST_PALE, layer="hosts"),
            _make_national_item(lang),
        ],
    )
