"""The evaluation sheet: choices, ranks with their intervals, and what moves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import altair as alt
import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import IndicatorError
from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
from pilotzones.geo.indicators.evaluation import (
    AGGREGATIONS,
    GAP_TREATMENTS,
    NORMALISATIONS,
    WEIGHTINGS,
    EvaluationRules,
    IndicatorRule,
    evaluate,
)
from pilotzones.geo.indicators.sensitivity import Sensitivity, analyse_sensitivity
from pilotzones.geo.indicators.series import JoinedIndicators
from pilotzones.geo.indicators.zone_values import tabulate_zones
from pilotzones.geo.messages import Language, place_words, translate

__all__ = ["show_evaluation"]

_MAX_PROPOSED = 4
_Option = TypeVar("_Option", bound=str)


def show_evaluation(joined: JoinedIndicators, programme: Programme, year: str, lang: Language) -> None:
    """Draw the sheet for one year.

    Parameters
    ----------
    joined : JoinedIndicators
    programme : Programme
        Whose zones are scored.
    year : str
    lang : {"zh", "en"}
    """
    rules = _choose_rules(_list_varying(joined), lang)
    st.caption(translate("indicators_evaluate_note", lang))
    if rules is None:
        return
    values = tabulate_zones(joined, programme, [one.id for one in rules.indicators], year)
    try:
        found = evaluate(values, rules)
        sensitivity = analyse_sensitivity(found)
    except IndicatorError as error:
        st.warning(str(error))
        return
    names = [f"{order} {programme.zone(order).name(lang)}" for order in values.index]
    table = _tabulate(sensitivity, found.scores, names, programme, lang)
    _show_intervals(sensitivity, names, lang)
    st.dataframe(table, hide_index=True, key="indicators_ranks", height="content")
    st.download_button(
        translate("indicators_download", lang),
        data=with_byte_order_mark(format_csv(table)),
        file_name="pilotzones_evaluation.csv",
        mime="text/csv",
        icon=":material/download:",
        key="indicators_ranks_csv",
        on_click="ignore",
    )
    with st.expander(translate("indicators_without", lang)):
        without = sensitivity.without.astype("float64")
        without.insert(0, " ", names)
        st.dataframe(without, hide_index=True, key="indicators_without")
    with st.expander(translate("indicators_correlation", lang)):
        correlation = found.correlation.round(2)
        correlation.insert(0, " ", correlation.index)
        st.dataframe(correlation, hide_index=True, key="indicators_correlation")


def _list_varying(joined: JoinedIndicators) -> list[str]:
    """Indicators with two different figures or more: others cannot tell places apart."""
    different = joined.frame.groupby("indicator")["obs_value"].nunique()
    return [name for name in joined.indicators if different[name] > 1]


def _choose_rules(names: list[str], lang: Language) -> EvaluationRules | None:
    chosen = st.multiselect(
        translate("indicators_choose", lang),
        names,
        default=names[:_MAX_PROPOSED],
        key="indicators_chosen",
        placeholder=translate("own_choose", lang),
    )
    if len(chosen) < 2:
        return None
    less = st.multiselect(
        translate("indicators_less", lang), chosen, key="indicators_less", placeholder=translate("own_choose", lang)
    )
    first, second, third, fourth = st.columns(4)
    normalisation = _choose(
        first, "normalise", {one: translate(f"normalise_{one}", lang) for one in NORMALISATIONS}, lang
    )
    aggregation = _choose(second, "aggregate", {one: translate(f"aggregate_{one}", lang) for one in AGGREGATIONS}, lang)
    weighting = _choose(third, "weighting", {one: translate(f"weighting_{one}", lang) for one in WEIGHTINGS}, lang)
    gaps = _choose(fourth, "gaps", {one: translate(f"gaps_{one}", lang) for one in GAP_TREATMENTS}, lang)
    weights = dict.fromkeys(chosen, 1.0)
    if weighting == "given":
        for column, name in zip(st.columns(len(chosen)), chosen, strict=True):
            weights[name] = column.number_input(name, 0.0, 100.0, 1.0, 0.5, key=f"indicators_weight_{name}")
    return EvaluationRules(
        tuple(IndicatorRule(name, -1 if name in less else 1, weights[name]) for name in chosen),
        normalisation,
        aggregation,
        weighting,
        gaps,
    )


def _choose(column: Any, name: str, words: Mapping[_Option, str], lang: Language) -> _Option:
    """Draw a box of options with their words."""
    label = translate(f"indicators_{name}", lang)
    chosen: _Option = column.selectbox(label, list(words), format_func=words.__getitem__, key=f"indicators_{name}")
    return chosen


def _tabulate(
    sensitivity: Sensitivity, scores: pd.Series, names: list[str], programme: Programme, lang: Language
) -> pd.DataFrame:
    ranks = sensitivity.ranks
    most = sensitivity.effects.fillna(-1).idxmax(axis=1).where(sensitivity.effects.notna().any(axis=1), "–")
    interval = [f"{low}–{high}" for low, high in zip(ranks["rank_p05"], ranks["rank_p95"], strict=True)]
    table = pd.DataFrame(
        {
            translate("indicators_rank", lang): ranks["rank"].astype("float64").to_list(),
            place_words(programme.kind, lang)["One"]: names,
            translate("indicators_score", lang): scores.round(3).to_list(),
            translate("indicators_interval", lang): interval,
            translate("indicators_moved", lang): most.to_list(),
        }
    )
    return table.sort_values(table.columns[0])


def _show_intervals(sensitivity: Sensitivity, names: list[str], lang: Language) -> None:
    """Ranks as dots on the lines of their intervals."""
    rows = sensitivity.ranks.assign(name=names).dropna().astype({"rank": int, "rank_p05": int, "rank_p95": int})
    order = list(rows.sort_values("rank")["name"])
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=220, labelOverlap=False))
    )
    lines = base.mark_rule(strokeWidth=4, opacity=0.6, color="#3b82c4").encode(
        x=alt.X(
            "rank_p05:Q",
            title=translate("indicators_rank", lang),
            scale=alt.Scale(reverse=True, nice=False),
            axis=alt.Axis(tickMinStep=1),
        ),
        x2="rank_p95:Q",
    )
    dots = base.mark_point(size=80, filled=True, opacity=1).encode(
        x="rank:Q",
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("rank:Q", title=translate("indicators_rank", lang)),
            alt.Tooltip("rank_p05:Q", title="5 %"),
            alt.Tooltip("rank_p95:Q", title="95 %"),
        ],
    )
    chart = (lines + dots).properties(description=translate("indicators_interval", lang), height=alt.Step(28))
    st.altair_chart(chart, width="stretch", key="indicators_intervals")
