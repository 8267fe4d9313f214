"""Measure how long a table of 500 indicators, all counties and 20 years takes to open, beside pandas that only reads it.

The figures are random numbers made here; no such table is published.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from pilotzones.geo.panel.units import list_units

INDICATORS = 500
YEARS = range(2004, 2024)
# What the system calls ru_maxrss begins with the memory of the process that started this one.
_PEAK = """
def read_peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
"""
_OPEN = """
import resource, sys, time
from pathlib import Path
from pilotzones.geo.query.applicability_loader import load_applicability
from pilotzones.geo.catalogue import DEFAULT_PROGRAMME
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.indicators.joined import join_places
from pilotzones.geo.indicators.tables.typed_tables import read_indicator_file
from pilotzones.geo.indicators.year_map import select_year
applies = load_applicability([load_programme(DEFAULT_PROGRAMME)])
start, clock = time.process_time(), time.perf_counter()
table = read_indicator_file(Path(sys.argv[1]))
joined = join_places(table, applies)
rows = select_year(joined, joined.indicators[-1], "2020")
child = resource.getrusage(resource.RUSAGE_CHILDREN)
print(len(joined.observations), len(rows), time.process_time() - start + child.ru_utime + child.ru_stime,
      time.perf_counter() - clock, read_peak(), child.ru_maxrss / 1024)
"""
_READ = """
import sys, time
import pandas as pd
start, clock = time.process_time(), time.perf_counter()
path = sys.argv[1]
frame = pd.read_parquet(path) if path.endswith("parquet") else pd.read_stata(path)
print(len(frame), 0, time.process_time() - start, time.perf_counter() - clock,
      read_peak(), 0)
"""


def main() -> None:
    """Print processor and wall time and memory, and their ratios to pandas' reading the same file."""
    rows = [(unit.code, unit.name, year) for year in YEARS for unit in list_units(year)]
    frame = pd.DataFrame(rows, columns=["code", "name", "year"])
    random = np.random.default_rng(1)
    figures = {f"ind{number}": random.normal(1000, 200, len(frame)).round(2) for number in range(INDICATORS)}
    frame = pd.concat([frame, pd.DataFrame(figures)], axis=1)
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("parquet", "dta"):
            path = Path(folder, f"table.{suffix}")
            if suffix == "parquet":
                frame.to_parquet(path)
            else:
                frame.to_stata(path, write_index=False, version=118)
            size = path.stat().st_size / 1e6
            ours, peer = (_measure(code, path) for code in (_OPEN, _READ))
            _, _, spent, wall, own, child = ours
            print(f"{suffix}, {size:.0f} MB, {ours[0]:,.0f} figures, a map of {ours[1]:,.0f} counties")
            print(
                f"  opened in {spent:.1f} s processor, {wall:.1f} s; {own:.0f} MB, and {child:.0f} MB in the reading process"
            )
            print(f"  {own + child:.0f} MB if both were largest at one time")
            print(f"  pandas, which only reads: {peer[2]:.1f} s processor, {peer[4]:.0f} MB")
            print(f"  ratios: {spent / peer[2]:.1f} of processor time, {max(own, child) / peer[4]:.1f} of memory")


def _measure(code: str, path: Path) -> list[float]:
    answer = subprocess.run(  # the program is Python itself
        [sys.executable, "-c", _PEAK + code, str(path)], capture_output=True, text=True, check=True
    )
    return [float(cell) for cell in answer.stdout.split()]


if __name__ == "__main__":
    main()
