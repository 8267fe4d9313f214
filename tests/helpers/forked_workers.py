"""Workers forked from one process that has loaded their libraries: a test of what a file means waits for no new Python.

What the worker does is the same, from its order and its limits to its exit code. That it finds its libraries by itself, in a
process that has given up its rights, is what the tests of the sandbox show (tests/unit/geo/sandbox, tests/security).
"""

from __future__ import annotations

import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

# By what a worker may find loaded. GDAL reads its settings when it is loaded, with pyogrio, and they are those of one file:
# the workers that open boundaries load it themselves, and hide pandas from it.
_LIBRARIES = {
    "boundaries": (
        "numpy",
        "shapely",
        "pyarrow.parquet",
        "pyproj",
        "pilotzones.geo.boundaries.upload.attribute_mapping",
        "pilotzones.geo.boundaries.upload.divisions",
        "pilotzones.geo.boundaries.upload.formats.archive",
        "pilotzones.geo.boundaries.upload.formats.geojson_reader",
        "pilotzones.geo.boundaries.upload.geometry_cleaning",
        "pilotzones.geo.boundaries.upload.worker",
        "pilotzones.geo.overlay.upload.worker",
    ),
    "tables": (
        "lxml.etree",
        "openpyxl",
        "pilotzones.geo.documents.worker",
        "pilotzones.geo.documents.drafts.worker",
        "pilotzones.geo.indicators.table_worker",
        "pilotzones.geo.overlay.upload.check_worker",
        "pilotzones.geo.panel.onto_worker",
        "pilotzones.geo.panel.table_worker",
        "pilotzones.geo.projects.table_worker",
        "pilotzones.geo.query.table_worker",
    ),
}
_MAX_ORDER_BYTES = 100_000


class WorkerForker:
    """The processes that fork workers, each started for its first; `start` stands in the place of `subprocess.Popen`."""

    def __init__(self, processes: ExitStack) -> None:
        self.processes, self.lock = processes, threading.Lock()
        self.ends: dict[str, socket.socket] = {}

    def start(
        self, command: list[str], *, stderr: Any, env: dict[str, str], cwd: Path, **_pipes: object
    ) -> ForkedWorker:
        """Fork a worker as `pilotzones.geo.sandbox.worker_process` starts one."""
        module = command[-1]
        kind = "boundaries" if module in _LIBRARIES["boundaries"] else "tables"
        order = json.dumps({"module": module, "environment": env, "folder": str(cwd)}).encode()
        assert len(order) < _MAX_ORDER_BYTES
        stdin, pipe = os.pipe()
        reply, told = os.pipe()
        with self.lock:
            if kind not in self.ends:
                self.ends[kind] = self.processes.enter_context(_run_forker_of(kind))
            socket.send_fds(self.ends[kind], [order], [stdin, stderr.fileno(), told])
        os.close(stdin)
        os.close(told)
        return ForkedWorker(os.fdopen(pipe, "wb"), os.fdopen(reply, "rb", buffering=0))


class ForkedWorker:
    """A forked worker, with what is used of `subprocess.Popen`."""

    def __init__(self, stdin: Any, reply: Any) -> None:
        self.stdin, self._reply = stdin, reply
        self.returncode: int | None = None
        self.pid = int(self._read_number())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stdin.close()
        self.wait()
        self._reply.close()

    def _read_number(self) -> str:
        return bytes(iter(lambda: self._reply.read(1)[0], ord("\n"))).decode()

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._reply], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired([], timeout or 0)
            self.returncode = int(self._read_number())
        return self.returncode

    def kill(self) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


@contextmanager
def run_forker() -> Iterator[WorkerForker]:
    """Fork workers; the processes that do end when nobody holds the other ends of their sockets."""
    with ExitStack() as processes:
        yield WorkerForker(processes)


@contextmanager
def _run_forker_of(kind: str) -> Iterator[socket.socket]:
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    environment |= {"ARROW_DEFAULT_MEMORY_POOL": "system", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "tests.helpers.forked_workers", kind, str(there.fileno())]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, pass_fds=[there.fileno()], env=environment, cwd=root) as process:
        there.close()
        with here:
            yield here
        process.wait()


def _serve(kind: str, end: socket.socket) -> None:
    """Fork a worker for each order; say its number, and its code when it has ended."""
    for name in _LIBRARIES[kind]:
        import_module(name)
    assert kind == "tables" or not {"pyogrio", "pandas", "geopandas"} & set(sys.modules)
    assert threading.active_count() == 1
    replies: dict[int, int] = {}
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    while True:
        ready = select.select([end, woken], [], [])[0]
        if woken in ready:
            os.read(woken, 4096)
            _report_ended(replies)
        if end in ready:
            content, files, _, _ = socket.recv_fds(end, _MAX_ORDER_BYTES, 3)
            if not content:
                return
            stdin, stderr, reply = files
            pid = os.fork()
            if not pid:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for ours in (end.fileno(), woken, wake, reply, *replies.values()):
                    os.close(ours)
                _run_worker(json.loads(content), stdin, stderr)
            os.write(reply, f"{pid}\n".encode())
            replies[pid] = reply
            os.close(stdin)
            os.close(stderr)


def _report_ended(replies: dict[int, int]) -> None:
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            reply = replies.pop(ended[0])
            # Nobody waits for a worker that was killed.
            with suppress(BrokenPipeError):
                os.write(reply, f"{os.waitstatus_to_exitcode(ended[1])}\n".encode())
            os.close(reply)


def _run_worker(order: dict[str, Any], stdin: int, stderr: int) -> None:
    """Be the worker, in a process that has been forked for it; never return."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for place, file in enumerate((stdin, nothing, stderr)):
        os.dup2(file, place)
        os.close(file)
    os.chdir(order["folder"])
    os.environ.clear()
    # What ends this process when its parent ends is told who that is.
    os.environ.update(order["environment"] | {"PILOTZONES_PARENT": str(os.getppid())})
    sys.modules.pop(order["module"], None)
    code = 0
    try:
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as a process of its own would end
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        code = 1
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    # The folder of this file is not on the search path of a worker.
    with socket.socket(fileno=int(sys.argv[2])) as listening:
        _serve(sys.argv[1], listening)
