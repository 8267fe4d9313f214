"""The page "Your boundaries" through Streamlit's AppTest: issue log, consent, bounds."""

from __future__ import annotations

import gc
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.views.state import user_boundaries
from tests.helpers.boundary_files import BOX, frame_of, written
from tests.helpers.hostile_files import hostile_contents
from tests.helpers.paging import open_page

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("forked_workers")]

_open = partial(open_page, "user_boundaries")
BOW_TIE = shapely.Polygon([(120, 30), (121, 31), (121, 30), (120, 31)])
NASTY = "{{123457*7919}}<img src=x onerror=alert(1)>"


def _sound(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def _give(app: AppTest, path: Path, name: str) -> AppTest:
    app.file_uploader(key="own_file").upload(name, path.read_bytes())
    _sound(app.run())
    return _check(app)


def _check(app: AppTest) -> AppTest:
    return _sound(app.button(key="own_check").click().run())


def _texts(app: AppTest) -> str:
    kinds: tuple[Any, ...] = (app.markdown, app.success, app.error, app.warning, app.caption, app.text)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def _zone(number: int, path: Path, joined: Any) -> Path:
    codes = [member.adcode for member in joined.programme.get_zone(number).members]
    frame = load("tianditu").counties
    part = frame[frame["adcode"].isin(codes)][["adcode", "name", "geometry"]].copy()
    part["geometry"] = shapely.simplify(part.geometry.to_numpy(), 0.01)
    return written(gpd.GeoDataFrame(part), path)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, joined: Any) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("own")
    return _zone(6, folder / "six.gpkg", joined), _zone(7, folder / "seven.gpkg", joined)


def test_a_file_is_checked_drawn_and_audited(files: tuple[Path, Path]) -> None:
    app = _give(_open(lang="en"), files[0], f"{NASTY}.gpkg")
    assert "polygons were read" in _texts(app)
    assert f"{NASTY}.gpkg" in [element.value for element in app.text]
    log = next(frame.value for frame in app.dataframe if "Issue" in frame.value)
    assert "Columns that were read" in set(log["Issue"])
    figures = next(frame.value for frame in app.dataframe if "Computed (km²)" in frame.value)
    assert len(figures) == 1
    sent = [str(element.proto) for element in app.get("component_instance")]
    assert len(sent) == 1
    assert "977655983" not in sent[0]
    _sound(app.button(key="own_forget").click().run())
    assert "polygons were read" not in _texts(app)


def test_repairs_wait_for_consent(tmp_path: Path) -> None:
    columns = {"adcode": ["330402", "330411"], "name": ["南湖区", "秀洲区"]}
    path = written(frame_of(columns, BOW_TIE, BOX), tmp_path / "x.gpkg")
    app = _give(_open(), path, "x.gpkg")
    assert "文件需要修复才能使用" in _texts(app)
    log = next(frame.value for frame in app.dataframe if "处理" in frame.value)
    assert log.iloc[0].tolist()[:4] == ["错误", "多边形无效（如自相交）", "待您同意", 1]
    app.checkbox(key="own_repair").check()
    _check(app)
    log = next(frame.value for frame in app.dataframe if "处理" in frame.value)
    assert "已修复" in set(log["处理"])
    assert "已读取 2 个区划图形" in _texts(app)


def test_a_layer_and_a_reference_system_are_chosen(tmp_path: Path) -> None:
    path, columns = tmp_path / "x.gpkg", {"adcode": ["330402"], "name": ["南湖区"]}
    plane = frame_of(columns, load("tianditu").counties.set_index("adcode").geometry["330402"]).to_crs(4528)
    for layer in ("a", "b"):
        # A reference system of degrees for metres: as much as none.
        stated = plane.set_crs(4490, allow_override=True)
        written(stated, path, layer=layer, mode="a" if path.exists() else "w")
    app = _give(_open(), path, "x.gpkg")
    assert "需先选择图层或坐标系" in _texts(app)
    assert app.selectbox(key="own_layer").options == ["a", "b"]
    app.selectbox(key="own_layer").select("b")
    _check(app)
    assert app.selectbox(key="own_crs").options == ["EPSG:4528"]
    app.selectbox(key="own_crs").select("EPSG:4528")
    _check(app)
    assert "已读取 1 个区划图形" in _texts(app)


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"\x7fELF", b"<html><script>alert(1)</script>", b"a,b\n1,2"])
def test_other_content_under_a_good_name_is_refused_with_its_reason(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    app = _give(_open(lang="en"), path, "counties.geojson")
    assert "The file was refused" in _texts(app)
    log = next(frame.value for frame in app.dataframe if "Issue" in frame.value)
    assert log["Issue"].tolist() == ["Kind of file not read here"]


def test_pointers_to_other_files_are_refused_at_this_door_too(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("adcode,name\n330402,secret\n", encoding="utf-8")
    app = _open(lang="en")
    contents = hostile_contents("http://192.0.2.1/x", secret)
    # One that is refused by its content, one by our reader, one by the process that would open it.
    for word in ("vrt-file", "crs-link", "kml-entity"):
        path, content = tmp_path / "x", contents[word]
        path.write_bytes(content)
        _give(app, path, f"{word}.geojson")
        assert "The file was refused" in _texts(app), word
        log = next(frame.value for frame in app.dataframe if "Issue" in frame.value)
        assert "secret" not in log.to_string().replace(str(secret), ""), word


def test_what_all_files_hold_is_bounded(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    first = _give(_open(lang="en"), files[0], "six.gpkg")
    held = user_boundaries.HELD_FILES.size
    # Small files are counted by what they take: there is room for hundreds of them.
    assert held < user_boundaries.HELD_FILES.max_bytes / 100
    monkeypatch.setattr(user_boundaries.HELD_FILES, "max_bytes", held + 1)
    second = _give(_open(lang="en"), files[1], "seven.gpkg")
    assert "cannot hold another" in _texts(second)
    _sound(first.button(key="own_forget").click().run())
    assert "polygons were read" in _texts(_check(second))
    # A file that nobody has looked at for long gives way, and its visitor is told.
    monkeypatch.setattr(user_boundaries.HELD_FILES, "idle_s", 0.0)
    third = _give(_open(lang="en"), files[0], "eight.gpkg")
    assert "polygons were read" in _texts(third)
    assert "The file was refused" in _texts(_sound(second.run()))
    log = next(frame.value for frame in second.dataframe if "Issue" in frame.value)
    assert log["Issue"].tolist() == ["Empty or missing file"]


def test_the_programme_that_was_chosen_is_joined_with_the_file(files: tuple[Path, Path]) -> None:
    app = _give(_open(lang="en", programme="broadband_china_2014"), files[0], "six.gpkg")
    title = load_programme("broadband_china_2014").title("en")
    assert title in [header.value for header in app.header]
