"""Workers run few at a time; one that takes long makes way, visitors take turns, and none outlives what it was started for."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pilotzones.geo.sandbox import worker_process
from pilotzones.geo.sandbox.limits import UPLOAD, Limits
from pilotzones.geo.sandbox.worker_process import (
    CALLER,
    Caller,
    WorkerBusyError,
    WorkerFailedError,
    WorkerTimeoutError,
    run_worker,
)
from pilotzones.geo.sandbox.worker_queue import Turn, WorkerQueue
from tests.helpers.waiting import wait_until

_WORKER = "tests.helpers.waiting_worker"


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> WorkerQueue:
    """One worker at a time in each lane, and a short quick time."""
    queue = WorkerQueue(quick=1, slow=1, max_waiting=10, max_wait_s=60)
    monkeypatch.setattr(worker_process, "_QUEUE", queue)
    monkeypatch.setattr(worker_process, "_QUICK_S", 0.2)
    # The worker of these tests sleeps.
    monkeypatch.setattr(worker_process, "_MAX_QUICK_WALL_S", 0.3)
    return queue


def _run(
    folder: Path,
    until: Path | str = "",
    limits: Limits = replace(UPLOAD, seconds=60),  # noqa: B008
    caller: Caller = Caller(),  # noqa: B008
) -> str:
    folder.mkdir()
    before = CALLER.set(caller)
    try:
        run_worker(_WORKER, {"until": str(until)}, result=folder / "result", limits=limits)
    finally:
        CALLER.reset(before)
    return (folder / "result").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_quick_file_does_not_wait_for_the_slow_ones(tmp_path: Path, queue: WorkerQueue) -> None:
    release = tmp_path / "release"
    with ThreadPoolExecutor() as pool:
        slow = [pool.submit(_run, tmp_path / f"slow{number}", release) for number in range(4)]
        try:
            assert _run(tmp_path / "quick") == "done"
            assert not any(one.done() for one in slow)
        finally:
            release.touch()
        # Those that had to make way have begun anew.
        assert [one.result() for one in slow] == ["done"] * 4
    assert not queue._running
    assert not queue._waiting


@pytest.mark.slow
@pytest.mark.usefixtures("queue")
def test_a_quick_file_waits_for_one_short_turn_of_each_of_six_slow_visitors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lanes of the server, and one slow file of each of six visitors who came before."""
    lanes = WorkerQueue(quick=2, slow=2, max_waiting=100, max_wait_s=60)
    monkeypatch.setattr(worker_process, "_QUEUE", lanes)
    begun: list[str] = []
    begin = lanes._begin

    def note(turn: Turn) -> bool:
        has_begun = begin(turn)
        if has_begun:
            begun.append(f"{turn.visitor} {turn.lane}")
        return has_begun

    monkeypatch.setattr(lanes, "_begin", note)
    release = tmp_path / "release"
    with ThreadPoolExecutor() as pool:
        slow = [
            pool.submit(_run, tmp_path / f"slow{number}", release, caller=Caller(f"slow{number}"))
            for number in range(6)
        ]
        try:
            assert wait_until(lambda: len(lanes._waiting) + len(lanes._running) == 6, 30)
            assert _run(tmp_path / "quick", caller=Caller("quick")) == "done"
            assert not any(one.done() for one in slow)
            # Nobody had a second turn before it.
            before = begun[: begun.index("quick quick")]
            assert len(set(before)) == len(before) <= 6
            assert all(one.endswith(" quick") for one in before)
        finally:
            release.touch()
        assert [one.result() for one in slow] == ["done"] * 6


class _Visitors:
    """Visitors who wait for the one place of a lane, and the order in which they get it."""

    def __init__(self, queue: WorkerQueue, pool: ThreadPoolExecutor) -> None:
        self._queue = queue
        self._pool = pool
        self.order: list[str] = []

    def come(self, name: str) -> Future[None]:
        """Queue up for a visitor, and return when they wait."""
        waits = threading.Event()
        turn = self._pool.submit(self._take, name, waits.set)
        assert waits.wait(30)
        return turn

    def _take(self, name: str, report: Callable[[], None]) -> None:
        with self._queue.wait_for_turn("quick", name, report):
            self.order.append(name)


@pytest.fixture
def visitors(queue: WorkerQueue) -> Iterator[_Visitors]:
    with ThreadPoolExecutor() as pool:
        yield _Visitors(queue, pool)


@pytest.mark.slow
def test_who_used_little_goes_before_who_came_first(queue: WorkerQueue, visitors: _Visitors) -> None:
    with queue.wait_for_turn("quick", "busy", lambda: None):
        turns = [visitors.come(name) for name in ("busy", "busy", "busy", "other")]
    for turn in turns:
        turn.result(30)
    assert visitors.order == ["other", "busy", "busy", "busy"]
    # What was used still counts for the next.
    with queue.wait_for_turn("quick", "another", lambda: None):
        queue._used = {"busy": (9.0, queue._running[0].since)}
        turns = [visitors.come(name) for name in ("busy", "other")]
    for turn in turns:
        turn.result(30)
    assert visitors.order[4:] == ["other", "busy"]


def test_too_many_do_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for queue in (
        WorkerQueue(quick=1, slow=1, max_waiting=0, max_wait_s=60),
        WorkerQueue(quick=0, slow=1, max_waiting=1, max_wait_s=0.1),
    ):
        monkeypatch.setattr(worker_process, "_QUEUE", queue)
        with pytest.raises(WorkerBusyError, match="the server is busy"):
            _run(tmp_path / f"job{queue._max_waiting}")
        assert not queue._waiting


def test_a_report_ends_the_worker(tmp_path: Path, queue: WorkerQueue) -> None:
    shares: list[float | None] = []

    def cancel(share: float | None) -> None:
        shares.append(share)
        if len(shares) > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "job", tmp_path / "never", caller=Caller("one", cancel))
    assert shares[0] is not None
    assert shares == sorted(share or 0 for share in shares)
    assert not queue._running
    # The folder is the worker's: a process that still ran would write there.
    assert not (tmp_path / "job" / "result").exists()


def test_who_waits_is_told_so_and_may_leave(tmp_path: Path, queue: WorkerQueue) -> None:
    def leave(share: float | None) -> None:
        assert share is None
        raise KeyboardInterrupt

    with queue.wait_for_turn("quick", "", lambda: None), pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "job", caller=Caller("one", leave))
    assert not queue._waiting


@pytest.mark.slow
def test_a_worker_that_takes_too_long_is_ended(tmp_path: Path, queue: WorkerQueue) -> None:
    with pytest.raises(WorkerTimeoutError):
        _run(tmp_path / "job", tmp_path / "never", replace(UPLOAD, seconds=1))
    assert not queue._running


def test_a_worker_without_a_result_has_failed(tmp_path: Path) -> None:
    (tmp_path / "job").mkdir()
    with pytest.raises(WorkerFailedError):
        run_worker("tests.helpers.no_such_worker", {}, result=tmp_path / "job" / "result", limits=UPLOAD)


def test_a_worker_ends_with_its_parent(tmp_path: Path) -> None:
    """Even a parent that is killed: the worker would otherwise wait for ever."""
    if sys.platform != "linux":
        pytest.skip("only Linux ends a process with its parent")
    code = (
        "import sys; from pathlib import Path; from pilotzones.geo.sandbox import worker_process; "
        f"worker_process.run_worker({_WORKER!r}, {{'until': sys.argv[1] + '/never', 'begun': sys.argv[1] + '/begun'}}, "
        "result=Path(sys.argv[1], 'result'), limits=sandbox_limits)"
    ).replace("sandbox_limits", "__import__('pilotzones.geo.sandbox.limits', fromlist=['UPLOAD']).TERMINAL")
    begun = tmp_path / "begun"
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) as parent:
        assert wait_until(begun.exists, 60)
        worker = int(begun.read_text())
        parent.kill()
    assert wait_until(lambda: not _is_alive(worker), 10)


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
