"""Basemaps: none until chosen, Tianditu only with a key that can be one, AMap in its own datum."""

from __future__ import annotations

import pytest
import streamlit as st

from pilotzones.layers.style.spec import PayloadError
from pilotzones.layers.webmap.state import Basemap
from pilotzones.views.components.webmap.basemap_picker import get_chosen_basemap

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    state: dict[str, str] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def test_nothing_is_shown_before_it_is_chosen(session: dict[str, str]) -> None:
    assert get_chosen_basemap("zh") is None
    session["basemap"] = "none"
    assert get_chosen_basemap("zh") is None


@pytest.mark.parametrize("key", ["", "abc", KEY.upper(), KEY + "0", KEY[:-1] + "&", "{z}" + KEY[3:], KEY + "\n"])
def test_tianditu_needs_a_key_that_can_be_one(session: dict[str, str], key: str) -> None:
    session |= {"basemap": "tianditu_vec", "tianditu_key": key}
    assert get_chosen_basemap("zh") is None


@pytest.mark.parametrize(("choice", "layers"), [("tianditu_vec", ("vec", "cva")), ("tianditu_img", ("img", "cia"))])
def test_tianditu_comes_with_its_names(session: dict[str, str], choice: str, layers: tuple[str, str]) -> None:
    session |= {"basemap": choice, "tianditu_key": KEY}
    chosen = get_chosen_basemap("en")
    assert chosen is not None
    assert chosen.labels_url is not None
    for url, layer in zip((chosen.url, chosen.labels_url), layers, strict=True):
        assert f"LAYER={layer}&" in url
        assert url.endswith(f"tk={KEY}")
    assert chosen.datum == "wgs84"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_amap_says_that_it_is_shifted(session: dict[str, str], lang: str) -> None:
    session["basemap"] = "amap"
    chosen = get_chosen_basemap(lang)  # type: ignore[arg-type]
    assert chosen is not None
    assert chosen.datum == "gcj02"
    assert "GCJ-02" in (chosen.note or "")
    assert "GCJ-02" in chosen.attribution


def test_a_refused_address_is_not_repeated() -> None:
    with pytest.raises(PayloadError) as refused:
        Basemap(url=f"ftp://tiles.invalid/?tk={KEY}", attribution="")
    assert KEY not in str(refused.value)
    with pytest.raises(PayloadError):
        Basemap(url="https://a/{z}/{x}/{y}", attribution="", datum="bd09")  # type: ignore[arg-type]
