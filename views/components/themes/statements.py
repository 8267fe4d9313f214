"""Statements as text, grouped by kind or, for one zone, by theme, and the pairs they are part of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, append_detail, get_place_words, join_texts, translate
from pilotzones.geo.statements.loader import load_statements
from pilotzones.geo.statements.models import KINDS, LEVELS, Statement, StatementBase, StatementPair
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.source_links import make_web_link
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.state.choices import Choices

__all__ = ["describe_statement", "show_pairs", "show_statement_table", "show_statements", "show_zone_statements"]

_SUPPORT_ICONS = {"supported": ":green-badge[", "unsupported": ":orange-badge[", "contradicted": ":red-badge["}


def show_statements(base: StatementBase, statements: Sequence[Statement], lang: Language) -> None:
    """Draw statements grouped by kind, and inside a kind by level and document.

    Parameters
    ----------
    base : StatementBase
    statements : sequence of Statement
    lang : {"zh", "en"}
    """
    ordered = sorted(statements, key=lambda one: (KINDS.index(one.kind), LEVELS.index(one.level)))
    for kind, group in groupby(ordered, key=lambda one: one.kind):
        found = list(group)
        st.subheader(append_detail(translate(f"statement_{kind}", lang), str(len(found)), lang), anchor=False)
        for level, own in groupby(found, key=lambda one: one.level):
            st.markdown(f"**{translate(f'level_{level}', lang)}**")
            st.markdown("\n".join(describe_statement(base, one, lang) for one in own))


def describe_statement(base: StatementBase, one: Statement, lang: Language) -> str:
    """Describe a statement as an entry of a Markdown list: what it says, then where and under which condition.

    Parameters
    ----------
    base : StatementBase
    one : Statement
    lang : {"zh", "en"}

    Returns
    -------
    str
    """
    document = base.get_document(one.document)
    facts = [
        document.name(lang),
        one.date or translate("themes_undated", lang),
        document.name_place(one.where_in_document, lang),
    ]
    colon = "：" if lang == "zh" else ": "
    for name, text in (("actor", one.actor(lang)), ("object", one.object(lang)), ("condition", one.condition(lang))):
        if text:
            facts.append(f"{translate(f'themes_{name}', lang)}{colon}{text}")
    line = f"- **{escape(one.text(lang))}**  \n  :small[{escape(' · '.join(facts))}]"
    if one.claim is None:
        return line
    support = translate(f"support_{one.claim.support}", lang)
    sentence = translate(
        "themes_claim",
        lang,
        source=one.claim.claimed_source(lang),
        year=one.claim.claimed_year or translate("themes_undated", lang),
        support=support,
        looked=one.claim.looked_at(lang),
    )
    badge = f"{_SUPPORT_ICONS[one.claim.support]}{escape(support)}]"
    address = make_web_link(one.claim.source)
    link = f" [{translate('themes_evidence', lang)}]({address})" if address else ""
    return f"{line}  \n  {badge} :small[{escape(sentence)}]{link}"


def show_statement_table(base: StatementBase, statements: Sequence[Statement], lang: Language) -> None:
    """Draw the same statements as a table.

    Parameters
    ----------
    base : StatementBase
    statements : sequence of Statement
    lang : {"zh", "en"}
    """
    rows = [
        {
            translate("themes_kind", lang): translate(f"statement_{one.kind}", lang),
            translate("themes_text", lang): one.text(lang),
            translate("themes_document", lang): base.get_document(one.document).name(lang),
            translate("clause", lang): base.get_document(one.document).name_place(one.where_in_document, lang),
            translate("themes_since", lang): one.date,
            translate("themes_level", lang): translate(f"level_{one.level}", lang),
            translate("themes_actor", lang): one.actor(lang),
            translate("themes_object", lang): one.object(lang),
            translate("themes_condition", lang): one.condition(lang),
            translate("themes_value", lang): f"{one.value} {one.unit}".strip(),
            translate("themes_tags", lang): join_texts((base.get_theme(name).name(lang) for name in one.themes), lang),
            translate("themes_reason", lang): one.reason(lang),
        }
        for one in statements
    ]
    show_table(pd.DataFrame(rows), key="theme_statements", height=min(480, 40 + 36 * len(rows)))


def show_pairs(base: StatementBase, pairs: Sequence[StatementPair], lang: Language) -> None:
    """Draw pairs of statements side by side, with how they relate and why.

    Parameters
    ----------
    base : StatementBase
    pairs : sequence of StatementPair
    lang : {"zh", "en"}
    """
    for pair in pairs:
        with st.container(border=True):
            st.markdown(f"**{translate(f'relation_{pair.relation}', lang)}** · {escape(pair.reason(lang))}")
            for column, identity in zip(st.columns(2), (pair.first, pair.second), strict=True):
                one = base.by_id[identity]
                document = base.get_document(one.document)
                where = f"{document.name(lang)} · {document.name_place(one.where_in_document, lang)}"
                column.markdown(f"{escape(one.text(lang))}  \n:small[{escape(where)}]")


def show_zone_statements(programme: Programme, zone: int, choices: Choices) -> None:
    """Draw the section, a theme an expander; nothing for a programme that has no statements.

    Parameters
    ----------
    programme : Programme
    zone : int
    choices : Choices
    """
    lang, base = choices.lang, load_statements()
    found = base.select(zone=(programme.id, zone))
    if not found:
        return
    words = get_place_words(programme.kind, lang)
    st.header(translate("themes_zone_head", lang, **words), anchor=False)
    st.caption(escape(translate("themes_zone_note", lang, **words)))
    for theme in base.themes:
        own = sorted((one for one in found if theme.id in one.themes), key=lambda one: KINDS.index(one.kind))
        if own:
            with st.expander(escape(append_detail(theme.name(lang), str(len(own)), lang))):
                st.markdown("\n".join(describe_statement(base, one, lang) for one in own))
