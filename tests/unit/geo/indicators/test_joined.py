"""Figures meet their units of the year: one unit of measure, no figure twice, groups, changes, ratios, dictionary, panel."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import IndicatorError
from pilotzones.geo.files.figures import MeasureUnit, write_unit
from pilotzones.geo.indicators.dictionary import apply_dictionary, make_dictionary, name_indicator, read_dictionary
from pilotzones.geo.indicators.groups import compare_groups, summarise_programme
from pilotzones.geo.indicators.joined import join_places
from pilotzones.geo.indicators.panel_columns import carry_indicators
from pilotzones.geo.indicators.ratios import add_area_ratio, add_ratio, parse_ratio
from pilotzones.geo.indicators.tables.reader import read_indicators
from pilotzones.geo.indicators.tables.typed_tables import read_indicator_file
from pilotzones.geo.indicators.year_map import compare_years, select_year
from pilotzones.geo.panel.builder import build_panel
from pilotzones.geo.panel.rules import PanelRules
from pilotzones.geo.query.applicability_loader import load_applicability

HEAD = "ref_area,time_period,indicator,obs_value,unit_measure,unit_mult\n"


@pytest.fixture(scope="module")
def applies(programme):
    return load_applicability([programme, load_programme("broadband_china_2014")], DEFAULT_SOURCE)


@pytest.fixture(scope="module")
def join(applies):
    return lambda text: join_places(read_indicators(read_pasted(text.encode(), name="t.csv")), applies)


def test_figures_in_ten_thousands_and_in_ones_are_one_indicator(join):
    joined = join(HEAD + "330402,2018,gdp,5,元,8\n330402,2019,gdp,60000,元,4\n330411,2019,gdp,7,元,8\n")
    own = joined.select("gdp")
    assert own["obs_value"].to_list() == [5, 6, 7]
    assert set(own["unit_mult"]) == {8}
    assert joined.describe_unit("gdp") == "10^8 元"
    assert write_unit(MeasureUnit("count/km2", 4), "zh") == "万个/km²"
    assert [write_unit(MeasureUnit("km2", 0), lang) for lang in ("zh", "en", "")] == ["km²", "km²", "km2"]
    assert [(one.field, one.severity) for one in joined.problems] == [("gdp", "info")]


def test_figures_in_two_units_are_two_indicators(join):
    joined = join(HEAD + "330402,2018,trade,5,元,8\n330411,2018,trade,6,元,8\n330402,2019,trade,1,美元,8\n")
    assert joined.indicators == ["trade", "trade (美元)"]
    assert joined.select("trade (美元)")["obs_value"].to_list() == [1]
    assert [one.severity for one in joined.problems] == ["warning"]


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 10**6)), min_size=1, max_size=8))
def test_the_powers_of_ten_change_no_figure(join, figures):
    lines = [f"330402,{2000 + at},x,{value},元,{power}" for at, (power, value) in enumerate(figures)]
    own = join(HEAD + "\n".join(lines)).select("x")
    plain = [value * 10.0**power for power, value in figures]
    assert (own["obs_value"] * 10.0 ** own["unit_mult"].astype(float)).to_list() == pytest.approx(plain)


def test_a_unit_named_by_code_and_by_name_counts_once(join):
    joined = join("行政区划代码,县名,年份,x\n330402,,2019,1\n,南湖区,2019,2\n")
    assert joined.select("x")["obs_value"].to_list() == [1]
    assert any("twice" in one.message for one in joined.problems)


def test_two_former_districts_in_one_county_of_today_are_no_figure_of_it(join):
    # 西城区 and 宣武区 of 2008 are 西城区 today.
    joined = join(HEAD + "110102,2008,x,1,人,0\n110104,2008,x,2,人,0\n110105,2008,x,3,人,0\n")
    rows = select_year(joined, "x", "2008").set_index("adcode")
    assert bool(rows.loc["110102", "is_shared"])
    assert pd.isna(rows.loc["110102", "obs_value"])
    assert rows.loc["110105", "obs_value"] == 3
    with pytest.raises(IndicatorError, match="no figures of 1999"):
        select_year(joined, "x", "1999")


def test_a_figure_of_a_prefecture_stands_in_each_of_its_counties(join):
    joined = join(HEAD + "330400,2019,x,5,人,0\n330500,2019,x,7,人,0\n")
    rows = select_year(joined, "x", "2019").set_index("adcode")["obs_value"]
    assert joined.find_level("x") == "prefecture"
    assert (rows["330402"], rows["330411"], rows["330502"]) == (5, 5, 7)


def test_members_listed_with_their_prefecture_are_members_from_their_own_batch(join, applies):
    # 嘉兴 and 福州 joined 宽带中国 in 2014 and 2015; 宁德 never did.
    broadband = load_programme("broadband_china_2014")
    listed = [member for member in broadband.members if member.adcode]
    cities = {member.adcode for member in listed}
    own, other = sorted(cities)[3], "350900"
    assert other not in cities
    text = HEAD + "".join(
        f"{code},{year},x,{value},人,0\n" for year in (2013, 2016) for code, value in ((own, year), (other, 1))
    )
    table = compare_groups(join(text), applies, broadband, "x")
    by_year = table[table["time_period"] != ""].set_index(["group", "time_period"])["mean"]
    assert by_year[("member", "2016")] == 2016
    assert by_year[("other", "2013")] == 1
    member = table[(table["group"] == "member") & table["event_time"].notna()]
    assert len(set(member["mean"] - member["event_time"])) == 1
    others = table[(table["group"] == "other") & table["event_time"].notna()]
    assert others["mean"].to_list() == [1, 1]


def test_zones_regions_and_the_rest_of_the_province_are_told_apart(join, applies, programme):
    joined = join(HEAD + "330402,2019,x,1,人,0\n330411,2019,x,3,人,0\n330102,2019,x,10,人,0\n")
    table = summarise_programme(joined, applies, programme, "x").set_index(["group", "name"])
    assert table.loc[("zone", "1"), ["mean", "count"]].to_list() == [2, 2]
    assert table.loc[("province_rest", "1"), ["mean", "count"]].to_list() == [10, 1]


def test_a_change_is_that_of_the_same_ground(join):
    # 庐山区 gave ground to 庐山市 in 2016; 西城区 took 宣武区 in 2010; 南湖区 stayed.
    joined = join(
        HEAD + "330402,2009,x,2,人,0\n330402,2019,x,3,人,0\n110102,2009,x,1,人,0\n110102,2019,x,9,人,0\n"
        "360402,2012,x,1,人,0\n360402,2019,x,2,人,0\n"
    )
    change = compare_years(joined, "x", "2009", "2019").set_index("unit_code")
    assert change.loc["330402", ["difference", "percent"]].to_list() == [1, 50]
    assert not change.loc["110102", "is_comparable"]
    assert pd.isna(change.loc["110102", "difference"])
    divided = compare_years(joined, "x", "2012", "2019").set_index("unit_code")
    assert not divided.loc["360402", "is_comparable"]
    with pytest.raises(IndicatorError, match="two different years"):
        compare_years(joined, "x", "2019", "2019")


def test_a_ratio_has_unit_and_source_of_both_sides(join):
    joined = join(
        "ref_area,time_period,indicator,obs_value,unit_measure,unit_mult,source\n330402,2019,gdp,600,元,8,a\n"
        "330402,2019,pop,50,人,4,b\n330411,2019,gdp,10,元,8,a\n330411,2019,pop,0,人,4,b\n"
    )
    made = add_ratio(joined, "gdp", "pop").select("gdp / pop")
    assert made["obs_value"].to_list()[0] == pytest.approx(120_000)
    assert made.loc[0, ["unit_measure", "unit_mult", "source", "obs_status"]].to_list() == ["元/人", 0, "a; b", "A"]
    # By nothing nothing is divided.
    assert pd.isna(made.loc[1, "obs_value"])
    assert made.loc[1, "obs_status"] == "M"
    with pytest.raises(IndicatorError, match="no indicator"):
        add_ratio(joined, "gdp", "none")
    assert parse_ratio("a=b=c") == ("a=b", "c")
    with pytest.raises(IndicatorError, match="NUMERATOR=DENOMINATOR"):
        parse_ratio("gdp")


def test_a_figure_per_area_needs_the_ground_of_today(join):
    # 宣武区 of 2008 lies in a larger district today.
    joined = join(HEAD + "330402,2019,pop,50,人,4\n110104,2008,pop,50,人,4\n")
    made = add_area_ratio(joined, "pop", load(DEFAULT_SOURCE)).select("pop / area").set_index("unit_code")
    assert 500_000 / made.loc["330402", "obs_value"] == pytest.approx(437, rel=0.05)
    assert pd.isna(made.loc["110104", "obs_value"])
    assert made.loc["330402", "unit_measure"] == "人/km2"
    assert "boundaries" in made.loc["330402", "source"]


def test_a_dictionary_fills_in_what_the_table_lacks_and_contradicts_it_aloud():
    table = read_indicators(read_pasted("县名,年份,gdp,人口（万人）\n南湖区,2019,5,50\n".encode(), name="t.csv"))
    text = "indicator,unit_measure,direction,source\ngdp,亿元,正向,yearbook\n人口,户,up,\nx,,,\ngdp,,,\n"
    entries, problems = read_dictionary(read_pasted(text.encode(), name="d.csv"))
    assert [(one.row, one.field) for one in problems] == [(3, "direction"), (5, "indicator")]
    assert entries["gdp"].direction == "more"
    found = apply_dictionary(table, entries)
    frame = table.observations.set_index("indicator")
    assert frame.loc["gdp", ["unit_measure", "unit_mult", "source"]].to_list() == ["元", 8, "yearbook"]
    assert frame.loc["人口", "unit_measure"] == "人"
    assert [(one.field, one.severity) for one in found] == [("人口", "warning"), ("x", "info")]
    with pytest.raises(IndicatorError, match="indicator"):
        read_dictionary(read_pasted(b"a,b\n1,2\n", name="d.csv"))


def test_indicators_have_names_of_their_own():
    text = "indicator,name_zh,name_en\ngdp,产值,GDP\ngdp_old,产值,\nx,,GDP\n"
    entries, _ = read_dictionary(read_pasted(text.encode(), name="d.csv"))
    names = {lang: [name_indicator(one, entries, lang) for one in (*entries, "gdp / area")] for lang in ("zh", "en")}
    assert names["zh"] == ["产值 (gdp)", "产值 (gdp_old)", "x", "产值 (gdp) / 面积"]
    assert names["en"] == ["GDP (gdp)", "gdp_old", "GDP (x)", "GDP (gdp) / area"]


def test_the_dictionary_of_a_table_is_a_dictionary(join):
    joined = join(HEAD + "330402,2018,gdp,5,元,8\n330402,2019,gdp,,元,8\n")
    frame = make_dictionary(joined)
    assert frame.loc[0, ["figures", "gaps", "first_year", "lowest"]].to_list() == [1, 1, "2018", 5]
    entries, problems = read_dictionary(read_pasted(frame.to_csv(index=False).encode(), name="d.csv"))
    assert problems == []
    assert entries["gdp"].unit_measure == "元"


@pytest.mark.slow
def test_a_stata_file_has_the_names_of_its_labels(tmp_path, applies):
    path = tmp_path / "t.dta"
    frame = pd.DataFrame({"code": [330402, 330411], "year": [2019, 2019], "v1": [600.0, None], "grp": [1, 2]})
    frame.to_stata(
        path, write_index=False, version=118,
        variable_labels={"code": "县代码", "v1": "地区生产总值（亿元）"}, value_labels={"grp": {1: "…", 2: "12"}},
    )  # fmt: skip
    table = read_indicator_file(path)
    frame = table.observations.set_index(["indicator", "row"])
    assert frame.loc[("地区生产总值", 1), ["obs_value", "unit_mult", "unit_measure"]].to_list() == [600, 8, "元"]
    # A labelled value is read as its label says: … is not reported, 12 is a figure.
    assert frame.loc[("grp", 1), "obs_status"] == "O"
    assert frame.loc[("grp", 2), "obs_value"] == 12
    assert join_places(table, applies).select("地区生产总值")["county"].to_list() == ["南湖区", "秀洲区"]


def test_a_parquet_file_is_read_as_its_csv_is(tmp_path):
    frame = pd.DataFrame(
        {"县名": ["南湖区", "合计", "秀洲区"], "年份": [2019, 2019, 2020], "x（万人）": [1.5, 3.0, None]}
    )
    frame.to_parquet(tmp_path / "t.parquet")
    typed = read_indicator_file(tmp_path / "t.parquet")
    plain = read_indicators(read_pasted(frame.to_csv(index=False).encode(), name="t.csv", limits=replace_limits()))
    columns = ["time_period", "indicator", "obs_value", "unit_measure", "unit_mult", "obs_status"]
    pd.testing.assert_frame_equal(
        typed.observations[columns].astype(object), plain.observations[columns].astype(object), check_dtype=False
    )
    assert [place.name for place in typed.places] == ["南湖区", "秀洲区"]


def replace_limits():
    from pilotzones.geo.query.sandboxed_table import TABLE_UPLOAD

    return replace(TABLE_UPLOAD, seconds=60)


def test_rows_that_say_their_indicator_under_years():
    text = "地区,指标,单位,2018,2019\n南湖区,GDP,亿元,1,2\n南湖区,人口,万人,3,4\n"
    table = read_indicators(read_pasted(text.encode(), name="t.csv"))
    frame = table.observations
    assert frame["indicator"].astype(str).to_list() == ["GDP", "GDP", "人口", "人口"]
    assert frame["unit_measure"].astype(str).to_list() == ["元", "元", "人", "人"]
    assert table.problems == []


def test_the_panel_carries_indicators(join, applies):
    joined = join(HEAD + "330402,2019,gdp,5,元,8\n330402,1995,gdp,5,元,8\n")
    panel, carried = carry_indicators(build_panel(applies, PanelRules(years=(2018, 2019))), joined, ["gdp"])
    own = panel.frame[panel.frame["code"] == "330402"].set_index("year")["ind1"]
    assert own[2019] == 5
    assert pd.isna(own[2018])
    assert (carried[0].rows, carried[0].left_over) == (1, 1)
    assert panel.extra[0].label == "gdp (10^8 元)"


@pytest.mark.slow
def test_the_commands_draw_change_and_evaluate(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text(
        HEAD + "".join(
            f"{code},{year},{name},{at * scale + year},元,0\n"
            for at, code in enumerate(("330402", "350104", "440118", "320117")) for year in (2018, 2019)
            for name, scale in (("a", 3), ("b", -2))
        ), encoding="utf-8",
    )  # fmt: skip
    assert run(["indicators", "map", str(path), "--since", "2018", "-o", str(tmp_path / "m.svg")]) == 0
    assert run(["indicators", "map", str(path), "--year", "2018", "--year", "2019", "-o", str(tmp_path / "m.png")]) == 0
    assert (tmp_path / "m.png").read_bytes().startswith(b"\x89PNG")
    assert "2018" in (tmp_path / "m.svg").read_text(encoding="utf-8")
    assert run(["indicators", "change", str(path), "--json"]) == 0
    for lang, word in (("zh", "名次"), ("en", "Ranks")):
        report = tmp_path / f"{lang}.html"
        assert run(["indicators", "evaluate", str(path), "--year", "2019", "-o", str(report), "--lang", lang]) == 0
        assert word in report.read_text(encoding="utf-8")
    assert run(["indicators", "evaluate", str(path), "--year", "2019", "-o", str(tmp_path / "e.xlsx")]) == 0
    assert len(pd.read_excel(tmp_path / "e.xlsx", sheet_name=None)) == 8
    assert run(["indicators", "map", str(path), "-o", str(tmp_path / "m.gif")]) == 1
    assert run(["indicators", "dictionary", str(path), "-o", str(tmp_path / "d.csv")]) == 0
    assert run(["indicators", "check", str(path), "--dictionary", str(tmp_path / "d.csv"), "--per", "a=b"]) == 0
    assert "a / b" in capsys.readouterr().out
