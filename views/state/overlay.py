"""A visitor's overlay check in their session: files opened in another process, compared, drawn; shared with nobody."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import shapely

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.errors import CancelledError, make_problem
from pilotzones.geo.overlay.models import OverlayResult, PolygonLayer, Thresholds
from pilotzones.geo.overlay.upload.reader import read_polygon_layer
from pilotzones.geo.overlay.upload.sandboxed import MAX_PAIRS, check_in_sandbox
from pilotzones.geo.sandbox.limits import UPLOAD
from pilotzones.layers.webmap.maps.overlay import OverlayMap, prepare_overlay_map
from pilotzones.views.state.held_results import BYTES_PER_VERTEX, HeldResult, HeldResults
from pilotzones.views.state.private_geometry import get_private_store

__all__ = ["HELD_CHECKS", "OverlayWork", "get_overlay_map", "open_layer", "run_check"]

_BYTES_PER_CONFLICT: Final = 2_000


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


HELD_CHECKS: Final[HeldResults[OverlayWork]] = HeldResults("overlay_work", max_bytes=480_000_000, idle_s=600.0)


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
    a: PolygonLayer, b: PolygonLayer | None, *, thresholds: Thresholds, groupings: Mapping[str, object]
) -> OverlayWork:
    """Compare two layers, or one with itself, in another process, and make the result the session's.

    Parameters
    ----------
    a : PolygonLayer
    b : PolygonLayer or None
    thresholds : Thresholds
    groupings : mapping
        As for `check_in_sandbox`.

    Returns
    -------
    OverlayWork

    Raises
    ------
    CancelledError
        When the server holds as many checks as it may.
    IntakeError
        When the server is busy, or the check is larger than a server takes on.
    """
    HELD_CHECKS.forget()
    result = check_in_sandbox(a, b, thresholds=thresholds, groupings=groupings, max_pairs=MAX_PAIRS)
    token = hashlib.sha256(f"{a.name} {result.b.name} {time.monotonic()}".encode()).hexdigest()[:8]
    work = OverlayWork(token, result)
    if not HELD_CHECKS.add(work):
        raise CancelledError(make_problem("", "checks_held"))
    return work


def get_overlay_map(work: OverlayWork, result: OverlayResult) -> OverlayMap:
    """Return addresses of what the map draws; put again when the store has dropped it for others.

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
    if work.drawn is None or any(store.find_entry(url) is None for url in work.drawn.urls.values()):
        work.drawn = prepare_overlay_map(result, load(), store=store)
    return work.drawn
