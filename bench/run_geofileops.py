"""Intersect two files with geofileops and print the wall-clock and processor seconds that it took.

`bench_overlay.py` runs this with an interpreter of its own: geofileops needs GDAL's Python bindings and an `sqlite3` that loads
extensions, which the interpreters of most virtual environments lack.
"""

from __future__ import annotations

import resource
import sys
import time

import geofileops


def main() -> None:
    """Intersect the first two files into the third."""
    began = time.perf_counter()
    geofileops.intersection(*sys.argv[1:4])
    wall = time.perf_counter() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(wall, sum(one.ru_utime + one.ru_stime for one in used))


if __name__ == "__main__":
    main()
