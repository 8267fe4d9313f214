"""A table of what became of each member of a programme between two years."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, join_texts, translate
from pilotzones.geo.places.history import Period
from pilotzones.geo.query.unit_comparison import compare_members
from pilotzones.layers.history_labels import describe_change

__all__ = ["show_member_history"]

_FIRST_YEAR: Final = 1980
_LAST_YEAR: Final = 2026


def show_member_history(programme: Programme, lang: Language) -> None:
    """Let people choose two years, and list the members whose name, code or extent changed between them.

    Parameters
    ----------
    programme : Programme
    lang : {"zh", "en"}
    """
    st.header(translate("about_members_in_years", lang), anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        one = st.number_input(
            translate("about_from_year", lang), _FIRST_YEAR, _LAST_YEAR, 2010, step=1, key="about_first"
        )
    with right:
        other = st.number_input(
            translate("about_to_year", lang), _FIRST_YEAR, _LAST_YEAR, 2024, step=1, key="about_second"
        )
    first, second = sorted((int(one), int(other)))
    rows = compare_members(programme, _make_year_period(first), _make_year_period(second))
    changed = [row for row in rows if row.changes or not row.is_same]
    sentence = translate(
        "about_members_changed", lang, first=first, second=second, changed=len(changed), total=len(rows)
    )
    st.markdown(sentence)
    if not changed:
        return
    join = partial(join_texts, lang=lang, zh="；", en="; ")
    frame = pd.DataFrame(
        {
            translate("about_member", lang): [row.listed_name for row in changed],
            str(first): [join(one.label for one in row.before) for row in changed],
            str(second): [join(one.label for one in row.after) for row in changed],
            translate("about_happened", lang): [
                join(describe_change(change, lang) for change in row.changes) for row in changed
            ],
        }
    )
    st.dataframe(frame, hide_index=True, key="about_member_history")


def _make_year_period(year: int) -> Period:
    return Period(f"{year}-01", f"{year}-12")
