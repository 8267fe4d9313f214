"""Polygons that lie across each other thousands of times are refused where time and memory are bounded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file
from tests.helpers.boundary_files import three_counties, written
from tests.helpers.polygon_layers import make_comb


@pytest.mark.slow
def test_combs_across_each_other_are_refused(tmp_path: Path) -> None:
    counties = three_counties()
    west, south, east, north = counties.geometry.iloc[0].bounds
    for row, upright in enumerate((True, False)):
        counties.loc[row, "geometry"] = make_comb(west, south, east - west, north - south, teeth=60, upright=upright)
    # Starting a process takes long on a busy machine.
    patient = replace(UPLOAD, seconds=300)
    read, problems = inspect_boundary_file(written(counties, tmp_path / "x.gpkg"), limits=patient)
    assert read is None
    (refusal,) = [problem for problem in problems if problem.severity == "error"]
    assert "the polygons lie across each other: they have" in refusal.message
