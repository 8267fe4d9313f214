"""The table of ``docs/trust.md``: every threat with the figure reached, from runs made for it.

Usage: ``python bench/trust.py [--full] [--only ID] [-o FILE.md]``

Quick, it runs the tests of each row as every day and the load for half a minute; ``--full`` asks for 2,000 examples of every
property, 1,000 flipped bits, 200 kills, all mutants and the whole load, which takes about an hour on two idle cores. Times are
rounded to two digits, so that two runs on one machine differ little.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "bench" / "trust.toml"
DOCUMENT = ROOT / "docs" / "trust.md"


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    id: str
    what: str
    measured: str
    target: str
    met: str

    def line(self) -> str:
        """The row as Markdown; an id once, a bar in a cell would end it."""
        cells = (self.id, self.what, self.measured, self.target, self.met)
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _tests(patterns: list[str], *, full: bool) -> tuple[int, int, int]:
    """Run tests; how many passed, failed and were left out."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}", *patterns]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command + (["--thorough"] if full else []),
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.is_file():
            raise SystemExit(f"{' '.join(patterns)}: the tests did not run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        suite = ET.parse(report).getroot().find("testsuite")  # written by pytest just now
        assert suite is not None
        count, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    return count - failed - skipped, failed, skipped


def _checked(entry: dict[str, Any], *, full: bool) -> Row:
    passed, failed, skipped = _tests(entry["tests"], full=full)
    extent = entry.get("full" if full else "quick", "")
    measured = f"{passed} of {passed + failed} checks hold"
    measured += f"; {extent}" if extent else ""
    measured += f"; {skipped} could not run here" if skipped else ""
    return Row(entry["id"], entry["what"], measured, entry["target"], "no" if failed or not passed else "yes")


def _run(*command: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "figures.json"
        done = subprocess.run(
            [sys.executable, *command, "-o", str(output)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if not output.is_file():
            raise SystemExit(f"{' '.join(command)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        figures: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
        return figures


def _two(value: float) -> str:
    """A figure of two digits."""
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 10 else f"{rounded:g}"


def _sessions(entry: dict[str, Any], *, full: bool) -> Row:
    found = _run("bench/load.py", "sessions", "--seconds", "300" if full else "30")
    measured = (
        f"{found['sessions']} sessions, {found['think_s']:g} s to think, {found['seconds']:g} s: {found['errors']} errors, "
        f"rerun p50 {_two(found['rerun_p50_ms'])} ms, p95 {_two(found['rerun_p95_ms'])} ms, "
        f"memory {_two(found['memory_growth_mb'])} MB more"
    )
    good = not found["errors"] and found["rerun_p95_ms"] <= 1000 and found["memory_growth_mb"] < 100
    return Row(entry["id"], entry["what"], measured, entry["target"], "yes" if good else "no")


def _soak(entry: dict[str, Any], *, full: bool) -> Row:
    found = _run("bench/load.py", "soak", "--visits", "1000" if full else "120")
    slope = found["memory_slope_mb_per_100"]
    measured = f"{found['visits']} visits: {found['errors']} errors, {_two(slope)} MB per 100"
    # A few visits still fill the caches: only the whole soak can tell.
    met = "no" if found["errors"] or (full and slope >= 5) else "yes" if full else "told by --full"
    return Row(entry["id"], entry["what"], measured, entry["target"], met)


def _browsers(entry: dict[str, Any], *, full: bool) -> Row:  # noqa: ARG001  # one length only
    found = _run("bench/load.py", "browsers")
    seconds = found["last_map_ms"] / 1000
    measured = (
        f"{found['pages']} browsers on the same cores: last map after {_two(seconds)} s, {found['errors']} errors, "
        f"{found['outside_requests']} requests elsewhere"
    )
    good = not found["errors"] and not found["outside_requests"] and seconds <= 10
    return Row(entry["id"], entry["what"], measured, entry["target"], "yes" if good else "no")


def _flood(entry: dict[str, Any], *, full: bool) -> Row:  # noqa: ARG001  # one length only
    found = _run("bench/load.py", "flood")
    measured = (
        f"{found['uploads']} uploads of {found['megabytes_each']:g} MB: {found['accepted']} taken, {found['refused']} refused, "
        f"memory at most {_two(found['memory_peak_mb'])} MB, alive: {'yes' if found['alive'] else 'no'}"
    )
    good = found["alive"] and found["memory_peak_mb"] <= 1000 and not found["errors"] and not found["other_answers"]
    return Row(entry["id"], entry["what"], measured, entry["target"], "yes" if good else "no")


def _mutants(entry: dict[str, Any], *, full: bool) -> Row:
    found = _run("bench/must_kill.py", *([] if full else ["--only", "at the cap"]))
    measured = f"{found['killed']} of {found['mutants']} mistakes noticed"
    measured += f"; survivors: {', '.join(found['survivors'])}" if found["survivors"] else ""
    return Row(entry["id"], entry["what"], measured, entry["target"], "no" if found["survivors"] else "yes")


def _fuzz(entry: dict[str, Any], *, full: bool) -> Row:
    found = _run("bench/fuzz.py", "--seconds", "600" if full else "10")
    measured = (
        f"{found['cases']:,} files of {found['kinds']} kinds, {found['seconds_each']} s each: {found['uncaught']} uncaught, "
        f"{found['too_slow']} beyond 10 s, {found['ended_by_the_system']} ended by a limit or a fault of a library"
    )
    good = not found["uncaught"] and not found["too_slow"]
    return Row(entry["id"], entry["what"], measured, entry["target"], "yes" if good else "no")


_RUNS: dict[str, Callable[..., Row]] = {
    "tests": _checked,
    "sessions": _sessions,
    "soak": _soak,
    "browsers": _browsers,
    "flood": _flood,
    "mutants": _mutants,
    "fuzz": _fuzz,
}


def entries() -> list[dict[str, Any]]:
    """What is claimed, in order."""
    listed: list[dict[str, Any]] = tomllib.loads(LIST.read_text(encoding="utf-8"))["row"]
    return listed


def _pending(entry: dict[str, Any]) -> Row:
    return Row(entry["id"], entry["what"], "not measured in this run", entry["target"], "–")


def table(*, full: bool, only: str = "") -> Iterator[Row]:
    """Every row, measured now."""
    for entry in entries():
        if only in entry["id"]:
            row = _RUNS[entry.get("run", "tests")](entry, full=full)
            print(row.line(), flush=True)
            yield row


def write(rows: list[Row], path: Path, *, full: bool) -> None:
    """Put the table between its two marks in the document; what stands around it is written by people."""
    head = "| id | what | measured | target | met |\n|---|---|---|---|---|\n"
    command = f"make trust{' FULL=1' if full else ''}"
    block = f"Measured by `{command}`.\n\n{head}" + "".join(f"{row.line()}\n" for row in rows)
    text = path.read_text(encoding="utf-8")
    marked = re.compile(r"(<!-- table -->\n).*(<!-- end -->)", re.DOTALL)
    if len(marked.findall(text)) != 1:
        raise SystemExit(f"{path} has no place for the table: <!-- table --> and <!-- end -->")
    path.write_text(marked.sub(lambda match: f"{match[1]}{block}{match[2]}", text), encoding="utf-8")


def main() -> None:
    """Measure and write."""
    flags = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    flags.add_argument("--full", action="store_true", help="as far as the targets ask")
    flags.add_argument("--only", default="", help="rows whose id has this in it; nothing is written")
    flags.add_argument("-o", "--output", type=Path, default=DOCUMENT)
    arguments = flags.parse_args()
    rows = []
    for row in table(full=arguments.full, only=arguments.only):
        rows.append(row)
        if not arguments.only:
            # After every row: a run that is stopped leaves what it has measured, and says of the rest that it has not.
            rest = [_pending(entry) for entry in entries()[len(rows) :]]
            write([*rows, *rest], arguments.output, full=arguments.full)
    sys.exit(any(row.met == "no" for row in rows))


if __name__ == "__main__":
    main()
