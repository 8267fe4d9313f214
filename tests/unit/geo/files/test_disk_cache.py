"""Geometry kept between starts: whatever happens to a bundle on the disk, it is whole or it is made again (T-R5, T-R6)."""

from __future__ import annotations

import gzip
import os
import time
from pathlib import Path

import pytest

from pilotzones.geo.files.disk_cache import get_bundle, make_code_key, put_bundle

_FILES = {f"level{number}/a{number}.json": gzip.compress(b'{"features":[%d]}' % number, mtime=0) for number in range(3)}
_KEY = make_code_key("a test", code=())


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PILOTZONES_CACHE", str(tmp_path))
    assert put_bundle(_KEY, _FILES)
    (path,) = tmp_path.iterdir()
    return path


def test_a_bundle_comes_back_as_it_was(bundle: Path) -> None:
    assert bundle.name == f"{_KEY}.bundle"
    assert get_bundle(_KEY) == _FILES
    assert get_bundle(make_code_key("another source", code=())) is None
    assert get_bundle("../" + _KEY) is None


@pytest.mark.slow
def test_every_flipped_bit_is_caught(bundle: Path) -> None:
    raw = bundle.read_bytes()
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        bundle.write_bytes(flipped)
        assert get_bundle(_KEY) is None, bit


def test_every_cut_of_a_bundle_is_none(bundle: Path) -> None:
    raw = bundle.read_bytes()
    for end in range(len(raw)):
        bundle.write_bytes(raw[:end])
        assert get_bundle(_KEY) is None
    bundle.unlink()
    assert get_bundle(_KEY) is None


def test_what_nobody_has_asked_for_in_a_month_goes(bundle: Path) -> None:
    other, long_ago = make_code_key("another", code=()), time.time() - 40 * 24 * 3600
    stranger = bundle.with_name("notes.bundle")
    stranger.write_text("not ours")
    os.utime(stranger, (long_ago, long_ago))
    os.utime(bundle, (long_ago, long_ago))
    assert get_bundle(_KEY) == _FILES
    assert put_bundle(other, _FILES)
    assert bundle.is_file()
    os.utime(bundle, (long_ago, long_ago))
    assert put_bundle(other, _FILES)
    assert not bundle.exists()
    assert get_bundle(other) == _FILES
    assert stranger.is_file()


def test_a_folder_to_read_only_is_read(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "utime", refuse)
    assert bundle.is_file()
    assert get_bundle(_KEY) == _FILES


def test_a_folder_that_cannot_be_written_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTZONES_CACHE", "/proc/self/nowhere")
    assert not put_bundle(_KEY, _FILES)
    monkeypatch.setenv("PILOTZONES_CACHE", "")
    assert not put_bundle(_KEY, _FILES)
    assert get_bundle(_KEY) is None


def test_a_folder_that_others_may_write_is_not_read(bundle: Path) -> None:
    bundle.parent.chmod(0o777)
    assert get_bundle(_KEY) is None
    assert not put_bundle(_KEY, _FILES)
    bundle.parent.chmod(0o700)
    assert get_bundle(_KEY) == _FILES


def test_a_bundle_of_another_user_is_not_believed(
    bundle: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    assert bundle.is_file()
    assert get_bundle(_KEY) is None
    assert put_bundle(_KEY, _FILES)
    assert get_bundle(_KEY) == _FILES


def test_where_no_secret_can_be_kept_bundles_serve_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PILOTZONES_CACHE", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/self/nowhere")
    assert put_bundle(_KEY, _FILES)
    assert get_bundle(_KEY) == _FILES
