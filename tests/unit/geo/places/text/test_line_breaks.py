"""A name that a line break cuts in two is one name, in a text and in an imported document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.places import resolve_text
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.text.line_breaks import is_cut_by_line_break
from tests.helpers.examples import examples

COUNTIES = [
    unit
    for unit in load_gazetteer().units.values()
    # 石家庄市井陉⏎矿区 may be two names.
    if unit.level == "county" and unit.prefecture not in {unit.name, unit.province} and unit.name != "井陉矿区"
]


@pytest.mark.parametrize(
    ("before", "behind", "cut"),
    [
        ("嘉兴市南", "湖区、秀", True),
        ("咸阳市兴平", "市、武功县", True),
        ("包括嘉兴", "市南湖区", True),
        ("芜湖市南", "陵县", True),
        ("嘉善县暂不", "列入", True),
        ("嘉善县（除", "外）", True),
        ("嘉兴市", "南湖区", False),
        ("上海", "南汇区", False),
        ("江苏", "省级试点", False),
        ("南湖区", "秀洲区", False),
        ("", "", False),
    ],
)
def test_where_a_line_break_cuts_a_name(before: str, behind: str, cut: bool) -> None:
    assert is_cut_by_line_break(before, behind) is cut


@given(st.sampled_from(COUNTIES), st.sampled_from(COUNTIES), st.integers(1, 20))
@examples(80)
def test_a_cut_name_is_never_its_first_half(unit, other, place: int) -> None:
    name = unit.prefecture + unit.name
    # Between the two names a break cuts nothing.
    at = len(unit.prefecture) + 1 + place % (len(unit.name) - 1)
    text = f"试验范围：{name[:at]}\n{name[at:]}、{other.province}{other.prefecture}{other.name}。"
    expected = [(unit.code,), (other.code,)]
    assert [row.adcode for row in resolve_text(text) if row.status == "accepted"] == expected
    (zone,) = draft_list(read_pasted(text.encode(), name="x")).zones
    codes = [(member.adcode,) for member in zone.members if member.status == "accepted"]
    assert codes == list(dict.fromkeys(expected))
