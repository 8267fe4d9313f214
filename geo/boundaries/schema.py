"""The check that a frame is a boundary frame: its columns, codes and polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from pilotzones.geo.boundaries.columns import ADCODE, BOUNDARY_COLUMNS
from pilotzones.geo.errors import Problem, make_problem
from pilotzones.geo.geometry import crs

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["ADCODE", "BOUNDARY_COLUMNS", "check_boundaries"]


def check_boundaries(frame: gpd.GeoDataFrame, *, file: str) -> list[Problem]:
    """List everything that makes a frame unfit as a boundary frame.

    Parameters
    ----------
    frame : GeoDataFrame, shape (n, 7 or more)
        Counties with the columns `BOUNDARY_COLUMNS` in WGS 84.
    file : str
        Name to report.

    Returns
    -------
    list of Problem
        Rows are counted from 1 in the order of the frame.
    """
    missing = [column for column in BOUNDARY_COLUMNS if column not in frame.columns]
    if missing:
        return [make_problem(file, "column_missing", field=column) for column in missing]
    problems = []
    for row, code in enumerate(frame["adcode"], start=1):
        # pandas reads a None among strings back as NaN; both mean that the source gives no code.
        if not pd.isna(code) and not (isinstance(code, str) and ADCODE.fullmatch(code)):
            problems.append(make_problem(file, "bad_code", row=row, field="adcode", value=str(code)))
    codes = frame["adcode"].dropna()
    for index in np.flatnonzero(codes.duplicated().to_numpy()):
        code = str(codes.iloc[index])
        problems.append(make_problem(file, "two_names-code", field="adcode", value=code))
    problems += _check_geometry(frame, file)
    return problems


def _check_geometry(frame: gpd.GeoDataFrame, file: str) -> list[Problem]:
    if frame.crs is None:
        return [make_problem(file, "frame_without_crs", field="geometry")]
    if not frame.crs.equals(crs.GEOGRAPHIC):
        return [make_problem(file, "frame_not_wgs84", field="geometry", value=frame.crs.to_string())]
    geometry = frame.geometry.to_numpy()
    kinds = np.isin(shapely.get_type_id(geometry), [3, 6])
    problems = [
        make_problem(file, "empty_geometry-county", row=int(index) + 1, field="geometry")
        for index in np.flatnonzero(~kinds | shapely.is_empty(geometry))
    ]
    points = shapely.get_coordinates(geometry[kinds])
    if len(points) and not crs.is_inside_china(points[:, 0], points[:, 1]).all():
        problems.append(make_problem(file, "outside_china-some", field="geometry"))
    return problems
