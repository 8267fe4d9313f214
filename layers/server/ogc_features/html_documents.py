"""The feed for people: its documents as HTML pages without script, every text escaped."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pilotzones.geo.export import ExportField
from pilotzones.layers.html_templates import load_template, render_template
from pilotzones.layers.server.ogc_features.feature_collections import Collection
from pilotzones.layers.server.ogc_features.json_documents import FeedAddress, translate_both
from pilotzones.layers.server.ogc_features.units_as_of import UNITS_FIELD, make_units_field

__all__ = ["build_policy", "render_document_page", "render_feature_page", "render_items_page"]

# A cell longer than this is cut on the page; the JSON has it whole.
_MAX_CELL_CHARS: Final = 400


def render_document_page(
    at: FeedAddress, title: str, document: Mapping[str, Any], *, fields: Sequence[ExportField] = ()
) -> bytes:
    """Render a landing page, a list of collections, one collection, the conformance or the API document.

    Parameters
    ----------
    at : FeedAddress
    title : str
    document : mapping
        What the JSON form says.
    fields : sequence of Field, optional
        Dictionary of a collection's properties.

    Returns
    -------
    bytes
        UTF-8.
    """
    return _render_page(
        at,
        title,
        about=document.get("description", ""),
        links=document.get("links", ()),
        collections=[
            {**one, "address": at.build_url("collections", one["id"], f="html")}
            for one in document.get("collections", ())
        ],
        lines=document.get("conformsTo", ()),
        fields=fields,
        paths=[{"path": path, "summary": does["get"]["summary"]} for path, does in document.get("paths", {}).items()],
    )


def render_items_page(at: FeedAddress, one: Collection, content: bytes) -> bytes:
    """Render a page of features as a table.

    Parameters
    ----------
    at : FeedAddress
    one : Collection
    content : bytes
        The page as GeoJSON.

    Returns
    -------
    bytes
        UTF-8.
    """
    document = json.loads(content)
    fields = _list_fields(one, document["features"])
    names = [field.name for field in fields]
    rows = [
        {
            "id": feature["id"],
            "address": at.build_url("collections", one.id, "items", str(feature["id"]), f="html"),
            "cells": [_format_cell(feature["properties"][name]) for name in names],
        }
        for feature in document["features"]
    ]
    counts = translate_both("feed_counts", returned=document["numberReturned"], matched=document["numberMatched"])
    return _render_page(
        at,
        one.title,
        about=counts,
        links=document["links"],
        heads=[_compose_heading(field) for field in fields],
        rows=rows,
    )


def render_feature_page(at: FeedAddress, one: Collection, content: bytes) -> bytes:
    """Render one feature as a list of its properties.

    Parameters
    ----------
    at : FeedAddress
    one : Collection
    content : bytes
        The feature as GeoJSON.

    Returns
    -------
    bytes
        UTF-8.
    """
    document = json.loads(content)
    fields = _list_fields(one, [document])
    pairs = [(_compose_heading(field), _format_cell(document["properties"][field.name])) for field in fields]
    provenance = [(name, _format_cell(value)) for name, value in document["provenance"].items()]
    return _render_page(
        at, f"{one.title} · {document['id']}", links=document["links"], pairs=pairs, provenance=provenance
    )


def _list_fields(one: Collection, features: Sequence[Mapping[str, Any]]) -> list[ExportField]:
    """List the fields of the features but their id, with the units of a year where the features have them."""
    dated = any(UNITS_FIELD in feature["properties"] for feature in features)
    return [field for field in (*one.fields, *((make_units_field(),) if dated else ())) if field.name != "id"]


def _compose_heading(field: ExportField) -> str:
    unit = f" [{field.unit}]" if field.unit else ""
    return f"{field.label['zh']} {field.label['en']}{unit}"


def _format_cell(value: Any) -> str:
    if value is None:
        return "–"
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _MAX_CELL_CHARS else f"{text[:_MAX_CELL_CHARS]}…"


# What a page may hold; each kind of page fills some of it.
_NOTHING: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("links", "collections", "lines", "fields", "paths", "heads", "pairs", "provenance"), ()),
    "about": "",
    "rows": None,
}


def _render_page(at: FeedAddress, title: str, **content: Any) -> bytes:
    words = {
        name: translate_both(f"feed_{name}")
        for name in ("title", "links", "fields", "provenance", "collections", "paths")
    }
    shared = {"title": title, "home": at.build_url(), "words": words, "style": load_template("feed.css")}
    return render_template("feed.html", {**_NOTHING, **content, **shared})


def build_policy() -> str:
    """Return the content security policy of a page: its style, nothing else."""
    digest = base64.b64encode(hashlib.sha256(load_template("feed.css").encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
