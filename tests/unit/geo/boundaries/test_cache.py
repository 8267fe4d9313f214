"""Polygons kept between starts: the same numbers as the package's own files give, or the package's own files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from pilotzones.geo.boundaries.cache import cache_frames, load_cached_frames
from pilotzones.geo.boundaries.loader import load
from tools.serving import ROOT

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
    found = load_cached_frames(_HASH)
    assert found is not None
    assert list(found) == list(frames)
    for level, frame in frames.items():
        assert_geodataframe_equal(found[level], frame)
        same = shapely.to_wkb(found[level].geometry.to_numpy()) == shapely.to_wkb(frame.geometry.to_numpy())
        assert same.all()
    assert load_cached_frames("1" * 64) is None


def test_a_damaged_file_is_not_read(folder: Path) -> None:
    lines = load("tianditu").lines
    assert lines is not None
    cache_frames(_HASH, {"lines": lines})
    (path,) = folder.iterdir()
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    assert load_cached_frames(_HASH) is None


def test_figures_are_the_same_at_the_first_start_the_next_and_after_damage(folder: Path) -> None:
    def figures() -> str:
        command = [sys.executable, "-m", "cli", "zones", "--json"]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout

    first = figures()
    (path,) = folder.iterdir()
    made = path.stat().st_ino
    assert figures() == first
    assert path.stat().st_ino == made
    path.write_bytes(path.read_bytes()[:-1])
    assert figures() == first
    assert path.stat().st_ino != made
