"""Several programmes in the app, through AppTest: chooser, link, towns, measures, rules; and the page "What applies here"."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pilotzones.geo.sandbox import worker_process
from pilotzones.layers.webmap.state import MapState
from pilotzones.views.pages import place_query
from tests.helpers.paging import open_app, open_page

NATIONAL = "urban_rural_integration_2019"
TOWNS = "jilin_demonstration_towns_2013"
LAND = "chongqing_land_consolidation_2024"


def _texts(app: AppTest) -> str:
    parts = (app.markdown, app.info, app.warning, app.text, app.caption, app.header, app.subheader, app.title)
    return "\n".join(str(element.value) for kind in parts for element in kind)


def _param(app: AppTest, key: str) -> str:
    return "".join(app.query_params.get(key, ""))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_link_opens_the_towns_with_another_programme_over_them(lang: str) -> None:
    app = open_app(programme=f"{TOWNS},{LAND}", lang=lang, zone="12", focus="12")
    assert not app.exception
    assert app.selectbox(key="w_programme").value == TOWNS
    assert app.multiselect(key="w_beside").value == [LAND]
    text = _texts(app).replace("\\", "")
    assert ("范家屯镇 · 镇" if lang == "zh" else "Fanjiatun Town 范家屯镇 · Town") in text
    then, now = ("四平市 公主岭市", "长春市 公主岭市")
    if lang == "en":
        then, now = (f"Gongzhuling City 公主岭市, {city}" for city in ("Siping City 四平市", "Changchun City 长春市"))
    assert then in text
    assert now in text
    assert _param(app, "programme") == f"{TOWNS},{LAND}"


def test_the_chooser_changes_everything_but_the_display() -> None:
    app = open_app(task="3", lang="en")
    app.selectbox(key="w_programme").set_value(LAND).run()
    assert not app.exception
    assert app.title[0].value == "Chongqing Comprehensive Land Consolidation Reform"
    assert _param(app, "programme") == LAND
    assert _param(app, "task") == ""
    app.button_group(key="w_show").set_value("table").run()
    assert sum("措施（" in element.value or "保障（" in element.value for element in app.markdown) == 28
    assert "23** measures, **5** safeguards" in _texts(app)
    app.selectbox(key="w_programme").set_value(NATIONAL).run()
    assert _param(app, "programme") == ""
    app.session_state["more_box"] = True
    app.run()
    app.multiselect(key="w_beside").set_value([TOWNS]).run()
    assert _param(app, "programme") == f"{NATIONAL},{TOWNS}"
    assert not app.exception


def test_the_rules_stand_on_the_page_with_their_exceptions() -> None:
    app = open_page("about")
    assert "6 项例外" not in _texts(app)
    app.session_state["about"] = True
    app.run()
    assert "6 项例外" in _texts(app)
    exceptions = next(frame.value for frame in app.dataframe if "对象" in frame.value)
    assert list(exceptions["对象"]) == ["宁德市", "清远市", "淄博市", "渭南市", "咸阳市", "吉林市"]


def test_an_unknown_programme_in_a_link_is_named_and_left_out() -> None:
    app = open_app(programme="nothing")
    assert not app.exception
    assert "programme=nothing" in _texts(app).replace("\\", "")
    assert app.selectbox(key="w_programme").value == NATIONAL


def test_what_applies_here_answers_names_and_says_none() -> None:
    app = AppTest.from_function(_here_page, default_timeout=60).run()
    app.text_input(key="w_asked").set_value("永川区").run()
    assert not app.exception
    by_length = {len(frame.value): frame.value for frame in app.dataframe}
    assert {6, 29} <= set(by_length)
    assert set(by_length[29]["适用依据"]) == {"列入试验范围", "全市（省）域"}
    app.text_input(key="w_asked").set_value("开化县").run()
    assert "没有政策适用于" in _texts(app)
    app.text_input(key="w_asked").set_value("朝阳区").run()
    assert "220104" in _texts(app)
    app.text_input(key="w_asked").set_value("<b>{{7*191}}").run()
    assert not app.exception
    assert "1337" not in _texts(app)


def test_a_table_is_answered_once_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    app = AppTest.from_function(_here_page, default_timeout=120).run()
    table = "名称,经度,纬度\n永川区,,\n,120.15,30.27\n亖亖亖亖,,\n"
    app.file_uploader(key="here_file").upload("t.csv", table.encode()).run()
    assert not app.exception
    (frame,) = (one.value for one in app.dataframe if "asked" in one.value)
    assert list(frame["status"]) == ["found", "found", "unresolved"]
    assert "500118" in frame["adcode"][0]
    # Any click draws the page again, and does not read the table again.
    monkeypatch.setattr(worker_process, "_QUEUE", None)
    app.text_input(key="w_asked").set_value("海淀区").run()
    assert not app.exception
    assert any("asked" in one.value for one in app.dataframe)


@pytest.mark.parametrize("kind", ["xlsx", "dta"])
def test_a_workbook_and_a_stata_file_are_answered_as_of_a_year(kind: str) -> None:
    stream = io.BytesIO()
    frame = pd.DataFrame({"code": [130823, 110104]})
    if kind == "xlsx":
        frame.to_excel(stream, index=False)
    else:
        frame.to_stata(stream, write_index=False)
    app = AppTest.from_function(_here_page, default_timeout=120).run()
    app.text_input(key="here_as_of").set_value("2001").run()
    app.file_uploader(key="here_file").upload(f"t.{kind}", stream.getvalue()).run()
    assert not app.exception
    (rows,) = (one.value for one in app.dataframe if "asked" in one.value)
    assert list(rows["status"]) == ["found", "found"]
    assert list(rows["unit"]) == ["平泉县", "宣武区"]
    assert list(rows["today"]) == ["130881 平泉市", "110102 西城区"]


def test_a_date_that_is_none_is_said_to_be() -> None:
    app = AppTest.from_function(_here_page, default_timeout=120).run()
    app.text_input(key="here_as_of").set_value("某年").run()
    assert not app.exception
    assert "未能读作年份或日期" in _texts(app)


def test_a_table_that_cannot_be_read_says_why() -> None:
    app = AppTest.from_function(_here_page, default_timeout=120).run()
    app.file_uploader(key="here_file").upload("t.csv", b"x" * 1_000_001).run()
    assert not app.exception
    assert "正文有 1,000,001 个字符，最多读取 1,000,000 个" in _texts(app)


def test_the_question_is_in_the_link_and_comes_back() -> None:
    app = AppTest.from_function(_here_page, default_timeout=60).run()
    app.text_input(key="w_asked").set_value("永川区").run()
    assert _param(app, "ask") == "永川区"
    again = AppTest.from_function(_here_page, default_timeout=60)
    again.query_params["ask"] = "永川区" + " " * 200
    again.run()
    assert not again.exception
    assert again.text_input(key="w_asked").value == "永川区"
    assert {6, 29} <= {len(frame.value) for frame in again.dataframe}


def test_what_applies_here_draws_one_programme_and_those_that_are_chosen_or_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[MapState] = []
    monkeypatch.setattr(place_query, "place_map", lambda state, **_: drawn.append(state))
    app = AppTest.from_function(_here_page, default_timeout=120).run()
    assert _list_beside(drawn[-1]) == set()
    app.multiselect(key="w_beside").set_value([TOWNS]).run()
    assert _list_beside(drawn[-1]) == {"beside0"}
    assert _param(app, "programme") == f"{NATIONAL},{TOWNS}"
    # A link that names programmes opens with them.
    linked = AppTest.from_function(_here_page, default_timeout=120)
    linked.query_params["programme"] = f"{NATIONAL},{TOWNS},{LAND}"
    linked.run()
    assert linked.multiselect(key="w_beside").value == [TOWNS, LAND]
    assert _list_beside(drawn[-1]) == {"beside0", "beside1"}
    assert drawn[-1].legend is not None
    labels = " ".join(item.label for item in drawn[-1].legend.items)
    assert "叠加 1：" in labels
    assert "叠加 2：" in labels


def _list_beside(state: MapState) -> set[str]:
    return {layer.id.partition("-")[0] for layer in state.layers if layer.id.startswith("beside")}


def _here_page() -> None:
    from pilotzones.views.pages import place_query as here_page

    here_page.show()
