"""Zones with labelled fields: one whose scope names no place does not disappear."""

import pytest

from pilotzones.geo.documents.drafts.builder import draft_document
from pilotzones.geo.documents.reader import read_pasted


@pytest.mark.parametrize(
    ("name", "scope", "kind", "status", "code"),
    [
        ("广州市", "全域", "prefecture", "accepted", "440100"),
        ("广州市", "全市。", "prefecture", "accepted", "440100"),
        ("广州市", "—", "review", "review", ""),
        ("广州市", "", "review", "review", ""),
        ("广州市", "无", "review", "review", ""),
        ("甲片区", "—", "review", "review", ""),
        ("广州市", "番禺区、南沙区", "county", "accepted", "440113"),
    ],
)
def test_a_zone_without_named_places_stays(name: str, scope: str, kind: str, status: str, code: str) -> None:
    text = f"1.浙江嘉湖片区\n试验范围：嘉兴市南湖区。\n2.{name}\n试验范围：{scope}\n"
    first, second = draft_document(read_pasted(text.encode(), name="x")).zones
    assert (first.name, second.name) == ("浙江嘉湖片区", name)
    member = second.members[0]
    assert (member.kind, member.status, member.adcode) == (kind, status, code)
    if status == "review":
        assert member.reasons[-1].code == "nothing_below"
