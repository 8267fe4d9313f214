"""Repair of invalid polygons of a boundary frame, each repair recorded."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pilotzones.geo.errors import Problem, make_problem
from pilotzones.geo.geometry.repair import explain_invalidity, make_valid

__all__ = ["repair_frame"]


def repair_frame(
    frame: gpd.GeoDataFrame, *, file: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], dict[str, shapely.Geometry]]:
    """Repair invalid polygons, recording each repair.

    Parameters
    ----------
    frame : GeoDataFrame, shape (n, k)
        Any boundary frame.
    file : str
        Name to report.

    Returns
    -------
    frame : GeoDataFrame, shape (n, k)
        The same rows, every polygon valid.
    repairs : tuple of Problem
        One warning for each repaired row.
    unrepaired : dict of str to geometry
        What was there before, by adcode (or name).
    """
    geometry = frame.geometry.to_numpy()
    broken = np.flatnonzero(~shapely.is_valid(geometry) & ~shapely.is_missing(geometry))
    if not len(broken):
        return frame, (), {}
    repairs, unrepaired = [], {}
    mended = geometry.copy()
    for index in broken:
        mended[index] = make_valid(geometry[index])
        key = _make_row_key(frame, int(index))
        if key in unrepaired:
            # Names repeat where codes are missing; nothing may be lost for that.
            key += f" (row {index + 1})"
        unrepaired[key] = geometry[index]
        repairs.append(
            make_problem(
                file,
                "invalid_polygon",
                row=int(index) + 1,
                field="geometry",
                value=key,
                severity="warning",
                facts=explain_invalidity(geometry[index]),
            )
        )
    return frame.assign(geometry=gpd.GeoSeries(mended, index=frame.index, crs=frame.crs)), tuple(repairs), unrepaired


def _make_row_key(frame: gpd.GeoDataFrame, index: int) -> str:
    code = frame["adcode"].iloc[index]
    return str(frame["name"].iloc[index]) if pd.isna(code) else str(code)
