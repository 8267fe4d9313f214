"""Workers run few at a time; one that takes long makes way, and none outlives what it was started for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pilotzones.geo.files import sandbox
from pilotzones.geo.files.limits import UPLOAD, Limits
from pilotzones.geo.files.sandbox import WorkerFailedError, WorkerTimeoutError, run_worker

_WORKER = "tests.helpers.waiting_worker"


def _run(folder: Path, until: Path | str = "", limits: Limits = replace(UPLOAD, seconds=60)) -> str:  # noqa: B008
    folder.mkdir()
    run_worker(_WORKER, {"until": str(until)}, result=folder / "result", limits=limits)
    return (folder / "result").read_text(encoding="utf-8")


def test_a_quick_file_does_not_wait_for_the_slow_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_QUICK_S", 0.3)
    release = tmp_path / "release"
    with ThreadPoolExecutor() as pool:
        slow = [pool.submit(_run, tmp_path / f"slow{number}", release) for number in range(2)]
        try:
            assert _run(tmp_path / "quick") == "done"
            assert not any(one.done() for one in slow)
        finally:
            release.touch()
        assert [one.result() for one in slow] == ["done", "done"]
    # Every slot is free again.
    for slots in (sandbox._QUICK_SLOTS, sandbox._SLOW_SLOTS):
        assert [slots.acquire(blocking=False) for _ in range(3)] == [True, True, False]
        slots.release(2)


def test_a_worker_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_QUICK_S", 0.1)
    with pytest.raises(WorkerTimeoutError):
        _run(tmp_path / "job", tmp_path / "never", replace(UPLOAD, seconds=1))


def test_a_worker_without_a_result_has_failed(tmp_path: Path) -> None:
    (tmp_path / "job").mkdir()
    with pytest.raises(WorkerFailedError):
        run_worker("tests.helpers.no_such_worker", {}, result=tmp_path / "job" / "result", limits=UPLOAD)
