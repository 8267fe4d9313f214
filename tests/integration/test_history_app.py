"""Pages that show names and codes through time."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def _here_page() -> None:
    from pilotzones.views.pages import place_query as here_page

    here_page.show()


def _about_page() -> None:
    from pilotzones.views.pages import about

    about.show()


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.info, *app.warning)).replace("\\", "")


@pytest.mark.parametrize("asked", ["130823", "平泉县", "平泉市"])
def test_a_place_s_page_shows_its_life_as_a_line(asked: str) -> None:
    app = AppTest.from_function(_here_page, default_timeout=60)
    app.query_params["ask"] = asked
    app.run()
    assert not app.exception
    text = _texts(app)
    assert "1993-12 — 2017-05：130823 平泉县（河北省承德市）" in text
    assert "2017-05 — 今：130881 平泉市" in text
    assert "2017-05：130823 平泉县 更名或改设为 130881 平泉市" in text


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ("宣武区", ["1980 年或更早 — 2010-06：110104 宣武区（北京市）", "110104 宣武区 并入 110102 西城区"]),
        ("绍兴县", ["1983-12 — 2013-10：330621 绍兴县（浙江省绍兴市）", "分为 330602 越城区、330603 柯桥区"]),
        ("徽州地区", ["341000 黄山市"]),
        ("永吉地区", ["222500 永吉地区 并入 220200 吉林市"]),
        ("加格达奇区", ["232701 加格达奇区（黑龙江省大兴安岭地区）"]),
        ("两江新区", ["2025-11 — 今：500157 两江新区（重庆市）"]),
        # A code that two units had, and a name that two have had.
        ("232701", ["232701 漠河市", "232701 加格达奇区", "历年有 2 个单位用过“232701”"]),
        ("铜仁市", ["520600 铜仁市", "522201 铜仁市"]),
        ("海南省", ["1988-12 — 今：460000 海南省"]),
    ],
)
def test_every_kind_of_unit_has_its_line(asked: str, lines: list[str]) -> None:
    app = AppTest.from_function(_here_page, default_timeout=60)
    app.query_params["ask"] = asked
    app.run()
    assert not app.exception
    text = _texts(app) + "\n".join(one.value for one in app.caption).replace("\\", "")
    assert [line for line in lines if line not in text] == []
    assert "（）" not in text


def test_a_place_of_a_year_is_shown_as_it_stood() -> None:
    app = AppTest.from_function(_here_page, default_timeout=60)
    app.query_params["ask"] = "平泉县@2001"
    app.run()
    assert not app.exception
    assert "**2001：130823 平泉县（河北省承德市）**" in _texts(app)


def test_a_unit_whose_ground_is_not_known_is_said_to_be() -> None:
    app = AppTest.from_function(_here_page, default_timeout=60)
    app.query_params["ask"] = "加格达奇区@2008"
    app.run()
    assert not app.exception
    assert "加格达奇区@2008的辖区今属哪些县不明" in _texts(app)
    assert "目录中没有政策适用" not in _texts(app)


def test_a_unit_newer_than_the_polygons_is_said_to_be() -> None:
    for asked, told in (
        ("两江新区@2026", "两江新区的设立晚于边界数据"),
        ("渝北区@2026", "500157 两江新区；500109 北碚区"),
    ):
        app = AppTest.from_function(_here_page, default_timeout=60)
        app.query_params["ask"] = asked
        app.run()
        assert not app.exception
        assert told in _texts(app)


def test_a_placeholder_is_said_to_be_no_division() -> None:
    app = AppTest.from_function(_here_page, default_timeout=60)
    app.query_params["ask"] = "110100"
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception
    assert "stands for a group of divisions" in _texts(app)


def _zone_page() -> None:
    from dataclasses import replace

    from pilotzones.geo.catalogue.loader import load_programme
    from pilotzones.views.state import cache

    joined = cache.get_joined("urban_rural_integration_2019", "tianditu", "geodesic")
    programme = load_programme("urban_rural_integration_2019")
    first = next(one for one in programme.members if one.special is None)
    old = replace(
        first, listed_name="平泉县", official_name="", adcode="130823", prefecture="承德市", province="河北省"
    )
    zone = replace(programme.zones[0], members=(old,))

    from pilotzones.geo.join import join
    from pilotzones.views.components.tables.programme_tables import build_member_table, show_members

    dated = join(replace(programme, codes_as_of="2001", zones=(zone,)), joined.boundaries)
    show_members(build_member_table(dated, [zone.order], "zh"), "zh", key="members")


def test_a_member_of_a_former_year_is_drawn_with_its_change_beside_it() -> None:
    app = AppTest.from_function(_zone_page, default_timeout=90).run()
    assert not app.exception
    (row,) = app.dataframe[0].value.to_dict("records")
    assert row["区划代码"] == "130881"
    assert row["列入后的变更"] == "2017-05：130823 平泉县 更名或改设为 130881 平泉市"


def test_the_page_about_the_data_lists_what_became_of_the_members() -> None:
    app = AppTest.from_function(_about_page, default_timeout=60).run()
    assert not app.exception
    frame = next(one.value for one in app.dataframe if "2010" in one.value.columns)
    assert len(frame) == 19
    app.number_input(key="about_second").set_value(2010).run()
    assert "86 个组成单位中有 0 个" in _texts(app)
