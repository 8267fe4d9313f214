"""The feed's OpenAPI 3.0 document: every address, every parameter, and the limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pilotzones.geo.export import ExportField, FieldType, get_version
from pilotzones.layers.server.ogc_features.coordinate_systems import CRS84, FEED_SYSTEMS
from pilotzones.layers.server.ogc_features.cql2_filter import FILTER_LANGUAGES, MAX_FILTER_CHARS
from pilotzones.layers.server.ogc_features.feature_collections import Collection
from pilotzones.layers.server.ogc_features.json_documents import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    SCHEMA,
    FeedAddress,
    translate_both,
)
from pilotzones.layers.server.ogc_features.query import DEFAULT_LIMIT, MAX_ITEMS
from pilotzones.layers.server.ogc_features.units_as_of import has_codes

__all__ = ["build_openapi"]

Document = dict[str, Any]
_TYPES: Final[Mapping[FieldType, Document]] = {
    "string": {"type": "string", "maxLength": 200},
    "integer": {"type": "integer", "minimum": 0},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    # A list is queried by one of its values.
    "integers": {"type": "integer", "minimum": 0},
    "strings": {"type": "string", "maxLength": 200},
}
_ASKED: Final = ("bbox", "bbox-crs", "crs", "datetime", "filter", "filter-crs", "filter-lang", "limit", "offset")
_OBJECT: Final = {"type": "object"}
_LINKED: Final = {
    "type": "object",
    "required": ["links"],
    "properties": {"links": {"type": "array", "items": {"$ref": "#/components/schemas/link"}}},
}


def build_openapi(at: FeedAddress, found: Mapping[str, Collection]) -> Document:
    """Describe the feed.

    Parameters
    ----------
    at : FeedAddress
    found : mapping of str to Collection

    Returns
    -------
    dict
        Valid as OpenAPI 3.0.
    """
    fields = {field.name: field for one in found.values() for field in one.fields}
    return {
        "openapi": "3.0.3",
        "info": {
            "title": translate_both("feed_title"),
            "description": translate_both("feed_about", count=len(found)),
            "version": get_version(),
        },
        "servers": [{"url": at.root}],
        "tags": [{"name": name} for name in ("Capabilities", "Data")],
        "paths": _describe_fixed_paths()
        | {path: one for each in found.values() for path, one in _describe_collection(each).items()},
        "components": {
            "parameters": _describe_parameters(at)
            | {f"field_{name}": _describe_field(field) for name, field in fields.items()},
            "schemas": _describe_schemas(),
            "responses": _describe_responses(),
        },
    }


def _describe_fixed_paths() -> Document:
    return {
        "/": {"get": _get("getLandingPage", "Capabilities", "landingPage", translate_both("feed_title"))},
        "/conformance": {
            "get": _get("getConformance", "Capabilities", "conformance", translate_both("feed_conformance"))
        },
        "/api": {"get": _get("getApi", "Capabilities", "object", translate_both("feed_api"), media=OPENAPI)},
        "/crs/albers": {"get": _get("getAlbers", "Capabilities", "object", translate_both("feed_albers"))},
        "/collections": {
            "get": _get("getCollections", "Capabilities", "collections", translate_both("feed_collections"))
        },
    }


def _describe_collection(one: Collection) -> Document:
    path = f"/collections/{one.id}"
    parameters = [_make_reference("parameters", name) for name in _ASKED]
    parameters += [_make_reference("parameters", f"field_{field.name}") for field in one.fields]
    dated = [_make_reference("parameters", "as_of")] if has_codes(one) else []
    single: list[Document] = [{"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}]
    single.append(_make_reference("parameters", "crs"))
    return {
        path: {"get": _get(f"describe.{one.id}", "Capabilities", "collection", one.title)},
        f"{path}/schema": {
            "get": _get(f"getSchema.{one.id}", "Capabilities", "object", translate_both("feed_schema"), media=SCHEMA)
        },
        f"{path}/queryables": {
            "get": _get(
                f"getQueryables.{one.id}", "Capabilities", "object", translate_both("feed_queryables"), media=SCHEMA
            )
        },
        f"{path}/items": {
            "get": _get(
                f"getFeatures.{one.id}", "Data", "features", one.title, parameters=[*parameters, *dated], media=GEOJSON
            )
        },
        f"{path}/items/{{featureId}}": {
            "get": _get(
                f"getFeature.{one.id}", "Data", "feature", one.title, parameters=[*single, *dated], media=GEOJSON
            )
        },
    }


def _make_reference(kind: str, name: str) -> Document:
    return {"$ref": f"#/components/{kind}/{name}"}


def _get(
    operation: str, tag: str, schema: str, text: str, *, parameters: list[Document] | None = None, media: str = JSON
) -> Document:
    return {
        "operationId": operation,
        "tags": [tag],
        "summary": text,
        "parameters": [*(parameters or []), _make_reference("parameters", "f")],
        "responses": {
            "200": {
                "description": text,
                "content": {
                    media: {"schema": _make_reference("schemas", schema)},
                    HTML: {"schema": {"type": "string"}},
                },
            },
            "304": _make_reference("responses", "unchanged"),
            "400": _make_reference("responses", "problem"),
            "404": _make_reference("responses", "problem"),
        },
    }


def _query(name: str, schema: Document, description: str, **more: Any) -> Document:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description, **more}


def _describe_parameters(at: FeedAddress) -> Document:
    systems = [one.build_address(at.root) for one in FEED_SYSTEMS]
    uri = {"type": "string", "format": "uri", "default": CRS84, "enum": systems}
    text = {"type": "string", "maxLength": MAX_FILTER_CHARS}
    language = {"type": "string", "enum": list(FILTER_LANGUAGES), "default": FILTER_LANGUAGES[0]}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_ITEMS, "default": DEFAULT_LIMIT}
    return {
        "f": _query("f", {"type": "string", "enum": ["json", "html"]}, translate_both("feed_ask_f")),
        "bbox": _query("bbox", box, translate_both("feed_ask_bbox"), style="form", explode=False),
        "datetime": _query(
            "datetime", {"type": "string"}, translate_both("feed_ask_datetime"), style="form", explode=False
        ),
        "crs": _query("crs", uri, translate_both("feed_ask_crs")),
        "bbox-crs": _query("bbox-crs", uri, translate_both("feed_ask_bbox_crs")),
        "filter": _query("filter", text, translate_both("feed_ask_filter")),
        "filter-crs": _query("filter-crs", uri, translate_both("feed_ask_filter_crs")),
        "filter-lang": _query("filter-lang", language, translate_both("feed_ask_filter_lang")),
        "as_of": _query("as_of", {"type": "string"}, translate_both("feed_ask_as_of")),
        "limit": _query("limit", limit, translate_both("feed_ask_limit", most=MAX_ITEMS), style="form", explode=False),
        "offset": _query("offset", {"type": "integer", "minimum": 0, "default": 0}, translate_both("feed_ask_offset")),
    }


def _describe_field(field: ExportField) -> Document:
    unit = f" [{field.unit}]" if field.unit else ""
    return _query(
        field.name, _TYPES[field.type], f"{field.label['zh']} / {field.label['en']}{unit}. {field.description['en']}"
    )


def _describe_responses() -> Document:
    problem = {"application/problem+json": {"schema": _make_reference("schemas", "problem")}}
    return {
        "unchanged": {"description": translate_both("feed_unchanged")},
        "problem": {"description": translate_both("feed_problem"), "content": problem},
    }


def _describe_schemas() -> Document:
    text = {"type": "string"}
    whole = {"type": "integer", "minimum": 0}
    problem = dict.fromkeys(("type", "title", "detail", "code", "description"), text)
    members: dict[str, tuple[list[str], Document]] = {
        "link": (["href", "rel"], dict.fromkeys(("href", "rel", "type", "title"), text)),
        "conformance": (["conformsTo"], {"conformsTo": {"type": "array", "items": text}}),
        "problem": (["status", "title"], {"status": {"type": "integer"}} | problem),
        "feature": (
            ["type", "geometry", "properties"],
            {
                "type": {"type": "string", "enum": ["Feature"]},
                "geometry": {"type": "object", "nullable": True},
                "properties": _OBJECT,
            },
        ),
        "features": (
            ["type", "features"],
            {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "features": {"type": "array", "items": _make_reference("schemas", "feature")},
                "numberMatched": whole,
                "numberReturned": whole,
                "timeStamp": {"type": "string", "format": "date-time"},
            },
        ),
    }
    made: Document = {
        name: {"type": "object", "required": required, "properties": properties}
        for name, (required, properties) in members.items()
    }
    described = {
        "id": text,
        "title": text,
        "description": text,
        "extent": _OBJECT,
        "crs": {"type": "array", "items": text},
    }
    return made | {
        "object": _OBJECT,
        "landingPage": _LINKED,
        "collection": {"allOf": [_LINKED, {"type": "object", "required": ["id"], "properties": described}]},
        "collections": {
            "allOf": [
                _LINKED,
                {
                    "type": "object",
                    "required": ["collections"],
                    "properties": {"collections": {"type": "array", "items": _make_reference("schemas", "collection")}},
                },
            ]
        },
    }
