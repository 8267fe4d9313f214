"""The pages Research panel and Overlap: preview, summary, a panel of the visitor's, matrix and tables."""

from __future__ import annotations

import pytest

from tests.helpers.paging import open_page

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("forked_workers")]


def _texts(app: object) -> str:
    return "\n".join(str(one.value) for kind in ("markdown", "caption", "info") for one in getattr(app, kind))


def test_a_panel_is_built_and_summed_up() -> None:
    app = open_page("panel")
    app.multiselect(key="w_panel_programmes").set_value(["broadband_china_2014"]).run()
    app.radio(key="w_panel_level").set_value("prefecture").run()
    app.slider(key="w_panel_years").set_value((2014, 2015)).run()
    app.button(key="build_panel").click().run()
    assert not app.exception
    preview, hits, rules = (frame.value for frame in app.dataframe)
    assert "first_year_p1" in preview.columns
    assert {"整体列入", "所属地市、省或区域整体列入"} <= set(hits["涉及方式"])
    assert "列入的地市、省或区域及于其区县" in set(rules["规则"])
    app.multiselect(key="w_panel_hits").set_value([]).run()
    assert "请至少选择" in _texts(app)


def test_rows_of_a_panel_of_the_visitor_are_matched_and_the_open_ones_go_to_the_list() -> None:
    app = open_page("panel")
    app.multiselect(key="w_panel_programmes").set_value(["broadband_china_2014"]).run()
    table = "name,year\n昆山市,2014\n无此县,2014\n".encode()
    app.file_uploader(key="w_panel_file").set_value(("mine.csv", table, "text/csv")).run()
    app.button(key="build_panel").click().run()
    assert not app.exception
    assert app.dataframe[0].value["post_p1"].tolist()[0] == 1
    assert "名称 1" in _texts(app).replace("\\", "")
    app.button(key="settle_open").click().run()
    assert not app.exception
    assert app.session_state["list_work"].source.document.text.strip() == "无此县"


@pytest.mark.slow
def test_the_overlap_has_a_matrix_a_map_and_tables() -> None:
    app = open_page("overlap")
    app.multiselect(key="w_overlap_programmes").set_value(
        ["urban_rural_integration_2019", "broadband_china_2014"]
    ).run()
    assert not app.exception
    matrix, areas, pairs, zones = (frame.value for frame in app.dataframe)
    assert matrix["政策"].str[:1].tolist() == ["1", "2"]
    assert matrix["2"].iloc[0] == matrix["1"].iloc[1] == pairs["共有区县"].iloc[0] == 37
    # Nothing stands where a programme meets itself, in the words of no library.
    assert matrix["1"].isna().tolist() == [True, False]
    assert {frame.proto.placeholder for frame in app.dataframe} == {"–"}
    assert areas["省份"].iloc[-1] == "全国"
    assert len(zones) > 0
    app.multiselect(key="w_overlap_programmes").set_value([]).run()
    assert "没有可比较的政策" in _texts(app)
