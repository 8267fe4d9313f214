"""Many visitors at once, a long queue of them, and a flood of uploads, against a server of its own on this computer.

Usage: ``python tools/load.py sessions|soak|browsers|flood [--seconds N] [--sessions N] [--think S] [-o FILE.json]``, and
``python tools/load.py sessions --sessions 20 --seconds 120 --think 1 --sources both`` for twenty who click at once (T-L1 b).

``sessions`` (T-L1) speaks Streamlit's own protocol over its socket: every visitor opens the map page, then changes region
or task every few seconds; a rerun is timed from the request to the end of its script. With ``--sources both`` every
other visitor comes by a link to the other boundary source. ``soak`` (T-L2) opens and closes visits one after the other and
fits a line through the server's memory. ``browsers`` (T-L2) opens real pages at once. ``flood`` (T-L3) uploads as much as
it may and then more. No other address than the server's own is ever asked, and every run is bounded.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tools.serving import ROOT, open_chromium
from tools.watching import serve_measured

_MOST_SESSIONS, _MOST_SECONDS, _MOST_VISITS = 200, 900, 2_000
_PATIENCE = 60.0
_MIN_WEIGHTS = 20
# What visitors do in turn: a filter and which of its options; None clears it.
_CLICKS: tuple[tuple[str, int | None], ...] = (
    ("w_region", 0),
    ("w_task", 2),
    ("w_region", None),
    ("w_task", 8),
    ("w_task", 4),
    ("w_task", None),
    ("w_region", 2),
    ("w_task", 1),
    ("w_region", 1),
    ("w_task", 5),
    ("w_region", 3),
    ("w_task", None),
)
_SOURCES = {"one": ("",), "both": ("source=tianditu", "source=amap")}
_MOST_MEMORY, _STEEPEST = 1_000, 5  # [MB], [MB/min]
_UPLOAD_BYTES = 19_000_000
_MAX_UPLOADS = 30


@dataclass
class Figures:
    """What the visitors of one run saw."""

    reruns_ms: list[float] = field(default_factory=list)
    first_ms: list[float] = field(default_factory=list)
    received: int = 0
    map_changes: int = 0
    errors: list[str] = field(default_factory=list)


class Visitor:
    """One session over the socket."""

    def __init__(self, port: int, figures: Figures, *, query: str = "") -> None:
        self._port = port
        self._figures = figures
        self._query = query
        self._fragment = ""
        self._map = ""
        self._maps: list[str] = []
        self._rest = ""
        self._filters: dict[str, tuple[str, list[str]]] = {}
        self._chosen: dict[str, list[str]] = {}
        self.session = ""

    async def __aenter__(self) -> Self:
        origin = f"http://127.0.0.1:{self._port}"
        self._socket = await websockets.connect(
            f"ws://127.0.0.1:{self._port}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            origin=websockets.Origin(origin),
            max_size=None,
            open_timeout=_PATIENCE,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def open(self) -> None:
        """Ask for the page as a browser does, and wait until its script has ended."""
        spent = await self._run(BackMsg())
        # The first page is the map alone: a browser asks for the rest when the map is drawn, or after a while.
        while self._rest:
            message = BackMsg()
            message.rerun_script.fragment_id, self._rest = self._rest, ""
            spent += await self._run(message)
        self._figures.first_ms.append(spent)

    async def click(self, filter_: str, choice: int | None) -> None:
        """Choose an option of a filter of the map page by its place, or none."""
        options = self._filters[filter_][1]
        self._chosen[filter_] = [] if choice is None else [options[choice]]
        message = BackMsg()
        # A browser sends what all widgets hold, not only the one that changed.
        for name, chosen in self._chosen.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self._filters[name][0]
            state.string_array_value.data.extend(chosen)
            state.string_array_value.SetInParent()
        message.rerun_script.fragment_id = self._fragment
        before = self._map
        self._figures.reruns_ms.append(await self._run(message))
        self._figures.map_changes += self._map != before

    async def _run(self, message: BackMsg) -> float:
        message.rerun_script.query_string = self._query
        started = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(_PATIENCE):
            while True:
                received = await self._socket.recv(decode=False)
                self._figures.received += len(received)
                forward = ForwardMsg.FromString(received)
                if self._handle_message(forward):
                    return (time.perf_counter() - started) * 1000

    def _handle_message(self, message: ForwardMsg) -> bool:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta":
            self._read(message)
        elif kind == "auto_rerun":
            self._rest = message.auto_rerun.fragment_id
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self._figures.errors.append("the script does not compile")
            return bool(message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN)
        return False

    def _read(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self._figures.errors.append(element.exception.message)
        elif kind == "component_instance":
            self._map = element.component_instance.json_args
            self._maps.append(self._map)
        elif kind in ("multiselect", "button_group"):
            self._know(getattr(element, kind), message.delta.fragment_id)

    def _know(self, widget: Any, fragment: str) -> None:
        name = next((name for name, _ in _CLICKS if widget.id.endswith(name)), None)
        if name is not None:
            options = [getattr(option, "content", option) for option in getattr(widget, "options", ())]
            self._filters[name], self._fragment = (widget.id, options), fragment

    @property
    def map_arguments(self) -> str:
        """All that the map of the page was sent."""
        return " ".join(self._maps)

    async def send(self, message: BackMsg) -> None:
        """Send any message, and wait for nothing."""
        await self._socket.send(message.SerializeToString())

    async def upload_address(self) -> str:
        """Ask where this session may put a file."""
        message = BackMsg()
        message.file_urls_request.request_id = "1"
        message.file_urls_request.file_names.append("x.geojson")
        message.file_urls_request.session_id = self.session
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(_PATIENCE):
            while True:
                forward = ForwardMsg.FromString(await self._socket.recv(decode=False))
                if forward.WhichOneof("type") == "file_urls_response":
                    return str(forward.file_urls_response.file_urls[0].upload_url)


def measure_resident(pid: int) -> float:
    """Measure the memory a process holds [MB]."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise SystemExit("the server of the benchmark has ended")


async def _visit(port: int, figures: Figures, *, until: float, think: float, seed: int, query: str) -> None:
    dice = random.Random(seed)
    try:
        # Visitors do not come in one moment.
        await asyncio.sleep(dice.uniform(0, think))
        async with Visitor(port, figures, query=query) as visitor:
            await visitor.open()
            step = seed
            while time.monotonic() < until:
                await asyncio.sleep(dice.uniform(0.5, 1.5) * think)
                await visitor.click(*_CLICKS[step % len(_CLICKS)])
                step += 1
    except (OSError, TimeoutError, websockets.WebSocketException) as error:
        figures.errors.append(f"{type(error).__name__}: {error}")


async def _warm_server(port: int, *, queries: tuple[str, ...] = ("",)) -> None:
    for query in queries:
        async with Visitor(port, Figures(), query=query) as visitor:
            await visitor.open()
            for click in _CLICKS:
                await visitor.click(*click)


async def _open_once(port: int) -> None:
    async with Visitor(port, Figures()) as visitor:
        await visitor.open()


async def _weigh(pid: int, figures: Figures, weights: list[tuple[float, float, int]]) -> None:
    """Note every second: time [min], memory of the server [MB], how many first pages were there; until cancelled."""
    while True:
        weights.append((time.monotonic() / 60, measure_resident(pid), len(figures.first_ms)))
        await asyncio.sleep(1)


def _compute_slope(weights: list[tuple[float, float, int]]) -> float | None:
    """Compute how fast memory grows [MB/min] once everybody is there: the first third is caches filling."""
    late = np.array(weights[len(weights) // 3 :])
    return round(float(np.polyfit(late[:, 0], late[:, 1], 1)[0]), 2) if len(late) >= _MIN_WEIGHTS else None


def run_sessions(pid: int, port: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """Run T-L1: many sessions with time to think."""
    queries = _SOURCES[arguments.sources]
    weights: list[tuple[float, float, int]] = []

    async def run_all() -> Figures:
        figures, until = Figures(), time.monotonic() + arguments.seconds
        visits = (
            _visit(port, figures, until=until, think=arguments.think, seed=seed, query=queries[seed % len(queries)])
            for seed in range(arguments.sessions)
        )
        weighing = asyncio.create_task(_weigh(pid, figures, weights))
        await asyncio.gather(*visits)
        weighing.cancel()
        return figures

    asyncio.run(_warm_server(port, queries=queries))
    before = measure_resident(pid)
    figures = asyncio.run(run_all())
    after = measure_resident(pid)
    opened = next((weight for _, weight, there in weights if there >= arguments.sessions), None)
    most = max(after, *(weight for _, weight, _ in weights))
    slope = _compute_slope(weights)
    return {
        "sessions": arguments.sessions,
        "sources": arguments.sources,
        "think_s": arguments.think,
        "seconds": arguments.seconds,
        "reruns": len(figures.reruns_ms),
        "reruns_that_changed_the_map": figures.map_changes,
        "errors": len(figures.errors),
        "error_texts": sorted(set(figures.errors))[:5],
        "first_p95_ms": _compute_percentile(figures.first_ms, 95),
        "rerun_p50_ms": _compute_percentile(figures.reruns_ms, 50),
        "rerun_p95_ms": _compute_percentile(figures.reruns_ms, 95),
        "kilobytes_a_rerun": round(figures.received / 1000 / max(1, len(figures.reruns_ms) + len(figures.first_ms)), 1),
        "memory_before_mb": round(before, 1),
        "memory_first_pages_mb": None if opened is None else round(opened, 1),
        "memory_end_mb": round(after, 1),
        "memory_most_mb": round(most, 1),
        "memory_growth_mb": round(after - before, 1),
        "memory_a_session_mb": round((after - before) / arguments.sessions, 2),
        "memory_slope_mb_per_min": slope,
        "met": {
            "no_error": not figures.errors,
            f"memory_below_{_MOST_MEMORY}_mb": most < _MOST_MEMORY,
            # A run of seconds cannot tell.
            f"memory_below_{_STEEPEST}_mb_per_min": None if slope is None else slope < _STEEPEST,
        },
    }


def run_soak(pid: int, port: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """Run T-L2: visits that come and go, four at a time."""
    figures, samples = Figures(), []

    async def run_visit() -> None:
        async with Visitor(port, figures) as visitor:
            await visitor.open()

    async def run_all() -> None:
        await _warm_server(port)
        done = 0
        while done < arguments.visits:
            await asyncio.gather(*(run_visit() for _ in range(4)))
            done += 4
            if done % 20 == 0:
                samples.append((done, measure_resident(pid)))

    asyncio.run(run_all())
    # What the first visits leave is caches filling; a leak goes on.
    late = np.array(samples[len(samples) // 3 :])
    slope = float(np.polyfit(late[:, 0], late[:, 1], 1)[0]) * 100
    return {
        "visits": arguments.visits,
        "errors": len(figures.errors),
        "visit_p95_ms": _compute_percentile(figures.first_ms, 95),
        "memory_first_mb": round(samples[0][1], 1),
        "memory_last_mb": round(samples[-1][1], 1),
        "memory_slope_mb_per_100": round(slope, 2),
    }


def run_browsers(pid: int, port: int, arguments: argparse.Namespace) -> dict[str, Any]:  # noqa: ARG001  # one length only
    """Run T-L2: real pages, opened in one moment; then as many of the smallest page with a map, which none can do without."""
    asyncio.run(_warm_server(port))
    found = _open_eight(port, "window.pilotmap && pilotmap.stats().drawn > 50") | {
        "server_memory_mb": round(measure_resident(pid), 1)
    }
    smallest = ROOT / "bench" / "apps" / "smallest_app.py"
    with (
        tempfile.TemporaryDirectory() as bytecode,
        serve_measured(smallest, Path(bytecode), settings_of=smallest.parent) as (_, other),
    ):
        asyncio.run(_open_once(other))
        found["smallest_last_map_ms"] = _open_eight(other, "document.querySelector('.leaflet-interactive')")[
            "last_map_ms"
        ]
    return found


def _open_eight(port: int, drawn: str) -> dict[str, int]:
    """Open eight pages with empty caches; when the last of them has its map, and what they asked of others."""
    with open_chromium() as browser:
        pages = [browser.new_context(viewport={"width": 1400, "height": 1000}).new_page() for _ in range(8)]
        requests: list[str] = []
        errors: list[str] = []
        address = f"http://127.0.0.1:{port}/"
        for page in pages:
            page.on("request", lambda request: requests.append(request.url))
            page.on("pageerror", lambda error: errors.append(str(error)))
        started = time.perf_counter()
        for page in pages:
            page.goto(address, wait_until="commit")
        seen = []
        for page in pages:
            frame = page.wait_for_selector("iframe[data-testid=stCustomComponentV1]", timeout=60_000).content_frame()
            frame.wait_for_function(drawn, timeout=60_000)
            seen.append((time.perf_counter() - started) * 1000)
    return {
        "pages": len(pages),
        "errors": len(errors),
        "outside_requests": len([url for url in requests if not url.startswith((address, "data:", "blob:"))]),
        "last_map_ms": round(max(seen)),
    }


def run_flood(pid: int, port: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """Run T-L3: many sessions that upload the largest files there may be; is the server still well after it?"""
    figures, statuses, peak = Figures(), list[int](), 0.0

    async def run_all() -> None:
        nonlocal peak
        visitors = [Visitor(port, figures) for _ in range(6)]
        for visitor in visitors:
            await visitor.__aenter__()
            await visitor.open()
        content = os.urandom(_UPLOAD_BYTES)
        for number in range(min(_MAX_UPLOADS, arguments.uploads)):
            address = await visitors[number % len(visitors)].upload_address()
            statuses.append(await asyncio.to_thread(_put, port, address, content))
            peak = max(peak, measure_resident(pid))
        statuses.append(await asyncio.to_thread(_put, port, address, os.urandom(21 * 1024 * 1024 + 1)))
        for visitor in visitors:
            await visitor.__aexit__()

    asyncio.run(_warm_server(port))
    before = measure_resident(pid)
    asyncio.run(run_all())
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=10) as health:
        alive = health.status == 200
    return {
        "uploads": len(statuses) - 1,
        "megabytes_each": _UPLOAD_BYTES / 1e6,
        "accepted": statuses[:-1].count(204),
        "refused": statuses[:-1].count(413),
        "other_answers": sorted(set(statuses[:-1]) - {204, 413}),
        "too_large_answer": statuses[-1],
        "errors": len(figures.errors),
        "memory_before_mb": round(before, 1),
        "memory_peak_mb": round(peak, 1),
        "alive": alive,
    }


def _put(port: int, address: str, content: bytes) -> int:
    # The token is any value that cookie and header share; a page of another origin can set neither.
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=10) as answer:
        cookie = answer.headers["Set-Cookie"].split(";")[0]
    edge = b"--pilotzones"
    body = edge + b'\r\nContent-Disposition: form-data; name="f"; filename="x.geojson"\r\n\r\n' + content
    headers = {
        "Content-Type": "multipart/form-data; boundary=pilotzones",
        "Cookie": cookie,
        "X-Xsrftoken": cookie.partition("=")[2],
    }
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{address}", data=body + b"\r\n" + edge + b"--\r\n", headers=headers, method="PUT"
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return int(refused.code)
    except (BrokenPipeError, ConnectionResetError, urllib.error.URLError):
        # The server answered before it had read all, and closed.
        return 413


def _compute_percentile(values: list[float], share: int) -> float | None:
    return round(float(np.percentile(values, share)), 1) if values else None


_RUNS = {"sessions": run_sessions, "soak": run_soak, "browsers": run_browsers, "flood": run_flood}


def carry_out(run: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Start a server, carry out one run, stop the server."""
    with (
        tempfile.TemporaryDirectory() as bytecode,
        serve_measured(ROOT / "app.py", Path(bytecode), settings_of=ROOT) as (process, port),
    ):
        return _RUNS[run](process.pid, port, arguments)


def make_parser() -> argparse.ArgumentParser:
    """Define the flags, with the values of a full run as defaults."""
    flags = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    flags.add_argument("run", choices=_RUNS)
    flags.add_argument("--sessions", type=int, default=50)
    flags.add_argument("--think", type=float, default=5.0, help="mean time between two changes of a visitor [s]")
    flags.add_argument("--seconds", type=float, default=300.0)
    flags.add_argument("--sources", choices=_SOURCES, default="one", help="boundary sources that sessions look at")
    flags.add_argument("--visits", type=int, default=1_000)
    flags.add_argument("--uploads", type=int, default=24)
    flags.add_argument("-o", "--output", type=Path)
    return flags


def main() -> None:
    """Carry out one run and print its figures."""
    arguments = make_parser().parse_args()
    if arguments.sessions > _MOST_SESSIONS or arguments.seconds > _MOST_SECONDS or arguments.visits > _MOST_VISITS:
        sys.exit(f"at most {_MOST_SESSIONS} sessions, {_MOST_SECONDS} s and {_MOST_VISITS} visits")
    figures = carry_out(arguments.run, arguments)
    text = json.dumps(figures, indent=2)
    print(text)
    if arguments.output:
        arguments.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
