"""Run a worker process that opens a file from outside, under limits of time and memory.

A worker is a module that is run as a program: it reads one order (JSON) from standard input and limits itself with
`take_order`, and leaves its result as a file. It may be killed at any time.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from pilotzones.geo.errors import IntakeCode, Problem, make_problem
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.process_rights import drop_rights, end_with_parent
from pilotzones.geo.sandbox.worker_queue import Lane, QueueFullError, Turn, WorkerQueue

__all__ = [
    "CALLER",
    "Caller",
    "WorkerBusyError",
    "WorkerFailedError",
    "WorkerTimeoutError",
    "limit_process",
    "run_worker",
    "take_order",
]

# What a worker needs of its parent's environment to find its libraries and its temporary files.
_INHERITED: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "PROJ_DATA", "PROJ_LIB", "GDAL_DATA")
# Most files are open within this time of the processor [s], a file of 700 counties in two thirds of it; a worker that takes
# longer makes way for the next, and so does one that waits for something else for longer [s].
_QUICK_S: Final = 1.0
_MAX_QUICK_WALL_S: Final = 4.0
_POLL_S: Final = 0.25
# How much less of the processor a slow worker gets than a quick one and the server itself.
_SLOW_NICENESS: Final = 10
_QUEUE: Final = WorkerQueue(quick=2, slow=2, max_waiting=100, max_wait_s=60.0)
# Names the process that started a worker, to the worker.
_PARENT: Final = "PILOTZONES_PARENT"
_RESULT_BYTES_PER_VERTEX: Final = 64
_MAX_LOGGED_BYTES: Final = 2_000
# What a limit has ended was damaged, too large or built to do harm: nobody knows which.
_PROBLEMS: Final[dict[IntakeCode, str]] = {"slow": "too_large-seconds", "busy": "server_busy"}
_LOG: Final = logging.getLogger(__name__)


class WorkerFailedError(RuntimeError):
    """Say that a worker ended without a result; `code` is that of `IntakeError`."""

    code: IntakeCode = "damaged"

    def make_problem(self, file: str, limits: Limits) -> Problem:
        """Make the problem that says to the user of a file why it was not read.

        Parameters
        ----------
        file : str
            What it is called to its user.
        limits : Limits
            Of the worker.

        Returns
        -------
        Problem
        """
        facts = {"seconds": limits.seconds, "megabytes": f"{limits.memory_bytes // 10**6:,}"}
        return make_problem(file, _PROBLEMS.get(self.code, "too_large-limits"), facts=facts)


class WorkerTimeoutError(WorkerFailedError):
    """Say that a worker took longer than it may."""

    code: IntakeCode = "slow"


class WorkerBusyError(WorkerFailedError):
    """Say that a worker was not started, because too many others wait."""

    code: IntakeCode = "busy"


def _report_nothing(_share: float | None) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom workers are run.

    Parameters
    ----------
    visitor : str, optional
        Visitors take turns; empty for the user of the terminal.
    report : callable, optional
        Called every quarter of a second with the share of its time that a worker has used, None while it waits for its turn.
        What it raises ends the worker.
    """

    visitor: str = ""
    report: Callable[[float | None], None] = _report_nothing


# Of the thread that runs a worker.
CALLER: Final[ContextVar[Caller]] = ContextVar("caller", default=Caller())  # noqa: B039 - frozen


def run_worker(module: str, order: Mapping[str, object], *, result: Path, limits: Limits) -> None:
    """Run a worker for `CALLER` and wait for its result.

    Parameters
    ----------
    module : str
        Dotted name of the worker.
    order : mapping of str to object
        JSON values for its standard input; ``result`` and ``limits`` are added.
    result : Path
        The file it must leave; its folder becomes the worker's current and temporary folder.
    limits : Limits

    Raises
    ------
    WorkerTimeoutError
        When it took longer than ``limits.seconds``.
    WorkerBusyError
        When too many others wait, or it waited too long for its turn.
    WorkerFailedError
        When it ended with an error, was killed, or left no result.
    """
    folder = result.parent
    # -P keeps the folder of the file off the search path for modules.
    command = [sys.executable, "-P", "-m", module]
    stdin = json.dumps({**order, "result": str(result), "limits": asdict(limits)}).encode()
    run = _Run(command, stdin, folder, _build_environment(folder), limits.seconds, CALLER.get())
    try:
        code = run.run_quick()
        if code is None:
            result.unlink(missing_ok=True)
            code = run.run_slow()
    except QueueFullError:
        raise WorkerBusyError("the server is busy with other files; try again in a minute") from None
    if code or not result.is_file():
        _LOG.info("worker ended with %d: %s", code, _read_end(run.stderr))
        raise WorkerFailedError("reading it was ended, because it is damaged or asks for too much")


@dataclass(frozen=True, slots=True)
class _Run:
    """One worker: what to start, and how long it may take [s]."""

    command: list[str]
    stdin: bytes
    folder: Path
    environment: dict[str, str]
    seconds: float
    caller: Caller

    @property
    def stderr(self) -> Path:
        return self.folder / "stderr.txt"

    def run_quick(self) -> int | None:
        """Return its code, or None when it takes longer, others wait, and there is no place for it to go on."""
        with self._wait_for_turn("quick") as turn, self._start() as process:

            def must_end(spent: float) -> bool:
                if turn.lane == "slow" or not _has_been_slow(process, spent):
                    return False
                if _QUEUE.move_to_slow(turn):
                    _lower_priority(process)
                    return False
                # What has to begin anew is ended, for all that wait would hold memory.
                return _QUEUE.is_waited_for("quick")

            return self._wait(process, must_end)

    def run_slow(self) -> int:
        """Begin anew in the slow lane, with all its time."""
        with self._wait_for_turn("slow"), self._start() as process:
            _lower_priority(process)
            return self._wait(process, lambda _: False) or 0

    def _wait_for_turn(self, lane: Lane) -> AbstractContextManager[Turn]:
        return _QUEUE.wait_for_turn(lane, self.caller.visitor, partial(self.caller.report, None))

    @contextmanager
    def _start(self) -> Iterator[subprocess.Popen[bytes]]:
        with self.stderr.open("wb") as stream:
            process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=stream,
                env=self.environment,
                cwd=self.folder,
            )
            with process:
                try:
                    # An order is shorter than what a pipe takes without a reader.
                    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:  # type: ignore[union-attr]
                        pipe.write(self.stdin)
                    yield process
                finally:
                    # Whatever ends the wait ends the worker: it must not live longer than its folder.
                    process.kill()

    def _wait(self, process: subprocess.Popen[bytes], must_end: Callable[[float], bool]) -> int | None:
        """Wait for its code; None when it has to end before."""
        begun = time.monotonic()
        while (spent := time.monotonic() - begun) < self.seconds:
            self.caller.report(spent / self.seconds)
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(min(_POLL_S, self.seconds - spent))
            if must_end(spent):
                return None
        raise WorkerTimeoutError(f"opening it took more than {self.seconds} s")


def _has_been_slow(process: subprocess.Popen[bytes], spent: float) -> bool:
    """Return whether a worker has used more than a quick one does: of the processor, where the system says so, or of time."""
    if spent <= _QUICK_S or spent > _MAX_QUICK_WALL_S:
        return spent > _QUICK_S
    try:
        fields = (
            Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
        # Fields 14 and 15 of the file, counted from 1: user and system time.
        used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return True
    return used > _QUICK_S


def _lower_priority(process: subprocess.Popen[bytes]) -> None:
    if sys.platform != "win32":
        # It may have ended.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _SLOW_NICENESS)


def take_order() -> tuple[dict[str, Any], Limits]:
    """Read the order on standard input, and the limits in it, to which this process is bound from now on."""
    order = json.load(sys.stdin)
    limits = Limits(**order.pop("limits"))
    limit_process(limits)
    return order, limits


def limit_process(limits: Limits) -> None:
    """Bind this process to its limits and give up its other rights; where the system knows none, the parent's clock is left.

    The current folder, which `run_worker` has made for it, stays writable.

    Parameters
    ----------
    limits : Limits
    """
    drop_rights(Path.cwd())
    if _PARENT in os.environ:
        end_with_parent(int(os.environ[_PARENT]))
    try:
        import resource
    except ImportError:
        return
    largest_file = max(limits.unpacked_bytes, limits.vertices * _RESULT_BYTES_PER_VERTEX)
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.seconds,
        resource.RLIMIT_FSIZE: largest_file,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in wanted.items():
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # macOS refuses RLIMIT_AS.
        with contextlib.suppress(ValueError):
            resource.setrlimit(what, (bound, bound))


def _build_environment(folder: Path) -> dict[str, str]:
    # The folder that holds the package `pilotzones`: this file is pilotzones/geo/sandbox/worker_process.py.
    root = str(Path(__file__).absolute().parents[3])
    inherited = os.environ.get("PYTHONPATH", "")
    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        "PYTHONPATH": root + (os.pathsep + inherited if inherited else ""),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(folder),
        _PARENT: str(os.getpid()),
        "LC_ALL": "C.UTF-8",
        # One thread each: the limit on address space would count the stacks of the others.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _read_end(path: Path) -> str:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _MAX_LOGGED_BYTES))
        return stream.read().decode("utf-8", "replace")
