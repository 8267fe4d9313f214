"""The live feed: OGC API - Features on addresses beside Streamlit's.

QGIS, ArcGIS and GDAL read the layers from ``/feed``. Polygons are read and text is made in a worker thread, few at a time;
what the answer depends on is hashed into its entity tag, so that a client which has it is answered without making it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.export import ExportField, get_version
from pilotzones.layers.server.ogc_features import json_documents as documents
from pilotzones.layers.server.ogc_features.coordinate_systems import FEED_SYSTEMS, FeedSystem, describe_system
from pilotzones.layers.server.ogc_features.feature_collections import Collection, get_collection_data, load_collections
from pilotzones.layers.server.ogc_features.html_documents import (
    build_policy,
    render_document_page,
    render_feature_page,
    render_items_page,
)
from pilotzones.layers.server.ogc_features.json_documents import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, FeedAddress
from pilotzones.layers.server.ogc_features.openapi import build_openapi
from pilotzones.layers.server.ogc_features.query import ItemQuery, QueryError, check_names, read_as_of, read_system
from pilotzones.layers.server.ogc_features.units_as_of import has_codes
from pilotzones.layers.server.routes import accepts_gzip, is_unchanged, read_weights

__all__ = ["make_feed_routes"]

_FORMS: Final = ("json", "html")
_ASKING: Final = (
    "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-crs", "filter-lang", "limit", "offset", "f",
)  # fmt: skip
# A name or number of a host, with a port or without: nothing that could end an address and begin another.
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_OLD_ID: Final = re.compile(r"(\d{1,3})-(\d{1,3})(?:-(\d{6}))?")
_KEPT: Final = "public, max-age=300"
_OPEN: Final = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_SHORT: Final = 1024
# Answers made at the same time, so that a crowd of clients leaves threads for the app.
_AT_ONCE: Final = 2


@dataclass(frozen=True)
class _FeedAnswer:
    """What an address answers: a media type, the hash of all it depends on, how it is made, and headers of its own."""

    media: str
    depends: str
    make: Callable[[], bytes]
    headers: Mapping[str, str] = field(default_factory=dict)


class _MissingError(PilotzonesError):
    """There is nothing at this address."""


def make_feed_routes(*, base_path: str = "") -> list[Route]:
    """Make routes to hand to ``st.App(..., routes=...)``.

    Parameters
    ----------
    base_path : str
        Streamlit's ``server.baseUrlPath``, "" when the app is at the root of its host.

    Returns
    -------
    list of Route
        ``/feed`` and what lies below it.
    """
    prefix = "/" + base_path.strip("/") if base_path.strip("/") else ""
    places: dict[str, Callable[[_FeedRequest], _FeedAnswer]] = {
        "": _answer_landing,
        "/": _answer_landing,
        "/conformance": _answer_conformance,
        "/api": _answer_api,
        "/crs/{system}": _answer_system,
        "/collections": _answer_collections,
        "/collections/{collection}": _answer_collection,
        "/collections/{collection}/schema": partial(_answer_properties, name="schema"),
        "/collections/{collection}/queryables": partial(_answer_properties, name="queryables"),
        "/collections/{collection}/items": _answer_items,
        "/collections/{collection}/items/{feature}": _answer_feature,
        "/{rest:path}": _respond_not_found,
    }
    limiter = _Limiter()

    def make_route(path: str, answer: Callable[[_FeedRequest], _FeedAnswer]) -> Route:
        async def endpoint(request: Request) -> Response:
            return await _respond(request, answer, prefix, limiter)

        return Route(f"{prefix}/feed{path}", endpoint, methods=["GET", "HEAD", "OPTIONS"])

    return [make_route(path, answer) for path, answer in places.items()]


class _Limiter:
    """Few answers are made at once; the limiter belongs to the event loop it first meets."""

    def __init__(self) -> None:
        self._of: anyio.CapacityLimiter | None = None

    def get(self) -> anyio.CapacityLimiter:
        if self._of is None:
            self._of = anyio.CapacityLimiter(_AT_ONCE)
        return self._of


@dataclass(frozen=True)
class _FeedRequest:
    """A request as far as an answer needs it."""

    at: FeedAddress
    path: Mapping[str, str]
    given: Sequence[tuple[str, str]]
    accept: str

    def choose_form(self, values: Mapping[str, str]) -> str:
        """Return JSON or HTML: as the address says, else as the client would rather have it."""
        form = values.get("f")
        if form is not None:
            if form not in _FORMS:
                raise QueryError(f"f is {' or '.join(_FORMS)}, not {form!r}")
            return form
        return "html" if _prefers_html(self.accept) else "json"


def _prefers_html(accept: str) -> bool:
    """Return whether HTML weighs more than any JSON, or stands before it: browsers name it first, GIS clients never."""
    # A stable sort: what weighs the same stays in the order of the header.
    kinds = sorted(read_weights(accept).items(), key=lambda kind: -kind[1])
    named = [kind for kind, weight in kinds if weight > 0]
    html = next((index for index, kind in enumerate(named) if kind in (HTML, "application/xhtml+xml")), None)
    first_json = next((index for index, kind in enumerate(named) if kind.endswith("json")), len(named))
    return html is not None and html < first_json


async def _respond(
    request: Request, answer: Callable[[_FeedRequest], _FeedAnswer], prefix: str, limiter: _Limiter
) -> Response:
    if request.method == "OPTIONS":
        allowed = {"Access-Control-Allow-Methods": "GET, HEAD, OPTIONS", "Access-Control-Max-Age": "86400"}
        headers = {"Access-Control-Allow-Headers": "Accept, If-None-Match, Content-Type"}
        return Response(status_code=204, headers=_OPEN | allowed | headers)
    try:
        question = _FeedRequest(
            FeedAddress(_find_origin(request) + f"{prefix}/feed"),
            request.path_params,
            request.query_params.multi_items(),
            request.headers.get("accept", ""),
        )
        return await anyio.to_thread.run_sync(_respond_in_thread, question, answer, request, limiter=limiter.get())
    except QueryError as error:
        return _make_problem_response(400, str(error))
    except _MissingError as error:
        return _make_problem_response(404, str(error))
    except PilotzonesError as error:
        return _make_problem_response(500, str(error))


def _find_origin(request: Request) -> str:
    host = request.headers.get("host", "")
    if request.url.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        raise QueryError("the request names no host that a link could lead to")
    return f"{request.url.scheme}://{host}"


def _respond_in_thread(
    question: _FeedRequest, answer: Callable[[_FeedRequest], _FeedAnswer], request: Request
) -> Response:
    """Respond to a request; runs in a worker thread."""
    found = answer(question)
    compressed = accepts_gzip(request)
    identity = json.dumps([found.depends, found.media, question.at.root, question.path, question.given, get_version()])
    tag = hashlib.sha256(identity.encode()).hexdigest()[:32]
    plain, zipped = f'"{tag}"', f'"{tag}-gzip"'
    headers = _OPEN | {
        "Cache-Control": _KEPT,
        "Vary": "Accept, Accept-Encoding, Host, X-Forwarded-Proto",
        "Access-Control-Expose-Headers": "Content-Crs, ETag",
        **found.headers,
    }
    if is_unchanged(request, plain, zipped):
        return Response(status_code=304, headers=headers | {"ETag": zipped if compressed else plain})
    body = found.make()
    if found.media == HTML:
        headers["Content-Security-Policy"] = build_policy()
    if compressed and len(body) > _SHORT:
        body = gzip.compress(body, 5, mtime=0)
        headers |= {"Content-Encoding": "gzip", "ETag": zipped}
    else:
        headers["ETag"] = plain
    return Response(body, media_type=found.media, headers=headers)


def _make_problem_response(status: int, text: str) -> Response:
    title = {400: "Bad request", 404: "Not found"}.get(status, "The layer cannot be read")
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": text,
        "code": str(status),
        "description": text,
    }
    headers = _OPEN | {"Cache-Control": "no-store"}
    return Response(json.dumps(body, ensure_ascii=False), status, headers, "application/problem+json")


def _check_values(question: _FeedRequest, *known: str) -> dict[str, str]:
    return check_names(question.given, [*known, "f"] if "f" not in known else known)


def _answer_document(
    question: _FeedRequest, make: Callable[[str], dict[str, Any]], title: str, fields: Sequence[ExportField] = ()
) -> _FeedAnswer:
    """Respond with a document that depends on the catalogue alone."""
    form = question.choose_form(_check_values(question))
    depends = "\n".join(load_collections())

    def make_body() -> bytes:
        document = make(form)
        return (
            documents.encode_json(document)
            if form == "json"
            else render_document_page(question.at, title, document, fields=fields)
        )

    return _FeedAnswer(JSON if form == "json" else HTML, depends, make_body)


def _answer_landing(question: _FeedRequest) -> _FeedAnswer:
    return _answer_document(
        question,
        lambda form: documents.build_landing(question.at, load_collections(), own=form),
        documents.translate_both("feed_title"),
    )


def _answer_conformance(question: _FeedRequest) -> _FeedAnswer:
    return _answer_document(
        question,
        lambda form: documents.build_conformance(question.at, own=form),
        documents.translate_both("feed_conformance"),
    )


def _answer_api(question: _FeedRequest) -> _FeedAnswer:
    made = _answer_document(
        question, lambda _form: build_openapi(question.at, load_collections()), documents.translate_both("feed_api")
    )
    return _FeedAnswer(OPENAPI if made.media == JSON else HTML, made.depends, made.make)


def _answer_collections(question: _FeedRequest) -> _FeedAnswer:
    def make(form: str) -> dict[str, Any]:
        found = [documents.build_collection(question.at, one, own="json") for one in load_collections().values()]
        return {"links": question.at.pair(JSON, "collections", own=form), "collections": found}

    return _answer_document(question, make, documents.translate_both("feed_collections"))


def _find_collection(question: _FeedRequest) -> Collection:
    one = load_collections().get(question.path["collection"])
    if one is None:
        raise _MissingError("there is no such collection; /feed/collections lists those there are")
    return one


def _answer_collection(question: _FeedRequest) -> _FeedAnswer:
    one = _find_collection(question)
    return _answer_document(
        question, lambda form: documents.build_collection(question.at, one, own=form), one.title, fields=one.fields
    )


def _answer_properties(question: _FeedRequest, *, name: str) -> _FeedAnswer:
    one = _find_collection(question)
    made = _answer_document(
        question, lambda _form: documents.build_schema(question.at, one, name=name), one.title, fields=one.fields
    )
    return _FeedAnswer(SCHEMA if made.media == JSON else HTML, made.depends, made.make)


def _answer_system(question: _FeedRequest) -> _FeedAnswer:
    """Return a reference system that no register has, as PROJJSON."""
    one = next((one for one in FEED_SYSTEMS if not one.address and one.id == question.path["system"]), None)
    if one is None:
        raise _MissingError("there is no such reference system; each collection lists those there are")
    _check_values(question)
    return _FeedAnswer(JSON, one.id, lambda: documents.encode_json(describe_system(one)))


def _answer_items(question: _FeedRequest) -> _FeedAnswer:
    one = _find_collection(question)
    dated = ("as_of",) if has_codes(one) else ()
    values = _check_values(question, *_ASKING, *dated, *(field.name for field in one.fields))
    form, query = question.choose_form(values), ItemQuery.read(values, one, question.at.root)
    features = get_collection_data(one.id)

    def make_body() -> bytes:
        content = documents.encode_items(question.at, one, features, query, given=values, own=form)
        return content if form == "json" else render_items_page(question.at, one, content)

    return _FeedAnswer(
        GEOJSON if form == "json" else HTML, features.digest, make_body, _name_system(query.system, question)
    )


def _name_system(system: FeedSystem, question: _FeedRequest) -> dict[str, str]:
    return {"Content-Crs": f"<{system.build_address(question.at.root)}>"}


def _answer_feature(question: _FeedRequest) -> _FeedAnswer:
    one = _find_collection(question)
    values = _check_values(question, "crs", *(("as_of",) if has_codes(one) else ()))
    form, period = question.choose_form(values), read_as_of(values)
    system = read_system(values, "crs", question.at.root)
    features = get_collection_data(one.id)
    key = _find_key(question.path["feature"], features.rows)
    if key is None:
        raise _MissingError(f"the collection {one.id} has no such feature")

    def make_body() -> bytes:
        content = documents.encode_feature(question.at, one, features, key, period=period, system=system, own=form)
        return content if form == "json" else render_feature_page(question.at, one, content)

    return _FeedAnswer(GEOJSON if form == "json" else HTML, features.digest, make_body, _name_system(system, question))


def _find_key(given: str, rows: Mapping[str, Any]) -> str | None:
    """Find a feature by its id, or by the id that it had before version 0.2 (1-3, 1-3-330402)."""
    old = _OLD_ID.fullmatch(given)
    forms = [given]
    if old is not None:
        host = f"h{old[3]}" if old[3] else ""
        forms += [f"z{old[1]}m{old[2]}{host}", f"z{old[1]}t{old[2]}"]
    return next((form for form in forms if form in rows), None)


def _respond_not_found(_question: _FeedRequest) -> _FeedAnswer:
    raise _MissingError("there is nothing at this address; /feed says what there is")
