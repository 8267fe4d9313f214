"""Open a user's file of polygons in a process of its own; leave one Arrow file with the polygons and their columns."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

from pilotzones.geo.boundaries.upload.issue_log import escalate_unapproved_repairs
from pilotzones.geo.boundaries.upload.worker import (
    ImportBlocker,
    Request,
    hide_folder,
    read_layer,
)
from pilotzones.geo.boundaries.upload.worker_table import write_worker_table
from pilotzones.geo.errors import IntakeError, Problem, make_problem
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_process import take_order

__all__ = ["COLUMN", "GEOMETRY", "ROW", "main"]

ROW: Final = "__row"
GEOMETRY: Final = "__geometry"
# Before the name of each column of the file, which may be any.
COLUMN: Final = "column "


def main() -> None:
    """Carry out the order on standard input."""
    order, limits = take_order()
    sys.meta_path.insert(0, ImportBlocker())
    result = Path(order.pop("result"))
    request = Request(**order | {"path": Path(order["path"])})
    try:
        columns, problems = _read_features(request, limits)
    except IntakeError as error:
        columns, problems = {}, list(error.problems)
    except MemoryError:
        columns, problems = {}, [make_problem(request.file, "too_large-memory")]
    problems = hide_folder(problems, request.path.parent, request.file)
    problems = escalate_unapproved_repairs(problems, repair=request.repair)
    _write(columns, problems, result)


def _read_features(request: Request, limits: Limits) -> tuple[dict[str, list[Any]], list[Problem]]:
    import shapely

    from pilotzones.geo.boundaries.upload.geometry_cleaning import StatedSystem
    from pilotzones.geo.overlay.upload.cleaning import clean_polygons

    incoming = read_layer(request, limits)
    problems: list[Problem] = incoming.problems
    stated = StatedSystem(incoming.crs, incoming.crs_is_default)
    prepared = clean_polygons(incoming.geometry, stated, request.crs, file=request.file, limits=limits)
    problems += prepared.problems
    rows = [row for row, polygon in enumerate(prepared.geometry) if polygon is not None]
    columns: dict[str, list[Any]] = {
        ROW: [row + 1 for row in rows],
        GEOMETRY: [shapely.to_wkb(prepared.geometry[row]) for row in rows],
    }
    columns |= {COLUMN + name: [cells[row] for row in rows] for name, cells in incoming.columns.items()}
    return columns, problems


def _write(columns: dict[str, list[Any]], problems: list[Problem], result: Path) -> None:
    import pyarrow as pa

    types = dict.fromkeys(columns, pa.string()) | {ROW: pa.int64(), GEOMETRY: pa.binary()}
    write_worker_table(result, types, columns, problems)


if __name__ == "__main__":
    main()
