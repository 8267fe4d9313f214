"""Headings of a user's table that take two rows, the upper of which names groups of columns or says the same in other words."""

from __future__ import annotations

from collections.abc import Sequence

from pilotzones.geo.boundaries.upload.attribute_mapping import select_columns

__all__ = ["join_headings"]


def join_headings(above: Sequence[object], below: Sequence[object]) -> tuple[list[str], dict[str, str]] | None:
    """Join two rows of headings.

    Parameters
    ----------
    above, below : sequence
        Cells of the first two rows of a table; None for an empty one.

    Returns
    -------
    tuple of (list of str, dict of str to str) or None
        The names of the columns, and both headings of those whose name is only the lower one. None when the second row is
        none of headings: it has a number, or neither headings of codes or names nor nothing where the first row has those.
    """
    upper, lower = ([("" if cell is None else str(cell)).strip() for cell in row] for row in (above, below))
    width = max(len(upper), len(lower))
    upper, lower = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    if not _is_second(upper, lower):
        return None
    names: list[str] = []
    labels: dict[str, str] = {}
    group = ""
    for high, low in zip(upper, lower, strict=True):
        group = high or group
        if select_columns([low]):
            names.append(low)
            labels |= {low: f"{high} {low}"} if high else {}
        else:
            # A group that is one wide cell stands above the first of its columns alone.
            names.append(f"{group} {low}".strip() if low else high)
    return names, labels


def _is_second(upper: Sequence[str], lower: Sequence[str]) -> bool:
    if not any(lower) or any(cell[:1].isdecimal() for cell in lower):
        return False
    units = {place for place, cell in enumerate(upper) if select_columns([cell])}
    return bool(select_columns(lower)) or (bool(units) and not any(lower[place] for place in units))
