"""Bring the geometry of a plan to valid polygons in WGS 84; what is done to it stands in the issue log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from pilotzones.geo.boundaries.upload.geometry_cleaning import CleanedGeometry, StatedSystem, prepare
from pilotzones.geo.boundaries.upload.worker import apply_given_crs
from pilotzones.geo.errors import Problem, has_error, make_problem
from pilotzones.geo.geometry.datum_shift import SYSTEMS, remove_shift
from pilotzones.geo.sandbox.limits import Limits

__all__ = ["clean_polygons"]


def clean_polygons(
    geometry: NDArray[Any], stated: StatedSystem, given: str | None, *, file: str, limits: Limits
) -> CleanedGeometry:
    """Make valid polygons in WGS 84.

    Parameters
    ----------
    geometry : ndarray of shapely geometries, shape (n,)
    stated : StatedSystem
        What the file says of its reference system.
    given : str or None
        What its user says: an authority code in place of what the file states, or "GCJ-02" or "BD-09", which no file can
        state: then its coordinates are shifted in the system that it states.
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    CleanedGeometry
        Rows stay in their places. Where an error is among the problems the geometry is not to be used.
    """
    problems: list[Problem] = []
    shifted = given if given in SYSTEMS else None
    if given is not None and not shifted:
        stated = apply_given_crs(given, stated, file, problems)
    prepared = prepare(geometry, stated, file=file, limits=limits)
    problems += prepared.problems
    if shifted and not has_error(problems):
        prepared = replace(prepared, geometry=remove_shift(prepared.geometry, shifted))
        where: dict[str, Any] = {"field": "crs", "value": shifted, "severity": "info"}
        problems.append(make_problem(file, "crs_converted-shift", facts={"system": shifted}, **where))
    return replace(prepared, problems=problems)
