"""Decide for each piece of ground whether it is a real overlap, a disagreement about an edge, or a drafting sliver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pilotzones.geo.overlay.models import CLASSES, ConflictClass, Thresholds

__all__ = ["ClassCodes", "PieceMeasures", "classify_pieces", "get_class_code"]

Floats = NDArray[np.float64]
# Places in `CLASSES`.
ClassCodes = NDArray[np.int8]
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


def get_class_code(name: ConflictClass) -> int:
    """Give the place of a class in `CLASSES`.

    Parameters
    ----------
    name : ConflictClass

    Returns
    -------
    int
    """
    return CLASSES.index(name)


def classify_pieces(pieces: PieceMeasures, thresholds: Thresholds) -> ClassCodes:
    """Give each piece of ground its class.

    Parameters
    ----------
    pieces : PieceMeasures
    thresholds : Thresholds

    Returns
    -------
    ndarray of int, shape (n,)
        Places in `CLASSES`. A strip of length L and width W has area / (mean width)² = L / W, which stands for the
        elongation of any shape.
    """
    elongation = pieces.area_m2 / np.maximum(pieces.mean_width_m, np.finfo(float).tiny) ** 2
    on_edge = np.maximum(pieces.share_of_a, pieces.share_of_b) < _SHARE_OF_EDGE
    codes = np.full(len(pieces.area_m2), get_class_code(ConflictClass.REAL_OVERLAP), dtype=np.int8)
    codes[(elongation >= thresholds.elongation) & on_edge] = get_class_code(ConflictClass.EDGE_DISAGREEMENT)
    narrow = (pieces.inner_width_m <= thresholds.width_m) | (pieces.area_m2 < thresholds.min_area_m2)
    codes[narrow] = get_class_code(ConflictClass.DRAFTING_SLIVER)
    codes[pieces.inner_width_m < thresholds.resolution_m] = get_class_code(ConflictClass.TOUCH)
    return codes
