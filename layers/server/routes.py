"""Addresses beside Streamlit's: the map's files and the geometry it fetches.

Files and the catalogue's geometry carry a content hash in the address, so they are served as immutable and a browser asks
once. What a visitor brought is for them alone: it is kept by no cache and goes with their session. A missing one is answered
in plain text that says what to do.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from pilotzones.layers.assets import get_bundle_digest, load_assets
from pilotzones.layers.webmap.geometry.lod_registry import FineLevels, get_shared_levels
from pilotzones.layers.webmap.geometry.store import GeometryStore, get_shared_store

__all__ = ["accepts_gzip", "is_unchanged", "make_routes", "read_weights"]

_FOREVER = "public, max-age=31536000, immutable"
_NEVER = "private, no-store"


def make_routes(
    *, base_path: str = "", store: GeometryStore | None = None, levels: FineLevels | None = None
) -> list[BaseRoute]:
    """Make routes to hand to ``st.App(..., routes=...)``.

    Parameters
    ----------
    base_path : str
        Streamlit's ``server.baseUrlPath``, "" when the app is at the root of its host. Streamlit does not put
        it before the routes of others.
    store : GeometryStore or None
        Where geometry is served from; the process's shared store when None.
    levels : FineLevels or None
        Which files have finer ones; the process's shared list when None.

    Returns
    -------
    list of BaseRoute
        ``/map``, ``/assets/{digest}/{name}``, ``/geometry/{key}.json`` and ``/geometry/{key}/levels.json``.
    """
    held = get_shared_store() if store is None else store
    finer = get_shared_levels() if levels is None else levels
    prefix = "/" + base_path.strip("/") if base_path.strip("/") else ""

    async def answer_geometry(request: Request) -> Response:
        return _answer_geometry(request, held)

    async def answer_levels(request: Request) -> Response:
        # Made on the first request, which may take seconds: beside the server, not in its way.
        text = await run_in_threadpool(finer.get_list, f"geometry/{request.path_params['key']}.json")
        if text is None:
            return _answer_missing("This geometry has no finer levels.\n")
        return Response(
            text, media_type="application/json", headers=_build_headers(f'"{request.path_params["key"]}-levels"')
        )

    async def answer_map(request: Request) -> Response:
        return RedirectResponse(f"{prefix}/?{request.url.query}".rstrip("?"))

    return [
        # The page that opens first is the map, which Streamlit serves at the root alone.
        Route(f"{prefix}/map", answer_map, methods=["GET"]),
        Route(f"{prefix}/assets/{{digest}}/{{name:path}}", _answer_asset, methods=["GET"]),
        Route(f"{prefix}/geometry/{{key}}.json", answer_geometry, methods=["GET"]),
        Route(f"{prefix}/geometry/{{key}}/levels.json", answer_levels, methods=["GET"]),
    ]


def _build_headers(etag: str, *, private: bool = False) -> dict[str, str]:
    return {
        "Cache-Control": _NEVER if private else _FOREVER,
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _answer_missing(text: str) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return PlainTextResponse(text, status_code=404, headers=headers)


def is_unchanged(request: Request, *etags: str) -> bool:
    """Return whether a client that asks has one of these entity tags already."""
    tags = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    return "*" in tags or any(etag in tags for etag in etags)


def read_weights(header: str) -> dict[str, float]:
    """Read the values of an Accept header with their weights, in lower case.

    Parameters
    ----------
    header : str
        Such as ``text/html, application/json;q=0.9``.

    Returns
    -------
    dict of str to float
        From 0 (not acceptable) to 1, in the order of the header.
    """
    weights = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        stated = next((one[2:] for one in parameters if one.replace(" ", "").startswith("q=")), "1")
        try:
            weights[name] = min(max(float(stated), 0.0), 1.0)
        except ValueError:
            weights[name] = 0.0
    return {name: weight for name, weight in weights.items() if name}


def accepts_gzip(request: Request) -> bool:
    """Return whether a client reads gzip."""
    weights = read_weights(request.headers.get("accept-encoding", ""))
    return weights.get("gzip", weights.get("*", 0.0)) > 0


async def _answer_asset(request: Request) -> Response:
    asset = load_assets().get(request.path_params["name"])
    if asset is None or request.path_params["digest"] != get_bundle_digest():
        return _answer_missing("This file of the map belongs to another version of the app. Reload the page.\n")
    etag = f'"{asset.sha256}"'
    if is_unchanged(request, etag):
        return Response(status_code=304, headers=_build_headers(etag))
    return Response(asset.content, media_type=asset.media_type, headers=_build_headers(etag))


def _answer_geometry(request: Request, store: GeometryStore) -> Response:
    entry = store.get(request.path_params["key"])
    if entry is None:
        return _answer_missing(
            "This geometry is no longer held by the server. Change any filter, or reload the page, and the app "
            "prepares it again.\n"
        )
    # Two encodings are two representations, so each has a different entity tag.
    plain_tag, gzip_tag = f'"{entry.key}"', f'"{entry.key}-gzip"'
    compressed = accepts_gzip(request)
    headers = _build_headers(gzip_tag if compressed else plain_tag, private=bool(entry.owner)) | {
        "Vary": "Accept-Encoding"
    }
    if is_unchanged(request, plain_tag, gzip_tag):
        return Response(status_code=304, headers=headers)
    if compressed:
        headers["Content-Encoding"] = "gzip"
    body = entry.gzipped if compressed else entry.decompress()
    return Response(body, media_type="application/geo+json", headers=headers)
