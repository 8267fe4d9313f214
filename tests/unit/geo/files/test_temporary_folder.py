"""No copy of a user's file outlives its block, nor for long a process that was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from pilotzones.geo.files.temporary_folder import open_temporary_folder

_LEAVE_BEHIND = """
import os, signal
from pilotzones.geo.files.temporary_folder import open_temporary_folder
with open_temporary_folder() as folder:
    (folder / "copy").write_text("secret")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_goes_with_its_block(parent: Path) -> None:
    with open_temporary_folder() as folder:
        (folder / "copy").write_text("secret", encoding="utf-8")
        assert folder.parent == parent
        assert folder.stat().st_mode & 0o077 == 0
    assert not list(parent.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="no locks that end with their process")
def test_what_a_killed_process_left_goes_with_the_next(parent: Path) -> None:
    environment = os.environ | {"TMPDIR": str(parent), "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", _LEAVE_BEHIND], env=environment, check=False).returncode == -9
    (left,) = parent.iterdir()
    other = parent / "pilotzones-of-another-program"
    other.mkdir()
    with open_temporary_folder():
        # Its process could still be about to lock it.
        assert left.exists()
    old = time.time() - 60
    os.utime(left / ".lock", (old, old))
    with open_temporary_folder() as living:
        assert not left.exists()
        os.utime(living / ".lock", (old, old))
        with open_temporary_folder():
            assert living.exists()
    assert list(parent.iterdir()) == [other]
