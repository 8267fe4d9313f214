"""Where the other boundary source draws the zone somebody reads about, on the map and in figures."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import streamlit as st

from pilotzones.geo.boundaries.sources import BUILT_IN, get_source_info
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, format_number, translate
from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features
from pilotzones.layers.webmap.maps.programme import OtherOutline
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices
from pilotzones.views.state.private_geometry import get_private_store

__all__ = ["get_other_outline", "show_other"]

_PRECISION = 5  # decimals: the outlines are compared, so nothing is simplified


@dataclass(frozen=True)
class _Measured:
    """One zone in two sources; areas in square kilometres."""

    own: str
    other: str
    own_km2: float
    other_km2: float

    def format_values(self, lang: Language) -> dict[str, str]:
        """Return what the sentences about it say."""
        difference = self.other_km2 - self.own_km2
        return {
            "own": get_source_info(self.own).name(lang),
            "other": get_source_info(self.other).name(lang),
            "own_area": format_number(self.own_km2, 1),
            "other_area": format_number(self.other_km2, 1),
            "difference": _format_signed(difference, 1),
            "percent": _format_signed(100 * difference / self.own_km2, 2) if self.own_km2 else "–",
        }


def get_other_outline(choices: Choices, zone: int | None) -> OtherOutline | None:
    """Return the outline of a zone in the other source, when the visitor wants to see it.

    Parameters
    ----------
    choices : Choices
    zone : int or None
        The zone that is read about, if it is on the map.

    Returns
    -------
    OtherOutline or None
    """
    if not choices.other or zone is None:
        return None
    found = _measure(choices, zone)
    if found is None:
        return None
    # An address that follows from the outline would tell whoever asks for it that somebody looks at this zone.
    url = get_private_store().put(_encode_outline(choices.programme, found.other, choices.method, zone))
    return OtherOutline(
        url=url, label=translate("other_source_legend", choices.lang, **found.format_values(choices.lang))
    )


def show_other(choices: Choices, zone: int) -> None:
    """Draw the switch, and what it shows in figures.

    Parameters
    ----------
    choices : Choices
    zone : int
    """
    st.toggle(translate("other_source", choices.lang), key="w_other", help=translate("other_source_help", choices.lang))
    found = _measure(choices, zone) if choices.other else None
    if found is not None:
        st.caption(translate("other_source_figures", choices.lang, **found.format_values(choices.lang)))


def _measure(choices: Choices, zone: int) -> _Measured | None:
    """Measure a zone in both sources; None when either has no polygon of it."""
    other = next(source for source in BUILT_IN if source != choices.source)
    areas = []
    for source in (choices.source, other):
        frame = _select_zone(cache.get_joined(choices.programme, source, choices.method), zone)
        if frame.geometry.isna().all() or frame["computed_area_km2"].isna().all():
            return None
        areas.append(float(frame["computed_area_km2"].iloc[0]))
    return _Measured(choices.source, other, *areas)


@st.cache_resource(show_spinner=False)
def _encode_outline(programme: str, source: str, method: str, zone: int) -> bytes:
    frame = _select_zone(cache.get_joined(programme, source, method), zone)
    drawn = frame.assign(feature=[f"other{zone}"])[["feature", "geometry"]]
    return encode_features(drawn, id_column="feature", precision=_PRECISION)


def _select_zone(joined: JoinedProgramme, zone: int) -> gpd.GeoDataFrame:
    return joined.zones[joined.zones["zone"] == zone]


def _format_signed(value: float, digits: int) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "±") + format_number(abs(value), digits)
