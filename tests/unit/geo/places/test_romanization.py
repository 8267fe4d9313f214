"""Names of places in Latin letters: known readings, generic words, peoples, and what is left as it is."""

from __future__ import annotations

import csv

import pytest

from pilotzones.data import PLACES
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.places.romanization import get_english_name, romanize, split_syllables

# Readings that a dictionary of words gets wrong, with what the places call themselves.
KNOWN = {
    "重庆市": "Chongqing",
    "长兴县": "Changxing County",
    "长乐区": "Changle District",
    "长治市": "Changzhi City",
    "长子县": "Zhangzi County",
    "长丰县": "Changfeng County",
    "天长市": "Tianchang City",
    "乐清市": "Yueqing City",
    "乐亭县": "Laoting County",
    "乐山市": "Leshan City",
    "南乐县": "Nanle County",
    "都匀市": "Duyun City",
    "三都水族自治县": "Sandu Sui Autonomous County",
    "曾都区": "Zengdu District",
    "郫都区": "Pidu District",
    "漯河市": "Luohe City",
    "六安市": "Lu'an City",
    "六合区": "Luhe District",
    "六盘水市": "Liupanshui City",
    "台州市": "Taizhou City",
    "丽水市": "Lishui City",
    "单县": "Shanxian County",
    "蔚县": "Yuxian County",
    "歙县": "Shexian County",
    "洪洞县": "Hongtong County",
    "涡阳县": "Guoyang County",
    "荥阳市": "Xingyang City",
    "荥经县": "Yingjing County",
    "什邡市": "Shifang City",
    "克什克腾旗": "Keshiketeng Banner",
    "朝阳区": "Chaoyang District",
    "阿克陶县": "Aketao County",
    "东阿县": "Dong'e County",
    "大埔县": "Dabu County",
    "柞水县": "Zhashui County",
    "铅山县": "Yanshan County",
    "万柏林区": "Wanbailin District",
    "穆棱市": "Muling City",
    "繁峙县": "Fanshi County",
    "珲春市": "Hunchun City",
    "宕昌县": "Tanchang County",
    "闵行区": "Minhang District",
    "乐陵市": "Laoling City",
    "泊头市": "Botou City",
    "绥棱县": "Suiling County",
    "称多县": "Chenduo County",
}


@pytest.mark.parametrize("name", KNOWN)
def test_names_are_read_as_places_are(name: str) -> None:
    assert get_english_name(name) == KNOWN[name]


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("余杭区", "Yuhang District"),
        ("清新区", "Qingxin District"),
        ("西咸新区", "Xixian New Area"),
        ("西安市", "Xi'an City"),
        ("芒市", "Mangshi City"),
        ("绿春县", "Lüchun County"),
        ("景宁畲族自治县", "Jingning She Autonomous County"),
        ("孟连傣族拉祜族佤族自治县", "Menglian Dai, Lahu and Va Autonomous County"),
        ("东乡族自治县", "Dongxiang Autonomous County"),
        ("鄂温克族自治旗", "Ewenki Autonomous Banner"),
        ("延边朝鲜族自治州", "Yanbian Korean Autonomous Prefecture"),
        ("新疆维吾尔自治区", "Xinjiang Uygur Autonomous Region"),
        ("乌鲁木齐市", "Ürümqi City"),
        ("内蒙古自治区", "Inner Mongolia Autonomous Region"),
        ("陕西省", "Shaanxi Province"),
        ("", ""),
        ("Springfield", "Springfield"),
        ("杭州市余杭区", "Yuhang District, Hangzhou City"),
        ("浙江省杭州市余杭区", "Yuhang District, Hangzhou City, Zhejiang Province"),
        ("东丰县大阳镇", "Dayang Town, Dongfeng County"),
        ("奢岭街道", "Sheling Subdistrict"),
        ("崇文区", "Chongwen District"),
        ("郑东新区", "Zhengdong New Area"),
    ],
)
def test_the_generic_word_is_translated(name: str, english: str) -> None:
    assert get_english_name(name) == english


# Parts of units, several at once, parks and areas that are no division: the page shows what the document says.
@pytest.mark.parametrize(
    "name",
    [
        *("本溪市东部山区", "丹东市北部", "宜兴市部分地区", "宜兴市（部分）", "大连市区", "中心城区", "东部地区"),
        *("部分乡镇", "特色小镇", "两县", "等5个县", "崇川区、通州区", "高新区", "苏州工业园区", "连樟样板区", "A区"),
    ],
)
def test_what_is_no_whole_unit_is_given_no_english_name(name: str) -> None:
    assert not get_english_name(name)


def test_every_county_of_the_country_has_a_name_in_latin_letters(tianditu: Boundaries) -> None:
    # Two forests and a horse farm, which the source draws where no county is.
    no_division = {"莲花山风景林自然保护区", "中农发山丹马场", "太子山天然林保护区"}
    for column in ("name", "prefecture", "province"):
        for name in set(tianditu.counties[column].dropna()) - no_division:
            english = get_english_name(name)
            assert not any("㐀" <= char <= "鿿" for char in english), name
            assert not name or english[0].isupper()


def test_syllables() -> None:
    assert split_syllables("长安街") == ("chang", "an", "jie")
    assert "".join(split_syllables("重庆ABC区")).endswith("ABCqu")


@pytest.mark.parametrize("table", ["readings", "english_names"])
def test_every_reading_says_what_it_rests_on(table: str) -> None:
    with (PLACES / f"{table}.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    assert all(row[name] for row in rows for name in row if name != "second_source")


def test_the_names_written_down_are_what_the_rule_gives() -> None:
    with (PLACES / "romanised_names.csv").open(encoding="utf-8") as stream:
        written = {row["name"]: row["english"] for row in csv.DictReader(stream)}
    with (PLACES / "divisions.csv").open(encoding="utf-8") as stream:
        divisions = {row["name"] for row in csv.DictReader(stream)}
    assert written.keys() == divisions
    assert written == {name: romanize(name) for name in written}
