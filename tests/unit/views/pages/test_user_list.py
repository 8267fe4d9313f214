"""The page "Your list" through Streamlit's AppTest: paste, review, decide, undo, export, keep; hostile text is only text."""

from __future__ import annotations

from functools import partial
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from pilotzones.geo.documents.drafts.apply_decisions import make_pending_row
from pilotzones.geo.documents.drafts.list_archive import OpenList, pack_list, read_programme, unpack_list
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import IntakeCode, IntakeError
from pilotzones.geo.export import build_layer, encode_geojson
from pilotzones.geo.messages import LANGUAGES, Language, load_messages, translate
from pilotzones.geo.places import Decisions
from pilotzones.views.state.user_list import LIMITS
from tests.helpers.document_files import pdf, workbook
from tests.helpers.paging import open_page

pytestmark = pytest.mark.usefixtures("forked_workers")

_open = partial(open_page, "user_list")
_LIST = "溧水区\n高淳区\n宜兴市\n朝阳区\n甲乙丙区\n"
_HOSTILE = "<img src=x onerror=alert(1)>{{7*191}}区"


def _sound(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def _pasted(text: str, **query: str) -> AppTest:
    app = _open(**query)
    app.text_area(key="list_text").set_value(text)
    return _press(app, "识别" if query.get("lang") != "en" else "Recognise")


def _press(app: AppTest, label: str) -> AppTest:
    return _sound(next(button for button in app.button if button.label == label).click().run())


def _texts(app: AppTest) -> str:
    kinds: tuple[Any, ...] = (app.markdown, app.info, app.success, app.error, app.warning, app.caption, app.text)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def _table(app: AppTest, heading: str) -> Any:
    return next(frame.value for frame in app.dataframe if heading in frame.value)


def _choose(app: AppTest, value: str) -> AppTest:
    return _sound(app.radio[0].set_value(value).run())


def _decided(app: AppTest) -> AppTest:
    _choose(app, "110105")
    app.text_input(key="list_who").set_value("李")
    app.text_input(key="list_why").set_value("北京的名单")
    return _press(app, "保存决定")


@pytest.mark.slow
def test_a_pasted_list_is_counted_and_drawn() -> None:
    app = _pasted(_LIST)
    assert "识别地名 **5** 个（1 个片区）：已上图 **3** 个，待核定 **2** 个" in _texts(app)
    assert app.text_area(key="list_text").value == _LIST
    members = _table(app, "名称（原文）")
    assert list(members["名称（原文）"]) == _LIST.split()
    assert list(members["区划代码"])[:3] == ["320117", "320118", "320282"]
    assert members["区划代码"].isna().tolist() == [False, False, False, True, True]


@pytest.mark.slow
def test_the_example_is_read_whole_and_replaces_nothing() -> None:
    app = _open()
    app.date_input(key="list_date").set_value("2001-01-01")
    _press(app, "用示例试一试")
    assert "识别地名 **86** 个（11 个片区）：已上图 **86** 个，待核定 **0** 个" in _texts(app)
    assert app.date_input(key="list_date").value is None
    typed = _open()
    typed.text_area(key="list_text").set_value("溧水区")
    # The box is sent with the press that leaves it.
    typed.button(key="list_example").click()
    _sound(typed.run())
    assert typed.text_area(key="list_text").value == "溧水区"


@pytest.mark.slow
def test_a_decision_is_saved_with_who_and_why_and_taken_back() -> None:
    app = _pasted(_LIST)
    assert app.radio[0].options[:2] == ["1\\. 吉林省长春市朝阳区（220104）", "2\\. 北京市朝阳区（110105）"]
    _decided(app)
    assert "已上图 **4** 个，待核定 **1** 个" in _texts(app)
    row = _table(app, "定为").iloc[0]
    assert (row["名称（原文）"], row["定为"], row["审定人"], row["理由"]) == (
        "朝阳区",
        "北京市朝阳区",
        "李",
        "北京的名单",
    )
    assert "110105" in list(_table(app, "名称（原文）")["区划代码"])
    _press(app, "撤销")
    assert "已上图 **3** 个，待核定 **2** 个" in _texts(app)


@pytest.mark.slow
def test_none_of_these_another_division_and_leaving_it() -> None:
    app = _pasted(_LIST)
    _press(app, "跳过，下一处")
    assert "【甲乙丙区】" in _texts(app)
    _choose(app, "none")
    _press(app, "保存决定")
    assert "已上图 **4** 个，待核定 **1** 个；非区县 1 个" in _texts(app)
    _choose(app, "other")
    assert next(button for button in app.button if button.label == "保存决定").disabled
    app.selectbox(key="list_other").set_value("430103").run()
    _press(app, "保存决定")
    assert "没有待核定的地名" in _texts(app)
    assert "430103" in list(_table(app, "名称（原文）")["区划代码"])


@pytest.mark.slow
def test_a_list_with_stated_areas_is_audited() -> None:
    app = _pasted("江苏试点片区：包括南京市溧水区、高淳区、宜兴市，总面积约3800平方公里。")
    app.session_state["list_tabs_zh"] = "面积核查"
    _sound(app.run())
    figures = _table(app, "载明面积（km²）")
    assert list(figures["载明面积（km²）"]) == [3800]
    assert 3500 < figures["计算面积（km²）"].iloc[0] < 4100
    app.selectbox(key="list_zone").set_value(1).run()
    assert len(app.get("vega_lite_chart")) == 1


@pytest.mark.slow
def test_two_visitors_do_not_see_each_other() -> None:
    first, second = _pasted(_LIST), _open()
    assert "溧水区" not in _texts(second)
    assert second.text_area(key="list_text").value == ""
    second.text_area(key="list_text").set_value("歙县、黟县、祁门县")
    _press(second, "识别")
    _decided(first)
    assert list(_table(second, "名称（原文）")["名称（原文）"]) == ["歙县", "黟县", "祁门县"]
    assert not [frame for frame in second.dataframe if "定为" in frame.value]


@pytest.mark.slow
def test_hostile_text_is_only_text() -> None:
    app = _pasted(f"溧水区\n{_HOSTILE}\n宜兴市\n[x](https://evil.test/b.png)区\n朝阳区\n")
    assert "1337" not in _texts(app)
    marked_up = [element for element in app.markdown if element.allow_html or "evil.test" in element.value]
    assert not marked_up
    assert not any("<img" in str(element.value) for kind in (app.markdown, app.caption, app.error) for element in kind)
    assert "evil.test" in " ".join(_table(app, "原文")["原文"]) + _texts(app) + " ".join(app.selectbox[1].options)


@pytest.mark.slow
@pytest.mark.parametrize(("text", "said"), [("  \n", "list_trouble_empty"), ("hello, world", "list_trouble_no_place")])
def test_what_cannot_be_read_is_told_and_nothing_is_lost(text: str, said: str) -> None:
    app = _pasted(text)
    assert load_messages()[said]["zh"] in _texts(app)
    # Nothing is said twice.
    assert load_messages()["problem_document_no_text"]["zh"] not in _texts(app)
    assert app.text_area(key="list_text").value == text


@pytest.mark.slow
def test_a_bad_text_leaves_the_list_before_it() -> None:
    app = _pasted(_LIST)
    app.text_area(key="list_text").set_value("\0\1\2\3" * 50)
    _press(app, "识别")
    assert load_messages()["list_trouble_binary"]["zh"] in _texts(app)
    assert load_messages()["problem_document_no_kind"]["zh"] in _texts(app)
    # The bar and its button go with the work they are of.
    assert "list_cancel" not in [button.key for button in app.button]
    assert "已上图 **3** 个" in _texts(app)


@pytest.mark.slow
def test_english() -> None:
    app = _pasted(_LIST, lang="en")
    assert "**5** places in 1 area: **3** mapped, **2** to review" in _texts(app)
    assert "links do not contain it" in _texts(app)
    widgets: tuple[Any, ...] = (app.text_area, app.button, app.text_input, app.date_input, app.selectbox)
    labels = [widget.label for kind in widgets for widget in kind]
    assert not any("\u4e00" <= char <= "\u9fff" for label in labels for char in label)
    assert "Chaoyang District, Beijing 北京市朝阳区" in " ".join(app.radio[0].options)


@pytest.mark.slow
def test_nothing_of_the_list_is_in_the_address() -> None:
    app = _pasted(_LIST, region="east")
    assert set(app.query_params) <= {"region"}


def _kept() -> tuple[OpenList, bytes]:
    document = read_pasted(_LIST + "=1+1区\n", name="名单")
    draft = draft_list(document)
    decisions = Decisions()
    decisions.decide(make_pending_row(draft.review[0][1]), ["110105"], who="=cmd", why="北京")
    decisions.decide(make_pending_row(draft.review[1][1]), [], who="李", why="没有这个区")
    source = OpenList(document, "2019-12-19", "320000", decisions)
    _, files = read_programme(draft_list(document, decisions=decisions), "list")
    return source, pack_list(source, files)


def test_a_list_is_kept_whole() -> None:
    source, packed = _kept()
    assert unpack_list(packed) == source
    assert packed == _kept()[1]
    assert b"'=cmd" in source.decisions.to_csv().encode()


def test_a_decision_reaches_the_exported_layer(tianditu: Any) -> None:
    from pilotzones.geo.join import join

    source, _ = _kept()
    draft = draft_list(source.document, decisions=source.decisions)
    programme, _ = read_programme(draft, "list")
    exported = encode_geojson(build_layer(join(programme, tianditu), "members")).decode()
    assert '"listed_name":"朝阳区"' in exported
    assert '"adcode":"110105"' in exported
    assert '"status":"no_polygon"' in exported


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_to_refuse_a_file_has_its_sentence(lang: Language) -> None:
    sentences = [translate(f"list_trouble_{code}", lang) for code in get_args(IntakeCode)]
    assert len(set(sentences)) == len(sentences)
    assert IntakeError("x", code="scan").describe("en") == "x"


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 no zip", workbook({"a": [["x"]]}), pdf(["溧水区"])])
def test_a_file_that_is_no_saved_list_is_refused(raw: bytes) -> None:
    with pytest.raises(IntakeError, match="no list saved on this page"):
        unpack_list(raw)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (pdf([]), "scan"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "scan"),
        (bytes(range(256)) * 40, "binary"),
        (b"PK\x03\x04" + b"0" * 99, "damaged"),
        (b"x" * (LIMITS.file_bytes + 1), "large"),
        ("溧水区，".encode() * 300_000, "large"),
    ],
)
def test_every_bad_file_has_its_sentence(raw: bytes, said: str) -> None:
    with pytest.raises(IntakeError) as caught:
        read_pasted(raw, limits=LIMITS)
    assert caught.value.code == said


@pytest.mark.slow
def test_a_workbook_and_a_pdf_are_read_like_pasted_text() -> None:
    for raw in (
        workbook({"名单": [["县区"], ["溧水区"], ["高淳区"], ["朝阳区"]]}),
        pdf(["南京市溧水区、高淳区，朝阳区"]),
    ):
        draft = draft_list(read_pasted(raw, limits=LIMITS))
        assert (draft.total, len(draft.review)) == (3, 1), draft.notes
