"""What part of the earth a printed sheet shows, in which projection and at which scale."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from pilotzones.geo.geometry import crs
from pilotzones.geo.messages import Language, translate

__all__ = [
    "ALL_CHINA",
    "PAPERS",
    "SOUTH_SEA",
    "Box",
    "Paper",
    "ProjectionName",
    "SheetProjection",
    "SheetView",
    "choose_view",
    "make_china_view",
]

ProjectionName = Literal["albers", "lambert"]
Paper = Literal["A4", "A3"]
# Width and height of a landscape sheet [mm].
PAPERS: Final[dict[Paper, tuple[float, float]]] = {"A4": (297.0, 210.0), "A3": (420.0, 297.0)}
# x, y of the lower left corner, width, height [mm].
Box = tuple[float, float, float, float]
# Outermost places [degree] of the mainland with Hainan and Taiwan, and a little sea to the east for the inset.
_MAIN: Final = shapely.MultiPoint(
    [
        (73.4, 39.4),
        (79.0, 30.9),
        (87.2, 49.3),
        (120.7, 53.7),
        (123.5, 53.7),
        (135.2, 48.2),
        (109.5, 17.7),
        (140.5, 39.0),
    ]
)
# What the inset adds, and the country with all of it.
SOUTH_SEA: Final = shapely.segmentize(shapely.box(106.6, 2.8, 122.9, 24.0), 1.0)
ALL_CHINA: Final = shapely.union(_MAIN, shapely.MultiPoint([(112.0, 2.8), (108.0, 4.0), (120.0, 4.0)]))
_STANDARD_PARALLELS: Final = (25.0, 47.0)
_CENTRAL_MERIDIAN: Final = 105.0
# A view that is wider or higher than half of the country's is a view of the country.
_COUNTRY_SHARE: Final = 0.5
_MARGIN: Final = 0.06
_COUNTRY_MARGIN: Final = 0.012
_MIN_MARGIN_M: Final = 12_000.0  # [m]


@dataclass(frozen=True, slots=True)
class SheetProjection:
    """A conic projection: equal-area (Albers) or conformal (Lambert).

    Parameters
    ----------
    kind : {"albers", "lambert"}
    meridian : float
        Central meridian [degree].
    parallels : tuple of float
        Standard parallels [degree].
    """

    kind: ProjectionName
    meridian: float = _CENTRAL_MERIDIAN
    parallels: tuple[float, float] = _STANDARD_PARALLELS

    def to_proj(self) -> str:
        """Return the projection for pyproj."""
        code = "aea" if self.kind == "albers" else "lcc"
        south, north = self.parallels
        return f"+proj={code} +lat_1={south} +lat_2={north} +lat_0=0 +lon_0={self.meridian} +datum=WGS84 +units=m"

    def to_cartopy(self) -> Any:
        """Return the same projection for cartopy's axes."""
        from cartopy import crs as ccrs  # two seconds to import, and only a figure needs it

        make = ccrs.AlbersEqualArea if self.kind == "albers" else ccrs.LambertConformal
        return make(central_longitude=self.meridian, central_latitude=0.0, standard_parallels=self.parallels)

    def describe(self, lang: Language) -> str:
        """Return its name with all parameters."""
        south, north = (f"{value:g}" for value in self.parallels)
        return translate(
            f"figure_projection_{self.kind}", lang, meridian=f"{self.meridian:g}", south=south, north=north
        )


@dataclass(frozen=True)
class SheetView:
    """An extent on the projection, and the frame on the sheet that it fills exactly.

    Parameters
    ----------
    projection : SheetProjection
    frame : tuple of float
        Lower left corner, width and height on the sheet [mm].
    centre : tuple of float
        Middle of the extent on the projection [m].
    scale : int
        Denominator of the scale.
    whole : bool
        Whether this is the whole country, which never goes without its South China Sea.
    """

    projection: SheetProjection
    frame: Box
    centre: tuple[float, float]
    scale: int
    whole: bool

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east and north edge on the projection [m]."""
        (x, y), (_, _, width, height) = self.centre, self.frame
        dx, dy = width / 2000 * self.scale, height / 2000 * self.scale
        return x - dx, y - dy, x + dx, y + dy

    @cached_property
    def _transformer(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(crs.GEOGRAPHIC, self.projection.to_proj(), always_xy=True)

    def on_sheet(self, geometries: NDArray[Any]) -> NDArray[Any]:
        """Return geometries in WGS 84 as they lie on the sheet [mm]."""
        west, south, _, _ = self.extent
        left, bottom, _, _ = self.frame

        def convert(points: NDArray[np.float64]) -> NDArray[np.float64]:
            x, y = self._transformer.transform(points[:, 0], points[:, 1])
            metres = np.column_stack([x - west, y - south])
            return metres * (1000 / self.scale) + (left, bottom)

        result: NDArray[Any] = shapely.transform(geometries, convert)
        return result

    def compute_geographic_box(self) -> shapely.Geometry:
        """Return a box in WGS 84 that holds all that the view shows."""
        west, south, east, north = self.extent
        bounds = self._transformer.transform_bounds(west, south, east, north, direction="INVERSE")
        return shapely.box(*bounds)

    @property
    def degrees_a_millimetre(self) -> float:
        """How much of a meridian one millimetre of paper shows [degree]."""
        return self.scale / 1000 / 111_200


def make_china_view(kind: ProjectionName, frame: Box, *, shown: shapely.Geometry = _MAIN) -> SheetView:
    """Make the view of the whole country, or of as much of it as is wanted, in the projection customary for it.

    Parameters
    ----------
    kind : {"albers", "lambert"}
    frame : tuple of float
        Where on the sheet [mm].
    shown : shapely geometry, optional
        What has to be in it, in WGS 84: without its South China Sea by default, for that is in the inset.

    Returns
    -------
    SheetView
    """
    return _fit_view(SheetProjection(kind), [shown], frame, whole=True)


def choose_view(geometries: Iterable[shapely.Geometry], kind: ProjectionName, frame: Box) -> SheetView:
    """Choose the view that shows these places; the whole country where there are none or they are all over it.

    Parameters
    ----------
    geometries : iterable of shapely geometries
        In WGS 84.
    kind : {"albers", "lambert"}
    frame : tuple of float
        Where on the sheet [mm].

    Returns
    -------
    SheetView
        A part of the country has a central meridian and standard parallels of its own, so that north is up and lengths
        are true within it.
    """
    country = make_china_view(kind, frame)
    shown = [geometry for geometry in geometries if geometry is not None and not shapely.is_empty(geometry)]
    if not shown:
        return country
    west, south, east, north = shapely.total_bounds(shown).tolist()
    # A sixth of the way in from either edge: the rule of thumb that keeps the error least. At least half a degree apart.
    inset = min((north - south) / 6, max((north - south) / 2 - 0.25, 0.0))
    middle = (south + north) / 2
    parallels = (min(south + inset, middle - 0.25), max(north - inset, middle + 0.25))
    own = SheetProjection(kind, round((west + east) / 2, 1), (round(parallels[0], 1), round(parallels[1], 1)))
    view = _fit_view(own, shown, frame, whole=False)
    return country if view.scale > _COUNTRY_SHARE * country.scale else view


def _fit_view(projection: SheetProjection, shown: list[shapely.Geometry], frame: Box, *, whole: bool) -> SheetView:
    """Find the largest round scale at which all of it fits the frame, with a margin."""
    transformer = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, projection.to_proj(), always_xy=True)
    flat = shapely.transform(
        np.array(shown, dtype=object),
        lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1])),
    )
    west, south, east, north = shapely.total_bounds(flat).tolist()
    longest = max(east - west, north - south)
    margin = 2 * (_COUNTRY_MARGIN * longest if whole else max(_MIN_MARGIN_M, _MARGIN * longest))
    _, _, width, height = frame
    least = max((east - west + margin) / width, (north - south + margin) / height) * 1000
    step = 10 ** (math.floor(math.log10(least)) - 1)
    return SheetView(
        projection, frame, ((west + east) / 2, (south + north) / 2), int(math.ceil(least / step) * step), whole=whole
    )
