"""What the feed offers: a collection for each programme, boundary source and layer, made when somebody asks for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.sources import BUILT_IN, get_source_info
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import (
    GEOMETRY_LAYERS,
    ExportField,
    ExportLayer,
    LayerName,
    build_layer,
    build_provenance,
    count_rows,
    get_fields,
    list_layers,
)
from pilotzones.geo.geometry import crs
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.messages import LANGUAGES, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.place_labels import get_review_number

__all__ = ["Collection", "Held", "get_collection_data", "load_collections"]

# Layers are tens of megabytes at most and share their polygons; these many stay at hand.
_KEPT: Final = 48
# Whether a project is overdue is true of a day.
_DAILY: Final = frozenset({"projects"})


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection of the feed.

    Parameters
    ----------
    id : str
        ``programme-source-layer``, also in its address.
    programme, source : str
    layer : str
        One of `pilotzones.geo.export.LAYERS`.
    title, description : str
        In Chinese and English.
    """

    id: str
    programme: str
    source: str
    layer: LayerName
    title: str
    description: str

    @property
    def fields(self) -> tuple[ExportField, ...]:
        """The properties of its features."""
        return get_fields(self.layer)

    @property
    def has_geometry(self) -> bool:
        """Whether its features have a place; tasks and findings are tables."""
        return self.layer in GEOMETRY_LAYERS


@dataclass(frozen=True)
class Held:
    """A collection with its features.

    Parameters
    ----------
    layer : Layer
        Exactly what an export writes.
    rows : dict of str to int
        Row of each feature id.
    digest : str
        Hash of content and provenance.
    """

    layer: ExportLayer
    rows: Mapping[str, int]
    digest: str

    def select_rows(self, rows: NDArray[np.intp]) -> ExportLayer:
        """Return the layer with these rows alone."""
        frame = self.layer.frame.iloc[rows].reset_index(drop=True)
        return ExportLayer(self.layer.name, frame, self.layer.fields, self.layer.provenance)


@cache
def load_collections() -> Mapping[str, Collection]:
    """Load every collection by id, in the order of the catalogue; no polygon is read for it.

    Returns
    -------
    dict of str to Collection
    """
    found = {}
    for programme in list_programmes():
        for source in BUILT_IN:
            for name in list_layers(load_programme(programme)):
                one = _build_collection(programme, source, name)
                found[one.id] = one
    return found


def _build_collection(programme: str, source: str, name: LayerName) -> Collection:
    about, info = load_programme(programme), get_source_info(source)
    empty = ExportLayer(name, pd.DataFrame(), get_fields(name), {})
    title, text = (
        " / ".join(
            translate(
                key,
                lang,
                programme=about.title(lang),
                layer=empty.title(lang),
                row=count_rows(name, lang),
                source=info.name(lang),
                review=get_review_number(info, lang),
            )
            for lang in LANGUAGES
        )
        for key in ("feed_collection", "feed_collection_about")
    )
    return Collection(f"{programme}-{source}-{name}", programme, source, name, title, text)


@lru_cache(maxsize=8)
def _join(programme: str, source: str) -> JoinedProgramme:
    return join(load_programme(programme), load(source))


def get_collection_data(key: str) -> Held:
    """Return the features of a collection; they are made once, those that depend on the day once a day.

    Parameters
    ----------
    key : str
        Of `load_collections`.

    Returns
    -------
    Held

    Raises
    ------
    KeyError
        When there is no such collection.
    PilotzonesError
        When the boundary source is missing or altered.
    """
    one = load_collections()[key]
    return _make_held(key, date.today().isoformat() if one.layer in _DAILY else "")  # noqa: DTZ011


@lru_cache(maxsize=_KEPT)
def _make_held(key: str, _day: str) -> Held:
    one = load_collections()[key]
    joined = _join(one.programme, one.source)
    try:
        made = build_layer(joined, one.layer)
    except ExportError:
        # Sources that do not differ, say: a collection without features.
        made = _make_empty_layer(one, joined)
    ids = made.frame["id"].tolist() if len(made.frame) else []
    return Held(made, {str(identifier): row for row, identifier in enumerate(ids)}, _compute_digest(made))


def _make_empty_layer(one: Collection, joined: JoinedProgramme) -> ExportLayer:
    columns: dict[str, list[Any]] = {field.name: [] for field in one.fields}
    provenance = build_provenance(joined, Selection())
    if not one.has_geometry:
        return ExportLayer(one.layer, pd.DataFrame(columns), one.fields, provenance)
    return ExportLayer(one.layer, gpd.GeoDataFrame(columns, geometry=[], crs=crs.GEOGRAPHIC), one.fields, provenance)


def _compute_digest(made: ExportLayer) -> str:
    digest = hashlib.sha256(json.dumps(dict(made.provenance), sort_keys=True).encode())
    digest.update(made.frame[[field.name for field in made.fields]].to_json(orient="values").encode())
    for shape in made.shapes:
        digest.update(b"-" if shape is None else shapely.to_wkb(shape))
    return digest.hexdigest()
