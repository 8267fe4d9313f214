"""What is too much of a text is left out with a note, and everything else keeps its place."""

from __future__ import annotations

import pytest

from pilotzones.geo.documents.document_resolution import resolve_document
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.documents.text_caps import MAX_LINE_CHARACTERS, MAX_LINES, MAX_RUN_CHARACTERS, cap_document
from pilotzones.geo.notes import NO_LIST
from pilotzones.views.components.user_list.messages import list_notes

_LIST = "浙江省：余杭区、德清县"


@pytest.mark.parametrize(
    ("text", "left", "note"),
    [
        ("1" * (MAX_RUN_CHARACTERS + 1) + _LIST, "1" * MAX_RUN_CHARACTERS + " " + _LIST, "（共 1 处，第一处是第 1 行的“1”）"),
        (
            "\n" + ("总" * 600 + "一" * 600) + _LIST,
            "\n" + "总" * 500 + " " * 100 + "一" * 500 + " " * 100 + _LIST,
            "（共 2 处，第一处是第 2 行的“总”）",
        ),
        (_LIST + "\n" * MAX_LINES + _LIST, _LIST + "\n" * MAX_LINES + " " * len(_LIST), "第 50000 行之后的 1 行没有读取"),
        (
            "余、" * (MAX_LINE_CHARACTERS // 2) + _LIST,
            "余、" * (MAX_LINE_CHARACTERS // 2) + " " * len(_LIST),
            "共 1 行，第一处在第 1 行",
        ),
    ],
    ids=["run", "two runs", "lines", "line"],
)  # fmt: skip
def test_what_lies_beyond_is_blanked_and_noted(text: str, left: str, note: str) -> None:
    capped = cap_document(DocumentText(text))
    assert capped.text == left
    assert any(note in one for one in list_notes(capped.notes, "zh")), capped.notes


@pytest.mark.parametrize(
    "text", ["1" * MAX_RUN_CHARACTERS + _LIST, " " * 9_000 + _LIST, "\n" * (MAX_LINES - 1) + _LIST]
)
def test_what_is_within_the_bounds_stays(text: str) -> None:
    document = DocumentText(text)
    assert cap_document(document) is document


def test_the_note_reaches_the_reader() -> None:
    document = DocumentText("①" * 9_000 + "\n" + _LIST)
    draft = draft_list(document)
    assert [member.adcode for _, member in draft.members] == ["330110", "330521"]
    assert len(draft.notes) == 1
    assert NO_LIST not in draft.notes
    found = resolve_document(document)
    assert [row.adcode for row in found.rows] == [("330110",), ("330521",)]
    assert found.notes == draft.notes
