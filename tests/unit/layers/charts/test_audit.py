"""The audit's charts: what is in their data adds up, is labelled, and comes from nowhere else."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.audit import Audit, DifferenceReason, ZoneAudit, audit
from pilotzones.geo.audit.models import Basis, Owner, ReasonCode, Severity, Verdict
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import LANGUAGES, Language, format_number, load_messages
from pilotzones.layers.charts.audit import build_overview_chart, build_waterfall_chart
from pilotzones.layers.place_labels import name_place
from pilotzones.layers.style import palette
from tests.helpers.examples import examples

_BASES: tuple[Basis, ...] = get_args(Basis)


@pytest.fixture(scope="module")
def results(joined: JoinedProgramme) -> Audit:
    return audit(joined, others=[load("amap")])


def _rows(chart: Any) -> list[dict[str, Any]]:
    """Rows of the chart's table: the one data set whose rows have titles."""
    sets = chart.to_dict()["datasets"].values()
    found: list[dict[str, Any]] = next((rows for rows in sets if rows and "title" in rows[0]), [])
    return found


def _zone(stated: float | None, reasons: tuple[DifferenceReason, ...] = ()) -> ZoneAudit:
    computed = None if stated is None else stated + math.fsum(reason.km2 or 0.0 for reason in reasons)
    return ZoneAudit(
        zone=1,
        stated_area_km2=stated,
        computed_area_km2=computed,
        computed_low_km2=computed,
        computed_high_km2=computed,
        needed_from_special_km2=None,
        tolerance_km2=None if stated is None else max(1.0, 0.002 * stated),
        verdict="cannot_tell",
        members_counted=1,
        members_total=1,
        uncounted=(),
        reasons=reasons,
    )


_REASONS = st.lists(
    st.builds(
        DifferenceReason,
        st.sampled_from(get_args(ReasonCode)),
        st.none() | st.floats(-1e5, 1e5, allow_nan=False),
        st.text(max_size=8),
        st.sampled_from(_BASES),
    ),
    max_size=7,
).map(tuple)


@pytest.mark.slow
@examples(12)
@given(stated=st.floats(1, 1e6), reasons=_REASONS, lang=st.sampled_from(LANGUAGES))
def test_the_steps_lead_from_stated_to_computed(
    stated: float, reasons: tuple[DifferenceReason, ...], lang: Language
) -> None:
    zone = _zone(stated, reasons)
    rows = _rows(build_waterfall_chart(zone, lang))
    assert len(rows) == len(reasons) + 2
    assert rows[0]["start"] == stated
    for before, after in pairwise(rows[:-1]):
        assert after["start"] == before["end"]
    assert rows[-1]["end"] == zone.computed_area_km2
    assert rows[-2]["end"] == pytest.approx(zone.computed_area_km2, abs=1e-6)
    for row, reason in zip(rows[1:-1], reasons, strict=True):
        assert (row["figure"] == "?") == (reason.km2 is None)
        assert row["look"] == "unexplained" if reason.code == "unexplained" and reason.km2 is not None else True


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_zone_of_the_programme_has_its_waterfall(results: Audit, lang: Language) -> None:
    for zone in results.zones:
        rows = _rows(build_waterfall_chart(zone, lang, "dark"))
        steps = [row["end"] - row["start"] for row in rows[1:-1]]
        assert math.fsum(steps) == pytest.approx(zone.difference_km2, abs=1e-6)
        assert rows[0]["figure"] == f"{format_number(zone.stated_area_km2)} km²"
        for row, reason in zip(rows[1:-1], zone.reasons, strict=True):
            assert row["title"].startswith(name_place(reason.member, lang))
            assert row["title"].endswith(load_messages()[f"reason_{reason.code}"][lang])


def test_an_upper_bound_is_said_beside_the_figure(results: Audit) -> None:
    rows = _rows(build_waterfall_chart(results.zones[10], "en"))
    bounded = [row["figure"] for row in rows if "≤" in row["figure"]]
    assert bounded == ["−317.5 km² (≤ 499)"]


def test_what_nobody_knows_is_a_question_mark(results: Audit) -> None:
    rows = _rows(build_waterfall_chart(results.zones[2], "zh"))
    assert [row["figure"] for row in rows] == ["9,978 km²", "?", "−472.7 km²", "9,505.3 km²"]
    assert [row["look"] for row in rows] == ["total", "unknown", "unexplained", "total"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_overview_keeps_order_and_names_figure_and_verdict(results: Audit, lang: Language) -> None:
    names = {zone.zone: f"Zone {zone.zone}" for zone in results.zones}
    rows = _rows(build_overview_chart(results.zones, names, lang))
    assert [row["title"] for row in rows] == [f"{zone}  Zone {zone}" for zone in range(1, 12)]
    for row, zone in zip(rows, results.zones, strict=True):
        assert row["pct"] == pytest.approx(100 * (zone.computed_area_km2 / zone.stated_area_km2 - 1))  # type: ignore[operator]
        assert row["low"] == pytest.approx(row["pct"])
        assert row["figure"].startswith(f"{format_number(zone.difference_pct, 2, signed=True)}%")
        sign = palette.VERDICT_SIGNS[zone.verdict]
        message = "chart_explained_weakly" if zone.verdict == "explained_weakly" else f"verdict_{zone.verdict}"
        assert row["figure"].endswith(f"{sign} {load_messages()[message][lang]}")
    # 广清: one special area has no published extent, so the interval has no upper end.
    assert [row["title"] for row in rows if row["open"]] == ["3  Zone 3"]
    assert rows[2]["high"] is None
    assert rows[9]["high"] == pytest.approx(100 * (900.21 - 55) / 4215 + rows[9]["pct"])


def test_zones_without_an_area_keep_their_row() -> None:
    known, unstated = _zone(100.0), replace(_zone(None), zone=2)
    uncounted = replace(known, zone=3, computed_area_km2=None, computed_low_km2=None, computed_high_km2=None)
    rows = _rows(build_overview_chart([known, unstated, uncounted], {1: "a", 2: "b", 3: "c"}, "en"))
    assert [row["pct"] for row in rows] == [0.0, None, None]
    assert rows[1]["figure"].startswith("–  ")
    assert build_waterfall_chart(unstated, "en").to_dict()
    assert len(_rows(build_waterfall_chart(uncounted, "en"))) == 1


def test_no_chart_fetches_anything(results: Audit) -> None:
    names = {zone.zone: "<img src=x>" for zone in results.zones}
    for chart in (build_overview_chart(results.zones, names), build_waterfall_chart(results.zones[9])):
        spec = chart.to_dict()
        del spec["$schema"]
        text = json.dumps(spec)
        assert '"url"' not in text
        assert '"href"' not in text


def test_looks_differ_by_more_than_colour() -> None:
    verdicts = get_args(Verdict)
    for table in (palette.VERDICT_COLOURS, palette.VERDICT_SIGNS, palette.VERDICT_SHAPES):
        assert set(table) == set(verdicts)
        assert len(set(table.values())) == len(verdicts)
    assert len({style.hatch for style in palette.get_verdict_styles().values()}) == len(verdicts)
    assert set(palette.BASIS_OPACITY) == set(_BASES)


def test_every_code_of_the_audit_has_a_word() -> None:
    keys = [f"reason_{code}" for code in get_args(ReasonCode)] + [f"because_{code}" for code in get_args(ReasonCode)]
    keys += [f"basis_{basis}" for basis in _BASES] + [f"verdict_{verdict}" for verdict in get_args(Verdict)]
    keys += [f"owner_{owner}" for owner in get_args(Owner)] + [f"severity_{grade}" for grade in get_args(Severity)]
    assert set(keys) <= set(load_messages())
