"""Decide for each piece of ground whether it is a real overlap, a disagreement about an edge, or a drafting sliver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pilotzones.geo.overlay.models import ConflictClass, Thresholds

__all__ = ["PieceMeasures", "classify_pieces"]

Floats = NDArray[np.float64]
# A piece that covers this share of a feature is no matter of its edge any more.
_SHARE_OF_EDGE: Final = 0.5


@dataclass(frozen=True, slots=True)
class PieceMeasures:
    """Figures of pieces of ground.

    Parameters
    ----------
    area_m2, mean_width_m, inner_width_m : ndarray, shape (n,)
        [m²], [m], [m]; the mean width is twice the area over the perimeter.
    share_of_a, share_of_b : ndarray, shape (n,)
        Share of the area of either feature that the piece covers.
    """

    area_m2: Floats
    mean_width_m: Floats
    inner_width_m: Floats
    share_of_a: Floats
    share_of_b: Floats


def classify_pieces(pieces: PieceMeasures, thresholds: Thresholds) -> NDArray[Any]:
    """Give each piece of ground its class.

    Parameters
    ----------
    pieces : PieceMeasures
    thresholds : Thresholds

    Returns
    -------
    ndarray of str, shape (n,)
        Values of `ConflictClass`. A strip of length L and width W has area / (mean width)² = L / W, which stands for
        the elongation of any shape.
    """
    elongation = pieces.area_m2 / np.maximum(pieces.mean_width_m, np.finfo(float).tiny) ** 2
    on_edge = np.maximum(pieces.share_of_a, pieces.share_of_b) < _SHARE_OF_EDGE
    follows_edge = (elongation >= thresholds.elongation) & on_edge
    classes = np.full(len(pieces.area_m2), ConflictClass.REAL_OVERLAP.value, dtype=object)
    classes[follows_edge] = ConflictClass.EDGE_DISAGREEMENT.value
    narrow = (pieces.inner_width_m <= thresholds.width_m) | (pieces.area_m2 < thresholds.min_area_m2)
    classes[narrow] = ConflictClass.DRAFTING_SLIVER.value
    classes[pieces.inner_width_m < thresholds.resolution_m] = ConflictClass.TOUCH.value
    return classes
