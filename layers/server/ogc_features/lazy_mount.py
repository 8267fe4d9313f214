"""The address of the live feed, whose code is imported when somebody first asks for it: no map waits for it."""

from __future__ import annotations

import anyio.to_thread
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from pilotzones.layers.webmap.folium_import import import_drawing_libraries

__all__ = ["make_lazy_feed"]


class _LateFeed:
    """An ASGI application that becomes the feed with the first request."""

    def __init__(self, base_path: str) -> None:
        self._base_path = base_path
        self._router: Router | None = None

    def _make_router(self) -> Router:
        import_drawing_libraries()
        from pilotzones.layers.server.ogc_features.routes import make_feed_routes

        return Router(routes=make_feed_routes(base_path=self._base_path))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._router is None:
            # Two first requests may both make it; either is as good.
            self._router = await anyio.to_thread.run_sync(self._make_router)
        await self._router(scope, receive, send)


def make_lazy_feed(*, base_path: str = "") -> Route:
    """Make a route to hand to ``st.App(..., routes=...)``.

    Parameters
    ----------
    base_path : str
        Streamlit's ``server.baseUrlPath``, "" when the app is at the root of its host.

    Returns
    -------
    Route
        ``/feed`` and all that lies below it.
    """
    prefix = "/" + base_path.strip("/") if base_path.strip("/") else ""
    return Route(f"{prefix}/feed{{rest:path}}", _LateFeed(base_path))
