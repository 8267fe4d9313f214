"""How much processor time the commands take, beside the import of GeoPandas.

Usage: ``python bench/bench_cli.py [--runs 10] [COMMAND ...]``

Every round runs each command once, in turn, so that a busy moment of the machine weighs on all of them. What counts is
user and system time of the process and its children; the table shows medians. Byte code goes to a folder of its own,
which the first round, not counted, fills.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASELINE = "import geopandas"
NAMES = "永吉县\n德清县\n杭州市余杭区\n英德市\n"
RUNS = 10
# name: arguments, text on standard input, expected exit code
COMMANDS: dict[str, tuple[list[str], str, int]] = {
    "--version": (["--version"], "", 0),
    "--help": (["--help"], "", 0),
    "zones": (["zones"], "", 0),
    "resolve": (["resolve"], NAMES, 0),
    "where": (["where", "永吉县"], "", 0),
    "audit": (["audit"], "", 2),
}


def measure_seconds(words: Sequence[str], text: str, expected: int, environment: Mapping[str, str]) -> float:
    """Run a process and return the user and system time of it and its children [s].

    Raises
    ------
    RuntimeError
        When it ends with another code than expected.
    """
    with tempfile.TemporaryFile() as source:
        source.write(text.encode())
        source.seek(0)
        process = subprocess.Popen(words, stdin=source, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expected:
        raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}, not {expected}")
    return usage.ru_utime + usage.ru_stime


def measure_commands(names: Sequence[str], runs: int) -> dict[str, list[float]]:
    """Run the baseline and every command `runs` times and return their times [s]."""
    work = {BASELINE: ([sys.executable, "-c", BASELINE], "", 0)}
    for name in names:
        arguments, text, expected = COMMANDS[name]
        work[name] = ([sys.executable, "-m", "pilotzones.cli", *arguments], text, expected)
    times: dict[str, list[float]] = {name: [] for name in work}
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPYCACHEPREFIX": folder, "PYTHONIOENCODING": "utf-8"}
        for round_number in range(runs + 1):
            for name, (words, text, expected) in work.items():
                seconds = measure_seconds(words, text, expected, environment)
                if round_number:
                    times[name].append(seconds)
    return times


def main() -> None:
    """Print the median time of every command and its ratio to the baseline."""
    parser = argparse.ArgumentParser(description="Measure the processor time of the commands.")
    parser.add_argument("commands", nargs="*", metavar="COMMAND", help=f"{', '.join(COMMANDS)} (default: all)")
    parser.add_argument("--runs", type=int, default=RUNS, help="rounds (default: %(default)s)")
    # --version and --help are commands to measure here, not options of this script.
    words = sys.argv[1:]
    chosen = [word for word in words if word in COMMANDS and word != "--help"]
    arguments = parser.parse_args([word for word in words if word not in chosen])
    if arguments.commands:
        parser.error(f"unknown command: {' '.join(arguments.commands)}")
    times = measure_commands(chosen or list(COMMANDS), arguments.runs)
    baseline = statistics.median(times[BASELINE])
    print(f"{'':<18} {'median [s]':>10} {'spread [s]':>13} {'ratio':>6}")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        spread = f"{min(seconds):.2f}-{max(seconds):.2f}"
        print(f"{name:<18} {median:>10.3f} {spread:>13} {median / baseline:>6.2f}")


if __name__ == "__main__":
    main()
