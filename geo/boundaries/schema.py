"""The check that a frame is a boundary frame: its columns, codes and polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from pilotzones.geo.boundaries.columns import ADCODE, BOUNDARY_COLUMNS
from pilotzones.geo.errors import Problem
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
        return [Problem(file, "the column is missing", field=column) for column in missing]
    problems = []
    for row, code in enumerate(frame["adcode"], start=1):
        # pandas reads a None among strings back as NaN; both mean that the source gives no code.
        if not pd.isna(code) and not (isinstance(code, str) and ADCODE.fullmatch(code)):
            problems.append(
                Problem(file, "a county code is a string of six digits", row, "adcode", str(code), kind="bad_code")
            )
    codes = frame["adcode"].dropna()
    for index in np.flatnonzero(codes.duplicated().to_numpy()):
        code = str(codes.iloc[index])
        problems.append(Problem(file, "the code occurs twice", field="adcode", value=code, kind="two_names"))
    problems += _check_geometry(frame, file)
    return problems


def _check_geometry(frame: gpd.GeoDataFrame, file: str) -> list[Problem]:
    if frame.crs is None:
        return [Problem(file, "the coordinate reference system is not stated", field="geometry")]
    if not frame.crs.equals(crs.GEOGRAPHIC):
        return [Problem(file, "the frame is not in WGS 84", field="geometry", value=frame.crs.to_string())]
    geometry = frame.geometry.to_numpy()
    kinds = np.isin(shapely.get_type_id(geometry), [3, 6])
    problems = [
        Problem(file, "a county needs a polygon that is not empty", int(index) + 1, "geometry", kind="empty_geometry")
        for index in np.flatnonzero(~kinds | shapely.is_empty(geometry))
    ]
    points = shapely.get_coordinates(geometry[kinds])
    if len(points) and not crs.is_inside_china(points[:, 0], points[:, 1]).all():
        problems.append(Problem(file, "coordinates lie outside China", field="geometry", kind="outside_china"))
    return problems
