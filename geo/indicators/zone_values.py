"""Values of indicators for the zones of a programme, from the figures of their counties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pilotzones.geo.indicators.series import summarise_programme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.indicators.series import JoinedIndicators

__all__ = ["tabulate_zones"]


def tabulate_zones(
    joined: JoinedIndicators, programme: Programme, indicators: Sequence[str], year: str
) -> pd.DataFrame:
    """Tabulate the mean of each indicator over the counties of each zone.

    Parameters
    ----------
    joined : JoinedIndicators
    programme : Programme
    indicators : sequence of str
    year : str

    Returns
    -------
    DataFrame
        A row a zone that has any figure, a column an indicator; missing where no county has a figure.
    """
    columns = {}
    for indicator in indicators:
        summary = summarise_programme(joined, programme, indicator)
        own = summary[(summary["group"] == "zone") & (summary["time_period"] == year)]
        columns[indicator] = pd.Series(own["mean"].to_list(), index=own["name"].astype(int).to_list())
    table = pd.DataFrame(columns)
    return table.sort_index()
