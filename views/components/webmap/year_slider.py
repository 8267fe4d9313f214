"""The years of a list, on the map of a programme whose members joined and left at different times."""

from __future__ import annotations

import streamlit as st

from pilotzones.geo.catalogue.membership import is_listed_in, list_years
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, format_number, translate

__all__ = ["show_year_slider"]


def show_year_slider(programme: Programme, year: int | None, lang: Language) -> None:
    """Draw the choice of a year, and how many members were on the list at its end; nothing where all joined at once.

    Parameters
    ----------
    programme : Programme
    year : int or None
        The year chosen before.
    lang : {"zh", "en"}
    """
    years = list_years(programme)
    if not years:
        return
    listed = sum(year is None or is_listed_in(programme, member, year) for member in programme.members)
    with st.container(key="year", gap=None):
        st.select_slider(
            translate("year", lang, listed=format_number(listed), members=format_number(len(programme.members))),
            [None, *years],
            format_func=lambda one: translate("year_any", lang) if one is None else str(one),
            key="w_year",
        )
