"""Polygons kept between starts: the same numbers as the package's own files give, or the package's own files."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from pilotzones.geo.boundaries.cache import cache_frames, load_cached_frame
from pilotzones.geo.boundaries.loader import load, load_counties
from tools.serving import ROOT

pytestmark = pytest.mark.slow

_LEVELS = ("counties", "provinces", "prefectures", "lines")
_HASH = "0" * 64


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PILOTZONES_CACHE", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_what_is_kept_comes_back_bit_for_bit() -> None:
    source = load("tianditu")
    frames = {level: getattr(source, level) for level in _LEVELS}
    assert cache_frames(_HASH, frames)
    for level, frame in frames.items():
        found = load_cached_frame(_HASH, level)
        assert found is not None
        assert_geodataframe_equal(found, frame)
        same = shapely.to_wkb(found.geometry.to_numpy()) == shapely.to_wkb(frame.geometry.to_numpy())
        assert same.all()
        assert load_cached_frame("1" * 64, level) is None


@pytest.mark.usefixtures("folder")
def test_some_counties_are_the_rows_of_all_the_first_time_and_the_next() -> None:
    rows = [2, 700, 1]
    for _ in range(2):
        some = load_counties("amap", rows)
        assert_geodataframe_equal(some.counties, load("amap").counties.iloc[rows].reset_index(drop=True))
        assert some.info == load("amap").info


def test_a_damaged_file_is_not_read(folder: Path) -> None:
    lines = load("tianditu").lines
    assert lines is not None
    cache_frames(_HASH, {"lines": lines})
    (path,) = folder.iterdir()
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    assert load_cached_frame(_HASH, "lines") is None


def test_a_bundle_with_exchanged_polygons_and_its_own_right_hash_is_not_believed(folder: Path) -> None:
    source = load("tianditu")
    assert source.provinces is not None
    # The source itself may have been cached here just now.
    before = set(folder.iterdir())
    cache_frames(_HASH, {"provinces": source.provinces})
    (path,) = set(folder.iterdir()) - before
    other = source.provinces.set_geometry(source.provinces.geometry.to_numpy()[::-1], crs=source.provinces.crs)
    stream, archive = io.BytesIO(), io.BytesIO()
    other.to_wkb().to_feather(stream, compression="uncompressed")
    with zipfile.ZipFile(archive, "w") as sink:
        sink.writestr("frame.arrow", stream.getvalue())
    path.write_bytes(hashlib.sha256(archive.getvalue()).digest() + archive.getvalue())
    assert load_cached_frame(_HASH, "provinces") is None
    # Nor is one that belongs to another source under this source's key.
    cache_frames("1" * 64, {"provinces": other})
    (renamed,) = set(folder.iterdir()) - before - {path}
    renamed.replace(path)
    assert load_cached_frame(_HASH, "provinces") is None


def test_figures_are_the_same_at_the_first_start_the_next_and_after_damage(folder: Path) -> None:
    def figures() -> str:
        command = [sys.executable, "-m", "cli", "audit", "--json"]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | {"SOURCE_DATE_EPOCH": "1750000000"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return done.stdout

    first = figures()
    made = {path: path.read_bytes() for path in folder.iterdir()}
    stored = {path: path.stat().st_ino for path in made}
    assert figures() == first != ""
    assert {path: path.stat().st_ino for path in folder.iterdir()} == stored
    for path, content in made.items():
        path.write_bytes(content[:-1])
    assert figures() == first
    assert {path: path.read_bytes() for path in folder.iterdir()} == made
