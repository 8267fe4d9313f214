"""What the page "Your list" says of a document is Chinese on the Chinese page."""

from __future__ import annotations

import re

import pytest

from geo.documents import NO_LIST, draft_list, read_pasted
from views.list_notes import notes_of, told


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("2 zones are called 甲片区", "有 2 个片区都叫甲片区。"),
        ("the document says 11 zones; 10 were found", "文件说有 11 个片区，找到 10 个。"),
        ("pages without text, perhaps pictures: 1, 2", "没有文字的页（可能是图片）：1, 2"),
        (
            "merged, today's unit is larger: 南市区→黄浦区, ended by 2000-12 (code tables before and after: the old name ends)",
            "南市区→黄浦区，旧名至 2000-12 止（依据：前后年份的行政区划代码表）",
        ),
        ("国函〔2014〕3号", "国函〔2014〕3号"),
    ],
)
def test_sentences(text: str, zh: str) -> None:
    assert told(text, "zh") == zh
    assert told(text, "en")


def test_reasons_of_changed_names_and_notes_are_chinese() -> None:
    draft = draft_list(
        read_pasted("1.甲片区\n试验范围：天津市塘沽区、上海市南市区、长寿县、汉沽区。\n".encode(), name="x")
    )
    reasons = [reason for _, member in draft.members for reason in member.reasons]
    assert reasons
    told_all = [told(reason, "zh") for reason in reasons if "ended by" in reason]
    assert told_all
    assert not any(re.search(r"[a-z]{4}", one) for one in told_all)
    assert notes_of((NO_LIST,), "zh") == []
