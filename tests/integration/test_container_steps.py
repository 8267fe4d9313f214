"""The steps of the Containerfile, taken by hand in an empty folder, and the app as a user who may write nothing there."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.waiting import wait_until
from tools.serving import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="an image of Linux")

_USER = "10001"
_SCRIPT = ROOT / "tools" / "install_app.sh"
_CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")


def _as_user(*command: str) -> list[str]:
    """The command as a user without rights: this one, or for root one in a namespace where it has none."""
    return (
        list(command) if os.getuid() else ["unshare", "--user", f"--map-user={_USER}", f"--map-group={_USER}", *command]
    )


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder as the image has it, which nobody may write, and beside it the line for site-packages."""
    base = tmp_path_factory.mktemp("image")
    app, site = base / "app", base / "site"
    app.mkdir()
    site.mkdir()
    environment = os.environ | {
        "SITE_PACKAGES": str(site),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    for step in (["files", str(ROOT)], ["app"]):
        subprocess.run(["sh", str(_SCRIPT), *step], cwd=app, env=environment, check=True)
    subprocess.run(["chmod", "-R", "a+rX,a-w", str(app)], check=True)
    probe = subprocess.run(_as_user(sys.executable, "-c", "import streamlit"), capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("root cannot give up its rights here (unshare)")
    yield base
    subprocess.run(["chmod", "-R", "u+w", str(app)], check=True)
    shutil.rmtree(app)


def _environment(image: Path, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": (image / "site" / "pilotzones.pth").read_text(encoding="utf-8").strip(),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(home),
        "TMPDIR": str(home),
    }


@pytest.fixture
def home(image: Path, tmp_path: Path) -> Path:
    """The one folder that the user may write."""
    folder = image / tmp_path.name
    folder.mkdir()
    return folder


def test_every_step_of_the_containerfile_is_one_of_the_script() -> None:
    steps = set(re.findall(r"install_app\.sh (\w+)", _CONTAINERFILE))
    assert steps == {"files", "dependencies", "app"}
    assert "pip" not in _CONTAINERFILE
    unknown = subprocess.run(["sh", str(_SCRIPT), "other"], capture_output=True, text=True, check=False)
    assert (unknown.returncode, unknown.stderr) == (1, "install_app.sh: no step other\n")


def test_the_terminal_works_from_a_folder_that_nobody_may_write(image: Path, home: Path) -> None:
    command = _as_user(sys.executable, "-m", "pilotzones.cli", "check", "--json")
    done = subprocess.run(
        command, cwd=image / "app", env=_environment(image, home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["matched"] == 80
    probe = "import os, pilotzones, sys; print(pilotzones.__file__, os.access(sys.argv[1], os.W_OK))"
    where = subprocess.run(
        _as_user(sys.executable, "-c", probe, str(image / "app")),
        cwd=home,
        env=_environment(image, home),
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.split() == [str(image / "app" / "pilotzones" / "__init__.py"), "False"]
    refused = subprocess.run(
        _as_user(sys.executable, "-m", "pilotzones.cli", "export", "--output", str(image / "app" / "out")),
        cwd=image / "app",
        env=_environment(image, home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith("pilotzones: ")
    assert "Traceback" not in refused.stderr


def test_the_app_serves_from_a_folder_that_nobody_may_write(image: Path, home: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    (told,) = re.findall(r"^CMD (\[.*\])$", _CONTAINERFILE, flags=re.MULTILINE)
    command = [sys.executable, *json.loads(told)[1:-1], str(port)]
    log = home / "log.txt"
    with log.open("wb") as output:
        server = subprocess.Popen(
            _as_user(*command), cwd=image / "app", env=_environment(image, home), stdout=output, stderr=output
        )
    try:
        assert _ask(server, port, "localhost") == 200, log.read_text(encoding="utf-8")
        assert _ask(server, port, "evil.test") == 400
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0, log.read_text(encoding="utf-8")
    assert "Traceback" not in log.read_text(encoding="utf-8")


def _ask(server: subprocess.Popen[bytes], port: int, host: str) -> int:
    """Status of an answer, once the server listens."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/_stcore/health", headers={"Host": host})
    statuses: list[int] = []

    def is_answered() -> bool:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                statuses.append(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                statuses.append(error.code)
        except (urllib.error.URLError, TimeoutError):
            return False
        return True

    assert wait_until(is_answered, 120)
    return statuses[0]
