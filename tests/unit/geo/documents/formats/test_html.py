"""What an HTML page keeps beside its plain text."""

from __future__ import annotations

import pytest

from pilotzones.geo.documents.document_resolution import resolve_document
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_pasted
from tests.helpers.document_files import read_here

STYLE = "<style>/* x */ .gone{display:none} td.old > i {text-decoration: line-through} @media print{p{display:none}}</style>"


def marked(body: str) -> tuple[str, list[tuple[str, str]]]:
    """The text, and its marked parts with their kinds."""
    document = read_here(f"<html><head>{STYLE}</head><body>{body}</body></html>".encode(), "html")
    return document.text.strip(), [(document.text[mark.start : mark.end], mark.kind) for mark in document.marks]


@pytest.mark.parametrize(
    ("inline", "kind"),
    [
        ("<del>嘉善县</del>", "struck"),
        ("<s>嘉善县</s>", "struck"),
        ("<strike>嘉善县</strike>", "struck"),
        ("<span style='text-decoration: line-through red'>嘉善县</span>", "struck"),
        ("<td class=old><i>嘉善县</i>", "struck"),
        ("<span style='display:none'>嘉善县</span>", "hidden"),
        ("<span style='DISPLAY : NONE !important'>嘉善县</span>", "hidden"),
        ("<span style='visibility:hidden'><b>嘉善县</b></span>", "hidden"),
        ("<span hidden>嘉善县</span>", "hidden"),
        ("<span class='a gone'>嘉善县</span>", "hidden"),
        ("<span style='color:#fff'>嘉善县</span>", "invisible"),
        ("<font color=white>嘉善县</font>", "invisible"),
        ("<span style='color:rgb(0,0,0);background:#000'>嘉善县</span>", "invisible"),
        ("<span style='font-size:0'>嘉善县</span>", "invisible"),
        ("<span style='opacity:0'>嘉善县</span>", "invisible"),
        ("<span style='position:absolute;left:-9999px'>嘉善县</span>", "invisible"),
        ("<span style='position:absolute;clip:rect(0 0 0 0)'>嘉善县</span>", "invisible"),
        ("<span style='clip-path: inset(50%)'>嘉善县</span>", "invisible"),
        ("<span style='display:block;height:0;overflow:hidden'>嘉善县</span>", "invisible"),
        ("<span style='width:1px;height:1px;overflow:hidden'>嘉善县</span>", "invisible"),
    ],
)
def test_struck_hidden_and_invisible_text_is_marked(inline: str, kind: str) -> None:
    table = inline.startswith("<td")
    text, marks = marked(f"<table><tr><td>南湖区</td>{inline}</table>" if table else f"<p>南湖区、{inline}、秀洲区</p>")
    assert "嘉善县" in text
    assert marks == [("嘉善县", kind)]


@pytest.mark.parametrize(
    "inline",
    [
        "<ins>嘉善县</ins>",
        "<p style='display:block'>嘉善县</p>",
        "<span style='height:20px;overflow:hidden'>嘉善县</span>",
        "<span style='color:white;background:#1f4e79'>嘉善县</span>",
        "<div style='background-color:navy'><span style='color:#fff'>嘉善县</span></div>",
        "<span style='color:#333'>嘉善县</span>",
        "<ruby>嘉善县<rp>(</rp><rt>jiāshàn</rt><rp>)</rp></ruby>",
    ],
)
def test_plain_text_has_no_mark(inline: str) -> None:
    text, marks = marked(f"<p>南湖区、{inline}</p>")
    assert "嘉善县" in text
    assert "(" not in text
    assert marks == []


def test_a_hidden_row_of_a_table_is_for_review_and_a_raised_figure_is_a_note() -> None:
    page = (
        "<table><tr><th>县区<th>面积（平方公里）</tr><tr><td>南湖区<td>120<sup>1</sup></tr>"
        "<tr style='display:none'><td>嘉善县<td>3</tr><tr><td>秀洲区<td>5</tr></table>"
    )
    document = read_here(page.encode(), "html")
    statuses = {member.listed_text: member.status for _, member in draft_list(document).members}
    assert statuses == {"南湖区": "accepted", "嘉善县": "review", "秀洲区": "accepted"}
    assert "120¹" in document.text


@pytest.mark.parametrize(
    "scope",
    [
        "成都市（<s>温江区</s>、郫都区除外）",
        "成都市（除<s>温江区</s>外）",
        "成都市（温江区<s>除外</s>）",
        "成都市<s>（除温江区外）</s>",
    ],
)
@pytest.mark.parametrize(
    "frame", ["<p>试验范围：{}、绵阳市。</p>", "<table><tr><th>片区<th>范围<tr><td>甲<td>{}、绵阳市</table>"]
)
def test_a_struck_exclusion_is_a_question(scope: str, frame: str) -> None:
    document = read_here(f"<html><body>{frame.format(scope)}</body></html>".encode(), "html")
    draft = draft_list(document)
    members = {member.listed_text: member.status for _, member in draft.members}
    assert members["成都市"] == "review"
    assert members["绵阳市"] == "accepted"
    assert any(row.status == "review" and row.listed_text in {"成都市", "温江区"} for row in resolve_document(document))


@pytest.mark.parametrize(
    "inline",
    [
        "<del>德清县</del><ins>安吉县</ins>",
        "<ins>安吉县</ins> <del>德清县</del>",
        "<del>德清</del><ins>安吉</ins>县",
        "<ins>安</ins><del>德清</del><ins>吉</ins>县",
    ],
)
def test_a_deletion_that_an_insertion_replaces_is_left_out_and_noted(inline: str) -> None:
    document = read_here(f"<html><body><p>试点县：长兴县、{inline}。</p></body></html>".encode(), "html")
    rows = resolve_document(document).rows
    assert [(row.listed_text, row.status) for row in rows] == [("长兴县", "accepted"), ("安吉县", "accepted")]
    assert [member.listed_text for _, member in draft_list(document).members] == ["长兴县", "安吉县"]
    assert [note.code for note in document.notes] == ["deletions"]


@pytest.mark.parametrize("text", ["<del>德清县</del>、安吉县", "<p>试点：<del>德清县</del>、安吉县</p>"])
def test_a_fragment_of_a_page_is_read_as_one(text: str) -> None:
    rows = resolve_document(read_pasted(text)).rows
    assert [(row.listed_text, row.status) for row in rows] == [("德清县", "review"), ("安吉县", "accepted")]
