"""The years of a map: who was on a list, and what its members were called."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from pilotzones.geo.catalogue.membership import count_changes, is_listed_in, list_years
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, format_number, translate
from pilotzones.geo.places.history import FIRST_YEAR, get_last_year, load_unit_index
from pilotzones.geo.query.unit_comparison import MemberInYear

__all__ = ["show_year_choice", "show_year_slider"]


def show_year_slider(
    programme: Programme, year: int | None, members: Collection[MemberInYear], lang: Language, *, with_counties: bool
) -> None:
    """Draw the choice of a year, and how much was different then; nothing where all joined at once and no year is chosen.

    Parameters
    ----------
    programme : Programme
    year : int or None
        The year chosen before.
    members : collection of MemberInYear
        The members in that year.
    lang : {"zh", "en"}
    with_counties : bool
        Whether all counties are on the map.
    """
    listed_years = list_years(programme)
    if not listed_years and year is None:
        return
    first = min(listed_years[0] if listed_years else FIRST_YEAR, year or get_last_year())
    # Streamlit forgets a widget while another view is shown.
    st.session_state.setdefault("w_year", year)
    with st.container(key="year", gap=None):
        st.select_slider(
            _compose_title(programme, year, lang) if listed_years else translate("year_names", lang),
            [None, *range(first, get_last_year() + 1)],
            format_func=lambda one: _name_year(one, lang),
            key="w_year",
        )
        if year is not None:
            text = _count_changes(programme, year, lang) + _count_others(members, lang)
            month = load_unit_index().boundary_month
            st.caption(text + (translate("year_counties", lang, year=year, month=month) if with_counties else ""))


def _compose_title(programme: Programme, year: int | None, lang: Language) -> str:
    listed = sum(year is None or is_listed_in(programme, member, year) for member in programme.members)
    return translate("year", lang, listed=format_number(listed), members=format_number(len(programme.members)))


def _name_year(year: int | None, lang: Language) -> str:
    return translate("year_any", lang) if year is None else str(year)


def _count_changes(programme: Programme, year: int, lang: Language) -> str:
    change = next((one for one in count_changes(programme)[0] if one.year == year), None)
    if change is None or not list_years(programme):
        return ""
    return translate("year_changes", lang, entries=change.entries, exits=change.exits)


def _count_others(members: Collection[MemberInYear], lang: Language) -> str:
    others = [member for member in members if not member.is_same]
    text = translate("year_others", lang, count=len(others))
    newer = sum(member.has_other_limits and member.is_before for member in others)
    older = sum(member.has_other_limits and not member.is_before for member in others)
    text += translate("year_newer", lang, count=newer) if newer else ""
    text += translate("year_older", lang, count=older) if older else ""
    return text


def show_year_choice(year: int | None, lang: Language) -> None:
    """Draw the choice of the year whose names the map has, of a programme whose members all joined at once.

    Parameters
    ----------
    year : int or None
        The year chosen before.
    lang : {"zh", "en"}
    """
    years = [None, *range(get_last_year(), FIRST_YEAR - 1, -1)]
    st.session_state["names_year"] = year
    st.selectbox(
        translate("year_names", lang),
        years,
        format_func=lambda one: translate("year_names_any", lang) if one is None else str(one),
        key="names_year",
        on_change=_follow_choice,
    )


def _follow_choice() -> None:
    st.session_state["w_year"] = st.session_state["names_year"]
