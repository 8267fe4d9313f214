"""Matrix, comparison, a zone's page and "About the data" through Streamlit's AppTest: links, languages, bad links."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pilotzones.geo.boundaries.sources import get_source_info
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.query.task_matrix import build_matrix
from pilotzones.views.components.frame.search_box import go_to
from pilotzones.views.components.programme.example_links import list_questions
from pilotzones.views.components.programme.matrix import _take_click, _take_pair, _take_pick, _take_zones
from pilotzones.views.state.choices import Choices
from tests.helpers.paging import open_app, open_page

pytestmark = pytest.mark.slow

PAGES = ("matrix", "compare", "zone", "about")


def _texts(app: AppTest) -> str:
    kinds = (app.title, app.markdown, app.info, app.warning, app.caption, app.header, app.subheader, app.text, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def _frame(app: AppTest, heading: str) -> Any:
    return next(frame.value for frame in app.dataframe if heading in frame.value)


def test_the_matrix_chooses_what_the_map_shows() -> None:
    app = open_page("matrix", task="3", focus="8")
    assert "".join(app.query_params["show"]) == "matrix"
    assert app.multiselect(key="w_task").value == [3]
    app.multiselect(key="w_task").set_value([3, 8]).run()
    assert "".join(app.query_params["task"]) == "3,8"
    table = _frame(app, "任务数")
    assert list(table["任务数"]) == [5] * 11
    assert (table["3 集体经营性建设用地入市"] == "●").sum() == 10


@pytest.mark.parametrize(
    ("click", "after"),
    [
        ((5, 2, 0), ([2], 5, ["中部地区"])),
        ((0, 7, 0), ([3, 7], None, ["中部地区"])),
        ((0, 3, 0), ([], None, ["中部地区"])),
        ((9, 0, 0), ([3], 9, ["中部地区"])),
        ((0, 0, 1), ([3], None, ["东部地区", "中部地区"])),
        ((0, 0, 2), ([3], None, [])),
        ((0, 6, 3), ([6], None, ["西部地区"])),
    ],
)
def test_a_click_is_taken_over(
    monkeypatch: pytest.MonkeyPatch,
    programme: Programme,
    click: tuple[int, int, int],
    after: tuple[list[int], int | None, list[str]],
) -> None:
    state: dict[str, Any] = {"w_task": [3], "w_focus": None, "w_region": ["中部地区"]}
    state["matrix_0"] = {"selection": {"picked": [dict(zip(("zone", "task", "region"), click, strict=True))]}}
    monkeypatch.setattr("streamlit.session_state", state)
    _take_pick("matrix_0", partial(_take_click, build_matrix(programme)))
    assert (state["w_task"], state["w_focus"], state["w_region"]) == after
    assert state["matrix_clicks"] == 1


def test_a_click_on_a_pair_chooses_both(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {"w_task": [], "w_match": "any"}
    monkeypatch.setattr("streamlit.session_state", state)
    _take_pair({"row": "7", "column": "3"})
    assert (state["w_task"], state["w_match"]) == ([3, 7], "all")
    _take_zones({"row": "10", "column": "4"})
    assert state["w_zone"] == [4, 10]
    assert state["view"].zones == (4, 10)


def test_two_zones_are_compared() -> None:
    app = open_page("compare", zone="1,5")
    assert (
        "共有的任务：2 农村权益自愿有偿转让退出；3 集体经营性建设用地入市；7 城乡产业协同；8 生态产品价值实现"
        in _texts(app)
    )
    areas = _frame(app, "1. 浙江嘉湖片区")
    assert len([frame for frame in app.dataframe if "5. 山东济青局部片区" in frame.value]) == 3
    assert areas is not None
    assert "10,043 km²" in app.dataframe[1].value["1. 浙江嘉湖片区"].tolist()
    app.multiselect(key="compare_zones").set_value([1, 4, 5]).run()
    assert "".join(app.query_params["zone"]) == "1,4,5"


def test_one_zone_is_too_few_and_five_are_too_many() -> None:
    assert "至少选择两个" in _texts(open_page("compare", zone="1"))
    app = open_page("compare", zone="1,2,3,4,5")
    assert "只比较前四个" in _texts(app)
    assert app.multiselect(key="compare_zones").value == [1, 2, 3, 4]


@pytest.mark.parametrize("query", [{"zone": "10"}, {"focus": "10"}])
def test_a_zone_has_a_page_and_a_link_of_its_own(query: dict[str, str]) -> None:
    app = open_page("zone", **query)
    said = _texts(app)
    assert app.title[0].value.replace("\\", "") == "10. 陕西西咸接合片区"
    assert "西安市高陵区、阎良区、西咸新区，富平县" in said
    assert "边界未公布、未计入面积：西咸新区" in said
    assert "接壤、但不属于它的区县：18 个" in said
    assert {key: "".join(value) for key, value in app.query_params.items()} == {"focus": "10"}


def test_a_zone_in_english_names_places_in_latin_letters() -> None:
    app = open_page("zone", focus="4", lang="en")
    assert "Jiangsu Province" in _texts(app)
    assert "Neighbouring zones: 1. Jiaxing–Huzhou Area, Zhejiang" in _texts(app)
    assert list(_frame(app, "Name")["Name"])[:2] == ["Lishui District", "Gaochun District"]
    assert "Changxing County 长兴县" in list(_frame(app, "Zone it belongs to")["County"])


def test_the_data_page_says_what_the_data_say(programme: Programme) -> None:
    for lang in ("zh", "en"):
        said = _texts(open_page("about", lang=lang))
        for source in map(get_source_info, ("tianditu", "amap")):
            for fact in (source.publisher, source.sha256[:16]):
                assert fact in said
            for text in ("licence", "as_of_basis"):
                assert source.get_text(text, lang) in said
                assert source.get_text(text, "zh") != source.get_text(text, "en")
        for fact in (programme.document_title, programme.document_number, programme.document_basis(lang)):
            assert fact in said


@pytest.mark.parametrize(
    ("page", "query", "said", "unsaid"),
    [
        ("compare", {"lang": "en"}, "Choose at least two towns", "zone"),
        ("compare", {}, "请至少选择两个示范镇", "试验区"),
        ("compare", {"lang": "en", "zone": "1,9"}, "Two to four towns side by side.", "zone"),
        ("zone", {"focus": "9"}, "国家城乡融合发展试验区", "没有相邻的其他试验区"),
        (
            "zone",
            {"focus": "9", "lang": "en"},
            "What other programmes of the catalogue have in the counties of this town",
            "this zone",
        ),
        ("about", {"lang": "en"}, "22 towns, 22 members", "22 zones"),
    ],
)
def test_a_programme_of_towns_speaks_of_towns(page: str, query: dict[str, str], said: str, unsaid: str) -> None:
    app = open_page(page, programme="jilin_demonstration_towns_2013", **query)
    texts = _texts(app)
    assert said in texts
    assert unsaid not in texts
    if "zone" in query:
        assert "Present name" in list(app.dataframe[0].value[" "])


def test_a_zone_says_what_else_applies_there_and_when_nothing_does() -> None:
    app = open_page("zone", focus="9", lang="en")
    assert "Chongqing Comprehensive Land Consolidation Reform" in _texts(app)
    (rows,) = [frame.value for frame in app.dataframe if "Measure" in set(frame.value.get("Category", ()))]
    assert set(rows["Category"]) == {"Zone", "Measure"}
    assert set(rows["In"]) == {"all 9 counties"}
    assert "目录中没有其他政策适用于该试验区" in _texts(open_page("zone", focus="7"))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_english(page: str) -> None:
    app = open_page(page, lang="en", zone="1,2")
    own = [*app.title, *app.header, *app.subheader, *app.button, *app.expander]
    assert own
    labels = [getattr(element, "label", "") or getattr(element, "value", "") for element in own]
    assert not [label for label in labels if re.search("[\u4e00-\u9fff]", str(label))]


@pytest.mark.parametrize("page", PAGES)
def test_an_outdated_link_opens_with_a_note(page: str) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    app = open_page(page, zone="99", focus="0", task="atlantis", hue="12", at="nowhere", colour=nasty, lang="xx")
    note = app.warning[0].value.replace("\\", "")
    for part in ("zone=99", "focus=0", "task=atlantis", "hue=12", "at=nowhere", "lang=xx", nasty):
        assert part in note


def test_questions_open_what_they_ask_for(programme: Programme) -> None:
    asked = list_questions(programme, Choices(lang="en", source="amap", selection=Selection(tasks=(1,))))
    assert len(asked) == 5
    for page, told, target in asked:
        query = target.to_query(programme)
        again, dropped = Choices.from_query(programme, query)
        assert (again, dropped) == (target, [])
        assert query["lang"] == "en"
        assert told
        assert page in ("map", "matrix", "compare")
    assert asked[0][1] == "Which zones undertake “Market entry of collective commercial construction land”?"
    assert asked[0][2].selection.tasks == (3,)


@pytest.fixture(autouse=True)
def _box_of_streamlit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text input in place of the search box, which needs a browser (`tests/browser/test_search_box.py`)."""

    def mount(*_: object) -> None:
        st.text_input("typed", key="typed_text", on_change=lambda: go_to(st.session_state["typed_text"]))

    monkeypatch.setattr("pilotzones.views.components.frame.search_box.mount_box", mount)


def _type(app: AppTest, text: str) -> None:
    """Type into the search box, or choose a suggestion there."""
    app.text_input(key="typed_text").set_value(text).run()
    assert not app.exception


@pytest.mark.parametrize(
    ("typed", "said", "query"),
    [
        ("餘杭区", "浙江省杭州市余杭区（330110）** 不属于任何试验区", {"at": "119.95523,30.36221"}),
        ("西咸新区", "10. 陕西西咸接合片区", {"focus": "10"}),
        ("30.75, 120.6", "（330411）** 属于：1. 浙江嘉湖片区", {"at": "120.60000,30.75000"}),
        ("125E 30N", "不在所选边界来源的任何区县内", {"at": "125.00000,30.00000"}),
        ("jtjyxjsydrs", "**10 / 11** 个", {"task": "3"}),
    ],
)
def test_what_is_typed_is_opened(typed: str, said: str, query: dict[str, str]) -> None:
    app = open_app()
    _type(app, typed)
    offered = [group for group in app.button_group if group.label.startswith("结果")]
    if offered:
        offered[0].set_value(app.session_state["found"][0]).run()
    assert not app.exception
    assert said in _texts(app)
    assert query.items() <= {key: "".join(value) for key, value in app.query_params.items()}.items()


def test_a_suggestion_is_opened() -> None:
    app = open_app()
    _type(app, "永吉县 · 吉林省 吉林市 · 区县 · 属试验区 11")
    assert "永吉县（220221）** 不属于任何试验区" in _texts(app) or "永吉县（220221）**" in _texts(app)


def test_what_is_not_found_is_said_as_text() -> None:
    app = open_app()
    _type(app, "<img src=x>![x](http://evil.test)")
    assert "没有找到“<img src=x>![x](http://evil.test)”" in _texts(app)


def test_a_link_to_a_place_opens_it() -> None:
    app = open_page("map", at="108.7,34.3", lang="en", region="east")
    assert "Qindu District, Xianyang City, Shaanxi Province (610402)** holds a special area of 10." in _texts(app)
    assert "(the filters hide this zone)" in _texts(app)


@pytest.mark.parametrize(
    ("query", "kept", "noted"),
    [
        ({"at": "108.7,34.3", "zoom": "11"}, {"at": "108.70000,34.30000", "zoom": "11"}, ""),
        ({"at": "108.7,34.3", "zoom": "99"}, {"at": "108.70000,34.30000"}, "zoom=99"),
        ({"at": "108.7,34.3", "zoom": "1e1"}, {"at": "108.70000,34.30000"}, "zoom=1e1"),
        ({"at": "0,0", "zoom": "9"}, {}, "at=0,0"),
        ({"zoom": "9"}, {}, "zoom=9"),
    ],
)
def test_a_link_to_a_place_and_a_zoom_opens_exactly_that(
    query: dict[str, str], kept: dict[str, str], noted: str
) -> None:
    app = open_page("map", **query)
    assert {key: "".join(value) for key, value in app.query_params.items()} == kept
    assert app.session_state["view"].zoom == (int(kept["zoom"]) if "zoom" in kept else None)
    assert noted in "".join(note.value for note in app.warning).replace("\\", "")
    assert bool(app.warning) == bool(noted)


@pytest.mark.parametrize("colour", ["task", "area"])
def test_every_colour_has_a_link(colour: str) -> None:
    app = open_page("map", colour=colour, hue="5")
    assert app.selectbox(key="w_colour").value == colour
    assert [box.value for box in app.selectbox if box.key == "w_hue"] == ([5] if colour == "task" else [])
