"""Colours and styles. Colour is never the only sign: labels, hatches and shapes say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pilotzones.geo.audit.models import Basis, Verdict
from pilotzones.geo.messages import Language, translate
from pilotzones.layers.style.class_breaks import make_color_ramp
from pilotzones.layers.style.spec import Hatch, PointShape, Style, Theme

__all__ = [
    "BASIS_OPACITY",
    "CANDIDATE",
    "CANDIDATE_CHOSEN",
    "HOST",
    "HOST_PALE",
    "NATIONAL_LINE",
    "NO_SIGN",
    "POINT",
    "STANDING",
    "STEP_COLOURS",
    "VERDICT_COLOURS",
    "VERDICT_SHAPES",
    "VERDICT_SIGNS",
    "ChartTheme",
    "format_verdict",
    "get_chart_theme",
    "get_city_style",
    "get_county_style",
    "get_division_style",
    "get_dot_styles",
    "get_land_style",
    "get_member_style",
    "get_national_border_style",
    "get_other_source_style",
    "get_overlay_styles",
    "get_pale_style",
    "get_province_style",
    "get_region_styles",
    "get_shade_styles",
    "get_verdict_styles",
    "get_zone_fills",
    "get_zone_style",
    "has_task_style",
]

# Four of the eight colours of Okabe and Ito, distinct to every kind of colour vision (Wong 2011, Nature Methods 8:441).
_REGIONS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")

# Three more of theirs and Tol's purple (Tol 2021, bright scheme); sign, shape and hatch tell the verdicts apart in grey.
VERDICT_COLOURS: Final[dict[Verdict, str]] = {
    "agrees": "#009e73",
    "explained": "#0072b2",
    "explained_weakly": "#56b4e9",
    "cannot_tell": "#e69f00",
    "differs": "#aa3377",
}
VERDICT_SIGNS: Final[dict[Verdict, str]] = {
    "agrees": "✓",
    "explained": "∵",
    "explained_weakly": "≈",
    "cannot_tell": "?",
    "differs": "≠",
}
VERDICT_SHAPES: Final[dict[Verdict, str]] = {
    "agrees": "circle",
    "explained": "diamond",
    "explained_weakly": "triangle-down",
    "cannot_tell": "triangle-up",
    "differs": "square",
}
_VERDICT_HATCHES: Final[dict[Verdict, Hatch | None]] = {
    "agrees": None,
    "explained": "dots",
    "explained_weakly": "horizontal",
    "cannot_tell": "diagonal",
    "differs": "cross",
}
# Steps of a waterfall: the computed area is larger, or smaller, for this reason.
STEP_COLOURS: Final = {"more": "#0072b2", "less": "#d55e00"}
# The surer the figure, the fuller the bar.
BASIS_OPACITY: Final[dict[Basis, float]] = {"published": 0.95, "computed": 0.7, "bounded": 0.3, "unknown": 0.1}


@dataclass(frozen=True, slots=True)
class ChartTheme:
    """Colours of what surrounds the data in a chart."""

    text: str
    quiet: str
    grid: str
    band: str
    rule: str
    paper: str


_INK: Final[dict[Theme, ChartTheme]] = {
    "light": ChartTheme(
        text="#1f2937", quiet="#5b6472", grid="#e8ebef", band="#d5dae1", rule="#374151", paper="#ffffff"
    ),
    "dark": ChartTheme(
        text="#f3f4f6", quiet="#a3acb9", grid="#2b323d", band="#454e5c", rule="#d1d5db", paper="#0e1117"
    ),
}


def get_chart_theme(theme: Theme) -> ChartTheme:
    """Return colours of text, lines and paper for a light or a dark page."""
    return _INK[theme]


def format_verdict(verdict: Verdict, lang: Language) -> str:
    """Format a verdict as sign and word."""
    return f"{VERDICT_SIGNS[verdict]} {translate(f'verdict_{verdict}', lang)}"


def get_verdict_styles() -> dict[Verdict, Style]:
    """Fill and hatch of each verdict."""
    return {
        verdict: get_member_style(colour, hatch=_VERDICT_HATCHES[verdict])
        for verdict, colour in VERDICT_COLOURS.items()
    }


def get_region_styles(names: tuple[str, ...]) -> dict[str, Style]:
    """Fill of each region, in the order of the programme."""
    return {name: get_member_style(_REGIONS[index % len(_REGIONS)]) for index, name in enumerate(names)}


def get_zone_fills(count: int) -> list[Style]:
    """Return a fill for each of so many zones; where the colours begin anew, another hatch tells them apart."""
    hatches: tuple[Hatch | None, ...] = (None, "diagonal", "dots", "cross")
    size = len(_REGIONS)
    return [
        get_member_style(_REGIONS[index % size], hatch=hatches[index // size % len(hatches)]) for index in range(count)
    ]


def get_shade_styles(count: int, theme: Theme = "light") -> list[Style]:
    """Return so many fills from little to much; the ground must not show through, or a shade would be another one."""
    return [replace(get_member_style(fill), fill_opacity=0.85) for fill in make_color_ramp(count, dark=theme == "dark")]


def has_task_style(theme: Theme) -> Style:
    """Fill of a zone that takes on the task one asks for."""
    return get_member_style("#0072b2" if theme == "light" else "#56b4e9")


def get_member_style(fill: str, *, hatch: Hatch | None = None) -> Style:
    """Return a member's polygon in the colour `fill`, with a hatch where colour alone would not do."""
    return Style(fill=fill, fill_opacity=0.7, stroke="#ffffff", weight=0.6, hatch=hatch)


def get_zone_style(theme: Theme) -> Style:
    """Return the outline of a zone."""
    return Style(fill=None, stroke="#1f2937" if theme == "light" else "#e5e7eb", weight=1.1)


def get_dot_styles(styles: Sequence[Style]) -> list[Style]:
    """Return the fills of polygons as points, for a map on which the polygons are some pixels wide."""
    return [
        replace(style, stroke="#ffffff", weight=1.4, radius=_DOT_RADIUS, fill_opacity=1.0, hatch=None)
        for style in styles
    ]


_DOT_RADIUS: Final = 7.0
POINT: Final = Style(fill="#d55e00", fill_opacity=1.0, stroke="#ffffff", weight=1.2, radius=5, shape="diamond")
# A town nobody publishes a coordinate of: the sign is hollow and of another shape, since its place means little.
STANDING: Final = Style(fill="#ffffff", fill_opacity=0.85, stroke="#d55e00", weight=1.8, radius=5, shape="square")
HOST: Final = Style(fill=None, stroke="#d55e00", weight=1.0, dash="5 4", hatch="diagonal")
HOST_PALE: Final = Style(fill="#d55e00", fill_opacity=0.07, stroke="#d55e00", weight=0.8, dash="2 4")
NO_SIGN: Final = Style(fill=None, stroke=None, weight=0.0, radius=1)
CANDIDATE: Final = Style(fill="#fde047", fill_opacity=0.35, stroke="#b45309", weight=2.0, dash="5 4")
CANDIDATE_CHOSEN: Final = Style(fill="#fde047", fill_opacity=0.75, stroke="#92400e", weight=3.5)
NATIONAL_LINE: Final = Style(fill=None, stroke="#8a6d3b", weight=1.6)


def get_city_style(theme: Theme) -> Style:
    """Return the ring of a city."""
    fill, stroke = ("#ffffff", "#374151") if theme == "light" else ("#1f2530", "#d1d5db")
    return Style(fill=fill, fill_opacity=1.0, stroke=stroke, weight=1.3, radius=3)


def get_land_style(theme: Theme) -> Style:
    """Return the style of the neighbours' land: neither the country nor the sea."""
    return Style(fill="#e3e4e2" if theme == "light" else "#191d22", fill_opacity=1.0, stroke=None)


def get_national_border_style(theme: Theme) -> Style:
    """Return the outline of the country, heavier than a province's."""
    return Style(fill=None, stroke="#7d8590" if theme == "light" else "#8792a0", weight=1.6)


def get_pale_style(theme: Theme) -> Style:
    """Fill of a zone that a filter leaves out."""
    fill, stroke = ("#c4c8cd", "#ffffff") if theme == "light" else ("#4a515b", "#1f2530")
    return Style(fill=fill, fill_opacity=0.75, stroke=stroke, weight=0.6, radius=4)


def get_province_style(theme: Theme, *, over_tiles: bool = False) -> Style:
    """Return the style of provinces as quiet context; over a basemap only their outlines."""
    if over_tiles:
        return Style(fill=None, stroke="#6b7280", weight=0.8)
    if theme == "light":
        return Style(fill="#fbfaf6", fill_opacity=1.0, stroke="#c3c7cc", weight=0.8)
    return Style(fill="#262d36", fill_opacity=1.0, stroke="#465060", weight=0.8)


def get_county_style(theme: Theme) -> Style:
    """Return the style of all counties as a fine net."""
    return Style(fill=None, stroke="#9aa3af" if theme == "light" else "#4b5563", weight=0.4)


# What lies over another programme: tones the fills below do not have, and other signs.
_BESIDE: Final[dict[Theme, tuple[str, ...]]] = {
    "light": ("#6a1b9a", "#004d40", "#7f1d1d", "#1a237e"),
    "dark": ("#ce93d8", "#80cbc4", "#ef9a9a", "#9fa8da"),
}


def get_overlay_styles(number: int, theme: Theme) -> tuple[Style, Style, Style]:
    """Return the outline, sign, and hollow sign of the programme that is laid over as number `number`, from 0."""
    colour = _BESIDE[theme][number % len(_BESIDE[theme])]
    paper = "#ffffff" if theme == "light" else "#1f2530"
    shape: PointShape = "triangle" if number % 2 == 0 else "circle"
    return (
        Style(fill=colour, fill_opacity=0.04, stroke=colour, weight=2.4, dash="7 4"),
        Style(fill=colour, fill_opacity=1.0, stroke=paper, weight=1.2, radius=6, shape=shape),
        Style(fill=paper, fill_opacity=0.85, stroke=colour, weight=1.8, radius=5, shape=shape),
    )


def get_division_style(theme: Theme, division: str) -> Style:
    """Return the line of a prefecture or a province above the net of counties."""
    if division == "province":
        return Style(fill=None, stroke="#5b6472" if theme == "light" else "#9aa3af", weight=1.0)
    return Style(fill=None, stroke="#98a1ae" if theme == "light" else "#566072", weight=0.7)


def get_other_source_style(theme: Theme) -> Style:
    """Return the outline of a zone as another boundary source draws it."""
    return Style(fill=None, stroke="#b91c1c" if theme == "light" else "#fca5a5", weight=1.8, dash="6 4")
