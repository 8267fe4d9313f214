"""How features and legends look: typed, and refused where the browser could not draw it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias, get_args

from pilotzones.geo.errors import PilotzonesError

__all__ = ["Hatch", "JsonValue", "Legend", "LegendItem", "PayloadError", "PointShape", "Style", "Theme", "require"]

Hatch = Literal["diagonal", "cross", "dots", "horizontal"]
PointShape = Literal["circle", "diamond", "square", "triangle"]
LegendShape = Literal["polygon", "line", "point"]
Theme = Literal["light", "dark"]
JsonValue: TypeAlias = "str | float | int | bool | list[JsonValue] | dict[str, JsonValue] | None"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DASH = re.compile(r"[0-9]+(\.[0-9]+)?( [0-9]+(\.[0-9]+)?)*")


class PayloadError(PilotzonesError):
    """A state that the map cannot draw; names the field and what it may hold."""


def require(condition: bool, message: str) -> None:  # noqa: FBT001  # reads as the sentence it is
    """Refuse with a message what the browser could not draw.

    Raises
    ------
    PayloadError
        Unless the condition holds.
    """
    if not condition:
        raise PayloadError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one class of features looks.

    Parameters
    ----------
    fill : str or None
        Colour ``#rrggbb``; None draws no fill (a hatch may still be drawn).
    fill_opacity : float
        0 to 1.
    stroke : str or None
        Colour of the outline and of the hatch; None draws no outline.
    weight : float
        Width of the outline [px].
    dash : str or None
        Lengths of dash and gap [px], for example ``"4 3"``.
    hatch : {"diagonal", "cross", "dots", "horizontal"} or None
        A second sign beside colour, so that a class is also distinguishable in grey.
    radius : float
        Of a point [px].
    shape : {"circle", "diamond", "square", "triangle"}
        Of a point.

    Raises
    ------
    PayloadError
        When a value is out of range or no colour.
    """

    fill: str | None = None
    fill_opacity: float = 0.6
    stroke: str | None = "#444444"
    weight: float = 1.0
    dash: str | None = None
    hatch: Hatch | None = None
    radius: float = 6.0
    shape: PointShape = "circle"

    def __post_init__(self) -> None:
        for name, colour in (("fill", self.fill), ("stroke", self.stroke)):
            good = colour is None or _COLOUR.fullmatch(colour) is not None
            require(good, f"{name}: a colour is written #rrggbb, not {colour!r}")
        require(0 <= self.fill_opacity <= 1, f"fill_opacity is 0 to 1, not {self.fill_opacity}")
        require(0 <= self.weight <= 50, f"weight is 0 to 50 px, not {self.weight}")
        require(0 < self.radius <= 50, f"radius is above 0 and at most 50 px, not {self.radius}")
        require(
            self.dash is None or _DASH.fullmatch(self.dash) is not None,
            f'dash is like "4 3", not {self.dash!r}',
        )
        require(self.hatch in {None, *get_args(Hatch)}, f"unknown hatch {self.hatch!r}")
        require(self.shape in {"circle", "diamond", "square", "triangle"}, f"unknown point shape {self.shape!r}")

    def to_data(self) -> dict[str, JsonValue]:
        """Return the style as plain data for JSON."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendItem:
    """One line of the legend: a label and what it stands for.

    `count` is how many things have the sign (None: it is not counted); `layer` is the layer it belongs to, without which in
    view the line is left out (None: it always stands); `pick` is the filter that a click on the line turns on and off, as the
    address of the page writes it (None: it is no button), and `is_picked` whether that filter is on. `id` says what the line is
    about in any language: ``region:NAME``, ``zone:ORDER`` or the sign it explains (empty: nobody asks).
    """

    label: str
    style: Style
    shape: LegendShape = "polygon"
    count: int | None = None
    layer: str | None = None
    pick: str | None = None
    is_picked: bool = False
    id: str = ""

    def to_data(self) -> dict[str, JsonValue]:
        """Return the item as plain data for JSON."""
        data: dict[str, JsonValue] = {"label": self.label, "class": self.style.to_data(), "shape": self.shape}
        more = {
            "count": self.count,
            "layer": self.layer,
            "pick": self.pick,
            "is_picked": self.is_picked or None,
            "id": self.id or None,
        }
        return data | {name: value for name, value in more.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """The legend: a title, its lines, and a note below them."""

    title: str
    items: Sequence[LegendItem] = ()
    note: str | None = None

    def to_data(self) -> dict[str, JsonValue]:
        """Return the legend as plain data for JSON."""
        return {"title": self.title, "items": [item.to_data() for item in self.items], "note": self.note}
