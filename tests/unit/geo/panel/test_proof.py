"""The panel against tables made by hand, and an effect that was planted in made-up outcomes and is found again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.panel.builder import Panel, build_panel
from pilotzones.geo.panel.rules import PanelRules
from pilotzones.geo.panel.writer import encode_panel
from pilotzones.geo.query.applicability_loader import load_applicability

TABLES = Path(__file__).parents[3] / "data" / "panel"


def _read(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def broadband() -> Panel:
    applicability = load_applicability([load_programme("broadband_china_2014")])
    return build_panel(applicability, PanelRules(level="prefecture", years=(2008, 2020)))


@pytest.mark.slow
def test_the_prefectures_of_broadband_china_are_those_of_the_table(broadband: Panel) -> None:
    table = {
        row["code"]: int(row["first_year"]) for row in _read("broadband_china.csv") if row["level"] == "prefecture"
    }
    frame = broadband.frame[broadband.frame["year"] == 2016]
    treated = frame[frame["ever_p1"] == 1].set_index("code")["first_year_p1"]
    # The listed cities directly under a region or province stand among the prefectures, too.
    counties = {row["code"]: int(row["first_year"]) for row in _read("broadband_china.csv") if row["level"] == "county"}
    direct = {code: year for code, year in counties.items() if code in set(frame["code"])}
    assert treated.to_dict() == table | direct
    assert set(frame.loc[frame["ever_p1"] == 0, "first_year_p1"]) == {0}
    # A prefecture of which only a district or a county is listed is hit in part, and is not treated.
    parts = frame.set_index("code").loc[["500000", "320500", "411400"]]
    assert parts["hit_p1"].tolist() == ["part", "whole", "whole"]


def test_a_listed_prefecture_is_treated_even_where_its_counties_are_not() -> None:
    applicability = load_applicability([load_programme("broadband_china_2014")])
    rules = PanelRules(level="prefecture", years=(2016, 2016), counted_hits=("whole",))
    frame = build_panel(applicability, rules).frame.set_index("code")
    # 南京 and 上海 are listed themselves, 长沙 as a part of a region.
    assert frame.loc[["320100", "310000", "430100"], "ever_p1"].tolist() == [1, 1, 0]
    counties = build_panel(applicability, PanelRules(years=(2016, 2016), counted_hits=("whole",))).frame
    assert counties["ever_p1"].sum() == 7


def test_the_counties_of_broadband_china_are_those_of_the_table() -> None:
    applicability = load_applicability([load_programme("broadband_china_2014")])
    frame = build_panel(applicability, PanelRules(years=(2016, 2016))).frame
    first = frame.set_index("code")["first_year_p1"].to_dict()
    rows = _read("broadband_china.csv")
    prefectures = {row["code"]: int(row["first_year"]) for row in rows if row["level"] == "prefecture"}
    listed = {row["code"]: int(row["first_year"]) for row in rows if row["level"] == "county"}
    for code, year in first.items():
        above = [f"{code[:4]}00", f"{code[:2]}0000"]
        years = [table[one] for table, keys in ((prefectures, above), (listed, [code])) for one in keys if one in table]
        assert year == min(years, default=0), code


def test_the_counties_of_the_national_zones_are_those_of_the_table() -> None:
    frame = build_panel(load_applicability([load_programme()]), PanelRules(years=(2018, 2026))).frame
    table = {row["code"] for row in _read("national_zones.csv")}
    treated = frame[(frame["year"] == 2019) & (frame["ever_p1"] == 1)]
    assert set(treated["code"]) == table
    assert set(treated["first_year_p1"]) == {2019}
    in_force = frame[frame["ever_p1"] == 1].groupby("year")["post_p1"].mean()
    assert in_force.to_dict() == {2018: 0.0, **dict.fromkeys(range(2019, 2026), 1.0), 2026: 0.0}


@pytest.mark.slow
def test_exits_end_the_treatment_and_an_unknown_entry_is_no_guess() -> None:
    applicability = load_applicability([load_programme("poverty_counties_2016")])
    frame = build_panel(applicability, PanelRules(years=(2015, 2021))).frame
    # 望都县 left in 2016; when it was listed is not in the list.
    county = frame[frame["code"] == "130631"]
    assert county["left_year_p1"].unique().tolist() == [2016]
    assert county["first_year_p1"].isna().all()
    assert county["post_p1"].isna().tolist() == [True] + [False] * 6
    assert county["post_p1"].dropna().tolist() == [0] * 6


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_planted_effect_is_found_in_the_file(broadband: Panel) -> None:
    pyfixest = pytest.importorskip("pyfixest")
    frame = pd.read_stata(io.BytesIO(encode_panel(broadband, ".dta")), convert_categoricals=False)
    codes = sorted(set.intersection(*(set(own["code"]) for _, own in frame.groupby("year"))))
    frame = frame[frame["code"].isin(codes) & frame["first_year_p1"].notna()].copy()
    random = np.random.default_rng(7)
    frame["id"] = frame["code"].astype("category").cat.codes.astype(int)
    unit, year = random.normal(0, 1, frame["id"].max() + 1), random.normal(0, 1, 100)
    noise = random.normal(0, 0.05, len(frame))
    # The effect is 0.5 in the first year and grows by 0.1 a year; cities that begin later have lower levels.
    effect = (0.5 + 0.1 * frame["event_time_p1"].clip(lower=0).fillna(0)) * frame["post_p1"]
    level = unit[frame["id"]] - 0.2 * (frame["first_year_p1"] == 2016)
    frame["y"] = level + year[frame["year"] - 2000] + effect + noise
    frame["g"] = frame["first_year_p1"].astype(int)
    frame["year"] = frame["year"].astype(int)
    fit = pyfixest.event_study(
        frame[["id", "year", "g", "y"]], yname="y", idname="id", tname="year", gname="g", estimator="did2s", att=True
    )
    planted = effect[frame["post_p1"] == 1].mean()
    assert fit.coef().iloc[0] == pytest.approx(planted, abs=0.02)
