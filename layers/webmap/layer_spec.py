"""A layer of the map: typed, and refused where the browser could not draw it.

Text is free: it travels as data and is written with textContent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pilotzones.layers.style.spec import JsonValue, Style, require

__all__ = ["MapLayer"]

_LAYER_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_GEOMETRY = re.compile(r"geometry/[0-9a-f]{64}\.json")
_MAX_FEATURE_ID_CHARS = 128


def _check_feature_id(value: str, where: str) -> None:
    good = isinstance(value, str) and 0 < len(value) <= _MAX_FEATURE_ID_CHARS and value.isprintable()
    require(good, f"{where}: a feature id is 1 to {_MAX_FEATURE_ID_CHARS} printable characters, not {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLayer:
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
        From this zoom on the map asks for the finer levels of the file (see the module `lod`); None: there are none.
    min_zoom, max_zoom : int or None
        The layer is drawn from `min_zoom` on and below `max_zoom` only: a sign for what is too small on a map of the country,
        and what would be too much there; None: no bound.
    unnamed : sequence of str
        Groups whose features bear no name although the layer's do.
    names : mapping of str to str, or None
        Names written in place of those that features were encoded with, by feature id; in the language of the map.
    notes : mapping of str to sequence of str, or None
        Lines under the card of a feature, by its id.
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
    min_zoom: int | None = None
    max_zoom: int | None = None
    unnamed: Sequence[str] = ()
    names: Mapping[str, str] | None = None
    notes: Mapping[str, Sequence[str]] | None = None
    cards: str | None = None

    def __post_init__(self) -> None:
        where = f"layer {self.id!r}"
        require(
            _LAYER_ID.fullmatch(self.id) is not None,
            f"{where}: a layer id begins with a letter and has only letters, digits, - and _",
        )
        require(
            _GEOMETRY.fullmatch(self.url) is not None,
            f"{where}: url is an address from the geometry store, not {self.url!r}",
        )
        require(
            self.cards is None or _GEOMETRY.fullmatch(self.cards) is not None,
            f"{where}: cards is an address from the geometry store, not {self.cards!r}",
        )
        ways = (self.feature_class, self.group_class, self.all_class)
        require(
            (self.order_class is None) != all(way is None for way in ways),
            f"{where}: give feature_class, group_class or all_class, or else order_class",
        )
        numbers = [
            self.z,
            *(zoom for zoom in (self.label_zoom, self.detail_zoom, self.min_zoom, self.max_zoom) if zoom is not None),
        ]
        require(all(map(math.isfinite, numbers)), f"{where}: z and zoom levels are finite, not {numbers}")
        used = {*(self.feature_class or {}).values(), *(self.group_class or {}).values()}
        used |= {index for index in self.order_class or () if index is not None}
        if self.all_class is not None:
            used.add(self.all_class)
        unknown = sorted(index for index in used if not 0 <= index < len(self.classes))
        require(not unknown, f"{where}: no such class {unknown}; there are {len(self.classes)}")
        for feature_id in (
            *(self.feature_class or {}),
            *(self.group_class or {}),
            *self.hidden,
            *(self.names or {}),
            *(self.notes or {}),
        ):
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
        lists = {name: [*sorted(getattr(self, name))] or None for name in ("hidden", "unnamed")}
        notes = {name: [*lines] for name, lines in (self.notes or {}).items()}
        texts = {"names": dict(self.names or {}) or None, "notes": notes or None}
        order = None if self.order_class is None else _encode_runs(self.order_class)
        single = {name: getattr(self, name) for name in ("detail_zoom", "min_zoom", "max_zoom", "cards")}
        more = lists | texts | {"order_class": order} | single
        return data | {name: value for name, value in more.items() if value is not None}


def _encode_runs(classes: Sequence[int | None]) -> str:
    """Run lengths, ``0x120 3x4 -``: class (or - for none), and how often it follows when that is more than once."""
    words = []
    for index, run in groupby(classes):
        count, name = len(list(run)), "-" if index is None else str(index)
        words.append(name if count == 1 else f"{name}x{count}")
    return " ".join(words)
