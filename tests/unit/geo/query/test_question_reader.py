"""Tables and lines of places: headings, forms of codes and years, titles, sheets, Stata files."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.documents.reader import TABLE, read_document, read_pasted
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.places.history import Period
from pilotzones.geo.query.question_reader import PlaceQuery, read_place, read_questions

_YEAR = Period("2001-01", "2001-12")


def _read(text: str) -> list[PlaceQuery]:
    return read_questions(read_pasted(text.encode()))


def _told(question: PlaceQuery) -> tuple[str, str, str]:
    return question.name, question.code, question.period.text if question.period is not None else ""


@pytest.mark.parametrize(
    "heading",
    [
        "县名", "县域名称", "CountyName", "county_name", "区县", "县（市、区）", "地区名称", "单位", "地区", "name", "cnty",
        "县级单位",
        "行政区", "所属区县", "样本县", "District",
    ],
)  # fmt: skip
def test_names_are_found_under_the_usual_headings(heading: str) -> None:
    assert [_told(one) for one in _read(f"{heading},年份\n平泉县,2001\n鼓楼区,2002\n")] == [
        ("平泉县", "", "2001"),
        ("鼓楼区", "", "2002"),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "年份", "year", "YEAR", "年", "年度", "统计年份", "yr", "时间", "会计年度", "date", "年份(年)", "数据年份", "报告期",
        "年_份", "accper",
    ],
)  # fmt: skip
def test_years_are_found_under_the_usual_headings(heading: str) -> None:
    assert _told(_read(f"县名,代码,{heading}\n平泉县,130823,2001\n鼓楼区,320106,2002\n")[0]) == (
        "平泉县",
        "130823",
        "2001",
    )


def test_the_year_in_which_something_began_is_not_the_year_of_the_row() -> None:
    assert _told(_read("县名,代码,成立年份\n平泉县,130823,1955\n鼓楼区,320106,1949\n")[0]) == ("平泉县", "130823", "")


@pytest.mark.parametrize(
    "code",
    [
        "130823", "130823.0", "1.30823e+05", "130823000000", "130823000", "156130823", "CN130823", " 130823 ", "'130823",
        "1308 23", "１３０８２３", '="130823"', "130,823", "130823001", "130823001000",
    ],
)  # fmt: skip
def test_codes_are_read_in_every_form(code: str) -> None:
    quoted = code.replace('"', '""')
    assert _told(_read(f'县名,行政区划代码,年份\n平泉县,"{quoted}",2001\n')[0]) == ("平泉县", "130823", "2001")


def test_a_cell_that_was_not_read_is_said_to_be() -> None:
    for row, why in (("平泉县,13082,2001", "code_unread"), ("平泉县,130823,98", "year_unread")):
        (question,) = _read(f"县名,行政区划代码,年份\n{row}\n")
        assert [reason.code for reason in question.unread] == [why]
    (question,) = _read("县名,行政区划代码,年份\n平泉县,NA,-\n")
    assert question.unread == ()


@pytest.mark.parametrize(
    "text",
    [
        "表1 各县基本情况,,,\n县名,代码,年份,gdp\n平泉县,130823,2001,5\n",
        "地区,,年份,gdp\n县名,代码,,亿元\n平泉县,130823,2001,5\n",
        ",县名,代码,年份\n0,平泉县,130823,2001\n",
        "县名;代码;年份\n平泉县;130823;2001\n",
        "县名\t代码\t年份\n平泉县\t130823\t2001\n",
        "平泉县,130823,2001\n鼓楼区,320106,2002\n",
        "样本,xx,year\n平泉县,130823,2001\n鼓楼区,320106,2002\n",
        "县名,县名,年份\n平泉县,130823,2001\n",
        "甲,县代码,年份\n平泉县,130823,2001\n鼓楼区,320106,2002\n",
    ],
)
def test_headings_are_found_under_titles_and_columns_without_headings_by_their_cells(text: str) -> None:
    question = _read(text)[0]
    assert (question.code, question.period) == ("130823", _YEAR)
    assert question.name == "平泉县"


def test_tables_of_prefectures_and_provinces_are_read() -> None:
    assert _told(_read("城市,年份\n襄樊市,2001\n承德市,2002\n")[0]) == ("襄樊市", "", "2001")
    assert _told(_read("地级市,市代码,年份\n襄樊市,420600,2001\n")[0]) == ("襄樊市", "420600", "2001")
    assert _told(_read("省份,行政区划代码,年份\n河北省,13,2001\n江苏省,32,2001\n")[0]) == ("河北省", "130000", "2001")


def test_a_column_above_the_county_is_compared_and_one_of_whole_addresses_is_the_name() -> None:
    assert _read("城市,县代码,年份\n徐州市,320106,2001\n")[0].prefecture == "徐州市"
    assert _read("市代码,县代码,县名\n320300,320106,鼓楼区\n")[0].prefecture == "徐州市"
    assert _read("地区,代码,年份\n陕西省西安市长安区,130102,2016\n")[0].name == "陕西省西安市长安区"


@pytest.mark.slow
def test_the_sheets_of_a_workbook_are_read_without_their_titles(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["本表来自年鉴"])
    sheet = book.create_sheet("数据")
    sheet.append(["县名", "代码", "年份"])
    sheet.append(["平泉县", 130823.0, 2001.0])
    sheet.append(["鼓楼区", 320106000000, datetime(2001, 12, 31, tzinfo=UTC).replace(tzinfo=None)])
    book.save(tmp_path / "panel.xlsx")
    questions = read_questions(read_document(tmp_path / "panel.xlsx", limits=TABLE))
    assert [_told(one) for one in questions] == [("平泉县", "130823", "2001"), ("鼓楼区", "320106", "2001-12")]


@pytest.mark.slow
@pytest.mark.parametrize("version", [114, 118])
def test_a_stata_file_is_read(tmp_path: Path, version: int) -> None:
    frame = pd.DataFrame(
        {
            "v1": ["Pingquan", "Gulou"], "code": [130823.0, 320106.0], "year": pd.to_datetime(["2001", "2002"]),
            "day": pd.to_datetime(["2001-01-01", "2002-01-01"]), "prov": [1, 2],
        }
    )  # fmt: skip
    frame.to_stata(
        tmp_path / "panel.dta", version=version, write_index=False, convert_dates={"year": "ty", "day": "td"},
        variable_labels={"v1": "county"}, value_labels={"prov": {1: "Hebei", 2: "Jiangsu"}},
    )  # fmt: skip
    document = read_document(tmp_path / "panel.dta")
    assert document.kind == "dta"
    assert document.text.splitlines()[1] == "Pingquan\t130823\t2001\t2001-01-01\tHebei"
    assert [_told(one) for one in read_questions(document)] == [
        ("Pingquan", "130823", "2001"),
        ("Gulou", "320106", "2002"),
    ]


@given(
    st.lists(
        st.lists(st.sampled_from(["县名", "平泉县", "130823", "2001", "", "合计", "x", "年份", "代码"]), max_size=4),
        max_size=5,
    )
)
def test_any_table_gives_questions_or_is_refused(rows: list[list[str]]) -> None:
    text = "\n".join(",".join(row) for row in rows)
    with contextlib.suppress(IntakeError):
        assert len(_read(text + "\n平泉县\n")) <= len(rows) + 1


@pytest.mark.parametrize(
    "text",
    [
        "126.5,43.6",
        "43.6, 126.5",
        "１２６．５，４３．６",
        "126°30′E 43°36′N",
        "东经126度30分，北纬43度36分",
        "126.5 43.6",
    ],
)
def test_a_coordinate_is_read_in_every_way_of_writing_it(text: str) -> None:
    place = read_place(text)
    assert (place.lon, place.lat, place.name, place.code) == (126.5, 43.6, "", "")
