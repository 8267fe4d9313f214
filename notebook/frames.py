"""Frames of a notebook: GeoDataFrames that are drawn on a map without the network."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.errors import PilotzonesError

if TYPE_CHECKING:
    from pathlib import Path

    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.join import JoinedProgramme

__all__ = ["MapFrame", "get_joined", "get_programme"]


class MapFrame(gpd.GeoDataFrame):  # type: ignore[misc]  # geopandas has no types
    """A GeoDataFrame whose ``explore`` draws a map that needs nothing from the network."""

    @property
    def _constructor(self) -> Any:
        return MapFrame

    def explore(self, column: str | None = None) -> Any:
        """Draw the frame on a map with Leaflet inside the page and without tiles.

        Parameters
        ----------
        column : str, optional
            Colours the shapes by its values.

        Returns
        -------
        folium.Map

        Raises
        ------
        PilotzonesError
            When there is no such column.
        """
        from pilotzones.layers.site.offline_map import draw_frame

        if column is not None and column not in self.columns:
            raise PilotzonesError(f"no column {column!r:.80}: there are {', '.join(map(str, self.columns))}")
        return draw_frame(gpd.GeoDataFrame(self), column)


def get_programme(programme: str | Path | None) -> Programme:
    """Load a programme; what is no id or folder is refused with the ids that there are.

    Raises
    ------
    PilotzonesError
        When it is neither an id nor a folder, or cannot be loaded.
    """
    from pathlib import Path

    if programme is None:
        return load_programme()
    if not isinstance(programme, str | Path):
        kind = type(programme).__name__
        raise PilotzonesError(
            f"a programme is an id or a folder, not a {kind}: there are {', '.join(list_programmes())}"
        )
    return load_programme(programme)


@cache
def _get_boundaries(source: str) -> Boundaries:
    from pilotzones.geo.boundaries.loader import load

    return load(source)


def get_joined(programme: str | Path | None, source: str) -> JoinedProgramme:
    """Join a programme to a boundary source.

    Raises
    ------
    PilotzonesError
        When the programme or the source is not there.
    """
    from pilotzones.geo.boundaries.sources import BUILT_IN
    from pilotzones.geo.join import join

    if source not in BUILT_IN:
        raise PilotzonesError(f"no boundary source {source!r:.80}: there are {', '.join(BUILT_IN)}")
    return join(get_programme(programme), _get_boundaries(source))
