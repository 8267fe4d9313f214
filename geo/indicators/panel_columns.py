"""Carry indicators out with the research panel: a column each, joined by code and year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from pilotzones.geo.errors import IndicatorError, make_problem
from pilotzones.geo.panel.builder import ExtraColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.indicators.joined import JoinedIndicators
    from pilotzones.geo.panel.builder import Panel

__all__ = ["CarriedColumn", "carry_indicators"]

_MAX_COLUMNS: Final = 2_000


@dataclass(frozen=True, slots=True)
class CarriedColumn:
    """A column of the panel, its indicator, how many rows of the panel have a figure, and figures that found no row."""

    column: str
    indicator: str
    rows: int
    left_over: int


def carry_indicators(
    panel: Panel, joined: JoinedIndicators, indicators: Sequence[str]
) -> tuple[Panel, list[CarriedColumn]]:
    """Add indicators to a panel.

    Parameters
    ----------
    panel : Panel
    joined : JoinedIndicators
    indicators : sequence of str
        Each becomes a column ``ind1``, ``ind2`` …, labelled with name and unit.

    Returns
    -------
    panel : Panel
        With the columns behind its own; a unit without a figure in a year has a missing one.
    columns : list of CarriedColumn

    Raises
    ------
    IndicatorError
        When there is no such indicator, or there are too many.
    """
    if len(indicators) > _MAX_COLUMNS:
        facts = {"count": f"{len(indicators):,}", "most": f"{_MAX_COLUMNS:,}"}
        raise IndicatorError(make_problem("", "panel_indicators", facts=facts))
    keys = pd.MultiIndex.from_arrays([panel.frame["code"], panel.frame["year"].astype(int)])
    columns, extra, carried = {}, [], []
    for number, indicator in enumerate(indicators, start=1):
        own = joined.select(indicator)
        # A month is no year: figures of parts of a year stay out.
        own = own[(own["unit_code"] != "") & own["obs_value"].notna() & (own["time_period"].str.len() == 4)]
        index = pd.MultiIndex.from_arrays([own["unit_code"], own["time_period"].astype(int)])
        values = pd.Series(own["obs_value"].to_numpy(), index=index)
        name, unit = f"ind{number}", joined.describe_unit(indicator)
        columns[name] = values.reindex(keys).to_numpy()
        label = f"{indicator} ({unit})" if unit else indicator
        sources = "; ".join(dict.fromkeys(filter(None, own["source"])))
        extra.append(ExtraColumn(name, label, sources))
        found = int(pd.Series(columns[name]).notna().sum())
        carried.append(CarriedColumn(name, indicator, found, len(own) - int(index.isin(keys).sum())))
    frame = pd.concat([panel.frame, pd.DataFrame(columns, index=panel.frame.index)], axis=1)
    return replace(panel, frame=frame, extra=(*panel.extra, *extra)), carried
