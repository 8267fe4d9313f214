"""Lists of lines in which some have a label and names, and others are names below a larger unit."""

from __future__ import annotations

import pytest

from tests.helpers.listed_places import accepted, open_places

ANHUI = ["341321", "341323", "341324"]


LINES = [
    "江苏省：沭阳县、泗阳县",
    "江苏省（2个）：沭阳县；泗阳县",
    "江苏：沭阳、泗阳",
    "一、江苏省：沭阳县，泗阳县",
]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("write", ["{0}\n{1}\n", "{1}\n{0}\n", "附件\n试点县名单\n{1}\n{0}\n"])
def test_a_line_with_its_own_label_beside_names_below_a_unit(line: str, write: str) -> None:
    text = write.format(line, "安徽省：\n泗县\n灵璧县\n砀山县")
    assert accepted(text) == sorted(["321322", "321323", *ANHUI])
    assert open_places(text) == []


def test_units_that_head_lines_with_labels() -> None:
    text = "河北省\n石家庄市：平山县、灵寿县\n保定市：阜平县\n山西省\n忻州市：五台县\n静乐县\n"
    assert accepted(text) == ["130126", "130131", "130624", "140922", "140926"]
    assert open_places(text) == []


def test_a_short_name_that_ends_like_a_building_is_no_address() -> None:
    assert accepted("江苏：沭阳\n河南：永城\n山东：郓城\n") == ["321322", "371725", "411481"]
