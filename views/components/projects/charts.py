"""Charts of a register: the funnel of stages, sums by a column, and a time line."""

from __future__ import annotations

from collections.abc import Callable

import altair as alt
import pandas as pd
import streamlit as st

from pilotzones.geo.messages import Language, translate
from pilotzones.geo.projects.location import LocatedRegister
from pilotzones.geo.projects.models import STAGES
from pilotzones.geo.projects.summary import Grouping, count_stages, sum_projects
from pilotzones.views.components.tables.data_table import show_table

__all__ = ["show_funnel", "show_sums", "show_time_line"]

_MAX_LINES = 60


def show_funnel(located: LocatedRegister, lang: Language) -> None:
    """Draw how many projects have reached each stage.

    Parameters
    ----------
    located : LocatedRegister
    lang : {"zh", "en"}
    """
    stages = count_stages(located)
    stages["label"] = [translate(f"stage_{stage}", lang) for stage in stages["stage"]]
    base = alt.Chart(stages).encode(
        y=alt.Y("label:N", sort=list(stages["label"]), title=None),
        x=alt.X("reached:Q", title=translate("projects_reached", lang), axis=alt.Axis(tickMinStep=1)),
        tooltip=[
            alt.Tooltip("label:N", title=translate("projects_stage", lang)),
            alt.Tooltip("reached:Q", title=translate("projects_reached", lang)),
            alt.Tooltip("now:Q", title=translate("projects_now", lang)),
        ],
    )
    chart = base.mark_bar() + base.mark_text(align="left", dx=4).encode(text="reached:Q")
    st.altair_chart(
        chart.properties(description=translate("projects_funnel", lang)), width="stretch", key="projects_funnel"
    )


def show_sums(located: LocatedRegister, by: Grouping, name: Callable[[object], str], lang: Language) -> None:
    """Draw counts and money by a column as a table.

    Parameters
    ----------
    located : LocatedRegister
    by : str
    name : callable
        Word of a group.
    lang : {"zh", "en"}
    """
    sums = sum_projects(located, by)
    table = pd.DataFrame(
        {
            translate(f"projects_{by}", lang): [
                translate("projects_unknown", lang) if pd.isna(one) else name(one) for one in sums[by]
            ],
            translate("projects_count", lang): sums["projects"],
            translate("projects_overdue", lang): sums["overdue"],
            translate("projects_money", lang): sums["money"],
            translate("projects_without_money", lang): sums["without_money"],
        }
    )
    show_table(table, key="projects_sums", height="content")


def show_time_line(located: LocatedRegister, lang: Language) -> None:
    """Draw a bar a project from its first to its last known date, with the day it is due.

    Parameters
    ----------
    located : LocatedRegister
    lang : {"zh", "en"}
    """
    frame = located.frame
    dates = frame[[f"{stage}_on" for stage in STAGES]].apply(pd.to_datetime)
    lines = pd.DataFrame(
        {
            "name": frame["name"],
            "from": dates.min(axis=1),
            "to": dates.max(axis=1),
            "due": pd.to_datetime(frame["due_on"]),
            "stage": [translate(f"stage_{one}", lang) if one in STAGES else str(one) for one in frame["stage"]],
        }
    ).dropna(subset=["from"])
    if lines.empty:
        st.info(translate("projects_no_dates", lang))
        return
    shown = lines.sort_values("from").head(_MAX_LINES)
    base = alt.Chart(shown).encode(
        y=alt.Y("name:N", sort=list(shown["name"]), title=None, axis=alt.Axis(labelLimit=240))
    )
    bars = base.mark_bar(height=8).encode(
        x=alt.X("from:T", title=None), x2="to:T", color=alt.Color("stage:N", title=translate("projects_stage", lang))
    )
    dots = base.mark_circle(size=40).encode(x="from:T", color="stage:N")
    due = base.mark_tick(thickness=2, color="#d62728").encode(
        x="due:T", tooltip=[alt.Tooltip("due:T", title=translate("projects_due", lang))]
    )
    chart = (bars + dots + due).properties(height=alt.Step(24), description=translate("projects_time_line", lang))
    st.altair_chart(chart, width="stretch", key="projects_time_line")
    if len(lines) > _MAX_LINES:
        st.caption(translate("projects_more_lines", lang, shown=_MAX_LINES, total=len(lines)))
