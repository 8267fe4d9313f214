"""Boundary files of users: their kind read from the content, opened in another process, believed only after checks."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import geopandas as gpd
import pyarrow as pa
import pyogrio
import shapely

from pilotzones.geo.boundaries.loader import load_counties
from pilotzones.geo.boundaries.models import Boundaries, SourceInfo
from pilotzones.geo.boundaries.schema import check_boundaries
from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.boundaries.upload.comparison import compare_with_reference, list_keys
from pilotzones.geo.boundaries.upload.formats.private_copy import PrivateCopy, copy_file
from pilotzones.geo.boundaries.upload.place_check import check_places
from pilotzones.geo.boundaries.upload.raw_features import FOLDER, make_refusal, sanitize_for_display
from pilotzones.geo.boundaries.upload.worker import COLUMNS
from pilotzones.geo.boundaries.upload.worker_table import open_worker_table, refuse_damaged
from pilotzones.geo.errors import (
    BoundaryError,
    IntakeError,
    PilotzonesError,
    Problem,
    has_error,
    make_problem,
    raise_problems,
)
from pilotzones.geo.files.temporary_folder import open_temporary_folder
from pilotzones.geo.geometry.crs import GEOGRAPHIC
from pilotzones.geo.sandbox.limits import TERMINAL, UPLOAD, Limits

__all__ = ["TERMINAL", "UPLOAD", "Limits", "inspect_boundary_file", "read_boundary_file"]

_CRS_CODE: Final = re.compile(r"(?:(EPSG|ESRI):)?(\d{4,6})", re.IGNORECASE)


def read_boundary_file(
    path: Path,
    *,
    limits: Limits = TERMINAL,
    name: str = "",
    repair: bool = False,
    layer: str | None = None,
    crs: str | None = None,
) -> Boundaries:
    """Read boundaries out of a user's file.

    Parameters
    ----------
    path : Path
        A file of one of the formats in `pilotzones.geo.boundaries.upload.formats.file_type.KINDS`, or the folder of a File
        Geodatabase; its name does not matter, except that of a CSV.
    limits : Limits, optional
        `TERMINAL` for a user's own machine, `UPLOAD` for a server.
    name : str, optional
        What the file is called to its user; by default the last part of `path`.
    repair : bool, optional
        Whether the user agrees to repairs: invalid polygons made valid, open rings closed, swapped axes turned, the
        shift of GCJ-02 and BD-09 undone. Without it a file that needs one is refused, with every repair listed; of a
        shift there is only a warning.
    layer : str or None, optional
        The layer to read, where a file has several; None for the only one that has counties.
    crs : str or None, optional
        The code of the reference system that the coordinates are in, such as EPSG:4528 or 4528, where the file states none.

    Returns
    -------
    Boundaries
        ``info.id`` is "file" and ``info.sha256`` the hash of the file (of one in several parts: of the hashes of its
        parts). All that was changed or left out stands in ``repairs``, the polygons as they came in ``unrepaired``. Of a
        KML with several folders ``counties`` has the column ``folder``.

    Raises
    ------
    IntakeError
        When the file is refused; every reason is among its problems.
    BoundaryError
        When what was read is no set of counties.
    """
    options = _Options(repair, layer, crs)
    return _read(path, limits, sanitize_for_display(name or path.name), options, problems=[])


def inspect_boundary_file(
    path: Path,
    *,
    limits: Limits = TERMINAL,
    name: str = "",
    repair: bool = False,
    layer: str | None = None,
    crs: str | None = None,
) -> tuple[Boundaries | None, list[Problem]]:
    """Read boundaries out of a user's file, and all that was found on the way, for the issue log.

    Parameters
    ----------
    path, limits, name, repair, layer, crs
        As for `read_boundary_file`.

    Returns
    -------
    boundaries : Boundaries or None
        None when the file is refused.
    problems : list of Problem
        Of a refused file, too, warnings and notes are among them.
    """
    problems: list[Problem] = []
    file, options = sanitize_for_display(name or path.name), _Options(repair, layer, crs)
    try:
        return _read(path, limits, file, options, problems=problems), problems
    except PilotzonesError as error:
        found = problems + [problem for problem in error.problems if problem not in problems]
        # Nobody shall be left to guess why nothing was read.
        return None, found if has_error(found) else [
            *found,
            make_problem(
                file,
                "damaged-quoted",
                facts={f"reason_{lang}": text for lang, text in error.describe_in_languages().items()},
            ),
        ]


class _Options(NamedTuple):
    """What the user says of a file."""

    repair: bool
    layer: str | None
    crs: str | None


def _read(path: Path, limits: Limits, file: str, options: _Options, *, problems: list[Problem]) -> Boundaries:
    """Read a file, and append to `problems` whatever is found, as soon as it is known."""
    if options.crs is not None:
        code = _CRS_CODE.fullmatch(options.crs.strip())
        if code is None:
            raise make_refusal(file, "crs_unknown-given", given=sanitize_for_display(options.crs))
        options = options._replace(crs=f"{(code[1] or 'EPSG').upper()}:{code[2]}")
    with open_temporary_folder() as folder:
        copy = copy_file(path, folder, file=file, limits=limits)
        table, found = _open_in_worker(copy, file, limits, options)
    problems += found
    raise_problems(IntakeError, file, problems)
    counties = _make_frame(table, file)
    unrepaired = _list_unrepaired(table, counties, file)
    rows = table.column("row").to_numpy()
    problems += compare_with_reference(counties, unrepaired, rows, file, repair=options.repair)
    problems += check_places(counties, rows, file)
    raise_problems(IntakeError, file, problems)
    raise_problems(BoundaryError, file, check_boundaries(counties, file=file))
    info = SourceInfo("file", file, file, copy.sha256)
    return Boundaries(info=info, counties=counties, repairs=tuple(problems), unrepaired=unrepaired)


def _open_in_worker(copy: PrivateCopy, file: str, limits: Limits, options: _Options) -> tuple[pa.Table, list[Problem]]:
    """Open the file in a worker process, and read what the worker leaves."""
    result = copy.path.with_name("result.arrow")
    order = {
        "path": str(copy.path),
        "kind": copy.kind,
        "file": file,
        "name": Path(file).stem,
        "repair": options.repair,
        "layer": options.layer,
        "crs": options.crs,
        "installed": _list_installed_drivers(),
        "centres": _load_county_centres(),
    }
    return open_worker_table("pilotzones.geo.boundaries.upload.worker", order, result=result, file=file, limits=limits)


@cache
def _load_county_centres() -> dict[str, list[float]]:
    """Load longitude and latitude [degree] of a point in each county of the built-in table, by its code."""
    counties = load_counties(DEFAULT_SOURCE).counties
    points = shapely.get_coordinates(shapely.centroid(counties.geometry.to_numpy())).round(3).tolist()
    return {code: point for code, point in zip(counties["adcode"], points, strict=True) if code}


@cache
def _list_installed_drivers() -> tuple[str, ...]:
    return tuple(pyogrio.list_drivers())


def _make_frame(table: pa.Table, file: str) -> gpd.GeoDataFrame:
    with refuse_damaged(file):
        columns: dict[str, Any] = {name: table.column(name).to_pylist() for name in COLUMNS}
        polygons = shapely.from_wkb(table.column("geometry").to_pylist())
    if not any(columns[FOLDER]):
        del columns[FOLDER]
    frame = gpd.GeoDataFrame(columns, geometry=polygons, crs=GEOGRAPHIC, dtype=object)
    return frame.set_geometry("geometry")


def _list_unrepaired(table: pa.Table, counties: gpd.GeoDataFrame, file: str) -> dict[str, shapely.Geometry]:
    keys = list_keys(counties)
    with refuse_damaged(file):
        came = table.column("unrepaired").to_pylist()
        return {key: shapely.from_wkb(wkb) for key, wkb in zip(keys, came, strict=True) if wkb is not None}
