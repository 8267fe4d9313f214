"""The chart of an evaluation: the rank of each zone on the line of its interval."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from pilotzones.geo.indicators.sensitivity import Sensitivity
from pilotzones.geo.messages import Language, translate

__all__ = ["build_interval_chart"]


def build_interval_chart(sensitivity: Sensitivity, names: Sequence[str], lang: Language) -> alt.LayerChart:
    """Draw ranks as dots on the lines of their intervals.

    Parameters
    ----------
    sensitivity : Sensitivity
    names : sequence of str
        Of the places, in its order.
    lang : {"zh", "en"}

    Returns
    -------
    LayerChart
    """
    rows = sensitivity.ranks.assign(name=names).dropna().astype({"rank": int, "rank_p05": int, "rank_p95": int})
    order = list(rows.sort_values("rank")["name"])
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=220, labelOverlap=False))
    )
    lines = base.mark_rule(strokeWidth=4, opacity=0.6, color="#3b82c4").encode(
        x=alt.X(
            "rank_p05:Q",
            title=translate("indicators_rank", lang),
            scale=alt.Scale(reverse=True, nice=False, zero=False, padding=10),
            axis=alt.Axis(tickMinStep=1),
        ),
        x2="rank_p95:Q",
    )
    dots = base.mark_point(size=80, filled=True, opacity=1).encode(
        x="rank:Q",
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("rank:Q", title=translate("indicators_rank", lang)),
            alt.Tooltip("rank_p05:Q", title="5%"),
            alt.Tooltip("rank_p95:Q", title="95%"),
        ],
    )
    chart: alt.LayerChart = (lines + dots).properties(
        description=translate("indicators_interval", lang), height=alt.Step(28)
    )
    return chart
