"""Waiting for a state of another process or thread, looked at again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

__all__ = ["MAP_AT_REST", "wait_until"]

_POLL_S = 0.05
# The same view twice in a row, and no animation under way: a click in the middle of one would be part of it.
MAP_AT_REST = """() => {
  const view = [map.getZoom(), map.getCenter().lat, map.getCenter().lng].join();
  const same = window.viewBefore === view;
  window.viewBefore = view;
  return same && !map._animatingZoom;
}"""


def wait_until(state: Callable[[], bool], seconds: float) -> bool:
    """Wait for a state; False when it does not come in time. The limit only ends a test that would never end."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while not state():
        if time.monotonic() > end:
            return False
        pause.wait(_POLL_S)
    return True
