"""State of the map: what it shows, typed, checked, and the same bytes for the same state.

The builders refuse whatever the browser could not draw, or should not be given: a colour that is no colour, an address
that is not ours, a class that does not exist. Text is free: it travels as data and is written with textContent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal
from urllib.parse import urlsplit

from pilotzones.layers.style.spec import JsonValue, Legend, Theme, require
from pilotzones.layers.webmap.layer_spec import MapLayer

__all__ = ["Basemap", "MapState", "Selected", "ViewRequest"]

Datum = Literal["wgs84", "gcj02"]
Language = Literal["zh", "en"]

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TILE_PLACEHOLDERS = {"z", "x", "y", "s", "r"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRequest:
    """Where to look; obeyed once for each new `token`, so that a reader's own pan and zoom are kept.

    Parameters
    ----------
    bounds : tuple of two (latitude, longitude) pairs
        South-west and north-east corner [degree].
    token : str
        What the view belongs to; the map moves only when it differs from the last one.
    spot : tuple of three floats, or None
        Latitude and longitude [degree] of the middle, and the zoom, where somebody wants exactly that; the box is then
        what "zoom to all" shows.

    Raises
    ------
    PayloadError
        When the corners are no box on the globe.
    """

    bounds: tuple[tuple[float, float], tuple[float, float]]
    token: str
    spot: tuple[float, float, float] | None = None

    def __post_init__(self) -> None:
        (south, west), (north, east) = self.bounds
        good = -90 <= south <= north <= 90 and -180 <= west <= east <= 180
        require(good, f"view bounds are ((south, west), (north, east)) in degrees, not {self.bounds}")

    def to_data(self) -> dict[str, JsonValue]:
        """Return the view as plain data for JSON."""
        data: dict[str, JsonValue] = {
            "bounds": [[float(x) for x in corner] for corner in self.bounds],
            "token": self.token,
        }
        return data if self.spot is None else data | {"spot": [*self.spot]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """Features of one layer that are marked as chosen."""

    layer: str
    ids: Sequence[str]

    def to_data(self) -> dict[str, JsonValue]:
        """Return the selection as plain data for JSON."""
        return {"layer": self.layer, "ids": list(self.ids)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """Map tiles of another host, drawn only because somebody asked for them.

    Parameters
    ----------
    url : str
        ``https://`` address with {z}, {x} and {y}; {s} and {r} are allowed.
    attribution : str
        Credit, shown as plain text.
    max_zoom : int
        Deepest level the tiles exist for.
    labels_url : str or None
        Address of tiles with the names, drawn over the others.
    subdomains : str
        One letter or digit each, for {s}.
    datum : {"wgs84", "gcj02"}
        Of the tiles. On GCJ-02 the map moves everything else to match, and takes clicks back.
    note : str or None
        A banner while the tiles are shown.

    Raises
    ------
    PayloadError
        When the address is not one of map tiles.
    """

    url: str
    attribution: str
    max_zoom: int = 18
    labels_url: str | None = None
    subdomains: str = "abc"
    datum: Datum = "wgs84"
    note: str | None = None

    def __post_init__(self) -> None:
        for url in (self.url, self.labels_url):
            # The address may hold somebody's key: it is not repeated.
            require(url is None or _is_tile_address(url), "a tile address is https://.../{z}/{x}/{y}")
        require(1 <= self.max_zoom <= 24, f"max_zoom is 1 to 24, not {self.max_zoom}")
        require(self.datum in {"wgs84", "gcj02"}, f"datum is wgs84 or gcj02, not {self.datum!r}")
        require(self.subdomains.isascii() and self.subdomains.isalnum(), "subdomains are letters and digits")

    def to_data(self) -> dict[str, JsonValue]:
        """Return the basemap as plain data for JSON."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


def _is_tile_address(url: str) -> bool:
    parts = urlsplit(url)
    names = set(_PLACEHOLDER.findall(url))
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.netloc)
        and {"z", "x", "y"} <= names <= _TILE_PLACEHOLDERS
        and url.isprintable()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MapState:
    """All that is to be seen on the map at one moment.

    Parameters
    ----------
    layers : sequence of Layer
        Ids are unique.
    selected : Selected or None
        What is marked as chosen.
    marked : Selected or None
        The county of the place that somebody pointed at, outlined as it is drawn.
    view : View or None
        Where to look.
    legend : Legend or None
        What the signs mean.
    theme : {"light", "dark"}
        Colours of everything around the data.
    lang : {"zh", "en"}
        Which cards, labels and captions are shown.
    message : str or None
        A banner over the map, such as "nothing matches".
    basemap : Basemap or None
        Tiles below the data.
    credit : str or None
        Boundary source and map review number; always on the map.
    groups : sequence of str, or None
        Features encoded with a group are drawn only when it is one of these; None draws them all.
    status : str or None
        What a filter has left, read out by a screen reader when it changes.
    linked : bool
        Whether a link to the page can say where the map looks (``view``), so that the map offers to copy one.
    covered : bool
        Whether the page has a card over the map, beside which what is looked at has to be seen.
    announces : bool
        Whether the map notifies the page when it is drawn, once.

    Raises
    ------
    PayloadError
        When two layers share an id, or the selection names a layer that is not there.
    """

    layers: Sequence[MapLayer] = ()
    selected: Selected | None = None
    marked: Selected | None = None
    view: ViewRequest | None = None
    legend: Legend | None = None
    theme: Theme = "light"
    lang: Language = "zh"
    message: str | None = None
    basemap: Basemap | None = None
    credit: str | None = None
    groups: Sequence[str] | None = None
    status: str | None = None
    linked: bool = False
    covered: bool = False
    announces: bool = False

    def __post_init__(self) -> None:
        ids = [layer.id for layer in self.layers]
        require(len(ids) == len(set(ids)), f"two layers share an id: {sorted(ids)}")
        for mark in (self.selected, self.marked):
            require(mark is None or mark.layer in ids, f"a mark names a layer that is not there: {mark}")
        require(self.theme in {"light", "dark"}, f"theme is light or dark, not {self.theme!r}")
        require(self.lang in {"zh", "en"}, f"lang is zh or en, not {self.lang!r}")

    def to_data(self) -> dict[str, JsonValue]:
        """Return the state as plain data for JSON."""
        names = ("selected", "marked", "view", "legend", "basemap")
        parts = (self.selected, self.marked, self.view, self.legend, self.basemap)
        data: dict[str, JsonValue] = {
            name: None if part is None else part.to_data() for name, part in zip(names, parts, strict=True)
        }
        data |= {
            name: getattr(self, name) for name in ("theme", "lang", "message", "credit", "status", "linked", "covered")
        }
        data["layers"] = [layer.to_data() for layer in self.layers]
        data["groups"] = None if self.groups is None else [*self.groups]
        data["announces"] = self.announces or None
        return data

    def to_json(self) -> str:
        """Return compact JSON with sorted keys: equal states give equal text.

        Returns
        -------
        str
            One line, not escaped to ASCII.
        """
        return json.dumps(self.to_data(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
