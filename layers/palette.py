"""Colours and styles. Colour is never the only sign: labels, hatches and shapes say the same."""

from __future__ import annotations

from typing import Final

from branca.colormap import linear

from layers.payload import Style, Theme

__all__ = [
    "HOST",
    "NATIONAL_LINE",
    "POINT",
    "count_styles",
    "county_style",
    "member_style",
    "province_style",
    "region_styles",
    "zone_style",
]

# Four of the eight colours of Okabe and Ito, told apart by every kind of colour vision (Wong 2011, Nature Methods 8:441).
_REGIONS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")


def region_styles(names: tuple[str, ...]) -> dict[str, Style]:
    """Fill of each region, in the order of the programme."""
    return {name: member_style(_REGIONS[index % len(_REGIONS)]) for index, name in enumerate(names)}


def count_styles(most: int) -> list[Style]:
    """Fill for 1, 2 … `most` matching tasks: ColorBrewer's YlGnBu from light to dark, readable in grey."""
    scale = linear.YlGnBu_09  # type: ignore[attr-defined]  # branca makes its scales at import
    steps = [0.25 + 0.75 * step / max(most - 1, 1) for step in range(most)]
    return [member_style(scale(step)[:7]) for step in steps]


def member_style(fill: str) -> Style:
    """A member's polygon in the colour `fill`."""
    return Style(fill=fill, fill_opacity=0.7, stroke="#ffffff", weight=0.6)


def zone_style(theme: Theme) -> Style:
    """Outline of a zone."""
    return Style(fill=None, stroke="#1f2937" if theme == "light" else "#e5e7eb", weight=1.1)


POINT: Final = Style(fill="#d55e00", fill_opacity=1.0, stroke="#ffffff", weight=1.2, radius=5, shape="diamond")
HOST: Final = Style(fill=None, stroke="#d55e00", weight=1.0, dash="5 4", hatch="diagonal")
NATIONAL_LINE: Final = Style(fill=None, stroke="#8a6d3b", weight=1.4)


def province_style(theme: Theme, *, over_tiles: bool = False) -> Style:
    """Provinces as quiet context; over a basemap only their outlines."""
    if over_tiles:
        return Style(fill=None, stroke="#6b7280", weight=0.8)
    if theme == "light":
        return Style(fill="#f3f4f6", fill_opacity=1.0, stroke="#b6bcc6", weight=0.8)
    return Style(fill="#1f2530", fill_opacity=1.0, stroke="#4b5563", weight=0.8)


def county_style(theme: Theme) -> Style:
    """All counties as a fine net."""
    return Style(fill=None, stroke="#9aa3af" if theme == "light" else "#4b5563", weight=0.4)
