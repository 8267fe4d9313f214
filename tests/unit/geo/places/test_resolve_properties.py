"""Properties of the resolver over the whole table of divisions."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from opencc import OpenCC

from pilotzones.geo.places import resolve_names, resolve_text
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.text.normalization import fold_variants
from tests.helpers.examples import examples

GAZETTEER = load_gazetteer()
COUNTIES = [unit for unit in GAZETTEER.units.values() if unit.level == "county"]
SEVERAL = [unit for unit in COUNTIES if unit.prefecture != unit.name]
TO_TRADITIONAL = OpenCC("s2t")
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

county = st.sampled_from(SEVERAL)
several = st.lists(county, min_size=1, max_size=6)
separator = st.sampled_from(["，", "；", "、", "\n", "，以及"])


def written(unit) -> str:
    """A county with its province and prefecture."""
    middle = unit.prefecture if unit.prefecture != unit.province else ""
    return unit.province + middle + unit.name


def answers(text: str) -> list[tuple[tuple[str, ...], str]]:
    return [(row.adcode, row.status) for row in resolve_text(text)]


@given(several, separator)
@example([GAZETTEER.units["430582"], GAZETTEER.units["430502"]], "\n")
@examples(60)
def test_enumerations_with_their_prefixes_resolve_back(units, between: str) -> None:
    assert answers(between.join(map(written, units))) == [((unit.code,), "accepted") for unit in units]


@given(st.lists(st.sampled_from(sorted({u.prefecture_code for u in SEVERAL})), min_size=1, max_size=3), st.data())
@examples(60)
def test_prefectures_carry_along_their_own_counties(prefectures: list[str], data) -> None:
    text, expected = [], []
    for code in prefectures:
        inside = [unit for unit in SEVERAL if unit.prefecture_code == code]
        units = data.draw(st.lists(st.sampled_from(inside), min_size=1, max_size=4))
        text.append((units[0].prefecture or units[0].province) + "、".join(unit.name for unit in units))
        expected += [((unit.code,), "accepted") for unit in units]
    assert answers("范围包括：" + "，".join(text) + "。") == expected


@given(several)
@examples(60)
def test_width_script_and_compatibility_forms_do_not_matter(units) -> None:
    text = "包括(A区)：" + "、".join(map(written, units)) + "。"
    plain = answers(text)
    for variant in (unicodedata.normalize("NFKC", text), text.translate(WIDE), unicodedata.normalize("NFKD", text)):
        assert answers(variant) == plain
    assert answers(TO_TRADITIONAL.convert(text)) == plain


WRITTEN = frozenset(written(unit) for unit in COUNTIES)


@given(county, st.integers(0, 40), st.sampled_from("某縣口区山*□x，、 市的安"), st.booleans())
@examples(150)
def test_noise_never_raises_confidence_nor_changes_the_place(unit, place: int, noise: str, replace: bool) -> None:
    clean = written(unit)
    at = place % len(clean)
    noisy = clean[:at] + noise + clean[at + replace :]
    # 鹤岗市兴安区 with 山 for 安 is 鹤岗市兴山区, another district: nothing in the text tells.
    assume(noisy not in WRITTEN)
    (row,) = resolve_names([noisy])
    assert row.status != "accepted" or row.adcode in {(unit.code,), (unit.prefecture_code,), (unit.province_code,)}


@given(st.text(max_size=200))
@examples(150)
def test_any_text_is_read_without_an_error_and_rows_stand_in_order(text: str) -> None:
    found = resolve_text(text)
    assert [row.order for row in found] == list(range(1, found.total + 1))
    assert all(0 <= row.start <= row.end <= len(text) for row in found)
    assert all(not row.adcode for row in found if row.status == "not_a_county")


@given(st.lists(st.text(max_size=12), max_size=8))
@examples(80)
def test_rows_in_rows_out(names: list[str]) -> None:
    assert [row.listed_text for row in resolve_names(names)] == names


@given(st.text(max_size=80))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold_variants(text)) == len(text)
    assert fold_variants(fold_variants(text)) == fold_variants(text)


def test_no_full_name_of_today_is_ever_read_as_another_place() -> None:
    found = resolve_names([unit.name for unit in COUNTIES])
    wrong = [
        row
        for row, unit in zip(found, COUNTIES, strict=True)
        if row.status == "accepted" and row.adcode != (unit.code,)
    ]
    assert wrong == []


@pytest.mark.slow
def test_a_list_of_the_whole_country_twice_over() -> None:
    text = "、".join(written(unit) for unit in SEVERAL)
    assert resolve_text(f"{text}\n{text}").matched == 2 * len(SEVERAL)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["和", "、", "（", "个", "南京市", "南", "以及3个镇", "中心城区", "〔(", "|\n", "除", "市市市区"]
)
def test_repeated_pieces_are_read_in_time(piece: str) -> None:
    resolve_text(piece * 2000 + "6个城镇")
