"""The page "Overlay check" through Streamlit's AppTest: two layers, one with itself, the zones, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from pilotzones.views.state import overlay as overlay_state
from tests.helpers.paging import open_page
from tests.helpers.polygon_layers import in_degrees

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("forked_workers")]

_open = partial(open_page, "overlay", lang="en")
NASTY = "{{123457*7919}}<img src=x onerror=alert(1)>"
A = [shapely.box(0, 0, 100, 100), shapely.box(200, 0, 300, 100)]
B = [shapely.box(60, 20, 160, 80), shapely.box(298, 0, 398, 100)]


def _write(path: Path, shapes: list[Any]) -> Path:
    gpd.GeoDataFrame({"plot": range(len(shapes))}, geometry=list(map(in_degrees, shapes)), crs=4326).to_file(path)
    return path


@pytest.fixture(autouse=True)
def _no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a file takes longer on a busy machine than a server would wait."""
    monkeypatch.setattr(overlay_state, "UPLOAD", replace(overlay_state.UPLOAD, seconds=300))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("overlay")
    return _write(folder / "a.gpkg", A), _write(folder / "b.gpkg", B)


def _give(app: AppTest, *files: Path, names: tuple[str, str] = ("a.gpkg", "b.gpkg")) -> AppTest:
    for side, path, name in zip("ab", files, names, strict=False):
        app.file_uploader(key=f"overlay_{side}").upload(name, path.read_bytes())
    app.run()
    app.button(key="overlay_run").click().run()
    assert not app.exception
    return app


def _texts(app: AppTest) -> str:
    kinds: tuple[Any, ...] = (app.markdown, app.error, app.warning, app.info, app.caption, app.text)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def _table(app: AppTest, column: str) -> Any:
    return next(frame.value for frame in app.dataframe if column in frame.value)


def test_two_layers_are_compared(files: tuple[Path, Path]) -> None:
    app = _open()
    assert app.button(key="overlay_run").disabled
    app.pills(key="overlay_by").set_value(["county"])
    _give(app, *files, names=(f"{NASTY}.gpkg", "b.gpkg"))
    said = _texts(app)
    assert "1 conflict (1 real overlap, 0 edge disagreements), 1 drafting sliver" in said
    largest = _table(app, "Inner width (m)")
    assert list(largest["Class"]) == ["real overlap", "drafting sliver"]
    assert largest["Area (m²)"][0] == pytest.approx(2400, rel=1e-4)
    assert largest["County"].str.len().min() > 6
    rates = _table(app, "% of features")
    assert set(rates["By"]) == {"Whole layer", "County"}
    assert len(_table(app, "Threshold (m)")) == 6
    # The name of a file is text, and only the map's own call reaches the component.
    assert f"{NASTY} × b" in [element.value for element in app.text]
    sent = [str(element.proto) for element in app.get("component_instance")]
    assert len(sent) == 1
    assert "977655983" not in sent[0]
    # A narrower rule makes another conflict of the sliver.
    app.number_input(key="overlay_width").set_value(1.0)
    app.button(key="overlay_run").click().run()
    assert "2 conflicts" in _texts(app)


def test_a_layer_with_itself_and_with_the_zones(tmp_path: Path) -> None:
    path = _write(tmp_path / "x.gpkg", [A[0], A[0]])
    app = _open()
    app.radio(key="overlay_against").set_value("itself").run()
    _give(app, path)
    assert "1 fault" in _texts(app)
    app.radio(key="overlay_against").set_value("zones").run()
    app.button(key="overlay_run").click().run()
    assert not app.exception
    assert "0 conflicts" in _texts(app)


def test_what_is_refused_stands_in_the_issue_log(files: tuple[Path, Path], tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    app = _give(_open(), _write(tmp_path / "x.gpkg", [bow_tie]), files[1])
    assert "could not be used" in _texts(app)
    assert "error" in set(_table(app, "Issue").iloc[:, 0])
    app.checkbox(key="overlay_repair").set_value(True)
    app.button(key="overlay_run").click().run()
    assert "could not be used" not in _texts(app)
    assert "1 fault" in _texts(app)


def test_a_check_that_is_too_large_is_refused(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlay_state, "MAX_PAIRS", 1)
    app = _give(_open(), *files)
    assert "more than 1 pairs" in str(_table(app, "Issue").to_dict())


def test_a_check_can_be_stopped_and_leaves_the_page_as_it_was() -> None:
    app = open_page("overlay", lang="zh")
    app.session_state["overlay_stopped"] = True
    app.run()
    assert "检查已取消" in _texts(app)
    app.run()
    assert "检查已取消" not in _texts(app)


def test_the_example_is_the_common_border_of_two_prefectures() -> None:
    app = _open()
    app.button(key="overlay_example").click().run()
    assert not app.exception
    assert "Jiaxing (Tianditu) × Huzhou (AMap)" in _texts(app)
    # Tongxiang is the one county of Jiaxing on that border, Nanxun and Deqing are those of Huzhou.
    rates = _table(app, "Features")
    assert rates["Features"].tolist() == [7, 5]
    assert set(_table(app, "Feature of A")["Feature of A"]) == {"330483 桐乡市"}
    assert set(_table(app, "Feature of B")["Feature of B"]) == {"330503 南浔区", "330521 德清县"}
