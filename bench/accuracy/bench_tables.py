"""Score tables beside cpca and jionlp on the same lists in one run: counties accepted, units that the list does not have, time.

``python bench/accuracy/bench_tables.py [--tables N] [--seed S] [--show N]``; ``bench_addresses.py`` prints the same report behind
its own. Lists of counties are drawn from the table of divisions and laid out in the shapes in which governments publish them. We
are given the file. The peers read names and no tables, so they are given texts, in two ways: each cell, cut at the separators of
a list, and each row as one line. A list of counties is right when all of them are accepted and nothing else is; a province that
only heads, labels or spans rows counts as a unit that the list does not have.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench_places import RESOLVERS, _find_code

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pilotzones.geo.places.gazetteer import Unit

Groups = list[tuple[str, list["Unit"]]]
_MAX_PROVINCES = 5
_MAX_COUNTIES = 8


@dataclass(frozen=True)
class Table:
    """A published list: its text, its rows of cells, and the codes that it lists."""

    text: str
    rows: list[list[str]]
    codes: frozenset[str]


@dataclass
class Tally:
    """What a resolver made of the tables of one shape."""

    listed: int = 0
    right: int = 0
    wrong: int = 0
    whole: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def add(self, table: Table, codes: set[str]) -> None:
        """Count the codes accepted for one table."""
        self.listed += len(table.codes)
        self.right += len(codes & table.codes)
        self.wrong += len(codes - table.codes)
        self.whole += codes == table.codes
        if codes != table.codes:
            self.faults.append(
                f"{table.text}\n    missing {sorted(table.codes - codes)}, not listed {sorted(codes - table.codes)}"
            )


def _make_groups(chance: random.Random) -> Groups:
    from pilotzones.geo.places.gazetteer import load_gazetteer

    provinces: dict[str, list[Unit]] = {}
    for unit in load_gazetteer().units.values():
        if unit.level == "county" and unit.code[0] not in "78":
            provinces.setdefault(unit.province, []).append(unit)
    chosen = chance.sample(sorted(provinces), chance.randint(2, _MAX_PROVINCES))
    groups = []
    for name in chosen:
        names = [unit.name for unit in provinces[name]]
        once = [unit for unit in provinces[name] if names.count(unit.name) == 1]
        groups.append((name, chance.sample(once, chance.randint(1, min(_MAX_COUNTIES, len(once))))))
    return groups


def _make(rows: list[list[str]], groups: Groups) -> Table:
    return Table(
        "\n".join("\t".join(row) for row in rows), rows, frozenset(u.code for _, units in groups for u in units)
    )


def _write_rows(groups: Groups) -> Table:
    rows = [["序号", "省份", "地级市", "县（市、区）"]]
    rows += [[str(len(rows)), name, unit.prefecture, unit.name] for name, units in groups for unit in units]
    return _make(rows, groups)


def _write_blank(groups: Groups) -> Table:
    rows = [["省份", "县（市、区）", "面积（平方公里）"]]
    for name, units in groups:
        rows += [["" if place else name, unit.name, "1 203.5"] for place, unit in enumerate(units)]
    return _make([*rows, ["合计", str(sum(len(units) for _, units in groups)), ""]], groups)


def _write_lists(groups: Groups) -> Table:
    rows = [["省份", "数量", "名单"]]
    rows += [[name, str(len(units)), "、".join(unit.name for unit in units)] for name, units in groups]
    return _make(rows, groups)


def _write_sections(groups: Groups) -> Table:
    rows = [["序号", "县名", "备注"]]
    for name, units in groups:
        rows.append([f"{name}（{len(units)}个）", "", ""])
        rows += [[str(number), unit.name, ""] for number, unit in enumerate(units, start=1)]
    return _make(rows, groups)


def _write_columns(groups: Groups) -> Table:
    rows = [[name for name, _ in groups]]
    height = max(len(units) for _, units in groups)
    rows += [[units[row].name if row < len(units) else "" for _, units in groups] for row in range(height)]
    return _make(rows, groups)


def _write_beside(groups: Groups) -> Table:
    flat = [[name, unit.name] for name, units in groups for unit in units]
    half = -(-len(flat) // 2)
    rows = [["省份", "县名", "省份", "县名"]]
    rows += [flat[place] + (flat[half + place] if half + place < len(flat) else ["", ""]) for place in range(half)]
    return _make(rows, groups)


SHAPES: dict[str, Callable[[Groups], Table]] = {
    "a county a row": _write_rows,
    "blank below the province, a total": _write_blank,
    "a list in a cell": _write_lists,
    "rows across the table": _write_sections,
    "a column a province": _write_columns,
    "blocks side by side": _write_beside,
}


def _resolve_ours(table: Table) -> set[str]:
    from pilotzones.geo.documents.document_resolution import resolve_document
    from pilotzones.geo.documents.reader import read_pasted

    rows = resolve_document(read_pasted(table.text)).rows
    return {code for row in rows if row.status == "accepted" and row.op == "include" for code in row.adcode}


def _answer(name: str, texts: Sequence[str]) -> set[str]:
    answers = map(_find_code, RESOLVERS[name](texts))
    return {answer.codes[0] for answer in answers if answer.accepted and answer.codes}


def _list_cells(table: Table) -> list[str]:
    return [part for row in table.rows for cell in row for part in re.split("[、，]", cell) if part]


def _join_lines(table: Table) -> list[str]:
    return ["".join(row) for row in table.rows]


READERS: dict[str, Callable[[Table], set[str]]] = {
    "ours": _resolve_ours,
    "cpca, cells": lambda table: _answer("cpca", _list_cells(table)),
    "cpca, rows": lambda table: _answer("cpca", _join_lines(table)),
    "jionlp, cells": lambda table: _answer("jionlp", _list_cells(table)),
    "jionlp, rows": lambda table: _answer("jionlp", _join_lines(table)),
}


def score_tables(tables: int, seed: int) -> dict[str, dict[str, Tally]]:
    """Score every reader on every shape.

    Parameters
    ----------
    tables : int
        Of each shape.
    seed : int

    Returns
    -------
    dict of str to dict of str to Tally
        By shape and reader.
    """
    chance = random.Random(seed)
    tallies: dict[str, dict[str, Tally]] = {}
    for shape, write in SHAPES.items():
        made = [write(_make_groups(chance)) for _ in range(tables)]
        tallies[shape] = {name: Tally() for name in READERS}
        for name, read in READERS.items():
            tally = tallies[shape][name]
            for table in made:
                start = time.process_time()
                codes = read(table)
                tally.seconds += time.process_time() - start
                tally.add(table, codes)
    return tallies


def report_tables(tables: int, seed: int, show: int = 0) -> list[str]:
    """Write the lines of the report.

    Parameters
    ----------
    tables : int
        Of each shape.
    seed : int
    show : int, optional
        Tables of ours to print that are not right.

    Returns
    -------
    list of str
    """
    tallies = score_tables(tables, seed)
    out = [f"{'counties right / not in the list':38s}" + "".join(f"{name:>18s}" for name in READERS)]
    total = {name: Tally() for name in READERS}
    for shape, scores in tallies.items():
        for name, one in scores.items():
            for key in ("listed", "right", "wrong", "whole", "seconds"):
                setattr(total[name], key, getattr(total[name], key) + getattr(one, key))
            total[name].faults += one.faults
        listed = f"{shape} ({scores['ours'].listed})"
        out.append(f"  {listed:36s}" + "".join(f"{f'{one.right} / {one.wrong}':>18s}" for one in scores.values()))
    size = tables * len(SHAPES)
    out.append(
        f"  {f'all {size} tables':36s}" + "".join(f"{f'{one.right} / {one.wrong}':>18s}" for one in total.values())
    )
    out.append(f"  {'tables right':36s}" + "".join(f"{one.whole / size:>18.1%}" for one in total.values()))
    out.append(f"  {'ms a table':36s}" + "".join(f"{one.seconds / size * 1e3:>18.1f}" for one in total.values()))
    own = total["ours"]
    for name, one in total.items():
        if name != "ours":
            out.append(
                f"  beside {name}: counties {own.right / max(1, one.right):.2f} times, "
                f"not in the list {own.wrong} and {one.wrong}, speed {one.seconds / own.seconds:.2f} times"
            )
    return [*out, *own.faults[:show]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=20, help="tables of each shape")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="tables of ours to print that are not right")
    options = parser.parse_args(arguments)
    sys.stdout.write("\n".join(report_tables(options.tables, options.seed, options.show)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
