"""What the first visitor would have to wait for, done while their browser still loads the page.

Imports nothing at the top that takes time: the server's first answer waits for this module.
"""

from __future__ import annotations

import threading

__all__ = ["start_warming"]


def start_warming() -> None:
    """Import the drawing libraries and prepare the default map, beside the server that is starting."""
    threading.Thread(target=_warm, name="warming", daemon=True).start()


def _warm() -> None:
    # Not the pages themselves: streamlit-folium registers its component with the server, which is not running yet.
    from geo.areas import DEFAULT_METHOD
    from geo.boundaries import DEFAULT_SOURCE
    from geo.catalogue import DEFAULT_PROGRAMME
    from geo.errors import PilotzonesError
    from views import resources

    try:
        resources.drawing_is_safe()
        resources.drawn(DEFAULT_PROGRAMME, DEFAULT_SOURCE, DEFAULT_METHOD)
    except PilotzonesError:
        # Nobody is here to read it; the first page that asks meets the same error and shows it.
        return
