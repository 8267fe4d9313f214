"""What Word keeps beside plain text: tracked changes, wrappers, and text that nobody sees."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.notes import make_note
from tests.helpers.document_files import read_here, word_run, word_xml

RUN = word_run
LEAD = RUN("试验范围：嘉兴市南湖区、秀洲区")
NAME = RUN("、嘉善县")


def paragraph(*inline: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(inline)}</w:p>"


def members(content: bytes) -> dict[str, str]:
    """Status of every member by its listed text."""
    draft = draft_list(read_here(content, "docx"))
    return {member.listed_text: member.status for _, member in draft.members}


@pytest.mark.parametrize(
    "inline",
    [
        f'<w:ins w:id="1">{NAME}</w:ins>',
        f'<w:moveTo w:id="1">{NAME}</w:moveTo>',
        f'<w:ins w:id="1"><w:ins w:id="2">{NAME}</w:ins></w:ins>',
        f'<w:ins w:id="1"><w:hyperlink>{NAME}</w:hyperlink></w:ins>',
        f"<w:sdt><w:sdtPr/><w:sdtContent>{NAME}</w:sdtContent></w:sdt>",
        f'<w:smartTag w:element="place"><w:smartTagPr/>{NAME}</w:smartTag>',
        f"<w:hyperlink>{NAME}</w:hyperlink>",
        f'<w:fldSimple w:instr="REF a">{NAME}</w:fldSimple>',
        f"<w:customXml>{NAME}</w:customXml>",
        f'<w:bdo w:val="ltr">{NAME}</w:bdo>',
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF 平湖市</w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{NAME}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        f"<w:r><w:ruby><w:rt>{RUN('jiashan')}</w:rt><w:rubyBase>{NAME}</w:rubyBase></w:ruby></w:r>",
        f'<mc:AlternateContent><mc:Choice Requires="x">{NAME}</mc:Choice><mc:Fallback>{NAME}</mc:Fallback></mc:AlternateContent>',
        f'<mc:AlternateContent><mc:Choice Requires="x"/><mc:Fallback>{NAME}</mc:Fallback></mc:AlternateContent>',
        RUN("、嘉") + RUN("善县", "<w:b/>"),
        RUN("、嘉善县", '<w:strike w:val="0"/><w:vanish w:val="false"/>'),
        RUN("、嘉善县", "<w:rPrChange><w:rPr><w:strike/></w:rPr></w:rPrChange>"),
        RUN("、嘉善县", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F4E79"/>'),
        RUN("、嘉善县") + RUN("1", '<w:vertAlign w:val="superscript"/>'),
    ],
)
def test_text_in_any_wrapper_is_text(inline: str) -> None:
    content = word_xml(paragraph(RUN("示范区名单")) + paragraph(LEAD, inline, RUN("。")))
    assert members(content) == dict.fromkeys(("嘉兴市南湖区", "秀洲区", "嘉善县"), "accepted")


@pytest.mark.parametrize(
    "deleted",
    [
        '<w:del w:id="1"><w:r><w:delText>、嘉善县</w:delText></w:r></w:del>',
        f'<w:moveFrom w:id="1">{NAME}</w:moveFrom>',
        '<w:ins w:id="1"><w:del w:id="2"><w:r><w:delText>、嘉善县</w:delText></w:r></w:del></w:ins>',
    ],
)
def test_deleted_text_is_no_text_and_a_note_says_how_much(deleted: str) -> None:
    document = read_here(word_xml(paragraph(LEAD, deleted, RUN("。"))), "docx")
    assert document.text == "试验范围：嘉兴市南湖区、秀洲区。"
    assert document.notes == (make_note("deletions", count=1, texts="、嘉善县"),)


def test_prompts_of_empty_content_controls_are_no_text_and_a_note_quotes_them() -> None:
    prompt = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    empty = prompt.format(f"<w:tc>{paragraph(RUN('单击输入'))}</w:tc>")
    row = f"<w:tr><w:tc>{paragraph(RUN('嘉善县'))}</w:tc>{empty}</w:tr>"
    content = paragraph(LEAD, prompt.format(RUN("选择一项")), RUN("。")) + f"<w:tbl>{row}{row}</w:tbl>"
    document = read_here(word_xml(content), "docx")
    assert document.text.splitlines()[0] == "试验范围：嘉兴市南湖区、秀洲区。"
    assert "单击" not in document.text
    assert document.notes == (make_note("placeholders", count=3, texts="选择一项; 单击输入; 单击输入"),)


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        ("<w:strike/>", "struck"),
        ("<w:dstrike/>", "struck"),
        ("<w:vanish/>", "hidden"),
        ('<w:color w:val="FFFFFF"/>', "invisible"),
        ('<w:color w:val="auto" w:themeColor="background1"/>', "invisible"),
        ('<w:color w:val="1F4E79"/><w:shd w:val="clear" w:fill="1F4E79"/>', "invisible"),
        ('<w:sz w:val="2"/>', "invisible"),
        ('<w:rStyle w:val="Gone"/>', "struck"),
    ],
)
def test_struck_hidden_and_invisible_text_is_for_review(properties: str, why: str) -> None:
    styles = '<w:style w:type="character" w:styleId="Gone"><w:rPr><w:strike/></w:rPr></w:style>'
    content = word_xml(paragraph(RUN("名单")) + paragraph(LEAD, RUN("、嘉善县", properties), RUN("。")), styles=styles)
    draft = draft_list(read_here(content, "docx"))
    found = {member.listed_text: member for _, member in draft.members}
    assert [found[name].status for name in ("嘉兴市南湖区", "秀洲区", "嘉善县")] == ["accepted", "accepted", "review"]
    assert found["嘉善县"].reasons[-1].code == f"marked_{why}"
    assert found["嘉善县"].candidates[0].adcode == "330421"


def test_words_around_a_name_count_for_it() -> None:
    content = word_xml(paragraph(LEAD, RUN("、"), RUN("不含", "<w:strike/>"), RUN("嘉善县。")))
    assert members(content)["嘉善县"] != "accepted"


def test_blocks_in_wrappers_boxes_and_notes_are_read() -> None:
    box = f"<w:txbxContent>{paragraph(RUN('平湖市'))}</w:txbxContent>"
    shape = f"<wps:txbx>{box}</wps:txbx>"
    body = (
        f"<w:sdt><w:sdtContent>{paragraph(RUN('甲'))}</w:sdtContent></w:sdt>"
        + paragraph(RUN("乙"), '<w:r><w:footnoteReference w:id="7"/></w:r>')
        + paragraph(
            f"<w:r><mc:AlternateContent><mc:Choice>{shape}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
        + f"<w:tbl><w:sdt><w:sdtContent><w:tr><w:sdt><w:sdtContent><w:tc>{paragraph(RUN('丙'))}</w:tc></w:sdtContent></w:sdt>"
        f"<w:tc>{paragraph(RUN('丁'))}</w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>"
    )
    footnotes = f'<w:footnote w:id="7">{paragraph(RUN("戊"))}</w:footnote>'
    text = read_here(word_xml(body, footnotes=footnotes), "docx").text
    assert text.split("\n") == ["甲", "乙¹", "", "平湖市", "丙\t丁", "注1：戊"]


def test_rows_and_cells_that_were_deleted_are_left_out() -> None:
    rows = "".join(
        f"<w:tr><w:trPr>{mark}</w:trPr><w:tc>{paragraph(RUN(name))}</w:tc><w:tc>{paragraph(RUN('县'))}</w:tc></w:tr>"
        for name, mark in (("甲", ""), ("乙", '<w:del w:id="1"/>'), ("丙", '<w:ins w:id="2"/>'))
    )
    document = read_here(word_xml(f"<w:tbl>{rows}</w:tbl>"), "docx")
    assert document.text == "甲\t县\n丙\t县"
    assert "乙" in str(document.notes[0])


def test_the_text_of_a_hidden_row_is_for_review() -> None:
    rows = "".join(
        f"<w:tr><w:trPr>{properties}</w:trPr><w:tc>{paragraph(RUN(name))}</w:tc></w:tr>"
        for name, properties in [
            ("县", ""),
            ("南湖区", ""),
            ("秀洲区", "<w:hidden/>"),
            ("嘉善县", '<w:hidden w:val="0"/>'),
        ]
    )
    document = read_here(word_xml(paragraph(RUN("嘉兴市试点县")) + f"<w:tbl>{rows}</w:tbl>"), "docx")
    marked = document.marked_text
    assert [(marked.text[one.start : one.end], one.kind) for one in marked.marks] == [("秀洲区", "hidden")]


_BEGIN, _SEPARATE, _END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))


@pytest.mark.parametrize(
    "field",
    [
        _BEGIN + "<w:r><w:instrText> REF x </w:instrText></w:r>",
        _BEGIN + f'<w:del w:id="1">{_SEPARATE}<w:r><w:delText>海盐县</w:delText></w:r>{_END}</w:del>',
        f'<w:del w:id="1">{_BEGIN}</w:del>' + _SEPARATE + _END,
    ],
)
def test_text_behind_a_field_that_does_not_end_is_text(field: str) -> None:
    document = read_here(word_xml(paragraph(LEAD, field, RUN("、嘉善县。")) + paragraph(RUN("另有平湖市。"))), "docx")
    assert document.text.split() == ["试验范围：嘉兴市南湖区、秀洲区、嘉善县。", "另有平湖市。"]


def test_a_deleted_end_of_paragraph_joins_two() -> None:
    body = paragraph(RUN("嘉兴市南"), properties='<w:rPr><w:del w:id="1"/></w:rPr>') + paragraph(RUN("湖区"))
    assert read_here(word_xml(body), "docx").text == "嘉兴市南湖区"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (word_xml("<w:p></w:q>"), "its document.xml is no XML at line 1"),
        (word_xml("").replace(b"word/document.xml", b"word/dokument.xml"), "neither DOCX nor XLSX"),
        (word_xml("a").replace(b"<w:body>a", b"<w:body>b"), "cannot be unpacked"),
    ],
)
def test_a_malformed_file_is_called_what_it_is(content: bytes, said: str) -> None:
    with pytest.raises(IntakeError, match=said):
        read_pasted(content)


def test_a_damaged_part_beside_the_text_is_a_note() -> None:
    document = read_here(word_xml(paragraph(RUN("嘉善县")), styles="<w:style>"), "docx")
    assert document.text == "嘉善县"
    assert document.notes == (make_note("damaged_part", part="styles.xml"),)


LOOKS = {
    "plain": (None, "{}"),
    "struck": ("struck", "<w:strike/>"),
    "hidden": ("hidden", "<w:vanish/>"),
    "white": ("invisible", '<w:color w:val="FFFFFF"/>'),
    "inserted": (None, "ins"),
    "deleted": ("gone", "del"),
}
NAMES = ("南湖区", "秀洲区", "嘉善县", "海盐县", "平湖市", "桐乡市")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(sorted(LOOKS)), min_size=len(NAMES), max_size=len(NAMES)))
def test_random_marks_read_back(looks: list[str]) -> None:
    inline = [RUN("试验范围：")]
    for name, look in zip(NAMES, looks, strict=True):
        kind, properties = LOOKS[look]
        if kind == "gone":
            inline.append(f'<w:del w:id="1"><w:r><w:delText>{name}、</w:delText></w:r></w:del>')
        elif properties == "ins":
            inline.append(f'<w:ins w:id="2">{RUN(name)}</w:ins>{RUN("、")}')
        else:
            inline.append(RUN(name, "" if kind is None else properties) + RUN("、"))
    document = read_here(word_xml(paragraph(*inline)), "docx")
    shown = [(name, LOOKS[look][0]) for name, look in zip(NAMES, looks, strict=True) if LOOKS[look][0] != "gone"]
    assert document.text == "试验范围：" + "".join(f"{name}、" for name, _ in shown)
    found = {document.text[mark.start : mark.end]: mark.kind for mark in document.marks}
    assert found == {name: kind for name, kind in shown if kind is not None}


@pytest.mark.parametrize(
    "content",
    [
        "<w:r>{}</w:r>",
        "{}",
    ],
)
def test_text_in_alternative_content_is_read_once_wherever_it_stands(content: str) -> None:
    text = "<w:t>德清县、</w:t>" if content != "{}" else word_run("德清县、")
    options = f"<mc:Choice Requires='wps'>{text}</mc:Choice><mc:Fallback>{text}</mc:Fallback>"
    alternatives = f"<mc:AlternateContent>{options}</mc:AlternateContent>"
    body = f"<w:p>{content.format(alternatives)}{word_run('义乌市')}</w:p>"
    assert read_here(word_xml(body), "docx").text == "德清县、义乌市"


@pytest.mark.parametrize(
    ("requires", "choice", "fallback", "text"),
    [
        ("wps", "德清县", "安吉县", "德清县"),
        ("x", "德清县", "安吉县", "安吉县"),
        ("wps x", "德清县", "安吉县", "安吉县"),
        ("wps", "", "安吉县", "安吉县"),
        ("x", "德清县", "", "德清县"),
        ("x", "", "", ""),
    ],
)
@pytest.mark.parametrize("block", [False, True])
def test_of_alternatives_the_one_that_word_shows_is_read_and_never_none(
    requires: str, choice: str, fallback: str, text: str, *, block: bool
) -> None:
    one, other = (paragraph(RUN(part)) if block else RUN(part) for part in (choice, fallback))
    alternatives = (
        f'<mc:AlternateContent><mc:Choice Requires="{requires}">{one}</mc:Choice>'
        f"<mc:Fallback>{other}</mc:Fallback></mc:AlternateContent>"
    )
    body = alternatives if block else paragraph(alternatives)
    document = read_here(word_xml(paragraph(RUN("名单：")) + body), "docx")
    assert "".join(document.text.split()) == f"名单：{text}"


def rows_of(*rows: tuple[str, ...]) -> str:
    """A table of Word; a cell that begins with a tag holds blocks."""
    cells = [[one if one.startswith("<") else paragraph(RUN(one)) for one in row] for row in rows]
    return f"<w:tbl>{''.join('<w:tr>' + ''.join(f'<w:tc>{one}</w:tc>' for one in row) + '</w:tr>' for row in cells)}</w:tbl>"


@pytest.mark.parametrize(
    "inner",
    [
        (("石家庄市", "平山县、灵寿县"), ("保定市", "阜平县")),
        (("石家庄市", "平山县", "灵寿县"), ("保定市", "阜平县")),
        (("1", "平山县"), ("2", "灵寿县"), ("3", "阜平县")),
        (("平山县", "灵寿县"), ("阜平县",)),
    ],
)
def test_a_prefecture_beside_its_counties_in_a_table_in_a_cell_is_no_member(inner: tuple[tuple[str, ...], ...]) -> None:
    nested = rows_of(*inner) + paragraph()
    content = word_xml(rows_of(("省份", "名单"), ("河北省", nested), ("山西省", "五台县")))
    draft = draft_list(read_here(content, "docx"))
    assert [member.adcode for _, member in draft.members] == ["130131", "130126", "130624", "140922"]


def test_comments_are_counted_and_not_read() -> None:
    comment = '<w:r><w:commentReference w:id="1"/></w:r>'
    content = word_xml(paragraph(LEAD, comment, RUN("。")))
    assert make_note("comments", count=1) in read_here(content, "docx").notes
