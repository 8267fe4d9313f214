"""Tables of a PDF: cells merged over rows and pages, columns without rules, two columns of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pilotzones.geo.documents.document_resolution import resolve_document
from tests.helpers.document_files import read_here
from tests.helpers.drawn_pdf import DrawnPage, draw_pdf, draw_table

HEAD = ["序号", "省份", "县（市、区）"]
ZHEJIANG = ["德清县", "义乌市", "桐乡市", "海宁市"]
JILIN = ["九台区", "朝阳区", "榆树市"]


def listed(pages: Sequence[DrawnPage]) -> list[tuple[str, str, str]]:
    rows = resolve_document(read_here(draw_pdf(pages), "pdf")).rows
    return [(row.listed_text, row.province, row.status) for row in rows]


def expected(zhejiang: Sequence[str], jilin: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(name, "浙江省", "accepted") for name in zhejiang] + [(name, "吉林省", "accepted") for name in jilin]


def test_a_province_that_spans_rows_belongs_to_each_of_them() -> None:
    rows = [
        HEAD,
        *([str(n), "浙江省", name] for n, name in enumerate(ZHEJIANG)),
        *(["9", "吉林省", name] for name in JILIN),
    ]
    page = draw_table(rows, [(1, 1, 4), (5, 1, 3)])
    page.texts.append((250, 740, "试点县名单"))
    assert listed([page]) == expected(ZHEJIANG, JILIN)


def test_a_province_that_spans_pages_goes_on_below_the_repeated_head() -> None:
    first = draw_table([HEAD, ["1", "浙江省", ZHEJIANG[0]], ["2", "", ZHEJIANG[1]]], [(1, 1, 2)])
    first.texts.append((290, 40, "— 1 —"))
    second = draw_table(
        [HEAD, ["3", "", ZHEJIANG[2]], ["4", "", ZHEJIANG[3]], *(["5", "吉林省", name] for name in JILIN)],
        [(1, 1, 2), (3, 1, 3)],
    )
    assert listed([first, second]) == expected(ZHEJIANG, JILIN)


def test_a_label_on_the_next_page_belongs_to_the_rows_before_it() -> None:
    first = draw_table([HEAD, *([str(n), "浙江省", name] for n, name in enumerate(ZHEJIANG)), ["5", "", JILIN[0]],
                        ["6", "", JILIN[1]]], [(1, 1, 4), (5, 1, 2)])  # fmt: skip
    assert listed([first, draw_table([HEAD, ["7", "吉林省", JILIN[2]]])]) == expected(ZHEJIANG, JILIN)


def test_two_columns_of_text_are_read_one_after_the_other() -> None:
    left, right = ["浙江省", *ZHEJIANG], ["吉林省", *JILIN, "延吉市"]
    page = DrawnPage([(250, 740, "试点县名单")])
    for number, (one, other) in enumerate(zip(left, right, strict=True)):
        # Drawn line by line, as many programs do.
        page.texts += [(60, 700 - 20 * number, one), (320, 700 - 20 * number, other)]
    assert listed([page]) == expected(ZHEJIANG, [*JILIN, "延吉市"])


def test_a_table_without_rules_between_its_rows_is_read_by_its_columns() -> None:
    rows = [HEAD, ["1", "浙江省", ZHEJIANG[0]], ["2", "", ZHEJIANG[1]], ["3", "吉林省", JILIN[0]], ["4", "", JILIN[1]]]
    page = DrawnPage()
    for number, row in enumerate(rows):
        page.texts += [(60 + 120 * column, 700 - 20 * number, text) for column, text in enumerate(row) if text]
    assert listed([page]) == expected(ZHEJIANG[:2], JILIN[:2])


def draw_ruled() -> DrawnPage:
    rows = [HEAD, ["1", "浙江省", ZHEJIANG[0]], ["2", "", ZHEJIANG[1]], ["3", "吉林省", JILIN[0]], ["4", "", JILIN[1]]]
    return draw_table(rows, [(1, 1, 2), (3, 1, 2)])


def draw_aligned() -> DrawnPage:
    rows = [["省份", "县"], ["浙江省", ZHEJIANG[0]], ["", ZHEJIANG[1]], ["吉林省", JILIN[0]], ["", JILIN[1]]]
    return DrawnPage(
        [
            (60 + 120 * column, 700 - 20 * at, text)
            for at, row in enumerate(rows)
            for column, text in enumerate(row)
            if text
        ]
    )


def draw_columns() -> DrawnPage:
    """Two columns of text whose lines end with separators; the left one is longer."""
    left = ["试点范围包括浙江省", "德清县、义乌市。"]
    right = ["吉林省九台区、", "朝阳区。"]
    page = DrawnPage([(60, 740, "名单如下所述的两列"), (320, 740, "右列从此处开始、")])
    for number, (one, other) in enumerate(zip(left, right, strict=True)):
        page.texts += [(60, 720 - 20 * number, one), (320, 720 - 20 * number, other)]
    page.texts.append((60, 680, "以上为浙江省。"))
    return page


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("draw", [draw_ruled, draw_aligned])
def test_a_turned_page_is_read_as_it_is_held(draw: Callable[[], DrawnPage], degrees: int) -> None:
    """By the viewer, by the reader of a table that is printed sideways, and by both."""
    for rotation in (degrees, 0):
        page = draw()
        page.turned, page.rotation = degrees, rotation
        assert listed([page]) == expected(ZHEJIANG[:2], JILIN[:2])
    page = draw()
    page.rotation = degrees
    assert listed([page]) == expected(ZHEJIANG[:2], JILIN[:2])


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_text_nobody_sees_is_marked_on_a_turned_page(degrees: int) -> None:
    for rotation in {degrees, 0}:
        page = draw_ruled()
        page.turned, page.rotation = degrees, rotation
        page.looks = {next(at for at, text in enumerate(page.texts) if text[2] == ZHEJIANG[1]): "1 g"}
        assert [status for _, _, status in listed([page])] == ["accepted", "review", "accepted", "accepted"]


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_the_longer_left_column_is_read_before_the_right_one(degrees: int) -> None:
    page = draw_columns()
    page.turned = page.rotation = degrees
    assert read_here(draw_pdf([page]), "pdf").text.split("\n") == [
        "名单如下所述的两列", "试点范围包括浙江省", "德清县、义乌市。", "以上为浙江省。",
        "右列从此处开始、", "吉林省九台区、", "朝阳区。",
    ]  # fmt: skip
