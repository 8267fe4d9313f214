"""How far sources and methods differ over the whole country: where the audit's tolerances come from.

Run with ``python bench/tolerances.py``; the tables in docs/method.md are this program's output. A prefecture is the sum of
the counties that both sources have under one code and name.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from pilotzones.geo.audit.tolerances import get_member_tolerance, get_zone_tolerance
from pilotzones.geo.boundaries.coast import is_near_sea
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.geometry.area import DEFAULT_METHOD, METHODS, compute_area_km2

QUANTILES = (0.5, 2 / 3, 0.75, 0.9, 0.95, 0.99)


def pair_counties() -> pd.DataFrame:
    """Pair the counties that both sources have under one code and name: areas [km²], coast, prefecture."""
    tables = {}
    for source in ("tianditu", "amap"):
        counties = load(source).counties
        tables[source] = counties.assign(km2=compute_area_km2(counties.geometry.to_numpy())).set_index("adcode")
    one, other = tables["tianditu"], tables["amap"]
    both = one.index.intersection(other.index)
    both = both[(one.loc[both, "name"] == other.loc[both, "name"]).to_numpy()]
    return pd.DataFrame(
        {
            "tianditu": one.loc[both, "km2"],
            "amap": other.loc[both, "km2"],
            "coast": is_near_sea(one.loc[both].geometry.to_numpy()),
            "prefecture": one.loc[both, "prefecture_adcode"],
        }
    )


def compute_differences(frame: pd.DataFrame) -> pd.Series:
    """Compute the difference of the two sources in percent of the first, without sign."""
    return 100 * (frame["amap"] / frame["tianditu"] - 1).abs()


def build_source_table() -> Table:
    """Show quantiles of the difference between the sources, by level and coast, beside the gate in force."""
    counties = pair_counties()
    prefectures = counties.groupby("prefecture").agg({"tianditu": "sum", "amap": "sum", "coast": "any"})
    table = _make_table("AMap against Tianditu: |difference| in % of the area", "level", "where")
    for heading in ("gate", "within"):
        table.add_column(heading, justify="right")
    for level, frame in (("county", counties), ("prefecture", prefectures)):
        for where, coast in (("inland", False), ("coast", True)):
            part = compute_differences(frame[frame["coast"] == coast])
            gate = (
                100 * (get_member_tolerance(0, coastal=coast) if level == "county" else get_zone_tolerance(0)).relative
            )
            shares = [f"{value:.2f}" for value in np.quantile(part, QUANTILES)]
            table.add_row(level, where, str(len(part)), *shares, f"{gate:g}", f"{100 * (part <= gate).mean():.0f} %")
    return table


def build_method_table() -> Table:
    """Show quantiles of the difference between each method and the default one, on the same polygons."""
    table = _make_table(
        "Methods against geodesic, Tianditu: |difference| in parts per million of the area", "method", "where"
    )
    counties = load("tianditu").counties
    geodesic = compute_area_km2(counties.geometry.to_numpy())
    for method in METHODS:
        if method != DEFAULT_METHOD:
            moved = 1e6 * np.abs(compute_area_km2(counties.geometry.to_numpy(), method=method) / geodesic - 1)
            table.add_row(method, "all", str(len(moved)), *(f"{value:.2f}" for value in np.quantile(moved, QUANTILES)))
    return table


def _make_table(title: str, *texts: str) -> Table:
    table = Table(title=title, box=None, title_justify="left")
    for heading in texts:
        table.add_column(heading)
    for heading in ("n", *(f"q{100 * share:.0f}" for share in QUANTILES)):
        table.add_column(heading, justify="right")
    return table


def main() -> None:
    console = Console(width=120)
    console.print(build_source_table())
    console.print(build_method_table())


if __name__ == "__main__":
    main()
