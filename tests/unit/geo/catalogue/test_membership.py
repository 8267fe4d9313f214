"""When members joined and left: dates with their precision, batches, entries and exits by year, and what is refused."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from pilotzones.cli.main import run
from pilotzones.data import PROGRAMMES
from pilotzones.geo.catalogue.loader import check_programme, load_programme, read_title
from pilotzones.geo.catalogue.membership import count_changes, find_left_on, find_listed_on, find_precision, find_source

BROADBAND, POVERTY, INNOVATION = "broadband_china_2014", "poverty_counties_2016", "innovation_cities_2016"


def _edit(path: Path, row: int, **cells: str) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    for column, value in cells.items():
        lines[row][lines[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)


def test_entries_and_exits_are_counted_by_year() -> None:
    changes, undated = count_changes(load_programme(BROADBAND))
    assert [(one.year, one.entries, one.exits, one.members) for one in changes] == [
        (2014, 39, 0, 39),
        (2015, 39, 0, 78),
        (2016, 39, 0, 117),
    ]
    assert undated == 0
    changes, undated = count_changes(load_programme(POVERTY))
    assert [(one.year, one.exits) for one in changes] == [(2016, 28), (2017, 125), (2018, 282), (2019, 345), (2020, 52)]
    assert (undated, changes[-1].members) == (832, 0)


def test_what_the_list_does_not_date_stays_without_a_date() -> None:
    programme = load_programme(INNOVATION)
    dates = {member.listed_name: find_listed_on(programme, member) for member in programme.members}
    assert (dates["南京市"], dates["徐州市"]) == ("", "2018")
    poverty = load_programme(POVERTY)
    assert {find_listed_on(poverty, member) for member in poverty.members} == {""}
    assert all(find_left_on(member) for member in poverty.members)


def test_a_batch_has_a_document_and_a_member_its_clause_and_source() -> None:
    programme = load_programme(BROADBAND)
    assert [(one.id, one.announced) for one in programme.batches] == [
        ("第一批", "2014"),
        ("第二批", "2015"),
        ("第三批", "2016"),
    ]
    assert all(one.source and one.document_title for one in programme.batches)
    member = programme.members[0]
    assert member.membership is not None
    assert (member.membership.batch, member.membership.clause) == ("第一批", "第一批·第2行·第1项")
    assert find_source(programme, member) == programme.batches[0].address
    zones = load_programme("comprehensive_reform_zones")
    sources = {one.listed_name: find_source(zones, one) for one in zones.members}
    assert sources["重庆市"].startswith("92880.cn")
    assert sources["深圳市"] == zones.dates_source


def test_precision_follows_from_the_date() -> None:
    assert [find_precision(date) for date in ("2016", "2016-07", "2016-07-26", "")] == ["year", "month", "day", None]


@pytest.mark.parametrize(
    ("table", "cells", "field"),
    [
        ("member_dates", {"listed_on": "2014-13"}, "listed_on"),
        ("member_dates", {"left_on": "2013"}, "left_on"),
        ("member_dates", {"batch": "第九批"}, "batch"),
        ("member_dates", {"listed_name": "上海市"}, "listed_name"),
        ("batches", {"announced": "14"}, "announced"),
        ("batches", {"source": ""}, "source"),
    ],
)
def test_faults_of_dates_and_batches_are_named(tmp_path: Path, table: str, cells: dict[str, str], field: str) -> None:
    folder = shutil.copytree(PROGRAMMES / BROADBAND, tmp_path / "copy")
    _edit(folder / f"{table}.csv", 1, **cells)
    programme, problems = check_programme(folder)
    assert programme is None
    assert [(problem.file, problem.field) for problem in problems] == [(f"{table}.csv", field)]


def test_the_head_has_dates_of_a_year_a_month_or_a_day(tmp_path: Path) -> None:
    folder = shutil.copytree(PROGRAMMES / BROADBAND, tmp_path / "copy")
    head = folder / "programme.toml"
    head.write_text(
        head.read_text(encoding="utf-8").replace('announced = "2014"', 'announced = "2014年"'), encoding="utf-8"
    )
    assert [problem.field for problem in check_programme(folder)[1]] == ["announced"]


def test_a_title_is_read_without_the_tables() -> None:
    programme = load_programme(BROADBAND)
    assert (read_title(BROADBAND).name("zh"), read_title(BROADBAND).name("en")) == (
        programme.title_zh,
        programme.title_en,
    )


@pytest.mark.slow
def test_the_audit_prints_and_writes_entries_and_exits(capsys: pytest.CaptureFixture[str]) -> None:
    run(["audit", "--programme", POVERTY, "--csv", "--table", "changes", "--zone", "1"])
    assert capsys.readouterr().out.splitlines()[0].lstrip("\ufeff") == "year,entries,exits,members"
    run(["audit", "--programme", BROADBAND, "--zone", "3"])
    out = capsys.readouterr().out
    assert "2016" in out
    assert "0 members without a date of entry" in out
