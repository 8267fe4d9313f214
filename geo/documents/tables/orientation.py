"""Tables whose heads stand in the first column: one record a column, or labels with their values (试点范围 | 德清县)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pilotzones.geo.documents.tables.cells.contents import find_codes, read_cell, squeeze_cell
from pilotzones.geo.documents.tables.grid import Cell, Grid
from pilotzones.geo.documents.tables.heads import find_head_role
from pilotzones.geo.documents.tables.layout import MAX_COLUMNS

__all__ = ["turn_grid"]

# Heads of the two columns of labels and values.
_LABELS: Final = re.compile(r"项目|事项|要素|指标|栏目|字段|类别|名称|item|field|key")
_VALUES: Final = re.compile(r"(?:具体|主要|填写|项目)?(?:内容|说明|情况|信息)|值|value|content")
_PAIR: Final = 2
_MIN_LABELS: Final = 3
_MAX_LABEL_CHARS: Final = 12
_MIN_KNOWN_SHARE: Final = 0.5


def turn_grid(grid: Grid) -> tuple[Grid, list[Cell]] | None:
    """Turn a table whose heads stand in its first column.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    tuple of (Grid, list of Cell) or None
        The table with its heads in the first row, and cells that only head the columns of labels and values; None for a
        table whose heads stand above its columns.
    """
    if grid.width < _PAIR or len(grid.cells) < _PAIR or len(grid.cells) > MAX_COLUMNS:
        return None
    if any(row[0].height > 1 or row[0].width > 1 for row in grid.cells):
        return None
    if _has_records(grid):
        return grid.transpose(), []
    if grid.width != _PAIR:
        return None
    label, value = (squeeze_cell(cell.text).lower() for cell in grid.cells[0])
    if _LABELS.fullmatch(label) and _VALUES.fullmatch(value) and all(cell.height == 1 for cell in grid.cells[0]):
        heads = list(grid.cells[0])
        return (_drop_first_row(grid).transpose(), heads) if _are_labels(grid.cells[1:]) else None
    roles = [role for row in grid.cells if (role := find_head_role(row[0].text)[0])]
    first = grid.cells[0][1].text
    has_heads = find_head_role(first)[0] is not None and not find_codes(first)
    is_form = (
        not has_heads
        and len(grid.cells) >= _MIN_LABELS
        and len(roles) >= _MIN_KNOWN_SHARE * len(grid.cells)
        and len({*roles}) > 1
    )
    return (grid.transpose(), []) if is_form and _are_labels(grid.cells) else None


def _has_records(grid: Grid) -> bool:
    """Whether every cell of the first column is a head of its own, and no other cell is one."""
    roles = [find_head_role(row[0].text) for row in grid.cells]
    if any(role is None or role == "number" for role, _ in roles):
        return False
    values = [cell for row in grid.cells for cell in row[1:] if cell.text]
    telling = [role for role in roles if role[0] != "ignored"]
    return len({*telling}) == len(telling) > 0 and not any(find_head_role(cell.text)[0] for cell in values)


def _are_labels(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first column holds short words that are no places or figures."""
    labels = [read_cell(row[0].text).kind == "text" or find_head_role(row[0].text)[0] is not None for row in rows]
    short = all(0 < len(squeeze_cell(row[0].text)) <= _MAX_LABEL_CHARS for row in rows)
    return bool(rows) and all(labels) and short


def _drop_first_row(grid: Grid) -> Grid:
    moved = {cell: replace(cell, row=cell.row - 1) for row in grid.cells[1:] for cell in row}
    return Grid([[moved[cell] for cell in row] for row in grid.cells[1:]], grid.start, grid.end)
