"""Small maps of zones on a page, all at one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, translate
from pilotzones.layers.charts.zone_thumbnails import Extract, ZoneShapes, draw_extracts, simplify_zone_shapes
from pilotzones.layers.style import palette
from pilotzones.views.state import cache
from pilotzones.views.state.choices import get_theme

__all__ = ["draw_zone_extracts", "show_extract"]

_COUNTY_WORDS: Final = ("District", "County", "City")


@st.cache_resource(show_spinner=False)
def _simplify_shapes(programme: str, source: str, method: str) -> ZoneShapes:
    return simplify_zone_shapes(cache.get_joined(programme, source, method))


def draw_zone_extracts(
    joined: JoinedProgramme, source: str, zones: Sequence[int], lang: Language
) -> dict[int, Extract]:
    """Draw pictures of zones at one scale.

    Parameters
    ----------
    joined : JoinedProgramme
        Of the catalogue, on a built-in source.
    source : str
    zones : sequence of int
    lang : {"zh", "en"}

    Returns
    -------
    dict of int to Extract
        By number; a zone without a polygon has none.
    """
    shapes = _simplify_shapes(joined.programme.id, source, joined.method)
    styles = palette.get_region_styles(tuple(region.name_zh for region in joined.programme.regions))
    fills = {zone: str(styles[joined.programme.get_zone(zone).region].fill) for zone in zones}
    names = {record.member.id: _shorten_name(record.name(lang)) for record in joined.list_records(zones)}
    return {one.zone: one for one in draw_extracts(shapes, zones, names=names, fills=fills, theme=get_theme())}


def show_extract(extract: Extract | None, name: str, lang: Language) -> None:
    """Draw the picture of one zone, or say that there is none."""
    if extract is None:
        st.caption(translate("extract_none", lang))
        return
    # As an image: nothing inside it could run.
    st.image(extract.svg, alt=translate("extract_alt", lang, name=name, km=extract.bar_km))


def _shorten_name(name: str) -> str:
    """Return a name as it is written on a small map: in English without the word for a county."""
    shown, _, generic = name.rpartition(" ")
    return shown if generic in _COUNTY_WORDS and "," not in shown else name
