"""The page of indicators: a table of figures becomes a map, lines and an evaluation; a bad one is refused in words."""

from __future__ import annotations

import pytest

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.style.indicator_classes import classify_change, classify_indicator
from pilotzones.layers.webmap.geometry.builder import load_or_build, prepare_context
from pilotzones.layers.webmap.geometry.lod_layers import prepare_counties
from pilotzones.layers.webmap.maps.indicators import shade_counties
from pilotzones.layers.webmap.maps.programme import build_state
from tests.helpers.paging import open_page

pytestmark = pytest.mark.usefixtures("forked_workers")


@pytest.mark.slow
def test_the_example_is_read_and_shown():
    app = open_page("indicators", lang="zh")
    app.button(key="indicators_example").click().run()
    assert not app.exception
    assert any("23,1" in one.value for one in app.markdown)
    assert app.selectbox(key="indicators_indicator").options == [
        "在施政策数",
        "面积",
        "所属试验区的任务数",
        "所属试验区的组成单位数",
    ]
    app.session_state["indicators_tabs_zh"] = "评价"
    app.run()
    assert app.multiselect(key="indicators_chosen").options == ["在施政策数", "面积", "所属试验区的组成单位数"]
    # The names of the example are not those of a table of the visitor's own, whose indicators may be called like ratios.
    rows = [f"{code},2018,{name},1" for code in (330402, 330411) for name in ("area", "a / b")]
    own = "\n".join(["ref_area,time_period,indicator,obs_value", *rows])
    app.file_uploader(key="indicators_file").upload("t.csv", own.encode(), "text/csv").run()
    assert app.selectbox(key="indicators_indicator").options == ["area", "a / b"]


TABLE = (
    "ref_area,time_period,indicator,obs_value,unit_measure,unit_mult,source\n"
    + "".join(
        f"{code},{year},{name},{at * scale + year},元,4,book\n"
        for at, code in enumerate(("330402", "350104", "440118", "320117"))
        for year in (2018, 2019)
        for name, scale in (("a", 3), ("b", -2))
    )
    + "330402,2018,x,abc,,,\n"
)


@pytest.mark.slow
def test_a_table_is_mapped_followed_compared_evaluated_and_described():
    app = open_page("indicators", lang="en")
    app.file_uploader(key="indicators_file").upload("t.csv", TABLE.encode(), "text/csv").run()
    assert not app.exception
    dictionary = "indicator,name_en,direction,definition\na,Alpha,less,What it is\n"
    app.file_uploader(key="indicators_dictionary").upload("d.csv", dictionary.encode(), "text/csv").run()
    assert app.selectbox(key="indicators_indicator").options[0] == "Alpha"
    assert any("What it is" in one.value for one in app.caption)
    app.selectbox(key="indicators_per").set_value("b").run()
    app.selectbox(key="indicators_county").set_value("330402").run()
    assert any("book" in one.value for one in app.caption)
    for tab in ("Change", "Trend", "Members and others", "Evaluation", "Figures"):
        app.session_state["indicators_tabs_en"] = tab
        app.run()
        assert not app.exception, tab
    assert app.session_state["indicators_county"] == "330402"


def test_a_county_has_the_class_of_its_figure_in_every_year_alike(joined):
    boundaries = load("tianditu")
    codes = boundaries.counties["adcode"].to_list()
    state = build_state(
        joined,
        load_or_build(joined),
        prepare_context(boundaries),
        Selection(),
        counties=prepare_counties(boundaries),
    )
    classes = classify_indicator([1.0, 2.0, 3.0, 40.0, 50.0, 600.0, 700.0])
    for values in ({codes[0]: 1.0, codes[5]: 700.0}, {codes[5]: 700.0}):
        shaded = shade_counties(state, values, codes, classes, title="x", lang="zh", theme="light")
        layer = next(one for one in shaded.layers if one.id == "counties")
        assert layer.feature_class is not None
        assert layer.feature_class["c5"] == classes.find_class(700.0)
        assert set(layer.feature_class) == {f"c{codes.index(code)}" for code in values}
        assert layer.classes[layer.all_class].fill is None
        assert not {"members", "dots"} & {one.id for one in shaded.layers}


def test_a_figure_lies_in_the_range_that_the_legend_names():
    values = [1.0, 2.0, 3.0, 40.0, 50.0, 600.0, 700.0]
    classes = classify_indicator(values)
    for value in values:
        low, high = classes.ranges[classes.find_class(value)]
        assert low <= value <= high


def test_a_change_has_colours_of_its_own_on_either_side():
    classes = classify_change([-5.0, -1.0, 0.0, 2.0, 3.0, 40.0])
    names = classes.name_ranges(signed=True)
    assert names[classes.find_class(0.0)] == "0"
    assert names[classes.find_class(40.0)].startswith("+")
    assert len(set(classes.colors)) == len(classes.ranges)
    assert classify_change([4.0]).name_ranges(signed=True) == ["+4"]
