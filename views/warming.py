"""What the first visitor would have to wait for, done while their browser still loads the page; and a refusal to serve.

Imports nothing at the top that takes time: the server's first answer waits for this module.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from typing import Final

__all__ = ["UNSAFE", "start_warming"]

UNSAFE: Final = 70
_REFUSAL: Final = (
    "pilotzones: not started: the drawing libraries that are installed run text as a program; "
    "install the versions of requirements.lock\n"
)


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

    # Every page waits for the same answer before it draws anything, so none is served that would not be safe.
    if not resources.drawing_is_safe():
        _refuse()
    try:
        resources.drawn(DEFAULT_PROGRAMME, DEFAULT_SOURCE, DEFAULT_METHOD)
    except PilotzonesError:
        # Nobody is here to read it; the first page that asks meets the same error and shows it.
        return
    # What has been loaded so far stays for good: the collector need not go through it again and again.
    gc.collect()
    gc.freeze()


def _refuse() -> None:
    """End the process: an exception would end this thread only, and the server would go on."""
    sys.stderr.write(_REFUSAL)
    sys.stderr.flush()
    os._exit(UNSAFE)
