"""The codes and names of a source without its polygons are those of its frame."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotzones.geo.boundaries import county_table, sources
from pilotzones.geo.boundaries.county_table import CountyTable, load_county_table
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.sources import BUILT_IN
from pilotzones.geo.errors import BoundaryError


@pytest.mark.parametrize("source", BUILT_IN)
def test_the_table_has_the_rows_of_the_frame(source: str) -> None:
    assert load_county_table(source) == CountyTable.from_frame(load(source).counties)


def test_a_code_finds_a_county_a_prefecture_or_a_province() -> None:
    table = load_county_table("tianditu")
    (row,) = table.find_rows("330521")
    assert (table.counties[row].name, table.counties[row].prefecture, table.counties[row].province) == (
        "德清县",
        "湖州市",
        "浙江省",
    )
    assert {table.names[row] for row in table.find_rows("330500")} >= {"德清县", "长兴县", "安吉县"}
    assert {table.provinces[row] for row in table.find_rows("330000")} == {"浙江省"}
    assert table.find_rows("999999") == []


def test_an_altered_file_of_the_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "find_data_folder", lambda: tmp_path)
    sources.require_files.cache_clear()
    with pytest.raises(BoundaryError, match="the file is missing"):
        county_table.load_county_table("amap")
    sources.require_files.cache_clear()
