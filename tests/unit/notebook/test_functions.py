"""What a notebook calls: documented frames, errors with what there is, maps without the network, and the page of it."""

from __future__ import annotations

import inspect
import json
import re
import sys
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import pilotzones as pz
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.panel.table_reader import read_table_file

ROOT = Path(__file__).parents[3]
BROADBAND = "broadband_china_2014"


@pytest.mark.parametrize("name", ["programmes", "zones", "members"])
def test_frames_have_the_columns_that_are_documented(name: str) -> None:
    function = getattr(pz, name)
    frame = function()
    documented = re.search(r"By \w+: (.*?)\.(?:\n|\Z)", inspect.getdoc(function) or "", re.DOTALL)
    assert documented is not None
    words = re.findall(r"\w+", re.sub(r"\([^)]*\)", "", documented[1]))
    assert list(frame.columns) == words


@pytest.mark.slow
def test_members_have_tasks_dates_and_polygons() -> None:
    frame = pz.members()
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.loc["1-1", "tasks"] == (2, 3, 7, 8, 10)
    assert frame.crs.to_epsg() == 4326
    assert pz.members(BROADBAND).loc["2-1", ["batch", "listed_on"]].tolist() == ["第二批", "2015"]


def test_rows_of_names_and_places_are_kept() -> None:
    names = pd.Series(["平泉县", None, "无此县"], index=[7, 8, 9])
    made = pz.resolve(names, as_of="2010")
    assert list(made.index) == [7, 8, 9]
    assert made["adcode"].tolist()[0] == "130881"
    assert pz.where(["永川区", "开化县"], programmes=["urban_rural_integration_2019"])["county"].tolist() == [
        "永川区",
        "开化县",
    ]


@pytest.mark.slow
def test_panels_overlaps_and_files(tmp_path: Path) -> None:
    made = pz.panel(BROADBAND, years=(2014, 2014), level="prefecture")
    assert "whole_prefecture" in made.attrs["codebook"]
    mine = pd.DataFrame({"code": ["320100", "320500"], "year": [2013, 2014]})
    assert pz.panel([BROADBAND], onto=mine)["post_p1"].tolist() == [0, 1]
    assert pz.overlap([BROADBAND, "eco_civilization_2017"], table="areas")["share_pct"].between(0, 100).all()
    assert isinstance(pz.overlap([BROADBAND], table="counties"), gpd.GeoDataFrame)
    target = pz.export(made, tmp_path / "panel.dta")
    assert len(read_table_file(target).frame) == len(made)
    layer = pz.export("urban_rural_integration_2019", tmp_path / "zones.geojson")
    assert len(json.loads(layer.read_text(encoding="utf-8"))["features"]) == 11


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: pz.zones("mars"), "urban_rural_integration_2019"),
        (lambda: pz.zones(pd.DataFrame({"x": range(5000)})), "not a DataFrame: there are"),
        (lambda: pz.zones(source="google"), "there are tianditu, amap"),
        (lambda: pz.panel(pd.DataFrame()), "give your own panel as onto="),
        (lambda: pz.panel(BROADBAND, colour="red"), "no rule colour: there are level"),
        (lambda: pz.audit(table="x"), "there are zones, members"),
        (lambda: pz.overlap(table="x"), "there are pairs, zones"),
        (lambda: pz.resolve("平泉县"), "not a str"),
        (lambda: pz.where("平泉县"), "put it into a list"),
        (lambda: pz.resolve(["平泉县"], as_of="x"), "as_of is a year or a date"),
        (lambda: pz.where(["平泉县"], as_of=1970), "known from 1980 to"),
        (lambda: pz.export("urban_rural_integration_2019", "x.geojson", layer="x"), "there are zones"),
        (lambda: pz.zones().explore("colour"), "there are name_zh"),
    ],
)
def test_errors_say_what_there_is(call: object, told: str) -> None:
    with pytest.raises(PilotzonesError, match=re.escape(told)) as caught:
        call()  # type: ignore[operator]
    # A frame is never printed into an error.
    assert len(str(caught.value)) < 700


def test_names_are_those_of_a_year_in_any_type() -> None:
    names = pd.Series(["廊坊市", "东丽区"])
    for as_of in (1985, "1985", date(1985, 5, 1)):
        assert pz.resolve(names, as_of=as_of)["adcode"].iloc[0] == "131002;131003"
    found = pz.where(["平泉市", "130823"], programmes=BROADBAND, as_of=2001)
    assert list(found["unit_code"]) == ["130823", "130823"]


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(AttributeError, match="a notebook has audit, export"):
        pz.nothing  # noqa: B018 - asking for it is the test
    assert {"zones", "panel"} <= set(dir(pz))


def test_a_map_asks_for_nothing_and_runs_no_text_of_a_list() -> None:
    frame = pz.zones()
    frame["name_zh"] = "<img src=x onerror=alert(1)>{{123457*7919}}"
    frame["{{123457*7919}}{% x"] = "`${x}`</script>"
    page = frame.explore("region").get_root().render()
    assert not re.findall(r"(?:<script[^>]*src|<link[^>]*href)=", page)
    assert "<img src=x" not in page
    assert "977655983" not in page
    assert "L.tileLayer(" not in page.split("</script>")[-2]


@pytest.mark.parametrize("page", ["api.md", "api.zh.md"])
def test_the_page_has_every_signature(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for name in pz.__all__:
        signature = str(inspect.signature(getattr(pz, name))).replace("'", "")
        assert f"pz.{name}{signature}\n" in text


@pytest.mark.slow
def test_the_notebooks_run_and_have_the_outputs_of_today() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import run_notebooks
    finally:
        sys.path.remove(str(ROOT / "tools"))
    assert len(list(run_notebooks.FOLDER.glob("*.ipynb"))) == 2
    assert run_notebooks.main(["--check"]) == 0
