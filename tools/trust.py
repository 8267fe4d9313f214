"""The table of ``docs/trust.md``: every threat with the figure reached, from runs made for it.

Usage: ``python tools/trust.py [--full] [--only ID [ID ...]] [-o FILE.md]``

Quick, it runs the tests of each row as every day and the load for half a minute; ``--full`` asks for 2,000 examples of every
property, 1,000 flipped bits, 200 kills, all mutants and the whole load, which takes about an hour on two idle cores. A row is
written as soon as it is measured and says how far that went; rows that are not measured now stay as they are, unless what they
claim has changed since. So the table can be measured in pieces, and a run that is stopped loses one row. Times are rounded to
two digits, so that two runs on one machine differ little.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tools" / "trust.toml"
DOCUMENT = ROOT / "docs" / "trust.md"
_HEAD = ("id", "what", "measured", "run", "target", "met")
_TABLE = re.compile(r"(<!-- table -->\n)(.*)(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True)
class TrustRow:
    """One line of the table."""

    id: str
    what: str
    measured: str
    target: str
    met: str
    run: str = "–"

    def format_line(self) -> str:
        """Format the row as Markdown; a bar in a cell would end it."""
        cells = (self.id, self.what, self.measured, self.run, self.target, self.met)
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    @classmethod
    def from_line(cls, line: str) -> TrustRow | None:
        """Read the row that `line` is; None for any other line."""
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if len(cells) != len(_HEAD) or cells[0] in ("id", "---"):
            return None
        name, what, measured, run, target, met = cells
        return cls(name, what, measured, target, met, run)


def _run_tests(patterns: list[str], *, full: bool, minutes: float = 0) -> tuple[int, int, int]:
    """Run tests, fuzzers among them for so long; how many passed, failed and were left out."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}", *patterns]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PILOTZONES_FUZZ_MINUTES": str(minutes if full else 0)}
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


def _check(entry: dict[str, Any], *, full: bool) -> TrustRow:
    passed, failed, skipped = _run_tests(entry["tests"], full=full, minutes=entry.get("minutes", 0))
    extent = entry.get("full" if full else "quick", "")
    measured = f"{passed} of {passed + failed} checks hold"
    measured += f"; {extent}" if extent else ""
    measured += f"; {skipped} could not run here" if skipped else ""
    return TrustRow(entry["id"], entry["what"], measured, entry["target"], "no" if failed or not passed else "yes")


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


def _format_two(value: float) -> str:
    """Format a figure with two digits."""
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 10 else f"{rounded:g}"


def _measure_sessions(entry: dict[str, Any], *, full: bool) -> TrustRow:
    found = _run("tools/load.py", "sessions", "--seconds", "300" if full else "30")
    measured = (
        f"{found['sessions']} sessions, {found['think_s']:g} s to think, {found['seconds']:g} s: {found['errors']} errors, "
        f"rerun p50 {_format_two(found['rerun_p50_ms'])} ms, p95 {_format_two(found['rerun_p95_ms'])} ms, "
        f"memory {_format_two(found['memory_growth_mb'])} MB more"
    )
    good = not found["errors"] and found["rerun_p95_ms"] <= 1000 and found["memory_growth_mb"] < 100
    return TrustRow(entry["id"], entry["what"], measured, entry["target"], "yes" if good else "no")


def _measure_clicking(entry: dict[str, Any], *, full: bool) -> TrustRow:
    """Measure twenty visitors who hardly think, half of them on each boundary source."""
    who = ("--sessions", "20", "--think", "1", "--sources", "both")
    found = _run("tools/load.py", "sessions", *who, "--seconds", "120" if full else "20")
    slope = found["memory_slope_mb_per_min"]
    measured = (
        f"{found['sessions']} sessions on both sources, {found['think_s']:g} s to think, {found['seconds']:g} s: "
        f"{found['errors']} errors, rerun p50 {_format_two(found['rerun_p50_ms'])} ms, "
        f"p95 {_format_two(found['rerun_p95_ms'])} ms, "
        f"memory at most {_format_two(found['memory_most_mb'])} MB, {_format_two(found['memory_a_session_mb'])} MB a session"
    )
    # Seconds in which caches fill tell nothing of what grows: that is for the whole run.
    measured += f", {_format_two(slope)} MB a minute" if full and slope is not None else ""
    held = [met for met in found["met"].values() if met is not None] if full else [not found["errors"]]
    met = "no" if not all(held) else "yes" if full else "measured by --full"
    return TrustRow(entry["id"], entry["what"], measured, entry["target"], met)


def _measure_soak(entry: dict[str, Any], *, full: bool) -> TrustRow:
    found = _run("tools/load.py", "soak", "--visits", "1000" if full else "120")
    slope = found["memory_slope_mb_per_100"]
    measured = f"{found['visits']} visits: {found['errors']} errors, {_format_two(slope)} MB per 100"
    # A few visits still fill the caches: only the whole soak can tell.
    met = "no" if found["errors"] or (full and slope >= 5) else "yes" if full else "measured by --full"
    return TrustRow(entry["id"], entry["what"], measured, entry["target"], met)


def _measure_browsers(entry: dict[str, Any], *, full: bool) -> TrustRow:  # noqa: ARG001  # one length only
    found = _run("tools/load.py", "browsers")
    seconds = found["last_map_ms"] / 1000
    measured = (
        f"{found['pages']} browsers on the same cores: last map after {_format_two(seconds)} s, {found['errors']} errors, "
        f"{found['outside_requests']} requests elsewhere; the smallest page with a map takes "
        f"{_format_two(found['smallest_last_map_ms'] / 1000)} s for the same"
    )
    good = not found["errors"] and not found["outside_requests"] and seconds <= 10
    return TrustRow(entry["id"], entry["what"], measured, entry["target"], "yes" if good else "no")


def _measure_flood(entry: dict[str, Any], *, full: bool) -> TrustRow:  # noqa: ARG001  # one length only
    found = _run("tools/load.py", "flood")
    measured = (
        f"{found['uploads']} uploads of {found['megabytes_each']:g} MB: {found['accepted']} taken, {found['refused']} refused, "
        f"memory at most {_format_two(found['memory_peak_mb'])} MB, alive: {'yes' if found['alive'] else 'no'}"
    )
    good = found["alive"] and found["memory_peak_mb"] <= 1000 and not found["errors"] and not found["other_answers"]
    return TrustRow(entry["id"], entry["what"], measured, entry["target"], "yes" if good else "no")


def _measure_mutants(entry: dict[str, Any], *, full: bool) -> TrustRow:
    found = _run("tools/must_kill.py", *([] if full else ["--only", "at the cap"]))
    measured = f"{found['killed']} of {found['mutants']} mistakes noticed"
    measured += f"; survivors: {', '.join(found['survivors'])}" if found["survivors"] else ""
    return TrustRow(entry["id"], entry["what"], measured, entry["target"], "no" if found["survivors"] else "yes")


def _measure_changes(entry: dict[str, Any], *, full: bool) -> TrustRow:
    if importlib.util.find_spec("mutmut") is None:
        return TrustRow(entry["id"], entry["what"], "not measured: install the extra bench", entry["target"], "–")
    found = _run("tools/mutation.py", "--sample", "8" if full else "2")
    if full:
        artefacts = ROOT / "artefacts"
        artefacts.mkdir(exist_ok=True)
        (artefacts / "survivors.md").write_text(_format_survivors(found["modules"]), encoding="utf-8")
    kinds = [f"{kind} {one['killed']} of {one['tried']}" for kind, one in found["kinds"].items()]
    measured = f"{found['killed']} of {found['tried']} noticed ({found['score']} %), of {found['changes']:,}: {', '.join(kinds)}"
    return TrustRow(entry["id"], entry["what"], measured, entry["target"], "yes" if found["score"] >= 90 else "no")


_SURVIVORS = """# Changes that no test noticed

Written by `python tools/trust.py --full --only "T-M b"` (row T-M b of docs/trust.md): a sample of what mutmut makes of each
module, tried by the tests of that module alone. Many of them change nothing anybody could tell.
"""


def _format_survivors(modules: dict[str, Any]) -> str:
    """Format the changes that no test noticed; they show where a test is missing."""
    parts = [_SURVIVORS]
    for module, one in modules.items():
        parts.append(f"\n## {module}: {one['tried'] - len(one['survivors'])} of {one['tried']} noticed\n")
        parts += [f"\n```diff\n{change}\n```\n" for change in one["survivors"].values()]
    return "".join(parts)


def _measure_fuzz(entry: dict[str, Any], *, full: bool) -> TrustRow:
    found = _run("tools/fuzz.py", "--seconds", "600" if full else "10")
    measured = (
        f"{found['cases']:,} files of {found['kinds']} kinds, {found['seconds_each']} s each: {found['uncaught']} uncaught, "
        f"{found['too_slow']} beyond 10 s, {found['ended_by_the_system']} ended by a limit or a fault of a library"
    )
    good = not found["uncaught"] and not found["too_slow"]
    return TrustRow(entry["id"], entry["what"], measured, entry["target"], "yes" if good else "no")


_RUNS: dict[str, Callable[..., TrustRow]] = {
    "tests": _check,
    "sessions": _measure_sessions,
    "clicking": _measure_clicking,
    "soak": _measure_soak,
    "browsers": _measure_browsers,
    "flood": _measure_flood,
    "mutants": _measure_mutants,
    "changes": _measure_changes,
    "fuzz": _measure_fuzz,
}


def load_entries() -> list[dict[str, Any]]:
    """Load what is claimed, in order."""
    listed: list[dict[str, Any]] = tomllib.loads(LIST.read_text(encoding="utf-8"))["row"]
    return listed


def _choose(words: list[str]) -> list[dict[str, Any]]:
    """Choose the rows to measure: all, or for each word the row of that id, else those with it in their id."""
    listed = load_entries()
    ids = [entry["id"] for entry in listed]
    wanted = {word: {word} & set(ids) or {one for one in ids if word in one} for word in words}
    if unknown := [word for word, found in wanted.items() if not found]:
        raise SystemExit(f"no row has {', '.join(unknown)} in its id: {', '.join(ids)}")
    chosen = set().union(*wanted.values())
    return [entry for entry in listed if not words or entry["id"] in chosen]


def _block(path: Path) -> re.Match[str]:
    """Find the table between its two marks in the document; what stands around it is written by people."""
    found = list(_TABLE.finditer(path.read_text(encoding="utf-8")))
    if len(found) != 1:
        raise SystemExit(f"{path} has no place for the table: <!-- table --> and <!-- end -->")
    return found[0]


def read_written(path: Path) -> dict[str, TrustRow]:
    """Read rows that stand in the document and still claim what they claimed when they were measured."""
    claims = {entry["id"]: (entry["what"], entry["target"]) for entry in load_entries()}
    rows = filter(None, map(TrustRow.from_line, _block(path)[2].splitlines()))
    return {row.id: row for row in rows if claims.get(row.id) == (row.what, row.target)}


def write(rows: dict[str, TrustRow], path: Path) -> None:
    """Put the table into the document, in the order of the list; what was never measured says so."""
    lines = [f"| {' | '.join(_HEAD)} |", "|---" * len(_HEAD) + "|"]
    for entry in load_entries():
        pending = TrustRow(entry["id"], entry["what"], "not measured", entry["target"], "–")
        lines.append(rows.get(entry["id"], pending).format_line())
    marked = _block(path)
    text = marked.string
    path.write_text(text[: marked.start(2)] + "\n".join([*lines, ""]) + text[marked.end(2) :], encoding="utf-8")


def main() -> None:
    """Measure and write."""
    flags = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    flags.add_argument("--full", action="store_true", help="as far as the targets ask")
    flags.add_argument("--only", nargs="+", default=[], metavar="ID", help="rows whose id has one of these in it")
    flags.add_argument("-o", "--output", type=Path, default=DOCUMENT)
    arguments = flags.parse_args()
    missed = False
    for entry in _choose(arguments.only):
        measured = _RUNS[entry.get("run", "tests")](entry, full=arguments.full)
        row = replace(measured, run="full" if arguments.full else "quick")
        print(row.format_line(), flush=True)
        write({**read_written(arguments.output), row.id: row}, arguments.output)
        missed |= row.met == "no"
    sys.exit(missed)


if __name__ == "__main__":
    main()
