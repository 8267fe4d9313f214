"""Pages of a PDF that are turned, or whose text runs sideways: read as a reader holds them."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Final

__all__ = ["is_sideways", "place_on_page", "turn_upright"]

_QUARTER: Final = 90  # degrees


def is_sideways(across: float, up: float) -> bool:
    """Whether text runs in any direction but to the right.

    Parameters
    ----------
    across, up : float
        How far it goes from one character to the next, in any unit.

    Returns
    -------
    bool
    """
    return across <= 0 or abs(up) > across


def turn_upright(page: Any) -> Any:
    """Turn a page whose text mostly runs sideways or upside down.

    Parameters
    ----------
    page : pdfplumber.page.Page

    Returns
    -------
    pdfplumber.page.Page
        The same where its text is upright.
    """
    quarters = Counter(_count_quarters(char["matrix"]) for char in page.chars if char["text"].strip())
    quarter = quarters.most_common(1)[0][0] if quarters else 0
    if not quarter:
        return page
    turned = page.page_obj
    turned.rotate = (turned.rotate + _QUARTER * quarter) % 360
    turned.attrs = {**turned.attrs, "Rotate": turned.rotate}
    return type(page)(page.pdf, turned, page_number=page.page_number, initial_doctop=page.initial_doctop)


def _count_quarters(matrix: tuple[float, ...]) -> int:
    """Count the quarter turns to the left in which text with this matrix runs; 0 for upright text."""
    return round(math.degrees(math.atan2(matrix[1], matrix[0])) / _QUARTER) % 4


def place_on_page(page: Any, x: float, y: float) -> tuple[float, float]:
    """Place a point of a page's own space where the page shows it.

    Parameters
    ----------
    page : pdfplumber.page.Page
    x, y : float
        In the space of its contents [pt].

    Returns
    -------
    (float, float)
        In the space of the matrices of its characters [pt].
    """
    left, bottom, right, top = (float(one) for one in page.page_obj.mediabox)
    shown = {
        90: (y - bottom, right - x),
        180: (right - x, top - y),
        270: (top - y, x - left),
    }
    return shown.get(page.page_obj.rotate % 360, (x - left, y - bottom))
