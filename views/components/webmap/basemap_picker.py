"""Basemaps of other hosts, off until somebody chooses one: whose tiles, whose key, in which datum."""

from __future__ import annotations

import re
from typing import Any, Final

import streamlit as st

from pilotzones.geo.messages import Language, translate
from pilotzones.layers.webmap.state import Basemap

__all__ = ["get_chosen_basemap", "show_basemap_choice"]

_CHOICES: Final = ("none", "tianditu_vec", "tianditu_img", "osm", "amap")
_TIANDITU: Final = {"tianditu_vec": ("vec", "cva"), "tianditu_img": ("img", "cia")}
# Keys of Tianditu are handed out in this form; anything else does not get into an address.
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_MAX_KEY_CHARS: Final = 64


def get_chosen_basemap(lang: Language) -> Basemap | None:
    """Return the tiles that the visitor chose.

    Parameters
    ----------
    lang : {"zh", "en"}

    Returns
    -------
    Basemap or None
        None also as long as Tianditu has no usable key.
    """
    chosen = str(st.session_state.get("basemap") or "none")
    if chosen == "osm":
        url = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
        return Basemap(url=url, attribution="© OpenStreetMap contributors", max_zoom=19)
    if chosen == "amap":
        return Basemap(
            url="https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
            attribution=translate("basemap_amap_credit", lang),
            subdomains="1234",
            datum="gcj02",
            note=translate("basemap_amap_note", lang),
        )
    key = _get_key()
    if chosen not in _TIANDITU or not _KEY.fullmatch(key):
        return None
    tiles, names = (_build_tianditu_url(layer, key) for layer in _TIANDITU[chosen])
    return Basemap(
        url=tiles, labels_url=names, subdomains="01234567", attribution=translate("basemap_tianditu_credit", lang)
    )


def show_basemap_choice(lang: Language) -> None:
    """Draw the choice, and where it needs one the place for the visitor's key.

    Parameters
    ----------
    lang : {"zh", "en"}
    """
    # Streamlit forgets a widget that is not drawn, and this box is drawn only while its button is open.
    st.session_state.setdefault("w_basemap", st.session_state.get("basemap") or _CHOICES[0])
    chosen = st.selectbox(
        translate("basemap", lang),
        _CHOICES,
        format_func=lambda value: translate(f"basemap_{value}", lang),
        key="w_basemap",
        help=translate("basemap_help", lang),
        on_change=_keep_basemap,
    )
    if chosen not in _TIANDITU:
        return
    # To Streamlit the same box on another page is another one.
    st.session_state.setdefault("w_tianditu_key", _get_key())
    st.text_input(
        translate("tianditu_key", lang),
        key="w_tianditu_key",
        type="password",
        max_chars=_MAX_KEY_CHARS,
        help=translate("tianditu_key_help", lang),
        on_change=_keep_key,
    )
    if _get_key() and not _KEY.fullmatch(_get_key()):
        st.warning(translate("tianditu_key_wrong", lang))
    elif not _get_key():
        st.caption(translate("tianditu_key_needed", lang))


def _get_key() -> str:
    """Return the visitor's key: in this session's memory, in no link and in nothing that is shared."""
    state: Any = st.session_state
    return str(state.get("tianditu_key", ""))


def _keep_basemap() -> None:
    st.session_state["basemap"] = str(st.session_state["w_basemap"])


def _keep_key() -> None:
    st.session_state["tianditu_key"] = str(st.session_state["w_tianditu_key"]).strip()


def _build_tianditu_url(layer: str, key: str) -> str:
    return (
        f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
        f"&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
    )
