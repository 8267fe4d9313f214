"""A check in a process of its own finds what one in this process finds, and ends where a server would."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from pandas.testing import assert_frame_equal

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.errors import IntakeError, OverlayError, Problem
from pilotzones.geo.overlay.models import Thresholds
from pilotzones.geo.overlay.runner import check_overlay
from pilotzones.geo.overlay.upload import sandboxed
from pilotzones.geo.overlay.upload.reader import group_by_county
from pilotzones.geo.overlay.upload.sandboxed import CHECK, check_in_sandbox
from tests.helpers.polygon_layers import make_comb, make_layer

_RULES = Thresholds(width_m=3.0)
# Starting a process takes long on a busy machine.
_PATIENT = replace(CHECK, seconds=300)


@pytest.mark.slow
def test_it_finds_what_a_check_in_this_process_finds() -> None:
    a = replace(
        make_layer("a", [shapely.box(0, 0, 100, 100), shapely.box(50, 0, 150, 100)]),
        problems=(Problem("a.gpkg", "invalid_polygon", row=1, severity="warning", facts=(("reason", "x"),)),),
    )
    b = make_layer("b", [shapely.box(98, 20, 160, 80), shapely.box(149, 0, 398, 100)])
    for layers in ((a, b), (a, None)):
        here = check_overlay(*layers, thresholds=_RULES, groupings={"county": group_by_county(load("tianditu"))})
        there = check_in_sandbox(*layers, thresholds=_RULES, groupings={"county": "tianditu"}, limits=_PATIENT)
        assert len(here.conflicts)
        assert there.conflicts.geometry.geom_equals(here.conflicts.geometry).all()
        assert there.conflicts.crs == here.conflicts.crs
        for name in ("conflicts", "faults", "rates", "sensitivity"):
            kwargs = {"check_dtype": False, "check_column_type": False}
            assert_frame_equal(
                getattr(there, name).drop(columns="geometry", errors="ignore"),
                getattr(here, name).drop(columns="geometry", errors="ignore"),
                **kwargs,
            )
        assert (there.touches, there.problems, there.thresholds) == (here.touches, here.problems, here.thresholds)
        assert (there.b is there.a) == (layers[1] is None)


@pytest.mark.slow
def test_combs_across_each_other_cost_the_server_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    combs = [
        make_layer(name, [make_comb(105, 30, 0.5, 0.5, teeth=40, upright=name == "a")], metres=False) for name in "ab"
    ]
    with pytest.raises(IntakeError, match="more time or memory than a server gives it"):
        check_in_sandbox(*combs, thresholds=_RULES, groupings={}, limits=replace(_PATIENT, memory_bytes=300_000_000))
    monkeypatch.setattr(sandboxed, "MAX_CONFLICTS", 1_000)
    with pytest.raises(IntakeError, match=r"1,[56]\d\d conflicts; 1,000 are listed at most"):
        check_in_sandbox(*combs, thresholds=_RULES, groupings={}, limits=_PATIENT)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_that_is_none_is_refused(scale: float) -> None:
    layer = make_layer("a", [shapely.box(0, 0, 100, 100)])
    with pytest.raises(OverlayError, match="the scale of a source is 1:N"):
        check_overlay(layer, layer, scales=(scale, None))


def test_a_column_that_no_layer_has_is_not_counted_by() -> None:
    layer = make_layer("a", [shapely.box(0, 0, 100, 100)], use=["x"])
    with pytest.raises(OverlayError, match="no layer has a column 'owner' to count by; there are use"):
        check_overlay(layer, groupings={"owner": "owner"})
