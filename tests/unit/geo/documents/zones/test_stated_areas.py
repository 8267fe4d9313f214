"""The area that a document states: the right figure, or a question that shows the wording, never a piece of the number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.models import Draft
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.documents.zones.stated_areas import read_area_cell
from pilotzones.geo.places.text.normalization import fold_variants
from tests.helpers.document_files import read_here, word_run, word_xml

HEAD = "面积（平方公里）"
# A cell or wording, and its area or the reason of the question.
WORDINGS: list[tuple[str, float | str]] = [
    ("1 479平方公里", 1479),
    ("1\N{NO-BREAK SPACE}479平方公里", 1479),
    ("1\N{THIN SPACE}479平方公里", 1479),
    ("1\N{IDEOGRAPHIC SPACE}479平方公里", 1479),
    ("1,479平方公里", 1479),
    ("１，４７９平方公里", 1479),
    ("一千四百七十九平方公里", 1479),
    ("1.2万平方公里", 12000),
    ("一万二千平方公里", 12000),
    ("1200余平方公里", 1200),
    ("近1200平方公里", 1200),
    ("120¹平方公里", 120),
    ("120①平方公里", 120),
    ("2500[1]平方公里", 2500),
    ("1479㎢", 1479),
    ("1479k㎡", 1479),
    ("1479 平 方 公 里", 1479),
    ("壹仟贰佰平方公里", 1200),
    ("1/3平方公里", "area_digits"),
    ("14.79×10²平方公里", "area_digits"),
    ("1479平方公里（221.85万亩）", 1479),
    ("约2 500-2 900平方公里", "area_range"),
    ("100至120平方公里", "area_range"),
    ("100平方公里至120平方公里", "area_range"),
    ("10、043平方公里", "area_digits"),
    ("1.2.3平方公里", "area_digits"),
    ("12,34平方公里", "area_digits"),
    ("数千平方公里", "area_digits"),
    ("l200平方公里", "area_letters"),
    ("1e3平方公里", "area_letters"),
    ("lOO平方公里", "area_letters"),
    ("-300平方公里", "area_sign"),
    ("不足1200平方公里", "area_bound"),
    ("1200平方公里以上", "area_bound"),
    ("水域20平方公里，陆域100平方公里", "area_parts"),
    ("核心区300平方公里，拓展区900平方公里", "area_parts"),
]
CELLS: list[tuple[str, float | str | None]] = [
    ("1 479", 1479),
    ("1,479.5", 1479.5),
    ("一千四百七十九", 1479),
    ("约300左右", 300),
    ("核心区300，总面积1200", 1200),
    ("1200（其中核心区300）", 1200),
    ("水域20，陆域100", "area_parts"),
    ("1479/221.9", "area_parts"),
    ("20至30", "area_range"),
    ("面积（平方公里/万亩）：1479/221.9", "area_units"),
    ("—", None),
    ("", None),
    ("全域", None),
]


@pytest.mark.parametrize(("cell", "expected"), [*WORDINGS, *CELLS])
def test_a_cell_gives_its_area_or_a_question(cell: str, expected: float | str | None) -> None:
    area = read_area_cell(fold_variants(cell), fold_variants(HEAD))
    if isinstance(expected, str):
        assert area is not None
        assert area.km2 is None
        assert area.doubt is not None
        assert area.doubt.code == expected
    else:
        assert (None if area is None else area.km2) == expected


@pytest.mark.parametrize(("head", "code"), [("面积（平方公里/万亩）", "area_units"), ("面积", "area_unit_missing")])
def test_a_figure_without_one_unit_is_a_question(head: str, code: str) -> None:
    area = read_area_cell("1479", fold_variants(head))
    assert area is not None
    assert area.doubt is not None
    assert area.doubt.code == code


def draft_text(wording: str) -> Draft:
    return draft_list(DocumentText(f"嘉兴试验区\n试验范围：嘉兴市南湖区、秀洲区。总面积{wording}。\n"))


@pytest.mark.parametrize(("wording", "expected"), WORDINGS)
def test_running_text_gives_its_area_or_a_question(wording: str, expected: float | str) -> None:
    draft = draft_text(wording)
    questions = [one for one in draft.unread if one.reason.startswith("area: ")]
    if isinstance(expected, str):
        assert draft.zones[0].stated_area_km2 is None
        assert wording.removeprefix("水域") in questions[0].text
        assert draft.needs_review
        assert any(note.code == "area" for note in draft.notes)
    else:
        assert draft.zones[0].stated_area_km2 == pytest.approx(expected)
        assert not questions


def test_the_whole_counts_wherever_it_stands() -> None:
    text = "嘉兴试验区\n试验范围：嘉兴市南湖区、秀洲区。核心区面积300平方公里，总面积1200平方公里。\n"
    assert draft_list(DocumentText(text)).zones[0].stated_area_km2 == 1200


def test_a_raised_figure_is_a_note_mark() -> None:
    raised = word_run("1", '<w:vertAlign w:val="superscript"/>')
    body = f"<w:p>{word_run('试验范围：嘉兴市南湖区、秀洲区。总面积120')}{raised}{word_run('平方公里。')}</w:p>"
    (zone,) = draft_list(read_here(word_xml(f"<w:p>{word_run('示范区名单')}</w:p>{body}"), "docx")).zones
    assert zone.stated_area_km2 == 120


def test_a_struck_figure_is_a_question() -> None:
    struck = word_run("120", "<w:strike/>")
    body = f"<w:p>{word_run('试验范围：嘉兴市南湖区、秀洲区。总面积')}{struck}{word_run('150平方公里。')}</w:p>"
    draft = draft_list(read_here(word_xml(body), "docx"))
    assert draft.zones[0].stated_area_km2 is None
    assert "area: struck out in the document" in {one.reason for one in draft.unread}


@given(
    number=st.integers(1, 9_000_000),
    group=st.sampled_from(
        ["", ",", " ", "，", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}", "\N{IDEOGRAPHIC SPACE}", "、", ". "]
    ),
    wide=st.booleans(),
    lead=st.sampled_from(["", "约", "近", "共", "总面积"]),
)
def test_no_figure_is_read_as_a_piece_of_it(*, number: int, group: str, wide: bool, lead: str) -> None:
    digits = f"{number:,}".replace(",", group)
    written = digits.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if wide else digits
    area = read_area_cell(fold_variants(f"{lead}{written}平方公里"), fold_variants(HEAD))
    assert area is not None
    assert area.km2 in {float(number), None}
    if group not in {"、", ". "}:
        assert area.km2 == number


@pytest.mark.parametrize(
    ("heads", "cells", "expected"),
    [
        ("耕地面积（万亩）", "20", ("", None)),
        ("海域面积（平方公里）", "30", ("", None)),
        ("耕地面积（万亩）\t总面积（平方公里）", "20\t1479", ("1479平方公里", 1479.0)),
        ("核心区面积（平方公里）\t规划面积（平方公里）", "30\t1479", ("1479平方公里", 1479.0)),
        ("建成区面积（平方公里）", "30", ("30", None)),
    ],
)
def test_a_column_of_another_area_is_not_the_size_of_the_zone(
    heads: str, cells: str, expected: tuple[str, float | None]
) -> None:
    text = f"序号\t试验区\t范围\t{heads}\n1\t甲试验区\t德清县、安吉县\t{cells}\n2\t乙试验区\t长兴县\t{cells}\n"
    zone = draft_list(DocumentText(text)).zones[0]
    assert (zone.stated_area_text, zone.stated_area_km2) == expected
