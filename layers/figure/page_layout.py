"""The sheet of a printed figure: where its parts are [mm], and how text and maps are put on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from pilotzones.layers.figure.font_subset import FigureFont
from pilotzones.layers.figure.map_axes import draw_frame
from pilotzones.layers.figure.projection import PAPERS, Box, Paper, SheetView

__all__ = ["POINT", "Layout", "Sheet"]

# [mm]
POINT: Final = 25.4 / 72
_INK: Final = "#1f2937"


@dataclass(frozen=True)
class Layout:
    """Where the parts of a sheet are, and how large its text is.

    Parameters
    ----------
    width, height : float
        Of the paper [mm].
    scale : float
        Its width over that of A4.
    """

    paper: Paper
    width: float
    height: float
    scale: float

    @classmethod
    def on(cls, paper: Paper) -> Layout:
        """Return the layout of a paper."""
        width, height = PAPERS[paper]
        return cls(paper, width, height, width / PAPERS["A4"][0])

    def scale_text(self, points: float) -> float:
        """Return the size of text [point]; a larger sheet has larger text, but more of it too."""
        return points * math.sqrt(self.scale)

    def _scale_box(self, x: float, y: float, width: float, height: float) -> Box:
        return x * self.scale, y * self.scale, width * self.scale, height * self.scale

    @property
    def map(self) -> Box:
        """Frame of the map."""
        return self._scale_box(17, 31, 202, 155)

    @property
    def inset(self) -> Box:
        """Frame of the South China Sea, in the lower right corner of the map."""
        return self._scale_box(190, 31, 29, 39)

    @property
    def panel(self) -> Box:
        """What stands beside the map."""
        return self._scale_box(224, 31, 63, 155)

    @property
    def locator(self) -> Box:
        """Where the part shown lies in the country."""
        return self._scale_box(224, 137, 63, 49)

    @property
    def title(self) -> tuple[float, float, float]:
        """Left end and base line of the title, and its width [mm]."""
        return 17 * self.scale, 196.5 * self.scale, 270 * self.scale

    @property
    def source(self) -> tuple[float, float, float]:
        """Left end and upper edge of the source lines, and their width [mm]."""
        return 17 * self.scale, 24.5 * self.scale, 270 * self.scale


@dataclass
class Sheet:
    """A figure, its writing surface in millimetres, its layout and its font."""

    figure: Any
    surface: Any
    layout: Layout
    font: FigureFont

    @classmethod
    def on(cls, layout: Layout, font: FigureFont) -> Sheet:
        """Return an empty sheet."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(layout.width / 25.4, layout.height / 25.4), facecolor="white")
        surface = figure.add_axes((0, 0, 1, 1), zorder=10)
        surface.set(xlim=(0, layout.width), ylim=(0, layout.height))
        surface.axis("off")
        # The writing lies over the maps and lets them through.
        surface.patch.set_visible(False)
        return cls(figure, surface, layout, font)

    def map(self, view: SheetView) -> Any:
        """Make axes that fill the view's frame, on its projection."""
        x, y, width, height = view.frame
        rectangle = (
            x / self.layout.width,
            y / self.layout.height,
            width / self.layout.width,
            height / self.layout.height,
        )
        axes = self.figure.add_axes(rectangle, projection=view.projection.to_cartopy(), facecolor="white")
        west, south, east, north = view.extent
        axes.set_autoscale_on(False)
        axes.set(xlim=(west, east), ylim=(south, north))
        draw_frame(axes)
        return axes

    def write(self, x: float, y: float, text: str, points: float, **how: Any) -> Any:
        """Write a line of text at a place [mm]."""
        return self.surface.text(x, y, text, fontsize=self.layout.scale_text(points), **({"color": _INK} | how))

    def wrap_text(self, text: str, points: float, room: float) -> list[str]:
        """Return lines of a text that fit a column [mm]."""
        return self.font.wrap(text, self.layout.scale_text(points) * POINT, room)

    def compute_line_height(self, points: float) -> float:
        """Return the distance from one line to the next [mm]."""
        return self.layout.scale_text(points) * POINT * 1.32
