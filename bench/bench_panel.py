"""Measure a panel of every county, forty years and every programme, and the columns added to 100,000 rows of a user's."""

from __future__ import annotations

import resource
import time

import pandas as pd

from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.panel.builder import build_panel
from pilotzones.geo.panel.onto import attach_treatments
from pilotzones.geo.panel.rules import PanelRules
from pilotzones.geo.panel.table_reader import UserTable
from pilotzones.geo.panel.units import list_units
from pilotzones.geo.query.applicability_loader import load_applicability

ROWS = 100_000


def main() -> None:
    """Print processor and wall time of both, and the memory."""
    applicability = load_applicability([load_programme(name) for name in list_programmes()])
    start, clock = time.process_time(), time.perf_counter()
    panel = build_panel(applicability, PanelRules(years=(1985, 2024)))
    spent, wall = time.process_time() - start, time.perf_counter() - clock
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    programmes = len(panel.treatments)
    print(f"{len(panel.frame):,} rows, {programmes} programmes: {spent:.1f} s processor, {wall:.1f} s, {memory:.0f} MB")
    rows = [(unit.code, unit.name, year) for year in range(1985, 2024) for unit in list_units(year)][:ROWS]
    mine = pd.DataFrame(rows, columns=["code", "name", "year"])
    start, clock = time.process_time(), time.perf_counter()
    attach_treatments(UserTable(mine, {}, "mine"), applicability, PanelRules())
    spent, wall = time.process_time() - start, time.perf_counter() - clock
    print(f"{len(mine):,} rows of a user's panel, {programmes} programmes: {spent:.1f} s processor, {wall:.1f} s")


if __name__ == "__main__":
    main()
