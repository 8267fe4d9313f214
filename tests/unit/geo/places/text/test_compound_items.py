"""Items of an enumeration of which a name is only a part are no place of that name, and none is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.documents.document_resolution import resolve_document
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.places import resolve_text
from pilotzones.geo.places.gazetteer import load_gazetteer
from tests.helpers.examples import examples
from tests.helpers.listed_places import accepted, open_places, read

COUNTIES = {
    name: next(one.code for one in load_gazetteer().units.values() if one.name == name)
    for name in ("德清县", "安吉县", "长兴县", "敦化市", "汪清县", "余杭区", "嘉善县", "山丹县")
}
KNOWN = ("余杭", "余杭区", "山丹", "山丹县", "吉林", "吉林省", "湖州市", "敦化", "安吉县")
SITES = (
    "中水集团{}基地", "{}基地", "{}粮食集团有限公司", "中农发{}马场", "国家能源集团{}", "大唐{}电厂", "{}军马场", "{}湿地公园",
    "{}长白山森工集团", "北大荒{}分公司", "{}产业联合体", "华光{}生态园", "{}国家级自然保护区", "{}监狱", "{}粮食局", "{}大学",
    "{}文化旅游发展中心", "ABC{}研发楼",
)  # fmt: skip
FRAMES = ("{}", "试点范围：{}。", "同意{}为试点。", "试点名单：\n{}", "试点包括{}等地区。")


@st.composite
def lists(draw: st.DrawFn) -> tuple[str, list[str], list[tuple[int, int]]]:
    """An enumeration, its counties, and the extents of the other items; a county stands first and last."""
    counties = draw(st.lists(st.sampled_from([*COUNTIES]), min_size=2, max_size=4, unique=True))
    sites = draw(
        st.lists(st.builds(str.format, st.sampled_from(SITES), st.sampled_from(KNOWN)), min_size=1, max_size=3)
    )
    items: list[str] = [*counties[1:-1], *sites]
    items = [counties[0], *draw(st.permutations(items)), counties[-1]]
    text = draw(st.sampled_from(FRAMES)).format("、".join(items))
    spans, at = [], 0
    for item in items:
        at = text.index(item, at)
        spans += [(at, at + len(item))] if item in sites else []
        at += len(item)
    return text, counties, spans


@given(lists())
@examples(60)
def test_every_item_is_a_row_or_named_and_no_name_in_it_is_accepted(
    case: tuple[str, list[str], list[tuple[int, int]]],
) -> None:
    text, counties, spans = case
    document = read(text)
    resolution = resolve_document(document)
    rows = [(row.start, row.end) for row in (*resolution.rows, *resolution.passing)]
    assert all(any(start <= span[0] and end >= span[1] for start, end in rows) for span in spans)
    listed = [row for row in resolution.rows if row.status == "accepted" and row.op == "include"]
    assert sorted(code for row in listed for code in row.adcode) == sorted(COUNTIES[name] for name in counties)
    draft = draft_list(document)
    places = [one.place for _, one in draft.members] + [one.place for one in draft.unread]
    assert all(any(one.start < span[1] and one.end > span[0] for one in places) for span in spans)
    codes = sorted(member.adcode for _, member in draft.members if member.adcode)
    assert codes == sorted(COUNTIES[name] for name in counties)


@pytest.mark.parametrize(
    ("text", "counties", "items"),
    [
        ("德清县、中水集团余杭基地、安吉县", "德清县 安吉县", ["中水集团余杭基地"]),
        ("德清县、中农发山丹马场、安吉县", "德清县 安吉县", ["中农发山丹马场"]),
        ("吉林省：敦化市、吉林长白山森工集团、汪清县", "敦化市 汪清县", ["吉林长白山森工集团"]),
        ("试点范围：余杭区粮食集团有限公司、德清县、安吉县。", "德清县 安吉县", ["余杭区粮食集团有限公司"]),
        ("同意国家能源集团余杭区、德清县为试点。", "德清县", ["国家能源集团余杭区"]),
        ("试点名单：德清县、安吉县和余杭区产业联合体。", "德清县 安吉县", ["余杭区产业联合体"]),
        ("德清县、吉林长白山森工集团等2个单位", "德清县", ["吉林长白山森工集团"]),
        ("德清县\n国家能源集团余杭区\n安吉县", "德清县 安吉县", ["国家能源集团余杭区"]),
        ("试点：德清县（新增）、余杭区湿地公园（新增）、安吉县", "德清县 安吉县", ["余杭区湿地公园"]),
        ("余杭区湿地公园", "", ["余杭区湿地公园"]),
        ("北大荒山丹县分公司", "", ["北大荒山丹县分公司"]),
        ("①德清县②余杭区粮食收储有限公司③安吉县", "德清县 安吉县", ["余杭区粮食收储有限公司"]),
        ("1.德清县 2.余杭区粮食收储有限公司 3.安吉县", "德清县 安吉县", ["余杭区粮食收储有限公司"]),
        ("1.德清县\n2.国家能源集团余杭区\n3.安吉县\n4.长兴县", "德清县 安吉县 长兴县", ["国家能源集团余杭区"]),
        ("1.德清县、长兴县；2.余杭区基地、安吉县；3.嘉善县", "德清县 长兴县 安吉县 嘉善县", ["余杭区基地"]),
        ("德清县；余杭区粮食收储有限公司；安吉县", "德清县 安吉县", ["余杭区粮食收储有限公司"]),
        ("德清县/中水集团余杭基地/安吉县", "德清县 安吉县", ["中水集团余杭基地"]),
        ("德清县，余杭大学，安吉县，长兴县", "德清县 安吉县 长兴县", ["余杭大学"]),
        ("德清县、湖州市农业农村局、安吉县", "德清县 安吉县", ["湖州市农业农村局"]),
        ("德清县、吉林省监狱、安吉县", "德清县 安吉县", []),
    ],
)
def test_a_firm_or_a_site_called_like_a_place_is_a_question(text: str, counties: str, items: list[str]) -> None:
    assert accepted(text) == sorted(COUNTIES[name] for name in counties.split())
    assert [name for name, _ in open_places(text)] == items


@pytest.mark.parametrize(
    "text",
    [
        "德清县全域、安吉县部分乡镇、长兴县",
        "德清县本级、安吉县、长兴县两县",
        "德清县人民政府、安吉县人民政府、长兴县人民政府",
        "确定德清县、安吉县为试点，长兴县、敦化市为协作单位。",
        "推进德清县城乡规划、产业发展和安吉县生态建设。",
        "德清县保留、安吉县退出、长兴县新增",
    ],
)
def test_words_that_say_something_of_a_place_make_no_other_thing_of_it(text: str) -> None:
    assert not any(row.status == "unresolved" for row in resolve_text(text))


def test_an_institution_at_the_end_is_named_in_passing() -> None:
    resolution = resolve_text("试点名单：德清县、安吉县、余杭区大学。")
    assert [row.listed_text for row in resolution.passing] == ["余杭区大学"]
    assert [row.name for row in resolution.rows] == ["德清县", "安吉县"]


@pytest.mark.parametrize("mark", ["；", " ", "\n"])
def test_an_item_behind_an_institution_is_listed_whatever_the_marks(mark: str) -> None:
    assert accepted(mark.join(("德清县", "余杭区大学", "安吉县"))) == ["330521", "330523"]


def test_a_bureau_of_state_farms_is_a_row_of_its_own_name() -> None:
    text = "黑龙江省农垦总局建三江分局"
    assert [(row.listed_text, row.status) for row in resolve_text(text)] == [(text, "unresolved")]
    assert accepted(f"{text}、黑龙江省五常市") == ["230184"]


@pytest.mark.parametrize("words", ["投资5亿元", "GDP增长5%", "发布通报"])
def test_a_text_that_lists_nothing_leaves_its_names_open(words: str) -> None:
    text = f"德清县{words}，安吉县{words}"
    assert accepted(text) == []
    assert open_places(text) == [("德清县", "include"), ("安吉县", "include")]
    assert accepted(f"德清县、安吉县{words}。") == accepted(f"德清县、安吉县、长兴县{words}。") == []


@pytest.mark.parametrize("words", ["Deqing", "上榜", "省级", "优秀等次", "水稻", "投资促进", "智慧城市", "第一批"])
def test_a_word_behind_each_name_leaves_a_list_a_list(words: str) -> None:
    assert accepted(f"德清县{words}") == ["330521"]
    for mark in ("\n", "、", "；"):
        assert accepted(mark.join(name + words for name in ("德清县", "安吉县"))) == ["330521", "330523"]
    assert accepted("德清县（补助500万元）、安吉县（补助300万元）") == ["330521", "330523"]


def test_counties_of_which_a_number_of_towns_is_meant_are_no_towns() -> None:
    rows = resolve_text("湖南省长沙市望城区、宁乡市的三个镇").rows
    assert [(row.level, row.op, row.adcode) for row in rows] == [
        ("county", "partial", ("430112",)), ("county", "partial", ("430182",)),
    ]  # fmt: skip
    assert accepted("皋兰县什川、忠和、水阜3个镇") == []


@pytest.mark.parametrize("table", ["pilots\n{}\n{}", "pilots,area\n{},937\n{},1886", "No.\tpilots\n1\t{}\n2\t{}"])
def test_an_english_head_is_no_item(table: str) -> None:
    document = read(table.format("德清县", "安吉县"))
    assert [row.adcode for row in resolve_document(document).rows] == [("330521",), ("330523",)]
    assert [m.adcode for zone in draft_list(document).zones for m in zone.members] == ["330521", "330523"]


@pytest.mark.parametrize(
    "text", ["更正：原名单中“德清县”应为“安吉县”。", "原名单中德清县更正为安吉县。", "德清县应更正为安吉县。"]
)
def test_a_corrected_name_is_taken_back(text: str) -> None:
    assert accepted(text) == ["330523"]
    assert open_places(text) == [("德清县", "exclude")]


SUMMARIES = [
    "（萍乡市2个、吉安市1个）",
    "其中萍乡市2个、吉安市1个",
    "萍乡2个、吉安1个",
    "萍乡市（2个）、吉安市（1个）",
    "江西省3个",
]


@pytest.mark.parametrize("summary", SUMMARIES)
@pytest.mark.parametrize("mark", [" ", "、"])
def test_a_number_of_places_behind_what_they_lie_in_makes_no_member(summary: str, mark: str) -> None:
    text = "示范县：" + mark.join(("泰和县", "上栗县", "芦溪县"))
    assert set(accepted(f"{text}\n{summary}")) == {"360826", "360322", "360323"}
    assert not set(accepted(text + summary)) - {"360826", "360322", "360323"}


def test_the_number_of_the_names_of_a_list_takes_none_back() -> None:
    for count in ("2个城市", "等2个城市", "2市", "两个城市"):
        assert accepted(f"杭州市、宁波市{count}") == ["330100", "330200"]


def test_an_arrow_between_counties_is_a_change_and_between_a_place_and_a_town_in_it_a_path() -> None:
    assert accepted("桐庐县→富阳区（调整）") == accepted("试点：桐庐县→富阳区") == ["330111"]
    assert accepted("浙江省→杭州市→桐庐县") == ["330122"]
    assert [(row.level, row.container_adcode) for row in resolve_text("桐庐县→分水镇").rows] == [("town", ("330122",))]


def test_grades_between_the_items_of_a_list_lose_none() -> None:
    assert accepted("2023年度：桐庐县 优秀；象山县 良好；慈溪市 合格") == ["330122", "330225", "330282"]
    assert accepted("都市区包括桐庐县等，试点为淳安县。") == ["330122", "330127"]
