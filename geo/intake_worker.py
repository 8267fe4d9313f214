"""The process that opens a user's file: ``python -m geo.intake_worker``, started by `geo.intake` and by nobody else.

It limits itself, reads one JSON order from standard input, and leaves one Arrow file. It may be killed at any time.
"""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import asdict
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

from geo.errors import IntakeError, Problem
from geo.intake_limits import Limits
from geo.issues import consented

__all__ = ["COLUMNS", "ISSUES", "limit_itself", "main", "work"]

COLUMNS = ("adcode", "name", "prefecture", "prefecture_adcode", "province", "province_adcode")
ISSUES = b"issues"
_RESULT_BYTES_PER_VERTEX = 64


class _Absent(MetaPathFinder):
    """Hides what pyogrio and pyarrow do without, so that a file is open a second sooner."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:  # noqa: ARG002
        if fullname in ("geopandas", "pandas"):
            raise ModuleNotFoundError(name=fullname)


def main() -> None:
    """Carry out the order on standard input."""
    order = json.load(sys.stdin)
    limits = Limits(**order["limits"])
    limit_itself(limits)
    sys.meta_path.insert(0, _Absent())
    path, result = Path(order["path"]), Path(order["result"])
    work(path, order["kind"], result, file=order["file"], limits=limits, repair=order["repair"])


def limit_itself(limits: Limits) -> None:
    """Bind this process to its limits; where the system knows none, only the parent's clock is left.

    Parameters
    ----------
    limits : Limits
    """
    try:
        import resource
    except ImportError:
        return
    largest_file = max(limits.unpacked_bytes, limits.vertices * _RESULT_BYTES_PER_VERTEX)
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.seconds,
        resource.RLIMIT_FSIZE: largest_file,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in wanted.items():
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # macOS refuses RLIMIT_AS.
        with contextlib.suppress(ValueError):
            resource.setrlimit(what, (bound, bound))


def work(path: Path, kind: Any, result: Path, *, file: str, limits: Limits, repair: bool) -> None:
    """Open one file and write what is in it.

    Parameters
    ----------
    path : Path
        A copy of the file.
    kind : str
        As `geo.file_kinds.kind_of` found it.
    result : Path
        Arrow file to write: one row a county with `COLUMNS`, ``row``, ``geometry`` and ``unrepaired`` (WKB); the
        problems are JSON in the metadata of its schema, and no rows are there when one of them is an error.
    file : str
        Name to report.
    limits : Limits
    repair : bool
        Whether polygons may be repaired; if not, each repair that is needed is an error.
    """
    try:
        columns, problems = _counties(path, kind, file, limits)
    except IntakeError as error:
        columns, problems = {}, list(error.problems) or [Problem(file, str(error))]
    except MemoryError:
        columns, problems = {}, [Problem(file, "opening the file takes more memory than is allowed", kind="too_large")]
    problems = consented(problems, repair=repair)
    if any(problem.severity == "error" for problem in problems):
        columns = {}
    _write(columns, problems, result)


def _counties(path: Path, kind: Any, file: str, limits: Limits) -> tuple[dict[str, list[Any]], list[Problem]]:
    from geo.columns import read_columns
    from geo.gdal_reading import check_drivers, read_with_gdal
    from geo.geojson_reading import read_geojson
    from geo.incoming import has_error
    from geo.incoming_geometry import prepare
    from geo.shapefile_reading import unpack

    if kind == "geojson":
        incoming = read_geojson(path.read_bytes(), file=file, limits=limits)
    else:
        check_drivers(kind)
        if kind == "zip":
            path, kind = unpack(path, path.parent, file=file, limits=limits), "shapefile"
        incoming = read_with_gdal(path, kind, file=file, limits=limits)
    problems = incoming.problems
    if has_error(problems) and not incoming.found:
        return {}, problems
    counties = read_columns(incoming.columns, found=incoming.found, rows=len(incoming.geometry), file=file)
    problems += counties.problems
    prepared = prepare(incoming.geometry, incoming.crs, file=file, limits=limits)
    problems += prepared.problems
    rows = _kept(prepared, counties, file, problems)
    return _merge(prepared, counties, rows, file, problems)


def _kept(prepared: Any, counties: Any, file: str, problems: list[Problem]) -> list[int]:
    from geo.incoming import has_error, row_problems

    if has_error(problems):
        return []
    with_polygon = [row for row, polygon in enumerate(prepared.geometry) if polygon is not None]
    nameless = [row + 1 for row in with_polygon if counties.adcode[row] is None and counties.name[row] is None]
    text = "the row has neither a code nor a name and is left out"
    problems += row_problems(file, text, nameless, severity="warning", kind="no_name")
    kept = sorted(set(with_polygon) - {row - 1 for row in nameless})
    if not kept:
        problems.append(Problem(file, "no row has both a polygon and a code or name", kind="no_name"))
    return kept


def _merge(
    prepared: Any, counties: Any, rows: list[int], file: str, problems: list[Problem]
) -> tuple[dict[str, list[Any]], list[Problem]]:
    import shapely

    from geo.columns import same_codes
    from geo.incoming import has_error

    groups, found = same_codes(counties, rows, file=file)
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
    columns["geometry"] = [shapely.to_wkb(polygon) for polygon in merged]
    columns["unrepaired"] = [_as_it_came(prepared, group) for group in groups]
    return columns, problems


def _as_it_came(prepared: Any, group: list[int]) -> bytes | None:
    """Polygons of a county before any repair; None when nothing was repaired."""
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
    issues = json.dumps([asdict(problem) for problem in problems]).encode()
    schema = pa.schema(types, metadata={ISSUES: issues})
    table = pa.table({name: pa.array(columns.get(name, []), kind) for name, kind in types.items()}, schema=schema)
    with pa.OSFile(str(result), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


if __name__ == "__main__":
    main()
