"""Classes of an indicator that stay the same over the years, and of a change, with the colours of both."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pilotzones.geo.messages import format_number
from pilotzones.layers.style.class_breaks import classify, make_color_ramp

__all__ = ["IndicatorClasses", "classify_change", "classify_indicator"]

# ColorBrewer's PuOr: distinct to every kind of colour vision: less in orange, more in purple.
_LESS: Final = ("#b35806", "#e08214", "#fdb863")
_MORE: Final = ("#b2abd2", "#8073ac", "#542788")
_SAME: Final = "#e5e7eb"
_MAX_CLASSES: Final = 5


@dataclass(frozen=True)
class IndicatorClasses:
    """Lowest and highest figure of each class, from low to high, and its colour."""

    ranges: tuple[tuple[float, float], ...]
    colors: tuple[str, ...]

    def find_class(self, value: float) -> int:
        """Find the class of a figure."""
        return min(bisect_left([upper for _, upper in self.ranges], value), len(self.ranges) - 1)

    def name_ranges(self, *, signed: bool = False) -> list[str]:
        """Name each class by its lowest and highest figure.

        Parameters
        ----------
        signed : bool, optional
            Write the sign of a positive figure too.

        Returns
        -------
        list of str
        """
        digits = _choose_digits(self.ranges)
        signs = ["+" if signed and low > 0 else "" for low, _ in self.ranges]
        return [
            f"{sign}{format_number(low, digits)}"
            if low == high
            else f"{sign}{format_number(low, digits)} – {sign}{format_number(high, digits)}"
            for sign, (low, high) in zip(signs, self.ranges, strict=True)
        ]


def classify_indicator(values: Iterable[float], *, dark: bool = False) -> IndicatorClasses:
    """Put the figures of all years into classes by natural breaks.

    Parameters
    ----------
    values : iterable of float
        Of every place and year; not empty.
    dark : bool, optional
        For a dark ground.

    Returns
    -------
    IndicatorClasses
    """
    ranges = _classify_naturally(list(values), _MAX_CLASSES)
    return IndicatorClasses(ranges, tuple(make_color_ramp(len(ranges), dark=dark)))


def classify_change(values: Iterable[float]) -> IndicatorClasses:
    """Put changes into classes: less, the same, more; less and more by natural breaks.

    Parameters
    ----------
    values : iterable of float
        Not empty.

    Returns
    -------
    IndicatorClasses
    """
    known = list(values)
    less = _classify_naturally([value for value in known if value < 0], len(_LESS))
    more = _classify_naturally([value for value in known if value > 0], len(_MORE))
    same = [(0.0, 0.0)] if any(value == 0 for value in known) else []
    colors = (*_LESS[: len(less)], *([_SAME] if same else []), *_MORE[len(_MORE) - len(more) :])
    return IndicatorClasses((*less, *same, *more), colors)


# Natural breaks of more figures than this take seconds and hardly differ from those of an even sample.
_MAX_CLASSIFIED: Final = 3_000


def _classify_naturally(values: Sequence[float], most: int) -> tuple[tuple[float, float], ...]:
    """Classify figures by natural breaks; the ranges are those of all figures."""
    if not values:
        return ()
    ordered = np.sort(np.asarray(values, dtype=float))
    step = (len(ordered) - 1) / (_MAX_CLASSIFIED - 1)
    sample = ordered if step <= 1 else ordered[np.rint(np.arange(_MAX_CLASSIFIED) * step).astype(int)]
    uppers = [high for _, high in classify(dict(enumerate(sample.tolist())), most=most).ranges]
    ends = np.searchsorted(ordered, uppers, side="right")
    starts = [0, *ends[:-1]]
    return tuple(
        (float(ordered[start]), float(ordered[end - 1])) for start, end in zip(starts, ends, strict=True) if end > start
    )


def _choose_digits(ranges: Sequence[tuple[float, float]]) -> int:
    """Choose the number of digits after the decimal point with which the classes differ."""
    bounds = [bound for pair in ranges for bound in pair]
    if all(bound == int(bound) for bound in bounds):
        return 0
    largest = max(map(abs, bounds))
    return 0 if largest >= 10_000 else 1 if largest >= 100 else 2 if largest >= 1 else 4 if largest >= 0.01 else 6
