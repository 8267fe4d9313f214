"""The research panel: units of each year, and who was treated when."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.county_table import load_county_table
from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.errors import PanelError
from pilotzones.geo.panel.builder import Panel, build_panel
from pilotzones.geo.panel.rules import PanelRules
from pilotzones.geo.panel.units import list_units
from pilotzones.geo.panel.writer import encode_panel
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.geo.query.applicability_loader import load_applicability

TOWNS = "jilin_demonstration_towns_2013"


@pytest.fixture(scope="module")
def applicability() -> ApplicabilityIndex:
    return load_applicability([load_programme(), load_programme(TOWNS)], DEFAULT_SOURCE)


@pytest.fixture(scope="module")
def panel(applicability: ApplicabilityIndex) -> Panel:
    return build_panel(applicability, PanelRules(years=(2018, 2021)))


def _row(panel: Panel, code: str, year: int) -> pd.Series:
    frame = panel.frame
    (row,) = frame[(frame["code"] == code) & (frame["year"] == year)].to_dict("records")
    return pd.Series(row)


def test_units_are_those_of_the_year() -> None:
    by_year = {year: {unit.code: unit for unit in list_units(year)} for year in (2010, 2019, 2021)}
    # 平泉县 became a city in 2017, 公主岭市 went from 四平 to 长春 in 2020.
    assert by_year[2010]["130823"].name == "平泉县"
    assert by_year[2019]["130881"].name == "平泉市"
    assert by_year[2019]["220381"].today == by_year[2021]["220184"].today == ("220184",)
    assert all(2700 < len(units) < 2950 for units in by_year.values())
    assert not [unit for units in by_year.values() for unit in units.values() if unit.name in {"市辖区", "县"}]
    # Cities whose codes end in 01, districts called 郊区, and a prefecture without counties.
    names = {"422801": "恩施市", "222401": "延吉市", "659001": "石河子市", "140311": "郊区", "441900": "东莞市"}
    assert {code: by_year[2021][code].name for code in names} == names


def test_units_cover_every_county_of_today_once() -> None:
    covered = [code for unit in list_units(2024) for code in unit.today]
    table = load_county_table(DEFAULT_SOURCE)
    # Forest farms and a military horse farm are drawn, and are no divisions; Macau has no counties.
    assert set(table.by_code) - set(covered) == {"629700", "629800", "629900", "820000"}
    assert sorted(code for code, count in Counter(covered).items() if count > 1) == ["653221", "653223"]


def test_members_are_treated_from_the_year_of_the_programme(panel: Panel) -> None:
    # 海盐县 is a member as a whole; its neighbour 余杭区 is none.
    assert _row(panel, "330424", 2018)[["first_year_p1", "ever_p1", "post_p1", "event_time_p1"]].tolist() == [
        2019,
        1,
        0,
        -1,
    ]
    assert _row(panel, "330424", 2019)["post_p1"] == 1
    assert _row(panel, "330424", 2021)[["event_time_p1", "hit_p1"]].tolist() == [2, "whole"]
    never = _row(panel, "110101", 2021)
    assert (never["first_year_p1"], never["ever_p1"], never["post_p1"], never["hit_p1"]) == (0, 0, 0, "")
    assert pd.isna(never["event_time_p1"])
    assert _row(panel, "330424", 2019)["left_year_p1"] == 2026
    # As many counties as the catalogue has members with polygons of their own that are counties.
    treated = panel.frame[(panel.frame["year"] == 2021) & (panel.frame["ever_p1"] == 1)]
    assert len(treated) == 80


def test_a_town_or_a_special_area_is_said_and_is_no_treatment(panel: Panel, applicability: ApplicabilityIndex) -> None:
    # A demonstration town of 2013 lies in 永吉县, which is also a member of the national zone.
    row = _row(panel, "220221", 2019)
    assert (row["hit_p1"], row["hit_p2"], row["ever_p1"], row["ever_p2"]) == ("whole", "town", 1, 0)
    wider = build_panel(applicability, PanelRules(years=(2019, 2019), counted_hits=("whole", "town", "host")))
    assert _row(wider, "220221", 2019)["ever_p2"] == 1
    counts = panel.moved.set_index(["programme", "hit"])
    assert counts.loc[(TOWNS, "town"), "counts_as_treated"] == np.False_
    assert counts.loc[("urban_rural_integration_2019", "whole"), "units"] == 80


def test_the_month_moves_the_first_year(applicability: ApplicabilityIndex) -> None:
    # The plan is of 19 December 2019: after November it counts from 2020.
    late = build_panel(applicability, PanelRules(years=(2019, 2019), start_month=11))
    assert _row(late, "330424", 2019)["first_year_p1"] == 2020


def test_units_of_a_base_year_and_prefectures(applicability: ApplicabilityIndex) -> None:
    fixed = build_panel(applicability, PanelRules(years=(2015, 2020), base_year=2015)).frame
    assert len(set(fixed.groupby("year")["code"].count())) == 1
    assert "220381" in set(fixed.loc[fixed["year"] == 2020, "code"])
    prefectures = build_panel(applicability, PanelRules(level="prefecture", years=(2020, 2020)))
    whole, part = _row(prefectures, "360600", 2020), _row(prefectures, "330100", 2020)
    # All of 鹰潭 is a zone; of 杭州 nothing is listed.
    assert (whole["name"], whole["hit_p1"], whole["ever_p1"]) == ("鹰潭市", "whole", 1)
    assert (part["hit_p1"], part["ever_p1"]) == ("", 0)


def test_every_format_reads_back(panel: Panel) -> None:
    frame = panel.frame
    stata = pd.read_stata(io.BytesIO(encode_panel(panel, ".dta")))
    parquet = pd.read_parquet(io.BytesIO(encode_panel(panel, ".parquet")))
    csv = pd.read_csv(io.BytesIO(encode_panel(panel, ".csv")), dtype={"code": str})
    for other in (stata, parquet, csv):
        assert [name.replace("unit_", "") for name in other.columns] == list(frame.columns)
        assert list(other["code"]) == list(frame["code"])
        assert other["first_year_p1"].sum() == frame["first_year_p1"].sum()
        assert other["event_time_p1"].isna().sum() == frame["event_time_p1"].isna().sum()


def test_the_command_writes_the_panel_and_its_codebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "panel.csv"
    assert run(["panel", "--programme", TOWNS, "--years", "2013:2013", "-o", str(target)]) == 0
    assert "first_year_p1" in target.read_text(encoding="utf-8-sig").splitlines()[0]
    assert "jilin_demonstration_towns_2013" in (tmp_path / "panel.codebook.md").read_text(encoding="utf-8")
    assert "units town, not counted" in capsys.readouterr().err
    assert run(["panel", "--years", "20:21", "-o", str(target)]) == 1
    assert run(["panel", "-o", str(tmp_path / "panel.sav")]) == 1


@pytest.mark.parametrize(
    "rules", [{"years": (2020, 2010)}, {"years": (1970, 1980)}, {"counted_hits": ("all",)}, {"start_month": 13}]
)
def test_rules_that_make_no_sense_are_refused(rules: dict[str, object]) -> None:
    with pytest.raises(PanelError):
        PanelRules(**rules)  # type: ignore[arg-type]
