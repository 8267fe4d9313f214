"""How projects are drawn: a colour a stage, a filled circle where the place is known, a hollow diamond at the county."""

from __future__ import annotations

from typing import Final

from pilotzones.geo.projects.models import STAGES
from pilotzones.layers.style.spec import Style

__all__ = ["OVERDUE", "STAGE_COLORS", "make_county_style", "make_point_style"]

# Okabe and Ito's colours, distinct to every kind of colour vision, in the order of the stages; then a stage that is none of them.
STAGE_COLORS: Final = dict(
    zip((*STAGES, ""), ("#9ca3af", "#56b4e9", "#e69f00", "#0072b2", "#009e73", "#6b7280"), strict=True)
)
OVERDUE: Final = "#d55e00"


def make_point_style(stage: str, *, is_overdue: bool = False) -> Style:
    """Make the style of a project with a coordinate of its own; an overdue one has a red rim."""
    color = STAGE_COLORS.get(stage, STAGE_COLORS[""])
    stroke, weight = (OVERDUE, 2.5) if is_overdue else ("#111827", 1.0)
    return Style(fill=color, fill_opacity=1.0, stroke=stroke, weight=weight, radius=6.0)


def make_county_style(stage: str) -> Style:
    """Make the style of projects of which only the county is known."""
    color = STAGE_COLORS.get(stage, STAGE_COLORS[""])
    return Style(fill="#ffffff", fill_opacity=0.9, stroke=color, weight=2.0, radius=6.0, shape="diamond")
