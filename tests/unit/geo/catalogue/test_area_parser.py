"""Areas as documents write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.catalogue.area_parser import parse_area_km2
from pilotzones.geo.catalogue.area_units import KM2_PER_UNIT

WORDINGS = [
    ("面积约10043平方公里", 10043),
    ("面积约 15323 平方公里。", 15323),
    ("面积约 3557\n平方公里", 3557),
    ("面积12,846平方千米", 12846),
    ("面积１２，８４６平方公里", 12846),
    ("共3个区，500平方公里", 500),
    ("4979 km²", 4979),
    ("4979km2", 4979),
    ("4979㎢", 4979),
    ("2.5万亩", 25000 / 1500),
    ("1500亩", 1),
    ("39613.82公顷", 396.1382),
    ("1.2亿平方米", 120),
    ("3万公顷", 300),
    ("an area of 1,479 sq. km, of which 20 ha", 1479),
    ("about 120 KM^2", 120),
    ("1.2 million hectares", 12_000),
    ("15萬畝", 100),
    ("规划面积882平方公里，其中核心区22.12平方公里", 882),
]


@pytest.mark.parametrize(("text", "expected"), WORDINGS)
def test_reads_the_first_area_a_text_names(text: str, expected: float) -> None:
    assert parse_area_km2(text) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("text", ["", "面积待定", "10043", "平方公里", "约万平方公里", "3公里", "全域"])
def test_a_text_without_an_area_names_none(text: str) -> None:
    assert parse_area_km2(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("3，5平方公里", "1.2.3平方公里", "12,34平方公里", "120·5平方公里", "120。5平方公里", "120•5平方公里"),
        *(".5平方公里", "面积.5万亩", "more than 120 sq km", "between 100 and 120 km²"),
    ],
)
def test_a_figure_that_can_be_read_two_ways_is_not_guessed(text: str) -> None:
    assert parse_area_km2(text) is None


@given(number=st.integers(1, 10**8), unit=st.sampled_from(sorted(KM2_PER_UNIT)), grouped=st.booleans())
def test_a_written_figure_reads_back(*, number: int, unit: str, grouped: bool) -> None:
    written = f"面积约{number:,}{unit}" if grouped else f"面积约{number}{unit}"
    assert parse_area_km2(written) == pytest.approx(number * KM2_PER_UNIT[unit], rel=1e-12)


@given(st.text())
def test_any_text_gives_an_area_or_none(text: str) -> None:
    found = parse_area_km2(text)
    assert found is None or found >= 0
