"""The evaluation sheet: choices, ranks with their intervals, and what moves them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, TypeVar

import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import IndicatorError
from pilotzones.geo.indicators.dictionary import IndicatorEntry, name_indicator
from pilotzones.geo.indicators.evaluation import (
    AGGREGATIONS,
    GAP_TREATMENTS,
    NORMALISATIONS,
    WEIGHTINGS,
    EvaluationRules,
    IndicatorRule,
    evaluate,
)
from pilotzones.geo.indicators.groups import tabulate_zones
from pilotzones.geo.indicators.joined import JoinedIndicators
from pilotzones.geo.indicators.sensitivity import analyse_sensitivity
from pilotzones.geo.messages import LANGUAGES, Language, get_place_words, translate
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.layers.charts.evaluation import build_interval_chart
from pilotzones.layers.report.evaluation import (
    EvaluationReport,
    encode_evaluation_html,
    encode_evaluation_workbook,
)
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table

__all__ = ["show_evaluation"]

_MAX_PROPOSED: Final = 4
_MAX_OFFERED: Final = 60
_FILES: Final = {"xlsx": encode_evaluation_workbook, "html": encode_evaluation_html}
_Option = TypeVar("_Option", bound=str)


def show_evaluation(
    joined: JoinedIndicators,
    applies: ApplicabilityIndex,
    programme: Programme,
    entries: Mapping[str, IndicatorEntry],
    lang: Language,
) -> None:
    """Draw the sheet for one year.

    Parameters
    ----------
    joined : JoinedIndicators
    applies : ApplicabilityIndex
    programme : Programme
        Whose zones are scored.
    entries : mapping of str to IndicatorEntry
        What the dictionary says; directions are taken from it.
    lang : {"zh", "en"}
    """
    years = joined.years[::-1]
    most = joined.find_fullest_year(joined.indicators[:_MAX_OFFERED])
    year = st.selectbox(
        translate("indicators_year", lang), years, index=years.index(most), key="indicators_evaluate_year"
    )
    rules = _choose_rules(_list_varying(joined, applies, programme, year), entries, lang)
    st.caption(translate("indicators_evaluate_note", lang))
    if rules is None:
        st.info(translate("indicators_choose_two", lang))
        return
    values = tabulate_zones(joined, applies, programme, [one.id for one in rules.indicators], year)
    try:
        found = evaluate(values, rules)
        sensitivity = analyse_sensitivity(found)
    except IndicatorError as error:
        st.warning(escape(error.describe(lang)))
        return
    report = EvaluationReport(found, sensitivity, values, joined, programme, year, entries)
    names = report.name_zones(lang)
    st.altair_chart(build_interval_chart(sensitivity, names, lang), width="stretch", key="indicators_intervals")
    show_table(_tabulate(report, lang), key="indicators_ranks", height="content")
    _show_downloads(report, lang)
    name_one = partial(report.name_indicator, lang=lang)
    with st.expander(translate("indicators_without", lang)):
        without = sensitivity.without.astype("float64").rename(columns=name_one)
        without.insert(0, " ", names)
        show_table(without, key="indicators_without")
    with st.expander(translate("indicators_correlation", lang)):
        correlation = found.correlation.round(2).rename(index=name_one, columns=name_one)
        correlation.insert(0, " ", correlation.index)
        show_table(correlation, key="indicators_correlation")


def _show_downloads(report: EvaluationReport, lang: Language) -> None:
    """Draw the workbook and the report as buttons, each in both languages."""
    row = st.container(horizontal=True)
    for suffix, make in _FILES.items():
        for one in LANGUAGES:
            name = translate(f"indicators_evaluation_{suffix}", lang, language=translate("indicators_language", one))
            file, key = f"pilotzones_evaluation_{one}.{suffix}", f"indicators_evaluation_{suffix}_{one}"
            offer_file(name, partial(make, report, one), file, key=key, place=row)


def _list_varying(joined: JoinedIndicators, applies: ApplicabilityIndex, programme: Programme, year: str) -> list[str]:
    """List indicators in which zones differ in the year: others cannot tell them apart."""
    return [
        name
        for name in joined.indicators[:_MAX_OFFERED]
        if year in joined.list_years(name)
        and tabulate_zones(joined, applies, programme, [name], year)[name].dropna().drop_duplicates().size > 1
    ]


def _choose_rules(names: list[str], entries: Mapping[str, IndicatorEntry], lang: Language) -> EvaluationRules | None:
    name_one = partial(name_indicator, entries=entries, lang=lang)
    chosen = st.multiselect(
        translate("indicators_choose", lang),
        names,
        format_func=name_one,
        default=names[:_MAX_PROPOSED],
        key="indicators_chosen",
        placeholder=translate("own_choose", lang),
    )
    if len(chosen) < 2:
        return None
    less = st.multiselect(
        translate("indicators_less", lang),
        chosen,
        format_func=name_one,
        default=[name for name in chosen if name in entries and entries[name].direction == "less"],
        key="indicators_less",
        placeholder=translate("own_choose", lang),
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
            weights[name] = column.number_input(
                escape(name_one(name)), 0.0, 100.0, 1.0, 0.5, key=f"indicators_weight_{name}"
            )
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


def _tabulate(report: EvaluationReport, lang: Language) -> pd.DataFrame:
    ranks = report.sensitivity.ranks
    interval = [f"{low}–{high}" for low, high in zip(ranks["rank_p05"], ranks["rank_p95"], strict=True)]
    table = pd.DataFrame(
        {
            translate("indicators_rank", lang): ranks["rank"].astype("float64").to_list(),
            get_place_words(report.programme.kind, lang)["One"]: report.name_zones(lang),
            translate("indicators_score", lang): report.found.scores.round(3).to_list(),
            translate("indicators_interval", lang): interval,
            translate("indicators_moved", lang): report.name_strongest(lang),
        }
    )
    return table.sort_values(table.columns[0])
