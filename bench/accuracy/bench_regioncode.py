"""Codes of prefectures from one year to another, beside the published table of the R package regioncode.

Run ``python bench/accuracy/bench_regioncode.py [TABLE.csv]``. The package (its file R/regioncode.R) keeps one line for each place
with a code for each year from 1986 to 2019, and converts a code by joining on its year: every line with the code in the first
year gives a code of the second. A city that its province ran itself for a while is a line of its own. ``regioncode_excerpt.csv``
is 23 lines (59 to 82) of its table (data/region_data_all.csv, github.com/sammo3182/regioncode), codes only; the whole table of
the package can be given instead. R is not needed.

Each pair of a code and two years is asked of our index: the units of the second year on the ground of the first year's unit,
as prefectures. ``same``: both give the same codes; ``part``: the package gives some of ours, for it has no line for the rest;
``differs`` is listed.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

from pilotzones.geo.places.history import Period, load_unit_index

EXCERPT = Path(__file__).with_name("regioncode_excerpt.csv")
YEARS = (1986, 1992, 1994, 1998, 2000, 2005, 2019)
MAX_LISTED = 20


def read_lines(path: Path) -> list[dict[int, str]]:
    """Read the code of each year of each line; what is no code is left out."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        {
            int(name[:4]): str(row[name])
            for name in row
            if re.fullmatch(r"\d{4}_code", name) and re.fullmatch(r"\d{6}", row[name] or "")
        }
        for row in rows
    ]


def convert_by_lines(lines: list[dict[int, str]], first: int, second: int) -> dict[str, set[str]]:
    """Convert every code of a year as the package does: by joining its lines."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if first in line and second in line:
            found[line[first]].add(line[second])
    return found


def convert_by_index(code: str, first: int, second: int) -> set[str] | None:
    """Convert a code with our index to the prefectures of its ground; None where no unit had it at the end of the year."""
    index = load_unit_index()
    now, then = Period(f"{first}-12", f"{first}-12"), Period(f"{second}-12", f"{second}-12")
    held = [one for one in index.find_by_code(code, now) if one.change != "misprint"]
    if not held:
        return None
    found = set()
    for unit in index.follow(held[-1], now.last, then.last).today:
        prefecture = f"{unit.code[:4]}00"
        # A city that its province runs itself stands for itself, as in the package.
        found.add(prefecture if index.find_by_code(prefecture, then) else unit.code)
    return found


def main() -> None:
    """Print the figures and what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="?", type=Path, default=EXCERPT)
    lines = read_lines(parser.parse_args().table)
    counts: Counter[str] = Counter()
    differing = []
    for first, second in [(one, two) for one in YEARS for two in YEARS if one < two]:
        for code, theirs in sorted(convert_by_lines(lines, first, second).items()):
            ours = convert_by_index(code, first, second)
            kind = "unknown" if ours is None else "same" if ours == theirs else "part" if theirs < ours else "differs"
            counts[kind] += 1
            if kind in ("differs", "unknown"):
                differing.append(
                    f"  {code} {first} to {second}: regioncode {sorted(theirs)}, ours {sorted(ours or ())}"
                )
    print(
        f"{len(lines)} lines, {counts.total()} pairs: " + ", ".join(f"{count} {kind}" for kind, count in counts.items())
    )
    print("\n".join(differing[:MAX_LISTED]))


if __name__ == "__main__":
    main()
