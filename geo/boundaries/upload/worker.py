"""Open a user's boundary file in a process of its own, started by `pilotzones.geo.sandbox.worker_process`; leave one Arrow file."""

from __future__ import annotations

import gc
import os
import re
import sys
from dataclasses import dataclass, field, replace
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

from pilotzones.geo.boundaries.upload.issue_log import escalate_unapproved_repairs
from pilotzones.geo.boundaries.upload.raw_features import summarize_row_problems
from pilotzones.geo.boundaries.upload.worker_table import write_worker_table
from pilotzones.geo.errors import IntakeError, Problem, has_error, make_problem
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_process import take_order

__all__ = [
    "COLUMNS",
    "ImportBlocker",
    "Request",
    "apply_given_crs",
    "hide_folder",
    "main",
    "process_order",
    "read_layer",
]

COLUMNS = ("adcode", "name", "prefecture", "prefecture_adcode", "province", "province_adcode", "folder")
# Polygons side by side lose vertices in their union; slivers between two drawings of a border add some.
_MAX_UNION_RATIO = 2


class ImportBlocker(MetaPathFinder):
    """Hides what pyogrio and pyarrow do without, so that a file is open a second sooner."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:  # noqa: ARG002
        """Refuse the two packages, and leave all others to the other finders."""
        if fullname in ("geopandas", "pandas"):
            raise ModuleNotFoundError(name=fullname)


@dataclass(frozen=True)
class Request:
    """What to read, and how.

    Parameters
    ----------
    path : Path
        A copy of the file.
    kind : str
        As `pilotzones.geo.boundaries.upload.formats.file_type.detect_kind` found it.
    file : str
        Name to report.
    name : str
        Name of a data set that has none of its own.
    repair : bool
        Whether polygons may be repaired; if not, each repair that is needed is an error.
    layer : str or None
        The layer to read; None to choose.
    crs : str or None
        The reference system to read coordinates in; None for the one that the file states.
    installed : list of str
        Drivers that GDAL has here.
    centres : dict of str to list of float
        Longitude and latitude [degree] of each county of today by its code.
    """

    path: Path
    kind: Any
    file: str
    name: str = ""
    repair: bool = False
    layer: str | None = None
    crs: str | None = None
    installed: list[str] = field(default_factory=list)
    centres: dict[str, list[float]] = field(default_factory=dict)


def main() -> None:
    """Carry out the order on standard input."""
    order, limits = take_order()
    # The process ends with its file: looking for cycles among millions of positions would only take time.
    gc.disable()
    sys.meta_path.insert(0, ImportBlocker())
    result = Path(order.pop("result"))
    process_order(Request(**order | {"path": Path(order["path"])}), result, limits=limits)
    # Nor does its end wait for a last look.
    gc.freeze()


def process_order(request: Request, result: Path, *, limits: Limits) -> None:
    """Open one file and write what is in it.

    Parameters
    ----------
    request : Request
    result : Path
        Arrow file to write: one row a county with `COLUMNS`, ``row``, ``geometry`` and ``unrepaired`` (WKB); the
        problems are JSON in the metadata of its schema, and no rows are there when one of them is an error.
    limits : Limits
    """
    file = request.file
    try:
        columns, problems = _read_counties(request, limits)
    except IntakeError as error:
        columns, problems = {}, list(error.problems)
    except MemoryError:
        columns, problems = {}, [make_problem(file, "too_large-memory")]
    problems = hide_folder(problems, request.path.parent, file)
    problems = escalate_unapproved_repairs(problems, repair=request.repair)
    if has_error(problems):
        columns = {}
    _write(columns, problems, result)


def hide_folder(problems: list[Problem], folder: Path, file: str) -> list[Problem]:
    """Take the path of the copy out of messages of libraries: it is none of the visitor's, and none of their business."""
    copy = re.compile(re.escape(f"{folder}{os.sep}") + r"(?:dataset\d+/)?input[.\w]*")

    def hide(text: str) -> str:
        return copy.sub(file, text).replace(str(folder), "…")

    return [
        replace(
            problem,
            value=None if problem.value is None else hide(problem.value),
            facts=tuple((name, hide(fact)) for name, fact in problem.facts),
        )
        for problem in problems
    ]


def _read_counties(request: Request, limits: Limits) -> tuple[dict[str, list[Any]], list[Problem]]:
    from pilotzones.geo.boundaries.upload.attribute_mapping import read_columns
    from pilotzones.geo.boundaries.upload.geometry_cleaning import StatedSystem, prepare

    file, incoming = request.file, read_layer(request, limits)
    problems = incoming.problems
    if has_error(problems) and not incoming.found:
        return {}, problems
    counties = read_columns(incoming.columns, found=incoming.found, rows=len(incoming.geometry), file=file)
    problems += counties.problems
    stated = StatedSystem(incoming.crs, incoming.crs_is_default, _find_centres(counties.adcode, request.centres))
    if request.crs is not None:
        stated = apply_given_crs(request.crs, stated, file, problems)
    prepared = prepare(incoming.geometry, stated, file=file, limits=limits)
    problems += prepared.problems
    rows = _select_rows(prepared, counties, file, problems)
    return _merge(prepared, counties, rows, file, problems)


def read_layer(request: Request, limits: Limits) -> Any:
    """Unpack the file, leave GDAL the drivers that are needed, and read one layer."""
    from pilotzones.geo.boundaries.upload.formats.archive import Dataset, unpack
    from pilotzones.geo.boundaries.upload.formats.gdal_reader import DRIVERS, build_gdal_environment, check_drivers

    file, path = request.file, request.path
    if request.kind == "zip":
        datasets = unpack(path, path.parent, file=file, limits=limits)
    else:
        datasets = [Dataset(request.name, path, request.kind)]
    drivers = frozenset[str]().union(*(DRIVERS[dataset.kind] for dataset in datasets))
    if drivers:
        # GDAL reads these when it is loaded, with the first import of pyogrio.
        os.environ.update(build_gdal_environment(drivers, installed=request.installed))
        check_drivers(drivers, file)

    from pilotzones.geo.boundaries.upload.formats.layers import list_layers, read_chosen_layer

    return read_chosen_layer(list_layers(datasets, file=file, limits=limits), request.layer, file=file)


def _find_centres(codes: list[str | None], centres: dict[str, list[float]]) -> Any:
    import numpy as np

    unknown = [np.nan, np.nan]
    return np.array([centres.get(code or "", unknown) for code in codes], dtype=float).reshape(-1, 2)


def apply_given_crs(given: str, stated: Any, file: str, problems: list[Problem]) -> Any:
    """Read the coordinates in the system that the user named, and say so where the file states another."""
    if stated.crs is not None and not stated.is_default:
        problems.append(make_problem(file, "crs_given", field="crs", value=given, severity="warning"))
    return replace(stated, crs=given, is_default=False)


def _select_rows(prepared: Any, counties: Any, file: str, problems: list[Problem]) -> list[int]:

    if has_error(problems):
        return []
    with_polygon = [row for row, polygon in enumerate(prepared.geometry) if polygon is not None]
    nameless = [row + 1 for row in with_polygon if counties.adcode[row] is None and counties.name[row] is None]
    problems += summarize_row_problems(file, "no_name-row", nameless, severity="warning")
    numbers = sorted(set(with_polygon) - {row - 1 for row in nameless})
    numbers = _leave_out_units_above(numbers, counties.adcode, file, problems)
    if not numbers:
        problems.append(make_problem(file, "no_name-all"))
    return numbers


def _leave_out_units_above(rows: list[int], codes: list[str | None], file: str, problems: list[Problem]) -> list[int]:
    """Leave out prefectures and provinces that stand among counties: their polygons would count twice."""
    from pilotzones.geo.boundaries.upload.divisions import load_divisions

    above = [row for row in rows if codes[row] in load_divisions().above]
    if len(above) == len(rows):
        return rows
    values, numbers = [codes[row] for row in above], [row + 1 for row in above]
    problems += summarize_row_problems(file, "unit_above", numbers, field="adcode", values=values, severity="warning")
    return [row for row in rows if row not in set(above)]


def _merge(
    prepared: Any, counties: Any, rows: list[int], file: str, problems: list[Problem]
) -> tuple[dict[str, list[Any]], list[Problem]]:
    import shapely

    from pilotzones.geo.boundaries.upload.attribute_mapping import group_same_codes

    groups, found = group_same_codes(counties, rows, file=file)
    problems += found
    if has_error(problems):
        return {}, problems
    columns: dict[str, list[Any]] = {"row": [group[0] + 1 for group in groups]}
    for name in COLUMNS:
        cells = getattr(counties, name)
        # The first part that says something speaks for the county.
        columns[name] = [next((cells[row] for row in group if cells[row]), None) for group in groups]
    polygons = [prepared.geometry[group] for group in groups]
    merged = [part[0] if len(part) == 1 else shapely.union_all(part) for part in polygons]
    problems += _check_union(merged, file)
    columns["geometry"] = shapely.to_wkb(merged).tolist()
    columns["unrepaired"] = [_as_it_came(prepared, group) for group in groups]
    return columns, problems


def _check_union(polygons: list[Any], file: str) -> list[Problem]:
    """Refuse polygons that lie across each other so often that a server could not unite those of a zone.

    The union is made here, where time and memory are bounded.
    """
    import shapely

    from pilotzones.geo.geometry.outline import can_union_gain_vertices

    alone = int(shapely.get_num_coordinates(polygons).sum())
    if not can_union_gain_vertices(polygons, (_MAX_UNION_RATIO - 1) * alone):
        return []
    together = int(shapely.get_num_coordinates(shapely.union_all(polygons)))
    if together <= _MAX_UNION_RATIO * alone:
        return []
    facts = {"vertices": f"{alone:,}", "union": f"{together:,}"}
    return [make_problem(file, "too_large-union", field="geometry", facts=facts)]


def _as_it_came(prepared: Any, group: list[int]) -> bytes | None:
    """Return the polygons of a county before any repair; None when nothing was repaired."""
    import shapely

    came = [prepared.unrepaired[row] for row in group]
    if all(polygon is None for polygon in came):
        return None
    whole = [prepared.geometry[row] if polygon is None else polygon for row, polygon in zip(group, came, strict=True)]
    return bytes(shapely.to_wkb(whole[0] if len(whole) == 1 else shapely.multipolygons(shapely.get_parts(whole))))


def _write(columns: dict[str, list[Any]], problems: list[Problem], result: Path) -> None:
    import pyarrow as pa

    types = {"row": pa.int64()} | dict.fromkeys(COLUMNS, pa.string())
    types |= dict.fromkeys(("geometry", "unrepaired"), pa.binary())
    write_worker_table(result, types, columns, problems)


if __name__ == "__main__":
    main()
