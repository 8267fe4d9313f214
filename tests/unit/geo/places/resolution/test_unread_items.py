"""Items of an enumeration that nobody knows are rows; words of prose are none."""

from __future__ import annotations

import pytest

from pilotzones.geo.places import resolve_text


def unresolved(text: str) -> list[str]:
    return [row.listed_text for row in resolve_text(text).rows if row.status == "unresolved"]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("朝阳区、寅卯", ["寅卯"]),
        ("试点范围为德清县、安吉县、寅卯、长兴县", ["寅卯"]),
        ("试点范围：德清县、安吉县、寅卯。", ["寅卯"]),
        ("试点范围：寅卯、德清县、安吉县。", ["寅卯"]),
        ("试点范围为寅卯、德清县。", ["寅卯"]),
        ("寅卯、德清县、安吉县", ["寅卯"]),
        ("德清县、寅卯和安吉县", ["寅卯"]),
        ("德清县和寅卯", ["寅卯"]),
        ("德清县，寅卯，安吉县", ["寅卯"]),
        ("德清县/寅卯/安吉县", ["寅卯"]),
        ("德清 寅卯 安吉", ["寅卯"]),
        ("德清县、寅卯、卯辰", ["寅卯", "卯辰"]),
        ("德清县、寅卯等2个县", ["寅卯"]),
        ("推进德清县、安吉县、寅卯，加快建设", ["寅卯"]),
        ("试点：德清县（新增）、寅卯（新增）。", ["寅卯"]),
        ("试点地区：德清县、安吉县、余某、王店。", ["余某", "王店"]),
        ("试点：330521；德清县、寅卯；昆山市", ["寅卯"]),
        ("浙江省：德清县、寅卯；江苏省：昆山市、卯辰", ["寅卯", "卯辰"]),
    ],
)
def test_an_item_that_nobody_knows_is_a_row(text: str, items: list[str]) -> None:
    assert unresolved(text) == items


@pytest.mark.parametrize(
    "text",
    [
        "人口、产业、德清县",
        "围绕人口、产业、德清县开展研究。",
        "德清县、安吉县、产业发展、人口集聚等方面",
        "德清县、安吉县、住房、就业",
        "在德清县、安吉县、长兴县、乡村振兴等领域",
        "德清县、安吉县及相关部门",
        "德清县、安吉县、各乡镇、街道",
        "德清县、安吉县、湖州市农业农村局",
        "德清县、安吉县、清华大学、浙江大学",
        "德清县，同时，安吉县也开展试点",
        "范围包括刚察县、海口磁龙华区、秀英区。",
    ],
)
def test_words_of_prose_are_no_items(text: str) -> None:
    assert unresolved(text) == []
