"""How long the audit of the whole programme takes once its boundaries are loaded; best of five runs.

Usage: ``python bench/bench_audit.py``
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pilotzones.geo.audit import audit
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.join import join

RUNS = 5
LIMIT_S = 1.0


def main() -> int:
    """Time the audit on one source alone and beside the other, and compare with the limit."""
    joined = join(load_programme(), load("tianditu"))
    others = [load("amap")]
    slowest = 0.0
    for name, evidence in (("tianditu alone", []), ("tianditu beside amap", others)):
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            zones = len(audit(joined, others=evidence).zones)
            times.append(time.perf_counter() - start)
        slowest = max(slowest, min(times))
        print(f"audit of {zones} zones, {name}: {min(times):.2f} s (best of {RUNS})")
    print(f"limit {LIMIT_S:.0f} s: {'met' if slowest < LIMIT_S else 'missed'}")
    return 0 if slowest < LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
