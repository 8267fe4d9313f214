"""Streamlit on a free port of this computer, and the browser that looks at it: for benchmarks and for browser tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("PILOTZONES_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
# The popup of the address bar is a page of its own in every window, which takes an eighth of the processor's time. Of several
# such switches Chromium takes the last, so that what Playwright switches off stands here as well.
_SWITCHED_OFF = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch",
)  # fmt: skip
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_SWITCHED_OFF)}",
    # No host but this computer can be reached.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_PATIENCE = 120  # until a server answers [s]


class NoServerError(RuntimeError):
    """A server that did not answer in time, with what it wrote."""


@contextmanager
def run_server(
    script: Path, log: Path, *, folder: Path = ROOT, environment: Mapping[str, str] = os.environ, **options: object
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Serve a Streamlit script; process and port, ready to answer when this yields.

    Streamlit reads its settings in `folder`; `options` go before them. What the server writes goes to `log`.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    settings = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    } | options
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += [f"--{name}={value}" for name, value in settings.items()]
    health = f"http://127.0.0.1:{port}/{settings.get('server.baseUrlPath', '')}".rstrip("/") + "/_stcore/health"
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output) as process,
    ):
        try:
            _wait_for(health, process, log)
            yield process, port
        finally:
            process.terminate()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.01)
    raise NoServerError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def open_chromium() -> Iterator[Any]:
    """Open a headless browser that reaches nothing but this computer."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        raise SystemExit("nothing can be seen without a browser: install Chromium (apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        try:
            yield started
        finally:
            started.close()
