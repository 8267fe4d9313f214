"""Columns of millions of rows in as few bytes as they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["choose_kind", "compact_numbers", "join_parts"]


def compact_numbers(numbers: NDArray[Any]) -> NDArray[Any] | int:
    """Replace an array whose numbers are all the same by that number."""
    return int(numbers[0]) if len(numbers) and (numbers == numbers[0]).all() else numbers


def join_parts(parts: list[Any], sizes: Sequence[int], kind: Any) -> NDArray[Any]:
    """Put the parts of a column together, each let go when it is done; a column of one number holds it once.

    Parameters
    ----------
    parts : list of ndarray or int
        Emptied; a number stands for all rows of its part.
    sizes : sequence of int
        Rows of each part.
    kind : data-type

    Returns
    -------
    ndarray, shape (sum of `sizes`,)
    """
    singles = {one if isinstance(one, int) else None for one in parts}
    if len(singles) == 1 and None not in singles:
        return np.broadcast_to(np.array(singles.pop(), kind), sum(sizes))
    joined, start = np.empty(sum(sizes), kind), 0
    for number, size in enumerate(sizes):
        joined[start : start + size] = parts[number]
        parts[number] = None
        start += size
    return joined


def choose_kind(categories: int) -> Any:
    """Choose the smallest type of integers that numbers so many categories, and -1 for none."""
    return np.int8 if categories < 127 else np.int16 if categories < 32_000 else np.int32
