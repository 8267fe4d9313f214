"""The tables of an overlay check say what they hold."""

from __future__ import annotations

import shapely

from pilotzones.geo.overlay.models import Thresholds
from pilotzones.geo.overlay.runner import check_overlay
from pilotzones.layers.report.overlay_tables import build_overlay_tables, describe_rule, summarize
from tests.helpers.polygon_layers import make_layer

A = make_layer("a", [shapely.box(0, 0, 100, 100)], use=[""])
# One real overlap, and one sliver of 2 m.
B = make_layer("b", [shapely.box(60, 20, 160, 80), shapely.box(-98, 0, 2, 100)])


def test_the_largest_pieces_are_called_what_they_are() -> None:
    result = check_overlay(A, B)
    assert "1 conflict (1 real overlap, 0 edge disagreements), 1 drafting sliver" in summarize(result, "en")
    assert next(iter(build_overlay_tables(result, "en"))) == "The 2 largest conflicts and slivers"
    assert next(iter(build_overlay_tables(result, "zh"))) == "面积最大的 2 处冲突和碎屑"


def test_the_whole_and_what_is_in_no_group_have_names() -> None:
    result = check_overlay(A, B, groupings={"use": "use"})
    rates = build_overlay_tables(result, "zh")["冲突率"]
    assert rates[["分组", "组"]].to_numpy().tolist() == [
        ["整个图层", "全部"],
        ["use", "（不在任何一组）"],
        ["整个图层", "全部"],
    ]


def test_a_rule_that_is_not_applied_is_not_said() -> None:
    for area, zh, en in (
        (0.0, "不超过 5 米的为制图碎屑", "of 5 m; an"),
        (9.5, "或面积小于 9.5 m² 的为", "or below 9.5 m²; an"),
    ):
        result = check_overlay(A, B, thresholds=Thresholds(min_area_m2=area))
        assert zh in describe_rule(result, "zh")
        assert en in describe_rule(result, "en")
