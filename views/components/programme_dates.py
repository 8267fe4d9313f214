"""When a programme was announced and in force, its batches, and who joined and left it by year."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.membership import count_changes, find_precision
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, say
from pilotzones.views.components.markdown import escape

__all__ = ["show_changes", "show_dates"]


def show_dates(programme: Programme, lang: Language) -> None:
    """Draw the dates of a programme with their precision and source, as a list.

    Parameters
    ----------
    programme : Programme
    lang : {"zh", "en"}
    """
    dates = {
        "dates_announced": programme.announced,
        "dates_from": programme.effective_from,
        "dates_to": programme.effective_to,
    }
    lines = [
        f"- **{escape(say(key, lang))}**: {escape(date)} ({escape(say(f'precision_{find_precision(date)}', lang))})"
        for key, date in dates.items()
        if date
    ]
    basis = programme.dates_basis(lang)
    if basis:
        lines.append(f"- **{escape(say('dates_source', lang))}**: {escape(basis)}")
    if lines:
        st.markdown("\n".join(lines))


def show_changes(programme: Programme, lang: Language) -> None:
    """Draw the batches, and the entries and exits by year, where members have dates.

    Parameters
    ----------
    programme : Programme
    lang : {"zh", "en"}
    """
    if programme.batches:
        rows = [
            {
                say("batch", lang): batch.name(lang),
                say("dates_announced", lang): batch.announced,
                say("about_title", lang): batch.document_title,
                say("about_document_source", lang): "; ".join(filter(None, (batch.source, batch.address, batch.note))),
            }
            for batch in programme.batches
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", key="batches")
    if not any(member.membership for member in programme.members):
        return
    changes, undated = count_changes(programme)
    st.markdown(f"**{escape(say('changes_title', lang))}**")
    rows = [
        {
            say("changes_year", lang): change.year,
            say("changes_entries", lang): change.entries,
            say("changes_exits", lang): change.exits,
            say("changes_members", lang): change.members,
        }
        for change in changes
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", key="changes")
    if undated:
        st.caption(escape(say("changes_undated", lang, count=undated)))
