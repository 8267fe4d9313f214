"""From a text to a draft: shapes of documents, nothing lost, nothing invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.documents.drafts.builder import draft_document
from pilotzones.geo.documents.models import Draft, DraftZone
from pilotzones.geo.documents.reader import DocumentText, read_document, read_pasted
from pilotzones.geo.notes import NO_LIST
from pilotzones.geo.places import Decisions
from pilotzones.geo.places.gazetteer import load_gazetteer
from tests.helpers.examples import examples

FIXTURE = Path(__file__).parents[4] / "data" / "documents" / "urban_rural_integration_2019.txt"


def draft(text: str, **options: object) -> Draft:
    """Draft of a pasted text."""
    return draft_document(read_pasted(text), **options)  # type: ignore[arg-type]


def listed(zone: DraftZone) -> list[str]:
    """Names of a zone's members."""
    return [member.listed_name for member in zone.members]


@pytest.fixture(scope="module")
def national() -> Draft:
    """Draft of the list of 2019, as its PDF breaks the lines."""
    return draft_document(read_document(FIXTURE))


@pytest.fixture(scope="module")
def catalogue() -> Programme:
    """The same list as people entered it."""
    return load_programme()


def test_the_national_list_gives_the_catalogue_again(national: Draft, catalogue: Programme) -> None:
    assert national.title == catalogue.document_title
    assert national.regions == tuple(region.name_zh for region in catalogue.regions)
    assert [task.name for task in national.tasks] == [task.name_zh for task in catalogue.tasks]
    for zone, known in zip(national.zones, catalogue.zones, strict=True):
        assert (zone.number, zone.name, zone.region, zone.province) == (
            known.order,
            known.name_zh,
            known.region,
            known.province,
        )
        assert (zone.stated_area_text, zone.stated_area_km2) == (known.stated_area_text, known.stated_area_km2)
        assert zone.scope_text == known.scope_text
        assert tuple(pair.task for pair in national.pairs if pair.zone == zone.number) == known.tasks
    assert len(national.pairs) == 55
    assert not national.needs_review


def test_the_members_of_the_national_list_are_those_of_the_catalogue(national: Draft, catalogue: Programme) -> None:
    assert (national.matched, national.total) == (86, 86)
    for (_, member), known in zip(national.members, catalogue.members, strict=True):
        assert (member.position, member.listed_name, member.kind) == (known.position, known.listed_name, known.kind)
        assert (member.division_type, member.province, member.prefecture) == (
            known.division_type,
            known.province,
            known.prefecture,
        )
        if known.kind == "county":
            assert member.adcode == known.adcode
        else:
            assert known.special is not None
            assert set(member.hosts) <= set(known.special.host_adcodes)


def test_every_value_tells_where_it_stands(national: Draft) -> None:
    for _, member in national.members:
        quoted = re.sub(r"\s", "", national.text[member.place.start : member.place.end])
        assert quoted == re.sub(r"\s", "", member.listed_text)
    first = national.zones[0].members[0]
    assert str(first.place).endswith("东部地区（5个）·1.浙江嘉湖片区·试验范围·第1项")
    for pair in national.pairs:
        quoted = re.sub(r"\s", "", national.text[pair.place.start : pair.place.end])
        assert quoted == pair.text


def test_what_surrounds_the_list_is_told_apart_from_it(national: Draft) -> None:
    assert {one.where for one in national.unread} == {"background"}
    assert any("summary" in one.reason for one in national.unread)


LABELS = """关于公布示范城镇的通知
甲政发〔2013〕24号
2013年8月28日
示范城镇名单
　　长春市：兰家镇、劝农山镇（莲花山旅游度假区）
    四平市：叶赫镇、公主岭市范家屯镇
    辽源市：金州乡
    某某开发区：二道白河镇
"""


def test_towns_under_their_prefectures_are_towns_and_never_counties() -> None:
    found = draft(LABELS)
    assert [zone.name for zone in found.zones] == ["长春市", "四平市", "辽源市", "某某开发区"]
    assert all(member.kind == "town" and not member.adcode for _, member in found.members)
    assert [member.listed_name for _, member in found.members] == [
        "兰家镇", "劝农山镇", "叶赫镇", "公主岭市范家屯镇", "金州乡", "二道白河镇",
    ]  # fmt: skip
    assert found.zones[1].members[1].hosts == ("220184",)
    assert (found.document_date, found.document_number) == ("2013-08-28", "甲政发〔2013〕24号")


def test_headings_with_enumerations_are_zones() -> None:
    found = draft("名单公布\n1.内蒙古帮扶县名单\n巴林左旗、库伦旗。\n2.重庆帮扶县名单\n城口县、巫溪县。\n")
    assert [(zone.name, zone.province, listed(zone)) for zone in found.zones] == [
        ("内蒙古帮扶县名单", "内蒙古自治区", ["巴林左旗", "库伦旗"]),
        ("重庆帮扶县名单", "重庆市", ["城口县", "巫溪县"]),
    ]


def test_a_sentence_that_says_what_is_included_is_a_zone() -> None:
    found = draft(
        "某市公布消息。某某都市圈主要包括：南京市，镇江市京口区、句容市，淮安市盱眙县，面积2.7万平方公里，常住人口约2000万人。"
    )
    (zone,) = found.zones
    assert (zone.name, zone.stated_area_km2) == ("某某都市圈", 27_000)
    assert [(member.listed_name, member.kind) for member in zone.members] == [
        ("南京市", "prefecture"), ("京口区", "county"), ("句容市", "county"), ("盱眙县", "county"),
    ]  # fmt: skip
    assert any("常住人口" in one.text for one in found.unread)


def test_the_area_of_one_list_is_not_given_to_another() -> None:
    found = draft(
        "规划明确，主要包括：旌阳区、什邡市、广汉市、中江县；规划范围拓展到东坡区、彭山区、仁寿县，总面积3.31万平方公里。"
    )
    assert [zone.stated_area_km2 for zone in found.zones] == [None, 33_100]


def test_parts_and_exclusions_are_kept() -> None:
    found = draft(
        "范围包括渝中区、开州区、云阳县的部分地区；绵阳市（除北川县、平武县）、遂宁市，总面积18.5万平方公里。"
    )
    members = {member.listed_name: member for _, member in found.members}
    assert members["云阳县"].kind == "special"
    assert members["云阳县"].hosts == ("500235",)
    assert (members["绵阳市"].kind, members["绵阳市"].excluded) == ("prefecture", ("510726", "510727"))
    assert (members["遂宁市"].kind, members["遂宁市"].adcode) == ("prefecture", "510900")


UNITS = [
    ("面积约10043平方公里", 10_043),
    ("面积约 10043 平方千米", 10_043),
    ("总面积2.7万平方公里", 27_000),
    ("规划面积12500公顷", 125),
    ("面积30万亩", 200),
    ("面积为1500亩", 1),
    ("面积１２３．５平方公里", 123.5),
    ("面积1,210.5平方公里", 1_210.5),
]


@pytest.mark.parametrize(("wording", "km2"), UNITS)
def test_areas_in_every_unit(wording: str, km2: float) -> None:
    found = draft(f"1.甲片区\n试验范围：杭州市余杭区、德清县。{wording}。\n")
    assert found.zones[0].stated_area_km2 == pytest.approx(km2)
    assert found.zones[0].stated_area_text == wording.replace(" ", "")


@pytest.mark.parametrize("other", ["海域面积5000平方公里", "建筑面积30万平方米", "耕地面积约三千亩"])
def test_other_areas_are_no_stated_area_and_are_not_swallowed(other: str) -> None:
    found = draft(f"1.甲片区\n试验范围：杭州市余杭区、德清县。{other}。\n")
    assert found.zones[0].stated_area_km2 is None
    assert any(other in one.text for one in found.unread)


def test_fields_in_brackets_and_on_one_line() -> None:
    found = draft(
        "一、甲示范区\n【实施范围】杭州市余杭区、德清县，总面积1.2万公顷。\n【重点任务】1.土地入市；2.人口迁徙。\n牵头单位：某委\n"
    )
    (zone,) = found.zones
    assert (zone.name, listed(zone), zone.stated_area_km2) == ("甲示范区", ["余杭区", "德清县"], 120)
    assert [task.name for task in found.tasks] == ["土地入市", "人口迁徙"]
    assert [one.text for one in found.unread if one.where == "list"] == ["牵头单位：某委"]


def test_a_task_close_to_one_of_the_body_is_put_up_for_review() -> None:
    text = FIXTURE.read_text(encoding="utf-8").replace("搭建城中村改造合作平台；\n", "搭建城中村改造协作平台；\n")
    text = text.replace("；搭建城中村改造合\n", "；搭建城中村改造协\n")
    found = draft(text)
    doubtful = [pair for pair in found.pairs if pair.status == "review"]
    assert len(found.tasks) == 11
    assert doubtful
    assert {pair.task for pair in doubtful} == {6}


def test_a_table_with_one_zone_a_row() -> None:
    found = draft(
        "序号\t试验区\t范围\t面积（万亩）\t试点任务\n1\t甲片区\t嘉兴市南湖区、秀洲区\t12.5\t人口迁徙；土地入市\n2\t乙片区\t成都市温江区\t30\t土地入市\n"
    )
    assert [(zone.name, listed(zone), zone.stated_area_text) for zone in found.zones] == [
        ("甲片区", ["南湖区", "秀洲区"], "12.5万亩"),
        ("乙片区", ["温江区"], "30万亩"),
    ]
    assert [(pair.zone, pair.task) for pair in found.pairs] == [(1, 1), (1, 2), (2, 2)]


def test_a_table_with_one_member_a_row_fills_cells_from_above() -> None:
    found = draft("省份,县名,行政区划代码\n浙江省,南湖区,330402\n,平湖市,330482\n山东省,市中区,370103\n")
    assert [(zone.name, listed(zone)) for zone in found.zones] == [
        ("浙江省", ["南湖区", "平湖市"]),
        ("山东省", ["市中区"]),
    ]
    assert found.zones[1].members[0].adcode == "370103"


def test_a_code_that_contradicts_its_name_is_for_review() -> None:
    found = draft("省份,县名,行政区划代码\n浙江省,南湖区,330411\n浙江省,平湖市,330482\n")
    assert [member.status for _, member in found.members] == ["review", "accepted"]


def test_names_on_lines_of_their_own_are_members_known_or_not() -> None:
    found = draft("南湖区\n秀洲区\n平湖市\n不存在的县\n火星区\n")
    assert [member.status for _, member in found.members] == ["accepted"] * 3 + ["unresolved", "review"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "河北省：定州市、玉田县；山西省：高平市、泽州县。",
            [("河北省", ["定州市", "玉田县"]), ("山西省", ["高平市", "泽州县"])],
        ),
        (
            "名单：广东省（2个）：广州市花都区、南雄市。广西壮族自治区（1个）：百色市田阳区。",
            [("广东省", ["花都区", "南雄市"]), ("广西壮族自治区", ["田阳区"])],
        ),
        (
            "1.甲片区（合肥市肥东县、巢湖市，面积约300平方公里）\n2.乙片区（芜湖市无为市、南陵县，面积约200平方公里）\n",
            [("甲片区", ["肥东县", "巢湖市"]), ("乙片区", ["无为市", "南陵县"])],
        ),
        (
            "北京市（2个）\n通州区\n大兴区\n天津市（1个）\n武清区\n",
            [("北京市", ["通州区", "大兴区"]), ("天津市", ["武清区"])],
        ),
        (
            "| 片区 | 范围 | 面积 |\n| --- | --- | --- |\n| 北片区 | 江阳区 | 900平方公里 |\n| 南片区 | 叙永县 | 1公顷 |\n",
            [("北片区", ["江阳区"]), ("南片区", ["叙永县"])],
        ),
    ],
)
def test_other_shapes_of_lists(text: str, expected: list[tuple[str, list[str]]]) -> None:
    assert [(zone.name, listed(zone)) for zone in draft(text).zones] == expected


def test_a_list_after_a_sentence_takes_the_name_of_its_document() -> None:
    found = draft(
        "关于某某县域试点的通知\n经研究，同意以下县（市、区）开展试点：河北省定州市、玉田县，山西省高平市。请组织。\n2019年3月4日\n"
    )
    assert [(zone.name, zone.province, listed(zone)) for zone in found.zones] == [
        ("某某县域试点", "河北省、山西省", ["定州市", "玉田县", "高平市"])
    ]


def test_offices_named_in_passing_are_no_list() -> None:
    assert draft("会议纪要。参加单位：北京市发改委、河北省农业厅、天津市财政局。").zones == ()


def test_an_item_of_the_list_that_is_no_place_is_a_member_to_settle() -> None:
    found = draft("1.甲片区\n试验范围：杭州市余杭区、某某某大观园、德清县。\n")
    assert [member.listed_name for _, member in found.members] == ["余杭区", "某某某大观园", "德清县"]
    assert not found.zones[0].members[1].adcode


def test_a_place_listed_twice_is_kept_and_said() -> None:
    (zone,) = draft("1.甲片区\n试验范围：余杭区、德清县、余杭区。\n").zones
    assert [member.status for member in zone.members] == ["accepted", "accepted", "duplicate"]


def test_a_document_about_a_whole_territory_asks() -> None:
    text = "重庆市土地整治实施方案\n在全市开展整治。各区县负责实施。\n建立全市统筹的机制。全域推进。\n"
    (zone,) = draft(text).zones
    assert [(member.listed_name, member.kind) for member in zone.members] == [("重庆市", "review")]


@pytest.mark.parametrize(
    "text",
    [
        "新型城镇化研究\n摘要：在京津冀、长三角、粤港澳大湾区等城市群，需要发挥都市圈的引领作用。\n",
        "The quick brown fox.\n",
        "12345\n67890\n",
        "全国共有老旧小区16万个，建筑面积约40亿平方米。",
    ],
)
def test_a_text_without_a_list_says_so(text: str) -> None:
    found = draft(text)
    assert found.zones == ()
    assert NO_LIST in found.notes


def test_a_decision_settles_a_member() -> None:
    text = "1.甲片区\n试验范围：朝阳区、某某某大观园。\n"
    first = draft(text).zones[0].members[0]
    assert first.status == "review"
    saved = Decisions.from_csv(
        f"listed_text,context,adcode,who,when,why\n{first.listed_text},{first.context},110105,甲,2024-01-01,北京的名单\n"
    )
    assert draft(text, decisions=saved).zones[0].members[0].adcode == "110105"


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("1. 北区：朝阳区。总面积约300平方公里\n2. 南区：江宇区、鼓楼区。总面积约400平方公里\n", [300, 400]),
        ("一、湖东示范区，面积12公顷，包括秀水县、江宇区。\n二、湖西示范区，面积13公顷，包括朝阳区。", [0.12, 0.13]),
        ("（一）浙江东片区。试验范围：江宇区。面积约300平方公里。\n", [300]),
    ],
)  # fmt: skip
def test_a_stated_area_without_a_certain_member_is_a_zone_to_settle(text: str, zones: list[float]) -> None:
    found = draft(text)
    assert [zone.stated_area_km2 for zone in found.zones] == zones
    assert all(member.is_open for _, member in found.members)
    assert len(found.review) == found.total > 0


def test_the_province_of_the_reader_puts_others_up_for_review() -> None:
    found = draft("1.甲片区\n试验范围：杭州市余杭区、南京市溧水区。\n", province="浙江省")
    assert [member.status for _, member in found.members] == ["accepted", "review"]


@pytest.mark.slow
def test_thousands_of_names_are_read() -> None:
    units = [unit for unit in load_gazetteer().units.values() if unit.level == "county"]
    names = [f"{units[number % len(units)].prefecture}{units[number % len(units)].name}" for number in range(4_000)]
    found = draft("1.甲片区\n试验范围：" + "、".join(names) + "。\n")
    assert found.total == 4_000


@pytest.mark.slow
def test_thousands_of_lines_and_rows_are_read() -> None:
    names = [unit.name for unit in load_gazetteer().units.values() if unit.level == "county"]
    lines = [names[number % len(names)] for number in range(1_000)]
    assert draft("\n".join(lines)).total == 1_000
    assert draft("省份\t县名\n" + "\n".join(f"某省\t{name}" for name in lines)).total == 1_000
    assert draft(
        "1.甲片区\n试验范围："
        + "、".join(f"{chr(0x4E00 + number)}家镇（{chr(0x4E00 + number)}园）" for number in range(1_000))
    ).total


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["（" * 50_000, "某某：" * 15_000, "甲、" * 12_000, "1." * 50_000, "试验范围：" * 10_000]
)
def test_hostile_texts_are_read_to_the_end(text: str) -> None:
    check(draft(text))


WORDS = st.sampled_from(
    [
        *"、，；：。（）()一二1.\n\t 　",
        "试验范围：",
        "面积约10平方公里",
        "杭州市余杭区",
        "德清县",
        "嘉兴市全域（南湖区）",
        "除",
        "外",
        "1.",
        "（一）",
        "附件1",
        "名单",
        "东部地区（5个）",
        "试验重点：",
        "某镇",
        "等3个县",
        "|",
        "**",
        "①",
        "部分地区",
        "朝阳区",
        "第一章 ",
        "— 2 —",
        "范围",
    ]
)


def check(found: Draft) -> None:
    """What holds for every draft."""
    for zone in found.zones:
        assert zone.members
        assert [member.position for member in zone.members] == list(range(1, len(zone.members) + 1))
    for _, member in found.members:
        assert 0 <= member.place.start <= member.place.end <= len(found.text)
        assert member.status != "accepted" or re.fullmatch(r"\d{6}", member.adcode)
        assert member.kind not in {"town", "review"} or not member.adcode
    for one in found.unread:
        assert 0 <= one.place.start <= one.place.end <= len(found.text)


@given(st.lists(WORDS, max_size=40).map("".join))
@example("试验范围：（（（）、")
@examples(150)
def test_any_mixture_of_marks_and_words_is_read(text: str) -> None:
    check(draft_document(DocumentText(text)))


@given(st.text(max_size=120))
def test_any_text_is_read(text: str) -> None:
    check(draft_document(DocumentText(text)))


COUNTIES = st.lists(
    st.sampled_from(sorted(code for code, unit in load_gazetteer().units.items() if unit.level == "county")),
    min_size=1, max_size=12, unique=True,
)  # fmt: skip


@given(COUNTIES)
def test_what_goes_in_comes_out_in_order(codes: list[str]) -> None:
    units = [load_gazetteer().units[code] for code in codes]
    text = "、".join(
        f"{unit.province}{unit.prefecture if unit.prefecture != unit.province else ''}{unit.name}" for unit in units
    )
    found = draft(f"1.甲片区\n试验范围：{text}。\n")
    assert found.total == len(codes)
    accepted = [
        (place, member.adcode) for place, (_, member) in enumerate(found.members) if member.status == "accepted"
    ]
    assert all(codes[place] == code for place, code in accepted)


@given(st.sampled_from(["牵头单位：某某委员会", "联系人和电话见附件", "备注", "本表由有关部门填报"]), st.integers(0, 2))
def test_noise_between_the_lines_is_listed_as_unread(noise: str, place: int) -> None:
    lines = ["1.甲片区", "试验范围：杭州市余杭区、德清县。", "2.乙片区", "试验范围：成都市温江区、郫都区。"]
    lines.insert(place * 2, noise)
    found = draft("\n".join(lines))
    assert any(noise in one.text for one in found.unread)
    assert {name for zone in found.zones for name in listed(zone)} == {"余杭区", "德清县", "温江区", "郫都区"}


def test_a_special_area_is_not_put_under_a_prefecture_of_another_province() -> None:
    found = draft("1.甲片区\n试验范围：南京市溧水区、高淳区，宜兴市，西咸新区。面积约5000平方公里。")
    (area,) = (member for zone in found.zones for member in zone.members if member.listed_name == "西咸新区")
    assert (area.province, area.prefecture) == ("陕西省", "")
