"""Tables of figures come out with place, year, unit and status, however they are laid out; what is not read is named."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.cli.main import run
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import IndicatorError
from pilotzones.geo.files.figures import MeasureUnit, read_figure, read_unit
from pilotzones.geo.indicators.tables.reader import OBSERVATION_COLUMNS, IndicatorTable, read_indicators
from pilotzones.geo.indicators.tables.typed_tables import read_indicator_file
from pilotzones.geo.places.history import read_period


def read(text: str, **options) -> IndicatorTable:
    return read_indicators(read_pasted(text.encode(), name="t.csv"), **options)


def rows_of(table: IndicatorTable) -> list[tuple]:
    frame = table.observations
    names = [table.places[at].name or table.places[at].code for at in frame["ref_area"]]
    values = [None if pd.isna(value) else value for value in frame["obs_value"]]
    return list(zip(names, frame["time_period"], frame["indicator"], values, strict=True))


@pytest.mark.parametrize(
    ("cell", "value", "status"),
    [
        ("1,234.5", 1234.5, "A"), ("１２３４", 1234, "A"), ("1 234", 1234, "A"), ("12.3%", 12.3, "A"), ("1234①", 1234, "A"),
        ("567*", 567, "A"), ("89.1e", 89.1, "E"), ("45(预)", 45, "P"), ("-5.6", -5.6, "A"), ("－7", -7, "A"), ("0", 0, "A"),
        ("…", None, "O"), ("-", None, "M"), ("", None, "M"), ("#", None, "M"), ("--", None, "M"), ("不详", None, "M"),
    ],
)  # fmt: skip
def test_a_cell_is_a_figure_or_a_known_sign(cell, value, status):
    assert read_figure(cell) == (value, status, True)


@pytest.mark.parametrize("cell", ["3.2万", "1.2.3", "2019年", "12 34", "1,23", "abc", "1-2", "10~20"])
def test_what_is_no_figure_is_not_read_as_a_piece_of_it(cell):
    assert read_figure(cell) == (None, "M", False)


@given(st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 2)))
def test_a_figure_is_read_in_every_way_of_writing_it(value):
    wide = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
    plain = f"{value:.2f}"
    for text in (plain, f"{value:,.2f}", plain.translate(wide), f" {plain} ", f"{plain}①"):
        assert read_figure(text).value == float(plain)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位：万元", MeasureUnit("元", 4)),
        ("地区生产总值（亿元）", MeasureUnit("元", 8)),
        ("户籍人口(万人)", MeasureUnit("人", 4)),
        ("%", MeasureUnit("%", 0)),
        ("元/人", MeasureUnit("元/人", 0)),
        ("亿千瓦时", MeasureUnit("千瓦时", 8)),
        ("单位： 千瓦时", MeasureUnit("千瓦时", 0)),
        ("单位:万元、人", None),
        ("建成区（城区）", None),
        ("备注", None),
    ],
)
def test_a_unit_is_a_measure_and_a_power_of_ten(text, unit):
    assert read_unit(text) == unit


def test_a_tidy_table_in_the_words_of_sdmx():
    table = read(
        "ref_area,time_period,indicator,obs_value,unit_measure,unit_mult,obs_status,source\n"
        "330402,2019,gdp,600.5,元,8,P,yearbook\n330411,2019,gdp,…,元,8,,yearbook\n"
    )
    assert rows_of(table) == [("330402", "2019", "gdp", 600.5), ("330411", "2019", "gdp", None)]
    assert table.observations["obs_status"].to_list() == ["P", "O"]
    assert set(table.observations["unit_mult"]) == {8}
    assert table.problems == []


def test_a_wide_table_with_one_column_an_indicator():
    table = read(
        "行政区划代码,县名,年份,地区生产总值（亿元）,户籍人口(万人),备注\n"
        "330402,南湖区,2019,600.5,50.1,好\n330411,秀洲区,2020,x1,38①,\n"
    )
    assert [row[2:] for row in rows_of(table)] == [
        ("地区生产总值", 600.5), ("户籍人口", 50.1), ("地区生产总值", None), ("户籍人口", 38.0),
    ]  # fmt: skip
    assert [(one.row, one.field, one.value) for one in table.problems] == [(3, "地区生产总值（亿元）", "x1")]


def test_a_yearbook_sheet_with_years_as_columns_a_unit_above_and_a_continued_part():
    table = read(
        "1-3 各县地区生产总值\n单位：万元\n地区,2018,2019,2020年\n南湖区,1,2,3\n秀洲区,4,…,6\n续表\n地区,2018,2019,2020年\n"
        "嘉善县,7,8,9\n合计,12,13,14\n"
    )
    assert [(name, year, value) for name, year, _, value in rows_of(table)] == [
        ("南湖区", "2018", 1), ("南湖区", "2019", 2), ("南湖区", "2020", 3), ("秀洲区", "2018", 4), ("秀洲区", "2019", None),
        ("秀洲区", "2020", 6), ("嘉善县", "2018", 7), ("嘉善县", "2019", 8), ("嘉善县", "2020", 9),
    ]  # fmt: skip
    assert set(table.observations["unit_mult"]) == {4}


def test_two_rows_of_headings():
    table = read("县\tGDP（亿元）\t\t人口（万人）\t\n\t2018\t2019\t2018\t2019\n南湖区\t1\t2\t3\t4\n")
    assert rows_of(table) == [
        ("南湖区", "2018", "GDP", 1), ("南湖区", "2019", "GDP", 2), ("南湖区", "2018", "人口", 3), ("南湖区", "2019", "人口", 4),
    ]  # fmt: skip
    assert table.observations["unit_mult"].to_list() == [8, 8, 4, 4]


def test_three_rows_of_headings_as_databases_export_them():
    table = read(
        "Cntcd,Cntnm,Sgnyea,Eca0101\n县代码,县名称,统计年度,地区生产总值\n没有单位,没有单位,没有单位,万元\n"
        "330402,南湖区,2019,600\n330411,秀洲区,2019,700\n"
    )
    assert [row[1:] for row in rows_of(table)] == [("2019", "地区生产总值", 600), ("2019", "地区生产总值", 700)]
    assert set(table.observations["unit_mult"]) == {4}
    assert table.problems == []


def test_a_table_without_years_needs_one():
    text = "县名,GDP\n南湖区,5\n秀洲区,6\n"
    with pytest.raises(IndicatorError, match="names no year"):
        read(text)
    assert [row[1] for row in rows_of(read(text, period=read_period("2019")))] == ["2019", "2019"]


def test_a_repeated_figure_is_named_and_a_table_of_words_refused():
    table = read("县名,年份,GDP\n南湖区,2019,5\n南湖区,2019,6\n")
    assert [(one.row, one.severity) for one in table.problems] == [(3, "warning")]
    with pytest.raises(IndicatorError, match="no table with places and figures"):
        read("题目,说明\n一,二\n")


@pytest.mark.slow
def test_the_example_is_read_checked_and_evaluated(tmp_path, capsys):
    path = tmp_path / "example.csv"
    assert run(["indicators", "example", str(path)]) == 0
    assert run(["indicators", "check", str(path)]) == 0
    assert "places and years settled; 0 problems" in capsys.readouterr().out
    # All of it is read once; what is evaluated are the rows of zones, not the thousands of counties.
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",programmes," not in line), encoding="utf-8-sig")
    chosen = ["--indicator", "area", "--indicator", "zone_members"]
    assert run(["indicators", "evaluate", str(path), *chosen, "--weight", "area=2", "--less", "area", "--json"]) == 0
    assert run(["indicators", "evaluate", str(path), "--weight", "area=x"]) == 1
    assert "NAME=NUMBER" in capsys.readouterr().err


def test_a_table_of_columns_is_read_as_its_text_is(tmp_path):
    wide = {f"指标{number}（万元）": [number, None, 3.5] for number in range(70)}
    frame = pd.DataFrame({"区县": ["甲县", "乙县", "丙县"], "年份": [2019, 2019, 2020], **wide})
    path = tmp_path / "wide.parquet"
    frame.to_parquet(path)
    table, text = read_indicator_file(path), read(frame.to_csv(index=False))
    columns = [name for name in OBSERVATION_COLUMNS if name != "row"]
    pd.testing.assert_frame_equal(
        table.observations[columns].astype(object), text.observations[columns].astype(object), check_dtype=False
    )
    assert set(table.observations["unit_mult"]) == {4}
    assert [place.text for place in table.places] == ["甲县", "乙县", "丙县"]


def test_two_columns_of_one_name_are_refused(tmp_path):
    path = tmp_path / "twice.parquet"
    pq.write_table(pa.table([pa.array(["甲县"]), pa.array([1.0]), pa.array([2.0])], names=["县", "a", "a"]), path)
    with pytest.raises(IndicatorError, match="one name"):
        read_indicator_file(path)


# Made up, as yearbooks print a table that goes on: with more columns, in another unit, with other years.
CONTINUED = (
    "表3-2 各县主要指标（2020年）,,,\n,,,单位：万元\n地区,GDP,一产/元,增长%\n南湖区,100,20,3\n3-2 续表,,,\n,,,单位：亿元\n"
    "地区,投资,人口（万人）,\n南湖区,5,50,\n嘉善县,6,60,\n续表,,,\n地区,出口,,\n南湖区,7,,\n注：本表按当年价格计算。,,,\n"
)


def test_a_table_goes_on_with_other_columns_in_another_unit():
    table = read(CONTINUED)
    frame = table.observations
    found = {
        (name, indicator): (value, measure, int(power))
        for (name, _, indicator, value), measure, power in zip(
            rows_of(table), frame["unit_measure"], frame["unit_mult"], strict=True
        )
    }
    assert found == {
        ("南湖区", "GDP"): (100, "元", 4), ("南湖区", "一产"): (20, "元", 0), ("南湖区", "增长"): (3, "%", 0),
        ("南湖区", "投资"): (5, "元", 8), ("南湖区", "人口"): (50, "人", 4), ("嘉善县", "投资"): (6, "元", 8),
        ("嘉善县", "人口"): (60, "人", 4), ("南湖区", "出口"): (7, "元", 8),
    }  # fmt: skip
    # The year is that of the title, and said to be.
    assert set(frame["time_period"]) == {"2020"}
    assert [(problem.kind, problem.severity) for problem in table.problems] == [("year_of_title", "warning")]
    assert set(read(CONTINUED, period=read_period("2019")).observations["time_period"]) == {"2019"}


def test_years_of_headings_and_titles_in_full_width_digits_are_years():
    table = read("表 ２０２１年,,\n县,人口,\n,２０１８年,2019\n南湖区,30,31\n")
    assert [row[1:] for row in rows_of(table)] == [("2018", "人口", 30), ("2019", "人口", 31)]
    assert [row[1:] for row in rows_of(read("表 ２０２１年\n县,GDP\n南湖区,1\n"))] == [("2021", "GDP", 1)]


@pytest.mark.parametrize("title", ["县域统计年鉴2021年", "2019年至2020年", "主要指标"])
def test_a_title_that_names_no_one_year_leaves_the_table_without(title):
    with pytest.raises(IndicatorError, match="names no year"):
        read(f"{title},\n县,GDP\n南湖区,1\n")


def test_a_table_goes_on_with_other_years():
    table = read("财政收入 单位：亿元,,\n县名,2018年,2019年\n南湖区,1,2\n续表,,\n县名,2020年,2021年\n南湖区,3,…\n")
    assert rows_of(table) == [
        ("南湖区", year, "财政收入", value)
        for year, value in (("2018", 1), ("2019", 2), ("2020", 3), ("2021", None))
    ]  # fmt: skip
    assert not table.problems


def test_a_file_of_several_parts_is_one_table(tmp_path):
    rows = [
        (code, year, name, year + number)
        for number, name in enumerate("ab")
        for year in (2019, 2020)
        for code in ("甲县", "乙县")
    ]
    frame = pd.DataFrame([*rows, rows[0]], columns=["ref_area", "time_period", "indicator", "obs_value"])
    frame["comment"] = ["x", None] * 4 + ["z"]
    path = tmp_path / "long.parquet"
    frame.to_parquet(path, row_group_size=2)
    table, text = read_indicator_file(path), read(frame.to_csv(index=False))
    assert rows_of(table) == rows_of(text)
    assert list(table.observations["comment"]) == ["x", ""] * 4
    # The last row is the ninth, and says again what the first does.
    assert [(problem.kind, problem.row) for problem in table.problems] == [("repeated", 9)]
    assert [(problem.kind, problem.row) for problem in text.problems] == [("repeated", 10)]
