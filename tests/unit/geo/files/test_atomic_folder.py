"""Folders written whole: what is not ours stays, what is ours is replaced altogether, faults leave the old one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pilotzones.geo.errors import ExportError
from pilotzones.geo.files.atomic_folder import MANIFEST, write_folder

FIRST = {"index.html": b"one", "zh/a.html": b"a"}
SECOND = {"index.html": b"two", "en/b.html": b"b"}


def held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_a_folder_of_ours_is_replaced_altogether(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "站 site"
    write_folder(target, FIRST, about={"what": "test"})
    assert held(target) == FIRST
    assert json.loads((target / MANIFEST).read_text())["about"] == {"what": "test"}
    assert target.stat().st_mode & 0o777 == (target / "zh").stat().st_mode & 0o777 == 0o777 & ~_umask()
    write_folder(target, SECOND, about={})
    assert held(target) == SECOND
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_what_is_not_ours_is_never_touched(tmp_path: Path) -> None:
    foreign = tmp_path / "thesis"
    foreign.mkdir()
    (foreign / "chapter.txt").write_text("years of work")
    with pytest.raises(ExportError, match="something else"):
        write_folder(foreign, FIRST, about={})
    (foreign / MANIFEST).write_text("{not json")
    with pytest.raises(ExportError, match="something else"):
        write_folder(foreign, FIRST, about={})
    file = tmp_path / "file"
    file.write_text("a file")
    with pytest.raises(ExportError, match="a file of this name"):
        write_folder(file, FIRST, about={})
    ours = tmp_path / "site"
    write_folder(ours, FIRST, about={})
    (ours / "zh" / "notes.txt").write_text("a reader's own")
    with pytest.raises(ExportError, match=r"zh/notes\.txt; move that first"):
        write_folder(ours, SECOND, about={})
    assert held(ours) == FIRST | {"zh/notes.txt": b"a reader's own"}
    assert (foreign / "chapter.txt").read_text() == "years of work"
    assert file.read_text() == "a file"


def test_an_empty_folder_and_a_link_are_taken(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    link = tmp_path / "link"
    link.symlink_to(empty, target_is_directory=True)
    write_folder(link, FIRST, about={})
    assert link.is_symlink()
    assert held(empty) == FIRST


@pytest.mark.parametrize("name", ["../out.html", "/etc/x", "a/../b", "a\\b", "./a", MANIFEST])
def test_no_file_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match="no name of a file"):
        write_folder(tmp_path / "site", {name: b""}, about={})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("failing", [1, 2])
def test_a_fault_at_the_swap_brings_the_old_one_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    target = tmp_path / "site"
    write_folder(target, FIRST, about={})
    rename, calls = Path.rename, []

    def sometimes(self: Path, other: Any) -> Path:
        calls.append(other)
        if len(calls) == failing:
            raise OSError(28, "No space left on device")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", sometimes)
    with pytest.raises(ExportError, match="the disk is full"):
        write_folder(target, SECOND, about={})
    assert held(target) == FIRST
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_full_disk_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "site"
    write_folder(target, FIRST, about={})

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match="the disk is full"):
        write_folder(target, SECOND, about={})
    assert held(target) == FIRST
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_run_that_is_killed_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "site"
    write_folder(target, FIRST, about={})
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(os, "fsync", lambda _descriptor: os._exit(9))
        write_folder(target, SECOND, about={})
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert held(target) == FIRST
    # What it left behind is hidden and in nobody's way.
    write_folder(target, SECOND, about={})
    assert held(target) == SECOND


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(ExportError, match="loop"):
        write_folder(loop, {"a.txt": b"a"}, about={})
