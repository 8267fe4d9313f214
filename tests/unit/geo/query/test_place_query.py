"""What applies at a place: counties, points, names and tables, through the index and through a plain loop."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.applicability import ApplicabilityIndex, Hit
from pilotzones.geo.query.applicability_loader import index_programmes
from pilotzones.geo.query.county_index import CountyIndex
from pilotzones.geo.query.place_query import ask, ask_all, to_frame
from pilotzones.geo.query.question_reader import read_questions

if TYPE_CHECKING:
    from pilotzones.geo.query.place_query import PlaceAnswer

TOWNS = "jilin_demonstration_towns_2013"
LAND = "chongqing_land_consolidation_2024"


@pytest.fixture(scope="module")
def applies(joined: JoinedProgramme, tianditu: Boundaries) -> ApplicabilityIndex:
    """All three programmes."""
    programmes = [joined.programme, *(load_programme(name) for name in (TOWNS, LAND))]
    return index_programmes(programmes, CountyIndex(tianditu))


def _of(answer: PlaceAnswer) -> set[tuple[str, str, str]]:
    return {(hit.subject, hit.id, hit.kind) for _, hits in answer.parts for hit in hits}


def test_every_county_has_what_a_plain_search_finds(applies: ApplicabilityIndex, joined: JoinedProgramme) -> None:
    counties = joined.boundaries.counties
    members = joined.counted
    by_zone = dict(zip(members["adcode"], members["zone"], strict=True))
    everything = [applies.list_hits(row) for row in range(len(applies.index.geometry))]
    assert len(everything) == len(counties) == 2891
    for code, hits in zip(counties["adcode"], everything, strict=True):
        zones = {hit.zone for hit in hits if hit.subject == "zone" and hit.kind == "member"}
        assert zones == ({by_zone[code]} if code in by_zone else set())
    assert sum(bool(hits) for hits in everything) == 135


def test_a_county_reads_all_that_applies_with_clause_and_kind(applies: ApplicabilityIndex) -> None:
    found = ask(applies, "永吉县")
    assert found.how == "name"
    assert _of(found) >= {
        ("zone", "11", "member"),
        ("special", "11-5", "host"),
        ("task", "2", "member"),
        ("town", "9-1", "town"),
        ("town", "10-1", "town"),
        ("measure", "1", "town"),
    }
    assert all(hit.clause for _, hits in found.parts for hit in hits)
    assert _of(ask(applies, "英德市")) >= {("zone", "3", "host"), ("special", "3-7", "host")}
    assert ask(applies, "海淀区").applies is False


def test_zone_9_and_the_municipality_meet_in_nine_districts(
    applies: ApplicabilityIndex, joined: JoinedProgramme
) -> None:
    for member in joined.programme.get_zone(9).members:
        found = _of(ask(applies, str(member.adcode)))
        assert ("zone", "9", "member") in found
        assert ("zone", "1", "municipality") in found
        assert ("measure", "20", "member") in found
    assert not any(hit[:2] == ("measure", "20") for hit in _of(ask(applies, "500101")))
    hits = [
        hit for _, hits in ask(applies, "500118").parts for hit in hits if hit.id == "15" and hit.subject == "measure"
    ]
    assert [hit.condition_zh for hit in hits] == ["对开展全域土地综合整治、承担各类农村土地制度改革试点的区县"]


def test_what_other_programmes_have_where_a_zone_lies(applies: ApplicabilityIndex, joined: JoinedProgramme) -> None:
    national = joined.programme.id
    assert applies.find_elsewhere(national, 1) == ()
    for number in (9, 11):
        found = applies.find_elsewhere(national, number)
        counties = applies.list_counties(national, number)
        told = {
            (one.hit.programme, one.hit.subject, one.hit.id, county.row) for one in found for county in one.counties
        }
        # The same as asking county by county.
        assert told == {
            (hit.programme, hit.subject, hit.id, county.row)
            for county in counties
            for hit in applies.list_hits(county.row)
            if hit.programme != national
        }
        assert len(found) == len({(one.hit.programme, one.hit.subject, one.hit.id, one.hit.zone) for one in found})
    assert {one.hit.subject for one in applies.find_elsewhere(national, 9)} == {"zone", "measure"}
    towns = [one for one in applies.find_elsewhere(national, 11) if one.hit.subject == "town"]
    assert all(len(one.counties) == 1 for one in towns)
    back = applies.find_elsewhere(towns[0].hit.programme, int(towns[0].hit.zone or 0))
    assert ("zone", "11") in {(one.hit.subject, one.hit.id) for one in back}


def test_names_codes_and_points_give_the_same(applies: ApplicabilityIndex) -> None:
    by_name, by_code, by_point = (ask(applies, text) for text in ("永吉县", "220221", "126.4，43.6"))
    assert by_name.parts == by_code.parts == by_point.parts
    assert [answer.how for answer in (by_name, by_code, by_point)] == ["name", "code", "point"]


@pytest.mark.parametrize("name", ["范家屯镇", "金洲乡", "卡伦湖街道", "西咸新区"])
def test_a_listed_town_or_area_is_found_by_any_of_its_names(applies: ApplicabilityIndex, name: str) -> None:
    answer = ask(applies, name)
    assert (answer.status, answer.how) == ("found", "listed")
    assert any(hit.subject in ("town", "special") for hit in answer.parts[0][1])


def test_what_is_no_place_or_several_is_said(applies: ApplicabilityIndex) -> None:
    assert ask(applies, "朝阳区").status == "review"
    assert len(ask(applies, "朝阳区").candidates) == 2
    assert ask(applies, "某某某").status in ("unresolved", "review")
    assert ask(applies, "0,0").status == "outside"
    assert ask(applies, "999999").status == "unresolved"


def test_a_prefecture_is_answered_county_by_county(applies: ApplicabilityIndex) -> None:
    answer = ask(applies, "吉林市")
    assert len(answer.parts) == 9
    assert {county.prefecture for county, _ in answer.parts} == {"吉林市"}


@given(st.floats(73, 136), st.floats(3, 54))
def test_a_point_is_answered_by_the_county_it_lies_in(lon: float, lat: float) -> None:
    applies = _APPLIES[0]
    county = applies.index.find_county_at(lon, lat)
    meets = shapely.intersects(applies.index.geometry, shapely.Point(lon, lat))
    assert (None if county is None else county.row) == (int(meets.argmax()) if meets.any() else None)


_APPLIES: list[ApplicabilityIndex] = []


@pytest.fixture(scope="module", autouse=True)
def _shared(applies: ApplicabilityIndex) -> None:
    # hypothesis takes no fixtures of a smaller scope than its own.
    _APPLIES.append(applies)


_PLACES = st.sampled_from(
    ["英德市", "朝阳区", "500118", "126.4 43.6", "范家屯镇", "=1+1", "<b>", "某某", "吉林市", "9,9"]
)


@pytest.mark.slow
@given(st.lists(_PLACES, min_size=1, max_size=6))
def test_rows_in_are_rows_out(places: list[str]) -> None:
    text = "名称,备注\n" + "".join(f'"{place}",x\n' for place in places)
    questions = read_questions(read_pasted(text.encode()))
    answers = ask_all(_APPLIES[0], questions)
    frame = to_frame(answers, lang="en")
    assert len(questions) == len(answers) == len(frame) == len(places)
    assert all(place in asked for place, asked in zip(places, frame["asked"], strict=True))


def test_a_table_of_coordinates_or_of_lines_is_read(applies: ApplicabilityIndex) -> None:
    points = read_questions(read_pasted("id,lon,lat\na,126.4,43.6\nb,,\nc,0,0\n"))
    assert [answer.status for answer in ask_all(applies, points)] == ["found", "unresolved", "outside"]
    lines = read_questions(read_pasted("英德市\n\n220221\n"))
    assert [question.text for question in lines] == ["英德市", "220221"]
    with pytest.raises(IntakeError, match="no row asks"):
        read_questions(read_pasted("名称\t省\n\n"))


def test_an_address_is_answered_by_the_county_it_names(applies: ApplicabilityIndex) -> None:
    lines = "吴兴区织里镇织纺路731号\n上海市山西路100号\n假县\n广东省从化神岗镇赤草村\n"
    answers = ask_all(applies, read_questions(read_pasted(lines)))
    assert [(one.text, one.status) for one in answers] == list(
        zip(lines.split(), ("found", "review", "unresolved", "found"), strict=True)
    )
    assert [[county.adcode for county, _ in one.parts] for one in answers] == [["330502"], [], [], ["440117"]]
    assert answers[1].candidates == ("310000 上海市",)
    assert ask(applies, "浙江省湖州市吴兴区").parts == answers[0].parts


def test_a_column_of_addresses_is_read(applies: ApplicabilityIndex) -> None:
    table = "序号\t企业\t地址\n1\t甲公司\t南湖区中山路5号\n2\t乙公司\t人民路3号\n"
    answers = ask_all(applies, read_questions(read_pasted(table)))
    assert [[county.adcode for county, _ in one.parts] for one in answers] == [["330402"], []]


def test_province_and_prefecture_columns_choose_among_namesakes(applies: ApplicabilityIndex) -> None:
    table = "名称,省\n朝阳区,吉林省\n朝阳区,北京市\n长山镇,吉林省\n长山镇,山东省\n"
    answers = ask_all(applies, read_questions(read_pasted(table)))
    assert [answer.parts[0][0].adcode for answer in answers[:3]] == ["220104", "110105", "220721"]
    assert answers[3].how == "name"


def test_the_terminal_answers_places_and_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["where", "500118", "--json"]) == 0
    county = json.loads(capsys.readouterr().out)["counties"][0]
    assert (county["name"], county["kind"]) == ("永川区", None)
    assert {"zone", "task", "measure"} == {hit["subject"] for hit in county["applies"]}
    source, target = tmp_path / "list.csv", tmp_path / "answers.csv"
    source.write_text("名称,省\n英德市,广东省\n某某,\n", encoding="utf-8")
    assert run(["where", "--input", str(source), "-o", str(target)]) == 2
    rows = list(csv.DictReader(io.StringIO(target.read_bytes().decode("utf-8-sig"))))
    assert [row["status"] for row in rows] == ["found", "unresolved"]
    assert run(["where", "开化县"]) == 0
    assert "none: nothing in the catalogue applies" in capsys.readouterr().out
    assert run(["where", "朝阳区"]) == 2
    assert run(["where", "0,0"]) == 1
    assert run(["where"]) == 1


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("吴兴区织里镇织纺路731号", "found", "330502"),
        ("广东省从化神岗镇", "found", "440117"),
        ("前郭县百顺堂药业有限公司", "found", "220721"),
        ("海南省文昌市龙楼镇", "found", "469005"),
        ("东莞市虎门镇", "found", "441900"),
        ("上海市山西路", "review", "310000"),
        ("黄山市汤口镇", "review", "341000"),
        ("郑州航空港区", "review", "410100"),
        ("人民路3号", "unresolved", ""),
        ("假县", "unresolved", ""),
    ],
)
def test_an_address_is_answered_for_its_county_and_for_no_larger_unit(
    applies: ApplicabilityIndex, address: str, status: str, code: str
) -> None:
    (answer,) = ask_all(applies, read_questions(read_pasted(f"{address}\n".encode())))
    found = [county.adcode for county, _ in answer.parts] + [one[:6] for one in answer.candidates]
    assert (answer.status, found) == (status, [code] if code else [])


def test_a_large_table_is_answered_in_parts_with_one_head(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pilotzones.geo.query.place_query._CHUNK_ROWS", 2)
    source, target = tmp_path / "panel.csv", tmp_path / "answers.csv"
    source.write_text("县名,年份\n平泉县,2001\n宣武区,2005\n鼓楼区,2001\n平泉县,2020\n某某,2001\n", encoding="utf-8")
    assert run(["where", "--input", str(source), "-o", str(target)]) == 2
    written = target.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written)))
    assert [row["status"] for row in rows] == ["found", "found", "review", "found", "unresolved"]
    assert "3 of 5 rows answered" in capsys.readouterr().err
    assert run(["where", "--input", str(source)]) == 2
    assert capsys.readouterr().out == written.replace("\r\n", "\n")


def test_hits_speak_both_languages(applies: ApplicabilityIndex) -> None:
    hit = next(hit for _, hits in ask(applies, "220112").parts for hit in hits if hit.subject == "town")
    assert isinstance(hit, Hit)
    assert (hit.name("zh"), hit.name("en")) == ("奢岭镇", "Sheling")


@pytest.mark.parametrize("asked", ["平泉县@2001", "130823 @ 2001年", "平泉县＠2001-05"])
def test_a_year_may_stand_behind_the_place(applies: ApplicabilityIndex, asked: str) -> None:
    answer = ask(applies, asked)
    assert (answer.text, answer.status) == (asked, "found")
    assert answer.period is not None
    assert answer.period.first[:4] == "2001"
    assert answer.match is not None
    assert answer.match.unit is not None
    assert answer.match.unit.code == "130823"
    assert [county.adcode for county, _ in answer.parts] == ["130881"]


def test_rows_of_a_year_are_units_of_that_year_however_their_names_are_written(tianditu: Boundaries) -> None:
    # 云阳 is also what a programme calls a part of the county.
    clusters = index_programmes([load_programme("chengyu_city_cluster_2016")], CountyIndex(tianditu))
    rows = [
        ("重庆市", "重庆市", "云阳", "500235 云阳县"),
        ("安徽省", "铜陵市", "铜陵", "340721 铜陵县"),
        ("", "", "陕西省西安市户县", "610125 户县"),
        ("", "", "江西省九江市星子县", "360427 星子县"),
        ("青海省", "海东地区", "民和回族土族自治", "632122 民和回族土族自治县"),
    ]
    text = "年份,省份,城市,县名\n" + "".join(f"2001,{','.join(row[:3])}\n" for row in rows)
    answers = ask_all(clusters, read_questions(read_pasted(text)))
    units = [answer.match.unit.label if answer.match and answer.match.unit else None for answer in answers]
    assert units == [row[3] for row in rows]
    assert ask(clusters, "云阳").how == "listed"


@pytest.mark.parametrize(
    ("asked", "code", "founded"), [("巴州区@2007", "511902", "恩阳区"), ("余杭区@2010", "330110", "临平区")]
)
def test_a_county_that_stands_is_answered_alone_and_what_was_founded_on_it_is_named(
    applies: ApplicabilityIndex, asked: str, code: str, founded: str
) -> None:
    answer = ask(applies, asked)
    assert [county.adcode for county, _ in answer.parts] == [code]
    assert answer.match is not None
    notes = "".join(map(str, answer.match.notes))
    assert founded in notes
    assert "counties of today on the ground" not in notes


def test_what_is_no_year_behind_a_place_is_part_of_its_name(applies: ApplicabilityIndex) -> None:
    assert ask(applies, "平泉县@某年").period is None
    assert ask(applies, "@2001").status == "unresolved"


@pytest.mark.parametrize("head", ["县域代码", "县(市)代码", "countyid", "行政区域代码", "xxdm"])
def test_codes_are_read_under_any_heading_and_contradict(applies: ApplicabilityIndex, head: str) -> None:
    table = f"年份,城市,县域名称,{head}\n2001,承德市,平泉县,130823.0\n2001,铜陵市,铜陵县,130823\n"
    found, differ = ask_all(applies, read_questions(read_pasted(table)))
    assert (found.status, found.how) == ("found", "code")
    assert (differ.status, [note.code for note in differ.notes]) == ("review", ["name_code_differ"])


def test_a_city_column_tells_namesakes_apart(applies: ApplicabilityIndex) -> None:
    answers = ask_all(
        applies, read_questions(read_pasted("年份,城市,县名\n2001,石家庄市,桥东区\n2001,邢台市,桥东区\n"))
    )
    assert [one.match.unit.code for one in answers if one.match and one.match.unit] == ["130103", "130502"]
