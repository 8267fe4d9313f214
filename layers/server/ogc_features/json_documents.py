"""The JSON documents of the feed, each with links to the others (OGC API - Features, Part 1: Core)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import numpy as np

from pilotzones.geo.export import encode_geojson
from pilotzones.geo.export.models import FieldType
from pilotzones.geo.geometry import crs
from pilotzones.geo.messages import translate
from pilotzones.geo.places.history import Period
from pilotzones.layers.server.ogc_features.coordinate_systems import (
    CRS84,
    FEED_SYSTEMS,
    FeedSystem,
    transform_feed_layer,
)
from pilotzones.layers.server.ogc_features.feature_collections import Collection, Held
from pilotzones.layers.server.ogc_features.feature_times import TIMED_LAYERS
from pilotzones.layers.server.ogc_features.query import ItemQuery, find_matching_rows
from pilotzones.layers.server.ogc_features.units_as_of import add_units

__all__ = [
    "GEOJSON",
    "HTML",
    "JSON",
    "OPENAPI",
    "SCHEMA",
    "FeedAddress",
    "build_collection",
    "build_conformance",
    "build_landing",
    "build_schema",
    "encode_feature",
    "encode_items",
    "encode_json",
    "translate_both",
]

Document = dict[str, Any]

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
HTML: Final = "text/html"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA: Final = "application/schema+json"
_SCHEMA_RELATION: Final = "http://www.opengis.net/def/rel/ogc/1.0/schema"
# What a property is in JSON, by the type of its field; every one may be null.
_SCHEMA_TYPES: Final[Mapping[FieldType, Document]] = {
    "string": {"type": ["string", "null"]},
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "integers": {"type": ["array", "null"], "items": {"type": "integer"}},
    "strings": {"type": ["array", "null"], "items": {"type": "string"}},
}
# A page for people leads to pages for people, a document to documents.
_MEDIA: Final = {"json": JSON, "html": HTML}
_QUERYABLES_RELATION: Final = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
_STANDARDS: Final = "http://www.opengis.net/spec/"
# Conformance classes by the part of the standard that has them.
_CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "ogcapi-features-1/1.0": ("core", "oas30", "html", "geojson"),
    "ogcapi-features-2/1.0": ("crs",),
    "ogcapi-features-3/1.0": ("queryables", "queryables-query-parameters", "filter", "features-filter"),
    "ogcapi-features-5/1.0": ("schemas",),
    "cql2/1.0": (
        "cql2-text",
        "cql2-json",
        "basic-cql2",
        "advanced-comparison-operators",
        "case-insensitive-comparison",
        "basic-spatial-functions",
        "array-functions",
    ),
}


def translate_both(key: str, **values: object) -> str:
    """Return a message in Chinese and English, for readers whose language an address does not tell."""
    return f"{translate(key, 'zh', **values)} / {translate(key, 'en', **values)}"


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """Where the feed is: every link begins with it."""

    root: str

    def build_url(self, *parts: str, **query: object) -> str:
        """Return the address below the feed; every part is quoted."""
        path = "/".join([self.root, *(quote(part, safe="") for part in parts)])
        return f"{path}?{urlencode(query)}" if query else path

    def link(self, rel: str, kind: str, title: str, *parts: str, **query: object) -> Document:
        """Return a link as the standard has it."""
        return {"href": self.build_url(*parts, **query), "rel": rel, "type": kind, "title": title}

    def pair(self, kind: str, *parts: str, own: str = "json", **query: object) -> list[Document]:
        """Return links to a document itself and to its other form."""
        return [
            self.link("self" if form == own else "alternate", media, form.upper(), *parts, **query, f=form)
            for form, media in (_MEDIA | {"json": kind}).items()
        ]


def build_landing(at: FeedAddress, found: Mapping[str, Collection], *, own: str) -> Document:
    """Build the first page: where everything else is.

    Parameters
    ----------
    at : FeedAddress
    found : mapping of str to Collection
    own : {"json", "html"}
        Which form this is.

    Returns
    -------
    dict
    """
    return {
        "title": translate_both("feed_title"),
        "description": translate_both("feed_about", count=len(found)),
        "links": [
            *at.pair(JSON, own=own),
            at.link("service-desc", OPENAPI, translate_both("feed_api"), "api", f="json"),
            at.link("service-doc", HTML, translate_both("feed_api"), "api", f="html"),
            at.link("conformance", _MEDIA[own], translate_both("feed_conformance"), "conformance", f=own),
            at.link("data", _MEDIA[own], translate_both("feed_collections"), "collections", f=own),
        ],
    }


def build_conformance(at: FeedAddress, *, own: str) -> Document:
    """Return which parts of the standard hold."""
    return {
        "links": at.pair(JSON, "conformance", own=own),
        "conformsTo": [f"{_STANDARDS}{part}/conf/{name}" for part, names in _CLASSES.items() for name in names],
    }


def build_collection(at: FeedAddress, one: Collection, *, own: str) -> Document:
    """Return what a collection is, and where its features are.

    Parameters
    ----------
    at : FeedAddress
    one : Collection
    own : {"json", "html"}

    Returns
    -------
    dict
        The extent is the box of China for every layer that has geometry, so that a list of all collections needs none
        of their polygons.
    """
    where = ("collections", one.id)
    links = [
        *at.pair(JSON, *where, own=own),
        at.link("items", GEOJSON, translate_both("feed_items"), *where, "items", f="json"),
        at.link("items", HTML, translate_both("feed_items"), *where, "items", f="html"),
        at.link("describedby", SCHEMA, translate_both("feed_schema"), *where, "schema", f="json"),
        at.link(_SCHEMA_RELATION, SCHEMA, translate_both("feed_schema"), *where, "schema", f="json"),
        at.link(_QUERYABLES_RELATION, SCHEMA, translate_both("feed_queryables"), *where, "queryables", f="json"),
    ]
    extent: Document = {"spatial": {"bbox": [list(crs.CHINA_BOX)], "crs": CRS84}} if one.has_geometry else {}
    if one.layer in TIMED_LAYERS:
        # Open on both sides, for the same reason.
        extent["temporal"] = {"interval": [[None, None]]}
    return {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        **({"extent": extent} if extent else {}),
        "itemType": "feature",
        "crs": [system.build_address(at.root) for system in FEED_SYSTEMS] if one.has_geometry else [CRS84],
        "storageCrs": CRS84,
        "links": links,
    }


def build_schema(at: FeedAddress, one: Collection, *, name: str = "schema") -> Document:
    """Describe the properties of a collection's features as JSON Schema (OGC API - Features, part 5).

    Parameters
    ----------
    at : FeedAddress
    one : Collection
    name : {"schema", "queryables"}
        All properties can be asked for, so that both documents say the same; queryables say that there are no others.

    Returns
    -------
    dict
    """
    properties: Document = {
        field.name: {
            "title": f"{field.label['zh']} {field.label['en']}",
            "description": f"{field.description['zh']} / {field.description['en']}",
            **_SCHEMA_TYPES[field.type],
            **({"x-ogc-unit": field.unit} if field.unit else {}),
            **({"x-ogc-role": "id"} if field.name == "id" else {}),
        }
        for field in one.fields
    }
    if one.has_geometry:
        properties["geometry"] = {"x-ogc-role": "primary-geometry", "format": "geometry-any"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": at.build_url("collections", one.id, name, f="json"),
        "type": "object",
        "title": one.title,
        "properties": properties,
        **({"additionalProperties": False} if name == "queryables" else {}),
    }


def encode_items(
    at: FeedAddress, one: Collection, held: Held, query: ItemQuery, *, given: Mapping[str, str], own: str
) -> bytes:
    """Encode a page of features as GeoJSON: the very text an export writes, with links and counts before it.

    Parameters
    ----------
    at : FeedAddress
    one : Collection
    held : Held
    query : ItemQuery
    given : mapping of str to str
        The parameters as they came, for the links.
    own : {"json", "html"}

    Returns
    -------
    bytes
        UTF-8.
    """
    rows = find_matching_rows(held, query)
    page = rows[query.offset : query.offset + query.limit]
    head = {
        "numberMatched": len(rows),
        "numberReturned": len(page),
        "timeStamp": held.layer.provenance["generated"],
        "links": _build_page_links(at, one, query, len(rows), given=given, own=own),
    }
    part = transform_feed_layer(held.select_rows(page), query.system)
    part = part if query.period is None else add_units(part, query.period)
    return _with(head, encode_geojson(part, state_crs=False))


def _build_page_links(
    at: FeedAddress, one: Collection, query: ItemQuery, count: int, *, given: Mapping[str, str], own: str
) -> list[Document]:
    where = ("collections", one.id, "items")
    parameters = {name: value for name, value in given.items() if name != "f"}
    links = at.pair(GEOJSON, *where, own=own, **parameters)
    moved = {"limit": query.limit, "f": own}
    media = GEOJSON if own == "json" else HTML
    if query.offset + query.limit < count:
        following = parameters | moved | {"offset": query.offset + query.limit}
        links.append(at.link("next", media, translate_both("feed_next"), *where, **following))
    if query.offset > 0:
        before = parameters | moved | {"offset": max(query.offset - query.limit, 0)}
        links.append(at.link("prev", media, translate_both("feed_prev"), *where, **before))
    links.append(at.link("collection", _MEDIA[own], one.title, "collections", one.id, f=own))
    return links


def encode_feature(
    at: FeedAddress,
    one: Collection,
    held: Held,
    key: str,
    *,
    period: Period | None = None,
    system: FeedSystem = FEED_SYSTEMS[0],
    own: str,
) -> bytes:
    """Encode one feature as GeoJSON, with links.

    Parameters
    ----------
    at : FeedAddress
    one : Collection
    held : Held
    key : str
        Id of a feature of `held`.
    period : Period, optional
        The year or date whose units on its ground are named.
    system : FeedSystem, optional
        What the geometry is answered in.
    own : {"json", "html"}

    Returns
    -------
    bytes
        UTF-8.
    """
    part = transform_feed_layer(held.select_rows(np.array([held.rows[key]])), system)
    text = json.loads(encode_geojson(part if period is None else add_units(part, period), state_crs=False))
    where = ("collections", one.id, "items", key)
    parameters = {} if system.address == CRS84 else {"crs": system.build_address(at.root)}
    links = [
        *at.pair(GEOJSON, *where, own=own, **parameters),
        at.link("collection", _MEDIA[own], one.title, "collections", one.id, f=own),
    ]
    return _with({"links": links}, encode_json(text["features"][0] | {"provenance": text["provenance"]}))


def encode_json(document: Mapping[str, Any]) -> bytes:
    """Encode a document."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _with(head: Document, text: bytes) -> bytes:
    """Put members before those of a JSON object that is text already: it is long, and not parsed for this."""
    return encode_json(head)[:-1] + b"," + text[1:]
