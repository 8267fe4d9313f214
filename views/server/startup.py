"""What the first visitor would have to wait for, done while their browser still loads the page; and a refusal to serve.

Imports nothing at the top that takes time: the server's first answer waits for this module.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from pilotzones.views.server.session_cleanup import sweep_sessions

__all__ = ["UNSAFE", "run_lifespan"]

UNSAFE: Final = 70
_REFUSAL: Final = (
    "pilotzones: not started: the drawing libraries that are installed run text as a program; "
    "install the versions of requirements.lock\n"
)

# After this long [s] the server listens. Before it does, what is imported would only keep it from it.
_LISTENING: Final = 0.02


@asynccontextmanager
async def run_lifespan(_app: object) -> AsyncIterator[None]:
    """Import the drawing libraries and prepare the default map, as soon as the server listens.

    Parameters
    ----------
    _app : App
        As ``st.App(..., lifespan=...)`` gives it.

    Yields
    ------
    None
        While the server runs.
    """
    thread = threading.Thread(target=_warm_caches, name="warming", daemon=True)
    asyncio.get_running_loop().call_later(_LISTENING, thread.start)
    sweep = asyncio.create_task(sweep_sessions(), name="session-sweep")
    yield
    sweep.cancel()


def _warm_caches() -> None:
    from pilotzones.layers.webmap.folium_import import import_drawing_libraries

    import_drawing_libraries()
    from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
    from pilotzones.geo.catalogue import DEFAULT_PROGRAMME
    from pilotzones.geo.errors import PilotzonesError
    from pilotzones.geo.geometry.area import DEFAULT_METHOD
    from pilotzones.views.state import cache

    # Every page waits for the same answer before it draws anything, so none is served that would not be safe.
    if not cache.is_drawing_safe():
        _refuse()
    try:
        cache.get_map_geometry(DEFAULT_PROGRAMME, DEFAULT_SOURCE, DEFAULT_METHOD)
        cache.get_audit(DEFAULT_PROGRAMME, DEFAULT_SOURCE, DEFAULT_METHOD)
    except PilotzonesError:
        # Nobody is here to read it; the first page that asks meets the same error and shows it.
        return


def _refuse() -> None:
    """End the process: an exception would end this thread only, and the server would go on."""
    sys.stderr.write(_REFUSAL)
    sys.stderr.flush()
    os._exit(UNSAFE)
