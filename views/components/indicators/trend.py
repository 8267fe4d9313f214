"""Series of an indicator as lines: a zone, its region, the rest of its province; members and others; a county."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import altair as alt
import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.indicators.groups import compare_groups, summarise_programme
from pilotzones.geo.indicators.joined import JoinedIndicators
from pilotzones.geo.messages import Language, append_detail, translate
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.state.indicators import get_indicator_name

__all__ = ["show_event_time", "show_trend"]

_PLOT_PX: Final = 260
_LEGEND_LINE_PX: Final = 26
_FORMATS: Final = {"mean": ",.2f"}


def show_trend(
    joined: JoinedIndicators,
    applies: ApplicabilityIndex,
    programme: Programme,
    *,
    indicator: str,
    zone: int,
    county: str | None,
    lang: Language,
) -> None:
    """Draw the lines by year and the table below them.

    Parameters
    ----------
    joined : JoinedIndicators
    applies : ApplicabilityIndex
    programme : Programme
    indicator : str
    zone : int
        The zone that is followed.
    county : str or None
        Code of the county of today that is followed.
    lang : {"zh", "en"}
    """
    one = programme.get_zone(zone)
    summary = summarise_programme(joined, applies, programme, indicator)
    own = summary[
        ((summary["group"] == "region") & (summary["name"] == one.region))
        | (summary["group"].isin(["zone", "province_rest"]) & (summary["name"] == str(zone)))
    ]
    groups = compare_groups(joined, applies, programme, indicator)
    groups = groups[(groups["time_period"] != "") & groups["group"].isin(["member", "other"])]
    both = pd.concat([own, groups, _follow_county(joined, indicator, county)], ignore_index=True)
    if both.empty:
        st.info(translate("indicators_map_none", lang, year="–"))
        return
    names = {"zone": one.name(lang), "region": programme.get_region(one.region).name(lang)}
    both["line"] = [
        name if group == "county" else translate(f"group_{group}", lang, name=names.get(group, ""))
        for group, name in zip(both["group"], both["name"], strict=True)
    ]
    both["hollow"] = both["breaks"] > 0
    titles = {"line": " ", "time_period": translate("indicators_year", lang)} | _title_figures(joined, indicator, lang)
    titles |= {"count": translate("indicators_counties", lang), "breaks": translate("indicators_breaks", lang)}
    legend = alt.Legend(orient="bottom", columns=1, labelLimit=300)
    base = _encode_means(_fill_gaps(both), titles, legend)
    dots = base.mark_point(size=60, strokeWidth=2).encode(
        fill=alt.Fill("line:N", legend=None),
        fillOpacity=alt.condition(alt.datum.hollow, alt.value(0), alt.value(1)),
    )
    # The legend takes a line each, and the height is that of both.
    height = _PLOT_PX + _LEGEND_LINE_PX * both["line"].nunique()
    chart = (base.mark_line() + dots).properties(
        description=translate(
            "pair", lang, name=translate("indicators_trend", lang), value=get_indicator_name(indicator, lang)
        ),
        height=height,
    )
    st.altair_chart(chart, width="stretch", key="indicators_trend")
    st.caption(translate("indicators_trend_note", lang))
    table = both[list(titles)].rename(columns=titles)
    show_table(table, key="indicators_trend_table", height=min(320, 40 + 36 * len(table)))


def _fill_gaps(both: pd.DataFrame) -> pd.DataFrame:
    """Add a row without a figure for each year that others have and a line lacks, so that the line is broken there."""
    years = sorted(both["time_period"].unique())
    full = pd.MultiIndex.from_product([both["line"].unique(), years], names=["line", "time_period"])
    filled = (
        both.drop_duplicates(["line", "time_period"]).set_index(["line", "time_period"]).reindex(full).reset_index()
    )
    return filled.assign(hollow=filled["hollow"].eq(True))  # missing ones are false


def _follow_county(joined: JoinedIndicators, indicator: str, county: str | None) -> pd.DataFrame:
    """Add the figures of the unit that the county is, or lies in, as a line of their own."""
    own = joined.follow_county(indicator, county or "-").dropna(subset=["obs_value"])
    # Where several units of a year lie in the county, none of them is its line.
    own = own[~own["time_period"].duplicated(keep=False)]
    name = own["unit_name"].iloc[-1] if len(own) else ""
    return pd.DataFrame(
        {
            "group": "county",
            "name": name,
            "time_period": own["time_period"],
            "mean": own["obs_value"],
            "count": 1,
            "breaks": (own["break"] != "").astype(int),
        }
    )


def show_event_time(
    joined: JoinedIndicators, applies: ApplicabilityIndex, programme: Programme, indicator: str, lang: Language
) -> None:
    """Draw means of members and of others by years since each member joined, and all counts.

    Parameters
    ----------
    joined : JoinedIndicators
    applies : ApplicabilityIndex
    programme : Programme
    indicator : str
    lang : {"zh", "en"}
    """
    groups = compare_groups(joined, applies, programme, indicator)
    if groups.empty:
        st.info(translate("indicators_map_none", lang, year="–"))
        return
    groups["line"] = [translate(f"group_{group}", lang) for group in groups["group"]]
    titles = {"line": " ", "event_time": translate("indicators_event_time", lang)}
    titles |= _title_figures(joined, indicator, lang) | {"count": translate("indicators_figures_count", lang)}
    by_event = groups[groups["event_time"].notna()].astype({"event_time": int})
    if not by_event.empty:
        chart = (
            _encode_means(by_event, titles, alt.Legend(orient="bottom"))
            .mark_line(point=True)
            .properties(description=translate("indicators_groups", lang), height=300)
        )
        st.altair_chart(chart, width="stretch", key="indicators_event")
    st.caption(translate("indicators_groups_note", lang))
    titles |= {"time_period": translate("indicators_year", lang), "breaks": translate("indicators_breaks", lang)}
    names = ["line", "time_period", "event_time", "mean", "count", "breaks"]
    table = groups[names].rename(columns=titles)
    show_table(table, key="indicators_groups_table", height=320)


def _title_figures(joined: JoinedIndicators, indicator: str, lang: Language) -> dict[str, str]:
    unit = joined.describe_unit(indicator, lang) or translate("indicators_unit_unknown", lang)
    return {"mean": append_detail(translate("indicators_mean", lang), unit, lang)}


def _encode_means(frame: pd.DataFrame, titles: Mapping[str, str], legend: alt.Legend) -> alt.Chart:
    """Encode means as lines over the second of the titled columns; the tooltip has all of them."""
    name, time, *figures = titles
    return alt.Chart(frame).encode(
        x=alt.X(f"{time}:O", title=titles[time], axis=alt.Axis(labelAngle=0)),
        y=alt.Y("mean:Q", title=titles["mean"], scale=alt.Scale(zero=False)),
        color=alt.Color(f"{name}:N", title=None, legend=legend),
        tooltip=[
            alt.Tooltip(f"{name}:N", title=titles[name]),
            alt.Tooltip(f"{time}:O", title=titles[time]),
            *(alt.Tooltip(f"{one}:Q", title=titles[one], format=_FORMATS.get(one, alt.Undefined)) for one in figures),
        ],
    )
