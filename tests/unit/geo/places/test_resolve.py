"""What a text lists: enumerations, headings, exclusions, parts, towns, areas, damage."""

import pytest

from pilotzones.geo.places import Resolution, resolve_names, resolve_text


def rows(text: str, **options: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Listed text, operation, status and codes of every row."""
    return [(row.listed_text, row.op, row.status, row.adcode) for row in resolve_text(text, **options)]


def codes(text: str, **options: str) -> list[str]:
    """Codes of the accepted rows."""
    return [code for row in resolve_text(text, **options) if row.status == "accepted" for code in row.adcode]


def test_a_prefecture_carries_along_the_enumeration_but_never_claims_a_county_of_another() -> None:
    found = resolve_text("南京市溧水区、高淳区，宜兴市，常州市金坛区、溧阳市")
    assert [row.prefecture for row in found] == ["南京市", "南京市", "无锡市", "常州市", "常州市"]
    assert found.matched == found.total == 5


def test_same_named_districts_follow_the_prefecture_written_before_them() -> None:
    assert codes("济南市历城区、市中区，枣庄市市中区，乐山市中区") == ["370112", "370103", "370402", "511102"]


def test_same_named_districts_follow_the_rest_of_the_list() -> None:
    assert codes("朝阳区、海淀区、丰台区") == ["110105", "110108", "110106"]


def test_a_lone_ambiguous_name_goes_to_review_with_all_its_candidates() -> None:
    (row,) = resolve_text("朝阳区")
    assert row.status == "review"
    assert {candidate.adcode for candidate in row.candidates} == {"110105", "220104"}
    assert row.adcode == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("湘西州吉首市", "433101"),
        ("广西自治区上林县", "450125"),
        ("海南省琼中县", "469030"),
        ("前郭县", "220721"),
        ("科右前旗", "152221"),
        ("阿克苏地区库车县", "652902"),
    ],
)
def test_short_names_of_autonomous_units(text: str, expected: str) -> None:
    assert codes(text) == [expected]


def test_bare_names_take_the_level_of_their_company() -> None:
    assert codes("包括长沙、株洲、湘潭三市") == ["430100", "430200", "430300"]
    assert codes("长沙市：长沙、望城、浏阳") == ["430121", "430112", "430181"]
    assert codes("辽宁、吉林、黑龙江三省") == ["210000", "220000", "230000"]


def test_whole_prefecture_with_its_counties_in_parentheses() -> None:
    found = rows("鹰潭市全域（月湖区、余江区、贵溪市）")
    assert found[0] == ("鹰潭市全域", "include", "accepted", ("360600",))
    assert [op for _, op, _, _ in found[1:]] == ["part"] * 3


def test_a_parenthesis_that_names_the_parts_makes_its_owner_a_heading() -> None:
    assert codes("成都市（锦江区、青羊区）") == ["510104", "510105"]


def test_exclusions() -> None:
    found = rows("包括绵阳（除北川县、平武县）、达州、泰安市（不含宁阳县的部分乡镇）")
    assert [(text, op) for text, op, _, _ in found] == [
        ("绵阳", "include"), ("北川县", "exclude"), ("平武县", "exclude"), ("达州", "include"),
        ("泰安市", "include"), ("宁阳县", "partial"),
    ]  # fmt: skip


def test_excluded_from_what_follows() -> None:
    found = rows("除永登县外，兰州市其余各县区")
    assert [(text, op) for text, op, _, _ in found] == [("永登县", "exclude"), ("兰州市", "include")]


def test_partly_covered_counties() -> None:
    found = rows("规划范围包括垫江、忠县等27个区（县）以及开州、云阳的部分地区")
    assert [op for _, op, _, _ in found] == ["include", "include", "partial", "partial"]


@pytest.mark.parametrize(
    ("text", "levels", "container"),
    [
        ("昆山市周庄镇、锦溪镇", ["town", "town"], "320583"),
        ("涉及凤台县新集、毛集和岳张集3个乡镇", ["town"] * 3, "340421"),
        ("平江县城", ["special"], "430626"),
        ("洪江管理区", ["special"], "431281"),
        ("合肥经济技术开发区", ["special"], "340100"),
        ("英德市连樟样板区", ["special"], "441881"),
    ],
)
def test_towns_and_areas_are_never_counties(text: str, levels: list[str], container: str) -> None:
    found = resolve_text(text)
    assert [row.level for row in found] == levels
    assert {row.status for row in found} == {"not_a_county"}
    assert all(row.adcode == () and row.container_adcode == (container,) for row in found)


@pytest.mark.parametrize(
    ("text", "code"), [("广州南沙新区", "440115"), ("舟山群岛新区", "330900"), ("杨凌示范区", "610403")]
)
def test_an_area_of_the_extent_of_one_division_has_its_code_and_is_no_county(text: str, code: str) -> None:
    (row,) = resolve_text(text)
    assert (row.level, row.status) == ("special", "not_a_county")
    assert (row.adcode, row.container_adcode) == ((code,), ())


@pytest.mark.parametrize(
    ("text", "ops"),
    [
        ("本溪市东部山区", "partial"),
        ("包括抚顺市、本溪市东部山区、丹东市的北部地区。", "include partial partial"),
        ("范围包括承德市、张家口市坝上地区、保定市西部山区，以及太原市。", "include partial partial include"),
        ("沈阳市、大连市沿海地区、鞍山市西部", "include partial partial"),
        ("密云区、怀柔区山区部分", "include partial"),
        ("包括安徽省大别山区、湖南省洞庭湖区。", "partial partial"),
        ("广州市中心城区以外地区", "partial"),
        ("包括长沙市、北京市延庆区部分地区", "include partial"),
    ],
)
def test_a_part_of_a_unit_is_never_the_whole(text: str, ops: str) -> None:
    found = resolve_text(text)
    assert [row.op for row in found] == ops.split()
    assert {row.status for row in found} == {"accepted"}


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("北京市周边地区", "review"),
        ("成都市周边区县", "review"),
        ("天津市、石家庄市周边县", "accepted review"),
        ("上海市及周边地区", "accepted"),
        ("包括上海市及其周边", "accepted"),
    ],
)
def test_what_lies_around_a_unit_is_a_question_not_the_unit(text: str, statuses: str) -> None:
    assert [row.status for row in resolve_text(text)] == statuses.split()


@pytest.mark.parametrize("text", ["北京市芳山区", "南昌市乐湖区", "浙江省西胡区", "包括安徽省大别山县"])
def test_a_damaged_county_is_no_part_of_what_it_is_written_with(text: str) -> None:
    assert [row.status for row in resolve_text(text)] in (["review"], ["unresolved"])


@pytest.mark.parametrize(
    ("cell", "op"), [("本溪市东部山区", "partial"), ("宜兴市部分地区", "partial"), ("宜兴市", "include")]
)
def test_a_cell_may_name_a_part(cell: str, op: str) -> None:
    (row,) = resolve_names([cell])
    assert (row.status, row.op, row.listed_text) == ("accepted", op, cell)


def test_a_merged_unit_is_accepted_only_as_a_part() -> None:
    text = "1992年上海浦东新区建立；浦东新区的行政区域包含原川沙县，以及杨浦、黄浦、南市的浦东部分。"
    listed = {row.listed_text: (row.status, row.op) for row in resolve_text(text)}
    assert listed["原川沙县"] == ("accepted", "part")
    assert listed["南市的浦东部分"] == ("accepted", "partial")
    (row,) = resolve_text("上海市川沙县")
    assert (row.status, row.op) == ("review", "include")


def test_an_area_that_is_a_district_is_one() -> None:
    assert codes("上海市浦东新区、天津市滨海新区") == ["310115", "120116"]


def test_tables_and_headings_give_context() -> None:
    table = "省份 | 地市 | 县区\n河北省 | 张家口市 | 桥东区\n | | 桥西区\n辽宁省 | 朝阳市 | 朝阳县"
    assert codes(table) == ["130702", "130703", "211321"]
    assert codes("湖南省,长沙市,浏阳市\n江西省,宜春市,万载县") == ["430181", "360922"]
    assert codes("一、河北省（2个）\n石家庄市：长安区、桥西区\n二、山西省\n大同市：云州区") == [
        "130102",
        "130104",
        "140215",
    ]
    page = "<table><tr><td>江苏省</td><td>徐州市</td><td>鼓楼区、泉山区</td></tr></table>"
    assert codes(page) == ["320302", "320311"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北京市北京市东城区", "110101"),
        ("重庆市市辖区万州区", "500101"),
        ("海南省琼海市琼海市", "469002"),
        ("河南省省直辖县级行政区划济源市", "419001"),
    ],
)
def test_columns_written_together(text: str, expected: str) -> None:
    assert codes(text) == [expected]


def test_lines_broken_inside_a_name() -> None:
    assert codes("咸阳市兴平\n市、武功县") == ["610481", "610431"]
    found = resolve_text("长春市九台区、双阳区、长春新区、净月高新技术产业开\n发区，吉林市船营区")
    assert found.rows[3].listed_text == "净月高新技术产业开发区"
    assert found.rows[3].container_adcode == ("220100",)


def test_offices_regions_and_locations_are_named_in_passing() -> None:
    text = "据天长市人民政府消息，南京都市圈位于长三角，以南京市为中心，范围包括：镇江市句容市、淮安市盱眙县。"
    found = resolve_text(text)
    assert [row.listed_text for row in found] == ["镇江市句容市", "淮安市盱眙县"]


def test_a_summary_repeated_in_detail_is_not_listed_twice() -> None:
    text = "德阳市、眉山市、资阳市共同组成。主要包括：德阳市旌阳区、广汉市，眉山市东坡区，资阳市雁江区。"
    assert codes(text) == ["510603", "510681", "511402", "512002"]


def test_damaged_names_are_questions_with_the_likely_answer_first() -> None:
    for text, expected in [("长沙市岳鹿区、天心区", "430104"), ("江苏省南京市江宇区、溧水区", "320115")]:
        row = resolve_text(text).rows[0]
        assert row.status == "review"
        assert row.candidates[0].adcode == expected


def test_a_name_outside_the_province_given_is_a_question() -> None:
    first = resolve_text("江西省新县、宜丰县").rows[0]
    assert (first.status, first.candidates[0].adcode) == ("review", "411523")
    assert resolve_text("浏阳市", province="江西省").rows[0].status == "review"


def test_an_unread_prefecture_lowers_the_answer() -> None:
    first, second = resolve_text("镇冮市京口区、润州区").rows
    assert first.status == "review"
    assert second.adcode == ("321111",)


def test_counties_newer_than_the_table_are_said_to_be_so() -> None:
    row = resolve_text("皮山县、和康县").rows[1]
    assert row.status == "unresolved"
    assert "2024-12-27" in str(row.reasons[0])


@pytest.mark.parametrize(
    "text", ["", "   \n", "没有地名的文字。", "12345 {{7*191}} <img src=x>", "\x00\x01\ufffe", "、、，，（（（"]
)
def test_text_without_places(text: str) -> None:
    found = resolve_text(text)
    assert found.rows == ()
    assert found.notes


def test_offsets_lead_back_to_the_input() -> None:
    text = "范围包括： 南 京 市江寧區、句容市全域"
    for row in resolve_text(text):
        assert text[row.start : row.end] == row.listed_text


def test_columns_keep_their_rows() -> None:
    names = ["鼓楼区", "", "不存在", "江宁区、溧水区", "昆山市", "句容"]
    found = resolve_names(names, provinces=["江苏省"] * 6, prefectures=["南京市", None, None, None, None, None])
    assert [row.listed_text for row in found] == names
    assert [row.order for row in found] == [1, 2, 3, 4, 5, 6]
    assert [row.status for row in found] == ["accepted", "unresolved", "unresolved", "review", "accepted", "accepted"]
    assert found.rows[0].adcode == ("320106",)


def test_the_frame_has_the_rows() -> None:
    found = resolve_text("江宁区、句容市")
    assert isinstance(found, Resolution)
    frame = found.to_frame()
    assert list(frame["adcode"]) == ["320115", "321183"]
    assert found.to_dict()["matched"] == 2


def test_a_list_of_nothing_but_damaged_names_is_put_up_for_review() -> None:
    text = "秀水县、江宇区\n火星县"
    found = resolve_text(text)
    assert [row.listed_text for row in found] == ["秀水县", "江宇区", "火星县"]
    assert {row.status for row in found} <= {"review", "unresolved"}
    assert [text[row.start : row.end] for row in found] == [row.listed_text for row in found]
    assert resolve_text("这是一个好县").rows == ()


def test_a_town_lies_where_the_text_says_and_its_note_is_no_row() -> None:
    rows = list(
        resolve_text(
            "延边州：朝阳川镇、英安镇（珲春市生态新城）\n长春市：兰家镇、劝农山镇（莲花山旅游度假区）\n四平市：公主岭市范家屯镇\n白山市：二道白河镇\n"
        )
    )
    assert [row.listed_text for row in rows] == [
        "朝阳川镇", "英安镇", "兰家镇", "劝农山镇", "公主岭市范家屯镇", "二道白河镇",
    ]  # fmt: skip
    assert {(row.status, row.adcode) for row in rows} == {("not_a_county", ())}
    assert [row.container_adcode for row in rows] == [
        ("222400",), ("222404",), ("220100",), ("220100",), ("220184",), ("220600",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("包括泰州市海陵区高港区。", ["321202", "321203"]),
        ("包括呼伦贝尔市满洲里市新巴尔虎右旗，句容市扬州市广陵区。", ["150781", "150727", "321183", "321002"]),
        ("盘锦市（1个）\n盘山县\n河源市：\n东源县", ["211122", "441625"]),
    ],
)
def test_lost_separators_and_lone_lines(text: str, codes: list[str]) -> None:
    found = resolve_text(text)
    assert [row.adcode for row in found] == [(code,) for code in codes]
    assert {row.status for row in found} == {"accepted"}


@pytest.mark.parametrize(
    ("text", "damaged", "first"),
    [
        ("范围包括铜陵市义安巨、枞阳县。", "铜陵市义安巨", "340706"),
        ("范围包括攀枝花市仁和巨、西区、盐边县。", "攀枝花市仁和巨", "510411"),
        ("范围包括周口市扶沟县、鹿邑县、淮阴区。", "淮阴区", "411603"),
        ("范围包括吉林市昌邑区、丰满区、舒兰巾。", "舒兰巾", "220283"),
    ],
)
def test_a_bad_copy_is_a_question_with_the_right_answer_first(text: str, damaged: str, first: str) -> None:
    rows = {row.listed_text: row for row in resolve_text(text)}
    assert rows[damaged].status == "review"
    assert rows[damaged].candidates[0].adcode == first
    assert all(row.status == "accepted" for listed, row in rows.items() if listed != damaged)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("天津市、重庆市、厦门市、杭州市", ["120000", "500000", "350200", "330100"]),
        ("北京市、上海市、石家庄市", ["110000", "310000", "130100"]),
        ("北京市、上海市、昆山市", ["110000", "310000", "320583"]),
        ("贵州省、河南省、沈阳市、内蒙古自治区", ["520000", "410000", "210100", "150000"]),
        ("北京市朝阳区、海淀区", ["110105", "110108"]),
        ("内蒙古省呼伦贝尔市陈巴尔虎旗", ["150725"]),
    ],
)
def test_a_province_that_is_an_item_does_not_hold_the_next_item(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_a_county_outside_the_province_before_it_stays_a_question() -> None:
    assert rows("江苏省、南湖区")[1][2] == "review"
    assert rows("河北省石家庄市、太原市")[1][2] == "review"


def test_a_province_beside_its_own_counties_may_only_head_them() -> None:
    assert [status for _, _, status, _ in rows("北京市、朝阳区、海淀区")] == ["review", "accepted", "accepted"]
    assert rows("浙江省全域、安徽省马鞍山市")[0][2] == "accepted"


@pytest.mark.parametrize("text", ["大兴安岭地区加格达奇区", "加格达奇区", "黑龙江省大兴安岭地区松岭区"])
def test_an_area_that_the_official_table_does_not_have_lies_in_its_prefecture(text: str) -> None:
    (row,) = resolve_text(text)
    assert (row.level, row.status, row.adcode, row.container_adcode) == ("special", "not_a_county", (), ("232700",))
    assert [reason.code for reason in row.reasons] == ["no_official_code"]
