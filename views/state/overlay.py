"""A visitor's overlay check in their session: files opened in another process, compared, drawn; shared with nobody."""

from __future__ import annotations

import hashlib
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import shapely
import streamlit as st

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.errors import CancelledError, OverlayError
from pilotzones.geo.files.limits import UPLOAD
from pilotzones.geo.overlay.grouping import Grouping
from pilotzones.geo.overlay.models import OverlayResult, PolygonLayer, Thresholds
from pilotzones.geo.overlay.reader import read_polygon_layer
from pilotzones.geo.overlay.runner import check_overlay
from pilotzones.layers.webmap.overlay_map import OverlayMap, prepare_overlay_map
from pilotzones.views.state.held_results import BYTES_PER_VERTEX, HeldResult, HeldResults
from pilotzones.views.state.private_geometry import get_private_store

__all__ = ["OverlayWork", "current_overlay", "forget_overlay", "get_overlay_map", "open_layer", "run_check"]

# So many pairs, and so long, a check on the server may take [s]; the command has no such limits.
MAX_PAIRS: Final = 200_000
MAX_CHECK_S: Final = 120.0
_PAIRS_A_RUN: Final = 500
_BYTES_PER_CONFLICT: Final = 2_000
# Comparing takes all cores: one check at a time.
_RUNNING: Final = threading.BoundedSemaphore(1)
_WAIT_S: Final = 5.0


@dataclass(eq=False)
class OverlayWork(HeldResult):
    """One check and what came of it.

    Parameters
    ----------
    result : OverlayResult or None
        None when it had to give way to others.
    drawn : OverlayMap or None
    """

    result: OverlayResult | None
    drawn: OverlayMap | None = None

    @property
    def size(self) -> int:
        """Memory that it takes [byte]."""
        if self.result is None:
            return 0
        shapes = (self.result.a.geometry, self.result.b.geometry, self.result.conflicts.geometry.to_numpy())
        vertices = sum(int(shapely.get_num_coordinates(part).sum()) for part in shapes)
        return len(self.result.conflicts) * _BYTES_PER_CONFLICT + vertices * BYTES_PER_VERTEX

    def release(self) -> None:
        """Drop the result and its map."""
        self.result = self.drawn = None


HELD_CHECKS: Final[HeldResults[OverlayWork]] = HeldResults(max_bytes=480_000_000, idle_s=600.0)


def current_overlay() -> OverlayWork | None:
    """Get the check of this session, if there is one."""
    work: OverlayWork | None = st.session_state.get("overlay_work")
    if work is not None:
        work.used = time.monotonic()
    return work


def forget_overlay() -> None:
    """Let go of the session's check."""
    work: OverlayWork | None = st.session_state.pop("overlay_work", None)
    if work is not None:
        HELD_CHECKS.release(work)


def open_layer(content: bytes, *, file: str, repair: bool, layer: str | None, crs: str | None) -> PolygonLayer:
    """Open a file of polygons in a process of its own.

    Parameters
    ----------
    content : bytes
    file : str
        What it is called to the visitor.
    repair : bool
        Whether they agree to repairs.
    layer, crs : str or None
        The layer and the reference system that they chose.

    Returns
    -------
    PolygonLayer

    Raises
    ------
    IntakeError
        When the file is refused.
    """
    with tempfile.NamedTemporaryFile(prefix="pilotzones-") as stream:
        stream.write(content)
        stream.flush()
        return read_polygon_layer(
            Path(stream.name), file=file, repair=repair, layer=layer, crs=crs or None, limits=UPLOAD
        )


def run_check(
    a: PolygonLayer,
    b: PolygonLayer | None,
    *,
    thresholds: Thresholds,
    groupings: dict[str, Grouping],
    progress: Callable[[int, int], None],
) -> OverlayWork:
    """Compare two layers, or one with itself, and make the result the session's.

    Parameters
    ----------
    a : PolygonLayer
    b : PolygonLayer or None
    thresholds : Thresholds
    groupings : dict
    progress : callable
        Called with the pairs done and all pairs; it may raise to cancel.

    Returns
    -------
    OverlayWork

    Raises
    ------
    OverlayError
        When the server is busy, or the check is larger than a server takes on.
    """
    forget_overlay()
    began = time.monotonic()

    def watch(done: int, total: int) -> None:
        if time.monotonic() - began > MAX_CHECK_S:
            raise OverlayError(f"the check took more than {MAX_CHECK_S:.0f} s: check a part, or use the command")
        progress(done, total)

    if not _RUNNING.acquire(timeout=_WAIT_S):
        raise CancelledError("the server is busy with other checks")
    try:
        result = check_overlay(
            a,
            b,
            thresholds=thresholds,
            groupings=groupings,
            pairs_a_run=_PAIRS_A_RUN,
            progress=watch,
            max_pairs=MAX_PAIRS,
        )
    finally:
        _RUNNING.release()
    token = hashlib.sha256(f"{a.name} {result.b.name} {began}".encode()).hexdigest()[:8]
    work = OverlayWork(token, result)
    if not HELD_CHECKS.add(work):
        raise CancelledError("the server holds as many checks as it may")
    st.session_state["overlay_work"] = work
    return work


def get_overlay_map(work: OverlayWork, result: OverlayResult) -> OverlayMap:
    """Addresses of what the map draws; put again when the store has given its room to others.

    Parameters
    ----------
    work : OverlayWork
    result : OverlayResult
        Of that check.

    Returns
    -------
    OverlayMap
    """
    store = get_private_store()
    if work.drawn is None or any(store.at(url) is None for url in work.drawn.urls.values()):
        work.drawn = prepare_overlay_map(result, load(), store=store)
    return work.drawn
