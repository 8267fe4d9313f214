"""Series of an indicator as lines: a zone, its region, the rest of its province; members and others."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.indicators.series import JoinedIndicators, compare_groups, summarise_programme
from pilotzones.geo.messages import Language, translate

__all__ = ["show_trend"]


def show_trend(joined: JoinedIndicators, programme: Programme, indicator: str, zone: int, lang: Language) -> None:
    """Draw the lines and the table below them.

    Parameters
    ----------
    joined : JoinedIndicators
    programme : Programme
    indicator : str
    zone : int
        The zone that is followed.
    lang : {"zh", "en"}
    """
    one = programme.zone(zone)
    summary = summarise_programme(joined, programme, indicator)
    own = summary[
        ((summary["group"] == "region") & (summary["name"] == one.region))
        | (summary["group"].isin(["zone", "province_rest"]) & (summary["name"] == str(zone)))
    ]
    both = pd.concat([own, compare_groups(joined, programme, indicator)], ignore_index=True)
    names = {"zone": one.name(lang), "region": programme.region(one.region).name(lang)}
    both["line"] = [translate(f"group_{group}", lang, name=names.get(group, "")) for group in both["group"]]
    both["hollow"] = both["breaks"] > 0
    if both.empty:
        st.info(translate("indicators_map_none", lang, year="–"))
        return
    base = alt.Chart(both).encode(
        x=alt.X("time_period:O", title=translate("indicators_year", lang)),
        y=alt.Y("mean:Q", title=translate("indicators_mean", lang), scale=alt.Scale(zero=False)),
        color=alt.Color("line:N", title=None, legend=alt.Legend(orient="bottom", columns=2)),
        tooltip=[
            alt.Tooltip("line:N", title=" "),
            alt.Tooltip("time_period:O", title=translate("indicators_year", lang)),
            alt.Tooltip("mean:Q", title=translate("indicators_mean", lang), format=",.2f"),
            alt.Tooltip("count:Q", title=translate("indicators_counties", lang)),
        ],
    )
    dots = base.mark_point(size=60, filled=True).encode(
        fillOpacity=alt.condition(alt.datum.hollow, alt.value(0), alt.value(1)),
    )
    chart = (base.mark_line() + dots).properties(
        description=f"{translate('indicators_trend', lang)}: {indicator}", height=320
    )
    st.altair_chart(chart, width="stretch", key="indicators_trend")
    st.caption(translate("indicators_trend_note", lang))
    table = both[["line", "time_period", "mean", "count"]].rename(
        columns={
            "line": " ",
            "time_period": translate("indicators_year", lang),
            "mean": translate("indicators_mean", lang),
            "count": translate("indicators_counties", lang),
        }
    )
    st.dataframe(table, hide_index=True, key="indicators_trend_table", height=min(320, 40 + 36 * len(table)))
