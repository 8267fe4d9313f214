"""The page "Area audit" through Streamlit's AppTest: controls, languages, links, what is said when nothing is left."""

from __future__ import annotations

import dataclasses
import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from pilotzones.geo.audit import Term
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import translate
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.style.palette import get_verdict_styles
from pilotzones.layers.webmap.geometry.builder import prepare_context, prepare_programme
from pilotzones.layers.webmap.geometry.store import GeometryStore
from pilotzones.layers.webmap.maps.programme import build_state
from pilotzones.views.components.source_links import format_term_line, make_web_link
from tests.helpers.paging import open_page

_open = partial(open_page, "audit")


def _texts(app: AppTest) -> str:
    kinds = (app.markdown, app.info, app.warning, app.caption, app.header, app.subheader)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def _table(app: AppTest, heading: str) -> list[object]:
    frame = next(frame.value for frame in app.dataframe if heading in frame.value)
    return list(frame[heading])


def _charts(app: AppTest) -> int:
    return len(app.get("vega_lite_chart"))


@pytest.mark.slow
def test_all_zones_at_a_glance() -> None:
    app = _open()
    assert app.title[0].value == "面积核查"
    assert (
        "✓ 一致 **4**，∵ 差异可解释 **3**，≈ 差异可解释，但资料可信度低 **1**，? 无法判定 **3**，≠ 不一致 **0**"
        in _texts(app)
    )
    assert _table(app, "载明面积（km²）") == [10043, 8935, 9978, 6361, 12846, 4979, 3557, 7672, 15323, 4215, 11081]
    assert "选一行" in _texts(app)
    assert _charts(app) == 1


@pytest.mark.slow
def test_a_zone_with_reasons_evidence_and_readings() -> None:
    app = _open(focus="10")
    said = _texts(app)
    assert _charts(app) == 2
    assert "10. 陕西西咸接合片区" in said
    assert "**−827.0 km²** · 西咸新区 · 功能区没有公布边界" in said
    assert "西咸新区 ∩ 兴平市 −55.0 km²" in said
    assert "规划面积" in said
    assert "各项合计 −828.3 km²，等于差值。" in said
    assert [metric.value for metric in app.metric] == [
        "4,215 km²",
        "3,386.7 km²",
        "3,386.7 至 4,231.9 km²",
        "−828.3 km² (−19.65%)",
    ]
    first = str(_table(app, "组成")[0])
    assert first == "西咸新区 882.0 + 西咸新区 ∩ 兴平市 −55.0 + 杨凌农业高新技术产业示范区 135.0"
    assert set(_table(app, "改动项")) == {"面积方法", "临水组成单位的边界来源", "其余组成单位的边界来源"}
    assert 882.0 in _table(app, "公布面积（km²）")


@pytest.mark.slow
def test_a_link_restores_zone_source_and_method() -> None:
    app = _open(focus="2", source="amap", method="ellipsoid", lang="en", region="east")
    assert app.title[0].value == "Area audit"
    assert app.selectbox(key="w_focus").value == 2
    assert app.selectbox(key="w_source").value == "amap"
    assert app.selectbox(key="w_method").value == "ellipsoid"
    said = _texts(app)
    assert "2. Eastern Fuzhou Area, Fujian" in said
    assert "≠ differs" in said
    assert "Boundaries: AMap; area method: ellipsoid series of the land survey" in said
    assert len(_table(app, "Stated (km²)")) == 5


@pytest.mark.slow
def test_source_and_method_can_be_switched() -> None:
    app = _open()
    before = _table(app, "计算面积（km²）")
    app.selectbox(key="w_method").set_value("equal_area").run()
    assert "".join(app.query_params["method"]) == "equal_area"
    after = _table(app, "计算面积（km²）")
    # The methods differ by less than the decimal that is shown; the page names the one in use.
    assert "面积方法：等积投影（Albers，加密边）" in _texts(app)
    assert after == pytest.approx(before, rel=1e-4)
    app.selectbox(key="w_source").set_value("amap").run()
    assert not app.exception
    assert "≠ 不一致 **1**" in _texts(app)


@pytest.mark.slow
def test_the_table_can_be_narrowed_to_a_verdict() -> None:
    app = _open()
    app.button_group(key="audit_verdicts").set_value(["cannot_tell"]).run()
    assert _table(app, "试验区")[:3] == ["广东广清接合片区", "山东济青局部片区", "吉林长吉接合片区"]
    assert "".join(app.query_params.get("region", [])) == ""


@pytest.mark.slow
def test_findings_are_filtered_by_kind_verdict_and_owner() -> None:
    app = _open()
    everything = len(_table(app, "类别"))
    app.multiselect(key="finding_kinds").set_value(["detached_part"]).run()
    assert set(_table(app, "类别")) == {"与主体不相连的部分"}
    assert any("距其余部分" in str(text) for text in _table(app, "说明"))
    app.multiselect(key="finding_kinds").set_value([])
    app.button_group(key="finding_verdicts").set_value(["cannot_tell"])
    app.button_group(key="finding_owners").set_value(["catalogue"]).run()
    assert set(_table(app, "结论")[-1:]) == {"? 无法判定"}
    assert set(_table(app, "问题出处")) == {"本站资料"}
    assert 0 < len(_table(app, "类别")) < everything
    app.button_group(key="finding_owners").set_value(["document"]).run()
    assert "符合条件的记录 **0** 条" in _texts(app)


@pytest.mark.slow
def test_nothing_left_says_so_and_offers_a_way_back() -> None:
    app = _open(region="northeast", province="浙江省")
    assert "没有符合条件的内容" in _texts(app)
    assert _charts(app) == 0
    next(button for button in app.button if button.label == "清除").click().run()
    assert len(_table(app, "载明面积（km²）")) == 11


@pytest.mark.slow
def test_filters_narrow_everything_on_the_page() -> None:
    app = _open(region="central", focus="10")
    assert _table(app, "载明面积（km²）") == [4979, 3557]
    assert app.selectbox(key="w_focus").value is None
    assert all(str(zone)[0] in "67" for zone in _table(app, "问题出处") and _table_of_findings(app))


def _table_of_findings(app: AppTest) -> list[object]:
    frame = next(frame.value for frame in app.dataframe if "问题出处" in frame.value)
    return list(frame["试验区"])


@pytest.mark.slow
def test_english_labels_have_no_chinese() -> None:
    app = _open(lang="en", focus="1")
    kinds = (app.multiselect, app.radio, app.selectbox, app.button, app.metric)
    labels = [element.label for kind in kinds for element in kind] + [
        heading.value for heading in (*app.header, *app.subheader)
    ]
    headings = [heading for frame in app.dataframe for heading in frame.value.columns]
    assert not any("\u4e00" <= char <= "\u9fff" for label in [*labels, *headings] for char in label)


@pytest.mark.slow
def test_places_have_their_english_names_before_their_own() -> None:
    app = _open(lang="en", focus="10")
    columns = {translate(f"column_{name}", "en") for name in ("listed_name", "member", "terms")}
    named = [cell for frame in app.dataframe for column in columns & {*frame.value} for cell in frame.value[column]]
    assert len(named) > 200
    assert not [cell for cell in named if cell and not cell[0].isascii()]
    assert "Yangling Agricultural High-Tech Industry Demonstration Zone 杨凌农业高新技术产业示范区" in named
    assert "Xixian New Area ∩" in _texts(app).replace(" 西咸新区", "")
    assert "special area and a listed member (Xingping City 兴平市)" in list(app.dataframe[-1].value["Compared"])


@pytest.mark.slow
def test_hostile_text_in_a_link_is_only_text() -> None:
    app = _open(region="<img src=x onerror=alert(1)>", method="{{7*191}}", focus="![x](https://evil.test)")
    assert "1337" not in _texts(app)
    assert "![x](" not in app.warning[0].value


@pytest.mark.parametrize(
    "address",
    ["http://stats.example.cn/a/b.html", "https://example.org/?id=1&x=%E5%B9%B3", "https://example.org"],
)
def test_a_whole_web_address_is_a_link(address: str) -> None:
    assert make_web_link(address) == address
    assert f"]({address})" in format_term_line(
        Term("平潭", 392.0, "published", "land", "2022", "source", address), "zh"
    )


@pytest.mark.parametrize(
    "address",
    [
        "example.org/a",
        "javascript:alert(1)",
        "https://a.test/)[x](y",
        "http://a.test/<b>",
        "data:text/html,x",
        "",
        "http:///x",
    ],
)
def test_anything_else_is_text(address: str) -> None:
    assert make_web_link(address) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_of_a_source_becomes_markup(source: str, address: str) -> None:
    line = format_term_line(Term("x", 1.0, "published", "land", "", source, address), "en")
    # An address may come without its scheme.
    assert all(make_web_link(target) == target for target in re.findall(r"\]\((.*?)\)", line))
    assert line.count("`") <= 2 + 2 * source.count("`")


def test_the_map_tells_verdicts_by_colour_and_hatch(joined: JoinedProgramme) -> None:
    store = GeometryStore()
    drawn, context = prepare_programme(joined, store=store), prepare_context(joined.boundaries, store=store)
    verdicts = dict.fromkeys(range(1, 12), "agrees") | {2: "differs", 3: "cannot_tell"}
    state = build_state(
        joined,
        drawn,
        context,
        Selection(zones=(1, 2, 3)),
        colour_by="verdict",
        verdicts=verdicts,  # type: ignore[arg-type]  # the words are verdicts
        full_legend=False,
    )
    members = next(layer for layer in state.layers if layer.id == "members")
    styles = get_verdict_styles()
    assert members.group_class is not None
    for zone, index in members.group_class.items():
        assert members.classes[index] == styles[verdicts[int(zone)]]  # type: ignore[index]
    assert state.groups == ["1", "2", "3"]
    assert state.legend is not None
    assert [item.label for item in state.legend.items] == ["✓ 一致", "? 无法判定", "≠ 不一致"]


def test_an_address_of_the_catalogue_becomes_a_link_and_nothing_else_does() -> None:
    term = Term("平潭", 392.0, "published", "land", "2022", "profile", "zh.wikipedia.org/wiki/罗源县")
    assert "](http://zh.wikipedia.org/wiki/%E7%BD%97%E6%BA%90%E5%8E%BF)" in format_term_line(term, "zh")
    for hostile in ("javascript:alert(1)", "no address", "a.test/)[x](http://evil.test"):
        shown = format_term_line(dataclasses.replace(term, address=hostile), "zh")
        assert "](javascript" not in shown
        assert "](http://evil.test" not in shown.split("`")[0]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sources_and_evidence_are_in_the_language_of_the_page(lang: str) -> None:
    app = _open(lang=lang)
    shown = " ".join(
        str(cell) for heading in ("来源", "说明", "Source", "Detail") for cell in _list_cells(app, heading)
    )
    assert ("百科转载" in shown) == (lang == "zh")
    assert ("encyclopaedia copy" in shown) == (lang == "en")
    assert ("不是行政区划" in shown) == (lang == "zh")


def _list_cells(app: AppTest, heading: str) -> list[object]:
    return [cell for frame in app.dataframe if heading in frame.value for cell in frame.value[heading]]
