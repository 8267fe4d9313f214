"""A register is read in both languages, every problem is named, sums are those of the register, and banks cannot go below zero."""

from __future__ import annotations

import shutil
from datetime import date

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.cli.main import run
from pilotzones.data import PROGRAMMES
from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import ProjectError
from pilotzones.geo.export import label_register, list_layers
from pilotzones.geo.projects.location import locate_projects
from pilotzones.geo.projects.models import STAGES
from pilotzones.geo.projects.reader import REGISTER_COLUMNS, read_register, write_template
from pilotzones.geo.projects.reserve_banks import read_ledger
from pilotzones.geo.projects.summary import GROUPINGS, count_stages, sum_projects
from pilotzones.geo.query.applicability_loader import load_applicability

TODAY = date(2025, 6, 1)
# Made up for the test; no such projects are known.
CHINESE = (
    "项目编号,项目名称,区县,项目类别,项目阶段,立项日期,开工日期,计划完工日期,中央资金(万元),社会资本(万元),责任单位\n"
    'A1,甲,南湖区,水利,在建,2024-01-05,2024年3月1日,2025-01-01,"1,200",300,局一\n'
    "A2,乙,秀洲区,农业农村,竣工,2023/5/1,2023-08-01,2024-01-01,500,,局二\n"
    "A3,丙,永川区,其他,申报,,,,,,\n"
)


def read(text: str):
    return read_register(read_pasted(text.encode(), name="r.csv"))


@pytest.fixture(scope="module")
def located(programme):
    return locate_projects(read(CHINESE), load_applicability([programme], DEFAULT_SOURCE), programme, TODAY)


def test_a_chinese_register_is_read(located):
    frame = located.frame.set_index("id")
    assert frame["county"].to_list() == ["南湖区", "秀洲区", "永川区"]
    assert frame["zone"].to_list() == [1, 1, 9]
    assert frame["stage"].to_list() == ["started", "completed", "proposed"]
    assert frame["kind"].to_list() == ["water", "agriculture", "其他"]
    assert frame.loc["A1", "money"] == 1500
    assert frame["is_overdue"].to_list() == [True, False, False]
    assert located.problems == []


@pytest.mark.parametrize("by", GROUPINGS)
def test_sums_are_those_of_the_register(located, by):
    sums = sum_projects(located, by)
    assert sums["projects"].sum() == 3
    assert sums["money"].sum() == 2000
    assert sums["without_money"].sum() == 1
    assert sums["overdue"].sum() == 1


def test_the_funnel_never_widens(located):
    stages = count_stages(located)
    assert stages["stage"].to_list() == list(STAGES)
    assert stages["reached"].to_list() == [3, 2, 2, 1, 0]
    assert stages["now"].sum() == 3


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        (("在建", "造好了"), "stage", "choose one of"),
        (("2024-01-05", "去年"), "approved_on", "a date such as"),
        (("2024-01-05", "2025-01-05"), "stage", "not in the order"),
        (('"1,200"', "很多"), "money_central", "an amount"),
        (("A2", "A1"), "id", "listed twice, first in row 2"),
        (("南湖区", ""), "county", "a county, a code"),
        ((",甲,", ",,"), "name", "needs a name"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_row_and_field_and_the_project_stays(change, field, words):
    register = read(CHINESE.replace(*change, 1))
    assert [(one.field, words in one.message) for one in register.problems] == [(field, True)]
    assert register.problems[0].row in (2, 3)
    assert len(register.projects) == 3


def test_headings_with_other_words_for_dates_are_read_and_unread_ones_are_named():
    register = read("项目名称,阶段,开工时间,计划完成时间,备注,\n甲,在建,2024年,2024-12,无,\n")
    (project,) = register.projects
    assert project.due == date(2024, 12, 31)
    (problem,) = (one for one in register.problems if one.kind == "columns_unread")
    assert problem.severity == "info"
    assert "not read: 备注;" in str(problem)


def test_the_template_is_a_register_without_rows():
    assert read_register(read_pasted(write_template(), name="t.csv")).projects == []
    with pytest.raises(ProjectError, match="see the template"):
        read("a,b\n1,2\n")
    assert "due_on" in REGISTER_COLUMNS


LEDGER = "bank,county,date,direction,quantity_ha,use\n"


def test_balances_of_banks_and_the_rule_that_what_is_used_was_stored_before():
    text = (
        LEDGER
        + "补充耕地,永川区,2024-01,入库,10,\n补充耕地,巴南区,2024-02,出库,4,高速公路\n建设用地,永川区,2024-01,出库,1,\n"
    )
    ledger = read_ledger(read_pasted(text.encode(), name="b.csv"))
    rows = {(row.bank, row.county): row.balance_ha for row in ledger.balances.itertuples()}
    assert rows[("supplementary_farmland", "永川区")] == 10
    assert rows[("supplementary_farmland", "巴南区")] == -4
    assert [(one.row, one.field) for one in ledger.problems] == [(4, "quantity_ha")]
    assert "measure 22" in ledger.problems[0].message


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from(["in", "out"]), st.integers(1, 100)), min_size=1, max_size=12))
def test_a_problem_stands_exactly_where_a_bank_is_overdrawn(entries):
    lines = [
        f"green_quota,永川区,2024-{at + 1:02d},{direction},{size}," for at, (direction, size) in enumerate(entries)
    ]
    ledger = read_ledger(read_pasted((LEDGER + "\n".join(lines)).encode(), name="b.csv"))
    held, overdrawn = 0, []
    for row, (direction, size) in enumerate(entries, start=2):
        held += size if direction == "in" else -size
        if held < 0:
            overdrawn.append(row)
    assert [one.row for one in ledger.problems] == overdrawn
    assert ledger.balances["balance_ha"].sum() == pytest.approx(held)


def test_the_command(tmp_path, capsys):
    path = tmp_path / "r.csv"
    assert run(["projects", "template", str(path)]) == 0
    path.write_text(CHINESE, encoding="utf-8")
    assert run(["projects", "check", str(path), "--today", "2025-06-01"]) == 0
    assert run(["projects", "summary", str(path), "--by", "zone", "--json"]) == 0
    path.write_text(LEDGER + "x,永川区,2024,in,1,\n", encoding="utf-8")
    assert run(["projects", "banks", str(path)]) == 1
    assert "choose one of" in capsys.readouterr().out


POINTED = (
    "id,name,county,town,address,lon,lat,stage,due_on,proposed_on,approved_on\n"
    "1,inside,南湖区,,,120.78,30.75,started,2025,2024,2024-05\n"
    "2,elsewhere,南湖区,,,106.5,29.5,started,,,\n"
    "3,sea,,,,125,20,started,,,\n"
    "4,town,南湖区,凤桥镇,,,,started,2025-05,,\n"
    "5,address,,,浙江省嘉兴市南湖区中山东路1号,,,started,,,\n"
    "6,none,,不存在镇,,,,started,,,\n"
    "7,degrees,南湖区,,,1207,30,started,,,\n"
)


def test_a_coordinate_is_a_place_and_contradicts_another_aloud(programme):
    applies = load_applicability([programme], DEFAULT_SOURCE)
    found = locate_projects(read(POINTED), applies, programme, date(2025, 6, 1))
    frame = found.frame.set_index("id")
    assert frame["location"].to_list() == ["point", "open", "open", "town", "address", "open", "county"]
    assert frame.loc["1", ["lon", "lat", "adcode"]].to_list() == [120.78, 30.75, "330402"]
    assert frame.loc["2", "adcode"] == ""
    assert [(one.row, one.field) for one in found.problems] == [(8, "lon"), (3, "county"), (4, "county"), (7, "county")]
    # A year that is over only at its end, a month at its own.
    assert frame["is_overdue"].to_list() == [False, False, False, True, False, False, False]


@given(
    st.dates(date(2000, 1, 1), date(2035, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d"]),
)
def test_a_date_is_read_in_every_way_of_writing_it(day, form):
    text = f"name,county,stage,started_on\nx,南湖区,started,{day.strftime(form)}\n"
    assert read(text).projects[0].dates["started"] == day


@pytest.mark.parametrize("text", ["2024-13", "2024-02-30", "3/4", "24-05-01", "2024-05-31 or later"])
def test_what_is_no_date_is_named(text):
    register = read(f"name,county,stage,started_on\nx,南湖区,started,{text}\n")
    assert [one.field for one in register.problems] == ["started_on"]
    assert register.projects[0].dates == {}


def test_a_county_has_one_balance_and_has_to_be_in_the_municipality(programme):
    applies = load_applicability([programme], DEFAULT_SOURCE)
    text = LEDGER + (
        "补充耕地,永川区,2024-01,入库,10,\n补充耕地,重庆市永川区,2024-02,出库,4,\n林草湿地,南湖区,2024-01,入库,1,\n"
    )
    ledger = read_ledger(read_pasted(text.encode(), name="b.csv"), applies)
    own = ledger.balances[ledger.balances["bank"] == "supplementary_farmland"]
    assert own[["adcode", "balance_ha"]].to_numpy().tolist() == [["500118", 6]]
    assert [(one.row, one.field, one.severity) for one in ledger.problems] == [
        (4, "county", "warning"),
        (3, "use", "warning"),
    ]


def test_basic_farmland_is_moved_between_the_districts_that_try_it(programme):
    applies = load_applicability([programme], DEFAULT_SOURCE)
    text = LEDGER + "".join(
        f"{bank},{county},2024-0{month},入库,1,\n"
        for month, (bank, county) in enumerate(
            [("永久基本农田", "永川区"), ("永久基本农田", "云阳县"), ("建设用地", "云阳县")], start=1
        )
    )
    ledger = read_ledger(read_pasted(text.encode(), name="b.csv"), applies)
    assert [(one.row, one.field, one.kind) for one in ledger.problems] == [(3, "county", "outside_pilot")]
    assert "云阳县" in ledger.problems[0].describe("zh")


@pytest.mark.slow
def test_projects_are_exported_and_drawn(tmp_path, capsys):
    path = tmp_path / "r.csv"
    path.write_text(POINTED.replace("2,elsewhere", "1,elsewhere"), encoding="utf-8")
    for name in ("p.geojson", "p.gpkg", "p.xlsx"):
        assert run(["projects", "export", str(path), "-o", str(tmp_path / name)]) == 1
    layer = gpd.read_file(tmp_path / "p.geojson")
    assert len(set(layer["id"])) == 7
    assert layer.geometry.notna().sum() == 1
    assert layer.set_index("project_name").loc["inside", "location_quality"] == "point"
    assert run(["projects", "map", str(path), "-o", str(tmp_path / "p.png"), "--lang", "en", "--overdue"]) == 1
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
    assert run(["projects", "map", str(path)]) == 1
    assert "-o FILE" in capsys.readouterr().err


def test_projects_in_the_folder_of_a_programme_are_a_layer_of_it(tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(PROGRAMMES / "urban_rural_integration_2019", folder)
    register = "\n".join(POINTED.splitlines()[:2]) + "\n"
    (folder / "projects.csv").write_text(register, encoding="utf-8")
    target = tmp_path / "p.geojson"
    assert run(["export", "--programme", str(folder), "--layer", "projects", "-o", str(target)]) == 0
    assert gpd.read_file(target)["project_name"].to_list() == ["inside"]
    own = load_programme(folder)
    assert "projects" in list_layers(own)
    assert "projects" not in list_layers(load_programme("urban_rural_integration_2019"))


def test_a_problem_is_told_in_both_languages():
    register = read(CHINESE.replace("在建", "造好了", 1))
    (problem,) = register.problems
    assert problem.describe("en") == problem.message
    assert problem.describe("zh").startswith("应为以下之一：proposed")


def test_the_columns_of_a_register_have_different_headings_in_both_languages(located):
    for lang, word in (("zh", "项目名称"), ("en", "Name of the project")):
        heads = list(label_register(located.frame, lang).columns)
        assert word in heads
        assert len(set(heads)) == len(heads)
