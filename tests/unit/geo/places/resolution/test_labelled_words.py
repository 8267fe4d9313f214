"""A larger unit before a colon is a label: what stands behind it leaves rows, and the unit is no member in silence."""

from __future__ import annotations

import pytest

from pilotzones.geo.places.resolve import resolve_text


def _read(text: str) -> list[tuple[str, str]]:
    return [(row.listed_text, row.status) for row in resolve_text(text).rows]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("吉林省：寅卯、朝阳区", [("寅卯", "unresolved"), ("朝阳区", "accepted")]),
        ("吉林省：朝阳区、寅卯", [("朝阳区", "accepted"), ("寅卯", "unresolved")]),
        ("吉林省：寅卯", [("吉林省", "review"), ("寅卯", "unresolved")]),
        ("江苏省:南京、苏州\n浙江省:寅卯、卯辰", [
            ("南京", "accepted"), ("苏州", "accepted"), ("浙江省", "review"), ("寅卯", "unresolved"), ("卯辰", "unresolved"),
        ]),
        ("吉林省：积极推进各项改革，完善制度", [("吉林省", "review")]),
        ("吉林省：3个县", [("吉林省", "review")]),
    ],
)  # fmt: skip
def test_words_behind_a_label_leave_rows(text: str, rows: list[tuple[str, str]]) -> None:
    assert _read(text) == rows


@pytest.mark.parametrize("text", ["吉林省：全域", "吉林省：2016年", "吉林省：第一批", "吉林省：\n"])
def test_what_says_something_of_the_unit_leaves_it_a_member(text: str) -> None:
    assert _read(text) == [("吉林省", "accepted")]


def test_labels_whose_items_are_read_are_headings() -> None:
    assert _read("一、吉林省：长春市、吉林市") == [("长春市", "accepted"), ("吉林市", "accepted")]
