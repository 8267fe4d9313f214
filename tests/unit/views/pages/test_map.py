"""The map page through Streamlit's AppTest: every filter, the URL, both languages, what is said when nothing is left."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pilotzones.geo.catalogue.models import Programme
from pilotzones.layers.webmap.geometry.store import get_shared_store
from pilotzones.views.state import cache
from tests.helpers.paging import APP, open_app

pytestmark = pytest.mark.slow


def _texts(app: AppTest) -> str:
    return "\n".join(
        str(element.value) for kind in (app.markdown, app.caption, app.info, app.warning, app.text) for element in kind
    )


def _show_table(app: AppTest, kind: str) -> None:
    if app.button_group(key="w_show").value != "table":
        app.button_group(key="w_show").set_value("table").run()
    app.button_group(key="table_kind").set_value(kind).run()
    assert not app.exception


def _zones(app: AppTest) -> list[int]:
    if app.button_group(key="w_show").value != "table":
        _show_table(app, "zones")
    table = next(frame.value for frame in app.dataframe if frame.value.shape[1] == 9 and "序号" in frame.value)
    return [int(order) for order in table["序号"]]


def _multiselect(app: AppTest, key: str) -> Any:
    return app.multiselect(key=key)


def test_opens_with_every_zone_in_chinese() -> None:
    app = open_app()
    assert not app.exception
    assert app.title[0].value == "国家城乡融合发展试验区"
    assert _zones(app) == list(range(1, 12))
    assert "80 个有公开边界" in _texts(app)


def test_the_first_run_draws_the_map_alone_and_the_second_all_the_rest() -> None:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["region"] = "west"
    app.run()
    assert [title.value for title in app.title] == ["国家城乡融合发展试验区"]
    assert not app.radio
    assert not app.selectbox
    app.run()
    assert not app.exception
    assert app.button_group(key="w_region").value == ["西部地区"]
    assert [option.split(" ")[0] for option in app.radio(key="w_focus").options] == ["8", "9", "10"]
    assert "".join(app.query_params["region"]) == "west"


def test_a_first_run_that_shows_the_table_waits_for_no_map() -> None:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["show"] = "table"
    app.run()
    assert app.dataframe
    assert app.radio(key="w_focus").options


def test_region_filter() -> None:
    app = open_app()
    app.button_group(key="w_region").set_value(["东北地区", "中部地区"]).run()
    assert _zones(app) == [6, 7, 11]
    assert "".join(app.query_params["region"]) == "central,northeast"


@pytest.mark.parametrize("match", ["any", "all"])
def test_task_filter(programme: Programme, match: str) -> None:
    wanted = {3, 5}
    expected = [
        zone.order
        for zone in programme.zones
        if (set(zone.tasks) & wanted if match == "any" else wanted <= set(zone.tasks))
    ]
    app = open_app()
    _multiselect(app, "w_task").set_value(sorted(wanted)).run()
    app.radio(key="w_match").set_value(match).run()
    assert _zones(app) == expected
    assert expected


def test_any_or_all_is_asked_of_several_tasks_and_remembered() -> None:
    app = open_app()
    assert "w_match" not in [choice.key for choice in app.radio]
    _multiselect(app, "w_task").set_value([3, 5]).run()
    app.radio(key="w_match").set_value("all").run()
    _multiselect(app, "w_task").set_value([3]).run()
    assert "w_match" not in [choice.key for choice in app.radio]
    _multiselect(app, "w_task").set_value([3, 7]).run()
    assert app.radio(key="w_match").value == "all"
    assert "".join(app.query_params["match"]) == "all"


def test_the_second_task_narrows_the_first_and_counts_say_so() -> None:
    app = open_app()
    _multiselect(app, "w_task").set_value([3]).run()
    assert len(_zones(app)) == 10
    (counts,) = [style.proto.body for style in app.get("html") if "data-key" in style.proto.body]
    assert '[role="listbox"][aria-label="试验任务"]{' in counts
    assert "[data-key=\"7\"]>div{&::after{content:'\\a0 4'}}" in counts
    # Lists that are not drawn need no counts, which would be sent with every change.
    assert "省份" not in counts
    assert len(counts) < 1_500
    _multiselect(app, "w_task").set_value([3, 8]).run()
    assert _zones(app) == [1, 4, 5, 8]
    assert "".join(app.query_params["match"]) == "all"


def test_province_zone_and_name_filters() -> None:
    app = open_app()
    assert "w_province" not in [choice.key for choice in app.multiselect]
    app.session_state["more_box"] = True
    app.run()
    _multiselect(app, "w_province").set_value(["浙江省", "四川省"]).run()
    assert _zones(app) == [1, 8]
    _multiselect(app, "w_province").set_value([])
    _multiselect(app, "w_zone").set_value([2, 9]).run()
    assert _zones(app) == [2, 9]
    _multiselect(app, "w_zone").set_value([])


@pytest.mark.parametrize(("query", "zone"), [("海盐", 1), ("610403", 10)])
def test_a_name_in_a_link_filters_and_can_be_taken_away(query: str, zone: int) -> None:
    app = open_app(q=query)
    assert _zones(app) == [zone]
    next(button for button in app.button if query in button.label).click().run()
    assert _zones(app) == list(range(1, 12))


def test_filters_of_a_link_stand_open_and_work_when_their_box_is_closed() -> None:
    app = open_app(province="浙江省,四川省", zone="1")
    assert _multiselect(app, "w_province").value == ["浙江省", "四川省"]
    app.session_state["more_box"] = False
    for _ in range(2):
        app.run()
    assert "w_zone" not in [choice.key for choice in app.multiselect]
    assert _zones(app) == [1]
    next(button for button in app.button if button.label == "清除").click().run()
    assert _zones(app) == list(range(1, 12))


def test_the_box_of_filters_stays_open_when_the_last_choice_is_taken_back() -> None:
    app = open_app(province="浙江省")
    app.run()
    _multiselect(app, "w_province").set_value([]).run()
    _multiselect(app, "w_province").set_value(["四川省"]).run()
    assert _zones(app) == [8]


def test_nothing_left_says_so_and_offers_a_way_back() -> None:
    app = open_app(region="northeast", province="浙江省")
    assert not app.exception
    assert "没有符合条件的内容" in _texts(app)
    next(button for button in app.button if button.label == "清除").click().run()
    assert _zones(app) == list(range(1, 12))


def test_a_link_restores_the_whole_selection() -> None:
    app = open_app(region="east", task="3,7", match="all", focus="4", lang="en", source="amap", colour="tasks")
    assert not app.exception
    assert app.title[0].value == "National Urban–Rural Integration Pilot Zones"
    assert app.button_group(key="w_region").value == ["东部地区"]
    assert _multiselect(app, "w_task").value == [3, 7]
    assert app.radio(key="w_match").value == "all"
    assert app.selectbox(key="w_colour").value == "tasks"
    assert app.radio(key="w_focus").value == 4
    assert app.session_state["choices"].source == "amap"
    assert any("Nanjing" in heading.value for heading in (*app.header, *app.subheader))


def test_what_is_chosen_in_a_box_that_is_closed_again_stays_chosen() -> None:
    app = open_app()
    assert "w_source" not in [box.key for box in app.selectbox]
    app.session_state["layers_box"] = True
    app.run()
    app.selectbox(key="w_source").set_value("amap").run()
    app.session_state["layers_box"] = False
    for _ in range(2):
        app.run()
    assert "".join(app.query_params["source"]) == "amap"
    app.session_state["layers_box"] = True
    app.run()
    assert not app.exception
    assert app.selectbox(key="w_source").value == "amap"


def test_an_outdated_link_opens_with_a_note() -> None:
    app = open_app(region="east,atlantis", task="99", lang="xx", focus="0", match="some")
    assert not app.exception
    note = app.warning[0].value.replace("\\", "")
    for part in ("region=atlantis", "task=99", "lang=xx", "focus=0", "match=some"):
        assert part in note
    assert _zones(app) == [1, 2, 3, 4, 5]


def test_the_card_tells_what_has_no_boundary() -> None:
    app = open_app(focus="10")
    said = _texts(app).replace("\\", "")
    assert "西咸新区" in said
    assert "可解释（−19.65%）" in said
    assert "比文件载明面积少 828 km²：西咸新区 827 km² 边界未公布" in said
    assert "高陵区、阎良区、西咸新区、富平县" in said


def test_language_changes_every_label() -> None:
    app = open_app(lang="en")
    labels = [widget.label for kind in (app.multiselect, app.radio, app.selectbox, app.button) for widget in kind]
    assert not any("\u4e00" <= char <= "\u9fff" for label in labels for char in label)


def test_the_link_in_the_address_bar_follows_the_filters() -> None:
    app = open_app()
    _multiselect(app, "w_task").set_value([11, 2]).run()
    assert "".join(app.query_params["task"]) == "2,11"
    _multiselect(app, "w_task").set_value([]).run()
    assert "task" not in app.query_params


def test_hostile_text_in_the_search_is_only_text() -> None:
    app = open_app(q="<img src=x onerror=alert(1)>{{7*191}}![x](https://evil.test/b.png)")
    assert not app.exception
    assert "1337" not in _texts(app)
    assert "没有符合条件的内容" in _texts(app)


def test_no_page_is_shown_when_text_would_run_as_a_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "is_drawing_safe", lambda: False)
    app = open_app()
    assert "branca" in app.error[0].value
    assert not app.title


def test_only_the_table_asked_for_is_sent_and_it_stays() -> None:
    app = open_app()
    assert not app.dataframe
    app.button_group(key="w_show").set_value("table").run()
    assert [len(frame.value) for frame in app.dataframe] == [11]
    _show_table(app, "members")
    assert [len(frame.value) for frame in app.dataframe] == [86]
    app.button_group(key="w_region").set_value(["东北地区"]).run()
    assert [len(frame.value) for frame in app.dataframe] == [9]
    # A programme of towns has no table of members.
    app.selectbox(key="w_programme").set_value("jilin_demonstration_towns_2013").run()
    assert not app.exception
    assert [len(frame.value) for frame in app.dataframe] == [22]


def test_a_year_leaves_the_members_that_were_listed_at_its_end() -> None:
    app = open_app(programme="broadband_china_2014", year="2014")
    slider = app.select_slider(key="w_year")
    assert slider.value == 2014
    assert "39 / 117" in slider.label
    assert any("当年列入 39 个、退出 0 个。" in caption.value for caption in app.caption)
    slider.set_value(2015).run()
    assert not app.exception
    assert "".join(app.query_params["year"]) == "2015"
    app = open_app(programme="broadband_china_2014", year="2009")
    assert any("3 个组成单位当年" in caption.value for caption in app.caption)
    # Another view does not forget the year.
    app.button_group(key="w_show").set_value("table").run()
    app.button_group(key="w_show").set_value("map").run()
    assert app.select_slider(key="w_year").value == 2009


def test_the_names_of_a_year_are_chosen_on_a_list_of_one_date_too() -> None:
    app = open_app(year="2000")
    slider = app.select_slider(key="w_year")
    assert slider.label == "名称与代码截至（年末）"
    assert any("27 个组成单位" in caption.value and "2 个边界晚于该年" in caption.value for caption in app.caption)
    # The test's own slider cannot be set to nothing, as the first place of the real one is.
    app.session_state["w_year"] = None
    app.run()
    assert not app.exception
    assert not app.select_slider
    assert "year" not in app.query_params
    # Nothing is known of a year before the tables, and a link that names one is told so.
    app = open_app(year="1979")
    assert not app.select_slider
    assert "year=1979" in _texts(app)


def test_the_outline_of_the_other_source_is_for_its_visitor_alone() -> None:
    app = open_app()
    app.session_state["w_focus"], app.session_state["w_other"] = 3, True
    app.run()
    assert not app.exception
    outlines = [entry for entry in get_shared_store()._entries.values() if b'"other3"' in entry.decompress()]
    assert outlines
    assert all(entry.owner for entry in outlines)
