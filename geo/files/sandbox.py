"""Run a worker process that opens a file from outside, under limits of time and memory.

A worker is a module with a function ``main`` that reads one order (JSON) from standard input, limits itself with
`limit_process` and leaves its result as a file. It may be killed at any time.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from pilotzones.geo.files.process_rights import drop_rights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotzones.geo.files.limits import Limits

__all__ = ["WorkerFailedError", "WorkerTimeoutError", "limit_process", "run_worker"]

# What a worker needs of its parent's environment to find its libraries and its temporary files.
_INHERITED: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "PROJ_DATA", "PROJ_LIB", "GDAL_DATA")
# Opening takes memory: so many workers run at a time in this process, whatever kind of file they open. Most files are open
# within this time [s]; a worker that takes longer makes way for the next and goes on beside it.
_QUICK_S: Final = 2.0
_QUICK_SLOTS: Final = threading.BoundedSemaphore(2)
_SLOW_SLOTS: Final = threading.BoundedSemaphore(2)
_RESULT_BYTES_PER_VERTEX: Final = 64
_MAX_LOGGED_BYTES: Final = 2_000
_LOG: Final = logging.getLogger(__name__)


class WorkerFailedError(RuntimeError):
    """Say that a worker ended without a result."""


class WorkerTimeoutError(WorkerFailedError):
    """Say that a worker took longer than it may."""


def run_worker(
    module: str,
    order: Mapping[str, object],
    *,
    result: Path,
    limits: Limits,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a worker and wait for its result.

    Parameters
    ----------
    module : str
        Dotted name of the worker.
    order : mapping of str to object
        JSON values for its standard input; ``result`` and ``limits`` are added.
    result : Path
        The file it must leave; its folder becomes the worker's current and temporary folder.
    limits : Limits
    environment : mapping of str to str, optional
        Variables to set for it, beside the few that it inherits.

    Raises
    ------
    WorkerTimeoutError
        When it took longer than ``limits.seconds``.
    WorkerFailedError
        When it ended with an error, was killed, or left no result.
    """
    folder = result.parent
    stderr = folder / "stderr.txt"
    # -P keeps the folder of the file off the search path for modules.
    command = [sys.executable, "-P", "-m", module]
    stdin = json.dumps({**order, "result": str(result), "limits": asdict(limits)}).encode()
    with _Slot() as slot, stderr.open("wb") as stream:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=stream,
            env=_environment(folder, environment or {}),
            cwd=folder,
        )
        with process:
            try:
                _wait_in_turn(process, stdin, limits.seconds, slot)
            except subprocess.TimeoutExpired:
                raise WorkerTimeoutError(f"it took more than {limits.seconds} s") from None
            finally:
                # Whatever ends the wait ends the worker: it must not live longer than its folder.
                process.kill()
    if process.returncode or not result.is_file():
        _LOG.info("worker ended with %d: %s", process.returncode, _read_end(stderr))
        raise WorkerFailedError(f"it ended with code {process.returncode}")


class _Slot:
    """One worker's place among those that run: a quick one at first, a slow one once it has taken its time."""

    def __enter__(self) -> Self:
        self._held = _QUICK_SLOTS
        self._held.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.release()

    def step_aside(self) -> None:
        """Leave the quick slot to the next worker, if there is a slow one."""
        if not _SLOW_SLOTS.acquire(blocking=False):
            return
        self._held = _SLOW_SLOTS
        _QUICK_SLOTS.release()


def _wait_in_turn(process: subprocess.Popen[bytes], stdin: bytes, seconds: float, slot: _Slot) -> None:
    try:
        process.communicate(stdin, timeout=min(_QUICK_S, seconds))
    except subprocess.TimeoutExpired:
        if seconds <= _QUICK_S:
            raise
        slot.step_aside()
        process.communicate(timeout=seconds - _QUICK_S)


def limit_process(limits: Limits) -> None:
    """Bind this process to its limits and give up its other rights; where the system knows none, the parent's clock is left.

    The current folder, which `run_worker` has made for it, stays writable.

    Parameters
    ----------
    limits : Limits
    """
    drop_rights(Path.cwd())
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


def _environment(folder: Path, added: Mapping[str, str]) -> dict[str, str]:
    # The folder that holds the package `pilotzones`: this file is pilotzones/geo/files/sandbox.py.
    root = str(Path(__file__).absolute().parents[3])
    inherited = os.environ.get("PYTHONPATH", "")
    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        **added,
        "PYTHONPATH": root + (os.pathsep + inherited if inherited else ""),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(folder),
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
