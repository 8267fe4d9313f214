"""One record says of a member what frames, files and pages take their columns from."""

from __future__ import annotations

import math

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.member_record import GeometryQuality
from pilotzones.geo.messages import translate


def test_records_and_frame_say_the_same(joined: JoinedProgramme) -> None:
    rows = joined.members.to_dict("records")
    assert len(rows) == len(joined.records) == len(joined.programme.members)
    for row, record in zip(rows, joined.records, strict=True):
        expected = record.to_row()
        area = expected.pop("computed_area_km2")
        assert {name: row[name] for name in expected} == expected
        assert math.isnan(area) == math.isnan(row["computed_area_km2"]) == (not record.is_counted)
        assert record.is_counted == (row["geometry_quality"] in ("exact", "coextensive"))
    assert joined.matched == sum(record.is_counted for record in joined.records)
    assert list(joined.points["member_id"]) == [
        record.member.id for record in joined.records if record.quality is GeometryQuality.POINT
    ]


def test_a_record_has_names_in_both_languages_and_the_hosts_of_its_area(joined: JoinedProgramme) -> None:
    for record in joined.records:
        assert record.name("zh") == record.member.listed_name
        assert record.name("en")
    assert any(record.name("en") != record.name("zh") for record in joined.records)
    pairs = [(record.member.id, host.adcode, host.is_listed) for record in joined.records for host in record.hosts]
    assert pairs == list(
        joined.hosts[["member_id", "host_adcode", "host_is_listed"]].itertuples(index=False, name=None)
    )


def test_a_polygon_is_called_that_of_the_level_of_its_unit(tianditu: Boundaries) -> None:
    records = join(load_programme("big_data_zones_2016"), tianditu).records
    words = {record.name_zh: translate(f"quality_{record.quality_code}", "zh") for record in records}
    assert (words["贵州省"], words["沈阳市"]) == ("省级边界", "地级边界")
    english = {record.name_zh: translate(f"quality_{record.quality_code}", "en") for record in records}
    assert (english["上海市"], english["沈阳市"]) == ("province polygon", "prefecture polygon")
