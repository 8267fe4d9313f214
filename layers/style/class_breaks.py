"""Shades from little to much, and figures put into classes that get them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import jenkspy
from branca.colormap import linear

__all__ = ["Classes", "choose_ink", "classify", "compute_contrast", "make_color_ramp"]

_MAX_CLASSES: Final = 5
_DARK, _LIGHT = "#111827", "#ffffff"


@dataclass(frozen=True)
class Classes:
    """Figures in classes: the lowest and highest figure of each, and the class of everything that has a figure."""

    ranges: tuple[tuple[float, float], ...]
    class_of: dict[int, int]


def classify(values: Mapping[int, float | None], *, most: int = _MAX_CLASSES) -> Classes:
    """Classify figures by natural breaks (Fisher and Jenks: the least spread inside the classes).

    Parameters
    ----------
    values : mapping of int to float or None
        What has no figure gets no class.
    most : int, optional
        How many classes at most; as many as there are different figures when there are fewer.

    Returns
    -------
    Classes
        The ranges are those of the figures themselves, so no legend names a figure that is not there.
    """
    known = {key: value for key, value in values.items() if value is not None}
    different = sorted(set(known.values()))
    if len(different) <= most:
        return Classes(
            tuple((value, value) for value in different), {key: different.index(v) for key, v in known.items()}
        )
    uppers = jenkspy.jenks_breaks(list(known.values()), n_classes=most)[1:]
    class_of = {key: bisect_left(uppers, value) for key, value in known.items()}
    groups: list[list[float]] = [[] for _ in uppers]
    for key, index in class_of.items():
        groups[index].append(known[key])
    return Classes(tuple((min(group), max(group)) for group in groups), class_of)


def make_color_ramp(count: int, *, dark: bool = False) -> list[str]:
    """Make shades from little to much that stand out from the ground; distinct in grey and to every kind of colour vision.

    Parameters
    ----------
    count : int
    dark : bool, optional
        For a dark ground viridis from dark to light, else ColorBrewer's YlGnBu from light to dark. The quarter of either
        that is nearest to the ground is left out.

    Returns
    -------
    list of str
        ``#rrggbb``
    """
    scale = linear.viridis if dark else linear.YlGnBu_09  # type: ignore[attr-defined]  # branca makes them at import
    return [scale(0.25 + 0.75 * step / max(count - 1, 1))[:7] for step in range(count)]


def choose_ink(ground: str) -> str:
    """Choose dark or light, whichever reads better on a ground (``#rrggbb``)."""
    return max((_DARK, _LIGHT), key=lambda ink: compute_contrast(ink, ground))


def compute_contrast(one: str, other: str) -> float:
    """Compute the contrast of two colours, 1 to 21 (WCAG 2.2, *contrast ratio*)."""
    low, high = sorted((_compute_luminance(one), _compute_luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _compute_luminance(colour: str) -> float:
    parts: Iterable[float] = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear_parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    red, green, blue = linear_parts
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
