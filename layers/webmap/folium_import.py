"""The libraries that draw maps, imported by one thread at a time.

branca imports itself once more while it is imported; when two threads do that at the same time, each waits for the other,
and Python ends one of them with an error. Whatever may be the first to need them calls `import_drawing_libraries` before.
"""

from __future__ import annotations

import threading
from importlib import import_module

__all__ = ["import_drawing_libraries"]

_IMPORTING = threading.Lock()


def import_drawing_libraries() -> None:
    """Return when the drawing libraries are there."""
    with _IMPORTING:
        import_module("pilotzones.layers.webmap.folium_map")
