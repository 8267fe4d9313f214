"""An address gives the county it names, or a row that says it names none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.places import resolve_names, resolve_text
from pilotzones.geo.places.cells.addresses import read_address
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.name_variants import get_stem
from tests.helpers.examples import examples

GAZETTEER = load_gazetteer()
COUNTIES = [unit for unit in GAZETTEER.units.values() if unit.level == "county" and unit.code[0] != "8"]
WAYS = ["路", "大道", "东街", "南路", "巷"]
STEMS = sorted({get_stem(unit.name) for unit in GAZETTEER.units.values() if len(get_stem(unit.name)) == 2})
# Streets, villages and firms as they are written behind a county.
RESTS = [
    "织里镇织纺路731号中通快递2栋4号楼中间",
    "朝阳街168号",
    "东明路街道三林路15号",
    "老山东里",
    "百顺堂药业有限公司",
    "工程技术学院",
    "桃园新城26号楼2单元",
    "万安塘西工业区",
    "红旗大街与新华路交叉口西100米",
    "河东村3组",
    "世纪花园12-3-501",
]
LINES = [
    ("前郭县百顺堂药业有限公司", "address", ("220721",)),
    ("假县", "include", ()),
    ("上海市山西路100号", "address", ("310000",)),
    ("浙江省 织里镇 吴兴区织里镇织纺路731号", "address", ("330502",)),
    ("广东省从化神岗镇赤草村", "address", ("440117",)),
    ("内蒙古省呼伦贝尔市陈巴尔虎旗宝日希勒", "address", ("150725",)),
    ("陕西省汉中市滨江新区桃园新城26号楼2单元", "address", ()),
    ("上海市浦东新区东明路街道三林路15号", "address", ("310115",)),
    ("湖北省荆州市荆州区长江大学南校区工程技术学院", "address", ("421003",)),
]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("吴兴区织里镇织纺路731号", "330502"),
        ("徐汇区虹漕路461号58号楼5楼", "310104"),
        ("北京朝阳区北苑华贸城", "110105"),
        ("昆山花桥镇新街5号", "320583"),
        ("湖北省,荆州市,荆州区,江津路12号", "421003"),
        ("许昌县人民路1号", "411003"),
        ("安徽省巢湖市居巢区人民路1号", "340181"),
        ("地址：上海市浦东新区世纪大道100号", "310115"),
        ("313200 浙江省湖州市德清县武康街道永安街1号", "330521"),
        ("邮编：322000，浙江省义乌市佛堂镇朝阳路3号", "330782"),
        ("（2）地址：浙江省义乌市佛堂镇朝阳路3号", "330782"),
        ("河南省济源市沁园路1号", "419001"),
        ("昆山开发区朝阳东路8号", "320583"),
        ("丹徒辛丰镇黄墟冷遹路8号", "321112"),
        ("太仓市城厢镇华源上海城3幢1201室", "320585"),
        ("北京市密云区经济开发区西统路8号西田各庄镇政府办公楼508室-662", "110118"),
        ("福建省三明市三元区乾龙新村416幢16层1号、2号", "350404"),
        ("上海 上海市 普陀区 长寿路街道 陕西北路澳门路", "310107"),
        ("重庆 重庆市 沙坪坝区 壮志路33号四川外国语大学山下", "500106"),
        ("广西省南宁市青秀区民族大道100号", "450103"),
        ("河北唐山市路北区新华东道", "130203"),
        ("河南省洛阳市汝阳县幸福街道和平社区3栋2单元", "410326"),
    ],
)
def test_an_address_gives_its_county(address: str, code: str) -> None:
    for found in (resolve_names([address]), resolve_text(address)):
        (row,) = found.rows
        assert (row.listed_text, row.op, row.status, row.adcode) == (address, "address", "accepted", (code,))


@pytest.mark.parametrize(
    ("address", "status", "reason", "candidates"),
    [
        ("南京东路100号", "unresolved", "no_unit", ()),
        ("山西路5号", "unresolved", "no_unit", ()),
        ("和平里5号", "unresolved", "no_unit", ()),
        ("朝阳区建国路88号", "review", "several", ("220104", "110105")),
        ("解放碑步行街88号", "review", "short_for", ("410802",)),
        ("陕西省汉中市滨江新区桃园新城26号楼", "review", "unknown_area", ("610700",)),
        ("成都市高新区天府大道100号", "review", "unknown_area", ("510100",)),
        ("四川天府新区华阳街道1号", "review", "unknown_area", ("510100", "511400")),
        ("杭州市西湖区余杭区分院", "review", "cell", ("330106", "330110")),
        ("上海市川沙县唐镇5号", "review", "merged", ("310115",)),
    ],
)
def test_an_address_that_leaves_the_county_open_is_a_question(
    address: str, status: str, reason: str, candidates: tuple[str, ...]
) -> None:
    (row,) = resolve_names([address])
    assert (row.op, row.status, row.adcode, row.reasons[-1].code) == ("address", status, (), reason)
    assert tuple(one.adcode for one in row.candidates) == candidates


def test_a_road_called_like_a_province_is_no_province() -> None:
    (row,) = resolve_names(["上海市山西路100号"])
    assert (row.adcode, row.level, [reason.code for reason in row.reasons]) == (("310000",), "province", ["no_county"])
    rows = list(resolve_text("活动安排如下。报名地址：上海市山西路100号。试点范围包括：南湖区、秀洲区。"))
    assert [(row.name, row.op) for row in rows] == [("上海市", "address"), ("南湖区", "include"), ("秀洲区", "include")]


@pytest.mark.parametrize(
    "cell",
    [
        "南湖区（除外）",
        "嘉善县暂不列入",
        "南京市江宁区、溧水区",
        "嘉善县为候选",
        "湖南省部分县",
        "秀洲区等3个区",
        "渝北区 (as of 2026-01-01)",
    ],
)
def test_words_of_a_list_are_no_address(cell: str) -> None:
    (row,) = resolve_names([cell])
    assert (row.status, row.op == "address") == ("review", False)


@pytest.mark.parametrize(
    ("cell", "op", "code"), [("南湖区（除外）", "exclude", "taken_back"), ("嘉善县（候选）", "include", "left_open")]
)
def test_a_cell_that_takes_its_name_back_says_so(cell: str, op: str, code: str) -> None:
    (row,) = resolve_names([cell])
    assert (row.op, row.status, row.reasons[-1].code) == (op, "review", code)


@pytest.mark.parametrize("cell", ["昆山市周庄镇", "英德市连樟样板区", "本溪市东部山区", "平江县城"])
def test_towns_areas_and_parts_stay_what_they_are(cell: str) -> None:
    (row,) = resolve_names([cell])
    assert row.op != "address"


def test_a_list_of_addresses_has_a_row_for_every_line() -> None:
    text = "\n".join(line for line, _, _ in LINES)
    for more in ((), (("东城区", "include", ("110101",)),), (("嘉兴市", "address", ("330400",)),)):
        expected = [*LINES, *more]
        whole = "\n".join([text, *(line for line, _, _ in more), ""])
        rows = list(resolve_text(whole))
        assert [(row.listed_text, row.op, row.adcode) for row in rows] == expected
        assert [whole[row.start : row.end] for row in rows] == [line for line, _, _ in expected]
        assert not any(row.op == "include" and row.level in {"province", "prefecture"} for row in rows)


def test_an_imported_list_of_addresses_draws_no_county() -> None:
    text = "\n".join(line for line, _, _ in LINES)
    (zone,) = draft_list(read_pasted(text.encode(), name="addresses")).zones
    assert [member.listed_text for member in zone.members] == [line for line, _, _ in LINES]
    assert {member.kind for member in zone.members} == {"special", "review"}
    assert [member.hosts for member in zone.members if member.hosts] == [
        codes for _, _, codes in LINES if codes and codes != ("310000",)
    ]


@given(st.sampled_from(COUNTIES), st.sampled_from(RESTS), st.booleans())
@examples(80)
def test_every_county_is_found_in_its_addresses(unit, rest: str, spaced: bool) -> None:
    names = list(dict.fromkeys((unit.province, unit.prefecture, unit.name)))
    (row,) = resolve_names([(" " if spaced else "").join((*names, rest))])
    assert (row.op, row.status, row.adcode) == ("address", "accepted", (unit.code,))


@given(
    st.sampled_from(COUNTIES),
    st.sampled_from(STEMS),
    st.sampled_from(WAYS),
    st.integers(1, 999),
)
@examples(80)
def test_no_street_is_the_place_it_is_called_after(unit, stem: str, way: str, number: int) -> None:
    street = f"{stem}{way}{number}号"
    names = list(dict.fromkeys((unit.province, unit.prefecture, unit.name)))
    with_county, alone = resolve_names(["".join((*names, street)), street])
    assert with_county.adcode == (unit.code,)
    assert (alone.op, alone.status, alone.adcode) == ("address", "unresolved", ())


@given(st.lists(st.tuples(st.sampled_from(COUNTIES), st.sampled_from(RESTS)), min_size=1, max_size=8))
@examples(40)
def test_one_line_in_is_one_row_out(entries) -> None:
    lines = [unit.province + unit.prefecture + unit.name + rest for unit, rest in entries]
    rows = list(resolve_text("\n".join(lines)))
    assert [row.listed_text for row in rows] == lines
    assert [row.adcode for row in rows] == [(unit.code,) for unit, _ in entries]


WITH_STREET_WORDS = sorted(
    {unit.name for unit in COUNTIES if len(unit.name) > 2 and set("路园街巷庄庙桥城坊店门湾") & set(unit.name[:-1])}
)


@given(st.sampled_from(COUNTIES), st.sampled_from(WITH_STREET_WORDS), st.sampled_from("，,"))
@examples(200)
def test_a_county_whose_name_has_a_word_of_streets_makes_no_address(first, second, comma):
    row = read_address(GAZETTEER, f"{first.name}{comma}{second}")
    assert row is None, row
