"""Files written whole or not at all: full disks, refused folders, killed writers."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pilotzones.geo.errors import ExportError
from pilotzones.geo.files.atomic_file import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[4]
OLD, NEW = b"old", b"new content"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "试验区.geojson"
    path.write_bytes(OLD)
    return path


def assert_untouched(target: Path) -> None:
    assert target.read_bytes() == OLD
    assert sorted(path.name for path in target.parent.iterdir()) == [target.name]


def test_writes_a_file_and_leaves_nothing_else(target: Path) -> None:
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW
    assert list(target.parent.iterdir()) == [target]
    write_atomically(target.with_name("other"), b"")
    assert target.with_name("other").read_bytes() == b""


def test_others_may_read_what_was_written(target: Path) -> None:
    before = os.umask(0o022)
    try:
        write_atomically(target, NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == 0o644


def test_asking_for_the_mask_does_not_set_it(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another thread that makes a file in that moment would make it for everybody to write to.
    if not Path("/proc/self/status").is_file():
        pytest.skip("only Linux tells the mask without setting it")
    monkeypatch.setattr(os, "umask", lambda _: pytest.fail("the mask was set"))
    write_atomically(target, NEW)


def test_a_name_as_long_as_the_file_system_takes_is_fine(tmp_path: Path) -> None:
    path = tmp_path / ("长" * 80 + ".geojson")
    write_atomically(path, NEW)
    assert path.read_bytes() == NEW


def test_a_check_sees_the_finished_file_and_can_stop_it(target: Path) -> None:
    seen = []
    write_atomically(target.with_name("b"), NEW, check=lambda path: seen.append(path.read_bytes()))
    assert seen == [NEW]
    target.with_name("b").unlink()

    def refuse(_: Path) -> None:
        raise ExportError("2 of 3 features could be read back")

    with pytest.raises(ExportError, match="2 of 3"):
        write_atomically(target, NEW, check=refuse)
    assert_untouched(target)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"out\.geojson was not written: the folder does not exist \(.*nowhere"):
        write_atomically(tmp_path / "nowhere" / "out.geojson", NEW)


def test_a_file_in_place_of_the_folder_is_told(target: Path) -> None:
    with pytest.raises(ExportError, match="was not written"):
        write_atomically(target / "out.geojson", NEW)
    assert_untouched(target)


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(ExportError, match="out was not written: it is no ordinary file"):
        write_atomically(tmp_path / "out", NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_pipe_or_device_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    # Replacing is what write_atomically does, and for the superuser it would replace /dev/null.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    for path in (pipe, link):
        with pytest.raises(ExportError, match="no ordinary file"):
            write_atomically(path, NEW)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert link.is_symlink()
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_link_stays_a_link_to_the_new_content(target: Path) -> None:
    folder = target.parent / "elsewhere"
    folder.mkdir()
    link = folder / "link"
    link.symlink_to(target)
    write_atomically(link, NEW)
    assert link.is_symlink()
    assert target.read_bytes() == NEW


# --- the system refuses ---


def run(code: str, *, limit_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, with a limit on the size of files."""

    def confine() -> None:
        if limit_bytes is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    lines = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.dont_write_bytecode = True\n{code}"
    return subprocess.run(
        [sys.executable, "-c", lines],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=confine,  # the limit is set in the child only
    )


def writer(path: Path, size: int) -> str:
    return (
        "from pathlib import Path\nfrom pilotzones.geo.errors import ExportError\n"
        "from pilotzones.geo.files.atomic_file import write_atomically\n"
        f"try:\n    write_atomically(Path({str(path)!r}), b'x' * {size})\n"
        "except ExportError as error:\n    sys.exit(str(error))"
    )


def test_a_file_that_may_not_grow_leaves_the_old_one(target: Path) -> None:
    done = run(writer(target, 100_000), limit_bytes=50_000)
    assert done.stderr.strip() == (
        f"{target.name} was not written: the file would grow larger than is allowed ({target.parent})"
    )
    assert_untouched(target)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB; only the superuser can mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip("no disk can be mounted here; the limit on file sizes is tested instead")
    yield disk
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], capture_output=True, check=False)
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_the_old_file_and_says_so(small_disk: Path) -> None:
    target = small_disk / "out.geojson"
    target.write_bytes(OLD)
    with pytest.raises(ExportError, match=r"out\.geojson was not written: the disk is full"):
        write_atomically(target, b"x" * 300_000)
    assert_untouched(target)
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW


def test_a_read_only_disk_says_so(small_disk: Path) -> None:
    target = small_disk / "out.geojson"
    target.write_bytes(OLD)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(ExportError, match="the file system is read-only"):
        write_atomically(target, NEW)
    assert_untouched(target)


def test_a_folder_that_may_not_be_written_says_so() -> None:
    # Not in tmp_path: the superuser tries as nobody, who may not look into it.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        target = folder / "out.geojson"
        target.write_bytes(OLD)
        folder.chmod(0o555)
        code = writer(target, 10)
        if os.geteuid() == 0:
            code = code.replace("try:\n", "import os; os.setgid(65534); os.setuid(65534)\ntry:\n")
        done = run(code)
        folder.chmod(0o755)
        assert "out.geojson was not written: the folder may not be written to" in done.stderr
        assert_untouched(target)


@pytest.mark.slow
def test_a_killed_writer_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "out.bin"
    contents = [letter * 3_000_000 for letter in (b"a", b"b")]
    target.write_bytes(contents[0])
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\nfrom pilotzones.geo.files.atomic_file import write_atomically\n"
        f"contents = [letter * 3_000_000 for letter in (b'a', b'b')]\nprint('ready', flush=True)\n"
        f"while True:\n    for content in contents:\n        write_atomically(Path({str(target)!r}), content)\n"
    )
    left_over = 0
    for attempt in range(30):
        with subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.0007 * attempt)
            process.kill()
        assert target.read_bytes() in contents
        parts = list(tmp_path.glob(".out.bin.*.part"))
        left_over += bool(parts)
        for part in parts:
            part.unlink()
    # The kills did fall into the middle of writing.
    assert left_over > 0
