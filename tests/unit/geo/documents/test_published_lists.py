"""Lists as governments publish them: `resolve` and `import` accept the same members, and ask where there is doubt."""

from __future__ import annotations

import pytest

from pilotzones.geo.documents.document_resolution import resolve_document
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.places.gazetteer import load_gazetteer
from tests.helpers.listed_places import accepted, open_places, read


def find_codes(names: str) -> list[str]:
    """Codes of names of which each is that of one unit, or is written behind its province (浙江/南湖区)."""
    codes = []
    for name in names.split():
        province, _, own = name.rpartition("/")
        units = [
            one for one in load_gazetteer().units.values() if one.name == own and one.province.startswith(province)
        ]
        assert len(units) == 1, name
        codes.append(units[0].code)
    return sorted(codes)


HELD = [
    ("试点范围：余杭区（含临平区）。", "余杭区", ["临平区"]),
    ("试点名单：德清县、安吉县、余杭区（包括临平区）。", "德清县 安吉县 余杭区", ["临平区"]),
    ("1. 南湖区\n2. 嘉善县\n3. 清江浦区（含淮阴区）", "南湖区 嘉善县 清江浦区", ["淮阴区"]),
]


@pytest.mark.parametrize(("text", "names", "waiting"), HELD)
def test_a_county_in_the_parenthesis_of_another_is_a_question(text: str, names: str, waiting: list[str]) -> None:
    assert accepted(text) == find_codes(names)
    assert [name for name, _ in open_places(text)] == waiting


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("江西省除南昌市外，其余各市推荐一个县：都昌县", "都昌县"),
        ("江西省除南昌市外，其余设区市试点县名单：都昌县、湖口县", "都昌县 湖口县"),
        ("安徽省除合肥市、芜湖市以外，其余地市各确定1个试点：石台县、绩溪县。", "石台县 绩溪县"),
    ],
)
def test_an_excluded_prefecture_says_nothing_of_the_names_behind_it(text: str, names: str) -> None:
    rows = resolve_document(read(text)).rows
    codes = {code for row in rows if row.status == "accepted" and row.op == "include" for code in row.adcode}
    assert codes == {*find_codes(names)}


STATES = [
    ("成安县 试点\n滑县 试点", "成安县 滑县"),
    ("成安县 试点\n滑县 示范\n魏县 重点县", "成安县 滑县 魏县"),
    ("成安县：保留；滑县：保留；魏县：新增", "成安县 滑县 魏县"),
    ("成安县：保留\n滑县：新增", "成安县 滑县"),
    ("试点名单：成安县*、滑县、魏县*\n（*为新增）", "成安县 滑县 魏县"),
    ("1.成安县*\n2.滑县\n3.魏县*\n注：*为新增试点县", "成安县 滑县 魏县"),
]


@pytest.mark.parametrize(("text", "names"), STATES)
def test_words_beside_names_that_only_say_of_which_kind_they_are(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)
    assert open_places(text) == []


def test_a_state_that_takes_back_is_a_question() -> None:
    text = "成安县：保留；滑县：撤销；馆陶县：新增。"
    assert accepted(text) == find_codes("成安县 馆陶县")
    assert [name for name, _ in open_places(text)] == ["滑县"]


LATIN = [
    ("Hunan Province: Changsha County, Liuyang City, Ningxiang City", "长沙县 浏阳市 宁乡市"),
    ("Zhejiang Province: Deqing County; Anji County\nHenan Province: Lankao County", "德清县 安吉县 兰考县"),
    ("List of pilot counties\nZhejiang Province: Deqing, Anji", "德清县 安吉县"),
    ("Zhejiang Province\nDeqing County\nAnji County\nHenan Province\nLankao County", "德清县 安吉县 兰考县"),
    ("Zhejiang: Deqing, Anji; Henan: Lankao.", "德清县 安吉县 兰考县"),
    ("Pilot areas: Deqing County (Huzhou, Zhejiang); Anji County (Huzhou, Zhejiang)", "德清县 安吉县"),
    (
        "3 pilot counties in Zhejiang Province, namely Deqing County, Anji County and Haining City.",
        "德清县 安吉县 海宁市",
    ),
    ("Gansu: Jishishan Bonan, Dongxiang and Salar Autonomous County", "积石山保安族东乡族撒拉族自治县"),
    ("Shuangjiang Lahu, Va, Blang and Dai Autonomous County, Lincang, Yunnan", "双江拉祜族佤族布朗族傣族自治县"),
]


@pytest.mark.parametrize(("text", "names"), LATIN)
def test_names_in_latin_letters_lie_in_the_unit_over_them(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)
    assert open_places(text) == []


PASSING = [
    ("试点名单：泾县、旌德县。旌德县退出后由绩溪县递补。", "泾县 绩溪县"),
    ("因旌德县自愿放弃，经研究，由绩溪县递补为试点县。", "绩溪县"),
    ("全省共确定试点3个。其中，中部1个，为石台县。", "石台县"),
    ("试点分布：中部1个，为石台县；南部1个，为绩溪县；西部1个，为太湖县。", "石台县 绩溪县 太湖县"),
    ("皖南2个，分别为石台县、绩溪县；皖西1个，是太湖县。", "石台县 绩溪县 太湖县"),
    ("湖州市2个，即德清县、安吉县；舟山市1个，即嵊泗县。", "德清县 安吉县 嵊泗县"),
    ("撤销旌德县、设立绩溪县试点", "绩溪县"),
    ("徐闻县不再隶属原片区，列入试点；雷州市继续试点。", "徐闻县 雷州市"),
]


@pytest.mark.parametrize(("text", "names"), PASSING)
def test_members_that_a_clause_of_their_own_names(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)


NOTHING_DOUBTFUL = [
    ("试点名单：石台县、太湖县。与岳西县毗邻的乡镇可参照执行。", "石台县 太湖县"),
    ("试点县：石台县、太湖县、潜山市（与岳西县毗邻）。", "石台县 太湖县 潜山市"),
    ("与岳西县毗邻的石台县、太湖县列入试点。", "石台县 太湖县"),
    ("安吉县、长兴县列为试点。《关于确定德清县为试点县的通知》同时废止。", "安吉县 长兴县"),
    ("试点县：安吉县、长兴县。\n废止文件：1.《德清县试点方案》；2.《关于同意南浔区试点的函》", "安吉县 长兴县"),
    ("确定安吉县、长兴县为试点县。原《德清县乡村振兴示范县实施办法》停止执行。", "安吉县 长兴县"),
    ("试点名单\n德清县\n（新增）\n安吉县\n长兴县\n（新增）", "德清县 安吉县 长兴县"),
]


@pytest.mark.parametrize(("text", "names"), NOTHING_DOUBTFUL)
def test_names_beside_a_list_that_nobody_need_ask_about(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)
    assert open_places(text) == []


TABLES = [
    (
        "项目,内容\n试点名称,农村宅基地改革试点\n试点范围,德清县、安吉县\n牵头单位,省农业农村厅\n实施期限,2020年至2022年",
        "德清县 安吉县",
    ),
    ("项目,内容\n试点县,德清县\n试点县,安吉县\n主要任务,完善制度\n联系人,张三", "德清县 安吉县"),
    ("名称,德清县数字乡村试点\n地点,浙江省湖州市德清县\n建设单位,德清县人民政府\n总投资,1200万元", "德清县"),
    ("县名,城镇化率\n德清县,65.1\n安吉县,62.0\n全国平均,63.9", "德清县 安吉县"),
    ("县名,人均收入\n德清县,45000\n安吉县,42000\n浙江省平均,41000\n中位数,41000", "德清县 安吉县"),
    ('序号,县名\n1,"德清县\n（新增）"\n2,"安吉县\n（保留）"', "德清县 安吉县"),
    ("试点名称,试点县\n数字乡村试点,德清县\n宅基地试点,安吉县\n电商试点,长兴县", "德清县 安吉县 长兴县"),
]


@pytest.mark.parametrize(("text", "names"), TABLES)
def test_tables_in_which_nothing_is_doubtful(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)
    assert open_places(text) == []


GOVERNMENTS = [
    ("温州市永嘉县、文成县、泰顺县人民政府：\n经研究，确定文成县为试点县。", "文成县"),
    ("永嘉县、文成县、泰顺县人民政府：\n同意开展试点。", "永嘉县 文成县 泰顺县"),
    ("曹县、单县人民政府：\n同意你们开展试点工作。", "曹县 单县"),
    ("试点工作由德清县、安吉县、长兴县人民政府组织实施。", "德清县 安吉县 长兴县"),
]


@pytest.mark.parametrize(("text", "names"), GOVERNMENTS)
def test_governments_at_the_end_of_an_enumeration_are_as_the_others_in_it(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)


NOTES = [
    ("济宁市：任城区、曲阜市、邹城市（兖州区不参加）", "任城区 曲阜市 邹城市", ["兖州区"]),
    ("省直管：济源市（河南）、仙桃市、潜江市、神农架林区（湖北）", "济源市 仙桃市 潜江市 神农架林区", []),
    ("咸宁市（2个）赤壁市、嘉鱼县", "赤壁市 嘉鱼县", []),
    ("南通市海安县（2018年撤县设市）、启东市", "海安市 启东市", []),
]


@pytest.mark.parametrize(("text", "names", "waiting"), NOTES)
def test_notes_that_speak_of_one_name_or_of_another_unit(text: str, names: str, waiting: list[str]) -> None:
    assert accepted(text) == find_codes(names)
    assert [name for name, _ in open_places(text)] == waiting


LATIN_OPEN = [
    ("Pilots in Zhejiang: Deqing\nWithdrawn in Zhejiang: Haining", "德清县", ["Haining"]),
    ("Zhejiang Province: Deqing County, Anji County, excluding Haining City", "德清县 安吉县", ["Haining City"]),
    ("Zhejiang: Deqing, Anji. Candidates: Haining.", "德清县 安吉县", ["Haining"]),
    ("Deqing County (Zhejiang Province); Anji County", "德清县", ["Anji County"]),
]


@pytest.mark.parametrize(("text", "names", "waiting"), LATIN_OPEN)
def test_names_in_latin_letters_that_are_taken_back_or_lie_nowhere(text: str, names: str, waiting: list[str]) -> None:
    assert accepted(text) == find_codes(names)
    assert [name for name, _ in open_places(text)] == waiting


MORE_TABLES = [
    ("省（区、市）,国家级试点,省级试点\n浙江省,德清县,安吉县\n江苏省,昆山市,", "德清县 安吉县 昆山市"),
    ('市,省级示范县,市级示范县\n湖州市,德清县,"安吉县、长兴县"', "德清县 安吉县 长兴县"),
    ("序号,省份,县\n东部地区,,\n1,浙江,德清县\n2,江苏,昆山市\n中部地区,,\n3,安徽,凤阳县", "德清县 昆山市 凤阳县"),
    ("中文名,英文名\n德清县,Deqing County\n安吉县,Anji County", "德清县 安吉县"),
    ("开发区名称,所在地\n湖州经济技术开发区,湖州市\n德清经济开发区,德清县", ""),
]


@pytest.mark.parametrize(("text", "names"), MORE_TABLES)
def test_columns_by_their_heads(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)
    assert open_places(text) == []


RENAMED = [
    ("扬州市：邗江区（含原维扬区）、广陵区、江都区", "邗江区 广陵区 江都区"),
    ("株洲市：醴陵市、攸县、株洲县（2018年改为渌口区）", "醴陵市 攸县 渌口区"),
    ("杭州市上城区（2021年江干区并入）、拱墅区（2021年下城区并入）", "浙江/上城区 拱墅区"),
]


@pytest.mark.parametrize(("text", "names"), RENAMED)
def test_notes_on_the_former_units_of_a_county(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)
    assert open_places(text) == []


def test_a_substitute_takes_the_place_of_another_county() -> None:
    text = "同意桐乡市退出试点，由海宁市替补。"
    assert accepted(text) == find_codes("海宁市")
    assert [name for name, _ in open_places(text)] == ["桐乡市"]


LOCATED = [
    ("南昌县、进贤县（均属南昌市）、安义县", "南昌县 进贤县 安义县"),
    ("德清县（湖州市所辖）、吴江区（隶属苏州市）", "德清县 吴江区"),
    ("义乌市（由金华市代管）、诸暨市（绍兴市代管）", "义乌市 诸暨市"),
    ("洛阳市汝阳县、嵩县、栾川县（山区三县）", "汝阳县 嵩县 栾川县"),
]


@pytest.mark.parametrize(("text", "names"), LOCATED)
def test_notes_that_say_in_which_unit_a_county_lies(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)
    assert open_places(text) == []


def test_a_prefecture_in_which_a_county_is_a_pilot_is_a_question() -> None:
    text = "支持湖州市在德清县开展农地入市试点。"
    assert accepted(text) == find_codes("德清县")
    assert [name for name, _ in open_places(text)] == ["湖州市"]


SENTENCES = [
    ("湖州市：德清县、长兴县。原试点安吉县继续保留。", "德清县 长兴县 安吉县"),
    ("湖州市：德清县、长兴县。另，安吉县作为省级试点一并推进。", "德清县 长兴县 安吉县"),
    ("湖州市：德清县、长兴县。安吉县、南浔区要积极借鉴试点经验。", "德清县 长兴县"),
    ("德清县、长兴县两个试点要与安吉县加强协作。", "德清县 长兴县"),
    ("确定德清县、长兴县为试点，安吉县、南浔区为协作单位。", "德清县 长兴县"),
    ("温州市苍南县、龙港市（2019年由苍南县龙港镇升格）", "苍南县 龙港市"),
]


@pytest.mark.parametrize(("text", "names"), SENTENCES)
def test_sentences_behind_a_list_that_name_members_or_others(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)
    assert open_places(text) == []


@pytest.mark.parametrize("text", ["石家庄市栾城区、正定县（正定新区）", "石家庄市栾城区、正定县（含正定新区）"])
def test_an_area_in_the_parenthesis_of_a_county_does_not_hide_it(text: str) -> None:
    rows = {row.listed_text: row.adcode for row in resolve_document(read(text)).rows}
    assert rows["正定县"] == ("130123",)
    assert "正定新区" in rows


def test_a_list_of_another_time_is_a_question() -> None:
    text = "本次试点涉及德清县、安吉县。上次试点涉及长兴县。"
    assert accepted(text) == find_codes("德清县 安吉县")
    assert [name for name, _ in open_places(text)] == ["长兴县"]


def test_the_level_before_a_name_says_which_unit_is_meant() -> None:
    rows = resolve_document(read("酒泉市肃州区，原县级酒泉市")).rows
    assert {code for row in rows for code in row.adcode} == {*find_codes("肃州区")}


TOWNS_BELOW = [
    "一、试点县（2个）\n德清县、安吉县\n二、试点镇（2个）\n德清县莫干山镇、安吉县天荒坪镇",
    "一、试点县（2个）\n德清县、安吉县\n二、试点镇（2个）\n安吉县天荒坪镇、德清县莫干山镇",
    "试点县：\n德清县\n安吉县\n试点乡镇：\n安吉县天荒坪镇",
]


@pytest.mark.parametrize("text", TOWNS_BELOW)
def test_the_last_county_of_a_line_heads_no_towns_below_it(text: str) -> None:
    assert accepted(text) == find_codes("德清县 安吉县")
    rows = resolve_document(read(text)).rows
    assert {row.listed_text for row in rows if row.level == "town"} <= {"德清县莫干山镇", "安吉县天荒坪镇"}


def test_a_county_over_its_town_is_a_question_to_both_commands() -> None:
    text = "吴兴区\n织里镇\n德清县"
    assert accepted(text) == find_codes("德清县")
    assert [name for name, _ in open_places(text)] == ["吴兴区"]


NOTICE = "关于公布试点名单的通知\n各市人民政府：\n现将试点名单公布如下：\n{}\n请各地认真组织实施。\n省农业农村厅\n"


@pytest.mark.parametrize(("text", "names"), LATIN)
def test_lines_in_latin_letters_between_chinese_ones_are_read_alike(text: str, names: str) -> None:
    assert accepted(NOTICE.format(text)) == find_codes(names)


@pytest.mark.parametrize(("text", "names"), [*STATES, *PASSING, *SENTENCES])
def test_a_list_in_a_notice_is_read_as_it_is_alone(text: str, names: str) -> None:
    assert accepted(NOTICE.format(text)) == find_codes(names)


OTHERS = [
    ("区域,试点,非试点\n浙北,德清县,长兴县\n浙北,安吉县,南浔区", "德清县 安吉县", ["长兴县", "南浔区"]),
    ("试点县,周边县\n德清县,余杭区\n安吉县,广德市", "德清县 安吉县", []),
    ("试点县,对照县\n德清县,余杭区\n安吉县,广德市", "德清县 安吉县", []),
    ("试点县：德清县\n非试点县：长兴县、南浔区", "德清县", ["长兴县", "南浔区"]),
    ("试点县：德清县、安吉县\n协作单位：长兴县、南浔区", "德清县 安吉县", ["长兴县", "南浔区"]),
]


@pytest.mark.parametrize(("text", "names", "waiting"), OTHERS)
def test_places_that_a_head_or_a_label_sets_beside_the_members(text: str, names: str, waiting: list[str]) -> None:
    assert accepted(text) == find_codes(names)
    assert [name for name, _ in open_places(text)] == waiting


LINES = [
    ("德清县—湖州市\n安吉县—湖州市\n长兴县—湖州市", "德清县 安吉县 长兴县"),
    ("德清县 937.95平方公里\n安吉县 1886平方公里\n长兴县 1430平方公里", "德清县 安吉县 长兴县"),
    ("德清县（A类）\n安吉县（B类）\n长兴县（A类）", "德清县 安吉县 长兴县"),
    ("德清县 张三\n安吉县 李四\n长兴县 王五", "德清县 安吉县 长兴县"),
    ("德清县：地处平原西部，东邻桐乡市，南接余杭区。\n安吉县：地处西北部，北接长兴县，西临广德市。", "德清县 安吉县"),
]


@pytest.mark.parametrize(("text", "names"), LINES)
def test_lines_that_say_something_of_their_county(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)


def test_a_county_whose_line_takes_it_back_is_a_question_to_both_commands() -> None:
    text = "德清县 保留\n安吉县 保留\n长兴县 退出"
    assert accepted(text) == find_codes("德清县 安吉县")
    assert [name for name, _ in open_places(text)] == ["长兴县"]


OTHER_PARTS = [
    ("湖州市除德清县外的其他区县（吴兴区、南浔区、长兴县、安吉县）", "吴兴区 南浔区 长兴县 安吉县"),
    ("试点范围为湖州市除德清县外的其他区县：吴兴区、南浔区、长兴县、安吉县。", "吴兴区 南浔区 长兴县 安吉县"),
    ("除德清县外，湖州市其他区县（吴兴区、南浔区、长兴县、安吉县）", "吴兴区 南浔区 长兴县 安吉县"),
    ("湖州市其余4个区县（吴兴区、南浔区、长兴县、安吉县）、嘉善县", "吴兴区 南浔区 长兴县 安吉县 嘉善县"),
    ("徐闻县不再作为省管县，纳入试点", "徐闻县"),
    ("石家庄市、定州市", "石家庄市 定州市"),
    ("合肥市（2011年原地级巢湖市撤销后并入）、芜湖市", "合肥市 芜湖市"),
    ("济南市（2019年莱芜市并入）、青岛市", "济南市 青岛市"),
    ("南浔区，你们的请示收悉，德清县、安吉县", "南浔区 德清县 安吉县"),
    ('省份,项目\n浙江省,"Pilot: Deqing, Zhejiang"\n浙江省,"Pilots: Anji, Haining"', "德清县 安吉县 海宁市"),
    ('no.,list\n1,"Zhejiang: Deqing, Anji"\n2,"Henan: Lankao"', "德清县 安吉县 兰考县"),
]


@pytest.mark.parametrize(("text", "names"), OTHER_PARTS)
def test_words_around_members_that_take_nothing_away(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)


def test_names_that_only_lose_another_status_stay_and_others_go() -> None:
    assert [op for _, op in open_places("徐闻县不再作为试点，纳入储备名单")] == ["exclude"]
    assert open_places("徐闻县不再作为省管县，列入试点名单") == []


@pytest.mark.parametrize("head", ["浙江省\n", "试点名单\n", ""])
def test_prefectures_on_the_line_above_their_counties_are_a_question(head: str) -> None:
    text = f"{head}湖州市、嘉兴市\n德清县、嘉善县\n长兴县"
    assert accepted(text) == find_codes("德清县 嘉善县 长兴县")
    assert [name for name, _ in open_places(text)] == ["湖州市", "嘉兴市"]
    assert accepted("湖州市、嘉兴市\n临安区、嘉善县") == find_codes("湖州市 嘉兴市 临安区 嘉善县")


@pytest.mark.parametrize(
    ("head", "areas"),
    [
        ("规模（亩）", [1.0, 2.0]),
        ("占地面积（公顷）", [15.0, 30.0]),
        ("用地规模（万亩）", [10000.0, 20000.0]),
        ("规划规模（平方公里）", [1500.0, 3000.0]),
        ("建筑占地面积（亩）", [None, None]),
        ("规模（万元）", [None, None]),
    ],
)
def test_a_column_of_sizes_with_a_unit_of_area_gives_the_area(head: str, areas: list[float | None]) -> None:
    text = f"示范区名称,范围,{head}\n湖州示范区,德清县,1500\n嘉兴示范区,嘉善县,3000"
    assert [zone.stated_area_km2 for zone in draft_list(read(text)).zones] == areas


FRESH = [
    ("试点单位：德清县人民政府、安吉县人民政府和长兴县人民政府。", "德清县 安吉县 长兴县"),
    ("试点单位：德清县人民政府、安吉县人民政府、浙江省农业科学院", "德清县 安吉县"),
    ("舟山市所辖县区（嵊泗县除外）：定海区、岱山县", "定海区 岱山县"),
    ("试点名单（德清县除外）：吴兴区、南浔区", "吴兴区 南浔区"),
    ("江西省全域（南昌市除外）", "江西省"),
    ("嘉兴市（海宁市除外）、湖州市", "嘉兴市 湖州市"),
    ("包括德清县、安吉县两县全部行政区域和长兴县水口乡、煤山镇", "德清县 安吉县"),
    ("第三批名单：山东省荣成市（续）、莱州市（新）、蓬莱区（新）", "荣成市 莱州市 蓬莱区"),
    ("1.德清县\n2.余杭区粮食收储有限公司\n3.安吉县\n4.吉林长白山森工集团", "德清县 安吉县"),
    ("县,是否试点\n德清县,是\n安吉县,否\n长兴县,是", "德清县 长兴县"),
    ("县,试点\n德清县,√\n安吉县,×\n长兴县,√", "德清县 长兴县"),
    ("县,试点县\n德清县,√\n安吉县,\n长兴县,√", "德清县 长兴县"),
    ("County,Province,Pilot\nDeqing County,Zhejiang,yes\nAnji County,Zhejiang,no", "德清县"),
    ("县,是否贫困县\n德清县,是\n安吉县,否", "德清县 安吉县"),
    ("黑龙江省：富锦市、同江市、北大荒集团建三江分公司、抚远市", "富锦市 同江市 抚远市"),
    ("甘肃省：山丹县、中农发山丹马场有限责任公司、民乐县、甘肃农垦条山集团", "山丹县 民乐县"),
    ("内蒙古自治区：额尔古纳市、大兴安岭重点国有林管理局、根河市、牙克石市", "额尔古纳市 根河市 牙克石市"),
    ("支持德清县、安吉县与浙江大学、湖州师范学院共建农业技术推广基地。", "德清县 安吉县"),
    ("新疆：伊宁县、可克达拉市（兵团第四师）、石河子市（第八师）", "伊宁县 可克达拉市 石河子市"),
    ("Pilot: Deqing (in Huzhou, Zhejiang), Anji (Huzhou)", "德清县 安吉县"),
    ("德清县、吉林监狱、吉林国家级自然保护区、安吉县", "德清县 安吉县"),
    (
        "<table><tr><td>浙江省<td colspan=2>湖州市<tr><td>1<td>德清县<td>新增<tr><td>2<td>安吉县<td></table>",
        "德清县 安吉县",
    ),
    ("德清县、长三角（湖州）产业合作区、安吉县", "德清县 安吉县"),
    ("德清县、中国（湖北）自由贸易试验区、安吉县", "德清县 安吉县"),
    ("中国（浙江）自由贸易试验区", ""),
    ("试点县：德清县、安吉县；试点企业：余杭区粮食收储有限公司、湖州市产业投资集团", "德清县 安吉县"),
    ("德清县、河北省塞罕坝机械林场、安吉县", "德清县 安吉县"),
    ("安排资金支持德清县、安吉县、长兴县，以及余杭区仁和水厂、湖州老虎潭水库建设。", "德清县 安吉县 长兴县"),
    ("抄送：湖州市人民政府、嘉兴市人民政府。", ""),
    ("主办：湖州市人民政府。协办：德清县、安吉县。参会：嘉善县。", ""),
]


@pytest.mark.parametrize(("text", "names"), FRESH)
def test_fresh_lists_of_governments(text: str, names: str) -> None:
    assert accepted(text) == find_codes(names)


def test_prefectures_beside_counties_and_their_towns_are_no_members() -> None:
    text = (
        "<table><tr><th>地市<th>试点县<th>试点乡镇<tr><td>湖州市<td>德清县<td>新市镇、钟管镇"
        "<tr><td>嘉兴市<td>桐乡市<td>乌镇镇</table>"
    )
    assert accepted(text) == []
    towns = [(row.listed_text, row.container_adcode) for row in resolve_document(read(text)).rows]
    assert towns == [("新市镇", ("330521",)), ("钟管镇", ("330521",)), ("乌镇镇", ("330483",))]
