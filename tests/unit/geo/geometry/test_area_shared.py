"""Areas taken together are the areas taken one by one, however the work is shared out."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.errors import BoundaryError
from pilotzones.geo.geometry.area import compute_area_km2


@pytest.mark.slow
def test_shared_work_changes_no_area(tianditu: Boundaries) -> None:
    counties = tianditu.counties.geometry.to_numpy()
    together = compute_area_km2(counties)
    some = np.linspace(0, len(counties) - 1, 40, dtype=int)
    alone = [compute_area_km2(counties[index : index + 1])[0] for index in some]
    assert together[some].tolist() == alone


def test_an_invalid_polygon_among_many_is_found_by_its_number(tianditu: Boundaries) -> None:
    counties = tianditu.counties.geometry.to_numpy().copy()
    counties[2000] = shapely.Polygon([(100, 30), (101, 31), (101, 30), (100, 31)])
    with pytest.raises(BoundaryError, match="geometry number 2001 is invalid"):
        compute_area_km2(counties)


def test_nothing_and_missing_count_nothing() -> None:
    assert compute_area_km2(np.array([], dtype=object)).shape == (0,)
    assert compute_area_km2(np.array([None, shapely.Polygon()], dtype=object)).tolist() == [0, 0]
