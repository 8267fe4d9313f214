"""The command ``pilotzones app``: Streamlit in a child process that ends with this one.

The command stays the parent instead of replacing itself by Streamlit (``os.exec``). As process 1 of a container a program
only receives signals it handles, and Streamlit handles neither SIGHUP nor anything before its server is up; it also waits
without limit for open connections, and then ends by the signal instead of with a code.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import pilotzones
from pilotzones.cli.options import ERROR, FINE
from pilotzones.geo.sandbox.process_rights import end_with_parent

__all__ = ["add_options", "run"]

_STOP_SIGNALS: Final = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
# The server gets this long to close its connections before it is killed [s].
_MAX_SHUTDOWN_S: Final = 3


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    parser.add_argument("--port", type=int, default=8501, help="port (default: %(default)s)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser window")


def run(arguments: argparse.Namespace) -> int:
    """Serve the web app until the server ends or a signal stops it.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0 when a signal stopped it or the server ended without an error, else 1.
    """
    package = Path(pilotzones.__file__).parent
    command = [sys.executable, "-m", "streamlit", "run", str(package / "app.py"), "--server.port", str(arguments.port)]
    if arguments.no_browser:
        command += ["--server.headless", "true"]
    # Streamlit reads .streamlit/config.toml in its working directory: in a checkout that is the root of the repository.
    return _UvicornServer().run(command, package.resolve().parent)


class _UvicornServer:
    """The server process, and the signal handlers that end it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def run(self, command: Sequence[str], folder: Path) -> int:
        """Start the server, wait for its end, and return the exit code."""
        previous = self._install_handlers()
        try:
            # One thread runs here, so nothing can hold a lock that the function after the fork needs.
            watch = partial(end_with_parent, os.getpid()) if sys.platform == "linux" else None
            self._process = subprocess.Popen(command, cwd=folder, preexec_fn=watch)  # noqa: PLW1509
            if self._stopping:
                # The signal arrived while the process was being started.
                self._stop()
            code = self._process.wait()
        finally:
            if sys.platform != "win32":
                signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in previous.items():
                signal.signal(number, handler)
        return FINE if self._stopping or code == 0 else ERROR

    def _install_handlers(self) -> dict[signal.Signals, Any]:
        previous: dict[signal.Signals, Any] = {}
        for name in _STOP_SIGNALS:
            number = getattr(signal, name, None)
            # Under nohup SIGHUP is ignored on purpose.
            if number is not None and not (name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN):
                previous[number] = signal.signal(number, self._stop)
        if sys.platform != "win32":
            previous[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._kill)
        return previous

    def _stop(self, *_: object) -> None:
        """End the server: SIGTERM now, SIGKILL when it takes too long."""
        self._stopping = True
        if self._process is None:
            return
        self._process.terminate()
        if sys.platform != "win32" and not any(signal.getitimer(signal.ITIMER_REAL)):
            signal.setitimer(signal.ITIMER_REAL, _MAX_SHUTDOWN_S)

    def _kill(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
