"""What the page "Your list" says of a document is Chinese on the Chinese page."""

from __future__ import annotations

import json
import re
import string
from dataclasses import astuple

import pytest

from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.messages import load_messages
from pilotzones.geo.notes import NO_LIST, make_note, parse_note
from pilotzones.geo.places import resolve_text
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.reason_codes import ReviewReason, list_reason_codes, make_reason
from pilotzones.views.components.user_list.messages import list_notes, translate_reason


@pytest.mark.parametrize(
    "code", [key.removeprefix("list_note_") for key in load_messages() if key.startswith("list_note_")]
)
def test_every_note_is_written_in_both_languages(code: str) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(load_messages()[f"list_note_{code}"]["en"]) if name}
    values = {name: f"甲{place}乙" for place, name in enumerate(sorted(names))}
    note = make_note(code, **(values | ({"why": "area_range"} if "why" in names else {})))
    assert not _ENGLISH.search(note.translate_to("zh"))
    assert str(note) == note.translate_to("en")
    assert parse_note(json.loads(json.dumps(astuple(note)))) == note
    assert all(
        value in text for text in (str(note), note.translate_to("zh")) for _, value in note.values if "甲" in value
    )


@pytest.mark.parametrize(
    "data", [["no_such_note", {}], ["forms", {}], ["forms", {"count": 1}], ["forms"], None, [[], {}]]
)
def test_what_is_no_note_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="note"):
        parse_note(data)


_CODE_TABLES = "code tables before and after: the old name ends"
_NEWER_SOURCE = "county set up on 2024-12-27 on ground of 皮山县; newer than the boundary table"


@pytest.mark.parametrize(
    ("reason", "zh"),
    [
        (
            make_reason("merged", steps="南市区→黄浦区", until="2000-12", source=_CODE_TABLES),
            "已并入更大的区划：南市区→黄浦区，旧名至 2000-12 止（依据：前后年份的行政区划代码表）",
        ),
        (make_reason("known_area", source="国函〔2014〕3号"), "已知的功能区，不是行政区划（依据：国函〔2014〕3号）"),
        (
            make_reason("newer", source=_NEWER_SOURCE),
            "比现有的行政区划表更新（依据：2024-12-27 由皮山县析置，晚于边界表）",
        ),
    ],
)
def test_reasons_name_their_source_in_chinese(reason: ReviewReason, zh: str) -> None:
    assert translate_reason(reason, "zh") == zh


_ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")


@pytest.mark.parametrize("code", sorted(list_reason_codes()))
def test_every_reason_is_said_in_the_language_of_the_page(code: str) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(load_messages()[f"list_reason_{code}"]["en"]) if name]
    values = {name: f"甲（{place}）(乙), 丙" for place, name in enumerate(names)}
    reason = make_reason(code, **values)
    zh, en = translate_reason(reason, "zh"), translate_reason(reason, "en")
    assert not _ENGLISH.search(zh)
    assert not re.search("[\u4e00-\u9fff]{3}", en)
    assert all(value in zh and value in en for value in values.values())


_TROUBLED = (
    "天津市塘沽区、上海市南市区、长寿县、汉沽区、上海县的三林乡、贵安新区、两江新区、和康县、天津沿海新区",
    "朝阳区、江宇区、甲乙丙区、长沙、江华县、渝中；周口市扶沟县、淮阴区；青海省湟源县，*自治区昭苏县",
    "包括镇冮市京口区、句容市，南京市江宇区，大连市垫河口区，苏州市吴江*区，淮安巾金湖县，南京市锡山区。",
    "许昌县、阜阳县、六安县、市中区、崇文区、万县、和县、、和康县、定西市□县",
)


@pytest.mark.parametrize("text", _TROUBLED)
def test_reasons_of_a_troubled_list_are_said_in_chinese(text: str) -> None:
    for as_of in (None, "1995-06"):
        reasons = [one for row in resolve_text(text, as_of=as_of) for one in row.reasons]
        assert reasons
        assert [one for one in reasons if _ENGLISH.search(translate_reason(one, "zh"))] == []


def test_sources_of_areas_and_changes_are_told_in_chinese() -> None:
    meanings = {m for found in load_gazetteer().forms.values() for m in found}
    sources = {one.source for m in meanings for one in (m.special, m.old) if one is not None}
    assert len(sources) > 100
    assert [
        one for one in sources if _ENGLISH.search(translate_reason(make_reason("known_area", source=one), "zh"))
    ] == []


def test_notes_of_a_document_are_told_and_that_it_lists_nothing_is_not() -> None:
    text = "1.甲片区\n试验范围：天津市塘沽区、上海市南市区、长寿县、汉沽区。\n"
    draft = draft_list(read_pasted(text.encode(), name="x"))
    assert [reason for _, member in draft.members for reason in member.reasons]
    assert list_notes((NO_LIST,), "zh") == []
