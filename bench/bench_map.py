"""The living map beside the obvious code (folium.GeoJson of the frame, through st_folium) and pydeck, in one browser.

Usage: ``python bench/bench_map.py [--only zones|tianditu|amap ...] [--quick] [-o FILE.json]``

For the zones map and for all counties of each built-in source: process start to first map, first map of a new session
with a warm server, and changing a filter: from the click until the map has drawn it, bytes sent to the browser for it
(everything that belongs to the change, as it travels), how often the map was mounted anew, frames while panning, and the
memory of server and page. The browser reaches no host but this computer. Python's compiled files are made before
anything is timed.

pydeck is the leading alternative for large layers that draws without a network: deck.gl is in Streamlit's own pages. It is
measured as its manual shows it, and as somebody writes it who knows deck.gl. The other, lonboard, has no way into a
Streamlit page but its HTML file, and that asks hosts on the Internet for require.js, the widget manager and its reader of
Parquet. deck.gl draws with WebGL, which is done in software here, for no candidate has a graphics card: its frames while
panning say little about other computers, and the time a frame takes to be painted after deck.gl has drawn it has a row of
its own and is in no other figure.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench.apps.county_classes import CHOICES
from tools.serving import ROOT, open_chromium
from tools.watching import NotDrawnError, SourceChange, Visit, WatchingServer, serve

if TYPE_CHECKING:
    from collections.abc import Callable

APPS = Path(__file__).resolve().parent / "apps"
_MAX_SECONDS, _MIN_CHANGES = 90, 3  # no page is given more time for its changes [s], but so many are always made
_SMALLEST = "smallest st_folium app"
_REGIONS = ["东部地区", "中部地区", "西部地区", "东北地区"]
# A Gray code: every step adds or takes one region and no set of regions comes twice: nothing is answered from a cache.
_REGION_STEPS = [_REGIONS[bit] for bit in (0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1)]
# The first choice is the one the page starts with.
_COUNTY_STEPS = [CHOICES[step % len(CHOICES)] for step in range(1, 15)]


@dataclass
class MeasuredApp:
    """One page to measure, and what was measured."""

    name: str
    script: Path
    settings_of: Path
    cold: int = 1
    changes: int = 10
    source: str = "tianditu"
    rated: bool = True  # whether there are targets beside it
    ended: str = ""  # why no more of it could be measured
    cold_ms: list[float] = field(default_factory=list)
    warm_ms: list[float] = field(default_factory=list)
    made: list[SourceChange] = field(default_factory=list)
    frames: list[float] = field(default_factory=list)
    server_mb: list[float] = field(default_factory=list)
    page_mb: list[float] = field(default_factory=list)

    def compute_figures(self) -> dict[str, float]:
        """Compute the medians and the like of all that was measured."""
        times = [change.milliseconds for change in self.made]
        lists = {
            "start_to_first_map_ms": self.cold_ms,
            "new_session_first_map_ms": self.warm_ms,
            "frames_per_second": self.frames if self.changes else [],
            "server_mb": self.server_mb if self.changes else [],
            "page_mb": self.page_mb if self.changes else [],
            "filter_change_bytes": [change.sent for change in self.made],
            "filter_change_painted_ms": [change.painted for change in self.made if change.painted is not None],
        }
        found = {name: float(np.median(values)) for name, values in lists.items() if values}
        if times:
            found |= {
                "filter_changes": len(times),
                "filter_change_p50_ms": float(np.percentile(times, 50)),
                "filter_change_p95_ms": float(np.percentile(times, 95)),
                "remounts_per_change": float(np.mean([change.mounts for change in self.made])),
            }
        return found


@dataclass
class Comparison:
    """Ours, its rivals, and the presses that change what is shown."""

    name: str
    title: str
    steps: list[str]
    ours: MeasuredApp
    rivals: list[MeasuredApp]

    @property
    def candidates(self) -> list[MeasuredApp]:
        """All of them, ours first."""
        return [self.ours, *self.rivals]


def list_comparisons(*, quick: bool) -> list[Comparison]:
    """List what is measured: more often what is quick."""
    cold, changes = (1, 4) if quick else (3, len(_REGION_STEPS))
    few = 3 if quick else 10
    return [
        Comparison(
            "zones",
            "zones map: 86 members",
            _REGION_STEPS,
            MeasuredApp("the app", ROOT / "app.py", ROOT, cold, changes),
            [
                MeasuredApp("obvious, members only", APPS / "obvious_zones_app.py", APPS, cold, changes),
                MeasuredApp("obvious, same layers", APPS / "obvious_layers_app.py", APPS, 1, few),
                MeasuredApp(_SMALLEST, APPS / "smallest_app.py", APPS, cold, 0, rated=False),
            ],
        ),
        Comparison(
            "tianditu",
            "all counties of Tianditu, each restyled (small page on layers; the app has no such control)",
            _COUNTY_STEPS,
            MeasuredApp("layers", APPS / "counties_app.py", ROOT, cold, changes),
            [
                MeasuredApp("obvious", APPS / "obvious_counties_app.py", APPS, 1, few),
                MeasuredApp("pydeck", APPS / "pydeck_counties_app.py", APPS, 1, few, rated=False),
                MeasuredApp("pydeck, by address", APPS / "pydeck_address_app.py", APPS, 1, few, rated=False),
            ],
        ),
        Comparison(
            "amap",
            "all counties of AMap, each restyled (the same small page)",
            _COUNTY_STEPS,
            MeasuredApp("layers", APPS / "counties_app.py", ROOT, cold, changes, "amap"),
            # A minute for each change: once is enough.
            [
                MeasuredApp("obvious", APPS / "obvious_counties_app.py", APPS, 1, 1, "amap"),
                # More than Streamlit sends in one message, which is the result; with that limit raised, what drives the
                # browser ends for lack of memory. By address it could be drawn; but each frame of 2.5 million vertices
                # takes minutes to paint in software, and that would be a figure of this computer.
                MeasuredApp("pydeck", APPS / "pydeck_counties_app.py", APPS, 1, 1, "amap", rated=False),
            ],
        ),
    ]


def measure(match: Comparison, browser: Any, bytecode: Path, progress: Progress) -> None:
    """Run one match; starts of the candidates alternate."""
    total = sum(2 * candidate.cold + candidate.changes for candidate in match.candidates)
    task = progress.add_task(match.title.split(":")[0].split(",")[0], total=total)

    def advance() -> None:
        progress.advance(task)

    for turn in range(max(candidate.cold for candidate in match.candidates)):
        for candidate in match.candidates:
            if turn >= candidate.cold or candidate.ended:
                continue
            here = {"settings_of": candidate.settings_of, "source": candidate.source}
            with serve(candidate.script, bytecode, **here) as server:
                try:
                    start_once(candidate, match.steps if turn == 0 else [], browser, server, advance)
                except NotDrawnError as why:
                    if candidate is match.ours:
                        raise
                    candidate.ended = str(why)


def start_once(
    candidate: MeasuredApp, steps: list[str], browser: Any, server: WatchingServer, advance: Callable[[], None]
) -> None:
    """Open the first map of a server just started, make changes if there are any, open the first map of another visitor."""
    visit = Visit(browser, server)
    _, drawn = visit.open()
    candidate.cold_ms.append(drawn - server.started_ms)
    advance()
    if steps:
        change_often(visit, candidate, steps, advance)
        candidate.frames.append(visit.measure_pan_fps())
        candidate.page_mb.append(visit.measure_memory_mb())
        candidate.server_mb.append(server.measure_memory_mb())
    visit.close()
    again = Visit(browser, server)
    opened_ms, drawn = again.open()
    candidate.warm_ms.append(drawn - opened_ms)
    again.close()
    advance()


def change_often(visit: Visit, candidate: MeasuredApp, steps: list[str], advance: Callable[[], None]) -> None:
    """Make the changes, as many as the time allows."""
    began = time.monotonic()
    for label in steps[: candidate.changes]:
        if time.monotonic() - began < _MAX_SECONDS or len(candidate.made) < _MIN_CHANGES:
            candidate.made.append(visit.change(label))
        advance()


def compile_everything(browser: Any, bytecode: Path, names: set[str]) -> None:
    """Start each kind of page once, so that no timed start has to compile Python or prepare a source for the machine."""
    counties = APPS / "counties_app.py"
    pages = {
        ("zones", ROOT / "app.py", ROOT),
        ("zones", APPS / "obvious_zones_app.py", APPS),
        ("tianditu", APPS / "obvious_zones_app.py", APPS),
        ("tianditu", counties, ROOT),
        ("amap", counties, ROOT),
    }
    for name, script, settings_of in sorted(pages):
        if name not in names:
            continue
        with serve(
            script, bytecode, settings_of=settings_of, source="amap" if name == "amap" else "tianditu"
        ) as server:
            visit = Visit(browser, server)
            visit.open()
            visit.close()
    # Its page takes a minute to paint here, and has no other Python of its own.
    pydeck = importlib.util.find_spec("pydeck")
    folders = list(pydeck.submodule_search_locations or []) if pydeck else []
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(bytecode)}
    subprocess.run([sys.executable, "-m", "compileall", "-q", *folders], env=environment, check=True)


def compare(match: Comparison) -> dict[str, Any]:
    """Return the figures of one match, and how many times ours is better than each rival."""
    own = match.ours.compute_figures()
    rivals = []
    for rival in match.rivals:
        figures = rival.compute_figures()
        better = {name: figures[name] / own[name] for name in own.keys() & figures.keys() if name not in _NO_RATIO}
        rivals.append(
            {"name": rival.name, "rated": rival.rated, "ended": rival.ended, **figures, "times_better": better}
        )
    raw = {
        candidate.name: {
            "cold_ms": candidate.cold_ms,
            "warm_ms": candidate.warm_ms,
            "changes": [asdict(change) for change in candidate.made],
        }
        for candidate in match.candidates
    }
    ours = {"name": match.ours.name, "ended": match.ours.ended, **own}
    return {"match": match.name, "title": match.title, "ours": ours, "rivals": rivals, "raw": raw}


_ROWS = (
    ("process start to first map [s]", "start_to_first_map_ms", 1e-3, "{:.2f}"),
    ("new session, warm server [s]", "new_session_first_map_ms", 1e-3, "{:.2f}"),
    ("filter change, p50 [ms]", "filter_change_p50_ms", 1, "{:.0f}"),
    ("filter change, p95 [ms]", "filter_change_p95_ms", 1, "{:.0f}"),
    ("… painted, by WebGL, p50 [ms]", "filter_change_painted_ms", 1, "{:.0f}"),
    ("changes made", "filter_changes", 1, "{:.0f}"),
    ("sent for a change [kB]", "filter_change_bytes", 1e-3, "{:,.1f}"),
    ("remounts for a change", "remounts_per_change", 1, "{:.0f}"),
    ("frames a second while panning", "frames_per_second", 1, "{:.0f}"),
    ("memory of the server [MB]", "server_mb", 1, "{:.0f}"),
    ("memory of the page's scripts [MB]", "page_mb", 1, "{:.0f}"),
)
_SOFTWARE = "WebGL is painted in software here: with a graphics card pydeck's map is painted and panned far faster"
_NO_RATIO = {"remounts_per_change", "filter_changes", "frames_per_second", "server_mb", "page_mb"}


def as_table(result: dict[str, Any]) -> Table:
    """Show one match for people: ours, each rival, and the ratio in brackets."""
    candidates = [result["ours"], *result["rivals"]]
    ended = [f"{one['name']}: {one['ended']}" for one in candidates if one["ended"]]
    software = [_SOFTWARE] if any("pydeck" in one["name"] for one in candidates) else []
    table = Table(title=result["title"], caption="\n".join(ended + software) or None)
    table.add_column("")
    for one in candidates:
        table.add_column(one["name"], justify="right")
    for label, key, scale, form in _ROWS:
        cells = []
        for one in candidates:
            ratio = one.get("times_better", {}).get(key)
            figure = form.format(one[key] * scale) if key in one else "–"
            cells.append(figure + (f" ({ratio:,.1f}×)" if ratio else ""))
        table.add_row(label, *cells)
    return table


# What is to be reached beside a rival (every rated one where none is named): how many times faster or smaller at the least.
_RATIOS = (
    ("zones", "obvious, members only", "filter_change_p50_ms", "zones: filter change, times faster", 3.5),
    ("zones", "obvious, same layers", "filter_change_p50_ms", "zones: filter change, times faster", 15.0),
    ("zones", "", "filter_change_bytes", "zones: filter change, times fewer bytes", 40.0),
    ("tianditu", "", "filter_change_p50_ms", "Tianditu counties: filter change, times faster", 100.0),
    ("tianditu", "", "filter_change_bytes", "Tianditu counties: filter change, times fewer bytes", 2000.0),
    ("tianditu", "", "new_session_first_map_ms", "Tianditu counties: first map, times faster", 3.0),
    ("amap", "", "filter_change_p50_ms", "AMap counties: filter change, times faster", 100.0),
    ("amap", "", "new_session_first_map_ms", "AMap counties: first map, times faster", 15.0),
)
# And how many times as long as a rival it may take at the most, on the map of zones.
_DELAYS = (
    ("obvious, members only", "start_to_first_map_ms", "zones: process start to first map, times as long", 1.2),
    (_SMALLEST, "start_to_first_map_ms", "zones: process start to first map, times as long", 1.4),
    (_SMALLEST, "new_session_first_map_ms", "zones: first map of a new session, times as long", 1.3),
)


def check_targets(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Check what is to be reached against each rival, and whether it was; of what was measured."""
    found: list[dict[str, Any]] = []

    def note(rival: str, target: str, bound: float, value: float, *, at_most: bool = False) -> None:
        met = value <= bound if at_most else value >= bound
        found.append({"rival": rival, "target": target, "bound": bound, "value": value, "met": met})

    measured = {result["match"]: result["rivals"] for result in results}
    for match, name, key, target, least in _RATIOS:
        for rival in measured.get(match, []):
            if rival["rated"] and name in ("", rival["name"]) and key in rival["times_better"]:
                note(rival["name"], target, least, rival["times_better"][key])
    for name, key, target, most in _DELAYS:
        for rival in measured.get("zones", []):
            if rival["name"] == name and key in rival["times_better"]:
                note(name, target, most, 1 / rival["times_better"][key], at_most=True)
    for result in results:
        name = result["title"].split(",")[0]
        note("", f"{name}: remounts for a change", 0, result["ours"]["remounts_per_change"], at_most=True)
    return found


def main() -> int:
    """Run the benchmark; its figures are the result, so a missed target is reported and is no failure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, help="write the figures as JSON to this file")
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    names = [match.name for match in list_comparisons(quick=True)]
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="these maps, not all")
    arguments = parser.parse_args()
    # A signal to stop becomes an exception, so that the servers are ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    console, began = Console(), time.monotonic()
    percent = TextColumn("{task.percentage:.0f} %")
    columns = (TextColumn("{task.description}"), BarColumn(), percent, TimeElapsedColumn())
    plan = [match for match in list_comparisons(quick=arguments.quick) if match.name in arguments.only]
    with (
        tempfile.TemporaryDirectory(prefix="pilotzones-bench-") as folder,
        open_chromium() as browser,
        Progress(*columns, console=Console(stderr=True)) as progress,
    ):
        compile_everything(browser, Path(folder), set(arguments.only))
        for match in plan:
            measure(match, browser, Path(folder), progress)
        version = browser.version
    results = [compare(match) for match in plan]
    reached = check_targets(results)
    for result in results:
        console.print(as_table(result))
    for one in reached:
        against = f" beside {one['rival']}" if one["rival"] else ""
        verdict = "met   " if one["met"] else "MISSED"
        console.print(f"{verdict} {one['target']}{against}: {one['value']:.2f} (to reach: {one['bound']:g})")
    if arguments.output:
        machine = {"cores": os.cpu_count(), "load_average": os.getloadavg(), "chromium": version}
        report = {"benchmark": "map", "quick": arguments.quick, "seconds": time.monotonic() - began, "machine": machine}
        text = json.dumps(report | {"targets": reached, "matches": results}, indent=2, ensure_ascii=False)
        arguments.output.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
