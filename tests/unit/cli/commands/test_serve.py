"""The command ``pilotzones app``: what it starts, and that the server ends with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from pilotzones.cli.commands import serve
from pilotzones.cli.main import run
from tests.helpers.waiting import wait_until

ROOT = Path(__file__).parents[4]
MAX_START_S = 120
MAX_STOP_S = 30

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


class Finished:
    """A server process that has ended with a code."""

    commands: list[list[str]]
    folders: list[Path]
    code = 0

    def __init__(self, command: list[str], *, cwd: Path, **_: object) -> None:
        self.commands.append(command)
        self.folders.append(cwd)

    def wait(self) -> int:
        return self.code


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 1), (3, 1), (-9, 1)])
def test_app_starts_streamlit_on_the_given_port(monkeypatch: pytest.MonkeyPatch, code: int, expected: int) -> None:
    Finished.commands, Finished.folders, Finished.code = [], [], code
    monkeypatch.setattr(subprocess, "Popen", Finished)
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM)]
    assert run(["app", "--port", "8600", "--no-browser"]) == expected
    ((_, *words),) = Finished.commands
    assert words[:3] == ["-m", "streamlit", "run"]
    assert words[4:] == ["--server.port", "8600", "--server.headless", "true"]
    script = Path(words[3])
    assert (script.parent.name, script.name, script.is_file()) == ("pilotzones", "app.py", True)
    # Streamlit reads its settings there.
    assert Finished.folders == [ROOT]
    assert (ROOT / ".streamlit" / "config.toml").is_file()
    assert handlers == [
        signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM)
    ]


def test_a_signal_during_the_start_stops_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    class Started(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, _command: list[str], **_: object) -> None:
            super().__init__([sys.executable, "-c", "import signal; signal.pause()"])
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(subprocess, "Popen", Started)
    assert run(["app"]) == 0


def test_a_server_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); signal.pause()"

    class Started(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, _command: list[str], **_: object) -> None:
            super().__init__([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
            assert self.stdout is not None
            self.stdout.readline()
            self.stdout.close()
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(subprocess, "Popen", Started)
    monkeypatch.setattr(serve, "_MAX_SHUTDOWN_S", 0.2)
    assert run(["app"]) == 0


@pytest.fixture
def port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def command(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The command, its server ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pilotzones.cli", "app", "--port", str(port), "--no-browser"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # Tests that run under nohup would start it with the signal ignored, as which it then leaves it.
        preexec_fn=partial(signal.signal, signal.SIGHUP, signal.SIG_DFL),  # noqa: PLW1509
    )
    try:
        assert wait_until(lambda: process.poll() is not None or is_healthy(port), MAX_START_S)
        assert process.poll() is None
        yield process
    finally:
        # Everything the test has started is in this session; nothing else is.
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def is_closed(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_to_the_command_ends_the_server(command: subprocess.Popen[bytes], port: int, name: str) -> None:
    # A connection that stays open must not hold up the end.
    with socket.create_connection(("127.0.0.1", port)):
        command.send_signal(getattr(signal, name))
        assert command.wait(MAX_STOP_S) == 0
        assert is_closed(port)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_killed_command_leaves_no_server(command: subprocess.Popen[bytes], port: int) -> None:
    command.kill()
    command.wait()
    assert wait_until(lambda: is_closed(port), MAX_STOP_S)
