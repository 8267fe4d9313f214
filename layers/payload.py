"""What the map is told to show: typed, checked, and the same bytes for the same state.

The builders refuse whatever the browser could not draw, or should not be given: a colour that is no colour, an address
that is not ours, a class that does not exist. Text is free: it travels as data and is written with textContent.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from geo.errors import PilotzonesError

__all__ = [
    "Basemap",
    "Layer",
    "Legend",
    "LegendItem",
    "MapState",
    "PayloadError",
    "Selected",
    "Style",
    "View",
]

JsonValue: TypeAlias = "str | float | int | bool | list[JsonValue] | dict[str, JsonValue] | None"

Hatch = Literal["diagonal", "cross", "dots"]
PointShape = Literal["circle", "diamond", "square", "triangle"]
LegendShape = Literal["polygon", "line", "point"]
Theme = Literal["light", "dark"]
Datum = Literal["wgs84", "gcj02"]
Language = Literal["zh", "en"]

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DASH = re.compile(r"[0-9]+(\.[0-9]+)?( [0-9]+(\.[0-9]+)?)*")
_LAYER_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_GEOMETRY = re.compile(r"geometry/[0-9a-f]{64}\.json")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TILE_PLACEHOLDERS = {"z", "x", "y", "s", "r"}
_LONGEST_FEATURE_ID = 128


class PayloadError(PilotzonesError):
    """A state that the map cannot draw; names the field and what it may hold."""


def _require(condition: bool, message: str) -> None:  # noqa: FBT001  # reads as the sentence it is
    if not condition:
        raise PayloadError(message)


def _check_feature_id(value: str, where: str) -> None:
    good = isinstance(value, str) and 0 < len(value) <= _LONGEST_FEATURE_ID and value.isprintable()
    _require(good, f"{where}: a feature id is 1 to {_LONGEST_FEATURE_ID} printable characters, not {value!r}")


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
    hatch : {"diagonal", "cross", "dots"} or None
        A second sign beside colour, so that a class is also told apart in grey.
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
            _require(good, f"{name}: a colour is written #rrggbb, not {colour!r}")
        _require(0 <= self.fill_opacity <= 1, f"fill_opacity is 0 to 1, not {self.fill_opacity}")
        _require(0 <= self.weight <= 50, f"weight is 0 to 50 px, not {self.weight}")
        _require(0 < self.radius <= 50, f"radius is above 0 and at most 50 px, not {self.radius}")
        _require(
            self.dash is None or _DASH.fullmatch(self.dash) is not None,
            f'dash is like "4 3", not {self.dash!r}',
        )
        _require(self.hatch in {None, "diagonal", "cross", "dots"}, f"unknown hatch {self.hatch!r}")
        _require(self.shape in {"circle", "diamond", "square", "triangle"}, f"unknown point shape {self.shape!r}")

    def to_data(self) -> dict[str, JsonValue]:
        """Return the style as plain data for JSON."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One geometry file and the class of each of its features.

    Parameters
    ----------
    id : str
        Name of the layer, constant between states: what keeps its name keeps its place on the map.
    url : str
        Address from `GeometryStore.put`.
    classes : sequence of Style
        The looks there are.
    feature_class : mapping of str to int, or None
        Feature id to index in `classes`. A feature that is absent gets `all_class`; with that None it is not drawn.
        Giving the most frequent class as `all_class` makes a change smaller to send.
    group_class : mapping of str to int, or None
        Group to index in `classes`, for features that `feature_class` does not name and that were encoded with a group;
        what changes by the group is short to send.
    all_class : int or None
        Class of every feature that neither of the two names.
    hidden : sequence of str
        Feature ids that are not drawn although `all_class` is given.
    interactive : bool
        Whether features answer to the pointer.
    z : int
        Drawing order; a higher layer covers a lower one.
    label_zoom : int or None
        Labels are written from this zoom level on; None writes none.
    order_class : sequence of (int or None), or None
        Class of each feature in the order of the file, None for one that is not drawn; in place of the other three.
        Short to send however many features change.
    detail_zoom : int or None
        From this zoom on the map asks for the finer levels of the file (`layers.detail`); None: there are none.
    cards : str or None
        Address of a file with the cards of the features, when they are not in the geometry itself.

    Raises
    ------
    PayloadError
        When an id, address or class index is not usable.
    """

    id: str
    url: str
    classes: Sequence[Style]
    feature_class: Mapping[str, int] | None = None
    group_class: Mapping[str, int] | None = None
    all_class: int | None = None
    hidden: Sequence[str] = ()
    interactive: bool = True
    z: int = 0
    label_zoom: int | None = None
    order_class: Sequence[int | None] | None = None
    detail_zoom: int | None = None
    cards: str | None = None

    def __post_init__(self) -> None:
        where = f"layer {self.id!r}"
        _require(
            _LAYER_ID.fullmatch(self.id) is not None,
            f"{where}: a layer id begins with a letter and has only letters, digits, - and _",
        )
        _require(
            _GEOMETRY.fullmatch(self.url) is not None,
            f"{where}: url is an address from the geometry store, not {self.url!r}",
        )
        _require(
            self.cards is None or _GEOMETRY.fullmatch(self.cards) is not None,
            f"{where}: cards is an address from the geometry store, not {self.cards!r}",
        )
        ways = (self.feature_class, self.group_class, self.all_class)
        _require(
            (self.order_class is None) != all(way is None for way in ways),
            f"{where}: give feature_class, group_class or all_class, or else order_class",
        )
        numbers = [self.z, *(zoom for zoom in (self.label_zoom, self.detail_zoom) if zoom is not None)]
        _require(all(map(math.isfinite, numbers)), f"{where}: z, label_zoom and detail_zoom are finite, not {numbers}")
        used = {*(self.feature_class or {}).values(), *(self.group_class or {}).values()}
        used |= {index for index in self.order_class or () if index is not None}
        if self.all_class is not None:
            used.add(self.all_class)
        unknown = sorted(index for index in used if not 0 <= index < len(self.classes))
        _require(not unknown, f"{where}: no such class {unknown}; there are {len(self.classes)}")
        for feature_id in (*(self.feature_class or {}), *(self.group_class or {}), *self.hidden):
            _check_feature_id(feature_id, where)

    def to_data(self) -> dict[str, JsonValue]:
        """Return the layer as plain data for JSON."""
        data: dict[str, JsonValue] = {
            "id": self.id,
            "url": self.url,
            "classes": [style.to_data() for style in self.classes],
            "interactive": self.interactive,
            "z": self.z,
            "label_zoom": self.label_zoom,
        }
        if self.feature_class is not None:
            data["feature_class"] = dict(self.feature_class)
        if self.group_class is not None:
            data["group_class"] = dict(self.group_class)
        if self.all_class is not None:
            data["all_class"] = self.all_class
        if self.hidden:
            data["hidden"] = [*sorted(self.hidden)]
        if self.order_class is not None:
            data["order_class"] = _runs(self.order_class)
        if self.detail_zoom is not None:
            data["detail_zoom"] = self.detail_zoom
        if self.cards is not None:
            data["cards"] = self.cards
        return data


def _runs(classes: Sequence[int | None]) -> str:
    """Run lengths, ``0x120 3x4 -``: class (or - for none), and how often it follows when that is more than once."""
    words = []
    for index, run in groupby(classes):
        count, name = len(list(run)), "-" if index is None else str(index)
        words.append(name if count == 1 else f"{name}x{count}")
    return " ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendItem:
    """One line of the legend: a label and what it stands for."""

    label: str
    style: Style
    shape: LegendShape = "polygon"

    def to_data(self) -> dict[str, JsonValue]:
        """Return the item as plain data for JSON."""
        return {"label": self.label, "class": self.style.to_data(), "shape": self.shape}


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """The legend: a title, its lines, and a note below them."""

    title: str
    items: Sequence[LegendItem] = ()
    note: str | None = None

    def to_data(self) -> dict[str, JsonValue]:
        """Return the legend as plain data for JSON."""
        return {"title": self.title, "items": [item.to_data() for item in self.items], "note": self.note}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where to look; obeyed once for each new `token`, so that a reader's own pan and zoom are kept.

    Parameters
    ----------
    bounds : tuple of two (latitude, longitude) pairs
        South-west and north-east corner [degree].
    token : str
        What the view belongs to; the map moves only when it differs from the last one.
    spot : tuple of float, float and int, or None
        Latitude and longitude [degree] of the middle, and the zoom, where somebody wants exactly that; the box is then
        what "zoom to all" shows.

    Raises
    ------
    PayloadError
        When the corners are no box on the globe.
    """

    bounds: tuple[tuple[float, float], tuple[float, float]]
    token: str
    spot: tuple[float, float, int] | None = None

    def __post_init__(self) -> None:
        (south, west), (north, east) = self.bounds
        good = -90 <= south <= north <= 90 and -180 <= west <= east <= 180
        _require(good, f"view bounds are ((south, west), (north, east)) in degrees, not {self.bounds}")

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
            _require(url is None or _is_tile_address(url), "a tile address is https://.../{z}/{x}/{y}")
        _require(1 <= self.max_zoom <= 24, f"max_zoom is 1 to 24, not {self.max_zoom}")
        _require(self.datum in {"wgs84", "gcj02"}, f"datum is wgs84 or gcj02, not {self.datum!r}")
        _require(self.subdomains.isascii() and self.subdomains.isalnum(), "subdomains are letters and digits")

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
        What is marked.
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
    linked : bool
        Whether a link to the page can say where the map looks (``at`` and ``zoom``), so that the map offers to copy one.

    Raises
    ------
    PayloadError
        When two layers share an id, or the selection names a layer that is not there.
    """

    layers: Sequence[Layer] = ()
    selected: Selected | None = None
    view: View | None = None
    legend: Legend | None = None
    theme: Theme = "light"
    lang: Language = "zh"
    message: str | None = None
    basemap: Basemap | None = None
    credit: str | None = None
    groups: Sequence[str] | None = None
    linked: bool = False

    def __post_init__(self) -> None:
        ids = [layer.id for layer in self.layers]
        _require(len(ids) == len(set(ids)), f"two layers share an id: {sorted(ids)}")
        _require(
            self.selected is None or self.selected.layer in ids,
            f"the selection names a layer that is not there: {self.selected}",
        )
        _require(self.theme in {"light", "dark"}, f"theme is light or dark, not {self.theme!r}")
        _require(self.lang in {"zh", "en"}, f"lang is zh or en, not {self.lang!r}")

    def to_data(self) -> dict[str, JsonValue]:
        """Return the state as plain data for JSON."""
        parts = (self.selected, self.view, self.legend, self.basemap)
        names = ("selected", "view", "legend", "basemap")
        data: dict[str, JsonValue] = {
            name: None if part is None else part.to_data() for name, part in zip(names, parts, strict=True)
        }
        data |= {name: getattr(self, name) for name in ("theme", "lang", "message", "credit", "linked")}
        data["layers"] = [layer.to_data() for layer in self.layers]
        data["groups"] = None if self.groups is None else [*self.groups]
        return data

    def to_json(self) -> str:
        """Return compact JSON with sorted keys: equal states give equal text.

        Returns
        -------
        str
            One line, not escaped to ASCII.
        """
        return json.dumps(self.to_data(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
