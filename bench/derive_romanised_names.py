"""Write ``data/places/romanised_names.csv``: every division of today by the rule of `geo.romanise`.

Run it again after a change to that rule, to ``readings.csv`` or to ``divisions.csv``: python bench/derive_romanised_names.py
"""

from __future__ import annotations

import csv
import io

from data import PLACES
from geo.romanise import romanised
from geo.writing import write_whole


def names() -> list[str]:
    """Names of all divisions of today, each once, in the order of their codes."""
    with (PLACES / "divisions.csv").open(encoding="utf-8") as stream:
        return list(dict.fromkeys(row["name"] for row in csv.DictReader(stream)))


def table() -> str:
    """The whole file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("name", "english"))
    writer.writerows((name, romanised(name)) for name in names())
    return out.getvalue()


if __name__ == "__main__":
    write_whole(PLACES / "romanised_names.csv", table().encode())
