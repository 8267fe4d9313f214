"""Read a layer of polygons from a user's file, in the sandbox that boundary files are read in."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyogrio
import shapely

from pilotzones.geo.boundaries.upload.formats.private_copy import copy_file
from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.boundaries.upload.worker_table import open_worker_table
from pilotzones.geo.errors import IntakeError, OverlayError, make_problem, raise_problems
from pilotzones.geo.files.csv_reader import split_rows
from pilotzones.geo.files.temporary_folder import open_temporary_folder
from pilotzones.geo.overlay.grouping import COLUMN_PREFIX, WHOLE, Grouping
from pilotzones.geo.overlay.models import PolygonLayer
from pilotzones.geo.overlay.upload.worker import COLUMN, GEOMETRY, ROW
from pilotzones.geo.sandbox.limits import TERMINAL, Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.join import JoinedProgramme

__all__ = [
    "BUILT_IN_GROUPINGS",
    "PLANS",
    "find_column",
    "group_by_county",
    "group_by_zone",
    "list_groupings",
    "make_county_layer",
    "make_grouping",
    "make_zone_layer",
    "read_feature_ids",
    "read_polygon_layer",
]

BUILT_IN_GROUPINGS: Final = ("county", "zone")
# Plans have more features than a country has counties; the user's own machine does the work.
PLANS: Final = replace(
    TERMINAL,
    file_bytes=4_000_000_000,
    unpacked_bytes=4_000_000_000,
    features=2_000_000,
    vertices=100_000_000,
    ring_vertices=5_000_000,
    seconds=1_800,
    memory_bytes=16_000_000_000,
)


def read_polygon_layer(
    path: Path,
    *,
    name: str = "",
    file: str = "",
    layer: str | None = None,
    crs: str | None = None,
    repair: bool = False,
    id_column: str | None = None,
    limits: Limits = PLANS,
) -> PolygonLayer:
    """Read a layer of polygons.

    Parameters
    ----------
    path : Path
        A file of one of the formats that boundary files may have.
    name : str, optional
        What the layer is called in the result; by default the name of the file without its ending.
    file : str, optional
        What the file is called in messages; by default its own name.
    layer, crs, repair : optional
        As for `pilotzones.geo.boundaries.upload.reader.read_boundary_file`; `crs` may also be "GCJ-02" or "BD-09".
    id_column : str, optional
        The column that names the features; by default their number in the file, counted from 1.
    limits : Limits, optional

    Returns
    -------
    PolygonLayer
        What was converted or repaired stands in ``problems``.

    Raises
    ------
    IntakeError
        When the file is refused; every reason is among its problems.
    OverlayError
        As `read_feature_ids`.
    """
    file = sanitize_for_display(file or path.name)
    with open_temporary_folder() as folder:
        copy = copy_file(path, folder, file=file, limits=limits)
        order = {
            "path": str(copy.path),
            "kind": copy.kind,
            "file": file,
            "name": Path(file).stem,
            "repair": repair,
            "layer": layer,
            "crs": crs,
            "installed": list(pyogrio.list_drivers()),
        }
        result = folder / "result.arrow"
        table, problems = open_worker_table(
            "pilotzones.geo.overlay.upload.worker", order, result=result, file=file, limits=limits
        )
    raise_problems(IntakeError, file, problems)
    geometry = np.asarray(shapely.from_wkb(table.column(GEOMETRY).to_pylist()), dtype=object)
    rows = table.column(ROW).to_pylist()
    columns = pd.DataFrame(
        {name.removeprefix(COLUMN): table.column(name).to_pylist() for name in table.column_names[2:]}
    )
    ids = read_feature_ids(columns, rows, id_column, file=file)
    return PolygonLayer(
        sanitize_for_display(name or Path(file).stem), geometry, ids, columns, tuple(problems), tuple(rows)
    )


def make_zone_layer(joined: JoinedProgramme, *, name: str = "") -> PolygonLayer:
    """Make a layer of the zones of a programme that have polygons.

    Parameters
    ----------
    joined : JoinedProgramme
    name : str, optional
        By default the identifier of the programme.

    Returns
    -------
    PolygonLayer
    """
    zones = joined.zones[~joined.zones.geometry.isna() & (joined.zones.geometry.geom_type != "MultiPoint")]
    columns = pd.DataFrame({"zone": zones["name_zh"].to_numpy()})
    ids = tuple(zones["name_zh"])
    return PolygonLayer(name or joined.programme.id, zones.geometry.to_numpy(), ids, columns)


def make_county_layer(boundaries: Boundaries, prefecture: str, *, name: str) -> PolygonLayer:
    """Make a layer of the counties of a prefecture.

    Parameters
    ----------
    boundaries : Boundaries
    prefecture : str
        Six-digit code.
    name : str

    Returns
    -------
    PolygonLayer
    """
    counties = boundaries.counties[boundaries.counties["prefecture_adcode"] == prefecture]
    ids = tuple(counties["adcode"] + " " + counties["name"])
    columns = counties[["adcode", "name"]].reset_index(drop=True)
    return PolygonLayer(name, counties.geometry.to_numpy(), ids, columns)


def group_by_county(boundaries: Boundaries) -> Grouping:
    """Make a grouping by the counties of a boundary source.

    Parameters
    ----------
    boundaries : Boundaries

    Returns
    -------
    Grouping
    """
    counties = boundaries.counties
    return [*counties["adcode"] + " " + counties["name"]], counties.geometry.to_numpy()


def group_by_zone(joined: JoinedProgramme) -> Grouping:
    """Make a grouping by the zones of a programme.

    Parameters
    ----------
    joined : JoinedProgramme

    Returns
    -------
    Grouping
    """
    zones = make_zone_layer(joined)
    return [*zones.columns["zone"]], zones.geometry


def list_groupings(text: str) -> tuple[str, ...]:
    """List what a text names to count by, for `make_grouping`.

    Parameters
    ----------
    text : str
        Names with commas between; one that has a comma stands in quotes, as in a line of a CSV file.

    Returns
    -------
    tuple of str
        Each once. A column called ``all`` is written ``column:all``, for the tables call the whole layer "all".
    """
    words = [word.strip() for _, cells in split_rows(text, skips_blanks=True) for word in cells]
    return tuple(dict.fromkeys(f"{COLUMN_PREFIX}all" if word == WHOLE else word for word in words if word))


def find_column(name: str) -> str | None:
    """Find the column that a name of `list_groupings` stands for; None for a built-in grouping."""
    return None if name in BUILT_IN_GROUPINGS else name.removeprefix(COLUMN_PREFIX)


@cache
def make_grouping(name: str) -> Grouping:
    """Make the grouping that a name stands for.

    Parameters
    ----------
    name : str
        "county", "zone" for those of the national pilot zones, or a column of the layers; "column:county" and
        "column:zone" are the columns of these names.

    Returns
    -------
    Grouping
    """
    from pilotzones.geo.boundaries.loader import load

    if name == "county":
        return group_by_county(load())
    if name == "zone":
        from pilotzones.geo.catalogue.loader import load_programme
        from pilotzones.geo.join import join

        return group_by_zone(join(load_programme(), load()))
    return find_column(name) or name


def read_feature_ids(
    columns: pd.DataFrame, rows: Sequence[int], id_column: str | None, *, file: str
) -> tuple[str, ...]:
    """Read what features are called.

    Parameters
    ----------
    columns : DataFrame, shape (n, k)
    rows : sequence of int, shape (n,)
        Their numbers, which are their names without a column.
    id_column : str or None
    file : str
        Name to report.

    Returns
    -------
    tuple of str

    Raises
    ------
    OverlayError
        When there is no such column, a feature has no name, or two have one.
    """
    if id_column is None:
        return tuple(map(str, rows))
    if id_column not in columns:
        facts: dict[str, Any] = {"column": id_column, "columns": ", ".join(map(str, columns)) or "–"}
        raise OverlayError(make_problem(file, "id_column_unknown", facts=facts))
    cells = columns[id_column].astype(object).where(columns[id_column].notna(), "").map(str)
    empty = np.flatnonzero(cells.str.strip() == "")
    if len(empty):
        facts = {"column": id_column, "count": len(empty)}
        raise OverlayError(make_problem(file, "id_column_empty", row=rows[empty[0]], facts=facts))
    repeated = cells[cells.duplicated()].unique()[:3]
    if len(repeated):
        facts = {"column": id_column, "values": ", ".join(repeated)}
        raise OverlayError(make_problem(file, "id_column_repeats", facts=facts))
    return tuple(cells)
