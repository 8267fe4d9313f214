"""Adding the columns to a user's panel: rows in are rows out in their order, each with how it was matched."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pilotzones.cli.main import run
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.errors import PanelError
from pilotzones.geo.panel.headings import join_headings
from pilotzones.geo.panel.onto import AttachedPanel, attach_treatments
from pilotzones.geo.panel.row_matching import UnitColumns, find_unit_columns, match_rows
from pilotzones.geo.panel.rules import PanelRules
from pilotzones.geo.panel.table_reader import UserTable, read_table_file
from pilotzones.geo.query.applicability_loader import load_applicability

# Workers of their own are those of test_sandboxed.py and test_companions.py.
pytestmark = pytest.mark.usefixtures("forked_workers")

ROWS = [
    # A code and its name, an old code, an old name, a prefecture, another unit's name, and nothing that is known.
    ("320583", "昆山市", 2013),
    ("320583", "昆山市", 2014),
    ("130823", "平泉县", 2010),
    ("130823", "平泉市", 2019),
    ("420600", "襄樊市", 2009),
    ("", "襄樊市", 2012),
    ("110106", "昆山市", 2014),
    ("", "无此县", 2014),
    ("320583", "昆山市", 2014),
]


def _attach(frame: pd.DataFrame) -> AttachedPanel:
    applicability = load_applicability([load_programme("broadband_china_2014")])
    return attach_treatments(UserTable(frame, {}, "mine.csv"), applicability, PanelRules())


def test_rows_stay_in_their_order_and_say_how_they_were_matched() -> None:
    frame = pd.DataFrame(ROWS, columns=["代码", "名称", "年份"])
    made = _attach(frame)
    pd.testing.assert_frame_equal(made.frame[frame.columns.tolist()], frame)
    assert (made.columns.code, made.columns.name, made.columns.year) == ("代码", "名称", "年份")
    assert made.frame["match"].tolist()[:3] == ["code and name"] * 3
    assert made.frame["match"].tolist()[6:8] == ["open", "open"]
    assert made.frame["post_p1"].tolist()[:2] == [0, 1]
    # 襄樊市 is 襄阳市 today, listed as a whole in 2015.
    assert made.frame["first_year_p1"].tolist()[4] == 2015
    assert made.frame.loc[[6, 7], "first_year_p1"].isna().all()
    assert made.open_rows["rows"].tolist() == [1, 1]
    assert made.open_rows["match_note"].str.contains("昆山市").tolist() == [True, False]
    assert (made.duplicates, made.is_balanced) == (1, False)
    assert sum(made.ways.values()) == len(ROWS)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".dta", ".parquet"])
def test_every_format_goes_in_and_comes_out(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.DataFrame(
        {
            "code": [320583, 320583, 330424],
            "name": ["昆山市", "昆山市", "海盐县"],
            "year": [2013, 2014, 2014],
            "y": [1.5, 2.0, 3.25],
        }
    )
    source, target = tmp_path / f"mine{suffix}", tmp_path / f"out{suffix}"
    writers = {
        ".csv": lambda: frame.to_csv(source, index=False, encoding="gb18030"),
        ".xlsx": lambda: frame.to_excel(source, index=False),
        ".dta": lambda: frame.to_stata(source, write_index=False, version=118, variable_labels={"y": "收入 income"}),
        ".parquet": lambda: frame.to_parquet(source),
    }
    writers[suffix]()
    assert run(["panel", "--onto", str(source), "--programme", "broadband_china_2014", "-o", str(target)]) == 0
    made = read_table_file(target)
    assert [float(value) for value in made.frame["y"]] == [1.5, 2.0, 3.25]
    assert [float(value) for value in made.frame["post_p1"]] == [0, 1, 0]
    assert suffix != ".dta" or made.labels["y"] == "收入 income"
    assert "3 rows matched by code and name" in capsys.readouterr().err
    assert "| code and name | 3 |" in (tmp_path / "out.codebook.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_open_rows_are_written_beside_the_panel(tmp_path: Path) -> None:
    source = tmp_path / "mine.csv"
    source.write_text("name,year\n无此县,2014\n昆山市,2014\n", encoding="utf-8")
    assert (
        run(["panel", "--onto", str(source), "--programme", "broadband_china_2014", "-o", str(tmp_path / "o.csv")]) == 2
    )
    assert "无此县" in (tmp_path / "o.open.csv").read_text(encoding="utf-8-sig")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("encoding", "separator", "titles"),
    [("utf-16", "\t", []), ("utf-8-sig", ";", ["表1 面板", ""]), ("gb18030", ",", ["表1 面板（单位：万元）", ",,,"])],
)
def test_titles_above_a_table_and_every_encoding_are_read(
    tmp_path: Path, encoding: str, separator: str, titles: list[str]
) -> None:
    lines = [*titles, *(separator.join(row) for row in (["代码", "县", "年份"], ["013", "", "2019年"], ["", "甲", ""]))]
    (tmp_path / "mine.csv").write_text("\n".join(lines), encoding=encoding)
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append([cell or None for cell in line.split(separator)])
    book.active.cell(20, 9).number_format = "0.00"
    book.save(tmp_path / "mine.xlsx")
    for suffix in ("csv", "xlsx"):
        frame = read_table_file(tmp_path / f"mine.{suffix}").frame
        assert frame.columns.to_list() == ["代码", "县", "年份"]
        assert frame.head(2).fillna("").to_numpy().tolist() == [["013", "", "2019年"], ["", "甲", ""]]


def test_what_cannot_be_read_or_added_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PanelError, match="no such file"):
        read_table_file(tmp_path / "none.csv")
    with pytest.raises(PanelError, match="is read from"):
        read_table_file(tmp_path / "none.sav")
    broken = tmp_path / "broken.dta"
    broken.write_bytes(b"no Stata file")
    with pytest.raises(PanelError, match="damaged"):
        read_table_file(broken)
    twice = openpyxl.Workbook()
    twice.active.append(["县", "gdp", "gdp"])
    twice.save(tmp_path / "twice.xlsx")
    with pytest.raises(PanelError, match="two columns have one name: gdp"):
        read_table_file(tmp_path / "twice.xlsx")
    with pytest.raises(PanelError, match="no column of codes or names"):
        find_unit_columns(pd.DataFrame({"x": ["a", "b"]}))
    with pytest.raises(PanelError, match="no column z"):
        find_unit_columns(pd.DataFrame({"code": ["320583"]}), code="z")
    with pytest.raises(PanelError, match="already has the columns match"):
        _attach(pd.DataFrame({"code": ["320583"], "match": ["x"]}))


@pytest.mark.parametrize(
    ("row", "way", "note"),
    [
        (("130823", "平泉县", "河北省", "承德市", 2001), "code and name", ""),
        (("130823", "平泉县", "江苏省", "承德市", 2001), "open", "does not lie in 江苏省"),
        (("130823", "平泉县", "河北省", "唐山市", 2001), "open", "does not lie in 唐山市"),
        (("520602", "铜仁市", "贵州省", "铜仁市", 2016), "open", "the code 520602 says 520602 碧江区"),
        (("239002", "", "", "", 1987), "open", "239002 belonged to several units"),
        (("13082X", "平泉县", "", "", 2001), "open", "the code 13082X is not read"),
        (("n/a", "平泉县", "", "", 2001), "name", ""),
        (("130823", "平泉市", "", "", 2010), "name of another time", ""),
        (("139001", "定州市", "", "", 2016), "code of another time", ""),
    ],
)
def test_every_cell_of_a_row_is_compared(row: tuple[str, str, str, str, int], way: str, note: str) -> None:
    names = ("code", "name", "province", "prefecture", "year")
    matches, _ = match_rows(pd.DataFrame([row], columns=list(names)), UnitColumns(*names))
    assert matches[0].way == way
    assert note in matches[0].note


def test_rows_without_a_year_are_counted() -> None:
    frame = pd.DataFrame({"code": ["130823", "130881"], "name": ["平泉县", "平泉市"], "year": ["2001", ""]})
    attached = _attach(frame)
    assert attached.undated == 1
    assert "1 row without a year" in attached.describe()
    assert attached.frame.filter(like="post_").iloc[1].isna().all()


_WIDE_HEADS = [
    ("地区,,年份,经济,", "代码,名称,,GDP,人口", "代码,名称,年份,经济 GDP,经济 人口"),
    ("code,name,year,gdp,pop", "代码,名称,年份,亿元,万人", "代码,名称,year 年份,gdp 亿元,pop 万人"),
    ("代码,名称,年份,GDP,人口", ",,,亿元,万人", "代码,名称,年份,GDP 亿元,人口 万人"),
]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize(("upper", "lower", "joined"), _WIDE_HEADS)
def test_headings_may_take_two_rows(tmp_path: Path, suffix: str, upper: str, lower: str, joined: str) -> None:
    names = joined.split(",")
    heads: list[list[object]] = [[cell or None for cell in head.split(",")] for head in (upper, lower)]
    rows: list[list[object]] = [["表 1"], *heads, [320583, "昆山市", 2013, 1, 2], [320583, "昆山市", 2014, 3, 4]]
    path = tmp_path / f"mine{suffix}"
    if suffix == ".csv":
        path.write_text("".join(",".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows))
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    table = read_table_file(path)
    assert list(table.frame.columns) == names
    assert len(table.frame) == 2
    columns = find_unit_columns(table.frame)
    assert (columns.code, columns.name, columns.year) == tuple(names[:3])
    matches, years = match_rows(table.frame, columns)
    assert [match.way for match in matches] == ["code and name"] * 2
    assert years == [2013, 2014]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (["name", "kind", "year"], ["昆山市", "城区", "2013"]),
        (["", "名称", "类别"], ["a", "昆山市", "城区"]),
        (["代码", "名称", "y"], ["320583", None, None]),
        (["代码", "名称", "y"], [None, None, "12"]),
    ],
)
def test_a_row_of_the_table_is_no_heading(first: list[object], second: list[object]) -> None:
    assert join_headings(first, second) is None


@pytest.mark.parametrize(
    ("headings", "rows", "found", "ways"),
    [
        # A column of cities beside codes of cities has their names; so has one of 地区 beside codes of any level.
        (
            ("行政区划代码", "城市", "年份"),
            [("420600", "襄阳市", 2012), ("420500", "宜昌", 2012), ("420500", "襄阳市", 2012)],
            ("城市", None, None),
            ["code and name", "code", "open"],
        ),
        (
            ("行政区划代码", "地区", "年份"),
            [("330110", "余杭区", 2012), ("420600", "襄阳市", 2012), ("330111", "余杭区", 2018), ("", "昆山市", 2012)],
            ("地区", None, None),
            ["code and name", "code and name", "open", "name"],
        ),
        # Beside codes of counties it says what they lie in, as a column of provinces does beside codes of cities.
        (
            ("代码", "城市", "年份"),
            [("330110", "杭州市", 2012), ("330212", "宁波市", 2012), ("330110", "宁波市", 2012)],
            (None, "城市", None),
            ["code", "code", "open"],
        ),
        (
            ("代码", "省份", "年份"),
            [("330100", "浙江省", 2012), ("420600", "湖北", 2012), ("420600", "浙江省", 2012)],
            (None, None, "省份"),
            ["code", "code", "open"],
        ),
        (
            ("code", "city", "year"),
            [("330110", "Hangzhou", 2012), ("330212", "Ningbo", 2012)],
            (None, "city", None),
            ["code"] * 2,
        ),
        (
            ("code", "city", "year"),
            [("330100", "Hangzhou", 2012), ("420500", "Xiangyang", 2012), ("420600", "Xiangfan", 2012)],
            ("city", None, None),
            ["code and name", "open", "name of another time"],
        ),
    ],
)
def test_a_column_that_names_units_or_what_they_lie_in_is_told_by_its_cells(
    headings: tuple[str, ...], rows: list[tuple[str, str, int]], found: tuple[str | None, ...], ways: list[str]
) -> None:
    frame = pd.DataFrame(rows, columns=list(headings))
    columns = find_unit_columns(frame)
    assert (columns.name, columns.prefecture, columns.province) == found
    matches, _ = match_rows(frame, columns)
    assert [match.way for match in matches] == ways


def test_what_the_user_calls_a_column_of_prefectures_names_no_unit() -> None:
    frame = pd.DataFrame({"代码": ["420600"], "城市": ["襄阳市"], "年份": [2012]})
    assert find_unit_columns(frame, prefecture="城市").name is None
    assert find_unit_columns(frame, name="城市").prefecture is None


def test_a_bare_name_in_a_column_of_cities_is_a_city_and_a_province_is_no_unit() -> None:
    frame = pd.DataFrame({"城市": ["株洲", "浙江省"], "年份": [2016, 2016]})
    (city, province), _ = match_rows(frame, UnitColumns(None, "城市", None, None, "年份"))
    assert (city.code, city.way, "430221 株洲县" in city.note) == ("430200", "name", True)
    assert (province.way, "province" in province.note) == ("open", True)


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("北京市朝阳区", "name"),
        ("海南州", "name"),
        ("Hangzhou", "name"),
        ("襄樊", "name of another time"),
        ("毕节地区", "name of another time"),
    ],
)
def test_a_name_in_another_writing_is_of_its_time(name: str, way: str) -> None:
    (match,), _ = match_rows(pd.DataFrame({"地名": [name], "年": [2016]}), UnitColumns(None, "地名", None, None, "年"))
    assert match.way == way
