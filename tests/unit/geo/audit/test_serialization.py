"""The audit as plain data: JSON without holes, tables without losses, CSV without formulas."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pilotzones.geo.audit import Audit, DifferenceReason, Hypothesis, Term, ZoneAudit, audit, compute_variants
from pilotzones.geo.audit.serialization import MAX_READINGS, TABLES, build_audit_tables, serialize_audit, split_findings
from pilotzones.geo.files.csv_writer import escape_formula, format_csv, with_byte_order_mark

if TYPE_CHECKING:
    import pandas as pd

    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.join import JoinedProgramme


@pytest.fixture(scope="module")
def data(audited: Audit, joined: JoinedProgramme) -> dict[str, Any]:
    return serialize_audit(audited, joined)


@pytest.fixture(scope="module")
def tables(audited: Audit, joined: JoinedProgramme) -> dict[str, pd.DataFrame]:
    return build_audit_tables(audited, joined, variants=compute_variants(joined, audited.comparison))


def test_it_is_json_and_says_where_it_comes_from(data: dict[str, Any]) -> None:
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert (data["boundary_source"], data["area_method"]) == ("tianditu", "geodesic")
    assert data["programme"]["id"] == "urban_rural_integration_2019"
    assert [zone["order"] for zone in data["zones"]] == list(range(1, 12))


def test_the_same_audit_gives_the_same_text(joined: JoinedProgramme, amap: Boundaries, data: dict[str, Any]) -> None:
    again = serialize_audit(audit(joined, others=[amap]), joined)
    assert json.dumps(again, ensure_ascii=False) == json.dumps(data, ensure_ascii=False)


def test_every_zone_has_the_promised_fields(data: dict[str, Any]) -> None:
    promised = (
        "order name stated_area_km2 computed_area_km2 difference_km2 difference_pct verdict members_counted members_total "
        "tolerance_km2 computed_low_km2 computed_high_km2 needed_from_special_areas_km2 reasons readings readings_tried members"
    )
    for zone in data["zones"]:
        assert set(promised.split()) <= set(zone)
        for reason in zone["reasons"]:
            assert set(reason) == {"code", "km2", "member", "basis", "evidence"}
        for reading in zone["readings"]:
            assert set(reading) >= {"kind", "terms", "needed_km2", "contribution_km2", "rest_km2", "determined"}
        for member in zone["members"]:
            assert set(member) >= {
                "listed_name",
                "status",
                "geometry_quality",
                "coastal",
                "other_sources_km2",
                "published",
            }
    assert sum(len(zone["members"]) for zone in data["zones"]) == 86


def test_reasons_add_up_to_the_difference_after_rounding(data: dict[str, Any]) -> None:
    for zone in data["zones"]:
        total = math.fsum(reason["km2"] or 0 for reason in zone["reasons"])
        assert total == pytest.approx(zone["difference_km2"], abs=0.001 * (len(zone["reasons"]) + 1))


def test_an_open_interval_has_no_upper_end(data: dict[str, Any]) -> None:
    highs = {zone["order"]: zone["computed_high_km2"] for zone in data["zones"]}
    assert highs[3] is None
    assert highs[6] == data["zones"][5]["computed_low_km2"]
    assert highs[10] > data["zones"][9]["computed_low_km2"]


def test_at_most_the_ten_closest_readings_are_listed_and_all_are_counted(audited: Audit, data: dict[str, Any]) -> None:
    for zone, plain in zip(audited.zones, data["zones"], strict=True):
        assert plain["readings_tried"] == len(zone.readings)
        assert len(plain["readings"]) == min(len(zone.readings), MAX_READINGS)
        rests = [abs(reading["rest_km2"]) for reading in plain["readings"]]
        assert rests == sorted(rests)
    assert max(zone["readings_tried"] for zone in data["zones"]) > MAX_READINGS


def test_what_is_no_number_becomes_null(joined: JoinedProgramme, audited: Audit) -> None:
    term = Term("x", math.nan, "published", most_km2=math.inf)
    broken = dataclasses.replace(
        audited.zones[0],
        computed_high_km2=math.inf,
        tolerance_km2=math.nan,
        reasons=(DifferenceReason("unexplained", -0.0, "", "unknown", (term,)),),
        readings=(Hypothesis("members", (term,), math.nan, math.inf, -math.inf, determined=True),),
    )
    plain = serialize_audit(dataclasses.replace(audited, zones=(broken,), findings=()), joined)
    zone = json.loads(json.dumps(plain, allow_nan=False))["zones"][0]
    assert (zone["computed_high_km2"], zone["tolerance_km2"]) == (None, None)
    assert zone["reasons"][0]["evidence"][0] | {"km2": None, "most_km2": None} == zone["reasons"][0]["evidence"][0]
    assert math.copysign(1, zone["reasons"][0]["km2"]) == 1
    assert zone["readings"][0]["rest_km2"] is None


def test_tables_have_a_row_for_every_record(audited: Audit, tables: dict[str, pd.DataFrame]) -> None:
    def terms(zone: ZoneAudit) -> int:
        return sum(max(len(reason.evidence), 1) for reason in zone.reasons)

    assert tuple(tables) == TABLES
    assert len(tables["zones"]) == 11
    assert len(tables["findings"]) == len(audited.findings)
    assert len(tables["reasons"]) == sum(map(terms, audited.zones))
    assert tables["members"].groupby(["zone", "listed_name"]).ngroups == 86
    assert len(tables["variants"]) == 4 * 11
    assert sum(map(len, split_findings(tables["findings"]).values())) == len(audited.findings)


def test_an_empty_audit_keeps_its_columns(
    audited: Audit, joined: JoinedProgramme, tables: dict[str, pd.DataFrame]
) -> None:
    empty = build_audit_tables(dataclasses.replace(audited, zones=(), findings=()), joined)
    assert {name: list(table.columns) for name, table in empty.items()} == {
        name: list(table.columns) for name, table in tables.items()
    }
    assert all(table.empty for table in empty.values())


@pytest.mark.parametrize("name", TABLES)
def test_csv_reads_back(name: str, tables: dict[str, pd.DataFrame]) -> None:
    content = with_byte_order_mark(format_csv(tables[name]))
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert lines[0] == list(tables[name].columns)
    assert len(lines) == len(tables[name]) + 1
    assert "nan" not in {cell.lower() for line in lines for cell in line}
    # Figures stay figures, minus sign and all.
    if name == "zones":
        assert float(lines[2][lines[0].index("difference_km2")]) < 0


SIGNS = "=+-@＝＋－＠"


@pytest.mark.slow
@given(st.sampled_from(["", " ", "\t ", "　", "\r\n", "\0"]), st.sampled_from(SIGNS), st.text(max_size=20))
def test_no_text_becomes_a_formula(blanks: str, sign: str, rest: str) -> None:
    assert escape_formula(blanks + sign + rest) == "'" + blanks + sign + rest


@given(st.text(max_size=30))
@example(" \x000")
def test_other_text_stays_as_it_is(text: str) -> None:
    plain = text.lstrip("\0" + "".join(map(chr, range(33)))).lstrip()
    controls = ("\t", "\r", "\n", "\0")
    if plain and plain[0] not in SIGNS and not text.startswith(controls) and not text.lstrip().startswith(controls):
        assert escape_formula(text) == text
    assert escape_formula(text) in (text, "'" + text)
