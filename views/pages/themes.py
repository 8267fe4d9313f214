"""The page "Themes": one question through all documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import altair as alt
import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, join_texts, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.statements.loader import load_statements
from pilotzones.geo.statements.models import KINDS, Statement, StatementBase
from pilotzones.geo.statements.pair_candidates import find_pair_candidates
from pilotzones.geo.statements.search import search_statements
from pilotzones.geo.statements.tables import grade_strength
from pilotzones.geo.statements.writer import STATEMENT_SUFFIXES, format_statements
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.frame.page_links import link_to
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.tabs import show_tabs
from pilotzones.views.components.themes.counts import show_counts
from pilotzones.views.components.themes.own import join_own_statements, show_own_statements
from pilotzones.views.components.themes.statements import show_pairs, show_statement_table, show_statements
from pilotzones.views.components.webmap.map import show_map
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, publish
from pilotzones.views.state.widgets import MAX_QUERY_CHARS

__all__ = ["show"]

_HEIGHT_PX: Final = 460


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("themes")
    lang = choices.lang
    catalogue = load_statements()
    base = join_own_statements(catalogue, lang)
    if choices.topic not in ("", *(one.id for one in base.themes)):
        dropped = [*dropped, f"theme={choices.topic}"]
        choices = replace(choices, topic="")
        st.session_state["w_topic"] = ""
    show_head("themes", translate("themes_lead", lang), dropped, lang)
    statements, is_filtered = _choose(base, lang)
    choices = replace(choices, topic=st.session_state["w_topic"] or "")
    if not is_filtered:
        show_counts(base, programme, lang)
        show_own_statements(catalogue, lang)
        publish(programme, choices)
        return
    if choices.topic:
        theme = base.get_theme(choices.topic)
        st.header(theme.name(lang), anchor=False)
        st.markdown(
            f"{escape(theme.definition(lang))}  \n:small[{escape(translate('themes_left_out', lang, text=theme.left_out(lang)))}]"
        )
    if not statements:
        st.info(translate("themes_none", lang), icon=":material/search_off:")
    else:
        _show_found(base, statements, choices)
    if choices.topic:
        _show_zones(base, programme, choices)
    publish(programme, choices)


def _choose(base: StatementBase, lang: Language) -> tuple[list[Statement], bool]:
    """Draw the boxes; return the statements they leave, and whether anything was chosen at all."""
    columns = st.columns([3, 3, 2, 4])
    topics = {"": translate("themes_any", lang)} | {one.id: one.name(lang) for one in base.themes}
    documents = {"": translate("themes_any_document", lang)} | {one.id: one.name(lang) for one in base.documents}
    kinds = {"": translate("themes_any_kind", lang)} | {kind: translate(f"statement_{kind}", lang) for kind in KINDS}
    topic = columns[0].selectbox(
        translate("themes_theme", lang), list(topics), format_func=topics.__getitem__, key="w_topic"
    )
    document = columns[1].selectbox(
        translate("themes_document", lang), list(documents), format_func=documents.__getitem__, key="w_theme_document"
    )
    kind = columns[2].selectbox(
        translate("themes_kind", lang), list(kinds), format_func=kinds.__getitem__, key="w_theme_kind"
    )
    words = columns[3].text_input(
        translate("themes_search", lang),
        key="w_theme_words",
        placeholder=translate("themes_search_hint", lang),
        max_chars=MAX_QUERY_CHARS,
    )
    found = search_statements(base.select(theme=topic, document=document, kind=kind), words)
    return found, bool(topic or document or kind or words.strip())


def _show_found(base: StatementBase, statements: Sequence[Statement], choices: Choices) -> None:
    lang = choices.lang
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{translate('themes_found', lang, count=len(statements))}**")
        for suffix in STATEMENT_SUFFIXES:
            label = translate("themes_download", lang, suffix=suffix[1:].upper())
            make = partial(format_statements, base, statements, suffix)
            offer_file(label, make, f"pilotzones_statements{suffix}", key=f"theme_download{suffix}")
    drawn = {
        "statements": show_statements,
        "table": show_statement_table,
        "timeline": _show_timeline,
        "pairs": _show_pairs,
    }
    tabs = {translate(f"themes_{name}", lang): partial(draw, base, statements, lang) for name, draw in drawn.items()}
    show_tabs(tabs, lang, key="theme_tabs")


def _show_pairs(base: StatementBase, statements: Sequence[Statement], lang: Language) -> None:
    chosen = {one.id for one in statements}
    found = [pair for pair in base.pairs if pair.first in chosen or pair.second in chosen]
    if found:
        show_pairs(base, found, lang)
    else:
        st.info(translate("themes_none", lang))
    _show_candidates(base, chosen, lang)


def _show_candidates(base: StatementBase, chosen: set[str], lang: Language) -> None:
    """Show pairs that share a theme and rare words and that nobody has settled yet."""
    rows = [
        {
            translate("themes_candidate_first", lang): one.first.text(lang),
            translate("themes_candidate_second", lang): one.second.text(lang),
            translate("themes_similarity", lang): round(one.similarity, 2),
        }
        for one in find_pair_candidates(base)
        if one.first.id in chosen or one.second.id in chosen
    ]
    if rows:
        with st.expander(translate("themes_candidates", lang, count=len(rows))):
            show_table(pd.DataFrame(rows), key="theme_candidates", height="content")


def _show_timeline(base: StatementBase, statements: Sequence[Statement], lang: Language) -> None:
    """Show one bar a document, at its date; documents without a date stand last and are called so."""
    undated = translate("themes_undated", lang)
    rows = [
        {
            "when": base.get_document(one.document).date or undated,
            "document": base.get_document(one.document).name(lang),
            "kind": translate(f"statement_{one.kind}", lang),
        }
        for one in statements
    ]
    counts = pd.DataFrame(rows).value_counts().rename("count").reset_index()
    counts["label"] = counts["when"] + "  " + counts["document"]
    order = sorted(counts["label"].unique(), key=lambda label: (label.startswith(undated), label))
    chart = (
        alt.Chart(counts)
        .mark_bar()
        .encode(
            y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=320)),
            x=alt.X("count:Q", title=translate("themes_count", lang), axis=alt.Axis(tickMinStep=1)),
            color=alt.Color("kind:N", title=translate("themes_kind", lang)),
            tooltip=[
                alt.Tooltip("document:N", title=translate("themes_document", lang)),
                alt.Tooltip("kind:N", title=translate("themes_kind", lang)),
                alt.Tooltip("count:Q", title=translate("themes_count", lang)),
            ],
        )
        .properties(description=translate("themes_timeline", lang))
    )
    st.altair_chart(chart, width="stretch", key="theme_timeline")


def _show_zones(base: StatementBase, programme: Programme, choices: Choices) -> None:
    """Show the map of the zones whose tasks carry the theme, and the same in words."""
    lang, topic = choices.lang, choices.topic
    numbers = (
        [task.number for task in programme.tasks if topic in base.by_id[f"{programme.id}:task-{task.number}"].themes]
        if programme.tasks
        else []
    )
    if not numbers:
        st.caption(escape(translate("themes_map_none", lang, programme=programme.title(lang))))
        return
    st.header(translate("themes_map", lang), anchor=False)
    shorts = (f"{number} {programme.get_task(number).short(lang)}" for number in numbers)
    names = join_texts(shorts, lang, zh="；", en="; ")
    st.caption(escape(translate("themes_map_note", lang, programme=programme.title(lang), tasks=names)))
    key = choices.join_key
    shown = replace(choices, selection=Selection(tasks=tuple(numbers)))
    with st.spinner(translate("loading", lang)):
        joined = cache.get_joined(*key)
    show_map(joined, shown, key="theme_map", height=_HEIGHT_PX, colour_by="tasks", full_legend=False)
    rows = [
        {
            translate("order", lang): zone.order,
            translate("themes_where", lang): zone.name(lang),
            translate("themes_map", lang): translate(
                f"strength_{grade_strength(base, programme.id, topic, zone.order)}", lang
            ),
        }
        for zone in programme.zones
    ]
    show_table(pd.DataFrame(rows), key="theme_zones", height="content")
    link_to("map", translate("zone_on_map", lang), programme, shown, icon=":material/map:")
