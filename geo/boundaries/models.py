"""Records of a boundary source: its provenance and its polygons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pilotzones.geo.bilingual import Bilingual

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

    from pilotzones.geo.errors import Problem

__all__ = ["Boundaries", "Coast", "SourceInfo"]

Coast = Literal["land", "includes_sea", "unknown"]


@dataclass(frozen=True, slots=True)
class SourceInfo(Bilingual):
    """Who published a set of polygons, when, under which terms, and the hash of what was read.

    `as_of` is empty when the publisher does not say; `coast` tells whether coastal polygons stop at the shore.
    """

    id: str
    name_zh: str
    name_en: str
    sha256: str
    coast: Coast = "unknown"
    publisher: str = ""
    address: str = ""
    review_number: str = ""
    licence: str = ""
    as_of: str = ""
    as_of_basis: str = ""
    version: str = ""
    licence_zh: str = ""
    as_of_basis_zh: str = ""

    def get_text(self, text: Literal["licence", "as_of_basis"], lang: str) -> str:
        """Return one of the texts in the language `lang`; the English one where there is no Chinese."""
        own: str = getattr(self, f"{text}_zh") if lang == "zh" else ""
        return own or str(getattr(self, text))


@dataclass(frozen=True)
class Boundaries:
    """The polygons of one source.

    Parameters
    ----------
    info : SourceInfo
        Provenance.
    counties : GeoDataFrame
        One row a county, the columns of `pilotzones.geo.boundaries.schema.BOUNDARY_COLUMNS`, WGS 84.
    provinces, prefectures : GeoDataFrame or None
        Context of the same publisher; None for a user's file.
    lines : GeoDataFrame or None
        National lines as the source draws them (South China Sea dashes, undefined border), columns name and geometry.
    repairs : tuple of Problem
        What was mended on the way in; each is a finding of the audit too.
    unrepaired : dict of str to geometry
        The geometry as it came, by adcode or name, where it was mended.
    """

    info: SourceInfo
    counties: gpd.GeoDataFrame
    provinces: gpd.GeoDataFrame | None = None
    prefectures: gpd.GeoDataFrame | None = None
    lines: gpd.GeoDataFrame | None = None
    repairs: tuple[Problem, ...] = ()
    unrepaired: dict[str, shapely.Geometry] = field(default_factory=dict)
