"""The first programme as the document has it, and everything that can be wrong with a programme's folder."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.data import PROGRAMMES
from pilotzones.geo.boundaries.schema import ADCODE
from pilotzones.geo.catalogue import DEFAULT_PROGRAMME
from pilotzones.geo.catalogue.area_parser import parse_area_km2
from pilotzones.geo.catalogue.loader import (
    check_programme,
    find_programme_folder,
    list_programmes,
    load_programme,
)
from pilotzones.geo.errors import CatalogueError
from tests.helpers.examples import examples

if TYPE_CHECKING:
    from pathlib import Path

    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.errors import Problem

FOLDER = PROGRAMMES / DEFAULT_PROGRAMME
OPTIONAL = ("cities.csv", "rules.csv")
# Statements and the outline they stand in are read by a loader of their own.
TABLES = sorted({path.name for path in FOLDER.glob("*.csv")} - {"outline.csv", "statements.csv"})
ZONES = [
    ("浙江嘉湖片区", "东部地区", 10043, (2, 3, 7, 8, 10), 12),
    ("福建福州东部片区", "东部地区", 8935, (1, 6, 7, 8, 9), 9),
    ("广东广清接合片区", "东部地区", 9978, (1, 3, 4, 6, 7), 7),
    ("江苏宁锡常接合片区", "东部地区", 6361, (3, 5, 7, 8, 11), 5),
    ("山东济青局部片区", "东部地区", 12846, (2, 3, 6, 7, 8), 10),
    ("河南许昌", "中部地区", 4979, (3, 4, 5, 7, 10), 6),
    ("江西鹰潭", "中部地区", 3557, (3, 4, 9, 10, 11), 3),
    ("四川成都西部片区", "西部地区", 7672, (1, 3, 4, 7, 8), 8),
    ("重庆西部片区", "西部地区", 15323, (1, 2, 3, 6, 7), 9),
    ("陕西西咸接合片区", "西部地区", 4215, (2, 3, 5, 7, 9), 8),
    ("吉林长吉接合片区", "东北地区", 11081, (2, 3, 4, 7, 11), 9),
]
TASKS = [
    "建立城乡有序流动的人口迁徙制度",
    "建立进城落户农民依法自愿有偿转让退出农村权益制度",
    "建立农村集体经营性建设用地入市制度",
    "完善农村产权抵押担保权能",
    "建立科技成果入乡转化机制",
    "搭建城中村改造合作平台",
    "搭建城乡产业协同发展平台",
    "建立生态产品价值实现机制",
    "建立城乡基础设施一体化发展体制机制",
    "建立城乡基本公共服务均等化发展体制机制",
    "健全农民持续增收体制机制",
]


# --- the programme of 2019 ---


def test_the_zones_stand_in_document_order_with_area_region_and_tasks(programme: Programme) -> None:
    found = [(z.name_zh, z.region, z.stated_area_km2, z.tasks, len(z.members)) for z in programme.zones]
    assert found == ZONES
    assert [zone.order for zone in programme.zones] == list(range(1, 12))


def test_the_totals_are_those_of_the_document(programme: Programme) -> None:
    assert len(programme.members) == 86
    assert sum(len(zone.tasks) for zone in programme.zones) == 55
    assert sum(zone.stated_area_km2 or 0 for zone in programme.zones) == 94990
    assert [region.name_zh for region in programme.regions] == ["东部地区", "中部地区", "西部地区", "东北地区"]


def test_the_tasks_bear_their_official_names(programme: Programme) -> None:
    assert [task.name_zh for task in programme.tasks] == TASKS
    assert [task.number for task in programme.tasks] == list(range(1, 12))
    for task in programme.tasks:
        assert task.short_zh
        assert task.short_en
        assert task.theme in {theme.id for theme in programme.themes}


def test_the_stated_area_follows_from_its_verbatim_wording(programme: Programme) -> None:
    for zone in programme.zones:
        assert zone.stated_area_text == f"面积约{zone.stated_area_km2:.0f}平方公里"
        assert parse_area_km2(zone.stated_area_text) == zone.stated_area_km2


def test_every_member_is_written_as_in_the_scope_and_in_its_order(programme: Programme) -> None:
    for zone in programme.zones:
        at = 0
        for number, member in enumerate(zone.members, start=1):
            assert member.position == number
            at = zone.scope_text.index(member.listed_name, at) + len(member.listed_name)


def test_every_record_says_where_it_stands(programme: Programme) -> None:
    for zone in programme.zones:
        assert zone.name_zh in zone.where_in_document
        for member in zone.members:
            assert member.where_in_document.startswith(zone.where_in_document)
            assert member.where_in_document.endswith(f"第{member.position}项")
    assert all(task.where_in_document for task in programme.tasks)


def test_members_are_78_counties_and_8_special_areas_of_which_2_coextensive(programme: Programme) -> None:
    counties = [m for m in programme.members if m.kind == "county"]
    special = {m.listed_name: m.special for m in programme.members if m.special is not None}
    assert len(counties) == 78
    assert all(m.adcode and ADCODE.fullmatch(m.adcode) for m in counties)
    coextensive = {name: area.host_adcodes for name, area in special.items() if area.extent == "coextensive"}
    assert coextensive == {"平潭综合实验区": ("350128",), "杨凌农业高新技术产业示范区": ("610403",)}
    assert set(special) - set(coextensive) == {
        "英德市连樟样板区",
        "济南高新技术产业开发区",
        "西咸新区",
        "长春新区",
        "净月高新技术产业开发区",
        "吉林市中新食品区",
    }
    assert all(area.host_adcodes for area in special.values())


def test_published_areas_keep_every_meaning_with_its_source(programme: Programme) -> None:
    xixian = next(m for m in programme.members if m.listed_name == "西咸新区")
    assert {(p.area_km2, p.meaning) for p in xixian.published} == {
        (882, "planned"),
        (900.21, "administered"),
        (733.59, "administered"),
    }
    assert all(p.source and p.confidence for m in programme.members for p in m.published)
    assert xixian.special is not None
    assert [(o.member, o.overlap_km2, o.whole) for o in xixian.special.overlaps] == [("兴平市", 55, False)]


def test_names_are_found_in_both_languages(programme: Programme) -> None:
    assert (programme.title("zh"), programme.title("en")) == (programme.title_zh, programme.title_en)
    assert programme.get_zone(6).name("en") == "Xuchang, Henan"
    assert programme.get_task(5).short("zh") == "科技成果入乡转化"
    assert programme.get_task(5).name("en").startswith("Establish")
    assert programme.get_region("西部地区").name("en") == "West"
    for lookup, key in ((programme.get_zone, 12), (programme.get_task, 0), (programme.get_region, "火星")):
        with pytest.raises(KeyError):
            lookup(key)  # type: ignore[operator]  # one loop over three kinds of key


# --- finding it ---


def test_a_programme_is_found_by_id_or_folder() -> None:
    assert DEFAULT_PROGRAMME in list_programmes()
    assert find_programme_folder(FOLDER) == FOLDER
    assert load_programme(FOLDER) == load_programme()


def test_an_unknown_programme_lists_what_exists() -> None:
    with pytest.raises(CatalogueError, match=f"no programme 'mars'.*{DEFAULT_PROGRAMME}"):
        load_programme("mars")


# --- what can be wrong ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(FOLDER, tmp_path / "copy")


def edit(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8", newline="")


def errors(folder: Path) -> list[tuple[str, int | None, str | None]]:
    """Where the errors are, and the proof that loading raises them all."""
    loaded, problems = check_programme(folder)
    found = [problem for problem in problems if problem.severity == "error"]
    if found:
        assert loaded is None
        with pytest.raises(CatalogueError) as caught:
            load_programme(folder)
        assert list(caught.value.problems) == found
        for problem in found:
            assert str(problem) in str(caught.value)
    return [(problem.file, problem.row, problem.field) for problem in found]


def row_of(folder: Path, name: str, start: str) -> int:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    rows = [number for number, line in enumerate(lines, start=1) if line.startswith(start)]
    assert len(rows) == 1
    return rows[0]


ONE_EDIT = [
    # file, start of the line, old, new, field
    ("members.csv", "1,1,南湖区", "330402", "33042", "adcode_2019"),
    ("members.csv", "1,1,南湖区", "330402", "３３０４０２", "adcode_2019"),
    ("members.csv", "1,1,南湖区", "330402", "33040A", "adcode_2019"),
    ("members.csv", "1,1,南湖区", "330402", "030402", "adcode_2019"),
    ("members.csv", "1,1,南湖区", "330402", "", "adcode_2019"),
    ("members.csv", "1,2,秀洲区", "330411", "330402", "adcode_2019"),
    ("members.csv", "1,2,秀洲区", "秀洲区", "南湖区", "listed_name"),
    ("members.csv", "1,2,秀洲区", "1,2,秀洲区", "1,1,秀洲区", "position"),
    ("members.csv", "1,2,秀洲区", "1,2,秀洲区", "1,2,", "listed_name"),
    ("members.csv", "1,2,秀洲区", "county", "village", "kind"),
    ("members.csv", "1,2,秀洲区", "county", "special", "listed_name"),
    ("members.csv", "1,2,秀洲区", "1,2,", "12,2,", "zone"),
    ("members.csv", "1,2,秀洲区", "1,2,", "1,two,", "position"),
    ("members.csv", "1,2,秀洲区", "1,2,", "1,02,", "position"),
    ("members.csv", "1,2,秀洲区", "1,2,", "-1,2,", "zone"),
    ("members.csv", "3,7,英德市连樟样板区", "清远市,", "清远市,441881", "adcode_2019"),
    ("members.csv", "2,8,平潭综合实验区", "350128", "350181", "adcode_2019"),
    ("zone_tasks.csv", "1,2,", "1,2,", "1,12,", "task"),
    ("zone_tasks.csv", "1,3,", "1,3,", "1,2,", "task"),
    ("zone_tasks.csv", "1,2,", "1,2,", "0,2,", "zone"),
    ("tasks.csv", "2,建立进城", "2,建", "1,建", "task"),
    ("tasks.csv", "11,健全", ",people,", ",peple,", "theme"),
    ("zones.csv", "6,河南许昌", "中部地区,河", "中部,河", "region"),
    ("zones.csv", "6,河南许昌", ",4979,", ",4997,", "stated_area_km2"),
    ("zones.csv", "6,河南许昌", ",4979,", ",,", "stated_area_km2"),
    ("zones.csv", "6,河南许昌", "面积约4979平方公里", "面积待定", "stated_area_km2"),
    ("zones.csv", "6,河南许昌", ",4979,", ",nan,", "stated_area_km2"),
    ("zones.csv", "6,河南许昌", ",4979,", ",4_979,", "stated_area_km2"),
    ("zones.csv", "6,河南许昌", ",4979,", ",-4979,", "stated_area_km2"),
    ("zones.csv", "6,河南许昌", "6,河南许昌,", "6,,", "name_zh"),
    ("zones.csv", "6,河南许昌", "6,河南许昌,", "6,浙江嘉湖片区,", "name_zh"),
    ("special_areas.csv", "3,英德", "113.31067,24.03802", "24.03802,113.31067", "lon"),
    ("special_areas.csv", "3,英德", "113.31067,24.03802", ",24.03802", "lon"),
    ("special_areas.csv", "3,英德", "113.31067,24.03802", "113.31067,", "lat"),
    ("special_areas.csv", "3,英德", "113.31067", "east", "lon"),
    ("special_areas.csv", "3,英德", "113.31067", "nan", "lon"),
    ("special_areas.csv", "3,英德", "GeoNames (WGS 84)", "", "point_source"),
    ("special_areas.csv", "3,英德", "441881", "441881;441882", "host_adcodes"),
    ("special_areas.csv", "3,英德", "441881", "", "host_adcodes"),
    ("special_areas.csv", "3,英德", "inside_host,", "inside,", "extent"),
    ("overlaps.csv", "10,西咸新区", "兴平市,55", "兴平,55", "overlaps_member"),
    ("overlaps.csv", "10,西咸新区", "55,no", "55,maybe", "whole"),
    ("published_areas.csv", "11,船营区", "711", "zero", "area_km2"),
    ("published_areas.csv", "11,船营区", "unspecified", "whatever", "meaning"),
    ("published_areas.csv", "11,船营区", "吉林市 行政区划 (map site; names 行政区划简册(2006))", "", "source"),
    ("published_areas.csv", "11,船营区", "11,船营区", "11,船营", "listed_name"),
    ("published_prefectures.csv", "6,许昌市,4979", "许昌市", "许昌", "prefecture"),
    ("published_prefectures.csv", "6,许昌市,4979", "4979", "", "area_km2"),
    ("published_prefectures.csv", "6,许昌市,4979", "unspecified", "", "meaning"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "start", "old", "new", "field"), ONE_EDIT)
def test_one_wrong_cell_is_one_problem_with_file_row_and_field(
    folder: Path, *, file: str, start: str, old: str, new: str, field: str
) -> None:
    row = row_of(folder, file, start)
    lines = (folder / file).read_text(encoding="utf-8").splitlines(keepends=True)
    assert old in lines[row - 1]
    lines[row - 1] = lines[row - 1].replace(old, new, 1)
    (folder / file).write_text("".join(lines), encoding="utf-8", newline="")
    assert errors(folder)[0] == (file, row, field)


def test_swapped_axes_are_named(folder: Path) -> None:
    edit(folder, "special_areas.csv", ("113.31067,24.03802", "24.03802,113.31067"))
    assert "lon and lat look swapped" in str(check_programme(folder)[1][0])


def test_a_single_wrong_cell_does_not_breed_echoes(folder: Path) -> None:
    edit(folder, "members.csv", ("6,1,魏都区", "x,1,魏都区"))
    assert errors(folder) == [("members.csv", row_of(folder, "members.csv", "x,1,"), "zone")]


def test_all_problems_of_all_files_are_told_at_once(folder: Path) -> None:
    edit(
        folder,
        "members.csv",
        ("1,1,南湖区,county,市辖区,浙江省,嘉兴市,330402", "1,1,南湖区,county,市辖区,浙江省,嘉兴市,3304"),
    )
    edit(folder, "zone_tasks.csv", ("\n1,2,", "\n1,none,"))
    edit(
        folder,
        "zones.csv",
        ("平方公里,4979,", "平方公里,lots,"),
        ("面积约3557平方公里,3557", "面积约3557平方公里,3558"),
    )
    edit(folder, "tasks.csv", ("name_en,short_en", "name_en,shrt_en"))
    edit(folder, "special_areas.csv", ("113.31067,24.03802", "24.03802,113.31067"))
    edit(folder, "published_areas.csv", ("2,罗源县,1187,incl_sea", "2,罗源县,1187,sea"))
    edit(folder, "programme.toml", ('title_en = "National Urban–Rural Integration Pilot Zones"\n', ""))
    (folder / "overlaps.csv").unlink()
    assert set(errors(folder)) == {
        ("members.csv", 2, "adcode_2019"),
        ("zones.csv", 7, "stated_area_km2"),
        ("zones.csv", 8, "stated_area_km2"),
        ("tasks.csv", 1, "short_en"),
        ("special_areas.csv", 3, "lon"),
        ("published_areas.csv", row_of(folder, "published_areas.csv", "2,罗源县,1187,"), "meaning"),
        ("programme.toml", None, "title_en"),
        ("overlaps.csv", None, None),
        ("zone_tasks.csv", 2, "task"),
    }


def test_a_member_without_a_zone_and_a_zone_without_a_member(folder: Path) -> None:
    path = folder / "members.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line.replace("7,1,月湖区", "12,1,月湖区") for line in lines if not line.startswith(("7,2,", "7,3,"))]
    path.write_text("\n".join(kept), encoding="utf-8")
    found = errors(folder)
    assert ("members.csv", row_of(folder, "members.csv", "12,1"), "zone") in found
    assert ("zones.csv", 8, "zone") in found


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("fault", ["missing", "empty", "gbk", "header only once more", "column", "truncated"])
def test_an_unreadable_table_is_named_and_breeds_no_echoes(folder: Path, name: str, fault: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    first_column = text.split(",")[0]
    expected: tuple[str, int | None, str | None] = (name, None, None)
    if fault == "missing":
        path.unlink()
        if name in OPTIONAL:
            assert not errors(folder)
            return
    elif fault == "empty":
        path.write_bytes(b"")
    elif fault == "gbk":
        path.write_bytes(text.encode("gb18030"))
        rows = text.encode("gb18030").splitlines()
        expected = (name, next(n for n, row in enumerate(rows, 1) if not row.isascii()), None)
    elif fault == "header only once more":
        path.write_text(text.replace(first_column, f"{first_column},{first_column}", 1), encoding="utf-8")
        expected = (name, 1, first_column)
    elif fault == "column":
        path.write_text(text.replace(first_column, "nr", 1), encoding="utf-8")
        expected = (name, 1, first_column)
    else:
        # The last row breaks off in the middle of a cell.
        path.write_text(text.rstrip()[: text.rstrip().rindex(",")], encoding="utf-8")
        expected = (name, len(text.splitlines()), None)
    assert errors(folder) == [expected]


@pytest.mark.parametrize("name", ["programme.toml", "zones.csv", "members.csv"])
def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert errors(folder) == []
    assert load_programme(folder) == load_programme()


def test_an_unknown_column_is_a_warning_and_the_rest_is_read(folder: Path) -> None:
    path = folder / "tasks.csv"
    path.write_text("".join(f"{line},x\n" for line in path.read_text(encoding="utf-8").splitlines()), encoding="utf-8")
    loaded, problems = check_programme(folder)
    assert loaded == load_programme()
    assert [(p.file, p.row, p.field, p.severity) for p in problems] == [("tasks.csv", 1, "x", "warning")]


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ('id = "urban', "id = urban", [None]),
        ('title_zh = "国家城乡融合发展试验区"', "title_zh = 7", ["title_zh"]),
        ('document_date = "2019-12-19"\n', "", ["document_date"]),
        ('id = "central"\n', "", ["id"]),
        ('id = "central"\n', 'id = "east"\n', ["id"]),
        ('id = "people"\nname_zh = "人口与增收"\n', 'id = "people"\n', ["name_zh"]),
    ],
)
def test_a_bad_head_is_named(folder: Path, old: str, new: str, fields: list[str | None]) -> None:
    edit(folder, "programme.toml", (old, new))
    assert errors(folder) == [("programme.toml", None, field) for field in fields]


@pytest.mark.parametrize("value", ['"east"', "[1]", "7", "{a = 1}"])
def test_regions_that_are_no_tables_are_named(folder: Path, value: str) -> None:
    path = folder / "programme.toml"
    head = path.read_text(encoding="utf-8")
    themes = head[head.index("[[themes]]") :]
    path.write_text(f"{head[: head.index('[[regions]]')]}regions = {value}\n\n{themes}", encoding="utf-8")
    assert errors(folder) == [("programme.toml", None, "regions")]


def test_a_head_in_gbk_is_one_problem(folder: Path) -> None:
    path = folder / "programme.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert errors(folder) == [("programme.toml", 3, None)]


def test_a_missing_head_means_no_programme(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"programme\.toml"):
        load_programme(tmp_path)
    found: list[Problem] = check_programme(tmp_path)[1]
    assert {p.message for p in found} == {"the file is missing"}
    # The tables of rules and city classes may be missing; every other one is told.
    assert len(found) == 1 + len(TABLES) - len(OPTIONAL)


@pytest.mark.slow
@examples(60)
@given(st.data())
def test_any_cell_may_hold_anything_and_nothing_but_problems_comes_of_it(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = shutil.copytree(FOLDER, tmp_path_factory.mktemp("cells") / "copy")
    path = folder / data.draw(st.sampled_from(sorted(p.name for p in FOLDER.glob("*.csv"))))
    lines = path.read_text(encoding="utf-8").splitlines()
    row = data.draw(st.integers(0, len(lines) - 1))
    cells = lines[row].split(",")
    cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(
        st.text(max_size=8) | st.sampled_from(["inf", "1e400", "0x1", "²"])
    )
    lines[row] = ",".join(cells)
    path.write_text("\n".join(lines), encoding="utf-8")
    loaded, problems = check_programme(folder)
    assert (loaded is None) == any(problem.severity == "error" for problem in problems)
    assert all(problem.file == path.name or problem.row for problem in problems)
