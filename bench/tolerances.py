"""How far the two built-in boundary sources differ over the whole country: where the audit's tolerances come from.

Run with ``python bench/tolerances.py``; the table in docs/method.md is this program's output. A prefecture is the sum of
the counties that both sources have under one code and name.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from geo.areas import area_km2
from geo.audit.tolerance import member_tolerance, zone_tolerance
from geo.boundaries import load, near_sea

QUANTILES = (0.5, 2 / 3, 0.75, 0.9, 0.95, 0.99)


def pairs() -> pd.DataFrame:
    """One row for each county that both sources have under one code and name: areas [km²], coast, prefecture."""
    tables = {}
    for source in ("tianditu", "amap"):
        counties = load(source).counties
        tables[source] = counties.assign(km2=area_km2(counties.geometry.to_numpy())).set_index("adcode")
    one, other = tables["tianditu"], tables["amap"]
    both = one.index.intersection(other.index)
    both = both[(one.loc[both, "name"] == other.loc[both, "name"]).to_numpy()]
    return pd.DataFrame(
        {
            "tianditu": one.loc[both, "km2"],
            "amap": other.loc[both, "km2"],
            "coast": near_sea(one.loc[both].geometry.to_numpy()),
            "prefecture": one.loc[both, "prefecture_adcode"],
        }
    )


def differences(frame: pd.DataFrame) -> pd.Series:
    """Difference of the two sources in percent of the first, without sign."""
    return 100 * (frame["amap"] / frame["tianditu"] - 1).abs()


def main() -> None:
    counties = pairs()
    prefectures = counties.groupby("prefecture").agg({"tianditu": "sum", "amap": "sum", "coast": "any"})
    table = Table(title="AMap against Tianditu: |difference| in % of the area", box=None)
    for heading in ("level", "where", "n", *(f"q{100 * share:.0f}" for share in QUANTILES), "gate", "within"):
        table.add_column(heading, justify="left" if heading in ("level", "where") else "right")
    for level, frame in (("county", counties), ("prefecture", prefectures)):
        for where, coast in (("inland", False), ("coast", True)):
            part = differences(frame[frame["coast"] == coast])
            gate = member_tolerance(0, coastal=coast) if level == "county" else zone_tolerance(0)
            shares = [f"{value:.2f}" for value in np.quantile(part, QUANTILES)]
            percent = 100 * gate.relative
            within = f"{100 * (part <= percent).mean():.0f} %"
            table.add_row(level, where, str(len(part)), *shares, f"{percent:g}", within)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
