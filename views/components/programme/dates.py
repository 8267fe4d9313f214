"""When a programme was announced and in force, its batches, and who joined and left it by year."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.chinese_texts import translate_text
from pilotzones.geo.catalogue.membership import count_changes, find_precision
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, translate
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table

__all__ = ["show_changes", "show_dates"]


def show_dates(programme: Programme, lang: Language) -> None:
    """Draw the dates of a programme with their precision and source, as a list.

    Parameters
    ----------
    programme : Programme
    lang : {"zh", "en"}
    """
    dates = {
        translate("dates_announced", lang): programme.announced,
        translate("dates_from", lang): programme.effective_from,
        translate("dates_to", lang): programme.effective_to,
    }
    lines = [
        translate("pair", lang, name=f"- **{escape(name)}**", value=_format_date(date, lang))
        for name, date in dates.items()
        if date
    ]
    basis = programme.dates_basis(lang)
    if basis:
        name = translate("dates_source", lang)
        lines.append(translate("pair", lang, name=f"- **{escape(name)}**", value=escape(basis)))
    if lines:
        st.markdown("\n".join(lines))


def _format_date(date: str, lang: Language) -> str:
    """Format a date with its precision, as Markdown."""
    return escape(translate("noted", lang, text=date, note=translate(f"precision_{find_precision(date)}", lang)))


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
                translate("batch", lang): batch.name(lang),
                translate("dates_announced", lang): batch.announced,
                translate("about_title", lang): batch.document_title,
                translate("about_document_source", lang): "; ".join(
                    filter(None, (translate_text(batch.source, lang), batch.address, translate_text(batch.note, lang)))
                ),
            }
            for batch in programme.batches
        ]
        show_table(pd.DataFrame(rows), height="content", key="batches")
    if not any(member.membership for member in programme.members):
        return
    changes, undated = count_changes(programme)
    st.markdown(f"**{escape(translate('changes_title', lang))}**")
    counts = [
        {
            translate("changes_year", lang): change.year,
            translate("changes_entries", lang): change.entries,
            translate("changes_exits", lang): change.exits,
            translate("changes_members", lang): change.members,
        }
        for change in changes
    ]
    show_table(pd.DataFrame(counts), height="content", key="changes")
    if undated:
        st.caption(escape(translate("changes_undated", lang, count=undated)))
