"""Write ``data/places/romanised_names.csv``: every division of today by the rule of `pilotzones.geo.places.romanization`.

Run it again after a change to that rule, to ``readings.csv`` or to ``divisions.csv``: python tools/tables/derive_romanised_names.py
"""

from __future__ import annotations

import csv
import io

from pilotzones.data import PLACES
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.places.romanization import romanize


def list_names() -> list[str]:
    """List the names of all divisions of today, each once, in the order of their codes."""
    with (PLACES / "divisions.csv").open(encoding="utf-8") as stream:
        return list(dict.fromkeys(row["name"] for row in csv.DictReader(stream)))


def build_table() -> str:
    """Build the whole file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("name", "english"))
    writer.writerows((name, romanize(name)) for name in list_names())
    return out.getvalue()


if __name__ == "__main__":
    write_atomically(PLACES / "romanised_names.csv", build_table().encode())
